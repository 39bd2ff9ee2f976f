"""Prepared answers: statements that a test wants exact cells for, or that no SQL engine could give (bad texts, odd types).

`POST /_local/results` takes {"match": regular expression, "columns": [{"name", "type", ...}], "rows": [[text or null, ...]],
"repeat": how often the rows are repeated (1), "times": how often it is used (without: always), "seconds": how long the statement runs
before (0)}. One with seconds and without columns and rows makes a statement slow, which is then answered as without it. Without an engine
behind it only these and SELECT SYSTEM$WAIT(n) are answered.
"""

from __future__ import annotations

import re
from typing import Sequence

from aiohttp import web

from .model import Binding, Column, Context, Engine, Result, SnowflakeError
from .payload import json_of
from .sql.language.lexer import split

MOST_REPEATS = 10**7
LONGEST = 3600
WAIT = re.compile(r"(?is)\s*(?:SELECT|CALL)\s+SYSTEM\$WAIT\((\d+(?:\.\d+)?)\)\s*;?\s*")


class CannedEngine:
    """Answers from the prepared results first, from the engine behind it else."""

    def __init__(self, inner: Engine | None):
        self.inner = inner
        self.results: list[dict] = []

    async def add(self, request: web.Request) -> web.Response:
        entry = await json_of(request)
        self.results.insert(0, _sound(entry))
        return web.json_response({"results": len(self.results)})

    async def clear(self, request: web.Request) -> web.Response:
        self.results.clear()
        return web.json_response({"results": 0})

    def execute(self, sql: str, context: Context, bindings: Sequence[Binding] = ()) -> Result:
        for entry in self.results:
            if re.search(entry["match"], sql) and entry.get("times", 1) > 0:
                if "times" in entry:
                    entry["times"] -= 1
                _run_for(entry.get("seconds", 0), context)
                if "columns" not in entry:
                    continue
                return Result(entry["columns"], [row for _ in range(entry.get("repeat", 1)) for row in entry["rows"]])
        if self.inner:
            return self.inner.execute(sql, context, bindings)
        wait = WAIT.fullmatch(sql)
        if wait is None:
            raise SnowflakeError("001003", "42000", "SQL compilation error:\nno engine, and no prepared result for this statement")
        _run_for(float(wait[1]), context)
        return Result([Column("SYSTEM$WAIT", "text", length=16777216, byte_length=16777216)], [[f"waited {wait[1]} seconds"]])

    def cancel(self, context: Context) -> None:
        if self.inner:
            self.inner.cancel(context)

    def release(self, context: Context) -> None:
        if self.inner:
            self.inner.release(context)

    def split(self, sql: str) -> list[str]:
        return split(sql)

    def current_defaults(self, user: str) -> Context:
        return self.inner.current_defaults(user) if self.inner else Context(user, "PUBLIC", "COMPUTE_WH", "DEMO", "PUBLIC")

    def check_context(self, context: Context) -> None:
        if self.inner:
            self.inner.check_context(context)

    def close(self) -> None:
        if self.inner:
            self.inner.close()


def _run_for(seconds: float, context: Context) -> None:
    if seconds and context.cancelled.wait(seconds):
        raise SnowflakeError("000604", "57014", "SQL execution canceled")


def _sound(entry: dict) -> dict:
    """An entry whose parts are what they should be, its columns read; else an error that the one who posted it gets."""
    re.compile(entry["match"])
    if not all(isinstance(entry.get(name, 1), int) for name in ("repeat", "times")):
        raise ValueError("repeat and times are numbers")
    if entry.get("repeat", 1) > MOST_REPEATS:
        raise ValueError(f"no more than {MOST_REPEATS} repeats")
    if not isinstance(entry.get("seconds", 0), (int, float)) or not 0 <= entry.get("seconds", 0) <= LONGEST:
        raise ValueError(f"seconds are a number up to {LONGEST}")
    if "seconds" in entry and not {"columns", "rows"} & entry.keys():
        return entry
    if not all(isinstance(row, list) and all(cell is None or isinstance(cell, str) for cell in row) for row in entry["rows"]):
        raise ValueError("a row is a list of texts and nulls")
    columns = [Column(**column) for column in entry["columns"]]
    if not all(isinstance(column.name, str) and isinstance(column.type, str) for column in columns):
        raise ValueError("a column has a name and a type")
    return {**entry, "columns": columns}
