-- asynchronous jobs; no query id is shown
SET search_path = public, snowflake;
SET client_min_messages = notice;
SELECT name, level FROM sf_functions() WHERE name LIKE 'sf_async%' AND level <> 'read';
-- a job and its record
SELECT sf_async_submit('SELECT id, name FROM customers WHERE id <= ? ORDER BY id', '[3]', query_tag => 'nightly "load"') AS job \gset
SELECT server, kind, statement, tag, user_name = current_user AS mine FROM sf_async_jobs WHERE query_id = :'job';
SELECT sf_async_wait(:'job');
SELECT status, error_code, rows, partitions, cancelled_at, created_on IS NOT NULL AS began FROM sf_async_job WHERE query_id = :'job';
SELECT status, is_done, is_failed, rows FROM sf_async_jobs WHERE query_id = :'job';
SELECT statement, status, is_done, is_failed, created_on > now() - interval '1 hour' AS recent, error_code, sql_state, error_message, rows, partitions
	FROM sf_async_job(:'job');
-- its result, in every form
SELECT * FROM sf_async_result(:'job') AS t(id bigint, name text);
SELECT sf_async_result(:'job');
SELECT id, name, country FROM sf_async_result_as(NULL::shop.customers, :'job');
SELECT sf_async_result_as(NULL::int, :'job');
SELECT sf_async_result_json(:'job');
SELECT sf_async_value(:'job');
SELECT ordinal, name, sf_type, num_precision, num_scale, nullable, pg_type FROM sf_async_columns(:'job');
SELECT partition, row_count FROM sf_async_partitions(:'job');
SELECT count(*) FROM sf_async_result_partition(:'job', 0);
SELECT sf_async_result_partition(:'job', 1);
-- several partitions
SELECT sf_async_submit('SELECT SEQ4() AS n FROM TABLE(GENERATOR(ROWCOUNT => 2500)) ORDER BY 1') AS many \gset
SELECT count(*), sum(n), max(n) FROM sf_async_result(:'many') AS t(n int);
SELECT partition, row_count FROM sf_async_partitions(:'many');
SELECT count(*), min((r ->> 'n')::int), max((r ->> 'n')::int) FROM sf_async_result_partition(:'many', 2) r;
SELECT count(*) FROM (SELECT sf_async_result_json(:'many') LIMIT 5) x;
-- DML
SELECT sf_async_wait(sf_async_submit('CREATE TABLE job_target (k INT, v VARCHAR)'));
SELECT * FROM sf_async_dml(sf_async_submit('INSERT INTO job_target VALUES (1, ''a''), (2, ''b'')'));
SELECT * FROM sf_async_dml(sf_async_submit('UPDATE job_target SET v = ? WHERE k = ?', '["x", 2]'));
SELECT * FROM sf_async_dml(sf_async_submit('DELETE FROM job_target'));
SELECT * FROM sf_async_dml(:'job');
SELECT sf_async_wait(sf_async_submit('DROP TABLE job_target'));
-- a script: one job, the last result
SELECT sf_async_submit_script(ARRAY['CREATE TEMPORARY TABLE s (a INT); -- one', 'INSERT INTO s VALUES (1), (2) ;', 'SELECT SUM(a) AS total FROM s']) AS script \gset
SELECT * FROM sf_async_result(:'script') AS t(total int);
SELECT sf_async_value(:'script');
SELECT kind, statement, status, rows FROM sf_async_job WHERE query_id = :'script';
SELECT name FROM sf_async_columns(:'script');
-- several jobs
SELECT sf_async_submit_all(ARRAY['SELECT 1 AS x', 'SELECT 2 AS x', 'SELECT 1/0 AS x']) AS several \gset
SELECT n, status FROM sf_async_wait_all(:'several') WITH ORDINALITY AS w(query_id, status, n);
SELECT sf_async_value(id) FROM unnest((:'several'::uuid[])[1:2]) id;
SELECT sf_async_wait_any(:'several') = (:'several'::uuid[])[1] AS first;
SELECT sf_async_wait_any('{}'), (SELECT count(*) FROM sf_async_wait_all('{}')) AS none, sf_async_submit_all('{}');
-- a time limit is no error
SELECT sf_async_submit('SELECT SYSTEM$WAIT(60)') AS slow \gset
SELECT sf_async_wait(:'slow', '0.2 s'), sf_async_wait(:'slow', '0');
SELECT sf_async_wait_any(ARRAY[:'slow'::uuid], '0.2 s');
SELECT status FROM sf_async_wait_all(ARRAY[:'slow', :'job']::uuid[], '0.2 s');
SELECT sf_async_status(:'slow'), sf_async_is_done(:'slow'), sf_async_is_failed(:'slow');
\set VERBOSITY sqlstate
SELECT sf_async_value(:'slow', '0.1 s');
\set VERBOSITY default
SELECT cancelled, message FROM sf_async_cancel(ARRAY[:'slow', :'job']::uuid[]);
SELECT cancelled_at IS NOT NULL AS cancelled FROM sf_async_job WHERE query_id = :'slow';
SELECT status FROM sf_async_wait_all(ARRAY[:'slow'::uuid]);
SELECT sf_async_cancel(:'slow'::uuid), sf_async_cancel(:'job'::uuid);
-- a job that failed: its own error
SELECT (:'several'::uuid[])[3] AS failed \gset
SELECT sf_async_wait(:'failed', raise => false);
SELECT is_done, is_failed, status, error_code, sql_state, error_message FROM sf_async_job(:'failed');
\set VERBOSITY sqlstate
SELECT sf_async_wait(:'failed');
SELECT sf_async_value(:'failed');
SELECT * FROM sf_async_result(:'failed') AS t(x int);
SELECT sf_async_wait(:'slow');
\set VERBOSITY default
-- the same request runs once
SELECT sf_async_submit('SELECT 5', request_id => '0d2f6b52-7f0c-4a09-9c80-6a2c2e1f0a01') =
	sf_async_submit('SELECT 5', request_id => '0d2f6b52-7f0c-4a09-9c80-6a2c2e1f0a01') AS same;
