-- conditions of a scan: what is sent, what stays and why, and the same rows as on a local copy
SET search_path = shop, public, snowflake;
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET snowflake_fdw.enable_statement_pushdown = off;
-- for a condition: its plan, and whether the rows are those of the local copy
CREATE TABLE local_sampler AS SELECT * FROM type_sampler;
CREATE TABLE local_customers AS SELECT * FROM customers;
CREATE TABLE local_events AS SELECT id, kind, at_ntz, at_ltz, at_tz, at_time FROM events;
CREATE FUNCTION sent(source text, condition text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	rows bigint;
	differ bigint;
BEGIN
	FOR line IN EXECUTE format('EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM %I WHERE %s', source, condition) LOOP
		IF line ~ 'Remote SQL|Kept local' THEN
			RETURN NEXT regexp_replace(btrim(line), '^Remote SQL: SELECT .* FROM "SHOP"."PUBLIC"."[A-Z_]+"', 'Remote:');
		END IF;
	END LOOP;
	EXECUTE format('SELECT count(*) FROM %I WHERE %s', source, condition) INTO rows;
	EXECUTE format('SELECT count(*) FROM ((SELECT id FROM %1$I WHERE %3$s EXCEPT ALL SELECT id FROM %2$I WHERE %3$s) UNION ALL
		(SELECT id FROM %2$I WHERE %3$s EXCEPT ALL SELECT id FROM %1$I WHERE %3$s)) x',
		source, 'local_' || regexp_replace(source, '^type_', ''), condition) INTO differ;
	RETURN NEXT format('%s rows%s', rows, CASE WHEN differ > 0 THEN ', ' || differ || ' DIFFER' ELSE '' END);
