-- account objects changed through their tables
SET snowflake_fdw.default_server = 'sf';
CREATE SCHEMA account;
IMPORT FOREIGN SCHEMA snowflake_objects LIMIT TO (databases, nothing_such) FROM SERVER sf INTO account OPTIONS (updatable 'true');
IMPORT FOREIGN SCHEMA snowflake_objects LIMIT TO (databases, schemas, tables, warehouses, tasks, roles, columns) FROM SERVER sf INTO account OPTIONS (updatable 'true');
SET search_path = account, public, snowflake;

-- what is sent
EXPLAIN (VERBOSE, COSTS OFF) INSERT INTO schemas (database_name, name, comment) VALUES ('WO', 'S', 'x');
EXPLAIN (VERBOSE, COSTS OFF) UPDATE tasks SET state = 'suspended', comment = 'x' WHERE database_name = 'WO' AND schema_name = 'S' AND name = 'T1';
EXPLAIN (VERBOSE, COSTS OFF) DELETE FROM tasks WHERE database_name = 'WO' AND schema_name = 'S' AND name IN ('T1', 'T2');

-- created: columns that are not named are Snowflake's; RETURNING shows what it made of them
INSERT INTO databases (name, comment) VALUES ('WO', 'made here'), ('wo 2', NULL) RETURNING name, comment, data_retention_time_in_days;
INSERT INTO schemas (database_name, name) SELECT 'WO', 'S' || i FROM generate_series(1, 2) i RETURNING database_name, name;
INSERT INTO tables (database_name, schema_name, name, columns, comment)
    VALUES ('WO', 'S1', 'T', '[{"name": "a", "datatype": "int", "nullable": false}, {"name": "b", "datatype": "text"}]', 'x') RETURNING name, jsonb_path_query_array(columns, '$[*].name') AS columns;
INSERT INTO tasks (database_name, schema_name, name, definition, schedule, warehouse)
    VALUES ('WO', 'S1', 'ROOT', 'SELECT 1', '{"schedule_type": "MINUTES_TYPE", "minutes": 5}', 'COMPUTE_WH') RETURNING name, state, schedule, warehouse;
INSERT INTO tasks (database_name, schema_name, name, definition, predecessors, warehouse) VALUES
    ('WO', 'S1', 'child 1', 'SELECT 2', '{ROOT}', 'COMPUTE_WH'), ('WO', 'S1', 'child 2', 'SELECT 3', '{"child 1"}', 'COMPUTE_WH') RETURNING name, predecessors;
COPY schemas (database_name, name, comment) FROM STDIN;
WO	COPIED	by COPY
wo 2	mixed Case	\N
\.
SELECT database_name, name, comment FROM schemas WHERE database_name IN ('WO', 'wo 2') AND name NOT IN ('INFORMATION_SCHEMA', 'PUBLIC') ORDER BY 1, 2;

-- one that is there already
\set VERBOSITY terse
INSERT INTO databases (name) VALUES ('WO');
\set VERBOSITY default
INSERT INTO databases (name, comment) VALUES ('WO', 'another'), ('WO3', 'new') ON CONFLICT DO NOTHING RETURNING name, comment;
SELECT name, comment FROM databases WHERE name = 'WO';
INSERT INTO databases (name) VALUES ('WO') ON CONFLICT (name) DO UPDATE SET comment = 'x';

-- what an INSERT may not say
INSERT INTO databases (comment) VALUES ('nameless');
INSERT INTO databases (name, owner) VALUES ('WO4', 'ME');
INSERT INTO databases (name, raw) VALUES ('WO4', '{}');
INSERT INTO warehouses (name, auto_suspend) VALUES ('WO4', 'ten');
INSERT INTO columns (database_name, schema_name, table_name, name, datatype) VALUES ('WO', 'S1', 'T', 'c', 'int');

-- changed: only what is named
CREATE TEMPORARY TABLE before AS SELECT to_jsonb(t) - 'raw' AS row FROM tasks t WHERE database_name = 'WO' AND schema_name = 'S1';
UPDATE tasks SET comment = 'it''s "new" \', definition = 'SELECT 4', condition = '1 = 1' WHERE database_name = 'WO' AND schema_name = 'S1' AND name = 'child 1' RETURNING name, comment, definition, condition;
SELECT b.row->>'name' AS name, e.key, b.row->e.key AS before, e.value AS after FROM before b
    JOIN (SELECT to_jsonb(t) - 'raw' AS row FROM tasks t WHERE database_name = 'WO' AND schema_name = 'S1') a ON a.row->'name' = b.row->'name', jsonb_each(a.row) e
    WHERE e.value IS DISTINCT FROM b.row->e.key AND e.key <> 'last_committed_on' ORDER BY 1, 2;
