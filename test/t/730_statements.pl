# Random whole queries over edge values: the same rows as one statement, as scans of their tables, and from local copies.
#
# SFDW_STATEMENTS is the number of queries, SFDW_SEED repeats a run.
use utf8;
use strict;
use warnings;
use lib 'test/perl';
use SnowflakeFdwTest;
use Test::More;

binmode $_, ':encoding(UTF-8)' for Test::More->builder->output, Test::More->builder->failure_output;
# a run of CI judges a commit, and not its luck
my $seed = $ENV{SFDW_SEED} // ($ENV{CI} ? 20261128 : int(rand(2**31)));
my $count = $ENV{SFDW_STATEMENTS} // 250;
my $t = SnowflakeFdwTest->new(args => ['--window', 5]);

srand($seed);
diag("seed $seed");
$t->connect(warehouse => 'COMPUTE_WH', database => 'DEMO', schema => 'PUBLIC');

# a column: Snowflake's type, PostgreSQL's, what it is to the generator, and its values
my @columns = (
	[id => 'NUMBER(9,0)', 'int', 'num'],
	[small => 'NUMBER(5,0)', 'int', 'num', qw(-32768 -7 -1 0 1 2 7 32767)],
	[amount => 'NUMBER(12,2)', 'numeric', 'num', qw(-12345.67 -0.01 0.00 0.01 1.50 2.50 99999.99)],
	[ratio => 'NUMBER(9,5)', 'numeric', 'num', qw(-9999.99999 -0.5 0 0.00001 0.33333 1 1.25)],
	[big => 'NUMBER(19,0)', 'bigint', 'wide', qw(-9223372036854775808 -1 0 9007199254740993 9223372036854775807)],
	[exact => 'NUMBER(28,2)', 'numeric', 'wide', qw(-99999999999999999999999999.99 -0.01 0 1.50 12345678901234567890.12)],
	[huge => 'NUMBER(38,0)', 'numeric', 'wide', '-9' . '9' x 37, 0, 1, '1' . '0' x 37],
	[txt => 'VARCHAR', 'text', 'text', "''", "'a'", "'A'", "'a '", "'ß'", "'a,b'", "'%'", "'a_'", "E'a\\\\b'", "E'it''s'", "E'l1\\nl2'", "'😀'", "' zz'"],
	[tag => 'VARCHAR(10)', 'text', 'text', "'a'", "'b'", "'ab'", "''", "'éa'"],
	[flag => 'BOOLEAN', 'boolean', 'bool', qw(true false)],
	[day => 'DATE', 'date', 'date', "'1969-12-31'", "'1970-01-01'", "'2020-12-31'", "'2021-01-03'", "'2024-02-29'", "'2024-12-30'"],
	[clock => 'TIME(9)', 'time', 'time', "'00:00'", "'00:00:00.000001'", "'12:34:56.789'"],
	[ntz => 'TIMESTAMP_NTZ(6)', 'timestamp', 'stamp', "'1969-12-31 23:59:59.999999'", "'1970-01-01 00:00'", "'2021-01-03 02:30:00.000001'", "'2024-02-29 12:34:56.5'"],
	[nano => 'TIMESTAMP_NTZ(9)', 'timestamp', 'nano', "'1970-01-01 00:00:00.000000'", "'1970-01-01 00:00:00.000001'", "'2024-02-29 12:34:56.123456'"],
	[tz => 'TIMESTAMP_TZ(9)', 'timestamptz', 'zone', "'1970-01-01 00:00:00.000000+00'", "'2024-02-29 12:34:56.123456+05:30'"],
);
my %remote = map { $_->[0] => $_->[1] } @columns;
my %local = map { $_->[0] => $_->[2] } @columns;
my %values = map { my ($name, $r, $l, $k, @v) = @$_; $name => \@v } @columns;
my %named;    # kind to columns
push @{$named{$_->[3]}}, $_->[0] for @columns;
my @tables = qw(edges others nothing);
my $alias = 0;

sub pick { return $_[rand @_]; }
sub chance { return rand() < $_[0]; }

