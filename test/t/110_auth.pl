# Each authenticator and its failures; profiles; files; secrets that never show.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new(args => ['--no-engine']);
my $i = $t->{info};
my @secrets = grep { defined && length } @{$i}{qw(pat oauth_token wif_token expired_pat oauth_client_secret refresh_token key_passphrase)};
my $shown = '';

$t->result({match => 'CURRENT_ACCOUNT', columns => [map { column($_, 'text') } 'a' .. 'g'], rows => [['ACC', 'U', 'R', 'W', undef, undef, '9']]});
$t->sql('CREATE SERVER sf FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (' . $t->server_options(retry_timeout => '2s') . ')');

sub ping
{
	my ($options) = @_;

	$t->sql('DROP USER MAPPING IF EXISTS FOR postgres SERVER sf');
	my ($out, $err) = $t->try("CREATE USER MAPPING FOR postgres SERVER sf OPTIONS ($options); SELECT account FROM sf_ping()");
	$shown .= $err;
	return $out . $err;
}

sub slurp
{
	my ($path) = @_;

	open(my $f, '<', $path) or die $!;
	local $/;
	return scalar <$f>;
}

my $key = slurp($i->{key_file});
my $url = "$i->{url}/oauth2/token";
my %token_file = map { $_ => $t->secret_file("$_.txt", "$i->{$_}\n") } qw(pat oauth_token wif_token);

# what works
my @good = (
	['a key file', "user 'DEMO_USER', private_key_file '$i->{key_file}'", 'KEYPAIR_JWT'],
	['a lower-case user', "user 'demo_user', private_key_file '$i->{key_file}'", 'KEYPAIR_JWT'],
	['a PKCS#1 key file', "user 'DEMO_USER', private_key_path '$i->{pkcs1_key_file}'", 'KEYPAIR_JWT'],
	['an encrypted key file', "user 'DEMO_USER', private_key_file '$i->{encrypted_key_file}', private_key_file_pwd '$i->{key_passphrase}'", 'KEYPAIR_JWT'],
	['a key in the options', "user 'DEMO_USER', private_key '$key'", 'KEYPAIR_JWT'],
	['an access token', "token '$i->{pat}'", 'PROGRAMMATIC_ACCESS_TOKEN'],
	['an access token in a file', "token_file_path '$token_file{pat}'", 'PROGRAMMATIC_ACCESS_TOKEN'],
	['an OAuth token', "authenticator 'oauth', token '$i->{oauth_token}'", 'OAUTH'],
	['an OAuth token in a file', "authenticator 'OAUTH', token_file_path '$token_file{oauth_token}'", 'OAUTH'],
	['client credentials', "oauth_client_id '$i->{oauth_client_id}', oauth_client_secret '$i->{oauth_client_secret}', oauth_token_request_url '$url', oauth_scope 'session:role:R'", 'OAUTH'],
	['workload identity', "workload_identity_provider 'OIDC', token_file_path '$token_file{wif_token}'", 'WORKLOAD_IDENTITY_FEDERATION'],
);
for my $case (@good)
{
	my ($name, $options, $type) = @$case;

	$t->clear;
	is(ping($options), 'ACC', $name);
	is((grep { $_->{path} eq '/api/v2/statements' } @{$t->requests})[0]{token_type}, $type, "$name: token type");
}

