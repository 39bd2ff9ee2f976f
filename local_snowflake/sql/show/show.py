"""SHOW, DESCRIBE and INFORMATION_SCHEMA, all from the catalog."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Iterable

from ...model import Context
from ..catalog import warehouse_sizes
from ..catalog.catalog import Obj, Path
from ..catalog.names import full
from ..commands.account import Account
from ..language import types as T
from ..language.errors import cannot_perform, feature, missing, no_database, syntax, too_many_rows
from ..language.parse import Cursor
from ..language.types import Type
from ..tasks import tasks
from . import show_more

Columns = list[tuple[str, Type]]
Rows = list[list[str | None]]
_STAMP = T.Type("timestamp_ltz", s=3)
MOST = 10000  # rows of a SHOW

LAYOUT = {
    "DATABASES": "created_on name is_default is_current origin owner comment options retention_time kind owner_role_type object_visibility data_quality_monitoring_settings resharing_settings",
    "SCHEMAS": "created_on name is_default is_current database_name owner comment options retention_time owner_role_type classification_profile_database "
               "classification_profile_schema classification_profile object_visibility is_nested",
    "TABLES": "created_on name database_name schema_name kind comment cluster_by rows bytes owner retention_time automatic_clustering change_tracking search_optimization "
              "search_optimization_progress search_optimization_bytes is_external enable_schema_evolution owner_role_type is_event is_hybrid is_iceberg is_dynamic is_immutable",
    "VIEWS": "created_on name reserved database_name schema_name owner comment text is_secure is_materialized owner_role_type change_tracking",
    "OBJECTS": "created_on name database_name schema_name kind comment cluster_by rows bytes owner retention_time owner_role_type is_hybrid is_dynamic is_iceberg is_interactive",
    "COLUMNS": "table_name schema_name column_name data_type null? default kind expression comment database_name autoincrement schema_evolution_record",
    "PRIMARY KEYS": "created_on database_name schema_name table_name column_name key_sequence constraint_name rely comment",
    "WAREHOUSES": "name state type size min_cluster_count max_cluster_count started_clusters running queued is_default is_current auto_suspend auto_resume available "
                  "provisioning quiescing other created_on resumed_on updated_on owner comment enable_query_acceleration query_acceleration_max_scale_factor resource_monitor "
                  "actives pendings failed suspended uuid scaling_policy budget owner_role_type resource_constraint",
    "ROLES": "created_on name is_default is_current is_inherited assigned_to_users granted_to_roles granted_roles owner comment",
    "USERS": "name created_on login_name display_name disabled comment default_warehouse default_namespace default_role owner",
    "PARAMETERS": "key value default level description type",
    "GRANTS": "created_on privilege granted_on name granted_to grantee_name grant_option granted_by",
    "TRANSACTIONS": "id user session name started_on state scope",
    **show_more.LAYOUT,
}
TERSE = {  # what SHOW TERSE leaves of a row; kinds of which no page says what is left are refused
    **{kind: "created_on name kind database_name schema_name" for kind in ("DATABASES", "SCHEMAS", "TABLES", "VIEWS", "OBJECTS")},
    "TASKS": "created_on name kind database_name schema_name schedule",
    "STREAMS": "created_on name kind database_name schema_name tableOn",
    "ROLES": "is_default is_current is_inherited is_from_organization_user_group",
    "USERS": "name created_on display_name first_name last_name email org_identity comment has_password has_rsa_public_key type has_mfa has_pat "
             "has_federated_workload_authentication is_from_organization_user",
}
DESCRIBE = ["name", "type", "kind", "null?", "default", "primary key", "unique key", "check", "expression", "comment", "policy name", "privacy domain", "write default"]
DEFAULTS = {"TIMEZONE": "UTC", "QUERY_TAG": "", "ROWS_PER_RESULTSET": "0", "QUOTED_IDENTIFIERS_IGNORE_CASE": "false", "STATEMENT_TIMEOUT_IN_SECONDS": "172800", "WEEK_START": "0",
            "WEEK_OF_YEAR_POLICY": "0", "TIMESTAMP_TYPE_MAPPING": "TIMESTAMP_NTZ", "DATE_OUTPUT_FORMAT": "YYYY-MM-DD", "BINARY_OUTPUT_FORMAT": "HEX", "USE_CACHED_RESULT": "true"}
_NUMBERS = frozenset(("rows", "bytes", "key_sequence", "started_clusters", "running", "queued", "min_cluster_count", "max_cluster_count", "auto_suspend",
                      "assigned_to_users", "granted_to_roles", "granted_roles"))


def stamp(t: datetime) -> str:
    return f"{t.timestamp():.3f}"


def _layout(kind: str, terse: bool = False) -> Columns:
    names = (TERSE if terse else LAYOUT)[kind].split()
    return [(n, _STAMP if n.endswith("_on") and n != "granted_on" else T.number() if n in _NUMBERS and kind != "PARAMETERS" else T.text()) for n in names]


def _terse(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row as SHOW TERSE has it: a kind is TABLE or VIEW or nothing, and a container is not inside of itself."""
    if kind == "STREAMS":
        row = {**row, "kind": row["type"], "tableOn": row["table_name"]}
    plain = {"DATABASES": None, "SCHEMAS": None, "TASKS": None, "VIEWS": "VIEW", "TABLES": "TABLE"}
    out = {"database_name": None, "schema_name": None, **row}
    return {**out, "kind": plain.get(kind, row.get("kind"))}


