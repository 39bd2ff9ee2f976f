-- functions that are named after a kind of object
SET search_path = public, snowflake;
SET snowflake_fdw.default_server = 'sf';
\getenv host SNOWFLAKE_TEST_HOST
\getenv port SNOWFLAKE_TEST_PORT
\set key `cat "$SNOWFLAKE_TEST_KEY_FILE"`
CREATE SERVER sf_admin FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (host :'host', port :'port', protocol 'http', account 'localorg-localacct');
CREATE USER MAPPING FOR CURRENT_USER SERVER sf_admin OPTIONS (user 'ADMIN', private_key :'key');
\pset format unaligned
\pset tuples_only on

-- databases and schemas
SELECT sf_database_create('by_name', 'of this test', data_retention_time_in_days => 2, mode => 'or_replace');
SELECT sf_database_create('by_name', mode => 'ifNotExists');
SELECT o->>'name', o->>'kind', o->>'comment', o->'data_retention_time_in_days' FROM sf_database_fetch('by_name') o;
SELECT sf_database_create('"brief one"', transient => true, options => '{"comment": "from the options"}'), sf_database_clone('"brief one"', 'second');
SELECT o->>'name', o->>'kind', o->>'comment' FROM sf_database_list("like" => '%brief%') o;
SELECT sf_database_alter('second', '{"comment": "altered"}'), sf_database_fetch('second')->>'comment';
SELECT sf_database_create_or_alter('{"name": "second", "data_retention_time_in_days": 1}'), sf_database_fetch('second')->>'comment' AS comment;
SELECT sf_database_drop('second'), sf_database_undrop('second'), sf_database_delete('second'), sf_database_drop('second', if_exists => true), sf_database_drop('"brief one"');
SELECT sf_schema_create('by_name.s1', 'one'), sf_schema_create('s2', transient => true, database => 'by_name');
SELECT o->>'name', o->>'comment', o->>'options' FROM sf_schema_list("like" => 's_', database => 'by_name') o;
SELECT sf_schema_clone('by_name.s1', 's3');
\set VERBOSITY sqlstate
SELECT sf_schema_clone('s1', '"Over there".s3', database => 'by_name');
\set VERBOSITY default
SELECT sf_schema_drop('s3', database => 'by_name'), sf_schema_undrop('s3', 'by_name'), sf_schema_delete('by_name.s3', true), sf_schema_delete('by_name.s3', true);
ALTER SERVER sf OPTIONS (SET database 'BY_NAME', SET schema 'S1');
SELECT sf_schema_fetch('s1')->>'database_name', sf_schema_alter('s1', '{"comment": "new"}'), sf_schema_create_or_update('{"name": "s2"}');

-- tables
SELECT sf_column('id', 'int', false), sf_column('t', 'varchar(9)', "default" => $$'x'$$, comment => 'text'), sf_primary_key('{a,b}'), sf_primary_key('{a}', 'pk');
SELECT sf_table_create('t', jsonb_build_array(sf_column('id', 'int', false), sf_column('"Größe"', 'varchar(9)', comment => 'how large')), '{id}', 'a table');
SELECT o->>'comment', o->'columns'->0->>'name', o->'columns'->1->>'name', o->'constraints'->0->>'constraint_type', o->'constraints'->0->'column_names' FROM sf_table_fetch('t') o;
SELECT o ? 'columns', o ? 'constraints', o->>'name' FROM sf_table_fetch('t', deep => false) o;
SELECT sf_table_add_column('t', 'elevation', 'number(10, 2)', comment => 'it''s new'), sf_table_add_column('by_name.s1.t', 'e', 'float', nullable => false);
SELECT c->>'name', c->>'datatype', c->>'nullable', c->>'comment' FROM jsonb_array_elements(sf_table_fetch('t')->'columns') c;
SELECT sf_table_clone('t', 'copy'), sf_table_clone('t', 's2.copy'), sf_table_clone('t', 'copy', 'or_replace');
SELECT sf_table_create('other', '[{"name": "x", "datatype": "int"}]', options => '{"change_tracking": true, "constraints": [{"constraint_type": "UNIQUE", "column_names": ["x"]}]}', primary_key => '{x}');
SELECT sf_table_swap('copy', 'other'), sf_table_fetch('copy')->'columns'->0->>'name', jsonb_array_length(sf_table_fetch('copy')->'constraints');
SELECT sf_table_create_or_alter('{"name": "copy", "columns": [{"name": "y", "datatype": "int"}]}');
SELECT sf_table_create_or_alter('{"name": "copy", "columns": [{"name": "y", "datatype": "int"}]}', drop_columns => true);
SELECT sf_table_create_or_update(sf_table_fetch('other') || '{"comment": "c"}');
SELECT o->>'name', o->>'comment' FROM sf_table_list(starts_with => 'O') o;
SELECT sf_table_drop('copy'), sf_table_undrop('copy'), sf_table_delete('copy'), sf_table_delete('copy', true);

