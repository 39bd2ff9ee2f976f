"""What the stand-in must never do of itself: cut a statement, show its machinery, answer 500 to a bad request, or lose a name while it is replaced."""

from __future__ import annotations

import gzip
import http.client
import json
import random
import threading
import time
import urllib.request

import psycopg
import pytest
from aiohttp.test_utils import make_mocked_request

from local_snowflake.auth import Identity
from local_snowflake.canned import CannedEngine, _sound
from local_snowflake.incidents import incidents
from local_snowflake.log import RequestLog
from local_snowflake.model import Binding, Context, SnowflakeError
from local_snowflake.objects.registry import NOT_ENABLED
from local_snowflake.objects.spec import Spec
from local_snowflake.spool import Spool
from local_snowflake.sql.language import rows
from local_snowflake.statements import Partition, Statements
from local_snowflake.tests.rest import Server
from local_snowflake.tests.samples import address, body_of
from local_snowflake.tests.sql_engine import engine  # noqa: F401
from local_snowflake.verdicts import Verdicts

SPEC = Spec()


def run(engine, text: str, context: Context | None = None) -> list[list[str | None]]:
    context = context or Context("ADMIN", "ACCOUNTADMIN", "COMPUTE_WH", "SHOP", "PUBLIC")
    context.query_id = ""
    try:
        return [list(row) for row in engine.execute(text, context).rows]
    finally:
        engine.release(context)


def refusal(engine, text: str) -> SnowflakeError:
    with pytest.raises(SnowflakeError) as caught:
        run(engine, text)
    return caught.value


# Literals of one semicolon

@pytest.mark.parametrize(("text", "value"), [
    ("SELECT ';'", ";"), ("SELECT ';';", ";"), ("SELECT 'a' || ';'", "a;"), ("SELECT $$;$$", ";"), ("SELECT 'x' AS \";\"", "x"), ("SELECT ';' -- ;\n;", ";"),
])  # fmt: skip
def test_a_literal_ends_a_statement(engine, text, value):
    assert run(engine, text) == [[value]]


def test_a_literal_ends_other_statements(engine):
    run(engine, "CREATE OR REPLACE TABLE semicolons (t TEXT) COMMENT = ';'")
    run(engine, "INSERT INTO semicolons SELECT ';'")
    run(engine, "UPDATE semicolons SET t = t || ';'")
    assert run(engine, "SELECT t FROM semicolons WHERE t LIKE '%;'") == [[";;"]]
    run(engine, "DELETE FROM semicolons WHERE t = ';;'")
    assert run(engine, "SELECT count(*) FROM semicolons") == [["0"]]


@pytest.mark.parametrize("text", ["", ";", " ; ", "-- nothing\n;"])
def test_no_statement(engine, text):
    assert refusal(engine, text).code == "000900"


def test_statements_are_told_apart_without_an_engine():
    assert CannedEngine(None).split("SELECT 'a;b'; SELECT $$;$$ -- ;\n;") == ["SELECT 'a;b'", "SELECT $$;$$ -- ;"]


def test_a_slow_statement_is_answered_by_the_engine_or_cancelled(engine):
    slow = CannedEngine(engine)
    slow.results = [_sound({"match": "SLOW", "seconds": 0.2})]
    context = Context("ADMIN", "ACCOUNTADMIN", "COMPUTE_WH", "SHOP", "PUBLIC")
    started = time.monotonic()
    assert run(slow, "SELECT 1 AS SLOW", context) == [["1"]] and time.monotonic() - started >= 0.2
    context.cancelled.set()
    with pytest.raises(SnowflakeError, match="SQL execution canceled"):
        run(slow, "SELECT 1 AS SLOW", context)
    assert run(slow, "SELECT 1 AS QUICK") == [["1"]]


# Internal errors

def _fail(error):
    def failing(*args, **more):
        raise error

    return failing


