"""SNOWFLAKE.ACCOUNT_USAGE and the table functions of histories: columns, rows, who reads them, how far back; what tests tell of the past."""

from __future__ import annotations

import time
import urllib.error
from datetime import datetime, timedelta, timezone

import pytest

from local_snowflake.tests.rest import Server, server  # noqa: F401
from local_snowflake.tests.test_show import Sql

VIEWS = {  # the columns of the pages, with the first letter of their types: text, number, time stamp, boolean, double, variant, object, array, date
    "LOGIN_HISTORY": "EVENT_ID:fixed EVENT_TIMESTAMP:timestamp_ltz EVENT_TYPE USER_NAME CLIENT_IP REPORTED_CLIENT_TYPE REPORTED_CLIENT_VERSION FIRST_AUTHENTICATION_FACTOR "
                     "SECOND_AUTHENTICATION_FACTOR IS_SUCCESS ERROR_CODE:fixed ERROR_MESSAGE RELATED_EVENT_ID:fixed CONNECTION CLIENT_PRIVATE_LINK_ID FIRST_AUTHENTICATION_FACTOR_ID "
                     "SECOND_AUTHENTICATION_FACTOR_ID LOGIN_DETAILS AUTHORIZING_INTEGRATION_NAME",
    "SESSIONS": "SESSION_ID:fixed CREATED_ON:timestamp_ltz USER_NAME AUTHENTICATION_METHOD LOGIN_EVENT_ID:fixed CLIENT_APPLICATION_VERSION CLIENT_APPLICATION_ID CLIENT_ENVIRONMENT "
                "CLIENT_BUILD_ID CLIENT_VERSION ACCESS_TIME:timestamp_ltz IS_OPEN:boolean CLOSED_REASON",
    "WAREHOUSE_METERING_HISTORY": "START_TIME:timestamp_ltz END_TIME:timestamp_ltz WAREHOUSE_ID:fixed WAREHOUSE_NAME CREDITS_USED:fixed CREDITS_USED_COMPUTE:fixed "
                                  "CREDITS_USED_CLOUD_SERVICES:fixed CREDITS_ATTRIBUTED_COMPUTE_QUERIES:fixed",
    "COPY_HISTORY": "FILE_NAME STAGE_LOCATION LAST_LOAD_TIME:timestamp_ltz ROW_COUNT:fixed ROW_PARSED:fixed FILE_SIZE:fixed FIRST_ERROR_MESSAGE FIRST_ERROR_LINE_NUMBER:fixed "
                    "FIRST_ERROR_CHARACTER_POS:fixed FIRST_ERROR_COLUMN_NAME ERROR_COUNT:fixed ERROR_LIMIT:fixed STATUS TABLE_ID:fixed TABLE_NAME TABLE_SCHEMA_ID:fixed TABLE_SCHEMA_NAME "
                    "TABLE_CATALOG_ID:fixed TABLE_CATALOG_NAME PIPE_CATALOG_NAME PIPE_SCHEMA_NAME PIPE_NAME PIPE_RECEIVED_TIME:timestamp_ltz FIRST_COMMIT_TIME:timestamp_ltz BYTES_BILLED:fixed",
    "STORAGE_USAGE": "USAGE_DATE:date STORAGE_BYTES:fixed STAGE_BYTES:fixed FAILSAFE_BYTES:fixed HYBRID_TABLE_STORAGE_BYTES:fixed ARCHIVE_STORAGE_COOL_BYTES:fixed "
                     "ARCHIVE_STORAGE_COLD_BYTES:fixed ARCHIVE_STORAGE_RETRIEVAL_TEMP_BYTES:fixed",
    "SCHEMATA": "SCHEMA_ID:fixed SCHEMA_NAME CATALOG_ID:fixed CATALOG_NAME SCHEMA_OWNER RETENTION_TIME:fixed IS_TRANSIENT IS_MANAGED_ACCESS DEFAULT_CHARACTER_SET_CATALOG "
                "DEFAULT_CHARACTER_SET_SCHEMA DEFAULT_CHARACTER_SET_NAME SQL_PATH COMMENT CREATED:timestamp_ltz LAST_ALTERED:timestamp_ltz DELETED:timestamp_ltz SCHEMA_TYPE OWNER_ROLE_TYPE "
                "VERSION_NAME VERSIONED_SCHEMA_ID:fixed OBJECT_VISIBILITY:object",
    "DATABASES": "DATABASE_ID:fixed DATABASE_NAME DATABASE_OWNER IS_TRANSIENT COMMENT CREATED:timestamp_ltz LAST_ALTERED:timestamp_ltz DELETED:timestamp_ltz RETENTION_TIME:fixed "
                 "RESOURCE_GROUP TYPE OWNER_ROLE_TYPE OBJECT_VISIBILITY:object",
    "ROLES": "ROLE_ID:fixed CREATED_ON:timestamp_ltz DELETED_ON:timestamp_ltz NAME COMMENT OWNER ROLE_TYPE ROLE_DATABASE_NAME ROLE_INSTANCE_ID:fixed OWNER_ROLE_TYPE "
             "IS_FROM_ORGANIZATION_USER_GROUP:boolean",
    "GRANTS_TO_ROLES": "CREATED_ON:timestamp_ltz MODIFIED_ON:timestamp_ltz PRIVILEGE GRANTED_ON NAME TABLE_CATALOG TABLE_SCHEMA GRANTED_TO GRANTEE_NAME GRANT_OPTION:boolean GRANTED_BY "
                       "DELETED_ON:timestamp_ltz GRANTED_BY_ROLE_TYPE OBJECT_INSTANCE",
    "GRANTS_TO_USERS": "CREATED_ON:timestamp_ltz DELETED_ON:timestamp_ltz ROLE GRANTED_TO GRANTEE_NAME GRANTED_BY",
    "USERS": "USER_ID:fixed NAME CREATED_ON:timestamp_ltz DELETED_ON:timestamp_ltz LOGIN_NAME DISPLAY_NAME FIRST_NAME LAST_NAME EMAIL MUST_CHANGE_PASSWORD:boolean HAS_PASSWORD:boolean "
             "COMMENT DISABLED:variant SNOWFLAKE_LOCK:variant DEFAULT_WAREHOUSE DEFAULT_NAMESPACE DEFAULT_ROLE EXT_AUTHN_DUO:boolean EXT_AUTHN_UID HAS_MFA:boolean "
             "BYPASS_MFA_UNTIL:timestamp_ltz LAST_SUCCESS_LOGIN:timestamp_ltz EXPIRES_AT:timestamp_ltz LOCKED_UNTIL_TIME:timestamp_ltz HAS_RSA_PUBLIC_KEY:boolean "
             "PASSWORD_LAST_SET_TIME:timestamp_ltz OWNER DEFAULT_SECONDARY_ROLE HAS_PAT:boolean HAS_WORKLOAD_IDENTITY:boolean TYPE DATABASE_NAME DATABASE_ID:fixed SCHEMA_NAME SCHEMA_ID:fixed "
             "IS_FROM_ORGANIZATION_USER:boolean",
    "VIEWS": "TABLE_ID:fixed TABLE_NAME TABLE_SCHEMA_ID:fixed TABLE_SCHEMA TABLE_CATALOG_ID:fixed TABLE_CATALOG TABLE_OWNER VIEW_DEFINITION CHECK_OPTION IS_UPDATABLE INSERTABLE_INTO "
             "IS_SECURE CREATED:timestamp_ltz LAST_ALTERED:timestamp_ltz LAST_DDL:timestamp_ltz LAST_DDL_BY DELETED:timestamp_ltz COMMENT INSTANCE_ID:fixed OWNER_ROLE_TYPE",
}
COUNTS = {"QUERY_HISTORY": 83, "TASK_HISTORY": 29, "TABLES": 37, "COLUMNS": 52}  # the others by their number, first and last column
ENDS = {"QUERY_HISTORY": ("QUERY_ID", "AGENT_TYPE"), "TASK_HISTORY": ("NAME", "SPCS_JOB_ID"), "TABLES": ("TABLE_ID", "ARCHIVE_STORAGE_COLD_BYTES"), "COLUMNS": ("COLUMN_ID", "KIND")}


