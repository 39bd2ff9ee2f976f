"""Definitions of objects, grants, and the statements of a session."""

from __future__ import annotations

import re
from typing import Any, Sequence

from sqlglot import exp

from ...model import Binding, Context, SnowflakeError
from ..catalog import history
from ..catalog.catalog import Obj, now
from ..catalog.names import PARAMETERS
from ..language import types as T
from ..language.errors import COMPILE, err, exists, feature, missing, no_database, syntax
from ..language.parse import Cursor, fold, parse, tokens
from ..language.values import X, text_x
from ..translate.expressions import data_type
from ..translate.query import Scope, only
from .account import Account
from .dml import count, empty

# Session

def session_statement(engine: Account, cur: Cursor, sql: str, context: Context, session: Any) -> str:
    """USE, SET, ALTER SESSION and transactions; only where several statements share a session."""
    if not context.multi_statement:
        raise err("000002", "0A000", f"Unsupported feature '{cur.peek()}'.")
    if cur.accept("USE"):
        return _use(engine, cur, context)
    if cur.accept("ALTER", "SESSION"):
        unset = not cur.accept("SET")
        if unset:
            cur.expect("UNSET")
        while not cur.done:
            key = cur.word()
            if key not in PARAMETERS:
                raise err("001006", "42601", f"{COMPILE}\ninvalid parameter '{key}'")
            if unset:
                context.parameters.pop(key, None)
            else:
                cur.expect("=")
                context.parameters[key] = cur.value()
            cur.accept(",")
        return "Statement executed successfully."
    if cur.accept("SET"):
        name = cur.ident()
        cur.expect("=")
        tr = engine.translator(context, session)
        text = "SELECT " + sql[sql.index("=") + 1:].rstrip().rstrip(";")
        q = tr.query(parse(text, tokens(text)))
        cells = list(engine.stream(f"SELECT {tr.conv.to_text(X('q.c0', q.cols[0].x.t))} FROM ({q.sql}) AS q", context, session, tr))
        value = cells[0][0]
        x = tr.conv.cast(text_x(value), q.cols[0].x.t) if value is not None else X("NULL::text", T.NULL)
        x.literal = value
        session.variables[name] = x
        return "Statement executed successfully."
    if cur.accept("UNSET"):
        session.variables.pop(cur.ident(), None)
        return "Statement executed successfully."
    if cur.accept("BEGIN") or cur.accept("START"):
        cur.accept("TRANSACTION") or cur.accept("WORK")
        cur.end()
        if session.private is None:
            session.private = engine.pool.getconn()
            session.private.execute("BEGIN")
        return "Statement executed successfully."
    word = "COMMIT" if cur.accept("COMMIT") else "ROLLBACK"
    cur.accept("ROLLBACK")
    cur.accept("WORK")
    cur.end()
    end_transaction(engine, session, word)
    return "Statement executed successfully."


def end_transaction(engine: Account, session: Any, word: str = "COMMIT") -> None:
    """Close the open transaction, if any."""
    if session.private is not None:
        session.private.execute(word)
        engine.pool.putconn(session.private)
        session.private = None
        for table in session.changed.values() if word == "COMMIT" else ():
            history.lost(engine.catalog, engine.clock, table)
        session.changed.clear()


def _use(engine: Account, cur: Cursor, context: Context) -> str:
    cat = engine.catalog
    kind = cur.word() if cur.peek() in ("ROLE", "WAREHOUSE", "DATABASE", "SCHEMA") else "DATABASE"
    name = cur.name()
    cur.end()
    if kind == "ROLE":
        if name[0] not in cat.user_roles(context.user):
            raise err("003013", "42501", f"Requested role '{name[0]}' is not assigned to the executing user. Specify another role to activate.")
        context.role = name[0]
    elif kind == "WAREHOUSE":
        w = cat.get("WAREHOUSE", (name[0],))
        if w is None or not cat.can(context.role, "USAGE", w):
            raise err("002043", "02000", f"{COMPILE}\nObject does not exist, or operation cannot be performed.")
        context.warehouse = name[0]
    else:
        path = tuple(name) if kind == "DATABASE" or len(name) == 2 else (context.database or "", name[0])
        if kind == "SCHEMA" and not path[0]:
            raise no_database()
        if not cat.usable(context.role, path[:1]) or (len(path) == 2 and not cat.usable(context.role, path)):
            raise err("002043", "02000", f"{COMPILE}\nObject does not exist, or operation cannot be performed.")
        context.database = path[0]
        context.schema = path[1] if len(path) == 2 else "PUBLIC" if cat.get("SCHEMA", (path[0], "PUBLIC")) else None
    return "Statement executed successfully."


# Tables and views