@pytest.mark.parametrize("error", [KeyError("this"), psycopg.errors.lookup("42P01")("relation sfd.t1 does not exist"), AssertionError("sf_rows")])
def test_internal_errors_are_snowflakes(engine, monkeypatch, error):
    monkeypatch.setattr(engine, "need_warehouse", _fail(error))
    seen = refusal(engine, "SELECT table_name FROM SHOP.INFORMATION_SCHEMA.TABLES")
    assert (seen.code, seen.sqlstate) == ("000603", "XX000")
    assert seen.message.startswith("SQL execution internal error:\nProcessing aborted by error 300002:")
    assert not any(word in seen.message for word in ("KeyError", "42P01", "sfd", "sf_rows", "this"))
    last = incidents()[-1]
    assert last["incident"] in seen.message and str(error) in last["error"] and "INFORMATION_SCHEMA" in last["what"]
    entry = engine.log.all()[-1]
    assert (entry.status, entry.error.message) == ("FAILED_WITH_ERROR", seen.message)


def test_internal_errors_while_rows_are_read(engine, monkeypatch):
    monkeypatch.setattr("local_snowflake.sql.engine.AT_ONCE", 0)
    context = Context("ADMIN", "ACCOUNTADMIN", "COMPUTE_WH", "SHOP", "PUBLIC")
    rows = iter(engine.execute("SELECT PARSE_JSON('1') FROM TABLE(GENERATOR(ROWCOUNT => 20000))", context).rows)
    next(rows)
    monkeypatch.setattr("local_snowflake.sql.engine.pretty", _fail(KeyError("cell")))
    try:
        list(rows)
    except SnowflakeError as error:
        code, message = error.code, error.message
    assert code == "000603" and "KeyError" not in message
    assert engine.log.all()[-1].status == "FAILED_WITH_ERROR"


@pytest.mark.parametrize("text", [
    "CREATE TABLE odd ('\\0' INTEGER)", "SELECT '\\0'", "DECLARE a VARCHAR; BEGININTO x; ENDEND", "DECLARE a INT; SELECT 1", "SELECT REGEXP_REPLACE('a', 'a', 'X', 'VARCHAR', 1)",
    "SELECT REGEXP_REPLACE('a', 'a', 'X', 99999999999999999991, 1)", "SELECT REGEXP_COUNT('a', 'b', 'i')", "SELECT REGEXP_INSTR('a', 'b', 'x')", "SELECT TRUNC(10.567, ';')", "SELECT ROUND(1.5, 1.5)",
    "SELECT * FROM SHOP.PUBLIC.CUSTOMERS JOIN SHOP.PUBLIC.ORDERS USING (PARSE_JSON('{}'))", "SELECT :0", "SHOW COLUMNS IN TABLE IDENTIFIER('')",
    "DROP SCHEMA IDENTIFIER('a.b.c.d')", "SELECT COUNT(*) FROM SHOP.PUBLIC.CUSTOMERS GROUP BY HAVING COUNT(*) > 1", "SELECT LAST_QUERY_ID('x')", "SELECT TO_NUMBER('1', 'x', 'y')",
])  # fmt: skip
def test_odd_statements_are_refused_not_broken(engine, text):
    before = len(incidents())
    error = refusal(engine, text)
    assert error.code != "000603" and len(incidents()) == before, error.message


# Bad requests

@pytest.fixture(scope="module")
def server():
    made = Server("--sample")
    yield made
    made.close()


def send(server: Server, method: str, path: str, body: bytes | None = None, **headers: str | None) -> tuple[int, bytes]:
    """A call whose bytes are as they are given."""
    connection = http.client.HTTPConnection(server.info["host"], server.info["port"], timeout=30)
    every = {
        "Authorization": f"Bearer {server.info['admin_pat']}", "X-Snowflake-Authorization-Token-Type": "PROGRAMMATIC_ACCESS_TOKEN", "User-Agent": "tests/1",
        "Accept": "application/json", "Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()},
    }  # fmt: skip
    try:
        connection.request(method, path, body, {k: v for k, v in every.items() if v is not None})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def reported(server: Server) -> list[dict]:
    with urllib.request.urlopen(server.info["url"] + "/_local/incidents") as response:
        return json.load(response)