@pytest.fixture(scope="module")
def own():
    made = Server("--sample")  # its histories are its own
    yield made
    made.close()


@pytest.fixture(scope="module")
def sql(own):
    return Sql(own, "SHOP")


def rows(sql, view, more="", **context):
    return sql.rows(f"SELECT * FROM SNOWFLAKE.ACCOUNT_USAGE.{view} {more}", warehouse="COMPUTE_WH", **context)


@pytest.mark.parametrize("view", [*VIEWS, *COUNTS])
def test_columns(sql, view):
    types = sql.types(f"SELECT * FROM SNOWFLAKE.ACCOUNT_USAGE.{view}", warehouse="COMPUTE_WH")
    if view in VIEWS:
        expected = {n: t or "text" for n, _, t in (word.partition(":") for word in VIEWS[view].split())}
        assert list(types.items()) == list(expected.items())
    else:
        assert (len(types), list(types)[0], list(types)[-1]) == (COUNTS[view], *ENDS[view])


def test_who_reads_them(sql):
    """ACCOUNTADMIN, and whom the imported privileges were granted; the others are told that there is no such schema."""
    text = "SELECT COUNT(*) FROM SNOWFLAKE.ACCOUNT_USAGE.DATABASES"
    assert sql.error(text, warehouse="COMPUTE_WH", role="SYSADMIN", user="pat") == (
        "002003", "SQL compilation error:\nSchema 'SNOWFLAKE.ACCOUNT_USAGE' does not exist or not authorized.")
    assert sql.error("GRANT IMPORTED PRIVILEGES ON DATABASE SNOWFLAKE TO ROLE SYSADMIN", role="SYSADMIN", user="pat")[0] == "003001"
    sql.answer("GRANT IMPORTED PRIVILEGES ON DATABASE SNOWFLAKE TO ROLE SYSADMIN")
    assert sql.answer(text, warehouse="COMPUTE_WH", role="SYSADMIN", user="pat")["data"] == [["1"]]
    sql.answer("REVOKE IMPORTED PRIVILEGES ON DATABASE SNOWFLAKE FROM ROLE SYSADMIN")
    assert sql.error(text, warehouse="COMPUTE_WH", role="SYSADMIN", user="pat")[0] == "002003"
    assert sql.error("SELECT * FROM SNOWFLAKE.ACCOUNT_USAGE.NOTHING", warehouse="COMPUTE_WH")[0] == "002003"
    assert sql.error("GRANT IMPORTED PRIVILEGES ON DATABASE SHOP TO ROLE SYSADMIN")[0] == "001003"