sub make_table
{
	my ($table, $rows, $step) = @_;
	my @rows;

	for my $i (0 .. $rows - 1)
	{
		my @row;
		for my $column (map { $_->[0] } @columns)
		{
			my @list = @{$values{$column}};
			my $value = $column eq 'id' ? $i + 1 : ($i + length $column) % 6 == 5 ? 'NULL' : $list[($i * $step + length $column) % @list];

			if ($remote{$column} =~ /VARCHAR/ && $value ne 'NULL')
			{
				$value = $t->sql("SELECT $value");
				$value =~ s/\\/\\\\/g;
				$value =~ s/'/''/g;
				$value = "'$value'";
			}
			# nanoseconds beyond the microsecond
			$value =~ s/(\.\d{6})(?=['+])/$1 . pick('000', '001', '999')/e if $remote{$column} =~ /\(9\)$/;
			push @row, "CAST($value AS $remote{$column})";
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

# a column of a kind among relations, a hash of kinds to columns with their alias
sub column_of
{
	my ($scope, $kind) = @_;
	my @list = @{$scope->{$kind} // []};

	return @list ? pick(@list) : constant($kind);
}

sub constant
{
	my ($kind) = @_;

	return "($1)::int" if $kind eq 'num' && chance(0.5) && pick(-7, -1, 0, 1, 2, 5, 100) =~ /(.+)/;
	return pick("'a'", "'b'", "''", "'a_'", "'ß'") if $kind eq 'text';
	return pick('true', 'false') if $kind eq 'bool';
	my $column = pick(grep { $_ ne 'id' } @{$named{$kind}});
	my $value = pick(@{$values{$column}});
	return "($value)::$local{$column}";
}

sub any
{
	my ($scope, $kind, $depth) = @_;

	return $kind eq 'num' ? number($scope, $depth) : $kind eq 'text' ? text($scope, $depth) : $kind eq 'date' ? date($scope, $depth) :
		$kind eq 'stamp' ? stamp($scope, $depth) : $kind eq 'bool' ? condition($scope, $depth) : column_of($scope, $kind);
}

# one with a column in it, where there is one: a key that is the same for every row is not sent
sub of_column
{
	my ($scope, $kind, $depth) = @_;
	my $expression;

	for (1 .. 5)
	{
		$expression = any($scope, $kind, $depth);
		return $expression if $expression =~ /\b[tsw]\d*\.\w/;
	}
	return $expression;
}

# one of two values of any kind
sub choice
{
	my ($scope, $kind, $depth) = @_;
	my $x = any($scope, $kind, $depth);
	my $y = chance(0.4) ? constant($kind) : any($scope, $kind, $depth);
	my $form = int rand 6;

	return "coalesce($x, $y)" if $form == 0;
	return "nullif($x, $y)" if $form == 1;
	return pick('greatest', 'least') . "($x, $y)" if $form == 2;
	return 'CASE WHEN ' . condition($scope, $depth) . " THEN $x " . pick('', "ELSE $y ", "WHEN " . condition($scope, 0) . " THEN $y ") . 'END' if $form < 5;
	my $tested = column_of($scope, 'text');
	return "CASE $tested WHEN 'a' THEN $x WHEN 'b' THEN $y END";
}

sub number
{
	my ($scope, $depth) = @_;
	my $x = column_of($scope, 'num');

	return chance(0.15) ? constant('num') : $x if $depth <= 0 || chance(0.35);
	return pick(
		sub { '(' . number($scope, $depth - 1) . ' ' . pick('+', '-') . ' ' . number($scope, $depth - 1) . ')' },
		sub { "($x * " . pick(-3, 2, '0.5', '1.50', column_of($scope, 'num')) . ')' },
		sub { pick('abs', '-', 'ceil', 'floor', 'sign') . "(($x)::numeric)" },
		sub { pick('round', 'trunc') . "(($x)::numeric, " . pick(-3, -1, 0, 1, 2, 4) . ')' },
		sub { "mod($x, " . pick(3, -4, '0.7') . ')' },
		sub { '(' . column_of($scope, 'num') . ')::numeric / ' . pick(2, 4, -5, '10', '1000') },
		sub { "(($x)::numeric(30,3))" },
		sub { 'length(' . text($scope, $depth - 1) . ')' },
		sub { pick('position', 'strpos') eq 'position' ? 'position(' . pick("'a'", "'ß'", "'_'") . ' IN ' . text($scope, $depth - 1) . ')' : 'strpos(' . text($scope, $depth - 1) . ", 'b')" },
		sub { 'extract(' . pick(qw(year quarter month day doy dow isodow week isoyear)) . ' FROM ' . pick(date($scope, $depth - 1), stamp($scope, $depth - 1)) . ')' },
		sub { 'extract(' . pick(qw(hour minute)) . ' FROM ' . stamp($scope, $depth - 1) . ')' },
		sub { '(' . date($scope, $depth - 1) . ' - ' . date($scope, $depth - 1) . ')' },
		sub { choice($scope, 'num', $depth - 1) },
		sub { choice($scope, 'num', $depth - 1) },
	)->();
}

sub text
{
	my ($scope, $depth) = @_;
	my $x = column_of($scope, 'text');

	return $x if $depth <= 0 || chance(0.4);
	return pick(
		sub { '(' . text($scope, $depth - 1) . ' || ' . text($scope, $depth - 1) . ')' },
		sub { "concat($x, " . text($scope, $depth - 1) . ')' },
		sub { pick('upper', 'lower') . "($x)" },
		sub { "substr($x, " . pick(-2, 0, 1, 2, 9) . pick('', ', 0', ', 1', ', 3') . ')' },
		sub { pick('left', 'right') . "($x, " . pick(0, 1, 2, 9) . ')' },
		sub { "split_part($x, " . pick("','", "'a'", "'zz'") . ', ' . pick(1, 2, -1, 3) . ')' },
		sub { "replace($x, " . pick("'a'", "'ß'", "'\\'") . ', ' . pick("''", "'aa'", "'%'") . ')' },
		sub { pick('btrim', 'ltrim', 'rtrim') . "($x" . pick('', ", 'a '", ", 'ß'") . ')' },
		sub { pick('left', 'right') . "($x, " . pick(-9, -2, -1) . ')' },
		sub { pick('lpad', 'rpad') . "($x, " . pick(0, 2, 5) . pick('', ", 'ß'", ", '*_'") . ')' },
		sub { "concat_ws(" . pick("','", "''", "'\\'") . ", $x, NULL, " . text($scope, $depth - 1) . ')' },
		sub { "translate($x, 'aßb', " . pick("''", "'x'", "'😀yzz'") . ')' },
		sub { pick('reverse', 'md5') . "($x)" },
		sub { choice($scope, 'text', $depth - 1) },
	)->();
}

sub date
{
	my ($scope, $depth) = @_;
	my $x = column_of($scope, 'date');

	return $x if $depth <= 0 || chance(0.5);
	return pick(
		sub { "($x " . pick('+', '-') . ' ' . pick(1, 30, 366) . ')' },
		sub { '(' . stamp($scope, $depth - 1) . ')::date' },
		sub { choice($scope, 'date', $depth - 1) },
	)->();
}

sub stamp
{
	my ($scope, $depth) = @_;
	my $x = column_of($scope, 'stamp');

	return $x if $depth <= 0 || chance(0.5);
	return pick(
		sub { "($x " . pick('+', '-') . ' interval ' . pick("'1 month'", "'1 year 2 days'", "'36:00:00.000001'", "'-1 month 1 day'") . ')' },
		sub { "(($x)::date::timestamp)" },
		sub { '(' . column_of($scope, 'date') . " + interval '1 month 3:00')" },
		sub { "date_trunc('" . pick(qw(second minute hour day week month quarter year)) . "', $x)" },
		sub { choice($scope, 'stamp', $depth - 1) },
	)->();
}

sub condition
{
	my ($scope, $depth) = @_;
	my $operator = pick('=', '<>', '<', '<=', '>', '>=');
	my $kind = pick(qw(num num num text text text date date stamp stamp wide bool time nano zone));

	if ($depth > 0 && chance(0.35))
	{
		my $inner = condition($scope, $depth - 1);

		return "(NOT $inner)" if chance(0.25);
		return "($inner " . pick('AND', 'OR') . ' ' . condition($scope, $depth - 1) . ')';
	}
	return pick(
		sub { '(' . any($scope, $kind, $depth - 1) . " $operator " . constant($kind) . ')' },
		sub { '(' . any($scope, $kind, $depth - 1) . " $operator " . any($scope, $kind, 0) . ')' },
		sub { '(' . any($scope, $kind, $depth - 1) . ' IS ' . pick('', 'NOT ') . pick('NULL)', 'DISTINCT FROM ' . constant($kind) . ')') },
		sub { '(' . any($scope, $kind, $depth - 1) . pick('', ' NOT') . ' IN (' . join(', ', map { constant($kind) } 0 .. rand 4) . '))' },
		sub { '(' . text($scope, $depth - 1) . pick('', ' NOT') . ' LIKE ' . pick("'a%'", "'_'", "'%a\\_'", "'%ß%'", "''") . ')' },
		sub { '(' . column_of($scope, 'num') . ' / nullif(' . column_of($scope, 'num') . ", 0)::numeric $operator " . pick(0, 1, '1.5', '-0.25') . ')' },
		sub { '(' . column_of($scope, 'bool') . ' IS ' . pick('', 'NOT ') . pick('TRUE', 'FALSE', 'UNKNOWN') . ')' },
		sub { '(' . column_of($scope, 'date') . " $operator " . column_of($scope, 'stamp') . ')' },
	)->();
}

# a FROM clause, and the columns that it gives
sub from
{
	my ($relations) = @_;
	my (%scope, $sql);

	for my $i (1 .. $relations)
	{
		my ($item, $columns) = relation(0.25);
		my %inner = %$columns;

		if ($i == 1)
		{
			$sql = $item;
		}
		else
		{
			my $join = pick('JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN');
			my ($kind) = grep { $scope{$_} && $inner{$_} } pick(qw(num num text date bool)), 'num';
			my $on = defined $kind ? column_of(\%scope, $kind) . ' = ' . column_of(\%inner, $kind) : 'true';
			my %both = map { $_ => [@{$scope{$_} // []}, @{$inner{$_} // []}] } keys %scope, keys %inner;

			$join = 'JOIN' if !defined $kind;
			# PostgreSQL joins fully by equalities alone
			$on .= ' AND ' . condition(\%both, 0) if chance(0.3) && $join ne 'FULL JOIN';
			$sql .= " $join $item ON $on";
		}
		push @{$scope{$_}}, @{$inner{$_}} for keys %inner;
	}
	return ($sql, \%scope);
}

sub relation
{
	my ($subquery) = @_;
	my $name = 't' . ++$alias;

	if (chance($subquery))
	{
		my @kinds = map { pick(qw(num num text date stamp bool)) } 1 .. 3;
		my $query = pick(\&plain, \&grouped, \&distinct)->(\@kinds, 1);
		my %scope;

		push @{$scope{$kinds[$_]}}, "$name.x$_" for 0 .. $#kinds;
		return ("($query) $name (" . join(', ', map { "x$_" } 0 .. $#kinds) . ')', \%scope);
	}
	return (pick(qw(edges edges edges edges edges others others others nothing)) . " $name", {map { my $kind = $_; $kind => [map { "$name.$_" } @{$named{$kind}}] } keys %named});
}

# [WHERE], with subqueries now and then
sub where
{
	my ($scope) = @_;
	my @parts;

	push @parts, condition($scope, 2) if chance(0.4);
	push @parts, subquery_condition($scope) if chance(0.3);
	return @parts ? ' WHERE ' . join(' AND ', @parts) : '';
}

sub subquery_condition
{
	my ($scope) = @_;
	my $name = 's' . ++$alias;
	my %inner = map { my $kind = $_; $kind => [map { "$name.$_" } @{$named{$kind}}] } keys %named;
	my $kind = pick(qw(num text date));
	my $table = pick(@tables);
	my $condition = condition(\%inner, 1);
	my $equality = column_of(\%inner, $kind) . ' = ' . pick(@{$scope->{$kind} // []}, constant($kind));

	return pick(
		sub { any($scope, $kind, 1) . pick('', ' NOT') . " IN (SELECT " . column_of(\%inner, $kind) . " FROM $table $name WHERE $condition)" },
		sub { pick('', 'NOT ') . "EXISTS (SELECT 1 FROM $table $name WHERE $equality AND $condition)" },
		sub { number($scope, 0) . ' > (SELECT ' . pick('max', 'min', 'avg', 'sum') . '(' . column_of(\%inner, 'num') . ") FROM $table $name WHERE $equality)" },
		sub { number($scope, 0) . ' <= (SELECT ' . pick('max', 'avg') . '(' . number(\%inner, 1) . ") FROM $table $name WHERE $condition)" },
	)->();
}

# of the whole row, so that it is total
sub order
{
	my ($columns, $inner) = @_;

	return '' if $inner || chance(0.5);
	return ' ORDER BY ' . join(', ', map { $_ . pick('', '', ' DESC', ' NULLS FIRST', ' DESC NULLS LAST') } 1 .. $columns) .
		pick('', '', ' LIMIT 5', ' LIMIT 3 OFFSET 2', ' OFFSET 4', ' LIMIT 0');
}

sub plain
{
	my ($kinds, $inner) = @_;
	my ($from, $scope) = from($inner ? 1 : pick(1, 2, 2, 3));
	my @items = map { of_column($scope, $_, 2) } @$kinds;

	return 'SELECT ' . join(', ', @items) . " FROM $from" . where($scope) . order(scalar @items, $inner);
}

sub distinct
{
	my ($kinds, $inner) = @_;
	my ($from, $scope) = from($inner ? 1 : pick(1, 2));
	my @items = map { of_column($scope, $_, 1) } @$kinds;

	return 'SELECT DISTINCT ' . join(', ', @items) . " FROM $from" . where($scope) . order(scalar @items, $inner);
}

sub aggregate
{
	my ($scope, $kind) = @_;
	my $filter = chance(0.25) ? ' FILTER (WHERE ' . condition($scope, 1) . ')' : '';

	return pick('bool_and', 'bool_or') . '(' . condition($scope, 1) . ")$filter" if $kind eq 'bool';
	return list($scope) . $filter if $kind eq 'text' && chance(0.5);
	return pick('min', 'max') . '(' . any($scope, $kind, 1) . ")$filter" if $kind ne 'num';
	return pick(
		sub { 'count(*)' . $filter },
		sub { 'count(' . any($scope, pick(keys %named), 1) . ')' . $filter },
		sub { 'count(DISTINCT ' . any($scope, pick(qw(num text date stamp time nano wide bool)), 1) . ')' . $filter },
		sub { pick('sum', 'avg', 'min', 'max') . '(' . number($scope, 1) . ')' . $filter },
		sub { pick('sum', 'avg') . '(DISTINCT ' . number($scope, 0) . ')' . $filter },
		sub { 'percentile_disc(' . pick(0, '0.25', '0.5', '0.625', 1) . ') WITHIN GROUP (ORDER BY ' . column_of($scope, pick('num', 'wide')) . ')' . $filter },
		sub { pick('min', 'max') . '(' . column_of($scope, 'wide') . ')' . $filter },
	)->();
}

# a list whose order is open where two are equal is one of what is sorted
sub list
{
	my ($scope) = @_;
	my $text = text($scope, 1);
	my $delimiter = pick("','", "''", "' ß\\'");

	return "string_agg(DISTINCT $text, $delimiter ORDER BY $text" . pick('', ' DESC') . ')' if chance(0.4);
	return "string_agg($text, $delimiter ORDER BY " . (chance(0.5) ? any($scope, pick(qw(num date stamp)), 0) . pick(' ', ' DESC ', ' NULLS FIRST ') . ', ' : '') . "$text)";
}

sub grouped
{
	my ($kinds, $inner) = @_;
	my ($from, $scope) = from($inner ? 1 : pick(1, 1, 2));
	my $nkeys = int rand 3;
	my @items;
	my @keys;

	$nkeys = @$kinds if $nkeys > @$kinds;
	for my $i (0 .. $#$kinds)
	{
		push @items, $i < $nkeys ? of_column($scope, $kinds->[$i], 1) : aggregate($scope, $kinds->[$i]);
		push @keys, $i + 1 if $i < $nkeys;
	}
	my $sql = 'SELECT ' . join(', ', @items) . " FROM $from" . where($scope);
	$sql .= ' GROUP BY ' . pick(@keys == 2 ? ('', 'ROLLUP ', 'CUBE ') : ('')) . '(' . join(', ', @items[0 .. $#keys]) . ')' if @keys;
	$sql .= ' HAVING ' . aggregate($scope, 'num') . ' ' . pick('>', '<', '<>') . ' ' . pick(0, 1, '2.5') if chance(0.3) && @keys;
	return $sql . order(scalar @items, $inner);
}

sub window
{
	my ($kinds, $inner) = @_;
	my ($from, $scope) = from(pick(1, 1, 2));
	my @items = map { any($scope, $_, 0) } @$kinds;
	my $partition = chance(0.5) ? 'PARTITION BY ' . of_column($scope, pick(qw(num text date stamp bool time nano)), 1) . ' ' : '';
	my $sort = of_column($scope, pick(qw(num num text text date date stamp time nano zone)), 1) . pick('', ' DESC', ' NULLS FIRST');
	# which of two equal rows comes first is open: only what does not depend on it, or a whole order
	my @ids = grep { /\.id$/ } @{$scope->{num}};
	my $total = @ids && $from !~ /\(SELECT/ ? join(', ', $sort, @ids) : undef;

	push @items, pick('rank()', 'dense_rank()', 'count(*)', 'sum(' . number($scope, 0) . ')', 'max(' . column_of($scope, pick(qw(num text stamp nano))) . ')',
		'avg(' . number($scope, 0) . ')', 'sum(' . number($scope, 0) . ') FILTER (WHERE ' . condition($scope, 0) . ')', 'avg(' . column_of($scope, 'num') . ') FILTER (WHERE ' . condition($scope, 0) . ')',
		'count(' . any($scope, pick(qw(num text)), 0) . ') FILTER (WHERE ' . condition($scope, 0) . ')') . " OVER (${partition}ORDER BY $sort)";
	push @items, pick('row_number()', 'lag(' . any($scope, pick(qw(num text date stamp)), 0) . pick('', ', 2', ', 0') . ')', 'lead(' . column_of($scope, 'num') . ')',
		'sum(' . number($scope, 0) . ')', 'ntile(' . pick(1, 2, 3, 50) . ')', 'lag(' . column_of($scope, 'num') . ', ' . pick(1, 2) . ', ' . pick(-1, 0, 1) . '::numeric)',
		'lead(' . text($scope, 0) . ", 1, 'none')") . " OVER (${partition}ORDER BY $total" . ')' if $total;
	push @items, pick('first_value(' . any($scope, pick(qw(num text date nano)), 0) . ')', 'last_value(' . any($scope, pick(qw(num text stamp)), 0) . ')', 'nth_value(' . text($scope, 0) . ', ' . pick(1, 2, 3) . ')') .
		" OVER (${partition}ORDER BY $total" . pick('', ' ROWS UNBOUNDED PRECEDING', ' ROWS BETWEEN 1 PRECEDING AND 2 FOLLOWING', ' ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING', ' RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING',
		' ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING') . ')' if $total && chance(0.5);
	push @items, pick('sum', 'count', 'min', 'avg') . '(' . column_of($scope, 'num') . ") OVER (${partition}ORDER BY " . range_frame($scope) . ')' if chance(0.3);
	push @items, pick('min', 'count', 'sum') . '(' . column_of($scope, 'num') . ") OVER (${partition}ORDER BY $total ROWS BETWEEN " . pick(2, 0) . ' PRECEDING AND ' . pick('CURRENT ROW', '1 FOLLOWING') . ')' if $total && chance(0.3);
	return 'SELECT ' . join(', ', @items) . " FROM $from" . where($scope);
}

# a frame of values at a distance from the current one
sub range_frame
{
	my ($scope) = @_;
	my $kind = pick(qw(num num date stamp));
	my @distances = $kind eq 'num' ? (0, 1, 100) : map { "'$_'" } $kind eq 'date' ? ('0 days', '1 day', '400 days') : ('1 day', '36:00:00.000001', '0');
	my ($from, $to) = (pick(@distances), pick(@distances));

	return (grep { !/amount|ratio/ } column_of($scope, $kind), 'NULL')[0] . pick('', ' DESC', ' NULLS FIRST') . ' RANGE BETWEEN ' . pick("$from PRECEDING", 'UNBOUNDED PRECEDING', 'CURRENT ROW') . ' AND ' . pick("$to FOLLOWING", 'UNBOUNDED FOLLOWING', 'CURRENT ROW');
}

sub set_operation
{
	my ($kinds, $inner) = @_;
	my @arms = map { pick(\&plain, \&grouped, \&distinct)->($kinds, 1) } 1 .. pick(2, 2, 3);
	my $sql = "($arms[0])";

	$sql = "($sql " . pick('UNION ALL', 'UNION', 'INTERSECT', 'EXCEPT') . " ($arms[$_]))" for 1 .. $#arms;
	# an ORDER BY belongs to the set, not to what is in parentheses
	$sql =~ s/^\((.*)\)$/$1/s;
	return $sql . order(scalar @$kinds, $inner);
}

sub with
{
	my ($kinds) = @_;
	my $query = pick(\&grouped, \&plain, \&set_operation)->([qw(num text date)], 1);
	my ($item, $columns) = relation(0);
	my %scope = %$columns;

	push @{$scope{num}}, 'w.n', 'w.n', 'w.n';
	push @{$scope{text}}, 'w.x';
	push @{$scope{date}}, 'w.d';
	my @items = map { any(\%scope, $_, 1) } @$kinds;
	return "WITH w (n, x, d) AS ($query) SELECT " . join(', ', @items) . " FROM w " . pick('', 'LEFT ') . "JOIN $item ON " . pick('w.n = ', 'w.n < ') . column_of($columns, 'num') .
		where(\%scope) . order(scalar @items);
}

# numbers without the zeros that only their scale shows; rows in order where the query has one
sub canonical
{
	my ($rows, $ordered) = @_;

	$rows =~ s/(?<![\w.])(-?\d+\.\d*?)0+(?![\w.])/$1/g;
	$rows =~ s/(?<![\w.])(-?\d+)\.(?![\w.])/$1/g;
	return $ordered ? $rows : join "\n", sort split /\n/, $rows, -1;
}

$t->sql('CREATE SCHEMA here; CREATE SCHEMA there');
make_table('edges', 18, 5);
make_table('others', 7, 3);
make_table('nothing', 0, 1);
my ($compared, $whole, $telling, $different, $failed) = (0, 0, 0, 0, 0);
my %kept;
for my $i (1 .. $count)
{
	my @kinds = map { pick(qw(num num num text text date date stamp stamp bool nano)) } 1 .. pick(1, 2, 3, 3);
	my $query = pick(\&plain, \&plain, \&grouped, \&grouped, \&distinct, \&window, \&set_operation, \&with)->(\@kinds);
	my ($local, $local_error) = $t->try("SET search_path = here; $query");
	# an error that the local rows raise (an overflow) is none of ours
	if ($local_error)
	{
		diag("$query\n$local_error") if $ENV{SFDW_VERBOSE};
		next;
	}
	my ($out, $error) = $t->try("SET search_path = there; $query;
\\echo ==========
SET snowflake_fdw.enable_statement_pushdown = off; $query;
\\echo ==========
RESET snowflake_fdw.enable_statement_pushdown; EXPLAIN (VERBOSE, COSTS OFF) $query");

	$compared++;
	if ($error)
	{
		diag("$query\n$error");
		$failed++;
		next;
	}
	my $ordered = $query =~ / ORDER BY \d[^()]*$/;
	my ($on, $off, $plan) = split /\n?^==========\n/m, $out, -1;
	$_ = canonical($_, $ordered) for $on, $off, $local;
	if ($on ne $local || $off ne $local)
	{
		diag("$query\none statement:\n$on\nscans:\n$off\nlocal copies:\n$local\n" . join "\n", grep { /Remote SQL|Kept/ } split /\n/, $plan);
		$different++;
	}
	$telling++ if $local ne '' && $local ne '0';
	if ($plan =~ /Pushdown: statement/)
	{
		$whole++;
	}
	elsif ($plan =~ /Kept local: statement: (.*)/)
	{
		$kept{$1}++;
		diag("$1: $query") if $ENV{SFDW_VERBOSE};
	}
}
diag("$compared queries of $count compared, $whole one statement; others: " . join('; ', map { "$_ ($kept{$_})" } sort { $kept{$b} <=> $kept{$a} || $a cmp $b } keys %kept));
is($failed, 0, "no query of $compared fails");
is($different, 0, 'and none has other rows than the local copies');
cmp_ok($compared, '>', $count * 0.8, 'most are compared, an error of the local copies is not');
cmp_ok($whole, '>', $compared * 0.5, 'more than half of them are one statement');
cmp_ok($telling, '>', $compared * 0.4, 'many have rows');
$t->stop;
done_testing;
