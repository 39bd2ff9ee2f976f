"""SHOW, all from the catalog."""

from __future__ import annotations

import re
from typing import Any, Iterable

from ...model import Context
from ..catalog.catalog import Obj, Path
from ..catalog.names import full
from ..commands.account import Account
from ..language.errors import cannot_perform, feature, missing, no_database, syntax, too_many_rows
from ..language.parse import Cursor
from ..tasks import tasks
from . import grant_rows, parameters, sql_rows
from .kind_rows import INTEGRATIONS, cells, plain
from .layouts import SHOWN, WORDS, Columns, Layout, typed
from .visible import like_pattern, visible

Rows = list[list[str | None]]
Cells = dict[str, Any]
MOST = 10000  # rows of a SHOW
NAMES = {"COLUMNS": "column_name", "PRIMARY KEYS": "table_name", "MANAGED ACCOUNTS": "account_name"}  # what LIKE and its like look at, where it is not "name"
# Kinds of which a missing schema is told as such.
TELLS_SCHEMA = ("TASKS", "STREAMS")
PREDICATES = ("LIKE", "STARTS", "LIMIT", "ROOT", "OF")


def run(engine: Account, cur: Cursor, context: Context) -> tuple[Columns, Rows]:
    """A SHOW statement."""
    cur.expect("SHOW")
    terse = cur.accept("TERSE")
    if not terse and cur.peek() in ("GRANTS", "FUTURE"):
        return grant_rows.run(engine, cur, context)
    if not terse and cur.accept("PARAMETERS"):
        return parameters.run(engine, cur, context)
    words = next((w for w in WORDS if cur.accept(*w.split())), None)
    if words is None:
        raise syntax(near=cur.word())
    layout = SHOWN[words]
    if terse and "t" not in layout.clauses:
        raise feature(f"SHOW TERSE {words}")
    asked = Asked(engine, cur, context, words, layout)
    names = layout.names(terse, asked.history)
    return typed(names), asked.rows(names, terse)


