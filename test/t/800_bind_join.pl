# Bind joins: the keys of local rows travel with the statement of a remote table. The same rows as without and as on local copies, by hand and at
# random (SFDW_JOINS queries, SFDW_SEED repeats a run); how many statements are sent, what is in them, and what never leaves.
use strict;
use warnings;
use utf8;
use JSON::PP;
use SnowflakeFdwTest;
use Test::More;
use Time::HiRes qw(sleep time);

binmode $_, ':encoding(UTF-8)' for Test::More->builder->output, Test::More->builder->failure_output;
my $seed = $ENV{SFDW_SEED} // ($ENV{CI} ? 20261129 : int(rand(2**31)));
my $count = $ENV{SFDW_JOINS} // 60;
my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', 5]);

srand($seed);
diag("seed $seed");
$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC');

# of each column Snowflake's type, PostgreSQL's, values that both may have, values that only PostgreSQL has
my @columns = (
	[g => 'NUMBER(4,0)', 'int', [0 .. 4], []],
	[k => 'NUMBER(9,0)', 'int', [-5, 0 .. 12], [1000, 2000000000]],
	[big => 'NUMBER(19,0)', 'bigint', [-1, 0 .. 9, 9223372036854775807], ['-9223372036854775808']],
	[n => 'NUMBER(12,2)', 'numeric', ['-0.01', 0, '1.00', '2.50', 3, 4, '9999999999.99'], ["'NaN'", "'infinity'", "'-infinity'", '1.005', '1e40', '0.1234567', '123456789012345678901234567890']],
	[s => 'VARCHAR', 'text', ["''", "'a'", "'A'", "'a '", "'ß'", "'it''s'", "E'b\\\\\\\\'", "'{\"x\"}'", "'a,b'", "'\$1 ?'", "'😀'"], ["'none'"]],
	[d => 'DATE', 'date', ["'0001-01-01'", "'1969-12-31'", "'2024-02-29'", "'2024-03-04'", "'9999-12-31'"], ["'infinity'", "'-infinity'", "'0044-03-15 BC'", "'10000-01-01'"]],
	[ts => 'TIMESTAMP_NTZ(9)', 'timestamp', ["'1969-12-31 23:59:59.999999'", "'2024-02-29 12:34:56.123456'", "'2024-03-04 00:00'"], ["'infinity'", "'20000-01-01'"]],
	[tz => 'TIMESTAMP_TZ(6)', 'timestamptz', ["'1970-01-01 00:00+00'", "'2024-02-29 12:34:56.123456+05:30'"], ["'-infinity'"]],
	[c => 'TIME(6)', 'time', ["'00:00'", "'12:34:56.789'", "'23:59:59.999999'"], ["'24:00'"]],
	[b => 'BOOLEAN', 'boolean', [qw(true false)], []],
	[u => 'UUID', 'uuid', ["'c73d9175-0a1d-48c6-8d30-df165461328b'", "'00000000-0000-0000-0000-000000000000'"], ["'ffffffff-0000-0000-0000-000000000000'"]],
	[x => 'BINARY', 'bytea', ["''", "'\\x00'", "'\\xdeadbeef'"], ["'\\xff'"]],
	[f => 'FLOAT', 'float8', [0, '1.5', '0.1'], ["'NaN'"]],
);

sub pick { return $_[rand @_]; }

sub there
{
	my ($type, $value) = @_;

	$value = "TO_BINARY('$1', 'HEX')" if $type eq 'BINARY' && $value =~ /x?([0-9a-f]*)'$/;
	$value =~ s/^E//;
	$value =~ s/'$/789'/ if $type eq 'TIMESTAMP_NTZ(9)' && $value =~ /\.\d{6}'/;
	return "CAST($value AS $type)";
}

sub make_tables
{
	my $definition = join ', ', 'ID NUMBER(9,0)', map { uc($_->[0]) . " $_->[1]" } @columns;

	for my $table (qw(r1 r2))
	{
		my @rows;

		for my $id (1 .. ($table eq 'r1' ? 60 : 25))
		{
			push @rows, 'SELECT ' . join ', ', $id, map { rand() < 0.12 ? "CAST(NULL AS $_->[1])" : there($_->[1], pick(@{$_->[3]})) } @columns;
		}
		my $insert = "INSERT INTO $table " . join ' UNION ALL ', @rows;
		$t->sql("SELECT sf_execute(\$q\$CREATE TABLE $table ($definition)\$q\$)");
		$t->sql("SELECT sf_execute(\$q\$$insert\$q\$)");
	}
	$t->sql("CREATE SCHEMA $_") for qw(here many few here_l many_l few_l);
	for my $schema (qw(many few))
	{
		$t->sql("IMPORT FOREIGN SCHEMA \"PUBLIC\" LIMIT TO (r1, r2) FROM SERVER sf INTO $schema");
		$t->sql("ALTER FOREIGN TABLE $schema.$_ ALTER g TYPE int, ALTER n TYPE numeric, ALTER big TYPE bigint") for qw(r1 r2);
	}
	$t->sql("CREATE TABLE here.$_ AS SELECT * FROM many.$_") for qw(r1 r2);
	is($t->sql('SELECT (SELECT count(*) FROM here.r1), (SELECT count(*) FROM here.r2)'), '60|25', 'remote rows');

	my $local = join ', ', 'id int', map { "$_->[0] $_->[2]" . ($_->[0] eq 's' ? ' COLLATE "C"' : '') } @columns;
	for my $table (qw(l1 l2))
	{
		my @rows;

		for my $id (1 .. ($table eq 'l1' ? 30 : 8))
		{
			push @rows, '(' . join(', ', $id, map { rand() < 0.12 ? 'NULL' : pick(@{$_->[3]}, @{$_->[3]}, @{$_->[4]}) } @columns) . ')';
		}
		$t->sql("CREATE TABLE few_l.$table ($local, v varchar(20), ch char(5)) WITH (autovacuum_enabled = off)");
		$t->sql("INSERT INTO few_l.$table VALUES " . join ', ', map { s/\)$/, NULL, NULL)/r } @rows);
		$t->sql("UPDATE few_l.$table SET v = s, ch = left(s, 5)");
		$t->sql("VACUUM FULL ANALYZE few_l.$table");
		$t->sql("CREATE TABLE many_l.$table (LIKE few_l.$table) WITH (autovacuum_enabled = off)");
		$t->sql("INSERT INTO many_l.$table SELECT * FROM few_l.$table");
		$t->sql(join '; ', map({ "ALTER TABLE many_l.$table ALTER $_ SET (n_distinct = 9)" } (map { $_->[0] } @columns), qw(v ch)), "ANALYZE many_l.$table");
	}
	# to the planner a huge table and a small one; many local rows of few keys
	$t->sql("UPDATE pg_class SET reltuples = 1e8, relpages = 1e6 WHERE oid IN ('many.r1'::regclass, 'many.r2'::regclass)");
	$t->sql("UPDATE pg_class SET reltuples = 2e5, relpages = 2e3 WHERE oid IN ('few.r1'::regclass, 'few.r2'::regclass)");
	$t->sql("UPDATE pg_class SET reltuples = 60000, relpages = 1 WHERE oid IN ('many_l.l1'::regclass, 'many_l.l2'::regclass)");
	return;
}

