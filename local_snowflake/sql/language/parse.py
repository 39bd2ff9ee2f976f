"""From text to statements: splitting, tokens, and sqlglot's Snowflake parser with every function name left as written."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.errors import ParseError, TokenError
from sqlglot.parsers.snowflake import SnowflakeParser
from sqlglot.tokens import Token

from ...model import SnowflakeError
from .errors import err, syntax, unsupported_type

# Spellings of types that the parser would take although Snowflake has no such types.
FOREIGN_TYPES = frozenset(
    "INT2 INT4 INT8 INT16 INT32 INT64 INT128 INT256 UINT UINT8 UINT16 UINT32 UINT64 BOOL BPCHAR BYTEA JSON JSONB SERIAL BIGSERIAL SMALLSERIAL MONEY "
    "HSTORE CITEXT INET CIDR REGCLASS REGTYPE OID NAME XML TSVECTOR TSRANGE DATERANGE INT4RANGE INT8RANGE NUMRANGE TIMETZ TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS "
    "BIGDECIMAL BIGNUMERIC DATE32 DATETIME2 DATETIME64 MEDIUMINT LONGTEXT MEDIUMTEXT TINYTEXT BLOB LONGBLOB BYTES LONG SIGNED UNSIGNED FLOAT32 FLOAT64 "
    "NVARCHARMAX VARCHARMAX SMALLDATETIME SMALLMONEY ROWVERSION UNIQUEIDENTIFIER IMAGE BIT INTERVALTYPE".split())

_KEPT_PARSERS = ("CAST", "TRY_CAST", "EXTRACT", "POSITION", "CHAR")


class Dialect(Snowflake):
    """Snowflake, except that functions are not translated into anything: the translator decides by their names."""

    class Tokenizer(Snowflake.Tokenizer):
        COMMANDS: set = set()  # EXECUTE … comes as tokens too

    class Parser(SnowflakeParser):
        FUNCTIONS: dict[str, Any] = {}
        FUNCTION_PARSERS = {k: v for k, v in SnowflakeParser.FUNCTION_PARSERS.items() if k in _KEPT_PARSERS[:4]}


_LEX = re.compile(
    r"""(?P<s>'(?:[^'\\]|\\.|'')*(?:'|\Z))|(?P<d>\$\$.*?(?:\$\$|\Z))|(?P<q>"(?:[^"]|"")*(?:"|\Z))|(?P<c>--[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))|(?P<x>;)|(?P<p>\?(?=::))|(?P<o>.)""",
    re.S | re.X)


_PIECE = re.compile(_LEX.pattern.replace("(?P<o>.)", r"(?P<w>[A-Za-z_][\w$]*)|(?P<o>.)"), re.S | re.X)
NO_BLOCK = ("", ";", "TRANSACTION", "WORK", "NAME")  # what follows a BEGIN that opens a transaction
_CLOSED_ELSEWHERE = ("IF", "FOR", "WHILE", "LOOP", "REPEAT")


def lexemes(sql: str) -> list[tuple[str, str, int, int]]:
    """Kind (w: word, x: semicolon, c: comment, o: other …), upper-case text, start and end of what a text is made of; blanks are dropped."""
    return [(m.lastgroup or "", m.group().upper(), m.start(), m.end()) for m in _PIECE.finditer(sql) if not m.group().isspace()]


def split(sql: str) -> list[str]:
    """The single statements of a text; blank ones and pure comments are dropped, blocks BEGIN … END stay whole."""
    out: list[str] = []
    start, seen, depth, declared = 0, False, 0, False
    pieces = [p for p in lexemes(sql) if p[0] != "c"]
    for i, (kind, text, at, end) in enumerate(pieces):
        follows = pieces[i + 1][1] if i + 1 < len(pieces) else ""
        if kind == "x" and not depth and not declared:
            if seen:
                out.append(sql[start:at].strip())
            start, seen = end, False
            continue
        if kind == "w":
            if text == "DECLARE" and depth == 0 and (not seen or pieces[i - 1][1] == "AS"):
                declared = True
            elif text == "BEGIN" and follows not in NO_BLOCK:
                depth, declared = depth + 1, False
            elif text == "CASE" and depth and pieces[i - 1][1] != "END":
                depth += 1
            elif text == "END" and depth and follows not in _CLOSED_ELSEWHERE:
                depth -= 1
        seen = True
    if seen:
        out.append(sql[start:].strip())
    return out


def without_comments(sql: str) -> str:
    """The text with a blank for each comment."""
    return _LEX.sub(lambda m: " " if m.lastgroup == "c" else m.group(), sql)


def find_word(sql: str, word: str) -> tuple[int, int] | None:
    """Where a word stands first, outside of parentheses, literals, quoted names and comments."""
    depth = 0
    for kind, text, at, end in lexemes(sql):
        if text in ("(", ")"):
            depth += 1 if text == "(" else -1
        elif kind == "w" and text == word and depth == 0:
            return at, end
    return None


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0", "\\": "\\", "'": "'", '"': '"'}
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[0-7]{3}|.)|''", re.S)


def _unescape(m: re.Match[str]) -> str:
    c = m.group(1)
    if c is None:
        return "'"
    if len(c) > 1:
        return chr(int(c, 8)) if c[0].isdigit() else chr(int(c[1:], 16))
    return _ESCAPES.get(c, c)


