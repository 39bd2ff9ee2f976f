# Task graphs: the exact calls of a deployment, faults and interrupts at each of its steps, waiting for runs.
use strict;
use warnings;
use JSON::PP;
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
	my ($pattern, $times) = (@_, 1);

	for (1 .. 100)
	{
		return 1 if $times <= grep { shown($_) =~ $pattern } @{$t->requests};
		sleep 0.05;
	}
	return 0;
}

sub cancel_victim
{
	return $t->sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'");
}

my $before = '{"name": "line", "schedule": "1 hour", "tasks": [{"name": "a", "definition": "SELECT 1"}, {"name": "b", "definition": "SELECT 2", "after": ["a"]}, {"name": "gone", "definition": "SELECT 9"}]}';

my $after = '{"name": "line", "schedule": "2 hours", "tasks": [{"name": "a", "definition": "SELECT 11"}, {"name": "new", "definition": "SELECT 3", "after": ["a"]}, {"name": "b", "definition": "SELECT 22", "after": ["new"]}]}';

# a deployment whose answer to the creation of NEW is 202, and what then becomes of its result
sub accepted_creation
{
	my (@faults) = @_;

	$t->clear;
	$t->fault({action => 'delay', seconds => 1, method => 'PUT', path => 'NEW$'});
	my $session = $t->background("SET application_name = 'victim';" . deploy($after, q{'createOrAlter'}) . ";\n");
	ok(wait_for_call(qr{^PUT /LINE\$NEW$}), 'a creation');
	$t->control('POST', 'settings', {async_objects => JSON::PP::true, async_seconds => 0});
	$t->fault(@faults);
	return $session;
}

my $line = '{"name": "line", "schedule": "1 hour", "tasks": [{"name": "a", "definition": "SELECT 1"}, {"name": "b", "definition": "SELECT 2", "after": ["a"]}]}';

# before the root is resumed
my @look = ('GET /LINE', 'GET /LINE/dependents?recursive=true');

sub create_line
{
	my ($mode) = @_;

	return ("POST ?createMode=$mode", "POST ?createMode=$mode", 'POST /LINE$A:resume', "POST ?createMode=$mode", 'POST /LINE$B:resume', @look, 'POST /LINE:resume');
}
my @drop_line = ('DELETE /LINE$B?ifExists=true', 'DELETE /LINE$A?ifExists=true', 'DELETE /LINE?ifExists=true');
my @read_line = ('GET /LINE', 'GET /LINE/dependents?recursive=true');

# exact calls
$t->clear;
is($t->sql(deploy($line)), 8, 'one row a call');
calls('errorIfExists', create_line('errorIfExists'));
like(($t->try("SELECT sf_dag_deploy('$line')"))[1], qr/ERROR:  42710: .*HINT:  Mode createOrAlter changes what is there, orReplace makes it anew\./s, 'a graph that is there already: other modes are named');
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
my ($name, $said) = $t->try(q{SELECT sf_dag_drop('line')});
is($name, 'SHOP.PUBLIC.LINE', 'dropped');
like($said, qr/^NOTICE:  00000: 3 tasks of task graph SHOP\.PUBLIC\.LINE were dropped$/m, 'how many');
calls('drop', @read_line, 'POST /LINE:suspend', @drop_line);
$t->clear;
($name, $said) = $t->try(q{SELECT sf_dag_drop('line', if_exists => true) IS NULL});
is($name, 't', 'dropped again');
like($said, qr/^NOTICE:  00000: task graph SHOP\.PUBLIC\.LINE does not exist, skipping$/m, 'nothing was there');
calls('drop of what is not there', 'GET /LINE');
$t->clear;
$t->sql(deploy($line, q{'createOrAlter'}));
calls('createOrAlter, nothing there', 'GET /LINE', 'PUT /LINE', 'PUT /LINE$A', 'POST /LINE$A:resume', 'PUT /LINE$B', 'POST /LINE$B:resume', @look, 'POST /LINE:resume');
$t->clear;
$t->sql(deploy($line =~ s/SELECT 2/SELECT 22/r, q{'createOrAlter', dry_run => true}));
$t->sql(deploy($line =~ s/SELECT 2/SELECT 22/r, q{'createOrAlter'}) . "; SELECT sf_dag_fetch('line')");
calls('createOrAlter, one change, after a dry run', @read_line, @read_line, 'POST /LINE:suspend', 'PUT /LINE$B', @look, 'POST /LINE:resume', @read_line);
$t->clear;
is(($t->try(deploy('{"name": "line", "tasks": [{"name": "a"}]}')))[2], 3, 'a graph that is wrong');
calls('no call for a graph that is wrong');

