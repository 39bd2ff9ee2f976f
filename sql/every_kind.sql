-- an object of every kind that can be made: created, read, changed and dropped through its table
\getenv host SNOWFLAKE_TEST_HOST
\getenv port SNOWFLAKE_TEST_PORT
\set key `cat "$SNOWFLAKE_TEST_KEY_FILE"`
CREATE SERVER every FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (host :'host', port :'port', protocol 'http', account 'localorg-localacct', role 'ACCOUNTADMIN', warehouse 'COMPUTE_WH');
CREATE USER MAPPING FOR CURRENT_USER SERVER every OPTIONS (user 'ADMIN', private_key :'key');
CREATE SCHEMA every;
IMPORT FOREIGN SCHEMA snowflake_objects FROM SERVER every INTO every OPTIONS (updatable 'true');
SET search_path = every, snowflake;
SET snowflake_fdw.default_server = 'every';
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only on
INSERT INTO databases (name) VALUES ('There');
INSERT INTO schemas (database_name, name) VALUES ('There', 'S');
INSERT INTO tables (database_name, schema_name, name, columns) VALUES ('There', 'S', 'T', '[{"name": "a", "datatype": "VARCHAR"}]');
INSERT INTO stages (database_name, schema_name, name) VALUES ('There', 'S', 'ST');
-- compute_pool
INSERT INTO compute_pools (name, auto_resume, auto_suspend_secs, comment, instance_family, max_nodes, min_nodes)
    VALUES ('MY_COMPUTE_POOL', false, 600, 'x', 'CPU_X64_XS', 2, 1);
SELECT auto_resume, auto_suspend_secs, comment, instance_family, max_nodes, min_nodes FROM compute_pools WHERE name = 'MY_COMPUTE_POOL';
UPDATE compute_pools SET max_nodes = 3, state = 'SUSPENDED' WHERE name = 'MY_COMPUTE_POOL' RETURNING max_nodes;
-- external_volume
INSERT INTO external_volumes (name, allow_writes, comment, storage_locations)
    VALUES ('MY_EXTERNAL_VOLUME', true, 'x', '[{"azure_tenant_id":"t","name":"l","storage_base_url":"azure://a/b","storage_provider":"AZURE"}]');
SELECT allow_writes, comment, storage_locations FROM external_volumes WHERE name = 'MY_EXTERNAL_VOLUME';
UPDATE external_volumes SET allow_writes = false WHERE name = 'MY_EXTERNAL_VOLUME' RETURNING allow_writes;
-- api_integration
INSERT INTO api_integrations (name, api_allowed_prefixes, api_blocked_prefixes, api_hook, comment, enabled)
    VALUES ('MY_API_INTEGRATION', '{https://a/}', '{https://a/b}', '{"api_aws_role_arn":"arn","api_provider":"AWS_API_GATEWAY","type":"AWS"}', 'x', true);
SELECT api_allowed_prefixes, api_blocked_prefixes, api_hook, comment, enabled FROM api_integrations WHERE name = 'MY_API_INTEGRATION';
UPDATE api_integrations SET api_allowed_prefixes = '{https://b/,https://c/}' WHERE name = 'MY_API_INTEGRATION' RETURNING api_allowed_prefixes;
-- service
INSERT INTO services (name, database_name, schema_name, auto_resume, comment, compute_pool, max_instances, min_instances, query_warehouse, spec)
    VALUES ('MY_SERVICE', 'There', 'S', true, 'x', 'MY_COMPUTE_POOL', 2, 1, 'COMPUTE_WH', '{"spec_text":"spec:\n  containers:\n  - name: c\n    image: /HERE/S/R/i:1\n","spec_type":"from_inline"}');
SELECT auto_resume, comment, compute_pool, max_instances, min_instances, query_warehouse FROM services WHERE name = 'MY_SERVICE' AND database_name = 'There' AND schema_name = 'S';
UPDATE services SET max_instances = 3, status = 'SUSPENDED' WHERE name = 'MY_SERVICE' AND database_name = 'There' AND schema_name = 'S' RETURNING max_instances;
-- alert
INSERT INTO alerts (name, database_name, schema_name, action, comment, condition, schedule, warehouse)
    VALUES ('MY_ALERT', 'There', 'S', 'SELECT 1', 'x', 'SELECT 1', '{"cron_expr":"0 9 * * *","schedule_type":"CRON_TYPE","timezone":"UTC"}', 'COMPUTE_WH');
