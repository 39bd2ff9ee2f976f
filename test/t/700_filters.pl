# Random conditions over edge values: the same rows as from a local copy, sent and not sent.
#
# SFDW_FILTERS is the number of conditions, SFDW_SEED repeats a run. Each is asked as the condition of a scan, and in one more way in turn:
# kept here, nothing sent, in a generic plan, in a whole statement. "./check.sh differential" asks 20,000.
use utf8;
use strict;
use warnings;
use lib 'test/perl';
use SnowflakeFdwTest;
use Test::More;

binmode $_, ':encoding(UTF-8)' for Test::More->builder->output, Test::More->builder->failure_output;
# a run of CI judges a commit, and not its luck
my $seed = $ENV{SFDW_SEED} // ($ENV{CI} ? 20261128 : int(rand(2**31)));
my $count = $ENV{SFDW_FILTERS} // 2000;
my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', 5]);

srand($seed);
diag("seed $seed");
$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC');

my %values = (
	id => [1 .. 12],
	small => [qw(-32768 -1 0 1 7 32767)],
	whole => [qw(-2147483648 -1 0 1 42 2147483647)],
	big => [qw(-9223372036854775808 -1 0 9007199254740991 9007199254740993 9223372036854775807)],
	exact => [qw(-99999999999999999999999999.99 -0.01 0.00 0.01 1.50 12345678901234567890.12)],
	wide => ['-9' . '9' x 37, '0', '1', '1' . '0' x 37],
	txt => ["''", "'a'", "'A'", "'a '", "'ß'", "'İ'", "'SS'", "'%'", "'_'", "E'\\\\'", "E'a\\\\b'", "E'it''s'", "E'l1\\nl2'", "'?'", "'\$\$'", "'😀'", "'zz'", "'-- x'", "'\x{212a}elvin'", "'\x{17f}top'", "'\x{fb01}'"],
	flag => [qw(true false)],
	day => ["'0001-01-01'", "'1582-10-15'", "'1969-12-31'", "'1970-01-01'", "'2024-02-29'", "'9999-12-31'"],
	clock => ["'00:00'", "'00:00:00.000001'", "'12:34:56.789'", "'23:59:59.999999'"],
	ntz => ["'0001-01-01 00:00'", "'1969-12-31 23:59:59.999999'", "'1970-01-01 00:00'", "'2024-03-10 02:30:00.000001'", "'9999-12-31 23:59:59.999999'"],
	nano => ["'1969-12-31 23:59:59.999999'", "'1970-01-01 00:00'", "'1970-01-01 00:00:00.000001'", "'2024-02-29 12:34:56.123456'"],
	tz => ["'1969-12-31 23:59:59.999999+00'", "'1970-01-01 00:00+00'", "'2024-03-10 02:30:00-08'", "'2024-02-29 12:34:56.123456+05:30'"],
	real => [map { "'$_'" } qw(NaN inf -inf -0 0 1.5 -2.25 0.1 9007199254740993 1e300 123456789012345)],
	uid => ["'c73d9175-0a1d-48c6-8d30-df165461328b'", "'00000000-0000-0000-0000-000000000000'"],
	bin => ["''", "'\\x00'", "'\\x00ff'", "'\\xdeadbeef'"],
	json => [q({"k": "v"}), q({"k": null}), q({"K": "v", "k": 1}), q({"k": 1.50, "a": ["v", null, {"k": "x"}]}), q({"k": true}), q({"k": "true"}), q({"k": "1"}),
		q({"k": {"k": "v"}}), q(["v", 2, null]), q("v"), q(null), q({}), q({"k": "caf\u00e9 \\\\ \"", "it's a \"key\\\\": "v"}), q({"k": ""}), 'hole'],
);
my %type = (
	id => ['NUMBER(9,0)', 'int'], small => ['NUMBER(5,0)', 'int'], whole => ['NUMBER(10,0)', 'int'], big => ['NUMBER(19,0)', 'bigint'],
	exact => ['NUMBER(28,2)', 'numeric'], wide => ['NUMBER(38,0)', 'numeric'], txt => ['VARCHAR(20)', 'text'], flag => ['BOOLEAN', 'boolean'],
	day => ['DATE', 'date'], clock => ['TIME(6)', 'time'], ntz => ['TIMESTAMP_NTZ(6)', 'timestamp'], nano => ['TIMESTAMP_NTZ(9)', 'timestamp'],
	tz => ['TIMESTAMP_TZ(9)', 'timestamptz'], bin => ['BINARY', 'bytea'], real => ['FLOAT', 'float8'], uid => ['UUID', 'uuid'], json => ['VARIANT', 'jsonb'],
);
my @columns = sort keys %type;
my @compared = grep { $_ ne 'json' } @columns;
my @numbers = qw(id small whole big exact wide);
my %kind = ((map { $_ => 'number' } @numbers), map { $_ => $_ } grep { my $c = $_; !grep { $_ eq $c } @numbers } @columns);