BODIES = [
    b"\xff\xfe", b'{"statement":"\xff"}', b'{"name":"\xff"}', b"[" * 100000, b'{"a":' * 300 + b"1" + b"}" * 300, b"null", b"NaN", b'{"name":NaN}', b'{"name":"\\ud800"}', b"\x00",
    b'{"statement":"SELECT 1","timeout":1e400}', b'{"x":' + b"9" * 6000 + b"}", b"[null]", b'"x"',
]  # fmt: skip
PLACES = [
    "/api/v2/statements", "/api/v2/databases", "/api/v2/databases/SHOP/schemas/PUBLIC/tasks", "/api/v2/roles/PUBLIC:set-tags", "/oauth/token-request", "/oauth2/token", "/_local/faults",
    "/_local/results", "/_local/settings", "/_local/objects", "/_local/clock", "/_local/expect",
]  # fmt: skip
HEADERS = [
    {}, {"Content_Type": "application/json; charset=foo"}, {"Content_Type": "multipart/form-data"}, {"Content_Type": "application/x-www-form-urlencoded; charset=foo"},
    {"Content_Encoding": "gzip"}, {"Content_Type": None},
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_bodies_that_are_none(server, place):
    for body in BODIES:
        for headers in HEADERS:
            status, text = send(server, "POST", place, body, **headers)
            assert 400 <= status < 500, (body[:40], headers, status, text[:200])
    assert reported(server) == []


@pytest.mark.parametrize(("method", "path", "headers"), [
    ("GET", "/api/v2/databases?showLimit=%FF", {}), ("GET", "/api/v2/databases?showLimit=99999999999999999999999", {}), ("GET", "/api/v2/databases/%FF", {}),
    ("GET", "/api/v2/databases/a%00b/schemas", {}), ("GET", "/api/v2/databases?like=%5C", {}), ("GET", "/api/v2/databases?fromName=%ED%A0%80", {}),
    ("GET", "/api/v2/results/x?page=%C2%B2", {}), ("GET", "/api/v2/statements/x?partition=%C2%B2", {}), ("GET", "/api/v2/databases", {"X_Snowflake_Role": "\xff"}),
    ("GET", "/api/v2/databases", {"X_Snowflake_Role": '"'}), ("GET", "/api/v2/databases", {"Authorization": "Bearer \xff"}),
    ("GET", "/api/v2/databases", {"Authorization": "Snowflake \xff"}), ("POST", "/oauth/token-request", {"Authorization": "Basic \xff"}),
    ("GET", "/api/v2/databases", {"Authorization": "Bearer bnVsbA.bnVsbA.c", "X_Snowflake_Authorization_Token_Type": "KEYPAIR_JWT"}),
])  # fmt: skip
def test_odd_addresses_and_headers(server, method, path, headers):
    status, text = send(server, method, path, **headers)
    assert status < 500, text
    assert reported(server) == []


VALUES = [None, True, 5, -1, 10**30, 1.5, "x", "", "x y\"'", "\ud800", "a\0b", "é😀", [], [5], [[]], ["x"], [None], {}, {"a": {}}]


def places(value, at=()):
    """Where a value has parts."""
    yield at
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*at, key))


def changed(value, at, new):
    if not at:
        return new
    out = json.loads(json.dumps(value))
    parent = out
    for key in at[:-1]:
        parent = parent[key]
    parent[at[-1]] = new
    return out


def test_a_schedule_without_a_kind(server):
    body = {"name": "t", "definition": "SELECT 1", "schedule": {"schedule_type": ["x"]}}
    assert server.call("POST", "databases/SHOP/schemas/PUBLIC/tasks", body).status == 400


def test_every_member_of_another_type(server):
    """A part of every body of the documents takes a value of another type: never an internal error, neither at once nor when the object is read."""
    draw = random.Random(8)
    names = {"database": "SHOP", "schema": "PUBLIC", "name": "SAMPLE"}
    operations = [o for o in SPEC.operations if o.document not in ("sqlapi", "result") and o.document not in NOT_ENABLED]
    wrong, changes = [], 0
    for o in (o for o in operations if o.body and o.body.get("schema") and o.method != "GET"):
        whole = body_of(SPEC, o.body["schema"], True)
        everything = [(at, value) for at in places(whole) for value in VALUES]
        for at, value in draw.sample(everything, min(len(everything), 9)):
            target = address(o, names)
            target += ("&" if "?" in target else "?") + "createMode=orReplace" if o.method == "POST" and "createMode" in o.query() else ""
            status, text = send(server, o.method, target, json.dumps(changed(whole, at, value)).encode())
            changes += 1
            lists = [q for q in operations if q.method == "GET" and q.path == o.path] if status == 200 else []
            wrong += [(o.method, o.path, at, value, text)] if status >= 500 else []
            wrong += [(q.path, at, value) for q in lists if send(server, "GET", address(q, names))[0] >= 500]
    assert wrong == [] and reported(server) == [] and changes > 500


