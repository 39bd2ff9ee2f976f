-- tables, stages, services, pools: what is more than an object's properties

CREATE FUNCTION sf_column(name text, datatype text, nullable boolean DEFAULT true, "default" text DEFAULT NULL, comment text DEFAULT NULL,
    constraints jsonb DEFAULT NULL) RETURNS jsonb
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('name', name, 'datatype', datatype, 'nullable', nullable, 'default', "default",
        'comment', comment, 'constraints', constraints));
COMMENT ON FUNCTION sf_column(text, text, boolean, text, text, jsonb) IS
    'A column for the argument columns of sf_table_create, an array of them. default: an expression of Snowflake''s SQL; constraints: an array of constraints. NULL: not given. No network.';

CREATE FUNCTION sf_primary_key(columns text[], name text DEFAULT NULL) RETURNS jsonb
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('constraint_type', 'PRIMARY KEY', 'column_names', columns, 'name', name));
COMMENT ON FUNCTION sf_primary_key(text[], text) IS
    'A primary key for the property constraints of a table, an array. name NULL: Snowflake makes one up. No network.';

CREATE FUNCTION sf_table_add_column(table_name text, name text, datatype text, nullable boolean DEFAULT true, primary_key boolean DEFAULT false,
    comment text DEFAULT NULL, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_table_add_column(text, text, text, boolean, boolean, text, text, text, name) IS
    'Adds a column to a table by ALTER TABLE; returns the table''s qualified name. datatype: a type of Snowflake''s. database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 not a type, 42701 or 42710 the column exists, 42704 no such table, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_stage_files(name text, pattern text DEFAULT NULL, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL)
    RETURNS TABLE (name text, size bigint, md5 text, last_modified text)
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_stage_files(text, text, text, text, name) IS
    'The files of a stage; size in bytes, last_modified as Snowflake spells it. pattern: a regular expression for the whole name (NULL: all). database and schema NULL: the name''s parts, else the server''s. Waits on the network. Errors: 22004 no name, 42602 not a name, 42704 no such stage.';

CREATE FUNCTION sf_stage_presigned_url(name text, path text, expires interval DEFAULT NULL, database text DEFAULT NULL, schema text DEFAULT NULL,
    server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_stage_presigned_url(text, text, interval, text, text, name) IS
    'An address under which anybody can read a file of a stage for some time. path: in the stage; whether the file is there is not looked at. expires NULL: Snowflake''s hour. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 not a path or a time under a second, 42704 no such stage.';

CREATE FUNCTION sf_image_repository_url(name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_image_repository_url(text, text, text, name) IS
    'Where images of a repository are pushed to and named after. Waits on the network. Errors: 22004 no name, 42602 not a name, 42704 no such repository.';

CREATE FUNCTION sf_image_repository_images(name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL)
    RETURNS TABLE (image_name text, tags text, digest text, image_path text, created_on timestamptz)
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 20;
COMMENT ON FUNCTION sf_image_repository_images(text, text, text, name) IS
    'The images of a repository. Waits on the network. Errors: 22004 no name, 42602 not a name, 42704 no such repository.';

CREATE FUNCTION sf_service_spec_inline(spec_text text) RETURNS jsonb
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN pg_catalog.jsonb_build_object('spec_type', 'from_inline', 'spec_text', spec_text);
COMMENT ON FUNCTION sf_service_spec_inline(text) IS
    'The argument spec of sf_service_create for a specification in YAML. No network.';

CREATE FUNCTION sf_service_spec_file(stage text, spec_file text) RETURNS jsonb
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN pg_catalog.jsonb_build_object('spec_type', 'from_file', 'stage', pg_catalog.ltrim(stage, '@'), 'spec_file', spec_file);
COMMENT ON FUNCTION sf_service_spec_file(text, text) IS
    'The argument spec of sf_service_create for a specification that is a file of a stage. stage: with or without @. No network.';

CREATE FUNCTION sf_service_status(name text, timeout integer DEFAULT 0, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL)
    RETURNS jsonb
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_service_status(text, integer, text, text, name) IS
    'What the containers of a service do: an array with status, message, containerName, instanceId and more of each. timeout: seconds that Snowflake waits for a steady state first, 0 to 40 (NULL: 0). Waits on the network. Errors: 22004 no name, 42602 not a name, 22023 another timeout, 42704 no such service.';

CREATE FUNCTION sf_service_logs(name text, instance_id integer DEFAULT 0, container_name text DEFAULT NULL, num_lines integer DEFAULT NULL,
    database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_service_logs(text, integer, text, integer, text, text, name) IS
    'The last lines that a container of a service has written. instance_id NULL: 0; container_name NULL: its only container; num_lines NULL: as many as Snowflake likes. Waits on the network. Errors: 22004 no name, 42602 not a name, 22023 several containers or no number of lines, 42704 no such service, instance or container.';

CREATE FUNCTION sf_service_containers(name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL)
    RETURNS TABLE (instance_id text, container_name text, status text, message text, image_name text, image_digest text, restart_count bigint,
        start_time text, instance_status text, service_status text)
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 10;
COMMENT ON FUNCTION sf_service_containers(text, text, text, name) IS
    'The containers of a service, one row each. Waits on the network. Errors: 22004 no name, 42602 not a name, 42704 no such service.';

CREATE FUNCTION sf_service_endpoints(name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL)
    RETURNS TABLE (name text, port integer, port_range text, protocol text, is_public boolean, ingress_url text)
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 5;
COMMENT ON FUNCTION sf_service_endpoints(text, text, text, name) IS
    'The endpoints of a service, one row each. ingress_url: a sentence of Snowflake''s until it is there (sf_service_wait_ready). Waits on the network. Errors: 22004 no name, 42602 not a name, 42704 no such service.';

CREATE FUNCTION sf_service_wait(name text, state text DEFAULT 'RUNNING', timeout interval DEFAULT NULL, raise boolean DEFAULT true, database text DEFAULT NULL,
    schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_service_wait(text, text, interval, boolean, text, text, name) IS
    'Waits until a service is in a state; returns the state it is in, which at the end of timeout (NULL: none) may be another. A state from which the wanted one does not come by itself, such as FAILED, is an error unless raise is false. Waits on the network. Errors: 22004 no name, 42602 not a name, 22023 a state that there is not or a negative timeout, 42704 no such service, 55000 it will not come.';

CREATE FUNCTION sf_service_wait_ready(name text, timeout interval DEFAULT NULL, raise boolean DEFAULT true, database text DEFAULT NULL, schema text DEFAULT NULL,
    server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_service_wait_ready(text, interval, boolean, text, text, name) IS
    'Waits until a service runs and its public endpoints have their addresses; returns READY, else at the end of timeout (NULL: none) the state it is in, PROVISIONING when only an address lacks. A state from which it does not get there by itself is an error unless raise is false. Waits on the network. Errors: as of sf_service_wait.';

CREATE FUNCTION sf_compute_pool_wait(name text, state text DEFAULT 'IDLE', timeout interval DEFAULT NULL, raise boolean DEFAULT true, server name DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_compute_pool_wait(text, text, interval, boolean, name) IS
    'Waits until a compute pool is in a state; returns the state it is in, which at the end of timeout (NULL: none) may be another. IDLE is reached by ACTIVE too: its nodes are there, and have work. A state from which the wanted one does not come by itself, such as SUSPENDED for IDLE, is an error unless raise is false. Waits on the network. Errors: 22004 no name, 42602 not a name, 22023 a state that there is not or a negative timeout, 42704 no such pool, 55000 it will not come.';

CREATE FUNCTION sf_grant(privileges text[], on_kind text, on_name text, to_kind text, to_name text, grant_option boolean DEFAULT false,
    server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_grant(text[], text, text, text, text, boolean, name) IS
    'Grants privileges on an object, or a role (on_kind role or database_role, privileges NULL), to a role, a database role or a user (to_kind); returns the qualified name of whom they are granted to. on_kind account: on_name NULL. The names'' open parts are the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a privilege or kind that is none, 42704 something does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_revoke(privileges text[], on_kind text, on_name text, to_kind text, to_name text, grant_option boolean DEFAULT false,
    cascade boolean DEFAULT false, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_revoke(text[], text, text, text, text, boolean, boolean, name) IS
    'Takes privileges on an object, or a role, from whom sf_grant gave them to; returns that one''s qualified name. grant_option: only the right to pass them on. cascade: from those too to whom they were passed on, not for users (NULL: false). ROLLBACK does not undo it. Waits on the network. Errors: as of sf_grant.';
