"""Definitions of tasks and the rules of task graphs; what SQL and REST do with tasks ends here. tasks_api.py says what is kept."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any, Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlglot import exp

from ...model import Context, SnowflakeError
from ..catalog import warehouse_sizes
from ..catalog.catalog import Catalog, Obj, Path
from ..commands.account import Account
from ..language.errors import COMPILE, err, exists, invalid_identifier, missing, privileges, syntax
from ..language.lexer import split, without_comments
from ..language.parse import parse, tokens
from .cron import parse as parse_cron

UNITS = {"S": 1, "SECOND": 1, "SECONDS": 1, "M": 60, "MINUTE": 60, "MINUTES": 60, "H": 3600, "HOUR": 3600, "HOURS": 3600}
ROOT_ONLY = ("schedule", "task_auto_retry_attempts", "config", "overlap_policy", "suspend_task_after_num_failures")
POLICIES = ("NO_OVERLAP", "ALLOW_CHILD_OVERLAP", "ALLOW_ALL_OVERLAP")
RANGES = {"task_auto_retry_attempts": (0, 30), "user_task_timeout_ms": (0, 604800000), "suspend_task_after_num_failures": (0, None), "target_completion_interval": (10, 86400)}
SHORTEST, LONGEST = 10, 8 * 86400
MOST_TASKS, MOST_LINKS = 1000, 100
LARGEST = warehouse_sizes.PLAIN.index("XXLARGE")  # of a serverless task
STATEMENTS = frozenset("SELECT WITH VALUES INSERT UPDATE DELETE MERGE TRUNCATE CREATE ALTER DROP UNDROP CALL EXECUTE COPY BEGIN DECLARE COMMENT GRANT REVOKE SHOW DESC DESCRIBE "
                       "USE SET UNSET EXPLAIN LIST LS REMOVE RM COMMIT ROLLBACK (".split())
LITERAL = re.compile(r"'(?:[^'\\]|\\.|'')*'", re.S)
CONDITION = re.compile(r"(?i)(?<![\w$])(?!SYSTEM\$STREAM_HAS_DATA\b|SYSTEM\$GET_PREDECESSOR_RETURN_VALUE\b|TO_\w+\b|CAST\b|TRY_\w+\b|AND\b|OR\b|NOT\b|IN\b)[A-Z_][\w$]*\s*\(")


def refused(what: str) -> SnowflakeError:
    return err("001422", "22023", f"{COMPILE}\n{what}")


def schedule_of(text: str) -> dict[str, Any]:
    """A schedule from its SQL text: '<n> MINUTES' or 'USING CRON <five fields> <time zone>'."""
    words = text.split()
    if [w.upper() for w in words[:2]] == ["USING", "CRON"] and len(words) == 8:
        return {**cron(" ".join(words[2:7]), words[7]), "text": text}
    m = re.fullmatch(r"\+?(\d+)[ \t\r\n]([A-Za-z]+)\s*", text)
    if m is None or m[2].upper() not in UNITS:
        raise refused(f"invalid value '{text}' for property 'SCHEDULE'")
    return {**interval(int(m[1]) * UNITS[m[2].upper()]), "text": text}


def interval(seconds: int) -> dict[str, Any]:
    if not SHORTEST <= seconds <= LONGEST:
        raise refused(f"invalid value '{seconds} SECOND' for property 'SCHEDULE'")
    return {"seconds": seconds, "text": f"{seconds} SECOND"}


def cron(expression: str, timezone: str) -> dict[str, Any]:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refused(f"invalid time zone '{timezone}' of property 'SCHEDULE'") from None
    try:
        parse_cron(expression)
    except ValueError:
        raise refused(f"invalid cron expression '{expression}' of property 'SCHEDULE'") from None
    return {"cron": expression, "timezone": timezone, "text": f"USING CRON {expression} {timezone}"}


# The graph

class Links:
    """How the tasks of one schema hang together."""

    def __init__(self, tasks: Iterable[Obj]):
        self.below: dict[str, list[Obj]] = {}  # by the name of a predecessor, in order of names
        self.finalizers: dict[str, Obj] = {}  # by the name of the root
        self.sizes: dict[str, int] = {}  # of whole graphs, by the name of the root
        for t in tasks:
            for name in t.props.get("predecessors") or []:
                self.below.setdefault(name, []).append(t)
            if t.props.get("finalize"):
                self.finalizers.setdefault(t.props["finalize"], t)


def links_of(cat: Catalog, path: Path) -> Links:
    return cat.derived("TASK", path[:2], Links)


def children(cat: Catalog, obj: Obj) -> list[Obj]:
    return list(links_of(cat, obj.path).below.get(obj.name, ()))


def finalizer(cat: Catalog, root: Obj) -> Obj | None:
    return links_of(cat, root.path).finalizers.get(root.name)


def is_root(obj: Obj) -> bool:
    """A root or standalone task."""
    return not obj.props.get("predecessors") and not obj.props.get("finalize")


def root_of(cat: Catalog, obj: Obj) -> Obj:
    seen: set[str] = set()
    while obj.name not in seen:
        seen.add(obj.name)
        above = obj.props.get("finalize") or next(iter(obj.props.get("predecessors") or []), None)
        found = cat.get("TASK", (*obj.path[:2], above)) if above else None
        if found is None:
            return obj
        obj = found
    return obj


def dependents(cat: Catalog, obj: Obj, recursive: bool = True) -> list[Obj]:
    """The task itself, then what depends on it in breadth order; of a root the finalizer too."""
    links = links_of(cat, obj.path)
    out, seen = [obj], {obj}
    for at in out if recursive else [obj]:  # grows on the way
        new = [t for t in links.below.get(at.name, ()) if t not in seen]
        out += new
        seen.update(new)
    last = links.finalizers.get(obj.name)
    return out + ([last] if last is not None and last not in seen else [])


def graph_size(cat: Catalog, root: Obj) -> int:
    sizes = links_of(cat, root.path).sizes
    if root.name not in sizes:
        sizes[root.name] = len(dependents(cat, root))
    return sizes[root.name]


def need_suspended(cat: Catalog, obj: Obj) -> None:
    """Nothing of a graph may change while its root is started."""
    root = root_of(cat, obj)
    if root.props.get("state") == "started":
        raise err("091089", "23001", f"Unable to update graph with root task {'.'.join(root.path)} since that root task is not suspended.")


# Rules of one definition

def check(engine: Account, context: Context, path: Path, props: dict[str, Any], replaced: bool = False) -> None:
    """Refuse a definition that cannot stand; one that replaces a task belongs to who replaces it."""
    for name, (low, high) in RANGES.items():
        value = props.get(name)
        if value is not None and (value < low or (high is not None and value > high)):
            raise refused(f"invalid value '{value}' for property '{name.upper()}'")
    if props.get("overlap_policy") not in (None, *POLICIES):
        raise refused(f"invalid value '{props['overlap_policy']}' for property 'OVERLAP_POLICY'")
    if not without_comments(props.get("definition") or "").strip(" \t\r\n;"):
        raise err("001003", "42000", f"{COMPILE}\nsyntax error line 1 at position 0 unexpected '<EOF>'.")
    if props.get("warehouse"):
        if props.get("user_task_managed_initial_warehouse_size"):
            raise refused("property 'USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE' cannot be set together with 'WAREHOUSE'")
        w = engine.catalog.get("WAREHOUSE", (props["warehouse"],))
        if w is None or not engine.catalog.can(context.role, "USAGE", w):
            raise missing("Warehouse", props["warehouse"])
    if props.get("condition"):
        check_condition(props["condition"])
    for name, value in (props.get("session_parameters") or {}).items():
        if name.upper() == "SEARCH_PATH" or (name.upper() == "AUTOCOMMIT" and str(value).lower() == "false"):
            raise refused(f"session parameter '{name}' cannot be set on a task")
    old = engine.catalog.get("TASK", path)
    check_sizes(props)
    check_place(engine.catalog, path, props, old.owner if old is not None and not replaced else context.role)
    check_definition(props["definition"])


def check_definition(text: str) -> None:
    """The text must be one statement as far as its shape tells; what it does is found out when it runs."""
    first = tokens(text)[0]
    if first.text.upper() not in STATEMENTS:
        raise syntax(first.line, max(0, first.col - len(first.text)), first.text)
    if len(split(text)) != 1:
        raise syntax(near=";")


def check_condition(condition: str) -> None:
    """Constants, comparisons, casts, AND, OR, NOT and two functions; no columns, no subqueries."""
    if CONDITION.search(LITERAL.sub("''", condition)):
        raise refused("the condition of a task may only call SYSTEM$STREAM_HAS_DATA and SYSTEM$GET_PREDECESSOR_RETURN_VALUE")
    tree = parse(f"SELECT {condition}", tokens(f"SELECT {condition}"))
    clauses = [k for k, v in tree.args.items() if v and k != "expressions"]
    if clauses or not isinstance(tree, exp.Select) or len(tree.expressions) != 1 or isinstance(tree.expressions[0], exp.Alias):
        raise syntax(near=condition)
    if len(list(tree.find_all(exp.Query))) > 1:
        raise refused("the condition of a task cannot have a subquery")
    column = tree.find(exp.Column)
    if column is not None:
        raise invalid_identifier(column.sql(dialect="snowflake").upper())


def check_sizes(props: dict[str, Any]) -> None:
    """Serverless: smallest, initial and largest size in this order."""
    names = ("serverless_task_min_statement_size", "user_task_managed_initial_warehouse_size", "serverless_task_max_statement_size")
    given = [(name, warehouse_sizes.rank(str(props[name]))) for name in names if props.get(name)]
    for name, rank in given:
        if rank is None or rank > LARGEST:
            raise refused(f"invalid value '{props[name]}' for property '{name.upper()}'")
    for (low, a), (high, b) in zip(given, given[1:]):
        if a > b:
            raise refused(f"property '{low.upper()}' must not be larger than '{high.upper()}'")


def check_place(cat: Catalog, path: Path, props: dict[str, Any], owner: str) -> None:
    """The rules about predecessors, finalizers and what only a root may have."""
    above, final = props.get("predecessors") or [], props.get("finalize")
    if above or final:
        for name in ROOT_ONLY:
            if props.get(name) is not None:
                raise refused(f"property '{name.upper()}' cannot be set on a task that is not a root")
    if above and final:
        raise refused("a finalizer task cannot have predecessors")
    if len(above) > MOST_LINKS:
        raise refused(f"a task cannot have more than {MOST_LINKS} predecessors")
    below = set(reach(cat, path))
    for name in [*above, *([final] if final else [])]:
        other = cat.get("TASK", (*path[:2], name))
        if other is None:
            raise missing("Task", ".".join((*path[:2], name)))
        need_suspended(cat, other)
        if other.owner != owner:
            raise refused(f"task '{path[-1]}' and task '{name}' must have the same owner")
        check_link(cat, path, other, bool(final), below)


def check_link(cat: Catalog, path: Path, above: Obj, final: bool, below: set[Obj]) -> None:
    """The rules of one link; below: what depends on the task by now, with itself."""
    if final:
        last = finalizer(cat, above)
        if not is_root(above):
            raise refused(f"'{above.name}' is not a root task")
        if last is not None and last.path != path:
            raise refused(f"root task '{above.name}' has the finalizer task '{last.name}' already")
        return
    if above.props.get("finalize"):
        raise refused(f"finalizer task '{above.name}' cannot have children")
    if above.path == path or above in below:
        raise refused("the task graph would have a cycle")
    if len([t for t in children(cat, above) if t.path != path]) >= MOST_LINKS:
        raise refused(f"a task cannot have more than {MOST_LINKS} children")
    if graph_size(cat, root_of(cat, above)) >= MOST_TASKS and cat.get("TASK", path) is None:
        raise refused(f"a task graph cannot have more than {MOST_TASKS} tasks")


def reach(cat: Catalog, path: Path) -> list[Obj]:
    obj = cat.get("TASK", path)
    return dependents(cat, obj) if obj else []


# Changes

def create(engine: Account, context: Context, path: Path, props: dict[str, Any], replace: bool = False, lenient: bool = False) -> str:
    """CREATE TASK; a new task is suspended."""
    cat = engine.catalog
    cat.container(context.role, path[:2], "CREATE TASK")
    with cat.lock:  # between the look at the graph and the new task nobody else changes it; the run-time is told without the lock
        old = cat.get("TASK", path)
        if old is not None and not replace:
            if lenient:
                return f"{path[-1]} already exists, statement succeeded."
            raise exists(path[-1])
        if old is not None:
            cat.own(context.role, old)
            if not is_root(old):
                need_suspended(cat, old)
        check(engine, context, path, props, replaced=True)
        fresh = {"state": "suspended", "id": str(uuid.uuid4()), "graph_version": 1, "created_by_user": context.user}
        obj = cat.replace("TASK", path, context.role, {**{k: v for k, v in props.items() if v is not None}, **fresh})
        if not is_root(obj):
            bump(cat, obj)
    engine.tasks.changed(path, "replaced" if old is not None else "created")
    return f"Task {path[-1]} successfully created."


def find(engine: Account, context: Context, path: Path, shown: str | None = None) -> Obj:
    obj = engine.catalog.get("TASK", path)
    for n, kind in ((1, "Database"), (2, "Schema")):
        if not engine.catalog.usable(context.role, path[:n]):
            raise missing(kind, ".".join(path[:n]))
    if obj is None or not engine.catalog.sees(context.role, obj):
        raise missing("Task", shown or ".".join(path))
    return obj


def alter(engine: Account, context: Context, obj: Obj, changes: dict[str, Any]) -> None:
    """Lay changes over a definition; None takes a property away."""
    cat = engine.catalog
    cat.own(context.role, obj)
    need_suspended(cat, obj)
    props = {k: v for k, v in {**obj.props, **changes}.items() if v is not None}
    check(engine, context, obj.path, props)
    if is_root(obj) and (props.get("predecessors") or props.get("finalize")) and finalizer(cat, obj) is not None:
        raise refused(f"root task '{obj.name}' has a finalizer task")
    obj.props = props
    bump(cat, obj)
    engine.tasks.changed(obj.path, "altered")


def bump(cat: Catalog, obj: Obj) -> None:
    """Save a change; the next resume of the root makes a new version of the graph."""
    cat.save(obj)
    root = root_of(cat, obj)
    root.props["changed"] = True
    cat.save(root)


def set_version(cat: Catalog, root: Obj) -> None:
    """A resume or a manual run fixes a version of the graph: a new one when anything was changed since the last."""
    changed, fixed = root.props.pop("changed", None), root.props.get("fixed")
    if changed and fixed:
        root.props["graph_version"] = root.props.get("graph_version", 1) + 1
    if changed or not fixed:
        root.props["fixed"] = True
        cat.save(root)


def link(engine: Account, context: Context, obj: Obj, names: list[str], add: bool) -> None:
    """ADD AFTER and REMOVE AFTER."""
    have = list(obj.props.get("predecessors") or [])
    if add:
        new = have + [n for n in names if n not in have]
    else:
        gone = [n for n in names if n not in have]
        if gone:
            raise refused(f"task '{gone[0]}' is not a predecessor of '{obj.name}'")
        new = [n for n in have if n not in names]
    alter(engine, context, obj, {"predecessors": new or None})


def set_state(engine: Account, context: Context, obj: Obj, state: str) -> None:
    """RESUME and SUSPEND."""
    cat = engine.catalog
    if not cat.can(context.role, "OPERATE", obj):
        raise privileges("task", obj.name)
    if not is_root(obj):
        need_suspended(cat, obj)
    if state == "started":
        check_may_run(cat, obj)
    if obj.props.get("state") == state:
        return
    stamp = engine.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    obj.props["state"] = state
    if state == "started":
        obj.props["last_committed_on"] = stamp
        if is_root(obj):
            set_version(cat, obj)
    else:
        obj.props |= {"last_suspended_on": stamp, "last_suspended_reason": "USER_SUSPENDED"}
    cat.save(obj)
    engine.tasks.changed(obj.path, "resumed" if state == "started" else "suspended")


def check_may_run(cat: Catalog, obj: Obj) -> None:
    """What the owner of a task needs to have it run."""
    wanted = "EXECUTE TASK" if obj.props.get("warehouse") else "EXECUTE MANAGED TASK"
    if not (cat.on_account(obj.owner, "EXECUTE TASK") and cat.on_account(obj.owner, wanted)):
        raise err("091003", "42501", f"Cannot execute task , {wanted} privilege must be granted to owner role")
    w = cat.get("WAREHOUSE", (obj.props["warehouse"],)) if obj.props.get("warehouse") else None
    if obj.props.get("warehouse") and (w is None or not cat.can(obj.owner, "USAGE", w)):
        raise missing("Warehouse", obj.props["warehouse"])


def drop(engine: Account, context: Context, obj: Obj) -> None:
    """The links of a dropped task are cut: its children become roots."""
    cat = engine.catalog
    cat.own(context.role, obj)
    if not is_root(obj):
        need_suspended(cat, obj)
    below, last = children(cat, obj), finalizer(cat, obj)
    if not is_root(obj):
        bump(cat, obj)
    cat.drop(obj)
    for t in below:
        t.props["predecessors"] = [n for n in t.props["predecessors"] if n != obj.name]
        cat.save(t)
    if last is not None:
        last.props.pop("finalize")
        cat.save(last)
    engine.tasks.changed(obj.path, "dropped")


def execute(engine: Account, context: Context, obj: Obj, config: dict[str, Any] | None = None, retry_last: bool = False, group: str | None = None) -> Any:
    """Queue a run; the run-time's handle of it."""
    cat = engine.catalog
    if not cat.can(context.role, "OPERATE", obj):
        raise privileges("task", obj.name)
    if not is_root(obj):
        raise err("091435", "22023", f"Execute task cannot be called on non-root task {'.'.join(obj.path)}. Call EXECUTE TASK on the root task of its graph instead.")
    check_may_run(cat, obj)
    return engine.tasks.execute(obj.path, context, config, retry_last, group)


