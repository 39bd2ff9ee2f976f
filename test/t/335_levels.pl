# Functions are granted by level: what a role can call that is no superuser, and what it cannot.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', '1']);

$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC');
$t->sql(<<"SQL");
ALTER DATABASE postgres SET snowflake_fdw.default_server = 'sf';
SELECT sf_warehouse_create('levels_wh'), sf_task_create('levels_task', 'SELECT 1', warehouse => 'compute_wh');
DO \$\$
DECLARE
	level text;
BEGIN
	FOREACH level IN ARRAY ARRAY['none', 'build', 'read', 'operate', 'change', 'sql'] LOOP
		EXECUTE format('CREATE ROLE %I LOGIN', 'level_' || level);
		EXECUTE format('GRANT USAGE ON SCHEMA snowflake TO %I', 'level_' || level);
		EXECUTE format('GRANT USAGE ON FOREIGN SERVER sf TO %I', 'level_' || level);
		EXECUTE format('CREATE USER MAPPING FOR %I SERVER sf OPTIONS (user ''DEMO_USER'', private_key_file %L)', 'level_' || level, '$t->{info}{key_file}');
	END LOOP;
END \$\$;
SQL

# what a level can call, each a call that works
my %calls = (
	build => [q{sf_cron('0 3 * * *')}, q{(SELECT count(*) FROM sf_kind_properties('task'))}, q{(SELECT count(*) FROM sf_help())}, q{sf_column('a', 'int')}, q{sf_dag('g')}],
	public => [q{sf_warehouse_fetch('levels_wh')}, q{sf_fetch('warehouse', 'levels_wh')}, q{(SELECT count(*) FROM sf_list('warehouse'))}, q{(sf_ping()).account}],
	read => [q{sf_version()}, q{(SELECT count(*) FROM sf_warehouse_list())}, q{(SELECT count(*) FROM sf_tasks())}, q{(SELECT count(*) FROM sf_connections())}, q{(SELECT count(*) FROM sf_dags())}],
	operate => [q{sf_warehouse_suspend('levels_wh')}, q{sf_warehouse_resume('levels_wh')}, q{sf_task_suspend('levels_task')}, q{sf_disconnect('sf')}],
	change => [q{sf_create_or_alter('warehouse', '{"name": "levels_wh"}')}, q{sf_warehouse_create_or_alter('{"name": "levels_wh"}')}, q{sf_table_create('levels_t', '[{"name": "a", "datatype": "int"}]', mode => 'orReplace')},
		q{sf_table_add_column('levels_t', 'b', 'int')}, q{sf_drop('table', 'levels_t', true)}, q{sf_action('warehouse', 'levels_wh', 'abort')}, q{sf_rest('GET', '/api/v2/databases')}],
	sql => [q{sf_execute('SELECT 1')}, q{(SELECT count(*) FROM sf_query_json('SELECT 1 AS a'))}, q{sf_async_submit('SELECT 1')}],
);
my %granted;
for my $level ('build', 'read', 'operate', 'change', 'sql')
{
	$granted{$level} = $t->sql("SELECT sf_grant_functions('$level', 'level_$level')");
	is($t->sql("SELECT sf_grant_functions('$level', 'level_$level')"), 0, "$level: twice changes nothing");
}
is($granted{build}, 0, 'the builders are for everybody anyway');
is($granted{$_}, $t->sql(<<"SQL"), "$_: so many were granted") for 'read', 'operate', 'change', 'sql';
SELECT count(*) FROM sf_functions() f JOIN pg_proc p ON p.proname = f.name AND pg_get_function_identity_arguments(p.oid) = f.arguments
WHERE level IN ('read', '$_') AND NOT has_function_privilege('level_none', p.oid, 'EXECUTE')
SQL
for my $role ('none', 'build', 'read', 'operate', 'change', 'sql')
{
	for my $level ('build', 'public', 'read', 'operate', 'change', 'sql')
	{
		my $may = $level =~ /build|public/ || $level eq $role || ($level eq 'read' && $role =~ /operate|change|sql/);

		for my $call (@{$calls{$level}})
		{
			my ($out, $err) = $t->try("SET ROLE level_$role; SET client_min_messages = error; SELECT $call");
			like($err, $may ? qr/^$/ : qr/^ERROR:  42501: permission denied for function \w+$/m, "level_$role " . ($may ? 'calls ' : 'does not call ') . $call);
		}
	}
}
# every function of a level can be called by who has the level, and no other
is($t->sql(<<'SQL'), '', 'the privileges are those of the level');
SELECT r.rolname, f.name, f.level FROM sf_functions() f JOIN pg_proc p ON p.proname = f.name AND pg_get_function_identity_arguments(p.oid) = f.arguments, pg_roles r
WHERE r.rolname ~ '^level_' AND has_function_privilege(r.oid, p.oid, 'EXECUTE') <>
	(has_function_privilege('level_none', p.oid, 'EXECUTE') OR f.level = substr(r.rolname, 7) OR f.level = 'read' AND r.rolname NOT IN ('level_none', 'level_build'))
SQL
is($t->sql("SELECT string_agg(name, ',') FROM sf_functions() WHERE level = 'owner'"), 'sf_grant_functions', 'one function is the owner\'s');

# what it refuses
sub fails
{
	my ($sql, $expected, $name) = @_;
	like(($t->try($sql))[1], $expected, $name);
	return;
}
fails(q{SELECT sf_grant_functions('fly', 'level_none')}, qr/22023: there is no level "fly"\nHINT:  Levels are build, read, operate, change and sql\./, 'a level that there is not');
fails(q{SELECT sf_grant_functions('owner', 'level_none')}, qr/22023/, 'that of the owner is not granted so');
fails(q{SELECT sf_grant_functions('read', 'nobody_here')}, qr/42704: role "nobody_here" does not exist/, 'a role that there is not');
fails(q{SELECT sf_grant_functions(NULL, 'level_none')}, qr/22004: the level must not be null/, 'no level');
fails(q{SELECT sf_grant_functions('read', NULL)}, qr/22004: the role must not be null/, 'no role');
fails(q{SET ROLE level_read; SELECT sf_grant_functions('read', 'level_none')}, qr/42501: permission denied for function sf_grant_functions/, 'a role that it is not granted to');
$t->sql('GRANT EXECUTE ON FUNCTION sf_grant_functions TO level_read');
fails(q{SET ROLE level_read; SELECT sf_grant_functions('read', 'level_none')}, qr/42501: must be owner of function/, 'a role that does not own the functions');
fails(q{BEGIN READ ONLY; SELECT sf_grant_functions('read', 'level_none')}, qr/25006/, 'a read-only transaction');
$t->sql(q{CREATE ROLE "Odd ""role"" name"});
is($t->sql(q{SELECT sf_grant_functions('read', 'Odd "role" name')}), $granted{read}, 'a name that needs quotes');
# nothing of the search path is called
$t->sql(q{CREATE SCHEMA trap; CREATE FUNCTION trap.pg_has_role(oid, text) RETURNS boolean LANGUAGE sql AS 'SELECT 1 / 0 = 1'; CREATE FUNCTION trap.format(text, regprocedure, name) RETURNS text LANGUAGE sql AS 'SELECT 1 / 0'});
is($t->sql(q{SET search_path = trap, pg_catalog, snowflake; SELECT snowflake.sf_grant_functions('read', 'level_none')}), $granted{read}, 'a search path with traps');

$t->stop;
done_testing;