SELECT action, comment, condition, schedule, warehouse FROM alerts WHERE name = 'MY_ALERT' AND database_name = 'There' AND schema_name = 'S';
UPDATE alerts SET schedule = '{"schedule_type": "CRON_TYPE", "cron_expr": "0 8 * * *", "timezone": "Europe/Rome"}', state = 'started' WHERE name = 'MY_ALERT' AND database_name = 'There' AND schema_name = 'S' RETURNING schedule, state;
DELETE FROM alerts WHERE name = 'MY_ALERT' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- artifact_repository
INSERT INTO artifact_repositories (name, database_name, schema_name, api_integration, comment, type)
    VALUES ('MY_ARTIFACT_REPOSITORY', 'There', 'S', 'MY_API_INTEGRATION', 'x', 'PIP');
SELECT api_integration, comment, type FROM artifact_repositories WHERE name = 'MY_ARTIFACT_REPOSITORY' AND database_name = 'There' AND schema_name = 'S';
UPDATE artifact_repositories SET comment = 'changed' WHERE name = 'MY_ARTIFACT_REPOSITORY' AND database_name = 'There' AND schema_name = 'S' RETURNING comment;
DELETE FROM artifact_repositories WHERE name = 'MY_ARTIFACT_REPOSITORY' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- catalog_integration
INSERT INTO catalog_integrations (name, catalog, comment, enabled, table_format)
    VALUES ('MY_CATALOG_INTEGRATION', '{"catalog_namespace":"n","catalog_source":"GLUE","glue_aws_role_arn":"arn","glue_catalog_id":"1","glue_region":"r"}', 'x', true, 'ICEBERG');
SELECT catalog, comment, enabled, table_format FROM catalog_integrations WHERE name = 'MY_CATALOG_INTEGRATION';
UPDATE catalog_integrations SET comment = NULL WHERE name = 'MY_CATALOG_INTEGRATION' RETURNING comment;
DELETE FROM catalog_integrations WHERE name = 'MY_CATALOG_INTEGRATION' RETURNING name;
-- cortex_search_service
INSERT INTO cortex_search_services (name, database_name, schema_name, comment, definition, search_column, target_lag, warehouse)
    VALUES ('MY_CORTEX_SEARCH_SERVICE', 'There', 'S', 'x', 'SELECT a FROM "There".S.T', 'A', '{"seconds":3600,"type":"USER_DEFINED"}', 'COMPUTE_WH');
SELECT comment, definition, search_column, target_lag, warehouse FROM cortex_search_services WHERE name = 'MY_CORTEX_SEARCH_SERVICE' AND database_name = 'There' AND schema_name = 'S';
UPDATE cortex_search_services SET target_lag = '{"type": "USER_DEFINED", "seconds": 7200}' WHERE name = 'MY_CORTEX_SEARCH_SERVICE' AND database_name = 'There' AND schema_name = 'S' RETURNING target_lag;
DELETE FROM cortex_search_services WHERE name = 'MY_CORTEX_SEARCH_SERVICE' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- database
INSERT INTO databases (name, comment, data_retention_time_in_days, default_ddl_collation, kind, max_data_extension_time_in_days, serverless_task_max_statement_size, serverless_task_min_statement_size, suspend_task_after_num_failures, user_task_managed_initial_warehouse_size, user_task_timeout_ms)
    VALUES ('MY_DATABASE', 'x', 0, 'en-ci', 'TRANSIENT', 3, 'LARGE', 'SMALL', 3, 'SMALL', 60000);
SELECT comment, data_retention_time_in_days, default_ddl_collation, kind, max_data_extension_time_in_days, serverless_task_max_statement_size, serverless_task_min_statement_size, suspend_task_after_num_failures, user_task_managed_initial_warehouse_size, user_task_timeout_ms FROM databases WHERE name = 'MY_DATABASE';
UPDATE databases SET data_retention_time_in_days = 1, comment = NULL WHERE name = 'MY_DATABASE' RETURNING data_retention_time_in_days, comment;
DELETE FROM databases WHERE name = 'MY_DATABASE' RETURNING name;
-- database_role
INSERT INTO database_roles (name, database_name, comment)
    VALUES ('MY_DATABASE_ROLE', 'There', 'x');
