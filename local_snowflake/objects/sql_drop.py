"""DROP, UNDROP and COMMENT ON of every kind."""

from __future__ import annotations

from ..sql.language.errors import err, invalid_identifier, missing
from .sql_alter import change, may_modify
from .sql_target import ROUTINES, Statement, as_sql, take_kind

DONE = "Statement executed successfully."
OUTWARD = ("TABLE", "SCHEMA", "DATABASE", "VIEW", "ICEBERG TABLE")  # CASCADE and RESTRICT


def drop(s: Statement) -> str:
    cur = s.cur
    s.kind = take_kind(cur)
    lenient = cur.if_exists()
    path = s.named()
    bare = path[-1].partition("(")[0] if s.kind in ROUTINES else path[-1]
    if s.kind in OUTWARD:
        cur.accept("CASCADE") or cur.accept("RESTRICT")
    if s.kind == "SERVICE":
        cur.accept("FORCE")
    cur.end()
    temp = s.session.temp.pop(path, None) if s.kind == "TABLE" else None
    if temp is not None:
        s.engine.run_sql(f"DROP TABLE {temp.physical}", s.context, s.session)
        return f"{bare} successfully dropped."
    try:
        obj = s.find(path)
    except Exception as e:
        if lenient and getattr(e, "code", "") == "002003":
            return f"Drop statement executed successfully ({bare} already dropped)."
        raise
    if s.kind == "ROLE" and obj.name == s.context.role:
        s.catalog.own(s.context.role, obj)
        s.catalog.lasting(obj)
        raise err("003001", "42501", f"SQL execution error: Cannot drop role {obj.name} as it is the current primary role.")
    with as_sql():
        s.catalog.own(s.context.role, obj)
        s.maker.drop(s.call(path), obj)
    if s.kind == "DATABASE" and s.context.database == path[0]:
        s.context.database = s.context.schema = None
    elif s.kind == "SCHEMA" and (s.context.database, s.context.schema) == path:
        s.context.schema = None
    return f"{bare} successfully dropped."


def undrop(s: Statement) -> str:
    s.kind = take_kind(s.cur)
    if not s.words.undrop:
        raise s.cur.bad()
    path = s.full(s.cur.name())
    s.cur.end()
    with as_sql():
        return s.maker.undrop(s.call(path))["status"]


def comment(s: Statement) -> str:
    cur = s.cur
    lenient = cur.if_exists()
    cur.expect("ON")
    if cur.accept("COLUMN"):
        return _column(s)
    s.kind = take_kind(cur)
    path = s.named()
    cur.expect("IS")
    text = cur.string()
    cur.end()
    try:
        obj = s.find(path)
    except Exception as e:
        if lenient and getattr(e, "code", "") == "002003":
            return DONE
        raise
    with as_sql():
        may_modify(s, obj)
        change(s, s.call(path), obj, {("comment",): text})
    return DONE


def _column(s: Statement) -> str:
    s.kind = "TABLE"
    parts = s.cur.name()
    s.cur.expect("IS")
    text = s.cur.string()
    s.cur.end()
    path = s.full(parts[:-1])
    obj = s.catalog.get("TABLE", path)
    if obj is None or not s.catalog.sees(s.context.role, obj):
        raise missing("Table", ".".join(parts[:-1]))
    s.catalog.own(s.context.role, obj)
    hit = [c for c in obj.props["columns"] if c["name"] == parts[-1]]
    if not hit:
        raise invalid_identifier(parts[-1])
    hit[0]["comment"] = text
    s.catalog.save(obj)
    return DONE
