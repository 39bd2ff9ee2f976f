-- sizes of tables, and what is planned by them: a hundred million rows in the statistics, none read
SET search_path = estimates, snowflake, public;
CREATE SCHEMA estimates;
CREATE TABLE few (id int PRIMARY KEY, n int);
INSERT INTO few SELECT i, i FROM generate_series(1, 10) i;
CREATE TABLE many (id int PRIMARY KEY, n int);
INSERT INTO many SELECT i, i % 1000 FROM generate_series(1, 20000) i;
ANALYZE few, many;
CREATE FOREIGN TABLE history (id bigint OPTIONS (remote_type 'NUMBER(18,0)'), customer_id int OPTIONS (remote_type 'NUMBER(9,0)'),
	status text OPTIONS (remote_type 'VARCHAR(12)') COLLATE "C") SERVER sf OPTIONS (database 'SHOP', schema 'PUBLIC', "table" 'ORDERS');
CREATE FOREIGN TABLE ten (id int OPTIONS (remote_type 'NUMBER(9,0)'), name text OPTIONS (remote_type 'VARCHAR(80)') COLLATE "C")
	SERVER sf OPTIONS (database 'SHOP', schema 'PUBLIC', "table" 'CUSTOMERS');
CREATE FUNCTION plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN ' || query LOOP
		IF line ~ 'Foreign Scan' THEN
			RETURN NEXT regexp_replace(line, '^.*(Foreign Scan.*) width=.*', '\1)');
		END IF;
	END LOOP;
END $$;
-- nothing is known
SELECT plan('SELECT * FROM history');
-- as if ANALYZE had seen them
UPDATE pg_class SET reltuples = 100000000, relpages = 500000 WHERE oid = 'history'::regclass;
UPDATE pg_class SET reltuples = 10, relpages = 1 WHERE oid = 'ten'::regclass;
SELECT plan('SELECT * FROM history');
SELECT plan('SELECT * FROM ten');
SELECT plan('SELECT * FROM history WHERE id = 7');
-- the ten rows come here and are hashed
SET snowflake_fdw.enable_statement_pushdown = off;
EXPLAIN (COSTS OFF) SELECT * FROM many m JOIN ten t ON t.id = m.n;
-- the keys of ten rows here go to the hundred million there; ten rows there come whole
EXPLAIN (COSTS OFF) SELECT * FROM few f JOIN history h ON h.customer_id = f.n;
EXPLAIN (COSTS OFF) SELECT * FROM few f JOIN ten t ON t.id = f.n;
-- without an equality a statement runs once, its rows are kept
EXPLAIN (COSTS OFF) SELECT * FROM few f JOIN ten t ON t.id > f.n;
-- a subquery that is a statement
SELECT plan('SELECT f.n, h.customer_id FROM few f CROSS JOIN (SELECT customer_id FROM history LIMIT 7) h');
SELECT plan('SELECT f.n, h.n FROM few f CROSS JOIN (SELECT count(*) AS n FROM history) h');
SELECT plan('SELECT f.n, h.n FROM few f JOIN (SELECT customer_id, count(*) AS n FROM history GROUP BY 1) h ON f.id = h.customer_id');
-- what a statement and a row cost is the server's, or the table's own
ALTER FOREIGN TABLE ten OPTIONS (ADD fdw_startup_cost '25', ADD fdw_tuple_cost '1');
SELECT plan('SELECT * FROM ten');
ALTER FOREIGN TABLE ten OPTIONS (SET fdw_startup_cost '-1');
ALTER FOREIGN TABLE ten OPTIONS (SET fdw_startup_cost 'much');
ALTER FOREIGN TABLE ten OPTIONS (SET fdw_tuple_cost 'infinity');
ALTER FOREIGN TABLE ten OPTIONS (ADD estimate_max_age '8d');
ALTER FOREIGN TABLE ten OPTIONS (ADD estimate_timeout '0');
ALTER FOREIGN TABLE ten OPTIONS (ADD use_remote_estimate 'sometimes');
-- what Snowflake knows counts where ANALYZE has not been
CREATE FOREIGN TABLE asked (id int OPTIONS (remote_type 'NUMBER(9,0)')) SERVER sf
	OPTIONS (database 'SHOP', schema 'PUBLIC', "table" 'ORDERS', use_remote_estimate 'true');
SELECT plan('SELECT * FROM asked');
ANALYZE asked;
SELECT reltuples FROM pg_class WHERE oid = 'asked'::regclass;
ANALYZE ten;
SELECT attname, n_distinct, null_frac FROM pg_stats WHERE schemaname = 'estimates' AND tablename = 'ten' ORDER BY 1;
DROP FOREIGN TABLE history;
SELECT * FROM sf_analyze('estimates');
-- objects have no statistics
CREATE FOREIGN TABLE warehouses (name text) SERVER sf OPTIONS (kind 'warehouse');
ANALYZE warehouses;
SELECT * FROM sf_analyze('estimates', 1);
DROP SCHEMA estimates CASCADE;
