-- rows written by rows: INSERT, COPY, UPDATE and DELETE by keys; what is sent, and the table beside a local one after it
SET search_path = public, snowflake;
SELECT sf_execute('CREATE SCHEMA SHOP.WRITTEN') ->> 'message';
SELECT sf_execute('CREATE TABLE SHOP.WRITTEN.W (ID NUMBER(9,0) NOT NULL PRIMARY KEY, NAME VARCHAR(20), AMOUNT NUMBER(10,2), ADDED VARCHAR DEFAULT ''by default'', FLAG BOOLEAN)') ->> 'message';
SELECT sf_execute('CREATE TABLE SHOP.WRITTEN.NOKEY (ID NUMBER(9,0), NAME VARCHAR(20))') ->> 'message';
SELECT sf_execute('CREATE TABLE SHOP.WRITTEN.PAIRS (A NUMBER(9,0) NOT NULL, B VARCHAR(10) NOT NULL, N NUMBER(9,0), PRIMARY KEY (A, B))') ->> 'message';
CREATE SCHEMA written;
CREATE SCHEMA written_here;
IMPORT FOREIGN SCHEMA "SHOP.WRITTEN" FROM SERVER sf INTO written;
CREATE TABLE written_here.w (LIKE written.w);
CREATE TABLE written_here.pairs (LIKE written.pairs);
ALTER TABLE written_here.w ALTER COLUMN added SET DEFAULT 'by default';
CREATE TABLE given AS SELECT g AS id, 'n' || g AS name, g / 4.0 AS amount, g % 2 = 0 AS flag FROM generate_series(1, 40) g;
ANALYZE given;
-- what is sent; the rows that were changed, and whether the local table is the same after it
CREATE FUNCTION wrote(statement text, relation text DEFAULT 'w') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	there bigint;
	here bigint;
	different bigint;
BEGIN
	PERFORM set_config('search_path', 'written, public, snowflake', true);
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || statement LOOP
		IF line ~ '(Remote SQL: (INSERT|MERGE|UPDATE|DELETE)|Kept local: statement|Foreign (Insert|Update|Delete))' THEN
			RETURN NEXT trim(line);
		END IF;
	END LOOP;
	EXECUTE statement;
	GET DIAGNOSTICS there = ROW_COUNT;
	PERFORM set_config('search_path', 'written_here, public, snowflake', true);
	EXECUTE statement;
	GET DIAGNOSTICS here = ROW_COUNT;
	EXECUTE format('SELECT count(*) FROM ((TABLE written.%1$I EXCEPT ALL TABLE written_here.%1$I) UNION ALL (TABLE written_here.%1$I EXCEPT ALL TABLE written.%1$I)) d', relation) INTO different;
	RETURN NEXT format('%s rows%s%s', there, CASE WHEN here <> there THEN format(', %s here', here) END, CASE WHEN different > 0 THEN format(', %s are different', different) END);
	PERFORM set_config('search_path', 'public, snowflake', true);
