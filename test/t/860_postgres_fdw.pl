# The queries of postgres_fdw's own regression test (test/postgres_fdw/queries.sql) over foreign tables, and over local ones with the same rows: the same answers.
#
# What is left out of that test: what writes through foreign tables (INSERT, UPDATE, DELETE, COPY FROM, TRUNCATE, triggers, WITH CHECK OPTION), which are read
# only here; its options, connections and transactions; IMPORT (others test it); ctid, which a foreign row has not; the option "extensions".
# Each query is asked as it is, and with settings off in the ways below. test/postgres_fdw/units says what is sent of it on PostgreSQL 15: as it is, and
# without whole statements and subqueries (joins, groups and scans of single relations then); SFDW_WRITE=1 writes it.
use strict;
use warnings;
use utf8;
use lib 'test/perl';
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new(args => ['--window', 5]);
my %remote = (int => 'NUMBER(9,0)', text => 'VARCHAR', 'varchar' => 'VARCHAR', 'varchar(10)' => 'VARCHAR(10)', 'char(10)' => 'VARCHAR(10)', timestamptz => 'TIMESTAMP_TZ(6)',
	timestamp => 'TIMESTAMP_NTZ(6)', user_enum => 'VARCHAR', 'text COLLATE "C"' => 'VARCHAR');
my $set_up = q{SET timezone = 'PST8PDT'; SET datestyle = 'Postgres, MDY'; SET intervalstyle = 'postgres_verbose'; SET search_path = %s, public, snowflake; SET statement_timeout = '60s'};

