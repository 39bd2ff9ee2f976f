# Tasks, graphs and their runs: calls in unusual ways, and what goes wrong meanwhile.
use strict;
use warnings;
use IO::Socket::UNIX;
use JSON::PP;
use SnowflakeFdwTest;
use Test::More;
use Time::HiRes qw(sleep time);

my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', '1']);

$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC', retry_timeout => '1s', cancel_timeout => '1s');
$t->sql("ALTER DATABASE postgres SET snowflake_fdw.default_server = 'sf'");

# a function called by the protocol's message for that, where no expression says what types its arguments have; values as text, undef is NULL
sub fast_path
{
	my ($function, @values) = @_;
	my $oid = $t->sql("SELECT '$function'::regprocedure::oid");
	my $socket = IO::Socket::UNIX->new(Peer => "$t->{socket}/.s.PGSQL.5432") or die "no socket: $!";
	my $start = pack('N', 196608) . "user\0postgres\0database\0postgres\0client_encoding\0UTF8\0\0";
	my $call = pack('Nnnn', $oid, 1, 0, scalar @values) . join('', map { defined $_ ? pack('N', length $_) . $_ : pack('N', 0xFFFFFFFF) } @values) . pack('n', 0);
	my ($result, $ready) = ('', 0);

	print $socket pack('N', 4 + length $start) . $start;
	$socket->flush;
	while (read($socket, my $head, 5) == 5)
	{
		my ($type, $length) = unpack 'aN', $head;
		my $body = '';

		read($socket, $body, $length - 4) if $length > 4;
		if ($type eq 'Z')
		{
			return $result if $ready++;
			print $socket 'F' . pack('N', 4 + length $call) . $call;
			$socket->flush;
		}
		$result = unpack('N', $body) == 0xFFFFFFFF ? 'NULL' : substr($body, 4) if $type eq 'V';
		$result = 'ERROR ' . join ' ', map { /^[CM](.*)/s ? $1 : () } split /\0/, $body if $type eq 'E';
	}
	return 'the connection was closed';
}

my @null = (undef) x 19;
is(fast_path('sf_dag(text, interval, text, text, jsonb, jsonb, text, text, integer, text, boolean, bigint, integer, text, text[], text[], boolean, text, text, jsonb, jsonb[])', 'g', '2 hours', @null), '{"name": "g", "schedule": "120 MINUTES"}',
	'an interval by the fast path');
is(fast_path('sf_dag_task(jsonb, text, jsonb, text[], text, text, boolean, boolean, boolean, text, jsonb)', '{"name": "g"}', 'a', '{"procedure": "p"}', (undef) x 8),
	'{"name": "g", "tasks": [{"name": "a", "definition": {"procedure": "p"}}]}', 'a definition that is an object');
like(fast_path('sf_dag_wait(text, bigint, interval, boolean, text, text, name)', 'no_such_graph', 5, (undef) x 5), qr/^ERROR 42704 /, 'a run id');
like(fast_path('sf_dag_fetch(jsonb, text, text, name)', '{"name": "no_such_graph"}', (undef) x 3), qr{^ERROR 42704 .*no_such_graph}, 'a graph');
like(fast_path('sf_task_create(text, jsonb, interval, text, text, text[], text, jsonb, jsonb, text, text, interval, text, text, bigint, int, int, text, boolean, text, text, text, jsonb, boolean, jsonb, text, boolean, text, text, name)',
	'fast', '{"procedure": "p"}', '1 hour', (undef) x 27), qr/^SHOP\.PUBLIC\.FAST$/, 'a task');
is($t->sql(q{SELECT f ->> 'definition', f -> 'schedule' ->> 'minutes' FROM sf_task_fetch('fast') f}), 'CALL P()|60', 'as it was given');
$t->sql(q{SELECT sf_task_drop('fast')});

# a graph of very many tasks is made at once, and a name that two have is found
is($t->sql(q{SET statement_timeout = '60s'; SELECT jsonb_array_length(sf_dag_agg(jsonb_build_object('name', 't' || i, 'definition', 'SELECT 1')) -> 'tasks') FROM generate_series(1, 20000) i}), 20000, 'twenty thousand tasks');
like(($t->try(q{SELECT sf_dag_agg(jsonb_build_object('name', n, 'definition', 'SELECT 1')) FROM unnest('{a,b,"\"A\"",c}'::text[]) n}))[1], qr/ERROR:  42710: the task graph has a task ""A"" already/, 'two of one name');
like(($t->try(q{SELECT sf_dag_agg('{"name": "a.b", "definition": "SELECT 1"}')}))[1], qr/ERROR:  42602: "a\.b" is not the name of a task/, 'a name that is none');

