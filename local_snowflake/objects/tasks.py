"""Tasks: their definitions through REST, and what the run-time tells of their graphs."""

from __future__ import annotations

from typing import Any, Iterable

from ..sql.catalog.catalog import Obj, Path
from ..sql.language.errors import missing
from ..sql.tasks import tasks
from ..tasks_api import GraphRun
from .answers import Refusal
from .call import Call, executed, status
from .kinds import Kind, iso
from .names import dotted, fold, shown
from .warehouses import canonical_size

PLAIN = ("comment", "definition", "condition", "config", "session_parameters", "task_auto_retry_attempts", "user_task_timeout_ms", "suspend_task_after_num_failures",
         "overlap_policy", "error_integration", "success_integration", "user_task_minimum_trigger_interval_in_seconds")  # fmt: skip
SIZES = ("user_task_managed_initial_warehouse_size", "serverless_task_min_statement_size", "serverless_task_max_statement_size")
UNSEEN = (*SIZES, "user_task_timeout_ms", "suspend_task_after_num_failures", "task_auto_retry_attempts", "user_task_minimum_trigger_interval_in_seconds")
LOW_BITS = 0xFFFFFFFF  # a graph's run_id is answered cut to these


def seconds_of(schedule: dict[str, Any]) -> int:
    return int(schedule["minutes"]) * 60 + int(schedule.get("seconds") or 0)


