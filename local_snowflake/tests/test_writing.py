"""Statements that write: long lists of rows, what each form refuses, transactions over HTTP, and writers beside each other."""

import threading
import time
import uuid

import pytest

from local_snowflake.model import Context, DmlStats, SnowflakeError
from local_snowflake.sql.language.lexer import split
from local_snowflake.tests.rest import server  # noqa: F401
from local_snowflake.tests.sql_engine import engine  # noqa: F401

MANY = 16384
SECONDS = 6  # such a statement takes two at most when nothing else runs

COLUMNS = {  # type, what reads its text, a text, and how the SQL API shows it
    "A": ("NUMBER(10,2)", "CAST(COLUMN1 AS NUMBER(10,2))", "1.50", "1.50"),
    "B": ("VARCHAR", "CAST(COLUMN2 AS VARCHAR)", "it''s; \\\\ -- /* $$ {\"a\",}\\n", "it's; \\ -- /* $$ {\"a\",}\n"),
    "C": ("BINARY", "TO_BINARY(COLUMN3, 'HEX')", "0AFF", "0AFF"),
    "D": ("BOOLEAN", "CAST(COLUMN4 AS BOOLEAN)", "true", "true"),
    "E": ("FLOAT", "CAST(COLUMN5 AS FLOAT)", "1.5e3", "1500"),
    "F": ("DATE", "TO_DATE(COLUMN6, 'YYYY-MM-DD')", "2024-02-29", "19782"),
    "G": ("TIME", "TO_TIME(COLUMN7, 'HH24:MI:SS.FF9')", "12:34:56.123456", "45296.123456000"),
    "H": ("TIMESTAMP_NTZ", "TO_TIMESTAMP_NTZ(COLUMN8, 'YYYY-MM-DD HH24:MI:SS.FF9')", "2024-02-29 12:34:56.123456", "1709210096.123456000"),
    "I": ("TIMESTAMP_LTZ", "TO_TIMESTAMP_LTZ(COLUMN9, 'YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM')", "2024-02-29 12:34:56.123456789 +02:00", "1709202896.123456789"),
    "J": ("TIMESTAMP_TZ", "TO_TIMESTAMP_TZ(COLUMN10, 'YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM')", "2024-02-29 12:34:56.1 -05:30", "1709229896.100000000 1110"),
    "K": ("VARIANT", "PARSE_JSON(COLUMN11)", '{"a":[1]}', '{\n  "a": [\n    1\n  ]\n}'),
    "L": ("ARRAY", "CAST(PARSE_JSON(COLUMN12) AS ARRAY)", "[1]", "[\n  1\n]"),
    "M": ("OBJECT", "CAST(PARSE_JSON(COLUMN13) AS OBJECT)", '{"k":1}', '{\n  "k": 1\n}'),
    "N": ("UUID", "CAST(COLUMN14 AS UUID)", "c73d9175-0a1d-48c6-8d30-df165461328b", "c73d9175-0a1d-48c6-8d30-df165461328b"),
    "O": ("VECTOR(FLOAT, 3)", "CAST(CAST(PARSE_JSON(COLUMN15) AS ARRAY) AS VECTOR(FLOAT, 3))", "[1.5,2,3]", "[\n  1.5,\n  2,\n  3\n]"),
    "P": ("GEOGRAPHY", "TO_GEOGRAPHY(COLUMN16)", '{"type":"Point","coordinates":[1,2]}', '{\n  "coordinates": [\n    1,\n    2\n  ],\n  "type": "Point"\n}'),
}  # fmt: skip
INSERT = f"INSERT INTO EVERY ({', '.join(COLUMNS)}) SELECT {', '.join(c[1] for c in COLUMNS.values())} FROM VALUES "
NULLS = "(" + ", ".join(["NULL"] * len(COLUMNS)) + ")"
FILLED = "(" + ", ".join(f"'{c[2]}'" for c in COLUMNS.values()) + ")"


@pytest.fixture(scope="module")
def admin(engine):  # noqa: F811
    context = Context("ADMIN", "ACCOUNTADMIN", "COMPUTE_WH", multi_statement=True)
    run(engine, "CREATE OR REPLACE DATABASE WRITING", context)
    yield engine, context
    run(engine, "DROP DATABASE IF EXISTS WRITING", context)
    engine.release(context)


def beside(role="ACCOUNTADMIN"):
    """Another session."""
    return Context("ADMIN", role, "COMPUTE_WH", "WRITING", "PUBLIC", multi_statement=True)


def run(engine, sql, context):  # noqa: F811
    context.query_id = ""
    result = engine.execute(sql, context)
    return [list(row) for row in result.rows], result.stats, [c.name for c in result.columns]


