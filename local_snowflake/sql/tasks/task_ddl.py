"""CREATE, ALTER, DROP and EXECUTE TASK: from the text to what tasks.py does."""

from __future__ import annotations

import json
from typing import Any

from ...model import Context
from ..catalog.catalog import Path
from ..catalog.names import PARAMETERS, full
from ..commands.account import Account
from ..language.errors import canceled, err, feature, missing, syntax
from ..language.lexer import find_word
from ..language.parse import Cursor, split_name, tokens
from . import tasks
from .graph_runs import EXECUTING, SCHEDULED

TEXTS = ("COMMENT", "ERROR_INTEGRATION", "SUCCESS_INTEGRATION", "USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE", "SERVERLESS_TASK_MIN_STATEMENT_SIZE",
         "SERVERLESS_TASK_MAX_STATEMENT_SIZE", "OVERLAP_POLICY", "LOG_LEVEL")
NUMBERS = ("USER_TASK_TIMEOUT_MS", "SUSPEND_TASK_AFTER_NUM_FAILURES", "TASK_AUTO_RETRY_ATTEMPTS", "USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS")
SESSION = PARAMETERS | {"AUTOCOMMIT", "LOCK_TIMEOUT", "WEEK_START", "WEEK_OF_YEAR_POLICY", "TIMESTAMP_TYPE_MAPPING", "SEARCH_PATH"}
DONE = "Statement executed successfully."


def about_task(words: list[str]) -> bool:
    """Whether the first words of a statement are those of one read here."""
    if words[0] in ("ALTER", "DROP", "EXECUTE"):
        return words[1:2] == ["TASK"]
    return words[0] == "CREATE" and (words[1:2] == ["TASK"] or (words[1:2] == ["OR"] and words[3:4] == ["TASK"]))


def run(engine: Account, sql: str, context: Context) -> str:
    word = tokens(sql)[0].text.upper()
    return {"CREATE": _create, "ALTER": _alter, "DROP": _drop, "EXECUTE": _execute}[word](engine, sql.strip().removesuffix(";"), context)


def _cut(sql: str, word: str) -> tuple[str, str | None]:
    """The text before and after a word."""
    at = find_word(sql, word)
    return (sql, None) if at is None else (sql[: at[0]], sql[at[1] :].strip())


def _name(cur: Cursor) -> str:
    """A name that may be given as a literal."""
    return split_name(cur.string())[-1] if cur.is_string() else cur.name()[-1]


def _create(engine: Account, sql: str, context: Context) -> str:
    head, definition = _cut(sql, "AS")
    if head.upper().rstrip().endswith("EXECUTE"):  # EXECUTE AS USER … comes before the AS of the definition
        raise feature("EXECUTE AS USER")
    head, condition = _cut(head, "WHEN")
    cur = Cursor(tokens(head))
    cur.expect("CREATE")
    replace, or_alter = cur.accept("OR", "REPLACE"), cur.accept("OR", "ALTER")
    cur.expect("TASK")
    lenient = cur.if_not_exists()
    path = _path(context, cur)
    if cur.accept("CLONE"):
        return _clone(engine, context, path, _path(context, cur), replace, lenient)
    props = _properties(cur, context, path)
    if definition is None:
        raise syntax()
    props |= {"definition": definition, "condition": condition}
    if or_alter and engine.catalog.get("TASK", path) is not None:
        obj = tasks.find(engine, context, path)
        tasks.alter(engine, context, obj, {**{k: None for k in obj.props if k not in KEPT}, **props})
        return DONE
    return tasks.create(engine, context, path, props, replace, lenient)


KEPT = ("id", "state", "graph_version", "created_by_user", "last_committed_on", "last_suspended_on", "last_suspended_reason", "changed", "fixed")


def _clone(engine: Account, context: Context, path: Path, source: Path, replace: bool, lenient: bool) -> str:
    props = {k: v for k, v in tasks.find(engine, context, source).props.items() if k not in KEPT}
    return tasks.create(engine, context, path, props, replace, lenient)


def _path(context: Context, cur: Cursor) -> Path:
    return full(context, "TASK", cur.name())


def _properties(cur: Cursor, context: Context, path: Path) -> dict[str, Any]:
    props: dict[str, Any] = {}
    while not cur.done:
        cur.accept(",")
        if cur.accept("AFTER"):
            props["predecessors"] = _names(cur, context, path)
        else:
            key = cur.word()
            cur.expect("=")
            _property(props, key, cur)
    return props


def _names(cur: Cursor, context: Context, path: Path) -> list[str]:
    """Predecessors; all of the task's own schema."""
    out = []
    while True:
        other = full(context, "TASK", cur.name())
        if other[:2] != path[:2]:
            raise missing("Task", ".".join(other))
        out.append(other[-1])
        if not cur.accept(","):
            return out


