# The functions that are named after a kind: the exact requests and bodies, answers that are not what they should be, waits, faults, headers, secrets.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;
use Time::HiRes qw(sleep);

my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', '1']);
my $public = '/api/v2/databases/SHOP/schemas/PUBLIC';
my @errors;

$t->connect(warehouse => 'COMPUTE_WH', role => 'SYSADMIN', database => 'SHOP', schema => 'PUBLIC', retry_timeout => '5s');
$t->sql(<<"SQL");
CREATE SERVER admin FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (@{[$t->server_options(database => 'SHOP', schema => 'PUBLIC')]});
CREATE USER MAPPING FOR postgres SERVER admin OPTIONS (token '$t->{info}{admin_pat}');
ALTER DATABASE postgres SET snowflake_fdw.default_server = 'sf';
SQL

sub fails
{
	my ($sql, $pattern, $name) = @_;
	my (undef, $err) = $t->try($sql);

	push @errors, $err;
	like($err, $pattern, $name);
	return;
}

# the calls since the last clear: method, path, body with its members in order
sub calls
{
	my $json = $t->{json}->canonical;
	return map { join ' ', $_->{method}, $_->{target}, defined $_->{body} && length $_->{body} ? $json->encode(ref $_->{body} ? $_->{body} : $json->decode($_->{body})) : () } @{$t->requests};
}

sub makes_calls
{
	my ($call, $result, @expected) = @_;

	$t->clear;
	is($t->sql("SELECT $call"), $result, $call);
	is_deeply([calls()], \@expected, "$call: the calls");
	return;
}

# one request each, with what is given and no more
makes_calls(q{sf_database_create('d', 'c', true, 3, '{"max_data_extension_time_in_days": 5}', 'OR_REPLACE')}, 'D',
	'POST /api/v2/databases?createMode=orReplace {"comment":"c","data_retention_time_in_days":3,"kind":"TRANSIENT","max_data_extension_time_in_days":5,"name":"D"}');
makes_calls(q{sf_database_create('"d e"', options => NULL, mode => NULL)}, '"d e"', 'POST /api/v2/databases?createMode=errorIfExists {"name":"\"d e\""}');
makes_calls(q{sf_database_create('d', 'not this', options => '{"comment": "but this"}', mode => 'ifNotExists')}, 'D', 'POST /api/v2/databases?createMode=ifNotExists {"comment":"but this","name":"D"}');
makes_calls(q{sf_database_clone('d', '"Copy"', 'ifnotexists')}, '"Copy"', 'POST /api/v2/databases/D:clone?createMode=ifNotExists {"name":"\"Copy\""}');
makes_calls(q{sf_database_fetch('d')->>'name'}, 'D', 'GET /api/v2/databases/D');
makes_calls(q{count(*) FROM sf_database_list("like" => 'd', max_rows => 5)}, 1, 'GET /api/v2/databases?like=d&showLimit=5');
makes_calls(q{sf_database_create_or_alter('{"name": "d", "comment": "x"}')}, 'D', 'PUT /api/v2/databases/D {"comment":"x","name":"D"}');
makes_calls(q{sf_database_drop('d')}, 'D', 'DELETE /api/v2/databases/D');
makes_calls(q{sf_database_undrop('d')}, 'D', 'POST /api/v2/databases/D:undrop');
makes_calls(q{sf_database_delete('d', true)}, 'D', 'DELETE /api/v2/databases/D');
makes_calls(q{sf_database_delete('d', true) IS NULL}, 't', 'DELETE /api/v2/databases/D');
makes_calls(q{sf_schema_create('s', 'c', database => 'shop')}, 'SHOP.S', 'POST /api/v2/databases/SHOP/schemas?createMode=errorIfExists {"comment":"c","name":"S"}');
makes_calls(q{sf_schema_clone('s', '"Copy".s2')}, '"Copy".S2', 'POST /api/v2/databases/SHOP/schemas/S:clone?createMode=errorIfExists&targetDatabase=%22Copy%22 {"name":"S2"}');
makes_calls(q{sf_table_create('t', jsonb_build_array(sf_column('a', 'int', false), sf_column('b', 'varchar', comment => 'x')), '{a}', 'c')}, 'SHOP.PUBLIC.T',
	"POST $public/tables?createMode=errorIfExists " . '{"columns":[{"datatype":"int","name":"a","nullable":false},{"comment":"x","datatype":"varchar","name":"b","nullable":true}],"comment":"c","constraints":[{"column_names":["a"],"constraint_type":"PRIMARY KEY"}],"name":"T"}');
