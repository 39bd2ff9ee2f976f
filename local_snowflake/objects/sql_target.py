"""The object that a statement of SQL is about: its kind by the words, its path by the name, and a call of the object API in its place, so
that both sides do the same."""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import cache
from typing import Any, Iterator

from ..model import Context, SnowflakeError
from ..sql.catalog.catalog import Obj, Path
from ..sql.catalog.names import full
from ..sql.commands.account import Account
from ..sql.language.errors import COMPILE, err, missing
from ..sql.language.parse import Cursor, Source, single_words
from . import registry
from .answers import Refusal
from .call import Call, Session, Settings
from .generic import signature
from .kinds import Kind
from .names import quoted
from .spec import Operation, Spec
from .sql_words import ALL, Words

OPERATION = Operation("", "", "", (), None, {}, ())
KINDS: dict[str, Kind] = {k.word: k for k in registry.KINDS}
KINDS["FILE FORMAT"] = Kind("", "FILE FORMAT", 3, "sql#FileFormat", "File format")
INTEGRATIONS = ("API INTEGRATION", "CATALOG INTEGRATION", "NOTIFICATION INTEGRATION")
NAMES = {tuple(kind.split()): kind for kind in ALL} | {("INTEGRATION",): "INTEGRATION"}
LONGEST = max(len(words) for words in NAMES)
ROUTINES = ("FUNCTION", "PROCEDURE", "SERVICE FUNCTION")
PROPERTY = re.compile(r"for property '(\w+)'")


@cache
def documents() -> Spec:
    """The documents, and the shape of what SQL alone knows."""
    spec = Spec()
    spec.schemas["sql#FileFormat"] = {"type": "object", "properties": {"format": {"type": "object"}, "comment": {"type": "string", "nullable": True}}}
    return spec


def kind_of(words: list[str]) -> str | None:
    """The kind that the words name, the longest name first."""
    for count in range(LONGEST, 0, -1):
        if tuple(words[:count]) in NAMES and len(words) >= count:
            return NAMES[tuple(words[:count])]
    return None


def take_kind(cur: Cursor) -> str:
    kind = kind_of([cur.peek(i) for i in range(LONGEST)])
    if kind is None:
        raise cur.bad()
    cur.expect(*kind.split())
    return kind


class Statement:
    """A statement that is being read."""

    def __init__(self, engine: Account, sql: str, toks: list[Any], context: Context, session: Any):
        self.engine = engine
        self.catalog = engine.catalog
        self.cur = Cursor(single_words(toks))
        self.source = Source(sql)
        self.context = context
        self.session = session
        self.kind = ""

    @property
    def words(self) -> Words:
        return ALL[self.kind]

    @property
    def maker(self) -> Kind:
        return KINDS[self.kind]

    def rest(self) -> str:
        """The text from the cursor on."""
        if self.cur.done:
            raise self.cur.bad()
        first, self.cur.i = self.cur.toks[self.cur.i], len(self.cur.toks)
        return self.source.between(first, self.cur.toks[-1])

    def inside(self) -> str:
        """The text between parentheses."""
        self.cur.expect("(")
        start, depth = self.cur.i, 1
        while depth:
            if self.cur.done:
                raise self.cur.bad()
            if not self.cur.is_string():
                depth += {"(": 1, ")": -1}.get(self.cur.peek(), 0)
            self.cur.i += 1
        if self.cur.i - 1 == start:
            raise self.cur.bad()
        return self.source.between(self.cur.toks[start], self.cur.toks[self.cur.i - 2])

    # Names

    def full(self, parts: list[str], kind: str | None = None) -> Path:
        depth = KINDS[kind or self.kind].depth
        if len(parts) > depth:
            raise self.cur.bad()
        return full(self.context, {1: "ROLE", 2: "SCHEMA", 3: "TABLE"}[depth], parts)

    def types(self) -> list[str]:
        """( type, … ) behind the name of a routine, without lengths."""
        self.cur.expect("(")
        out = []
        while not self.cur.accept(")"):
            if out:
                self.cur.expect(",")
            out.append(self.a_type())
        return out

    def a_type(self) -> str:
        """A type as it was written."""
        first = self.cur.i
        self.cur.word()
        if self.cur.peek() == "(":
            self.inside()
        return self.source.between(self.cur.toks[first], self.cur.toks[self.cur.i - 1])

    def named(self) -> Path:
        """The path of the object that is named; an event table is one of the tables, an integration one of three kinds."""
        parts = self.cur.name()
        if self.kind in ROUTINES:
            path = self.full(parts)
            path = (*path[:-1], signature(path[-1], self.types()))
            if self.kind == "FUNCTION" and self.catalog.get("FUNCTION", path) is None and self.catalog.get("SERVICE FUNCTION", path):
                self.kind = "SERVICE FUNCTION"
            return path
        if self.kind == "INTEGRATION":
            path = full(self.context, "ROLE", parts)
            self.kind = next((k for k in INTEGRATIONS if self.catalog.get(k, path)), INTEGRATIONS[0])
            return path
        path = self.full(parts)
        if self.kind == "TABLE" and self.catalog.get("TABLE", path) is None and self.catalog.get("EVENT TABLE", path):
            self.kind = "EVENT TABLE"
        return path

    def find(self, path: Path) -> Obj:
        """The object, or 002003."""
        call = self.call(path)
        call.need_parents(path)
        obj = self.catalog.get(self.kind, path)
        if not call.visible(obj):
            raise missing(self.maker.noun if self.kind != "STAGE" else "Stage", ".".join(path))
        return obj

    # The object API

    def call(self, path: Path, body: dict[str, Any] | None = None, **query: Any) -> Call:
        """What the object API would be asked."""
        name = quoted(path[-1])
        if self.kind in ROUTINES:
            bare, paren, types = path[-1].rpartition("(")
            name = quoted(bare) + paren + types if paren else name
        where = {"name": name, **dict(zip(("database", "schema"), (quoted(p) for p in path[:-1])))}
        return Call(OPERATION, where, query, body, body, self.context, Session(), self.engine, documents(), Settings(), self.engine.account)


@contextmanager
def as_sql() -> Iterator[None]:
    """What the object API refuses, as SQL says it: its own refusals are errors of the parser or of a value, properties are told in upper case."""
    try:
        yield
    except Refusal as e:
        text = e.message or ""
        code, state = (e.code, "42000") if e.code else ("001422", "22023")
        raise err(code, state, f"{COMPILE}\n{text.strip()}") from None
    except SnowflakeError as e:
        e.message = PROPERTY.sub(lambda m: f"for property '{m[1].upper()}'", e.message)
        e.args = (e.message,)
        raise