# what Unicode has and XML forbids
is($t->sql(qq{SELECT sf_dag_render(sf_dag_task(sf_dag('g'), U&'"\\FFFE\\FFFF\\FFFD\\00E4"', 'SELECT 1'), 'svg', jsonb_build_object(U&'G\$\\FFFE\\FFFF\\FFFD\\00E4', U&'\\FFFF'))::xml IS DOCUMENT}), 't', 'a drawing is XML');
is($t->sql(q{SELECT sf_dag_gantt(jsonb_build_array(jsonb_build_object('name', U&'\FFFE', 'state', U&'\FFFF')), 'svg')::xml IS DOCUMENT}), 't', 'a chart is');

# a plural will do, of a word that is no subject too
is($t->sql(q{SELECT count(*) > 1 FROM sf_help('image repositories')}), 't', 'help of a plural');
is($t->sql(q{SELECT p, (SELECT count(*) FROM sf_help(p)) - (SELECT count(*) FROM sf_help(s)) FROM (VALUES ('graphs', 'graph'), ('images', 'image'), ('jobs', 'job'), (' task ', 'task')) AS v(p, s)}),
	"graphs|0\nimages|0\njobs|0\n task |0", 'and of a word in descriptions');

# a task changed while its graph's root is suspended for it
sub graph_anew
{
	$t->clear;
	$t->sql(q{SET client_min_messages = error; SELECT sf_dag_drop('sr', if_exists => true); SELECT sf_task_create('sr', 'SELECT 1', '1 hour');
		SELECT sf_task_create('sr_child', 'SELECT 1', predecessors => '{sr}', resume => true); SELECT sf_task_resume('sr')});
	$t->clear;
	return;
}
my $change = q{SELECT sf_task_create('sr_child', 'SELECT 2', predecessors => '{sr}', mode => 'createOrAlter', suspend_root => true)};

# a backend that is ended in the middle resumes the root all the same
for my $step (['POST', 'SR:suspend'], ['PUT', 'SR_CHILD'], ['POST', 'SR:resume'])
{
	my ($method, $path) = @$step;

	graph_anew();
	$t->fault({action => 'hang', method => $method, path => $path});
	my $session = $t->background("SET application_name = 'victim'; $change;\n");
	for (1 .. 100)
	{
		last if grep { $_->{method} eq $method && $_->{path} =~ /$path$/ } @{$t->requests};
		sleep 0.05;
	}
	sleep 0.3;
	is($t->sql("SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity WHERE application_name = 'victim'"), 't', "$path: the backend is ended");
	like(($t->finish_background($session))[1], qr/FATAL:  57P01/, "$path: and says so");
	is($t->sql(q{SELECT sf_task_fetch('sr') ->> 'state'}), 'started', "$path: the root is started");
}
graph_anew();
$t->fault({action => 'status', status => 400, path => 'SR:resume', text => '{"code": "001422", "message": "no", "request_id": "r"}'});
my $started;
my (undef, $err) = $t->try($change);
like($err, qr/ERROR:  22023: no\n.*done before: the change itself\ndone before: root task SHOP\.PUBLIC\.SR was suspended for it\n/s, 'a root that cannot be resumed: the change is made, and that is said');
is($t->sql(q{SELECT sf_task_fetch('sr') ->> 'state'}), 'started', 'the second attempt resumes it');

