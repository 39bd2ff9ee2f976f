-- task graphs: built, checked, planned, deployed and dropped
\getenv host SNOWFLAKE_TEST_HOST
\getenv port SNOWFLAKE_TEST_PORT
\getenv analyst_pat SNOWFLAKE_TEST_ANALYST_PAT
SET snowflake_fdw.default_server = 'sf';
-- an error's parts that do not change from run to run
CREATE FUNCTION dag_refused(statement text, OUT state text, OUT message text, OUT detail text, OUT hint text, OUT context text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	message := 'no error';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
	detail := regexp_replace(detail, '[0-9a-f]{8}-[0-9a-f-]{27}', '<id>');
	context := regexp_replace(context, '\n*SQL statement.*', '');
END $$;
CREATE FUNCTION deployed(pattern text, OUT name text, OUT state text, OUT predecessors text[], OUT finalize text, OUT warehouse text, OUT definition text, OUT comment text) RETURNS SETOF record
LANGUAGE sql AS $$ SELECT name, state, predecessors, finalize, warehouse, definition, comment FROM sf_tasks(pattern) ORDER BY name COLLATE "C" $$;

-- builders
CREATE VIEW five AS
SELECT * FROM (VALUES
	(1, sf_dag_task(sf_dag('single', schedule => '1 day', warehouse => 'COMPUTE_WH'), 'only', 'SELECT 1')),
	(2, sf_dag_task(sf_dag_task(sf_dag_task(sf_dag('line', schedule => '90 minutes', comment => 'one after the other'),
		'a', 'SELECT 1'), 'b', 'SELECT 2', after => '{a}'), 'c', 'SELECT 3', after => '{b}')),
	(3, sf_dag_link(sf_dag_task(sf_dag_task(sf_dag_task(sf_dag_task(sf_dag('diamond', warehouse => 'COMPUTE_WH'),
		'a', 'SELECT 1'), 'b', 'SELECT 2'), 'c', 'SELECT 3', serverless => true), 'd', 'SELECT 4'), 'a >> [b, c] >> d')),
	(4, sf_dag_link(sf_dag_task(sf_dag_task(sf_dag_branch(sf_dag('decide', schedule => sf_cron('10 * * * *', 'America/Los_Angeles')),
		'choose', $$CALL SYSTEM$SET_RETURN_VALUE('right')$$), 'left', 'SELECT 1'), 'right', 'SELECT 2', condition => '1=1'), 'choose >> [left, right]')),
	(5, sf_dag_task(sf_dag_task(sf_dag('"final Graph"', schedule => 'USING CRON 0 9 * * MON UTC', warehouse => 'COMPUTE_WH',
		config => '{"depth": 3, "where": "here"}', task_auto_retry_attempts => 2), '"first Task"', 'SELECT 1', comment => 'it''s first'),
		'last', 'SELECT 2', finalizer => true))
) AS g(n, dag);
SELECT n, jsonb_pretty(dag) FROM five ORDER BY n;
SELECT n, t.ord, t.name, t.full_name, t.predecessors, t.condition, t.is_finalizer, t.statement FROM five, sf_dag_tasks(dag) t ORDER BY n, t.ord;
SELECT count(*) AS problems FROM five, sf_dag_validate(dag) v;
-- every argument has its key; definitions may be objects whose gaps the graph fills
SELECT jsonb_pretty(sf_dag('g', '1 hour', 'w', 'c', '{"a": 1}', '{"TIMEZONE": "UTC"}', 'ei', 'si', 3, 'ALLOW_CHILD_OVERLAP', true, 1000, 5, '@stage', '{a.py}', '{pandas}', true, '1=1', 'u',
	'{"user_task_managed_initial_warehouse_size": "SMALL", "suspended": true}'));
SELECT t.name, t.statement FROM sf_dag_tasks(sf_dag_task(sf_dag_task(sf_dag('py', stage_location => '@mystage', packages => '{pandas}', imports => '{lib.py}', use_func_return_value => true),
	'f', '{"python": "def main(session):\n    return 1"}'::jsonb), 'p', '{"procedure": "load", "args": [1]}'::jsonb)) t;
SELECT r.* FROM unnest(ARRAY[
	$$SELECT sf_dag(NULL)$$,
	$$SELECT sf_dag('g', options => '{"warehous": "w"}')$$,
	$$SELECT sf_dag('g', options => '{"predecessors": ["x"]}')$$,
	$$SELECT sf_dag('g', options => '[]')$$,
	$$SELECT sf_dag_task(NULL, 't', 'SELECT 1')$$,
	$$SELECT sf_dag_task('[]', 't', 'SELECT 1')$$,
	$$SELECT sf_dag_task('{"name": "g", "task": []}', 't', 'SELECT 1')$$,
	$$SELECT sf_dag_task('{"name": "g", "tasks": {}}', 't', 'SELECT 1')$$,
	$$SELECT sf_dag_task(sf_dag('g'), NULL, 'SELECT 1')$$,
	$$SELECT sf_dag_task(sf_dag_task(sf_dag('g'), 't', 'SELECT 1'), 'T', 'SELECT 1')$$,
	$$SELECT sf_dag_task(sf_dag('g'), 'a b', 'SELECT 1')$$,
	$$SELECT sf_dag_task(sf_dag('g'), 't', 'SELECT 1', options => '{"finaliser": true}')$$,
	$$SELECT sf_dag_link(sf_dag_task(sf_dag('g'), 'a', 'SELECT 1'), 'a', '{b}')$$,
	$$SELECT sf_dag_link(sf_dag_task(sf_dag('g'), 'a', 'SELECT 1'), 'a')$$,
	$$SELECT sf_dag_link(sf_dag_task(sf_dag('g'), 'a', 'SELECT 1'), 'a >> [')$$,
	$$SELECT sf_dag_link(sf_dag_task(sf_dag('g'), 'a', 'SELECT 1'), 'a >> [a, ] >> a')$$,
	$$SELECT sf_dag_link(sf_dag_task(sf_dag('g'), 'a', 'SELECT 1'), 'a > a')$$
]) AS s(statement), dag_refused(statement) r;
SELECT sf_dag_link(sf_dag_link(sf_dag_task(sf_dag_task(sf_dag_task(sf_dag('g'), 'a', 'SELECT 1'), '"b >> [c"', 'SELECT 1'), 'c', 'SELECT 1'), 'a', '{"\"b >> [c\"", c}'),
	' [a] >> ["b >> [c",c] ') -> 'edges' AS edges;

-- a graph out of a table of tasks, in one query; a schedule that is an interval
CREATE TABLE task_list (name text, definition text, after text[], comment text, finalizer boolean);
INSERT INTO task_list VALUES ('load', 'SELECT 1', NULL, NULL, NULL), ('clean', 'SELECT 2', '{load}', 'it''s clean', NULL), ('"Bye"', 'SELECT 3', NULL, NULL, true);
SELECT jsonb_pretty(sf_dag('g', schedule => interval '90 minutes', tasks => array_agg(to_jsonb(t) ORDER BY definition))) FROM task_list t;
SELECT sf_dag('g', '90 minutes', tasks => array_agg(to_jsonb(t) ORDER BY definition)) = sf_dag('g', '90 minutes') || sf_dag_agg(to_jsonb(t) ORDER BY definition) AS same,
	jsonb_array_length(sf_dag_agg(to_jsonb(t)) FILTER (WHERE finalizer) -> 'tasks') AS filtered FROM task_list t;
SELECT sf_dag_agg(t) AS of_no_rows FROM (SELECT '{}'::jsonb AS t WHERE false) n;
SELECT sf_dag_agg(t) AS of_nulls FROM unnest(ARRAY[NULL, '{"name": "a", "after": null}']::jsonb[]) t;
SELECT t.ord, t.name, t.predecessors, t.is_finalizer, t.statement FROM sf_dag_tasks((SELECT sf_dag('g') || sf_dag_agg(to_jsonb(l)) FROM task_list l)) t;
SELECT sf_dag('g', interval '8 days') ->> 'schedule' AS interval, sf_dag('g', NULL::interval) ? 'schedule' AS of_null, sf_dag('g', '1 h') ->> 'schedule' AS text, sf_dag('g', schedule => NULL) ? 'schedule' AS nothing;
SELECT statement, r.state, r.message, r.hint FROM unnest(ARRAY[
	$$SELECT sf_dag('g', tasks => '{NULL,"5"}')$$,
	$$SELECT sf_dag('g', tasks => ARRAY['{"name": "a"}', '{"name": "A"}']::jsonb[])$$,
	$$SELECT sf_dag_agg('{"name": "a", "definitoin": "SELECT 1"}')$$,
	$$SELECT sf_dag_agg('{"definition": "SELECT 1"}')$$,
	$$SELECT sf_dag_agg('[]')$$,
	$$SELECT sf_dag('g', interval '9 seconds')$$,
	$$SELECT sf_dag('g', interval '1 month')$$,
	$$SELECT sf_dag('g', interval '10.5 seconds')$$
]) AS s(statement), dag_refused(statement) r;
DROP TABLE task_list;

-- branches: quotes in names, several branches, conditions of one's own
SELECT t.name, t.condition FROM sf_dag_tasks(sf_dag_link(sf_dag_task(sf_dag_branch(sf_dag_branch(sf_dag('b'), '"it''s"', 'SELECT 1'), 'two', 'SELECT 1'), '"o''Task"', 'SELECT 1', condition => 'a = 1 OR b = 2'),
	'["it''s", two] >> "o''Task"')) t WHERE t.condition IS NOT NULL;

-- options are further properties, by hand and in rows too; a key that is not known is sent, with a warning
SELECT t.full_name, t.condition FROM sf_dag_tasks((SELECT sf_dag('g') || sf_dag_agg(to_jsonb(r)) FROM (VALUES ('a', 'SELECT 1', '{"condition": "1 = 1"}'::jsonb), ('b', 'SELECT 2', NULL)) AS r(name, definition, options))) t;
SELECT v.* FROM sf_dag_validate('{"name": "g", "options": {"coment": "x"}, "tasks": [{"name": "a", "definition": "SELECT 1", "when": "1 = 1"}, {"name": "b", "definition": "SELECT 1", "options": 5}]}') v;

-- what is wrong, all at once
SELECT v.* FROM sf_dag_validate('{"name": "wrong", "schedule": "5 seconds", "comented": "x", "task_auto_retry_attempts": 31, "user_task_timeout_ms": -1, "config": [1],
	"overlap_policy": "SOMETIMES", "warehouse": "W", "tasks": [
	{"name": "a", "definition": "SELECT 1", "after": ["c"]}, {"name": "b", "definition": "SELECT 1", "after": "a"}, {"name": "c", "definition": "SELECT 1", "after": ["b", "nobody"]},
	{"name": "A", "definition": "SELECT 2"}, {"name": "d"}, {"definition": "SELECT 1"}, {"name": "x y", "definition": "SELECT 1"},
	{"name": "f1", "definition": "SELECT 1", "finalizer": true, "after": ["a"]}, {"name": "f2", "definition": "SELECT 1", "finalizer": true, "schedule": "1 hour"},
	{"name": "s", "definition": "SELECT 1", "serverless": true, "warehouse": "W"}, {"name": "z", "definition": "SELECT 1", "user_task_managed_initial_warehouse_size": "SMALL"},
	{"name": "m", "definition": "SELECT 1", "serverless": true, "serverless_task_min_statement_size": "LARGE", "serverless_task_max_statement_size": "SMALL"},
	{"name": "t", "definition": "SELECT 1", "serverless": true, "target_completion_interval": "2 days"}, {"name": "r", "definition": "SELECT 1", "schedule": "1 hour", "config": {"a": 1}, "task_auto_retry_attempts": 1,
	"suspend_task_after_num_failures": 3, "overlap_policy": "NO_OVERLAP"}, {"name": "k", "definition": "SELECT 1", "wharehouse": "W", "finalize": "a", "branch": 1}, {"name": "e", "definition": "SELECT 1", "branch": true},
	{"name": "p", "definition": "SELECT 1", "session_parameters": {"AUTOCOMMIT": false}}, {"name": "o", "definition": {"pyton": "x"}}
	], "edges": [["f1", "e"], ["a"], ["a", "nobody"], "x"]}') v;
SELECT v.* FROM unnest(ARRAY['{}', '[]', '{"name": 1}', '{"name": "a b"}', '{"name": "g", "tasks": 1}', '{"name": "g", "edges": 1}', 'null', '{"name": "g", "suspended": "yes"}']::jsonb[]) AS g(dag), sf_dag_validate(dag) v;
-- limits: 1000 tasks with the root, 100 predecessors, 100 successors, 255 characters
SELECT n, v.* FROM (VALUES (999), (1000)) AS s(n), LATERAL (SELECT jsonb_build_object('name', 'many', 'tasks', jsonb_agg(jsonb_build_object('name', 't' || i, 'definition', 'SELECT 1', 'after',
	CASE WHEN i > 1 THEN jsonb_build_array('t' || greatest(i / 10, 1)) ELSE '[]' END))) AS dag FROM generate_series(1, n) i) AS g, sf_dag_validate(dag) v;
SELECT n, v.* FROM (VALUES (100), (101)) AS s(n), LATERAL (SELECT jsonb_build_object('name', 'wide', 'tasks', jsonb_agg(jsonb_build_object('name', 't' || i, 'definition', 'SELECT 1'))
	|| jsonb_build_object('name', 'end', 'definition', 'SELECT 1', 'after', jsonb_agg('t' || i))) AS dag FROM generate_series(1, n) i) AS g, sf_dag_validate(dag) v;
SELECT n, v.rule, v.message FROM (VALUES (252), (253)) AS s(n), sf_dag_validate(sf_dag_task(sf_dag('g'), repeat('x', n + 1), 'SELECT 1')) v;
SELECT r.* FROM dag_refused($$SELECT * FROM sf_dag_tasks('{"name": "g", "tasks": [{"name": "a", "after": ["b"]}, {"name": "b", "after": ["a"], "definition": "SELECT 1"}]}')$$) r;

-- drawings
SELECT sf_dag_render(dag) FROM five WHERE n >= 3 ORDER BY n;
SELECT sf_dag_render(dag, 'Mermaid', '{"DECIDE$LEFT": "SKIPPED", "DECIDE$RIGHT": "SUCCEEDED", "DECIDE$CHOOSE": "succeeded"}') FROM five WHERE n = 4;
SELECT sf_dag_render(dag, 'dot', '{"final Graph$first Task": "FAILED"}') FROM five WHERE n = 5;
SELECT n, xpath('//*[local-name() = "text"]/text()', x) AS boxes, array_length(xpath('//*[@class = "link"]', x), 1) AS links FROM five, LATERAL (SELECT sf_dag_render(dag, 'svg')::xml AS x) d ORDER BY n;
SELECT f, sf_dag_render(sf_dag_task(sf_dag('"<a&b>"'), '"say ""hi"" #1\\"', 'SELECT 1'), f) FROM unnest('{mermaid,dot,svg}'::text[]) f;
SELECT r.* FROM dag_refused($$SELECT sf_dag_render('{"name": "g"}'::jsonb, 'png')$$) r;

SELECT f, sf_dag_gantt('[{"name": "R", "state": "SUCCEEDED", "start": 1000, "end": 1000.25}, {"name": "R$A:1", "state": "FAILED", "start": 1000.5, "end": 1004}, {"name": "R$B", "state": "EXECUTING", "start": 1004, "end": null},
	{"name": "R$<C>", "state": "SKIPPED", "start": null, "end": 1004}]'::jsonb, f) FROM unnest('{text,mermaid,svg}'::text[]) f;
-- what XML has no place for, names longer than a box, states of no colour
SELECT xpath('//*[local-name() = "title"]/text()', x) AS titles, xpath('//*[local-name() = "text"]/text()', x) AS texts FROM (SELECT sf_dag_render(sf_dag_task(sf_dag_task(sf_dag(E'"a\tb\x01\x7f]]>"'), '"' || repeat('x', 60) || '"', 'SELECT 1'), '"''<b>&amp;"', 'SELECT 1'),
	'svg', jsonb_build_object(E'a\tb\x01\x7f]]>$''<b>&amp;', '<odd>'))::xml AS x) d;
SELECT array_length(xpath('//*[@class = "bar"]', x), 1) AS bars, xpath('//*[@class = "due"]/@width', x) AS due, xpath('//*[@class = "start"]/text()', x) AS start, xpath('//*[@class = "axis"]/following-sibling::*[1]/text()', x) AS axis
	FROM (SELECT sf_dag_gantt('[{"name": "a", "state": "SUCCEEDED", "scheduled": 1795952280, "start": 1795952282, "end": 1795956000}, {"name": "b", "state": "FAILED", "scheduled": 1795956000, "start": 1795956100.5, "end": 1795963200}]'::jsonb, 'svg')::xml AS x) d;
SELECT sf_dag_gantt('[]'::jsonb), sf_dag_gantt(NULL::jsonb);
SELECT r.* FROM dag_refused($$SELECT sf_dag_gantt('[]'::jsonb, 'dot')$$) r;

-- what a task says and asks
SELECT sf_ctx_set_return_value('it''s'), sf_ctx_set_return_value_expr('(SELECT COUNT(*)::VARCHAR FROM t)'), sf_ctx_set_return_value(NULL);
SELECT sf_ctx_predecessor_return_value(), sf_ctx_predecessor_return_value('producer'), sf_ctx_predecessor_return_value('producer', 'my_dag'), sf_ctx_predecessor_return_value('"it''s"', 'db.s."My Dag"');
SELECT sf_ctx_current_task_name(), sf_ctx_current_task_short_name(), sf_ctx_task_graph_config(), sf_ctx_task_graph_config('a.b');
SELECT sf_ctx_current_root_task_name(), sf_ctx_current_root_task_uuid(), sf_ctx_run_group_id(), sf_ctx_last_successful_run_group_id(), sf_ctx_runtime_info('current_task_name');
SELECT sf_ctx_original_schedule(), sf_ctx_last_successful_schedule();

-- planned without a call, then deployed
SELECT n, p.step, p.action, p.task, p.status, p.detail FROM five, sf_dag_plan(dag) p WHERE n IN (4, 5) ORDER BY n, p.step;
SELECT n, p.step, p.action, p.task, p.status FROM five, sf_dag_deploy(dag, dry_run => true) p WHERE n = 1 ORDER BY n, p.step;
SELECT count(*) AS still_none FROM five, sf_tasks(upper(dag ->> 'name') || '%');
SELECT n, p.step, p.action, p.task, p.status FROM five, sf_dag_deploy(dag) p ORDER BY n, p.step;
SELECT d.* FROM unnest('{SINGLE%,LINE%,DIAMOND%,DECIDE%,FINAL%}'::text[]) AS s(pattern), deployed(pattern) d;

-- each mode where the graph exists
SELECT r.* FROM five, dag_refused(format('SELECT * FROM sf_dag_deploy(%L)', dag)) r WHERE n = 2;
SELECT n, p.step, p.action, p.task, p.status FROM five, sf_dag_deploy(dag, 'if_not_exists') p ORDER BY n, p.step;
SELECT n, p.step, p.action, p.task, p.status FROM five, sf_dag_deploy(dag, 'createoralter') p ORDER BY n, p.step;
SELECT n, p.step, p.action, p.task, p.status FROM five, sf_dag_deploy(dag, 'or_replace') p ORDER BY n, p.step;
SELECT n, jsonb_pretty(sf_dag_fetch(dag)) FROM five WHERE n >= 3 ORDER BY n;
SELECT n, p.step, p.action, p.task, p.status FROM five, sf_dag_plan(sf_dag_fetch(dag), 'createOrAlter') p ORDER BY n, p.step;

-- ifNotExists adds what is missing and leaves the rest, and the root runs again
SELECT p.step, p.action, p.task, p.status FROM sf_dag_deploy('{"name": "line", "comment": "ignored", "tasks": [{"name": "a", "definition": "SELECT 99"}, {"name": "c", "definition": "SELECT 98"}, {"name": "new", "definition": "SELECT 5", "after": ["c"]}]}', 'ifNotExists') p;
SELECT d.* FROM deployed('LINE%') d;

-- createOrAlter: only what differs, of a graph that runs
CREATE TABLE wanted (n int, dag jsonb);
INSERT INTO wanted VALUES
(1, '{"name": "move", "schedule": "1 hour", "tasks": [{"name": "a", "definition": "SELECT 1"}, {"name": "b", "definition": "SELECT 2", "after": ["a"]}, {"name": "c", "definition": "SELECT 3", "after": ["b"]}]}'),
(2, '{"name": "move", "schedule": "1 hour", "tasks": [{"name": "a", "definition": "SELECT 1"}, {"name": "b", "definition": "SELECT 22", "after": ["a"], "comment": "new text"}, {"name": "c", "definition": "SELECT 3", "after": ["b"]}]}'),
(3, '{"name": "move", "schedule": "1 hour", "comment": "turned round", "tasks": [{"name": "c", "definition": "SELECT 3"}, {"name": "b", "definition": "SELECT 22", "comment": "new text", "after": ["c"]}, {"name": "a", "definition": "SELECT 1", "after": ["b"]}]}'),
(4, '{"name": "move", "schedule": "1 hour", "comment": "turned round", "tasks": [{"name": "c", "definition": "SELECT 3"}, {"name": "a", "definition": "SELECT 1", "after": ["c"]}]}'),
(5, '{"name": "move", "schedule": "1 hour", "comment": "turned round", "tasks": [{"name": "c", "definition": "SELECT 3"}, {"name": "n", "definition": "SELECT 4", "after": ["c"]}, {"name": "a", "definition": "SELECT 1", "after": ["n"]}, {"name": "f", "definition": "SELECT 9", "finalizer": true}]}'),
(6, '{"name": "move", "schedule": "1 hour", "comment": "turned round", "tasks": [{"name": "f", "definition": "SELECT 9"}, {"name": "n", "definition": "SELECT 4"}, {"name": "a", "definition": "SELECT 1", "after": ["n", "f"]}, {"name": "c", "definition": "SELECT 3", "finalizer": true}]}'),
(7, '{"name": "move", "schedule": "1 hour", "comment": "turned round", "tasks": [{"name": "g", "definition": "SELECT 9", "finalizer": true}]}'),
(8, '{"name": "move", "schedule": "2 hours", "suspended": true, "tasks": [{"name": "g", "definition": "SELECT 9", "finalizer": true, "suspended": true}]}'),
(9, '{"name": "move", "schedule": "2 hours", "tasks": [{"name": "g", "definition": "SELECT 9", "finalizer": true}]}'),
(10, '{"name": "move", "tasks": [{"name": "g", "definition": "SELECT 9", "finalizer": true}]}');
CREATE FUNCTION change(which int, OUT part text, OUT what text, OUT task text, OUT detail text) RETURNS SETOF record LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT 'step'::text, p.action, p.task, p.detail ->> 'changed' FROM wanted w, sf_dag_deploy(w.dag, 'createOrAlter') p WHERE w.n = which AND p.action NOT IN ('fetch', 'dependents');
	RETURN QUERY SELECT 'task'::text, d.state, d.name, coalesce(d.predecessors::text, '') || coalesce(' of ' || d.finalize, '') FROM deployed('MOVE%') d;
	RETURN QUERY SELECT 'again'::text, p.action, p.task, p.detail ->> 'changed' FROM wanted w, sf_dag_plan(w.dag, 'createOrAlter') p WHERE w.n = which AND p.action NOT IN ('fetch', 'dependents');
	RETURN QUERY SELECT 'fetched'::text, p.action, p.task, p.detail ->> 'changed' FROM wanted w, sf_dag_plan(sf_dag_fetch(w.dag), 'createOrAlter') p WHERE w.n = which AND p.action NOT IN ('fetch', 'dependents');
END $$;
SELECT n, c.* FROM generate_series(1, 10) n, LATERAL (SELECT * FROM change(n)) c;

-- what is deployed against a value: each property that differs, each task of one side, what is started
SELECT d.* FROM sf_dag_diff('{"name": "move", "tasks": [{"name": "g", "definition": "SELECT 9", "finalizer": true}]}') d;
SELECT d.* FROM sf_dag_diff('{"name": "move", "schedule": "2 hours", "config": {"a": 1}, "tasks": [{"name": "g", "definition": "SELECT 10", "finalizer": true, "suspended": true}, {"name": "\"new One\"", "definition": "SELECT 1"}]}') d;
SELECT d.* FROM sf_dag_diff('{"name": "move", "comment": "x", "tasks": []}') d;
SELECT d.* FROM sf_dag_diff('{"name": "nowhere", "tasks": [{"name": "a", "definition": "SELECT 1", "after": ["b"]}, {"name": "b", "definition": "SELECT 2"}]}') d;
SELECT n, d.* FROM wanted, sf_dag_diff(dag || '{"name": "move"}') d WHERE n = 10;
SELECT r.state, r.message FROM unnest(ARRAY['SELECT sf_dag_diff(NULL)', 'SELECT sf_dag_diff(''{}'')', 'SELECT sf_dag_diff(''{"name": "move$g", "tasks": []}'')', 'SELECT sf_dag_diff(''{"name": "nope.nope.g", "tasks": []}'')']) AS s, dag_refused(s) r;

-- a deployment that was interrupted is completed, with nothing done twice
SELECT p.step, p.action, p.task, p.status FROM sf_dag_deploy('{"name": "part", "schedule": "1 hour", "tasks": [{"name": "a", "definition": "SELECT 1"}]}') p;
SELECT sf_task_suspend('part'), sf_task_suspend('part$a');
SELECT p.step, p.action, p.task, p.status FROM sf_dag_deploy('{"name": "part", "schedule": "1 hour", "tasks": [{"name": "a", "definition": "SELECT 1"}, {"name": "b", "definition": "SELECT 1", "after": ["a"]}]}', 'createOrAlter') p;
SELECT sf_dag_drop('part');

-- errors before any call
SELECT r.* FROM unnest(ARRAY[
	$$SELECT * FROM sf_dag_deploy('{"name": "g", "tasks": [{"name": "a"}, {"name": "b", "after": ["c"], "definition": "SELECT 1"}]}')$$,
	$$SELECT * FROM sf_dag_deploy('{"name": "g"}', 'replace')$$,
	$$SELECT * FROM sf_dag_deploy('{"name": "g"}', on_error => 'ignore')$$,
	$$SELECT * FROM sf_dag_deploy(NULL)$$,
	$$SELECT * FROM sf_dag_deploy('"g"')$$,
	$$SELECT * FROM sf_dag_deploy('{"name": "a.b.c.d"}')$$,
	$$SELECT * FROM sf_dag_plan('{"name": "g"}', server => 'nowhere')$$,
	$$SELECT sf_dag_wait('g', 'x')$$,
	$$SELECT sf_dag_run('g', config => '[]')$$,
	$$SELECT sf_dag_run('g', retry_last => true, config => '{}')$$
]) AS s(statement), dag_refused(statement) r;
BEGIN READ ONLY;
SELECT count(*) FROM sf_dag_deploy('{"name": "g"}', dry_run => true);
SELECT * FROM sf_dag_deploy('{"name": "g"}');
ROLLBACK;

-- errors of the account; how far it came
SELECT r.* FROM unnest(ARRAY[
	$$SELECT sf_dag_fetch('line$a')$$,
	$$SELECT sf_dag_drop('"final Graph$LAST"')$$,
	$$SELECT * FROM sf_dag_deploy('{"name": "nope.nope.g"}')$$,
	$$SELECT * FROM sf_dag_deploy('{"name": "nope.nope.g"}', 'createOrAlter')$$,
	$$SELECT * FROM sf_dag_deploy('{"name": "half", "tasks": [{"name": "a", "definition": "SELECT 1"}, {"name": "b", "definition": "SELECT 1", "warehouse": "no_such_wh"}, {"name": "c", "definition": "SELECT 1"}]}')$$,
	$$SELECT * FROM sf_dag_deploy('{"name": "half2", "tasks": [{"name": "a", "definition": "SELECT 1"}, {"name": "b", "definition": "SELECT 1", "warehouse": "no_such_wh"}, {"name": "c", "definition": "SELECT 1"}]}', on_error => 'drop')$$,
	$$SELECT sf_dag_drop('missing')$$,
	$$SELECT sf_dag_drop('{"name": "missing"}'::jsonb, if_exists => NULL)$$,
	$$SELECT sf_dag_fetch('missing')$$,
	$$SELECT sf_dag_suspend('missing')$$,
	$$SELECT sf_dag_resume('missing')$$,
	$$SELECT sf_dag_run('missing')$$,
	$$SELECT sf_dag_wait('missing')$$,
	$$SELECT sf_dag_cancel('missing')$$,
	$$SELECT * FROM sf_dags(schema => 'missing')$$
]) AS s(statement), dag_refused(statement) r;
SELECT d.name, d.state FROM deployed('HALF%') d;
SELECT sf_dag_drop('half'), sf_dag_drop('half2', if_exists => true) IS NULL AS half2, sf_dag_drop('missing', if_exists => true) IS NULL AS missing;
-- a change that fails half-way leaves the graph running, as far as it came; the same call again finds what is left to do
SELECT r.* FROM dag_refused($$SELECT * FROM sf_dag_deploy('{"name": "line", "schedule": "90 minutes", "comment": "one after the other", "tasks": [{"name": "a", "definition": "SELECT 11"},
	{"name": "b", "definition": "SELECT 2", "after": ["a"], "warehouse": "no_such_wh"}, {"name": "c", "definition": "SELECT 33", "after": ["b"]}]}', 'createOrAlter', on_error => 'drop')$$) r;
SELECT d.name, d.state, d.definition FROM deployed('LINE%') d;
SELECT p.action, p.task, p.detail -> 'changed' AS changed FROM sf_dag_deploy('{"name": "line", "schedule": "90 minutes", "comment": "one after the other", "tasks": [{"name": "a", "definition": "SELECT 11"},
	{"name": "b", "definition": "SELECT 2", "after": ["a"]}, {"name": "c", "definition": "SELECT 33", "after": ["b"]}]}', 'createOrAlter') p;