def test_every_member_of_a_statement_of_another_type(server):
    body = {
        "statement": "SELECT ?", "timeout": 60, "database": "SHOP", "schema": "PUBLIC", "warehouse": "COMPUTE_WH", "role": "PUBLIC",
        "bindings": {"1": {"type": "TEXT", "value": "1"}}, "parameters": {"query_tag": "x", "timezone": "UTC", "rows_per_resultset": 1, "date_output_format": "x"},
        "resultSetMetaData": {"format": "jsonv2"},
    }  # fmt: skip
    for at in places(body):
        for value in VALUES:
            status, text = send(server, "POST", "/api/v2/statements", json.dumps(changed(body, at, value)).encode())
            assert status < 500 and b"XX000" not in text, (at, value, text)


def test_orders_of_a_test_that_are_none(server):
    for value in VALUES:
        for name in ("action", "method", "path", "body", "skip", "times", "seconds", "headers"):
            if isinstance(value, str) or (value in ({}, 5, -1) and value is not True):
                continue
            status, _ = send(server, "POST", "/_local/faults", json.dumps({"action": "delay" if name == "seconds" else "status", "path": "zzz", name: value}).encode())
            assert status in (200, 400), (name, value)
        for name in ("match", "columns", "rows", "seconds"):
            if name == "seconds" and value == 5:
                continue
            entry = {"match": "zzz", "columns": [{"name": "A", "type": "text"}], "rows": [["1"]], name: value}
            assert send(server, "POST", "/_local/results", json.dumps(entry).encode())[0] in (200, 400), (name, value)
            assert b"XX000" not in send(server, "POST", "/api/v2/statements", b'{"statement": "SELECT 1 AS zzz"}')[1], (name, value)
            send(server, "DELETE", "/_local/results")
    send(server, "DELETE", "/_local/faults")
    assert reported(server) == []


def test_kept_objects_fit_their_schema(server):
    """What would break an answer is refused when it comes in; what the document does not know is left out."""
    path = ["SHOP", "PUBLIC", "KEPT"]
    server.ok("POST", "databases/SHOP/schemas/PUBLIC/sequences", {"name": "kept"})
    status, _ = send(server, "POST", "/_local/objects", json.dumps({"kind": "SEQUENCE", "path": path, "set": {"comment": {"a": 1}}}).encode())
    assert status == 400
    server.ok("GET", "databases/SHOP/schemas/PUBLIC/sequences/kept")


# Many tasks, and the same name from several sides

def test_a_thousand_tasks(engine):
    """Linear, in seconds; it was cubic, in minutes."""
    run(engine, "CREATE OR REPLACE SCHEMA SHOP.MANY")
    started = time.monotonic()
    for i in range(1000):
        run(engine, f"CREATE TASK SHOP.MANY.T{i} WAREHOUSE = COMPUTE_WH " + (f"AFTER SHOP.MANY.T{(i - 1) // 3} " if i else "") + "AS SELECT 1")
    assert refusal(engine, "CREATE TASK SHOP.MANY.T1000 WAREHOUSE = COMPUTE_WH AFTER SHOP.MANY.T0 AS SELECT 1").code == "001422"
    assert len(run(engine, "SHOW TASKS IN SCHEMA SHOP.MANY")) == 1000
    run(engine, "SELECT SYSTEM$TASK_DEPENDENTS_ENABLE('SHOP.MANY.T0')")
    assert time.monotonic() - started < 60
    run(engine, "DROP SCHEMA SHOP.MANY")


