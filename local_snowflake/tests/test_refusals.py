"""What Snowflake refuses is refused, and what stands beside it is answered (data/README.md)."""

import json
from pathlib import Path

import pytest

from local_snowflake.model import Context, SnowflakeError
from local_snowflake.tests.sql_engine import engine  # noqa: F401

DATA = Path(__file__).parent / "data"


def lines(name):
    """The lines of a file with the source that stands above each."""
    source = ""
    for line in (DATA / name).read_text().splitlines():
        if line.startswith("["):
            source = line
        elif line and not line.startswith("--"):
            yield source, line


def refusals():
    for source, line in lines("must_refuse.txt"):
        code, state, text, sql = line.split("|", 3)
        yield pytest.param(code, state, text, sql, id=sql)
        assert source


def answers():
    """Statement, what is compared, and what is expected."""
    for source, line in lines("must_answer.txt"):
        assert source
        for mark, what in ((" -> ", "rows"), (" :: names ", "names"), (" :: types ", "types")):
            sql, found, expected = line.rpartition(mark)
            if found:
                yield sql, what, json.loads(expected)
                break
        else:
            raise ValueError(line)


@pytest.fixture(scope="module")
def facts(engine):  # noqa: F811
    context = Context("ADMIN", "ACCOUNTADMIN", "COMPUTE_WH", multi_statement=True)
    try:
        for sql in (DATA / "fixture.sql").read_text().splitlines():
            run(engine, sql, context)
        yield engine, context
    finally:
        run(engine, "DROP DATABASE IF EXISTS FACTS", context)
        engine.release(context)


def run(engine, sql, context):  # noqa: F811
    context.query_id = ""
    result = engine.execute(sql, context)
    return result, [list(row) for row in result.rows]


@pytest.mark.parametrize(("code", "state", "text", "sql"), refusals())
def test_refused(facts, code, state, text, sql):
    with pytest.raises(SnowflakeError) as e:
        run(facts[0], sql, facts[1])
    assert code in ("*", e.value.code) and e.value.code != "000603", e.value.message  # an internal error is no refusal
    assert state in ("*", e.value.sqlstate)
    assert text in e.value.message


def test_cases_are_read():
    """Files that are read as nothing would pass."""
    assert len(list(refusals())) >= 280 and len(list(answers())) >= 140


def test_answered(facts):
    wrong = []
    for sql, what, expected in answers():
        try:
            result, rows = run(facts[0], sql, facts[1])
        except SnowflakeError as e:
            wrong.append((sql, e.code, e.message))
            continue
        types = [c.type if c.precision is None else f"{c.type}({c.precision},{c.scale})" for c in result.columns]
        have = {"rows": rows, "names": [c.name for c in result.columns], "types": types}[what]
        if have != expected:
            wrong.append((sql, have, expected))
    assert wrong == []


def test_terse_rows(facts):
    """A database has no kind and no container, a schema no kind, a table and a view their own."""
    for sql, row in (("SHOW TERSE TABLES LIKE 'T1' IN SCHEMA FACTS.PUBLIC", ["T1", "TABLE", "FACTS", "PUBLIC"]), ("SHOW TERSE OBJECTS LIKE 'T1' IN SCHEMA FACTS.PUBLIC", ["T1", "TABLE", "FACTS", "PUBLIC"]),
                     ("SHOW TERSE SCHEMAS LIKE 'PUBLIC' IN DATABASE FACTS", ["PUBLIC", None, "FACTS", None]), ("SHOW TERSE DATABASES LIKE 'FACTS'", ["FACTS", None, None, None])):
        assert [r[1:5] for r in run(facts[0], sql, facts[1])[1]] == [row], sql


def test_roles_of_the_system_stay(facts):
    roles = [r[1] for r in run(facts[0], "SHOW ROLES", facts[1])[1]]
    assert {"ACCOUNTADMIN", "SECURITYADMIN", "USERADMIN", "SYSADMIN", "PUBLIC"} <= set(roles)
    run(facts[0], "CREATE ROLE PASSING", facts[1])
    run(facts[0], "DROP ROLE PASSING", facts[1])


def test_explained_tables(facts):
    """EXPLAIN names the tables that a statement would read, through views too, and counts their partitions and bytes."""
    run(facts[0], "CREATE OR REPLACE VIEW FACTS.PUBLIC.OVER_T2 AS SELECT A FROM T2", facts[1])
    plan = json.loads(run(facts[0], "EXPLAIN USING JSON SELECT X.A FROM T1 X JOIN OVER_T2 ON X.A = OVER_T2.A", facts[1])[1][0][0])
    scans = [o for o in plan["Operations"][0] if o["operation"] == "TableScan"]
    assert [(o["objects"], o.get("alias")) for o in scans] == [(["FACTS.PUBLIC.T1"], "X"), (["FACTS.PUBLIC.T2"], None)]
    assert {k: sum(o[k] for o in scans) for k in plan["GlobalStats"]} == plan["GlobalStats"] and plan["GlobalStats"]["partitionsTotal"] == 2
