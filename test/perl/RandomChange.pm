# Random statements that change rows, of parts of RandomQuery: RandomChange::change(%args) is one.
#
#   {text, params, operation, target, returning}    $n stands for a parameter; the target is goal, which has the key id, or heap, which has none and is only
#                                                   changed in whole statements
#
# Whatever is open in SQL is avoided: which of several rows of FROM a row gets its values from, ids that are there twice (goal), which of equal rows comes first.
package RandomChange;

use utf8;
use strict;
use warnings;
use RandomQuery;

my @columns = RandomQuery::columns();
my %type = map { $_->[0] => $_->[2] } @columns;
my %kind = map { $_->[0] => $_->[3] } @columns;
my %values = map { my ($name, $remote, $local, $kind, @values) = @$_; $name => \@values } @columns;
# what a column does not keep
my %too_large = (small => 123456, amount => '10000000000', ratio => '10000.000001', exact => '1e26::numeric', tag => "'eleven text'", day => "'5000-01-01'::date + 3000000",
	ntz => "'9999-12-31'::timestamp + interval '1 day'", clock => "'24:00'::time");
my $number = 0;

sub pick { return $_[rand @_]; }
sub chance { return rand() < $_[0]; }

sub change
{
	RandomQuery::begin();
	$number++;
	my $operation = pick(qw(INSERT INSERT UPDATE UPDATE UPDATE DELETE));
	my $target = chance(0.75) ? 'goal' : 'heap';
	local @RandomQuery::homes = $target eq 'goal' && chance(0.35) ? qw(home away) : ();
	return {%{moved()}, operation => 'DELETE', target => 'goal', second => 'heap', params => RandomQuery::parameters()} if $operation eq 'DELETE' && $target eq 'goal' && chance(0.1);
	my $change = $operation eq 'INSERT' ? insert($target) : $operation eq 'UPDATE' ? update($target) : delete_from($target);

	return {%$change, operation => $operation, target => $target, params => RandomQuery::parameters()};
}

# a value as a constant of a column's type
sub constant
{
	my ($column) = @_;

	return fresh() if $column eq 'id';
	return pick('NULL', "NULL::$type{$column}") if chance(0.15);
	return $too_large{$column} if $too_large{$column} && chance(0.015);
	my $value = pick(@{$values{$column}});
	return RandomQuery::parameter($type{$column}, chance(0.1) ? 'NULL' : $value) if chance(0.12);
	return "($value)::$type{$column}" if chance(0.7);
	# as it stands, of an unknown type where it is a text
	return $kind{$column} eq 'json' ? pick(q('{"b": [1, "it''s", null, {"c": "\\\\"}]}'), q('12345678901234567890.5'), q('"ß"')) : $value;
}

# of one row
sub fresh { return $number * 1000 + int rand 1000; }

