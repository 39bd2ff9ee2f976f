"""The rows of SHOW for what SQL itself makes: databases, schemas, tables, views, columns, keys, warehouses, roles, users."""

from __future__ import annotations

from typing import Any, Iterable

from ...model import Context
from ..catalog import warehouse_sizes
from ..catalog.catalog import Obj, Path
from ..commands.account import Account
from ..language import types as T
from .kind_rows import flag, yes
from .show_more import stamp
from .visible import dropped, visible


Rows = Iterable[dict[str, Any]]


def _options(o: Obj) -> str:
    return ", ".join(word for word, key in (("TRANSIENT", "transient"), ("MANAGED ACCESS", "managed_access")) if o.props.get(key))


def retention(engine: Account, o: Obj) -> str:
    """The days of Time Travel: an object's own, else those of what holds it."""
    holders = [o, *(engine.catalog.get("SCHEMA" if n == 2 else "DATABASE", o.path[:n]) for n in range(len(o.path) - 1, 0, -1))]
    return next((str(h.props["data_retention_time_in_days"]) for h in holders if h and h.props.get("data_retention_time_in_days") is not None), "1")


def _home(engine: Account, context: Context) -> Context:
    """What the user's sessions begin with."""
    return engine.current_defaults(context.user)


def _all(engine: Account, context: Context, kind: str, scope: Path, history: bool) -> list[Obj]:
    """What a role sees of a kind, with history also what was dropped; in order of names, those that are there first."""
    found = list(visible(engine, context, kind, scope))
    if history:
        found = sorted([*found, *dropped(engine, context, kind, scope)], key=lambda o: (o.path, o.dropped_on is not None, o.dropped_on))
    return found


def databases(engine: Account, context: Context, scope: Path, history: bool = False) -> Rows:
    home = _home(engine, context).database
    for o in _all(engine, context, "DATABASE", (), history):
        there = o.dropped_on is None
        yield {"created_on": stamp(o.created_on), "name": o.name, "is_default": yes(there and o.name == home), "is_current": yes(there and o.name == context.database), "origin": "",
               "owner": o.owner, "comment": o.props.get("comment") or "", "options": _options(o), "retention_time": retention(engine, o), "dropped_on": stamp(o.dropped_on),
               "kind": "STANDARD", "owner_role_type": "ROLE" if there else None, "object_visibility": None, "data_quality_monitoring_settings": None, "resharing_settings": None}


def schemas(engine: Account, context: Context, scope: Path, history: bool = False) -> Rows:
    found = _home(engine, context)
    home = (found.database, found.schema)
    for d in [o for o in visible(engine, context, "DATABASE", ()) if not scope or o.path == scope[:1]]:
        rows = [(o.name, o) for o in _all(engine, context, "SCHEMA", d.path, history)] + [("INFORMATION_SCHEMA", d)]
        for name, o in sorted(rows, key=lambda r: r[0]):
            info = o is d
            there = o.dropped_on is None
            yield {"created_on": stamp(o.created_on), "name": name, "is_default": yes(there and (d.name, name) == home),
                   "is_current": yes(there and (d.name, name) == (context.database, context.schema)), "database_name": d.name, "owner": "" if info else o.owner,
                   "options": "" if info else _options(o), "retention_time": retention(engine, o), "dropped_on": stamp(o.dropped_on),
                   "owner_role_type": "" if info else "ROLE" if there else None,
                   "comment": "Views describing the contents of schemas in this database" if info else o.props.get("comment") or "",
                   "classification_profile_database": None, "classification_profile_schema": None, "classification_profile": None, "object_visibility": None, "is_nested": "N"}


def sizes(engine: Account, objs: list[Obj]) -> dict[int, tuple[int, int]]:
    """Rows and bytes of tables."""
    ids = [o.id for o in objs if o.kind == "TABLE"]
    if not ids:
        return {}
    body = " UNION ALL ".join(f"SELECT {i}::bigint, (SELECT count(*) FROM sfd.t{i}), pg_relation_size('sfd.t{i}')" for i in ids)
    with engine.pool.connection() as conn:
        return {i: (n, b) for i, n, b in conn.execute(body)}


