# What another wrapper for Snowflake does wrong, each by its number: the rows, and how many statements were sent.
use strict;
use warnings;
use utf8;
use SnowflakeFdwTest;
use Test::More;
use Time::HiRes qw(sleep time);

my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', 5]);
my @settings = ('', map { "SET snowflake_fdw.$_ = off;" } qw(enable_pushdown enable_statement_pushdown enable_subquery_pushdown enable_filter_pushdown));

$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC');
$t->sql('SELECT sf_execute($s$' . $_ . '$s$)') for 'CREATE TABLE demo (id NUMBER(9,0), name VARCHAR, grp NUMBER(9,0), big NUMBER(38,0), ts TIMESTAMP_NTZ)',
	"INSERT INTO demo VALUES (1, 'alpha', 1, 12345678901234567890123456789012345678, '2024-01-01'), (2, 'beta', 1, 9007199254740993, '2024-01-02'), (3, 'gamma', 2, NULL, NULL), " .
	"(4, 'delta', 2, NULL, NULL), (5, 'O''Brien', 3, NULL, NULL), (6, 'say \"hi\"', 3, NULL, NULL), (7, 'omega', 4, NULL, NULL)";
$t->sql('IMPORT FOREIGN SCHEMA "SHOP.PUBLIC" LIMIT TO (demo) FROM SERVER sf INTO public; CREATE TABLE local7 AS SELECT 7 AS id; CREATE TABLE local_ids AS SELECT generate_series(1, 8) AS id; ANALYZE local7; ANALYZE local_ids');

# statements that were begun: each has a request id of its own, by which it is also looked up
sub sent
{
	my %ids = map { $_->{query}{requestId} => 1 } grep { $_->{method} eq 'POST' && $_->{path} eq '/api/v2/statements' } @{$t->requests};

	return scalar keys %ids;
}

# the rows, whatever is sent and whatever stays; one statement
sub rows
{
	my ($number, $sql, $rows) = @_;

	subtest $number => sub {
		for my $set (@settings)
		{
			$t->clear;
			my $out = $t->sql("LOAD 'snowflake_fdw'; $set $sql");
			if (ref $rows eq 'CODE') { ok($rows->($out), "rows $set") or diag($out); }
			else { is($out, $rows, "rows $set"); }
			is(sent(), 1, "one statement $set");
		}
	};
	return;
}

