# Replies of any shape: every member of the replies that a function reads is changed in every way; the outcome is a result or a clear error,
# and never a crash or an internal error.  A malformed reply says which call it was the reply to.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', '2']);
my $shop = '/api/v2/databases/SHOP/schemas/PUBLIC';
my $dag = q{'{"name": "g", "warehouse": "COMPUTE_WH", "schedule": "USING CRON 0 3 1 1 * UTC", "config": {"k": "v"}, "comment": "c", "tasks": [{"name": "a", "definition": "SELECT 1"}, {"name": "b", "definition": "SELECT 2", "after": ["a"]}, {"name": "f", "definition": "SELECT 3", "finalizer": true}]}'::jsonb};

$t->connect(database => 'SHOP', schema => 'PUBLIC', warehouse => 'COMPUTE_WH', retry_timeout => '2s', cancel_timeout => '200ms');
$t->sql(<<"SQL");
CREATE SCHEMA o;
IMPORT FOREIGN SCHEMA snowflake_objects FROM SERVER sf INTO o;
CREATE FOREIGN TABLE small (a int) SERVER sf OPTIONS (query 'SELECT 1 AS a');
CREATE FUNCTION outcome(call text, OUT state text, OUT message text) LANGUAGE plpgsql AS \$\$
DECLARE
	result text;
	context text;
BEGIN
	EXECUTE call INTO result;
	state := 'ok';
	message := left(result, 100);
EXCEPTION WHEN OTHERS THEN
	state := SQLSTATE;
	message := left(SQLERRM, 200);
	GET STACKED DIAGNOSTICS context = PG_EXCEPTION_CONTEXT;
	IF state = '08P01' THEN
		state := state || coalesce(substring(context from '(?:REST call|remote SQL command): ([^\\n]*)'), '');
	END IF;
END \$\$;
SELECT sf_dag_deploy($dag);
SELECT sf_create('tag', '{"name": "colour"}');
SELECT sf_task_set_tags('g', '{"colour": "red"}');
SQL
my $run = $t->sql(q{SELECT sf_dag_run('g')});
is($t->sql(q{SELECT sf_dag_wait('g', timeout => '60 s')}), 'SUCCEEDED', 'the graph has run');
my $job = $t->sql(q{SELECT sf_async_submit('SELECT 1 AS a')});
$t->sql("SELECT sf_async_wait('$job')");
# what is known of a job is not asked for
$t->sql('DELETE FROM sf_async_job');

# Makes the call until every change of the reply that the rule meets was had; the outcomes by their SQLSTATE, each with its messages.
sub outcomes
{
	my ($call, $rule) = @_;
	my %states;
	my $quoted = $call =~ s/'/''/gr;
	my $left;

	$t->clear;
	$t->fault({action => 'mutate', times => 1_000_000, %$rule});
	for my $round (1 .. 600)
	{
		my ($out, $err, $code) = $t->try(<<"SQL");
SET client_min_messages = error;
SET statement_timeout = '20s';
SELECT o.state || E'\\t' || translate(coalesce(o.message, ''), E'\\n', ' ') FROM generate_series(1, 20), LATERAL outcome('$quoted' || left(generate_series::text, 0)) o;
SQL
		return {crash => {$err => 1}} if $code != 0;
		for (split /\n/, $out)
		{
			my ($state, $message) = split /\t/, $_, 2;
			my $named = $state =~ s/^08P01(.+)/08P01/ ? $1 : '';

			$state = '08P01 without its call' if $state eq '08P01' && !names($named, $rule);
			$states{$state}{$message}++;
		}
		$left = $t->control('GET', 'faults')->[0]{left};
		if (!defined $left)
		{
			$states{never} = {'the rule met nothing' => 1};
			last;
		}
		last if $left == 0;
	}
	$states{unfinished} = {"$left changes were not had" => 1} if $left;
	return \%states;
}

