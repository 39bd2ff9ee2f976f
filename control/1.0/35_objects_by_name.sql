-- objects by name, by tools/make-functions: do not edit

CREATE FUNCTION sf_database_create(name text, comment text DEFAULT NULL, transient boolean DEFAULT NULL, data_retention_time_in_days integer DEFAULT NULL, options jsonb DEFAULT '{}', mode text DEFAULT 'errorIfExists', strict boolean DEFAULT true, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_database_create' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_database_create(text, text, boolean, integer, jsonb, text, boolean, name) IS
    'Creates a database and returns its qualified name. NULL arguments are not given; options has further REST properties (sf_kind_properties), over the arguments. mode: errorIfExists, orReplace, ifNotExists. strict false: what is not known is sent. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a bad mode, or a property that is not known, lacking or of a wrong type, 42710 it exists, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_database_create_or_alter(properties jsonb, strict boolean DEFAULT true, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_database_create_or_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_database_create_or_alter(jsonb, boolean, name) IS
    'Makes a database what its whole definition says and returns its qualified name. A property that is left out goes back to its default: change one by sf_database_alter. Errors: as of sf_database_create.';

CREATE FUNCTION sf_database_create_or_update(properties jsonb, strict boolean DEFAULT true, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_database_create_or_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_database_create_or_update(jsonb, boolean, name) IS
    'The same as sf_database_create_or_alter. A property that is left out goes back to its default: change one by sf_database_alter. Errors: as of sf_database_create.';

CREATE FUNCTION sf_database_fetch(name text, server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'sf_database_fetch' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_database_fetch(text, name) IS
    'A database as it is answered. Waits on the network. Errors: 22004 no name, 42602 not a name, 42704 it does not exist or is not visible.';

CREATE FUNCTION sf_database_list("like" text DEFAULT NULL, starts_with text DEFAULT NULL, max_rows integer DEFAULT NULL, from_name text DEFAULT NULL, options jsonb DEFAULT '{}', server name DEFAULT NULL) RETURNS SETOF jsonb
    AS 'MODULE_PATHNAME', 'sf_database_list' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_database_list(text, text, integer, text, jsonb, name) IS
    'The databases of one place, as they are answered. like: pattern, case ignored; starts_with, from_name: case counts; options: as of sf_list. NULL: not restricted. Waits on the network. Errors: 22023 a filter that the kind does not have, 42704 the place does not exist, 54000 more requests than max_requests.';

CREATE FUNCTION sf_database_alter(name text, changes jsonb, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_database_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_database_alter(text, jsonb, name) IS
    'Changes the properties of a database that changes names and no others; returns its qualified name. A null is the default (UNSET). ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a property that cannot be changed alone, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_database_drop(name text, if_exists boolean DEFAULT false, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_database_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_database_drop(text, boolean, name) IS
    'Drops a database and returns its qualified name, NULL when if_exists found none. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_database_delete(name text, if_exists boolean DEFAULT false, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_database_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_database_delete(text, boolean, name) IS
    'The same as sf_database_drop. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_database_undrop(name text, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_database_undrop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_database_undrop(text, name) IS
    'Brings a database back that was dropped; returns its qualified name. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 never dropped or purged, 42710 the name is taken, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_database_clone(source text, target text, mode text DEFAULT 'errorIfExists', server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_database_clone' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_database_clone(text, text, text, name) IS
    'Makes a copy of a database that shares its storage; returns the copy''s qualified name. What target leaves open of its place is the source''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 no such source, 42710 the target exists, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_schema_create(name text, comment text DEFAULT NULL, transient boolean DEFAULT NULL, data_retention_time_in_days integer DEFAULT NULL, options jsonb DEFAULT '{}', mode text DEFAULT 'errorIfExists', strict boolean DEFAULT true, database text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_schema_create' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_schema_create(text, text, boolean, integer, jsonb, text, boolean, text, name) IS
    'Creates a schema and returns its qualified name. NULL arguments are not given; options has further REST properties (sf_kind_properties), over the arguments. mode: errorIfExists, orReplace, ifNotExists. strict false: what is not known is sent. database NULL: the name''s part, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a bad mode, or a property that is not known, lacking or of a wrong type, 42710 it exists, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_schema_create_or_alter(properties jsonb, strict boolean DEFAULT true, database text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_schema_create_or_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_schema_create_or_alter(jsonb, boolean, text, name) IS
    'Makes a schema what its whole definition says and returns its qualified name. A property that is left out goes back to its default: change one by sf_schema_alter. Errors: as of sf_schema_create.';

CREATE FUNCTION sf_schema_create_or_update(properties jsonb, strict boolean DEFAULT true, database text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_schema_create_or_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_schema_create_or_update(jsonb, boolean, text, name) IS
    'The same as sf_schema_create_or_alter. A property that is left out goes back to its default: change one by sf_schema_alter. Errors: as of sf_schema_create.';

CREATE FUNCTION sf_schema_fetch(name text, database text DEFAULT NULL, server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'sf_schema_fetch' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_schema_fetch(text, text, name) IS
    'A schema as it is answered. database NULL: the name''s part, else the server''s. Waits on the network. Errors: 22004 no name, 42602 not a name, 42704 it does not exist or is not visible.';

CREATE FUNCTION sf_schema_list("like" text DEFAULT NULL, starts_with text DEFAULT NULL, max_rows integer DEFAULT NULL, from_name text DEFAULT NULL, options jsonb DEFAULT '{}', database text DEFAULT NULL, server name DEFAULT NULL) RETURNS SETOF jsonb
    AS 'MODULE_PATHNAME', 'sf_schema_list' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_schema_list(text, text, integer, text, jsonb, text, name) IS
    'The schemas of one place, as they are answered. like: pattern, case ignored; starts_with, from_name: case counts; options: as of sf_list. NULL: not restricted. Waits on the network. Errors: 22023 a filter that the kind does not have, 42704 the place does not exist, 54000 more requests than max_requests.';

CREATE FUNCTION sf_schema_alter(name text, changes jsonb, database text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_schema_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_schema_alter(text, jsonb, text, name) IS
    'Changes the properties of a schema that changes names and no others; returns its qualified name. A null is the default (UNSET). database NULL: the name''s part, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a property that cannot be changed alone, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_schema_drop(name text, if_exists boolean DEFAULT false, database text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_schema_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_schema_drop(text, boolean, text, name) IS
    'Drops a schema and returns its qualified name, NULL when if_exists found none. database NULL: the name''s part, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_schema_delete(name text, if_exists boolean DEFAULT false, database text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_schema_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_schema_delete(text, boolean, text, name) IS
    'The same as sf_schema_drop. database NULL: the name''s part, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_schema_undrop(name text, database text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_schema_undrop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_schema_undrop(text, text, name) IS
    'Brings a schema back that was dropped; returns its qualified name. database NULL: the name''s part, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 never dropped or purged, 42710 the name is taken, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_schema_clone(source text, target text, mode text DEFAULT 'errorIfExists', database text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_schema_clone' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_schema_clone(text, text, text, text, name) IS
    'Makes a copy of a schema that shares its storage; returns the copy''s qualified name. What target leaves open of its place is the source''s. database NULL: the name''s part, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 no such source, 42710 the target exists, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_table_create(name text, columns jsonb DEFAULT NULL, primary_key text[] DEFAULT NULL, comment text DEFAULT NULL, options jsonb DEFAULT '{}', mode text DEFAULT 'errorIfExists', strict boolean DEFAULT true, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_table_create' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_table_create(text, jsonb, text[], text, jsonb, text, boolean, text, text, name) IS
    'Creates a table and returns its qualified name. NULL arguments are not given; options has further REST properties (sf_kind_properties), over the arguments. mode: errorIfExists, orReplace, ifNotExists. strict false: what is not known is sent. database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a bad mode, or a property that is not known, lacking or of a wrong type, 42710 it exists, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_table_create_or_alter(properties jsonb, drop_columns boolean DEFAULT false, strict boolean DEFAULT true, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_table_create_or_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_table_create_or_alter(jsonb, boolean, boolean, text, text, name) IS
    'Makes a table what its whole definition says and returns its qualified name. A property that is left out goes back to its default: change one by sf_table_alter. Columns that it lacks are dropped with drop_columns alone (22023). Errors: as of sf_table_create.';

CREATE FUNCTION sf_table_create_or_update(properties jsonb, drop_columns boolean DEFAULT false, strict boolean DEFAULT true, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_table_create_or_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_table_create_or_update(jsonb, boolean, boolean, text, text, name) IS
    'The same as sf_table_create_or_alter. A property that is left out goes back to its default: change one by sf_table_alter. Columns that it lacks are dropped with drop_columns alone (22023). Errors: as of sf_table_create.';

CREATE FUNCTION sf_table_fetch(name text, deep boolean DEFAULT true, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'sf_table_fetch' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_table_fetch(text, boolean, text, text, name) IS
    'A table as it is answered. deep false: without its columns and constraints. database and schema NULL: the name''s parts, else the server''s. Waits on the network. Errors: 22004 no name, 42602 not a name, 42704 it does not exist or is not visible.';

CREATE FUNCTION sf_table_list("like" text DEFAULT NULL, starts_with text DEFAULT NULL, max_rows integer DEFAULT NULL, from_name text DEFAULT NULL, options jsonb DEFAULT '{}', database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS SETOF jsonb
    AS 'MODULE_PATHNAME', 'sf_table_list' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_table_list(text, text, integer, text, jsonb, text, text, name) IS
    'The tables of one place, as they are answered. like: pattern, case ignored; starts_with, from_name: case counts; options: as of sf_list. NULL: not restricted. Waits on the network. Errors: 22023 a filter that the kind does not have, 42704 the place does not exist, 54000 more requests than max_requests.';

CREATE FUNCTION sf_table_alter(name text, changes jsonb, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_table_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_table_alter(text, jsonb, text, text, name) IS
    'Changes the properties of a table that changes names and no others; returns its qualified name. A null is the default (UNSET). database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a property that cannot be changed alone, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_table_drop(name text, if_exists boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_table_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_table_drop(text, boolean, text, text, name) IS
    'Drops a table and returns its qualified name, NULL when if_exists found none. database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_table_delete(name text, if_exists boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_table_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_table_delete(text, boolean, text, text, name) IS
    'The same as sf_table_drop. database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_table_undrop(name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_table_undrop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_table_undrop(text, text, text, name) IS
    'Brings a table back that was dropped; returns its qualified name. database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 never dropped or purged, 42710 the name is taken, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_table_clone(source text, target text, mode text DEFAULT 'errorIfExists', database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_table_clone' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_table_clone(text, text, text, text, text, name) IS
    'Makes a copy of a table that shares its storage; returns the copy''s qualified name. What target leaves open of its place is the source''s. database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 no such source, 42710 the target exists, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_table_swap(name text, with_name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_table_swap' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_table_swap(text, text, text, text, name) IS
    'Exchanges a table with another: each gets the other''s name; returns the qualified name. What with_name leaves open of its place is that of name. database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 one does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_warehouse_create(name text, warehouse_size text DEFAULT NULL, warehouse_type text DEFAULT NULL, auto_suspend integer DEFAULT NULL, auto_resume boolean DEFAULT NULL, initially_suspended boolean DEFAULT NULL, comment text DEFAULT NULL, options jsonb DEFAULT '{}', mode text DEFAULT 'errorIfExists', strict boolean DEFAULT true, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_warehouse_create' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_warehouse_create(text, text, text, integer, boolean, boolean, text, jsonb, text, boolean, name) IS
    'Creates a warehouse and returns its qualified name. NULL arguments are not given; options has further REST properties (sf_kind_properties), over the arguments. mode: errorIfExists, orReplace, ifNotExists. strict false: what is not known is sent. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a bad mode, or a property that is not known, lacking or of a wrong type, 42710 it exists, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_warehouse_create_or_alter(properties jsonb, strict boolean DEFAULT true, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_warehouse_create_or_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_warehouse_create_or_alter(jsonb, boolean, name) IS
    'Makes a warehouse what its whole definition says and returns its qualified name. A property that is left out goes back to its default: change one by sf_warehouse_alter. Errors: as of sf_warehouse_create.';

CREATE FUNCTION sf_warehouse_create_or_update(properties jsonb, strict boolean DEFAULT true, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_warehouse_create_or_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_warehouse_create_or_update(jsonb, boolean, name) IS
    'The same as sf_warehouse_create_or_alter. A property that is left out goes back to its default: change one by sf_warehouse_alter. Errors: as of sf_warehouse_create.';

CREATE FUNCTION sf_warehouse_fetch(name text, server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'sf_warehouse_fetch' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_warehouse_fetch(text, name) IS
    'A warehouse as it is answered. Waits on the network. Errors: 22004 no name, 42602 not a name, 42704 it does not exist or is not visible.';

CREATE FUNCTION sf_warehouse_list("like" text DEFAULT NULL, starts_with text DEFAULT NULL, max_rows integer DEFAULT NULL, from_name text DEFAULT NULL, options jsonb DEFAULT '{}', server name DEFAULT NULL) RETURNS SETOF jsonb
    AS 'MODULE_PATHNAME', 'sf_warehouse_list' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_warehouse_list(text, text, integer, text, jsonb, name) IS
    'The warehouses of one place, as they are answered. like: pattern, case ignored; starts_with, from_name: case counts; options: as of sf_list. NULL: not restricted. Waits on the network. Errors: 22023 a filter that the kind does not have, 42704 the place does not exist, 54000 more requests than max_requests.';

CREATE FUNCTION sf_warehouse_alter(name text, changes jsonb, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_warehouse_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_warehouse_alter(text, jsonb, name) IS
    'Changes the properties of a warehouse that changes names and no others; returns its qualified name. A null is the default (UNSET). ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a property that cannot be changed alone, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_warehouse_drop(name text, if_exists boolean DEFAULT false, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_warehouse_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_warehouse_drop(text, boolean, name) IS
    'Drops a warehouse and returns its qualified name, NULL when if_exists found none. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_warehouse_delete(name text, if_exists boolean DEFAULT false, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_warehouse_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_warehouse_delete(text, boolean, name) IS
    'The same as sf_warehouse_drop. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_warehouse_rename(name text, new_name text, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_warehouse_rename' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_warehouse_rename(text, text, name) IS
    'Gives a warehouse another name; returns that, qualified. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 42710 the new name is taken, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_warehouse_suspend(name text, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_warehouse_suspend' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_warehouse_suspend(text, name) IS
    'Suspends a warehouse once its statements have ended; returns its qualified name. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 55000 its state forbids it, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_warehouse_resume(name text, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_warehouse_resume' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_warehouse_resume(text, name) IS
    'Starts a warehouse; returns its qualified name. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 55000 its state forbids it, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_warehouse_abort_all_queries(name text, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_warehouse_abort_all_queries' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_warehouse_abort_all_queries(text, name) IS
    'Cancels all statements that run or wait in a warehouse; returns its qualified name. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 55000 its state forbids it, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_stage_create(name text, kind text DEFAULT NULL, comment text DEFAULT NULL, options jsonb DEFAULT '{}', mode text DEFAULT 'errorIfExists', strict boolean DEFAULT true, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_stage_create' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_stage_create(text, text, text, jsonb, text, boolean, text, text, name) IS
    'Creates a stage and returns its qualified name. NULL arguments are not given; options has further REST properties (sf_kind_properties), over the arguments. mode: errorIfExists, orReplace, ifNotExists. strict false: what is not known is sent. database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a bad mode, or a property that is not known, lacking or of a wrong type, 42710 it exists, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_stage_fetch(name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'sf_stage_fetch' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_stage_fetch(text, text, text, name) IS
    'A stage as it is answered. database and schema NULL: the name''s parts, else the server''s. Waits on the network. Errors: 22004 no name, 42602 not a name, 42704 it does not exist or is not visible.';

CREATE FUNCTION sf_stage_list("like" text DEFAULT NULL, starts_with text DEFAULT NULL, max_rows integer DEFAULT NULL, from_name text DEFAULT NULL, options jsonb DEFAULT '{}', database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS SETOF jsonb
    AS 'MODULE_PATHNAME', 'sf_stage_list' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_stage_list(text, text, integer, text, jsonb, text, text, name) IS
    'The stages of one place, as they are answered. like: pattern, case ignored; starts_with, from_name: case counts; options: as of sf_list. NULL: not restricted. Waits on the network. Errors: 22023 a filter that the kind does not have, 42704 the place does not exist, 54000 more requests than max_requests.';

CREATE FUNCTION sf_stage_alter(name text, changes jsonb, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_stage_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_stage_alter(text, jsonb, text, text, name) IS
    'Changes the properties of a stage that changes names and no others; returns its qualified name. A null is the default (UNSET). database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a property that cannot be changed alone, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_stage_drop(name text, if_exists boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_stage_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_stage_drop(text, boolean, text, text, name) IS
    'Drops a stage and returns its qualified name, NULL when if_exists found none. database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_stage_delete(name text, if_exists boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_stage_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_stage_delete(text, boolean, text, text, name) IS
    'The same as sf_stage_drop. database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_compute_pool_create(name text, instance_family text DEFAULT NULL, min_nodes integer DEFAULT 1, max_nodes integer DEFAULT 1, auto_suspend_secs integer DEFAULT NULL, auto_resume boolean DEFAULT NULL, initially_suspended boolean DEFAULT NULL, comment text DEFAULT NULL, options jsonb DEFAULT '{}', mode text DEFAULT 'errorIfExists', strict boolean DEFAULT true, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_compute_pool_create' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_compute_pool_create(text, text, integer, integer, integer, boolean, boolean, text, jsonb, text, boolean, name) IS
    'Creates a compute pool and returns its qualified name. NULL arguments are not given; options has further REST properties (sf_kind_properties), over the arguments. mode: errorIfExists, orReplace, ifNotExists. strict false: what is not known is sent. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a bad mode, or a property that is not known, lacking or of a wrong type, 42710 it exists, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_compute_pool_create_or_alter(properties jsonb, strict boolean DEFAULT true, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_compute_pool_create_or_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_compute_pool_create_or_alter(jsonb, boolean, name) IS
    'Makes a compute pool what its whole definition says and returns its qualified name. A property that is left out goes back to its default: change one by sf_compute_pool_alter. Errors: as of sf_compute_pool_create.';

CREATE FUNCTION sf_compute_pool_create_or_update(properties jsonb, strict boolean DEFAULT true, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_compute_pool_create_or_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_compute_pool_create_or_update(jsonb, boolean, name) IS
    'The same as sf_compute_pool_create_or_alter. A property that is left out goes back to its default: change one by sf_compute_pool_alter. Errors: as of sf_compute_pool_create.';

CREATE FUNCTION sf_compute_pool_fetch(name text, server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'sf_compute_pool_fetch' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_compute_pool_fetch(text, name) IS
    'A compute pool as it is answered. Waits on the network. Errors: 22004 no name, 42602 not a name, 42704 it does not exist or is not visible.';

CREATE FUNCTION sf_compute_pool_list("like" text DEFAULT NULL, starts_with text DEFAULT NULL, max_rows integer DEFAULT NULL, from_name text DEFAULT NULL, options jsonb DEFAULT '{}', server name DEFAULT NULL) RETURNS SETOF jsonb
    AS 'MODULE_PATHNAME', 'sf_compute_pool_list' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_compute_pool_list(text, text, integer, text, jsonb, name) IS
    'The compute pools of one place, as they are answered. like: pattern, case ignored; starts_with, from_name: case counts; options: as of sf_list. NULL: not restricted. Waits on the network. Errors: 22023 a filter that the kind does not have, 42704 the place does not exist, 54000 more requests than max_requests.';

CREATE FUNCTION sf_compute_pool_alter(name text, changes jsonb, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_compute_pool_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_compute_pool_alter(text, jsonb, name) IS
    'Changes the properties of a compute pool that changes names and no others; returns its qualified name. A null is the default (UNSET). ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a property that cannot be changed alone, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_compute_pool_drop(name text, if_exists boolean DEFAULT false, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_compute_pool_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_compute_pool_drop(text, boolean, name) IS
    'Drops a compute pool and returns its qualified name, NULL when if_exists found none. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_compute_pool_delete(name text, if_exists boolean DEFAULT false, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_compute_pool_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_compute_pool_delete(text, boolean, name) IS
    'The same as sf_compute_pool_drop. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_compute_pool_suspend(name text, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_compute_pool_suspend' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_compute_pool_suspend(text, name) IS
    'Suspends a compute pool and the services in it; returns its qualified name. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 55000 its state forbids it, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_compute_pool_resume(name text, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_compute_pool_resume' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_compute_pool_resume(text, name) IS
    'Starts a compute pool; returns its qualified name. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 55000 its state forbids it, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_compute_pool_stop_all_services(name text, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_compute_pool_stop_all_services' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_compute_pool_stop_all_services(text, name) IS
    'Drops all services and jobs of a compute pool; returns its qualified name. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 55000 its state forbids it, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_service_create(name text, compute_pool text DEFAULT NULL, spec jsonb DEFAULT NULL, min_instances integer DEFAULT NULL, max_instances integer DEFAULT NULL, comment text DEFAULT NULL, options jsonb DEFAULT '{}', mode text DEFAULT 'errorIfExists', strict boolean DEFAULT true, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_service_create' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_service_create(text, text, jsonb, integer, integer, text, jsonb, text, boolean, text, text, name) IS
    'Creates a service and returns its qualified name. NULL arguments are not given; options has further REST properties (sf_kind_properties), over the arguments. mode: errorIfExists, orReplace, ifNotExists. strict false: what is not known is sent. database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a bad mode, or a property that is not known, lacking or of a wrong type, 42710 it exists, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_service_create_or_alter(properties jsonb, strict boolean DEFAULT true, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_service_create_or_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_service_create_or_alter(jsonb, boolean, text, text, name) IS
    'Makes a service what its whole definition says and returns its qualified name. A property that is left out goes back to its default: change one by sf_service_alter. Errors: as of sf_service_create.';

CREATE FUNCTION sf_service_create_or_update(properties jsonb, strict boolean DEFAULT true, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_service_create_or_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_service_create_or_update(jsonb, boolean, text, text, name) IS
    'The same as sf_service_create_or_alter. A property that is left out goes back to its default: change one by sf_service_alter. Errors: as of sf_service_create.';

CREATE FUNCTION sf_service_fetch(name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'sf_service_fetch' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_service_fetch(text, text, text, name) IS
    'A service as it is answered. database and schema NULL: the name''s parts, else the server''s. Waits on the network. Errors: 22004 no name, 42602 not a name, 42704 it does not exist or is not visible.';

CREATE FUNCTION sf_service_list("like" text DEFAULT NULL, starts_with text DEFAULT NULL, max_rows integer DEFAULT NULL, from_name text DEFAULT NULL, options jsonb DEFAULT '{}', database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS SETOF jsonb
    AS 'MODULE_PATHNAME', 'sf_service_list' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_service_list(text, text, integer, text, jsonb, text, text, name) IS
    'The services of one place, as they are answered. like: pattern, case ignored; starts_with, from_name: case counts; options: as of sf_list. NULL: not restricted. Waits on the network. Errors: 22023 a filter that the kind does not have, 42704 the place does not exist, 54000 more requests than max_requests.';

CREATE FUNCTION sf_service_alter(name text, changes jsonb, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_service_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_service_alter(text, jsonb, text, text, name) IS
    'Changes the properties of a service that changes names and no others; returns its qualified name. A null is the default (UNSET). database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a property that cannot be changed alone, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_service_drop(name text, if_exists boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_service_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_service_drop(text, boolean, text, text, name) IS
    'Drops a service and returns its qualified name, NULL when if_exists found none. database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_service_delete(name text, if_exists boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_service_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_service_delete(text, boolean, text, text, name) IS
    'The same as sf_service_drop. database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_service_suspend(name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_service_suspend' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_service_suspend(text, text, text, name) IS
    'Suspends a service; returns its qualified name. database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 55000 its state forbids it, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_service_resume(name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_service_resume' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_service_resume(text, text, text, name) IS
    'Starts a service; returns its qualified name. database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 55000 its state forbids it, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_image_repository_create(name text, options jsonb DEFAULT '{}', mode text DEFAULT 'errorIfExists', strict boolean DEFAULT true, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_image_repository_create' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_image_repository_create(text, jsonb, text, boolean, text, text, name) IS
    'Creates an image repository and returns its qualified name. NULL arguments are not given; options has further REST properties (sf_kind_properties), over the arguments. mode: errorIfExists, orReplace, ifNotExists. strict false: what is not known is sent. database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a bad mode, or a property that is not known, lacking or of a wrong type, 42710 it exists, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_image_repository_fetch(name text, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'sf_image_repository_fetch' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_image_repository_fetch(text, text, text, name) IS
    'An image repository as it is answered. database and schema NULL: the name''s parts, else the server''s. Waits on the network. Errors: 22004 no name, 42602 not a name, 42704 it does not exist or is not visible.';

CREATE FUNCTION sf_image_repository_list("like" text DEFAULT NULL, starts_with text DEFAULT NULL, max_rows integer DEFAULT NULL, from_name text DEFAULT NULL, options jsonb DEFAULT '{}', database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS SETOF jsonb
    AS 'MODULE_PATHNAME', 'sf_image_repository_list' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_image_repository_list(text, text, integer, text, jsonb, text, text, name) IS
    'The image repositories of one place, as they are answered. like: pattern, case ignored; starts_with, from_name: case counts; options: as of sf_list. NULL: not restricted. Waits on the network. Errors: 22023 a filter that the kind does not have, 42704 the place does not exist, 54000 more requests than max_requests.';

CREATE FUNCTION sf_image_repository_alter(name text, changes jsonb, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_image_repository_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_image_repository_alter(text, jsonb, text, text, name) IS
    'Changes the properties of an image repository that changes names and no others; returns its qualified name. A null is the default (UNSET). database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a property that cannot be changed alone, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_image_repository_drop(name text, if_exists boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_image_repository_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_image_repository_drop(text, boolean, text, text, name) IS
    'Drops an image repository and returns its qualified name, NULL when if_exists found none. database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_image_repository_delete(name text, if_exists boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_image_repository_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_image_repository_delete(text, boolean, text, text, name) IS
    'The same as sf_image_repository_drop. database and schema NULL: the name''s parts, else the server''s. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_role_create(name text, comment text DEFAULT NULL, options jsonb DEFAULT '{}', mode text DEFAULT 'errorIfExists', strict boolean DEFAULT true, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_role_create' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_role_create(text, text, jsonb, text, boolean, name) IS
    'Creates a role and returns its qualified name. NULL arguments are not given; options has further REST properties (sf_kind_properties), over the arguments. mode: errorIfExists, orReplace, ifNotExists. strict false: what is not known is sent. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a bad mode, or a property that is not known, lacking or of a wrong type, 42710 it exists, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_role_fetch(name text, server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'sf_role_fetch' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_role_fetch(text, name) IS
    'A role as it is answered. Waits on the network. Errors: 22004 no name, 42602 not a name, 42704 it does not exist or is not visible.';

CREATE FUNCTION sf_role_list("like" text DEFAULT NULL, starts_with text DEFAULT NULL, max_rows integer DEFAULT NULL, from_name text DEFAULT NULL, options jsonb DEFAULT '{}', server name DEFAULT NULL) RETURNS SETOF jsonb
    AS 'MODULE_PATHNAME', 'sf_role_list' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_role_list(text, text, integer, text, jsonb, name) IS
    'The roles of one place, as they are answered. like: pattern, case ignored; starts_with, from_name: case counts; options: as of sf_list. NULL: not restricted. Waits on the network. Errors: 22023 a filter that the kind does not have, 42704 the place does not exist, 54000 more requests than max_requests.';

CREATE FUNCTION sf_role_alter(name text, changes jsonb, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_role_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_role_alter(text, jsonb, name) IS
    'Changes the properties of a role that changes names and no others; returns its qualified name. A null is the default (UNSET). ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a property that cannot be changed alone, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_role_drop(name text, if_exists boolean DEFAULT false, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_role_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_role_drop(text, boolean, name) IS
    'Drops a role and returns its qualified name, NULL when if_exists found none. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_role_delete(name text, if_exists boolean DEFAULT false, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_role_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_role_delete(text, boolean, name) IS
    'The same as sf_role_drop. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_user_create(name text, login_name text DEFAULT NULL, default_role text DEFAULT NULL, default_warehouse text DEFAULT NULL, comment text DEFAULT NULL, options jsonb DEFAULT '{}', mode text DEFAULT 'errorIfExists', strict boolean DEFAULT true, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_user_create' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_user_create(text, text, text, text, text, jsonb, text, boolean, name) IS
    'Creates a user and returns its qualified name. NULL arguments are not given; options has further REST properties (sf_kind_properties), over the arguments. mode: errorIfExists, orReplace, ifNotExists. strict false: what is not known is sent. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a bad mode, or a property that is not known, lacking or of a wrong type, 42710 it exists, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_user_create_or_alter(properties jsonb, strict boolean DEFAULT true, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_user_create_or_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_user_create_or_alter(jsonb, boolean, name) IS
    'Makes a user what its whole definition says and returns its qualified name. A property that is left out goes back to its default: change one by sf_user_alter. Errors: as of sf_user_create.';

CREATE FUNCTION sf_user_create_or_update(properties jsonb, strict boolean DEFAULT true, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_user_create_or_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_user_create_or_update(jsonb, boolean, name) IS
    'The same as sf_user_create_or_alter. A property that is left out goes back to its default: change one by sf_user_alter. Errors: as of sf_user_create.';

CREATE FUNCTION sf_user_fetch(name text, server name DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'sf_user_fetch' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_user_fetch(text, name) IS
    'A user as it is answered. Waits on the network. Errors: 22004 no name, 42602 not a name, 42704 it does not exist or is not visible.';

CREATE FUNCTION sf_user_list("like" text DEFAULT NULL, starts_with text DEFAULT NULL, max_rows integer DEFAULT NULL, from_name text DEFAULT NULL, options jsonb DEFAULT '{}', server name DEFAULT NULL) RETURNS SETOF jsonb
    AS 'MODULE_PATHNAME', 'sf_user_list' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100;
COMMENT ON FUNCTION sf_user_list(text, text, integer, text, jsonb, name) IS
    'The users of one place, as they are answered. like: pattern, case ignored; starts_with, from_name: case counts; options: as of sf_list. NULL: not restricted. Waits on the network. Errors: 22023 a filter that the kind does not have, 42704 the place does not exist, 54000 more requests than max_requests.';

CREATE FUNCTION sf_user_alter(name text, changes jsonb, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_user_alter' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_user_alter(text, jsonb, name) IS
    'Changes the properties of a user that changes names and no others; returns its qualified name. A null is the default (UNSET). ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 22023 a property that cannot be changed alone, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_user_drop(name text, if_exists boolean DEFAULT false, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_user_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_user_drop(text, boolean, name) IS
    'Drops a user and returns its qualified name, NULL when if_exists found none. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_user_delete(name text, if_exists boolean DEFAULT false, server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'sf_user_drop' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_user_delete(text, boolean, name) IS
    'The same as sf_user_drop. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 42602 not a name, 42704 it does not exist, 25006 read-only transaction, 42501 no privilege or a read_only server.';
