"""What a new account holds: roles, users, warehouses, and the sample shop."""

from __future__ import annotations


from ...model import Context
from .account import Account

ADMIN = "ADMIN"
DEMO_USER = "DEMO_USER"
LIMITED_USER = "LIMITED_USER"
USERS = (ADMIN, DEMO_USER, LIMITED_USER)
WAREHOUSE = "COMPUTE_WH"
SAMPLE_DATABASE = "SHOP"
EMPTY_DATABASE = "DEMO"

SHOP = r'''
CREATE SCHEMA SHOP.INVENTORY COMMENT = 'what is on the shelves';
USE SCHEMA SHOP.PUBLIC;
CREATE TABLE CUSTOMERS (ID NUMBER(9,0) NOT NULL, NAME VARCHAR(80) NOT NULL, EMAIL VARCHAR(120), COUNTRY CHAR(2), VIP BOOLEAN DEFAULT FALSE, SINCE DATE,
  CREDIT NUMBER(12,2), PRIMARY KEY (ID)) COMMENT = 'people who buy';
INSERT INTO CUSTOMERS SELECT SEQ4() + 1, 'Customer ' || (SEQ4() + 1), 'c' || (SEQ4() + 1) || '@example.com', SUBSTR('DEFRUSGBJP', MOD(SEQ4(), 5) * 2 + 1, 2), MOD(SEQ4(), 10) = 0,
  DATEADD(DAY, MOD(SEQ4() * 7, 1500), '2021-01-01'::DATE), (SEQ4() * 37) / 4 FROM TABLE(GENERATOR(ROWCOUNT => 1000));
INSERT INTO CUSTOMERS VALUES (1001, 'Zoë Ångström', NULL, 'SE', TRUE, '2024-02-29', -12.50), (1002, '山田太郎', 'taro@example.jp', 'JP', NULL, NULL, NULL);
CREATE TABLE PRODUCTS (SKU VARCHAR(20) NOT NULL PRIMARY KEY, TITLE VARCHAR, PRICE NUMBER(10,2) NOT NULL, WEIGHT FLOAT, TAGS ARRAY, ATTRS OBJECT, PHOTO BINARY);
INSERT INTO PRODUCTS SELECT 'SKU-' || LPAD(TO_VARCHAR(SEQ4()), 4, '0'), 'Product ' || SEQ4(), (SEQ4() + 1) * 1.25, (SEQ4() + 1)::FLOAT / 8, ARRAY_CONSTRUCT('new', 'sale'),
  OBJECT_CONSTRUCT('color', 'red', 'size', SEQ4()), TO_BINARY('CAFE', 'HEX') FROM TABLE(GENERATOR(ROWCOUNT => 200));
CREATE TABLE ORDERS (ID NUMBER(18,0) NOT NULL PRIMARY KEY, CUSTOMER_ID NUMBER(9,0) NOT NULL, STATUS VARCHAR(12), PLACED_AT TIMESTAMP_NTZ(9), TOTAL NUMBER(12,2));
CREATE TABLE ORDER_ITEMS (ORDER_ID NUMBER(18,0) NOT NULL, LINE NUMBER(4,0) NOT NULL, SKU VARCHAR(20), QUANTITY NUMBER(9,0), PRICE NUMBER(10,2), SHIPPED_ON DATE, PRIMARY KEY (ORDER_ID, LINE))
'''

# The two large tables are filled past the translator: its checks of every value are most of a start's time otherwise.
BULK = {
    "ORDERS": """
        SELECT n + 1, n * 13 % 1002 + 1, (ARRAY['OPEN', 'PAID', 'SHIPPED', 'RETURNED'])[n % 4 + 1], (1672560000 + n * 420)::numeric(20, 9), n * 1234567 % 99999 * 0.01
        FROM generate_series(0::bigint, 19999) AS n""",
    "ORDER_ITEMS": """
        SELECT n / 5 + 1, n % 5 + 1, 'SKU-' || lpad((n * 17 % 200)::text, 4, '0'), n % 9 + 1, (n % 200 + 1) * 1.25, date '2023-01-03' + n % 700
        FROM generate_series(0, 99999) AS n""",
}