def truncate(engine: Account, cur: Cursor, context: Context, session: Any) -> str:
    """TRUNCATE, which is DML ("Transactions")."""
    cur.expect("TRUNCATE")
    cur.accept("TABLE")
    lenient = cur.if_exists()
    tr = engine.translator(context, session)
    parts = cur.name()
    cur.end()
    try:
        obj = tr.find(parts, "TRUNCATE", "Table")
    except SnowflakeError as e:
        if lenient and e.code == "002003":
            return "Statement executed successfully."
        raise
    empty(engine, obj, context, session)
    engine.files.forget(obj)
    engine.events.truncated(obj.path)
    return "Statement executed successfully."


def run_tree(engine: Account, tree: exp.Expression, sql: str, context: Context, session: Any, bindings: Sequence[Binding]) -> str:
    """CREATE TABLE, CREATE VIEW and ALTER TABLE."""
    end_transaction(engine, session)
    if isinstance(tree, exp.Alter):
        return _alter_table(engine, tree, context, session)
    if tree.kind not in ("TABLE", "VIEW"):
        raise feature(f"CREATE {tree.kind}")
    only(tree, {"this", "kind", "replace", "exists", "expression", "properties", "clone"}, "CREATE with")
    schema = tree.this if isinstance(tree.this, exp.Schema) else None
    node = schema.this if schema else tree.this
    tr = engine.translator(context, session, bindings)
    path = tr.path(tr.table_parts(node))
    cat = engine.catalog
    cat.container(context.role, path[:2], f"CREATE {tree.kind}")
    temp = any(isinstance(p, exp.TemporaryProperty) for p in _properties(tree))
    if temp and not context.multi_statement:
        raise feature("CREATE TEMPORARY TABLE")
    old = session.temp.get(path) if temp else cat.relation(path)
    if old is not None and not tree.args.get("replace"):
        if tree.args.get("exists"):
            return f"{path[-1]} already exists, statement succeeded."
        raise exists(".".join(path))
    if old is not None and not temp:
        cat.own(context.role, old)
    props: dict[str, Any] = {}
    like = None
    for p in _properties(tree):
        if isinstance(p, exp.SchemaCommentProperty):
            props["comment"] = p.this.name
        elif isinstance(p, exp.LikeProperty):
            like = p.this
        elif isinstance(p, exp.TransientProperty):
            props["transient"] = True
        elif not isinstance(p, exp.TemporaryProperty):
            raise feature(type(p).__name__.removesuffix("Property"))
    object_id = cat.new_id()
    if tree.kind == "VIEW":
        text = sql[re.search(r"\bAS\b", sql, re.I).end():] if tree.expression is None else tree.expression.sql(dialect="snowflake")
        q = tr.query(tree.expression)
        names = [fold(c.this if isinstance(c, exp.ColumnDef) else c) for c in schema.expressions] if schema else [c.name for c in q.cols]
        if len(names) != len(q.cols):
            raise err("002057", "42601", f"{COMPILE}\nInvalid column definition list")
        props |= {"text": text, "statement": sql}
        columns = [_column(n, c.x.t, i, c.x.nullable) for i, (n, c) in enumerate(zip(names, q.cols))]
        fill = None
    else:
        columns, fill = _table_columns(engine, tr, tree, schema, like, props)
    seen: set[str] = set()
    for c in columns:
        if c["name"] in seen:
            raise err("002025", "42S21", f"{COMPILE}\nduplicate column name '{c['name']}'")
        seen.add(c["name"])
    props["columns"] = columns
    if tree.kind == "TABLE":
        keys = ", ".join(f"{c['key']} {T.pg_type(T.from_dict(c['type']))}{'' if c['nullable'] else ' NOT NULL'}" for c in columns)
        for c in columns:
            if c.get("identity"):
                engine.run_sql(f"CREATE SEQUENCE sfd.s{object_id}_{c['key']} START {c['identity'][0]} INCREMENT {c['identity'][1]}", context, session)
        engine.run_sql(f"CREATE TABLE sfd.t{object_id} ({keys})", context, session)
        if fill:
            engine.run_sql(f"INSERT INTO sfd.t{object_id} {fill}", context, session)
            engine.run_sql(f"ANALYZE sfd.t{object_id}", context, session)
    if temp:
        session.temp[path] = Obj(object_id, "TABLE", path, context.role, now(), props)
    elif tree.args.get("replace"):
        cat.replace(tree.kind, path, context.role, props, object_id)
    else:
        try:
            cat.add(tree.kind, path, context.role, props, object_id)
        except SnowflakeError:  # somebody else made it meanwhile
            engine.run_sql(f"DROP TABLE IF EXISTS sfd.t{object_id} CASCADE", context, session)
            if tree.args.get("exists"):
                return f"{path[-1]} already exists, statement succeeded."
            raise
    return f"{tree.kind.capitalize()} {path[-1]} successfully created."


