# Asynchronous jobs: sessions, roles, waits, cancels, faults, requests made.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;
use Time::HiRes qw(sleep);

my $t = SnowflakeFdwTest->new(args => ['--no-engine', '--window', '1', '--partition-rows', '2']);
my $uuid = qr/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

$t->connect(fetch_parallel => 4, retry_timeout => '20s', cancel_timeout => '2s');
$t->result({match => 'five rows', columns => [column('N', 'fixed', precision => 9, scale => 0)], rows => [map { ["$_"] } 1 .. 5]});
$t->result({match => 'one row', columns => [column('D', 'date')], rows => [['19000']]});

sub gets { return scalar grep { $_->{method} eq 'GET' && !exists $_->{query}{partition} } @{$t->requests} }
sub posts { return grep { $_->{path} eq '/api/v2/statements' } @{$t->requests} }
sub open_statements { return $t->control('GET', 'state')->{open_statements} }

# what runs in Snowflake, once a cancel has had its time
sub still_open
{
	my ($expected) = @_;

	for (1 .. 50)
	{
		last if @{open_statements()} == @$expected;
		sleep 0.1;
	}
	return open_statements();
}
sub submit { my ($statement, $more) = @_; return $t->sql("SELECT sf_async_submit('$statement'" . ($more // '') . ')') }
sub as { my ($role, $sql) = @_; return "SET SESSION AUTHORIZATION $role; $sql" }

# a job outlives its session and another one collects it
my $job = submit('SELECT five rows');
like($job, qr/^$uuid$/, 'a query id');
is($t->sql("SELECT sum(n) FROM sf_async_result('$job') AS t(n int)"), '15', 'another session reads the result');
is($t->sql("SELECT count(*) FROM sf_async_result_partition('$job', 2)"), '1', 'the last partition alone');
$t->clear;
$t->sql("SELECT count(*) FROM sf_async_result_partition('$job', 2)");
is_deeply([map { $_->{query}{partition} // 'first' } @{$t->requests}], ['first', 2], 'which fetches no other');
is($t->sql("SELECT sf_async_value(sf_async_submit('SELECT one row'))"), '2022-01-08', 'a value in the form of PostgreSQL');
my ($post) = posts();
is($post->{query}{async}, 'true', 'submitted with async=true');
like($post->{query}{requestId}, qr/^$uuid$/, 'and a requestId');
is_deeply($t->{json}->decode($post->{body}{parameters}{QUERY_TAG}), {tag => undef, snowflake_fdw => {database => 'postgres', user => 'postgres', kind => 'single'}}, 'its tag');
$t->sql("ALTER SERVER sf OPTIONS (ADD query_tag '%d')");
$t->clear;
submit('SELECT one row');
submit('SELECT one row', ", query_tag => 'mine'");
is_deeply([map { $t->{json}->decode($_->{body}{parameters}{QUERY_TAG})->{tag} } posts()], ['postgres', 'mine'], 'the tag of the server, the tag of the call');
$t->sql('ALTER SERVER sf OPTIONS (DROP query_tag)');

# a long text
my $long = submit("SELECT one row --' || repeat('x', 300000) || '");
is($t->sql("SELECT length(sf_async_statement('$long')), sf_async_value('$long'), length(statement) FROM sf_async_job WHERE query_id = '$long'"),
	'300017|2022-01-08|300017', 'a statement of 300 kB is recorded');

# several statements
$t->clear;
is($t->sql("SELECT n FROM sf_async_result(sf_async_submit_script(ARRAY['SELECT one row;', 'SELECT five rows -- the end'])) AS t(n int)"),
	"1\n2\n3\n4\n5", 'the last result of a script');
($post) = posts();
is($post->{body}{parameters}{MULTI_STATEMENT_COUNT}, '2', 'one request of two statements');
is($post->{body}{statement}, "SELECT one row;\nSELECT five rows", 'joined');

# requests: one batch for all, none for what is known
my $ids = $t->sql("SELECT sf_async_submit_all(array_fill('SELECT one row'::text, ARRAY[10]))");
sleep 0.3;
$t->clear;
$t->fault({action => 'delay', seconds => 0.3, method => 'GET', path => '/api/v2/statements', times => 100});
is($t->sql("SELECT count(*), min(status) FROM sf_async_wait_all('$ids')"), '10|SUCCESS', 'ten jobs');
is(gets(), 10, 'one request each');
my %connections = map { $_->{connection} => 1 } @{$t->requests};
is(scalar(keys %connections), 4, 'fetch_parallel of them in flight');
$t->clear;
is($t->sql("SELECT count(*) FROM sf_async_wait_all('$ids')"), '10', 'asked again');
is($t->sql("SELECT sf_async_wait_any('$ids') = ('$ids'::uuid[])[1]"), 't', 'the first of them');
is($t->sql("SELECT sf_async_status('$job'), sf_async_is_done('$job'), sf_async_is_failed('$job'), (sf_async_job('$job')).rows"), 'SUCCESS|t|f|5', 'all of one');
is(scalar(@{$t->requests}), 0, 'how a job ended is known without a request');

# the view asks for the open jobs only
my $slow = submit('SELECT SYSTEM$WAIT(60)');
my $other = submit('SELECT SYSTEM$WAIT(61)');
$t->clear;
is($t->sql("SELECT count(*) FILTER (WHERE status = 'RUNNING'), count(*) FILTER (WHERE NOT is_done) FROM sf_async_jobs"), '2|2', 'the view sf_async_jobs');
my @unknown_yet = split /\|/, $t->sql('SELECT count(*), count(status) FROM sf_async_job');
is($unknown_yet[0] - $unknown_yet[1], 2, 'which takes note of what has ended');
$t->clear;
$t->sql('SELECT * FROM sf_async_jobs');
is(gets(), 2, 'and asks for the open jobs only');

# waits
is($t->sql("SELECT sf_async_wait('$slow', '0.3s')"), 'RUNNING', 'a wait that is over');
is($t->sql("SELECT sf_async_wait_any(ARRAY['$slow', '$job']::uuid[])"), $job, 'any of two');
is($t->sql("SELECT coalesce(sf_async_wait_any(ARRAY['$slow', '$other']::uuid[], '0.3s')::text, 'none')"), 'none', 'none of two');
is($t->sql("SELECT status FROM sf_async_wait_all(ARRAY['$slow', '$job']::uuid[], '0.3s')"), "RUNNING\nSUCCESS", 'all of two, in time');
like(($t->try("SELECT sf_async_value('$slow', '0.3s')"))[1], qr/57014: job $uuid is still running at the end of the timeout/, 'a result that is not there in time');
my $short = $t->sql(q{SELECT sf_async_submit('SELECT SYSTEM$WAIT(1)')});
is($t->sql("SELECT sf_async_wait('$short', '200000000 days')"), 'SUCCESS', 'a wait of any length');
my ($out, $err) = $t->try(q{SET snowflake_fdw.progress_interval = '1s'; SELECT sf_async_wait('} . $slow . q{', '1.5s'); SELECT sf_async_value('} . $slow . q{', '1.5s')});
like($err, qr/NOTICE:  00000: 1 job is still running.*NOTICE:  00000: statement $uuid is still running after \d+ s/s, 'progress');
$t->clear;
$t->fault({action => 'hang', method => 'GET', path => $slow, times => 100});
is($t->sql("SELECT sf_async_wait('$slow', '0.3s')"), 'NO_DATA', 'a wait on a server that hangs');
$t->clear;

# an interrupt ends the wait and leaves the job
for my $function ("sf_async_wait('$slow')", "sf_async_wait_all(ARRAY['$slow', '$other']::uuid[])", "sf_async_value('$slow')", "sf_async_result_json('$slow')")
{
	my $session = $t->background("SET application_name = 'victim'; SELECT $function;\n");
	sleep 0.7;
	is($t->sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim' AND wait_event_type = 'Extension'"), 't', "a cancel reaches $function");
	like(($t->finish_background($session))[1], qr/57014: canceling statement due to user request/, 'which ends');
}
is_deeply([sort @{open_statements()}], [sort $slow, $other], 'the jobs run on');
is(scalar(grep { $_->{path} =~ /cancel/ } @{$t->requests}), 0, 'nothing was cancelled');

# an interrupted submission leaves nothing behind
$t->clear;
$t->fault({action => 'hang', method => 'POST', path => '^/api/v2/statements'});
my $submitting = $t->background(q{SET statement_timeout = 700; SELECT sf_async_submit('SELECT SYSTEM$WAIT(63)');} . "\n");
like(($t->finish_background($submitting))[1], qr/57014: canceling statement due to statement timeout/, 'a submission is interrupted');
is_deeply([sort @{still_open([$slow, $other])}], [sort $slow, $other], 'and cancelled');

# a job's session that goes
my $session = $t->background(q{SET application_name = 'victim'; SELECT sf_async_submit('SELECT SYSTEM$WAIT(62)'); SELECT pg_sleep(60);} . "\n");
sleep 0.7;
$t->sql(q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'});
my ($left) = $t->finish_background($session);
chomp $left;
is($t->sql("SELECT sf_async_status('$left')"), 'RUNNING', 'a job outlives its session');

# cancel
is($t->sql("SELECT sf_async_cancel('$left')"), 't', 'a literal without a type is one job');
is($t->sql("SELECT sf_async_status('$left') IN ('ABORTING', 'ABORTED'), sf_async_is_done('$left'), sf_async_is_failed('$left')"), 't|t|t', 'done and failed');
is($t->sql("SELECT cancelled, message FROM sf_async_cancel(ARRAY['$slow', '$job', '$other']::uuid[])"), "t|cancelled\nf|not running\nt|cancelled", 'several');
is($t->sql("SELECT status FROM sf_async_wait_all(ARRAY['$slow', '$other', '$left']::uuid[])"), "ABORTED\nABORTED\nABORTED", 'they have ended');
is_deeply(still_open([]), [], 'nothing runs there any more');
is($t->sql("SELECT sf_async_cancel('$slow')"), 'f', 'cancelled before');
like(($t->try("SELECT sf_async_wait('$slow')"))[1], qr/57014: SQL execution canceled\nDETAIL:  Snowflake error 000604, sqlState 57014, query $slow\.\nCONTEXT:  remote SQL command: SELECT SYSTEM\$WAIT\(60\)/s, 'its error');
$t->fault({action => 'status', status => 403, path => '/cancel', text => '{"code": "003001", "message": "Insufficient privileges"}'});
$slow = submit('SELECT SYSTEM$WAIT(60)');
like(($t->try("SELECT sf_async_cancel('$slow')"))[1], qr/42501: Insufficient privileges/, 'a cancel that is refused');
$t->fault({action => 'status', status => 403, path => '/cancel', text => '{"code": "003001", "message": "Insufficient privileges"}'});
is($t->sql("SELECT cancelled, message FROM sf_async_cancel(ARRAY['$slow']::uuid[])"), 'f|Insufficient privileges', 'the same among several');
$t->sql("SELECT sf_async_cancel('$slow')");

# a job that fails
my $failed = submit('SELECT nonsense');
is($t->sql("SELECT sf_async_wait('$failed', raise => false)"), 'FAILED_WITH_ERROR', 'a failure');
for my $function ('sf_async_wait', 'sf_async_value', 'sf_async_result_json')
{
	like(($t->try("SELECT $function('$failed')"))[1], qr/42601: no engine.*DETAIL:  Snowflake error 001003, sqlState 42000, query $failed\..*remote SQL command: SELECT nonsense/s, "$function throws it");
}
my $unseen = submit('SELECT nonsense');
like(($t->try("SELECT sf_async_result_json('$unseen')"))[1], qr/42601: no engine.*Snowflake error 001003, sqlState 42000, query $unseen/s, 'thrown by the result itself');
is($t->sql("SELECT status, error_code, sql_state, is_failed FROM sf_async_job('$unseen')"), 'FAILED_WITH_ERROR|001003|42000|t', 'the record of it');

# other roles
$t->sql("CREATE ROLE ana LOGIN; CREATE ROLE bob LOGIN; GRANT USAGE ON SCHEMA snowflake TO ana, bob; GRANT USAGE ON FOREIGN SERVER sf TO ana, bob;
	CREATE USER MAPPING FOR ana SERVER sf OPTIONS (token '$t->{info}{pat}');
	CREATE USER MAPPING FOR bob SERVER sf OPTIONS (token '$t->{info}{limited_pat}')");
like(($t->try(as('ana', "SELECT sf_async_submit('SELECT one row')")))[1], qr/42501: permission denied for function sf_async_submit/, 'submitting is granted, not given');
$t->sql('GRANT EXECUTE ON FUNCTION sf_async_submit, sf_async_wait TO ana');
my $hers = $t->sql(as('ana', "SELECT sf_async_submit('SELECT five rows')"));
is($t->sql(as('ana', "SELECT count(*), sum(n) FROM sf_async_result('$hers') AS t(n int)")), '5|15', 'her result');
is($t->sql(as('ana', 'SELECT count(*), min(user_name) FROM sf_async_jobs')), '1|ana', 'she sees her job alone');
is($t->sql(as('ana', 'SELECT count(*) FROM sf_async_job')), '1', 'in the table too');
is($t->sql(as('bob', 'SELECT (SELECT count(*) FROM sf_async_jobs), (SELECT count(*) FROM sf_async_job)')), '0|0', 'he sees none');
$t->clear;
for my $role ('bob', 'postgres')
{
	for my $function ("sf_async_status('$hers')", "sf_async_result_json('$hers')", "sf_async_result_as(NULL::int, '$hers')")
	{
		like(($t->try(as($role, "SELECT $function")))[1], qr/42501: job $hers was submitted by another role/, "$role may not: $function");
	}
}
like(($t->try("SELECT sf_async_cancel('$hers')"))[1], qr/42501: job $hers/, 'nor cancel');
like(($t->try("SELECT sf_async_wait_all(ARRAY['$job', '$hers']::uuid[])"))[1], qr/42501: job $hers/, 'nor wait');
is(scalar(@{$t->requests}), 0, 'without a request');
for my $change ("INSERT INTO sf_async_job (query_id, userid, server, kind, statement, submitted_at) VALUES (gen_random_uuid(), 10, 'sf', 'single', 'x', now())",
	"UPDATE sf_async_job SET userid = 10", 'DELETE FROM sf_async_job', 'TRUNCATE sf_async_job')
{
	like(($t->try(as('ana', $change)))[1], qr/42501: permission denied for table sf_async_job/, 'nobody writes the table: ' . substr($change, 0, 6));
}
my $dump = `$t->{bin}/pg_dump -h $t->{socket} -U postgres postgres`;
like($dump, qr/CREATE EXTENSION IF NOT EXISTS snowflake_fdw/, 'a dump has the extension');
unlike($dump, qr/$hers|POLICY/, 'without its rows and policies');
my $unrecorded = $t->sql("SELECT sf_execute('CALL one row')->>'query_id'");
like(($t->try(as('bob', "SELECT sf_async_status('$unrecorded')")))[1], qr/42704: Snowflake does not know this query/, "Snowflake's user counts for what is not recorded");
is($t->sql("SELECT sf_async_status('$unrecorded')"), 'SUCCESS', 'his own');

# a lost reply: sent again, run once
$t->clear;
$t->fault({action => 'lost_reply', method => 'POST', path => '^/api/v2/statements\?'});
$slow = submit('INSERT SYSTEM$WAIT(60)', '');
my @posts = posts();
is(scalar(@posts), 2, 'a lost reply is asked for again');
is($posts[1]{query}{requestId}, $posts[0]{query}{requestId}, 'under the same requestId');
is_deeply([map { $_->{query}{retry} } @posts], [undef, 'true'], 'marked as a repetition');
is($t->sql("SELECT status FROM sf_async_wait_all(ARRAY['$slow']::uuid[])"), 'FAILED_WITH_ERROR', 'what had failed meanwhile is a job too');
$t->clear;
$t->fault({action => 'lost_reply', method => 'POST', path => '^/api/v2/statements\?'});
$slow = submit('SELECT SYSTEM$WAIT(60)');
is_deeply(open_statements(), [$slow], 'it runs once');
my $request = '0d2f6b52-7f0c-4a09-9c80-6a2c2e1f0a01';
my $first = submit('SELECT SYSTEM$WAIT(60)', ", request_id => '$request'");
is(submit('SELECT SYSTEM$WAIT(60)', ", request_id => '$request'"), $first, 'the same request is the same job');
is($t->sql("SELECT count(*) FROM sf_async_job WHERE request_id = '$request'"), '1', 'recorded once');
is(scalar(@{open_statements()}), 2, 'and run once');
$t->sql("SELECT sf_async_cancel(ARRAY['$slow', '$first']::uuid[])");

# throttling
$t->clear;
$t->fault({action => 'status', status => 429, text => '{"code": "390505", "message": "Too many requests."}', times => 2});
$slow = submit('SELECT one row');
is(scalar(my @throttled = posts()), 3, 'a throttled submission is repeated');
$t->fault({action => 'status', status => 429, method => 'GET', text => '{"code": "390505", "message": "Too many requests."}', times => 2});
is($t->sql("SELECT sf_async_wait('$slow')"), 'SUCCESS', 'a throttled wait');
$t->sql("ALTER SERVER sf OPTIONS (SET retry_timeout '1s')");
$slow = submit('SELECT one row');
$t->fault({action => 'status', status => 429, method => 'GET', text => '{"code": "390505", "message": "Too many requests."}', times => 100});
like(($t->try("SELECT sf_async_status('$slow')"))[1], qr/53400: Snowflake answered that there were too many requests/, 'throttled to the end');
is($t->sql("SELECT sf_async_wait('$slow', '2s')"), 'NO_DATA', 'a wait throttled to its end');
$t->clear;
$t->sql("ALTER SERVER sf OPTIONS (SET retry_timeout '20s')");

# malformed replies
$t->fault({action => 'replace', method => 'POST', set => {statementHandle => 'no uuid'}});
like(($t->try(q{SELECT sf_async_submit('SELECT SYSTEM$WAIT(60)')}))[1], qr/08P01: malformed reply from Snowflake: the statement handle is missing or not a UUID/, 'a handle that is none');
is_deeply(still_open([]), [], 'what began is cancelled');
for my $case ([{action => 'raw', method => 'GET', text => '<html>'}, qr/08P01.*not a JSON object/, 'HTML'],
	[{action => 'replace', method => 'GET', delete => ['resultSetMetaData']}, qr/08P01.*"resultSetMetaData" is missing/, 'no metadata'],
	[{action => 'replace', method => 'GET', set => {statementHandle => $job}}, qr/08P01.*of another statement/, 'another statement'],
	[{action => 'status', method => 'GET', status => 404}, qr/42704: Snowflake does not know this query/, 'a bare 404'],
	[{action => 'status', method => 'GET', status => 401, text => '{"code": "390303", "message": "Invalid token"}', times => 3}, qr/28000: Invalid token/, '401'])
{
	my ($fault, $expected, $name) = @$case;

	for my $function ("sf_async_status('$slow')", "sf_async_value('$slow')", "sf_async_wait('$slow')")
	{
		$t->clear;
		$t->fault($fault);
		like(($t->try("SELECT $function"))[1], $expected, "$name: $function");
	}
}
$t->clear;
my $script = $t->sql("SELECT sf_async_submit_script(ARRAY['SELECT one row', 'SELECT one row'])");
$t->fault({action => 'replace', method => 'GET', set => {statementHandles => [undef]}, times => 100});
like(($t->try("SELECT sf_async_value('$script')"))[1], qr/08P01.*"statementHandles\[0\]" must be a string, not null/, 'children without handles');
$t->clear;
is($t->sql("SELECT sf_async_wait('$slow')"), 'SUCCESS', 'the job is as it was');

# several, of which one is not taken
$t->fault({action => 'status', status => 400, body => 'the third', text => '{"code": "390142", "message": "Incoming request does not contain a valid payload."}'});
($out, $err) = $t->try(q{SELECT sf_async_submit_all(ARRAY['SELECT one row', 'SELECT five rows', 'SELECT the third', 'SELECT one row', 'SELECT 5', 'SELECT 6', 'SELECT 7'])});
like($err, qr/HV000: Incoming request does not contain a valid payload\..*Submitted and running are ($uuid \(statement [12456]\)(, )?){5}\./s, 'an error half-way names what was submitted');
like($err, qr/WARNING:  01000: 5 Snowflake jobs run on without a record.*DETAIL:  Query ids, newest first: $uuid(, $uuid){4}\./s, 'and so does the rollback');
my ($second) = $err =~ /($uuid) \(statement 2\)/;
is($t->sql("SELECT sum(n) FROM sf_async_result('$second') AS t(n int)"), '15', 'they can be read');
is(scalar(my @sent = posts()), 6, 'those under way were waited for, the rest was not sent');

# transactions
$t->clear;
($out, $err) = $t->try(q{BEGIN; SELECT sf_async_submit('SELECT five rows'); ROLLBACK});
like($err, qr/WARNING:  01000: 1 Snowflake job runs on without a record, because the transaction is rolled back\nDETAIL:  Query ids, newest first: $out\.\nHINT:  .*sf_async_recover/, 'ROLLBACK names the job');
is($t->sql("SELECT count(*), (SELECT sum(n) FROM sf_async_result('$out') AS t(n int)) FROM sf_async_job WHERE query_id = '$out'"), '0|15', 'which is there all the same');
my $rolled_back = $out;
($out, $err) = $t->try(q{BEGIN; SELECT sf_async_submit('SELECT one row'); SAVEPOINT s; SELECT sf_async_submit('SELECT one row'); RELEASE s; SAVEPOINT s;
	SELECT sf_async_submit('SELECT one row'); ROLLBACK TO s; COMMIT});
my @three = split /\n/, $out;
like($err, qr/^WARNING:  01000: 1 Snowflake job runs on[^\n]*\nDETAIL:  Query ids, newest first: $three[2]\./, 'ROLLBACK TO names the one behind it');
is(() = $err =~ /WARNING/g, 1, 'once');
is($t->sql("SELECT count(*) FROM sf_async_job WHERE query_id IN ('$three[0]', '$three[1]', '$three[2]')"), '2', 'the others stay');
($out, $err) = $t->try(q{BEGIN READ ONLY; SELECT sf_async_submit('SELECT five rows'); COMMIT});
like($err, qr/NOTICE:  00000: job $uuid is not recorded in a read-only transaction/, 'a query in a read-only transaction');
is($t->sql("BEGIN READ ONLY; SELECT sf_async_wait('$out'), sum(n) FROM sf_async_result('$out') AS t(n int); COMMIT"), 'SUCCESS|15', 'can be waited for and read');
like(($t->try(q{BEGIN READ ONLY; SELECT sf_async_submit('DELETE FROM x')}))[1], qr/25006/, 'a change in a read-only transaction');
$t->clear;
$t->sql("ALTER SERVER sf OPTIONS (ADD read_only 'true')");
for my $call (q{sf_async_submit('SELECT 1')}, q{sf_async_submit_script(ARRAY['SELECT 1'])}, q{sf_async_submit_all(ARRAY['SELECT 1'])}, "sf_async_cancel('$job')")
{
	like(($t->try("SELECT $call"))[1], qr/42501: server "sf" is read-only/, "a read_only server refuses $call");
}
is(scalar(@{$t->requests}), 0, 'without a request');
$t->sql('ALTER SERVER sf OPTIONS (DROP read_only)');

# two sessions at one record
$slow = submit('SELECT SYSTEM$WAIT(1)');
my $waiting = $t->background("BEGIN; SELECT sf_async_wait('$slow'); SELECT pg_sleep(1); COMMIT;\n");
is($t->sql("SELECT sf_async_wait('$slow'), sf_async_status('$slow')"), 'SUCCESS|SUCCESS', 'one session');
is((split /\n/, ($t->finish_background($waiting))[0])[0], 'SUCCESS', 'and another');
is($t->sql("BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1; SELECT sf_async_status('$slow'); COMMIT"), "1\nSUCCESS", 'serializable');

# what the history knows
$slow = submit('SELECT SYSTEM$WAIT(60)');
for my $case (['QUEUED', 'QUEUED'], ['resuming_warehouse', 'RESUMING_WAREHOUSE'], ['BLOCKED', 'BLOCKED'], ['RUNNING', 'RUNNING'])
{
	$t->result({match => 'SELECT EXECUTION_STATUS .*QUERY_HISTORY_BY_USER', times => 1, columns => [column('EXECUTION_STATUS', 'text')], rows => [[$case->[0]]]});
	is($t->sql("SELECT sf_async_status('$slow', true)"), $case->[1], "in detail: $case->[0]");
}
$t->result({match => 'SELECT EXECUTION_STATUS', times => 1, columns => [column('EXECUTION_STATUS', 'text')], rows => []});
is($t->sql("SELECT sf_async_status('$slow', true)"), 'RUNNING', 'in detail: not there yet');
$t->sql("SELECT sf_async_cancel('$slow')");
$t->result({match => 'SELECT QUERY_TEXT .*QUERY_HISTORY_BY_USER', times => 1, columns => [column('QUERY_TEXT', 'text')], rows => [['CALL one row']]});
is($t->sql("SELECT sf_async_statement('$unrecorded')"), 'CALL one row', 'the text of a query that is not recorded');
$t->result({match => 'SELECT QUERY_TEXT', times => 1, columns => [column('QUERY_TEXT', 'text')], rows => []});
is($t->sql("SELECT coalesce(sf_async_query('$unrecorded'), 'none')"), 'none', 'of one that the history does not show');

# records made anew
sub tag { my ($tag, %ours) = @_; return $t->{json}->encode({tag => $tag, snowflake_fdw => {database => 'postgres', user => 'postgres', kind => 'single', %ours}}) }
$t->result({match => 'QUERY_HISTORY_BY_USER\(END_TIME_RANGE_START', columns => [column('QUERY_ID', 'text'), column('QUERY_TEXT', 'text'), column('QUERY_TAG', 'text'),
			column('START_TIME', 'timestamp_ltz', scale => 3)],
		rows => [[$rolled_back, 'SELECT five rows', tag('nightly'), '1764000000.123'], [$three[2], 'SELECT one row', tag(undef, kind => 'script'), '1764000001.000'],
			[$job, 'SELECT five rows', tag('known'), '1764000002.000'], [$unrecorded, 'x', tag('x', database => 'elsewhere'), '1764000003.000'],
			[$unrecorded, 'x', tag('x', user => 'bob'), '1764000003.000'], [$unrecorded, 'x', '{"tag": broken "snowflake_fdw":', '1764000003.000'],
			['no uuid', 'x', tag('x'), '1764000003.000'], [$hers, 'x', tag('x'), '1764000003.000']]});
$t->clear;
is($t->sql("SELECT query_id, statement, tag, submitted_at AT TIME ZONE 'UTC' FROM sf_async_recover('2 days')"),
	"$rolled_back|SELECT five rows|nightly|2025-11-24 16:00:00.123\n$three[2]|SELECT one row||2025-11-24 16:00:01", 'what is recorded again');
like((posts())[0]{body}{statement}, qr/DATEADD\('second', -172800, CURRENT_TIMESTAMP\(\)\)/, 'as far back as asked for');
is($t->sql("SELECT kind, tag, (sf_async_job(query_id)).status FROM sf_async_job WHERE query_id IN ('$rolled_back', '$three[2]') ORDER BY submitted_at"),
	"single|nightly|SUCCESS\nscript||SUCCESS", 'and known by its record');
is($t->sql('SELECT count(*) FROM sf_async_recover()'), '0', 'nothing the second time');
is($t->sql(as('postgres', "SELECT count(*) FROM sf_async_job WHERE query_id = '$hers' AND userid = 'ana'::regrole")), '1', "another role's record stays hers");

# records forgotten: those of 24 hours ago
like(($t->try("SELECT sf_async_prune('elsewhere')"))[1], qr/ERROR:  42704: server "elsewhere" does not exist/, 'of a server that there is not');
$t->sql('CREATE SERVER elsewhere FOREIGN DATA WRAPPER snowflake_fdw');
is($t->sql("SELECT sf_async_prune('elsewhere')"), '0', 'there are none of another server');
$t->sql('DROP SERVER elsewhere');
is($t->sql('SELECT sf_async_prune()'), '2', 'the old ones are forgotten');
is($t->sql("SELECT count(*) FROM sf_async_job WHERE query_id IN ('$rolled_back', '$three[2]')"), '0', 'really');

# notifications
like($t->sql("LISTEN jobs; SELECT sf_async_notify(ARRAY['$job', '$failed']::uuid[], 'jobs')"),
	qr/^2\nAsynchronous notification "jobs" with payload "\{"query_id": "$job", "status": "SUCCESS"\}".*\n.*"status": "FAILED_WITH_ERROR"/, 'sf_async_notify');

# a server that goes, and another that jobs are asked of
$t->sql('CREATE SERVER second FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (' . $t->server_options . ");
	CREATE USER MAPPING FOR postgres SERVER second OPTIONS (token '$t->{info}{pat}')");
my $there = submit('SELECT five rows', ", server => 'second'");
is($t->sql("SELECT sum(n) FROM sf_async_result('$there') AS t(n int)"), '15', 'a job knows its server');
like(($t->try("SELECT sf_async_status('$unrecorded')"))[1], qr/42P08: there are several Snowflake servers/, 'a query without a record does not');
is($t->sql("SELECT sf_async_status('$unrecorded', server => 'sf')"), 'SUCCESS', 'it has to be named');
my $lost = submit('SELECT one row', ", server => 'second'");
my $open = submit('SELECT SYSTEM$WAIT(64)', ", server => 'sf'");
$t->sql("ALTER SERVER second OPTIONS (SET port '1', ADD retry_timeout '1s')");
my ($shown, $warned) = $t->try("SELECT status FROM sf_async_jobs WHERE query_id IN ('$open', '$lost') ORDER BY query_id = '$lost'");
is($shown, "RUNNING\nNO_DATA", 'the view lives with an account that cannot be reached');
like($warned, qr/WARNING:.*the jobs of server "second" could not be asked for\nDETAIL:  could not connect to server "second"/, 'and says so');
$t->sql("SELECT sf_async_cancel('$open')");
$t->sql('DROP SERVER second CASCADE');
is($t->sql("SELECT status, is_done FROM sf_async_jobs WHERE query_id = '$lost'"), 'NO_DATA|f', 'the view lives with a server that is gone');
is($t->sql("SELECT sf_async_status('$lost', server => 'sf')"), 'SUCCESS', 'the job is there under another');
$t->stop;

# results that are gone
$t = SnowflakeFdwTest->new(args => ['--no-engine', '--window', '1', '--retention', '1']);
$t->connect;
$t->result({match => 'one row', columns => [column('C', 'text')], rows => [['x']]});
my $seen = submit('SELECT one row');
is($t->sql("SELECT sf_async_wait('$seen')"), 'SUCCESS', 'seen in time');
$unseen = submit('SELECT one row');
sleep 1.5;
is($t->sql("SELECT sf_async_status('$seen')"), 'SUCCESS', 'how it ended is known for good');
for my $call ("sf_async_value('$seen')", "sf_async_result_json('$seen')", "sf_async_status('$unseen')", "sf_async_wait('$unseen')", "sf_async_wait_all(ARRAY['$unseen']::uuid[])",
	"sf_async_job('$unseen')", "sf_async_cancel('$unseen')")
{
	like(($t->try("SELECT $call"))[1], qr/42704: .*HINT:  Results are kept for 24 hours/s, "expired: $call");
}
is($t->sql("SELECT status FROM sf_async_jobs WHERE query_id = '$unseen'"), 'NO_DATA', 'the view says that nothing is known');
is($t->sql('SELECT sf_async_prune()'), '1', 'it is forgotten');
is($t->sql('SELECT query_id FROM sf_async_job'), $seen, 'and that alone');

# a table that somebody has changed is neither read nor written
$t->sql('ALTER TABLE sf_async_job ADD extra text');
for my $call ("sf_async_submit('SELECT one row')", "sf_async_status('$seen')")
{
	like(($t->try("SELECT $call"))[1], qr/ERROR:  55000: table "sf_async_job" is not as the extension made it/, "$call with another table");
}

$t->stop;
done_testing;
