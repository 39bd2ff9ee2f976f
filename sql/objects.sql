-- account objects: foreign tables and functions
SET search_path = public, snowflake;
SET snowflake_fdw.default_server = 'sf';
\getenv host SNOWFLAKE_TEST_HOST
\getenv port SNOWFLAKE_TEST_PORT
\set key `cat "$SNOWFLAKE_TEST_KEY_FILE"`
-- the same account for somebody who may make roles
CREATE SERVER sf_admin FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (host :'host', port :'port', protocol 'http', account 'localorg-localacct');
CREATE USER MAPPING FOR CURRENT_USER SERVER sf_admin OPTIONS (user 'ADMIN', private_key :'key');
-- something to look at: names that need quotes, other cases, other letters
SELECT sf_create('database', '{"name": "obj", "comment": "of this test"}');
SELECT sf_create('schema', '{"name": "s1"}', database => 'obj');
SELECT sf_create('schema', '{"name": "\"mixed Case\""}', database => 'obj');
SELECT sf_create('schema', '{"name": "\"a.b/c%d\"\"e\""}', database => 'obj');
SELECT sf_create('table', jsonb_build_object('name', n, 'columns', '[{"name": "id", "datatype": "int", "nullable": false}, {"name": "\"Größe\"", "datatype": "varchar(9)", "comment": "how large"}]'::jsonb),
	database => 'obj', schema => 's1')
FROM unnest(ARRAY['t1', 'a_b', 'axb', '"a_b"', '"a.b/c%d""e"', '"漢字 é"', '"100%"', E'"back\\slash"', '"{name}"']) n;
SELECT sf_create('table', '{"name": "t1", "comment": "the other", "columns": [{"name": "x", "datatype": "float"}]}', database => 'obj', schema => '"mixed Case"');
SELECT sf_create('view', '{"name": "v1", "query": "SELECT 1 AS one", "columns": [{"name": "one"}]}', database => 'obj', schema => 's1');
SELECT sf_create('stage', '{"name": "st1", "comment": "files"}', database => 'obj', schema => 's1');
SELECT sf_create('task', '{"name": "root1", "definition": "SELECT 1", "warehouse": "compute_wh", "schedule": {"schedule_type": "CRON_TYPE", "cron_expr": "0 3 * * *", "timezone": "UTC"}}', database => 'obj', schema => 's1');
SELECT sf_create('task', '{"name": "child1", "definition": "SELECT 2", "warehouse": "compute_wh", "predecessors": ["root1"]}', database => 'obj', schema => 's1');
SELECT sf_create('task', '{"name": "etl_x", "definition": "SELECT 3", "warehouse": "compute_wh"}', database => 'obj', schema => 's1');
SELECT sf_create('image_repository', '{"name": "images"}', database => 'obj', schema => 's1');
SELECT sf_create('compute_pool', '{"name": "obj_pool", "min_nodes": 1, "max_nodes": 2, "instance_family": "CPU_X64_XS", "auto_resume": true}');
SELECT sf_create('warehouse', '{"name": "\"obj wh\"", "warehouse_size": "SMALL", "auto_resume": "false", "auto_suspend": 60, "comment": "quoted"}');

-- IMPORT FOREIGN SCHEMA
CREATE SCHEMA obj;
CREATE SCHEMA few;
IMPORT FOREIGN SCHEMA snowflake_objects FROM SERVER sf INTO obj;
IMPORT FOREIGN SCHEMA snowflake_objects LIMIT TO (tasks, warehouses) FROM SERVER sf INTO few;
\det few.*
IMPORT FOREIGN SCHEMA snowflake_objects EXCEPT (tasks, warehouses, columns, users, roles, services, images_are_not_here) FROM SERVER sf INTO few;
IMPORT FOREIGN SCHEMA snowflake_objects EXCEPT (tasks, warehouses, columns, users, roles, services) FROM SERVER sf INTO few;
\det few.*
IMPORT FOREIGN SCHEMA snowflake_objects LIMIT TO (task) FROM SERVER sf INTO few;
IMPORT FOREIGN SCHEMA snowflake_objects LIMIT TO (roles) FROM SERVER sf INTO few OPTIONS (updatable 'true');
IMPORT FOREIGN SCHEMA snowflake_objects LIMIT TO (roles) FROM SERVER sf INTO few OPTIONS (import_case 'keep');
SET client_min_messages = warning;
DROP SCHEMA few CASCADE;
RESET client_min_messages;
\pset format unaligned
SELECT c.relname::text, string_agg(attname || ' ' || format_type(atttypid, -1), ', ' ORDER BY attnum) AS columns FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'obj'::regnamespace AND attnum > 0 GROUP BY relname ORDER BY relname::text COLLATE "C";
\pset format aligned