def _properties(tree: exp.Create) -> list[exp.Expression]:
    p = tree.args.get("properties")
    return p.expressions if p else []


def _column(name: str, t: T.Type, i: int, nullable: bool = True, **more: Any) -> dict[str, Any]:
    if t.kind == "null":
        t = T.text()
    return {"name": name, "type": T.to_dict(t), "key": f"c{i}", "nullable": nullable, **more}


def _table_columns(engine: Account, tr: Any, tree: exp.Create, schema: exp.Schema | None, like: exp.Expression | None, props: dict[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
    """The columns of a new table, and the query that fills it."""
    source = tree.args["clone"].this if tree.args.get("clone") else like
    if source is not None:
        obj = tr.find(tr.table_parts(source), "SELECT", "Table")
        props |= {k: v for k, v in obj.props.items() if k == "primary_key"}
        keys = ", ".join(c.key for c in obj.columns)
        columns = [dict(c) for c in obj.props["columns"]]
        return columns, f"({keys}) SELECT {keys} FROM {obj.physical}" if tree.args.get("clone") else None
    columns: list[dict[str, Any]] = []
    for e in schema.expressions if schema else []:
        if isinstance(e, exp.PrimaryKey):
            props["primary_key"] = [fold(i.this if isinstance(i, (exp.Column, exp.Ordered)) else i) for i in e.expressions]
        elif isinstance(e, exp.ColumnDef) and e.args.get("kind") is not None:
            columns.append(_column_def(tr, e, len(columns), props))
        elif isinstance(e, (exp.Constraint, exp.UniqueColumnConstraint, exp.ForeignKey)):
            inner = e.expressions[0] if isinstance(e, exp.Constraint) and e.expressions else e
            if isinstance(inner, exp.PrimaryKey):
                props["primary_key"] = [fold(i.this if isinstance(i, (exp.Column, exp.Ordered)) else i) for i in inner.expressions]
        elif tree.expression is None:
            raise syntax(near=")")
    if tree.expression is None:
        if not columns:
            raise syntax()
        return columns, None
    q = tr.query(tree.expression)
    if schema and not columns:
        names = [fold(e.this if isinstance(e, exp.ColumnDef) else e) for e in schema.expressions]
        columns = [_column(n, c.x.t, i, True) for i, (n, c) in enumerate(zip(names, q.cols))]
    elif not columns:
        columns = [_column(c.name, c.x.t, i, c.x.nullable) for i, c in enumerate(q.cols)]
    if len(columns) != len(q.cols):
        raise err("002026", "42601", f"{COMPILE}\nInvalid column definition list")
    cells = ", ".join(tr.conv.cast(X(f"q.c{i}", c.x.t), T.from_dict(d["type"]), write=True).sql for i, (c, d) in enumerate(zip(q.cols, columns)))
    return columns, f"SELECT {cells} FROM ({q.sql}) AS q"


_REFUSED = {  # measured: the kinds of a DEFAULT that a column does not take; all take NULL and BOOLEAN
    **{kind: ("text",) for kind in ("fixed", "real", "timestamp_ntz", "timestamp_ltz", "timestamp_tz")},
    **{kind: ("text", "timestamp_ntz", "timestamp_ltz", "timestamp_tz") for kind in ("date", "time")},
    "text": ("fixed", "real", "date", "time", "timestamp_ntz", "timestamp_ltz", "timestamp_tz"), "boolean": ("fixed", "real"), "variant": ("fixed", "real"),
}


def _default(t: T.Type, kind: str, name: str) -> None:
    """Refuse a DEFAULT whose type is not one for the column."""
    if t.kind == "binary":
        raise err("002263", "22000", f"{COMPILE} Default values are not allowed on 'BINARY' columns.")
    if kind in _REFUSED.get(t.kind, ()):
        raise err("002263", "22000", f"{COMPILE}\nDefault value data type does not match data type for column {name}")


def _column_def(tr: Any, e: exp.ColumnDef, i: int, props: dict[str, Any]) -> dict[str, Any]:
    out = _column(fold(e.this), data_type(e.args["kind"]), i)
    for c in e.args.get("constraints") or []:
        k = c.args.get("kind")
        if isinstance(k, exp.NotNullColumnConstraint):
            out["nullable"] = bool(k.args.get("allow_null"))
        elif isinstance(k, exp.DefaultColumnConstraint):
            _default(T.from_dict(out["type"]), tr.expr(k.this, Scope()).t.kind, out["name"])
            out["default"] = k.this.sql(dialect="snowflake")
        elif isinstance(k, exp.CommentColumnConstraint):
            out["comment"] = k.this.name
        elif isinstance(k, exp.CollateColumnConstraint):
            out["collation"] = k.this.name
        elif isinstance(k, exp.PrimaryKeyColumnConstraint):
            props["primary_key"] = [out["name"]]
            out["nullable"] = False
        elif isinstance(k, exp.UniqueColumnConstraint):
            pass
        elif isinstance(k, exp.GeneratedAsIdentityColumnConstraint) and (k.this or k.args.get("on_null") is not None):
            raise syntax(near="GENERATED")
        elif isinstance(k, (exp.AutoIncrementColumnConstraint, exp.GeneratedAsIdentityColumnConstraint)):
            start, step = k.args.get("start"), k.args.get("increment")
            out["identity"] = [int(start.name) if start is not None else 1, int(step.name) if step is not None else 1]
        else:
            raise feature(f"column constraint {type(k).__name__.removesuffix('ColumnConstraint')}")
    return out


def _alter_table(engine: Account, tree: exp.Alter, context: Context, session: Any) -> str:
    if tree.args.get("kind") != "TABLE" or len(tree.args.get("actions") or []) < 1:
        raise feature("this ALTER")
    tr = engine.translator(context, session)
    cat = engine.catalog
    parts = tr.table_parts(tree.this)
    path = tr.path(parts)
    obj = cat.get("TABLE", path)
    if obj is None or not cat.sees(context.role, obj):
        if tree.args.get("exists"):
            return "Statement executed successfully."
        raise missing("Table", tr.shown(parts, path))
    cat.own(context.role, obj)
    columns = obj.props["columns"]

    def find(node: exp.Expression) -> dict[str, Any]:
        name = fold(node.this if isinstance(node, exp.Column) else node)
        hit = [c for c in columns if c["name"] == name]
        if not hit:
            raise err("002043", "02000", f"{COMPILE}\ncolumn '{name}' does not exist")
        return hit[0]
    for a in tree.args["actions"]:
        if isinstance(a, exp.ColumnDef):
            key: dict[str, Any] = {}
            new = _column_def(tr, a, 1 + max((int(c["key"][1:]) for c in columns), default=-1), key)
            if any(c["name"] == new["name"] for c in columns):
                raise err("002025", "42S21", f"{COMPILE}\ncolumn '{new['name']}' already exists")
            if key and obj.props.get("primary_key"):
                raise err("002200", "42710", f"{COMPILE}\nprimary key already exists for table '{obj.name}'")
            fill = f" DEFAULT {tr.conv.cast(tr.expr(a.find(exp.DefaultColumnConstraint).this, Scope()), T.from_dict(new['type'])).sql}" if new.get("default") else ""
            if not new["nullable"] and not fill and count(engine, obj, context, session):
                raise err("002267", "22000", f"{COMPILE} Non-nullable column '{new['name']}' cannot be added to non-empty table '{obj.name}' unless it has a non-null default value.")
            engine.run_sql(f"ALTER TABLE {obj.physical} ADD COLUMN {new['key']} {T.pg_type(T.from_dict(new['type']))}{fill}{'' if new['nullable'] else ' NOT NULL'}", context, session)
            columns.append(new)
            obj.props |= key
            history.lost(cat, engine.clock, obj)
        elif isinstance(a, exp.RenameColumn):
            name = fold(a.args["to"].this)
            if any(c["name"] == name for c in columns):
                raise err("002025", "42S21", f"{COMPILE}\ncolumn '{name}' already exists")
            find(a.this)["name"] = name
        elif isinstance(a, exp.Drop) and a.args.get("kind") == "COLUMN":
            for victim in a.args.get("tables") or [a.this]:
                c = find(victim)
                columns.remove(c)
                engine.run_sql(f"ALTER TABLE {obj.physical} DROP COLUMN {c['key']}", context, session)
            history.lost(cat, engine.clock, obj)
        elif isinstance(a, exp.AlterRename):
            cat.rename(obj, tr.path(tr.table_parts(a.this)))
        else:
            raise feature("this ALTER TABLE")
    cat.save(obj)
    return "Statement executed successfully."


def column_of(engine: Account, context: Context, text: str) -> dict[str, Any]:
    """The definition of one column from its text, as it would stand in CREATE TABLE."""
    sql = f"CREATE TABLE X ({text})"
    tree = parse(sql, tokens(sql))
    node = tree.this.expressions[0]
    if not isinstance(node, exp.ColumnDef) or len(tree.this.expressions) != 1:
        raise syntax(near=text)
    session = engine.session(context)
    return _column_def(engine.translator(context, session), node, 0, {})
