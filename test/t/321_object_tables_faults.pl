# Account objects as tables, in bad weather: what once gave too few rows, an error that was none, or no answer at all.
use strict;
use warnings;
use utf8;
use SnowflakeFdwTest;
use JSON::PP;
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);
my $t = SnowflakeFdwTest->new(args => ['--window', 30, '--partition-rows', 1000]);
$t->connect(warehouse => 'COMPUTE_WH', role => 'ACCOUNTADMIN', database => 'D1', schema => 'S');
$t->sql("DROP USER MAPPING FOR postgres SERVER sf; CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (token '$t->{info}{admin_pat}')");
$t->sql('CREATE SCHEMA o; IMPORT FOREIGN SCHEMA snowflake_objects FROM SERVER sf INTO o');
$t->sql(<<'SQL');
SELECT sf_create('database', jsonb_build_object('name', d)), sf_create('schema', jsonb_build_object('name', 's', 'database_name', d)) FROM unnest(ARRAY['d1', 'd2']) d;
SELECT sf_create('task', jsonb_build_object('name', 't' || n, 'definition', 'SELECT 1', 'warehouse', 'compute_wh'), database => d, schema => s)
	FROM unnest(ARRAY['d1', 'd2']) d, unnest(ARRAY['public', 's']) s, generate_series(1, 3) n;
SELECT sf_create('tag', jsonb_build_object('name', 't' || n), database => d, schema => s) FROM unnest(ARRAY['d1', 'd2']) d, unnest(ARRAY['public', 's']) s, generate_series(1, 3) n;
SQL

sub calls
{
	return map { $_->{target} =~ m{^/api/v2/statements\?} ? $_->{body}{statement} : "$_->{method} $_->{target}" } grep { $_->{target} !~ /[?&]partition=/ } @{$t->requests};
}

sub asks
{
	my ($sql, $result, $expected, $name) = @_;
	my ($out, $err);

	$t->clear;
	($out, $err) = $t->try($sql);
	is($out, $result, $name) or diag($err);
	is_deeply([calls()], $expected, "$name: what is asked");
	return;
}

sub fails
{
	my ($sql, $pattern, $name) = @_;
	my ($out, $err) = $t->try($sql);

	like($err, $pattern, $name) or diag($out);
	return;
}