def test_a_warehouse_is_needed(own, sql):
    text = "SELECT COUNT(*) FROM SNOWFLAKE.ACCOUNT_USAGE.DATABASES"
    own.ok("POST", "users", {"name": "NO_HOUSE"})
    sql.answer("CREATE OR REPLACE WAREHOUSE ASLEEP INITIALLY_SUSPENDED = TRUE AUTO_RESUME = FALSE")
    assert sql.error(text, warehouse="ASLEEP")[0] == "000606"
    assert sql.error("SELECT * FROM TABLE(INFORMATION_SCHEMA.LOGIN_HISTORY())", warehouse="ASLEEP")[0] == "000606"


def test_objects(sql):
    """Dropped ones stay, under their own numbers."""
    sql.answer("CREATE OR REPLACE DATABASE USED")
    sql.answer("CREATE TABLE USED.PUBLIC.T (A NUMBER(5,1) NOT NULL, B VARCHAR(7) COMMENT 'b')")
    sql.answer("CREATE VIEW USED.PUBLIC.V AS SELECT A FROM USED.PUBLIC.T")
    sql.answer("DROP TABLE USED.PUBLIC.T")
    sql.answer("CREATE TABLE USED.PUBLIC.T (C DATE)")
    found = rows(sql, "TABLES", "WHERE TABLE_CATALOG = 'USED' ORDER BY TABLE_ID")
    assert [(r["TABLE_NAME"], r["TABLE_TYPE"], r["DELETED"] is None, r["OWNER_ROLE_TYPE"]) for r in found] == [
        ("T", "BASE TABLE", False, None), ("V", "VIEW", True, "ROLE"), ("T", "BASE TABLE", True, "ROLE")]
    database = rows(sql, "DATABASES", "WHERE DATABASE_NAME = 'USED'")[0]
    schema = rows(sql, "SCHEMATA", "WHERE CATALOG_NAME = 'USED'")[0]
    assert {r["TABLE_CATALOG_ID"] for r in found} == {database["DATABASE_ID"]} == {schema["CATALOG_ID"]} and {r["TABLE_SCHEMA_ID"] for r in found} == {schema["SCHEMA_ID"]}
    columns = rows(sql, "COLUMNS", "WHERE TABLE_CATALOG = 'USED' AND TABLE_NAME = 'T' ORDER BY TABLE_ID, ORDINAL_POSITION")
    assert [(r["COLUMN_NAME"], r["DATA_TYPE"], r["IS_NULLABLE"], r["NUMERIC_SCALE"], r["CHARACTER_MAXIMUM_LENGTH"], r["DELETED"] is None) for r in columns] == [
        ("A", "NUMBER", "NO", "1", None, False), ("B", "TEXT", "YES", None, "7", False), ("C", "DATE", "YES", None, None, True)]
    view = rows(sql, "VIEWS", "WHERE TABLE_CATALOG = 'USED'")[0]
    assert (view["TABLE_NAME"], view["IS_SECURE"]) == ("V", "NO") and "SELECT A" in view["VIEW_DEFINITION"]
    sql.answer("DROP DATABASE USED")
    assert rows(sql, "DATABASES", "WHERE DATABASE_NAME = 'USED'")[0]["DELETED"] is not None


