# Random whole queries over edge values: the same rows as one statement, in each of the ways below, and from local copies of the tables.
#
# SFDW_STATEMENTS is the number of queries, SFDW_SEED repeats a run. Each query is asked once with the settings as they are and in
# SFDW_WAYS (1) of the ways, in turn; "./check.sh differential" asks 20,000 in three ways.
use utf8;
use strict;
use warnings;
use lib 'test/perl';
use RandomQuery;
use SnowflakeFdwTest;
use Test::More;

binmode $_, ':encoding(UTF-8)' for Test::More->builder->output, Test::More->builder->failure_output;
# a run of CI judges a commit, and not its luck
my $seed = $ENV{SFDW_SEED} // ($ENV{CI} ? 20261128 : int(rand(2**31)));
my $count = $ENV{SFDW_STATEMENTS} // 2000;
my $number_of_ways = $ENV{SFDW_WAYS} // 1;
my $t = SnowflakeFdwTest->new(args => ['--window', 5]);
my $off = 'SET snowflake_fdw.enable_%s = off';

# how else a query is asked: a name, and from the query what psql is given
my @ways = (
	[nothing_sent => settings('pushdown')],
	[scans => settings('statement_pushdown')],
	[scans_alone => settings('statement_pushdown', 'subquery_pushdown')],
	[columns => settings('statement_pushdown', 'subquery_pushdown', 'filter_pushdown')],
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

sub settings
{
	my @names = @_;

	return sub {
		return join(";\n", (map { sprintf $off, $_ } @names), RandomQuery::literal($_[0]), map { "RESET snowflake_fdw.enable_$_" } @names);
	};
}

sub prepared
{
	my ($mode) = @_;

	return sub {
		my ($query) = @_;
		my @params = @{$query->{params}};
		my ($types, $values) = (join(', ', map { $_->[0] } @params), join(', ', map { $_->[1] } @params));

		return "SET plan_cache_mode = $mode;\nPREPARE q" . (@params ? "($types)" : '') . " AS $query->{text};\nEXECUTE q" . (@params ? "($values)" : '') .
			";\nDEALLOCATE q;\nRESET plan_cache_mode";
	};
}

sub make_table
{
	my ($table, $rows, $step) = @_;
	my @columns = RandomQuery::columns();
	my @rows;

	for my $i (0 .. $rows - 1)
	{
		my @row;
		for my $column (@columns)
		{
			my ($name, $type, $local, $kind, @list) = @$column;
			my $value = $name eq 'id' ? $i + 1 : ($i + length $name) % 6 == 5 ? 'NULL' : $list[($i * $step + length $name) % @list];

			if ($kind eq 'text' && $value ne 'NULL')
			{
				$value = $t->sql("SELECT $value");
				$value =~ s/\\/\\\\/g;
				$value =~ s/'/''/g;
				$value = "'$value'";
			}
			# nanoseconds beyond the microsecond
			$value =~ s/(\.\d{6})(?=['+])/$1 . RandomQuery::pick('000', '001', '999')/e if $type =~ /\(9\)$/;
			push @row, $value eq 'NULL' ? "CAST(NULL AS $type)" : $kind eq 'json' ? "PARSE_JSON($value)" :
				$kind eq 'bin' ? "TO_BINARY('" . ($value =~ /x([0-9a-f]*)/ ? $1 : '') . "', 'HEX')" : "CAST($value AS $type)";
		}
		push @rows, 'SELECT ' . join ', ', @row;
	}
	my $create = "CREATE TABLE $table (" . join(', ', map { '"' . uc($_->[0]) . "\" $_->[1]" } @columns) . ')';
	$t->sql("SELECT sf_execute(\$q\$$create\$q\$)");
	$t->sql("SELECT sf_execute(\$q\$INSERT INTO $table " . join(' UNION ALL ', @rows) . '$q$)') if @rows;
	$t->sql("IMPORT FOREIGN SCHEMA \"PUBLIC\" LIMIT TO ($table) FROM SERVER sf INTO there");
	$t->sql("ALTER FOREIGN TABLE there.$table ALTER small TYPE int, ALTER id TYPE int, ALTER big TYPE bigint");
	$t->sql("CREATE TABLE here.$table AS SELECT * FROM there.$table");
	return;
}

# numbers without the zeros that only their scale shows; rows in order where the query has one
sub canonical
{
	my ($rows, $ordered) = @_;

	$rows =~ s/(?<![\w.])(-?\d+\.\d*?)0+(?![\w.])/$1/g;
	$rows =~ s/(?<![\w.])(-?\d+)\.(?![\w.])/$1/g;
	return $ordered ? $rows : join "\n", sort split /\n/, $rows, -1;
}

# with so many digits as Snowflake's quotients have
sub rounded
{
	my ($rows) = @_;

	$rows =~ s/(?<![\w.])(-?\d+\.\d+)(?![\w.])/abs($1) < 1000 ? sprintf('%.3f', $1 + 0) : sprintf('%.6e', $1)/ge;
	return canonical($rows =~ s/-(0\.0+)(?!\d)/$1/gr, 0);
}

srand($seed);
diag("seed $seed");
$t->connect(warehouse => 'COMPUTE_WH', database => 'DEMO', schema => 'PUBLIC');
$t->sql('CREATE SCHEMA here; CREATE SCHEMA there');
make_table('edges', 18, 5);
make_table('others', 7, 3);
make_table('nothing', 0, 1);
$t->sql("CREATE TABLE here.near AS SELECT small, tag, day FROM here.edges WHERE id % 3 = 0; CREATE TABLE here.solo AS SELECT 1 AS one;
	CREATE TABLE there.near AS TABLE here.near; CREATE TABLE there.solo AS TABLE here.solo; ANALYZE");

my ($asked, $compared, $whole, $telling, $different, $failed) = (0, 0, 0, 0, 0, 0);
my (%kept, %ways);

# the queries of one session here, and of one there
sub compare
{
	my @queries = @_;
	my @local = $t->batch('SET search_path = here; SET statement_timeout = \'5s\'', map { RandomQuery::literal($_) } @queries);
	my @scripts = ('SET search_path = there; SET statement_timeout = \'60s\'; SET extra_float_digits = 1');

	shift @local;
	for my $i (0 .. $#queries)
	{
		my $query = $queries[$i];

		$query->{local} = $local[$i][0];
		$query->{error} = $local[$i][1];
		# an error that the local rows raise (an overflow) is none of ours
		if ($query->{error} ne '')
		{
			diag(RandomQuery::literal($query), "\n$query->{error}") if $ENV{SFDW_VERBOSE};
			next;
		}
		push @scripts, RandomQuery::literal($query), 'EXPLAIN (VERBOSE, COSTS OFF) ' . RandomQuery::literal($query), map { $_->[1]->($query) } @{$query->{ways}};
	}
	my @there = $t->batch(@scripts);
	shift @there;
	for my $query (grep { $_->{error} eq '' } @queries)
	{
		my $local = canonical($query->{local}, $query->{ordered});
		my $result = shift @there;
		my $plan = shift(@there)->[0];
		my @answers = (['as it is', @$result, $query->{ordered}], map { [$_->[0], @{shift @there}, $query->{ordered} && $_->[0] !~ /view|beside|filtered/] } @{$query->{ways}});

		$compared++;
		judge($query, $plan, $local, @$_) for @answers;
		$telling++ if $local ne '' && $local ne '0';
		if ($plan =~ /Pushdown: statement/)
		{
			$whole++;
		}
		elsif ($plan =~ /Kept local: statement: (.*)/)
		{
			$kept{$1 =~ s/".*"/a table/r}++;
		}
	}
	return;
}

sub judge
{
	my ($query, $plan, $local, $way, $output, $error, $ordered) = @_;
	my $statements = join "\n", grep { /Remote SQL|Kept/ } split /\n/, $plan;

	$asked++;
	$ways{$way}++;
	if ($error ne '')
	{
		diag("FAILS $way: ", RandomQuery::literal($query), "\n$error\n$statements\n");
		$failed++;
		return;
	}
	return if canonical($output, $ordered) eq ($ordered == $query->{ordered} ? $local : canonical($local, 0));
	return if $way eq 'division' && rounded($output) eq rounded($local);
	diag("DIFFERS $way: ", RandomQuery::literal($query), "\n$way:\n$output\nlocal copies:\n$query->{local}\n$statements\n");
	$different++;
	return;
}

for (my $done = 0; $done < $count;)
{
	my @queries;

	while (@queries < 50 && $done < $count)
	{
		my $query = RandomQuery::query();

		$query->{ways} = [map { $ways[($done * $number_of_ways + $_) % @ways] } 0 .. $number_of_ways - 1];
		push @queries, $query;
		$done++;
	}
	compare(@queries);
}
diag("$compared queries of $count compared, $asked times, $whole one statement; others: " .
	join('; ', map { "$_ ($kept{$_})" } sort { $kept{$b} <=> $kept{$a} || $a cmp $b } keys %kept));
is($failed, 0, "no query of $compared fails");
is($different, 0, 'and none has other rows than the local copies');
cmp_ok($compared, '>', $count * 0.7, 'most are compared, an error of the local copies is not');
cmp_ok($whole, '>', $compared * 0.3, 'a third of them are one statement');
cmp_ok($telling, '>', $compared * 0.4, 'many have rows');
$t->stop;
done_testing;