def code_of(engine, sql, context):  # noqa: F811
    with pytest.raises(SnowflakeError) as e:
        run(engine, sql, context)
    return e.value.code


# Long lists of rows


@pytest.mark.parametrize("rows", [[NULLS], [FILLED], [NULLS, NULLS, FILLED], [NULLS] * 300, [NULLS] * 300 + [FILLED], [FILLED] * 60 + [NULLS]])
def test_every_type_by_its_text(admin, rows):
    engine, context = admin  # noqa: F811
    run(engine, f"CREATE OR REPLACE TABLE EVERY ({', '.join(f'{name} {c[0]}' for name, c in COLUMNS.items())})", context)
    assert run(engine, INSERT + ", ".join(rows), context)[:2] == ([[str(len(rows))]], DmlStats(inserted=len(rows)))
    shown = run(engine, "SELECT * FROM EVERY ORDER BY A NULLS FIRST", context)[0]
    nulls = rows.count(NULLS)
    assert shown == [[None] * len(COLUMNS)] * nulls + [[c[3] for c in COLUMNS.values()]] * (len(rows) - nulls)


def test_many_rows_are_quick(admin):
    engine, context = admin  # noqa: F811
    run(engine, "CREATE OR REPLACE TABLE SIX (ID NUMBER(18,0), NAME VARCHAR, X NUMBER(10,2), Y FLOAT, Z DATE, W TIMESTAMP_NTZ)", context)
    cells = ["CAST(COLUMN1 AS NUMBER(18,0))", "CAST(COLUMN2 AS VARCHAR)", "CAST(COLUMN3 AS NUMBER(10,2))", "CAST(COLUMN4 AS FLOAT)", "TO_DATE(COLUMN5, 'YYYY-MM-DD')",
             "TO_TIMESTAMP_NTZ(COLUMN6, 'YYYY-MM-DD HH24:MI:SS.FF9')"]  # fmt: skip
    rows = ", ".join(["(NULL, NULL, NULL, NULL, NULL, NULL)"] + [f"('{i}', 'it''s {i}', '{i}.25', '{i}.5', '2024-02-29', '2024-02-29 12:34:56.123456')" for i in range(MANY - 1)])
    keys = ", ".join(f"('{i}', 'name {i}', '{i + 1}')" for i in range(MANY - 1))
    both = "CAST(COLUMN1 AS NUMBER(18,0)) AS K1, CAST(COLUMN2 AS VARCHAR) AS C1, CAST(COLUMN3 AS NUMBER(18,0)) AS C2"
    statements = {
        f'INSERT INTO "WRITING"."PUBLIC"."SIX" ("ID", "NAME", "X", "Y", "Z", "W") SELECT {", ".join(cells)} FROM VALUES {rows}': (MANY, DmlStats(inserted=MANY)),
        f'MERGE INTO "SIX" AS T USING (SELECT {both} FROM VALUES {keys}) AS S ON T."ID" = S.K1 WHEN MATCHED THEN UPDATE SET "NAME" = S.C1, "ID" = S.C2': (MANY - 1, DmlStats(updated=MANY - 1)),
        f'MERGE INTO "SIX" AS T USING (SELECT {both} FROM VALUES {keys}) AS S ON (T."ID" = S.C2) AND (T."NAME" = S.C1) WHEN MATCHED THEN UPDATE SET "X" = 1': (MANY - 1, DmlStats(updated=MANY - 1)),
        f'UPDATE "SIX" AS T SET "NAME" = S.C1 FROM (SELECT {both} FROM VALUES {keys}) AS S WHERE T."ID" = S.C2': (MANY - 1, DmlStats(updated=MANY - 1)),
        f'DELETE FROM "SIX" AS T USING (SELECT {both} FROM VALUES {keys}) AS S WHERE T."ID" = S.C2': (MANY - 1, DmlStats(deleted=MANY - 1)),
    }
    for sql, (n, stats) in statements.items():
        start = time.monotonic()
        answer = run(engine, sql, context)
        taken = time.monotonic() - start
        assert (answer[0][0][0], answer[1]) == (str(n), stats), sql[:200]
        assert taken < SECONDS, (taken, sql[:200])
    assert run(engine, "SELECT COUNT(*), COUNT(ID) FROM SIX", context)[0] == [["1", "0"]]
    start = time.monotonic()
    assert engine.split("; ".join(["BEGIN", *statements, "COMMIT"])) == ["BEGIN", *statements, "COMMIT"]
    assert time.monotonic() - start < SECONDS