# without a warehouse the graph comes out of the schema's tasks
$t->clear;
$t->fault({action => 'status', status => 400, path => '/dependents', times => 10, text => '{"code": "000606", "message": "\nno active warehouse selected in the current session.", "request_id": "r"}'});
$t->sql(deploy('{"name": "other", "tasks": [{"name": "f", "definition": "SELECT 1", "finalizer": true}]}'));
is($t->sql(q{SELECT jsonb_path_query_array(sf_dag_fetch('line'), '$.tasks[*].name')}), '["A", "B"]', 'a graph without a warehouse');
is($t->sql(q{SELECT jsonb_path_query_array(sf_dag_fetch('other'), '$.tasks[*].name')}), '["F"]', 'and one with a finalizer');
is($t->sql(q{SELECT (SELECT string_agg(name, ' ') FROM sf_task_dependents('line')), (SELECT string_agg(name, ' ') FROM sf_task_dependents('line', false)), (SELECT string_agg(name, ' ') FROM sf_task_dependents('other', false)), (SELECT string_agg(name, ' ') FROM sf_task_dependents('line$b'))}),
	'LINE LINE$A LINE$B|LINE LINE$A|OTHER OTHER$F|LINE$B', 'so do the dependents of a task');
like(($t->try(q{SELECT * FROM sf_task_dependents('nowhere')}))[1], qr/ERROR:  42704/, 'of one that is not there');
is($t->sql(q{SELECT sf_dag_drop('line'), sf_dag_drop('other')}), 'SHOP.PUBLIC.LINE|SHOP.PUBLIC.OTHER', 'dropped without a warehouse');

# what may be sent again is, what may not is not
$t->clear;
$t->fault({action => 'status', status => 503, method => 'PUT', times => 1}, {action => 'lost_reply', method => 'POST', path => ':resume', times => 1});
$t->sql(deploy($line, q{'createOrAlter'}));
calls('a 503 and a lost reply', 'GET /LINE', 'PUT /LINE', 'PUT /LINE', 'PUT /LINE$A', 'POST /LINE$A:resume', 'POST /LINE$A:resume', 'PUT /LINE$B', 'POST /LINE$B:resume', @look, 'POST /LINE:resume');
$t->sql(q{SELECT sf_dag_drop('line', if_exists => true)});
# a create without an answer: what it has made is known by its links and goes too
for my $fault ({action => 'lost_reply', method => 'POST', path => 'createMode', skip => 1}, {action => 'status', status => 500, method => 'POST', path => 'createMode', skip => 1})
{
	$t->clear;
	$t->fault($fault);
	my ($out, $err) = $t->try(deploy($line, q{on_error => 'drop'}));
	like($err, qr/ERROR:  08006/, "$fault->{action}: the create fails");
	my $there = $fault->{action} eq 'lost_reply';
	my ($removed, $perhaps) = $there ? ('2 tasks', '') : ('1 task', ', the first one perhaps');
	like($err, qr/CONTEXT:  deployment of task graph SHOP\.PUBLIC\.LINE, step 2 of 8: create LINE\$A\nDone before: create LINE\.\nNot done$perhaps: create LINE\$A, resume LINE\$A, create LINE\$B, resume LINE\$B, resume LINE\.\nRemoved again: $removed\./,
		"$fault->{action}: what was done and what not");
	like($err, qr/WARNING:  08000: task LINE\$A may have been created/, "$fault->{action}: and what is not known") if !$there;
	unlike($err, qr/may have been/, "$fault->{action}: nothing is unknown") if $there;
	calls("$fault->{action} of a create", 'POST ?createMode=errorIfExists', 'POST ?createMode=errorIfExists', 'GET /LINE$A', $there ? 'DELETE /LINE$A?ifExists=true' : (),
		'DELETE /LINE?ifExists=true');
	is($t->sql(q{SELECT count(*) FROM sf_tasks('LINE%')}), 0, "$fault->{action}: no task is left");
}
# one of that name that was there before is another one
$t->sql(q{SELECT sf_task_create('line$a', 'SELECT 7', '1 hour')});
$t->clear;
$t->fault({action => 'status', status => 500, method => 'POST', path => 'createMode', skip => 1});
like(($t->try(deploy($line, q{on_error => 'drop'})))[1], qr/WARNING:  08000: task LINE\$A may have been created\nDETAIL:  There was no answer to that\./, 'a task of another is left alone');
is(state_of('LINE%'), 'LINE$A suspended SELECT 7', 'and is as it was');
$t->sql(q{SELECT sf_task_drop('line$a')});

