-- bind joins: what is sent, and the rows of local copies; beside each form the nearest one that is not bound
CREATE SCHEMA bound;
CREATE SCHEMA bound_here;
IMPORT FOREIGN SCHEMA "PUBLIC" LIMIT TO (customers, orders, events, type_sampler) FROM SERVER sf INTO bound;
DO $$
DECLARE
	t text;
BEGIN
	FOREACH t IN ARRAY '{customers,events,type_sampler}'::text[] LOOP
		EXECUTE format('CREATE TABLE bound_here.%I AS SELECT * FROM bound.%I', t, t);
	END LOOP;
END $$;
CREATE TABLE bound_here.orders AS SELECT * FROM bound.orders WHERE id <= 3000;
-- as large as the planner has to see them
UPDATE pg_class SET reltuples = 1e8, relpages = 1e6 WHERE relnamespace = 'bound'::regnamespace;
CREATE TABLE visits (id int, customer int, country varchar(2), day date, spent numeric, note text);
INSERT INTO visits VALUES (1, 7, 'DE', '2024-01-05', 10, 'a'), (2, 8, 'FR', '2024-02-29', 20.50, NULL), (3, NULL, 'US', NULL, 'NaN', 'c'), (4, 7, NULL, '2024-01-05', 30, 'd'),
	(5, 5000000, 'DE', 'infinity', 1.001, 'e'), (6, 12, 'SE', '2023-06-01', NULL, 'f');
UPDATE visits SET day = (SELECT placed_at::date FROM bound.orders WHERE id = 10) WHERE id = 2;
ANALYZE visits;
SET search_path = bound, public, snowflake;
SET timezone = 'UTC';
SET datestyle = 'ISO';
-- the plan
EXPLAIN (VERBOSE, COSTS OFF) SELECT v.id, c.name FROM visits v JOIN customers c ON c.id = v.customer;
SELECT v.id, c.name FROM visits v JOIN customers c ON c.id = v.customer ORDER BY v.id;
EXPLAIN (VERBOSE, COSTS OFF) SELECT v.id, c.name FROM visits v LEFT JOIN customers c ON c.id = v.customer AND c.country = v.country;
SELECT v.id, c.name FROM visits v LEFT JOIN customers c ON c.id = v.customer AND c.country = v.country ORDER BY v.id;
-- how many keys and statements; there is nothing to be asked for
CREATE FUNCTION ran(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) ' || query LOOP
		IF line ~ 'Bind|Keys|Statements|Scan' THEN
			RETURN NEXT regexp_replace(line, 'rows=(\d+)\.00', 'rows=\1');
		END IF;
	END LOOP;
