"""Databases and schemas."""

from __future__ import annotations

from typing import Any, Iterable

from ..sql.catalog.catalog import Obj, Path, now
from ..sql.commands.copies import clone_container
from ..sql.language.errors import missing, privileges
from .answers import Refusal, bad_value
from .call import Call, executed
from .kinds import Kind, iso
from .names import dotted, fold, shown
from .warehouses import canonical_size

IN_FORCE = {
    "data_retention_time_in_days": 1, "max_data_extension_time_in_days": 14, "default_ddl_collation": "", "log_level": "OFF", "trace_level": "OFF",
    "suspend_task_after_num_failures": 10, "user_task_managed_initial_warehouse_size": "MEDIUM", "user_task_timeout_ms": 3600000,
    "serverless_task_min_statement_size": "XSMALL", "serverless_task_max_statement_size": "X2LARGE", "storage_serialization_policy": "OPTIMIZED",
    "replace_invalid_characters": False, "external_volume": "", "catalog": "", "catalog_sync": "", "enable_data_compaction": True,
}  # fmt: skip
INTEGERS = {"data_retention_time_in_days": 90, "max_data_extension_time_in_days": 90, "suspend_task_after_num_failures": None, "user_task_timeout_ms": 604800000}
SIZES = ("user_task_managed_initial_warehouse_size", "serverless_task_min_statement_size", "serverless_task_max_statement_size")
IGNORED = ("log_level", "trace_level", "pipe_execution_paused", "kind", "managed_access")


class Container(Kind):
    """What databases and schemas have in common."""

    kept = frozenset(("log_level", "trace_level", "pipe_execution_paused"))

    def props(self, call: Call, body: dict[str, Any], old: Obj | None) -> dict[str, Any]:
        out = {k: v for k, v in super().props(call, body, old).items() if k not in IGNORED}
        for name, highest in INTEGERS.items():
            if name in out and (out[name] < 0 or (highest is not None and out[name] > highest)):
                raise bad_value(name, out[name])
        for name in SIZES:
            if name in out:
                out[name] = canonical_size(name, out[name])
        transient = (body.get("kind") or "").upper() == "TRANSIENT" or call.query.get("kind") == "transient"
        if old is not None and body.get("kind") and transient != bool(old.props.get("transient")):
            raise bad_value("kind", body["kind"])
        if transient or (old is not None and old.props.get("transient")):
            out["transient"] = True
        if body.get("managed_access"):
            out["managed_access"] = True
        return out

    def read(self, call: Call, obj: Obj, listed: bool = False) -> dict[str, Any]:
        known = call.spec.properties(self.schema)
        out = self.common(call, obj, known)
        for name, value in IN_FORCE.items():
            if name in known:
                out[name] = self.in_force(call, obj, name, value)
        options = [w for w, on in (("TRANSIENT", "transient"), ("MANAGED ACCESS", "managed_access")) if obj.props.get(on)]
        out |= {
            "kind": "TRANSIENT" if obj.props.get("transient") else "PERMANENT", "is_default": self.is_default(call, obj), "is_current": self.is_current(call, obj),
            "options": ", ".join(options) or None, "retention_time": out["data_retention_time_in_days"], "dropped_on": iso(obj.dropped_on), "budget": None,
        }  # fmt: skip
        if "managed_access" in known:
            out["managed_access"] = bool(obj.props.get("managed_access"))
        return out

    def in_force(self, call: Call, obj: Obj, name: str, default: Any) -> Any:
        """A parameter's own value, else that of the database, else the account's."""
        holders = [obj] if len(obj.path) == 1 else [obj, call.catalog.get("DATABASE", obj.path[:1])]
        value = next((h.props[name] for h in holders if h and h.props.get(name) is not None), default)
        return int(value) if name in INTEGERS else value

    def copy(self, call: Call, source: Obj, path: Path, changes: dict[str, Any]) -> Obj:
        return clone_container(call.engine, source, path, call.role, changes)


