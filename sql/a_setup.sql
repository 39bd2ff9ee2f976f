-- a server for the files that follow; the local Snowflake's address comes from the environment
\getenv host SNOWFLAKE_TEST_HOST
\getenv port SNOWFLAKE_TEST_PORT
\set key `cat "$SNOWFLAKE_TEST_KEY_FILE"`
SET client_min_messages = warning;
CREATE EXTENSION snowflake_fdw;
RESET client_min_messages;
CREATE SERVER sf FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (host :'host', port :'port', protocol 'http',
	account 'localorg-localacct', warehouse 'COMPUTE_WH', database 'SHOP', schema 'PUBLIC');
CREATE USER MAPPING FOR CURRENT_USER SERVER sf OPTIONS (user 'DEMO_USER', private_key :'key');
ALTER DATABASE contrib_regression SET search_path = public, snowflake;
ALTER DATABASE contrib_regression SET timezone = 'UTC';
ALTER DATABASE contrib_regression SET snowflake_fdw.progress_interval = 0;
SET search_path = public, snowflake;
SELECT account, user_name, role, warehouse, database_name, schema_name, round_trip > '0' AS measured FROM sf_ping();
SELECT server_name, authenticator, statements, valid FROM sf_connections();
SELECT sf_disconnect(), sf_disconnect('sf');
-- every function has its level; what is not a builder and yet for PUBLIC
SELECT p.proname FROM pg_proc p WHERE pronamespace = 'snowflake'::regnamespace AND proname ^@ 'sf_' AND proname NOT IN (SELECT name FROM sf_functions());
SELECT level, count(*) > 4 AS several FROM sf_functions() GROUP BY 1 ORDER BY 1;
SELECT f.name, f.level FROM sf_functions() f JOIN pg_proc p ON p.proname = f.name AND pg_get_function_identity_arguments(p.oid) = f.arguments
WHERE level <> 'build' AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE');
SELECT f.name FROM sf_functions() f JOIN pg_proc p ON p.proname = f.name AND pg_get_function_identity_arguments(p.oid) = f.arguments
WHERE level = 'build' AND (p.provolatile = 'v' OR p.proparallel <> 's' OR p.proacl IS NOT NULL);
SELECT p.oid::regprocedure AS lacks_a_comment FROM pg_proc p WHERE pronamespace = 'snowflake'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL;
SELECT sf_quote_ident(x) FROM unnest(ARRAY['PLAIN', 'lower', 'with space', 'say "hi"', 'ÄÖ', '']) x;
SELECT sf_quote_literal(x) FROM unnest(ARRAY['plain', 'it''s', E'back\\slash']) x;
