# Query functions and foreign tables over prepared results: types, partitions, NULLs, names, parameters.
use strict;
use warnings;
use utf8;
use Encode ();
use IPC::Run ();
use SnowflakeFdwTest;
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);
my $t = SnowflakeFdwTest->new(args => ['--no-engine', '--window', '1', '--partition-rows', '3']);
$t->connect;

# what a cell becomes in a type; the expected text is PostgreSQL's
my @types = (
	['fixed', '42', 'bigint', '42', precision => 18, scale => 0],
	['fixed', '-32768', 'smallint', '-32768', precision => 38, scale => 0],
	['fixed', '99999999999999999999999999999999999999', 'numeric', '99999999999999999999999999999999999999', precision => 38, scale => 0],
	['fixed', '-0.0000000000000000000000000000000000001', 'numeric', '-0.0000000000000000000000000000000000001', precision => 38, scale => 37],
	['fixed', '123.4560', 'numeric(10,4)', '123.4560', precision => 10, scale => 4],
	['fixed', '12.30', 'double precision', '12.3', precision => 10, scale => 2],
	['real', '1.7976931348623157e+308', 'double precision', '1.7976931348623157e+308'],
	['real', '0.1', 'double precision', '0.1'],
	['real', 'inf', 'double precision', 'Infinity'],
	['real', '-inf', 'double precision', '-Infinity'],
	['real', 'NaN', 'double precision', 'NaN'],
	['text', '', 'text', ''],
	['text', 'ß "quoted" \\ back', 'text', 'ß "quoted" \\ back'],
	['text', 'x' x 300, 'text', 'x' x 300],
	['text', 'abc', 'varchar(3)', 'abc'],
	['binary', '00fFAA', 'bytea', '\\x00ffaa'],
	['boolean', 'true', 'boolean', 't'],
	['boolean', '0', 'boolean', 'f'],
	['date', '0', 'date', '1970-01-01'],
	['date', '-719162', 'date', '0001-01-01'],
	['date', '2932896', 'date', '9999-12-31'],
	['date', '19000', 'text', '2022-01-08'],
	['time', '86399.999999999', 'time', '23:59:59.999999', scale => 9],
	['time', '82919', 'time', '23:01:59', scale => 0],
	['timestamp_ntz', '1611871777.123456789', 'timestamp', '2021-01-28 22:09:37.123456', scale => 9],
	['timestamp_ntz', '-0.250', 'timestamp', '1969-12-31 23:59:59.75', scale => 3],
	['timestamp_ntz', '-0.000000001', 'timestamp', '1969-12-31 23:59:59.999999', scale => 9],
	['timestamp_ntz', '1', 'timestamp(0)', '1970-01-01 00:00:01', scale => 0],
	['timestamp_ntz', '1.999', 'timestamp(0)', '1970-01-01 00:00:01', scale => 3],
	['timestamp_ltz', '1611871777.5', 'timestamptz', '2021-01-28 22:09:37.5+00', scale => 1],
	['timestamp_tz', '1641008096.123000000 1980', 'timestamptz', '2022-01-01 03:34:56.123+00', scale => 9],
	['timestamp_tz', '1641008096.123000000 1980', 'text', '2022-01-01 12:34:56.123 +09:00', scale => 9],
	['variant', "{\n  \"a\": 1\n}", 'jsonb', '{"a": 1}'],
	['variant', '"abc"', 'jsonb', '"abc"'],
	['variant', 'null', 'jsonb', 'null'],
	['array', "[\n  undefined,\n  \"undefined\"\n]", 'jsonb', '[null, "undefined"]'],
	['object', '{"x":3.000000000000000e+00}', 'jsonb', '{"x": 3.000000000000000}'],
	['geography', '{"coordinates":[1,2],"type":"Point"}', 'jsonb', '{"type": "Point", "coordinates": [1, 2]}'],
	['vector', '[1.5,2]', 'real[]', '{1.5,2}'],
	['text', 'b9d0b0a2-7e5c-4d1e-8b0a-000000000001', 'uuid', 'b9d0b0a2-7e5c-4d1e-8b0a-000000000001'],
	['decfloat', '1.5e-10', 'numeric', '0.00000000015'],
);
for my $case (@types)
{
	my ($type, $cell, $pg, $expected, %more) = @$case;

	$t->result({match => 'one cell', times => 1, columns => [column('C', $type, %more)], rows => [[$cell]]});
	my ($out, $err) = $t->try("SELECT c FROM sf_query('SELECT one cell') AS t(c $pg)");
	utf8::decode($out);
	is($out . $err, $expected, "$type to $pg: " . substr($cell, 0, 40));
}

