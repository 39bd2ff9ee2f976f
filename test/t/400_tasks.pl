# Tasks on the wire: the exact calls, none on a wrong argument, faults, cancels, answers that come later, statements where REST has no request.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;
use Time::HiRes qw(sleep time);

my $t = SnowflakeFdwTest->new(args => ['--window', '1']);
my $tasks = '/api/v2/databases/DEMO/schemas/PUBLIC/tasks';

$t->connect(database => 'DEMO', schema => 'PUBLIC', warehouse => 'COMPUTE_WH', retry_timeout => '3s', cancel_timeout => '1s');

# what was asked, as "METHOD path?query" with a list of query parameters; every call fits the documents
sub calls
{
	my @seen;

	for my $r (@{$t->requests})
	{
		my $query = join '&', map { "$_=$r->{query}{$_}" } grep { $_ ne 'requestId' } sort keys %{$r->{query}};

		push @seen, "$r->{method} $r->{path}" . ($query ? "?$query" : '');
		fail("spec of $r->{method} $r->{path}: $r->{spec}") if $r->{path} !~ m{/statements} && $r->{spec} ne 'ok';
	}
	return \@seen;
}

sub made
{
	my ($sql, $expected, $name) = @_;

	$t->clear;
	my ($out, $err, $code) = $t->try($sql);
	is($code, 0, $name) or diag($err);
	is_deeply(calls(), $expected, "$name: its calls") or diag(explain(calls()));
	return $out;
}

sub statements { return map { $_->{body}{statement} } grep { $_->{path} eq '/api/v2/statements' } @{$t->requests}; }

# one call each
made(q{SELECT sf_task_create('t1', 'SELECT 1', '1 hour', comment => 'it''s', config => '{"a": 1}', user_task_timeout_ms => 60000)},
	["POST $tasks?createMode=errorIfExists"], 'create');
is_deeply($t->requests->[0]{body}, {name => 'T1', definition => 'SELECT 1', comment => "it's", config => {a => 1}, user_task_timeout_ms => 60000,
	schedule => {schedule_type => 'MINUTES_TYPE', minutes => 60}}, 'the body has what was given and no nulls');
made(q{SELECT sf_task_create('"say ""hi"""', 'SELECT 1', predecessors => '{t1,demo.public.T1}', mode => 'or_replace')}, ["POST $tasks?createMode=orReplace"], 'create a child');
is_deeply($t->requests->[0]{body}, {name => '"say ""hi"""', definition => 'SELECT 1', predecessors => ['T1']}, 'quoted names, predecessors once');
made(q{SELECT sf_task_create('w', 'SELECT 1', 'USING CRON 0 9 * * * utc', warehouse => 'load_wh', target_completion_interval => '90 s', allow_overlapping_execution => false,
	options => '{"comment": null, "user_task_minimum_trigger_interval_in_seconds": 30}', mode => 'if_not_exists')}, ["POST $tasks?createMode=ifNotExists"], 'create with options');
is_deeply($t->requests->[0]{body}, {name => 'W', definition => 'SELECT 1', warehouse => 'LOAD_WH', schedule => {schedule_type => 'CRON_TYPE', cron_expr => '0 9 * * *', timezone => 'UTC'},
	target_completion_interval => {schedule_type => 'MINUTES_TYPE', minutes => 1, seconds => 30}, user_task_minimum_trigger_interval_in_seconds => 30}, 'its body');
made(q{SELECT sf_task_create('r', 'SELECT 1', resume => true)}, ["POST $tasks?createMode=errorIfExists", "POST $tasks/R:resume"], 'create and resume');
made(q{SELECT sf_task_fetch('demo."PUBLIC".t1')}, ["GET $tasks/T1"], 'fetch');
made(q{SELECT sf_task_create_or_alter('{"name": "t1", "definition": "SELECT 2", "schedule": "30 s", "state": "started", "id": "x", "owner": null}')}, ["PUT $tasks/T1"], 'create or alter');
is_deeply($t->requests->[0]{body}, {name => 'T1', definition => 'SELECT 2', schedule => {schedule_type => 'MINUTES_TYPE', minutes => 0, seconds => 30}}, 'without what only the server may set');
made(q{SELECT count(*) FROM sf_tasks('t%', 'T', 5, 'A', true)}, ["GET $tasks?fromName=A&like=t%&rootOnly=true&showLimit=5&startsWith=T"], 'list');
made(q{SELECT count(*) FROM sf_task_dependents('t1')}, ["GET $tasks/T1/dependents?recursive=true"], 'dependents');
made(q{SELECT count(*) FROM sf_task_dependents('t1', false)}, ["GET $tasks/T1/dependents?recursive=false"], 'children');
made(q{SELECT sf_task_execute('t1')}, ["POST $tasks/T1:execute"], 'execute');
made(q{SELECT sf_task_suspend('t1'), sf_task_resume('t1')}, ["POST $tasks/T1:suspend", "POST $tasks/T1:resume"], 'suspend and resume');
made(q{SELECT count(*) FROM sf_task_current_graphs('t1', 7)}, ["GET $tasks/T1/current-graphs?resultLimit=7"], 'current graphs');
made(q{SELECT count(*) FROM sf_task_complete_graphs('t1', true, 7)}, ["GET $tasks/T1/complete-graphs?errorOnly=true&resultLimit=7"], 'complete graphs');
made(q{SELECT count(*) FROM sf_task_complete_graphs('t1')}, ["GET $tasks/T1/complete-graphs?errorOnly=false"], 'all complete graphs');
made(q{SELECT sf_task_drop('none', if_exists => true)}, ["DELETE $tasks/NONE"], 'drop if exists');
made(q{SELECT sf_task_delete('w')}, ["DELETE $tasks/W"], 'drop');

