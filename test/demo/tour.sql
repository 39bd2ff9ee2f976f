\echo
\echo '  1. Connect: the extension, a server (the Snowflake account) and a user mapping (who you are there).'
\echo
CREATE EXTENSION snowflake_fdw;
ALTER DATABASE postgres SET search_path = public, shop, snowflake;
\c
CREATE SERVER sf FOREIGN DATA WRAPPER snowflake_fdw
    OPTIONS (account 'localorg-localacct', host :'host', port :'port', protocol 'http', warehouse 'COMPUTE_WH', database 'SHOP', schema 'PUBLIC');
CREATE USER MAPPING FOR CURRENT_USER SERVER sf OPTIONS (user 'DEMO_USER', private_key_file :'key');
\echo
\echo '  2. Is anybody there?'
\echo
\x on
SELECT * FROM sf_ping();
\x off
\echo
\echo '  3. Import a Snowflake schema: every table and view, with its types.'
\echo
CREATE SCHEMA shop;
IMPORT FOREIGN SCHEMA "SHOP.PUBLIC" FROM SERVER sf INTO shop;
\det shop.*
\d shop.orders
\echo
\echo '  4. Query it like any table. The second query counts 100,000 rows there; one row travels.'
\echo
SELECT id, name, country, credit FROM shop.customers ORDER BY credit DESC LIMIT 3;
SELECT count(*), sum(quantity * price) AS turnover FROM shop.order_items;
\echo
\echo '  5. Join it with local rows.'
\echo
CREATE TABLE discounts (country text PRIMARY KEY, percent int);
INSERT INTO discounts VALUES ('DE', 10), ('FR', 5);
SELECT d.country, d.percent, count(*) AS customers, sum(c.credit) AS credit
FROM shop.customers c JOIN discounts d USING (country) GROUP BY 1, 2 ORDER BY 1;
\echo
\echo '  6. See what is sent to Snowflake: a report over three tables as one statement; of a scan the columns, LIMIT and conditions; of what stays, why.'
\echo
EXPLAIN (VERBOSE, COSTS OFF)
SELECT c.country, count(DISTINCT o.id) AS orders, avg(i.quantity * i.price) AS average
FROM shop.customers c JOIN shop.orders o ON o.customer_id = c.id JOIN shop.order_items i ON i.order_id = o.id
WHERE c.vip GROUP BY c.country ORDER BY average DESC;
SELECT c.country, count(DISTINCT o.id) AS orders, round(avg(i.quantity * i.price), 2) AS average
FROM shop.customers c JOIN shop.orders o ON o.customer_id = c.id JOIN shop.order_items i ON i.order_id = o.id
WHERE c.vip GROUP BY c.country ORDER BY average DESC;
EXPLAIN (VERBOSE, COSTS OFF) SELECT name FROM shop.customers WHERE country = 'SE' LIMIT 5;
EXPLAIN (VERBOSE, COSTS OFF) SELECT name FROM shop.customers WHERE since >= '2024-01-01' AND name ~ '[Z]';
\echo
\echo '  7. Run Snowflake SQL, with parameters; as rows, as JSON, or find out what it returns. And change rows, as in any table.'
\echo
SELECT * FROM sf_query('SELECT country, COUNT(*) FROM customers WHERE vip = ? GROUP BY 1 ORDER BY 1', '[true]') AS t(country text, n bigint);
SELECT sf_query_json('SHOW WAREHOUSES') ->> 'name' AS warehouse;
SELECT sf_describe('SELECT * FROM customers');
SELECT sf_execute('INSERT INTO empty_table (id, note) VALUES (?, ?)', '[12345678901234567890123456789012345678, "38 digits"]') -> 'rows_inserted' AS inserted;
SELECT * FROM shop.empty_table;
INSERT INTO shop.empty_table (id, note) SELECT g, 'row ' || g FROM generate_series(1, 10000) g;
EXPLAIN (VERBOSE, COSTS OFF) UPDATE shop.empty_table SET note = 'first' WHERE id < 11;
UPDATE shop.empty_table SET note = 'first' WHERE id < 11;
DELETE FROM shop.empty_table WHERE id <= 10000;
\echo
\echo '  8. The account itself as tables: warehouses, tables, tasks, users ... joined with what you know.'
\echo
CREATE SCHEMA sf;
IMPORT FOREIGN SCHEMA snowflake_objects FROM SERVER sf INTO sf;
SELECT name, state, size, auto_suspend FROM sf.warehouses ORDER BY name;
CREATE TABLE owners (table_name text PRIMARY KEY, team text);
INSERT INTO owners VALUES ('CUSTOMERS', 'sales'), ('ORDERS', 'sales'), ('EVENTS', 'web');
SELECT o.team, t.name, t.rows, t.owner FROM sf.tables t JOIN owners o ON o.table_name = t.name
WHERE t.database_name = 'SHOP' AND t.schema_name = 'PUBLIC' ORDER BY 1, 2;
EXPLAIN (VERBOSE, COSTS OFF) SELECT name FROM sf.tables WHERE database_name = 'SHOP' AND schema_name = 'PUBLIC' AND name LIKE 'ORDER%';
\echo
\echo '  9. A task: create it, run it now, see what it did.'
\echo
SELECT sf_task_create('refresh_totals', 'CREATE OR REPLACE TABLE totals AS SELECT country, SUM(credit) AS credit FROM customers GROUP BY country',
    schedule => sf_cron('0 6 * * *', 'Europe/Oslo'), warehouse => 'compute_wh', comment => 'every morning');
