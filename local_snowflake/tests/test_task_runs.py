"""Tasks really run; with the manual clock everything that is due happens before the clock's move is over."""

import json
import threading
from datetime import datetime, timezone

import pytest

from local_snowflake.model import SnowflakeError
from local_snowflake.sql.tasks import cron
from local_snowflake.tests.task_account import START, account, engine, until  # noqa: F401

UTC = timezone.utc


# Schedules

def test_interval(account):
    """It counts from the time of the resume (CREATE TASK, schedule)."""
    account.task("T", "SCHEDULE = '10 MINUTES' AS SELECT 1")
    assert account.history(where="TRUE") == []
    account.resume("T")
    assert account.times("T", "STATE = 'SCHEDULED' AND QUERY_ID IS NULL") == ["+0 09:13:00"]
    account.pass_(minutes=9, seconds=59)
    assert account.times("T") == []
    account.pass_(seconds=1)
    assert account.times("T") == ["+0 09:13:00"]
    account.pass_(minutes=25)
    assert account.times("T") == ["+0 09:13:00", "+0 09:23:00", "+0 09:33:00"]
    assert account.history("STATE, SCHEDULED_FROM", "STATE <> 'SCHEDULED'")[0] == ["SUCCEEDED", "SCHEDULE"]
    account.sql("ALTER TASK T SUSPEND")
    assert account.times("T", "STATE = 'SCHEDULED'") == []
    account.pass_(hours=1)
    assert len(account.times("T")) == 3
    account.resume("T")
    account.pass_(minutes=10)
    assert account.times("T")[3:] == ["+0 10:48:00"]


def test_cron_in_a_zone(account):
    account.task("T", "SCHEDULE = 'USING CRON 30 2 * * MON-FRI America/Los_Angeles' AS SELECT 1")
    account.start_time = START  # before the clocks of the zone change
    account.clock.set(START)
    account.resume("T")
    account.pass_(days=3)
    assert account.times("T") == ["+0 10:30:00", "+1 10:30:00", "+2 10:30:00"]