def run(engine: Account, cur: Cursor, context: Context, session: Any) -> tuple[Columns, Rows]:
    """A SHOW or DESCRIBE statement."""
    if cur.word() != "SHOW":
        return _describe(engine, cur, context)
    terse = cur.accept("TERSE")
    kind = cur.word()
    if kind == "PRIMARY":
        cur.expect("KEYS")
        kind = "PRIMARY KEYS"
    if kind == "COMPUTE":
        cur.expect("POOLS")
        kind = "COMPUTE POOLS"
    if kind not in LAYOUT:
        raise syntax(near=kind)
    if terse and kind not in TERSE:
        raise feature(f"SHOW TERSE {kind}")
    columns = _layout(kind, terse)
    if kind == "GRANTS":
        return columns, _grants(engine, cur, context)
    if kind == "PARAMETERS":
        like = _like(cur)
        if cur.accept("IN", "TASK"):
            found = tasks.find(engine, context, full(context, "TASK", cur.name()))
            cur.end()
            return columns, [r for r in show_more.task_parameters(found) if not like or like.match(r[0])]
        values = {**DEFAULTS, **context.parameters}
        return columns, [[k, v, DEFAULTS.get(k, ""), "SESSION" if k in context.parameters else "", "", "STRING"] for k, v in sorted(values.items()) if not like or like.match(k)]
    cur.accept("HISTORY")
    like = _like(cur)
    scope = _scope(engine, cur, context, kind)
    prefix = cur.string() if cur.accept("STARTS", "WITH") else None
    limit, after = None, None
    if cur.accept("LIMIT"):
        limit = int(cur.value())
        if limit > MOST and kind == "TABLES":
            raise too_many_rows(MOST)
        if cur.accept("FROM"):
            after = cur.string()
    cur.end()
    found = _GENERATE[kind](engine, context, scope)
    names = [n for n, _ in columns]
    key = {"COLUMNS": "column_name", "PRIMARY KEYS": "table_name"}.get(kind, "name")
    out: Rows = []
    for item in found:
        if terse:
            item = _terse(kind, item)
        name = item.get(key) or ""
        if (like and not like.match(name)) or (prefix is not None and not name.startswith(prefix)) or (after is not None and name <= after):
            continue
        if len(out) == MOST and kind != "PRIMARY KEYS":  # of these no page says that there are more
            if kind == "TABLES" and limit is None:
                raise too_many_rows(MOST)
            break
        out.append([item.get(n, "") for n in names])
        if limit is not None and len(out) >= limit:
            break
    return columns, out


def _like(cur: Cursor) -> re.Pattern[str] | None:
    """LIKE '…'."""
    if not cur.accept("LIKE"):
        return None
    return like_pattern(cur.string())


