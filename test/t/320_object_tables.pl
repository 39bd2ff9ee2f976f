# Account objects as tables: every kind, their parts, what only SQL knows; one SHOW in place of a request per schema; histories that are complete.
use strict;
use warnings;
use utf8;
use SnowflakeFdwTest;
use ObjectSamples;
use JSON::PP;
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);
my $json = JSON::PP->new->canonical;
my ($t, $there) = (undef, '"There"');

sub start
{
	my (%more) = @_;

	$t = SnowflakeFdwTest->new(args => ['--window', 30, '--partition-rows', 1000, @{$more{args} // []}]);
	$t->connect(warehouse => 'COMPUTE_WH', role => 'ACCOUNTADMIN', %{$more{options} // {}});
	$t->sql("DROP USER MAPPING FOR postgres SERVER sf; CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (token '$t->{info}{admin_pat}')");
	$t->sql('CREATE SCHEMA o; IMPORT FOREIGN SCHEMA snowflake_objects FROM SERVER sf INTO o');
	return;
}

sub literal { return "'" . ($_[0] =~ s/'/''/gr) . "'"; }

# the calls since the last clear: paths, and of statements the text; the rest of a long result is no further question
sub calls
{
	return map { $_->{target} =~ m{^/api/v2/statements\?} ? $_->{body}{statement} : "$_->{method} $_->{target}" } grep { $_->{target} !~ /[?&]partition=/ } @{$t->requests};
}

sub asks
{
	my ($sql, $result, $expected, $name) = @_;
	my ($out, $err);

	$t->clear;
	($out, $err) = $t->try($sql);
	is($out, $result, $name) or diag($err);
	is_deeply([calls()], $expected, "$name: what is asked");
	return;
}

sub fails
{
	my ($sql, $pattern, $name) = @_;
	my ($out, $err) = $t->try($sql);

	like($err, $pattern, $name) or diag($out);
	return;
}

sub explained
{
	my ($sql) = @_;

	return join "\n", map { s/^\s+//r } grep { /Remote|Enumerated/ } split /\n/, $t->sql("EXPLAIN (VERBOSE, COSTS OFF) $sql");
}

start(options => {database => 'HERE', schema => 'S'});
my @kinds = map { my @f = split /\|/; {kind => $f[0], plural => $f[1], scope => $f[2], verbs => $f[3], source => $f[4]} }
	split /\n/, $t->sql('SELECT kind, plural, scope, verbs, source FROM sf_kinds()');
my %columns;
push @{$columns{$_->[0]}}, $_->[1] for map { [split /\|/] } split /\n/, $t->sql(q{SELECT relname, attname FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'o'::regnamespace AND attnum > 0 ORDER BY relname, attnum});

# every kind is a table, and each can be imported alone
is_deeply([sort keys %columns], [sort map { $_->{plural} } @kinds], 'every kind of sf_kinds() is a table');
is($t->sql(join ' ', 'CREATE SCHEMA alone;', map { "IMPORT FOREIGN SCHEMA snowflake_objects LIMIT TO ($_->{plural}) FROM SERVER sf INTO alone;" } @kinds)
	. $t->sql(q{SELECT count(*) FROM pg_class WHERE relnamespace = 'alone'::regnamespace}), scalar @kinds, 'LIMIT TO takes the name of each');
fails('IMPORT FOREIGN SCHEMA snowflake_objects LIMIT TO (streems) FROM SERVER sf INTO alone', qr/22023: there is no table of account objects "streems"\nHINT:  Perhaps you meant "streams"/, 'a name that is none');

# What other tools of this kind show has its counterpart here: of each of their tables our table, and their columns, with ours where the name is another.
my %peers = (
	account_grant => ['account_grants', 'name privilege created_on grant_option granted_by granted_on granted_to grantee_name'],
	account_parameter => ['parameters', 'key value default description level type'],
	database => ['databases', 'name created_on comment is_current is_default options origin owner retention_time'],
	database_grant => ['grants_on_databases', 'database=database_name privilege created_on grant_option granted_by granted_on granted_to grantee_name'],
	login_history => ['login_history', 'event_id event_timestamp event_type user_name client_ip reported_client_type reported_client_version first_authentication_factor
		second_authentication_factor is_success error_code error_message related_event_id'],
	network_policy => ['network_policies', 'name created_on comment entries_in_allowed_ip_list=allowed_ip_list entries_in_blocked_ip_list=blocked_ip_list allowed_ip_list blocked_ip_list'],
	resource_monitor => ['resource_monitors', 'name credit_quota used_credits remaining_credits level frequency start_time end_time notify_at suspend_at suspend_immediately_at
		created_on owner comment notify_users'],
	role => ['roles', 'name created_on assigned_to_users comment granted_roles granted_to_roles is_current is_default is_inherited owner'],
	role_grant => ['grants_of_roles', 'role=role_name created_on granted_to grantee_name granted_by'],
	schemata => ['schemata', 'schema_id schema_name catalog_id catalog_name schema_owner retention_time is_transient is_managed_access comment created last_altered deleted'],
	session => ['sessions', 'session_id user_name created_on authentication_method client_application_id client_application_version client_build_id client_environment client_version login_event_id'],
	session_policy => ['session_policies', 'name created_on database_name schema_name kind owner session_idle_timeout_mins session_ui_idle_timeout_mins comment'],
	user => ['users', 'name login_name email owner has_password has_rsa_public_key created_on custom_landing_page_url comment custom_landing_page_url_flush_next_ui_load days_to_expiry
		default_namespace default_role default_secondary_roles default_warehouse disabled display_name expires_at_time=expires_at ext_authn_duo ext_authn_uid first_name last_name
		last_success_login=last_successful_login locked_until_time=locked_until mins_to_bypass_mfa mins_to_bypass_network_policy mins_to_unlock must_change_password
		password_last_set_time=password_last_set rsa_public_key rsa_public_key_fp rsa_public_key_2 rsa_public_key_2_fp snowflake_lock snowflake_support'],
	user_grant => ['grants_to_users', 'username=user_name role created_on granted_to granted_by'],
	view => ['views', 'name database_name schema_name created_on owner comment text=query is_secure=secure is_materialized=raw'],
	view_grant => ['grants_on_views', 'view_name database_name schema_name privilege created_on grant_option granted_by granted_on granted_to grantee_name'],
	warehouse => ['warehouses', 'name state type size min_cluster_count max_cluster_count started_clusters running queued is_default is_current auto_suspend auto_resume available provisioning
		quiescing other created_on resumed_on updated_on owner comment resource_monitor scaling_policy'],
	warehouse_metering_history => ['warehouse_metering_history', 'start_time end_time warehouse_name warehouse_id credits_used credits_used_compute credits_used_cloud_services'],
);
is(scalar keys %peers, 18, 'all eighteen');
for my $peer (sort keys %peers)
{
	my ($table, $wanted) = @{$peers{$peer}};
	my %ours = map { $_ => 1 } @{$columns{$table} // []};

	is_deeply([grep { my ($theirs, $ours) = split /=/; !$ours{$ours // $theirs} } split ' ', $wanted], [], "$table has the columns of $peer");
}

# objects of every kind that can be made
$t->sql(q{SELECT sf_create('database', jsonb_build_object('name', d)), sf_create('schema', jsonb_build_object('name', 's', 'database_name', d)) FROM unnest(ARRAY['HERE', '"There"']) d});
for my $database ('HERE', $there)
{
	$t->sql("SELECT sf_create('table', '{\"name\": \"t\", \"columns\": [{\"name\": \"a\", \"datatype\": \"VARCHAR\"}]}', database => '$database')");
	$t->sql("SELECT sf_create('stage', '{\"name\": \"st\"}', database => '$database')");
}
my %made = map { $_->{kind} => $_ } grep { $_->{verbs} =~ /create/ && $_->{kind} !~ /account/ } @kinds;
my @first = qw(compute_pool external_volume api_integration service);
for my $kind (@first, grep { my $k = $_; !grep { $_ eq $k } @first } sort keys %made)
{
	my $place = {account => '', database => "$there.", schema => "$there.S."}->{$made{$kind}{scope}};
	my ($out, $err) = $t->try("SELECT sf_create('$kind', " . literal($json->encode({%{$objects{$kind}}, name => "${place}MY_\U$kind"})) . ')');

	fail("$kind is made: $err") if $err =~ /ERROR/;
}
$t->sql(q{SELECT sf_create('task', '{"name": "child", "definition": "SELECT 2", "warehouse": "COMPUTE_WH", "predecessors": ["MY_TASK"]}', database => '"There"')});

# what SHOW has of a kind is what the object API has of it: of each column both
for my $kind (@kinds)
{
	my $table = $kind->{plural};
	next if $kind->{scope} eq 'account' || $kind->{verbs} !~ /create/;
	my @mapped = map { s/"//gr } grep { explained(qq{SELECT "$_" FROM o.$table}) =~ /Remote Statement/ } grep { $_ ne 'raw' } @{$columns{$table}};
	next if !@mapped;
	my $list = join ', ', map { qq{"$_"} } @mapped;

	cmp_ok(scalar @mapped, '>=', 3, "$table: SHOW has " . join(', ', @mapped));
	like(explained("SELECT $list FROM o.$table"), qr/^Remote Statement: SHOW [A-Z ]+ IN ACCOUNT$/, "$table: one statement");
	like(explained("SELECT $list FROM o.$table WHERE raw IS NOT NULL"), qr/^Remote Call: GET .*\nEnumerated First: databases/, "$table: the whole object takes the API");
	my $show = $t->sql("\\pset null NULL\nSELECT $list FROM o.$table ORDER BY $list");
	is($show, $t->sql("\\pset null NULL\nSELECT $list FROM o.$table WHERE raw IS NOT NULL ORDER BY $list"), "$table: both say the same");
	like($show, qr/There/, "$table: of the objects that there are");
	is($t->sql("SELECT count(*) FROM o.$table WHERE database_name = 'There'"), $t->sql("SELECT count(*) FROM o.$table WHERE database_name = 'There' AND raw IS NOT NULL"), "$table: in a database");
}

# which of them is used
asks(q{SELECT name, state FROM o.tasks WHERE name = 'MY_TASK'}, 'MY_TASK|suspended', ["SHOW TASKS LIKE 'MY_TASK' IN ACCOUNT"], 'a name without a place');
asks(q{SELECT name FROM o.tasks WHERE name = 'my_task'}, '', ["SHOW TASKS LIKE 'my_task' IN ACCOUNT"], 'names are exact');
asks(q{SELECT database_name, count(*) FROM o.tasks WHERE schema_name = 'S' GROUP BY 1}, 'There|2', ['SHOW TASKS IN ACCOUNT'], 'a schema of any database');
asks(q{SELECT name FROM o.tasks WHERE database_name IN ('There', 'HERE', 'NOPE') AND predecessors = '{}'}, 'MY_TASK',
	['SHOW TASKS IN DATABASE "There" ROOT ONLY', 'SHOW TASKS IN DATABASE "HERE" ROOT ONLY', 'SHOW TASKS IN DATABASE "NOPE" ROOT ONLY'], 'databases by name, of which one is not there');
asks(q{SELECT name, predecessors FROM o.tasks WHERE name LIKE 'CH%' AND name ^@ 'C'}, 'CHILD|{MY_TASK}', ["SHOW TASKS LIKE 'CH%' IN ACCOUNT STARTS WITH 'C'"], 'patterns');
asks(q{SELECT count(*) FROM (SELECT FROM o.tasks LIMIT 1) x}, 1, ['SHOW TASKS IN ACCOUNT LIMIT 1'], 'a limit');
asks(q{SELECT name FROM o.tasks WHERE database_name = 'There' AND schema_name = 'S' ORDER BY 1}, "CHILD\nMY_TASK", ['GET /api/v2/databases/%22There%22/schemas/S/tasks'], 'a place that is known is a call');
asks(q{SELECT name, schedule->>'minutes' FROM o.tasks WHERE database_name = 'There' AND name = 'MY_TASK'}, 'MY_TASK|5',
	['GET /api/v2/databases/%22There%22/schemas', map { "GET /api/v2/databases/%22There%22/schemas/$_/tasks/MY_TASK" } qw(INFORMATION_SCHEMA MY_SCHEMA PUBLIC S)], 'what SHOW does not have');
asks(q{SET snowflake_fdw.enable_pushdown = off; SELECT name FROM o.tasks WHERE name = 'MY_TASK'}, 'MY_TASK', ['SHOW TASKS IN ACCOUNT'], 'without pushdown');
asks(q{PREPARE p(text) AS SELECT name FROM o.streams WHERE name = $1; SET plan_cache_mode = force_generic_plan; EXECUTE p('MY_STREAM'); EXECUTE p(NULL)}, 'MY_STREAM',
	["SHOW STREAMS LIKE 'MY_STREAM' IN ACCOUNT"], 'parameters');
asks(q{SELECT name FROM o.tables WHERE name = 'back\slash''s'}, '', [q{SHOW TABLES LIKE 'back_slash''s' IN ACCOUNT}], 'a name with all that quotes');
is($t->requests->[0]{body}{database}, undef, 'no database is in use');

# places of a table's own
$t->sql(q{CREATE FOREIGN TABLE o.placed (database_name text, name text) SERVER sf OPTIONS (kind 'task', schema 'S')});
asks('SELECT * FROM o.placed ORDER BY name', "There|CHILD\nThere|MY_TASK", ['SHOW TASKS IN ACCOUNT'], 'a schema that the table names');
$t->sql(q{ALTER FOREIGN TABLE o.placed OPTIONS (SET schema 'PUBLIC')});
is($t->sql('SELECT * FROM o.placed'), '', 'nothing of another schema');

# parts
$t->fault({action => 'status', path => '/stages/MY_STAGE/files', times => 3, text => '[{"name": "a.csv", "size": "7", "md5": "x", "last_modified": "now", "new": 1}, {"name": "b.csv"}]'});
my ($out, $err) = $t->try(q{SELECT database_name, schema_name, stage_name, name, size, raw->'new' FROM o.stage_files WHERE stage_name = 'MY_STAGE' ORDER BY name});
is($out, "There|S|MY_STAGE|a.csv|7|1\nThere|S|MY_STAGE|b.csv||", 'files of a stage') or diag($err);
asks(q{SELECT task_name, name FROM o.task_dependents WHERE task_name = 'MY_TASK' ORDER BY name}, "MY_TASK|CHILD\nMY_TASK|MY_TASK",
	["SHOW TASKS LIKE 'MY_TASK' IN ACCOUNT", 'GET /api/v2/databases/%22There%22/schemas/S/tasks/MY_TASK/dependents'], 'a part of an object whose place is not known');
asks(q{SELECT count(*) FROM o.task_dependents WHERE database_name = 'There' AND schema_name = 'S' AND task_name IN ('MY_TASK', 'NOPE')}, 2,
	[map { "GET /api/v2/databases/%22There%22/schemas/S/tasks/$_/dependents" } qw(MY_TASK NOPE)], 'named ones are not listed first, and one that is not there has none');
asks(q{SELECT count(*) FROM o.task_dependents WHERE database_name = 'There' AND schema_name = 'S'}, 3,
	['GET /api/v2/databases/%22There%22/schemas/S/tasks', map { "GET /api/v2/databases/%22There%22/schemas/S/tasks/$_/dependents" } qw(CHILD MY_TASK)], 'those of a place');
is(explained(q{SELECT * FROM o.task_graph_runs WHERE task_name = 'MY_TASK'}), join("\n",
	'Remote Call: GET /api/v2/databases/{database}/schemas/{schema}/tasks/MY_TASK/current-graphs, GET /api/v2/databases/{database}/schemas/{schema}/tasks/MY_TASK/complete-graphs',
	'Enumerated First: tasks'), 'EXPLAIN shows the calls of a part');
$t->fault({action => 'status', path => 'current-graphs', times => 1, text => '[{"root_task_name": "MY_TASK", "state": "EXECUTING", "run_id": 5}]'},
	{action => 'status', path => 'complete-graphs', times => 1, text => '[{"root_task_name": "MY_TASK", "state": "SUCCEEDED", "run_id": 4}]'});
is($t->sql(q{SELECT graph, task_name, state, run_id FROM o.task_graph_runs WHERE database_name = 'There' AND schema_name = 'S' AND task_name = 'MY_TASK' ORDER BY run_id}),
	"complete|MY_TASK|SUCCEEDED|4\ncurrent|MY_TASK|EXECUTING|5", 'runs of graphs, and which they are');
is($t->sql(q{SELECT service_name, name FROM o.service_roles}), 'MY_SERVICE|ALL_ENDPOINTS_USAGE', 'roles of services');
is($t->sql(q{SELECT count(*) FROM o.service_containers WHERE service_name = 'MY_SERVICE'}) > 0, 1, 'containers');
is($t->sql(q{SELECT count(*) FROM o.images}), 0, 'images of a repository that has none');
$t->sql(q{SELECT sf_rest('POST', '/api/v2/roles/MY_ROLE/grants', '{"securable_type": "DATABASE", "securable": {"name": "HERE"}, "privileges": ["USAGE"]}')});
$t->sql(q{SELECT sf_rest('POST', '/api/v2/users/MY_USER/grants', '{"securable_type": "ROLE", "securable": {"name": "MY_ROLE"}}')});
is($t->sql(q{SELECT role_name, securable->>'name', securable_type, privileges FROM o.grants_to_roles WHERE role_name = 'MY_ROLE'}), 'MY_ROLE|HERE|DATABASE|{USAGE}', 'what a role was granted');
is($t->sql(q{SELECT role_name, granted_to, grantee_name FROM o.grants_of_roles WHERE role_name = 'MY_ROLE'}), 'MY_ROLE|USER|MY_USER', 'who has a role');
asks(q{SELECT user_name, role, granted_to FROM o.grants_to_users WHERE user_name = 'MY_USER'}, 'MY_USER|MY_ROLE|USER', ['SHOW GRANTS TO USER "MY_USER"'], 'what a user has');
asks(q{SELECT database_name, privilege, grantee_name FROM o.grants_on_databases WHERE database_name = 'HERE' AND grantee_name = 'MY_ROLE'}, 'HERE|USAGE|MY_ROLE', ['SHOW GRANTS ON DATABASE "HERE"'],
	'who may use a database');
is($t->sql(q{SELECT table_name, database_name, schema_name, privilege FROM o.grants_on_tables WHERE table_name = 'T' ORDER BY 2}), "T|HERE|S|OWNERSHIP\nT|There|S|OWNERSHIP", 'grants on tables anywhere');
is($t->sql(q{SELECT count(*) FROM o.grants_on_databases WHERE database_name = 'NOPE'}), 0, 'grants on what is not there');
is($t->sql(q{SELECT o->>'task_name', o->>'name', o->>'database_name' FROM sf_list('task_dependent', database => '"There"') o ORDER BY 1, 2}),
	"CHILD|CHILD|\"There\"\nMY_TASK|CHILD|\"There\"\nMY_TASK|MY_TASK|\"There\"", 'sf_list lists parts');
is($t->sql(q{SELECT o->>'value' FROM sf_list('parameter') o WHERE o->>'key' = 'TIMEZONE'}) ne '', 1, 'and what SQL knows');

# one that disappears between being listed and being asked
$t->clear;
$t->fault({action => 'status', path => 'tasks/CHILD/dependents', status => 404, text => '{"code":"002003","message":"Task \'CHILD\' does not exist or not authorized."}'});
is($t->sql('SELECT count(*) FROM o.task_dependents'), 2, 'a task that is gone when its turn comes has no parts');
$t->fault({action => 'status', path => '/statements', body => 'GRANTS ON TABLE .*There', status => 422, text => '{"code":"002003","message":"Table \'T\' does not exist or not authorized.","sqlState":"02000"}'});
is($t->sql(q{SELECT database_name FROM o.grants_on_tables WHERE table_name = 'T'}), 'HERE', 'a table that is gone has no grants');
$t->fault({action => 'status', path => '/statements', body => 'IN DATABASE .*There', status => 422, text => '{"code":"002003","message":"Database does not exist or not authorized.","sqlState":"02000"}'});
is($t->sql(q{SELECT count(*) FROM o.tasks WHERE database_name = 'There'}), 0, 'a database that is gone has no tasks');

# too many requests: an error, never a part
$t->sql(q{ALTER SERVER sf OPTIONS (ADD max_requests '2')});
fails('SELECT count(*) FROM o.task_dependents', qr/54000: listing the task_dependents takes at least 3 requests, max_requests is 2/, 'parts count');
fails('SELECT count(*) FROM o.grants_on_warehouses, o.grants_on_tables', qr/54000: listing the grants_on_\w+ takes at least 3 requests, max_requests is 2/, 'statements of parts count');
$t->sql('ALTER SERVER sf OPTIONS (DROP max_requests)');

# replies that are not what they should be
for my $text ('{}', 'null', '[1]', '[null]', '["x"]', '[{"name": ')
{
	$t->clear;
	$t->fault({action => 'status', path => '/dependents', text => $text, times => 100});
	fails(q{SELECT count(*) FROM o.task_dependents WHERE database_name = 'There' AND schema_name = 'S' AND task_name = 'MY_TASK'}, qr/08P01/, "a part that is $text");
}
for my $rows (['["x"]', '[]'], ['"x"', '{"a": 1}'])
{
	$t->clear;
	$t->fault({action => 'status', path => '/containers', text => '[{"container_name": "c", "restart_count": ' . $rows->[0] . ', "new": ' . $rows->[1] . '}]', times => 100});
	fails(q{SELECT restart_count FROM o.service_containers WHERE database_name = 'There' AND schema_name = 'S' AND service_name = 'MY_SERVICE'}, qr/08P01: .*"restart_count" of a service_container is not of type bigint/, "a count that is $rows->[0]");
	is($t->sql(q{SELECT container_name FROM o.service_containers WHERE database_name = 'There' AND schema_name = 'S' AND service_name = 'MY_SERVICE'}), 'c', 'does no harm to other columns');
}
$t->clear;
for my $action ('truncate', 'bad_gzip')
{
	$t->clear;
	$t->fault({action => $action, path => '/statements', times => 100});
	fails('SELECT name FROM o.tasks', qr/08P01/, "a SHOW whose answer is broken: $action");
}
$t->clear;
sub shown
{
	my ($match, $columns, @rows) = @_;

	$t->control('DELETE', 'results');
	$t->result({match => $match, columns => [map { my ($n, $type, %m) = split /:/; column($n, $type // 'text', length => 100) } @$columns], rows => \@rows});
	return;
}
shown('SHOW TASKS', ['name', 'new_column', 'predecessors'], ['A', 'x', '[']);
fails('SELECT predecessors FROM o.tasks', qr/08P01: .*column "predecessors" /, 'a SHOW whose JSON is none');
is($t->sql('SELECT name, comment FROM o.tasks'), 'A|', 'columns that are not known, and one that is missing, do no harm');
shown('SHOW TASKS', ['name', 'predecessors'], ['A', '{"a": 1}']);
fails('SELECT predecessors FROM o.tasks', qr/08P01: .*"predecessors"/, 'a SHOW with an object for a list');
shown('SHOW TASKS', ['name', 'created_on'], ['A', 'yesterday or so']);
fails('SELECT created_on FROM o.tasks', qr/08P01: .*"created_on" of a task is not of type timestamptz/, 'a time that is none');
shown('SHOW TASKS', ['owner'], ['A']);
fails(q{SELECT count(*) FROM o.task_dependents}, qr/08P01: .*"name"/, 'objects without a name have no parts');
$t->control('DELETE', 'results');

# a user who sees nothing
$t->sql(<<"SQL");
CREATE ROLE limited;
GRANT USAGE ON SCHEMA o, snowflake TO limited;
GRANT SELECT ON ALL TABLES IN SCHEMA o TO limited;
GRANT USAGE ON FOREIGN SERVER sf TO limited;
CREATE USER MAPPING FOR limited SERVER sf OPTIONS (token '$t->{info}{limited_pat}', role 'PUBLIC');
SQL
$t->sql('ALTER SERVER sf OPTIONS (DROP warehouse)');
is($t->sql("SET ROLE limited; SELECT count(*) FROM o.$_"), 0, "sees no $_") for qw(tasks tables task_dependents stage_files grants_on_tables streams services);
$t->sql("ALTER SERVER sf OPTIONS (ADD warehouse 'COMPUTE_WH')");

histories();
all_in_one();
$t->stop;
done_testing;

# SHOW, views and table functions that only SQL knows
sub histories
{
	my $times = 'event_timestamp:timestamp_ltz';
	my $now = time;

	is($t->sql(q{SELECT name FROM o.parameters, LATERAL (SELECT key) k(name) WHERE key = 'TIMEZONE'}), 'TIMEZONE', 'parameters');
	shown('RESOURCE MONITORS', ['name', 'credit_quota', 'level', 'start_time', 'comment', 'extra'], ['RM', '12.50', 'null', '2026-01-02 03:04:05 +0000', '', 'x']);
	asks(q{SET timezone = 'UTC'; SELECT name, credit_quota, level, start_time, comment, raw->>'extra' FROM o.resource_monitors WHERE name = 'RM'}, 'RM|12.50||2026-01-02 03:04:05+00||x',
		["SHOW RESOURCE MONITORS LIKE 'RM'"], 'resource monitors');

	# every kind, with all its columns, as the account has it
	for my $kind (grep { $_->{source} =~ /^(SHOW|SNOWFLAKE|INFORMATION)/ } @kinds)
	{
		my $list = join ', ', map { qq{"$_"} } grep { $_ ne 'raw' } @{$columns{$kind->{plural}}};

		$t->clear;
		my ($out, $err) = $t->try("SELECT $list FROM o.$kind->{plural}");
		is($err, '', "$kind->{plural} is read");
		is(scalar(grep { /^SELECT \*/ } calls()), 0, "$kind->{plural}: by the names of its columns");
	}
	$t->sql(q{SELECT sf_execute('CREATE SESSION POLICY "There".S.SP SESSION_IDLE_TIMEOUT_MINS = 7')});
	asks(q{SELECT name, database_name, kind, session_idle_timeout_mins FROM o.session_policies WHERE name = 'SP'}, 'SP|There|SESSION_POLICY|7',
		["SHOW SESSION POLICIES LIKE 'SP' IN ACCOUNT", 'DESCRIBE SESSION POLICY "There"."S"."SP"'], 'session policies, with what DESCRIBE says');
	asks(q{SELECT name FROM o.session_policies}, 'SP', ['SHOW SESSION POLICIES IN ACCOUNT'], 'without it where nobody looks');
	$t->fault({action => 'status', path => '/statements', body => 'DESCRIBE', status => 422, text => '{"code":"002003","message":"Session policy does not exist or not authorized.","sqlState":"02000"}'});
	is($t->sql(q{SELECT count(session_idle_timeout_mins), count(*) FROM o.session_policies}), '0|0', 'one that is gone meanwhile');

	# a view: its columns and conditions
	shown('LOGIN_HISTORY', ['EVENT_ID:fixed', 'EVENT_TIMESTAMP:timestamp_ltz', 'USER_NAME', 'IS_SUCCESS', 'LATER'], ['7', "$now.123456789", 'ADMIN', 'YES', 'x'], ['8', "$now.000000000", "O'Neil", 'NO', 'y']);
	asks(q{SELECT event_id, user_name, is_success FROM o.login_history WHERE user_name IN ('ADMIN', 'O''Neil') AND is_success AND event_id = 7 AND event_type LIKE 'LOG_%' IS NOT TRUE},
		'7|ADMIN|t', [q{SELECT "EVENT_ID", "EVENT_TIMESTAMP", "EVENT_TYPE", "USER_NAME", "IS_SUCCESS" FROM SNOWFLAKE.ACCOUNT_USAGE.LOGIN_HISTORY WHERE "USER_NAME" IN ('ADMIN', 'O''Neil') AND "EVENT_ID" IN (7)}],
		'a view, with the conditions that are equal there');
	asks(q{SELECT event_id FROM o.login_history WHERE user_name LIKE 'A\_%' OR user_name = 'x'}, '', [q{SELECT "EVENT_ID", "EVENT_TIMESTAMP", "USER_NAME" FROM SNOWFLAKE.ACCOUNT_USAGE.LOGIN_HISTORY}],
		'what may differ there stays here');
	$t->clear;
	is($t->sql(q{SELECT event_id FROM o.login_history WHERE user_name LIKE 'AD%' AND user_name ^@ 'ADM' AND event_timestamp >= now() - interval '1 day' AND '2099-01-01' > event_timestamp}), 7, 'patterns and times');
	like((calls())[0], qr/WHERE "USER_NAME" LIKE 'AD%' AND STARTSWITH\("USER_NAME", 'ADM'\) AND "EVENT_TIMESTAMP" <= TO_TIMESTAMP_LTZ\('2099-01-01 00:00:00\.000001 \+0000'\) AND "EVENT_TIMESTAMP" >= TO_TIMESTAMP_LTZ\('\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} \+0000'\)$/,
		'are sent');
	is($t->sql(qq{SELECT event_id FROM o.login_history WHERE event_timestamp = to_timestamp($now) + interval '123456 microseconds'}), 7, 'a time of nanoseconds is found by its microseconds');
	asks(q{SELECT raw->>'LATER' FROM o.login_history WHERE event_id = 8}, 'y', [q{SELECT * FROM SNOWFLAKE.ACCOUNT_USAGE.LOGIN_HISTORY WHERE "EVENT_ID" IN (8)}], 'columns that are not known are in raw');
	asks(q{SELECT count(*) FROM o.login_history WHERE user_name = ANY (ARRAY[]::text[])}, 0, [q{SELECT "EVENT_TIMESTAMP", "USER_NAME" FROM SNOWFLAKE.ACCOUNT_USAGE.LOGIN_HISTORY WHERE FALSE}], 'none of no values');
	is(explained(q{SELECT user_name FROM o.login_history WHERE user_name = current_user::text}), 'Remote Statement: SELECT "EVENT_TIMESTAMP", "USER_NAME" FROM SNOWFLAKE.ACCOUNT_USAGE.LOGIN_HISTORY WHERE "USER_NAME" IN {parameter}',
		'EXPLAIN shows the statement');
	fails(q{SELECT * FROM o.login_history WHERE event_timestamp > now() - interval '400 days'}, qr/22023: login_history goes back 365 days\nDETAIL:  The condition on "event_timestamp"/, 'what is no longer kept');
	$t->clear;
	$t->fault({action => 'status', path => '/statements', body => 'LOGIN_DETAILS', status => 422, text => '{"code":"000904","message":"SQL compilation error: invalid identifier \'LOGIN_DETAILS\'","sqlState":"42000"}'});
	is($t->sql(q{SELECT event_id, login_details FROM o.login_history WHERE event_id = 7}), '7|', 'a column that the account does not have is null');
	is((calls())[1], 'SELECT * FROM SNOWFLAKE.ACCOUNT_USAGE.LOGIN_HISTORY', 'then all columns are asked for');
	$t->clear;
	$t->fault({action => 'status', path => '/statements', status => 422, text => '{"code":"000606","message":"No active warehouse selected in the current session.","sqlState":"57P03"}'});
	fails('SELECT * FROM o.login_history', qr/55000: No active warehouse.*warehouse COMPUTE_WH/s, 'no warehouse');
	$t->clear;
	$t->control('DELETE', 'results');

	# a table function returns 10,000 rows at the most: the range is halved
	my $row = ['Q', '', '', ''];
	my @columns = (column('QUERY_ID', 'text'), column('QUERY_TEXT', 'text'), column('START_TIME', 'timestamp_ltz', scale => 3), column('END_TIME', 'timestamp_ltz', scale => 3));
	my ($recent, $old) = ($now - 3600, $now - 6 * 86400);
	$t->result({match => 'QUERY_HISTORY', columns => \@columns, rows => [map { ["OLD$_", 'x', "$old.000", "$old.000"], ["RECENT$_", 'x', "$recent.000", "$recent.000"] } 1, 2]});
	$t->result({match => 'QUERY_HISTORY', columns => \@columns, times => 1, repeat => 10000, rows => [['CUT', 'x', "$recent.000", "$recent.000"]]});
	$t->clear;
	is($t->sql(q{SELECT query_id FROM o.query_history ORDER BY 1}), "OLD1\nOLD2\nRECENT1\nRECENT2", 'of halves that overlap each row comes once');
	like(join("\n", calls()), qr/\ASELECT "QUERY_ID", "END_TIME" FROM TABLE\("HERE"\.INFORMATION_SCHEMA\.QUERY_HISTORY\(RESULT_LIMIT => 10000, INCLUDE_CLIENT_GENERATED_STATEMENT => TRUE\)\)
SELECT .*RESULT_LIMIT => 10000, END_TIME_RANGE_START => TO_TIMESTAMP_LTZ\('[^']*'\), INCLUDE.*
SELECT .*RESULT_LIMIT => 10000, END_TIME_RANGE_END => TO_TIMESTAMP_LTZ\('[^']*'\), INCLUDE.*\z/, 'an answer that may be cut is asked for in halves');
	$t->clear;
	is($t->sql(q{SELECT query_id FROM o.query_history WHERE start_time > now() - interval '2 hours' ORDER BY 1}), "RECENT1\nRECENT2", 'a time');
	like((calls())[0], qr/END_TIME_RANGE_START => TO_TIMESTAMP_LTZ\(/, 'what began then did not end before');
	fails(q{SELECT * FROM o.query_history WHERE start_time > now() - interval '8 days'}, qr/22023: query_history goes back 7 days.*HINT:  The table "account_usage_query_history" goes back 365 days/s, 'further back');
	fails(q{SELECT * FROM o.task_history WHERE scheduled_time < now() - interval '8 days'}, qr/22023: task_history goes back 7 days.*HINT:  The table "account_usage_task_history"/s, 'an end that is too old');
	$t->result({match => 'QUERY_HISTORY', columns => \@columns, rows => [['RUNNING', 'x', "$recent.000", '0.000'], ['NULL', 'x', "$recent.000", undef]]});
	is($t->sql(q{SELECT query_id, end_time FROM o.query_history ORDER BY 1}), "NULL|\nRUNNING|", 'what still runs has no end');
	$t->result({match => 'QUERY_HISTORY', columns => \@columns, repeat => 10000, rows => [['MANY', 'x', "$recent.000", "$recent.000"]]});
	fails(qq{SELECT * FROM o.query_history WHERE end_time = to_timestamp($recent)}, qr/54000: more than 10000 rows of query_history are of the same second/, 'what cannot be halved');
	$t->control('DELETE', 'results');
	$t->sql(q{SELECT sf_execute('EXECUTE TASK "There".S.MY_TASK')});
	is($t->sql(q{SELECT DISTINCT name, database_name, schema_name FROM o.task_history WHERE scheduled_time > now() - interval '1 hour' AND name = 'MY_TASK'}), 'MY_TASK|There|S', 'the real history of tasks');
	is($t->sql(q{SELECT count(*) > 0 FROM o.query_history WHERE query_text LIKE 'EXECUTE TASK%' AND end_time > now() - interval '1 hour'}), 't', 'and of queries');
	return;
}

# an account with many databases, and with more objects than a SHOW shows
sub all_in_one
{
	$t->stop;
	start();
	$t->sql(q{SELECT sf_create('database', '{"name": "d1"}'); SELECT sf_create('schema', '{"name": "s1"}', database => 'd1');
		SELECT sf_create('task', '{"name": "t1", "definition": "SELECT 1", "warehouse": "compute_wh"}', database => 'd1', schema => 's1')});
	$t->sql(q{SELECT count(sf_action('schema', 'd1.s1', 'clone', body => jsonb_build_object('name', 's' || n))) FROM generate_series(2, 10) n});
	$t->sql(q{SELECT count(sf_action('database', 'd1', 'clone', body => jsonb_build_object('name', 'd' || n))) FROM generate_series(2, 100) n});
	asks(q{SELECT count(*), count(DISTINCT (database_name, schema_name)) FROM o.tasks WHERE name = 'T1'}, '1000|1000', ["SHOW TASKS LIKE 'T1' IN ACCOUNT"], '100 databases of 10 schemas: one request');
	asks(q{SELECT count(*) FROM o.tasks WHERE database_name = 'D7'}, 10, ['SHOW TASKS IN DATABASE "D7"'], 'one of them: one request');
	fails(q{SELECT count(schedule) FROM o.tasks}, qr/54000: listing the tasks takes at least 1\d\d\d requests, max_requests is 1000/, 'what SHOW does not have: too many requests');

	# 10,000 tasks in 200 schemas
	$t->stop;
	start();
	$t->sql(q{SELECT sf_create('database', '{"name": "d1"}'); SELECT sf_create('schema', '{"name": "s1"}', database => 'd1')});
	$t->sql(q{SELECT count(sf_execute('CREATE TASK D1.S1.T' || n || ' WAREHOUSE = COMPUTE_WH AS SELECT 1')) FROM generate_series(1, 50) n});
	$t->sql(q{SELECT count(sf_action('schema', 'd1.s1', 'clone', body => jsonb_build_object('name', 's' || n))) FROM generate_series(2, 20) n});
	$t->sql(q{SELECT count(sf_action('database', 'd1', 'clone', body => jsonb_build_object('name', 'd' || n))) FROM generate_series(2, 10) n});
	my @databases = split /\n/, $t->sql('SELECT name FROM o.databases ORDER BY name COLLATE "C"');
	asks(q{SELECT count(*), count(DISTINCT (database_name, schema_name, name)), count(DISTINCT (database_name, schema_name)) FROM o.tasks}, '10000|10000|200',
		['SHOW TASKS IN ACCOUNT', 'GET /api/v2/databases', map { qq{SHOW TASKS IN DATABASE "$_"} } @databases], '10,000 tasks in 200 schemas');
	cmp_ok(scalar(calls()), '<=', 14, 'so many requests');
	asks(q{SELECT count(*) FROM (SELECT FROM o.tasks LIMIT 10000) x}, 10000, ['SHOW TASKS IN ACCOUNT LIMIT 10000'], 'as many as a SHOW shows');

	# a schema that one SHOW does not show: by pages
	$t->sql(q{SELECT sf_create('view', '{"name": "v0", "query": "SELECT 1 AS a", "columns": [{"name": "a"}]}', database => 'd3', schema => 's3')});
	$t->control('POST', 'objects', {kind => 'VIEW', path => ['D3', 'S3', 'V0'], copies => 10500});
	$t->clear;
	my ($all, $why) = $t->try(q{SELECT count(*), count(DISTINCT name) FROM o.views WHERE database_name = 'D3' AND name LIKE 'V0%'});
	is($all, '10501|10501', '10,501 views of a schema') or diag($why);
	my @pages = grep { /"S3"/ } calls();
	is(scalar @pages, 3, 'in pages');
	like($pages[2], qr/LIMIT 10000 FROM 'V0.+'$/, 'by the last name');
	return;
}