def _relation(engine: Account, o: Obj, size: dict[int, tuple[int, int]]) -> dict[str, Any]:
    n, b = size.get(o.id, (0, 0))
    table = o.kind == "TABLE"
    clustered = o.props.get("cluster_by") or []
    return {"created_on": stamp(o.created_on), "name": o.name, "database_name": o.path[0], "schema_name": o.path[1],
            "kind": ("TRANSIENT" if o.props.get("transient") else "TABLE") if table else "VIEW", "comment": o.props.get("comment") or "", "rows": str(n) if table else None,
            "bytes": str(b) if table else None, "owner": o.owner, "retention_time": retention(engine, o), "cluster_by": f"LINEAR({', '.join(clustered)})" if clustered else "",
            "automatic_clustering": "ON" if clustered and o.props.get("recluster", True) else "OFF", "change_tracking": "ON" if o.props.get("change_tracking") else "OFF", "search_optimization": "OFF", "search_optimization_progress": None, "search_optimization_bytes": None, "is_external": "N", "enable_schema_evolution": "N", "owner_role_type": "ROLE" if o.dropped_on is None else None, "is_event": "N",
            "is_hybrid": "N", "is_iceberg": "N", "is_dynamic": "N", "is_immutable": "N", "is_interactive": "N", "dropped_on": stamp(o.dropped_on)}


def tables(engine: Account, context: Context, scope: Path, history: bool = False) -> Rows:
    objs = _all(engine, context, "TABLE", scope, history)
    size = sizes(engine, objs)
    return [_relation(engine, o, size) for o in objs]


def objects(engine: Account, context: Context, scope: Path) -> Rows:
    objs = sorted([*visible(engine, context, "TABLE", scope), *visible(engine, context, "VIEW", scope)], key=lambda o: o.path)
    size = sizes(engine, objs)
    return [_relation(engine, o, size) for o in objs]


def views(engine: Account, context: Context, scope: Path) -> Rows:
    for o in visible(engine, context, "VIEW", scope):
        yield {"created_on": stamp(o.created_on), "name": o.name, "database_name": o.path[0], "schema_name": o.path[1], "owner": o.owner, "reserved": "", "comment": o.props.get("comment") or "",
               "text": o.props["statement"], "is_secure": str(bool(o.props.get("secure"))).lower(), "is_materialized": "false", "owner_role_type": "ROLE", "change_tracking": "OFF"}


def columns(engine: Account, context: Context, scope: Path) -> Rows:
    one = engine.catalog.relation(scope) if len(scope) == 3 else None  # which _scope has found visible
    for o in [one] if one else sorted([*visible(engine, context, "TABLE", scope), *visible(engine, context, "VIEW", scope)], key=lambda o: o.path):
        for c in o.columns:
            yield {"table_name": o.name, "schema_name": o.path[1], "column_name": c.name, "data_type": T.show_json(c.type, c.nullable), "null?": "true" if c.nullable else "NOT_NULL",
                   "default": c.default or "", "kind": "COLUMN", "expression": "", "comment": c.comment or "", "database_name": o.path[0],
                   "autoincrement": f"IDENTITY START {c.identity[0]} INCREMENT {c.identity[1]} NOORDER" if c.identity else "", "schema_evolution_record": None}


def primary_keys(engine: Account, context: Context, scope: Path) -> Rows:
    for o in visible(engine, context, "TABLE", scope):
        for i, name in enumerate(o.props.get("primary_key") or [], 1):
            yield {"created_on": stamp(o.created_on), "database_name": o.path[0], "schema_name": o.path[1], "table_name": o.name, "column_name": name, "key_sequence": str(i),
                   "constraint_name": f"SYS_CONSTRAINT_{o.id}", "rely": "false", "comment": None}


def warehouses(engine: Account, context: Context, scope: Path) -> Rows:
    home = _home(engine, context).warehouse
    for o in visible(engine, context, "WAREHOUSE", ()):
        yield warehouse(o, home, context.warehouse)


