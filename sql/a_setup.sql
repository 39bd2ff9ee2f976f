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
SET search_path = public, snowflake;
SELECT account, user_name, role, warehouse, database_name, schema_name, round_trip > '0' AS measured FROM sf_ping();
SELECT server_name, authenticator, statements, valid FROM sf_connections();
SELECT sf_disconnect(), sf_disconnect('sf');
SELECT name, level FROM sf_functions();
SELECT sf_quote_ident(x) FROM unnest(ARRAY['PLAIN', 'lower', 'with space', 'say "hi"', 'ÄÖ', '']) x;
SELECT sf_quote_literal(x) FROM unnest(ARRAY['plain', 'it''s', E'back\\slash']) x;