UPDATE tasks SET condition = NULL, comment = NULL WHERE database_name = 'WO' AND schema_name = 'S1' AND name = 'child 1' RETURNING name, comment, condition;
-- predecessors are added and removed, a child becomes a root with a schedule
UPDATE tasks SET predecessors = '{ROOT,"child 1"}' WHERE database_name = 'WO' AND schema_name = 'S1' AND name = 'child 2' RETURNING name, predecessors;
UPDATE tasks SET predecessors = '{}', schedule = '{"schedule_type": "CRON_TYPE", "cron_expr": "0 1 * * *", "timezone": "Europe/Paris"}'
    WHERE database_name = 'WO' AND schema_name = 'S1' AND name = 'child 2' RETURNING name, predecessors, schedule;
-- a state is an action; what else is changed with it is allowed then
UPDATE tasks SET state = 'started' WHERE database_name = 'WO' AND schema_name = 'S1' AND name = 'child 2' RETURNING name, state;
\set VERBOSITY terse
UPDATE tasks SET comment = 'while it runs' WHERE database_name = 'WO' AND schema_name = 'S1' AND name = 'child 2';
\set VERBOSITY default
UPDATE tasks SET comment = 'after it ran', state = 'suspended' WHERE database_name = 'WO' AND schema_name = 'S1' AND name = 'child 2' RETURNING name, state, comment;
-- which it has already is no call
UPDATE tasks SET state = 'SUSPENDED' WHERE database_name = 'WO' AND schema_name = 'S1' AND name IN ('child 1', 'child 2') RETURNING name, state;
UPDATE tasks SET state = 'asleep' WHERE database_name = 'WO' AND schema_name = 'S1' AND name = 'child 2';
-- a name is a new name, a schema another place
UPDATE tables SET name = 'moved T', schema_name = 'S2' WHERE database_name = 'WO' AND schema_name = 'S1' AND name = 'T' RETURNING schema_name, name, comment;
UPDATE tasks SET name = 'X' WHERE database_name = 'WO' AND schema_name = 'S1' AND name = 'ROOT';
-- what cannot be changed
UPDATE tables SET rows = 0 WHERE name = 'moved T';
UPDATE warehouses SET raw = '{}' WHERE name = 'COMPUTE_WH';
UPDATE columns SET datatype = 'int' WHERE name = 'A';
UPDATE tasks SET definition = NULL WHERE database_name = 'WO' AND schema_name = 'S1' AND name = 'ROOT';
UPDATE tasks SET schedule = '{"hours": 1}' WHERE database_name = 'WO' AND schema_name = 'S1' AND name = 'ROOT';
-- half-way: the error says what was changed before it
UPDATE warehouses SET auto_suspend = 120, name = 'not allowed here' WHERE name = 'NOT THERE';
INSERT INTO warehouses (name, initially_suspended) VALUES ('WO', true);
DO $$
DECLARE
    context text;
BEGIN
    UPDATE account.warehouses SET auto_suspend = 120, name = 'COMPUTE_WH' WHERE name = 'WO';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS context = PG_EXCEPTION_CONTEXT;
    RAISE NOTICE E'% %\n%', SQLSTATE, SQLERRM, regexp_replace(context, E'\nSQL statement.*', '');
END $$;
SELECT name, auto_suspend FROM warehouses WHERE name = 'WO';

-- which by name
UPDATE schemas SET comment = 'x';
UPDATE schemas SET comment = 'x' WHERE database_name = 'WO' AND name LIKE 'S%';
DELETE FROM schemas WHERE database_name = 'WO';
DELETE FROM schemas WHERE name = 'S1' OR comment = 'x';
UPDATE schemas SET comment = 'x' WHERE database_name = 'WO' AND name IN (SELECT name FROM schemas);
DELETE FROM schemas a USING schemas b WHERE a.name = b.name;
UPDATE schemas SET comment = 'by either' WHERE database_name = 'WO' AND (name = 'S1' OR name IN ('S2', 'COPIED')) RETURNING name, comment;
UPDATE schemas s SET comment = v.c FROM (VALUES ('S1', 'one'), ('S2', 'two')) v(n, c) WHERE s.database_name = 'WO' AND s.name = v.n RETURNING s.name, s.comment;
UPDATE schemas SET comment = 'those of a subquery' WHERE database_name = 'WO' AND name IN (SELECT 'S' || i FROM generate_series(1, 1) i) RETURNING name, comment;
SET snowflake_fdw.allow_bulk_changes = on;
UPDATE schemas SET comment = 'all' WHERE database_name = 'WO' AND name LIKE 'S%' RETURNING name, comment;
RESET snowflake_fdw.allow_bulk_changes;
PREPARE change(text, text) AS UPDATE schemas SET comment = $2 WHERE database_name = 'WO' AND name = $1 RETURNING name, comment;
EXECUTE change('S1', 'prepared');
EXECUTE change('none', 'prepared');