sub pick { return $_[rand @_]; }

# a table there whose rows are every value once and NULLs, nanoseconds beyond the microsecond among them
sub make_tables
{
	my @rows;
	my %there = (
		txt => sub { my $v = $t->sql("SELECT $_[0]"); $v =~ s/\\/\\\\/g; $v =~ s/'/''/g; return "'$v'"; },
		bin => sub { return $_[0] =~ /x([0-9a-f]*)/ ? "TO_BINARY('$1', 'HEX')" : "TO_BINARY('', 'HEX')"; },
		json => sub {
			my ($v) = @_;

			return "TO_VARIANT(ARRAY_CONSTRUCT('v', NULL, OBJECT_CONSTRUCT('k', 'v')))" if $v eq 'hole';
			$v =~ s/\\/\\\\/g;
			$v =~ s/'/''/g;
			return "PARSE_JSON('$v')";
		},
	);

	for my $i (0 .. 23)
	{
		my @row;
		for my $column (@columns)
		{
			my @values = @{$values{$column}};
			my $value = $column eq 'id' ? $i + 1 : $i % 7 == 6 ? 'NULL' : $values[($i * 5 + length $column) % @values];

			$value = $there{$column}->($value) if $there{$column} && $value ne 'NULL';
			if ($column eq 'nano' && $value ne 'NULL')
			{
				$value =~ s/'$//;
				$value .= ($value =~ /\.\d{6}/ ? '' : $value =~ /\d\d:\d\d:\d\d/ ? '.000000' : ':00.000000') . pick('000', '001', '999') . "'";
			}
			push @row, "CAST($value AS $type{$column}[0])";
		}
		push @rows, 'SELECT ' . join ', ', @row;
	}
	my $definition = join ', ', map { "\"" . uc($_) . "\" $type{$_}[0]" } @columns;
	my $create = "CREATE TABLE edges ($definition)";
	my $insert = 'INSERT INTO edges ' . join ' UNION ALL ', @rows;

	$t->sql("SELECT sf_execute(\$q\$$create\$q\$)");
	$t->sql("SELECT sf_execute(\$q\$$insert\$q\$)");
	$t->sql('IMPORT FOREIGN SCHEMA "PUBLIC" LIMIT TO (edges) FROM SERVER sf INTO public');
	# the imported types are narrower or wider than what is tested: a column of each declared as it should be
	$t->sql("ALTER FOREIGN TABLE edges ALTER small TYPE int, ALTER whole TYPE int, ALTER big TYPE bigint");
	$t->sql('CREATE TABLE local_edges AS SELECT * FROM edges');
	return;
}

sub literal
{
	my ($column) = @_;
	my $value = rand() < 0.08 ? 'NULL' : pick(@{$values{$column}});

	return "($value)::$type{$column}[1]" . ($column eq 'txt' ? ' COLLATE "C"' : '');
}

sub like_pattern
{
	return join '', map { pick('a', 'b', '%', '_', '\\\\%', '\\\\_', '\\\\\\\\', 'ß', '😀', 'l1', "\\n", "''") } 1 .. 1 + rand 4;
}

# patterns of regular expressions that PostgreSQL takes
sub regex
{
	return pick('', '^') . join('', map { pick('a', 'b', '.', '.*', '.+', '\\\\', '%', '_', 'ß', '😀', 'l1', '\\.', 'a*', 'S?', '[a-z]', '(a|b)', "''") } 0 .. rand 4) . pick('', '$');
}

# conditions that stay, of which a wider one may be sent
sub kept
{
	my $locale = pick('', ' COLLATE "C"', ' COLLATE "de-x-icu"', ' COLLATE "tr-x-icu"');
	my $word = pick(map { literal('txt') =~ s/ COLLATE "C"//r } 1 .. 2);

	return pick(
		sub { "txt$locale ILIKE E'" . pick(like_pattern(), 'ss', 'K%', '%top', 'i%', 'FI', 'zZ', '__') . "'" },
		sub { "txt " . pick('~', '~', '!~', '~*', '!~*') . " '" . regex() . "'$locale" },
		sub { pick('lower', 'upper') . "(txt$locale) = " . pick('lower', 'upper') . "($word)" },
		sub { pick('lower', 'upper') . "(txt$locale) LIKE '" . pick('a', '%ss%', 'FI', 'STOP', 'z%', 'kelv%', '_z', 'i%') . "'" },
		sub { 'txt IN (' . join(', ', map { literal('txt') } 0 .. 2) . ') AND initcap(txt) ' . pick('=', '<>') . " 'A'" },
	)->();
}

# a text of another, under COLLATE "C"
sub text
{
	my ($depth) = @_;
	my $x = $depth > 0 && rand() < 0.3 ? text($depth - 1) : 'txt';

	return pick(
		sub { pick('left', 'right') . "($x, " . pick(-5, -2, -1, 0, 1, 2) . ')' },
		sub { pick('lpad', 'rpad') . "($x, " . pick(-1, 0, 1, 3, 6) . pick('', ", 'a'", ", 'ß😀'") . ')' },
		sub { "translate($x, " . pick("'a'", "'aba'", "'ßa😀'", "'\\'", "'%'") . ', ' . pick("''", "'x'", "'xyz'", "'😀'", "'\\'") . ')' },
		sub { "reverse($x)" },
		sub { "md5($x)" },
		sub { "repeat(txt, " . pick(-1, 0, 1) . ')' },
		sub { "concat_ws(" . pick("','", "''", "'\\'", "'ß '") . ", $x, " . pick('NULL', "'b'", 'txt') . ", txt)" },
		sub { "substr($x, " . pick(-2, 0, 1, 2) . pick('', ', 0', ', 1', ', 3') . ')' },
		sub { "encode(bin, 'hex') COLLATE \"C\"" },
		sub { "encode(" . pick('sha224', 'sha256', 'sha384', 'sha512') . "(" . pick('bin', "convert_to($x, 'UTF8')") . "), 'hex') COLLATE \"C\"" },
	)->();
}

# a member of a JSON value, as a text
sub member
{
	return 'json' . pick('', '', " -> 'k'", " -> 'a'", " -> 2", " -> 'a' -> 2") . ' ->> ' . pick("'k'", "'k'", "'K'", 0, 1, 2, "'a'", "'it''s a \"key\\'", -1);
}

sub condition
{
	my ($depth) = @_;
	my $column = pick(@compared);
	my $operator = pick('=', '<>', '<', '<=', '>', '>=');
	my @same = grep { $kind{$_} eq $kind{$column} } @compared;

	if ($depth > 0 && rand() < 0.4)
	{
		my $inner = condition($depth - 1);

		return "NOT ($inner)" if rand() < 0.3;
		return "(($inner) " . pick('AND', 'OR') . ' (' . condition($depth - 1) . '))';
	}
	return pick(
		sub { "$column $operator " . literal($column) },
		sub { "$column $operator " . literal($column) },
		sub { literal($column) . " $operator $column" },
		sub { "$column $operator " . pick(@same) },
		sub { "$column IS " . pick('', 'NOT ') . 'NULL' },
		sub { "$column IS " . pick('', 'NOT ') . 'DISTINCT FROM ' . literal($column) },
		sub { "$column " . pick('', 'NOT ') . 'IN (' . join(', ', map { literal($column) } 0 .. rand 4) . ')' },
		sub { "flag IS " . pick('', 'NOT ') . pick('TRUE', 'FALSE', 'UNKNOWN') },
		sub { "txt " . pick('', 'NOT ') . "LIKE E'" . like_pattern() . "'" },
		sub { "txt ^@ " . literal('txt') },
		sub { "$column " . pick('= ANY', '<> ALL') . ' (ARRAY(SELECT unnest(ARRAY[' . join(', ', map { literal($column) } 0 .. rand 4) . "]::$type{$column}[1]\[]) WHERE " . pick('true', 'false') . '))' },
		sub { '(' . kept() . ')' },
		sub { '(' . kept() . ')' . pick(' IS TRUE', ' IS NOT TRUE', '') },
		sub { "length(txt || " . literal('txt') . ") $operator " . pick(0, 1, 2, 3) },
		sub { "small " . pick('+', '-', '*') . " id $operator " . pick(0, 1, -7, 32767) },
		sub { "abs(exact) $operator " . literal('exact') },
		sub { pick(@numbers, 'flag', 'uid') . "::text $operator " . literal('txt') },
		sub { "exact::text = (" . pick(@{$values{exact}}) . ")::numeric::text" },
		sub { "(flag::int + small) $operator " . pick(-1, 0, 1, 8) },
		sub { 'whole::boolean' },
		sub { "txt::varchar(" . pick(1, 2, 5) . ") $operator " . literal('txt') },
		sub { "(txt || " . pick('small', 'flag', 'whole') . ") $operator 'a1' COLLATE \"C\"" },
		sub { pick('-real', 'abs(real)', 'coalesce(real, 1.5)', 'greatest(real, 1.5, whole)', 'nullif(real, 0)', 'id::float8') . " $operator " . literal('real') },
		sub { "date_part('" . pick(qw(year month doy isodow week isoyear)) . "', " . pick('day', 'ntz') . ") $operator " . pick(1, 6, 53, 1970) },
		sub { "extract(epoch FROM " . pick('day', 'ntz', 'nano', 'tz') . ") $operator " . pick(0, '-0.000001', '1709210096.123456', -86400) },
		sub { "extract(" . pick(qw(hour minute)) . " FROM " . pick('clock', 'ntz', 'nano') . ") $operator " . pick(0, 12, 59) },
		sub { "date_trunc('" . pick(qw(week month quarter year)) . "', day)::date $operator " . literal('day') },
		sub { "(" . pick('ntz', 'nano', literal('ntz')) . " - " . pick('ntz', 'nano') . ") $operator interval " . pick("'0'", "'1 day'", "'-00:00:00.000001'", "'2 mons -1 day'") },
		sub { "(tz " . pick('+', '-') . " interval " . pick("'1 hour'", "'00:00:00.000001'") . ") $operator " . literal('tz') },
		sub { "(tz AT TIME ZONE 'UTC') $operator " . literal('ntz') },
		sub { "to_char(" . pick('ntz', 'nano') . ", '" . pick('YYYY-MM-DD', 'HH24:MI:SS.US', 'SS.MS', 'YYYYMMDD HH24') . "') $operator '" . pick('1970-01-01', '00', '2024') . "' COLLATE \"C\"" },
		sub { "to_char(day, '" . pick('YYYY-MM', 'DD/MM/YYYY') . "') $operator '" . pick('1970-01', '15') . "' COLLATE \"C\"" },
		sub { "(clock, id) $operator (" . literal('clock') . ', ' . literal('id') . ')' },
		sub { "(day, nano, small) $operator (" . literal('day') . ', ' . literal('nano') . ', small)' },
		sub { pick('nano', 'ntz') . "::time $operator " . literal('clock') },
		sub { pick('', 'NOT ') . 'isfinite(' . pick('day', 'ntz', 'tz') . ')' },
		sub { text(1) . " $operator " . literal('txt') },
		sub { text(1) . " $operator " . text(0) },
		sub { pick('ascii(txt)', 'length(bin)', 'octet_length(bin)', "length(convert_to(txt, 'UTF8'))", 'length(' . text(1) . ')') . " $operator " . pick(0, 1, 2, 3, 97, 128512) },
		sub { '(' . member() . ') IS ' . pick('', 'NOT ') . 'NULL' },
		sub { '(' . member() . ') ' . pick('=', '=', '<>') . ' ' . pick("'v'", "'v'", "'x'", "'1'", "'true'", "''", "'V'", q('café \\ "'), q('{"k": "v"}')) },
	)->();
}

make_tables();
my ($compared, $telling, $sent, $different, $failed) = (0, 0, 0, 0, 0);
my $all = $t->sql('SELECT count(*) FROM local_edges');
# how else the rows are asked for, in turn
my @ways = ((map { my $setting = "snowflake_fdw.enable_$_"; sub { "SET $setting = off; $_[0]; RESET $setting" } } qw(filter_pushdown pushdown)),
	sub { "SET plan_cache_mode = force_generic_plan; PREPARE q(int) AS $_[0] AND id > \$1; EXECUTE q(0); DEALLOCATE q; RESET plan_cache_mode" },
	sub { 'RESET snowflake_fdw.enable_statement_pushdown; ' . ($_[0] =~ s/edges/(SELECT * FROM edges ORDER BY id OFFSET 0) edges/r) . '; SET snowflake_fdw.enable_statement_pushdown = off' });

sub compare
{
	my @conditions = map { "($_)" } @_;
	my $rows = 'SELECT string_agg(id::text, \',\' ORDER BY id)';
	my @local = $t->batch(map { "$rows FROM local_edges WHERE $_" } @conditions);
	my @scripts;

	for my $i (0 .. $#conditions)
	{
		# an error that the local rows raise (an overflow) is none of ours
		push @scripts, "$rows FROM edges WHERE $conditions[$i]", $ways[$i % @ways]->("$rows FROM edges WHERE $conditions[$i]"),
			"EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM edges WHERE $conditions[$i]" if $local[$i][1] eq '';
	}
	my @there = $t->batch('SET snowflake_fdw.enable_statement_pushdown = off', @scripts);
	shift @there;
	for my $i (grep { $local[$_][1] eq '' } 0 .. $#conditions)
	{
		my ($on, $other, $plan) = splice @there, 0, 3;
		my ($statement) = grep { /Remote SQL/ } split /\n/, $plan->[0];
		my $local = $local[$i][0];

		$compared++;
		if ($on->[1] ne '' || $other->[1] ne '')
		{
			diag("$conditions[$i]\n$on->[1]\n$other->[1]");
			$failed++;
			next;
		}
		if ($on->[0] ne $local || $other->[0] ne $local)
		{
			diag("$conditions[$i]\nsent: $on->[0]\nanother way: $other->[0]\nlocal copy: $local\n$statement");
			$different++;
		}
		$sent++ if $statement && $statement =~ / WHERE /;
		my $rows_there = () = $local =~ /\d+/g;
		$telling++ if $rows_there > 0 && $rows_there < $all;
	}
	return;
}

for (my $done = 0; $done < $count; $done += 100)
{
	compare(map { condition(2) } 1 .. ($count - $done < 100 ? $count - $done : 100));
}
is($failed, 0, "no condition of $count fails");
is($different, 0, 'and none has other rows than the local copy');
cmp_ok($compared, '>', $count * 0.8, "most are compared, an overflow here is not ($compared)");
cmp_ok($sent, '>', $compared / 2, "more than half of them are sent ($sent)");
cmp_ok($telling, '>', $compared / 3, "many have some of the rows and not all ($telling)");

# a value that is known at the start and one of the outer row: one statement, whose result is read again for each row
$t->sql('CREATE TABLE outer_rows AS SELECT generate_series(1, 5) AS id');
for my $query ('SELECT o.id, (SELECT e.id FROM edges e WHERE e.id = o.id AND e.id < $1) FROM outer_rows o',
	'SELECT o.id, e.id FROM outer_rows o, LATERAL (SELECT id FROM edges e WHERE e.id = o.id AND e.id < $1 ORDER BY 1 LIMIT 1) e')
{
	$t->clear;
	is($t->sql("SET plan_cache_mode = force_generic_plan; PREPARE q(int) AS $query; EXECUTE q(100)"), join("\n", map { "$_|$_" } 1 .. 5), 'a row for each outer row');
	is(scalar(grep { $_->{target} =~ m{/statements\?} } @{$t->requests}), 1, 'from one statement');
}

# an encoding whose bytes sort otherwise than code points do
$t->sql(q{SELECT sf_execute('CREATE TABLE signs (sign varchar)')});
$t->sql(qq{SELECT sf_execute('INSERT INTO signs SELECT ''€'' UNION ALL SELECT ''é'' UNION ALL SELECT ''z''')});
$t->sql(q{CREATE DATABASE win TEMPLATE template0 ENCODING 'WIN1252' LOCALE 'C'});
my ($win) = $t->try(<<"SQL");
\\c win
CREATE EXTENSION snowflake_fdw;
CREATE SERVER sf FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (@{[$t->server_options(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC')]});
CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}');
IMPORT FOREIGN SCHEMA "PUBLIC" LIMIT TO (signs) FROM SERVER sf INTO public;
SELECT string_agg(sign, ' ' ORDER BY sign) FROM signs WHERE sign < 'é';
SELECT sign FROM signs WHERE sign = '€';
SELECT count(*) FROM signs WHERE octet_length(sign) = 1;
SQL
utf8::decode($win);
is($win, "z €\n€\n3", 'texts are compared in the order of the database, and have its bytes');

# and a database that counts bytes
$t->sql(q{CREATE DATABASE bytes TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'});
my ($bytes) = $t->try(<<"SQL");
\\c bytes
CREATE EXTENSION snowflake_fdw;
CREATE SERVER sf FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (@{[$t->server_options(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC')]});
CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}');
IMPORT FOREIGN SCHEMA "PUBLIC" LIMIT TO (signs) FROM SERVER sf INTO public;
SELECT count(*) FROM signs WHERE sign::varchar(2) = sign;
SQL
is($bytes, '2', 'varchar(n) cuts bytes where the database knows no characters');
$t->stop;
done_testing;
