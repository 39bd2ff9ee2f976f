"""The engine's own behaviour: bindings, cancel, context, roles, transactions, restart."""

import shutil
import tempfile
import threading
import time
from pathlib import Path

import pytest

from local_snowflake.model import Binding, Context, SnowflakeError
from local_snowflake.sql.engine import create_engine
from local_snowflake.tests.sql_engine import engine  # noqa: F401


def run(engine, sql, user="DEMO_USER", bindings=(), **more):
    context = engine.current_defaults(user)
    for key, value in more.items():
        setattr(context, key, value)
    try:
        return [list(r) for r in engine.execute(sql, context, bindings).rows]
    finally:
        engine.release(context)


def code(engine, sql, **more):
    with pytest.raises(SnowflakeError) as e:
        run(engine, sql, **more)
    return e.value.code


def test_bindings(engine):
    cases = [("FIXED", "123", "123"), ("REAL", "1.5", "1.5"), ("TEXT", "it's \\ ü", "it's \\ ü"), ("BINARY", "00ff", "00FF"), ("BOOLEAN", "true", "true"), ("DATE", "1709164800000", "19782"),
             ("TIME", "82919000000001", "82919.000000001"), ("TIMESTAMP_NTZ", "-1", "-0.000000001"), ("TIMESTAMP_LTZ", "1709210096123456789", "1709210096.123456789"),
             ("TIMESTAMP_TZ", "1616173619000000000 960", "1616173619.000000000 960"), ("TEXT", None, None)]
    for kind, value, cell in cases:
        assert run(engine, "SELECT ?", bindings=[Binding(kind, value)]) == [[cell]], kind
    assert run(engine, "SELECT ?::NUMBER(10,2)", bindings=[Binding("TEXT", "12.345")]) == [["12.35"]]
    assert code(engine, "SELECT ?", bindings=[Binding("FIXED", "1.5")]) == "100037"
    assert code(engine, "SELECT ?, ?", bindings=[Binding("FIXED", "1")]) == "002049"


def test_nanoseconds_survive(engine):
    rows = run(engine, "SELECT AT_NTZ, AT_TZ, AT_TIME FROM EVENTS WHERE ID IN (1, 2) ORDER BY ID")
    assert rows == [["1709210096.123456789", "1709190296.123456789 1770", "86399.999999999"], ["-0.500000000", "0.000000000 960", "0.000000000"]]


def test_column_wrappers(engine):
    rows = run(engine, """SELECT "ID", TO_VARCHAR("F",'TME'), ST_ASGEOJSON("GEO"), TO_ARRAY("VEC"), TO_JSON("V"), TO_JSON("O"::VARIANT), "N38"::VARCHAR FROM "SHOP"."PUBLIC"."TYPE_SAMPLER" LIMIT 4""")
    assert [r[1] for r in rows] == ["1.5000000000000000e+00", "-inf", "NaN", "inf"]
    assert rows[0][4:] == ['{"k":[1,2.50,"x",null]}', '{"k":"v"}', "9" * 38]
    assert rows[1][2:4] == [None, None]


def test_cancel_is_prompt(engine):
    for sql in ("SELECT SYSTEM$WAIT(30)", "SELECT COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 2000000000))"):
        context = engine.current_defaults("DEMO_USER")
        timer = threading.Timer(0.2, engine.cancel, [context])
        timer.start()
        began = time.monotonic()
        with pytest.raises(SnowflakeError) as e:
            list(engine.execute(sql, context).rows)
        assert (e.value.code, e.value.sqlstate) == ("000604", "57014")
        assert time.monotonic() - began < 1.2
        timer.join()
        engine.release(context)


def test_many_rows_are_quick(engine):
    began = time.monotonic()
    assert len(run(engine, "SELECT * FROM ORDER_ITEMS")) == 100000
    assert time.monotonic() - began < 15


def test_context(engine):
    with pytest.raises(SnowflakeError) as e:
        engine.check_context(Context("LIMITED_USER", "SYSADMIN"))
    assert e.value.code == "390189"
    with pytest.raises(SnowflakeError) as e:
        engine.check_context(Context("DEMO_USER", "SYSADMIN", "NO_SUCH_WH"))
    assert e.value.code == "390201"
    engine.check_context(engine.current_defaults("DEMO_USER"))
    with pytest.raises(SnowflakeError):
        engine.current_defaults("NOBODY_HERE")