def _property(props: dict[str, Any], key: str, cur: Cursor) -> None:
    """Read one KEY = value into props."""
    name = key.lower()
    if key in TEXTS:
        props[name] = cur.value()
    elif key in NUMBERS:
        text = cur.value()
        if not text.lstrip("-").isdigit():
            raise tasks.refused(f"invalid value '{text}' for property '{key}'")
        props[name] = int(text)
    elif key in ("WAREHOUSE", "FINALIZE"):
        props[name] = _name(cur)
    elif key == "SCHEDULE":
        props[name] = tasks.schedule_of(cur.string())
    elif key == "TARGET_COMPLETION_INTERVAL":
        props[name] = tasks.schedule_of(cur.string()).get("seconds")
    elif key == "ALLOW_OVERLAPPING_EXECUTION":
        props["overlap_policy"] = "ALLOW_CHILD_OVERLAP" if cur.value().upper() == "TRUE" else None
    elif key == "CONFIG":
        props[name] = json_object(cur.string())
    elif key in SESSION:
        props["session_parameters"] = {**props.get("session_parameters", {}), key: cur.value()}
    else:
        raise syntax(near=key)


def json_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        raise err("100069", "22P02", f"Error parsing JSON: {text}") from None
    if not isinstance(value, dict):
        raise tasks.refused("invalid value for property 'CONFIG'")
    return value


def _alter(engine: Account, sql: str, context: Context) -> str:
    cur = Cursor(tokens(sql))
    cur.expect("ALTER", "TASK")
    lenient = cur.if_exists()
    path = _path(context, cur)
    if lenient and engine.catalog.get("TASK", path) is None:
        return DONE
    obj = tasks.find(engine, context, path)
    if cur.accept("RESUME") or cur.accept("SUSPEND"):
        state = "started" if cur.toks[cur.i - 1].text.upper() == "RESUME" else "suspended"
        cur.end()
        tasks.set_state(engine, context, obj, state)
    elif cur.accept("ADD", "AFTER") or cur.accept("REMOVE", "AFTER"):
        add = cur.toks[cur.i - 2].text.upper() == "ADD"
        names = _names(cur, context, path)
        cur.end()
        tasks.link(engine, context, obj, names, add)
    elif cur.accept("MODIFY", "AS"):
        tasks.alter(engine, context, obj, {"definition": _cut(sql, "AS")[1]})
    elif cur.accept("MODIFY", "WHEN"):
        tasks.alter(engine, context, obj, {"condition": _cut(sql, "WHEN")[1]})
    elif cur.accept("REMOVE", "WHEN"):
        cur.end()
        tasks.alter(engine, context, obj, {"condition": None})
    else:
        tasks.alter(engine, context, obj, _changes(cur, context, path, obj.props.get("session_parameters") or {}))
    return DONE


def _changes(cur: Cursor, context: Context, path: Path, parameters: dict[str, Any]) -> dict[str, Any]:
    """SET … and UNSET …; parameters are the session parameters that the task sets."""
    if cur.accept("SET"):
        if cur.peek() == "TAG":
            raise feature("tags of tasks in SQL")
        props = _properties(cur, context, path)
        if "session_parameters" in props:
            props["session_parameters"] = {**parameters, **props["session_parameters"]}
        return props
    cur.expect("UNSET")
    out: dict[str, Any] = {}
    while not cur.done:
        key = cur.word()
        if key == "ALLOW_OVERLAPPING_EXECUTION":
            key = "OVERLAP_POLICY"
        elif key in SESSION:
            parameters = {k: v for k, v in parameters.items() if k.upper() != key}
            out["session_parameters"] = parameters or None
            cur.accept(",")
            continue
        elif key not in (*TEXTS, *NUMBERS, "WAREHOUSE", "FINALIZE", "SCHEDULE", "TARGET_COMPLETION_INTERVAL", "CONFIG"):
            raise syntax(near=key)
        out[key.lower()] = None
        cur.accept(",")
    return out


def _drop(engine: Account, sql: str, context: Context) -> str:
    cur = Cursor(tokens(sql))
    cur.expect("DROP", "TASK")
    lenient = cur.if_exists()
    path = _path(context, cur)
    cur.end()
    if lenient and engine.catalog.get("TASK", path) is None:
        return f"Drop statement executed successfully ({path[-1]} already dropped)."
    tasks.drop(engine, context, tasks.find(engine, context, path))
    return f"{path[-1]} successfully dropped."


def _execute(engine: Account, sql: str, context: Context) -> str:
    cur = Cursor(tokens(sql))
    cur.expect("EXECUTE", "TASK")
    path = _path(context, cur)
    config = group = None
    if cur.accept("USING", "CONFIG"):
        cur.expect("=")
        config = json_object(cur.string())
    elif cur.accept("RETRY", "GRAPH", "RUN", "GROUP"):
        group = cur.string()
    retry = config is None and group is None and cur.accept("RETRY", "LAST")
    wait = not retry and group is None and cur.accept("AWAIT")
    cur.end()
    graph = tasks.execute(engine, context, tasks.find(engine, context, path), config, retry, group)
    if not wait:
        return f"Task {path[-1]} is scheduled to run immediately."
    while graph.state in (SCHEDULED, EXECUTING):
        if context.cancelled.wait(0.02):
            raise canceled()
    return DONE