-- a role that may not create tasks
CREATE SERVER dag_analyst FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (host :'host', port :'port', protocol 'http', account 'localorg-localacct', database 'SHOP', schema 'PUBLIC', role 'ANALYST');
CREATE USER MAPPING FOR CURRENT_USER SERVER dag_analyst OPTIONS (user 'DEMO_USER', token :'analyst_pat');
SELECT r.* FROM dag_refused($$SELECT * FROM sf_dag_deploy('{"name": "g"}', server => 'dag_analyst')$$) r;
-- a server that is only to be read
CREATE SERVER dag_plain FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (host :'host', port :'port', protocol 'http', account 'localorg-localacct', database 'SHOP', schema 'PUBLIC', read_only 'true');
CREATE USER MAPPING FOR CURRENT_USER SERVER dag_plain OPTIONS (user 'DEMO_USER', token :'analyst_pat');
SELECT r.* FROM unnest(ARRAY[
	$$SELECT * FROM sf_dag_deploy('{"name": "g"}', server => 'dag_plain')$$,
	$$SELECT sf_dag_run('line', server => 'dag_plain')$$,
	$$SELECT sf_dag_drop('line', server => 'dag_plain')$$
]) AS s(statement), dag_refused(statement) r;
DROP SERVER dag_analyst, dag_plain CASCADE;

