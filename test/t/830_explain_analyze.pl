# EXPLAIN (ANALYZE): what a scan cost, in every format; NOTICEs to who waits
use utf8;
use strict;
use warnings;
use lib 'test/perl';
use JSON::PP;
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', '1', '--partition-rows', '400']);
my $json = JSON::PP->new;

$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC');
$t->sql('CREATE SCHEMA shop; IMPORT FOREIGN SCHEMA "PUBLIC" FROM SERVER sf INTO shop; ALTER DATABASE postgres SET search_path = shop, public, snowflake;
	CREATE TABLE few AS SELECT * FROM (VALUES (1), (2), (3)) v(id); ANALYZE few');

# the groups of all scans of a plan, from the top
sub groups
{
	my ($node) = @_;

	return (exists $node->{Remote} ? $node->{Remote} : (), map { groups($_) } @{$node->{Plans} // []});
}

sub analyze
{
	my ($query, $options) = @_;

	return groups($json->decode($t->sql("LOAD 'snowflake_fdw'; EXPLAIN (ANALYZE, FORMAT JSON" . ($options // '') . ") $query"))->[0]{Plan});
}

# the members that are numbers of requests
sub counts
{
	my ($group) = @_;

	return join ' ', map { "$_=$group->{$_}" } grep { exists $group->{$_} } qw(Statements Partitions Requests Retries Polls);
}

my ($large, $count) = ('SELECT * FROM customers', 'SELECT count(*) FROM customers');
my @all = ('Bytes Received', 'Bytes Unpacked', 'Execution Time', 'Fetch Time', 'Partitions', 'Polls', 'Query ID', 'Requests', 'Retries', 'Statements');

# one scan: its members, and what the request log says
$t->clear;
my ($scan) = analyze($large);
is_deeply([sort keys %$scan], \@all, 'the members');
is(counts($scan), 'Statements=1 Partitions=3 Requests=3 Retries=0 Polls=0', 'a scan of three partitions');
my @log = @{$t->requests};
is(scalar @log, 3, 'that made three requests');
is($scan->{'Query ID'}, ($log[1]{target} =~ m{/statements/([^?]+)})[0], 'the query id is that of the result');
cmp_ok($scan->{'Bytes Received'}, '>', 0, 'bytes came');
cmp_ok($scan->{'Bytes Unpacked'}, '>', 2 * $scan->{'Bytes Received'}, 'and were packed');
cmp_ok($scan->{'Execution Time'}, '>', 0, 'its execution took time');
cmp_ok($scan->{'Fetch Time'}, '>=', 0, 'and fetching');

# what the options leave out
is_deeply([sort keys %{(analyze($large, ', COSTS OFF'))[0]}], ['Execution Time', 'Fetch Time', 'Partitions', 'Requests', 'Statements'], 'COSTS OFF');
is_deeply([sort keys %{(analyze($large, ', TIMING OFF'))[0]}], [grep { !/Time/ } @all], 'TIMING OFF');
is_deeply((analyze($large, ', COSTS OFF, TIMING OFF, SUMMARY OFF'))[0], {Statements => 1, Partitions => 3, Requests => 3}, 'both: what every run has');
is_deeply([groups($json->decode($t->sql("EXPLAIN (VERBOSE, FORMAT JSON) $large"))->[0]{Plan})], [], 'without ANALYZE there is none');
unlike($t->sql("EXPLAIN (VERBOSE) $large"), qr/Remote:|Remote Timings|Query ID/, 'in text neither');

# every format has the same members
my $yaml = $t->sql("EXPLAIN (ANALYZE, FORMAT YAML) $large");
my $xml = $t->sql("EXPLAIN (ANALYZE, FORMAT XML) $large");
my $text = $t->sql("EXPLAIN (ANALYZE) $large");
my ($in_yaml) = $yaml =~ /^ +Remote: *\n((?:^ {6}.*\n?)+)/m;
my ($in_xml) = $xml =~ m{<Remote>\s*(.*?)\s*</Remote>}s;
is_deeply([sort $in_yaml =~ /^ +([^:]+): /mg], \@all, 'YAML');
like($in_yaml, qr/^ +Query ID: "[0-9a-f-]{36}"\n +Statements: 1\n +Partitions: 3\n +Requests: 3\n +Retries: 0\n +Polls: 0\n +Bytes Received: \d+\n +Bytes Unpacked: \d+\n +Execution Time: \d+\.\d{3}\n +Fetch Time: \d+\.\d{3}$/m, 'YAML, member by member');
is_deeply([sort map { s/-/ /gr } $in_xml =~ /<([A-Z][^>]+)>/g], \@all, 'XML');
like($in_xml, qr{^<Query-ID>[0-9a-f-]{36}</Query-ID>\s*<Statements>1</Statements>\s*<Partitions>3</Partitions>\s*<Requests>3</Requests>\s*<Retries>0</Retries>\s*<Polls>0</Polls>\s*<Bytes-Received>\d+</Bytes-Received>\s*<Bytes-Unpacked>\d+</Bytes-Unpacked>\s*<Execution-Time>\d+\.\d{3}</Execution-Time>\s*<Fetch-Time>\d+\.\d{3}</Fetch-Time>$}, 'XML, member by member');
like($text, qr/^  Query ID: [0-9a-f-]{36}\n  Remote: statements=1 partitions=3 requests=3 received=\d+kB unpacked=\d+kB\n  Remote Timings: execution=\d+\.\d{3} fetch=\d+\.\d{3}$/m, 'text');
is(join("\n", grep { /Remote|Query ID/ } split /\n/, $t->sql("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) $large")), '  Remote: statements=1 partitions=3 requests=3', 'text that does not change');

# faults: retries of the submission and of a partition, a connection that is lost, polls
for my $case (
	['a 503 for the submission', {path => '^/api/v2/statements\?', action => 'status', status => 503, times => 2}, 'Requests=3 Retries=2 Polls=0'],
	['a 429 for a partition', {path => 'partition=2', action => 'status', status => 429, times => 1}, 'Requests=3 Retries=1 Polls=0'],
	['a reset of a partition', {path => 'partition=1', action => 'reset', times => 1}, 'Requests=3 Retries=1 Polls=0'],
	['a lost reply', {path => '^/api/v2/statements\?', action => 'lost_reply', times => 1}, 'Requests=3 Retries=1 Polls=0'])
{
	$t->clear;
	$t->fault($case->[1]);
	is(counts((analyze($large))[0]), "Statements=1 Partitions=3 $case->[2]", $case->[0]);
	my ($made) = map { $_->[0] + $_->[1] } [$case->[2] =~ /Requests=(\d+) Retries=(\d+)/];
	cmp_ok(scalar @{$t->requests}, '==', $made, "$case->[0]: as many requests in the log");
}
$t->clear;
$t->fault({path => '^/api/v2/statements\?', action => 'status', status => 503, times => 1});
like($t->sql("EXPLAIN (ANALYZE) $large"), qr/ requests=3 retries=1 received=/, 'text: retries');
$t->clear;

# a statement that is polled
$t->sql(q{CREATE FOREIGN TABLE slow (waited text OPTIONS (column_name 'W')) SERVER sf OPTIONS (query 'SELECT /* slow */ 1 AS W')});
$t->result({match => '/\* slow \*/', seconds => 3});
my ($slow) = analyze('TABLE slow');
is($slow->{Requests}, 1, 'a statement of three seconds, answered 202 after one: one request');
cmp_ok($slow->{Polls}, '>=', 1, 'and polls');
is($slow->{Polls}, scalar(grep { $_->{method} eq 'GET' } @{$t->requests}), 'as many as the log has');
cmp_ok($slow->{'Execution Time'}, '>=', 2900, 'its execution took three seconds');
cmp_ok($slow->{'Fetch Time'}, '<', 1000, 'fetching did not');
like($t->sql('EXPLAIN (ANALYZE) TABLE slow'), qr/ requests=1 polls=\d+ received=/, 'text: polls');

# partitions that come late
$t->fault({path => 'partition=', action => 'delay', seconds => 1.5, times => 2});
my ($late) = analyze($large);
cmp_ok($late->{'Fetch Time'}, '>=', 1400, 'waiting for partitions');
cmp_ok($late->{'Execution Time'}, '<', 1400, 'is not execution');
$t->clear;

# units of several kinds: a whole statement, a subquery, scans below a join
is(counts((analyze($count))[0]), 'Statements=1 Partitions=1 Requests=1 Retries=0 Polls=0', 'a whole statement');
my @mixed = analyze('SELECT * FROM few f LEFT JOIN (SELECT customer_id, count(*) AS n FROM orders GROUP BY 1) o ON o.customer_id = f.id');
is(scalar(grep { $_->{Statements} == 1 } @mixed), 1, 'a subquery beside a local table');

($scan) = analyze('SELECT f.id, x.n FROM few f JOIN (customers c JOIN orders o ON o.customer_id = c.id) x(a, b, c, d, e, f, g, n) ON x.n = f.id');
is(counts($scan), "Statements=1 Partitions=$scan->{Partitions} Requests=$scan->{Partitions} Retries=0 Polls=0", 'a join beside a local table');

# rescans: of one statement, and with other values
my $rescan = 'SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off; SET snowflake_fdw.enable_statement_pushdown = off; ';
$t->clear;
my ($nested) = groups($json->decode($t->sql("LOAD 'snowflake_fdw'; ${rescan}EXPLAIN (ANALYZE, FORMAT JSON) SELECT f.id, (SELECT name FROM customers c WHERE c.id = f.id) FROM few f"))->[0]{Plan});
my @statements = grep { $_->{target} =~ m{^/api/v2/statements\?} } @{$t->requests};
is($nested->{Statements}, scalar @statements, 'statements of a scan with other values: all are counted');
is($nested->{Requests} + $nested->{Polls}, scalar @{$t->requests}, 'and all requests');
$t->clear;
my @again = groups($json->decode($t->sql("LOAD 'snowflake_fdw'; ${rescan}EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM few f LEFT JOIN customers c ON c.id % 7 = f.id"))->[0]{Plan});
is(scalar @again, 1, 'a scan that is read again');
is($again[0]{Statements}, 1, 'runs once');
is($again[0]{Requests}, scalar @{$t->requests}, 'and each of its partitions is counted as often as it came');
is($again[0]{Partitions}, 6, 'twice three: the rows of the second pass are kept for the third');

# what never ran
$t->clear;
my ($never) = groups($json->decode($t->sql("LOAD 'snowflake_fdw'; ${rescan}EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM (SELECT * FROM few WHERE id > 5) f LEFT JOIN customers c ON c.id % 7 = f.id"))->[0]{Plan});
is(counts($never), 'Statements=0 Partitions=0 Requests=0 Retries=0 Polls=0', 'a scan that never ran');
ok(!exists $never->{'Query ID'}, 'has no query id');
unlike($t->sql("${rescan}EXPLAIN (ANALYZE) SELECT * FROM (SELECT * FROM few WHERE id > 5) f LEFT JOIN customers c ON c.id % 7 = f.id"), qr/Remote:|Query ID/, 'and no line in text');
is(scalar @{$t->requests}, 0, 'no request');

# an earlier result
my $id = (analyze($large))[0]{'Query ID'};
$t->sql("CREATE FOREIGN TABLE earlier (id int, name text) SERVER sf OPTIONS (query_id '$id')");
my ($earlier) = analyze('TABLE earlier');
is(counts($earlier), 'Statements=1 Partitions=3 Requests=3 Retries=0 Polls=0', 'a result of another query');
is($earlier->{'Query ID'}, $id, 'whose id it is');

# tables of account objects
$t->sql('CREATE SCHEMA obj; IMPORT FOREIGN SCHEMA snowflake_objects LIMIT TO (schemas, tables) FROM SERVER sf INTO obj');
$t->clear;
my $objects = "SELECT name FROM obj.schemas WHERE database_name = 'SHOP'";
$t->fault({path => '/schemas', action => 'status', status => 503, times => 1});
my ($object) = analyze($objects);
is("$object->{Requests} $object->{Retries}", '1 1', 'a table of objects, one retry');
is(scalar @{$t->requests}, 2, 'as in the log');
cmp_ok($object->{'Bytes Unpacked'}, '>', 0, 'and bytes');
like($t->sql("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) $objects"), qr/^  Remote: requests=1$/m, 'in text, what every run has');
like($t->sql("EXPLAIN (ANALYZE) $objects"), qr/^  Remote: requests=1 received=\d+kB unpacked=\d+kB$/m, 'in text');
my ($tables) = analyze("SELECT name, kind FROM obj.tables WHERE database_name = 'SHOP'");
cmp_ok($tables->{Requests}, '>', 1, 'with the enumeration of schemas');
($tables) = analyze("SELECT name FROM obj.tables WHERE database_name = 'SHOP'");
is("$tables->{Statements} $tables->{Requests}", '1 1', 'or one SHOW');

# auto_explain
my $log = "LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_analyze = on; SET auto_explain.log_level = notice; SET client_min_messages = notice;";
like(($t->try("LOAD 'snowflake_fdw'; $log $count"))[1], qr/Foreign Scan.*\n.*Query ID: [0-9a-f-]{36}\n.*Remote: statements=1 partitions=1 requests=1 received=\d+kB unpacked=\d+kB\n.*Remote Timings: /, 'auto_explain');
unlike(($t->try("LOAD 'snowflake_fdw'; $log SET auto_explain.log_analyze = off; $count"))[1], qr/Remote:/, 'auto_explain without log_analyze');

# errors and cancels leave nothing behind: the next run counts from the beginning
$t->fault({path => 'partition=1', action => 'status', status => 404, times => 1});
my @session = $t->batch("LOAD 'snowflake_fdw'", "EXPLAIN (ANALYZE, FORMAT JSON) $large", "EXPLAIN (ANALYZE, FORMAT JSON) $large");
like($session[1][1], qr/42704/, 'a partition that is gone');
is(counts(groups($json->decode($session[2][0])->[0]{Plan})), 'Statements=1 Partitions=3 Requests=3 Retries=0 Polls=0', 'the next run');
$t->clear;

# -- progress --------------------------------------------------------------

my $often = "LOAD 'snowflake_fdw'; SET snowflake_fdw.progress_interval = '400ms';";

# the waits of a statement: before it has a handle, and behind
my ($out, $err) = $t->try("$often TABLE slow");
like($out, qr/\S/, 'rows');
like($err, qr/NOTICE:  00000: Snowflake has not answered a statement after 0 s/, 'waiting for the answer to a submission');
like($err, qr/NOTICE:  00000: statement [0-9a-f-]{36} is still running after [1-3] s/, 'waiting for the end of a statement');
cmp_ok(scalar(() = $err =~ /NOTICE/g), '<=', 7, 'one in an interval');
unlike(($t->try("LOAD 'snowflake_fdw'; SET snowflake_fdw.progress_interval = 0; TABLE slow"))[1], qr/NOTICE/, '0: none');
unlike(($t->try("LOAD 'snowflake_fdw'; $large"))[1], qr/NOTICE/, 'none for a short scan');

# partitions
$t->fault({path => 'partition=1', action => 'delay', seconds => 1.2, times => 1}, {path => 'partition=2', action => 'delay', seconds => 2, times => 1});
($out, $err) = $t->try("$often $large");
is(scalar(split /\n/, $out), 1002, 'all rows');
like($err, qr/NOTICE:  00000: result of statement [0-9a-f-]{36}: 1 of 3 partitions, 400 of 1002 rows, \d+ (kB|bytes) fetched after \d+ s/, 'waiting for the second partition');
like($err, qr/: 2 of 3 partitions, 800 of 1002 rows, /, 'and for the third');
$t->clear;

# in CREATE TABLE AS, COPY and a cursor's FETCH, whose protocol it does not disturb
for my $case (["CREATE TABLE made AS $large; SELECT count(*) FROM made", qr/^1002$/m], ["COPY ($large) TO STDOUT", qr/^(.*\n){1001}/],
	["BEGIN; DECLARE c CURSOR FOR $large; MOVE 1000 FROM c; FETCH 5 FROM c; COMMIT; SELECT 'end'", qr/^(.*\n){2}end$/])
{
	$t->fault({path => 'partition=1', action => 'delay', seconds => 1.2, times => 1}, {path => 'partition=2', action => 'delay', seconds => 1.6, times => 1});
	($out, $err) = $t->try("$often $case->[0]");
	like($out, $case->[1], "rows of $case->[0]");
	like($err, qr/NOTICE:  00000: result of statement /, "and NOTICEs");
	unlike($err, qr/ERROR|FATAL|lost|protocol/, 'and nothing else');
	$t->clear;
}

# functions that wait for a statement
like(($t->try(qq{$often SELECT * FROM sf_query('SELECT SYSTEM\$WAIT(2)') AS q(w text)}))[1], qr/NOTICE:  00000: statement \S+ is still running/, 'sf_query');

# an interrupt between two of them
$t->fault({path => 'partition=1', action => 'hang', seconds => 30, times => 5});
($out, $err) = $t->try("$often SET statement_timeout = '1500ms'; $large");
like($err, qr/NOTICE:  00000: result of statement .*ERROR:  57014/s, 'an interrupt while they are sent');
$t->clear;
is($t->sql($count), '1002', 'afterwards');

$t->all_valid;
done_testing;
