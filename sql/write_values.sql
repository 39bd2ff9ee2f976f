-- values of every type, written and read back; and those that a column would not keep
SET search_path = public, snowflake;
SELECT sf_execute('CREATE SCHEMA SHOP.STORED') ->> 'message';
SELECT sf_execute('CREATE TABLE SHOP.STORED.ALL_TYPES (ID NUMBER(9,0), N0 NUMBER(38,0), N2 NUMBER(10,2), N37 NUMBER(38,37), F FLOAT, S VARCHAR, S3 VARCHAR(3), B BINARY, B2 BINARY(2), OK BOOLEAN, D DATE, T TIME(6), T0 TIME(0), TS TIMESTAMP_NTZ(6), TS3 TIMESTAMP_NTZ(3), LT TIMESTAMP_LTZ(6), TZ TIMESTAMP_TZ(6), TS9 TIMESTAMP_NTZ(9), V VARIANT, O OBJECT, A ARRAY, G GEOGRAPHY, VEC VECTOR(FLOAT, 3), U UUID)') ->> 'message';
CREATE SCHEMA stored;
IMPORT FOREIGN SCHEMA "SHOP.STORED" FROM SERVER sf INTO stored;
SET search_path = stored, public, snowflake;
CREATE TABLE stored_here (LIKE all_types);
CREATE FUNCTION store(columns text, line text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	different bigint;
	shown text;
BEGIN
	EXECUTE format('INSERT INTO stored_here (%s) VALUES (%s)', columns, line);
	EXECUTE format('INSERT INTO all_types (%s) VALUES (%s)', columns, line);
	EXECUTE format('SELECT count(*) FROM (SELECT (t.*)::text FROM all_types t EXCEPT ALL SELECT (t.*)::text FROM stored_here t) d') INTO different;
	EXECUTE format('SELECT (%s)::text FROM all_types WHERE id IS NOT DISTINCT FROM (SELECT max(id) FROM stored_here)', CASE WHEN columns ~ ',' THEN 'ROW(' || columns || ')' ELSE columns END) INTO shown;
	DELETE FROM all_types;
	DELETE FROM stored_here;
	RETURN CASE WHEN different = 0 THEN 'same: ' ELSE 'different: ' END || shown;
END $$;
\t on
SET datestyle = 'SQL, DMY';
SET timezone = 'Asia/Kolkata';
SET extra_float_digits = 0;
SET intervalstyle = iso_8601;
SELECT store('id, n0, n2, n37', '1, 99999999999999999999999999999999999999, -99999999.99, 9.9999999999999999999999999999999999999');
SELECT store('id, n0, n2, n37', '2147483647, -1, 0.10, 1e-37') ;
SELECT store('id, n2', '-999999999, 5');
SELECT store('id, f', '1, 0.1::float8 + 0.2::float8');
SELECT store('id, f', '1, 1e308');
SELECT store('id, f', '1, ''-Infinity''');
SELECT store('id, f', '1, ''NaN''');
SELECT store('id, f', '1, 5e-324');
SELECT store('id, f', '1, 12345678901234567');
SELECT store('id, s', $$1, E'quote \' backslash \\ newline \n tab \t percent % -- // ; /* */ $1 ? :x {}'$$);
SELECT store('id, s', $$1, 'ÄÖü ß € 漢字 😀 é'$$);
SELECT store('id, s', $$1, ''$$);
SELECT store('id, s', $$1, '   '$$);
SELECT store('id, s', $$1, 'NULL'$$);
SELECT store('id, s', $$1, repeat('x', 60)$$);
SELECT store('id, s3', $$1, '漢字x'$$);
SELECT store('id, b, b2', $$1, '\x00ff275c', '\x'$$);
SELECT store('id, ok', '1, true');
SELECT store('id, ok', '1, false');
SELECT store('id, d', $$1, '0001-01-01'::date$$);
SELECT store('id, d', $$1, make_date(9999, 12, 31)$$);
SELECT store('id, t, t0', $$1, '23:59:59.999999', '00:00:00'$$);
SELECT store('id, ts, ts3', $$1, '1969-12-31 23:59:59.999999'::timestamp, '2024-02-29 12:00:00.125'::timestamp$$);
SELECT store('id, ts', $$1, '0001-01-01 00:00:00'::timestamp$$);
SELECT store('id, lt, tz', $$1, '2024-03-31 02:30:00.000001+02', '1900-01-01 00:00:00+05:21:10'$$);
SELECT store('id, ts9', $$1, '2024-01-01 00:00:00.123456'::timestamp$$);
SELECT store('id, v', $$1, '{"b": [1, 2.50, "x''y\\n", null, true], "a": {"k": 12345678901234567890123456789012345678}}'$$);
SELECT store('id, v', $$1, 'null'$$);
SELECT store('id, v', $$1, '"text"'$$);
SELECT store('id, v', $$1, NULL$$);
SELECT store('id, o, a', $$1, '{"x": null}', '[[], {}, "[]"]'$$);
SELECT store('id, vec', $$1, '{1.5,-2,0.25}'$$);
SELECT store('id, u', $$1, 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'$$);
SELECT store('id, g', $$1, '{"type": "Point", "coordinates": [1, 2]}'$$);
RESET datestyle;
SET timezone = 'UTC';
RESET extra_float_digits;
RESET intervalstyle;
-- the same ones, many at a time, with NULLs in every place
INSERT INTO all_types (id, n0, s, ok, d, v) SELECT g, CASE g % 3 WHEN 0 THEN g END, CASE g % 4 WHEN 0 THEN 's' || g END, CASE g % 5 WHEN 0 THEN g % 2 = 0 END, CASE g % 7 WHEN 0 THEN '2024-01-01'::date + g END, CASE g % 11 WHEN 0 THEN to_jsonb(g) END FROM generate_series(1, 500) g;
SELECT count(*), count(n0), count(s), count(ok), count(d), count(v), sum(n0), max(s), max(d) FROM all_types;
DELETE FROM all_types;
-- what is not kept is an error before anything is sent
INSERT INTO all_types (n0) VALUES (100000000000000000000000000000000000000);
INSERT INTO all_types (n2) VALUES ('NaN');
INSERT INTO all_types (n2) VALUES (100000000);
INSERT INTO all_types (s3) VALUES ('four');
INSERT INTO all_types (s3) VALUES (repeat('abcdefghij', 20));
INSERT INTO all_types (b2) VALUES ('\x010203');
INSERT INTO all_types (d) VALUES ('infinity');
INSERT INTO all_types (d) VALUES ('10000-01-01');
INSERT INTO all_types (d) VALUES ('0044-03-15 BC');
INSERT INTO all_types (t) VALUES ('24:00');
INSERT INTO all_types (ts) VALUES ('-infinity');
INSERT INTO all_types (lt) VALUES ('infinity');
INSERT INTO all_types (vec) VALUES ('{1,2}');
INSERT INTO all_types (u) VALUES ('no uuid');
INSERT INTO all_types (v) VALUES ('{');
SELECT count(*) FROM all_types;
-- constants of what is one statement are looked at when it is planned
EXPLAIN (COSTS OFF) UPDATE all_types SET t = '24:00' WHERE id = 99;
-- columns that are declared otherwise
CREATE FOREIGN TABLE other (id bigint OPTIONS (remote_type 'NUMBER(9,0)'), n0 bigint OPTIONS (remote_type 'NUMBER(38,0)'), n2 numeric OPTIONS (remote_type 'NUMBER(10,2)'), f real OPTIONS (remote_type 'FLOAT'),
	s char(5) OPTIONS (remote_type 'VARCHAR'), d text OPTIONS (remote_type 'DATE'), ts date OPTIONS (remote_type 'TIMESTAMP_NTZ(6)'), tz text OPTIONS (remote_type 'TIMESTAMP_TZ(6)'),
	ts3 timestamp OPTIONS (remote_type 'TIMESTAMP_NTZ(3)'), t0 time OPTIONS (remote_type 'TIME(0)'), v text OPTIONS (remote_type 'VARIANT'), a int[] OPTIONS (remote_type 'ARRAY'), ok text OPTIONS (remote_type 'BOOLEAN'), u text OPTIONS (remote_type 'UUID'))
	SERVER sf OPTIONS (schema 'STORED', "table" 'ALL_TYPES');
INSERT INTO other VALUES (1, 2, 3.10, 0.1, 'ab', '2024-02-29', '2024-01-01', '2024-06-01 12:00:00.5 +02:00', '2024-01-01 00:00:00.125', '12:00', '[1, {"a": null}]', '{1,NULL,3}', 'yes', 'A0EEBC999C0B4EF8BB6D6BB9BD380A11');
ALTER FOREIGN TABLE other ALTER COLUMN ts TYPE timestamp;
SELECT * FROM other;
SELECT sf_query_json('SELECT s, TO_VARCHAR(tz) AS tz, a, ok FROM SHOP.STORED.ALL_TYPES');
INSERT INTO other (id) VALUES (1234567890);
INSERT INTO other (n2) VALUES (1.005);
INSERT INTO other (ts3) VALUES ('2024-01-01 00:00:00.1234');
INSERT INTO other (t0) VALUES ('12:00:00.5');
INSERT INTO other (d) VALUES ('no date');
INSERT INTO other (ok) VALUES ('maybe');
-- without remote_type what is declared counts
CREATE FOREIGN TABLE plain (id int, n2 numeric(10,2), s text, d date, v jsonb) SERVER sf OPTIONS (schema 'STORED', "table" 'ALL_TYPES');
INSERT INTO plain VALUES (7, 1.5, 'plain', '2024-01-01', '{"a": 1}');
SELECT * FROM plain WHERE id = 7;
CREATE FOREIGN TABLE unclear (id int, n2 numeric) SERVER sf OPTIONS (schema 'STORED', "table" 'ALL_TYPES');
INSERT INTO unclear (id) VALUES (8);
INSERT INTO unclear VALUES (9, 1);
-- what cannot be written
CREATE FOREIGN TABLE more (id int OPTIONS (remote_type 'NUMBER(9,0)'), i interval OPTIONS (remote_type 'INTERVAL DAY TO SECOND'), m jsonb OPTIONS (remote_type 'MAP(VARCHAR, NUMBER)'), sa jsonb OPTIONS (remote_type 'ARRAY(NUMBER(9,0))'), b int OPTIONS (remote_type 'BOOLEAN'))
	SERVER sf OPTIONS (schema 'STORED', "table" 'MORE');
INSERT INTO more (id, i) VALUES (1, '1 day');
INSERT INTO more (id, m) VALUES (1, '{}');
INSERT INTO more (id, sa) VALUES (1, '[]');
INSERT INTO more (id, b) VALUES (1, 1);
\t off
RESET search_path;
RESET timezone;
SET client_min_messages = warning;
DROP SCHEMA stored CASCADE;
SELECT sf_execute('DROP SCHEMA SHOP.STORED') ->> 'message';
