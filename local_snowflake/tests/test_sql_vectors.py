"""Statements with the answers of a live account: right or refused, never wrong."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest

from local_snowflake.tests.sql_engine import engine  # noqa: F401
from local_snowflake.model import Context, SnowflakeError

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "vectors"
FLOOR = 436


def norm(v):
    if v is None:
        return None
    s = str(v).strip()
    if s in ("", "NULL"):
        return None
    if s.lower() in ("true", "false"):
        return s.lower()
    try:
        d = Decimal(s)
        return ("0" if d == 0 else f"{d:.9e}") if d.is_finite() else s
    except InvalidOperation:
        return s


def grid(rows):
    return [[norm(c) for c in r] for r in rows]


def plain(result):
    """The cells as the recording client printed them: dates and booleans as text."""
    import datetime
    out = []
    for row in result.rows:
        cells = list(row)
        for i, c in enumerate(result.columns):
            if c.type == "date" and cells[i] is not None:
                cells[i] = str(datetime.date(1970, 1, 1) + datetime.timedelta(days=int(cells[i])))
        out.append(cells)
    return out


def classify(engine, case):
    """right, refused or wrong, and why."""
    context = Context("ADMIN", "ACCOUNTADMIN", "COMPUTE_WH", multi_statement=True)
    refusals = ("000002", "002140", "002040", "001003", "000603", "001044")
    try:
        try:
            for s in ("CREATE OR REPLACE DATABASE test_db", "CREATE SCHEMA test_db.test_schema", "USE SCHEMA test_db.test_schema", *case["setup"]):
                context.query_id = ""
                engine.execute(s, context)
        except SnowflakeError as e:
            return "refused", f"setup {s[:100]}: {e.code} {e.message}"
        expect = case["expect"]
        context.query_id = ""
        try:
            result = engine.execute(case["sql"], context)
            rows = plain(result)
        except SnowflakeError as e:
            want = expect.get("error")
            if want is None:
                return ("refused" if e.code in refusals else "wrong"), f"{e.code} {e.message}"
            text = want.get("messageContains", "")
            if text.lower() in e.message.lower() and want.get("code", e.code) == e.code and want.get("sqlState", e.sqlstate) == e.sqlstate:
                return "right", ""
            return "refused", f"other error: {e.code} {e.message} instead of {want}"
        if "error" in expect:
            return "wrong", f"answered {rows[:3]} instead of {expect}"
        if "columns" in expect and [c.name.upper() for c in result.columns] != [c.upper() for c in expect["columns"]]:
            return "wrong", f"columns {[c.name for c in result.columns]}"
        if "rowCount" in expect and len(rows) != expect["rowCount"]:
            return "wrong", f"{len(rows)} rows"
        if "value" in expect and norm(rows[0][0] if rows else None) != norm(expect["value"]):
            return "wrong", f"{rows[:1]} instead of {expect['value']}"
        if "updateCount" in expect and norm(rows[0][0]) != norm(expect["updateCount"]):
            return "wrong", f"{rows[:1]}"
        if "rows" in expect:
            have, want = grid(rows), grid(expect["rows"])
            if not expect.get("ordered"):
                have, want = sorted(have, key=repr), sorted(want, key=repr)
            if have != want:
                return "wrong", f"{have[:4]} instead of {want[:4]}"
        return "right", ""
    finally:
        engine.release(context)


def test_vectors(engine):
    if not VECTORS.is_dir():
        pytest.skip("../shared/vectors is absent")
    seen = {"right": 0, "refused": 0, "wrong": 0}
    report = []
    for path in sorted(VECTORS.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            case = json.loads(line)
            verdict, why = classify(engine, case)
            seen[verdict] += 1
            if verdict != "right":
                report.append(f"{verdict} {path.name} {case['id']}\n    {case['sql'][:160]}\n    {why}")
    print("\n".join(report))
    print(seen)
    assert seen["wrong"] == 0
    assert seen["right"] >= FLOOR
