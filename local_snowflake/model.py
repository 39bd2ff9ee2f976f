"""What the protocol side and the SQL side of the local Snowflake say to each other."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any, Iterator, Protocol, Sequence

ACCOUNT_NAME = "LOCALORG-LOCALACCT"  # organization and account


class SnowflakeError(Exception):
    """An error as Snowflake reports it: a six-digit code, its own SQL state, a message."""

    def __init__(self, code: str, sqlstate: str, message: str):
        super().__init__(message)
        self.code = code
        self.sqlstate = sqlstate
        self.message = message


@dataclass(frozen=True)
class Column:
    """One entry of resultSetMetaData.rowType; `type` is lower case, as on the wire."""

    name: str
    type: str
    nullable: bool = True
    precision: int | None = None
    scale: int | None = None
    length: int | None = None
    byte_length: int | None = None
    database: str = ""
    schema: str = ""
    table: str = ""
    collation: str | None = None


@dataclass
class DmlStats:
    """The `stats` object of a DML reply."""

    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    duplicate_updated: int = 0


@dataclass
class Result:
    """A finished statement. Cells are the wire texts of the SQL API (facts/protocol 2.1) or None for NULL.

    `rows` may be a lazy iterator; it is read once, by the thread that called execute().
    """

    columns: Sequence[Column]
    rows: Iterator[Sequence[str | None]] | Sequence[Sequence[str | None]]
    stats: DmlStats | None = None


@dataclass
class Context:
    """What a request runs with. Names are exact (not quoted). Multi-statement requests share one Context, so USE and SET change it."""

    user: str
    role: str
    warehouse: str | None = None
    database: str | None = None
    schema: str | None = None
    parameters: dict[str, str] = field(default_factory=dict)  # upper-case keys: TIMEZONE, QUERY_TAG, *_OUTPUT_FORMAT, ROWS_PER_RESULTSET ...
    query_id: str = ""
    client_application: str = ""
    multi_statement: bool = False  # USE, BEGIN, ALTER SESSION, temporary tables are allowed only then
    cancelled: threading.Event = field(default_factory=threading.Event)
    variables: dict[str, str] = field(default_factory=dict)
    engine_session: object | None = None  # owned by the engine; released by Engine.release(context)
    task: Any = None  # the run of a task that this is part of (sql/tasks/graph_runs.py)


@dataclass(frozen=True)
class Binding:
    """One bind variable of the request body: `type` upper case, `value` text or None."""

    type: str
    value: str | None


class Engine(Protocol):
    """The SQL side. Every method may be called from several threads at once."""

    def execute(self, sql: str, context: Context, bindings: Sequence[Binding] = ()) -> Result:
        """Run exactly one statement; raises SnowflakeError. Must return promptly (000604, 57014) once cancel(context) was called."""

    def cancel(self, context: Context) -> None:
        """Interrupt what runs under this context; the call returns at once."""

    def release(self, context: Context) -> None:
        """The request is over: drop temporary objects and the private connection, if any."""

    def split(self, sql: str) -> list[str]:
        """The single statements of a text (strings, comments and $$ respected; blank ones dropped)."""

    def current_defaults(self, user: str) -> Context:
        """A fresh context with the user's default role, warehouse and namespace; raises SnowflakeError when the user is unknown."""

    def check_context(self, context: Context) -> None:
        """Refuse a role that is missing or not granted (390189) and a database, schema or warehouse that is missing (390201)."""

    def close(self) -> None:
        """Stop the private PostgreSQL."""
