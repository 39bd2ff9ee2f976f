# remote_transaction 'local': what becomes of the changes when something fails at COMMIT
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', '2']);
my $submit = '^/api/v2/statements\?';

$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC', remote_transaction => 'local', retry_timeout => '4s', cancel_timeout => '1s');
$t->sql(q{CREATE SERVER other FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (} . $t->server_options(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC', remote_transaction => 'local', retry_timeout => '4s') . q{)});
$t->sql("CREATE USER MAPPING FOR postgres SERVER other OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}')");
$t->sql(q{SELECT sf_execute('CREATE TABLE PUBLIC.W (ID NUMBER(9,0) NOT NULL PRIMARY KEY, NAME VARCHAR(20))', server => 'sf');
	IMPORT FOREIGN SCHEMA "PUBLIC" LIMIT TO (w) FROM SERVER sf INTO public;
	CREATE FOREIGN TABLE w_other (id int OPTIONS (remote_type 'NUMBER(9,0)', key 'true'), name text OPTIONS (remote_type 'VARCHAR(20)')) SERVER other OPTIONS ("table" 'W');
	CREATE TABLE here (id int); CREATE TABLE once (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)});

# the ids in Snowflake and here, as another session sees them
sub there { return $t->sql(q{SELECT coalesce(string_agg(id::text, ',' ORDER BY id), '') FROM sf_query('SELECT ID FROM SHOP.PUBLIC.W', server => 'sf') AS t(id int)}); }
sub here  { return $t->sql(q{SELECT coalesce(string_agg(id::text, ',' ORDER BY id), '') FROM here}); }

sub both
{
	my ($id, $more) = @_;

	return "BEGIN; INSERT INTO w VALUES ($id, 'x'), ($id + 1, 'y'); INSERT INTO here VALUES ($id); " . ($more // '') . ' COMMIT;';
}

sub commits { return grep { $_->{method} eq 'POST' && ref $_->{body} && ($_->{body}{statement} // '') =~ /^BEGIN TRANSACTION/ } @{$t->requests}; }

sub empty
{
	$t->clear;
	$t->sql(q{DELETE FROM here; DELETE FROM once; SELECT sf_execute('DELETE FROM SHOP.PUBLIC.W', server => 'sf')});
	$t->clear;
	return;
}

# the request: one, with a count, without bindings
empty();
$t->sql(both(1, q{UPDATE here SET id = id; INSERT INTO w VALUES (5, 'z');}));
is(there() . '|' . here(), '1,2,5|1', 'both are committed');
my @sent = commits();
is(scalar @sent, 1, 'one request');
my $body = $sent[0]{body};
is($body->{parameters}{MULTI_STATEMENT_COUNT}, '4', 'its statements are counted');
ok(!exists $body->{bindings}, 'it binds nothing');
is_deeply([map { /^(\w+)/ } split /;\n/, $body->{statement}], [qw(BEGIN INSERT INSERT COMMIT)], 'in their order');

# nothing was changed: nothing is sent
$t->clear;
$t->sql('BEGIN; SELECT count(*) FROM w; ROLLBACK; BEGIN; INSERT INTO here VALUES (0); COMMIT; BEGIN; INSERT INTO w VALUES (9); ROLLBACK');
is(scalar(commits()), 0, 'no COMMIT without a change');

# tried again, and done once
for my $rule ({action => 'lost_reply'}, {action => 'reset'}, {action => 'status', status => 503}, {action => 'status', status => 429}, {action => 'status', status => 500})
{
	empty();
	$t->fault({path => $submit, method => 'POST', body => 'BEGIN TRANSACTION', %$rule});
	my (undef, $err) = $t->try(both(1));
	is(there() . '|' . here(), '1,2|1', "$rule->{action} " . ($rule->{status} // '') . ': both, once');
	is($err, '', 'without a word');
	my %ids = map { $_->{query}{requestId} => 1 } commits();
	is(scalar keys %ids, 1, 'one request id');
}

# an answer that never comes: the server has committed, and nobody here knows
empty();
$t->fault({path => $submit, method => 'POST', body => 'BEGIN TRANSACTION', action => 'lost_reply', times => 100});
my (undef, $err) = $t->try(both(1));
like($err, qr/^ERROR:  08006: /m, 'a lost answer to the end: the connection');
like($err, qr/HINT:  It is not known whether Snowflake has committed the 1 statements of this transaction/, 'and what is not known');
like($err, qr/COMMIT in Snowflake of 1 statements of this transaction/, 'when it was');
$t->clear;
is(here(), '', 'the local transaction failed');
is(there(), '1,2', 'the one in Snowflake did not, once');

# a server that refuses
empty();
$t->fault({path => $submit, method => 'POST', body => 'BEGIN TRANSACTION', action => 'status', status => 404, times => 9});
($_, $err) = $t->try(both(1));
like($err, qr/^ERROR:  HV000/m, 'status 404');
unlike($err, qr/not known/, 'of which the outcome is known');
is(there() . '|' . here(), '|', 'nothing anywhere');

# a statement that Snowflake refuses: nothing of the transaction stays
empty();
(undef, $err) = $t->try(both(1, q{INSERT INTO w VALUES (NULL, 'x');}));
like($err, qr/^ERROR:  38000: .*failed on statement/m, 'a statement that fails');
like($err, qr/NULL result in a non-nullable column/, 'says why');
is(there() . '|' . here(), '|', 'nothing anywhere');

# polls that fail after the submission
for my $rule ({action => 'status', status => 500, times => 2}, {action => 'reset', times => 2})
{
	empty();
	$t->fault({path => '/api/v2/statements/[^/]+\?', method => 'GET', %$rule});
	$t->sql(both(1));
	is(there() . '|' . here(), '1,2|1', "a poll: $rule->{action}");
}

# Ctrl-C and the end of the backend while it waits for COMMIT
for my $end (['pg_cancel_backend', qr/57014: canceling statement due to user request/], ['pg_terminate_backend', qr/57P01|server closed/])
{
	my ($how, $says) = @$end;

	empty();
	$t->fault({path => '/api/v2/statements/[^/]+\?', method => 'GET', action => 'hang', seconds => 30, times => 1});
	my $waiting = $t->background(both(1));
	my $pid;
	for (1 .. 200)
	{
		$pid = $t->sql(q{SELECT pid FROM pg_stat_activity WHERE query ~ '^ *COMMIT' AND state = 'active'});
		last if $pid && commits();
		select(undef, undef, undef, 0.05);
	}
	$t->sql("SELECT $how($pid)");
	my (undef, $said) = $t->finish_background($waiting);
	like($said, $says, "$how: ends the wait");
	is(here(), '', 'the local transaction failed');
	my $rows = there();
	ok($rows eq '' || $rows eq '1,2', 'all or nothing there');
	is(scalar(grep { !exists $_->{query}{retry} } commits()), 1, 'nothing was begun again');
	ok($rows eq '' || $how ne 'pg_cancel_backend' || $said =~ /stays in effect/, 'what stays is said') or diag($said);
}

# a local COMMIT that fails: before Snowflake's, and after it
empty();
(undef, $err) = $t->try('BEGIN; INSERT INTO w VALUES (1); INSERT INTO once VALUES (1), (1); COMMIT');
like($err, qr/23505/, 'a deferred constraint');
is(there(), '', 'comes before');
is(scalar(commits()), 0, 'and nothing was sent');
empty();
$t->sql('INSERT INTO here VALUES (1), (2)');
my $read = 'BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT sum(id) FROM here;';
my $first = $t->background("$read INSERT INTO here VALUES (10); SELECT pg_sleep(4); COMMIT;");
select(undef, undef, undef, 0.7);
(undef, $err) = $t->try("$read INSERT INTO here VALUES (20); INSERT INTO w VALUES (1); SELECT pg_sleep(6); COMMIT");
$t->finish_background($first);
like($err, qr/40001/, 'a serialization failure');
is(there(), $err =~ /committed in Snowflake although/ ? '1' : '', 'what is there is said');

# two accounts: the second fails
empty();
$t->fault({path => $submit, method => 'POST', body => 'BEGIN TRANSACTION', action => 'status', status => 404, skip => 1, times => 9});
(undef, $err) = $t->try(q{BEGIN; INSERT INTO w VALUES (1); INSERT INTO w_other VALUES (2); INSERT INTO here VALUES (1); COMMIT});
like($err, qr/^ERROR:  HV000/m, 'the second server refuses');
like($err, qr/WARNING:  01000: 1 statement is committed in Snowflake although the transaction is rolled back/, 'the first has committed, and it is said');
$t->clear;
is(there() . '|' . here(), '1|', 'so it is');

# more than a request takes
empty();
(undef, $err) = $t->try(q{BEGIN; INSERT INTO w SELECT g, repeat('x', 20) FROM generate_series(1, 600000) g; COMMIT});
like($err, qr/54000: the statements that wait for COMMIT are more than 16 MB/, 'too much for a transaction');
is(there() . '|' . scalar(commits()), '|0', 'is not sent at all');

# several batches, and counts that are looked at
empty();
$t->sql(q{ALTER SERVER sf OPTIONS (ADD batch_size '3'); INSERT INTO w SELECT g, 'n' FROM generate_series(1, 10) g});
is(there(), join(',', 1 .. 10), 'several statements of one INSERT');
is(scalar(commits()), 1, 'in one request');
(undef, $err) = $t->try(q{BEGIN; UPDATE w SET name = 'u' WHERE id < 9; SELECT sf_execute('DELETE FROM SHOP.PUBLIC.W WHERE ID IN (4, 8)', server => 'sf'); COMMIT});
is(scalar(() = $err =~ /WARNING:  01000: \d rows of "SHOP"."PUBLIC"."W" were changed instead of \d/g), 2, 'rows that went meanwhile');
is($t->sql(q{SELECT count(*) FROM w WHERE name = 'u'}), '6', 'the others are changed');

# an ordinary statement of which nothing is known, of the other kind of transaction
$t->sql(q{ALTER SERVER sf OPTIONS (SET remote_transaction 'statement')});
empty();
$t->fault({path => $submit, method => 'POST', body => 'INSERT INTO', action => 'lost_reply', times => 100});
(undef, $err) = $t->try('INSERT INTO w VALUES (1)');
like($err, qr/08006: .*HINT:  It is not known whether Snowflake has run the statement/s, 'a lost answer to one statement');
$t->clear;
is(there(), '1', 'which was run once');
empty();
$t->fault({path => $submit, method => 'POST', body => 'INSERT INTO', action => 'status', status => 429, times => 100});
(undef, $err) = $t->try('INSERT INTO w VALUES (1)');
like($err, qr/53400/, 'throttled to the end');
unlike($err, qr/not known/, 'it was not run, which is known');

$t->stop;
done_testing;
