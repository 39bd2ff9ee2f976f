-- EXPLAIN (ANALYZE): what every run has in common
SET search_path = shop, public, snowflake;
CREATE FUNCTION ran(query text, options text DEFAULT '') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE format('EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF%s) %s', options, query) LOOP
		IF line ~ '(Foreign Scan|Remote|Query ID|Never)' THEN RETURN NEXT regexp_replace(line, 'rows=([0-9]+)[.0-9]*', 'rows=\1'); END IF;
	END LOOP;
END $$;
\pset format unaligned
\pset tuples_only on
SELECT ran('SELECT * FROM customers');
SELECT ran('SELECT count(*) FROM customers c JOIN orders o ON o.customer_id = c.id');
SELECT ran('SELECT count(*) FROM customers c JOIN orders o ON o.customer_id = c.id', ', VERBOSE');
SELECT ran('SELECT name FROM customers LIMIT 3');
-- scans that are read several times, one of them with other values
CREATE TABLE keys AS SELECT generate_series(1, 3) AS id;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET enable_material = off;
SELECT ran('SELECT (SELECT c.name FROM customers c WHERE c.id = k.id) FROM keys k');
SELECT ran('SELECT * FROM keys k LEFT JOIN customers c ON c.id % 500 = k.id');
SELECT ran('SELECT * FROM keys k LEFT JOIN customers c ON c.id % 500 = k.id WHERE k.id > 7');
RESET enable_hashjoin;
RESET enable_mergejoin;
RESET enable_material;
-- members
CREATE FUNCTION members(query text) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE format('EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON) %s', query) INTO plan;
	RETURN plan->0->'Plan'->'Remote';
END $$;
SELECT members('SELECT * FROM customers');
-- the setting of NOTICEs
SELECT boot_val, unit FROM pg_settings WHERE name = 'snowflake_fdw.progress_interval';
SET snowflake_fdw.progress_interval = 1500;
SHOW snowflake_fdw.progress_interval;
RESET snowflake_fdw.progress_interval;
DROP FUNCTION ran;
DROP FUNCTION members;
DROP TABLE keys;
