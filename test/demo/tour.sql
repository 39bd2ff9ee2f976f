\echo
\echo '  1. Connect: the extension, a server (the Snowflake account) and a user mapping (who you are there).'
\echo
CREATE EXTENSION snowflake_fdw;
SET search_path = public, snowflake;
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
\echo '  4. Query it like any table. Only the columns that are used travel; 100,000 rows are read here.'
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
\echo '  6. See what is sent to Snowflake.'
\echo
EXPLAIN (VERBOSE, COSTS OFF) SELECT name FROM shop.customers LIMIT 5;
\echo
\echo '  7. Run Snowflake SQL, with parameters; as rows, as JSON, or find out what it returns.'
\echo
SELECT * FROM sf_query('SELECT country, COUNT(*) FROM customers WHERE vip = ? GROUP BY 1 ORDER BY 1', '[true]') AS t(country text, n bigint);
SELECT sf_query_json('SHOW WAREHOUSES') ->> 'name' AS warehouse;
SELECT sf_describe('SELECT * FROM customers');
SELECT sf_execute('INSERT INTO empty_table (id, note) VALUES (?, ?)', '[12345678901234567890123456789012345678, "38 digits"]') -> 'rows_inserted' AS inserted;
SELECT * FROM shop.empty_table;
\echo
\echo '  8. When something is wrong, Snowflake says what, and you see it.'
\echo
\set ON_ERROR_STOP off
SELECT * FROM sf_query('SELECT nme FROM customers') AS t(name text);
CREATE FOREIGN TABLE broken (id int) SERVER sf OPTIONS (query 'DELETE FROM customers');
SET statement_timeout = '1s';
SELECT * FROM sf_query('SELECT SYSTEM$WAIT(60)') AS t(x text);
RESET statement_timeout;
\echo
\echo '  That was the tour. The statement above was cancelled in Snowflake too.'