# a graph that runs is changed (after it is read, two steps; before its root is resumed, two more): after a fault or an interrupt at each step it is as it
# was, and runs; the same call completes it
my @steps = (['POST', 'LINE:suspend'], ['PUT', 'LINE$'], ['DELETE', 'GONE'], ['PUT', 'A$'], ['PUT', 'NEW$'], ['POST', 'NEW:resume'], ['PUT', 'B$'], ['GET', 'LINE$', 1], ['GET', 'LINE/dependents', 1], ['POST', 'LINE:resume']);
my $was = 'LINE started select \'dag dummy root\', LINE$A started SELECT 1, LINE$B started SELECT 2, LINE$GONE started SELECT 9';
my $done = 'LINE started select \'dag dummy root\', LINE$A started SELECT 11, LINE$B started SELECT 22, LINE$NEW started SELECT 3';

for my $k (0 .. $#steps)
{
	my ($method, $path, $skip) = (@{$steps[$k]}, 0);
	my $where = sprintf 'step %d of %d', $k + 3, @steps + 2;

	for my $how ('refused', 'no answer', 'Ctrl-C')
	{
		$t->sql(q{SELECT sf_dag_drop('line', if_exists => true)} . ';' . deploy($before));
		$t->clear;
		$t->fault({action => 'status', status => 400, method => $method, path => $path, skip => $skip, text => '{"code": "001422", "message": "\ninvalid value", "request_id": "the-request"}'}) if $how eq 'refused';
		$t->fault({action => 'reset', method => $method, path => $path, skip => $skip, times => 3}) if $how eq 'no answer';
		$t->fault({action => 'hang', method => $method, path => $path, skip => $skip}) if $how eq 'Ctrl-C';
		my $session = $t->background("SET application_name = 'victim'; SET statement_timeout = '60s';" . deploy($after, q{'createOrAlter'}) . ";\n");
		if ($how eq 'Ctrl-C')
		{
			ok(wait_for_call(qr/^$method .*$path/, 1 + $skip), "$where: it waits");
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
		is(state_of('LINE%'), $resumed_at_once ? $done : $was, "$where, $how: the graph is as it was, and runs");
		$t->clear;
		$t->sql(deploy($after, q{'createOrAlter'}));
		is(state_of('LINE%'), $done, "$where, $how: the same deployment completes it");
		$t->clear;
		$t->sql(deploy($after, q{'createOrAlter'}));
		calls("$where, $how: and then there is nothing to do", @read_line);
	}
}

# a second Ctrl-C ends the restoring
$t->sql(q{SELECT sf_dag_drop('line', if_exists => true)} . ';' . deploy($before));
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
like($err, qr/WARNING:  08000: could not resume task graph LINE, which ran before.*ERROR:  57014/s, 'which is said');
like($err, qr/ERROR:  57014: [^\n]*\nCONTEXT:  deployment of task graph SHOP\.PUBLIC\.LINE, step 4 of 12: alter LINE\nDone before: suspend LINE\.\nNot done: alter LINE/,
	'and the first error says what was done');
like(state_of('LINE'), qr/^LINE suspended/, 'the graph is suspended');
$t->clear;
$t->sql(deploy($after, q{'createOrAlter'}));
is(state_of('LINE%'), $done, 'and started by the next deployment');

# restoring has its time, not for ever
$t->sql(q{SELECT sf_dag_drop('line', if_exists => true)} . ';' . deploy($before));
$t->clear;
$t->fault({action => 'status', status => 400, method => 'PUT', text => '{"code": "001422", "message": "no", "request_id": "r"}'}, {action => 'hang', path => 'LINE:resume'});
$started = time;
(undef, $err) = $t->try(deploy($after, q{'createOrAlter'}));
cmp_ok(time - $started, '<', 30, 'restoring a graph ends');
like($err, qr/WARNING:  08000: could not resume task graph LINE.*ERROR:  22023: no\n/s, 'with a warning beside the error');

# orReplace: a graph that has lost tasks is not started again, one that has not is
for my $skip (0, 1)
{
	$t->sql(q{SELECT sf_dag_drop('line', if_exists => true)} . ';' . deploy($before));
	$t->clear;
	$t->fault({action => 'status', status => 403, method => 'DELETE', skip => $skip, text => '{"code": "003001", "message": "\ninsufficient privileges", "request_id": "r"}'});
	(undef, $err) = $t->try(deploy($after, q{'orReplace'}));
	like($err, qr/ERROR:  42501/, 'a drop that is refused');
	like(state_of('LINE'), $skip ? qr/^LINE suspended/ : qr/^LINE started/, $skip ? 'the rest stays suspended' : 'nothing was dropped: it runs again');
}

# createOrAlter of a graph that is there puts all back, its new tasks too
$t->sql(q{SELECT sf_dag_drop('line', if_exists => true)} . ';' . deploy($before));
$t->clear;
$t->fault({action => 'status', status => 400, path => 'LINE:resume', text => '{"code": "001422", "message": "no", "request_id": "r"}'});
(undef, $err) = $t->try(deploy($after =~ s/\]\}$/, {"name": "last", "definition": "SELECT 5", "after": ["b"]}]}/r, q{'createOrAlter'}));
like($err, qr/Put back: 6 steps\.\nThe task graph runs again, as before\./, 'createOrAlter whose last step is refused');
calls('backwards', @read_line, 'POST /LINE:suspend', 'PUT /LINE', 'DELETE /LINE$GONE?ifExists=true', 'PUT /LINE$A', 'PUT /LINE$NEW', 'POST /LINE$NEW:resume', 'PUT /LINE$B',
	'PUT /LINE$LAST', 'POST /LINE$LAST:resume', @look, 'POST /LINE:resume', 'DELETE /LINE$LAST?ifExists=true', 'PUT /LINE$B', 'DELETE /LINE$NEW?ifExists=true', 'PUT /LINE$A',
	'PUT /LINE$GONE', 'POST /LINE$GONE:resume', 'PUT /LINE', 'POST /LINE:resume');
