"""TASK_HISTORY and its like, QUERY_HISTORY, RESULT_SCAN: their arguments, limits, and who sees what."""

import pytest

from local_snowflake.model import Context
from local_snowflake.tests.task_account import account, engine  # noqa: F401

COMPLETE = ("ROOT_TASK_NAME DATABASE_NAME SCHEMA_NAME STATE FIRST_ERROR_TASK_NAME FIRST_ERROR_CODE FIRST_ERROR_MESSAGE SCHEDULED_TIME QUERY_START_TIME "
            "NEXT_SCHEDULED_TIME COMPLETED_TIME ROOT_TASK_ID GRAPH_VERSION RUN_ID ATTEMPT_NUMBER SCHEDULED_FROM CONFIG GRAPH_RUN_GROUP_ID BACKFILL_INFO SCHEDULED_BY_USER")  # fmt: skip


def columns(account, text):
    context = Context("ADMIN", "SYSADMIN", "COMPUTE_WH", "DEMO", account.schema)
    result = account.engine.execute(text, context)
    account.engine.release(context)
    return [(c.name, c.type) for c in result.columns]


def test_columns(account):
    found = dict(columns(account, "SELECT * FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY())"))
    assert list(found)[:7] == ["QUERY_ID", "NAME", "DATABASE_NAME", "SCHEMA_NAME", "QUERY_TEXT", "CONDITION_TEXT", "STATE"]
    assert {n for n, t in found.items() if t == "timestamp_ltz"} == {"SCHEDULED_TIME", "QUERY_START_TIME", "NEXT_SCHEDULED_TIME", "COMPLETED_TIME"}
    assert [n for n, _ in columns(account, "SELECT * FROM TABLE(INFORMATION_SCHEMA.COMPLETE_TASK_GRAPHS())")] == COMPLETE.split()
    assert [n for n, _ in columns(account, "SELECT * FROM TABLE(INFORMATION_SCHEMA.CURRENT_TASK_GRAPHS())")] == COMPLETE.replace("COMPLETED_TIME ", "").split()
    account.task("R", "AS SELECT 1")
    assert [n for n, _ in columns(account, "SELECT * FROM TABLE(INFORMATION_SCHEMA.TASK_DEPENDENTS('R'))")] == [
        "CREATED_ON", "NAME", "DATABASE_NAME", "SCHEMA_NAME", "OWNER", "COMMENT", "WAREHOUSE", "SCHEDULE", "PREDECESSORS", "STATE", "DEFINITION", "CONDITION"]


def test_task_history_arguments(account):
    account.task("R", "SCHEDULE = '1 MINUTE' AS SELECT 1")
    account.task("OTHER", "SCHEDULE = '2 MINUTES' SUSPEND_TASK_AFTER_NUM_FAILURES = 0 AS SELECT 1/0")
    account.start("R")
    account.start("OTHER")
    account.pass_(minutes=200)
    here = f"DATABASE_NAME => 'demo', SCHEMA_NAME => '{account.schema.lower()}'"

    def count(arguments):
        return int(account.sql(f"SELECT COUNT(*) FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY({arguments}))")[0][0])

    assert count(here) == 100
    assert count(f"{here}, RESULT_LIMIT => 10000") == 302  # with the two that are scheduled
    assert count(f"{here}, RESULT_LIMIT => 10000, TASK_NAME => 'other'") == 101
    assert count(f"{here}, RESULT_LIMIT => 10000, ERROR_ONLY => TRUE") == 100
    assert count(f"{here}, RESULT_LIMIT => 7") == 7
    assert count(f"{here}, SCHEDULED_TIME_RANGE_START => DATEADD('minute', -10, CURRENT_TIMESTAMP()), SCHEDULED_TIME_RANGE_END => CURRENT_TIMESTAMP()") == 17
    (root,), = account.sql(f"SELECT DISTINCT ROOT_TASK_ID FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY({here}, TASK_NAME => 'R'))")
    assert count(f"RESULT_LIMIT => 10000, ROOT_TASK_ID => '{root}'") == 201
    assert count(f"TASK_NAME => NULL, {here}") == 100
    latest = account.sql(f"SELECT NAME, STATE FROM TABLE(DEMO.INFORMATION_SCHEMA.TASK_HISTORY({here}, RESULT_LIMIT => 3))")
    assert latest == [["OTHER", "SCHEDULED"], ["R", "SCHEDULED"], ["R", "SUCCEEDED"]]  # the latest schedule first
    # the arguments come first, then WHERE
    assert account.sql(f"SELECT COUNT(*) FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY({here}, RESULT_LIMIT => 2)) WHERE STATE = 'FAILED'") == [["0"]]


