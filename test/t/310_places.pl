# The rule of place for every kind of object: fetched elsewhere and given back, an object stays what it was, and nothing else is touched. Every
# property that a fetch shows is taken back.
use strict;
use warnings;
use SnowflakeFdwTest;
use JSON::PP;
use Test::More;

my $t = SnowflakeFdwTest->new;
my $json = JSON::PP->new->canonical;
my $here = qr{/databases/HERE(/|$)};

# an object of each kind, with as many properties as an account takes together
my %objects = (
	account => {edition => 'STANDARD', admin_name => 'boss', admin_password => 'Secret_12345', email => 'a@b.c', comment => 'x'},
	api_integration => {api_hook => {type => 'AWS', api_provider => 'AWS_API_GATEWAY', api_aws_role_arn => 'arn'}, api_allowed_prefixes => ['https://a/'],
		api_blocked_prefixes => ['https://a/b'], enabled => \1, comment => 'x'},
	catalog_integration => {catalog => {catalog_source => 'GLUE', glue_aws_role_arn => 'arn', glue_catalog_id => '1', catalog_namespace => 'n', glue_region => 'r'},
		table_format => 'ICEBERG', enabled => \1, comment => 'x'},
	compute_pool => {min_nodes => 1, max_nodes => 2, instance_family => 'CPU_X64_XS', auto_resume => \0, auto_suspend_secs => 600, comment => 'x'},
	database => {kind => 'TRANSIENT', comment => 'x', data_retention_time_in_days => 0, max_data_extension_time_in_days => 3, default_ddl_collation => 'en-ci',
		suspend_task_after_num_failures => 3, user_task_timeout_ms => 60000, user_task_managed_initial_warehouse_size => 'SMALL',
		serverless_task_min_statement_size => 'SMALL', serverless_task_max_statement_size => 'LARGE'},
	database_role => {comment => 'x'},
	schema => {kind => 'TRANSIENT', comment => 'x', managed_access => \1, data_retention_time_in_days => 0, max_data_extension_time_in_days => 3,
		default_ddl_collation => 'en-ci', suspend_task_after_num_failures => 3, user_task_timeout_ms => 60000},
	alert => {action => 'SELECT 1', condition => 'SELECT 1', schedule => {schedule_type => 'CRON_TYPE', cron_expr => '0 9 * * *', timezone => 'UTC'},
		warehouse => 'COMPUTE_WH', comment => 'x'},
	artifact_repository => {type => 'PIP', api_integration => 'MY_API_INTEGRATION', comment => 'x'},
	cortex_search_service => {definition => 'SELECT a FROM "There".S.T', search_column => 'A', target_lag => {type => 'USER_DEFINED', seconds => 3600},
		warehouse => 'COMPUTE_WH', comment => 'x'},
	dynamic_table => {query => 'SELECT 1 AS a', target_lag => {type => 'USER_DEFINED', seconds => 3600}, warehouse => 'COMPUTE_WH', comment => 'x',
		columns => [{name => 'A', comment => 'c'}]},
	event_table => {comment => 'x', change_tracking => \1, data_retention_time_in_days => 1},
	function => {function_type => 'service-function', service => 'MY_SERVICE', endpoint => 'e', path => '/p', returns => 'NUMBER', arguments => [{name => 'A', datatype => 'NUMBER'}],
		max_batch_rows => 5},
	iceberg_table => {columns => [{name => 'A', datatype => 'NUMBER(9,0)', nullable => \1, comment => 'c'}], comment => 'x', external_volume => 'MY_EXTERNAL_VOLUME', catalog => 'SNOWFLAKE', base_location => 'b'},
	image_repository => {},
	network_rule => {type => 'IPV4', mode => 'INGRESS', value_list => ['10.0.0.0/8'], comment => 'x'},
	notebook => {comment => 'x', query_warehouse => 'COMPUTE_WH', main_file => 'a.ipynb', title => 'T'},
	password_policy => {comment => 'x', password_min_length => 12, password_max_length => 40, password_max_age_days => 90, password_history => 3, password_max_retries => 4},
	pipe => {copy_statement => 'COPY INTO "There".S.T FROM @"There".S.ST', comment => 'x', auto_ingest => \0},
	procedure => {arguments => [{name => 'A', datatype => 'NUMBER', default_value => '1'}], return_type => {type => 'DATATYPE', datatype => 'VARCHAR', nullable => \1},
		language_config => {language => 'SQL', called_on_null_input => \1}, body => 'BEGIN RETURN 1; END', comment => 'x', execute_as => 'OWNER'},
	secret => {type => 'PASSWORD', username => 'u', password => 'p', comment => 'x'},
	sequence => {start => 5, increment => 2, ordered => \1, comment => 'x'},
	service => {compute_pool => 'MY_COMPUTE_POOL', spec => {spec_type => 'from_inline', spec_text => "spec:\n  containers:\n  - name: c\n    image: /HERE/S/R/i:1\n"},
		min_instances => 1, max_instances => 2, auto_resume => \1, query_warehouse => 'COMPUTE_WH', comment => 'x'},
	stage => {kind => 'PERMANENT', comment => 'x', directory_table => {enable => \1}, encryption => {type => 'SNOWFLAKE_SSE'},
		file_format => {type => 'CSV', field_delimiter => ';', skip_header => 1}},
	streamlit => {comment => 'x', main_file => 'app.py', query_warehouse => 'COMPUTE_WH', title => 'T'},
	stream => {stream_source => {src_type => 'table', name => 'T', database_name => '"There"', schema_name => 'S', append_only => \1}, comment => 'x'},
	table => {columns => [{name => 'A', datatype => 'NUMBER(9,0)', nullable => \0, comment => 'c'}, {name => 'b', datatype => 'VARCHAR(20)', collate => 'en-ci'},
			{name => 'C', datatype => 'NUMBER(9,0)', autoincrement => \1, autoincrement_start => 3, autoincrement_increment => 2}, {name => 'D', datatype => 'NUMBER(9,0)', default => '7'}],
		constraints => [{constraint_type => 'PRIMARY KEY', name => 'PK', column_names => ['A']}, {constraint_type => 'UNIQUE', name => 'UQ', column_names => ['D']}],
		cluster_by => ['A'], comment => 'x', change_tracking => \1, data_retention_time_in_days => 0, enable_schema_evolution => \1},
	tag => {allowed_values => ['a', 'b'], comment => 'x'},
	task => {definition => 'SELECT 1', schedule => {schedule_type => 'MINUTES_TYPE', minutes => 5}, warehouse => 'COMPUTE_WH', comment => 'x',
		config => {dirs => {in => '/a', out => ['/b']}, n => undef}, session_parameters => {TIMEZONE => 'UTC'}, allow_overlapping_execution => \1,
		user_task_timeout_ms => 60000, suspend_task_after_num_failures => 3, task_auto_retry_attempts => 2},
	user_defined_function => {arguments => [{name => 'A', datatype => 'NUMBER', default_value => '1'}], return_type => {type => 'DATATYPE', datatype => 'NUMBER(38,0)', nullable => \1},
		language_config => {language => 'SQL'}, body => 'A + 1', comment => 'x', is_secure => \1},
	view => {columns => [{name => 'A', comment => 'c'}], query => 'SELECT 1 AS A', comment => 'x', secure => \1},
	external_volume => {storage_locations => [{name => 'l', storage_provider => 'AZURE', azure_tenant_id => 't', storage_base_url => 'azure://a/b'}], allow_writes => \1, comment => 'x'},
	managed_account => {account_type => 'READER', admin_name => 'boss', admin_password => 'Secret_12345', comment => 'x'},
	network_policy => {allowed_ip_list => ['10.0.0.0/8'], blocked_ip_list => ['10.0.0.1'], comment => 'x'},
	notification_integration => {notification_hook => {type => 'EMAIL', allowed_recipients => ['a@b.c'], default_subject => 's'}, enabled => \1, comment => 'x'},
	role => {comment => 'x'},
	user => {comment => 'x', display_name => 'D', login_name => 'MADE', email => 'a@b.c', first_name => 'F', last_name => 'L', default_role => 'PUBLIC',
		default_warehouse => 'COMPUTE_WH', default_namespace => 'HERE.S', must_change_password => \0, disabled => \0, password => 'Secret_12345'},
	warehouse => {warehouse_size => 'SMALL', auto_suspend => 60, auto_resume => 'false', comment => 'x', max_cluster_count => 2, min_cluster_count => 1,
		scaling_policy => 'ECONOMY', initially_suspended => 'true', statement_timeout_in_seconds => 60, max_concurrency_level => 4},
);

