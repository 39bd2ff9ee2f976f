"""What statements, tasks and the object API ask of the engine, which stands above them all."""

from __future__ import annotations

from typing import Iterator, Protocol, Sequence

from sqlglot import exp

from ...clock import Clock
from ...model import Binding, Context, Engine, Result
from ...tasks_api import TaskRuntime
from ..catalog.catalog import Catalog
from ..catalog.cluster import Pool
from ..catalog.events import Events
from ..catalog.query_log import Columns, QueryLog, Rows
from ..language import types as T
from ..language.values import X
from ..translate.expressions import Translator
from ..translate.session import Session


class Account(Engine, Protocol):
    """The engine of one account. Every method may be called from several threads at once."""

    account: str
    clock: Clock
    catalog: Catalog
    pool: Pool
    log: QueryLog
    events: Events  # logins, loaded files and other histories
    tasks: TaskRuntime
    state_seconds: float  # how long compute pools and services take from state to state

    def session(self, context: Context) -> Session:
        """The session of a context; made when there is none."""

    def translator(self, context: Context, session: Session, bindings: Sequence[Binding] = ()) -> Translator:
        """A compiler for one statement."""

    def need_warehouse(self, context: Context) -> None:
        """Refuse a statement that reads tables without a warehouse."""

    def select(self, tree: exp.Expression, context: Context, session: Session, bindings: Sequence[Binding]) -> Result:
        """Run a query."""

    def stream(self, sql: str, context: Context, session: Session, tr: Translator) -> Iterator[list[str | None]]:
        """The rows of a PostgreSQL query, fetched as they are read."""

    def run_sql(self, sql: str, context: Context, session: Session) -> int:
        """Run one PostgreSQL statement that returns nothing; the number of rows it touched."""

    def run_all(self, sqls: list[str], context: Context, session: Session) -> list[tuple[int, tuple | None]]:
        """Run PostgreSQL statements as one transaction, or as one part of the open one; of each the number of rows it touched, and its first row if it answers any."""

    def values(self, text: str, context: Context, bindings: Sequence[Binding] = ()) -> list[tuple[str | None, T.Type]]:
        """What a list of expressions comes to, as texts, with the types."""

    def constant(self, x: X, context: Context) -> str | None:
        """The wire text of an expression without columns."""

    def finish(self, columns: Columns, rows: Rows, context: Context) -> Result:
        """A result of rows made here, kept for RESULT_SCAN."""

    def status(self, text: str, context: Context) -> Result:
        """A result of one text, as statements answer that return no rows."""