# a root that was suspended although that says something else is resumed
for my $case ([{action => 'lost_reply', path => 'SR:suspend'}, {action => 'status', status => 429, path => 'SR:suspend', skip => 1, retry_after => 20}],
	[{action => 'status', status => 404, path => '/api/v2/results/', skip => 2, text => '{"code": "390404", "message": "gone", "request_id": "r"}'}])
{
	my $accepted = @$case == 1;

	graph_anew();
	$t->fault(@$case);
	$t->control('POST', 'settings', {async_objects => JSON::PP::true, async_seconds => 0.01}) if $accepted;
	(undef, $err) = $t->try($change);
	$t->control('POST', 'settings', {async_objects => JSON::PP::false});
	like($err, $accepted ? qr/ERROR:  HV000: gone\n/ : qr/ERROR:  53400/, $accepted ? 'a suspend whose result is gone' : 'a suspend that is lost, then refused');
	($accepted ? \&like : \&unlike)->($err, qr/WARNING:  01000: root task SHOP\.PUBLIC\.SR may be suspended/, 'which may come yet, or not');
	is($t->sql(q{SELECT sf_task_fetch('sr') ->> 'state'}), 'started', 'the root is started');
}
$t->clear;
$t->sql(q{SELECT sf_dag_drop('sr')});

# a run that was started, or cancelled in part, is one although what follows fails
$t->sql(q{SELECT count(*) FROM sf_dag_deploy('{"name": "begun", "warehouse": "compute_wh", "tasks": [{"name": "a", "definition": "SELECT 1"}, {"name": "b", "definition": "SELECT 1", "after": ["a"]}]}')});
for my $case ([2, q{sf_dag_run('begun')}, 'task graph BEGUN was started'], [1, q{sf_task_execute('begun', await => true)}, 'task SHOP\.PUBLIC\.BEGUN has run'])
{
	my ($skip, $call, $done) = @$case;

	$t->clear;
	$t->fault({action => 'status', status => 503, path => '-graphs', skip => $skip, times => 1000});
	like(($t->try("SELECT $call"))[1], qr/ERROR:  \w{5}: Snowflake answered with HTTP status 503\n.*^done before: $done$/ms, "$call says that it did");
}
$t->clear;
$t->fault({action => 'status', status => 400, body => 'CANCEL_ONGOING.*BEGUN.B', text => '{"code": "001422", "message": "no", "request_id": "r"}'});
like(($t->try(q{SELECT sf_dag_cancel('begun')}))[1], qr/ERROR:  22023: no\n.*^done before: runs were cancelled of BEGUN, BEGUN\$A$/ms, 'what was cancelled');

# the lower 32 bits of a run id do wherever a run is asked for
$t->clear;
my $short = $t->sql(q{SELECT run_id FROM sf_task_complete_graphs('begun') LIMIT 1});
cmp_ok($short, '<', 2**32, 'a run id as the account shows it');
$t->sql(qq{SELECT sf_dag_wait('begun', '$short')});
like($t->sql(qq{SELECT sf_dag_render('begun', 'text', $short), sf_dag_render('begun', 'text', '$short'::text)}), qr/^BEGUN: SUCCEEDED\n  A: SUCCEEDED\n.*BEGUN: SUCCEEDED\n/s, 'is that of a drawing');
like($t->sql(qq{SELECT sf_dag_gantt('begun', $short), sf_dag_gantt('begun', '$short'::text)}), qr/^BEGUN +\|.*SUCCEEDED.*\nBEGUN\$A.*\|BEGUN +\|/s, 'and of a chart');

