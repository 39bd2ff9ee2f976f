-- a walk-through that people know from Python, in SQL: container services
SET snowflake_fdw.default_server = 'sf';
\getenv host SNOWFLAKE_TEST_HOST
\getenv port SNOWFLAKE_TEST_PORT
\set key `cat "$SNOWFLAKE_TEST_KEY_FILE"`
-- the local Snowflake is told how long pools and services take, so that each of their states is seen
\set tell 'import os, sys, urllib.request as r; r.build_opener(r.ProxyHandler({})).open(os.environ["SNOWFLAKE_TEST_URL"] + "/_local/" + sys.argv[1], sys.argv[2].encode())'
\set told `python3 -c :'tell' settings '{"state_seconds": 3600}'`
CREATE SCHEMA walk;
IMPORT FOREIGN SCHEMA snowflake_objects LIMIT TO (compute_pools, image_repositories, roles, services, service_containers, service_endpoints) FROM SERVER sf INTO walk;
SELECT sf_database_create('walk_db', mode => 'orReplace');
SELECT sf_schema_create('walk_schema', database => 'walk_db');
ALTER SERVER sf OPTIONS (SET database 'WALK_DB', SET schema 'WALK_SCHEMA');

-- E1. a compute pool of 1 to 2 nodes: root.compute_pools.create(ComputePool(name="MyComputePool", instance_family="CPU_X64_XS", min_nodes=1, max_nodes=2))
SELECT sf_compute_pool_create('MyComputePool', 'CPU_X64_XS', min_nodes => 1, max_nodes => 2);
SELECT p ->> 'name' AS name, p ->> 'instance_family' AS instance_family, p -> 'min_nodes' AS min_nodes, p -> 'max_nodes' AS max_nodes, p ->> 'state' AS state FROM sf_compute_pool_fetch('MyComputePool') p;
SELECT name, instance_family, min_nodes, max_nodes, state, auto_resume, num_services FROM walk.compute_pools WHERE name = 'MYCOMPUTEPOOL';
-- E2. an image repository; images are pushed to its address and named after it
SELECT sf_image_repository_create('MyImageRepository');
SELECT sf_image_repository_url('MyImageRepository');
SELECT name, repository_url FROM walk.image_repositories WHERE database_name = 'WALK_DB' AND schema_name = 'WALK_SCHEMA';
SELECT * FROM sf_image_repository_images('MyImageRepository');

-- E3. a role for what follows, by who may make roles; it has what a service needs
CREATE SERVER sf_admin FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (host :'host', port :'port', protocol 'http', account 'localorg-localacct', database 'WALK_DB', schema 'WALK_SCHEMA');
CREATE USER MAPPING FOR CURRENT_USER SERVER sf_admin OPTIONS (user 'ADMIN', private_key :'key');
SET snowflake_fdw.default_server = 'sf_admin';
SELECT sf_role_create('my_role', 'runs services');
SELECT r ->> 'name' AS name, r ->> 'comment' AS comment FROM sf_role_list('my\_role') r;
SELECT sf_grant('{USAGE}', 'database', 'walk_db', 'role', 'my_role'), sf_grant('{USAGE,CREATE SERVICE}', 'schema', 'walk_schema', 'role', 'my_role'),
	sf_grant('{READ}', 'image repository', 'MyImageRepository', 'role', 'my_role'), sf_grant('{USAGE,MONITOR,OPERATE}', 'compute pool', 'MyComputePool', 'role', 'my_role'),
	sf_grant('{BIND SERVICE ENDPOINT}', 'account', NULL, 'role', 'my_role'), sf_grant('{USAGE}', 'warehouse', 'compute_wh', 'role', 'my_role'), sf_grant(NULL, 'role', 'my_role', 'user', 'DEMO_USER');
SET snowflake_fdw.default_server = 'sf';
SELECT name, comment FROM walk.roles WHERE name = 'MY_ROLE';
-- E3. session.use_role("my_role")
ALTER SERVER sf OPTIONS (ADD role_override 'true');
SET snowflake_fdw.role = 'my_role';
SELECT role FROM sf_ping();

-- E4. a service of one instance from an inline specification
SELECT sf_service_create('MyService', 'MyComputePool', sf_service_spec_inline(format($$
spec:
  containers:
  - name: web-server
    image: %s/nginx:latest
  endpoints:
  - name: ui
    port: 80
    public: true
$$, sf_image_repository_url('MyImageRepository'))), min_instances => 1, max_instances => 1);
SELECT s ->> 'name' AS name, s ->> 'compute_pool' AS compute_pool, s -> 'min_instances' AS min_instances, s -> 'max_instances' AS max_instances, s ->> 'status' AS status, s ->> 'owner' AS owner,
	s #>> '{spec,spec_text}' LIKE '%image: ' || sf_image_repository_url('MyImageRepository') || '/nginx:latest%' AS specified FROM sf_service_fetch('MyService') s;

