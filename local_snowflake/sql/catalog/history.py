"""Time Travel: the rows that a table had before its changes.

A state is what the table held until a change; it is written before the change and gets its end, a whole millisecond as Time Travel counts them, when the change
is there. Tables beyond a size, changes within a transaction and changes of columns leave no state behind: what was before cannot be read.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Callable, Iterator

import psycopg

from ...clock import Clock
from ...model import SnowflakeError
from ..language.errors import err
from .catalog import Catalog, Obj

OPEN = 2**62  # the end of a state whose change is under way
MOST_BYTES = 256 * 1024  # of a table of which states are kept
MOST_STATES = 20  # of a table

_locks: dict[int, threading.Lock] = {}
_guard = threading.Lock()


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@contextmanager
def changing(catalog: Catalog, clock: Clock, table: Obj, check: Callable[[], None], waits: bool = True) -> Iterator[None]:
    """Around a statement that changes rows of the table; check is called while another change is waited for, and may raise. One that does not wait for others
    leaves no state behind when there is one."""
    with _guard:
        lock = _locks.setdefault(table.id, threading.Lock())
    while not lock.acquire(timeout=0.1):
        check()
        if not waits:
            yield
            lost(catalog, clock, table)
            return
    try:
        conn = catalog.connection
        with catalog.lock, conn.transaction():
            _forget(conn, table, "until = %s", OPEN)
            kept = conn.execute(f"SELECT pg_relation_size('{table.physical}') <= {MOST_BYTES}").fetchone()[0]
            conn.execute("INSERT INTO sf_catalog.table_state VALUES (%s, %s, %s)", (table.id, OPEN, kept))
            if kept:
                conn.execute(f"INSERT INTO sf_catalog.table_state_row SELECT {table.id}, {OPEN}, t::text FROM {table.physical} AS t")
        try:
            yield
        except BaseException:
            with catalog.lock, conn.transaction():
                _forget(conn, table, "until = %s", OPEN)
            raise
        _close(catalog, clock, table)
    finally:
        lock.release()


def lost(catalog: Catalog, clock: Clock, table: Obj) -> None:
    """The table was changed in a way that no state is kept of: nothing before it can be read."""
    conn = catalog.connection
    with catalog.lock, conn.transaction():
        _forget(conn, table, "until < %s", OPEN)
        conn.execute("DELETE FROM sf_catalog.table_state_row WHERE table_id = %s", (table.id,))
        conn.execute("UPDATE sf_catalog.table_state SET kept = false WHERE table_id = %s", (table.id,))  # of a change that is under way
        conn.execute("INSERT INTO sf_catalog.table_state VALUES (%s, %s, false) ON CONFLICT DO NOTHING", (table.id, milliseconds(clock.now()) + 1))


def rows_at(catalog: Catalog, clock: Clock, table: Obj, moment: int) -> str:
    """FROM … for the table's rows at a moment, as the query of its columns by their keys; raises 000707 where they cannot be had."""
    kept = catalog.connection.execute("SELECT kept FROM sf_catalog.table_state WHERE table_id = %s AND until > %s ORDER BY until LIMIT 1", (table.id, moment)).fetchone()
    oldest = clock.now() - timedelta(days=_retention(catalog, table))
    if moment > milliseconds(clock.now()) or moment <= milliseconds(table.created_on) or moment <= milliseconds(oldest) or not _retention(catalog, table) or kept == (False,):
        raise gone(table)
    later = f"sf_catalog.table_state WHERE table_id = {table.id} AND until > {moment}"
    keys = [c.key for c in table.columns]
    return (f"(SELECT {', '.join(keys)} FROM {table.physical} WHERE NOT EXISTS (SELECT FROM {later}) UNION ALL "
            f"SELECT {', '.join(f'(line::{table.physical}).{k}' for k in keys)} FROM sf_catalog.table_state_row "
            f"WHERE table_id = {table.id} AND until = (SELECT min(until) FROM {later})) AS at_{table.id}")


def gone(table: Obj) -> SnowflakeError:
    """What was there cannot be read."""
    return err("000707", "02000", f"Time travel data is not available for table {table.name}. The requested time is either beyond the allowed time travel "
                                  "period or before the object creation time.")


def _close(catalog: Catalog, clock: Clock, table: Obj) -> None:
    """Ends the open state, behind every moment that was asked for before the change was there."""
    end = milliseconds(clock.now()) + (clock.mode == "real")
    conn = catalog.connection
    with catalog.lock, conn.transaction():
        _forget(conn, table, "until = %s", end)
        for name in ("table_state", "table_state_row"):
            conn.execute(f"UPDATE sf_catalog.{name} SET until = %s WHERE table_id = %s AND until = %s", (end, table.id, OPEN))
        old = conn.execute("SELECT until FROM sf_catalog.table_state WHERE table_id = %s ORDER BY until DESC OFFSET %s LIMIT 1", (table.id, MOST_STATES)).fetchone()
        if old:
            _forget(conn, table, "until <= %s", old[0])
            conn.execute("INSERT INTO sf_catalog.table_state VALUES (%s, %s, false)", (table.id, old[0]))
    while milliseconds(clock.now()) < end:
        time.sleep(0.0005)


def _forget(conn: psycopg.Connection, table: Obj, which: str, until: int) -> None:
    for name in ("table_state", "table_state_row"):
        conn.execute(f"DELETE FROM sf_catalog.{name} WHERE table_id = %s AND {which}", (table.id, until))


def _retention(catalog: Catalog, table: Obj) -> int:
    """Days: the table's own, its schema's, its database's, or one."""
    for obj in (table, catalog.get("SCHEMA", table.path[:2]), catalog.get("DATABASE", table.path[:1])):
        value = obj.props.get("data_retention_time_in_days") if obj else None
        if value is not None:
            return int(value)
    return 1