sub explained
{
	my ($sql) = @_;

	return join "\n", map { s/^\s+//r } grep { /Remote|Enumerated/ } split /\n/, $t->sql("EXPLAIN (VERBOSE, COSTS OFF) $sql");
}

# a limit is not for a statement whose rows are picked here
asks(q{SELECT count(*) FROM (SELECT name FROM o.tasks WHERE schema_name = 'S' LIMIT 5) x}, 5, ['SHOW TASKS IN ACCOUNT'], 'a limit in a schema of any database');
asks(q{SELECT count(*) FROM (SELECT name FROM o.tags WHERE schema_name IN ('S', 'NOPE') LIMIT 5) x}, 5, ['SHOW TAGS IN ACCOUNT'], 'also of a kind without one');
is(explained(q{SELECT name FROM o.tasks WHERE schema_name = 'S' LIMIT 5}), 'Remote Statement: SHOW TASKS IN ACCOUNT', 'EXPLAIN says so');
$t->sql(q{CREATE FOREIGN TABLE o.placed (name text) SERVER sf OPTIONS (kind 'task', schema 'S')});
asks(q{SELECT count(*) FROM (SELECT name FROM o.placed LIMIT 5) x}, 5, ['SHOW TASKS IN ACCOUNT'], 'a schema that the table names');
asks(q{SELECT count(*) FROM (SELECT name FROM o.tasks WHERE database_name = 'D2' LIMIT 5) x}, 5, ['SHOW TASKS IN DATABASE "D2" LIMIT 5'], 'a limit in a database');

# what is read again and again is asked for twice; a LIMIT asks for no more than it needs
$t->clear;
is($t->sql(q{SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off;
	SELECT count(*) FROM o.tasks t JOIN o.tags g ON g.database_name = t.database_name AND g.schema_name <> t.name WHERE t.name = 'T1'}), 24, 'a join that reads one side for each row of the other');
is_deeply([calls()], ["SHOW TASKS LIKE 'T1' IN ACCOUNT", ('SHOW TAGS IN ACCOUNT') x 2], 'asks for it twice');
asks(q{SELECT string_agg((SELECT g.name FROM o.tags g WHERE g.comment IS NOT DISTINCT FROM NULLIF(t.state, 'suspended') AND g.database_name = 'D1' ORDER BY 1 LIMIT 1), ',') FROM o.tasks t WHERE t.database_name = 'D1' AND t.schema_name = 'S'},
	'T1,T1,T1', ['GET /api/v2/databases/D1/schemas/S/tasks', ('SHOW TAGS IN DATABASE "D1"') x 2], 'a value that only conditions here look at');
asks(q{SELECT string_agg((SELECT g.schema_name FROM o.tags g WHERE g.name = t.name AND g.database_name = 'D2' ORDER BY 1 LIMIT 1), ',') FROM o.tasks t WHERE t.database_name = 'D1' AND t.schema_name = 'S'},
	'PUBLIC,PUBLIC,PUBLIC', ['GET /api/v2/databases/D1/schemas/S/tasks', map { "SHOW TAGS LIKE 'T$_' IN DATABASE \"D2\"" } 1 .. 3], 'a value that restricts the request');

# locks that nobody holds
$t->sql('CREATE TABLE public.here (n text); INSERT INTO public.here VALUES (\'T1\')');
fails("SELECT name FROM o.tasks $_", qr/0A000: row locks are not supported on Snowflake tables\nHINT:  Leave out/, $_) for 'FOR UPDATE', 'LIMIT 1 FOR SHARE', 'JOIN public.here ON n = name FOR UPDATE';
is($t->sql(q{SELECT name FROM public.here JOIN o.tasks ON n = name WHERE database_name = 'D1' AND schema_name = 'S' FOR UPDATE OF here}), 'T1', 'those of a local table');

# conditions that let nothing through
for my $condition (q{database_name = ''}, q{database_name = ANY ('{}'::text[])}, q{database_name = ANY (ARRAY[NULL]::text[])})
{
	is(explained("SELECT name FROM o.session_policies WHERE $condition"), 'Remote Statement: (none)', "EXPLAIN of $condition");
	asks("SELECT name FROM o.session_policies WHERE $condition", '', [], $condition);
}
asks(q{SELECT count(*) FROM o.tasks WHERE database_name = 'D1' AND schema_name = 'S' AND name IN (repeat('x', 256), 'T1')}, 1,
	['GET /api/v2/databases/D1/schemas/S/tasks/T1'], 'a name that is longer than names are');
asks(q{SELECT count(*) FROM o.tasks WHERE name = repeat('ä', 256)}, 0, [], 'that alone');

# times beyond Snowflake's
for my $end (q{'infinity'}, q{'20000-01-01'})
{
	is($t->sql("SELECT count(*) > 0 FROM o.query_history WHERE end_time < $end AND end_time > '-infinity'"), 't', "before $end");
	asks("SELECT count(*) FROM o.query_history WHERE end_time $_ $end", 0, [], "$_ $end") for '=', '>=', '>';
	is(explained("SELECT user_name FROM o.login_history WHERE event_timestamp < $end"),
		q{Remote Statement: SELECT "EVENT_TIMESTAMP", "USER_NAME" FROM SNOWFLAKE.ACCOUNT_USAGE.LOGIN_HISTORY WHERE "EVENT_TIMESTAMP" <= TO_TIMESTAMP_LTZ('9999-12-31 23:59:59.999999 +0000')}, "a view before $end");
	is($t->sql("SELECT count(*) FROM o.login_history WHERE event_timestamp $_ $end"), 0, "a view: $_ $end") for '=', '>=';
}
like(explained(q{SELECT user_name FROM o.login_history WHERE event_timestamp > '-infinity'}), qr/>= TO_TIMESTAMP_LTZ\('0001-01-01 00:00:00\.000000 \+0000'\)$/, 'a view after -infinity');
is($t->sql(q{SELECT count(*) = (SELECT count(*) FROM o.login_history) FROM o.login_history WHERE event_timestamp BETWEEN '-infinity' AND 'infinity'}), 't', 'all times');
fails(q{SELECT count(*) FROM o.query_history WHERE start_time < now() - interval '8 days'}, qr/22023: query_history goes back 7 days/, 'what began before what is kept');
is($t->sql(q{SELECT count(*) FROM o.query_history WHERE start_time < now() - interval '6 days'}), 0, 'what began before, but is kept');

# dates and times without a zone are times of the session's zone
fails("SELECT count(*) FROM o.task_history WHERE scheduled_time $_", qr/22023: task_history goes back 7 days/, "$_")
	for '> current_date - 30', '>= localtimestamp - interval \'30 days\'', q{= '2020-01-01'::date}, q{< '4000-01-01 BC'::date}, q{> '4000-01-01 BC'::timestamp};
is($t->sql("SELECT count(*) > 0 FROM o.query_history WHERE current_date - 1 < end_time AND end_time < $_"), 't', "up to $_")
	for q{'infinity'::date}, q{'5000000-01-01'::date}, q{'200000-01-01'::timestamp}, q{'infinity'::timestamp}, q{localtimestamp + interval '1 minute'};
$t->clear;
is($t->sql(q{SET timezone = 'America/New_York'; SELECT count(*) FROM o.login_history WHERE event_timestamp >= '2026-07-01'::date AND event_timestamp < '2026-12-01 12:00'::timestamp AND user_name = 'nobody'}), 0, 'in New York');
like((calls())[0], qr/>= TO_TIMESTAMP_LTZ\('2026-07-01 03:59:59\.999999 \+0000'\).*<= TO_TIMESTAMP_LTZ\('2026-12-01 17:00:00\.000001 \+0000'\)/, 'with summer time');

# a column that rounds
$t->control('POST', 'history', {history => 'LOGIN_HISTORY', rows => [{EVENT_TIMESTAMP => '2026-01-01T00:00:00.6Z', USER_NAME => 'ROUNDED'}]});
$t->sql(q{CREATE FOREIGN TABLE o.seconds (user_name text, event_timestamp timestamptz(0)) SERVER sf OPTIONS (kind 'login_history')});
is($t->sql(q{SELECT count(*) FROM o.seconds WHERE event_timestamp = '2026-01-01 00:00:01+00' AND user_name = 'ROUNDED'}), 1, 'a time that a column rounds');
is($t->sql(q{SELECT count(*) FROM o.seconds WHERE event_timestamp >= '2026-01-01 00:00:01+00' AND user_name = 'ROUNDED'}), 1, 'its bounds');

# a reply of a SHOW that does not say where an object lies
sub shown
{
	my ($match, $columns, @rows) = @_;

	$t->control('DELETE', 'results');
	$t->result({match => $match, columns => [map { column($_, 'text', length => 100) } @$columns], rows => \@rows});
	return;
}
shown('SHOW TASKS', ['name', 'state'], ['A', 'started']);
fails(q{SELECT name FROM o.tasks WHERE database_name = 'D1'}, qr/08P01: .*"database_name"/, 'no database');
fails(q{SELECT name FROM o.tasks WHERE schema_name = 'S'}, qr/08P01: .*"schema_name"/, 'no schema');
shown('SHOW TASKS', ['name', 'database_name'], ['A', undef]);
fails(q{SELECT name FROM o.tasks WHERE database_name = 'D1'}, qr/08P01: .*"database_name"/, 'a database that is null');
$t->control('DELETE', 'results');

# a column that the account does not have, in a condition of who asks for everything
$t->clear;
$t->fault({action => 'status', path => '/statements', body => 'LOGIN_DETAILS', status => 422, text => '{"code":"000904","message":"SQL compilation error: invalid identifier \'LOGIN_DETAILS\'","sqlState":"42000"}'});
is($t->sql(q{SELECT count(raw) FROM o.login_history WHERE login_details = 'x'}), 0, 'a condition on a column that the account does not have');
is((calls())[1], 'SELECT * FROM SNOWFLAKE.ACCOUNT_USAGE.LOGIN_HISTORY', 'all rows are asked for');

# a warehouse that is not there, or a result that is gone, is no place that is not there
$t->sql(q{ALTER SERVER sf OPTIONS (SET warehouse 'NOPE_WH')});
fails("SELECT count(*) FROM o.$_->[0] WHERE $_->[1]", qr/42704: The requested warehouse does not exist/, "no warehouse: $_->[0]")
	for ['tasks', q{database_name = 'D1'}], ['grants_on_tables', q{database_name = 'D1' AND schema_name = 'S' AND table_name = 'T'}];
$t->sql(q{ALTER SERVER sf OPTIONS (SET warehouse 'COMPUTE_WH')});
$t->sql(q{SELECT sf_execute('CREATE SESSION POLICY D1.S.SP SESSION_IDLE_TIMEOUT_MINS = 7')});
for my $statement ('SHOW TASKS', 'DESCRIBE SESSION')
{
	$t->clear;
	$t->fault({action => 'status', path => '/statements', body => $statement, status => 422, text => '{"code":"000709","message":"Statement not found.","sqlState":"02000"}'});
	fails($statement =~ /TASKS/ ? q{SELECT count(*) FROM o.tasks WHERE database_name = 'D1'} : 'SELECT session_idle_timeout_mins FROM o.session_policies', qr/42704: /, "$statement: a result that is gone");
}
$t->clear;
is($t->sql(q{SELECT count(*) FROM o.tasks WHERE database_name = 'NOPE'}), 0, 'a database that is not there');

# a list of the account is always there
for my $case (['/databases$', 'SELECT count(schedule) FROM o.tasks'], ['/warehouses$', 'SELECT count(*) FROM o.warehouses'])
{
	$t->clear;
	$t->fault({action => 'status', path => $case->[0], status => 404, times => 10, text => '{"code":"002003","message":"Object does not exist or not authorized."}'});
	fails($case->[1], qr/42704/, "a 404 of $case->[0]");
}
$t->clear;
is($t->sql(q{SELECT count(*) FROM o.warehouses WHERE name IN ('NOPE', 'COMPUTE_WH')}), 1, 'a warehouse that is not there');
# nor is a 404 of what a request is sent with one of what it asks for
for my $code ('390201', '390189')
{
	$t->clear;
	$t->fault({action => 'status', path => 'warehouses/COMPUTE_WH$', status => 404, times => 10, text => qq({"code":"$code","message":"does not exist or not authorized."})});
	fails(q{SELECT count(*) FROM o.warehouses WHERE name = 'COMPUTE_WH'}, qr/does not exist or not authorized/, "$code is no missing object");
	fails(q{SELECT sf_drop('warehouse', 'COMPUTE_WH', if_exists => true)}, qr/does not exist or not authorized/, "nor in a DROP IF EXISTS") if $code eq '390201';
}
$t->clear;

# more values than Snowflake takes
for my $n (16384, 16385)
{
	$t->clear;
	is($t->sql("SELECT count(*) FROM o.login_history WHERE event_id = ANY (ARRAY(SELECT -generate_series(1, $n)::bigint))"), 0, "$n values");
	like((calls())[0], $n > 16384 ? qr/LOGIN_HISTORY$/ : qr/ IN \(-1, .*, -16384\)$/, 'are sent or not');
}

# what follows a full list is a list, too
$t->control('POST', 'objects', {kind => 'TASK', count => 10001, databases => 1, schemas => 1});
is($t->sql(q{SELECT count(DISTINCT name) FROM o.tasks WHERE database_name = 'MANY_DB_001' AND schema_name = 'MANY_S_001'}), 10001, 'behind 10,000 by the API');
is($t->sql(q{SELECT count(DISTINCT name) FROM o.tasks WHERE database_name = 'MANY_DB_001'}), 10001, 'and by SHOW');
for my $text ('{}', '[1]', '"x"')
{
	$t->clear;
	$t->fault({action => 'status', path => 'D1/schemas/S/tasks$', text => encode_json([map { {name => "N$_"} } 1 .. 10000])});
	$t->fault({action => 'status', path => 'D1/schemas/S/tasks.fromName', text => $text, times => 10});
	fails(q{SELECT count(*) FROM o.tasks WHERE database_name = 'D1' AND schema_name = 'S'}, qr/08P01/, "behind them $text");
}
$t->clear;
$t->fault({action => 'status', path => '/statements', body => "LIMIT 10000 FROM 'M", status => 422, times => 10,
	text => '{"code":"090153","message":"The result set size exceeded the max number of rows(10000) supported for SHOW statements. Use LIMIT option to limit result set to a smaller number.","sqlState":"54000"}'});
fails(q{SELECT count(*) FROM o.tasks WHERE database_name = 'MANY_DB_001'}, qr/ERROR/, 'a page that is refused');
cmp_ok(scalar(calls()), '<', 10, 'is not asked for again and again');

$t->stop;
done_testing;
