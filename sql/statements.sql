-- whole queries: each as one statement, with the rows of local copies; and the nearest forms that stay, with the reason
SET search_path = shop, public, snowflake;
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE SCHEMA here;
DO $$
DECLARE
	t text;
BEGIN
	FOREACH t IN ARRAY '{customers,products,orders,order_items,events,type_sampler,empty_table}'::text[] LOOP
		EXECUTE format('CREATE TABLE here.%I AS SELECT * FROM shop.%I%s', t, t, CASE WHEN t IN ('orders', 'order_items') THEN ' LIMIT 0' END);
	END LOOP;
END $$;
INSERT INTO here.orders SELECT * FROM shop.orders WHERE id <= 500;
INSERT INTO here.order_items SELECT * FROM shop.order_items WHERE order_id <= 500;
CREATE VIEW shop.few AS SELECT * FROM shop.orders WHERE id <= 500;
CREATE VIEW here.few AS SELECT * FROM here.orders;
CREATE VIEW shop.few_items AS SELECT * FROM shop.order_items WHERE order_id <= 500;
CREATE VIEW here.few_items AS SELECT * FROM here.order_items;
-- the rows of a query as texts, in order where it has one
CREATE FUNCTION rows_of(query text, path text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	row record;
	rows text[] := '{}';
BEGIN
	PERFORM set_config('search_path', path || ', public, snowflake', true);
	FOR row IN EXECUTE query LOOP
		-- zeros that only a number's scale shows do not count
		rows := rows || regexp_replace(row::text, '(\.\d*?)0+(?=[,)])', '\1', 'g');
	END LOOP;
	PERFORM set_config('search_path', 'shop, public, snowflake', true);
	IF query !~ 'ORDER BY' OR query ~ 'OVER' THEN
		SELECT array_agg(x ORDER BY x COLLATE "C") INTO rows FROM unnest(rows) x;
	END IF;
	RETURN regexp_replace(rows::text, '\.(?=[,)])', '', 'g');
END $$;
CREATE FUNCTION whole(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	there text[];
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
		IF line ~ 'Kept local: (statement|subquery)' THEN
			RETURN NEXT btrim(line);
		ELSIF line ~ 'Remote SQL: .* AS R\d' THEN
			RETURN NEXT regexp_replace(btrim(line), '"SHOP"."PUBLIC".', '', 'g');
		ELSIF line ~ 'Output: .*statement\.c\d+[^,]*[()]' AND line !~ '[:,] \(\w+\(|OVER' THEN
			RETURN NEXT btrim(line);
		END IF;
	END LOOP;
	there := rows_of(query, 'shop');
	RETURN NEXT format('%s rows%s', coalesce(cardinality(there), 0), CASE WHEN there IS DISTINCT FROM rows_of(query, 'here') THEN ', which DIFFER' END);
	SET LOCAL snowflake_fdw.enable_statement_pushdown = off;
	SET LOCAL snowflake_fdw.enable_subquery_pushdown = off;
	IF rows_of(query, 'shop') IS DISTINCT FROM there THEN
		RETURN NEXT 'DIFFERENT with the setting off';
	END IF;
	SET LOCAL snowflake_fdw.enable_statement_pushdown = on;
	SET LOCAL snowflake_fdw.enable_subquery_pushdown = on;
END $$;
\pset format unaligned
\pset tuples_only on
-- aggregates and groups; what Snowflake computes with fewer digits is finished here
SELECT whole('SELECT count(*) FROM customers');
SELECT whole('SELECT count(*), count(email), count(DISTINCT country), sum(id), sum(credit), avg(id), avg(credit), min(since), max(name) FROM customers');
SELECT whole('SELECT country, count(*), avg(credit) FROM customers GROUP BY country HAVING count(*) > 10 ORDER BY country');
SELECT whole('SELECT bool_and(vip), bool_or(vip), every(id > 0) FROM customers WHERE id < 20');
SELECT whole('SELECT vip, sum(credit) FILTER (WHERE country = ''DE''), count(*) FILTER (WHERE credit > 100) FROM customers GROUP BY vip ORDER BY vip NULLS FIRST');
SELECT whole('SELECT extract(year FROM since), date_trunc(''month'', since::timestamp), count(*) FROM customers GROUP BY 1, 2 ORDER BY 2, 1');
SELECT whole('SELECT sum(credit) / count(*), round(avg(credit), 2), sum(credit) / 4 FROM customers');
SELECT whole('SELECT country FROM customers GROUP BY country ORDER BY avg(credit) DESC, country');
SELECT whole('SELECT country FROM customers GROUP BY country HAVING avg(credit) > 1.1 * 2000 ORDER BY 1');
SELECT whole('SELECT count(*) FROM empty_table');
SELECT whole('SELECT sum(id), avg(id), min(note) FROM empty_table');
SELECT whole('SELECT note, count(*) FROM empty_table GROUP BY note');
SELECT whole('SELECT stddev(id) FROM customers');
SELECT whole('SELECT sum(f) FROM type_sampler');
-- lists of texts; the order of ties, and of a list without an order, is free
SELECT whole('SELECT string_agg(name, '','' ORDER BY id) FROM customers WHERE id < 4');
SELECT whole('SELECT country, string_agg(name, E''\'' \\'' ORDER BY credit DESC NULLS LAST, id) FROM customers WHERE id < 30 GROUP BY country ORDER BY country');
SELECT whole('SELECT string_agg(email, '''' ORDER BY id), string_agg(c, ''/'' ORDER BY id) FROM (SELECT id, email, NULLIF(country, country) AS c FROM customers WHERE id < 9) x');
SELECT whole('SELECT string_agg(DISTINCT country, ''-'' ORDER BY country DESC), string_agg(DISTINCT country, ''-'' ORDER BY country) FILTER (WHERE vip) FROM customers');
SELECT whole('SELECT string_agg(note, '','') FROM empty_table');
SELECT whole('SELECT country FROM customers GROUP BY country HAVING string_agg(name, '','' ORDER BY id) LIKE ''Customer 1,%''');
SELECT whole('SELECT string_agg(DISTINCT country COLLATE "de-x-icu", ''-'' ORDER BY country COLLATE "de-x-icu") FROM customers');
SELECT whole('SELECT string_agg(name, '','' ORDER BY name COLLATE "de-x-icu") FROM customers WHERE id < 4');
SELECT whole('SELECT string_agg(name, country ORDER BY id) FROM customers WHERE id < 4');
SELECT whole('SELECT string_agg(bin, ''\x00'' ORDER BY id) FROM type_sampler');
SELECT whole('SELECT id, string_agg(name, '','') OVER (ORDER BY id) FROM customers WHERE id < 4');
-- percentiles, extremes of floating-point numbers, distinct sums; and what else is near them
SELECT whole('SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY credit), percentile_disc(0) WITHIN GROUP (ORDER BY id) FILTER (WHERE vip), percentile_disc(0.875) WITHIN GROUP (ORDER BY credit NULLS FIRST) FROM customers');
SELECT whole('SELECT country, percentile_disc(1) WITHIN GROUP (ORDER BY id) FROM customers GROUP BY ROLLUP (country) ORDER BY country');
SELECT whole('SELECT percentile_disc(0.1) WITHIN GROUP (ORDER BY credit) FROM customers');
SELECT whole('SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY credit DESC) FROM customers');
SELECT whole('SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY since) FROM customers');
SELECT whole('SELECT percentile_disc(ARRAY[0.5]) WITHIN GROUP (ORDER BY id) FROM customers');
SELECT whole('SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY id) FROM customers');
SELECT whole('SELECT mode() WITHIN GROUP (ORDER BY country) FROM customers');
SELECT whole('SELECT max(f), min(f), min(f) FILTER (WHERE id < 2) FROM type_sampler');
SELECT whole('SELECT b, max(f) FROM type_sampler GROUP BY b ORDER BY b');
SELECT whole('SELECT b FROM type_sampler GROUP BY b HAVING max(f) > 0');
SELECT whole('SELECT max(f + 1) FROM type_sampler');
SELECT whole('SELECT sum(DISTINCT credit), avg(DISTINCT id) FROM customers');
SELECT whole('SELECT count(DISTINCT (country, vip)) FROM customers');
SELECT whole('SELECT array_agg(id ORDER BY id) FROM customers WHERE id < 4');
SELECT whole('SELECT jsonb_agg(id ORDER BY id) FROM customers WHERE id < 4');
SELECT whole('SELECT bit_and(id) FROM customers');
SELECT whole('SELECT corr(f, f) FROM type_sampler');
SELECT whole('SELECT count(data ->> ''page''), count(*) FILTER (WHERE data ->> ''page'' = ''/home'') FROM events');
SELECT whole('SELECT data ->> ''page'', count(*) FROM events GROUP BY 1');
SELECT whole('SELECT x.p FROM (SELECT data ->> ''page'' AS p, id FROM events ORDER BY id LIMIT 3) x WHERE x.p IS NOT NULL');
SELECT whole('SELECT name COLLATE "de-x-icu" AS n, count(*) FROM customers WHERE id < 10 GROUP BY 1 ORDER BY 1');
SELECT whole('SELECT max(at_tz), min(at_ltz), max(at_time) FROM events');
SELECT whole('SELECT id, min(at_tz) OVER (ORDER BY id) FROM events');
-- grouping sets
SELECT whole('SELECT country, vip, count(*), grouping(country, vip) FROM customers GROUP BY ROLLUP (country, vip) ORDER BY 1, 2, 4');
SELECT whole('SELECT country, vip, count(*) FROM customers GROUP BY CUBE (country, vip)');
SELECT whole('SELECT country, vip, count(*) FROM customers GROUP BY GROUPING SETS ((country, vip), (vip), ())');
SELECT whole('SELECT country, vip, count(*) FROM customers GROUP BY GROUPING SETS ((vip), ROLLUP (country), CUBE (vip)) ORDER BY 1, 2, 3');
SELECT whole('SELECT country, vip, count(*), grouping(country, vip) FROM customers GROUP BY DISTINCT ROLLUP (country), ROLLUP (country, vip) ORDER BY 1, 2, 3');
SELECT whole('SELECT country, vip, count(*) FROM customers GROUP BY ROLLUP (country), ROLLUP (country, vip) ORDER BY 1, 2, 3');
SELECT whole('SELECT md5(''x''), vip, grouping(vip), count(*) FROM customers GROUP BY md5(''x''), vip');
SELECT whole('SELECT md5(''x''), vip, grouping(md5(''x''), vip) FROM customers GROUP BY md5(''x''), vip ORDER BY 3, 2');
SELECT whole('SELECT country, vip, grouping(vip, country) FROM customers GROUP BY country, vip');
SELECT whole('SELECT count(*) FROM customers WHERE id < 3 GROUP BY CUBE (country, vip, id, name, email, since, credit)');
SELECT whole('SELECT count(*) FROM customers WHERE id < 3 GROUP BY CUBE (country, vip, id, name, email, since, credit), ROLLUP (id)');
-- DISTINCT, ORDER BY, LIMIT
SELECT whole('SELECT DISTINCT country FROM customers ORDER BY country DESC');
SELECT whole('SELECT DISTINCT country, vip FROM customers');
SELECT whole('SELECT DISTINCT ON (country) country, name, credit FROM customers ORDER BY country, credit DESC NULLS LAST, id');
SELECT whole('SELECT id FROM customers ORDER BY credit DESC NULLS FIRST, id LIMIT 5 OFFSET 2');
SELECT whole('SELECT upper(name), id FROM customers ORDER BY name COLLATE "C" LIMIT 3');
SELECT whole('SELECT id, name FROM customers ORDER BY name COLLATE "de-x-icu" LIMIT 3');
SELECT whole('SELECT id FROM customers ORDER BY id FETCH FIRST 3 ROWS WITH TIES');
SELECT whole('SELECT DISTINCT at_ntz FROM events');
SELECT whole('SELECT DISTINCT f FROM type_sampler');
-- what is the same for every row groups and sorts nothing
SELECT whole('SELECT 1, country, count(*) FROM customers GROUP BY 1, country ORDER BY 1, count(*), country');
SELECT whole('SELECT current_date AS d, country, count(*) FROM customers GROUP BY d, country ORDER BY d, 2');
SELECT whole('SELECT id, now() < now() FROM customers WHERE id < 4 ORDER BY 2');
SELECT whole('SELECT 1, count(*) FROM customers GROUP BY 1');
SELECT whole('SELECT 1, country, count(*) FROM customers GROUP BY ROLLUP (1, country)');
SELECT whole('SELECT id, count(*) OVER (PARTITION BY 1) FROM customers WHERE id < 4');
SELECT whole('SELECT DISTINCT 1, 1.50, ''x'', country FROM customers ORDER BY 1, 4');
SELECT whole('SELECT count(*) FROM (SELECT DISTINCT 1, country FROM customers UNION SELECT DISTINCT 2, status FROM few) q');
-- long lists of typed values, arrays of subqueries, positions and quotients of whole numbers
SELECT regexp_replace(whole, '(TO_DATE\S+ \S+ \(){3,}', '...', 'g') FROM whole(format('SELECT count(*), min(id) FROM customers WHERE since IN (%s)', (SELECT string_agg(format('%L', date '2021-01-01' + 7 * i), ',') FROM generate_series(0, 60) i)));
SELECT left(whole, 150) FROM whole(format('SELECT count(*), min(id) FROM customers WHERE since NOT IN (%s)', (SELECT string_agg(format('%L', date '2021-01-01' + 7 * i), ',') FROM generate_series(0, 60) i)));
SELECT left(whole, 150) FROM whole(format('SELECT count(*), min(id) FROM customers WHERE since IN (NULL, %s)', (SELECT string_agg(format('%L', date '2021-01-01' + 7 * i), ',') FROM generate_series(0, 60) i)));
SELECT whole('SELECT count(*) FROM customers WHERE id = ANY (ARRAY(SELECT customer_id FROM few WHERE total > 300))');
SELECT whole('SELECT count(*) FROM customers WHERE id <> ALL (ARRAY(SELECT customer_id FROM few WHERE total > 300))');
SELECT whole('SELECT count(*) FROM customers WHERE id < ANY (ARRAY(SELECT customer_id FROM few WHERE total > 300))');
SELECT whole('SELECT substring(email FROM position(''@'' IN email) + 1) AS domain, count(*) FROM customers GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 3');
SELECT whole('SELECT substr(name, id - 3) FROM customers WHERE id < 8 ORDER BY id');
SELECT whole('SELECT id / 100::bigint, count(*) FROM customers GROUP BY 1 ORDER BY 1');
-- floating-point numbers that were exact ones are keys
SELECT whole('SELECT date_part(''year'', since) AS y, count(*) FROM customers GROUP BY 1 ORDER BY 1');
SELECT whole('SELECT id::float8, count(*) FROM customers WHERE id < 4 GROUP BY 1 ORDER BY 1');
SELECT whole('SELECT -(id::float8), count(*) FROM customers WHERE id < 4 GROUP BY 1 ORDER BY 1');
SELECT whole('SELECT DISTINCT date_part(''year'', since) FROM customers');
SELECT whole('SELECT count(*) FROM customers c JOIN customers d ON date_part(''year'', c.since) = d.id::float8');
-- the rows of a subquery come in its order, a LIMIT takes the first of them
SELECT whole('SELECT name FROM (SELECT * FROM customers WHERE id < 50 ORDER BY credit DESC, id) q WHERE country = ''DE'' LIMIT 3');
SELECT whole('SELECT count(*), max(id) FROM (SELECT id FROM (SELECT * FROM customers ORDER BY credit DESC NULLS LAST, id) q LIMIT 3 OFFSET 2) r');
SELECT whole('SELECT t, customer_id FROM (SELECT customer_id, sum(total) AS t FROM few GROUP BY 1 ORDER BY sum(total) DESC, count(*), customer_id) q LIMIT 2');
SELECT whole('WITH w AS (SELECT status, count(*) AS n FROM few GROUP BY status ORDER BY n DESC, status) SELECT status FROM w LIMIT 1');
SELECT whole('SELECT * FROM (SELECT id, name FROM customers WHERE id < 9 ORDER BY name COLLATE "de-x-icu" DESC) q LIMIT 2');
SELECT whole('SELECT q.id FROM (SELECT id FROM customers UNION ALL SELECT id + 10000 FROM few ORDER BY id DESC) q LIMIT 3');
SELECT whole('SELECT string_agg(name, '','') FROM (SELECT name FROM customers WHERE id < 9 ORDER BY id DESC) q');
SELECT whole('SELECT string_agg(DISTINCT country, '','') FROM customers');
SELECT whole('SELECT DISTINCT ON (country) country, id FROM (SELECT * FROM customers ORDER BY country, credit DESC, id) q');
SELECT whole('SELECT DISTINCT ON (country) country, id FROM (SELECT * FROM customers ORDER BY id) q ORDER BY country, credit DESC, id');
SELECT whole('SELECT count(*) FROM (SELECT * FROM customers ORDER BY name) q JOIN few o ON o.customer_id = q.id');
-- joins
SELECT whole('SELECT c.name, o.id FROM customers c JOIN few o ON o.customer_id = c.id WHERE o.total > 900');
SELECT whole('SELECT c.id, o.id FROM customers c LEFT JOIN few o ON o.customer_id = c.id AND o.status = ''PAID'' WHERE c.id < 30');
SELECT whole('SELECT c.id, o.id FROM few o RIGHT JOIN customers c ON o.customer_id = c.id WHERE c.id < 30');
SELECT whole('SELECT id, o.status FROM customers c FULL JOIN few o USING (id) WHERE id > 450 AND id < 550');
SELECT whole('SELECT a.id, b.id FROM customers a, customers b WHERE a.id = b.id + 1 AND b.id < 5');
SELECT whole('SELECT a.id, b.id FROM customers a CROSS JOIN empty_table b');
SELECT whole('SELECT c.id, x.n FROM customers c LEFT JOIN (few o JOIN few_items i ON i.order_id = o.id) ON o.customer_id = c.id, (SELECT count(*) AS n FROM few) x WHERE c.id < 10');
SELECT whole('SELECT a.id FROM type_sampler a JOIN type_sampler b ON a.ts9 = b.ts9');
SELECT whole('SELECT c.id FROM customers c JOIN LATERAL (SELECT max(o.id) AS m FROM few o WHERE o.customer_id = c.id) x ON true WHERE c.id < 3');
-- subqueries and WITH
SELECT whole('SELECT name FROM customers WHERE id IN (SELECT customer_id FROM few WHERE total > 990) ORDER BY name');
SELECT whole('SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM few WHERE customer_id IS NOT NULL) AND id < 100 ORDER BY id');
SELECT whole('SELECT id FROM customers c WHERE EXISTS (SELECT 1 FROM few o WHERE o.customer_id = c.id AND o.status <> c.country AND o.total > 900) ORDER BY id');
SELECT whole('SELECT id FROM customers c WHERE NOT EXISTS (SELECT 1 FROM few o WHERE o.customer_id = c.id) AND id < 100 ORDER BY id');
SELECT whole('SELECT id FROM few o WHERE total > (SELECT 1.5 * avg(total) FROM few p WHERE p.status = o.status) ORDER BY id');
SELECT whole('SELECT id, (SELECT max(total) FROM few) FROM customers WHERE id < 4');
SELECT whole('SELECT (SELECT avg(credit) FROM customers), count(*) FROM customers');
SELECT whole('WITH w AS (SELECT country, sum(credit) AS s FROM customers GROUP BY country), unused AS (SELECT 1 / 0) SELECT a.country, b.s FROM w a JOIN w b USING (country) ORDER BY 1');
SELECT whole('SELECT x.country, x.a FROM (SELECT country, avg(credit) AS a FROM customers GROUP BY country) x WHERE x.a > 2300 ORDER BY x.a');
SELECT whole('SELECT * FROM (VALUES (1, ''one''), (2, ''two'')) v (i, t) JOIN customers c ON c.id = v.i');
SELECT whole('SELECT id FROM customers c WHERE EXISTS (SELECT 1 FROM few o WHERE o.customer_id > c.id) AND id < 10');
SELECT whole('SELECT id, id IN (SELECT customer_id FROM few) FROM customers WHERE id < 5');
SELECT whole('SELECT id FROM customers WHERE (id, country) IN (SELECT customer_id, ''DE'' FROM few) AND id < 50');
SELECT whole('WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n, c.name FROM r JOIN customers c ON c.id = n');
SELECT whole('WITH w AS (SELECT id FROM customers LIMIT 5) SELECT count(*) FROM w a JOIN w b USING (id)');
SELECT whole('SELECT x.k, y.k FROM customers c LEFT JOIN (SELECT id, 1 AS k FROM few WHERE id < 0) x ON x.id = c.id LEFT JOIN (SELECT id, credit IS NULL AS k FROM customers WHERE id < 2) y ON y.id = c.id WHERE c.id < 4');
SELECT whole('WITH w AS (SELECT id FROM customers WHERE id < 4) SELECT (WITH w AS (SELECT max(id) AS id FROM w) SELECT id FROM w), count(*) FROM w');
SELECT whole('SELECT a.id FROM customers a WHERE EXISTS (SELECT 1 FROM few b WHERE b.customer_id = a.id AND EXISTS (SELECT 1 FROM few_items i WHERE i.order_id = b.id AND i.order_id = a.id)) ORDER BY 1');
SELECT whole('SELECT "select".id AS "order", "select".id AS "order" FROM customers AS "select" WHERE id < 3 ORDER BY "order" DESC');
SELECT whole('SELECT id FROM customers ORDER BY id LIMIT 9223372036854775807 OFFSET 998');
SELECT whole('SELECT id FROM customers ORDER BY id LIMIT NULL OFFSET 998');
SELECT whole('SELECT count(*) FROM customers WHERE id IN (SELECT id FROM customers WHERE id < 4 ORDER BY id LIMIT 2)');
SELECT whole('SELECT c.id FROM customers c WHERE (SELECT count(*) FROM few o WHERE o.customer_id = c.id) = 0 AND id < 20 ORDER BY id');
SELECT whole('SELECT c.id FROM customers c WHERE c.id < 20 AND coalesce((SELECT max(o.id) FROM few o WHERE o.customer_id = c.id), 0) = 0 ORDER BY id');
-- set operations
SELECT whole('SELECT id FROM customers WHERE id < 5 UNION SELECT id FROM few WHERE id BETWEEN 3 AND 8 ORDER BY id DESC');
SELECT whole('SELECT country FROM customers UNION ALL SELECT status FROM few WHERE id < 10');
SELECT whole('(SELECT id FROM customers INTERSECT SELECT id FROM few) EXCEPT SELECT id FROM customers WHERE id > 3 ORDER BY 1');
SELECT whole('SELECT id FROM customers WHERE id < 5 EXCEPT ALL SELECT id FROM few');
-- windows
SELECT whole('SELECT id, row_number() OVER (PARTITION BY country ORDER BY credit DESC NULLS LAST, id), rank() OVER (ORDER BY country) FROM customers WHERE id < 30');
SELECT whole('SELECT id, sum(total) OVER (PARTITION BY status ORDER BY id), lag(id) OVER (ORDER BY id), count(*) OVER () FROM few WHERE id < 30');
SELECT whole('SELECT id, sum(total) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW), avg(total) OVER (PARTITION BY status) FROM few WHERE id < 30');
SELECT whole('SELECT id, first_value(total) OVER w, last_value(status) OVER w, ntile(4) OVER w, lag(total, 1, 0) OVER w, lead(status, 2, ''none'') OVER w FROM few WHERE id < 30 WINDOW w AS (PARTITION BY status ORDER BY id)');
SELECT whole('SELECT id, first_value(id) OVER (ORDER BY id ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING), nth_value(total, 2) OVER (ORDER BY id DESC ROWS UNBOUNDED PRECEDING), nth_value(id, 3) OVER (ORDER BY id RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM few WHERE id < 30');
SELECT whole('SELECT id, count(*) FILTER (WHERE total > 500) OVER w, avg(total) FILTER (WHERE status = ''PAID'') OVER w, max(total) FILTER (WHERE total < 500) OVER w FROM few WHERE id < 30 WINDOW w AS (ORDER BY id)');
SELECT whole('SELECT id, sum(total) OVER (ORDER BY id RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING), count(*) OVER (ORDER BY total DESC RANGE BETWEEN 99.50 PRECEDING AND CURRENT ROW) FROM few WHERE id < 30');
SELECT whole('SELECT id, count(*) OVER (ORDER BY since RANGE BETWEEN ''20 days'' PRECEDING AND CURRENT ROW), last_value(id) OVER (ORDER BY id RANGE BETWEEN CURRENT ROW AND 3 FOLLOWING) FROM customers WHERE id < 30');
SELECT whole('SELECT id, count(*) OVER (ORDER BY at_ntz RANGE BETWEEN ''1 day 00:00:00.5'' PRECEDING AND CURRENT ROW) FROM events WHERE id < 30');
SELECT whole('SELECT id, max(f) OVER (ORDER BY id) FROM type_sampler');
SELECT whole('SELECT id, nth_value(id, 2) OVER (ORDER BY id) FROM few WHERE id < 9');
SELECT whole('SELECT id, nth_value(id, id::int) OVER (ORDER BY id) FROM few WHERE id < 9');
SELECT whole('SELECT id, nth_value(id, 1001) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) FROM few WHERE id < 9');
SELECT whole('SELECT id, first_value(id) OVER (PARTITION BY status) FROM few WHERE id < 2');
SELECT whole('SELECT id, ntile(id::int) OVER (ORDER BY id) FROM few WHERE id < 9');
SELECT whole('SELECT id, percent_rank() OVER (ORDER BY id), cume_dist() OVER (ORDER BY id) FROM few WHERE id < 9');
SELECT whole('SELECT id, sum(total) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 2 PRECEDING) FROM few WHERE id < 9');
SELECT whole('SELECT id, sum(id) OVER (ORDER BY since RANGE ''1 month'' PRECEDING) FROM customers WHERE id < 9');
SELECT whole('SELECT id, sum(id) OVER (ORDER BY at_tz RANGE ''1 day'' PRECEDING) FROM events WHERE id < 9');
SELECT whole('SELECT id, bool_and(total > 10) OVER (ORDER BY id RANGE 1 PRECEDING) FROM few WHERE id < 9');
SELECT whole('SELECT status, sum(total), sum(sum(total)) OVER () FROM few GROUP BY status');
SELECT whole('SELECT id, first_value(id) OVER (ORDER BY id) FROM few WHERE id < 10');
SELECT whole('SELECT id, sum(total) OVER (ORDER BY id GROUPS 2 PRECEDING) FROM few WHERE id < 10');
-- expressions
SELECT whole('SELECT id, CASE country WHEN ''DE'' THEN 1 WHEN ''FR'' THEN 2 ELSE 0 END, coalesce(email, name), nullif(country, ''US''), greatest(id, 5), least(credit, 100) FROM customers WHERE id > 995 ORDER BY id');
SELECT whole('SELECT id FROM customers WHERE substring(name FROM 10 FOR 2) = ''42'' OR left(name, 3) = ''Zoë'' OR right(name, 2) = ''99'' ORDER BY id');
SELECT whole('SELECT id FROM customers WHERE position(''42'' IN name) > 0 OR replace(name, ''Customer'', ''C'') = ''C 7'' OR split_part(name, '' '', 2) = ''77'' ORDER BY id');
SELECT whole('SELECT id FROM customers WHERE concat(country, ''-'', email) = ''-c3@example.com'' OR btrim(name, ''C'') = ''ustomer 5'' ORDER BY id');
SELECT whole('SELECT id FROM customers WHERE since + 30 > ''2025-02-01''::date AND since - ''2021-01-01''::date > 10 AND since + interval ''1 month'' < ''2025-03-01'' ORDER BY id');
SELECT whole('SELECT extract(dow FROM since), extract(week FROM since), extract(isoyear FROM since), count(*) FROM customers GROUP BY 1, 2, 3 ORDER BY 3, 2, 1');
SELECT whole('SELECT id % 7, id / 7, mod(id, -3), count(*) FROM customers GROUP BY 1, 2, 3 ORDER BY 2, 1, 3');
SELECT whole('SELECT round(credit / 3, 1) FROM customers WHERE id < 5 ORDER BY id');
SELECT whole('SELECT id FROM customers WHERE credit / 3 > 3000 ORDER BY credit / 7 DESC, id LIMIT 5');
SELECT whole('SELECT round(credit), trunc(credit, 1), ceil(credit), floor(credit), sign(credit) FROM customers WHERE id > 990 ORDER BY id');
SELECT whole('SELECT id, random() < 2 FROM customers ORDER BY id LIMIT 2');
SELECT whole('SELECT id, name || id, lower(name COLLATE "de-x-icu"), name ~ ''[7]'', name ~ ''7'' FROM customers WHERE id < 4 ORDER BY id');
SELECT whole('SELECT v, o, f FROM type_sampler ORDER BY id');
SELECT whole('SELECT c.ctid IS NULL FROM customers c JOIN empty_table e ON true');
-- nanoseconds that are not shown make no difference to the order, nor to who is whose peer
SELECT whole('SELECT id FROM type_sampler ORDER BY ts9, id DESC');
SELECT whole('SELECT id FROM type_sampler ORDER BY id DESC, ts9 LIMIT 3');
SELECT whole('SELECT id, rank() OVER (ORDER BY ts9), count(*) OVER (ORDER BY ts9 DESC) FROM type_sampler');
SELECT whole('SELECT DISTINCT ON (ts9) ts9, id FROM type_sampler ORDER BY ts9, id DESC');
SELECT whole('SELECT ts9, id FROM type_sampler UNION ALL SELECT ts9, id FROM type_sampler ORDER BY ts9, id DESC');
-- a key is written alike wherever it stands
SELECT whole('SELECT credit * 1.50, count(*) FROM customers GROUP BY credit * 1.50 ORDER BY credit * 1.50 LIMIT 3');
SELECT whole('SELECT x.k FROM (SELECT credit * 1.50 AS k, count(*) AS n FROM customers GROUP BY credit * 1.50) x WHERE x.n > 2 AND x.k > 9000');
-- averages of subqueries
SELECT whole('SELECT x.b FROM (SELECT a + 1 AS b FROM (SELECT country, avg(credit) AS a FROM customers GROUP BY country) y) x');
SELECT whole('SELECT x.a FROM (SELECT DISTINCT a FROM (SELECT country, avg(credit) AS a FROM customers GROUP BY country) y) x');
SELECT whole('SELECT avg(credit) FROM customers UNION ALL SELECT avg(id) FROM customers');
SELECT whole('SELECT x.a FROM (SELECT avg(credit) AS a FROM customers UNION SELECT avg(id) FROM customers) x');
SELECT whole('SELECT (SELECT avg(credit) FROM customers GROUP BY country ORDER BY avg(credit) DESC, country LIMIT 1) FROM empty_table RIGHT JOIN (VALUES (1)) v (i) ON true');
SELECT whole('SELECT (SELECT DISTINCT avg(id) FROM customers) FROM customers WHERE id = 1');
-- what Snowflake has no form for, or refuses
SELECT whole('SELECT 1 AS one FROM customers HAVING true');
SELECT whole('SELECT count(*) FROM customers c WHERE EXISTS (SELECT 1 FROM few HAVING 1 = 1)');
SELECT whole('SELECT count(*) FROM customers GROUP BY ()');
SELECT whole('SELECT id, (SELECT max(o.total) FROM few o WHERE o.customer_id = c.id) FROM customers c WHERE id < 5');
SELECT whole('SELECT c.id FROM customers c JOIN few p ON p.customer_id = c.id AND EXISTS (SELECT 1 FROM few o WHERE o.id > p.id) WHERE c.id < 20');
SELECT whole('SELECT c.id FROM customers c WHERE id < 5 ORDER BY (SELECT max(o.total) FROM few o WHERE o.customer_id = c.id) NULLS FIRST, id');
SELECT whole('SELECT sum((SELECT max(o.total) FROM few o WHERE o.customer_id = c.id)) FROM customers c WHERE id < 5');
SELECT whole('SELECT count(*) FROM (SELECT FROM customers UNION SELECT FROM few) x');
SELECT whole('SELECT FROM customers UNION ALL SELECT FROM few WHERE id < 3');
SELECT whole('SELECT count(*) FROM (SELECT FROM customers WHERE id < 4) x');
SELECT whole('SELECT id, bool_or(vip) OVER (ORDER BY id) FROM customers WHERE id < 9');
SELECT whole('SELECT id, stddev(total) OVER (PARTITION BY status) FROM few WHERE id < 9');
SELECT whole('SELECT id, bool_or(vip) OVER (PARTITION BY country) FROM customers WHERE id < 9');
-- numbers of 38 digits between numbers with a scale
SELECT whole('SELECT coalesce(n38, 0.5) FROM type_sampler ORDER BY coalesce(n38, 0.5), id');
SELECT whole('SELECT n38 FROM type_sampler UNION ALL SELECT credit FROM customers WHERE id < 3');
SELECT whole('SELECT n38 FROM type_sampler WHERE coalesce(n38, 5) > 5 ORDER BY n38');
SELECT whole('SELECT sum(CASE WHEN vip THEN credit END), sum(CASE WHEN vip THEN credit ELSE 0 END) FROM customers');
SELECT whole('SELECT id FROM customers WHERE 0.01 / (id * 1000000000000000000.0) > 0 AND id < 3 ORDER BY id');
-- only what is done with the rows, or the groups, at last is local: the rest is a statement
SELECT whole('SELECT initcap(country) AS c, count(*), avg(credit) FROM customers GROUP BY country ORDER BY c');
SELECT whole('SELECT country, count(*) FROM customers GROUP BY country HAVING initcap(country) ~ ''U'' AND max(credit) > 1 AND initcap(max(name)) <> ''x'' ORDER BY country DESC LIMIT 3');
SELECT whole('SELECT c.name, o.id FROM few o JOIN customers c ON c.id = o.customer_id WHERE o.id < 9 ORDER BY initcap(c.name), o.id LIMIT 2 OFFSET 1');
SELECT whole('SELECT o.id, initcap(c.name) FROM few o JOIN customers c ON c.id = o.customer_id WHERE o.id < 20 ORDER BY o.id LIMIT (SELECT 2)');
SELECT whole('WITH w AS (SELECT country, count(*) AS n FROM customers GROUP BY country ORDER BY initcap(country) LIMIT 3) SELECT w.country, w.n, x.n FROM w, w AS x ORDER BY 1, 3');
SELECT whole('SELECT country, vip, count(*), grouping(vip) FROM customers GROUP BY ROLLUP (country, vip) HAVING grouping(vip) = 1 AND initcap(country) <> ''Xx'' ORDER BY grouping(vip), initcap(country)');
SELECT whole('SELECT initcap(country) || count(*), rank() OVER (ORDER BY initcap(country), sum(credit)), first_value(initcap(country)) OVER w FROM customers GROUP BY country WINDOW w AS (PARTITION BY count(*) > 5 ORDER BY max(id))');
SELECT whole('SELECT DISTINCT ON (initcap(country)) country, vip, sum(credit) FROM customers GROUP BY country, vip ORDER BY initcap(country), sum(credit)');
SELECT whole('SELECT DISTINCT initcap(country) FROM customers GROUP BY country, vip');
SELECT whole('SELECT extract(year FROM since) * 2, count(*) FROM customers GROUP BY extract(year FROM since) ORDER BY initcap(min(name))');
SELECT whole('SELECT country, mode() WITHIN GROUP (ORDER BY country) FROM customers GROUP BY country ORDER BY 1');
SELECT whole('SELECT max(credit) FROM customers HAVING initcap(max(name)) = ''X''');
SELECT whole('SELECT country FROM customers UNION SELECT status FROM few ORDER BY 1 LIMIT (SELECT 2)');
SELECT whole('SELECT initcap(country) FROM customers GROUP BY country HAVING random() < 2 ORDER BY 1');
-- among local tables: subqueries that group, sort, limit or combine
CREATE TABLE public.places (country text, label text);
INSERT INTO public.places VALUES ('DE', 'Germany'), ('FR', 'France'), ('NO', 'Norway');
SELECT whole('SELECT p.label, t.n, t.a FROM places p JOIN (SELECT country, count(*) AS n, avg(credit) AS a FROM customers GROUP BY country) t USING (country) WHERE t.n > 5 AND t.a > 1 AND p.label <> ''x'' ORDER BY 1');
SELECT whole('SELECT p.label, t.n FROM places p LEFT JOIN (SELECT country, count(*) AS n FROM customers GROUP BY country) t USING (country) WHERE t.n IS NULL OR t.n > 5 ORDER BY 1');
SELECT whole('WITH w AS MATERIALIZED (SELECT country, max(credit) AS m FROM customers GROUP BY 1) SELECT label, m FROM places JOIN w USING (country) ORDER BY 1');
SELECT whole('SELECT label FROM places WHERE country IN (SELECT country FROM customers GROUP BY country HAVING count(*) > 10) ORDER BY 1');
SELECT whole('SELECT label, (SELECT max(credit) FROM customers) FROM places UNION ALL SELECT country, max(credit) FROM customers GROUP BY country');
SELECT whole('SELECT p.label, t.id FROM places p, (SELECT id, country FROM customers ORDER BY credit DESC NULLS LAST, id LIMIT 5) t WHERE t.country = p.country ORDER BY 2');
SELECT whole('SELECT p.label, t.id FROM places p, LATERAL (SELECT max(id) AS id FROM customers c WHERE c.country = p.country) t ORDER BY 2');
SELECT whole('SELECT p.label, c.id FROM places p JOIN customers c USING (country) WHERE c.id < 9 ORDER BY 2');
CREATE FUNCTION changed(command text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || command LOOP
		IF line ~ 'Pushdown|Remote SQL' THEN
			RETURN NEXT btrim(line);
		END IF;
	END LOOP;
	EXECUTE command;
END $$;
SELECT changed('INSERT INTO places SELECT c.country, max(o.status) FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.id < 100 GROUP BY 1');
SELECT changed('UPDATE places SET label = t.n FROM (SELECT country, count(*)::text AS n FROM customers GROUP BY country) t WHERE t.country = places.country AND label = ''SHIPPED''');
SELECT changed('DELETE FROM places WHERE country IN (SELECT country FROM customers GROUP BY 1 HAVING count(*) < 200)');
SELECT changed('MERGE INTO places p USING (SELECT country, sum(credit) AS s FROM customers GROUP BY country) t ON t.country = p.country WHEN MATCHED THEN UPDATE SET label = t.s::text WHEN NOT MATCHED THEN INSERT VALUES (t.country, ''new'')');
SELECT country, label FROM places ORDER BY 1, 2;
-- functions in FROM that PostgreSQL replaces by their query
CREATE FUNCTION public.by_status(s text) RETURNS TABLE (country text, n bigint) STABLE LANGUAGE sql AS
	'SELECT c.country, count(*) FROM few o JOIN customers c ON c.id = o.customer_id WHERE o.status = s GROUP BY c.country';
CREATE FUNCTION public.numbers(s text) RETURNS TABLE (id bigint) STABLE LANGUAGE sql AS 'SELECT id FROM few WHERE status = s';
CREATE FUNCTION public.how_many(s text) RETURNS TABLE (n bigint) STABLE LANGUAGE sql AS 'SELECT count(*) FROM numbers(s)';
CREATE FUNCTION public.now_and_then(s text) RETURNS TABLE (id bigint) VOLATILE LANGUAGE sql AS 'SELECT id FROM few WHERE status = s';
SELECT whole('SELECT * FROM by_status(''PAID'') WHERE n > 3 ORDER BY country COLLATE "C"');
SELECT whole('SELECT n FROM how_many(upper(''paid'')), (SELECT max(id) FROM customers) c');
SELECT whole('SELECT id, (SELECT n FROM how_many(''OPEN'')) FROM customers WHERE id < 3 ORDER BY id');
SELECT whole('SELECT p.label, b.n FROM places p JOIN by_status(''PAID'') b USING (country) ORDER BY 1');
SELECT whole('SELECT p.label, h.n FROM places p, how_many(upper(p.label)) h ORDER BY 1');
SELECT whole('SELECT count(*) FROM now_and_then(''PAID'')');
SELECT whole('SELECT count(*), max(n) FROM how_many(''PAID'') WITH ORDINALITY');
-- a divisor of 0 is an error where PostgreSQL surely divides by it, else NULL
SELECT whole('SELECT count(*) FROM customers WHERE credit / id > 1');
SELECT whole('SELECT count(*) FROM customers WHERE credit / id > 1 AND vip');
SELECT whole('SELECT count(*) FROM customers c JOIN few o ON o.customer_id = c.id WHERE o.total / c.id > 1');
SELECT whole('SELECT country FROM customers WHERE vip GROUP BY country HAVING sum(credit) / count(*) > 1');
SELECT whole('SELECT country FROM customers GROUP BY country HAVING sum(credit) / count(*) > 1 OR country = ''DE''');
\pset format aligned
\pset tuples_only off
\set VERBOSITY terse
SELECT count(*) FROM customers WHERE credit / (id - 3) > 1;
SELECT country FROM customers WHERE vip GROUP BY country HAVING sum(credit) / (count(*) - count(*)) > 1;
\set VERBOSITY default
-- parameters
SET plan_cache_mode = force_generic_plan;
PREPARE spent(numeric, text) AS SELECT country, count(*) FROM customers WHERE credit > $1 AND country <> $2 AND since < current_date GROUP BY country HAVING sum(credit) > $1 ORDER BY country;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE spent(9000, 'DE');
EXECUTE spent(9000, 'DE');
-- a value that Snowflake cannot have
EXECUTE spent('NaN', 'DE');
SET plan_cache_mode = force_custom_plan;
EXECUTE spent('NaN', 'DE');
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE spent(9000, 'DE');
DEALLOCATE spent;
PREPARE page(int) AS SELECT id FROM customers ORDER BY id LIMIT 2 OFFSET $1;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE page(10);
EXECUTE page(10);
DEALLOCATE page;
SET plan_cache_mode = force_generic_plan;
PREPARE page(bigint, int) AS SELECT id, since FROM customers ORDER BY id LIMIT $1 OFFSET $2;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE page(2, 10);
EXECUTE page(2, 10);
EXECUTE page(2, NULL);
EXECUTE page(0, 10);
EXECUTE page(NULL, 999);
EXECUTE page(-1, 0);
EXECUTE page(1, -1);
DEALLOCATE page;
PREPARE page(bigint, int, numeric) AS SELECT id FROM customers WHERE credit > $3 LIMIT $1 OFFSET $2;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE page(2, 1, 9000);
SELECT id FROM here.customers WHERE credit > 9100 OFFSET 1;
EXECUTE page(2, 1, 9100);
EXECUTE page(NULL, 1, 9100);
EXECUTE page(2, 1, 'NaN');
EXECUTE page(2, 1, '-infinity');
EXECUTE page(-1, 1, 9100);
EXECUTE page(1, -1, 9100);
DEALLOCATE page;
PREPARE page(bigint) AS SELECT country, count(*) FROM (SELECT * FROM customers ORDER BY id LIMIT $1) c GROUP BY country ORDER BY country;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE page(5);
EXECUTE page(5);
DEALLOCATE page;
-- not known when the statement is sent
PREPARE page(bigint) AS SELECT id FROM customers ORDER BY id LIMIT $1 + 1;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE page(1);
EXECUTE page(1);
DEALLOCATE page;
RESET plan_cache_mode;
-- where a query stands
CREATE TEMP TABLE t AS SELECT country, count(*) AS n FROM customers GROUP BY country;
SELECT * FROM t ORDER BY country;
CREATE MATERIALIZED VIEW m AS SELECT country, max(credit) AS most FROM customers GROUP BY country;
REFRESH MATERIALIZED VIEW m;
SELECT * FROM m ORDER BY country;
COPY (SELECT country, min(id) FROM customers GROUP BY country ORDER BY country) TO STDOUT;
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT country, count(*) FROM customers GROUP BY country ORDER BY country;
FETCH 2 FROM c;
FETCH BACKWARD 1 FROM c;
FETCH ABSOLUTE 3 FROM c;
DECLARE h CURSOR WITH HOLD FOR SELECT count(*) FROM customers;
COMMIT;
FETCH ALL FROM h;
CLOSE h;
CREATE FUNCTION of_country(c text) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM customers WHERE country = c';
CREATE FUNCTION loops() RETURNS SETOF bigint LANGUAGE plpgsql AS $$
DECLARE
	c text;
BEGIN
	FOREACH c IN ARRAY '{DE,FR,XX}'::text[] LOOP
		RETURN QUERY SELECT count(*) FROM customers WHERE country = c;
	END LOOP;
END $$;
SELECT of_country('JP');
SELECT * FROM loops();
-- views: their owner's mapping, and the reader's privileges
CREATE ROLE reader;
CREATE VIEW totals AS SELECT country, sum(credit) AS total FROM customers GROUP BY country;
CREATE VIEW guarded WITH (security_barrier) AS SELECT id, name FROM customers WHERE vip;
GRANT USAGE ON SCHEMA shop TO reader;
GRANT SELECT ON totals, guarded TO reader;
SET ROLE reader;
EXPLAIN (VERBOSE, COSTS OFF) SELECT * FROM totals WHERE total > 0 ORDER BY country;
SELECT count(*) FROM totals;
EXPLAIN (VERBOSE, COSTS OFF) SELECT count(*) FROM guarded WHERE name LIKE 'C%';
SELECT count(*) FROM guarded WHERE name LIKE 'C%';
SELECT count(*) FROM customers;
RESET ROLE;
-- quotients that only Snowflake can compute
SET snowflake_fdw.numeric_division = remote;
EXPLAIN (VERBOSE, COSTS OFF) SELECT x.q FROM (SELECT country, sum(credit) / count(*) AS q, stddev(credit) AS d FROM customers GROUP BY country) x WHERE x.d > 1;
SELECT round(x.q, 6), round(x.d, 6) FROM (SELECT country, sum(credit) / count(*) AS q, stddev(credit) AS d FROM customers GROUP BY country) x WHERE x.d > 1 ORDER BY x.q;
SET snowflake_fdw.numeric_division = local;
ALTER SERVER sf OPTIONS (ADD numeric_division 'remote');
SELECT round(x.q, 6), round(x.d, 6) FROM (SELECT country, sum(credit) / count(*) AS q, stddev(credit) AS d FROM customers GROUP BY country) x WHERE x.d > 1 ORDER BY x.q;
RESET snowflake_fdw.numeric_division;
EXPLAIN (VERBOSE, COSTS OFF) SELECT x.q FROM (SELECT country, sum(credit) / count(*) AS q FROM customers GROUP BY country) x;
ALTER SERVER sf OPTIONS (SET numeric_division 'both');
ALTER SERVER sf OPTIONS (DROP numeric_division);
-- the zeros of a constant that a subquery or an arm shows
SELECT x.q, max(x.q), sum(x.q) FROM (SELECT 2.50 AS q, id FROM customers) x GROUP BY x.q;
SELECT 1.00 AS q, count(*) FROM customers UNION ALL SELECT 2.50, count(*) FROM orders ORDER BY 1;
-- subqueries in what is done at last
SELECT whole('SELECT initcap(country), sum(count(*)) OVER (ORDER BY country ROWS (SELECT 2) PRECEDING) FROM customers GROUP BY country');
SELECT whole('WITH w AS (SELECT 3 AS n) SELECT country, count(*) FROM customers GROUP BY country ORDER BY initcap(country) LIMIT (SELECT n FROM w)');
SELECT whole('WITH w AS (SELECT 3 AS n) SELECT initcap(country), sum(count(*)) OVER (ORDER BY country ROWS (SELECT n FROM w) PRECEDING) FROM customers GROUP BY country');
SELECT whole('SELECT country, count(*) FROM customers GROUP BY country ORDER BY initcap(country) LIMIT (SELECT 3)');
-- a value that is known when the statement is sent, in a column that is fetched as a text
SET timezone = 'UTC';
SELECT min(1.5::float8) FILTER (WHERE '2024-01-01'::timestamptz + interval '1 hour' > now() - interval '100 years') AS half, count(*) FROM customers;
-- formats, and the settings
CREATE FUNCTION plan_of(query text) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF, FORMAT json) ' || query INTO plan;
	RETURN plan->0->'Plan';
END $$;
SELECT p->>'Output' AS output, p->>'Pushdown' AS pushdown, p->>'Remote SQL' AS remote_sql FROM plan_of('SELECT avg(id) FROM customers') p;
DROP FUNCTION plan_of(text);
SET snowflake_fdw.enable_pushdown = off;
EXPLAIN (VERBOSE, COSTS OFF) SELECT count(*) FROM customers;
RESET snowflake_fdw.enable_pushdown;
-- changes of a table after its statement was planned
PREPARE again AS SELECT count(id) FROM customers;
EXECUTE again;
ALTER FOREIGN TABLE customers OPTIONS (SET "table" 'ORDERS');
EXECUTE again;
ALTER FOREIGN TABLE customers OPTIONS (SET "table" 'CUSTOMERS');
EXECUTE again;
DEALLOCATE again;
-- the digits of a number that something is made of here are PostgreSQL's
SELECT array_agg(x) FROM (SELECT sum(CASE WHEN id < 0 THEN credit ELSE 0 END) x FROM customers) s;
DROP VIEW totals, guarded, few, few_items;
DROP MATERIALIZED VIEW m;
DROP FUNCTION by_status(text), numbers(text), how_many(text), now_and_then(text), of_country(text), loops(), whole(text), rows_of(text, text), changed(text);
DROP TABLE places;
SET client_min_messages = warning;
DROP SCHEMA here CASCADE;
RESET client_min_messages;
REVOKE ALL ON SCHEMA shop FROM reader;
DROP ROLE reader;
