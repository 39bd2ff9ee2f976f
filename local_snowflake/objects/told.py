"""What tests tell an account of its past, and the many objects that they want at once: POST /_local/history and /_local/objects."""

from __future__ import annotations

import asyncio
import uuid
from datetime import date, datetime, timedelta, timezone
from typing import Any, Callable

from aiohttp import web

from ..model import Context, SnowflakeError
from ..payload import json_of
from ..sql.catalog.catalog import Obj, Path, now
from ..sql.catalog.query_log import FAILED, RUNNING, SUCCESS, Entry
from ..sql.commands.account import Account
from ..sql.show.usage_layouts import COPY_FUNCTION, STORAGE_FUNCTION, VIEWS
from .registry import KINDS
from .spec import Spec

MOST = 200000  # rows or objects of one order


class Told:
    """Adds rows to the histories, without anything having run."""

    def __init__(self, engine: Account):
        self.engine = engine

    async def history(self, request: web.Request) -> web.Response:
        """POST /_local/history {"history", "rows": [{column: value}], "count", "step"}.

        Every row is added as it is, or "count" times, each "step" seconds before the one before it. Columns that are left out have a value that fits;
        times are ISO 8601 and, left out, the account's time.
        """
        order = await json_of(request)
        return web.json_response(await asyncio.get_running_loop().run_in_executor(None, self.add, order))

    def add(self, order: dict[str, Any]) -> dict[str, int]:
        name = str(order["history"]).upper()
        if name not in MAKERS:
            raise ValueError(f"no such history: {name}; there are {', '.join(MAKERS)}")
        count, step = int(order.get("count", 1)), timedelta(seconds=float(order.get("step", 1)))
        rows = order.get("rows", [{}])
        if not 1 <= count * len(rows) <= MOST:
            raise ValueError(f"1 to {MOST} rows at a time")
        moment = self.engine.clock.now()
        for row in rows:
            given = _checked(name, row)
            for n in range(count):
                MAKERS[name](self.engine, {k: v - n * step if isinstance(v, datetime) else v for k, v in given.items()}, moment - n * step, n)
        return {"added": count * len(rows)}


