"""SYSTEM$ functions: alone in a SELECT or CALL they act; those that only tell something may stand anywhere in a statement."""

from __future__ import annotations

import json
import re
from typing import Any, Callable

from ...model import Context, SnowflakeError
from ..catalog.names import full
from ..commands.account import Account
from ..language import types as T
from ..language.errors import COMPILE, canceled, err, feature, privileges, unknown_function
from ..language.parse import split_name
from ..language.values import X, null_x, text_x
from ..tasks import tasks
from ..translate.functions import SCALARS

UNITS = {"MILLISECONDS": 0.001, "SECONDS": 1.0, "MINUTES": 60.0, "HOURS": 3600.0, "DAYS": 86400.0}
LONGEST_VALUE = 10 * 1024
STEP = re.compile(r"\.?([A-Za-z_][\w$]*)|\[(\d+)\]|\[(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)')\]")
NOT_EXECUTING = "Identified SQL statement is not currently executing."


def _outside(name: str) -> SnowflakeError:
    """No source tells the number of this error; its text is known for SYSTEM$SET_RETURN_VALUE."""
    return err("091400", "22023", f"Function {name} must be called from within a task.")


def inside(context: Context, name: str) -> Any:
    """The run of the task that a statement is part of."""
    if context.task is None:
        raise _outside(name)
    return context.task


# What tells something

def runtime_info(context: Context, args: list[str | None]) -> str | None:
    run = inside(context, "SYSTEM$TASK_RUNTIME_INFO")
    values = run.info()
    name = (args[0] or "").upper()
    if name not in values:
        raise err("001015", "22023", f"{COMPILE}\ninvalid value ['{args[0]}'] for parameter 'arg_name'")
    return values[name]


def predecessor_value(context: Context, args: list[str | None]) -> str | None:
    return inside(context, "SYSTEM$GET_PREDECESSOR_RETURN_VALUE").predecessor_value(args[0] if args else None)


def graph_config(context: Context, args: list[str | None]) -> str | None:
    """The whole configuration, or what a path leads to: a text as it is, everything else as JSON."""
    value: Any = inside(context, "SYSTEM$GET_TASK_GRAPH_CONFIG").graph.config
    at, path = 0, (args[0] or "") if args else ""
    while at < len(path) and value is not None:
        m = STEP.match(path, at)
        if m is None or (at == 0 and path.startswith(".")):
            raise err("001015", "22023", f"{COMPILE}\ninvalid value ['{path}'] for parameter 'configuration_path'")
        at = m.end()
        if m[2] is not None:
            value = value[int(m[2])] if isinstance(value, list) and int(m[2]) < len(value) else None
        else:
            value = value.get(next(g for g in (m[1], m[3], m[4]) if g is not None)) if isinstance(value, dict) else None
    return value if value is None or isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def current_task(context: Context, args: list[str | None]) -> str:
    return ".".join(inside(context, "SYSTEM$CURRENT_USER_TASK_NAME").path)


def stream_has_data(context: Context, args: list[str | None]) -> str:
    raise feature("SYSTEM$STREAM_HAS_DATA")


TELL: dict[str, tuple[int, int, Callable[[Context, list[str | None]], str | None]]] = {
    "SYSTEM$TASK_RUNTIME_INFO": (1, 1, runtime_info), "SYSTEM$GET_PREDECESSOR_RETURN_VALUE": (0, 1, predecessor_value),
    "SYSTEM$GET_TASK_GRAPH_CONFIG": (0, 1, graph_config), "SYSTEM$CURRENT_USER_TASK_NAME": (0, 0, current_task),
    "SYSTEM$STREAM_HAS_DATA": (1, 1, stream_has_data),
}  # fmt: skip


def _scalar(name: str) -> Callable[..., X]:
    def build(c: Any, a: list[X]) -> X:
        if any(x.literal is None for x in a):
            raise err("001015", "22023", f"{COMPILE}\nargument needs to be a constant for function '{name}'")
        value = TELL[name][2](c.context, [x.literal for x in a])
        return null_x(T.text()) if value is None else text_x(value)
    return build


SCALARS.update({name: (low, high, _scalar(name)) for name, (low, high, _) in TELL.items()})


# What acts

