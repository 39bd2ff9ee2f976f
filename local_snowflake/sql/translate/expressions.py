"""Expressions: every node kind that is known; a node that is not is refused."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Callable, Sequence

from sqlglot import exp

from ...model import Binding, Context
from ..catalog.catalog import Catalog
from ..language import types as T
from ..language.errors import COMPILE, argument_count, bad_arguments, err, feature, invalid_identifier, syntax, unknown_function, unsupported_type
from ..language.parse import fold, parse, tokens, where
from ..language.types import Type
from ..language.values import Convert, X, bind, null_x, number_x, quote, text_x
from . import collations, user_functions
from .functions import AGGREGATES, SCALARS, caseless
from .query import QueryCompiler, Scope, only
from .windows import FRAMES_OF_VALUES, NO_FRAME, WINDOWS, interval_seconds

_TYPES = {
    "DECIMAL": "NUMBER", "INT": "INT", "BIGINT": "BIGINT", "SMALLINT": "SMALLINT", "TINYINT": "TINYINT", "DOUBLE": "DOUBLE", "FLOAT": "FLOAT", "TEXT": "VARCHAR",
    "VARCHAR": "VARCHAR", "CHAR": "CHAR", "NCHAR": "CHAR", "NVARCHAR": "VARCHAR", "BOOLEAN": "BOOLEAN", "DATE": "DATE", "TIME": "TIME", "TIMESTAMPNTZ": "TIMESTAMP_NTZ",
    "TIMESTAMP": "TIMESTAMP_NTZ", "DATETIME": "TIMESTAMP_NTZ", "TIMESTAMPLTZ": "TIMESTAMP_LTZ", "TIMESTAMPTZ": "TIMESTAMP_TZ", "VARIANT": "VARIANT", "OBJECT": "OBJECT",
    "STRUCT": "OBJECT", "ARRAY": "ARRAY", "GEOGRAPHY": "GEOGRAPHY", "GEOMETRY": "GEOMETRY", "BINARY": "BINARY", "VARBINARY": "BINARY", "VECTOR": "VECTOR",
    "DECFLOAT": "DECFLOAT", "UUID": "UUID", "FILE": "FILE", "INTERVAL": "INTERVAL",
}


def data_type(node: exp.Expression | None) -> Type:
    """A Type from the parser's type node; raises 002040."""
    if not isinstance(node, exp.DataType):
        raise unsupported_type(node.sql() if node is not None else "")
    name = node.this.name if hasattr(node.this, "name") else str(node.this)
    args = [e.this.name if isinstance(e, exp.DataTypeParam) else e.name if not isinstance(e, exp.DataType) else e.this.name for e in node.expressions]
    if name == "VECTOR":
        args = ["FLOAT" if a == "DOUBLE" else a for a in args]
    if name == "MAP":
        return T.map_of([data_type(e) for e in node.expressions])
    if name in ("ARRAY", "OBJECT", "STRUCT") and args:
        raise feature("structured types")
    if name not in _TYPES:
        raise unsupported_type(str(node.args.get("kind") or name).upper())
    if name == "DECIMAL" and not args:
        args = ["38", "0"]
    return T.parse_type(_TYPES[name], args)


def no_predicate(x: X, text: str) -> Exception:
    return err("001044", "42P13", f"{COMPILE}\nInvalid data type [{T.sql_name(x.t)}] for predicate {text}")


