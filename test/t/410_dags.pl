# Task graphs: the exact calls of a deployment, faults and interrupts at each of its steps, waiting for runs.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;
use Time::HiRes qw(sleep time);

my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', '2']);
my $tasks = '/api/v2/databases/SHOP/schemas/PUBLIC/tasks';

$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC', retry_timeout => '5s', cancel_timeout => '1s');

# the calls made since the last clear, all of them valid by the documents
sub calls
{
	my ($name, @expected) = @_;
	my @got = grep { $_->{path} !~ m{^/api/v2/statements} } @{$t->requests};
	my @invalid = grep { ($_->{spec} // 'ok') ne 'ok' } @got;

	is_deeply([map { "$_->{path}: $_->{spec}" } @invalid], [], "$name: every call is in the documents");
	is_deeply([map { shown($_) } @got], \@expected, "$name: exactly these calls");
	return;
}

sub shown
{
	my ($entry) = @_;
	my $path = $entry->{path} =~ s/^\Q$tasks\E//r;
	my $query = join '&', map { "$_=$entry->{query}{$_}" } sort keys %{$entry->{query}};

	return "$entry->{method} $path" . ($query eq '' ? '' : "?$query");
}

sub deploy
{
	my ($dag, $more) = @_;

	return sprintf 'SELECT count(*) FROM sf_dag_deploy(%s%s)', quoted($dag), defined $more ? ", $more" : '';
}

sub quoted { my ($text) = @_; return "'" . $text =~ s/'/''/gr . "'"; }

sub state_of
{
	my ($pattern) = @_;

	return $t->sql("SELECT string_agg(name || ' ' || state || ' ' || definition, ', ' ORDER BY name COLLATE \"C\") FROM sf_tasks('$pattern')");
}

# waits until a background session waits on the network for a request that the log has
sub wait_for_call
{
	my ($pattern) = @_;

	for (1 .. 100)
	{
		return 1 if grep { shown($_) =~ $pattern } @{$t->requests};
		sleep 0.05;
	}
	return 0;
}

sub cancel_victim
{
	return $t->sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'");
}

my $line = '{"name": "line", "schedule": "1 hour", "tasks": [{"name": "a", "definition": "SELECT 1"}, {"name": "b", "definition": "SELECT 2", "after": ["a"]}]}';

sub create_line
{
	my ($mode) = @_;

	return ("POST ?createMode=$mode", "POST ?createMode=$mode", 'POST /LINE$A:resume', "POST ?createMode=$mode", 'POST /LINE$B:resume', 'POST /LINE:resume');
}
my @drop_line = ('DELETE /LINE$B?ifExists=true', 'DELETE /LINE$A?ifExists=true', 'DELETE /LINE?ifExists=true');
my @read_line = ('GET /LINE', 'GET /LINE/dependents?recursive=true');

# exact calls
$t->clear;
is($t->sql(deploy($line)), 6, 'one row a call');
calls('errorIfExists', create_line('errorIfExists'));
$t->clear;
$t->sql(deploy($line, q{'ifNotExists'}));
calls('ifNotExists, all there', @read_line);
$t->clear;
$t->sql(deploy($line, q{'createOrAlter'}));
calls('createOrAlter, nothing to change', @read_line);
$t->clear;
$t->sql(deploy($line, q{'orReplace'}));
calls('orReplace', @read_line, 'POST /LINE:suspend', @drop_line, create_line('orReplace'));
$t->clear;
is($t->sql(q{SELECT sf_dag_drop('line')}), 3, 'dropped');
calls('drop', @read_line, 'POST /LINE:suspend', @drop_line);
$t->clear;
is($t->sql(q{SELECT sf_dag_drop('line')}), 0, 'dropped again');
calls('drop of what is not there', 'GET /LINE');
$t->clear;
$t->sql(deploy($line, q{'createOrAlter'}));
calls('createOrAlter, nothing there', 'GET /LINE', 'PUT /LINE', 'PUT /LINE$A', 'POST /LINE$A:resume', 'PUT /LINE$B', 'POST /LINE$B:resume', 'POST /LINE:resume');
$t->clear;
$t->sql(deploy($line =~ s/SELECT 2/SELECT 22/r, q{'createOrAlter', dry_run => true}));
$t->sql(deploy($line =~ s/SELECT 2/SELECT 22/r, q{'createOrAlter'}) . "; SELECT sf_dag_fetch('line')");
calls('createOrAlter, one change, after a dry run', @read_line, @read_line, 'POST /LINE:suspend', 'PUT /LINE$B', 'POST /LINE:resume', @read_line);
$t->clear;
is(($t->try(deploy('{"name": "line", "tasks": [{"name": "a"}]}')))[2], 3, 'a graph that is wrong');
calls('no call for a graph that is wrong');

# without a warehouse the graph comes out of the schema's tasks
$t->clear;
$t->fault({action => 'status', status => 400, path => '/dependents', times => 10, text => '{"code": "000606", "message": "\nno active warehouse selected in the current session.", "request_id": "r"}'});
$t->sql(deploy('{"name": "other", "tasks": [{"name": "f", "definition": "SELECT 1", "finalizer": true}]}'));
is($t->sql(q{SELECT jsonb_path_query_array(sf_dag_fetch('line'), '$.tasks[*].name')}), '["A", "B"]', 'a graph without a warehouse');
is($t->sql(q{SELECT jsonb_path_query_array(sf_dag_fetch('other'), '$.tasks[*].name')}), '["F"]', 'and one with a finalizer');
is($t->sql(q{SELECT sf_dag_drop('line'), sf_dag_drop('other')}), '3|2', 'dropped without a warehouse');

# what may be sent again is, what may not is not
$t->clear;
$t->fault({action => 'status', status => 503, method => 'PUT', times => 1}, {action => 'lost_reply', method => 'POST', path => ':resume', times => 1});
$t->sql(deploy($line, q{'createOrAlter'}));
calls('a 503 and a lost reply', 'GET /LINE', 'PUT /LINE', 'PUT /LINE', 'PUT /LINE$A', 'POST /LINE$A:resume', 'POST /LINE$A:resume', 'PUT /LINE$B', 'POST /LINE$B:resume', 'POST /LINE:resume');
$t->sql(q{SELECT sf_dag_drop('line')});
for my $fault ({action => 'lost_reply', method => 'POST', path => 'createMode', skip => 1}, {action => 'status', status => 500, method => 'POST', path => 'createMode', skip => 1})
{
	$t->clear;
	$t->fault($fault);
	my ($out, $err) = $t->try(deploy($line, q{on_error => 'drop'}));
	like($err, qr/ERROR:  08006/, "$fault->{action}: the create fails");
	like($err, qr/CONTEXT:  deployment of task graph SHOP\.PUBLIC\.LINE, step 2 of 6: create LINE\$A\nDone before: create LINE\.\nNot done, the first one perhaps: create LINE\$A, resume LINE\$A, create LINE\$B, resume LINE\$B, resume LINE\.\nRemoved again: 1 task\./,
		"$fault->{action}: what was done and what not");
	like($err, qr/WARNING:  08000: task LINE\$A may have been created/, "$fault->{action}: and what is not known");
	calls("$fault->{action} of a create", 'POST ?createMode=errorIfExists', 'POST ?createMode=errorIfExists', 'DELETE /LINE?ifExists=true');
	$t->sql(q{SELECT sf_task_drop('line$a', if_exists => true)});
}

# a graph that runs is changed (after it is read, two steps): a fault or an interrupt at each step leaves it running, and the same call completes it
my $before = '{"name": "line", "schedule": "1 hour", "tasks": [{"name": "a", "definition": "SELECT 1"}, {"name": "b", "definition": "SELECT 2", "after": ["a"]}, {"name": "gone", "definition": "SELECT 9"}]}';
my $after = '{"name": "line", "schedule": "2 hours", "tasks": [{"name": "a", "definition": "SELECT 11"}, {"name": "new", "definition": "SELECT 3", "after": ["a"]}, {"name": "b", "definition": "SELECT 22", "after": ["new"]}]}';
my @steps = (['POST', 'LINE:suspend'], ['PUT', 'LINE$'], ['DELETE', 'GONE'], ['PUT', 'A$'], ['PUT', 'NEW$'], ['POST', 'NEW:resume'], ['PUT', 'B$'], ['POST', 'LINE:resume']);
my $done = 'LINE started select \'dag dummy root\', LINE$A started SELECT 11, LINE$B started SELECT 22, LINE$NEW started SELECT 3';

for my $k (0 .. $#steps)
{
	my ($method, $path) = @{$steps[$k]};
	my $where = sprintf 'step %d of %d', $k + 3, @steps + 2;

	for my $how ('refused', 'no answer', 'Ctrl-C')
	{
		$t->sql(q{SELECT sf_dag_drop('line')} . ';' . deploy($before));
		$t->clear;
		$t->fault({action => 'status', status => 400, method => $method, path => $path, text => '{"code": "001422", "message": "\ninvalid value", "request_id": "the-request"}'}) if $how eq 'refused';
		$t->fault({action => 'reset', method => $method, path => $path, times => 3}) if $how eq 'no answer';
		$t->fault({action => 'hang', method => $method, path => $path}) if $how eq 'Ctrl-C';
		my $session = $t->background("SET application_name = 'victim'; SET statement_timeout = '60s';" . deploy($after, q{'createOrAlter'}) . ";\n");
		if ($how eq 'Ctrl-C')
		{
			ok(wait_for_call(qr/^$method .*$path/), "$where: it waits");
			sleep 0.1;
			cancel_victim();
		}
		my $started = time;
		my (undef, $err) = $t->finish_background($session);
		cmp_ok(time - $started, '<', 20, "$where, $how: it ends");
		my $resumed_at_once = $how eq 'no answer' && $err eq '';
		like($err, $how eq 'refused' ? qr/ERROR:  22023: invalid value\nDETAIL:  Snowflake error 001422/ : $how eq 'Ctrl-C' ? qr/ERROR:  57014/ : qr/ERROR:  08006/, "$where, $how: the error")
			if !$resumed_at_once;
		like($err, qr/$where: /, "$where, $how: which step") if !$resumed_at_once;
		like($err, qr/\nThe task graph runs again, as before\./, "$where, $how: the graph was restored") if !$resumed_at_once && !($k == 0 && $how eq 'refused');
		unlike($err, qr/WARNING.*could not resume/, "$where, $how: without a warning");
		like(state_of('LINE'), qr/^LINE started/, "$where, $how: the graph runs");
		$t->clear;
		$t->sql(deploy($after, q{'createOrAlter'}));
		is(state_of('LINE%'), $done, "$where, $how: the same deployment completes it");
		$t->clear;
		$t->sql(deploy($after, q{'createOrAlter'}));
		calls("$where, $how: and then there is nothing to do", @read_line);
	}
}

# a second Ctrl-C ends the restoring
$t->sql(q{SELECT sf_dag_drop('line')} . ';' . deploy($before));
$t->clear;
$t->fault({action => 'hang', method => 'PUT'}, {action => 'hang', path => 'LINE:resume'});
my $session = $t->background("SET application_name = 'victim';" . deploy($after, q{'createOrAlter'}) . ";\n");
ok(wait_for_call(qr/^PUT/), 'a deployment that hangs');
cancel_victim();
ok(wait_for_call(qr/LINE:resume/), 'is restored after Ctrl-C');
sleep 0.3;
cancel_victim();
my $started = time;
my (undef, $err) = $t->finish_background($session);
cmp_ok(time - $started, '<', 5, 'and a second one ends that');
like($err, qr/WARNING:  08000: could not resume task graph LINE, which ran before.*ERROR:  57014.*\nCONTEXT:  deployment of task graph .*Done before: suspend/s, 'which is said');
like(state_of('LINE'), qr/^LINE suspended/, 'the graph is suspended');
$t->clear;
$t->sql(deploy($after, q{'createOrAlter'}));
is(state_of('LINE%'), $done, 'and started by the next deployment');

# restoring has its time, not for ever
$t->sql(q{SELECT sf_dag_drop('line')} . ';' . deploy($before));
$t->clear;
$t->fault({action => 'status', status => 400, method => 'PUT', text => '{"code": "001422", "message": "no", "request_id": "r"}'}, {action => 'hang', path => 'LINE:resume'});
$started = time;
(undef, $err) = $t->try(deploy($after, q{'createOrAlter'}));
cmp_ok(time - $started, '<', 30, 'restoring a graph ends');
like($err, qr/WARNING:  08000: could not resume task graph LINE.*ERROR:  22023: no\n/s, 'with a warning beside the error');

# orReplace: a graph that has lost tasks is not started again, one that has not is
for my $skip (0, 1)
{
	$t->sql(q{SELECT sf_dag_drop('line')} . ';' . deploy($before));
	$t->clear;
	$t->fault({action => 'status', status => 403, method => 'DELETE', skip => $skip, text => '{"code": "003001", "message": "\ninsufficient privileges", "request_id": "r"}'});
	(undef, $err) = $t->try(deploy($after, q{'orReplace'}));
	like($err, qr/ERROR:  42501/, 'a drop that is refused');
	like(state_of('LINE'), $skip ? qr/^LINE suspended/ : qr/^LINE started/, $skip ? 'the rest stays suspended' : 'nothing was dropped: it runs again');
}

# createOrAlter with on_error drop keeps a new task that something now follows
$t->sql(q{SELECT sf_dag_drop('line')} . ';' . deploy($before));
$t->clear;
$t->fault({action => 'status', status => 400, path => 'LINE:resume', text => '{"code": "001422", "message": "no", "request_id": "r"}'});
(undef, $err) = $t->try(deploy($after =~ s/\]\}$/, {"name": "last", "definition": "SELECT 5", "after": ["b"]}]}/r, q{'createOrAlter', on_error => 'drop'}));
like($err, qr/Removed again: 1 task\.\nThe task graph runs again/, 'on_error drop');
is(state_of('LINE%'), $done, 'what is followed by a task that was there stays');