def _checked(name: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row with the names of columns in upper case and its times as such."""
    types = {**dict(VIEWS.get(name, [])), **dict(STORAGE_FUNCTION if name == "DATABASE_STORAGE_USAGE_HISTORY" else COPY_FUNCTION if name == "COPY_HISTORY" else [])}
    out: dict[str, Any] = {}
    for key, value in row.items():
        key = key.upper()
        if key not in types:
            raise ValueError(f"{name} has no column {key}")
        if value is not None and types[key].is_ts:
            value = datetime.fromisoformat(value.replace("Z", "+00:00"))
            value = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        elif value is not None and types[key].kind == "date":
            value = date.fromisoformat(value)
        out[key] = value
    return out


def _query(engine: Account, row: dict[str, Any], moment: datetime, n: int) -> None:
    end = row.get("END_TIME", moment)
    start = row.get("START_TIME", end - timedelta(milliseconds=int(row.get("TOTAL_ELAPSED_TIME", 10))))
    user, role = row.get("USER_NAME", "ADMIN"), row.get("ROLE_NAME", "SYSADMIN")
    warehouse, database, schema = row.get("WAREHOUSE_NAME", "COMPUTE_WH"), row.get("DATABASE_NAME"), row.get("SCHEMA_NAME")
    query_id = row.get("QUERY_ID") or str(uuid.uuid4())
    status = str(row.get("EXECUTION_STATUS", "SUCCESS")).upper()
    entry = Entry(
        query_id if n == 0 or "QUERY_ID" not in row else f"{query_id}-{n}", row.get("QUERY_TEXT", "SELECT 1"), Context(user, role, warehouse, database, schema), user, role, warehouse,
        database, schema, row.get("QUERY_TAG") or "", row.get("QUERY_TYPE", "SELECT"), start, int(row.get("SESSION_ID", 1)),
    )  # fmt: skip
    entry.end = None if status == RUNNING else end
    entry.status = SUCCESS if status == "SUCCESS" else RUNNING if status == RUNNING else FAILED
    entry.rows = int(row["ROWS_PRODUCED"]) if row.get("ROWS_PRODUCED") is not None else None
    if entry.status == FAILED:
        entry.error = SnowflakeError(f"{int(row.get('ERROR_CODE', 100051)):06}", "XX000", row.get("ERROR_MESSAGE", "Division by zero"))
    engine.events.queries.append(entry)


def _login(engine: Account, row: dict[str, Any], moment: datetime, n: int) -> None:
    success = str(row.get("IS_SUCCESS", "YES")).upper() == "YES"
    code = row.get("ERROR_CODE", None if success else 390144)
    made = engine.events.login(
        row.get("USER_NAME", "ADMIN"), row.get("FIRST_AUTHENTICATION_FACTOR", "RSA_KEYPAIR"), success, row.get("CLIENT_IP", "127.0.0.1"), row.get("REPORTED_CLIENT_TYPE", "OTHER"),
        row.get("REPORTED_CLIENT_VERSION", ""), code, row.get("ERROR_MESSAGE", None if success else "JWT_TOKEN_INVALID"), row.get("EVENT_TIMESTAMP", moment),
    )  # fmt: skip
    if "EVENT_ID" in row:
        made.event_id = int(row["EVENT_ID"]) + n


def _session(engine: Account, row: dict[str, Any], moment: datetime, n: int) -> None:
    base = {"SESSION_ID": next(engine.events.numbers), "CREATED_ON": moment, "USER_NAME": "ADMIN", "AUTHENTICATION_METHOD": "Password", "IS_OPEN": True, "ACCESS_TIME": moment,
            "CLIENT_APPLICATION_ID": "JDBC 3.8.7", "CLIENT_APPLICATION_VERSION": "3.8.7", "CLIENT_ENVIRONMENT": "{}", "LOGIN_EVENT_ID": 0}
    more = {"SESSION_ID": int(row["SESSION_ID"]) + n} if "SESSION_ID" in row else {}
    engine.events.sessions.append({**base, **row, **more})


def _task(engine: Account, row: dict[str, Any], moment: datetime, n: int) -> None:
    scheduled = row.get("SCHEDULED_TIME", moment)
    number = int(scheduled.timestamp() * 1000)
    base = {"NAME": "T", "DATABASE_NAME": "DEMO", "SCHEMA_NAME": "PUBLIC", "QUERY_TEXT": "SELECT 1", "STATE": "SUCCEEDED", "SCHEDULED_TIME": scheduled, "QUERY_START_TIME": scheduled,
            "COMPLETED_TIME": scheduled + timedelta(seconds=1), "ROOT_TASK_ID": "00000000-0000-0000-0000-000000000000", "GRAPH_VERSION": 1, "RUN_ID": number,
            "SCHEDULED_FROM": "SCHEDULE", "ATTEMPT_NUMBER": 1, "GRAPH_RUN_GROUP_ID": str(number), "QUERY_ID": str(uuid.uuid4())}
    for name in ("DATABASE_NAME", "SCHEMA_NAME", "NAME", "STATE"):
        if not isinstance(row.get(name, ""), str):
            raise ValueError(f"{name} is a text")
    engine.events.tasks.append({**base, **row})


def _metering(engine: Account, row: dict[str, Any], moment: datetime, n: int) -> None:
    start = row.get("START_TIME", moment).replace(minute=0, second=0, microsecond=0)
    compute, cloud = float(row.get("CREDITS_USED_COMPUTE", 1)), float(row.get("CREDITS_USED_CLOUD_SERVICES", 0))
    engine.events.metering.append({"WAREHOUSE_NAME": "COMPUTE_WH", "CREDITS_USED": compute + cloud, "CREDITS_USED_COMPUTE": compute, "CREDITS_USED_CLOUD_SERVICES": cloud,
                                   "CREDITS_ATTRIBUTED_COMPUTE_QUERIES": compute, **row, "START_TIME": start, "END_TIME": start + timedelta(hours=1)})


def _copy(engine: Account, row: dict[str, Any], moment: datetime, n: int) -> None:
    base = {"FILE_NAME": f"file_{n}.csv", "STAGE_LOCATION": "@S", "LAST_LOAD_TIME": moment, "ROW_COUNT": 1, "ROW_PARSED": 1, "FILE_SIZE": 10, "ERROR_COUNT": 0, "ERROR_LIMIT": 1,
            "STATUS": "Loaded", "TABLE_NAME": "T", "TABLE_SCHEMA_NAME": "PUBLIC", "TABLE_CATALOG_NAME": "DEMO"}
    engine.events.copied(**{**base, **row})


def _storage(engine: Account, row: dict[str, Any], moment: datetime, n: int) -> None:
    day = row.get("USAGE_DATE")
    base = {"DATABASE_NAME": "DEMO", "AVERAGE_DATABASE_BYTES": 0, "AVERAGE_FAILSAFE_BYTES": 0}
    engine.events.storage.append({**base, **row, "USAGE_DATE": day - timedelta(days=n) if day else moment.date()})


MAKERS: dict[str, Callable[[Account, dict[str, Any], datetime, int], None]] = {
    "QUERY_HISTORY": _query, "LOGIN_HISTORY": _login, "SESSIONS": _session, "TASK_HISTORY": _task, "WAREHOUSE_METERING_HISTORY": _metering, "COPY_HISTORY": _copy,
    "DATABASE_STORAGE_USAGE_HISTORY": _storage,
}  # fmt: skip


# Many objects

PATTERNS: dict[str, dict[str, Any]] = {  # what makes a whole object of a kind, where nothing else was said
    "TASK": {"definition": "SELECT 1", "warehouse": "COMPUTE_WH", "schedule": {"seconds": 3600, "text": "60 MINUTE"}, "predecessors": [], "state": "suspended"},
    "ALERT": {"schedule": {"schedule_type": "SCHEDULE_TYPE", "minutes": 5}, "condition": "SELECT 1", "action": "SELECT 1", "warehouse": "COMPUTE_WH"},
    "STREAM": {"stream_source": {"src_type": "table", "name": "T"}}, "PIPE": {"copy_statement": "COPY INTO T FROM @S"},
    "NOTEBOOK": {"versions": [{"name": "VERSION$1", "alias": None, "source": None}]}, "STREAMLIT": {"main_file": "app.py", "versions": [{"name": "VERSION$1", "alias": None, "source": None}]},
    "DYNAMIC TABLE": {"query": "SELECT 1 AS A", "target_lag": {"type": "USER_DEFINED", "seconds": 60}, "warehouse": "COMPUTE_WH"}, "TAG": {}, "SEQUENCE": {}, "STAGE": {}, "SECRET": {},
    "IMAGE REPOSITORY": {}, "NETWORK RULE": {"type": "IPV4", "mode": "INGRESS", "value_list": []}, "PASSWORD POLICY": {}, "EVENT TABLE": {}, "ICEBERG TABLE": {"base_location": "x"},
    "DATABASE": {}, "SCHEMA": {}, "ROLE": {}, "USER": {}, "WAREHOUSE": {"warehouse_size": "XSMALL", "state": "STARTED", "auto_suspend": "600", "auto_resume": "true"},
    "NETWORK POLICY": {}, "DATABASE ROLE": {},
}  # fmt: skip
DEPTHS = {"DATABASE": 1, "ROLE": 1, "USER": 1, "WAREHOUSE": 1, "NETWORK POLICY": 1, "SCHEMA": 2, "DATABASE ROLE": 2}


def made(engine: Account, spec: Spec, order: dict[str, Any]) -> dict[str, Any]:
    """{"kind", "count", "schemas", "databases", "prefix", "owner", "set"}: as many objects, spread over so many new databases with so many new schemas each.

    The databases are <prefix>_DB_001 and on, their schemas PUBLIC and <prefix>_S_001 and on, the objects <prefix>_000001 and on; in schemas they are laid
    one after the other. They are entries of the catalog: nothing checks them and no task of them runs before it is resumed.
    """
    kind = str(order["kind"]).upper()
    if kind not in PATTERNS:
        raise ValueError(f"no pattern of kind {kind}; there are {', '.join(sorted(PATTERNS))}")
    count, databases, schemas = int(order["count"]), int(order.get("databases", 1)), int(order.get("schemas", 1))
    prefix, owner = str(order.get("prefix", "MANY")), str(order.get("owner", "SYSADMIN"))
    if not (0 <= count <= MOST and 1 <= databases and 1 <= schemas and databases * schemas <= MOST):
        raise ValueError(f"at most {MOST} at a time")
    props = {**PATTERNS[kind], **order.get("set", {})}
    try:
        for k in (k for k in KINDS if k.word == kind and "set" in order):
            k.check_kept(spec, order["set"])
    except SnowflakeError as error:
        raise ValueError(error.message) from None
    depth = DEPTHS.get(kind, 3)
    rows: list[tuple[str, Path, dict[str, Any]]] = []
    places: list[Path] = [()]
    if depth > 1:
        places = [(f"{prefix}_DB_{d:03}",) for d in range(1, databases + 1)]
        rows += [("DATABASE", place, {}) for place in places] + [("SCHEMA", (*place, "PUBLIC"), {}) for place in places]
    if depth > 2:
        places = [(*place, f"{prefix}_S_{s:03}") for place in places for s in range(1, schemas + 1)]
        rows += [("SCHEMA", place, {}) for place in places]
    fresh: dict[str, Callable[[], Any]] = {"TASK": lambda: {"id": str(uuid.uuid4())}, "NOTEBOOK": lambda: {"url_id": uuid.uuid4().hex[:20]}, "STREAMLIT": lambda: {"url_id": uuid.uuid4().hex[:20]}}
    more = fresh.get(kind, dict)
    rows += [(kind, (*places[n * len(places) // max(1, count)], f"{prefix}_{n + 1:06}"), {**props, **more()}) for n in range(count)]
    _add_all(engine, rows, owner)
    return {"made": count, "databases": sorted({path[0] for _, path, _ in rows if len(path) > 1})}


def _add_all(engine: Account, rows: list[tuple[str, Path, dict[str, Any]]], owner: str) -> None:
    """New objects of the catalog in one go; a name that is taken is an error, and then nothing is made."""
    cat = engine.catalog
    with cat.lock:
        taken = next((path for kind, path, _ in rows if cat.get(kind, path) or cat.relation(path)), None)
        if taken is not None:
            raise ValueError(f"{'.'.join(taken)} exists")
        ids = [i for (i,) in cat.connection.execute("SELECT nextval('sf_catalog.ids') FROM generate_series(1, %s)", (len(rows),))]
        moment = now()
        objs = [Obj(i, kind, path, owner, moment, dict(props)) for i, (kind, path, props) in zip(ids, rows)]
        cat.put_all(objs)
