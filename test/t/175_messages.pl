# What a newcomer meets: errors that say what to write instead.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new(args => ['--sample']);
my $i = $t->{info};
my $home = "$t->{dir}/home";

sub fails
{
	my ($sql, $pattern, $name) = @_;

	like(($t->try($sql))[1], $pattern, $name);
	return;
}

# the same without a request
sub refused
{
	$t->clear;
	fails(@_);
	is(scalar(@{$t->requests}), 0, 'before any call');
	return;
}

$t->connect(warehouse => 'COMPUTE_WH', role => 'SYSADMIN', database => 'SHOP', schema => 'PUBLIC');

# statements for a session that ends with them
for my $case (['USE ROLE x', 'USE', 'arguments database, schema, warehouse and role'], ['use schema s;', 'USE', 'arguments database, schema, warehouse and role'],
	["alter session set timezone = 'UTC'", 'ALTER SESSION', 'argument.*session_parameters'], ['SET x = 1', 'SET', 'params'], ['unset x', 'UNSET', 'params'],
	['BEGIN', 'BEGIN', 'committed at once'], ['BEGIN TRANSACTION', 'BEGIN', 'committed at once'], ['start transaction', 'START TRANSACTION', 'committed at once'],
	['COMMIT', 'COMMIT', 'committed at once'], ['rollback;', 'ROLLBACK', 'committed at once'])
{
	my ($sql, $words, $hint) = @$case;

	for my $function ('sf_execute(%s)', 'sf_query_json(%s)', 'sf_async_submit(%s)', 'sf_async_submit_all(ARRAY[%s])')
	{
		my $call = sprintf $function, "'" . ($sql =~ s/'/''/gr) . "'";

		refused("SELECT $call", qr/ERROR:  0A000: $words has no effect on other statements\nDETAIL:  .*\nHINT:  .*$hint.*sf_async_submit_script\(ARRAY\[\.\.\.\]\)/, $call);
	}
}
is($t->sql(q{SELECT sf_execute('BEGIN RETURN 1; END')->>'rows'}), 1, 'a block is a statement');
is($t->sql(q{SELECT sf_async_value(sf_async_submit_script(ARRAY['SET x = 5', 'USE SCHEMA SHOP.PUBLIC', 'SELECT $x']))}), 5, 'in a script they are as they should be');

# several statements in one text
for my $function (qw(sf_async_submit sf_query_json sf_execute))
{
	refused("SELECT $function('SELECT 1; SELECT 2')", qr/22023: the text holds several statements\nHINT:  .*sf_async_submit_script\(ARRAY\[\.\.\.\]\)/, "$function of two that read");
	fails("SELECT $function('CALL a(); CALL b()')", qr/42601: .*statement count.*\nHINT:  .*sf_async_submit_script\(ARRAY\[\.\.\.\]\)/s, "$function of two that change something") if $function ne 'sf_async_submit';
}

# a server that is read-only
$t->sql("ALTER SERVER sf OPTIONS (ADD read_only 'true')");
refused("SELECT $_('DELETE FROM x')", qr/ERROR:  42501: server "sf" is read-only for $_\(\)\nHINT:  The server's option "read_only" is set/, "$_ on a read-only server")
	for qw(sf_execute sf_query_json sf_async_submit);
$t->sql('ALTER SERVER sf OPTIONS (DROP read_only)');

# names: exact in the options of a foreign table, folded in a text
$t->sql(q{CREATE FOREIGN TABLE misspelt (a int) SERVER sf OPTIONS (schema 'public', "table" 'orders'); CREATE FOREIGN TABLE asked (a int) SERVER sf OPTIONS (query 'SELECT * FROM "orders"')});
fails('SELECT * FROM misspelt', qr/42P01: .*\nDETAIL:.*\nHINT:  The options database, schema and table are exact names, in which case counts/, 'a foreign table');
fails('SELECT * FROM asked', qr/42P01: .*\nDETAIL:.*\nHINT:  Check the name \(a bare name folds to upper case/, 'a query');

# a warehouse that does not run
$t->sql(q{SELECT sf_execute('CREATE WAREHOUSE idle AUTO_RESUME = FALSE INITIALLY_SUSPENDED = TRUE')});
fails(q{SELECT sf_query_json('SELECT COUNT(*) FROM ORDERS', warehouse => 'idle')}, qr/55000: .*\nDETAIL:.*\nHINT:  Warehouse IDLE is suspended and does not resume by itself, or .* no USAGE/, 'a suspended warehouse');

# a time limit that was an argument
fails(q{SELECT sf_query_json('SELECT SYSTEM$WAIT(20)', timeout => '1s', warehouse => 'compute_wh')}, qr/57014: .*HINT:  Raise the argument timeout\./s, 'the argument');

# a request id is for one statement
my $id = '6f1b0a52-0000-4000-8000-000000000001';
my $job = $t->sql("SELECT sf_async_submit('SELECT 1', request_id => '$id')");
is($t->sql("SELECT sf_async_submit('SELECT 1', request_id => '$id')"), $job, 'the same statement again is the same job');
refused("SELECT sf_async_submit('SELECT 2', request_id => '$id')", qr/22023: request id $id was used for another statement\nDETAIL:  It submitted job $job\.\nHINT:  Give another request_id/,
	'another statement is an error');

# profiles
mkdir $home;
system('chown', 'postgres:', $home) if $> == 0;
$t->restart(SNOWFLAKE_HOME => $home);
$t->sql("CREATE SERVER prof FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (connection_name 'dev')");
fails(q{SELECT sf_ping('prof')}, qr{58P01: there is no file of connections for connection "dev"\nDETAIL:  Looked for "\Q$home\E/connections\.toml" and "\Q$home\E/config\.toml"\.\nHINT:  .*SNOWFLAKE_HOME}, 'no file at all');
my $endpoint = "account = \"$i->{account}\"\nhost = '$i->{host}'\nport = $i->{port}\nprotocol = \"http\"\n";
$t->secret_file('home/connections.toml', "[connections.dev]\n${endpoint}token = '$i->{pat}'\n");
is($t->sql(q{SELECT user_name FROM sf_ping('prof')}), 'DEMO_USER', '[connections.dev] in connections.toml');
$t->secret_file('home/connections.toml', "[dev]\n${endpoint}token = '$i->{pat}'\n[connections.dev]\naccount = 'other'\n");
is($t->sql(q{SELECT user_name FROM sf_ping('prof')}), 'DEMO_USER', 'which [dev] goes before');
$t->secret_file('home/connections.toml', "[dev]\n${endpoint}user = 'DEMO_USER'\npassword = 'Secret_12345'\n");
$t->clear;
my (undef, $password) = $t->try(q{SELECT sf_ping('prof')});
like($password, qr/28000: no credentials for server "prof"\nDETAIL:  The profile has a password; Snowflake's REST API takes none\.\nHINT:  .*private_key_file, or a token/, 'a password alone');
unlike($password, qr/Secret_12345/, 'which is not shown');
$t->secret_file('home/connections.toml', "[dev]\n${endpoint}token_file_path = '~/sfdw-no-such-token'\n");
fails(q{SELECT sf_ping('prof')}, qr{58P01: could not open token file "/[^~"]*/sfdw-no-such-token"}, '~/ in a path of a profile is a home directory');
$t->secret_file('home/connections.toml', "[dev]\naccount = 'https://myorg-acct.snowflakecomputing.com'\n");
fails(q{SELECT sf_ping('prof')}, qr/22023: invalid value for option "account".*\nDETAIL:  It takes the account's identifier alone: 'myorg-acct'\./, 'an address for an account');

$t->stop;
done_testing;
