-- task graphs: built, checked and deployed
CREATE VIEW five AS
SELECT * FROM (VALUES
	(1, sf_dag_task(sf_dag('single', schedule => '1 day', warehouse => 'COMPUTE_WH'), 'only', 'SELECT 1')),
	(2, sf_dag_task(sf_dag_task(sf_dag_task(sf_dag('line', schedule => '90 minutes', comment => 'one after the other'),
		'a', 'SELECT 1'), 'b', 'SELECT 2', after => '{a}'), 'c', 'SELECT 3', after => '{b}')),
	(3, sf_dag_link(sf_dag_task(sf_dag_task(sf_dag_task(sf_dag_task(sf_dag('diamond', warehouse => 'COMPUTE_WH'),
		'a', 'SELECT 1'), 'b', 'SELECT 2'), 'c', 'SELECT 3', serverless => true), 'd', 'SELECT 4'), 'a >> [b, c] >> d')),
	(4, sf_dag_link(sf_dag_task(sf_dag_task(sf_dag_branch(sf_dag('decide', schedule => 'USING CRON 10 * * * * America/Los_Angeles'),
		'choose', $$CALL SYSTEM$SET_RETURN_VALUE('right')$$), 'left', 'SELECT 1'), 'right', 'SELECT 2', condition => '1=1'), 'choose >> [left, right]')),
	(5, sf_dag_task(sf_dag_task(sf_dag('"final Graph"', schedule => 'USING CRON 0 9 * * MON UTC', warehouse => 'COMPUTE_WH',
		config => '{"depth": 3, "where": "here"}', task_auto_retry_attempts => 2), '"first Task"', 'SELECT 1', comment => 'it''s first'),
		'last', 'SELECT 2', finalizer => true))
) AS g(n, dag);
SELECT n, jsonb_pretty(dag) FROM five ORDER BY n;
SELECT n, t.ord, t.name, t.full_name, t.predecessors, t.condition, t.is_finalizer, t.statement FROM five, sf_dag_tasks(dag) t ORDER BY n, t.ord;
SELECT n, v.* FROM five, sf_dag_validate(dag) v;
SELECT n, p.step, p.action, p.task, p.status, p.detail FROM five, sf_dag_plan(dag) p WHERE n = 4 ORDER BY n, p.step;
SELECT n, p.step, p.action, p.task, p.status FROM five, sf_dag_deploy(dag) p ORDER BY n, p.step;
SELECT n, p.step, p.action, p.task, p.status FROM five, sf_dag_deploy(dag, 'createOrAlter') p ORDER BY n, p.step;
SELECT n, p.step, p.action, p.task, p.status FROM five, sf_dag_deploy(dag, 'or_replace') p ORDER BY n, p.step;
SELECT n, p.step, p.action, p.task, p.status FROM five, sf_dag_deploy(dag, 'ifnotexists') p ORDER BY n, p.step;
SELECT n, jsonb_pretty(sf_dag_fetch(dag)) FROM five ORDER BY n;
SELECT n, p.step, p.action, p.task, p.status FROM five, sf_dag_deploy(sf_dag_fetch(dag), 'createOrAlter') p ORDER BY n, p.step;