SELECT comment FROM database_roles WHERE name = 'MY_DATABASE_ROLE' AND database_name = 'There';
UPDATE database_roles SET name = 'EVERY_OTHER' WHERE name = 'MY_DATABASE_ROLE' AND database_name = 'There' RETURNING name;
DELETE FROM database_roles WHERE name = 'EVERY_OTHER' AND database_name = 'There' RETURNING name;
-- dynamic_table
INSERT INTO dynamic_tables (name, database_name, schema_name, columns, comment, query, target_lag, warehouse)
    VALUES ('MY_DYNAMIC_TABLE', 'There', 'S', '[{"comment":"c","name":"A"}]', 'x', 'SELECT 1 AS a', '{"seconds":3600,"type":"USER_DEFINED"}', 'COMPUTE_WH');
SELECT columns, comment, query, target_lag, warehouse FROM dynamic_tables WHERE name = 'MY_DYNAMIC_TABLE' AND database_name = 'There' AND schema_name = 'S';
UPDATE dynamic_tables SET target_lag = '{"type": "DOWNSTREAM"}', scheduling_state = 'SUSPENDED' WHERE name = 'MY_DYNAMIC_TABLE' AND database_name = 'There' AND schema_name = 'S' RETURNING target_lag, scheduling_state;
DELETE FROM dynamic_tables WHERE name = 'MY_DYNAMIC_TABLE' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- event_table
INSERT INTO event_tables (name, database_name, schema_name, change_tracking, comment, data_retention_time_in_days)
    VALUES ('MY_EVENT_TABLE', 'There', 'S', true, 'x', 1);
SELECT change_tracking, comment, data_retention_time_in_days FROM event_tables WHERE name = 'MY_EVENT_TABLE' AND database_name = 'There' AND schema_name = 'S';
UPDATE event_tables SET change_tracking = false WHERE name = 'MY_EVENT_TABLE' AND database_name = 'There' AND schema_name = 'S' RETURNING change_tracking;
DELETE FROM event_tables WHERE name = 'MY_EVENT_TABLE' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- function
INSERT INTO functions (name, database_name, schema_name, arguments, endpoint, function_type, path, returns, service)
    VALUES ('MY_FUNCTION', 'There', 'S', '[{"datatype":"NUMBER","name":"A"}]', 'e', 'service-function', '/p', 'NUMBER', 'MY_SERVICE');
SELECT arguments, endpoint, function_type, path, returns, service FROM functions WHERE name = 'MY_FUNCTION' AND database_name = 'There' AND schema_name = 'S';
DELETE FROM functions WHERE name = 'MY_FUNCTION' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- iceberg_table
INSERT INTO iceberg_tables (name, database_name, schema_name, base_location, catalog, columns, comment, external_volume)
    VALUES ('MY_ICEBERG_TABLE', 'There', 'S', 'b', 'SNOWFLAKE', '[{"comment":"c","datatype":"NUMBER(9,0)","name":"A","nullable":true}]', 'x', 'MY_EXTERNAL_VOLUME');
SELECT base_location, catalog, columns, comment, external_volume FROM iceberg_tables WHERE name = 'MY_ICEBERG_TABLE' AND database_name = 'There' AND schema_name = 'S';
UPDATE iceberg_tables SET data_retention_time_in_days = 2 WHERE name = 'MY_ICEBERG_TABLE' AND database_name = 'There' AND schema_name = 'S' RETURNING data_retention_time_in_days;
DELETE FROM iceberg_tables WHERE name = 'MY_ICEBERG_TABLE' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- image_repository
INSERT INTO image_repositories (name, database_name, schema_name)
    VALUES ('MY_IMAGE_REPOSITORY', 'There', 'S');