REPLACED = {
    "TABLE": ("CREATE OR REPLACE TABLE SHOP.PUBLIC.SAME (a INT)", "SELECT count(*) FROM SHOP.PUBLIC.SAME"),
    "table as select": ("CREATE OR REPLACE TABLE SHOP.PUBLIC.SAME2 AS SELECT 1 AS a", "SELECT count(*) FROM SHOP.PUBLIC.SAME2"),
    "VIEW": ("CREATE OR REPLACE VIEW SHOP.PUBLIC.SAME3 AS SELECT 1 AS a", "SELECT a FROM SHOP.PUBLIC.SAME3"),
    "SCHEMA": ("CREATE OR REPLACE SCHEMA SHOP.SAME4", "SHOW SCHEMAS LIKE 'SAME4' IN DATABASE SHOP"),
    "DATABASE": ("CREATE OR REPLACE DATABASE SAME5", "SHOW SCHEMAS IN DATABASE SAME5"),
    "WAREHOUSE": ("CREATE OR REPLACE WAREHOUSE SAME6", "SHOW WAREHOUSES LIKE 'SAME6'"),
    "TASK": ("CREATE OR REPLACE TASK SHOP.PUBLIC.SAME7 WAREHOUSE = COMPUTE_WH AS SELECT 1", "DESCRIBE TASK SHOP.PUBLIC.SAME7"),
    "if not exists": ("CREATE TABLE IF NOT EXISTS SHOP.PUBLIC.SAME8 (a INT)", "SELECT count(*) FROM SHOP.PUBLIC.SAME8"),
}  # fmt: skip


def at_once(*jobs, times: int = 12) -> list[Exception]:
    """Each job several times, each in a thread of its own, all at once; what they raised."""
    raised: list[Exception] = []
    together = threading.Barrier(len(jobs))

    def work(job):
        together.wait()
        for _ in range(times):
            try:
                job()
            except Exception as error:
                raised.append(error)

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.parametrize("kind", REPLACED)
def test_replaced_by_several(engine, kind):
    create, read = REPLACED[kind]
    if kind != "if not exists":
        run(engine, create)
    makers = [lambda: run(engine, create)] * 6
    readers = [lambda: run(engine, read)] * 2 if kind != "if not exists" else []
    assert at_once(*makers, *readers) == []
    assert run(engine, read) != []


def test_replaced_by_several_calls(server):
    def replace(collection, body):
        answer = server.call("POST", f"{collection}?createMode=orReplace", body)
        assert answer.status == 200, answer.body

    for collection, body in (
        ("databases", {"name": "same"}), ("databases/SHOP/schemas/PUBLIC/tasks", {"name": "same", "definition": "SELECT 1", "warehouse": "COMPUTE_WH"}),
        ("databases/SHOP/schemas/PUBLIC/sequences", {"name": "same"}), ("databases/SHOP/schemas/PUBLIC/tables", {"name": "same", "columns": [{"name": "a", "datatype": "NUMBER"}]}),
    ):  # fmt: skip
        assert at_once(*[lambda: replace(collection, body)] * 6, times=8) == []


# Memory

def resident(server: Server) -> int:
    """Megabytes of the server's process."""
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) // 1024


def test_large_results_leave_the_memory(server):
    """They are kept for 24 hours, and read again, but not from memory."""
    text = "SELECT SEQ4() AS N, REPEAT(TO_VARCHAR(SEQ4()), 400) AS T FROM TABLE(GENERATOR(ROWCOUNT => 15000))"  # 28 MB

    def submit() -> tuple[str, int]:
        answer = server.call("POST", "statements", {"statement": text, "warehouse": "COMPUTE_WH"})
        assert answer.status == 200, answer.body
        return answer.body["statementHandle"], len(answer.body["resultSetMetaData"]["partitionInfo"])

    kept = [submit() for _ in range(2)]
    before = resident(server)
    kept += [submit() for _ in range(4)]
    assert resident(server) - before < 60
    handle, partitions = kept[0]
    assert partitions == 2
    for partition in range(partitions):
        status, body = send(server, "GET", f"/api/v2/statements/{handle}?partition={partition}")
        data = json.loads(gzip.decompress(body) if body[:1] == b"\x1f" else body)["data"]
        first = 10000 * partition
        assert status == 200 and len(data) == (10000, 5000)[partition] and data[0] == [str(first), str(first) * 400]
    again = server.sql(f"SELECT COUNT(*), MAX(LENGTH(T)), SUM(N) FROM TABLE(RESULT_SCAN('{handle}'))")
    assert again == [["15000", "2000", str(sum(range(15000)))]]


