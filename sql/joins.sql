-- joins, groups, DISTINCT, ORDER BY and LIMIT of tables of one server within a larger query: what leaves as one statement, with the
-- rows of local copies; and the nearest forms that stay
SET search_path = shop, public, snowflake;
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE SCHEMA joins_here;
CREATE SCHEMA joins_there;
CREATE TABLE joins_here.customers AS SELECT * FROM shop.customers;
CREATE TABLE joins_here.products AS SELECT * FROM shop.products;
CREATE TABLE joins_here.orders AS SELECT * FROM shop.orders WHERE id <= 300;
CREATE TABLE joins_here.items AS SELECT * FROM shop.order_items WHERE order_id <= 300;
CREATE VIEW joins_there.orders AS SELECT * FROM shop.orders WHERE id <= 300;
CREATE VIEW joins_there.items AS SELECT * FROM shop.order_items WHERE order_id <= 300;
-- local in both
CREATE TABLE picked AS SELECT g AS id, (ARRAY['OPEN', 'PAID', 'x', NULL])[g % 4 + 1] COLLATE "C" AS status, g % 7 AS k FROM generate_series(1, 40) g;
ANALYZE picked;
-- partitions of the orders
CREATE TABLE joins_there.parts (id bigint, customer_id int, status text COLLATE "C", placed_at timestamp, total numeric(12,2)) PARTITION BY LIST (status);
DO $$
DECLARE
	s text;
	t text;
BEGIN
	FOREACH s IN ARRAY '{OPEN,PAID,SHIPPED,RETURNED}'::text[] LOOP
		t := 'parts_' || lower(s);
		EXECUTE format($q$CREATE FOREIGN TABLE joins_there.%I (id bigint OPTIONS (column_name 'ID', remote_type 'NUMBER(18,0)'),
			customer_id int OPTIONS (column_name 'CUSTOMER_ID', remote_type 'NUMBER(9,0)'),
			status text OPTIONS (column_name 'STATUS', remote_type 'VARCHAR') COLLATE "C",
			placed_at timestamp OPTIONS (column_name 'PLACED_AT', remote_type 'TIMESTAMP_NTZ(6)'),
			total numeric(12,2) OPTIONS (column_name 'TOTAL', remote_type 'NUMBER(12,2)'))
			SERVER sf OPTIONS (query %L)$q$, t, format('SELECT ID, CUSTOMER_ID, STATUS, CAST(PLACED_AT AS TIMESTAMP_NTZ(6)) AS PLACED_AT, TOTAL FROM SHOP.PUBLIC.ORDERS WHERE ID <= 300 AND STATUS = ''%s''', s));
		EXECUTE format('ALTER TABLE joins_there.parts ATTACH PARTITION joins_there.%I FOR VALUES IN (%L)', t, s);
	END LOOP;