is(state_of('LINE%'), $was, 'everything is as it was');

# what cannot be put back is named, and does not run
$t->clear;
$t->fault({action => 'status', status => 400, method => 'PUT', path => 'B$', text => '{"code": "001422", "message": "no", "request_id": "r"}'},
	{action => 'status', status => 400, method => 'PUT', path => 'A$', skip => 1, text => '{"code": "001422", "message": "no", "request_id": "r"}'});
(undef, $err) = $t->try(deploy($after, q{'createOrAlter'}));
like($err, qr/WARNING:  08000: could not put back what was done to task graph LINE: alter LINE\$A, drop LINE\$GONE, alter LINE\nHINT/, 'a definition that cannot be put back');
like($err, qr/ERROR:  22023: no\n.*\nThe task graph is suspended: nothing of it runs\./s, 'the error says what runs');
is(state_of('LINE%'), 'LINE suspended select \'dag dummy root\', LINE$A started SELECT 11, LINE$B started SELECT 2', 'nothing');
$t->clear;
$t->sql(deploy($after, q{'createOrAlter'}));
is(state_of('LINE%'), $done, 'and the same deployment completes it');

# ifNotExists: what was added is named
$t->sql(q{SELECT sf_dag_drop('line', if_exists => true)} . ';' . deploy($before));
$t->clear;
$t->fault({action => 'status', status => 400, path => 'NEW:resume', text => '{"code": "001422", "message": "no", "request_id": "r"}'});
like(($t->try(deploy($after, q{'ifNotExists'})))[1], qr/\nThe task graph runs again, with what was added: LINE\$NEW\./, 'a graph that is completed in part');
$t->clear;
$t->fault({action => 'status', status => 400, path => 'LAST:resume', text => '{"code": "001422", "message": "no", "request_id": "r"}'});
like(($t->try(deploy($after =~ s/\]\}$/, {"name": "last", "definition": "SELECT 5"}]}/r, q{'ifNotExists', on_error => 'drop'})))[1], qr/\nRemoved again: 1 task\.\nThe task graph runs again, as before\./, 'or not at all');
$t->sql(q{SELECT sf_dag_drop('line', if_exists => true)});

# an unanswered resume of the root: it is suspended before its tasks are removed
for my $case ([], [{action => 'status', status => 400, path => 'LINE:suspend', text => '{"code": "001422", "message": "no", "request_id": "r"}'}])
{
	$t->clear;
	$t->fault({action => 'lost_reply', path => 'LINE:resume', times => 50}, @$case);
	(undef, $err) = $t->try(deploy($line, q{on_error => 'drop'}));
	like($err, qr/ERROR:  08006/, 'a resume whose replies are lost');
	like($err, qr/\nRemoved again: 3 tasks\./, 'all is removed') if !@$case;
	like($err, qr/WARNING:  08000: could not suspend task graph LINE, which may run\n.*WARNING:  08000: task LINE may have been resumed/s, 'nothing is removed while it runs') if @$case;
	is($t->sql(q{SELECT count(*) FROM sf_tasks('LINE%')}), @$case ? 3 : 0, 'whole or gone');
	$t->clear;
	$t->sql(q{SELECT sf_dag_drop('line', if_exists => true)});
}