SELECT name, repository_url IS NOT NULL AS has_url FROM image_repositories WHERE name = 'MY_IMAGE_REPOSITORY' AND database_name = 'There' AND schema_name = 'S';
DELETE FROM image_repositories WHERE name = 'MY_IMAGE_REPOSITORY' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- network_policy
INSERT INTO network_policies (name, allowed_ip_list, blocked_ip_list, comment)
    VALUES ('MY_NETWORK_POLICY', '{10.0.0.0/8}', '{10.0.0.1}', 'x');
SELECT allowed_ip_list, blocked_ip_list, comment FROM network_policies WHERE name = 'MY_NETWORK_POLICY';
UPDATE network_policies SET blocked_ip_list = NULL WHERE name = 'MY_NETWORK_POLICY' RETURNING blocked_ip_list;
DELETE FROM network_policies WHERE name = 'MY_NETWORK_POLICY' RETURNING name;
-- network_rule
INSERT INTO network_rules (name, database_name, schema_name, comment, mode, type, value_list)
    VALUES ('MY_NETWORK_RULE', 'There', 'S', 'x', 'INGRESS', 'IPV4', '{10.0.0.0/8}');
SELECT comment, mode, type, value_list FROM network_rules WHERE name = 'MY_NETWORK_RULE' AND database_name = 'There' AND schema_name = 'S';
UPDATE network_rules SET value_list = '{10.1.0.0/16,10.2.0.0/16}' WHERE name = 'MY_NETWORK_RULE' AND database_name = 'There' AND schema_name = 'S' RETURNING value_list;
DELETE FROM network_rules WHERE name = 'MY_NETWORK_RULE' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- notebook
INSERT INTO notebooks (name, database_name, schema_name, comment, main_file, query_warehouse, title)
    VALUES ('MY_NOTEBOOK', 'There', 'S', 'x', 'a.ipynb', 'COMPUTE_WH', 'T');
SELECT comment, main_file, query_warehouse, title FROM notebooks WHERE name = 'MY_NOTEBOOK' AND database_name = 'There' AND schema_name = 'S';
UPDATE notebooks SET query_warehouse = NULL WHERE name = 'MY_NOTEBOOK' AND database_name = 'There' AND schema_name = 'S' RETURNING query_warehouse;
DELETE FROM notebooks WHERE name = 'MY_NOTEBOOK' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- notification_integration
INSERT INTO notification_integrations (name, comment, enabled, notification_hook)
    VALUES ('MY_NOTIFICATION_INTEGRATION', 'x', true, '{"allowed_recipients":["a@b.c"],"default_subject":"s","type":"EMAIL"}');
SELECT comment, enabled, notification_hook FROM notification_integrations WHERE name = 'MY_NOTIFICATION_INTEGRATION';
UPDATE notification_integrations SET enabled = false WHERE name = 'MY_NOTIFICATION_INTEGRATION' RETURNING enabled;
DELETE FROM notification_integrations WHERE name = 'MY_NOTIFICATION_INTEGRATION' RETURNING name;
-- password_policy
INSERT INTO password_policies (name, database_name, schema_name, comment, password_history, password_max_age_days, password_max_length, password_max_retries, password_min_length)
    VALUES ('MY_PASSWORD_POLICY', 'There', 'S', 'x', 3, 90, 40, 4, 12);
SELECT comment FROM password_policies WHERE name = 'MY_PASSWORD_POLICY' AND database_name = 'There' AND schema_name = 'S';
UPDATE password_policies SET password_min_length = 14, password_history = NULL WHERE name = 'MY_PASSWORD_POLICY' AND database_name = 'There' AND schema_name = 'S' RETURNING password_min_length, password_history;
DELETE FROM password_policies WHERE name = 'MY_PASSWORD_POLICY' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- pipe
INSERT INTO pipes (name, database_name, schema_name, auto_ingest, comment, copy_statement)
    VALUES ('MY_PIPE', 'There', 'S', false, 'x', 'COPY INTO "There".S.T FROM @"There".S.ST');
