# A result that is read again and again: the statement runs once, its partitions are fetched twice, and the rows are kept for all further passes.
use strict;
use warnings;
use utf8;
use lib 'test/perl';
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', 5, '--partition-rows', 100]);

$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC');
$t->sql(<<'SQL');
IMPORT FOREIGN SCHEMA "PUBLIC" FROM SERVER sf INTO public;
CREATE TABLE here AS SELECT * FROM customers;
CREATE TABLE outer_rows AS SELECT g AS k, g * 50 AS id FROM generate_series(1, 20) g;
ANALYZE outer_rows;
ALTER DATABASE postgres SET snowflake_fdw.enable_bind_join = off;
ALTER DATABASE postgres SET enable_hashjoin = off;
ALTER DATABASE postgres SET enable_mergejoin = off;
ALTER DATABASE postgres SET enable_material = off;
ALTER DATABASE postgres SET enable_memoize = off;
SQL

# the statements and the partitions that were asked for since the last call
sub asked
{
	my @targets = map { $_->{target} } @{$t->requests};
	my @asked = (scalar(grep { m{/api/v2/statements\?} } @targets), scalar(grep { /partition=/ } @targets));

	$t->clear;
	return @asked;
}

sub compared
{
	my ($query, $statements, $partitions, $name) = @_;
	my $there = $t->sql($query);
	my ($sent, $fetched) = asked();

	is($there, $t->sql($query =~ s/\bcustomers\b/here/gr), $name);
	is($sent, $statements, "$name: statements");
	cmp_ok($fetched, '<=', $partitions, "$name: partitions");
	asked();
	return;
}

asked();
is_deeply([$t->sql('SELECT count(*) FROM (SELECT * FROM customers OFFSET 0) c WHERE c.name ~ \'[1-9]$\''), asked()], ['900', 1, 10], 'one pass reads every partition');
my $joined = q{SELECT o.k, count(*), sum(c.credit), max(c.name) FROM outer_rows o LEFT JOIN customers c ON (c.id % 20 = o.k OR c.id = o.id) AND c.name ~ '[1-9]$' GROUP BY o.k ORDER BY o.k};

like($t->sql("EXPLAIN (COSTS OFF) $joined"), qr/Nested Loop Left Join\n.*\n\s+->  Seq Scan on outer_rows o\n\s+->  Foreign Scan on customers c/, 'a nested loop');
compared($joined, 1, 22, 'twenty passes');
compared("SET work_mem = '64kB'; $joined", 1, 22, 'more rows than work_mem');
compared('SELECT o.k, (SELECT count(*) FROM customers c WHERE c.id <= o.id), (SELECT max(c.since) FROM customers c WHERE c.id < o.id AND c.vip) FROM outer_rows o ORDER BY o.k', 2, 44, 'a subquery for each row');
compared('SELECT o.k, (SELECT c.name FROM customers c WHERE c.id >= o.id OFFSET 1 LIMIT 1) IS NOT NULL FROM outer_rows o ORDER BY o.k', 1, 22, 'passes that end early');
compared('SELECT o.k, EXISTS (SELECT FROM customers c WHERE c.id > o.id OFFSET 0) FROM outer_rows o ORDER BY o.k', 1, 22, 'each at its first row');
compared('SELECT o.k, s.n FROM outer_rows o, LATERAL (SELECT count(*) AS n FROM (SELECT DISTINCT country, vip, since FROM customers OFFSET 0) d WHERE extract(day FROM d.since) = o.k) s ORDER BY o.k', 1, 22, 'a whole statement');
compared('SELECT o.k, s.n FROM outer_rows o, LATERAL (SELECT count(*) AS n FROM (SELECT country, avg(credit) AS a FROM customers GROUP BY country OFFSET 0) d WHERE d.a > o.id) s ORDER BY o.k', 1, 22, 'a column that is finished here');
compared('SELECT o.k, p.k, (SELECT count(*) FROM customers c WHERE c.id <= o.id AND c.id > p.id) FROM outer_rows o, outer_rows p WHERE o.k < 4 ORDER BY 1, 2', 1, 22, 'by two tables');

# a constant beside the columns; a cursor that goes to and fro
$t->sql('ALTER FOREIGN TABLE customers ADD place text OPTIONS (constant \'there\'); ALTER TABLE here ADD place text DEFAULT \'there\'');
compared('SELECT o.k, (SELECT min(c.place) || count(*) FROM customers c WHERE c.id <= o.id AND c.place > o.k::text) FROM outer_rows o ORDER BY o.k', 1, 22, 'a constant');
compared('BEGIN; DECLARE x SCROLL CURSOR FOR SELECT o.k, c.id FROM outer_rows o JOIN customers c ON c.id < o.id AND c.id % 97 = o.k ORDER BY 1, 2; FETCH 5 FROM x; FETCH BACKWARD 3 FROM x; MOVE ABSOLUTE 0 IN x; FETCH 3 FROM x; COMMIT', 1, 22, 'a cursor');

# an error on the way ends it, and the next query is right
$t->fault({action => 'status', status => 410, path => 'partition=3', times => 100, text => '{"code":"000709","message":"gone"}'});
my ($out, $err) = $t->try($joined);
like($err, qr/^ERROR:  /, 'a partition that is gone');
$t->clear;
compared($joined, 1, 22, 'and once more');

$t->stop;
done_testing;
