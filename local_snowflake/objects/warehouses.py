"""Warehouses."""

from __future__ import annotations

from typing import Any

from ..sql.catalog import warehouse_sizes
from ..sql.catalog.catalog import Obj, Path
from ..sql.language.errors import COMPILE, err
from .answers import bad_value
from .call import Call, executed
from .kinds import Kind, iso
from .names import fold

TYPES = ("STANDARD", "SNOWPARK-OPTIMIZED", "ADAPTIVE")
DEFAULTS: dict[str, Any] = {
    "warehouse_size": "XSMALL", "warehouse_type": "STANDARD", "min_cluster_count": 1, "max_cluster_count": 1, "scaling_policy": "STANDARD", "auto_suspend": 600,
    "auto_resume": "true", "enable_query_acceleration": "false", "query_acceleration_max_scale_factor": 8, "max_concurrency_level": 8,
    "statement_queued_timeout_in_seconds": 0, "statement_timeout_in_seconds": 172800, "generation": "2",
}  # fmt: skip
FLAGS = ("auto_resume", "enable_query_acceleration")
NEVER_SHOWN = ("initially_suspended", "wait_for_completion", "kind", "warehouse_credit_limit", "target_statement_size", "budget")
RANGES = {"min_cluster_count": (1, 300), "max_cluster_count": (1, 300), "auto_suspend": (0, 2147483647), "query_acceleration_max_scale_factor": (0, 100),
          "max_concurrency_level": (1, 64), "statement_timeout_in_seconds": (0, 604800), "statement_queued_timeout_in_seconds": (0, 604800)}


def plain_size(name: str, text: object) -> str:
    size = warehouse_sizes.plain(text)
    if size is None:
        raise bad_value(name, text)
    return size


def canonical_size(name: str, text: object) -> str:
    """As parameters spell it."""
    size = plain_size(name, text)
    return warehouse_sizes.PARAMETER.get(size, size)


def in_force(obj: Obj) -> dict[str, Any]:
    return {**DEFAULTS, **{k: v for k, v in obj.props.items() if v is not None}}