class Asked:
    """One SHOW of objects: its clauses, and the rows that they leave."""

    def __init__(self, engine: Account, cur: Cursor, context: Context, words: str, layout: Layout):
        self.engine, self.context, self.words, self.layout = engine, context, words, layout
        has = layout.clauses.__contains__
        self.history = has("h") and cur.accept("HISTORY")
        self.like = self._like(cur) if has("l") else None
        self.pool: str | None = None
        self.scope: Path = ()
        if has("a"):
            if cur.accept("IN"):
                cur.expect("ACCOUNT")
        elif has("i"):
            self.scope = self._scope(cur)
        self.prefix = cur.string() if has("s") and cur.accept("STARTS", "WITH") else None
        self.roots = has("r") and cur.accept("ROOT", "ONLY")
        self.limit: int | None = None
        self.after: str | None = None
        if has("n") and cur.accept("LIMIT"):
            self.limit = self._number(cur)
            if has("f") and cur.accept("FROM"):
                self.after = cur.string()
        self.privileges = self._privileges(cur) if has("p") and not self.history and cur.accept("WITH", "PRIVILEGES") else []
        cur.end()
        if self.limit is not None and self.limit > MOST and layout.strict:
            raise too_many_rows(MOST)

    @staticmethod
    def _number(cur: Cursor) -> int:
        text = cur.value()
        if not text.isdigit():
            raise syntax(near=text)
        return int(text)

    def _like(self, cur: Cursor) -> re.Pattern[str] | None:
        if not cur.accept("LIKE"):
            return None
        if self.words == "CORTEX SEARCH SERVICES":
            cur.accept("PATTERN")  # as its page has it
        return like_pattern(cur.string())

    @staticmethod
    def _privileges(cur: Cursor) -> list[str]:
        out = [""]
        while not cur.done:
            if cur.accept(","):
                out.append("")
            else:
                out[-1] = f"{out[-1]} {cur.word()}".strip()
        if not all(out):
            raise syntax()
        return out

    # Where

    def _scope(self, cur: Cursor) -> Path:
        """The path of IN …; the current schema or database when there is none."""
        context, kind = self.context, self.words
        given = cur.accept("IN") or (kind in ("COLUMNS", "PRIMARY KEYS") and cur.accept("FROM"))
        if kind == "DATABASE ROLES":
            if not given:
                raise cur.bad()
            cur.expect("DATABASE")
            return self._usable((cur.ident(),))
        if not given:
            return self._here()
        if cur.accept("ACCOUNT"):
            return ()
        if kind.endswith("SERVICES") and kind != "CORTEX SEARCH SERVICES" and cur.accept("COMPUTE", "POOL"):
            self.pool = cur.ident()
            found = self.engine.catalog.get("COMPUTE POOL", (self.pool,))
            if found is None or not self.engine.catalog.sees(context.role, found):
                raise missing("Compute pool", self.pool)
            return ()
        places = ("DATABASE", "SCHEMA", "TABLE", "VIEW") if kind in ("COLUMNS", "PRIMARY KEYS") else ("DATABASE", "SCHEMA")
        word = cur.word() if cur.peek() in places and cur.peek(1) != "." else "DATABASE" if kind == "SCHEMAS" else "SCHEMA"
        parts = [] if cur.done or cur.peek() in PREDICATES else cur.name()
        if word in ("TABLE", "VIEW"):
            return self._relation(word, parts)
        if not parts:  # without a current database the word has no effect
            return () if not context.database else (context.database,) if word == "DATABASE" or not context.schema else (context.database, context.schema)
        if len(parts) > (1 if word == "DATABASE" else 2):
            raise syntax(near=parts[-1])
        if word == "SCHEMA" and len(parts) == 1 and not context.database:
            raise cannot_perform()
        return self._usable((parts[0],) if word == "DATABASE" else full(context, "SCHEMA", parts))

    def _here(self) -> Path:
        context = self.context
        if not context.database:
            return ()
        return (context.database,) if self.words == "SCHEMAS" or not context.schema else (context.database, context.schema)

    def _usable(self, path: Path) -> Path:
        cat, role = self.engine.catalog, self.context.role
        if not cat.usable(role, path[:1]) or (len(path) == 2 and not cat.usable(role, path)):
            if self.words in TELLS_SCHEMA:
                raise missing("Schema", ".".join(path))
            raise cannot_perform()
        return path

    def _relation(self, word: str, parts: list[str]) -> Path:
        if not parts:
            raise no_database() if not self.context.database else syntax()
        path = full(self.context, word, parts)
        found = self.engine.catalog.relation(path)
        if found is None or not self.engine.catalog.sees(self.context.role, found):
            raise missing(word.capitalize(), parts[0] if len(parts) == 1 else ".".join(path))
        return path

    # Rows

    def _found(self) -> Iterable[Cells]:
        if self.words == "TRANSACTIONS":
            return []
        if self.words in sql_rows.HISTORY:
            return sql_rows.GENERATE[self.words](self.engine, self.context, self.scope, self.history)
        if self.words in sql_rows.GENERATE:
            return sql_rows.GENERATE[self.words](self.engine, self.context, self.scope)
        return (cells(self.engine, o) for o in self._objects())

    def _objects(self) -> Iterable[Obj]:
        engine, context = self.engine, self.context
        if self.words == "INTEGRATIONS":
            yield from sorted((o for kind in INTEGRATIONS for o in visible(engine, context, kind, ())), key=lambda o: o.name)
            return
        for o in visible(engine, context, self.layout.kind, self.scope):
            job = bool(o.props.get("is_job"))
            if self.roots and not tasks.is_root(o) or self.pool and plain(o.props["compute_pool"]) != self.pool:
                continue
            if self.words == "JOB SERVICES" and not job or self.words == "SERVICES EXCLUDE JOBS" and job:
                continue
            if not self.like or self.like.match(o.props.get("bare_name") or o.name):
                yield o

    def _granted(self, row: Cells) -> bool:
        """Whether the role has all the privileges that WITH PRIVILEGES names."""
        cat = self.engine.catalog
        path = (row["database_name"], row["name"]) if self.words == "SCHEMAS" else (row["name"],)
        obj = cat.get(self.layout.kind, path)
        return obj is not None and all(cat.can(self.context.role, p, obj) for p in self.privileges)

    def rows(self, names: list[str], terse: bool) -> Rows:
        key = NAMES.get(self.words, "name")
        out: Rows = []
        for item in self._found():
            name = item.get(key) or ""
            if self.like and not self.like.match(name) or self.prefix is not None and not name.startswith(self.prefix) or self.after is not None and name <= self.after:
                continue
            if self.privileges and not self._granted(item):
                continue
            if len(out) == MOST and self.words != "PRIMARY KEYS":  # of these no page says that there are more
                if self.layout.strict and self.limit is None:
                    raise too_many_rows(MOST)
                break
            if self.limit is not None and len(out) >= self.limit:
                break
            if terse:
                item = _terse(self.words, item)
            out.append([item[n] for n in names])
        return out


def _terse(words: str, row: Cells) -> Cells:
    """A row as SHOW TERSE has it: a kind is TABLE or VIEW or nothing, and a container is not inside of itself."""
    if words == "STREAMS":
        row = {**row, "kind": row["type"], "tableOn": row["table_name"]}
    kinds = {"DATABASES": None, "SCHEMAS": None, "TASKS": None, "ALERTS": None, "VIEWS": "VIEW", "TABLES": "TABLE"}
    out = {"database_name": None, "schema_name": None, **row}
    return {**out, "kind": kinds.get(words, row.get("kind"))}
