-- asynchronous jobs, as people run them in Python: data of four rows
SET search_path = public, snowflake;
SELECT sf_execute('CREATE OR REPLACE TABLE numbers4 (a FLOAT, b INT, c INT)') ->> 'message' AS created;
SELECT sf_execute('INSERT INTO numbers4 VALUES (4, 3, 5), (2, -4, 7), (3, 5, 6), (4, 6, 8)') -> 'rows' AS rows;
-- 1: collect without waiting, then the result
SELECT sf_async_submit('SELECT a, b, c FROM numbers4') AS rows4 \gset
SELECT * FROM sf_async_result(:'rows4') AS t(a float, b int, c int);
-- 2: as a table of rows
SELECT sf_async_to_foreign_table(:'rows4', 'numbers_result');
SELECT * FROM numbers_result;
SELECT ordinal, name, pg_type FROM sf_async_columns(:'rows4');
-- 3: first
SELECT sf_async_submit('SELECT a, b, c FROM numbers4 LIMIT 1') AS first \gset
SELECT * FROM sf_async_result(:'first') AS t(a float, b int, c int);
-- 4: count
SELECT sf_async_value(sf_async_submit('SELECT COUNT(*) FROM numbers4'));
-- 5: save as table
SELECT sf_async_wait(sf_async_submit('CREATE OR REPLACE TABLE numbers4_saved AS SELECT * FROM numbers4'));
SELECT * FROM sf_query('SELECT COUNT(*) FROM numbers4_saved') AS t(n bigint);
-- 7: merge into a temporary table, in one script
SELECT sf_async_submit_script(ARRAY[
	'CREATE TEMPORARY TABLE my_table (key INT, value VARCHAR)',
	$$INSERT INTO my_table VALUES (10, 'old'), (10, 'too_old'), (11, 'old')$$,
	$$MERGE INTO my_table USING (SELECT * FROM VALUES (10, 'new'), (12, 'new'), (13, 'old') AS v (key, value)) s ON my_table.key = s.key
		WHEN MATCHED THEN UPDATE SET value = s.value WHEN NOT MATCHED THEN INSERT (key) VALUES (s.key)$$]) AS merge \gset
SELECT * FROM sf_async_dml(:'merge');
SELECT sf_async_status(:'merge');
-- 8: cancel
SELECT sf_async_submit('SELECT SYSTEM$WAIT(30)') AS slow \gset
SELECT sf_async_status(:'slow');
SELECT sf_async_cancel(:'slow');
SELECT sf_async_is_done(:'slow'), sf_async_is_failed(:'slow'), sf_async_wait(:'slow', raise => false);
-- 9: from the query id: its text, its result in two forms, and as a table of which columns are selected under other names
SELECT sf_async_submit('select 1 as A, 2 as B, 3 as C') AS abc \gset
SELECT sf_async_statement(:'abc'), sf_async_query(:'abc');
SELECT * FROM sf_async_result(:'abc') AS t(a int, b int, c int);
SELECT sf_async_result_json(:'abc');
SELECT sf_async_to_table(:'abc', 'abc');
SELECT a AS d, b FROM abc;
-- 10: a job that fails, polled until it is done
SELECT sf_async_submit('select 1/0 as result') AS failing \gset
SELECT sf_async_wait(:'failing', raise => false);
SELECT sf_async_is_done(:'failing'), sf_async_is_failed(:'failing'), sf_async_status(:'failing');
DROP FOREIGN TABLE numbers_result, abc;
SELECT sf_execute('DROP TABLE numbers4') ->> 'message' AS dropped, sf_execute('DROP TABLE numbers4_saved') ->> 'message' AS dropped;