# failing deployments leave no descriptor behind
$t->clear;
$t->sql(q{SELECT sf_dag_drop('line')});
is($t->sql(<<'SQL'), 't', 'fifty deployments that fail, and no descriptor more');
SET client_min_messages = error;
CREATE FUNCTION descriptors() RETURNS int LANGUAGE sql AS $$ SELECT count(*)::int FROM pg_ls_dir('/proc/self/fd') $$;
CREATE PROCEDURE failing(rounds int) LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1 .. rounds LOOP
		BEGIN
			PERFORM * FROM sf_dag_deploy('{"name": "line", "tasks": [{"name": "a", "definition": "SELECT 1"}, {"name": "b", "definition": "SELECT 1", "warehouse": "no_such_wh"}]}', on_error => 'drop');
			RAISE 'no error';
		EXCEPTION WHEN undefined_object THEN
			NULL;
		END;
	END LOOP;
END $$;
CALL failing(2);
SELECT descriptors() AS before \gset
CALL failing(50);
SELECT descriptors() <= :before + 1;
SQL
is($t->sql(q{SELECT count(*) FROM sf_tasks('LINE%')}), 0, 'and no task');

# runs
$t->sql(deploy('{"name": "r", "warehouse": "COMPUTE_WH", "tasks": [{"name": "slow", "definition": "CALL SYSTEM$WAIT(30)"}]}'));
$t->clear;
my $run = $t->sql(q{SELECT sf_dag_run('r')});
like($run, qr/^\d{13}$/, 'a run id of milliseconds');
like(join("\n", map { shown($_) } @{$t->requests}), qr{^GET /R\nGET /R/current-graphs\?resultLimit=10000\nGET /R/complete-graphs\?resultLimit=10000\nPOST /R:execute\?retryLast=false\nGET /R/current-graphs}, 'its calls');
is((grep { $_->{path} =~ /:execute/ } @{$t->requests}), 1, 'run once');
is($t->sql(qq{SELECT sf_dag_wait('r', '$run', '1 second')}), 'EXECUTING', 'a wait that ends before the run');
is($t->sql(q{SELECT sf_dag_wait('r', timeout => '1 second')}), 'EXECUTING', 'the newest run');
is($t->sql(qq{SELECT sf_dag_wait('r', '@{[$run & 0xFFFFFFFF]}', '1 second')}), 'EXECUTING', 'a run id as the object API shows it');
like(($t->try(q{SELECT sf_dag_wait('r', '1', '10 seconds')}))[1], qr/ERROR:  42704: task graph R has no run 1\n/, 'a run that is not there');