-- every table
SELECT name, kind, owner, comment, retention_time, is_default, created_on > '2020-01-01' AS dated FROM obj.databases WHERE name IN ('OBJ', 'SHOP') ORDER BY name;
SELECT name, database_name, owner, managed_access, raw->>'name' AS raw_name FROM obj.schemas WHERE database_name = 'OBJ' ORDER BY name;
SELECT database_name, schema_name, name, kind, owner, comment, rows FROM obj.tables WHERE database_name = 'OBJ' ORDER BY schema_name, name;
SELECT database_name, schema_name, table_name, ordinal_position, name, datatype, nullable, comment FROM obj.columns
WHERE database_name = 'OBJ' AND table_name IN ('T1', 'a.b/c%d"e') ORDER BY schema_name, table_name, ordinal_position;
SELECT schema_name, name, secure, owner, columns->0->>'name' AS first FROM obj.views WHERE database_name = 'OBJ' AND schema_name = 'S1' ORDER BY name;
SELECT name, state, type, warehouse_size, auto_suspend, auto_resume, enable_query_acceleration, is_default, comment FROM obj.warehouses WHERE name LIKE 'COMP%' OR comment = 'quoted' ORDER BY name;
SELECT schema_name, name, state, warehouse, schedule, predecessors, definition, config, allow_overlapping_execution FROM obj.tasks WHERE database_name = 'OBJ' ORDER BY name;
SELECT schema_name, name, kind, url, comment, directory_table->>'enable' AS directory FROM obj.stages WHERE database_name = 'OBJ' ORDER BY name;
SELECT name, owner, is_inherited, granted_to_roles FROM obj.roles WHERE name IN ('SYSADMIN', 'ANALYST', 'analyst') ORDER BY name;
SELECT name, default_role, default_warehouse, disabled, login_name, has_password FROM obj.users WHERE name <> 'ADMIN' ORDER BY name;
SELECT name, instance_family, min_nodes, max_nodes, auto_resume FROM obj.compute_pools WHERE name LIKE 'OBJ%' ORDER BY name;
SELECT database_name, schema_name, name, owner FROM obj.image_repositories WHERE database_name = 'OBJ' ORDER BY name;
SELECT name FROM obj.services WHERE database_name = 'OBJ' ORDER BY name;
-- the whole object; elements as they lie in theirs
SELECT raw - 'created_on' - 'budget' AS raw FROM obj.stages WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name = 'ST1';
SELECT raw FROM obj.columns WHERE database_name = 'OBJ' AND schema_name = 'S1' AND table_name = 'T1' ORDER BY ordinal_position;

-- what is sent, what comes back, and whether a local copy answers the same
CREATE SCHEMA copy;
CREATE TABLE copy.databases AS TABLE obj.databases;
CREATE TABLE copy.schemas AS TABLE obj.schemas;
CREATE TABLE copy.tables AS TABLE obj.tables;
CREATE TABLE copy.columns AS TABLE obj.columns;
CREATE TABLE copy.tasks AS TABLE obj.tasks;
CREATE TABLE copy.roles AS TABLE obj.roles;
CREATE TABLE copy.warehouses AS TABLE obj.warehouses;
-- the lines of a plan that are ours
CREATE FUNCTION calls(query text, options text DEFAULT 'VERBOSE, COSTS OFF') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE format('EXPLAIN (%s) %s', options, query) LOOP
		IF line ~ '^ *(Filter|Remote Call|Remote Statement|Enumerated First|Remote):' AND line !~ 'One-Time' THEN RETURN NEXT trim(line); END IF;
	END LOOP;
