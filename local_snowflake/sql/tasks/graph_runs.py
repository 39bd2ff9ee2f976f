"""One run of a task graph: its tasks as they were when it started, how far each is, and which may start next."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Callable

from ...model import Context, SnowflakeError
from ...tasks_api import GraphRun
from ..catalog.catalog import Catalog, Obj, Path
from ..language.errors import err
from . import cron, tasks

SCHEDULED, EXECUTING, SUCCEEDED, FAILED, CANCELLED, SKIPPED = "SCHEDULED EXECUTING SUCCEEDED FAILED CANCELLED SKIPPED".split()
AUTO_SUSPENDED = "FAILED_AND_AUTO_SUSPENDED"
WAITING = "WAITING"
BYPASSED = "BYPASSED"  # a suspended task: the graph goes on as though it had succeeded
UNREACHED = "UNREACHED"  # something before it failed
FINE = (SUCCEEDED, BYPASSED)
BROKEN = (FAILED, CANCELLED, UNREACHED)
TIMEOUT, LONGEST_TIMEOUT = 3600000, 604800000
UNKNOWN_PREDECESSOR = "091401"  # no source tells the numbers of these refusals


def next_slot(schedule: dict[str, Any] | None, base: datetime, after: datetime) -> datetime | None:
    """When a schedule comes round next; an interval counts from the time the task was resumed."""
    if not schedule:
        return None
    if "cron" in schedule:
        return cron.following(schedule["cron"], schedule["timezone"], after)
    step = timedelta(seconds=schedule["seconds"])
    return base + max(1, (after - base) // step + 1) * step


@dataclass
class TaskRun:
    """One run of one task: a row of TASK_HISTORY."""

    number: int
    name: str
    graph: "Graph"
    scheduled_time: datetime
    sleeper: Callable[[float, threading.Event], bool]
    state: str = SCHEDULED
    context: Context | None = None
    query_id: str | None = None
    query_start_time: datetime | None = None
    completed_time: datetime | None = None
    return_value: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    timed_out: bool = False

    @property
    def path(self) -> Path:
        return (*self.graph.root[:2], self.name)

    @property
    def props(self) -> dict[str, Any]:
        return self.graph.tasks[self.name]

    def sleep(self, seconds: float) -> bool:
        assert self.context is not None
        return self.sleeper(seconds, self.context.cancelled)

    def predecessor_value(self, name: str | None) -> str | None:
        """SYSTEM$GET_PREDECESSOR_RETURN_VALUE: names are as stored; an ancestor will do as well."""
        graph = self.graph
        above = [n for n in self.props.get("predecessors") or [] if graph.resumed(n)]
        if name is None:
            if len(above) != 1:
                raise err(UNKNOWN_PREDECESSOR, "22023", "A task name must be specified since the task does not have exactly one enabled predecessor task.")
            return graph.values.get(above[0])
        if name not in graph.ancestors(self.name) or not graph.resumed(name):
            raise err(UNKNOWN_PREDECESSOR, "22023", f"Task {name} is not an enabled predecessor of task {self.name}.")
        return graph.values.get(name)

    def info(self) -> dict[str, str | None]:
        """What SYSTEM$TASK_RUNTIME_INFO tells."""
        graph, last = self.graph, self.graph.last_success
        return {
            "CURRENT_TASK_NAME": self.name, "CURRENT_ROOT_TASK_NAME": graph.root[2], "CURRENT_ROOT_TASK_UUID": graph.root_id,
            "CURRENT_TASK_GRAPH_RUN_GROUP_ID": graph.group, "CURRENT_TASK_GRAPH_ORIGINAL_SCHEDULED_TIMESTAMP": shown_time(graph.original_time),
            "LAST_SUCCESSFUL_TASK_GRAPH_RUN_GROUP_ID": last.group if last else None,
            "LAST_SUCCESSFUL_TASK_GRAPH_ORIGINAL_SCHEDULED_TIMESTAMP": shown_time(last.original_time) if last else None,
        }  # fmt: skip

    def fail(self, error: SnowflakeError, cancelled: bool) -> None:
        self.state, self.error_code, self.error_message = CANCELLED if cancelled else FAILED, error.code, error.message


def shown_time(t: datetime) -> str:
    return f"{t:%Y-%m-%d %H:%M:%S}.{t.microsecond // 1000:03d} +0000"


@dataclass
class Graph:
    """One run of a graph."""

    root: Path
    root_id: str
    owner: str
    scheduled_time: datetime
    scheduled_from: str
    config: dict[str, Any] | None
    version: int
    number: int
    original_time: datetime
    schedule: dict[str, Any] | None = None
    base: datetime | None = None  # what the interval of the schedule counts from
    group: str = field(default_factory=lambda: str(uuid.uuid4()))
    attempt: int = 1
    own_config: bool = False
    retries: int = 0
    state: str = SCHEDULED
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    finalizer: str | None = None
    status: dict[str, str] = field(default_factory=dict)
    values: dict[str, str | None] = field(default_factory=dict)
    runs: list[TaskRun] = field(default_factory=list)
    started: datetime | None = None
    completed: datetime | None = None
    last_success: "Graph | None" = None

    @property
    def run_id(self) -> int:
        return int(self.original_time.timestamp() * 1000)

    @property
    def next_time(self) -> datetime | None:
        return next_slot(self.schedule, self.base or self.scheduled_time, self.scheduled_time)

    @property
    def policy(self) -> str:
        return self.tasks[self.root[2]].get("overlap_policy") or "NO_OVERLAP"

    def load(self, cat: Catalog, root: Obj) -> None:
        """Take the tasks as they are now."""
        self.tasks = {t.name: {**t.props, "owner": t.owner} for t in tasks.dependents(cat, root)}
        last = tasks.finalizer(cat, root)
        self.finalizer = last.name if last is not None else None
        self.retries = int(root.props.get("task_auto_retry_attempts") or 0)
        self.status = dict.fromkeys(self.tasks, WAITING)

    def again(self, number: int, when: datetime, scheduled_from: str) -> "Graph":
        """The next attempt: what failed runs once more, and what could not run because of it."""
        new = Graph(self.root, self.root_id, self.owner, when, scheduled_from, self.config, self.version, number, self.original_time, self.schedule,
                    self.base, self.group, self.attempt + 1, self.own_config)
        new.tasks, new.finalizer, new.values, new.last_success = self.tasks, self.finalizer, dict(self.values), self.last_success
        new.status = {n: WAITING if s in BROKEN or n == self.finalizer else s for n, s in self.status.items()}
        if new.status[self.root[2]] == WAITING:
            new.status = dict.fromkeys(self.tasks, WAITING)
        return new

    def resumed(self, name: str) -> bool:
        """The root runs whatever its state."""
        return name == self.root[2] or self.tasks.get(name, {}).get("state") == "started"

    def ancestors(self, name: str) -> set[str]:
        out: set[str] = set()
        todo = [name]
        while todo:
            above = set(self.tasks.get(todo.pop(), {}).get("predecessors") or []) - out
            out |= above
            todo += above
        return out

    def step(self) -> tuple[list[str], list[str]]:
        """Settle what follows from what is known; the tasks that may start now, and those that are skipped because one before them was."""
        ready: list[str] = []
        skipped: list[str] = []
        moved = True
        while moved:
            moved = False
            for name in self.tasks:
                if self.status[name] != WAITING or name in ready or name in (self.root[2], self.finalizer):
                    continue
                verdict = self._verdict(name)
                if verdict == SCHEDULED:
                    ready.append(name)
                elif verdict != WAITING:
                    self.status[name], moved = verdict, True
                    if verdict == SKIPPED:
                        skipped.append(name)
        return ready, skipped

    def _verdict(self, name: str) -> str:
        above = self.tasks[name].get("predecessors") or []
        resumed = self.resumed(name)
        if len(above) > 1:
            above = [n for n in above if self.resumed(n)]
            if not above:
                return UNREACHED
        states = [self.status[n] for n in above]
        if any(s in (WAITING, SCHEDULED, EXECUTING) for s in states):
            return WAITING
        if any(s in BROKEN for s in states):
            return UNREACHED
        if any(s == SKIPPED for s in states):
            return SKIPPED if resumed else UNREACHED
        return SCHEDULED if resumed else BYPASSED

    def busy(self) -> bool:
        return any(s in (SCHEDULED, EXECUTING) for s in self.status.values())

    def outcome(self) -> str:
        states = set(self.status.values())
        if self.status[self.root[2]] == SKIPPED:
            return SKIPPED
        return FAILED if FAILED in states else CANCELLED if CANCELLED in states else SUCCEEDED

    def first_error(self) -> TaskRun | None:
        return min((r for r in self.runs if r.state in (FAILED, AUTO_SUSPENDED)), key=lambda r: (r.completed_time, r.number), default=None)

    def timeout(self, run: TaskRun) -> tuple[datetime, int]:
        """When a task must be over, and the milliseconds that it has: its own time limit, else what is left of the root's."""
        own = run.props.get("user_task_timeout_ms")
        limit = own if own is not None else self.tasks[self.root[2]].get("user_task_timeout_ms")
        limit = TIMEOUT if limit is None else limit or LONGEST_TIMEOUT
        start = run.scheduled_time if own is not None else self.started or run.scheduled_time
        return start + timedelta(milliseconds=limit), limit

    def shown(self) -> GraphRun:
        first = self.first_error()
        start = next((r.query_start_time for r in self.runs if r.name == self.root[2]), None)
        return GraphRun(
            self.root, self.state, self.scheduled_time, self.root_id, self.version, self.run_id, self.next_time, start, self.completed,
            first.name if first else None, int(first.error_code or 0) if first else None, first.error_message if first else None,
        )  # fmt: skip
