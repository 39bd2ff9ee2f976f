-- the walk-throughs of task graphs that people do in Python
SET snowflake_fdw.default_server = 'sf';
SELECT sf_execute('CREATE DATABASE MY_DB') ->> 'message' AS database, sf_execute('CREATE SCHEMA MY_DB.MY_SCHEMA') ->> 'message' AS schema,
	sf_execute('CREATE WAREHOUSE TEST_WAREHOUSE') ->> 'message' AS warehouse;
SELECT sf_execute('CREATE TABLE MY_DB.MY_SCHEMA.TARGET (K INT, V VARCHAR)') ->> 'message' AS target, sf_execute('CREATE TABLE MY_DB.MY_SCHEMA.SOURCE (K INT, V VARCHAR)') ->> 'message' AS source,
	sf_execute('INSERT INTO MY_DB.MY_SCHEMA.SOURCE VALUES (1, ''one''), (2, ''two'')') ->> 'rows_inserted' AS rows;

-- a graph of two tasks, every day: a MERGE, then a procedure with packages and a warehouse
CREATE TABLE dags (name text, dag jsonb);
INSERT INTO dags SELECT 'my_dag', sf_dag_link(sf_dag_task(sf_dag_task(sf_dag('my_dag', schedule => sf_every('1 day'), warehouse => 'test_warehouse'),
	'dagtask1', 'MERGE INTO target t USING source s ON t.k = s.k WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (k, v) VALUES (s.k, s.v)'),
	'dagtask2', '{"python": "def main(session):\n    return \"done\"", "packages": ["snowflake-snowpark-python"]}'::jsonb, warehouse => 'test_warehouse'),
	'dagtask1 >> dagtask2');