def like_pattern(text: str) -> re.Pattern[str]:
    """A LIKE pattern: no case, % and _; a backslash escapes."""
    out, i = "", 0
    while i < len(text):
        ch = text[i]
        if ch == "\\" and i + 1 < len(text):
            i += 1
            out += re.escape(text[i])
        else:
            out += ".*" if ch == "%" else "." if ch == "_" else re.escape(ch)
        i += 1
    return re.compile(out + r"\Z", re.I | re.S)


def _scope(engine: Account, cur: Cursor, context: Context, kind: str) -> Path:
    """The path of IN …; the current schema or database when there is none."""
    cat = engine.catalog
    if kind in ("DATABASES", "WAREHOUSES", "ROLES", "USERS", "TRANSACTIONS", "COMPUTE POOLS"):
        if cur.accept("IN"):
            cur.expect("ACCOUNT")
        return ()
    if cur.accept("IN") or cur.accept("FROM"):
        if cur.accept("ACCOUNT"):
            return ()
        word = cur.word() if cur.peek() in ("DATABASE", "SCHEMA", "TABLE", "VIEW") and cur.peek(1) not in (".",) else "SCHEMA" if kind != "SCHEMAS" else "DATABASE"
        if cur.done or cur.peek() in ("LIKE", "STARTS", "LIMIT"):
            parts: list[str] = []
        else:
            parts = cur.name()
        if word == "DATABASE":
            path: Path = (parts[0],) if parts else ((context.database,) if context.database else _none())
        elif word == "SCHEMA":
            path = full(context, "SCHEMA", parts) if parts else (context.database or _none(), context.schema or "")
        else:
            path = full(context, word, parts)
            if cat.relation(path) is None or not cat.sees(context.role, cat.relation(path)):
                raise missing(word.capitalize(), parts[0] if len(parts) == 1 else ".".join(path))
            return path
        if not cat.usable(context.role, path[:1]) or (len(path) == 2 and not cat.usable(context.role, path)):
            if kind in ("TASKS", "STREAMS"):
                raise missing("Schema", ".".join(path))
            raise cannot_perform()
        return path
    if kind == "SCHEMAS":
        return (context.database,) if context.database else ()
    return tuple(p for p in (context.database, context.schema) if p) if context.schema else (context.database,) if context.database else ()


def _none() -> str:
    raise no_database()


def _visible(engine: Account, context: Context, kind: str, scope: Path) -> Iterable[Obj]:
    cat = engine.catalog
    for o in cat.all(kind, scope):
        if cat.sees(context.role, o) and (len(o.path) < 3 or (cat.usable(context.role, o.path[:1]) and cat.usable(context.role, o.path[:2]))):
            yield o


def _yes(value: bool) -> str:
    return "Y" if value else "N"


def _options(o: Obj) -> str:
    return ", ".join(word for word, key in (("TRANSIENT", "transient"), ("MANAGED ACCESS", "managed_access")) if o.props.get(key))


def _retention(o: Obj) -> str:
    value = o.props.get("data_retention_time_in_days")
    return "1" if value is None else str(value)


def _databases(engine: Account, context: Context, scope: Path) -> Iterable[dict[str, Any]]:
    for o in _visible(engine, context, "DATABASE", ()):
        yield {"created_on": stamp(o.created_on), "name": o.name, "is_default": "N", "is_current": _yes(o.name == context.database), "owner": o.owner,
               "comment": o.props.get("comment", ""), "options": _options(o), "retention_time": _retention(o), "kind": "STANDARD", "owner_role_type": "ROLE",
               "object_visibility": None,
               "data_quality_monitoring_settings": None, "resharing_settings": None}


def _schemas(engine: Account, context: Context, scope: Path) -> Iterable[dict[str, Any]]:
    databases = [o for o in _visible(engine, context, "DATABASE", ()) if not scope or o.path == scope[:1]]
    for d in databases:
        rows = [(o.name, o) for o in _visible(engine, context, "SCHEMA", d.path)] + [("INFORMATION_SCHEMA", d)]
        for name, o in sorted(rows, key=lambda r: r[0]):
            info = o is d
            yield {"created_on": stamp(o.created_on), "name": name, "is_default": "N", "is_current": _yes((d.name, name) == (context.database, context.schema)),
                   "database_name": d.name, "owner": "" if info else o.owner, "options": "" if info else _options(o), "retention_time": _retention(o), "owner_role_type": "" if info else "ROLE",
                   "comment": "Views describing the contents of schemas in this database" if info else o.props.get("comment", ""),
                   "classification_profile_database": None, "classification_profile_schema": None, "classification_profile": None, "object_visibility": None, "is_nested": "N"}