@pytest.mark.parametrize(("arguments", "code"), [
    ("RESULT_LIMIT => 10001", "001015"), ("SCHEDULED_TIME_RANGE_START => DATEADD('day', -8, CURRENT_TIMESTAMP())", "001015"), ("SCHEMA_NAME => 'X'", "001015"),
    ("SCHEDULED_TIME_RANGE_START => CURRENT_TIMESTAMP(), SCHEDULED_TIME_RANGE_END => DATEADD('hour', -1, CURRENT_TIMESTAMP())", "001015"),
    ("NO_SUCH => 1", "001015"), ("TASK_NAME => 'A', TASK_NAME => 'B'", "001015"), ("RESULT_LIMIT => 'x'", "100038"),
])  # fmt: skip
def test_refused_arguments(account, arguments, code):
    assert account.code(f"SELECT * FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY({arguments}))") == code


def test_names_of_functions(account):
    assert account.code("SELECT * FROM TABLE(TASK_HISTORY())") == "002140"  # the schema is another one
    assert account.code("SELECT * FROM TABLE(NO_SUCH.INFORMATION_SCHEMA.TASK_HISTORY())") == "002003"
    assert account.code("SELECT * FROM TABLE(INFORMATION_SCHEMA.NO_SUCH())") == "002140"
    account.sql("SELECT * FROM TABLE(SNOWFLAKE.INFORMATION_SCHEMA.TASK_HISTORY())")
    assert account.message("SELECT * FROM TABLE(INFORMATION_SCHEMA.TASK_DEPENDENTS(TASK_NAME => 'NOSUCH'))") == (
        "Invalid value [NOSUCH] for function 'TASK_DEPENDENTS_SCAN', parameter 1: must be a valid task name")


def test_graphs(account):
    account.task("R", "SCHEDULE = '1 HOUR' CONFIG = '{\"a\": 1}' AS SELECT SYSTEM$WAIT(120)")
    account.task("A", "AFTER R AS SELECT 1")
    account.start("R")
    current = "SELECT STATE, SCHEDULED_FROM, CONFIG, SCHEDULED_TIME, NEXT_SCHEDULED_TIME, QUERY_START_TIME IS NULL FROM TABLE(INFORMATION_SCHEMA.CURRENT_TASK_GRAPHS(ROOT_TASK_NAME => 'r'))"
    state, came, config, scheduled, following, unstarted = account.sql(current)[0]
    assert (state, came, config, account.when(scheduled), account.when(following), unstarted) == ("SCHEDULED", "SCHEDULE", '{"a":1}', "+0 10:03:00", "+0 11:03:00", "true")
    account.pass_(minutes=61)
    assert [r[0] for r in account.sql(current)] == ["EXECUTING"]
    complete = "SELECT STATE, DATEDIFF('second', SCHEDULED_TIME, COMPLETED_TIME), NEXT_SCHEDULED_TIME > SCHEDULED_TIME FROM TABLE(INFORMATION_SCHEMA.COMPLETE_TASK_GRAPHS(ROOT_TASK_NAME => 'R'))"
    account.pass_(minutes=2)
    assert [r[0] for r in account.sql(current)] == ["SCHEDULED"]
    assert account.sql(complete) == [["SUCCEEDED", "120", "true"]]


def test_who_sees_runs(account):
    account.task("R", "AS SELECT 1")
    account.execute("R")
    select = f"SELECT NAME, DATABASE_NAME FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY()) WHERE ROOT_TASK_ID = '{account.history('ROOT_TASK_ID')[0][0]}'"
    assert account.sql(select, role="ACCOUNTADMIN") == [["R", "DEMO"]]
    assert account.sql(select, role="ANALYST") == []
    path = ("DEMO", account.schema, "R")
    account.engine.catalog.grant("MONITOR", "TASK", path, "ANALYST", "SYSADMIN")
    assert account.sql(select, role="ANALYST") == [["R", None]]  # without USAGE on the schema its name is hidden
    account.engine.catalog.grant("USAGE", "SCHEMA", path[:2], "ANALYST", "SYSADMIN")
    assert account.sql(select, role="ANALYST") == [["R", "DEMO"]]


def test_query_history(account):
    account.sql("CREATE TABLE T (A NUMBER)")
    account.sql("INSERT INTO T VALUES (1), (2)")
    assert account.code("SELECT 1/0") == "100051"
    assert account.code("SELEC") == "001003"
    rows = account.sql("SELECT QUERY_TEXT, QUERY_TYPE, EXECUTION_STATUS, ERROR_CODE, ERROR_MESSAGE, ROWS_PRODUCED FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY()) ORDER BY START_TIME, QUERY_TYPE")
    mine = {r[0]: r[1:] for r in rows}
    assert mine["CREATE TABLE T (A NUMBER)"][:2] == ["CREATE_TABLE", "SUCCESS"]
    assert mine["INSERT INTO T VALUES (1), (2)"][:3] == ["INSERT", "SUCCESS", None]
    assert mine["SELECT 1/0"] == ["SELECT", "FAILED_WITH_ERROR", "100051", "Division by zero", None]
    assert mine["SELEC"][1:3] == ["FAILED_WITH_ERROR", "1003"]
    itself = next(r for r in rows if r[0].startswith("SELECT QUERY_TEXT"))
    assert itself[2] == "RUNNING"
    ended = "TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_USER(USER_NAME => 'admin', END_TIME_RANGE_END => CURRENT_TIMESTAMP()))"
    assert account.sql(f"SELECT COUNT(*) FROM {ended} WHERE EXECUTION_STATUS = 'RUNNING'") == [["0"]]
    assert account.sql("SELECT COUNT(*) FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_WAREHOUSE('LOAD_WH'))") == [["0"]]
    assert account.sql("SELECT QUERY_TEXT FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY(RESULT_LIMIT => 1))")[0][0].startswith("SELECT QUERY_TEXT")
    other = "SELECT COUNT(*) FROM TABLE(DEMO.INFORMATION_SCHEMA.QUERY_HISTORY()) WHERE USER_NAME = 'ADMIN'"
    assert account.sql(other, role="ANALYST", user="ADMIN")[0][0] != "0"
    assert account.sql(other.replace("= 'ADMIN'", "<> 'X'"), role="ANALYST", user="LIMITED_USER") == [["1"]]  # only the one that asks