def prepare(sql: str) -> str:
    """Give the parser plain literals: string escapes are resolved here, by Snowflake's rules; lengths may change, lines do not move."""
    def one(m: re.Match[str]) -> str:
        if m.lastgroup == "s":
            body = m.group()
            if len(body) < 2 or body[-1] != "'":
                raise syntax()
            value = _ESCAPE.sub(_unescape, body[1:-1])
            return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
        if m.lastgroup == "p":
            return "? "
        return m.group()
    return _LEX.sub(one, sql)


def tokens(sql: str) -> list[Token]:
    """The tokens of a statement; raises 001003."""
    try:
        return list(Dialect().tokenize(prepare(sql)))
    except (TokenError, ValueError):
        raise syntax() from None


def _check_types(toks: list[Token]) -> None:
    """Refuse type spellings of other systems behind :: and AS."""
    for i, t in enumerate(toks[1:], 1):
        if t.text.upper() in FOREIGN_TYPES and toks[i - 1].token_type.name == "DCOLON":
            raise unsupported_type(t.text.upper())


def parse(sql: str, toks: list[Token]) -> exp.Expression:
    """The tree of one statement; raises 001003, 002040."""
    _check_types(toks)
    try:
        trees = [t for t in Dialect().parser().parse(list(toks), prepare(sql)) if t is not None]
    except ParseError as e:
        info = e.errors[0] if e.errors else {}
        raise syntax(info.get("line") or 1, max(0, (info.get("col") or 1) - 1), info.get("highlight") or "<EOF>") from None
    except (SnowflakeError, RecursionError) as e:
        raise e if isinstance(e, SnowflakeError) else err("000603", "XX000", "Statement is too complex") from None
    except (ValueError, AttributeError, TypeError, KeyError, IndexError):
        raise syntax() from None
    if len(trees) != 1 or isinstance(trees[0], exp.Command):
        raise syntax(near=toks[0].text if toks else "<EOF>")
    return trees[0]


def fold(ident: exp.Expression | None) -> str:
    """The stored name of an identifier: upper case unless quoted."""
    if isinstance(ident, exp.Identifier):
        return ident.name if ident.quoted else ident.name.upper()
    return ident.name.upper() if ident is not None else ""


def where(node: exp.Expression) -> tuple[int, int] | None:
    """Line and position (from 0) of a node, as Snowflake prints them."""
    for n in (node, *node.find_all(exp.Identifier)):
        if "line" in n.meta and "start" in n.meta:
            return n.meta["line"], max(0, n.meta["col"] - (n.meta["end"] - n.meta["start"] + 1))
    return None


class Cursor:
    """A reader of tokens for the statements that are parsed by hand (SHOW, USE, GRANT, warehouses …)."""

    def __init__(self, toks: list[Token]):
        self.toks = toks
        self.i = 0

    def peek(self, ahead: int = 0) -> str:
        i = self.i + ahead
        return self.toks[i].text.upper() if i < len(self.toks) and not self._quoted(i) and not self._string(i) else ""

    def _quoted(self, i: int) -> bool:
        return self.toks[i].token_type.name == "IDENTIFIER"

    def _string(self, i: int) -> bool:
        return self.toks[i].token_type.name in ("STRING", "RAW_STRING")

    @property
    def done(self) -> bool:
        return self.i >= len(self.toks)

    def bad(self) -> SnowflakeError:
        if self.done:
            return syntax()
        t = self.toks[self.i]
        return syntax(t.line, max(0, t.col - len(t.text)), t.text)

    def accept(self, *words: str) -> bool:
        """Take these words if all of them come next."""
        if all(self.peek(k) == w for k, w in enumerate(words)):
            self.i += len(words)
            return True
        return False

    def expect(self, *words: str) -> None:
        if not self.accept(*words):
            raise self.bad()

    def end(self) -> None:
        if not self.done:
            raise self.bad()

    def word(self) -> str:
        w = self.peek()
        if not w or not (w[0].isalpha() or w[0] == "_"):
            raise self.bad()
        self.i += 1
        return w

    def ident(self) -> str:
        """One identifier, folded."""
        if self.done or self._string(self.i):
            raise self.bad()
        if self._quoted(self.i):
            self.i += 1
            return self.toks[self.i - 1].text
        return self.word()

    def name(self) -> list[str]:
        """A dotted name of one to three parts, also as IDENTIFIER('…')."""
        if self.peek() == "IDENTIFIER" and self.peek(1) == "(":
            self.i += 2
            out = split_name(self.string())
            self.expect(")")
            return out
        out = [self.ident()]
        while self.accept("."):
            out.append(self.ident())
        return out

    def string(self) -> str:
        if self.done or not self._string(self.i):
            raise self.bad()
        self.i += 1
        return self.toks[self.i - 1].text

    def is_string(self) -> bool:
        return not self.done and self._string(self.i)

    def value(self) -> str:
        """A property value: string, number or word."""
        if self.is_string():
            return self.string()
        if self.done:
            raise self.bad()
        sign = "-" if self.accept("-") else ""
        self.i += 1
        return sign + self.toks[self.i - 1].text

    def if_exists(self) -> bool:
        return self.accept("IF", "EXISTS")

    def if_not_exists(self) -> bool:
        return self.accept("IF", "NOT", "EXISTS")


def split_name(text: str) -> list[str]:
    """The parts of a name given as text, as in IDENTIFIER('db."s".t')."""
    parts = re.findall(r'"((?:[^"]|"")*)"|([^."\s]+)', text)
    return [q.replace('""', '"') if q else w.upper() for q, w in parts]
