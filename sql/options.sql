-- what a server, a mapping, a table and a column may say; no network
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (acount 'x');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (something_else 'x');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (token 'x');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (password 'x');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (authenticator 'externalbrowser');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (authenticator 'https://my.okta.com');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (authenticator 'nonsense');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (account 'a/b');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (account 'myorg-my_account.snowflakecomputing.com');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (account 'https://xy12345.eu-west-1.snowflakecomputing.com/console');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (account 'https://app.snowflake.com/myorg/account1/#/homepage');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (account '');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (host 'https://x');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (port '0');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (port '80a');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (protocol 'ftp');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (protocol 'http', host 'example.com');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (warehouse 'two words');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (role 'a.b');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (statement_timeout '10ms');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (retry_timeout 'soon');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (fetch_parallel '65');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (fetch_memory '1kB');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (max_result_rows '0');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (read_only 'perhaps');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (oauth_token_request_url 'ftp://x');
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS ("table" 'x');
-- good ones
CREATE SERVER o FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (account 'myorg-my_account', warehouse '"Exact name"', role 'reader', statement_timeout '90',
	retry_timeout '2min', fetch_memory '64MB', fetch_parallel '8', query_tag '%u@%d', read_only 'on', port '443', protocol 'HTTPS');
ALTER SERVER o OPTIONS (SET statement_timeout '1h', DROP query_tag, ADD timezone 'Europe/Oslo');
ALTER SERVER o OPTIONS (SET port '70000');
-- mappings
CREATE USER MAPPING FOR CURRENT_USER SERVER o OPTIONS (warehouse 'w', token 'a', token_file_path '/b');
CREATE USER MAPPING FOR CURRENT_USER SERVER o OPTIONS (private_key 'a', private_key_file '/b');
CREATE USER MAPPING FOR CURRENT_USER SERVER o OPTIONS (private_key_path '/a', private_key_file '/b');
CREATE USER MAPPING FOR CURRENT_USER SERVER o OPTIONS (fetch_memory '64MB');
CREATE USER MAPPING FOR CURRENT_USER SERVER o OPTIONS (token '');
CREATE USER MAPPING FOR CURRENT_USER SERVER o OPTIONS (user 'ME', private_key_path '/nowhere', private_key_passphrase 'hidden');
-- tables and columns
CREATE FOREIGN TABLE ot (a int) SERVER o OPTIONS (database 'D', "table" 'T');
CREATE FOREIGN TABLE ot (a int) SERVER o OPTIONS ("table" 'T', query 'SELECT 1');
CREATE FOREIGN TABLE ot (a int) SERVER o OPTIONS (query 'DELETE FROM x');
CREATE FOREIGN TABLE ot (a int) SERVER o OPTIONS (query 'SELECT 1; SELECT 2');
CREATE FOREIGN TABLE ot (a int) SERVER o OPTIONS (query_id 'not-a-uuid');
CREATE FOREIGN TABLE ot (a int OPTIONS (colum_name 'A')) SERVER o;
CREATE FOREIGN TABLE ot (a int OPTIONS (key 'maybe')) SERVER o;
CREATE FOREIGN TABLE ot (a int OPTIONS (column_name 'My A', remote_type 'NUMBER(9,0)', key 'true'), "B" text) SERVER o OPTIONS (max_result_rows '10');
EXPLAIN (VERBOSE, COSTS OFF) SELECT * FROM ot;
CREATE FUNCTION refused(command text, value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	message text;
BEGIN
	EXECUTE format(command, value);
	RETURN 'taken';
EXCEPTION WHEN invalid_parameter_value THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
	RETURN message;
END $$;
-- what a column is in Snowflake
ALTER FOREIGN TABLE ot ALTER COLUMN a OPTIONS (SET remote_type 'NUMBER(5,6)');
ALTER FOREIGN TABLE ot ALTER COLUMN "B" OPTIONS (ADD remote_collation 'English, please');
SELECT refused('ALTER FOREIGN TABLE ot ALTER COLUMN a OPTIONS (SET remote_type %L)', type)
FROM unnest(ARRAY['NUMBER(39,0)', 'NUMBER(10,11)', 'NUMBER(10', 'NUMBER(10,2) NOT NULL', 'NUMBER(ten)', 'NUMBER()', 'VARCHAR(0)', 'VARCHAR(10,2)', 'VARCHAR(16) COLLATE ''en-ci''', 'BINARY(99999999)', 'TIMESTAMP', 'TIMESTAMP_NTZ(10)', 'TIME(-1)', 'VECTOR(DOUBLE, 3)', 'VECTOR(INT, 5000)', 'ARRAY(NUMBER(10,2)', 'BOOLEAN(1)', 'UNKNOWN', 'NO SUCH']) type;
SELECT type, refused('ALTER FOREIGN TABLE ot ALTER COLUMN a OPTIONS (SET remote_type %L)', type)
FROM unnest(ARRAY['NUMBER', 'number (10, 2)', 'DECIMAL(38,37)', 'INTEGER', 'FLOAT', 'DOUBLE PRECISION', 'DECFLOAT', 'VARCHAR', 'STRING', 'TEXT(134217728)', 'BINARY(67108864)', 'BOOLEAN', 'DATE', 'TIME', 'TIME(0)', 'TIMESTAMP_NTZ(9)', 'timestamp_ltz(3) ', 'TIMESTAMP_TZ', 'VARIANT', 'OBJECT', 'OBJECT(a NUMBER(10,2), b ARRAY(VARCHAR))', 'ARRAY', 'ARRAY(VARIANT)', 'MAP(VARCHAR, NUMBER(38,0))', 'GEOGRAPHY', 'VECTOR(FLOAT, 256)', 'VECTOR(INT,3)', 'UUID', 'INTERVAL DAY(9) TO SECOND(9)', 'INTERVAL YEAR TO MONTH', 'FILE']) type;
ALTER FOREIGN TABLE ot ALTER COLUMN "B" OPTIONS (ADD remote_collation 'utf8');
SELECT name, refused('ALTER FOREIGN TABLE ot ALTER COLUMN "B" OPTIONS (SET remote_collation %L)', name)
FROM unnest(ARRAY['en-ci', 'de_DE-ai-pi-fl', 'sp-upper', 'bin', 'en-', '-ci', 'en ci', 'en--ci', 'en''ci', '', repeat('x', 64)]) name;
DROP FUNCTION refused;
-- settings
SET snowflake_fdw.default_server = 'nowhere';
SELECT sf_ping();
RESET snowflake_fdw.default_server;
SELECT sf_ping();
SET snowflake_fdw.no_such_setting = 1;
SELECT sf_ping('o');
DROP SERVER o CASCADE;