def sizes(engine: Account, objs: list[Obj]) -> dict[int, tuple[int, int]]:
    """Rows and bytes of tables."""
    ids = [o.id for o in objs if o.kind == "TABLE"]
    if not ids:
        return {}
    body = " UNION ALL ".join(f"SELECT {i}::bigint, (SELECT count(*) FROM sfd.t{i}), pg_relation_size('sfd.t{i}')" for i in ids)
    with engine.pool.connection() as conn:
        return {i: (n, b) for i, n, b in conn.execute(body)}


def _relation(o: Obj, size: dict[int, tuple[int, int]]) -> dict[str, Any]:
    n, b = size.get(o.id, (0, 0))
    table = o.kind == "TABLE"
    clustered = o.props.get("cluster_by") or []
    return {"created_on": stamp(o.created_on), "name": o.name, "database_name": o.path[0], "schema_name": o.path[1],
            "kind": ("TRANSIENT" if o.props.get("transient") else "TABLE") if table else "VIEW", "comment": o.props.get("comment", ""), "rows": str(n) if table else None,
            "bytes": str(b) if table else None, "owner": o.owner, "retention_time": _retention(o), "cluster_by": f"LINEAR({', '.join(clustered)})" if clustered else "",
            "automatic_clustering": "ON" if clustered and o.props.get("recluster", True) else "OFF", "change_tracking": "ON" if o.props.get("change_tracking") else "OFF", "search_optimization": "OFF", "search_optimization_progress": None, "search_optimization_bytes": None, "is_external": "N", "enable_schema_evolution": "N", "owner_role_type": "ROLE", "is_event": "N",
            "is_hybrid": "N", "is_iceberg": "N", "is_dynamic": "N", "is_immutable": "N", "is_interactive": "N"}


def _tables(engine: Account, context: Context, scope: Path) -> Iterable[dict[str, Any]]:
    objs = list(_visible(engine, context, "TABLE", scope))
    size = sizes(engine, objs)
    return [_relation(o, size) for o in objs]


def _objects(engine: Account, context: Context, scope: Path) -> Iterable[dict[str, Any]]:
    objs = sorted([*_visible(engine, context, "TABLE", scope), *_visible(engine, context, "VIEW", scope)], key=lambda o: o.path)
    size = sizes(engine, objs)
    return [_relation(o, size) for o in objs]


def _views(engine: Account, context: Context, scope: Path) -> Iterable[dict[str, Any]]:
    for o in _visible(engine, context, "VIEW", scope):
        yield {"created_on": stamp(o.created_on), "name": o.name, "database_name": o.path[0], "schema_name": o.path[1], "owner": o.owner, "comment": o.props.get("comment", ""),
               "text": o.props["statement"], "is_secure": str(bool(o.props.get("secure"))).lower(), "is_materialized": "false", "owner_role_type": "ROLE", "change_tracking": "OFF"}


def _columns(engine: Account, context: Context, scope: Path) -> Iterable[dict[str, Any]]:
    for o in sorted([*_visible(engine, context, "TABLE", scope), *_visible(engine, context, "VIEW", scope)], key=lambda o: o.path):
        for c in o.columns:
            yield {"table_name": o.name, "schema_name": o.path[1], "column_name": c.name, "data_type": T.show_json(c.type, c.nullable), "null?": "true" if c.nullable else "NOT_NULL",
                   "default": c.default or "", "kind": "COLUMN", "comment": c.comment or "", "database_name": o.path[0],
                   "autoincrement": f"IDENTITY START {c.identity[0]} INCREMENT {c.identity[1]} NOORDER" if c.identity else "", "schema_evolution_record": None}


