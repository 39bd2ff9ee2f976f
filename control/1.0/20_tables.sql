-- foreign tables

CREATE FUNCTION sf_analyze(
    schema regnamespace, max_parallel integer DEFAULT 4,
    OUT relation regclass, OUT rows double precision, OUT sampled integer, OUT error text) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_analyze(regnamespace, integer) IS
    'ANALYZE of the data tables in a schema that the caller may analyze: Snowflake takes the samples of max_parallel tables (1 to 64) at a time, with the mapping of each table''s owner. A row for each: how many rows it has, how many were sampled, or the error, which does not keep the others. Waits on the network.';