# what does not, and what is said
my $open = $t->secret_file('open.txt', $i->{pat});
chmod 0644, $open;
my @bad = (
	['no credentials', "user 'DEMO_USER'", qr/28000: no credentials for server "sf"/, 0],
	['a key without a user', "private_key_file '$i->{key_file}'", qr/28000: no user name .*\nHINT:  Set the option user in the user mapping of "postgres"\./s, 0],
	['a wrong passphrase', "user 'DEMO_USER', private_key_file '$i->{encrypted_key_file}', private_key_file_pwd 'wrong one'", qr/28000: the private key .* cannot be used\nDETAIL:  .*passphrase/, 0],
	['no passphrase', "user 'DEMO_USER', private_key_file '$i->{encrypted_key_file}'", qr/28000.*passphrase/s, 0],
	['no key', "user 'DEMO_USER', private_key 'garbage'", qr/28000: the private key/, 0],
	['a missing file', "user 'DEMO_USER', private_key_file '/nowhere/key.p8'", qr/58P01: could not open private key file/, 0],
	['a file open to others', "token_file_path '$open'", qr/42501: token file .* is accessible to others/, 0],
	['a folder', "token_file_path '$t->{dir}'", qr/42809|42501/, 0],
	['another user of the key', "user 'NOBODY', private_key_file '$i->{key_file}'", qr/28000: JWT token is invalid.*HINT:  Compare RSA_PUBLIC_KEY_FP/s, 2],
	['a disabled user', "user 'DISABLED_USER', private_key_file '$i->{key_file}'", qr/28000/, 2],
	['a wrong access token', "token 'wrong-token'", qr/28000: Programmatic access token is invalid.*394400/s, 1],
	['an expired access token', "token '$i->{expired_pat}'", qr/28000: Programmatic access token is invalid/, 1],
	['an access token as OAuth', "authenticator 'OAUTH', token '$i->{pat}'", qr/28000: Invalid OAuth access token/, 1],
	['an expired OAuth token', "authenticator 'OAUTH', token '$i->{expired_oauth_token}'", qr/28000: OAuth access token expired.*390318/s, 1],
	['a wrong client secret', "oauth_client_id '$i->{oauth_client_id}', oauth_client_secret 'wrong secret', oauth_token_request_url '$url'", qr/28000: the OAuth token endpoint gave no token: invalid_client/, 0],
	['no token endpoint', "oauth_client_id 'x', oauth_client_secret 'wrong secret'", qr/28000: no oauth_token_request_url/, 0],
	['an unreachable token endpoint', "oauth_client_id 'x', oauth_client_secret 'wrong secret', oauth_token_request_url 'http://127.0.0.1:1/x'", qr/08001: could not reach the OAuth token endpoint/, 0],
	['a token endpoint without TLS', "oauth_client_id 'x', oauth_client_secret 'wrong secret', oauth_token_request_url 'http://example.com/x'", qr/22023: invalid value for option "oauth_token_request_url": .*\nDETAIL:  It must begin with https/, 0],
	['a token with a line break', "token E'a\\nb'", qr/22023: invalid value for option "token"\nDETAIL:  It must not hold control characters/, 0],
);
for my $case (@bad)
{
	my ($name, $options, $expected, $requests) = @$case;

	$t->clear;
	like(ping($options), $expected, $name);
	is(scalar(grep { $_->{path} eq '/api/v2/statements' } @{$t->requests}), $requests, "$name: $requests requests");
}

# a token file that changes is read again, in the same session
my $changing = $t->secret_file('changing.txt', $i->{expired_oauth_token});
$t->sql('DROP USER MAPPING IF EXISTS FOR postgres SERVER sf');
$t->sql("CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (authenticator 'OAUTH', token_file_path '$changing')");
my $copy = "cp $token_file{oauth_token} $changing";
like(($t->try("\\set ON_ERROR_STOP 0\nSELECT account FROM sf_ping();\n\\! $copy\nSELECT account FROM sf_ping();"))[0], qr/ACC/, 'a token file that changes');

# refresh tokens rotate
mkdir "$t->{dir}/own";
chown((getpwnam('postgres'))[2, 3], "$t->{dir}/own") if $> == 0;
my $kept = $t->secret_file('own/refresh.txt', $i->{refresh_token});
my $refresh = "oauth_client_id '$i->{oauth_client_id}', oauth_client_secret '$i->{oauth_client_secret}'";
is(ping("$refresh, oauth_refresh_token_file '$kept'"), 'ACC', 'a refresh token in a file');
my $rotated = slurp($kept);
isnt($rotated, $i->{refresh_token}, 'is replaced by the new one');
is((stat $kept)[2] & 0777, 0600, 'in a file of mode 600');
is(ping("$refresh, oauth_refresh_token_file '$kept'"), 'ACC', 'which works the next time');
like(ping("$refresh, oauth_refresh_token '" . slurp($kept) . "'"), qr/^ACC.*WARNING:.*replaced the refresh token of server "sf"/s, 'without a file a WARNING says so');
like(ping("$refresh, oauth_refresh_token '$i->{refresh_token}'"), qr/28000: .*invalid_grant/, 'a used one is refused');

# a 401 in the middle: a new JWT once
$t->sql('DROP USER MAPPING IF EXISTS FOR postgres SERVER sf');
$t->sql("CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (user 'DEMO_USER', private_key_file '$i->{key_file}')");
$t->clear;
$t->fault({action => 'status', status => 401, text => '{"code":"390144","message":"JWT token is invalid."}'});
is($t->sql('SELECT account FROM sf_ping()'), 'ACC', 'a 401 is answered with a new token');

# other users
$t->sql('CREATE ROLE plain LOGIN; GRANT USAGE ON SCHEMA snowflake TO plain');
like(($t->try('SET ROLE plain; SELECT sf_ping()'))[1], qr/42501: permission denied for foreign server sf/, 'no USAGE');
$t->sql('GRANT USAGE ON FOREIGN SERVER sf TO plain');
like(($t->try('SET ROLE plain; SELECT sf_ping()'))[1], qr/42704: user mapping not found for user "plain"/, 'no mapping');
for my $option ("private_key_file '/x'", "token_file_path '/x'", "oauth_token_request_url 'https://x'", "oauth_refresh_token_file '/x'", "authenticator 'WORKLOAD_IDENTITY'",
	"workload_identity_provider 'OIDC'")
{
	like(($t->try("SET ROLE plain; CREATE USER MAPPING FOR plain SERVER sf OPTIONS ($option)"))[1], qr/42501/, "not for everybody: $option");
}
$t->sql("SET ROLE plain; CREATE USER MAPPING FOR plain SERVER sf OPTIONS (token '$i->{pat}')");
is($t->sql('SET ROLE plain; SELECT account FROM sf_ping()'), 'ACC', 'with a mapping of the own');
for my $call (q{sf_query_json('SELECT 1')}, q{sf_execute('x')}, q{sf_describe('SELECT 1')}, 'sf_version()', 'sf_disconnect()')
{
	like(($t->try("SET ROLE plain; SELECT $call"))[1], qr/42501: permission denied for function/, "revoked: $call");
}
unlike($t->sql('SET ROLE plain; SELECT string_agg(umoptions::text, chr(44)) FROM pg_user_mappings WHERE usename <> current_user'), qr/\Q$i->{key_file}\E/, 'options of other users');