# runs as Snowflake may show them one day
$t->sql(q{SELECT count(*) FROM sf_dag_deploy('{"name": "r", "tasks": [{"name": "a", "definition": "SELECT 1"}]}')});
my $run = int(time * 1000) - 60000;
sub complete
{
	my ($state, %more) = @_;

	$t->clear;
	$t->fault({action => 'raw', status => 200, path => 'current-graphs', content_type => 'application/json', text => '[]'},
		{action => 'raw', status => 200, path => 'complete-graphs', content_type => 'application/json', text => JSON::PP::encode_json([{root_task_name => 'R', state => $state, run_id => $run, scheduled_time => undef, %more}])});
	return;
}
complete('FAILED_AND_AUTO_SUSPENDED', first_error_code => 100051, first_error_message => 'Division by zero');
like(($t->try("SET statement_timeout = '20s'; SELECT sf_dag_wait('r', '$run')"))[1], qr/ERROR:  22012: Division by zero/, 'a run that ended is over, whatever its state is called');
$t->clear;
$t->fault({action => 'status', status => 503, path => '-graphs', times => 1000});
like(($t->try("SET statement_timeout = '40 s'; SELECT sf_dag_wait('r', '$run', '1 s')"))[1], qr/ERROR:  \w{5}: Snowflake answered with HTTP status 503/, 'a wait is given up at its end, though retry_timeout is longer');
$t->sql(q{ALTER SERVER sf OPTIONS (SET retry_timeout '300s')});
$started = time;
(undef, $err) = $t->try("SET statement_timeout = '40 s'; SELECT sf_dag_wait('r', '$run', '1.5 s')");
like($err, qr/^ERROR:  \w{5}: Snowflake answered with HTTP status 503/, 'nothing is said to be tried again for longer');
cmp_ok(time - $started, '>=', 1.4, 'and not before');
$t->clear;
$t->fault({action => 'status', status => 429, path => '-graphs', retry_after => 9, times => 1000});
unlike(($t->try("SELECT sf_dag_wait('r', '$run', '1 s')"))[1], qr/NOTICE/, 'nor when it is not tried again');
$t->sql(q{ALTER SERVER sf OPTIONS (SET retry_timeout '1s')});
complete('FAILED', first_error_task_name => '"' . 'x' x 9000 . '"', first_error_message => 'no');
is($t->sql("SELECT sf_dag_notify('r', 'c', '$run')"), 1, 'a name too long for a notification is left out');

# a graph whose tasks would have one name without the graph's
$t->clear;
$t->sql(q{SELECT sf_execute(s) FROM unnest(ARRAY['CREATE TASK et WAREHOUSE = COMPUTE_WH AS SELECT 1', 'CREATE TASK a WAREHOUSE = COMPUTE_WH AFTER et AS SELECT 2',
	'CREATE TASK et$a WAREHOUSE = COMPUTE_WH AFTER et AS SELECT 3', 'CREATE TASK et$et$a WAREHOUSE = COMPUTE_WH AFTER et$a AS SELECT 4']) s});
is($t->sql(q{SELECT string_agg(concat_ws(' ', action, task), ', ') FROM sf_dag_plan(sf_dag_fetch('et'), 'createOrAlter')}), 'fetch ET, dependents ET', 'is fetched as it is');
like($t->sql(q{SELECT sf_dag_render('et'::text)}), qr/^    ET\$ET\$A after ET\$A$/m, 'and drawn');
$t->sql(q{SELECT sf_dag_drop('et')});

# a started task gets other predecessors: it has some all the time
for my $call (q{sf_task_alter('pr_b', add_after => '{pr}', remove_after => '{pr_a}', suspend_root => true)}, q{sf_alter('task', 'pr_b', '{"predecessors": ["pr"]}')})
{
	$t->sql(q{SELECT sf_task_create('pr', 'SELECT 1', '1 hour'), sf_task_create('pr_a', 'SELECT 1', predecessors => '{pr}', resume => true), sf_task_create('pr_b', 'SELECT 1', predecessors => '{pr_a}', resume => true)});
	$t->sql(q{SELECT sf_task_resume('pr')}) if $call =~ /suspend_root/;
	is($t->sql("SELECT $call"), 'SHOP.PUBLIC.PR_B', $call);
	is($t->sql(q{SELECT f ->> 'state', f ->> 'predecessors' FROM sf_task_fetch('pr_b') f}), 'started|["PR"]', 'it follows another one');
	$t->sql(q{SELECT sf_dag_drop('pr')});
}

$t->sql(q{SELECT sf_task_create('pr', 'SELECT 1', '1 hour'), sf_task_create('pr_a', 'SELECT 1', predecessors => '{pr}', resume => true), sf_task_create('pr_b', 'SELECT 1', predecessors => '{pr_a,pr}', resume => true)});
$t->sql(q{SELECT sf_task_alter('pr_b', remove_after => '{pr,pr_a}', add_after => '{"\"PR_A\""}')});
is($t->sql(q{SELECT f ->> 'state', f ->> 'predecessors' FROM sf_task_fetch('pr_b') f}), 'started|["PR_A"]', 'what is taken away and given again stays');
$t->sql(q{SELECT sf_task_alter('pr_b', remove_after => '{pr_a}', add_after => '{pr_a}')});
is($t->sql(q{SELECT f ->> 'state', f ->> 'predecessors' FROM sf_task_fetch('pr_b') f}), 'started|["PR_A"]', 'also alone');
$t->sql(q{SELECT sf_dag_drop('pr')});

