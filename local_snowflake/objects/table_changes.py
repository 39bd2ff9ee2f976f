"""What PUT does to the columns of a table that is there: rows stay, columns are added, changed and dropped."""

from __future__ import annotations

from typing import Any, Callable

from ..sql.catalog import history
from ..sql.catalog.catalog import Obj
from ..sql.commands.ddl import column_of
from ..sql.language import types as T
from ..sql.language.errors import COMPILE, err
from .call import Call
from .names import fold, qualified, quoted


def apply(call: Call, obj: Obj, columns: list[dict[str, Any]], sql_of: Callable[[dict[str, Any]], str]) -> None:
    """Bring the columns of a table to those of a body; every change is checked before the first is made."""
    wanted = {fold(c["name"]): c for c in columns}
    have = {c["name"]: c for c in obj.props["columns"]}
    changes = [(have[n], column_of(call.engine, call.context, sql_of(c))) for n, c in wanted.items() if n in have]
    for old, new in changes:
        check_type(old, new)
    for name in [n for n in wanted if n not in have]:
        call.sql(f"ALTER TABLE {qualified(obj.path)} ADD COLUMN {sql_of(wanted[name])}")
    for name in [n for n in have if n not in wanted]:
        call.sql(f"ALTER TABLE {qualified(obj.path)} DROP COLUMN {quoted(name)}")
    obj = call.catalog.get("TABLE", obj.path)
    todo = []
    for old, new in changes:
        kept = next(c for c in obj.props["columns"] if c["name"] == old["name"])
        todo += statements(obj, kept, new)
        kept |= {"type": new["type"], "nullable": new["nullable"]}
        for key in ("default", "comment", "collation"):
            kept.pop(key, None)
            if new.get(key) is not None:
                kept[key] = new[key]
    order = {n: i for i, n in enumerate(wanted)}
    obj.props["columns"].sort(key=lambda c: order[c["name"]])
    with call.engine.pool.connection() as conn:
        for statement in todo:
            conn.execute(statement)
    if todo:
        history.lost(call.catalog, call.engine.clock, obj)
    call.catalog.save(obj)


def check_type(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Only lengths and precisions may grow."""
    a, b = T.from_dict(old["type"]), T.from_dict(new["type"])
    wider = a.kind == b.kind and (a == b or (a.kind in ("text", "binary") and b.n >= a.n) or (a.kind == "fixed" and a.s == b.s and b.p >= a.p))
    if not wider:
        raise err("002108", "22000", f"{COMPILE}\ncannot change column {old['name']} from type {T.sql_name(a)} to {T.sql_name(b)}")
    if bool(old.get("identity")) != bool(new.get("identity")):
        raise err("002108", "22000", f"{COMPILE}\ncannot change the identity of column {old['name']}")


def statements(obj: Obj, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    alter = f"ALTER TABLE {obj.physical} ALTER COLUMN {old['key']}"
    out = []
    if old["type"] != new["type"]:
        out.append(f"{alter} TYPE {T.pg_type(T.from_dict(new['type']))}")
    if old["nullable"] != new["nullable"]:
        out.append(f"{alter} {'DROP' if new['nullable'] else 'SET'} NOT NULL")
    return out
