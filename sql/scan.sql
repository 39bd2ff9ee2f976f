-- scans of imported tables
SET search_path = shop, public, snowflake;
\x
SELECT * FROM type_sampler ORDER BY id;
SELECT * FROM events ORDER BY id LIMIT 2;
\x
SELECT * FROM "Größen Tabelle" ORDER BY 1;
SELECT * FROM empty_table;
SELECT sku, price, weight FROM products ORDER BY sku LIMIT 3;
SELECT count(*), sum(quantity), sum(price), min(shipped_on), max(shipped_on) FROM order_items;
-- the same rows as a local copy
CREATE TABLE local_items AS SELECT * FROM order_items;
(TABLE order_items EXCEPT ALL TABLE local_items) UNION ALL (TABLE local_items EXCEPT ALL TABLE order_items);
DROP TABLE local_items;
-- what is sent
EXPLAIN (VERBOSE, COSTS OFF) SELECT name FROM customers WHERE country = 'NO';
EXPLAIN (VERBOSE, COSTS OFF) SELECT * FROM events LIMIT 3;
EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM orders LIMIT 5 OFFSET 10;
SELECT count(*) FROM (SELECT id FROM orders LIMIT 5 OFFSET 10) x;
EXPLAIN (VERBOSE, COSTS OFF) SELECT c.name, sum(o.total) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY 1;
-- joined with local rows
SELECT c.country, t.title, count(*) FROM customers c JOIN (VALUES ('NO', 'Norway'), ('DE', 'Germany')) t(country, title) USING (country) GROUP BY 1, 2 ORDER BY 1;
-- query tables
CREATE FOREIGN TABLE by_country (country text, n bigint) SERVER sf OPTIONS (query 'SELECT country, COUNT(*) AS n FROM customers GROUP BY country');
SELECT * FROM by_country ORDER BY country LIMIT 3;
CREATE FOREIGN TABLE warehouses (name text, size text) SERVER sf OPTIONS (query 'SHOW WAREHOUSES');
SELECT * FROM warehouses ORDER BY name;
-- functions
SELECT * FROM sf_query('SELECT country, COUNT(*) FROM customers WHERE vip = ? GROUP BY 1 ORDER BY 1 LIMIT 2', '[true]') AS t(country text, n bigint);
SELECT sf_query_json('SELECT id, name, credit FROM customers ORDER BY id LIMIT 2');
SELECT name, country FROM sf_query_as(NULL::customers, 'SELECT name, country, 1 AS more FROM customers ORDER BY id LIMIT 1');
SELECT sf_describe('SELECT * FROM orders');
-- equal names, and one too long for a column here
SELECT sf_describe('SELECT 1 AS a, 2 AS a, 3 AS a_2, 4 AS ' || repeat('x', 70) || ', 5 AS ' || repeat('x', 71)) AS list \gset
SELECT :'list';
SELECT * FROM sf_query('SELECT 1 AS a, 2 AS a, 3 AS a_2, 4 AS b, 5 AS c') AS :list;
SELECT sf_execute('CREATE TABLE scratch (a INT, b VARCHAR)') - 'query_id' AS result;
SELECT sf_execute('INSERT INTO scratch VALUES (?, ?), (2, ''two'')', '[1, "one"]') - 'query_id' AS result;
SELECT sf_execute('UPDATE scratch SET b = ''x'' WHERE a > 1') - 'query_id' AS result;
SELECT sf_execute('DROP TABLE scratch') - 'query_id' AS result;
-- Snowflake's errors
\set VERBOSITY terse
SELECT * FROM sf_query('SELECT nope FROM customers') AS t(x int);
CREATE FOREIGN TABLE gone (id int) SERVER sf OPTIONS (database 'SHOP', schema 'PUBLIC', "table" 'GONE');
\set VERBOSITY sqlstate
SELECT * FROM gone;
SELECT * FROM sf_query('SELEC 1') AS t(x int);
SELECT * FROM sf_query('SELECT 1/0') AS t(x int);
SELECT * FROM sf_query('SELECT 1', warehouse => 'NO_SUCH_WH') AS t(x int);
SELECT * FROM sf_query('SELECT 1', role => 'NO_SUCH_ROLE') AS t(x int);
