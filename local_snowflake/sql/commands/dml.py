"""INSERT, UPDATE, DELETE and MERGE."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Iterator, Sequence

import psycopg
from sqlglot import exp

from ...model import Binding, Context, DmlStats, Result, SnowflakeError
from ..catalog import history
from ..catalog.catalog import ColumnDef, Obj
from ..language import types as T
from ..language.errors import COMPILE, canceled, err, feature, from_postgres, invalid_identifier, syntax
from ..language.parse import fold, parse, tokens, where
from ..language.rows import constants
from ..language.values import X
from ..translate.expressions import Translator
from ..translate.query import Out, Rel, Scope, only
from .account import Account

MANY = 1000  # rows


def run(engine: Account, tree: exp.Expression, context: Context, session: Any, bindings: Sequence[Binding]) -> Result:
    """Run a DML statement; the result is its count row."""
    tr = engine.translator(context, session, bindings)
    work = {exp.Insert: _insert, exp.Update: _update, exp.Delete: _delete, exp.Merge: _merge}[type(tree)]
    table, sqls, columns = work(tr, tree)
    engine.need_warehouse(context)
    counts: list[int] = []
    before = count(engine, table, context, session) if isinstance(tree, exp.Merge) else 0
    try:
        with changing(engine, table, context, session):
            for s in sqls:
                counts.append(engine.run_sql(s, context, session))
    except psycopg.Error as e:
        raise _explain(engine, e, table, context) from None
    n = counts[-1]
    _measure(engine, table, n, context, session)
    if isinstance(tree, exp.Merge) and len(columns) > 1:
        return _merge_result(engine, n, count(engine, table, context, session) - before, columns, context)
    stats = DmlStats(**{key: n for key in ("inserted", "updated", "deleted") if key in columns[0]}) if len(columns) == 1 or isinstance(tree, exp.Update) else DmlStats()
    multi = counts[0] if isinstance(tree, exp.Update) and len(counts) > 1 else 0
    cells = [str(n)] + [str(multi)] * (len(columns) - 1)
    result = engine.finish([(c, T.number(19, 0)) for c in columns], [cells], context)
    result.stats = stats
    return result


@contextmanager
def changing(engine: Account, table: Obj, context: Context, session: Any) -> Iterator[None]:
    """Around what changes a table's rows: Time Travel finds those from before, but of a transaction of several statements."""
    def check() -> None:
        if context.cancelled.is_set():
            raise canceled()
    if session.private is not None:
        yield
        history.lost(engine.catalog, engine.clock, table)
        return
    with history.changing(engine.catalog, engine.clock, table, check):
        yield


def _measure(engine: Account, table: Obj, n: int, context: Context, session: Any) -> None:
    """Statistics for the planner whenever a table has doubled, since nothing else makes them; not inside of a transaction, where their lock would stay."""
    table.grown += n
    if session.private is None and table.grown >= MANY and table.grown > table.measured:
        engine.run_sql(f"ANALYZE {table.physical}", context, session)
        table.measured += table.grown
        table.grown = 0


def count(engine: Account, table: Obj, context: Context, session: Any) -> int:
    """How many rows a table has now, seen from the session."""
    conn = session.private or engine.pool.getconn()
    try:
        return conn.execute(f"SELECT count(*) FROM {table.physical}").fetchone()[0]
    finally:
        if conn is not session.private:
            engine.pool.putconn(conn)


