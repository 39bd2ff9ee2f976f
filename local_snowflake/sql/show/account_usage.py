"""The views of SNOWFLAKE.ACCOUNT_USAGE. They tell of what happened in this account as soon as it has, or so much later as a test sets (account_usage_seconds)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Callable, Iterable, Iterator

from ...model import Context
from ..catalog.catalog import Obj, Path
from ..catalog.query_log import RUNNING, SUCCESS, Rows
from ..commands.account import Account
from ..commands.monitors import reads_snowflake
from ..language import types as T
from ..language.errors import missing
from .histories import login_cells, metered, picked, query_cells, statements, stored, task_cells, told_cells
from .show_more import stamp
from .sql_rows import retention, sizes
from .sql_rows import user as user_cells
from .usage_layouts import VIEWS, Columns

KEPT = timedelta(days=365)
Cells = dict[str, Any]


def account_usage(engine: Account, context: Context, path: Path) -> tuple[Columns, Rows]:
    """The rows of one view; who may not read the database does not find its schema."""
    if not reads_snowflake(engine, context.role):
        raise missing("Schema", ".".join(path[:2]))
    name = path[2]
    if name not in VIEWS:
        raise missing("Object", ".".join(path))
    usage = Usage(engine, context)
    return VIEWS[name], picked(VIEWS[name], VIEW_ROWS[name](usage))


class Usage:
    """One look at the views."""

    def __init__(self, engine: Account, context: Context):
        self.engine, self.context, self.cat = engine, context, engine.catalog
        self.until = engine.clock.now() - engine.events.latency
        self.since = engine.clock.now() - KEPT
        self.ids: dict[tuple[str, Path], str | None] = {}

    def told(self, moment: datetime | None) -> bool:
        """Whether what happened then is known by now, and still."""
        return moment is not None and self.since <= moment <= self.until

    # What has happened

    def queries(self) -> Iterator[Cells]:
        for e in statements(self.engine):
            if e.status != RUNNING and self.told(e.end):
                cells = query_cells(self.engine, e)
                places = {"DATABASE_ID": ("DATABASE", (e.database,)), "SCHEMA_ID": ("SCHEMA", (e.database, e.schema)), "WAREHOUSE_ID": ("WAREHOUSE", (e.warehouse,))}
                yield {**cells, **{k: self.id_of(*of) for k, of in places.items() if all(of[1])}, "EXECUTION_STATUS": "SUCCESS" if e.status == SUCCESS else "FAIL"}

    def logins(self) -> Iterator[Cells]:
        return (login_cells(e) for e in list(self.engine.events.logins) if self.told(e.when))

    def sessions(self) -> Iterator[Cells]:
        """Those of drivers; statements of the SQL API have none that are told of."""
        return (told_cells(r) for r in list(self.engine.events.sessions) if self.told(r["CREATED_ON"]))

    def tasks(self) -> Iterator[Cells]:
        """Runs that are over."""
        for run in self.engine.tasks.task_runs():
            if run.completed_time is not None and self.told(run.completed_time) and run.state not in ("SCHEDULED", "EXECUTING"):
                yield self.task_places(task_cells(self.engine, self.context, run), run.path)
        for r in list(self.engine.events.tasks):
            if self.told(r.get("COMPLETED_TIME")) and r["STATE"] not in ("SCHEDULED", "EXECUTING"):
                yield self.task_places(told_cells(r), (r["DATABASE_NAME"], r["SCHEMA_NAME"], r["NAME"]))

    def task_places(self, cells: Cells, path: Path) -> Cells:
        return {**cells, "DATABASE_NAME": path[0], "SCHEMA_NAME": path[1], "TASK_DATABASE_ID": self.id_of("DATABASE", path[:1]), "TASK_SCHEMA_ID": self.id_of("SCHEMA", path[:2])}

    def metering(self) -> Iterator[Cells]:
        for r in metered(self.engine):
            if self.told(r["START_TIME"]):
                yield {"WAREHOUSE_ID": self.id_of("WAREHOUSE", (r["WAREHOUSE_NAME"],)), **told_cells(r)}

    def copies(self) -> Iterator[Cells]:
        for r in list(self.engine.events.copies):
            path = (r.get("TABLE_CATALOG_NAME"), r.get("TABLE_SCHEMA_NAME"), r.get("TABLE_NAME"))
            obj = self.cat.get("TABLE", path)
            if self.told(r["LAST_LOAD_TIME"]) and (obj is None or self.cat.sees(self.context.role, obj)):
                ids = {"TABLE_ID": self.id_of("TABLE", path), "TABLE_SCHEMA_ID": self.id_of("SCHEMA", path[:2]), "TABLE_CATALOG_ID": self.id_of("DATABASE", path[:1])}
                yield {**ids, **told_cells({"FIRST_COMMIT_TIME": r["LAST_LOAD_TIME"], **r})}

    def storage(self) -> Iterator[Cells]:
        days: dict[Any, int] = {}
        for r in stored(self.engine):
            days[r["USAGE_DATE"]] = days.get(r["USAGE_DATE"], 0) + int(r["AVERAGE_DATABASE_BYTES"])
        staged = sum(int(f.get("size", 0)) for stage in self.cat.all("STAGE") if not stage.props.get("url") for f in stage.props.get("files", []))
        today = self.engine.clock.now().date()
        others = ("FAILSAFE_BYTES", "HYBRID_TABLE_STORAGE_BYTES", "ARCHIVE_STORAGE_COOL_BYTES", "ARCHIVE_STORAGE_COLD_BYTES", "ARCHIVE_STORAGE_RETRIEVAL_TEMP_BYTES")
        for day in sorted(days):
            yield told_cells({"USAGE_DATE": day, "STORAGE_BYTES": days[day], "STAGE_BYTES": staged if day == today else 0, **dict.fromkeys(others, 0)})

    # What there is and was

    def objects(self, *kinds: str, every: bool = False) -> Iterator[Obj]:
        """Objects and dropped objects that were made long enough ago; only those that the role has a privilege on, but where every one is told."""
        there = [o for kind in kinds for o in self.cat.all(kind) if every or self.cat.sees(self.context.role, o)]
        gone = [o for o in list(self.cat.dropped) if o.kind in kinds and (every or self.cat.can(self.context.role, "OWNERSHIP", o))]
        return (o for o in [*there, *gone] if o.created_on <= self.until)

    def id_of(self, kind: str, path: Path) -> str | None:
        """The number of an object, also of one that was dropped."""
        key = (kind, path)
        if key not in self.ids:
            obj = self.cat.get(kind, path) or next((o for o in reversed(self.cat.dropped) if (o.kind, o.path) == key), None)
            self.ids[key] = str(obj.id) if obj is not None else None
        return self.ids[key]

    def deleted(self, o: Obj) -> str | None:
        return stamp(o.dropped_on) if o.dropped_on is not None and o.dropped_on <= self.until else None

    def common(self, o: Obj) -> Cells:
        altered = o.dropped_on if self.deleted(o) else o.created_on
        return {"COMMENT": o.props.get("comment") or None, "CREATED": stamp(o.created_on), "LAST_ALTERED": stamp(altered), "LAST_DDL": stamp(altered), "DELETED": self.deleted(o),
                "OWNER_ROLE_TYPE": "ROLE" if o.owner and o.dropped_on is None else None, "RETENTION_TIME": retention(self.engine, o),
                "IS_TRANSIENT": "YES" if o.props.get("transient") else "NO"}

    def databases(self) -> Iterator[Cells]:
        for o in self.objects("DATABASE", every=True):
            yield {**self.common(o), "DATABASE_ID": str(o.id), "DATABASE_NAME": o.name, "DATABASE_OWNER": o.owner, "TYPE": "STANDARD"}

    def schemata(self) -> Iterator[Cells]:
        for o in self.objects("SCHEMA"):
            yield {**self.common(o), "SCHEMA_ID": str(o.id), "SCHEMA_NAME": o.name, "CATALOG_ID": self.id_of("DATABASE", o.path[:1]), "CATALOG_NAME": o.path[0], "SCHEMA_OWNER": o.owner,
                   "IS_MANAGED_ACCESS": "YES" if o.props.get("managed_access") else "NO", "SCHEMA_TYPE": "STANDARD"}

    def relation(self, o: Obj) -> Cells:
        return {"TABLE_ID": str(o.id), "TABLE_NAME": o.name, "TABLE_SCHEMA_ID": self.id_of("SCHEMA", o.path[:2]), "TABLE_SCHEMA": o.path[1],
                "TABLE_CATALOG_ID": self.id_of("DATABASE", o.path[:1]), "TABLE_CATALOG": o.path[0]}

    def tables(self) -> Iterator[Cells]:
        found = list(self.objects("TABLE", "VIEW"))
        size = sizes(self.engine, [o for o in found if o.dropped_on is None])
        for o in found:
            rows, size_ = size.get(o.id, (None, None))
            clustered = o.props.get("cluster_by") or []
            yield {**self.common(o), **self.relation(o), "TABLE_OWNER": o.owner, "TABLE_TYPE": "BASE TABLE" if o.kind == "TABLE" else "VIEW",
                   "CLUSTERING_KEY": f"LINEAR({', '.join(clustered)})" if clustered else None, "ROW_COUNT": number(rows), "BYTES": number(size_),
                   "AUTO_CLUSTERING_ON": "YES" if clustered and o.props.get("recluster", True) else "NO", "IS_ICEBERG": "NO", "IS_DYNAMIC": "NO", "IS_HYBRID": "NO"}

    def views(self) -> Iterator[Cells]:
        for o in self.objects("VIEW"):
            yield {**self.common(o), **self.relation(o), "TABLE_OWNER": o.owner, "VIEW_DEFINITION": o.props.get("statement"), "CHECK_OPTION": "NONE", "IS_UPDATABLE": "NO",
                   "INSERTABLE_INTO": "NO", "IS_SECURE": "YES" if o.props.get("secure") else "NO"}

    def columns(self) -> Iterator[Cells]:
        for o in self.objects("TABLE", "VIEW"):
            for i, c in enumerate(o.columns, 1):
                t, text, fixed = c.type, c.type.kind == "text", c.type.kind == "fixed"
                identity = {"IDENTITY_GENERATION": "BY DEFAULT", "IDENTITY_START": str(c.identity[0]), "IDENTITY_INCREMENT": str(c.identity[1]), "IDENTITY_CYCLE": "NO",
                            "IDENTITY_ORDERED": "NO"} if c.identity else {}
                yield {**self.relation(o), **identity, "COLUMN_ID": str(o.id * 1000 + i), "COLUMN_NAME": c.name, "ORDINAL_POSITION": str(i), "COLUMN_DEFAULT": c.default,
                       "IS_NULLABLE": "YES" if c.nullable else "NO", "DATA_TYPE": T.info_name(t), "CHARACTER_MAXIMUM_LENGTH": number(t.n if text else None),
                       "CHARACTER_OCTET_LENGTH": number(t.n * 4 if text and t.n else t.n if t.kind == "binary" else None), "NUMERIC_PRECISION": number(t.p if fixed else None),
                       "NUMERIC_PRECISION_RADIX": "10" if fixed else None, "NUMERIC_SCALE": number(t.s if fixed else None), "COLLATION_NAME": c.collation,
                       "IS_SELF_REFERENCING": "NO", "IS_IDENTITY": "YES" if c.identity else "NO", "COMMENT": c.comment, "DELETED": self.deleted(o), "KIND": "COLUMN"}

    def users(self) -> Iterator[Cells]:
        for o in self.objects("USER", every=True):
            cells = {k.upper(): v or None for k, v in user_cells(self.engine, o).items()}
            yield {**cells, "USER_ID": str(o.id), "DELETED_ON": self.deleted(o), "DEFAULT_SECONDARY_ROLE": "ALL" if "ALL" in (cells["DEFAULT_SECONDARY_ROLES"] or "") else None,
                   "TYPE": cells["TYPE"]}

    def roles(self) -> Iterator[Cells]:
        for o in self.objects("ROLE", "DATABASE ROLE", every=True):
            yield {"ROLE_ID": str(o.id), "CREATED_ON": stamp(o.created_on), "DELETED_ON": self.deleted(o), "NAME": o.name, "COMMENT": o.props.get("comment") or None,
                   "OWNER": o.owner or None, "ROLE_TYPE": o.kind.replace(" ", "_"), "ROLE_DATABASE_NAME": o.path[0] if len(o.path) == 2 else None,
                   "OWNER_ROLE_TYPE": "ROLE" if o.owner else None, "IS_FROM_ORGANIZATION_USER_GROUP": "false"}

    # Privileges

    def granted(self) -> Iterator[Cells]:
        """Privileges, ownerships and memberships of roles, those too that were revoked since the start."""
        for key, entry in list(self.cat.grants.items()):
            yield self.grant(key, entry["created_on"], None, bool(entry["grant_option"]), entry["grantor"])
        for o in list(self.cat.objects.values()):
            if o.owner:
                yield self.grant(("OWNERSHIP", o.kind, o.path, o.owner), o.created_on, None, True, o.owner)
        for (role, kind, grantee), when in list(self.cat.members.items()):
            if kind == "ROLE":
                yield self.member(role, grantee, when, None)
        for key, since, until in list(self.cat.revoked):
            if len(key) == 4:
                yield self.grant(key, since, until, False, "")
            elif key[1] == "ROLE":
                yield self.member(key[0], key[2], since, until)

    def grantee(self, name: str) -> Cells:
        below = self.cat.get("ROLE", (name,)) is None and self.cat.get("DATABASE ROLE", tuple(name.split("."))) is not None
        return {"GRANTED_TO": "DATABASE_ROLE" if below else "ACCOUNT ROLE", "GRANTEE_NAME": name.split(".")[-1] if below else name}

    def grant(self, key: tuple, since: datetime, until: datetime | None, option: bool, by: str) -> Cells:
        privilege, kind, path, role = key
        return {**self.grantee(role), "CREATED_ON": stamp(since), "MODIFIED_ON": stamp(until or since), "PRIVILEGE": privilege, "GRANTED_ON": kind.replace(" ", "_"),
                "NAME": path[-1] if path else "ACCOUNT", "TABLE_CATALOG": path[0] if len(path) > 1 else None, "TABLE_SCHEMA": path[1] if len(path) > 2 else None,
                "GRANT_OPTION": str(option).lower(), "GRANTED_BY": by or None, "DELETED_ON": stamp(until), "GRANTED_BY_ROLE_TYPE": "ROLE" if by else None, "when": since}

    def member(self, role: str, grantee: str, since: datetime, until: datetime | None) -> Cells:
        below = self.cat.get("ROLE", (role,)) is None and "." in role
        path = tuple(role.split(".")) if below else (role,)
        return {**self.grant(("USAGE", "DATABASE ROLE" if below else "ROLE", path, grantee), since, until, False, "")}

    def grants_to_roles(self) -> Iterable[Cells]:
        return (g for g in self.granted() if g["when"] <= self.until and not str(g["GRANTED_ON"]).startswith("FUTURE_"))

    def grants_to_users(self) -> Iterator[Cells]:
        rows = [(key, when, None) for key, when in list(self.cat.members.items())] + [r for r in list(self.cat.revoked) if len(r[0]) == 3]
        for (role, kind, grantee), since, until in rows:
            if kind == "USER" and since <= self.until:
                yield {"CREATED_ON": stamp(since), "DELETED_ON": stamp(until), "ROLE": role, "GRANTED_TO": "USER", "GRANTEE_NAME": grantee}


def number(value: Any) -> str | None:
    return None if value is None else str(value)


VIEW_ROWS: dict[str, Callable[[Usage], Iterable[Cells]]] = {
    "QUERY_HISTORY": Usage.queries, "LOGIN_HISTORY": Usage.logins, "SESSIONS": Usage.sessions, "TASK_HISTORY": Usage.tasks, "WAREHOUSE_METERING_HISTORY": Usage.metering,
    "COPY_HISTORY": Usage.copies, "STORAGE_USAGE": Usage.storage, "SCHEMATA": Usage.schemata, "TABLES": Usage.tables, "VIEWS": Usage.views, "COLUMNS": Usage.columns,
    "DATABASES": Usage.databases, "USERS": Usage.users, "ROLES": Usage.roles, "GRANTS_TO_ROLES": Usage.grants_to_roles, "GRANTS_TO_USERS": Usage.grants_to_users,
}