-- tasks that were made otherwise: names of their own, a config that a graph would not take
SELECT sf_execute($$CREATE TASK odd SCHEDULE = '1 HOUR' CONFIG = '{"a": [1]}' AS SELECT 1$$) ->> 'message', sf_execute('CREATE TASK after_odd AFTER odd AS SELECT 2') ->> 'message',
	sf_execute('CREATE TASK "last One" FINALIZE = odd AS SELECT 3') ->> 'message';
SELECT jsonb_pretty(sf_dag_fetch('odd'));
SELECT p.step, p.action, p.task, p.detail ->> 'changed' AS changed FROM sf_dag_plan(sf_dag_fetch('odd') || '{"config": {"a": 1}}', 'createOrAlter') p;
SELECT sf_dag_drop('odd');

-- suspend, resume, list, drop
SELECT sf_dag_suspend('line'), sf_dag_suspend('line');
SELECT d.name, d.state FROM deployed('LINE%') d;
SELECT sf_dag_resume('line');
SELECT d.name, d.state FROM deployed('LINE%') d;
SELECT * FROM sf_dags('%') d ORDER BY d COLLATE "C";
SELECT n, sf_dag_drop(dag) FROM five WHERE n < 5 ORDER BY n;
SELECT sf_dag_drop('"final Graph"', drop_finalizer => false), sf_dag_drop(dag, if_exists => true) IS NULL AS again, sf_dag_drop('"final Graph"', if_exists => true) IS NULL AS yet_again FROM five WHERE n = 5;
SELECT d.* FROM deployed('final%') d;
SELECT sf_task_drop('"final Graph$LAST"'), sf_dag_delete('move');
SELECT * FROM sf_dags();
-- charts and drawings of a text that is no name but the thing itself; what there is none of
SELECT sf_dag_gantt('[{"name": "a", "state": "SUCCEEDED", "start": 0, "end": 1}, {"name": "b", "state": "FAILED", "start": 1, "end": 3}]');
SELECT sf_dag_gantt(' [{"name": "a", "state": "SUCCEEDED", "start": 0, "end": 1}]', 'mermaid') = sf_dag_gantt('[{"name": "a", "state": "SUCCEEDED", "start": 0, "end": 1}]', format => 'mermaid') AS same;
SELECT sf_dag_render('{"name": "x", "tasks": [{"name": "a", "definition": "SELECT 1"}]}', 'text', '{"X$A": "FAILED"}');
SELECT statement, r.* FROM unnest(ARRAY['SELECT sf_dag_gantt(''{}''::jsonb)', 'SELECT sf_dag_gantt(''[1]'')', 'SELECT sf_dag_gantt(''none'', ''1'')', 'SELECT sf_dag_last_success(''none'')', 'SELECT sf_dag_last_success(NULL)']) AS s(statement), dag_refused(statement) r;
-- NULL is no task, not any task
SELECT sf_task_execute(sf_task_create('value', sf_ctx_set_return_value('a value'), warehouse => 'COMPUTE_WH'), config => '{}', await => true);
SELECT sf_task_return_value('value'), sf_task_return_value(NULL), sf_task_drop('value');
-- who may call what
SELECT p.oid::regprocedure FROM pg_proc p WHERE p.proname LIKE 'sf\_dag%' AND has_function_privilege('public', p.oid, 'EXECUTE') ORDER BY 1;
DROP TABLE wanted;
DROP VIEW five;
DROP FUNCTION change, deployed, dag_refused;