SELECT p.step, p.action, p.task, p.status FROM dags, sf_dag_deploy(dag, database => 'my_db', schema => 'my_schema') p WHERE name = 'my_dag';
SELECT name, state, schedule, warehouse, predecessors FROM sf_tasks('my\_dag%', database => 'my_db', schema => 'my_schema');
SELECT jsonb_pretty(sf_dag_fetch('my_db.my_schema.my_dag') #- '{tasks,1,definition}');
SELECT * FROM sf_dags('my%', 'my_db', 'my_schema');
SELECT sf_dag_drop('my_db.my_schema.my_dag');

-- cron, a stage, and a branch that chooses task3: its condition is the branch's test and its own
INSERT INTO dags SELECT 'branch', sf_dag_link(sf_dag_task(sf_dag_task(sf_dag_branch(sf_dag_task(sf_dag('my_dag', schedule => sf_cron('10 * * * *', 'America/Los_Angeles'),
	warehouse => 'test_warehouse', stage_location => '@mystage', packages => '{snowflake-snowpark-python}', use_func_return_value => true),
	'task1', 'SELECT 1'), 'task1_branch', $$CALL SYSTEM$SET_RETURN_VALUE('task3')$$), 'task2', 'SELECT 2'), 'task3', 'SELECT 3', condition => '1=1'),
	'task1 >> task1_branch >> [task2, task3]');
SELECT t.ord, t.name, t.predecessors, t.condition FROM dags d, sf_dag_tasks(dag) t WHERE d.name = 'branch';
SELECT p.step, p.action, p.task, p.status FROM dags d, sf_dag_deploy(dag, 'orReplace', database => 'my_db', schema => 'my_schema') p WHERE d.name = 'branch';
SELECT sf_dag_run('my_db.my_schema.my_dag') AS run_id \gset
SELECT sf_dag_wait('my_db.my_schema.my_dag', :'run_id', '60 seconds');
SELECT name, state, return_value FROM sf_task_history(scheduled_from => now() - interval '1 hour', database => 'my_db', schema => 'my_schema') WHERE run_id::text = :'run_id' ORDER BY name;
SELECT dag_name, database_name, schema_name, state, first_error_task_name, first_error_code, completed_time >= scheduled_time AS ordered, graph_version, run_id::text = :'run_id' AS this_one
	FROM sf_dag_complete_runs('my_db.my_schema.my_dag');
SELECT sf_dag_render('my_db.my_schema.my_dag', run_id => :'run_id');
SELECT regexp_replace(regexp_replace(sf_dag_gantt('my_db.my_schema.my_dag', :'run_id'), '[|][ #]*[|]', '|...|', 'g'), '[0-9.]+ s', '... s', 'g') AS chart;
SELECT sf_dag_gantt('my_db.my_schema.my_dag') = sf_dag_gantt('my_db.my_schema.my_dag', :'run_id') AS newest;
SELECT sf_task_return_value('my_db.my_schema.my_dag$task1_branch'), run_group_id IS NOT NULL AS known, original_schedule = to_timestamp(:'run_id'::numeric / 1000) AS scheduled FROM sf_dag_last_success('my_db.my_schema.my_dag');
SELECT count(*) FILTER (WHERE state = 'SCHEDULED') AS next FROM sf_dag_current_runs('my_db.my_schema.my_dag');
SELECT state, tasks, failed, first_error, run_id::text = :'run_id' AS this_one, scheduled_time <= started_at AND started_at <= completed_at AS ordered FROM sf_dag_runs('my_db.my_schema.my_dag', scheduled_to => now());
SELECT state, started_at, completed_at FROM sf_dag_runs('my_db.my_schema.my_dag', max_rows => 1);
SELECT sf_dag_drop(dag, database => 'my_db', schema => 'my_schema') FROM dags WHERE name = 'branch';

-- a producer returns a value, a consumer reads it by the producer's name; both read the config
INSERT INTO dags SELECT 'values', sf_dag_link(sf_dag_task(sf_dag_task(sf_dag('pass', warehouse => 'test_warehouse', config => '{"from": "the graph"}'),
	'producer', sf_ctx_set_return_value('result_123')),
	'consumer', sf_ctx_set_return_value_expr(sf_ctx_predecessor_return_value('producer', 'pass') || ' || '' of '' || ' || sf_ctx_task_graph_config('from'))), 'producer >> consumer');
SELECT t.name, t.statement FROM dags d, sf_dag_tasks(dag) t WHERE d.name = 'values';
SELECT count(*) FROM dags d, sf_dag_deploy(dag, database => 'my_db', schema => 'my_schema') WHERE d.name = 'values';
SELECT sf_dag_wait('my_db.my_schema.pass', sf_dag_run('my_db.my_schema.pass'), '60 seconds');
SELECT sf_task_return_value('my_db.my_schema.pass$producer') AS producer, sf_task_return_value('my_db.my_schema.pass$consumer') AS consumer;
SELECT sf_dag_config('my_db.my_schema.pass'), sf_dag_config('my_db.my_schema.pass', 'from'), sf_dag_config('my_db.my_schema.pass', 'nothing');
SELECT sf_dag_drop('my_db.my_schema.pass');

-- two procedures, deployed with orreplace and run: the first one fails for want of its arguments, and waiting says so
INSERT INTO dags SELECT 'python_api_dag', sf_dag_link(sf_dag_task(sf_dag_task(sf_dag('python_api_dag', schedule => '1 day', warehouse => 'COMPUTE_WH'),
	'task_python_api_trunc', 'CALL trunc()'), 'task_python_api_filter', 'CALL filter_by_shipmode()'), 'task_python_api_trunc >> task_python_api_filter');
SELECT p.step, p.action, p.task, p.status FROM dags d, sf_dag_deploy(dag, 'orreplace', database => 'my_db', schema => 'my_schema') p WHERE d.name = 'python_api_dag';
SELECT sf_dag_run(dag, database => 'my_db', schema => 'my_schema') AS run_id FROM dags WHERE name = 'python_api_dag' \gset
SELECT sf_dag_wait('my_db.my_schema.python_api_dag', :'run_id', '60 seconds', raise => false);
DO $$
DECLARE
	about text;
	hint text;
BEGIN
	PERFORM sf_dag_wait('my_db.my_schema.python_api_dag');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS about = PG_EXCEPTION_DETAIL;
	RAISE NOTICE E'%: %\n%', SQLSTATE, SQLERRM, regexp_replace(about, 'Run [0-9]{13} ', 'Run <id> ');
END $$;
SELECT state, first_error_task_name, first_error_code, first_error_message FROM sf_dag_complete_runs('my_db.my_schema.python_api_dag', error_only => true);
SELECT state, tasks, failed, first_error FROM sf_dag_runs('my_db.my_schema.python_api_dag', now() - interval '7 days', now()) WHERE state = 'FAILED';
SELECT sf_dag_notify('my_db.my_schema.python_api_dag', 'graph_ended', :'run_id');
SELECT * FROM sf_dag_last_success('my_db.my_schema.python_api_dag');
SELECT sf_dag_drop('my_db.my_schema.python_api_dag');
SELECT sf_execute('DROP DATABASE MY_DB') ->> 'message' AS database, sf_execute('DROP WAREHOUSE TEST_WAREHOUSE') ->> 'message' AS warehouse;
DROP TABLE dags;
