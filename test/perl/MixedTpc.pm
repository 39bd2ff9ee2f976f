# TPC-H with some of its tables here and the others in Snowflake, or behind postgres_fdw.
#
#   my ($t, @cases) = make_mixed();     cluster and tables; each case {tables => [local ones], number, query, near => schema of the local ones}: the queries
#                                       that read at least one table of each side
#   paths($case)                        search_path with the other tables in Snowflake (there), behind postgres_fdw (loop, after make_loop) and here (here)
#   measure($t, $proxy, $path, $query)  {rows, statements, requests, bytes, error}
package MixedTpc;

use strict;
use warnings;
use Exporter 'import';
use TpcTest;

our @EXPORT = qw(make_mixed make_loop paths measure fetched);
my @sets = (['orders'], ['supplier', 'nation'], ['customer', 'supplier', 'nation', 'region']);
# 20: a subquery of sums over lineitem for each row of partsupp, which is computed here: minutes
my %slow = (20 => 1);
my @tables = qw(customer lineitem nation orders part partsupp region supplier);

sub make_mixed
{
	my ($t, %queries) = make_benchmark('tpch');
	my @cases;

	$t->{database} = 'tpc';
	for my $set (@sets)
	{
		my %near = map { $_ => 1 } @$set;
		my $near = 'near_' . @$set;

		$t->sql("CREATE SCHEMA $near" . join '', map { "; CREATE TABLE $near.$_ AS TABLE local_tpch.$_; CREATE INDEX ON $near.$_ (" .
				{orders => 'o_orderkey', supplier => 's_suppkey', nation => 'n_nationkey', customer => 'c_custkey', region => 'r_regionkey'}->{$_} . "); ANALYZE $near.$_" } @$set);
		for my $number (sort keys %queries)
		{
			my @read = grep { $queries{$number} =~ /\b$_\b/i } @tables;
			my $here = grep { $near{$_} } @read;

			next if $slow{$number} && !$ENV{SFDW_SLOW};
			next if $ENV{SFDW_TPC_QUERIES} && !grep { $_ == $number } split /,/, $ENV{SFDW_TPC_QUERIES};
			push @cases, {tables => $set, number => $number, query => $queries{$number}, near => $near} if $here && $here < @read;
		}
	}
	return ($t, @cases);
}

# the tables of local_tpch through postgres_fdw, read by a role of its own; returns the proxy between
sub make_loop
{
	my ($t) = @_;
	my $proxy = CountingProxy->new("$t->{socket}/.s.PGSQL.5432");

	$t->sql(<<"SQL");
CREATE EXTENSION postgres_fdw;
CREATE ROLE looper LOGIN; GRANT USAGE ON SCHEMA local_tpch TO looper; GRANT SELECT ON ALL TABLES IN SCHEMA local_tpch TO looper;
ALTER ROLE looper SET log_statement = 'all';
CREATE SERVER loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '$proxy->{port}', dbname 'tpc', sslmode 'disable', gssencmode 'disable');
CREATE USER MAPPING FOR postgres SERVER loop OPTIONS (user 'looper');
CREATE SCHEMA loop_tpch; IMPORT FOREIGN SCHEMA local_tpch FROM SERVER loop INTO loop_tpch;
SQL
	$t->sql('ALTER SYSTEM SET log_line_prefix = \'%u \'');
	$t->sql('SELECT pg_reload_conf()');
	return $proxy;
}

sub paths
{
	my ($case) = @_;

	return (there => "$case->{near}, tpch", loop => "$case->{near}, loop_tpch", here => "$case->{near}, local_tpch");
}

# what the log of the cluster's server has more since the last call, of the role that reads for postgres_fdw
my $read = 0;

sub logged
{
	my ($t) = @_;

	open my $log, '<', "$t->{dir}/cluster/data/server.log" or die $!;
	seek $log, $read, 0;
	my @lines = grep { /^looper / } <$log>;
	$read = tell $log;
	return @lines;
}

sub measure
{
	my ($t, $proxy, $path, $query) = @_;

	$proxy->count;
	logged($t);
	$t->clear;
	my ($rows, $error) = $t->try("SET search_path = $path; SET max_parallel_workers_per_gather = 0; SET statement_timeout = '100s'; LOAD 'snowflake_fdw'; $query");
	my @calls = grep { $_->{target} =~ m{^/api/} } @{$t->requests};
	my @lines = logged($t);
	my $statements = grep({ $_->{method} eq 'POST' && $_->{target} =~ m{^/api/v2/statements\?} } @calls) + grep { /DECLARE/ } @lines;

	return {rows => $rows, error => $error, statements => $statements, bytes => $proxy->count, requests => scalar(@calls) + grep { /LOG:\s+(?:statement|execute)/ } @lines};
}

# rows that the foreign scans of a query gave, and how often they ran
sub fetched
{
	my ($t, $path, $query) = @_;
	my $plan = $t->sql("SET search_path = $path; SET max_parallel_workers_per_gather = 0; LOAD 'snowflake_fdw'; EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) $query");
	my $rows = 0;

	while ($plan =~ /Foreign Scan.*\(actual rows=([\d.]+) loops=(\d+)\)/g)
	{
		$rows += int($1 * $2 + 0.5);
	}
	return $rows;
}

1;