# what does not fit says where
my @bad = (
	['fixed', '128000', 'smallint', qr/22003: value "128000" of column "c" is out of range for type smallint/],
	['fixed', '12x', 'bigint', qr/22P02: invalid value "12x" of column "c"/],
	['text', 'abcd', 'varchar(3)', qr/22001.*\n.*column "c" of the result, row 1/s],
	['real', 'many', 'double precision', qr/22P02.*row 1/s],
	['date', '99999999999', 'date', qr/22008/],
	['time', '86400', 'time', qr/22008/],
	['timestamp_ntz', '99999999999999', 'timestamp', qr/22008/],
	['timestamp_tz', '1 9999', 'timestamptz', qr/22P02/],
	['boolean', 'maybe', 'boolean', qr/22P02/],
	['binary', 'ABC', 'bytea', qr/22P02/],
	['variant', 'NaN', 'jsonb', qr/22P02.*row 1/s],
	['timestamp_ntz', '1', 'timestamptz', qr/42804: column "c" of type timestamp with time zone cannot take Snowflake's type timestamp_ntz/],
	['date', '1', 'integer', qr/42804/],
	['binary', '00', 'integer', qr/42804/],
);
for my $case (@bad)
{
	my ($type, $cell, $pg, $expected) = @$case;

	$t->result({match => 'one cell', times => 1, columns => [column('C', $type)], rows => [[$cell]]});
	like(($t->try("SELECT c FROM sf_query('SELECT one cell') AS t(c $pg)"))[1], $expected, "$type to $pg refused: $cell");
}

# NULLs, partitions, an empty result
for my $rows (0, 1, 3, 4, 150)
{
	$t->result({match => 'many rows', columns => [column('N', 'fixed', precision => 9, scale => 0), column('T', 'text')],
			rows => [['1', undef]], repeat => $rows});
	is($t->sql("SELECT count(*), sum(n), count(t) FROM sf_query('SELECT many rows') AS t(n int, t text)"),
		$rows ? "$rows|$rows|0" : '0||0', "$rows rows in partitions of 3");
}
$t->clear;
is($t->sql("SELECT count(*) FROM (SELECT sf_query_json('SELECT many rows') LIMIT 2) x"), '2', 'LIMIT over a function in the SELECT list');
cmp_ok(scalar(grep { exists $_->{query}{partition} } @{$t->requests}), '<', 10, 'which does not fetch all 50 partitions');

# names
$t->result({match => 'names', columns => [column('ID', 'fixed', precision => 9, scale => 0), column('My Col', 'text'),
		column('ÄÖ', 'text'), column('ID', 'text')], rows => [['1', 'a', 'b', 'c']]});
my $json = $t->sql("SELECT sf_query_json('SELECT names')");
utf8::decode($json);
is($json, '{"id": 1, "id_2": "c", "ÄÖ": "b", "My Col": "a"}', 'keys of sf_query_json');
$t->sql('CREATE TYPE named AS (id int, "My Col" text, missing text)');
is($t->sql("SELECT * FROM sf_query_as(NULL::named, 'SELECT names')"), '1|a|', 'sf_query_as matches by name');
is($t->sql("SELECT sf_query_as(NULL::int, 'SELECT names')"), '1', 'sf_query_as of a scalar');
$t->sql('CREATE TYPE other_names AS (a int, b text)');
like(($t->try("SELECT * FROM sf_query_as(NULL::other_names, 'SELECT names')"))[1], qr/42703: the result has none of the columns of the type\nDETAIL:  The result's columns are .*\nHINT:  Columns match by name/, 'sf_query_as without a column that matches');
like($t->sql("SELECT sf_describe('SHOW names')"), qr/^t\(id integer, "My Col" text/, 'sf_describe');
like(($t->try("SELECT * FROM sf_query('SELECT names') AS t(a int)"))[1], qr/42804: the result has 4 columns, the column definition list has 1/, 'another number of columns');

# foreign tables
$t->sql('CREATE FOREIGN TABLE ft (id int, "My Col" text, unused text) SERVER sf OPTIONS (database \'D\', schema \'S\', "table" \'T\')');
like($t->sql('EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM ft'), qr/Remote SQL: SELECT "ID" FROM "D"."S"."T"$/, 'column pruning');
my $scans = join ' ', map { "SET snowflake_fdw.enable_${_}_pushdown = off;" } qw(statement join aggregate);
like($t->sql("$scans EXPLAIN (VERBOSE, COSTS OFF) SELECT count(*) FROM ft"), qr/Remote SQL: SELECT 1 FROM "D"/, 'no column');
like($t->sql('EXPLAIN (VERBOSE, COSTS OFF) SELECT "My Col" FROM ft LIMIT 5 OFFSET 2'), qr/Remote SQL: SELECT "My Col" FROM "D"."S"."T" LIMIT 5 OFFSET 2$/, 'LIMIT is sent');
for my $query ('SELECT id FROM ft WHERE id > 1 LIMIT 5', 'SELECT id FROM ft ORDER BY id LIMIT 5', 'SELECT DISTINCT id FROM ft LIMIT 5',
	'SELECT count(*) FROM ft LIMIT 5', 'SELECT a.id FROM ft a, ft b LIMIT 5', 'SELECT generate_series(1, id) FROM ft LIMIT 5')
{
	unlike($t->sql("$scans EXPLAIN (VERBOSE, COSTS OFF) $query"), qr/Remote SQL: .*LIMIT/, "LIMIT stays local: $query");
}
like(($t->try('SELECT id FROM ft FOR UPDATE'))[1], qr/0A000: row locks are not supported/, 'FOR UPDATE');
$t->result({match => 'FROM "D"', columns => [column('ID', 'fixed', precision => 9, scale => 0)], rows => [['1'], ['2'], ['3'], [undef]]});
is($t->sql('SELECT id FROM ft WHERE id > 1 ORDER BY 1'), "2\n3", 'a local filter');
$t->clear;
is($t->sql('SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off; SELECT count(*) FROM generate_series(1, 3) g, LATERAL (SELECT id FROM ft OFFSET 0) f WHERE f.id = g'),
	'3', 'a rescan');
is(scalar(grep { $_->{method} eq 'POST' } @{$t->requests}), 1, 'runs the statement once');
$t->sql("CREATE FOREIGN TABLE q (id int, n text) SERVER sf OPTIONS (query 'SELECT * FROM x -- end')");
like($t->sql('EXPLAIN (VERBOSE, COSTS OFF) SELECT n FROM q'), qr/SELECT "N" FROM \(SELECT \* FROM x\n\) AS "Q"/, 'a query table');
$t->result({match => 'SHOW THINGS', columns => [column('name', 'text'), column('id', 'text')], rows => [['a', '7']]});
$t->sql("CREATE FOREIGN TABLE s (id int, name text) SERVER sf OPTIONS (query 'SHOW THINGS')");
is($t->sql('SELECT * FROM s'), '7|a', 'a SHOW table finds columns by name');
my $id = $t->sql("SELECT sf_execute('CALL SHOW THINGS')->>'query_id'");
$t->sql("CREATE FOREIGN TABLE r (name text) SERVER sf OPTIONS (query_id '$id')");
is($t->sql('SELECT * FROM r'), 'a', 'a query_id table');

# parameters
$t->result({match => 'with parameters', columns => [column('C', 'text')], rows => [['x']]});
$t->clear;
$t->sql(q{SELECT * FROM sf_query('SELECT with parameters ?, ?, ?, ?, ?, ?', '["a", 1, 1.50, true, null, {"type": "DATE", "value": "5"}]') AS t(c text)});
is_deeply($t->requests->[0]{body}{bindings}, {
		1 => {type => 'TEXT', value => 'a'}, 2 => {type => 'FIXED', value => '1'}, 3 => {type => 'TEXT', value => '1.50'},
		4 => {type => 'BOOLEAN', value => 'true'}, 5 => {type => 'TEXT', value => undef}, 6 => {type => 'DATE', value => '5'}}, 'bindings');
is($t->requests->[0]{body}{parameters}{TIMEZONE}, 'UTC', 'the time zone is always sent');
$t->sql(q{SELECT sf_query_json('SELECT with parameters', session_parameters => '{"use_cached_result": false, "client_result_chunk_size": "48"}')});
is(JSON::PP->new->canonical->encode($t->requests->[-1]{body}{parameters}),
	'{"CLIENT_RESULT_CHUNK_SIZE":48,"ROWS_PER_RESULTSET":0,"TIMEZONE":"UTC","USE_CACHED_RESULT":"false"}', 'session parameters, numbers as numbers');
$t->clear;
like(($t->try(q{SELECT sf_query_json('SELECT ?', '[]')}))[1], qr/22023: the statement has 1 parameter placeholder, 0 values were given/, 'too few values');
like(($t->try(q{SELECT sf_query_json('SELECT $1', '[1]')}))[1], qr/22023.*HINT:  Snowflake's placeholder is a question mark/s, '$1');
like(($t->try(q{SELECT sf_query_json('SELECT ?', '[[1]]')}))[1], qr/22023: parameter 1 cannot be bound/, 'an array');
like(($t->try(q{SELECT sf_query_json('SELECT ?', '[{"type": "FIXED", "value": "x"}]')}))[1], qr/22023: parameter 1 cannot be bound.*whole number/s, 'a bad exact value');
like(($t->try(q{SELECT sf_query_json('SELECT 1', session_parameters => '{"CLIENT_RESULT_CHUNK_SIZE": 1.5}')}))[1],
	qr/22023: the value of session parameter CLIENT_RESULT_CHUNK_SIZE must be a whole number/, 'a size that is no whole number');
like(($t->try(q{SELECT sf_query_json('SELECT 1', session_parameters => '{"timezone": "Mars/Base"}')}))[1],
	qr/22023: "Mars\/Base" is not the name of a time zone/, 'a zone that is none');
like(($t->try(q{SELECT sf_query_json('SELECT 1; SELECT 2')}))[1], qr/22023: the text holds several statements\nHINT:.*each an element of the array/, 'two statements');
like(($t->try(q{SELECT sf_query_json('  -- nothing')}))[1], qr/22023: the statement is empty/, 'an empty statement');
like(($t->try(q{BEGIN READ ONLY; SELECT sf_execute('DROP TABLE x')}))[1], qr/25006/, 'sf_execute in a read-only transaction');
like(($t->try(q{BEGIN READ ONLY; SELECT sf_query_json('DROP TABLE x')}))[1], qr/25006/, 'a change by sf_query_json in a read-only transaction');
is(scalar(@{$t->requests}), 0, 'none of these made a request');
$t->sql("ALTER SERVER sf OPTIONS (ADD read_only 'true')");
like(($t->try(q{SELECT sf_execute('DROP TABLE x')}))[1], qr/42501: server "sf" is read-only for sf_execute\(\)/, 'sf_execute on a read_only server');
like(($t->try(q{SELECT sf_query_json('WITH p AS PROCEDURE () RETURNS INT AS $$ x $$ CALL p()')}))[1], qr/42501: server "sf" is read-only for sf_query_json\(\)/, 'a procedure on a read_only server');
$t->sql('ALTER SERVER sf OPTIONS (DROP read_only)');

# limits
$t->result({match => 'many rows', columns => [column('N', 'fixed')], rows => [['1']], repeat => 10});
$t->sql("ALTER SERVER sf OPTIONS (ADD max_result_rows '5')");
like(($t->try(q{SELECT sf_query_json('SELECT many rows')}))[1], qr/54000: the result has 10 rows, max_result_rows is 5/, 'max_result_rows');
$t->sql('ALTER SERVER sf OPTIONS (DROP max_result_rows)');

# a warning at rollback
$t->result({match => 'UPDATE', columns => [column('number of rows updated', 'fixed')], rows => [['1']]});
like(($t->try(q{BEGIN; SELECT sf_execute('UPDATE x SET y = 1'); ROLLBACK}))[1], qr/WARNING.*1 Snowflake statement stays in effect/, 'ROLLBACK warns');
unlike(($t->try(q{BEGIN; SELECT sf_execute('UPDATE x SET y = 1'); COMMIT}))[1], qr/WARNING/, 'COMMIT does not');

# names of columns: equal ones, long ones, those that a database of another encoding writes otherwise
my $long = '日' x 20;
$t->result({match => 'equal names', columns => [map { column($_, 'text') } $long, $long, 'ä', 'A', 'A'], rows => [[map { "$_" } 1 .. 5]]});
is($t->sql(q{SELECT string_agg(k, ' ' ORDER BY v) FROM sf_query_json('SELECT equal names') j, jsonb_each_text(j) e(k, v)}),
	Encode::encode('UTF-8', "$long " . substr($long, 0, 20) . '_2 ä a a_2'), 'keys that differ, of whole characters');
$t->result({match => 'latin', columns => [column('ä', 'text'), column('B', 'text')], rows => [['ö', 'x']]});
$t->sql(q{CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'});
my ($said, $complaint);
IPC::Run::run([$t->psql_command, '-d', 'latin'], '<', \Encode::encode('UTF-8', <<"SQL"), '>', \$said, '2>', \$complaint);
SET search_path = public, snowflake;
CREATE EXTENSION snowflake_fdw;
CREATE SERVER sf FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (@{[$t->server_options]});
CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}');
CREATE TYPE pair AS ("ä" text, b text);
SELECT sf_query_json('SELECT latin');
SELECT sf_describe('SHOW latin');
SELECT * FROM sf_query_as(NULL::pair, 'SELECT latin');
SELECT sf_async_to_foreign_table(sf_async_submit('SELECT latin'), 'latin');
SELECT "ä" FROM latin;
SELECT name FROM sf_async_columns(sf_async_submit('SELECT latin'));
SQL
is($complaint, '', 'a LATIN1 database');
is(Encode::decode('UTF-8', $said), qq({"b": "x", "ä": "ö"}\nt("ä" text, b text)\nö|x\nlatin\nö\nä\nB\n), 'has the names of columns in its encoding');

$t->stop;
done_testing;
