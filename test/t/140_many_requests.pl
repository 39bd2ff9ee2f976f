# 10,000 failing and cancelled requests in one backend leave no descriptor and no memory behind.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new(args => ['--no-engine', '--window', '1', '--partition-rows', '2']);

$t->connect(retry_timeout => '1s', cancel_timeout => '5s');
$t->result({match => 'rows', columns => [column('N', 'fixed', precision => 9, scale => 0)], rows => [['1'], ['2'], ['3'], ['4']]});
$t->result({match => 'bad cell', columns => [column('N', 'fixed', precision => 9, scale => 0)], rows => [['1'], ['2'], ['x']]});
$t->sql(q{CREATE FOREIGN TABLE ft (n int) SERVER sf OPTIONS (query 'SELECT rows')});

# Each round: an error of the statement, an error in a later partition, a scan left half-way, a lost connection, a statement that times out
# in its wait, an argument error before any request. Resident memory is that of anonymous pages: shared buffers do not count.
$t->sql(<<'SQL');
CREATE FUNCTION descriptors() RETURNS int LANGUAGE sql AS $$ SELECT count(*)::int FROM pg_ls_dir('/proc/self/fd') $$;
CREATE FUNCTION anonymous_kb() RETURNS int LANGUAGE sql AS
$$ SELECT substring(pg_read_file('/proc/self/status') FROM 'RssAnon:\s+(\d+)')::int $$;
CREATE PROCEDURE failing(rounds int) LANGUAGE plpgsql AS $$
DECLARE
	c refcursor;
	statements text[] := ARRAY[
		'SELECT * FROM sf_query(''SELECT nothing'') AS t(x text)',
		'SELECT * FROM sf_query(''SELECT bad cell'') AS t(n int)',
		'SELECT * FROM sf_query(''SELECT rows'') AS t(n int, m int)',
		'SELECT * FROM sf_query(''SELECT ?'', ''{}'') AS t(x text)',
		'SELECT sf_execute(''DELETE nothing'')'];
	statement text;
	failures int := 0;
BEGIN
	FOR i IN 1 .. rounds LOOP
		statement := statements[CASE WHEN i % 20 = 0 THEN 5 ELSE 1 + i % 4 END];
		BEGIN
			EXECUTE statement;
			RAISE 'no error from %', statement;
		EXCEPTION WHEN syntax_error OR data_exception OR fdw_error OR datatype_mismatch OR invalid_parameter_value OR protocol_violation OR syntax_error_or_access_rule_violation THEN
			failures := failures + 1;
		END;
		IF i % 7 = 0 THEN
			OPEN c FOR SELECT n FROM ft;
			MOVE 1 FROM c;
			CLOSE c;
		END IF;
		IF i % 100 = 0 THEN
			COMMIT;
		END IF;
	END LOOP;
	ASSERT failures = rounds;
END $$;
SQL

my $out = $t->sql("CALL failing(500); SELECT descriptors(), anonymous_kb(); CALL failing(9000); SELECT descriptors(), anonymous_kb(); CALL failing(10); SELECT 7");
my ($before, $after) = map { [split /\|/] } split /\n/, $out;
cmp_ok(abs($after->[0] - $before->[0]), '<=', 2, "9,000 failing requests: the number of descriptors, but for a connection kept alive ($before->[0], $after->[0])");
cmp_ok($after->[1] - $before->[1], '<', 2048, "9,000 failing requests: memory ($before->[1] kB before, $after->[1] kB after)");
cmp_ok(scalar(@{$t->requests}), '>', 9000 * 3 / 4 - 1000, 'were sent');

# cancelled ones: a statement_timeout of some milliseconds, while the server hangs or the statement runs
$t->clear;
$t->fault({action => 'hang', path => 'partition=1', times => 1000000});
my $cancelled = "SET statement_timeout = 20;\n\\set ON_ERROR_STOP 0\n";
$cancelled .= "SELECT count(*) FROM ft;\n" for 1 .. 50;
my $measure = "SET statement_timeout = 0; SELECT 'at', descriptors(), anonymous_kb();\n";
my ($text, $err) = $t->try($cancelled . $measure . $cancelled x 10 . $measure);
my @at = map { [split /\|/] } grep { /^at/ } split /\n/, $text;
is(scalar(() = $err =~ /57014/g), 550, '550 scans cancelled while fetching');
cmp_ok(abs($at[1][1] - $at[0][1]), '<=', 2, "the number of descriptors, but for a connection kept alive ($at[0][1], $at[1][1])");
cmp_ok($at[1][2] - $at[0][2], '<', 2048, "memory ($at[0][2] kB before, $at[1][2] kB after)");

$t->clear;
$cancelled = "SET statement_timeout = 20;\n\\set ON_ERROR_STOP 0\n";
$cancelled .= "SELECT * FROM sf_query('SELECT SYSTEM\$WAIT(5)') AS t(x text);\n" for 1 .. 50;
($text, $err) = $t->try($cancelled . $measure . $cancelled x 10 . $measure);
@at = map { [split /\|/] } grep { /^at/ } split /\n/, $text;
is(scalar(() = $err =~ /57014/g), 550, '550 statements cancelled while they run');
cmp_ok(abs($at[1][1] - $at[0][1]), '<=', 2, "the number of descriptors, but for a connection kept alive ($at[0][1], $at[1][1])");
cmp_ok($at[1][2] - $at[0][2], '<', 2048, "memory ($at[0][2] kB before, $at[1][2] kB after)");
is_deeply($t->control('GET', 'state')->{open_statements}, [], 'nothing runs in Snowflake any more');

$t->stop;
done_testing;
