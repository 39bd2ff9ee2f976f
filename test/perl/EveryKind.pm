package EveryKind;
# An object of every kind, for tests that go through all of them: what a definition has beside its name, in database "There", schema S, where it matters.
use strict;
use warnings;
use Exporter 'import';

our @EXPORT_OK = qw(%objects @first);

# kinds that others need
our @first = qw(compute_pool external_volume api_integration service);

# an object of each kind, with as many properties as an account takes together
our %objects = (
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

1;