$t->clear;
is($t->sql(q{SELECT sf_table_add_column('t', '"Größe"', 'number(5, 1)', false, false, 'it''s')}), 'SHOP.PUBLIC.T', 'a column is added');
is($t->requests->[0]{body}{statement}, qq{ALTER TABLE "SHOP"."PUBLIC"."T" ADD COLUMN "Gr\x{f6}\x{df}e" number(5, 1) NOT NULL COMMENT 'it''s'}, 'by this statement');
makes_calls(q{sf_table_fetch('t', false) ? 'columns'}, 'f', "GET $public/tables/T");
makes_calls(q{sf_table_clone('t', 's.t2')}, 'SHOP.S.T2', "POST $public/tables/T:clone?createMode=errorIfExists&targetSchema=S " . '{"name":"T2"}');
makes_calls(q{sf_table_clone('t', 't3')}, 'SHOP.PUBLIC.T3', "POST $public/tables/T:clone?createMode=errorIfExists " . '{"name":"T3"}');
makes_calls(q{sf_table_swap('t', 't3')}, 'SHOP.PUBLIC.T', "POST $public/tables/T:swap-with?targetName=T3");
makes_calls(q{sf_table_swap('t', 's.t2')}, 'SHOP.PUBLIC.T', "POST $public/tables/T:swap-with?targetName=T2&targetSchema=S");
makes_calls(q{sf_table_create_or_alter('{"name": "t3", "columns": [{"name": "a", "datatype": "int", "nullable": false}], "constraints": [{"constraint_type": "PRIMARY KEY", "column_names": ["a"]}]}', true)}, 'SHOP.PUBLIC.T3',
	"PUT $public/tables/T3 " . '{"columns":[{"datatype":"int","name":"a","nullable":false}],"constraints":[{"column_names":["a"],"constraint_type":"PRIMARY KEY"}],"name":"T3"}');
makes_calls(q{sf_warehouse_create('w', 'SMALL', 'STANDARD', 60, false, true, 'c')}, 'W',
	'POST /api/v2/warehouses?createMode=errorIfExists {"auto_resume":"false","auto_suspend":60,"comment":"c","initially_suspended":"true","name":"W","warehouse_size":"SMALL","warehouse_type":"STANDARD"}');
makes_calls(q{sf_warehouse_resume('w')}, 'W', 'POST /api/v2/warehouses/W:resume');
makes_calls(q{sf_warehouse_abort_all_queries('w')}, 'W', 'POST /api/v2/warehouses/W:abort');
makes_calls(q{sf_warehouse_suspend('w')}, 'W', 'POST /api/v2/warehouses/W:suspend');
fails(q{SELECT sf_warehouse_suspend('w')}, qr/55000: invalid state/, 'a state that forbids it');
makes_calls(q{sf_warehouse_rename('w', '"w 2"')}, '"w 2"', 'POST /api/v2/warehouses/W:rename {"name":"\"w 2\""}');
makes_calls(q{sf_warehouse_drop('"w 2"')}, '"w 2"', 'DELETE /api/v2/warehouses/%22w%202%22');
makes_calls(q{sf_stage_create('st', comment => 'c')}, 'SHOP.PUBLIC.ST', "POST $public/stages?createMode=errorIfExists " . '{"comment":"c","name":"ST"}');
makes_calls(q{sf_image_repository_create('ir')}, 'SHOP.PUBLIC.IR', "POST $public/image-repositories?createMode=errorIfExists " . '{"name":"IR"}');
makes_calls(q{sf_compute_pool_create('p', 'CPU_X64_XS', auto_suspend_secs => 600, initially_suspended => true)}, 'P',
	'POST /api/v2/compute-pools?createMode=errorIfExists&initiallySuspended=true {"auto_suspend_secs":600,"instance_family":"CPU_X64_XS","max_nodes":1,"min_nodes":1,"name":"P"}');
