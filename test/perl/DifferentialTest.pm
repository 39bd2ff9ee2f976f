# Queries asked of foreign tables in several ways, and of local copies of the tables: the same rows.
#
#   my $d = DifferentialTest->new($t, ways => [[name => sub { script of the query $_[0] }], ...], number_of_ways => 1);
#   $d->make_table('edges', 18, 5)       here.edges and there.edges (of a server, sf) of so many rows of RandomQuery's columns, the values in steps of 5
#   $d->run(2000, \&RandomQuery::query)  each as it is and in so many of the ways, in turn
#   $d->{...}                            compared, asked, failed, different, telling (with rows), whole (one statement), kept and units (why, what: numbers)
# session => sub { ... } gives settings of both sessions, of every 50 queries.
package DifferentialTest;

use utf8;
use strict;
use warnings;
use Exporter 'import';
use RandomQuery;
use Test::More;

our @EXPORT = qw(settings prepared script);

sub new
{
	my ($class, $t, %args) = @_;
	my $self = bless {t => $t, number_of_ways => 1, session => sub { '' }, %args, kept => {}, units => {}, map { $_ => 0 } qw(asked compared whole telling different failed done)}, $class;

	$t->connect(warehouse => 'COMPUTE_WH', database => 'DEMO', schema => 'PUBLIC');
	$t->sql('CREATE SCHEMA here; CREATE SCHEMA there');
	return $self;
}

# a query with its values in place; one that changes rows in a transaction that leaves nothing
sub script
{
	my ($query) = @_;
	my $sql = RandomQuery::literal($query);

	return $sql if !$query->{modifies};
	return "BEGIN;\n$sql;\n" . ($sql =~ /^MERGE INTO (\w+)/ ? "SELECT id, tag FROM $1;\n" : '') . 'ROLLBACK';
}

# ways to ask
sub settings
{
	my (@settings) = @_;

	return sub { return join(";\n", (map { "SET $_" } @settings), script($_[0]), map { s/ =.*//r =~ s/^/RESET /r } @settings); };
}

sub prepared
{
	my ($mode) = @_;

	return sub {
		my ($query) = @_;
		my @params = @{$query->{params}};
		my ($types, $values) = (join(', ', map { $_->[0] } @params), join(', ', map { $_->[1] } @params));

		return script($query) if $query->{modifies};
		return "SET plan_cache_mode = $mode;\nPREPARE q" . (@params ? "($types)" : '') . " AS $query->{text};\nEXECUTE q" . (@params ? "($values)" : '') .
			";\nDEALLOCATE q;\nRESET plan_cache_mode";
	};
}

sub make_table
{
	my ($self, $table, $rows, $step, $server) = @_;
	my $t = $self->{t};
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
	$t->sql("IMPORT FOREIGN SCHEMA \"PUBLIC\" LIMIT TO ($table) FROM SERVER @{[$server // 'sf']} INTO there");
	$t->sql("ALTER FOREIGN TABLE there.$table ALTER small TYPE int, ALTER id TYPE int, ALTER big TYPE bigint");
	$t->sql("CREATE TABLE here.$table AS SELECT * FROM there.$table");
	return;
}

# a local table of both schemas, with the rows of a table
sub make_home
{
	my ($self, $name, $table, $condition) = @_;

	$self->{t}->sql(join '', map { "CREATE TABLE $_.$name AS SELECT * FROM here.$table WHERE $condition; CREATE INDEX ON $_.$name (id); CREATE INDEX ON $_.$name (small);" } qw(here there));
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

sub run
{
	my ($self, $count, $generator) = @_;
	my @ways = @{$self->{ways}};
	my $number = $self->{number_of_ways};

	while ($self->{done} < $count)
	{
		my @queries;

		while (@queries < 50 && $self->{done} < $count)
		{
			my $query = $generator->();

			$query->{ways} = [map { $ways[($self->{done} * $number + $_) % @ways] } 0 .. $number - 1];
			push @queries, $query;
			$self->{done}++;
		}
		$self->compare(@queries);
	}
	return;
}

# the queries of one session here, and of one there
sub compare
{
	my ($self, @queries) = @_;
	my $session = $self->{session}->();

	$self->{dead} = 0;
	my @local = $self->{t}->batch("SET search_path = here; SET statement_timeout = '5s'; $session", map { script($_) } @queries);
	my @scripts = ("SET search_path = there; SET statement_timeout = '60s'; SET extra_float_digits = 1; LOAD 'snowflake_fdw'; $session");

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
		push @scripts, script($query), 'EXPLAIN (VERBOSE, COSTS OFF) ' . RandomQuery::literal($query), map { $_->[1]->($query) } @{$query->{ways}};
	}
	my @there = $self->{t}->batch(@scripts);
	shift @there;
	for my $query (grep { $_->{error} eq '' } @queries)
	{
		my $local = canonical($query->{local}, $query->{ordered});
		my $result = shift @there;
		my $plan = shift(@there)->[0];
		my @answers = (['as it is', @$result, $query->{ordered}], map { [$_->[0], @{shift @there}, $query->{ordered} && $_->[0] !~ /view|beside|filtered/] } @{$query->{ways}});

		$self->{compared}++;
		$query->{session} = $session;
		$self->judge($query, $plan, $local, @$_) for @answers;
		$self->{telling}++ if $local ne '' && $local ne '0';
		my %seen = map { $_ => 1 } grep { defined } $plan =~ /Pushdown: (\w+)|(Bind Join)/g;
		$self->{units}{$_}++ for keys %seen;
		if ($seen{statement})
		{
			$self->{whole}++;
		}
		elsif ($plan =~ /Kept local: statement: (.*)/)
		{
			$self->{kept}{$1 =~ s/".*"/a table/r}++;
		}
	}
	return;
}

sub judge
{
	my ($self, $query, $plan, $local, $way, $output, $error, $ordered) = @_;
	my $statements = join "\n", $query->{session}, grep { /Remote SQL|Kept|Bind Join/ } split /\n/, $plan;

	$self->{asked}++;
	if ($error ne '')
	{
		# of a session that died, what it died of
		$self->{dead}++ if $error =~ /^no answer/;
		diag("FAILS $way: ", script($query), "\n$error\n$statements\n") if $error !~ /^no answer/ || $self->{dead} == 1;
		$self->{failed}++;
		return;
	}
	return if canonical($output, $ordered) eq ($ordered == $query->{ordered} ? $local : canonical($local, 0));
	return if $way eq 'division' && rounded($output) eq rounded($local);
	diag("DIFFERS $way: ", script($query), "\n$way:\n$output\nlocal copies:\n$query->{local}\n$statements\n");
	$self->{different}++;
	return;
}

# the numbers of a hash, the largest first
sub listed
{
	my ($numbers) = @_;

	return join '; ', map { "$_ ($numbers->{$_})" } sort { $numbers->{$b} <=> $numbers->{$a} || $a cmp $b } keys %$numbers;
}

1;