def test_long_lists_of_other_shapes(admin):
    """Rows that are no literals alone, in places of their own, and errors behind them, are as in a short statement."""
    engine, context = admin  # noqa: F811
    run(engine, "CREATE OR REPLACE TABLE T (ID NUMBER(18,0), NAME VARCHAR)", context)
    mixed = ", ".join(f"('{i}', {i}, TRUE)" for i in range(1000))
    texts = ", ".join(f"('{i}', NULL)" for i in range(1000))
    assert run(engine, f"SELECT COUNT(*), MAX(COLUMN2), MAX(COLUMN1) FROM VALUES {mixed}", context)[0] == [["1000", "999", "999"]]
    assert run(engine, f"SELECT COUNT(*) FROM (VALUES {texts}) AS V(A, B) WHERE B IS NULL", context)[0] == [["1000"]]
    assert run(engine, f"WITH W AS (SELECT COLUMN1::NUMBER AS K FROM VALUES {texts}) SELECT SUM(K) FROM W", context)[0] == [["499500"]]
    assert run(engine, f"INSERT INTO T (ID) WITH W AS (SELECT COLUMN1::NUMBER AS K FROM VALUES {texts}) SELECT K FROM W WHERE K > 989", context)[0] == [["10"]]
    assert run(engine, f"DELETE FROM T WHERE ID IN (SELECT COLUMN1::NUMBER FROM VALUES {texts}) AND ID <> 999", context)[0] == [["9"]]
    for rows in (f"{texts}, ('1')", f"{texts}, ('1', '2', '3')", f"{texts}, ()"):
        assert code_of(engine, f"INSERT INTO T SELECT COLUMN1, COLUMN2 FROM VALUES {rows}", context) == "001003"
    assert code_of(engine, f"INSERT INTO T (ID) SELECT CAST(COLUMN1 AS NUMBER(18,0)) FROM VALUES {texts}, ('x', NULL)", context) == "100038"
    sql = f"DELETE FROM T USING (SELECT COLUMN1::NUMBER AS K FROM VALUES {texts}) AS S WHERE T.ID = S.Q"
    with pytest.raises(SnowflakeError, match=f"at position {len(sql) - 1}\n.*'S.Q'"):
        run(engine, sql, context)
    assert run(engine, "SELECT COUNT(*) FROM T", context)[0] == [["1"]]


def test_too_many_rows(admin):
    """[sql-reference/sql/insert] VALUES is limited to 200,000 rows."""
    engine, context = admin  # noqa: F811
    run(engine, "CREATE OR REPLACE TABLE T (ID NUMBER(18,0))", context)
    rows = ",".join(["('1')"] * 200001)
    for sql in ("INSERT INTO T SELECT CAST(COLUMN1 AS NUMBER(18,0)) FROM VALUES ", "INSERT INTO T VALUES "):
        with pytest.raises(SnowflakeError, match="200,000"):
            run(engine, sql + rows, context)


# What each form refuses

VALUE_FAULTS = {  # code: column and value
    "100072": [("NN", "NULL"), ("NN", "CAST(NULL AS NUMBER(9,0))")],
    "100078": [("NAME", "'too long'"), ("NAME", "CAST('too long' AS VARCHAR)")],
    "100039": [("N", "1234567890"), ("N", "CAST('1234567890' AS NUMBER(9,0))")],
    "100038": [("N", "CAST('x' AS NUMBER(9,0))")],
    "002023": [("V", "'a'"), ("N", "TRUE"), ("F", "TRUE"), ("D", "1"), ("N", "CURRENT_DATE"), ("V", "CURRENT_DATE"), ("BI", "'AB'"), ("O", "PARSE_JSON('1')::ARRAY"), ("NAME", "PARSE_JSON('1')::ARRAY"),
               ("AR", "'a'"), ("BO", "CURRENT_DATE"), ("TI", "1"), ("NAME", "TO_BINARY('AB', 'HEX')"), ("VE", "PARSE_JSON('[1]')::ARRAY::VECTOR(FLOAT, 1)")],
    "000904": [("N", "MISSING"), ("MISSING", "1")],
}  # fmt: skip


