"""SHOW PARAMETERS: what this account knows of them, and where each is set."""

from __future__ import annotations

import re
from typing import Any

from ...model import Context
from ..catalog.catalog import Obj
from ..catalog.names import full
from ..commands.account import Account
from ..language.errors import missing, no_database, no_schema, no_warehouse, syntax
from ..language.parse import Cursor
from ..tasks import tasks
from .layouts import OTHERS, Columns, typed
from .visible import like_pattern

Rows = list[list[str | None]]

# key: default, type, description
SESSION: dict[str, tuple[str, str, str]] = {
    "AUTOCOMMIT": ("true", "BOOLEAN", "Whether a statement outside of a transaction is one of its own."),
    "BINARY_INPUT_FORMAT": ("HEX", "STRING", "input format for binary"),
    "BINARY_OUTPUT_FORMAT": ("HEX", "STRING", "display format for binary"),
    "CLIENT_RESULT_CHUNK_SIZE": ("160", "NUMBER", "Maximum size of a set of query results to download."),
    "DATE_INPUT_FORMAT": ("AUTO", "STRING", "input format for date"),
    "DATE_OUTPUT_FORMAT": ("YYYY-MM-DD", "STRING", "display format for date"),
    "LOCK_TIMEOUT": ("43200", "NUMBER", "Number of seconds to wait while trying to lock a resource, before timing out and aborting the statement."),
    "QUERY_TAG": ("", "STRING", "String (up to 2000 characters) used to tag statements executed by the session"),
    "QUOTED_IDENTIFIERS_IGNORE_CASE": ("false", "BOOLEAN", "If true, the case of quoted identifiers is ignored"),
    "ROWS_PER_RESULTSET": ("0", "NUMBER", "maximum number of rows in a result set"),
    "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS": ("0", "NUMBER", "Timeout in seconds for queued statements; disabled if set to zero."),
    "STATEMENT_TIMEOUT_IN_SECONDS": ("172800", "NUMBER", "Timeout in seconds for statements: statements are automatically canceled if they run for longer."),
    "TIMESTAMP_INPUT_FORMAT": ("AUTO", "STRING", "input format for timestamp"),
    "TIMESTAMP_LTZ_OUTPUT_FORMAT": ("", "STRING", "Display format for TIMESTAMP_LTZ values. If empty, TIMESTAMP_OUTPUT_FORMAT is used."),
    "TIMESTAMP_NTZ_OUTPUT_FORMAT": ("YYYY-MM-DD HH24:MI:SS.FF3", "STRING", "Display format for TIMESTAMP_NTZ values. If empty, TIMESTAMP_OUTPUT_FORMAT is used."),
    "TIMESTAMP_OUTPUT_FORMAT": ("YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM", "STRING", "Default display format for all timestamp types."),
    "TIMESTAMP_TYPE_MAPPING": ("TIMESTAMP_NTZ", "STRING", "If TIMESTAMP type is used, what specific TIMESTAMP* type it should map to"),
    "TIMESTAMP_TZ_OUTPUT_FORMAT": ("", "STRING", "Display format for TIMESTAMP_TZ values. If empty, TIMESTAMP_OUTPUT_FORMAT is used."),
    "TIMEZONE": ("UTC", "STRING", "time zone"),
    "TIME_INPUT_FORMAT": ("AUTO", "STRING", "input format for time"),
    "TIME_OUTPUT_FORMAT": ("HH24:MI:SS", "STRING", "display format for time"),
    "USE_CACHED_RESULT": ("true", "BOOLEAN", "If enabled, query results can be reused between successive invocations of the same query as long as the original result has not expired"),
    "WEEK_OF_YEAR_POLICY": ("0", "NUMBER", "Defines the policy of assigning weeks to years"),
    "WEEK_START": ("0", "NUMBER", "Defines the first day of the week"),
}
WAREHOUSE = {
    "MAX_CONCURRENCY_LEVEL": ("8", "NUMBER", "Concurrency level for SQL statements (i.e. queries and DML) executed by a warehouse cluster."),
    "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS": SESSION["STATEMENT_QUEUED_TIMEOUT_IN_SECONDS"], "STATEMENT_TIMEOUT_IN_SECONDS": SESSION["STATEMENT_TIMEOUT_IN_SECONDS"],
}  # fmt: skip
TABLE = {
    "DATA_RETENTION_TIME_IN_DAYS": ("1", "NUMBER", "number of days to retain the old version of deleted/updated data"),
    "DEFAULT_DDL_COLLATION": ("", "STRING", "Collation that is used for all the new columns created by the DDL statements (if not specified)"),
    "MAX_DATA_EXTENSION_TIME_IN_DAYS": ("14", "NUMBER", "Maximum number of days to extend data retention beyond the retention period to prevent a stream becoming stale."),
}
TASK = {
    "SUSPEND_TASK_AFTER_NUM_FAILURES": ("10", "NUMBER", "How many times a task must fail in a row before it is automatically suspended. 0 disables auto-suspending."),
    "TASK_AUTO_RETRY_ATTEMPTS": ("0", "NUMBER", "Maximum automatic retries allowed for a user task."),
    "USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE": ("Medium", "STRING", "The initial size of warehouse to use for managed warehouses in the absence of history"),
    "USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS": ("30", "NUMBER", "Minimum amount of time between Triggered Task executions in seconds"),
    "USER_TASK_TIMEOUT_MS": ("3600000", "NUMBER", "User task execution timeout in milliseconds"),
}
DATABASE = {
    **TABLE, **TASK,
    "CATALOG": ("", "STRING", "Name of a catalog integration to use for new Iceberg tables"),
    "EXTERNAL_VOLUME": ("", "STRING", "Name of an external volume that will be used for persisted Iceberg metadata and data files"),
    "LOG_LEVEL": ("OFF", "STRING", "LOG_LEVEL to use when filtering events"),
    "REPLACE_INVALID_CHARACTERS": ("false", "BOOLEAN", "Whether invalid UTF-8 characters in query results of Iceberg tables are replaced"),
    "STORAGE_SERIALIZATION_POLICY": ("OPTIMIZED", "STRING", "Storage serialization policy used for managed Iceberg tables."),
    "TRACE_LEVEL": ("OFF", "STRING", "Trace level value to use when generating/filtering trace events"),
}  # fmt: skip
SCHEMA = {**DATABASE, "PIPE_EXECUTION_PAUSED": ("false", "BOOLEAN", "Set to true to pause pipe execution.")}
PLACES = {"WAREHOUSE": WAREHOUSE, "DATABASE": DATABASE, "SCHEMA": SCHEMA, "TABLE": TABLE}