# a LIMIT is sent with all conditions or not at all
rows('W1', 'select id,name from demo where length(name) > 5 limit 2', sub { join('|', sort split /\n/, $_[0]) eq q{5|O'Brien|6|say "hi"} });
rows('W2', 'select d.id from demo d join local7 l on l.id=d.id limit 1', '7');
# operators keep what belongs to them
rows('W3', q{select id, name from demo where grp in (1,2) and name='gamma' limit 1}, '3|gamma');
# any text comes back as it is
rows('W4', q{select id from demo where name = 'O''Brien'}, '5');
rows('W5', q{select id from demo where name = 'say "hi"'}, '6');
# all digits
rows('W6', 'select big from demo where id <= 2', sub { join('|', sort split /\n/, $_[0]) eq '12345678901234567890123456789012345678|9007199254740993' });
# ILIKE folds otherwise there: it stays
rows('W8', q{select id from demo where name ilike 'ALPHA'}, '1');
rows('W9', 'select id from demo where id not in (1,2) order by id', join("\n", 3 .. 7));
# DISTINCT before LIMIT
rows('W11', 'select distinct grp from demo where id > 0 limit 2', sub { my %seen = map { $_ => 1 } split /\n/, $_[0]; return keys %seen == 2 && !grep { !/^[1-4]$/ } keys %seen; });
# the subquery depends on its row: the condition stays, and one result is read again for each
rows('W12', 'select l.id,(select max(d.id) from demo d where d.id=l.id) from local_ids l limit 8', join("\n", (map { "$_|$_" } 1 .. 7), '8|'));

# Snowflake has cancelled the statement
subtest W13 => sub {
	$t->clear;
	$t->fault({action => 'status', status => 408, method => 'POST', path => '^/api/v2/statements\?', times => 10,
		text => '{"code":"000630","sqlState":"57014","message":"Statement reached its statement or warehouse timeout of 1 second(s) and was canceled.","statementHandle":"01b2c3d4-0000-1111-2222-333344445555"}'});
	my (undef, $err) = $t->try('select id from demo where id = 1');
	like($err, qr/^ERROR:  57014: Statement reached its statement or warehouse timeout.*01b2c3d4-0000-1111-2222-333344445555/s, 'Snowflake\'s error');
	is(scalar(grep { $_->{path} =~ m{^/api/} } @{$t->requests}), 1, 'sent once');
	$t->clear;
};

# a statement of minutes: 14 billion rows are counted
subtest W14 => sub {
	$t->sql("create foreign table slow (n bigint) server sf options (query 'SELECT COUNT(*) AS N FROM " . join(', ', map { "demo AS D$_" } 1 .. 12) . "')");
	for my $set (@settings)
	{
		$t->clear;
		my $started = time;
		my (undef, $err) = $t->try("LOAD 'snowflake_fdw'; $set set statement_timeout = 500; select count(n) from slow");
		my $took = time - $started;
		like($err, qr/57014: canceling statement due to statement timeout/, "ends $set");
		cmp_ok($took, '<', 9, "long before the statement would $set");
		is(sent(), 1, "sent once $set");
		ok((grep { $_->{path} =~ m{/cancel$} && $_->{status} == 200 } @{$t->requests}), "cancelled there $set");
		is_deeply($t->control('GET', 'state')->{open_statements}, [], "nothing runs there any more $set");
	}
};

# a session that stays in its transaction
subtest W15 => sub {
	my $first = $t->background("set application_name = 'first'; begin; select count(*) from demo; select * from demo where id = 1; select pg_sleep(60); rollback;\n");
	my $sleeps = q{from pg_stat_activity where application_name = 'first' and wait_event = 'PgSleep'};

	for (1 .. 200) { last if $t->sql("select count(*) $sleeps") eq '1'; sleep 0.1; }
	is($t->sql(q{set lock_timeout = '1ms'; select count(*) from demo; select name from demo where id = 7}), "7\nomega", 'the second is answered');
	is($t->sql("select count(*) from pg_locks where not granted"), '0', 'nobody waits');
	is($t->sql("select distinct mode from pg_locks where pid = (select pid $sleeps) and locktype <> 'virtualxid'"), 'AccessShareLock', 'the first has no lock but those of its reads');
	is($t->sql("select backend_xid is null $sleeps"), 't', 'and has changed nothing');
	is($t->sql("select pg_terminate_backend(pid) $sleeps"), 't', 'it was there all the time');
	$t->finish_background($first);
};

# a prepared statement, each kind of plan of it
subtest W16 => sub {
	for my $mode (qw(auto force_generic_plan force_custom_plan))
	{
		for my $set (@settings)
		{
			$t->clear;
			is($t->sql("LOAD 'snowflake_fdw'; $set set plan_cache_mode = $mode; prepare q as select id,name from demo where id < 3; execute q; execute q"), "1|alpha\n2|beta\n1|alpha\n2|beta", "twice, $mode $set");
			is(sent(), 2, "two statements, $mode $set");
		}
	}
	is($t->sql('prepare q(int) as select name from demo where id = $1;' . join(';', map { "execute q($_)" } 1 .. 7)), join("\n", 'alpha', 'beta', 'gamma', 'delta', "O'Brien", 'say "hi"', 'omega'), 'seven times');
};

# a value changes nothing but its column
subtest W10 => sub {
	$t->sql(q{ALTER FOREIGN TABLE demo ALTER COLUMN id OPTIONS (ADD key 'true')});
	for my $set (@settings[0, 2])
	{
		for my $quoted (q{'x'', grp = 99 where 1=1 --'}, q{concat('x'', grp = 99 where 1=1 ', random()::int::text, '-')})
		{
			$t->clear;
			$t->sql("LOAD 'snowflake_fdw'; $set UPDATE demo SET name = $quoted WHERE id = 1");
			like($t->sql('SELECT name FROM demo WHERE id = 1'), qr/^x', grp = 99 where 1=1 /, "the row has it $set");
			is($t->sql('SELECT count(*) FROM demo WHERE grp = 99'), '0', 'the others are as they were');
			is($t->sql('SELECT count(*) FROM demo WHERE name ~ $$grp$$'), '1', 'it is one row');
		}
	}
	$t->sql(q{UPDATE demo SET name = 'alpha' WHERE id = 1; INSERT INTO demo VALUES (8, 'x''), (9, ''y', 5, 1, NULL)});
	is($t->sql(q{SELECT id, name FROM demo WHERE id > 7}), q{8|x'), (9, 'y}, 'nor does one of an INSERT');
	$t->sql('DELETE FROM demo WHERE id = 8');
};
$t->stop;
done_testing;
