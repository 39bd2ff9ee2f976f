-- remote_transaction 'local': rows are changed in Snowflake at COMMIT, all of a transaction or none
SET search_path = public, snowflake;
SELECT sf_execute('CREATE SCHEMA SHOP.LATER') ->> 'message';
SELECT sf_execute('CREATE TABLE SHOP.LATER.W (ID NUMBER(9,0) NOT NULL PRIMARY KEY, NAME VARCHAR(20))') ->> 'message';
SELECT sf_execute('CREATE TABLE SHOP.LATER.U (ID NUMBER(9,0), NAME VARCHAR(20))') ->> 'message';
CREATE SCHEMA later;
IMPORT FOREIGN SCHEMA "SHOP.LATER" FROM SERVER sf INTO later;
\getenv host SNOWFLAKE_TEST_HOST
\getenv port SNOWFLAKE_TEST_PORT
\set key `cat "$SNOWFLAKE_TEST_KEY_FILE"`
CREATE SERVER later FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (host :'host', port :'port', protocol 'http',
	account 'localorg-localacct', warehouse 'COMPUTE_WH', database 'SHOP', schema 'LATER', remote_transaction 'local');
CREATE USER MAPPING FOR CURRENT_USER SERVER later OPTIONS (user 'DEMO_USER', private_key :'key');
SET search_path = later, public, snowflake;
CREATE FOREIGN TABLE wl (id int OPTIONS (remote_type 'NUMBER(9,0)', key 'true'), name text OPTIONS (remote_type 'VARCHAR(20)')) SERVER later OPTIONS ("table" 'W');
CREATE FOREIGN TABLE wl_again (id int OPTIONS (remote_type 'NUMBER(9,0)')) SERVER later OPTIONS (database 'SHOP', schema 'LATER', "table" 'W');
CREATE FOREIGN TABLE ul (id int OPTIONS (remote_type 'NUMBER(9,0)'), name text OPTIONS (remote_type 'VARCHAR(20)')) SERVER later OPTIONS ("table" 'U');
CREATE FOREIGN TABLE ql (n bigint) SERVER later OPTIONS (query 'SELECT COUNT(*) AS n FROM LATER.W');
ALTER SERVER later OPTIONS (SET remote_transaction 'maybe');
\t on
INSERT INTO wl SELECT g, 'n' || g FROM generate_series(1, 10) g;
SELECT count(*) FROM w;
-- a rollback writes nothing
BEGIN;
INSERT INTO wl VALUES (11, 'x');
UPDATE wl SET name = 'x';
ROLLBACK;
SELECT count(*), count(*) FILTER (WHERE name = 'x') FROM w;
BEGIN;
UPDATE wl SET name = 'x' WHERE id = 1;
DELETE FROM w WHERE id = 10;
ROLLBACK;
SELECT count(*), count(*) FILTER (WHERE name = 'x') FROM w;
-- savepoints are kept to
BEGIN;
DELETE FROM wl WHERE id = 9;
SAVEPOINT a;
INSERT INTO ul VALUES (1, 'in a');
SAVEPOINT b;
INSERT INTO ul VALUES (2, 'in b');
ROLLBACK TO b;
INSERT INTO ul VALUES (3, 'in b again');
RELEASE b;
ROLLBACK TO a;
INSERT INTO ul VALUES (4, 'in a again');
COMMIT;
SELECT * FROM u ORDER BY id;
DO $$
BEGIN
	INSERT INTO ul VALUES (5, 'tried');
	PERFORM 1 / 0;
EXCEPTION WHEN division_by_zero THEN
	INSERT INTO ul VALUES (6, 'caught');
END $$;
SELECT * FROM u WHERE id > 4 ORDER BY id;
-- what is changed is not read before COMMIT, under whatever name
BEGIN;
SELECT count(*) FROM wl;
INSERT INTO wl VALUES (20, 'twenty');
SELECT count(*) FROM ul;
SAVEPOINT s;
SELECT count(*) FROM wl;
ROLLBACK TO s;
SELECT count(*) FROM wl_again;
ROLLBACK TO s;
SELECT * FROM ql;
ROLLBACK TO s;
UPDATE wl SET name = 'twenty!' WHERE id = 20;
ROLLBACK TO s;
SELECT count(*) FROM w;
COMMIT;
SELECT count(*) FROM wl;
-- all or none: a statement that Snowflake refuses
BEGIN;
INSERT INTO wl VALUES (30, 'thirty');
INSERT INTO ul VALUES (30, 'thirty');
INSERT INTO wl VALUES (NULL, 'no id');
INSERT INTO wl VALUES (31, 'thirty-one');
\set VERBOSITY terse
COMMIT;
\set VERBOSITY default
SELECT count(*) FROM w WHERE id >= 30;
SELECT count(*) FROM u WHERE id >= 30;
-- texts of every kind are in the statements, which have no parameters
BEGIN;
INSERT INTO ul VALUES (40, E'it''s; -- \\ /* $$ ?'), (41, E'a\nb;COMMIT;');
UPDATE wl SET name = 'BEGIN; ''; COMMIT' WHERE id = 1;
COMMIT;
SELECT * FROM u WHERE id >= 40 ORDER BY id;
SELECT name FROM w WHERE id = 1;
-- counts, TRUNCATE, RETURNING, triggers
BEGIN;
DELETE FROM wl WHERE id IN (2, 3);
SELECT sf_execute('DELETE FROM SHOP.LATER.W WHERE ID = 3', server => 'sf') ->> 'rows';
COMMIT;
BEGIN;
TRUNCATE ul;
INSERT INTO ul VALUES (50, 'after');
ROLLBACK;
SELECT count(*) > 1 FROM u;
BEGIN;
TRUNCATE ul;
INSERT INTO ul VALUES (50, 'after');
COMMIT;
SELECT * FROM u;
INSERT INTO wl VALUES (60, 'returned') RETURNING *;
DELETE FROM wl WHERE id = 60 RETURNING *;
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE NOTICE '% % %', TG_WHEN, TG_OP, OLD;
	RETURN OLD;
END $$;
CREATE TRIGGER after_row AFTER UPDATE OR DELETE ON wl FOR EACH ROW EXECUTE FUNCTION tell();
UPDATE wl SET name = 'by trigger' WHERE id IN (4, 5);
DROP TRIGGER after_row ON wl;
SELECT * FROM w WHERE id IN (4, 5) ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) UPDATE wl SET name = 'x' WHERE id = 1;
COPY ul FROM stdin;
70	copied
71	\N
\.
SELECT * FROM u WHERE id >= 70 ORDER BY id;
BEGIN;
INSERT INTO wl VALUES (80, 'x');
PREPARE TRANSACTION 'x';
SELECT count(*) FROM w WHERE id = 80;
BEGIN READ ONLY;
INSERT INTO wl VALUES (80, 'x');
ROLLBACK;
\t off
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA later CASCADE;
DROP SERVER later CASCADE;
SELECT sf_execute('DROP SCHEMA SHOP.LATER') ->> 'message';
