# Writing: exactly once, whatever happens to a request, and every message about it is true.
use strict;
use warnings;
use List::Util qw(max sum0 uniq);
use SnowflakeFdwTest;
use Test::More;
use Time::HiRes qw(sleep time);

my $t = SnowflakeFdwTest->new(args => ['--window', '5']);
my %server = (warehouse => 'COMPUTE_WH', retry_timeout => '30s', cancel_timeout => '3s');
my $submit = '^/api/v2/statements\?';
my $poll = '^/api/v2/statements/[^/?]+\?requestId';

$t->connect(%server);
remote('CREATE DATABASE W');
remote('CREATE TABLE W.PUBLIC.T (ID NUMBER(9,0) NOT NULL PRIMARY KEY, V VARCHAR(40))');
# the same table by a server that does not try for long
$t->sql('CREATE SERVER hasty FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (' . $t->server_options(%server, retry_timeout => '0.4s', cancel_timeout => '1s') . ");
	CREATE USER MAPPING FOR postgres SERVER hasty OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}');
	ALTER DATABASE postgres SET snowflake_fdw.default_server = 'sf'; CREATE SCHEMA hasty; IMPORT FOREIGN SCHEMA \"W.PUBLIC\" FROM SERVER hasty INTO hasty; IMPORT FOREIGN SCHEMA \"W.PUBLIC\" FROM SERVER sf INTO public");
# what is computed here, for each row
$t->sql('CREATE FUNCTION here(x text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$ BEGIN RETURN x; END $$');

sub remote { my ($sql) = @_; return $t->sql('SELECT sf_execute($sql$' . $sql . '$sql$)'); }

# rows of the table in Snowflake, by a session of its own: "1new 2new", or another expression of each
sub rows_between
{
	my ($from, $to, $shown) = @_;

	$shown //= 'id - ' . ($from - 1) . ' || v';
	return $t->sql("SELECT string_agg($shown, ' ' ORDER BY id) FROM sf_query('SELECT ID, V FROM W.PUBLIC.T WHERE ID BETWEEN $from AND $to') AS q(id int, v text)");
}

