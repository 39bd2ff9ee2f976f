"""EXPLAIN: a statement is compiled and not run; what is told are the tables that it would read."""

from __future__ import annotations

import json
from typing import Any

from ..commands.account import Account
from ..language import types as T
from ..language.errors import err
from ..translate.query import Query, Scan
from .sql_rows import sizes

PARTITION = 16 * 1024 * 1024
COLUMNS = "step id parentOperators operation objects alias expressions partitionsTotal partitionsAssigned bytesAssigned"
COUNTS = ("partitionsTotal", "partitionsAssigned", "bytesAssigned")
NUMBERS = ("step", "id", *COUNTS)


def operations(engine: Account, q: Query, scans: list[Scan]) -> list[dict[str, Any]]:
    """The operations of a plan, Result first; no source tells Snowflake's choice of joins, so none are named."""
    for scan in scans:
        if scan.obj is None:
            raise err("003001", "42501", f"SQL access control error:\nEXPLAIN command has insufficient privilege on object {'.'.join(scan.path)}")
    size = sizes(engine, [s.obj for s in scans])
    out: list[dict[str, Any]] = [{"id": 0, "operation": "Result", "expressions": [c.name for c in q.cols]}]
    for i, scan in enumerate(scans, 1):
        n = max(512, size.get(scan.obj.id, (0, 0))[1])
        parts = -(-n // PARTITION)
        alias = {"alias": scan.alias} if scan.alias else {}
        out.append({"id": i, "parentOperators": [0], "operation": "TableScan", "objects": [".".join(scan.path)], **alias, "expressions": [c.name for c in scan.obj.columns],
                    "partitionsAssigned": parts, "partitionsTotal": parts, "bytesAssigned": n})
    return out


def answer(engine: Account, q: Query, scans: list[Scan], style: str) -> tuple[list[tuple[str, T.Type]], list[list[str | None]]]:
    """The result of EXPLAIN USING JSON or TABULAR."""
    ops = operations(engine, q, scans)
    total = {k: sum(o.get(k, 0) for o in ops) for k in COUNTS}
    if style == "JSON":
        return [("content", T.text())], [[json.dumps({"GlobalStats": total, "Operations": [ops]}, separators=(",", ":"))]]
    names = COLUMNS.split()
    rows = [["GlobalStats" if n == "operation" else str(total[n]) if n in total else None for n in names]]
    for o in ops:
        cells = {**o, "step": 1}
        cells = {k: ", ".join(v) if isinstance(v, list) and k != "parentOperators" else v for k, v in cells.items()}
        rows.append([str(cells[n]) if n in cells else None for n in names])
    return [(n, T.number() if n in NUMBERS else T.text()) for n in names], rows