def test_users_roles_and_grants(own, sql):
    own.ok("POST", "roles", {"name": "USAGE_ROLE"})
    sql.answer("GRANT SELECT ON TABLE SHOP.PUBLIC.ORDERS TO ROLE USAGE_ROLE")
    sql.answer("GRANT ROLE USAGE_ROLE TO USER DEMO_USER")
    sql.answer("REVOKE ROLE USAGE_ROLE FROM USER DEMO_USER")
    grants = rows(sql, "GRANTS_TO_ROLES", "WHERE GRANTEE_NAME = 'USAGE_ROLE'")
    assert [(r["PRIVILEGE"], r["GRANTED_ON"], r["NAME"], r["TABLE_CATALOG"], r["TABLE_SCHEMA"], r["GRANTED_TO"], r["GRANT_OPTION"]) for r in grants] == [
        ("SELECT", "TABLE", "ORDERS", "SHOP", "PUBLIC", "ACCOUNT ROLE", "false")]
    held = rows(sql, "GRANTS_TO_USERS", "WHERE GRANTEE_NAME = 'DEMO_USER'")
    assert {(r["ROLE"], r["DELETED_ON"] is None) for r in held} == {("SYSADMIN", True), ("ANALYST", True), ("LOADER", True), ("USAGE_ROLE", False)}
    admin = rows(sql, "USERS", "WHERE NAME = 'ADMIN'")[0]
    assert (admin["DEFAULT_ROLE"], admin["DISABLED"], admin["HAS_PASSWORD"], admin["LAST_SUCCESS_LOGIN"] is None) == ("ACCOUNTADMIN", "false", "false", False)
    assert {r["NAME"] for r in rows(sql, "ROLES", "WHERE ROLE_TYPE = 'ROLE' AND DELETED_ON IS NULL")} >= {"ACCOUNTADMIN", "PUBLIC", "USAGE_ROLE"}


def test_statements(sql):
    sql.answer("SELECT 42 AS FOR_USAGE", warehouse="COMPUTE_WH", parameters={"QUERY_TAG": "tagged"})
    assert sql.error("SELECT 1/0 AS FOR_USAGE", warehouse="COMPUTE_WH")[0] == "100051"
    found = rows(sql, "QUERY_HISTORY", "WHERE QUERY_TEXT LIKE 'SELECT%FOR_USAGE' ORDER BY START_TIME")
    assert [(r["EXECUTION_STATUS"], r["QUERY_TAG"], r["ERROR_CODE"], r["WAREHOUSE_NAME"], r["WAREHOUSE_SIZE"], r["ROWS_PRODUCED"], r["USER_NAME"], r["ROLE_TYPE"]) for r in found] == [
        ("SUCCESS", "tagged", None, "COMPUTE_WH", "X-Small", "1", "ADMIN", "ROLE"), ("FAIL", "", "100051", "COMPUTE_WH", "X-Small", None, "ADMIN", "ROLE")]
    assert found[0]["DATABASE_ID"] == rows(sql, "DATABASES", "WHERE DATABASE_NAME = 'SHOP'")[0]["DATABASE_ID"] and found[0]["BIND_VALUES"] == "[]"
    assert rows(sql, "QUERY_HISTORY", "WHERE EXECUTION_STATUS = 'RUNNING'") == []  # not even itself
    names = sql.names("SELECT * FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY())", warehouse="COMPUTE_WH")
    assert (len(names), names[:2], names[-1]) == (62, ["QUERY_ID", "QUERY_TEXT"], "AGENT_TYPE")


def test_logins(own, sql):
    """A row for the first use of a token, and for every one that fails."""

    def logins(more):
        return [(r["USER_NAME"], r["FIRST_AUTHENTICATION_FACTOR"], r["IS_SUCCESS"], r["ERROR_CODE"]) for r in rows(sql, "LOGIN_HISTORY", more)]

    assert logins("WHERE USER_NAME = 'ADMIN'") == [("ADMIN", "PROGRAMMATIC_ACCESS_TOKEN", "YES", None)]
    for _ in range(2):
        own.call("GET", "databases", user="pat")
        own.call("GET", "databases", user="expired_pat")
    assert logins("WHERE USER_NAME = 'DEMO_USER' AND IS_SUCCESS = 'NO'") == [("DEMO_USER", "PROGRAMMATIC_ACCESS_TOKEN", "NO", "394400")] * 2
    assert logins("WHERE USER_NAME = 'DEMO_USER' AND IS_SUCCESS = 'YES'") == [("DEMO_USER", "PROGRAMMATIC_ACCESS_TOKEN", "YES", None)]
    own.call("GET", "databases", user="oauth_token", headers={"X-Snowflake-Authorization-Token-Type": "OAUTH"})
    own.call("GET", "databases", headers={"Authorization": "Bearer unknown"})
    assert ("DEMO_USER", "OAUTH_ACCESS_TOKEN", "YES", None) in logins("")
    row = rows(sql, "LOGIN_HISTORY", "WHERE USER_NAME IS NULL")[0]
    assert (row["IS_SUCCESS"], row["CLIENT_IP"], row["EVENT_TYPE"], row["ERROR_MESSAGE"]) == ("NO", "127.0.0.1", "LOGIN", "Programmatic access token is invalid.")
    function = "SELECT USER_NAME FROM TABLE(SHOP.INFORMATION_SCHEMA.LOGIN_HISTORY{})"
    assert {r[0] for r in sql.answer(function.format("()"), warehouse="COMPUTE_WH")["data"]} == {"ADMIN", "DEMO_USER", None}
    assert {r[0] for r in sql.answer(function.format("()"), user="analyst_pat", role="ANALYST", warehouse="COMPUTE_WH", schema="PUBLIC")["data"]} == {"DEMO_USER"}
    assert {r[0] for r in sql.answer(function.format("_BY_USER(USER_NAME => 'demo_user', RESULT_LIMIT => 1)"), warehouse="COMPUTE_WH")["data"]} == {"DEMO_USER"}