def _primary_keys(engine: Account, context: Context, scope: Path) -> Iterable[dict[str, Any]]:
    for o in _visible(engine, context, "TABLE", scope):
        for i, name in enumerate(o.props.get("primary_key") or [], 1):
            yield {"created_on": stamp(o.created_on), "database_name": o.path[0], "schema_name": o.path[1], "table_name": o.name, "column_name": name, "key_sequence": str(i),
                   "constraint_name": f"SYS_CONSTRAINT_{o.id}", "rely": "false", "comment": None}


def _warehouses(engine: Account, context: Context, scope: Path) -> Iterable[dict[str, Any]]:
    for o in _visible(engine, context, "WAREHOUSE", ()):
        p = o.props
        up = p.get("state") != "SUSPENDED"
        yield {"name": o.name, "state": "STARTED" if up else "SUSPENDED", "type": p.get("warehouse_type") or "STANDARD",
               "size": warehouse_sizes.shown(p.get("warehouse_size", "XSMALL")),
               "min_cluster_count": str(p.get("min_cluster_count") or 1), "max_cluster_count": str(p.get("max_cluster_count") or 1), "started_clusters": "1" if up else "0",
               "running": "0", "queued": "0", "is_default": "N", "is_current": _yes(o.name == context.warehouse), "auto_suspend": str(p.get("auto_suspend", "600")),
               "auto_resume": str(p.get("auto_resume", "true")).lower(), "created_on": stamp(o.created_on), "resumed_on": stamp(o.created_on), "updated_on": stamp(o.created_on),
               "owner": o.owner, "comment": p.get("comment", ""), "enable_query_acceleration": str(p.get("enable_query_acceleration", "false")).lower(),
               "query_acceleration_max_scale_factor": str(p.get("query_acceleration_max_scale_factor", 8)), "resource_monitor": "null",
               "scaling_policy": p.get("scaling_policy") or "STANDARD", "owner_role_type": "ROLE", "resource_constraint": p.get("resource_constraint")}


def _roles(engine: Account, context: Context, scope: Path) -> Iterable[dict[str, Any]]:
    cat = engine.catalog
    for o in cat.all("ROLE"):
        members = list(cat.members)
        yield {"created_on": stamp(o.created_on), "name": o.name, "is_default": "N", "is_current": _yes(o.name == context.role), "is_inherited": _yes(o.name in cat.roles_of(context.role)),
               "assigned_to_users": str(sum(r == o.name and k == "USER" for r, k, _ in members)), "granted_to_roles": str(sum(r == o.name and k == "ROLE" for r, k, _ in members)),
               "granted_roles": str(sum(g == o.name and k == "ROLE" for _, k, g in members)), "owner": o.owner, "comment": o.props.get("comment", ""), "is_from_organization_user_group": "false"}


def _users(engine: Account, context: Context, scope: Path) -> Iterable[dict[str, Any]]:
    for o in engine.catalog.all("USER"):
        p = o.props
        yield {"name": o.name, "created_on": stamp(o.created_on), "login_name": p.get("login_name", o.name), "display_name": p.get("display_name", o.name),
               "disabled": str(p.get("disabled", "false")).lower(), "comment": p.get("comment", ""), "default_warehouse": p.get("default_warehouse", ""),
               "default_namespace": p.get("default_namespace", ""), "default_role": p.get("default_role", ""), "owner": o.owner, "first_name": p.get("first_name", ""), "last_name": p.get("last_name", ""),
               "email": p.get("email", ""), "org_identity": None, "has_password": "false", "has_rsa_public_key": str(bool(p.get("rsa_public_key"))).lower(),
               "type": p.get("type", ""), "has_mfa": "false", "has_pat": "false", "has_federated_workload_authentication": "false", "is_from_organization_user": "false"}


_GENERATE = {"DATABASES": _databases, "SCHEMAS": _schemas, "TABLES": _tables, "VIEWS": _views, "OBJECTS": _objects, "COLUMNS": _columns, "PRIMARY KEYS": _primary_keys,
             "WAREHOUSES": _warehouses, "ROLES": _roles, "USERS": _users, "TRANSACTIONS": lambda e, c, s: [],
             **{kind: show_more.generator(kind, _visible) for kind in show_more.ROWS}}


