# TLS, connections that are used again, redirects, tokens that expire during a scan, large cells, the memory of a fetch.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;
use Time::HiRes qw(time);

my $t = SnowflakeFdwTest->new(args => ['--no-engine', '--tls', '--window', '1', '--partition-rows', '2']);
my $i = $t->{info};
my @number = (column('N', 'fixed', precision => 9, scale => 0));
my $count = q{SELECT count(*) FROM sf_query('SELECT rows') AS t(n int)};

# TLS: the private CA is trusted only where it is named, and for the names in the certificate only
my $ca = $t->secret_file('ca.pem', do { open(my $f, '<', $i->{ca_file}) or die $!; local $/; <$f> });
$t->result({match => 'rows', columns => \@number, rows => [['1'], ['2'], ['3'], ['4'], ['5']]});
$t->connect(ca_file => $ca, retry_timeout => '1s');
is($t->sql($count), '5', 'a CA that is named');
like($t->sql('SELECT sf_version()'), qr/OpenSSL/, 'the TLS library is in sf_version');
$t->clear;
is($t->sql("$count; $count; SELECT count(*) FROM sf_query('SELECT rows') AS t(n int)"), "5\n5\n5", 'three statements in a session');
my %connections = map { $_->{connection} => 1 } @{$t->requests};
cmp_ok(scalar(keys %connections), '<=', 4, 'use the same connections again (' . keys(%connections) . ' for ' . @{$t->requests} . ' requests)');
my @submissions = map { $_->{connection} } grep { $_->{method} eq 'POST' } @{$t->requests};
is($submissions[0], $submissions[2], 'so does the next submission');

# what the next attempt would meet again fails at once, whatever retry_timeout and connect_retry_timeout are
sub at_once
{
	my ($expected, $name, %options) = @_;
	my $started = time;

	$t->connect(connect_retry_timeout => '120s', %options);
	my $err = ($t->try($count))[1];
	like($err, $expected, $name);
	unlike($err, qr/WARNING/, 'no attempt to cancel over a connection that cannot be made');
	cmp_ok(time - $started, '<', 40, 'at once');
	return;
}
at_once(qr/08001: .*certificate/si, 'a CA that is not known');
my $wrong = $t->secret_file('wrong.pem', '-----BEGIN CERTIFICATE-----');
at_once(qr/08001: could not connect/, 'a CA file without a certificate', ca_file => $wrong);
at_once(qr/08001: could not connect/, 'a CA file that is not there', ca_file => '/nowhere/ca.pem');
# libcurl itself knows that *.localhost is this machine
at_once(qr/08001: could not connect.*subject name.*other\.localhost/s, 'another host name than the certificate has', ca_file => $ca, host => 'other.localhost');

# ca_file is in place of the system's CAs, those of its folder among them
my $second = "$t->{dir}/second.pem";
system("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=second -days 2 -keyout $t->{dir}/second.key -out $second 2>/dev/null") == 0 or die 'openssl';
chmod 0644, $second;
at_once(qr/08001: .*certificate/si, 'another CA than the one of the server', ca_file => $second);
SKIP:
{
	skip 'another folder of system CAs needs root and mount namespaces', 4 if $> != 0 || system('unshare -m true 2>/dev/null') != 0;
	my $folder = "$t->{dir}/system_cas";

	mkdir $folder;
	chomp(my $hash = `openssl x509 -in $i->{ca_file} -noout -hash`);
	system('cp', $i->{ca_file}, "$folder/$hash.0");
	chmod 0755, $folder;
	chmod 0644, "$folder/$hash.0";
	$t->restart_under("unshare -m sh -c 'mount --bind $folder /etc/ssl/certs && exec \"\$\@\"' sh");
	at_once(qr/08001: .*certificate/si, 'though the system knows that one', ca_file => $second);
	$t->connect(ca_file => $ca);
	is($t->sql($count), '5', 'the CA that is named');
	$t->restart;
}
$t->connect(ca_file => $ca, protocol => 'http', retry_timeout => '1s');
like(($t->try($count))[1], qr/08/, 'plain HTTP to a TLS port');