END $$;
CREATE VIEW joins_here.parts AS SELECT * FROM joins_here.orders;
-- the plan's lines, and whether the rows are those of the copies, also with each setting off
CREATE FUNCTION joined_rows(query text, path text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	row record;
	rows text[] := '{}';
BEGIN
	PERFORM set_config('search_path', path || ', public, snowflake', true);
	FOR row IN EXECUTE query LOOP
		rows := rows || row::text;
	END LOOP;
	PERFORM set_config('search_path', 'joins_there, shop, public, snowflake', true);
	IF query !~ 'ORDER BY' THEN
		SELECT array_agg(x ORDER BY x COLLATE "C") INTO rows FROM unnest(rows) x;
	END IF;
	RETURN coalesce(rows, '{}');
END $$;
CREATE FUNCTION joined_lines(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	SET LOCAL search_path = joins_there, shop, public, snowflake;
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
		IF line ~ 'Pushdown|Remote SQL|Kept local' AND line !~ 'is a local table' THEN
			RETURN NEXT replace(btrim(line), '"SHOP"."PUBLIC".', '');
		END IF;
	END LOOP;
END $$;
CREATE FUNCTION joined(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	here text[];
	setting text;
BEGIN
	SET LOCAL search_path = joins_there, shop, public, snowflake;
	RETURN QUERY SELECT * FROM joined_lines(query);
	here := joined_rows(query, 'joins_here, shop');
	IF joined_rows(query, 'joins_there, shop') <> here THEN
		RETURN NEXT format('DIFFERENT: %s HERE %s', joined_rows(query, 'joins_there, shop'), here);
	END IF;
	FOREACH setting IN ARRAY '{join,aggregate,sort,filter}'::text[] LOOP
		PERFORM set_config(format('snowflake_fdw.enable_%s_pushdown', setting), 'off', true);
		IF joined_rows(query, 'joins_there, shop') <> here THEN
			RETURN NEXT 'DIFFERENT without ' || setting;
		END IF;
		PERFORM set_config(format('snowflake_fdw.enable_%s_pushdown', setting), 'on', true);
	END LOOP;
	RETURN NEXT cardinality(here) || ' rows';
END $$;
\pset format unaligned
\pset tuples_only on
\set ECHO queries
-- inner joins
SELECT joined('SELECT p.id, c.name, o.total FROM picked p JOIN orders o ON o.id = p.id JOIN customers c ON c.id = o.customer_id');
SELECT joined('SELECT p.id, c.name, i.sku, i.price FROM picked p, orders o, customers c, items i WHERE o.id = p.id AND c.id = o.customer_id AND i.order_id = o.id AND i.quantity > 2 AND c.country <> ''DE''');
SELECT joined('SELECT p.id, a.id, b.id FROM picked p JOIN orders a ON a.id = p.id JOIN orders b ON a.customer_id = b.customer_id AND a.id < b.id');
-- a condition that is not sent: of the join, it is looked at here; of a table, the join is
SELECT joined('SELECT p.id, c.name FROM picked p JOIN orders o ON o.id = p.id JOIN customers c ON c.id = o.customer_id AND c.name ~ (o.id || ''$'')');
SELECT joined('SELECT p.id, c.name FROM picked p JOIN orders o ON o.id = p.id JOIN customers c ON c.id = o.customer_id WHERE c.name ~ ''[13]$''');
SELECT joined('SELECT p.id, c.name FROM picked p JOIN orders o ON o.id = p.id JOIN customers c ON c.name ~ (o.id || ''$'') WHERE o.id < 4');
-- left, right, full
SELECT joined('SELECT p.id, o.id, c.name FROM picked p JOIN (orders o LEFT JOIN customers c ON c.id = o.customer_id AND c.vip) ON o.id = p.id');
SELECT joined('SELECT p.id, o.id, c.name FROM picked p JOIN (orders o LEFT JOIN customers c ON c.id = o.customer_id AND c.vip) ON o.id = p.id WHERE c.id IS NULL OR c.country = ''US''');
SELECT joined('SELECT p.id, c.id, o.id FROM picked p JOIN (orders o RIGHT JOIN customers c ON c.id = o.customer_id AND o.total > 100) ON c.id = p.id');
SELECT joined('SELECT p.id, c.id, o.id FROM picked p LEFT JOIN (orders o FULL JOIN customers c ON c.id = o.customer_id + 20) ON c.id = p.id');
SELECT joined('SELECT p.id, c.id, o.id FROM picked p LEFT JOIN ((SELECT * FROM orders WHERE total > 300) o FULL JOIN (SELECT * FROM customers WHERE vip) c ON c.id = o.customer_id) ON coalesce(c.id, o.id) = p.id');
SELECT joined('SELECT p.id, c.id, x.id FROM picked p LEFT JOIN ((SELECT o.* FROM orders o JOIN items i ON i.order_id = o.id AND i.quantity > 3) x FULL JOIN (SELECT * FROM customers WHERE vip) c ON c.id = x.customer_id) ON coalesce(c.id, x.id) = p.id');
SELECT joined('SELECT p.id, o.id, c.id, i.sku FROM picked p JOIN orders o ON o.id = p.id LEFT JOIN (customers c JOIN items i ON i.order_id = c.id) ON c.id = o.customer_id AND i.quantity = 1');
-- an expression that an outer join makes NULL
SELECT joined('SELECT p.id, o.id, c.n FROM picked p JOIN (orders o LEFT JOIN (SELECT id, coalesce(credit, 0) AS n FROM customers WHERE vip) c ON c.id = o.customer_id) ON o.id = p.id');
-- semi and anti joins
SELECT joined('SELECT p.id, o.total FROM picked p JOIN orders o ON o.id = p.id WHERE EXISTS (SELECT FROM customers c WHERE c.id = o.customer_id AND c.country = ''DE'')');
SELECT joined('SELECT p.id, o.total FROM picked p JOIN orders o ON o.id = p.id WHERE NOT EXISTS (SELECT FROM items i WHERE i.order_id = o.id AND i.quantity > 2)');
SELECT joined('SELECT p.id, o.total FROM picked p JOIN orders o ON o.id = p.id WHERE o.customer_id IN (SELECT c.id FROM customers c JOIN orders o2 ON o2.customer_id = c.id WHERE c.vip)');
SELECT joined('SELECT p.id, o.total FROM picked p JOIN orders o ON o.id = p.id WHERE NOT EXISTS (SELECT FROM customers c LEFT JOIN items i ON i.order_id = c.id WHERE c.id = o.customer_id AND i.order_id IS NULL)');
SELECT joined('SELECT p.id, o.total FROM picked p JOIN orders o ON o.id = p.id WHERE EXISTS (SELECT FROM items i WHERE i.order_id < o.id AND i.price > 90)');
SELECT joined('SELECT o.id, o.total FROM orders o WHERE o.id < 20 AND EXISTS (SELECT FROM picked p WHERE p.id = o.id AND p.k = 3) AND EXISTS (SELECT FROM customers c WHERE c.id = o.customer_id AND NOT c.vip)');
SELECT joined('SELECT p.id FROM picked p WHERE EXISTS (SELECT FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = p.id AND c.vip)');
SELECT joined('SELECT p.id FROM picked p LEFT JOIN (orders o JOIN customers c ON c.id = o.customer_id AND NOT c.vip) ON o.id = p.id WHERE o.id IS NULL');
-- order: that of the query, for a merge join or as it is
SELECT joined('SELECT p.id, c.name FROM picked p JOIN orders o ON o.id = p.id JOIN customers c ON c.id = o.customer_id ORDER BY o.total DESC NULLS LAST, p.id');
SELECT joined('SELECT o.id, c.name COLLATE "C" AS name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id > (SELECT max(id) + 250 FROM picked) ORDER BY name DESC NULLS LAST, o.id');
SELECT joined('SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id > (SELECT max(id) FROM picked) ORDER BY c.name COLLATE "und-x-icu", o.id LIMIT 5');
-- not by what is computed above it
SELECT joined('SELECT max(c.name) AS m, min(o.id) AS o FROM picked p JOIN orders o ON o.id <> p.id JOIN customers c ON c.id = o.customer_id WHERE o.id < 40 ORDER BY 1 DESC, 2');
SELECT joined('SELECT o.id, rank() OVER (ORDER BY o.total, o.id) AS r FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id > (SELECT max(id) + 250 FROM picked) ORDER BY 2, 1');
-- groups, DISTINCT, LIMIT above a scan or a join that waits for a local value
SELECT joined('SELECT status, count(*), sum(total), avg(total), min(placed_at), max(total) FROM orders WHERE id > (SELECT max(id) FROM picked) GROUP BY status');
SELECT joined('SELECT c.country, count(DISTINCT c.id), avg(o.total) + 1 AS more, bool_and(c.vip) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id > (SELECT max(id) FROM picked) GROUP BY c.country HAVING count(*) > 10 ORDER BY more DESC, 1 LIMIT 3');
SELECT joined('SELECT count(*) FILTER (WHERE c.vip), sum(o.total) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id > (SELECT max(id) FROM picked)');
SELECT joined('SELECT DISTINCT c.country, o.status FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id > (SELECT max(id) FROM picked) ORDER BY 2, 1 LIMIT 4 OFFSET 1');
SELECT joined('SELECT o.id, o.total FROM orders o WHERE o.id > (SELECT max(id) FROM picked) ORDER BY o.total DESC NULLS LAST, o.id LIMIT 3');
SELECT joined('SELECT c.country, bit_or(o.id) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id > (SELECT max(id) + 250 FROM picked) GROUP BY c.country');
SELECT joined('SELECT status, sum(total) / count(*) FROM orders WHERE id > (SELECT max(id) FROM picked) GROUP BY status');
SELECT joined('SELECT lower(status COLLATE "und-x-icu"), count(*) FROM orders WHERE id > (SELECT max(id) FROM picked) GROUP BY 1');
-- nothing above a condition that is kept
SELECT joined('SELECT status, count(*) FROM orders WHERE id > (SELECT max(id) FROM picked) AND status ~ ''[OP]..D'' GROUP BY status');
-- a value that Snowflake cannot have
SELECT joined('SELECT status, count(*) FROM orders WHERE placed_at < (SELECT max(''infinity''::timestamp) FROM picked) GROUP BY status');
SELECT joined('SELECT status, count(*) FROM orders WHERE placed_at < (SELECT max(''2023-03-29''::timestamp) FROM picked) GROUP BY status');
SELECT joined('SELECT p.id, c.name FROM picked p JOIN orders o ON o.id = p.id JOIN customers c ON c.id = o.customer_id AND c.credit < (SELECT max(''NaN''::numeric) FROM picked)');
-- in a subquery for each row
SELECT joined('SELECT p.id, (SELECT max(c.since) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = p.id) FROM picked p WHERE p.id < 9');
SELECT joined('SELECT p.id, x.n FROM picked p, LATERAL (SELECT count(*) AS n FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.id % 7 = p.k) x WHERE p.id < 5');
-- partitions: each aggregated in Snowflake where its groups are its own, or its states are values
SET enable_partitionwise_aggregate = on;
SELECT joined('SELECT status, count(*), sum(total), avg(total) FROM parts GROUP BY status');
SELECT joined('SELECT customer_id % 5 AS c, count(*), max(total), min(placed_at), bool_or(total > 500), sum(customer_id) FROM parts GROUP BY 1');
SELECT joined('SELECT count(*), min(id) FROM parts');
SELECT joined('SELECT customer_id % 5 AS c, sum(total) FROM parts GROUP BY 1');
SET enable_partitionwise_join = on;
SELECT joined('SELECT a.id, b.id FROM parts a JOIN parts b ON a.status = b.status AND a.customer_id = b.customer_id AND a.id < b.id WHERE a.id < 100');
SELECT joined('SELECT id, total FROM parts ORDER BY total DESC NULLS LAST, id LIMIT 5');
RESET enable_partitionwise_join;
RESET enable_partitionwise_aggregate;
-- the genetic search for joins, which has a memory of its own for each try
SET geqo_threshold = 2;
SELECT joined('SELECT p.id, x.oid, x.cid FROM picked p JOIN (SELECT o.id AS oid, c.id AS cid FROM orders o FULL JOIN (SELECT * FROM customers WHERE id <= 300) c ON c.id = o.customer_id) x ON x.oid = p.id OR x.cid = p.k');
-- its order of the tables is not the same in all versions
SELECT line FROM joined('SELECT p.id, o.id, c.id FROM picked p JOIN orders o ON o.id = p.id JOIN customers c ON c.id = o.customer_id JOIN items i ON i.order_id = o.id WHERE EXISTS (SELECT FROM products g WHERE g.sku = i.sku AND g.price > 50)') line WHERE line !~ '^Remote SQL';
RESET geqo_threshold;
-- row locks and changes: the join is made here
BEGIN;
SELECT joined('SELECT p.id, c.name FROM picked p JOIN orders o ON o.id = p.id JOIN customers c ON c.id = o.customer_id FOR UPDATE OF p');
ROLLBACK;
SELECT joined_lines('UPDATE picked SET k = c.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = picked.id');
-- the settings
SET snowflake_fdw.enable_join_pushdown = off;
SELECT joined_lines('SELECT p.id, c.name FROM picked p JOIN orders o ON o.id = p.id JOIN customers c ON c.id = o.customer_id');
RESET snowflake_fdw.enable_join_pushdown;
SET snowflake_fdw.enable_aggregate_pushdown = off;
SELECT joined_lines('SELECT status, count(*) FROM orders WHERE id > (SELECT max(id) FROM picked) GROUP BY status');
RESET snowflake_fdw.enable_aggregate_pushdown;
SET snowflake_fdw.enable_sort_pushdown = off;
SELECT joined_lines('SELECT id FROM orders WHERE id > (SELECT max(id) FROM picked) ORDER BY total');
RESET snowflake_fdw.enable_sort_pushdown;
\set ECHO none
\pset format aligned
\pset tuples_only off
EXPLAIN (VERBOSE, COSTS OFF) SELECT p.id, avg(o.total) FROM picked p JOIN orders o ON o.id = p.id JOIN customers c ON c.id = o.customer_id GROUP BY p.id ORDER BY p.id;
SET client_min_messages = warning;
DROP SCHEMA joins_here, joins_there CASCADE;
DROP TABLE picked;
DROP FUNCTION joined, joined_lines, joined_rows;
