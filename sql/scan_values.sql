-- casts, floating-point numbers, parts and formats of times, rows: what is sent, what stays and why, and the same rows as on a local copy
CREATE SCHEMA edges;
SET search_path = edges, public, snowflake;
SET timezone = 'America/New_York';
SET datestyle = 'ISO';
-- rows in the order of the arms
SET enable_async_append = off;
SELECT sf_execute('CREATE TABLE value_edges (id NUMBER(4,0), f FLOAT, g FLOAT, n NUMBER(10,2), small NUMBER(4,0), big NUMBER(19,0), b BOOLEAN, u UUID, d DATE, ts TIMESTAMP_NTZ(6), ns TIMESTAMP_NTZ(9), tz TIMESTAMP_TZ(9), ltz TIMESTAMP_LTZ(6), t TIME(9), s VARCHAR(20))') IS NOT NULL AS done;
SELECT sf_execute($q$INSERT INTO value_edges SELECT 1, '1.5'::FLOAT, 2.5::FLOAT, 0.5, -7, 9223372036854775807, TRUE, 'C73D9175-0A1D-48C6-8D30-DF165461328B'::UUID, '2024-02-29'::DATE, '2024-02-29 12:34:56.5'::TIMESTAMP_NTZ, '2024-02-29 12:34:56.123456789'::TIMESTAMP_NTZ, '2024-02-29 12:34:56.123456789 +0545'::TIMESTAMP_TZ, '2024-02-29 23:34:56.5 +0000'::TIMESTAMP_LTZ, '12:34:56.789'::TIME, 'postgres'
	UNION ALL SELECT 2, 'NaN'::FLOAT, 'NaN'::FLOAT, -0.01, 0, -1, FALSE, 'f353ca91-4fc5-49f2-9b9e-304f83d11914'::UUID, '1969-12-31'::DATE, '1969-12-31 23:59:59.999999'::TIMESTAMP_NTZ, '1969-12-31 23:59:59.999999999'::TIMESTAMP_NTZ, '1969-12-31 23:59:59.999999999 -1100'::TIMESTAMP_TZ, '1969-12-31 23:59:59.999999 +0000'::TIMESTAMP_LTZ, '23:59:59.999999999'::TIME, '2'
	UNION ALL SELECT 3, 'inf'::FLOAT, '-inf'::FLOAT, 12345678.9, 9999, 0, NULL, NULL, '0001-01-01'::DATE, '0001-01-01 00:00:00'::TIMESTAMP_NTZ, '1970-01-01 00:00:00'::TIMESTAMP_NTZ, '2024-03-10 02:30:00 -0800'::TIMESTAMP_TZ, '2024-03-10 07:30:00 +0000'::TIMESTAMP_LTZ, '00:00:00'::TIME, ''
	UNION ALL SELECT 4, '-0.0'::FLOAT, 0::FLOAT, 0, 1, 1, TRUE, NULL, '2021-01-03'::DATE, '2021-01-03 00:00:00'::TIMESTAMP_NTZ, '2021-01-03 00:00:00.000001'::TIMESTAMP_NTZ, '2021-01-03 00:00:00 +0000'::TIMESTAMP_TZ, '2021-01-03 00:00:00 +0000'::TIMESTAMP_LTZ, '00:00:00.000001'::TIME, 'ü😀 long enough'
	UNION ALL SELECT 5, '9007199254740993'::FLOAT, '0.1'::FLOAT, -12345678.9, -9999, 42, FALSE, NULL, '9999-12-31'::DATE, '9999-12-31 23:59:59.999999'::TIMESTAMP_NTZ, NULL, NULL, NULL, NULL, '0.50'$q$) IS NOT NULL AS done;