class Database(Container):
    actions = {
        ("POST", ":from-share"): "from_share", ("POST", "/{name}:from_share"): "from_share",
        **{("POST", f"/{{name}}/{what}:{verb}"): "replicate" for what in ("replication", "failover") for verb in ("enable", "disable")},
        ("POST", "/{name}/replication:refresh"): "secondary", ("POST", "/{name}/failover:primary"): "secondary",
    }  # fmt: skip

    def is_current(self, call: Call, obj: Obj) -> bool:
        return obj.name == call.context.database

    def is_default(self, call: Call, obj: Obj) -> bool:
        return obj.name == call.engine.current_defaults(call.context.user).database

    def after_create(self, call: Call, obj: Obj) -> None:
        call.catalog.add("SCHEMA", (obj.name, "PUBLIC"), call.role)
        call.current |= {"database": obj.name, "schema": "PUBLIC"}

    def copy(self, call: Call, source: Obj, path: Path, changes: dict[str, Any]) -> Obj:
        return super().copy(call, source, path, {**changes, "replication": [], "failover": []})

    def from_share(self, call: Call) -> Any:
        """No other account shares anything with this one."""
        body = {"name": call.path["name"]} if "name" in call.path else call.body
        path = (self.body_key(body),)
        share = call.query.get("share")
        if not share:
            raise Refusal(400, "", "Required request parameter 'share' is not present.")
        call.may_create(path, self.privilege)
        raise missing("Share", ".".join(dotted(share)))

    # Replication by database, which is for ACCOUNTADMIN alone

    def replicated(self, call: Call) -> Obj:
        obj = self.find(call, self.target(call))
        if "ACCOUNTADMIN" not in call.catalog.roles_of(call.role):
            raise privileges("database", obj.name)
        return obj

    def replicate(self, call: Call) -> Any:
        """To other accounts of the organization: those that the account knows of. Failover is for accounts with a replica."""
        obj = self.replicated(call)
        what, verb = call.operation.path.rsplit("/", 1)[-1].split(":")
        given = [self.account(call, a) for a in (call.body or {}).get("accounts") or []]
        have = obj.props.get(what, [])
        allowed = obj.props.get("replication", []) if what == "failover" else given
        if verb == "enable" and not set(given) <= set(allowed) or verb == "disable" and not have:
            raise Refusal(400, "", f"\ndatabase '{obj.name.lower()}' is not enabled for replication.")
        obj.props[what] = sorted({*have, *given}) if verb == "enable" else [a for a in have if given and a not in given]
        if what == "replication":
            obj.props["failover"] = [a for a in obj.props.get("failover", []) if a in obj.props["replication"]]
        call.catalog.save(obj)
        return executed()

    @staticmethod
    def account(call: Call, text: str) -> str:
        name = dotted(text)[-1]
        if call.catalog.get("ACCOUNT OBJECT", (name,)) is None:
            raise missing("Account", name)
        return name

    def secondary(self, call: Call) -> Any:
        """No database here is the replica of another account's."""
        obj = self.replicated(call)
        raise Refusal(400, "", f"\ndatabase '{obj.name.lower()}' is not a secondary database.")


class Schema(Container):
    def is_current(self, call: Call, obj: Obj) -> bool:
        return obj.path == (call.context.database, call.context.schema)

    def is_default(self, call: Call, obj: Obj) -> bool:
        home = call.engine.current_defaults(call.context.user)
        return obj.path == (home.database, home.schema)

    def common(self, call: Call, obj: Obj, known: dict) -> dict[str, Any]:
        return {**super().common(call, obj, known), "database_name": shown(obj.path[0])}

    def after_create(self, call: Call, obj: Obj) -> None:
        call.current |= {"database": obj.path[0], "schema": obj.name}

    def items(self, call: Call) -> Iterable[Obj]:
        database = call.catalog.get("DATABASE", self.parent(call))
        return sorted([*super().items(call), self.information_schema(database)], key=lambda o: o.name)

    def find(self, call: Call, path: Path) -> Obj:
        if path[-1] == "INFORMATION_SCHEMA" and call.catalog.usable(call.role, path[:1]):
            return self.information_schema(call.catalog.get("DATABASE", path[:1]))
        return super().find(call, path)

    @staticmethod
    def information_schema(database: Obj | None) -> Obj:
        """Every database has one; it is not an object of the catalog."""
        if database is None:
            raise missing("Database", "")
        props = {"comment": "Views describing the contents of schemas in this database"}
        return Obj(0, "SCHEMA", (database.name, "INFORMATION_SCHEMA"), "", database.created_on or now(), props)

    def drop(self, call: Call, obj: Obj) -> None:
        if obj.id == 0:
            raise Refusal(403, "003001", "sql access control error:\ninsufficient privileges to operate on schema 'information_schema'.")
        super().drop(call, obj)

    def moved(self, call: Call, obj: Obj, name: str | None = None) -> Path:
        target = call.query.get("targetDatabase")
        return (fold(target) if target else obj.path[0], fold(name))
