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
