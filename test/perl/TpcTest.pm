# A benchmark of DuckDB's extensions at scale 0.01: how many of its queries leave as one statement, and the same rows as from local tables.
#
#   use TpcTest;
#   run_benchmark('tpch', 22, 22);   so many queries are one statement at least, without and with numeric_division 'remote'
#   my ($t, %queries) = make_benchmark('tpch');   only the tables, tpch.NAME and local_tpch.NAME of the database tpc, and the queries by number
# SFDW_TPC_QUERIES is a list of numbers.
package TpcTest;

use utf8;
use strict;
use warnings;
use Exporter 'import';
use File::Temp qw(tempdir);
use SnowflakeFdwTest;
use Test::More;

our @EXPORT = qw(make_benchmark run_benchmark);
my $t;

sub slurp
{
	my ($file) = @_;

	open my $handle, '<:encoding(UTF-8)', $file or die "$file: $!";
	local $/;
	return scalar <$handle>;
}

sub tpc
{
	my ($sql) = @_;
	my ($out, $err, $code) = $t->try($sql, 'tpc');

	die "$sql\n$err" if $code != 0;
	return $out;
}
# Snowflake's type of one of DuckDB's
my %remote = (INTEGER => 'NUMBER(38,0)', BIGINT => 'NUMBER(38,0)', VARCHAR => 'VARCHAR', DATE => 'DATE');

