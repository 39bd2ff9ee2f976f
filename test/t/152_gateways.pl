# What is wrong for good fails at once, what cannot be reached soon; pauses; what proxies and gateways answer; replies of other requests.
use strict;
use warnings;
use RawServer;
use SnowflakeFdwTest;
use Test::More;
use Time::HiRes qw(time);

my $t = SnowflakeFdwTest->new(args => ['--no-engine', '--window', '1', '--partition-rows', '2']);
my $count = q{SELECT count(*) FROM sf_query('SELECT rows') AS t(n int)};
my $write = q{BEGIN; SELECT sf_execute('DELETE FROM t'); ROLLBACK};
my $create = q{SELECT sf_create('database', '{"name": "D"}')};

$t->result({match => 'rows', columns => [column('N', 'fixed', precision => 9, scale => 0)], rows => [['1'], ['2']]});

# the error of a call, and how long it took
sub failure
{
	my ($sql) = @_;
	my $started = time;
	my (undef, $err) = $t->try($sql);

	return ($err, time - $started);
}

# set-up faults that the next attempt would meet again
$t->connect(protocol => 'https', connect_retry_timeout => '120s');
my ($err, $took) = failure($count);
like($err, qr/08001: could not connect to server "sf"\nDETAIL:  could not connect:.*wrong version number/i, 'TLS to a port without it');
cmp_ok($took, '<', 40, 'fails at once, not after connect_retry_timeout');
unlike($err, qr/may still be running|WARNING/, 'nothing was sent');

# what cannot be reached has a budget of its own, and says that it tries
$t->connect(port => 1, connect_retry_timeout => '4s');
($err, $took) = failure($count);
like($err, qr/NOTICE:  08000: a request to server "sf" is tried again, for 4 s at most\nDETAIL:  could not connect/, 'a NOTICE while nobody listens');
like($err, qr/08001: could not connect to server "sf".*127\.0\.0\.1 port 1\b/s, 'nobody listens');
cmp_ok($took, '<', 40, 'for connect_retry_timeout only');
cmp_ok($took, '>', 1.5, 'which is used');
($err) = failure("\\set ON_ERROR_STOP 0\n$count;\n$count;");
is(scalar(() = $err =~ /NOTICE:  08000: .*is tried again/g), 2, 'the next statement of the session says so again');
$t->connect(host => 'no-such-host.invalid', protocol => 'https', connect_retry_timeout => '1s');
($err, $took) = failure($count);
like($err, qr/08001.*no-such-host\.invalid/s, 'a host that does not exist');
cmp_ok($took, '<', 40, 'soon');
unlike($err, qr/may still be running/, 'nothing was sent');
($err) = failure($write);
unlike($err, qr/may still be running|stays? in effect/, 'a write that could not be sent');
($err) = failure($create);
unlike($err, qr/not known whether|stays? in effect/, 'a change that could not be sent');
$t->connect(host => '2001:db8::1', protocol => 'https', connect_timeout => '1s', retry_timeout => '1s');
($err) = failure($count);
like($err, qr/08001.*(2001:db8::1|timed out|timeout|unreachable)/si, 'an IPv6 address is one');

$t->connect(port => 1);
($err) = failure("SET statement_timeout = '700ms'; $create");
like($err, qr/57014/, 'a change interrupted before there was a connection');
unlike($err, qr/not known whether|stays? in effect/, 'was not made');

# the pause is the larger of what is asked and the back-off
for my $after ('0', 'Sun, 06 Nov 1994 08:49:37 GMT')
{
	$t->connect(retry_timeout => '3s');
	$t->clear;
	$t->fault({action => 'status', status => 503, retry_after => $after, path => '^/api/v2/statements\?requestId=[^&]*(&retry=true)?$', times => 100000});
	($err) = failure($count);
	like($err, qr/08006/, "503 with Retry-After: $after");
	cmp_ok(scalar(grep { $_->{method} eq 'POST' && $_->{path} !~ /cancel/ } @{$t->requests}), '<=', 12, 'does not hammer');
}
$t->clear;

# the budget counts from a failure, not while a cursor's client is idle
$t->result({match => 'pages', columns => [column('N', 'fixed', precision => 9, scale => 0)], rows => [['1'], ['2']], repeat => 4});
$t->connect(retry_timeout => '2s');
$t->sql(q{CREATE FOREIGN TABLE pages (n int) SERVER sf OPTIONS (query 'SELECT pages')});
$t->fault({action => 'reset', path => 'partition=[12]', times => 2}, {action => 'status', status => 503, path => 'partition=[12]', times => 2});
is($t->sql('BEGIN; DECLARE c CURSOR FOR SELECT n FROM pages; FETCH 1 FROM c; SELECT pg_sleep(3); MOVE ALL FROM c; COMMIT; SELECT 7'), "1\n\n7", 'a prefetch that was cut, looked at late');
$t->clear;