END $$;
-- what of a query's plan is ours; the rest differs between versions
CREATE FUNCTION ours(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
		IF line ~ 'Remote SQL|Kept local' THEN
			RETURN NEXT regexp_replace(regexp_replace(btrim(line), '(Kept local.*) \$\d+', '\1 $n'), '(hashed )?(ANY|EXISTS|SubPlan|AlternativeSubPlan|alternatives:).*?: a subquery', '... : a subquery');
		END IF;
	END LOOP;
END $$;
-- numbers
SELECT sent('customers', 'id = 42');
SELECT sent('customers', 'id <> 42 AND id < 10::bigint AND -id < 5::smallint');
SELECT sent('customers', 'credit >= 12.50');
SELECT sent('customers', 'credit BETWEEN -12.50 AND 100');
SELECT sent('customers', 'credit = id');
SELECT sent('type_sampler', 'n38 = 99999999999999999999999999999999999999');
SELECT sent('type_sampler', 'n38 < 100000000000000000000000000000000000000');
SELECT sent('type_sampler', 'n38_10 = -0.0000000001');
SELECT sent('type_sampler', 'n38_10 <> ''NaN''::numeric');
SELECT sent('customers', 'id + 1 = 43 AND id * 2 < 2000000000::bigint AND abs(id - 40) < 3');
SELECT sent('customers', 'credit * 1.5 > 13000 AND credit - id > 5000');
SELECT sent('customers', 'credit * 0.12345678901 > 1000');
SELECT sent('type_sampler', 'n38 + 1 > 0');
SELECT sent('type_sampler', 'n18 + 1 > 0');
SELECT sent('type_sampler', 'n9 * n9::bigint > 0');
SELECT sent('customers', 'id / 10 = 4');
SELECT sent('customers', 'id % 10 = 4');
SELECT sent('type_sampler', 'f = 1.5');
SELECT sent('type_sampler', 'n9 = 1.0::float8');
-- texts
SELECT sent('customers', 'name = ''Customer 7''');
SELECT sent('type_sampler', 's = E''quote \'' backslash \\ tab \t newline \n ü 漢字 😀''');
SELECT sent('type_sampler', 's <> ''''');
SELECT sent('type_sampler', 's10 >= ''ten'' AND s10 < ''ü''');
SELECT sent('customers', 'name < ''Customer 2'' COLLATE "de-x-icu"');
CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT sent('customers', 'name = ''customer 7'' COLLATE nocase');
SELECT sent('customers', 'name COLLATE nocase IN (''customer 7'', ''CUSTOMER 8'')');
SELECT sent('customers', 'name COLLATE nocase IS DISTINCT FROM ''customer 7'' AND id < 10');
DROP COLLATION nocase;
SELECT sent('customers', 'name || ''!'' = ''Customer 7!''');
SELECT sent('customers', 'length(name) > 12');
SELECT sent('customers', 'name LIKE ''Customer 1_''');
SELECT sent('customers', 'name NOT LIKE ''C%''');
SELECT sent('type_sampler', 's LIKE E''quote \'' back\\slash \\\\%''');
SELECT sent('customers', 'name LIKE ''Customer\_7''');
SELECT sent('customers', 'name LIKE name');
SELECT sent('customers', 'name ILIKE ''customer 7''');
SELECT sent('customers', 'name ~ ''[7]$''');
SELECT sent('customers', 'name ^@ ''Customer 99''');
SELECT sent('customers', 'lower(name) = ''customer 7''');
SELECT sent('customers', 'name::bpchar = ''Customer 7 ''');
-- texts made of others
SELECT sent('customers', 'left(name, -2) = ''Customer'' AND right(name, -9) = ''7''');
SELECT sent('customers', 'lpad(name, 4) = ''Cust'' AND rpad(country, 5, ''ß*'') = ''DEß*ß'' AND lpad(country, -1) = ''''');
SELECT sent('customers', 'lpad(name, 4, '''') = ''Cust''');
SELECT sent('customers', 'lpad(name, id) = ''C''');
SELECT sent('customers', 'translate(name, ''Cuau'', ''kx1y'') = ''kxstomer 7'' AND translate(name, ''7 '', '''') = ''Customer''');
SELECT sent('customers', 'translate(name, '''', ''x'') = ''Customer 7''');
SELECT sent('customers', 'concat_ws('' - '', country, NULL, email, name) LIKE ''__ - %'' AND concat_ws('''', email) = ''''');
SELECT sent('customers', 'concat_ws(country, name, email) = ''x''');
SELECT sent('customers', 'concat_ws('','', name, id) = ''Customer 7,7''');
SELECT sent('customers', 'reverse(name) = ''7 remotsuC'' AND ascii(name) = 67 AND md5(name) = ''9c8b9305545e4c930d4ebc01e66b7ec3''');
SELECT sent('type_sampler', 'ascii(s) IN (0, 113) AND reverse(s) <> s');
SELECT sent('customers', 'repeat(country, 2) = ''DEDE'' AND repeat(name, 0) = ''''');
SELECT sent('type_sampler', 'repeat(s, 2) = ''''');
SELECT sent('customers', 'chr(id) = ''A''');
SELECT sent('customers', 'format(''%s'', name) = ''Customer 7''');
SELECT sent('customers', 'regexp_replace(name, ''[0-9]'', '''') = ''Customer ''');
-- truth values
SELECT sent('customers', 'vip');
SELECT sent('customers', 'NOT vip');
SELECT sent('customers', 'vip IS TRUE');
SELECT sent('customers', 'vip IS NOT TRUE');
SELECT sent('customers', 'vip IS FALSE');
SELECT sent('customers', 'vip IS NOT FALSE');
SELECT sent('customers', 'vip IS UNKNOWN');
SELECT sent('customers', 'vip IS NOT UNKNOWN');
SELECT sent('customers', 'vip = (country = ''DE'')');
SELECT sent('customers', 'email IS NULL OR vip IS NULL AND NOT (id > 5)');
SELECT sent('customers', 'email IS DISTINCT FROM name AND since IS NOT DISTINCT FROM NULL::date');
-- columns that cannot be compared there can be tested for NULL
EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM events WHERE data IS NOT NULL AND tags IS NULL AND data ->> 'page' = '/home';
-- lists
SELECT sent('customers', 'id IN (1, 2, -3, NULL)');
SELECT sent('customers', 'id NOT IN (1, 2, 3) AND id < 7');
SELECT sent('customers', 'id <> ALL (''{1,NULL}'')');
SELECT sent('customers', 'name IN (''Customer 1'', ''Zoë Ångström'', ''it''''s'')');
SELECT sent('customers', 'credit IN (9.25, 18.5)');
SELECT sent('customers', 'since IN (''2021-01-01'', ''2021-01-08'')');
SELECT sent('customers', 'id = ANY (''{}'')');
SELECT sent('customers', 'id <> ALL (''{}'')');
SELECT sent('customers', 'id > ANY (''{1,2}'')');
SELECT regexp_replace(x, '(TO_DATE\S+ \S+ \(){3,}', '...', 'g') FROM sent('customers', format('since = ANY (%L)', (SELECT array_agg('2020-12-31'::date + i) FROM generate_series(1, 51) i))) x;
SELECT length(x) > 90000, x ~ 'Remote: WHERE' FROM sent('customers', format('id = ANY (%L)', (SELECT array_agg(i) FROM generate_series(1, 16384) i))) x LIMIT 1;
SELECT bool_or(x ~ 'more than 16384') AS kept FROM sent('customers', format('id = ANY (%L)', (SELECT array_agg(i) FROM generate_series(1, 16385) i))) x;
-- dates and times; nanoseconds are cut here, so that bounds are sent
SELECT sent('customers', 'since > ''2024-01-01''');
SELECT sent('customers', 'since <> ''infinity''');
SELECT sent('customers', 'since > ''2024-01-01''::timestamp');
SELECT sent('customers', 'since > ''2024-01-01''::timestamptz');
SELECT sent('type_sampler', 'ts3 = ''2024-02-29 12:34:56.789''');
SELECT sent('type_sampler', 'ts9 = ''2024-02-29 12:34:56.123456''');
SELECT sent('type_sampler', 'ts9 <> ''2024-02-29 12:34:56.123456''');
SELECT sent('type_sampler', 'ts9 > ''2024-02-29 12:34:56.123456''');
SELECT sent('type_sampler', 'ts9 >= ''2024-02-29 12:34:56.123456''');
SELECT sent('type_sampler', 'ts9 < ''1969-12-31 23:59:59.999999''');
SELECT sent('type_sampler', '''1969-12-31 23:59:59.999999'' >= ts9');
SELECT sent('type_sampler', '''2024-02-29 12:34:56.123456'' < ts9');
SELECT sent('type_sampler', 'ts9 IN (''2024-02-29 12:34:56.123456'', ''1970-01-01'')');
SELECT sent('type_sampler', 'ts9 IS DISTINCT FROM ''2024-02-29 12:34:56.123456''');
SELECT sent('type_sampler', 'ltz = ''2024-02-29 12:34:56.123456+01''');
SELECT sent('type_sampler', 'tz < ''1970-01-01 00:00:00+00''');
SELECT sent('type_sampler', 't9 >= ''23:59:59.999999''');
SELECT sent('type_sampler', 't9 > ''23:59:59.999999''');
SELECT sent('type_sampler', 't9 < ''24:00''');
SELECT sent('type_sampler', 'ts9 = ts3');
SELECT sent('type_sampler', 'ts0 = ts3 AND t0 < ''23:00''');
SELECT sent('type_sampler', 'd IN (''0001-01-01'', ''9999-12-31'')');
-- the rest
SELECT sent('type_sampler', 'bin = ''\x00ff10''');
SELECT sent('type_sampler', 'bin <> ''\x''');
SELECT sent('type_sampler', 'length(bin) = 3 AND octet_length(bin) > 0 AND encode(bin, ''HEX'') = ''00ff10''');
SELECT sent('type_sampler', 'sha256(bin) = ''\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855''');
SELECT sent('type_sampler', 'encode(sha512(convert_to(s, ''utf8'')), ''hex'') LIKE ''cf83e1%'' AND sha224(bin) <> sha384(bin)');
SELECT sent('type_sampler', 'encode(bin, ''base64'') = ''''');
SELECT sent('type_sampler', 'md5(bin) = ''x''');
SELECT sent('type_sampler', 'bin < ''\xff''');
-- members of JSON values
SELECT ours($q$SELECT id FROM events WHERE data ->> 'page' = '/home'$q$);
SELECT ours($q$SELECT id FROM events WHERE (data ->> 'page') IS NULL AND tags ->> 0 <> 'new' AND (data -> 'it''s "\' -> 1 ->> 'K') IS NOT NULL$q$);
SELECT ours($q$SELECT id FROM events WHERE NOT ('/home' = data ->> 'page')$q$);
SELECT ours($q$SELECT id FROM events WHERE data ->> 'n' = '42' OR data ->> 'n' = 'true' OR data ->> 'n' = '{}'$q$);
SELECT ours($q$SELECT id FROM events WHERE data ->> 'page' = kind$q$);
SELECT ours($q$SELECT id FROM events WHERE data ->> 'page' LIKE '/h%'$q$);
SELECT ours($q$SELECT id FROM events WHERE (data -> 'page') IS NULL$q$);
SELECT ours($q$SELECT id FROM events WHERE data ->> kind IS NULL$q$);
SELECT ours($q$SELECT id FROM events WHERE data ->> 0 IS NULL$q$);
SELECT ours($q$SELECT id FROM events WHERE tags ->> -1 IS NULL$q$);
SELECT ours($q$SELECT id FROM events WHERE tags ->> 'k' IS NULL$q$);
SELECT ours($q$SELECT id FROM events WHERE data #>> '{page}' = '/home'$q$);
SELECT ours($q$SELECT id FROM events WHERE data ? 'page'$q$);
SELECT sent('type_sampler', 'b AND c = ''abc''');
-- values that are known when the statement is sent
PREPARE by_id(int) AS SELECT id, name FROM customers WHERE id = $1;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE by_id(7);
EXECUTE by_id(7);
EXECUTE by_id(NULL);
PREPARE by_text(text, date, numeric, timestamp) AS
SELECT count(*) FROM type_sampler WHERE s = $1 OR d = $2 OR n38_10 = $3 OR ts9 = $4;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE by_text('', NULL, NULL, NULL);
EXECUTE by_text(E'quote \' backslash \\ tab \t newline \n ü 漢字 😀', NULL, NULL, NULL);
EXECUTE by_text('?', '0001-01-01', 1.5, '2024-02-29 12:34:56.123456');
-- which Snowflake cannot have: all rows are read, and the conditions looked at here
EXECUTE by_text('', 'infinity', 'NaN', '-infinity');
PREPARE few(numeric) AS SELECT id FROM customers WHERE credit < $1 LIMIT 3 OFFSET 2;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE few(100);
EXECUTE few(100);
EXECUTE few('Infinity');
PREPARE twice(numeric) AS SELECT id, credit + credit AS doubled, credit FROM customers WHERE credit + 1 < $1 + 1 AND credit < $1 AND id < 4 ORDER BY id;
EXECUTE twice(1000000);
EXECUTE twice('Infinity');
PREPARE most(numeric) AS SELECT count(*) FROM (SELECT id FROM customers WHERE credit < $1 LIMIT 9223372036854775807 OFFSET 2) x;
EXECUTE most('Infinity');
EXECUTE most(1e30);
PREPARE maybe(text) AS SELECT count(*) FROM customers WHERE $1::uuid IS NULL OR id = 1;
EXECUTE maybe(NULL);
EXECUTE maybe('019c06a4-0000-df4f-0000-00100006589e');
RESET plan_cache_mode;
DEALLOCATE ALL;
EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM orders WHERE placed_at > now() - interval '1 day' AND placed_at < localtimestamp;
EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM orders WHERE placed_at > localtimestamp - interval '1 day' AND random() < 2;
SELECT count(*) FROM customers WHERE since < current_date - 30 AND since < 1 + current_date AND id < 10;
EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM customers WHERE since < current_date - 30 AND since < 1 + current_date AND since - 1 < '2020-01-01';
SELECT count(*) FROM customers WHERE since < current_date AND id < (SELECT max(id) FROM local_customers WHERE id < 10);
SELECT ours($q$SELECT name FROM customers WHERE id < (SELECT max(id) FROM local_customers WHERE id < 10)$q$);
-- the outer row's value stays here: one statement, not one for each row
SELECT ours($q$SELECT l.id, (SELECT name FROM customers c WHERE c.id = l.id AND country > 'A') FROM local_customers l$q$);
SELECT l.id, (SELECT name FROM customers c WHERE c.id = l.id) FROM local_customers l WHERE l.id < 4 ORDER BY 1;
SELECT ours($q$SELECT (SELECT name FROM customers c WHERE c.id = (SELECT max(k.id) FROM local_customers k WHERE k.name = l.name)) FROM local_customers l$q$);
DO $$ BEGIN FOR i IN 1..7 LOOP ASSERT (SELECT name FROM customers WHERE id = i) = 'Customer ' || i; END LOOP; END $$;
SELECT ours($q$SELECT id FROM customers c WHERE vip OR id IN (SELECT id FROM local_customers WHERE vip)$q$);
SELECT ours($q$SELECT id FROM customers c WHERE vip OR EXISTS (SELECT FROM local_customers l WHERE l.id = c.id)$q$);
-- a condition in whose place the planner has a placeholder
SELECT ours($q$SELECT n, count(*) FROM (SELECT coalesce(name, 'x') AS n FROM customers) c WHERE n ~ '[7]$' GROUP BY GROUPING SETS ((n), ())$q$);
-- LIMIT with a condition that is sent, and with one that stays
EXPLAIN (VERBOSE, COSTS OFF) SELECT name FROM customers WHERE country = 'DE' LIMIT 2;
EXPLAIN (VERBOSE, COSTS OFF) SELECT name FROM customers WHERE name ~ '[7]' LIMIT 2;
-- tables over a query; those that nothing can follow
CREATE FOREIGN TABLE german (id int OPTIONS (remote_type 'NUMBER(9,0)'), name text) SERVER sf OPTIONS (query 'SELECT id, name FROM customers WHERE country = ''DE'' -- those');
EXPLAIN (VERBOSE, COSTS OFF) SELECT name FROM german WHERE id < 20 AND name = 'Customer 1';
SELECT id FROM german WHERE id < 20 ORDER BY 1;
CREATE FOREIGN TABLE shown (name text) SERVER sf OPTIONS (query 'SHOW WAREHOUSES');
EXPLAIN (VERBOSE, COSTS OFF) SELECT name FROM shown WHERE name = 'COMPUTE_WH';
SELECT name FROM shown WHERE name = 'COMPUTE_WH';
-- declared otherwise than it is there
CREATE FOREIGN TABLE odd (id numeric(9,0), hundreds numeric(9,-2) OPTIONS (column_name 'ID', remote_type 'NUMBER(9,0)'), credit numeric(12,1) OPTIONS (remote_type 'NUMBER(12,2)'), whole int OPTIONS (column_name 'CREDIT', remote_type 'NUMBER(12,2)'), wide int OPTIONS (column_name 'ID', remote_type 'NUMBER(10,0)'), name varchar(10) OPTIONS (remote_type 'VARCHAR(80)'),
	country text OPTIONS (remote_type 'VARCHAR(2)', remote_collation 'en-ci'), since date OPTIONS (remote_type 'VARIANT'))
	SERVER sf OPTIONS (database 'SHOP', schema 'PUBLIC', "table" 'CUSTOMERS');
EXPLAIN (VERBOSE, COSTS OFF) SELECT FROM odd WHERE id = 1 AND hundreds = 100 AND credit = 1 AND whole = 1 AND -wide = 1 AND abs(wide) = 1 AND name = 'x' AND country = 'DE' AND since = '2024-01-01';
-- a time without a scale has nine digits there
CREATE FOREIGN TABLE bare (at timestamp OPTIONS (remote_type 'TIMESTAMP_NTZ')) SERVER sf OPTIONS (database 'SHOP', schema 'PUBLIC', "table" 'NONE');
EXPLAIN (VERBOSE, COSTS OFF) SELECT FROM bare WHERE at > '2024-01-01';
-- settings
SET snowflake_fdw.enable_filter_pushdown = off;
EXPLAIN (VERBOSE, COSTS OFF) SELECT name FROM customers WHERE id = 7;
SELECT name FROM customers WHERE id = 7;
RESET snowflake_fdw.enable_filter_pushdown;
CREATE FUNCTION kept(query text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	plan jsonb;
BEGIN
	EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) ' || query INTO plan;
	RETURN plan -> 0 -> 'Plan' -> 'Kept local';
END $$;
SELECT kept($q$SELECT name FROM customers WHERE id = 7 AND name ~ '[7]' AND id / 2 = 3$q$);
-- nested more deeply than Snowflake takes: one level less is sent
SELECT depth, kept(deep) ->> 0 ~ ': it is nested more than 100 levels deep$' AS kept
FROM generate_series(98, 99) depth, format('SELECT name FROM customers WHERE %sid = 7%s', repeat('(', depth), repeat(') IS TRUE', depth)) deep;
DO $$
DECLARE
	name text;
BEGIN
	EXECUTE 'SELECT name FROM customers WHERE ' || repeat('(', 1000) || 'id = 7' || repeat(') IS TRUE', 1000) INTO name;
	RAISE NOTICE '%', name;
END $$;
-- too long for a request
SELECT kept(format('SELECT name FROM customers WHERE name = %L', repeat('x', 9000000))) ->> 0 ~ ': the statement would be too long$' AS kept;
PREPARE long(text) AS SELECT count(*) FROM customers WHERE name <> $1;
SET plan_cache_mode = force_generic_plan;
EXECUTE long(repeat('x', 9000000));
RESET plan_cache_mode;
DEALLOCATE long;
DROP FUNCTION sent, ours, kept;
DROP TABLE local_sampler, local_customers, local_events;
DROP FOREIGN TABLE german, shown, odd, bare;
