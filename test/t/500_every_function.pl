# Every function that reaches the account, one row each: what it does, and how it refuses. A function without a row fails the test.
use strict;
use warnings;
use IPC::Run qw(start finish);
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', '1']);
my $none = q{'01b00000-0000-0000-0000-000000000000'};
my $dag = q{'{"name": "every", "warehouse": "COMPUTE_WH", "config": {"k": "v"}, "tasks": [{"name": "a", "definition": "SELECT 1"}]}'};
my $refused = qr/^(42501|42704): /;
my $ok = qr/^ok: /;
my $shown = '';

$t->connect(database => 'SHOP', schema => 'PUBLIC', warehouse => 'COMPUTE_WH', retry_timeout => '2s', cancel_timeout => '200ms');
$t->sql('CREATE SERVER limited FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (' . $t->server_options(database => 'SHOP', schema => 'PUBLIC', warehouse => 'COMPUTE_WH') . ')');
$t->sql('CREATE SERVER frozen FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (' . $t->server_options(database => 'SHOP', schema => 'PUBLIC', warehouse => 'COMPUTE_WH', read_only => 'true') . ')');
$t->sql(<<"SQL");
CREATE USER MAPPING FOR postgres SERVER limited OPTIONS (token '$t->{info}{limited_pat}');
CREATE USER MAPPING FOR postgres SERVER frozen OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}');
CREATE SERVER admin FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (@{[$t->server_options]});
CREATE USER MAPPING FOR postgres SERVER admin OPTIONS (token '$t->{info}{admin_pat}');
ALTER DATABASE postgres SET snowflake_fdw.default_server = 'sf';
CREATE ROLE plain;
GRANT USAGE ON SCHEMA snowflake TO plain;
-- what becomes of a call: its SQLSTATE and message, or "ok" and what it returns
CREATE FUNCTION outcome(call text) RETURNS text LANGUAGE plpgsql AS \$\$
DECLARE
	detail text;
	hint text;
	context text;
	result text;
BEGIN
	EXECUTE 'SELECT string_agg(x::text, '','') FROM ' || call INTO result;
	RETURN 'ok: ' || translate(coalesce(result, 'NULL'), E'\\n', ' ');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
	RETURN translate(format('%s: %s %s %s %s', SQLSTATE, SQLERRM, detail, hint, context), E'\\n', ' ');
END \$\$;
SQL

