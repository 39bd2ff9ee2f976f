"""Compute pools, services and image repositories. Images and service roles are told by POST /_local/objects: {"set": {"images": […]}}."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from ..sql.catalog.catalog import Obj, now
from ..sql.commands.pools import service_state, service_wanted, services_of
from ..sql.language.errors import err, exists, missing
from ..sql.show.service_cells import service_cells, spec_digest, spec_text
from ..sql.show.show_more import pool_cells
from .answers import bad_value, unsupported
from .call import Call, executed, status
from .kinds import Kind, iso
from .names import fold, shown

FAMILIES = {  # name: vCPU, GiB of memory, GiB of storage, GPU, its count, GiB of its memory
    "CPU_X64_XS": (1, 6, 100, None, 0, 0), "CPU_X64_S": (3, 13, 100, None, 0, 0), "CPU_X64_M": (6, 28, 100, None, 0, 0), "CPU_X64_SL": (14, 54, 100, None, 0, 0),
    "CPU_X64_L": (28, 116, 100, None, 0, 0), "HIGHMEM_X64_S": (6, 58, 100, None, 0, 0), "HIGHMEM_X64_M": (28, 240, 100, None, 0, 0),
    "HIGHMEM_X64_L": (124, 984, 100, None, 0, 0), "GPU_NV_S": (6, 27, 300, "NVIDIA A10G", 1, 24), "GPU_NV_M": (44, 178, 3400, "NVIDIA A10G", 4, 24),
    "GPU_NV_L": (92, 1112, 6800, "NVIDIA A100", 8, 40),
}  # fmt: skip
SPEC_NAME = re.compile(r"^\s*-\s*[\"']?name[\"']?\s*:\s*[\"']?([\w-]+)", re.M)


class ComputePool(Kind):
    mismatch = "race"

    def props(self, call: Call, body: dict[str, Any], old: Obj | None) -> dict[str, Any]:
        out = super().props(call, body, old)
        out["instance_family"] = out["instance_family"].upper()
        if out["instance_family"] not in FAMILIES:
            raise bad_value("instance_family", body["instance_family"])
        if old is not None and out["instance_family"] != old.props["instance_family"]:
            raise unsupported("a change of the instance family of a compute pool")
        if not 1 <= out["min_nodes"] <= out["max_nodes"]:
            raise bad_value("min_nodes", out["min_nodes"])
        if old is None:
            suspended = bool(call.query.get("initiallySuspended"))
            out |= {"wanted": "suspended" if suspended else "running", "since": 0 if suspended else time.time()}
            if not suspended:
                out["resumed_on"] = iso(now())
        return out

    def read(self, call: Call, obj: Obj, listed: bool = False) -> dict[str, Any]:
        p = obj.props
        return {
            **self.common(call, obj, call.spec.properties(self.schema)), **pool_cells(call.engine, obj), "min_nodes": p["min_nodes"], "max_nodes": p["max_nodes"],
            "instance_family": p["instance_family"], "auto_resume": p.get("auto_resume", True), "auto_suspend_secs": p.get("auto_suspend_secs", 3600),
            "resumed_on": p.get("resumed_on"), "updated_on": p.get("updated_on") or iso(obj.created_on), "is_exclusive": False, "error_code": "", "status_message": "",
        }  # fmt: skip

    def alter(self, call: Call, obj: Obj) -> None:
        super().alter(call, obj)
        obj.props["updated_on"] = iso(now())
        call.catalog.save(obj)

    def drop(self, call: Call, obj: Obj) -> None:
        if services_of(call.engine, obj):
            raise err("001422", "22023", f"Compute pool '{obj.name}' cannot be dropped while it has services.")
        super().drop(call, obj)

    def operated(self, call: Call) -> Obj:
        obj = self.find(call, self.target(call))
        if not call.catalog.can(call.role, "OPERATE", obj):
            call.catalog.own(call.role, obj)
        return obj

    def into(self, call: Call, wanted: str) -> Any:
        obj = self.operated(call)
        if obj.props.get("wanted") != wanted:
            obj.props |= {"wanted": wanted, "since": time.time()} | ({"resumed_on": iso(now())} if wanted == "running" else {})
            call.catalog.save(obj)
        return executed()

    def suspend(self, call: Call) -> Any:
        return self.into(call, "suspended")

    def resume(self, call: Call) -> Any:
        return self.into(call, "running")

    def stop_all(self, call: Call) -> Any:
        for service in services_of(call.engine, self.operated(call)):
            call.catalog.drop(service)
        return executed()

    def families(self, call: Call) -> Any:
        keys = ("vcpu", "memory_gib", "storage_gib", "gpu", "gpu_count", "gpu_memory_gib")
        return [{"name": n, **dict(zip(keys, v)), "storage_gib": float(v[2]), "gpu": v[3], "current_node_usage": 0} for n, v in FAMILIES.items()]


class Service(Kind):
    mismatch = "race"

    def props(self, call: Call, body: dict[str, Any], old: Obj | None) -> dict[str, Any]:
        out = super().props(call, body, old)
        out.pop("status", None)
        out["compute_pool"] = fold(body["compute_pool"])
        pool = call.catalog.get("COMPUTE POOL", (out["compute_pool"],))
        if pool is None or not call.catalog.can(call.role, "USAGE", pool):
            raise missing("Compute pool", out["compute_pool"])
        if old is not None and out["compute_pool"] != old.props["compute_pool"]:
            raise unsupported("a change of the compute pool of a service")
        low = out.get("min_instances", 1)
        high = out.get("max_instances", low)
        if not 1 <= low <= high:
            raise bad_value("max_instances", high)
        if out.get("query_warehouse"):
            out["query_warehouse"] = fold(out["query_warehouse"])
        if old is None:
            out |= {"wanted": "running", "since": time.time(), "resumed_on": iso(now())}
        return out

    def create(self, call: Call) -> Any:
        if call.query.get("createMode") == "orReplace":
            raise unsupported("CREATE OR REPLACE SERVICE")
        return super().create(call)

    def execute_job(self, call: Call) -> Any:
        """A job is a service that ends."""
        path = (*self.parent(call), fold(call.body["name"]))
        call.may_create(path, "CREATE SERVICE")
        if self.taken(call, path) is not None:
            raise exists(path[-1])
        obj = self.make(call, path, call.body)
        obj.props["is_job"] = True
        call.catalog.save(obj)
        return status(f"Job {path[-1]} completed successfully with status: DONE.")

    def read(self, call: Call, obj: Obj, listed: bool = False) -> dict[str, Any]:
        p = obj.props
        return {
            **self.common(call, obj, call.spec.properties(self.schema)), **service_cells(call.engine, obj), "compute_pool": shown(p["compute_pool"]),
            "spec": {"spec_type": "from_inline", "spec_text": spec_text(p)}, "query_warehouse": shown(p.get("query_warehouse")),
            "updated_on": p.get("updated_on") or iso(obj.created_on), "resumed_on": p.get("resumed_on"), "suspended_on": p.get("suspended_on"),
        }  # fmt: skip

    def into(self, call: Call, wanted: str) -> Any:
        obj = self.wanted(call)
        if obj is None:
            return executed()
        if not call.catalog.can(call.role, "OPERATE", obj):
            call.catalog.own(call.role, obj)
        if service_wanted(obj) != (wanted == "running"):
            obj.props |= {"wanted": wanted, "since": time.time(), "resumed_on" if wanted == "running" else "suspended_on": iso(now())}
            call.catalog.save(obj)
        return executed()

    def suspend(self, call: Call) -> Any:
        return self.into(call, "suspended")

    def resume(self, call: Call) -> Any:
        return self.into(call, "running")

    # What runs in it

    def container_rows(self, call: Call, obj: Obj) -> list[dict[str, Any]]:
        state = service_state(call.engine, obj)
        if state in ("SUSPENDED", "SUSPENDING"):
            return []
        ready = {"RUNNING": "READY", "DONE": "DONE"}.get(state, "PENDING")
        names = SPEC_NAME.findall(spec_text(obj.props).split("endpoints:")[0]) or ["main"]
        return [
            {
                "database_name": shown(obj.path[0]), "schema_name": shown(obj.path[1]), "service_name": shown(obj.name), "service_status": state, "instance_id": str(i),
                "instance_status": ready, "container_name": name, "status": ready, "message": "Running" if ready == "READY" else "", "image_name": None,
                "image_digest": None, "restart_count": 0, "start_time": obj.props.get("resumed_on") if ready == "READY" else "",
            }
            for i in range(obj.props.get("min_instances", 1)) for name in names
        ]  # fmt: skip

    def containers(self, call: Call) -> Any:
        return self.container_rows(call, self.find(call, self.target(call)))

    def instances(self, call: Call) -> Any:
        obj = self.find(call, self.target(call))
        digest = spec_digest(obj.props)
        keys = ("database_name", "schema_name", "service_name", "service_status", "instance_id")
        rows = {r["instance_id"]: r for r in self.container_rows(call, obj)}
        return [
            {**{k: r[k] for k in keys}, "status": r["instance_status"], "spec_digest": digest, "creation_time": iso(obj.created_on), "start_time": r["start_time"]}
            for r in rows.values()
        ]

    def status(self, call: Call) -> Any:
        obj = self.find(call, self.target(call))
        rows = [
            {"status": r["status"], "message": r["message"], "containerName": r["container_name"], "instanceId": r["instance_id"], "serviceName": obj.name,
             "image": "", "restartCount": r["restart_count"], "startTime": r["start_time"]}
            for r in self.container_rows(call, obj)
        ]  # fmt: skip
        return {"system$get_service_status": json.dumps(rows, separators=(",", ":"))}

    def logs(self, call: Call) -> Any:
        obj = self.find(call, self.target(call))
        wanted = (call.query.get("containerName"), str(call.query.get("instanceId", "")))
        if not any((r["container_name"], r["instance_id"]) == wanted for r in self.container_rows(call, obj)):
            raise missing("Container", f"{wanted[0]}/{wanted[1]}")
        lines = obj.props.get("logs", "").splitlines()[-(call.query.get("numLines") or 100) :]
        return {"system$get_service_logs": "\n".join(lines)}

    def endpoints(self, call: Call) -> Any:
        obj = self.find(call, self.target(call))
        if "endpoints" in obj.props:
            return obj.props["endpoints"]
        text = spec_text(obj.props)
        tail = text.split("endpoints:", 1)[1] if "endpoints:" in text else ""
        out = []
        for block in re.split(r"(?m)^\s*-\s*", tail)[1:]:
            keys = dict(re.findall(r"(?m)^\s*(\w+)\s*:\s*[\"']?([^\"'\n]+?)[\"']?\s*$", block))
            public = keys.get("public", "false").lower() == "true"
            out.append({"name": keys.get("name"), "port": int(keys["port"]) if keys.get("port", "").isdigit() else None, "portRange": keys.get("portRange"),
                        "protocol": keys.get("protocol", "HTTP").upper(), "is_public": public, "ingress_url": f"{keys.get('name')}.local.invalid" if public else None})  # fmt: skip
        return out

    def roles(self, call: Call) -> Any:
        obj = self.find(call, self.target(call))
        return [{"created_on": iso(obj.created_on), "name": n, "comment": None} for n in ("ALL_ENDPOINTS_USAGE", *obj.props.get("roles", []))]

    def role_grants(self, call: Call) -> Any:
        """Nothing is granted to or of a service role here; one that does not exist is refused."""
        path = (*self.parent(call), fold(call.path["service"]))
        obj = self.find(call, path)
        role = fold(call.path["name"])
        if role not in ("ALL_ENDPOINTS_USAGE", *obj.props.get("roles", [])):
            raise missing("Service role", ".".join((*path, role)))
        return []


class ImageRepository(Kind):
    actions = {("GET", "/{name}/images"): "images"}

    def read(self, call: Call, obj: Obj, listed: bool = False) -> dict[str, Any]:
        host = f"{call.account.lower()}.registry.snowflakecomputing.com"
        return {**self.common(call, obj, call.spec.properties(self.schema)), "repository_url": f"{host}/{'/'.join(p.lower() for p in obj.path)}"}

    def images(self, call: Call) -> Any:
        return self.find(call, self.target(call)).props.get("images", [])


POOL_ACTIONS = {
    ("POST", "/{name}:suspend"): "suspend", ("POST", "/{name}:resume"): "resume", ("POST", "/{name}:stopallservices"): "stop_all",
    ("POST", "/{name}:stop-all-services"): "stop_all", ("GET", "/instance-families"): "families",
}  # fmt: skip
SERVICE_ACTIONS = {
    ("POST", ":execute-job"): "execute_job", ("POST", "/{name}:suspend"): "suspend", ("POST", "/{name}:resume"): "resume", ("GET", "/{name}/logs"): "logs",
    ("GET", "/{name}/status"): "status", ("GET", "/{name}/containers"): "containers", ("GET", "/{name}/instances"): "instances", ("GET", "/{name}/roles"): "roles",
    ("GET", "/{name}/endpoints"): "endpoints", ("GET", "/{service}/roles/{name}/grants-of"): "role_grants", ("GET", "/{service}/roles/{name}/grants"): "role_grants",
}  # fmt: skip