# profiles
my $home = "$t->{dir}/home";
mkdir $home;
system("chown postgres $home") if $> == 0;
$t->secret_file('home/connections.toml', "[default]\naccount = \"$i->{account}\"\nhost = '$i->{host}'\nport = $i->{port}\nprotocol = \"http\"\ntoken = '$i->{pat}'\nauthenticator = 'programmatic_access_token'\nrole = 'reader'\nwarehouse = '\"Exact\"'\nunknown_key = [1, 2]\n[broken]\naccount = \"x y\"\n");
$t->restart(SNOWFLAKE_HOME => $home);
$t->sql("CREATE SERVER prof FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (connection_name 'default')");
$t->clear;
is($t->sql("SELECT account FROM sf_ping('prof')"), 'ACC', 'a profile, without a mapping, for a superuser');
is_deeply([@{$t->requests->[0]{body}}{qw(role warehouse)}], ['READER', 'Exact'], 'bare names of a profile fold, quoted ones do not');
$t->sql('GRANT USAGE ON FOREIGN SERVER prof TO plain');
like(($t->try("SET ROLE plain; SELECT sf_ping('prof')"))[1], qr/42704: user mapping not found/, 'not for others');
$t->sql("CREATE USER MAPPING FOR plain SERVER prof");
like(($t->try("SET ROLE plain; SELECT sf_ping('prof')"))[1], qr/28000: no credentials/, 'nor are its secrets');
my $connections = do { local (@ARGV, $/) = "$home/connections.toml"; <> };
my $token_file = $t->secret_file('profile_token', $i->{pat});
for my $key (qw(private_key_file private_key_path token_file_path oauth_refresh_token_file))
{
	my $named = $key eq 'token_file_path' ? $token_file : $i->{key_file};

	$t->secret_file('home/connections.toml', "[default]\naccount = \"$i->{account}\"\nhost = '$i->{host}'\nport = $i->{port}\nprotocol = \"http\"\nuser = 'DEMO_USER'\n$key = '$named'\n");
	is($t->sql("SELECT account FROM sf_ping('prof')"), 'ACC', "$key of a profile") if $key !~ /^oauth/;
	like(($t->try("SET ROLE plain; SELECT sf_ping('prof')"))[1], qr/28000: no credentials/, "$key of a profile is not for others");
}
$t->secret_file('home/connections.toml', "[default]\naccount = \"$i->{account}\"\nhost = '$i->{host}'\nport = $i->{port}\nca_file = '/no-such-ca.pem'\n");
$t->sql("ALTER USER MAPPING FOR plain SERVER prof OPTIONS (ADD token '$i->{pat}')");
like(($t->try("SET ROLE plain; SELECT sf_ping('prof')"))[1], qr/08001: .*no-such-ca/s, 'but its CAs are');
$t->secret_file('home/connections.toml', $connections);
$t->sql("ALTER SERVER prof OPTIONS (SET connection_name 'nope')");
like(($t->try("SELECT sf_ping('prof')"))[1], qr/42704: connection "nope" is not in/, 'a profile that is not there');
$t->sql("ALTER SERVER prof OPTIONS (SET connection_name 'broken')");
like(($t->try("SELECT sf_ping('prof')"))[1], qr/22023: invalid value for option "account"/, 'a bad value in a profile');
chmod 0640, "$home/connections.toml";
like(($t->try("SELECT sf_ping('prof')"))[1], qr/42501: connection file .* is accessible to others/, 'a profile open to others');
$t->secret_file('home/connections.toml', "[default\nsecret = '$i->{pat}'");
my (undef, $err) = $t->try("SELECT sf_ping('prof')");
like($err, qr/F0000: connection file .* is not valid TOML\nDETAIL:  line 1/, 'a broken file');
$shown .= $err;

# secrets
$shown .= $t->try("SET snowflake_fdw.log_requests = on; SELECT sf_ping('sf')") . $t->log;
for my $secret (@secrets, $rotated, 'wrong-token', 'wrong secret')
{
	unlike($shown, qr/(?<!OPTIONS)\Q$secret\E/, 'a secret is in no message and no log line of ours');
}

$t->stop;
done_testing;