# rows for what tools/make-functions made: an object of each kind is made, looked at, changed and dropped
sub by_name
{
	my @out;
	my %there = (database => 'shop', schema => 'public', table => 'customers', warehouse => 'compute_wh', role => 'sysadmin', user => 'demo_user');
	my $columns = q{'[{"name": "a", "datatype": "int"}]'};
	my $spec = q{'{"spec_type": "from_inline", "spec_text": "spec:\\n  containers:\\n  - name: c\\n    image: /i\\n"}'};
	# kind, arguments of its create, whether it has a PUT, a property to alter (undef: none can), what a user without rights gets
	for my $case (['database', '', 1, 'comment'], ['schema', '', 1, 'comment'], ['table', $columns, 1, 'comment'], ['warehouse', '', 1, 'comment'], ['stage', '', 0, 'comment'],
		['compute_pool', q{'CPU_X64_XS'}, 1, 'comment'], ['service', "'every_pool', $spec", 1, 'comment'], ['image_repository', '', 0, undef], ['role', '', 0, 'comment'], ['user', '', 1, 'comment'])
	{
		my ($kind, $create, $put, $alter) = @$case;
		my $name = $kind eq 'compute_pool' ? 'every_pool' : "every_named_$kind";
		my $it = "'$name'";
		my $upper = uc $name;
		my $place = $kind =~ /^(schema|table|stage|service|image_repository)$/;
		my $admin = $kind =~ /^(role|user)$/ ? ", server => 'admin'" : '';
		my @bad = (q{''}, q{'a b'}, $place ? q{'a.b.c.d'} : q{'a.b'});
		my $gone = $place ? ($kind eq 'schema' ? "'none.x'" : "'none.s.x'") : undef;
		my $full = '{"name": "' . $name . '"' . ($kind eq 'table' ? ', "columns": [{"name": "a", "datatype": "int"}, {"name": "b", "datatype": "int"}]'
			: $kind eq 'compute_pool' ? ', "instance_family": "CPU_X64_XS", "min_nodes": 1, "max_nodes": 1' : $kind eq 'service' ? ', "compute_pool": "every_pool", "spec": ' . substr($spec, 1, -1) : '') . '}';

		push @out, "sf_${kind}_create" => {args => join(', ', grep { length } $it, $create) . $admin, result => qr/\b\Q$upper\E$/, existing => $there{$kind} && join(', ', grep { length } "'$there{$kind}'", $create) . $admin,
			missing => $gone && join(', ', grep { length } $gone, $create), limited => $admin || $kind eq 'service' ? undef : $refused, wrong => [map({ join ', ', grep { length } $_, $create } @bad), "$it, options => '[]'", "$it, mode => 'sometimes'", "$it, options => '{\"no\": 1}'"]},
			"sf_${kind}_fetch" => {args => $it . $admin, result => qr/\Q$upper\E/, missing => "'none'", wrong => \@bad, public => 1, limited => $admin ? undef : $refused},
			"sf_${kind}_list" => {args => "'every%'" . $admin, result => qr/\Q$upper\E/, nulls => $place ? $ok : $ok, missing => $place ? ($kind eq 'schema' ? "database => 'none'" : "schema => 'none'") : undef, limited => $place ? $refused : undef, wrong => ['max_rows => -1', q{options => '{"x": 1}'}], hang => "'every%'"};
		for my $one ($put ? ('create_or_alter', 'create_or_update') : ())
		{
			push @out, "sf_${kind}_$one" => {args => "'$full'" . $admin, result => qr/\b\Q$upper\E$/, limited => $admin || $kind =~ /service|pool/ ? undef : $refused, wrong => [q{'[]'}, q{'{}'}, q{'{"name": "a b"}'}, "'$full'::jsonb || '{\"no\": 1}'"]};
		}
		push @out, "sf_${kind}_alter" => {args => $alter ? "$it, '{\"comment\": \"d\"}'" . $admin : undef, plain => "$it, '{}'", result => qr/\b\Q$upper\E$/, missing => $alter ? qq{'none', '{"comment": "d"}'} : undef, wrong => [map { "$_, '{}'" } @bad], hang => undef, limited => $admin ? undef : $refused};
		push @out, "sf_${kind}_$_" => {args => $it . $admin, result => qr/\b\Q$upper\E$/, missing => "'none'", wrong => \@bad, limited => $admin ? undef : $refused}
			for $kind eq 'warehouse' ? ('resume', 'abort_all_queries', 'suspend') : $kind =~ /pool|service/ ? ('suspend', 'resume') : ();
		push @out, sf_table_add_column => {args => "$it, 'c', 'int'", result => qr/\Q$upper\E/, missing => q{'none', 'c', 'int'}, wrong => ["$it, 'c', ''", "$it, 'a b', 'int'", "$it, 'c', 'int; x'"]},
			sf_table_clone => {args => "$it, 'every_copy'", result => qr/EVERY_COPY$/, missing => "'none', 'x'", wrong => ["$it, ''", "$it, 'x', 'sometimes'"]},
			sf_table_swap => {args => "$it, 'every_copy'", result => qr/\Q$upper\E$/, missing => "'none', 'x'", wrong => ["$it, ''"]} if $kind eq 'table';
		push @out, "sf_${kind}_clone" => {args => "$it, 'every_copy'", result => qr/EVERY_COPY$/, missing => "'none', 'x'", wrong => ["$it, ''", "$it, 'x', 'sometimes'"]} if $kind =~ /database|schema/;
		push @out, sf_warehouse_rename => {args => "$it, 'every_new'", result => qr/EVERY_NEW$/, missing => "'none', 'x'", wrong => ["$it, ''"]} if $kind eq 'warehouse';
		push @out, sf_stage_files => {args => $it, result => qr/^ok: NULL$/, missing => "'none'", wrong => \@bad}, sf_stage_presigned_url => {args => "$it, 'f'", result => qr/^ok: https?:/, missing => "'none', 'f'", wrong => ["$it, ''", "$it, 'f', '1 ms'"]} if $kind eq 'stage';
		push @out, sf_image_repository_url => {args => $it, result => qr/registry/, missing => "'none'", wrong => \@bad}, sf_image_repository_images => {args => $it, result => qr/^ok: NULL$/, missing => "'none'", wrong => \@bad} if $kind eq 'image_repository';
		push @out, sf_compute_pool_wait => {args => "$it, timeout => '60 s'", result => qr/^ok: (IDLE|ACTIVE)$/, missing => "'none'", wrong => [@bad, "$it, 'flying'", "$it, timeout => '-1 s'"]} if $kind eq 'compute_pool';
		push @out, sf_service_wait => {args => "$it, timeout => '60 s'", result => qr/^ok: RUNNING$/, missing => "'none'", wrong => [@bad, "$it, 'flying'", "$it, timeout => '-1 s'"]},
			sf_service_wait_ready => {args => "$it, '60 s'", result => qr/^ok: READY$/, missing => "'none'", wrong => [@bad, "$it, '-1 s'"]},
			sf_service_status => {args => $it, result => qr/READY/, missing => "'none'", wrong => [@bad, "$it, -1"]}, sf_service_containers => {args => $it, result => qr/READY/, missing => "'none'", wrong => \@bad},
			sf_service_endpoints => {args => $it, result => qr/^ok: NULL$/, missing => "'none'", wrong => \@bad}, sf_service_logs => {args => $it, result => $ok, missing => "'none'", wrong => [@bad, "$it, -1", "$it, num_lines => 0"]} if $kind eq 'service';
	}
	# what was made is granted, and dropped in an order that leaves nothing
	push @out, sf_grant => {args => q{'{usage}', 'warehouse', 'compute_wh', 'role', 'every_named_role', server => 'admin'}, result => qr/^ok: EVERY_NAMED_ROLE$/, limited => undef, missing => q{'{usage}', 'warehouse', 'none', 'role', 'public'}, hang => q{'{usage}', 'warehouse', 'w', 'role', 'r'},
		wrong => [q{'{usage}', 'warehouse', 'w', 'group', 'g'}, q{'{a;b}', 'warehouse', 'w', 'role', 'r'}, q{NULL, 'warehouse', 'w', 'role', 'r'}]},
		sf_revoke => {args => q{'{usage}', 'warehouse', 'compute_wh', 'role', 'every_named_role', server => 'admin'}, result => qr/^ok: EVERY_NAMED_ROLE$/, limited => undef, missing => q{'{usage}', 'warehouse', 'none', 'role', 'public'}, hang => q{'{usage}', 'warehouse', 'w', 'role', 'r'},
		wrong => [q{'{usage}', 'warehouse', 'w', 'user', 'u', cascade => true}, q{'{usage}', 'a;b', 'w', 'role', 'r'}]};
	for my $kind ('service', 'compute_pool', 'image_repository', 'stage', 'warehouse', 'table', 'schema', 'database', 'role', 'user')
	{
		my $name = $kind eq 'compute_pool' ? 'every_pool' : $kind eq 'warehouse' ? 'every_new' : "every_named_$kind";
		my $upper = uc $name;
		my $admin = $kind =~ /^(role|user)$/ ? ", server => 'admin'" : '';

		push @out, sf_compute_pool_stop_all_services => {args => "'$name'", result => qr/\Q$upper\E/, missing => "'none'", wrong => [q{''}]} if $kind eq 'compute_pool';
		push @out, "sf_${kind}_drop" => {args => "'$name'" . $admin, result => qr/\b\Q$upper\E$/, missing => "'none'", wrong => [q{''}, q{'a b'}], limited => $admin ? undef : $refused};
		push @out, "sf_${kind}_undrop" => {args => "'$name'", result => qr/\b\Q$upper\E$/, missing => "'none'", wrong => [q{''}]} if $kind =~ /^(table|schema|database)$/;
		push @out, "sf_${kind}_delete" => {args => "'$name', if_exists => true" . $admin, result => $kind =~ /^(table|schema|database)$/ ? qr/\b\Q$upper\E$/ : qr/^ok: NULL$/, missing => "'none'", wrong => [q{''}, q{'a b'}], limited => $kind =~ /^(table|schema|database)$/ ? qr/^ok: NULL$|^42/ : qr/^ok: NULL$|^42/};
	}
	return @out;
}

