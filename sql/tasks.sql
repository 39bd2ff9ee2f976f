-- tasks: creating, reading, changing, running, dropping them
\getenv host SNOWFLAKE_TEST_HOST
\getenv port SNOWFLAKE_TEST_PORT
\getenv limited_pat SNOWFLAKE_TEST_LIMITED_PAT
\getenv analyst_pat SNOWFLAKE_TEST_ANALYST_PAT
SET snowflake_fdw.default_server = 'sf';
-- an error's parts that do not change from run to run
CREATE FUNCTION refused(statement text, OUT state text, OUT message text, OUT hint text, OUT context text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	message := 'no error';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
	message := regexp_replace(message, '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'ID');
	context := nullif(substring(context FROM '^(.*?)\n*SQL statement'), '');
END $$;

-- builders
SELECT sf_cron('10 * * * *', 'America/Los_Angeles'), sf_cron('0 9 L * MON-FRI'), sf_cron(NULL), sf_cron(' 0  9 * *  5L ', 'europe/berlin');
SELECT sf_every('1 hour'), sf_every('90 seconds'), sf_every('1 day 30 minutes'), sf_every(NULL);
SELECT sf_procedure_call('my_db."Sch".p', '["it''s", 1, 1.50, true, null, {"a": [1]}]'), sf_procedure_call('p', '{"a": 1, "\"b\"": "x"}'), sf_procedure_call('p');
SELECT sf_python_procedure(E'def main(session, a):\n    return a\n', args => '["x"]');
SELECT sf_python_procedure(E'def run(session, n, f, o, b):\n    return ''$$'' + "\\n"', 'run', '[1, 1.5, {"k": 1}, true]', returns => 'TABLE (A NUMBER)', packages => '{pandas}', imports => '{@s/a.zip,b.py}',
	stage_location => 'mystage', runtime_version => '3.12');
SELECT sf_python_procedure('', 'mod.main', imports => '{mod.py}', stage_location => '@mystage/', use_return_value => true, packages => '{snowflake-snowpark-python==1.20}', argument_types => '{NUMBER}', args => '[null]');
SELECT r.state, r.message, r.hint FROM unnest(ARRAY[
	$$SELECT sf_cron('61 * * * *')$$, $$SELECT sf_cron('* * * *')$$, $$SELECT sf_cron('* * * * 7')$$, $$SELECT sf_cron('* * * * *', 'Mars/Olympus')$$, $$SELECT sf_cron('* * * * *', 'XYZ5')$$,
	$$SELECT sf_every('9 seconds')$$, $$SELECT sf_every('8 days 1 second')$$, $$SELECT sf_every('1 month')$$, $$SELECT sf_every('-1 hour')$$, $$SELECT sf_every('10.5 seconds')$$, $$SELECT sf_every('2000000000 days')$$,
	$$SELECT sf_procedure_call('a b')$$, $$SELECT sf_procedure_call('p', '"x"')$$, $$SELECT sf_procedure_call('p', '{"a b": 1}')$$,
	$$SELECT sf_python_procedure('x', 'main()')$$, $$SELECT sf_python_procedure('x', args => '{}')$$, $$SELECT sf_python_procedure('x', returns => 'VARCHAR; DROP')$$, $$SELECT sf_python_procedure('x', args => '[1]', argument_types => '{}')$$,
	$$SELECT sf_python_procedure('x', imports => '{a.py}')$$, $$SELECT sf_python_procedure('', imports => '{@s/a.py}')$$, $$SELECT sf_python_procedure('x', runtime_version => '3''')$$, $$SELECT sf_python_procedure('x', packages => '{NULL}')$$
]) AS s, refused(s) AS r;

-- a handler: the only function is the default, one that the source lacks is refused
SELECT sf_python_procedure(E'import os\nasync def only(session):\n    def inner(): pass\n    return 1\n') ~ 'HANDLER = ''only''' AS only,
	sf_python_procedure(E'from lib import main\n', imports => '{@s/lib.py}') ~ 'HANDLER = ''main''' AS imported, sf_python_procedure(E'def f(session): pass\nmain = f\n', 'main') ~ 'HANDLER = ''main''' AS assigned,
	sf_python_procedure(E'def f(session): pass\ndef main(session): pass\n') ~ 'HANDLER = ''main''' AS main;
SELECT r.state, r.message FROM unnest(ARRAY[$$SELECT sf_python_procedure(E'def run(session):\n    def main(): pass\n', 'main')$$, $$SELECT sf_python_procedure(E'def a(s): pass\ndef b(s): pass\n')$$, $$SELECT sf_python_procedure('x')$$,
	$$SELECT sf_task_create('x', '{"python": "def go(session): return 1", "handler": "main"}'::jsonb)$$]) AS s, refused(s) AS r;
SELECT r.state, r.message, r.hint FROM unnest(ARRAY[$$SELECT sf_task_create('x', 'SELECT 1', 'USING CRON 0 9 * * *')$$, $$SELECT sf_alter('task', 'x', '{"comment": "y"}')$$, $$SELECT sf_task_alter('x', '{"error_integration": "a = 1, b"}')$$,
	$$ALTER SERVER sf OPTIONS (ADD timezone 'Mars/Olympus')$$]) AS s, refused(s) AS r;

-- creating: success, existing, modes in all spellings
SELECT sf_task_create('t1', 'SELECT 1', '1 hour');
SELECT * FROM refused($$SELECT sf_task_create('t1', 'SELECT 1')$$);
SELECT sf_task_create('T1', 'SELECT 2', mode => 'ifNotExists'), sf_task_create('t1', 'SELECT 3', mode => 'IF_NOT_EXISTS');
SELECT name, definition, schedule FROM sf_tasks();
SELECT sf_task_create('t1', 'SELECT 4', mode => 'or_replace'), sf_task_create('t1', 'SELECT 5', mode => 'ORREPLACE'), sf_task_create('t1', 'SELECT 6', '10 m', mode => NULL, options => '{"comment": "from options"}', resume => NULL, database => 'shop', schema => '"INVENTORY"');
SELECT name, database_name, schema_name, definition, schedule, comment FROM sf_tasks() UNION ALL SELECT name, database_name, schema_name, definition, schedule, comment FROM sf_tasks(schema => 'inventory');
SELECT sf_task_drop('shop.inventory.t1');
-- a schedule that is an interval; a literal is a text
SELECT sf_task_create('every', 'SELECT 1', interval '90 minutes'), sf_task_fetch('every') -> 'schedule' AS schedule, sf_task_create('every', '{"procedure": "shop.public.p"}'::jsonb, interval '30 seconds', mode => 'orReplace'), sf_task_fetch('every') -> 'schedule' AS schedule,
	sf_task_create('every', 'SELECT 1', '5 MINUTES', mode => 'orReplace'), sf_task_fetch('every') -> 'schedule' AS schedule, sf_task_create('every', 'SELECT 1', schedule => NULL::interval, mode => 'orReplace'), sf_task_fetch('every') -> 'schedule' AS schedule;
SELECT r.state, r.message FROM unnest(ARRAY[$$SELECT sf_task_create('every', 'x', interval '1 second')$$, $$SELECT sf_task_create('every', 'x', interval '1 year')$$, $$SELECT sf_task_create('every', 'x', interval '10.5 seconds')$$]) s, refused(s) r;
SELECT sf_task_drop('every');
-- every property, as written and as read
-- an object without its type is one all the same
SELECT sf_task_create('plain', '{"procedure": "shop.public.p", "args": ["x"]}', warehouse => 'load_wh'), sf_task_fetch('plain') ->> 'definition' AS definition, sf_task_drop('plain');
SELECT r.state, r.message FROM unnest(ARRAY[$$SELECT sf_task_create('plain', '{"procedure": ')$$, $$SELECT sf_task_create('plain', ' {}')$$]) s, refused(s) r;
SELECT sf_task_create('"My Task"', '{"procedure": "shop.public.p", "args": ["x"]}'::jsonb, sf_cron('*/5 8-17 * * MON-FRI', 'Europe/Berlin'), warehouse => 'load_wh', comment => 'it''s "quoted"',
	condition => 'SYSTEM$STREAM_HAS_DATA(''S'')', config => '{"a": "x", "n": 1.5, "b": true}', session_parameters => '{"TIMEZONE": "UTC"}', target_completion_interval => '90 seconds',
	user_task_timeout_ms => 60000, suspend_task_after_num_failures => 3, task_auto_retry_attempts => 2, overlap_policy => 'allow_child_overlap', resume => true);
SELECT jsonb_pretty(sf_task_fetch('"My Task"') - '{id,created_on,last_committed_on,last_suspended_on}'::text[]);
SELECT sf_task_create('serverless', 'SELECT 1', user_task_managed_initial_warehouse_size => 'x-small', serverless_task_min_statement_size => 'XSMALL', serverless_task_max_statement_size => '2X-Large', allow_overlapping_execution => true);
SELECT name, overlap_policy, allow_overlapping_execution, owner, state FROM sf_tasks('server%');
-- predecessors, bare and qualified; a finalizer
SELECT sf_task_create('child', 'SELECT 1', predecessors => '{t1,SHOP.PUBLIC.T1}'), sf_task_create('"last"', 'SELECT 1', finalize => 't1');
SELECT name, predecessors, finalize FROM sf_task_dependents('t1');
SELECT name FROM sf_task_dependents('t1', recursive => false);

-- refused before any call
SELECT s AS argument, r.message, r.state FROM unnest(ARRAY[
	$$definition => NULL$$, $$definition => ' '$$, $$definition => 'x', schedule => 'often'$$, $$definition => 'x', schedule => '5'$$, $$definition => 'x', schedule => '9 s'$$, $$definition => 'x', schedule => '9 days'$$,
	$$definition => 'x', schedule => '1 month'$$, $$definition => 'x', schedule => '10.5 seconds'$$, $$definition => 'x', schedule => 'USING CRON * * * * *'$$, $$definition => 'x', schedule => 'USING CRON 0 99 * * * UTC'$$,
	$$definition => 'x', schedule => 'USING CRON 0 9 * * * Nowhere'$$, $$definition => 'x', schedule => '{"minutes": -1}'$$, $$definition => 'x', schedule => '{"schedule_type": "CRON_TYPE"}'$$, $$definition => 'x', schedule => '{"minutes": 5'$$,
	$$definition => 'x', warehouse => 'a.b'$$, $$definition => 'x', warehouse => 'w', user_task_managed_initial_warehouse_size => 'SMALL'$$, $$definition => 'x', serverless_task_min_statement_size => 'LARGE', serverless_task_max_statement_size => 'SMALL'$$,
	$$definition => 'x', serverless_task_max_statement_size => 'X3LARGE'$$, $$definition => 'x', user_task_timeout_ms => 604800001$$, $$definition => 'x', suspend_task_after_num_failures => -1$$, $$definition => 'x', task_auto_retry_attempts => 31$$,
	$$definition => 'x', target_completion_interval => '25 hours'$$, $$definition => 'x', target_completion_interval => '1.5 s'$$, $$definition => 'x', overlap_policy => 'NO'$$, $$definition => 'x', overlap_policy => 'NO_OVERLAP', allow_overlapping_execution => true$$,
	$$definition => 'x', error_integration => 'a; DROP TASK x'$$, $$definition => 'x', config => '[]'$$, $$definition => 'x', session_parameters => '{"autocommit": false}'$$, $$definition => 'x', predecessors => '{a}', schedule => '1 hour'$$,
	$$definition => 'x', predecessors => '{a}', finalize => 'b'$$, $$definition => 'x', finalize => 'b', config => '{"a": 1}'$$, $$definition => 'x', predecessors => '{new}'$$, $$definition => 'x', predecessors => '{other.a}'$$, $$definition => 'x', predecessors => '{NULL}'$$,
	$$definition => 'x', predecessors => '{a-b}'$$, $$definition => 'x', options => '[]'$$, $$definition => 'x', options => '{"comments": "x"}'$$, $$definition => 'x', tags => '{"t": 1}'$$, $$definition => 'x', tags => '{"a b": "1"}'$$, $$definition => 'x', mode => 'replace'$$,
	$$definition => '{"sql": "x"}'::jsonb$$, $$definition => '{"procedure": 1}'::jsonb$$, $$definition => '{"procedure": "p", "handler": "x"}'::jsonb$$
]) AS s, refused('SELECT sf_task_create(''new'', ' || s || ')') AS r;
SELECT r.state, r.message, r.hint FROM unnest(ARRAY['SELECT sf_task_create(NULL, ''x'')', 'SELECT sf_task_create(''a.b.c.d'', ''x'')', 'SELECT sf_task_create(''1x'', ''x'')',
	'SELECT sf_task_fetch(NULL)', 'SELECT sf_task_drop(NULL)', 'SELECT sf_task_create_or_alter(NULL)', 'SELECT sf_task_create_or_alter(''[]'')', 'SELECT sf_task_create_or_alter(''{"name": "x"}'')',
	'SELECT sf_task_execute(''t1'', true, ''{}'')', 'SELECT sf_task_execute(''t1'', config => ''[]'')', 'SELECT sf_tasks(max_rows => 0)', 'SELECT sf_task_current_graphs(''t1'', 10001)', 'SELECT sf_task_history(scheduled_from => now() - interval ''8 days'')',
	'SELECT sf_task_history(scheduled_to => now() + interval ''9 days'')', 'SELECT sf_task_history(scheduled_from => now(), scheduled_to => now() - interval ''1 hour'')', 'SELECT sf_task_history(max_rows => 0)', 'SELECT sf_task_set_tags(''t1'', NULL)'
]) AS s, refused(s) AS r;

SELECT r.state, replace(r.message, repeat('x', 256), '256 x') FROM refused('SELECT sf_task_create(''"' || repeat('x', 256) || '"'', ''x'')') AS r;

-- fetch, change, put back: nothing else changes
SELECT * FROM refused($$SELECT sf_task_create_or_alter(sf_task_fetch('"My Task"') || '{"comment": "changed"}')$$) \x\g\x
SELECT sf_task_suspend('"My Task"');
SELECT sf_task_create_or_alter(sf_task_fetch('"My Task"') || '{"comment": "changed", "user_task_timeout_ms": 60000}');
SELECT comment, schedule, warehouse, condition, config, overlap_policy, state FROM sf_tasks('My Task');
-- schedules: create, fetch, create_or_alter
SELECT s, sf_task_create_or_alter(jsonb_build_object('name', 'round', 'definition', 'SELECT 1', 'schedule', s)), sf_task_fetch('round') -> 'schedule' AS fetched,
	sf_task_create_or_alter(jsonb_build_object('name', 'round', 'definition', 'SELECT 1', 'schedule', sf_task_fetch('round') -> 'schedule')), sf_task_fetch('round') -> 'schedule' AS again
FROM unnest(ARRAY['10 minutes', '1 hour', '30 SECONDS', '10 m', '2 H', '1 day 00:00:30', 'P1DT2H', '00:05', 'using cron 0 9 L * 5L europe/berlin', 'USING CRON 0 0 1 JAN * UTC', '{"minutes": 5, "schedule_type": "MINUTES_TYPE"}']) s;
-- what is left out is reset
SELECT sf_task_create_or_alter('{"name": "round", "definition": "SELECT 2", "predecessors": [], "config": {}, "warehouse": null}'), sf_task_fetch('round') -> 'schedule' AS schedule, sf_task_fetch('round') ->> 'definition' AS definition;
SELECT sf_task_create_or_update('{"name": "other", "definition": "SELECT 2", "database_name": "SHOP", "schema_name": "INVENTORY"}'), sf_task_delete('shop.inventory.other');

-- lists
SELECT name FROM sf_tasks() ORDER BY name;
SELECT name FROM sf_tasks('%t%', max_rows => 2) ORDER BY name;
SELECT name FROM sf_tasks(starts_with => 'l') ORDER BY name;
SELECT name FROM sf_tasks(from_name => 'R') ORDER BY name;
SELECT name FROM sf_tasks(root_only => true) ORDER BY name;
SELECT count(*) FROM sf_tasks(NULL, NULL, NULL, NULL, NULL, 'SHOP', 'INVENTORY');

-- states, and a started root
SELECT sf_task_resume('child'), sf_task_resume('t1');
SELECT name, state FROM sf_tasks() ORDER BY name;
SELECT r.state, r.message, r.hint FROM unnest(ARRAY[$$SELECT sf_task_suspend('child')$$, $$SELECT sf_task_drop('child')$$, $$SELECT sf_task_create('child2', 'x', predecessors => '{t1}')$$, $$SELECT sf_task_create_or_alter('{"name": "t1", "definition": "SELECT 9"}')$$]) s, refused(s) r;
SELECT * FROM refused($$SELECT sf_task_execute('child')$$) \x\g\x
SELECT * FROM refused($$SELECT sf_task_execute('t1', retry_last => true)$$) \x\g\x
SELECT sf_task_suspend('t1');

-- running: wait for it, look at it, let one fail, cancel one
SELECT sf_task_create('root', 'SELECT SYSTEM$GET_TASK_GRAPH_CONFIG(''day'')', '1 day', warehouse => 'COMPUTE_WH', config => '{"day": "Monday"}'), sf_task_create('fails', 'SELECT 1 / 0', warehouse => 'COMPUTE_WH', predecessors => '{root}');
SELECT sf_task_resume('root', recursive => true);
SELECT name, state FROM sf_task_dependents('root');
SELECT * FROM refused($$SELECT sf_task_execute('root', config => '{"day": "it''s \\ Tuesday"}', await => true)$$);
SELECT root_task_name, database_name, schema_name, state, first_error_task_name, first_error_code, first_error_message, completed_time >= query_start_time AS ended FROM sf_task_complete_graphs('root', true, 5);
SELECT name, state, error_code, error_message, attempt_number, query_id IS NOT NULL AS ran, completed_time >= query_start_time AS ended FROM sf_task_history(scheduled_from => now() - interval '1 hour', scheduled_to => now() + interval '1 minute', schema => 'public') WHERE name IN ('ROOT', 'FAILS') ORDER BY query_start_time;
SELECT name, state FROM sf_task_history('fails', error_only => true);
SELECT count(*) FROM sf_task_history('"fails"');
SELECT sf_task_execute('root', retry_last => true);
SELECT sf_task_suspend('root'), sf_task_create('slow', 'CALL SYSTEM$WAIT(100)', warehouse => 'COMPUTE_WH');
SELECT sf_task_execute('slow');
SELECT root_task_name, state IN ('SCHEDULED', 'EXECUTING') AS under_way, completed_time FROM sf_task_current_graphs('slow', 10);
SELECT count(*) FROM sf_task_complete_graphs('slow');
-- the NOTICE names the query
SET client_min_messages = warning;
SELECT sf_task_cancel('slow');
RESET client_min_messages;
SELECT sf_task_drop('slow'), sf_task_drop('fails'), sf_task_drop('root');

-- single properties; the root is suspended for it when asked to
SELECT sf_task_alter('"My Task"', set => '{"comment": "it''s altered", "schedule": "90 s", "user_task_timeout_ms": 5000, "overlap_policy": "NO_OVERLAP", "config": {"day": "Monday"}, "session_parameters": {"TIMEZONE": "UTC"}}',
	unset => '{suspend_task_after_num_failures}', definition => 'SELECT 7', condition => 'SYSTEM$STREAM_HAS_DATA(''T'')');
SELECT comment, schedule, overlap_policy, config, definition, condition, warehouse FROM sf_tasks('My Task');
SELECT sf_task_alter('"My Task"', unset => '{schedule, Config, comment, overlap_policy}', remove_condition => true), sf_task_alter('"My Task"', add_after => '{child, round}'), sf_task_alter('"My Task"', remove_after => '{shop.public.round}');
SELECT comment, schedule, config, condition, predecessors FROM sf_tasks('My Task');
SELECT sf_task_alter('"last"', unset_finalize => true), sf_task_alter('"last"', finalize => 'serverless');
SELECT name, predecessors, finalize FROM sf_tasks() WHERE name IN ('My Task', 'last') ORDER BY name;
SELECT sf_task_alter('"My Task"', remove_after => '{child}');
SELECT sf_task_resume('t1');
SELECT * FROM refused($$SELECT sf_task_alter('child', set => '{"comment": "x"}')$$) \x\g\x
SELECT sf_task_alter('child', set => '{"comment": "x"}', suspend_root => true);
SELECT * FROM refused($$SELECT sf_task_alter('child', set => '{"comment": "y", "warehouse": "none"}', suspend_root => true)$$) \x\g\x
SELECT name, state, comment FROM sf_tasks() WHERE name IN ('T1', 'CHILD') ORDER BY name;
SELECT * FROM refused($$SELECT sf_task_alter('round', set => '{"comment": "z"}', definition => 'SELECT 8', add_after => '{none}')$$) \x\g\x
SELECT r.state, r.message FROM unnest(ARRAY[$$'t1'$$, $$NULL, '{}'$$, $$'t1', '{}'$$, $$'t1', '[1]'$$, $$'t1', '{"comment": null}'$$, $$'t1', '{"coment": "x"}'$$, $$'t1', '{"definition": "x"}'$$, $$'t1', '{"user_task_timeout_ms": -1}'$$, $$'t1', '{"a b": 1}'$$,
	$$'t1', unset => '{"a b"}'$$, $$'t1', add_after => '{other.x}'$$, $$'t1', definition => ' '$$, $$'t1', finalize => 't1'$$, $$'none', '{"comment": "x"}'$$]) s, refused('SELECT sf_task_alter(' || s || ')') r;
SELECT sf_task_suspend('t1'), sf_task_alter('"last"', unset_finalize => true), sf_task_alter('"last"', finalize => 't1');

-- an idempotent deployment of one task: the root of its graph is suspended for it, and runs again; nothing to do is nothing done
SELECT sf_task_create('deployed', 'SELECT 1', '1 hour', warehouse => 'COMPUTE_WH', mode => 'createOrAlter', suspend_root => true, resume => true);
SELECT sf_task_create('deployed', 'SELECT 1', '60 minutes', warehouse => 'COMPUTE_WH', mode => 'create_or_alter', suspend_root => true, resume => true);
SELECT * FROM refused($$SELECT sf_task_create('deployed', 'SELECT 2', '1 hour', mode => 'createoralter')$$) \x\g\x
SELECT sf_task_create('deployed', 'SELECT 2', '1 hour', mode => 'createOrAlter', suspend_root => true);
SELECT sf_task_create('deployed_child', 'SELECT 3', predecessors => '{deployed}', suspend_root => true, resume => true);
SELECT sf_task_create('deployed_child', 'SELECT 4', predecessors => '{deployed}', mode => 'createOrAlter', suspend_root => true);
SELECT sf_task_create_or_alter('{"name": "deployed_child", "definition": "SELECT 5", "predecessors": ["deployed"]}', suspend_root => true);
SELECT sf_task_create_or_alter('{"name": "deployed_child", "definition": "SELECT 5", "predecessors": ["deployed"]}', true);
SELECT sf_task_create('deployed_child', 'SELECT 6', predecessors => '{deployed}', mode => 'ifNotExists', suspend_root => true);
SELECT name, state, definition, predecessors, warehouse FROM sf_tasks('deployed%') ORDER BY name;
-- a change that is refused leaves the root running; from one graph into another both roots are suspended
SELECT * FROM refused($$SELECT sf_task_create('deployed_child', 'SELECT 7', warehouse => 'none', predecessors => '{deployed}', mode => 'createOrAlter', suspend_root => true)$$) \x\g\x
SELECT * FROM refused($$SELECT sf_task_create('deployed_child', 'SELECT 7', predecessors => '{none}', mode => 'createOrAlter', suspend_root => true)$$) \x\g\x
SELECT sf_task_create('deployed_two', 'SELECT 1', '1 hour', mode => 'createOrAlter', resume => true);
SELECT sf_task_create('deployed_child', 'SELECT 8', predecessors => '{deployed_two}', mode => 'createOrAlter', suspend_root => true);
SELECT sf_task_create('deployed_last', 'SELECT 9', finalize => 'deployed_two', mode => 'createOrAlter', suspend_root => true, resume => true);
SELECT name, state, definition, predecessors, finalize FROM sf_tasks('deployed%') ORDER BY name;
SELECT r.state, r.message, r.hint FROM refused($$SELECT sf_task_create('deployed', 'SELECT 1', mode => 'alter')$$) r;
SELECT sf_task_suspend('deployed'), sf_task_suspend('deployed_two');
SELECT sf_task_drop(sf_quote_ident(name)) FROM sf_tasks('deployed%') ORDER BY name DESC;

-- clone; tags are set after the task was created
SELECT sf_task_clone('t1', '"Copy of t1"'), sf_task_clone('t1', '"Copy of t1"', 'if_not_exists'), sf_task_clone('t1', '"Copy of t1"', 'OrReplace');
SELECT * FROM refused($$SELECT sf_task_clone('t1', '"Copy of t1"')$$);
SELECT * FROM refused($$SELECT sf_task_create('tagged', 'SELECT 1', tags => '{"missing": "high"}')$$) \x\g\x
SELECT name FROM sf_tasks('tagged');
SELECT * FROM sf_task_get_tags('tagged', true);
SELECT * FROM refused($$SELECT sf_task_set_tags('tagged', '{"shop.public.missing": "x"}')$$);
SELECT * FROM refused($$SELECT sf_task_unset_tags('tagged', '{missing}')$$);

-- missing objects
SELECT s, r.state, r.message FROM unnest(ARRAY['sf_task_fetch', 'sf_task_drop', 'sf_task_delete', 'sf_task_execute', 'sf_task_suspend', 'sf_task_resume', 'sf_task_dependents', 'sf_task_current_graphs', 'sf_task_complete_graphs', 'sf_task_get_tags']) s,
	refused(format('SELECT %s(''none'')', s)) r;
SELECT r.state, r.message, r.hint FROM unnest(ARRAY[$$SELECT sf_tasks(schema => 'none')$$, $$SELECT sf_task_create('t', 'x', schema => 'none')$$, $$SELECT sf_task_create('t', 'x', predecessors => '{none}')$$,
	$$SELECT sf_task_create('t', 'x', warehouse => 'none')$$, $$SELECT sf_task_clone('none', 't')$$, $$SELECT sf_task_execute('none', config => '{}')$$]) s, refused(s) r;

SELECT sf_task_drop('none', true) IS NULL AS nothing, sf_task_delete('none', if_exists => true) IS NULL AS deleted, sf_task_drop('none.none.none', true) IS NULL AS nowhere;

-- a user who may do nothing there
CREATE SERVER limited FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (host :'host', port :'port', protocol 'http', account 'localorg-localacct', database 'SHOP', schema 'PUBLIC');
CREATE USER MAPPING FOR CURRENT_USER SERVER limited OPTIONS (user 'LIMITED_USER', token :'limited_pat');
SELECT s, r.state, r.message FROM unnest(ARRAY['sf_task_create(''t'', ''x'', server => ''limited'')', 'sf_task_fetch(''t1'', server => ''limited'')', 'sf_task_drop(''t1'', server => ''limited'')', 'sf_task_execute(''t1'', server => ''limited'')',
	'sf_task_suspend(''t1'', server => ''limited'')', 'sf_tasks(server => ''limited'')']) s, refused('SELECT ' || s) r;

-- a role that sees the schema and may create nothing in it
CREATE SERVER analyst FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (host :'host', port :'port', protocol 'http', account 'localorg-localacct', database 'SHOP', schema 'PUBLIC', role 'ANALYST');
CREATE USER MAPPING FOR CURRENT_USER SERVER analyst OPTIONS (user 'DEMO_USER', token :'analyst_pat');
SELECT s, r.state, r.message FROM unnest(ARRAY['sf_task_create(''t'', ''x'', server => ''analyst'')', 'sf_task_create_or_alter(''{"name": "t", "definition": "x"}'', server => ''analyst'')', 'sf_task_clone(''t1'', ''t'', server => ''analyst'')']) s, refused('SELECT ' || s) r;

-- a read-only transaction, a read-only server
BEGIN READ ONLY;
SELECT count(*) > 0 AS reading FROM sf_tasks();
SAVEPOINT s;
SELECT sf_task_create('ro', 'x');
ROLLBACK TO s;
SELECT sf_task_execute('t1');
ROLLBACK;
ALTER SERVER sf OPTIONS (ADD read_only 'true');
SELECT s, r.state, r.message FROM unnest(ARRAY['sf_task_create(''t'', ''x'')', 'sf_task_drop(''t1'')', 'sf_task_resume(''t1'')', 'sf_task_create_or_alter(''{"name": "t1", "definition": "x"}'')', 'sf_task_cancel(''t1'')', 'sf_task_clone(''t1'', ''t2'')', 'sf_task_set_tags(''t1'', ''{}'')']) s, refused('SELECT ' || s) r;
ALTER SERVER sf OPTIONS (DROP read_only);

-- what a ROLLBACK does not undo
BEGIN;
SELECT sf_task_create('stays', 'SELECT 1');
ROLLBACK;
SELECT sf_task_drop('stays');

-- cleaning up
SELECT sf_task_drop(sf_quote_ident(name)) FROM sf_tasks() ORDER BY name DESC;
SELECT count(*) FROM sf_tasks();
DROP SERVER limited CASCADE;
DROP SERVER analyst CASCADE;
DROP FUNCTION refused;