def iso(**back):
    return (datetime.now(timezone.utc) - timedelta(**back)).isoformat()


def tell(own, history, *given, **more):
    return own.local("history", {"history": history, "rows": list(given) or [{}], **more})


def count(sql, source):
    return int(sql.answer(f"SELECT COUNT(*) FROM {source}", warehouse="COMPUTE_WH")["data"][0][0])


def test_told_statements(own, sql):
    """Many and old ones; the function has 100 without a limit, 10,000 at the most, seven days."""
    before = count(sql, "SNOWFLAKE.ACCOUNT_USAGE.QUERY_HISTORY WHERE QUERY_TAG = 'old'")
    assert tell(own, "QUERY_HISTORY", {"query_text": "SELECT 'old'", "query_tag": "old", "end_time": iso(days=1), "rows_produced": 7}, count=12000, step=60) == {"added": 12000}
    assert count(sql, "SNOWFLAKE.ACCOUNT_USAGE.QUERY_HISTORY WHERE QUERY_TAG = 'old'") - before == 12000
    function = "TABLE(INFORMATION_SCHEMA.QUERY_HISTORY({}))"
    assert count(sql, function.format("")) == 100
    window = f"END_TIME_RANGE_START => '{iso(days=6)}'::TIMESTAMP_LTZ, END_TIME_RANGE_END => '{iso(days=1)}'::TIMESTAMP_LTZ"
    assert count(sql, function.format(window + ", RESULT_LIMIT => 10000")) == 5 * 24 * 60
    assert sql.error(f"SELECT * FROM {function.format('RESULT_LIMIT => 10001')}", warehouse="COMPUTE_WH")[0] == "001015"
    code, message = sql.error(f"SELECT * FROM {function.format(f'''END_TIME_RANGE_START => '{iso(days=7, seconds=1)}'::TIMESTAMP_LTZ''')}", warehouse="COMPUTE_WH")
    assert code == "001015" and "Cannot retrieve data from more than 7 days ago" in message
    tell(own, "QUERY_HISTORY", {"QUERY_TEXT": "SELECT 'failed'", "EXECUTION_STATUS": "FAIL", "ERROR_CODE": 2003, "ERROR_MESSAGE": "gone", "QUERY_ID": "told-1"})
    assert [(r["EXECUTION_STATUS"], r["ERROR_CODE"], r["ERROR_MESSAGE"]) for r in rows(sql, "QUERY_HISTORY", "WHERE QUERY_ID = 'told-1'")] == [("FAIL", "2003", "gone")]


def test_told_logins(own, sql):
    tell(own, "LOGIN_HISTORY", {"user_name": "OLD_USER", "event_timestamp": iso(days=2), "is_success": "NO", "error_code": 390100, "client_ip": "10.0.0.1"}, count=11000, step=1)
    assert count(sql, "SNOWFLAKE.ACCOUNT_USAGE.LOGIN_HISTORY WHERE USER_NAME = 'OLD_USER' AND IS_SUCCESS = 'NO' AND ERROR_CODE = 390100 AND CLIENT_IP = '10.0.0.1'") == 11000
    tell(own, "LOGIN_HISTORY", {"user_name": "OLDER_USER", "event_timestamp": iso(days=366)}, {"user_name": "OLDER_USER", "event_timestamp": iso(days=364)})
    assert count(sql, "SNOWFLAKE.ACCOUNT_USAGE.LOGIN_HISTORY WHERE USER_NAME = 'OLDER_USER'") == 1  # a year is kept
    old = f"TABLE(INFORMATION_SCHEMA.LOGIN_HISTORY(TIME_RANGE_START => '{iso(days=8)}'::TIMESTAMP_LTZ))"
    assert "more than 7 days ago" in sql.error(f"SELECT * FROM {old}", warehouse="COMPUTE_WH")[1]


def test_told_sessions(own, sql):
    assert rows(sql, "SESSIONS") == []  # those of the SQL API are not told of
    tell(own, "SESSIONS", {"session_id": 7, "user_name": "DEMO_USER", "authentication_method": "Password"})
    assert [(r["SESSION_ID"], r["USER_NAME"], r["IS_OPEN"]) for r in rows(sql, "SESSIONS")] == [("7", "DEMO_USER", "true")]


