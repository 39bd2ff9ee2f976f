# Account objects on the wire: the exact calls, pages, answers that come later, faults, limits, roles, several accounts.
use strict;
use warnings;
use SnowflakeFdwTest;
use IPC::Run qw(start);
use Test::More;
use Time::HiRes qw(sleep time);

my $t = SnowflakeFdwTest->new(args => ['--page-size', '2', '--window', '1']);
my $i = $t->{info};
my $s1 = '/api/v2/databases/DEMO/schemas/S1';
my @errors;

$t->connect(warehouse => 'COMPUTE_WH', role => 'SYSADMIN', database => 'DEMO', schema => 'PUBLIC', retry_timeout => '5s');
$t->sql(<<'SQL');
CREATE SCHEMA o;
IMPORT FOREIGN SCHEMA snowflake_objects FROM SERVER sf INTO o;
SELECT sf_create('schema', '{"name": "s1"}'), sf_create('schema', '{"name": "s2"}');
SELECT sf_create('table', jsonb_build_object('name', 't' || n, 'columns', '[{"name": "a", "datatype": "int"}, {"name": "b", "datatype": "int"}]'::jsonb), schema => 's1') FROM generate_series(1, 5) n;
SELECT sf_create('table', '{"name": "t1", "columns": [{"name": "a", "datatype": "int"}]}', schema => 's2');
SELECT sf_create('task', '{"name": "root", "definition": "SELECT 1", "warehouse": "compute_wh"}', schema => 's1');
SQL
all_valid('objects are made');

# the calls since the last clear, results by their page alone
sub calls
{
	return map { my $c = "$_->{method} $_->{target}"; $c =~ s{results/[0-9a-f-]+}{results/X}; $c } @{$t->requests};
}