SELECT auto_ingest, comment, copy_statement FROM pipes WHERE name = 'MY_PIPE' AND database_name = 'There' AND schema_name = 'S';
UPDATE pipes SET comment = 'changed' WHERE name = 'MY_PIPE' AND database_name = 'There' AND schema_name = 'S' RETURNING comment;
DELETE FROM pipes WHERE name = 'MY_PIPE' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- procedure
INSERT INTO procedures (name, database_name, schema_name, arguments, body, comment, execute_as, language_config, return_type)
    VALUES ('MY_PROCEDURE', 'There', 'S', '[{"datatype":"NUMBER","default_value":"1","name":"A"}]', 'BEGIN RETURN 1; END', 'x', 'OWNER', '{"called_on_null_input":true,"language":"SQL"}', '{"datatype":"VARCHAR","nullable":true,"type":"DATATYPE"}');
SELECT arguments, body, comment, execute_as, language_config, return_type FROM procedures WHERE name = 'MY_PROCEDURE' AND database_name = 'There' AND schema_name = 'S';
UPDATE procedures SET execute_as = 'CALLER' WHERE name = 'MY_PROCEDURE' AND database_name = 'There' AND schema_name = 'S' RETURNING execute_as;
DELETE FROM procedures WHERE name = 'MY_PROCEDURE' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- role
INSERT INTO roles (name, comment)
    VALUES ('MY_ROLE', 'x');
SELECT comment FROM roles WHERE name = 'MY_ROLE';
UPDATE roles SET comment = 'it''s "new"' WHERE name = 'MY_ROLE' RETURNING comment;
DELETE FROM roles WHERE name = 'MY_ROLE' RETURNING name;
-- schema
INSERT INTO schemas (name, database_name, comment, data_retention_time_in_days, default_ddl_collation, kind, managed_access, max_data_extension_time_in_days, suspend_task_after_num_failures, user_task_timeout_ms)
    VALUES ('MY_SCHEMA', 'There', 'x', 0, 'en-ci', 'TRANSIENT', true, 3, 3, 60000);
SELECT comment, data_retention_time_in_days, default_ddl_collation, kind, managed_access, max_data_extension_time_in_days, suspend_task_after_num_failures, user_task_timeout_ms FROM schemas WHERE name = 'MY_SCHEMA' AND database_name = 'There';
UPDATE schemas SET managed_access = false WHERE name = 'MY_SCHEMA' AND database_name = 'There' RETURNING managed_access;
DELETE FROM schemas WHERE name = 'MY_SCHEMA' AND database_name = 'There' RETURNING name;
-- secret
INSERT INTO secrets (name, database_name, schema_name, comment, password, type, username)
    VALUES ('MY_SECRET', 'There', 'S', 'x', 'p', 'PASSWORD', 'u');
SELECT comment, type, username FROM secrets WHERE name = 'MY_SECRET' AND database_name = 'There' AND schema_name = 'S';
UPDATE secrets SET username = 'v' WHERE name = 'MY_SECRET' AND database_name = 'There' AND schema_name = 'S' RETURNING username;
DELETE FROM secrets WHERE name = 'MY_SECRET' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- sequence
INSERT INTO sequences (name, database_name, schema_name, comment, increment, ordered, start)
    VALUES ('MY_SEQUENCE', 'There', 'S', 'x', 2, true, 5);
SELECT comment, increment, ordered, start FROM sequences WHERE name = 'MY_SEQUENCE' AND database_name = 'There' AND schema_name = 'S';
UPDATE sequences SET increment = 3 WHERE name = 'MY_SEQUENCE' AND database_name = 'There' AND schema_name = 'S' RETURNING increment;
DELETE FROM sequences WHERE name = 'MY_SEQUENCE' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- stage
SELECT sf_create('stage', '{"comment":"x","directory_table":{"enable":true},"encryption":{"type":"SNOWFLAKE_SSE"},"file_format":{"field_delimiter":";","skip_header":1,"type":"CSV"},"kind":"PERMANENT","name":"\"There\".S.MY_STAGE"}');
SELECT comment, directory_table, encryption, kind FROM stages WHERE name = 'MY_STAGE' AND database_name = 'There' AND schema_name = 'S';
UPDATE stages SET comment = NULL WHERE name = 'MY_STAGE' AND database_name = 'There' AND schema_name = 'S' RETURNING comment;
DELETE FROM stages WHERE name = 'MY_STAGE' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- stream
INSERT INTO streams (name, database_name, schema_name, comment, stream_source)
    VALUES ('MY_STREAM', 'There', 'S', 'x', '{"append_only":true,"database_name":"\"There\"","name":"T","schema_name":"S","src_type":"table"}');
