# Sessions and transactions: whose role, whose mapping, what a rolled-back transaction leaves.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;
use Time::HiRes qw(sleep time);

my $t = SnowflakeFdwTest->new(args => ['--no-engine', '--window', '1', '--partition-rows', '2']);
my $i = $t->{info};

$t->connect(role_override => 'true', role => 'SERVER_ROLE', warehouse => 'SERVER_WH');
$t->sql('ALTER SYSTEM SET max_prepared_transactions = 5');
$t->restart;
$t->result({match => 'rows', columns => [column('N', 'fixed', precision => 9, scale => 0)], rows => [['1']]});
$t->sql(<<"SQL");
CREATE ROLE alice LOGIN;
CREATE ROLE bob LOGIN;
GRANT CREATE ON SCHEMA public TO alice;
GRANT USAGE ON SCHEMA snowflake TO PUBLIC;
GRANT EXECUTE ON FUNCTION snowflake.sf_query_json, snowflake.sf_execute TO PUBLIC;
GRANT USAGE ON FOREIGN SERVER sf TO alice, bob;
CREATE USER MAPPING FOR alice SERVER sf OPTIONS (token '$i->{limited_pat}');
CREATE USER MAPPING FOR bob SERVER sf OPTIONS (token '$i->{pat}');
SET ROLE alice;
CREATE FOREIGN TABLE public.t (n int) SERVER sf OPTIONS (query 'SELECT rows of alice');
CREATE VIEW public.v AS SELECT n FROM t;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM public.t';
CREATE FUNCTION g() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS \$\$ SELECT count(*) FROM snowflake.sf_query_json('SELECT rows by g') \$\$;
GRANT SELECT ON t, v TO bob;
SQL

# the roles and warehouses that statements came with
sub contexts
{
	my ($sql) = @_;

	$t->clear;
	$t->sql($sql);
	return join ',', map { "$_->{body}{role}/$_->{body}{warehouse}" } grep { $_->{path} eq '/api/v2/statements' } @{$t->requests};
}

# whose role
my $set = "SET snowflake_fdw.role = 'chosen'; SET snowflake_fdw.warehouse = 'other_wh'";
my $own = q{SELECT count(*) FROM sf_query_json('SELECT rows')};
is(contexts("SET SESSION AUTHORIZATION bob; $set; $own"), 'CHOSEN/OTHER_WH', 'for his own credentials a user chooses');
is(contexts("SET ROLE bob; $set; $own"), 'CHOSEN/OTHER_WH', 'as for those of the role he has become');
is(contexts("$set; SET ROLE bob; $own"), 'CHOSEN/OTHER_WH', 'also when he chose before');
is(contexts("SET SESSION AUTHORIZATION bob; $set; SELECT n FROM v"), 'SERVER_ROLE/SERVER_WH', "not for those of a view's owner");
is(contexts("SET SESSION AUTHORIZATION bob; $set; SELECT f(), g()"), 'SERVER_ROLE/SERVER_WH,SERVER_ROLE/SERVER_WH', "nor for a SECURITY DEFINER function's");
is(contexts("$set; SET SESSION AUTHORIZATION bob; SELECT n FROM v; SELECT f(), g()"), join(',', ('SERVER_ROLE/SERVER_WH') x 3), 'whoever set it, and when');
is(contexts("SET SESSION AUTHORIZATION alice; $set; SELECT n FROM v; RESET SESSION AUTHORIZATION; SET ROLE bob; SELECT n FROM v; SELECT n FROM v"),
	'CHOSEN/OTHER_WH,SERVER_ROLE/SERVER_WH,SERVER_ROLE/SERVER_WH', "the owner's session with her role is not the one of her view");
is(contexts("SET SESSION AUTHORIZATION bob; $set; $own; RESET snowflake_fdw.role; $own"), 'CHOSEN/OTHER_WH,SERVER_ROLE/OTHER_WH', 'RESET');