# what a column may get, of relations
sub assigned
{
	my ($scope, $column) = @_;
	my $kind = $kind{$column};
	my @same = grep { /\.$column$/ } @{$scope->{$kind} // []};
	my @others = grep { !/^target\./ } @same;

	@same = @others if @others && chance(0.8);
	return constant($column) if chance(@others ? 0.15 : 0.3) || !@{$scope->{$kind} // []};
	return pick(@same) if @same && chance(@others ? 0.4 : 0.1);
	return "CASE WHEN " . RandomQuery::condition($scope, 1) . ' THEN ' . pick(@same) . pick('', ' ELSE ' . constant($column)) . ' END' if @same && chance(0.25);
	return 'coalesce(' . pick(@same) . ', ' . constant($column) . ')' if @same && chance(0.15) && $column ne 'id';
	return @same ? pick(@same) : constant($column) if $kind =~ /^(?:json|wide|bin|float|time|zone|nano)$/;
	my $value = RandomQuery::any($scope, $kind, 2);
	return "mod(($value)::numeric, 1000)" if $column eq 'ratio' && chance(0.8);
	return "mod(($value)::numeric, 100000)" if $column eq 'small' && chance(0.7);
	return pick("left($value, 10)", "($value)::varchar(10)", "substr($value, 2, 8)") if $column eq 'tag' && chance(0.8);
	return $value;
}

# columns beside id
sub some
{
	my ($most) = @_;
	my @names = grep { $_ ne 'id' } map { $_->[0] } @columns;
	my %chosen = map { pick(@names) => 1 } 1 .. 1 + rand $most;

	return sort keys %chosen;
}

# at the end; the columns are those that are known
sub returning
{
	my ($scope, @names) = @_;

	return '' if !chance(0.25);
	return ' RETURNING ' . join ', ', map { pick("$_->[0]", "$_->[0] AS x") } map { [$_] } @names ? @names : map { RandomQuery::column_of($scope, pick(qw(num text date stamp bool wide))) } 1 .. 3;
}

sub insert
{
	my ($target) = @_;
	my @names = some(8);
	my $unique = $target eq 'goal';

	return {text => 'INSERT INTO heap DEFAULT VALUES'} if !$unique && chance(0.05);
	my ($source, $with) = ('', '');
	unshift @names, 'id' if $unique || chance(0.5);
	if (chance(0.35))
	{
		my $rows = pick(1, 1, 2, 3, 20);
		my @rows;

		for my $i (1 .. $rows)
		{
			push @rows, '(' . join(', ', map { $_ eq 'id' ? $number * 1000 + $i : value($_, $rows) } @names) . ')';
		}
		$source = 'VALUES ' . join ', ', @rows;
	}
	else
	{
		($source, $with) = rows_to_insert($unique, @names);
	}
	my $into = "INTO $target (" . join(', ', @names) . ')';
	$into = "INTO $target AS made (" . join(', ', @names) . ')' if chance(0.1);
	return {text => "${with}INSERT $into $source" . (chance(0.25) && $unique ? ' RETURNING ' . join(', ', @names) : '')};
}

# one of VALUES: a DEFAULT of Snowflake's alone is NULL among several rows, as it is in PostgreSQL
sub value
{
	my ($column, $rows) = @_;

	return 'DEFAULT' if chance(0.1) && ($rows == 1 || $column ne 'tag');
	return chance(0.7) || $kind{$column} !~ /^(?:num|text|date|stamp|bool)$/ ? constant($column) : assigned({}, $column);
}

# a query, and what is before INSERT
sub rows_to_insert
{
	my ($unique, @names) = @_;
	my ($from, $scope) = RandomQuery::from(pick(1, 1, 2, 2, 3));
	my @ids = grep { /\.id$/ } @{$scope->{num}};
	my $fresh = sub { return "$_[0] + " . 1000 * $number; };

	if (!$unique)
	{
		my @items = map { assigned($scope, $_) } @names;
		my $query = 'SELECT ' . pick('', '', 'DISTINCT ') . join(', ', @items) . " FROM $from" . RandomQuery::where($scope);

		$query = "SELECT " . join(', ', map { assigned($scope, $_) } @names) . " FROM $from LIMIT 0" if chance(0.03);
		$query = "($query) UNION ALL (SELECT " . join(', ', map { assigned(RandomQuery::table_scope('u1'), $_) =~ s/^NULL$/NULL::$type{$_}/r } @names) . ' FROM others u1)' if chance(0.15) && !grep { /^\(?('|\$|NULL)/ } @items;
		return ($query, '');
	}
	if (!@ids || chance(0.2))
	{
		# groups, counted in their order
		my ($text, @columns) = grouped_rows($from, $scope);
		my %scope = (num => ['g.n'], text => ['g.x'], date => ['g.d']);

		return ('SELECT ' . join(', ', map { $_ eq 'id' ? 1000 * $number . ' + row_number() OVER (ORDER BY g.k)' : assigned(\%scope, $_) } @names) . " FROM ($text) g (k, n, x, d)", '') if chance(0.5);
		return ('SELECT ' . join(', ', map { $_ eq 'id' ? 1000 * $number . ' + row_number() OVER (ORDER BY g.k)' : assigned(\%scope, $_) } @names) . ' FROM g', "WITH g (k, n, x, d) AS ($text) ");
	}
	my $id = pick(@ids);
	my @items = map { $_ eq 'id' ? "($id)" : assigned($scope, $_) } @names;
	my $low = "$id BETWEEN 0 AND 999";
	my $where = RandomQuery::where($scope);

	$where = $where ? "$where AND $low" : " WHERE $low";
	# by an order of all that is selected
	return ("SELECT q.i0 + " . 1000 * $number . join('', map { ", q.i$_" } 1 .. $#items) . " FROM (SELECT DISTINCT ON ($id) " . join(', ', map { typed($items[$_], $names[$_]) . " AS i$_" } 0 .. $#items) .
		" FROM $from$where ORDER BY $id" . join('', map { ', ' . ($_ + 1) } grep { $kind{$names[$_]} ne 'json' || 1 } 1 .. $#items) . ') q', '') if $from =~ /JOIN/;
	my $rows = 'SELECT ' . join(', ', map { $names[$_] eq 'id' ? $fresh->($id) : $items[$_] } 0 .. $#items) . " FROM $from$where";
	return $from =~ /\(SELECT/ ? ($rows =~ s/^SELECT /SELECT DISTINCT ON ($id) /r . " ORDER BY $id", '') : ($rows, '') if chance(0.7) || $from =~ /\(SELECT/;
	return ($rows . ' ORDER BY ' . $id . pick('', ' LIMIT 3', ' OFFSET 2'), '');
}

sub typed
{
	my ($item, $name) = @_;

	return $item =~ /^(?:'|NULL$)/ ? "$item\::$type{$name}" : $item;
}

# of each k one row
sub grouped_rows
{
	my ($from, $scope) = @_;
	my $key = RandomQuery::column_of($scope, pick(grep { $scope->{$_} } qw(num text date num)) // 'num');

	return "SELECT $key, max(" . RandomQuery::number($scope, 1) . '), ' . pick('min', 'max') . '(' . RandomQuery::column_of($scope, 'text') . '), max(' . RandomQuery::date($scope, 0) . ") FROM $from" .
		RandomQuery::where($scope) . " GROUP BY $key";
}

# a relation that has of each key at most one row: an item of FROM, its columns, a condition with the target
sub unique_source
{
	my ($own) = @_;
	my $name = 's1';

	if (chance(0.5))
	{
		my $table = RandomQuery::table(qw(edges edges others goal));
		my $key = $table eq 'goal' ? 'goal' : '';
		my $scope = RandomQuery::table_scope($name);
		my $on = $table eq 'goal' ? "$name.id = target.id" : pick("$name.id = target.id", "$name.id = mod(target.id, 1000)", "$name.id = mod(abs(target.small), 19)");

		# beside it others that do not multiply it
		if (chance(0.3))
		{
			my $more = RandomQuery::table(qw(edges others));
			my $scope2 = RandomQuery::table_scope('s2');

			return ("$table $name " . pick('JOIN', 'LEFT JOIN') . " $more s2 ON s2.id = $name.id" . pick('', " AND s2.small > 0"), RandomQuery::merged($scope, $scope2), $on);
		}
		return ("$table $name", $scope, $on);
	}
	my ($from, $scope) = RandomQuery::from(pick(1, 1, 2));
	my $kind = pick(grep { $scope->{$_} } qw(num text date)) // 'num';
	my $key = RandomQuery::column_of($scope, $kind);
	my $text = "SELECT $key, max(" . RandomQuery::number($scope, 1) . '), min(' . RandomQuery::column_of($scope, 'text') . '), max(' . RandomQuery::date($scope, 0) . ") FROM $from" . RandomQuery::where($scope) . " GROUP BY $key";
	my ($column) = $key =~ /\.(\w+)$/;
	my @same = defined $column ? grep { $_ eq "target.$column" } @{$own->{$kind}} : ();
	my $on = "$name.k = " . (@same ? $same[0] : RandomQuery::column_of($own, $kind));

	return ("($text) $name (k, n, x, d)", {num => ["$name.n"], text => ["$name.x"], date => ["$name.d"]}, $on, $text);
}

sub key_change
{
	return pick('target.id + ' . 1000 * $number, '-target.id', 'target.id * 2', fresh(), 'target.id + 1000000');
}

sub update
{
	my ($target) = @_;
	my $own = RandomQuery::table_scope('target');
	my @names = some(4);
	my ($from, $with, $scope, @conditions) = ('', '', $own);
	my $all = $own;

	if (chance(0.5))
	{
		my ($item, $columns, $on, $query) = unique_source($own);

		if (defined $query && chance(0.4))
		{
			$with = 'WITH w (k, n, x, d) AS ' . pick('', 'MATERIALIZED ', 'NOT MATERIALIZED ') . "($query) ";
			$item = 'w s1';
		}
		$from = " FROM $item";
		push @conditions, $on;
		$all = RandomQuery::merged($own, $columns);
	}
	elsif (chance(0.2))
	{
		# any rows: what is assigned does not depend on which of them is met
		my ($item, $columns) = RandomQuery::from(pick(1, 1, 2));
		my $kind = pick(grep { $columns->{$_} } qw(num text date stamp));

		if (defined $kind)
		{
			my $key = RandomQuery::column_of($columns, $kind);

			$from = " FROM $item";
			push @conditions, RandomQuery::same_column("$key = ", $own->{$kind}) =~ s/(.*) = $/RandomQuery::column_of($own, $kind) . " = $1"/er;
			push @conditions, RandomQuery::condition($columns, 1) if chance(0.3);
		}
	}
	push @conditions, condition($all) if chance(0.7);
	my @set = map { "$_ = " . (chance(0.06) && $_ !~ /tag/ ? 'DEFAULT' : chance(0.08) && $kind{$_} =~ /^(?:num|text)$/ && $_ =~ /amount|txt/ ? subquery($own, $_) : assigned($all, $_)) } @names;
	push @set, 'id = ' . key_change() if $target eq 'goal' && chance(0.1);
	@set = "($names[0], $names[1]) = (" . assigned($all, $names[0]) . ', ' . assigned($all, $names[1]) . ')' if @names > 1 && chance(0.1);
	@set = '(amount, tag) = (SELECT max(m1.amount), min(m1.tag) FROM ' . RandomQuery::table(qw(edges others)) . ' m1' . pick('', ' WHERE m1.id = target.id', ' WHERE m1.tag = target.tag') . ')' if chance(0.06);
	my $where = @conditions ? ' WHERE ' . join(' AND ', @conditions) : '';
	my $unique = $from eq '' || $all != $own;
	my $returning = $target eq 'goal' ? returning($unique ? $all : $own) : '';
	return {text => "${with}UPDATE $target target SET " . join(', ', @set) . "$from$where$returning"};
}

sub subquery
{
	my ($own, $column) = @_;
	my $table = RandomQuery::table(qw(edges others goal));

	return 'CASE WHEN ' . RandomQuery::condition($own, 0) . " THEN (SELECT max(b1.$column) FROM $table b1) ELSE " . constant($column) . ' END' if chance(0.3);
	return "(SELECT " . pick('max', 'min') . "(b1.$column) FROM $table b1 WHERE " . pick('b1.id = target.id', 'b1.small = target.small', RandomQuery::condition(RandomQuery::table_scope('b1'), 1)) . ')';
}

sub condition
{
	my ($scope) = @_;

	return chance(0.4) ? RandomQuery::subquery_condition($scope) : RandomQuery::condition($scope, 2);
}

# rows of goal go into heap
sub moved
{
	my $own = RandomQuery::table_scope('target');

	return {text => 'WITH moved AS (DELETE FROM goal target WHERE ' . condition($own) . pick('', ' AND ' . RandomQuery::condition($own, 0)) . ' RETURNING target.*) INSERT INTO heap SELECT * FROM moved'};
}

sub delete_from
{
	my ($target) = @_;
	my $own = RandomQuery::table_scope('target');
	my ($using, $with, @conditions) = ('', '');
	my $all = $own;

	if (chance(0.4))
	{
		my ($item, $columns) = RandomQuery::from(pick(1, 1, 2));
		my $kind = pick(grep { $columns->{$_} } qw(num text date stamp));

		if (defined $kind)
		{
			my $key = RandomQuery::column_of($columns, $kind);

			$using = " USING $item";
			$all = RandomQuery::merged($own, $columns);
			push @conditions, RandomQuery::same_column("$key = ", $own->{$kind}) =~ s/(.*) = $/RandomQuery::column_of($own, $kind) . " = $1"/er;
		}
	}
	elsif (chance(0.15))
	{
		my ($item, $columns) = RandomQuery::from(1);
		my ($text) = grouped_rows($item, $columns);

		$with = "WITH w (k, n, x, d) AS ($text) ";
		push @conditions, 'target.small ' . pick('', 'NOT ') . 'IN (SELECT n::int FROM w)';
	}
	push @conditions, condition($all) if !@conditions || chance(0.7);
	push @conditions, RandomQuery::condition($own, 0) if chance(0.5);
	my $returning = $target eq 'goal' ? returning($own) : '';
	return {text => "${with}DELETE FROM $target target$using WHERE " . join(' AND ', @conditions) . $returning};
}

1;