def _grants(engine: Account, cur: Cursor, context: Context) -> Rows:
    cat = engine.catalog
    rows: Rows = []

    def privileges(test: Any) -> None:
        for (privilege, kind, path, role), g in sorted(list(cat.grants.items())):
            if test(kind, path, role) and not kind.startswith("FUTURE "):
                rows.append([stamp(g["created_on"]), privilege, kind, ".".join(path), "ROLE", role, str(bool(g["grant_option"])).lower(), g["grantor"]])
    if cur.accept("TO"):
        kind = cur.word()
        name = cur.ident()
        cat.need(kind, (name,))
        if kind == "ROLE":
            privileges(lambda k, p, r: r == name)
        rows += [[stamp(t), "USAGE", "ROLE", r, kind, g, "false", ""] for (r, k, g), t in sorted(cat.members.items()) if k == kind and g == name]
    elif cur.accept("ON"):
        kind = cur.word()
        path = full(context, kind, cur.name())
        cat.need(kind, path)
        privileges(lambda k, p, r: (k, p) == (kind, path))
    elif cur.accept("OF", "ROLE"):
        name = cur.ident()
        cat.need("ROLE", (name,))
        rows += [[stamp(t), "USAGE", "ROLE", r, k, g, "false", ""] for (r, k, g), t in sorted(cat.members.items()) if r == name]
    else:
        rows += [[stamp(t), "USAGE", "ROLE", r, k, g, "false", ""] for (r, k, g), t in sorted(cat.members.items()) if k == "USER" and g == context.user]
    cur.end()
    return rows


def _describe(engine: Account, cur: Cursor, context: Context) -> tuple[Columns, Rows]:
    if cur.accept("TASK"):
        found = tasks.find(engine, context, full(context, "TASK", cur.name()))
        cur.end()
        columns = _layout("TASKS")
        cells = next(iter(show_more.task_rows(engine, [found])))
        return columns, [[cells.get(n, "") for n, _ in columns]]
    kind = cur.word() if cur.peek() in ("TABLE", "VIEW") else "TABLE"
    parts = cur.name()
    cur.end()
    path = full(context, "TABLE", parts)
    cat = engine.catalog
    obj = cat.relation(path)
    if obj is None or not cat.sees(context.role, obj) or not cat.usable(context.role, path[:1]) or not cat.usable(context.role, path[:2]):
        raise missing(kind.capitalize(), parts[0] if len(parts) == 1 else ".".join(path))
    keys = obj.props.get("primary_key") or []
    rows: Rows = []
    for c in obj.columns:
        name = T.sql_name(c.type) + (f" COLLATE '{c.collation}'" if c.collation else "")
        default = f"IDENTITY START {c.identity[0]} INCREMENT {c.identity[1]} NOORDER" if c.identity else c.default
        rows.append([c.name, name, "COLUMN", "Y" if c.nullable else "N", default, "Y" if c.name in keys else "N", "N", None, None, c.comment, None, None, None])
    return [(n, T.text()) for n in DESCRIBE], rows


# INFORMATION_SCHEMA