# whether a line of CONTEXT is about the call whose reply the rule changes: a method and a path, or a statement
sub names
{
	my ($named, $rule) = @_;
	my ($method, $path) = $named =~ m{^([A-Z]+) (/api/v2/\S+)$};

	return $named ne '' && $rule->{path} =~ m{/statements|/cancel} if !$path;
	return $method =~ /^(?:@{[$rule->{method} || '.*']})$/ && ($path =~ /$rule->{path}/ || $path =~ s/\?.*//r =~ /$rule->{path}/);
}

# all members; few: what most readers would stumble over
my @few = (5, [[]]);
my $huge = 'x' x 100_000;
my $deep = [];
$deep = [$deep] for 1 .. 70;
my @odd = ($huge, $deep);
my @readers = (
	# statements
	['sf_query', q{SELECT * FROM sf_query('SELECT 1 AS a') AS x (a int)}, {method => 'POST', path => '^/api/v2/statements'}],
	['sf_query, huge', q{SELECT * FROM sf_query('SELECT 1 AS a') AS x (a int)}, {method => 'POST', path => '^/api/v2/statements', values => \@odd}],
	['sf_query_json', q{SELECT * FROM sf_query_json('SELECT 1 AS a')}, {method => 'POST', path => '^/api/v2/statements', values => \@few}],
	['sf_execute', q{SELECT sf_execute('SELECT 1')}, {method => 'POST', path => '^/api/v2/statements', values => \@few}],
	['sf_describe', q{SELECT sf_describe('SELECT 1 AS a')}, {method => 'POST', path => '^/api/v2/statements', values => \@few}],
	['sf_ping', q{SELECT * FROM sf_ping()}, {method => 'POST', path => '^/api/v2/statements', values => \@few}],
	['a foreign table', q{SELECT max(a) FROM small}, {method => 'POST', path => '^/api/v2/statements', values => \@few}],
	['sf_async_submit', q{SELECT sf_async_submit('SELECT 1')}, {method => 'POST', path => '^/api/v2/statements(\?|$)', values => \@few}],
	['sf_async_status', "SELECT sf_async_status('$job')", {method => 'GET', path => '^/api/v2/statements', values => \@few}],
	['sf_async_job', "SELECT * FROM sf_async_job('$job')", {method => 'GET', path => '^/api/v2/statements', values => \@few}],
	['sf_async_result_json', "SELECT sf_async_result_json('$job')", {method => 'GET', path => '^/api/v2/statements', values => \@few}],
	['sf_async_partitions', "SELECT sf_async_partitions('$job')", {method => 'GET', path => '^/api/v2/statements', values => \@few}],
	['sf_async_columns', "SELECT sf_async_columns('$job')", {method => 'GET', path => '^/api/v2/statements', values => \@few}],
	['sf_async_dml', "SELECT sf_async_dml('$job')", {method => 'GET', path => '^/api/v2/statements', values => \@few}],
	['sf_async_cancel', "SELECT sf_async_cancel('$job')", {method => 'POST', path => '/cancel', values => \@few}],
	# objects
	['sf_fetch', q{SELECT sf_fetch('warehouse', 'compute_wh')}, {path => '/warehouses/', values => \@few}],
	['sf_list of databases', q{SELECT sf_list('database')}, {path => '^/api/v2/databases', values => \@few}],
	['sf_list of columns', q{SELECT sf_list('column')}, {path => "$shop/tables", values => [[{}]]}],
	['databases of a list', q{SELECT count(raw) FROM o.tables}, {path => '^/api/v2/databases($|\?)', values => [5]}],
	['schemas of a list', q{SELECT count(raw) FROM o.tables WHERE database_name = 'SHOP'}, {path => '/schemas($|\?)', values => [5]}],
	['table warehouses', q{SELECT count(w), max(w::text) FROM o.warehouses w}, {path => '^/api/v2/warehouses', values => \@few}],
	['table tasks', q{SELECT count(w), max(w::text) FROM o.tasks w WHERE database_name = 'SHOP' AND schema_name = 'PUBLIC'}, {path => "$shop/tasks", values => \@few}],
	['table columns', q{SELECT count(w), max(w::text) FROM o.columns w WHERE database_name = 'SHOP' AND schema_name = 'PUBLIC'}, {path => "$shop/tables", values => [{name => {}}]}],
	['sf_create', q{SELECT sf_create('schema', '{"name": "made"}', 'orReplace')}, {method => 'POST', path => '/schemas'}],
	['sf_create_or_alter', q{SELECT sf_create_or_alter('table', '{"name": "made", "columns": [{"name": "a", "datatype": "int"}]}')}, {method => 'GET|PUT', path => '/tables', values => \@few}],
	['sf_action', q{SELECT sf_action('task', 'g', 'dependents')}, {path => '/dependents', values => \@few}],
	['sf_rest', q{SELECT sf_rest('GET', '/api/v2/warehouses')}, {path => '^/api/v2/warehouses', values => [undef, [[]]]}],
	# tasks
	['sf_task_fetch', q{SELECT sf_task_fetch('g')}, {path => "$shop/tasks/", values => \@few}],
	['sf_tasks', q{SELECT * FROM sf_tasks()}, {path => "$shop/tasks", values => [5, [[]]]}],
	['sf_task_dependents', q{SELECT * FROM sf_task_dependents('g')}, {path => '/dependents', values => \@few}],
	['sf_task_current_graphs', q{SELECT * FROM sf_task_current_graphs('g')}, {path => '/current-graphs', values => \@few}],
	['sf_task_complete_graphs', q{SELECT * FROM sf_task_complete_graphs('g')}, {path => '/complete-graphs'}],
	['sf_task_get_tags', q{SELECT * FROM sf_task_get_tags('g')}, {path => ':get-tags'}],
	['sf_task_suspend', q{SELECT sf_task_suspend('g$a')}, {method => 'POST', path => ':suspend'}],
	['sf_task_alter, the root', q{SELECT sf_task_alter('g$b', set => '{"comment": "x"}', suspend_root => true)}, {method => 'GET', path => "$shop/tasks/", values => [5, [[]], [5, undef]]}],
	['sf_task_create_or_alter', q{SELECT sf_task_create_or_alter('{"name": "made", "definition": "SELECT 1", "warehouse": "COMPUTE_WH"}')}, {method => 'PUT', path => "$shop/tasks", values => \@few}],
	# task graphs
	['sf_dag_fetch, the root', q{SELECT sf_dag_fetch('g')}, {path => "$shop/tasks/G\$"}],
	['sf_dag_fetch, the root, huge', q{SELECT sf_dag_fetch('g')}, {path => "$shop/tasks/G\$", values => \@odd}],
	['sf_dag_fetch, the others, huge', q{SELECT sf_dag_fetch('g')}, {path => '/dependents', values => \@odd}],
	['table tasks, huge', q{SELECT count(w), max(w::text) FROM o.tasks w WHERE database_name = 'SHOP' AND schema_name = 'PUBLIC'}, {path => "$shop/tasks", values => \@odd}],
	['sf_dag_complete_runs, huge', q{SELECT * FROM sf_dag_complete_runs('g')}, {path => '/complete-graphs', values => \@odd}],
	['sf_dag_fetch, the others', q{SELECT sf_dag_fetch('g')}, {path => '/dependents', values => [undef, 5, [[]], {name => {}}]}],
	['sf_dag_plan, the root', "SELECT count(*) FROM sf_dag_plan($dag, 'createOrAlter')", {path => "$shop/tasks/G\$", values => \@few}],
	['sf_dag_plan, the others', "SELECT count(*) FROM sf_dag_plan($dag, 'createOrAlter')", {path => '/dependents', values => \@few}],
	['sf_dag_deploy', "SELECT count(*) FROM sf_dag_deploy($dag, 'createOrAlter')", {method => 'GET', path => "$shop/tasks/", values => [5, [[]]]}],
	['sf_dag_deploy, its calls', "SELECT count(*) FROM sf_dag_deploy($dag, 'orReplace')", {method => 'POST', path => "$shop/tasks"}],
	['sf_dag_render', q{SELECT sf_dag_render('g')}, {path => '/dependents', values => [[[]]]}],
	['sf_dag_run', q{SELECT sf_dag_run('g')}, {method => 'GET', path => "$shop/tasks/G\$", values => [5]}],
	['sf_dag_wait', q{SELECT sf_dag_wait('g', timeout => '0 s')}, {path => '-graphs', values => [5, [[]]]}],
	['sf_dag_complete_runs', q{SELECT * FROM sf_dag_complete_runs('g')}, {path => '/complete-graphs', values => \@few}],
	['sf_dag_current_runs', q{SELECT * FROM sf_dag_current_runs('g')}, {path => '/current-graphs', values => \@few}],
	['sf_dags', q{SELECT sf_dags()}, {path => "$shop/tasks", values => [5, [[]]]}],
	['sf_dag_diff, the root', "SELECT count(*) FROM sf_dag_diff($dag)", {path => "$shop/tasks/G\$", values => [5, [[]]]}],
	['sf_dag_diff, the others', "SELECT count(*) FROM sf_dag_diff($dag)", {path => '/dependents', values => [5, [[]]]}],
	['sf_dag_runs, what is current', q{SELECT count(*) FROM sf_dag_runs('g')}, {path => '/current-graphs', values => [5, [[]]]}],
	['sf_dag_notify', q{SELECT sf_dag_notify('g', 'c')}, {path => '/complete-graphs', values => [5, [[]]]}],
	['sf_task_create, the root suspended', q{SELECT sf_task_create('g$a', 'SELECT 1', predecessors => '{g}', mode => 'createOrAlter', suspend_root => true)}, {method => 'GET', path => "$shop/tasks/", values => [5, [[]]]}],
	['sf_dag_suspend', q{SELECT sf_dag_suspend('g')}, {method => 'POST', path => ':suspend'}],
	['sf_dag_gantt', q{SELECT sf_dag_gantt('g')}, {path => '-graphs', values => [5, [[]]]}],
	['sf_dag_drop', "SELECT sf_dag_drop('g')", {method => 'GET', path => "$shop/tasks/G\$", values => [{name => {}}]}],
);
for my $reader (@readers)
{
	my ($name, $call, $rule) = @$reader;

	next if @ARGV && $name !~ /$ARGV[0]/;
	my $began = time;
	my $states = outcomes($call, $rule);
	my @wrong = grep { !/^(ok|08P01|40001|22003|22023|22P02|42\w{3}|54000|55000|HV000|0A000)$/ } keys %$states;
	my $count = 0;

	$count += $_ for map { values %$_ } values %$states;
	is_deeply(\@wrong, [], "$name: $count outcomes");
	diag map { my $s = $_; map { "$s: $_\n" } (keys %{$states->{$s}})[0 .. 3] } @wrong if @wrong;
	note time - $began, " s: ", join ', ', map { my $s = $_; my $n = 0; $n += $_ for values %{$states->{$s}}; "$s $n" } sort keys %$states;
	if ($ENV{SHOW_OUTCOMES})
	{
		note map { my $s = $_; map { "$s x $states->{$s}{$_}: $_\n" } sort keys %{$states->{$s}} } sort keys %$states;
	}
}
# what is wrong is named
sub named
{
	my ($path, $text, $call, $expected) = @_;

	$t->clear;
	$t->fault({action => 'status', method => 'GET', path => $path, status => 200, text => $text, times => 100});
	my (undef, $err) = $t->try($call);
	like($err, $expected, "$call, $text");
	return;
}
$t->clear;
$t->sql("SELECT sf_dag_deploy($dag, 'orReplace')");
for my $case (['[]', 'the reply is not an object'], ['[1]', 'the reply is not an object'], ['"x"', 'the reply is not an object'], ['null', 'the reply is null'],
	['{}', '"name" is missing'], ['{"name": null}', '"name" is missing'], ['{"name": 5}', '"name" must be a string, not a number'], ['{"name": ""}', '"name" is empty'],
	['{"name": "G", "predecessors": true}', '"predecessors" of a task must be an array of strings, not true'],
	['{"name": "G", "predecessors": [[]]}', '"predecessors" of a task must be an array of strings, not one with other elements'],
	['{"name": "G", "predecessors": [5, null]}', '"predecessors" of a task must be an array of strings, not one with other elements'],
	['{"name": "G", "schedule": {"cron_expr": {}}}', '"cron_expr" must be a string, not an object'],
	['{"name": "G", "schedule": {"minutes": 1e18}}', '"minutes" must be an integer'],
	['{"name": "G", "schedule": {"minutes": 123456789012345}}', 'the interval of a schedule is out of range'],
	['{"name": "G", "state": []}', '"state" of a task must be a string, not an array'],
	['{"name": "G", "comment": "' . '\\ud800' . '"}', 'the reply has half a surrogate pair in a string'],
	['[' x 100 . ']' x 100, 'the reply is nested too deeply'])
{
	named("$shop/tasks/G\$", $case->[0], "SELECT sf_dag_fetch('g')", qr/ERROR:  08P01: malformed reply from Snowflake: \Q$case->[1]\E/);
}
for my $call (q{sf_dag_plan('{"name": "g", "tasks": []}', 'createOrAlter')}, q{sf_dag_drop('g')}, q{sf_dag_render('g')}, q{sf_dag_cancel('g')})
{
	named("$shop/tasks/G\$", '{"name": {}}', "SELECT $call", qr/ERROR:  08P01: malformed reply from Snowflake: "name"/) if $call !~ /drop|cancel|render|plan/;
	named('/dependents', '[{"name": {}}]', "SELECT $call", qr/ERROR:  08P01: malformed reply from Snowflake: "name" must be a string, not an object/);
	named('/dependents', '{}', "SELECT $call", qr/ERROR:  08P01: malformed reply from Snowflake: the reply is not an array.*CONTEXT:.*REST call: GET \Q$shop\E\/tasks\/G\/dependents/s);
}
# times of a run are read by all that look at runs
for my $case (['scheduled_time', 'soon'], ['query_start_time', '2026-13-99'])
{
	named('/complete-graphs', qq([{"state": "FAILED", "$case->[0]": "$case->[1]"}]), q{SELECT sf_dag_complete_runs('g')},
		qr/ERROR:  08P01: malformed reply from Snowflake: "$case->[0]" of a task run is no time.*CONTEXT:.*REST call: GET \Q$shop\E\/tasks\/G\/complete-graphs/s);
}
named("$shop/tables", '[{}]', q{SELECT sf_list('column')}, qr/ERROR:  08P01: malformed reply from Snowflake: "name" is missing/);
named("$shop/tables", '[{"name": "T", "columns": [5]}]', q{SELECT sf_list('column')}, qr/ERROR:  08P01: malformed reply from Snowflake: "columns\[0\]" must be an object, not a number/);
named('/warehouses/', '[]', q{SELECT sf_fetch('warehouse', 'x')}, qr/ERROR:  08P01: malformed reply from Snowflake: the reply is not an object/);
for my $case (['created_on', 'true'], ['created_on', '"soon"'], ['created_on', '{}'], ['auto_suspend', '"x"'], ['auto_suspend', '1.5'], ['auto_suspend', '1e30'], ['auto_resume', '[]'], ['auto_resume', '7'])
{
	named('/warehouses', qq([{"name": "W", "$case->[0]": $case->[1]}]), 'SELECT * FROM o.warehouses', qr/ERROR:  08P01: .*property "$case->[0]" of warehouse "W"/s);
}
$t->sql('CREATE FOREIGN TABLE narrow (name int) SERVER sf OPTIONS (kind $$warehouse$$)' =~ s/\$\$/'/gr);
named('/warehouses', '[{"name": "W"}]', 'SELECT * FROM narrow', qr/ERROR:  22P02: invalid input syntax for type integer: "W"/);
named('/tables', '{"name": "T", "columns": [{"name": {}}]}', q{SELECT sf_create_or_alter('table', '{"name": "t", "columns": [{"name": "a", "datatype": "int"}]}')},
	qr/ERROR:  08P01: malformed reply from Snowflake: "name" must be a string, not an object/);
# ten megabytes of any JSON take a bounded part of the memory
my $object = '{"name": "T", "comment": "something", "rows": 12345, "owner": "SYSADMIN", "kind": "PERMANENT"}';
for my $case (['objects', '[' . join(',', ($object) x 100_000) . ']'], ['a string', '{"a": "' . 'x' x 10_000_000 . '"}'], ['numbers', '[' . join(',', (1) x 5_000_000) . ']'],
	['empty objects', '[' . join(',', ('{}') x 3_000_000) . ']'], ['empty arrays', '[' . join(',', ('[]') x 3_000_000) . ']'])
{
	$t->clear;
	$t->fault({action => 'status', method => 'GET', path => '/warehouses', status => 200, text => $case->[1], times => 100});
	my ($out, $err) = $t->try(<<"SQL");
SELECT state || ' ' || message FROM outcome('SELECT length(sf_rest(''GET'', ''/api/v2/warehouses'')::text)');
SELECT substring(pg_read_file('/proc/self/status') from 'VmHWM:\\s+(\\d+)')::int / 1024;
SQL
	my ($outcome, $megabytes) = split /\n/, $out;
	like($outcome, qr/^ok \d+|^54000 the reply has too many parts/, "10 MB of $case->[0] are read or refused");
	cmp_ok($megabytes, '<', 500, 'in bounds');
	note "$case->[0]: $outcome, $megabytes MB";
}
$t->clear;
$t->fault({action => 'status', method => 'GET', path => '/dependents', status => 200, times => 100,
	text => '[' . join(',', map { qq({"name": "G\$$_", "predecessors": ["G"]}) } 1 .. 10_001) . ']'});
like(($t->try(q{SELECT sf_dag_fetch('g')}))[1], qr/ERROR:  54000: 10001 tasks depend on task SHOP.PUBLIC.G, at most 10000 can be read/, 'more tasks than a graph can have');
# rows that are handed on take no memory
$t->clear;
$t->result({match => 'many rows', columns => [column('A', 'text')], rows => [map { ['x' x 100] } 1 .. 200_000]});
my @used = map { (split /\n/, $t->sql(<<"SQL"))[1] } "sf_query('SELECT many rows') AS t(a text)", "sf_query_json('SELECT many rows')";
SELECT count(*) FROM $_;
SELECT substring(pg_read_file('/proc/self/status') from 'VmHWM:\\s+(\\d+)')::int / 1024;
SQL
cmp_ok($used[1], '<', $used[0] + 30, "nor do rows as JSON: $used[0] and $used[1] MB");
unlike($t->log, qr/terminated by signal|TRAP:/, 'no backend has crashed');
$t->clear;
$t->shut_down;
done_testing;
