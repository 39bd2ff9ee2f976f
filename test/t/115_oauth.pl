# OAuth token endpoints that fail, lie and rotate; refresh tokens of several sessions; what may go into a header line; addresses.
use strict;
use warnings;
use Fcntl qw(:flock);
use RawServer;
use SnowflakeFdwTest;
use Test::More;
use Time::HiRes qw(sleep time);

my $t = SnowflakeFdwTest->new(args => ['--no-engine']);
my $i = $t->{info};
my $client = "oauth_client_id 'the-client', oauth_client_secret 'the-secret'";

$t->result({match => 'CURRENT_ACCOUNT', columns => [map { column($_, 'text') } 'a' .. 'g'], rows => [['ACC', 'U', 'R', 'W', undef, undef, '9']]});
$t->sql('CREATE SERVER sf FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (' . $t->server_options(retry_timeout => '5s') . ')');

sub map_user
{
	my ($options) = @_;

	$t->sql("DROP USER MAPPING IF EXISTS FOR postgres SERVER sf; CREATE USER MAPPING FOR postgres SERVER sf OPTIONS ($options)");
	return;
}

sub grant
{
	my (%members) = @_;

	return RawServer::answer('200 OK', $t->{json}->encode({access_token => $i->{oauth_token}, token_type => 'Bearer', expires_in => 600, %members}),
		'Content-Type: application/json', 'Connection: close');
}

# the endpoint that a list of answers makes, the last one from then on
sub endpoint
{
	my (@answers) = @_;

	return RawServer->new(sub { my (undef, $n) = @_; return $answers[$n <= @answers ? $n - 1 : -1] });
}

sub ping_with
{
	my ($server, $options) = @_;

	map_user("$options, oauth_token_request_url 'http://127.0.0.1:$server->{port}/token'");
	my ($out, $err) = $t->try('SELECT account FROM sf_ping()');
	return $out . $err;
}

# asked again like any other
my %once = (
	'a 503' => RawServer::answer('503 Busy', '', 'Connection: close'),
	'a 429' => RawServer::answer('429 Slow down', '', 'Retry-After: 1', 'Connection: close'),
	'a lost connection' => undef,
);
for my $name (sort keys %once)
{
	my $server = endpoint($once{$name}, grant());

	is(ping_with($server, $client), 'ACC', "a token endpoint after $name");
	is(scalar(@{$server->requests}), 2, 'was asked twice');
}
my $busy = endpoint(RawServer::answer('503 Busy', '', 'Connection: close'));
$t->sql("ALTER SERVER sf OPTIONS (SET retry_timeout '1s')");
like(ping_with($busy, $client), qr/08006: the OAuth token endpoint answered with HTTP status 503/, 'one that stays busy');
cmp_ok(scalar(@{$busy->requests}), '>=', 3, 'is asked several times');
# who waits for something else gives up at the end of the wait
$t->sql("ALTER SERVER sf OPTIONS (SET retry_timeout '30s')");
map_user("$client, oauth_token_request_url 'http://127.0.0.1:$busy->{port}/token'");
like(($t->try("SET statement_timeout = '25s'; SELECT sf_dag_wait('d.s.g', timeout => '1 s')"))[1], qr/08006: the OAuth token endpoint answered with HTTP status 503/, 'a wait of a second is given up then');
$t->sql("ALTER SERVER sf OPTIONS (SET retry_timeout '5s')");
# without retries an endpoint that does not answer still has a limit
my $silent = RawServer->new(sub { sleep 60; return });
$t->sql("ALTER SERVER sf OPTIONS (SET retry_timeout '0', ADD connect_timeout '1s')");
map_user("$client, oauth_token_request_url 'http://127.0.0.1:$silent->{port}/token'");
like(($t->try("SET statement_timeout = '30s'; SELECT account FROM sf_ping()"))[1], qr/08006: could not reach the OAuth token endpoint\nDETAIL:.*did not come in time/, 'an endpoint that never answers, retry_timeout 0');
$t->sql("ALTER SERVER sf OPTIONS (DROP connect_timeout, SET retry_timeout '5s')");
my $refusing = endpoint(RawServer::answer('400 Bad Request', '{"error":"invalid_client"}', 'Connection: close'));
like(ping_with($refusing, $client), qr/28000: the OAuth token endpoint gave no token: invalid_client/, 'a refusal');
is(scalar(@{$refusing->requests}), 1, 'is final');
my $page = endpoint(RawServer::answer('200 OK', '<html></html>', 'Content-Type: text/html', 'Connection: close'));
like(ping_with($page, $client), qr/08P01: the OAuth token endpoint gave no token\nDETAIL:.*content type is text\/html/, 'a page in its place');

