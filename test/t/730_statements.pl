# Random whole queries over edge values: the same rows as one statement, in each of the ways below, and from local copies of the tables.
#
# SFDW_STATEMENTS is the number of queries, SFDW_SEED repeats a run. Each query is asked once with the settings as they are and in
# SFDW_WAYS (1) of the ways, in turn; "./check.sh differential" asks 20,000 in three ways.
use utf8;
use strict;
use warnings;
use lib 'test/perl';
use DifferentialTest;
use RandomQuery;
use SnowflakeFdwTest;
use Test::More;

binmode $_, ':encoding(UTF-8)' for Test::More->builder->output, Test::More->builder->failure_output;
# a run of CI judges a commit, and not its luck
my $seed = $ENV{SFDW_SEED} // ($ENV{CI} ? 20261128 : int(rand(2**31)));
my $count = $ENV{SFDW_STATEMENTS} // 2000;
my $number_of_ways = $ENV{SFDW_WAYS} // 1;
my $t = SnowflakeFdwTest->new(args => ['--window', 5]);

# how else a query is asked: a name, and from the query what psql is given
my @ways = (
	[nothing_sent => settings('snowflake_fdw.enable_pushdown = off')],
	[scans => settings('snowflake_fdw.enable_statement_pushdown = off')],
	[scans_alone => settings('snowflake_fdw.enable_statement_pushdown = off', 'snowflake_fdw.enable_subquery_pushdown = off')],
	[columns => settings('snowflake_fdw.enable_statement_pushdown = off', 'snowflake_fdw.enable_subquery_pushdown = off', 'snowflake_fdw.enable_filter_pushdown = off')],
	[division => sub { "SET snowflake_fdw.numeric_division = remote;\n" . RandomQuery::literal($_[0]) . ";\nRESET snowflake_fdw.numeric_division" }],
	[generic => prepared('force_generic_plan')],
	[custom => prepared('force_custom_plan')],
	[table => sub { 'CREATE TEMP TABLE made AS ' . RandomQuery::literal($_[0]) . ";\nTABLE made;\nDROP TABLE made" }],
	[insert => sub { my $query = RandomQuery::literal($_[0]); "CREATE TEMP TABLE made AS $query WITH NO DATA;\nINSERT INTO made $query;\nTABLE made;\nDROP TABLE made" }],
	[cursor => sub { "BEGIN;\nDECLARE c CURSOR FOR " . RandomQuery::literal($_[0]) . ";\nFETCH 2 FROM c;\nFETCH ALL FROM c;\nCOMMIT" }],
	[view => sub { 'CREATE TEMP VIEW seen AS ' . RandomQuery::literal($_[0]) . ";\nTABLE seen;\nDROP VIEW seen" }],
	[beside_local => sub { 'SELECT q.* FROM (' . RandomQuery::literal($_[0]) . ') q LEFT JOIN solo ON true' }],
	[filtered => sub { 'SELECT q.* FROM (' . RandomQuery::literal($_[0]) . ') q JOIN solo ON (q.o1 IS NULL OR q.o1 IS NOT DISTINCT FROM q.o1)' }],
);

srand($seed);
diag("seed $seed");
my $d = DifferentialTest->new($t, ways => \@ways, number_of_ways => $number_of_ways);
$d->make_table('edges', 18, 5);
$d->make_table('others', 7, 3);
$d->make_table('nothing', 0, 1);
$t->sql("CREATE TABLE here.near AS SELECT small, tag, day FROM here.edges WHERE id % 3 = 0; CREATE TABLE here.solo AS SELECT 1 AS one;
	CREATE TABLE there.near AS TABLE here.near; CREATE TABLE there.solo AS TABLE here.solo; ANALYZE");

$d->run($count, \&RandomQuery::query);
my ($asked, $compared, $whole, $telling) = map { $d->{$_} } qw(asked compared whole telling);
diag("$compared queries of $count compared, $asked times, $whole one statement; others: " .
	DifferentialTest::listed($d->{kept}));
is($d->{failed}, 0, "no query of $compared fails");
is($d->{different}, 0, 'and none has other rows than the local copies');
cmp_ok($compared, '>', $count * 0.7, 'most are compared, an error of the local copies is not');
cmp_ok($whole, '>', $compared * 0.3, 'a third of them are one statement');
cmp_ok($telling, '>', $compared * 0.4, 'many have rows');
$t->stop;
done_testing;
