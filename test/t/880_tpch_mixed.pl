# TPC-H with one, two and four of its tables here: the rows of local tables, and no statement for a row.
use strict;
use warnings;
use lib 'test/perl';
use CountingProxy;
use MixedTpc;
use SnowflakeFdwTest;
use Test::More;

my ($t, @cases) = make_mixed();
my ($port) = $t->{info}{url} =~ /:(\d+)/;
my $proxy = CountingProxy->new($port);
my %sums;

$t->sql("ALTER SERVER sf OPTIONS (SET port '$proxy->{port}')");
for my $case (@cases)
{
	my %path = paths($case);
	my $name = "query $case->{number}, here " . join(', ', @{$case->{tables}});
	my $plan = $t->sql("SET search_path = $path{there}; LOAD 'snowflake_fdw'; SET max_parallel_workers_per_gather = 0; EXPLAIN (VERBOSE, COSTS OFF) $case->{query}");
	my $scans = () = $plan =~ /Foreign Scan/g;
	my $start = time;
	my $seen = measure($t, $proxy, $path{there}, $case->{query});
	diag("$name: ", time - $start, " s") if time - $start > 3;
	my $here = $t->sql("SET search_path = $path{here}; $case->{query}");

	is(TpcTest::canonical($seen->{rows}), TpcTest::canonical($here), "$name: the rows of local tables") or diag($seen->{error}, $plan);
	cmp_ok($seen->{statements}, '<=', $scans, "$name: a statement for a scan at most") or diag($plan);
	$sums{$case->{near}}{$_} += $seen->{$_} for qw(statements requests bytes);
	$sums{$case->{near}}{queries}++;
	$sums{$case->{near}}{lc $_}++ for grep { defined } $plan =~ /Pushdown: (\w+)|(Bind Join)/g;
}
for my $near (sort keys %sums)
{
	my %sum = %{$sums{$near}};

	diag("$near: " . join ', ', map { "$_ $sum{$_}" } sort keys %sum);
}
$proxy->stop;
$t->stop;
done_testing;
