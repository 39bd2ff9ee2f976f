-- one moment for all scans of a query: what is sent
SET search_path = shop, public, snowflake;
SET snowflake_fdw.snapshot = on;
CREATE TABLE keys AS SELECT generate_series(1, 3) AS id;
EXPLAIN (VERBOSE, COSTS OFF) SELECT name FROM customers WHERE country = 'NO';
EXPLAIN (VERBOSE, COSTS OFF) SELECT c.country, count(*) FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.id IN (SELECT customer_id FROM orders) GROUP BY 1;
EXPLAIN (VERBOSE, COSTS OFF) WITH w AS (SELECT id FROM customers) SELECT (SELECT count(*) FROM w) + (SELECT max(id) FROM w);
EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM customers UNION SELECT customer_id FROM orders;
-- the rows are the same
SELECT country, count(*) FROM customers GROUP BY 1 ORDER BY 1 LIMIT 2;
SELECT k.id, c.name, (SELECT count(*) FROM orders o WHERE o.customer_id = k.id) AS orders FROM keys k LEFT JOIN customers c ON c.id = k.id ORDER BY 1;
CREATE TABLE snapshot_rows AS SELECT o.* FROM orders o;
SET snowflake_fdw.snapshot = off;
(TABLE orders EXCEPT ALL TABLE snapshot_rows) UNION ALL (TABLE snapshot_rows EXCEPT ALL TABLE orders);
DROP TABLE snapshot_rows;
EXPLAIN (VERBOSE, COSTS OFF) SELECT name FROM customers WHERE country = 'NO';
-- options: of the server, of a table
RESET snowflake_fdw.snapshot;
ALTER SERVER sf OPTIONS (ADD snapshot 'true');
ALTER FOREIGN TABLE orders OPTIONS (ADD snapshot 'false');
EXPLAIN (VERBOSE, COSTS OFF) SELECT count(*) FROM customers c JOIN orders o ON o.customer_id = c.id;
SET snowflake_fdw.snapshot = on;
EXPLAIN (VERBOSE, COSTS OFF) SELECT count(*) FROM customers c JOIN orders o ON o.customer_id = c.id;
SET snowflake_fdw.snapshot = off;
EXPLAIN (VERBOSE, COSTS OFF) SELECT count(*) FROM customers c JOIN orders o ON o.customer_id = c.id;
ALTER SERVER sf OPTIONS (DROP snapshot);
ALTER FOREIGN TABLE orders OPTIONS (SET snapshot 'perhaps');
ALTER FOREIGN TABLE orders OPTIONS (DROP snapshot);
SET snowflake_fdw.snapshot = perhaps;
-- a table by query has its own tables
CREATE FOREIGN TABLE asked (n bigint) SERVER sf OPTIONS (query 'SELECT COUNT(*) AS n FROM customers');
SET snowflake_fdw.snapshot = on;
EXPLAIN (VERBOSE, COSTS OFF) TABLE asked;
TABLE asked;
ALTER FOREIGN TABLE asked OPTIONS (ADD snapshot 'false');
TABLE asked;
DROP FOREIGN TABLE asked;
-- what Snowflake refuses
CREATE FOREIGN TABLE of_schema (table_name text) SERVER sf OPTIONS (database 'SHOP', schema 'INFORMATION_SCHEMA', "table" 'TABLES');
\set VERBOSITY terse
SELECT count(*) > 0 FROM of_schema;
\set VERBOSITY default
RESET snowflake_fdw.snapshot;
SELECT count(*) > 0 FROM of_schema;
DROP FOREIGN TABLE of_schema;
DROP TABLE keys;