# a proxy's answers are the proxy's
my %refusals = (407 => [407, qr/HINT:.*user and a password/], 502 => [502, qr/HINT:.*option proxy/], closed => [undef, qr/HINT:.*option proxy/]);
for my $name (sort keys %refusals)
{
	my ($status, $hint) = @{$refusals{$name}};
	my $proxy = RawServer->new(sub { return $status ? RawServer::answer("$status Refused", 'no', 'Retry-After: 1') : undef });

	$t->connect(host => 'account.example.com', protocol => 'https', port => 443, proxy => "http://127.0.0.1:$proxy->{port}");
	($err, $took) = failure($count);
	like($err, qr/08001: could not connect to server "sf" through its proxy\nDETAIL:  the proxy did not let the request through/, "a proxy refuses: $name");
	like($err, qr/HTTP status $status/, 'with its status') if $status;
	like($err, $hint, 'and a hint');
	cmp_ok($took, '<', 40, 'at once');
	is(scalar(@{$proxy->requests}), 1, 'asked once');
	unlike($err, qr/may still be running/, 'nothing runs');
	($err) = failure($write);
	like($err, qr/08001/, 'a write');
	unlike($err, qr/may still be running|stays? in effect/, 'does not run either');
	($err) = failure($create);
	like($err, qr/08001/, 'a change');
	unlike($err, qr/not known whether|stays? in effect/, 'was not made');
}
my $hesitant = RawServer->new(sub { return "HTTP/1.1 100 Continue\r\n\r\n" });
$t->connect(host => 'account.example.com', protocol => 'https', port => 443, proxy => "http://127.0.0.1:$hesitant->{port}", retry_timeout => '1s', connect_timeout => '2s');
($err) = failure($count);
like($err, qr/08001: could not connect to server "sf" through its proxy\nDETAIL:.*HTTP status 100/, 'a proxy with an interim answer alone');
# an attempt for a connection that takes long counts for the NOTICE, the first one too
my $silent = RawServer->new(sub { return 'nothing' });
$t->connect(host => 'account.example.com', protocol => 'https', port => 443, proxy => "http://127.0.0.1:$silent->{port}", retry_timeout => '1s', connect_timeout => '4s');
($err) = failure($count);
like($err, qr/NOTICE:  08000: a request to server "sf" is tried again, for 1 s at most.*08001/s, 'a first attempt that takes four seconds');
my $plain = RawServer->new(sub { return RawServer::answer('407 Proxy Authentication Required', '') });
$t->connect(proxy => "127.0.0.1:$plain->{port}");
($err) = failure($create);
like($err, qr/08001: could not connect to server "sf" through its proxy.*HTTP status 407/s, 'a proxy without a tunnel');
unlike($err, qr/not known whether|stays? in effect/, 'has not passed it on');

# sent, and then lost: not known, and said
$t->connect(retry_timeout => '1s');
$t->fault({action => 'reset', times => 1000});
($err) = failure($write);
like($err, qr/08006.*may still be running|may still be running.*08006/s, 'a write whose reply is lost may run');
($err) = failure($create);
like($err, qr/HINT:  It is not known whether this was done/, 'a change whose reply is lost may have been made');
$t->clear;

