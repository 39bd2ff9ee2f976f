"""Every statement of the account: for QUERY_HISTORY, RESULT_SCAN and SYSTEM$CANCEL_QUERY."""

from __future__ import annotations

import marshal
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Iterator

from ...clock import Clock
from ...model import Context, Result, SnowflakeError
from ...spool import SMALL, Spool, Stored
from ..language import types as T

KEEP = 20000  # statements
KEEP_RESULTS = 500
KEEP_ROWS = 200000  # of one result
PIECE = 5000  # rows of a file
TEXT = 100000  # characters of a statement, as in QUERY_HISTORY
RETENTION = timedelta(hours=24)
RUNNING, SUCCESS, FAILED = "RUNNING", "SUCCESS", "FAILED_WITH_ERROR"

Columns = list[tuple[str, T.Type]]
Rows = list[list[str | None]]


class KeptRows:
    """Rows that are read again by RESULT_SCAN; all but a few on disk."""

    def __init__(self, spool: Spool):
        self.spool = spool
        self.pieces: list[Rows | Stored] = []

    def add(self, rows: Rows) -> None:
        small = len(rows) < PIECE and sum(len(cell or "") + 8 for row in rows for cell in row) <= SMALL
        self.pieces.append(rows if small else self.spool.store(marshal.dumps([list(row) for row in rows])))

    def all(self) -> Rows:
        return [row for piece in self.pieces for row in (piece if isinstance(piece, list) else marshal.loads(piece.read()))]


@dataclass
class Entry:
    """One statement."""

    query_id: str
    text: str
    context: Context
    user: str
    role: str
    warehouse: str | None
    database: str | None
    schema: str | None
    tag: str
    kind: str
    start: datetime
    session: int
    task: Any = None  # the run of a task that it is part of
    end: datetime | None = None
    status: str = RUNNING
    error: SnowflakeError | None = None
    rows: int | None = None
    columns: Columns | None = None  # of a result that is kept as it is read
    result: tuple[Columns, KeptRows] | None = None


class QueryLog:
    def __init__(self, clock: Clock, spool: Spool):
        self.clock = clock
        self.spool = spool
        self.lock = threading.Lock()
        self.entries: OrderedDict[str, Entry] = OrderedDict()
        self.with_result: list[Entry] = []

    def open(self, text: str, kind: str, context: Context, session: int) -> Entry:
        entry = Entry(
            context.query_id, text[:TEXT], context, context.user, context.role, context.warehouse, context.database, context.schema,
            context.parameters.get("QUERY_TAG", ""), kind, self.clock.now(), session, context.task,
        )  # fmt: skip
        with self.lock:
            self.entries[entry.query_id] = entry
            while len(self.entries) > KEEP:
                self.entries.popitem(last=False)
        return entry

    def done(self, entry: Entry, result: Result) -> Result:
        """The statement is over, or will be when the rest of its rows was read."""
        if isinstance(result.rows, (list, tuple)):
            self._close(entry, len(result.rows))
        else:
            result.rows = self._counted(entry, result.rows)
        return result

    def failed(self, entry: Entry, error: SnowflakeError) -> None:
        entry.error, entry.status, entry.end = error, FAILED, self.clock.now()

    def _close(self, entry: Entry, rows: int) -> None:
        entry.rows, entry.status, entry.end = rows, SUCCESS, self.clock.now()

    def _counted(self, entry: Entry, rows: Iterator[Any]) -> Iterator[Any]:
        count, some, kept = 0, [], KeptRows(self.spool)
        try:
            for row in rows:
                count += 1
                if entry.columns is not None and count <= KEEP_ROWS:
                    some.append(row)
                    if len(some) >= PIECE:
                        kept.add(some)
                        some = []
                yield row
        except SnowflakeError as error:
            self.failed(entry, error)
            raise
        self._close(entry, count)
        if entry.columns is not None and count <= KEEP_ROWS:
            kept.add(some)
            self._keep(entry, entry.columns, kept)

    def all(self) -> list[Entry]:
        with self.lock:
            return list(self.entries.values())

    def find(self, query_id: str) -> Entry | None:
        return self.entries.get(query_id.lower())

    # Results

    def keep(self, query_id: str, columns: Columns, rows: Rows) -> None:
        """Remember a result for RESULT_SCAN."""
        entry = self.entries.get(query_id)
        if entry is not None:
            kept = KeptRows(self.spool)
            kept.add(rows)
            self._keep(entry, columns, kept)

    def _keep(self, entry: Entry, columns: Columns, rows: KeptRows) -> None:
        with self.lock:
            entry.result = columns, rows
            self.with_result.append(entry)
            while len(self.with_result) > KEEP_RESULTS:
                self.with_result.pop(0).result = None

    def expect(self, query_id: str, columns: Columns) -> None:
        """Remember a result when all of its rows were read."""
        entry = self.entries.get(query_id)
        if entry is not None:
            entry.columns = columns

    def result(self, query_id: str, context: Context) -> tuple[Columns, Rows] | None:
        """A result of the last 24 hours: of the same user, or of a task of the same role."""
        entry = self.find(query_id)
        if entry is None or entry.result is None or self.clock.now() - entry.start > RETENTION:
            return None
        mine = entry.role == context.role if entry.task is not None else entry.user == context.user
        return (entry.result[0], entry.result[1].all()) if mine else None
