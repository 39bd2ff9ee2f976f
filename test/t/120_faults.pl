# What a network, a gateway or a bad day does to a request: retried, reported, never wrong.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new(args => ['--no-engine', '--window', '1', '--partition-rows', '2']);
my $submit = '^/api/v2/statements\?';
my $partition = 'partition=1';
my $query = q{SELECT string_agg(n::text, ',' ORDER BY n) FROM sf_query('SELECT rows') AS t(n int)};

$t->connect(retry_timeout => '5s');
$t->result({match => 'rows', columns => [column('N', 'fixed', precision => 9, scale => 0)], rows => [['1'], ['2'], ['3'], ['4']]});

# answers that are tried again, at submission and for a partition
for my $path ($submit, $partition)
{
	my $where = $path eq $submit ? 'submission' : 'partition';

	for my $rule ({status => 429}, {status => 429, retry_after => 1}, {status => 500}, {status => 502, text => '<html>', content_type => 'text/html'},
		{status => 503}, {status => 504})
	{
		$t->clear;
		$t->fault({action => 'status', path => $path, times => 2, %$rule});
		is($t->sql($query), '1,2,3,4', "$where: two answers $rule->{status}" . (exists $rule->{retry_after} ? ' with Retry-After' : ''));
	}
	for my $action ('reset', 'reset_body')
	{
		$t->clear;
		$t->fault({action => $action, path => $path, times => 2});
		is($t->sql($query), '1,2,3,4', "$where: two connections lost, $action");
	}
}

# a lost reply: resent with the same requestId and retry=true, run once
$t->clear;
$t->fault({action => 'lost_reply', path => $submit});
is($t->sql($query), '1,2,3,4', 'a lost reply');
my @posts = grep { $_->{method} eq 'POST' } @{$t->requests};
is(scalar(@posts), 2, 'the submission was sent twice');
is($posts[0]{query}{requestId}, $posts[1]{query}{requestId}, 'with the same requestId');
ok(!exists $posts[0]{query}{retry}, 'not marked the first time');
is($posts[1]{query}{retry}, 'true', 'marked as a repetition');

