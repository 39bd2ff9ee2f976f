"""The (+) of WHERE, written as the LEFT JOIN that it means ("WHERE", joins in the WHERE clause)."""

from __future__ import annotations

from sqlglot import exp

from ..language.errors import COMPILE, ambiguous, err, feature, invalid_identifier
from ..language.parse import fold

Relations = list[tuple[str, set[str]]]  # names in FROM with their columns


def marked(select: exp.Select) -> bool:
    """Whether the WHERE of a SELECT has a (+) of its own."""
    condition = select.args.get("where")
    return condition is not None and any(c.args.get("join_mark") for c in _columns(condition, select))


def _columns(e: exp.Expression, select: exp.Select) -> list[exp.Column]:
    """The columns of an expression, without those of subqueries in it."""
    return [c for c in e.find_all(exp.Column) if c.find_ancestor(exp.Query) is select]


def rewrite(node: exp.Select, relations: Relations) -> None:
    """Change a SELECT whose WHERE has (+): each inner table leaves the list of FROM and comes back behind it, with its conditions."""
    kept, conditions, partners = _sorted_out(node, relations)
    sources = [node.args["from_"].this, *(node.args.get("joins") or [])]
    inner: dict[str, exp.Expression] = {}
    rest: list[exp.Expression] = []
    for item in sources:
        name = _name(item)
        if name in conditions:
            inner[name] = _listed(item)
        else:
            rest.append(item)
    if set(inner) != set(conditions) or not rest:
        raise feature("(+) on a table that is not an item of FROM of its own")
    node.args["from_"].set("this", _listed(rest[0]))
    joins = rest[1:]
    while inner:
        ready = next((name for name in inner if partners[name] not in inner), None)
        if ready is None:
            first = next(iter(inner))
            raise _cycle(first, partners[first])
        joins.append(exp.Join(this=inner.pop(ready), side="LEFT", on=exp.and_(*conditions[ready], copy=False)))
    node.set("joins", joins)
    node.set("where", exp.Where(this=exp.and_(*kept, copy=False)) if kept else None)


def _sorted_out(node: exp.Select, relations: Relations) -> tuple[list[exp.Expression], dict[str, list[exp.Expression]], dict[str, str]]:
    """The conditions without (+), those of each inner table, and the table that each is joined to."""
    kept: list[exp.Expression] = []
    conditions: dict[str, list[exp.Expression]] = {}
    seen: dict[str, list[str]] = {}
    for c in _conjuncts(node.args["where"].this):
        columns = _columns(c, node)
        inner = list(dict.fromkeys(_owner(x, relations) for x in columns if x.args.get("join_mark")))
        if not inner:
            kept.append(c)
            continue
        if len(inner) > 1:
            raise _cycle(inner[0], inner[1])
        if c.find(exp.Or, exp.Query):
            raise feature("(+) under OR or beside a subquery")
        others = [_owner(x, relations) for x in columns if not x.args.get("join_mark")]
        if inner[0] in others:
            raise feature("a condition with and without (+) on one table")
        for x in columns:
            x.set("join_mark", None)
        conditions.setdefault(inner[0], []).append(c)
        seen.setdefault(inner[0], []).extend(o for o in others if o not in seen.get(inner[0], []))
    for name, partners in seen.items():
        if len(partners) > 1:
            raise err("001003", "42000", f"{COMPILE}\nTable '{name}' is outer joined to multiple tables: '{partners[1]}' and '{partners[0]}'.")
        if not partners:
            raise feature("(+) without a join condition")
    return kept, conditions, {name: partners[0] for name, partners in seen.items()}


def _conjuncts(e: exp.Expression) -> list[exp.Expression]:
    if isinstance(e, exp.And):
        return _conjuncts(e.this) + _conjuncts(e.expression)
    if isinstance(e, exp.Paren) and isinstance(e.this, exp.And):
        return _conjuncts(e.this)
    return [e]


def _owner(column: exp.Column, relations: Relations) -> str:
    """The name in FROM that a column belongs to."""
    name = fold(column.this)
    if column.args.get("table") is not None:
        return fold(column.args["table"])
    hits = [alias for alias, columns in relations if name in columns]
    if not hits:
        raise invalid_identifier(name)
    if len(hits) > 1:
        raise ambiguous(name)
    return hits[0]


def _name(item: exp.Expression) -> str:
    """What an item of FROM is called."""
    source = item.this if isinstance(item, exp.Join) else item
    alias = source.args.get("alias")
    if alias is not None and alias.this is not None:
        return fold(alias.this)
    return fold(source.this) if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier) else ""


def _listed(item: exp.Expression) -> exp.Expression:
    """An item between commas."""
    if isinstance(item, exp.Join):
        if any(item.args.get(k) for k in ("on", "using", "side", "kind", "method")):
            raise feature("(+) beside JOIN")
        item = item.this
    if item.args.get("joins"):
        raise feature("(+) beside JOIN")
    return item


def _cycle(a: str, b: str) -> Exception:
    return err("001003", "42000", f"{COMPILE}\nOuter join predicates form a cycle between '{a}' and '{b}'.")
