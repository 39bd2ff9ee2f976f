-- walk-throughs that people know from Python, in SQL: tasks
SET snowflake_fdw.default_server = 'sf';

-- a schema, a stage and a warehouse to work in
SELECT sf_execute(s) ->> 'message' AS message FROM unnest(ARRAY['CREATE DATABASE my_db', 'CREATE SCHEMA my_db.my_schema', 'CREATE WAREHOUSE test_warehouse']) s;
SELECT sf_create('stage', '{"name": "mystage"}', database => 'my_db', schema => 'my_schema');

-- a task that runs every hour; it is serverless and suspended
SELECT sf_task_create('my_task', 'SELECT 1;', '1 hour', database => 'my_db', schema => 'my_schema');
-- one that calls a procedure made from a handler's source
SELECT sf_task_create('my_db.my_schema.my_task2', sf_python_procedure(E'def dosomething(session):\n    session.sql("SELECT 1").collect()\n    return "done"\n', 'dosomething', stage_location => '@mystage'),
	warehouse => 'test_warehouse');
SELECT name, definition, warehouse FROM sf_tasks(database => 'my_db', schema => 'my_schema') ORDER BY name;
-- another definition and another schedule; the warning is about what a fetch may not show
SELECT sf_task_create_or_alter(sf_task_fetch('my_db.my_schema.my_task') || '{"definition": "SELECT 2;", "schedule": "2 hours"}');
SELECT task ->> 'name' AS name, task ->> 'definition' AS definition, task -> 'schedule' AS schedule, task ->> 'state' AS state, task -> 'warehouse' AS warehouse FROM sf_task_fetch('my_db.my_schema.my_task') AS task;
-- tasks whose names begin with my
SELECT name FROM sf_tasks('my%', database => 'my_db', schema => 'my_schema') ORDER BY name;
-- run, stop, start, drop
SELECT sf_task_execute('my_db.my_schema.my_task');
SELECT sf_task_suspend('my_db.my_schema.my_task');
SELECT sf_task_resume('my_db.my_schema.my_task');
SELECT sf_task_drop('my_db.my_schema.my_task');
SELECT sf_task_drop('my_db.my_schema.my_task2');
SELECT count(*) FROM sf_tasks(database => 'my_db', schema => 'my_schema');

-- two tasks, one behind the other
SELECT sf_execute(s) ->> 'message' AS message FROM unnest(ARRAY['CREATE DATABASE python_api_db', 'CREATE SCHEMA python_api_db.python_api_schema']) s;
ALTER SERVER sf OPTIONS (SET database 'PYTHON_API_DB', SET schema 'PYTHON_API_SCHEMA');
SELECT sf_create('stage', '{"name": "tasks_stage"}', 'or_replace');
SELECT sf_task_create('task_python_api_trunc', sf_python_procedure(
	E'def trunc(session, from_table, to_table, count):\n    session.table(from_table).limit(count).write.save_as_table(to_table)\n    return "Truncated table successfully created!"\n',
	'trunc', '["SNOWFLAKE_SAMPLE_DATA.TPCH_SF1.LINEITEM", "PYTHON_API_DB.PYTHON_API_SCHEMA.LINEITEM", 50]', stage_location => '@tasks_stage'),
	'1 minute', warehouse => 'COMPUTE_WH', mode => 'or_replace');
SELECT sf_task_create('task_python_api_filter', sf_python_procedure(
	E'def filter_by_shipmode(session, mode):\n    return str(session.table("LINEITEM").filter(f"L_SHIPMODE = ''{mode}''").count())\n', 'filter_by_shipmode', '["AIR"]', stage_location => '@tasks_stage'),
	warehouse => 'COMPUTE_WH', predecessors => ARRAY['python_api_db.python_api_schema.task_python_api_trunc'], mode => 'or_replace');
SELECT sf_task_resume('task_python_api_trunc');
SELECT name, state FROM sf_tasks() ORDER BY name;
SELECT name, predecessors, schedule FROM sf_task_dependents('task_python_api_trunc');
SELECT sf_task_suspend('task_python_api_trunc');
SELECT sf_task_delete('task_python_api_filter');
SELECT sf_task_delete('task_python_api_trunc');
SELECT count(*) FROM sf_tasks();
ALTER SERVER sf OPTIONS (SET database 'SHOP', SET schema 'PUBLIC');
SELECT sf_execute(s) ->> 'message' AS message FROM unnest(ARRAY['DROP DATABASE my_db', 'DROP DATABASE python_api_db', 'DROP WAREHOUSE test_warehouse']) s;
