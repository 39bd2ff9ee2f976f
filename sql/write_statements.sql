-- INSERT ... SELECT, UPDATE and DELETE that are one statement in Snowflake; and the nearest forms that go by rows
SET search_path = public, snowflake;
SET datestyle = ISO;
SELECT sf_execute('CREATE SCHEMA SHOP.CHANGED') ->> 'message';
SELECT sf_execute('CREATE TABLE SHOP.CHANGED.W (ID NUMBER(9,0) NOT NULL PRIMARY KEY, NAME VARCHAR(20), AMOUNT NUMBER(12,2), PLACED TIMESTAMP_NTZ(6), D DATE, F FLOAT, V VARIANT, OK BOOLEAN)') ->> 'message';
SELECT sf_execute('CREATE TABLE SHOP.CHANGED.U (ID NUMBER(9,0), NAME VARCHAR(20), N NUMBER(18,0), V VARIANT)') ->> 'message';
CREATE SCHEMA changed;
CREATE SCHEMA changed_here;
IMPORT FOREIGN SCHEMA "SHOP.CHANGED" FROM SERVER sf INTO changed;
IMPORT FOREIGN SCHEMA "SHOP.PUBLIC" LIMIT TO (orders, customers, order_items) FROM SERVER sf INTO changed;
CREATE TABLE changed_here.w (LIKE changed.w);
CREATE TABLE changed_here.u (LIKE changed.u);
CREATE TABLE changed_here.orders AS SELECT * FROM changed.orders;
CREATE TABLE changed_here.customers AS SELECT * FROM changed.customers;
CREATE TABLE changed_here.order_items AS SELECT * FROM changed.order_items;
CREATE TABLE near AS SELECT g AS id FROM generate_series(1, 5) g;
-- what is sent; the rows that were changed, and whether the local table is the same after it
CREATE FUNCTION wrote(statement text, relation text DEFAULT 'w') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	there bigint;
	here bigint;
	different bigint;
BEGIN
	PERFORM set_config('search_path', 'changed, public, snowflake', true);
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || statement LOOP
		IF line ~ '(Remote SQL: (INSERT|MERGE|UPDATE|DELETE)|Kept local: statement|Foreign (Insert|Update|Delete))' THEN
			RETURN NEXT replace(trim(line), '"SHOP".', '');
		END IF;
	END LOOP;
	EXECUTE statement;
	GET DIAGNOSTICS there = ROW_COUNT;
	PERFORM set_config('search_path', 'changed_here, public, snowflake', true);
	EXECUTE statement;
	GET DIAGNOSTICS here = ROW_COUNT;
	EXECUTE format('SELECT count(*) FROM ((TABLE changed.%1$I EXCEPT ALL TABLE changed_here.%1$I) UNION ALL (TABLE changed_here.%1$I EXCEPT ALL TABLE changed.%1$I)) d', relation) INTO different;
	RETURN NEXT format('%s rows%s%s', there, CASE WHEN here <> there THEN format(', %s here', here) END, CASE WHEN different > 0 THEN format(', %s are different', different) END);
	PERFORM set_config('search_path', 'public, snowflake', true);