def test_nulls_as_texts_in_every_partition(server):
    text = "SELECT NULL AS A, REPEAT('é', 40) AS B FROM TABLE(GENERATOR(ROWCOUNT => 10001))"
    body = json.dumps({"statement": text, "warehouse": "COMPUTE_WH"}).encode()
    answer = json.loads(send(server, "POST", "/api/v2/statements?nullable=false", body)[1])
    assert answer["data"][0] == ["null", "é" * 40]
    status, rest = send(server, "GET", f"/api/v2/statements/{answer['statementHandle']}?partition=1")
    assert json.loads(gzip.decompress(rest)) == {"data": [["null", "é" * 40]]}


def test_results_that_are_over_are_forgotten(tmp_path):
    made = Statements(CannedEngine(None), None, retention=0, spool=Spool(tmp_path / "answers"))
    for number in range(3):
        old = made._new(Identity("ADMIN"), str(number), Context("ADMIN", "PUBLIC"))
        made.by_request["ADMIN", str(number)] = old
        old.finished = time.time() - 1
        old.partitions = [Partition.of([["x" * 100000]], False, made.spool)]
    assert len(made.by_handle) == len(made.by_request) == len(list((tmp_path / "answers").iterdir())) == 1


def test_the_log_of_requests_is_bounded(server, monkeypatch):
    monkeypatch.setattr("local_snowflake.log.MOST", 5)
    monkeypatch.setattr("local_snowflake.log.LARGEST", 10000)
    log = RequestLog(Verdicts())
    request = make_mocked_request("POST", "/api/v2/statements", headers={"Authorization": "Bearer x"})
    for number in range(20):
        log.add(request, json.dumps({"statement": f"SELECT {number}"}).encode())
    assert [entry["body"]["statement"] for entry, _ in log.entries] == [f"SELECT {number}" for number in range(15, 20)]
    for _ in range(3):
        log.add(request, json.dumps({"statement": "x" * 4000}).encode())
    assert len(log.entries) == 2
    monkeypatch.setattr("local_snowflake.log.LONGEST", 5000)
    log.add(request, json.dumps({"statement": "x" * 6000}).encode())
    assert len(log.entries[-1][0]["body"]) < 1100


def test_many_rows_of_values(engine):
    """One statement of 2,000 rows takes seconds; types, scales and NULL are those of each cell."""
    run(engine, "CREATE OR REPLACE TABLE listed (a INT, b VARCHAR(10), c NUMBER(12,2), d DATE, e TIMESTAMP_NTZ, f INT DEFAULT 7, g INT IDENTITY)")
    rows = ", ".join(f"({i}, 'n{i}', {i}.{i % 100:02d}, '2024-01-{i % 28 + 1:02d}', '2024-01-01 00:00:{i % 60:02d}')" for i in range(2000))
    started = time.monotonic()
    assert run(engine, f"INSERT INTO listed (a, b, c, d, e) VALUES {rows}") == [["2000"]]
    assert time.monotonic() - started < 20
    assert run(engine, "SELECT COUNT(*), SUM(a), SUM(c), MIN(d)::VARCHAR, MAX(e)::VARCHAR, SUM(f), MAX(g) FROM listed") == [
        ["2000", "1999000", "1999990.00", "2024-01-01", "2024-01-01 00:00:59.000", "14000", "2000"]]  # fmt: skip
    run(engine, "INSERT INTO listed (a, b, c, d) VALUES (NULL, NULL, 1.005, NULL), (1, 'é', 12, '2024-02-29'), (-1.5, NULL, NULL, NULL)")
    assert run(engine, "SELECT a, b, c, d::VARCHAR FROM listed WHERE e IS NULL ORDER BY g") == [
        [None, None, "1.01", None], ["1", "é", "12.00", "2024-02-29"], ["-2", None, None, None]]  # fmt: skip
    run(engine, "INSERT INTO listed (a, b) VALUES (1, '1'), (1.5, 2), (DEFAULT, 'x')")
    assert refusal(engine, "INSERT INTO listed (a, b) VALUES (1, '1'), (TRUE, 2)").code == "002023"
    assert refusal(engine, "INSERT INTO listed (a, b) VALUES (1, 'short'), (2, 'longer than ten')").code == "100078"
    assert refusal(engine, "INSERT INTO listed (c) VALUES (1), (12345678901.5)").code == "100039"
    assert refusal(engine, "INSERT INTO listed (d) VALUES ('2024-01-01'), ('no date')").sqlstate.startswith("22")


