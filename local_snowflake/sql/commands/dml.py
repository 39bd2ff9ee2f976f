"""INSERT, UPDATE, DELETE and MERGE."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
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
MOST_ROWS = 200000  # of VALUES in an INSERT ("INSERT")


@dataclass
class Change:
    """What a statement does to a table, as PostgreSQL statements of one transaction; the last one touches the rows."""

    table: Obj
    sqls: list[str]
    kinds: list[str]  # inserted, updated, deleted: those of its count row
    counted: bool = False  # the last statement answers a count of each kind
    alone: bool = True  # waits for every other UPDATE, DELETE and MERGE of the table ("Transactions")


def run(engine: Account, tree: exp.Expression, context: Context, session: Any, bindings: Sequence[Binding]) -> Result:
    """Run a DML statement; the result is its count row."""
    tr = engine.translator(context, session, bindings)
    change = {exp.Insert: _insert, exp.Update: _update, exp.Delete: _delete, exp.Merge: _merge}[type(tree)](tr, tree)
    engine.need_warehouse(context)
    try:
        with changing(engine, change.table, context, session, change.alone):
            done = engine.run_all(([locked(change.table)] if change.alone else []) + change.sqls, context, session)
    except psycopg.Error as e:
        raise _explain(engine, e, change.table, context) from None
    n, row = done[-1]
    counts = dict(zip(change.kinds, row if change.counted else [n]))
    _measure(engine, change.table, sum(counts.values()), context, session)
    columns, cells = [f"number of rows {kind}" for kind in change.kinds], [str(counts[kind]) for kind in change.kinds]
    stats = DmlStats(**counts)
    if isinstance(tree, exp.Update):
        stats.duplicate_updated = done[-2][0] if len(change.sqls) > 1 else 0
        columns.append("number of multi-joined rows updated")
        cells.append(str(stats.duplicate_updated))
    result = engine.finish([(c, T.number(19, 0)) for c in columns], [cells], context)
    result.stats = stats
    return result


def locked(table: Obj) -> str:
    """Waits for the end of every transaction that has updated, deleted or merged rows of a table; inserts go on."""
    return f"LOCK TABLE {table.physical} IN SHARE UPDATE EXCLUSIVE MODE"


def empty(engine: Account, table: Obj, context: Context, session: Any) -> None:
    """Remove all rows; in a transaction they come back with its ROLLBACK."""
    with changing(engine, table, context, session):
        if session.private is None:
            try:
                engine.run_all([f"LOCK TABLE {table.physical} IN ACCESS EXCLUSIVE MODE NOWAIT", f"TRUNCATE {table.physical}"], context, session)
                return
            except psycopg.errors.LockNotAvailable:
                pass  # someone reads or writes it
        engine.run_all([locked(table), f"DELETE FROM {table.physical}"], context, session)


@contextmanager
def changing(engine: Account, table: Obj, context: Context, session: Any, waits: bool = True) -> Iterator[None]:
    """Around what changes a table's rows: Time Travel finds those from before, but of a transaction of several statements."""
    def check() -> None:
        if context.cancelled.is_set():
            raise canceled()
    if session.private is not None:
        yield
        session.changed[table.id] = table
        return
    with history.changing(engine.catalog, engine.clock, table, check, waits):
        yield


def _measure(engine: Account, table: Obj, n: int, context: Context, session: Any) -> None:
    """Statistics for the planner whenever a table has doubled, since nothing else makes them; not inside of a transaction, where their lock would stay."""
    table.grown += n
    if session.private is None and table.grown >= MANY and table.grown > table.measured:
        engine.run_sql(f"ANALYZE (SKIP_LOCKED) {table.physical}", context, session)
        table.measured += table.grown
        table.grown = 0


def count(engine: Account, table: Obj, context: Context, session: Any) -> int:
    """How many rows a table has now, seen from the session."""
    return engine.run_all([f"SELECT count(*) FROM {table.physical}"], context, session)[0][1][0]


def _explain(engine: Account, e: psycopg.Error, table: Obj, context: Context) -> SnowflakeError:
    if context.cancelled.is_set():
        return err("000604", "57014", "SQL execution canceled")
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


def _insert(tr: Translator, node: exp.Insert) -> Change:
    only(node, {"this", "expression", "overwrite", "with_"}, "INSERT with")
    target = node.this.this if isinstance(node.this, exp.Schema) else node.this
    table = _target(tr, target, "INSERT", "Table")
    if node.args.get("overwrite"):
        _target(tr, target, "DELETE", "Table")
    if any(len(v.expressions) + len(v.meta.get("more", ())) > MOST_ROWS for v in node.find_all(exp.Values)):
        raise err("001795", "42601", f"{COMPILE}\nmaximum number of expressions in a list exceeded, expected at most {MOST_ROWS:,}")
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
    return Change(table, sqls + [f"INSERT INTO {table.physical} ({keys}) {body}"], ["inserted"], alone=bool(sqls))


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


