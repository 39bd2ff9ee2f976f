"""Calls of functions in SQL that the catalog has: the body of a scalar one is put in place of the call, with its arguments as columns."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from ..catalog.catalog import Obj
from ..language import types as T
from ..language.errors import COMPILE, err, feature, syntax, unknown_function
from ..language.parse import fold, parse, split_name, tokens
from ..language.values import X
from .query import Out, Rel, Scope

DEEPEST = 16


def parts_of(node: exp.Dot) -> list[str] | None:
    """The names of db.schema.f(…); None for another expression with dots."""
    out: list[str] = []
    at: exp.Expression = node
    while isinstance(at, exp.Dot):
        if not isinstance(at.expression, (exp.Identifier, exp.Anonymous)):
            return None
        out.insert(0, fold(at.expression) if isinstance(at.expression, exp.Identifier) else at.expression.name.upper())
        at = at.this
    if not isinstance(at, exp.Identifier) or not isinstance(node.expression, exp.Anonymous):
        return None
    return [fold(at), *out]


def find(tr: Any, parts: list[str], count: int) -> Obj | None:
    """The function of a name with so many arguments that the role may call."""
    path = (*(tr.context.database or "", tr.context.schema or "")[: 3 - len(parts)], *parts)
    if len(path) != 3 or not (tr.catalog.usable(tr.context.role, path[:1]) and tr.catalog.usable(tr.context.role, path[:2])):
        return None
    known = [o for o in tr.catalog.all("FUNCTION", path[:2]) if o.props.get("bare_name") == path[2] and tr.catalog.can(tr.context.role, "USAGE", o)]
    fits = [o for o in known if _least(o) <= count <= len(o.props.get("arguments") or [])]
    if known and not fits:
        raise err("001044", "42P13", f"{COMPILE}\nInvalid argument types for function '{path[2]}': ({count} arguments)")
    if len(fits) > 1:
        raise feature("a choice among functions by the types of their arguments")
    return fits[0] if fits else None


def _least(function: Obj) -> int:
    return sum(a.get("default_value") is None for a in function.props.get("arguments") or [])


def call(tr: Any, parts: list[str], given: list[exp.Expression], scope: Scope) -> X:
    function = find(tr, parts, len(given))
    if function is None:
        raise unknown_function(parts[0]) if len(parts) == 1 else err("002141", "42601", f"{COMPILE}\nUnknown user-defined function {'.'.join(parts)}")
    p = function.props
    language = str((p.get("language_config") or {}).get("language") or "SQL").upper()
    if language != "SQL" or (p.get("return_type") or {}).get("type") != "DATATYPE":
        raise feature(f"functions in LANGUAGE {language}" if language != "SQL" else "functions that answer tables")
    if tr.depth >= DEEPEST:
        raise feature("functions that call each other so deep")
    arguments = p.get("arguments") or []
    values = [tr.expr(e, scope) for e in given] + [tr.expr(_expression(a["default_value"]), Scope()) for a in arguments[len(given) :]]
    types = [_type(tr, a["datatype"]) for a in arguments]
    cells = [tr.conv.cast(x, t).sql for x, t in zip(values, types)]
    body = _expression(p["body"])
    if isinstance(body, exp.Query) or any(body.find_all(exp.Query)):
        raise feature("functions with a query in their body")
    pg = tr.fresh("f")
    plain = all(isinstance(e, (exp.Column, exp.Literal, exp.Null, exp.Boolean)) for e in given)  # such a value may stand in several places
    seen = [f"({c})" if plain else f"{pg}.c{i}" for i, c in enumerate(cells)]
    inner = Scope(None, [Rel(pg, pg, [Out(split_name(a["name"])[0], X(c, t)) for a, c, t in zip(arguments, seen, types)])])
    tr.depth += 1
    try:
        done = tr.conv.cast(tr.expr(body, inner), _type(tr, p["return_type"]["datatype"]))
    finally:
        tr.depth -= 1
    value = done.sql
    if cells and p["language_config"].get("called_on_null_input") is False:
        value = f"CASE WHEN {' AND '.join(f'{c} IS NOT NULL' for c in seen)} THEN {value} END"
    if plain:
        return X(f"({value})", done.t)
    return X(f"(SELECT {value} FROM (SELECT {', '.join(f'{c} AS c{i}' for i, c in enumerate(cells))} OFFSET 0) AS {pg})", done.t)


def _expression(text: str) -> exp.Expression:
    text = text.strip().rstrip(";")
    tree = parse(f"SELECT ({text}\n)", tokens(f"SELECT ({text}\n)"))
    if len(tree.expressions) != 1:
        raise syntax()
    inner = tree.expressions[0]
    return inner.this if isinstance(inner, (exp.Paren, exp.Subquery)) else inner


def _type(tr: Any, text: str) -> T.Type:
    return tr.cast_type(text)
