# the setting and option snapshot: all scans of a query see one moment
use utf8;
use strict;
use warnings;
use lib 'test/perl';
use JSON::PP;
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', '5', '--partition-rows', '2']);
my $json = JSON::PP->new;
my $clock = 'SELECT CURRENT_TIMESTAMP()';

$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC');
# what happens in Snowflake meanwhile
sub remote { my (@statements) = @_; $t->sql(join '; ', map { q{SELECT sf_execute($q$} . $_ . q{$q$)} } @statements); return; }

sub refill
{
	remote('CREATE OR REPLACE TABLE SNAP_A (ID INT, V VARCHAR)', 'CREATE OR REPLACE TABLE SNAP_B (ID INT, V VARCHAR)',
		q{INSERT INTO SNAP_A VALUES (1, 'old'), (2, 'old'), (3, 'old'), (4, 'old')}, q{INSERT INTO SNAP_B VALUES (1, 'old'), (2, 'old')});
	return;
}

refill();
remote('CREATE OR REPLACE VIEW SNAP_V AS SELECT a.ID, b.V FROM SNAP_A a JOIN SNAP_B b ON a.ID = b.ID',
	'CREATE OR REPLACE SCHEMA SHORT', 'ALTER SCHEMA SHORT SET DATA_RETENTION_TIME_IN_DAYS = 0', 'CREATE TABLE SHOP.SHORT.NONE (ID INT)');
