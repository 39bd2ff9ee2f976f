\echo Use "CREATE EXTENSION snowflake_fdw" to load this file. \quit

CREATE FUNCTION snowflake_fdw_handler() RETURNS fdw_handler
    AS 'MODULE_PATHNAME' LANGUAGE C STRICT;
COMMENT ON FUNCTION snowflake_fdw_handler() IS 'Handler of the foreign-data wrapper snowflake_fdw.';

CREATE FUNCTION snowflake_fdw_validator(text[], oid) RETURNS void
    AS 'MODULE_PATHNAME' LANGUAGE C STRICT;
COMMENT ON FUNCTION snowflake_fdw_validator(text[], oid) IS
    'Checks the options of servers, user mappings, foreign tables and columns. Errors: HV00D unknown option, 22023 bad value, 42501 not yours to set.';

CREATE FOREIGN DATA WRAPPER snowflake_fdw HANDLER snowflake_fdw_handler VALIDATOR snowflake_fdw_validator;
COMMENT ON FOREIGN DATA WRAPPER snowflake_fdw IS 'Snowflake accounts through their REST API';

-- connection and help

CREATE FUNCTION sf_ping(server name DEFAULT NULL,
    OUT account text, OUT user_name text, OUT role text, OUT warehouse text, OUT database_name text, OUT schema_name text,
    OUT version text, OUT round_trip interval)
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_ping(name) IS
    'One round trip to the account: who and where a statement of this user runs as. server NULL: snowflake_fdw.default_server, else the only server. Waits on the network. Errors: 28000 authentication, 08001 unreachable, 42501 no USAGE on the server.';

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
    'Like sf_query, with columns matched by name into the type of row_type (NULL::my_table); a column that the result lacks is NULL. A type that is no row takes the first column. Waits on the network.';

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
    'One object as it is answered; the name may be qualified, a function''s has its argument types. database and schema NULL: parts of the name, else the server''s. Waits on the network. Errors: 22004 no kind or name, 42704 it does not exist or is not visible, 42602 not a name, 0A000 elements such as columns.';

CREATE FUNCTION sf_create(kind text, properties jsonb, mode text DEFAULT 'errorIfExists', database text DEFAULT NULL, schema text DEFAULT NULL,
    server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_create(text, jsonb, text, text, text, name) IS
    'Creates an object of its REST properties, of which "name" is needed; returns its qualified name. mode: errorIfExists, orReplace, ifNotExists (NULL: the first). Read-only properties are left out. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 22023 bad mode or no name, 42710 it exists, 0A000 the kind has no such verb or mode, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_create_or_alter(kind text, properties jsonb, database text DEFAULT NULL, schema text DEFAULT NULL,
    server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_create_or_alter(text, jsonb, text, text, name) IS
    'Makes an object what its full definition says: a property that is left out goes back to its default. Returns the qualified name. Of a table, a definition without columns or without some of its columns is refused (22023). Waits on the network. Errors: as of sf_create.';

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
    'An action of an object (suspend, resume, clone ...; sf_kinds lists them) or a part of it (dependents, grants ...): the answer as it is. params: query parameters; body NULL: none. Waits on the network. Errors: 22004 NULL, 22023 an action or parameter that there is not, 42704 no such object, 55000 its state forbids it, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_rest(method text, path text, body jsonb DEFAULT NULL, params jsonb DEFAULT '{}', server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_rest(text, text, jsonb, jsonb, name) IS
    'Any call of the object API: GET, POST, PUT or DELETE of a path below /api/v2/, percent-encoded; params: query parameters. All pages of a list come in one array. Waits on the network. Errors: 22004 NULL, 22023 a method, path or parameter that is none, or statements; 0A000 no such endpoint, 25006 other than GET in a read-only transaction, 42501 on a read_only server, 54000 more pages than max_requests.';

-- levels, for GRANT scripts

CREATE FUNCTION sf_functions(OUT name text, OUT arguments text, OUT level text) RETURNS SETOF record
    LANGUAGE SQL STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT p.proname::text, pg_catalog.pg_get_function_identity_arguments(p.oid), l.level
    FROM (VALUES
        ('sf_ping', 'read'), ('sf_version', 'read'), ('sf_connections', 'read'), ('sf_disconnect', 'operate'),
        ('sf_functions', 'build'), ('sf_quote_ident', 'build'), ('sf_quote_literal', 'build'),
        ('sf_query', 'sql'), ('sf_query_as', 'sql'), ('sf_query_json', 'sql'), ('sf_execute', 'sql'), ('sf_describe', 'sql'),
        ('sf_kinds', 'build'), ('sf_list', 'read'), ('sf_fetch', 'read'), ('sf_create', 'change'), ('sf_create_or_alter', 'change'),
        ('sf_drop', 'change'), ('sf_undrop', 'change'), ('sf_action', 'change'), ('sf_rest', 'change')
    ) AS l(name, level)
    JOIN pg_catalog.pg_proc p ON p.proname = l.name
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_catalog.pg_extension e ON d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.refobjid = e.oid
    WHERE e.extname = 'snowflake_fdw'
    ORDER BY 1, 2;
END;
COMMENT ON FUNCTION sf_functions() IS
    'Every function of the extension with its level: build (pure), read, operate (starts and stops), change (the account), sql (runs SQL text). For GRANT scripts.';

REVOKE ALL ON FUNCTION sf_version() FROM PUBLIC;
REVOKE ALL ON FUNCTION sf_connections() FROM PUBLIC;
REVOKE ALL ON FUNCTION sf_disconnect(name) FROM PUBLIC;
REVOKE ALL ON FUNCTION sf_query(text, jsonb, text, text, text, text, interval, text, jsonb, name) FROM PUBLIC;
REVOKE ALL ON FUNCTION sf_query_as(anyelement, text, jsonb, text, text, text, text, interval, text, jsonb, name) FROM PUBLIC;
REVOKE ALL ON FUNCTION sf_query_json(text, jsonb, text, text, text, text, interval, text, jsonb, name) FROM PUBLIC;
REVOKE ALL ON FUNCTION sf_execute(text, jsonb, text, text, text, text, interval, text, jsonb, name) FROM PUBLIC;
REVOKE ALL ON FUNCTION sf_describe(text, name) FROM PUBLIC;
REVOKE ALL ON FUNCTION sf_create(text, jsonb, text, text, text, name) FROM PUBLIC;
REVOKE ALL ON FUNCTION sf_create_or_alter(text, jsonb, text, text, name) FROM PUBLIC;
REVOKE ALL ON FUNCTION sf_drop(text, text, boolean, text, text, name) FROM PUBLIC;
REVOKE ALL ON FUNCTION sf_undrop(text, text, text, text, name) FROM PUBLIC;
REVOKE ALL ON FUNCTION sf_action(text, text, text, jsonb, jsonb, text, text, name) FROM PUBLIC;
REVOKE ALL ON FUNCTION sf_rest(text, text, jsonb, jsonb, name) FROM PUBLIC;
