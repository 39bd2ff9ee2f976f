"""Runs tasks: on their schedules and on demand; what ran and what will run is kept here."""

from __future__ import annotations

import itertools
import threading
import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Callable

from ...clock import Clock
from ...incidents import internal_error
from ...model import Context, SnowflakeError
from ...tasks_api import GraphRun
from ..catalog.catalog import Obj, Path
from ..commands.account import Account
from ..language.errors import err
from . import tasks
from .graph_runs import AUTO_SUSPENDED, CANCELLED, EXECUTING, FAILED, SCHEDULED, SKIPPED, SUCCEEDED, WAITING, Graph, TaskRun, next_slot
from .timeline import Timer, timeline

KEEP = 20000  # runs of graphs
RETRY_WITHIN = timedelta(days=14)
COMPLETE_WITHIN = timedelta(minutes=60)
AHEAD = timedelta(days=8)
FAILURES = 10
NO_RUN, NO_FAILURE = "091457", "091456"
CONDITION_FALSE = ("0040003", "Conditional expression for task evaluated to false.")


@dataclass
class Root:
    """What is known of a root task, or of a standalone one, besides its definition."""

    id: str
    base: datetime | None = None  # when it was resumed: intervals count from here
    pending: Graph | None = None  # the next run by the schedule
    timer: Timer | None = None
    queued: Graph | None = None  # asked for while a run was going on
    active: list[Graph] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)  # of each task, in a row
    last: Graph | None = None
    last_success: Graph | None = None


