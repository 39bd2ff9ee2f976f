"""The table functions of INFORMATION_SCHEMA: what tasks, statements, logins, warehouses and loads did, and what tasks will do."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from typing import Any, Callable, Iterable

from ...model import Context
from ..catalog import warehouse_sizes
from ..catalog.catalog import Path
from ..catalog.events import Login
from ..catalog.names import full
from ..catalog.query_log import Columns, Entry, Rows
from ..commands.account import Account
from ..language import types as T
from ..language.errors import COMPILE, err, missing
from ..language.parse import split_name
from ..tasks import tasks
from ..tasks.graph_runs import AUTO_SUSPENDED, CANCELLED, FAILED, Graph, TaskRun
from .show_more import stamp, task_rows
from .sql_rows import sizes
from .usage_layouts import COPY_FUNCTION, LOGIN_FUNCTION, METERING_FUNCTION, QUERY_FUNCTION, STORAGE_FUNCTION

BACK, AHEAD = timedelta(days=7), timedelta(days=8)
MOST = 10000
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_V, _N, _S, _B = T.text(), T.number(), T.Type("timestamp_ltz", s=3), T.BOOLEAN
Args = dict[str, Any]  # texts, numbers, booleans and times by their names


def _columns(text: str, numbers: str, times: str, others: dict[str, T.Type] | None = None) -> Columns:
    kinds = {**dict.fromkeys(numbers.split(), _N), **dict.fromkeys(times.split(), _S), **(others or {})}
    return [(n, kinds.get(n, _V)) for n in text.split()]


TASK_TIMES = "SCHEDULED_TIME QUERY_START_TIME NEXT_SCHEDULED_TIME COMPLETED_TIME"
# ERROR_CODE is text: 0040003 is seen with its zeros, whatever the documents say.
TASK_HISTORY = _columns(
    "QUERY_ID NAME DATABASE_NAME SCHEMA_NAME QUERY_TEXT CONDITION_TEXT STATE ERROR_CODE ERROR_MESSAGE SCHEDULED_TIME QUERY_START_TIME NEXT_SCHEDULED_TIME "
    "COMPLETED_TIME ROOT_TASK_ID GRAPH_VERSION RUN_ID RETURN_VALUE SCHEDULED_FROM ATTEMPT_NUMBER CONFIG QUERY_HASH QUERY_HASH_VERSION "
    "QUERY_PARAMETERIZED_HASH QUERY_PARAMETERIZED_HASH_VERSION GRAPH_RUN_GROUP_ID BACKFILL_INFO SPCS_JOB_ID",
    "GRAPH_VERSION RUN_ID ATTEMPT_NUMBER QUERY_HASH_VERSION QUERY_PARAMETERIZED_HASH_VERSION SPCS_JOB_ID", TASK_TIMES, {"BACKFILL_INFO": T.OBJECT})  # fmt: skip
COMPLETE_GRAPHS = _columns(
    "ROOT_TASK_NAME DATABASE_NAME SCHEMA_NAME STATE FIRST_ERROR_TASK_NAME FIRST_ERROR_CODE FIRST_ERROR_MESSAGE SCHEDULED_TIME QUERY_START_TIME "
    "NEXT_SCHEDULED_TIME COMPLETED_TIME ROOT_TASK_ID GRAPH_VERSION RUN_ID ATTEMPT_NUMBER SCHEDULED_FROM CONFIG GRAPH_RUN_GROUP_ID BACKFILL_INFO SCHEDULED_BY_USER",
    "FIRST_ERROR_CODE GRAPH_VERSION RUN_ID ATTEMPT_NUMBER", TASK_TIMES, {"BACKFILL_INFO": T.OBJECT})  # fmt: skip
CURRENT_GRAPHS = [c for c in COMPLETE_GRAPHS if c[0] != "COMPLETED_TIME"]
DEPENDENTS = _columns("CREATED_ON NAME DATABASE_NAME SCHEMA_NAME OWNER COMMENT WAREHOUSE SCHEDULE PREDECESSORS STATE DEFINITION CONDITION", "", "CREATED_ON")


def _bad(function: str, text: str) -> Exception:
    return err("001015", "22023", f"{COMPILE}\n{text} for function '{function}'")


def _limit(args: Args, default: int) -> int:
    limit = args.get("RESULT_LIMIT", default)
    if limit > MOST:
        raise err("001015", "22023", f"Value for parameter RESULT_LIMIT exceeds maximum allowable value ({MOST:,}).")
    return max(0, int(limit))


def _too_old(text: str) -> Exception:
    return err("001015", "22023", f"{COMPILE}\nCannot retrieve data from more than {text} ago.")


def _range(engine: Account, args: Args, start: str, end: str, back: timedelta = BACK, text: str = "7 days") -> tuple[datetime | None, datetime | None]:
    """The bounds of a time range; one that reaches back as far as what is kept, or ends before it starts, is refused."""
    low, high = args.get(start), args.get(end)
    oldest = engine.clock.now() - back
    if any(bound is not None and bound <= oldest for bound in (low, high)):
        raise _too_old(text)
    if low is not None and high is not None and high < low:
        raise err("001015", "22023", f"{COMPILE}\ninvalid time range of arguments {start} and {end}.")
    return low, high


# Tasks

def watches(engine: Account, context: Context, path: Path, owner: str) -> bool:
    """Whether a role may look at the runs of a task."""
    cat = engine.catalog
    obj = cat.get("TASK", path)
    mine = cat.roles_of(context.role)
    if owner in mine or "ACCOUNTADMIN" in mine or cat.on_account(context.role, "MONITOR EXECUTION"):
        return True
    return obj is not None and any(cat.can(context.role, p, obj) for p in ("MONITOR", "OPERATE"))


def _place(engine: Account, context: Context, path: Path) -> list[str | None]:
    """Database and schema, hidden from who may not use them."""
    cat = engine.catalog
    return [path[0], path[1]] if cat.usable(context.role, path[:1]) and cat.usable(context.role, path[:2]) else [None, None]


def _config(graph: Graph) -> str | None:
    return json.dumps(graph.config, separators=(",", ":")) if graph.config else None


def _failed(state: str) -> bool:
    return state in (FAILED, CANCELLED, AUTO_SUSPENDED)


def task_history(engine: Account, context: Context, args: Args) -> Rows:
    limit = _limit(args, 100)
    low, high = _range(engine, args, "SCHEDULED_TIME_RANGE_START", "SCHEDULED_TIME_RANGE_END")
    if "SCHEMA_NAME" in args and "DATABASE_NAME" not in args:
        raise _bad("TASK_HISTORY", "DATABASE_NAME must be given with SCHEMA_NAME")
    now = engine.clock.now()
    low, high = low or now - BACK, high or now + AHEAD
    place = [(i, split_name(args[k])[0]) for i, k in enumerate(("DATABASE_NAME", "SCHEMA_NAME")) if k in args]

    def wanted(run: TaskRun) -> bool:
        return (
            low <= run.scheduled_time <= high and ("TASK_NAME" not in args or run.name.upper() == args["TASK_NAME"].upper())
            and args.get("ROOT_TASK_ID", run.graph.root_id) == run.graph.root_id and all(run.path[i] == name for i, name in place)
            and (not args.get("ERROR_ONLY") or _failed(run.state)) and watches(engine, context, run.path, run.graph.owner)
        )  # fmt: skip

    def _told(r: dict[str, Any]) -> bool:
        path = (r["DATABASE_NAME"], r["SCHEMA_NAME"], r["NAME"])
        return (
            low <= r["SCHEDULED_TIME"] <= high and ("TASK_NAME" not in args or path[2].upper() == args["TASK_NAME"].upper())
            and args.get("ROOT_TASK_ID", r.get("ROOT_TASK_ID")) == r.get("ROOT_TASK_ID") and all(path[i] == name for i, name in place)
            and (not args.get("ERROR_ONLY") or _failed(r["STATE"])) and watches(engine, context, path, "")
        )  # fmt: skip

    found = [(run.scheduled_time, task_cells(engine, context, run)) for run in engine.tasks.task_runs() if wanted(run)]
    told = [(r["SCHEDULED_TIME"], told_cells(r)) for r in list(engine.events.tasks) if _told(r)]
    if told:
        found = sorted([*found, *told], key=lambda f: f[0], reverse=True)
    return picked(TASK_HISTORY, [cells for _, cells in found[:limit]])


def picked(columns: Columns, rows: Iterable[dict[str, Any]]) -> Rows:
    """Rows of the cells that columns name; what a row does not have is NULL."""
    return [[row.get(name) for name, _ in columns] for row in rows]


def told_cells(row: dict[str, Any]) -> dict[str, str | None]:
    """The cells of a row that a test has told of."""
    return {k: stamp(v) if isinstance(v, datetime) else str((v - EPOCH.date()).days) if isinstance(v, date) else str(v).lower() if isinstance(v, bool) else None if v is None else str(v)
            for k, v in row.items()}


def task_cells(engine: Account, context: Context, run: TaskRun) -> dict[str, str | None]:
    """A run of a task, by the names of TASK_HISTORY."""
    return dict(zip([name for name, _ in TASK_HISTORY], _task_row(engine, context, run)))


def _task_row(engine: Account, context: Context, run: TaskRun) -> list[str | None]:
    graph = run.graph
    props = graph.tasks.get(run.name)
    if props is None:  # scheduled: the tasks are taken when it starts
        obj = engine.catalog.get("TASK", run.path)
        props = obj.props if obj is not None else {}
    return [
        run.query_id, run.name, *_place(engine, context, run.path), props.get("definition"), props.get("condition"), run.state, run.error_code,
        run.error_message, stamp(run.scheduled_time), stamp(run.query_start_time), stamp(graph.next_time), stamp(run.completed_time), graph.root_id,
        str(graph.version), str(graph.run_id), run.return_value, graph.scheduled_from, str(graph.attempt), _config(graph),
        None, None, None, None, graph.group, None, None,
    ]  # fmt: skip


def _graph_rows(engine: Account, context: Context, args: Args, found: Iterable[Graph], completed: bool) -> Rows:
    limit = _limit(args, 1000)
    out: Rows = []
    for graph in found:
        if "ROOT_TASK_NAME" in args and graph.root[2].upper() != args["ROOT_TASK_NAME"].upper():
            continue
        if (args.get("ERROR_ONLY") and not _failed(graph.state)) or not watches(engine, context, graph.root, graph.owner):
            continue
        shown = graph.shown()
        out.append([
            graph.root[2], *_place(engine, context, graph.root), graph.state, shown.first_error_task_name,
            None if shown.first_error_code is None else str(shown.first_error_code), shown.first_error_message, stamp(graph.scheduled_time),
            stamp(shown.query_start_time), stamp(graph.next_time), *([stamp(graph.completed)] if completed else []), graph.root_id, str(graph.version),
            str(graph.run_id), str(graph.attempt), graph.scheduled_from, _config(graph), graph.group, None, None,
        ])  # fmt: skip
    return out[:limit]


def current_graphs(engine: Account, context: Context, args: Args) -> Rows:
    return _graph_rows(engine, context, args, engine.tasks.current(), False)


def complete_graphs(engine: Account, context: Context, args: Args) -> Rows:
    return _graph_rows(engine, context, args, engine.tasks.complete(), True)


def task_dependents(engine: Account, context: Context, args: Args) -> Rows:
    name = args.get("TASK_NAME", "")
    obj = engine.catalog.get("TASK", full(context, "TASK", split_name(name))) if name else None
    if obj is None or not watches(engine, context, obj.path, obj.owner):
        raise err("001015", "22023", f"Invalid value [{name}] for function 'TASK_DEPENDENTS_SCAN', parameter 1: must be a valid task name")
    found = [t for t in tasks.dependents(engine.catalog, obj, args.get("RECURSIVE", True)) if watches(engine, context, t.path, t.owner)]
    return [[cells.get(n.lower()) for n, _ in DEPENDENTS] for cells in task_rows(engine, found)]


# Statements


def statements(engine: Account) -> list[Entry]:
    """Every statement that is known, those too that a test has told of."""
    return [*engine.events.queries, *engine.log.all()]


def query_history(engine: Account, context: Context, args: Args, mine: Callable[[Entry], bool] = lambda e: True) -> Rows:
    limit = _limit(args, 100)
    low, high = _range(engine, args, "END_TIME_RANGE_START", "END_TIME_RANGE_END")

    def wanted(e: Entry) -> bool:
        if not mine(e) or not _sees(engine, context, e):
            return False
        if e.end is None:
            return high is None
        return (low or engine.clock.now() - BACK) <= e.end and (high is None or e.end <= high)

    found = [(e.end is None, e.end or e.start, place, e) for place, e in enumerate(statements(engine)) if wanted(e)]
    return picked(QUERY_FUNCTION, (query_cells(engine, e) for *_, e in sorted(found, key=lambda f: f[:3], reverse=True)[:limit]))


def _sees(engine: Account, context: Context, e: Entry) -> bool:
    if e.user == context.user:
        return True
    cat = engine.catalog
    if "ACCOUNTADMIN" in cat.roles_of(context.role):
        return True
    if e.task is not None and watches(engine, context, e.task.path, e.task.graph.owner):
        return True
    warehouse = cat.get("WAREHOUSE", (e.warehouse or "",))
    return warehouse is not None and any(cat.can(context.role, p, warehouse) for p in ("MONITOR", "OPERATE"))


_ZERO = ("BYTES_SCANNED COMPILATION_TIME QUEUED_PROVISIONING_TIME QUEUED_REPAIR_TIME QUEUED_OVERLOAD_TIME TRANSACTION_BLOCKED_TIME OUTBOUND_DATA_TRANSFER_BYTES "
         "INBOUND_DATA_TRANSFER_BYTES LIST_EXTERNAL_FILE_TIME LIST_EXTERNAL_FILES_TIME CREDITS_USED_CLOUD_SERVICES EXTERNAL_FUNCTION_TOTAL_INVOCATIONS "
         "EXTERNAL_FUNCTION_TOTAL_SENT_ROWS EXTERNAL_FUNCTION_TOTAL_RECEIVED_ROWS EXTERNAL_FUNCTION_TOTAL_SENT_BYTES EXTERNAL_FUNCTION_TOTAL_RECEIVED_BYTES TRANSACTION_ID "
         "QUERY_ACCELERATION_BYTES_SCANNED QUERY_ACCELERATION_PARTITIONS_SCANNED QUERY_ACCELERATION_UPPER_LIMIT_SCALE_FACTOR BYTES_WRITTEN_TO_RESULT QUERY_RETRY_TIME "
         "FAULT_HANDLING_TIME PERCENTAGE_SCANNED_FROM_CACHE BYTES_WRITTEN BYTES_READ_FROM_RESULT ROWS_UPDATED ROWS_DELETED ROWS_UNLOADED BYTES_DELETED PARTITIONS_SCANNED "
         "PARTITIONS_TOTAL BYTES_SPILLED_TO_LOCAL_STORAGE BYTES_SPILLED_TO_REMOTE_STORAGE BYTES_SENT_OVER_THE_NETWORK CHILD_QUERIES_WAIT_TIME").split()


def query_cells(engine: Account, e: Entry) -> dict[str, str | None]:
    """A statement, by the names of the columns of all its histories; what is not measured here is 0."""
    elapsed = str(int(((e.end or engine.clock.now()) - e.start).total_seconds() * 1000))
    warehouse = engine.catalog.get("WAREHOUSE", (e.warehouse or "",))
    user = engine.catalog.get("USER", (e.user,))
    code = str(int(e.error.code)) if e.error is not None and e.error.code.isdigit() else None
    rows = None if e.rows is None else str(e.rows)
    return {
        **dict.fromkeys(_ZERO, "0"), "QUERY_ID": e.query_id, "QUERY_TEXT": e.text, "DATABASE_NAME": e.database, "SCHEMA_NAME": e.schema, "QUERY_TYPE": e.kind,
        "SESSION_ID": str(e.session), "USER_NAME": e.user, "USER_TYPE": (user.props.get("type") or None) if user else None, "ROLE_NAME": e.role, "ROLE_TYPE": "ROLE",
        "WAREHOUSE_NAME": e.warehouse, "WAREHOUSE_SIZE": warehouse_sizes.shown(warehouse.props.get("warehouse_size", "XSMALL")) if warehouse is not None else None,
        "WAREHOUSE_TYPE": "STANDARD" if warehouse is not None else None, "CLUSTER_NUMBER": "1" if warehouse is not None else None, "QUERY_TAG": e.tag, "EXECUTION_STATUS": e.status,
        "ERROR_CODE": code, "ERROR_MESSAGE": e.error.message if e.error is not None else None, "START_TIME": stamp(e.start), "END_TIME": stamp(e.end or EPOCH),
        "TOTAL_ELAPSED_TIME": elapsed, "ROWS_PRODUCED": rows, "EXECUTION_TIME": elapsed, "RELEASE_VERSION": "0.0.0", "IS_CLIENT_GENERATED_STATEMENT": "false",
        "ROWS_INSERTED": rows if e.kind == "INSERT" else "0", "ROWS_WRITTEN_TO_RESULT": rows, "BIND_VALUES": "[]",
    }  # fmt: skip


def by_session(engine: Account, context: Context, args: Args) -> Rows:
    number = int(args["SESSION_ID"]) if "SESSION_ID" in args else engine.session(context).number
    return query_history(engine, context, args, lambda e: e.session == number)


def by_user(engine: Account, context: Context, args: Args) -> Rows:
    name = split_name(args["USER_NAME"])[0] if "USER_NAME" in args else context.user
    return query_history(engine, context, args, lambda e: e.user == name)


def by_warehouse(engine: Account, context: Context, args: Args) -> Rows:
    name = split_name(args["WAREHOUSE_NAME"])[0] if "WAREHOUSE_NAME" in args else context.warehouse
    return query_history(engine, context, args, lambda e: e.warehouse == name)


# Logins


def login_history(engine: Account, context: Context, args: Args, user: str | None = None) -> Rows:
    """Logins of the last seven days, latest first: of the caller, and of whom the role may monitor."""
    limit = _limit(args, 100)
    low, high = _range(engine, args, "TIME_RANGE_START", "TIME_RANGE_END")
    oldest = engine.clock.now() - BACK
    cat = engine.catalog
    watched: dict[str | None, bool] = {context.user: True, None: "ACCOUNTADMIN" in cat.roles_of(context.role)}

    def sees(name: str | None) -> bool:
        if name not in watched:
            obj = cat.get("USER", (name or "",))
            watched[name] = obj is not None and cat.can(context.role, "MONITOR", obj)
        return watched[name]

    found = [e for e in list(engine.events.logins) if (low or oldest) <= e.when and (high is None or e.when <= high) and (user is None or e.user == user) and sees(e.user)]
    found.sort(key=lambda e: (e.when, e.event_id), reverse=True)
    return picked(LOGIN_FUNCTION, map(login_cells, found[:limit]))


def login_cells(e: Login) -> dict[str, str | None]:
    return {"EVENT_TIMESTAMP": stamp(e.when), "EVENT_ID": str(e.event_id), "EVENT_TYPE": "LOGIN", "USER_NAME": e.user, "CLIENT_IP": e.client_ip, "REPORTED_CLIENT_TYPE": e.client_type,
            "REPORTED_CLIENT_VERSION": e.client_version, "FIRST_AUTHENTICATION_FACTOR": e.factor, "IS_SUCCESS": "YES" if e.success else "NO",
            "ERROR_CODE": None if e.error_code is None else str(e.error_code), "ERROR_MESSAGE": e.error_message, "RELATED_EVENT_ID": "0"}


def logins_by_user(engine: Account, context: Context, args: Args) -> Rows:
    return login_history(engine, context, args, split_name(args["USER_NAME"])[0] if "USER_NAME" in args else context.user)


# Warehouses and storage


def _needed(function: str, args: Args, *names: str) -> None:
    for name in names:
        if name not in args:
            raise _bad(function, f"missing argument [{name}]")


def _days(engine: Account, args: Args) -> tuple[date, date]:
    """A range of days within the last six months."""
    today = engine.clock.now().date()
    high = args.get("DATE_RANGE_END", today)
    low = args.get("DATE_RANGE_START", high)
    oldest = today - timedelta(days=183)
    if low < oldest or high < oldest:
        raise _too_old("6 months")
    if high < low:
        raise err("001015", "22023", f"{COMPILE}\ninvalid time range of arguments DATE_RANGE_START and DATE_RANGE_END.")
    return low, high


def _may_meter(engine: Account, context: Context) -> bool:
    return engine.catalog.on_account(context.role, "MONITOR USAGE")


def metered(engine: Account) -> list[dict[str, Any]]:
    """The hours in which warehouses ran statements, and those that a test has told of; statements use no credits here."""
    hours: dict[tuple[str, datetime], dict[str, Any]] = {}
    for e in statements(engine):
        if e.warehouse:
            start = e.start.replace(minute=0, second=0, microsecond=0)
            hours[e.warehouse, start] = {"START_TIME": start, "END_TIME": start + timedelta(hours=1), "WAREHOUSE_NAME": e.warehouse, "CREDITS_USED": 0, "CREDITS_USED_COMPUTE": 0,
                                         "CREDITS_USED_CLOUD_SERVICES": 0, "CREDITS_ATTRIBUTED_COMPUTE_QUERIES": 0}
    for row in list(engine.events.metering):
        hours[row["WAREHOUSE_NAME"], row["START_TIME"]] = row
    return [hours[key] for key in sorted(hours)]


def metering_history(engine: Account, context: Context, args: Args) -> Rows:
    _needed("WAREHOUSE_METERING_HISTORY", args, "DATE_RANGE_START")
    low, high = _days(engine, args)
    if not _may_meter(engine, context):
        return []
    name = split_name(args["WAREHOUSE_NAME"])[0] if "WAREHOUSE_NAME" in args else None
    rows = [r for r in metered(engine) if low <= r["START_TIME"].date() <= high and name in (None, r["WAREHOUSE_NAME"])]
    return picked(METERING_FUNCTION, map(told_cells, rows))


def stored(engine: Account) -> list[dict[str, Any]]:
    """The bytes of every database today, and those of other days that a test has told of."""
    cat, today = engine.catalog, engine.clock.now().date()
    tables = list(cat.all("TABLE"))
    size = sizes(engine, tables)
    out = [{"USAGE_DATE": today, "DATABASE_NAME": d.name, "AVERAGE_DATABASE_BYTES": sum(size[t.id][1] for t in tables if t.path[0] == d.name), "AVERAGE_FAILSAFE_BYTES": 0}
           for d in cat.all("DATABASE")]
    return [*list(engine.events.storage), *out]


def storage_history(engine: Account, context: Context, args: Args) -> Rows:
    low, high = _days(engine, args)
    if not _may_meter(engine, context):
        return []
    name = split_name(args["DATABASE_NAME"])[0] if "DATABASE_NAME" in args else None
    rows = sorted((r for r in stored(engine) if low <= r["USAGE_DATE"] <= high and name in (None, r["DATABASE_NAME"])), key=lambda r: (r["USAGE_DATE"], r["DATABASE_NAME"]))
    return picked(STORAGE_FUNCTION, map(told_cells, rows))


# Loads


def copy_history(engine: Account, context: Context, args: Args) -> Rows:
    """What was loaded into one table."""
    _needed("COPY_HISTORY", args, "TABLE_NAME", "START_TIME")
    low, high = _range(engine, args, "START_TIME", "END_TIME", timedelta(days=14), "14 days")
    cat = engine.catalog
    path = full(context, "TABLE", split_name(args["TABLE_NAME"]))
    obj = cat.get("TABLE", path)
    if obj is None or not (cat.on_account(context.role, "MONITOR") or cat.sees(context.role, obj) and cat.usable(context.role, path[:2])):
        raise missing("Table", ".".join(path))
    pipe = split_name(args["PIPE_NAME"])[-1] if "PIPE_NAME" in args else None
    high = high or engine.clock.now()
    rows = [r for r in list(engine.events.copies) if (r.get("TABLE_CATALOG_NAME"), r.get("TABLE_SCHEMA_NAME"), r.get("TABLE_NAME")) == path and low <= r["LAST_LOAD_TIME"] <= high
            and (pipe is None or r.get("PIPE_NAME") == pipe)]
    return picked(COPY_FUNCTION, map(told_cells, rows))


# name: columns, rows, arguments in their order with their types
_TEXT, _TIME, _NUMBER, _FLAG, _DAY = T.text(), T.LTZ, T.number(), T.BOOLEAN, T.DATE
_TIMES = {"TIME_RANGE_START": _TIME, "TIME_RANGE_END": _TIME, "RESULT_LIMIT": _NUMBER}
_DATES = {"DATE_RANGE_START": _DAY, "DATE_RANGE_END": _DAY}
_ENDS = {"END_TIME_RANGE_START": _TIME, "END_TIME_RANGE_END": _TIME, "RESULT_LIMIT": _NUMBER, "INCLUDE_CLIENT_GENERATED_STATEMENT": _FLAG}
FUNCTIONS: dict[str, tuple[Columns, Callable[[Account, Context, Args], Rows], dict[str, T.Type]]] = {
    "TASK_HISTORY": (TASK_HISTORY, task_history, {
        "SCHEDULED_TIME_RANGE_START": _TIME, "SCHEDULED_TIME_RANGE_END": _TIME, "RESULT_LIMIT": _NUMBER, "TASK_NAME": _TEXT, "DATABASE_NAME": _TEXT,
        "SCHEMA_NAME": _TEXT, "ERROR_ONLY": _FLAG, "ROOT_TASK_ID": _TEXT}),
    "CURRENT_TASK_GRAPHS": (CURRENT_GRAPHS, current_graphs, {"RESULT_LIMIT": _NUMBER, "ROOT_TASK_NAME": _TEXT}),
    "COMPLETE_TASK_GRAPHS": (COMPLETE_GRAPHS, complete_graphs, {"RESULT_LIMIT": _NUMBER, "ROOT_TASK_NAME": _TEXT, "ERROR_ONLY": _FLAG}),
    "TASK_DEPENDENTS": (DEPENDENTS, task_dependents, {"TASK_NAME": _TEXT, "RECURSIVE": _FLAG}),
    "QUERY_HISTORY": (QUERY_FUNCTION, query_history, _ENDS),
    "QUERY_HISTORY_BY_SESSION": (QUERY_FUNCTION, by_session, {"SESSION_ID": _NUMBER, **_ENDS}),
    "QUERY_HISTORY_BY_USER": (QUERY_FUNCTION, by_user, {"USER_NAME": _TEXT, **_ENDS}),
    "QUERY_HISTORY_BY_WAREHOUSE": (QUERY_FUNCTION, by_warehouse, {"WAREHOUSE_NAME": _TEXT, **_ENDS}),
    "LOGIN_HISTORY": (LOGIN_FUNCTION, login_history, _TIMES),
    "LOGIN_HISTORY_BY_USER": (LOGIN_FUNCTION, logins_by_user, {"USER_NAME": _TEXT, **_TIMES}),
    "WAREHOUSE_METERING_HISTORY": (METERING_FUNCTION, metering_history, {**_DATES, "WAREHOUSE_NAME": _TEXT}),
    "DATABASE_STORAGE_USAGE_HISTORY": (STORAGE_FUNCTION, storage_history, {**_DATES, "DATABASE_NAME": _TEXT}),
    "COPY_HISTORY": (COPY_FUNCTION, copy_history, {"TABLE_NAME": _TEXT, "START_TIME": _TIME, "END_TIME": _TIME, "PIPE_NAME": _TEXT}),
}  # fmt: skip