def test_roles_and_warehouses(engine):
    assert code(engine, "SELECT * FROM SHOP.PUBLIC.ORDERS", user="LIMITED_USER") == "002003"
    assert code(engine, "SELECT * FROM ORDERS", warehouse=None) == "000606"
    assert code(engine, "SELECT * FROM ORDERS", warehouse="GONE") == "000606"
    assert code(engine, "INSERT INTO ORDERS (ID) VALUES (1)", role="ANALYST") == "003001"
    assert run(engine, "SHOW TABLES LIKE 'ord%' IN SCHEMA SHOP.PUBLIC", warehouse=None)
    assert run(engine, "SELECT COUNT(*) FROM ORDERS", role="ANALYST") == [["20000"]]


def test_show_has_an_end(engine):
    """SHOW returns 10,000 rows (the pages of SHOW OBJECTS and SHOW COLUMNS); SHOW TABLES is refused beyond without LIMIT."""
    catalog = engine.catalog
    run(engine, "CREATE SCHEMA SHOP.MANY")
    run(engine, "CREATE VIEW SHOP.MANY.V AS SELECT 1 AS A, 'x' AS B")
    catalog.copies(catalog.get("VIEW", ("SHOP", "MANY", "V")), 10020)
    first = run(engine, "SHOW OBJECTS IN SCHEMA SHOP.MANY LIMIT 10000")
    assert [first[0][1], first[-1][1], len(first)] == ["V", "V_09999", 10000]
    assert [row[1] for row in run(engine, "SHOW OBJECTS IN SCHEMA SHOP.MANY LIMIT 10000 FROM 'V_09999'")] == [f"V_{i}" for i in range(10000, 10021)]
    assert len(run(engine, "SHOW OBJECTS IN SCHEMA SHOP.MANY")) == len(run(engine, "SHOW COLUMNS IN SCHEMA SHOP.MANY")) == 10000
    assert [row[2] for row in run(engine, "SHOW COLUMNS IN VIEW SHOP.MANY.V_10020")] == ["A", "B"]
    assert run(engine, "SELECT A, B FROM SHOP.MANY.V_10020") == [["1", "x"]]
    assert code(engine, "SHOW TABLES IN SCHEMA SHOP.MANY LIMIT 10001") == "090153"
    with pytest.raises(SnowflakeError):
        catalog.copies(catalog.get("VIEW", ("SHOP", "MANY", "V")), 1)
    run(engine, "DROP SCHEMA SHOP.MANY")


def test_session_statements_need_a_shared_request(engine):
    for sql in ("USE SCHEMA SHOP.PUBLIC", "BEGIN", "ALTER SESSION SET TIMEZONE = 'UTC'", "SET X = 1", "CREATE TEMPORARY TABLE X1 (A INT)"):
        assert code(engine, sql) == "000002"


def test_transaction(engine):
    context = engine.current_defaults("DEMO_USER")
    context.multi_statement = True
    for sql in ("CREATE OR REPLACE TABLE TX (A INT)", "BEGIN", "INSERT INTO TX VALUES (1)", "ROLLBACK", "BEGIN", "INSERT INTO TX VALUES (2)", "COMMIT", "SET V = 5"):
        engine.execute(sql, context)
    assert [list(r) for r in engine.execute("SELECT A, $V FROM TX", context).rows] == [["2", "5"]]
    engine.release(context)


def test_undrop_and_rename(engine):
    for sql in ("CREATE TABLE U1 (A INT)", "INSERT INTO U1 VALUES (7)", "DROP TABLE U1", "UNDROP TABLE U1", "ALTER TABLE U1 RENAME TO U2"):
        run(engine, sql)
    assert run(engine, "SELECT * FROM U2") == [["7"]]
    assert code(engine, "SELECT * FROM U1") == "002003"
    run(engine, "DROP TABLE U2")


