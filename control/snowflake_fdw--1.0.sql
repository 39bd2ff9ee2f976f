\echo Use "CREATE EXTENSION snowflake_fdw" to load this file. \quit

-- A schema may be there before, with anything in it. So every name and operator is qualified, and a function of the extension is called with
-- all its arguments, each of exactly its type: an overload that somebody planted cannot be a better match. check.sh asks pgspot.

CREATE FUNCTION snowflake_fdw_handler() RETURNS fdw_handler
    AS 'MODULE_PATHNAME' LANGUAGE C STRICT;
COMMENT ON FUNCTION snowflake_fdw_handler() IS 'Handler of the foreign-data wrapper snowflake_fdw.';

CREATE FUNCTION snowflake_fdw_validator(text[], oid) RETURNS void
    AS 'MODULE_PATHNAME' LANGUAGE C STRICT;
COMMENT ON FUNCTION snowflake_fdw_validator(text[], oid) IS
    'Checks the options of servers, user mappings, foreign tables and columns. Errors: HV00D unknown option, 22023 bad value, 42501 not yours to set.';

CREATE FOREIGN DATA WRAPPER snowflake_fdw HANDLER @extschema@.snowflake_fdw_handler VALIDATOR @extschema@.snowflake_fdw_validator;
COMMENT ON FOREIGN DATA WRAPPER snowflake_fdw IS 'Snowflake accounts through their REST API';

-- connection and help

CREATE FUNCTION sf_ping(server name DEFAULT NULL,
    OUT account text, OUT user_name text, OUT role text, OUT warehouse text, OUT database_name text, OUT schema_name text,
    OUT version text, OUT round_trip interval)
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_ping(name) IS
    'One round trip to the account: who and where a statement of this user runs as. server NULL: snowflake_fdw.default_server, else the only server on which the user has USAGE and a mapping. Waits on the network. Errors: 28000 authentication, 08001 unreachable, 42501 no USAGE on the server.';

CREATE FUNCTION sf_version() RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_version() IS 'Versions of the extension and of the libraries it runs with.';

CREATE FUNCTION sf_connections(
    OUT server_name name, OUT user_name name, OUT host text, OUT authenticator text, OUT connected_at timestamptz,
    OUT last_used_at timestamptz, OUT statements bigint, OUT requests bigint, OUT valid boolean) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_connections() IS 'The Snowflake sessions of this backend: one per server and user. No network.';

CREATE FUNCTION sf_disconnect(server_name name DEFAULT NULL) RETURNS integer
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_disconnect(name) IS
    'Forgets the sessions and tokens of a server (NULL: of all) that no running statement holds; returns how many. No network.';

CREATE FUNCTION sf_quote_ident(name text) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sf_quote_ident(text) IS 'The function argument that means exactly this Snowflake name: quoted where a bare word would fold to another. NULL for NULL.';

CREATE FUNCTION sf_quote_literal(value text) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sf_quote_literal(text) IS 'A Snowflake string literal: quotes and backslashes doubled. NULL for NULL.';

-- foreign tables

CREATE FUNCTION sf_analyze(
    schema regnamespace, max_parallel integer DEFAULT 4,
    OUT relation regclass, OUT rows double precision, OUT sampled integer, OUT error text) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_analyze(regnamespace, integer) IS
    'ANALYZE of the data tables in a schema that the caller may analyze: Snowflake takes the samples of max_parallel tables (1 to 64) at a time, with the mapping of each table''s owner. A row for each: how many rows it has, how many were sampled, or the error, which does not keep the others. Waits on the network.';

-- queries

CREATE FUNCTION sf_query(statement text, params jsonb DEFAULT '[]', database text DEFAULT NULL, schema text DEFAULT NULL,
    warehouse text DEFAULT NULL, role text DEFAULT NULL, timeout interval DEFAULT NULL, query_tag text DEFAULT NULL,
    session_parameters jsonb DEFAULT NULL, server name DEFAULT NULL) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1000;
COMMENT ON FUNCTION sf_query(text, jsonb, text, text, text, text, interval, text, jsonb, name) IS
    'Runs one Snowflake statement and returns its rows; columns match the AS list by position (sf_describe writes it). params: JSON array for the ? placeholders. timeout: remote limit, at least a second. NULL: the server''s setting. Waits on the network. Errors: 42804 columns do not fit, 22023 bad parameters, 25006 a change in a read-only transaction, else Snowflake''s.';

CREATE FUNCTION sf_query_as(row_type anyelement, statement text, params jsonb DEFAULT '[]', database text DEFAULT NULL,
    schema text DEFAULT NULL, warehouse text DEFAULT NULL, role text DEFAULT NULL, timeout interval DEFAULT NULL,
    query_tag text DEFAULT NULL, session_parameters jsonb DEFAULT NULL, server name DEFAULT NULL) RETURNS SETOF anyelement
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1000;
COMMENT ON FUNCTION sf_query_as(anyelement, text, jsonb, text, text, text, text, interval, text, jsonb, name) IS
    'Like sf_query, with columns matched by name into the type of row_type (NULL::my_table); a column that the result lacks is NULL; 42703 when it lacks all. A type that is no row takes the first column. Waits on the network.';

CREATE FUNCTION sf_query_json(statement text, params jsonb DEFAULT '[]', database text DEFAULT NULL, schema text DEFAULT NULL,
    warehouse text DEFAULT NULL, role text DEFAULT NULL, timeout interval DEFAULT NULL, query_tag text DEFAULT NULL,
    session_parameters jsonb DEFAULT NULL, server name DEFAULT NULL) RETURNS SETOF jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1000;
COMMENT ON FUNCTION sf_query_json(text, jsonb, text, text, text, text, interval, text, jsonb, name) IS
    'Like sf_query, one JSON object a row; keys fold to lower case as in an import, numbers keep all digits. Waits on the network.';