END $$;
-- INSERT: columns that are named, and Snowflake's defaults for the others
SELECT wrote('INSERT INTO w (id, name, amount, flag) VALUES (1, E''it''''s \\ a'', 12.5, true), (2, NULL, NULL, NULL)');
SELECT wrote('INSERT INTO w VALUES (3, ''all'', 1, ''given'', false)');
SELECT wrote('INSERT INTO w (id, name) SELECT id, name FROM given WHERE id > 3');
SELECT wrote('INSERT INTO w (name, id) VALUES (DEFAULT, 41)');
SELECT wrote('INSERT INTO w (id, added) VALUES (42, NULL)');
SELECT count(*) FILTER (WHERE added = 'by default') AS by_default, count(*) FROM written.w;
-- a default here comes before one there
ALTER TABLE written.w ALTER COLUMN added SET DEFAULT 'from here';
ALTER TABLE written_here.w ALTER COLUMN added SET DEFAULT 'from here';
SELECT wrote('INSERT INTO w (id) VALUES (43)');
SELECT wrote('INSERT INTO w (id, added) VALUES (44, DEFAULT)');
ALTER TABLE written.w ALTER COLUMN added DROP DEFAULT;
ALTER TABLE written_here.w ALTER COLUMN added SET DEFAULT 'by default';
-- COPY
SET search_path = written, public, snowflake;
COPY w (id, name, amount) FROM stdin (FORMAT csv, NULL '');
51,"a, b",1.25
52,,
53,"""",-0.01
\.
SELECT * FROM w WHERE id > 50 ORDER BY id;
COPY w (id, name, amount) TO stdout (FORMAT csv);
COPY (SELECT * FROM w WHERE id > 50 ORDER BY id) TO stdout (FORMAT csv);
INSERT INTO written_here.w SELECT * FROM w WHERE id > 50;
SET search_path = public, snowflake;
-- UPDATE and DELETE with something that is computed here: by the key
SELECT wrote('UPDATE w SET name = g.name, flag = NOT g.flag FROM given g WHERE g.id = w.id AND g.id < 10');
SELECT wrote('UPDATE w SET amount = round(sqrt(id)::numeric, 2) WHERE id < 10');
SELECT wrote('UPDATE w SET name = NULL, amount = length(repeat(w.name, 2)) FROM given g WHERE g.id + 1 = w.id AND g.id < 3');
SELECT wrote('DELETE FROM w USING given g WHERE g.id = w.id AND g.id BETWEEN 20 AND 22');
-- a row that several others match is changed once
SELECT wrote('UPDATE w SET flag = true FROM generate_series(1, 3) g WHERE w.id = 5');
SELECT wrote('DELETE FROM w USING generate_series(1, 3) g WHERE w.id = 23');
-- keys that are changed
SELECT wrote('UPDATE w SET id = w.id + 1000 FROM given g WHERE g.id = w.id AND g.id IN (30, 31)');
-- several key columns
SELECT wrote('INSERT INTO pairs SELECT g, ''b'' || b, 0 FROM generate_series(1, 3) g, generate_series(1, 3) b', 'pairs');
SELECT wrote('UPDATE pairs SET n = g.id FROM given g WHERE g.id = a AND b <> ''b2''', 'pairs');
SELECT wrote('DELETE FROM pairs USING given g WHERE g.id = a AND b = ''b'' || a', 'pairs');
SELECT * FROM written.pairs ORDER BY a, b;
-- WITH that changes; a recursive one
SELECT wrote('WITH added AS (INSERT INTO given VALUES (40) RETURNING id) UPDATE w SET flag = false FROM added WHERE added.id = w.id');
SET search_path = written, public, snowflake;
WITH added AS (INSERT INTO w (id, name) VALUES (60, 'x'), (61, 'y') RETURNING id, name) SELECT * FROM added ORDER BY id;
-- keys that are changed row by row: a row must not get the key of one that comes after it, for both would be changed then
UPDATE w SET id = id + 100 WHERE id IN (60, 61) RETURNING id, name;
SET client_min_messages = error;
UPDATE w SET id = id + 1 WHERE id IN (160, 161) RETURNING id, name;
RESET client_min_messages;
SELECT id, name FROM w WHERE id BETWEEN 160 AND 170 ORDER BY name;
UPDATE w SET id = 60 WHERE id = 161 AND name = 'x';
UPDATE w SET id = 61 WHERE id = 161;
WITH RECURSIVE t(n) AS (SELECT 70 UNION ALL SELECT n + 1 FROM t WHERE n < 75) INSERT INTO w (id) SELECT n FROM t;
SELECT count(*) FROM w WHERE id BETWEEN 70 AND 75;
-- RETURNING: of each row, sent at once
INSERT INTO w (id, name) VALUES (80, 'r') RETURNING id, upper(name) AS name, tableoid::regclass;
UPDATE w SET amount = sqrt(id)::numeric(10,2) WHERE id IN (80, 60) RETURNING *;
DELETE FROM w WHERE id IN (80, 60) RETURNING *;
INSERT INTO w (id) VALUES (81) RETURNING *;
INSERT INTO w (id) VALUES (81) RETURNING w;
SELECT count(*) FROM w WHERE id = 81;
-- a view, and what it does not let pass
CREATE VIEW few AS SELECT id, name, flag FROM w WHERE id < 100 WITH CHECK OPTION;
INSERT INTO few (id, name) VALUES (90, 'view');
INSERT INTO few (id, name) VALUES (190, 'view');
UPDATE few SET id = 290 WHERE id = 90;
UPDATE few SET name = 'changed' WHERE id = 90 RETURNING *;
SELECT id, name FROM w WHERE id IN (90, 190, 290);
DELETE FROM few WHERE id = 90;
DROP VIEW few;
-- triggers
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE NOTICE '% % %: %, % rows', TG_WHEN, TG_LEVEL, TG_OP, CASE WHEN TG_LEVEL = 'ROW' THEN coalesce(NEW.id, OLD.id) END, (SELECT count(*) FROM written.w WHERE id BETWEEN 300 AND 399);
	IF TG_LEVEL = 'ROW' AND TG_WHEN = 'BEFORE' AND TG_OP <> 'DELETE' THEN
		NEW.name = 'by trigger';
	END IF;
	RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER statement AFTER INSERT OR UPDATE OR DELETE ON w FOR EACH STATEMENT EXECUTE FUNCTION tell();