MORE = r'''
CREATE TABLE EVENTS (ID NUMBER(38,0), KIND VARCHAR, DATA VARIANT, TAGS ARRAY, PROPS OBJECT, AT_NTZ TIMESTAMP_NTZ(9), AT_LTZ TIMESTAMP_LTZ(9), AT_TZ TIMESTAMP_TZ(9), AT_TIME TIME(9));
INSERT INTO EVENTS SELECT 1, 'click', PARSE_JSON('{"page":"/home","ms":12.5,"ok":true}'), ARRAY_CONSTRUCT(1, 'two', NULL), OBJECT_CONSTRUCT('a', 1), '2024-02-29 12:34:56.123456789',
  '2024-02-29 12:34:56.123456789 +0000', '2024-02-29 12:34:56.123456789 +0530', '23:59:59.999999999'
  UNION ALL SELECT 2, 'view', PARSE_JSON('null'), ARRAY_CONSTRUCT(), OBJECT_CONSTRUCT(), '1969-12-31 23:59:59.5', '1969-12-31 23:59:59.000000001 +0000', '1969-12-31 16:00:00 -0800', '00:00:00'
  UNION ALL SELECT 3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  UNION ALL SELECT 4, 'text', PARSE_JSON('"plain"'), PARSE_JSON('[[1,2],{"b":2,"a":1}]')::ARRAY, PARSE_JSON('{"nested":{"z":[],"y":{}}}')::OBJECT, '0001-01-01 00:00:00', '9999-12-31 23:59:59.999999999 +0000',
  '9999-12-31 23:59:59.999999999 +0000', '12:00:00.5';
CREATE TABLE TYPE_SAMPLER (ID NUMBER(4,0) NOT NULL, N38 NUMBER(38,0), N38_10 NUMBER(38,10), N9 NUMBER(9,0), N18 NUMBER(18,0), F FLOAT, S VARCHAR, S10 VARCHAR(10), C CHAR(3), B BOOLEAN,
  D DATE, T0 TIME(0), T9 TIME(9), TS0 TIMESTAMP_NTZ(0), TS3 TIMESTAMP_NTZ(3), TS9 TIMESTAMP_NTZ(9), LTZ TIMESTAMP_LTZ(9), TZ TIMESTAMP_TZ(9), BIN BINARY, V VARIANT, O OBJECT, A ARRAY,
  GEO GEOGRAPHY, GEOM GEOMETRY, VEC VECTOR(FLOAT, 3));
INSERT INTO TYPE_SAMPLER SELECT 1, 99999999999999999999999999999999999999, 1234567890123456789012345678.0123456789, 999999999, 999999999999999999, 1.5::FLOAT, 'text', 'ten', 'abc', TRUE,
  '2024-02-29'::DATE, '23:59:59'::TIME, '23:59:59.999999999'::TIME, '2024-02-29 12:34:56'::TIMESTAMP_NTZ, '2024-02-29 12:34:56.789'::TIMESTAMP_NTZ, '2024-02-29 12:34:56.123456789'::TIMESTAMP_NTZ,
  '2024-02-29 12:34:56.123456789 +0100'::TIMESTAMP_LTZ, '2024-02-29 12:34:56.123456789 +0545'::TIMESTAMP_TZ, TO_BINARY('00FF10', 'HEX'), PARSE_JSON('{"k":[1,2.50,"x",null]}'),
  OBJECT_CONSTRUCT('k', 'v'), ARRAY_CONSTRUCT(1, 2, 3), TO_GEOGRAPHY('{"type":"Point","coordinates":[8.55,47.37]}'), TO_GEOMETRY('{"type":"Point","coordinates":[1,2]}'),
  ARRAY_CONSTRUCT(1.5, 2, -3)::VECTOR(FLOAT, 3)
  UNION ALL SELECT 2, -99999999999999999999999999999999999999, -0.0000000001, -999999999, -999999999999999999, '-inf'::FLOAT, '', '', '', FALSE, '0001-01-01'::DATE, '00:00:00'::TIME, '00:00:00'::TIME,
  '1969-12-31 23:59:59'::TIMESTAMP_NTZ, '1969-12-31 23:59:59.999'::TIMESTAMP_NTZ, '1969-12-31 23:59:59.999999999'::TIMESTAMP_NTZ, '1969-12-31 23:59:59.5 +0000'::TIMESTAMP_LTZ,
  '1969-12-31 23:59:59.5 -1100'::TIMESTAMP_TZ, TO_BINARY('', 'HEX'), PARSE_JSON('null'), OBJECT_CONSTRUCT(), ARRAY_CONSTRUCT(), NULL, NULL, NULL
  UNION ALL SELECT 3, 0, 0, 0, 0, 'NaN'::FLOAT, 'quote '' backslash \\ tab \t newline \n ü 漢字 😀', 'üüüüüüüüüü', 'äöü', NULL, '9999-12-31'::DATE, '12:00:00'::TIME, '12:00:00.5'::TIME,
  '9999-12-31 23:59:59'::TIMESTAMP_NTZ, '9999-12-31 23:59:59.999'::TIMESTAMP_NTZ, '9999-12-31 23:59:59.999999999'::TIMESTAMP_NTZ, '9999-12-31 23:59:59.999999999 +0000'::TIMESTAMP_LTZ,
  '2024-07-01 00:00:00 +1400'::TIMESTAMP_TZ, TO_BINARY('DEADBEEF', 'HEX'), PARSE_JSON('"text"'), NULL, NULL, NULL, NULL, NULL
  UNION ALL SELECT 4, 1, 1.5, 1, 1, 'inf'::FLOAT, 'x', 'x', 'x', TRUE, '1970-01-01'::DATE, '00:00:01'::TIME, '00:00:00.000000001'::TIME, '1970-01-01 00:00:00'::TIMESTAMP_NTZ,
  '1970-01-01 00:00:00.001'::TIMESTAMP_NTZ, '1970-01-01 00:00:00.000000001'::TIMESTAMP_NTZ, '1970-01-01 00:00:00 +0000'::TIMESTAMP_LTZ, '1970-01-01 00:00:00 +0000'::TIMESTAMP_TZ,
  TO_BINARY('00', 'HEX'), PARSE_JSON('12345678901234567890123456789012345678'), PARSE_JSON('{"b":1,"a":{"c":[]}}')::OBJECT, PARSE_JSON('[]')::ARRAY, NULL, NULL, NULL;
INSERT INTO TYPE_SAMPLER (ID) VALUES (5);
CREATE TABLE "Größen Tabelle" ("Id" NUMBER(9,0), "größe" VARCHAR, "MiXed ""quoted""" VARCHAR, "日本" NUMBER(5,1), "order" DATE);
INSERT INTO "Größen Tabelle" VALUES (1, 'groß', 'a "b"', 1.5, '2024-01-01'), (2, NULL, NULL, NULL, NULL);
CREATE TABLE EMPTY_TABLE (ID NUMBER(38,0), NOTE VARCHAR);
CREATE VIEW CUSTOMER_TOTALS AS SELECT C.ID, C.NAME, COUNT(*) AS ORDERS, SUM(O.TOTAL) AS TOTAL FROM SHOP.PUBLIC.CUSTOMERS C JOIN SHOP.PUBLIC.ORDERS O ON O.CUSTOMER_ID = C.ID GROUP BY C.ID, C.NAME;
CREATE TABLE SHOP.INVENTORY.STOCK (SKU VARCHAR(20) NOT NULL, SHELF VARCHAR(10), ON_HAND NUMBER(9,0), COUNTED_AT TIMESTAMP_LTZ(3));
INSERT INTO SHOP.INVENTORY.STOCK SELECT SKU, 'A' || MOD(QUANTITY, 7), QUANTITY * 11, '2024-06-01 00:00:00 +0000'::TIMESTAMP_LTZ FROM SHOP.PUBLIC.ORDER_ITEMS WHERE ORDER_ID <= 40
'''