# what it gives is checked as a given token is
for my $token ("tok\r\nX-Evil: 1", "tok en", "tok\x{e9}n", "tok\tn")
{
	$t->clear;
	like(ping_with(endpoint(grant(access_token => $token)), $client), qr/28000: what the OAuth token endpoint gave as a token .* holds white space or other/, 'a token that would be more than one');
	is(scalar(@{$t->requests}), 0, 'goes nowhere');
}
for my $odd (grant(access_token => {}), grant(access_token => 5), grant(access_token => ''), RawServer::answer('200 OK', '[1]', 'Connection: close'), RawServer::answer('200 OK', '', 'Connection: close'))
{
	like(ping_with(endpoint($odd), $client), qr/28000: the OAuth token endpoint gave no token/, 'an answer without a token');
}
for my $seconds ('x', -5, '600', 1e30, {}, undef)
{
	is(ping_with(endpoint(grant(expires_in => $seconds)), $client), 'ACC', 'an odd lifetime is no obstacle');
}

# a refresh token without a file, for a token that is due at once, is sent each time
my $short = endpoint(grant(expires_in => 1));
map_user("$client, oauth_refresh_token 'first-refresh', oauth_token_request_url 'http://127.0.0.1:$short->{port}/token'");
is($t->sql(join ';', ('SELECT account FROM sf_ping()') x 4), "ACC\nACC\nACC\nACC", 'four calls of a session');
my @sent = map { /refresh_token=([^&]*)$/ ? $1 : 'none' } @{$short->requests};
cmp_ok(scalar(@sent), '>=', 4, 'each had to ask for a token');
is_deeply([grep { $_ ne 'first-refresh' } @sent], [], 'with the refresh token');

# two sessions with one rotating token: each exchange is whole
mkdir "$t->{dir}/own";
chown((getpwnam('postgres'))[2, 3], "$t->{dir}/own") if $> == 0;
my $kept = $t->secret_file('own/refresh.txt', "\x{ef}\x{bb}\x{bf}turn-1\n");
my $state = "$t->{dir}/state";
my $rotating = RawServer->new(sub {
	my ($request) = @_;
	my ($given) = $request =~ /refresh_token=turn-(\d+)/;

	sleep 0.3;
	open(my $f, '+>>', $state) or die $!;
	flock $f, LOCK_EX;
	my $now = 1 + (-s $state);
	return RawServer::answer('400 Bad Request', '{"error":"invalid_grant"}', 'Connection: close') if !defined $given || $given != $now;
	print $f 'x';
	close $f;
	return grant(refresh_token => 'turn-' . ($now + 1), expires_in => 1);
});
map_user("$client, oauth_refresh_token_file '$kept', oauth_token_request_url 'http://127.0.0.1:$rotating->{port}/token'");
$t->sql("ALTER SERVER sf OPTIONS (SET retry_timeout '60s')");
my $many = join '', map { "SELECT account FROM sf_ping();\n" } 1 .. 4;
my $background = $t->background($many);
my ($out, $err) = $t->try($many);
my ($other, $other_err) = $t->finish_background($background);
is($out . $err, "ACC\nACC\nACC\nACC", 'one session with a rotating token');
is($other . $other_err, "ACC\nACC\nACC\nACC\n", 'and another at the same time');
open(my $file, '<', $kept) or die $!;
is(scalar(<$file>), 'turn-' . (1 + (-s $state)), 'the file has the last token');
close $file;
is((stat $kept)[2] & 0777, 0600, 'for the server alone');

# the wait for another session's exchange can be interrupted
open(my $lock, '>>', "$kept.lock") or die $!;
flock $lock, LOCK_EX;
my $started = time;
like(($t->try("SET statement_timeout = '500ms'; SELECT account FROM sf_ping()"))[1], qr/57014/, 'a wait for the lock ends by statement_timeout');
cmp_ok(time - $started, '<', 20, 'soon');
$t->sql("ALTER SERVER sf OPTIONS (SET retry_timeout '1s')");
like(($t->try('SELECT account FROM sf_ping()'))[1], qr/55P03: another session holds the lock of refresh token file/, 'and by retry_timeout');
close $lock;
is($t->sql('SELECT account FROM sf_ping()'), 'ACC', 'then it goes on');

