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