def _run(engine: Account, context: Context, text: str) -> None:
    for statement in engine.split(text):
        context.query_id = ""
        engine.execute(statement, context)


def build(engine: Account, sample: bool) -> None:
    """Fill an empty catalog; called once for a data directory."""
    cat = engine.catalog
    for role in ("ACCOUNTADMIN", "SECURITYADMIN", "USERADMIN", "SYSADMIN", "PUBLIC", "ANALYST", "LOADER"):
        cat.add("ROLE", (role,), "USERADMIN" if role in ("ANALYST", "LOADER") else "")
    for role, above in (("SYSADMIN", "ACCOUNTADMIN"), ("SECURITYADMIN", "ACCOUNTADMIN"), ("USERADMIN", "SECURITYADMIN"), ("ANALYST", "SYSADMIN"), ("LOADER", "SYSADMIN")):
        cat.grant_role(role, "ROLE", above)
    database = SAMPLE_DATABASE if sample else EMPTY_DATABASE
    home = {"default_warehouse": WAREHOUSE, "default_namespace": f"{database}.PUBLIC"}
    for user, role, roles in ((ADMIN, "ACCOUNTADMIN", ("ACCOUNTADMIN",)), (DEMO_USER, "SYSADMIN", ("SYSADMIN", "ANALYST", "LOADER")), (LIMITED_USER, "PUBLIC", ())):
        cat.add("USER", (user,), "USERADMIN", {**({} if user == LIMITED_USER else home), "default_role": role})
        for r in roles:
            cat.grant_role(r, "USER", user)
    for privilege in ("CREATE COMPUTE POOL", "CREATE INTEGRATION", "CREATE EXTERNAL VOLUME", "CREATE NETWORK POLICY", "EXECUTE ALERT", "EXECUTE TASK", "EXECUTE MANAGED TASK"):
        cat.grant(privilege, "ACCOUNT", (), "SYSADMIN", "ACCOUNTADMIN")
    for name in (WAREHOUSE, "LOAD_WH"):
        cat.add("WAREHOUSE", (name,), "SYSADMIN", {"warehouse_size": "XSMALL", "state": "STARTED", "auto_suspend": "600", "auto_resume": "true"})
    cat.add("DATABASE", (database,), "SYSADMIN")
    cat.add("SCHEMA", (database, "PUBLIC"), "SYSADMIN")
    context = Context(user=ADMIN, role="SYSADMIN", warehouse=WAREHOUSE, database=database, schema="PUBLIC", multi_statement=True)
    if sample:
        _run(engine, context, SHOP)
        with engine.pool.connection() as conn:
            for table, rows in BULK.items():
                conn.execute(f"INSERT INTO {cat.get('TABLE', (database, 'PUBLIC', table)).physical} {rows}")
        _run(engine, context, MORE)
    engine.release(context)
    for role in ("ANALYST", "LOADER"):
        cat.grant("USAGE", "WAREHOUSE", (WAREHOUSE,), role, "SYSADMIN")
        cat.grant("USAGE", "DATABASE", (database,), role, "SYSADMIN")
        for s in list(cat.all("SCHEMA", (database,))):
            cat.grant("USAGE", "SCHEMA", s.path, role, "SYSADMIN")
            if role == "LOADER":
                cat.grant("CREATE TABLE", "SCHEMA", s.path, role, "SYSADMIN")
        for kind in ("TABLE", "VIEW"):
            for o in list(cat.all(kind, (database,))):
                for privilege in ("SELECT",) if role == "ANALYST" else ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"):
                    cat.grant(privilege, kind, o.path, role, "SYSADMIN")
    cat.grant("USAGE", "WAREHOUSE", ("LOAD_WH",), "LOADER", "SYSADMIN")