def minutes(seconds: int) -> dict[str, Any]:
    return {"schedule_type": "MINUTES_TYPE", "minutes": seconds // 60, "seconds": seconds % 60}


class Task(Kind):
    actions = {
        ("POST", "/{name}:execute"): "execute", ("POST", "/{name}:resume"): "resume", ("POST", "/{name}:suspend"): "suspend", ("GET", "/{name}/dependents"): "dependents",
        ("GET", "/{name}/current-graphs"): "current_graphs", ("GET", "/{name}/current_graphs"): "current_graphs",
        ("GET", "/{name}/complete-graphs"): "complete_graphs", ("GET", "/{name}/complete_graphs"): "complete_graphs",
    }  # fmt: skip

    # Writing

    def definition(self, call: Call, path: Path) -> dict[str, Any]:
        """The body as the catalog keeps it; what is left out is None."""
        body = call.body
        out: dict[str, Any] = {k: body.get(k) for k in PLAIN}
        out |= {k: canonical_size(k, body[k]) if body.get(k) else None for k in SIZES}
        for name in ("config", "session_parameters", "comment", "condition"):
            out[name] = out[name] or None
        schedule = body.get("schedule")
        if schedule:
            cron = schedule["schedule_type"] == "CRON_TYPE"
            out["schedule"] = tasks.cron(schedule["cron_expr"], schedule["timezone"]) if cron else tasks.interval(seconds_of(schedule))
        out["warehouse"] = fold(body["warehouse"]) if body.get("warehouse") else None
        out["predecessors"] = [self.local(path, p) for p in body.get("predecessors") or []] or None
        out["finalize"] = self.local(path, body["finalize"]) if body.get("finalize") else None
        if body.get("target_completion_interval"):
            out["target_completion_interval"] = seconds_of(body["target_completion_interval"])
        if body.get("execute_as_user"):
            if call.catalog.get("USER", (fold(body["execute_as_user"]),)) is None:
                raise missing("User", body["execute_as_user"])
            out["execute_as_user"] = fold(body["execute_as_user"])
        self.overlap(body, out)
        return {"schedule": None, "target_completion_interval": None, "execute_as_user": None, **out}

    @staticmethod
    def overlap(body: dict[str, Any], out: dict[str, Any]) -> None:
        """allow_overlapping_execution is the older spelling of overlap_policy."""
        allow = body.get("allow_overlapping_execution")
        if allow is None:
            return
        if out["overlap_policy"] is not None and allow != (out["overlap_policy"] != "NO_OVERLAP"):
            raise tasks.refused("properties 'ALLOW_OVERLAPPING_EXECUTION' and 'OVERLAP_POLICY' contradict each other")
        if allow and out["overlap_policy"] is None:
            out["overlap_policy"] = "ALLOW_CHILD_OVERLAP"

    @staticmethod
    def local(path: Path, text: str) -> str:
        """A predecessor or root: a bare name means the schema of the path; another schema's task cannot be in the graph."""
        parts = dotted(text)
        if len(parts) > 1 and (*path[: 3 - len(parts)], *parts[:-1]) != path[:2]:
            raise missing("Task", ".".join(parts))
        return parts[-1]

    def create(self, call: Call) -> Any:
        path = (*self.parent(call), fold(call.body["name"]))
        call.need_parents(path)
        mode = call.query.get("createMode", "errorIfExists")
        if mode == "ifNotExists" and call.catalog.get("TASK", path) is not None:
            return status(f"{path[-1]} already exists, statement succeeded.")
        return status(tasks.create(call.engine, call.context, path, self.definition(call, path), mode == "orReplace"))

    def put(self, call: Call) -> Any:
        path = self.target(call)
        if fold(call.body["name"]) != path[-1]:
            raise Refusal(400, "", f"The body names task '{call.body['name']}' but the path names '{call.path['name']}'.")
        call.need_parents(path)
        definition = self.definition(call, path)
        if call.catalog.get("TASK", path) is None:
            return status(tasks.create(call.engine, call.context, path, definition))
        tasks.alter(call.engine, call.context, self.find(call, path), definition)
        return executed()

    def drop(self, call: Call, obj: Obj) -> None:
        tasks.drop(call.engine, call.context, obj)

    def resume(self, call: Call) -> Any:
        tasks.set_state(call.engine, call.context, self.find(call, self.target(call)), "started")
        return executed()

    def suspend(self, call: Call) -> Any:
        tasks.set_state(call.engine, call.context, self.find(call, self.target(call)), "suspended")
        return executed()

    def execute(self, call: Call) -> Any:
        obj = self.find(call, self.target(call))
        tasks.execute(call.engine, call.context, obj, retry_last=bool(call.query.get("retryLast")))
        return status(f"Task {obj.name} is scheduled to run immediately.")

    # Reading

    def read(self, call: Call, obj: Obj, listed: bool = False) -> dict[str, Any]:
        p = obj.props
        schedule = p.get("schedule")
        policy = tasks.policy(obj)
        out = self.common(call, obj, call.spec.properties(self.schema))
        out |= {k: p.get(k) for k in (*PLAIN, *UNSEEN)}
        if not call.settings.task_parameters_shown:
            out |= {k: None for k in UNSEEN}
        if schedule:
            out["schedule"] = minutes(schedule["seconds"]) if "seconds" in schedule else {
                "schedule_type": "CRON_TYPE", "cron_expr": schedule["cron"], "timezone": schedule["timezone"]}  # fmt: skip
        return out | {
            "warehouse": shown(p.get("warehouse")), "config": p.get("config") or {}, "session_parameters": {}, "owner_role_type": None,
            "predecessors": [shown(n) for n in p.get("predecessors") or []], "finalize": shown(p.get("finalize")), "overlap_policy": policy,
            "allow_overlapping_execution": None if policy is None else policy != "NO_OVERLAP", "task_relations": tasks.relations(call.catalog, obj),
            "target_completion_interval": minutes(p["target_completion_interval"]) if p.get("target_completion_interval") else None,
            "execute_as_user": shown(p.get("execute_as_user")), "id": p.get("id"), "state": p.get("state"), "last_committed_on": p.get("last_committed_on"),
            "last_suspended_on": p.get("last_suspended_on"),
        }  # fmt: skip

    def items(self, call: Call) -> Iterable[Obj]:
        found = super().items(call)
        return [t for t in found if not t.props.get("predecessors")] if call.query.get("rootOnly") else found

    def dependents(self, call: Call) -> Any:
        obj = self.find(call, self.target(call))
        call.need_warehouse()
        return [self.read(call, t) for t in tasks.dependents(call.catalog, obj, call.query.get("recursive", True))]

    def current_graphs(self, call: Call) -> Any:
        obj = self.find(call, self.target(call))
        call.need_warehouse()
        return [self.run(r) for r in call.engine.tasks.current_graphs(obj.path, call.query.get("resultLimit", 1000))]

    def complete_graphs(self, call: Call) -> Any:
        obj = self.find(call, self.target(call))
        call.need_warehouse()
        found = call.engine.tasks.complete_graphs(obj.path, call.query.get("resultLimit", 1000), bool(call.query.get("errorOnly")))
        return [self.run(r) for r in found]

    @staticmethod
    def run(r: GraphRun) -> dict[str, Any]:
        return {
            "root_task_name": shown(r.root[2]), "database_name": shown(r.root[0]), "schema_name": shown(r.root[1]), "state": r.state,
            "first_error_task_name": r.first_error_task_name, "first_error_code": r.first_error_code or 0, "first_error_message": r.first_error_message,
            "scheduled_time": iso(r.scheduled_time), "query_start_time": iso(r.query_start_time), "completed_time": iso(r.completed_time),
            "next_scheduled_time": iso(r.next_scheduled_time or r.scheduled_time), "root_task_id": r.root_task_id, "graph_version": r.graph_version,
            "run_id": r.run_id & LOW_BITS,
        }  # fmt: skip
