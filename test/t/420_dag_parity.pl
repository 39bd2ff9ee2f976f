# Five task graphs by Snowflake's own Python client and by this extension: the same tasks, and equivalent calls.
use strict;
use warnings;
use HTTP::Tiny;
use JSON::PP;
use SnowflakeFdwTest;
use Test::More;

my $python = $ENV{SNOWFLAKE_TEST_PYTHON} // '.venv/bin/python';
BAIL_OUT('snowflake.core is not installed: local_snowflake/requirements-test.txt') if system("$python -c 'import snowflake.core' 2>/dev/null") != 0;

my $t = SnowflakeFdwTest->new(args => ['--sample']);
my $json = JSON::PP->new->utf8->canonical;
my @names = qw(SINGLE LINE DIAMOND DECIDE ENDING);

$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC');
$t->sql("SELECT sf_execute('CREATE SCHEMA SHOP.OURS'), sf_execute('CREATE SCHEMA SHOP.OFFICIAL')");
$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'OURS');
$t->sql(<<'SQL');
CREATE TABLE graphs (n int, dag jsonb);
INSERT INTO graphs VALUES
(1, sf_dag_task(sf_dag('single', schedule => '1 day', warehouse => 'COMPUTE_WH'), 'only', 'SELECT 1')),
(2, sf_dag_link(sf_dag_task(sf_dag_task(sf_dag_task(sf_dag('line', schedule => '90 minutes', comment => 'one after the other'),
	'a', 'SELECT 1'), 'b', 'SELECT 2'), 'c', 'SELECT 3'), 'a >> b >> c')),
(3, sf_dag_link(sf_dag_task(sf_dag_task(sf_dag_task(sf_dag_task(sf_dag('diamond', warehouse => 'COMPUTE_WH'),
	'a', 'SELECT 1'), 'b', 'SELECT 2'), 'c', 'SELECT 3', serverless => true), 'd', 'SELECT 4'), 'a >> [b, c] >> d')),
(4, sf_dag_link(sf_dag_task(sf_dag_task(sf_dag_branch(sf_dag('decide', schedule => sf_cron('10 * * * *', 'America/Los_Angeles'), warehouse => 'COMPUTE_WH'),
	'choose', $$CALL SYSTEM$SET_RETURN_VALUE('right')$$), 'left', 'SELECT 1'), 'right', 'SELECT 2', condition => '1=1'), 'choose >> [left, right]')),
(5, sf_dag_task(sf_dag_task(sf_dag('ending', schedule => sf_cron('0 9 * * MON'), warehouse => 'COMPUTE_WH', config => '{"depth": 3, "where": "here"}',
	task_auto_retry_attempts => 2, user_task_timeout_ms => 60000), 'first', 'SELECT 1', comment => 'it''s first'), 'last', 'SELECT 2', finalizer => true));
SQL

sub official
{
	my ($what) = @_;

	$t->clear;
	system($python, 'test/parity/official_dags.py', $t->{info}{host}, $t->{info}{port}, $t->{info}{pat}, 'SHOP', 'OFFICIAL', $what) == 0 or die "the official client failed";
	return $t->requests;
}

sub ours
{
	my ($sql) = @_;

	$t->clear;
	$t->sql($sql);
	return $t->requests;
}

# the tasks of a schema as REST answers them, by name, without what is of this schema or this moment
sub tasks
{
	my ($schema) = @_;
	my $reply = HTTP::Tiny->new->get("$t->{info}{url}/api/v2/databases/SHOP/schemas/$schema/tasks",
		{headers => {Authorization => "Bearer $t->{info}{pat}", 'X-Snowflake-Authorization-Token-Type' => 'PROGRAMMATIC_ACCESS_TOKEN'}});
	my %tasks;

	die "$reply->{status} $reply->{content}" if !$reply->{success};
	for my $task (@{$json->decode($reply->{content})})
	{
		delete @$task{qw(id created_on last_committed_on last_suspended_on schema_name task_relations)};
		$task->{predecessors} = [sort @{$task->{predecessors}}];
		# ours puts parentheses around each condition: a condition with OR would mean something else without
		$task->{condition} =~ s/^\((.*)\) AND \((.*)\)$/$1 and $2/ if defined $task->{condition};
		$tasks{$task->{name}} = $task;
	}
	return \%tasks;
}

# a call as text: method, path below the schema, what matters of query and body
sub call
{
	my ($entry) = @_;
	my ($path) = $entry->{path} =~ m{/schemas/\w+/(.*)};
	my %query = %{$entry->{query}};
	my $body = $entry->{body};

	# names as typed or folded
	$path = uc $path;
	# false is the default of each
	delete @query{grep { $query{$_} =~ /^false$/i } keys %query};
	# so is true of this one
	delete $query{recursive};
	if ($body)
	{
		$body = {map { $_ => $body->{$_} } grep { defined $body->{$_} } keys %$body};
		delete $body->{schedule}{seconds} if $body->{schedule} && !$body->{schedule}{seconds};
		$_ = uc for grep { defined } $body->{name}, $body->{finalize}, $body->{warehouse};
		$body->{predecessors} = [sort map { uc } @{$body->{predecessors}}] if $body->{predecessors};
		$body->{condition} =~ s/^\((.*)\) AND \((.*)\)$/$1 and $2/ if defined $body->{condition};
	}
	return join ' ', $entry->{method}, $path, (map { "$_=$query{$_}" } sort keys %query), $body ? $json->encode($body) : ();
}

