"""The table functions of INFORMATION_SCHEMA: what tasks and statements did and will do."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Iterable

from ...model import Context
from ..catalog.catalog import Path
from ..catalog.names import full
from ..catalog.query_log import Columns, Entry, Rows
from ..commands.account import Account
from ..language import types as T
from ..language.errors import COMPILE, err
from ..language.parse import split_name
from ..tasks import tasks
from ..tasks.graph_runs import AUTO_SUSPENDED, CANCELLED, FAILED, Graph, TaskRun
from .show_more import stamp, task_rows

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
QUERY_HISTORY = _columns(
    "QUERY_ID QUERY_TEXT DATABASE_NAME SCHEMA_NAME QUERY_TYPE SESSION_ID USER_NAME ROLE_NAME WAREHOUSE_NAME WAREHOUSE_SIZE WAREHOUSE_TYPE CLUSTER_NUMBER "
    "QUERY_TAG EXECUTION_STATUS ERROR_CODE ERROR_MESSAGE START_TIME END_TIME TOTAL_ELAPSED_TIME BYTES_SCANNED ROWS_PRODUCED COMPILATION_TIME EXECUTION_TIME "
    "QUEUED_PROVISIONING_TIME QUEUED_REPAIR_TIME QUEUED_OVERLOAD_TIME TRANSACTION_BLOCKED_TIME RELEASE_VERSION IS_CLIENT_GENERATED_STATEMENT",
    "SESSION_ID CLUSTER_NUMBER ERROR_CODE TOTAL_ELAPSED_TIME BYTES_SCANNED ROWS_PRODUCED COMPILATION_TIME EXECUTION_TIME QUEUED_PROVISIONING_TIME "
    "QUEUED_REPAIR_TIME QUEUED_OVERLOAD_TIME TRANSACTION_BLOCKED_TIME", "START_TIME END_TIME", {"IS_CLIENT_GENERATED_STATEMENT": _B})  # fmt: skip


def _bad(function: str, text: str) -> Exception:
    return err("001015", "22023", f"{COMPILE}\n{text} for function '{function}'")


def _limit(args: Args, default: int) -> int:
    limit = args.get("RESULT_LIMIT", default)
    if limit > MOST:
        raise err("001015", "22023", f"Value for parameter RESULT_LIMIT exceeds maximum allowable value ({MOST:,}).")
    return max(0, int(limit))


def _range(engine: Account, args: Args, start: str, end: str) -> tuple[datetime | None, datetime | None]:
    """The bounds of a time range; one that starts more than seven days ago, or ends before it starts, is refused."""
    low, high = args.get(start), args.get(end)
    now = engine.clock.now()
    if (low is not None and low < now - BACK) or (high is not None and high < now - BACK) or (low is not None and high is not None and high < low):
        raise err("001015", "22023", f"Cannot retrieve data outside of the last 7 days: invalid time range of arguments {start} and {end}.")
    return low, high


# Tasks

def _watches(engine: Account, context: Context, path: Path, owner: str) -> bool:
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
            and (not args.get("ERROR_ONLY") or _failed(run.state)) and _watches(engine, context, run.path, run.graph.owner)
        )  # fmt: skip

    found = [run for run in engine.tasks.task_runs() if wanted(run)]
    return [_task_row(engine, context, run) for run in found[:limit]]


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
        if (args.get("ERROR_ONLY") and not _failed(graph.state)) or not _watches(engine, context, graph.root, graph.owner):
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
    if obj is None or not _watches(engine, context, obj.path, obj.owner):
        raise err("001015", "22023", f"Invalid value [{name}] for function 'TASK_DEPENDENTS_SCAN', parameter 1: must be a valid task name")
    found = [t for t in tasks.dependents(engine.catalog, obj, args.get("RECURSIVE", True)) if _watches(engine, context, t.path, t.owner)]
    return [[cells.get(n.lower()) for n, _ in DEPENDENTS] for cells in task_rows(engine, found)]


# Statements

def query_history(engine: Account, context: Context, args: Args, mine: Callable[[Entry], bool] = lambda e: True) -> Rows:
    limit = _limit(args, 100)
    low, high = _range(engine, args, "END_TIME_RANGE_START", "END_TIME_RANGE_END")

    def wanted(e: Entry) -> bool:
        if not mine(e) or not _sees(engine, context, e):
            return False
        if e.end is None:
            return high is None
        return (low or engine.clock.now() - BACK) <= e.end and (high is None or e.end <= high)

    found = [(e.end is None, e.end or e.start, place, e) for place, e in enumerate(engine.log.all()) if wanted(e)]
    return [_query_row(engine, e) for *_, e in sorted(found, key=lambda f: f[:3], reverse=True)[:limit]]


def _sees(engine: Account, context: Context, e: Entry) -> bool:
    if e.user == context.user:
        return True
    cat = engine.catalog
    if "ACCOUNTADMIN" in cat.roles_of(context.role):
        return True
    if e.task is not None and _watches(engine, context, e.task.path, e.task.graph.owner):
        return True
    warehouse = cat.get("WAREHOUSE", (e.warehouse or "",))
    return warehouse is not None and any(cat.can(context.role, p, warehouse) for p in ("MONITOR", "OPERATE"))


def _query_row(engine: Account, e: Entry) -> list[str | None]:
    elapsed = str(int(((e.end or engine.clock.now()) - e.start).total_seconds() * 1000))
    warehouse = engine.catalog.get("WAREHOUSE", (e.warehouse or "",))
    size = str(warehouse.props.get("warehouse_size", "XSMALL")).capitalize() if warehouse is not None else None
    size = {"Xsmall": "X-Small"}.get(size or "", size)
    code = str(int(e.error.code)) if e.error is not None and e.error.code.isdigit() else None
    return [
        e.query_id, e.text, e.database, e.schema, e.kind, str(e.session), e.user, e.role, e.warehouse, size, "STANDARD" if warehouse is not None else None,
        "1" if warehouse is not None else None, e.tag, e.status, code, e.error.message if e.error is not None else None, stamp(e.start), stamp(e.end or EPOCH),
        elapsed, "0", None if e.rows is None else str(e.rows), "0", elapsed, "0", "0", "0", "0", "0.0.0", "false",
    ]  # fmt: skip


def by_session(engine: Account, context: Context, args: Args) -> Rows:
    number = int(args["SESSION_ID"]) if "SESSION_ID" in args else engine.session(context).number
    return query_history(engine, context, args, lambda e: e.session == number)


def by_user(engine: Account, context: Context, args: Args) -> Rows:
    name = split_name(args["USER_NAME"])[0] if "USER_NAME" in args else context.user
    return query_history(engine, context, args, lambda e: e.user == name)


def by_warehouse(engine: Account, context: Context, args: Args) -> Rows:
    name = split_name(args["WAREHOUSE_NAME"])[0] if "WAREHOUSE_NAME" in args else context.warehouse
    return query_history(engine, context, args, lambda e: e.warehouse == name)


# name: columns, rows, arguments in their order with their types
_TEXT, _TIME, _NUMBER, _FLAG = T.text(), T.LTZ, T.number(), T.BOOLEAN
_ENDS = {"END_TIME_RANGE_START": _TIME, "END_TIME_RANGE_END": _TIME, "RESULT_LIMIT": _NUMBER, "INCLUDE_CLIENT_GENERATED_STATEMENT": _FLAG}
FUNCTIONS: dict[str, tuple[Columns, Callable[[Account, Context, Args], Rows], dict[str, T.Type]]] = {
    "TASK_HISTORY": (TASK_HISTORY, task_history, {
        "SCHEDULED_TIME_RANGE_START": _TIME, "SCHEDULED_TIME_RANGE_END": _TIME, "RESULT_LIMIT": _NUMBER, "TASK_NAME": _TEXT, "DATABASE_NAME": _TEXT,
        "SCHEMA_NAME": _TEXT, "ERROR_ONLY": _FLAG, "ROOT_TASK_ID": _TEXT}),
    "CURRENT_TASK_GRAPHS": (CURRENT_GRAPHS, current_graphs, {"RESULT_LIMIT": _NUMBER, "ROOT_TASK_NAME": _TEXT}),
    "COMPLETE_TASK_GRAPHS": (COMPLETE_GRAPHS, complete_graphs, {"RESULT_LIMIT": _NUMBER, "ROOT_TASK_NAME": _TEXT, "ERROR_ONLY": _FLAG}),
    "TASK_DEPENDENTS": (DEPENDENTS, task_dependents, {"TASK_NAME": _TEXT, "RECURSIVE": _FLAG}),
    "QUERY_HISTORY": (QUERY_HISTORY, query_history, _ENDS),
    "QUERY_HISTORY_BY_SESSION": (QUERY_HISTORY, by_session, {"SESSION_ID": _NUMBER, **_ENDS}),
    "QUERY_HISTORY_BY_USER": (QUERY_HISTORY, by_user, {"USER_NAME": _TEXT, **_ENDS}),
    "QUERY_HISTORY_BY_WAREHOUSE": (QUERY_HISTORY, by_warehouse, {"WAREHOUSE_NAME": _TEXT, **_ENDS}),
}  # fmt: skip
