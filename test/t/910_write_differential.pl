# Random statements that change rows: of foreign tables, and of local copies of them. After each the same number of rows changed, the same rows returned, the
# same rows in the table.
#
# SFDW_WRITES is the number of statements, SFDW_SEED repeats a run. Each is asked in one of the ways below, with rows gathered, 7 and 1 at a time. A statement
# that fails must fail on both sides, and leave the foreign table as it was, but for the rows that its CONTEXT tells of.
use utf8;
use strict;
use warnings;
use lib 'test/perl';
use DifferentialTest;
use IPC::Run qw(run);
use RandomChange;
use RandomQuery;
use SnowflakeFdwTest;
use Test::More;

binmode $_, ':encoding(UTF-8)' for Test::More->builder->output, Test::More->builder->failure_output;
# a run of CI judges a commit, and not its luck
my $seed = $ENV{SFDW_SEED} // ($ENV{CI} ? 20261130 : int(rand(2**31)));
my $count = $ENV{SFDW_WRITES} // 300;
my $t = SnowflakeFdwTest->new(args => ['--window', 5]);
my %seen = map { $_ => 0 } qw(compared different failed telling raised whole rows row_by_row here_only refused partly);
my (%kept, %by_way, %here_only);

# values that a column of Snowflake's has not, so that the copy refuses them as well
my %check = (id => 'abs(id) < 1000000000', small => 'abs(small) < 100000', day => "day BETWEEN '0001-01-01' AND '9999-12-31'", ntz => "ntz BETWEEN '0001-01-01' AND '9999-12-31 23:59:59.999999'",
	nano => "nano BETWEEN '0001-01-01' AND '9999-12-31 23:59:59.999999'", clock => "clock < '24:00'", tag => 'char_length(tag) <= 10');
# what SQLSTATE a refusal has there, where the copy's is another
my %instead = ('23514' => qr/^22/, '22003' => qr/^22/, '22P02' => qr/^22/);
# what is refused there alone: SQLSTATE and message, as doc/writing.md has it
my @refusals = (
	[qr/^0A000: foreign table ".*" has no key column/, 'heap has no key, and it is no single statement'],
	[qr/^0A000: key columns of so many rows/, 'more rows than one statement has, of which the key changes'],
	[qr/^0A000: a row of foreign table ".*" got the key that another one has/, 'keys that are changed row by row, of which one was that of a row that comes after'],
	[qr/^0A000: RETURNING column/, 'a default of Snowflake is not known here'],
);