def test_told_tasks(own, sql):
    """In the function as in the view, which knows neither scheduled nor running ones."""
    sql.answer("CREATE TASK SHOP.PUBLIC.TOLD WAREHOUSE = COMPUTE_WH SCHEDULE = '60 MINUTE' AS SELECT 1")
    tell(own, "TASK_HISTORY", {"name": "TOLD", "database_name": "SHOP", "schema_name": "PUBLIC", "state": "FAILED", "error_code": "100051", "scheduled_time": iso(hours=1)}, count=300, step=600)
    tell(own, "TASK_HISTORY", {"name": "TOLD", "database_name": "SHOP", "schema_name": "PUBLIC", "scheduled_time": iso(days=20), "completed_time": iso(days=20)},
         {"name": "TOLD", "database_name": "SHOP", "schema_name": "PUBLIC", "state": "SCHEDULED", "scheduled_time": iso(hours=-1), "completed_time": None})
    function = "TABLE(INFORMATION_SCHEMA.TASK_HISTORY(TASK_NAME => 'told'{}))"
    assert (count(sql, function.format("")), count(sql, function.format(", RESULT_LIMIT => 10000")), count(sql, function.format(", RESULT_LIMIT => 10000, ERROR_ONLY => TRUE"))) == (100, 301, 300)
    first = sql.rows(f"SELECT STATE, ERROR_CODE FROM {function.format(', RESULT_LIMIT => 2')} ORDER BY SCHEDULED_TIME DESC", warehouse="COMPUTE_WH")
    assert [tuple(r.values()) for r in first] == [("SCHEDULED", None), ("FAILED", "100051")]
    assert count(sql, "SNOWFLAKE.ACCOUNT_USAGE.TASK_HISTORY WHERE NAME = 'TOLD'") == 301
    assert "more than 7 days ago" in sql.error(f"SELECT * FROM {function.format(f''', SCHEDULED_TIME_RANGE_START => '{iso(days=8)}'::TIMESTAMP_LTZ''')}", warehouse="COMPUTE_WH")[1]


def test_real_task_runs(sql):
    sql.answer("CREATE TASK SHOP.PUBLIC.RAN WAREHOUSE = COMPUTE_WH AS SELECT 1")
    sql.answer("EXECUTE TASK SHOP.PUBLIC.RAN")
    for _ in range(100):
        found = rows(sql, "TASK_HISTORY", "WHERE NAME = 'RAN'")
        if found:
            break
        time.sleep(0.1)
    assert [(r["STATE"], r["SCHEMA_NAME"], r["SCHEDULED_FROM"], r["TASK_DATABASE_ID"] is None) for r in found] == [("SUCCEEDED", "PUBLIC", "EXECUTE_TASK", False)]


def test_metering(own, sql):
    """The hours with statements, without credits; days within six months; ACCOUNTADMIN or MONITOR USAGE."""
    hours = rows(sql, "WAREHOUSE_METERING_HISTORY", "WHERE WAREHOUSE_NAME = 'COMPUTE_WH' ORDER BY START_TIME DESC")
    assert float(hours[0]["CREDITS_USED"]) == 0 and float(hours[0]["END_TIME"]) - float(hours[0]["START_TIME"]) == 3600 and hours[0]["WAREHOUSE_ID"]
    tell(own, "WAREHOUSE_METERING_HISTORY", {"warehouse_name": "LOAD_WH", "start_time": iso(days=30), "credits_used_compute": 2.5, "credits_used_cloud_services": 0.25}, count=24, step=3600)
    total = sql.answer("SELECT SUM(CREDITS_USED), COUNT(*) FROM SNOWFLAKE.ACCOUNT_USAGE.WAREHOUSE_METERING_HISTORY WHERE WAREHOUSE_NAME = 'LOAD_WH'", warehouse="COMPUTE_WH")["data"][0]
    assert (float(total[0]), total[1]) == (66, "24")
    function = "TABLE(INFORMATION_SCHEMA.WAREHOUSE_METERING_HISTORY({}))"
    assert count(sql, function.format("DATEADD('days', -40, CURRENT_DATE()), CURRENT_DATE(), 'load_wh'")) == 24
    assert count(sql, function.format("DATE_RANGE_START => CURRENT_DATE(), WAREHOUSE_NAME => 'LOAD_WH'")) == 0
    assert "more than 6 months ago" in sql.error(f"SELECT * FROM {function.format('DATEADD(days, -200, CURRENT_DATE())')}", warehouse="COMPUTE_WH")[1]
    assert sql.error(f"SELECT * FROM {function.format('')}", warehouse="COMPUTE_WH")[0] == "001015"
    asked = f"SELECT COUNT(*) FROM {function.format('DATEADD(days, -40, CURRENT_DATE())')}"
    assert sql.answer(asked, user="pat", role="SYSADMIN", warehouse="COMPUTE_WH")["data"] == [["0"]]
    sql.answer("GRANT MONITOR USAGE ON ACCOUNT TO ROLE SYSADMIN")
    assert sql.answer(asked, user="pat", role="SYSADMIN", warehouse="COMPUTE_WH")["data"] != [["0"]]


