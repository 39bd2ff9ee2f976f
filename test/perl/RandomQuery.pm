# Random queries over tables of edge values, for comparisons: RandomQuery::query() is one.
#
#   RandomQuery::tables()       names of the tables (@RandomQuery::tables); near and solo are local ones
#   RandomQuery::columns()      of each of them: [name, Snowflake's type, PostgreSQL's, kind, values]
#   RandomQuery::query()        {text, params => [[type, value]], ordered}: $n stands for a parameter
#   RandomQuery::mixed(@local)  one that also reads these local tables of the same columns, or changes one of them: a join of any kind, a subquery, a WITH …;
#                               of one that changes rows {modifies => 1}
#   RandomQuery::literal($q)    its text with the values in place
#   RandomQuery::begin()        before other texts are made of its parts; RandomQuery::parameters() are those of them
#
# Which of two equal rows comes first is open: an order is of whole rows, or what is asked does not depend on it.
package RandomQuery;

use utf8;
use strict;
use warnings;

my @columns = (
	[id => 'NUMBER(9,0)', 'int', 'num'],
	[small => 'NUMBER(5,0)', 'int', 'num', qw(-32768 -7 -1 0 1 2 7 32767)],
	[amount => 'NUMBER(12,2)', 'numeric', 'num', qw(-12345.67 -0.01 0.00 0.01 1.50 2.50 99999.99)],
	[ratio => 'NUMBER(9,5)', 'numeric', 'num', qw(-9999.99999 -0.5 0 0.00001 0.33333 1 1.25)],
	[big => 'NUMBER(19,0)', 'bigint', 'wide', qw(-9223372036854775808 -1 0 9007199254740991 9007199254740993 9223372036854775807)],
	[exact => 'NUMBER(28,2)', 'numeric', 'wide', qw(-99999999999999999999999999.99 -0.01 0 1.50 12345678901234567890.12)],
	[huge => 'NUMBER(38,0)', 'numeric', 'wide', '-9' . '9' x 37, 0, 1, '1' . '0' x 37],
	[txt => 'VARCHAR', 'text', 'text', "''", "'a'", "'A'", "'a '", "'ß'", "'İ'", "'a,b'", "'%'", "'a_'", "E'a\\\\b'", "E'it''s'", "E'l1\\nl2'", "'😀'", "' zz'"],
	[tag => 'VARCHAR(10)', 'text', 'text', "'a'", "'b'", "'ab'", "''", "'éa'"],
	[flag => 'BOOLEAN', 'boolean', 'bool', qw(true false)],
	[day => 'DATE', 'date', 'date', "'1969-12-31'", "'1970-01-01'", "'2020-12-31'", "'2021-01-03'", "'2024-02-29'", "'2024-12-30'"],
	[clock => 'TIME(9)', 'time', 'time', "'00:00'", "'00:00:00.000001'", "'12:34:56.789'"],
	[ntz => 'TIMESTAMP_NTZ(6)', 'timestamp', 'stamp', "'1969-12-31 23:59:59.999999'", "'1970-01-01 00:00'", "'2021-01-03 02:30:00.000001'",
		"'2024-03-10 02:30:00'", "'2024-02-29 12:34:56.5'"],
	[nano => 'TIMESTAMP_NTZ(9)', 'timestamp', 'nano', "'1970-01-01 00:00:00.000000'", "'1970-01-01 00:00:00.000001'", "'2024-02-29 12:34:56.123456'"],
	[tz => 'TIMESTAMP_TZ(9)', 'timestamptz', 'zone', "'1970-01-01 00:00:00.000000+00'", "'2024-02-29 12:34:56.123456+05:30'"],
	[real => 'FLOAT', 'float8', 'float', "'NaN'", "'inf'", "'-inf'", 0, '-2.25', '0.1', '1e300', '9007199254740992'],
	[bin => 'BINARY', 'bytea', 'bin', "''", "'\\x00'", "'\\x00ff'", "'\\xdeadbeef'"],
	[data => 'VARIANT', 'jsonb', 'json', q('{"a": 1.50}'), q('null'), q('[1, "x"]'), q('"a"')],
);
my %local = map { $_->[0] => $_->[2] } @columns;
my %values = map { my ($name, $r, $l, $k, @v) = @$_; $name => \@v } @columns;
my %named;    # kind to columns
push @{$named{$_->[3]}}, $_->[0] for @columns;
my %of_near = (num => ['small'], text => ['tag'], date => ['day']);
my $alias = 0;
my @params;
my $rich;      # forms that are computed here are among its expressions
our @tables = qw(edges others nothing);
our @homes;    # local tables with all columns, which a mixed query reads as well

sub columns { return @columns; }
sub tables { return @tables; }
# a table to read: of one's own, half of the time where a query is mixed
sub table { return @homes && chance(0.5) ? pick(@homes) : pick(@_ ? @_ : tables()); }
sub pick { return $_[rand @_]; }
sub chance { return rand() < $_[0]; }
sub rich { return $rich ? @_ : (); }

sub begin
{
	$rich = chance(0.3);
	$alias = 0;
	@params = ();
	return;
}