SELECT sf_task_execute('refresh_totals', await => true);
SELECT name, state, error_message, query_id IS NOT NULL AS ran FROM sf_task_history('refresh_totals');
SELECT * FROM sf_query('SELECT * FROM totals ORDER BY credit DESC LIMIT 3') AS t(country text, credit numeric);
\echo
\echo '  10. A graph of five tasks with a branch: build it, look at the plan, deploy it, run it, wait for it.'
\echo
CREATE TABLE graphs (dag jsonb);
INSERT INTO graphs VALUES ('{
    "name": "nightly", "schedule": "USING CRON 0 3 * * * Europe/Oslo", "warehouse": "compute_wh",
    "tasks": [
        {"name": "load",   "definition": "CREATE OR REPLACE TABLE staged AS SELECT * FROM orders"},
        {"name": "decide", "definition": "CALL SYSTEM$SET_RETURN_VALUE(''full'')", "branch": true},
        {"name": "full",   "definition": "CREATE OR REPLACE TABLE report AS SELECT status, COUNT(*) AS n FROM staged GROUP BY status"},
        {"name": "small",  "definition": "CREATE OR REPLACE TABLE report AS SELECT COUNT(*) AS n FROM staged"},
        {"name": "clean",  "definition": "DROP TABLE staged", "finalizer": true}],
    "edges": [["load", "decide"], ["decide", "full"], ["decide", "small"]]}');
SELECT ord, name, predecessors, condition FROM graphs, sf_dag_tasks(dag) ORDER BY ord;
SELECT step, action, task, status FROM graphs, sf_dag_deploy(dag);
SELECT sf_dag_run('nightly') AS run \gset
SELECT sf_dag_wait('nightly', :'run', '1 minute');
SELECT name, state, return_value FROM sf_task_history() WHERE name LIKE 'NIGHTLY%' AND state <> 'SCHEDULED' ORDER BY scheduled_time, query_start_time;
SELECT * FROM sf_query('SELECT * FROM report ORDER BY 1') AS t(status text, n bigint);
SELECT p.step, p.action, p.task FROM graphs, sf_dag_plan(dag || '{"schedule": "1 day"}', 'createOrAlter') p;
\echo
\echo '  11. A query that runs on its own: submitted here, watched and collected from another session.'
\echo
SELECT sf_async_submit_script(ARRAY['CALL SYSTEM$WAIT(3)', 'SELECT country, COUNT(*) AS n FROM customers GROUP BY country ORDER BY n DESC']) AS job \gset
SELECT kind, status, is_done FROM sf_async_jobs;
\connect
SELECT sf_async_status(:'job');
SELECT sf_async_wait(:'job', '1 minute');
SELECT * FROM sf_async_result(:'job') AS t(country text, customers bigint) LIMIT 3;
\echo
\echo '  12. When something is wrong, Snowflake says what, and you see it.'
\echo
\set ON_ERROR_STOP off
SELECT * FROM sf_query('SELECT nme FROM customers') AS t(name text);
SELECT sf_task_create('again', 'SELECT 1', schedule => 'USING CRON 0 25 * * * Europe/Oslo');
SELECT * FROM sf_dag_deploy('{"name": "loop", "tasks": [{"name": "a", "definition": "SELECT 1", "after": ["b"]}, {"name": "b", "definition": "SELECT 1", "after": ["a"]}]}');
CREATE FOREIGN TABLE broken (id int) SERVER sf OPTIONS (query 'DELETE FROM customers');
SET statement_timeout = '1s';
SELECT * FROM sf_query('SELECT SYSTEM$WAIT(60)') AS t(x text);
RESET statement_timeout;
\echo
\echo '  That was the tour. The statement above was cancelled in Snowflake too.'