def test_result_scan(account):
    def run(text, user="ADMIN", role="SYSADMIN"):
        context = Context(user, role, "COMPUTE_WH", "DEMO", account.schema)
        rows = [list(row) for row in account.engine.execute(text, context).rows]
        account.engine.release(context)
        return context.query_id, rows

    first, _ = run("SELECT 1 AS A, 2 AS B, 3 AS A")
    assert run(f"SELECT * FROM TABLE(RESULT_SCAN('{first}'))")[1] == [["1", "2", "3"]]
    assert run(f"SELECT A_1, B FROM TABLE(RESULT_SCAN('{first.upper()}')) WHERE A < 5")[1] == [["3", "2"]]
    assert run(f"SELECT * FROM TABLE(RESULT_SCAN('{first}'))", role="PUBLIC")[1] == [["1", "2", "3"]]
    assert account.code(f"SELECT * FROM TABLE(RESULT_SCAN('{first}'))", user="DEMO_USER") == "000709"
    assert account.code("SELECT * FROM TABLE(RESULT_SCAN('x'))") == "000709"
    large, rows = run("SELECT SEQ4() AS N, 'x' || SEQ4() AS T FROM TABLE(GENERATOR(ROWCOUNT => 12000))")
    assert run(f"SELECT COUNT(*), MAX(N), MIN(T) FROM TABLE(RESULT_SCAN('{large}'))")[1] == [["12000", "11999", "x0"]]
    shown, _ = run("SHOW WAREHOUSES")
    assert run(f'SELECT "name" FROM TABLE(RESULT_SCAN(\'{shown}\')) ORDER BY 1 LIMIT 1')[1] == [["COMPUTE_WH"]]
    account.pass_(hours=23)
    assert run(f"SELECT B FROM TABLE(RESULT_SCAN('{first}'))")[1] == [["2"]]
    account.pass_(hours=2)
    assert account.code(f"SELECT B FROM TABLE(RESULT_SCAN('{first}'))") == "000709"


def test_result_of_a_task(account):
    """The role of the task's owner reads it, not the user."""
    account.task("R", "AS SELECT 42 AS N")
    account.execute("R")
    (query_id,), = account.history("QUERY_ID")
    assert account.sql(f"SELECT N FROM TABLE(RESULT_SCAN('{query_id}'))", user="DEMO_USER") == [["42"]]
    assert account.code(f"SELECT N FROM TABLE(RESULT_SCAN('{query_id}'))", role="ACCOUNTADMIN") == "000709"


def test_current_timestamp_follows_the_clock(account):
    assert account.when(account.sql("SELECT CURRENT_TIMESTAMP()")[0][0]) == "+0 09:03:00"
    account.pass_(days=3)
    assert account.sql("SELECT CURRENT_DATE()::VARCHAR") == [[f"{account.clock.now():%Y-%m-%d}"]]


def test_rules_of_owners_and_sizes(account):
    account.task("R", "AS SELECT 1")
    assert account.code("CREATE TASK A AFTER R AS SELECT 1", role="ACCOUNTADMIN") == "001422"
    assert account.code("CREATE TASK A SERVERLESS_TASK_MIN_STATEMENT_SIZE = 'LARGE' SERVERLESS_TASK_MAX_STATEMENT_SIZE = 'SMALL' AS SELECT 1") == "001422"
    assert account.code("CREATE TASK A USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE = 'XSMALL' SERVERLESS_TASK_MIN_STATEMENT_SIZE = 'SMALL' AS SELECT 1") == "001422"
    assert account.code("CREATE TASK A SERVERLESS_TASK_MAX_STATEMENT_SIZE = 'X4LARGE' AS SELECT 1") == "001422"
    account.task("A", "SERVERLESS_TASK_MIN_STATEMENT_SIZE = 'SMALL' USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE = 'SMALL' SERVERLESS_TASK_MAX_STATEMENT_SIZE = 'X2LARGE' AS SELECT 1")
