"""Which subqueries Snowflake evaluates ("Working with Subqueries"); all others are refused at compile time."""

from __future__ import annotations

from typing import Callable

from sqlglot import exp

from ..language.errors import COMPILE, err


def refused() -> Exception:
    return err("002031", "42601", f"{COMPILE}\nUnsupported subquery type cannot be evaluated")


def conjuncts(e: exp.Expression | None) -> list[exp.Expression]:
    """The conditions that AND holds together."""
    if isinstance(e, exp.And):
        return conjuncts(e.this) + conjuncts(e.expression)
    if isinstance(e, exp.Paren):
        return conjuncts(e.this)
    return [] if e is None else [e]


def check(query: exp.Expression, scalar: bool, level: Callable[[exp.Column], int], aggregated: Callable[[exp.Expression], bool]) -> None:
    """Refuse what is not evaluated: a correlated subquery is one SELECT whose own WHERE holds an equality of an inner and an outer side, perhaps in every arm
    of an OR, and else nothing with the outer query but <> of such sides; one of EXISTS or IN stands in WHERE, HAVING or QUALIFY; a scalar one gives one row by an aggregate; LIMIT stands in uncorrelated scalar ones only. level() is 0
    for a column of the subquery, 1 for one of the query around it."""
    place = query
    while isinstance(query, (exp.Subquery, exp.Paren)) and not query.args.get("limit"):
        query = query.this
    outer = {id(c): level(c) for c in query.find_all(exp.Column) if level(c)}
    limited = bool(query.args.get("limit") or query.args.get("offset"))
    if not outer:
        if limited and not scalar:
            raise refused()
        return
    if limited or not isinstance(query, exp.Select) or query.args.get("qualify") or query.args.get("with_") or query.find(exp.Window) or max(outer.values()) > 1:
        raise refused()
    if not scalar and not _in_condition(place):
        raise refused()
    if scalar and (query.args.get("group") or query.args.get("having") or not aggregated(query.expressions[0])):
        raise refused()
    where = query.args.get("where")
    equal, met = _correlated(conjuncts(where.this if where is not None else None), outer)
    if not equal or met < len(outer):
        raise refused()


def _correlated(conditions: list[exp.Expression], outer: dict[int, int]) -> tuple[set[str], int]:
    """The equalities with the outer query that all of these hold, as text, and how many outer columns stand in comparisons that are evaluated."""
    equal: set[str] = set()
    met = 0
    for c in conditions:
        here = [x for x in c.find_all(exp.Column) if id(x) in outer]
        if not here:
            continue
        if isinstance(c, exp.Or):
            arms = [_correlated(conjuncts(arm), outer) for arm in _arms(c)]
            common = set.intersection(*(e for e, _ in arms))
            if not common:
                raise refused()
            equal |= common
            met += sum(n for _, n in arms)
            continue
        if not isinstance(c, (exp.EQ, exp.NEQ)) or c.find(exp.Query) or not _apart(c, outer):
            raise refused()
        if isinstance(c, exp.EQ):
            equal.add(c.sql(dialect="snowflake").upper())
        met += len(here)
    return equal, met


def _arms(e: exp.Expression) -> list[exp.Expression]:
    """The conditions that OR holds together."""
    if isinstance(e, exp.Or):
        return _arms(e.this) + _arms(e.expression)
    if isinstance(e, exp.Paren) and isinstance(e.this, exp.Or):
        return _arms(e.this)
    return [e]


def _in_condition(e: exp.Expression) -> bool:
    """Whether a subquery stands in a clause that filters rows."""
    at = e.parent
    while at is not None and not isinstance(at, (exp.Where, exp.Having, exp.Qualify)):
        if isinstance(at, (exp.Select, exp.SetOperation)):
            return False
        at = at.parent
    return at is not None


def _apart(c: exp.Expression, outer: dict[int, int]) -> bool:
    """Whether one side is of the outer query and the other of the subquery."""
    sides = [[id(x) in outer for x in side.find_all(exp.Column)] for side in (c.this, c.expression)]
    return all(sides) and all(len(set(s)) == 1 for s in sides) and sides[0][0] != sides[1][0]