END $$;
\t on
-- INSERT ... SELECT
SELECT wrote('INSERT INTO w (id, name, amount, placed) SELECT id, status, total, placed_at FROM orders WHERE id <= 40');
SELECT wrote('INSERT INTO w (id, name, d, ok) SELECT c.id + 100, c.country, c.since, c.vip FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.id <= 20');
SELECT wrote('INSERT INTO u (id, name, n) SELECT customer_id, max(status), count(*) FROM orders WHERE customer_id < 20 GROUP BY customer_id', 'u');
SELECT wrote('INSERT INTO u (n, id) SELECT n, id + 50 FROM u WHERE id < 5', 'u');
SELECT wrote('INSERT INTO u (id) WITH q AS (SELECT id FROM customers WHERE country = ''SE'') SELECT id FROM q WHERE id < 60 UNION ALL SELECT id FROM q WHERE id > 900', 'u');
SELECT wrote('WITH q AS (SELECT id, country FROM customers WHERE id BETWEEN 30 AND 33) INSERT INTO u (id, name) SELECT id, country FROM q', 'u');
SELECT wrote('INSERT INTO u (id, name) SELECT DISTINCT ON (status) id, status FROM orders ORDER BY status, id', 'u');
SELECT wrote('INSERT INTO u (id) SELECT id FROM orders ORDER BY total DESC, id LIMIT 3', 'u');
SELECT wrote('INSERT INTO u (id, name) SELECT id, ''constant'' FROM customers WHERE id < 3', 'u');
SELECT wrote('INSERT INTO u (id, name, n) SELECT id, NULL, 1 FROM customers WHERE id < 3', 'u');
-- computed here, or of columns that are narrower
SELECT wrote('INSERT INTO w (id, amount) SELECT id + 1000, total / 3 FROM orders WHERE id < 5');
SELECT wrote('INSERT INTO w (id, name) SELECT id + 2000, country || '' '' || name FROM customers WHERE id < 5');
SELECT wrote('INSERT INTO u (id) SELECT o.id FROM orders o JOIN near ON near.id = o.id', 'u');
SELECT wrote('INSERT INTO u (id) VALUES (1)', 'u');
SELECT wrote('INSERT INTO w (id, f) SELECT id + 3000, 0.5 FROM customers WHERE id < 4');
-- UPDATE
SELECT wrote('UPDATE w SET name = ''one'', amount = amount * 2 WHERE id BETWEEN 2 AND 4');
SELECT wrote('UPDATE w SET name = NULL, d = ''2024-02-29'', placed = ''2024-02-29 12:00:00.123456'', f = 0.1, v = ''{"a": [1, "x''''y"]}'', ok = NOT ok WHERE id = 5');
SELECT wrote('UPDATE w SET name = u.name FROM u WHERE u.id = w.id AND u.n > 1 AND u.id < 20');
SELECT wrote('UPDATE w SET amount = o.total, name = c.country FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = w.id AND o.status = ''PAID''');
SELECT wrote('WITH q AS (SELECT customer_id AS id, sum(total) AS total FROM orders GROUP BY 1) UPDATE w SET amount = q.total FROM q WHERE q.id = w.id AND w.id < 30');
SELECT wrote('WITH a AS (SELECT id FROM customers WHERE vip), b AS (SELECT id FROM a WHERE id < 30) UPDATE w SET ok = EXISTS (SELECT FROM b WHERE b.id = w.id) WHERE id IN (SELECT id FROM a) OR id < 10');
SELECT wrote('UPDATE w SET name = CASE WHEN amount > 500 THEN ''much'' ELSE ''little'' END WHERE id IN (SELECT order_id FROM order_items)');
SELECT wrote('UPDATE w SET name = (SELECT max(status) FROM orders) WHERE id = 6');
SELECT wrote('UPDATE w SET (name, amount) = (SELECT ''x'', 1) WHERE id = 6');
SELECT wrote('UPDATE w SET id = -id WHERE id = 7');
SELECT wrote('UPDATE w SET v = (SELECT v FROM u WHERE u.id = w.id) WHERE id = 8');
SELECT wrote('UPDATE w SET name = name WHERE false');
SELECT wrote('UPDATE w SET name = upper(name)');
-- DELETE
SELECT wrote('DELETE FROM w WHERE name = ''ONE''');
SELECT wrote('DELETE FROM w USING customers c WHERE c.id + 100 = w.id AND c.vip');
SELECT wrote('DELETE FROM w WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = w.id) AND id < 2000');
SELECT wrote('DELETE FROM w WHERE id NOT IN (SELECT id FROM orders WHERE id < 10)');
SELECT wrote('WITH few AS (SELECT id FROM orders WHERE id < 5) DELETE FROM w USING few WHERE few.id = w.id');
SELECT wrote('DELETE FROM u', 'u');
-- several rows of FROM
INSERT INTO changed.u (id, name) VALUES (6, 'a'), (6, 'b');
SET search_path = changed, public, snowflake;
UPDATE w SET name = u.name FROM u WHERE u.id = w.id;
SELECT count(*) FROM w WHERE id = 6 AND name IN ('a', 'b');
-- parameters; one that Snowflake cannot have
PREPARE set_name(int, text, timestamp) AS UPDATE w SET name = $2, placed = $3 WHERE id = $1;
EXECUTE set_name(6, 'it''s', '2024-01-01');
SET plan_cache_mode = force_generic_plan;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE set_name(6, NULL, NULL);
EXECUTE set_name(6, NULL, NULL);
EXECUTE set_name(8, 'x', 'infinity');
RESET plan_cache_mode;
EXECUTE set_name(9, 'x', 'infinity');
SELECT id, name, placed FROM w WHERE id IN (6, 8, 9) ORDER BY id;
-- in functions, and what they are told
CREATE FUNCTION change(wanted int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	UPDATE changed.w SET name = 'by function' WHERE id = wanted;
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN format('%s rows, found %s', n, FOUND);
END $$;
SELECT change(6), change(-1);
CREATE FUNCTION remove(wanted int) RETURNS void LANGUAGE sql AS 'DELETE FROM changed.w WHERE id = wanted';
SELECT remove(6);
SELECT count(*) FROM w WHERE id = 6;
-- EXPLAIN ANALYZE changes rows, as it does anywhere
CREATE FUNCTION explained(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (ANALYZE, VERBOSE, COSTS OFF, TIMING OFF, SUMMARY OFF) ' || statement LOOP
		RETURN NEXT regexp_replace(line, 'rows=(\d+)\.00', 'rows=\1');
	END LOOP;
END $$;
SELECT explained('UPDATE w SET name = ''explained''');
SELECT explained('DELETE FROM w WHERE name = ''explained'' AND random() >= 0');
SELECT count(*) FROM w;
-- not with what looks at each row, nor when it is turned off
INSERT INTO w (id) SELECT id FROM customers WHERE id < 4;
EXPLAIN (VERBOSE, COSTS OFF) UPDATE w SET name = 'x' RETURNING id;
SET snowflake_fdw.enable_statement_pushdown = off;
EXPLAIN (VERBOSE, COSTS OFF) UPDATE w SET name = 'x';
RESET snowflake_fdw.enable_statement_pushdown;
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER t AFTER DELETE ON w FOR EACH STATEMENT EXECUTE FUNCTION nothing();
EXPLAIN (VERBOSE, COSTS OFF) DELETE FROM w;
EXPLAIN (VERBOSE, COSTS OFF) UPDATE w SET name = 'x';
DROP TRIGGER t ON w;
-- a value that the column would not keep
UPDATE w SET name = 'more than twenty characters';
UPDATE w SET amount = 1e12;
UPDATE w SET placed = 'infinity';
\set VERBOSITY terse
INSERT INTO u (name) SELECT name || ' is too long for this column' FROM customers WHERE id < 3;
\set VERBOSITY default
-- privileges are those of the tables
CREATE ROLE changer;
GRANT USAGE ON SCHEMA changed TO changer;
GRANT SELECT, UPDATE (name) ON w TO changer;
GRANT SELECT ON customers TO changer;
SET ROLE changer;
UPDATE changed.w SET name = 'x' WHERE id = 1;
RESET ROLE;
\getenv key_file SNOWFLAKE_TEST_KEY_FILE
\set key `cat "$SNOWFLAKE_TEST_KEY_FILE"`
CREATE USER MAPPING FOR changer SERVER sf OPTIONS (user 'DEMO_USER', private_key :'key');
SET ROLE changer;
UPDATE changed.w SET name = 'changer' WHERE id = 1;
UPDATE changed.w SET amount = 1 WHERE id = 1;
DELETE FROM changed.w WHERE id = 1;
INSERT INTO changed.w (id) SELECT id FROM changed.customers;
RESET ROLE;
SELECT name FROM w WHERE id = 1;
RESET search_path;
\t off
SET client_min_messages = warning;
DROP OWNED BY changer;
DROP ROLE changer;
DROP SCHEMA changed CASCADE;
DROP SCHEMA changed_here CASCADE;
DROP TABLE near;
DROP FUNCTION wrote(text, text);
SELECT sf_execute('DROP SCHEMA SHOP.CHANGED') ->> 'message';
