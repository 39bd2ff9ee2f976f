"""What tables of every kind can do: exchange names with another one, stop and go on with reclustering. Dynamic and Iceberg tables, which are
entries of the catalog only: SQL does not find them."""

from __future__ import annotations

from typing import Any

from ..sql.catalog.catalog import Obj, Path
from ..sql.language import types as T
from ..sql.language.errors import COMPILE, err, missing
from .answers import Refusal, bad_value
from .call import Call, executed
from .kinds import Kind
from .names import fold, shown

RECLUSTER = {("POST", f"/{{name}}:{verb}-recluster"): f"{verb}_recluster" for verb in ("suspend", "resume")}


class Clustered(Kind):
    def swap(self, call: Call) -> Any:
        obj = self.owned(call)
        if obj is not None:
            other = self.find(call, self.moved(call, obj, call.query.get("targetName") or call.query.get("targetTableName")))
            call.catalog.own(call.role, other)
            call.catalog.swap(obj, other)
        return executed()

    def recluster(self, call: Call, on: bool) -> Any:
        obj = self.owned(call)
        if obj is not None:
            if not obj.props.get("cluster_by"):
                raise err("001422", "22023", f"{COMPILE}\n{self.lower} '{obj.name}' is not clustered.")
            obj.props["recluster"] = on
            call.catalog.save(obj)
        return executed()

    def suspend_recluster(self, call: Call) -> Any:
        return self.recluster(call, False)

    def resume_recluster(self, call: Call) -> Any:
        return self.recluster(call, True)


class DynamicTable(Clustered):
    defaults = {"kind": "PERMANENT", "scheduling_state": "RUNNING", "columns": []}
    states = {"property": "scheduling_state", "suspended": "SUSPENDED", "resumed": "RUNNING"}
    actions = {**RECLUSTER, ("POST", "/{name}:swap-with"): "swap", ("POST", "/{name}:refresh"): "refresh"}

    def read(self, call: Call, obj: Obj, listed: bool = False) -> dict[str, Any]:
        clustered = bool(obj.props.get("cluster_by"))
        return {**super().read(call, obj, listed), "automatic_clustering": clustered and obj.props.get("recluster", True)}

    def copy(self, call: Call, source: Obj, path: Path, changes: dict[str, Any]) -> Obj:
        return super().copy(call, source, path, {**changes, "scheduling_state": "SUSPENDED"})

    def refresh(self, call: Call) -> Any:
        """The query runs with the owner's privileges, also while the table is suspended; its rows are counted, not kept."""
        obj = self.wanted(call)
        if obj is not None:
            if not call.catalog.can(call.role, "OPERATE", obj):
                raise err("002756", "42501", "Insufficient privileges to operate on dynamic table. OPERATE privilege is required for manual refresh.")
            context = call.owners(obj)
            warehouse = call.catalog.get("WAREHOUSE", (context.warehouse or "",))
            if warehouse is None or not call.catalog.can(obj.owner, "USAGE", warehouse):
                raise err("002725", "22000", "Dynamic table could not be refreshed because warehouse is missing.")
            obj.props["rows"] = len(call.sql(obj.props["query"], context).rows)
            call.catalog.save(obj)
        return executed()


OUTSIDE = {  # how Iceberg tables that another catalog manages are made, and what their catalog integration may be
    "from-aws-glue-catalog": "GLUE", "from-delta": "OBJECT_STORE", "from-iceberg-files": "OBJECT_STORE", "from-iceberg-rest": "POLARIS",
}  # fmt: skip