# nothing is asked when an argument is wrong
$t->clear;
for my $wrong ("sf_task_create('x', 'y', 'often')", "sf_task_create('x', NULL)", "sf_task_create('x', 'y', config => '[]')", "sf_task_create('x', 'y', mode => 'x')", "sf_task_create('x', 'y', tags => '[]')",
	"sf_task_create('x y', 'z')", "sf_task_create_or_alter('{\"name\": \"x\", \"definition\": 1}')", "sf_task_execute('x', true, '{}')", "sf_task_fetch('a.b.c.d')", "sf_task_history(scheduled_from => '2000-01-01')", "sf_task_history(scheduled_to => now() - interval '8 days')",
	"sf_task_set_tags('x', '{\"a\": null}')", "sf_task_clone('a', 'b', 'c')", "sf_tasks(max_rows => -1)")
{
	like(($t->try("SELECT $wrong"))[1], qr/ERROR:  (22023|42602|22004)/, "$wrong is refused");
}
is(scalar(@{$t->requests}), 0, 'before any call');

# tags
$t->{http}->request('POST', "$t->{info}{url}/api/v2/databases/DEMO/schemas/PUBLIC/tags", {content => '{"name": "COST"}',
	headers => {Authorization => "Bearer $t->{info}{pat}", 'Content-Type' => 'application/json', 'User-Agent' => 'test/1', 'X-Snowflake-Authorization-Token-Type' => 'PROGRAMMATIC_ACCESS_TOKEN'}});
made(q{SELECT sf_task_create('tagged', 'SELECT 1', tags => '{"cost": "high"}', resume => true)}, ["POST $tasks?createMode=errorIfExists", "POST $tasks/TAGGED:set-tags", "POST $tasks/TAGGED:resume"], 'create with tags');
is_deeply($t->requests->[1]{body}, [{tag_database => 'DEMO', tag_schema => 'PUBLIC', tag_name => 'COST', tag_value => 'high'}], 'tags are qualified');
is(made(q{SELECT tag_database, tag_schema, tag_name, tag_value FROM sf_task_get_tags('tagged')}, ["GET $tasks/TAGGED:get-tags"], 'get tags'), 'DEMO|PUBLIC|COST|high', 'the tag');
made(q{SELECT sf_task_set_tags('tagged', '{"demo.public.cost": "low"}'), sf_task_unset_tags('tagged', '{cost}')}, ["POST $tasks/TAGGED:set-tags", "POST $tasks/TAGGED:unset-tags"], 'set and unset tags');
is($t->sql(q{SELECT count(*) FROM sf_task_get_tags('tagged', true)}), '0', 'no tag is left');

# a step that fails says what was done before
$t->clear;
$t->fault({action => 'status', status => 400, method => 'POST', path => ':resume', text => '{"code": "001422", "message": "not now"}'});
my (undef, $err) = $t->try(q{SELECT sf_task_create('half', 'SELECT 1', resume => true)});
like($err, qr/ERROR:  22023: not now\n/, 'a resume that fails');
like($err, qr/CONTEXT:.*done before: task DEMO\.PUBLIC\.HALF is there; its tags and its state are not as wanted yet/s, 'says that the task is there');
is($t->sql(q{SELECT state FROM sf_tasks('half')}), 'suspended', 'which it is');

