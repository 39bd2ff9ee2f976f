-- walk-throughs that people know from Python, in SQL: databases, schemas and tables; warehouses
SET snowflake_fdw.default_server = 'sf';
CREATE SCHEMA walk;
IMPORT FOREIGN SCHEMA snowflake_objects LIMIT TO (databases, schemas, tables, columns, warehouses) FROM SERVER sf INTO walk;

-- B1. a database and a schema in it, replaced where they exist: root.databases.create(Database(name="PYTHON_API_DB"), mode="orreplace")
SELECT sf_database_create('PYTHON_API_DB', mode => 'orreplace');
SELECT sf_schema_create('PYTHON_API_SCHEMA', mode => 'orreplace', database => 'PYTHON_API_DB');
-- they are the place of what follows, as the Python objects database and schema are
ALTER SERVER sf OPTIONS (SET database 'PYTHON_API_DB', SET schema 'PYTHON_API_SCHEMA');
-- B1. the table: TEMPERATURE int not null, LOCATION string
SELECT sf_table_create('PYTHON_API_TABLE', jsonb_build_array(sf_column('TEMPERATURE', 'int', nullable => false), sf_column('LOCATION', 'string')), mode => 'orreplace');
-- B1. the modes: errorIfExists is the default, ifNotExists leaves what is there, orReplace does not
\set VERBOSITY terse
SELECT sf_database_create('PYTHON_API_DB');
SELECT sf_schema_create('PYTHON_API_SCHEMA');
SELECT sf_table_create('PYTHON_API_TABLE', '[{"name": "OTHER", "datatype": "int"}]');
\set VERBOSITY default
SELECT sf_database_create('PYTHON_API_DB', 'another', mode => 'ifNotExists');
SELECT sf_schema_create('PYTHON_API_SCHEMA', 'another', mode => 'ifNotExists');
SELECT sf_table_create('PYTHON_API_TABLE', '[{"name": "OTHER", "datatype": "int"}]', mode => 'ifNotExists');
SELECT d.name AS database, d.comment, s.name AS schema, s.comment FROM walk.databases d JOIN walk.schemas s ON s.database_name = d.name
	WHERE d.name = 'PYTHON_API_DB' AND s.database_name = 'PYTHON_API_DB' AND s.name LIKE 'PYTHON%';
SELECT sf_table_create('PYTHON_API_TABLE', '[{"name": "OTHER", "datatype": "int"}]', mode => 'orReplace');
SELECT name, datatype FROM walk.columns WHERE database_name = 'PYTHON_API_DB' AND schema_name = 'PYTHON_API_SCHEMA' AND table_name = 'PYTHON_API_TABLE';
SELECT sf_table_create('PYTHON_API_TABLE', jsonb_build_array(sf_column('TEMPERATURE', 'int', nullable => false), sf_column('LOCATION', 'string')), mode => 'orreplace');

-- B2. the table, shallow: tables["PYTHON_API_TABLE"].fetch(deep=False).to_dict(); no columns and no constraints.
-- kind may be TABLE too, and a comment that is not set '', by the account's edition
SELECT key, value FROM jsonb_each(sf_table_fetch('PYTHON_API_TABLE', deep => false)) WHERE key NOT LIKE '%\_on' ORDER BY key;
SELECT t ? 'columns' AS columns, t ? 'constraints' AS constraints FROM sf_table_fetch('PYTHON_API_TABLE', deep => false) t;
-- B2. created just now, in UTC
SELECT t ->> 'created_on' ~ '(Z|[+]00:00)$' AS utc, now() - (t ->> 'created_on')::timestamptz BETWEEN '-1 hour' AND '1 hour' AS just_now
	FROM sf_table_fetch('PYTHON_API_TABLE', deep => false) t;
-- B2. deep: the same, and the columns and constraints
SELECT t - '{columns,constraints}'::text[] = sf_table_fetch('PYTHON_API_TABLE', deep => false) AS the_same FROM sf_table_fetch('PYTHON_API_TABLE') t;
SELECT c ->> 'name' AS name, c ->> 'datatype' AS datatype, c -> 'nullable' AS nullable FROM jsonb_array_elements(sf_table_fetch('PYTHON_API_TABLE') -> 'columns') WITH ORDINALITY c(c, n) ORDER BY n;
SELECT sf_table_fetch('PYTHON_API_TABLE') -> 'constraints' AS constraints;
-- the same as rows
SELECT name, kind, comment, database_name, schema_name, rows, bytes, owner, change_tracking, automatic_clustering, data_retention_time_in_days, max_data_extension_time_in_days, default_ddl_collation, constraints
	FROM walk.tables WHERE database_name = 'PYTHON_API_DB' AND schema_name = 'PYTHON_API_SCHEMA' AND name = 'PYTHON_API_TABLE' \gx
SELECT ordinal_position, name, datatype, nullable FROM walk.columns
	WHERE database_name = 'PYTHON_API_DB' AND schema_name = 'PYTHON_API_SCHEMA' AND table_name = 'PYTHON_API_TABLE' ORDER BY 1;

-- B3. what was fetched with a column appended that is the primary key: columns.append(TableColumn(..., constraints=[PrimaryKey()])), create_or_update
SELECT sf_table_create_or_update(t || jsonb_build_object('columns', (t -> 'columns') || sf_column('ELEVATION', 'int', nullable => false, constraints => '[{"constraint_type": "PRIMARY KEY"}]')))
	FROM sf_table_fetch('PYTHON_API_TABLE') t;
