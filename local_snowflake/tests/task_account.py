"""An account whose clock a test moves, for the tests of tasks."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from local_snowflake.clock import Clock
from local_snowflake.model import Context, SnowflakeError
from local_snowflake.sql.engine import SqlEngine, create_engine

START = datetime(2026, 3, 2, 9, 3, 0, tzinfo=timezone.utc)  # a Monday
HISTORY = "TABLE(DEMO.INFORMATION_SCHEMA.TASK_HISTORY(RESULT_LIMIT => 10000, DATABASE_NAME => 'DEMO', SCHEMA_NAME => '{}'))"


class Account:
    """One engine with a manual clock; each test works in a schema of its own."""

    numbers = itertools.count(1)

    def __init__(self, engine: SqlEngine, clock: Clock):
        self.engine = engine
        self.clock = clock
        number = next(self.numbers)
        self.schema = f"S{number}"
        self.start_time = START + timedelta(weeks=4 * number)
        clock.set(self.start_time)
        self.role = "SYSADMIN"
        self.sql(f"CREATE SCHEMA DEMO.{self.schema}")

    def sql(self, text: str, role: str | None = None, user: str = "ADMIN") -> list[list[str | None]]:
        context = Context(user, role or self.role, "COMPUTE_WH", "DEMO", self.schema)
        try:
            return [list(row) for row in self.engine.execute(text, context).rows]
        finally:
            self.engine.release(context)

    def code(self, text: str, **more: str) -> str:
        with pytest.raises(SnowflakeError) as caught:
            self.sql(text, **more)
        return caught.value.code

    def message(self, text: str, **more: str) -> str:
        with pytest.raises(SnowflakeError) as caught:
            self.sql(text, **more)
        return caught.value.message

    def task(self, name: str, rest: str) -> None:
        self.sql(f"CREATE TASK {name} {rest}")

    def start(self, root: str) -> None:
        """Resume a root and all that depends on it."""
        self.sql(f"SELECT SYSTEM$TASK_DEPENDENTS_ENABLE('{root}')")

    def resume(self, *names: str) -> None:
        for name in names:
            self.sql(f"ALTER TASK {name} RESUME")

    def pass_(self, **span: float) -> None:
        self.clock.advance(timedelta(**span).total_seconds())

    def execute(self, rest: str) -> None:
        """EXECUTE TASK, and what it starts runs until nothing moves by itself any more."""
        self.sql(f"EXECUTE TASK {rest}")
        self.clock.advance(0)

    def history(self, columns: str = "NAME, STATE", where: str = "STATE <> 'SCHEDULED'") -> list[list[str | None]]:
        """The runs of the schema's tasks in the order in which they started."""
        found = self.sql(f"SELECT {columns} FROM {HISTORY.format(self.schema)} WHERE {where}")
        return found[::-1]

    def states(self) -> dict[str, str]:
        """The latest state of every task."""
        return {str(name): str(state) for name, state in self.history()}

    def times(self, name: str, where: str = "STATE <> 'SCHEDULED'") -> list[str]:
        """When a task was scheduled."""
        return [self.when(cell) for (cell,) in self.history("SCHEDULED_TIME", f"NAME = '{name}' AND {where}")]

    def when(self, cell: str | None) -> str:
        """A time stamp as the day after the test's start and the time of that day."""
        moment = datetime.fromtimestamp(float(cell or 0), timezone.utc)
        return f"+{(moment.date() - self.start_time.date()).days} {moment:%H:%M:%S}"


def until(holds, seconds: float = 20) -> None:
    """Wait for something that happens in another thread."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def engine():
    folder = Path(tempfile.mkdtemp(prefix="lsf-tasks-"))
    clock = Clock("manual")
    made = create_engine(folder, clock=clock)
    yield made
    made.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def account(engine):
    """Every test starts at the same time of a Monday of its own, long after the other tests."""
    for obj in engine.catalog.all("TASK"):  # nothing of another test runs in this one
        obj.props["state"] = "suspended"
        engine.tasks.changed(obj.path, "suspended")
    return Account(engine, engine.clock)
