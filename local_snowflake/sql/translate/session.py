"""What the engine keeps for one Context, and what queries ask of the floors above."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any, Protocol

import psycopg
from sqlglot import exp

from ...clock import Clock
from ..catalog.catalog import Obj, Path
from ..catalog.query_log import Columns, Rows
from ..language.values import X


class Virtual(Protocol):
    """Tables that the catalog does not hold; `tr` is the Translator of the statement."""

    def information_schema(self, tr: Any, path: Path) -> tuple[Columns, Rows]:
        """The rows of a view of INFORMATION_SCHEMA."""

    def account_usage(self, tr: Any, path: Path) -> tuple[Columns, Rows]:
        """The rows of a view of SNOWFLAKE.ACCOUNT_USAGE."""

    def table_function(self, tr: Any, name: str, node: exp.Expression) -> tuple[Columns, Rows] | None:
        """The result of a call in FROM TABLE(…); None when there is no such function."""


@dataclass
class Session:
    number: int
    account: str
    clock: Clock
    virtual: Virtual
    temp: dict[tuple[str, ...], Obj] = field(default_factory=dict)
    views: list[Obj] = field(default_factory=list)
    variables: dict[str, X] = field(default_factory=dict)
    query_ids: list[str] = field(default_factory=list)
    statement: str = ""
    private: psycopg.Connection | None = None  # open while a transaction is
    changed: dict[int, Obj] = field(default_factory=dict)  # the tables that the transaction has changed
    running: psycopg.Connection | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