SELECT c ->> 'name' AS name, c ->> 'datatype' AS datatype, c -> 'nullable' AS nullable FROM jsonb_array_elements(sf_table_fetch('PYTHON_API_TABLE') -> 'columns') WITH ORDINALITY c(c, n) ORDER BY n;
SELECT c ->> 'constraint_type' AS constraint_type, c -> 'column_names' AS column_names, c ->> 'name' ~ '^"?SYS_CONSTRAINT_' AS generated
	FROM jsonb_array_elements(sf_table_fetch('PYTHON_API_TABLE') -> 'constraints') c;
SELECT ordinal_position, name, datatype, nullable FROM walk.columns
	WHERE database_name = 'PYTHON_API_DB' AND schema_name = 'PYTHON_API_SCHEMA' AND table_name = 'PYTHON_API_TABLE' ORDER BY 1;
-- the short way, to the same end
SELECT sf_table_create('BRIEF', jsonb_build_array(sf_column('TEMPERATURE', 'int', nullable => false), sf_column('LOCATION', 'string')));
SELECT sf_table_add_column('BRIEF', 'ELEVATION', 'int', nullable => false, primary_key => true);
SELECT b -> 'columns' = t -> 'columns' AS columns, (b #- '{constraints,0,name}') -> 'constraints' = (t #- '{constraints,0,name}') -> 'constraints' AS constraints, b #>> '{constraints,0,name}' ~ '^"?SYS_CONSTRAINT_' AS generated
	FROM sf_table_fetch('BRIEF') b, sf_table_fetch('PYTHON_API_TABLE') t;
-- gone again
SELECT sf_table_drop('BRIEF');
SELECT sf_table_drop('PYTHON_API_TABLE');
SELECT sf_table_drop('PYTHON_API_TABLE', if_exists => true);
SELECT sf_schema_drop('PYTHON_API_SCHEMA');
SELECT sf_database_drop('PYTHON_API_DB');
ALTER SERVER sf OPTIONS (SET database 'SHOP', SET schema 'PUBLIC');
SELECT count(*) FROM walk.databases WHERE name = 'PYTHON_API_DB';

-- C1. a warehouse: root.warehouses.create(Warehouse(name="PYTHON_API_WH", warehouse_size="SMALL", auto_suspend=500))
SELECT sf_warehouse_create('PYTHON_API_WH', 'SMALL', auto_suspend => 500);
-- C2. warehouses["PYTHON_API_WH"].fetch().to_dict()
SELECT key, value FROM jsonb_each(sf_warehouse_fetch('PYTHON_API_WH')) WHERE key NOT LIKE '%\_on' AND value <> 'null' ORDER BY key;
-- the same as a row; what is text there and means yes or no is boolean here
SELECT name, type, size, min_cluster_count, max_cluster_count, scaling_policy, auto_suspend, auto_resume, query_acceleration_max_scale_factor, max_concurrency_level, statement_timeout_in_seconds
	FROM walk.warehouses WHERE name = 'PYTHON_API_WH' \gx
-- C3. warehouses.iter(like="PYTHON_API_WH")
SELECT w ->> 'name' AS name FROM sf_warehouse_list('PYTHON_API_WH') w;
SELECT name FROM walk.warehouses WHERE name LIKE 'PYTHON\_API\_WH';
-- C4. create_or_update with the size LARGE: the whole definition
SELECT sf_warehouse_create_or_update('{"name": "PYTHON_API_WH", "warehouse_size": "LARGE", "auto_suspend": 500}');
SELECT w ->> 'size' AS size, w -> 'auto_suspend' AS auto_suspend FROM sf_warehouse_fetch('PYTHON_API_WH') w;
SELECT size, auto_suspend FROM walk.warehouses WHERE name = 'PYTHON_API_WH';
-- C4. what was fetched, with another size
SELECT sf_warehouse_create_or_update(sf_warehouse_fetch('PYTHON_API_WH') || '{"warehouse_size": "MEDIUM"}');
SELECT w ->> 'size' AS size, w -> 'auto_suspend' AS auto_suspend FROM sf_warehouse_fetch('PYTHON_API_WH') w;
-- C4. by replacing it
SELECT sf_warehouse_create('PYTHON_API_WH', 'LARGE', auto_suspend => 500, mode => 'orReplace');
SELECT w ->> 'size' AS size, w -> 'auto_suspend' AS auto_suspend FROM sf_warehouse_fetch('PYTHON_API_WH') w;
-- C4. and the way that leaves everything else alone
SELECT sf_warehouse_alter('PYTHON_API_WH', '{"warehouse_size": "SMALL"}');
SELECT w ->> 'size' AS size, w -> 'auto_suspend' AS auto_suspend FROM sf_warehouse_fetch('PYTHON_API_WH') w;
-- C5. delete; close the session
SELECT sf_warehouse_delete('PYTHON_API_WH');
SELECT count(*) FROM sf_warehouse_list('PYTHON_API_WH');
SELECT sf_disconnect('sf') AS closed;
SET client_min_messages = warning;
DROP SCHEMA walk CASCADE;