SELECT comment, stream_source FROM streams WHERE name = 'MY_STREAM' AND database_name = 'There' AND schema_name = 'S';
UPDATE streams SET comment = 'changed' WHERE name = 'MY_STREAM' AND database_name = 'There' AND schema_name = 'S' RETURNING comment;
DELETE FROM streams WHERE name = 'MY_STREAM' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- streamlit
INSERT INTO streamlits (name, database_name, schema_name, comment, main_file, query_warehouse, title)
    VALUES ('MY_STREAMLIT', 'There', 'S', 'x', 'app.py', 'COMPUTE_WH', 'T');
SELECT comment, main_file, query_warehouse, title FROM streamlits WHERE name = 'MY_STREAMLIT' AND database_name = 'There' AND schema_name = 'S';
UPDATE streamlits SET title = NULL WHERE name = 'MY_STREAMLIT' AND database_name = 'There' AND schema_name = 'S' RETURNING title;
DELETE FROM streamlits WHERE name = 'MY_STREAMLIT' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- table
INSERT INTO tables (name, database_name, schema_name, change_tracking, cluster_by, columns, comment, constraints, data_retention_time_in_days, enable_schema_evolution)
    VALUES ('MY_TABLE', 'There', 'S', true, '{A}', '[{"comment":"c","datatype":"NUMBER(9,0)","name":"A","nullable":false},{"collate":"en-ci","datatype":"VARCHAR(20)","name":"b"},{"autoincrement":true,"autoincrement_increment":2,"autoincrement_start":3,"datatype":"NUMBER(9,0)","name":"C"},{"datatype":"NUMBER(9,0)","default":"7","name":"D"}]', 'x', '[{"column_names":["A"],"constraint_type":"PRIMARY KEY","name":"PK"},{"column_names":["D"],"constraint_type":"UNIQUE","name":"UQ"}]', 0, true);
SELECT change_tracking, cluster_by, columns, comment, constraints, data_retention_time_in_days, enable_schema_evolution FROM tables WHERE name = 'MY_TABLE' AND database_name = 'There' AND schema_name = 'S';
UPDATE tables SET change_tracking = false, cluster_by = NULL WHERE name = 'MY_TABLE' AND database_name = 'There' AND schema_name = 'S' RETURNING change_tracking, cluster_by;
DELETE FROM tables WHERE name = 'MY_TABLE' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- tag
INSERT INTO tags (name, database_name, schema_name, allowed_values, comment)
    VALUES ('MY_TAG', 'There', 'S', '{a,b}', 'x');
SELECT allowed_values, comment FROM tags WHERE name = 'MY_TAG' AND database_name = 'There' AND schema_name = 'S';
UPDATE tags SET allowed_values = '{c,d}' WHERE name = 'MY_TAG' AND database_name = 'There' AND schema_name = 'S' RETURNING allowed_values;
DELETE FROM tags WHERE name = 'MY_TAG' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- task
INSERT INTO tasks (name, database_name, schema_name, allow_overlapping_execution, comment, config, definition, schedule, session_parameters, suspend_task_after_num_failures, task_auto_retry_attempts, user_task_timeout_ms, warehouse)
    VALUES ('MY_TASK', 'There', 'S', true, 'x', '{"dirs":{"in":"/a","out":["/b"]},"n":null}', 'SELECT 1', '{"minutes":5,"schedule_type":"MINUTES_TYPE"}', '{"TIMEZONE":"UTC"}', 3, 2, 60000, 'COMPUTE_WH');
