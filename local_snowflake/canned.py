"""Prepared answers: statements that a test wants exact cells for, or that no SQL engine could give (bad texts, odd types).

`POST /_local/results` takes {"match": regular expression, "columns": [{"name", "type", ...}], "rows": [[text or null, ...]],
"repeat": how often the rows are repeated (1), "times": how often it is used (without: always)}. Without an engine behind it only these
and SELECT SYSTEM$WAIT(n) are answered.
"""

from __future__ import annotations

import re
from typing import Sequence

from aiohttp import web

from .model import Binding, Column, Context, Engine, Result, SnowflakeError

WAIT = re.compile(r"(?is)\s*(?:SELECT|CALL)\s+SYSTEM\$WAIT\((\d+(?:\.\d+)?)\)\s*;?\s*")


class CannedEngine:
    """Answers from the prepared results first, from the engine behind it else."""

    def __init__(self, inner: Engine | None):
        self.inner = inner
        self.results: list[dict] = []

    async def add(self, request: web.Request) -> web.Response:
        entry = await request.json()
        self.results.insert(0, entry)
        return web.json_response({"results": len(self.results)})

    async def clear(self, request: web.Request) -> web.Response:
        self.results.clear()
        return web.json_response({"results": 0})

    def execute(self, sql: str, context: Context, bindings: Sequence[Binding] = ()) -> Result:
        for entry in self.results:
            if re.search(entry["match"], sql) and entry.get("times", 1) > 0:
                if "times" in entry:
                    entry["times"] -= 1
                columns = [Column(**column) for column in entry["columns"]]
                return Result(columns, [row for _ in range(entry.get("repeat", 1)) for row in entry["rows"]])
        if self.inner:
            return self.inner.execute(sql, context, bindings)
        wait = WAIT.fullmatch(sql)
        if wait is None:
            raise SnowflakeError("001003", "42000", "SQL compilation error:\nno engine, and no prepared result for this statement")
        if context.cancelled.wait(float(wait[1])):
            raise SnowflakeError("000604", "57014", "SQL execution canceled")
        return Result([Column("SYSTEM$WAIT", "text", length=16777216, byte_length=16777216)], [[f"waited {wait[1]} seconds"]])

    def cancel(self, context: Context) -> None:
        if self.inner:
            self.inner.cancel(context)

    def release(self, context: Context) -> None:
        if self.inner:
            self.inner.release(context)

    def split(self, sql: str) -> list[str]:
        return self.inner.split(sql) if self.inner else [part for part in sql.split(";") if part.strip()]

    def current_defaults(self, user: str) -> Context:
        return self.inner.current_defaults(user) if self.inner else Context(user, "PUBLIC", "COMPUTE_WH", "DEMO", "PUBLIC")

    def check_context(self, context: Context) -> None:
        if self.inner:
            self.inner.check_context(context)

    def close(self) -> None:
        if self.inner:
            self.inner.close()