@pytest.mark.parametrize(("code", "column", "value"), [(code, *case) for code, cases in VALUE_FAULTS.items() for case in cases])
def test_faults_of_values(admin, code, column, value):
    engine, context = admin  # noqa: F811
    run(engine, "CREATE OR REPLACE TABLE T (ID NUMBER, NN NUMBER(9,0) NOT NULL, NAME VARCHAR(5), N NUMBER(9,0), F FLOAT, V VARIANT, O OBJECT, AR ARRAY, D DATE, TI TIME, BO BOOLEAN, BI BINARY, VE VECTOR(FLOAT, 2))", context)
    run(engine, "INSERT INTO T (ID, NN) VALUES (1, 1)", context)
    also = ("", "") if column == "NN" else (", NN", ", 1")
    for sql in (f"INSERT INTO T ({column}{also[0]}) SELECT {value}{also[1]}",
                f"INSERT INTO T ({column}{also[0]}) SELECT S.C{also[1]} FROM (SELECT {value} AS C) AS S",
                f"UPDATE T SET {column} = {value}",
                f"UPDATE T SET {column} = S.C FROM (SELECT 1 AS K, {value} AS C) AS S WHERE T.ID = S.K",
                f"MERGE INTO T USING (SELECT 1 AS K, {value} AS C) AS S ON T.ID = S.K WHEN MATCHED THEN UPDATE SET {column} = S.C",
                f"MERGE INTO T USING (SELECT 2 AS K, {value} AS C) AS S ON T.ID = S.K WHEN NOT MATCHED THEN INSERT ({column}{also[0]}) VALUES (S.C{also[1]})"):  # fmt: skip
        assert code_of(engine, sql, context) == code, sql
    assert run(engine, "SELECT ID, NN, NAME, N, F, V, O, AR, D, TI, BO, BI, VE FROM T", context)[0] == [["1", "1"] + [None] * 11]


NEEDS = {  # privilege: statements
    "INSERT": ["INSERT INTO T (A) SELECT 1", "INSERT INTO T SELECT CAST(COLUMN1 AS NUMBER(9,0)) FROM VALUES ('1')", "MERGE INTO T USING U ON T.A = U.A WHEN NOT MATCHED THEN INSERT (A) VALUES (U.A)"],
    "UPDATE": ["UPDATE T SET A = 1", "UPDATE T SET A = U.A FROM U WHERE T.A = U.A", "MERGE INTO T USING U ON T.A = U.A WHEN MATCHED THEN UPDATE SET A = 1"],
    "DELETE": ["DELETE FROM T", "DELETE FROM T USING U WHERE T.A = U.A", "MERGE INTO T USING U ON T.A = U.A WHEN MATCHED THEN DELETE"],
    "TRUNCATE": ["TRUNCATE TABLE T", "TRUNCATE TABLE IF EXISTS T"],
}  # fmt: skip


def test_privileges(admin):
    """[user-guide/security-access-control-privileges] "Table privileges": each command has its own; a MERGE does what its clauses say."""
    engine, context = admin  # noqa: F811
    for sql in ("CREATE OR REPLACE TABLE T (A NUMBER(9,0))", "CREATE OR REPLACE TABLE U (A NUMBER(9,0))", "CREATE ROLE IF NOT EXISTS WRITER", "GRANT ROLE WRITER TO USER ADMIN", "GRANT USAGE ON DATABASE WRITING TO ROLE WRITER",
                "GRANT USAGE ON SCHEMA WRITING.PUBLIC TO ROLE WRITER", "GRANT USAGE ON WAREHOUSE COMPUTE_WH TO ROLE WRITER", "GRANT SELECT ON TABLE T TO ROLE WRITER", "GRANT SELECT ON TABLE U TO ROLE WRITER"):  # fmt: skip
        run(engine, sql, context)
    writer = beside("WRITER")
    for held in ("SELECT", *NEEDS):
        run(engine, f"GRANT {held} ON TABLE T TO ROLE WRITER", context)
        for needed, statements in NEEDS.items():
            for sql in statements:
                if needed == held:
                    run(engine, sql, writer)
                else:
                    assert code_of(engine, sql, writer) == "003001", (held, sql)
        if held != "SELECT":
            run(engine, f"REVOKE {held} ON TABLE T FROM ROLE WRITER", context)
    run(engine, "GRANT UPDATE ON TABLE T TO ROLE WRITER", context)
    assert code_of(engine, "MERGE INTO T USING U ON T.A = U.A WHEN MATCHED THEN UPDATE SET A = 1 WHEN NOT MATCHED THEN INSERT (A) VALUES (U.A)", writer) == "003001"
    run(engine, "GRANT INSERT ON TABLE T TO ROLE WRITER", context)
    assert code_of(engine, "INSERT OVERWRITE INTO T SELECT 1", writer) == "003001"
    run(engine, "REVOKE SELECT ON TABLE U FROM ROLE WRITER", context)
    for sql in ("INSERT INTO T SELECT A FROM U", "UPDATE T SET A = U.A FROM U", "MERGE INTO T USING U ON T.A = U.A WHEN MATCHED THEN UPDATE SET A = 1", "UPDATE T SET A = 1 WHERE A IN (SELECT A FROM U)"):
        assert code_of(engine, sql, writer) == "002003", sql
    engine.release(writer)


