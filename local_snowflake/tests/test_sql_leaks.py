"""SQL that PostgreSQL would answer and Snowflake refuses: nothing of it may get through."""

import pytest

from local_snowflake.tests.sql_engine import engine  # noqa: F401
from local_snowflake.model import Context, SnowflakeError

LEAKS = """
SELECT 'a' ~* 'A'
SELECT 'a' ~ 'a'
SELECT 'a' !~ 'a'
SELECT 1::int8
SELECT 1::int4
SELECT 'x'::bytea
SELECT '{}'::jsonb
SELECT TRUE::bool
SELECT * FROM generate_series(1, 3)
SELECT generate_series(1, 3)
SELECT DISTINCT ON (a) a FROM (SELECT 1 a)
INSERT INTO t VALUES (1) RETURNING a
UPDATE t SET a = 1 RETURNING a
DELETE FROM t RETURNING a
SELECT pg_sleep(1)
SELECT 'a' SIMILAR TO 'a'
SELECT btrim('a')
SELECT strpos('abc', 'b')
SELECT string_agg('a', ',')
SELECT to_hex(10)
SELECT now()
SELECT clock_timestamp()
SELECT age(CURRENT_DATE)
SELECT version()
SELECT current_setting('server_version')
SELECT quote_literal('a')
SELECT string_to_array('a,b', ',')
SELECT ARRAY[1, 2]
SELECT '{1,2}'::int[]
SELECT starts_with('a', 'a')
SELECT * FROM pg_class
SELECT * FROM pg_catalog.pg_class
SELECT * FROM t FOR UPDATE
SELECT 1 OPERATOR(pg_catalog.+) 1
SELECT E'a\\n'
SELECT count(*) FILTER (WHERE TRUE) FROM t
SELECT jsonb_build_object('a', 1)
SELECT row_to_json(t) FROM t
SELECT a FROM t ORDER BY a USING <
SELECT date_bin('1 day', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)
SELECT make_date(2024, 1, 1)
SELECT regexp_matches('a', 'a')
SELECT lo_import('/etc/passwd')
SELECT pg_read_file('/etc/passwd')
COPY t TO STDOUT
VACUUM
ANALYZE t
SELECT sf.raise('a', 'b', 'c')
SELECT * FROM sf_catalog.object
SELECT nextval('x')
SELECT 1 WHERE 1 = ANY(ARRAY[1])
SELECT gen_random_uuid()
DO $$ BEGIN END $$
""".strip().splitlines()


@pytest.mark.parametrize("sql", LEAKS)
def test_leak(engine, sql):
    context = Context("ADMIN", "ACCOUNTADMIN", "COMPUTE_WH", "SHOP", "PUBLIC", multi_statement=True)
    try:
        engine.execute("CREATE TABLE IF NOT EXISTS t (a NUMBER)", context)
        with pytest.raises(SnowflakeError) as e:
            list(engine.execute(sql, context).rows)
        assert e.value.code in ("000002", "000904", "001003", "002003", "002040", "002140", "002141", "001044"), e.value.message
    finally:
        engine.release(context)