class Translator(QueryCompiler):
    """Compiles one statement. Not shared between threads."""

    def __init__(self, catalog: Catalog, context: Context, session: Any, bindings: Sequence[Binding] = ()):
        self.catalog, self.context, self.session, self.bindings = catalog, context, session, bindings
        self.conv = Convert(context.parameters.get("TIMEZONE") or "UTC")
        self.ctes, self.names, self.generators, self.found, self.scans = [], {}, [], {}, []
        self.counter = self.bound = 0
        self.uses_table = False
        self.in_aggregate = False
        self.depth = 0  # of functions of the catalog in each other

    def expr(self, node: exp.Expression, scope: Scope) -> X:
        """Compile one expression."""
        handler = _NODES.get(type(node))
        if handler is None:
            if isinstance(node, exp.Query):
                return self.scalar_query(node, scope)
            raise syntax(*(where(node) or (1, 0)), near=node.sql(dialect="snowflake")[:40] if isinstance(node, exp.Expression) else "?")
        return handler(self, node, scope)

    def boolean(self, node: exp.Expression, scope: Scope, place: str = "") -> X:
        """A condition."""
        x = self.expr(node, scope)
        if x.t.kind == "boolean":
            return x
        if x.t.kind == "null" or (x.t.kind in ("text", "fixed", "real") and not place):
            return self.conv.cast(x, T.BOOLEAN)
        raise no_predicate(x, node.sql(dialect="snowflake"))

    def condition(self, x: X) -> X:
        """An argument that is a condition."""
        if x.t.kind not in ("boolean", "null", "text", "fixed", "real"):
            raise no_predicate(x, x.literal or "")
        return self.conv.cast(x, T.BOOLEAN)

    # Leaves

    def literal(self, node: exp.Literal, scope: Scope) -> X:
        return text_x(node.name) if node.is_string else number_x(node.name)

    def placeholder(self, node: exp.Placeholder, scope: Scope) -> X:
        if node.this and str(node.this) != "?":
            name = str(node.this)
            if not re.fullmatch("[1-9][0-9]*", name, re.ASCII):
                raise feature("named bind variables")
            i = int(name)
        elif "number" in node.meta:
            i = self.bound = node.meta["number"]
        else:
            return self.next_bound()
        return self.bind_variable(i)

    def next_bound(self) -> X:
        """The bind variable behind the one that was read last."""
        self.bound += 1
        return self.bind_variable(self.bound)

    def bind_variable(self, i: int) -> X:
        if i > len(self.bindings):
            raise err("002049", "42601", f"{COMPILE}\nBind variable ? not set.")
        return bind(self.bindings[i - 1])

    def parameter(self, node: exp.Expression, scope: Scope) -> X:
        name = fold(node.this) if isinstance(node.this, exp.Identifier) else node.name.upper()
        if name.isdigit():
            return self.numbered(int(name), scope)
        if name not in self.session.variables:
            raise err("002211", "02000", f"{COMPILE}\nSession variable '${name}' does not exist")
        return self.session.variables[name]

    @staticmethod
    def numbered(place: int, scope: Scope) -> X:
        """$1 …: a column of FROM by its place."""
        columns = [c.x for r in scope.rels for c in r.cols]
        if not 1 <= place <= len(columns):
            raise invalid_identifier(f"${place}")
        return columns[place - 1]

    def hexstring(self, node: exp.Expression, scope: Scope) -> X:
        text = node.name
        if re.fullmatch(r"\d+", text) and not re.fullmatch(r"([0-9A-Fa-f]{2})*", text):
            raise syntax()
        if not re.fullmatch(r"([0-9A-Fa-f]{2})*", text):
            raise syntax()
        return X(f"decode('{text}','hex')", T.Type("binary", n=max(1, len(text) // 2)), False)

    def scalar_query(self, node: exp.Expression, scope: Scope) -> X:
        q = self.subquery(node, scope, True)
        if len(q.cols) != 1:
            raise feature("a subquery of several columns as a value")
        return X(f"(SELECT c0 FROM ({q.sql}) AS {self.fresh('x')})", q.cols[0].x.t)

    def paren(self, node: exp.Paren, scope: Scope) -> X:
        x = self.expr(node.this, scope)
        return X(f"({x.sql})", x.t, x.nullable, x.literal)

    # Operators

    def num(self, x: X) -> X:
        """An operand of arithmetic."""
        k = x.t.kind
        if k in ("fixed", "real"):
            return x
        if k == "null":
            return null_x(T.number())
        if k == "text":
            return self.conv.cast(x, T.number(38, 5) if x.literal is None else T.number(18, 5))
        if k == "variant":
            return self.conv.cast(x, T.REAL)
        raise bad_arguments("+", T.sql_name(x.t))

    def arithmetic(self, node: exp.Binary, scope: Scope) -> X:
        a, b = self.expr(node.this, scope), self.expr(node.expression, scope)
        op = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%"}[type(node)]
        if op in "+-" and a.t.kind == "date" and b.t.kind == "fixed":
            return X(f"({a.sql} {op} round({b.sql})::int)", T.DATE)
        if op == "-" and a.t.kind == "date" and b.t.kind == "date":
            return X(f"({a.sql} - {b.sql})::numeric", T.number(9, 0))
        return self.arith(op, self.num(a), self.num(b))

    def arith(self, op: str, a: X, b: X) -> X:
        """NUMBER and FLOAT arithmetic with Snowflake's result types."""
        null = a.nullable or b.nullable
        if "real" in (a.t.kind, b.t.kind):
            a, b = self.conv.cast(a, T.REAL), self.conv.cast(b, T.REAL)
            if op == "/":
                return X(f"sf.divf({a.sql},{b.sql})", T.REAL, null)
            if op == "%":
                raise feature("MOD of FLOAT")
            return X(f"({a.sql} {op} {b.sql})", T.REAL, null)
        p1, s1, p2, s2 = a.t.p, a.t.s, b.t.p, b.t.s
        if op in "+-":
            s = max(s1, s2)
            t = T.number(max(p1 - s1, p2 - s2) + s + 1, s)
            return X(f"sf.num({a.sql} {op} {b.sql},38,{s})" if t.p == 38 else f"({a.sql} {op} {b.sql})", t, null)
        if op == "*":
            s = min(s1 + s2, max(s1, s2, 12))
            t = T.number((p1 - s1) + (p2 - s2) + s, s)
            return X(f"sf.num({a.sql} * {b.sql},38,{s})", t, null)
        if op == "%":
            s = max(s1, s2)
            return X(f"sf.mod({a.sql},{b.sql})", T.number(max(p1 - s1, p2 - s2) + s, s), null)
        s = max(s1, min(s1 + 6, 12))
        return X(f"sf.div({a.sql},{b.sql},{s})", T.number((p1 - s1) + s2 + s, s), null)

    def negative(self, node: exp.Neg, scope: Scope) -> X:
        x = self.num(self.expr(node.this, scope))
        return X(f"(- {x.sql})", x.t, x.nullable, "-" + x.literal if x.literal else None)

    def concat(self, node: exp.DPipe, scope: Scope) -> X:
        return self.join_text([self.expr(node.this, scope), self.expr(node.expression, scope)])

    def join_text(self, xs: list[X]) -> X:
        if all(x.t.kind == "binary" for x in xs):
            return X("(" + " || ".join(x.sql for x in xs) + ")", T.BINARY)
        if any(x.t.kind == "binary" for x in xs):
            raise bad_arguments("||", "BINARY, VARCHAR")
        xs = [self.text(x, "CONCAT") for x in xs]
        n = sum(x.t.n if x.t.kind == "text" else T.TEXT_DEFAULT for x in xs)
        return X("(" + " || ".join(self.conv.to_text(x) for x in xs) + ")", T.text(min(n, T.TEXT_DEFAULT)), any(x.nullable for x in xs))

    def compare(self, node: exp.Binary, scope: Scope) -> X:
        op = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=", exp.NullSafeEQ: "IS NOT DISTINCT FROM", exp.NullSafeNEQ: "IS DISTINCT FROM"}[type(node)]
        right = node.expression
        if isinstance(right, exp.Is) or isinstance(node.this, exp.Is):
            raise feature("IS beside a comparison without parentheses")
        if isinstance(right, (exp.Any, exp.All)):
            word = "ANY" if isinstance(right, exp.Any) else "ALL"
            inner = right.this.this if isinstance(right.this, exp.Subquery) else right.this
            if not isinstance(inner, exp.Query):
                raise feature(f"{word} without a subquery")
            if op != "=" or word != "ANY" or node.find_ancestor(exp.Not):
                if not (op == "<>" and word == "ALL"):
                    raise feature(f"{op} {word} (subquery)")
            return self.membership(self.expr(node.this, scope), inner, scope, op == "<>")
        return self.comparison(op, self.expr(node.this, scope), self.expr(right, scope))

    def comparison(self, op: str, a: X, b: X) -> X:
        if "map" in (a.t.kind, b.t.kind):
            raise feature("comparison of MAP")
        for what, both in (("VARIANT", a.t.is_semi and b.t.is_semi), ("UUID", "uuid" in (a.t.kind, b.t.kind))):
            if both and op not in ("=", "<>", "IS NOT DISTINCT FROM", "IS DISTINCT FROM"):
                raise feature(f"ordering of {what}")
        l, r = self.same(a, b)
        return X(f"({l.sql} {op} {r.sql})", T.BOOLEAN, a.nullable or b.nullable)

    def logic(self, node: exp.Connector, scope: Scope) -> X:
        op = "AND" if isinstance(node, exp.And) else "OR"
        parts, at = [], node
        while type(at) is type(node):
            parts.append(at.expression)
            at = at.this
        parts.append(at)
        return X("(" + f" {op} ".join(self.boolean(p, scope).sql for p in reversed(parts)) + ")", T.BOOLEAN)

    def negation(self, node: exp.Not, scope: Scope) -> X:
        return X(f"(NOT {self.boolean(node.this, scope).sql})", T.BOOLEAN)

    def is_(self, node: exp.Is, scope: Scope) -> X:
        if isinstance(node.this, (exp.EQ, exp.NEQ, exp.LT, exp.GT, exp.LTE, exp.GTE)):
            raise feature("IS behind a comparison without parentheses")
        x, what = self.expr(node.this, scope), node.expression
        if isinstance(what, exp.Null):
            return X(f"({x.sql} IS NULL)", T.BOOLEAN, False)
        raise syntax(near="IS")

    def in_(self, node: exp.In, scope: Scope) -> X:
        only(node, {"this", "expressions", "query"}, "IN")
        if isinstance(node.this, exp.Tuple):
            raise feature("a row in IN")
        x = self.expr(node.this, scope)
        q = node.args.get("query")
        if q is not None:
            return self.membership(x, q.this if isinstance(q, exp.Subquery) else q, scope, False)
        if len(node.expressions) > 16384:
            raise err("001795", "42601", f"{COMPILE}\nmaximum number of expressions in a list exceeded, expected at most 16,384, got {len(node.expressions):,}")
        if not node.expressions:
            raise syntax(near=")")
        if len(node.expressions) == 1 and isinstance(node.expressions[0], exp.Query):
            return self.membership(x, node.expressions[0], scope, False)
        parts = [self.expr(e, scope) for e in node.expressions]
        if not any(p.collation for p in (x, *parts)) and all(p.t.kind == x.t.kind and not p.t.is_ts for p in parts):
            return X(f"({x.sql} IN ({', '.join(p.sql for p in parts)}))", T.BOOLEAN)
        return X("(" + " OR ".join(self.comparison("=", x, p).sql for p in parts) + ")", T.BOOLEAN)

    def membership(self, x: X, query: exp.Expression, scope: Scope, negate: bool) -> X:
        q = self.subquery(query, scope)
        if len(q.cols) != 1:
            raise err("002047", "42601", f"{COMPILE}\nInvalid argument types for IN subquery")
        name = self.fresh("m")
        l, r = self.same(x, X(f"{name}.c0", q.cols[0].x.t, True, None, collation=q.cols[0].x.collation))
        return X(f"({l.sql} {'NOT IN' if negate else 'IN'} (SELECT {r.sql} FROM ({q.sql}) AS {name}))", T.BOOLEAN)

    def exists_(self, node: exp.Exists, scope: Scope) -> X:
        q = self.subquery(node.this, scope)
        return X(f"EXISTS ({q.sql})", T.BOOLEAN, False)

    def between(self, node: exp.Between, scope: Scope) -> X:
        only(node, {"this", "low", "high"}, "BETWEEN")
        x = self.expr(node.this, scope)
        low, high = self.comparison(">=", x, self.expr(node.args["low"], scope)), self.comparison("<=", x, self.expr(node.args["high"], scope))
        return X(f"({low.sql} AND {high.sql})", T.BOOLEAN)

    def like(self, node: exp.Expression, scope: Scope, escape: X | None = None) -> X:
        insensitive = type(node).__name__.startswith("ILike")
        right = node.expression
        text = self.text(self.expr(node.this, scope))
        if node.args.get("negate"):
            raise feature("this form of NOT LIKE")
        if isinstance(right, (exp.Any, exp.All)) or type(node).__name__ in ("LikeAny", "LikeAll", "ILikeAny", "ILikeAll"):
            every = isinstance(right, exp.All) or type(node).__name__.endswith("All")
            items = right.this if isinstance(right, (exp.Any, exp.All)) else right
            if isinstance(items, exp.Query):
                raise feature("LIKE ANY (subquery)")
            patterns = items.expressions if isinstance(items, exp.Tuple) else [items.this if isinstance(items, exp.Paren) else items]
            parts = [self.match(text, self.text(self.expr(p, scope)), escape, insensitive) for p in patterns]
            return X("(" + (" AND " if every else " OR ").join(parts) + ")", T.BOOLEAN)
        return X(self.match(text, self.text(self.expr(right, scope)), escape, insensitive), T.BOOLEAN)

    @staticmethod
    def match(text: X, pattern: X, escape: X | None, insensitive: bool) -> str:
        a, p = text.sql, pattern.sql
        if insensitive:
            a, p = caseless(a), caseless(p)
            if escape is not None and (escape.literal or "").isalpha():
                raise feature("a letter as the escape of ILIKE")
        if escape is None:
            return f"({a} LIKE {p} ESCAPE '')"
        if escape.t.kind == "null":
            return "NULL::boolean"
        return f"sf.like_esc({a},{p},{escape.sql})"

    def escape(self, node: exp.Escape, scope: Scope) -> X:
        e = node.expression
        if not isinstance(e, (exp.Literal, exp.Null, exp.Parameter, exp.SessionParameter)):
            raise syntax(near=e.sql()[:20])
        x = self.expr(e, scope)
        if x.t.kind not in ("text", "null") or (x.t.kind == "text" and len(x.literal or "") != 1):
            raise err("001015", "22023", f"{COMPILE}\ninvalid value ['{x.literal}'] for parameter 'escape'")
        if not isinstance(node.this, (exp.Like, exp.ILike)) and type(node.this).__name__ not in ("LikeAny", "LikeAll", "ILikeAny"):
            raise syntax(near="ESCAPE")
        return self.like(node.this, scope, x)

    def text(self, x: X, name: str = "LIKE") -> X:
        """An operand that must be text, or become one on its own."""
        if not T.coerced(x.t, T.text()):
            raise bad_arguments(name, T.sql_name(x.t))
        collations.plain(x, "this function")
        return x if x.t.kind == "text" else X(self.conv.to_text(x), T.text(), x.nullable)

    def case(self, node: exp.Case, scope: Scope) -> X:
        subject = self.expr(node.this, scope) if node.this else None
        arms = []
        for i in node.args["ifs"]:
            cond = self.comparison("=", subject, self.expr(i.this, scope)) if subject else self.boolean(i.this, scope)
            arms.append((cond, self.expr(i.args["true"], scope)))
        default = node.args.get("default")
        last = self.expr(default, scope) if default is not None else null_x()
        return self.choose(arms, last, default is not None)

    def choose(self, arms: list[tuple[X, X]], last: X, explicit: bool = True) -> X:
        for x in [v for _, v in arms] + [last]:
            collations.plain(x, "a choice of values")
        t = T.common([v.t for _, v in arms] + ([last.t] if explicit else []))
        body = " ".join(f"WHEN {c.sql} THEN {self.conv.cast(v, t).sql}" for c, v in arms)
        return X(f"(CASE {body} ELSE {self.conv.cast(last, t).sql} END)", t)

    def cast(self, node: exp.Cast, scope: Scope) -> X:
        if node.args.get("format") or node.args.get("default"):
            raise syntax(near="FORMAT")
        to = data_type(node.args["to"])
        x = self.expr(node.this, scope)
        try_ = isinstance(node, exp.TryCast)
        if try_ and x.t.kind not in ("text", "null"):
            raise bad_arguments("TRY_CAST", T.sql_name(x.t))
        return self.conv.cast(x, to, try_)

    def extract(self, node: exp.Extract, scope: Scope) -> X:
        return SCALARS["DATE_PART"][2](self, [text_x(node.name), self.expr(node.expression, scope)])

    def position(self, node: exp.StrPosition, scope: Scope) -> X:
        only(node, {"this", "substr", "position", "clamp_position"}, "POSITION")
        return SCALARS["POSITION"][2](self, [self.expr(e, scope) for e in (node.args["substr"], node.this, node.args.get("position")) if e is not None])

    def collate(self, node: exp.Collate, scope: Scope) -> X:
        return SCALARS["COLLATE"][2](self, [self.expr(node.this, scope), self.expr(node.expression, scope)])

    # Semi-structured access

    def bracket(self, node: exp.Bracket, scope: Scope) -> X:
        x = self.conv.cast(self.expr(node.this, scope), T.VARIANT)
        for e in node.expressions:
            k = self.expr(e, scope)
            x = X(f"sf.get({x.sql},{k.sql}::int)" if k.t.kind == "fixed" else f"sf.get({x.sql},{k.sql})", T.VARIANT)
        return x

    def json_path(self, node: exp.JSONExtract, scope: Scope) -> X:
        x = self.conv.cast(self.expr(node.this, scope), T.VARIANT)
        path = node.expression
        if not isinstance(path, exp.JSONPath):
            raise feature("this path")
        for part in path.expressions:
            if isinstance(part, exp.JSONPathRoot):
                continue
            if isinstance(part, exp.JSONPathKey):
                x = X(f"sf.get({x.sql},{quote(str(part.this))})", T.VARIANT)
            elif isinstance(part, exp.JSONPathSubscript):
                x = X(f"sf.get({x.sql},{int(part.this)})" if not isinstance(part.this, str) else f"sf.get({x.sql},{quote(part.this)})", T.VARIANT)
            else:
                raise feature("this path")
        return x

    # Functions

    def function(self, node: exp.Anonymous, scope: Scope) -> X:
        name = node.name.upper()
        if name in AGGREGATES:
            return self.aggregate(node, scope, name)
        if name in WINDOWS:
            raise err("002303", "42601", f"{COMPILE}\nWindow function type [{name}] requires OVER clause for window specification")
        if name in ("SEQ4", "SEQ8", "SEQ1", "SEQ2"):
            if not self.generators:
                raise feature(f"{name} without GENERATOR")
            return X(f"{self.generators[-1]}.seq::numeric", T.number(10 if name == "SEQ4" else 19, 0), False)
        entry = SCALARS.get(name)
        if entry is None:
            return user_functions.call(self, [name], node.expressions, scope)
        low, high, build = entry
        args = node.expressions
        if len(args) < low:
            raise argument_count(f"{name}", low, len(args))
        if high is not None and len(args) > high:
            raise err("000939", "22023", f"{COMPILE}\ntoo many arguments for function [{name}] expected {high}, got {len(args)}")
        if name in UNIT_FIRST and args and isinstance(args[0], exp.Column) and not args[0].args.get("table"):
            first = [text_x(fold(args[0].this).upper())]
            args = args[1:]
        elif name in UNIT_SECOND and len(args) > 1 and isinstance(args[1], exp.Column) and not args[1].args.get("table") and name == "LAST_DAY":
            return build(self, [self.expr(args[0], scope), text_x(fold(args[1].this).upper())])
        else:
            first = []
        if any(not isinstance(a, exp.Expression) or isinstance(a, (exp.Kwarg, exp.Star, exp.Distinct)) for a in args):
            raise syntax(near="=>")
        return build(self, first + [self.expr(a, scope) for a in args])

    def qualified_function(self, node: exp.Dot, scope: Scope) -> X:
        """schema.function(…)"""
        parts = user_functions.parts_of(node)
        if parts is None:
            raise syntax(*(where(node) or (1, 0)), near=".")
        return user_functions.call(self, parts, node.expression.expressions, scope)

    @staticmethod
    def cast_type(text: str) -> Type:
        """A type by its text."""
        sql = f"SELECT NULL::{text}"
        return data_type(parse(sql, tokens(sql)).expressions[0].args["to"])

    def aggregate(self, node: exp.Anonymous, scope: Scope, name: str, over: str | None = None, order: Any = "", framed: bool = False) -> X:
        if self.in_aggregate and over is None:
            raise err("002077", "42601", f"{COMPILE}\nAggregate functions cannot be nested.")
        args, distinct = list(node.expressions), ""
        if len(args) == 1 and isinstance(args[0], exp.Distinct):
            if args[0].args.get("on"):
                raise syntax(near="ON")
            args, distinct = list(args[0].expressions), "DISTINCT "
        elif args and isinstance(args[0], exp.Distinct):
            distinct, args = "DISTINCT ", list(args[0].expressions) + args[1:]
        star = len(args) == 1 and isinstance(args[0], exp.Star)
        if star and name != "COUNT":
            raise syntax(near="*")
        outer, self.in_aggregate = self.in_aggregate, over is None
        try:
            xs = [] if star else [self.expr(a, scope) for a in args]
        finally:
            self.in_aggregate = outer
        return AGGREGATES[name](self, xs, distinct, over or "", order, star, framed)

    def within(self, node: exp.WithinGroup, scope: Scope, over: str | None = None) -> X:
        inner = node.this
        if not isinstance(inner, exp.Anonymous) or inner.name.upper() not in ("LISTAGG", "ARRAY_AGG", "PERCENTILE_CONT", "PERCENTILE_DISC"):
            raise syntax(near="WITHIN")
        name = inner.name.upper()
        first = inner.expressions[0] if inner.expressions else None
        if name == "LISTAGG" and isinstance(first, exp.Distinct) and [o.this for o in node.expression.expressions] != first.expressions[:1]:
            raise err("001003", "42601", f"{COMPILE}\n[{node.expression.expressions[0].this.sql()}] is not a valid order by expression")
        self.in_aggregate = True
        keys = self.order_keys(node.expression, scope, [])
        order: Any = ", ".join(k + how for k, how in keys)
        if name.startswith("PERCENTILE_"):
            order = [(self.expr(o.this, scope), how) for o, (_, how) in zip(node.expression.expressions, keys)]
        self.in_aggregate = False
        return self.aggregate(inner, scope, name, over, order)

    def window(self, node: exp.Window, scope: Scope) -> X:
        only(node, {"this", "partition_by", "order", "spec", "over"}, "window")
        inner = node.this
        if isinstance(inner, exp.IgnoreNulls):
            raise feature("IGNORE NULLS")
        if isinstance(inner, exp.RespectNulls):
            inner = inner.this
        parts = []
        if node.args.get("partition_by"):
            parts.append("PARTITION BY " + ", ".join(collations.plain(self.expr(e, scope), "PARTITION BY").sql for e in node.args["partition_by"]))
        order = node.args.get("order")
        order_types: list[Type] = []
        if order:
            order_types = [self.expr(o.this, scope).t for o in order.expressions if not isinstance(o.this, exp.Literal)]
            parts.append("ORDER BY " + ", ".join(k + how for k, how in self.order_keys(order, scope, [])))
        name = inner.name.upper() if isinstance(inner, exp.Anonymous) else ""
        spec = node.args.get("spec")
        if spec:
            parts.append(self.frame(spec, order_types, scope, name))
        elif order and name in ("FIRST_VALUE", "LAST_VALUE", "NTH_VALUE"):
            parts.append("ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING")
        over = f" OVER ({' '.join(parts)})"
        if isinstance(inner, exp.WithinGroup):
            raise feature("WITHIN GROUP with OVER")
        if not isinstance(inner, exp.Anonymous):
            raise syntax(near="OVER")
        if name in WINDOWS:
            low, high, needs_order, build = WINDOWS[name]
            if not low <= len(inner.expressions) <= high:
                raise argument_count(name, low, len(inner.expressions))
            if needs_order and not order:
                raise err("002312", "42601", f"{COMPILE}\nWindow function type [{name}] requires ORDER BY in window specification")
            return build(self, [self.expr(a, scope) for a in inner.expressions], over)
        if name in AGGREGATES:
            return self.aggregate(inner, scope, name, over, "", bool(spec))
        raise unknown_function(name)

    def frame(self, spec: exp.WindowSpec, order_types: list[Type], scope: Scope, name: str) -> str:
        only(spec, {"kind", "start", "start_side", "end", "end_side"}, "window frame")
        kind = spec.args.get("kind")
        if kind not in ("ROWS", "RANGE") or not order_types:
            raise syntax(near=str(kind))
        if name in NO_FRAME or (kind == "RANGE" and name == "NTH_VALUE"):
            raise feature(f"{name} with this window frame")
        start, first = self.frame_edge(spec, "start", order_types, scope, name)
        end, last = self.frame_edge(spec, "end", order_types, scope, name) if spec.args.get("end") else ("CURRENT ROW", 0)
        if first > last:
            raise err("002314", "42601", f"{COMPILE}\nInvalid window frame: its end is before its start")
        return f"{kind} BETWEEN {start} AND {end}"

    def frame_edge(self, spec: exp.WindowSpec, which: str, order_types: list[Type], scope: Scope, name: str) -> tuple[str, float]:
        """A bound of a frame, and how far it is from the current row."""
        kind, value, side = spec.args["kind"], spec.args.get(which), spec.args.get(f"{which}_side")
        sign = -1 if side == "PRECEDING" else 1
        if isinstance(value, str):
            return (f"{value} {side}", sign * float("inf")) if value == "UNBOUNDED" else (value, 0)
        if kind == "RANGE" and (len(order_types) != 1 or name not in FRAMES_OF_VALUES):
            raise err("002313", "42601", f"{COMPILE}\nSliding window frame unsupported for function {name}")
        key = order_types[0].kind if kind == "RANGE" else "fixed"
        if isinstance(value, exp.Interval) and key in ("date", "timestamp_ntz"):
            seconds = interval_seconds(value)
            return f"{seconds if key == 'timestamp_ntz' else quote(f'{seconds} seconds') + '::interval'} {side}", sign * float(seconds)
        x = self.expr(value, scope)
        if x.literal is None or not re.fullmatch(r"\d+" if kind == "ROWS" else r"\d+(\.\d+)?", x.literal, re.ASCII):
            raise feature("a frame that is not constant")
        if key not in ("fixed", "date"):
            raise err("002313", "42601", f"{COMPILE}\nSliding window frame unsupported for this ORDER BY type")
        return f"{quote(f'{x.literal} days') + '::interval' if key == 'date' else x.literal} {side}", sign * float(Decimal(x.literal))

    def current(self, node: exp.Expression, scope: Scope) -> X:
        name = {"CurrentDate": "CURRENT_DATE", "CurrentTimestamp": "CURRENT_TIMESTAMP", "CurrentTime": "CURRENT_TIME", "Localtime": "CURRENT_TIME",
                "Localtimestamp": "CURRENT_TIMESTAMP", "CurrentUser": "CURRENT_USER", "CurrentRole": "CURRENT_ROLE"}[type(node).__name__]
        return SCALARS[name][2](self, [])

    def refuse_row(self, node: exp.Expression, scope: Scope) -> X:
        raise feature("a row value")


UNIT_FIRST = frozenset("DATEADD TIMEADD TIMESTAMPADD DATEDIFF TIMEDIFF TIMESTAMPDIFF DATE_PART DATE_TRUNC TIMESTAMP_TRUNC".split())
UNIT_SECOND = frozenset(("LAST_DAY",))

_NODES: dict[type, Callable[..., X]] = {
    exp.Literal: Translator.literal, exp.Column: Translator.column, exp.Paren: Translator.paren, exp.Placeholder: Translator.placeholder,
    exp.Null: lambda self, n, s: null_x(), exp.Boolean: lambda self, n, s: X("true" if n.this else "false", T.BOOLEAN, False),
    exp.Parameter: Translator.parameter, exp.HexString: Translator.hexstring, exp.RawString: lambda self, n, s: text_x(n.name),
    exp.Add: Translator.arithmetic, exp.Sub: Translator.arithmetic, exp.Mul: Translator.arithmetic, exp.Div: Translator.arithmetic, exp.Mod: Translator.arithmetic,
    exp.Neg: Translator.negative, exp.DPipe: Translator.concat,
    **{c: Translator.compare for c in (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ)},
    exp.And: Translator.logic, exp.Or: Translator.logic, exp.Not: Translator.negation, exp.Is: Translator.is_, exp.In: Translator.in_, exp.Exists: Translator.exists_,
    exp.Between: Translator.between, exp.Like: Translator.like, exp.ILike: Translator.like, exp.Escape: Translator.escape,
    exp.Case: Translator.case, exp.Cast: Translator.cast, exp.TryCast: Translator.cast, exp.Extract: Translator.extract, exp.Collate: Translator.collate, exp.StrPosition: Translator.position,
    exp.Bracket: Translator.bracket, exp.JSONExtract: Translator.json_path, exp.Anonymous: Translator.function, exp.Dot: Translator.qualified_function, exp.WithinGroup: Translator.within,
    exp.Window: Translator.window, exp.Tuple: Translator.refuse_row,
}
for _name in ("CurrentDate", "CurrentTimestamp", "CurrentTime", "Localtime", "Localtimestamp", "CurrentUser", "CurrentRole"):
    if hasattr(exp, _name):
        _NODES[getattr(exp, _name)] = Translator.current
for _name in ("LikeAny", "LikeAll", "ILikeAny", "ILikeAll"):
    if hasattr(exp, _name):
        _NODES[getattr(exp, _name)] = Translator.like
