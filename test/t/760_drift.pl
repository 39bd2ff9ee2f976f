# Columns whose type in Snowflake is not what an import has recorded: an error before a row is read, in whatever shows them.
use strict;
use warnings;
use utf8;
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', 5]);
my @columns = (
	'id NUMBER(9,0)', 'amount NUMBER(10,2)', 'name VARCHAR(20)', 'at TIMESTAMP_NTZ(6)', 'local_at TIMESTAMP_LTZ(6)', 'zone_at TIMESTAMP_TZ(6)', 'hour TIME(6)', 'day DATE', 'yes BOOLEAN', 'bytes BINARY', 'ratio FLOAT',
	'doc VARIANT', 'list ARRAY', 'code UUID', 'pairs MAP(VARCHAR, NUMBER(5,0))', 'label VARCHAR COLLATE \'en-ci\'');

$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC');
remote();
$t->sql('IMPORT FOREIGN SCHEMA "SHOP.PUBLIC" FROM SERVER sf INTO public');

sub execute
{
	my ($sql) = @_;

	return $t->sql('SELECT sf_execute($s$' . $sql . '$s$)');
}

# the table in Snowflake, with other columns than it had
sub remote
{
	my (%other) = @_;

	execute('CREATE OR REPLACE TABLE drifting (' . join(', ', map { /^(\w+)/; $other{$1} ? "$1 $other{$1}" : $_ } @columns) . ')');
	execute('INSERT INTO drifting (id) SELECT 1');
	return;
}

# one column: the error of a statement that shows it
sub drifts
{
	my ($name, $column, $recorded, $other, $seen, %more) = @_;
	my $sql = $more{sql} // "SELECT $column FROM drifting";

	remote($column => $other);
	my ($out, $err, $code) = $t->try($sql);
	is($out, '', "$name: no row");
	like($err, qr/^ERROR:  HV021: column "$column" of foreign table "drifting" is another one in Snowflake\nDETAIL:  Its option remote_type says \Q$recorded\E, in the result of query [0-9a-f-]{36} it is \Q$seen\E\.\nHINT:  (.*), or import the table again\.\n/, $name);
	my ($hint) = $err =~ /^HINT:  (.*), or import/m;
	is($hint, "ALTER FOREIGN TABLE public.drifting ALTER COLUMN $column " . ($more{type} ? "TYPE $more{type}, ALTER COLUMN $column " : '') . "OPTIONS (SET remote_type '$seen')", "$name: hint");

	# what the hint says helps, also a session that has planned before
	($out, $err, $code) = $t->try("BEGIN; EXPLAIN $sql; $hint; $sql; ROLLBACK");
	is($code, 0, "$name: the hint's statement helps") or diag($err);
	return;
}

# types that travel otherwise
execute('INSERT INTO drifting (id, pairs, code) SELECT 2, PARSE_JSON(\'{"a": 1, "b": null}\')::MAP(VARCHAR, NUMBER(5,0)), \'F353CA91-4FC5-49F2-9B9E-304F83D11914\'');
is($t->sql('SELECT pairs, code FROM drifting WHERE id = 2'), '{"a": 1, "b": null}|f353ca91-4fc5-49f2-9b9e-304f83d11914', 'MAP and UUID');
is($t->sql('SELECT id, pairs FROM drifting WHERE code = \'F353ca91-4fc5-49f2-9b9e-304f83d11914\' ORDER BY id'), '2|{"a": 1, "b": null}', 'MAP and UUID of a statement');
is($t->sql('SELECT (SELECT pairs FROM drifting WHERE id = 2) IS NULL, count(*) FROM drifting WHERE pairs IS NULL'), 'f|1', 'MAP: NULL');