# a step whose first reply is lost, and that is refused when it is sent again, may have been done
for my $step ('LINE:suspend', 'LINE:resume')
{
	$t->sql(q{SELECT sf_dag_drop('line', if_exists => true)} . ';' . deploy($before));
	$t->clear;
	$t->fault({action => 'lost_reply', path => $step}, {action => 'status', status => 429, path => $step, skip => 1, retry_after => 20});
	(undef, $err) = $t->try(deploy($after, q{'createOrAlter'}));
	like($err, qr/ERROR:  53400: .*\nThe task graph runs again, as before\./s, "$step: lost, then refused");
	like($err, qr/stays? in effect/, 'is a change');
	is(state_of('LINE%'), $was, 'and is put back');
}
$t->clear;
$t->sql(q{SELECT sf_dag_drop('line', if_exists => true)});

# an answer 202 whose result cannot be had: the step is unknown
$t->sql(deploy($before));
for my $case (['404 with a code', {action => 'status', status => 404, text => '{"code": "390404", "message": "gone", "request_id": "r"}'}], ['no JSON', {action => 'raw', status => 200, text => 'x', content_type => 'text/plain'}],
	['404 without a code', {action => 'raw', status => 404, text => '', content_type => 'text/plain'}])
{
	my ($name, $fault) = @$case;

	(undef, $err) = $t->finish_background(accepted_creation({%$fault, path => '/api/v2/results/'}));
	$t->control('POST', 'settings', {async_objects => JSON::PP::false});
	like($err, qr/, step 7 of 12: create LINE\$NEW\nDone before: suspend LINE, alter LINE, drop LINE\$GONE, alter LINE\$A\.\n/, "$name: the step");
	like($err, qr/\nThe task graph runs again, as before\./, "$name: the graph is restored");
	is(state_of('LINE%'), $was, "$name: as it was");
}
my $accepted = accepted_creation({action => 'hang', path => '/api/v2/results/'},
	{action => 'status', status => 404, path => 'NEW$', method => 'GET', text => '{"code": "002003", "message": "not yet", "request_id": "r"}'});
ok(wait_for_call(qr{/api/v2/results/}), 'a creation that is accepted');
sleep 0.3;
cancel_victim();
(undef, $err) = $t->finish_background($accepted);
$t->control('POST', 'settings', {async_objects => JSON::PP::false});
like($err, qr/WARNING:  08000: task LINE\$NEW may have been created\nDETAIL:  Snowflake has accepted that; its result could not be had\./, 'what may exist is named');
like($err, qr/\nNot done, the first one perhaps: create LINE\$NEW.*\nThe task graph runs again, as before\./s, 'and the rest is as it was');
$t->clear;
$t->sql(q{SELECT sf_dag_drop('line', if_exists => true)});

# a question for the result that fails does not make it uncertain that the creation was refused
$t->sql(q{SELECT sf_task_create('line', 'SELECT 1')});
$t->control('POST', 'settings', {async_objects => JSON::PP::true, async_seconds => 0});
$t->fault({action => 'status', status => 503, path => '/api/v2/results/'});
(undef, $err) = $t->try(deploy($before));
$t->control('POST', 'settings', {async_objects => JSON::PP::false});
like($err, qr/ERROR:  42710: .*\nDone before: nothing\.\nNot done: create LINE,/s, 'a creation that was accepted and then refused');
unlike($err, qr/may have been created/, 'is refused');
$t->clear;
$t->sql(q{SELECT sf_task_drop('line')});