make_tables();

my %modes = (
	here => 'here, few_l, public, snowflake',
	off => 'many, few_l, public, snowflake; SET snowflake_fdw.enable_bind_join = off',
	'the local side hashed' => 'many, few_l, public, snowflake',
	'the remote side hashed' => 'few, many_l, public, snowflake',
	'too many keys, little memory' => 'many, few_l, public, snowflake',
);
my @others = sort grep { $_ ne 'here' } keys %modes;

# its rows in every mode; whether there was a bind join in the plan
sub compare
{
	my ($name, $query, $expected) = @_;
	my $rows = "SELECT coalesce(string_agg(q::text, E'\\n' ORDER BY q::text COLLATE \"C\"), '') FROM ($query) q";
	# a plan does not know yet how many keys there will be
	my @scripts = map { ("RESET ALL; SET timezone = 'UTC'; SET search_path = $modes{$_}; DEALLOCATE ALL; PREPARE q AS $rows; EXPLAIN EXECUTE q",
		(/too many/ ? 'SET snowflake_fdw.bind_max_keys = 2; SET work_mem = 64; ' : '') . 'EXECUTE q') } 'here', @others;
	my @answers = $t->batch("LOAD 'snowflake_fdw'", @scripts);
	my $right;
	my %bound;

	shift @answers;
	for my $mode ('here', @others)
	{
		my ($plan, $rows) = splice @answers, 0, 2;
		my $answer = join '|', @$rows;

		$right //= $answer;
		return fail("$name: $mode") || diag("$query\nhere: $right\n$mode: $answer\n$plan->[0]") if $answer ne $right || $rows->[1] ne '';
		$bound{$mode} = () = $plan->[0] =~ /Bind Join/g;
	}
	if (defined $expected && ($expected xor $bound{'the local side hashed'}))
	{
		return fail("$name: bound or not") || diag("$query\n" . $t->try("LOAD 'snowflake_fdw'; SET search_path = $modes{'the local side hashed'}; EXPLAIN $query"));
	}
	pass($name);
	return \%bound;
}