END $$;
CREATE FUNCTION sent(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	here text := replace(query, 'obj.', 'copy.');
BEGIN
	RETURN QUERY SELECT calls(query);
	RETURN QUERY EXECUTE 'SELECT ''row: '' || t::text FROM (' || query || ') t ORDER BY t::text COLLATE "C"';
	RETURN QUERY EXECUTE format('SELECT ''differences: '' || count(*) FROM (((%1$s) EXCEPT ALL (%2$s)) UNION ALL ((%2$s) EXCEPT ALL (%1$s))) d', query, here);
END $$;
\pset format unaligned
\pset tuples_only on
-- places
SELECT sent($$SELECT schema_name, name, comment FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1'$$);
SELECT sent($$SELECT schema_name, name FROM obj.tables WHERE database_name = 'OBJ'$$);
SELECT sent($$SELECT schema_name, name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name IN ('mixed Case', 'a.b/c%d"e', 'NOPE', 'mixed Case', NULL)$$);
SELECT sent($$SELECT database_name, count(*) > 0 AS some FROM obj.tables WHERE schema_name = 'PUBLIC' GROUP BY 1 HAVING count(*) > 3 AND max(database_name) = 'SHOP'$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'NOPE'$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name IN ('OBJ', 'SHOP') AND schema_name = 'S1' AND name LIKE 'A%'$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name IS NULL$$);
SELECT sent($$SELECT name FROM obj.schemas WHERE database_name = 'OBJ'$$);
-- names
SELECT sent($$SELECT schema_name, name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name = 'a.b/c%d"e'$$);
SELECT sent($$SELECT schema_name, name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name IN ('A_B', 'a_b', '漢字 é', '100%', 'back\slash', 'nope')$$);
SELECT sent($$SELECT schema_name, name FROM obj.tables WHERE database_name = 'OBJ' AND 'T1' = name$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name IN ('T1', 'A_B') AND name = 'A_B'$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name = 't1'$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name = '{name}'$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name = ''$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name = ANY ('{}')$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name = NULL$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name <> ALL ('{T1,A_B}')$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name = ANY ('{1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,T1,A_B}')$$);
SELECT sent($$SELECT table_name, name FROM obj.columns WHERE database_name = 'OBJ' AND schema_name = 'S1' AND table_name = 'A_B'$$);
SELECT sent($$SELECT table_name, name FROM obj.columns WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name = 'ID' AND table_name LIKE 'A%'$$);
-- kinds without a fetch: a pattern, whose case does not count there
SELECT sf_create('role', jsonb_build_object('name', n), server => 'sf_admin') FROM unnest(ARRAY['obj_r', '"obj_r"', 'objxr']) n;
INSERT INTO copy.roles SELECT * FROM obj.roles WHERE name ILIKE 'obj%';
SELECT sent($$SELECT name FROM obj.roles WHERE name = 'OBJ_R'$$);
SELECT sent($$SELECT name FROM obj.roles WHERE name IN ('OBJ_R', 'obj_r', 'OBJ\_R')$$);
SELECT sent($$SELECT name FROM obj.roles WHERE name IN ('OBJ_R', 'obj_r') AND name LIKE '%R'$$);
-- patterns
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name LIKE 'A_B'$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name LIKE 'a\_b'$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name LIKE '%é%'$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name LIKE ''$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name ILIKE 'A_B'$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name ^@ 'A'$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND starts_with(name, 'a') AND name LIKE '%b%'$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND starts_with(name, '')$$);
SELECT sent($$SELECT name, auto_resume FROM obj.warehouses WHERE starts_with(name, 'obj')$$);
SELECT sent($$SELECT name FROM obj.databases WHERE name LIKE 'O%' OR name = 'SHOP'$$);
-- roots of task graphs
SELECT sent($$SELECT name FROM obj.tasks WHERE database_name = 'OBJ' AND schema_name = 'S1' AND predecessors = '{}'$$);
SELECT sent($$SELECT name FROM obj.tasks WHERE database_name = 'OBJ' AND schema_name = 'S1' AND '{}' = predecessors AND name LIKE 'ETL%'$$);
SELECT sent($$SELECT name FROM obj.tasks WHERE database_name = 'OBJ' AND schema_name = 'S1' AND predecessors = '{ROOT1}'$$);
-- a collation in which other texts are equal
CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name = 'A_B' COLLATE nocase$$);
SELECT sent($$SELECT name FROM obj.schemas WHERE database_name = 'obj' COLLATE nocase AND name = 'S1'$$);
-- LIMIT goes out only where nothing is looked at again
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' LIMIT 2$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' LIMIT 2 OFFSET 3$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name IN ('S1', 'mixed Case') OFFSET 7 LIMIT 5$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name LIKE 'A%' LIMIT 2$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' ORDER BY name DESC LIMIT 2$$);
SELECT sent($$SELECT DISTINCT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' LIMIT 20$$);
SELECT sent($$SELECT count(*) FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' LIMIT 1$$);
SELECT sent($$SELECT table_name, name FROM obj.columns WHERE database_name = 'OBJ' AND schema_name = 'S1' LIMIT 3$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' LIMIT (SELECT 2)$$);
SELECT sent($$SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' LIMIT ALL$$);
SELECT sent($$SELECT count(*) > 5 AS many FROM ((SELECT name FROM obj.databases) UNION ALL (SELECT name FROM obj.schemas WHERE database_name = 'OBJ') LIMIT 20) x$$);
SELECT sent($$SELECT s.name FROM obj.databases d JOIN obj.schemas s ON s.database_name = d.name WHERE d.name = 'OBJ' AND s.database_name = 'OBJ' LIMIT 2$$);
-- joins with local rows, and a scan that begins again for every one of them
CREATE TABLE wanted (database text, name text);
INSERT INTO wanted VALUES ('OBJ', 'T1'), ('OBJ', 'A_B'), ('SHOP', 'ORDERS'), ('OBJ', NULL), ('OBJ', 't1');
SELECT w.name, t.schema_name, t.rows FROM wanted w JOIN obj.tables t ON t.database_name = w.database AND t.name = w.name ORDER BY 1, 2;
SELECT w.name, x.name, x.schema_name FROM wanted w, LATERAL (SELECT * FROM obj.tables t WHERE t.database_name = w.database AND t.name = w.name OFFSET 0) x ORDER BY 1, 3;
SELECT calls($$SELECT w.name, x.name FROM wanted w, LATERAL (SELECT * FROM obj.tables t WHERE t.database_name = w.database AND t.name = w.name OFFSET 0) x WHERE w.database = 'OBJ'$$, 'ANALYZE, VERBOSE, COSTS OFF, TIMING OFF');
SELECT w.name, (SELECT count(*) FROM obj.tasks t WHERE t.database_name = w.database AND t.schema_name = 'S1') AS tasks FROM wanted w ORDER BY 1, 2;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET enable_material = off;
SELECT w.name, t.schema_name FROM wanted w JOIN obj.tables t ON t.database_name = w.database AND t.name = w.name WHERE t.database_name = 'OBJ' ORDER BY 1, 2;
RESET enable_hashjoin;
RESET enable_mergejoin;
RESET enable_material;
-- parameters
SET plan_cache_mode = force_generic_plan;
PREPARE by_name(text, text) AS SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = $1 AND name = $2;
SELECT calls($$EXECUTE by_name('S1', 'T1')$$);
EXECUTE by_name('S1', 'T1');
EXECUTE by_name('mixed Case', 'T1');
EXECUTE by_name('S1', 't1');
EXECUTE by_name('S1', NULL);
EXECUTE by_name(NULL, NULL);
PREPARE by_names(text[]) AS SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name = ANY ($1) ORDER BY name COLLATE "C";
EXECUTE by_names('{T1,A_B,NULL,"",nope,T1}');
EXECUTE by_names('{}');
EXECUTE by_names(NULL);
PREPARE by_pattern(text) AS SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name LIKE $1 ORDER BY name COLLATE "C";
SELECT calls($$EXECUTE by_pattern('A%')$$);
EXECUTE by_pattern('A%');
EXECUTE by_pattern('A\_%');
EXECUTE by_pattern(NULL);
PREPARE by_prefix(text) AS SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name ^@ $1 ORDER BY name COLLATE "C";
SELECT calls($$EXECUTE by_prefix('A')$$);
EXECUTE by_prefix('A');
SET test.rows = 1;
PREPARE limited AS SELECT count(*) FROM (SELECT name FROM obj.tables WHERE database_name = 'OBJ' AND schema_name = 'S1' LIMIT current_setting('test.rows')::int) x;
EXECUTE limited;
SET test.rows = 5;
EXECUTE limited;
RESET plan_cache_mode;
SELECT name FROM obj.databases WHERE name = (SELECT database FROM wanted WHERE name = 'ORDERS');
-- without pushdown the same rows, from the whole list
SET snowflake_fdw.enable_pushdown = off;
SELECT calls($$SELECT name FROM obj.schemas WHERE database_name = 'OBJ' AND name LIKE 'S%' LIMIT 1$$);
SELECT name FROM obj.schemas WHERE database_name = 'OBJ' AND name LIKE 'S%' LIMIT 1;
RESET snowflake_fdw.enable_pushdown;
-- EXPLAIN without VERBOSE, with ANALYZE
EXPLAIN (COSTS OFF) SELECT name FROM obj.databases;
SELECT calls($$SELECT name FROM obj.tables WHERE database_name = 'OBJ'$$, 'ANALYZE, VERBOSE, COSTS OFF, TIMING OFF');

-- tables of one's own: fewer columns, other names, other types, a dropped column
CREATE FOREIGN TABLE own (n text OPTIONS (column_name 'name'), auto_suspend int, auto_resume text, gone text OPTIONS (column_name 'comment'), raw json, size varchar(20)) SERVER sf OPTIONS (kind 'warehouse');
SELECT n, auto_suspend, auto_resume, gone, raw->>'name' AS raw_name, size FROM own WHERE n = 'obj wh';
SELECT n, auto_resume FROM own WHERE n = 'OBJ WH';
ALTER FOREIGN TABLE own DROP COLUMN gone;
SELECT n, auto_suspend, size FROM own WHERE n = 'obj wh';
SELECT count(*) FROM own WHERE n = 'obj wh';
PREPARE cached AS SELECT n FROM own WHERE n = 'quoted' OR n = 'obj wh';
EXECUTE cached;
ALTER FOREIGN TABLE own ALTER COLUMN n OPTIONS (SET column_name 'comment');
EXECUTE cached;
SELECT n FROM own WHERE n = 'quoted';
ALTER FOREIGN TABLE own ALTER COLUMN n OPTIONS (SET column_name 'nope');
SELECT n FROM own;
ALTER FOREIGN TABLE own ALTER COLUMN n OPTIONS (SET column_name 'name');
ALTER FOREIGN TABLE own OPTIONS (SET kind 'database');
SELECT n FROM own;
DROP FOREIGN TABLE own;
CREATE FOREIGN TABLE own (name int) SERVER sf OPTIONS (kind 'warehouse');
SELECT name FROM own WHERE name > 0;
DROP FOREIGN TABLE own;
CREATE FOREIGN TABLE own (name text) SERVER sf OPTIONS (kind 'warehose');
CREATE FOREIGN TABLE own (name text) SERVER sf OPTIONS (kind 'warehouse', database 'OBJ');
CREATE FOREIGN TABLE own (name text) SERVER sf OPTIONS (kind 'schema', database 'OBJ', schema 'S1');
-- a table of one place
CREATE FOREIGN TABLE own (database_name text, schema_name text, name text) SERVER sf OPTIONS (kind 'task', database 'OBJ', schema 'S1');
SELECT * FROM own ORDER BY name;
SELECT name FROM own WHERE schema_name = 'mixed Case' OR database_name = 'SHOP';
SELECT calls($$SELECT name FROM own WHERE database_name = 'SHOP' AND name = 'ROOT1'$$);
SELECT name FROM own WHERE database_name = 'SHOP' AND name = 'ROOT1';
DROP FOREIGN TABLE own;
CREATE FOREIGN TABLE own (schema_name text, name text) SERVER sf OPTIONS (kind 'view', database 'OBJ');
SELECT calls($$SELECT name FROM own WHERE name = 'V1'$$);
SELECT * FROM own WHERE name = 'V1';
DROP FOREIGN TABLE own;
CREATE FOREIGN TABLE own (database_name text, name text, arguments jsonb) SERVER sf OPTIONS (kind 'user_defined_function');
SELECT calls($$SELECT name FROM own WHERE database_name = 'OBJ' AND name = 'F'$$);
DROP FOREIGN TABLE own;
CREATE FOREIGN TABLE own (database_name text, name text) SERVER sf OPTIONS (kind 'database_role');
SELECT name FROM own WHERE database_name = 'OBJ' AND name IN ('A', 'B');
DROP FOREIGN TABLE own;
-- they are not written to
INSERT INTO obj.databases (name) VALUES ('X');
DELETE FROM obj.databases;

-- sf_kinds, sf_list
SELECT kind, plural, scope, source FROM sf_kinds() ORDER BY kind;
SELECT kind, verbs, filters, needs_warehouse FROM sf_kinds() WHERE kind IN ('task', 'role', 'column', 'network_policy', 'table') ORDER BY kind;
SELECT o->>'name' FROM sf_list('table', database => 'obj', schema => 's1') o;
SELECT o->>'name' FROM sf_list('Table', "like" => 'a_b', starts_with => 'A', database => 'obj', schema => 's1') o;
SELECT sf_list('table', from_name => 'A_B', max_rows => 2, database => 'obj', schema => '"S1"')->>'name';
SELECT sf_list('table', database => 'obj', schema => 's1')->>'name' LIMIT 2;
SELECT count(*) FROM sf_list('table', max_rows => 0, database => 'obj', schema => 's1');
SELECT o->>'table_name', o->>'name', o->>'ordinal_position' FROM sf_list('column', "like" => 't1', database => 'obj', schema => 's1') o;
SELECT o->>'name' FROM sf_list('task', options => '{"root_only": true}', database => 'obj', schema => 's1') o;
SELECT o->>'name' FROM sf_list('task', options => '{"rootOnly": false, "root_only": null}', database => 'obj', schema => 's1') o;
SELECT sf_drop('table', 'obj.s1.axb');
SELECT o->>'name', o->>'dropped_on' IS NOT NULL AS dropped FROM sf_list('table', "like" => 'a%', options => '{"history": "true"}', database => 'obj', schema => 's1') o;
SELECT jsonb_array_length(o->'columns') FROM sf_list('table', "like" => 't1', options => '{"deep": true}', database => 'obj', schema => 's1') o;
SELECT sf_undrop('table', 'obj.s1.axb');
SELECT sf_list(NULL);
SELECT sf_list('tabel');
SELECT sf_list('task', options => '{"colour": "red"}');
SELECT sf_list('warehouse', options => '{"history": true}');
SELECT sf_list('table', options => '{"history": 1}');
SELECT sf_list('table', options => '[]');
SELECT sf_list('warehouse', from_name => 'X');
SELECT sf_list('table', max_rows => -1);
SELECT sf_list('table', schema => 'a.b');
SELECT sf_list('network_policy', "like" => 'X%');
-- sf_fetch
SELECT sf_fetch('database', 'obj')->>'comment', sf_fetch('role', '"obj_r"')->>'name', sf_fetch('table', 'obj.s1."a.b/c%d""e"')->>'name';
SELECT sf_fetch('table', 'T1', 'obj', '"mixed Case"')->>'comment', sf_fetch('compute-pool', 'obj_pool')->>'name';
SELECT sf_fetch('table', NULL);
SELECT sf_fetch(NULL, 'x');
SELECT sf_fetch('column', 'x');
SELECT sf_fetch('warehouse', 'a.b');
SELECT sf_fetch('warehouse', 'not a name');
\set VERBOSITY sqlstate
SELECT sf_fetch('warehouse', 'nope');
SELECT sf_fetch('role', 'nope');
SELECT sf_fetch('table', 'nope.nope.nope');
SELECT sf_list('table', database => 'nope');
\set VERBOSITY default
-- sf_create and its kin
SELECT sf_create('role', '{"name": "obj_r"}', 'if_not_exists', server => 'sf_admin'), sf_create('schema', '{"name": "s2", "database_name": "ignored"}', 'OrReplace', database => 'obj');
SELECT sf_create('role', '{"name": "obj_x"}', NULL, NULL, server => 'sf_admin');
SELECT sf_create_or_alter('warehouse', jsonb_build_object('name', o->'name', 'warehouse_size', 'SMALL', 'auto_resume', o->'auto_resume', 'comment', 'changed')) FROM sf_fetch('warehouse', '"obj wh"') o;
-- what is not known, cannot be set or lacks
SELECT sf_create('warehouse', '{"name": "w", "warehouse_sise": "LARGE"}');
SELECT sf_create('warehouse', '{"name": "w", "colour": "red"}');
SELECT sf_create_or_alter('warehouse', '{"name": "w", "auto_suspnd": 5}');
SELECT sf_create('role', '{"name": "obj_y", "owner": "ME"}');
SELECT sf_create('compute_pool', '{"name": "p", "min_nodes": 1, "instance_family": null}');
SELECT sf_create('user', '{"name": "u", "password": {"is": "secret"}}');
SELECT sf_create('role', '{"name": "obj_y", "coment": "typo"}', strict => false, server => 'sf_admin'), sf_drop('role', 'obj_y', server => 'sf_admin');
SELECT sf_create_or_alter('warehouse', o || '{"from_a_new_release": 1, "state": "ignored"}') FROM sf_fetch('warehouse', '"obj wh"') o;
SELECT sf_create_or_alter('warehouse', o || '{"coment": "typo"}') FROM sf_fetch('warehouse', '"obj wh"') o;
-- what can be set
SELECT name, type, required, read_only, settable, allowed_values FROM sf_kind_properties('compute-pool') WHERE required OR read_only AND name < 'c' OR allowed_values IS NOT NULL;
SELECT name, type, settable, left(description, 40) AS description FROM sf_kind_properties('warehouse') WHERE name IN ('name', 'auto_suspend', 'owner', 'initially_suspended', 'comment');
SELECT name, required FROM sf_kind_properties('column');
SELECT name, members FROM sf_kind_properties('table') WHERE members IS NOT NULL;
SELECT sf_kind_properties(NULL);
SELECT sf_kind_properties('tabel');
SELECT name, auto_suspend, auto_resume, comment FROM obj.warehouses WHERE name = 'obj wh';
SELECT sf_alter('warehouse', '"obj wh"', '{"auto_suspend": 120, "comment": "it''s \\\\ \"changed\"", "auto_resume": true}'), sf_alter('schema', 'obj.s1', '{"comment": "one"}'), sf_alter('view', 'obj.s1.v1', '{"comment": "of one"}');
SELECT name, warehouse_size, auto_suspend, auto_resume, comment FROM obj.warehouses WHERE name = 'obj wh';
SELECT sf_alter('warehouse', '"obj wh"', '{"comment": null, "warehouse_size": "MEDIUM"}'), sf_alter('warehouse', '"obj wh"', '{}'), sf_alter('warehouse', '"obj wh"', NULL);
SELECT name, warehouse_size, auto_suspend, auto_resume, comment FROM obj.warehouses WHERE name = 'obj wh';
SELECT comment FROM obj.schemas WHERE database_name = 'OBJ' AND name = 'S1' UNION ALL SELECT comment FROM obj.views WHERE database_name = 'OBJ' AND schema_name = 'S1' AND name = 'V1';
SELECT sf_alter('warehouse', '"obj wh"', '{"state": "STARTED"}');
SELECT sf_alter('warehouse', '"obj wh"', '{"comment = ''x'' --": "x"}');
SELECT sf_alter('warehouse', '"obj wh"', '{"comment": ["x"]}');
SELECT sf_alter('warehouse', '"obj wh"', '[]');
SELECT sf_alter('stage', 'obj.s1.st1', '{"comment": "x"}');
\set VERBOSITY sqlstate
SELECT sf_alter('warehouse', 'nope', '{"comment": "x"}');
\set VERBOSITY default
SELECT sf_create_or_alter('table', '{"name": "t1", "columns": [{"name": "x", "datatype": "float"}, {"name": "y", "datatype": "int"}]}', database => 'obj', schema => '"mixed Case"');
SELECT name, datatype FROM obj.columns WHERE database_name = 'OBJ' AND schema_name = 'mixed Case';
SELECT sf_create_or_alter('table', '{"name": "t1", "columns": [{"name": "y", "datatype": "int"}, {"name": "\"x\"", "datatype": "int"}]}', database => 'obj', schema => '"mixed Case"');
SELECT sf_create_or_alter('table', '{"name": "t1", "columns": []}', database => 'obj', schema => '"mixed Case"');
SELECT sf_create_or_alter('table', '{"name": "t1", "columns": [{"name": "y", "datatype": "int"}]}', drop_columns => true, database => 'obj', schema => '"mixed Case"');
SELECT sf_create_or_alter('role', '{"name": "r"}', drop_columns => true), sf_create_or_alter('warehouse', '{"name": "w"}', drop_columns => true);
SELECT sf_create_or_alter('warehouse', '{"name": "w"}', drop_columns => true);
SELECT sf_create_or_alter('role', '{"name": "r"}');
SELECT sf_create('role', '{"comment": "x"}');
SELECT sf_create('role', NULL);
SELECT sf_create('role', '[]');
SELECT sf_create('role', '{"name": "x"}', 'sometimes');
SELECT sf_create('account', '{"name": "x"}', 'orReplace', strict => false);
SELECT sf_create('sequence', '{"name": "big", "start": 1234567890123456789012345, "increment": -9223372036854775809}', database => 'obj', schema => 's1');
SELECT o->'start', o->'increment' FROM sf_fetch('sequence', 'obj.s1.big') o;
SELECT sf_create('procedure', '{"name": "p", "arguments": [{"name": "a", "datatype": "number"}, {"name": "b", "datatype": "varchar"}], "return_type": {"type": "DATATYPE", "datatype": "varchar"}, "language_config": {"language": "SQL"}, "body": "BEGIN RETURN 1; END"}', database => 'obj', schema => 's1');
SELECT sf_fetch('procedure', 'obj.s1.p(number, varchar)')->>'name', sf_drop('procedure', 'p(NUMBER, VARCHAR)', database => 'obj', schema => 's1');
\set VERBOSITY sqlstate
SELECT sf_create('role', '{"name": "obj_r"}', server => 'sf_admin');
SELECT sf_create('role', '{"name": "obj_y"}');
SELECT sf_create('table', '{"name": "x", "columns": [{"name": "x", "datatype": "int"}]}', database => 'nope');
SELECT sf_undrop('role', 'x');
SELECT sf_drop('warehouse', 'nope');
\set VERBOSITY default
SELECT sf_drop('warehouse', 'nope', true), sf_drop('table', 'nope.nope.nope', true), sf_drop('role', 'obj_x', NULL, server => 'sf_admin');
SELECT sf_create('role', '{"name": "obj_x"}', server => 'sf_admin'), sf_drop('role', 'obj_x', true, server => 'sf_admin'), sf_drop('role', 'obj_x', true, server => 'sf_admin');
SELECT sf_drop('column', 'x');
-- sf_action
SELECT sf_action('warehouse', '"obj wh"', 'suspend') IS NOT NULL, state FROM obj.warehouses WHERE name = 'obj wh';
SELECT state FROM obj.warehouses WHERE name = 'obj wh';
SELECT sf_action('warehouse', 'nope', 'suspend', '{"if_exists": true}');
SELECT o->>'name' FROM jsonb_array_elements(sf_action('task', 'obj.s1.root1', 'dependents', '{"recursive": true}')) o;
SELECT o->>'name' FROM jsonb_array_elements(sf_action('role', 'obj_r', 'grants', server => 'sf_admin')) o;
SELECT sf_action('role', 'obj_r', 'grants', body => '{"securable_type": "WAREHOUSE", "securable": {"name": "compute_wh"}, "privileges": ["USAGE"]}', server => 'sf_admin') IS NOT NULL;
SELECT o->'securable'->>'name', o->'privileges' FROM jsonb_array_elements(sf_action('role', 'obj_r', 'grants', server => 'sf_admin')) o;
SELECT sf_action('database', 'obj', 'clone', '{}', '{"name": "obj_clone"}') IS NOT NULL, sf_drop('database', 'obj_clone');
SELECT sf_action('warehouse', 'x', 'explode');
SELECT sf_action('warehouse', 'x', 'suspend', '{"colour": "red"}');
SELECT sf_action('warehouse', 'x', 'suspend', body => '{}');
SELECT sf_action('warehouse', 'x', NULL);
-- sf_rest
SELECT o->>'name' FROM jsonb_array_elements(sf_rest('GET', '/api/v2/databases/obj/schemas', params => '{"like": "S%", "showLimit": 1}')) o;
SELECT sf_rest('get', '/api/v2/databases/obj/schemas/s1/tables/%22a.b%2Fc%25d%22%22e%22')->>'name';
SELECT sf_rest('POST', '/api/v2/databases/obj/schemas', '{"name": "made"}', '{"createMode": "orReplace"}') IS NOT NULL, sf_rest('DELETE', '/api/v2/databases/obj/schemas/made') IS NOT NULL;
SELECT sf_rest(m, p) FROM (VALUES ('GET', '/api/v2/statements')) v(m, p);
SELECT sf_rest('PATCH', '/api/v2/databases');
SELECT sf_rest(NULL, '/api/v2/databases');
SELECT sf_rest('GET', NULL);
SELECT sf_rest('GET', '/api/v2/databases', '{}');
SELECT sf_rest('GET', '/api/v2/databases', params => '{"a": [1]}');
SELECT sf_rest('GET', '/api/v2/databases', params => '[]');
\set VERBOSITY terse
SELECT sf_rest('GET', '/api/v2/no-such-endpoint');
CREATE FUNCTION refused(path text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	PERFORM sf_rest('GET', path);
	RETURN 'sent';
EXCEPTION WHEN feature_not_supported THEN
	RETURN 'sent';
WHEN invalid_parameter_value THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN detail;
END $$;
SELECT path, refused(path) FROM unnest(ARRAY['', 'https://example.com/api/v2/x', '//example.com/api/v2/x', '/api/v1/x', '/api/v2', '/api/v2/', '/api/v2/../v1/x', '/api/v2/a/..',
	'/api/v2/a/./b', '/api/v2//b', '/api/v2/a/', '/api/v2/%2e%2e/x', '/api/v2/%2E./x', '/api/v2/a%2f..%2fb', '/api/v2/a%5c..%5cb', '/api/v2/%22/%2e%2e/%22', '/api/v2/a b', '/api/v2/a"b"', '/api/v2/é',
	'/api/v2/a?b=c', '/api/v2/a#b', '/api/v2/%', '/api/v2/%2', '/api/v2/%zz', '/api/v2/%00', '/api/v2/%0d%0aX', '/api/v2/statements', '/api/v2/statements/x', '/api/v2/STATEMENTS',
	'/api/v2/%73tatements', '/api/v2/statements%2Fx', '/api/v2/statements;x', E'/api/v2/a\nb', '/api/v2/a@b:c']) path;
\set VERBOSITY default
-- what a transaction, a server or a user may not
BEGIN READ ONLY;
SELECT sf_rest('GET', '/api/v2/databases/obj')->>'name', sf_action('task', 'obj.s1.root1', 'dependents', '{"recursive": false}')->0->>'name';
SAVEPOINT here;
SELECT sf_rest('DELETE', '/api/v2/databases/obj');
ROLLBACK TO here;
SELECT sf_create('role', '{"name": "x"}');
ROLLBACK TO here;
SELECT sf_alter('database', 'obj', '{"comment": "x"}');
ROLLBACK TO here;
SELECT sf_drop('database', 'obj');
ROLLBACK TO here;
SELECT sf_action('warehouse', '"obj wh"', 'resume');
ROLLBACK;
ALTER SERVER sf OPTIONS (ADD read_only 'true');
SELECT sf_rest('GET', '/api/v2/databases/obj')->>'name', sf_fetch('database', 'obj')->>'name';
SELECT sf_rest('DELETE', '/api/v2/databases/obj');
SELECT sf_create_or_alter('warehouse', '{"name": "x"}');
SELECT sf_undrop('database', 'x');
ALTER SERVER sf OPTIONS (DROP read_only);
-- what a ROLLBACK leaves, and what was refused
BEGIN;
SELECT sf_create('role', '{"name": "obj_x"}', server => 'sf_admin');
ROLLBACK;
SELECT sf_drop('role', 'obj_x', server => 'sf_admin');
BEGIN;
SAVEPOINT here;
\set VERBOSITY terse
SELECT sf_drop('role', 'obj_x', server => 'sf_admin');
\set VERBOSITY default
ROLLBACK TO here;
ROLLBACK;
CREATE ROLE sfdw_reader;
SELECT p.proname, has_function_privilege('sfdw_reader', p.oid, 'EXECUTE') FROM pg_proc p
WHERE proname IN ('sf_kinds', 'sf_list', 'sf_fetch', 'sf_create', 'sf_create_or_alter', 'sf_alter', 'sf_drop', 'sf_undrop', 'sf_action', 'sf_rest') ORDER BY 1;
GRANT USAGE ON SCHEMA snowflake TO sfdw_reader;
SET ROLE sfdw_reader;
SELECT count(*) > 30 FROM snowflake.sf_kinds();
SELECT snowflake.sf_fetch('database', 'obj');
RESET ROLE;
-- a view reads with its owner's mapping
CREATE VIEW seen AS SELECT name FROM obj.databases WHERE name = 'OBJ';
GRANT SELECT ON seen TO sfdw_reader;
GRANT SELECT ON obj.databases TO sfdw_reader;
GRANT USAGE ON SCHEMA obj TO sfdw_reader;
SET ROLE sfdw_reader;
SELECT * FROM seen;
SELECT name FROM obj.databases;
RESET ROLE;
REVOKE ALL ON obj.databases FROM sfdw_reader;
DROP VIEW seen;
REVOKE ALL ON SCHEMA obj, snowflake FROM sfdw_reader;
DROP ROLE sfdw_reader;
-- gone again
SELECT sf_drop('database', 'obj'), sf_drop('warehouse', '"obj wh"'), sf_drop('compute_pool', 'obj_pool');
SELECT sf_drop('role', n, server => 'sf_admin') FROM unnest(ARRAY['obj_r', '"obj_r"', 'objxr']) n;
SET client_min_messages = warning;
DROP SCHEMA obj, copy CASCADE;
DROP TABLE wanted;
DROP FUNCTION sent, calls, refused;
DROP SERVER sf_admin CASCADE;
DROP COLLATION nocase;
