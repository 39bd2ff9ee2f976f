"""Window functions and their frames ("Window function syntax and usage", and the page of each)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Callable

from sqlglot import exp

from ..language import types as T
from ..language.errors import err, feature
from ..language.values import X
from .functions import whole, whole_literal

WINDOWS: dict[str, tuple[int, int, bool, Callable[..., X]]] = {}

# functions without a frame, and those whose frame may be of values at a distance
NO_FRAME = frozenset("NTILE LAG LEAD".split())
FRAMES_OF_VALUES = frozenset(
    "COUNT SUM MIN MAX AVG STDDEV STDDEV_SAMP STDDEV_POP VARIANCE VARIANCE_SAMP VARIANCE_POP VAR_SAMP VAR_POP COUNT_IF FIRST_VALUE LAST_VALUE ARRAY_AGG".split())
SECONDS = {"week": 604800, "day": 86400, "hour": 3600, "minute": 60, "second": 1, "millisecond": Decimal("0.001"), "microsecond": Decimal("0.000001")}


def interval_seconds(node: exp.Interval) -> Decimal:
    """An INTERVAL constant of units that are of one length."""
    text = (node.this.name + (f" {node.args['unit'].name}" if node.args.get("unit") else "")).lower()
    total = Decimal(0)
    for part in text.split(","):
        m = re.fullmatch(r"\s*(\d+)\s+([a-z]+?)s?\s*", part, re.ASCII)
        if m is None or m[2] not in SECONDS:
            raise feature("this INTERVAL constant")
        total += int(m[1]) * SECONDS[m[2]]
    return total


def place(x: X, name: str, most: int = 2147483647) -> int:
    """A constant that counts from 1."""
    n = whole_literal(x, f"an argument of {name}")
    if not 1 <= n <= most:
        raise err("001015", "22023", f"SQL compilation error:\ninvalid value [{n}] for parameter '{name}'")
    return n


# Window functions: (fewest, most arguments, ORDER BY required, builder)

for _n in ("ROW_NUMBER", "RANK", "DENSE_RANK"):
    WINDOWS[_n] = (0, 0, True, lambda c, a, over, f=_n.lower(): X(f"({f}(){over})::numeric", T.COUNT, False))
for _n in ("PERCENT_RANK", "CUME_DIST"):
    WINDOWS[_n] = (0, 0, True, lambda c, a, over, f=_n.lower(): X(f"({f}(){over})", T.REAL, False))
WINDOWS["NTILE"] = (1, 1, True, lambda c, a, over: X(f"(ntile({place(a[0], 'NTILE')}){over})::numeric", T.COUNT, False))


def _shift(word: str) -> Callable[..., X]:
    def build(c, a, over):
        t = T.common([a[0].t, a[2].t]) if len(a) == 3 else a[0].t
        args = [c.conv.cast(a[0], t).sql] + ([f"{whole(c, a[1])}::int"] if len(a) > 1 else []) + ([c.conv.cast(a[2], t).sql] if len(a) == 3 else [])
        return X(f"({word}({', '.join(args)}){over})", t)
    return build


WINDOWS["LAG"] = (1, 3, True, _shift("lag"))
WINDOWS["LEAD"] = (1, 3, True, _shift("lead"))
WINDOWS["FIRST_VALUE"] = (1, 1, True, lambda c, a, over: X(f"(first_value({a[0].sql}){over})", a[0].t))
WINDOWS["LAST_VALUE"] = (1, 1, True, lambda c, a, over: X(f"(last_value({a[0].sql}){over})", a[0].t))
WINDOWS["NTH_VALUE"] = (2, 2, True, lambda c, a, over: X(f"(nth_value({a[0].sql},{place(a[1], 'NTH_VALUE', 1000)}){over})", a[0].t))