fails(q{SELECT sf_compute_pool_create('q', 'CPU_X64_XS', NULL)}, qr/22023: the definition of an object of kind "compute_pool" lacks min_nodes/, 'a NULL is not given');
makes_calls(q{sf_role_create('r', 'c', server => 'admin')}, 'R', 'POST /api/v2/roles?createMode=errorIfExists {"comment":"c","name":"R"}');
makes_calls(q{sf_user_create('u', 'l', 'r', 'w', options => '{"password": "Very-Secret-1"}', server => 'admin')}, 'U',
	'POST /api/v2/users?createMode=errorIfExists {"default_role":"r","default_warehouse":"w","login_name":"l","name":"U","password":"' . ($t->requests->[-1]{body} =~ /\*\*\*/ ? '***' : 'Very-Secret-1') . '"}');

# grants
makes_calls(q{sf_grant('{select, insert}', 'table', 't', 'role', 'r', true, server => 'admin')}, 'R',
	'POST /api/v2/roles/R/grants {"grant_option":true,"privileges":["SELECT","INSERT"],"securable":{"database":"SHOP","name":"T","schema":"PUBLIC"},"securable_type":"TABLE"}');
makes_calls(q{sf_grant('{usage}', 'database', '"Copy"', 'role', 'r', server => 'admin')}, 'R', 'POST /api/v2/roles/R/grants {"privileges":["USAGE"],"securable":{"name":"\"Copy\""},"securable_type":"DATABASE"}');
makes_calls(q{sf_grant('{create warehouse}', 'account', NULL, 'role', 'r', server => 'admin')}, 'R', 'POST /api/v2/roles/R/grants {"privileges":["CREATE WAREHOUSE"],"securable_type":"ACCOUNT"}');
makes_calls(q{sf_grant(NULL, 'role', 'r', 'role', 'analyst', server => 'admin')}, 'ANALYST', 'POST /api/v2/roles/ANALYST/grants {"privileges":["USAGE"],"securable":{"name":"R"},"securable_type":"ROLE"}');
makes_calls(q{sf_grant(NULL, 'role', 'r', 'user', 'u', server => 'admin')}, 'U', 'POST /api/v2/users/U/grants {"securable":{"name":"R"},"securable_type":"ROLE"}');
makes_calls(q{sf_revoke('{insert}', 'table', 't', 'role', 'r', cascade => true, server => 'admin')}, 'R',
	'POST /api/v2/roles/R/grants:revoke?mode=cascade {"privileges":["INSERT"],"securable":{"database":"SHOP","name":"T","schema":"PUBLIC"},"securable_type":"TABLE"}');
makes_calls(q{sf_revoke(NULL, 'role', 'r', 'user', 'u', server => 'admin')}, 'U', 'POST /api/v2/users/U/grants:revoke {"securable":{"name":"R"},"securable_type":"ROLE"}');
makes_calls(q{sf_revoke(NULL, 'role', 'r', 'role', 'analyst', server => 'admin')}, 'ANALYST', 'POST /api/v2/roles/ANALYST/grants:revoke {"securable":{"name":"R"},"securable_type":"ROLE"}');
makes_calls(q{sf_create('database_role', '{"name": "shop.dr"}'), sf_grant('{usage}', 'schema', 'public', 'database_role', 'dr', server => 'admin')}, 'SHOP.DR|SHOP.DR',
	'POST /api/v2/databases/SHOP/database-roles?createMode=errorIfExists {"name":"DR"}',
	'POST /api/v2/databases/SHOP/database-roles/DR/grants {"privileges":["USAGE"],"securable":{"database":"SHOP","name":"PUBLIC"},"securable_type":"SCHEMA"}');
fails(q{SELECT sf_grant('{select}', 'table', 'none', 'role', 'r', server => 'admin')}, qr/42704: table '.*none' does not exist/, 'a privilege on what there is not');
fails(q{SELECT sf_grant('{select}', 'table', 't', 'role', 'none', server => 'admin')}, qr/42704/, 'and for whom there is not');