# redirects and cookies
$t->connect(ca_file => $ca, retry_timeout => '1s');
for my $status (301, 302, 307, 308)
{
	$t->clear;
	$t->fault({action => 'status', status => $status, path => '^/api/v2/statements', headers => {Location => "$i->{url}/stolen", 'Set-Cookie' => 'a=b'}, times => 9});
	like(($t->try($count))[1], qr/HV000|08P01/, "a redirect $status is an error");
	is(scalar(grep { $_->{path} eq '/stolen' } @{$t->requests}), 0, 'and not followed');
}

# a token that expires while partitions are fetched: one new one, the rows go on
my $expired = '{"code":"390318","message":"OAuth access token expired."}';
for my $path ('partition=1', '^/api/v2/statements\?')
{
	$t->clear;
	$t->fault({action => 'status', status => 401, path => $path, text => $expired});
	is($t->sql($count), '5', "a token that expires at $path");
	my %tokens = map { $_->{token} => 1 } @{$t->requests};
	cmp_ok(scalar(keys %tokens), '>=', 1, 'was renewed');
	is(scalar(grep { $_->{status} && $_->{status} == 401 } @{$t->requests}), 1, 'after one refusal');
}
$t->clear;
$t->fault({action => 'status', status => 401, path => 'partition=1', text => $expired, times => 9});
like(($t->try($count))[1], qr/28000: OAuth access token expired/, 'a token that is refused again');
is(scalar(grep { $_->{path} !~ /cancel/ && $_->{status} && $_->{status} == 401 } @{$t->requests}), 2, 'is tried once more, then reported');

# 1, 2 and 50 partitions of a foreign table
$t->sql(q{CREATE FOREIGN TABLE ft (n int) SERVER sf OPTIONS (query 'SELECT rows')});
for my $partitions (1, 2, 50)
{
	$t->result({match => 'rows', columns => \@number, rows => [['1'], ['2']], repeat => $partitions});
	$t->clear;
	is($t->sql('SELECT count(*), sum(n) FROM ft'), 2 * $partitions . '|' . 3 * $partitions, "a foreign table of $partitions partitions");
	is(scalar(grep { exists $_->{query}{partition} } @{$t->requests}), $partitions - 1, 'each asked for once');
}

# what is fetched ahead stays within the budget, however many partitions there are
$t->result({match => 'rows', columns => [column('T', 'text')], rows => [['x' x 500_000], ['y' x 500_000]], repeat => 30});
$t->sql(q{CREATE FOREIGN TABLE wide (t text) SERVER sf OPTIONS (query 'SELECT rows')});
$t->sql("ALTER SERVER sf OPTIONS (ADD fetch_memory '4MB', ADD fetch_parallel '8')");
is($t->sql('SELECT count(*), sum(length(t)) FROM wide'), '60|30000000', '30 partitions of 1 MB within fetch_memory 4 MB');
$t->clear;
is($t->sql('BEGIN; DECLARE c CURSOR FOR SELECT length(t) FROM wide; FETCH 1 FROM c; SELECT pg_sleep(0.5); COMMIT'), "500000\n", 'a cursor that reads one row');
cmp_ok(scalar(grep { exists $_->{query}{partition} } @{$t->requests}), '<=', 8, 'does not fetch all of it ahead');
$t->sql('ALTER SERVER sf OPTIONS (DROP fetch_memory, DROP fetch_parallel)');

# Snowflake's largest cell, and one that no memory budget allows
$t->result({match => 'rows', columns => [column('T', 'text')], rows => [['x' x 16_777_216]], times => 1});
is($t->sql('SELECT length(t) FROM wide'), '16777216', 'a cell of 16 MB');
$t->sql("ALTER SERVER sf OPTIONS (ADD max_result_bytes '8MB')");
$t->result({match => 'rows', columns => [column('T', 'text')], rows => [['x' x 16_777_216]], times => 1});
like(($t->try('SELECT length(t) FROM wide'))[1], qr/54000.*max_result_bytes/s, 'max_result_bytes');

# nobody there, and a name that does not resolve
$t->connect(protocol => 'http', port => 1, retry_timeout => '1s', connect_timeout => '2s');
like(($t->try($count))[1], qr/08001: could not connect to server "sf".*127\.0\.0\.1 port 1\b/s, 'nobody listens');
$t->connect(host => 'no-such-host.invalid', retry_timeout => '1s', connect_timeout => '2s');
like(($t->try($count))[1], qr/08001.*no-such-host\.invalid/s, 'a host that does not exist');

$t->stop;
done_testing;
