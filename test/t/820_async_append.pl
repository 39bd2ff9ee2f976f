# Several scans under one Append at the same time: they overlap, give the rows that they give one after the other, and end together.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;
use Time::HiRes qw(sleep time);

my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', '0.4', '--partition-rows', '300']);
my $submit = '^/api/v2/statements\?requestId=[^&]*$';

$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC', cancel_timeout => '2s', retry_timeout => '5s');
$t->sql(<<"SQL");
CREATE SERVER sf2 FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (@{[$t->server_options(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC', authenticator => 'OAUTH')]});
CREATE USER MAPPING FOR postgres SERVER sf2 OPTIONS (token '$t->{info}{oauth_token}');
IMPORT FOREIGN SCHEMA "SHOP.PUBLIC" FROM SERVER sf INTO public;
CREATE FOREIGN TABLE orders2 (id bigint, customer_id bigint) SERVER sf2 OPTIONS (table 'ORDERS');
CREATE TABLE p (k int, w text) PARTITION BY LIST (k);
@{[map { "CREATE FOREIGN TABLE p$_ PARTITION OF p FOR VALUES IN ($_) SERVER sf OPTIONS (query 'SELECT $_ AS k, ''slow$_'' AS w');" } 1 .. 4]}
CREATE TABLE many (k int, w text) PARTITION BY LIST (k);
@{[map { "CREATE FOREIGN TABLE many$_ PARTITION OF many FOR VALUES IN ($_) SERVER sf OPTIONS (query 'SELECT $_ AS k, ''many'' AS w');" } 1 .. 50]}
CREATE TABLE parts (id bigint, customer_id bigint, part int) PARTITION BY LIST (part);
@{[map { "CREATE FOREIGN TABLE parts$_ PARTITION OF parts FOR VALUES IN ($_) SERVER sf OPTIONS (query 'SELECT id, customer_id, MOD(id, 4)::int AS part FROM orders WHERE MOD(id, 4) = $_');" } 0 .. 3]}
CREATE TABLE here (k int, w text);
INSERT INTO here VALUES (5, 'here'), (6, 'there');
SQL

# every statement with this text runs so long
sub slow
{
	my ($text, $seconds) = @_;

	$t->control('DELETE', 'results');
	$t->result({match => $text, seconds => $seconds});
	return;
}

# its output, its error, how long it took; the extension is loaded beforehand
sub timed
{
	my ($sql) = @_;
	my $started = time;
	my ($out, $err) = $t->try("LOAD 'snowflake_fdw'; $sql");

	return ($out, $err =~ s/query [0-9a-f-]{36}/query/r, time - $started);
}

# sorted rows, or the error, are the same with and without; the rows
sub same
{
	my ($name, $sql, $rows) = @_;
	my ($out, $err) = timed($sql);
	my ($one, $one_err) = timed("SET enable_async_append = off; $sql");

	is_deeply([sort split /\n/, $out], [sort split /\n/, $one], "$name: the same rows") or diag($err);
	is($err, $one_err, "$name: the same errors");
	is(join(' ', sort split /\n/, $out), $rows, "$name: rows") if defined $rows;
	return;
}

# what was cancelled ends in its own time
sub nothing_runs
{
	my ($name) = @_;
	my $until = time + 3;
	my $open;

	sleep 0.05 while @{$open = $t->control('GET', 'state')->{open_statements}} && time < $until;
	is_deeply($open, [], "$name: nothing runs there any more")
		or diag(map { "$_->{method} $_->{target} " . ($_->{status} // 'none') . "\n" } @{$t->requests});
	return;
}

# the submissions that came before the first result
sub before_a_result
{
	my $n = 0;

	for my $request (@{$t->requests})
	{
		last if $request->{method} eq 'GET' && $request->{status} == 200;
		$n += $request->{path} eq '/api/v2/statements';
	}
	return $n;
}

# the plan
my $p = 'SELECT * FROM p';
is($t->sql("EXPLAIN (COSTS OFF) $p"), join("\n", 'Append', map { "  ->  Async Foreign Scan on p$_ p_$_" } 1 .. 4), 'partitions');
like($t->sql("SET enable_async_append = off; EXPLAIN (COSTS OFF) $p"), qr/^  ->  Foreign Scan on p1/m, 'not with enable_async_append off');
$t->sql('ALTER FOREIGN TABLE p2 OPTIONS (ADD async_capable $$false$$)');
like($t->sql("EXPLAIN (COSTS OFF) $p"), qr/Async Foreign Scan on p1.*->  Foreign Scan on p2.*Async Foreign Scan on p3/s, 'a table that says no');
$t->sql('ALTER SERVER sf OPTIONS (ADD async_capable $$off$$); ALTER FOREIGN TABLE p2 OPTIONS (SET async_capable $$on$$)');
like($t->sql("EXPLAIN (COSTS OFF) $p"), qr/->  Foreign Scan on p1.*->  Async Foreign Scan on p2.*->  Foreign Scan on p3/s, 'a server that says no, and a table of it that does not');
$t->sql('ALTER SERVER sf OPTIONS (DROP async_capable); ALTER FOREIGN TABLE p2 OPTIONS (DROP async_capable)');

# they overlap
slow('slow', 1);
$t->clear;
my ($out, $err, $took) = timed($p);
is(join(' ', sort split /\n/, $out . $err), join(' ', map { "$_|slow$_" } 1 .. 4), 'four statements of a second each: rows');
cmp_ok($took, '<', 2.5, 'in far less than four seconds');
is(before_a_result(), 4, 'all were sent before the first was done');
$t->clear;
(undef, undef, $took) = timed("SET enable_async_append = off; $p");
cmp_ok($took, '>=', 4, 'one after the other otherwise');
is(before_a_result(), 1, 'the second when the first was done');

my $union = 'SELECT id FROM orders WHERE id < 4 UNION ALL SELECT id FROM orders2 WHERE id < 3 UNION ALL SELECT k FROM here';
like($t->sql("EXPLAIN (COSTS OFF) $union"), qr/Async Foreign Scan on orders\n.*Async Foreign Scan on orders2\n.*Seq Scan on here/s, 'UNION ALL of two servers and a local table');
slow('ORDERS', 1);
$t->clear;
($out, $err, $took) = timed($union);
is(join(' ', sort split /\n/, $out . $err), '1 1 2 2 3 5 6', 'two servers: rows');
cmp_ok($took, '<', 1.9, 'two servers: at the same time');
my %tokens = map { $_->{token} => 1 } @{$t->requests};
is(scalar keys %tokens, 2, 'with the token of each');

my $whole = "SELECT 'c', count(*) FROM customers UNION ALL SELECT 'o', max(id) FROM orders UNION ALL SELECT 'h', count(*) FROM here";
like($t->sql("LOAD 'snowflake_fdw'; EXPLAIN (COSTS OFF) $whole"), qr/^Append\n  ->  Async Foreign Scan\n  ->  Async Foreign Scan\n  ->  Aggregate\n/, 'whole subqueries');
slow('COUNT|MAX', 1);
$t->clear;
(undef, undef, $took) = timed($whole);
cmp_ok($took, '<', 1.9, 'whole subqueries: at the same time');
$t->control('DELETE', 'results');
same('whole subqueries', $whole);
same('results of several partitions', 'SELECT * FROM parts');
same('aggregates over them', 'SELECT count(*), sum(id), min(customer_id) FROM parts', $t->sql('SELECT count(*), sum(id), min(customer_id) FROM orders'));
same('conditions evaluated here', "SELECT id FROM parts WHERE id < 40 AND id::text LIKE '%2' COLLATE \"C\"", '12 2 22 32');
same('an empty branch', 'SELECT * FROM p WHERE k > 2', '3|slow3 4|slow4');

# more than run at a time
slow('many', 0.6);
$t->clear;
($out, $err, $took) = timed('SELECT count(*), sum(k) FROM many');
is($out . $err, '50|1275', 'fifty partitions');
cmp_ok($took, '<', 10, 'in far less than thirty seconds');
cmp_ok(before_a_result(), '<=', 32, 'some of them at a time');

# times go on while the executor waits: retries, polls
slow('slow', 1);
$t->clear;
$t->fault({action => 'status', status => 503, path => $submit, body => 'slow2', times => 2}, {action => 'reset', path => $submit, body => 'slow3'},
	{action => 'status', status => 429, retry_after => 1, path => $submit, body => 'slow4'});
($out, $err, $took) = timed($p);
is(join(' ', sort split /\n/, $out . $err), join(' ', map { "$_|slow$_" } 1 .. 4), 'repeated requests: rows');
cmp_ok($took, '<', 4, 'repeated requests: at the same time');
$t->control('DELETE', 'results');

# a fault of one branch is that of the query
my %faults = (
	'an error' => {action => 'status', status => 422, text => '{"code": "002003", "message": "SQL compilation error: no such thing", "sqlState": "02000"}', path => $submit, body => 'slow2'},
	'a broken reply' => {action => 'truncate', path => $submit, body => 'slow3'},
	'a page' => {action => 'status', status => 200, text => '<html>', content_type => 'text/html', path => $submit, body => 'slow1'},
	'a lost reply' => {action => 'lost_reply', path => $submit, body => 'slow1'},
	'no permission' => {action => 'status', status => 403, text => '{"code": "390318", "message": "no"}', path => $submit, body => 'slow4'},
);
for my $name (sort keys %faults)
{
	$t->clear;
	$t->fault({%{$faults{$name}}, times => 2});
	same($name, $p);
	nothing_runs($name);
}
slow('slow[134]', 20);
$t->clear;
$t->fault($faults{'an error'});
($out, $err, $took) = timed($p);
like($err, qr/42P01: .*no such thing/s, 'an error while the others run');
cmp_ok($took, '<', 8, 'which do not keep it');
is(scalar(grep { $_->{path} =~ m{/cancel$} && $_->{status} == 200 } @{$t->requests}), 3, 'they are cancelled');
nothing_runs('an error while the others run');
$t->clear;
$t->fault({action => 'status', status => 422, text => '{"code": "100038", "message": "Numeric value is not recognized", "sqlState": "22018"}', method => 'GET', path => 'partition=1'});
($out, $err) = timed('SELECT * FROM parts');
like($err, qr/22P02|22018/, 'an error of a partition');

# ends: Ctrl-C, timeout, termination, with statements that run, and with a server that hangs
for my $hang (0, 1)
{
	my $name = $hang ? 'the server hangs' : 'statements run';

	slow('slow', $hang ? 0 : 30);
	for my $how ('timeout', 'cancel', 'terminate')
	{
		$t->clear;
		$t->fault({action => 'hang', seconds => 20, path => $submit, body => 'slow', times => 4}) if $hang;
		my $session = $t->background("SET application_name = 'victim'; SET statement_timeout = '" . ($how eq 'timeout' ? '700ms' : '0') . "'; $p;\n");
		my $after = 0.7;
		my $started = time;

		if ($how ne 'timeout')
		{
			sleep $after;
			my $function = $how eq 'cancel' ? 'pg_cancel_backend' : 'pg_terminate_backend';
			is($t->sql("SELECT $function(pid) FROM pg_stat_activity WHERE application_name = 'victim' AND state = 'active'"), 't', "$name: $how reaches a waiting backend");
			$started = time - $after;
		}
		(undef, $err) = $t->finish_background($session);
		$took = time - $started - $after;
		like($err, $how eq 'timeout' ? qr/57014: canceling statement due to statement timeout/ : $how eq 'cancel' ? qr/57014: canceling statement due to user request/ : qr/57P01/, "$name: $how");
		cmp_ok($took, '<', 5, "$name: $how does not wait for the statements");
		diag(sprintf '%s, %s: ended after %.0f ms', $name, $how, $took * 1000);
		is(scalar(grep { $_->{path} =~ m{/cancel$} && $_->{status} == 200 } @{$t->requests}), 4, "$name: $how cancels all") if !$hang;
		nothing_runs("$name: $how");
	}
}

# ends early: LIMIT, cursors, exceptions, loops
slow('slow[234]', 30);
$t->clear;
($out, $err, $took) = timed('SELECT k FROM p LIMIT 1');
is($out . $err, '1', 'LIMIT');
cmp_ok($took, '<', 8, 'LIMIT: the others are not waited for');
is(scalar(grep { $_->{path} =~ m{/cancel$} && $_->{status} == 200 } @{$t->requests}), 3, 'LIMIT: they are cancelled');
nothing_runs('LIMIT');

# what was sent just now is still on its way when it is cancelled
$t->clear;
$t->fault({action => 'delay', seconds => 0.1, path => $submit, body => 'slow[234]', times => 3});
is(join('', (timed('SELECT k FROM p LIMIT 1'))[0, 1]), '1', 'LIMIT, and slow submissions');
sleep 0.2;
nothing_runs('LIMIT, and slow submissions');
for my $end ('CLOSE c', 'ROLLBACK', 'SAVEPOINT s; DECLARE d CURSOR FOR SELECT k + 1 FROM p; FETCH 1 FROM d; ROLLBACK TO s; COMMIT')
{
	$t->clear;
	is($t->sql("BEGIN; DECLARE c CURSOR FOR SELECT k FROM p; FETCH 1 FROM c; $end; SELECT 7"), $end =~ /DECLARE/ ? "1\n2\n7" : "1\n7", "a cursor left half-way: $end");
	nothing_runs($end);
}
$t->clear;
is($t->sql(<<'SQL'), "1\n1", 'an exception with branches under way');
CREATE TABLE seen (n int);
DO $$
DECLARE r record;
BEGIN
	BEGIN
		FOR r IN SELECT k FROM p LOOP INSERT INTO seen VALUES (r.k); PERFORM 1 / 0; END LOOP;
	EXCEPTION WHEN division_by_zero THEN INSERT INTO seen VALUES (1);
	END;
	FOR r IN SELECT k FROM p LOOP INSERT INTO seen VALUES (r.k); EXIT; END LOOP;
END $$;
SELECT n FROM seen;
SQL
nothing_runs('an exception and a loop that is left');
$t->control('DELETE', 'results');
is($t->sql('BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT sum(id) FROM parts; COMMIT; FETCH c; CLOSE c'), $t->sql('SELECT sum(id) FROM orders'), 'a held cursor');
is($t->sql('BEGIN; DECLARE c SCROLL CURSOR FOR SELECT k FROM p ORDER BY 1; FETCH 3 FROM c; FETCH PRIOR FROM c; COMMIT'), "1\n2\n3\n2", 'a scrollable one');

# run again: parameters, LATERAL, subqueries, values of an InitPlan
same('a prepared statement', 'SET plan_cache_mode = force_generic_plan; PREPARE q(bigint) AS SELECT id FROM parts WHERE id < $1; EXECUTE q(3); EXECUTE q(5)', '1 1 2 2 3 4');
same('LATERAL', 'SELECT h.k, x.id FROM here h, LATERAL (SELECT id FROM parts WHERE id > 2 AND id < h.k OFFSET 0) x', '5|3 5|4 6|3 6|4 6|5');
same('LATERAL with LIMIT', 'SELECT h.k, x.id FROM here h, LATERAL (SELECT id FROM parts WHERE id = h.k LIMIT 1) x', '5|5 6|6');
same('a subquery run again', 'SELECT k, (SELECT count(*) FROM parts WHERE id < here.k) FROM here', '5|4 6|5');
same('without another value', 'SELECT h.k, p.k FROM here h LEFT JOIN LATERAL (SELECT k FROM p WHERE h.k = 5 OFFSET 0) p ON true', '5|1 5|2 5|3 5|4 6|');
same('an InitPlan', 'SELECT id FROM parts WHERE id = (SELECT min(k) FROM here)', '5');
same('partitions pruned at run time', 'SET plan_cache_mode = force_generic_plan; PREPARE q(int) AS SELECT k FROM p WHERE k = $1; EXECUTE q(2); EXECUTE q(3)', '2 3');
same('a nested loop', 'SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off; SELECT here.k, count(*) FROM here JOIN p ON p.k < here.k GROUP BY 1', '5|4 6|4');
same('two Appends', 'SELECT a.k, b.k FROM p a JOIN p b USING (w) WHERE a.k < 3', '1|1 2|2');
same('a recursive query', 'WITH RECURSIVE r(k) AS (SELECT 1 UNION ALL SELECT p.k FROM r JOIN p ON p.k = r.k + 1) SELECT k FROM r', '1 2 3 4');
same('an UPDATE', 'BEGIN; UPDATE here SET w = p.w FROM p WHERE p.k + 2 = here.k RETURNING here.k, here.w; ROLLBACK', '5|slow3 6|slow4');
like($t->sql('EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT * FROM p'), qr/Async Foreign Scan on p4 p_4 \(actual rows=1(\.00)? loops=1\)/, 'EXPLAIN (ANALYZE)');

# few descriptors: fewer at a time
$t->sql('ALTER SYSTEM SET max_files_per_process = 64');
$t->restart;
is($t->sql('SELECT count(*), sum(k) FROM many'), '50|1275', 'fifty partitions with few descriptors');
is($t->sql('SET enable_async_append = off; SELECT count(*), sum(k) FROM many'), '50|1275', 'and one after the other');

$t->stop;
done_testing;