-- E5. services["MyService"].get_service_status(timeout=5), while the pool starts
SELECT s ->> 'status' AS status, s ->> 'containerName' AS container, s ->> 'instanceId' AS instance, s ->> 'serviceName' AS service FROM jsonb_array_elements(sf_service_status('MyService', timeout => 5)) s;
SELECT instance_id, container_name, status, service_status FROM sf_service_containers('MyService');
-- E5. one look of the poll that waits for the endpoints
SELECT sf_service_wait_ready('MyService', timeout => '0 s');
-- E5. the service runs, its endpoint's address is still to come
\set told `python3 -c :'tell' objects '{"kind": "SERVICE", "path": ["WALK_DB", "WALK_SCHEMA", "MYSERVICE"], "set": {"endpoints": [{"name": "ui", "port": 80, "protocol": "HTTP", "is_public": true, "ingress_url": "Endpoints provisioning in progress... check back in a few minutes"}]}}'`
\set told `python3 -c :'tell' settings '{"state_seconds": 0.3}'`
SELECT sf_compute_pool_wait('MyComputePool', timeout => '1 min') AS pool, sf_service_wait('MyService', timeout => '1 min') AS service;
SELECT sf_service_wait_ready('MyService', timeout => '0 s');
SELECT name, port, is_public, ingress_url FROM sf_service_endpoints('MyService');
-- E5. public endpoints are ready: the endpoint ui
\set told `python3 -c :'tell' objects '{"kind": "SERVICE", "path": ["WALK_DB", "WALK_SCHEMA", "MYSERVICE"], "set": {"logs": "starting\nready for start up", "endpoints": [{"name": "ui", "port": 80, "protocol": "HTTP", "is_public": true, "ingress_url": "ui.local.invalid"}]}}'`
SELECT sf_service_wait_ready('MyService', timeout => '1 min');
SELECT * FROM sf_service_endpoints('MyService');
SELECT service_name, name, port, protocol, is_public, ingress_url FROM walk.service_endpoints
	WHERE database_name = 'WALK_DB' AND schema_name = 'WALK_SCHEMA' AND service_name = 'MYSERVICE' AND name = 'ui';
-- E5. the status of what runs, its containers and logs
SELECT s ->> 'status' AS status, s ->> 'message' AS message, s ->> 'containerName' AS container, s ->> 'instanceId' AS instance FROM jsonb_array_elements(sf_service_status('MyService', timeout => 5)) s;
SELECT instance_id, container_name, status, message, restart_count, service_status FROM sf_service_containers('MyService');
SELECT service_name, container_name, status, restart_count FROM walk.service_containers WHERE database_name = 'WALK_DB' AND schema_name = 'WALK_SCHEMA' AND service_name = 'MYSERVICE';
SELECT sf_service_logs('MyService');
SELECT sf_service_logs('MyService', 0, 'web-server', num_lines => 1);
SELECT name, compute_pool, status, current_instances, target_instances, min_instances, max_instances, owner FROM walk.services WHERE database_name = 'WALK_DB' AND schema_name = 'WALK_SCHEMA';
SELECT name, state, num_services FROM walk.compute_pools WHERE name = 'MYCOMPUTEPOOL';

-- E6. suspend the pool and the service; nothing of it runs then
SELECT sf_service_suspend('MyService'), sf_service_wait('MyService', 'SUSPENDED', timeout => '1 min');
SELECT count(*) AS containers FROM sf_service_containers('MyService');
SELECT sf_service_wait_ready('MyService');
SELECT sf_service_resume('MyService'), sf_service_wait_ready('MyService', timeout => '1 min');
SELECT sf_compute_pool_suspend('MyComputePool'), sf_service_suspend('MyService');
SELECT sf_compute_pool_wait('MyComputePool', 'SUSPENDED', timeout => '1 min') AS pool, sf_service_wait('MyService', 'SUSPENDED', timeout => '1 min') AS service;
SELECT name, state FROM walk.compute_pools WHERE name = 'MYCOMPUTEPOOL';
SELECT name, status FROM walk.services WHERE database_name = 'WALK_DB' AND schema_name = 'WALK_SCHEMA';
-- E6. delete both: the pool is its owner's, and not while it has a service
\set VERBOSITY terse
SELECT sf_compute_pool_delete('MyComputePool');
RESET snowflake_fdw.role;
SELECT sf_compute_pool_delete('MyComputePool');
\set VERBOSITY default
SET snowflake_fdw.role = 'my_role';
SELECT sf_service_delete('MyService');
SELECT count(*) AS services FROM walk.services WHERE database_name = 'WALK_DB' AND schema_name = 'WALK_SCHEMA';
RESET snowflake_fdw.role;
SELECT sf_compute_pool_delete('MyComputePool');
SELECT count(*) AS pools FROM walk.compute_pools WHERE name = 'MYCOMPUTEPOOL';
ALTER SERVER sf OPTIONS (DROP role_override);

-- gone again
SET snowflake_fdw.default_server = 'sf_admin';
SELECT sf_role_drop('my_role');
SET snowflake_fdw.default_server = 'sf';
ALTER SERVER sf OPTIONS (SET database 'SHOP', SET schema 'PUBLIC');
SELECT sf_database_drop('walk_db');
\set told `python3 -c :'tell' settings '{"state_seconds": 0.5}'`
SET client_min_messages = warning;
DROP SERVER sf_admin CASCADE;
DROP SCHEMA walk CASCADE;
