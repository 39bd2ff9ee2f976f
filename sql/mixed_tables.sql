-- account objects and finished results beside data tables: the rows of local copies, and why a query is no single statement
SET search_path = shop, public, snowflake;
CREATE SCHEMA mixed;
IMPORT FOREIGN SCHEMA snowflake_objects LIMIT TO (tables, schemas, databases) FROM SERVER sf INTO mixed;
SELECT sf_async_submit('SELECT id, country FROM SHOP.PUBLIC.CUSTOMERS WHERE id <= 5', server => 'sf') AS id \gset
SELECT status FROM sf_async_wait(:'id') AS status;
CREATE FOREIGN TABLE mixed.result (id int, country text COLLATE "C") SERVER sf OPTIONS (query_id :'id');
CREATE FOREIGN TABLE mixed.named (table_name text OPTIONS (column_name 'COLUMN1', remote_type 'VARCHAR') COLLATE "C",
	wanted int OPTIONS (column_name 'COLUMN2', remote_type 'NUMBER(38,0)')) SERVER sf
	OPTIONS (query $$SELECT column1, column2 FROM VALUES ('CUSTOMERS', 3), ('ORDERS', 2), ('NOTHING', 1)$$);
CREATE SCHEMA mixed_here;
CREATE TABLE mixed_here.tables AS SELECT * FROM mixed.tables WHERE database_name = 'SHOP' AND schema_name = 'PUBLIC';
CREATE TABLE mixed_here.schemas AS SELECT * FROM mixed.schemas WHERE database_name = 'SHOP';
CREATE TABLE mixed_here.result AS SELECT * FROM mixed.result;
CREATE TABLE mixed_here.named AS SELECT * FROM mixed.named;
CREATE TABLE mixed_here.customers AS SELECT * FROM shop.customers;
CREATE VIEW mixed.ours AS SELECT name, schema_name, kind FROM mixed.tables WHERE database_name = 'SHOP' AND schema_name = 'PUBLIC';
CREATE VIEW mixed_here.ours AS SELECT name, schema_name, kind FROM mixed_here.tables;
-- what is sent and what is kept, and whether the rows are those of the copies
CREATE FUNCTION mixed_plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	lines text[];
	there text[];
	scans text[];
	here text[];
BEGIN
	SET LOCAL search_path = mixed, shop, public, snowflake;
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
		IF line ~ 'Kept local: (statement|subquery)|Pushdown|Remote SQL|Remote Call|Result of query' THEN
			lines := lines || regexp_replace(btrim(line), 'query: .*', 'query');
		END IF;
	END LOOP;
	RETURN QUERY SELECT l FROM unnest(lines) l ORDER BY l COLLATE "C";
	EXECUTE format('SELECT array_agg(q::text ORDER BY q::text COLLATE "C") FROM (%s) q', query) INTO there;
	SET LOCAL snowflake_fdw.enable_statement_pushdown = off;
	SET LOCAL snowflake_fdw.enable_subquery_pushdown = off;
	EXECUTE format('SELECT array_agg(q::text ORDER BY q::text COLLATE "C") FROM (%s) q', query) INTO scans;
	SET LOCAL snowflake_fdw.enable_statement_pushdown = on;
	SET LOCAL snowflake_fdw.enable_subquery_pushdown = on;
	SET LOCAL search_path = mixed_here, public, snowflake;
	EXECUTE format('SELECT array_agg(q::text ORDER BY q::text COLLATE "C") FROM (%s) q', query) INTO here;
	RETURN NEXT format('%s rows%s', cardinality(there), CASE WHEN there IS DISTINCT FROM here OR scans IS DISTINCT FROM here THEN ', which DIFFER: ' || here::text || there::text END);
END $$;
\pset format unaligned
\pset tuples_only on
-- joins
SELECT mixed_plan('SELECT o.name, n.wanted FROM ours o JOIN named n ON n.table_name = o.name');
SELECT mixed_plan('SELECT o.name, t.n FROM ours o JOIN (SELECT table_name, max(wanted) AS n FROM named GROUP BY table_name) t ON t.table_name = o.name');
SELECT mixed_plan('SELECT r.id, c.name FROM result r JOIN customers c ON c.id = r.id');
SELECT mixed_plan('SELECT r.country, c.n FROM result r LEFT JOIN (SELECT country, count(*) AS n FROM customers GROUP BY country) c USING (country)');
SELECT mixed_plan('SELECT o.name, r.id, c.n FROM ours o, result r, (SELECT count(*) AS n FROM customers WHERE id < 100) c WHERE o.name = ''CUSTOMERS'' AND r.id < 3');
-- set operations
SELECT mixed_plan('SELECT name FROM ours UNION SELECT table_name FROM named');
SELECT mixed_plan('SELECT country FROM result UNION ALL SELECT country FROM customers GROUP BY country');
SELECT mixed_plan('SELECT country FROM customers INTERSECT SELECT country FROM result');
SELECT mixed_plan('SELECT table_name FROM named EXCEPT SELECT name FROM ours');
-- subqueries
SELECT mixed_plan('SELECT count(*) FROM customers WHERE id IN (SELECT id FROM result)');
SELECT mixed_plan('SELECT table_name FROM named n WHERE EXISTS (SELECT 1 FROM ours o WHERE o.name = n.table_name)');
SELECT mixed_plan('SELECT name, (SELECT max(wanted) FROM named) AS m, (SELECT count(*) FROM result) AS r FROM ours WHERE name < ''D''');
SELECT mixed_plan('SELECT country, count(*) FROM customers WHERE id > (SELECT max(id) FROM result) GROUP BY country');
-- WITH
SELECT mixed_plan('WITH r AS MATERIALIZED (SELECT id FROM result), c AS MATERIALIZED (SELECT country, min(id) AS id FROM customers GROUP BY country) SELECT country FROM c JOIN r USING (id)');
-- where they cannot be: a data table's statement, by name
SELECT mixed_plan('SELECT count(*) FROM customers c JOIN ours o ON o.name = c.name JOIN result r ON r.id = c.id');
-- each alone
SELECT mixed_plan('SELECT kind, count(*) FROM ours GROUP BY kind');
SELECT mixed_plan('SELECT country, count(*) FROM result GROUP BY country');
SELECT mixed_plan('SELECT s.name, count(*) FROM schemas s JOIN ours o ON o.schema_name = s.name WHERE s.database_name = ''SHOP'' GROUP BY s.name');
\pset tuples_only off
\pset format aligned
SET client_min_messages = warning;
DROP FUNCTION mixed_plan;
DROP SCHEMA mixed, mixed_here CASCADE;