# Counts


def test_counts(admin):
    """[sql-reference/sql/update, stored-procedures-api] Rows of the target that several rows match are counted once, and once as duplicates."""
    engine, context = admin  # noqa: F811
    for sql in ("CREATE OR REPLACE TABLE T (ID NUMBER(18,0), A NUMBER(9,0))", "INSERT INTO T VALUES (1, 1), (2, 2), (3, 3)", "CREATE OR REPLACE TABLE U (ID NUMBER(18,0), B NUMBER)", "INSERT INTO U VALUES (1, 10), (1, 11), (2, 20), (4, 40)"):
        run(engine, sql, context)
    names = ["number of rows updated", "number of multi-joined rows updated"]
    for sql, row, stats in (
        ('UPDATE "T" AS R1 SET "A" = CAST((R1."A" + 1) AS NUMBER(9,0)) FROM "U" AS R2 WHERE R1."ID" = R2."ID"', ["2", "1"], DmlStats(updated=2, duplicate_updated=1)),
        ('UPDATE "T" AS R1 SET "A" = CAST((R1."A" + 1) AS NUMBER(9,0)) FROM (WITH W AS (SELECT R2."ID" AS C1 FROM "U" AS R2) SELECT W.C1 AS C1 FROM W GROUP BY W.C1) AS R0 WHERE R1."ID" = R0.C1', ["2", "0"], DmlStats(updated=2)),
        ('UPDATE "T" AS R1 SET "A" = 1 WHERE R1."ID" IN (SELECT R2."ID" FROM "U" AS R2)', ["2", "0"], DmlStats(updated=2)),
        ('UPDATE "T" AS R1 SET "A" = 1 WHERE NOT EXISTS (SELECT 1 FROM "U" AS R2 WHERE R1."ID" = R2."ID")', ["1", "0"], DmlStats(updated=1)),
    ):  # fmt: skip
        assert run(engine, sql, context) == ([row], stats, names), sql
    assert run(engine, 'DELETE FROM "T" AS R1 USING "U" AS R2 WHERE R1."ID" = R2."ID" AND R2."B" < 12', context)[:2] == ([["1"]], DmlStats(deleted=1))
    merge = "MERGE INTO T USING U ON T.ID = U.ID WHEN MATCHED AND U.B = 20 THEN DELETE WHEN MATCHED THEN UPDATE SET A = U.B WHEN NOT MATCHED AND U.B > 10 THEN INSERT (ID, A) VALUES (U.ID, U.B)"
    assert run(engine, merge, context) == ([["2", "0", "1"]], DmlStats(inserted=2, deleted=1), ["number of rows inserted", "number of rows updated", "number of rows deleted"])
    assert run(engine, "SELECT ID, A FROM T ORDER BY ID", context)[0] == [["1", "11"], ["3", "1"], ["4", "40"]]
    assert run(engine, "DELETE FROM T", context)[1] == DmlStats(deleted=3)


# Requests of several statements


@pytest.fixture(scope="module")
def table(server):  # noqa: F811
    name = server.database()
    server.sql("CREATE TABLE T (ID NUMBER(18,0), NAME VARCHAR)", database=name, schema="PUBLIC")
    return f"{name}.PUBLIC.T"


def submit(server, text, count, request_id=None, retry=False):  # noqa: F811
    query = f"?requestId={request_id or uuid.uuid4()}" + ("&retry=true" if retry else "")
    return server.call("POST", "statements" + query, {"statement": text, "warehouse": "COMPUTE_WH", "parameters": {"MULTI_STATEMENT_COUNT": str(count)}})


def transaction(table, *names):
    rows = ", ".join(f"('{i}', '{name}')" for i, name in enumerate(names))
    return [
        "BEGIN",
        f"INSERT INTO {table} (ID, NAME) SELECT CAST(COLUMN1 AS NUMBER(18,0)), CAST(COLUMN2 AS VARCHAR) FROM VALUES {rows}",
        f"MERGE INTO {table} AS T USING (SELECT CAST(COLUMN1 AS NUMBER(18,0)) AS K1, CAST(COLUMN2 AS VARCHAR) AS C1 FROM VALUES ('0', 'zero'), ('1', 'one')) AS S ON T.ID = S.K1 WHEN MATCHED THEN UPDATE SET NAME = S.C1",
        f"DELETE FROM {table} AS T USING (SELECT CAST(COLUMN1 AS NUMBER(18,0)) AS K1 FROM VALUES ('0')) AS S WHERE T.ID = S.K1",
        "COMMIT",
    ]  # fmt: skip