def run(engine: Account, cur: Cursor, context: Context) -> tuple[Columns, Rows]:
    """What stands behind SHOW PARAMETERS."""
    like = like_pattern(cur.string()) if cur.accept("LIKE") else None
    rows = _rows(engine, cur, context)
    cur.end()
    return typed(OTHERS["PARAMETERS"].split()), [r for r in sorted(rows, key=lambda r: r[0] or "") if _fits(like, r[0] or "")]


def _fits(like: re.Pattern[str] | None, key: str) -> bool:
    return like is None or like.match(key) is not None


def _rows(engine: Account, cur: Cursor, context: Context) -> Rows:
    if not (cur.accept("IN") or cur.accept("FOR")):
        return _session(context)
    word = cur.word()
    if word == "SESSION":
        return _session(context)
    if word == "ACCOUNT":
        return [_row(key, *known) for key, known in {**SESSION, **WAREHOUSE, **SCHEMA}.items()]
    parts = [] if cur.done else cur.name()
    if word == "USER":
        name = parts[0] if parts else context.user
        found = engine.catalog.get("USER", (name,))
        if found is None or len(parts) > 1:
            raise missing("User", ".".join(parts) or name)
        return [_row(key, *known) for key, known in SESSION.items()]
    if word == "TASK":
        if not parts:
            raise cur.bad()
        return _task(tasks.find(engine, context, full(context, "TASK", parts)))
    if word not in PLACES:
        raise syntax(near=word)
    obj = _object(engine, context, word, parts)
    return [_held(engine, obj, key, *known) for key, known in PLACES[word].items()]


def _row(key: str, default: str, kind: str, description: str, value: str | None = None, level: str = "") -> list[str | None]:
    return [key, default if value is None else value, default, level, description, kind]


def _session(context: Context) -> Rows:
    known = {**SESSION, **{key: ("", "STRING", "") for key in context.parameters if key not in SESSION}}
    return [_row(key, *of, context.parameters.get(key), "SESSION" if key in context.parameters else "") for key, of in known.items()]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _held(engine: Account, obj: Obj, key: str, default: str, kind: str, description: str) -> list[str | None]:
    """A parameter of an object: its own value, else that of what holds it."""
    cat = engine.catalog
    holders = [obj, *(cat.get("SCHEMA" if n == 2 else "DATABASE", obj.path[:n]) for n in range(len(obj.path) - 1, 0, -1))]
    for holder in holders:
        value = holder.props.get(key.lower()) if holder is not None else None
        if value is not None:
            return _row(key, default, kind, description, _text(value), holder.kind if holder.kind != "VIEW" else "TABLE")
    return _row(key, default, kind, description)


def _task(obj: Obj) -> Rows:
    own = [_row(key, *known, None if obj.props.get(key.lower()) is None else _text(obj.props[key.lower()]), "" if obj.props.get(key.lower()) is None else "TASK")
           for key, known in TASK.items()]
    given = [_row(key, *SESSION.get(key, ("", "STRING", "")), _text(value), "TASK") for key, value in (obj.props.get("session_parameters") or {}).items()]
    return own + given


def _object(engine: Account, context: Context, word: str, parts: list[str]) -> Obj:
    """The object named, or the current one."""
    cat = engine.catalog
    if word == "WAREHOUSE":
        if not parts and not context.warehouse:
            raise no_warehouse()
        path: tuple[str, ...] = (parts[0] if parts else context.warehouse or "",)
    elif word == "DATABASE":
        if not parts and not context.database:
            raise no_database()
        path = (parts[0] if parts else context.database or "",)
    elif word == "SCHEMA":
        if not parts and not (context.database and context.schema):
            raise no_schema() if context.database else no_database()
        path = full(context, "SCHEMA", parts or [context.schema or ""])
    else:
        if not parts:
            raise syntax()
        path = full(context, "TABLE", parts)
    obj = cat.relation(path) if word == "TABLE" else cat.get(word, path)
    if obj is None or not cat.sees(context.role, obj) or any(not cat.usable(context.role, path[:n]) for n in range(1, len(path))):
        raise missing(word.capitalize(), ".".join(parts) if parts else ".".join(path))
    return obj
