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
