# Ctrl-C, statement_timeout and pg_terminate_backend in every phase end the wait and the remote statement.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;
use Time::HiRes qw(sleep time);

my $t = SnowflakeFdwTest->new(args => ['--no-engine', '--window', '1', '--partition-rows', '2']);
my $submit = '^/api/v2/statements\?requestId=[^&]*$';
my @longest;

$t->connect(cancel_timeout => '2s');
$t->result({match => 'rows', columns => [column('N', 'fixed', precision => 9, scale => 0)], rows => [['1'], ['2'], ['3'], ['4']]});

# phases: what the remote side does meanwhile, and whether a cancel must be seen
my @phases = (
	['submitting, the statement runs', q{SELECT SYSTEM$WAIT(30)}, undef, 1],
	['submitting, the server hangs', q{SELECT rows}, {action => 'hang', path => $submit}, 0],
	['polling', q{SELECT SYSTEM$WAIT(40)}, undef, 1, 1.6],
	['polling, the server hangs', q{SELECT SYSTEM$WAIT(41)}, {action => 'hang', method => 'GET', path => 'requestId'}, 1, 1.6],
	['fetching, the server hangs', q{SELECT rows}, {action => 'hang', path => 'partition=1'}, 0],
	['fetching, the server drips', q{SELECT rows}, {action => 'drip', path => 'partition=1', seconds => 1}, 0],
	['waiting to retry', q{SELECT rows}, {action => 'status', status => 503, times => 100, path => $submit, retry_after => 60}, 0],
);
for my $phase (@phases)
{
	my ($name, $statement, $fault, $cancelled, $after) = @$phase;

	$after //= 0.6;
	for my $how ('timeout', 'cancel', 'terminate')
	{
		$t->clear;
		$t->fault($fault) if $fault;
		my $set = $how eq 'timeout' ? 'SET statement_timeout = ' . int($after * 1000) . ';' : '';
		my $session = $t->background("SET application_name = 'victim'; $set SELECT * FROM sf_query('$statement') AS t(x text);\n");
		my $started = time;

		if ($how ne 'timeout')
		{
			sleep $after;
			my $function = $how eq 'cancel' ? 'pg_cancel_backend' : 'pg_terminate_backend';
			is($t->sql("SELECT $function(pid) FROM pg_stat_activity WHERE application_name = 'victim' AND wait_event_type = 'Extension'"), 't', "$name: $how reaches a waiting backend");
			$started = time - $after;
		}
		my (undef, $err) = $t->finish_background($session);
		my $took = time - $started - $after;
		like($err, $how eq 'timeout' ? qr/57014: canceling statement due to statement timeout/ : $how eq 'cancel' ? qr/57014: canceling statement due to user request/ : qr/57P01/,
			"$name: $how");
		push @longest, sprintf('%.0f ms %s %s', $took * 1000, $name, $how);
		cmp_ok($took, '<', 5, 'without waiting for the server');
		next if !$cancelled;
		ok((grep { $_->{path} =~ m{/cancel$} && $_->{status} == 200 } @{$t->requests}), "$name: $how cancels the statement remotely");
		is_deeply($t->control('GET', 'state')->{open_statements}, [], 'nothing runs there any more');
	}
}
diag("ended after: $_") for @longest;

# terminated inside of a subtransaction, whose abort then ends the statement: nothing of it is left, here or there
$t->clear;
$t->sql('CREATE TABLE held (n int)');
my $inside = $t->background(q{SET application_name = 'victim'; DO $$ BEGIN LOCK TABLE held; BEGIN PERFORM * FROM sf_query('SELECT SYSTEM$WAIT(60)') AS t(x text);
	EXCEPTION WHEN division_by_zero THEN NULL; END; END $$;} . "\n");
sleep 1.6;
is($t->sql(q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim' AND wait_event_type = 'Extension'}), 't', 'a subtransaction is terminated');
like(($t->finish_background($inside))[1], qr/57P01/, 'and ends');
is($t->sql(q{SELECT count(*) FROM pg_locks WHERE relation = 'held'::regclass}), '0', 'its locks are gone');
is_deeply($t->control('GET', 'state')->{open_statements}, [], 'and its statement does not run there any more');
unlike($t->log, qr/ResourceOwner/, 'nothing else is said');

# a write interrupted before its reply is not sent again
$t->clear;
my $session = $t->background(q{SET statement_timeout = 600; SELECT sf_execute('CALL SYSTEM$WAIT(30)');} . "\n");
like(($t->finish_background($session))[1], qr/57014/, 'a write is interrupted');
is(scalar(grep { $_->{path} eq '/api/v2/statements' } @{$t->requests}), 1, 'and not resent');
is_deeply($t->control('GET', 'state')->{open_statements}, [], 'but cancelled');

# a query left half-way: a cursor that is closed, a transaction that is rolled back
$t->clear;
$t->sql(q{CREATE FOREIGN TABLE ft (n int) SERVER sf OPTIONS (query 'SELECT rows')});
is($t->sql('BEGIN; DECLARE c CURSOR FOR SELECT n FROM ft; FETCH 1 FROM c; CLOSE c; COMMIT; SELECT 5'), "1\n5", 'a cursor closed early');
is($t->sql('BEGIN; DECLARE c CURSOR FOR SELECT n FROM ft; FETCH 1 FROM c; ROLLBACK; SELECT array_agg(n) FROM ft'), "1\n{1,2,3,4}", 'a cursor lost by ROLLBACK');
is($t->sql('SELECT array_agg(n) FROM ft; SELECT bool_and(valid) FROM sf_connections()'), "{1,2,3,4}\nt", 'the session is usable afterwards');

# a remote cancel that does not work is said
$t->clear;
$t->fault({action => 'status', status => 500, path => '/cancel', times => 100});
like(($t->try(q{SET statement_timeout = 500; SELECT * FROM sf_query('SELECT SYSTEM$WAIT(3)') AS t(x text)}))[1],
	qr/WARNING:.*could not cancel the statement in Snowflake\nDETAIL:  Query [0-9a-f-]+ may still be running/, 'a cancel that fails');

# where a session has no descriptors left for a wait that is said, and what was begun is cancelled all the same
$t->clear;
$t->sql('ALTER SYSTEM SET max_files_per_process = 64');
$t->restart;
my $cursors = join ' ', map { "DECLARE c$_ CURSOR FOR SELECT n FROM ft; FETCH 1 FROM c$_;" } 1 .. 12;
my (undef, $err) = $t->try("BEGIN; $cursors");
like($err, qr/ERROR:  53000: too many Snowflake statements are open in this session\n.*\nHINT:  .*max_files_per_process/, 'too many statements at a time');
unlike($err, qr/could not cancel/, 'and the one too many does not stay');

$t->stop;
done_testing;
