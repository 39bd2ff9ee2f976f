"""SHOW TASKS, STAGES, STREAMS and COMPUTE POOLS."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Iterable

from ..catalog.catalog import Obj
from ..commands.account import Account
from ..commands.pools import pool_state, services_of
from ..tasks import tasks


def stamp(t: datetime | str | None) -> str | None:
    """A time stamp cell, also from an ISO text."""
    if isinstance(t, str):
        t = datetime.fromisoformat(t.replace("Z", "+00:00"))
    return f"{t.timestamp():.3f}" if t else None


def head(o: Obj) -> dict[str, Any]:
    out = {"created_on": stamp(o.created_on), "name": o.name, "owner": o.owner, "comment": o.props.get("comment") or "", "owner_role_type": "ROLE"}
    return out | ({"database_name": o.path[0], "schema_name": o.path[1]} if len(o.path) == 3 else {})


def task_rows(engine: Account, objs: Iterable[Obj]) -> Iterable[dict[str, Any]]:
    for o in objs:
        cells = tasks.row(engine.catalog, o)
        for name in ("last_committed_on", "last_suspended_on"):
            cells[name] = stamp(cells[name])
        yield {**head(o), **cells}


def stage_rows(engine: Account, objs: Iterable[Obj]) -> Iterable[dict[str, Any]]:
    for o in objs:
        p = o.props
        url = p.get("url") or ""
        yield {**head(o), "url": url, "has_credentials": "Y" if p.get("credentials") else "N", "has_encryption_key": "Y" if p.get("encryption") else "N", "region": None,
               "type": "EXTERNAL" if url else "INTERNAL", "cloud": None, "notification_channel": None, "storage_integration": p.get("storage_integration"),
               "endpoint": p.get("endpoint"), "directory_enabled": "Y" if (p.get("directory_table") or {}).get("enable") else "N"}


def stream_rows(engine: Account, objs: Iterable[Obj]) -> Iterable[dict[str, Any]]:
    for o in objs:
        source = o.props.get("stream_source") or {}
        table = ".".join((source.get("database_name") or o.path[0], source.get("schema_name") or o.path[1], source.get("name") or ""))
        mode = "APPEND_ONLY" if source.get("append_only") else "INSERT_ONLY" if source.get("insert_only") else "DEFAULT"
        bases = source.get("base_tables") or []
        yield {**head(o), "table_name": table, "source_type": str(source.get("src_type") or "table").replace("_", " ").title(),
               "base_tables": ", ".join(bases) if isinstance(bases, list) else str(bases),
               "type": "DELTA", "stale": "false", "mode": mode, "stale_after": None, "invalid_reason": "N/A"}


def pool_cells(engine: Account, o: Obj) -> dict[str, Any]:
    """What changes by itself in a pool."""
    state = pool_state(engine, o)
    services = services_of(engine, o)
    up = int(o.props["min_nodes"]) if state in ("IDLE", "ACTIVE") else 0
    return {"state": state, "num_services": sum(not s.props.get("is_job") for s in services), "num_jobs": sum(bool(s.props.get("is_job")) for s in services),
            "active_nodes": up if state == "ACTIVE" else 0, "idle_nodes": up if state == "IDLE" else 0,
            "target_nodes": 0 if state in ("SUSPENDED", "STOPPING") else int(o.props["min_nodes"])}


def pool_rows(engine: Account, objs: Iterable[Obj]) -> Iterable[dict[str, Any]]:
    for o in objs:
        p = o.props
        cells = {k: str(v) for k, v in pool_cells(engine, o).items()}
        yield {**head(o), **cells, "min_nodes": str(p["min_nodes"]), "max_nodes": str(p["max_nodes"]), "instance_family": p["instance_family"],
               "auto_suspend_secs": str(p.get("auto_suspend_secs", 3600)), "auto_resume": str(p.get("auto_resume", True)).lower(),
               "resumed_on": stamp(p.get("resumed_on")) or "0.000", "updated_on": stamp(p.get("updated_on") or o.created_on), "is_exclusive": "false",
               "application": None, "placement_group": None,
               "backup_instance_families": ",".join(p.get("backup_instance_families") or []) or None, "budget": None, "error_code": "", "status_message": "", "comment": p.get("comment")}