SELECT allow_overlapping_execution, comment, config, definition, schedule, session_parameters, suspend_task_after_num_failures, task_auto_retry_attempts, user_task_timeout_ms, warehouse FROM tasks WHERE name = 'MY_TASK' AND database_name = 'There' AND schema_name = 'S';
UPDATE tasks SET schedule = '{"schedule_type": "MINUTES_TYPE", "minutes": 1, "seconds": 30}', condition = 'TRUE' WHERE name = 'MY_TASK' AND database_name = 'There' AND schema_name = 'S' RETURNING schedule, condition;
DELETE FROM tasks WHERE name = 'MY_TASK' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- user
INSERT INTO users (name, comment, default_namespace, default_role, default_warehouse, disabled, display_name, email, first_name, last_name, login_name, must_change_password, password)
    VALUES ('MY_USER', 'x', 'HERE.S', 'PUBLIC', 'COMPUTE_WH', false, 'D', 'a@b.c', 'F', 'L', 'MADE', false, 'Secret_12345');
SELECT comment, default_namespace, default_role, default_warehouse, disabled, display_name, email, first_name, last_name, login_name FROM users WHERE name = 'MY_USER';
UPDATE users SET default_warehouse = NULL, display_name = 'E' WHERE name = 'MY_USER' RETURNING default_warehouse, display_name;
DELETE FROM users WHERE name = 'MY_USER' RETURNING name;
-- user_defined_function
INSERT INTO user_defined_functions (name, database_name, schema_name, arguments, body, comment, is_secure, language_config, return_type)
    VALUES ('MY_USER_DEFINED_FUNCTION', 'There', 'S', '[{"datatype":"NUMBER","default_value":"1","name":"A"}]', 'A + 1', 'x', true, '{"language":"SQL"}', '{"datatype":"NUMBER(38,0)","nullable":true,"type":"DATATYPE"}');
SELECT arguments, body, comment, is_secure, language_config, return_type FROM user_defined_functions WHERE name = 'MY_USER_DEFINED_FUNCTION' AND database_name = 'There' AND schema_name = 'S';
UPDATE user_defined_functions SET comment = 'changed' WHERE name = 'MY_USER_DEFINED_FUNCTION' AND database_name = 'There' AND schema_name = 'S' RETURNING comment;
DELETE FROM user_defined_functions WHERE name = 'MY_USER_DEFINED_FUNCTION' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- view
INSERT INTO views (name, database_name, schema_name, columns, comment, query, secure)
    VALUES ('MY_VIEW', 'There', 'S', '[{"comment":"c","name":"A"}]', 'x', 'SELECT 1 AS A', true);
SELECT columns, comment, query, secure FROM views WHERE name = 'MY_VIEW' AND database_name = 'There' AND schema_name = 'S';
UPDATE views SET secure = false WHERE name = 'MY_VIEW' AND database_name = 'There' AND schema_name = 'S' RETURNING secure;
DELETE FROM views WHERE name = 'MY_VIEW' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
-- warehouse
INSERT INTO warehouses (name, auto_resume, auto_suspend, comment, initially_suspended, max_cluster_count, max_concurrency_level, min_cluster_count, scaling_policy, statement_timeout_in_seconds, warehouse_size)
    VALUES ('MY_WAREHOUSE', false, 60, 'x', true, 2, 4, 1, 'ECONOMY', 60, 'SMALL');
SELECT auto_resume, auto_suspend, comment, initially_suspended, max_cluster_count, max_concurrency_level, min_cluster_count, scaling_policy, statement_timeout_in_seconds, warehouse_size FROM warehouses WHERE name = 'MY_WAREHOUSE';
UPDATE warehouses SET auto_resume = true, warehouse_size = 'LARGE' WHERE name = 'MY_WAREHOUSE' RETURNING auto_resume, warehouse_size;
DELETE FROM warehouses WHERE name = 'MY_WAREHOUSE' RETURNING name;
DELETE FROM services WHERE name = 'MY_SERVICE' AND database_name = 'There' AND schema_name = 'S' RETURNING name;
DELETE FROM api_integrations WHERE name = 'MY_API_INTEGRATION' RETURNING name;
DELETE FROM external_volumes WHERE name = 'MY_EXTERNAL_VOLUME' RETURNING name;
DELETE FROM compute_pools WHERE name = 'MY_COMPUTE_POOL' RETURNING name;
-- what is left
DELETE FROM databases WHERE name = 'There' RETURNING name;
\pset format aligned
\pset tuples_only off
RESET search_path;
RESET snowflake_fdw.default_server;
DROP SCHEMA every CASCADE;
DROP SERVER every CASCADE;
RESET client_min_messages;