SELECT sf_execute('INSERT INTO value_edges (id) SELECT 6') IS NOT NULL AS done;
IMPORT FOREIGN SCHEMA "PUBLIC" LIMIT TO (value_edges) FROM SERVER sf INTO edges;
ALTER FOREIGN TABLE value_edges ALTER small TYPE int, ALTER big TYPE bigint;
CREATE TABLE local_value_edges AS SELECT * FROM value_edges;
-- for a condition: its plan, and whether the rows are those of the local copy
CREATE FUNCTION sent(condition text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	there bigint[];
	here bigint[];
BEGIN
	SET LOCAL snowflake_fdw.enable_statement_pushdown = off;
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM value_edges WHERE ' || condition LOOP
		IF line ~ 'Remote SQL|Kept local' THEN
			RETURN NEXT regexp_replace(btrim(line), '^Remote SQL: SELECT .* FROM "SHOP"."PUBLIC"."[A-Z_]+"', 'Remote:');
		END IF;
	END LOOP;
	EXECUTE 'SELECT array_agg(id ORDER BY id) FROM value_edges WHERE ' || condition INTO there;
	EXECUTE 'SELECT array_agg(id ORDER BY id) FROM local_value_edges WHERE ' || condition INTO here;
	RETURN NEXT coalesce(there, '{}')::text || CASE WHEN there IS DISTINCT FROM here THEN ' DIFFERENT' ELSE '' END;
END $$;
-- for an expression: as a column of a whole query, and whether its texts are those of the local copy
CREATE FUNCTION shown(expression text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	row record;
	there text[];
	here text[];
BEGIN
	FOR line IN EXECUTE format('EXPLAIN (VERBOSE, COSTS OFF) SELECT id, %s FROM value_edges ORDER BY id', expression) LOOP
		IF line ~ 'Remote SQL|Kept local|Output: .*\(' THEN
			RETURN NEXT regexp_replace(btrim(line), '^Remote SQL: SELECT R1."ID", (.*) FROM "SHOP"."PUBLIC"."VALUE_EDGES" AS R1.*', 'Remote: \1');
		END IF;
	END LOOP;
	FOR row IN EXECUTE format('SELECT %s AS x FROM value_edges ORDER BY id', expression) LOOP
		there := there || row::text;
	END LOOP;
	FOR row IN EXECUTE format('SELECT %s AS x FROM local_value_edges ORDER BY id', expression) LOOP
		here := here || row::text;
	END LOOP;
	RETURN NEXT there::text || CASE WHEN there IS DISTINCT FROM here THEN ' DIFFERENT ' || here::text ELSE '' END;
END $$;
-- texts of numbers and conditions
SELECT shown('small::text');
SELECT shown('big::varchar || s');
SELECT shown('s || small');
SELECT shown('b || s');
SELECT shown('n::text');
SELECT shown('(n + 1.5)::text');
SELECT shown('(n * 2.50)::text');
SELECT shown('round(n, 1)::text');
SELECT shown('round(n, 3)::text');
SELECT shown('(n / 4)::text');
SELECT shown('coalesce(n, 0)::text');
SELECT shown('coalesce(n, 0.00)::text');
SELECT shown('coalesce(n, 0)');
SELECT shown('s || round(n, 3)');
SELECT shown('b::text');
SELECT shown('u::text');
SELECT sent('n::text = ''0.50''');
SELECT sent('n::text = s');
SELECT sent('u::text LIKE ''c73d%''');
SELECT sent('u = ''c73d9175-0a1d-48c6-8d30-df165461328b''');
SELECT sent('b::int = 1 AND small::bool');
SELECT shown('b::int');
SELECT shown('small::boolean');
SELECT shown('s::varchar(3)');
SELECT shown('s::char(3)');
SELECT shown('big::varchar(3)');
SELECT sent('d::text = ''2024-02-29''');
SELECT sent('ts::text > ''2''');
SELECT sent('t::text > ''2''');
SELECT sent('f::text = ''1.5''');
SELECT sent('s::int = 2 AND s ~ ''^2$''');
SELECT sent('s = current_user');
SELECT sent('s <> current_user::text');
SELECT sent('+small = -7 AND small::int2 = -7::smallint');
SELECT sent('big::int = 42 AND id = 5');
SELECT sent('n::int = 1');
-- floating-point numbers
SELECT sent('f > 1');
SELECT sent('f = 1.5');
SELECT sent('f >= ''NaN''');
SELECT sent('f < ''inf'' AND f > ''-infinity''');
SELECT sent('f = 0 AND 0 = f');
SELECT sent('g = 0.1');
SELECT sent('g <> 0.1::float8 + 0.2::float8');
SELECT sent('f = 9007199254740993');
SELECT sent('f = 1e30');
SELECT sent('f = ''-0''');
SELECT sent('f = g');
SELECT sent('f < g');
SELECT sent('f IS DISTINCT FROM g AND f IS NOT DISTINCT FROM 1.5');
SELECT sent('f IN (1.5, ''NaN'', NULL)');
SELECT sent('f = small');
SELECT sent('n::float8 >= 0.5');
SELECT sent('big::float8 > 0');
SELECT sent('-f < 0 AND abs(g) > 1');
SELECT sent('f + 1 > 2');
SELECT sent('f::real > 2');
SELECT sent('floor(f) = 1');
SELECT sent('sqrt(n) > 2 AND n > 0');
SELECT sent('round(f) = 2 AND f < 10');
SELECT sent('coalesce(f, g, 7) < 2 AND nullif(f, 0) < 2 AND greatest(f, g) > 0');
SELECT shown('f');
SELECT shown('-g');
SELECT shown('CASE WHEN b THEN f ELSE g END');
SELECT shown('n::float8');
PREPARE near(float8) AS SELECT id FROM value_edges WHERE f <= $1 ORDER BY 1;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE near(1.5);
EXECUTE near(1.5);
EXECUTE near(0.1::float8 + 0.2::float8);
EXECUTE near('NaN');
RESET plan_cache_mode;
DEALLOCATE near;
CREATE FUNCTION whole(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	row record;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
		IF line ~ 'Kept local: (statement|subquery)' THEN
			RETURN NEXT btrim(line);
		ELSIF line ~ 'Remote SQL: .* AS R1' THEN
			RETURN NEXT regexp_replace(btrim(line), '"SHOP"."PUBLIC".', '', 'g');
		END IF;
	END LOOP;
	FOR row IN EXECUTE query LOOP
		RETURN NEXT row::text;
	END LOOP;
END $$;
SELECT whole('SELECT min(f), max(f), max(g) FROM value_edges');
SELECT whole('SELECT id, f FROM value_edges ORDER BY f DESC NULLS LAST, id');
SELECT whole('SELECT sum(f) FROM value_edges WHERE id = 1');
SELECT whole('SELECT count(*) FROM (SELECT f FROM value_edges GROUP BY f) x');
SELECT whole('SELECT count(*) FROM value_edges a JOIN value_edges b ON a.f = b.g');
SELECT whole('SELECT count(*) FROM value_edges a JOIN value_edges b ON a.f < b.g');
SELECT whole('SELECT f FROM value_edges WHERE id = 1 UNION ALL SELECT g FROM value_edges WHERE id = 1');
SELECT whole('SELECT x FROM (SELECT f AS x FROM value_edges UNION ALL SELECT g FROM value_edges) y ORDER BY 1 LIMIT 3');
-- parts of times
SELECT shown('extract(epoch FROM d)');
SELECT shown('extract(epoch FROM ts)');
SELECT shown('extract(epoch FROM ns)');
SELECT shown('extract(epoch FROM tz)');
SELECT shown('extract(week FROM d) * 10 + extract(isodow FROM d)');
SELECT shown('extract(hour FROM t) * 60 + extract(minute FROM t)');
SELECT shown('date_part(''year'', d)');
SELECT shown('extract(second FROM ts)');
SELECT sent('date_part(''month'', ts) = 2');
SELECT sent('date_part(''hour'', t) = 12');
SELECT sent('extract(year FROM d) < extract(year FROM current_date) AND date_part(''year'', now()) > id');
SELECT sent('extract(hour FROM tz) = 1');
SELECT sent('extract(epoch FROM ltz) > 0');
SELECT sent('extract(decade FROM d) = 202');
SELECT shown('date_trunc(''week'', ts)');
SELECT shown('date_trunc(''milliseconds'', ns)');
SELECT shown('date_trunc(''month'', d)::date');
SELECT shown('date_trunc(''month'', d)');
SELECT shown('ts::time');
SELECT shown('ns::time');
SELECT shown('ts::timestamp(3)');
SELECT shown('ts::timestamp(6)');
SELECT sent('ts::timestamp(6) = ts AND t::time(3) > ''00:00''');
SELECT shown('isfinite(d)');
SELECT sent('NOT isfinite(tz) OR isfinite(ts)');
-- differences of times, instants
SELECT sent('ts - ''2024-02-29''::timestamp < ''12 hours''');
SELECT sent('''1 day 0.5 seconds'' >= ns - ts');
SELECT sent('ts - ns <= ''1 mon''');
SELECT sent('tz - ltz > ''-1 day''');
SELECT sent('ts - ns = ''1 day''::interval * id');
SELECT shown('ts - ns');
SELECT sent('tz + ''1 hour'' > ''2024-03-10 10:30:00+00''');
SELECT sent('ltz - ''00:00:00.000001''::interval < ''1970-01-01 00:00:00+00''');
SELECT sent('tz + ''1 day'' > ''2024-03-10 10:30:00+00''');
SELECT shown('tz + ''1 hour''');
SELECT shown('tz AT TIME ZONE ''UTC''');
SELECT sent('ltz AT TIME ZONE ''utc'' = ''2021-01-03''');
SELECT sent('(tz AT TIME ZONE ''UTC'')::date = ''2024-03-10''');
SELECT shown('tz AT TIME ZONE ''Europe/Berlin''');
SELECT sent('tz::date = ''2024-03-10''');
SELECT sent('t < localtime OR t >= localtime');
SELECT sent('age(ts) > ''1 year''');
SELECT sent('date_bin(''1 day'', ts, ''2024-01-01'') = ''2024-02-29''');
-- formats
SELECT shown('to_char(d, ''YYYY-MM-DD'')');
SELECT shown('to_char(d, ''YYYYMM'')');
SELECT shown('to_char(ts, ''YYYY-MM-DD"T"HH24:MI:SS.MS'')');
SELECT shown('to_char(ns, ''HH24MISS US'')');
SELECT shown('to_char(tz AT TIME ZONE ''UTC'', ''DD.MM.YYYY HH24'')');
SELECT sent('to_char(ts, ''YYYY-MM'') = ''2024-02''');
SELECT sent('to_char(d, ''YYYY-MM-DD HH24'') > ''2''');
SELECT sent('to_char(tz, ''YYYY'') = ''2024''');
SELECT sent('to_char(ts, ''Month'') > ''''');
SELECT sent('to_char(ts, ''MMMM'') > ''''');
SELECT sent('to_char(n, ''999.9'') > ''''');
-- rows
SELECT sent('(id, small) < (4, 0)');
SELECT sent('(id, small) >= (3, 9999)');
SELECT sent('(d, ns) <= (''2024-02-29'', ''2024-02-29 12:34:56.123456'')');
SELECT sent('(id, small) = (1, -7) OR (id, s) <> (2, ''2'')');
SELECT sent('(s COLLATE "de-x-icu", id) < (''b'', 4)');
-- bits and powers
SELECT sent('(small & 1) = 1');
SELECT sent('gcd(small, 4) = 1');
SELECT sent('small ^ 2 = 49');
SELECT sf_execute('DROP TABLE value_edges') IS NOT NULL AS done;
DROP FOREIGN TABLE value_edges;
DROP TABLE local_value_edges;
DROP FUNCTION sent, shown, whole;
DROP SCHEMA edges;
