-- a wider condition is sent of one that stays: fewer rows travel, and PostgreSQL looks at them again
SET search_path = shop, public, snowflake;
SET snowflake_fdw.enable_statement_pushdown = off;
CREATE TABLE local_sampler AS SELECT * FROM type_sampler;
CREATE TABLE local_customers AS SELECT * FROM customers;
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
-- parts of AND, all of OR; nothing below NOT
SELECT sent('customers', $$(id = 1 AND initcap(name) > 'A') OR (credit > 9000 AND initcap(name) > 'D')$$);
SELECT sent('customers', $$id < 20 AND (vip AND name ~ '[2]' OR country = 'DE' AND (name ~ '[3]' OR name LIKE '%1'))$$);
SELECT sent('customers', $$((id = 1 AND name ~ '[1]$') OR id = 3) IS TRUE$$);
SELECT sent('customers', $$((id = 1 AND name ~ '[1]$') OR id = 3) IS NOT FALSE$$);
SELECT sent('customers', $$id = 1 OR name ~ '[2]$'$$);
SELECT sent('customers', $$((id > 1 OR name ~ '[2]$') AND id < 5) IS NOT TRUE$$);
SELECT sent('customers', $$CASE WHEN id = 1 THEN name ~ '[1]$' ELSE false END$$);
SELECT sent('customers', $$(id = 1 AND random() < 2) OR id = 2$$);
-- cases of letters: i and k are the small letters of others, under one locale or another
SELECT sent('customers', $$name ILIKE 'cUSTOMER 7'$$);
SELECT sent('customers', $$name ILIKE 'c_st%MER 99_'$$);
SELECT sent('customers', $$name ILIKE 'zoË%' COLLATE "de-x-icu"$$);
SELECT sent('customers', $$name ILIKE 'c\USTO\mer 7' COLLATE "de-x-icu"$$);
SELECT sent('type_sampler', $$s ILIKE '%ICK\_%' COLLATE "de-x-icu"$$);
SELECT sent('customers', $$name NOT ILIKE 'cust%'$$);
SELECT sent('customers', $$name ILIKE '%ö_%'$$);
SELECT sent('customers', $$name ILIKE name$$);
SELECT sent('customers', $$lower(name COLLATE "de-x-icu") = 'customer 7' OR 'customer 8' = lower(name COLLATE "de-x-icu")$$);
SELECT sent('customers', $$upper(name COLLATE "de-x-icu") LIKE 'CUSTOM_R 7%'$$);
SELECT sent('customers', $$lower(name COLLATE "de-x-icu") <> 'customer 7'$$);
SELECT sent('customers', $$lower(name COLLATE "de-x-icu") = lower(name)$$);
CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT sent('customers', $$lower(name COLLATE nocase) = 'customer 7'$$);
-- regular expressions: those that are patterns of LIKE are sent
SELECT sent('customers', $$name ~ 'r 7$'$$);
SELECT sent('customers', $$name ~ '^Customer 7'$$);
SELECT sent('customers', $$name ~ '^Customer 7$'$$);
SELECT sent('customers', $$name ~ 'mer 7'$$);
SELECT sent('customers', $$name ~ '^C.*r.+7$' AND name !~ '.7'$$);
SELECT sent('type_sampler', $$s ~ 'backslash \\ tab.*newline .*%*'$$);
SELECT sent('type_sampler', $$s ~ '^quote \'' backsl.sh \\ tab.+newline .* \x20'$$);
SELECT sent('customers', $$name SIMILAR TO 'Cust%7'$$);
SELECT sent('customers', $$name ~ '^(?:Nobody )?(Customer 7)$'$$);
SELECT sent('customers', $$name ~ '^Customer [0-9]$' COLLATE "de-x-icu"$$);
SELECT sent('customers', $$name ~ 'mer 7?$'$$);
SELECT sent('customers', $$name ~ 'mer 7{1,2}$'$$);
SELECT sent('customers', $$name ~ '^Customer (\d)\1$'$$);
SELECT sent('customers', $$name ~* '^CUSTOMER 7$' AND name ~* 'K|7' AND name ~* '(?i)7' COLLATE "de-x-icu"$$);
SELECT sent('customers', $$name ~ '[7]' AND name ~ '7|8' AND name ~ '(?i)R 7' AND name ~ '***=7'$$);
SELECT sent('customers', $$name !~ 'mer [7]'$$);
SELECT sent('customers', $$name !~* 'MER 7'$$);
DROP COLLATION nocase;
-- with a parameter; one that Snowflake cannot have
SET plan_cache_mode = force_generic_plan;
PREPARE part(numeric) AS SELECT id FROM customers WHERE (credit < $1 AND name ~ ' [2]$') OR id = 3 ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE part(100000);
EXECUTE part(100000);
EXECUTE part('Infinity');
EXECUTE part(NULL);
DEALLOCATE part;
-- how many rows come for nothing
CREATE FUNCTION removed(condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	plan jsonb;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, FORMAT JSON) SELECT id FROM customers WHERE ' || condition INTO plan;
	RETURN coalesce(plan #>> '{0,Plan,Rows Removed by Filter}', '0');
END $$;
SELECT removed($$name ILIKE 'customer 7%'$$), removed($$name ~ '^Customer 7[0-5]$'$$), removed($$(id < 4 AND initcap(name) > 'A') OR (id = 9 AND initcap(name) > 'A')$$);
SET snowflake_fdw.enable_filter_pushdown = off;
SELECT removed($$name ILIKE 'customer 7%'$$), removed($$name ~ '^Customer 7[0-5]$'$$), removed($$(id < 4 AND initcap(name) > 'A') OR (id = 9 AND initcap(name) > 'A')$$);
RESET snowflake_fdw.enable_filter_pushdown;
DROP FUNCTION removed;
-- no LIMIT goes with it
EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM customers WHERE name ILIKE 'customer 7' LIMIT 1;
SELECT id FROM customers WHERE name ILIKE '%R 7' OFFSET 0 LIMIT 1;
-- nor a count
SET snowflake_fdw.enable_statement_pushdown = on;
EXPLAIN (VERBOSE, COSTS OFF) SELECT count(*) FROM customers WHERE name ILIKE 'customer 7';
SELECT count(*) FROM customers WHERE name ILIKE 'customer 7';
SET snowflake_fdw.enable_filter_pushdown = off;
EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM customers WHERE name ILIKE 'customer 7';
DROP FUNCTION sent;
DROP TABLE local_sampler, local_customers;