# the rows of a file as an INSERT of so many at a time
sub load_remote
{
	my ($name, $file, @types) = @_;
	my @rows = split /\n/, slurp($file);

	while (my @part = splice @rows, 0, 5000)
	{
		my @values;
		for my $row (@part)
		{
			my @cells = split /\|/, $row, -1;
			for my $i (0 .. $#cells)
			{
				my $text = $cells[$i];
				$text =~ s/^"(.*)"$/$1/;
				$text =~ s/\\/\\\\/g;
				$text =~ s/'/''/g;
				$cells[$i] = $cells[$i] eq '' ? 'NULL' : $types[$i] =~ /NUMBER/ ? $text : "'$text'";
			}
			push @values, '(' . join(', ', @cells) . ')';
		}
		my $sql = "INSERT INTO $name VALUES " . join(', ', @values);
		$sql =~ s/'/''/g;
		tpc("SELECT snowflake.sf_execute('$sql')");
	}
	return;
}

sub make_tables
{
	my ($set, $folder) = @_;

	tpc("CREATE SCHEMA $set; CREATE SCHEMA local_$set; SELECT snowflake.sf_execute('CREATE SCHEMA TPC.\U$set\E')");
	for my $line (split /\n/, slurp("$folder/tables"))
	{
		my ($table, $rows, $columns) = split /\t/, $line;
		my (@local, @there, @types);
		while ($columns =~ /(\w+) ([A-Z]+)(\(\d+,\d+\))?/g)
		{
			my $type = $2 eq 'DECIMAL' ? "NUMBER$3" : $remote{$2};
			push @types, $type;
			push @there, "$1 $type";
			push @local, "$1 " . ($2 eq 'DECIMAL' ? "numeric$3" : $2 eq 'VARCHAR' ? 'text' : lc $2);
		}
		tpc("CREATE TABLE local_$set.$table (" . join(', ', @local) . ");\n" .
			"COPY local_$set.$table FROM '$folder/$table.csv' (FORMAT csv, DELIMITER '|');\n" .
			"SELECT snowflake.sf_execute('CREATE TABLE TPC.\U$set.$table\E (" . join(', ', @there) . ")')");
		load_remote("TPC.\U$set.$table\E", "$folder/$table.csv", @types);
		tpc("CREATE FOREIGN TABLE $set.$table (" .
			join(', ', map { my ($c, $r) = ($local[$_] =~ /^(\w+) /, $types[$_]); $local[$_] =~ s/^(\w+ \S+)/$1 OPTIONS (remote_type '$r')/r } 0 .. $#local) .
			") SERVER sf OPTIONS (database 'TPC', schema '\U$set\E', \"table\" '\U$table\E'); ANALYZE local_$set.$table");
	}
	return;
}

# what the log says of the statements since
sub statements
{
	return scalar grep { $_->{method} eq 'POST' && $_->{target} =~ m{^/api/v2/statements\?} } @{$t->requests};
}

sub make_benchmark
{
	my ($set) = @_;
	my $folder = tempdir(CLEANUP => 1);

	$t = SnowflakeFdwTest->new(args => ['--window', 5]);
	# a database whose default order of texts is Snowflake's
	$t->sql(q{CREATE DATABASE tpc TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'});
	# what takes long on a slow machine is no error
	$t->sql(q{ALTER DATABASE tpc SET snowflake_fdw.progress_interval = 0});
	tpc('CREATE EXTENSION snowflake_fdw; CREATE SERVER sf FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (' .
		$t->server_options(warehouse => 'COMPUTE_WH', database => 'DEMO') . ');' .
		"CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}');" .
		q{SELECT snowflake.sf_execute('CREATE DATABASE TPC')});

	chmod 0755, $folder;
	is(system($ENV{SNOWFLAKE_TEST_PYTHON}, 'test/tpc/generate.py', $folder, $set), 0, "$set is generated");
	make_tables($set, $folder);
	return ($t, map { /(\d+)\.sql/ ? ($1 => slurp($_)) : () } glob "$folder/[0-9]*.sql");
}

sub run_benchmark
{
	my ($set, $required, $required_divided) = @_;
	my $divided = 0;
	my ($one, @others, @numbers) = (0);
	($t, my %queries) = make_benchmark($set);

	for my $number (sort keys %queries)
	{
		my $query = $queries{$number};

		next if $ENV{SFDW_TPC_QUERIES} && !grep { $_ == $number } split /,/, $ENV{SFDW_TPC_QUERIES};
		my ($plan, $error) = $t->try("SET search_path = $set; EXPLAIN (VERBOSE, COSTS OFF) $query", 'tpc');
		if ($plan !~ /Pushdown: statement/)
		{
			push @numbers, $number;
			push @others, "$number: " . ($plan =~ /Kept local: statement: (.*)/ ? $1 : $error);
			next;
		}
		$one++;
		$t->clear;
		(my $rows, $error) = $t->try("SET search_path = $set; SET max_parallel_workers_per_gather = 0; $query", 'tpc');
		if ($error)
		{
			fail("$set $number");
			diag($error);
			next;
		}
		is(statements(), 1, "$set $number: one statement");
		is(canonical($rows), canonical(tpc("SET search_path = local_$set; $query")), "$set $number: the rows of local tables");
	}
	# those that are one with Snowflake's digits
	for my $number (@numbers)
	{
		my $query = $queries{$number};
		my $set_up = "SET search_path = $set; SET snowflake_fdw.numeric_division = remote;";
		my $plan = tpc("$set_up EXPLAIN (VERBOSE, COSTS OFF) $query");

		next if $plan !~ /Pushdown: statement/;
		$divided++;
		is(rounded(tpc("$set_up $query")), rounded(tpc("SET search_path = local_$set; $query")), "$set $number: nearly the rows of local tables");
	}
	diag("$set: with numeric_division remote: " . ($one + $divided));
	cmp_ok($one + $divided, '>=', $required_divided, "$set: so many queries are one statement with numeric_division remote") if !$ENV{SFDW_TPC_QUERIES};
	diag("$set: $one queries are one statement; others: " . join('; ', @others));
	cmp_ok($one, '>=', $required, "$set: so many queries are one statement") if !$ENV{SFDW_TPC_QUERIES};
	$t->all_valid;
	done_testing;
	return;
}

sub rounded
{
	my ($rows) = @_;

	$rows =~ s/(?<![\w.])(-?\d+\.\d+)(?![\w.])/sprintf '%.3f', $1/ge;
	return canonical($rows);
}

# numbers without the zeros that only their scale shows
sub canonical
{
	my ($rows) = @_;

	$rows =~ s/(?<![\w.])(-?\d+\.\d*?)0+(?![\w.])/$1/g;
	$rows =~ s/(?<![\w.])(-?\d+)\.(?![\w.])/$1/g;
	return $rows;
}

1;