-- views and triggers are PostgreSQL's
CREATE VIEW etl AS SELECT name, comment FROM schemas WHERE database_name = 'WO' AND comment LIKE 'etl%' WITH CHECK OPTION;
UPDATE schemas SET comment = 'etl 1' WHERE database_name = 'WO' AND name = 'S1';
UPDATE etl SET comment = 'etl 2' WHERE name = 'S1' RETURNING *;
\set VERBOSITY terse
UPDATE etl SET comment = 'other' WHERE name = 'S1' RETURNING *;
\set VERBOSITY default
CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '% %: % -> %', TG_WHEN, TG_OP, OLD.comment, NEW.comment; RETURN coalesce(NEW, OLD); END $$;
CREATE TRIGGER told_after AFTER INSERT OR UPDATE OR DELETE ON schemas FOR EACH ROW EXECUTE FUNCTION told();
CREATE TRIGGER told_before BEFORE UPDATE ON schemas FOR EACH ROW EXECUTE FUNCTION told();
UPDATE schemas SET comment = 'triggered' WHERE database_name = 'WO' AND name = 'S1';
DROP TRIGGER told_after ON schemas;
DROP TRIGGER told_before ON schemas;
WITH gone AS (DELETE FROM schemas WHERE database_name = 'WO' AND name = 'COPIED' RETURNING name, comment) SELECT * FROM gone;

-- it stays at ROLLBACK, and is refused where nothing may be changed
BEGIN;
UPDATE schemas SET comment = 'stays' WHERE database_name = 'WO' AND name = 'S1';
ROLLBACK;
SELECT comment FROM schemas WHERE database_name = 'WO' AND name = 'S1';
BEGIN READ ONLY;
UPDATE schemas SET comment = 'x' WHERE database_name = 'WO' AND name = 'S1';
ROLLBACK;
ALTER SERVER sf OPTIONS (ADD read_only 'true');
DELETE FROM schemas WHERE database_name = 'WO' AND name = 'S1';
ALTER SERVER sf OPTIONS (DROP read_only);
TRUNCATE schemas;
ALTER FOREIGN TABLE schemas OPTIONS (DROP updatable);
DELETE FROM schemas WHERE database_name = 'WO' AND name = 'S1';
SELECT table_name, is_insertable_into FROM information_schema.tables WHERE table_schema = 'account' AND table_name IN ('schemas', 'databases', 'columns') ORDER BY 1;

-- a table of one's own: other names, a place of its own, no column that tells the object
CREATE FOREIGN TABLE own (task text OPTIONS (column_name 'name'), note varchar(20) OPTIONS (column_name 'comment'), sql text OPTIONS (column_name 'definition'), wh text OPTIONS (column_name 'warehouse'))
    SERVER sf OPTIONS (kind 'task', database 'WO', schema 'S2', updatable 'true');
INSERT INTO own VALUES ('A', 'own', 'SELECT 1', 'COMPUTE_WH'), ('b', NULL, 'SELECT 2', 'COMPUTE_WH');
UPDATE own SET note = 'changed' WHERE task = 'b' RETURNING *;
UPDATE own SET note = 'far too long for twenty characters' WHERE task = 'b';
DELETE FROM own WHERE task IN ('A', 'c') RETURNING *;
SELECT * FROM own;
CREATE FOREIGN TABLE placeless (name text, comment text) SERVER sf OPTIONS (kind 'task', updatable 'true');
UPDATE placeless SET comment = 'x' WHERE name = 'b';
CREATE FOREIGN TABLE nameless (comment text) SERVER sf OPTIONS (kind 'warehouse', updatable 'true');
DELETE FROM nameless WHERE comment = 'x';

-- sf_alter is the same, for every kind that has an ALTER
SELECT sf_alter('task', 'wo.s1."child 1"', '{"comment": "altered", "user_task_timeout_ms": 60000, "predecessors": []}');
SELECT comment, user_task_timeout_ms, predecessors FROM tasks WHERE database_name = 'WO' AND schema_name = 'S1' AND name = 'child 1';
SELECT sf_alter('warehouse', 'wo', '{"state": "STARTED", "name": "\"wo as new\"", "resource_monitor": null}');
SELECT sf_alter('warehouse', 'compute_wh', '{"warehouse_sise": "LARGE"}');
SELECT sf_alter('managed_account', 'x', '{"comment": "x"}');

DELETE FROM warehouses WHERE name = 'wo as new' RETURNING name;
DELETE FROM databases WHERE name IN ('WO', 'wo 2', 'WO3') RETURNING name;
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA account CASCADE;
RESET client_min_messages;