# a server that does not let them decide
$t->sql("ALTER SERVER sf OPTIONS (SET role_override 'false')");
for my $setting ('role', 'warehouse')
{
	$t->clear;
	like(($t->try("SET snowflake_fdw.$setting = 'x'; $own"))[1],
		qr/42501: server "sf" does not let the setting snowflake_fdw\.$setting decide\nHINT:  RESET snowflake_fdw\.$setting, or set the server's option role_override\./, "snowflake_fdw.$setting without role_override");
	is(scalar(@{$t->requests}), 0, 'no request was made');
}
is(contexts("SET snowflake_fdw.role = ''; $own"), 'SERVER_ROLE/SERVER_WH', 'an empty setting is none');
is(contexts("SET SESSION AUTHORIZATION bob; $set; SELECT n FROM v"), 'SERVER_ROLE/SERVER_WH', "and no error for a view owner's credentials");

# whose session: a mapping made after PUBLIC's was used
sub token_prefixes
{
	my ($sql) = @_;
	my @tokens;

	$t->clear;
	$t->sql($sql);
	@tokens = map { $_->{token} } grep { $_->{path} eq '/api/v2/statements' } @{$t->requests};
	return scalar(@tokens) . ' requests, ' . ($tokens[0] eq $tokens[-1] ? 'one token' : 'two tokens');
}

$t->sql("CREATE ROLE carol LOGIN; GRANT USAGE ON FOREIGN SERVER sf TO carol; CREATE USER MAPPING FOR PUBLIC SERVER sf OPTIONS (token '$i->{pat}')");
my $as_carol = "SET ROLE carol; $own; RESET ROLE";
my $make = "CREATE USER MAPPING FOR carol SERVER sf OPTIONS (token '$i->{limited_pat}')";
is(token_prefixes("$as_carol; $as_carol"), '2 requests, one token', 'the mapping of PUBLIC');
is(token_prefixes("$as_carol; $make; $as_carol"), '2 requests, two tokens', 'her own one counts as soon as it is made');
is(token_prefixes("$as_carol; DROP USER MAPPING FOR carol SERVER sf; $as_carol"), '2 requests, two tokens', 'and no longer than it is there');
is(token_prefixes("$as_carol; BEGIN; $make; $as_carol; COMMIT"), '2 requests, two tokens', 'within a transaction');
is(token_prefixes("$as_carol; ALTER USER MAPPING FOR PUBLIC SERVER sf OPTIONS (SET token '$i->{limited_pat}'); $as_carol"), '2 requests, one token', "PUBLIC's is not hers");
$t->sql('DROP USER MAPPING FOR carol SERVER sf');

# an invalidation that arrives while the session is being opened: the server is read, then the mapping, which is locked
$t->sql("ALTER USER MAPPING FOR PUBLIC SERVER sf OPTIONS (SET token '$i->{pat}')");
my $locker = $t->background(<<"SQL");
SET application_name = 'locker';
BEGIN;
LOCK TABLE pg_catalog.pg_user_mapping IN ACCESS EXCLUSIVE MODE;
SELECT pg_sleep(2);
ALTER SERVER sf OPTIONS (SET warehouse 'CHANGED_WH');
COMMIT;
SQL
for (1 .. 100)
{
	last if $t->sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'locker' AND wait_event = 'PgSleep'") eq '1';
	sleep 0.05;
}
is(contexts("SELECT n FROM t; SELECT n FROM t"), 'SERVER_ROLE/CHANGED_WH,SERVER_ROLE/CHANGED_WH', 'a change of the server while the session is opened');
$t->finish_background($locker);

# transactions: what was changed stays, and is said once, by the part that is rolled back
$t->result({match => 'CHANGE', columns => [column('number of rows updated', 'fixed', precision => 9, scale => 0)], rows => [['1']]});
my $change = q{SELECT sf_execute('CHANGE')};
sub warnings_of
{
	my ($sql) = @_;
	my (undef, $err) = $t->try("\\set ON_ERROR_STOP 0\n$sql");

	return join ',', $err =~ /WARNING:  01000: (\d+) Snowflake (?:statement|job)/g;
}
is(warnings_of("BEGIN; $change; $change; ROLLBACK; BEGIN; SELECT 1; ROLLBACK;"), '2', 'two changes and ROLLBACK');
is(warnings_of("BEGIN; $change; SAVEPOINT a; $change; $change; ROLLBACK TO a; COMMIT;"), '2', 'those behind a savepoint');
is(warnings_of("BEGIN; $change; SAVEPOINT a; $change; SAVEPOINT b; $change; RELEASE b; RELEASE a; SAVEPOINT c; $change; ROLLBACK TO c; ROLLBACK;"), '1,3', 'released savepoints');
is(warnings_of("BEGIN; $change; COMMIT; BEGIN; ROLLBACK;"), '', 'COMMIT');
is(warnings_of("DO \$\$ BEGIN FOR i IN 1 .. 20 LOOP BEGIN PERFORM sf_execute('CHANGE'); EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; RAISE 'end'; END \$\$;"), '20', 'a loop of subtransactions');
my $submit = q{SELECT sf_async_submit('CHANGE')};
is(warnings_of("BEGIN; $submit; SAVEPOINT a; $submit; $change; ROLLBACK TO a; RELEASE a; $submit; ROLLBACK;"), '1,1,2', 'jobs and changes');
my $id = '11111111-2222-4333-8444-555555555555';
is(warnings_of(qq{SELECT sf_async_submit('CHANGE', request_id => '$id'); BEGIN; SELECT sf_async_submit('CHANGE', request_id => '$id'); ROLLBACK;}), '', 'a job whose record stays is not one without');

# PREPARE TRANSACTION is refused, and leaves nothing behind
my $err = ($t->try("\\set ON_ERROR_STOP 0\nBEGIN; $change; PREPARE TRANSACTION 'y'; SELECT count(*) FROM pg_prepared_xacts; BEGIN; $change; SAVEPOINT a; $change; ROLLBACK TO a; ROLLBACK; SELECT 1;"))[1];
like($err, qr/0A000: cannot PREPARE a transaction that changes something in Snowflake/, 'PREPARE TRANSACTION');
is(join(',', $err =~ /WARNING:  01000: (\d+) Snowflake/g), '1,1,1', 'each change is named once');
like(($t->try("BEGIN; $submit; PREPARE TRANSACTION 'y'"))[1], qr/0A000: cannot PREPARE/, 'nor with a job');
$t->sql("BEGIN; $own; PREPARE TRANSACTION 'z'; COMMIT PREPARED 'z'");
is($t->sql('SELECT count(*) FROM pg_prepared_xacts'), '0', 'one that only reads can be prepared');

$t->stop;
done_testing;
