"""ALTER TABLE … ALTER COLUMN and the primary key; columns are added, dropped and renamed by the SQL side."""

from __future__ import annotations

import psycopg

from ..sql.catalog import history
from ..sql.catalog.catalog import Obj
from ..sql.commands import options
from ..sql.commands.ddl import column_of
from ..sql.language.errors import COMPILE, err, feature
from . import table_changes
from .names import quoted
from .sql_target import Statement


def find(obj: Obj, name: str) -> dict:
    hit = [c for c in obj.props["columns"] if c["name"] == name]
    if not hit:
        raise err("002043", "02000", f"{COMPILE}\ncolumn '{name}' does not exist")
    return hit[0]


def alter(s: Statement, obj: Obj) -> None:
    """{ ALTER | MODIFY } [(] [COLUMN] name change, … [)]; all of them are read before the first is made."""
    s.catalog.own(s.context.role, obj)
    around = s.cur.accept("(")
    changes = []
    while True:
        s.cur.accept("COLUMN")
        old = find(obj, s.cur.ident())
        changes.append((old, _change(s, dict(old))))
        if not s.cur.accept(","):
            break
    if around:
        s.cur.expect(")")
    s.cur.end()
    statements = []
    for old, new in changes:
        table_changes.check_type(old, new)
        statements += table_changes.statements(obj, old, new)
    try:
        if statements:
            s.engine.run_all(statements, s.context, s.session)
    except psycopg.errors.NotNullViolation:
        raise err("100072", "22000", "NULL result in a non-nullable column") from None
    for old, new in changes:
        old.clear()
        old.update(new)
    if statements:
        history.lost(s.catalog, s.engine.clock, obj)
    s.catalog.save(obj)


def _change(s: Statement, new: dict) -> dict:
    cur = s.cur
    if cur.accept("SET", "NOT", "NULL") or cur.accept("NOT", "NULL"):
        new["nullable"] = False
    elif cur.accept("DROP", "NOT", "NULL"):
        new["nullable"] = True
    elif cur.accept("DROP", "DEFAULT"):
        new.pop("default", None)
    elif cur.accept("COMMENT"):
        new["comment"] = options.text(cur, "COMMENT")
    elif cur.accept("UNSET", "COMMENT"):
        new.pop("comment", None)
    elif cur.peek() == "SET" and cur.peek(1) in ("DEFAULT", "MASKING", "PROJECTION", "TAG") or cur.peek() == "UNSET":
        raise feature(f"ALTER COLUMN … {cur.peek()} {cur.peek(1)}")
    else:
        cur.accept("SET", "DATA")
        cur.accept("TYPE")
        new["type"] = column_of(s.engine, s.context, f"{quoted(new['name'])} {s.a_type()}")["type"]
    return new


def primary_key(s: Statement, obj: Obj, adds: bool) -> None:
    """ADD [CONSTRAINT name] PRIMARY KEY (…) and DROP PRIMARY KEY."""
    s.catalog.own(s.context.role, obj)
    if not adds:
        s.cur.expect("PRIMARY", "KEY")
        obj.props.pop("primary_key", None)
        obj.props["constraints"] = [c for c in obj.props.get("constraints") or [] if c["constraint_type"] != "PRIMARY KEY"]
        s.catalog.save(obj)
        return
    name = s.cur.ident() if s.cur.accept("CONSTRAINT") else None
    if not s.cur.accept("PRIMARY", "KEY"):
        raise feature("constraints other than a primary key in ALTER TABLE")
    if obj.props.get("primary_key"):
        raise err("002200", "42710", f"{COMPILE}\nprimary key already exists for table '{obj.name}'")
    s.cur.expect("(")
    names = [s.cur.ident()]
    while s.cur.accept(","):
        names.append(s.cur.ident())
    s.cur.expect(")")
    for n in names:
        find(obj, n)
    obj.props["primary_key"] = names
    if name:
        obj.props["constraints"] = [*(obj.props.get("constraints") or []), {"name": name, "column_names": names, "constraint_type": "PRIMARY KEY"}]
    s.catalog.save(obj)