# a wait ends at Ctrl-C: while the server hangs, and between two looks
for my $fault ({action => 'hang', path => 'current-graphs', skip => 1}, undef)
{
	$t->clear;
	$t->fault($fault) if $fault;
	$session = $t->background("SET application_name = 'victim'; SELECT sf_dag_wait('r', '$run');\n");
	wait_for_call(qr/current-graphs/);
	sleep 0.5;
	$started = time;
	is(cancel_victim(), 't', 'a wait is cancelled');
	like(($t->finish_background($session))[1], qr/ERROR:  57014/, 'and ends');
	cmp_ok(time - $started, '<', 5, 'at once');
}
$t->clear;
like($t->sql(q{SELECT sf_dag_cancel('r')}), qr/Marked 1 task runs for cancellation/, 'what runs is cancelled');
like(($t->try(qq{SELECT sf_dag_wait('r', '$run', '60 seconds')}))[1], qr/ERROR:  (57014|42883|\w{5}): .*\nDETAIL:  Run $run of task graph R ended as (FAILED|CANCELLED)/, 'which the wait reports');
is($t->sql(qq{SELECT run_id FROM sf_dag_complete_runs('r', error_only => true)}), $run, 'and the list of runs');

# a retried run keeps its id; a config is for one run
$t->sql(q{SELECT sf_dag_drop('r')} . ';' . deploy('{"name": "r", "warehouse": "COMPUTE_WH", "config": {"n": 1}, "tasks": [{"name": "f", "definition": "SELECT 1/0"}]}'));
$run = $t->sql(q{SELECT sf_dag_run('r', config => '{"n": 2}')});
like(($t->try(qq{SELECT sf_dag_wait('r', '$run', '60 seconds')}))[1], qr/ERROR:  22012: Division by zero\nDETAIL:  Run $run of task graph R ended as FAILED, the first task with an error was R\$F\.\nSnowflake error 100051/, 'the first error');
is($t->sql(qq{SELECT sf_dag_wait('r', '$run', raise => false)}), 'FAILED', 'or only the state');
is($t->sql(q{SELECT sf_dag_run('r', retry_last => true)}), $run, 'a retried run is the same run');
is($t->sql(qq{SELECT sf_dag_wait('r', '$run', '60 seconds', false)}), 'FAILED', 'and fails again');
like(($t->try(q{SELECT sf_dag_run('r', retry_last => true, config => '{}')}))[1], qr/ERROR:  22023/, 'without another config');