$t->sql('CREATE SCHEMA shop; IMPORT FOREIGN SCHEMA "PUBLIC" LIMIT TO (snap_a, snap_b, snap_v, customers) FROM SERVER sf INTO shop;
	IMPORT FOREIGN SCHEMA "SHORT" FROM SERVER sf INTO shop; ALTER DATABASE postgres SET search_path = shop, public, snowflake');

# the statements that a session's scripts sent, the question for the time as "clock", moments as @1, @2 ...
sub sent
{
	my (@scripts) = @_;
	my (%number, @sent);

	$t->clear;
	$t->batch("LOAD 'snowflake_fdw'", @scripts);
	for my $request (grep { $_->{method} eq 'POST' && $_->{target} =~ m{^/api/v2/statements\?} } @{$t->requests})
	{
		my $text = $request->{body}{statement};

		$text =~ s{ AT\(TIMESTAMP => TO_TIMESTAMP_LTZ\((\d{13}), 3\)\)}{$number{$1} = scalar(keys %number) + 1 if !exists $number{$1}; "\@$number{$1}"}ge;
		push @sent, $text eq $clock ? 'clock' : $text;
	}
	return @sent;
}

my $scans = 'SET snowflake_fdw.enable_statement_pushdown = off; SET snowflake_fdw.enable_subquery_pushdown = off';
my $on = 'SET snowflake_fdw.snapshot = on';

# one scan after the other, without keys of local rows
$t->sql('ALTER DATABASE postgres SET enable_async_append = off');
$t->sql('ALTER DATABASE postgres SET snowflake_fdw.enable_bind_join = off');
my ($a, $b) = ('SELECT "ID" FROM "SHOP"."PUBLIC"."SNAP_A"', 'SELECT "ID" FROM "SHOP"."PUBLIC"."SNAP_B"');
my $both = 'SELECT id FROM snap_a UNION ALL SELECT id FROM snap_b';

is($t->sql("LOAD 'snowflake_fdw'; SHOW snowflake_fdw.snapshot"), 'server', 'the default');
is_deeply([sent($scans, $both)], [$a, $b], 'off: nothing is added');
is_deeply([sent($scans, $on, $both)], ['clock', "$a\@1", "$b\@1"], 'on: two scans, one question for the time, one moment');
is_deeply([sent($scans, $on, $both, $both)], ['clock', "$a\@1", "$b\@1", 'clock', "$a\@2", "$b\@2"], 'another query, another moment');
is_deeply([sent($on, 'SELECT count(*) FROM snap_a a JOIN snap_b b ON a.id = b.id WHERE EXISTS (SELECT FROM snap_b c WHERE c.id = a.id)')],
	['clock', 'SELECT COUNT(*) FROM "SHOP"."PUBLIC"."SNAP_A"@1 AS R1 JOIN "SHOP"."PUBLIC"."SNAP_B"@1 AS R2 ON (R1."ID" = R2."ID") WHERE (EXISTS (SELECT 1 FROM "SHOP"."PUBLIC"."SNAP_B"@1 AS R3 WHERE (R3."ID" = R1."ID")))'],
	'a whole statement: every table of it');
is_deeply([sent($on, 'SELECT * FROM (SELECT max(id) FROM snap_a) x, (SELECT min(id) FROM snap_b) y, (SELECT now()) z, generate_series(1, 1) g')],
	['clock', 'SELECT MAX(R1."ID") FROM "SHOP"."PUBLIC"."SNAP_A"@1 AS R1', 'SELECT MIN(R1."ID") FROM "SHOP"."PUBLIC"."SNAP_B"@1 AS R1'], 'two subqueries');
$t->sql('CREATE TABLE keys AS SELECT generate_series(1, 3) AS id; ANALYZE keys');
is_deeply([sent($on, 'SELECT * FROM keys k LEFT JOIN (snap_a a JOIN snap_b b ON a.id = b.id) ON a.id = k.id')],
	['clock', 'SELECT R1."ID", R1."V", R2."ID", R2."V" FROM "SHOP"."PUBLIC"."SNAP_A"@1 AS R1 JOIN "SHOP"."PUBLIC"."SNAP_B"@1 AS R2 ON (R1."ID" = R2."ID")'], 'a join beside a local table');
is_deeply([sent($on, 'SELECT v FROM snap_v WHERE id = 1')], ['clock', 'SELECT "V" FROM "SHOP"."PUBLIC"."SNAP_V"@1 WHERE ("ID" = CAST(1 AS NUMBER(1,0)))'], 'a view');
is_deeply([sent($on, "EXPLAIN (VERBOSE) $both")], [], 'EXPLAIN asks for nothing');
is_deeply([sent($scans, $on, "SELECT 1 WHERE false AND EXISTS (SELECT FROM snap_a)")], [], 'nor a query that reads nothing');

is_deeply([sent($on, 'SET snowflake_fdw.enable_bind_join = on', 'SELECT * FROM keys k LEFT JOIN (snap_a a JOIN snap_b b ON a.id = b.id) ON a.id = k.id')],
	['clock', 'WITH R0 (C1, C2, C3, C4) AS (SELECT R1."ID", R1."V", R2."ID", R2."V" FROM "SHOP"."PUBLIC"."SNAP_A"@1 AS R1 JOIN "SHOP"."PUBLIC"."SNAP_B"@1 AS R2 ON (R1."ID" = R2."ID")) SELECT C1, C2, C3, C4 FROM R0 WHERE (C1 IN (1, 2, 3))'], 'with the keys of the local rows');
is_deeply([sent($scans, $on, 'SET enable_async_append = on', $both)], ['clock', "$a\@1", "$b\@1"], 'two scans at the same time');

# values: literals, texts that are bound, one that Snowflake cannot have, so that all rows are read
is_deeply([sent($scans, $on, "PREPARE p(int, text) AS SELECT id FROM snap_a WHERE id = \$1 AND v = \$2", 'SET plan_cache_mode = force_generic_plan', "EXECUTE p(1, 'old')")],
	['clock', "$a\@1 WHERE (\"ID\" = 1) AND (\"V\" = CAST(? AS VARCHAR))"], 'values beside it');
is_deeply([sent($scans, $on, 'PREPARE p(numeric) AS SELECT id FROM snap_a WHERE id = $1', 'SET plan_cache_mode = force_generic_plan', "EXECUTE p('NaN')")],
	['clock', "$a\@1"], 'a value without a form: all rows, of the moment too');

# scans that are run again with other values
my @again = sent($scans, $on, 'SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off; SET enable_memoize = off',
	"SELECT k.id, (SELECT count(*) FROM snap_a a WHERE a.id > k.id) FROM keys k");
is(scalar(grep { $_ eq 'clock' } @again), 1, 'a scan with other values: one question');
is(scalar(grep { /\@/ && !/\@1/ } @again), 0, 'and one moment in all its statements');

# what a change in Snowflake between two scans does
for my $case (['server', "1|old\n2|old\n3|old\n4|old\n1|new\n2|new\n3|new"], ['on', "1|old\n2|old\n3|old\n4|old\n1|old\n2|old"])
{
	refill();
	# the first scan has begun, the other one begins when it is asked for
	my $ends = q{SELECT sf_execute($q$UPDATE SNAP_A SET V = 'new'$q$) AS x, sf_execute($q$INSERT INTO SNAP_B VALUES (3, 'new')$q$) AS y, sf_execute($q$UPDATE SNAP_B SET V = 'new'$q$) AS z};
	my ($out) = map { $_->[0] } ($t->batch("$scans; SET snowflake_fdw.snapshot = $case->[0]; BEGIN; DECLARE c CURSOR FOR SELECT * FROM snap_a UNION ALL SELECT * FROM snap_b; FETCH 1 FROM c; CREATE TEMP TABLE t AS $ends; FETCH ALL FROM c; COMMIT"))[0];

	is($out, $case->[1], "a cursor over two tables that change in between, snapshot $case->[0]");
	refill();
	my ($join) = map { $_->[0] } ($t->batch("$scans; SET snowflake_fdw.snapshot = $case->[0]; BEGIN; DECLARE c CURSOR FOR SELECT a.id, a.v FROM snap_a a UNION ALL SELECT id, v FROM snap_v; FETCH 1 FROM c; CREATE TEMP TABLE t2 AS $ends; FETCH ALL FROM c; COMMIT"))[0];
	is((split /\n/, $join)[-1], $case->[0] eq 'on' ? '2|old' : '3|new', "and a view, snapshot $case->[0]");
}

# what was done before is seen
refill();
is($t->sql(qq{$on; SELECT sf_execute('DELETE FROM SNAP_A WHERE ID > 1') -> 'rows_deleted'; SELECT count(*) FROM snap_a}) =~ s/.*\n//sr, '1', 'changes of the session itself');
my ($seen) = map { $_->[0] } ($t->batch("$on; SELECT count(*) FROM snap_a; SELECT 1 FROM sf_execute(\$q\$INSERT INTO SNAP_A VALUES (7, 'x')\$q\$); SELECT count(*) FROM snap_a"))[0];
is($seen, "1\n1\n2", 'also between two queries of one session');

# functions run queries of their own, each with its moment
$t->sql('CREATE FUNCTION counted(int) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM snap_b WHERE id >= $1); END $$');
my @called = sent($scans, $on, 'SELECT counted(id::int) FROM snap_a WHERE id = 1');
is(scalar(grep { $_ eq 'clock' } @called), 2, 'a function in a query: a moment of its own');
is_deeply([map { /(\@\d)/ } @called], ['@1', '@2'], 'which is another one');
is_deeply([map { s/.*SNAP/SNAP/r } sent($scans, $on, 'CREATE TABLE made AS ' . $both, "INSERT INTO keys $both", 'DROP TABLE made')],
	['clock', 'SNAP_A"@1', 'SNAP_B"@1', 'clock', 'SNAP_A"@2', 'SNAP_B"@2'], 'CREATE TABLE AS, INSERT');

# the setting and the options
$t->sql("ALTER SERVER sf OPTIONS (ADD snapshot 'true')");
is_deeply([sent($scans, $both)], ['clock', "$a\@1", "$b\@1"], 'the option of the server');
is_deeply([sent($scans, 'SET snowflake_fdw.snapshot = off', $both)], [$a, $b], 'the setting goes before it');
$t->sql("ALTER FOREIGN TABLE snap_b OPTIONS (ADD snapshot 'false')");
is_deeply([sent($scans, $both)], ['clock', "$a\@1", $b], 'a table that is left out');
is_deeply([sent($scans, $on, $both)], ['clock', "$a\@1", $b], 'also with the setting');
$t->sql("ALTER SERVER sf OPTIONS (DROP snapshot); ALTER FOREIGN TABLE snap_b OPTIONS (SET snapshot 'true')");
is_deeply([sent($scans, $both)], [$a, 'clock', "$b\@1"], 'a table that alone has it');
$t->sql('ALTER FOREIGN TABLE snap_b OPTIONS (DROP snapshot)');
like(($t->try("ALTER SERVER sf OPTIONS (ADD snapshot 'maybe')"))[1], qr/22023: invalid value for option "snapshot"/, 'a bad value');
like(($t->try("LOAD 'snowflake_fdw'; SET snowflake_fdw.snapshot = perhaps"))[1], qr/22023: .*HINT:  Available values: server, off, on\./s, 'of the setting');

# plans that are kept follow the setting
is_deeply([sent($scans, 'SET plan_cache_mode = force_generic_plan; PREPARE p AS SELECT id FROM snap_a', 'EXECUTE p', $on, 'EXECUTE p', 'SET snowflake_fdw.snapshot = off', 'EXECUTE p',
	"BEGIN; SAVEPOINT s; $on", 'EXECUTE p', 'ROLLBACK TO s', 'EXECUTE p')], [$a, 'clock', "$a\@1", $a, 'clock', "$a\@2", $a], 'a prepared statement');

# tables by query, and earlier results
$t->sql(q{CREATE FOREIGN TABLE asked (id int) SERVER sf OPTIONS (query 'SELECT ID FROM SNAP_B')});
my $refused = qr/0A000: table "asked" cannot be read as of a snapshot\nDETAIL:  It is a query, .*\nHINT:  Set its option snapshot to 'false'/;
like(($t->try("LOAD 'snowflake_fdw'; $on; TABLE asked"))[1], $refused, 'a table by query');
like(($t->try("LOAD 'snowflake_fdw'; $on; SELECT count(*) FROM asked, snap_a"))[1], $refused, 'in a whole statement');
$t->sql("ALTER FOREIGN TABLE asked OPTIONS (ADD snapshot 'false')");
is_deeply([sent($on, 'SELECT count(*) FROM asked, snap_a')],
	['clock', qq{SELECT COUNT(*) FROM (SELECT ID FROM SNAP_B\n) AS R1, "SHOP"."PUBLIC"."SNAP_A"\@1 AS R2}], 'left out');
my $id = $json->decode($t->sql("LOAD 'snowflake_fdw'; EXPLAIN (ANALYZE, FORMAT JSON) SELECT id FROM snap_a"))->[0]{Plan}{Remote}{'Query ID'};
$t->sql("CREATE FOREIGN TABLE earlier (id int) SERVER sf OPTIONS (query_id '$id')");
is($t->sql("$on; SELECT count(*) FROM earlier"), '2', 'an earlier result is what it is');

# where there is no history
like(($t->try("LOAD 'snowflake_fdw'; $on; SELECT * FROM shop.none"))[1],
	qr/55000: Time travel data is not available for table NONE\. .*000707.*HINT:  The table is younger than the moment of the snapshot, or keeps no history/s, 'a table that keeps no history');
is($t->sql("ALTER FOREIGN TABLE none OPTIONS (ADD snapshot 'false'); $on; SELECT count(*) FROM none"), '0', 'left out');
$t->sql(q{CREATE FOREIGN TABLE of_schema (table_name text) SERVER sf OPTIONS (database 'SHOP', schema 'INFORMATION_SCHEMA', "table" 'TABLES')});
like(($t->try("LOAD 'snowflake_fdw'; $on; SELECT count(*) FROM of_schema"))[1], qr/0A000: .*HINT:  A table without history cannot be read as of a snapshot: set the option/s, 'what Snowflake has no history of');
my ($young) = map { $_->[1] } ($t->batch("$scans; $on; BEGIN; DECLARE c CURSOR FOR SELECT * FROM snap_a UNION ALL SELECT * FROM snap_b; FETCH 1 FROM c; SELECT sf_execute('CREATE OR REPLACE TABLE SNAP_B (ID INT, V VARCHAR)'); FETCH ALL FROM c"))[0];
like($young, qr/55000 Time travel data is not available for table SNAP_B/, 'a table that is younger than the moment');
refill();

# the moment is Snowflake's: what it answers, and never this machine's clock
# (behind the last change by more than a second, so that its text can be made here)
select undef, undef, undef, 1.1;
my $moment = int(time) * 1000 + 7;
select undef, undef, undef, 1.1;
remote(q{INSERT INTO SNAP_A VALUES (9, 'late')});
$t->clear;
$t->fault({action => 'replace', body => 'CURRENT_TIMESTAMP', set => {'data.0.0' => sprintf('%d.007999999', $moment / 1000)}});
is($t->sql("$on; SELECT count(*) FROM snap_a"), '4', 'an older answer: the rows of then, of whole milliseconds');
my @bodies = map { $_->{body}{statement} } grep { $_->{method} eq 'POST' } @{$t->requests};
like($bodies[-1], qr/TO_TIMESTAMP_LTZ\($moment, 3\)/, 'that is what was sent');
$t->clear;
for my $wrong (['a text', {'data.0.0' => 'x'}], ['NULL', {'data.0.0' => undef}], ['another type', {'resultSetMetaData.rowType.0.type' => 'text'}])
{
	$t->fault({action => 'replace', body => 'CURRENT_TIMESTAMP', set => $wrong->[1]});
	like(($t->try("LOAD 'snowflake_fdw'; $on; SELECT count(*) FROM snap_a"))[1], qr/08P01: malformed reply from Snowflake: it is no time/, "$wrong->[0] for a time");
	$t->clear;
}
$t->fault({action => 'status', status => 503, body => 'CURRENT_TIMESTAMP', times => 1});
is($t->sql("$on; SELECT count(*) FROM snap_a"), '5', 'a question that is asked again');
$t->clear;
$t->fault({action => 'hang', seconds => 30, body => 'CURRENT_TIMESTAMP', times => 3});
like(($t->try("LOAD 'snowflake_fdw'; $on; SET statement_timeout = '1s'; SELECT count(*) FROM snap_a"))[1], qr/57014/, 'an interrupt while it is asked');
$t->clear;

# EXPLAIN
like($t->sql("LOAD 'snowflake_fdw'; $on; EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM snap_a"), qr/Remote SQL: SELECT "ID" FROM "SHOP"\."PUBLIC"\."SNAP_A" AT\(TIMESTAMP => \$moment\)$/m, 'EXPLAIN');
like($t->sql("LOAD 'snowflake_fdw'; $on; EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT id FROM snap_a"), qr/Remote: statements=2 partitions=4 requests=4$/m, 'the question is counted');

# two users of one account in a query share it
$t->sql("CREATE ROLE reader; GRANT USAGE ON SCHEMA shop TO reader; GRANT USAGE ON FOREIGN SERVER sf TO reader; GRANT SELECT ON snap_a TO reader;
	CREATE USER MAPPING FOR reader SERVER sf OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}'); CREATE VIEW theirs AS SELECT id FROM snap_a; ALTER VIEW theirs OWNER TO reader");
is_deeply([sent($on, 'SELECT id FROM theirs UNION ALL SELECT id FROM snap_b')], ['clock', "$a\@1", "$b\@1"], 'tables that are read as two users');

$t->all_valid;
done_testing;
