-- lists that are known when the statement is sent: = ANY and <> ALL of an array
SET search_path = shop, public, snowflake;
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET plan_cache_mode = force_generic_plan;
CREATE TABLE local_sampler AS SELECT * FROM type_sampler;
-- the plan of a prepared statement, as far as it is ours
CREATE FUNCTION ours(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
		IF line ~ 'Remote SQL|Kept local|Pushdown' THEN
			RETURN NEXT regexp_replace(btrim(line), '(Kept local.*) \$\d+', '\1 $n');
		END IF;
	END LOOP;
END $$;
PREPARE any_id(int[]) AS SELECT id FROM customers WHERE id = ANY ($1) ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE any_id(NULL);
EXECUTE any_id('{3,1,NULL,-7}');
EXECUTE any_id('{{1,2},{3,4}}');
EXECUTE any_id('[5:6]={5,6}');
-- none: false, also for a NULL on the left; NULL: NULL
EXECUTE any_id('{}');
EXECUTE any_id(NULL);
EXECUTE any_id('{NULL}');
PREPARE no_id(int[]) AS SELECT count(*) FROM customers WHERE id <> ALL ($1);
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE no_id(NULL);
EXECUTE no_id('{3,1}');
EXECUTE no_id('{3,NULL}');
EXECUTE no_id('{}');
EXECUTE no_id(NULL);
PREPARE none_of_null(text[]) AS SELECT count(*) FILTER (WHERE email = ANY ($1)) AS any, count(*) FILTER (WHERE email <> ALL ($1)) AS all,
	count(*) FILTER (WHERE NOT email = ANY ($1)) AS not_any, count(*) FILTER (WHERE (email = ANY ($1)) IS NULL) AS unknown FROM customers;
EXECUTE none_of_null('{}');
EXECUTE none_of_null(NULL);
EXECUTE none_of_null('{NULL,customer7@example.com}');
-- made of parameters; of another type of number
PREPARE in_list(int, int) AS SELECT id FROM customers WHERE id IN ($1, $2, 7) ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE in_list(1, 2);
EXECUTE in_list(1, NULL);
PREPARE wider(smallint[]) AS SELECT id FROM customers WHERE id = ANY ($1::int[]) AND credit <> ALL ($1::numeric[]) ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE wider('{1,2}');
EXECUTE wider('{1,2}');
-- texts, as the elements of a constant list are written
PREPARE texts(varchar[]) AS SELECT id, s FROM type_sampler WHERE s = ANY ($1) ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE texts(NULL);
EXECUTE texts(ARRAY[E'quote \' backslash \\ tab \t newline \n ü 漢字 😀', '', '?', '$$', NULL]);
-- the types whose elements have a type around them; nanoseconds are cut
PREPARE typed(date[], timestamp[], timestamptz[], time[], bytea[], numeric[], boolean[]) AS
SELECT id FROM type_sampler WHERE d = ANY ($1) OR ts9 = ANY ($2) OR tz = ANY ($3) OR t9 = ANY ($4) OR bin = ANY ($5) OR n38_10 = ANY ($6) OR b = ANY ($7) ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE typed(NULL, NULL, NULL, NULL, NULL, NULL, NULL);
PREPARE same(date[], timestamp[], timestamptz[], time[], bytea[], numeric[], boolean[]) AS
SELECT id FROM local_sampler WHERE d = ANY ($1) OR ts9 = ANY ($2) OR tz = ANY ($3) OR t9 = ANY ($4) OR bin = ANY ($5) OR n38_10 = ANY ($6) OR b = ANY ($7) ORDER BY id;
EXECUTE typed('{0001-01-01}', '{2024-02-29 12:34:56.123456}', '{2024-02-29 12:34:56.123456+01}', '{23:59:59.999999}', '{"\\x00ff10"}', '{-0.0000000001}', NULL);
EXECUTE same('{0001-01-01}', '{2024-02-29 12:34:56.123456}', '{2024-02-29 12:34:56.123456+01}', '{23:59:59.999999}', '{"\\x00ff10"}', '{-0.0000000001}', NULL);
-- that Snowflake cannot have: all rows are read, and the conditions looked at here
EXECUTE typed('{0001-01-01,infinity}', '{-infinity}', NULL, '{24:00}', NULL, '{NaN,-0.0000000001}', '{t}');
EXECUTE same('{0001-01-01,infinity}', '{-infinity}', NULL, '{24:00}', NULL, '{NaN,-0.0000000001}', '{t}');
PREPARE whole(numeric[]) AS SELECT count(*) FROM customers WHERE credit <> ALL ($1);
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE whole('{9.25}');
EXECUTE whole('{9.25}');
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE whole('{9.25,Infinity}');
EXECUTE whole('{9.25,Infinity}');
-- 16,384 elements are sent, one more is not; of typed ones 50
CREATE FUNCTION counted(n int, days int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	ids int[] := ARRAY(SELECT generate_series(1, n));
	dates date[] := ARRAY(SELECT '2020-12-31'::date + i FROM generate_series(1, days) i);
BEGIN
	RETURN format('%s %s', (SELECT count(*) FROM customers WHERE id = ANY (ids)), (SELECT count(*) FROM customers WHERE since = ANY (dates)));
END $$;
SELECT counted(16384, 50), counted(16385, 51), counted(0, 0);
-- PL/pgSQL: a statement for each list
DO $$
DECLARE
	ids int[] := '{}';
BEGIN
	FOR i IN 1..4 LOOP
		ids := ids || i;
		ASSERT (SELECT count(*) FROM customers WHERE id = ANY (ids)) = i;
	END LOOP;
END $$;
-- what a subquery gives
SELECT ours($q$SELECT id FROM customers WHERE id = ANY (ARRAY(SELECT id FROM local_sampler))$q$);
SELECT count(*) FROM (SELECT id FROM customers WHERE id = ANY (ARRAY(SELECT generate_series(5, 7)))) x;
SELECT ours($q$SELECT count(*) FROM customers WHERE id <> ALL (ARRAY(SELECT customer_id FROM orders WHERE id < 4))$q$);
SELECT count(*) FROM customers WHERE id <> ALL (ARRAY(SELECT customer_id FROM orders WHERE id < 4));
-- for each outer row another: it stays here, and one result is read again
SELECT ours($q$SELECT i, (SELECT count(*) FROM customers WHERE id = ANY (ARRAY(SELECT generate_series(1, i)))) FROM generate_series(1, 3) i$q$);
SELECT i, (SELECT count(*) FROM customers WHERE id = ANY (ARRAY(SELECT generate_series(1, i)))) FROM generate_series(1, 3) i;
-- what stays
SELECT ours($q$SELECT id FROM customers WHERE id = ANY (ARRAY[id, 3])$q$);
SELECT ours($q$SELECT id FROM customers WHERE id = ANY (string_to_array('1,2', ',')::int[])$q$);
PREPARE greater(int[]) AS SELECT id FROM customers WHERE id > ANY ($1);
SELECT ours('EXECUTE greater(NULL)');
PREPARE padded(char(3)[]) AS SELECT id FROM customers WHERE country::char(3) = ANY ($1);
SELECT ours('EXECUTE padded(NULL)');
DEALLOCATE ALL;
RESET plan_cache_mode;
DROP FUNCTION ours, counted;
DROP TABLE local_sampler;
