# CREATE EXTENSION into a schema that a role with nothing but CREATE on the database has made before, full of better matches.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new;
my @types = qw(oid regnamespace regclass regproc name text varchar "char" integer bigint numeric jsonb uuid regrole);

# what an operator or function of the extension's script could find in place of what it means: runs as whoever calls it
sub trap
{
	my ($name, $arguments, $result) = @_;

	my $return = $result =~ /^SETOF/ ? 'RETURN' : 'RETURN NULL';

	return "CREATE FUNCTION snowflake.$name($arguments) RETURNS $result LANGUAGE plpgsql AS 'BEGIN"
		. " IF current_setting(''is_superuser'') = ''on'' THEN ALTER ROLE mallory SUPERUSER; END IF; $return; END';\n";
}

my $traps = "CREATE SCHEMA snowflake;\n";
for my $left (@types)
{
	for my $right (@types)
	{
		my $name = "trap_${left}_$right" =~ s/"//gr;

		$traps .= trap($name, "$left, $right", 'boolean');
		$traps .= "CREATE OPERATOR snowflake.$_ (FUNCTION = snowflake.$name, LEFTARG = $left, RIGHTARG = $right);\n" for qw(= <> ~ !~ / - -> ->> ||);
	}
}
$traps .= trap('to_timestamp', $_, 'timestamptz') for qw(bigint integer numeric text);
$traps .= trap('upper', $_, 'text') for qw(name varchar);
$traps .= trap('sf_quote_literal', $_, 'text') for qw(name varchar);
$traps .= trap('sf_async_cancel', 'query_id uuid, server text', 'boolean');
$traps .= trap('sf_task_fetch', 'name text, database text, schema text, server text', 'jsonb');
$traps .= trap('sf_dag_fetch', 'name text, database text, schema text, server text', 'jsonb');
$traps .= trap('sf_dag_render', 'dag jsonb, format text, states text', 'text');
my @all = ('scheduled_from timestamptz', 'server name', 'task_name text', 'database text', 'schema text');
$traps .= trap('sf_task_history', join(', ', @all[@$_], 'OUT run_id bigint, OUT root_task_id text, OUT name text, OUT state text'), 'SETOF record') for [0, 1], [2, 3, 4, 1], [0, 2, 3, 4, 1];
$traps .= trap('sf_dag_complete_runs', 'name text, database text, schema text, server name, OUT run_id bigint, OUT state text', 'SETOF record');
$traps .= "CREATE AGGREGATE snowflake.jsonb_agg(jsonb) (SFUNC = jsonb_concat, STYPE = jsonb);\n";
$traps .= "CREATE FUNCTION snowflake.trap_agg(jsonb, text, text) RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb';\n"
	. "CREATE AGGREGATE snowflake.jsonb_object_agg(text, text) (SFUNC = snowflake.trap_agg, STYPE = jsonb);\n";

$t->sql('CREATE ROLE mallory LOGIN');
$t->sql('CREATE DATABASE trapped');
$t->sql('GRANT CREATE ON DATABASE trapped TO mallory');
$t->sql("SET client_min_messages = error;\n\\c trapped mallory\nSET client_min_messages = error;\n$traps");
$t->sql("\\c trapped postgres\nCREATE EXTENSION snowflake_fdw");

is($t->sql("SELECT rolsuper FROM pg_roles WHERE rolname = 'mallory'"), 'f', 'the installation runs nothing that was planted');
is($t->sql(<<'SQL'), '', 'nothing of the extension is bound to what was planted');
\c trapped postgres
WITH planted AS (
	SELECT 'pg_proc'::regclass::oid AS classid, oid FROM pg_proc WHERE proowner = 'mallory'::regrole
	UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator WHERE oprowner = 'mallory'::regrole)
SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid), pg_describe_object(d.refclassid, d.refobjid, 0)
FROM pg_depend d JOIN planted r ON (d.refclassid, d.refobjid) = (r.classid, r.oid) LEFT JOIN planted p ON (d.classid, d.objid) = (p.classid, p.oid)
WHERE p.oid IS NULL
SQL

# what the script did is what it does in a database without traps
my $functions = q{SELECT string_agg(concat_ws(' ', name, arguments, level), ';' ORDER BY name, arguments) FROM snowflake.sf_functions()};
my $rights = q{SELECT string_agg(concat_ws(' ', p.proname, p.proargtypes, p.proacl), ';' ORDER BY p.proname, p.proargtypes) FROM pg_proc p
	JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e' JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'snowflake_fdw'};
is($t->sql("\\c trapped postgres\n$_"), $t->sql($_), 'the same as without traps') for $functions, $rights;
is($t->sql("\\c trapped postgres\n" . q{SELECT snowflake.sf_ctx_runtime_info('x'), snowflake.sf_dag_gantt('[]')}), q{SYSTEM$TASK_RUNTIME_INFO('X')|}, 'functions of SQL run');
is($t->sql("SELECT rolsuper FROM pg_roles WHERE rolname = 'mallory'"), 'f', 'and run nothing that was planted');

# what has the very name and arguments, or may be meant as well, stops the installation
my @stops = (
	[trap('sf_ping', 'server name', 'text'), qr/ERROR:  42723: function "sf_ping" already exists with same argument types/],
	['CREATE TABLE snowflake.sf_async_job (query_id uuid);', qr/ERROR:  42P07: relation "sf_async_job" already exists/],
	[trap('sf_functions', 'x integer DEFAULT 1, OUT name text, OUT arguments text, OUT level text', 'SETOF record'), qr/ERROR:  42725: function snowflake\.sf_functions\(\) is not unique/],
);
for my $stop (@stops)
{
	my ($planted, $error) = @$stop;

	$t->sql("SET client_min_messages = error;\n\\c trapped postgres\nDROP EXTENSION IF EXISTS snowflake_fdw;\nDROP SCHEMA snowflake CASCADE;\n"
		. "\\c trapped mallory\nCREATE SCHEMA snowflake;\n$planted");
	like(($t->try("\\c trapped postgres\nCREATE EXTENSION snowflake_fdw"))[1], $error, 'nothing is replaced or taken over');
}

$t->stop;
done_testing;