_N, _V, _S = T.number(9, 0), T.text(), _STAMP
INFO: dict[str, Columns] = {
    "DATABASES": [("DATABASE_NAME", _V), ("DATABASE_OWNER", _V), ("IS_TRANSIENT", _V), ("COMMENT", _V), ("CREATED", _S), ("LAST_ALTERED", _S), ("RETENTION_TIME", _N), ("TYPE", _V)],
    "SCHEMATA": [("CATALOG_NAME", _V), ("SCHEMA_NAME", _V), ("SCHEMA_OWNER", _V), ("IS_TRANSIENT", _V), ("IS_MANAGED_ACCESS", _V), ("RETENTION_TIME", _N), ("CREATED", _S), ("LAST_ALTERED", _S), ("COMMENT", _V)],
    "TABLES": [("TABLE_CATALOG", _V), ("TABLE_SCHEMA", _V), ("TABLE_NAME", _V), ("TABLE_OWNER", _V), ("TABLE_TYPE", _V), ("IS_TRANSIENT", _V), ("CLUSTERING_KEY", _V), ("ROW_COUNT", T.number()),
               ("BYTES", T.number()), ("RETENTION_TIME", _N), ("CREATED", _S), ("LAST_ALTERED", _S), ("COMMENT", _V), ("IS_TEMPORARY", _V), ("IS_ICEBERG", _V), ("IS_DYNAMIC", _V), ("IS_HYBRID", _V)],
    "VIEWS": [("TABLE_CATALOG", _V), ("TABLE_SCHEMA", _V), ("TABLE_NAME", _V), ("TABLE_OWNER", _V), ("VIEW_DEFINITION", _V), ("CHECK_OPTION", _V), ("IS_UPDATABLE", _V), ("INSERTABLE_INTO", _V),
              ("IS_SECURE", _V), ("CREATED", _S), ("LAST_ALTERED", _S), ("COMMENT", _V)],
    "COLUMNS": [("TABLE_CATALOG", _V), ("TABLE_SCHEMA", _V), ("TABLE_NAME", _V), ("COLUMN_NAME", _V), ("ORDINAL_POSITION", _N), ("COLUMN_DEFAULT", _V), ("IS_NULLABLE", _V), ("DATA_TYPE", _V),
                ("CHARACTER_MAXIMUM_LENGTH", _N), ("CHARACTER_OCTET_LENGTH", _N), ("NUMERIC_PRECISION", _N), ("NUMERIC_PRECISION_RADIX", _N), ("NUMERIC_SCALE", _N), ("DATETIME_PRECISION", _N),
                ("COLLATION_NAME", _V), ("IS_IDENTITY", _V), ("IDENTITY_START", _V), ("IDENTITY_INCREMENT", _V), ("COMMENT", _V), ("DATA_TYPE_ALIAS", _V), ("KIND", _V)],
}


def information_schema(engine: Account, context: Context, path: Path) -> tuple[Columns, Rows]:
    """The rows of one INFORMATION_SCHEMA view of a database, as the role sees it."""
    name = path[2]
    if name not in INFO:
        raise missing("Object", ".".join(path))
    rows: Rows = []
    if name == "DATABASES":
        rows = [[o.name, o.owner, "NO", o.props.get("comment"), stamp(o.created_on), stamp(o.created_on), "1", "STANDARD"] for o in _visible(engine, context, "DATABASE", ())]
    elif name == "SCHEMATA":
        rows = [[o.path[0], o.name, o.owner, "NO", "NO", "1", stamp(o.created_on), stamp(o.created_on), o.props.get("comment")] for o in _visible(engine, context, "SCHEMA", path[:1])]
    elif name == "VIEWS":
        rows = [[*o.path, o.owner, o.props["statement"], "NONE", "NO", "NO", "NO", stamp(o.created_on), stamp(o.created_on), o.props.get("comment")]
                for o in _visible(engine, context, "VIEW", path[:1])]
    else:
        objs = sorted([*_visible(engine, context, "TABLE", path[:1]), *_visible(engine, context, "VIEW", path[:1])], key=lambda o: o.path)
        if name == "TABLES":
            size = sizes(engine, objs)
            rows = [[*o.path, o.owner, "BASE TABLE" if o.kind == "TABLE" else "VIEW", "YES" if o.props.get("transient") else "NO", None, *([str(v) for v in size[o.id]] if o.id in size else [None, None]),
                     "1", stamp(o.created_on), stamp(o.created_on), o.props.get("comment"), "NO", "NO", "NO", "NO"] for o in objs]
        else:
            for o in objs:
                for i, c in enumerate(o.columns, 1):
                    t = c.type
                    text = t.kind == "text"
                    rows.append([*o.path, c.name, str(i), c.default, "YES" if c.nullable else "NO", T.info_name(t), str(t.n) if text else None,
                                 str(t.n * 4) if text else str(t.n) if t.kind == "binary" else None, str(t.p) if t.kind == "fixed" else None,
                                 "10" if t.kind == "fixed" else None, str(t.s) if t.kind == "fixed" else None, str(t.s) if t.is_ts or t.kind == "time" else "0" if t.kind == "date" else None,
                                 c.collation, "YES" if c.identity else "NO", str(c.identity[0]) if c.identity else None, str(c.identity[1]) if c.identity else None,
                                 c.comment, None, "COLUMN"])
    return INFO[name], rows