# the submissions of statements that write, and whether each was sent once, but for repetitions that say so
sub writes { return grep { $_->{method} eq 'POST' && $_->{path} eq '/api/v2/statements' && ($_->{body} // {})->{statement} =~ /^\s*(INSERT|MERGE|UPDATE|DELETE|TRUNCATE)/ } @{$_[0] // $t->requests}; }
sub sent_once
{
	my ($log) = @_;
	my (%text, %times);

	for my $post (writes($log))
	{
		my ($id, $sql) = ($post->{query}{requestId}, $post->{body}{statement});

		return "request $id is repeated without saying so" if $times{$id}++ && ($post->{query}{retry} // '') ne 'true';
		return "request $id is marked as a repetition" if $times{$id} == 1 && exists $post->{query}{retry};
		return "\"$sql\" was sent by two requests" if exists $text{$sql} && $text{$sql} ne $id;
		$text{$sql} = $id;
	}
	return 'yes';
}

sub stays { my ($err) = @_; return $err =~ /WARNING:  01000: (\d+) Snowflake statements? stays? in effect although the transaction is rolled back/ ? $1 : 0; }
sub open_statements
{
	for (1 .. 100)
	{
		return 0 if !@{$t->control('GET', 'state')->{open_statements}};
		sleep 0.05;
	}
	return scalar @{$t->control('GET', 'state')->{open_statements}};
}

# 1. as few requests as possible
sub count_of
{
	my ($sql) = @_;

	$t->clear;
	my ($out, $err) = $t->try($sql . ";\n\\echo :ROW_COUNT");
	my $log = $t->requests;
	return ($out . $err, scalar writes($log), scalar @$log, $log);
}
sub verbs { return join ' ', map { $_->{body}{statement} =~ /^(\w+)/ } writes($_[0]); }

remote('CREATE TABLE W.PUBLIC.WIDE (ID NUMBER(9,0) NOT NULL PRIMARY KEY, V VARCHAR)');
$t->sql('IMPORT FOREIGN SCHEMA "W.PUBLIC" LIMIT TO (wide) FROM SERVER sf INTO public; CREATE TABLE numbers AS SELECT g AS n FROM generate_series(1, 100000) g; ANALYZE numbers');
my ($said, $statements, $requests, $log) = count_of(q{INSERT INTO t SELECT n, 'n' || n FROM numbers WHERE n <= 10000});
is("$said, $statements", '10000, 1', '10,000 narrow rows are one statement');
cmp_ok($requests, '<=', 11, 'and at most eleven requests');
($said, $statements, $requests) = count_of(q{INSERT INTO wide SELECT n, 'n' || n FROM numbers});
is("$said, $statements", '100000, 7', '100,000 are seven');
is($t->sql(q{SELECT n FROM sf_query('SELECT COUNT(*) || '' '' || COUNT(DISTINCT ID) || '' '' || SUM(ID) FROM W.PUBLIC.WIDE') AS q(n text)}), '100000 100000 5000050000', 'each row is there once');
is(join(' ', (count_of(q{INSERT INTO wide SELECT n + 200000, repeat('x', 100000) FROM numbers WHERE n <= 25}))[0, 1]), '25 3', 'a megabyte in a statement');
is(join(' ', (count_of('INSERT INTO wide SELECT id + 300000, v FROM t'))[0, 1]), '10000 1', 'INSERT ... SELECT of the account');
is(join(' ', (count_of(q{UPDATE wide SET v = v || '!' WHERE id > 300000}))[0, 1]), '10000 1', 'UPDATE');
is(join(' ', (count_of('DELETE FROM wide USING t WHERE t.id + 300000 = wide.id'))[0, 1]), '10000 1', 'DELETE');
($said, $statements, $requests, $log) = count_of(q{UPDATE t SET v = here('x' || n) FROM numbers WHERE n = id AND n <= 5000});
is("$said, $statements, " . verbs($log), '5000, 1, MERGE', '5,000 rows changed by key are one statement');
cmp_ok($requests, '<=', 11, 'and at most eleven requests');
($said, $statements, $requests, $log) = count_of('DELETE FROM t USING numbers WHERE n = id AND here(v) = v AND n <= 5000');
is("$said, $statements, " . verbs($log), '5000, 1, DELETE', 'and deleted by key');
$t->sql(q{ALTER FOREIGN TABLE t OPTIONS (ADD batch_size '1000')});
is(join(' ', (count_of(q{INSERT INTO t SELECT n, 'n' FROM numbers WHERE n <= 2500}))[0, 1]), '2500 3', 'batch_size');
is(join(' ', (count_of(q{UPDATE t SET v = here(v) WHERE id <= 2500}))[0, 1]), '2500 3', 'batch_size of an UPDATE by key');
$t->sql('ALTER FOREIGN TABLE t OPTIONS (DROP batch_size); TRUNCATE t; TRUNCATE wide');
is($t->sql(q{SELECT n FROM sf_query('SELECT COUNT(*) FROM W.PUBLIC.T') AS q(n int)}), '0', 'TRUNCATE');

# from here on two rows in a statement
$t->sql(q{ALTER FOREIGN TABLE t OPTIONS (ADD batch_size '2'); ALTER FOREIGN TABLE hasty.t OPTIONS (ADD batch_size '2')});

# 2. each request of three statements of two rows fails
my $refused = '{"code":"100035","sqlState":"22000","message":"made up","statementHandle":"019c06a4-0000-df4f-0000-00100006589e"}';
my $another = '019c06a4-0000-df4f-0000-00100006589e';
my %begins = (INSERT => 'INSERT INTO', UPDATE => 'MERGE INTO', DELETE => 'DELETE FROM');
# the fault, the table, and what has to be: '' is success, undef either
my @of_both = (
	['404', {action => 'status', status => 404}, 'public', qr/HV000: Snowflake answered with HTTP status 404|42704: Snowflake does not know this query/],
	['422', {action => 'status', status => 422, text => $refused}, 'public', qr/22007: made up/],
	['429, then fine', {action => 'status', status => 429}, 'public', ''],
	['500, then fine', {action => 'status', status => 500}, 'public', ''],
	['503, then fine', {action => 'status', status => 503, times => 2}, 'public', ''],
	['reset before it was handled', {action => 'reset'}, 'public', ''],
	['reset behind it', {action => 'lost_reply'}, 'public', ''],
	['reset within the answer', {action => 'reset_body'}, 'public', ''],
	['no JSON', {action => 'raw', text => 'not json'}, 'public', qr/08P01: malformed reply/],
	['no JSON to the end', {action => 'raw', text => '[]', times => 100}, 'public', qr/08P01: malformed reply/],
	['503 to the end', {action => 'status', status => 503, times => 100}, 'hasty', qr/08006: Snowflake answered with HTTP status 503/],
	['reset to the end', {action => 'reset', times => 100}, 'hasty', qr/08006: request to server "hasty" failed/],
	['lost to the end', {action => 'lost_reply', times => 100}, 'hasty', qr/08006: request to server "hasty" failed/],
	['cut', {action => 'truncate'}, 'public', undef],
	['of another statement', {action => 'replace', set => {statementHandle => $another}}, 'public', undef],
	['without a handle', {action => 'replace', delete => ['statementHandle']}, 'public', undef],
);
my @of_posts = (
	['429 to the end', {action => 'status', status => 429, times => 100}, 'hasty', qr/53400/],
	['lost, then 429 to the end', [{action => 'lost_reply'}, {action => 'status', status => 429, times => 100}], 'hasty', qr/53400/],
	['lost, then 401 to the end', [{action => 'lost_reply'}, {action => 'status', status => 401, times => 100}], 'hasty', qr/28000/],
);
my %counts = map { $_ => {numRowsInserted => $_, numRowsUpdated => $_, numRowsDeleted => $_, numDuplicateRowsUpdated => 0} } -1, 1, 5;
my @of_polls = (
	['401, then fine', {action => 'status', status => 401}, 'public', ''],
	['401 to the end', {action => 'status', status => 401, times => 100}, 'public', qr/28000/],
	['cut to the end', {action => 'truncate', times => 100}, 'public', qr/08P01/],
	['of another statement to the end', {action => 'replace', set => {statementHandle => $another}, times => 100}, 'public', qr/08P01: malformed reply from Snowflake: the reply is of another statement/],
	['without stats', {action => 'replace', set => {stats => undef}, times => 100}, 'public', ''],
	['without stats and data', {action => 'replace', set => {stats => undef, data => []}, times => 100}, 'public', qr/08P01/],
	['another numRows', {action => 'replace', set => {'resultSetMetaData' => {numRows => 7}}, times => 100}, 'public', qr/08P01/],
	['stats of too many', {action => 'replace', set => {stats => $counts{5}}, times => 100}, 'public', qr/(?:HV000|21000): \w+ of 2 rows of foreign table "t" has changed 5 rows in Snowflake/],
	['stats of too few', {action => 'replace', set => {stats => $counts{1}}, times => 100}, 'public', qr/(?:HV000|40001): \w+ of 2 rows of foreign table "t" has changed 1 rows in Snowflake/],
	['stats below 0', {action => 'replace', set => {stats => $counts{-1}}, times => 100}, 'public', qr/08P01: malformed reply from Snowflake: "numRowsInserted" is negative/],
	['stats of another type', {action => 'replace', set => {stats => {numRowsInserted => 'x', numRowsUpdated => 'x', numRowsDeleted => 'x'}}, times => 100}, 'public', qr/08P01/],
);

remote(q{INSERT INTO W.PUBLIC.T SELECT R.N * 100 + K.N, 'old' FROM (SELECT ROW_NUMBER() OVER (ORDER BY NULL) AS N FROM TABLE(GENERATOR(ROWCOUNT => 200))) R, (SELECT COLUMN1 AS N FROM VALUES (1), (2), (3), (4), (5), (6)) K WHERE MOD(R.N, 3) > 0});

my (@runs, %number);
my %kinds = (INSERT => 0, UPDATE => 1, DELETE => 2);
sub statement_of
{
	my ($operation, $schema, $from) = @_;
	my $range = "BETWEEN $from AND " . ($from + 5);

	return $operation eq 'INSERT' ? "INSERT INTO $schema.t SELECT g, 'new' FROM generate_series($from, $from + 5) g" :
		$operation eq 'UPDATE' ? "UPDATE $schema.t SET v = here('new') WHERE id $range" : "DELETE FROM $schema.t WHERE id $range AND here(v) = v";
}
# rows 1 to 6 behind a hundred of its own: a number that divides by three has none at first
sub run_with
{
	my ($operation, $name, $schema, $expected, $faults, $setting) = @_;
	my $from = (($number{$operation}++ + 1) * 3 + $kinds{$operation}) * 100 + 1;

	$t->clear;
	$t->fault(@$faults);
	my ($out, $err) = $t->try(($setting // '') . ';' . statement_of($operation, $schema, $from) . ";\n\\echo :ROW_COUNT\n");
	push @runs, {operation => $operation, name => "$operation: $name", from => $from, out => $out, err => $err, expected => $expected, log => $t->requests};
	return;
}

for my $operation ('INSERT', 'UPDATE', 'DELETE')
{
	my $i = 0;

	for my $case ((map { ['POST', $_] } @of_both, @of_posts), (map { ['GET', $_] } @of_both, @of_polls))
	{
		my ($method, $fault) = @$case;
		my ($name, $rules, $schema, $expected) = @$fault;

		$i++;
		for my $at (0 .. 2)
		{
			my $skip = $at;

			# the three operations have all places
			next if ($i + $kinds{$operation}) % 3 != $at;
			run_with($operation, "$method " . ($at + 1) . " $name", $schema, $expected,
				[map { {($method eq 'POST' ? (path => $submit, body => $begins{$operation}) : (path => $poll, method => 'GET')), skip => $skip++, %$_} } ref $rules eq 'ARRAY' ? @$rules : $rules]);
		}
	}
}
# interrupted at any time
for my $n (1 .. 36)
{
	my $operation = ('INSERT', 'UPDATE', 'DELETE')[$n % 3];

	run_with($operation, "statement_timeout after @{[$n * 9]} ms", 'public', undef, [], 'SET statement_timeout = ' . $n * 9);
}
$t->clear;
is(open_statements(), 0, 'nothing runs any more');

# what is there now; a statement that ran twice, or late, would show
my %there;
for (split /\n/, $t->sql(q{SELECT id, v FROM sf_query('SELECT ID, V FROM W.PUBLIC.T') AS q(id int, v text)}))
{
	my ($id, $v) = split /\|/;

	push @{$there{$id}}, $v;
}
sub changed { my ($run, $k) = @_; my $v = join ',', @{$there{$run->{from} + $k} // []}; return $run->{operation} eq 'DELETE' ? ($v eq '' ? 1 : $v eq 'old' ? 0 : "?$v") : $v eq 'new' ? 1 : $v eq ($run->{operation} eq 'UPDATE' ? 'old' : '') ? 0 : "?$v"; }

# what the run and the table say of each other: 'true', or what is not
sub truth
{
	my ($run) = @_;
	my @changed = map { changed($run, $_) } 0 .. 5;
	my $rows = join '', @changed;
	my $stays = stays($run->{err});
	my $once = sent_once($run->{log});

	return "rows $rows" if $rows !~ /^(?:11)*(?:00)*$/;
	return $once if $once ne 'yes';
	return "ROW_COUNT $run->{out}, rows $rows" if $run->{err} !~ /ERROR/ && ($run->{out} ne '6' || $rows ne '111111' || $stays);
	return 'true' if $run->{err} !~ /ERROR/;
	return $rows eq '000000' && !$stays ? 'true' : "rows $rows, $stays statements stay" if $run->{err} =~ /57014/ && $run->{err} !~ /rows before/ && !writes($run->{log});
	# between two batches
	return sum0(@changed) == $stays * 2 ? 'true' : "rows $rows, $stays statements stay" if $run->{err} =~ /57014/ && $run->{err} !~ /rows before/;
	return "no CONTEXT of the rows: $run->{err}" if $run->{err} !~ /^(?:CONTEXT:  )?$run->{operation} of foreign table "t", rows (\d) to (\d); (\d) rows before them are written$/m;
	my ($first, $last, $before) = ($1, $2, $3);
	my $written = sum0 @changed;
	my $in_doubt = $run->{err} =~ /WARNING:  08000: could not cancel the statement in Snowflake\nDETAIL:  .* may still be running, or be done\./;

	return "rows $first to $last behind $before" if $first != $before + 1 || $last != $first + 1;
	return "rows $rows, $before rows before them" if $written != $before && $written != $before + 2;
	return "rows $rows, $stays statements stay" if $in_doubt ? $stays * 2 != $before : $stays * 2 != $written;
	return 'true';
}
for my $run (@runs)
{
	is(truth($run), 'true', $run->{name}) or diag($run->{err}, join ' ', map { "$_->{method} $_->{target} " . ($_->{status} // '-') } @{$run->{log}});
	next if !defined $run->{expected};
	$run->{expected} eq '' ? is($run->{err} =~ s/^NOTICE.*\n|^DETAIL:  The answer was HTTP status.*\n//mgr, '', 'it succeeds') : like($run->{err}, $run->{expected}, 'its error');
}
cmp_ok(scalar(grep { stays($_->{err}) * 2 > ($_->{err} =~ /; (\d) rows before them/ ? $1 : 0) } @runs), '>=', 20, 'of many it was found out that they had been done');

# a statement that waits for its answer 429 for ever is ended by statement_timeout
$t->clear;
$t->fault({action => 'status', status => 429, path => $poll, method => 'GET', times => 10});
my ($out, $err) = $t->try("SET statement_timeout = 1500; INSERT INTO t VALUES (7, 'new')");
like($err, qr/57014/, 'throttled polls end with statement_timeout');

# 3. interrupted, terminated, killed
my $from = 900000;
# runs SQL in a session that is stopped when the log has what $until wants; what it said, and what was sent
sub stopped
{
	my ($sql, $how, $until) = @_;
	my $session = $t->background(($how eq 'timeout' ? "SET statement_timeout = '1500ms';" : '') . "SET application_name = 'victim';\n$sql;\n\\echo :ROW_COUNT\n");

	if ($how ne 'timeout')
	{
		for (1 .. 200)
		{
			last if $until->();
			sleep 0.02;
		}
		sleep 0.1;
		my $pid = $t->sql(q{SELECT pid FROM pg_stat_activity WHERE application_name = 'victim'});
		$how eq 'kill' ? kill('KILL', $pid) : $t->sql("SELECT pg_${how}_backend($pid)");
	}
	my ($out, $err) = $t->finish_background($session);
	if ($how eq 'kill')
	{
		for (1 .. 200)
		{
			last if ($t->try('SELECT 1'))[2] == 0;
			sleep 0.1;
		}
	}
	return ($out, $err, $t->requests);
}
sub cancels { my ($log) = @_; return join ' ', map { $_->{status} // '-' } grep { $_->{path} =~ m{/cancel$} } @$log; }
my %error = (cancel => qr/57014: canceling statement due to user request/, timeout => qr/57014: canceling statement due to statement timeout/, terminate => qr/57P01/, kill => qr/server closed the connection/);

for my $how ('cancel', 'timeout', 'terminate', 'kill')
{
	my ($out, $err, $log);
	my $insert = sub { $from += 10; return "INSERT INTO t SELECT g, 'new' FROM generate_series($from + 1, $from + 6) g"; };
	my $there = sub { return rows_between($from + 1, $from + 6); };

	# the second statement runs for long
	$t->clear;
	my $sql = $insert->();
	my $third = $from + 3;
	$t->result({match => "INSERT INTO.*'$third'", seconds => $how eq 'kill' ? 1.5 : 30, times => 1});
	($out, $err, $log) = stopped($sql, $how, sub { scalar(writes()) == 2 });
	like($err, $error{$how}, "$how while a statement runs");
	is(sent_once($log), 'yes', 'each was sent once');
	is(cancels($log), $how eq 'kill' ? '' : '200', 'the one that runs is cancelled') or diag(explain($log));
	is(open_statements(), 0, 'nothing runs there');
	is($there->(), $how eq 'kill' ? '1new 2new 3new 4new' : '1new 2new', $how eq 'kill' ? 'it is whole' : 'nothing of it is there');
	is(stays($err), 1, 'the WARNING names the statement before it') if $how =~ /cancel|timeout/;
	is(scalar writes(), 2, 'nothing is sent any more');
	like($err, qr/rows 3 to 4; 2 rows before them are written/, 'the CONTEXT') if $how =~ /cancel|timeout/;

	# it is done, and the answer does not come
	$t->clear;
	$t->fault({action => 'hang', path => $poll, method => 'GET', skip => 0, times => 1, seconds => 20});
	($out, $err, $log) = stopped($insert->(), $how, sub { scalar(grep { $_->{method} eq 'GET' } @{$t->requests}) == 1 });
	like($err, $error{$how}, "$how while an answer does not come");
	is(sent_once($log), 'yes', 'each was sent once');
	is($there->(), '1new 2new', 'the rows are there');
	is(stays($err), 1, 'which the WARNING says') if $how =~ /cancel|timeout/;
	is(scalar writes(), 1, 'nothing is sent any more');

	# the submission gets no answer
	$t->clear;
	$t->fault({action => 'hang', path => $submit, body => 'INSERT INTO', skip => 1, seconds => 20});
	($out, $err, $log) = stopped($insert->() =~ s/INTO t/INTO hasty.t/r, $how, sub { scalar(writes()) == 2 });
	like($err, $error{$how}, "$how while a submission hangs");
	is($there->(), '1new 2new', 'the rows before it are there');
	like($err, qr/WARNING:  08000: could not cancel the statement in Snowflake\nDETAIL:  The statement of request \S+ may still be running, or be done\./, 'nothing is known of it') if $how =~ /cancel|timeout/;
	is(stays($err), 1, 'the WARNING names the one before') if $how =~ /cancel|timeout/;
	is(scalar writes(), 2, 'it is not sent again');

	# a whole statement
	$t->clear;
	$t->result({match => "UPDATE \"W\".*$from", seconds => $how eq 'kill' ? 1.5 : 30, times => 1});
	($out, $err, $log) = stopped("UPDATE t SET v = 'newer' WHERE id BETWEEN $from AND $from + 9", $how, sub { scalar(writes()) == 1 });
	like($err, $error{$how}, "$how while an UPDATE runs");
	is(cancels($log), $how eq 'kill' ? '' : '200', 'it is cancelled');
	is(open_statements(), 0, 'nothing runs there');
	is($there->(), $how eq 'kill' ? '1newer 2newer' : '1new 2new', 'it is whole, or not there');
	is(scalar writes(), 1, 'nothing is sent any more');
	is(stays($err), 0, 'nothing stays') if $how =~ /cancel|timeout/;
}

# 4. a token that is refused in the middle, at a submission and at a poll: one new token, each row once
my $i = $t->{info};
$t->sql("CREATE SERVER oauth FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (" . $t->server_options(%server) . ");
	CREATE USER MAPPING FOR postgres SERVER oauth OPTIONS (oauth_client_id '$i->{oauth_client_id}', oauth_client_secret '$i->{oauth_client_secret}', oauth_token_request_url '$i->{url}/oauth2/token', oauth_scope 'session:role:R');
	CREATE SCHEMA oauth; IMPORT FOREIGN SCHEMA \"W.PUBLIC\" LIMIT TO (t) FROM SERVER oauth INTO oauth; ALTER FOREIGN TABLE oauth.t OPTIONS (ADD batch_size '2')");
for my $case (['submission', {path => $submit, body => 'INSERT INTO', skip => 1}, 910000], ['poll', {path => $poll, method => 'GET', skip => 1}, 910100])
{
	my ($what, $where, $from) = @$case;
	my ($out, $err);

	$t->clear;
	$t->fault({action => 'status', status => 401, text => '{"code":"390114","message":"Authentication token has expired."}', %$where});
	($out, $err) = $t->try("INSERT INTO oauth.t SELECT g, 'new' FROM generate_series($from + 1, $from + 6) g;\n\\echo :ROW_COUNT");
	my $log = $t->requests;
	is($out . $err, '6', "a token that has expired at a $what");
	is(rows_between($from + 1, $from + 6), '1new 2new 3new 4new 5new 6new', 'each row is there once');
	is(scalar(grep { $_->{path} =~ m{^/oauth2/token} } @$log), 2, 'one new token');
	is(sent_once($log), 'yes', 'each was sent once');
}

# 5. COPY
$from = 920000;
$t->clear;
($out, $err) = $t->try("COPY t FROM stdin (FORMAT csv);\n" . join('', map { $from + $_ . ",new\n" } 1 .. 5) . "no number,x\n" . ($from + 7) . ",new\n\\.\n");
like($err, qr/22P02: invalid input syntax for type integer: "no number"\nCONTEXT:  COPY t, line 6, column id: "no number"/, 'a bad line in the middle of a COPY');
is(rows_between($from + 1, $from + 9), '1new 2new 3new 4new', 'the statements before it stay');
is(stays($err), 2, 'which the WARNING says');
$t->clear;
($out, $err) = $t->try("COPY t FROM stdin (FORMAT csv);\n" . join('', map { $from + 10 + $_ . ',' . ($_ == 4 ? 'x' x 41 : 'new') . "\n" } 1 .. 6) . "\\.\n");
like($err, qr/22001:.*CONTEXT:  .*INSERT of foreign table "t", row 4; 2 rows before it are written.*COPY t, line 4/s, 'a value that is too long');
is(rows_between($from + 11, $from + 19), '1new 2new', 'nothing is cut');
is(stays($err), 1, 'what was before it stays');

$t->clear;
$t->result({match => "INSERT INTO.*'" . ($from + 23) . "'", seconds => 30, times => 1});
($out, $err) = stopped("COPY t FROM stdin (FORMAT csv);\n" . join('', map { $from + 20 + $_ . ",new\n" } 1 .. 8) . "\\.\n", 'cancel', sub { scalar(writes()) == 2 });
like($err, qr/57014: canceling statement due to user request\nCONTEXT:  (?:.*\n)*INSERT of foreign table "t", rows 3 to 4; 2 rows before them are written/, 'Ctrl-C during a COPY');
is(rows_between($from + 21, $from + 29), '1new 2new', 'whole statements stay');
is(stays($err), 1, 'which the WARNING says');
is(open_statements(), 0, 'the other is cancelled');

# the client goes away in the middle: what waits is not sent
remote('CREATE TABLE W.PUBLIC.FAT (ID NUMBER(9,0), V VARCHAR)');
$t->sql(q{IMPORT FOREIGN SCHEMA "W.PUBLIC" LIMIT TO (fat) FROM SERVER sf INTO public; ALTER FOREIGN TABLE fat OPTIONS (ADD batch_size '2')});
$t->clear;
$t->result({match => 'INSERT INTO "W"."PUBLIC"."FAT"', seconds => 0.5, times => 1});
my $client = $t->background("SET application_name = 'victim';\nCOPY fat FROM stdin (FORMAT csv);\n" . join('', map { "$_," . 'x' x 50000 . "\n" } 1 .. 40) . "\\.\n");
for (1 .. 200)
{
	last if writes() >= 1;
	sleep 0.02;
}
$client->{run}->signal('KILL');
$t->finish_background($client);
for (1 .. 200)
{
	last if $t->sql(q{SELECT count(*) FROM pg_stat_activity WHERE application_name = 'victim'}) eq '0';
	sleep 0.02;
}
my $count = writes();
is($t->sql(q{SELECT string_agg(id::text, ' ' ORDER BY id) FROM sf_query('SELECT ID FROM W.PUBLIC.FAT') AS q(id int)}), join(' ', 1 .. 2 * $count), 'a client that goes away during a COPY: whole statements are there');
cmp_ok($count, '<', 20, 'and what has not come is not');

$t->clear;
my $empty = $t->secret_file('empty.csv', '');
($out, $err) = $t->try("\\copy t from '$empty' (FORMAT csv)\n\\echo :ROW_COUNT");
is("$out$err", '0', '\copy of an empty file');
is(scalar @{$t->requests}, 0, 'sends nothing');

remote('CREATE TABLE W.PUBLIC.NORTH (ID NUMBER(9,0), V VARCHAR(40))');
remote('CREATE TABLE W.PUBLIC.SOUTH (ID NUMBER(9,0), V VARCHAR(40))');
$t->sql(q{CREATE TABLE parts (id int, v text, place text) PARTITION BY LIST (place);} . join '', map { "CREATE FOREIGN TABLE $_ PARTITION OF parts FOR VALUES IN ('$_') SERVER sf OPTIONS (database 'W', schema 'PUBLIC', \"table\" '" . uc . "', batch_size '2');
	ALTER FOREIGN TABLE $_ ALTER id OPTIONS (ADD remote_type 'NUMBER(9,0)', ADD key 'true'), ALTER v OPTIONS (ADD remote_type 'VARCHAR(40)'), ALTER place OPTIONS (ADD constant '$_');" } 'north', 'south');
sub of_parts { my ($name) = @_; return $t->sql("SELECT string_agg(id || v, ' ' ORDER BY id) FROM sf_query('SELECT ID, V FROM W.PUBLIC.$name') AS q(id int, v text)"); }
$t->clear;
($out, $err) = $t->try("COPY parts FROM stdin (FORMAT csv);\n" . join('', map { "$_,v," . ($_ % 2 ? 'north' : 'south') . "\n" } 1 .. 7) . "\\.\n\\echo :ROW_COUNT");
is("$out$err", '7', 'COPY into two partitions of Snowflake');
is(of_parts('NORTH') . ', ' . of_parts('SOUTH'), '1v 3v 5v 7v, 2v 4v 6v', 'each has its rows');
is(scalar writes(), 4, 'in four statements');
$t->clear;
$t->fault({action => 'status', status => 422, text => $refused, path => $submit, body => 'SOUTH', skip => 1});
($out, $err) = $t->try("COPY parts FROM stdin (FORMAT csv);\n" . join('', map { 10 + $_ . ',v,' . ($_ % 2 ? 'north' : 'south') . "\n" } 1 .. 6) . "\\.\n");
like($err, qr/22007: made up.*INSERT of foreign table "south", rows 3 to 3; 2 rows before them are written/s, 'one of them refuses its last rows');
my $written = () = (of_parts('NORTH') . ' ' . of_parts('SOUTH')) =~ /\b1\dv/g;
is(of_parts('SOUTH'), '2v 4v 6v 12v 14v', 'its rows before are there');
is($written, 2 + 2 + (of_parts('NORTH') =~ /15v/ ? 1 : 0), 'and those of the other one');
is(stays($err), of_parts('NORTH') =~ /15v/ ? 3 : 2, 'which the WARNING counts');

# 6. others: at the same time, without a privilege, and what they have done to the table
$from = 930000;
sub add_rows { $t->sql("INSERT INTO t SELECT g, 'old' FROM generate_series($from + 1, $from + 6) g"); $t->clear; return; }
# a MERGE or DELETE by keys that waits, with its rows read, while others do something
sub meanwhile
{
	my ($sql, $begins, @others) = @_;

	add_rows();
	$t->result({match => "^$begins", seconds => 0.7, times => 1});
	my $session = $t->background("$sql;\n\\echo :ROW_COUNT\n");
	for (1 .. 200)
	{
		last if writes();
		sleep 0.02;
	}
	my @said = map { join '', ($t->try("$_;\n\\echo :ROW_COUNT\n"))[0, 1] } @others;
	my ($o, $e) = $t->finish_background($session);
	chomp $o;
	return ($o, $e, @said);
}
my $range = "id BETWEEN $from + 1 AND $from + 6";
my @said;
($out, $err, @said) = meanwhile("UPDATE t SET v = here('new') WHERE $range", 'MERGE INTO', "DELETE FROM t WHERE id = $from + 2");
like($err, qr/ERROR:  40001: UPDATE of 2 rows of foreign table "t" has changed 1 rows in Snowflake\nDETAIL:  Other sessions have changed or deleted the others meanwhile\.\nCONTEXT:  UPDATE of foreign table "t", rows 1 to 2; 0 rows before them are written/, 'a row is deleted before it is updated');
is("@said " . rows_between($from + 1, $from + 6), '1 1new 3old 4old 5old 6old', 'the other one is updated');
is(stays($err), 1, 'which the WARNING says');
$t->sql("DELETE FROM t WHERE $range");
($out, $err, @said) = meanwhile("DELETE FROM t WHERE $range AND here(v) = v", 'DELETE FROM', "DELETE FROM t WHERE id IN ($from + 1, $from + 2)", "UPDATE t SET v = here('newer') WHERE id = $from + 5");
like($err, qr/ERROR:  40001: DELETE of 2 rows of foreign table "t" has changed 0 rows in Snowflake/, 'rows are deleted twice');
is("@said " . rows_between($from + 1, $from + 6), '2 1 3old 4old 5newer 6old', 'the other rows are as they were');
$t->sql("DELETE FROM t WHERE $range");
($out, $err, @said) = meanwhile("UPDATE t SET v = here('new') WHERE $range", 'MERGE INTO', "UPDATE t SET v = here('other') WHERE $range");
is("$out$err @said " . rows_between($from + 1, $from + 6), '6 6 1new 2new 3new 4new 5new 6new', 'two UPDATEs of the same rows: the last one counts');
$t->sql("DELETE FROM t WHERE $range");
($out, $err, @said) = meanwhile("UPDATE t SET v = here('new') WHERE $range RETURNING id - $from", 'MERGE INTO', "DELETE FROM t WHERE id = $from + 1");
is(join(' ', sort split /\n/, $out) . $err, '2 3 4 5 5 6', 'RETURNING: a row that is gone is not returned, and not counted');

# roles
$t->sql('CREATE SERVER admin FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (' . $t->server_options(warehouse => 'COMPUTE_WH', role => 'ACCOUNTADMIN') . "); CREATE USER MAPPING FOR postgres SERVER admin OPTIONS (token '$t->{info}{admin_pat}')");
for my $role ('READER', 'WRITER')
{
	my $held = $role eq 'READER' ? 'SELECT' : 'INSERT, UPDATE, DELETE, TRUNCATE';
	my $name = lc $role;

	$t->sql("SELECT sf_execute('$_', server => 'admin')") for "CREATE ROLE $role", "GRANT ROLE $role TO USER DEMO_USER", "GRANT USAGE ON WAREHOUSE COMPUTE_WH TO ROLE $role", "GRANT USAGE ON DATABASE W TO ROLE $role", "GRANT USAGE ON SCHEMA W.PUBLIC TO ROLE $role", "GRANT $held ON TABLE W.PUBLIC.T TO ROLE $role";
	$t->sql("CREATE SERVER $name FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (" . $t->server_options(%server, role => $role, database => 'W', schema => 'PUBLIC') . ");
		CREATE USER MAPPING FOR postgres SERVER $name OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}'); CREATE SCHEMA $name;
		CREATE FOREIGN TABLE $name.t (id int OPTIONS (remote_type 'NUMBER(9,0)', key 'true'), v text OPTIONS (remote_type 'VARCHAR(40)')) SERVER $name OPTIONS (database 'W', schema 'PUBLIC', \"table\" 'T')");
}
my $before = rows_between($from + 1, $from + 6);
for my $sql ("INSERT INTO reader.t VALUES ($from + 9, 'x')", "UPDATE reader.t SET v = 'x' WHERE $range", "UPDATE reader.t SET v = here('x') WHERE $range", "DELETE FROM reader.t WHERE $range", "DELETE FROM reader.t WHERE $range AND here(v) = v", 'TRUNCATE reader.t')
{
	(undef, $err) = $t->try($sql);
	like($err, qr/ERROR:  42501: .*Insufficient privileges/s, "a role that may only read: $sql");
	like($err, qr/role READER/, 'the role is named');
	is(stays($err), 0, 'nothing stays');
}
is(rows_between($from + 1, $from + 9), $before, 'nothing is changed');
is($t->sql("COPY writer.t FROM stdin (FORMAT csv);\n" . ($from + 9) . ",x\n\\.\nINSERT INTO writer.t VALUES ($from + 8, 'x');\n\\echo :ROW_COUNT"), '1', 'a role that may only write writes');
for my $sql ("SELECT count(*) FROM writer.t", "UPDATE writer.t SET v = here('x') WHERE $range", "INSERT INTO writer.t SELECT id + 100, v FROM writer.t WHERE $range")
{
	(undef, $err) = $t->try($sql);
	like($err, qr/ERROR:  42P01: Object 'W.PUBLIC.T' does not exist or not authorized\..*Used were role WRITER/s, "and does not read: $sql");
	is(stays($err), 0, 'nothing stays');
}
is(rows_between($from + 8, $from + 9), '1x 2x', 'its rows are there');

# a table that is not as it was
remote('CREATE TABLE W.PUBLIC.OTHER (ID NUMBER(9,0) NOT NULL PRIMARY KEY, V VARCHAR(40), N NUMBER(9,0))');
$t->sql(q{IMPORT FOREIGN SCHEMA "W.PUBLIC" LIMIT TO (other) FROM SERVER sf INTO public; INSERT INTO other VALUES (1, 'a', 1)});
my @changes = ("INSERT INTO other VALUES (2, 'b', 2)", "UPDATE other SET v = 'x', n = 2", "UPDATE other SET v = here('x')", "DELETE FROM other WHERE v = 'a'", "DELETE FROM other WHERE here(v) = 'a'");
remote('ALTER TABLE W.PUBLIC.OTHER RENAME COLUMN V TO W');
like(($t->try($_))[1], qr/ERROR:  42703: /, "a column was renamed: $_") for @changes;
remote('ALTER TABLE W.PUBLIC.OTHER RENAME COLUMN W TO V');
remote('ALTER TABLE W.PUBLIC.OTHER RENAME TO W.PUBLIC.RENAMED');
for ((@changes, 'TRUNCATE other'))
{
	(undef, $err) = $t->try($_);
	like($err, qr/ERROR:  42P01: /, "the table was renamed: $_");
	like($err, qr/HINT: /, 'with a hint');
}
is($t->sql(q{SELECT r FROM sf_query('SELECT ID || V || N FROM W.PUBLIC.RENAMED') AS q(r text)}), '1a1', 'it is as it was');
remote('CREATE TABLE W.PUBLIC.OTHER (ID NUMBER(9,0) NOT NULL, V NUMBER(9,0), N NUMBER(9,0))');
for ($changes[0], "INSERT INTO other SELECT id, v, id FROM t WHERE id = $from + 9")
{
	(undef, $err) = $t->try($_);
	like($err, qr/ERROR:  22P02: Numeric value '\w' is not recognized\n.*\nHINT:  A column may have another type in Snowflake than its option remote_type says: import the table again\./, "a column has another type: $_");
	is(stays($err), 0, 'nothing stays');
}

# 7. what PostgreSQL does around a statement
$from = 940000;
my @writes_of;
# a script in a session; how it ends, and what is there of the rows from here on
sub script
{
	my ($sql) = @_;
	my ($o, $e);

	$from += 10;
	$t->clear;
	($o, $e) = $t->try($sql =~ s/\$(\d)/$from + $1/ger);
	@writes_of = writes();
	return ($o, $e, rows_between($from + 1, $from + 9) =~ s/^$/nothing/r);
}
my $there;

($out, $err, $there) = script(q{BEGIN; INSERT INTO t SELECT g, 'new' FROM generate_series($1, $6) g; UPDATE t SET v = 'newer' WHERE id BETWEEN $1 AND $2; UPDATE t SET v = here('x') WHERE id = $3; ROLLBACK});
is("$there, " . stays($err), '1newer 2newer 3x 4new 5new 6new, 5', 'ROLLBACK: five statements stay');
is(scalar(() = $err =~ /WARNING/g), 1, 'one WARNING says so');
($out, $err, $there) = script(q{BEGIN; INSERT INTO t VALUES ($1, 'new'); DELETE FROM t WHERE id = $9; SELECT 1 / 0; COMMIT});
is("$there, " . stays($err), '1new, 2', 'an error behind it');
($out, $err, $there) = script(q{BEGIN; INSERT INTO t VALUES ($1, 'new'); COMMIT});
is("$there, " . stays($err), '1new, 0', 'COMMIT says nothing');
($out, $err, $there) = script(q{BEGIN; SAVEPOINT a; INSERT INTO t VALUES ($1, 'new')});
like($err, qr/0A000: INSERT of a Snowflake table inside of a subtransaction/, 'a savepoint');
is("$there, " . stays($err) . ', ' . @writes_of, 'nothing, 0, 0', 'nothing is sent');
for my $sql (q{UPDATE t SET v = 'x' WHERE id = $1}, q{DELETE FROM t WHERE id = $1}, q{UPDATE t SET v = here('x') WHERE id = $1}, 'INSERT INTO t SELECT id + 1, v FROM t WHERE id = $1', 'TRUNCATE t')
{
	($out, $err, $there) = script("BEGIN; SAVEPOINT a; $sql");
	like($err, qr/0A000: \w+ of a Snowflake table inside of a subtransaction/, "in a savepoint: $sql");
	is(scalar @writes_of, 0, 'nothing is sent');
}
($out, $err, $there) = script(q{BEGIN; SAVEPOINT a; RELEASE a; INSERT INTO t VALUES ($1, 'new'); COMMIT});
is("$err$there", '1new', 'behind a savepoint that is released');
$t->sql(q{ALTER SERVER sf OPTIONS (ADD allow_autocommit 'true')});
($out, $err, $there) = script(q{BEGIN; SAVEPOINT a; INSERT INTO t VALUES ($1, 'new'); ROLLBACK TO a; INSERT INTO t VALUES ($2, 'new'); COMMIT});
is("$there, " . ($err =~ /WARNING:  01000: (\d+) Snowflake statements? stay/)[0], '1new 2new, 1', 'allow_autocommit: ROLLBACK TO says what stays');
($out, $err, $there) = script(q{DO $$ BEGIN BEGIN INSERT INTO t SELECT g, 'new' FROM generate_series($1, $4) g; PERFORM 1 / 0; EXCEPTION WHEN division_by_zero THEN INSERT INTO t VALUES ($5, 'new'); END; END $$});
is("$there, " . ($err =~ /WARNING:  01000: (\d+) Snowflake statements? stay/)[0], '1new 2new 3new 4new 5new, 2', 'an exception block: what it took back stays');
$t->clear;
$t->fault({action => 'status', status => 422, text => $refused, path => $submit, body => 'INSERT INTO', skip => 1});
($out, $err) = $t->try(q{DO $$ BEGIN INSERT INTO t SELECT g, 'new' FROM generate_series(949001, 949006) g; EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'caught %', SQLERRM; END $$});
is(rows_between(949001, 949006) . ', ' . ($err =~ /WARNING:  01000: (\d+) Snowflake statements? stay/)[0], '1new 2new, 1', 'a refusal that is caught: what was before it is said to stay');
like($err, qr/caught made up/, 'and it is caught');
$t->sql('ALTER SERVER sf OPTIONS (DROP allow_autocommit)');

$t->sql('ALTER SYSTEM SET max_prepared_transactions = 5');
$t->restart;
($out, $err, $there) = script(q{BEGIN; INSERT INTO t VALUES ($1, 'new'); PREPARE TRANSACTION 'p'});
like($err, qr/ERROR:  0A000: cannot PREPARE a transaction that changes something in Snowflake/, 'PREPARE TRANSACTION is refused');
is("$there, " . stays($err), '1new, 1', 'and what was done stays');
is($t->sql('SELECT count(*) FROM pg_prepared_xacts'), '0', 'nothing is prepared');

# cursors, and a function that writes while the table is read
($out, $err, $there) = script(q{INSERT INTO t SELECT g, 'new' FROM generate_series($1, $4) g; BEGIN; DECLARE c CURSOR FOR SELECT id - ($1) FROM t WHERE id BETWEEN $1 AND $9 ORDER BY id; FETCH 2 FROM c; INSERT INTO t VALUES ($5, 'later'); UPDATE t SET v = 'x' WHERE id = $4; FETCH 9 FROM c; COMMIT});
is("$out $there$err", "0\n1\n2\n3 1new 2new 3new 4x 5later", 'a cursor does not see what is written later');
$t->sql(q{CREATE FUNCTION put(n int) RETURNS int LANGUAGE plpgsql VOLATILE AS $$ BEGIN INSERT INTO public.t VALUES (n, 'put'); RETURN (SELECT count(*) FROM public.t WHERE id = n); END $$});
($out, $err, $there) = script(q{INSERT INTO t SELECT g, 'new' FROM generate_series($1, $3) g; SELECT put(id + 3) FROM t WHERE id BETWEEN $1 AND $9});
is("$out $there$err", "1\n1\n1 1new 2new 3new 4put 5put 6put", 'a function in a SELECT of the table writes each row once, and reads it');
($out, $err, $there) = script(q{INSERT INTO t SELECT g, 'new' FROM generate_series($1, $2) g; INSERT INTO t SELECT id + 2 + 2 * put(id + 4) - 2, 'copy' FROM t WHERE id BETWEEN $1 AND $2});
is("$there$err", '1new 2new 3copy 4copy 5put 6put', 'a function that writes within an INSERT ... SELECT');

# triggers
$t->sql(q{CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id % 2 = 0 THEN NEW.v = 'filled'; END IF; RETURN NEW; END $$});
$t->sql(q{CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_LEVEL = 'STATEMENT' OR coalesce(NEW.id, OLD.id) % 10 = 3 THEN RAISE 'trigger fails'; END IF; RETURN coalesce(NEW, OLD); END $$;
	CREATE TRIGGER a AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION fail()});
($out, $err, $there) = script(q{INSERT INTO t SELECT g, 'new' FROM generate_series($1, $4) g});
is("$there, " . stays($err) . ($err =~ /ERROR:  P0001: trigger fails/ ? '' : $err), '1new 2new 3new 4new, 2', 'an AFTER trigger of the statement fails: all rows are written');
($out, $err) = $t->try("COPY t FROM stdin (FORMAT csv);\n948001,new\n948003,new\n\\.\n");
is(rows_between(948001, 948009) . ', ' . stays($err), '1new 3new, 2', 'of a COPY too, whose rows do not wait for it');
$t->sql('DROP TRIGGER a ON t; CREATE TRIGGER a AFTER INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION fail()');
($out, $err, $there) = script(q{INSERT INTO t SELECT g, 'new' FROM generate_series($1, $4) g});
is("$there, " . stays($err) . ", " . @writes_of, '1new 2new 3new 4new, 4, 4', 'AFTER triggers of rows run behind all of them: each is a statement');
$t->sql('DROP TRIGGER a ON t; CREATE TRIGGER a BEFORE INSERT OR UPDATE OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION fail()');
($out, $err, $there) = script(q{INSERT INTO t SELECT g, 'new' FROM generate_series($1, $4) g});
is("$there, " . stays($err) . ", " . @writes_of, '1new 2new, 2, 2', 'a BEFORE trigger of a row fails: those before it are written');
$t->sql('DROP TRIGGER a ON t; CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fill()');
($out, $err, $there) = script(q{INSERT INTO t (id) SELECT g FROM generate_series($1, $6) g});
is("$there$err, " . @writes_of, '2filled 4filled 6filled, 6', 'a BEFORE trigger that sets a column of every other row: the others have Snowflake\'s default');
$t->sql('DROP TRIGGER a ON t');
like(($t->try('CREATE CONSTRAINT TRIGGER a AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail()'))[1], qr/42809/, 'PostgreSQL has no constraint triggers of foreign tables');
$t->sql('CREATE TABLE local (id int); CREATE CONSTRAINT TRIGGER a AFTER INSERT ON local DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail()');
($out, $err, $there) = script(q{BEGIN; INSERT INTO local VALUES ($3); INSERT INTO t SELECT g, 'new' FROM generate_series($1, $4) g; COMMIT});
is("$there, " . stays($err) . ($err =~ /ERROR:  P0001: trigger fails/ ? '' : $err), '1new 2new 3new 4new, 2', 'a deferred trigger of a local table fails at COMMIT');
# a deferred trigger that writes, at COMMIT
$t->sql(q{CREATE FUNCTION put_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.t VALUES (NEW.id, 'late'); RETURN NULL; END $$; DROP TRIGGER a ON local;
	CREATE CONSTRAINT TRIGGER a AFTER INSERT ON local DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION put_row()});
($out, $err, $there) = script(q{BEGIN; INSERT INTO local VALUES ($1), ($2); SELECT count(*) FROM t WHERE id BETWEEN $1 AND $2; COMMIT});
is("$out$err $there", '0 1late 2late', 'a deferred trigger that writes');

# EXPLAIN ANALYZE runs it, and counts
for my $case ([q{INSERT INTO t SELECT g, 'new' FROM generate_series($1, $4) g}, '1new 2new 3new 4new', 2], [q{INSERT INTO t SELECT id + 20, v FROM t WHERE id BETWEEN $1 - 20 AND $4 - 20}, '1new 2new 3new 4new', 1])
{
	($out, $err, $there) = script("LOAD 'snowflake_fdw'; EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) $case->[0]");
	is("$there$err", $case->[1], 'EXPLAIN ANALYZE writes each row once');
	like($out, qr/Remote: statements=$case->[2] /, 'and says with how many statements') or diag($out);
	($out, $err, $there) = script("EXPLAIN (VERBOSE) $case->[0]");
	is("$there$err " . @writes_of, 'nothing 0', 'EXPLAIN writes nothing');
}

# whole statements, TRUNCATE of several tables, and row by row
remote('CREATE TABLE W.PUBLIC.S (ID NUMBER(9,0) NOT NULL PRIMARY KEY, V VARCHAR(40))');
$t->sql(q{IMPORT FOREIGN SCHEMA "W.PUBLIC" LIMIT TO (s) FROM SERVER sf INTO public; IMPORT FOREIGN SCHEMA "W.PUBLIC" LIMIT TO (s) FROM SERVER hasty INTO hasty});
my %whole = (INSERT => 'INSERT INTO s SELECT id + 10, v FROM s', UPDATE => q{UPDATE s SET v = v || '!'}, DELETE => 'DELETE FROM s', TRUNCATE => 'TRUNCATE s');
my %after = (INSERT => '1a 2a 11a 12a', UPDATE => '1a! 2a!', DELETE => '', TRUNCATE => '');
my @of_whole = (
	['a lost answer', {action => 'lost_reply', path => $submit}, 'public', '', 1],
	['503, then fine', {action => 'status', status => 503, path => $submit}, 'public', '', 1],
	['a poll of 500, then fine', {action => 'status', status => 500, path => $poll, method => 'GET'}, 'public', '', 1],
	['404', {action => 'status', status => 404, path => $submit}, 'public', qr/HV000/, 0],
	['422', {action => 'status', status => 422, text => $refused, path => $submit}, 'public', qr/22007: made up/, 0],
	['429 to the end', {action => 'status', status => 429, times => 100, path => $submit}, 'hasty', qr/53400/, 0],
	['503 to the end', {action => 'status', status => 503, times => 100, path => $submit}, 'hasty', qr/WARNING:  08000: could not cancel.*or be done.*ERROR:  08006/s, 0],
	['lost to the end', {action => 'lost_reply', times => 100, path => $submit}, 'hasty', qr/WARNING:  08000: could not cancel.*or be done.*ERROR:  08006/s, 1],
	['an answer that is no JSON', {action => 'raw', text => '{"data":', times => 1, path => $poll, method => 'GET'}, 'public', qr/WARNING:  01000: 1 Snowflake statement stays.*ERROR:  08P01|ERROR:  08P01.*WARNING:  01000: 1 Snowflake statement stays/s, 1],
	['an answer of another', {action => 'replace', set => {statementHandle => $another}, times => 100, path => $poll, method => 'GET'}, 'public', qr/ERROR:  08P01: malformed reply from Snowflake: the reply is of another statement/, 1],
);
for my $operation (sort keys %whole)
{
	for my $case (@of_whole)
	{
		my ($name, $fault, $schema, $expected, $done) = @$case;

		remote(q{INSERT OVERWRITE INTO W.PUBLIC.S VALUES (1, 'a'), (2, 'a')});
		$t->clear;
		$t->fault({$fault->{path} eq $submit ? (body => $operation) : (), %$fault});
		($out, $err) = $t->try("SET search_path = $schema, public;" . $whole{$operation} . ";\n\\echo :ROW_COUNT");
		my $log = $t->requests;
		$t->clear;
		is($t->sql(q{SELECT coalesce(string_agg(id || v, ' ' ORDER BY id), '') FROM sf_query('SELECT ID, V FROM W.PUBLIC.S') AS q(id int, v text)}), $done ? $after{$operation} : '1a 2a', "$operation as one statement: $name");
		is(sent_once($log), 'yes', 'sent once');
		$expected eq '' ? is("$out$err", $operation eq 'TRUNCATE' ? '0' : '2', 'it succeeds') : like($err, $expected, 'its error') or diag("$out$err");
		is(stays($err), $done && $err =~ /ERROR/ && $err !~ /could not cancel/ ? 1 : 0, 'what stays is counted');
	}
}
remote(q{INSERT OVERWRITE INTO W.PUBLIC.S VALUES (1, 'a'), (2, 'a')});
$t->clear;
$t->fault({action => 'status', status => 422, text => $refused, path => $submit, body => 'TRUNCATE', skip => 1});
like(($t->try('TRUNCATE fat, s'))[1], qr/ERROR:  22007: made up.*TRUNCATE of foreign table "s"; 1 tables before it are truncated/s, 'the second of two tables is not truncated');
is($t->sql(q{SELECT a || ' ' || b FROM sf_query('SELECT (SELECT COUNT(*) FROM W.PUBLIC.FAT), (SELECT COUNT(*) FROM W.PUBLIC.S)') AS q(a text, b text)}), '0 2', 'the first one is');

# the time that Snowflake gives a statement
$t->clear;
$t->sql(q{ALTER FOREIGN TABLE s OPTIONS (ADD statement_timeout '1s')});
$t->result({match => 'INSERT INTO', seconds => 20, times => 1});
($out, $err) = $t->try(q{INSERT INTO s VALUES (3, 'x')});
like($err, qr/ERROR:  57014: .*timeout/, 'statement_timeout of the table');
is(stays($err) . $t->sql(q{SELECT n FROM sf_query('SELECT COUNT(*) FROM W.PUBLIC.S') AS q(n text)}), '02', 'nothing is written');

# row by row
$t->clear;
$t->sql(q{INSERT INTO t SELECT g, 'old' FROM generate_series(950001, 950004) g});
$t->fault({action => 'status', status => 422, text => $refused, path => $submit, body => 'DELETE FROM', skip => 2});
($out, $err) = $t->try(q{DELETE FROM t WHERE id BETWEEN 950001 AND 950004 RETURNING id});
like($err, qr/ERROR:  22007: made up.*DELETE of foreign table "t", rows 3 to 3; 2 rows before them are written/s, 'RETURNING: a row that is refused');
is($t->sql('SELECT count(*) FROM t WHERE id BETWEEN 950001 AND 950009') . ', ' . stays($err), '2, 2', 'those before it stay');

# 8. memory: ten times the rows, the same peak; of a row nothing is left
remote('CREATE TABLE W.PUBLIC.MEMORY (ID NUMBER(9,0), N NUMBER(20,4), D TIMESTAMP_NTZ(6), B BINARY)');
$t->sql('IMPORT FOREIGN SCHEMA "W.PUBLIC" LIMIT TO (memory) FROM SERVER sf INTO public');
sub peak
{
	my ($sql) = @_;
	my ($o, $e) = $t->try("SET client_min_messages = warning; INSERT INTO memory VALUES (1, 1); CREATE TEMP TABLE pid AS SELECT pg_backend_pid() AS n; $sql; SELECT n FROM pid;
		SELECT (regexp_match(pg_read_file('/proc/' || n || '/status'), 'VmHWM:\\s+(\\d+)'))[1] FROM pid; SELECT sum(total_bytes) FROM pg_backend_memory_contexts");

	die $e if $e ne '';
	return (split /\n/, $o)[1, 2];
}
for my $case (['INSERT ... SELECT', sub { "INSERT INTO memory SELECT g, g / 7.0, timestamp '2020-01-01' + g * interval '1 s', int8send(g) FROM generate_series($_[0] + 1, $_[0] + $_[1]) g" }, 1000000, 200000],
	['COPY', sub { "COPY memory (id, n, d) FROM PROGRAM 'seq " . ($_[0] + 1) . ' ' . ($_[0] + $_[1]) . " | sed s/\$/,1.25,2020-01-01/' (FORMAT csv)" }, 2000000, 100000])
{
	my ($name, $statement, $first, $many) = @$case;
	my @small = peak($statement->($first, 20000));
	my @large = peak($statement->($first + 500000, $many));

	cmp_ok($large[0], '<', 1.3 * $small[0], "$name: $many rows take no more memory than 20,000") or diag("@small, @large");
	cmp_ok($large[1], '<', 1.1 * $small[1], 'and leave nothing') or diag("@small, @large");
}
is($t->sql(q{SELECT n FROM sf_query('SELECT COUNT(*) || '' '' || COUNT(DISTINCT ID) FROM W.PUBLIC.MEMORY WHERE ID > 1000000') AS q(n text)}), '340000 340000', 'all rows are there once');

$t->stop;
done_testing;
