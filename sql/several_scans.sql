-- scans under one Append: which run at the same time, and that their rows are those of one after the other
SET search_path = shop, public, snowflake;
CREATE SCHEMA several;
\getenv host SNOWFLAKE_TEST_HOST
\getenv port SNOWFLAKE_TEST_PORT
\set key `cat "$SNOWFLAKE_TEST_KEY_FILE"`
CREATE SERVER second FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (host :'host', port :'port', protocol 'http',
	account 'localorg-localacct', warehouse 'COMPUTE_WH', database 'SHOP', schema 'PUBLIC');
CREATE USER MAPPING FOR CURRENT_USER SERVER second OPTIONS (user 'DEMO_USER', private_key :'key');
IMPORT FOREIGN SCHEMA "SHOP.PUBLIC" LIMIT TO (customers, orders) FROM SERVER second INTO several;
IMPORT FOREIGN SCHEMA snowflake_objects LIMIT TO (schemas) FROM SERVER sf INTO several;
CREATE TABLE several.here AS SELECT * FROM shop.customers WHERE id <= 20;
CREATE TABLE several.parts (LIKE shop.customers) PARTITION BY RANGE (id);
CREATE FOREIGN TABLE several.low PARTITION OF several.parts FOR VALUES FROM (MINVALUE) TO (500)
	SERVER sf OPTIONS (query 'SELECT * FROM customers WHERE id < 500');
CREATE FOREIGN TABLE several.middle PARTITION OF several.parts FOR VALUES FROM (500) TO (800)
	SERVER sf OPTIONS (query 'SELECT * FROM customers WHERE id >= 500 AND id < 800');
CREATE FOREIGN TABLE several.high PARTITION OF several.parts FOR VALUES FROM (800) TO (MAXVALUE)
	SERVER second OPTIONS (query 'SELECT * FROM customers WHERE id >= 800');
-- the plan, and whether the rows are the same with and without
CREATE FUNCTION several(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	together text[];
	after_another text[];
BEGIN
	RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query;
	EXECUTE format('SELECT array_agg(q::text ORDER BY q::text COLLATE "C") FROM (%s) q', query) INTO together;
	SET LOCAL enable_async_append = off;
	EXECUTE format('SELECT array_agg(q::text ORDER BY q::text COLLATE "C") FROM (%s) q', query) INTO after_another;
	RETURN NEXT format('%s rows, %s', cardinality(together),
		CASE WHEN together IS NOT DISTINCT FROM after_another THEN 'the same' ELSE 'OTHERS' END);
END $$;
\pset tuples_only on
SELECT several('SELECT * FROM several.parts');
SELECT several('SELECT id FROM several.parts WHERE id > 600 AND country = ''DE''');
SELECT several('SELECT country, count(*) FROM several.parts GROUP BY 1');
SELECT several('SELECT id FROM shop.customers UNION ALL SELECT id FROM several.customers UNION ALL SELECT id FROM several.here');
SELECT several('SELECT id FROM shop.customers UNION SELECT id FROM several.customers');
SELECT several('SELECT count(*) FROM shop.customers UNION ALL SELECT max(id) FROM several.orders UNION ALL SELECT count(*) FROM several.here');
SELECT several('SELECT count(*), country FROM shop.customers GROUP BY 2 UNION ALL SELECT count(*), country FROM several.here GROUP BY 2');
SELECT several('SELECT p.id, h.country FROM several.parts p JOIN several.here h USING (id)');
SELECT several('SELECT h.id, n FROM several.here h, LATERAL (SELECT count(*) AS n FROM several.parts p WHERE p.id < h.id) x');
SELECT several('SELECT * FROM (SELECT id FROM several.parts ORDER BY id LIMIT 5) x');
SELECT several('SELECT id FROM several.parts ORDER BY id OFFSET 990');
-- not: a single one, a table or a server that says no
EXPLAIN (COSTS OFF) SELECT * FROM several.parts WHERE id < 500;
ALTER FOREIGN TABLE several.low OPTIONS (ADD async_capable 'false');
SELECT several('SELECT id FROM several.parts');
ALTER SERVER second OPTIONS (ADD async_capable 'false');
SELECT several('SELECT id FROM several.parts');
ALTER FOREIGN TABLE several.high OPTIONS (ADD async_capable 'true');
SELECT several('SELECT id FROM several.parts');
SELECT several('SELECT count(*) FROM shop.customers UNION ALL SELECT max(id) FROM several.orders UNION ALL SELECT count(*) FROM several.here');
-- tables of account objects
SELECT several('SELECT 1 FROM shop.customers WHERE id < 3 UNION ALL SELECT 1 FROM several.schemas WHERE database_name = ''SHOP''');
\pset tuples_only off
-- values that it does not take
ALTER SERVER second OPTIONS (SET async_capable 'perhaps');
ALTER FOREIGN TABLE several.low OPTIONS (SET async_capable '');
-- no mapping of one of the servers
CREATE ROLE stranger;
GRANT USAGE ON SCHEMA several TO stranger;
GRANT SELECT ON ALL TABLES IN SCHEMA several TO stranger;
GRANT USAGE ON SCHEMA shop TO stranger;
SET ROLE stranger;
SELECT count(*) FROM several.parts;
RESET ROLE;
DROP OWNED BY stranger;
DROP ROLE stranger;
DROP FUNCTION several(text);
SET client_min_messages = warning;
DROP SERVER second CASCADE;
DROP SCHEMA several CASCADE;
