-- what a task can say and ask while it runs: SQL to put into a definition or a condition

CREATE FUNCTION sf_ctx_set_return_value(value text) RETURNS text
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN 'CALL SYSTEM$SET_RETURN_VALUE(' OPERATOR(pg_catalog.||) @extschema@.sf_quote_literal(value) OPERATOR(pg_catalog.||) ')';
COMMENT ON FUNCTION sf_ctx_set_return_value(text) IS
    'The statement that sets the return value of the task that runs it, at most 10 kB. NULL for NULL. No network.';

CREATE FUNCTION sf_ctx_set_return_value_expr(expression text) RETURNS text
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN 'CALL SYSTEM$SET_RETURN_VALUE(' OPERATOR(pg_catalog.||) expression OPERATOR(pg_catalog.||) ')';
COMMENT ON FUNCTION sf_ctx_set_return_value_expr(text) IS
    'Like sf_ctx_set_return_value, for a Snowflake expression. NULL for NULL. No network.';

CREATE FUNCTION sf_ctx_predecessor_return_value(task text DEFAULT NULL, dag text DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_ctx_predecessor_return_value(text, text) IS
    'The expression for what a task before the one that runs has returned. task: NULL: its only predecessor. dag: of a task of that graph; NULL: task is a whole name. Names fold unless quoted. No network. Errors: 42602 not a name.';

CREATE FUNCTION sf_ctx_current_task_name() RETURNS text
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN 'SYSTEM$CURRENT_USER_TASK_NAME()';
COMMENT ON FUNCTION sf_ctx_current_task_name() IS
    'The expression for the qualified name of the task that runs it. No network.';

CREATE FUNCTION sf_ctx_current_task_short_name() RETURNS text
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN 'REGEXP_REPLACE(SPLIT_PART(SYSTEM$CURRENT_USER_TASK_NAME(), ''.'', -1), ''^[^$]*[$]'', '''')';
COMMENT ON FUNCTION sf_ctx_current_task_short_name() IS
    'The expression for the name of the task that runs it, without database, schema and graph. No network.';

CREATE FUNCTION sf_ctx_task_graph_config(path text DEFAULT NULL) RETURNS text
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN 'SYSTEM$GET_TASK_GRAPH_CONFIG(' OPERATOR(pg_catalog.||) coalesce(@extschema@.sf_quote_literal(path), '') OPERATOR(pg_catalog.||) ')';
COMMENT ON FUNCTION sf_ctx_task_graph_config(text) IS
    'The expression for the graph''s config, or the part of it at a path as GET_PATH takes it. No network.';

CREATE FUNCTION sf_ctx_runtime_info(property text) RETURNS text
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN 'SYSTEM$TASK_RUNTIME_INFO(' OPERATOR(pg_catalog.||) @extschema@.sf_quote_literal(pg_catalog.upper(property)) OPERATOR(pg_catalog.||) ')';
COMMENT ON FUNCTION sf_ctx_runtime_info(text) IS
    'The expression for a property of SYSTEM$TASK_RUNTIME_INFO. NULL for NULL. No network.';

CREATE FUNCTION sf_ctx_current_root_task_name() RETURNS text
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN 'SYSTEM$TASK_RUNTIME_INFO(''CURRENT_ROOT_TASK_NAME'')';
COMMENT ON FUNCTION sf_ctx_current_root_task_name() IS
    'The expression for the name of the graph''s root task. No network.';

CREATE FUNCTION sf_ctx_current_root_task_uuid() RETURNS text
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN 'SYSTEM$TASK_RUNTIME_INFO(''CURRENT_ROOT_TASK_UUID'')';
COMMENT ON FUNCTION sf_ctx_current_root_task_uuid() IS
    'The expression for the id of the graph''s root task. No network.';

CREATE FUNCTION sf_ctx_run_group_id() RETURNS text
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN 'SYSTEM$TASK_RUNTIME_INFO(''CURRENT_TASK_GRAPH_RUN_GROUP_ID'')';
COMMENT ON FUNCTION sf_ctx_run_group_id() IS
    'The expression for the group id of the graph''s run. No network.';

CREATE FUNCTION sf_ctx_last_successful_run_group_id() RETURNS text
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN 'SYSTEM$TASK_RUNTIME_INFO(''LAST_SUCCESSFUL_TASK_GRAPH_RUN_GROUP_ID'')';
COMMENT ON FUNCTION sf_ctx_last_successful_run_group_id() IS
    'The expression for the group id of the graph''s last run that succeeded. No network.';

CREATE FUNCTION sf_ctx_original_schedule() RETURNS text
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN 'TO_TIMESTAMP(SYSTEM$TASK_RUNTIME_INFO(''CURRENT_TASK_GRAPH_ORIGINAL_SCHEDULED_TIMESTAMP''))';
COMMENT ON FUNCTION sf_ctx_original_schedule() IS
    'The expression for the first scheduled start of the graph''s run, a timestamp. No network.';

CREATE FUNCTION sf_ctx_last_successful_schedule() RETURNS text
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN 'TO_TIMESTAMP(SYSTEM$TASK_RUNTIME_INFO(''LAST_SUCCESSFUL_TASK_GRAPH_ORIGINAL_SCHEDULED_TIMESTAMP''))';
COMMENT ON FUNCTION sf_ctx_last_successful_schedule() IS
    'The expression for the first scheduled start of the graph''s last run that succeeded, a timestamp. No network.';