sub calls
{
	my ($log) = @_;

	return map { call($_) } grep { $_->{path} !~ m{^/api/v2/statements} } @$log;
}

# The client suspends each task before it drops it, and so a started root twice: Snowflake needs only the root to be suspended. DIAMOND is not
# started.
sub needed_suspends
{
	my %seen;

	return grep { !/:SUSPEND/ || (!/\$/ && !/DIAMOND/ && !$seen{$_}++) } @_;
}

# the calls of each graph in an order that does not depend on that of siblings, which the client takes from a set
sub same_calls
{
	my ($theirs, $ours, $name) = @_;

	is_deeply([sort @$ours], [sort @$theirs], "$name: the same calls");
	for my $graph (@names)
	{
		my @of_theirs = grep { m{ TASKS/$graph\b| TASKS .*"name":"$graph[\$"]} } @$theirs;
		my @of_ours = grep { m{ TASKS/$graph\b| TASKS .*"name":"$graph[\$"]} } @$ours;

		is(scalar @of_ours, scalar @of_theirs, "$name: as many for $graph");
		is_deeply([map { s/ .*//r } @of_ours], [map { s/ .*//r } @of_theirs], "$name: of the same kinds in the same order for $graph");
		is($of_ours[0], $of_theirs[0], "$name: beginning with the same for $graph");
		is($of_ours[-1], $of_theirs[-1], "$name: ending with the same for $graph") if $graph ne 'DIAMOND';
	}
	return;
}

# ours looks at a graph before its root is resumed
sub without_look
{
	my @calls = @_;

	for my $i (reverse 2 .. $#calls)
	{
		splice @calls, $i - 2, 2
			if $i <= $#calls && $calls[$i] =~ m{^POST TASKS/(\w+):RESUME$} && $calls[$i - 2] eq "GET TASKS/$1" && $calls[$i - 1] eq "GET TASKS/$1/DEPENDENTS";
	}
	return @calls;
}

# create
my @theirs = calls(official('deploy'));
my @ours = without_look(calls(ours('SELECT count(*) FROM graphs, sf_dag_deploy(dag)')));
same_calls(\@theirs, \@ours, 'deploy');
is(scalar(@ours), 35, 'deploy: 18 creates, a resume of 13 tasks and of the 4 roots with a schedule');
is_deeply(tasks('OURS'), tasks('OFFICIAL'), 'deploy: the same tasks');
is(scalar(keys %{tasks('OURS')}), 18, 'deploy: all of them');
is_deeply([grep { ($_->{spec} // 'ok') ne 'ok' } @{$t->requests}], [], 'deploy: every call of ours is in the documents');

# replace
@theirs = calls(official('replace'));
@ours = without_look(calls(ours(q{SELECT count(*) FROM graphs, sf_dag_deploy(dag, 'orReplace')})));
@theirs = needed_suspends(@theirs);
# the client drops without ifExists and suppresses the error: ours can be sent again after a lost reply
s/ IFEXISTS=TRUE$| ifExists=true$// for @ours;
# the client forgets the mode for the root
s/createMode=errorIfExists/createMode=orReplace/ for @theirs;
# the client leaves the finalizer of the old graph and replaces it; ours drops it, since the new graph may have another or none
is_deeply([grep { /^DELETE TASKS\/ENDING\$LAST/ } @ours], ['DELETE TASKS/ENDING$LAST'], 'orReplace: ours drops the old finalizer');
@ours = grep { !/^DELETE TASKS\/ENDING\$LAST/ } @ours;
is(scalar(@ours), 5 + 5 + 4 + 17 + 35, 'orReplace: two reads, a suspend of each started root, the drops and the creation');
is_deeply([sort @ours], [sort @theirs], 'orReplace: otherwise the same calls');
is_deeply(tasks('OURS'), tasks('OFFICIAL'), 'orReplace: the same tasks');

# run: ours looks at the root first and does not resume it again, and finds the id of the run
@theirs = grep { !/:RESUME/ } calls(official('run'));
@ours = calls(ours('SELECT count(sf_dag_run(dag)) FROM graphs'));
is_deeply([sort grep { !/^GET TASKS\/\w+(\/(CURRENT|COMPLETE)-GRAPHS resultLimit=10000)?$/ } @ours], [sort @theirs], 'run: the same calls but for reading');

# drop
@theirs = calls(official('drop'));
@ours = calls(ours('SELECT count(sf_dag_drop(dag)) FROM graphs'));
@theirs = needed_suspends(@theirs);
s/ ifExists=true$// for @ours;
is(scalar(@ours), 5 + 5 + 4 + 18, 'drop: two reads, a suspend of each started root, the drops');
is_deeply([sort @ours], [sort @theirs], 'drop: the same calls');
is_deeply([tasks('OURS'), tasks('OFFICIAL')], [{}, {}], 'drop: nothing is left');

$t->stop;
done_testing;