# the types by which conditions are decided
drifts('scale', 'amount', 'NUMBER(10,2)', 'NUMBER(20,5)', 'NUMBER(20,5)', type => 'numeric(20,5)');
drifts('smaller scale', 'amount', 'NUMBER(10,2)', 'NUMBER(10,1)', 'NUMBER(10,1)', type => 'numeric(10,1)');
drifts('more digits', 'amount', 'NUMBER(10,2)', 'NUMBER(12,2)', 'NUMBER(12,2)', type => 'numeric(12,2)');
drifts('more digits of an integer', 'id', 'NUMBER(9,0)', 'NUMBER(38,0)', 'NUMBER(38,0)', type => 'numeric(38,0)');
drifts('number to text', 'amount', 'NUMBER(10,2)', 'VARCHAR(30)', 'VARCHAR(30)', type => 'text COLLATE "C"');
drifts('text to number', 'name', 'VARCHAR(20)', 'NUMBER(9,0)', 'NUMBER(9,0)', type => 'integer');
drifts('text to semi-structured', 'name', 'VARCHAR(20)', 'VARIANT', 'VARIANT', type => 'jsonb');
drifts('nanoseconds', 'at', 'TIMESTAMP_NTZ(6)', 'TIMESTAMP_NTZ(9)', 'TIMESTAMP_NTZ(9)');
drifts('with a zone', 'at', 'TIMESTAMP_NTZ(6)', 'TIMESTAMP_LTZ(6)', 'TIMESTAMP_LTZ(6)', type => 'timestamp with time zone');
drifts('without a zone', 'local_at', 'TIMESTAMP_LTZ(6)', 'TIMESTAMP_NTZ(6)', 'TIMESTAMP_NTZ(6)', type => 'timestamp');
drifts('zones of their own', 'local_at', 'TIMESTAMP_LTZ(6)', 'TIMESTAMP_TZ(6)', 'TIMESTAMP_TZ(6)');
drifts('the session\'s zone', 'zone_at', 'TIMESTAMP_TZ(6)', 'TIMESTAMP_LTZ(6)', 'TIMESTAMP_LTZ(6)');
drifts('nanoseconds of a time', 'hour', 'TIME(6)', 'TIME(9)', 'TIME(9)');
drifts('date to timestamp', 'day', 'DATE', 'TIMESTAMP_NTZ(6)', 'TIMESTAMP_NTZ(6)', type => 'timestamp');
drifts('boolean to number', 'yes', 'BOOLEAN', 'NUMBER(1,0)', 'NUMBER(1,0)', type => 'smallint');
drifts('binary to text', 'bytes', 'BINARY(8388608)', 'VARCHAR(20)', 'VARCHAR(20)', type => 'text COLLATE "C"');
drifts('UUID to number', 'code', 'UUID', 'NUMBER(9,0)', 'NUMBER(9,0)', type => 'integer');

# wherever a column is shown as it is
drifts("scan: $_->[0]", 'amount', 'NUMBER(10,2)', 'NUMBER(20,5)', 'NUMBER(20,5)', type => 'numeric(20,5)', sql => $_->[1])
	for ['a condition here', 'SELECT amount FROM drifting WHERE amount::text ~ \'1\''], ['a condition there', 'SELECT id, amount FROM drifting WHERE amount > 1'], ['LIMIT', 'SELECT amount FROM drifting LIMIT 1'],
	['below a join', 'SELECT d.amount FROM drifting d JOIN generate_series(1, 3) g ON g = d.id'];
drifts("statement: $_->[0]", 'amount', 'NUMBER(10,2)', 'NUMBER(20,5)', 'NUMBER(20,5)', type => 'numeric(20,5)', sql => $_->[1])
	for ['sorted', 'SELECT id, amount FROM drifting ORDER BY 1'], ['a key', 'SELECT amount, count(*) FROM drifting GROUP BY 1'], ['DISTINCT', 'SELECT DISTINCT amount FROM drifting'],
	['an extreme', 'SELECT max(amount) FROM drifting'], ['a join', 'SELECT c.id, d.amount FROM customers c JOIN drifting d ON d.id = c.id'], ['a subquery in FROM', 'SELECT m FROM (SELECT id, max(amount) AS m FROM drifting GROUP BY id) d ORDER BY id'],
	['WITH', 'WITH w AS (SELECT * FROM drifting) SELECT a.amount FROM w a JOIN w b USING (id)'], ['a value', 'SELECT id, (SELECT min(amount) FROM drifting) FROM customers ORDER BY 1 LIMIT 1'],
	['ROLLUP', 'SELECT amount, count(*) FROM drifting GROUP BY ROLLUP (1)'], ['beside an expression', 'SELECT amount, amount + 1, id FROM drifting ORDER BY id'];
drifts("subquery: $_->[0]", 'amount', 'NUMBER(10,2)', 'NUMBER(20,5)', 'NUMBER(20,5)', type => 'numeric(20,5)', sql => $_->[1])
	for ['grouped', 'SELECT g, s.amount FROM generate_series(1, 2) g JOIN (SELECT amount, count(*) FROM drifting GROUP BY amount) s ON true'], ['an extreme', 'SELECT g FROM generate_series(1, 2) g WHERE g < (SELECT max(amount) FROM drifting)'];