sub make_target
{
	my ($name, $key) = @_;
	my @columns = RandomQuery::columns();
	my $create = "CREATE TABLE $name (" . join(', ', map { '"' . uc($_->[0]) . "\" $_->[1]" . ($_->[0] eq 'id' && $key ? ' NOT NULL PRIMARY KEY' : $_->[0] eq 'tag' ? " DEFAULT 'there'" : '') } @columns) . ')';

	$t->sql("SELECT sf_execute(\$q\$$create\$q\$)");
	$t->sql("IMPORT FOREIGN SCHEMA \"PUBLIC\" LIMIT TO ($name) FROM SERVER sf INTO there; ALTER FOREIGN TABLE there.$name ALTER small TYPE int, ALTER id TYPE int, ALTER big TYPE bigint,
		ALTER amount SET DEFAULT 1.5, OPTIONS (ADD batch_size '16384')");
	$t->sql("CREATE TABLE here.$name (LIKE there.$name INCLUDING DEFAULTS, " . join(', ', map { "CHECK ($check{$_})" } sort keys %check) . "); ALTER TABLE here.$name ALTER tag SET DEFAULT 'there'");
	for my $schema (qw(here there))
	{
		$t->sql("CREATE VIEW $schema.${name}_seen AS SELECT * FROM $schema.$name WHERE small IS NULL OR small < 1000;
			CREATE VIEW $schema.${name}_checked AS SELECT * FROM $schema.$name WHERE amount IS NULL OR amount < 90000 WITH CHECK OPTION");
	}
	return;
}

# how a statement is asked: a name, and what psql is given
my @ways = (
	[as_it_is => \&as_it_is],
	[as_it_is => \&as_it_is],
	[rows => by_settings('snowflake_fdw.enable_statement_pushdown = off')],
	[rows_7 => by_settings('snowflake_fdw.enable_statement_pushdown = off'), 7],
	[rows_1 => by_settings('snowflake_fdw.enable_statement_pushdown = off'), 1],
	[scans_alone => by_settings('snowflake_fdw.enable_statement_pushdown = off', 'snowflake_fdw.enable_subquery_pushdown = off'), 7],
	[snapshot => by_settings('snowflake_fdw.snapshot = on')],
	[snapshot_rows_1 => by_settings('snowflake_fdw.snapshot = on', 'snowflake_fdw.enable_statement_pushdown = off'), 1],
	[nothing_sent => by_settings('snowflake_fdw.enable_pushdown = off')],
	[generic => prepared_twice('force_generic_plan')],
	[custom => prepared_twice('force_custom_plan')],
	[generic_rows => prepared_twice('force_generic_plan', 'snowflake_fdw.enable_statement_pushdown = off'), 7],
	[plpgsql => \&in_function],
	[plpgsql_rows => \&in_function, 1],
	[seen => through_view('seen')],
	[checked => through_view('checked')],
	[checked_1 => through_view('checked'), 1],
	[explained => sub { return 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ' . as_it_is($_[0]); }],
	[in_with => sub { my ($change) = @_; my $text = as_it_is($change); return $text =~ /RETURNING/ ? "WITH changed AS ($text) SELECT * FROM changed" : "WITH changed AS ($text) SELECT 1"; }],
);

sub as_it_is { return RandomQuery::literal($_[0]); }

sub by_settings
{
	my (@settings) = @_;

	return sub { return join(";\n", (map { "SET $_" } @settings), as_it_is($_[0])); };
}

# a second time with a NULL: of what has ids of its own only once
sub prepared_twice
{
	my ($mode, @settings) = @_;

	return sub {
		my ($change) = @_;
		my @params = @{$change->{params}};
		my @values = map { $_->[1] } @params;
		my $types = @params ? '(' . join(', ', map { $_->[0] } @params) . ')' : '';
		my $again = @params && $change->{operation} ne 'INSERT' ? ";\nEXECUTE q(" . join(', ', @values[0 .. $#values - 1], 'NULL') . ')' : '';

		return join(";\n", "SET plan_cache_mode = $mode", (map { "SET $_" } @settings), "PREPARE q$types AS $change->{text}", 'EXECUTE q' . (@params ? '(' . join(', ', @values) . ')' : '')) . $again;
	};
}

sub in_function
{
	my ($change) = @_;
	my @params = @{$change->{params}};
	my $returns = $change->{text} =~ /RETURNING/;
	my $body = $returns ? "FOR r IN $change->{text} LOOP RETURN NEXT r::text; END LOOP;" : "$change->{text}; GET DIAGNOSTICS n = ROW_COUNT; RETURN NEXT format('%s rows, found %s', n, FOUND);";

	return 'CREATE OR REPLACE FUNCTION pg_temp.f(' . join(', ', map { $_->[0] } @params) . ") RETURNS SETOF text LANGUAGE plpgsql AS \$f\$ #variable_conflict use_column\nDECLARE r record; n bigint; BEGIN $body END \$f\$;\nSELECT * FROM pg_temp.f(" . join(', ', map { $_->[1] } @params) . ')';
}

sub through_view
{
	my ($view) = @_;

	return sub { my ($change) = @_; return as_it_is($change) =~ s/((?:INSERT INTO|UPDATE|DELETE FROM) (?:goal|heap))\b/$1_$view/r; };
}

# of each script its output, what it says, and the rows of its last statement
sub ask
{
	my (@scripts) = @_;
	my $file = "$t->{dir}/batch.sql";
	my ($out, $err);

	open(my $f, '>:encoding(UTF-8)', $file) or die $!;
	print $f "$_;\n\\echo :ROW_COUNT\n\\echo ==end==\n\\warn ==end==\n" for @scripts;
	close $f;
	local $ENV{PGCLIENTENCODING} = 'UTF8';
	run [$t->psql_command, '-v', 'ON_ERROR_STOP=0', '-f', $file], '<', '/dev/null', '>', \$out, '2>', \$err;
	utf8::decode($out);
	utf8::decode($err);
	my @out = split /^==end==\n/m, $out, -1;
	my @err = split /^==end==\n/m, $err, -1;
	die "a session died: $err" if @out != @scripts + 1 || @err != @scripts + 1;
	return map { [$out[$_], $err[$_]] } 0 .. $#scripts;
}

# what an error says: SQLSTATE and message
sub error_of { return $_[0] =~ /ERROR:  (\w{5}: .*)/ ? $1 : ''; }

sub compare
{
	my (@changes) = @_;
	my $reset = 'RESET ALL; LOAD \'snowflake_fdw\'; DEALLOCATE ALL; SET extra_float_digits = 1; ';
	my @scripts;

	for my $change (@changes)
	{
		my ($name, $script, $batch) = @{$change->{way}};
		my $text = $script->($change);
		my $explain = 'EXPLAIN (VERBOSE, COSTS OFF) ' . RandomQuery::literal($change);

		if ($name =~ /seen|checked|^rows|scans|nothing|in_with/)
		{
			my @lines = split /;\n/, $text;

			$explain = join(";\n", @lines[0 .. $#lines - 1], "EXPLAIN (VERBOSE, COSTS OFF) $lines[-1]");
			$explain = 'EXPLAIN (VERBOSE, COSTS OFF) ' . $text if $text =~ /;\n/ && $lines[0] !~ /^SET/;
		}
		$change->{text_asked} = $text;
		push @scripts, "$reset SET search_path = here, public, snowflake; SET statement_timeout = '5s';\n$text",
			"$reset SET search_path = there, public, snowflake; SET statement_timeout = '60s'; ALTER FOREIGN TABLE there.$change->{target} OPTIONS (SET batch_size '" . ($batch // 16384) . "');\n$explain",
			"$reset SET search_path = there, public, snowflake; SET statement_timeout = '60s';\n$text",
			"$reset SELECT same('$change->{target}'" . ($change->{second} ? ", '$change->{second}'" : '') . ')';
	}
	my @answers = ask(@scripts);
	judge($_, splice @answers, 0, 4) for @changes;
	return;
}

sub judge
{
	my ($change, $here, $plan, $there, $same) = @_;
	my ($difference) = $same->[0] =~ /^(.*)\n\d+\n\z/s;
	my ($name) = @{$change->{way}};
	my ($error_here, $error_there) = (error_of($here->[1]), error_of($there->[1]));
	my $shown = "$name, batch_size " . ($change->{way}[2] // 16384) . ": $change->{text_asked}\n" . join("\n", grep { /Remote SQL|Kept local|Foreign/ } split /\n/, $plan->[0]) . "\n";
	my $whole = $plan->[0] =~ /^ *(?:->  )?Foreign (?:Insert|Update|Delete)/m;

	die "no comparison: $same->[1]" if !defined $difference || $same->[1] =~ /ERROR/;
	my ($changed_rows) = $difference =~ /^(\d+)/;
	$seen{compared}++;
	if ($plan->[0] =~ /Kept local: statement: (.*)/ && !$whole)
	{
		$kept{$1 =~ s/".*"/a table/r}++;
	}
	$by_way{"$name " . ($whole ? 'one statement' : 'by rows')}++;
	$seen{$whole ? 'whole' : $plan->[0] =~ /Batch Size: 1\b/ || $change->{text} =~ /RETURNING/ || $name =~ /_1$/ ? 'row_by_row' : 'rows'}++;
	if ($error_here eq '' && $error_there eq '')
	{
		my ($x, $y) = map { DifferentialTest::canonical($_->[0], 0) } $here, $there;

		($x, $y) = ('', '') if $name eq 'explained';
		$seen{telling}++ if $here->[0] !~ /\A0\n\z/;
		if ($x ne $y || $changed_rows ne '0')
		{
			$seen{different}++;
			diag("DIFFERS $shown" . ($x ne $y ? "there:\n$there->[0]\nlocal copy:\n$here->[0]\n" : '') . "rows that differ: $difference\n$there->[1]");
		}
		return;
	}
	if ($error_here ne '' && $error_there ne '')
	{
		my ($code_here, $code_there) = map { substr $_, 0, 5 } $error_here, $error_there;

		$seen{raised}++;
		if ($code_here ne $code_there && $code_there !~ ($instead{$code_here} // qr/^$/) && !grep { $error_there =~ $_->[0] } @refusals)
		{
			$seen{failed}++;
			diag("FAILS DIFFERENTLY $shown\nthere: $there->[1]\nlocal copy: $here->[1]\n");
		}
	}
	elsif ($error_there ne '')
	{
		my ($refusal) = grep { $error_there =~ $_->[0] } @refusals;
		# as a constant of a type that has a length, a value is looked at when the statement is planned, without any row (doc/writing.md)
		my $planned = $changed_rows eq '0' && $error_there =~ /^22\w{3}: value ".*" cannot be written to column/ && error_of($plan->[1]) eq $error_there;

		if ($refusal || $planned)
		{
			$seen{refused}++;
		}
		else
		{
			$seen{failed}++;
			diag("FAILS $shown\n$there->[1]\n");
			return;
		}
	}
	else
	{
		$seen{here_only}++;
		$here_only{$error_here =~ s/".*?"/a name/gr}++;
		diag("HERE ONLY $shown\n$here->[1]\n") if $ENV{SFDW_VERBOSE};
		return;
	}
	return if $error_there eq '';
	# what was written before the error is said
	my ($written) = $there->[1] =~ /(\d+) rows before (?:it|them) are written/;
	my ($statements) = $there->[1] =~ /(\d+) Snowflake statements? stays? in effect/;
	$written //= ($statements // 0) * ($change->{way}[2] // 16384);
	$written = 0 if $error_here eq '' && $changed_rows eq '0';
	$seen{partly}++ if $written;
	# the copies: nothing was changed where both failed; a refusal leaves the foreign table behind the copy
	return if $error_here eq '';
	if ($change->{operation} eq 'INSERT' ? $changed_rows != $written : $changed_rows > 2 * $written)
	{
		$seen{failed}++;
		diag("LEAVES ROWS ($written were told of) $shown\n$there->[1]\nlocal copy: $here->[1]\nrows that differ: $difference\n");
	}
	return;
}

srand($seed);
diag("seed $seed");
my $d = DifferentialTest->new($t);
@RandomQuery::tables = qw(edges others nothing goal);
$d->make_table('edges', 18, 5);
$d->make_table('others', 7, 3);
$d->make_table('nothing', 0, 1);
$d->make_home('home', 'edges', 'id % 2 = 0');
$d->make_home('away', 'others', 'true');
$t->sql('CREATE TABLE here.near AS SELECT small, tag, day FROM here.edges WHERE id % 3 = 0; CREATE TABLE there.near AS TABLE here.near; ANALYZE');
make_target('goal', 1);
make_target('heap', 0);
# how many rows of a foreign table and its copy differ, and one of them; makes them the same, and both anew where there are few or many, or a key is there twice
$t->sql(<<'SQL');
CREATE FUNCTION same(relation text, second text DEFAULT NULL, OUT answer text) LANGUAGE plpgsql SET search_path = public, snowflake AS $$
DECLARE
	different bigint;
	shown text;
	present bigint;
	ids bigint;
BEGIN
	EXECUTE format('CREATE TEMP TABLE fetched AS TABLE there.%I', relation);
	EXECUTE format('SELECT count(*), min(d::text) FROM ((SELECT ''there'', * FROM fetched EXCEPT ALL SELECT ''there'', * FROM here.%1$I) UNION ALL (SELECT ''here'', * FROM here.%1$I EXCEPT ALL SELECT ''here'', * FROM fetched)) d', relation) INTO different, shown;
	IF different > 0 THEN
		EXECUTE format('TRUNCATE here.%1$I; INSERT INTO here.%1$I TABLE fetched', relation);
	END IF;
	DROP TABLE fetched;
	EXECUTE format('SELECT count(*), count(DISTINCT id) FROM here.%I', relation) INTO present, ids;
	IF present NOT BETWEEN 8 AND 90 OR (relation = 'goal' AND ids < present) THEN
		EXECUTE format('TRUNCATE here.%1$I, there.%1$I', relation);
		EXECUTE format('INSERT INTO here.%1$I TABLE here.edges; INSERT INTO there.%1$I TABLE here.edges', relation);
	END IF;
	answer := different || coalesce(': ' || shown, '');
	IF second IS NOT NULL THEN
		answer := regexp_replace(same(second), '^0$', answer);
	END IF;
END $$;
SELECT same('goal'), same('heap');
SQL

# what the statements have found: the plan that stands by for a join that keeps a condition has the columns of it
$t->sql(<<'SQL');
LOAD 'snowflake_fdw';
SET search_path = there;
EXPLAIN SELECT t2.id, t1.ntz
	FROM edges t1 JOIN others t2 ON t1.nano = t2.nano JOIN others t3 ON t1.data IS NULL OR t1.bin NOT IN ('', '\xdeadbeef', '\x00ff')
	WHERE (((t1.tz + interval '1:00') <> '2024-02-29 12:34:56.123456+05:30') > ((t2.tz + interval '1:00') >= '2024-02-29 12:34:56.123456+05:30'))
		AND t3.small <= (SELECT max(extract(minute FROM s4.clock)) FROM nothing s4 WHERE s4.real IN ('inf', -2.25)) AND t2.id BETWEEN 0 AND 999;
SQL

my $done = 0;
while ($done < $count)
{
	my @changes;

	while (@changes < 50 && $done < $count)
	{
		my $change = RandomChange::change();
		my @fitting = grep { ($change->{target} eq 'goal' || $_->[0] !~ /rows|scans|nothing|checked|in_with/) && !($change->{second} && $_->[0] eq 'in_with') } @ways;

		$change->{way} = $fitting[rand @fitting];
		# a subquery that begins after rows were sent sees them, but as of a moment (doc/writing.md)
		redo if ($change->{way}[2] || $change->{text} =~ /RETURNING|moved/) && $change->{way}[0] !~ /snapshot/ && (() = $change->{text} =~ /\b(?:FROM|JOIN|USING) \(*goal (?!target)/g);
		push @changes, $change;
		$done++;
	}
	compare(@changes);
}
diag("$seen{compared} statements: $seen{whole} as one statement, $seen{rows} by rows that are gathered, $seen{row_by_row} row by row; $seen{telling} changed rows, $seen{raised} failed on both sides ($seen{partly} after rows that were written), " .
	"$seen{refused} are refused there alone");
diag('not one statement: ' . DifferentialTest::listed(\%kept));
diag('ways: ' . join '; ', map { "$_ ($by_way{$_})" } sort keys %by_way);
diag("errors of the copies alone ($seen{here_only}): " . DifferentialTest::listed(\%here_only));
is($seen{failed}, 0, "none of $seen{compared} statements fails there alone, otherwise, or in the middle without a word");
is($seen{different}, 0, 'and none has other rows than the copies');
cmp_ok($seen{whole}, '>', $seen{compared} * 0.15, 'many are one statement');
cmp_ok($seen{rows}, '>', $seen{compared} * 0.15, 'many go by rows');
cmp_ok($seen{telling}, '>', $seen{compared} * 0.4, 'many change rows');
$t->stop;
done_testing;