@pytest.mark.parametrize(("expression", "zone", "after", "expected"), [
    ("* * * * *", "UTC", "2026-01-01T00:00", "2026-01-01T00:01"),
    ("*/15 * * * *", "UTC", "2026-01-01T00:46", "2026-01-01T01:00"),
    ("0 9-17 * * SUN-SAT", "America/New_York", "2026-01-01T22:30", "2026-01-02T14:00"),
    ("0 0 L * *", "UTC", "2028-02-01T00:00", "2028-02-29T00:00"),
    ("0 0 * * 5L", "UTC", "2026-02-01T00:00", "2026-02-27T00:00"),
    ("0 0 * * FRIL", "UTC", "2026-02-27T00:00", "2026-03-27T00:00"),
    ("0 0 1 4/3 *", "UTC", "2026-10-01T00:00", "2027-04-01T00:00"),  # not January: each year starts anew
    ("0 0 10-20 * TUE,THU", "UTC", "2026-01-01T00:00", "2026-01-06T00:00"),  # either is enough
    ("0 0 10-20 * TUE,THU", "UTC", "2026-01-08T00:00", "2026-01-10T00:00"),
    ("0 2 * * *", "America/Los_Angeles", "2026-03-07T10:00", "2026-03-09T09:00"),  # no 2 o'clock on the 8th
    ("30 1 * * *", "America/Los_Angeles", "2026-11-01T08:30", "2026-11-01T09:30"),  # half past one comes twice on the 1st
    ("0 0 29 2 *", "UTC", "2097-01-01T00:00", "2104-02-29T00:00"),
    ("0 0 30 2 *", "UTC", "2026-01-01T00:00", None),
])  # fmt: skip
def test_cron(expression, zone, after, expected):
    found = cron.following(expression, zone, datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert found == (datetime.fromisoformat(expected).replace(tzinfo=UTC) if expected else None)


@pytest.mark.parametrize("expression", ["60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 7", "5-1 * * * *", "*/0 * * * *", "* * * * X", "x * * * *", "1, * * * *"])
def test_no_cron(account, expression):
    with pytest.raises(ValueError):
        cron.parse(expression)
    assert account.code(f"CREATE TASK T SCHEDULE = 'USING CRON {expression} UTC' AS SELECT 1") == "001422"


def test_intervals_as_they_are_written(account):
    for place, text in enumerate(("10 SECONDS", "90 s", "11 minutes", "+5 M", "1 HOUR", "192 hours", "691200 SECONDS", "10\tMINUTE", "3 M  ")):
        account.task(f"T{place}", f"SCHEDULE = '{text}' AS SELECT 1")
    for text in (" 10 SECONDS", "10  SECONDS", "5M", "1 DAY", "1 SEC", "-5 MINUTES", "0 M", "9 SECONDS", "193 H", "691201 SECONDS"):
        assert account.code(f"CREATE TASK T SCHEDULE = '{text}' AS SELECT 1") == "001422"


@pytest.mark.parametrize(("condition", "code"), [("A = 1", "000904"), ("(SELECT 1) = 1", "001422"), ("1 = ", "001003"), ("1 = 1) OR (1 = 1", "001003"), ("1 = 1, 2 = 2", "001003"), ("1 = 1 x", "001003"), ("1 = 1 FROM T", "001003"), ("RANDOM() > 1", "001422")])
def test_conditions_that_cannot_be(account, condition, code):
    assert account.code(f"CREATE TASK T WHEN {condition} AS SELECT 1") == code


# Graphs

def test_graph(account):
    account.sql("CREATE TABLE SEEN (WHAT VARCHAR)")
    account.task("R", "SCHEDULE = '1 HOUR' AS INSERT INTO SEEN VALUES ('r')")
    account.task("A", "AFTER R AS INSERT INTO SEEN VALUES ('a')")
    account.task("B", "WAREHOUSE = COMPUTE_WH AFTER R AS INSERT INTO SEEN VALUES ('b')")
    account.task("C", "AFTER A, B AS INSERT INTO SEEN SELECT COUNT(*) FROM SEEN")
    account.start("R")
    account.pass_(hours=1)
    assert account.history() == [["R", "SUCCEEDED"], ["A", "SUCCEEDED"], ["B", "SUCCEEDED"], ["C", "SUCCEEDED"]]
    assert sorted(account.sql("SELECT WHAT FROM SEEN")) == [["3"], ["a"], ["b"], ["r"]]
    graphs = account.history("GRAPH_RUN_GROUP_ID, RUN_ID, ROOT_TASK_ID, GRAPH_VERSION, ATTEMPT_NUMBER")
    assert len(set(map(tuple, graphs))) == 1 and graphs[0][3:] == ["1", "1"]
    assert graphs[0][1] == str(int(account.clock.now().timestamp() * 1000))


def test_suspended_child(account):
    """It is passed over as though it had succeeded; with several predecessors one must be resumed."""
    for name, rest in (("R", ""), ("A", "AFTER R"), ("B", "AFTER A"), ("C", "AFTER R"), ("D", "AFTER A, C"), ("E", "AFTER R"), ("F", "AFTER A, E")):
        account.task(name, f"{rest} AS SELECT 1")
    account.resume("B", "C", "D", "F")
    account.execute("R")
    assert account.states() == {"R": "SUCCEEDED", "B": "SUCCEEDED", "C": "SUCCEEDED", "D": "SUCCEEDED"}


def test_branch(account):
    account.task("DAG", "AS SELECT 'dag dummy root'")
    account.task('"DAG$B"', "AFTER DAG AS CALL SYSTEM$SET_RETURN_VALUE('task3')")
    for n in (2, 3):
        account.task(f"DAG$TASK{n}", f"AFTER DAG$B WHEN SYSTEM$GET_PREDECESSOR_RETURN_VALUE('DAG$B') = 'task{n}' AND (1=1) AS SELECT {n}")
        account.task(f"AFTER{n}", f"AFTER DAG$TASK{n} AS SELECT 1")
    account.task("BOTH", "AFTER DAG$TASK2, DAG$TASK3 AS SELECT 1")
    account.start("DAG")
    account.execute("DAG")
    assert account.states() == {
        "DAG": "SUCCEEDED", "DAG$B": "SUCCEEDED", "DAG$TASK2": "SKIPPED", "DAG$TASK3": "SUCCEEDED", "AFTER2": "SKIPPED", "AFTER3": "SUCCEEDED", "BOTH": "SKIPPED",
    }  # fmt: skip
    assert account.history("ERROR_CODE, ERROR_MESSAGE, QUERY_ID, QUERY_START_TIME", "NAME = 'DAG$TASK2'") == [
        ["0040003", "Conditional expression for task evaluated to false.", None, None]]
    assert account.sql("SELECT STATE FROM TABLE(INFORMATION_SCHEMA.COMPLETE_TASK_GRAPHS(ROOT_TASK_NAME => 'dag'))") == [["SUCCEEDED"]]


@pytest.mark.parametrize(("condition", "state"), [
    ("SYSTEM$GET_PREDECESSOR_RETURN_VALUE('R')::FLOAT < 0.2", "SUCCEEDED"), ("SYSTEM$GET_PREDECESSOR_RETURN_VALUE() <> '0.1'", "SKIPPED"),
    ("NOT SYSTEM$GET_PREDECESSOR_RETURN_VALUE('R') = 'x' OR 1=2", "SUCCEEDED"), ("NULL = 1", "SKIPPED"),
    ("SYSTEM$GET_PREDECESSOR_RETURN_VALUE('r') = 'x'", "FAILED"), ("SYSTEM$GET_PREDECESSOR_RETURN_VALUE('R')::BOOLEAN", "FAILED"),
    ("SYSTEM$STREAM_HAS_DATA('S')", "FAILED"),
])  # fmt: skip
def test_conditions(account, condition, state):
    account.task("R", "AS CALL SYSTEM$SET_RETURN_VALUE('0.1')")
    account.task("A", f"AFTER R WHEN {condition} AS SELECT 1")
    account.resume("A")
    account.execute("R")
    assert account.states()["A"] == state


def test_condition_of_the_root(account):
    """A skipped root has no run of the graph, and no finalizer."""
    account.task("R", "WHEN 1 = 2 AS SELECT 1")
    account.task("A", "AFTER R AS SELECT 1")
    account.task("F", "FINALIZE = R AS SELECT 1")
    account.start("R")
    account.execute("R")
    assert account.states() == {"R": "SKIPPED"}
    assert account.sql("SELECT * FROM TABLE(INFORMATION_SCHEMA.COMPLETE_TASK_GRAPHS(ROOT_TASK_NAME => 'R')) WHERE SCHEMA_NAME = CURRENT_SCHEMA()") == []


def test_failure_and_finalizer(account):
    account.task("R", "AS SELECT 1")
    account.task("BAD", "AFTER R AS SELECT 1/0")
    account.task("GOOD", "AFTER R AS SELECT 1")
    account.task("NEVER", "AFTER BAD AS SELECT 1")
    account.task("BOTH", "AFTER BAD, GOOD AS SELECT 1")
    account.task("FIN", "FINALIZE = R AS SELECT 1")
    account.start("R")
    account.execute("R")
    assert account.history() == [["R", "SUCCEEDED"], ["BAD", "FAILED"], ["GOOD", "SUCCEEDED"], ["FIN", "SUCCEEDED"]]
    assert account.history("ERROR_CODE, ERROR_MESSAGE", "NAME = 'BAD'") == [["100051", "Division by zero"]]
    (row,) = account.sql(
        "SELECT STATE, FIRST_ERROR_TASK_NAME, FIRST_ERROR_CODE, FIRST_ERROR_MESSAGE, COMPLETED_TIME IS NOT NULL, NEXT_SCHEDULED_TIME "
        "FROM TABLE(INFORMATION_SCHEMA.COMPLETE_TASK_GRAPHS(ERROR_ONLY => TRUE)) WHERE SCHEMA_NAME = CURRENT_SCHEMA()")
    assert row == ["FAILED", "BAD", "100051", "Division by zero", "true", None]
    account.pass_(minutes=61)
    assert account.sql("SELECT 1 FROM TABLE(INFORMATION_SCHEMA.COMPLETE_TASK_GRAPHS()) WHERE SCHEMA_NAME = CURRENT_SCHEMA()") == []


def test_failed_root(account):
    account.task("R", "AS SELECT 1/0")
    account.task("A", "AFTER R AS SELECT 1")
    account.task("F", "FINALIZE = R AS SELECT 1")
    account.start("R")
    account.execute("R")
    assert account.states() == {"R": "FAILED", "F": "SUCCEEDED"}


# Bodies

def test_return_values(account):
    account.sql("CREATE TABLE SEEN (WHAT VARCHAR)")
    account.task("R", "AS CALL SYSTEM$SET_RETURN_VALUE('result' || '_123')")
    account.task("A", "AFTER R AS INSERT INTO SEEN SELECT 'a ' || SYSTEM$GET_PREDECESSOR_RETURN_VALUE()")
    account.task("B", "AFTER A AS INSERT INTO SEEN SELECT 'b ' || SYSTEM$GET_PREDECESSOR_RETURN_VALUE('R')")  # an ancestor
    account.task("C", "AFTER A AS INSERT INTO SEEN SELECT SYSTEM$GET_PREDECESSOR_RETURN_VALUE('B')")  # not an ancestor
    account.task("D", "AFTER A, B AS INSERT INTO SEEN SELECT SYSTEM$GET_PREDECESSOR_RETURN_VALUE()")  # which?
    account.task("E", "AFTER A AS INSERT INTO SEEN SELECT COALESCE(SYSTEM$GET_PREDECESSOR_RETURN_VALUE(), 'none')")
    account.start("R")
    account.execute("R")
    assert sorted(account.sql("SELECT WHAT FROM SEEN")) == [["a result_123"], ["b result_123"], ["none"]]
    assert {n for n, s in account.states().items() if s == "FAILED"} == {"C", "D"}
    assert account.history("RETURN_VALUE", "NAME = 'R'") == [["result_123"]]


def test_long_return_value(account):
    account.task("GOOD", f"AS CALL SYSTEM$SET_RETURN_VALUE('{'x' * 10240}')")
    account.task("BAD", f"AS CALL SYSTEM$SET_RETURN_VALUE('{'x' * 10239}ü')")
    account.execute("GOOD")
    account.execute("BAD")
    assert account.states() == {"GOOD": "SUCCEEDED", "BAD": "FAILED"}


def test_config(account):
    account.sql("CREATE TABLE SEEN (WHAT VARCHAR)")
    config = {"environment": "production", "output_paths": {"logs": "/prod/logs", "results": "/prod/results"}, "n": [1, {"k": True}]}
    account.task("R", f"CONFIG = '{json.dumps(config)}' AS INSERT INTO SEEN SELECT SYSTEM$GET_TASK_GRAPH_CONFIG()")
    account.task("A", "AFTER R AS INSERT INTO SEEN SELECT SYSTEM$GET_TASK_GRAPH_CONFIG('output_paths.results') || ' ' || SYSTEM$GET_TASK_GRAPH_CONFIG('n[1][\"k\"]')")
    account.resume("A")
    account.execute("R USING CONFIG = '{\"output_paths\": {\"results\": \"/temp/testing\"}}'")
    merged = {**config, "output_paths": {"logs": "/prod/logs", "results": "/temp/testing"}}
    (whole,), (part,) = account.sql("SELECT WHAT FROM SEEN")
    assert json.loads(whole) == merged and part == "/temp/testing true"
    assert json.loads(account.history("CONFIG", "NAME = 'A'")[0][0]) == merged
    account.execute("R")
    assert account.sql("SELECT WHAT FROM SEEN")[3] == ["/prod/results true"]
    assert account.code("EXECUTE TASK R USING CONFIG = '[1]'") == "001422"
    assert account.code("EXECUTE TASK R USING CONFIG = '{'") == "100069"


def test_runtime_info(account):
    account.sql("CREATE TABLE SEEN (NAME VARCHAR, VALUE VARCHAR)")
    names = ("CURRENT_TASK_NAME", "CURRENT_ROOT_TASK_NAME", "CURRENT_ROOT_TASK_UUID", "CURRENT_TASK_GRAPH_RUN_GROUP_ID", "CURRENT_TASK_GRAPH_ORIGINAL_SCHEDULED_TIMESTAMP",
             "LAST_SUCCESSFUL_TASK_GRAPH_RUN_GROUP_ID", "LAST_SUCCESSFUL_TASK_GRAPH_ORIGINAL_SCHEDULED_TIMESTAMP")  # fmt: skip
    values = ", ".join(f"('{n}', SYSTEM$TASK_RUNTIME_INFO('{n}'))" for n in names)
    account.task("R", "AS SELECT 1")
    account.task("A", f"AFTER R AS INSERT INTO SEEN VALUES {values}, ('name', SYSTEM$CURRENT_USER_TASK_NAME())")
    account.resume("A")
    account.execute("R")
    first = dict(account.sql("SELECT NAME, VALUE FROM SEEN"))
    (group, root), = account.history("GRAPH_RUN_GROUP_ID, ROOT_TASK_ID", "NAME = 'A'")
    assert first == {
        names[0]: "A", names[1]: "R", names[2]: root, names[3]: group, names[4]: f"{account.start_time:%Y-%m-%d} 09:03:00.000 +0000", names[5]: None, names[6]: None,
        "name": f"DEMO.{account.schema}.A",
    }  # fmt: skip
    account.sql("TRUNCATE TABLE SEEN")
    account.pass_(minutes=1)
    account.execute("R")
    second = dict(account.sql("SELECT NAME, VALUE FROM SEEN"))
    assert second[names[5]] == group and second[names[6]] == first[names[4]] and second[names[4]] == f"{account.start_time:%Y-%m-%d} 09:04:00.000 +0000"
    account.task("TIMES", "AS INSERT INTO SEEN SELECT 't', TO_TIMESTAMP_LTZ(SYSTEM$TASK_RUNTIME_INFO('CURRENT_TASK_GRAPH_ORIGINAL_SCHEDULED_TIMESTAMP'))::VARCHAR")
    account.task("NONE", "AS SELECT SYSTEM$TASK_RUNTIME_INFO('LAST_SUCCESSFUL_TASK_GRAPH_RUN_GROUP_ID')")
    account.execute("TIMES")
    account.execute("NONE")
    assert account.states()["TIMES"] == "SUCCEEDED"
    assert account.history("ERROR_MESSAGE", "NAME = 'NONE'") == [["NULL result in a non-nullable column"]]


@pytest.mark.parametrize("call", [
    "CALL SYSTEM$SET_RETURN_VALUE('x')", "SELECT SYSTEM$TASK_RUNTIME_INFO('CURRENT_TASK_NAME')", "SELECT SYSTEM$GET_PREDECESSOR_RETURN_VALUE('R')",
    "CALL SYSTEM$GET_TASK_GRAPH_CONFIG()", "SELECT SYSTEM$CURRENT_USER_TASK_NAME()",
])  # fmt: skip
def test_outside_of_tasks(account, call):
    name = call.split()[1].split("(")[0]
    assert account.message(call) == f"Function {name} must be called from within a task."


def test_block(account):
    account.sql("CREATE TABLE SEEN (N NUMBER, WHAT VARCHAR)")
    account.task("R", """AS
        DECLARE
            n NUMBER DEFAULT 2;
            what VARCHAR;
        BEGIN
            -- a comment; with a semicolon
            INSERT INTO SEEN VALUES (:n, 'it''s; so');
            what := (SELECT MAX(WHAT) FROM SEEN);
            LET m := n * 10;
            IF (m > 50) THEN
                INSERT INTO SEEN VALUES (0, 'no');
            ELSEIF (m = 20) THEN
                IF (what LIKE 'it%') THEN INSERT INTO SEEN VALUES (:m, :what || '!'); END IF;
            ELSE
                INSERT INTO SEEN VALUES (1, 'no');
            END IF;
            CALL SYSTEM$SET_RETURN_VALUE(:what);
            RETURN what;
            INSERT INTO SEEN VALUES (2, 'no');
        END""")
    account.execute("R")
    assert account.history("STATE, RETURN_VALUE, ERROR_MESSAGE") == [["SUCCEEDED", "it's; so", None]]
    assert account.sql("SELECT N, WHAT FROM SEEN ORDER BY N") == [["2", "it's; so"], ["20", "it's; so!"]]
    assert account.sql("BEGIN LET x := 1; RETURN x + 1; END;") == [["2"]]
    counted = "BEGIN CREATE TEMPORARY TABLE TMP AS SELECT 1 AS A UNION ALL SELECT 2; INSERT INTO SEEN SELECT A, 'x' FROM TMP; LET n := (SELECT $1 FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))); RETURN n || ' rows'; END"
    assert account.sql(counted) == [["2 rows"]]
    assert account.code("SELECT * FROM TMP") == "002003"
    assert account.code("SELECT $3 FROM SEEN") == "000904"


@pytest.mark.parametrize(("body", "code"), [
    ("CALL NO_SUCH(1)", "002141"), ("SELECT NO_SUCH(1)", "002140"), ("SELECT * FROM NO_SUCH", "002003"), ("CALL SYSTEM$NO_SUCH()", "002140"),
    ("WITH h AS PROCEDURE () RETURNS VARCHAR LANGUAGE PYTHON RUNTIME_VERSION = '3.11' PACKAGES = ('snowflake-snowpark-python') HANDLER = 'f' AS $$def f(s): return 1$$ CALL h()", "000002"),
    ("BEGIN FOR i IN 1 TO 2 DO SELECT 1; END FOR; END", "000002"), ("BEGIN SELECT 1; SELECT 1/0; END", "100051"), ("CALL SYSTEM$WAIT('x')", "001044"),
])  # fmt: skip
def test_bodies_that_fail(account, body, code):
    account.task("R", f"AS {body}")
    account.execute("R")
    assert account.history("STATE, ERROR_CODE") == [["FAILED", code]]


def test_comments(account):
    assert account.sql("/* a */ SELECT SYSTEM$WAIT(0) -- b\n") == [["waited 0 seconds"]]
    account.task("R", "AS /* first */ CALL /* it */ SYSTEM$SET_RETURN_VALUE('--x') -- last")
    account.execute("R")
    assert account.history("STATE, RETURN_VALUE") == [["SUCCEEDED", "--x"]]


def test_session_parameters(account):
    """Also in lower case, as the object API may have them."""
    account.task("R", "AS BEGIN LET t := (SELECT '2026-01-01 00:00:00 +0000'::TIMESTAMP_LTZ::VARCHAR); CALL SYSTEM$SET_RETURN_VALUE(:t); END")
    obj = account.engine.catalog.get("TASK", ("DEMO", account.schema, "R"))
    obj.props["session_parameters"] = {"timezone": "Asia/Tokyo"}
    account.execute("R")
    assert account.history("RETURN_VALUE") == [["2026-01-01 09:00:00.000 +0900"]]


@pytest.mark.parametrize("definition", ["SELEC 1", "x", "'SELECT 1'", "SELECT 'open", "SELECT 1; SELECT 2", ";", "-- nothing"])
def test_definitions_that_cannot_be(account, definition):
    """Errors of syntax in a definition are refused when the task is made."""
    from local_snowflake.sql.tasks import tasks

    context = account.engine.current_defaults("ADMIN")
    with pytest.raises(SnowflakeError) as caught:
        tasks.create(account.engine, context, ("DEMO", account.schema, "T"), {"definition": definition})
    assert caught.value.code == "001003"


def test_sql_procedure(account):
    account.task("R", "AS WITH h AS PROCEDURE () RETURNS VARCHAR LANGUAGE SQL AS $$BEGIN CALL SYSTEM$SET_RETURN_VALUE('from a procedure'); RETURN 1; END$$ CALL h()")
    account.execute("R")
    assert account.history("STATE, RETURN_VALUE") == [["SUCCEEDED", "from a procedure"]]


def test_rights(account):
    """A task runs with its owner's role and its own warehouse, whoever starts it."""
    account.sql("CREATE TABLE SEEN (WHAT VARCHAR)")
    account.task("R", "WAREHOUSE = COMPUTE_WH TIMEZONE = 'Asia/Tokyo' AS INSERT INTO SEEN SELECT CURRENT_ROLE() || ' ' || CURRENT_WAREHOUSE() || ' ' || CURRENT_USER() || ' ' || CURRENT_SCHEMA()")
    account.execute("R")
    assert account.sql("SELECT WHAT FROM SEEN") == [[f"SYSADMIN COMPUTE_WH SYSTEM {account.schema}"]]
    (query_id,), = account.history("QUERY_ID")
    found = account.sql(f"SELECT QUERY_TEXT, EXECUTION_STATUS, USER_NAME, ROLE_NAME, ROWS_PRODUCED FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY()) WHERE QUERY_ID = '{query_id}'")
    assert found[0][0].startswith("INSERT INTO SEEN") and found[0][1:] == ["SUCCESS", "SYSTEM", "SYSADMIN", "1"]
    account.engine.catalog.revoke("EXECUTE TASK", "ACCOUNT", (), "SYSADMIN")
    try:
        assert account.code("EXECUTE TASK R") == "091003"
    finally:
        account.engine.catalog.grant("EXECUTE TASK", "ACCOUNT", (), "SYSADMIN", "ACCOUNTADMIN")


# Overlap, timeouts, cancelling

@pytest.mark.parametrize(("policy", "root", "child", "expected"), [
    ("NO_OVERLAP", 0, 90, ["09:04:00", "09:06:00", "09:08:00"]), ("ALLOW_CHILD_OVERLAP", 0, 90, ["09:04:00", "09:05:00", "09:06:00", "09:07:00", "09:08:00"]),
    ("ALLOW_CHILD_OVERLAP", 90, 0, ["09:04:00", "09:06:00", "09:08:00"]), ("ALLOW_ALL_OVERLAP", 90, 0, ["09:04:00", "09:05:00", "09:06:00", "09:07:00", "09:08:00"]),
])  # fmt: skip
def test_overlap(account, policy, root, child, expected):
    account.task("R", f"SCHEDULE = '1 MINUTE' OVERLAP_POLICY = {policy} AS SELECT SYSTEM$WAIT({root})")
    account.task("A", f"AFTER R AS CALL SYSTEM$WAIT({child}, 'SECONDS')")
    account.start("R")
    account.pass_(minutes=5, seconds=30)
    assert [t.split()[1] for t in account.times("R")] == expected


def test_execute_while_it_runs(account):
    """The new run is scheduled for after the current one, and one more request takes its place."""
    account.task("R", "CONFIG = '{\"n\": 0}' AS CALL SYSTEM$WAIT(60)")
    account.execute("R")
    account.execute("R USING CONFIG = '{\"n\": 1}'")
    account.execute("R USING CONFIG = '{\"n\": 2}'")
    assert account.history("STATE, CONFIG", "TRUE") == [["EXECUTING", '{"n":0}'], ["SCHEDULED", '{"n":2}']]
    account.pass_(seconds=61)
    assert account.history("STATE, CONFIG", "TRUE") == [["SUCCEEDED", '{"n":0}'], ["EXECUTING", '{"n":2}']]
    account.pass_(seconds=61)
    assert account.history("STATE", "TRUE") == [["SUCCEEDED"], ["SUCCEEDED"]]


def test_execute_replaces_the_scheduled_run(account):
    account.task("R", "SCHEDULE = '10 MINUTES' AS SELECT 1")
    account.resume("R")
    account.pass_(minutes=4)
    account.execute("R")
    assert account.history("STATE, SCHEDULED_FROM", "TRUE") == [["SUCCEEDED", "EXECUTE_TASK"], ["SCHEDULED", "SCHEDULE"]]
    assert account.times("R", "TRUE") == ["+0 09:07:00", "+0 09:13:00"]


def test_timeout_of_a_task(account):
    account.task("R", "USER_TASK_TIMEOUT_MS = 5000 AS CALL SYSTEM$WAIT(60)")
    account.execute("R")
    account.pass_(seconds=4)
    assert account.states() == {"R": "EXECUTING"}
    account.pass_(seconds=2)
    assert account.history("STATE, ERROR_CODE, ERROR_MESSAGE") == [
        ["FAILED", "000630", "Statement reached its statement or warehouse timeout of 5 second(s) and was canceled."]]


def test_timeout_of_a_graph(account):
    """The root's time limit is that of the graph; a child with a limit of its own keeps that one."""
    account.task("R", "USER_TASK_TIMEOUT_MS = 10000 AS CALL SYSTEM$WAIT(4)")
    account.task("A", "AFTER R AS CALL SYSTEM$WAIT(8)")
    account.task("B", "USER_TASK_TIMEOUT_MS = 20000 AFTER R AS CALL SYSTEM$WAIT(8)")
    account.start("R")
    account.execute("R")
    account.pass_(seconds=30)
    assert account.states() == {"R": "SUCCEEDED", "A": "FAILED", "B": "SUCCEEDED"}
    (done,), = account.history("DATEDIFF('second', SCHEDULED_TIME, COMPLETED_TIME)", "NAME = 'A'")
    assert done == "6"


def test_cancel_a_task(account):
    account.task("R", "AS SELECT 1")
    account.task("A", "AFTER R AS CALL SYSTEM$WAIT(600)")
    account.task("B", "AFTER A AS SELECT 1")
    account.start("R")
    account.execute("R")
    (query_id,), = account.history("QUERY_ID", "NAME = 'A'")
    assert account.sql("SELECT SYSTEM$USER_TASK_CANCEL_ONGOING_EXECUTIONS('A')") == [[
        f"Marked 1 task runs for cancellation. It may take a few seconds for cancellation to complete. Query ids canceled: [{query_id}]"]]
    account.pass_(seconds=0)
    assert account.history() == [["R", "SUCCEEDED"], ["A", "CANCELLED"]]
    assert account.sql("SELECT STATE FROM TABLE(INFORMATION_SCHEMA.COMPLETE_TASK_GRAPHS()) WHERE SCHEMA_NAME = CURRENT_SCHEMA()") == [["CANCELLED"]]
    assert account.sql("SELECT SYSTEM$USER_TASK_CANCEL_ONGOING_EXECUTIONS('A')")[0][0].startswith("Task A has no currently running executions.")
    account.execute("R RETRY LAST")
    assert account.states() == {"R": "SUCCEEDED", "A": "EXECUTING"}
    (query_id,), = account.history("QUERY_ID", "STATE = 'EXECUTING'")
    assert account.sql(f"SELECT SYSTEM$CANCEL_QUERY('{query_id}')") == [[f"query [{query_id}] terminated."]]
    account.pass_(seconds=0)
    assert account.states() == {"R": "SUCCEEDED", "A": "CANCELLED"}
    assert account.sql(f"SELECT SYSTEM$CANCEL_QUERY('{query_id}')") == [["Identified SQL statement is not currently executing."]]


def test_cancel_a_statement(account):
    failed = []

    def wait():
        failed.append(account.code("SELECT SYSTEM$WAIT(60)"))

    thread = threading.Thread(target=wait)
    thread.start()
    running = "SELECT QUERY_ID FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY()) WHERE EXECUTION_STATUS = 'RUNNING' AND QUERY_TEXT = 'SELECT SYSTEM$WAIT(60)'"
    until(lambda: account.sql(running))
    (query_id,), = account.sql(running)
    assert account.code(f"SELECT SYSTEM$CANCEL_QUERY('{query_id}')", role="PUBLIC", user="LIMITED_USER") == "003001"
    assert account.sql(f"CALL SYSTEM$CANCEL_QUERY('{query_id}')") == [[f"query [{query_id}] terminated."]]
    thread.join(20)
    assert failed == ["000604"]
    assert account.sql(f"SELECT EXECUTION_STATUS, ERROR_CODE, ERROR_MESSAGE FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY(RESULT_LIMIT => 10000)) WHERE QUERY_ID = '{query_id}'") == [
        ["FAILED_WITH_ERROR", "604", "SQL execution canceled"]]


# Failures

def test_automatic_retry(account):
    account.sql("CREATE TABLE TRIES (N NUMBER)")
    account.task("R", "TASK_AUTO_RETRY_ATTEMPTS = 3 AS SELECT 1")
    account.task("A", "AFTER R AS BEGIN INSERT INTO TRIES VALUES (1); SELECT 1 / (COUNT(*) - 1) + 1 / (COUNT(*) - 2) FROM TRIES; END")
    account.task("B", "AFTER A AS SELECT 1")
    account.start("R")
    account.execute("R")
    assert account.history("NAME, STATE, ATTEMPT_NUMBER, SCHEDULED_FROM") == [
        ["R", "SUCCEEDED", "1", "EXECUTE_TASK"], ["A", "FAILED", "1", "EXECUTE_TASK"], ["A", "FAILED", "2", "AUTOMATIC RETRY"],
        ["A", "SUCCEEDED", "3", "AUTOMATIC RETRY"], ["B", "SUCCEEDED", "3", "AUTOMATIC RETRY"]]
    assert len({tuple(r) for r in account.history("GRAPH_RUN_GROUP_ID, RUN_ID")}) == 1


def test_finalizer_repairs_before_the_retry(account):
    """The example of Snowflake's guide: the finalizer makes the table whose lack failed the first attempt, then the graph is retried."""
    account.task("TASK_A", "SCHEDULE = '1 MINUTE' TASK_AUTO_RETRY_ATTEMPTS = 2 SUSPEND_TASK_AFTER_NUM_FAILURES = 3 AS BEGIN CALL SYSTEM$SET_RETURN_VALUE('task a successful'); END")
    account.task("TASK_B", "AFTER TASK_A AS BEGIN LET VALUE := (SELECT SYSTEM$TASK_RUNTIME_INFO('current_task_name')); INSERT INTO demo_table VALUES('task b name',:VALUE); END")
    account.task("TASK_C", """AFTER TASK_B AS BEGIN CALL SYSTEM$GET_TASK_GRAPH_CONFIG('path'); LET VALUE := (SELECT SYSTEM$GET_TASK_GRAPH_CONFIG('path'));
        INSERT INTO demo_table VALUES('task c path',:value); END""")
    account.task("TASK_D", """AFTER TASK_C AS BEGIN LET VALUE := (SELECT SYSTEM$GET_PREDECESSOR_RETURN_VALUE('TASK_A'));
        INSERT INTO demo_table VALUES('task d: predecessor return value', :value); END""")
    account.task("TASK_F", "FINALIZE = TASK_A AS BEGIN CREATE TABLE IF NOT EXISTS demo_table(NAME VARCHAR, VALUE VARCHAR); END")
    account.start("TASK_A")
    account.pass_(minutes=1)
    assert account.history("NAME, STATE, ATTEMPT_NUMBER") == [
        ["TASK_A", "SUCCEEDED", "1"], ["TASK_B", "FAILED", "1"], ["TASK_F", "SUCCEEDED", "1"],
        ["TASK_B", "SUCCEEDED", "2"], ["TASK_C", "SUCCEEDED", "2"], ["TASK_D", "SUCCEEDED", "2"], ["TASK_F", "SUCCEEDED", "2"]]
    assert account.sql("SELECT NAME, VALUE FROM demo_table") == [["task b name", "TASK_B"], ["task c path", None], ["task d: predecessor return value", "task a successful"]]


def test_retry_last(account):
    account.sql("CREATE TABLE FLAG (N NUMBER)")
    account.task("R", "AS CALL SYSTEM$SET_RETURN_VALUE('kept')")
    account.task("A", "AFTER R AS INSERT INTO FLAG SELECT 1 / COUNT(*) FROM FLAG")
    account.task("B", "AFTER A AS SELECT SYSTEM$GET_PREDECESSOR_RETURN_VALUE('R')")
    assert account.message("EXECUTE TASK R RETRY LAST") == "Cannot perform retry: no suitable run of graph with root task R to retry."
    account.resume("A", "B")
    account.execute("R")
    assert account.states() == {"R": "SUCCEEDED", "A": "FAILED"}
    account.sql("INSERT INTO FLAG VALUES (1)")
    account.pass_(minutes=5)
    account.execute("R RETRY LAST")
    assert account.history("NAME, STATE, ATTEMPT_NUMBER, SCHEDULED_FROM")[2:] == [["A", "SUCCEEDED", "2", "MANUAL RETRY"], ["B", "SUCCEEDED", "2", "MANUAL RETRY"]]
    assert account.code("EXECUTE TASK R RETRY LAST") == "091456"
    assert account.message("EXECUTE TASK R RETRY LAST").endswith("attempt = 2) of graph with root task R had no failures.")
    assert account.code("EXECUTE TASK A RETRY LAST") == "091435"


def test_retry_needs_the_same_graph(account):
    account.task("R", "AS SELECT 1/0")
    account.execute("R")
    (group,), = account.history("GRAPH_RUN_GROUP_ID")
    account.execute(f"R RETRY GRAPH RUN GROUP '{group}'")
    assert account.history("ATTEMPT_NUMBER, SCHEDULED_FROM") == [["1", "EXECUTE_TASK"], ["2", "MANUAL RETRY"]]
    assert account.code("EXECUTE TASK R RETRY GRAPH RUN GROUP 'x'") == "091457"
    account.pass_(days=15)
    assert account.code("EXECUTE TASK R RETRY LAST") == "091457"
    account.execute("R")
    account.sql("ALTER TASK R SET COMMENT = 'changed'")
    assert account.code("EXECUTE TASK R RETRY LAST") == "091457"


def test_suspension_after_failures(account):
    account.task("R", "SCHEDULE = '1 MINUTE' SUSPEND_TASK_AFTER_NUM_FAILURES = 3 AS SELECT 1")
    account.task("A", "AFTER R AS SELECT 1/0")
    account.start("R")
    account.pass_(minutes=10)
    assert account.history(where="NAME = 'A'") == [["A", "FAILED"], ["A", "FAILED"], ["A", "FAILED_AND_AUTO_SUSPENDED"]]
    assert account.times("R", "STATE = 'SCHEDULED'") == []
    account.sql("SHOW TASKS LIKE 'R'")
    obj = account.engine.catalog.get("TASK", ("DEMO", account.schema, "R"))
    assert (obj.props["state"], obj.props["last_suspended_reason"]) == ("suspended", "SUSPENDED_DUE_TO_ERRORS")
    account.sql("CREATE OR REPLACE TASK A AFTER R AS SELECT 1")
    account.start("R")
    account.pass_(minutes=1)
    assert account.states()["A"] == "SUCCEEDED"


def test_no_suspension(account):
    account.task("ZERO", "SCHEDULE = '1 MINUTE' SUSPEND_TASK_AFTER_NUM_FAILURES = 0 AS SELECT 1/0")
    account.task("TEN", "SCHEDULE = '1 MINUTE' AS SELECT 1/0")
    account.resume("ZERO", "TEN")
    account.pass_(minutes=12)
    assert [len(account.times(n)) for n in ("ZERO", "TEN")] == [12, 10]


# Versions

def test_versions(account):
    account.task("R", "SCHEDULE = '1 MINUTE' AS CALL SYSTEM$WAIT(30)")
    account.task("A", "AFTER R AS SELECT 'old'")
    account.start("R")
    account.pass_(minutes=1, seconds=1)
    assert account.code("ALTER TASK A MODIFY AS SELECT 'new'") == "091089"
    account.sql("ALTER TASK R SUSPEND")
    account.sql("ALTER TASK A MODIFY AS SELECT 'new'")
    account.pass_(seconds=40)
    assert account.history("QUERY_TEXT, GRAPH_VERSION", "NAME = 'A'") == [["SELECT 'old'", "1"]]  # the version that was current when it started
    account.resume("R")
    account.pass_(minutes=2)
    assert account.history("QUERY_TEXT, GRAPH_VERSION", "NAME = 'A'")[1] == ["SELECT 'new'", "2"]
    account.sql("ALTER TASK R SUSPEND")
    account.sql("CREATE OR REPLACE TASK R AS SELECT 1")
    account.execute("R")
    assert account.history("GRAPH_VERSION, SCHEDULED_FROM", "NAME = 'R'")[-1] == ["1", "EXECUTE_TASK"]


def test_dropped(account):
    account.task("R", "SCHEDULE = '1 MINUTE' AS SELECT 1")
    account.resume("R")
    account.sql(f"DROP SCHEMA DEMO.{account.schema}")
    assert not [r for r in account.engine.tasks.task_runs() if r.path[1] == account.schema]
    account.pass_(minutes=3)
    assert not [r for r in account.engine.tasks.task_runs() if r.path[1] == account.schema]