TEXTS = ["a", "b", "semi;colon", "it''s", "back\\\\slash;", "-- no comment;", "/* ; */", "$$;$$", "line\nfeed;\n", '"quote;', "END; BEGIN", "//;", "\\'; x"]


def test_transaction(server, table):  # noqa: F811
    """The children of a request have their own count rows and stats; what stands in literals does not end a statement."""
    server.sql(f"TRUNCATE TABLE {table}")
    answer = submit(server, ";\n".join(transaction(table, *TEXTS)), 5)
    assert answer.status == 200, answer.body
    children = [server.call("GET", f"statements/{handle}").body for handle in answer.body["statementHandles"]]
    assert [c["data"] for c in children] == [[["Statement executed successfully."]], [[str(len(TEXTS))]], [["2"]], [["1"]], [["Statement executed successfully."]]]
    assert [c["resultSetMetaData"]["rowType"][0]["name"] for c in children[1:4]] == ["number of rows inserted", "number of rows updated", "number of rows deleted"]
    empty = {"numRowsInserted": 0, "numRowsUpdated": 0, "numRowsDeleted": 0, "numDuplicateRowsUpdated": 0}
    assert [c.get("stats") for c in children] == [None, {**empty, "numRowsInserted": len(TEXTS)}, {**empty, "numRowsUpdated": 2}, {**empty, "numRowsDeleted": 1}, None]
    kept = [t.replace("''", "'").replace("\\'", "'").replace("\\\\", "\\") for t in TEXTS]
    assert server.sql(f"SELECT NAME FROM {table} ORDER BY ID") == [["one"]] + [[t] for t in kept[2:]]


def test_long_transaction(server, table):  # noqa: F811
    server.sql(f"TRUNCATE TABLE {table}")
    names = [f"a text of a row; and more of it, {'x' * 30} {i}" for i in range(MANY)]
    start = time.monotonic()
    answer = submit(server, ";".join(transaction(table, *names)), 5)
    taken = time.monotonic() - start
    assert answer.status == 200 and taken < SECONDS, (answer.body, taken)
    assert server.sql(f"SELECT COUNT(*), MAX(ID) FROM {table}") == [[str(MANY - 1), str(MANY - 1)]]


@pytest.mark.parametrize("fault", ["INSERT INTO {0} (ID) SELECT CAST('x' AS NUMBER(18,0))", "MERGE INTO {0} AS T USING (SELECT 1 AS K FROM VALUES (1), (2)) AS S ON T.ID = S.K WHEN MATCHED THEN UPDATE SET NAME = 'x'", "DELETE FROM MISSING", "TRUNCATE TABLE MISSING"])
def test_failed_transaction(server, table, fault):  # noqa: F811
    """What fails leaves nothing of its transaction behind, of a TRUNCATE neither."""
    server.sql(f"TRUNCATE TABLE {table}")
    server.sql(f"INSERT INTO {table} VALUES (7, 'before')")
    parts = transaction(table, "a", "b")
    answer = submit(server, ";".join([*parts[:1], f"TRUNCATE TABLE {table}", *parts[1:4], fault.format(table), "COMMIT"]), 7)
    assert (answer.status, answer.code) == (422, "100132")
    assert server.sql(f"SELECT ID, NAME FROM {table}") == [["7", "before"]]
    assert server.sql(f"DELETE FROM {table}") == [["1"]]  # nothing holds a lock


def test_place_of_a_failure(server):  # noqa: F811
    """[developer-guide/sql-api/submitting-multiple-statements] the example of the page"""
    name = server.database()
    text = ("create or replace table table1 (i int); insert into table1 (i) values (1); insert into table1 (i) values ('This is not a valid integer.'); insert into table1 (i) values (2); "
            "select i from table1 order by i")  # fmt: skip
    request = {"statement": text, "warehouse": "COMPUTE_WH", "database": name, "schema": "PUBLIC", "parameters": {"MULTI_STATEMENT_COUNT": "5"}}
    answer = server.call("POST", "statements", request)
    assert (answer.status, answer.code, answer.body["sqlState"]) == (422, "100132", "P0000")
    first = 'JavaScript execution error: Uncaught Execution of multiple statements failed on statement "insert into table1 (i) values ..." (at line 1, position 75).'
    assert answer.body["message"].split("\n")[0] == first and "'This is not a valid integer.' is not recognized in SYSTEM$MULTISTMT at" in answer.body["message"]
    assert server.sql("SELECT I FROM TABLE1", database=name, schema="PUBLIC") == [["1"]]
    request["statement"] = text.replace("; ", ";\n")
    assert "(at line 3, position 0)." in server.call("POST", "statements", request).body["message"]