# every call was right by the documents
sub all_valid
{
	my ($name) = @_;
	my @wrong = map { "$_->{method} $_->{target}: $_->{spec}" } grep { ($_->{spec} // '') ne 'ok' } @{$t->requests};

	is_deeply(\@wrong, [], "$name: every call is one of the documents");
	return;
}

sub makes_calls
{
	my ($sql, $result, $expected, $name) = @_;

	$t->clear;
	is($t->sql($sql), $result, $name);
	is_deeply([calls()], $expected, "$name: the calls");
	all_valid($name);
	return;
}

sub fails
{
	my ($sql, $pattern, $name) = @_;
	my (undef, $err) = $t->try($sql);

	push @errors, $err;
	like($err, $pattern, $name);
	return;
}

my @pages = ("GET $s1/tables", 'GET /api/v2/results/X?page=1', 'GET /api/v2/results/X?page=2');
my $list = q{SELECT count(*) FROM o.tables WHERE database_name = 'DEMO' AND schema_name = 'S1'};

# the exact calls
makes_calls($list, 5, \@pages, 'a list in pages');
makes_calls(q{SELECT name FROM o.tables WHERE database_name = 'DEMO' AND schema_name = 'S1' AND name = 'T3'}, 'T3', ["GET $s1/tables/T3"], 'an object by name');
makes_calls(q{SELECT count(*) FROM o.tables WHERE database_name = 'DEMO' AND schema_name = 'S1' AND name IN ('T3', 'T1', 't 1')}, 2,
	["GET $s1/tables/T3", "GET $s1/tables/T1", "GET $s1/tables/%22t%201%22"], 'objects by name');
makes_calls(q{SELECT count(*) FROM o.tables WHERE database_name = 'DEMO' AND schema_name = 'S1' AND name LIKE 'T1%' AND name ^@ 'T'}, 1,
	["GET $s1/tables?like=T1%25&startsWith=T"], 'a pattern and a prefix');
makes_calls(q{SELECT count(*) FROM (SELECT FROM o.tables WHERE database_name = 'DEMO' AND schema_name = 'S1' LIMIT 2) x}, 2, ["GET $s1/tables?showLimit=2"], 'a limit');
makes_calls(q{SELECT count(*) FROM (SELECT FROM o.tables WHERE database_name = 'DEMO' AND schema_name IN ('S1', 'S2') LIMIT 1) x}, 1, ["GET $s1/tables?showLimit=1"],
	'a limit that the first of two schemas reaches');
makes_calls(q{SELECT count(*) FROM (SELECT FROM o.tables WHERE database_name = 'DEMO' AND schema_name IN ('S2', 'S1') LIMIT 3) x}, 3,
	['GET /api/v2/databases/DEMO/schemas/S2/tables?showLimit=3', "GET $s1/tables?showLimit=3"], 'a limit that the second reaches');
makes_calls(q{SELECT count(*) FROM o.tasks WHERE database_name = 'DEMO' AND schema_name = 'S1' AND predecessors = '{}'}, 1, ["GET $s1/tasks?rootOnly=true"], 'roots of task graphs');
makes_calls(q{SELECT count(*) FROM o.columns WHERE database_name = 'DEMO' AND schema_name = 'S1'}, 10, ["GET $s1/tables?deep=true", @pages[1, 2]], 'columns of a schema');
makes_calls(q{SELECT count(*) FROM o.columns WHERE database_name = 'DEMO' AND schema_name = 'S1' AND table_name = 'T1'}, 2, ["GET $s1/tables/T1"], 'columns of a table');
makes_calls(q{SELECT count(*) FROM o.warehouses WHERE name LIKE 'COMP%'}, 1, ['GET /api/v2/warehouses?like=COMP%25'], 'objects of the account');
makes_calls(q{SELECT count(*) FROM o.roles WHERE name = 'ANALYST'}, 1, ['GET /api/v2/roles?like=ANALYST'], 'a kind without a fetch');
makes_calls(q{SELECT count(*) FROM o.tables WHERE name = ''}, 0, [], 'a name that is none');
makes_calls(q{PREPARE p(text) AS SELECT count(*) FROM o.tables WHERE database_name = $1; SET plan_cache_mode = force_generic_plan; EXECUTE p(NULL)}, 0, [], 'a parameter that is NULL');
makes_calls(q{SELECT name, schema_name FROM o.tables WHERE name = 'T1' AND kind IS NOT NULL ORDER BY 2}, "T1|S1\nT1|S2",
	['GET /api/v2/databases', 'GET /api/v2/databases/DEMO/schemas', 'GET /api/v2/results/X?page=1',
		map { "GET /api/v2/databases/DEMO/schemas/$_/tables/T1" } qw(INFORMATION_SCHEMA PUBLIC S1 S2)], 'unknown parents are listed first');
makes_calls(q{SELECT string_agg(o->>'name', ',') FROM sf_list('table', schema => 's1') o}, 'T1,T2,T3,T4,T5', \@pages, 'sf_list in FROM reads everything');
makes_calls(q{SELECT sf_list('table', schema => 's1')->>'name' LIMIT 2}, "T1\nT2", [$pages[0]], 'in a SELECT list a LIMIT stops it');
makes_calls(q{BEGIN; DECLARE c CURSOR FOR SELECT name FROM o.tables WHERE database_name = 'DEMO' AND schema_name = 'S1'; FETCH 3 FROM c; CLOSE c; COMMIT; SELECT 1}, "T1\nT2\nT3\n1",
	[@pages[0, 1]], 'a cursor closed early');
makes_calls(q{SELECT jsonb_array_length(sf_rest('GET', '/api/v2/databases/demo/schemas/s1/tables'))}, 5, ['GET /api/v2/databases/demo/schemas/s1/tables', @pages[1, 2]], 'sf_rest reads all pages');
makes_calls(q{SELECT sf_rest('GET', '/api/v2/databases', params => '{"like": "D%&x=y", "showLimit": 3, "history": true, "fromName": null}')}, '[]',
	['GET /api/v2/databases?like=D%25%26x%3Dy&history=true&showLimit=3'], 'its parameters are encoded');

# context headers
is_deeply([map { "$_->{role} $_->{warehouse}" } @{$t->requests}], ['"SYSADMIN" "COMPUTE_WH"'], 'role and warehouse are headers');

# max_requests
$t->sql(q{ALTER SERVER sf OPTIONS (ADD max_requests '4')});
$t->clear;
fails('SELECT count(kind) FROM o.tables', qr/54000: listing the tables takes at least 7 requests, max_requests is 4\nHINT:  Restrict database_name and schema_name/, 'more parents than max_requests');
is_deeply([calls()], ['GET /api/v2/databases', 'GET /api/v2/databases/DEMO/schemas', 'GET /api/v2/results/X?page=1'], 'are not asked');
is($t->sql($list), 5, 'pages within it');
$t->sql(q{ALTER SERVER sf OPTIONS (SET max_requests '2')});
fails($list, qr/54000: listing the tables takes at least 3 requests, max_requests is 2/, 'pages count');
fails(q{SELECT sf_list('table', schema => 's1')}, qr/54000/, 'for sf_list too');
fails(q{SELECT sf_rest('GET', '/api/v2/databases/demo/schemas/s1/tables')}, qr/54000: the answer has more than 2 pages, max_requests is 2/, 'for sf_rest too');
fails(q{SELECT count(*) FROM o.tables WHERE database_name = 'DEMO' AND schema_name = 'S1' AND name IN ('A', 'B', 'C')}, qr/54000.*at least 3 requests/, 'names count');
$t->sql(q{ALTER SERVER sf OPTIONS (DROP max_requests)});

# answers that come later, with the handler in either spelling
for my $document (0, 1)
{
	$t->control('POST', 'settings', {async_objects => 1, async_seconds => 0.3, document_handler => $document});
	$t->clear;
	is($t->sql($list), 5, "a list that comes later, $document");
	my @seen = calls();
	is($seen[0], "GET $s1/tables", 'it is asked for once');
	cmp_ok(scalar(grep { $_ eq 'GET /api/v2/results/X' } @seen), '>=', 1, 'its result until it is there');
	is_deeply([grep { /page=/ } @seen], [@pages[1, 2]], 'and its pages');
	is($t->sql(q{SELECT sf_create('schema', '{"name": "later"}')}), 'DEMO.LATER', 'an object is made later');
	is($t->sql(q{SELECT sf_drop('schema', 'later')}), 'DEMO.LATER', 'and dropped');
	fails(q{SELECT sf_fetch('table', 'nope', schema => 's1')}, qr/42704: table '.*nope' does not exist.*REST call: GET \Q$s1\E\/tables\/NOPE/s, 'an error that comes later names the call that was made');
	fails(q{SELECT sf_create('schema', '{"name": "s1"}')}, qr/42710/, 'and has its code');
	fails(q{SELECT count(*) FROM o.tables WHERE database_name = 'DEMO' AND schema_name = 'S1' AND name = 'NOPE'}, qr/42704: table '.*nope' does not exist/, 'a 404 of a result is an error, not a missing row');
	all_valid('later answers');
}

# an answer that never comes
$t->control('POST', 'settings', {async_objects => 1, async_seconds => 600});
for my $how ('timeout', 'cancel', 'terminate')
{
	for my $sql ($list, q{SELECT sf_fetch('table', 't1', schema => 's1')}, q{SELECT sf_rest('GET', '/api/v2/databases')})
	{
		my $set = $how eq 'timeout' ? 'SET statement_timeout = 700;' : '';
		my $session = $t->background("SET application_name = 'victim'; $set $sql;\n");
		my $started = time;

		if ($how ne 'timeout')
		{
			sleep 0.7;
			my $function = $how eq 'cancel' ? 'pg_cancel_backend' : 'pg_terminate_backend';
			is($t->sql("SELECT $function(pid) FROM pg_stat_activity WHERE application_name = 'victim' AND wait_event_type = 'Extension'"), 't', "$how reaches a waiting backend");
		}
		my (undef, $err) = $t->finish_background($session);
		like($err, $how eq 'terminate' ? qr/57P01/ : qr/57014/, "an endless 202: $how ends it");
		cmp_ok(time - $started, '<', 20, 'at once');
	}
}
$t->control('POST', 'settings', {async_objects => 0, async_seconds => 0.2, document_handler => 0});
for my $fault ({action => 'hang'}, {action => 'drip', seconds => 1}, {action => 'status', status => 503, retry_after => 4, times => 100})
{
	$t->clear;
	$t->fault({path => '/tables', %$fault});
	my $session = $t->background("SET statement_timeout = 700; $list;\n");
	like(($t->finish_background($session))[1], qr/57014/, "a server that hangs: $fault->{action}");
}

# answers that are tried again
for my $rule ({status => 429}, {status => 429, retry_after => 1}, {status => 500}, {status => 502, text => '<html>', content_type => 'text/html'}, {status => 503}, {status => 504})
{
	for my $path ("$s1/tables", 'page=1')
	{
		$t->clear;
		$t->fault({action => 'status', path => $path, times => 2, %$rule});
		is($t->sql($list), 5, "two answers $rule->{status} at $path");
		is(scalar(grep { index($_, $path) >= 0 } calls()), 3, 'three attempts');
	}
}
for my $action ('reset', 'lost_reply', 'reset_body')
{
	$t->clear;
	$t->fault({action => $action, path => "$s1/tables", times => 2});
	is($t->sql($list), 5, "two connections lost, $action");
}
$t->clear;
$t->fault({action => 'status', status => 429, text => '{"code":"390505","message":"Too many requests."}', times => 1000});
fails($list, qr/53400: Too many requests/, 'throttled to the end');
cmp_ok(scalar(calls()), '>=', 3, 'after at least three attempts');

# what is sent once only, and what twice
my @changes = (
	['POST', q{SELECT sf_create('schema', '{"name": "once"}')}, 1],
	['POST', q{SELECT sf_create('schema', '{"name": "once"}', 'ifNotExists')}, 2],
	['POST', q{SELECT sf_create('schema', '{"name": "once"}', 'orReplace')}, 2],
	['PUT', q{SELECT sf_create_or_alter('schema', '{"name": "once", "comment": "x"}')}, 2],
	['POST', q{SELECT sf_rest('POST', '/api/v2/databases/demo/schemas', '{"name": "again"}', '{"createMode": "ifNotExists"}')}, 1],
	['POST', q{SELECT sf_action('task', 'root', 'execute', schema => 's1')}, 1],
	['POST', q{SELECT sf_action('schema', 'once', 'clone', '{}', '{"name": "cloned"}')}, 1],
	['DELETE', q{SELECT sf_drop('schema', 'once')}, 1],
	['DELETE', q{SELECT sf_drop('schema', 'once', true)}, 2],
);
for my $change (@changes)
{
	my ($method, $sql, $times) = @$change;

	for my $fault ({action => 'lost_reply'}, {action => 'status', status => 503})
	{
		$t->clear;
		$t->fault({method => $method, %$fault});
		my (undef, $err) = $t->try($sql);
		push @errors, $err;
		is(scalar(grep { /^$method / } calls()), $times, "$fault->{action}: $sql is sent " . ($times == 1 ? 'once' : 'twice'));
		$times == 1 ? like($err, qr/08006/, 'and fails') : unlike($err, qr/ERROR|WARNING/, 'and succeeds');
		like($err, qr/WARNING:  01000: 1 Snowflake statement stays in effect/, 'the change that may be there is told of') if $times == 1;
	}
}
$t->sql(q{SELECT sf_drop('schema', n, true) FROM unnest(ARRAY['once', 'again', 'cloned']) n});

# answers that are not tried again
my @final = (
	[{status => 400}, qr/HV000: Snowflake answered with HTTP status 400/],
	[{status => 404}, qr/0A000: Snowflake answered with HTTP status 404.*HINT:  This account does not offer that call.*CONTEXT:  REST call: GET \Q$s1\E\/tables/s],
	[{status => 405}, qr/0A000/],
	[{status => 415}, qr/HV000/],
	[{status => 403, text => '{"code":"003001","message":"SQL access control error:\nInsufficient privileges to operate on x"}'}, qr/42501: Insufficient privileges.*Used were role SYSADMIN, warehouse COMPUTE_WH and database DEMO/s],
	[{status => 409, text => '{"code":"001520","message":"Retryable race condition in create or alter"}'}, qr/22023: Retryable race.*The body has to name the object/s],
	[{status => 408}, qr/57014/],
	[{status => 200, text => ''}, qr/08P01: malformed reply from Snowflake: the reply is not JSON/],
	[{status => 200, text => '[{"name": "T'}, qr/08P01.*not JSON/],
	[{status => 200, text => '[] []'}, qr/08P01.*not JSON/],
	[{status => 200, text => '[NaN]'}, qr/08P01.*not JSON/],
	[{status => 200, text => "['x']"}, qr/08P01.*not JSON/],
	[{status => 200, text => '[1,]'}, qr/08P01.*not JSON/],
	[{status => 200, text => '<html>', content_type => 'text/html'}, qr/08P01/],
	[{status => 200, text => '{}'}, qr/08P01: malformed reply from Snowflake: the reply is not an array/],
	[{status => 200, text => 'null'}, qr/08P01/],
	[{status => 200, text => '["x"]'}, qr/08P01.*element 0 of the list is not an object/],
	[{status => 200, text => '[' x 100 . ']' x 100}, qr/08P01/],
	[{status => 200, text => '[{"name": "a\u0000b"}]'}, qr/22021|22P05/],
	[{status => 202}, qr/08P01.*an answer 202 has no Location of a result/],
	[{status => 202, headers => {Location => 'http://localhost:9/api/v2/results/x'}}, qr/08P01/],
	[{status => 202, headers => {Location => '//localhost:9/api/v2/results/x'}}, qr/08P01/],
	[{status => 202, headers => {Location => '/api/v2/databases'}}, qr/08P01/],
	[{status => 200, text => '[]', headers => {Link => '<http://localhost:9/api/v2/results/x?page=1>; rel="next"'}}, qr/08P01.*the next page is on another host/],
	[{status => 200, text => '[]', headers => {Link => '<//localhost:9/x>; rel="next"'}}, qr/08P01.*the next page is on another host/],
	[{status => 302, headers => {Location => '/api/v2/databases'}}, qr/ERROR:  \w{5}: Snowflake answered with HTTP status 302/],
	[{status => 307, headers => {Location => 'http://localhost:9/'}}, qr/HTTP status 307/],
);
for my $case (@final)
{
	my ($rule, $expected) = @$case;

	$t->clear;
	$t->fault({action => 'status', path => "$s1/tables", times => 100, %$rule});
	fails(q{SELECT name FROM o.tables WHERE database_name = 'DEMO' AND schema_name = 'S1'}, $expected, "an answer $rule->{status} " . substr($rule->{text} // join(' ', values %{$rule->{headers} // {}}), 0, 40));
	is(scalar(calls()), 1, 'is not asked for again, nor followed');
}
for my $action ('truncate', 'bad_gzip')
{
	$t->clear;
	$t->fault({action => $action, path => "$s1/tables", times => 100});
	fails($list, qr/08P01/, $action);
}
# the same while parents are listed: an error, never fewer rows
for my $text ('{}', '[{}]', '[{"name": null}]', '["x"]')
{
	$t->clear;
	$t->fault({action => 'status', path => '/schemas$', text => $text, times => 100});
	fails('SELECT count(kind) FROM o.tables', qr/08P01/, "parents that are $text");
}
$t->clear;
$t->fault({action => 'status', path => '/schemas$', status => 403, text => '{"code":"003001","message":"Insufficient privileges"}', times => 100});
fails('SELECT count(kind) FROM o.tables', qr/42501/, 'parents that may not be listed');
# one that is dropped meanwhile
$t->clear;
$t->fault({action => 'status', path => 'S1/tables', status => 404, text => '{"code":"002003","message":"Schema \'S1\' does not exist or not authorized."}', times => 100});
is($t->sql('SELECT count(kind) FROM o.tables'), 1, 'a parent that is gone when its turn comes is no error');
fails(q{SELECT sf_list('table', schema => 's1')}, qr/42704: Schema 'S1' does not exist/, 'one that was named in a call is');
# an array that a list leaves out
$t->clear;
$t->fault({action => 'status', path => 'deep=true', text => '[{"name": "T1", "columns": null}, {"name": "T2"}]', times => 100});
is($t->sql(q{SELECT string_agg(table_name || '.' || name, ' ') FROM o.columns WHERE database_name = 'DEMO' AND schema_name = 'S1'}), 'T1.A T1.B T2.A T2.B', 'columns that the list leaves out are fetched');
is_deeply([calls()], ["GET $s1/tables?deep=true", "GET $s1/tables/T1", "GET $s1/tables/T2"], 'table by table');
# what Snowflake may add, and numbers of any length
$t->clear;
$t->fault({action => 'status', path => "$s1/tables", text => '[{"name": "\"a\"\"b\"", "rows": "7", "new": {"x": [1]}, "bytes": 123456789012, "owner": "", "automatic_clustering": "TRUE"}]'});
is($t->sql(q{SELECT name, rows, bytes, owner, automatic_clustering, raw->'new', database_name FROM o.tables WHERE database_name = 'DEMO' AND schema_name = 'S1'}), 'a"b|7|123456789012||t|{"x": [1]}|DEMO', 'spellings that vary');
for my $number ('123456789012345678901234567890', '-123456789012345678901234567890', '9223372036854775808', '-9223372036854775809', '18446744073709551616', '1234567890123456789', '0.10', '12345678901234567890.12345678901234567890')
{
	$t->clear;
	$t->fault({action => 'status', path => 'databases$', text => "{\"a\": [$number, {\"b\": $number}], \"s\": \"$number\", \"$number\": -$number}" =~ s/--//r});
	is($t->sql(q{SELECT o->'a'->>0, o->'a'->1->>'b', o->>'s' FROM sf_rest('GET', '/api/v2/databases') o}), "$number|$number|$number", "the number $number");
}
$t->clear;
$t->fault({action => 'status', path => "$s1/tables", text => '[{"name": "T", "rows": 123456789012345678901234567890}]', times => 2});
fails(q{SELECT rows FROM o.tables WHERE database_name = 'DEMO' AND schema_name = 'S1'}, qr/22003.*property "rows" of table "T"/s, 'a number that does not fit its column');
is($t->sql(q{SELECT raw->'rows' FROM o.tables WHERE database_name = 'DEMO' AND schema_name = 'S1'}), '123456789012345678901234567890', 'is whole in the raw object');
$t->clear;

# who calls: another role, a wrong warehouse, a user who sees nothing
$t->sql(q{ALTER SERVER sf OPTIONS (SET role 'ANALYST')});
is($t->sql('SELECT string_agg(name, $$,$$) FROM o.databases'), 'DEMO', 'another role');
is($t->requests->[-1]{role}, '"ANALYST"', 'is in the header');
fails(q{SELECT sf_create('database', '{"name": "x"}')}, qr/42501: insufficient privileges.*Used were role ANALYST/s, 'it may not create');
$t->sql(q{ALTER SERVER sf OPTIONS (SET role '"no ""such"" role"')});
fails('SELECT count(*) FROM o.databases', qr/ERROR:  \w{5}: .*role/i, 'a role that there is not');
is($t->requests->[-1]{role}, '"no ""such"" role"', 'is quoted in the header');
$t->sql(q{ALTER SERVER sf OPTIONS (SET role 'SYSADMIN', SET warehouse 'NOWHERE')});
fails('SELECT count(*) FROM o.databases', qr/NOWHERE/, 'a warehouse that there is not');
$t->sql(<<"SQL");
ALTER SERVER sf OPTIONS (DROP warehouse);
CREATE ROLE limited;
GRANT USAGE ON SCHEMA o, snowflake TO limited;
GRANT SELECT ON ALL TABLES IN SCHEMA o TO limited;
GRANT USAGE ON FOREIGN SERVER sf TO limited;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA snowflake TO limited;
CREATE USER MAPPING FOR limited SERVER sf OPTIONS (token '$i->{limited_pat}', role 'PUBLIC');
SQL
is($t->sql('SET ROLE limited; SELECT count(*) FROM o.tables'), 0, 'a user who sees nothing reads nothing');
fails(q{SET ROLE limited; SELECT sf_list('schema')}, qr/42704: database 'demo' does not exist or not authorized.*Used were role PUBLIC/s, 'and is told so of what he names');
fails(q{SET ROLE limited; SELECT sf_fetch('table', 'DEMO.S1.T1')}, qr/42704/, 'of an object too');
fails(q{SET ROLE limited; SELECT sf_create('database', '{"name": "x"}')}, qr/42501/, 'and may not create');
fails(q{SET ROLE limited; SELECT sf_drop('warehouse', 'compute_wh')}, qr/42501|42704/, 'nor drop');
is($t->sql('SELECT count(*) FROM o.databases'), 1, 'the other user is not disturbed');

# refusals of a state and of a value; what sf_rest is given it sends as it is
$t->expect_invalid('/databases$', 'a body without a name', '^body\.name does not match$');
$t->expect_invalid('/databases/not-a-name$', 'a path that names nothing');
$t->expect_invalid('/databases$', 'a body that is refused without a word', '^body\.data_retention_time_in_days is not of type integer$');
$t->sql(q{SELECT sf_create('warehouse', '{"name": "asleep", "initially_suspended": "true"}')});
fails(q{SELECT sf_action('warehouse', 'asleep', 'suspend')}, qr/55000: invalid state\. warehouse 'asleep' cannot be suspended/, 'a state that forbids an action');
fails(q{SELECT sf_undrop('table', 'never', schema => 's1')}, qr/42704: .*did not exist or was purged/, 'what was never dropped');
fails(q{SELECT sf_rest('PUT', '/api/v2/warehouses/compute_wh', '{"name": "other"}')}, qr/22023: retryable race/i, 'a body that names another object');
fails(q{SELECT sf_rest('POST', '/api/v2/databases', '{"name": ""}')}, qr/22023: The request entity had the following errors/, 'a body without a name');
fails(q{SELECT sf_rest('GET', '/api/v2/results/01b66701-0000-001c-0000-0030000b91520')}, qr/42704/, 'a result that is gone');
fails(q{SELECT sf_rest('GET', '/api/v2/databases/not-a-name')}, qr/HV000: Invalid SQL Identifier found in the request: not-a-name/, 'a path that names nothing');
fails(q{SELECT sf_rest('POST', '/api/v2/databases', '{"name": "x", "data_retention_time_in_days": "abc"}')}, qr/HV000: Snowflake answered with HTTP status 400.*REST call: POST/s, 'a refusal without a word');

# a secret that the other side repeats
$t->clear;
$t->fault({action => 'status', status => 400, text => "{\"code\":\"001003\",\"message\":\"bad token $i->{limited_pat} in Bearer $i->{limited_pat}\"}", times => 100});
fails(q{SET ROLE limited; SELECT sf_rest('GET', '/api/v2/databases')}, qr/42601: bad token \*\*\* in Bearer \*\*\*/, 'is masked');
fails(q{SET ROLE limited; SELECT * FROM o.databases}, qr/bad token \*\*\*/, 'in a scan too');
$t->clear;

# two accounts side by side
mkdir "$t->{dir}/second";
my $pid = open(my $out, '-|') // die $!;
SnowflakeFdwTest::exec_server($ENV{SNOWFLAKE_TEST_PYTHON} // '.venv/bin/python', "$t->{dir}/second") if !$pid;
my $second = $t->{json}->decode(scalar readline $out);
$t->sql(<<"SQL");
CREATE SERVER other FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (host '$second->{host}', port '$second->{port}', protocol 'http', account 'localorg-localacct', database 'DEMO', schema 'PUBLIC');
CREATE USER MAPPING FOR postgres SERVER other OPTIONS (token '$second->{pat}');
CREATE SCHEMA o2;
IMPORT FOREIGN SCHEMA snowflake_objects LIMIT TO (schemas, tables) FROM SERVER other INTO o2;
SQL
fails(q{SELECT sf_fetch('database', 'demo')}, qr/42P08: there are several Snowflake servers/, 'two servers: one has to be named');
is($t->sql(q{SELECT sf_fetch('schema', 'demo.s1', server => 'sf')->>'name'}), 'S1', 'the first');
fails(q{SELECT sf_fetch('schema', 'demo.s1', server => 'other')}, qr/42704/, 'the second does not have it');
is($t->sql(q{SELECT string_agg(a.name, ',' ORDER BY a.name), count(b.name) FROM o.schemas a LEFT JOIN o2.schemas b ON b.name = a.name AND b.database_name = 'DEMO' WHERE a.database_name = 'DEMO'}),
	'INFORMATION_SCHEMA,PUBLIC,S1,S2|2', 'a join of both');
$t->sql(q{SET snowflake_fdw.default_server = 'other'; SELECT sf_create('schema', '{"name": "there"}')});
is($t->sql(q{SELECT (SELECT count(*) FROM o.schemas WHERE name = 'THERE'), (SELECT count(*) FROM o2.schemas WHERE name = 'THERE')}), '0|1', 'a change goes to its server');
kill 'TERM', $pid;
close $out;

# many rows do not pile up in memory
$t->clear;
$t->fault({action => 'status', path => "$s1/tables", text => '[' . join(',', map { "{\"name\": \"T$_\", \"comment\": \"" . 'x' x 200 . "\"}" } 1 .. 20000) . ']'});
my $grown = $t->sql(<<'SQL');
BEGIN;
DECLARE c CURSOR FOR SELECT name, comment, raw FROM o.tables WHERE database_name = 'DEMO' AND schema_name = 'S1';
MOVE 10 FROM c;
CREATE TEMP TABLE before AS SELECT sum(used_bytes) AS used FROM pg_backend_memory_contexts WHERE name LIKE 'snowflake_fdw object%' OR name = 'ExecutorState';
MOVE 15000 FROM c;
SELECT sum(used_bytes) - (SELECT used FROM before) < 200000 FROM pg_backend_memory_contexts WHERE name LIKE 'snowflake_fdw object%' OR name = 'ExecutorState';
MOVE 5000 FROM c;
COMMIT;
SQL
is($grown, 't', 'memory does not grow with the rows');

# a server that is changed, and its session replaced, while a scan is under way
{
	$t->clear;
	my $rest = $t->sql(<<"SQL");
SET snowflake_fdw.default_server = 'sf';
ALTER SERVER sf OPTIONS (ADD fetch_parallel '1');
BEGIN;
DECLARE c NO SCROLL CURSOR FOR SELECT name FROM o.tables WHERE database_name = 'DEMO';
FETCH 1 FROM c;
DECLARE d CURSOR FOR SELECT sf_list('table', schema => 's1')->>'name';
FETCH 1 FROM d;
ALTER SERVER sf OPTIONS (ADD query_tag 'changed');
SELECT sf_fetch('schema', 's1')->>'name';
FETCH ALL FROM c;
FETCH ALL FROM d;
COMMIT;
SELECT count(*) FROM o.tables WHERE database_name = 'DEMO';
ALTER SERVER sf OPTIONS (DROP query_tag);
SQL
	is($rest, "T1\nT1\nS1\nT2\nT3\nT4\nT5\nT1\nT2\nT3\nT4\nT5\n6", 'a server that is changed while its objects are read');
}

# a database in another encoding
$t->sql(q{CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'});
sub latin
{
	my ($sql) = @_;
	my ($out, $err) = $t->try($sql, 'latin');

	push @errors, $err;
	return $err || $out;
}
is(latin(<<"SQL"), 'PUBLIC', 'a server in a LATIN1 database');
ALTER DATABASE latin SET search_path = public, snowflake;
SET search_path = public, snowflake;
CREATE EXTENSION snowflake_fdw;
CREATE SERVER sf FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (host '$i->{host}', port '$i->{port}', protocol 'http', account 'localorg-localacct', database 'DEMO', schema 'S1');
CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (token '$i->{pat}');
IMPORT FOREIGN SCHEMA snowflake_objects FROM SERVER sf INTO public;
SELECT sf_fetch('schema', 'public')->>'name';
SQL
is(latin(q{SET client_min_messages = warning; SELECT sf_create('table', '{"name": "\"Größe\"", "comment": "é", "columns": [{"name": "\"ü\"", "datatype": "int"}]}')}), 'DEMO.S1."Größe"', 'names are converted on their way');
is(latin(q{SELECT name, comment, octet_length(name) FROM tables WHERE database_name = 'DEMO' AND schema_name = 'S1' AND name = 'Größe'}), 'Größe|é|5', 'and back');
is(latin(q{SELECT name FROM columns WHERE database_name = 'DEMO' AND schema_name = 'S1' AND table_name LIKE 'Gr_ße'}), 'ü', 'in patterns too');
is(latin(q{SELECT sf_rest('GET', '/api/v2/databases/DEMO/schemas/S1/tables/%22Gr%C3%B6%C3%9Fe%22')->>'comment', sf_list('table', "like" => 'grö%')->>'name'}), 'é|"Größe"', 'and in functions');
is($t->sql(q{SELECT sf_create('table', '{"name": "\"漢字\"", "columns": [{"name": "x", "datatype": "int"}]}', schema => 's1', server => 'sf')}), 'DEMO.S1."漢字"', 'a name that LATIN1 lacks');
like(latin(q{SELECT name FROM tables WHERE database_name = 'DEMO' AND schema_name = 'S1'}), qr/22P05: character with byte sequence/, 'is an error there');

like(latin(q{SELECT message FROM sf_dag_validate('{"name": "g", "schedüle": "1 h", "tasks": []}')}), qr/a task graph has no key "schedüle", perhaps "schedule" is meant/, 'keys of a graph');
like(latin(q{SELECT statement FROM sf_dag_tasks('{"name": "g", "warehouse": "w", "schedule": "1 h", "tasks": [{"name": "t", "definition": {"procedure": "p", "args": {"\"größe\"": "ü"}}}]}')}), qr/"größe" => 'ü'/, 'names of arguments');
like(latin(q{SELECT * FROM sf_dag_plan('{"name": "g", "warehouse": "w", "schedule": "1 h", "config": {"größe": {"länge": "ü"}}, "tasks": [{"name": "t", "definition": "SELECT 1"}]}')}), qr/größe.*länge/, 'names in a config');
like(latin(q{SELECT sf_task_set_tags('t', '{"\"größe\"": 1}')}), qr/the value of tag ""größe"" must be a text/, 'names of tags');

is(latin(<<"SQL"), '', 'credentials of letters beyond ASCII');
CREATE SERVER umlaut FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (host '$i->{host}', port '$i->{port}', protocol 'http', account 'localorg-localacct');
CREATE USER MAPPING FOR postgres SERVER umlaut OPTIONS (user 'Müller', private_key_file '$i->{key_file}');
SQL
like(latin(q{SELECT sf_ping('umlaut')}), qr/28000: .*JWT token is invalid/s, 'a user with an umlaut is asked for, and is not known');

# a property of a wrong type is refused before the call; what the service takes as a string passes
$t->clear;
$t->sql("ALTER DATABASE postgres SET snowflake_fdw.default_server = 'sf'");
for my $case ([q{sf_create('warehouse', '{"name": "typed", "auto_suspend": "10 minutes"}')}, '"auto_suspend" of kind "warehouse" must be an integer, not "10 minutes"'],
	[q{sf_create('warehouse', '{"name": "typed", "auto_suspend": 1.5}')}, '"auto_suspend" of kind "warehouse" must be an integer, not 1.5'],
	[q{sf_create_or_alter('warehouse', '{"name": "typed", "auto_resume": "yes"}')}, '"auto_resume" of kind "warehouse" must be true or false, not "yes"'],
	[q{sf_create('warehouse', '{"name": "typed", "comment": {"a": 1}}')}, '"comment" of kind "warehouse" must be a string, not an object'],
	[q{sf_create('service', '{"name": "typed", "compute_pool": "p", "spec": "text"}')}, '"spec" of kind "service" must be an object, not a string'],
	[q{sf_create('table', '{"name": "typed", "columns": "a int"}')}, '"columns" of kind "table" must be an array of objects, not a string'],
	[q{sf_create('table', '{"name": "typed", "columns": [{"name": "a", "datatype": "int"}, "b int"]}')}, '"columns" of kind "table" must be an array of objects, not one with other elements'],
	[q{sf_create('user', '{"name": "typed", "days_to_expiry": "soon"}')}, '"days_to_expiry" of kind "user" must be an integer, not "soon"'],
	[q{sf_create('service', '{"name": "typed", "external_access_integrations": "a"}')}, '"external_access_integrations" of kind "service" must be an array of strings, not a string'],
	[q{sf_alter('warehouse', 'compute_wh', '{"auto_suspend": "10 minutes"}')}, '"auto_suspend" of kind "warehouse" must be an integer, not "10 minutes"'])
{
	fails("SELECT $case->[0]", qr/22023: property \Q$case->[1]\E/, $case->[0]);
}
# members of objects and of objects in lists
for my $case (['table', '{"name": "m", "columns": [{"name": "a", "datatype": "int"}, {"name": "b", "datatype": "int", "nulable": false}]}', 'element 2 of property "columns" of kind "table" is not known to have a member "nulable"', 'Perhaps you meant "nullable"; strict => false sends it as it is.'],
	['table', '{"name": "m", "columns": [{"name": "a", "not_null": true}]}', 'element 1 of property "columns" of kind "table" is not known to have a member "not_null"', 'Members are name, datatype, nullable, collate, default, autoincrement, autoincrement_start, autoincrement_increment, constraints, comment, autoincrement_order; strict => false sends it as it is.'],
	['table', '{"name": "m", "columns": [{"datatype": null}]}', 'element 1 of property "columns" of kind "table" lacks name, datatype', undef],
	['service', '{"name": "m", "compute_pool": "p", "spec": {"spec_text": "spec:"}}', 'property "spec" of kind "service" lacks spec_type', 'Members are spec_type, stage, spec_file, spec_text; strict => false sends it as it is.'],
	['stream', '{"name": "m", "stream_source": {"src_type": "table", "name": "t", "apend_only": true}}', 'property "stream_source" of kind "stream" is not known to have a member "apend_only"', 'Perhaps you meant "append_only"; strict => false sends it as it is.'])
{
	my ($kind, $definition, $message, $hint) = @$case;

	fails("SELECT $_('$kind', \$q\$$definition\$q\$)", qr/22023: \Q$message\E\n@{[defined $hint ? "HINT:  \Q$hint\E\n" : '']}/, "$_: $message") for $kind =~ /table|service/ ? ('sf_create', 'sf_create_or_alter') : 'sf_create';
}
is(scalar(@{$t->requests}), 0, 'nothing was sent');
$t->expect_invalid('/tables', 'a member that is not known is sent');
is($t->sql(q{SELECT sf_create('table', '{"name": "m", "columns": [{"name": "a", "datatype": "int", "newer": {"a": 1}}]}', strict => false)}), 'DEMO.PUBLIC.M', 'strict => false sends it');
is($t->requests->[-1]{body}{columns}[0]{newer}{a}, 1, 'as it is');
is($t->sql(q{SELECT sf_create_or_alter('table', jsonb_set(f, '{columns,0,newer}', 'true')), sf_drop('table', 'm') FROM sf_fetch('table', 'm') f}), 'DEMO.PUBLIC.M|DEMO.PUBLIC.M', 'a fetched definition may have newer members');
# accounts answer and take members that the documents do not have yet
for my $case (['table', '{"name": "m", "columns": [{"name": "a", "datatype": "int", "autoincrement": true, "autoincrement_start": 1, "autoincrement_increment": 1}]}'],
	['task', '{"name": "m", "definition": "SELECT 1", "schedule": {"schedule_type": "MINUTES_TYPE", "minutes": 1, "seconds": 30}}'], ['stage', '{"name": "m", "directory_table": {"enable": true, "aws_sns_topic": null}}'])
{
	my ($kind, $definition) = @$case;

	$t->sql("SELECT sf_create('$kind', \$q\$$definition\$q\$)");
	is($t->sql("SELECT sf_create('$kind', f - (SELECT array_agg(name) FROM sf_kind_properties('$kind') WHERE read_only AND name NOT IN ('database_name', 'schema_name')), 'orReplace'), sf_drop('$kind', 'm') FROM sf_fetch('$kind', 'm') f"),
		'DEMO.PUBLIC.M|DEMO.PUBLIC.M', "a fetched $kind without what is read-only");
}
is($t->sql("SELECT string_agg(k || '.' || p.name || ' ' || m, ', ' ORDER BY k, m) FROM unnest('{table,task,stage,procedure,user_defined_function}'::text[]) k, sf_kind_properties(k) p, unnest(p.members) m WHERE m ~ '^(autoincrement_order|check_expression|rely|seconds|aws_sns_topic|artifact_.*)\$'"),
	'procedure.language_config artifact_repository, procedure.language_config artifact_repository_packages, stage.directory_table aws_sns_topic, table.columns autoincrement_order, table.constraints check_expression, table.constraints rely, '
	. 'task.schedule seconds, user_defined_function.language_config artifact_repository, user_defined_function.language_config artifact_repository_packages', 'which they are');
$t->clear;

# what a drop finds: one request, whose answer tells
makes_calls(q{SELECT sf_drop('schema', 'never', true) IS NULL}, 't', ['DELETE /api/v2/databases/DEMO/schemas/NEVER'], 'a drop that finds nothing');
makes_calls(q{SELECT sf_create('schema', '{"name": "gone"}')}, 'DEMO.GONE', ['POST /api/v2/databases/DEMO/schemas?createMode=errorIfExists'], 'something to drop');
makes_calls(q{SELECT sf_drop('schema', 'gone', true)}, 'DEMO.GONE', ['DELETE /api/v2/databases/DEMO/schemas/GONE'], 'a drop that finds it');
fails(q{SELECT sf_drop('schema', 'gone')}, qr/42704/, 'without if_exists nothing is an error');
$t->clear;
$t->fault({action => 'status', method => 'DELETE', path => '/schemas', status => 404, times => 100});
fails(q{SELECT sf_drop('schema', 'gone', true)}, qr/0A000: Snowflake answered with HTTP status 404/, 'a 404 without a body is no missing object');
$t->clear;
$t->fault({action => 'status', method => 'DELETE', path => '/schemas', status => 409, text => '{"code":"001520","message":"Retryable race condition"}'});
fails(q{SELECT sf_drop('schema', 'gone', true)}, qr/22023: Retryable race/, 'a 409 is an error');
$t->sql(q{SELECT sf_create('schema', '{"name": "gone"}')});
$t->clear;
$t->fault({action => 'lost_reply', method => 'DELETE'});
is($t->sql(q{SELECT sf_drop('schema', 'gone', true)}), 'DEMO.GONE', 'an answer that was lost: the drop that was sent again finds nothing, the first did it');
is(scalar(grep { /^DELETE / } calls()), 2, 'it was sent again');
$t->clear;
$t->control('POST', 'settings', {async_objects => 1, async_seconds => 0.2, document_handler => 0});
is($t->sql(q{SELECT sf_drop('schema', 'gone', true) IS NULL}), 't', 'an answer that comes later says so too');
fails(q{SELECT sf_drop('schema', 'gone')}, qr/42704/, 'and is an error without if_exists');
$t->fault({action => 'status', path => '/results/', status => 503});
is($t->sql(q{SELECT sf_drop('schema', 'gone', true) IS NULL}), 't', 'also when the question for it fails once');
$t->clear;
$t->sql(q{SELECT sf_create('schema', '{"name": "gone"}')});
$t->fault({action => 'lost_reply', method => 'DELETE'});
is($t->sql(q{SELECT sf_drop('schema', 'gone', true)}), 'DEMO.GONE', 'and the first that was lost may have done it');
$t->clear;
$t->control('POST', 'settings', {async_objects => 0, async_seconds => 0.2, document_handler => 0});
like(($t->try(q{BEGIN; SELECT sf_drop('schema', 'gone', true); ROLLBACK}))[1], qr/^\s*$/, 'what found nothing is not told of at ROLLBACK');
like(($t->try(q{SELECT sf_create('schema', '{"name": "s1"}', 'ifNotExists')}))[1], qr/NOTICE:  .*S1 already exists, statement succeeded\./, 'what Snowflake has to say is a NOTICE');
is(($t->try(q{SELECT sf_create('schema', '{"name": "plain"}')}))[1], "NOTICE:  00000: Schema PLAIN successfully created.\n", 'that it is done, too');

# a fetched object whose members are not what they should be
for my $case (['"name": "TYPED", "auto_suspend": null, "owner": null, "state": null, "created_on": null', undef], ['"name": "TYPED", "auto_suspend": [1], "owner": 5, "state": {}, "created_on": []', qr/22023: property "auto_suspend" of kind "warehouse" must be an integer, not an array/],
	['"name": null, "owner": null, "state": null, "created_on": null', qr/22023: the properties must have a "name"/], ['"name": {}, "owner": null', qr/22023: property "name" must be text/])
{
	my ($members, $error) = @$case;

	$t->clear;
	$t->fault({action => 'status', method => 'GET', path => '/warehouses/', text => "{$members}"});
	my ($out, $err) = $t->try(q{SELECT sf_create_or_alter('warehouse', sf_fetch('warehouse', 'typed'))});
	$error ? like($err, $error, "a fetched object with $members") : is($out, 'TYPED', "a fetched object with $members");
	is(scalar(grep { !/^GET/ } calls()), $error ? 0 : 1, 'and what is sent');
}
$t->sql(q{SELECT sf_drop('warehouse', 'typed')});
is($t->sql(q{SELECT sf_create('warehouse', '{"name": "typed", "auto_suspend": "120", "auto_resume": "true", "comment": null}')}), 'TYPED', 'a number and a truth value as strings');
$t->sql(q{SELECT sf_drop('warehouse', 'typed')});

# no secret in any message or in the log
my $all = join "\n", @errors, $t->log;
for my $name ('pat', 'limited_pat', 'admin_pat')
{
	unlike($all, qr/\Q$i->{$name}\E/, "no $name in messages and log");
}
unlike($all, qr/Bearer e|PRIVATE KEY/, 'no token and no key');
unlike($all, qr/(?<!\w)XX000|server closed|terminated by signal/, 'no internal error');

$t->stop;
done_testing;