def test_storage(own, sql):
    tell(own, "DATABASE_STORAGE_USAGE_HISTORY", {"database_name": "SHOP", "usage_date": "2026-01-05", "average_database_bytes": 1000})
    today = sql.rows("SELECT * FROM TABLE(INFORMATION_SCHEMA.DATABASE_STORAGE_USAGE_HISTORY(DATABASE_NAME => 'shop'))", warehouse="COMPUTE_WH")
    assert [r["DATABASE_NAME"] for r in today] == ["SHOP"] and int(today[0]["AVERAGE_DATABASE_BYTES"]) > 100000
    usage = rows(sql, "STORAGE_USAGE", "ORDER BY USAGE_DATE DESC")
    assert int(usage[0]["STORAGE_BYTES"]) >= int(today[0]["AVERAGE_DATABASE_BYTES"]) and usage[0]["FAILSAFE_BYTES"] == "0" and usage[-1]["STORAGE_BYTES"] == "1000"


def test_loads(own, sql):
    sql.answer("CREATE OR REPLACE TABLE SHOP.PUBLIC.LOADED (A NUMBER)")
    place = {"table_catalog_name": "SHOP", "table_schema_name": "PUBLIC", "table_name": "LOADED"}
    tell(own, "COPY_HISTORY", {**place, "file_name": "a.csv", "row_count": 3, "last_load_time": iso(hours=1)}, {**place, "file_name": "b.csv", "last_load_time": iso(days=20)})
    function = "TABLE(INFORMATION_SCHEMA.COPY_HISTORY(TABLE_NAME => 'shop.public.loaded', START_TIME => {}))"
    found = sql.rows(f"SELECT * FROM {function.format('DATEADD(days, -13, CURRENT_TIMESTAMP())')}", warehouse="COMPUTE_WH")
    assert [(r["FILE_NAME"], r["ROW_COUNT"], r["STATUS"], r["TABLE_NAME"], r["PIPE_NAME"]) for r in found] == [("a.csv", "3", "Loaded", "LOADED", None)]
    assert "more than 14 days ago" in sql.error(f"SELECT * FROM {function.format('DATEADD(days, -14, CURRENT_TIMESTAMP())')}", warehouse="COMPUTE_WH")[1]
    assert sql.error("SELECT * FROM TABLE(INFORMATION_SCHEMA.COPY_HISTORY(TABLE_NAME => 'LOADED'))", warehouse="COMPUTE_WH")[0] == "001015"
    assert [r["FILE_NAME"] for r in rows(sql, "COPY_HISTORY", "WHERE TABLE_NAME = 'LOADED' ORDER BY 1")] == ["a.csv", "b.csv"]


def test_latency(own, sql):
    own.local("settings", {"account_usage_seconds": 7200})
    try:
        sql.answer("CREATE OR REPLACE DATABASE LATE")
        assert rows(sql, "DATABASES", "WHERE DATABASE_NAME = 'LATE'") == [] and rows(sql, "LOGIN_HISTORY", "WHERE USER_NAME = 'ADMIN' AND FIRST_AUTHENTICATION_FACTOR LIKE 'PROG%'") == []
        assert rows(sql, "QUERY_HISTORY", "WHERE QUERY_TEXT LIKE 'CREATE OR REPLACE DATABASE LATE'") == []
    finally:
        own.local("settings", {"account_usage_seconds": 0})
    assert len(rows(sql, "DATABASES", "WHERE DATABASE_NAME = 'LATE'")) == 1


def test_orders_that_are_wrong(own):
    for body in ({"history": "NOTHING"}, {"history": "LOGIN_HISTORY", "rows": [{"nothing": 1}]}, {"history": "LOGIN_HISTORY", "count": 0}, {"history": "QUERY_HISTORY", "rows": [{"end_time": "x"}]},
                 {"rows": []}):
        with pytest.raises(urllib.error.HTTPError) as caught:
            own.local("history", body)
        assert caught.value.code == 400
    for body in ({"kind": "NOTHING", "count": 1}, {"kind": "TASK", "count": 10**9}, {"kind": "TASK", "count": 1, "set": {"state": 5}}):
        with pytest.raises(urllib.error.HTTPError) as caught:
            own.local("objects", body)
        assert caught.value.code == 400