# 1: a bind join is in the plan where the local side is hashed, 0: there is none, undef: as it comes
my @written = (
	[1, 'inner', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.k = r.k'],
	[1, 'inner, the remote table first', 'SELECT l.id, r.id AS rid FROM r1 r JOIN l1 l ON l.k = r.k'],
	[1, 'left', 'SELECT l.id, r.id AS rid FROM l1 l LEFT JOIN r1 r ON l.k = r.k'],
	[1, 'right, the remote table first', 'SELECT l.id, r.id AS rid FROM r1 r RIGHT JOIN l1 l ON l.k = r.k'],
	[0, 'left, the remote rows are kept', 'SELECT l.id, r.id AS rid FROM r1 r LEFT JOIN l1 l ON l.k = r.k'],
	[0, 'full', 'SELECT l.id, r.id AS rid FROM r1 r FULL JOIN l1 l ON l.k = r.k'],
	[1, 'semi', 'SELECT l.id FROM l1 l WHERE EXISTS (SELECT 1 FROM r1 r WHERE l.k = r.k)'],
	[1, 'IN', 'SELECT l.id FROM l1 l WHERE l.k IN (SELECT r.k FROM r1 r)'],
	[1, 'anti', 'SELECT l.id FROM l1 l WHERE NOT EXISTS (SELECT 1 FROM r1 r WHERE l.k = r.k AND r.id > 20)'],
	[0, 'NOT IN', 'SELECT l.id FROM l1 l WHERE l.k NOT IN (SELECT r.k FROM r1 r WHERE r.k IS NOT NULL)'],
	[1, 'semi, remote rows', 'SELECT r.id FROM r1 r WHERE EXISTS (SELECT 1 FROM l1 l WHERE l.k = r.k)'],
	[0, 'anti, remote rows', 'SELECT r.id FROM r1 r WHERE NOT EXISTS (SELECT 1 FROM l1 l WHERE l.k = r.k)'],
	[1, 'two columns', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.k = r.k AND l.s = r.s'],
	[1, 'three columns, left', 'SELECT l.id, r.id AS rid FROM l1 l LEFT JOIN r1 r ON l.k = r.k AND l.g = r.g AND l.b = r.b'],
	[1, 'one of two clauses', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.k = r.k AND l.f = r.f'],
	[1, 'another condition of the join', 'SELECT l.id, r.id AS rid FROM l1 l LEFT JOIN r1 r ON l.k = r.k AND l.id < r.id'],
	[1, 'a condition that is sent', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.k = r.k WHERE r.id > 20 AND r.s <> \'a\''],
	[1, 'a condition that is kept', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.k = r.k WHERE r.s ~ \'^.$\' AND random() >= 0'],
	(map { [$_ eq 'b' ? undef : 1, "key $_", "SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.$_ = r.$_"] } qw(g big n s d ts tz c b u x)),
	[0, 'floating-point numbers', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.f = r.f'],
	[1, 'char(n)', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.ch = r.s'],
	[1, 'varchar', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.v = r.s'],
	[1, 'int = bigint', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.k = r.big'],
	[1, 'bigint = int', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.big = r.k'],
	[1, 'int = numeric', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.k = r.n'],
	[1, 'numeric = int', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.n = r.k'],
	[1, 'an expression of local columns', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.k + l.g = r.k'],
	[1, 'an expression of remote columns', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.k = r.k + 1'],
	[0, 'a volatile expression', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.k + (random() * 0)::int = r.k'],
	[0, 'a subquery as key', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON (SELECT max(x.k) FROM l2 x WHERE x.g = l.g) = r.k'],
	[1, 'CTE', 'WITH c AS MATERIALIZED (SELECT * FROM l1 WHERE g < 3) SELECT c.id, r.id AS rid FROM c JOIN r1 r ON c.k = r.k JOIN c c2 ON c2.id = c.id'],
	[1, 'VALUES', 'SELECT v.a, r.id FROM (VALUES (1, \'a\'), (2, \'b\'), (NULL, \'c\'), (1, \'d\')) v (k, a) JOIN r1 r ON v.k = r.k'],
	[1, 'a function', 'SELECT y, r.id FROM generate_series(1, 5) y LEFT JOIN r1 r ON y = r.k'],
	[1, 'unnest', 'SELECT y, r.id FROM unnest(ARRAY[\'a\', \'it\'\'s\', NULL]) y JOIN r1 r ON y = r.s'],
	[1, 'an aggregate', 'SELECT m, r.id FROM (SELECT g, max(k) AS m FROM l1 GROUP BY g) q JOIN r1 r ON q.m = r.k'],
	[1, 'LIMIT', 'SELECT q.id, r.id AS rid FROM (SELECT * FROM l1 ORDER BY id LIMIT 4) q JOIN r1 r ON q.k = r.k'],
	[1, 'two local tables', 'SELECT l.id, m.id AS mid, r.id AS rid FROM l1 l JOIN l2 m ON l.g = m.g JOIN r1 r ON r.k = l.k AND r.s = m.s'],
	[1, 'NULLs of an outer join', 'SELECT l.id, m.id AS mid, r.id AS rid FROM l1 l LEFT JOIN l2 m ON l.k = m.k LEFT JOIN r1 r ON r.k = m.k'],
	[1, 'local, remote, remote', 'SELECT l.id, r.id AS rid, s.id AS sid FROM l2 l JOIN r1 r ON l.k = r.k JOIN r2 s ON s.s = r.s AND s.g = l.g'],
	[1, 'below an aggregate', 'SELECT l.g, count(*), sum(r.n) AS n FROM l1 l JOIN r1 r ON l.k = r.k GROUP BY l.g'],
	[1, 'groups', 'SELECT l.id, e.n FROM l1 l JOIN (SELECT k, count(*) AS n FROM r1 GROUP BY k) e ON l.k = e.k'],
	[1, 'groups, left', 'SELECT l.id, e.n FROM l1 l LEFT JOIN (SELECT k, s, count(*) AS n FROM r1 GROUP BY k, s) e ON l.k = e.k AND l.s = e.s'],
	[1, 'groups of a join', 'SELECT l.id, e.n FROM l1 l JOIN (SELECT a.k, count(*) AS n FROM r1 a JOIN r2 b ON a.k = b.k GROUP BY a.k HAVING count(*) > 1) e ON l.k = e.k'],
	[undef, 'the first rows of a remote subquery', 'SELECT l.id, e.id AS rid FROM l1 l JOIN (SELECT DISTINCT k, id FROM r1 ORDER BY id LIMIT 9) e ON l.k = e.k'],
	[1, 'a remote join', 'SELECT l.id, a.id AS aid, b.id AS bid FROM l2 l JOIN (r1 a JOIN r2 b ON a.k = b.k AND a.g = b.g) ON l.s = a.s'],
	[undef, 'a remote join, left', 'SELECT l.id, a.id AS aid, b.id AS bid FROM l2 l LEFT JOIN (r1 a JOIN r2 b ON a.id = b.id) ON l.g = b.g AND l.s = a.s'],
	[1, 'a remote join with another one', 'SELECT l.id, a.id AS aid, b.id AS bid FROM l2 l JOIN (r1 a LEFT JOIN r2 b ON a.id = b.id) ON l.k = a.k'],
	[0, 'a count as key', 'SELECT l.id, e.k FROM l1 l JOIN (SELECT k, count(*) AS n FROM r1 GROUP BY k) e ON l.k = e.n'],
	[1, 'a correlated subquery', 'SELECT o.id, (SELECT count(*) FROM l1 a JOIN r1 b ON a.k = b.k AND a.g = o.g) FROM l2 o'],
	[1, 'a correlated subquery, the first row of which has none', 'SELECT o.id, (SELECT count(*) FROM l1 a JOIN r1 b ON a.k = b.k AND a.id % 8 = o.id) FROM (SELECT id FROM l2 UNION ALL SELECT 99 ORDER BY 1 DESC) o'],
	[1, 'a correlated subquery, the local side of which is planned after the remote one',
		'SELECT o.id, (SELECT sum(e.n) FROM (SELECT k, count(*) AS n FROM r1 GROUP BY k) e JOIN (SELECT k FROM l1 GROUP BY k HAVING max(g) >= o.g) a ON a.k = e.k) FROM l2 o'],
	[1, 'LATERAL', 'SELECT o.id, q.n FROM l2 o, LATERAL (SELECT count(*) AS n FROM l1 a JOIN r1 b ON a.k = b.k WHERE a.g <= o.g) q'],
	[1, 'LATERAL, left', 'SELECT o.id, q.rid FROM l2 o LEFT JOIN LATERAL (SELECT b.id AS rid FROM l1 a JOIN r1 b ON a.k = b.k WHERE a.g = o.g ORDER BY b.id LIMIT 2) q ON true'],
	[1, 'UNION ALL', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.k = r.k UNION ALL SELECT l.id, r.id FROM l2 l JOIN r2 r ON l.s = r.s'],
	[1, 'no local row', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.k = r.k WHERE l.id < 0'],
	[1, 'no key', 'SELECT l.id, r.id AS rid FROM l1 l LEFT JOIN r1 r ON l.k = r.k WHERE l.k IS NULL'],
	[1, 'with the table itself', 'SELECT l.id, r FROM l1 l JOIN r1 r ON l.k = r.k'],
	[1, 'no column of it', 'SELECT l.id FROM l1 l JOIN r1 r ON l.k = r.k'],
	[1, 'EXISTS below OR', 'SELECT l.id, r.id AS rid FROM l1 l JOIN r1 r ON l.k = r.k WHERE l.g = 1 OR EXISTS (SELECT 1 FROM l2 m WHERE m.k = r.k)'],
);
my %total;

for my $one (@written)
{
	my ($bound, $name, $query) = @$one;
	my $found = compare($name, $query, $bound);

	$total{$_} += $found->{$_} > 0 for ref $found ? keys %$found : ();
}

# at random
my @keys = ((map { ["a.$_", "b.$_"] } qw(g k k big n s s d ts tz c b u x f)), ['a.k', 'b.big'], ['a.big', 'b.n'], ['a.n', 'b.k'], ['a.v', 'b.s'], ['a.ch', 'b.s'],
	['a.k + 1', 'b.k'], ["a.s || 'b'", 'b.s'], ['a.k', 'b.k - 1'], ['a.g', 'b.k'], ['a.s', 'lower(b.s)']);

sub on
{
	my ($local, $remote) = @_;
	my @clauses = map { my $p = pick(@keys); rand() < 0.5 ? "$p->[0] = $p->[1]" : "$p->[1] = $p->[0]" } 1 .. pick(1, 1, 2, 3);

	push @clauses, pick('a.g < b.id', 'a.id <> b.id', 'b.g = 1', 'a.g > 1', 'b.s IS NOT NULL', 'a.k IS NULL OR b.k = 1') if rand() < 0.3;
	return join ' AND ', map { s/\ba\./$local./gr =~ s/\bb\./$remote./gr } @clauses;
}

sub local_side
{
	return pick('l1', 'l1', 'l2', '(SELECT * FROM l1 WHERE g % 3 = 1)', '(SELECT * FROM l1 ORDER BY id LIMIT 5)', '(SELECT * FROM l1 UNION ALL SELECT * FROM l2)',
		'(SELECT DISTINCT ON (g) * FROM l1 ORDER BY g, id)', '(SELECT * FROM l1 WHERE id < 0)', '(SELECT x.* FROM l1 x LEFT JOIN l2 y ON x.k = y.k)');
}

sub remote_side { return pick('r1', 'r1', 'r2', '(SELECT * FROM r1 WHERE id % 2 = 0)', '(SELECT * FROM r2 WHERE s ~ \'a\')', '(SELECT DISTINCT * FROM r2)', '(SELECT * FROM r1 ORDER BY id LIMIT 20)'); }

sub random_join
{
	my ($local, $remote) = (local_side(), remote_side());

	return pick(
		sub { "SELECT a.id, b.id AS rid, b.s FROM $local a " . pick('JOIN', 'JOIN', 'LEFT JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN') . " $remote b ON " .
			(join ' AND ', map { "a.$_ = b.$_" } pick(qw(k s big g)), rand() < 0.4 ? pick(qw(d b u)) : ()) . pick('', ' WHERE coalesce(b.id, 0) < 30', ' WHERE a.g = 2') },
		sub { "SELECT a.id, b.id AS rid, b.s FROM $local a " . pick('JOIN', 'LEFT JOIN') . " $remote b ON " . on('a', 'b') },
		sub { "SELECT b.id AS rid, a.id FROM $remote b " . pick('JOIN', 'RIGHT JOIN', 'LEFT JOIN') . " $local a ON " . on('a', 'b') =~ s/a\.k IS NULL OR b\.k = 1/a.g = 0/r },
		sub { "SELECT a.id FROM $local a WHERE " . pick('', 'NOT ') . "EXISTS (SELECT 1 FROM $remote b WHERE " . on('a', 'b') . ')' },
		sub { "SELECT b.id FROM $remote b WHERE " . pick('', 'NOT ') . "EXISTS (SELECT 1 FROM $local a WHERE " . on('a', 'b') . ')' },
		sub { my $c = pick(qw(k s g d)); "SELECT a.id FROM $local a WHERE a.$c IN (SELECT b.$c FROM $remote b WHERE b.id > " . pick(0, 10, 100) . ')' },
		sub { "SELECT o.id, (SELECT count(*) FROM $local a JOIN $remote b ON " . on('a', 'b') . ' AND a.g ' . pick('=', '<', '<>') . ' o.g) FROM l2 o' },
		sub { "SELECT o.id, q.n, q.m FROM l2 o " . pick('CROSS JOIN', 'LEFT JOIN') . " LATERAL (SELECT count(*) AS n, min(b.id) AS m FROM $local a JOIN $remote b ON " . on('a', 'b') . ' WHERE a.g <= o.g) q' },
		sub { "SELECT a.id, b.id AS rid, c.id AS cid FROM $local a " . pick('JOIN', 'LEFT JOIN') . " $remote b ON " . on('a', 'b') . ' ' . pick('JOIN', 'LEFT JOIN') . ' ' . remote_side() . ' c ON c.' . pick('k = b.k', 's = a.s', 'g = b.g AND c.k = a.k') },
		sub { "SELECT a.id, b.id AS rid, c.id AS cid FROM $local a LEFT JOIN ($remote b " . pick('JOIN', 'LEFT JOIN') . ' ' . local_side() . ' c ON ' . on('c', 'b') . ') ON a.g = b.g AND a.id < 8' },
		sub { "SELECT a.id, e.n FROM $local a " . pick('JOIN', 'LEFT JOIN') . " (SELECT k, g, count(*) AS n, min(s) AS s FROM $remote b GROUP BY k, g) e ON " . pick('a.k = e.k', 'a.g = e.g', 'a.k = e.k AND a.g = e.g', 'a.s = e.s', 'a.k = e.n') },
		sub { "SELECT a.g, count(*), sum(b.n) AS n FROM $local a JOIN $remote b ON " . on('a', 'b') . ' GROUP BY a.g' },
	)->() =~ s/(LEFT JOIN LATERAL .*\) q)$/$1 ON true/sr;
}
for my $i (1 .. $count)
{
	my $found = compare("random join $i", random_join());

	$total{$_} += $found->{$_} > 0 for ref $found ? keys %$found : ();
}
diag(sprintf '%s: %d of %d queries bound', $_, $total{$_}, $count + @written) for grep { !/^(here|off)$/ } sort keys %total;
cmp_ok($total{'the local side hashed'}, '>', ($count + @written) / 3, 'many of them were bound');
is($total{off}, 0, 'none where it is off');

# what was sent since the last call
sub sent
{
	my @sent = map { $_->{body}{statement} // () } grep { $_->{method} eq 'POST' && ref $_->{body} eq 'HASH' } @{$t->requests};

	$t->clear;
	return @sent;
}

my $path = "LOAD 'snowflake_fdw'; SET search_path = many, few_l, public, snowflake; SET client_min_messages = warning;";

# the answer, the number of statements, and what they look like
sub statements
{
	my ($name, $sql, $answer, @expected) = @_;

	sent();
	my ($out, $err) = $t->try("$path $sql");
	is($out . $err, $answer, $name);
	my @sent = sent();
	is(scalar @sent, scalar @expected, "$name: statements") or diag(join "\n", map { substr $_, 0, 300 } @sent);
	like($sent[$_] // '', $expected[$_], "$name: statement $_") for 0 .. $#expected;
	return @sent;
}

# 500 keys against a table of 100 million rows
$t->sql('CREATE TABLE keys AS SELECT i % 500 * 3 AS k, NULL::int AS nothing FROM generate_series(1, 2000) i; ANALYZE keys');
my ($one) = statements('500 keys', 'SELECT count(*), count(DISTINCT r.id) FROM keys JOIN r1 r ON keys.k = r.k',
	$t->sql('SELECT count(*), count(DISTINCT r.id) FROM keys JOIN here.r1 r ON keys.k = r.k'), qr/^SELECT "ID", "K" FROM "SHOP"."PUBLIC"."R1" WHERE \("K" IN \(0, 1002, 1005, /);
is(scalar(() = $one =~ /\d+(?=[,)])/g), 500, 'each key once');
statements('no local row', 'SELECT count(*) FROM keys JOIN r1 r ON keys.k = r.k WHERE keys.k < 0', '0');
statements('NULLs alone', 'SELECT count(*), count(r.k) FROM keys LEFT JOIN r1 r ON keys.nothing = r.k', '2000|0');
statements('values that no remote row has', q{SELECT count(*) FROM (VALUES (numeric 'NaN'), ('infinity'), (1.005), (1e37)) v (n) JOIN r1 r ON v.n = r.n}, '0');
statements('one of two columns without a key', 'SELECT count(*) FROM keys JOIN r1 r ON keys.k = r.k AND keys.nothing = r.g', '0');

# more than one statement takes
$t->sql('CREATE TABLE wide AS SELECT i AS k, i % 5 AS g FROM generate_series(-1, 39998) i; ANALYZE wide');
my @sent = statements('40,000 keys', 'SELECT count(*) FROM wide w JOIN r1 r ON w.k = r.k AND w.g = r.g', $t->sql('SELECT count(*) FROM wide w JOIN here.r1 r ON w.k = r.k AND w.g = r.g'),
	(qr/^SELECT .*"K" IN \(.*\) AND \("G" IN \(/) x 3);
is_deeply([map { scalar(() = /(?<= |\()-?\d+(?=[,)])/g) } @sent], [16384 + 6, 16384 + 6, 7232 + 6], 'each key in one of them');
@sent = statements('texts of many bytes', q{SELECT count(*) FROM (SELECT repeat(i::text, 4000) AS s FROM generate_series(1, 600) i UNION ALL SELECT 'a') q JOIN r1 r ON q.s = r.s}, $t->sql("SELECT count(*) FROM here.r1 WHERE s = 'a'"), (qr/"S" IN \('/) x 2);
statements('too many bytes', q{SELECT count(*) FROM (SELECT repeat(i::text, 8000) AS s FROM generate_series(1, 600) i UNION ALL SELECT 'a') q JOIN r1 r ON q.s = r.s}, $t->sql("SELECT count(*) FROM here.r1 WHERE s = 'a'"), qr/\("S" IS NOT NULL\)$/);

# too many keys, which only the local rows show
my $prepare = 'PREPARE q AS SELECT count(*) FROM keys JOIN r1 r ON keys.k = r.k; EXPLAIN (COSTS OFF) EXECUTE q; SET snowflake_fdw.bind_max_keys = 100; EXECUTE q; EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) EXECUTE q';
sent();
my $expected = $t->sql('SELECT count(*) FROM keys JOIN here.r1 r ON keys.k = r.k');
sent();
my $out = $t->sql("$path $prepare");
like($out, qr/Bind Join.*\n$expected\n.*Distinct Keys: 0\n +Remote Statements: 1\n +Keys Dropped: too many; from the least to the greatest\n/s, 'too many keys');
@sent = sent();
is(scalar @sent, 2, 'a statement for each execution');
like($sent[0], qr/\("K" BETWEEN 0 AND 1497\)$/, 'with the range');
statements('a key without literal', q{SELECT count(*) FROM (VALUES (date '10000-01-01'), ('2024-02-29')) v (d) JOIN r1 r ON v.d = r.d}, $t->sql("SELECT count(*) FROM here.r1 WHERE d = '2024-02-29'"), qr/\("D" IS NOT NULL\)$/);

# values whose text depends on the session
my $odd = "SET DateStyle = 'SQL, DMY'; SET TimeZone = 'Asia/Tokyo'; SET extra_float_digits = -3; SET bytea_output = 'escape'; SET IntervalStyle = 'sql_standard'; SET standard_conforming_strings = off; SET lc_numeric = 'C';";
for my $column (map { $_->[0] } grep { $_->[0] ne 'f' } @columns)
{
	my $right = $t->sql("SELECT count(*) FROM few_l.l1 l JOIN here.r1 r ON l.$column = r.$column");

	# of two days and of two instants one may have no literal
	is($t->sql("$path $odd SELECT count(*) FROM l1 l JOIN r1 r ON l.$column = r.$column"), $right, "odd settings: $column");
	is($t->sql("$path $odd SELECT count(*) > 0 FROM (SELECT $column FROM here.r1 WHERE $column IS NOT NULL LIMIT 1) l JOIN r1 r ON l.$column = r.$column"), 't', "odd settings: one $column");
}

# every character
sent();
is($t->sql("$path SELECT string_agg(DISTINCT r.s, '|' ORDER BY r.s) FROM here.r1 l JOIN r1 r ON l.s = r.s"), $t->sql("SELECT string_agg(DISTINCT s, '|' ORDER BY s) FROM here.r1"), 'texts with quotes, backslashes, braces and commas');
like(join("\n", sent()), qr/IN \('.*'it''s'/, 'as literals');

# one statement for each level of a tree
$t->sql($_) for 'SELECT sf_execute($q$CREATE TABLE tree (id NUMBER(9,0), parent NUMBER(9,0))$q$)',
	'SELECT sf_execute($q$INSERT INTO tree SELECT 1, NULL UNION ALL SELECT SEQ4() + 2, FLOOR((SEQ4()) / 10) + 1 FROM TABLE(GENERATOR(ROWCOUNT => 1110))$q$)',
	'IMPORT FOREIGN SCHEMA "PUBLIC" LIMIT TO (tree) FROM SERVER sf INTO many', "UPDATE pg_class SET reltuples = 1e8, relpages = 1e6 WHERE oid = 'many.tree'::regclass";
statements('a recursion', 'WITH RECURSIVE q(id, depth) AS (SELECT 1, 0 UNION ALL SELECT tree.id, q.depth + 1 FROM q JOIN tree ON tree.parent = q.id) SELECT count(*), max(depth) FROM q', '1111|3',
	qr/\("PARENT" IN \(1\)\)$/, qr/"PARENT" IN \(10, 11, 2, 3, 4, 5, 6, 7, 8, 9\)/, qr/"PARENT" IN \((\d+, ){99}\d+\)/, qr/"PARENT" IN \((\d+, ){999}\d+\)/);
# its keys change with the outer row; those that do not are asked for once
statements('a correlated subquery', 'SELECT string_agg((SELECT count(*) FROM keys JOIN r1 r ON keys.k = r.k AND keys.k % 2 = o)::text, \' \') FROM generate_series(0, 1) o',
	join(' ', map { $t->sql("SELECT count(*) FROM keys JOIN here.r1 r ON keys.k = r.k AND keys.k % 2 = $_") } 0, 1), (qr/"K" IN/) x 2);
statements('the same keys for each outer row', 'SELECT string_agg((SELECT count(*) FROM keys JOIN r1 r ON keys.k = r.k WHERE r.id > o * random())::text, \' \') FROM generate_series(0, 0) o, generate_series(1, 3)',
	join(' ', ($expected) x 3), qr/"K" IN/);

# prepared, altered
is($t->sql("$path SET plan_cache_mode = force_generic_plan; PREPARE q(int) AS SELECT count(*) FROM keys JOIN r1 r ON keys.k = r.k WHERE r.id > \$1 AND keys.k > \$1; EXECUTE q(0); EXECUTE q(5); EXECUTE q(2000)"),
	join("\n", map { $t->sql("SELECT count(*) FROM keys JOIN here.r1 r ON keys.k = r.k WHERE r.id > $_ AND keys.k > $_") } 0, 5, 2000), 'a generic plan');
@sent = sent();
is(scalar @sent, 2, 'of which the last has no local row');
like($sent[1], qr/WHERE \("ID" > 5\) AND \("K" IN \(/, 'a value and keys');
for my $change ("ALTER SERVER sf OPTIONS (ADD bind_join 'false')", "ALTER SERVER sf OPTIONS (DROP bind_join); ALTER FOREIGN TABLE many.r1 OPTIONS (ADD bind_join 'false')")
{
	is($t->sql("$path PREPARE q AS SELECT count(*) FROM keys JOIN r1 r ON keys.k = r.k; EXECUTE q; $change; EXECUTE q; EXPLAIN EXECUTE q") =~ s/\nAgg.*//sr, "$expected\n$expected", $change);
	@sent = sent();
	like($sent[-1], qr/FROM "SHOP"."PUBLIC"."R1"$/, 'no keys any more');
	unlike($t->sql("$path EXPLAIN SELECT count(*) FROM keys JOIN r1 r ON keys.k = r.k"), qr/Bind/, 'nor a bind join');
}
$t->sql("ALTER SERVER sf OPTIONS (ADD bind_join 'false'); ALTER FOREIGN TABLE many.r1 OPTIONS (SET bind_join 'true')");
like($t->sql("$path EXPLAIN SELECT count(*) FROM keys JOIN r1 r ON keys.k = r.k"), qr/Bind/, 'the table says otherwise than its server');
unlike($t->sql("$path EXPLAIN SELECT count(*) FROM keys JOIN r2 r ON keys.k = r.k"), qr/Bind/, 'another does not');
unlike($t->sql("$path EXPLAIN SELECT count(*) FROM keys JOIN (SELECT k, count(*) FROM r2 GROUP BY k) r ON keys.k = r.k"), qr/Bind/, 'nor in a subquery');
$t->sql("ALTER SERVER sf OPTIONS (DROP bind_join); ALTER FOREIGN TABLE many.r1 OPTIONS (DROP bind_join)");
like(($t->try("ALTER SERVER sf OPTIONS (ADD bind_join 'perhaps')"))[1], qr/22023: invalid value for option "bind_join"/, 'a wrong value');
for my $setting (qw(enable_bind_join enable_filter_pushdown enable_pushdown))
{
	unlike($t->sql("$path SET snowflake_fdw.$setting = off; EXPLAIN SELECT count(*) FROM keys JOIN r1 r ON keys.k = r.k"), qr/Bind/, "$setting off");
}

# cursors
my $cursor = 'SELECT l.id, r.id FROM l2 l JOIN r1 r ON l.g = r.g AND l.k = r.k';
my $rows = $t->sql("SET search_path = here, few_l; SELECT count(*) FROM ($cursor) q");
is($t->sql("$path BEGIN; DECLARE c SCROLL CURSOR FOR $cursor; MOVE ALL c; MOVE BACKWARD ALL c; FETCH 1 c; COMMIT") =~ tr/\n//, 0, 'a scrollable cursor') if $rows > 0;
is($t->sql("$path BEGIN; DECLARE c SCROLL CURSOR FOR SELECT count(*) OVER () FROM ($cursor) q; MOVE ALL c; FETCH BACKWARD 1 c; COMMIT"), $rows, 'read backward') if $rows > 0;
is($t->sql("$path BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT count(*) FROM ($cursor) q; COMMIT; FETCH c"), $rows, 'a held cursor');
like($t->sql("$path BEGIN; DECLARE c CURSOR FOR SELECT k.k FROM keys k LEFT JOIN r1 r ON k.k = r.k; FETCH 1 c; CLOSE c; ROLLBACK; SELECT 5"), qr/^\d+\n5$/, 'a cursor closed early');

# PL/pgSQL, in loops with exceptions
is($t->sql("$path CREATE FUNCTION public.matches(at_least int) RETURNS bigint LANGUAGE plpgsql AS \$\$ BEGIN RETURN (SELECT count(*) FROM keys JOIN r1 r ON keys.k = r.k AND keys.k >= matches.at_least); EXCEPTION WHEN division_by_zero THEN RETURN -1; END \$\$;
	SELECT string_agg(public.matches(i)::text, ' ' ORDER BY i) FROM generate_series(0, 9) i"), join(' ', map { $t->sql("SELECT count(*) FROM keys JOIN here.r1 r ON keys.k = r.k AND keys.k >= $_") } 0 .. 9), 'a function');

# changes of local tables
$t->sql('CREATE TABLE changed (id int, k int, n bigint); INSERT INTO changed SELECT i, i, 0 FROM generate_series(0, 30) i; ANALYZE changed');
for my $change ('UPDATE changed SET n = r.m FROM (SELECT k, max(id) AS m FROM r1 GROUP BY k) r WHERE r.k = changed.k', 'UPDATE changed SET n = r.id FROM r2 r WHERE r.id = changed.k',
	'DELETE FROM changed USING r1 r WHERE r.id = changed.k AND r.g = 1', 'DELETE FROM changed WHERE EXISTS (SELECT 1 FROM r1 r WHERE r.k = changed.k)',
	'MERGE INTO changed USING r2 r ON r.id = changed.k WHEN MATCHED AND r.g > 2 THEN DELETE WHEN MATCHED THEN UPDATE SET n = r.id',
	'INSERT INTO changed SELECT l.id, r.id, 7 FROM changed l JOIN r2 r ON l.k = r.id')
{
	my $after = "BEGIN; $change; SELECT string_agg(changed::text, ' ' ORDER BY changed::text) FROM changed; ROLLBACK";

	like($t->sql("$path EXPLAIN $change"), qr/Bind Join/, "bound: $change") if $change !~ /^DELETE FROM changed WHERE/;
	is($t->sql("$path $after"), $t->sql("SET search_path = here, public; $after"), $change);
}
like($t->sql("$path BEGIN; SELECT c.id, r.id FROM changed c JOIN r2 r ON r.id = c.k ORDER BY 1 LIMIT 1 FOR UPDATE OF c; COMMIT"), qr/^1\|1$/, 'local rows locked');

# who may not see a value does not send it
$t->sql(<<"SQL");
CREATE ROLE reader;
CREATE USER MAPPING FOR reader SERVER sf OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}');
GRANT USAGE ON FOREIGN SERVER sf TO reader;
GRANT USAGE ON SCHEMA many TO reader;
CREATE TABLE guarded (k int, owner text);
INSERT INTO guarded VALUES (1, 'reader'), (2, 'reader'), (7777, 'another'), (8888, 'another');
ANALYZE guarded;
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON guarded USING (owner = current_user);
CREATE VIEW barrier WITH (security_barrier) AS SELECT k FROM guarded WHERE owner = 'reader';
GRANT SELECT ON guarded, barrier, many.r1 TO reader;
SQL
for my $table (qw(guarded barrier))
{
	sent();
	is($t->sql("$path SET ROLE reader; SELECT count(*) FROM $table g JOIN r1 r ON g.k = r.k"), $t->sql('SELECT count(*) FROM here.r1 WHERE k IN (1, 2)'), "rows that are hidden: $table");
	@sent = sent();
	is(scalar @sent, 1, "$table: one statement");
	like($sent[0], qr/"K" IN \(1, 2\)/, "$table: with the keys of visible rows");
	unlike($sent[0], qr/7777|8888/, "$table: without the others");
}

# faults
$t->clear;
for my $fault ({action => 'status', status => 503, times => 2}, {action => 'status', status => 429, times => 2, retry_after => 1}, {action => 'reset', times => 2})
{
	$t->fault({method => 'POST', path => '^/api/v2/statements\?', body => 'IN \(', %$fault});
	is($t->sql("$path SELECT count(*) FROM keys JOIN r1 r ON keys.k = r.k"), $expected, "a fault that passes: $fault->{action} " . ($fault->{status} // ''));
	$t->clear;
}
for my $fault ([{action => 'status', status => 422, text => '{"code":"002031","sqlState":"42601","message":"SQL compilation error:\\nUnsupported"}'}, qr/Unsupported/], [{action => 'raw', text => '{"data": ['}, qr/ERROR/])
{
	$t->fault({method => 'POST', path => '^/api/v2/statements\?', body => 'IN \(', times => 10, %{$fault->[0]}});
	like(($t->try("$path SELECT count(*) FROM keys JOIN r1 r ON keys.k = r.k"))[1], $fault->[1], "a fault: $fault->[0]{action}");
	$t->clear;
}
is($t->sql("$path SELECT count(*) FROM keys JOIN r1 r ON keys.k = r.k"), $expected, 'and it works again');

# cancelled: while the local side is read, while Snowflake works, while rows are fetched
for my $phase (['the local side', 'SELECT count(*) FROM (SELECT k, pg_sleep(0.2) FROM keys) l JOIN r1 r ON l.k = r.k'], ['the statement', 'SELECT count(*) FROM keys l JOIN r1 r ON l.k = r.k', {action => 'hang', seconds => 30, body => 'IN \('}])
{
	my ($name, $sql, $fault) = @$phase;
	my $started = time;

	$t->clear;
	$t->fault($fault) if $fault;
	like(($t->try("$path SET statement_timeout = 1000; $sql"))[1], qr/57014: canceling statement due to statement timeout/, "$name: a timeout");
	cmp_ok(time - $started, '<', 15, 'soon');
	$t->fault($fault) if $fault;
	my $session = $t->background("$path SET application_name = 'victim'; $sql;\n");
	sleep 1.5;
	is($t->sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'"), 't', "$name: a cancel");
	like(($t->finish_background($session))[1], qr/57014: canceling statement due to user request/, 'ends it');
	@sent = sent();
	ok(!(grep { /R1/ } @sent), 'nothing was sent') if !$fault;
}
$t->clear;

# EXPLAIN
for my $format (qw(JSON YAML XML))
{
	my $plan = $t->sql("$path EXPLAIN (ANALYZE, FORMAT $format) SELECT * FROM keys JOIN r1 r ON keys.k = r.k AND keys.nothing IS NULL");

	like($plan, $format eq 'JSON' ? qr/"Keys": \["keys.k"\],\s+"Distinct Keys": 500,\s+"Remote Statements": 1,/ : $format eq 'YAML' ? qr/Keys: \n\s+- "keys.k"\n\s+Distinct Keys: 500\n\s+Remote Statements: 1\n/ :
		qr{<Keys>\s*<Item>keys.k</Item>\s*</Keys>\s*<Distinct-Keys>500</Distinct-Keys>\s*<Remote-Statements>1</Remote-Statements>}, "EXPLAIN in $format");
	decode_json($plan) if $format eq 'JSON';
}

# cost: a small remote table is fetched whole
$t->sql("UPDATE pg_class SET reltuples = 10, relpages = 1 WHERE oid = 'many.r2'::regclass");
unlike($t->sql("$path EXPLAIN SELECT * FROM keys JOIN r2 r ON keys.k = r.k"), qr/Bind/, 'ten remote rows are fetched');
like($t->sql("$path EXPLAIN SELECT * FROM keys JOIN r1 r ON keys.k = r.k"), qr/Bind/, 'a hundred million are not');

$t->stop;
done_testing;