def _merge_result(engine: Account, total: int, grown: int, columns: list[str], context: Context) -> Result:
    """The counts of a MERGE of two kinds, from the rows it touched and the rows it added."""
    kinds = [c.rsplit(" ", 1)[1] for c in columns]
    if kinds == ["inserted", "updated"]:
        n = {"inserted": grown, "updated": total - grown}
    elif kinds == ["updated", "deleted"]:
        n = {"deleted": -grown, "updated": total + grown}
    else:
        n = {"inserted": (total + grown) // 2, "deleted": (total - grown) // 2}
    result = engine.finish([(c, T.number(19, 0)) for c in columns], [[str(n[k]) for k in kinds]], context)
    result.stats = DmlStats(**n)
    return result


def _explain(engine: Account, e: psycopg.Error, table: Obj, context: Context) -> SnowflakeError:
    if context.cancelled.is_set():
        return err("000604", "57014", "SQL execution canceled")
    if e.sqlstate == "21000" and "second time" in (e.diag.message_primary or ""):
        return err("100090", "42P18", "Duplicate row detected during DML action")
    if e.sqlstate == "23502":
        name = next((c.name for c in table.columns if c.key == e.diag.column_name), e.diag.column_name)
        return err("100072", "22000", f"DML operation to table {table.name} failed on column {name} with error: NULL result in a non-nullable column")
    return from_postgres(e, engine.session(context).statement)


def _target(tr: Translator, node: exp.Expression, privilege: str, noun: str) -> Obj:
    if not isinstance(node, exp.Table):
        raise syntax(near="INTO")
    only(node, {"this", "db", "catalog", "alias"}, "table with")
    obj = tr.find(tr.table_parts(node), privilege, noun)
    if obj.kind == "VIEW":
        raise err("002073", "42601", f"{COMPILE}\nCannot perform DML on view '{obj.name}'.")
    return obj


def store(tr: Translator, x: X, c: ColumnDef, table: Obj, values: bool = False) -> str:
    """A value as a column of a table takes it; raises 002023 for a type that does not become the column's on its own; values: a text in
    VALUES may be one for a BINARY."""
    if not T.coerced(x.t, c.type) and not (values and (x.t.kind, c.type.kind) == ("text", "binary")):
        raise err("002023", "22000", f"{COMPILE}\nExpression type does not match column data type, expecting {T.sql_name(c.type)} but got {T.sql_name(x.t)} for column {c.name}")
    return tr.conv.cast(x, c.type, write=True).sql


def default(tr: Translator, c: ColumnDef, table: Obj) -> X:
    """What a column gets that is not named."""
    if c.identity:
        return X(f"(nextval('sfd.s{table.id}_{c.key}')::numeric)", T.number())
    if c.default is None:
        return X(f"NULL::{T.pg_type(c.type)}", c.type)
    text = "SELECT " + c.default
    return tr.expr(parse(text, tokens(text)).expressions[0], Scope())


def _named(table: Obj, idents: list[exp.Expression]) -> list[ColumnDef]:
    out = []
    for i in idents:
        name = fold(i.this if isinstance(i, exp.Column) else i)
        hit = [c for c in table.columns if c.name == name]
        if not hit:
            raise invalid_identifier(name, where(i))
        if hit[0] in out:
            raise err("002025", "42S21", f"{COMPILE}\nduplicate column name '{name}'")
        out.append(hit[0])
    return out


def _insert(tr: Translator, node: exp.Insert) -> tuple[Obj, list[str], list[str]]:
    only(node, {"this", "expression", "overwrite", "with_"}, "INSERT with")
    target = node.this.this if isinstance(node.this, exp.Schema) else node.this
    table = _target(tr, target, "INSERT", "Table")
    columns = _named(table, node.this.expressions) if isinstance(node.this, exp.Schema) else list(table.columns)
    rest = [c for c in table.columns if c not in columns]
    keys = ", ".join(c.key for c in columns + rest)
    tail = [store(tr, default(tr, c, table), c, table) for c in rest]

    def mismatch(n: int) -> SnowflakeError:
        return err("002020", "21S01", f"{COMPILE}\nInsert value list does not match column list expecting {len(columns)} but got {n}")
    source = node.expression
    if isinstance(source, exp.Values):
        only(source, {"expressions"}, "VALUES with")
        rows: list[list[X | None]] = []  # None: the column's default
        for r in source.expressions:
            cells = r.expressions if isinstance(r, exp.Tuple) else [r.this if isinstance(r, exp.Paren) else r]
            if len(cells) != len(columns):
                raise mismatch(len(cells))
            for e in cells:
                for f in e.find_all(exp.Anonymous, exp.Query):
                    if isinstance(f, exp.Query) or f.name.upper() in ("PARSE_JSON", "ARRAY_CONSTRUCT", "OBJECT_CONSTRUCT", "TO_VARIANT"):
                        raise err("002014", "22000", f"{COMPILE}\nInvalid expression [{e.sql(dialect='snowflake')}] in VALUES clause")
            rows.append([None if _is_default(e) else tr.expr(e, Scope()) for e in cells])
            for row in source.meta.get("more", ()) if len(rows) == 1 else ():
                rows.append(constants(row, tr.next_bound))
                if len(row) != len(columns):
                    raise mismatch(len(row))
        kinds = [_common([row[i] for row in rows]) for i in range(len(columns))]
        if all(kinds):
            listed = ", ".join("(" + ", ".join("NULL" if x.t.kind == "null" else x.sql for x in row) + ")" for row in rows)
            values = [store(tr, X(f"q.v{i}", kind), c, table, True) for i, (kind, c) in enumerate(zip(kinds, columns))]
            body = f"SELECT {', '.join(values + tail)} FROM (VALUES {listed}) AS q({', '.join(f'v{i}' for i in range(len(columns)))})"
        else:
            body = " UNION ALL ".join(
                "SELECT " + ", ".join([store(tr, default(tr, c, table) if x is None else x, c, table, True) for c, x in zip(columns, row)] + tail) for row in rows)
    elif isinstance(source, exp.Query):
        q = tr.query(source)
        if len(q.cols) != len(columns):
            raise mismatch(len(q.cols))
        body = f"SELECT {', '.join([store(tr, X(f'q.c{i}', o.x.t), c, table) for i, (o, c) in enumerate(zip(q.cols, columns))] + tail)} FROM ({q.sql}) AS q"
    else:
        raise syntax(near="INTO")
    sqls = [f"DELETE FROM {table.physical}"] if node.args.get("overwrite") else []
    return table, sqls + [f"INSERT INTO {table.physical} ({keys}) {body}"], ["number of rows inserted"]


def _common(cells: list[X | None]) -> T.Type | None:
    """The type that a column of VALUES has in all rows, wide enough for each; None when there is none, or a default among them."""
    if any(x is None for x in cells):
        return None
    kinds = {x.t for x in cells if x.t.kind != "null"} or {cells[0].t}
    first = next(iter(kinds))
    if len(kinds) == 1:
        return first
    if {t.kind for t in kinds} == {"fixed"}:
        scale = max(t.s for t in kinds)
        return replace(first, p=max(t.p - t.s for t in kinds) + scale, s=scale)
    if {t.kind for t in kinds} == {"text"} and all(t.n is not None for t in kinds):
        return replace(first, n=max(t.n for t in kinds))
    return None


def _is_default(e: exp.Expression) -> bool:
    return isinstance(e, exp.Var) and e.name.upper() == "DEFAULT" or (
        isinstance(e, exp.Column) and not e.args.get("table") and fold(e.this) == "DEFAULT" and not e.this.quoted)


def _bind(tr: Translator, scope: Scope, table: Obj, node: exp.Table) -> str:
    pg = tr.fresh("t")
    alias = fold(node.args["alias"].this) if node.args.get("alias") else table.name
    scope.rels.insert(0, Rel(alias, pg, [Out(c.name, X(f"{pg}.{c.key}", c.type, c.nullable, None, table.path, c.collation)) for c in table.columns], table.path))
    return pg


def _alias(node: exp.Table) -> str | None:
    """The alias of a target, the only name that may stand before its columns."""
    return fold(node.args["alias"].this) if node.args.get("alias") else None


def _qualified(column: exp.Expression, qualifier: str | None) -> None:
    """Refuse a column of the target that is named with anything but the qualifier; raises 001003, 000904."""
    given = column.args.get("table")
    if given is None or fold(given) == qualifier and not column.args.get("db"):
        return
    if qualifier is None:
        raise syntax(*(where(column) or (1, 0)), near=".")
    raise invalid_identifier(f"{fold(given)}.{fold(column.this)}", where(column))


def _assignments(tr: Translator, table: Obj, items: list[exp.Expression], scope: Scope, qualifier: str | None) -> str:
    """The list of SET; what may stand before a column is the qualifier alone."""
    out = []
    for e in items:
        if not isinstance(e, exp.EQ) or not isinstance(e.this, exp.Column):
            raise syntax(near="SET")
        _qualified(e.this, qualifier)
        c = _named(table, [e.this])[0]
        x = default(tr, c, table) if _is_default(e.expression) else tr.expr(e.expression, scope)
        out.append(f"{c.key} = {store(tr, x, c, table)}")
    return ", ".join(out)


def _update(tr: Translator, node: exp.Update) -> tuple[Obj, list[str], list[str]]:
    only(node, {"this", "expressions", "where", "from_"}, "UPDATE with")
    table = _target(tr, node.this, "UPDATE", "Object")
    scope = Scope()
    f = node.args.get("from_")
    others = tr.source(f.this, scope) if f else ""
    pg = _bind(tr, scope, table, node.this)
    sets = _assignments(tr, table, node.expressions, scope, _alias(node.this))
    w = node.args.get("where")
    cond = f" WHERE {tr.boolean(w.this, scope, 'where').sql}" if w else ""
    sql = f"UPDATE {table.physical} AS {pg} SET {sets}" + (f" FROM {others}" if others else "") + cond
    multi = f"SELECT 1 FROM {table.physical} AS {pg}, {others}{cond} GROUP BY {pg}.ctid HAVING count(*) > 1"
    return table, [multi, sql] if others else [sql], ["number of rows updated", "number of multi-joined rows updated"]


def _delete(tr: Translator, node: exp.Delete) -> tuple[Obj, list[str], list[str]]:
    only(node, {"this", "using", "where"}, "DELETE with")
    table = _target(tr, node.this, "DELETE", "Object")
    scope = Scope()
    others = ", ".join(tr.source(u, scope) for u in node.args.get("using") or [])
    pg = _bind(tr, scope, table, node.this)
    w = node.args.get("where")
    sql = f"DELETE FROM {table.physical} AS {pg}" + (f" USING {others}" if others else "") + (f" WHERE {tr.boolean(w.this, scope, 'where').sql}" if w else "")
    return table, [sql], ["number of rows deleted"]


def _merge(tr: Translator, node: exp.Merge) -> tuple[Obj, list[str], list[str]]:
    only(node, {"this", "using", "on", "whens"}, "MERGE with")
    table = _target(tr, node.this, "UPDATE", "Object")
    scope = Scope()
    source = tr.source(node.args["using"], scope)
    insert_scope = Scope(rels=list(scope.rels))
    pg = _bind(tr, scope, table, node.this)
    on = tr.boolean(node.args["on"], scope).sql
    arms, seen = [], []
    for w in node.args["whens"].expressions:
        only(w, {"matched", "condition", "then"}, "WHEN")
        matched, then = bool(w.args.get("matched")), w.args["then"]
        cond = w.args.get("condition")
        extra = f" AND {tr.boolean(cond, scope if matched else insert_scope).sql}" if cond is not None else ""
        if isinstance(then, exp.Update) and matched:
            what, kind = f"UPDATE SET {_assignments(tr, table, then.expressions, scope, _alias(node.this) or table.name)}", "updated"
        elif isinstance(then, exp.Var) and then.name.upper() == "DELETE" and matched:
            what, kind = "DELETE", "deleted"
        elif isinstance(then, exp.Insert) and not matched:
            what, kind = _merge_insert(tr, table, then, insert_scope), "inserted"
        else:
            raise syntax(near="THEN")
        arms.append(f"WHEN {'' if matched else 'NOT '}MATCHED{extra} THEN {what}")
        seen.append(kind)
    if len(set(seen)) > 2:
        raise feature("MERGE that inserts, updates and deletes")
    if len(set(seen)) > 1:
        return table, [f"MERGE INTO {table.physical} AS {pg} USING {source} ON {on} {' '.join(arms)}"], [f"number of rows {k}" for k in ("inserted", "updated", "deleted") if k in seen]
    return table, [f"MERGE INTO {table.physical} AS {pg} USING {source} ON {on} {' '.join(arms)}"], [f"number of rows {seen[0]}"]


def _merge_insert(tr: Translator, table: Obj, then: exp.Insert, scope: Scope) -> str:
    for e in then.this.expressions if then.this is not None else []:
        _qualified(e, None)
    columns = _named(table, then.this.expressions) if then.this is not None else list(table.columns)
    cells = then.expression.expressions if isinstance(then.expression, exp.Tuple) else [then.expression]
    if len(cells) != len(columns):
        raise err("002020", "21S01", f"{COMPILE}\nInsert value list does not match column list expecting {len(columns)} but got {len(cells)}")
    rest = [c for c in table.columns if c not in columns]
    values = [store(tr, default(tr, c, table) if _is_default(e) else tr.expr(e, scope), c, table) for c, e in zip(columns, cells)]
    values += [store(tr, default(tr, c, table), c, table) for c in rest]
    return f"INSERT ({', '.join(c.key for c in columns + rest)}) VALUES ({', '.join(values)})"