class IcebergTable(Clustered):
    defaults = {
        "catalog": "SNOWFLAKE", "external_volume": "SNOWFLAKE_DEFAULT_VOLUME", "iceberg_table_type": "MANAGED", "can_write_metadata": "Y", "auto_refresh": False,
        "change_tracking": True, "storage_serialization_policy": "OPTIMIZED", "max_data_extension_time_in_days": 14, "columns": [],
    }  # fmt: skip
    actions = {
        **RECLUSTER, ("POST", ":as-select"): "as_select", ("POST", "/{name}:create-like"): "create_like", ("POST", "/{name}:refresh"): "refresh",
        ("POST", "/{name}:convert-to-managed"): "convert", **{("POST", f":{action}"): "from_outside" for action in OUTSIDE},
    }  # fmt: skip

    def before_create(self, call: Call, path: Path, body: dict[str, Any]) -> None:
        if body.get("external_volume"):
            self.need(call, "EXTERNAL VOLUME", body["external_volume"])

    @staticmethod
    def need(call: Call, kind: str, name: str) -> Obj:
        """An account object that a table refers to."""
        obj = call.catalog.get(kind, (fold(name),))
        if not call.visible(obj):
            raise missing(kind.capitalize(), fold(name))
        return obj

    def as_select(self, call: Call) -> Any:
        """The columns are those of the query, under the names that the body gives; the rows are not kept."""
        result = call.sql(call.query["query"])
        given = call.body.get("columns") or []
        if given and len(given) != len(result.columns):
            raise err("002057", "42601", f"{COMPILE}\nInvalid column definition list")
        types = [T.Type(c.type, p=c.precision, s=c.scale, n=c.length) for c in result.columns]
        found = [{"name": shown(c.name), "datatype": T.sql_name(t), "nullable": c.nullable} for c, t in zip(result.columns, types)]
        return self.created(call, (*self.parent(call), self.body_key(call.body)), {**call.body, "columns": given or found})

    def create_like(self, call: Call) -> Any:
        source = self.find(call, self.target(call))
        path = self.moved(call, source, call.body["name"])
        kept = {k: v for k, v in source.props.items() if k not in ("base_location", "comment")}
        return self.created(call, path, {**kept, **call.body})

    def from_outside(self, call: Call) -> Any:
        """What the other catalog has cannot be read here: such a table has no columns."""
        path = (*self.parent(call), self.body_key(call.body))
        call.may_create(path, self.privilege)
        if not call.body.get("catalog"):
            raise err("002029", "42601", f"{COMPILE}\nMissing option(s): CATALOG")
        integration = self.need(call, "CATALOG INTEGRATION", call.body["catalog"])
        if integration.props["catalog"]["catalog_source"] != OUTSIDE[action_of(call)]:
            raise bad_value("catalog", call.body["catalog"])
        return self.created(call, path, call.body)

    def after_create(self, call: Call, obj: Obj) -> None:
        if action_of(call) in OUTSIDE:
            obj.props |= {"iceberg_table_type": "UNMANAGED", "can_write_metadata": "N", "auto_refresh": bool(call.body.get("auto_refresh"))}
            call.catalog.save(obj)

    def unmanaged(self, call: Call) -> Obj | None:
        obj = self.owned(call)
        if obj is not None and obj.props.get("iceberg_table_type") != "UNMANAGED":
            raise Refusal(400, "", f"\niceberg table '{obj.name.lower()}' is managed by snowflake.")
        return obj

    def refresh(self, call: Call) -> Any:
        self.unmanaged(call)
        return executed()

    def convert(self, call: Call) -> Any:
        obj = self.unmanaged(call)
        if obj is not None:
            for name in ("catalog", "catalog_table_name", "catalog_namespace", "metadata_file_path", "iceberg_table_type", "can_write_metadata", "auto_refresh"):
                obj.props.pop(name, None)
            obj.props |= {k: v for k, v in call.body.items() if v is not None and k in ("base_location", "storage_serialization_policy")}
            call.catalog.save(obj)
        return executed()


def action_of(call: Call) -> str:
    return call.operation.path.rpartition(":")[2]


KINDS: list[Kind] = [
    DynamicTable("dynamic-tables", "DYNAMIC TABLE", 3, "dynamic-table#DynamicTable"),
    IcebergTable("iceberg-tables", "ICEBERG TABLE", 3, "iceberg-table#IcebergTable"),
]
