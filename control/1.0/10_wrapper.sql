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
