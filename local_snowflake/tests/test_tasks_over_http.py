"""Tasks through the server: the clock's move waits for them, the object API tells of their runs, a folder keeps them."""

import shutil
import tempfile
import time
from pathlib import Path

import pytest

from local_snowflake.clock import Clock
from local_snowflake.sql.engine import create_engine
from local_snowflake.tests.rest import Server

PATH = "databases/RUNS/schemas/PUBLIC/tasks"


@pytest.fixture(scope="module")
def server():
    made = Server("--clock", "manual")
    made.ok("POST", "databases", {"name": "RUNS"})
    yield made
    made.close()


def test_everything_due_has_happened(server):
    server.ok("POST", PATH, {"name": "R", "definition": "SELECT SYSTEM$WAIT(30)", "schedule": {"schedule_type": "MINUTES_TYPE", "minutes": 5}})
    server.ok("POST", PATH, {"name": "A", "definition": "SELECT 1/0", "predecessors": ["R"]})
    for name in ("A", "R"):
        server.ok("POST", f"{PATH}/{name}:resume")
    (run,) = server.ok("GET", f"{PATH}/R/current-graphs")
    assert (run["state"], run["root_task_name"], run["first_error_code"], run["query_start_time"], run["graph_version"]) == ("SCHEDULED", "R", 0, None, 1)
    assert server.ok("GET", f"{PATH}/R/complete-graphs") == []
    server.local("clock", {"advance": 301})
    assert [r["state"] for r in server.ok("GET", f"{PATH}/R/current-graphs")] == ["EXECUTING"]
    server.local("clock", {"advance": 60})
    (run,) = server.ok("GET", f"{PATH}/R/complete-graphs?errorOnly=true")
    assert (run["state"], run["first_error_task_name"], run["first_error_code"], run["first_error_message"]) == ("FAILED", "A", 100051, "Division by zero")
    rows = server.sql("SELECT RUN_ID, ROOT_TASK_ID FROM TABLE(RUNS.INFORMATION_SCHEMA.COMPLETE_TASK_GRAPHS())")
    assert (run["run_id"], run["root_task_id"]) == (int(rows[0][0]) & 0xFFFFFFFF, rows[0][1])
    assert rows[0][1] == server.ok("GET", f"{PATH}/R")["id"]
    server.local("clock", {"advance": 1800})
    assert len(server.ok("GET", f"{PATH}/R/complete-graphs?resultLimit=3")) == 3
    server.local("clock", {"advance": 86400})
    assert server.ok("GET", f"{PATH}/R/complete-graphs") == []  # they are told of for an hour
    assert server.ok("GET", f"{PATH}/R")["state"] == "suspended"  # it failed ten times
    names = server.sql("SELECT STATE, COUNT(*) FROM TABLE(RUNS.INFORMATION_SCHEMA.TASK_HISTORY(TASK_NAME => 'A', RESULT_LIMIT => 1000)) GROUP BY 1 ORDER BY 1")
    assert names == [["FAILED", "9"], ["FAILED_AND_AUTO_SUSPENDED", "1"]]


def test_execute(server):
    server.ok("POST", PATH, {"name": "E", "definition": "SELECT 1"})
    refused = server.call("POST", f"{PATH}/E:execute?retryLast=true")
    assert (refused.status, refused.code) == (400, "091457")
    assert refused.body["message"] == "cannot perform retry: no suitable run of graph with root task e to retry."
    server.ok("POST", f"{PATH}/E:execute")
    for _ in range(200):
        done = server.ok("GET", f"{PATH}/E/complete-graphs")
        if done:
            break
        time.sleep(0.05)
    assert [r["state"] for r in done] == ["SUCCEEDED"]
    refused = server.call("POST", f"{PATH}/E:execute?retryLast=true")
    assert (refused.status, refused.code) == (400, "091456")
    assert refused.body["message"].startswith("cannot perform retry: run (graph_run_group_id = ")


def test_a_statement_sees_the_run(server):
    """EXECUTE TASK through the SQL API answers at once; a bound task name does for a system function."""
    server.sql("CREATE TASK RUNS.PUBLIC.S AS BEGIN SELECT 1; CALL SYSTEM$WAIT(60); END")
    assert server.sql("EXECUTE TASK RUNS.PUBLIC.S") == [["Task S is scheduled to run immediately."]]
    server.local("clock", {"advance": 1})
    assert server.call("GET", "/_local/state").body["running_tasks"] == ["RUNS.PUBLIC.S"]
    body = {"statement": "SELECT SYSTEM$USER_TASK_CANCEL_ONGOING_EXECUTIONS(?)", "bindings": {"1": {"type": "TEXT", "value": "runs.public.s"}}}
    assert server.call("POST", "statements", body).body["data"][0][0].startswith("Marked 1 task runs for cancellation.")
    server.local("clock", {"advance": 1})
    assert server.sql("SELECT STATE FROM TABLE(RUNS.INFORMATION_SCHEMA.TASK_HISTORY(TASK_NAME => 'S'))") == [["CANCELLED"]]