INSERT INTO w (id) VALUES (300), (301);
COPY w (id) FROM stdin;
302
303
\.
UPDATE w SET flag = true WHERE id BETWEEN 300 AND 303;
WITH added AS (INSERT INTO w (id) VALUES (304)) SELECT count(*) FROM w WHERE id = 304;
CREATE TRIGGER before_row BEFORE INSERT OR UPDATE OR DELETE ON w FOR EACH ROW EXECUTE FUNCTION tell();
CREATE TRIGGER after_row AFTER INSERT OR UPDATE OR DELETE ON w FOR EACH ROW EXECUTE FUNCTION tell();
INSERT INTO w (id) VALUES (310), (311);
UPDATE w SET flag = false WHERE id IN (310, 311);
SELECT id, name, flag, added FROM w WHERE id IN (310, 311) ORDER BY id;
DELETE FROM w WHERE id IN (310, 311);
SELECT id, name, flag, added FROM w WHERE id BETWEEN 300 AND 399 ORDER BY id;
DROP TRIGGER statement ON w;
DROP TRIGGER before_row ON w;
DROP TRIGGER after_row ON w;
-- partitions
CREATE TABLE parts (id int, name text, region text) PARTITION BY LIST (region);
CREATE FOREIGN TABLE parts_eu PARTITION OF parts FOR VALUES IN ('eu') SERVER sf OPTIONS (schema 'WRITTEN', "table" 'NOKEY');
ALTER FOREIGN TABLE parts_eu ALTER COLUMN id OPTIONS (ADD remote_type 'NUMBER(9,0)', ADD key 'true'), ALTER COLUMN name OPTIONS (ADD remote_type 'VARCHAR(20)'), ALTER COLUMN region OPTIONS (ADD constant 'eu');
CREATE TABLE parts_here PARTITION OF parts DEFAULT;
INSERT INTO parts VALUES (1, 'a', 'eu'), (2, 'b', 'us'), (3, 'c', 'eu');
COPY parts FROM stdin (FORMAT csv);
4,d,eu
5,e,us
\.
SELECT tableoid::regclass, * FROM parts ORDER BY id;
UPDATE parts SET name = name || '!' WHERE id < 4;
UPDATE parts SET region = 'eu' WHERE id = 2;
DELETE FROM parts WHERE id IN (3, 5);
INSERT INTO parts_eu VALUES (6, 'f', 'us');
INSERT INTO parts_eu (id, name) VALUES (6, 'f') RETURNING *;
UPDATE parts_eu SET region = 'us' WHERE id = 6;
SELECT tableoid::regclass, * FROM parts ORDER BY id;
-- a row does not leave its partition, whose bounds Snowflake does not know
CREATE TABLE ranges (id int, name text) PARTITION BY RANGE (id);
CREATE FOREIGN TABLE low PARTITION OF ranges FOR VALUES FROM (0) TO (100) SERVER sf OPTIONS (schema 'WRITTEN', "table" 'NOKEY');
ALTER FOREIGN TABLE low ALTER COLUMN id OPTIONS (ADD remote_type 'NUMBER(9,0)', ADD key 'true'), ALTER COLUMN name OPTIONS (ADD remote_type 'VARCHAR(20)');
CREATE TABLE high PARTITION OF ranges DEFAULT;
INSERT INTO ranges VALUES (50, 'low'), (500, 'high');
INSERT INTO low VALUES (501, 'x');
UPDATE low SET id = 501 WHERE id = 50;
UPDATE ranges SET id = id + 400 WHERE id = 50;
UPDATE ranges SET id = id - 400 WHERE id = 500;
INSERT INTO low SELECT id + 1000, name FROM nokey WHERE id = 50;
SELECT tableoid::regclass, * FROM ranges WHERE id >= 50 ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) UPDATE low SET name = 'x' WHERE id = 50;
DELETE FROM low WHERE id >= 50;
DROP TABLE ranges;
-- what is refused
INSERT INTO w (id) VALUES (1) ON CONFLICT DO NOTHING;
INSERT INTO w (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET name = 'x';
INSERT INTO parts VALUES (1, 'a', 'eu') ON CONFLICT DO NOTHING;
DELETE FROM nokey WHERE random() < 2;
UPDATE nokey SET name = g.name FROM given g WHERE g.id = nokey.id;
ALTER FOREIGN TABLE nokey ALTER COLUMN id OPTIONS (ADD key 'true');
UPDATE nokey SET name = sqrt(id)::text;
INSERT INTO nokey (name) VALUES ('no key');
UPDATE nokey SET name = sqrt(id)::text;
INSERT INTO nokey VALUES (1, 'twice');
SET client_min_messages = error;
UPDATE nokey SET name = left(random()::text, 5) WHERE id = 1;
RESET client_min_messages;
ALTER FOREIGN TABLE nokey ALTER COLUMN id OPTIONS (SET remote_type 'FLOAT');
DELETE FROM nokey WHERE random() < 2;
SELECT * FROM w FOR UPDATE;
MERGE INTO w USING given g ON g.id = w.id WHEN MATCHED THEN DELETE;
ALTER FOREIGN TABLE w OPTIONS (ADD updatable 'false');
INSERT INTO w (id) VALUES (1);
UPDATE w SET name = 'x';
DELETE FROM w;
TRUNCATE w;
SELECT is_insertable_into FROM information_schema.tables WHERE table_schema = 'written' AND table_name = 'w';
ALTER FOREIGN TABLE w OPTIONS (DROP updatable);
CREATE FOREIGN TABLE by_query (id int) SERVER sf OPTIONS (query 'SELECT id FROM written.w');
INSERT INTO by_query VALUES (1);
IMPORT FOREIGN SCHEMA snowflake_objects LIMIT TO (schemas) FROM SERVER sf INTO written;
INSERT INTO schemas (name) VALUES ('x');
UPDATE schemas SET comment = 'x';
DELETE FROM schemas;
TRUNCATE schemas;
-- inside of a transaction
BEGIN;
INSERT INTO w (id) VALUES (400);
SELECT count(*) FROM w WHERE id = 400;
ROLLBACK;
SELECT count(*) FROM w WHERE id = 400;
BEGIN;
SAVEPOINT s;
INSERT INTO w (id) VALUES (401);
ROLLBACK TO s;
DELETE FROM w WHERE id = 400;
COMMIT;
DO $$ BEGIN INSERT INTO written.w (id) VALUES (402); EXCEPTION WHEN division_by_zero THEN NULL; END $$;
ALTER SERVER sf OPTIONS (ADD allow_autocommit 'true');
DO $$ BEGIN INSERT INTO written.w (id) VALUES (403); PERFORM 1 / 0; EXCEPTION WHEN division_by_zero THEN NULL; END $$;
ALTER SERVER sf OPTIONS (DROP allow_autocommit);
SELECT id FROM w WHERE id > 400 AND id < 500;
BEGIN READ ONLY;
DELETE FROM w;
ROLLBACK;
ALTER SERVER sf OPTIONS (ADD read_only 'true');
DELETE FROM w;
TRUNCATE w;
COPY w (id) FROM stdin;
1
\.
ALTER SERVER sf OPTIONS (DROP read_only);
-- TRUNCATE
TRUNCATE w, pairs;
SELECT (SELECT count(*) FROM w) + (SELECT count(*) FROM pairs) AS rows;
TRUNCATE w RESTART IDENTITY;
TRUNCATE w CASCADE;
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA written CASCADE;
DROP SCHEMA written_here CASCADE;
DROP TABLE given;
DROP FUNCTION wrote(text, text);
SELECT sf_execute('DROP SCHEMA SHOP.WRITTEN') ->> 'message';