def _assignments(tr: Translator, table: Obj, items: list[exp.Expression], scope: Scope, qualifier: str | None) -> list[tuple[str, str]]:
    """The list of SET, columns and their values; what may stand before a column is the qualifier alone."""
    out: list[tuple[str, str]] = []
    for e in items:
        if not isinstance(e, exp.EQ) or not isinstance(e.this, exp.Column):
            raise syntax(near="SET")
        _qualified(e.this, qualifier)
        c = _named(table, [e.this])[0]
        x = default(tr, c, table) if _is_default(e.expression) else tr.expr(e.expression, scope)
        if any(c.key == key for key, _ in out):
            raise err("002025", "42S21", f"{COMPILE}\nduplicate column name '{c.name}'")
        out.append((c.key, store(tr, x, c, table)))
    return out


def _update(tr: Translator, node: exp.Update) -> Change:
    only(node, {"this", "expressions", "where", "from_"}, "UPDATE with")
    table = _target(tr, node.this, "UPDATE", "Object")
    scope = Scope()
    f = node.args.get("from_")
    others = tr.source(f.this, scope) if f else ""
    pg = _bind(tr, scope, table, node.this)
    sets = ", ".join(f"{key} = {value}" for key, value in _assignments(tr, table, node.expressions, scope, _alias(node.this)))
    w = node.args.get("where")
    cond = f" WHERE {tr.boolean(w.this, scope, 'where').sql}" if w else ""
    sql = f"UPDATE {table.physical} AS {pg} SET {sets}" + (f" FROM {others}" if others else "") + cond
    multi = f"SELECT 1 FROM {table.physical} AS {pg}, {others}{cond} GROUP BY {pg}.ctid HAVING count(*) > 1"
    return Change(table, [multi, sql] if others else [sql], ["updated"])


def _delete(tr: Translator, node: exp.Delete) -> Change:
    only(node, {"this", "using", "where"}, "DELETE with")
    table = _target(tr, node.this, "DELETE", "Object")
    scope = Scope()
    others = ", ".join(tr.source(u, scope) for u in node.args.get("using") or [])
    pg = _bind(tr, scope, table, node.this)
    w = node.args.get("where")
    sql = f"DELETE FROM {table.physical} AS {pg}" + (f" USING {others}" if others else "") + (f" WHERE {tr.boolean(w.this, scope, 'where').sql}" if w else "")
    return Change(table, [sql], ["deleted"])


@dataclass
class Arm:
    """A WHEN clause of a MERGE."""

    kind: str  # inserted, updated, deleted
    condition: str
    cells: list[tuple[str, str]]  # columns and their values


def _merge(tr: Translator, node: exp.Merge) -> Change:
    only(node, {"this", "using", "on", "whens"}, "MERGE with")
    if not isinstance(node.args.get("on"), exp.Expression) or not node.args["whens"].expressions:
        raise syntax(near="WHEN" if node.args["whens"].expressions else "<EOF>")
    table = _target(tr, node.this, _merge_kinds(node)[0], "Object")
    for privilege in _merge_kinds(node)[1:]:
        _target(tr, node.this, privilege, "Object")
    scope = Scope()
    source = tr.source(node.args["using"], scope)
    insert_scope = Scope(rels=list(scope.rels))
    pg = _bind(tr, scope, table, node.this)
    on = tr.boolean(node.args["on"], scope).sql
    arms: list[Arm] = []
    last: set[bool] = set()
    for w in node.args["whens"].expressions:
        only(w, {"matched", "condition", "then"}, "WHEN")
        matched, then, cond = bool(w.args.get("matched")), w.args["then"], w.args.get("condition")
        if matched in last:
            raise err("001003", "42000", f"{COMPILE}\nunreachable WHEN {'' if matched else 'NOT '}MATCHED clause in MERGE.")
        if cond is None:
            last.add(matched)
        if isinstance(then, exp.Update) and matched:
            kind, cells = "updated", _assignments(tr, table, then.expressions, scope, _alias(node.this) or table.name)
        elif isinstance(then, exp.Var) and then.name.upper() == "DELETE" and matched:
            kind, cells = "deleted", []
        elif isinstance(then, exp.Insert) and not matched:
            kind, cells = "inserted", _merge_insert(tr, table, then, insert_scope)
        else:
            raise syntax(near="THEN")
        arms.append(Arm(kind, tr.boolean(cond, scope if matched else insert_scope).sql if cond is not None else "true", cells))
    kinds = [k for k in ("inserted", "updated", "deleted") if any(a.kind == k for a in arms)]
    return Change(table, [_merged(tr, table, pg, source, scope.rels[1:], on, arms, kinds)], kinds, counted=True)


