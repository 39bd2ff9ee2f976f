"""What the object API and SQL ask of the part that runs tasks, and how a task's definition is kept.

A task is a catalog object of kind TASK with the path (database, schema, name), all exact names. Its props, None or absent where unset:

  definition str, warehouse str (None: serverless), schedule {"seconds": n, "text"} or {"cron": str, "timezone": str,
  "text"} (text: as SHOW prints it), predecessors [name]
  (always of the same schema), finalize name of the root, condition str, config dict, session_parameters dict, comment str,
  task_auto_retry_attempts int, user_task_timeout_ms int, suspend_task_after_num_failures int, overlap_policy str,
  target_completion_interval int (seconds), user_task_managed_initial_warehouse_size, serverless_task_min_statement_size,
  serverless_task_max_statement_size, error_integration, success_integration, execute_as_user str,
  state "started" or "suspended", id uuid, last_committed_on, last_suspended_on ISO texts, last_suspended_reason str,
  graph_version int (of a root: counts the resumes and manual runs after a change), changed and fixed bool (of a root: changed since its
  version was fixed; fixed once).

The catalog decides what a definition may be; the run-time only reads these and may set state, last_suspended_on and
last_suspended_reason (a root that failed too often).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from .model import Context

Path = tuple[str, str, str]


@dataclass(frozen=True)
class GraphRun:
    """One run of a root task with all that depends on it, as CURRENT_ and COMPLETE_TASK_GRAPHS show it."""

    root: Path
    state: str  # SCHEDULED EXECUTING SUCCEEDED FAILED CANCELLED SKIPPED
    scheduled_time: datetime
    root_task_id: str
    graph_version: int
    run_id: int  # the full one: milliseconds of the first scheduled start
    next_scheduled_time: datetime | None = None  # answered as scheduled_time when there is none: clients demand one
    query_start_time: datetime | None = None
    completed_time: datetime | None = None
    first_error_task_name: str | None = None
    first_error_code: int | None = None
    first_error_message: str | None = None


class TaskRuntime(Protocol):
    """Runs tasks. Every method may be called from any thread and returns at once; refusals are SnowflakeErrors."""

    def changed(self, task: Path, what: str) -> None:
        """A definition was created, altered, replaced, resumed, suspended or dropped (what); called after the catalog has it."""

    def execute(self, task: Path, context: Context, config: dict[str, Any] | None = None, retry_last: bool = False, group: str | None = None) -> Any:
        """Queue a run of a root or standalone task now, and return it: its state tells when it is over. config is laid over the task's own;
        group names the run that is tried again. The caller checked that the task exists, is a root and that the role may operate it; retry
        without a failed last run is 091457 or 091456."""

    def current_graphs(self, root: Path | None, limit: int) -> list[GraphRun]:
        """Runs that are scheduled or executing, of one root or of all, latest schedule first."""

    def complete_graphs(self, root: Path | None, limit: int, error_only: bool) -> list[GraphRun]:
        """Runs of the last 60 minutes that are over, latest first."""
