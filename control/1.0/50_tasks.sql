-- tasks

CREATE FUNCTION sf_task_create(name text, definition text, schedule text DEFAULT NULL, warehouse text DEFAULT NULL,
    comment text DEFAULT NULL, predecessors text[] DEFAULT NULL, condition text DEFAULT NULL, config jsonb DEFAULT NULL,
    session_parameters jsonb DEFAULT NULL, finalize text DEFAULT NULL, user_task_managed_initial_warehouse_size text DEFAULT NULL,
    target_completion_interval interval DEFAULT NULL, serverless_task_min_statement_size text DEFAULT NULL,
    serverless_task_max_statement_size text DEFAULT NULL, user_task_timeout_ms bigint DEFAULT NULL,
    suspend_task_after_num_failures int DEFAULT NULL, task_auto_retry_attempts int DEFAULT NULL, overlap_policy text DEFAULT NULL,
    allow_overlapping_execution boolean DEFAULT NULL, error_integration text DEFAULT NULL, success_integration text DEFAULT NULL,
    execute_as_user text DEFAULT NULL, tags jsonb DEFAULT NULL, resume boolean DEFAULT false, options jsonb DEFAULT '{}',
    mode text DEFAULT 'errorIfExists', suspend_root boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_create(text, text, text, text, text, text[], text, jsonb, jsonb, text, text, interval, text, text, bigint, int, int, text, boolean, text, text, text, jsonb, boolean, jsonb, text, boolean, text, text, name) IS
    'Creates a task; the result is its qualified name. definition: SQL text. schedule: USING CRON ... (sf_cron), an interval from 10 seconds to 8 days, or the object of a fetch; without schedule, predecessors and finalize it runs when executed. warehouse NULL: serverless. Names fold unless quoted. config, session_parameters: objects of texts, numbers, booleans. tags: object of names and texts. resume: start it at once, else it is suspended (a NOTICE). options: further REST properties, over the named ones. mode: errorIfExists, orReplace, ifNotExists, createOrAlter (what is not given is reset). suspend_root: suspend a started root of the graph before and resume it afterwards, also after an error; a task that is as it is to be is left alone, with a NOTICE. NULL: not given. database, schema NULL: parts of a qualified name, else the server''s. Not undone by ROLLBACK. Waits on the network. Errors: 22023 bad argument (before any call), 42710 exists, 42704 a missing schema, warehouse or task, 42501 not allowed or read-only, 55000 the graph''s root is not suspended, 25006 read-only transaction.';

CREATE FUNCTION sf_task_create(name text, definition text, schedule interval, warehouse text DEFAULT NULL,
    comment text DEFAULT NULL, predecessors text[] DEFAULT NULL, condition text DEFAULT NULL, config jsonb DEFAULT NULL,
    session_parameters jsonb DEFAULT NULL, finalize text DEFAULT NULL, user_task_managed_initial_warehouse_size text DEFAULT NULL,
    target_completion_interval interval DEFAULT NULL, serverless_task_min_statement_size text DEFAULT NULL,
    serverless_task_max_statement_size text DEFAULT NULL, user_task_timeout_ms bigint DEFAULT NULL,
    suspend_task_after_num_failures int DEFAULT NULL, task_auto_retry_attempts int DEFAULT NULL, overlap_policy text DEFAULT NULL,
    allow_overlapping_execution boolean DEFAULT NULL, error_integration text DEFAULT NULL, success_integration text DEFAULT NULL,
    execute_as_user text DEFAULT NULL, tags jsonb DEFAULT NULL, resume boolean DEFAULT false, options jsonb DEFAULT '{}',
    mode text DEFAULT 'errorIfExists', suspend_root boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_create(text, text, interval, text, text, text[], text, jsonb, jsonb, text, text, interval, text, text, bigint, int, int, text, boolean, text, text, text, jsonb, boolean, jsonb, text, boolean, text, text, name) IS
    'Like sf_task_create with a text, for a schedule that is an interval of whole seconds, from 10 seconds to 8 days (NULL: none).';

CREATE FUNCTION sf_task_create(name text, definition jsonb, schedule text DEFAULT NULL, warehouse text DEFAULT NULL,
    comment text DEFAULT NULL, predecessors text[] DEFAULT NULL, condition text DEFAULT NULL, config jsonb DEFAULT NULL,
    session_parameters jsonb DEFAULT NULL, finalize text DEFAULT NULL, user_task_managed_initial_warehouse_size text DEFAULT NULL,
    target_completion_interval interval DEFAULT NULL, serverless_task_min_statement_size text DEFAULT NULL,
    serverless_task_max_statement_size text DEFAULT NULL, user_task_timeout_ms bigint DEFAULT NULL,
    suspend_task_after_num_failures int DEFAULT NULL, task_auto_retry_attempts int DEFAULT NULL, overlap_policy text DEFAULT NULL,
    allow_overlapping_execution boolean DEFAULT NULL, error_integration text DEFAULT NULL, success_integration text DEFAULT NULL,
    execute_as_user text DEFAULT NULL, tags jsonb DEFAULT NULL, resume boolean DEFAULT false, options jsonb DEFAULT '{}',
    mode text DEFAULT 'errorIfExists', suspend_root boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_create(text, jsonb, text, text, text, text[], text, jsonb, jsonb, text, text, interval, text, text, bigint, int, int, text, boolean, text, text, text, jsonb, boolean, jsonb, text, boolean, text, text, name) IS
    'Creates a task; the result is its qualified name. definition: an object {"procedure", "args"} or {"python", "handler", "args", "argument_types", "returns", "packages", "imports", "stage_location", "runtime_version", "use_return_value"}. schedule: USING CRON ... (sf_cron), an interval from 10 seconds to 8 days, or the object of a fetch; without schedule, predecessors and finalize it runs when executed. warehouse NULL: serverless. Names fold unless quoted. config, session_parameters: objects of texts, numbers, booleans. tags: object of names and texts. resume: start it at once, else it is suspended (a NOTICE). options: further REST properties, over the named ones. mode: errorIfExists, orReplace, ifNotExists, createOrAlter (what is not given is reset). suspend_root: suspend a started root of the graph before and resume it afterwards, also after an error; a task that is as it is to be is left alone, with a NOTICE. NULL: not given. database, schema NULL: parts of a qualified name, else the server''s. Not undone by ROLLBACK. Waits on the network. Errors: 22023 bad argument (before any call), 42710 exists, 42704 a missing schema, warehouse or task, 42501 not allowed or read-only, 55000 the graph''s root is not suspended, 25006 read-only transaction.';

CREATE FUNCTION sf_task_create(name text, definition jsonb, schedule interval, warehouse text DEFAULT NULL,
    comment text DEFAULT NULL, predecessors text[] DEFAULT NULL, condition text DEFAULT NULL, config jsonb DEFAULT NULL,
    session_parameters jsonb DEFAULT NULL, finalize text DEFAULT NULL, user_task_managed_initial_warehouse_size text DEFAULT NULL,
    target_completion_interval interval DEFAULT NULL, serverless_task_min_statement_size text DEFAULT NULL,
    serverless_task_max_statement_size text DEFAULT NULL, user_task_timeout_ms bigint DEFAULT NULL,
    suspend_task_after_num_failures int DEFAULT NULL, task_auto_retry_attempts int DEFAULT NULL, overlap_policy text DEFAULT NULL,
    allow_overlapping_execution boolean DEFAULT NULL, error_integration text DEFAULT NULL, success_integration text DEFAULT NULL,
    execute_as_user text DEFAULT NULL, tags jsonb DEFAULT NULL, resume boolean DEFAULT false, options jsonb DEFAULT '{}',
    mode text DEFAULT 'errorIfExists', suspend_root boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_create(text, jsonb, interval, text, text, text[], text, jsonb, jsonb, text, text, interval, text, text, bigint, int, int, text, boolean, text, text, text, jsonb, boolean, jsonb, text, boolean, text, text, name) IS
    'Like sf_task_create with a text, for a schedule that is an interval of whole seconds, from 10 seconds to 8 days (NULL: none).';

CREATE FUNCTION sf_task_fetch(name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_fetch(text, text, text, name) IS
    'A task as the REST API describes it. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704 it does not exist, 22004 name NULL.';

CREATE FUNCTION sf_task_create_or_alter(task jsonb, suspend_root boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_create_or_alter(jsonb, boolean, text, text, name) IS
    'Makes the task what the object says, creating it if need be: keys are the arguments of sf_task_create or what sf_task_fetch shows; what is left out is reset. WARNING when the object is of a fetch and lacks properties that a fetch may not show. suspend_root: suspend a started root of the graph before and resume it afterwards, also after an error; a task that is as it is to be is left alone, with a NOTICE. database, schema NULL: database_name and schema_name of the object, else the server''s. Not undone by ROLLBACK. Waits on the network. Errors: 22023 bad argument, 55000 the graph''s root is not suspended, 25006 read-only transaction, 42501.';

CREATE FUNCTION sf_task_create_or_update(task jsonb, suspend_root boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_task_create_or_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_create_or_update(jsonb, boolean, text, text, name) IS
    'Makes the task what the object says, creating it if need be: keys are the arguments of sf_task_create or what sf_task_fetch shows; what is left out is reset. WARNING when the object is of a fetch and lacks properties that a fetch may not show. suspend_root: suspend a started root of the graph before and resume it afterwards, also after an error; a task that is as it is to be is left alone, with a NOTICE. database, schema NULL: database_name and schema_name of the object, else the server''s. Not undone by ROLLBACK. Waits on the network. Errors: 22023 bad argument, 55000 the graph''s root is not suspended, 25006 read-only transaction, 42501.';

CREATE FUNCTION sf_task_drop(name text, if_exists boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_drop(text, boolean, text, text, name) IS
    'Drops a task; tasks behind it lose their predecessor. The result is its qualified name, NULL when if_exists found none. database, schema NULL: parts of a qualified name, else the server''s. Not undone by ROLLBACK. Waits on the network. Errors: 42704 it does not exist (unless if_exists), 55000 the graph''s root is not suspended, 25006, 42501.';

CREATE FUNCTION sf_task_delete(name text, if_exists boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_task_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_delete(text, boolean, text, text, name) IS
    'Drops a task; tasks behind it lose their predecessor. The result is its qualified name, NULL when if_exists found none. database, schema NULL: parts of a qualified name, else the server''s. Not undone by ROLLBACK. Waits on the network. Errors: 42704 it does not exist (unless if_exists), 55000 the graph''s root is not suspended, 25006, 42501.';

CREATE FUNCTION sf_task_clone(source text, target text, mode text DEFAULT 'errorIfExists', database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_clone(text, text, text, text, text, name) IS
    'Copies a task''s definition into a new, suspended task; its qualified name. database, schema NULL: parts of a qualified name, else the server''s. Runs CREATE TASK ... CLONE. Waits on the network. Errors: 42704 no source, 42710 the target exists, 22023 bad mode, 25006, 42501.';

CREATE FUNCTION sf_task_execute(name text, retry_last boolean DEFAULT false, config jsonb DEFAULT NULL, await boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_execute(text, boolean, jsonb, boolean, text, text, name) IS
    'Runs a root or standalone task now; its qualified name. retry_last: from the failed tasks of the last run. config: an object laid over the task''s config for this run. await: wait until the run is over; one that failed throws the first failing task''s error (needs a warehouse). The last two run EXECUTE TASK and cannot go with retry_last. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704, 55000 not a root or nothing to retry, 42501, 22023, 25006.';

CREATE FUNCTION sf_task_suspend(name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_suspend(text, text, text, name) IS
    'Suspends a task''s schedule; what runs already ends as it would; its qualified name. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704, 55000 a task of a graph whose root is not suspended, 42501, 25006.';

CREATE FUNCTION sf_task_resume(name text, recursive boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_resume(text, boolean, text, text, name) IS
    'Resumes a task; recursive: all tasks that depend on it too, by SYSTEM$TASK_DEPENDENTS_ENABLE; its qualified name. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704, 42501 the owner role may not execute tasks, 55000 a task of a graph whose root is not suspended, 25006.';

CREATE FUNCTION sf_task_cancel(name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_cancel(text, text, text, name) IS
    'Cancels running executions of this task, by SYSTEM$USER_TASK_CANCEL_ONGOING_EXECUTIONS; returns its qualified name, before they have ended. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704, 42501, 25006.';

CREATE FUNCTION sf_tasks("like" text DEFAULT NULL, starts_with text DEFAULT NULL, max_rows int DEFAULT NULL, from_name text DEFAULT NULL,
    root_only boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT name text, OUT database_name text, OUT schema_name text, OUT warehouse text, OUT schedule jsonb, OUT comment text, OUT finalize text,
    OUT task_auto_retry_attempts bigint, OUT config jsonb, OUT session_parameters jsonb, OUT definition text, OUT predecessors text[],
    OUT task_relations text, OUT user_task_managed_initial_warehouse_size text, OUT target_completion_interval jsonb,
    OUT serverless_task_min_statement_size text, OUT serverless_task_max_statement_size text, OUT user_task_timeout_ms bigint,
    OUT suspend_task_after_num_failures bigint, OUT condition text, OUT allow_overlapping_execution boolean, OUT error_integration text,
    OUT success_integration text, OUT overlap_policy text, OUT execute_as_user text, OUT created_on timestamptz, OUT id text, OUT owner text,
    OUT owner_role_type text, OUT state text, OUT last_committed_on timestamptz, OUT last_suspended_on timestamptz, OUT raw jsonb) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_tasks(text, text, int, text, boolean, text, text, name) IS
    'The tasks of a schema. like: pattern without regard to case; starts_with: with regard to it; from_name: begin behind this name; root_only: without predecessors. NULL: all. Names are exact, raw is the whole answer. database, schema NULL: the server''s. Waits on the network. Errors: 42704 no such schema, 22023.';

CREATE FUNCTION sf_task_dependents(name text, recursive boolean DEFAULT true, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT name text, OUT database_name text, OUT schema_name text, OUT warehouse text, OUT schedule jsonb, OUT comment text, OUT finalize text,
    OUT task_auto_retry_attempts bigint, OUT config jsonb, OUT session_parameters jsonb, OUT definition text, OUT predecessors text[],
    OUT task_relations text, OUT user_task_managed_initial_warehouse_size text, OUT target_completion_interval jsonb,
    OUT serverless_task_min_statement_size text, OUT serverless_task_max_statement_size text, OUT user_task_timeout_ms bigint,
    OUT suspend_task_after_num_failures bigint, OUT condition text, OUT allow_overlapping_execution boolean, OUT error_integration text,
    OUT success_integration text, OUT overlap_policy text, OUT execute_as_user text, OUT created_on timestamptz, OUT id text, OUT owner text,
    OUT owner_role_type text, OUT state text, OUT last_committed_on timestamptz, OUT last_suspended_on timestamptz, OUT raw jsonb) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_task_dependents(text, boolean, text, text, name) IS
    'The task itself and the tasks that depend on it, the finalizer too; recursive false: its children only. Without a warehouse they are looked for among the tasks of the schema. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704.';

CREATE FUNCTION sf_task_current_graphs(name text, max_rows int DEFAULT NULL, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT root_task_name text, OUT database_name text, OUT schema_name text, OUT state text, OUT first_error_task_name text,
    OUT first_error_code bigint, OUT first_error_message text, OUT scheduled_time timestamptz, OUT query_start_time timestamptz,
    OUT next_scheduled_time timestamptz, OUT completed_time timestamptz, OUT root_task_id text, OUT graph_version bigint, OUT run_id bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_task_current_graphs(text, int, text, text, name) IS
    'Runs of the graph of a root task that execute or are scheduled within 8 days. max_rows NULL: 1000. first_error_code 0: no error; run_id may be cut to 32 bits: tell runs apart by scheduled_time. Needs a warehouse. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704, 22023, 55000 no active warehouse.';

CREATE FUNCTION sf_task_complete_graphs(name text, error_only boolean DEFAULT false, max_rows int DEFAULT NULL, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT root_task_name text, OUT database_name text, OUT schema_name text, OUT state text, OUT first_error_task_name text,
    OUT first_error_code bigint, OUT first_error_message text, OUT scheduled_time timestamptz, OUT query_start_time timestamptz,
    OUT next_scheduled_time timestamptz, OUT completed_time timestamptz, OUT root_task_id text, OUT graph_version bigint, OUT run_id bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_task_complete_graphs(text, boolean, int, text, text, name) IS
    'Runs of the graph of a root task that ended within the last hour; error_only: those that failed. max_rows NULL: 1000. first_error_code 0: no error; run_id may be cut to 32 bits. Needs a warehouse. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704, 22023, 55000 no active warehouse.';

CREATE FUNCTION sf_task_history(name text DEFAULT NULL, root_task_id text DEFAULT NULL, scheduled_from timestamptz DEFAULT NULL,
    scheduled_to timestamptz DEFAULT NULL, error_only boolean DEFAULT false, max_rows int DEFAULT NULL, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT query_id text, OUT name text, OUT database_name text, OUT schema_name text, OUT state text, OUT return_value text, OUT error_code text,
    OUT error_message text, OUT scheduled_time timestamptz, OUT query_start_time timestamptz, OUT completed_time timestamptz,
    OUT next_scheduled_time timestamptz, OUT root_task_id text, OUT graph_version bigint, OUT run_id bigint, OUT graph_run_group_id text,
    OUT attempt_number bigint, OUT query_text text, OUT condition_text text, OUT config text) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_task_history(text, text, timestamptz, timestamptz, boolean, int, text, text, name) IS
    'Runs of tasks, the latest schedule first, from INFORMATION_SCHEMA.TASK_HISTORY: complete for its range of time, in several statements where one returns too few rows, or an error. name NULL: all tasks that the role sees (database, schema: only theirs). The range is within the last 7 and the next 8 days. error_only: failed and cancelled ones. max_rows: the newest. Waits on the network. Errors: 22023 a range that is not kept, 54000 too many runs within a second.';

CREATE FUNCTION sf_task_alter(name text, set jsonb DEFAULT NULL, unset text[] DEFAULT NULL, add_after text[] DEFAULT NULL,
    remove_after text[] DEFAULT NULL, definition text DEFAULT NULL, condition text DEFAULT NULL, remove_condition boolean DEFAULT false,
    finalize text DEFAULT NULL, unset_finalize boolean DEFAULT false, suspend_root boolean DEFAULT false,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_alter(text, jsonb, text[], text[], text[], text, text, boolean, text, boolean, boolean, text, text, name) IS
    'Changes single properties of a task, by ALTER TASK; its qualified name. set: properties and values as in sf_task_create; unset: names of properties; session_parameters: all that the task sets. add_after, remove_after: predecessors. definition, condition: the new ones; remove_condition, unset_finalize: without one. suspend_root: suspend a started root of the graph before and resume it afterwards, also after an error. A failure half-way says in its context what was done. NULL: not given. database, schema NULL: parts of a qualified name, else the server''s. Not undone by ROLLBACK. Waits on the network. Errors: 22023 bad argument (before any call), 42704, 55000 the graph''s root is not suspended, 42501, 25006.';

CREATE FUNCTION sf_task_set_tags(name text, tags jsonb, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_set_tags(text, jsonb, text, text, name) IS
    'Sets tags of a task: an object of tag names and texts; a name that is not qualified lies in the task''s schema. The result is the task''s qualified name. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704 no such task or tag, 22023, 22004, 42501, 25006.';

CREATE FUNCTION sf_task_unset_tags(name text, tags text[], database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_unset_tags(text, text[], text, text, name) IS
    'Takes tags off a task; its qualified name. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704, 22004, 42501, 25006.';

CREATE FUNCTION sf_task_get_tags(name text, with_lineage boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT tag_database text, OUT tag_schema text, OUT tag_name text, OUT tag_value text, OUT level text) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_task_get_tags(text, boolean, text, text, name) IS
    'The tags of a task; with_lineage: those of its schema, database and account too. Needs a warehouse. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704, 55000 no active warehouse.';

CREATE FUNCTION sf_cron(expr text, timezone text DEFAULT 'UTC') RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_cron(text, text) IS
    'A cron schedule: five fields (minute, hour, day of the month or L, month, day of the week, 5L) and the name of a time zone (NULL: UTC). NULL for a NULL expression. Errors: 22023 which part is wrong.';

CREATE FUNCTION sf_every(every interval) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_every(interval) IS
    'An interval schedule of whole seconds, from 10 seconds to 8 days. NULL for NULL. Errors: 22023.';

CREATE FUNCTION sf_procedure_call(procedure text, args jsonb DEFAULT '[]') RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_procedure_call(text, jsonb) IS
    'A definition that calls an existing procedure. args: an array, or an object of argument names and values; arrays and objects become PARSE_JSON(...). NULL for a NULL procedure. Errors: 22023.';

CREATE FUNCTION sf_python_procedure(handler_source text, handler text DEFAULT NULL, args jsonb DEFAULT '[]', argument_types text[] DEFAULT NULL,
    returns text DEFAULT 'VARCHAR', packages text[] DEFAULT NULL, imports text[] DEFAULT NULL, stage_location text DEFAULT NULL,
    runtime_version text DEFAULT '3.11', use_return_value boolean DEFAULT false) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_python_procedure(text, text, jsonb, text[], text, text[], text[], text, text, boolean) IS
    'A definition with Python source: an anonymous procedure and its call. handler: the function''s name, its first parameter is the session; NULL: main, or the only function that the source defines. One that the source does not define is refused. args: array of further arguments; argument_types NULL: from their values. packages: snowflake-snowpark-python is added. imports: stage files; those that are no path lie in stage_location. use_return_value: what the handler returns becomes the task''s return value. NULL for NULL source. Errors: 22023.';