class Warehouse(Kind):
    mismatch = "race"

    def props(self, call: Call, body: dict[str, Any], old: Obj | None) -> dict[str, Any]:
        given = super().props(call, body, old)
        out: dict[str, Any] = {"warehouse_size": "XSMALL", "warehouse_type": "STANDARD"}
        size = given.pop("warehouse_size", None) or given.pop("size", None)
        kind = given.pop("warehouse_type", None) or given.pop("type", None)
        if size is not None:
            out["warehouse_size"] = plain_size("warehouse_size", size)
        if kind is not None:
            if str(kind).upper() not in TYPES:
                raise bad_value("warehouse_type", kind)
            out["warehouse_type"] = str(kind).upper()
        for name, (low, high) in RANGES.items():
            if name in given and not low <= given[name] <= high:
                raise bad_value(name, given[name])
        if str(given.get("scaling_policy", "STANDARD")).upper() not in ("STANDARD", "ECONOMY"):
            raise bad_value("scaling_policy", given["scaling_policy"])
        for name in FLAGS:
            if name in given:
                given[name] = str(given[name]).lower()
        if given.get("resource_monitor"):
            self.check_monitor(call, given)
        self.check_constraint(out["warehouse_type"], given, old)
        suspended = str(given.pop("initially_suspended", "false")).lower() == "true"
        if old is None:
            out["state"] = "SUSPENDED" if suspended else "STARTED"
        return {**out, **{k: v for k, v in given.items() if k not in NEVER_SHOWN and k not in ("size", "type")}}

    @staticmethod
    def check_monitor(call: Call, given: dict[str, Any]) -> None:
        """Only an account administrator gives a warehouse its monitor; no other role knows of one that it has no privilege on."""
        name = given["resource_monitor"] = fold(given["resource_monitor"])
        if "ACCOUNTADMIN" not in call.catalog.roles_of(call.role) or call.catalog.get("RESOURCE MONITOR", (name,)) is None:
            raise err("002003", "02000", f"{COMPILE}\nResource monitor '{name}' does not exist or not authorized.")

    @staticmethod
    def constraint_of(p: dict[str, Any]) -> str:
        """The constraint in force: a standard warehouse's follows its generation."""
        standard = p["warehouse_type"] == "STANDARD"
        return p.get("resource_constraint") or (f"STANDARD_GEN_{p['generation']}" if standard else "MEMORY_16X")

    def check_constraint(self, kind: str, given: dict[str, Any], old: Obj | None) -> None:
        """Setting STANDARD_GEN_* is refused. A PUT skips exactly the constraint that the warehouse already shows, so that a fetched body can be
        sent back; it sets nothing then, also when generation changes in the same body."""
        constraint = given.get("resource_constraint")
        if constraint is None:
            return
        if constraint.upper().startswith("STANDARD_GEN_") and old is not None and constraint == self.constraint_of(in_force(old)):
            del given["resource_constraint"]
            return
        if constraint.upper().startswith("STANDARD_GEN_"):
            raise err("000682", "22023", f"{COMPILE}\ncannot set resource constraint to '{constraint}'. use the generation property instead.")
        if kind != "SNOWPARK-OPTIMIZED" or not constraint.upper().startswith("MEMORY_"):
            raise bad_value("resource_constraint", constraint)

    def read(self, call: Call, obj: Obj, listed: bool = False) -> dict[str, Any]:
        p = in_force(obj)
        up = p.get("state") != "SUSPENDED"
        out = self.common(call, obj, call.spec.properties(self.schema))
        out |= {k: int(p[k]) if isinstance(DEFAULTS[k], int) else p[k] for k in DEFAULTS}
        out |= {k: str(p[k]).lower() for k in FLAGS}
        size = warehouse_sizes.shown(p["warehouse_size"])
        standard = p["warehouse_type"] == "STANDARD"
        out |= {
            "warehouse_size": size, "size": size, "type": p["warehouse_type"], "state": "STARTED" if up else "SUSPENDED", "started_clusters": int(up),
            "running": 0, "queued": 0, "is_default": obj.name == self.default_of(call), "is_current": obj.name == call.context.warehouse,
            "available": "100" if up else "", "provisioning": "0" if up else "", "quiescing": "0" if up else "", "other": "0" if up else "",
            "resumed_on": p.get("resumed_on") or iso(obj.created_on), "updated_on": p.get("updated_on") or iso(obj.created_on),
            "resource_constraint": self.constraint_of(p),
            "generation": p["generation"] if standard else None,
        }  # fmt: skip
        return out

    @staticmethod
    def default_of(call: Call) -> str | None:
        user = call.catalog.get("USER", (call.context.user,))
        return user.props.get("default_warehouse") if user else None

    def after_create(self, call: Call, obj: Obj) -> None:
        call.current["warehouse"] = obj.name

    # Actions

    def suspend(self, call: Call) -> Any:
        obj = self.operated(call)
        if obj is not None:
            if obj.props.get("state") == "SUSPENDED":
                raise err("090064", "22000", f"Invalid state. Warehouse '{obj.name}' cannot be suspended.")
            self.into(call, obj, "SUSPENDED")
        return executed()

    def resume(self, call: Call) -> Any:
        obj = self.operated(call)
        if obj is not None:
            self.into(call, obj, "STARTED")
        return executed()

    @staticmethod
    def into(call: Call, obj: Obj, state: str) -> None:
        obj.props["state"] = state
        call.catalog.save(obj)

    def abort(self, call: Call) -> Any:
        self.operated(call)
        return executed()

    def moved(self, call: Call, obj: Obj, name: str | None = None) -> Path:
        return (fold(call.body["name"]),)

    def use(self, call: Call) -> Any:
        obj = self.find(call, self.target(call))
        call.current["warehouse"] = obj.name
        return executed()

    def switch(self, call: Call) -> Any:
        """:enable and :disable are for adaptive warehouses."""
        obj = self.operated(call)
        if obj is not None and obj.props.get("warehouse_type") != "ADAPTIVE":
            raise err("090064", "22000", f"Invalid state. Warehouse '{obj.name}' cannot be {call.operation.path.rsplit(':', 1)[-1]}d.")
        return executed()