# a lost reply
for my $action ('lost_reply', 'reset')
{
	$t->clear;
	$t->fault({action => $action, method => 'POST', path => 'createMode'});
	(undef, $err) = $t->try("SELECT sf_task_create('lost_$action', 'SELECT 1')");
	like($err, qr/ERROR:  08006/, "a plain create, $action");
	like($err, qr/HINT:  It is not known whether this was done/, 'says that its fate is unknown');
	is(scalar(@{$t->requests}), 1, 'and is not sent twice');
	is($t->sql("SELECT count(*) FROM sf_tasks('lost_$action')"), $action eq 'reset' ? 0 : 1, 'its fate');
}
made_twice("SELECT sf_task_create('again', 'SELECT 1', mode => 'ifNotExists')", 'POST', 'a create if not exists');
made_twice("SELECT sf_task_create_or_alter('{\"name\": \"again\", \"definition\": \"SELECT 1\"}')", 'PUT', 'a create or alter');
made_twice("SELECT sf_task_fetch('again')", 'GET', 'a fetch');
made_twice("SELECT sf_task_suspend('again')", 'POST', 'a suspend');
for my $once ("sf_task_execute('again')", "sf_task_drop('again')")
{
	$t->clear;
	$t->fault({action => 'lost_reply'});
	like(($t->try("SELECT $once"))[1], qr/ERROR:  08006.*HINT:  It is not known/s, "$once whose reply is lost");
	is(scalar(@{$t->requests}), 1, 'is not sent twice');
}

# one that may be sent again: dropped by the lost attempt is dropped; what was not there stays no change
$t->sql("SELECT sf_task_create('gone', 'SELECT 1')");
$t->clear;
$t->fault({action => 'lost_reply', method => 'DELETE'});
my ($dropped, $said_of_it) = $t->try(q{BEGIN; SELECT sf_task_drop('gone', if_exists => true); ROLLBACK});
is($dropped, 'DEMO.PUBLIC.GONE', 'a drop if exists whose reply is lost');
like($said_of_it, qr/^WARNING:  01000: 1 Snowflake statement stays/, 'is not taken for one of what is not there');
is(scalar(@{$t->requests}), 2, 'though it was sent again');
($dropped, $said_of_it) = $t->try(q{BEGIN; SELECT sf_task_drop('gone', if_exists => true) IS NULL; ROLLBACK});
is($dropped, 't', 'of a task that is not there');
like($said_of_it, qr/^NOTICE:  00000: task DEMO\.PUBLIC\.GONE does not exist, skipping\n$/, 'nothing stays in effect');

sub made_twice
{
	my ($sql, $method, $name) = @_;

	$t->clear;
	$t->fault({action => 'lost_reply', method => $method});
	my (undef, $error, $code) = $t->try($sql);
	is($code, 0, "$name whose reply is lost") or diag($error);
	is(scalar(@{$t->requests}), 2, 'is sent again');
}

