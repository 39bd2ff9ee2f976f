# Sizes of tables: from ANALYZE, from Snowflake's metadata, or none; what they cost to have, and what fails on the way.
use strict;
use warnings;
use utf8;
use SnowflakeFdwTest;
use Test::More;
use Time::HiRes qw(sleep time);

my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', 5]);

$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC', cancel_timeout => '500ms');
$t->sql(<<'SQL');
IMPORT FOREIGN SCHEMA "SHOP.PUBLIC" FROM SERVER sf INTO public;
CREATE TABLE local (id int PRIMARY KEY, n int);
INSERT INTO local SELECT i, i FROM generate_series(1, 10) i;
ANALYZE local;
SQL

# the statements that reached Snowflake since the last call
sub sent
{
	my @sent = map { $_->{body}{statement} // () } grep { $_->{method} eq 'POST' && ref $_->{body} eq 'HASH' } @{$t->requests};

	$t->clear;
	return @sent;
}

sub execute
{
	my ($sql) = @_;

	$t->sql('SELECT sf_execute($s$' . $sql . '$s$)');
	sent();
	return;
}

# the estimated rows of the foreign scans of plans in one session, each of the query's plan
sub estimates
{
	my (@queries) = @_;
	my $out = $t->sql(join ";\n", map { "EXPLAIN $_" } @queries);

	return [$out =~ /Foreign Scan.*? rows=(\d+)/g];
}

# metadata

my @scans = map { "SELECT * FROM $_ r LEFT JOIN local l ON false" } qw(customers orders customer_totals);

sent();
is_deeply(estimates(@scans), [1000, 1000, 1000], 'nothing is known');
is_deeply([sent()], [], 'nothing is asked for');
$t->sql(q{ALTER SERVER sf OPTIONS (ADD use_remote_estimate 'true')});
is_deeply(estimates(@scans, @scans), [1002, 20000, 1000, 1002, 20000, 1000], 'sizes of metadata, none of a view');
is_deeply([sent()], ['SHOW TABLES IN SCHEMA "SHOP"."PUBLIC" LIMIT 10000'], 'one SHOW for all of the schema');
is($t->sql("EXPLAIN $scans[1]; SELECT count(*) FROM orders r LEFT JOIN local l ON false") =~ /20000/, 1, 'run after it');
sent();
is($t->sql("EXPLAIN $scans[0]; SELECT sf_disconnect(); EXPLAIN $scans[0]; SELECT 1") =~ /rows=1002.*rows=1002/s, 1, 'a new connection');
is(scalar(sent()), 2, 'asks again');
$t->sql(q{ALTER FOREIGN TABLE orders OPTIONS (ADD use_remote_estimate 'false')});
is_deeply(estimates(@scans), [1002, 1000, 1000], 'not for a table that does not want it');
sent();
$t->sql(q{ALTER FOREIGN TABLE orders OPTIONS (DROP use_remote_estimate)});
is($t->sql("BEGIN; EXPLAIN $scans[0]; SET LOCAL transaction_read_only = on; EXPLAIN $scans[0]; ROLLBACK") =~ /rows=1002/, 1, 'in a transaction that only reads');
sent();

# how old it may be
execute(q{CREATE TABLE growing (id NUMBER(9,0))});
$t->sql(q{CREATE FOREIGN TABLE growing (id int) SERVER sf OPTIONS (database 'SHOP', schema 'PUBLIC', "table" 'GROWING')});
my $growing = 'EXPLAIN SELECT * FROM growing r LEFT JOIN local l ON false';
my $grow = q{SELECT sf_execute('INSERT INTO growing SELECT order_id FROM order_items LIMIT 5000')};
like($t->sql("$growing; $grow; $growing"), qr/rows=1 .*rows=1 /s, 'what is known is not asked for again');
is(scalar(grep { /^SHOW/ } sent()), 1, 'one SHOW');
$t->sql(q{ALTER SERVER sf OPTIONS (ADD estimate_max_age '0')});
like($t->sql("LOAD 'snowflake_fdw'; $growing; $grow; $growing"), qr/rows=5000 .*rows=10000 /s, 'estimate_max_age 0');
is(scalar(grep { /^SHOW/ } sent()), 2, 'two SHOWs');
$t->sql(q{ALTER SERVER sf OPTIONS (DROP estimate_max_age); ALTER FOREIGN TABLE growing OPTIONS (ADD estimate_max_age '1ms')});
like($t->sql("$growing; $grow; SELECT pg_sleep(0.01); $growing"), qr/rows=10000 .*rows=15000 /s, 'of a table');
$t->sql('DROP FOREIGN TABLE growing');

# names are exact
my %odd = ('Orders' => 11, 'ORD_RS' => 12, 'ORD%' => 13, "Stra\xc3\x9fe'n" => 14, 'back\\slash' => 15);
for my $name (sort keys %odd)
{
	execute(qq{CREATE TABLE "$name" (id NUMBER(9,0))});
	execute(qq{INSERT INTO "$name" SELECT order_id FROM order_items LIMIT $odd{$name}});
	(my $literal = $name) =~ s/'/''/g;
	$t->sql(qq{CREATE FOREIGN TABLE "$name" (id int) SERVER sf OPTIONS ("table" '$literal')});
}
is_deeply(estimates(map { qq{SELECT * FROM "$_" r LEFT JOIN local l ON false} } sort keys %odd), [map { $odd{$_} } sort keys %odd], 'names that differ in case, with wildcards, quotes, backslashes');
is(scalar(sent()), 1, 'in one SHOW');
is($t->sql(qq{SET default_statistics_target = 1; ANALYZE "$_"; SELECT reltuples FROM pg_class WHERE relname = \$n\$$_\$n\$}), $odd{$_}, "ANALYZE of $_") for sort keys %odd;
sent();
$t->sql(join ';', map { qq{DROP FOREIGN TABLE "$_"} } keys %odd);

# wide rows
execute(q{CREATE TABLE documents (id NUMBER(9,0), doc VARCHAR, more VARCHAR)});
execute(q{INSERT INTO documents SELECT seq, REPEAT(SHA2(seq::VARCHAR), 100), 'x' FROM (SELECT id AS seq FROM orders LIMIT 500)});
$t->sql(q{CREATE FOREIGN TABLE documents (id int, doc text, more text, gone int) SERVER sf; ALTER FOREIGN TABLE documents DROP COLUMN gone});
like($t->sql('EXPLAIN SELECT * FROM documents r LEFT JOIN local l ON false'), qr/Foreign Scan on documents r .*width=(?!68)\d{2,}/, 'width of metadata') or diag($t->sql('EXPLAIN SELECT * FROM documents r LEFT JOIN local l ON false'));
sent();

# faults: a plan all the same, a WARNING in a session, one attempt for several plans
my $show = 'SHOW TABLES';
my @faults = (
	['503', {action => 'status', status => 503, times => 1000}],
	['429', {action => 'status', status => 429, times => 1000, retry_after => 60}],
	['500', {action => 'status', status => 500, times => 1000}],
	['403', {action => 'status', status => 403, times => 1000}],
	['401', {action => 'status', status => 401, times => 1000}],
	['a page', {action => 'status', status => 200, text => '<html>', content_type => 'text/html', times => 1000}],
	['no JSON', {action => 'raw', text => 'x', times => 1000}],
	['no rows', {action => 'replace', delete => ['data'], times => 1000}],
	['other columns', {action => 'replace', set => {'resultSetMetaData.rowType.7.name' => 'lines'}, times => 1000}],
	['an error of Snowflake\'s', {action => 'status', status => 422, text => '{"code":"002043","sqlState":"02000","message":"SQL compilation error:\nObject does not exist, or operation cannot be performed."}', times => 1000}],
	['cancelled in Snowflake', {action => 'status', status => 422, text => '{"code":"000604","sqlState":"57014","message":"SQL execution canceled"}', times => 1000}],
	['a reset', {action => 'reset', times => 1000}],
	['half a body', {action => 'truncate', bytes => 100, times => 1000}],
	['a silent server', {action => 'hang', times => 1000}],
	['a slow server', {action => 'drip', bytes => 10, seconds => 1, times => 1000}],
);
$t->sql(q{ALTER SERVER sf OPTIONS (ADD estimate_timeout '1s')});
for my $fault (@faults)
{
	my ($name, $rule) = @$fault;
	my $started = time;

	$t->clear;
	$t->fault({%$rule, body => $show});
	my ($out, $err, $code) = $t->try("EXPLAIN $scans[0];\nEXPLAIN $scans[1];\nSELECT count(*) FROM products p LEFT JOIN local l ON false AND l.n = 7;");
	is($code, 0, "$name: planned") or diag($err);
	like($out, qr/rows=1000 .*rows=1000 .*\n200$/s, "$name: with what is fixed, and run");
	is(() = $err =~ /^WARNING: /mg, 1, "$name: one WARNING") or diag($err);
	like($err, qr/^WARNING:  \w{5}: the sizes of the tables in schema "SHOP"."PUBLIC" could not be asked for\nDETAIL:  .+\nHINT:  Queries are planned without them/m, "$name: which says why");
	cmp_ok(time - $started, '<', 8, "$name: not for long");
}

# a silent server: interrupts get through
for my $how ('timeout', 'cancel')
{
	$t->clear;
	$t->sql(q{ALTER SERVER sf OPTIONS (SET estimate_timeout '60s')});
	$t->fault({action => 'hang', body => $show, times => 1000});
	my $started = time;
	my $session = $t->background(($how eq 'timeout' ? "SET statement_timeout = '500ms'; " : '') . "SET application_name = 'victim'; EXPLAIN $scans[0];\n");

	if ($how eq 'cancel')
	{
		sleep 0.8;
		is($t->sql(q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim' AND wait_event_type = 'Extension'}), 't', 'a session that plans is cancelled');
	}
	my (undef, $err) = $t->finish_background($session);
	like($err, $how eq 'timeout' ? qr/57014: canceling statement due to statement timeout/ : qr/57014: canceling statement due to user request/, "$how while sizes are asked for");
	cmp_ok(time - $started, '<', 10, "$how: at once");
}
$t->clear;

# what was known stays
$t->sql(q{ALTER SERVER sf OPTIONS (SET estimate_timeout '1s', ADD estimate_max_age '0')});
$t->fault({action => 'status', status => 400, body => $show, skip => 1, times => 1000});
my ($out, $err) = $t->try("EXPLAIN $scans[0]; EXPLAIN $scans[0]");
like($out, qr/rows=1002 .*rows=1002 /s, 'what was known counts when it cannot be asked for again');
$t->clear;
$t->sql(q{ALTER SERVER sf OPTIONS (DROP estimate_timeout, DROP estimate_max_age)});

# who has no mapping, or whose role may not look
$t->sql(q{CREATE ROLE stranger; GRANT SELECT ON customers, local TO stranger});
($out, $err) = $t->try("SET ROLE stranger; EXPLAIN $scans[0]");
like($out, qr/rows=1000 /, 'without a mapping');
unlike($err, qr/ERROR/, 'no error');
$t->sql(q{ALTER USER MAPPING FOR postgres SERVER sf OPTIONS (ADD role 'NOBODY')});
($out, $err) = $t->try("EXPLAIN $scans[0]");
like($out, qr/rows=1000 /, 'a role that may not look');
like($err, qr/^WARNING: .*could not be asked for\nDETAIL:  .*NOBODY/m, 'and why');
$t->sql(q{ALTER USER MAPPING FOR postgres SERVER sf OPTIONS (DROP role)});
sent();

# with the mapping of a view's owner
$t->sql(q{CREATE VIEW owned AS SELECT * FROM customers; GRANT SELECT ON owned TO stranger});
like($t->sql('SET ROLE stranger; EXPLAIN SELECT * FROM owned r LEFT JOIN local l ON false'), qr/rows=1002 /, 'a view: as its owner');
$t->sql('DROP VIEW owned');
sent();

# a schema of more tables than one SHOW tells
my @shown = map { column($_, 'text', length => 100) } qw(created_on name rows bytes);
my $big = sub { my ($from, $to) = @_; return [map { ['x', sprintf('T%05d', $_), "$_", '0'] } $from .. $to] };
$t->sql(q{CREATE FOREIGN TABLE first_page (id int) SERVER sf OPTIONS (schema 'BIG', "table" 'T00007'); CREATE FOREIGN TABLE next_page (id int) SERVER sf OPTIONS (schema 'BIG', "table" 'T10004');
	CREATE FOREIGN TABLE no_page (id int) SERVER sf OPTIONS (schema 'BIG', "table" 'T20000'); CREATE FOREIGN TABLE odd_size (id int) SERVER sf OPTIONS (schema 'BIG', "table" 'ODD')});
$t->result({match => '^SHOW TABLES IN SCHEMA "SHOP"."BIG" LIMIT 10000$', columns => \@shown, rows => $big->(0, 9999)});
$t->result({match => '^SHOW TABLES IN SCHEMA "SHOP"."BIG" LIMIT 10000 FROM \'T09999\'$', columns => \@shown, rows => [@{$big->(9999, 10004)}, ['x', 'ODD', '12 million', undef], ['x', undef, '1', '1']]});
is_deeply(estimates(map { "SELECT * FROM $_ r LEFT JOIN local l ON false" } qw(next_page first_page no_page odd_size)), [10004, 7, 1000, 1000], 'page by page; what is no number is not known');
is(scalar(sent()), 2, 'two SHOWs');
$t->sql('DROP FOREIGN TABLE first_page, next_page, no_page, odd_size');

# tables without a size of their own
$t->sql(<<'SQL');
CREATE FOREIGN TABLE by_query (id int, country text) SERVER sf OPTIONS (query 'SELECT id, country FROM customers WHERE id > 2 -- all of them');
CREATE FOREIGN TABLE shown (name text, "rows" bigint) SERVER sf OPTIONS (query 'SHOW TABLES IN SCHEMA SHOP.PUBLIC');
SQL
is_deeply(estimates('SELECT * FROM by_query r LEFT JOIN local l ON false', 'SELECT * FROM shown r LEFT JOIN local l ON false'), [1000, 1000], 'queries: nothing is known');
is_deeply([sent()], [], 'nor asked for');
$t->sql(q{ALTER SERVER sf OPTIONS (DROP use_remote_estimate)});

# ANALYZE

sub analyzed
{
	my ($table, %how) = @_;

	sent();
	my ($out, $err, $code) = $t->try('SET default_statistics_target = ' . ($how{target} // 100) . "; ANALYZE VERBOSE $table; SELECT reltuples, relpages > 0 FROM pg_class WHERE oid = '$table'::regclass");
	like("$out$err", qr/table contains $how{rows} rows, $how{sampled} rows in sample/, "ANALYZE $table" . ($how{target} ? " of $how{target}" : ''));
	is($out, "$how{rows}|t", "ANALYZE $table: in the catalog");
	my @sent = sent();
	is(scalar(@sent), scalar(@{$how{sent}}), "ANALYZE $table: statements") or diag(join "\n", @sent);
	like($sent[$_] // '', $how{sent}[$_], "ANALYZE $table: statement $_") for 0 .. $#{$how{sent}};
	return;
}

my $size = sub { my ($name) = @_; return qr/^SHOW TABLES LIKE '$name' IN SCHEMA "SHOP"."PUBLIC"$/ };
analyzed('orders', rows => 20000, sampled => 20000, sent => [$size->('ORDERS'), qr/^SELECT "ID", .* FROM "SHOP"."PUBLIC"."ORDERS" SAMPLE \(30000 ROWS\)$/]);
analyzed('orders', rows => 20000, sampled => 3000, target => 10, sent => [$size->('ORDERS'), qr/SAMPLE \(3000 ROWS\)$/]);
analyzed('customer_totals', rows => 1002, sampled => 1002, sent => [$size->('CUSTOMER_TOTALS'), qr/SAMPLE \(30000 ROWS\)$/]);
analyzed('customer_totals', rows => 1002, sampled => 600, target => 2,
	sent => [$size->('CUSTOMER_TOTALS'), qr/SAMPLE \(600 ROWS\)$/, qr/^SELECT COUNT\(\*\) FROM \(SELECT 1 FROM "SHOP"."PUBLIC"."CUSTOMER_TOTALS"\)$/]);
analyzed('by_query', rows => 1000, sampled => 300, target => 1,
	sent => [qr/^SELECT "ID", "COUNTRY" FROM \(SELECT id, country FROM customers WHERE id > 2\n\) AS "Q" SAMPLE \(300 ROWS\)$/, qr/^SELECT COUNT\(\*\) FROM \(SELECT 1 FROM \(SELECT/]);
analyzed('empty_table', rows => 0, sampled => 0, sent => [$size->('EMPTY_TABLE'), qr/SAMPLE/]);
analyzed('documents', rows => 500, sampled => 500, sent => [$size->('DOCUMENTS'), qr/^SELECT "ID", "DOC", "MORE" FROM/]);
is($t->sql(q{SELECT attname, avg_width FROM pg_stats WHERE tablename = 'documents' ORDER BY 1}), "doc|6404\nid|4\nmore|2", 'wide values, behind a dropped column');

is($t->sql(q{SET maintenance_work_mem = '1MB'; ANALYZE documents; SELECT avg_width BETWEEN 1000 AND 5000 FROM pg_stats WHERE tablename = 'documents' AND attname = 'doc'}), 't', 'which are compressed where there are many');

# read to its end, and of that a choice
my $tables = $t->sql(q{SELECT count(*) FROM shown});
analyzed('shown', rows => $tables, sampled => $tables, sent => [qr/^SHOW TABLES IN SCHEMA SHOP.PUBLIC$/]);
$t->sql(q{CREATE FOREIGN TABLE shown_columns (table_name text, column_name text) SERVER sf OPTIONS (query 'SHOW PARAMETERS IN SESSION')});
$t->sql('DROP FOREIGN TABLE shown_columns');
my $id = $t->sql(q{SELECT sf_execute('SELECT id, name, country FROM customers')->>'query_id'});
$t->sql(qq{CREATE FOREIGN TABLE earlier (id int, name text, country text) SERVER sf OPTIONS (query_id '$id')});
analyzed('earlier', rows => 1002, sampled => 300, target => 1, sent => []);
is($t->sql(q{SELECT n_distinct BETWEEN 4 AND 10 FROM pg_stats WHERE tablename = 'earlier' AND attname = 'country'}), 't', 'of a choice of rows');
is($t->sql(q{SELECT histogram_bounds::text::int[] @> '{1}' AND histogram_bounds::text::int[] @> '{1002}' FROM pg_stats WHERE tablename = 'earlier' AND attname = 'id'}), 'f', 'and not of the first ones');

# what is learnt is what a local table has
$t->sql('CREATE TABLE local_orders AS SELECT * FROM orders; ANALYZE local_orders; ANALYZE orders');
is($t->sql(q{SELECT attname, null_frac, avg_width, n_distinct, most_common_vals::text::text[] @> '{}' FROM pg_stats WHERE tablename = 'orders' ORDER BY 1}),
	$t->sql(q{SELECT attname, null_frac, avg_width, n_distinct, most_common_vals::text::text[] @> '{}' FROM pg_stats WHERE tablename = 'local_orders' ORDER BY 1}), 'the statistics of a local copy');
is($t->sql(q{SELECT most_common_vals FROM pg_stats WHERE tablename = 'orders' AND attname = 'status'}), $t->sql(q{SELECT most_common_vals FROM pg_stats WHERE tablename = 'local_orders' AND attname = 'status'}), 'the most common values');
like($t->sql(q{EXPLAIN SELECT * FROM orders o LEFT JOIN local l ON false WHERE o.status = 'nothing'}), qr/Foreign Scan on orders o .*rows=1 /, 'which a plan is made with');
$t->sql('ANALYZE type_sampler; ANALYZE events');

# some columns, guards
sent();
$t->sql('ANALYZE orders (status, total)');
is((sent())[1] =~ /SAMPLE/, 1, 'some columns');
$t->sql(q{ALTER FOREIGN TABLE orders OPTIONS (ADD max_result_rows '700')});
analyzed('orders', rows => 20000, sampled => 700, sent => [$size->('ORDERS'), qr/SAMPLE \(700 ROWS\)$/]);
$t->sql(q{ALTER FOREIGN TABLE orders OPTIONS (DROP max_result_rows)});

# partitions: more rows of the larger one
$t->sql(<<'SQL');
CREATE TABLE parts (id bigint, status text COLLATE "C") PARTITION BY LIST (status);
CREATE FOREIGN TABLE part_new PARTITION OF parts FOR VALUES IN ('new') SERVER sf OPTIONS (query 'SELECT id, status FROM orders WHERE status = ''new''');
CREATE FOREIGN TABLE part_rest PARTITION OF parts DEFAULT SERVER sf OPTIONS (database 'SHOP', schema 'PUBLIC', "table" 'ORDERS');
SET default_statistics_target = 10;
ANALYZE parts;
SQL
is($t->sql(q{SELECT count(*) FROM pg_stats WHERE tablename = 'parts' AND inherited}), 2, 'a partitioned table');
sent();

# tables of account objects are skipped
$t->sql(q{CREATE SCHEMA objects; IMPORT FOREIGN SCHEMA snowflake_objects LIMIT TO (warehouses) FROM SERVER sf INTO objects});
($out, $err) = $t->try('ANALYZE objects.warehouses');
like($err, qr/^WARNING: .*skipping "warehouses" --- cannot analyze this foreign table$/m, 'an object table');
is_deeply([sent()], [], 'without a request');

# errors and interrupts
$t->sql(q{CREATE FOREIGN TABLE missing (id int) SERVER sf});
($out, $err) = $t->try('ANALYZE missing');
like($err, qr/^ERROR:  42P01: .*MISSING.* does not exist or not authorized/m, 'a table that does not exist');
$t->clear;
$t->fault({action => 'status', status => 422, body => 'COUNT', text => '{"code":"000604","sqlState":"57014","message":"SQL execution canceled"}'});
($out, $err) = $t->try('SET default_statistics_target = 1; ANALYZE customer_totals');
like($err, qr/^ERROR:  57014: SQL execution canceled/m, 'an error of the count');
is($t->sql(q{SELECT reltuples FROM pg_class WHERE relname = 'customer_totals'}), 1002, 'changes nothing');
$t->sql('ALTER FOREIGN TABLE customers ALTER COLUMN name TYPE int');
($out, $err) = $t->try('ANALYZE customers');
like($err, qr/^ERROR:  22P02: .*\nCONTEXT:  column "name" of foreign table "customers", row 1/m, 'a value that its column cannot hold');
$t->sql('ALTER FOREIGN TABLE customers ALTER COLUMN name TYPE text');
$t->clear;
$t->fault({action => 'hang', body => 'SAMPLE', times => 1000});
my $session = $t->background("SET application_name = 'victim'; ANALYZE orders;\n");
sleep 0.8;
is($t->sql(q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim' AND wait_event_type = 'Extension'}), 't', 'ANALYZE is cancelled');
(undef, $err) = $t->finish_background($session);
like($err, qr/57014: canceling statement due to user request/, 'which ends it');
$t->clear;
is_deeply($t->control('GET', 'state')->{open_statements}, [], 'nothing runs there any more');

# who may
$t->sql(q{GRANT USAGE ON SCHEMA snowflake TO stranger; GRANT EXECUTE ON FUNCTION sf_analyze TO stranger});
($out, $err) = $t->try('SET ROLE stranger; ANALYZE customers');
like($err, qr/WARNING.*permission denied.*customers|WARNING.*skipping "customers" --- only/, 'not the owner');
($out, $err) = $t->try(q{SET ROLE stranger; SELECT * FROM sf_analyze('public')});
is($out, '', 'sf_analyze: not the owner');
is_deeply([sent()], [], 'nothing is sent with the owner\'s credentials');
$t->sql('ALTER FOREIGN TABLE empty_table OWNER TO stranger');
($out, $err) = $t->try('ANALYZE empty_table');
like($err, qr/^ERROR:  42704: user mapping not found for user "stranger"/m, 'as the owner of the table');
$t->sql('ALTER FOREIGN TABLE empty_table OWNER TO postgres');

# a schema
$t->sql(q{CREATE SCHEMA shop; IMPORT FOREIGN SCHEMA "SHOP.PUBLIC" LIMIT TO (customers, customer_totals, orders, order_items, products, empty_table) FROM SERVER sf INTO shop;
	CREATE FOREIGN TABLE shop.missing (id int) SERVER sf; CREATE TABLE shop.local (id int); CREATE FOREIGN TABLE shop.warehouses (name text) SERVER sf OPTIONS (kind 'warehouse')});
sent();
is($t->sql(q{SELECT relation, rows, sampled, error ~ 'does not exist or not authorized' FROM sf_analyze('shop')}),
	"shop.customer_totals|1002|1002|\nshop.customers|1002|1002|\nshop.empty_table|0|0|\nshop.missing|||t\nshop.order_items|100000|30000|\nshop.orders|20000|20000|\nshop.products|200|200|", 'sf_analyze');
my @sent = sent();
is(scalar(grep { /SAMPLE/ } @sent), 7, 'a sample of each') or diag(join "\n", @sent);
is(scalar(grep { /^SHOW TABLES IN SCHEMA/ } @sent), 1, 'one SHOW for all');
is($t->sql(q{SELECT count(*) FROM pg_class WHERE relnamespace = 'shop'::regnamespace AND relkind = 'f' AND reltuples >= 0}), 6, 'in the catalog');
is($t->sql(q{BEGIN; SELECT count(*) FROM sf_analyze('shop', 1); ROLLBACK}), 7, 'one at a time');
is($t->sql(q{SELECT sum(sampled) FROM sf_analyze('shop', 64)}), 52204, 'many at a time');
is($t->sql(q{SET default_statistics_target = 1; SELECT sum(sampled) FROM sf_analyze('shop')}), 300 * 4 + 200, 'fewer rows');
is($t->sql(q{ALTER FOREIGN TABLE shop.products ALTER COLUMN sku SET STATISTICS 1000; SET default_statistics_target = 1; SELECT sampled FROM sf_analyze('shop') WHERE relation = 'shop.products'::regclass}), 200, 'a column with a target of its own');
is($t->sql(q{SELECT count(*) FROM sf_analyze('objects')}), 0, 'a schema without data tables');
for my $case (['NULL', qr/22004: the schema must not be null/], [q{'shop', 0}, qr/22023: max_parallel must be between 1 and 64/], [q{'shop', 65}, qr/22023/], [q{'nowhere'}, qr/3F000/])
{
	($out, $err) = $t->try("SELECT * FROM sf_analyze($case->[0])");
	like($err, $case->[1], "sf_analyze($case->[0])");
}
sent();
$t->fault({action => 'delay', seconds => 1, body => 'SAMPLE', times => 7});
my $started = time;
$t->sql(q{SELECT * FROM sf_analyze('shop', 8)});
cmp_ok(time - $started, '<', 5, 'seven samples of a second each');
$t->clear;
$t->fault({action => 'hang', body => 'SAMPLE', times => 1000});
$started = time;
($out, $err) = $t->try(q{SET statement_timeout = '1s'; SELECT * FROM sf_analyze('shop', 8)});
like($err, qr/57014: canceling statement due to statement timeout/, 'a timeout ends all of them');
cmp_ok(time - $started, '<', 8, 'at once');
$t->clear;
for (1 .. 100)
{
	last if !@{$t->control('GET', 'state')->{open_statements}};
	select undef, undef, undef, 0.1;
}
is_deeply($t->control('GET', 'state')->{open_statements}, [], 'nothing runs there any more');
$t->fault({action => 'status', status => 403, body => 'ORDER_ITEMS', times => 1000});
is($t->sql(q{SELECT relation FROM sf_analyze('shop') WHERE error IS NOT NULL}), "shop.missing\nshop.order_items", 'what fails does not keep the others');
$t->clear;

$t->stop;
done_testing;
