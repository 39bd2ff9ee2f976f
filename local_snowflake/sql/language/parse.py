"""From text to statements: tokens, and sqlglot's Snowflake parser with every function name left as written."""

from __future__ import annotations

import re

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokens import Token, TokenType

from ...model import SnowflakeError
from .dialect import RESERVED, Dialect, check_tokens, check_tree
from .errors import err, syntax
from .lexer import LEX

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0", "\\": "\\", "'": "'", '"': '"'}
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[0-7]{3}|.)|''", re.S)


def _unescape(m: re.Match[str]) -> str:
    c = m.group(1)
    if c is None:
        return "'"
    if len(c) > 1:
        return chr(int(c, 8)) if c[0].isdigit() else chr(int(c[1:], 16))
    return _ESCAPES.get(c, c)


def unescape(text: str) -> str:
    """What the inside of a literal between quotes stands for."""
    return _ESCAPE.sub(_unescape, text)


def prepare(sql: str) -> str:
    """Give the parser plain literals: string escapes are resolved here, by Snowflake's rules; lengths may change, lines do not move."""
    return _prepare(sql, [])


def _prepare(sql: str, moved: list[tuple[int, int]]) -> str:
    """prepare(), and the places of its text from which on the source is that much further."""
    out: list[str] = []
    length = 0
    for m in LEX.finditer(sql):
        piece = m.group()
        if m.lastgroup == "s":
            if len(piece) < 2 or piece[-1] != "'":
                raise syntax()
            value = unescape(piece[1:-1])
            piece = "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
        elif m.lastgroup == "p":
            piece = "? "
        out.append(piece)
        length += len(piece)
        if len(piece) != m.end() - m.start():
            moved.append((length, m.end() - length))
    return "".join(out)


def tokens(sql: str) -> list[Token]:
    """The tokens of a statement; raises 001003."""
    try:
        return list(Dialect().tokenize(prepare(sql)))
    except (TokenError, ValueError):
        raise syntax() from None


def without_end(toks: list[Token]) -> list[Token]:
    """The tokens without the semicolon that ends a statement; a literal of that text is none."""
    return toks[:-1] if toks and toks[-1].token_type == TokenType.SEMICOLON else toks


class Source:
    """The text of a statement by its tokens, whose places are those of the prepared text."""

    def __init__(self, sql: str):
        self.sql = sql
        self.moved = [(0, 0)]
        _prepare(sql, self.moved)

    def between(self, first: Token, last: Token) -> str:
        """As it was written, from one token up to and with another."""
        return self.sql[self._at(first.start) : self._at(last.end + 1)]

    def _at(self, place: int) -> int:
        return place + max(m for m in self.moved if m[0] <= place)[1]


def single_words(toks: list[Token]) -> list[Token]:
    """The tokens with those of several words, as CLUSTER BY, taken apart."""
    out: list[Token] = []
    for t in toks:
        words = [] if t.token_type.name in ("STRING", "RAW_STRING", "IDENTIFIER") else list(re.finditer(r"\S+", t.text))
        if len(words) < 2:
            out.append(t)
            continue
        for m in words:
            col = t.col - len(t.text) + m.end()
            out.append(Token(TokenType.VAR, m.group(), line=t.line, col=col, start=t.start + m.start(), end=t.start + m.end() - 1))
    return out


def parse(sql: str, toks: list[Token]) -> exp.Expression:
    """The tree of one statement; raises 001003, 002040."""
    check_tokens(toks)
    moved = [(0, 0)]
    prepared = _prepare(sql, moved)
    try:
        trees = [t for t in Dialect().parser().parse(list(toks), prepared) if t is not None]
    except ParseError as e:
        info = e.errors[0] if e.errors else {}
        raise syntax(info.get("line") or 1, max(0, (info.get("col") or 1) - 1), info.get("highlight") or "<EOF>") from None
    except (SnowflakeError, RecursionError) as e:
        raise e if isinstance(e, SnowflakeError) else err("000603", "XX000", "Statement is too complex") from None
    except (ValueError, AttributeError, TypeError, KeyError, IndexError):
        raise syntax() from None
    if len(trees) != 1 or isinstance(trees[0], exp.Command):
        raise syntax(near=toks[0].text if toks else "<EOF>")
    check_tree(trees[0])
    _name_by_text(trees[0], sql, moved)
    if "?" in sql:
        _number_bound(trees[0])
    return trees[0]


def _number_bound(tree: exp.Expression) -> None:
    """Give each bind variable without a number its own, as they stand in the text."""
    bare = [p for p in tree.find_all(exp.Placeholder) if not p.this and "at" in p.meta]
    for i, p in enumerate(sorted(bare, key=lambda p: p.meta["at"]), 1):
        p.meta["number"] = i


def _name_by_text(tree: exp.Expression, sql: str, moved: list[tuple[int, int]]) -> None:
    """Give each item of a select list the text that it was written with."""
    for select in tree.find_all(exp.Select):
        for item in select.expressions:
            if "span" in item.meta:
                first, last = (at + max(m for m in moved if m[0] <= at)[1] for at in item.meta["span"])
                item.meta["text"] = sql[first:last]


def fold(ident: exp.Expression | None) -> str:
    """The stored name of an identifier: upper case unless quoted."""
    if isinstance(ident, str):  # what the parser takes for a name though it is none
        raise syntax(near=ident)
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
        if self.peek() in RESERVED:
            raise self.bad()
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

    def is_number(self, ahead: int = 0) -> bool:
        return self.i + ahead < len(self.toks) and self.toks[self.i + ahead].token_type.name == "NUMBER"

    def is_name(self) -> bool:
        """Whether an identifier or a word comes next."""
        w = self.peek()
        return not self.done and (self._quoted(self.i) or bool(w) and (w[0].isalpha() or w[0] == "_"))

    def beside(self) -> bool:
        """Whether nothing stands between the last token and the next one."""
        return 0 < self.i < len(self.toks) and self.toks[self.i - 1].end + 1 == self.toks[self.i].start

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