class Runtime:
    """Implements tasks_api.TaskRuntime."""

    def __init__(self, engine: Account, clock: Clock, holds: Callable[[Account, str, Context], bool], run: Callable[[Account, str, Context], None]):
        """holds tells whether a condition is true, run runs a definition."""
        self.engine = engine
        self.holds = holds
        self.run_definition = run
        self.time = timeline(clock)
        self.lock = threading.RLock()
        self.roots: dict[Path, Root] = {}
        self.graphs: deque[Graph] = deque(maxlen=KEEP)
        self.numbers = itertools.count(1)

    def start(self) -> None:
        """Schedule what the catalog holds started."""
        for obj in self.engine.catalog.all("TASK"):
            if obj.props.get("state") == "started" and tasks.is_root(obj):
                self.changed(obj.path, "resumed")

    def close(self) -> None:
        self.time.close()
        with self.lock:
            running = [r for g in self.graphs for r in g.runs if r.state == EXECUTING]
        for run in running:
            self.stop(run)

    # tasks_api.TaskRuntime

    def changed(self, task: Path, what: str) -> None:
        with self.lock:
            obj = self.engine.catalog.get("TASK", task)
            if obj is None or not tasks.is_root(obj):
                self._forget(self.roots.pop(task, None))
                return
            root = self._root(obj)
            if what == "resumed":
                root.base = self.time.now()
                root.failures.clear()
            elif what == "suspended":
                self._forget(root)
            self._plan(obj)

    def execute(self, task: Path, context: Context, config: dict[str, Any] | None = None, retry_last: bool = False, group: str | None = None) -> Graph:
        with self.lock:
            obj = self.engine.catalog.need("TASK", task)
            root = self._root(obj)
            if retry_last or group is not None:
                graph = self._to_retry(obj, root, group).again(next(self.numbers), self.time.now(), "MANUAL RETRY")
                graph.retries = int(obj.props.get("task_auto_retry_attempts") or 0)
            else:
                tasks.set_version(self.engine.catalog, obj)
                graph = self._graph(obj, root, self.time.now(), "EXECUTE_TASK")
                if config is not None:
                    graph.config, graph.own_config = merge(graph.config or {}, config), True
            self._forget(root)
            if self._blocked(root, graph, obj.props.get("overlap_policy")):
                root.queued = graph
            else:
                self._begin(obj, root, graph)
            return graph

    def current_graphs(self, root: Path | None, limit: int) -> list[GraphRun]:
        return [g.shown() for g in self.current() if root in (None, g.root)][:limit]

    def complete_graphs(self, root: Path | None, limit: int, error_only: bool) -> list[GraphRun]:
        found = [g for g in self.complete() if root in (None, g.root) and (not error_only or g.state in (FAILED, CANCELLED))]
        return [g.shown() for g in found][:limit]

    # What ran and what will run

    def current(self) -> list[Graph]:
        """Scheduled for the next eight days or executing, latest schedule first."""
        with self.lock:
            found = [g for g in self.graphs if g.state == EXECUTING] + self._coming()
        soon = [g for g in found if g.scheduled_time <= self.time.now() + AHEAD]
        return sorted(soon, key=lambda g: (g.scheduled_time, g.number), reverse=True)

    def complete(self) -> list[Graph]:
        """Over within the last hour, latest first; one whose root was skipped does not count."""
        since = self.time.now() - COMPLETE_WITHIN
        with self.lock:
            found = [g for g in self.graphs if g.completed is not None and g.completed >= since and g.state in (SUCCEEDED, FAILED, CANCELLED)]
        return sorted(found, key=lambda g: (g.completed, g.number), reverse=True)

    def task_runs(self) -> list[TaskRun]:
        """Every run of a task that is known, the next scheduled ones too; latest schedule first."""
        with self.lock:
            out = [r for g in self.graphs for r in g.runs]
            for graph in self._coming():
                out.append(TaskRun(graph.number, graph.root[2], graph, graph.scheduled_time, self.time.sleep))
        return sorted(out, key=lambda r: (r.scheduled_time, r.number), reverse=True)

    def running(self) -> list[str]:
        """The tasks that run now."""
        with self.lock:
            return [".".join(r.path) for g in self.graphs for r in g.runs if r.state in (SCHEDULED, EXECUTING)]

    def cancel(self, obj: Obj) -> list[str]:
        """Stop what runs of one task; the query ids."""
        with self.lock:
            found = [r for g in self.graphs for r in g.runs if r.state == EXECUTING and r.path == obj.path and r.props.get("id") == obj.props.get("id")]
        for run in found:
            self.stop(run)
        return [r.query_id or "" for r in found]

    def stop(self, run: TaskRun) -> None:
        if run.context is not None:
            self.engine.cancel(run.context)

    # Schedules; all below with the lock held

    def _root(self, obj: Obj) -> Root:
        root = self.roots.get(obj.path)
        if root is None or root.id != obj.props["id"]:
            self._forget(root)
            root = self.roots[obj.path] = Root(obj.props["id"])
        return root

    def _coming(self) -> list[Graph]:
        """Runs that have not started, of tasks that still exist: one may be gone with its schema."""
        out = []
        for path, root in self.roots.items():
            obj = self.engine.catalog.get("TASK", path)
            if obj is not None and obj.props["id"] == root.id:
                out += [g for g in (root.pending, root.queued) if g is not None]
        return out

    @staticmethod
    def _forget(root: Root | None) -> None:
        """Take back what is scheduled; a run that is going on goes on."""
        if root is not None:
            if root.timer is not None:
                root.timer.off = True
            for graph in (root.pending, root.queued):
                if graph is not None:
                    graph.state = CANCELLED
            root.pending = root.timer = root.queued = None

    def _graph(self, obj: Obj, root: Root, when: datetime, scheduled_from: str) -> Graph:
        return Graph(obj.path, obj.props["id"], obj.owner, when, scheduled_from, obj.props.get("config"), obj.props.get("graph_version", 1),
                     next(self.numbers), when, obj.props.get("schedule"), root.base)

    def _plan(self, obj: Obj) -> None:
        """Schedule the next run; with NO_OVERLAP only when nothing runs any more."""
        root = self._root(obj)
        if root.timer is not None:
            root.timer.off = True
        root.pending = root.timer = None
        if obj.props.get("state") != "started" or root.queued is not None:
            return
        if root.active and root.active[-1].policy == "NO_OVERLAP":
            return
        when = next_slot(obj.props.get("schedule"), root.base or self.time.now(), self.time.now())
        if when is not None:
            graph = root.pending = self._graph(obj, root, when, "SCHEDULE")
            root.timer = self.time.at(when, lambda: self._fire(obj.path, graph))

    def _fire(self, path: Path, graph: Graph) -> None:
        """The time of a scheduled run has come."""
        with self.lock:
            root, obj = self.roots.get(path), self.engine.catalog.get("TASK", path)
            if root is None or obj is None or root.pending is not graph or root.id != obj.props["id"]:
                return
            root.pending = root.timer = None
            if self._blocked(root, graph, obj.props.get("overlap_policy")):
                self._plan(obj)
            else:
                self._begin(obj, root, graph)

    @staticmethod
    def _blocked(root: Root, graph: Graph, policy: str | None) -> bool:
        if policy == "ALLOW_ALL_OVERLAP" and not graph.own_config:
            return False
        if policy == "ALLOW_CHILD_OVERLAP" and not graph.own_config:
            return any(g.status[g.root[2]] in (SCHEDULED, EXECUTING) for g in root.active)
        return bool(root.active)

    def _begin(self, obj: Obj, root: Root, graph: Graph) -> None:
        """Start a run; the tasks are taken as they are now, those of a retry as they were."""
        if not graph.tasks:
            graph.load(self.engine.catalog, obj)
            graph.last_success = root.last_success
        graph.state, graph.started = EXECUTING, self.time.now()
        root.active.append(graph)
        root.last = graph
        self.graphs.append(graph)
        if graph.status[graph.root[2]] == WAITING:
            self._launch(graph, graph.root[2])
        else:
            self._advance(graph)
        self._plan(obj)

    # One graph

    def _launch(self, graph: Graph, name: str) -> None:
        run = TaskRun(next(self.numbers), name, graph, self.time.now(), self.time.sleep)
        graph.runs.append(run)
        graph.status[name] = EXECUTING
        self.time.spawn(lambda: self._run(run))

    def _run(self, run: TaskRun) -> None:
        """The thread of one run of a task."""
        graph, props = run.graph, run.props
        with self.lock:
            run.context = context = Context(
                props.get("execute_as_user") or "SYSTEM", props["owner"], props.get("warehouse"), graph.root[0], graph.root[1],
                {k.upper(): str(v).lower() if isinstance(v, bool) else str(v) for k, v in (props.get("session_parameters") or {}).items()}, task=run,
            )  # fmt: skip
            run.state = EXECUTING
            limit, milliseconds = graph.timeout(run)
            timer = self.time.at(limit, lambda: self._expire(run))
        try:
            if props.get("condition") and not self.holds(self.engine, props["condition"], context):
                run.state, (run.error_code, run.error_message) = SKIPPED, CONDITION_FALSE
            else:
                self._execute(run, context)
                run.state = SUCCEEDED
        except SnowflakeError as error:
            if run.timed_out:
                error = err("000630", "57014", f"Statement reached its statement or warehouse timeout of {milliseconds / 1000:,g} second(s) and was canceled.")
            run.fail(error, context.cancelled.is_set() and not run.timed_out)
        except Exception as error:  # a bug of the stand-in must look like one
            run.fail(internal_error(error, run.props["definition"]), False)
        finally:
            self.engine.release(context)
        with self.lock:
            timer.off = True
            run.completed_time = self.time.now()
            graph.status[run.name] = run.state
            graph.values[run.name] = run.return_value
            self._advance(graph)

    def _execute(self, run: TaskRun, context: Context) -> None:
        obj = self.engine.catalog.get("TASK", run.path)
        if obj is not None and obj.props.get("id") == run.props.get("id"):
            tasks.check_may_run(self.engine.catalog, obj)
        run.query_start_time = self.time.now()
        run.query_id = context.query_id = str(uuid.uuid4())
        self.run_definition(self.engine, run.props["definition"], context)

    def _expire(self, run: TaskRun) -> None:
        if run.state == EXECUTING:
            run.timed_out = True
            self.stop(run)

    def _advance(self, graph: Graph) -> None:
        """Start what may start now, the finalizer after all others; close the run when nothing is left."""
        root = graph.status[graph.root[2]]
        ready, skipped = graph.step() if root not in (EXECUTING, SCHEDULED) else ([], [])
        for name in skipped:
            run = TaskRun(next(self.numbers), name, graph, self.time.now(), self.time.sleep, SKIPPED, completed_time=self.time.now())
            graph.runs.append(run)
        if root == SKIPPED:
            graph.runs = [r for r in graph.runs if r.name == graph.root[2]]
        for name in ready:
            self._launch(graph, name)
        last = graph.finalizer
        if not graph.busy() and last is not None and graph.status[last] == WAITING and graph.resumed(last) and root != SKIPPED:
            self._launch(graph, last)
        if not graph.busy():
            self._finish(graph)
        elif root not in (EXECUTING, SCHEDULED):
            self._next(graph)

    def _finish(self, graph: Graph) -> None:
        graph.completed = self.time.now()
        graph.state = graph.outcome()
        root = self.roots.get(graph.root)
        if root is None or root.id != graph.root_id:
            return
        root.active = [g for g in root.active if g is not graph]
        if graph.state == SUCCEEDED:
            root.last_success = graph
        obj = self.engine.catalog.get("TASK", graph.root)
        if graph.state == FAILED and graph.retries > 0 and obj is not None:
            new = graph.again(next(self.numbers), self.time.now(), "AUTOMATIC RETRY")
            new.retries = graph.retries - 1
            self._begin(obj, root, new)
            return
        self._count(graph, root, obj)
        self._next(graph)

    def _next(self, graph: Graph) -> None:
        """After a run, or its root, is over: start what was asked for meanwhile, else plan the next run."""
        root, obj = self.roots.get(graph.root), self.engine.catalog.get("TASK", graph.root)
        if root is None or obj is None or root.id != graph.root_id:
            return
        if root.queued is not None and not self._blocked(root, root.queued, obj.props.get("overlap_policy")):
            queued, root.queued = root.queued, None
            queued.scheduled_time = max(queued.scheduled_time, self.time.now())
            self._begin(obj, root, queued)
        elif root.pending is None:
            self._plan(obj)

    def _count(self, graph: Graph, root: Root, obj: Obj | None) -> None:
        """Suspend a root after one of its tasks failed too often in a row; what was cancelled or skipped does not count."""
        limit = graph.tasks[graph.root[2]].get("suspend_task_after_num_failures")
        limit = FAILURES if limit is None else limit
        for run in graph.runs:
            if run.state == SUCCEEDED:
                root.failures.pop(run.name, None)
            elif run.state == FAILED:
                root.failures[run.name] = root.failures.get(run.name, 0) + 1
        over = [r for r in graph.runs if r.state == FAILED and limit and root.failures[r.name] >= limit]
        if over and obj is not None and obj.props.get("state") == "started":
            for run in over:
                run.state = AUTO_SUSPENDED
            stamp = self.time.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
            obj.props |= {"state": "suspended", "last_suspended_on": stamp, "last_suspended_reason": "SUSPENDED_DUE_TO_ERRORS"}
            self.engine.catalog.save(obj)
            root.failures.clear()
            self._plan(obj)

    def _to_retry(self, obj: Obj, root: Root, group: str | None) -> Graph:
        """The run that a retry continues."""
        what = "Cannot perform retry: "
        if group is not None:
            found = next((g for g in reversed(self.graphs) if g.group == group and g.root_id == root.id), None)
            if found is None:
                raise err(NO_RUN, "22023", f"{what}Graph run group with ID {group} not found.")
        else:
            found = root.last
        changed = found is not None and (obj.props.get("changed") or found.version != obj.props.get("graph_version", 1))
        if found is None or found.state == EXECUTING or changed or self.time.now() - found.original_time > RETRY_WITHIN:
            raise err(NO_RUN, "22023", f"{what}no suitable run of graph with root task {obj.name} to retry.")
        if found.state not in (FAILED, CANCELLED):
            text = f"run (GRAPH_RUN_GROUP_ID = {found.group}, attempt = {found.attempt}) of graph with root task {obj.name} had no failures."
            raise err(NO_FAILURE, "22023", what + text)
        return found


def merge(default: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """A configuration laid over another; objects are merged, everything else is replaced."""
    out = dict(default)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(out.get(key), dict)
        out[key] = merge(out[key], value) if both else value
    return out
