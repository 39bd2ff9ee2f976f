"""AT(TIMESTAMP => …): states of tables, and what has none (Snowflake's documents: constructs/at-before, data-time-travel)."""

import time
from datetime import datetime, timedelta, timezone

import pytest

from local_snowflake.model import SnowflakeError
from local_snowflake.tests.sql_engine import engine  # noqa: F401
from local_snowflake.tests.test_sql_engine import code, run


def now(engine):
    """A moment as a client takes it: whole milliseconds of the account's time."""
    seconds, fraction = run(engine, "SELECT CURRENT_TIMESTAMP()")[0][0].split(".")
    return int(seconds) * 1000 + int(fraction[:3])


def at(moment):
    return f"AT(TIMESTAMP => TO_TIMESTAMP_LTZ({moment}, 3))"


@pytest.fixture
def table(engine):
    run(engine, "CREATE OR REPLACE TABLE SHOP.PUBLIC.PAST (ID INT, V VARCHAR, D VARIANT, AT_TIME TIMESTAMP_TZ)")
    run(engine, "INSERT INTO SHOP.PUBLIC.PAST SELECT 1, 'a, (\"b\")', PARSE_JSON('{\"x\": [1, \"y\"]}'), '2024-01-01 10:00:00 +02:00'::TIMESTAMP_TZ")
    return "SHOP.PUBLIC.PAST"


def test_states(engine, table):
    moments = [now(engine)]
    for statement in (f"INSERT INTO {table} (ID) VALUES (2), (3)", f"UPDATE {table} SET V = 'changed' WHERE ID = 2", f"DELETE FROM {table} WHERE ID = 1",
                      f"MERGE INTO {table} USING (SELECT 9 AS N) s ON {table}.ID = s.N WHEN NOT MATCHED THEN INSERT (ID) VALUES (s.N)", f"TRUNCATE TABLE {table}"):
        run(engine, statement)
        moments.append(now(engine))
    states = [run(engine, f"SELECT ID, V FROM {table} {at(m)} AS x ORDER BY ID") for m in moments]
    first = ["1", 'a, ("b")']
    assert states == [[first], [first, ["2", None], ["3", None]], [first, ["2", "changed"], ["3", None]], [["2", "changed"], ["3", None]],
                      [["2", "changed"], ["3", None], ["9", None]], []]
    assert run(engine, f"SELECT * FROM {table} {at(moments[0])}") == [["1", 'a, ("b")', '{\n  "x": [\n    1,\n    "y"\n  ]\n}', "1704096000.000000000 1560"]]


def test_other_forms(engine, table):
    moment = now(engine)
    run(engine, f"INSERT INTO {table} (ID) VALUES (2)")
    text = datetime.fromtimestamp(moment / 1000, timezone(timedelta(hours=2))).isoformat(sep=" ", timespec="milliseconds")
    for form in (f"'{text}'::TIMESTAMP_TZ", f"TO_TIMESTAMP({moment}, 3)", f"CAST('{text}' AS TIMESTAMP_TZ)"):
        assert run(engine, f"SELECT COUNT(*) FROM {table} AT (TIMESTAMP => {form})") == [["1"]], form
    assert run(engine, f"SELECT COUNT(*) FROM {table} {at(now(engine))} a JOIN {table} {at(moment)} b ON a.ID = b.ID") == [["1"]]
    assert run(engine, f"WITH w AS (SELECT * FROM {table} {at(moment)}) SELECT COUNT(*) FROM w") == [["1"]]


def test_views(engine, table):
    run(engine, f"CREATE OR REPLACE VIEW SHOP.PUBLIC.PAST_VIEW AS SELECT a.ID FROM {table} a JOIN (SELECT * FROM {table}) b ON a.ID = b.ID")
    moment = now(engine)
    run(engine, f"INSERT INTO {table} (ID) VALUES (2)")
    assert run(engine, f"SELECT COUNT(*) FROM SHOP.PUBLIC.PAST_VIEW {at(moment)}") == [["1"]]
    assert run(engine, "SELECT COUNT(*) FROM SHOP.PUBLIC.PAST_VIEW") == [["2"]]
    run(engine, "DROP VIEW SHOP.PUBLIC.PAST_VIEW")