# a table of Snowflake's with the rows of a query: of each column [name, type]
sub make_remote
{
	my ($table, $query, @columns) = @_;
	my @rows = split /\n/, $t->sql("SET timezone = 'UTC'; COPY ($query) TO STDOUT");
	my @definitions = map { my $name = $_->[0] =~ / / ? $_->[0] : uc $_->[0]; "\"$name\" $remote{$_->[1]}" } @columns;
	my @casts = map { "CAST(COLUMN$_ AS $remote{$columns[$_ - 1][1]})" } 1 .. @columns;

	$t->sql("SELECT sf_execute(\$q\$CREATE TABLE DEMO.\"S 1\".\"$table\" (" . join(', ', @definitions) . ')$q$)');
	while (my @part = splice @rows, 0, 1000)
	{
		my @values = map { '(' . join(', ', map { $_ eq '\N' ? 'NULL' : "'" . s/ +$//r . "'" } split /\t/, $_, -1) . ')' } @part;

		$t->sql("SELECT sf_execute(\$q\$INSERT INTO DEMO.\"S 1\".\"$table\" SELECT " . join(', ', @casts) . ' FROM VALUES ' . join(', ', @values) . '$q$)');
	}
	return;
}

# a foreign table there.NAME and a local one here.NAME; of each column [name, type, name in Snowflake]
sub make_table
{
	my ($name, $table, $server, $query, @columns) = @_;
	my $local = join ', ', map { "$_->[0] $_->[1]" } @columns;
	my $foreign = join ', ', map { my ($type, $collate) = $_->[1] =~ /(.*?)( COLLATE.*)?$/;
		"$_->[0] $type OPTIONS (remote_type '$remote{$_->[1]}'" . (defined $_->[2] ? ", column_name '$_->[2]'" : '') . ')' . ($collate // '') } @columns;

	$t->sql("CREATE FOREIGN TABLE there.$name ($foreign) SERVER $server OPTIONS (schema 'S 1', \"table\" '$table'); CREATE TABLE here.$name ($local); INSERT INTO here.$name $query; ANALYZE here.$name");
	return;
}

# both at once
sub make_both
{
	my ($name, $server, $query, @columns) = @_;

	make_remote($name, $query, @columns);
	make_table($name, $name, $server, $query, @columns);
	return;
}

# partitions, of each [name, bounds, server, query], of a table in both schemas
sub make_partitioned
{
	my ($name, $key, $columns, @partitions) = @_;

	$t->sql(join '', map { "CREATE TABLE $_.$name (" . join(', ', map { "$_->[0] $_->[1]" } @$columns) . ") PARTITION BY RANGE ($key);" } qw(here there));
	for my $partition (@partitions)
	{
		my ($child, $bounds, $server, $query) = @$partition;

		make_both($child, $server, $query, @$columns) if $server ne '';
		$t->sql(join '', map { "CREATE TABLE $_.$child AS $query;" } qw(here there)) if $server eq '';
		$t->sql(join '', map { "ALTER TABLE $_.$name ATTACH PARTITION $_.$child FOR VALUES FROM $bounds;" } qw(here there));
	}
	$t->sql("ANALYZE here.$name");
	return;
}

# statements of a text, each [comment, statement]
sub statements
{
	my ($text) = @_;
	my ($comment, $sql, @statements) = ('', '');

	while ($text =~ /\G(?:(\s*--[^\n]*\n)|(\$\w*\$)|("[^"]*"|'[^']*')|(;[^\n]*)|(.))/gs)
	{
		if (defined $1 && $sql !~ /\S/) { $comment .= $1; }
		elsif (defined $1) { $sql .= "\n"; }
		elsif (defined $2)
		{
			my $end = index($text, $2, pos $text) + length $2;
			$sql .= $2 . substr($text, pos $text, $end - pos $text);
			pos($text) = $end;
		}
		elsif (defined $3) { $sql .= $3; }
		elsif (defined $4)
		{
			$sql =~ s/^\s+//;
			push @statements, [$comment, $sql];
			($comment, $sql) = ('', '');
		}
		else { $sql .= $5; }
	}
	return @statements;
}

# what is sent, in the order of the plan: statement, subquery, join, aggregate, scan, each with its number; bind joins
sub units
{
	my ($plan) = @_;
	my (@units, %count);

	while ($plan =~ /Pushdown: (\w+)|(Bind) Join/g)
	{
		my $unit = lc($1 // $2);

		push @units, $unit if !$count{$unit}++;
	}
	return @units ? join ', ', map { $count{$_} > 1 ? "$count{$_} $_" : $_ } @units : 'nothing';
}

$t->sql("CREATE DATABASE fdw TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'; CREATE ROLE viewer SUPERUSER; CREATE ROLE viewer_another");
$t->{database} = 'fdw';
$t->sql("CREATE EXTENSION snowflake_fdw; ALTER DATABASE fdw SET search_path = public, snowflake; SET search_path = public, snowflake;" .
	join('', map { "CREATE SERVER $_ FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (" . $t->server_options(warehouse => 'COMPUTE_WH', database => 'DEMO') . ");" } qw(sf sf2)) .
	join('', map { my ($role, $server) = split / /; "CREATE USER MAPPING FOR $role SERVER $server OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}');" }
		'postgres sf', 'viewer sf', 'postgres sf2') . "ALTER DATABASE fdw SET snowflake_fdw.default_server = 'sf'");
$t->sql(q{SELECT sf_execute('CREATE SCHEMA DEMO."S 1"')});
$t->sql(<<'SQL');
CREATE SCHEMA here; CREATE SCHEMA there; CREATE SCHEMA "S 1";
CREATE TYPE user_enum AS ENUM ('foo', 'bar', 'buz');
CREATE TABLE "S 1"."T 1" ("C 1" int NOT NULL PRIMARY KEY, c2 int NOT NULL, c3 text, c4 timestamptz, c5 timestamp, c6 varchar(10), c7 char(10), c8 user_enum);
CREATE TABLE "S 1"."T 2" (c1 int NOT NULL PRIMARY KEY, c2 text);
CREATE TABLE "S 1"."T 3" (c1 int NOT NULL PRIMARY KEY, c2 int NOT NULL, c3 text);
CREATE TABLE "S 1"."T 4" (c1 int NOT NULL PRIMARY KEY, c2 int NOT NULL, c3 text);
SET timezone = 'PST8PDT';
INSERT INTO "S 1"."T 1" SELECT id, id % 10, to_char(id, 'FM00000'), '1970-01-01'::timestamptz + ((id % 100) || ' days')::interval,
	'1970-01-01'::timestamp + ((id % 100) || ' days')::interval, CASE WHEN id <= 960 THEN id % 10 END, id % 10, 'foo' FROM generate_series(1, 1000) id;
INSERT INTO "S 1"."T 2" SELECT id, 'AAA' || to_char(id, 'FM000') FROM generate_series(1, 100) id;
INSERT INTO "S 1"."T 3" SELECT id, id + 1, 'AAA' || to_char(id, 'FM000') FROM generate_series(1, 100) id WHERE id % 2 = 0;
INSERT INTO "S 1"."T 4" SELECT id, id + 1, CASE WHEN id % 9 <> 0 THEN 'AAA' || to_char(id, 'FM000') END FROM generate_series(1, 100) id WHERE id % 3 = 0;
CREATE FUNCTION own_abs(int) RETURNS int AS $$ BEGIN RETURN abs($1); END $$ LANGUAGE plpgsql IMMUTABLE;
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, PROCEDURE = int4eq, COMMUTATOR = ===);
CREATE TEXT SEARCH CONFIGURATION public.custom_search (COPY = pg_catalog.english);
CREATE FUNCTION least_accum(anyelement, VARIADIC anyarray) RETURNS anyelement LANGUAGE sql AS 'SELECT least($1, min($2[i])) FROM generate_subscripts($2, 1) g(i)';
CREATE AGGREGATE least_agg(VARIADIC items anyarray) (STYPE = anyelement, SFUNC = least_accum);
CREATE OPERATOR public.<^ (LEFTARG = int4, RIGHTARG = int4, PROCEDURE = int4eq);
CREATE OPERATOR public.=^ (LEFTARG = int4, RIGHTARG = int4, PROCEDURE = int4lt);
CREATE OPERATOR public.>^ (LEFTARG = int4, RIGHTARG = int4, PROCEDURE = int4gt);
CREATE OPERATOR FAMILY my_op_family USING btree;
CREATE FUNCTION my_op_cmp(a int, b int) RETURNS int AS $$ BEGIN RETURN btint4cmp(a, b); END $$ LANGUAGE plpgsql;
CREATE OPERATOR CLASS my_op_class FOR TYPE int USING btree FAMILY my_op_family AS OPERATOR 1 public.<^, OPERATOR 3 public.=^, OPERATOR 5 public.>^, FUNCTION 1 my_op_cmp(int, int);
CREATE TABLE loct3 (f1 text COLLATE "C" UNIQUE, f2 text, f3 varchar(10) UNIQUE);
INSERT INTO loct3 VALUES ('foo', 'foo', 'foo'), ('bar', 'bar', 'bar'), ('Foo', 'FOO', 'fOO');
CREATE TABLE loct1 AS SELECT i AS f1, i AS f2, i AS f3 FROM generate_series(0, 2000, 2) i;
CREATE TABLE loct12 AS SELECT 1001 AS c1 UNION SELECT 1002;
CREATE TABLE base_tbl AS SELECT * FROM (VALUES (1, 11), (2, 22), (3, 33)) v (a, b);
ANALYZE
SQL

my @t1 = (['c1', 'int', 'C 1'], ['c2', 'int'], ['c3', 'text'], ['c4', 'timestamptz'], ['c5', 'timestamp'], ['c6', 'varchar(10)'], ['c7', 'char(10)'], ['c8', 'user_enum']);
my @t3 = (['c1', 'int'], ['c2', 'int'], ['c3', 'text']);
make_remote('T 1', 'SELECT * FROM "S 1"."T 1"', ['C 1', 'int'], @t1[1 .. 7]);
make_remote("T $_", "SELECT * FROM \"S 1\".\"T $_\"", @t3) for 3, 4;
# a dropped column moves the others
make_table('ft1', 'T 1', 'sf', 'SELECT NULL, * FROM "S 1"."T 1"', ['c0', 'int'], @t1);
make_table('ft2', 'T 1', 'sf', 'SELECT "C 1", c2, NULL, c3, c4, c5, c6, c7, c8 FROM "S 1"."T 1"', @t1[0, 1], ['cx', 'int'], @t1[2 .. 7]);
$t->sql('ALTER FOREIGN TABLE there.ft1 DROP COLUMN c0; ALTER TABLE here.ft1 DROP COLUMN c0; ALTER FOREIGN TABLE there.ft2 DROP COLUMN cx; ALTER TABLE here.ft2 DROP COLUMN cx');
make_table('ft4', 'T 3', 'sf', 'SELECT * FROM "S 1"."T 3"', @t3);
make_table('ft5', 'T 4', 'sf', 'SELECT * FROM "S 1"."T 4"', @t3);
make_table('ft6', 'T 4', 'sf2', 'SELECT * FROM "S 1"."T 4"', @t3);
make_both('ft_empty', 'sf', 'SELECT 1, \'\' WHERE false', ['c1', 'int'], ['c2', 'text']);
make_both('ft3', 'sf', 'SELECT * FROM loct3', ['f1', 'text COLLATE "C"'], ['f2', 'text'], ['f3', 'varchar(10)']);
make_both('remt2', 'sf', q{SELECT id, to_char(id, 'FM0000') FROM generate_series(1, 1000) id UNION ALL VALUES (1001, 'foo'), (1002, 'bar')}, ['c1', 'int'], ['c2', 'text']);
# inheritance: a parent here, a child there
make_both('b', 'sf', q{VALUES ('bbb', NULL), ('bbbb', NULL), ('bbbbb', NULL)}, ['aa', 'text'], ['bb', 'text']);
make_both('foo2', 'sf', 'SELECT i, i, i FROM generate_series(0, 2000, 2) i', ['f1', 'int'], ['f2', 'int'], ['f3', 'int']);
make_both('bar2', 'sf', 'VALUES (3, 33, 33), (4, 44, 44), (7, 77, 77)', ['f1', 'int'], ['f2', 'int'], ['f3', 'int']);
$t->sql(join '', map { my $alter = $_ eq 'here' ? 'ALTER TABLE' : 'ALTER FOREIGN TABLE'; <<"SQL" } qw(here there));
CREATE TABLE $_.a (aa text); INSERT INTO $_.a VALUES ('aaa'), ('aaaa'), ('aaaaa'); $alter $_.b INHERIT $_.a;
CREATE TABLE $_.foo (f1 int, f2 int); INSERT INTO $_.foo SELECT i, i FROM generate_series(1, 2000, 2) i; $alter $_.foo2 INHERIT $_.foo; CREATE INDEX ON $_.foo (f1);
CREATE TABLE $_.bar (f1 int, f2 int); INSERT INTO $_.bar VALUES (1, 11), (2, 22), (6, 66); $alter $_.bar2 INHERIT $_.bar;
SQL
my $thirds = 'SELECT i % 30, i % 50, to_char(i / 30, \'FM0000\') FROM generate_series(1, 3000) i WHERE';
make_partitioned('fprt1', 'a', [['a', 'int'], ['b', 'int'], ['c', 'varchar']],
	map { my ($n, $from, $to) = @$_; ["fprt1_p$n", "($from) TO ($to)", 'sf', "SELECT i, i, to_char(i / 50, 'FM0000') FROM generate_series($from, $to - 1, 2) i"] } [1, 0, 250], [2, 250, 500]);
make_partitioned('fprt2', 'b', [['a', 'int'], ['b', 'int'], ['c', 'varchar']],
	map { my ($n, $from, $to) = @$_; ["fprt2_p$n", "($from) TO ($to)", 'sf', "SELECT i, i, to_char(i / 50, 'FM0000') FROM generate_series($from, $to - 1, 3) i"] } [1, 0, 250], [2, 250, 500]);
make_partitioned('pagg_tab', 'a', [['a', 'int'], ['b', 'int'], ['c', 'text']],
	map { my ($n, $from, $to) = @$_; ["pagg_tab_p$n", "($from) TO ($to)", 'sf', "$thirds i % 30 >= $from AND i % 30 < $to"] } [1, 0, 10], [2, 10, 20], [3, 20, 30]);
# partitions of two servers and a local one
make_partitioned('async_pt', 'a', [['a', 'int'], ['b', 'int'], ['c', 'text']],
	map { my ($n, $server) = @$_; ["async_p$n", "(${n}000) TO (" . ($n + 1) . '000)', $server, "SELECT ${n}000 + i AS a, i AS b, to_char(i, 'FM0000') AS c FROM generate_series(0, 999, 5) i"] }
		[1, 'sf'], [2, 'sf2'], [3, '']);
make_both('foreign_tbl', 'sf', 'TABLE base_tbl', ['a', 'int'], ['b', 'int']);

$t->sql('GRANT USAGE ON SCHEMA here, there TO viewer_another; GRANT SELECT ON ALL TABLES IN SCHEMA here, there TO viewer_another');
my @settings = split /\n/, $t->sql("LOAD 'snowflake_fdw'; SELECT name FROM pg_settings WHERE name LIKE 'snowflake\\_fdw.enable\\_%' AND name NOT LIKE '%whole'");
my %has = map { s/.*enable_//r => 1 } @settings;
my $parts = ['statement_pushdown', 'subquery_pushdown'];
# a name, the settings that are off, others
my @ways = (['as it is', []], ['parts', $parts], ['nothing sent', ['pushdown']],
	(map { ["parts without $_", [@$parts, $_]] } grep { $has{$_} } qw(join_pushdown aggregate_pushdown sort_pushdown bind_join)),
	['parts, loops', $parts, 'SET enable_hashjoin = off; SET enable_mergejoin = off'], ['parts, merges', $parts, 'SET enable_hashjoin = off; SET enable_nestloop = off']);
open my $file, '<:encoding(UTF-8)', 'test/postgres_fdw/queries.sql' or die $!;
my @statements = do { local $/; statements(scalar <$file>) };
close $file;

sub is_query { return $_[0] =~ /^(?:select|with|execute|insert|\(select)\b/i; }

# every statement in a session of its schema; of each [output, error], and of the queries the plan before
sub ask
{
	my ($schema, $explain, $more) = @_;
	my @scripts = sprintf($set_up, $schema) . ($more ? ";\n$more" : '');
	my @answers;

	for my $statement (@statements)
	{
		push @scripts, "EXPLAIN (VERBOSE, COSTS OFF) $statement->[1]" if $explain && is_query($statement->[1]);
		push @scripts, $statement->[1];
	}
	@answers = $t->batch(@scripts);
	shift @answers;
	return map { my $plan = $explain && is_query($_->[1]) ? shift(@answers)->[0] : undef; [@{shift @answers}, $plan] } @statements;
}

# rows in order where the whole query has one, of all rows
sub canonical
{
	my ($sql, $rows) = @_;
	my $outer = $sql;

	1 while $outer =~ s/\([^()]*\)//g;
	return $outer =~ /order by/i && $outer !~ /random|order by type$/i || $outer =~ /^fetch/i ? $rows : join "\n", sort split /\n/, $rows, -1;
}

my @here = ask('here', 0);
my (%units, @differences);
for my $way (@ways)
{
	my ($name, $off, $more) = @$way;
	my @there = ask('there', 1, join '; ', "LOAD 'snowflake_fdw'", (map { "SET snowflake_fdw.enable_$_ = off" } @$off), $more // ());
	my $wrong = 0;

	for my $i (0 .. $#statements)
	{
		my ($comment, $sql) = @{$statements[$i]};
		my ($rows, $error) = map { $_ // '' } @{$here[$i]};
		my ($there, $failure, $plan) = @{$there[$i]};
		my $same = canonical($sql, $rows) eq canonical($sql, $there) && $error eq $failure;

		$units{$i}{$name} = units($plan) if defined $plan;
		if ($comment =~ /^-- any rows: /m)
		{
			$same = $error eq $failure;
		}
		elsif ($comment =~ /^-- differs: (.*)/m)
		{
			push @differences, "$1: $sql" if $name eq 'as it is';
			$same = $failure eq $1 && $error eq '';
		}
		next if $same || $wrong++ > 20;
		diag("$name: $sql;\n-- foreign tables: $failure\n", substr($there, 0, 300), "\n-- local tables: $error\n", substr($rows, 0, 300), "\n-- plan\n", substr($plan // '', 0, 2500));
	}
	is($wrong, 0, "$name: the rows of local tables");
}
diag("a difference: $_") for @differences;

# what is sent
my $list = "# what is sent as it is | without whole statements and subqueries | the query: of each in test/postgres_fdw/queries.sql on PostgreSQL 15\n" .
	join '', map { my $sql = $statements[$_][1] =~ s/\s+/ /gr; "$units{$_}{'as it is'} | $units{$_}{parts} | " . substr($sql, 0, 150) . "\n" } sort { $a <=> $b } keys %units;
if ($ENV{SFDW_WRITE})
{
	open my $out, '>:encoding(UTF-8)', 'test/postgres_fdw/units' or die $!;
	print $out $list;
	close $out;
}
SKIP:
{
	skip 'the list of what is sent is of PostgreSQL 15', 1 if $t->sql('SHOW server_version_num') !~ /^15/;
	open my $in, '<:encoding(UTF-8)', 'test/postgres_fdw/units' or die $!;
	local $/;
	my ($now, $then) = map { [split /\n/] } $list, scalar <$in>;
	my @changed = map { ($now->[$_] // '') eq ($then->[$_] // '') ? () : 'now: ' . ($now->[$_] // '') . "\nwas: " . ($then->[$_] // '') } 0 .. ($#$now > $#$then ? $#$now : $#$then);
	is_deeply(\@changed, [], 'what is sent is what test/postgres_fdw/units lists (SFDW_WRITE=1 writes it)') or diag(join "\n", @changed);
}
cmp_ok(scalar(keys %units), '>', 200, 'so many queries');
$t->stop;
done_testing;
