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