# two deployments at once: the second one waits, and can be interrupted
$t->sql(deploy($before));
$t->clear;
$t->fault({action => 'delay', seconds => 3, method => 'PUT', path => 'LINE$'});
my $first = $t->background("SET application_name = 'first';" . deploy($after, q{'createOrAlter'}) . ";\n");
ok(wait_for_call(qr/^PUT/), 'a deployment at work');
(undef, $err) = $t->try("SET statement_timeout = '300ms'; " . deploy($before, q{'createOrAlter'}));
like($err, qr/NOTICE:  00000: waiting for another deployment of task graph SHOP\.PUBLIC\.LINE to end\nERROR:  57014/, 'another one waits, and can be interrupted');
is($t->sql(deploy($line =~ s/"line"/"elsewhere"/r, q{dry_run => true})), 8, 'one of another graph does not');
(undef, $err) = $t->try(deploy($before, q{'createOrAlter'}));
like($err, qr/NOTICE:  00000: waiting for another deployment/, 'one that waits');
is(($t->finish_background($first))[1], '', 'the first one succeeds');
is(state_of('LINE%'), $was, 'then the other one');
is($t->sql(q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'}), 0, 'no lock is left');
$t->clear;
$t->fault({action => 'status', status => 400, method => 'PUT', text => '{"code": "001422", "message": "no", "request_id": "r"}'});
is($t->sql('SET client_min_messages = error; DO $$ BEGIN PERFORM * FROM sf_dag_deploy(' . quoted($after) . q{, 'createOrAlter'); EXCEPTION WHEN invalid_parameter_value THEN NULL; END $$; SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'}),
	0, 'nor after an error');

# somebody else who changes the graph meanwhile is noticed before the root is resumed
for my $case (["sf_task_alter('line\$a', definition => 'SELECT 100')", 'the property definition of task LINE\$A is another one'], ["sf_task_create('line\$x', 'SELECT 1', predecessors => '{line}')", 'task LINE\$X was added'],
	["sf_task_drop('line\$b')", 'task LINE\$B is not part of it'], ["sf_task_resume('line')", 'its root task was resumed'])
{
	my ($change, $difference) = @$case;

	$t->sql(q{SET client_min_messages = error; SELECT sf_dag_drop('line', if_exists => true); } . deploy($before));
	$t->clear;
	$t->fault({action => 'delay', seconds => 2, method => 'GET', path => 'LINE$', skip => 1});
	$first = $t->background("SET application_name = 'first';" . deploy($after, q{'createOrAlter'}) . ";\n");
	ok(wait_for_call(qr{^GET /LINE$}, 2), 'a deployment before its look');
	$t->sql("SET client_min_messages = error; SELECT $change");
	(undef, $err) = $t->finish_background($first);
	like($err, qr/ERROR:  40001: task graph SHOP\.PUBLIC\.LINE was changed by somebody else during its deployment\nDETAIL:  After it $difference\.\n/, $change);
	like($err, qr/\nThe task graph is left as it is now; this deployment has not resumed its root task\./, 'is said');
	like(state_of('LINE'), $change =~ /resume/ ? qr/^LINE started/ : qr/^LINE suspended/, 'and nothing is started');
}
$t->clear;
$t->sql(deploy($after, q{'createOrAlter'}));
is(state_of('LINE%'), $done, 'another deployment makes it whole');

# a fetched graph keeps its place, and is given back there whatever the server's options say
$t->sql(q{SELECT sf_execute('CREATE SCHEMA SHOP.ELSEWHERE')});
$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'ELSEWHERE', retry_timeout => '5s', cancel_timeout => '1s');
$t->clear;
is($t->sql(q{SELECT count(*) FROM sf_dag_deploy(sf_dag_fetch('shop.public.line'), 'createOrAlter')}), 2, 'deployed where it is from: nothing to do');
is($t->sql(q{SELECT dag ->> 'database_name', dag ->> 'schema_name' FROM sf_dag_fetch('shop.public.line') dag}), 'SHOP|PUBLIC', 'it says where that is');
calls('never elsewhere', @read_line, @read_line, @read_line);
$t->clear;
$t->sql(q{SELECT count(*) FROM sf_dag_deploy(sf_dag_fetch('shop.public.line') || '{"name": "shop.elsewhere.line"}', 'createOrAlter')});
is($t->sql(q{SELECT count(*) FROM sf_tasks('LINE%')}), 4, 'a qualified name is stronger');
$t->sql(q{SELECT sf_dag_drop(sf_dag_fetch('shop.public.line') || '{"name": "shop.elsewhere.line"}')});
$t->sql(q{SELECT count(*) FROM sf_dag_deploy(sf_dag_fetch('shop.public.line'), 'createOrAlter', database => 'shop', schema => 'elsewhere')});
is($t->sql(q{SELECT count(*) FROM sf_tasks('LINE%')}), 4, 'an argument is stronger yet');
$t->sql(q{SELECT sf_dag_drop('line', if_exists => true)});
is($t->sql(q{SELECT count(*) FROM sf_tasks('LINE%', schema => 'public')}), 4, 'the first one is untouched');
$t->sql(q{SELECT sf_dag_drop('line', schema => 'public'), sf_execute('DROP SCHEMA SHOP.ELSEWHERE')});
$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC', retry_timeout => '5s', cancel_timeout => '1s');

# failing deployments leave no descriptor behind
$t->clear;
$t->sql(q{SELECT sf_dag_drop('line', if_exists => true)});
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
($name, $said) = $t->try(q{SELECT sf_dag_cancel('r')});
is($name, 'SHOP.PUBLIC.R', 'what runs is cancelled');
like($said, qr/^NOTICE:  00000: Task R has no currently running executions\..*\nMarked 1 task runs for cancellation/m, 'as Snowflake says of each task');
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
(my $out, my $notice) = $t->try(q{SELECT sf_dag_wait('r', sf_dag_run('r'), '60 seconds')});
like($notice, qr/NOTICE:  00000: task graph R was suspended: it is resumed, its schedule runs again/, 'a run resumes it');
is($out, 'SUCCEEDED', 'and succeeds');

# a drawing and a chart of a run ask for the graph, its root and the history once each
$run = $t->sql(q{SELECT max(run_id) FROM sf_dag_complete_runs('r')});
$t->clear;
like($t->sql(qq{SELECT sf_dag_render('r', run_id => '$run')}), qr/^R: SUCCEEDED\n  A: SUCCEEDED$/, 'a drawing of a run');
calls('a drawing of a run', 'GET /R', 'GET /R/dependents?recursive=true');
$t->clear;
like($t->sql(qq{SELECT sf_dag_gantt('r', '$run')}), qr/^R   \|[# ]{40}\| SUCCEEDED [0-9.]+ s\nR\$A \|[# ]{40}\| SUCCEEDED [0-9.]+ s$/, 'a chart of a run');
calls('a chart of a run', 'GET /R');

# runs out of the history: the root's rows, what is current, the rows of all tasks of it, in this order
$t->clear;
is($t->sql(qq{SELECT state, tasks, failed FROM sf_dag_runs('r', to_timestamp($run / 1000 - 1), now(), max_rows => 1)}), 'SUCCEEDED|2|{}', 'the last run');
is(join(' ', map { $_->{path} =~ m{/statements} ? 'history' . ($_->{body}{statement} =~ /, (TASK_NAME|ROOT_TASK_ID) =>/ ? " $1" : '') : shown($_) } grep { $_->{method} ne 'GET' || $_->{path} !~ m{/statements} } @{$t->requests}),
	'history TASK_NAME GET /R/current-graphs?resultLimit=10000 history ROOT_TASK_ID', 'asked for in three requests');
like(($t->try(q{SELECT * FROM sf_dag_runs('r', now() - interval '8 days')}))[1], qr/ERROR:  22023: the history of tasks goes back 7 days\nHINT:  SNOWFLAKE\.ACCOUNT_USAGE\.TASK_HISTORY keeps a year/, 'further back it is an error');
{
	my %column = (name => 'text', database_name => 'text', schema_name => 'text', state => 'text', error_message => 'text', root_task_id => 'text', attempt_number => 'fixed', run_id => 'fixed', scheduled_time => 'timestamp_ltz',
		query_start_time => 'timestamp_ltz', completed_time => 'timestamp_ltz');
	my @names = sort keys %column;
	my $at = time;
	# an answer of the history, a hash a row, without some columns
	my $answer = sub {
		my ($match, $left_out, @rows) = @_;
		my @kept = grep { !$left_out->{$_} } @names;

		$t->result({match => $match, times => 1, columns => [map { {name => uc $_, type => $column{$_}, nullable => JSON::PP::true, scale => $column{$_} eq 'fixed' ? 0 : 3, precision => 38, length => 100} } @kept],
			rows => [map { my $row = $_; [map { $column{$_} eq 'timestamp_ltz' && defined $row->{$_} ? sprintf('%.3f', $at + $row->{$_}) : defined $row->{$_} ? "$row->{$_}" : undef } @kept] } @rows]});
	};
	my $row = sub { my ($name, $state, $from, %more) = @_; return {name => $name, database_name => 'SHOP', schema_name => 'PUBLIC', state => $state, root_task_id => 'id', run_id => 1000, attempt_number => 1, scheduled_time => $from,
		query_start_time => $from + 1, completed_time => $from + 2, %more}; };
	my $runs = sub {
		my ($rows, $current, $left_out) = @_;

		$t->clear;
		$answer->('TASK_NAME', $left_out // {}, grep { $_->{name} eq 'R' } @$rows);
		$answer->('ROOT_TASK_ID', $left_out // {}, @$rows);
		$t->fault({action => 'raw', status => 200, path => 'current-graphs', content_type => 'application/json', text => JSON::PP::encode_json($current // [])});
		return $t->try(q{SELECT run_id, round(extract(epoch FROM scheduled_time) - } . sprintf('%.3f', $at) . q{), completed_at IS NULL, state, tasks, failed, first_error FROM sf_dag_runs('r')});
	};

	is(($runs->([$row->('R', 'SUCCEEDED', -60), $row->('R$A', 'FAILED', -50, error_message => 'first'), $row->('R$B', 'FAILED_AND_AUTO_SUSPENDED', -49, error_message => 'second'), $row->('R$C', 'SKIPPED', -40)]))[0],
		'1000|-60|f|FAILED|4|{R$A,R$B}|first', 'what failed first');
	is(($runs->([$row->('R', 'SUCCEEDED', -60), $row->('R$A', 'FAILED', -50, error_message => 'first'), $row->('R$A', 'SUCCEEDED', -20, attempt_number => 2)]))[0], '1000|-60|f|SUCCEEDED|2|{}|', 'the last attempt counts');
	is(($runs->([$row->('R', 'SUCCEEDED', -60), $row->('R$A', 'CANCELLED', -50)]))[0], '1000|-60|f|CANCELLED|2|{}|', 'a run that was cancelled');
	is(($runs->([$row->('R', 'SKIPPED', -60)]))[0], '1000|-60|f|SKIPPED|1|{}|', 'or skipped');
	is(($runs->([$row->('R', 'SUCCEEDED', -60), $row->('R$A', 'SUCCEEDED', -50)], [{root_task_name => 'R', state => 'EXECUTING', run_id => 1000, scheduled_time => undef}]))[0], '1000|-60|t|EXECUTING|2|{}|',
		'one that goes on though all of its tasks so far have ended');
	is(($runs->([$row->('R', 'SUCCEEDED', -60), $row->('R$A', 'FAILED', -50, error_message => 'x'), $row->('R$A', 'EXECUTING', -2, attempt_number => 2, completed_time => undef)]))[0], '1000|-60|t|EXECUTING|2|{}|', 'a retried one');
	is(($runs->([$row->('R', 'SUCCEEDED', -60), $row->('R$A', 'SUCCEEDED', -50, run_id => 2000), $row->('R', 'SUCCEEDED', -10, run_id => undef)]))[0], '1000|-60|f|SUCCEEDED|1|{}|', 'rows of other runs, and of none');
	is(($runs->([]))[0], '', 'no runs');
	# what the answer may not lack is an error, what it need not have is not
	like(($runs->([$row->('R', 'SUCCEEDED', -60)], [], {$_ => 1}))[0] . '', qr/^(1000\|.*)?$/, "without $_: no error of ours") for qw(attempt_number error_message completed_time);
	$column{run_id} = 'text';
	like(($runs->([$row->('R', 'SUCCEEDED', -60, run_id => 'often')]))[1], qr/ERROR:  (22P02|08P01|22\w{3}): /, 'a run id that is none');
	$column{run_id} = 'fixed';
	like(($runs->([$row->('R', 'SUCCEEDED', -60)], [{root_task_name => 'R', state => 5, run_id => 'x'}]))[1], qr/ERROR:  08P01: malformed reply/, 'a current run that is none');
	$t->clear;
}

# notified of a run that ended, at COMMIT; a long error is cut to what a notification holds
$t->clear;
is($t->sql(qq{LISTEN ended; BEGIN; SELECT sf_dag_notify('r', 'ended', $run); ROLLBACK; SELECT sf_dag_notify('r', 'ended', '$run'), sf_dag_notify('{"name": "r"}', 'ended');}) =~ s/ received from.*//gr,
	qq{1\n1|1\nAsynchronous notification "ended" with payload "{"dag":"SHOP.PUBLIC.R","run_id":$run,"state":"SUCCEEDED"}"}, 'a notification, once');
{
	my $long = "\x{e4}\"" x 9000;
	my $failed = JSON::PP->new->ascii->encode([{root_task_name => 'R', state => 'FAILED', run_id => $run + 0, scheduled_time => undef, first_error_task_name => '"R$a"', first_error_code => 1, first_error_message => $long}]);

	$t->clear;
	$t->fault({action => 'raw', status => 200, path => 'current-graphs', content_type => 'application/json', text => $failed});
	like($t->sql(qq{LISTEN ended; SELECT sf_dag_notify('r', 'ended', '$run');}), qr/"state":"FAILED","first_error_task":"R\$a","first_error":"([^"\\]+\\"){300,}[^"\\]*"}"/, 'a long error is cut');
}
like(($t->try(q{SELECT sf_dag_notify('r', repeat('c', 64))}))[1], qr/ERROR:  22023: "c+" is not the name of a channel/, 'a channel whose name is too long');
$t->sql(q{SELECT sf_dag_drop('r')});

$t->stop;
done_testing;