# the same without pushdown: the rows do not depend on it
for my $setting (qw(enable_pushdown enable_statement_pushdown enable_subquery_pushdown enable_filter_pushdown))
{
	my ($out, $err) = $t->try("SET snowflake_fdw.$setting = off; SELECT max(amount) FROM drifting WHERE amount > 1");
	like($err, qr/HV021: column "amount" of foreign table "drifting"/, "$setting off") if $setting ne 'enable_filter_pushdown';
}

# the table of another schema, with a name that needs quotes
$t->sql('CREATE SCHEMA "Other"; CREATE FOREIGN TABLE "Other"."My table" ("My amount" numeric OPTIONS (column_name \'AMOUNT\', remote_type \'NUMBER(5,2)\')) SERVER sf OPTIONS (database \'SHOP\', schema \'PUBLIC\', "table" \'DRIFTING\')');
remote();
my ($out, $err) = $t->try('SELECT * FROM "Other"."My table"');
like($err, qr/column "My amount" of foreign table "My table" is another one.*HINT:  \QALTER FOREIGN TABLE "Other"."My table" ALTER COLUMN "My amount" OPTIONS (SET remote_type 'NUMBER(10,2)'), or import/s, 'names that need quotes');

# a collation that came later
remote(name => 'VARCHAR(20) COLLATE \'en-ci\'');
($out, $err) = $t->try('SELECT name FROM drifting WHERE name = \'x\'');
like($err, qr/^ERROR:  HV021: column "name" of foreign table "drifting" is another one in Snowflake\nDETAIL:  It has no option remote_collation, in the result of query \S+ it has the collation en-ci\.\nHINT:  \QALTER FOREIGN TABLE public.drifting ALTER COLUMN name OPTIONS (ADD remote_collation 'en-ci').
/, 'collation: a condition');
($out, $err) = $t->try('SELECT id, name FROM drifting ORDER BY name');
like($err, qr/HV021: column "name" of foreign table "drifting"/, 'collation: an order');
is($t->sql('SELECT name FROM drifting WHERE id = 1'), '', 'collation: where nothing is compared');
is($t->sql('BEGIN; ALTER FOREIGN TABLE drifting ALTER COLUMN name OPTIONS (ADD remote_collation \'en-ci\'); SELECT count(name) FROM drifting; SELECT name FROM drifting; ROLLBACK'), "0\n", 'collation: the hint\'s statement helps');

# what cannot make a condition wrong
for (['id', 'NUMBER(4,0)'], ['amount', 'NUMBER(9,2)'], ['name', 'VARCHAR(4)'], ['name', 'VARCHAR(4000)'], ['name', 'VARCHAR(20) NOT NULL DEFAULT \'x\''], ['at', 'TIMESTAMP_NTZ(3)'], ['hour', 'TIME(0)'], ['bytes', 'BINARY(10)'], 
	['doc', 'OBJECT'], ['list', 'VARIANT'], ['pairs', 'MAP(VARCHAR, VARCHAR)'], ['pairs', 'VARIANT'], ['code', 'VARCHAR(36)'], ['label', 'VARCHAR'], ['name', 'VARCHAR(20) COLLATE \'utf8\''])
{
	my ($column, $other) = @$_;

	remote($column => $other);
	($out, $err) = $t->try("SELECT $column IS NULL FROM drifting; SELECT count($column) FROM drifting");
	is($err, '', "no drift: $column is $other");
	my ($all, $error) = $t->try('SELECT * FROM drifting');
	is($error, '', "no drift: $column is $other, all columns");
}

# one session: before, after the change, after each of two answers to it
remote();
execute('INSERT INTO drifting (id, amount) SELECT 2, 1.25');
my $session = <<"SQL";
PREPARE shown AS SELECT amount FROM drifting WHERE id = 2;
PREPARE summed AS SELECT amount, count(*) FROM drifting WHERE id = 2 GROUP BY 1;
SET plan_cache_mode = force_generic_plan;
EXECUTE shown; EXECUTE summed;
SELECT sf_execute('CREATE OR REPLACE TABLE drifting AS SELECT 2::NUMBER(9,0) AS id, 1.00499::NUMBER(20,5) AS amount') \\g /dev/null
\\set ON_ERROR_STOP off
EXECUTE shown; EXECUTE summed;
SELECT count(*) FROM drifting WHERE id = 2;
ALTER FOREIGN TABLE drifting ALTER COLUMN amount OPTIONS (SET remote_type 'NUMBER(20,5)');
EXECUTE shown; EXECUTE summed;
ALTER FOREIGN TABLE drifting ALTER COLUMN amount TYPE numeric(20,5);
EXECUTE shown;
SELECT amount FROM drifting WHERE amount > 1.00; SELECT amount, count(*) FROM drifting WHERE id = 2 GROUP BY 1;
SQL
($out, $err) = $t->try($session);
is($out, "1.25\n1.25|1\n1\n1.00\n1.00|1\n1.00499\n1.00499|1", 'one session');
is(join('|', $err =~ /^(?:psql:\S+ )?ERROR:  (.*)$/mg), join('|', ('HV021: column "amount" of foreign table "drifting" is another one in Snowflake') x 2, '0A000: cached plan must not change result type'), 'one session: errors');