def test_many_objects(own, sql):
    """10,000 tasks in 200 schemas, and what SHOW says of more than 10,000."""
    made = own.local("objects", {"kind": "TASK", "count": 10000, "databases": 20, "schemas": 10, "prefix": "BIG"})
    assert made["made"] == 10000 and made["databases"][0] == "BIG_DB_001" and len(made["databases"]) == 20
    sql.answer("DROP TASK IF EXISTS SHOP.PUBLIC.TOLD")
    sql.answer("DROP TASK IF EXISTS SHOP.PUBLIC.RAN")
    found = sql.answer("SHOW TASKS IN ACCOUNT")
    assert found["resultSetMetaData"]["numRows"] == 10000
    assert len(sql.rows("SHOW TASKS IN DATABASE BIG_DB_020")) == 500 and len(sql.rows("SHOW TASKS IN SCHEMA BIG_DB_001.BIG_S_001")) == 50
    assert sql.rows("SHOW TASKS IN SCHEMA BIG_DB_001.BIG_S_001")[0]["state"] == "suspended"
    assert len(own.ok("GET", "databases/BIG_DB_001/schemas/BIG_S_002/tasks")) == 50
    assert len(sql.answer("SHOW TASKS IN ACCOUNT", user="pat", role="SYSADMIN")["data"]) > 0
    own.local("objects", {"kind": "TASK", "count": 1, "prefix": "ONE"})
    assert sql.error("SHOW TASKS IN ACCOUNT")[0] == "090153"
    assert sql.answer("SHOW TASKS IN ACCOUNT LIMIT 10000")["resultSetMetaData"]["numRows"] == 10000
    own.local("objects", {"kind": "PIPE", "count": 10001, "prefix": "PIPES"})
    assert sql.answer("SHOW PIPES IN ACCOUNT")["resultSetMetaData"]["numRows"] == 10000  # of pipes the rest is left out
    own.local("objects", {"kind": "SCHEMA", "count": 1000, "databases": 100, "prefix": "WIDE"})
    assert len(sql.rows("SHOW SCHEMAS IN DATABASE WIDE_DB_100")) == 12


def test_monitors_and_session_policies(sql):
    """Made by SQL alone; what stands in SHOW and DESCRIBE."""
    sql.answer("CREATE OR REPLACE RESOURCE MONITOR LIMITER WITH CREDIT_QUOTA = 5000 TRIGGERS ON 75 PERCENT DO NOTIFY ON 100 PERCENT DO SUSPEND ON 110 PERCENT DO SUSPEND_IMMEDIATE")
    sql.answer("CREATE RESOURCE MONITOR IF NOT EXISTS DAILY WITH FREQUENCY = DAILY START_TIMESTAMP = '2026-01-01 00:00' NOTIFY_USERS = (ADMIN)")
    found = {r["name"]: r for r in sql.rows("SHOW RESOURCE MONITORS")}
    assert list(found["LIMITER"]) == ("name credit_quota used_credits remaining_credits level frequency start_time end_time notify_at suspend_at suspend_immediately_at created_on owner "
                                      "comment notify_users").split()
    row = found["LIMITER"]
    assert (row["credit_quota"], row["used_credits"], row["remaining_credits"], row["level"], row["frequency"]) == ("5000.00", "0.00", "5000.00", None, "MONTHLY")
    assert (row["notify_at"], row["suspend_at"], row["suspend_immediately_at"], row["end_time"]) == ("75%", "100%", "110%", None)
    assert (found["DAILY"]["start_time"], found["DAILY"]["notify_users"]) == ("1767225600.000", "ADMIN") and [r["name"] for r in sql.rows("SHOW RESOURCE MONITORS LIKE 'd%'")] == ["DAILY"]
    assert sql.error("CREATE RESOURCE MONITOR X WITH FREQUENCY = DAILY")[0] == "001422" and sql.error("CREATE RESOURCE MONITOR DAILY")[0] == "002002"
    assert sql.error("CREATE RESOURCE MONITOR X", user="pat", role="SYSADMIN")[0] == "003001"
    sql.answer("DROP RESOURCE MONITOR DAILY")
    assert sql.error("DROP RESOURCE MONITOR DAILY")[0] == "002003"
    sql.answer("CREATE SESSION POLICY SHOP.PUBLIC.SHORT SESSION_IDLE_TIMEOUT_MINS = 30 COMMENT = 'short'")
    row = sql.rows("SHOW SESSION POLICIES IN ACCOUNT")[0]
    assert (row["name"], row["database_name"], row["schema_name"], row["kind"], row["comment"]) == ("SHORT", "SHOP", "PUBLIC", "SESSION_POLICY", "short")
    row = sql.rows("DESCRIBE SESSION POLICY SHORT")[0]
    assert list(row) == ("created_on name session_idle_timeout_mins session_ui_idle_timeout_mins session_max_lifespan_mins session_ui_max_lifespan_mins allowed_secondary_roles "
                         "agent_restricted_session_scope comment").split()
    assert (row["session_idle_timeout_mins"], row["session_ui_idle_timeout_mins"], row["allowed_secondary_roles"]) == ("30", "1080", '["ALL"]')
    assert sql.error("CREATE SESSION POLICY X SESSION_IDLE_TIMEOUT_MINS = 4")[0] == "001422"