# files, images, logs
$t->control('POST', 'objects', {kind => 'STAGE', path => ['SHOP', 'PUBLIC', 'ST'], set => {files => [{name => 'st/a b.csv', size => 12345678901, md5 => 'x', last_modified => 'Fri, 1 Dec 2023 22:43:47 GMT'}, {name => 'st/c.txt', size => 1, md5 => 'y', last_modified => ''}]}});
makes_calls(q{* FROM sf_stage_files('st', '.*csv')}, 'st/a b.csv|12345678901|x|Fri, 1 Dec 2023 22:43:47 GMT', "GET $public/stages/ST/files?pattern=.%2Acsv");
$t->clear;
like($t->sql(q{SELECT sf_stage_presigned_url('st', 'a b/ü.csv', '2 min')}), qr{^https?://.*expires=120&}, 'an address');
is_deeply([calls()], ["POST $public/stages/ST/files/a%20b%2F%C3%BC.csv:presigned-url " . '{"expiration_time":120}'], 'is asked for so');
$t->control('POST', 'objects', {kind => 'IMAGE REPOSITORY', path => ['SHOP', 'PUBLIC', 'IR'], set => {images => [{created_on => '2024-01-01T00:00:00Z', image_name => 'nginx', tags => 'latest', digest => 'sha256:0', image_path => 'shop/public/ir/nginx:latest'}]}});
makes_calls(q{image_name, tags, image_path, created_on = '2024-01-01 00:00+0' FROM sf_image_repository_images('ir')}, 'nginx|latest|shop/public/ir/nginx:latest|t', "GET $public/image-repositories/IR/images");
makes_calls(q{sf_image_repository_url('ir')}, 'localorg-localacct.registry.snowflakecomputing.com/shop/public/ir', "GET $public/image-repositories/IR");

# a service: waits until it runs, and until it can be reached
my $spec = q{sf_service_spec_inline(E'spec:\n  containers:\n  - name: one\n    image: /i\n  endpoints:\n  - name: ui\n    port: 80\n    public: true\n  - name: inner\n    port: 81\n')};
$t->control('POST', 'settings', {state_seconds => 600});
makes_calls(q{sf_compute_pool_wait('p', raise => false, timeout => '0 s')}, 'SUSPENDED', 'GET /api/v2/compute-pools/P');
fails(q{SELECT sf_compute_pool_wait('p')}, qr/55000: compute pool P is SUSPENDED: it does not become IDLE by itself\nHINT:  sf_compute_pool_resume\(\) starts it/, 'a suspended pool');
makes_calls(q{sf_compute_pool_resume('p')}, 'P', 'POST /api/v2/compute-pools/P:resume');
is($t->sql(q{SELECT sf_compute_pool_wait('p', timeout => '0.3 s'), sf_compute_pool_wait('p', 'starting'), sf_compute_pool_wait('p', raise => false, timeout => '0 s')}), 'STARTING|STARTING|STARTING', 'a pool that starts');
is($t->sql("SELECT sf_service_create('web', 'p', $spec)"), 'SHOP.PUBLIC.WEB', 'a service');
is($t->sql(q{SELECT sf_service_wait('web', timeout => '0 s'), sf_service_wait_ready('web', '0 s'), sf_service_wait('web', 'Pending')}), 'PENDING|PENDING|PENDING', 'a service that starts');
for my $how ('timeout', 'cancel', 'terminate')
{
	for my $sql (q{sf_service_wait('web')}, q{sf_service_wait_ready('web')}, q{sf_compute_pool_wait('p')})
	{
		my $session = $t->background("SET application_name = 'victim'; " . ($how eq 'timeout' ? 'SET statement_timeout = 700; ' : '') . "SELECT $sql;\n");
		if ($how ne 'timeout')
		{
			sleep 0.7;
			my $function = $how eq 'cancel' ? 'pg_cancel_backend' : 'pg_terminate_backend';
			is($t->sql("SELECT $function(pid) FROM pg_stat_activity WHERE application_name = 'victim' AND wait_event_type = 'Extension'"), 't', "$how reaches the wait of $sql");
		}
		like(($t->finish_background($session))[1], $how eq 'terminate' ? qr/57P01/ : qr/57014/, "$how ends $sql");
	}
}
like(($t->try(q{SET snowflake_fdw.progress_interval = '100ms'; SELECT sf_service_wait('web', timeout => '1 s')}))[1], qr/NOTICE:  00000: service SHOP\.PUBLIC\.WEB is PENDING/, 'a wait tells how it goes');
$t->control('POST', 'settings', {state_seconds => 0.3});
is($t->sql(q{SELECT sf_service_wait('web', timeout => '60 s'), sf_compute_pool_wait('p'), sf_compute_pool_wait('p', 'active')}), 'RUNNING|ACTIVE|ACTIVE', 'it runs; a pool that works is idle enough');
my $soon = 'Endpoints provisioning in progress... check back in a few minutes';
$t->clear;
$t->fault({action => 'status', path => '/endpoints', text => qq([{"name": "ui", "port": "80", "is_public": true, "ingress_url": "$soon"}, {"name": "inner", "is_public": false, "ingress_url": null}]), times => 3});
is($t->sql(q{SELECT sf_service_wait_ready('web', '60 s')}), 'READY', 'it can be reached');
is(scalar(grep { /endpoints/ } calls()), 4, 'once its endpoint has an address');
$t->clear;
$t->fault({action => 'status', path => '/endpoints', text => qq([{"name": "ui", "is_public": "true", "ingress_url": "$soon"}]), times => 1000});
is($t->sql(q{SELECT sf_service_wait_ready('web', '0.5 s')}), 'PROVISIONING', 'until then it is provisioning');
is($t->sql(q{SELECT name, port IS NULL, is_public, ingress_url FROM sf_service_endpoints('web')}), "ui|t|t|$soon", 'as its endpoints say');
# a wait is given up at its end, though retry_timeout is longer
for my $case ([{action => 'status', path => 'services/WEB$', status => 503, times => 1000}, 1, qr/HTTP status 503/], [{action => 'status', path => '/endpoints', status => 503, times => 1000}, 2, qr/HTTP status 503/],
	[{action => 'hang', path => '/endpoints', times => 1000}, 0, qr/08006: request to server "sf" failed/])
{
	$t->clear;
	$t->fault($case->[0]);
	fails("SET statement_timeout = '40 s'; SELECT sf_service_wait_ready('web', '$case->[1] s')", $case->[2], "$case->[0]{action} to the end of a wait of $case->[1] s");
}
$t->clear;
$t->clear;
for my $state ('FAILED', 'DONE', 'INTERNAL_ERROR', 'DELETING')
{
	$t->clear;
	$t->fault({action => 'status', path => '/services/WEB$', text => qq({"name": "WEB", "status": "$state"}), times => 1000});
	fails(q{SELECT sf_service_wait('web')}, qr/55000: service SHOP\.PUBLIC\.WEB is $state: it does not become RUNNING by itself/, "a service that is $state");
	fails(q{SELECT sf_service_wait_ready('web')}, qr/55000: .* is $state/, 'is not to be waited for');
	is($t->sql(q{SELECT sf_service_wait('web', raise => false, timeout => '0 s'), sf_service_wait('web', lower('} . $state . q{'))}), "$state|$state", 'unless that is wanted');
}
# a state that is not known yet is waited out
$t->clear;
$t->fault({action => 'status', path => '/services/WEB$', text => '{"name": "WEB", "status": "Awakening"}', times => 2});
is($t->sql(q{SELECT sf_service_wait('web', timeout => '60 s')}), 'RUNNING', 'a state that is not known');
for my $case ([q{"status": null}, qr/08P01: malformed reply.*"status"/], [q{"status": ["RUNNING"]}, qr/08P01.*"status"/], [q{"name": "WEB"}, qr/08P01.*"status"/])
{
	$t->clear;
	$t->fault({action => 'status', path => '/services/WEB$', text => "{$case->[0]}", times => 2});
	fails(q{SELECT sf_service_wait('web')}, $case->[1], "a service with $case->[0]");
}
for my $case ([q{{}}, qr/08P01.*not an array|08P01.*array/], [q{[5]}, qr/08P01/], [q{[{"is_public": "perhaps"}]}, qr/08P01.*is_public/], [q{null}, qr/08P01/])
{
	$t->clear;
	$t->fault({action => 'status', path => '/endpoints', text => $case->[0], times => 2});
	fails(q{SELECT sf_service_wait_ready('web')}, $case->[1], "endpoints that are $case->[0]");
	fails(q{SELECT * FROM sf_service_endpoints('web')}, $case->[1], 'as rows');
}
$t->clear;
$t->fault({action => 'status', path => '/endpoints', text => '[{"is_public": true, "ingress_url": {}}]'});
fails(q{SELECT sf_service_wait_ready('web')}, qr/08P01.*ingress_url/, 'an address that is none');
$t->clear;

# status and logs: what is wrapped comes out
makes_calls(q{jsonb_typeof(s), s->0->>'containerName', s->0->>'status' FROM sf_service_status('web', 7) s}, 'array|one|READY', "GET $public/services/WEB/status?timeout=7");
$t->control('POST', 'objects', {kind => 'SERVICE', path => ['SHOP', 'PUBLIC', 'WEB'], set => {logs => "first\nsecond \x{e9}\nthird"}});
makes_calls(q{sf_service_logs('web', 0, 'one', 2)}, "second é\nthird", "GET $public/services/WEB/logs?instanceId=0&containerName=one&numLines=2");
makes_calls(q{sf_service_logs('web')}, "first\nsecond é\nthird", "GET $public/services/WEB/containers", "GET $public/services/WEB/logs?instanceId=0&containerName=one");
fails(q{SELECT sf_service_logs('web', 5, 'one')}, qr/42704/, 'an instance that there is not');
for my $case (['/status', q{sf_service_status('web')}, '{"system$get_service_status": "[{\"status\": \"DONE\"}]"}', '[{"status": "DONE"}]'], ['/status', q{sf_service_status('web')}, '{"other_name": [{"status": "X"}]}', '[{"status": "X"}]'],
	['/status', q{sf_service_status('web')}, '{"a": "[]", "b": 1}', qr/08P01: .*the answer must have one member/], ['/status', q{sf_service_status('web')}, '{}', qr/08P01.*one member/], ['/status', q{sf_service_status('web')}, '{"a": "[1"}', qr/08P01: .*the status of a service is not JSON/],
	['/status', q{sf_service_status('web')}, '{"a": null}', qr/08P01/], ['/status', q{sf_service_status('web')}, '[]', qr/08P01: .*the reply is not an object/], ['/logs', q{sf_service_logs('web', 0, 'one')}, '{"a": null}', ''],
	['/logs', q{sf_service_logs('web', 0, 'one')}, '{"a": "x", "b": "y"}', qr/08P01.*one member/], ['/containers', q{sf_service_logs('web')}, '[{"container_name": "a"}, {"container_name": "b"}]', qr/22023: service SHOP\.PUBLIC\.WEB has several containers, "a" and "b" among them/],
	['/containers', q{sf_service_logs('web')}, '[]', qr/55000: service SHOP\.PUBLIC\.WEB has no containers now/], ['/containers', q{sf_service_logs('web')}, '[{"container_name": null}]', qr/08P01.*container_name/],
	['/containers', q{count(*) FROM sf_service_containers('web')}, '[{"restart_count": "three"}]', qr/08P01.*restart_count/], ['/containers', q{count(*) FROM sf_service_containers('web')}, '[{"restart_count": "3", "new": {}}, {}]', '2'],
	['/files', q{size FROM sf_stage_files('st')}, '[{"name": "x", "size": "7"}]', '7'], ['/files', q{size FROM sf_stage_files('st')}, '[{"name": "x", "size": "big"}]', qr/08P01.*size/], ['/files', q{size FROM sf_stage_files('st')}, '["x"]', qr/08P01.*not an object/],
	['presigned', q{sf_stage_presigned_url('st', 'x')}, '{"presigned_url": null}', qr/08P01.*presigned_url/], ['/image-repositories/IR', q{sf_image_repository_url('ir')}, '{"name": "IR"}', qr/08P01.*repository_url/],
	['/images', q{count(*) FROM sf_image_repository_images('ir')}, '[{"created_on": "no time"}]', qr/08P01.*created_on/])
{
	my ($path, $call, $text, $expected) = @$case;

	$t->clear;
	$t->fault({action => 'status', path => $path, text => $text, times => 2});
	ref $expected ? fails("SELECT $call", $expected, "$call with $text") : is($t->sql("SELECT $call"), $expected, "$call with $text");
}
$t->clear;

# 404 with a body, without one, 409, and what is sent once only
for my $case (['DELETE', q{sf_service_drop('web')}], ['POST', q{sf_service_suspend('web')}], ['PUT', q{sf_schema_create_or_alter('{"name": "s"}')}], ['GET', q{sf_service_fetch('web')}])
{
	my ($method, $call) = @$case;

	for my $answer ([404, '{"code":"002003","message":"Service WEB does not exist or not authorized."}', qr/42704: Service WEB does not exist/], [404, undef, qr/0A000: Snowflake answered with HTTP status 404/], [409, '{"code":"001520","message":"Retryable race"}', qr/22023: Retryable race/],
		[409, undef, qr/HTTP status 409/], [403, '{"code":"003001","message":"Insufficient privileges"}', qr/42501: Insufficient privileges/])
	{
		$t->clear;
		$t->fault({action => 'status', method => $method, status => $answer->[0], (defined $answer->[1] ? (text => $answer->[1]) : ()), times => 100});
		fails("SELECT $call", $answer->[2], "$call: $answer->[0] " . (defined $answer->[1] ? 'with' : 'without') . ' a body');
		is(scalar(@{$t->requests}), 1, 'and is asked once');
	}
}
for my $case ([q{sf_database_create('once')}, 1], [q{sf_database_create('once', mode => 'orReplace')}, 2], [q{sf_database_drop('once', if_exists => true)}, 2], [q{sf_grant('{usage}', 'database', '"Copy"', 'role', 'r', server => 'admin')}, 1], [q{sf_service_resume('web')}, 2])
{
	$t->clear;
	$t->fault({action => 'lost_reply', method => 'POST|DELETE'});
	$t->try("SELECT $case->[0]");
	is(scalar(grep { !/^GET/ } calls()), $case->[1], "a lost answer: $case->[0] is sent $case->[1] times");
}
$t->clear;
$t->control('POST', 'settings', {async_objects => 1, async_seconds => 0.2});
is($t->sql(q{SELECT sf_database_create('later'), sf_database_drop('later', true), sf_database_drop('later', true) IS NULL, sf_service_wait('web')}), 'LATER|LATER|t|RUNNING', 'answers that come later');
$t->control('POST', 'settings', {async_objects => 0});

# a class of its own: role and warehouse of the mapping, the server, a setting
sub headers { return join ' ', map { $_ // '-' } @{$t->requests->[-1]}{qw(role warehouse)}; }
$t->clear;
$t->sql(q{SELECT sf_database_fetch('shop')});
is(headers(), '"SYSADMIN" "COMPUTE_WH"', 'role and warehouse of the server are headers');
$t->sql(q{ALTER USER MAPPING FOR postgres SERVER sf OPTIONS (ADD role 'ANALYST', ADD warehouse '"other wh"')});
$t->try(q{SELECT sf_database_fetch('shop')});
is(headers(), '"ANALYST" "other wh"', 'those of the mapping go before');
$t->sql(q{ALTER SERVER sf OPTIONS (ADD role_override 'true')});
$t->sql(q{SET snowflake_fdw.role = 'SYSADMIN'; SET snowflake_fdw.warehouse = 'COMPUTE_WH'; SELECT sf_database_fetch('shop')});
is(headers(), '"SYSADMIN" "COMPUTE_WH"', 'a setting before these, where the server has role_override');
$t->sql(q{ALTER SERVER sf OPTIONS (SET role_override 'false')});
fails(q{SET snowflake_fdw.role = 'SYSADMIN'; SELECT sf_database_fetch('shop')}, qr/role_override/, 'and is an error where it has not');
$t->sql(q{ALTER USER MAPPING FOR postgres SERVER sf OPTIONS (DROP role, DROP warehouse)});

# what is secret is in no message
for my $call (q{sf_user_create('v', options => '{"password": ["Very-Secret-1"]}', server => 'admin')}, q{sf_user_create('v', options => '{"pasword": "Very-Secret-1"}', server => 'admin')}, q{sf_user_create('a b', options => '{"password": "Very-Secret-1"}', server => 'admin')},
	q{sf_user_create('u', options => '{"password": "Very-Secret-1"}', server => 'admin')}, q{sf_create('secret', '{"name": "s", "type": {"Very-Secret-1": 1}}')}, q{sf_create('stage', '{"name": "s", "credentials": "Very-Secret-1"}')}, q{sf_user_create_or_alter('{"name": "none.x", "password": "Very-Secret-1"}', server => 'admin')})
{
	fails("SELECT $call", qr/ERROR:  (22023|42602|42710)/, "refused: $call");
}
unlike(join("\n", @errors), qr/Very-Secret/, 'a secret of a definition is in no message');
unlike(join("\n", @errors, $t->log), qr/Bearer e|PRIVATE KEY|(?<!\w)XX000|server closed|terminated by signal/, 'no token, no key, no internal error');

$t->stop;
done_testing;