def test_sent_again(server, table):  # noqa: F811
    """A request that is sent again runs once, also while it still runs, and when it failed."""
    server.sql(f"TRUNCATE TABLE {table}")
    parts = transaction(table, "a", "b")
    slow = ";".join([parts[0], "CALL SYSTEM$WAIT(1)", *parts[1:]])
    request_id, answers = str(uuid.uuid4()), []
    threads = [threading.Thread(target=lambda retry: answers.append(submit(server, slow, 6, request_id, retry)), args=(retry,)) for retry in (False, True, True)]
    for thread in threads:
        thread.start()
        time.sleep(0.3)
    for thread in threads:
        thread.join()
    answers.append(submit(server, slow, 6, request_id, True))
    assert [a.status for a in answers] == [200] * 4 and len({(a.body["statementHandle"], *a.body["statementHandles"]) for a in answers}) == 1
    assert server.sql(f"SELECT ID, NAME FROM {table}") == [["1", "one"]]
    once = f"INSERT INTO {table} SELECT 5, 'five'"
    request_id = str(uuid.uuid4())
    assert {submit(server, once, 1, request_id, retry).body["statementHandle"] for retry in (False, True)} == {submit(server, once, 1, request_id, True).body["statementHandle"]}
    failing = ";".join([*parts[:2], "DELETE FROM MISSING", "COMMIT"])
    failed = [submit(server, failing, 4, (request_id := str(uuid.uuid4()))), submit(server, failing, 4, request_id, True)]
    assert [a.code for a in failed] == ["100132"] * 2 and failed[0].body["statementHandle"] == failed[1].body["statementHandle"]
    assert server.sql(f"SELECT COUNT(*) FROM {table}") == [["2"]]


def test_statements_of_a_text():
    for parts in (["SELECT ';'", "SELECT ''';'''"], ["SELECT '\\';'", "SELECT 1"], ["SELECT $$;$$", "SELECT \";\"\";\""], ["SELECT 1 /* ; */", "SELECT 2 -- ;\n", "SELECT 3 // ;\n"],
                  ["BEGIN", "SELECT CASE WHEN 1 = 1 THEN 2 END", "COMMIT"], ["BEGIN TRANSACTION", "COMMIT"], ["BEGIN SELECT 1; SELECT 2; END", "SELECT 3"]):  # fmt: skip
        assert split(";".join(parts)) == [p.strip() for p in parts]
    assert split(" ; ;-- nothing\n;") == []
    for opened in ("'", '"', "$$", "/*"):
        start = time.monotonic()
        split("SELECT " + opened + "a;\\" * 100000)
        assert time.monotonic() - start < 2


# Writers beside each other


def together(engine, works):  # noqa: F811
    """Run lists of statements, each in a session and a thread of its own; the codes of what failed."""
    codes, threads = [], []

    def work(statements):
        context = beside()
        for sql in statements:
            try:
                run(engine, sql, context)
            except SnowflakeError as e:
                codes.append(e.code)
        engine.release(context)

    for statements in works:
        threads.append(threading.Thread(target=work, args=(statements,)))
        threads[-1].start()
    for thread in threads:
        thread.join(60)
    assert not any(t.is_alive() for t in threads)
    return codes


def test_writers_of_one_table(admin):
    """[sql-reference/transactions] UPDATE, DELETE and MERGE of a table wait for each other; what was committed meanwhile is seen."""
    engine, context = admin  # noqa: F811
    run(engine, "CREATE OR REPLACE TABLE T (ID NUMBER(18,0), A NUMBER(18,0))", context)
    run(engine, "INSERT INTO T SELECT COLUMN1, 0 FROM VALUES (1), (2), (3)", context)
    merge = "MERGE INTO T USING (SELECT COLUMN1 AS K FROM VALUES (1), (2), (3), (4)) AS S ON T.ID = S.K WHEN MATCHED THEN UPDATE SET A = T.A + 1 WHEN NOT MATCHED THEN INSERT VALUES (S.K, 0)"
    works = [["UPDATE T SET A = A + 1 WHERE ID < 4"] * 8, [merge] * 8, ["BEGIN", "UPDATE T SET A = A + 1", "INSERT INTO T VALUES (9, 0)", "DELETE FROM T WHERE ID = 9", "COMMIT"] * 5, ["INSERT INTO T VALUES (7, 0)", "DELETE FROM T WHERE ID = 7"] * 8,
             ["BEGIN", "UPDATE T SET A = 100", "ROLLBACK"] * 5]  # fmt: skip
    assert together(engine, works) == []
    assert run(engine, "SELECT ID, A FROM T WHERE ID < 4 ORDER BY ID", context)[0] == [[str(i), "21"] for i in (1, 2, 3)]
    assert run(engine, "SELECT COUNT(*) FROM T WHERE ID = 4", context)[0] == [["1"]]