SELECT count(*) FROM sf_async_job WHERE request_id = '0d2f6b52-7f0c-4a09-9c80-6a2c2e1f0a01';
-- a foreign table over a result
CREATE SCHEMA job_tables;
SELECT sf_async_to_foreign_table(:'job', 'job_tables."Some Result"');
SELECT * FROM job_tables."Some Result" WHERE id > 1;
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'job_tables."Some Result"'::regclass AND attnum > 0;
\set VERBOSITY terse
SELECT sf_async_to_foreign_table(:'job', 'job_tables."Some Result"');
SELECT sf_async_submit('SELECT 1 AS a, 2 AS a') AS twice \gset
SELECT sf_async_to_foreign_table(:'twice', 'twice');
\set VERBOSITY default
SELECT sf_async_to_foreign_table(:'script', 'job_tables.total');
SELECT * FROM job_tables.total;
DROP SCHEMA job_tables CASCADE;
-- NULL and wrong arguments
SELECT sf_async_status(NULL), sf_async_is_done(NULL), sf_async_is_failed(NULL), sf_async_statement(NULL), sf_async_wait(NULL), sf_async_wait_any(NULL),
	sf_async_value(NULL), sf_async_cancel(NULL::uuid);
SELECT * FROM sf_async_job(NULL);
SELECT * FROM sf_async_dml(NULL);
SELECT count(*) FROM sf_async_wait_all(NULL);
SELECT * FROM sf_async_result(NULL) AS t(a int);
SELECT sf_async_result_partition(:'job', -1);
SELECT sf_async_result_partition(:'job', NULL);
SELECT sf_async_submit(NULL);
SELECT sf_async_submit('');
SELECT sf_async_submit('SELECT ?');
SELECT sf_async_submit('SELECT 1', query_tag => repeat('x', 2000));
SELECT sf_async_submit_script('{}');
SELECT sf_async_submit_script(NULL);
SELECT sf_async_submit_script(ARRAY['SELECT 1', NULL]);
SELECT sf_async_submit_script(ARRAY['SELECT ?'], '[1]');
SELECT sf_async_submit_all(ARRAY['SELECT 1', '']);
SELECT sf_async_wait(:'job', '-1 s');
SELECT sf_async_wait_any(ARRAY[NULL]::uuid[]);
SELECT sf_async_to_foreign_table(:'job', NULL);
SELECT sf_async_status(:'job', server => 'nowhere');
SELECT sf_async_notify(ARRAY[:'job'::uuid], NULL);
SELECT sf_async_notify(ARRAY[:'job'::uuid], 'jobs');
-- an unknown query
SELECT sf_async_status('01000000-0000-0000-0000-000000000000');
SELECT sf_async_cancel('01000000-0000-0000-0000-000000000000'::uuid);
SELECT sf_async_cancel('01000000-0000-0000-0000-000000000000');
SELECT cancelled, message FROM sf_async_cancel(ARRAY['01000000-0000-0000-0000-000000000000']::uuid[]);
\set VERBOSITY terse
SELECT * FROM sf_async_result('01000000-0000-0000-0000-000000000000') AS t(a int);
\set VERBOSITY default
-- a server of another name since
SELECT sf_async_submit('SELECT SYSTEM$WAIT(100)') AS renamed \gset
ALTER SERVER sf RENAME TO sf_new;
DO $$
DECLARE
	detail text;
	hint text;
BEGIN
	PERFORM sf_async_status((SELECT query_id FROM sf_async_job ORDER BY submitted_at DESC LIMIT 1));
EXCEPTION WHEN undefined_object THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RAISE NOTICE '% % %', SQLERRM, regexp_replace(detail, '[0-9a-f-]{36}', '<id>'), hint;
END $$;
SELECT sf_async_cancel(:'renamed'::uuid, 'sf_new'), sf_async_is_done(:'renamed', 'sf_new');
ALTER SERVER sf_new RENAME TO sf;
-- read-only transactions
BEGIN READ ONLY;
SAVEPOINT s;
SELECT sf_async_submit('DROP TABLE customers');
ROLLBACK TO s;
SELECT sf_async_cancel(:'job'::uuid);
ROLLBACK TO s;
SELECT sf_async_to_foreign_table(:'job', 'x');
ROLLBACK TO s;
SELECT sf_async_prune();
ROLLBACK TO s;
SELECT sf_async_status(:'job'), sf_async_value(:'job');
ROLLBACK;
-- what is left to forget: nothing, as all results are younger than 24 hours
SELECT sf_async_prune();
SELECT has_table_privilege('public', 'sf_async_job', 'select') AS may_read, has_table_privilege('public', 'sf_async_job', 'insert,update,delete,truncate') AS may_write;
SELECT DISTINCT proname FROM pg_proc WHERE proname LIKE 'sf\_async%' AND has_function_privilege('public', oid, 'execute') ORDER BY 1;
SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = 'sf_async_job'::regclass;
SELECT extconfig FROM pg_extension WHERE extname = 'snowflake_fdw';
