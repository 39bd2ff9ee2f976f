-- IMPORT FOREIGN SCHEMA
CREATE SCHEMA shop;
IMPORT FOREIGN SCHEMA "PUBLIC" FROM SERVER sf INTO shop;
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null, a.attfdwoptions
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'shop'::regnamespace AND a.attnum > 0
ORDER BY c.relname COLLATE "C", a.attnum;
SELECT c.relname, ftoptions FROM pg_foreign_table t JOIN pg_class c ON c.oid = t.ftrelid ORDER BY c.relname COLLATE "C";
-- names and options
CREATE SCHEMA i;
IMPORT FOREIGN SCHEMA "shop.public" LIMIT TO (customers, orders) FROM SERVER sf INTO i;
\det i.*
IMPORT FOREIGN SCHEMA "PUBLIC" LIMIT TO ("EMPTY_TABLE") FROM SERVER sf INTO i OPTIONS (import_case 'keep', int38 'bigint', import_not_null 'false');
\d i."EMPTY_TABLE"
IMPORT FOREIGN SCHEMA "PUBLIC" EXCEPT (customers, orders) FROM SERVER sf INTO i OPTIONS (import_views 'false');
SELECT count(*), count(*) FILTER (WHERE relname = 'customer_totals') AS views FROM pg_class WHERE relnamespace = 'i'::regnamespace;
-- what cannot be imported
IMPORT FOREIGN SCHEMA "PUBLIC" LIMIT TO (custmers) FROM SERVER sf INTO i;
\set VERBOSITY terse
IMPORT FOREIGN SCHEMA "NOPE" FROM SERVER sf INTO i;
\set VERBOSITY default
DO $$
DECLARE
	hint text;
BEGIN
	IMPORT FOREIGN SCHEMA shop FROM SERVER sf INTO i;
EXCEPTION WHEN undefined_object THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RAISE NOTICE '%', hint;
END $$;
IMPORT FOREIGN SCHEMA "A.B.C" FROM SERVER sf INTO i;
IMPORT FOREIGN SCHEMA "no such name" FROM SERVER sf INTO i;
IMPORT FOREIGN SCHEMA "PUBLIC" FROM SERVER sf INTO i OPTIONS (import_cse 'keep');
IMPORT FOREIGN SCHEMA "PUBLIC" FROM SERVER sf INTO i OPTIONS (import_case 'upper');