def test_split(engine):
    assert engine.split("SELECT ';'; -- a;b\nSELECT $$;$$ ; ; SELECT \";\"") == ["SELECT ';'", "-- a;b\nSELECT $$;$$", 'SELECT ";"']


def test_data_outlives_the_engine():
    folder = Path(tempfile.mkdtemp(prefix="lsf-again-"))
    try:
        first = create_engine(folder)
        run(first, "CREATE TABLE KEPT (A NUMBER(5,1))")
        run(first, "INSERT INTO KEPT VALUES (1.5)")
        first.close()
        second = create_engine(folder)
        try:
            assert run(second, "SELECT A FROM KEPT") == [["1.5"]]
        finally:
            second.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_samples(engine):
    def count(source):
        return int(run(engine, f"SELECT COUNT(*) FROM (SELECT * FROM {source})")[0][0])

    # a fixed number of rows: exactly so many, or all
    assert [count(f"ORDERS SAMPLE ({n} ROWS)") for n in (0, 1, 300, 1000000)] == [0, 1, 300, 20000]
    assert count("CUSTOMERS AS C TABLESAMPLE BERNOULLI (10 ROWS)") == count("CUSTOMERS SAMPLE ROW (10 ROWS)") == 10
    assert count("CUSTOMER_TOTALS SAMPLE (7 ROWS)") == 7
    assert count("(SELECT ID FROM CUSTOMERS WHERE ID > 900) AS Q SAMPLE (5 ROWS)") == 5
    assert len({tuple(r[0] for r in run(engine, "SELECT ID FROM ORDERS SAMPLE (5 ROWS)")) for _ in range(5)}) > 1
    assert [len(r) for r in run(engine, "SELECT ID, STATUS FROM ORDERS SAMPLE (2 ROWS)")] == [2, 2]
    # a share of them
    assert count("ORDERS SAMPLE (0)") == 0 and count("ORDERS SAMPLE (100)") == 20000
    assert 1000 < count("ORDERS TABLESAMPLE SYSTEM (10.5)") < 4000
    assert len({count("ORDERS SAMPLE BLOCK (5) SEED (3)"), count("ORDERS SAMPLE SYSTEM (5) REPEATABLE (3)")}) == 1
    # what Snowflake refuses
    for source in ("ORDERS SAMPLE (1000001 ROWS)", "ORDERS SAMPLE (-1 ROWS)", "ORDERS SAMPLE (1.5 ROWS)", "ORDERS SAMPLE (101)", "ORDERS SAMPLE SYSTEM (10 ROWS)", "ORDERS SAMPLE BLOCK (10 ROWS)",
                   "ORDERS SAMPLE (10 ROWS) SEED (1)", "CUSTOMER_TOTALS SAMPLE SYSTEM (10) SEED (1)", "(SELECT 1 AS A) SAMPLE SYSTEM (10) SEED (1)", "ORDERS SAMPLE SYSTEM (10) SEED (2147483648)",
                   "ORDERS SAMPLE", "ORDERS SAMPLE ()"):
        assert code(engine, f"SELECT 1 FROM {source}"), source


def test_sizes(engine):
    context = engine.current_defaults("DEMO_USER")
    try:
        result = engine.execute("SHOW TABLES LIKE 'ord%' IN SCHEMA SHOP.PUBLIC", context, ())
    finally:
        engine.release(context)
    names = [c.name for c in result.columns]
    rows = {r[names.index("name")]: (r[names.index("rows")], int(r[names.index("bytes")])) for r in result.rows}
    assert rows["ORDERS"][0] == "20000" and rows["ORDER_ITEMS"][0] == "100000"
    assert rows["ORDERS"][1] > 0 and "CUSTOMERS" not in rows
    assert len(run(engine, "SHOW TABLES IN SCHEMA SHOP.PUBLIC LIMIT 2")) == 2
    page = [r[1] for r in run(engine, "SHOW TABLES IN SCHEMA SHOP.PUBLIC LIMIT 2 FROM 'ORDERS'")]
    assert page == sorted(page) and page[0] >= "ORDERS"
    assert run(engine, "SHOW TABLES LIKE 'CUSTOMER_TOTALS' IN SCHEMA SHOP.PUBLIC") == []