# a graph with a schedule that is suspended is resumed by a run, and that is said
$t->sql(q{SELECT sf_dag_drop('r')} . ';' . deploy('{"name": "r", "suspended": true, "schedule": "1 day", "tasks": [{"name": "a", "definition": "SELECT 1"}]}'));
is(state_of('R'), 'R suspended select \'dag dummy root\'', 'deployed, but not started');
$t->sql(q{SELECT sf_dag_wait('r', sf_dag_run('{"name": "r", "suspended": true}'::jsonb), '60 seconds')});
like(state_of('R'), qr/^R suspended/, 'a run of a graph that says so leaves it suspended');
my ($out, $notice) = $t->try(q{SELECT sf_dag_wait('r', sf_dag_run('r'), '60 seconds')});
like($notice, qr/NOTICE:  00000: task graph R was suspended: it is resumed, its schedule runs again/, 'a run resumes it');
is($out, 'SUCCEEDED', 'and succeeds');

# a drawing and a chart of a run ask for the graph, its root and the history once each
$run = $t->sql(q{SELECT max(run_id) FROM sf_dag_complete_runs('r')});
$t->clear;
like($t->sql(qq{SELECT sf_dag_render('r', run_id => '$run')}), qr/^R: SUCCEEDED\n  A: SUCCEEDED$/, 'a drawing of a run');
calls('a drawing of a run', 'GET /R', 'GET /R/dependents?recursive=true', 'GET /R');
$t->clear;
like($t->sql(qq{SELECT sf_dag_gantt('r', '$run')}), qr/^R   \|[# ]{40}\| SUCCEEDED [0-9.]+ s\nR\$A \|[# ]{40}\| SUCCEEDED [0-9.]+ s$/, 'a chart of a run');
calls('a chart of a run', 'GET /R');
$t->sql(q{SELECT sf_dag_drop('r')});

$t->stop;
done_testing;