# a token that cannot be written is not lost for the session
SKIP:
{
	skip 'root may write everywhere', 2 if $> == 0 && !getpwnam('postgres');
	chmod 0500, "$t->{dir}/own";
	($out, $err) = $t->try("SELECT account FROM sf_ping();\nSELECT account FROM sf_ping();");
	is($out, "ACC\nACC", 'a folder that cannot be written to');
	like($err, qr/WARNING:.*replaced the refresh token.*HINT:  Let the server's operating-system user write/s, 'is said');
	chmod 0700, "$t->{dir}/own";
}

# what is sent is UTF-8, whatever the database has
$t->sql(q{CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'});
my $asked = endpoint(grant());
IPC::Run::run([$t->psql_command, '-d', 'latin'], '<', \<<"SQL", '>', \$out, '2>', \$err);
SET client_encoding = 'UTF8';
CREATE EXTENSION snowflake_fdw;
CREATE SERVER sf FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (@{[$t->server_options]});
CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (oauth_client_id 'the-client', oauth_client_secret 'the-secret', oauth_scope 'r\x{c3}\x{b6}le', oauth_token_request_url 'http://127.0.0.1:$asked->{port}/token');
SELECT account FROM snowflake.sf_ping();
SQL
is($out . $err, "ACC\n", 'an OAuth scope in a LATIN1 database');
like($asked->requests->[0], qr/scope=r%C3%B6le$/, 'is sent in UTF-8');

# token files as editors write them
my $bom = $t->secret_file('bom.txt', "\x{ef}\x{bb}\x{bf}$i->{pat}\r\n");
map_user("token_file_path '$bom'");
is($t->sql('SELECT account FROM sf_ping()'), 'ACC', 'a token file with a byte order mark');
my $two = $t->secret_file('two.txt', "one\r\nX-Evil: 1");
map_user("token_file_path '$two'");
like(($t->try('SELECT account FROM sf_ping()'))[1], qr/28000: the token for server "sf" is empty, or holds white space/, 'a token file of two lines');

# control characters are refused where a value is set
for my $option ('role', 'warehouse', 'query_tag', 'user', 'oauth_scope', 'oauth_client_id')
{
	like(($t->try("ALTER SERVER sf OPTIONS (ADD $option E'\"a\\r\\nX-Evil: 1\"')"))[1], qr/22023: invalid value for option "$option"\nDETAIL:  It must not hold control characters/, "not in $option");
}
for my $option ('token', 'oauth_refresh_token', 'oauth_client_secret')
{
	$err = ($t->try("ALTER USER MAPPING FOR postgres SERVER sf OPTIONS (ADD $option E'sesame\\nX-Evil: 1')"))[1];
	like($err, qr/22023: invalid value for option "$option"\nDETAIL:  It must not hold control characters/, "not in $option");
	unlike($err, qr/^.*ERROR.*sesame/m, 'which is not shown');
}
for my $setting ('role', 'warehouse')
{
	like(($t->try("LOAD 'snowflake_fdw'; SET snowflake_fdw.$setting = E'a\\nX-Evil: 1'"))[1], qr/22023: invalid value for parameter "snowflake_fdw.$setting".*control characters/s, "nor in snowflake_fdw.$setting");
}

# addresses are what libcurl takes them for
for my $url ('http://localhost:x@evil.example/t', 'http://127.0.0.1@evil.example/t', 'http://[::1]@evil.example/t', 'http://127.0.0.1.evil.example/t', 'https://u:p@id.example/t',
	'ftp://127.0.0.1/t', 'https://', 'https://a b/t', 'http:///t')
{
	like(($t->try("ALTER USER MAPPING FOR postgres SERVER sf OPTIONS (ADD oauth_token_request_url '$url')"))[1], qr/22023: invalid value for option "oauth_token_request_url"/, "no $url");
}
for my $url ('http://[::1]:8080/t', 'http://127.0.0.2/t', 'https://id.example:8443/t?x=1', 'http://LOCALHOST/t')
{
	is(($t->try("BEGIN; ALTER USER MAPPING FOR postgres SERVER sf OPTIONS (ADD oauth_token_request_url '$url'); ROLLBACK"))[1], '', "but $url");
}
for my $proxy ('ldap://x', 'http://', 'http://proxy/path', "p r")
{
	$err = ($t->try("ALTER SERVER sf OPTIONS (ADD proxy '$proxy')"))[1];
	like($err, qr/22023: invalid value for option "proxy"\nDETAIL:  It takes the address of a proxy/, "no proxy $proxy");
}
for my $proxy ('proxy.example:3128', 'http://u:p@proxy:3128', 'socks5h://[::1]:1080', 'https://proxy')
{
	is(($t->try("BEGIN; ALTER SERVER sf OPTIONS (ADD proxy '$proxy'); ROLLBACK"))[1], '', "a proxy $proxy");
}
like(($t->try("ALTER SERVER sf OPTIONS (SET host '127.0.0.1\@evil.example')"))[1], qr/22023: invalid value for option "host"/, 'a host is a host');

$t->stop;
done_testing;
