"""What a task may run: one statement, a CALL, or a small block BEGIN … END of Snowflake Scripting; and the WHEN condition of a task.

A block has statements, LET and := with variables (:name in statements), IF, RETURN and nested blocks; anything else of the language is
refused. Of procedures, those in LANGUAGE SQL run: the anonymous ones that a statement brings along and those of the catalog (routines.py).
"""

from __future__ import annotations

import re
import uuid

from ...model import Context, Result
from ..commands.account import Account
from ..language import types as T
from ..language.errors import COMPILE, err, feature, syntax
from ..language.lexer import NO_BLOCK, find_word, lexemes, split, without_comments
from ..language.parse import parse, tokens
from ..translate.expressions import data_type
from . import immediate

PROCEDURE = re.compile(r"(?is)\s*WITH\s+[\w$\"]+\s+AS\s+PROCEDURE\b")
ASSIGN = re.compile(r"(?is)(?:LET\s+)?([A-Za-z_]\w*)(?:\s+([A-Za-z][\w ]*?(?:\s*\([\d\s,]*\))?))?\s*(?::=|\bDEFAULT\b)(.*)")
DECLARE = re.compile(r"(?is)(?:LET\s+)?([A-Za-z_]\w*)\s+([A-Za-z][\w ]*(?:\s*\([\d\s,]*\))?)")
INTO = re.compile(r"(?is)(CALL\b.*\))\s*INTO\s+:?([A-Za-z_]\w*)\s*")
PLAIN = ("fixed", "real", "boolean")

Value = tuple[str | None, T.Type]


class Return(Exception):
    """RETURN inside a block."""

    def __init__(self, value: str | None):
        super().__init__()
        self.value = value


def is_block(sql: str) -> bool:
    words = [p[1] for p in lexemes(sql) if p[0] != "c"][:2] + [""]
    return words[0] == "DECLARE" or (words[0] == "BEGIN" and words[1] not in NO_BLOCK)


def closed(sql: str) -> bool:
    """Whether the first parenthesis of a text is closed at its end only, or before an alias."""
    depth = 0
    pieces = [p for p in lexemes(sql) if p[0] != "c"]
    for i, (_, text, _, _) in enumerate(pieces):
        depth += (text == "(") - (text == ")")
        if text == ")" and depth == 0:
            rest = [p for p in pieces[i + 1 :] if p[1] != ";"]
            return not rest or (len(rest) == 1 and rest[0][0] in "wq") or (len(rest) == 2 and rest[0][1] == "AS")
    return False


def is_procedure(sql: str) -> bool:
    return PROCEDURE.match(without_comments(sql)) is not None


def run(engine: Account, sql: str, context: Context) -> None:
    """The definition of a task, with the query id that the context has."""
    parts = split(sql)
    if len(parts) != 1:
        raise syntax(near=";")
    result = engine.execute(parts[0], context)
    for _ in result.rows:
        pass


def holds(engine: Account, condition: str, context: Context) -> bool:
    """Whether a WHEN condition is true; NULL is not."""
    value, t = engine.values(f"({condition})", context)[0]
    if t.kind not in ("boolean", "text", "null"):
        raise err("001044", "42P13", f"{COMPILE}\nInvalid data type [{T.sql_name(t)}] for predicate {condition}")
    return (value or "").lower() == "true"


def one_cell(engine: Account, label: str, value: str | None, context: Context) -> Result:
    return engine.finish([(label, T.text())], [[value]], context)


def procedure(engine: Account, sql: str, context: Context) -> Result:
    """WITH name AS PROCEDURE (…) RETURNS … LANGUAGE … AS $$…$$ CALL name(…): a procedure for one call."""
    words = [p[1] for p in lexemes(sql) if p[0] != "c"]
    language = words[words.index("LANGUAGE") + 1] if "LANGUAGE" in words else "SQL"
    if language != "SQL":
        raise feature(f"procedures in LANGUAGE {language}")
    bodies = re.findall(r"(?s)\$\$(.*?)\$\$", sql)
    last = find_word(sql, "CALL")
    if len(bodies) != 1 or last is None or not is_block(bodies[0]):
        raise feature("this form of an anonymous procedure")
    if not re.fullmatch(r"(?is)\s*[\w$\"]+\s*\(\s*\)\s*", sql[last[1] :]):
        raise feature("arguments of an anonymous procedure")
    return block(engine, bodies[0], context)


# Blocks

def block(engine: Account, sql: str, context: Context) -> Result:
    """A block as a statement of its own."""
    return one_cell(engine, "anonymous block", value_of(engine, sql, context, {}), context)


def value_of(engine: Account, sql: str, context: Context, variables: dict[str, Value]) -> str | None:
    """Run a block; what it returns. Each statement in it gets a query id of its own; they share a session."""
    query_id, shared = context.query_id, context.multi_statement
    context.multi_statement = True
    try:
        _Block(engine, context, variables).run(sql)
    except Return as returned:
        return returned.value
    finally:
        context.query_id, context.multi_statement = query_id, shared
    return None


def _type(text: str | None) -> None:
    """Refuse what is no type in a declaration; raises 002040."""
    if text is not None:
        sql = f"SELECT NULL::{text}"
        data_type(parse(sql, tokens(sql)).expressions[0].args["to"])


