-- joins of local and remote tables made at random, the same ones in every run: the rows of local copies, with and without keys
-- and joins that are sent
SET search_path = shop, public, snowflake;
CREATE SCHEMA random_there;
CREATE SCHEMA random_here;
CREATE TABLE random_here.c AS SELECT id, country, vip, since, credit FROM shop.customers WHERE id <= 200;
CREATE TABLE random_here.o AS SELECT id, customer_id, status, total FROM shop.orders WHERE id <= 250;
CREATE VIEW random_there.c AS SELECT id, country, vip, since, credit FROM shop.customers WHERE id <= 200;
CREATE VIEW random_there.o AS SELECT id, customer_id, status, total FROM shop.orders WHERE id <= 250;
-- the local tables: keys twice, without partner, NULL
CREATE TABLE a AS SELECT g AS id, CASE WHEN g % 9 > 0 THEN g * 7 % 260 END AS k, (ARRAY['DE', 'FR', 'US', NULL, 'xx'])[g % 5 + 1] COLLATE "C" AS t FROM generate_series(1, 60) g;
CREATE TABLE b AS SELECT g % 20 AS id, g * 11 % 300 AS k, (ARRAY['OPEN', 'PAID', 'none'])[g % 3 + 1] COLLATE "C" AS t FROM generate_series(1, 40) g;
ANALYZE a, b;
-- large, so that keys are worth sending
UPDATE pg_class SET reltuples = 1000000, relpages = 10000 WHERE oid IN ('shop.customers'::regclass, 'shop.orders'::regclass);
CREATE FUNCTION pick(VARIADIC choices text[]) RETURNS text LANGUAGE sql VOLATILE AS 'SELECT choices[1 + floor(random() * cardinality(choices))::int]';
CREATE FUNCTION random_join() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	kind text := pick('JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN');
	remote text := pick('c', 'o', '(SELECT o.id, c.country, c.vip, o.total FROM o JOIN c ON c.id = o.customer_id)', '(SELECT o.id, c.country, c.vip, o.total FROM o LEFT JOIN c ON c.id = o.customer_id AND c.vip)',
		'(SELECT customer_id AS id, count(*) AS n, max(total) AS total FROM o GROUP BY customer_id)', '(SELECT c.id, c.country FROM c WHERE EXISTS (SELECT FROM o WHERE o.customer_id = c.id AND o.total > 500))');
	near text := pick('a', 'a', 'b', '(SELECT DISTINCT k, t, min(id) AS id FROM a GROUP BY k, t)', '(SELECT b.id, a.k, a.t FROM a JOIN b ON b.id = a.id)', '(SELECT * FROM a WHERE k < 0)', '(SELECT * FROM a ORDER BY id LIMIT 7)');
	condition text := pick('r.id = l.k', 'r.id = l.k', 'r.id = l.k + 1', 'r.id + 2 = l.k', 'r.id = l.k AND r.id > l.id', 'r.id = l.k AND r.id % 3 = 1', 'l.k = r.id AND l.id = r.id', 'r.id = l.k::bigint', 'r.id = l.k::numeric');
	filter text := pick('true', 'true', 'l.id % 2 = 0', 'r.id < 150', 'r.id IS NULL', 'l.k IS NULL OR r.id > 20', 'l.id < 30 AND r.id <> 77');