def test_procedures(server):
    """Those in SQL run, by CALL in a task and by the object API; others say so."""
    procedures = "databases/RUNS/schemas/PUBLIC/procedures"
    sql = {
        "name": "greet", "arguments": [{"name": "who", "datatype": "VARCHAR"}, {"name": "n", "datatype": "NUMBER"}], "return_type": {"type": "DATATYPE", "datatype": "VARCHAR"},
        "language_config": {"language": "SQL", "called_on_null_input": True}, "body": "BEGIN LET m := n + 1; RETURN 'hello ' || who || ' ' || m; END",
    }  # fmt: skip
    server.ok("POST", procedures, sql)
    arguments = [{"name": "who", "datatype": "VARCHAR", "value": "it's me"}, {"name": "n", "datatype": "NUMBER", "value": 41}]
    assert server.ok("POST", f"{procedures}/greet:call", {"call_arguments": arguments}) == [{"greet": "hello it's me 42"}]
    assert server.sql("CALL RUNS.PUBLIC.GREET('you', 1)") == [["hello you 2"]]
    assert server.sql_code("CALL RUNS.PUBLIC.GREET('you')") == "002141"
    server.sql("CREATE TASK RUNS.PUBLIC.P AS BEGIN LET r VARCHAR; CALL greet('task', 1) INTO :r; CALL SYSTEM$SET_RETURN_VALUE(:r); END")
    server.sql("EXECUTE TASK RUNS.PUBLIC.P")
    server.local("clock", {"advance": 1})
    history = "SELECT STATE, RETURN_VALUE, ERROR_MESSAGE FROM TABLE(RUNS.INFORMATION_SCHEMA.TASK_HISTORY(TASK_NAME => '{}'))"
    assert server.sql(history.format("P")) == [["SUCCEEDED", "hello task 2", None]]
    python = {**sql, "name": "snake", "arguments": [], "body": "def f(session): return 1"}
    python["language_config"] = {"language": "PYTHON", "runtime_version": "3.11", "packages": ["snowflake-snowpark-python"], "handler": "f", "called_on_null_input": True}
    server.ok("POST", procedures, python)
    refused = server.call("POST", f"{procedures}/snake:call", {"call_arguments": []})
    assert (refused.status, refused.code) == (400, "000002")
    server.sql("CREATE TASK RUNS.PUBLIC.Q AS CALL SNAKE()")
    server.sql("EXECUTE TASK RUNS.PUBLIC.Q")
    server.local("clock", {"advance": 1})
    assert server.sql(history.format("Q")) == [["FAILED", None, "Unsupported feature 'procedures in LANGUAGE PYTHON'."]]


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="lsf-tasks-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_a_folder_keeps_schedules(folder):
    clock = Clock("manual")
    first = create_engine(folder, clock=clock)
    context = first.current_defaults("ADMIN")
    for statement in ("CREATE TASK T SCHEDULE = '1 MINUTE' AS SELECT 1", "ALTER TASK T RESUME"):
        first.execute(statement, context)
    first.close()
    clock = Clock("manual")
    again = create_engine(folder, clock=clock)
    clock.advance(150)
    assert [r.state for r in again.tasks.task_runs()] == ["SCHEDULED", "SUCCEEDED", "SUCCEEDED"]
    again.close()


def test_the_real_clock(folder):
    """Timers fire by themselves."""
    engine = create_engine(folder)
    context = engine.current_defaults("ADMIN")
    engine.execute("CREATE TASK T SCHEDULE = '10 SECONDS' USER_TASK_TIMEOUT_MS = 200 AS CALL SYSTEM$WAIT(60)", context)
    engine.execute("ALTER TASK T RESUME", context)
    end = time.monotonic() + 60
    while not engine.tasks.complete():
        assert time.monotonic() < end
        time.sleep(0.1)
    assert [(r.state, r.error_code) for r in engine.tasks.complete()[0].runs] == [("FAILED", "000630")]
    engine.close()