# what an answer's status becomes
for my $case ([404, undef, '0A000'], [404, '{"code": "002003", "message": "x"}', '42704'], [403, '{"code": "003001", "message": "x"}', '42501'], [409, '{"code": "002002", "message": "x"}', '42710'],
	[401, '{"code": "390303", "message": "x"}', '28000'], [400, undef, 'HV000'], [405, undef, '0A000'], [429, undef, '53400'], [200, '{"status": ', '08P01'])
{
	my ($status, $text, $state) = @$case;

	$t->clear;
	$t->fault({action => 'raw', status => $status, text => $text // '', content_type => 'application/json', times => 20});
	like(($t->try("SELECT sf_task_fetch('t1')"))[1], qr/ERROR:  $state/, "status $status" . (defined $text ? " $text" : '') . " is $state");
}

# a change that was refused is not counted as one that stays
$t->clear;
(undef, $err) = $t->try(q{BEGIN; SELECT sf_task_drop('none')});
unlike($err, qr/stays in effect/, 'a refused drop does not stay in effect');
(undef, $err) = $t->try(q{BEGIN; SELECT sf_task_suspend('t1'); SELECT sf_task_resume('t1'); ROLLBACK});
like($err, qr/WARNING:  01000: 2 Snowflake statements stay in effect/, 'two changes stay');

# an account that shows every property: a fetched task is put back as it was
$t->control('POST', 'settings', {task_parameters_shown => JSON::PP::true});
$t->sql(q{SELECT sf_task_create('shown', 'SELECT 1', '1 day', user_task_timeout_ms => 60000, suspend_task_after_num_failures => 2, task_auto_retry_attempts => 1, overlap_policy => 'ALLOW_ALL_OVERLAP',
	serverless_task_min_statement_size => 'Small', user_task_managed_initial_warehouse_size => 'x-large', serverless_task_max_statement_size => '2XLARGE', target_completion_interval => '24 h', config => '{"a": "b"}')});
$t->sql(q{CREATE TABLE before AS SELECT sf_task_fetch('shown') AS task});
$t->sql(q{SELECT sf_task_create_or_alter(task || '{"comment": "new"}') FROM before});
is($t->sql(q{SELECT key, value FROM before, jsonb_each(sf_task_fetch('shown')) AS now WHERE task -> key IS DISTINCT FROM value AND key <> 'last_committed_on'}), 'comment|"new"', 'only what was changed has changed');
is($t->sql(q{SELECT task ->> 'user_task_timeout_ms', task ->> 'serverless_task_min_statement_size', task ->> 'task_auto_retry_attempts' FROM before}), '60000|SMALL|1', 'of what was shown');
$t->control('POST', 'settings', {task_parameters_shown => JSON::PP::false});

# every property of every kind of task, as a fetch shows it, is taken back, by tasks and by graphs
for my $shown (JSON::PP::true, JSON::PP::false)
{
	$t->control('POST', 'settings', {task_parameters_shown => $shown});
	$t->sql(q{SELECT sf_execute(s) FROM unnest(ARRAY[
		$$CREATE OR REPLACE TASK all_root WAREHOUSE = COMPUTE_WH SCHEDULE = 'USING CRON 0 9 L * MON-FRI America/Los_Angeles' COMMENT = 'it''s' CONFIG = '{"dirs": {"in": "/a", "out": ["/b"]}, "n": null, "t": true, "x": 1.5}'
			ALLOW_OVERLAPPING_EXECUTION = TRUE USER_TASK_TIMEOUT_MS = 60000 SUSPEND_TASK_AFTER_NUM_FAILURES = 3 TASK_AUTO_RETRY_ATTEMPTS = 2 TIMEZONE = 'UTC' AS SELECT 1$$,
		$$CREATE OR REPLACE TASK "ALL_ROOT$child one" AFTER all_root AS CALL SYSTEM$WAIT(0)$$, $$CREATE OR REPLACE TASK all_root$two WAREHOUSE = COMPUTE_WH USER_TASK_TIMEOUT_MS = 1000 COMMENT = 'c' AFTER all_root, "ALL_ROOT$child one" AS SELECT 2$$,
		$$CREATE OR REPLACE TASK all_root$last WAREHOUSE = COMPUTE_WH FINALIZE = all_root AS SELECT 3$$,
		$$CREATE OR REPLACE TASK all_serverless SCHEDULE = '90 SECONDS' USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE = 'SMALL' SERVERLESS_TASK_MIN_STATEMENT_SIZE = 'SMALL' SERVERLESS_TASK_MAX_STATEMENT_SIZE = 'LARGE' TARGET_COMPLETION_INTERVAL = '2 HOURS' AS SELECT 4$$,
		$$CREATE OR REPLACE TASK all_bare AS SELECT 5$$]) s});
	is($t->sql(<<'SQL'), '', 'what is put back is what was fetched, parameters ' . ($shown ? 'shown' : 'hidden'));
SET client_min_messages = error;
CREATE TEMP TABLE fetched AS SELECT name, sf_task_fetch(sf_quote_ident(name)) AS task FROM sf_tasks() WHERE name ILIKE 'all\_%';
SELECT 'a place' FROM (SELECT sf_task_create_or_alter(task) AS place FROM fetched) p WHERE place NOT LIKE 'DEMO.PUBLIC.%';
SELECT f.name, now.key, f.task -> now.key, now.value FROM fetched f, jsonb_each(sf_task_fetch(sf_quote_ident(f.name))) now WHERE f.task -> now.key IS DISTINCT FROM now.value AND now.key NOT IN ('last_committed_on');
SQL
	is($t->sql(q{SELECT string_agg(concat_ws(' ', action, task, detail ->> 'changed'), ', ') FROM sf_dag_plan(sf_dag_fetch('all_root'), 'createOrAlter')}), 'fetch ALL_ROOT, dependents ALL_ROOT', 'a fetched graph has nothing to change');
	is($t->sql(q{SELECT sf_dag_fetch('all_root') -> 'config'}), '{"n": null, "t": true, "x": 1.5, "dirs": {"in": "/a", "out": ["/b"]}}', 'with all of its config');
	$t->sql(q{SELECT sf_dag_drop('all_root'), sf_task_drop('all_serverless'), sf_task_drop('all_bare')});
}

# the root of the graph is suspended for a change: the exact calls, and what a fault at each of them leaves
$t->sql(q{SELECT sf_task_create('sr', 'SELECT 1', '1 hour', resume => true)});
my $child = q{SELECT sf_task_create('sr_child', 'SELECT %d', predecessors => '{sr}', tags => '{"cost": "high"}', mode => 'createOrAlter', suspend_root => true, resume => true)};
made(sprintf($child, 1), ["GET $tasks/SR_CHILD", "GET $tasks/SR", "POST $tasks/SR:suspend", "PUT $tasks/SR_CHILD", "POST $tasks/SR_CHILD:set-tags", "POST $tasks/SR_CHILD:resume", "POST $tasks/SR:resume"],
	'a new child of a graph that runs');
made(sprintf($child, 1), ["GET $tasks/SR_CHILD", "POST $tasks/SR_CHILD:set-tags"], 'nothing to change but tags');
made(sprintf($child, 2), ["GET $tasks/SR_CHILD", "GET $tasks/SR", "POST $tasks/SR:suspend", "PUT $tasks/SR_CHILD", "POST $tasks/SR_CHILD:set-tags", "POST $tasks/SR_CHILD:resume", "POST $tasks/SR:resume"], 'another definition');
made(q{SELECT sf_task_create('sr', 'SELECT 3', '1 hour', mode => 'createOrAlter', suspend_root => true, resume => true)}, ["GET $tasks/SR", "POST $tasks/SR:suspend", "PUT $tasks/SR", "POST $tasks/SR:resume"], 'the root itself is resumed once');
made(q{SELECT sf_task_create('sr', 'SELECT 4', '1 hour', mode => 'orReplace', suspend_root => true)}, ["GET $tasks/SR", "POST $tasks/SR:suspend", "POST $tasks?createMode=orReplace", "POST $tasks/SR:resume"], 'or replaced');
made(q{SELECT sf_task_create('sr', 'SELECT 4', '1 hour', mode => 'ifNotExists', suspend_root => true)}, ["GET $tasks/SR"], 'what is there stays');
made(q{SELECT sf_task_create_or_alter('{"name": "sr", "definition": "SELECT 4", "schedule": "60 minutes"}', suspend_root => true)}, ["GET $tasks/SR"], 'the same by an object');
made(q{SELECT sf_task_create('sr_new', 'SELECT 1', '1 hour', mode => 'createOrAlter', suspend_root => true)}, ["GET $tasks/SR_NEW", "PUT $tasks/SR_NEW"], 'a new root has none to suspend');
my $other = 10;
for my $case ([{action => 'status', status => 403, path => 'SR:suspend', text => '{"code": "003001", "message": "\ninsufficient privileges", "request_id": "r"}'}, qr/ERROR:  42501/, 0],
	[{action => 'status', status => 400, method => 'PUT', text => '{"code": "001422", "message": "no", "request_id": "r"}'}, qr/ERROR:  22023: no\n.*done before: root task DEMO\.PUBLIC\.SR was suspended for it/s, 1],
	[{action => 'status', status => 400, path => 'SR_CHILD:resume', text => '{"code": "001422", "message": "no", "request_id": "r"}'},
		qr/ERROR:  22023: no\n.*done before: task DEMO\.PUBLIC\.SR_CHILD is there; its tags and its state are not as wanted yet\ndone before: root task DEMO\.PUBLIC\.SR was suspended for it/s, 1],
	[{action => 'reset', path => 'SR:suspend', times => 20}, qr/ERROR:  08006/, 1], [{action => 'lost_reply', method => 'PUT', times => 20}, qr/ERROR:  08006/, 1])
{
	my ($fault, $expected, $resumed) = @$case;
	my $where = "$fault->{action} of " . ($fault->{method} // $fault->{path});

	$t->clear;
	$t->fault($fault);
	my (undef, $error) = $t->try(sprintf $child, $other++);
	like($error, $expected, "$where: the error");
	unlike($error, qr/WARNING:  01000: root task/, "$where: no warning");
	is(scalar(grep { $_->{path} =~ /SR:resume$/ } @{$t->requests}), $resumed, "$where: the root is resumed or was never suspended");
	is($t->sql(q{SELECT state FROM sf_tasks('sr')}), 'started', "$where: it runs");
}
$t->clear;
$t->fault({action => 'status', status => 400, method => 'PUT', text => '{"code": "001422", "message": "no", "request_id": "r"}'}, {action => 'status', status => 400, path => 'SR:resume', times => 5, text => '{"code": "001422", "message": "no", "request_id": "r"}'});
(undef, $err) = $t->try(sprintf $child, $other++);
like($err, qr/WARNING:  01000: root task DEMO\.PUBLIC\.SR is still suspended\nHINT:  Resume it with sf_task_resume\(\)\.\n.*ERROR:  22023: no/s, 'one that cannot be resumed is named');
$t->clear;
$t->sql(q{SELECT sf_task_resume('sr')});
$t->fault({action => 'hang', method => 'PUT'});
my $victim = $t->background("SET application_name = 'victim'; " . sprintf($child, $other++) . ";\n");
for (1 .. 100) { last if grep { $_->{method} eq 'PUT' } @{$t->requests}; sleep 0.1; }
$t->sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'");
like(($t->finish_background($victim))[1], qr/ERROR:  57014/, 'Ctrl-C meanwhile');
$t->clear;
is($t->sql(q{SELECT state FROM sf_tasks('sr')}), 'started', 'it runs again');
$t->sql(q{SELECT sf_dag_drop('sr'), sf_task_drop('sr_new')});

# session parameters are unset one by one, those that are set
$t->sql(q{SELECT sf_task_create('params', 'SELECT 1', session_parameters => '{"TIMEZONE": "UTC", "QUERY_TAG": "x"}', user_task_timeout_ms => 60000, comment => 'c')});
$t->clear;
$t->sql(q{SELECT sf_task_alter('params', unset => '{comment,Session_Parameters}')});
is_deeply([statements()], ['SHOW PARAMETERS IN TASK DEMO.PUBLIC.PARAMS', 'ALTER TASK DEMO.PUBLIC.PARAMS UNSET COMMENT, QUERY_TAG, TIMEZONE'], 'unset session_parameters');
like(($t->try(q{SELECT sf_task_alter('params', unset => '{session_parameters}')}))[1], qr/ERROR:  22023: nothing to alter/, 'when none is set there is nothing to do');
$t->sql(q{SELECT sf_task_drop('params')});

# answers that come later
$t->clear;
$t->control('POST', 'settings', {async_objects => JSON::PP::true, async_seconds => 0.3});
is($t->sql(q{SELECT sf_task_create('later', 'SELECT 1'), sf_task_resume('later') IS NOT NULL, (sf_task_fetch('later') ->> 'state'), (SELECT count(*) FROM sf_task_dependents('later')),
	sf_task_execute('later') IS NOT NULL, sf_task_suspend('later') IS NOT NULL, sf_task_drop('later')}), 'DEMO.PUBLIC.LATER|t|started|1|t|t|DEMO.PUBLIC.LATER', 'answers 202 are followed to their end');
like(($t->try(q{SELECT sf_task_fetch('later')}))[1], qr/42704/, 'as is a refusal');
my $polls = grep { $_->{path} =~ m{^/api/v2/results/} } @{$t->requests};
cmp_ok($polls, '>=', 8, 'by their Location');
$t->control('POST', 'settings', {async_objects => JSON::PP::false});

# Ctrl-C while the server hangs
for my $call ("sf_task_create('hang', 'SELECT 1')", "sf_task_fetch('t1')", "sf_tasks()", "sf_task_dependents('t1')", "sf_task_current_graphs('t1')", "sf_task_drop('t1')", "sf_task_execute('t1')",
	"sf_task_history('t1')", "sf_task_cancel('t1')", "sf_task_create_or_alter('{\"name\": \"t1\", \"definition\": \"SELECT 1\"}')")
{
	$t->clear;
	$t->fault({action => 'hang', path => '/api/v2/'});
	my $session = $t->background("SET application_name = 'victim'; SELECT $call;\n");
	my $reached = '';

	for (1 .. 100)
	{
		$reached = $t->sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim' AND wait_event_type = 'Extension'");
		last if $reached eq 't';
		sleep 0.1;
	}
	my $started = time;
	like(($t->finish_background($session))[1], qr/57014: canceling statement due to user request/, "$call: a cancel ends a hang");
	cmp_ok(time - $started, '<', 5, 'without waiting for the server');
}
is(scalar(grep { $_->{path} =~ m{/tasks} && $_->{method} eq 'PUT' } @{$t->requests}), 1, 'and a change is not sent again');

# statements, where REST has no request
$t->clear;
$t->result({match => 'SYSTEM.TASK_DEPENDENTS_ENABLE', columns => [column('X', 'text')], rows => [['true']]});
$t->result({match => 'SYSTEM.USER_TASK_CANCEL', columns => [column('X', 'text')], rows => [['Marked 1 task runs.']]});
$t->result({match => 'EXECUTE TASK .* AWAIT', columns => [column('status', 'text')], rows => [['It is done.']]});
my $shape = '{"root_task_name": "T1", "database_name": "DEMO", "schema_name": "PUBLIC", "state": "%s", "first_error_task_name": "%s", "first_error_code": %d, "first_error_message": %s, '
	. '"scheduled_time": "2030-01-01T00:00:00Z", "query_start_time": "2030-01-01T00:00:00Z", "next_scheduled_time": "2030-01-01T00:00:00Z", "completed_time": "2030-01-01T00:00:01Z", "root_task_id": "x", "graph_version": 1, "run_id": %d}';
# an answer of the runs that are over
sub runs
{
	my ($skip, @runs) = @_;

	$t->fault({action => 'raw', status => 200, path => 'complete-graphs', skip => $skip, content_type => 'application/json', text => '[' . join(', ', @runs) . ']'});
	return;
}
my $old = sprintf $shape, 'FAILED', 'T1', 2, '"old"', 1;
runs($_, $old) for 0, 2;
runs($_, sprintf($shape, 'SUCCEEDED', '', 0, 'null', 2), $old) for 1, 3;
my ($names, $said) = $t->try(q{SELECT sf_task_resume('"a''b"', recursive => true), sf_task_cancel('t1'), sf_task_execute('t1', config => '{"a": "it''s"}', await => true), sf_task_execute('t1', await => true)});
is($names, q{DEMO.PUBLIC."a'b"|DEMO.PUBLIC.T1|DEMO.PUBLIC.T1|DEMO.PUBLIC.T1}, 'statements: the names of the tasks');
is(join(',', $said =~ /^NOTICE:  00000: (.*)$/mg), 'Marked 1 task runs.,It is done.,It is done.', q{what Snowflake says goes to NOTICEs});
is_deeply([statements()], [q{SELECT SYSTEM$TASK_DEPENDENTS_ENABLE('DEMO.PUBLIC."a''b"')}, q{SELECT SYSTEM$USER_TASK_CANCEL_ONGOING_EXECUTIONS('DEMO.PUBLIC.T1')},
	q{EXECUTE TASK DEMO.PUBLIC.T1 USING CONFIG = '{"a":"it''s"}' AWAIT}, q{EXECUTE TASK DEMO.PUBLIC.T1 AWAIT}], 'their texts');
$t->clear;
$t->result({match => 'EXECUTE TASK .* AWAIT', columns => [column('status', 'text')], rows => [['Statement executed successfully.']]});
runs(0, $old);
runs(1, sprintf($shape, 'FAILED', 'T1', 100051, '"Division by zero"', 2), $old);
(undef, $err) = $t->try(q{SELECT sf_task_execute('t1', await => true)});
like($err, qr/ERROR:  22012: Division by zero\nDETAIL:  Run \d+ of task DEMO\.PUBLIC\.T1 ended as FAILED, the first task with an error was T1\.\nSnowflake error 100051\.\n/, 'a task that fails: its error');
unlike($err, qr/COMPUTE_WH|role/, 'without a role and a warehouse of ours');

# history
my @columns = (column('QUERY_ID', 'text'), column('NAME', 'text'), column('DATABASE_NAME', 'text'), column('SCHEMA_NAME', 'text'), column('STATE', 'text'), column('ERROR_CODE', 'text'),
	column('SCHEDULED_TIME', 'timestamp_ltz', scale => 3), column('RUN_ID', 'fixed', precision => 38, scale => 0), column('RETURN_VALUE', 'text'), column('UNKNOWN', 'text'));
my $now = time;
sub row { my ($name, $schema, $ago) = @_; return ["q-$ago", $name, 'DEMO', $schema, 'SUCCEEDED', undef, sprintf('%.3f', $now - $ago), sprintf('%d', ($now - $ago) * 1000), 'v', 'x']; }
sub history { my ($match, $times, @rows) = @_; $t->result({match => $match, times => $times, columns => \@columns, rows => \@rows}); return; }

$t->clear;
history('TASK_HISTORY', 1, row('T1', 'PUBLIC', 10), row('t1', 'PUBLIC', 20), row('T1', 'OTHER', 30), row('T1', 'PUBLIC', 40));
is($t->sql(q{SELECT name, schema_name, state, return_value, error_code IS NULL, run_id > 0, attempt_number IS NULL FROM sf_task_history('t1')}), "T1|PUBLIC|SUCCEEDED|v|t|t|t\nT1|PUBLIC|SUCCEEDED|v|t|t|t",
	'history of one task: only of its exact name and schema');
is((statements())[0], q{SELECT * FROM TABLE(DEMO.INFORMATION_SCHEMA.TASK_HISTORY(RESULT_LIMIT => 10000, TASK_NAME => 'T1')) ORDER BY SCHEDULED_TIME DESC}, 'its statement');
$t->clear;
history('TASK_HISTORY', 1, row('A', 'PUBLIC', 10), row('B', 'OTHER', 20));
is($t->sql(q{SELECT name FROM sf_task_history(error_only => true, root_task_id => 'it''s', max_rows => 2, scheduled_from => '2001-02-03' ::timestamptz + (now() - '2001-02-04 12:00+00'), scheduled_to => now())}), "A\nB", 'of all tasks');
like((statements())[0], qr/^SELECT \* FROM TABLE\(DEMO\.INFORMATION_SCHEMA\.TASK_HISTORY\(RESULT_LIMIT => 2, SCHEDULED_TIME_RANGE_START => TO_TIMESTAMP_LTZ\('\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} \+0000'\), SCHEDULED_TIME_RANGE_END => TO_TIMESTAMP_LTZ\('[^']+'\), ROOT_TASK_ID => 'it''s', ERROR_ONLY => TRUE\)\) ORDER BY SCHEDULED_TIME DESC$/,
	'arguments reach the table function');
$t->clear;
history('TASK_HISTORY', 1, row('OLD', 'PUBLIC', 500000), row('SHARED', 'PUBLIC', 1));
history('TASK_HISTORY', 1, row('NEW', 'PUBLIC', 5));
$t->result({match => 'TASK_HISTORY', times => 1, columns => \@columns, rows => [row('CUT', 'PUBLIC', 5)], repeat => 10000});
is($t->sql(q{SELECT name FROM sf_task_history(scheduled_from => now() - interval '6 days', scheduled_to => now())}), "NEW\nOLD", 'an answer that may be cut is asked for in halves');
my @asked = statements();
is(scalar(@asked), 3, 'in three statements');
my ($newer) = $asked[1] =~ /RANGE_START => (\S+ \S+ \S+)/;
my ($older) = $asked[2] =~ /RANGE_END => (\S+ \S+ \S+\))/;
is(substr($newer, 0, 44), substr($older, 0, 44), 'which meet in the middle');
$t->clear;
$t->result({match => 'TASK_HISTORY', columns => \@columns, rows => [row('CUT', 'PUBLIC', 5)], repeat => 10000});
like(($t->try(q{SELECT count(*) FROM sf_task_history(scheduled_from => now() - interval '4 seconds', scheduled_to => now())}))[1], qr/ERROR:  54000: more than 10000 runs/, 'what cannot be had completely is an error');
is($t->sql(q{SELECT count(*) FROM sf_task_history(max_rows => 3)}), '3', 'but for the newest few');

# all of the 7 days: what has just become too old is not asked for by its time
$t->clear;
history('TASK_HISTORY', 1, row('RECENT', 'PUBLIC', 10));
is($t->sql(q{SELECT name FROM sf_task_history(scheduled_from => now() - interval '7 days')}), 'RECENT', 'seven days back');
is((statements())[0], 'SELECT * FROM TABLE(DEMO.INFORMATION_SCHEMA.TASK_HISTORY(RESULT_LIMIT => 10000)) ORDER BY SCHEDULED_TIME DESC', 'from the oldest that there is');

# the walk that a newcomer takes: a named profile, a server without a mapping, a serverless task that runs every hour
{
	my $home = "$t->{dir}/home";
	my $i = $t->{info};
	mkdir $home;
	chown((getpwnam('postgres'))[2, 3], $home) if $> == 0;
	$t->secret_file('home/connections.toml', <<"TOML");
[my_connection]
account = "$i->{account}"
host = "$i->{host}"
port = $i->{port}
protocol = "http"
user = "DEMO_USER"
authenticator = "SNOWFLAKE_JWT"
private_key_file = "$i->{key_file}"
TOML
	$t->restart(SNOWFLAKE_HOME => $home);
	$t->sql("CREATE SERVER walk FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (connection_name 'my_connection'); ALTER DATABASE postgres SET snowflake_fdw.default_server = 'walk'");
	is($t->sql('SELECT user_name FROM sf_ping()'), 'DEMO_USER', 'a connection of that name');
	$t->sql("SELECT sf_create('database', '{\"name\": \"my_db\"}'), sf_create('schema', '{\"name\": \"my_schema\"}', database => 'my_db')");
	my ($out, $err) = $t->try("SELECT sf_task_create('my_task', 'SELECT 1;', '1 hour', database => 'my_db', schema => 'my_schema')");
	is($out, 'MY_DB.MY_SCHEMA.MY_TASK', 'the task');
	like($err, qr/NOTICE:  00000: task MY_DB\.MY_SCHEMA\.MY_TASK is suspended\nHINT:  sf_task_resume\(\)/, 'is said to be suspended');
	is($t->sql(q{SELECT name, definition, schedule ->> 'minutes', warehouse, state FROM sf_tasks(database => 'my_db', schema => 'my_schema')}), 'MY_TASK|SELECT 1;|60||suspended', 'and is there');
	like(($t->try("SELECT sf_task_create('my_task2', 'SELECT 1')"))[1], qr/ERROR:  22023: .*database/s, 'without a database on the server one has to be named');
}

$t->stop;
done_testing;
