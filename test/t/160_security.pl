# Whose mapping is used, what PUBLIC may do and see, several accounts side by side.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new(args => ['--no-engine', '--window', '1', '--partition-rows', '2']);
my $i = $t->{info};
my @who = (column('USER', 'text'));

$t->connect;
$t->result({match => 'rows', columns => [column('N', 'fixed', precision => 9, scale => 0)], rows => [['1']]});
$t->sql(<<"SQL");
CREATE ROLE alice LOGIN;
CREATE ROLE bob LOGIN;
GRANT CREATE ON SCHEMA public TO alice;
GRANT USAGE ON SCHEMA snowflake TO PUBLIC;
GRANT USAGE ON FOREIGN SERVER sf TO alice;
CREATE USER MAPPING FOR alice SERVER sf OPTIONS (token '$i->{limited_pat}');
SET ROLE alice;
CREATE FOREIGN TABLE public.alice_table (n int) SERVER sf OPTIONS (query 'SELECT rows of alice');
CREATE VIEW public.alice_view AS SELECT n FROM alice_table;
CREATE VIEW public.alice_invoker WITH (security_invoker) AS SELECT n FROM alice_table;
GRANT SELECT ON alice_table, alice_view, alice_invoker TO bob;
SQL

# the token that a statement came with, as the log has it
sub tokens
{
	my %tokens = map { $_->{token} => 1 } grep { $_->{path} eq '/api/v2/statements' } @{$t->requests};
	return join ',', sort keys %tokens;
}

sub token_of
{
	my ($sql) = @_;

	$t->clear;
	$t->sql($sql);
	return tokens();
}

my $alice = token_of('SET ROLE alice; SELECT * FROM alice_table');
ok($alice, 'alice uses her mapping');
is(token_of('SET ROLE bob; SELECT * FROM alice_view'), $alice, "a view uses its owner's mapping");
is(token_of('SELECT * FROM alice_view'), $alice, 'for a superuser too');
isnt(token_of('SELECT * FROM alice_table'), $alice, 'a table the mapping of the user');
like(($t->try('SET ROLE bob; SELECT * FROM alice_table'))[1], qr/42704: user mapping not found for (user )?"bob"|28000/, 'a user without a mapping');
like(($t->try('SET ROLE bob; SELECT * FROM alice_invoker'))[1], qr/user mapping not found|28000/, 'a view with security_invoker');
is(token_of('CREATE FUNCTION alice_reads() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$ SELECT count(*) FROM public.alice_table $$; ALTER FUNCTION alice_reads() OWNER TO alice; SET ROLE bob; SELECT alice_reads()'),
	$alice, 'a SECURITY DEFINER function its owner');
is(token_of(<<'SQL'), $alice, 'a cursor keeps the user it was opened by');
SET ROLE alice; BEGIN; DECLARE c CURSOR FOR SELECT * FROM alice_table; RESET ROLE; FETCH ALL FROM c; COMMIT
SQL

# functions
for my $function (q{sf_query_json('SELECT rows')}, q{sf_execute('DELETE')}, q{sf_describe('SELECT rows')}, 'sf_version()', 'sf_disconnect()', q{(SELECT count(*) FROM sf_connections())})
{
	like(($t->try("SET ROLE alice; SELECT $function"))[1], qr/42501: permission denied for function/, "$function is not for PUBLIC");
}
$t->sql('GRANT EXECUTE ON FUNCTION snowflake.sf_query_json, snowflake.sf_execute TO PUBLIC');
$t->clear;
like(($t->try(q{SET ROLE bob; SELECT sf_query_json('SELECT rows')}))[1], qr/42501: permission denied for foreign server sf/, 'a function needs USAGE on the server');
is(scalar(@{$t->requests}), 0, 'and makes no request without');
is(token_of(q{SET ROLE alice; SELECT sf_query_json('SELECT rows')}), $alice, 'a function uses the mapping of the user');

# PUBLIC mapping
$t->sql("CREATE USER MAPPING FOR PUBLIC SERVER sf OPTIONS (token '$i->{pat}')");
$t->sql('GRANT USAGE ON FOREIGN SERVER sf TO bob');
my $public = token_of(q{SET ROLE bob; SELECT sf_query_json('SELECT rows')});
ok($public && $public ne $alice, 'the mapping of PUBLIC for those without one');
is(token_of(q{SET ROLE alice; SELECT sf_query_json('SELECT rows')}), $alice, 'not for those who have one');

# what everybody may read
my $seen = $t->sql(<<'SQL');
SET ROLE bob;
SELECT * FROM pg_user_mappings;
SELECT * FROM information_schema.user_mapping_options;
SELECT * FROM pg_foreign_server;
SELECT * FROM pg_foreign_table;
EXPLAIN (VERBOSE) SELECT * FROM alice_view;
SELECT * FROM pg_stat_activity;
SQL
for my $secret (@{$i}{qw(pat limited_pat)})
{
	unlike($seen, qr/\Q$secret\E/, 'no token in the catalog views and in EXPLAIN for others');
	unlike($t->log, qr/\Q$secret\E/, 'nor in our log lines');
}

# nobody but the privileged decides where credentials of a server are sent, whatever the mapping says
my $token_file = $t->secret_file('server_token', $i->{pat});
my %elsewhere = (host => 'evil.example.com', port => '1', protocol => 'http', account => 'evil-corp', region => 'eu-west-1');
$t->sql("CREATE SERVER shared FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (" . $t->server_options(token_file_path => $token_file) . ');'
	. 'GRANT USAGE ON FOREIGN SERVER shared TO alice, bob; CREATE USER MAPPING FOR bob SERVER shared');