CREATE FUNCTION sf_execute(statement text, params jsonb DEFAULT '[]', database text DEFAULT NULL, schema text DEFAULT NULL,
    warehouse text DEFAULT NULL, role text DEFAULT NULL, timeout interval DEFAULT NULL, query_tag text DEFAULT NULL,
    session_parameters jsonb DEFAULT NULL, server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_execute(text, jsonb, text, text, text, text, interval, text, jsonb, name) IS
    'Runs one Snowflake statement that changes something: {query_id, rows_inserted, rows_updated, rows_deleted, rows, message}. It is its own transaction there: ROLLBACK does not undo it. Waits on the network. Errors: 25006 read-only transaction, 42501 read_only server, else Snowflake''s.';

CREATE FUNCTION sf_describe(statement text, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_describe(text, name) IS
    'The column definition list, AS t(...), of a reading statement. A SELECT is asked for no rows, other statements run. NULL for NULL. Waits on the network.';

-- objects

CREATE FUNCTION sf_kinds(OUT kind text, OUT plural text, OUT scope text, OUT verbs text[], OUT filters text[], OUT needs_warehouse boolean,
    OUT source text) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 40;
COMMENT ON FUNCTION sf_kinds() IS
    'The kinds of account objects: what can be done with each (verbs and actions), what its list takes (filters), where it lies (scope), the document it is from. No network.';

CREATE FUNCTION sf_list(kind text, "like" text DEFAULT NULL, starts_with text DEFAULT NULL, max_rows integer DEFAULT NULL,
    from_name text DEFAULT NULL, options jsonb DEFAULT '{}', database text DEFAULT NULL, schema text DEFAULT NULL,
    server name DEFAULT NULL) RETURNS SETOF jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_list(text, text, text, integer, text, jsonb, text, text, name) IS
    'The objects of a kind in one place, as they are answered. like: pattern, case ignored; starts_with, from_name: case counts; options: history, deep, root_only where the kind has them. NULL: not restricted; database and schema NULL: the server''s. LIMIT stops the reading when the call stands in a SELECT list. Waits on the network. Errors: 22004 no kind, 22023 a filter that the kind does not have or no place, 42704 the place does not exist, 54000 more requests than max_requests.';

CREATE FUNCTION sf_fetch(kind text, name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_fetch(text, text, text, text, name) IS
    'One object as it is answered; the name may be qualified, a function''s has its argument types. database and schema: over the parts of the name, these over the server''s. The answer says where it is from. Waits on the network. Errors: 22004 no kind or name, 42704 it does not exist or is not visible, 42602 not a name, 0A000 elements such as columns.';

CREATE FUNCTION sf_create(kind text, properties jsonb, mode text DEFAULT 'errorIfExists', database text DEFAULT NULL, schema text DEFAULT NULL,
    server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_create(text, jsonb, text, text, text, name) IS
    'Creates an object of its REST properties, of which "name" is needed; returns its qualified name. Its place: the arguments, the name''s parts, database_name and schema_name, the server''s. mode: errorIfExists, orReplace, ifNotExists (NULL: the first). Read-only properties are left out. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 22023 bad mode or no name, 42710 it exists, 0A000 the kind has no such verb or mode, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_create_or_alter(kind text, properties jsonb, database text DEFAULT NULL, schema text DEFAULT NULL,
    server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_create_or_alter(text, jsonb, text, text, name) IS
    'Makes an object what its full definition says: a property that is left out goes back to its default. Returns the qualified name. Its place: as of sf_create. Of a table, a definition without columns or without some of its columns is refused (22023). Waits on the network. Errors: as of sf_create.';

CREATE FUNCTION sf_alter(kind text, name text, changes jsonb, database text DEFAULT NULL, schema text DEFAULT NULL,
    server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_alter(text, text, jsonb, text, text, name) IS
    'Changes the properties that changes names and no others, by ALTER ... SET; a null is UNSET. Returns the qualified name. Kinds: warehouse, database, schema, role, user, view. changes NULL: nothing. ROLLBACK does not undo it. Waits on the network. Errors: 22004 no kind or name, 22023 a property that cannot be changed alone, 0A000 another kind, 42704 no such object, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_drop(kind text, name text, if_exists boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL,
    server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_drop(text, text, boolean, text, text, name) IS
    'Drops an object; returns its qualified name. if_exists (NULL: false): a missing one is no error. Waits on the network. Errors: 22004 NULL, 42704 it does not exist, 0A000 the kind cannot be dropped, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_undrop(kind text, name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_undrop(text, text, text, text, name) IS
    'Brings a dropped object back; returns its qualified name. Waits on the network. Errors: 22004 NULL, 22023 the kind cannot be undropped, 42704 never dropped or purged, 42710 the name is taken, 25006 read-only transaction, 42501 a read_only server.';

CREATE FUNCTION sf_action(kind text, name text, action text, params jsonb DEFAULT '{}', body jsonb DEFAULT NULL, database text DEFAULT NULL,
    schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_action(text, text, text, jsonb, jsonb, text, text, name) IS
    'An action of an object (suspend, resume, clone ...; sf_kinds lists them) or a part of it (dependents, grants ...): the answer as it is. params: query parameters; body NULL: none; the place of a clone is that of the object in the body, else of its source. Waits on the network. Errors: 22004 NULL, 22023 an action or parameter that there is not, 42704 no such object, 55000 its state forbids it, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_rest(method text, path text, body jsonb DEFAULT NULL, params jsonb DEFAULT '{}', server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_rest(text, text, jsonb, jsonb, name) IS
    'Any call of the object API: GET, POST, PUT or DELETE of a path below /api/v2/, percent-encoded; params: query parameters. All pages of a list come in one array. Waits on the network. Errors: 22004 NULL, 22023 a method, path or parameter that is none, or statements; 0A000 no such endpoint, 25006 other than GET in a read-only transaction, 42501 on a read_only server, 54000 more pages than max_requests.';

-- tasks

CREATE FUNCTION sf_task_create(name text, definition text, schedule text DEFAULT NULL, warehouse text DEFAULT NULL,
    comment text DEFAULT NULL, predecessors text[] DEFAULT NULL, condition text DEFAULT NULL, config jsonb DEFAULT NULL,
    session_parameters jsonb DEFAULT NULL, finalize text DEFAULT NULL, user_task_managed_initial_warehouse_size text DEFAULT NULL,
    target_completion_interval interval DEFAULT NULL, serverless_task_min_statement_size text DEFAULT NULL,
    serverless_task_max_statement_size text DEFAULT NULL, user_task_timeout_ms bigint DEFAULT NULL,
    suspend_task_after_num_failures int DEFAULT NULL, task_auto_retry_attempts int DEFAULT NULL, overlap_policy text DEFAULT NULL,
    allow_overlapping_execution boolean DEFAULT NULL, error_integration text DEFAULT NULL, success_integration text DEFAULT NULL,
    execute_as_user text DEFAULT NULL, tags jsonb DEFAULT NULL, resume boolean DEFAULT false, options jsonb DEFAULT '{}',
    mode text DEFAULT 'errorIfExists', database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_create(text, text, text, text, text, text[], text, jsonb, jsonb, text, text, interval, text, text, bigint, int, int, text, boolean, text, text, text, jsonb, boolean, jsonb, text, text, text, name) IS
    'Creates a task; the result is its qualified name. definition: SQL text. schedule: USING CRON ... (sf_cron), an interval from 10 seconds to 8 days, or the object of a fetch; without schedule, predecessors and finalize it runs when executed. warehouse NULL: serverless. Names fold unless quoted. config, session_parameters: objects of texts, numbers, booleans. tags: object of names and texts. resume: start it at once, else it is suspended (a NOTICE). options: further REST properties, over the named ones. mode: errorIfExists, orReplace, ifNotExists. NULL: not given. database, schema NULL: parts of a qualified name, else the server''s. Not undone by ROLLBACK. Waits on the network. Errors: 22023 bad argument (before any call), 42710 exists, 42704 a missing schema, warehouse or task, 42501 not allowed or read-only, 55000 the graph''s root is not suspended, 25006 read-only transaction.';

CREATE FUNCTION sf_task_create(name text, definition jsonb, schedule text DEFAULT NULL, warehouse text DEFAULT NULL,
    comment text DEFAULT NULL, predecessors text[] DEFAULT NULL, condition text DEFAULT NULL, config jsonb DEFAULT NULL,
    session_parameters jsonb DEFAULT NULL, finalize text DEFAULT NULL, user_task_managed_initial_warehouse_size text DEFAULT NULL,
    target_completion_interval interval DEFAULT NULL, serverless_task_min_statement_size text DEFAULT NULL,
    serverless_task_max_statement_size text DEFAULT NULL, user_task_timeout_ms bigint DEFAULT NULL,
    suspend_task_after_num_failures int DEFAULT NULL, task_auto_retry_attempts int DEFAULT NULL, overlap_policy text DEFAULT NULL,
    allow_overlapping_execution boolean DEFAULT NULL, error_integration text DEFAULT NULL, success_integration text DEFAULT NULL,
    execute_as_user text DEFAULT NULL, tags jsonb DEFAULT NULL, resume boolean DEFAULT false, options jsonb DEFAULT '{}',
    mode text DEFAULT 'errorIfExists', database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_create(text, jsonb, text, text, text, text[], text, jsonb, jsonb, text, text, interval, text, text, bigint, int, int, text, boolean, text, text, text, jsonb, boolean, jsonb, text, text, text, name) IS
    'Creates a task; the result is its qualified name. definition: an object {"procedure", "args"} or {"python", "handler", "args", "argument_types", "returns", "packages", "imports", "stage_location", "runtime_version", "use_return_value"}. schedule: USING CRON ... (sf_cron), an interval from 10 seconds to 8 days, or the object of a fetch; without schedule, predecessors and finalize it runs when executed. warehouse NULL: serverless. Names fold unless quoted. config, session_parameters: objects of texts, numbers, booleans. tags: object of names and texts. resume: start it at once, else it is suspended (a NOTICE). options: further REST properties, over the named ones. mode: errorIfExists, orReplace, ifNotExists. NULL: not given. database, schema NULL: parts of a qualified name, else the server''s. Not undone by ROLLBACK. Waits on the network. Errors: 22023 bad argument (before any call), 42710 exists, 42704 a missing schema, warehouse or task, 42501 not allowed or read-only, 55000 the graph''s root is not suspended, 25006 read-only transaction.';

CREATE FUNCTION sf_task_fetch(name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_fetch(text, text, text, name) IS
    'A task as the REST API describes it. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704 it does not exist, 22004 name NULL.';

CREATE FUNCTION sf_task_create_or_alter(task jsonb, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_create_or_alter(jsonb, text, text, name) IS
    'Makes the task what the object says, creating it if need be: keys are the arguments of sf_task_create or what sf_task_fetch shows; what is left out is reset. WARNING when the object is of a fetch and lacks properties that a fetch may not show. database, schema NULL: database_name and schema_name of the object, else the server''s. Not undone by ROLLBACK. Waits on the network. Errors: 22023 bad argument, 55000 the graph''s root is not suspended, 25006 read-only transaction, 42501.';

CREATE FUNCTION sf_task_create_or_update(task jsonb, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_task_create_or_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_create_or_update(jsonb, text, text, name) IS
    'Makes the task what the object says, creating it if need be: keys are the arguments of sf_task_create or what sf_task_fetch shows; what is left out is reset. WARNING when the object is of a fetch and lacks properties that a fetch may not show. database, schema NULL: database_name and schema_name of the object, else the server''s. Not undone by ROLLBACK. Waits on the network. Errors: 22023 bad argument, 55000 the graph''s root is not suspended, 25006 read-only transaction, 42501.';

CREATE FUNCTION sf_task_drop(name text, if_exists boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_drop(text, boolean, text, text, name) IS
    'Drops a task; tasks behind it lose their predecessor. The result is Snowflake''s message. database, schema NULL: parts of a qualified name, else the server''s. Not undone by ROLLBACK. Waits on the network. Errors: 42704 it does not exist (unless if_exists), 55000 the graph''s root is not suspended, 25006, 42501.';

CREATE FUNCTION sf_task_delete(name text, if_exists boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_task_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_delete(text, boolean, text, text, name) IS
    'Drops a task; tasks behind it lose their predecessor. The result is Snowflake''s message. database, schema NULL: parts of a qualified name, else the server''s. Not undone by ROLLBACK. Waits on the network. Errors: 42704 it does not exist (unless if_exists), 55000 the graph''s root is not suspended, 25006, 42501.';

CREATE FUNCTION sf_task_clone(source text, target text, mode text DEFAULT 'errorIfExists', database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_clone(text, text, text, text, text, name) IS
    'Copies a task''s definition into a new, suspended task; its qualified name. database, schema NULL: parts of a qualified name, else the server''s. Runs CREATE TASK ... CLONE. Waits on the network. Errors: 42704 no source, 42710 the target exists, 22023 bad mode, 25006, 42501.';

CREATE FUNCTION sf_task_execute(name text, retry_last boolean DEFAULT false, config jsonb DEFAULT NULL, await boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_execute(text, boolean, jsonb, boolean, text, text, name) IS
    'Runs a root or standalone task now; Snowflake''s message. retry_last: from the failed tasks of the last run. config: an object laid over the task''s config for this run. await: wait until the run is over; one that failed throws the first failing task''s error (needs a warehouse). The last two run EXECUTE TASK and cannot go with retry_last. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704, 55000 not a root or nothing to retry, 42501, 22023, 25006.';

CREATE FUNCTION sf_task_suspend(name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_suspend(text, text, text, name) IS
    'Suspends a task''s schedule; what runs already ends as it would; Snowflake''s message. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704, 55000 a task of a graph whose root is not suspended, 42501, 25006.';

CREATE FUNCTION sf_task_resume(name text, recursive boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_resume(text, boolean, text, text, name) IS
    'Resumes a task; recursive: all tasks that depend on it too, by SYSTEM$TASK_DEPENDENTS_ENABLE; Snowflake''s message. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704, 42501 the owner role may not execute tasks, 55000 a task of a graph whose root is not suspended, 25006.';

CREATE FUNCTION sf_task_cancel(name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_cancel(text, text, text, name) IS
    'Cancels running executions of this task, by SYSTEM$USER_TASK_CANCEL_ONGOING_EXECUTIONS; returns before they have ended. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704, 42501, 25006.';

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
    'The task itself and the tasks that depend on it, the finalizer too; recursive false: its children only. Needs a warehouse. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704, 55000 no active warehouse.';

CREATE FUNCTION sf_task_current_graphs(name text, result_limit int DEFAULT NULL, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT root_task_name text, OUT database_name text, OUT schema_name text, OUT state text, OUT first_error_task_name text,
    OUT first_error_code bigint, OUT first_error_message text, OUT scheduled_time timestamptz, OUT query_start_time timestamptz,
    OUT next_scheduled_time timestamptz, OUT completed_time timestamptz, OUT root_task_id text, OUT graph_version bigint, OUT run_id bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_task_current_graphs(text, int, text, text, name) IS
    'Runs of the graph of a root task that execute or are scheduled within 8 days. result_limit NULL: 1000. first_error_code 0: no error; run_id may be cut to 32 bits: tell runs apart by scheduled_time. Needs a warehouse. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704, 22023, 55000 no active warehouse.';

CREATE FUNCTION sf_task_complete_graphs(name text, error_only boolean DEFAULT false, result_limit int DEFAULT NULL, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT root_task_name text, OUT database_name text, OUT schema_name text, OUT state text, OUT first_error_task_name text,
    OUT first_error_code bigint, OUT first_error_message text, OUT scheduled_time timestamptz, OUT query_start_time timestamptz,
    OUT next_scheduled_time timestamptz, OUT completed_time timestamptz, OUT root_task_id text, OUT graph_version bigint, OUT run_id bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_task_complete_graphs(text, boolean, int, text, text, name) IS
    'Runs of the graph of a root task that ended within the last hour; error_only: those that failed. result_limit NULL: 1000. first_error_code 0: no error; run_id may be cut to 32 bits. Needs a warehouse. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704, 22023, 55000 no active warehouse.';

CREATE FUNCTION sf_task_history(task_name text DEFAULT NULL, root_task_id text DEFAULT NULL, scheduled_from timestamptz DEFAULT NULL,
    scheduled_to timestamptz DEFAULT NULL, error_only boolean DEFAULT false, max_rows int DEFAULT NULL, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT query_id text, OUT name text, OUT database_name text, OUT schema_name text, OUT state text, OUT return_value text, OUT error_code text,
    OUT error_message text, OUT scheduled_time timestamptz, OUT query_start_time timestamptz, OUT completed_time timestamptz,
    OUT next_scheduled_time timestamptz, OUT root_task_id text, OUT graph_version bigint, OUT run_id bigint, OUT graph_run_group_id text,
    OUT attempt_number bigint, OUT query_text text, OUT condition_text text, OUT config text) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_task_history(text, text, timestamptz, timestamptz, boolean, int, text, text, name) IS
    'Runs of tasks, the latest schedule first, from INFORMATION_SCHEMA.TASK_HISTORY: complete for its range of time, in several statements where one returns too few rows, or an error. task_name NULL: all tasks that the role sees (database, schema: only theirs). The range is within the last 7 and the next 8 days. error_only: failed and cancelled ones. max_rows: the newest. Waits on the network. Errors: 22023 a range that is not kept, 54000 too many runs within a second.';

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
    'Sets tags of a task: an object of tag names and texts; a name that is not qualified lies in the task''s schema. Snowflake''s message. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704 no such task or tag, 22023, 22004, 42501, 25006.';

CREATE FUNCTION sf_task_unset_tags(name text, tags text[], database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_task_unset_tags(text, text[], text, text, name) IS
    'Takes tags off a task. Snowflake''s message. database, schema NULL: parts of a qualified name, else the server''s. Waits on the network. Errors: 42704, 22004, 42501, 25006.';

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
-- jobs

CREATE TABLE @extschema@.sf_async_job (
    query_id uuid NOT NULL PRIMARY KEY,
    userid oid NOT NULL,
    server name NOT NULL,
    request_id uuid,
    kind text NOT NULL,
    statement text NOT NULL,
    tag text,
    submitted_at timestamptz NOT NULL,
    cancelled_at timestamptz,
    status text,
    error_code text,
    sql_state text,
    error_message text,
    rows bigint,
    partitions integer,
    created_on timestamptz
);
COMMENT ON TABLE @extschema@.sf_async_job IS
    'Jobs submitted from this database: one row each, seen by its submitter only. status and what follows are NULL until the end of the job has been seen. Written by the functions sf_async_* alone; pg_dump leaves the rows out.';
COMMENT ON COLUMN @extschema@.sf_async_job.userid IS 'The role that submitted it.';
COMMENT ON COLUMN @extschema@.sf_async_job.kind IS 'single or script (several statements, the result is the last one''s).';
COMMENT ON COLUMN @extschema@.sf_async_job.tag IS 'The user''s query tag; in Snowflake it is the member tag of the query tag.';
COMMENT ON COLUMN @extschema@.sf_async_job.cancelled_at IS 'When sf_async_cancel ended it.';
COMMENT ON COLUMN @extschema@.sf_async_job.created_on IS 'When Snowflake began it.';
ALTER TABLE @extschema@.sf_async_job ENABLE ROW LEVEL SECURITY;
ALTER TABLE @extschema@.sf_async_job FORCE ROW LEVEL SECURITY;
CREATE POLICY submitter ON @extschema@.sf_async_job FOR SELECT
    USING (userid OPERATOR(pg_catalog.=) pg_catalog.quote_ident(current_user)::pg_catalog.regrole::pg_catalog.oid);
GRANT SELECT ON @extschema@.sf_async_job TO PUBLIC;

CREATE FUNCTION sf_async_submit(statement text, params jsonb DEFAULT '[]', database text DEFAULT NULL, schema text DEFAULT NULL,
    warehouse text DEFAULT NULL, role text DEFAULT NULL, timeout interval DEFAULT NULL, query_tag text DEFAULT NULL,
    session_parameters jsonb DEFAULT NULL,
    request_id uuid DEFAULT NULL, server name DEFAULT NULL) RETURNS uuid
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_async_submit(text, jsonb, text, text, text, text, interval, text, jsonb, uuid, name) IS
    'Submits one Snowflake statement that runs by itself; returns its query id and records it in sf_async_job. Arguments as those of sf_query; request_id: the same one submits the statement once, however often it is called. Waits on the network for the handle, not for the end. ROLLBACK takes the record away, not the job. Errors: 22004 NULL statement, 22023 bad parameters, 25006 a change in a read-only transaction, 42501 read_only server, else Snowflake''s.';

CREATE FUNCTION sf_async_submit_script(statements text[], params jsonb DEFAULT '[]', database text DEFAULT NULL, schema text DEFAULT NULL,
    warehouse text DEFAULT NULL, role text DEFAULT NULL, timeout interval DEFAULT NULL, query_tag text DEFAULT NULL,
    session_parameters jsonb DEFAULT NULL,
    server name DEFAULT NULL) RETURNS uuid
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_async_submit_script(text[], jsonb, text, text, text, text, interval, text, jsonb, name) IS
    'Submits several statements as one job, run in order; its result is the last one''s. Temporary tables, variables and transactions live as long as the job. It takes no parameters (22023). Otherwise like sf_async_submit.';

CREATE FUNCTION sf_async_submit_all(statements text[], params jsonb DEFAULT '[]', database text DEFAULT NULL, schema text DEFAULT NULL,
    warehouse text DEFAULT NULL, role text DEFAULT NULL, timeout interval DEFAULT NULL, query_tag text DEFAULT NULL,
    session_parameters jsonb DEFAULT NULL,
    server name DEFAULT NULL) RETURNS uuid[]
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_async_submit_all(text[], jsonb, text, text, text, text, interval, text, jsonb, name) IS
    'Submits each statement as a job of its own, several requests in flight (fetch_parallel); the query ids in the order of the statements. When one is not taken, the error''s DETAIL names those that were and run on. params are those of each statement. Otherwise like sf_async_submit.';

CREATE FUNCTION sf_async_status(query_id uuid, detail boolean DEFAULT false, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_async_status(uuid, boolean, name) IS
    'The status of a query under the name the Snowflake connectors give it: RUNNING, SUCCESS, FAILED_WITH_ERROR, ABORTED, ABORTING, ...; with detail a running one is looked up in the account''s query history for QUEUED, BLOCKED, RESUMING_WAREHOUSE (needs a database and a warehouse). server NULL: the job''s. NULL for NULL. Waits on the network until the end of the job is known. Errors: 42501 another role''s job, 42704 unknown or older than 24 hours.';

CREATE FUNCTION sf_async_is_done(query_id uuid, server name DEFAULT NULL) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_async_is_done(uuid, name) IS
    'Whether a query runs no more, well or not. NULL for NULL. Waits on the network until the end of the job is known. Errors as sf_async_status.';

CREATE FUNCTION sf_async_is_failed(query_id uuid, server name DEFAULT NULL) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_async_is_failed(uuid, name) IS
    'Whether a query has failed or was cancelled. NULL for NULL. Waits on the network until the end of the job is known. Errors as sf_async_status.';

CREATE FUNCTION sf_async_statement(query_id uuid, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_async_statement' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_async_statement(uuid, name) IS
    'The text of a query: from sf_async_job, else from the account''s query history of the last 7 days (waits on the network); NULL when it is not there, and for NULL.';

CREATE FUNCTION sf_async_query(query_id uuid, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_async_statement' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_async_query(uuid, name) IS
    'Like sf_async_statement.';

CREATE FUNCTION sf_async_job(INOUT query_id uuid, server name DEFAULT NULL,
    OUT statement text, OUT status text, OUT is_done boolean, OUT is_failed boolean, OUT created_on timestamptz, OUT error_code text,
    OUT sql_state text, OUT error_message text, OUT rows bigint, OUT partitions integer)
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_async_job(uuid, name) IS
    'All that is known of one query. NULL for NULL. Waits on the network until the end of the job is known. Errors as sf_async_status.';

CREATE FUNCTION sf_async_poll(OUT query_id uuid, OUT status text, OUT is_done boolean, OUT is_failed boolean, OUT error_code text,
    OUT error_message text, OUT rows bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_async_poll() IS
    'The status of each recorded job of the current user; Snowflake is asked for the open ones in one batch, several requests in flight. NO_DATA: it does not know the query, or did not answer. The view sf_async_jobs shows the rest. Waits on the network.';

CREATE FUNCTION sf_async_wait(query_id uuid, timeout interval DEFAULT NULL, raise boolean DEFAULT true, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_async_wait(uuid, interval, boolean, name) IS
    'Waits until a query has ended, or for the timeout (NULL: no limit); its status then, never an error for the time. raise: a failed query''s own error is thrown. Ctrl-C ends the wait, not the query. NULL for NULL. Waits on the network. Errors as sf_async_status.';

CREATE FUNCTION sf_async_wait_any(query_ids uuid[], timeout interval DEFAULT NULL, server name DEFAULT NULL) RETURNS uuid
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_async_wait_any(uuid[], interval, name) IS
    'Waits until one of the queries has ended, well or not, and returns its id; NULL at the end of the timeout and for no queries. 22004 for a NULL id. Waits on the network.';

CREATE FUNCTION sf_async_wait_all(query_ids uuid[], timeout interval DEFAULT NULL, server name DEFAULT NULL, OUT query_id uuid, OUT status text) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 10;
COMMENT ON FUNCTION sf_async_wait_all(uuid[], interval, name) IS
    'Waits until all queries have ended or for the timeout; their statuses then, in the order given. All open ones are asked for in one batch. 22004 for a NULL id. Waits on the network.';

CREATE FUNCTION sf_async_result(query_id uuid, timeout interval DEFAULT NULL, server name DEFAULT NULL) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1000;
COMMENT ON FUNCTION sf_async_result(uuid, interval, name) IS
    'Waits for a query''s end and returns its rows, by position into the AS list. Results are kept for 24 hours; of a script it is the last statement''s. Waits on the network. Errors: 22004 NULL id, 57014 still running at the end of the timeout, 42501 another role''s job, 42704 unknown or expired, 42804 columns do not fit, else the query''s own.';

CREATE FUNCTION sf_async_result_as(row_type anyelement, query_id uuid, timeout interval DEFAULT NULL, server name DEFAULT NULL) RETURNS SETOF anyelement
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1000;
COMMENT ON FUNCTION sf_async_result_as(anyelement, uuid, interval, name) IS
    'Like sf_async_result, with columns matched by name into the type of row_type (NULL::my_table).';

CREATE FUNCTION sf_async_result_json(query_id uuid, timeout interval DEFAULT NULL, server name DEFAULT NULL) RETURNS SETOF jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1000;
COMMENT ON FUNCTION sf_async_result_json(uuid, interval, name) IS
    'Like sf_async_result, one JSON object a row.';

CREATE FUNCTION sf_async_result_partition(query_id uuid, partition integer, server name DEFAULT NULL) RETURNS SETOF jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1000;
COMMENT ON FUNCTION sf_async_result_partition(uuid, integer, name) IS
    'The rows of one partition of a result, one JSON object a row; the first is 0. Waits for the query''s end, on the network. Errors: 22023 no such partition, else as sf_async_result.';

CREATE FUNCTION sf_async_partitions(query_id uuid, server name DEFAULT NULL,
    OUT partition integer, OUT row_count bigint, OUT uncompressed_size bigint, OUT compressed_size bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 10;
COMMENT ON FUNCTION sf_async_partitions(uuid, name) IS
    'The partitions of a result, sizes in bytes. Waits for the query''s end, on the network. Errors as sf_async_result.';

CREATE FUNCTION sf_async_columns(query_id uuid, server name DEFAULT NULL,
    OUT ordinal integer, OUT name text, OUT sf_type text, OUT num_precision integer, OUT num_scale integer, OUT length bigint,
    OUT nullable boolean, OUT pg_type text) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 10;
COMMENT ON FUNCTION sf_async_columns(uuid, name) IS
    'The columns of a result with their types there and here. Waits for the query''s end, on the network. Errors as sf_async_result.';

CREATE FUNCTION sf_async_value(query_id uuid, timeout interval DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_async_value(uuid, interval, name) IS
    'The first column of the first row of a result as text; NULL when there is no row, and for NULL. Waits for the query''s end, on the network. Errors as sf_async_result.';

CREATE FUNCTION sf_async_dml(query_id uuid, timeout interval DEFAULT NULL, server name DEFAULT NULL,
    OUT rows_inserted bigint, OUT rows_updated bigint, OUT rows_deleted bigint, OUT multi_joined_rows_updated bigint)
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_async_dml(uuid, interval, name) IS
    'How many rows a DML query has changed; NULL where it does not say. Waits for the query''s end, on the network. Errors as sf_async_result.';

CREATE FUNCTION sf_async_cancel(query_id uuid, server name DEFAULT NULL) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_async_cancel(uuid, name) IS
    'Cancels a query: true, or false when it had ended. NULL for NULL. Waits on the network, not for the end. Errors: 25006 read-only transaction, 42501 another role''s job or read_only server, 42704 unknown.';

CREATE FUNCTION sf_async_cancel(query_ids uuid[], server name DEFAULT NULL, OUT query_id uuid, OUT cancelled boolean, OUT message text) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'sf_async_cancel_several' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 10;
COMMENT ON FUNCTION sf_async_cancel(uuid[], name) IS
    'Cancels several queries, several requests in flight; what became of each. 22004 for a NULL id. Waits on the network.';

CREATE FUNCTION sf_async_cancel(query_id text, server name DEFAULT NULL) RETURNS boolean
    LANGUAGE SQL VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT @extschema@.sf_async_cancel(query_id::pg_catalog.uuid, server);
END;
COMMENT ON FUNCTION sf_async_cancel(text, name) IS
    'Like sf_async_cancel(uuid, name): what a literal without a type finds.';

CREATE FUNCTION sf_async_to_foreign_table(query_id uuid, table_name text, server name DEFAULT NULL) RETURNS regclass
    AS 'MODULE_PATHNAME', 'sf_async_to_foreign_table' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_async_to_foreign_table(uuid, text, name) IS
    'Makes a foreign table over a result, for as long as Snowflake keeps it (24 hours). table_name may be qualified. Waits for the query''s end, on the network. Errors: 25006 read-only transaction, 42701 equal column names, 42P07 the table exists, else as sf_async_result.';

CREATE FUNCTION sf_async_to_table(query_id uuid, table_name text, server name DEFAULT NULL) RETURNS regclass
    AS 'MODULE_PATHNAME', 'sf_async_to_foreign_table' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_async_to_table(uuid, text, name) IS
    'Like sf_async_to_foreign_table.';

CREATE FUNCTION sf_async_recover(since interval DEFAULT '7 days', server name DEFAULT NULL,
    OUT query_id uuid, OUT statement text, OUT tag text, OUT submitted_at timestamptz) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 10;
COMMENT ON FUNCTION sf_async_recover(interval, name) IS
    'Records again the jobs of this user and database that the account''s query history shows (newest 10000 queries, at most 7 days) and sf_async_job does not, as after a ROLLBACK; returns those. Needs a database on the server. Waits on the network.';

CREATE FUNCTION sf_async_prune(server name DEFAULT NULL) RETURNS integer
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_async_prune(name) IS
    'Forgets the current user''s jobs, of one server or of all (NULL), whose result is gone: unknown to Snowflake, or submitted more than 24 hours ago and ended; returns how many. Waits on the network for jobs whose end is not known. 42704 for a name that is no server and has no jobs.';

CREATE FUNCTION sf_async_notify(query_ids uuid[], channel text, server name DEFAULT NULL) RETURNS integer
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_async_notify(uuid[], text, name) IS
    'Waits until all queries have ended and notifies the channel of each with {"query_id", "status"}, at COMMIT; returns how many. 22004 for a NULL id. Waits on the network.';

CREATE VIEW @extschema@.sf_async_jobs WITH (security_invoker = true) AS
    SELECT j.query_id, j.server, pg_catalog.pg_get_userbyid(j.userid) AS user_name, j.kind, j.statement, j.tag, j.submitted_at, j.cancelled_at,
        s.status, s.is_done, s.is_failed, s.error_code, s.error_message, s.rows
    FROM @extschema@.sf_async_job j LEFT JOIN @extschema@.sf_async_poll() s ON j.query_id OPERATOR(pg_catalog.=) s.query_id;
COMMENT ON VIEW sf_async_jobs IS
    'The current user''s jobs with their live status. Waits on the network: the open ones are asked for in one batch.';
GRANT SELECT ON @extschema@.sf_async_jobs TO PUBLIC;

-- task graphs

CREATE FUNCTION sf_dag(name text, schedule text DEFAULT NULL, warehouse text DEFAULT NULL, comment text DEFAULT NULL,
    config jsonb DEFAULT NULL, session_parameters jsonb DEFAULT NULL, error_integration text DEFAULT NULL,
    success_integration text DEFAULT NULL, task_auto_retry_attempts integer DEFAULT NULL, overlap_policy text DEFAULT NULL,
    allow_overlapping_execution boolean DEFAULT NULL, user_task_timeout_ms bigint DEFAULT NULL,
    suspend_task_after_num_failures integer DEFAULT NULL, stage_location text DEFAULT NULL, imports text[] DEFAULT NULL,
    packages text[] DEFAULT NULL, use_func_return_value boolean DEFAULT NULL, condition text DEFAULT NULL,
    execute_as_user text DEFAULT NULL, options jsonb DEFAULT '{}') RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_dag(text, text, text, text, jsonb, jsonb, text, text, integer, text, boolean, bigint, integer, text, text[], text[], boolean, text, text, jsonb) IS
    'A task graph without tasks, for sf_dag_task and sf_dag_deploy. name: may be qualified. schedule: sf_cron, sf_every or a text such as ''10 minutes''. warehouse: of all tasks; NULL: serverless. stage_location, imports, packages, use_func_return_value fill the gaps of Python definitions. user_task_timeout_ms: milliseconds. options: further properties of task.yaml, and "suspended": true for a graph that is not to be started. NULL: not given. No network. Errors: 22004 no name, 22023 an unknown key.';

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

CREATE FUNCTION sf_dag_cancel(name text,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_cancel(text, text, text, name) IS
    'Cancels what runs of the graph''s tasks at this moment; returns Snowflake''s answers, a line a task. Snowflake cancels in the background. Waits on the network. Errors: 42704 no such graph, 42501.';

CREATE FUNCTION sf_dag_cancel(dag jsonb,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_cancel(jsonb, text, text, name) IS
    'Like sf_dag_cancel with a name, for a graph as sf_dag_deploy takes it.';

CREATE FUNCTION sf_dag_suspend(name text,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_suspend(text, text, text, name) IS
    'Suspends the root task: no further runs, the present one ends. Returns Snowflake''s answer. Waits on the network. Errors: 42704 no such graph, 42501.';

CREATE FUNCTION sf_dag_suspend(dag jsonb,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_suspend(jsonb, text, text, name) IS
    'Like sf_dag_suspend with a name, for a graph as sf_dag_deploy takes it.';

CREATE FUNCTION sf_dag_resume(name text,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_resume(text, text, text, name) IS
    'Resumes all tasks of the graph, the root task last. Returns Snowflake''s answer. Waits on the network. Errors: 42704 no such graph, 42501.';

CREATE FUNCTION sf_dag_resume(dag jsonb,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_resume(jsonb, text, text, name) IS
    'Like sf_dag_resume with a name, for a graph as sf_dag_deploy takes it.';

CREATE FUNCTION sf_dag_drop(name text, drop_finalizer boolean DEFAULT true, if_exists boolean DEFAULT true,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS integer
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_drop(text, boolean, boolean, text, text, name) IS
    'Drops all tasks of a graph, children first; returns how many. drop_finalizer false: it stays. if_exists: 0 for a graph that does not exist, else 42704. Waits on the network. Errors: 42501, with what was done as CONTEXT.';

CREATE FUNCTION sf_dag_drop(dag jsonb, drop_finalizer boolean DEFAULT true, if_exists boolean DEFAULT true,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS integer
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

CREATE FUNCTION sf_dag_delete(name text, drop_finalizer boolean DEFAULT true, if_exists boolean DEFAULT true,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS integer
    AS 'MODULE_PATHNAME', 'sf_dag_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_delete(text, boolean, boolean, text, text, name) IS
    'The older name of sf_dag_drop.';

CREATE FUNCTION sf_dag_delete(dag jsonb, drop_finalizer boolean DEFAULT true, if_exists boolean DEFAULT true,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS integer
    AS 'MODULE_PATHNAME', 'sf_dag_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dag_delete(jsonb, boolean, boolean, text, text, name) IS
    'The older name of sf_dag_drop.';

CREATE FUNCTION sf_dags("like" text DEFAULT NULL, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS SETOF text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_dags(text, text, text, name) IS
    'Names of the schema''s root tasks, exact; standalone tasks are among them. like: pattern without regard to case. Waits on the network. Errors: 42704 no such schema.';

CREATE FUNCTION sf_dag_render(dag jsonb, format text DEFAULT 'text', states jsonb DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sf_dag_render(jsonb, text, jsonb) IS
    'A drawing of a graph. format: text, mermaid, dot (Graphviz) or svg. states: an object of tasks'' full names and states, to colour them. NULL for NULL. No network. Errors: 22023 a format that is none, or everything that is wrong with the graph.';

CREATE FUNCTION sf_dag_render(name text, format text DEFAULT 'text', run_id bigint DEFAULT NULL, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    LANGUAGE SQL VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT @extschema@.sf_dag_render(d.dag, format,
        CASE WHEN run_id IS NOT NULL THEN (SELECT pg_catalog.jsonb_object_agg(h.name, h.state ORDER BY h.attempt_number)
            FROM @extschema@.sf_task_history(NULL::pg_catalog.text, NULL::pg_catalog.text, pg_catalog.to_timestamp((sf_dag_render.run_id OPERATOR(pg_catalog./) 1000
                OPERATOR(pg_catalog.-) 1)::pg_catalog.float8), NULL::pg_catalog.timestamptz, false, NULL::integer, NULL::pg_catalog.text, NULL::pg_catalog.text, sf_dag_render.server) h
            WHERE h.run_id OPERATOR(pg_catalog.=) sf_dag_render.run_id
                AND h.root_task_id OPERATOR(pg_catalog.=) (SELECT @extschema@.sf_task_fetch(coalesce(
                    CASE WHEN (d.dag OPERATOR(pg_catalog.->>) 'name') OPERATOR(pg_catalog.~) '^("([^"]|"")*"|[^".]*)$'
                        THEN (d.dag OPERATOR(pg_catalog.->>) 'database_name') OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||) (d.dag OPERATOR(pg_catalog.->>) 'schema_name')
                            OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||) (d.dag OPERATOR(pg_catalog.->>) 'name') END,
                    d.dag OPERATOR(pg_catalog.->>) 'name'), sf_dag_render.database, sf_dag_render.schema, sf_dag_render.server) OPERATOR(pg_catalog.->>) 'id')) END)
    FROM (SELECT CASE WHEN sf_dag_render.name OPERATOR(pg_catalog.~) '^\s*[{]' THEN sf_dag_render.name::pg_catalog.jsonb
        ELSE @extschema@.sf_dag_fetch(sf_dag_render.name, database, schema, server) END AS dag) AS d;
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
    'A chart of when tasks ran. tasks: an array of objects with name, state, start and end, in seconds since 1970 (NULL: not begun, not ended). format: text, mermaid or svg. NULL for NULL. No network. Errors: 22023 a format that is none, or tasks that are none.';

CREATE FUNCTION sf_dag_gantt(name text, run_id bigint DEFAULT NULL, format text DEFAULT 'text', database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    LANGUAGE SQL VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT CASE WHEN sf_dag_gantt.name OPERATOR(pg_catalog.~) '^\s*[[]'
        THEN @extschema@.sf_dag_gantt(sf_dag_gantt.name::pg_catalog.jsonb, format) ELSE (
        WITH root AS MATERIALIZED (SELECT @extschema@.sf_task_fetch(sf_dag_gantt.name, database, schema, server) OPERATOR(pg_catalog.->>) 'id' AS id),
        run AS MATERIALIZED (SELECT root.id AS root_id, coalesce(sf_dag_gantt.run_id,
            (SELECT n.run_id FROM (SELECT c.run_id FROM @extschema@.sf_dag_current_runs(sf_dag_gantt.name, database, schema, server) c
                    WHERE c.state OPERATOR(pg_catalog.=) 'EXECUTING'
                UNION ALL SELECT c.run_id FROM @extschema@.sf_dag_complete_runs(sf_dag_gantt.name, false, database, schema, server) c) AS n
                ORDER BY n.run_id DESC LIMIT 1)) AS run_id FROM root)
        SELECT @extschema@.sf_dag_gantt((SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('name', h.name, 'state', h.state,
                'start', extract(epoch FROM h.query_start_time), 'end', extract(epoch FROM h.completed_time)) ORDER BY h.query_start_time, h.name)
            FROM @extschema@.sf_task_history(NULL::pg_catalog.text, NULL::pg_catalog.text, pg_catalog.to_timestamp((run.run_id OPERATOR(pg_catalog./) 1000
                OPERATOR(pg_catalog.-) 1)::pg_catalog.float8), NULL::pg_catalog.timestamptz, false, NULL::integer, NULL::pg_catalog.text, NULL::pg_catalog.text, sf_dag_gantt.server) h
            WHERE h.run_id OPERATOR(pg_catalog.=) run.run_id AND h.root_task_id OPERATOR(pg_catalog.=) run.root_id), format)
        FROM run WHERE run.run_id IS NOT NULL) END;
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

CREATE FUNCTION sf_task_return_value(task text, run_group text DEFAULT NULL, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    LANGUAGE SQL VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT h.return_value FROM @extschema@.sf_task_history(task, NULL::pg_catalog.text, NULL::pg_catalog.timestamptz, NULL::pg_catalog.timestamptz, false, NULL::integer,
        sf_task_return_value.database, sf_task_return_value.schema, sf_task_return_value.server) h
    WHERE task IS NOT NULL AND h.state OPERATOR(pg_catalog.=) 'SUCCEEDED' AND (run_group IS NULL OR h.graph_run_group_id OPERATOR(pg_catalog.=) run_group)
    ORDER BY h.completed_time DESC LIMIT 1;
END;
COMMENT ON FUNCTION sf_task_return_value(text, text, text, text, name) IS
    'What a task returned in its last run that succeeded, within the last 7 days; NULL when there is none, and for NULL. run_group: in the runs of this GRAPH_RUN_GROUP_ID. Waits on the network.';

CREATE FUNCTION sf_dag_last_success(name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL,
    OUT run_group_id text, OUT original_schedule timestamptz)
    LANGUAGE SQL VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT h.graph_run_group_id, pg_catalog.to_timestamp((r.run_id OPERATOR(pg_catalog./) 1000.0)::pg_catalog.float8)
    FROM (SELECT c.run_id FROM @extschema@.sf_dag_complete_runs(sf_dag_last_success.name, false, sf_dag_last_success.database,
            sf_dag_last_success.schema, sf_dag_last_success.server) c
        WHERE c.state OPERATOR(pg_catalog.=) 'SUCCEEDED' ORDER BY c.completed_time DESC LIMIT 1) AS r
    LEFT JOIN LATERAL (SELECT t.graph_run_group_id
        FROM @extschema@.sf_task_history(sf_dag_last_success.name, NULL::pg_catalog.text, pg_catalog.to_timestamp((r.run_id OPERATOR(pg_catalog./) 1000
            OPERATOR(pg_catalog.-) 1)::pg_catalog.float8), NULL::pg_catalog.timestamptz, false, NULL::integer, sf_dag_last_success.database, sf_dag_last_success.schema,
            sf_dag_last_success.server) t
        WHERE t.run_id OPERATOR(pg_catalog.=) r.run_id ORDER BY t.attempt_number DESC LIMIT 1) AS h ON true;
END;
COMMENT ON FUNCTION sf_dag_last_success(text, text, text, name) IS
    'The last run of a graph that succeeded within the last 60 minutes: its group id and first scheduled start; NULLs when there is none. Needs a warehouse. Waits on the network. Errors: 42704 no such graph, 55000 no warehouse.';

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

-- data tables

CREATE FUNCTION sf_import_diff(local_schema name, OUT statement text, OUT reason text, OUT table_name text, OUT change text) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 10;
COMMENT ON FUNCTION sf_import_diff(name) IS
    'What has changed in Snowflake since the foreign tables of a local schema were imported: statements that bring them up to date, none of which is run, with the reason, the table and the kind of change (table gone, column gone, type, not null, collation, key, comment, column new, table new). NULL: no rows. Waits on the network. Errors: 3F000 no such schema, 42501 no USAGE on a server, 42704 a schema that Snowflake does not have or show, 22023 no place of a table.';

CREATE FUNCTION sf_refresh(table_name regclass) RETURNS integer
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_refresh(regclass) IS
    'Brings one foreign table up to date: runs what sf_import_diff lists for it, as the caller, who must own it; a NOTICE shows each statement. Returns how many there were; all or none take effect. NULL for NULL. Waits on the network. Errors: 42501 not the owner, 42809 not over a Snowflake table, 42P01 Snowflake shows no such table, 25006 read-only transaction, 2BP01 and 0A000 where a view uses what would change.';

CREATE FUNCTION sf_apply_comments(local_schema name) RETURNS integer
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_apply_comments(name) IS
    'Makes the comments that imports have recorded (option remote_comment) the comments of the foreign tables of a local schema and their columns, as the caller, who must own them. Returns how many were set; those that are the same already are not. NULL for NULL. No network. Errors: 3F000 no such schema, 42501 not the owner, 25006 read-only transaction.';

-- levels, for GRANT scripts

CREATE FUNCTION sf_functions(OUT name text, OUT arguments text, OUT level text) RETURNS SETOF record
    LANGUAGE SQL STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT p.proname::pg_catalog.text, pg_catalog.pg_get_function_identity_arguments(p.oid),
        CASE WHEN p.provolatile OPERATOR(pg_catalog.=) 'i' THEN 'build' ELSE l.level END -- an overload may be a builder where the other reads
    FROM (VALUES
        ('sf_ping', 'read'), ('sf_version', 'read'), ('sf_connections', 'read'), ('sf_disconnect', 'operate'),
        ('sf_functions', 'build'), ('sf_quote_ident', 'build'), ('sf_quote_literal', 'build'), ('sf_analyze', 'read'),
        ('sf_query', 'sql'), ('sf_query_as', 'sql'), ('sf_query_json', 'sql'), ('sf_execute', 'sql'), ('sf_describe', 'sql'),
        ('sf_kinds', 'build'), ('sf_list', 'read'), ('sf_fetch', 'read'), ('sf_create', 'change'), ('sf_create_or_alter', 'change'), ('sf_alter', 'change'),
        ('sf_drop', 'change'), ('sf_undrop', 'change'), ('sf_action', 'change'), ('sf_rest', 'change'),
        ('sf_task_create', 'change'), ('sf_task_fetch', 'read'), ('sf_task_create_or_alter', 'change'),
        ('sf_task_create_or_update', 'change'), ('sf_task_drop', 'change'), ('sf_task_delete', 'change'),
        ('sf_task_clone', 'change'), ('sf_task_alter', 'change'), ('sf_task_execute', 'operate'), ('sf_task_suspend', 'operate'),
        ('sf_task_resume', 'operate'), ('sf_task_cancel', 'operate'), ('sf_tasks', 'read'), ('sf_task_dependents', 'read'),
        ('sf_task_current_graphs', 'read'), ('sf_task_complete_graphs', 'read'), ('sf_task_history', 'read'),
        ('sf_task_set_tags', 'change'), ('sf_task_unset_tags', 'change'), ('sf_task_get_tags', 'read'), ('sf_cron', 'build'),
        ('sf_every', 'build'), ('sf_procedure_call', 'build'), ('sf_python_procedure', 'build'),
        ('sf_dag', 'build'), ('sf_dag_task', 'build'), ('sf_dag_branch', 'build'), ('sf_dag_link', 'build'), ('sf_dag_validate', 'build'),
        ('sf_dag_tasks', 'build'), ('sf_dag_plan', 'read'), ('sf_dag_deploy', 'change'), ('sf_dag_run', 'operate'), ('sf_dag_wait', 'read'),
        ('sf_dag_cancel', 'operate'), ('sf_dag_suspend', 'operate'), ('sf_dag_resume', 'operate'), ('sf_dag_drop', 'change'),
        ('sf_dag_delete', 'change'), ('sf_dag_fetch', 'read'), ('sf_dags', 'read'), ('sf_dag_current_runs', 'read'),
        ('sf_dag_complete_runs', 'read'),
        ('sf_async_submit', 'sql'), ('sf_async_submit_script', 'sql'), ('sf_async_submit_all', 'sql'), ('sf_async_status', 'read'),
        ('sf_async_is_done', 'read'), ('sf_async_is_failed', 'read'), ('sf_async_statement', 'read'), ('sf_async_query', 'read'),
        ('sf_async_job', 'read'), ('sf_async_poll', 'read'), ('sf_async_wait', 'read'), ('sf_async_wait_any', 'read'),
        ('sf_async_wait_all', 'read'), ('sf_async_result', 'read'), ('sf_async_result_as', 'read'), ('sf_async_result_json', 'read'),
        ('sf_async_result_partition', 'read'), ('sf_async_partitions', 'read'), ('sf_async_columns', 'read'), ('sf_async_value', 'read'),
        ('sf_async_dml', 'read'), ('sf_async_cancel', 'operate'), ('sf_async_to_foreign_table', 'read'), ('sf_async_to_table', 'read'),
        ('sf_async_recover', 'operate'), ('sf_async_prune', 'operate'), ('sf_async_notify', 'operate'),
        ('sf_dag_render', 'read'), ('sf_dag_gantt', 'read'), ('sf_dag_config', 'read'), ('sf_task_return_value', 'read'), ('sf_dag_last_success', 'read'),
        ('sf_ctx_set_return_value', 'build'), ('sf_ctx_set_return_value_expr', 'build'), ('sf_ctx_predecessor_return_value', 'build'),
        ('sf_ctx_current_task_name', 'build'), ('sf_ctx_current_task_short_name', 'build'), ('sf_ctx_task_graph_config', 'build'),
        ('sf_ctx_runtime_info', 'build'), ('sf_ctx_current_root_task_name', 'build'), ('sf_ctx_current_root_task_uuid', 'build'),
        ('sf_ctx_run_group_id', 'build'), ('sf_ctx_last_successful_run_group_id', 'build'), ('sf_ctx_original_schedule', 'build'),
        ('sf_ctx_last_successful_schedule', 'build'),
        ('sf_import_diff', 'read'), ('sf_refresh', 'read'), ('sf_apply_comments', 'read')
    ) AS l(name, level)
    JOIN pg_catalog.pg_proc p ON p.proname OPERATOR(pg_catalog.=) l.name
    JOIN pg_catalog.pg_depend d ON d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid
        AND d.objid OPERATOR(pg_catalog.=) p.oid AND d.deptype OPERATOR(pg_catalog.=) 'e'
    JOIN pg_catalog.pg_extension e ON d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass::pg_catalog.oid
        AND d.refobjid OPERATOR(pg_catalog.=) e.oid
    WHERE e.extname OPERATOR(pg_catalog.=) 'snowflake_fdw'
    ORDER BY 1, 2;
END;
COMMENT ON FUNCTION sf_functions() IS
    'Every function of the extension with its level: build (pure), read, operate (starts and stops), change (the account), sql (runs SQL text). For GRANT scripts.';

-- PUBLIC keeps the builders (immutable) and what reads one thing with the caller's own mapping (sf_async_poll for the view sf_async_jobs); a new function
-- is not for PUBLIC until it is named here
DO $$
DECLARE
    f pg_catalog.regprocedure;
BEGIN
    FOR f IN
        SELECT p.oid FROM (SELECT DISTINCT name FROM @extschema@.sf_functions()
            WHERE level OPERATOR(pg_catalog.<>) 'build'
                AND name OPERATOR(pg_catalog.<>) ALL (ARRAY['sf_ping', 'sf_list', 'sf_async_status', 'sf_async_poll'])
                AND name OPERATOR(pg_catalog.!~) '_fetch$|^sf_async_result') AS n
        JOIN pg_catalog.pg_proc p ON p.proname OPERATOR(pg_catalog.=) n.name
            AND p.pronamespace OPERATOR(pg_catalog.=) '@extschema@'::pg_catalog.regnamespace::pg_catalog.oid AND p.provolatile OPERATOR(pg_catalog.<>) 'i'
    LOOP
        EXECUTE pg_catalog.format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END $$;

