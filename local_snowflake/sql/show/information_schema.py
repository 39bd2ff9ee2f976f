"""The views of INFORMATION_SCHEMA."""

from __future__ import annotations

from ...model import Context
from ..catalog.catalog import Path
from ..catalog.query_log import Columns, Rows
from ..commands.account import Account
from ..language import types as T
from ..language.errors import missing
from .layouts import STAMP
from .show_more import stamp
from .sql_rows import sizes
from .visible import visible

_N, _V, _S = T.number(9, 0), T.text(), STAMP
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
        rows = [[o.name, o.owner, "NO", o.props.get("comment"), stamp(o.created_on), stamp(o.created_on), "1", "STANDARD"] for o in visible(engine, context, "DATABASE", ())]
    elif name == "SCHEMATA":
        rows = [[o.path[0], o.name, o.owner, "NO", "NO", "1", stamp(o.created_on), stamp(o.created_on), o.props.get("comment")] for o in visible(engine, context, "SCHEMA", path[:1])]
    elif name == "VIEWS":
        rows = [[*o.path, o.owner, o.props["statement"], "NONE", "NO", "NO", "NO", stamp(o.created_on), stamp(o.created_on), o.props.get("comment")]
                for o in visible(engine, context, "VIEW", path[:1])]
    else:
        objs = sorted([*visible(engine, context, "TABLE", path[:1]), *visible(engine, context, "VIEW", path[:1])], key=lambda o: o.path)
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