def _merge_kinds(node: exp.Merge) -> list[str]:
    """The privileges that the clauses of a MERGE need."""
    words = {exp.Update: "UPDATE", exp.Insert: "INSERT"}
    return list(dict.fromkeys(words.get(type(w.args["then"]), "DELETE") for w in node.args["whens"].expressions))


def _merged(tr: Translator, table: Obj, pg: str, source: str, rels: list[Rel], on: str, arms: list[Arm], kinds: list[str]) -> str:
    """A MERGE as one PostgreSQL statement that answers a count of each kind. A row of the target that several rows of the source match is an error, unless
    all of them delete it ("MERGE")."""
    parts: list[str] = []
    if len(rels) == 1 and "inserted" in kinds:  # read twice below
        name = tr.fresh("m")
        parts.append(f"{name} AS MATERIALIZED (SELECT {rels[0].pg}.* FROM {source})")
        source = f"{name} AS {rels[0].pg}"
    counts: dict[str, list[str]] = {k: [] for k in kinds}
    matches = ((False, source, f" AND NOT EXISTS (SELECT 1 FROM {table.physical} AS {pg} WHERE {on})", ""),
               (True, f"{table.physical} AS {pg} JOIN {source} ON {on}", "", f"{pg}.ctid AS tid, "))
    for matched, rows, also, tid in matches:
        mine = [a for a in arms if (a.kind != "inserted") == matched]
        if not mine:
            continue
        name, arm = tr.fresh("m"), tr.fresh("m")
        which = "CASE " + " ".join(f"WHEN {a.condition} THEN {i}" for i, a in enumerate(mine)) + " END"
        values = "".join(f", CASE WHEN {arm}.arm = {i} THEN {value} END AS v{i}_{j}" for i, a in enumerate(mine) for j, (_, value) in enumerate(a.cells))
        parts.append(f"{name} AS MATERIALIZED (SELECT {tid}{arm}.arm{values} FROM {rows} CROSS JOIN LATERAL (SELECT {which} AS arm) AS {arm} WHERE {arm}.arm IS NOT NULL{also})")
        updates = [str(i) for i, a in enumerate(mine) if a.kind == "updated"]
        for i, a in enumerate(mine):
            done = tr.fresh("m")
            keys, cells = [key for key, _ in a.cells], [f"{name}.v{i}_{j}" for j in range(len(a.cells))]
            if a.kind == "inserted":
                parts.append(f"{done} AS (INSERT INTO {table.physical} ({', '.join(keys)}) SELECT {', '.join(cells)} FROM {name} WHERE arm = {i} RETURNING 1)")
            elif a.kind == "updated":
                sets = ", ".join(f"{key} = {cell}" for key, cell in zip(keys, cells))
                parts.append(f"{done} AS (UPDATE {table.physical} AS {pg} SET {sets} FROM {name} WHERE {pg}.ctid = {name}.tid AND {name}.arm = {i} RETURNING 1)")
            else:
                parts.append(f"{done} AS (DELETE FROM {table.physical} AS {pg} WHERE {pg}.ctid IN (SELECT tid FROM {name} WHERE arm = {i}) RETURNING 1)")
            counts[a.kind].append(f"(SELECT count(*) FROM {done})")
        if updates:
            twice = f"SELECT sf.raise('100090', '42P18', 'Duplicate row detected during DML action') AS r FROM {name} GROUP BY tid HAVING count(*) > 1 AND bool_or(arm IN ({', '.join(updates)}))"
            counts["updated"].append(f"(SELECT count(r) FROM ({twice}) AS d)")
    return f"WITH {', '.join(parts)} SELECT {', '.join(' + '.join(counts[k]) for k in kinds)}"


def _merge_insert(tr: Translator, table: Obj, then: exp.Insert, scope: Scope) -> list[tuple[str, str]]:
    """Columns and values of the INSERT in a MERGE."""
    for e in then.this.expressions if then.this is not None else []:
        _qualified(e, None)
    columns = _named(table, then.this.expressions) if then.this is not None else list(table.columns)
    cells = then.expression.expressions if isinstance(then.expression, exp.Tuple) else [then.expression]
    if len(cells) != len(columns):
        raise err("002020", "21S01", f"{COMPILE}\nInsert value list does not match column list expecting {len(columns)} but got {len(cells)}")
    values = [store(tr, default(tr, c, table) if _is_default(e) else tr.expr(e, scope), c, table) for c, e in zip(columns, cells)]
    rest = [c for c in table.columns if c not in columns]
    return list(zip([c.key for c in columns + rest], values + [store(tr, default(tr, c, table), c, table) for c in rest]))