BEGIN
	IF remote ~ 'country' OR remote = 'c' THEN
		condition := pick(condition, condition, 'r.country = l.t AND r.id = l.k', 'r.country = l.t');
	ELSIF remote = 'o' THEN
		condition := pick(condition, condition, 'r.status = l.t AND r.id = l.k', 'r.status = l.t');
	END IF;
	IF kind = 'FULL JOIN' AND condition ~ '>|%' THEN
		condition := 'r.id = l.k';
	END IF;
	CASE pick('rows', 'rows', 'groups', 'semi', 'anti', 'lateral', 'scalar')
		WHEN 'rows' THEN
			RETURN format('SELECT l.id, l.k, r.* FROM %s l %s %s r ON %s WHERE %s', near, kind, remote, condition, filter);
		WHEN 'groups' THEN
			RETURN format('SELECT l.t, count(*), count(r.id), sum(r.id) FROM %s l %s %s r ON %s WHERE %s GROUP BY l.t', near, kind, remote, condition, filter);
		WHEN 'semi' THEN
			RETURN format('SELECT l.* FROM %s l WHERE EXISTS (SELECT FROM %s r WHERE %s)', near, remote, condition);
		WHEN 'anti' THEN
			RETURN format('SELECT r.* FROM %s r WHERE %s EXISTS (SELECT FROM %s l WHERE %s)', remote, pick('', 'NOT'), near, condition);
		WHEN 'lateral' THEN
			RETURN format('SELECT x.id, s.* FROM b x, LATERAL (SELECT count(*), max(r.id) FROM %s l %s %s r ON %s WHERE l.id %% 5 = x.id %% 5) s WHERE x.k < 60', near, pick('JOIN', 'LEFT JOIN'), remote, condition);
		ELSE
			RETURN format('SELECT x.id, (SELECT count(*) FROM %s l JOIN %s r ON %s WHERE l.id <= x.id) FROM a x WHERE x.id < 5', near, remote, condition);
	END CASE;
END $$;
CREATE FUNCTION random_rows(query text, path text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rows text;
BEGIN
	PERFORM set_config('search_path', path || ', shop, public, snowflake', true);
	EXECUTE format('SELECT count(*) || E'' rows\n'' || coalesce(string_agg(q::text, E''\n'' ORDER BY q::text COLLATE "C"), '''') FROM (%s) q', query) INTO rows;
	RETURN rows;
END $$;
CREATE FUNCTION random_joins(queries int) RETURNS TABLE (asked bigint, some_rows boolean, bound boolean, joined boolean, grouped boolean, different bigint) LANGUAGE plpgsql AS $$
DECLARE
	query text;
	expected text;
	line text;
	plan text;
	setting text;
	wrong boolean;
BEGIN
	asked := 0; different := 0;
	CREATE TEMP TABLE seen (bound boolean, joined boolean, grouped boolean, filled boolean) ON COMMIT DROP;
	FOR i IN 1 .. queries LOOP
		query := random_join();
		expected := random_rows(query, 'random_here');
		PERFORM set_config('search_path', 'random_there, shop, public, snowflake', true);
		plan := '';
		FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
			plan := plan || line || E'\n';
		END LOOP;
		INSERT INTO seen VALUES (plan ~ 'Bind Join', plan ~ 'Pushdown: join', plan ~ 'Pushdown: (subquery|aggregate)', expected !~ '^0 ');
		wrong := false;
		FOREACH setting IN ARRAY '{snowflake_fdw.enable_pushdown=on,enable_mergejoin=off,snowflake_fdw.enable_bind_join=off,snowflake_fdw.enable_join_pushdown=off,enable_hashjoin=off}'::text[] LOOP
			PERFORM set_config(split_part(setting, '=', 1), split_part(setting, '=', 2), true);
			IF random_rows(query, 'random_there') <> expected THEN
				RAISE WARNING 'other rows with %: %', setting, query;
				wrong := true;
			END IF;
			EXECUTE 'RESET ' || split_part(setting, '=', 1);
		END LOOP;
		asked := asked + 1;
		different := different + wrong::int;
	END LOOP;
	SELECT count(*) FILTER (WHERE s.filled) > queries / 2, count(*) FILTER (WHERE s.bound) > queries / 4, count(*) FILTER (WHERE s.joined) > queries / 20, count(*) FILTER (WHERE s.grouped) > queries / 20
		INTO some_rows, random_joins.bound, random_joins.joined, random_joins.grouped FROM seen s;
	RETURN NEXT;
END $$;
SELECT setseed(0.42);
SELECT * FROM random_joins(60);
UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE oid IN ('shop.customers'::regclass, 'shop.orders'::regclass);
SET client_min_messages = warning;
DROP SCHEMA random_there, random_here CASCADE;
DROP TABLE a, b;
DROP FUNCTION random_joins, random_rows, random_join, pick;
