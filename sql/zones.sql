-- times with a zone against dates and times without: known ones are taken over by the session's zone, unless a clock changes near them
SET search_path = public, snowflake;
SET datestyle = 'ISO';
SELECT sf_execute($$CREATE OR REPLACE TABLE SHOP.PUBLIC.ZONED (ID NUMBER(9,0), AT TIMESTAMP_NTZ(6), NANO TIMESTAMP_NTZ(9), DAY DATE, TZ TIMESTAMP_TZ(9))$$) IS NOT NULL AS done;
SELECT sf_execute($$INSERT INTO SHOP.PUBLIC.ZONED SELECT COLUMN1, COLUMN2::TIMESTAMP_NTZ, COLUMN2::TIMESTAMP_NTZ, COLUMN2::TIMESTAMP_NTZ::DATE, (COLUMN2 || ' +02:00')::TIMESTAMP_TZ FROM VALUES
	(1, '2024-03-30 12:00:00'), (2, '2024-03-31 01:30:00'), (3, '2024-03-31 02:00:00'), (4, '2024-03-31 02:30:00'), (5, '2024-03-31 02:59:59.999999'),
	(6, '2024-03-31 03:00:00'), (7, '2024-03-31 03:30:00'), (8, '2024-10-27 01:59:59'), (9, '2024-10-27 02:00:00'), (10, '2024-10-27 02:30:00'),
	(11, '2024-10-27 03:00:00'), (12, '2024-06-15 12:00:00'), (13, '2024-06-15 12:00:00.000001'), (14, '2024-06-16 00:00:00'), (15, NULL)$$) IS NOT NULL AS done;
CREATE FOREIGN TABLE zoned (id int OPTIONS (remote_type 'NUMBER(9,0)'), at timestamp OPTIONS (remote_type 'TIMESTAMP_NTZ(6)'), nano timestamp OPTIONS (remote_type 'TIMESTAMP_NTZ(9)'),
	day date OPTIONS (remote_type 'DATE'), tz timestamptz OPTIONS (remote_type 'TIMESTAMP_TZ(9)')) SERVER sf OPTIONS (database 'SHOP', schema 'PUBLIC', "table" 'ZONED');
CREATE TABLE zoned_here AS SELECT * FROM zoned;
SET timezone = 'Europe/Berlin';
EXPLAIN (VERBOSE, COSTS OFF) SELECT count(*) FROM zoned WHERE at > now() - interval '7 days';
EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM zoned WHERE nano = '2024-06-15 12:00+02'::timestamptz AND day <= '2024-06-15 12:00+02'::timestamptz;
EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM zoned WHERE tz >= '2024-06-15'::date AND tz <> '2024-06-15 12:00'::timestamp AND '2024-06-16'::date > tz;
EXPLAIN (VERBOSE, COSTS OFF) SELECT count(*) FROM zoned WHERE at > '2024-03-31 02:30+02'::timestamptz;
EXPLAIN (VERBOSE, COSTS OFF) SELECT count(*) FROM zoned WHERE at > tz;
-- of all comparisons those that are one statement, those that differ
CREATE FUNCTION compared(OUT compared int, OUT one_statement int, OUT differ text) LANGUAGE plpgsql AS $$
DECLARE
	condition text;
	plan text;
	there text;
	here text;
BEGIN
	compared := 0;
	one_statement := 0;
	FOR condition IN
		SELECT CASE WHEN turned THEN format('%s %s %s', v, o, c) ELSE format('%s %s %s', c, o, v) END
		FROM unnest('{at,nano,day}'::text[]) c, unnest('{=,<>,<,<=,>,>=}'::text[]) o, unnest('{f,t}'::bool[]) turned,
			unnest('{2024-03-31 01:30+02,2024-03-31 02:30+01,2024-10-27 02:30+01,2024-10-27 02:30+02,2024-06-15 12:00+02,2024-06-15 12:00:00.000001+02,2024-06-15 22:00+00,infinity}'::text[]) value,
			format('%L::timestamptz', value) v
		UNION ALL
		SELECT format('tz %s %s', o, v)
		FROM unnest('{=,<>,<,<=,>,>=}'::text[]) o, unnest('{2024-03-31 02:30::timestamp,2024-10-27 02:30::timestamp,2024-06-15 12:00::timestamp,2024-06-15::date,2024-03-31::date,-infinity::date}'::text[]) value,
			format('%L::%s', split_part(value, '::', 1), split_part(value, '::', 2)) v
	LOOP
		EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF, FORMAT json) SELECT array_agg(id ORDER BY id) FROM (SELECT DISTINCT id FROM zoned WHERE ' || condition || ') x' INTO plan;
		EXECUTE 'SELECT array_agg(id ORDER BY id) FROM (SELECT DISTINCT id FROM zoned WHERE ' || condition || ') x' INTO there;
		EXECUTE 'SELECT array_agg(id ORDER BY id) FROM zoned_here WHERE ' || condition INTO here;
		compared := compared + 1;
		one_statement := one_statement + (plan ~ '"Pushdown": "subquery"')::int;
		IF there IS DISTINCT FROM here THEN
			differ := concat_ws('; ', differ, condition);
		END IF;
	END LOOP;
END $$;
SELECT * FROM compared();
SET timezone = 'UTC';
SELECT * FROM compared();
SET timezone = 'Pacific/Apia';
SELECT * FROM compared();
-- a plan that is kept follows the session's zone
SET plan_cache_mode = force_generic_plan;
PREPARE after(timestamptz) AS SELECT count(*), min(id) FROM zoned WHERE at >= $1;
SET timezone = 'Europe/Berlin';
EXECUTE after('2024-06-15 12:00+02');
EXECUTE after('2024-03-31 02:30+01');
SELECT count(*), min(id) FROM zoned_here WHERE at >= '2024-03-31 02:30+01'::timestamptz;
SET timezone = 'UTC';
EXECUTE after('2024-06-15 12:00+02');
EXECUTE after(NULL);
DEALLOCATE after;
DROP FUNCTION compared();
DROP TABLE zoned_here;
DROP FOREIGN TABLE zoned;
SELECT sf_execute($$DROP TABLE SHOP.PUBLIC.ZONED$$) IS NOT NULL AS done;
