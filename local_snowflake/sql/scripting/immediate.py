"""EXECUTE IMMEDIATE: a text as a statement, with values for its bind variables, and the statements of a file on a stage."""

from __future__ import annotations

import posixpath
import re
from typing import Sequence

from ...model import Binding, Context, Result, SnowflakeError
from ..commands.account import Account
from ..commands.stage_locations import Place, cursor, resolve, take
from ..language import types as T
from ..language.errors import err, feature, syntax
from ..language.lexer import find_word, lexemes, split

MOST, DEEPEST = 10 * 1024 * 1024, 5
VARIABLE = re.compile(r'[$:]?[A-Za-z_]\w*|:?"[^"]+"')
BOUND = {"fixed": "FIXED", "real": "REAL", "boolean": "BOOLEAN"}


def is_one(sql: str) -> bool:
    return [p[1] for p in lexemes(sql[:200]) if p[0] != "c"][:2] == ["EXECUTE", "IMMEDIATE"]


def parts(sql: str) -> tuple[str, list[str]]:
    """The expression that gives the statement, and those of USING."""
    start = find_word(sql, "IMMEDIATE")
    assert start is not None
    rest = sql[start[1] :].strip().rstrip(";").strip()
    using = find_word(rest, "USING")
    if using is None:
        return rest, []
    listed = rest[using[1] :].strip()
    if not (listed.startswith("(") and listed.endswith(")")):
        raise syntax(near="USING")
    values = [v.strip() for v in _split(listed[1:-1])]
    for value in values:
        # bind variables alone: a recorded answer refuses USING (1); templates have key => value
        if not VARIABLE.fullmatch(value) and not rest.upper().startswith("FROM"):
            raise syntax(near=next((p[1] for p in lexemes(value) if p[0] != "c"), ")"))
    return rest[: using[0]].strip(), values


def _split(text: str) -> list[str]:
    out, depth, last = [], 0, 0
    for _, piece, at, end in lexemes(text):
        depth += (piece == "(") - (piece == ")")
        if piece == "," and depth == 0:
            out.append(text[last:at])
            last = end
    return [*out, text[last:]] if text.strip() else []


def bound(values: list[tuple[str | None, T.Type]]) -> list[Binding]:
    return [Binding(BOUND.get(t.kind, "TEXT"), value) for value, t in values]


def single(text: str | None) -> str:
    """The one statement of a text."""
    found = split(text or "")
    if not found:
        raise err("000900", "42601", "SQL compilation error:\nEmpty SQL statement.")
    if len(found) > 1:
        raise err("000008", "0A000", f"Actual statement count {len(found)} did not match the desired statement count 1.")
    return found[0]


def run(engine: Account, sql: str, context: Context, bindings: Sequence[Binding] = ()) -> Result:
    """A statement of its own; in a block the block looks for its variables first."""
    text, using = parts(sql)
    words = [p[1] for p in lexemes(text) if p[0] != "c"][:1]
    if words == ["FROM"]:
        return _from_file(engine, sql, context, None, 1)
    if not text:
        raise syntax()
    value, t = engine.values(text, context, bindings)[0]
    if t.kind not in ("text", "null"):
        raise syntax(near=text)
    values = [engine.values(u, context, bindings)[0] for u in using]
    return engine.inner(single(value), context, bound(values))


def _from_file(engine: Account, sql: str, context: Context, parent: tuple[Place, str] | None, depth: int) -> Result:
    cur, found, _ = cursor(sql)
    cur.expect("EXECUTE", "IMMEDIATE", "FROM")
    if cur.is_string() and not cur.toks[cur.i].text.startswith("\2"):
        relative = cur.string()
        if parent is None:
            raise err("001503", "42601", f"Relative file references like '{relative}' cannot be used in top-level EXECUTE IMMEDIATE calls.")
        place = parent[0]
        name = relative.lstrip("/") if relative.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(parent[1]), relative))
    else:
        place = resolve(engine, context, take(cur, found), False)
        name = place.path
    if cur.peek() in ("USING", "DRY_RUN"):
        raise feature("templates in EXECUTE IMMEDIATE FROM")
    cur.end()
    content = engine.files.read(place.stage.id, name)
    if content is None:
        raise err("001501", "02000", f"File '{name}' not found in stage '{place.stage.name}'.")
    if len(content) > MOST or depth > DEEPEST:
        raise feature("a file of more than 10 MB, or more than five files in each other")
    text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    if text.lstrip()[:9].startswith(("--!jinja", "#!jinja")):
        raise feature("templates in EXECUTE IMMEDIATE FROM")
    return _statements(engine, text, context, (place, name), depth)


def _statements(engine: Account, text: str, context: Context, file: tuple[Place, str], depth: int) -> Result:
    """All of them, which share a session; the result of the last one."""
    shared, context.multi_statement = context.multi_statement, True
    result, at = None, 0
    try:
        for sql in split(text):
            at = text.index(sql, at)
            try:
                if is_one(sql) and [p[1] for p in lexemes(sql) if p[0] != "c"][2:3] == ["FROM"]:
                    result = _from_file(engine, sql, context, file, depth + 1)
                else:
                    result = engine.inner(sql, context)
                result.rows = list(result.rows)
            except SnowflakeError as e:
                if e.code in ("001003", "000604") or e.message.startswith("Uncaught exception"):
                    raise
                line, start = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at) - 1
                raise err(e.code, e.sqlstate, f"Uncaught exception of type 'STATEMENT_ERROR' in file {file[1]} on line {line} at position {start}: {e.message}") from None
            at += len(sql)
    finally:
        context.multi_statement = shared
    if result is None:
        raise err("000900", "42601", "SQL compilation error:\nEmpty SQL statement.")
    return result
