"""Queries: FROM, joins, grouping, windows, set operations; names resolved here, values in expressions.py."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Callable

from sqlglot import exp

from ...model import Context
from ..catalog import history
from ..catalog.catalog import Catalog, Obj
from ..language import types as T
from ..language.errors import COMPILE, ambiguous, err, feature, invalid_identifier, missing, no_database, no_schema, syntax, unknown_function
from ..language.parse import fold, parse, split_name, tokens, where
from ..language.rows import constants, texts
from ..language.types import Type
from ..language.values import Convert, X, quote, quote_array
from . import collations, outer_joins, sampling, subqueries
from .functions import AGGREGATES
from .session import Session


@dataclass
class Out:
    """A result column of a query."""

    name: str
    x: X


@dataclass
class Query:
    """A compiled query; its columns are called c0, c1 … in PostgreSQL."""

    sql: str
    cols: list[Out]


@dataclass
class Rel:
    """A relation in FROM."""

    alias: str
    pg: str
    cols: list[Out]
    path: tuple[str, ...] = ()


@dataclass
class Scan:
    """A table that a statement reads; no object for a view of INFORMATION_SCHEMA."""

    path: tuple[str, ...]
    alias: str
    obj: Obj | None


@dataclass
class Scope:
    """What a name can mean at one level."""

    parent: "Scope | None" = None
    rels: list[Rel] = field(default_factory=list)
    aliases: dict[str, exp.Expression] = field(default_factory=dict)
    merged: dict[str, X] = field(default_factory=dict)  # USING columns
    busy: set[str] = field(default_factory=set)
    items: list[X] = field(default_factory=list)


SELECT_ARGS = {"kind", "expressions", "hint", "distinct", "from_", "joins", "where", "group", "having", "qualify", "order", "limit", "offset", "with_", "laterals"}


MOST_SETS = 128  # "GROUP BY GROUPING SETS", "GROUP BY CUBE"


def only(node: exp.Expression, allowed: set[str], what: str) -> None:
    """Refuse a node with arguments that are not in the list."""
    for key, value in node.args.items():
        if value and key not in allowed:
            raise feature(f"{what} {key.strip('_').upper()}")


def grouping(e: exp.Expression) -> bool:
    """Whether parentheses in FROM around this hold tables to be joined, and not a query."""
    return isinstance(e, exp.Table) or isinstance(e, exp.Subquery) and (bool(e.args.get("joins")) or grouping(e.this))


class Names:
    """Resolution of object names in a session, with the privileges they need."""

    catalog: Catalog
    context: Context
    session: Session

    def path(self, parts: list[str]) -> tuple[str, ...]:
        """The full path of a table-like object."""
        if len(parts) > 3:
            raise syntax(near=".")
        if len(parts) == 3:
            return tuple(parts)
        if not self.context.database:
            raise no_database()
        if len(parts) == 2:
            return (self.context.database, *parts)
        if not self.context.schema:
            raise no_schema()
        return (self.context.database, self.context.schema, parts[0])

    @staticmethod
    def shown(parts: list[str], path: tuple[str, ...]) -> str:
        """A bare name is shown bare, a qualified one in full."""
        return parts[0] if len(parts) == 1 else ".".join(path)

    @staticmethod
    def table_parts(node: exp.Table) -> list[str]:
        parts = [p for p in (node.args.get("catalog"), node.args.get("db"), node.this) if p is not None]
        if len(parts) == 1 and isinstance(parts[0], exp.Anonymous) and parts[0].name.upper() == "IDENTIFIER" and len(parts[0].expressions) == 1:
            arg = parts[0].expressions[0]
            if isinstance(arg, exp.Literal) and arg.is_string:
                return split_name(arg.name)
        for p in parts:
            if not isinstance(p, exp.Identifier):
                raise feature("this table expression")
        return [fold(p) for p in parts]

    def find(self, parts: list[str], privilege: str, noun: str) -> Obj:
        """A table or view by name; temporary tables of the session come first."""
        path = self.path(parts)
        temp = self.session.temp.get(path)
        if temp is not None:
            return temp
        return self.catalog.reach(self.context.role, path, privilege, noun, self.shown(parts, path))


class QueryCompiler(Names):
    """Mixed into the translator; uses expr() of the expression half."""

    conv: Convert
    ctes: list[dict[str, Query]]
    uses_table: bool
    as_of: int | None = None  # of the tables of a view that is read as of a moment
    scans: list[Scan]
    names: dict[str, str]
    found: dict[int, tuple[exp.Column, Scope]]  # columns, and where each was found
    bound: int
    counter: int
    expr: Callable[..., X]
    boolean: Callable[..., X]
    next_bound: Callable[[], X]

    def fresh(self, prefix: str) -> str:
        self.counter += 1
        return f"{prefix}{self.counter}"

    def same(self, a: X, b: X) -> tuple[X, X]:
        """Both sides of a comparison as one type, with one collation."""
        l, r = self.conv.pair(a, b)
        return collations.shared(l, r) if (a.t.kind, b.t.kind) == ("text", "text") else (l, r)

    # Queries

    def subquery(self, node: exp.Expression, scope: Scope, scalar: bool = False) -> Query:
        """A query in an expression; raises 002031 for one that is not evaluated."""
        q = self.query(node, scope)
        around = [scope]
        while around[-1].parent is not None:
            around.append(around[-1].parent)

        def level(column: exp.Column) -> int:
            at = self.found[id(column)][1] if id(column) in self.found else None
            return next((i for i, s in enumerate(around, 1) if s is at), 0)
        subqueries.check(node, scalar, level, self.has_aggregate)
        return q

    def query(self, node: exp.Expression, parent: Scope | None = None) -> Query:
        """Any query expression."""
        if isinstance(node, exp.Subquery):
            only(node, {"this", "alias", "with_", "order", "limit", "offset", "joins", "sample"}, "subquery with")
            with_ = self.open_ctes(node, parent)
            inner = self.query(node.this, parent)
            tail = self.tail(node, inner)
            if with_ or tail:
                inner = Query(f"{with_}SELECT * FROM ({inner.sql}) AS {self.fresh('p')}{tail}", inner.cols)
            if node.args.get("with_"):
                self.ctes.pop()
            return inner
        if isinstance(node, exp.Select):
            return self.select(node, parent)
        if isinstance(node, exp.SetOperation):
            return self.setop(node, parent)
        if isinstance(node, exp.Values):
            return self.values(node, parent)
        raise feature("this kind of query")

    def open_ctes(self, node: exp.Expression, parent: Scope | None) -> str:
        with_ = node.args.get("with_")
        if not with_:
            return ""
        if with_.args.get("recursive"):
            raise feature("WITH RECURSIVE")
        frame: dict[str, Query] = {}
        self.ctes.append(frame)
        parts = []
        for cte in with_.expressions:
            only(cte, {"this", "alias", "scalar"}, "CTE with")
            q = self.query(cte.this, parent)
            q = self.relabel(q, cte.args["alias"])
            if fold(cte.args["alias"].this) in frame:
                raise err("002011", "42601", f"{COMPILE}\nduplicate alias '{fold(cte.args['alias'].this)}'")
            name = self.fresh("w")
            parts.append(f"{name} AS ({q.sql})")
            frame[fold(cte.args["alias"].this)] = Query(name, q.cols)
        return "WITH " + ", ".join(parts) + " "

    def relabel(self, q: Query, alias: exp.Expression | None) -> Query:
        columns = alias.args.get("columns") if isinstance(alias, exp.TableAlias) else None
        if not columns:
            return q
        if len(columns) != len(q.cols):
            raise err("002057", "42601", f"{COMPILE}\nInvalid column definition list: column count does not match.")
        return Query(q.sql, [Out(fold(c), o.x) for c, o in zip(columns, q.cols)])

    def select(self, node: exp.Select, parent: Scope | None) -> Query:
        only(node, SELECT_ARGS, "SELECT")
        if not node.expressions or node.args.get("kind"):
            raise syntax(near="FROM")
        with_ = self.open_ctes(node, parent)
        scope = Scope(parent)
        self.join_marks(node, parent)
        from_ = self.from_clause(node, scope)
        if "listed" in node.meta:
            scope.rels.sort(key=lambda r: node.meta["listed"].index(r.alias))
        items = self.select_items(node, scope)
        for it in items:
            if isinstance(it[1], exp.Expression) and it[2]:
                scope.aliases.setdefault(it[0], it[1])
        cond = node.args.get("where")
        where_sql = f" WHERE {self.boolean(cond.this, scope, 'where').sql}" if cond else ""
        cols = [Out(name, e if isinstance(e, X) else self.expr(e, scope)) for name, e, _ in items]
        scope.items = [c.x for c in cols]
        group_sql = self.group(node, scope, cols, items)
        having = node.args.get("having")
        if having:
            group_sql += f" HAVING {self.boolean(having.this, scope).sql}"
        distinct = node.args.get("distinct")
        if distinct is not None and distinct.args.get("on"):
            raise syntax(near="ON")
        d = "DISTINCT " if distinct is not None else ""
        for c in cols if d else []:
            collations.plain(c.x, "DISTINCT")
        targets = [f"{c.x.sql} AS c{i}" for i, c in enumerate(cols)]
        order = self.order_keys(node.args.get("order"), scope, cols)
        qualify = node.args.get("qualify")
        if qualify:
            sql = self.qualified(qualify, scope, targets, order, from_ + where_sql + group_sql, d, len(cols))
        else:
            keys = ""
            if order:
                sqls = [c.x.sql for c in cols]
                keys = " ORDER BY " + ", ".join((str(sqls.index(k) + 1) if k in sqls else k) + how for k, how in order)
            sql = f"SELECT {d}{', '.join(targets)}{from_}{where_sql}{group_sql}{keys}"
        sql = with_ + sql + self.limits(node)
        if with_:
            self.ctes.pop()
        return Query(sql, [Out(c.name, X("", c.x.t, c.x.nullable, None, c.x.origin, c.x.collation)) for c in cols])

    def join_marks(self, node: exp.Select, parent: Scope | None) -> None:
        """(+) as LEFT JOIN; the tables keep their order for *."""
        if not outer_joins.marked(node) or not node.args.get("from_"):
            return
        trial, bound, generators = Scope(parent), self.bound, list(self.generators)
        self.from_clause(node, trial)
        self.bound, self.generators = bound, generators
        outer_joins.rewrite(node, [(r.alias, {c.name for c in r.cols}) for r in trial.rels])
        node.meta["listed"] = [r.alias for r in trial.rels]

    def qualified(self, qualify: exp.Expression, scope: Scope, targets: list[str], order: list[tuple[str, str]], body: str, d: str, n: int) -> str:
        here = qualify.parent
        if not any(w.find_ancestor(exp.Query) is here for e in (qualify, *here.expressions) for w in e.find_all(exp.Window)):
            raise syntax(near="QUALIFY")
        cond = self.boolean(qualify.this, scope).sql
        keys = [f"{k} AS k{i}" for i, (k, _) in enumerate(order)]
        q = self.fresh("q")
        if d and order:
            raise feature("QUALIFY with DISTINCT and ORDER BY")
        out = f"SELECT {d}{', '.join(f'{q}.c{i}' for i in range(n))} FROM (SELECT {', '.join(targets + keys)}, {cond} AS qq{body}) AS {q} WHERE {q}.qq"
        if order:
            out += " ORDER BY " + ", ".join(f"{q}.k{i}{how}" for i, (_, how) in enumerate(order))
        return out

    def select_items(self, node: exp.Select, scope: Scope) -> list[tuple[str, exp.Expression | X, bool]]:
        out: list[tuple[str, exp.Expression | X, bool]] = []
        for e in node.expressions:
            star = e if isinstance(e, exp.Star) else e.this if isinstance(e, exp.Column) and isinstance(e.this, exp.Star) else None
            if star is not None:
                out += self.star(e, star, scope)
            elif isinstance(e, exp.Alias):
                out.append((fold(e.args["alias"]), e.this, True))
            elif isinstance(e, exp.Column):
                out.append((fold(e.this), e, False))
            elif isinstance(e, exp.Aliases):
                raise feature("several aliases")
            else:
                out.append((self.expression_name(e), e, False))
        return out

    def expression_name(self, e: exp.Expression) -> str:
        """An unnamed column is called by the text it was written with, in upper case."""
        return (e.meta.get("text") or e.sql(dialect="snowflake")).upper()

    def star(self, e: exp.Expression, star: exp.Star, scope: Scope) -> list[tuple[str, X, bool]]:
        only(star, {"except_", "rename"}, "*")
        wanted = fold(e.args["table"]) if isinstance(e, exp.Column) and e.args.get("table") else None
        if not scope.rels:
            raise err("002076", "42601", f"{COMPILE}\nSELECT with no columns.")
        drop = {fold(c.this if isinstance(c, exp.Column) else c) for c in star.args.get("except_") or []}
        rename = {fold(a.this.this if isinstance(a.this, exp.Column) else a.this): fold(a.args["alias"]) for a in star.args.get("rename") or []}
        out: list[tuple[str, X, bool]] = []
        if not wanted:
            out += [(n, x, False) for n, x in scope.merged.items() if n not in drop]
        found = False
        for r in scope.rels:
            if wanted and r.alias != wanted:
                continue
            found = True
            out += [(rename.get(c.name, c.name), c.x, False) for c in r.cols if c.name not in drop and (wanted or c.name not in scope.merged)]
        if wanted and not found:
            raise missing("Object", wanted)
        return out

    def group(self, node: exp.Select, scope: Scope, cols: list[Out], items: list[tuple[str, exp.Expression | X, bool]]) -> str:
        g = node.args.get("group")
        if not g:
            return ""
        only(g, {"expressions", "all"}, "GROUP BY")
        if g.args.get("all"):
            keys = [str(i + 1) for i, (_, e, _a) in enumerate(items) if not isinstance(e, exp.Expression) or not self.has_aggregate(e)]
            for i in keys:
                collations.plain(cols[int(i) - 1].x, "GROUP BY")
            return " GROUP BY " + ", ".join(keys) if keys else ""

        def key(e: exp.Expression) -> str:
            if isinstance(e, exp.Literal) and not e.is_string:
                i = int(e.name) if e.name.isdigit() else 0
                if not 1 <= i <= len(cols):
                    raise err("002060", "42601", f"{COMPILE}\nGROUP BY position {e.name} is not in select list")
                collations.plain(cols[i - 1].x, "GROUP BY")
                return str(i)
            if isinstance(e, exp.Tuple):
                return "(" + ", ".join(key(k) for k in e.expressions) + ")"
            sql = collations.plain(self.expr(e, scope), "GROUP BY").sql
            return f"({sql})" if not sql.replace(".", "").replace("_", "").isalnum() else sql

        def item(e: exp.Expression) -> str:
            if not isinstance(e, (exp.Rollup, exp.Cube, exp.GroupingSets)):
                return key(e)
            if not e.expressions:
                raise syntax(near=")")
            if not isinstance(e, exp.GroupingSets) and any(isinstance(k, exp.Tuple) for k in e.expressions):
                raise feature("a list of expressions in ROLLUP or CUBE")
            words = {exp.Rollup: "ROLLUP", exp.Cube: "CUBE", exp.GroupingSets: "GROUPING SETS"}
            return f"{words[type(e)]} ({', '.join(key(k) for k in e.expressions)})"

        sets = 1
        for e in g.expressions:
            n = len(e.expressions)
            sets *= {exp.Rollup: n + 1, exp.Cube: 2 ** min(n, 9), exp.GroupingSets: n}.get(type(e), 1)
        if sets > MOST_SETS:
            raise feature(f"more than {MOST_SETS} grouping sets")
        parts = [item(e) for e in g.expressions]
        if not parts:
            raise syntax()
        if any(isinstance(e, (exp.Rollup, exp.Cube, exp.GroupingSets)) for e in g.expressions):
            for c in cols:
                c.x = replace(c.x, nullable=True)
        return " GROUP BY " + ", ".join(parts)

    @staticmethod
    def has_aggregate(e: exp.Expression) -> bool:
        return any(a.name.upper() in AGGREGATES and not isinstance(a.parent, exp.Window) for a in e.find_all(exp.Anonymous))

    def order_keys(self, order: exp.Expression | None, scope: Scope, cols: list[Out]) -> list[tuple[str, str]]:
        out = []
        for o in order.expressions if order else []:
            only(o, {"this", "desc", "nulls_first"}, "ORDER BY")
            e = o.this
            how = (" DESC" if o.args.get("desc") else " ASC") + (" NULLS FIRST" if o.args.get("nulls_first") else " NULLS LAST")
            if isinstance(e, exp.Literal) and not e.is_string:
                i = int(e.name) if e.name.isdigit() else 0
                if not 1 <= i <= len(cols):
                    raise err("002059", "42601", f"{COMPILE}\nORDER BY position {e.name} is out of range")
                x = cols[i - 1].x
            else:
                named = fold(e.this) if isinstance(e, exp.Column) and not e.args.get("table") else None
                hit = [c for c in cols if c.name == named] if named is not None else []
                x = hit[0].x if hit else self.expr(e, scope)
            if x.t.kind in ("uuid", "map"):
                raise feature(f"ordering of {x.t.kind.upper()}")
            out.append((self.conv.instant(x) if x.t.kind == "timestamp_tz" else collations.key(x), how))
        return out

    def limits(self, node: exp.Expression) -> str:
        out = ""
        if node.args.get("offset") is not None and node.args.get("limit") is None:
            raise syntax(near="OFFSET")
        for key, word in (("limit", "LIMIT"), ("offset", "OFFSET")):
            n = node.args.get(key)
            if n is None:
                continue
            options = n.args.get("limit_options")
            if n.args.get("expressions") or options is not None and (options.args.get("percent") or options.args.get("with_ties")):
                raise syntax(near=word)
            e = n.args.get("count") if isinstance(n, exp.Fetch) else n.expression
            if isinstance(e, exp.Null):
                continue
            text = isinstance(e, exp.RawString) or isinstance(e, exp.Literal) and e.is_string
            if text and e.name == "":
                continue
            if text:
                raise syntax(near=f"'{e.name}'")
            if isinstance(e, exp.Placeholder):
                e = exp.Literal.number(self.expr(e, Scope()).literal or "x")
            if not (isinstance(e, exp.Literal) and e.name.isdigit()):
                raise err("001003", "42000", f"{COMPILE}\nInvalid row count in LIMIT clause.")
            out += f" {word} {e.name}"
        return out

    def tail(self, node: exp.Expression, q: Query) -> str:
        """ORDER BY and LIMIT behind a set operation or a parenthesised query: they see its output columns."""
        scope = Scope()
        scope.rels = [Rel("", "", [Out(c.name, X(f"c{i}", c.x.t)) for i, c in enumerate(q.cols)])]
        keys = self.order_keys(node.args.get("order"), scope, scope.rels[0].cols)
        return (" ORDER BY " + ", ".join(k + how for k, how in keys) if keys else "") + self.limits(node)

    def setop(self, node: exp.SetOperation, parent: Scope | None) -> Query:
        only(node, {"this", "expression", "distinct", "order", "limit", "offset", "with_"}, "set operation")
        word = {"Union": "UNION", "Intersect": "INTERSECT", "Except": "EXCEPT"}[type(node).__name__]
        if not node.args.get("distinct"):
            if word != "UNION":
                raise err("000002", "0A000", f"Unsupported feature '{word} ALL'.")
            word += " ALL"
        with_ = self.open_ctes(node, parent)
        a, b = self.query(node.this, parent), self.query(node.expression, parent)
        if len(a.cols) != len(b.cols):
            raise err("001789", "42601", f"{COMPILE}\ninvalid number of result columns for set operator input branches, expected {len(a.cols)}, got {len(b.cols)} in branch {{2}}")
        for x, y in zip(a.cols, b.cols):
            if {x.x.t.kind, y.x.t.kind} > {"text"} and x.x.t.kind != y.x.t.kind and "null" not in (x.x.t.kind, y.x.t.kind):
                raise feature("a set operation over VARCHAR and another type")
        kinds = [T.common([x.x.t, y.x.t]) for x, y in zip(a.cols, b.cols)]
        for c in (*a.cols, *b.cols):
            collations.plain(c.x, word)

        def side(q: Query) -> str:
            r = self.fresh("u")
            return f"SELECT {', '.join(self.conv.cast(X(f'{r}.c{i}', c.x.t), k).sql + f' AS c{i}' for i, (c, k) in enumerate(zip(q.cols, kinds)))} FROM ({q.sql}) AS {r}"
        cols = [Out(x.name, X("", k, x.x.nullable or y.x.nullable)) for x, y, k in zip(a.cols, b.cols, kinds)]
        sql = f"{with_}({side(a)}) {word} ({side(b)})"
        out = Query(sql, cols)
        tail = self.tail(node, out)
        if with_:
            self.ctes.pop()
        return Query(f"SELECT * FROM ({sql}) AS {self.fresh('s')}{tail}" if tail or with_ else sql, cols)

    def values(self, node: exp.Values, parent: Scope | None) -> Query:
        rows = [[self.expr(e, Scope(parent)) for e in (r.expressions if isinstance(r, exp.Tuple) else [r.this if isinstance(r, exp.Paren) else r])] for r in node.expressions]
        more = node.meta.get("more", ())
        if more:
            quick = self.text_values(rows, texts(more))
            if quick is not None:
                return quick
            rows[1:1] = [constants(row, self.next_bound) for row in more]
        if len({len(r) for r in rows}) != 1:
            raise err("001003", "42000", f"{COMPILE}\nmismatched number of columns in VALUES")
        kinds = [T.common([r[i].t for r in rows]) for i in range(len(rows[0]))]
        body = ", ".join("(" + ", ".join(self.conv.cast(x, k).sql for x, k in zip(r, kinds)) + ")" for r in rows)
        v = self.fresh("v")
        sql = f"SELECT * FROM (VALUES {body}) AS {v}({', '.join(f'c{i}' for i in range(len(kinds)))})"
        return Query(sql, [Out(f"COLUMN{i + 1}", X("", k)) for i, k in enumerate(kinds)])

    def text_values(self, rows: list[list[X]], more: list[list[str | None]] | None) -> Query | None:
        """VALUES of one row and of those that were cut out behind it, when all of them are literals and NULL."""
        if more is None or len(rows) != 1 or len(rows[0]) != len(more) or any(x.t.kind != "null" and (x.literal is None or x.sql != quote(x.literal)) for x in rows[0]):
            return None
        kinds, arrays = [], []
        for x, column in zip(rows[0], more):
            column.insert(0, x.literal if x.t.kind == "text" else None)
            kinds.append(T.NULL if not any(c is not None for c in column) else T.text() if None in column else T.text(max(1, *map(len, column))))
            arrays.append(quote_array(column))
        sql = f"SELECT * FROM unnest({', '.join(arrays)}) AS {self.fresh('v')}({', '.join(f'c{i}' for i in range(len(kinds)))})"
        return Query(sql, [Out(f"COLUMN{i + 1}", X("", k)) for i, k in enumerate(kinds)])

    # FROM

    def from_clause(self, node: exp.Select, scope: Scope) -> str:
        f = node.args.get("from_")
        if not f:
            return ""
        sql = " FROM " + self.source(f.this, scope)
        joins = node.args.get("joins") or []
        starts = [i for i, j in enumerate(joins) if j.meta.get("comma")] + [len(joins)]
        for j in joins[:starts[0]]:
            sql = self.join(sql, j, scope)
        for first, last in zip(starts, starts[1:]):
            sql = self.listed(sql, joins[first:last], scope)
        for j in node.args.get("laterals") or []:
            sql += " CROSS JOIN " + self.source(j, scope)
        return sql

    def listed(self, left: str, joins: list[exp.Join], scope: Scope) -> str:
        """An item behind a comma with its joins, which see no other item; where that changes nothing they are joined one by one."""
        if not any(j.args.get("side") in ("RIGHT", "FULL") for j in joins[1:]):
            for j in joins:
                left = self.join(left, j, scope)
            return left
        own = Scope(scope.parent)
        sql = self.source(joins[0].this, own)
        for j in joins[1:]:
            sql = self.join(sql, j, own)
        for r in own.rels:
            self.join_scope(scope, r)
        scope.merged.update(own.merged)
        return f"{left} CROSS JOIN ({sql})"

    def join(self, left: str, j: exp.Join, scope: Scope) -> str:
        only(j, {"this", "on", "using", "method", "side", "kind", "directed"}, "join")
        side, kind, method = (j.args.get(k) or "" for k in ("side", "kind", "method"))
        if method not in ("", "NATURAL") or kind not in ("", "INNER", "OUTER", "CROSS") or side not in ("", "LEFT", "RIGHT", "FULL"):
            raise feature(f"{method} {side} {kind} JOIN".strip())
        before = list(scope.rels)
        right = self.source(j.this, scope)
        new = [r for r in scope.rels if r not in before]
        on, using = j.args.get("on"), j.args.get("using")
        if method == "NATURAL":
            names = [c.name for r in new for c in r.cols]
            using = [exp.to_identifier(n, quoted=True) for r in before for c in r.cols if (n := c.name) in names and n not in scope.merged or c.name in scope.merged and c.name in names]
            using = list({u.name: u for u in using}.values()) if using else None
        word = f"{side} JOIN" if side else "JOIN"
        if using:
            cond = []
            for u in using:
                name = fold(u if isinstance(u, exp.Identifier) else u.this)
                a = scope.merged.get(name) or self.lookup(name, before)
                b = self.lookup(name, new)
                if a is None or b is None:
                    raise invalid_identifier(name)
                l, r = self.same(a, b)
                cond.append(f"{l.sql} = {r.sql}")
                scope.merged[name] = X(f"coalesce({a.sql},{b.sql})", a.t) if side == "FULL" else b if side == "RIGHT" else a
            out = f"{left} {word} {right} ON {' AND '.join(cond)}"
        elif on is not None:
            if kind == "CROSS":
                raise syntax(near="ON")
            key = f"{self.any_key(before)} = {self.any_key(new)} AND " if side == "FULL" else ""
            out = f"{left} {word} {right} ON {key}{self.boolean(on, scope).sql}"
        elif side:
            raise syntax(near="JOIN") if method != "NATURAL" else feature("NATURAL OUTER JOIN without common columns")
        else:
            out = f"{left} CROSS JOIN {right}"
        for r in {"LEFT": new, "RIGHT": before, "FULL": before + new}.get(side, []):
            r.cols = [Out(c.name, replace(c.x, nullable=True)) for c in r.cols]
        return out

    @staticmethod
    def any_key(rels: list[Rel]) -> str:
        """What all rows have in common, of a side of a FULL JOIN: PostgreSQL joins so by equalities only, with any condition beside them."""
        r = rels[-1]
        return f"num_nulls({r.cols[0].x.sql if r.cols else f'{r.pg}.seq'}) * 0"

    @staticmethod
    def lookup(name: str, rels: list[Rel]) -> X | None:
        for r in rels:
            for c in r.cols:
                if c.name == name:
                    return c.x
        return None

    def add(self, scope: Scope, alias: str, q: Query, path: tuple[str, ...] = (), lateral: str = "") -> str:
        pg = self.fresh("r")
        cols = [Out(c.name, X(f"{pg}.c{i}", c.x.t, c.x.nullable, None, c.x.origin, c.x.collation)) for i, c in enumerate(q.cols)]
        for c in cols:
            self.names[c.x.sql] = f"{alias}.{c.name}" if alias else c.name
        self.join_scope(scope, Rel(alias, pg, cols, path))
        return f"{lateral}({q.sql}) AS {pg}"

    @staticmethod
    def join_scope(scope: Scope, rel: Rel) -> None:
        if rel.alias and any(r.alias == rel.alias for r in scope.rels):
            raise err("002011", "42601", f"{COMPILE}\nduplicate alias '{rel.alias}'")
        scope.rels.append(rel)

    def source(self, node: exp.Expression, scope: Scope) -> str:
        """One item of FROM."""
        alias = fold(node.args["alias"].this) if node.args.get("alias") and node.args["alias"].this else ""
        if isinstance(node, exp.Subquery):
            only(node, {"this", "alias", "with_", "order", "limit", "offset", "joins", "sample"}, "subquery with")
            if grouping(node.this):
                if alias:
                    raise feature("an alias behind tables in parentheses")
                only(node, {"this", "joins"}, "tables in parentheses with")
                sql = self.source(node.this, scope)
                sql = f"({sql})" if node.this.args.get("joins") else sql
            else:
                q = self.sampled(self.query(node, scope.parent), node.args.get("sample"))
                sql = self.add(scope, alias, self.relabel(q, node.args.get("alias")))
            for j in node.args.get("joins") or []:
                sql = self.join(sql, j, scope)
            return sql
        if isinstance(node, exp.Values):
            return self.add(scope, alias, self.relabel(self.values(node, scope.parent), node.args.get("alias")))
        if isinstance(node, exp.Table):
            only(node, {"this", "db", "catalog", "alias", "joins", "sample", "when"}, "table with")
            sql = self.table(node, alias, scope)
            if node.args.get("joins"):
                for j in node.args["joins"]:
                    sql = self.join(sql, j, scope)
            return sql
        if isinstance(node, exp.Lateral):
            inner = node.this
            if isinstance(inner, exp.Anonymous) and inner.name.upper() == "FLATTEN":
                return self.add(scope, alias, self.flatten(inner, scope), (), "LATERAL ")
            raise feature("LATERAL")
        if isinstance(node, exp.TableFromRows):
            only(node, {"this", "alias"}, "TABLE()")
            return self.table_function(node.this, alias, scope)
        raise feature("this item in FROM")

    def table(self, node: exp.Table, alias: str, scope: Scope) -> str:
        inner = node.this
        if isinstance(inner, exp.Anonymous) and inner.name.upper() == "TABLE" and len(inner.expressions) == 1:
            only(node, {"this", "alias", "joins"}, "table function with")
            return self.table_function(inner.expressions[0], alias, scope)
        if isinstance(inner, exp.Anonymous) and inner.name.upper() != "IDENTIFIER":
            raise unknown_function(inner.name)
        parts = self.table_parts(node)
        if len(parts) == 1:
            for frame in reversed(self.ctes):
                if parts[0] in frame:
                    if node.args.get("when"):
                        raise feature("AT or BEFORE of a CTE")
                    q = self.sampled(Query(f"SELECT * FROM {frame[parts[0]].sql}", frame[parts[0]].cols), node.args.get("sample"))
                    return self.add(scope, alias or parts[0], self.relabel(q, node.args.get("alias")))
        before = len(self.scans)
        q, path = self.relation(parts, alias, self.moment(node.args["when"]) if node.args.get("when") else self.as_of)
        q = self.sampled(q, node.args.get("sample"), [s.path for s in self.scans[before:]] == [path])
        return self.add(scope, alias or parts[-1], self.relabel(q, node.args.get("alias")), path)

    def sampled(self, q: Query, sample: exp.TableSample | None, table: bool = False) -> Query:
        if sample is None:
            return q
        size, seed = (self.expr(sample.args[k], Scope()).literal if sample.args.get(k) is not None else None for k in ("percent" if sample.args.get("size") is None else "size", "seed"))
        return Query(sampling.sampled(q.sql, sample, size, seed, table, self.fresh("b")), q.cols)

    def moment(self, when: exp.HistoricalData) -> int:
        """AT(TIMESTAMP => a constant with the type of a timestamp), in milliseconds since 1970."""
        if (when.this, when.args["kind"]) != ("AT", "TIMESTAMP"):
            raise feature(f"{when.this}({when.args['kind']} => ...)")
        x = self.expr(when.expression, Scope())
        if not x.t.is_ts:
            raise err("001044", "42P13", f"{COMPILE}\nInvalid argument types for function 'AT': ({T.sql_name(x.t)})")
        return self.catalog.connection.execute(f"SELECT floor(({self.conv.instant(x)}) * 1000)::bigint").fetchone()[0]

    def relation(self, parts: list[str], alias: str = "", moment: int | None = None) -> tuple[Query, tuple[str, ...]]:
        """A table, view or INFORMATION_SCHEMA view by name, as it was at a moment."""
        if len(parts) >= 2 and parts[-2] == "INFORMATION_SCHEMA":
            path = self.path(parts)
            if not self.catalog.usable(self.context.role, path[:1]):
                raise missing("Database", path[0])
            if moment is not None:
                raise feature("AT of a view of INFORMATION_SCHEMA")
            self.uses_table = True
            self.scans.append(Scan(path, alias, None))
            return self.constant_rows(*self.session.virtual.information_schema(self, path)), path
        if parts[-3:-1] == ["SNOWFLAKE", "ACCOUNT_USAGE"]:
            if moment is not None:
                raise feature("AT of a view of ACCOUNT_USAGE")
            self.uses_table = True
            self.scans.append(Scan(tuple(parts), alias, None))
            return self.constant_rows(*self.session.virtual.account_usage(self, tuple(parts))), tuple(parts)
        obj = self.find(parts, "SELECT", "Object")
        self.uses_table = True
        if obj.kind == "VIEW":
            return self.view(obj, moment), obj.path
        self.scans.append(Scan(obj.path, alias, obj))
        if moment is not None and obj.id in self.session.changed:  # by its own transaction
            raise history.gone(obj)
        rows = obj.physical if moment is None else history.rows_at(self.catalog, self.session.clock, obj, moment)
        sql = f"SELECT {', '.join(f'{c.key} AS c{i}' for i, c in enumerate(obj.columns))} FROM {rows}"
        return Query(sql, [Out(c.name, X("", c.type, c.nullable, None, obj.path, c.collation)) for c in obj.columns]), obj.path

    def view(self, obj: Obj, moment: int | None = None) -> Query:
        """A view is its query, compiled with the owner's rights in its own schema; its tables are as of the moment."""
        if len(self.session.views) > 30:
            raise err("000603", "XX000", "View nesting is too deep")
        saved = self.context, self.ctes, self.as_of
        self.context = Context(user=self.context.user, role=obj.owner, warehouse=self.context.warehouse, database=obj.path[0], schema=obj.path[1])
        self.ctes = []
        self.as_of = moment
        self.session.views.append(obj)
        try:
            q = self.query(parse(obj.props["text"], tokens(obj.props["text"])))
        finally:
            self.context, self.ctes, self.as_of = saved
            self.session.views.pop()
        return Query(q.sql, [Out(c.name, X("", o.x.t, o.x.nullable, None, obj.path)) for c, o in zip(obj.columns, q.cols)])

    def constant_rows(self, columns: list[tuple[str, Type]], rows: list[list[str | None]]) -> Query:
        """Rows made here, as a query; cells are wire texts."""
        doc = quote(json.dumps(rows))
        def cell(i: int, t: Type) -> str:
            raw = f"(j ->> {i})"
            if t.kind == "fixed":
                return f"{raw}::numeric"
            if t.kind == "boolean":
                return f"{raw}::boolean"
            if t.kind == "real":
                return f"sf.text_real({raw})"
            if t.kind == "date":
                return f"(date '1970-01-01' + {raw}::int)"
            if t.kind == "timestamp_tz":
                return f"sf.tz(split_part({raw},' ',1)::numeric, split_part({raw},' ',2)::int - 1440)"
            if t.kind == "time" or t.is_ts:
                return f"{raw}::numeric"
            if t.kind == "binary":
                return f"decode({raw},'hex')"
            return f"{raw}::jsonb" if t.is_semi else raw
        cells = ", ".join(f"{cell(i, t)} AS c{i}" for i, (_, t) in enumerate(columns))
        return Query(f"SELECT {cells} FROM jsonb_array_elements({doc}::jsonb) AS d(j)", [Out(n, X("", t)) for n, t in columns])

    def table_function(self, node: exp.Expression, alias: str, scope: Scope) -> str:
        name = node.name.upper() if isinstance(node, exp.Anonymous) else type(node).__name__.upper()
        if name == "GENERATOR":
            return self.generator(node, alias, scope)
        if name == "FLATTEN":
            return self.add(scope, alias, self.flatten(node, scope), (), "LATERAL ")
        found = self.session.virtual.table_function(self, name, node)
        if found is not None:
            return self.add(scope, alias, self.constant_rows(*found))
        raise unknown_function(name)

    def generator(self, node: exp.Expression, alias: str, scope: Scope) -> str:
        n = None
        for a in node.expressions:
            if isinstance(a, exp.Kwarg) and a.this.name.upper() == "ROWCOUNT":
                n = self.expr(a.expression, Scope()).literal
        if n is None or not n.isdigit():
            raise feature("GENERATOR without ROWCOUNT")
        pg = self.fresh("g")
        scope.rels.append(Rel(alias, pg, []))
        self.generators.append(pg)
        return f"pg_catalog.generate_series(0::bigint, {int(n) - 1}::bigint) AS {pg}(seq)"

    generators: list[str]

    def flatten(self, node: exp.Expression, scope: Scope) -> Query:
        args = {a.this.name.upper(): a.expression for a in node.expressions if isinstance(a, exp.Kwarg)}
        if set(args) - {"INPUT"} or "INPUT" not in args:
            raise feature("FLATTEN with these arguments")
        x = self.conv.cast(self.expr(args["INPUT"], scope), T.VARIANT)
        cols = [("SEQ", T.number()), ("KEY", T.text()), ("PATH", T.text()), ("INDEX", T.number()), ("VALUE", T.VARIANT), ("THIS", T.VARIANT)]
        body = f"SELECT seq::numeric AS c0, key AS c1, path AS c2, index::numeric AS c3, value AS c4, this AS c5 FROM sf.flatten({x.sql})"
        return Query(body, [Out(n, X("", t)) for n, t in cols])

    # Names of columns

    def column(self, node: exp.Column, scope: Scope) -> X:
        """A column, or the select alias of that name."""
        if node.args.get("join_mark"):
            raise syntax(*(where(node) or (1, 0)), near="(+)")
        name = fold(node.this)
        quals = [fold(p) for p in (node.args.get("catalog"), node.args.get("db"), node.args.get("table")) if p is not None]
        at: Scope | None = scope
        while at is not None:
            hits = []
            if not quals and name in at.merged:
                self.found[id(node)] = node, at
                return at.merged[name]
            for r in at.rels:
                if quals and not (r.alias == quals[-1] if len(quals) == 1 else r.path[-len(quals):] == tuple(quals)):
                    continue
                hits += [c.x for c in r.cols if c.name == name]
            if len(hits) > 1 and not (at.merged and not quals):
                raise ambiguous(name, where(node))
            if hits:
                self.found[id(node)] = node, at
                return hits[0]
            if not quals and name in at.aliases and name not in at.busy:
                self.found[id(node)] = node, at
                at.busy.add(name)
                try:
                    return self.expr(at.aliases[name], at)
                finally:
                    at.busy.discard(name)
            at = at.parent
        raise invalid_identifier(".".join(quals + [name]), where(node))
