"""Copies of databases, schemas and tables with what is in them (CLONE)."""

from __future__ import annotations

from typing import Any

from ..catalog.catalog import Obj, Path
from .account import Account

NOT_CLONED = ("DATABASE ROLE", "SERVICE", "IMAGE REPOSITORY")


def clone_container(engine: Account, source: Obj, path: Path, role: str, changes: dict[str, Any] | None = None) -> Obj:
    """A copy of a database or schema under a new path, owned by the role; tasks in it are suspended."""
    inner = sorted((o for o in engine.catalog.children(source.path) if o.kind not in NOT_CLONED), key=lambda o: len(o.path))
    made = engine.catalog.add(source.kind, path, role, {**source.props, **(changes or {})})
    for obj in inner:
        clone_object(engine, obj, path + obj.path[len(source.path):], obj.owner)
    return made


def clone_object(engine: Account, source: Obj, path: Path, owner: str) -> Obj:
    """A copy of one object; a table's rows come along."""
    props = dict(source.props)
    if source.kind == "TASK":
        props |= {"state": "suspended", "last_suspended_on": None}
    object_id = engine.catalog.new_id()
    if source.kind == "TABLE":
        _copy_rows(engine, source, object_id)
    return engine.catalog.add(source.kind, path, owner, props, object_id)


def _copy_rows(engine: Account, source: Obj, object_id: int) -> None:
    with engine.pool.connection() as conn:
        conn.execute(f"CREATE TABLE sfd.t{object_id} (LIKE {source.physical} INCLUDING ALL)")
        conn.execute(f"INSERT INTO sfd.t{object_id} SELECT * FROM {source.physical}")
        for column in source.columns:
            if column.identity:
                start = conn.execute(f"SELECT last_value + CASE WHEN is_called THEN {column.identity[1]} ELSE 0 END FROM sfd.s{source.id}_{column.key}").fetchone()[0]
                conn.execute(f"CREATE SEQUENCE sfd.s{object_id}_{column.key} START {start} INCREMENT {column.identity[1]}")