ROWS = [("1", "'a'", "1.50"), ("-2", r"'it''s \'b\' \\ \n;'", "-0.5"), ("3e2", "'(),'", "NULL"), ("null", "''", "1E1"), ("5", "'ü'", "7")]


@pytest.mark.parametrize("form", ["INSERT INTO LONG_LIST {}", "INSERT INTO LONG_LIST (N, T, V) SELECT COLUMN1, COLUMN2, COLUMN3 FROM {} L"])
def test_a_long_list_says_what_a_short_one_says(engine, form):
    """The rows of a long list are not read by the parser, and come to the same."""
    found = []
    for times in (1, 400):
        run(engine, "CREATE OR REPLACE TABLE LONG_LIST (N NUMBER(10,2), T VARCHAR, V FLOAT)")
        listed = ", ".join(f"({', '.join(row)})" for row in ROWS * times)
        sql = form.format(f"VALUES {listed}")
        assert (len(rows.cut(sql)[1]) == 5 * times - 1) == (times > 1)
        assert run(engine, sql) == [[str(5 * times)]]
        found.append(run(engine, "SELECT N, T, V, COUNT(*) FROM LONG_LIST GROUP BY ALL ORDER BY T"))
    assert [row[:3] for row in found[0]] == [row[:3] for row in found[1]]
    assert [row[3] for row in found[1]] == ["400"] * 5 and ["-2.00", "it's 'b' \\ \n;", "-0.5"] in [row[:3] for row in found[1]]


def test_a_long_list_of_other_things(engine):
    """Bind variables count on, an expression ends what is cut, a row of another length is refused."""
    context = Context("ADMIN", "ACCOUNTADMIN", "COMPUTE_WH", "SHOP", "PUBLIC")
    run(engine, "CREATE OR REPLACE TABLE LONG_LIST (N NUMBER, T VARCHAR)")
    bound = [Binding(kind, f"{i}") for i in range(1000) for kind in ("FIXED", "TEXT")]
    sql = "INSERT INTO LONG_LIST VALUES " + " , ".join(["( ?,  ?)"] * 1000) + " " * 5000
    context.query_id = ""
    assert len(rows.cut(sql)[1]) == 999 and [list(r) for r in engine.execute(sql, context, bound).rows] == [["1000"]]
    assert run(engine, "SELECT COUNT(*), COUNT_IF(N = T), MAX(N) FROM LONG_LIST") == [["1000", "1000", "999"]]
    many = ", ".join(f"({i}, 'x')" for i in range(2000))
    assert run(engine, f"INSERT INTO LONG_LIST VALUES {many}, (1 + 1, 'y'), (DEFAULT, 'z')") == [["2002"]]
    assert run(engine, "SELECT N, T FROM LONG_LIST WHERE T IN ('y', 'z') ORDER BY T") == [["2", "y"], [None, "z"]]
    assert refusal(engine, f"INSERT INTO LONG_LIST VALUES {many}, (1), (2, 'x')").code == "002020"
    assert refusal(engine, f"INSERT INTO LONG_LIST VALUES {many}, (1, 'x') (2, 'x')").code == "000002"
    assert refusal(engine, f"INSERT INTO LONG_LIST VALUES {many},").code == "001003"
    two = f"INSERT INTO LONG_LIST SELECT A.COLUMN1, B.COLUMN2 FROM VALUES {many} A JOIN (VALUES (1, 'p')) B ON A.COLUMN1 = B.COLUMN1"
    assert run(engine, two) == [["1"]]


def test_large_tables_have_statistics(engine):
    """Without them PostgreSQL takes every table for small, and joins of large ones row by row."""
    run(engine, "CREATE OR REPLACE TABLE COUNTED (N NUMBER)")
    many = "INSERT INTO COUNTED SELECT SEQ4() FROM TABLE(GENERATOR(ROWCOUNT => 3000))"
    table = engine.catalog.relation(("SHOP", "PUBLIC", "COUNTED")).physical

    def known():
        with engine.pool.connection() as conn:
            return int(conn.execute(f"SELECT reltuples FROM pg_class WHERE oid = '{table}'::regclass").fetchone()[0])
    found = []
    for _ in range(4):
        run(engine, many)
        found.append(known())
    assert found == [3000, 3000, 9000, 9000]