# rows of the history that lack something
{
	my %column = (name => 'text', database_name => 'text', schema_name => 'text', state => 'text', root_task_id => 'text', attempt_number => 'fixed', run_id => 'fixed', graph_run_group_id => 'text', scheduled_time => 'timestamp_ltz',
		query_start_time => 'timestamp_ltz', completed_time => 'timestamp_ltz');
	my @names = sort keys %column;
	my $history = sub {
		my @rows = @_;

		$t->clear;
		$t->control('DELETE', 'results');
		for my $match ('TASK_NAME', 'ROOT_TASK_ID')
		{
			$t->result({match => $match, times => 3, columns => [map { {name => uc $_, type => $column{$_}, nullable => JSON::PP::true, scale => $column{$_} eq 'fixed' ? 0 : 3, precision => 38, length => 100} } @names],
				rows => [map { my $row = {database_name => 'SHOP', schema_name => 'PUBLIC', root_task_id => 'id', attempt_number => 1, state => 'SUCCEEDED', query_start_time => $run / 1000, %$_}; [map { defined $row->{$_} ? "$row->{$_}" : undef } @names] }
					grep { $match ne 'TASK_NAME' || ($_->{name} // '') eq 'R' } @rows]});
		}
		return;
	};

	$history->({name => 'R', run_id => $run, scheduled_time => $run / 1000}, {name => undef, run_id => $run, scheduled_time => $run / 1000});
	like($t->sql("SELECT sf_dag_render('r', 'text', $run)"), qr/^R: SUCCEEDED\n  A$/, 'a row without a name');
	$history->({name => 'R', run_id => $run - 600000, scheduled_time => $run / 1000 - 600, graph_run_group_id => 'old'}, {name => 'R', run_id => $run, scheduled_time => $run / 1000, completed_time => $run / 1000 + 2, graph_run_group_id => 'new'});
	is($t->sql("SELECT run_group_id FROM sf_dag_last_success('r')"), 'new', 'a run without a time of its end is not the last one');
	$t->control('DELETE', 'results');
}
$t->clear;

# two sessions that have the same root suspended for a change: the second waits, and the root runs afterwards
$t->sql(q{SELECT sf_task_create('two_root', 'SELECT 1', '1 day', 'compute_wh'), sf_task_create('two_a', 'SELECT 2', warehouse => 'compute_wh', predecessors => '{two_root}'),
	sf_task_create('two_b', 'SELECT 3', warehouse => 'compute_wh', predecessors => '{two_root}'), sf_task_resume('two_root')});
$t->fault({action => 'delay', method => 'PUT', path => '/tasks/TWO_A$', seconds => 2});
{
	my $first = $t->background(q{SELECT sf_task_create('two_a', 'SELECT 20', warehouse => 'compute_wh', predecessors => '{two_root}', mode => 'createOrAlter', suspend_root => true)});
	my $tries = 0;

	# until the first one has suspended the root
	sleep 0.05 while $tries++ < 600 && !grep { $_->{target} =~ /TWO_ROOT:suspend/ } @{$t->requests};
	my ($out, $err) = $t->try(q{SELECT sf_task_create('two_b', 'SELECT 30', warehouse => 'compute_wh', predecessors => '{two_root}', mode => 'createOrAlter', suspend_root => true)});
	my ($out_first, $err_first) = $t->finish_background($first);

	is($out_first =~ s/\s+$//r, 'SHOP.PUBLIC.TWO_A', 'the first of two changes') or diag($err_first);
	is($out, 'SHOP.PUBLIC.TWO_B', 'the second') or diag($err);
	like($err, qr/^NOTICE:  00000: waiting for another change of task graph SHOP\.PUBLIC\.TWO_ROOT to end$/m, 'it waits');
	is($t->sql(q{SELECT string_agg(f->>'definition', ',') FROM unnest('{two_a,two_b}'::text[]) n, sf_task_fetch(n) f}), 'SELECT 20,SELECT 30', 'both are made');
	is($t->sql(q{SELECT sf_task_fetch('two_root')->>'state'}), 'started', 'the root runs');
	is($t->sql(q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'}), 0, 'nothing stays locked');
}

$t->stop;
done_testing;