# A row: args of a call that works (undef: there is none without objects that this file lacks), and its result;
#   missing    args that name an object that there is not: 42704
#   plain      args of a call that a role without EXECUTE makes, where args are undef
#   existing   args that name one that there is already, at the end: 42710, 42P07
#   wrong      args that are refused before any call
#   nulls      what all arguments NULL give: 22004, or a result
#   limited    what a user who may do nothing gets (default: 42501 or 42704; undef: no server is named); a text of a job is known here
#   change     whether read-only transactions and servers refuse it (default: levels change and operate)
#   hang       args of a call that asks the account something (default: args; undef: it never asks)
#   public     whether PUBLIC may call it: then USAGE on the server is what lacks
#   columns    the column definition list
#   server     0: it takes no server
# The calls that work are made in this order.
my @rows = (
	# connection
	sf_ping => {args => '', result => qr/DEMO_USER/, nulls => $ok, public => 1, hang => undef},
	sf_version => {args => undef, nulls => qr/snowflake_fdw 1/, hang => undef},
	sf_connections => {args => undef, nulls => $ok, hang => undef},
	sf_disconnect => {args => undef, nulls => qr/^ok: \d+$/, change => 0, hang => undef, missing => q{'none'}},
	sf_analyze => {args => q{'snowflake'}, result => qr/^ok: NULL$/, limited => undef, hang => undef, wrong => [q{'public', 0}, q{'public', 65}]},
	# statements
	sf_query => {args => q{'SELECT 1'}, result => qr/^ok: \(1\)$/, columns => '(n int)', change => 0, missing => q{'SELECT * FROM none'},
		wrong => [q{''}, q{'SELECT 1; SELECT 2'}, q{'SELECT ?'}, q{'SELECT 1', '{}'}, q{'SELECT 1', timeout => '-1 s'}, q{'SELECT 1', role => 'a b'}, q{'SELECT 1', session_parameters => '[]'}]},
	sf_query_as => {args => q{NULL::int, 'SELECT 1'}, result => qr/^ok: 1$/, change => 0, missing => q{NULL::int, 'SELECT * FROM none'}, wrong => [q{NULL::int, ''}, q{NULL::int, 'SELECT 1', '5'}]},
	sf_query_json => {args => q{'SELECT 1 AS a'}, result => qr/\{"a": 1\}/, change => 0, missing => q{'SELECT * FROM none'}, wrong => [q{''}, q{'SELECT 1', '[1]'}]},
	sf_execute => {existing => q{'CREATE TABLE every_table (a INT)'}, args => q{'CREATE TABLE every_table (a INT)'}, result => qr/successfully created/, change => 1, missing => q{'DROP TABLE none'}, wrong => [q{''}, q{'DELETE', '[1]'}]},
	sf_describe => {args => q{'SELECT 1 AS a'}, result => qr/t\(a smallint\)/, change => 0, nulls => qr/^ok: NULL$/, missing => q{'SELECT * FROM none'}, wrong => [q{''}, q{'SELECT ?'}]},
	sf_grant_functions => {args => q{'build', 'plain'}, result => qr/^ok: 0$/, missing => q{'build', 'no_such_role'}, wrong => [q{'fly', 'plain'}], server => 0, local => 0, change => 0, hang => undef},
	# objects by name: each of a kind where the functions for any kind are tried for all
	by_name(),
	# objects
	sf_create => {existing => q{'warehouse', '{"name": "compute_wh"}'}, args => q{'warehouse', '{"name": "every_wh"}'}, result => qr/EVERY_WH/, missing => q{'table', '{"name": "t", "columns": [{"name": "a", "datatype": "int"}]}', schema => 'none'},
		wrong => [q{'none', '{}'}, q{'warehouse', '[]'}, q{'warehouse', '{}'}, q{'warehouse', '{"name": "a b"}'}, q{'warehouse', '{"name": "x"}', 'sometimes'}]},
	sf_create_or_alter => {args => q{'warehouse', '{"name": "every_wh", "comment": "c"}'}, result => qr/EVERY_WH/,
		missing => q{'table', '{"name": "t", "columns": [{"name": "a", "datatype": "int"}]}', schema => 'none'}, wrong => [q{'none', '{}'}, q{'warehouse', '{}'}, q{'warehouse', '5'}]},
	sf_fetch => {args => q{'warehouse', 'every_wh'}, result => qr/EVERY_WH/, missing => q{'warehouse', 'none'}, wrong => [q{'none', 'x'}, q{'warehouse', ''}, q{'warehouse', 'a.b'}, q{'table', 'a.b.c.d'}], public => 1},
	sf_list => {args => q{'warehouse', 'every%'}, result => qr/EVERY_WH/, missing => q{'table', schema => 'none'}, wrong => [q{'none'}, q{'warehouse', max_rows => -1}, q{'warehouse', options => '{"x": 1}'}], public => 1},
	sf_alter => {args => q{'warehouse', 'every_wh', '{"comment": "d"}'}, result => qr/EVERY_WH/, missing => q{'warehouse', 'none', '{"comment": "d"}'}, wrong => [q{'none', 'x', '{}'}, q{'warehouse', 'every_wh', '[]'}, q{'warehouse', 'a b', '{}'}]},
	sf_action => {args => q{'warehouse', 'every_wh', 'suspend'}, result => $ok, missing => q{'warehouse', 'none', 'suspend'}, wrong => [q{'warehouse', 'every_wh', 'fly'}, q{'warehouse', 'every_wh', 'suspend', '[]'}, q{'none', 'x', 'suspend'}]},
	sf_drop => {args => q{'table', 'every_table'}, result => qr/EVERY_TABLE/, missing => q{'table', 'none'}, wrong => [q{'none', 'x'}, q{'table', ''}]},
	sf_undrop => {args => q{'table', 'every_table'}, result => qr/EVERY_TABLE/, missing => q{'table', 'none'}, wrong => [q{'none', 'x'}, q{'warehouse', 'x'}, q{'table', ''}]},
	sf_rest => {args => q{'DELETE', '/api/v2/warehouses/EVERY_WH'}, result => $ok, missing => q{'GET', '/api/v2/warehouses/NONE'}, wrong => [q{'PATCH', '/api/v2/databases'}, q{'GET', 'databases'}, q{'GET', '/api/v2/databases', params => '[]'}]},
	# tasks
	'sf_task_create/definition text' => {existing => q{'every_task', 'SELECT 1'}, args => q{'every_task', sf_ctx_set_return_value('v'), warehouse => 'COMPUTE_WH'}, result => qr/EVERY_TASK/, missing => q{'t', 'SELECT 1', predecessors => '{none}'},
		wrong => [q{'', 'x'}, q{'x', ''}, q{'x', 'y', 'often'}, q{'x', 'y', mode => 'z'}, q{'x', 'y', config => '[]'}, q{'x', 'y', predecessors => '{NULL}'}]},
	'sf_task_create/definition jsonb' => {existing => q{'every_call', '{"procedure": "p"}'::jsonb}, args => q{'every_call', '{"procedure": "p"}'::jsonb, warehouse => 'COMPUTE_WH'}, result => qr/EVERY_CALL/, missing => q{'t', '{"procedure": "p"}'::jsonb, warehouse => 'none'}, wrong => [q{'x', '{}'::jsonb}, q{'x', '[]'::jsonb}]},
	sf_task_create_or_alter => {args => q{'{"name": "every_two", "definition": "SELECT 1", "warehouse": "COMPUTE_WH"}'}, result => qr/EVERY_TWO/, missing => q{'{"name": "t", "definition": "SELECT 1", "warehouse": "none"}'}, wrong => [q{'[]'}, q{'{}'}, q{'{"name": "x"}'}]},
	sf_task_create_or_update => {args => q{'{"name": "every_two", "definition": "SELECT 2"}'}, result => qr/EVERY_TWO/, missing => q{'{"name": "t", "definition": "SELECT 1"}', schema => 'none'}, wrong => [q{'[]'}, q{'{"name": 5, "definition": 1}'}]},
	sf_task_fetch => {args => q{'every_task'}, result => qr/EVERY_TASK/, missing => q{'none'}, wrong => [q{''}, q{'a.b.c.d'}], public => 1},
	sf_tasks => {args => q{'every%'}, result => qr/EVERY_TASK/, missing => q{schema => 'none'}, nulls => $ok, wrong => [q{max_rows => -1}, q{schema => ''}]},
	sf_task_alter => {args => q{'every_task', set => '{"comment": "c"}'}, result => $ok, missing => q{'none', set => '{"comment": "c"}'}, wrong => [q{'every_task'}, q{'every_task', set => '[]'}, q{'every_task', unset => '{NULL}'}]},
	sf_task_clone => {existing => q{'every_call', 'every_task'}, args => q{'every_two', 'every_copy'}, result => qr/EVERY_COPY/, missing => q{'none', 'copy'}, wrong => [q{'a', ''}, q{'a', 'b', 'c'}]},
	sf_task_set_tags => {args => q{'every_task', '{}'}, result => $ok, missing => q{'none', '{"t": "v"}'}, wrong => [q{'every_task', '[]'}, q{'every_task', '{"a b": "v"}'}, q{'every_task', NULL}], hang => q{'every_task', '{"t": "v"}'}},
	sf_task_get_tags => {args => q{'every_task'}, result => $ok, missing => q{'none'}, wrong => [q{''}]},
	sf_task_unset_tags => {args => q{'every_task', '{}'}, result => $ok, missing => q{'none', '{t}'}, wrong => [q{'every_task', '{NULL}'}, q{'every_task', '{a b}'}], hang => q{'every_task', '{t}'}},
	sf_task_execute => {args => q{'every_task', config => '{}', await => true}, result => $ok, missing => q{'none'}, wrong => [q{''}, q{'x', true, '{}'}, q{'x', config => '[]'}]},
	sf_task_resume => {args => q{'every_copy'}, result => $ok, missing => q{'none'}, wrong => [q{''}]},
	sf_task_suspend => {args => q{'every_copy'}, result => $ok, missing => q{'none'}, wrong => [q{''}]},
	sf_task_cancel => {args => q{'every_task'}, result => $ok, missing => q{'none'}, wrong => [q{''}]},
	sf_task_dependents => {args => q{'every_task'}, result => qr/EVERY_TASK/, missing => q{'none'}, wrong => [q{''}]},
	sf_task_current_graphs => {args => q{'every_task'}, result => $ok, missing => q{'none'}, wrong => [q{''}, q{'x', 0}]},
	sf_task_complete_graphs => {args => q{'every_task'}, result => qr/SUCCEEDED/, missing => q{'none'}, wrong => [q{''}, q{'x', false, -1}]},
	sf_task_history => {args => q{'every_task'}, result => qr/SUCCEEDED/, limited => qr/^ok: NULL$|^\w{5}: /, nulls => $ok, wrong => [q{''}, q{max_rows => 0}, q{scheduled_from => '2000-01-01'}]},
	sf_task_return_value => {args => q{'every_task'}, result => qr/^ok: v$/, limited => qr/^ok: NULL$|^\w{5}: /, nulls => qr/^ok: NULL$/, wrong => [q{''}]},
	sf_task_drop => {args => q{'every_copy'}, result => $ok, missing => q{'none'}, wrong => [q{''}]},
	sf_task_delete => {args => q{'every_two'}, result => $ok, missing => q{'none'}, wrong => [q{''}]},
	# task graphs
	sf_dag_plan => {args => $dag, result => qr/create/, missing => undef, limited => qr/./, hang => "$dag, 'createOrAlter'", wrong => [q{'{}'}, q{'[]'}, "$dag, 'sometimes'"]},
	sf_dag_deploy => {existing => q{'{"name": "every_task", "tasks": [{"name": "a", "definition": "SELECT 1"}]}'}, args => $dag, result => qr/create/, missing => "$dag, schema => 'none'", wrong => [q{'{}'}, q{'[]'}, "$dag, 'sometimes'", "$dag, on_error => 'x'", q{'{"name": "x", "tasks": [{"name": "a"}]}'}]},
	sf_dag_diff => {args => $dag =~ s/SELECT 1/SELECT 2/r, result => qr/EVERY\$A,definition/, missing => undef, limited => qr/./, wrong => [q{'{}'}, q{'[]'}, q{'{"name": "x", "tasks": [{"name": "a"}]}'}]},
	map({
		my ($kind, $it, $absent) = @$_;
		my @bad = $kind eq 'dag jsonb' ? (q{'[]'::jsonb}, q{'{}'::jsonb}) : (q{''}, q{'a.b.c.d'}, q{'{}'});

		("sf_dag_run/$kind" => {args => $it, result => qr/^ok: \d+$/, missing => $absent, wrong => [@bad, "$it, config => '[]'", "$it, true, '{}'"]},
			"sf_dag_wait/$kind" => {args => "$it, timeout => '60 s'", result => qr/SUCCEEDED/, missing => $absent, wrong => [@bad, "$it, 'x'", "$it, timeout => '-1 s'"]},
			"sf_dag_fetch/$kind" => {args => $it, result => qr/"EVERY"/i, missing => $absent, wrong => \@bad, public => 1},
			"sf_dag_current_runs/$kind" => {args => $it, result => $ok, missing => $absent, wrong => \@bad},
			"sf_dag_complete_runs/$kind" => {args => $it, result => qr/SUCCEEDED/, missing => $absent, wrong => \@bad},
			"sf_dag_resume/$kind" => {args => $it, result => $ok, missing => $absent, wrong => \@bad},
			"sf_dag_suspend/$kind" => {args => $it, result => $ok, missing => $absent, wrong => \@bad},
			"sf_dag_cancel/$kind" => {args => $it, result => $ok, missing => $absent, wrong => \@bad});
	} ['name text', q{'every'}, q{'none'}], ['dag jsonb', "$dag\::jsonb", q{'{"name": "none"}'::jsonb}]),
	sf_dag_runs => {args => q{'every'}, result => qr/SUCCEEDED/, missing => q{'none'}, limited => qr/^42/, wrong => [q{''}, q{'a.b.c.d'}, q{'every', max_rows => 0}, q{'every', '2000-01-01'}, q{'every', now(), now() - interval '1 hour'}]},
	'sf_dag_notify/name text' => {change => 0, args => q{'every', 'c'}, result => qr/^ok: 1$/, missing => q{'none', 'c'}, wrong => [q{'', 'c'}, q{'every', ''}, q{'every', NULL}, q{'every', 'c', 'x'}, q{'{}', 'c'}]},
	sf_dags => {args => q{'every'}, result => qr/^ok: EVERY$/, nulls => $ok, missing => q{schema => 'none'}, wrong => [q{schema => ''}]},
	'sf_dag_render/name text' => {args => q{'every'}, result => qr/EVERY/, missing => q{'none'}, wrong => [q{''}, q{'{}'}, q{'{"name": "x"}', 'pdf'}]},
	'sf_dag_gantt/name text' => {args => q{'every'}, result => qr/EVERY/, missing => q{'none'}, wrong => [q{''}, q{'[1]'}, q{'[]', 'pdf'}]},
	sf_dag_config => {args => q{'every', 'k'}, result => qr/"v"/, missing => q{'none'}, wrong => [q{''}]},
	sf_dag_last_success => {args => q{'every'}, result => qr/^ok: \(\w/, missing => q{'none'}, wrong => [q{''}]},
	'sf_dag_drop/name text' => {args => q{'every'}, result => qr/^ok: SHOP\.PUBLIC\.EVERY$/, missing => q{'none'}, wrong => [q{''}, q{'{}'}]},
	'sf_dag_drop/dag jsonb' => {args => "$dag\::jsonb, if_exists => true", result => qr/^ok: NULL$/, limited => qr/^ok: NULL$|^42/, missing => q{'{"name": "none"}'::jsonb}, wrong => [q{'{}'::jsonb}]},
	'sf_dag_delete/name text' => {args => q{'every', if_exists => true}, result => qr/^ok: NULL$/, limited => qr/^ok: NULL$|^42/, missing => q{'none'}, wrong => [q{''}]},
	'sf_dag_delete/dag jsonb' => {args => "$dag\::jsonb, if_exists => true", result => qr/^ok: NULL$/, limited => qr/^ok: NULL$|^42/, missing => q{'{"name": "none"}'::jsonb}, wrong => [q{'[]'::jsonb}]},
	# jobs; JOB has ended, SLOW runs
	sf_async_submit => {args => q{'SELECT 1 AS a'}, result => qr/^ok: [0-9a-f-]{36}$/, change => 0, frozen => 1, wrong => [q{''}, q{'SELECT ?'}, q{'SELECT 1', '5'}]},
	sf_async_submit_script => {args => q{ARRAY['SELECT 1', 'SELECT 2']}, result => $ok, change => 0, frozen => 1, wrong => [q{'{}'}, q{'{NULL}'}, q{'{SELECT 1}', '[1]'}]},
	sf_async_submit_all => {args => q{ARRAY['SELECT 1', 'SELECT 2']}, result => $ok, change => 0, frozen => 1, wrong => [q{'{NULL}'}, q{'{""}'}]},
	map({ ($_->[0] => {args => 'JOB', missing => $none, hang => $none, nulls => qr/^ok: (NULL|\(,+\))$/, change => 0, wrong => [], %{$_->[1]}}) }
		[sf_async_status => {result => qr/SUCCESS/, public => 1}], [sf_async_is_done => {result => qr/^ok: true$/}], [sf_async_is_failed => {result => qr/^ok: false$/}],
		[sf_async_statement => {result => qr/SELECT 1 AS a/, missing => undef, limited => $ok}], [sf_async_query => {result => qr/SELECT 1 AS a/, missing => undef, limited => $ok}], [sf_async_job => {result => qr/SUCCESS/}],
		[sf_async_wait => {result => qr/SUCCESS/, wrong => ["$none, '-1 s'"]}], [sf_async_wait_any => {args => 'ARRAY[JOB]::uuid[]', result => $ok, missing => "ARRAY[$none]::uuid[]", hang => "ARRAY[$none]::uuid[]", wrong => [q{'{NULL}'}]}],
		[sf_async_wait_all => {args => 'ARRAY[JOB]::uuid[]', result => qr/SUCCESS/, missing => "ARRAY[$none]::uuid[]", hang => "ARRAY[$none]::uuid[]", wrong => [q{'{NULL}'}]}],
		[sf_async_result => {result => qr/^ok: \(1\)$/, columns => '(a int)', nulls => undef, wrong => ["$none, '-1 s'"], public => 1}], [sf_async_result_as => {args => 'NULL::int, JOB', result => qr/^ok: 1$/, missing => "NULL::int, $none", hang => "NULL::int, $none", nulls => undef, public => 1}],
		[sf_async_result_json => {result => qr/"a": 1/, nulls => undef, public => 1}], [sf_async_result_partition => {args => 'JOB, 0', result => qr/"a": 1/, missing => "$none, 0", hang => "$none, 0", nulls => qr/^22/, wrong => ["$none, -1"], public => 1}],
		[sf_async_partitions => {result => qr/^ok: \(0,1/, nulls => undef}], [sf_async_columns => {result => qr/A,/, nulls => undef}], [sf_async_value => {result => qr/^ok: 1$/}], [sf_async_dml => {result => $ok}],
		[sf_async_notify => {args => q{ARRAY[JOB]::uuid[], 'c'}, result => qr/^ok: 1$/, missing => "ARRAY[$none]::uuid[], 'c'", hang => "ARRAY[$none]::uuid[], 'c'", nulls => undef, wrong => [q{'{NULL}', 'c'}, q{'{}', ''}]}]),
	sf_async_to_foreign_table => {existing => q{JOB, 'every_result'}, args => q{JOB, 'every_result'}, result => qr/every_result/, missing => "$none, 'x'", hang => "$none, 'x'", local => 1, wrong => ["$none, ''", "NULL, 'x'"], change => 0},
	sf_async_to_table => {existing => q{JOB, 'every_result'}, args => q{JOB, 'every_result2'}, result => qr/every_result2/, missing => "$none, 'x'", hang => "$none, 'x'", local => 1, wrong => ["$none, ''", "NULL, 'x'"], change => 0},
	sf_async_poll => {args => undef, nulls => qr/RUNNING/, wrong => [], public => 2, hang => ''},
	'sf_async_cancel/query_id uuid' => {args => 'SLOW::uuid', result => qr/^ok: true$/, missing => "$none\::uuid", hang => "$none\::uuid", nulls => qr/^ok: NULL$/, wrong => []},
	'sf_async_cancel/query_ids uuid[]' => {args => 'ARRAY[SLOW]::uuid[]', result => $ok, missing => undef, hang => "ARRAY[$none]::uuid[]", limited => qr/42501|42704|not/, nulls => qr/^ok: NULL$/, wrong => [q{'{NULL}'::uuid[]}]},
	'sf_async_cancel/query_id text' => {args => 'JOB', result => qr/^ok: false$/, missing => $none, hang => $none, nulls => qr/^ok: NULL$/, wrong => []},
	sf_async_recover => {args => '', result => $ok, limited => qr/./, nulls => $ok, wrong => [q{since => '-1 day'}], change => 0, local => 1},
	sf_async_prune => {args => '', result => $ok, limited => qr/^ok: 0$/, nulls => $ok, wrong => [], change => 0, local => 1},
	# imports
	sf_import_diff => {args => q{'every'}, result => qr/^ok: NULL$/, nulls => qr/^ok: NULL$/, missing => q{'every_gone'}, wrong => [], server => 0},
	sf_refresh => {args => q{'every.customers'}, result => qr/^ok: 0$/, nulls => qr/^ok: NULL$/, missing => q{'every_gone.t'}, wrong => [], server => 0, local => 1},
	sf_apply_comments => {args => q{'every'}, result => qr/^ok: 1$/, nulls => qr/^ok: NULL$/, wrong => [], server => 0, local => 1, hang => undef},
);
my @order = map { $rows[2 * $_] } 0 .. $#rows / 2;
my %rows = @rows;

# every function has a row, and every row a function
my %level = map { split /\t/ } split /\n/, $t->sql(<<'SQL');
SELECT format(E'%s\t%s', f.name || CASE WHEN count(*) OVER (PARTITION BY f.name) > 1 THEN '/' ||
	CASE f.name WHEN 'sf_task_create' THEN split_part(f.arguments, ', ', 2) ELSE split_part(f.arguments, ', ', 1) END ELSE '' END, f.level) FROM sf_functions() f
SQL
delete @level{grep { $level{$_} eq 'build' } keys %level};
is_deeply([sort keys %rows], [sort keys %level], 'a row for every function that is no builder');
my %sets = map { $_ => 1 } split /\n/, $t->sql(q{SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'snowflake'::regnamespace AND prorettype = 'record'::regtype});
my %inputs = map { my ($name, $types) = split /\t/, $_, 2; ($name => $types // '') } split /\n/, $t->sql(<<'SQL');
SELECT format(E'%s\t%s', p.proname || '/' || CASE p.proname WHEN 'sf_task_create' THEN split_part(pg_get_function_identity_arguments(p.oid), ', ', 2) ELSE split_part(pg_get_function_identity_arguments(p.oid), ', ', 1) END,
	(SELECT string_agg('NULL::' || CASE t WHEN 'anyelement'::regtype THEN 'int' ELSE t::regtype::text END, ', ' ORDER BY o) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY a(t, o)))
FROM pg_proc p WHERE pronamespace = 'snowflake'::regnamespace
SQL

my ($job, $slow);
sub call
{
	my ($key, $args, $server) = @_;
	my ($name) = split m{/}, $key;

	$args =~ s/(, )?server => '\w+'// if $server;
	$args = join ', ', grep { length } $args, $server ? "server => '$server'" : ();
	$args =~ s/JOB/'$job'/g;
	$args =~ s/SLOW/'$slow'/g;
	return "$name($args) AS x" . ($rows{$key}{columns} // '');
}

# what becomes of several calls, each [key, call], in one session
sub outcomes
{
	my ($before, @calls) = @_;
	my ($out, $err, $code) = $t->try(join "\n", $before, map { 'SELECT outcome($call$' . $_->[1] . '$call$);' } @calls);
	my @lines = split /\n/, $out, -1;

	$shown .= "$out$err\n";
	is(scalar(@lines), scalar(@calls), "an answer to each call, $before") or diag($err);
	return @lines;
}

sub levelled { my ($key) = @_; return $rows{$key}{change} // ($level{$key} =~ /change|operate/); }

$job = $t->sql("SELECT sf_async_submit('SELECT 1 AS a')");
$t->sql("SELECT sf_async_wait('$job')");
$slow = $t->sql(q{SELECT sf_async_submit('SELECT SYSTEM$WAIT(600)')});
is($t->sql("SELECT sf_async_status('$slow')"), 'RUNNING', 'a job that runs');

$t->sql(q{CREATE SCHEMA every; IMPORT FOREIGN SCHEMA "PUBLIC" LIMIT TO (customers) FROM SERVER sf INTO every; ALTER FOREIGN TABLE every.customers OPTIONS (ADD remote_comment 'c');
	CREATE SCHEMA every_gone; CREATE FOREIGN TABLE every_gone.t (x int) SERVER sf OPTIONS (database 'SHOP', schema 'GONE'); GRANT USAGE ON SCHEMA every TO plain});

# no privilege here, none there, wrong arguments, NULLs, what is not there: nothing is changed by them
my @checks = (
	['without EXECUTE', 'SET ROLE plain', sub { my ($key) = @_; my $row = $rows{$key}; return ($row->{args} // $row->{plain} // '', undef,
		!$row->{public} ? qr/^42501: permission denied for function/ : $row->{public} == 1 ? qr/^42501: permission denied for (foreign server sf|query)|^42704: user mapping not found|^42501/ : qr/^ok: NULL$/); }, 0],
	['with all arguments NULL', 'SELECT 1 WHERE false', sub { my ($key) = @_; my ($name) = split m{/}, $key; my ($types) = map { $inputs{$_} } $key =~ m{/} ? $key : grep { m{^\Q$name\E/} } keys %inputs;
		return ($types, undef, $rows{$key}{nulls} // qr/^22004: /); }],
	['a missing object', 'SELECT 1 WHERE false', sub { my ($key) = @_; return ($rows{$key}{missing}, undef, qr/^42704: |^42P01: /); }],
	['a user who may nothing', 'SELECT 1 WHERE false', sub { my ($key) = @_; my $row = $rows{$key}; my $args = exists $row->{limited} && !defined $row->{limited} ? undef : $row->{args}; return (defined $args && ($row->{server} // 1) ? $args =~ s/JOB/SLOW/r : undef, 'limited', $rows{$key}{limited} // $refused); }],
	['a read-only transaction', 'SET default_transaction_read_only = on', sub { my ($key) = @_; return (levelled($key) || $rows{$key}{local} ? $rows{$key}{args} : undef, undef, qr/^25006: /); }, 0],
	['a read-only server', 'SELECT 1 WHERE false', sub { my ($key) = @_; return (levelled($key) || $rows{$key}{frozen} ? $rows{$key}{args} : undef, 'frozen', qr/^42501: server "frozen" is read-only/); }, 0],
);
for my $check (@checks)
{
	my ($name, $before, $of, $requests) = @$check;
	my (@calls, @expected);

	$t->clear;
	for my $key (@order)
	{
		my ($args, $server, $expected) = $of->($key);

		next if !defined $args;
		push @calls, [$key, call($key, $args, $server)];
		push @expected, $expected;
	}
	my @outcomes = outcomes("$before;", @calls);
	for my $i (0 .. $#calls)
	{
		like($outcomes[$i], $expected[$i], "$name: $calls[$i][0]");
	}
	is_deeply([map { "$_->{method} $_->{path}" } @{$t->requests}], [], "$name: nothing is asked") if defined $requests;
}
for my $key (@order)
{
	my @calls = map { [$key, call($key, $_)] } @{$rows{$key}{wrong} // []};

	next if !@calls;
	$t->clear;
	like($_, qr/^(22023|42602|22004): /, "a wrong argument: $key") for outcomes('', @calls);
	is_deeply([map { "$_->{method} $_->{path}" } @{$t->requests}], [], "$key: nothing is asked");
}

# the account hangs: statement_timeout and a cancel end each call, and the session goes on
my @hanging = grep { exists $rows{$_}{hang} ? defined $rows{$_}{hang} : defined $rows{$_}{args} } @order;
sub hang_session
{
	my ($number, $settings, @keys) = @_;
	my $state = {out => '', err => ''};
	my $sql = "\\set ON_ERROR_STOP 0\n";

	for my $key (@keys)
	{
		$sql .= "SET application_name = 'victim'; $settings\n\\warn == $key\nSELECT * FROM " . call($key, $rows{$key}{hang} // $rows{$key}{args})
			. ";\nRESET application_name; RESET statement_timeout;\nSELECT '$key ' || account FROM sf_ping();\n";
	}
	my $file = $t->secret_file("hang$number.sql", $sql);
	chown $>, -1, $file;
	$state->{run} = start [$t->psql_command, '-f', $file], '<', '/dev/null', '>', \$state->{out}, '2>', \$state->{err};
	return $state;
}

sub hang
{
	my ($name, $settings, $message, $meanwhile) = @_;
	my $parts = 4;

	$t->clear;
	$t->fault({action => 'hang', seconds => 600, times => 1000000, body => '^(?!.*CURRENT_ACCOUNT)'});
	my @sessions = map { my $part = $_; hang_session($part, $settings, map { $hanging[$_] } grep { $_ % $parts == $part } 0 .. $#hanging) } 0 .. $parts - 1;
	$meanwhile->() if $meanwhile;
	my ($out, %said) = ('');
	for my $session (@sessions)
	{
		finish $session->{run};
		$out .= $session->{out};
		$shown .= $session->{err};
		my (undef, @said) = split /^== (.*)\n/m, $session->{err};
		%said = (%said, @said);
	}
	for my $key (@hanging)
	{
		like($said{$key}, qr/ERROR:  57014: \Q$message\E/, "$name: $key");
		like($out, qr/^\Q$key\E LOCAL$/m, "$name: the session goes on after $key");
	}
	$t->clear;
	return;
}
hang('statement_timeout', q{SET statement_timeout = '300ms';}, 'canceling statement due to statement timeout');
hang('a cancel', q{SET statement_timeout = '20s';}, 'canceling statement due to user request', sub {
	$t->sql(<<'SQL');
DO $$
DECLARE
	idle int := 0;
BEGIN
	WHILE idle < 20 LOOP
		PERFORM pg_stat_clear_snapshot();
		PERFORM pg_cancel_backend(pid) FROM pg_stat_activity
			WHERE application_name = 'victim' AND state = 'active' AND wait_event_type = 'Extension' AND clock_timestamp() - query_start > '200 ms';
		idle := CASE WHEN EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) THEN 0 ELSE idle + 1 END;
		PERFORM pg_sleep(0.1);
	END LOOP;
END $$;
SQL
});

# what works
for my $key (grep { defined $rows{$_}{args} } @order)
{
	my ($outcome) = outcomes('', [$key, call($key, $rows{$key}{args})]);
	like($outcome, $rows{$key}{result}, "works: $key");
}

# what is there already
my @existing = map { [$_, call($_, $rows{$_}{existing})] } grep { defined $rows{$_}{existing} } @order;
my @said = outcomes('', @existing);
like($said[$_], qr/^(42710|42P07): /, "an existing object: $existing[$_][0]") for 0 .. $#existing;

# what was said has no secret
$shown .= $t->log;
for my $secret (grep { defined && length } @{$t->{info}}{qw(pat limited_pat analyst_pat admin_pat key_passphrase)})
{
	unlike($shown, qr/\Q$secret\E/, 'a secret is in no message');
}
unlike($shown, qr/Bearer e|PRIVATE KEY|(?<!\w)XX000|server closed|terminated by signal/, 'no token, no key, no internal error');

$t->stop;
done_testing;