# Reading

def relations(cat: Catalog, obj: Obj) -> str:
    """The task_relations cell."""
    out: dict[str, Any] = {"Predecessors": [".".join((*obj.path[:2], n)) for n in obj.props.get("predecessors") or []]}
    last = finalizer(cat, obj)
    if last is not None:
        out["FinalizerTask"] = ".".join(last.path)
    if obj.props.get("finalize"):
        out["FinalizedRootTask"] = ".".join((*obj.path[:2], obj.props["finalize"]))
    return json.dumps(out, separators=(",", ":"))


def policy(obj: Obj) -> str | None:
    return (obj.props.get("overlap_policy") or "NO_OVERLAP") if is_root(obj) else None


def row(cat: Catalog, obj: Obj) -> dict[str, Any]:
    """The cells of SHOW TASKS and DESCRIBE TASK that are not common to all objects; time stamps are ISO texts."""
    p = obj.props
    overlap = policy(obj)
    return {
        "id": p.get("id"), "warehouse": p.get("warehouse"), "schedule": (p.get("schedule") or {}).get("text"),
        "predecessors": json.dumps([".".join((*obj.path[:2], n)) for n in p.get("predecessors") or []], separators=(",", ":")),
        "state": p.get("state"), "definition": p.get("definition"), "condition": p.get("condition"),
        "allow_overlapping_execution": "null" if overlap is None else str(overlap != "NO_OVERLAP").lower(),
        "error_integration": p.get("error_integration") or "null", "success_integration": p.get("success_integration") or "null",
        "last_committed_on": p.get("last_committed_on"), "last_suspended_on": p.get("last_suspended_on"), "last_suspended_reason": p.get("last_suspended_reason"),
        "config": json.dumps(p["config"]) if p.get("config") else None, "task_relations": relations(cat, obj), "scheduling_mode": None,
        "target_completion_interval": f"{p['target_completion_interval']} SECOND" if p.get("target_completion_interval") else None,
        "execute_as_user": p.get("execute_as_user"), "overlap_policy": overlap, "created_by_user": p.get("created_by_user"),
    }