# something in between
$t->fault({action => 'raw', text => '<html>Please log in</html>', content_type => 'text/html', times => 1000});
($err) = failure($count);
like($err, qr/08P01: something between here and server "sf" answered in Snowflake's place\nDETAIL:  .*content type is text\/html.*\nHINT:.*proxy/, 'a page of HTML with 200');
($err) = failure($create);
like($err, qr/08P01: something between here/, 'for a change, too');
$t->clear;
$t->fault({action => 'status', status => 403, times => 1000});
($err) = failure($count);
like($err, qr/42501.*\nHINT:.*network policy/s, 'a bare 403');
$t->clear;

# headers beyond libcurl's limits, or ours
$t->fault({action => 'status', status => 200, text => '{}', headers => {'X-Long' => 'x' x 150_000}, times => 1000});
($err) = failure($count);
like($err, qr/08P01.*header line/s, 'a header line that is too long');
$t->clear;
$t->fault({action => 'status', status => 200, text => '[]', headers => {Link => '<' . ('x' x 70_000) . '>; rel="next"'}, times => 1000});
($err) = failure(q{SELECT sf_list('database')});
like($err, qr/08P01/, 'a Link that is not kept whole is no end of a list');
$t->clear;

# a server that leaves the reply to another request on the connection
sub result
{
	my ($request_id, $handle, $value, $created) = @_;

	return RawServer::answer('200 OK', qq({"resultSetMetaData":{"numRows":1,"format":"jsonv2","partitionInfo":[{"rowCount":1,"uncompressedSize":10}],)
		. qq("rowType":[{"name":"N","type":"fixed","precision":9,"scale":0,"nullable":true}]},"data":[["$value"]],"code":"090001",)
		. qq("statementStatusUrl":"/api/v2/statements/$handle?requestId=$request_id","sqlState":"00000","statementHandle":"$handle","message":"done","createdOn":) . ($created // 1) . '}',
		'Content-Type: application/json');
}
my $odd = RawServer->new(sub {
	my ($request, $number) = @_;
	my ($id) = $request =~ /requestId=([0-9a-f-]{36})/;
	my $own = result($id, '019c06a4-0000-df4f-0000-00100006589e', $number);

	return $own . result('b1f0b1d4-6f6b-4b6e-9d2c-1f1f6f0c7a11', '019c06a4-0000-df4f-0000-001000065900', 666) if $number == 1;
	return $request =~ m{/cancel} ? RawServer::answer('200 OK', '{"code":"000604"}') : $own;
});
$t->connect(port => $odd->{port});
my $n = q{SELECT n FROM sf_query('SELECT n') AS t(n int)};
my ($out) = $t->try("\\set ON_ERROR_STOP 0\n$n;\n$n;\n$n;");
like($out, qr/^1\n/, 'the first statement has its rows');
unlike($out, qr/666/, 'the second one not those of another request');
like($out, qr/\n[2-9]\z/, 'the third one its own');
my $first;
$odd = RawServer->new(sub {
	my ($request) = @_;
	my ($id) = $request =~ /requestId=([0-9a-f-]{36})/;

	return RawServer::answer('200 OK', '{"code":"000604"}') if $request =~ m{/cancel};
	return result($first = $id, '019c06a4-0000-df4f-0000-00100006589e', 1) if !$first;
	return result($first, '019c06a4-0000-df4f-0000-001000065900', 666);
});
$t->connect(port => $odd->{port});
($out, $err) = $t->try("\\set ON_ERROR_STOP 0\n$n;\n$n;\n$n;");
is($out, '1', 'submissions that are answered with the rows of the one before hand none out');
is(scalar(() = $err =~ /08P01: .*the reply to another request/g), 2, 'which is said');
$odd = RawServer->new(sub { return result('b1f0b1d4-6f6b-4b6e-9d2c-1f1f6f0c7a11', '019c06a4-0000-df4f-0000-00100006589e', 7); });
$t->connect(port => $odd->{port});
is($t->sql($n), '7', 'an id that the server has made says nothing');
$odd = RawServer->new(sub {
	my ($request) = @_;
	my $own = '019c06a4-0000-df4f-0000-00100006589e';

	return RawServer::answer('200 OK', '{"code":"000604"}') if $request =~ m{/cancel};
	return result('b1f0b1d4-6f6b-4b6e-9d2c-1f1f6f0c7a11', '019c06a4-0000-df4f-0000-001000065900', 666) if $request =~ /^GET/;
	return RawServer::answer('202 Accepted', qq({"code":"333334","message":"runs","statementHandle":"$own","statementStatusUrl":"/api/v2/statements/$own"}), 'Content-Type: application/json');
});
$t->connect(port => $odd->{port});
like(($t->try($n))[1], qr/08P01: .*the reply is of another statement/s, 'nor does a poll take the rows of another statement');
is(scalar(grep { m{^POST \S*00100006589e/cancel} } @{$odd->requests}), 1, 'its own statement, of which nothing is known, is cancelled');


# a time that is none
for my $created (9223372036854775807, -2)
{
	$odd = RawServer->new(sub {
		my ($request) = @_;
		my ($id) = $request =~ /requestId=([0-9a-f-]{36})/;

		return result($id, '019c06a4-0000-df4f-0000-00100006589e', 1, $created);
	});
	$t->connect(port => $odd->{port});
	like(($t->try($n))[1], qr/08P01: .*"createdOn" is out of range: $created/, "created on $created");
}

$t->stop;
done_testing;