def test_refused(engine, table):
    moment = now(engine)
    for source in (f"{table} {at(moment - 3600000)}", f"{table} {at(moment + 60000)}", f"SHOP.PUBLIC.CUSTOMERS {at(moment - 2 * 86400000)}"):
        assert code(engine, f"SELECT 1 FROM {source}") == "000707", source
    assert code(engine, f"SELECT 1 FROM {table} AT(TIMESTAMP => '2024-01-01')") == "001044"
    assert code(engine, f"SELECT 1 FROM {table} AT(OFFSET => -60)") == "000002"
    assert code(engine, f"SELECT 1 FROM {table} BEFORE(TIMESTAMP => TO_TIMESTAMP_LTZ({moment}, 3))") == "000002"
    assert code(engine, f"SELECT 1 FROM {table} AT(TIMESTAMP => AT_TIME)") == "000904"
    assert code(engine, f"WITH w AS (SELECT 1 AS N) SELECT 1 FROM w {at(moment)}") == "000002"
    assert code(engine, f"SELECT 1 FROM SHOP.INFORMATION_SCHEMA.TABLES {at(moment)}") == "000002"
    with pytest.raises(SnowflakeError) as e:
        run(engine, f"SELECT 1 FROM {table} {at(1)}")
    assert (e.value.code, e.value.sqlstate) == ("000707", "02000")
    assert e.value.message.startswith("Time travel data is not available for table PAST. The requested time is either beyond")


def test_no_history(engine, table):
    run(engine, f"ALTER TABLE {table} ADD COLUMN MORE INT")
    before = now(engine)
    assert run(engine, f"SELECT COUNT(*) FROM {table} {at(before)}") == [["1"]]
    run(engine, f"ALTER TABLE {table} DROP COLUMN MORE")
    assert code(engine, f"SELECT 1 FROM {table} {at(before)}") == "000707"
    before = now(engine)
    run(engine, f"CREATE OR REPLACE TABLE {table} (ID INT)")
    assert code(engine, f"SELECT 1 FROM {table} {at(before)}") == "000707"
    time.sleep(0.002)
    assert run(engine, f"SELECT COUNT(*) FROM {table} {at(now(engine))}") == [["0"]]
    run(engine, "CREATE OR REPLACE SCHEMA SHOP.SHORT")
    run(engine, "ALTER SCHEMA SHOP.SHORT SET DATA_RETENTION_TIME_IN_DAYS = 0")
    run(engine, "CREATE TABLE SHOP.SHORT.KEPT (ID INT)")
    time.sleep(0.002)
    assert code(engine, f"SELECT 1 FROM SHOP.SHORT.KEPT {at(now(engine))}") == "000707"
    run(engine, "DROP SCHEMA SHOP.SHORT")


def test_a_change_that_fails(engine, table):
    moment = now(engine)
    assert code(engine, f"INSERT INTO {table} (ID) SELECT 1 / 0") == "100051"
    assert run(engine, f"SELECT COUNT(*) FROM {table} {at(moment)}") == [["1"]]
    assert run(engine, f"SELECT COUNT(*) FROM {table} {at(now(engine))}") == [["1"]]


def test_many_states(engine, table):
    moments = []
    for n in range(30):
        moments.append(now(engine))
        run(engine, f"INSERT INTO {table} (ID) VALUES ({n})")
    assert run(engine, f"SELECT COUNT(*) FROM {table} {at(moments[-1])}") == [["30"]]
    assert run(engine, f"SELECT COUNT(*) FROM {table} {at(moments[15])}") == [["16"]]
    assert code(engine, f"SELECT 1 FROM {table} {at(moments[2])}") == "000707"