END $$;
SELECT ran('SELECT v.id, c.name FROM visits v LEFT JOIN customers c ON c.id = v.customer AND c.country = v.country');
SELECT ran('SELECT v.id, c.name FROM visits v JOIN customers c ON c.id = v.customer WHERE v.id < 0');
SELECT ran('SELECT v.id, c.name FROM visits v LEFT JOIN customers c ON c.id = v.customer WHERE v.customer IS NULL');
-- what is sent and whether the rows are the same
CREATE FUNCTION bound(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	found boolean := false;
	there text[];
	off text[];
	here text[];
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
		found := found OR line ~ 'Bind Join';
		IF line ~ '^ *Keys:|Remote SQL' THEN
			RETURN NEXT replace(btrim(line), '"SHOP"."PUBLIC".', '');
		END IF;
	END LOOP;
	IF NOT found THEN
		RETURN NEXT 'not bound';
	END IF;
	EXECUTE format('SELECT array_agg(q::text ORDER BY q::text COLLATE "C") FROM (%s) q', query) INTO there;
	SET LOCAL snowflake_fdw.enable_bind_join = off;
	EXECUTE format('SELECT array_agg(q::text ORDER BY q::text COLLATE "C") FROM (%s) q', query) INTO off;
	SET LOCAL snowflake_fdw.enable_bind_join = on;
	SET LOCAL search_path = bound_here, public, snowflake;
	EXECUTE format('SELECT array_agg(q::text ORDER BY q::text COLLATE "C") FROM (%s) q', query) INTO here;
	SET LOCAL search_path = bound, public, snowflake;
	RETURN NEXT format('%s rows%s', coalesce(cardinality(there), 0), CASE WHEN there IS DISTINCT FROM here OR off IS DISTINCT FROM here THEN ', which DIFFER' END);
END $$;
\pset format unaligned
\pset tuples_only on
-- kinds of join
SELECT bound('SELECT v.id FROM visits v WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = v.customer AND c.vip)');
SELECT bound('SELECT v.id FROM visits v WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE c.id = v.customer)');
SELECT bound('SELECT v.id FROM visits v WHERE v.customer NOT IN (SELECT id FROM customers WHERE id < 10)');
SELECT bound('SELECT c.id FROM customers c WHERE EXISTS (SELECT 1 FROM visits v WHERE c.id = v.customer)');
SELECT bound('SELECT c.id FROM customers c WHERE c.id < 20 AND NOT EXISTS (SELECT 1 FROM visits v WHERE c.id = v.customer)');
SELECT bound('SELECT v.id, c.id AS cid FROM visits v RIGHT JOIN customers c ON c.id = v.customer WHERE c.id < 20');
SELECT bound('SELECT v.id, c.id AS cid FROM visits v FULL JOIN (SELECT * FROM customers WHERE id < 20) c ON c.id = v.customer');
-- keys
SELECT bound('SELECT v.id, c.id AS cid FROM visits v JOIN customers c ON c.country = v.country WHERE c.id < 50');
SELECT bound('SELECT v.id, c.id AS cid FROM visits v JOIN customers c ON c.since = v.day');
SELECT bound('SELECT v.id, c.id AS cid FROM visits v JOIN customers c ON c.credit = v.spent');
SELECT bound('SELECT v.id, c.id AS cid FROM visits v JOIN customers c ON c.id = v.spent');
SELECT bound('SELECT v.id, c.id AS cid FROM visits v JOIN customers c ON c.id = v.customer + 1');
SELECT bound('SELECT v.id, c.id AS cid FROM visits v JOIN customers c ON c.id + 1 = v.customer');
SELECT bound('SELECT v.id, o.id AS oid FROM visits v JOIN orders o ON o.placed_at = v.day WHERE o.id < 3000');
SELECT bound('SELECT v.id, o.id AS oid FROM visits v JOIN orders o ON o.placed_at::date = v.day WHERE o.id < 3000');
SELECT bound('SELECT v.id, o.id AS oid FROM (SELECT id, day::timestamp AS at FROM visits) v JOIN orders o ON o.placed_at = v.at WHERE o.id < 3000');
SELECT bound('SELECT v.id, c.id AS cid FROM visits v JOIN customers c ON lower(c.country) = v.note');
SELECT bound('SELECT v.id, c.id AS cid FROM visits v JOIN customers c ON c.name ~ v.note WHERE c.id < 5');
-- the local side
SELECT bound('WITH v AS MATERIALIZED (SELECT * FROM visits WHERE id < 5) SELECT v.id, c.id AS cid FROM v JOIN customers c ON c.id = v.customer');
SELECT bound('SELECT x, c.id FROM (VALUES (1), (2), (NULL)) v (x) JOIN customers c ON c.id = x');
SELECT bound('SELECT x, c.id FROM generate_series(1, 3) x LEFT JOIN customers c ON c.id = x');
SELECT bound('SELECT v.n, c.id FROM (SELECT customer, count(*) AS n FROM visits GROUP BY customer) v JOIN customers c ON c.id = v.customer');
SELECT bound('SELECT v.id, c.id AS cid FROM visits v JOIN customers c ON c.id = v.customer + (random() * 0)::int');
-- subqueries, joins and groups that are statements themselves
SELECT bound('SELECT v.id, o.n FROM visits v JOIN (SELECT customer_id, count(*) AS n FROM orders WHERE id < 3000 GROUP BY customer_id) o ON o.customer_id = v.customer');
SELECT bound('SELECT v.id, o.n FROM visits v LEFT JOIN (SELECT customer_id, status, max(id) AS n FROM orders WHERE id < 3000 GROUP BY 1, 2) o ON o.customer_id = v.customer AND o.n = v.id');
SELECT bound('SELECT v.id, o.n FROM visits v JOIN (SELECT count(*) AS n FROM orders WHERE id < 3000 GROUP BY customer_id) o ON o.n = v.id');
SELECT bound('SELECT v.id, o.id AS oid FROM visits v JOIN (customers c JOIN orders o ON o.customer_id = c.id AND o.id < 3000) ON c.id = v.customer');
UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE relnamespace = 'bound'::regnamespace;
SELECT bound('SELECT v.id, o.id AS oid FROM visits v LEFT JOIN (customers c JOIN orders o ON o.customer_id = c.id AND o.id < 3000) ON c.id = v.customer');
SELECT bound('SELECT v.id, o.id AS oid FROM visits v LEFT JOIN (customers c JOIN orders o ON o.customer_id = c.id AND o.id < 3000) ON c.id = v.customer AND c.country = v.country AND o.id > v.id');
SELECT bound('SELECT v.id, o.id AS oid FROM visits v LEFT JOIN (customers c JOIN orders o ON o.customer_id = c.id AND o.id < 3000) ON c.id + o.id = v.customer');
SET snowflake_fdw.enable_subquery_pushdown = off;
SELECT bound('SELECT v.id, o.n FROM visits v JOIN (SELECT customer_id, count(*) AS n FROM orders WHERE id < 3000 GROUP BY customer_id) o ON o.customer_id = v.customer');
RESET snowflake_fdw.enable_subquery_pushdown;
UPDATE pg_class SET reltuples = 1e8, relpages = 1e6 WHERE relnamespace = 'bound'::regnamespace;
-- queries of queries
SELECT bound('SELECT q.id, (SELECT count(*) FROM visits v JOIN customers c ON c.id = v.customer WHERE v.id <= q.id) FROM generate_series(1, 3) q (id)');
SELECT bound('SELECT q.id, s.n FROM generate_series(1, 3) q (id), LATERAL (SELECT count(*) AS n FROM visits v JOIN customers c ON c.id = v.customer WHERE v.id <= q.id) s');
SELECT bound('SELECT q.id, s.cid FROM generate_series(1, 3) q (id), LATERAL (SELECT c.id AS cid FROM customers c WHERE c.id = q.id) s');
-- switched off
ALTER FOREIGN TABLE bound.customers OPTIONS (ADD bind_join 'false');
SELECT bound('SELECT v.id, c.name FROM visits v JOIN customers c ON c.id = v.customer');
ALTER FOREIGN TABLE bound.customers OPTIONS (SET bind_join 'maybe');
ALTER FOREIGN TABLE bound.customers OPTIONS (SET bind_join 'true');
SET snowflake_fdw.enable_bind_join = off;
EXPLAIN (COSTS OFF) SELECT v.id, c.name FROM visits v JOIN customers c ON c.id = v.customer;
RESET snowflake_fdw.enable_bind_join;
-- more keys than a session lets be sent, which the plan did not know
PREPARE p AS SELECT v.id, c.name FROM visits v JOIN customers c ON c.id = v.customer;
EXPLAIN (COSTS OFF) EXECUTE p;
SET snowflake_fdw.bind_max_keys = 2;
SELECT ran('EXECUTE p');
RESET snowflake_fdw.bind_max_keys;
DEALLOCATE p;
-- changes
BEGIN;
WITH w AS (UPDATE visits SET note = c.name FROM customers c WHERE c.id = visits.customer RETURNING visits.id, note) SELECT * FROM w ORDER BY id;
WITH w AS (DELETE FROM visits USING customers c WHERE c.id = visits.customer AND c.id > 7 RETURNING visits.id) SELECT * FROM w ORDER BY id;
MERGE INTO visits USING customers c ON c.id = visits.customer WHEN MATCHED THEN UPDATE SET note = 'known';
SELECT id, note FROM visits ORDER BY id;
ROLLBACK;
\pset format aligned
\pset tuples_only off
DROP TABLE visits;
DROP FUNCTION bound(text), ran(text);
SET client_min_messages = warning;
DROP SCHEMA bound CASCADE;
DROP SCHEMA bound_here CASCADE;