-- warehouses
SELECT sf_warehouse_create('by_name_wh', 'small', auto_suspend => 500, auto_resume => false, initially_suspended => true, comment => 'c', options => '{"max_cluster_count": 2}', mode => 'orReplace');
SELECT o->>'size', o->>'state', o->'auto_suspend', o->'auto_resume', o->'max_cluster_count' FROM sf_warehouse_fetch('by_name_wh') o;
SELECT sf_warehouse_resume('by_name_wh'), sf_warehouse_abort_all_queries('by_name_wh'), sf_warehouse_suspend('by_name_wh'), sf_warehouse_rename('by_name_wh', '"new name"');
SELECT sf_warehouse_alter('"new name"', '{"comment": "altered"}'), sf_warehouse_create_or_update('{"name": "\"new name\"", "warehouse_size": "LARGE"}');
SELECT o->>'size', o->>'comment' FROM sf_warehouse_list("like" => 'new%') o;
SELECT sf_warehouse_drop('by_name_wh', if_exists => true), sf_warehouse_delete('"new name"');

-- stages
SELECT sf_stage_create('files', comment => 'c'), sf_stage_create('brief', 'TEMPORARY'), sf_stage_fetch('files')->>'comment', sf_stage_delete('brief');
SELECT o->>'name' FROM sf_stage_list() o;
SELECT * FROM sf_stage_files('files');
SELECT regexp_replace(sf_stage_presigned_url('files', 'a folder/file "1".csv', '10 min'), '^https?://[^/]*(.*signature=).*', '\1X');

-- pools and services
SELECT sf_compute_pool_create('by_name_pool', 'CPU_X64_XS', auto_resume => true, initially_suspended => true, comment => 'c');
SELECT o->>'state', o->'min_nodes', o->'auto_resume', o->>'comment' FROM sf_compute_pool_fetch('by_name_pool') o;
SELECT sf_compute_pool_wait('by_name_pool');
SELECT sf_compute_pool_wait('by_name_pool', raise => false, timeout => '0 s');
SELECT sf_compute_pool_resume('by_name_pool'), sf_compute_pool_wait('by_name_pool', timeout => '60 s');
SELECT sf_image_repository_create('images'), sf_image_repository_url('images'), (SELECT count(*) FROM sf_image_repository_images('images'));
SELECT sf_service_spec_file('@files', 'spec.yaml'), sf_service_spec_inline('x');
SELECT sf_service_create('web', 'by_name_pool', sf_service_spec_inline($$
spec:
  containers:
  - name: web-server
    image: /by_name/s1/images/nginx:latest
  endpoints:
  - name: ui
    port: 80
    public: true
  - name: inner
    portRange: 9000-9010
$$), 1, 1);
SELECT sf_service_wait('web', timeout => '60 s'), sf_service_wait_ready('web', '60 s'), sf_compute_pool_wait('by_name_pool'), sf_service_fetch('web')->>'status';
SELECT s->>'status', s->>'containerName', s->>'instanceId' FROM jsonb_array_elements(sf_service_status('web', 5)) s;
SELECT instance_id, container_name, status, message, restart_count, service_status FROM sf_service_containers('web');
SELECT * FROM sf_service_endpoints('web');
SELECT sf_service_logs('web') AS logs, sf_service_logs('web', 0, 'web-server', 10) AS logs;
SELECT sf_service_suspend('web'), sf_service_wait('web', 'suspended', '60 s');
SELECT sf_service_wait_ready('web');
SELECT sf_service_resume('web'), sf_service_wait('web'), sf_service_drop('web'), sf_service_delete('web', true);
SELECT sf_compute_pool_stop_all_services('by_name_pool'), sf_compute_pool_suspend('by_name_pool'), sf_compute_pool_wait('by_name_pool', 'suspended'), sf_compute_pool_delete('by_name_pool');

-- roles, users, grants
SET snowflake_fdw.default_server = 'sf_admin';
SELECT sf_role_create('by_name_r', 'c'), sf_role_create('by_name_r2'), sf_user_create('by_name_u', 'login', 'by_name_r', options => '{"password": "Secret-123", "must_change_password": false}');
SELECT o->>'name', o->>'comment' FROM sf_role_list("like" => 'by_name%') o;
SELECT o->>'login_name', o->>'default_role', o->>'password' FROM sf_user_fetch('by_name_u') o;
SELECT sf_user_create_or_alter('{"name": "by_name_u", "comment": "c"}'), sf_user_alter('by_name_u', '{"comment": "d"}'), sf_role_alter('by_name_r', '{"comment": "d"}');
SELECT sf_grant('{usage,operate}', 'warehouse', 'compute_wh', 'role', 'by_name_r', true), sf_grant('{SELECT}', 'table', 'by_name.s1.t', 'role', 'by_name_r'),
	sf_grant('{create database}', 'account', NULL, 'role', 'by_name_r'), sf_grant(NULL, 'role', 'by_name_r', 'role', 'by_name_r2'), sf_grant(NULL, 'role', 'by_name_r', 'user', 'by_name_u');
