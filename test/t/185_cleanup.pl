# Clean-up: each step of it ends in time, the first error and its CONTEXT stay, and the backend can be stopped afterwards.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;
use Time::HiRes qw(sleep time);

my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', '4', '--partition-rows', '2']);
my $i = $t->{info};
my %server = (warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC', retry_timeout => '60s', cancel_timeout => '1s');
my $token_path = '^/oauth2/token';
my $graph = q{'{"name": "line", "schedule": "1 hour", "tasks": [{"name": "a", "definition": "SELECT 1"}, {"name": "b", "definition": "SELECT 2", "after": ["a"]}]}'};
my $start = q{SELECT sf_task_resume('line') FROM sf_tasks('LINE') WHERE state <> 'started'};

$t->connect(%server);

# a token that ends soon: the endpoint is asked again for the next call
sub connect_with_short_token
{
	$t->connect(%server);
	$t->sql('DROP USER MAPPING FOR postgres SERVER sf');
	$t->sql("CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (oauth_client_id '$i->{oauth_client_id}', oauth_client_secret '$i->{oauth_client_secret}', oauth_token_request_url '$i->{url}/oauth2/token', oauth_scope 'session:role:R')");
	return;
}

# what runs in Snowflake, but for what is left from before; a cancel has its time
my %left;
sub open_statements
{
	my @open;

	for (1 .. 40)
	{
		@open = grep { !$left{$_} } @{$t->control('GET', 'state')->{open_statements}};
		last if !@open;
		sleep 0.05;
	}
	return \@open;
}

# waits until the session called victim is as the condition says
sub victim_is
{
	my ($condition) = @_;

	for (1 .. 200)
	{
		return 1 if $t->sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'victim' AND ($condition)") eq '1';
		sleep 0.05;
	}
	return 0;
}

sub stop_victim { my ($how) = @_; return $t->sql("SELECT pg_${how}_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'"); }

# runs SQL that fails in a session, cancelling it after $after seconds and $then() when given; afterwards the session can be cancelled and terminated
sub stoppable_after
{
	my ($name, $sql, $after, $then) = @_;
	my $sleep = 'SELECT pg_sleep(30)';
	my $session = $t->background("\\set ON_ERROR_STOP 0\nSET application_name = 'victim';\n$sql\nSELECT 'usable';\n$sleep /* first */;\n$sleep /* second */;\n");
	my $started = time;

	if (defined $after)
	{
		victim_is(q{wait_event_type = 'Extension'});
		sleep $after;
		$then->() if $then;
		$started = time;
		stop_victim('cancel');
	}
	ok(victim_is(q{wait_event = 'PgSleep' AND query LIKE '%first%'}), "$name: it ends") or return ('', '');
	cmp_ok(time - $started, '<', 15, "$name: in time");
	$started = time;
	stop_victim('cancel');
	ok(victim_is(q{wait_event = 'PgSleep' AND query LIKE '%second%'}), "$name: what runs next can be cancelled");
	stop_victim('terminate');
	my ($out, $err) = $t->finish_background($session);
	cmp_ok(time - $started, '<', 15, "$name: and terminated");
	like($err, qr/57014: canceling statement due to user request.*57P01/s, "$name: both are said");
	unlike($err, qr/XX000|25P02/, "$name: no internal error, no transaction left behind");
	like($out, qr/usable/, "$name: the session is usable");
	return ($out, $err);
}

# the token has expired at the time of the cancel, and its endpoint hangs or refuses
my $wait = q{SELECT * FROM sf_query('SELECT SYSTEM$WAIT(30)') AS t(x text)};
my @late = (['hangs', {action => 'hang'}], ['refuses', {action => 'status', status => 400, text => '{"error": "invalid_grant"}'}]);
for my $case (@late)
{
	my ($how, $fault) = @$case;
	my $err;

	connect_with_short_token();
	$t->clear;
	$t->fault({action => 'replace', path => $token_path, set => {expires_in => 1}}, {path => $token_path, times => 100, %$fault});
	(undef, $err) = stoppable_after("the token endpoint $how", "SET statement_timeout = '1.8s'; $wait; RESET statement_timeout;");
	like($err, qr/WARNING:  08000: could not cancel the statement.*57014: canceling statement due to statement timeout/s, 'the statement cannot be cancelled, which is said');
	$t->clear;
	$t->fault({action => 'replace', path => $token_path, set => {expires_in => 1}}, {path => $token_path, times => 100, %$fault});
	(undef, $err) = stoppable_after("the token endpoint $how, in PL/pgSQL", "SET statement_timeout = '1.8s'; DO \$\$ BEGIN PERFORM * FROM sf_query('SELECT SYSTEM\$WAIT(30)') AS t(x text);
		EXCEPTION WHEN query_canceled THEN RAISE NOTICE 'caught: %', SQLERRM; END \$\$; RESET statement_timeout;");
	like($err, qr/NOTICE:  00000: caught: canceling statement due to statement timeout/, 'the handler gets the error of the statement');
}

# a graph is deployed; the call hangs, and its token has expired at the cancel
connect_with_short_token();
$t->clear;
$t->sql("SELECT count(*) FROM sf_dag_deploy($graph)");
for my $case (@late)
{
	my ($how, $fault) = @$case;
	my $changed = $graph =~ s/SELECT 2/SELECT 22/r;

	$t->clear;
	$t->sql($start);
	$t->fault({action => 'hang', method => 'PUT'}, {action => 'replace', path => $token_path, times => 100, set => {expires_in => 3}});
	my $session = $t->background("\\set ON_ERROR_STOP 0\nSET application_name = 'victim'; SELECT count(*) FROM sf_dag_deploy($changed, 'createOrAlter');\nSELECT 'usable';\nSELECT pg_sleep(30);\n");
	for (1 .. 100)
	{
		last if grep { $_->{method} eq 'PUT' } @{$t->requests};
		sleep 0.05;
	}
	$t->control('DELETE', 'faults');
	$t->fault({path => $token_path, times => 100, %$fault});
	sleep 3.2;
	stop_victim('cancel');
	# the second one ends the clean-up
	sleep 0.5;
	stop_victim('cancel') if $how eq 'hangs';
	my $started = time;
	ok(victim_is(q{wait_event = 'PgSleep'}), "a deployment, the token endpoint $how: it ends");
	cmp_ok(time - $started, '<', 5, 'a second cancel ends the clean-up, or an error does');
	stop_victim('cancel');
	my (undef, $err) = $t->finish_background($session);
	like($err, qr/ERROR:  57014: canceling statement due to user request\nCONTEXT:  deployment of task graph SHOP\.PUBLIC\.LINE, step \d+ of \d+.*Done before: .*suspend/s, 'its CONTEXT says what was done');
	like($err, qr/WARNING:  08000: could not (?:resume task graph|put back what was done to task graph)/, 'and a WARNING what could not be put right');
	like($err, qr/57014.*57014/s, 'the next statement can be cancelled');
	$t->clear;
}

# a valid token is used as it is, whatever has become of its file
my $file = $t->secret_file('token.txt', $i->{oauth_token});
$t->connect(%server);
$t->sql('DROP USER MAPPING FOR postgres SERVER sf');
$t->sql("CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (authenticator 'OAUTH', token_file_path '$file')");
$t->clear;
$t->sql($start);
$t->fault({action => 'hang', method => 'PUT'});
my ($out, $err) = stoppable_after('a token file that is emptied', "SELECT count(*) FROM sf_dag_deploy(" . ($graph =~ s/SELECT 2/SELECT 23/r) . ", 'createOrAlter');", 0.5, sub { truncate $file, 0 });
like($err, qr/CONTEXT:  deployment.*The task graph runs again, as before/s, 'the graph runs again');

# a root is suspended for a change of its child, which fails
$t->connect(%server);
$t->sql($start);
$t->clear;
$t->fault({action => 'hang', path => '/api/v2/statements\?', body => 'ALTER TASK'});
(undef, $err) = stoppable_after('a change of a task', q{SELECT sf_task_alter('line$b', set => '{"comment": "x"}', suspend_root => true);}, 0.5);
is($t->sql(q{SELECT state FROM sf_tasks('LINE')}), 'started', 'its root runs again') or diag($err);
$t->clear;
$t->fault({action => 'status', status => 422, path => '/api/v2/statements\?', body => 'ALTER TASK', text => '{"code":"002003","sqlState":"42S02","message":"no","statementHandle":"019c06a4-0000-df4f-0000-00100006589e"}'},
	{action => 'status', status => 400, path => ':resume', text => '{"code": "001422", "message": "other", "request_id": "r"}', times => 5});
(undef, $err) = $t->try(q{SELECT sf_task_alter('line$b', set => '{"comment": "x"}', suspend_root => true)});
like($err, qr/WARNING:  01000: root task SHOP\.PUBLIC\.LINE is still suspended.*ERROR:  42704: no\n.*root task SHOP\.PUBLIC\.LINE was suspended for it/s, 'a failing clean-up leaves the first error');

# several submissions: all are cancelled together, also those whose handle comes late
$left{$_} = 1 for @{$t->control('GET', 'state')->{open_statements}};
my $submissions = 'ARRAY[' . join(', ', map { "'CALL SYSTEM\$WAIT($_)'" } 30 .. 37) . ']';
$t->connect(%server, cancel_timeout => '5s', fetch_parallel => 8);
$t->clear;
$t->fault({action => 'delay', path => '/api/v2/statements\?requestId', seconds => 1.5, times => 100});
(undef, $err) = $t->try("SET statement_timeout = '1s'; SELECT sf_async_submit_all($submissions)");
like($err, qr/57014: canceling statement due to statement timeout/, 'eight submissions are interrupted');
unlike($err, qr/could not cancel/, 'all handles are waited for');
is(scalar(grep { $_->{path} =~ m{/cancel$} && $_->{status} == 200 } @{$t->requests}), 8, 'and all are cancelled');
is_deeply(open_statements(), [], 'nothing runs there any more');
$t->sql("ALTER SERVER sf OPTIONS (SET cancel_timeout '2s')");
$t->clear;
$t->fault({action => 'hang', path => '/api/v2/statements\?requestId', times => 100});
my $started = time;
(undef, $err) = $t->try("SET statement_timeout = '1s'; SELECT sf_async_submit_all($submissions)");
cmp_ok(time - $started, '<', 9, 'without answers all of them together take cancel_timeout once');
is(scalar(() = $err =~ /could not cancel the statement/g), 8, 'each is named');

# a handle that comes together with the interrupt: the log of requests is where it strikes
$t->sql("ALTER SERVER sf OPTIONS (SET cancel_timeout '5s')");
for my $delay (0.97, 0.99, 1.0, 1.01, 1.03)
{
	$t->clear;
	$t->fault({action => 'delay', path => '/api/v2/statements\?requestId', seconds => $delay});
	(undef, $err) = $t->try("SET snowflake_fdw.log_requests = on; SET statement_timeout = '1s'; SELECT sf_async_submit('CALL SYSTEM\$WAIT(30)'); SELECT pg_sleep(3)");
	like($err, qr/57014/, "an answer after $delay s: interrupted");
	unlike($err, qr/could not cancel/, 'with its handle known');
	$t->sql('SELECT sf_async_cancel(query_id) FROM sf_async_job') if $err !~ /runs on without a record/;
}

# what two servers have under way at once: cursors whose next partitions are on their way, and submissions; all of it takes cancel_timeout once
$t->connect(%server, cancel_timeout => '3s', fetch_parallel => 8);
$t->sql(join ';', 'CREATE SERVER sf2 FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (' . $t->server_options(%server, cancel_timeout => '3s', fetch_parallel => 8) . ')',
	"CREATE USER MAPPING FOR postgres SERVER sf2 OPTIONS (user 'DEMO_USER', private_key_file '$i->{key_file}')",
	map { "CREATE FOREIGN TABLE rows_$_ (n int) SERVER $_ OPTIONS (query 'SELECT n FROM (VALUES (1), (2), (3), (4), (5), (6)) AS v (n)')" } 'sf', 'sf2');
my $cursors = join ' ', 'BEGIN;', map { "DECLARE c_$_ CURSOR FOR SELECT * FROM rows_$_; FETCH 1 FROM c_$_;" } 'sf', 'sf2';
for my $case (['answers', 0], ['hangs', 8])
{
	my ($how, $unstopped) = @$case;

	$t->clear;
	$left{$_} = 1 for @{$t->control('GET', 'state')->{open_statements}};
	$t->fault({action => 'hang', path => 'partition=', times => 100}, {action => 'delay', path => '/api/v2/statements\?requestId', body => 'SYSTEM\$WAIT', seconds => 1.5, times => 100});
	$t->fault({action => 'hang', path => '/cancel', times => 100}) if $how eq 'hangs';
	$started = time;
	(undef, $err) = $t->try("$cursors SET LOCAL statement_timeout = '1s'; SELECT sf_async_submit_all($submissions, server => 'sf2')");
	cmp_ok(time - $started, '<', 8, "two servers, the cancel $how: in time");
	like($err, qr/57014: canceling statement due to statement timeout/, 'the error is that of the statement');
	is(scalar(() = $err =~ /could not cancel the statement/g), $unstopped, 'what could not be cancelled is named');
	is(scalar(grep { $_->{target} =~ /partition=/ } @{$t->requests}), 4, 'partitions of both were on their way');
	is(scalar(grep { $_->{path} =~ m{/cancel$} } @{$t->requests}), 8, 'every submission was cancelled once, what had ended not at all');
	is_deeply(open_statements(), [], 'nothing runs there any more') if !$unstopped;
}

$t->stop;
done_testing;