sub literal
{
	my ($text) = @_;

	return "'" . ($text =~ s/'/''/gr) . "'";
}

sub call
{
	my ($function, @arguments) = @_;

	return $t->sql("SELECT $function(" . join(', ', map { /^\w+ => / ? $_ : literal($_) } @arguments) . ')');
}

# what an answer says that is not a property of the object: times, ids, counters
sub lasting
{
	my ($object) = @_;
	my %lasting = %{$json->decode($object)};

	delete @lasting{grep { /_on$|^id$|_id$|^rows$|^bytes$|^state$|^status|_uri$|_url$|^(idle|active|target)_nodes$|^(current|target)_instances$/ } keys %lasting};
	return \%lasting;
}

$t->connect(warehouse => 'COMPUTE_WH', role => 'ACCOUNTADMIN', database => 'HERE', schema => 'S');
$t->sql("DROP USER MAPPING FOR postgres SERVER sf; CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (token '$t->{info}{admin_pat}')");
$t->sql(q{SELECT sf_create('database', jsonb_build_object('name', d)), sf_create('schema', jsonb_build_object('name', 's', 'database_name', d)) FROM unnest(ARRAY['HERE', '"There"']) d});
is($t->sql(q{SELECT string_agg(o->>'database_name', ',') FROM unnest(ARRAY['HERE', '"There"']) d, sf_list('schema', database => d) o WHERE o->>'name' = 'S'}), 'HERE,"There"',
	"an object's own database_name says where it is made");
for my $database ('HERE', '"There"')
{
	call('sf_create', 'table', '{"name": "t", "columns": [{"name": "a", "datatype": "VARCHAR"}]}', "database => '$database'");
	call('sf_create', 'stage', '{"name": "st"}', "database => '$database'");
}

my %kinds = map { my @f = split /\|/; $f[0] => {scope => $f[1], verbs => $f[2]} } split /\n/, $t->sql('SELECT kind, scope, verbs FROM sf_kinds()');
is_deeply([sort keys %objects], [sort grep { $_ ne 'column' } keys %kinds], 'every kind has an object here');

my @first = qw(compute_pool external_volume api_integration service);
for my $kind (@first, grep { my $k = $_; !grep { $_ eq $k } @first } sort keys %objects)
{
	my $scope = $kinds{$kind}{scope};
	my $verbs = $kinds{$kind}{verbs};
	my $place = {account => '', database => '"There".', schema => '"There".S.'}->{$scope};
	my $name = "MY_\U$kind";
	my $qualified = "$place$name" . ($kind =~ /function|procedure/ ? '(NUMBER)' : '');
	my $body = $json->encode({%{$objects{$kind}}, name => "$place$name"});

	$t->clear;
	is(call('sf_create', $kind, $body), $qualified, "$kind is made");
	if ($verbs !~ /\bfetch\b/ && $kind =~ /account/)
	{
		ok($t->sql("SELECT count(*) FROM sf_list('$kind')") > 0, "$kind is listed");
		next;
	}
	my $fetched = call('sf_fetch', $kind, $qualified);
	my $object = $json->decode($fetched);
	is_deeply([@{$object}{qw(database_name schema_name)}], [$scope eq 'account' ? undef : '"There"', $scope eq 'schema' ? 'S' : undef], "$kind says where it is from");
	my ($listed) = grep { $json->decode($_)->{name} eq $name } split /\n/, $t->sql("SELECT sf_list('$kind'" . ($scope eq 'account' ? '' : q{, database => '"There"'}) . ')');
	ok(defined $listed && ($json->decode($listed)->{database_name} // '') eq ($object->{database_name} // ''), 'listed too');
	my @masked = grep { ($object->{$_} // '') eq '********' } keys %$object;
	my @again;
	if ($verbs =~ /create_or_alter/)
	{
		@again = $t->try("SELECT sf_create_or_alter('$kind', " . literal($fetched) . ')');
	}
	else
	{
		is(call('sf_drop', $kind, $qualified), $qualified, "$kind is dropped");
		like(($t->try("SELECT sf_create('$kind', " . literal($fetched) . ')'))[1], qr/Required property '$masked[0]' is missing/, 'asterisks are no secret') if @masked;
		@again = $t->try("SELECT sf_create('$kind', " . literal($fetched) . '::jsonb || ' . literal($json->encode({map { $_ => $objects{$kind}{$_} } @masked})) . ')');
		@masked = ();
	}
	is($again[0], $qualified, "$kind is given back") or diag($again[1]);
	is($again[1], join('', map { "WARNING:  01000: property \"$_\" is left out: a fetch shows asterisks in its place\nHINT:  Give its value if it is to be set.\n" } @masked),
		'without a word but for secrets');
	unlike($json->encode([map { $_->{body} } @{$t->requests}]), qr/\*\*\*\*/, 'no asterisks are written');
	is_deeply(lasting(call('sf_fetch', $kind, $qualified)), lasting($fetched), "$kind is as it was");
	is(join("\n", grep { /$here/ } map { "$_->{method} $_->{target}" } @{$t->requests}), '', 'nothing else is touched');
	next if $scope eq 'account' || $kind eq 'service';
	# the argument goes before the name's parts, these before the object's own place
	my %moved = (%$object, (map { $_ => $objects{$kind}{$_} } grep { ($object->{$_} // '') eq '********' } keys %$object), name => 'MOVED');
	like(($t->try("SELECT sf_create('$kind', " . literal($json->encode(\%moved)) . ", database => 'nowhere')"))[1], qr/42704: .*NOWHERE|42704: .*nowhere/i, "$kind: the argument goes first");
	like(($t->try("SELECT sf_create('$kind', " . literal($json->encode({%moved, name => ($scope eq 'schema' ? 'nowhere.s.moved' : 'nowhere.moved')})) . ')'))[1], qr/42704: .*nowhere/i,
		"$kind: the name's parts go before the object's own place");
}

# the functions of tasks have the same rule
$t->sql(q{SELECT sf_create('task', '{"name": "plain", "definition": "SELECT 1", "warehouse": "compute_wh"}', database => '"There"')});
$t->clear;
is($t->sql(q{SELECT sf_task_create_or_alter(sf_task_fetch('"There".s.plain'))}), '"There".S.PLAIN', 'a task is given back');
is($t->sql(q{SELECT sf_task_alter('nowhere.s.plain', set => '{"comment": "y"}', database => '"There"')}), '"There".S.PLAIN', 'the argument goes first');
is(join("\n", grep { /$here/ } map { "$_->{method} $_->{target}" } @{$t->requests}), '', 'nothing else is touched');

# a property newer than the documents is taken back, by graphs too
{
	my $newer = sub { $t->fault({action => 'replace', path => '/tasks/PLAIN$', set => {novel_thing => 'x'}, times => 2}) };

	$newer->();
	like($t->sql(q{SELECT sf_dag_fetch('"There".s.plain')}), qr/"novel_thing": "x"/, 'a fetch of a graph shows what is newer than the documents');
	$newer->();
	is_deeply([($t->try(q{SELECT count(*) FROM sf_dag_plan(sf_dag_fetch('"There".s.plain'), 'createOrAlter') WHERE action = 'alter'}))[0, 1]], [0, ''], 'which a graph may have');
	like(($t->try(q{SELECT sf_dag_plan('{"name": "g", "definition": "SELECT 1", "warehous": "W"}')}))[1], qr/"warehous".*"warehouse"/s, 'a misspelt one it may not');
}

# the object that a body of an action describes, and tags: the parts of the name, the place of its own, that of what it comes from
for my $case (['{"name": "c1"}', '"There".S'], ['{"name": "c2", "database_name": "HERE", "schema_name": "S"}', 'HERE.S'], ['{"name": "here.s.c3"}', 'HERE.S'],
	['{"name": "public.c4", "database_name": "here"}', 'HERE.PUBLIC'], ['{"name": "here.s.c5"}', '"There".S', '{"targetDatabase": "\"There\""}'])
{
	my ($body, $place, $params) = @$case;
	my ($name) = $body =~ /\b(c\d)/;

	my ($out, $err) = $t->try(qq{SELECT sf_action('table', '"There".s.t', 'clone', '@{[$params // '{}']}', '$body') IS NOT NULL});
	is($out, 't', "a clone, $body") or diag($err);
	($out, $err) = $t->try("SELECT sf_fetch('table', '$place.$name')->>'name'");
	is($out, uc $name, "lies in $place") or diag($err);
}
# a target that the parameters name
$t->sql(q{SELECT sf_execute('CREATE TABLE HERE.S.SWAP1 (A NUMBER)'), sf_execute('CREATE TABLE "There".S.SWAP2 (B NUMBER)'), sf_execute('CREATE TABLE HERE.S.SWAP3 (C NUMBER)')});
for my $case (['here.s.swap1', 'swap3', 'HERE.S.SWAP1', 'C'], ['here.s.swap1', '\\"There\\".s.swap2', 'HERE.S.SWAP1', 'B'])
{
	my ($name, $target, $place, $column) = @$case;
	my ($out, $err) = $t->try(qq{SELECT sf_action('table', '$name', 'swap_with', '{"targetName": "$target"}') IS NOT NULL});

	is($out, 't', "a swap with $target") or diag($err);
	is($t->sql(qq{SELECT c FROM jsonb_path_query(sf_fetch('table', '$place'), '\$.columns[*].name') c}), qq{"$column"}, "has $column then");
}
like(($t->try(q{SELECT sf_task_set_tags('"There".s.plain', '{"a b": "x"}')}))[1], qr/42602: .*"a b"/, 'no name of a tag');

# a misspelt property is told of, in a fetched object too
like(($t->try(q{SELECT sf_create_or_alter('warehouse', sf_fetch('warehouse', 'my_warehouse') || '{"auto_suspnd": 5}')}))[1],
	qr/ERROR:  22023: objects of kind "warehouse" are not known to have a property "auto_suspnd"\nHINT:  Perhaps you meant "auto_suspend"/, 'a misspelt property');
$t->expect_invalid('/secrets\?createMode=errorIfExists', 'asterisks are no secret');
$t->stop;
done_testing;