SELECT g->>'securable_type', g->'securable'->>'name', g->>'privileges', g->>'grant_option' FROM jsonb_array_elements(sf_action('role', 'by_name_r', 'grants')) g;
SELECT sf_revoke('{operate}', 'warehouse', 'compute_wh', 'role', 'by_name_r', grant_option => true), sf_revoke('{usage}', 'warehouse', 'compute_wh', 'role', 'by_name_r', cascade => true),
	sf_revoke(NULL, 'role', 'by_name_r', 'role', 'by_name_r2'), sf_revoke('{}', 'role', 'by_name_r', 'user', 'by_name_u');
SELECT g->>'securable_type', g->'securable'->>'name', g->>'privileges', g->>'grant_option' FROM jsonb_array_elements(sf_action('role', 'by_name_r', 'grants')) g;
SELECT sf_create('database_role', '{"name": "by_name.dr"}'), sf_grant('{usage}', 'schema', 'by_name.s1', 'database role', 'by_name.dr'), sf_grant(NULL, 'Database-Role', 'by_name.dr', 'role', 'by_name_r'), sf_revoke('{usage}', 'schema', 'by_name.s1', 'database_role', 'by_name.dr');
-- what is refused before a call
SELECT sf_grant(NULL, 'table', 't', 'role', 'r');
SELECT sf_grant('{select; drop}', 'table', 't', 'role', 'r');
SELECT sf_grant('{select}', 'ta''ble', 't', 'role', 'r');
SELECT sf_grant('{select}', 'table', NULL, 'role', 'r');
SELECT sf_grant('{select}', 'warehouse', 'w', 'group', 'r');
SELECT sf_revoke(NULL, 'role', 'r', 'user', 'u', cascade => true);
SELECT sf_grant(NULL, 'role', 'r', 'user', 'u', grant_option => true);
SET snowflake_fdw.default_server = 'sf';
SELECT sf_database_create(NULL);
SELECT sf_database_create('x', options => '[]');
SELECT sf_database_create('x', options => '{"coment": "y"}');
SELECT sf_database_create('x', mode => 'sometimes');
SELECT sf_table_create('x', NULL);
SELECT sf_table_create('x', '[]');
SELECT sf_table_create('x', '[{"name": "a", "datatype": "int"}]', '{NULL}');
SELECT sf_table_create('x', '[{"name": "a", "datatype": "int"}]', '{}');
DO $$
DECLARE
	type text;
BEGIN
	FOREACH type IN ARRAY ARRAY['int; DROP TABLE t', 'int, b int', 'int)', 'f(int', '''x''', '', '(int)', 'int -- x', 'int /* */'] LOOP
		BEGIN
			PERFORM sf_table_add_column('t', 'x', type);
			RAISE WARNING 'sent %', type;
		EXCEPTION WHEN invalid_parameter_value THEN
			RAISE NOTICE '%', SQLERRM;
		END;
	END LOOP;
END $$;
SELECT sf_table_add_column('t', 'a.b', 'int');
SELECT sf_service_create('x', 'p', NULL);
SELECT sf_service_create('x', 'p', '"text"');
SELECT sf_service_status('x', 60);
SELECT sf_service_logs('x', -1);
SELECT sf_service_logs('x', num_lines => 0);
SELECT sf_service_wait('x', 'READY');
SELECT sf_service_wait('x', timeout => '-1 s');
SELECT sf_stage_presigned_url('files', '');
SELECT sf_stage_presigned_url('files', 'x', '1 ms');
SELECT sf_user_create('x', options => '{"password": ["Secret-123"]}');
SELECT sf_warehouse_list(starts_with => 'x');
SELECT sf_image_repository_create('x', options => '{"repository_url": "x"}');
-- finding functions
SELECT name, result, description FROM sf_help() WHERE name IN ('compute_pool', 'help');
SELECT * FROM sf_help('Compute Pools');
SELECT name, left(description, 60) FROM sf_help('clone');
SELECT * FROM sf_help('sf_primary_key');
SELECT name, description FROM sf_help('object') WHERE name IN ('sf_alter', 'sf_dag');
SELECT count(*) FROM sf_help('there is no such topic');
SELECT h.name AS lacks_a_subject_or_line FROM sf_help('') h WHERE h.description IS NULL OR h.description ~ '\.$';
SELECT sum(split_part(result, ' ', 1)::int) = (SELECT count(*) FROM sf_functions()) AS every_function_has_a_subject FROM sf_help();
SELECT s.name AS subject_without_functions FROM sf_help() s WHERE s.result = '0 functions';
-- gone again
SET snowflake_fdw.default_server = 'sf_admin';
SELECT sf_user_drop('by_name_u'), sf_role_drop('by_name_r'), sf_role_delete('by_name_r2'), sf_user_delete('by_name_u', true);
SET snowflake_fdw.default_server = 'sf';
ALTER SERVER sf OPTIONS (SET database 'SHOP', SET schema 'PUBLIC');
SELECT sf_database_drop('by_name');
DROP SERVER sf_admin CASCADE;