sub parameters { return [@params]; }
sub parameter { my ($type, $value) = @_; push @params, [$type, $value]; return '$' . @params; }

sub query
{
	my @kinds;

	begin();
	@kinds = map { pick(qw(num num num text text date date stamp stamp bool nano), chance(0.4) ? 'float' : ()) } 1 .. pick(1, 2, 3, 3);

	my $text = pick(\&plain, \&plain, \&grouped, \&grouped, \&grouped, \&distinct, \&distinct_on, \&window, \&window, \&set_operation, \&set_operation, \&with, \&with)->(\@kinds);
	return {text => $text, params => [@params], ordered => scalar($text =~ / ORDER BY \d[^()]*$/)};
}

sub mixed
{
	local @homes = @_;
	my $query;

	for (1 .. 20)
	{
		begin();
		my @kinds = map { pick(qw(num num text text date stamp bool)) } 1 .. pick(1, 2, 3);
		my $text = pick(\&plain, \&plain, \&plain, \&plain, \&grouped, \&grouped, \&distinct, \&window, \&set_operation, \&with, \&recursive, \&locked, \&modified)->(\@kinds);
		$query = {text => $text, params => [@params], ordered => scalar($text =~ / ORDER BY \d[^()]*$/), modifies => scalar($text =~ /^(?:DELETE|UPDATE|MERGE)/)};
		my $homes = () = $text =~ /\b(?:FROM|JOIN|USING|INTO) \(*(?:@{[join '|', @homes]})\b/g;
		my $others = () = $text =~ /\b(?:FROM|JOIN|USING) \(*(?:@{[join '|', tables()]})\b/g;
		last if $homes && $others;
	}
	return $query;
}

sub literal
{
	my ($query) = @_;
	my $text = $query->{text};

	$text =~ s/\$(\d+)/"($query->{params}[$1 - 1][1])::$query->{params}[$1 - 1][0]"/ge;
	return $text;
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
	my $column = pick(grep { $_ ne 'id' } @{$named{$kind}});
	my $value = pick(@{$values{$column}});

	if (@params < 4 && chance(0.12) && $kind ne 'bool' && $kind ne 'json')
	{
		push @params, [$local{$column}, chance(0.1) ? 'NULL' : $value];
		return '$' . scalar @params;
	}
	return "($1)::int" if $kind eq 'num' && chance(0.5) && pick(-7, -1, 0, 1, 2, 5, 100) =~ /(.+)/;
	return pick("'a'", "'b'", "''", "'a_'", "'ß'") if $kind eq 'text';
	return pick('true', 'false') if $kind eq 'bool';
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
		sub { pick("mod($x, ", $rich ? "div(($x)::numeric, " : ()) . pick(3, -4, '0.7') . ')' },
		sub { '(' . column_of($scope, 'num') . ')::numeric / ' . pick(2, 4, -5, '10', '1000') },
		sub { "(($x)::" . pick('numeric(30,3)', 'numeric(12,1)', 'bigint', 'int') . ')' },
		sub { pick('length', 'octet_length', 'char_length', $rich ? 'ascii' : ()) . '(' . text($scope, $depth - 1) . ')' },
		sub { pick('position', 'strpos') eq 'position' ? 'position(' . pick("'a'", "'ß'", "'_'") . ' IN ' . text($scope, $depth - 1) . ')' : 'strpos(' . text($scope, $depth - 1) . ", 'b')" },
		sub { 'extract(' . pick(qw(year quarter month day doy dow isodow week isoyear epoch)) . ' FROM ' . pick(date($scope, $depth - 1), stamp($scope, $depth - 1)) . ')' },
		sub { 'extract(' . pick(qw(hour minute), $rich ? 'second' : ()) . ' FROM ' . stamp($scope, $depth - 1) . ')' },
		sub { '(' . date($scope, $depth - 1) . ' - ' . date($scope, $depth - 1) . ')' },
		sub { '(' . condition($scope, $depth - 1) . ')::int' },
		sub { 'extract(' . pick(qw(hour minute)) . ' FROM ' . column_of($scope, 'time') . ')' },
		sub { 'extract(epoch FROM ' . column_of($scope, 'zone') . ')' },
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
		sub { "concat_ws(" . pick("','", "''", "'\\'") . ", $x, NULL, " . text($scope, $depth - 1) . ')' },
		sub { pick('upper', 'lower', 'reverse', 'md5', $rich ? 'initcap' : ()) . "($x)" },
		sub { "substr($x, " . pick(-2, 0, 1, 2, 9) . pick('', ', 0', ', 1', ', 3') . ')' },
		sub { pick('left', 'right') . "($x, " . pick(0, 1, 2, 9, -9, -2, -1) . ')' },
		sub { "split_part($x, " . pick("','", "'a'", "'zz'") . ', ' . pick(1, 2, -1, 3) . ')' },
		sub { "replace($x, " . pick("'a'", "'ß'", "'\\'") . ', ' . pick("''", "'aa'", "'%'") . ')' },
		sub { "translate($x, " . pick("'ab'", "'ßa'", "'aßa😀'") . ', ' . pick("''", "'x'", "'xyz'", "'😀yzz'") . ')' },
		sub { pick('btrim', 'ltrim', 'rtrim') . "($x" . pick('', ", 'a '", ", 'ß'") . ')' },
		sub { pick('lpad', 'rpad') . "($x, " . pick(0, 1, 3, 5, -1) . pick('', ", 'xß'", ", '*_'", $rich ? ", ''" : ()) . ')' },
		sub { "repeat($x, " . pick(0, 1, -1, $rich ? 2 : ()) . ')' },
		rich(sub { '(' . any($scope, pick(qw(num date stamp bool)), $depth - 1) . ')::text' }),
		sub { "($x)::varchar(" . pick(1, 2) . ')' },
		sub { '(' . pick(number($scope, $depth - 1), column_of($scope, 'bool'), column_of($scope, 'wide')) . ')::text' },
		sub { "($x || " . column_of($scope, pick(qw(num wide bool))) . ')' },
		sub { 'to_char(' . stamp($scope, $depth - 1) . ", '" . pick('YYYY-MM', 'YYYY-MM-DD HH24:MI:SS.US', 'MI:SS.MS') . "')" },
		sub { 'to_char(' . date($scope, $depth - 1) . ", '" . pick('YYYY-MM', 'DD.MM.YYYY') . "')" },
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
		sub { "date_trunc('" . pick(qw(week month quarter year)) . "', $x)::date" },
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
		sub { '(' . column_of($scope, 'zone') . " AT TIME ZONE 'UTC')" },
		sub { choice($scope, 'stamp', $depth - 1) },
	)->();
}

sub condition
{
	my ($scope, $depth) = @_;
	my $operator = pick('=', '<>', '<', '<=', '>', '>=');
	my $kind = pick(qw(num num num text text text date date stamp stamp wide bool time zone bin float), $rich ? 'nano' : ());
	my $equal = $kind eq 'bin' ? pick('=', '<>') : $operator;

	if ($depth > 0 && chance(0.35))
	{
		my $inner = condition($scope, $depth - 1);

		return "(NOT $inner)" if chance(0.25);
		return "($inner " . pick('AND', 'OR') . ' ' . condition($scope, $depth - 1) . ')';
	}
	return pick(
		sub { '(' . any($scope, $kind, $depth - 1) . " $equal " . constant($kind) . ')' },
		sub { '(' . any($scope, $kind, $depth - 1) . " $equal " . any($scope, $kind, 0) . ')' },
		sub { '(' . any($scope, $kind, $depth - 1) . ' IS ' . pick('', 'NOT ') . pick('NULL)', 'DISTINCT FROM ' . constant($kind) . ')') },
		sub { '(' . any($scope, $kind, $depth - 1) . pick('', ' NOT') . ' IN (' . join(', ', map { constant($kind) } 0 .. rand 4) . '))' },
		rich(sub { '(' . any($scope, $kind, $depth - 1) . ' ' . pick('= ANY', '<> ALL') . ' (ARRAY[' . join(', ', map { constant($kind) } 0 .. rand 3) . ']::' . $local{$named{$kind}[-1]} . '[]))' }),
		sub { '(' . number($scope, $depth - 1) . pick(' ', ' NOT ') . 'BETWEEN ' . constant('num') . ' AND ' . constant('num') . ')' },
		sub { '(' . text($scope, $depth - 1) . pick('', ' NOT') . pick(' LIKE ', ' LIKE ', $rich ? ' ILIKE ' : ()) . pick("'a%'", "'_'", "'%a\\_'", "'%ß%'", "''") . ')' },
		sub { 'starts_with(' . text($scope, $depth - 1) . ', ' . pick("'a'", "''", "'ß'") . ')' },
		rich(sub { '(' . text($scope, 0) . pick(' ~ ', ' ~* ', ' SIMILAR TO ') . pick("'a'", "'[a-c]'", "'.'") . ')' }),
		sub { '(' . column_of($scope, 'num') . ' / nullif(' . column_of($scope, 'num') . ", 0)::numeric $operator " . pick(0, 1, '1.5', '-0.25') . ')' },
		sub { '(' . column_of($scope, 'bool') . ' IS ' . pick('', 'NOT ') . pick('TRUE', 'FALSE', 'UNKNOWN') . ')' },
		sub { '(' . column_of($scope, 'date') . " $operator " . column_of($scope, 'stamp') . ')' },
		sub { '((' . stamp($scope, $depth - 1) . ' - ' . column_of($scope, 'stamp') . ") $operator interval " . pick("'0'", "'1 day 00:00:00.5'", "'-2 mons'") . ')' },
		sub { '((' . column_of($scope, 'zone') . " + interval '1:00') $operator " . constant('zone') . ')' },
		sub { '((' . column_of($scope, 'num') . ', ' . column_of($scope, 'date') . ") $operator (" . column_of($scope, 'num') . ', ' . constant('date') . '))' },
		sub { '(' . column_of($scope, 'num') . "::float8 $operator " . column_of($scope, 'float') . ')' },
		rich(sub { '((' . column_of($scope, 'num') . ', ' . column_of($scope, 'text') . ") $operator (" . constant('num') . ', ' . constant('text') . '))' }),
		sub { '(' . column_of($scope, 'json') . ' IS ' . pick('', 'NOT ') . 'NULL)' },
	)->();
}

sub merged
{
	my ($x, $y) = @_;

	return {map { $_ => [@{$x->{$_} // []}, @{$y->{$_} // []}] } keys %$x, keys %$y};
}

# a FROM clause, and the columns that it gives
sub from
{
	my ($relations) = @_;

	return relation(0.25) if $relations == 1;
	my $right_ones = $relations > 2 && chance(0.25) ? 2 : 1;
	my ($left, $left_scope) = from($relations - $right_ones);
	return lateral($left, $left_scope) if ($rich || @homes) && chance(0.1);
	my ($right, $right_scope) = from($right_ones);
	my $both = merged($left_scope, $right_scope);

	$right = "($right)" if $right_ones > 1;
	return ("$left CROSS JOIN $right", $both) if chance(0.05);
	my $join = pick('JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN');
	my @kinds = grep { $left_scope->{$_} && $right_scope->{$_} } qw(num num num text text date bool stamp time nano bin wide);
	my $kind = @kinds ? pick(@kinds) : undef;
	my $on = defined $kind ? column_of($left_scope, $kind) . ' = ' . column_of($right_scope, $kind) : 'true';

	# of local and foreign tables with the same rows: mostly by the same column
	$on = same_column($on, $right_scope->{$kind}) if @homes && defined $kind && chance(0.7);

	$join = 'JOIN' if !defined $kind;
	# PostgreSQL joins fully by equalities alone
	if ($join ne 'FULL JOIN' && defined $kind)
	{
		$on = any($left_scope, $kind, 1) . ' ' . ($kind eq 'bin' ? '=' : pick('=', '=', '<', '>=', '<>', 'IS NOT DISTINCT FROM')) . ' ' . any($right_scope, $kind, 0) if chance(0.25);
		$on = condition($both, 1) if chance(0.1);
		$on .= pick(' AND ', ' AND ', ' OR ') . condition($both, 0) if chance(0.3);
	}
	elsif (chance(0.3))
	{
		$on .= ' AND ' . column_of($left_scope, 'num') . ' = ' . column_of($right_scope, 'num');
	}
	return ("$left $join $right ON $on", $both);
}

# a condition x.a = y.b as x.a = y.a, where there is one
sub same_column
{
	my ($on, $columns) = @_;
	my ($left, $name) = $on =~ /^(\w+\.(\w+)) = /;
	my @same = defined $name ? grep { /\.$name$/ } @$columns : ();

	return @same ? "$left = " . pick(@same) : $on;
}

# a subquery for each row of what is left of it
sub lateral
{
	my ($left, $scope) = @_;
	my $name = 't' . ++$alias;
	my ($item, $columns) = relation(0);
	my $all = merged($scope, $columns);
	my $sql = 'SELECT ' . number($all, 1) . ' AS x0, ' . column_of($columns, 'text') . " AS x1 FROM $item WHERE " .
		column_of($columns, 'num') . ' = ' . column_of($scope, 'num') . pick('', ' AND ' . condition($columns, 0));
	my $join = pick('CROSS JOIN', 'LEFT JOIN');

	return ("$left $join LATERAL ($sql) $name" . ($join eq 'LEFT JOIN' ? ' ON true' : ''), merged($scope, {num => ["$name.x0"], text => ["$name.x1"]}));
}

sub table_scope
{
	my ($name) = @_;

	return {map { my $kind = $_; $kind => [map { "$name.$_" } @{$named{$kind}}] } keys %named};
}

sub relation
{
	my ($subquery) = @_;
	my $name = 't' . ++$alias;

	if (chance($subquery))
	{
		my @kinds = map { pick(qw(num num text date stamp bool)) } 1 .. 3;
		my $query = pick(\&plain, \&grouped, \&distinct, \&distinct_on, \&limited, \&set_operation)->(\@kinds, 1);
		my %scope;

		push @{$scope{$kinds[$_]}}, "$name.x$_" for 0 .. $#kinds;
		return ("($query) $name (" . join(', ', map { "x$_" } 0 .. $#kinds) . ')', \%scope);
	}
	# a local table: the query is not one statement, parts of it may be
	return ("near $name", {map { $_ => ["$name.$of_near{$_}[0]"] } keys %of_near}) if !@homes && chance(0.02);
	return (table(qw(edges edges edges edges edges others others others), @homes ? $tables[-1] : (), @tables[2 .. $#tables]) . " $name", table_scope($name));
}

# [WHERE], with subqueries now and then
sub where
{
	my ($scope) = @_;
	my @parts;

	push @parts, condition($scope, 2) if chance(@homes ? 0.2 : 0.4);
	push @parts, subquery_condition($scope) if chance(@homes ? 0.4 : 0.3);
	@parts = '(' . join(' OR ', @parts) . ')' if @parts > 1 && chance(0.1);
	return @parts ? ' WHERE ' . join(' AND ', @parts) : '';
}

sub subquery_condition
{
	my ($scope) = @_;
	my $name = 's' . ++$alias;
	my $inner = table_scope($name);
	my $kind = pick(qw(num text date));
	my ($table, $others) = (table(), table('others'));
	my $condition = @homes && chance(0.5) ? 'true' : condition($inner, 1);
	my $outer = pick(@{$scope->{$kind} // []}, constant($kind));
	my $equality = column_of($inner, $kind) . ' = ' . $outer;

	$equality = "$name.$1 = $outer" if @homes && $outer =~ /^\w+\.(\w+)$/ && (grep { $_ eq "$name.$1" } @{$inner->{$kind}}) && chance(0.7);
	my $more = pick('', '', ' AND ' . column_of($inner, 'num') . ' ' . pick('<>', '<', '=') . ' ' . column_of($scope, 'num'));
	my $other = 's' . ++$alias;

	return pick(
		sub { any($scope, $kind, 1) . pick('', ' NOT') . " IN (SELECT " . column_of($inner, $kind) . " FROM $table $name WHERE $condition)" },
		sub { any($scope, $kind, 0) . pick('', ' NOT') . " IN (SELECT " . column_of($inner, $kind) . " FROM $table $name WHERE $equality$more)" },
		sub { pick('', 'NOT ') . "EXISTS (SELECT 1 FROM $table $name WHERE $equality AND $condition$more)" },
		sub { "EXISTS (SELECT 1 FROM $table $name JOIN $others $other ON $name.id = $other.id WHERE $equality$more)" },
		sub { "EXISTS (SELECT 1 FROM $table $name WHERE $equality AND " . pick('', 'NOT ') . "EXISTS (SELECT 1 FROM $others $other WHERE $other.id = $name.id" .
				pick('', " AND $other.small < " . column_of($scope, 'num')) . '))' },
		sub { number($scope, 0) . ' > (SELECT ' . pick('max', 'min', 'avg', 'sum') . '(' . column_of($inner, 'num') . ") FROM $table $name WHERE $equality$more)" },
		sub { "(SELECT count(*) FROM $table $name WHERE $equality) " . pick('= 0', '> 1', '<= ' . column_of($scope, 'num')) },
		sub { number($scope, 0) . ' <= (SELECT ' . pick('max', 'avg') . '(' . number($inner, 1) . ") FROM $table $name WHERE $condition)" },
		rich(sub { number($scope, 0) . ' ' . pick('>', '<=', '=', '<>') . ' ' . pick('ANY', 'ALL') . " (SELECT $name.small FROM $table $name WHERE $condition)" }),
		rich(sub { '(' . column_of($scope, 'num') . ', ' . column_of($scope, 'text') . ") IN (SELECT $name.small, $name.tag FROM $table $name)" }),
	)->();
}

# a value of another table
sub scalar_subquery
{
	my ($scope, $kind) = @_;
	my $name = 's' . ++$alias;
	my $inner = table_scope($name);
	my $table = table();

	return "(SELECT max($name.tag) FROM $table $name WHERE " . condition($inner, 1) . ')' if $kind eq 'text';
	return pick(
		"(SELECT count(*) FROM $table $name WHERE " . condition($inner, 1) . ')',
		"(SELECT sum($name.amount) FROM $table $name WHERE $name.tag = " . column_of($scope, 'text') . ')',
		"(SELECT avg($name.small) FROM $table $name)");
}

# the SELECT list, its columns called o1 to on
sub items
{
	my @items = @_;

	return join ', ', map { "$items[$_] AS o" . ($_ + 1) } 0 .. $#items;
}

# of the whole row, so that it is total
sub order
{
	my ($columns, $inner) = @_;

	return '' if $inner || chance(0.5);
	return ' ORDER BY ' . join(', ', map { $_ . pick('', '', ' DESC', ' NULLS FIRST', ' DESC NULLS LAST') } 1 .. $columns) .
		pick('', '', ' LIMIT 5', ' LIMIT 3 OFFSET 2', ' OFFSET 4', ' LIMIT 0', $rich ? ' FETCH FIRST 4 ROWS WITH TIES' : (), ' LIMIT ALL OFFSET 1', ' LIMIT 1 + 1');
}

# a recursion of three levels at most, which begins in a table and goes on in another
sub recursive
{
	my ($kinds) = @_;
	my $scope = table_scope('t1');
	my $next = pick(qw(id id small));
	my ($first, $second, $third) = (table(), table(), table());
	my %scope = (num => ['w1.n', 'w1.l'], text => ['w1.x']);
	my $from = 'w w1' . (chance(0.5) ? '' : ' ' . pick('', 'LEFT ') . "JOIN $third t3 ON t3." . pick(qw(id small)) . ' = w1.n');

	%scope = %{merged(\%scope, table_scope('t3'))} if $from =~ /t3/;
	return "WITH RECURSIVE w (n, l, x) AS (SELECT t1.small, 0, t1.tag FROM $first t1 WHERE " . condition($scope, 1) . ' UNION ' . pick('', 'ALL ') .
		"SELECT t2.small, w.l + 1, t2.tag FROM w JOIN $second t2 ON t2.$next = w.n" . pick('', ' + 1') . ' WHERE w.l < 3) SELECT ' . items(map { of_column(\%scope, $_, 1) } @$kinds) . " FROM $from" . where(\%scope) . order(scalar @$kinds);
}

# rows that are locked in a local table
sub locked
{
	my ($kinds) = @_;
	my ($item, $right) = relation(0.25);
	my $home = pick(@homes);
	my $left = table_scope('t99');
	my $kind = (grep { $right->{$_} } qw(num text date stamp))[0];

	return plain($kinds) if !defined $kind;
	my $both = merged($left, $right);
	return 'SELECT ' . items(map { of_column($both, $_, 1) } @$kinds) . " FROM $home t99 " . pick('', 'LEFT ') . "JOIN $item ON " . same_column(column_of($right, $kind) . ' = ' . column_of($left, $kind), $left->{$kind}) .
		where($both) . pick(' FOR UPDATE OF t99', ' FOR SHARE OF t99');
}

# rows of a local table are changed, by a join: of each what does not depend on how many rows it meets
sub modified
{
	my ($from, $scope) = from(pick(1, 1, 2));
	my $target = pick(@homes);
	my $own = table_scope('target');
	my @kinds = grep { $scope->{$_} } qw(num num text date stamp);

	return plain(['num', 'text']) if !@kinds;
	my $kind = pick(@kinds);
	my $key = column_of($scope, $kind);
	my $on = same_column("$key = ", $own->{$kind}) =~ s/(.*) = $/column_of($own, $kind) . " = $1"/er . pick('', '', ' AND ' . condition($scope, 1));
	return "DELETE FROM $target target USING $from WHERE $on RETURNING target.id, target.tag" if chance(0.35);
	return "UPDATE $target target SET tag = 'changed', amount = target.amount + 1 FROM $from WHERE $on RETURNING target.id, target.tag, target.amount" if chance(0.55);
	my $where = where($scope);
	return "MERGE INTO $target target USING (SELECT DISTINCT $key AS k FROM $from$where) s ON target.$named{$kind}[-1] = s.k WHEN MATCHED THEN UPDATE SET tag = 'met'" .
		' WHEN NOT MATCHED THEN INSERT (id, tag) VALUES (0, \'new\')';
}

sub plain
{
	my ($kinds, $inner) = @_;
	my ($from, $scope) = from($inner ? pick(1, 1, 2) : pick(1, 2, 2, 3, 4));
	my @items = map { chance(0.06) && /num|text/ ? scalar_subquery($scope, $_) : of_column($scope, $_, 2) } @$kinds;

	return 'SELECT ' . items(@items) . " FROM $from" . where($scope) . order(scalar @items, $inner);
}

# a subquery with LIMIT: of an order of whole rows
sub limited
{
	my ($kinds) = @_;

	return plain($kinds, 1) . ' ORDER BY ' . join(', ', 1 .. @$kinds) . pick(' LIMIT 4', ' LIMIT 2 OFFSET 1', ' OFFSET 3', '');
}

sub distinct
{
	my ($kinds, $inner) = @_;
	my ($from, $scope) = from($inner ? 1 : pick(1, 2));
	my @items = map { of_column($scope, $_, 1) } @$kinds;

	return 'SELECT DISTINCT ' . items(@items) . " FROM $from" . where($scope) . order(scalar @items, $inner);
}

sub distinct_on
{
	my ($kinds, $inner) = @_;
	my ($from, $scope) = from($inner ? 1 : pick(1, 2));
	my @items = map { of_column($scope, $_, 1) } @$kinds;
	my $sql = "SELECT DISTINCT ON ($items[0]) " . items(@items) . " FROM $from" . where($scope) . ' ORDER BY ' . join(', ', map { $_ . pick('', ' DESC', ' NULLS FIRST') } 1 .. @items);

	return $inner ? $sql : $sql . pick('', '', ' LIMIT 3', ' OFFSET 1');
}

sub aggregate
{
	my ($scope, $kind) = @_;
	my $filter = chance(0.25) ? ' FILTER (WHERE ' . condition($scope, 1) . ')' : '';

	return pick('bool_and', 'bool_or') . '(' . condition($scope, 1) . ")$filter" if $kind eq 'bool';
	return string_agg($scope) . $filter if $kind eq 'text' && chance(0.4);
	return pick('min', 'max') . '(' . any($scope, $kind, 1) . ")$filter" if $kind ne 'num';
	return pick(
		sub { 'count(*)' . $filter },
		sub { 'count(' . any($scope, pick(sort keys %named), 1) . ')' . $filter },
		sub { 'count(DISTINCT ' . any($scope, pick(qw(num text date stamp time nano wide bool)), 1) . ')' . $filter },
		sub { pick('sum', 'avg', 'min', 'max') . '(' . number($scope, 1) . ')' . $filter },
		sub { pick('sum', 'avg', 'count') . '(DISTINCT ' . number($scope, 0) . ')' . $filter },
		sub { pick('min', 'max') . '(' . column_of($scope, 'wide') . ')' . $filter },
		rich(sub { pick('stddev_samp', 'var_pop') . '(' . column_of($scope, 'num') . ')' . $filter }),
		sub { 'percentile_disc(' . pick(0, '0.25', '0.5', '0.625', 1, $rich ? '0.1' : ()) . ') WITHIN GROUP (ORDER BY ' . of_column($scope, pick('num', 'wide'), 0) . ')' . $filter },
	)->();
}

sub string_agg
{
	my ($scope) = @_;
	my $x = text($scope, 1);
	my $delimiter = pick("','", "''", "' ß\\'");

	return "string_agg(DISTINCT $x, $delimiter ORDER BY $x" . pick('', ' DESC') . ')' if chance(0.4);
	# of what is equal in all keys the text is as well
	return "string_agg($x, $delimiter ORDER BY " . (chance(0.5) ? of_column($scope, pick(qw(num date stamp)), 0) . pick('', ' DESC', ' NULLS FIRST') . ', ' : '') . "$x)";
}

sub grouped
{
	my ($kinds, $inner) = @_;
	my ($from, $scope) = from($inner ? 1 : pick(1, 1, 2));
	my $nkeys = pick(0, 1, 1, 2, 2);
	my (@items, @keys);

	$nkeys = @$kinds if $nkeys > @$kinds;
	for my $i (0 .. $#$kinds)
	{
		my $key = $i < $nkeys ? of_column($scope, $kinds->[$i], 1) : undef;

		push @keys, $key if defined $key;
		push @items, $key // aggregate($scope, $kinds->[$i]);
	}
	if (!$inner && @keys && chance(0.25))
	{
		push @items, pick('grouping(' . join(', ', @keys) . ')', 'rank() OVER (ORDER BY ' . aggregate($scope, 'num') . ')',
			'sum(count(*)) OVER (' . pick('', "PARTITION BY $keys[0]") . ')', '(' . aggregate($scope, 'num') . ') + ' . aggregate($scope, 'num'));
	}
	my $sql = 'SELECT ' . items(@items) . " FROM $from" . where($scope);
	$sql .= ' GROUP BY ' . group_list(@keys) if @keys;
	$sql .= ' HAVING ' . pick(aggregate($scope, 'num') . ' ' . pick('>', '<', '<>') . ' ' . pick(0, 1, '2.5'), 'count(*) >= (SELECT min(small) FROM others)') if chance(0.3);
	return $sql . order(scalar @items, $inner);
}

sub group_list
{
	my (@keys) = @_;
	my ($x, $y) = @keys;

	# before version 18, PostgreSQL takes a constant key for the same in all sets
	return join ', ', @keys if grep { !/\b[tsw]\d*\.\w/ } @keys;
	return pick($x, $x, "ROLLUP ($x)") if @keys == 1;
	return pick("$x, $y", "$x, $y", "ROLLUP ($x, $y)", "CUBE ($x, $y)", "$x, ROLLUP ($y)", "GROUPING SETS (($x, $y), ($x))", "GROUPING SETS (($x), ($y), ())",
		"GROUPING SETS (($x), ($x), ROLLUP ($y))");
}

sub window
{
	my ($kinds, $inner) = @_;
	my ($from, $scope) = from(pick(1, 1, 2));
	my @items = map { any($scope, $_, 0) } @$kinds;
	my $partition = chance(0.5) ? 'PARTITION BY ' . of_column($scope, pick(qw(num text date stamp bool time nano)), 1) . ' ' : '';
	my $sort = of_column($scope, pick(qw(num num text text date date stamp time nano zone)), 1) . pick('', ' DESC', ' NULLS FIRST');
	# only what does not depend on which of two equal rows comes first, or a whole order
	my @ids = grep { /\.id$/ } @{$scope->{num}};
	my $total = @ids && $from !~ /\(SELECT|near/ ? join(', ', $sort, @ids) : undef;
	my $named = $total && chance(0.3);

	push @items, pick('rank()', 'dense_rank()', 'count(*)', 'sum(' . number($scope, 0) . ')', 'max(' . column_of($scope, pick(qw(num text stamp nano))) . ')',
		'avg(' . number($scope, 0) . ')', $rich ? ('percent_rank()', 'cume_dist()') : (), pick('count(*)', 'sum(' . column_of($scope, 'num') . ')', 'avg(' . column_of($scope, 'num') . ')') . ' FILTER (WHERE ' . condition($scope, 0) . ')') . " OVER (${partition}ORDER BY $sort)";
	push @items, pick('sum', 'count', 'min', 'avg') . '(' . column_of($scope, 'num') . ") OVER (${partition}ORDER BY " . frame_of_values($scope) . ')' if chance(0.2);
	push @items, pick('sum', 'min', 'count') . '(' . column_of($scope, 'num') . ") OVER ($partition)" if chance(0.3);
	if ($total)
	{
		my $over = $named ? 'wi' : "(${partition}ORDER BY $total)";

		push @items, pick('row_number()', 'ntile(3)', 'lag(' . any($scope, pick(qw(num text date stamp)), 0) . pick('', ', 2', ', 0') . ')', 'lead(' . column_of($scope, 'num') . ')',
			'lag(' . column_of($scope, 'num') . ', ' . pick(1, 2) . ', ' . pick(-1, 0, 1) . '::numeric)', 'lead(' . text($scope, 0) . ", 1, 'none')",
			'first_value(' . column_of($scope, 'text') . ')', 'last_value(' . column_of($scope, 'num') . ')', 'nth_value(' . column_of($scope, 'num') . ', 2)',
			'sum(' . number($scope, 0) . ')') . " OVER $over";
		push @items, sprintf(pick('min(%s)', 'count(%s)', 'sum(%s)', 'first_value(%s)', 'last_value(%s)', 'nth_value(%s, 2)'), column_of($scope, 'num')) . ' OVER (' . ($named ? 'wi ' : "${partition}ORDER BY $total ") . frame() . ')' if chance(0.4);
	}
	my $sql = 'SELECT ' . items(@items) . " FROM $from" . where($scope);
	$sql .= " WINDOW wp AS ($partition), wi AS (wp ORDER BY $total)" if $named;
	return $sql . order(scalar @items, $inner);
}

# an order, and a frame of values at a distance from the current one
sub frame_of_values
{
	my ($scope) = @_;
	my $kind = pick(qw(num num date stamp));
	my $key = of_column($scope, $kind, 0);
	# distances of whole numbers are whole
	my @distances = $kind eq 'num' ? (0, 1, 100) : map { "'$_'" } $kind eq 'date' ? ('0 days', '1 day', '400 days') : ('1 day', '36:00:00.000001', '0');

	return $key . pick('', ' DESC', ' NULLS FIRST') . ' RANGE BETWEEN ' . pick("$distances[rand @distances] PRECEDING", 'UNBOUNDED PRECEDING', 'CURRENT ROW') .
		' AND ' . pick("$distances[rand @distances] FOLLOWING", 'UNBOUNDED FOLLOWING', 'CURRENT ROW');
}

sub frame
{
	return pick('ROWS', 'ROWS', $rich ? 'GROUPS' : ()) . ' BETWEEN ' . pick('2 PRECEDING', '0 PRECEDING', 'UNBOUNDED PRECEDING', '1 PRECEDING') . ' AND ' . pick('CURRENT ROW', '1 FOLLOWING', 'UNBOUNDED FOLLOWING') .
		pick('', $rich ? (' EXCLUDE CURRENT ROW', ' EXCLUDE TIES') : ());
}

sub set_operation
{
	my ($kinds, $inner) = @_;
	my @arms = map { pick(\&plain, \&grouped, \&distinct, \&limited)->($kinds, 1) } 1 .. pick(2, 2, 2, 3, 4);
	my $sql = "($arms[0])";

	for my $i (1 .. $#arms)
	{
		my $operator = pick('UNION ALL', 'UNION ALL', 'UNION', 'INTERSECT', 'EXCEPT', $rich ? ('INTERSECT ALL', 'EXCEPT ALL') : ());

		$sql = chance(0.8) ? "($sql $operator ($arms[$i]))" : "(($arms[$i]) $operator $sql)";
	}
	# an ORDER BY belongs to the set, not to what is in parentheses
	$sql =~ s/^\((.*)\)$/$1/s;
	return $sql . order(scalar @$kinds, $inner);
}

sub with
{
	my ($kinds) = @_;
	my $query = pick(\&grouped, \&plain, \&set_operation, \&limited)->([qw(num text date)], 1);
	my $hint = pick('', '', 'MATERIALIZED ', 'NOT MATERIALIZED ');
	my $more = chance(0.25) ? ', w3 (n, x, d) AS (SELECT max(n), x, min(d) FROM w GROUP BY x)' : '';
	my $second = $more && chance(0.7) ? 'w3' : 'w';
	my %scope = (num => ['w1.n'], text => ['w1.x'], date => ['w1.d']);
	my $from = 'w w1';

	if (chance(0.5))
	{
		my ($item, $columns) = relation(0);

		$from .= pick(' ', ' LEFT ') . "JOIN $item ON " . pick('w1.n = ', 'w1.n < ') . column_of($columns, 'num');
		%scope = %{merged({map { $_ => [@{$scope{$_}}, @{$scope{$_}}] } keys %scope}, $columns)};
	}
	else
	{
		$from .= pick(' ', ' LEFT ', ' FULL ') . "JOIN $second w2 ON " . pick('w1.n = w2.n', 'w1.x = w2.x', 'w1.d = w2.d AND w1.x = w2.x');
		%scope = %{merged(\%scope, {num => ['w2.n'], text => ['w2.x'], date => ['w2.d']})};
	}
	my @items = map { any(\%scope, $_, 1) } @$kinds;
	my $where = where(\%scope);
	$where .= ($where ? ' AND ' : ' WHERE ') . pick("w1.n IN (SELECT n FROM $second)", "w1.n < (SELECT max(n) FROM $second)", "EXISTS (SELECT 1 FROM $second w4 WHERE w4.x = w1.x)") if chance(0.3);
	return "WITH w (n, x, d) AS $hint($query)$more SELECT " . items(@items) . " FROM $from$where" . order(scalar @items);
}

1;