# answers that are not tried again
my @final = (
	[{action => 'status', status => 400, text => '{"code":"390142","message":"Incoming request does not contain a valid payload."}'}, qr/HV000.*valid payload/s],
	[{action => 'status', status => 403}, qr/42501.*Used were role/s],
	[{action => 'status', status => 404}, qr/HV000: Snowflake answered with HTTP status 404/],
	[{action => 'status', status => 405}, qr/0A000/],
	[{action => 'status', status => 408, text => '{"code":"000630","message":"Statement reached its timeout.","sqlState":"57014"}'}, qr/57014: Statement reached its timeout/],
	[{action => 'status', status => 415}, qr/HV000/],
	[{action => 'status', status => 422, text => '{"code":"002003","sqlState":"42S02","message":"SQL compilation error:\nObject \'X\' does not exist or not authorized.","statementHandle":"019c06a4-0000-df4f-0000-00100006589e"}'},
		qr/42704: Object 'X' does not exist or not authorized\.\nDETAIL:  Snowflake error 002003, sqlState 42S02, query 019c06a4-0000-df4f-0000-00100006589e\. Used were role/],
	[{action => 'status', status => 422, text => '{"code":904,"message":"invalid identifier \'A\'"}'}, qr/42703: invalid identifier/],
	[{action => 'raw', text => '{"code":"391908","message":"result truncated"}'}, qr/54000: result truncated/],
	[{action => 'raw', text => '{"code":"000904","message":"an error under status 200"}'}, qr/42703: an error under status 200/],
	[{action => 'raw', text => 'not json'}, qr/08P01: malformed reply from Snowflake/],
	[{action => 'raw', text => ''}, qr/08P01/],
	[{action => 'raw', text => '[]'}, qr/08P01/],
	[{action => 'truncate'}, qr/08P01/],
	[{action => 'bad_gzip'}, qr/08P01.*gzip/s],
	[{action => 'bad_gzip', cut => 9}, qr/08P01.*gzip/s],
	[{action => 'replace', delete => ['resultSetMetaData']}, qr/08P01.*"resultSetMetaData" is missing/],
	[{action => 'replace', delete => ['statementHandle']}, qr/08P01.*"statementHandle" is missing/],
	[{action => 'replace', set => {statementHandle => 'x'}}, qr/08P01.*"statementHandle" is not a UUID/],
	[{action => 'replace', set => {'resultSetMetaData.numRows' => 7}}, qr/08P01.*the partitions have 4 rows, the result 7/],
	[{action => 'replace', set => {'resultSetMetaData.partitionInfo' => []}}, qr/08P01.*rows but no partitions/],
	[{action => 'replace', set => {'resultSetMetaData.rowType' => []}}, qr/08P01.*"rowType" is empty/],
	[{action => 'replace', set => {'resultSetMetaData.partitionInfo.0.rowCount' => 1, 'resultSetMetaData.numRows' => 3}}, qr/08P01.*partition 0.*2 rows, 1 were announced/],
	[{action => 'replace', set => {data => [[1], [2]]}}, qr/08P01.*neither a string nor null/],
	[{action => 'replace', set => {data => [['1', '2'], ['3', '4']]}}, qr/08P01.*another number of values/],
	[{action => 'replace', set => {data => 'x'}}, qr/08P01/],
);
for my $case (@final)
{
	my ($rule, $expected) = @$case;
	my ($out, $err);

	$t->clear;
	$t->fault({path => $submit, times => 100, %$rule});
	(undef, $err) = $t->try($query);
	like($err, $expected, 'an answer ' . ($rule->{status} // $rule->{action}) . ' ' . substr($rule->{text} // '', 0, 30));
	is(scalar(grep { $_->{method} eq 'POST' && $_->{path} !~ /cancel/ } @{$t->requests}), 1, 'is not asked for again');
}

# faults of a partition
my @partition = (
	[{action => 'raw', text => '{"data":[["3"],["4"],["5"]]}'}, qr/08P01.*partition 1.*3 rows, 2 were announced/],
	[{action => 'raw', text => '{"data":[["3"]]}'}, qr/08P01.*1 rows, 2 were announced/],
	[{action => 'raw', text => '{"rows":[]}'}, qr/08P01.*no "data"/],
	[{action => 'raw', text => '{"data":[["3"],["4"]]} x'}, qr/08P01/],
	[{action => 'truncate'}, qr/08P01/],
	[{action => 'bad_gzip'}, qr/08P01/],
	[{action => 'raw', text => '{"data":[["a\u0000b"],["4"]]}'}, qr/22P05.*row 3/],
	[{action => 'raw', text => '{"data":[["\ud800"],["4"]]}'}, qr/22021.*row 3/],
);
for my $case (@partition)
{
	my ($rule, $expected) = @$case;

	$t->clear;
	$t->fault({path => $partition, times => 100, %$rule});
	like(($t->try($query))[1], $expected, "a partition: $rule->{action} " . ($rule->{text} // ''));
}
$t->clear;
$t->fault({path => $partition, action => 'raw', text => "{\"data\":[[\"3\"],[\"4\"]]} \n"});
is($t->sql($query), '1,2,3,4', 'white space behind a document');

# throttled, and unreachable, to the end
$t->sql("ALTER SERVER sf OPTIONS (SET retry_timeout '1s')");
$t->clear;
$t->fault({action => 'status', status => 429, text => '{"code":"390505","message":"Too many requests."}', times => 1000});
like(($t->try($query))[1], qr/53400: Too many requests/, 'throttled to the end');
cmp_ok(scalar(grep { $_->{path} !~ /cancel/ } @{$t->requests}), '>=', 3, 'after at least three attempts');
$t->clear;
$t->fault({action => 'reset', times => 1000});
like(($t->try($query))[1], qr/08006/, 'the connection lost to the end');
$t->clear;
$t->fault({action => 'status', status => 503, retry_after => 100, times => 1000});
like(($t->try($query))[1], qr/08006/, 'a Retry-After beyond the budget');
is(scalar(grep { $_->{method} eq 'POST' && !exists $_->{query}{async} } @{$t->requests}), 1, 'is not waited for');

# a statement longer than the window
$t->clear;
is($t->sql(q{SELECT x FROM sf_query('SELECT SYSTEM$WAIT(2)') AS t(x text)}), 'waited 2 seconds', 'a statement longer than the window');
cmp_ok(scalar(grep { $_->{method} eq 'GET' } @{$t->requests}), '>=', 2, 'is polled');
$t->sql("ALTER SERVER sf OPTIONS (ADD statement_timeout '1s')");
like(($t->try(q{SELECT x FROM sf_query('SELECT SYSTEM$WAIT(20)') AS t(x text)}))[1], qr/57014.*statement or warehouse timeout/, 'the remote statement_timeout');

$t->stop;
done_testing;
