-- objects

CREATE FUNCTION sf_kinds(OUT kind text, OUT plural text, OUT scope text, OUT verbs text[], OUT filters text[], OUT needs_warehouse boolean,
    OUT source text) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 40;
COMMENT ON FUNCTION sf_kinds() IS
    'The kinds of account objects: what can be done with each (verbs and actions), what its list takes (filters), where it lies (scope), the document it is from. No network.';

CREATE FUNCTION sf_kind_properties(kind text, OUT name text, OUT type text, OUT required boolean, OUT read_only boolean, OUT settable boolean,
    OUT allowed_values text[], OUT members text[], OUT description text) RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 30;
COMMENT ON FUNCTION sf_kind_properties(text) IS
    'The properties of a kind, from Snowflake''s documents: type (of SQL), required in a definition, read_only (not in a definition), settable (sf_alter and UPDATE change it alone), the values it may have (NULL: any), the members of an object or of the objects in a list (NULL: any), a line on it. No network. Errors: 22004 no kind, 22023 not a kind.';

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

CREATE FUNCTION sf_create(kind text, properties jsonb, mode text DEFAULT 'errorIfExists', strict boolean DEFAULT true, database text DEFAULT NULL, schema text DEFAULT NULL,
    server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_create(text, jsonb, text, boolean, text, text, name) IS
    'Creates an object of its REST properties, of which "name" is needed; returns its qualified name. Its place: the arguments, the name''s parts, database_name and schema_name, the server''s. mode: errorIfExists, orReplace, ifNotExists (NULL: the first). The properties are checked before the call (sf_kind_properties): strict false (NULL: true) sends what is not known and leaves what is lacking to Snowflake. Of an object as sf_fetch shows it read-only properties are left out. ROLLBACK does not undo it. Waits on the network. Errors: 22004 NULL, 22023 bad mode, no name or a property that is not known, lacking, read-only or of a wrong type, 42710 it exists, 0A000 the kind has no such verb or mode, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_create_or_alter(kind text, properties jsonb, strict boolean DEFAULT true, drop_columns boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL,
    server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_create_or_alter(text, jsonb, boolean, boolean, text, text, name) IS
    'Makes an object what its full definition says: a property that is left out goes back to its default. Returns the qualified name. Its place and strict: as of sf_create. Of a table, a definition without columns is refused, and one without some of its columns unless drop_columns (NULL: false). Waits on the network. Errors: as of sf_create.';

CREATE FUNCTION sf_alter(kind text, name text, changes jsonb, database text DEFAULT NULL, schema text DEFAULT NULL,
    server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_alter(text, text, jsonb, text, text, name) IS
    'Changes the properties that changes names and no others, by ALTER; null takes one away, another "name" or place renames it, a state is resumed or suspended. Returns the qualified name. changes NULL: nothing. Each step is a call of its own; an error''s CONTEXT says which were made before. ROLLBACK does not undo it. Waits on the network. Errors: 22004 no kind or name, 22023 a property that cannot be changed alone (sf_kind_properties: settable) or a value that it cannot have, 0A000 a kind without ALTER, 42704 no such object, 25006 read-only transaction, 42501 no privilege or a read_only server.';

CREATE FUNCTION sf_drop(kind text, name text, if_exists boolean DEFAULT false, database text DEFAULT NULL, schema text DEFAULT NULL,
    server name DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION sf_drop(text, text, boolean, text, text, name) IS
    'Drops an object; returns its qualified name, NULL when if_exists (NULL: false) found none. Waits on the network. Errors: 22004 NULL, 42704 it does not exist, 0A000 the kind cannot be dropped, 25006 read-only transaction, 42501 no privilege or a read_only server.';

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
