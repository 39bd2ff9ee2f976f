# Queries as one statement, wherever a query may stand: who runs it, from where, with which values, and what happens when something changes or fails.
use strict;
use warnings;
use utf8;
use IPC::Run qw(run);
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', 5]);

$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC');
$t->sql(<<"SQL");
IMPORT FOREIGN SCHEMA "SHOP.PUBLIC" FROM SERVER sf INTO public;
CREATE TABLE local (id int PRIMARY KEY, country text, n bigint);
INSERT INTO local SELECT i, CASE i % 2 WHEN 0 THEN 'DE' ELSE 'FR' END FROM generate_series(1, 10) i;
SQL

# the statements that reached Snowflake since the last call
sub sent
{
	my @sent = map { $_->{body}{statement} // () } grep { $_->{method} eq 'POST' && ref $_->{body} eq 'HASH' } @{$t->requests};

	$t->clear;
	return @sent;
}

# all of a session, which was the first thing the server process did; what it sent
sub session
{
	my ($name, $sql, $output, $statement) = @_;
	my ($out, $err) = ('', '');

	sent();
	run [$t->psql_command, map { ('-c', $_) } ref $sql ? @$sql : $sql], '<', '/dev/null', '>', \$out, '2>', \$err;
	$err =~ s/^LOCATION:.*\n//mg;
	chomp $out;
	is($out . $err, $output, $name);
	my @sent = sent();
	my $count = ref $statement eq 'ARRAY' ? $statement : [$statement];
	is(scalar @sent, scalar @$count, "$name: statements") or diag(join "\n", @sent);
	like($sent[$_] // '', $count->[$_], "$name: statement $_") for 0 .. $#$count;
	return;
}

my $whole = qr/^SELECT COUNT\(\*\) FROM "SHOP"."PUBLIC"."CUSTOMERS" AS R1/;

# sessions of one statement: the library is loaded while it is planned
session('SELECT', 'SELECT count(*) FROM customers', '1002', $whole);
session('one of several', 'SELECT 7; SELECT count(*) FROM customers; SELECT 8', "7\n1002\n8", $whole);
session('COPY', 'COPY (SELECT count(*) FROM customers) TO STDOUT', '1002', $whole);
session('COPY, one of several', 'SELECT 7; COPY (SELECT count(*) FROM customers) TO STDOUT', "7\n1002", $whole);
session('CREATE TABLE AS', ['CREATE TABLE made AS SELECT count(*) AS n FROM customers', 'TABLE made'], '1002', $whole);
session('SELECT INTO', ['SELECT count(*) AS n INTO made_too FROM customers', 'TABLE made_too'], '1002', $whole);
session('CREATE TABLE AS, one of several', 'SELECT 7; CREATE TABLE made_last AS SELECT count(*) AS n FROM customers; TABLE made_last', "7\n1002", $whole);
session('EXPLAIN', 'EXPLAIN (COSTS OFF) SELECT count(*) FROM customers', 'Foreign Scan', []);
session('EXPLAIN, one of several', 'SELECT 7; EXPLAIN (COSTS OFF) SELECT count(*) FROM customers', "7\nForeign Scan", []);
session('EXPLAIN ANALYZE', 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) SELECT count(*) FROM customers', "Foreign Scan (actual rows=1 loops=1)\n  Remote: statements=1 partitions=1 requests=1", $whole) if $t->sql('SHOW server_version_num') < 180000;
session('EXPLAIN (GENERIC_PLAN)', 'EXPLAIN (GENERIC_PLAN, COSTS OFF) SELECT count(*) FROM customers WHERE id > $1', 'Foreign Scan', []) if $t->sql('SHOW server_version_num') >= 160000;
session('cursor', ['BEGIN', 'DECLARE c SCROLL CURSOR FOR SELECT count(*) FROM customers', 'FETCH c', 'FETCH PRIOR c', 'FETCH c', 'COMMIT'], "1002\n1002", $whole);
session('held cursor', ['DECLARE c CURSOR WITH HOLD FOR SELECT count(*) FROM customers', 'FETCH c', 'FETCH c'], '1002', $whole);
session('DO', 'DO $$ DECLARE n int; BEGIN n := (SELECT count(*) FROM customers); IF (SELECT count(*) FROM customers) > 5 THEN RAISE NOTICE \'%\', n; END IF; END $$', "NOTICE:  00000: 1002\n", [$whole, qr/^SELECT \(\(SELECT COUNT\(\*\) .*\) > 5\)$/]);
session('INSERT', 'INSERT INTO local SELECT 100, country, count(*) FROM customers WHERE country = \'DE\' GROUP BY country RETURNING n', '200', qr/COUNT\(\*\).*GROUP BY/);
session('materialized view', ['CREATE MATERIALIZED VIEW kept AS SELECT count(*) AS n FROM customers', 'REFRESH MATERIALIZED VIEW kept', 'TABLE kept'], '1002', [$whole, $whole]);
session('EXECUTE', ['PREPARE p AS SELECT count(*) FROM customers', 'EXECUTE p', 'EXECUTE p'], "1002\n1002", [$whole, $whole]);
$t->sql(<<'SQL');
CREATE FUNCTION other_type() RETURNS numeric LANGUAGE sql STABLE AS 'SELECT count(id)::int FROM customers GROUP BY country ORDER BY 1 LIMIT 1';
CREATE FUNCTION named(c text) RETURNS TABLE (a numeric, b text) LANGUAGE sql AS 'SELECT 1; SELECT count(*)::int, max(name) FROM customers WHERE country = c';
CREATE FUNCTION counted() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM customers); END $$;
SQL
session('a function of another type than its query', 'SELECT other_type()', '1', qr/^SELECT COUNT\(R1."ID"\), R1."COUNTRY" FROM .* GROUP BY/);
session('a function with names', 'SELECT * FROM named(\'DE\')', '200|Customer 996', qr/^SELECT COUNT\(\*\), MAX\(R1."NAME"\) FROM/);
session('PL/pgSQL: from the second on', ['SELECT counted()', 'SELECT counted()'], "1002\n1002", [$whole, qr/COUNT/]);

# extended protocol
for my $mode (qw(extended prepared))
{
	my $script = "$t->{dir}/$mode.sql";

	open my $file, '>', $script or die $!;
	print $file "\\set n 5\nSELECT count(*) FROM customers WHERE id > :n AND country <> :n::text;\n" x 7;
	close $file;
	sent();
	run ["$t->{bin}/pgbench", '-n', '-M', $mode, '-t', 1, '-f', $script, '-h', $t->{socket}, '-U', 'postgres', 'postgres'], '>', \my $out, '2>', \my $err;
	like($out, qr/number of transactions actually processed: 1/, "pgbench -M $mode") or diag($err);
	my @sent = sent();
	is(scalar(grep { $_ =~ $whole } @sent), 7, "$mode: each is one statement") or diag(join "\n", @sent);
}

# values that Snowflake cannot have, in generic plans
my $generic = "SET plan_cache_mode = force_generic_plan;\nSET timezone = 'UTC';\n";

sub remote
{
	my ($sql) = @_;

	return join "\n", grep { /Pushdown: s(?!can)|Kept local: a param|Remote SQL/ } map { s/^\s+//r } split /\n/, $t->sql($sql);
}
my $spent = 'PREPARE p(numeric) AS SELECT country, count(*) FROM customers WHERE credit > $1 GROUP BY country ORDER BY country;';

sent();
is($t->sql("$generic SELECT count(*) FROM customers; $spent EXECUTE p('NaN'); EXECUTE p(9125); EXECUTE p('infinity');"), "1002\nDE|2\nFR|2\nGB|3\nJP|3\nUS|3", 'NaN, a number, infinity');
my @sent = sent();
is(scalar @sent, 4, 'a statement for each');
like($sent[1], qr/^SELECT "COUNTRY", "CREDIT" FROM "SHOP"."PUBLIC"."CUSTOMERS"$/, 'all rows');
like($sent[2], qr/GROUP BY/, 'as one statement');
is(remote("$generic SELECT count(*) FROM customers; $spent EXPLAIN (VERBOSE) EXECUTE p('NaN')"),
	"Remote SQL: SELECT \"COUNTRY\", \"CREDIT\" FROM \"SHOP\".\"PUBLIC\".\"CUSTOMERS\"\nKept local: a parameter has a value that Snowflake cannot have, or a clock changes near it", 'EXPLAIN says so');
is(remote("$generic SELECT count(*) FROM customers; $spent EXPLAIN (VERBOSE) EXECUTE p(5)") =~ s/\n.*//sr, 'Pushdown: statement', 'and for a number');
is($t->sql("$generic SELECT count(*) FROM customers; PREPARE p(timestamp) AS SELECT (SELECT count(*) FROM local), count(*), max(at_ntz) IS NULL FROM events WHERE at_ntz < \$1; EXECUTE p('infinity'); EXECUTE p('99999-01-01'); EXECUTE p('-infinity')"),
	"1002\n11|3|f\n11|3|f\n11|0|t", 'a subquery');
is($t->sql("$generic SELECT count(*) FROM customers; PREPARE p(numeric) AS INSERT INTO local SELECT 200 + row_number() OVER (ORDER BY country COLLATE \"C\"), country, count(*) FROM customers WHERE credit < \$1 GROUP BY country RETURNING id, n; BEGIN; EXECUTE p('NaN'); ROLLBACK; BEGIN; EXECUTE p(10); ROLLBACK"),
	"1002\n" . $t->sql('SELECT 200 + row_number() OVER (ORDER BY country COLLATE "C"), count(*) FROM customers WHERE credit < \'NaN\' GROUP BY country') . "\n" .
	$t->sql('SELECT 200 + row_number() OVER (ORDER BY country COLLATE "C"), count(*) FROM customers WHERE credit < 10 GROUP BY country'), 'INSERT');
$t->sql('CREATE FUNCTION before(x timestamp) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN count(*) FROM events WHERE at_ntz < x; END $$');
is($t->sql("$generic SELECT before('2024-01-01'), before('infinity'), before('-infinity'), before('2024-01-01')"), '2|3|0|2', 'PL/pgSQL');
is($t->sql("$generic SELECT count(*) FROM customers; $spent BEGIN; DECLARE c SCROLL CURSOR FOR SELECT country, count(*) FROM customers GROUP BY country ORDER BY country; MOVE LAST c; FETCH PRIOR c; EXECUTE p('NaN'); COMMIT") =~ s/^1002\n//r, 'SE|1', 'a cursor meanwhile');

# roles
$t->sql(<<"SQL");
CREATE ROLE owner_a; CREATE ROLE owner_b; CREATE ROLE reader; CREATE ROLE nobody;
GRANT USAGE, CREATE ON SCHEMA public TO owner_a, owner_b;
GRANT USAGE ON FOREIGN SERVER sf TO owner_a, owner_b, reader;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO owner_a, owner_b;
CREATE USER MAPPING FOR owner_a SERVER sf OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}');
CREATE USER MAPPING FOR reader SERVER sf OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}');
SET ROLE owner_a;
CREATE VIEW of_a AS SELECT country, count(*) AS n FROM customers GROUP BY country;
CREATE VIEW barrier WITH (security_barrier) AS SELECT id, name, country FROM customers WHERE country = 'DE';
CREATE VIEW invoker WITH (security_invoker) AS SELECT country, count(*) AS n FROM customers GROUP BY country;
GRANT SELECT ON of_a, barrier, invoker TO reader, nobody;
SET ROLE owner_b;
CREATE VIEW of_b AS SELECT country, max(id) AS m FROM customers GROUP BY country;
GRANT SELECT ON of_b TO reader, nobody;
RESET ROLE;
GRANT SELECT (id, country) ON customers TO reader;
SQL

sub as_role
{
	my ($role, $sql, $output, $name) = @_;
	my ($out, $err) = $t->try("SET ROLE $role; $sql");

	# one that was sent is whole or not: the text alone counts
	$err =~ s/\n.*//s;
	return is($out . $err, $output, $name // $sql);
}
my $denied = 'ERROR:  42501: permission denied for foreign table';

as_role('reader', 'SELECT country, count(id) FROM customers WHERE country = \'SE\' GROUP BY country', 'SE|1', 'two columns that may be read');
as_role('reader', $_, "$denied customers")
  for 'SELECT max(name) FROM customers', 'SELECT count(*) FROM customers WHERE name > \'x\'', 'SELECT country FROM customers GROUP BY country ORDER BY max(credit)',
  'WITH w AS (SELECT name, count(*) FROM customers GROUP BY name) SELECT count(*) FROM w', 'SELECT count(*) FROM (SELECT DISTINCT email FROM customers) x',
  'SELECT count(id) FROM customers a JOIN customers b USING (id, vip)', 'SELECT id FROM customers ORDER BY (SELECT max(credit) FROM customers), id LIMIT 1';
as_role('reader', $_, "$denied orders")
  for 'SELECT count(*) FROM orders', 'SELECT count(id) FROM customers WHERE id IN (SELECT customer_id FROM orders)', 'SELECT id FROM customers UNION SELECT id FROM orders',
  'SELECT count(id) FROM customers c WHERE EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id)', 'WITH w AS (SELECT count(*) AS n FROM orders) SELECT count(id), (SELECT n FROM w) FROM customers',
  'SELECT count(c.id) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id', 'EXPLAIN SELECT count(*) FROM orders';
$t->sql('GRANT ALL ON local TO reader');
as_role('reader', $_, "$denied customers")
  for 'INSERT INTO local SELECT 300, name, count(*) FROM customers GROUP BY name', 'WITH w AS (SELECT max(name) AS m FROM customers) SELECT m FROM w, local', 'SELECT * FROM local WHERE country IN (SELECT max(name) FROM customers)',
  'UPDATE local SET country = x.m FROM (SELECT max(email) AS m FROM customers) x', 'SELECT n FROM local UNION ALL SELECT max(credit) FROM customers',
  'MERGE INTO local USING (SELECT max(name) AS m FROM customers) x ON x.m = country WHEN MATCHED THEN DELETE';
as_role('reader', 'SELECT count(*) FROM local JOIN (SELECT country, count(*) FROM customers GROUP BY country) x USING (country)', '11', 'a subquery of columns that may be read');
as_role('reader', 'SELECT n FROM of_a WHERE country = \'DE\'', '200', "a view's owner reads");
as_role('nobody', 'SELECT n FROM of_a WHERE country = \'DE\'', '200', 'for a role without a mapping, too');
as_role('nobody', 'SELECT n FROM of_a WHERE country > (SELECT min(country) FROM customers)', "$denied customers", 'a view and a table that may not be read');
as_role('nobody', 'SELECT count(*) FROM invoker', "$denied customers", 'security_invoker');
as_role('reader', 'SELECT n FROM invoker WHERE country = \'DE\'', '200', 'security_invoker, with the right');
as_role('reader', 'SELECT count(*) FROM barrier WHERE name LIKE \'Customer %\' AND id > 500', '100', 'security_barrier');
as_role('owner_b', 'SELECT count(*) FROM customers', 'ERROR:  42704: user mapping not found for user "owner_b", server "sf"', 'no mapping');
as_role('reader', 'SELECT m FROM of_b WHERE country = \'DE\'', 'ERROR:  42704: user mapping not found for user "owner_b", server "sf"', 'no mapping of the owner');
$t->sql("CREATE USER MAPPING FOR owner_b SERVER sf OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}')");

sub pushed
{
	my ($sql) = @_;
	my $plan = $t->sql("SELECT count(*) FROM empty_table; EXPLAIN (VERBOSE, COSTS OFF) $sql");

	return $plan =~ /Pushdown: statement/ ? 'statement' : $plan =~ /Pushdown: subquery/ ? 'subquery' : 'scans';
}
is(pushed('SELECT a.country, n, m FROM of_a a JOIN of_b b USING (country)'), 'subquery', 'two owners: not one statement');
as_role('reader', 'SELECT a.country, n, m FROM of_a a JOIN of_b b USING (country) WHERE country = \'SE\'', 'SE|1|1001', 'but rows');
as_role('owner_a', 'SELECT n FROM of_a JOIN customers USING (country) WHERE id = 3', '200', "an owner's own view and table");

# a view of the current user and a table: another role does not take them as that user
$t->sql('GRANT SELECT ON customers TO reader');
sent();
is($t->sql(<<"SQL"), "1002\n200\n200\n200", 'one prepared statement, several roles');
SET plan_cache_mode = force_generic_plan;
SELECT count(*) FROM customers;
PREPARE p AS SELECT n FROM of_a JOIN customers USING (country) WHERE id = 3;
SET ROLE owner_a;
EXECUTE p;
SET ROLE reader;
EXECUTE p;
SET ROLE owner_a;
EXECUTE p;
SQL
@sent = sent();
is(scalar(grep { / AS R3/ } @sent), 2, 'whole for the owner') or diag(join "\n", @sent);
is(scalar(grep { !/ AS R3/ } @sent), 3, 'apart for another') or diag(join "\n", @sent);
$t->sql('DROP USER MAPPING FOR reader SERVER sf');
my ($out, $err) = $t->try(<<"SQL");
SET plan_cache_mode = force_generic_plan;
SELECT count(*) FROM customers;
PREPARE p AS SELECT n FROM of_a JOIN customers USING (country) WHERE id = 3;
SET ROLE owner_a;
EXECUTE p;
SET ROLE reader;
EXECUTE p;
SQL
is($out, "1002\n200", 'a role without a mapping gets no rows');
like($err, qr/42704: user mapping not found for user "reader"/, 'of a mapping that is not its own');

# the policies of a function's table are those of the role that runs it
$t->sql(<<'SQL');
CREATE TABLE guarded (v int);
INSERT INTO guarded VALUES (1), (2), (3);
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON guarded TO owner_a USING (v = 1);
CREATE POLICY b ON guarded TO owner_b USING (v > 1);
GRANT SELECT ON guarded TO owner_a, owner_b;
CREATE FUNCTION guarded_rows() RETURNS SETOF guarded LANGUAGE sql STABLE AS 'SELECT * FROM guarded';
SQL
is($t->sql(<<'SQL'), "1002\n{1}\n{2,3}\n{1,2,3}\n{1}", 'row security in a function, one prepared statement, several roles');
SELECT count(*) FROM customers;
SET plan_cache_mode = force_generic_plan;
PREPARE p AS SELECT array_agg(v ORDER BY v) FROM guarded_rows();
SET ROLE owner_a;
EXECUTE p;
SET ROLE owner_b;
EXECUTE p;
RESET ROLE;
EXECUTE p;
SET ROLE owner_a;
EXECUTE p;
SQL

# changes after a statement was planned
is($t->sql(<<"SQL"), "1002\n1002\n501\n1002\n1002\n1002", 'changes of a table');
SELECT count(*) FROM customers;
SET plan_cache_mode = force_generic_plan;
PREPARE p AS SELECT count(*) FROM customers;
EXECUTE p;
ALTER FOREIGN TABLE customers OPTIONS (SET "table" 'ORDERS');
PREPARE q AS SELECT count(*) FROM customers WHERE id < 502;
EXECUTE q;
ALTER FOREIGN TABLE customers OPTIONS (SET "table" 'CUSTOMERS');
EXECUTE p;
ALTER FOREIGN TABLE customers ADD COLUMN more text OPTIONS (column_name 'NAME');
EXECUTE p;
ALTER FOREIGN TABLE customers DROP COLUMN more;
EXECUTE p;
SQL
is($t->sql(<<"SQL"), "1002\n2\n1002\n0", 'search_path, and a table that becomes a parent');
SELECT count(*) FROM customers;
CREATE SCHEMA other;
CREATE TABLE other.customers AS SELECT generate_series(1, 2) AS id;
SET plan_cache_mode = force_generic_plan;
PREPARE p AS SELECT count(*) FROM customers;
SET search_path = other;
EXECUTE p;
SET search_path = public;
EXECUTE p;
DROP SCHEMA other CASCADE;
PREPARE q AS SELECT count(*) FROM empty_table;
EXECUTE q;
SQL
is($t->sql(<<"SQL"), "0\n3\n0", 'children');
SET plan_cache_mode = force_generic_plan;
PREPARE q AS SELECT count(*) FROM empty_table;
EXECUTE q;
CREATE TABLE child () INHERITS (empty_table);
INSERT INTO child SELECT FROM generate_series(1, 3);
EXECUTE q;
DROP TABLE child;
EXECUTE q;
SQL
is(pushed('SELECT count(*) FROM empty_table'), 'statement', 'no children any more');
($out, $err) = $t->try("SELECT count(*) FROM customers; PREPARE p AS SELECT max(note) FROM empty_table; EXECUTE p; ALTER FOREIGN TABLE empty_table DROP COLUMN note; EXECUTE p");
like($err, qr/42703: column "note" does not exist/, 'a column that is gone');
$t->sql('ALTER FOREIGN TABLE empty_table ADD COLUMN note text OPTIONS (column_name \'NOTE\', remote_type \'VARCHAR\')');

# tables of several kinds
$t->sql(<<"SQL");
CREATE SERVER other FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (@{[$t->server_options(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC')]});
CREATE USER MAPPING FOR postgres SERVER other OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}');
CREATE FOREIGN TABLE elsewhere (id int OPTIONS (column_name 'ID', remote_type 'NUMBER(38,0)')) SERVER other OPTIONS (database 'SHOP', schema 'PUBLIC', "table" 'CUSTOMERS');
CREATE FOREIGN TABLE by_query (id int OPTIONS (column_name 'ID', remote_type 'NUMBER(38,0)')) SERVER sf OPTIONS (query 'SELECT ID FROM CUSTOMERS', database 'SHOP', schema 'PUBLIC');
CREATE FOREIGN TABLE by_other_query (id int OPTIONS (column_name 'ID', remote_type 'NUMBER(38,0)')) SERVER sf OPTIONS (query 'SELECT 1 AS ID', database 'SHOP', schema 'INFORMATION_SCHEMA');
CREATE FOREIGN TABLE unqualified (id int OPTIONS (column_name 'ID', remote_type 'NUMBER(38,0)')) SERVER sf OPTIONS ("table" 'CUSTOMERS');
CREATE FOREIGN TABLE limited (id int OPTIONS (column_name 'ID', remote_type 'NUMBER(38,0)')) SERVER sf OPTIONS (database 'SHOP', schema 'PUBLIC', "table" 'CUSTOMERS', max_result_rows '10');
CREATE TABLE parts (id int) PARTITION BY RANGE (id);
CREATE FOREIGN TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (100000) SERVER sf OPTIONS (database 'SHOP', schema 'PUBLIC', "table" 'CUSTOMERS');
SQL
my %kinds = (
	'SELECT count(*) FROM customers JOIN elsewhere USING (id)' => ['scans', '1002'],
	'SELECT count(*) FROM customers JOIN by_query USING (id)' => ['statement', '1002'],
	'SELECT count(*) FROM by_other_query JOIN by_query USING (id)' => ['scans', '1'],
	'SELECT count(*) FROM by_other_query a JOIN by_other_query b USING (id)' => ['statement', '1'],
	'SELECT count(*) FROM by_other_query JOIN unqualified USING (id)' => ['scans', '1'],
	'SELECT count(*) FROM unqualified' => ['statement', '1002'],
	'SELECT count(*) FROM limited' => ['statement', '1002'],
	'SELECT count(*) FROM parts' => ['scans', '1002'],
	'SELECT count(*) FROM part' => ['statement', '1002'],
	'SELECT count(*) FROM customers c, generate_series(1, 2)' => ['scans', '2004'],
	'SELECT count(c) FROM customers c' => ['scans', '1002'],
	'SELECT generate_series(1, 2), count(*) FROM customers' => ['scans', "1|1002\n2|1002"],
	'SELECT count(*) FROM local l, LATERAL (SELECT count(*) FROM customers c WHERE c.id = l.id) x' => ['scans', '11'],
	'SELECT sum(n) FROM (SELECT l.id, x.n FROM local l, (SELECT count(*) AS n FROM customers) x) y' => ['subquery', '11022'],
);
for my $sql (sort keys %kinds)
{
	is(pushed($sql), $kinds{$sql}[0], "$sql: sent as");
	is(($t->try("SELECT count(*) FROM empty_table; $sql"))[0], "0\n$kinds{$sql}[1]", "$sql: rows");
}
($out, $err) = $t->try('SELECT id, count(*) FROM limited GROUP BY id');
like($err, qr/max_result_rows/, 'the limit of rows of a result');
for my $sql ('SELECT count(*) FROM (SELECT * FROM customers FOR UPDATE) x', 'SELECT id FROM customers ORDER BY id FOR SHARE')
{
	like(($t->try($sql))[1], qr/^ERROR:  0A000: row locks are not supported/, $sql);
}
like(($t->try('SELECT count(*) FROM customers TABLESAMPLE system (10)'))[1], qr/TABLESAMPLE/, 'TABLESAMPLE');

# read again for each row of another table, and next to parallel workers
my $outer = 'SELECT count(*) FROM (SELECT * FROM local WHERE id < 6) l LEFT JOIN (SELECT country, count(*) AS n FROM customers GROUP BY country) x ON x.country = l.country';

sent();
is($t->sql("SELECT count(*) FROM empty_table; SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off; $outer"), "0\n5", 'rescans');
is(scalar(sent()), 2, 'of one statement');
is($t->sql(<<"SQL"), "0\n30000\n28998\n15000", 'parallel workers');
SELECT count(*) FROM empty_table;
CREATE TABLE large AS SELECT i AS id, CASE i % 2 WHEN 0 THEN 'DE' ELSE 'XX' END AS country FROM generate_series(1, 30000) i;
ANALYZE large;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT count(*) FROM large LEFT JOIN (SELECT country, count(*) FROM customers GROUP BY country) x USING (country);
SELECT count(*) FROM large WHERE id > (SELECT max(id) FROM customers);
SELECT count(*) FROM large WHERE country IN (SELECT country FROM customers GROUP BY country);
SQL

# an error in the middle of planning, and what comes after it
$t->sql(q{CREATE FUNCTION broken(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM count(*) FROM customers; RAISE 'broken'; END $$});
($out, $err) = $t->try("\\set ON_ERROR_STOP 0\nSELECT count(*) FROM customers WHERE id > broken(1);\nSELECT count(*) FROM customers;\nSELECT sum(x.n) FROM (SELECT count(*) AS n FROM customers WHERE id > broken(2)) x, local;\nEXPLAIN (COSTS OFF) SELECT count(*) FROM customers;\nSELECT count(*) FROM customers");
is($out, "1002\nForeign Scan\n1002", 'after errors in planning');
is(scalar(() = $err =~ /P0001: broken/g), 2, 'which were two') or diag($err);

# a transition table with the name of a statement's stub
is($t->sql(<<'SQL'), '1002|2|5', 'a transition table');
CREATE TABLE watched (a bigint);
CREATE TABLE seen (a bigint, b bigint, c bigint);
CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO seen SELECT c.n, count(*), sum(a) FROM "snowflake_fdw:0", (SELECT count(*) AS n FROM customers) c GROUP BY c.n;
	RETURN NULL;
END $$;
CREATE TRIGGER t AFTER INSERT ON watched REFERENCING NEW TABLE AS "snowflake_fdw:0" FOR EACH STATEMENT EXECUTE FUNCTION watch();
SELECT count(*) FROM empty_table \g /dev/null
INSERT INTO watched VALUES (2), (3);
TABLE seen;
SQL

# savepoints, exceptions, loops
is($t->sql(<<'SQL'), '1002|5|1002', 'exceptions and loops');
CREATE FUNCTION loops(OUT a bigint, OUT b bigint, OUT c bigint) LANGUAGE plpgsql AS $$
DECLARE
	r record;
BEGIN
	b := 0;
	FOR r IN SELECT country, count(*) AS n FROM customers GROUP BY country HAVING count(*) > 1 LOOP
		b := b + 1;
		BEGIN
			PERFORM 1 / count(*) FROM customers WHERE country = r.country AND id < 0;
		EXCEPTION WHEN division_by_zero THEN
			a := (SELECT count(*) FROM customers);
		END;
	END LOOP;
	SELECT count(*) INTO c FROM customers;
END $$;
SELECT count(*) FROM empty_table \g /dev/null
SELECT * FROM loops();
SQL

# a row that another changes meanwhile
$t->sql('CREATE TABLE changed (id int, n bigint); INSERT INTO changed VALUES (1, 0)');
my $first = $t->background('SELECT count(*) FROM empty_table; BEGIN; UPDATE changed SET n = 5; SELECT pg_sleep(3); COMMIT');
for (1 .. 100)
{
	last if $t->sql(q{SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'}) > 0;
	select undef, undef, undef, 0.1;
}
is($t->sql('UPDATE changed SET n = changed.n + x.n FROM (SELECT min(id) AS id, count(*) AS n FROM customers) x WHERE changed.id = x.id RETURNING changed.n'), '1007', 'UPDATE FROM over a row that changes');
$t->finish_background($first);

# nothing of planning waits on the network
$t->sql('SELECT count(*) FROM customers');
$t->clear;
$t->sql('SELECT 1; EXPLAIN SELECT count(*) FROM customers; EXPLAIN SELECT count(*) FROM local, (SELECT max(id) FROM customers) x; PREPARE p AS SELECT count(*) FROM orders; EXPLAIN EXECUTE p');
is(scalar @{$t->requests}, 0, 'no request while planning');
is($t->sql(<<'SQL'), '', 'no memory is kept by planning');
DO $$
DECLARE
	before bigint;
	after bigint;
BEGIN
	FOR i IN 1 .. 1200 LOOP
		EXECUTE 'EXPLAIN SELECT country, avg(credit), ' || i || ' FROM customers JOIN orders o ON o.customer_id = customers.id WHERE vip GROUP BY country';
		EXECUTE 'EXPLAIN SELECT * FROM local JOIN (SELECT count(*) AS n FROM customers) x USING (n)';
		IF i IN (200, 1200) THEN
			SELECT sum(used_bytes) INTO after FROM pg_backend_memory_contexts WHERE name IN ('TopMemoryContext', 'CacheMemoryContext') OR name LIKE 'snowflake%';
			IF i = 200 THEN
				before := after;
			END IF;
		END IF;
	END LOOP;
	IF after - before > 100000 THEN
		RAISE 'grew by %', after - before;
	END IF;
END $$;
SQL

# other libraries with hooks, before and after
for my $order ('pg_stat_statements,auto_explain', 'snowflake_fdw,pg_stat_statements,auto_explain', 'pg_stat_statements,auto_explain,snowflake_fdw')
{
	$t->sql("ALTER SYSTEM SET shared_preload_libraries = $order");
	$t->sql('LOAD \'auto_explain\'; ALTER SYSTEM SET auto_explain.log_min_duration = 0');
	
	$t->restart;
	$t->sql('DROP EXTENSION IF EXISTS pg_stat_statements; CREATE EXTENSION pg_stat_statements; SELECT pg_stat_statements_reset()');
	session("$order: one statement", 'SELECT count(*) FROM customers', '1002', $whole);
	session("$order: the second", ['SELECT count(*) FROM empty_table', 'SELECT count(*) FROM customers'], "0\n1002", [qr/EMPTY_TABLE/, $whole]);
	is($t->sql(q{SELECT query, calls, rows FROM pg_stat_statements WHERE query ~ '^SELECT count.*customers'}), 'SELECT count(*) FROM customers|2|2', "$order: each is counted once");
	like($t->log, qr/Query Text: SELECT count\(\*\) FROM customers\n\s+Foreign Scan /, "$order: auto_explain");
}
$t->sql('ALTER SYSTEM RESET ALL');
$t->restart;

# interrupts and errors
$t->fault({action => 'hang', seconds => 60, body => 'COUNT'});
my $start = time;
($out, $err) = $t->try("SET statement_timeout = '500ms'; SELECT count(*) FROM customers");
like($err, qr/^ERROR:  57014: canceling statement due to statement timeout/, 'statement_timeout');
cmp_ok(time - $start, '<', 30, 'at once');
$t->clear;
is($t->sql('SELECT count(*) FROM customers'), '1002', 'and then');


# the cancel of another session, while the statement runs there and while its rows arrive
for my $phase (['the statement', {action => 'hang', seconds => 60, body => 'GROUP'}], ['its rows', {action => 'hang', seconds => 60, path => 'partition=1'}])
{
	my ($name, $fault) = @$phase;

	$t->fault($fault);
	my $victim = $t->background("SET application_name = 'victim'; SELECT o.id, count(*) FROM orders o JOIN order_items i ON i.order_id = o.id GROUP BY o.id");
	for (1 .. 200)
	{
		last if $t->sql(q{SELECT count(*) FROM pg_stat_activity WHERE application_name = 'victim' AND wait_event_type = 'Extension' AND now() - query_start > interval '1 s'}) > 0;
		select undef, undef, undef, 0.1;
	}
	$start = time;
	is($t->sql(q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'}), 't', "$name: pg_cancel_backend");
	like(($t->finish_background($victim))[1], qr/ERROR:  57014: canceling statement due to user request/, "$name: ends");
	cmp_ok(time - $start, '<', 30, "$name: at once");
	$t->clear;
}

# what Snowflake does not compile
for my $sql ('SELECT country, count(*) FROM customers GROUP BY country', 'SELECT * FROM local JOIN (SELECT country, count(*) FROM customers GROUP BY country) x USING (country)')
{
	$t->fault({action => 'status', status => 422, method => 'POST', body => 'GROUP', text => '{"code":"002031","sqlState":"42601","message":"SQL compilation error:\\nUnsupported subquery type cannot be evaluated","statementHandle":"01b2c3d4-0000-1111-2222-333344445555"}'});
	($out, $err) = $t->try("SELECT count(*) FROM empty_table; $sql");
	like($err, qr/^ERROR:  42601: .*Unsupported subquery type cannot be evaluated/s, "does not compile: $sql");
	like($err, qr/01b2c3d4-0000-1111-2222-333344445555/, 'the query id');
	like($err, qr/^HINT:  Turn off snowflake_fdw.enable_statement_pushdown and snowflake_fdw.enable_subquery_pushdown for this query\.$/m, 'the settings');
	$t->clear;
	$t->fault({action => 'status', status => 422, method => 'POST', body => 'GROUP', text => '{"code":"002031","sqlState":"42601","message":"no"}'});
	is($t->sql("SET snowflake_fdw.enable_statement_pushdown = off; SET snowflake_fdw.enable_subquery_pushdown = off; SET snowflake_fdw.enable_aggregate_pushdown = off; SELECT count(*) FROM ($sql) x"), $sql =~ /local/ ? 11 : 6, 'off');
	$t->clear;
}

# the library away and back
is($t->sql(q{SELECT count(*) FROM customers; DROP EXTENSION snowflake_fdw CASCADE; SELECT count(*) FROM local}) =~ s/.*\n//sr, '11', 'without the extension');
is($t->sql('SELECT count(*) FROM local'), '11', 'a new session');
$t->stop;
done_testing;