def wait(engine: Account, context: Context, args: list[str | None]) -> str:
    unit = (args[1] or "" if len(args) == 2 else "SECONDS").upper()
    per = UNITS.get(unit)
    if per is None or not re.fullmatch(r"\d+(\.\d+)?", args[0] or ""):
        raise err("001044", "42P13", f"{COMPILE}\nInvalid argument types for function 'SYSTEM$WAIT': ({', '.join(str(a) for a in args)})")
    seconds = float(args[0] or 0) * per
    if context.task.sleep(seconds) if context.task is not None else context.cancelled.wait(seconds):
        raise canceled()
    return f"waited {args[0]} {unit.lower()}"


def set_return_value(engine: Account, context: Context, args: list[str | None]) -> None:
    run = inside(context, "SYSTEM$SET_RETURN_VALUE")
    if len((args[0] or "").encode()) > LONGEST_VALUE:
        raise err("001015", "22023", f"{COMPILE}\nthe return value of a task must not be longer than 10 kB")
    run.return_value = args[0]


def _task(engine: Account, context: Context, text: str | None) -> Any:
    obj = tasks.find(engine, context, full(context, "TASK", split_name(text or "")))
    if not engine.catalog.can(context.role, "OPERATE", obj):
        raise privileges("task", obj.name)
    return obj


def dependents_enable(engine: Account, context: Context, args: list[str | None]) -> str:
    """Resumes what depends on a task first, then the task: a started root would refuse the others."""
    obj = _task(engine, context, args[0])
    engine.catalog.own(context.role, obj)
    for other in reversed(tasks.dependents(engine.catalog, obj)):
        tasks.set_state(engine, context, other, "started")
    return "true"


def cancel_task(engine: Account, context: Context, args: list[str | None]) -> str:
    obj = _task(engine, context, args[0])
    found = engine.tasks.cancel(obj)
    if not found:
        return (f"Task {obj.name} has no currently running executions. If the task was dropped or replaced after a previous execution started, "
                "use SYSTEM$CANCEL_QUERY along with the query id to cancel the run.")
    return (f"Marked {len(found)} task runs for cancellation. It may take a few seconds for cancellation to complete. "
            f"Query ids canceled: [{', '.join(found)}]")


def cancel_query(engine: Account, context: Context, args: list[str | None]) -> str:
    entry = engine.log.find(args[0] or "")
    if entry is None or entry.end is not None:
        return NOT_EXECUTING
    cat, warehouse = engine.catalog, engine.catalog.get("WAREHOUSE", (entry.warehouse or "",))
    subject = cat.get("TASK", entry.task.path) if entry.task is not None else warehouse
    mine = entry.user == context.user and entry.task is None
    if not mine and "ACCOUNTADMIN" not in cat.roles_of(context.role) and not (subject is not None and cat.can(context.role, "OPERATE", subject)):
        raise privileges("query", entry.query_id)
    engine.cancel(entry.context)
    return f"query [{entry.query_id}] terminated."


ACT: dict[str, tuple[int, int, Callable[[Account, Context, list[str | None]], str | None]]] = {
    "SYSTEM$WAIT": (1, 2, wait), "SYSTEM$SET_RETURN_VALUE": (1, 1, set_return_value), "SYSTEM$TASK_DEPENDENTS_ENABLE": (1, 1, dependents_enable),
    "SYSTEM$USER_TASK_CANCEL_ONGOING_EXECUTIONS": (1, 1, cancel_task), "SYSTEM$CANCEL_QUERY": (1, 1, cancel_query),
}  # fmt: skip


def run(engine: Account, name: str, context: Context, args: list[str | None]) -> str | None:
    """One function that is all of a statement."""
    entry = ACT.get(name) or TELL.get(name)
    if entry is None:
        raise unknown_function(name)
    low, high, function = entry
    if not low <= len(args) <= high:
        few = "not enough" if len(args) < low else "too many"
        raise err("000938" if len(args) < low else "000939", "22023", f"{COMPILE}\n{few} arguments for function [{name}] expected {low if len(args) < low else high}, got {len(args)}")
    if name in ACT:
        return function(engine, context, args)  # type: ignore[call-arg]
    value = function(context, args)  # type: ignore[call-arg]
    if value is None and name == "SYSTEM$TASK_RUNTIME_INFO":
        raise err("100072", "22000", "NULL result in a non-nullable column")
    return value