def warehouse(o: Obj, home: str | None, current: str | None) -> dict[str, Any]:
    p = {k: v for k, v in o.props.items() if v is not None}
    up = p.get("state") != "SUSPENDED"
    kind = p.get("warehouse_type") or "STANDARD"
    standard = kind == "STANDARD"
    share = {"available": "100", "provisioning": "0", "quiescing": "0", "other": "0"}
    never = int(p.get("auto_suspend", 600)) == 0
    return {
        "name": o.name, "state": "STARTED" if up else "SUSPENDED", "type": kind, "size": warehouse_sizes.shown(p.get("warehouse_size", "XSMALL")),
        "min_cluster_count": str(p.get("min_cluster_count", 1)), "max_cluster_count": str(p.get("max_cluster_count", 1)), "started_clusters": str(int(up)), "running": "0",
        "queued": "0", "is_default": yes(o.name == home), "is_current": yes(o.name == current), "is_interactive": "N",
        "auto_suspend": None if never else str(p.get("auto_suspend", 600)), "auto_resume": str(p.get("auto_resume", "true")).lower(),
        **{k: v if up else "" for k, v in share.items()}, "created_on": stamp(o.created_on), "resumed_on": stamp(p.get("resumed_on") or o.created_on),
        "updated_on": stamp(p.get("updated_on") or o.created_on), "owner": o.owner, "comment": p.get("comment") or "",
        "enable_query_acceleration": str(p.get("enable_query_acceleration", "false")).lower(),
        "query_acceleration_max_scale_factor": str(p.get("query_acceleration_max_scale_factor", 8)), "resource_monitor": p.get("resource_monitor") or "null", "actives": "0",
        "pendings": "0", "failed": "0", "suspended": str(int(not up)), "uuid": str(o.id), "scaling_policy": p.get("scaling_policy") or "STANDARD",
        "owner_role_type": "ROLE" if o.owner else None, "resource_constraint": None if standard else p.get("resource_constraint") or "MEMORY_16X",
        "generation": str(p.get("generation", "2")) if standard else None,
    }  # fmt: skip


def roles(engine: Account, context: Context, scope: Path) -> Rows:
    cat = engine.catalog
    home = _home(engine, context).role
    members = list(cat.members)
    inherited = cat.roles_of(context.role) - {context.role}
    for o in cat.all("ROLE"):
        yield {"created_on": stamp(o.created_on), "name": o.name, "is_default": yes(o.name == home), "is_current": yes(o.name == context.role), "is_inherited": yes(o.name in inherited),
               "assigned_to_users": str(sum(r == o.name and k == "USER" for r, k, _ in members)), "granted_to_roles": str(sum(r == o.name and k == "ROLE" for r, k, _ in members)),
               "granted_roles": str(sum(g == o.name and k == "ROLE" for _, k, g in members)), "owner": o.owner, "comment": o.props.get("comment") or "",
               "is_from_organization_user_group": "false"}


def users(engine: Account, context: Context, scope: Path) -> Rows:
    """Of a user that the role neither owns nor may grant for, only the name."""
    cat = engine.catalog
    every = cat.on_account(context.role, "MANAGE GRANTS") or "SECURITYADMIN" in cat.roles_of(context.role)
    for o in cat.all("USER"):
        cells = user(engine, o)
        yield cells if every or cat.can(context.role, "OWNERSHIP", o) else {**dict.fromkeys(cells), "name": o.name}


def user(engine: Account, o: Obj) -> dict[str, Any]:
    p = {k: v for k, v in o.props.items() if v is not None}
    roles_ = p.get("default_secondary_roles", "ALL")
    return {
        "name": o.name, "created_on": stamp(o.created_on), "login_name": p.get("login_name") or o.name, "display_name": p.get("display_name") or o.name,
        "first_name": p.get("first_name", ""), "last_name": p.get("last_name", ""), "email": p.get("email", ""), "mins_to_unlock": number(p.get("mins_to_unlock")),
        "days_to_expiry": number(p.get("days_to_expiry")), "comment": p.get("comment", ""), "disabled": flag(str(p.get("disabled", False)).lower() == "true"),
        "must_change_password": flag(p.get("must_change_password")), "snowflake_lock": "false", "default_warehouse": p.get("default_warehouse", ""),
        "default_namespace": p.get("default_namespace", ""), "default_role": p.get("default_role", ""),
        "default_secondary_roles": '["ALL"]' if roles_ == "ALL" else "[]", "ext_authn_duo": "false", "ext_authn_uid": None,
        "mins_to_bypass_mfa": number(p.get("mins_to_bypass_mfa")), "owner": o.owner, "last_success_login": stamp(engine.events.last_login(o.name)), "expires_at_time": None,
        "locked_until_time": None, "has_password": flag(p.get("password")), "has_rsa_public_key": flag(p.get("rsa_public_key") or p.get("rsa_public_key_2")),
        "type": p.get("type", ""), "has_mfa": "false", "has_pat": "false", "has_workload_identity": "false", "has_federated_workload_authentication": "false",
        "is_from_organization_user": "false", "org_identity": None,
    }  # fmt: skip


def number(value: Any) -> str | None:
    return None if value is None else str(value)


GENERATE = {"DATABASES": databases, "SCHEMAS": schemas, "TABLES": tables, "VIEWS": views, "OBJECTS": objects, "COLUMNS": columns, "PRIMARY KEYS": primary_keys,
            "WAREHOUSES": warehouses, "ROLES": roles, "USERS": users}
HISTORY = ("DATABASES", "SCHEMAS", "TABLES")  # that know what was dropped