def test_a_writer_waits(admin):
    """A statement that waited sees the rows that now match; inserts wait for nobody."""
    engine, context = admin  # noqa: F811
    run(engine, "CREATE OR REPLACE TABLE T (ID NUMBER(18,0))", context)
    run(engine, "INSERT INTO T VALUES (1)", context)
    first, done = beside(), []
    run(engine, "BEGIN", first)
    run(engine, "UPDATE T SET ID = 2", first)
    run(engine, "INSERT INTO T VALUES (2)", first)
    other = beside()
    waiting = threading.Thread(target=lambda: done.append(run(engine, "DELETE FROM T WHERE ID = 2", other)[0]))
    waiting.start()
    waiting.join(0.5)
    run(engine, "INSERT INTO T VALUES (3)", beside())
    assert waiting.is_alive() and run(engine, "SELECT ID FROM T ORDER BY ID", context)[0] == [["1"], ["3"]]
    run(engine, "COMMIT", first)
    waiting.join(10)
    assert done == [[["2"]]]
    run(engine, "BEGIN", first)
    run(engine, "DELETE FROM T", first)
    canceled = threading.Thread(target=lambda: done.append(code_of(engine, "TRUNCATE TABLE T", other)))
    canceled.start()
    canceled.join(0.5)
    assert canceled.is_alive()
    engine.cancel(other)
    canceled.join(10)
    assert done[1:] == ["000604"]
    run(engine, "ROLLBACK", first)
    for c in (first, other):
        engine.release(c)
    assert run(engine, "SELECT COUNT(*) FROM T", context)[0] == [["1"]]


def test_time_travel_beside_transactions(admin):
    """What was there before a transaction can be read until it commits, though not by itself; what is there then and was not kept cannot."""
    engine, context = admin  # noqa: F811
    run(engine, "CREATE OR REPLACE TABLE T (ID NUMBER(18,0))", context)
    run(engine, "INSERT INTO T VALUES (1)", context)
    time.sleep(0.01)
    past = "SELECT COUNT(*) FROM T AT(TIMESTAMP => '" + run(engine, "SELECT TO_VARCHAR(CURRENT_TIMESTAMP()::TIMESTAMP_TZ, 'YYYY-MM-DD HH24:MI:SS.FF3 TZH:TZM')", context)[0][0][0] + "'::TIMESTAMP_TZ)"
    time.sleep(0.01)
    first = beside()
    run(engine, "BEGIN", first)
    run(engine, "INSERT INTO T VALUES (2)", first)
    assert run(engine, past, context)[0] == [["1"]] and code_of(engine, past, first) == "000707"
    run(engine, "ROLLBACK", first)
    assert run(engine, past, context)[0] == run(engine, past, first)[0] == [["1"]]
    run(engine, "BEGIN", first)
    run(engine, "INSERT INTO T VALUES (2)", first)
    run(engine, "COMMIT", first)
    assert code_of(engine, past, context) == "000707"
    engine.release(first)


def test_deadlock(admin):
    """[sql-reference/transactions] One statement of a deadlock is rolled back; its transaction goes on."""
    engine, context = admin  # noqa: F811
    for name in ("T", "U"):
        run(engine, f"CREATE OR REPLACE TABLE {name} (A NUMBER(18,0))", context)
        run(engine, f"INSERT INTO {name} VALUES (0)", context)
    both, codes = threading.Barrier(2), []

    def work(mine, others):
        session = beside()
        run(engine, "BEGIN", session)
        run(engine, f"UPDATE {mine} SET A = A + 1", session)
        both.wait(10)
        try:
            run(engine, f"UPDATE {others} SET A = A + 10", session)
        except SnowflakeError as e:
            codes.append((e.code, e.sqlstate))
        run(engine, "COMMIT", session)
        engine.release(session)

    threads = [threading.Thread(target=work, args=names) for names in (("T", "U"), ("U", "T"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert codes == [("000625", "57014")]
    assert sorted(run(engine, "SELECT A FROM T UNION ALL SELECT A FROM U", context)[0]) == [["1"], ["11"]]