for my $option (sort keys %elsewhere)
{
	my $denied = qr/42501: permission denied to set option "$option" on a user mapping.*Only superusers and members of the role pg_read_server_files/s;

	like(($t->try("SET ROLE alice; CREATE USER MAPPING FOR alice SERVER shared OPTIONS ($option '$elsewhere{$option}')"))[1], $denied, "$option is not for a user to set");
	like(($t->try("SET ROLE bob; ALTER USER MAPPING FOR bob SERVER shared OPTIONS (ADD $option '$elsewhere{$option}')"))[1], $denied, 'nor to add');
	unlike(($t->try("BEGIN; CREATE ROLE files; GRANT pg_read_server_files TO alice; SET ROLE alice; CREATE USER MAPPING FOR alice SERVER shared OPTIONS ($option '$elsewhere{$option}'); ROLLBACK"))[1],
		qr/ERROR/, 'but to members of pg_read_server_files');
}
for my $option (qw(proxy no_proxy ca_file connection_name))
{
	like(($t->try("SET ROLE alice; CREATE USER MAPPING FOR alice SERVER shared OPTIONS ($option 'x')"))[1], qr/HV00D: option "$option" does not belong on a user mapping/, "$option is the server's");
}
for my $option (qw(oauth_token_request_url private_key_file token_file_path oauth_refresh_token_file))
{
	like(($t->try("SET ROLE alice; CREATE USER MAPPING FOR alice SERVER shared OPTIONS ($option 'https://evil.example.com')"))[1], qr/42501: permission denied to set option "$option"/, "$option is for the privileged");
}
$t->sql('ALTER SERVER shared OWNER TO postgres; GRANT USAGE ON FOREIGN DATA WRAPPER snowflake_fdw TO alice; ALTER SERVER shared OWNER TO alice');
like(($t->try("SET ROLE alice; ALTER SERVER shared OPTIONS (SET host 'evil.example.com')"))[1], qr/42501: permission denied to set option "token_file_path"/,
	"a server's owner does not send a file's token elsewhere either");
ok(token_of(q{SET ROLE bob; SELECT sf_query_json('SELECT rows', server => 'shared')}), 'the credentials of a server are for those who may use it');
$t->sql('DROP SERVER shared CASCADE');

# several accounts: a server each, joined in one query
my $other = SnowflakeFdwTest->new(args => ['--no-engine', '--window', '1', '--partition-rows', '2']);
$other->result({match => 'rows', columns => [column('N', 'fixed', precision => 9, scale => 0)], rows => [['1'], ['2']]});
$t->sql("CREATE SERVER sf2 FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (host '127.0.0.1', port '$other->{info}{port}', protocol 'http', account 'localorg-localacct')");
$t->sql("CREATE USER MAPPING FOR postgres SERVER sf2 OPTIONS (token '$other->{info}{pat}')");
$t->sql(q{CREATE FOREIGN TABLE one (n int) SERVER sf OPTIONS (query 'SELECT rows'); CREATE FOREIGN TABLE two (n int) SERVER sf2 OPTIONS (query 'SELECT rows')});
is($t->sql('SELECT one.n, two.n FROM one RIGHT JOIN two USING (n) ORDER BY 2'), "1|1\n|2", 'tables of two accounts joined');
is($t->sql(q{SELECT sf_query_json('SELECT rows', server => 'sf2') LIMIT 1}), '{"n": 1}', 'a function names its server');
like(($t->try(q{SELECT sf_query_json('SELECT rows')}))[1], qr/42P08: there are several Snowflake servers, none was named\nDETAIL:  The servers are "sf", "sf2"\./, 'no server named: those that can be used');
# another's server does not count for those who cannot use it
is(token_of(q{SET ROLE alice; SELECT sf_query_json('SELECT rows')}), $alice, 'a server without USAGE does not count');
$t->sql('GRANT USAGE ON FOREIGN SERVER sf2 TO alice');
is(token_of(q{SET ROLE alice; SELECT sf_query_json('SELECT rows')}), $alice, 'one without a mapping neither');
$t->sql("CREATE USER MAPPING FOR PUBLIC SERVER sf2 OPTIONS (token '$other->{info}{pat}')");
like(($t->try(q{SET ROLE alice; SELECT sf_query_json('SELECT rows')}))[1], qr/42P08.*The servers are "sf", "sf2"/s, 'one with the mapping of PUBLIC does');
is(token_of(q{SET ROLE bob; SELECT sf_query_json('SELECT rows')}), $public, 'not without USAGE');
$t->sql('CREATE ROLE carol');
like(($t->try(q{SET ROLE carol; SELECT sf_query_json('SELECT rows')}))[1],
	qr/42704: user "carol" has USAGE and a user mapping on no Snowflake server\nDETAIL:  The servers are "sf", "sf2"/, 'and when none can be used');
$t->sql('REVOKE USAGE ON FOREIGN SERVER sf2 FROM alice; DROP USER MAPPING FOR PUBLIC SERVER sf2');
is($t->sql(q{SET snowflake_fdw.default_server = 'sf2'; SELECT count(*) FROM sf_query('SELECT rows') AS t(n int)}), '2', 'snowflake_fdw.default_server');
is($t->sql(q{SELECT array_agg(n) FROM one; SELECT array_agg(n) FROM two; SELECT string_agg(server_name, ',' ORDER BY server_name) FROM sf_connections(); SELECT sf_disconnect('sf'); SELECT string_agg(server_name, ',') FROM sf_connections()}),
	"{1}\n{1,2}\nsf,sf2\n1\nsf2", 'sf_connections and sf_disconnect by server');

$other->stop;
$t->stop;
done_testing;