class _Block:
    def __init__(self, engine: Account, context: Context, variables: dict[str, Value]):
        self.engine = engine
        self.context = context
        self.variables = variables

    def run(self, sql: str) -> None:
        pieces = [p for p in lexemes(sql) if p[0] != "c"]
        while pieces and pieces[-1][1] == ";":
            pieces.pop()
        start = next((i for i, p in enumerate(pieces) if p[1] == "BEGIN"), None)
        if start is None or pieces[-1][1] != "END":
            raise syntax()
        if pieces[0][1] == "DECLARE":
            for part in split(sql[pieces[0][3] : pieces[start][2]]):
                self.declare(part)
        self.statements(sql[pieces[start][3] : pieces[-1][2]])

    def statements(self, sql: str) -> None:
        for part in _parts(sql):
            self.statement(part)

    def statement(self, sql: str) -> None:
        words = [p[1] for p in lexemes(sql) if p[0] != "c"]
        first = words[0]
        if first == "EXCEPTION":
            raise feature("EXCEPTION in a block")
        if first in ("FOR", "WHILE", "LOOP", "REPEAT", "CASE", "RAISE"):
            raise feature(f"{first} in a block")
        if first == "IF":
            self.choose(sql)
        elif first == "RETURN":
            raise Return(self.value(sql[sql.upper().index("RETURN") + 6 :])[0])
        elif first == "NULL" and len(words) == 1:
            return
        elif is_block(sql):
            self.run(sql)
        elif first == "LET" or words[1:3] == [":", "="]:
            self.declare(sql)
        else:
            self.execute(sql)

    def execute(self, sql: str) -> None:
        """One statement; CALL … INTO :name keeps what it returns, EXECUTE IMMEDIATE takes its text and values from variables."""
        if immediate.is_one(sql):
            text, using = immediate.parts(sql)
            if not text.upper().startswith("FROM"):
                bindings = immediate.bound([self.value(u) for u in using])
                statement = immediate.single(self.value(text)[0])
                if is_block(statement):
                    self.run(statement)
                    return
                self.context.query_id = str(uuid.uuid4())
                list(self.engine.execute(statement, self.context, bindings).rows)
                return
        into = INTO.fullmatch(without_comments(sql).strip())
        self.context.query_id = str(uuid.uuid4())
        result = self.engine.execute(self.filled(into[1] if into else sql, False), self.context)
        rows = list(result.rows)
        if into:
            self.variables[into[2].upper()] = (rows[0][0], T.text())

    def declare(self, sql: str) -> None:
        m = ASSIGN.fullmatch(sql.strip())
        if m is not None:
            _type(m[2])
            self.variables[m[1].upper()] = self.value(m[3])
            return
        m = DECLARE.fullmatch(sql.strip())
        if m is None:
            raise feature("this declaration in a block")
        _type(m[2])
        self.variables[m[1].upper()] = (None, T.text())

    def choose(self, sql: str) -> None:
        """IF (…) THEN … ELSEIF (…) THEN … ELSE … END IF."""
        for condition, body in _arms(sql):
            value = "true" if condition is None else (self.value(condition)[0] or "").lower()
            if value == "true":
                self.statements(body)
                return

    def value(self, text: str) -> Value:
        query = any(p[1] == "SELECT" for p in lexemes(text))  # there a bare name is a column
        return self.engine.values(self.filled(text, not query), self.context)[0]

    def filled(self, sql: str, bare: bool) -> str:
        """The text with the values of its variables: :name, and in expressions of the block name as well."""
        out, last = "", 0
        pieces = lexemes(sql)
        for i, (kind, text, at, end) in enumerate(pieces):
            if kind != "w" or text not in self.variables:
                continue
            before = pieces[i - 1] if i else ("", "", 0, 0)
            colon = before[1] == ":" and before[3] == at and (i < 2 or pieces[i - 2][1] != ":" and not (pieces[i - 2][0] in "wq" and pieces[i - 2][3] == before[2]))
            if not colon and (not bare or before[1] in (".", ":") or (i + 1 < len(pieces) and pieces[i + 1][1] == "(")):
                continue
            out += sql[last : before[2] if colon else at] + literal(self.variables[text])
            last = end
        return out + sql[last:]


def literal(value: Value) -> str:
    text, t = value
    if text is None:
        return "NULL"
    if t.kind in PLAIN:
        return text
    quoted = "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
    if t.kind == "text":
        return quoted
    return f"PARSE_JSON({quoted})" if t.is_semi else f"{quoted}::{T.sql_name(t)}"


def _parts(sql: str) -> list[str]:
    """The statements of a block; IF … END IF stays whole."""
    out: list[str] = []
    held, depth = "", 0
    for part in split(sql):
        words = [p[1] for p in lexemes(part) if p[0] != "c"]
        opened = sum(w == "IF" and (i == 0 or words[i - 1] in ("THEN", "ELSE")) for i, w in enumerate(words))
        depth += opened - (words == ["END", "IF"])
        held += part + ";"
        if depth == 0:
            out.append(held[:-1])
            held = ""
    if held:
        raise syntax()
    return out


def _arms(sql: str) -> list[tuple[str | None, str]]:
    """The conditions and statements of one IF."""
    marks: list[tuple[str, int, int]] = []
    depth = 0
    pieces = [p for p in lexemes(sql) if p[0] != "c"]
    for i, (kind, word, at, end) in enumerate(pieces):
        before = pieces[i - 1][1] if i else ""
        if word == "IF" and before != "END":
            depth += 1
        elif word == "IF":
            depth -= 1
        if kind == "w" and depth == 1 and before != "END" and word in ("IF", "ELSEIF", "THEN", "ELSE"):
            marks.append((word, at, end))
    end = pieces[-2][2] if [p[1] for p in pieces[-2:]] == ["END", "IF"] else len(sql)
    arms: list[tuple[str | None, str]] = []
    for i, (word, at, stop) in enumerate(marks):
        upto = marks[i + 1][1] if i + 1 < len(marks) else end
        if word in ("IF", "ELSEIF"):
            condition = sql[stop:upto]
        elif word == "THEN":
            arms.append((condition, sql[stop:upto]))
        else:
            arms.append((None, sql[stop:upto]))
    return arms