# another session sees that the options have changed
$t->sql('ALTER FOREIGN TABLE drifting ALTER COLUMN amount OPTIONS (SET remote_type \'NUMBER(10,2)\')');
my $waits = $t->background("PREPARE p AS SELECT count(amount) FROM drifting; EXECUTE p; SELECT amount FROM drifting");
($out, $err) = $t->finish_background($waits);
like($err, qr/HV021/, 'options that another session has changed');

# a column that no result shows as it is is not looked at; where Snowflake cannot compare, the hint says why that may be
remote(day => 'NUMBER(9,0)', name => 'NUMBER(9,0)');
$t->sql('ALTER FOREIGN TABLE drifting ALTER COLUMN amount TYPE numeric(10,2)');
execute('INSERT INTO drifting (id, name) SELECT 3, 4');
is($t->sql('SELECT count(*) FROM drifting WHERE amount IS NULL; SELECT sum(amount) FROM drifting'), "2\n", 'not shown');
($out, $err) = $t->try('SELECT count(*) FROM drifting WHERE name = \'Smith\'');
like($err, qr/^ERROR:  22P02: Numeric value 'Smith' is not recognized\n.*^HINT:  A column may have another type in Snowflake than its option remote_type says: import the table again\.$/ms, 'a text that is a number: statement');
($out, $err) = $t->try('SELECT g FROM generate_series(1, 1) g, drifting WHERE name = \'Smith\'');
like($err, qr/^HINT:  A column may have another type in Snowflake/m, 'a text that is a number: scan');
($out, $err) = $t->try('SELECT count(*) FROM drifting WHERE day > \'2024-01-01\'');
like($err, qr/^ERROR:  42883: Invalid argument types .*^HINT:  A column may have another type in Snowflake/ms, 'a date that is a number');

# results and texts that conditions are not sent with; account objects
remote(amount => 'NUMBER(20,5)');
$t->sql('CREATE FOREIGN TABLE by_text (amount numeric(10,2) OPTIONS (remote_type \'NUMBER(10,2)\')) SERVER sf OPTIONS (query \'SELECT amount FROM drifting\', database \'SHOP\', schema \'PUBLIC\')');
($out, $err) = $t->try('SELECT amount FROM by_text');
like($err, qr/HV021: column "amount" of foreign table "by_text"/, 'a table by query');
$t->sql('CREATE FOREIGN TABLE listed (name text OPTIONS (remote_type \'NUMBER(10,2)\')) SERVER sf OPTIONS (query \'SHOW WAREHOUSES\')');
my $id = $t->sql('SELECT sf_async_submit(\'SELECT amount FROM drifting\')');
$t->sql("SELECT sf_async_wait('$id')");
$t->sql("CREATE FOREIGN TABLE finished (amount numeric OPTIONS (remote_type 'NUMBER(10,2)')) SERVER sf OPTIONS (query_id '$id')");
is($t->sql('SELECT count(*) FROM finished WHERE amount IS NULL; SELECT count(amount) FROM finished'), "1\n0", 'a finished result: no condition is sent');
is($t->sql('SELECT count(name) > 0 FROM listed'), 't', 'a table by a command: no condition is sent');
is($t->sql('CREATE SCHEMA objects; IMPORT FOREIGN SCHEMA snowflake_objects LIMIT TO (warehouses) FROM SERVER sf INTO objects; SELECT count(*) > 0 FROM objects.warehouses'), 't', 'account objects');

# what the reply does not say is not compared; a reply that is not what it should be is refused as ever
for my $type ({name => 'AMOUNT', type => 'fixed'}, {name => 'AMOUNT', type => 'FIXED', precision => undef, scale => undef}, {name => 'AMOUNT', type => 'fixed', precision => 10, scale => 2, length => undef, nullable => undef})
{
	$t->result({match => 'SELECT "AMOUNT" FROM "SHOP"."PUBLIC"."DRIFTING"', columns => [$type], rows => [['1.50']]});
	is($t->sql('SELECT amount FROM drifting'), '1.50', 'members that are not given');
}
$t->stop;
done_testing;
