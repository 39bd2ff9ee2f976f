-- task graphs

CREATE FUNCTION sf_dag(name text, schedule text DEFAULT NULL, warehouse text DEFAULT NULL, comment text DEFAULT NULL,
    config jsonb DEFAULT NULL, session_parameters jsonb DEFAULT NULL, error_integration text DEFAULT NULL,
    success_integration text DEFAULT NULL, task_auto_retry_attempts integer DEFAULT NULL, overlap_policy text DEFAULT NULL,
    allow_overlapping_execution boolean DEFAULT NULL, user_task_timeout_ms bigint DEFAULT NULL,
    suspend_task_after_num_failures integer DEFAULT NULL, stage_location text DEFAULT NULL, imports text[] DEFAULT NULL,
    packages text[] DEFAULT NULL, use_func_return_value boolean DEFAULT NULL, condition text DEFAULT NULL,
    execute_as_user text DEFAULT NULL, options jsonb DEFAULT '{}', tasks jsonb[] DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_dag(text, text, text, text, jsonb, jsonb, text, text, integer, text, boolean, bigint, integer, text, text[], text[], boolean, text, text, jsonb, jsonb[]) IS
    'A task graph, for sf_dag_task and sf_dag_deploy. name: may be qualified. schedule: sf_cron, sf_every or a text such as ''10 minutes''. warehouse: of all tasks; NULL: serverless. stage_location, imports, packages, use_func_return_value fill the gaps of Python definitions. user_task_timeout_ms: milliseconds. options: further properties of task.yaml, and "suspended": true for a graph that is not to be started. tasks: objects with the names of sf_dag_task''s arguments as keys; NULLs are left out. NULL: not given. No network. Errors: 22004 no name, 22023 an unknown key, 42710 two tasks of one name.';

CREATE FUNCTION sf_dag(name text, schedule interval, warehouse text DEFAULT NULL, comment text DEFAULT NULL,
    config jsonb DEFAULT NULL, session_parameters jsonb DEFAULT NULL, error_integration text DEFAULT NULL,
    success_integration text DEFAULT NULL, task_auto_retry_attempts integer DEFAULT NULL, overlap_policy text DEFAULT NULL,
    allow_overlapping_execution boolean DEFAULT NULL, user_task_timeout_ms bigint DEFAULT NULL,
    suspend_task_after_num_failures integer DEFAULT NULL, stage_location text DEFAULT NULL, imports text[] DEFAULT NULL,
    packages text[] DEFAULT NULL, use_func_return_value boolean DEFAULT NULL, condition text DEFAULT NULL,
    execute_as_user text DEFAULT NULL, options jsonb DEFAULT '{}', tasks jsonb[] DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_dag(text, interval, text, text, jsonb, jsonb, text, text, integer, text, boolean, bigint, integer, text, text[], text[], boolean, text, text, jsonb, jsonb[]) IS
    'Like sf_dag with a text, for a schedule that is an interval of whole seconds, from 10 seconds to 8 days (NULL: none).';

CREATE FUNCTION sf_dag_agg_final(tasks jsonb[]) RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_dag_agg_final(jsonb[]) IS
    'The end of the aggregate sf_dag_agg: {"tasks": [...]}. NULLs are left out. No network. Errors: 22004, 22023, 42710.';

CREATE AGGREGATE @extschema@.sf_dag_agg(task pg_catalog.jsonb) (SFUNC = pg_catalog.array_append, STYPE = pg_catalog.jsonb[], FINALFUNC = @extschema@.sf_dag_agg_final, INITCOND = '{}', PARALLEL = SAFE);
COMMENT ON AGGREGATE @extschema@.sf_dag_agg(jsonb) IS
    'The tasks of a graph out of rows: {"tasks": [...]}, to be put behind sf_dag(...) by ||. task: an object with the names of sf_dag_task''s arguments as keys, such as to_jsonb of a row; NULLs are left out. ORDER BY in it is the order of the tasks. No network. Errors: 22004 a task without a name, 22023 an unknown key, 42710 two tasks of one name.';

CREATE FUNCTION sf_dag_task(dag jsonb, name text, definition text, after text[] DEFAULT '{}', condition text DEFAULT NULL,
    warehouse text DEFAULT NULL, serverless boolean DEFAULT NULL, finalizer boolean DEFAULT NULL, branch boolean DEFAULT NULL,
    comment text DEFAULT NULL, options jsonb DEFAULT '{}') RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_dag_task(jsonb, text, text, text[], text, text, boolean, boolean, boolean, text, jsonb) IS
    'The graph with one more task. definition: one SQL statement, a CALL or a block. after: tasks before it; none: it follows the root. condition: its WHEN. warehouse: NULL: the graph''s. serverless: no warehouse. finalizer: runs at the end of every run. branch: decides by its return value what follows. options: further properties, and "suspended", "full_name". No network. Errors: 42710 a task of this name, 22023 an unknown key.';

CREATE FUNCTION sf_dag_task(dag jsonb, name text, definition jsonb, after text[] DEFAULT '{}', condition text DEFAULT NULL,
    warehouse text DEFAULT NULL, serverless boolean DEFAULT NULL, finalizer boolean DEFAULT NULL, branch boolean DEFAULT NULL,
    comment text DEFAULT NULL, options jsonb DEFAULT '{}') RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_dag_task(jsonb, text, jsonb, text[], text, text, boolean, boolean, boolean, text, jsonb) IS
    'The graph with one more task. definition: a text or an object with "procedure" or "python", whose gaps the graph fills. after: tasks before it; none: it follows the root. condition: its WHEN. warehouse: NULL: the graph''s. serverless: no warehouse. finalizer: runs at the end of every run. branch: decides by its return value what follows. options: further properties, and "suspended", "full_name". No network. Errors: 42710 a task of this name, 22023 an unknown key.';

CREATE FUNCTION sf_dag_branch(dag jsonb, name text, definition text, after text[] DEFAULT '{}', condition text DEFAULT NULL,
    warehouse text DEFAULT NULL, serverless boolean DEFAULT NULL, finalizer boolean DEFAULT NULL, branch boolean DEFAULT NULL,
    comment text DEFAULT NULL, options jsonb DEFAULT '{}') RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_dag_branch(jsonb, text, text, text[], text, text, boolean, boolean, boolean, text, jsonb) IS
    'Like sf_dag_task with branch: what follows it runs when its return value is that task''s name as it is written in the graph. No network.';

CREATE FUNCTION sf_dag_branch(dag jsonb, name text, definition jsonb, after text[] DEFAULT '{}', condition text DEFAULT NULL,
    warehouse text DEFAULT NULL, serverless boolean DEFAULT NULL, finalizer boolean DEFAULT NULL, branch boolean DEFAULT NULL,
    comment text DEFAULT NULL, options jsonb DEFAULT '{}') RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_dag_branch(jsonb, text, jsonb, text[], text, text, boolean, boolean, boolean, text, jsonb) IS
    'Like sf_dag_task with branch: what follows it runs when its return value is that task''s name as it is written in the graph. No network.';

CREATE FUNCTION sf_dag_link(dag jsonb, from_task text, to_tasks text[]) RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_dag_link(jsonb, text, text[]) IS
    'The graph with from_task before each of to_tasks. No network. Errors: 42704 no such task.';

CREATE FUNCTION sf_dag_link(dag jsonb, path text) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'sf_dag_link_path' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_dag_link(jsonb, text) IS
    'The graph with the order that path says, as in ''a >> [b, c] >> d''. No network. Errors: 42704 no such task, 22023 a path that cannot be read.';

CREATE FUNCTION sf_dag_validate(dag jsonb, OUT severity text, OUT task text, OUT rule text, OUT message text) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_dag_validate(jsonb) IS
    'Everything that is wrong with a graph (severity error), or odd (warning), a row each; task NULL: the graph as a whole. No rows: sf_dag_deploy takes it. No network.';

CREATE FUNCTION sf_dag_tasks(dag jsonb, OUT ord integer, OUT name text, OUT full_name text, OUT predecessors text[], OUT condition text, OUT is_finalizer boolean, OUT statement text) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_dag_tasks(jsonb) IS
    'The tasks as they are created, predecessors first, the root task as number 0; names are exact. No network. Errors: 22023 with everything that is wrong.';

CREATE FUNCTION sf_dag_plan(dag jsonb, mode text DEFAULT 'errorIfExists', database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT step integer, OUT action text, OUT task text, OUT status text, OUT detail jsonb) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_plan(jsonb, text, text, text, name) IS
    'The calls that sf_dag_deploy would make, without making those that change something; except for errorIfExists it reads what is deployed. Waits on the network. Errors: 22023 with everything that is wrong.';

CREATE FUNCTION sf_dag_deploy(dag jsonb, mode text DEFAULT 'errorIfExists', dry_run boolean DEFAULT false,
    on_error text DEFAULT 'keep', database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT step integer, OUT action text, OUT task text, OUT status text, OUT detail jsonb) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_deploy(jsonb, text, boolean, text, text, text, name) IS
    'Makes the account have this graph and starts it; one row a call. mode: errorIfExists, orReplace (the old one is dropped first), ifNotExists (only missing tasks), createOrAlter (the fewest calls; repairs an interrupted deployment). Its place: the arguments, the name''s parts, database_name and schema_name, the server''s. dry_run: like sf_dag_plan. on_error: drop removes the tasks that this call created. After a failure createOrAlter puts back what it has changed, and a graph that ran before runs again (not after orReplace has dropped something); that is tried for 10 s, and CONTEXT says what runs. Waits for another deployment of the same graph in this cluster. Remote changes are not undone by ROLLBACK. Waits on the network. Errors: 22023 with everything that is wrong, before any call; 40001 somebody else changed the graph meanwhile; else Snowflake''s, with what was done as CONTEXT.';

CREATE FUNCTION sf_dag_diff(dag jsonb, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT task text, OUT property text, OUT deployed jsonb, OUT given jsonb) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_diff(jsonb, text, text, name) IS
    'What differs between the deployed graph and this one, a row a property: NULL is not set; property "state": what is started. A task that only one side has is a row with property NULL and its body. No rows: sf_dag_deploy with createOrAlter would change nothing. Waits on the network. Errors: 22004, 22023 with everything that is wrong, before any call; 55000 the name is of a task of another graph.';

CREATE FUNCTION sf_dag_run(name text, retry_last boolean DEFAULT false, config jsonb DEFAULT NULL,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_run(text, boolean, jsonb, text, text, name) IS
    'Starts a run now; returns its run id, as in TASK_HISTORY. A suspended graph with a schedule is resumed first, as the Python API does, with a NOTICE (not one given as a value with "suspended": true). retry_last: the last failed run from its failed task. config: laid over the graph''s for this run. name: a graph when it begins with a brace. Needs a warehouse to see the run. Waits on the network. Errors: 42704 no such graph, 22023 Snowflake cannot retry, 55000 no warehouse.';

CREATE FUNCTION sf_dag_run(dag jsonb, retry_last boolean DEFAULT false, config jsonb DEFAULT NULL,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_run(jsonb, boolean, jsonb, text, text, name) IS
    'Like sf_dag_run with a name, for a graph as sf_dag_deploy takes it.';

CREATE FUNCTION sf_dag_wait(name text, run_id bigint DEFAULT NULL, timeout interval DEFAULT NULL, raise boolean DEFAULT true,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_wait(text, bigint, interval, boolean, text, text, name) IS
    'Waits for the end of a run; returns SUCCEEDED, FAILED, CANCELLED or SKIPPED. run_id: of sf_dag_run; NULL: the newest run. timeout: then returns the state so far. raise: a run that failed throws the first failing task''s error. Needs a warehouse. Waits on the network. Errors: 42704 no such graph or run, else the task''s.';

CREATE FUNCTION sf_dag_wait(name text, run_id text, timeout interval DEFAULT NULL, raise boolean DEFAULT true,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_wait(text, text, interval, boolean, text, text, name) IS
    'Like sf_dag_wait with a bigint, for a run id that is a text. Errors: 22023 it is none.';

CREATE FUNCTION sf_dag_wait(dag jsonb, run_id bigint DEFAULT NULL, timeout interval DEFAULT NULL, raise boolean DEFAULT true,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_wait(jsonb, bigint, interval, boolean, text, text, name) IS
    'Like sf_dag_wait with a name, for a graph as sf_dag_deploy takes it.';

CREATE FUNCTION sf_dag_wait(dag jsonb, run_id text, timeout interval DEFAULT NULL, raise boolean DEFAULT true,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_wait(jsonb, text, interval, boolean, text, text, name) IS
    'Like sf_dag_wait with a bigint, for a run id that is a text. Errors: 22023 it is none.';

CREATE FUNCTION sf_dag_notify(name text, channel text, run_id bigint DEFAULT NULL,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS integer
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_notify(text, text, bigint, text, text, name) IS
    'Waits until a run has ended and notifies the channel with {"dag", "run_id", "state", "first_error_task", "first_error"}, at COMMIT; returns how many notifications, 1. run_id: of sf_dag_run; NULL: the newest run (that executes or is due, else the last that ended). A long error is cut. name: a graph when it begins with a brace. Needs a warehouse. Waits on the network. Errors: 42704 no such graph or run, 22004 no channel, 22023 one that is none.';

CREATE FUNCTION sf_dag_notify(name text, channel text, run_id text,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS integer
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_notify(text, text, text, text, text, name) IS
    'Like sf_dag_notify with a bigint, for a run id that is a text. Errors: 22023 it is none.';

CREATE FUNCTION sf_dag_cancel(name text,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_cancel(text, text, text, name) IS
    'Cancels what runs of the graph''s tasks at this moment, in the background; the qualified name of its root task. A NOTICE has Snowflake''s answers, a line a task. Waits on the network. Errors: 42704 no such graph, 42501.';

CREATE FUNCTION sf_dag_cancel(dag jsonb,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_cancel(jsonb, text, text, name) IS
    'Like sf_dag_cancel with a name, for a graph as sf_dag_deploy takes it.';

CREATE FUNCTION sf_dag_suspend(name text,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_suspend(text, text, text, name) IS
    'Suspends the root task: no further runs, the present one ends. The result is its qualified name. Waits on the network. Errors: 42704 no such graph, 42501.';

CREATE FUNCTION sf_dag_suspend(dag jsonb,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_suspend(jsonb, text, text, name) IS
    'Like sf_dag_suspend with a name, for a graph as sf_dag_deploy takes it.';

CREATE FUNCTION sf_dag_resume(name text,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_resume(text, text, text, name) IS
    'Resumes all tasks of the graph, the root task last; its qualified name. Waits on the network. Errors: 42704 no such graph, 42501.';

CREATE FUNCTION sf_dag_resume(dag jsonb,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_resume(jsonb, text, text, name) IS
    'Like sf_dag_resume with a name, for a graph as sf_dag_deploy takes it.';

CREATE FUNCTION sf_dag_drop(name text, drop_finalizer boolean DEFAULT true, if_exists boolean DEFAULT false,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_drop(text, boolean, boolean, text, text, name) IS
    'Drops all tasks of a graph, children first; a NOTICE says how many. The result is the qualified name of its root task, NULL when if_exists found none. drop_finalizer false: it stays. Waits on the network. Errors: 42704 no such graph (unless if_exists), 42501, with what was done as CONTEXT.';

CREATE FUNCTION sf_dag_drop(dag jsonb, drop_finalizer boolean DEFAULT true, if_exists boolean DEFAULT false,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_drop(jsonb, boolean, boolean, text, text, name) IS
    'Like sf_dag_drop with a name, for a graph as sf_dag_deploy takes it.';

CREATE FUNCTION sf_dag_fetch(name text,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_fetch(text, text, text, name) IS
    'A deployed graph as sf_dag_deploy takes it, with the place it is from; deploying that with createOrAlter changes nothing, whatever the server''s database and schema are. "suspended" marks what is not started. Waits on the network. Errors: 42704 no such graph.';

CREATE FUNCTION sf_dag_fetch(dag jsonb,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_fetch(jsonb, text, text, name) IS
    'Like sf_dag_fetch with a name, for a graph as sf_dag_deploy takes it.';

CREATE FUNCTION sf_dag_current_runs(name text,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT dag_name text, OUT database_name text, OUT schema_name text, OUT state text, OUT first_error_task_name text,
    OUT first_error_code bigint, OUT first_error_message text, OUT scheduled_time timestamptz, OUT query_start_time timestamptz,
    OUT next_scheduled_time timestamptz, OUT completed_time timestamptz, OUT root_task_id text, OUT graph_version bigint, OUT run_id bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_current_runs(text, text, text, name) IS
    'Runs of a graph that are scheduled or executing; run_id as in TASK_HISTORY. Needs a warehouse. Waits on the network. Errors: 42704 no such graph, 55000 no warehouse.';

CREATE FUNCTION sf_dag_current_runs(dag jsonb,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT dag_name text, OUT database_name text, OUT schema_name text, OUT state text, OUT first_error_task_name text,
    OUT first_error_code bigint, OUT first_error_message text, OUT scheduled_time timestamptz, OUT query_start_time timestamptz,
    OUT next_scheduled_time timestamptz, OUT completed_time timestamptz, OUT root_task_id text, OUT graph_version bigint, OUT run_id bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_current_runs(jsonb, text, text, name) IS
    'Like sf_dag_current_runs with a name, for a graph as sf_dag_deploy takes it.';

CREATE FUNCTION sf_dag_complete_runs(name text, error_only boolean DEFAULT false,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT dag_name text, OUT database_name text, OUT schema_name text, OUT state text, OUT first_error_task_name text,
    OUT first_error_code bigint, OUT first_error_message text, OUT scheduled_time timestamptz, OUT query_start_time timestamptz,
    OUT next_scheduled_time timestamptz, OUT completed_time timestamptz, OUT root_task_id text, OUT graph_version bigint, OUT run_id bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_complete_runs(text, boolean, text, text, name) IS
    'Runs of a graph that ended in the last 60 minutes; error_only: those that failed. Needs a warehouse. Waits on the network. Errors: 42704 no such graph, 55000 no warehouse.';

CREATE FUNCTION sf_dag_complete_runs(dag jsonb, error_only boolean DEFAULT false,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT dag_name text, OUT database_name text, OUT schema_name text, OUT state text, OUT first_error_task_name text,
    OUT first_error_code bigint, OUT first_error_message text, OUT scheduled_time timestamptz, OUT query_start_time timestamptz,
    OUT next_scheduled_time timestamptz, OUT completed_time timestamptz, OUT root_task_id text, OUT graph_version bigint, OUT run_id bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_complete_runs(jsonb, boolean, text, text, name) IS
    'Like sf_dag_complete_runs with a name, for a graph as sf_dag_deploy takes it.';

CREATE FUNCTION sf_dag_delete(name text, drop_finalizer boolean DEFAULT true, if_exists boolean DEFAULT false,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_dag_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_delete(text, boolean, boolean, text, text, name) IS
    'The older name of sf_dag_drop.';

CREATE FUNCTION sf_dag_delete(dag jsonb, drop_finalizer boolean DEFAULT true, if_exists boolean DEFAULT false,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_dag_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_delete(jsonb, boolean, boolean, text, text, name) IS
    'The older name of sf_dag_drop.';

CREATE FUNCTION sf_dags("like" text DEFAULT NULL, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS SETOF text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dags(text, text, text, name) IS
    'Names of the schema''s root tasks, exact; standalone tasks are among them. like: pattern without regard to case. Waits on the network. Errors: 42704 no such schema.';

CREATE FUNCTION sf_dag_runs(name text, scheduled_from timestamptz DEFAULT NULL, scheduled_to timestamptz DEFAULT NULL, max_rows int DEFAULT NULL,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT run_id bigint, OUT scheduled_time timestamptz, OUT started_at timestamptz, OUT completed_at timestamptz, OUT state text, OUT tasks int,
    OUT failed text[], OUT first_error text) RETURNS SETOF record
    LANGUAGE SQL VOLATILE PARALLEL UNSAFE ROWS 100
BEGIN ATOMIC
    -- a name that is NULL is refused as sf_task_fetch refuses it; asked for in this order, by what each needs of the one before: a run whose root was there, and which is not current then, is over, and its history is whole
    WITH root AS MATERIALIZED (SELECT h.run_id, h.root_task_id, h.scheduled_time
        FROM @extschema@.sf_task_history(coalesce(sf_dag_runs.name, @extschema@.sf_task_fetch(sf_dag_runs.name, NULL::pg_catalog.text, NULL::pg_catalog.text, sf_dag_runs.server)::pg_catalog.text), NULL::pg_catalog.text,
            sf_dag_runs.scheduled_from, sf_dag_runs.scheduled_to, false,
            CASE WHEN max_rows OPERATOR(pg_catalog.<) 1 THEN max_rows END, sf_dag_runs.database, sf_dag_runs.schema, sf_dag_runs.server) h),
    ongoing AS MATERIALIZED (SELECT c.run_id, c.state FROM @extschema@.sf_dag_current_runs(CASE WHEN (SELECT pg_catalog.count(*) FROM root) OPERATOR(pg_catalog.>=) 0 THEN sf_dag_runs.name END,
        sf_dag_runs.database, sf_dag_runs.schema, sf_dag_runs.server) c),
    asked AS MATERIALIZED (SELECT r.run_id, pg_catalog.min(r.scheduled_time) AS scheduled_time FROM root r WHERE r.run_id IS NOT NULL GROUP BY r.run_id
        ORDER BY pg_catalog.min(r.scheduled_time) DESC, r.run_id DESC LIMIT CASE WHEN (SELECT pg_catalog.count(*) FROM ongoing) OPERATOR(pg_catalog.>=) 0 THEN max_rows END),
    part AS MATERIALIZED (SELECT DISTINCT ON (h.run_id, h.name) h.run_id, h.name, h.state, h.error_message, h.query_start_time, h.completed_time
        FROM (SELECT DISTINCT r.root_task_id FROM root r JOIN asked a ON a.run_id OPERATOR(pg_catalog.=) r.run_id WHERE r.root_task_id IS NOT NULL) AS i,
            LATERAL @extschema@.sf_task_history(NULL::pg_catalog.text, CASE WHEN (SELECT pg_catalog.count(*) FROM ongoing) OPERATOR(pg_catalog.>=) 0 THEN i.root_task_id END,
                sf_dag_runs.scheduled_from, NULL::pg_catalog.timestamptz, false, NULL::integer, sf_dag_runs.database, sf_dag_runs.schema, sf_dag_runs.server) h
        ORDER BY h.run_id, h.name, h.attempt_number DESC NULLS LAST, h.scheduled_time DESC),
    whole AS (SELECT p.run_id, pg_catalog.min(p.query_start_time) AS started_at, pg_catalog.max(p.completed_time) AS completed_at, pg_catalog.count(*)::integer AS tasks,
            coalesce(pg_catalog.array_agg(p.name ORDER BY p.completed_time, p.name) FILTER (WHERE p.state OPERATOR(pg_catalog.~) '^FAILED'), '{}') AS failed,
            (pg_catalog.array_agg(p.error_message ORDER BY p.completed_time, p.name) FILTER (WHERE p.state OPERATOR(pg_catalog.~) '^FAILED'))[1] AS first_error,
            CASE WHEN pg_catalog.bool_or(p.state OPERATOR(pg_catalog.=) 'EXECUTING') THEN 'EXECUTING'
                WHEN pg_catalog.bool_or(p.state OPERATOR(pg_catalog.=) 'SCHEDULED') THEN 'SCHEDULED'
                WHEN pg_catalog.bool_or(p.state OPERATOR(pg_catalog.~) '^FAILED') THEN 'FAILED'
                WHEN pg_catalog.bool_or(p.state OPERATOR(pg_catalog.~) '^CANCELL?ED$') THEN 'CANCELLED'
                WHEN pg_catalog.bool_or(p.state OPERATOR(pg_catalog.=) 'SUCCEEDED') THEN 'SUCCEEDED' ELSE pg_catalog.max(p.state) END AS state
        FROM part p GROUP BY p.run_id),
    shown AS (SELECT a.run_id, a.scheduled_time, w.started_at, w.completed_at, coalesce(o.state, w.state) AS state, coalesce(w.tasks, 0) AS tasks,
            coalesce(w.failed, '{}') AS failed, w.first_error
        FROM asked a LEFT JOIN whole w ON w.run_id OPERATOR(pg_catalog.=) a.run_id
        LEFT JOIN (SELECT c.run_id, pg_catalog.max(pg_catalog.upper(c.state)) AS state FROM ongoing c GROUP BY c.run_id) AS o ON o.run_id OPERATOR(pg_catalog.=) a.run_id)
    SELECT s.run_id, s.scheduled_time, s.started_at, CASE WHEN s.state OPERATOR(pg_catalog.<>) ALL (ARRAY['EXECUTING', 'SCHEDULED']) THEN s.completed_at END, s.state, s.tasks, s.failed, s.first_error
    FROM shown s ORDER BY s.scheduled_time DESC, s.run_id DESC;
END;
COMMENT ON FUNCTION sf_dag_runs(text, timestamptz, timestamptz, int, text, text, name) IS
    'The runs of a graph, the latest first, out of TASK_HISTORY: complete for its range of scheduled times within the last 7 and the next 8 days, or an error. NULL: all that is kept; max_rows: the newest. A run''s state is EXECUTING, SCHEDULED, FAILED, CANCELLED, SUCCEEDED or SKIPPED, by the last attempt of each task; completed_at is NULL until it is over. tasks: how many tasks have been scheduled; failed: their exact names, the first one first; first_error: its message. Of a graph that was replaced the runs before too. Needs a warehouse. Waits on the network. Errors: 42704 no such graph, 22023 a range that is not kept or max_rows below 1, 54000 too many runs within a second, 55000 no warehouse.';

CREATE FUNCTION sf_dag_render(dag jsonb, format text DEFAULT 'text', states jsonb DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_dag_render(jsonb, text, jsonb) IS
    'A drawing of a graph. format: text, mermaid, dot (Graphviz) or svg. states: an object of tasks'' full names and states, to colour them. NULL for NULL. No network. Errors: 22023 a format that is none, or everything that is wrong with the graph.';

CREATE FUNCTION sf_dag_render(name text, format text DEFAULT 'text', run_id bigint DEFAULT NULL, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    LANGUAGE SQL VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT @extschema@.sf_dag_render(d.dag, format,
        CASE WHEN d.run_id IS NOT NULL THEN (SELECT pg_catalog.jsonb_object_agg(h.name, h.state ORDER BY h.attempt_number NULLS FIRST) FILTER (WHERE h.name IS NOT NULL)
            FROM (SELECT DISTINCT r.root_task_id FROM @extschema@.sf_task_history(coalesce(
                    CASE WHEN (d.dag OPERATOR(pg_catalog.->>) 'name') OPERATOR(pg_catalog.~) '^("([^"]|"")*"|[^".]*)$'
                        THEN (d.dag OPERATOR(pg_catalog.->>) 'database_name') OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||) (d.dag OPERATOR(pg_catalog.->>) 'schema_name')
                            OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||) (d.dag OPERATOR(pg_catalog.->>) 'name') END,
                    d.dag OPERATOR(pg_catalog.->>) 'name'), NULL::pg_catalog.text, pg_catalog.to_timestamp((d.run_id OPERATOR(pg_catalog./) 1000
                    OPERATOR(pg_catalog.-) 1)::pg_catalog.float8), NULL::pg_catalog.timestamptz, false, NULL::integer, sf_dag_render.database, sf_dag_render.schema, sf_dag_render.server) r
                WHERE r.run_id OPERATOR(pg_catalog.=) d.run_id AND r.root_task_id IS NOT NULL) AS i,
            LATERAL @extschema@.sf_task_history(NULL::pg_catalog.text, i.root_task_id, pg_catalog.to_timestamp((d.run_id OPERATOR(pg_catalog./) 1000
                OPERATOR(pg_catalog.-) 1)::pg_catalog.float8), NULL::pg_catalog.timestamptz, false, NULL::integer, NULL::pg_catalog.text, NULL::pg_catalog.text, sf_dag_render.server) h
            WHERE h.run_id OPERATOR(pg_catalog.=) d.run_id) END)
    FROM (SELECT CASE WHEN sf_dag_render.name OPERATOR(pg_catalog.~) '^\s*[{]' THEN sf_dag_render.name::pg_catalog.jsonb
        ELSE @extschema@.sf_dag_fetch(sf_dag_render.name, database, schema, server) END AS dag,
        -- of the lower 32 bits the last one that can be scheduled
        CASE WHEN sf_dag_render.run_id OPERATOR(pg_catalog.>) 4294967295 THEN sf_dag_render.run_id
            ELSE l.last OPERATOR(pg_catalog.-) ((l.last OPERATOR(pg_catalog.-) sf_dag_render.run_id) OPERATOR(pg_catalog.&) 4294967295) END AS run_id
        FROM (SELECT (extract(epoch FROM pg_catalog.now() OPERATOR(pg_catalog.+) interval '8 days') OPERATOR(pg_catalog.*) 1000)::pg_catalog.int8 AS last) AS l) AS d;
END;
COMMENT ON FUNCTION sf_dag_render(text, text, bigint, text, text, name) IS
    'A drawing of a deployed graph (or of a graph, when name begins with a brace). run_id: with the states of a run''s tasks, of the last 7 days. NULL name: 22004. Waits on the network. Errors: 22023 a format that is none, 42704 no such graph.';

CREATE FUNCTION sf_dag_render(name text, format text, run_id text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    LANGUAGE SQL VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT CASE WHEN run_id OPERATOR(pg_catalog.~) '^\s*[{]'
        THEN @extschema@.sf_dag_render(CASE WHEN sf_dag_render.name OPERATOR(pg_catalog.~) '^\s*[{]' THEN sf_dag_render.name::pg_catalog.jsonb
            ELSE @extschema@.sf_dag_fetch(sf_dag_render.name, database, schema, server) END, format, run_id::pg_catalog.jsonb)
        ELSE @extschema@.sf_dag_render(sf_dag_render.name, format, run_id::bigint, database, schema, server) END;
END;
COMMENT ON FUNCTION sf_dag_render(text, text, text, text, text, name) IS
    'Like sf_dag_render with a bigint, for a run id that is a text, or the states of tasks themselves, when it begins with a brace. Errors: 22P02 it is neither.';

CREATE FUNCTION sf_dag_gantt(tasks jsonb, format text DEFAULT 'text') RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_dag_gantt(jsonb, text) IS
    'A chart of when tasks ran. tasks: an array of objects with name, state, and scheduled, start and end in seconds since 1970 (NULL: not known, not begun, not ended). format: text, mermaid or svg. NULL for NULL. No network. Errors: 22023 a format that is none, or tasks that are none.';

CREATE FUNCTION sf_dag_gantt(name text, run_id bigint DEFAULT NULL, format text DEFAULT 'text', database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    LANGUAGE SQL VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT CASE WHEN sf_dag_gantt.name OPERATOR(pg_catalog.~) '^\s*[[]'
        THEN @extschema@.sf_dag_gantt(sf_dag_gantt.name::pg_catalog.jsonb, format) ELSE (
        WITH root AS MATERIALIZED (SELECT @extschema@.sf_task_fetch(sf_dag_gantt.name, database, schema, server) OPERATOR(pg_catalog.->>) 'id' AS id),
        -- of an answer to this, the newest run that is not yet to come
        newest AS MATERIALIZED (SELECT n.run_id FROM root, LATERAL @extschema@.sf_dag_runs(CASE WHEN root.id IS NOT NULL THEN sf_dag_gantt.name END, NULL::pg_catalog.timestamptz,
                NULL::pg_catalog.timestamptz, NULL::integer, database, schema, server) n
            WHERE sf_dag_gantt.run_id IS NULL AND n.state OPERATOR(pg_catalog.<>) 'SCHEDULED' ORDER BY n.scheduled_time DESC, n.run_id DESC LIMIT 1),
        -- of the lower 32 bits the last one that can be scheduled
        run AS MATERIALIZED (SELECT coalesce(CASE WHEN sf_dag_gantt.run_id OPERATOR(pg_catalog.>) 4294967295 THEN sf_dag_gantt.run_id
                ELSE l.last OPERATOR(pg_catalog.-) ((l.last OPERATOR(pg_catalog.-) sf_dag_gantt.run_id) OPERATOR(pg_catalog.&) 4294967295) END, (SELECT newest.run_id FROM newest)) AS run_id
            FROM root, (SELECT (extract(epoch FROM pg_catalog.now() OPERATOR(pg_catalog.+) interval '8 days') OPERATOR(pg_catalog.*) 1000)::pg_catalog.int8 AS last) AS l
            WHERE root.id IS NOT NULL),
        ids AS MATERIALIZED (SELECT DISTINCT r.root_task_id, run.run_id, pg_catalog.to_timestamp((run.run_id OPERATOR(pg_catalog./) 1000 OPERATOR(pg_catalog.-) 1)::pg_catalog.float8) AS since
            FROM run, LATERAL @extschema@.sf_task_history(sf_dag_gantt.name, NULL::pg_catalog.text, pg_catalog.to_timestamp((run.run_id OPERATOR(pg_catalog./) 1000
                OPERATOR(pg_catalog.-) 1)::pg_catalog.float8), NULL::pg_catalog.timestamptz, false, NULL::integer, database, schema, server) r
            WHERE run.run_id IS NOT NULL AND r.run_id OPERATOR(pg_catalog.=) run.run_id AND r.root_task_id IS NOT NULL)
        SELECT @extschema@.sf_dag_gantt(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('name', h.name, 'state', h.state, 'scheduled', extract(epoch FROM h.scheduled_time),
                'start', extract(epoch FROM h.query_start_time), 'end', extract(epoch FROM h.completed_time)) ORDER BY h.query_start_time, h.name), format)
            FROM ids, LATERAL @extschema@.sf_task_history(NULL::pg_catalog.text, ids.root_task_id, ids.since, NULL::pg_catalog.timestamptz, false, NULL::integer,
                NULL::pg_catalog.text, NULL::pg_catalog.text, sf_dag_gantt.server) h
            WHERE h.run_id OPERATOR(pg_catalog.=) ids.run_id) END;
END;
COMMENT ON FUNCTION sf_dag_gantt(text, bigint, text, text, text, name) IS
    'A chart of when the tasks of a run ran, within the last 7 days. run_id: of sf_dag_run; NULL: the newest run. format: text, mermaid or svg. A name that begins with a bracket: the tasks themselves. NULL when there is no such run. Needs a warehouse. Waits on the network. Errors: 22023 a format that is none, 42704 no such graph.';

CREATE FUNCTION sf_dag_gantt(name text, run_id text, format text DEFAULT 'text', database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    LANGUAGE SQL VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT CASE WHEN sf_dag_gantt.name OPERATOR(pg_catalog.~) '^\s*[[]'
        THEN @extschema@.sf_dag_gantt(sf_dag_gantt.name::pg_catalog.jsonb, coalesce(run_id, format))
        ELSE @extschema@.sf_dag_gantt(sf_dag_gantt.name, run_id::bigint, format, database, schema, server) END;
END;
COMMENT ON FUNCTION sf_dag_gantt(text, text, text, text, text, name) IS
    'Like sf_dag_gantt with a bigint, for a run id that is a text; behind a name that begins with a bracket (the tasks themselves) it is the format. Errors: 22P02 it is none.';

CREATE FUNCTION sf_dag_config(name text, property text DEFAULT NULL, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS jsonb
    LANGUAGE SQL VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT CASE WHEN property IS NULL THEN t.config ELSE t.config OPERATOR(pg_catalog.->) property END
    FROM (SELECT @extschema@.sf_task_fetch(sf_dag_config.name, database, schema, server) OPERATOR(pg_catalog.->) 'config'::pg_catalog.text AS config) AS t;
END;
COMMENT ON FUNCTION sf_dag_config(text, text, text, text, name) IS
    'The config of a deployed graph, or one property of it (NULL when it has none of that name). Waits on the network. Errors: 42704 no such graph.';

CREATE FUNCTION sf_task_return_value(name text, run_group text DEFAULT NULL, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    LANGUAGE SQL VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT h.return_value FROM @extschema@.sf_task_history(sf_task_return_value.name, NULL::pg_catalog.text, NULL::pg_catalog.timestamptz, NULL::pg_catalog.timestamptz, false, NULL::integer,
        sf_task_return_value.database, sf_task_return_value.schema, sf_task_return_value.server) h
    WHERE sf_task_return_value.name IS NOT NULL AND h.state OPERATOR(pg_catalog.=) 'SUCCEEDED' AND (run_group IS NULL OR h.graph_run_group_id OPERATOR(pg_catalog.=) run_group)
    ORDER BY h.completed_time DESC LIMIT 1;
END;
COMMENT ON FUNCTION sf_task_return_value(text, text, text, text, name) IS
    'What a task returned in its last run that succeeded, within the last 7 days; NULL when there is none, and for NULL. run_group: in the runs of this GRAPH_RUN_GROUP_ID. Waits on the network.';

CREATE FUNCTION sf_dag_last_success(name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT run_group_id text, OUT original_schedule timestamptz)
    LANGUAGE SQL VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT h.graph_run_group_id, pg_catalog.to_timestamp((r.run_id OPERATOR(pg_catalog./) 1000.0)::pg_catalog.float8)
    FROM (SELECT c.run_id, c.scheduled_time FROM @extschema@.sf_dag_runs(sf_dag_last_success.name, NULL::pg_catalog.timestamptz, NULL::pg_catalog.timestamptz, NULL::integer,
            sf_dag_last_success.database, sf_dag_last_success.schema, sf_dag_last_success.server) c
        WHERE c.state OPERATOR(pg_catalog.=) 'SUCCEEDED' ORDER BY c.completed_at DESC NULLS LAST, c.scheduled_time DESC LIMIT 1) AS r
    LEFT JOIN LATERAL (SELECT t.graph_run_group_id
        FROM @extschema@.sf_task_history(sf_dag_last_success.name, NULL::pg_catalog.text, r.scheduled_time, NULL::pg_catalog.timestamptz, false, NULL::integer,
            sf_dag_last_success.database, sf_dag_last_success.schema, sf_dag_last_success.server) t
        WHERE t.run_id OPERATOR(pg_catalog.=) r.run_id ORDER BY t.attempt_number DESC NULLS LAST LIMIT 1) AS h ON true;
END;
COMMENT ON FUNCTION sf_dag_last_success(text, text, text, name) IS
    'The last run of a graph that succeeded within the last 7 days: its group id and first scheduled start; NULLs when there is none. Needs a warehouse. Waits on the network. Errors: 42704 no such graph, 55000 no warehouse.';
