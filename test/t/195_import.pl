# IMPORT FOREIGN SCHEMA of what is odd: it is renamed, becomes text or is left out with a WARNING, and everything else is imported.
use strict;
use warnings;
use utf8;
use Encode ();
use SnowflakeFdwTest;
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);
my $t = SnowflakeFdwTest->new(args => ['--no-engine', '--window', '1']);
my $number = '{"type":"FIXED","precision":9,"scale":0,"nullable":true}';
my $text = '{"type":"TEXT","length":10,"byteLength":40,"nullable":true,"fixed":false}';

$t->connect(database => 'D', schema => 'S');

# tables and their columns: name => [[column, type, default], ...], in order
sub schema
{
	my (@tables) = @_;
	my (@objects, @columns);

	while (my ($name, $columns) = splice @tables, 0, 2)
	{
		push @objects, [$name, 'TABLE'];
		push @columns, [$name, $_->[0], $_->[1] // $number, $_->[2]] for @$columns;
	}
	$t->result({match => 'SHOW OBJECTS', times => 1, columns => [map { column($_, 'text') } 'name', 'kind'], rows => \@objects});
	$t->result({match => 'SHOW COLUMNS', times => 1, columns => [map { column($_, 'text') } 'table_name', 'column_name', 'data_type', 'default'], rows => \@columns});
	$t->result({match => 'SHOW PRIMARY KEYS', times => 1, columns => [map { column($_, 'text') } 'table_name', 'column_name'], rows => []});
	return;
}

my $n = 0;

sub import_all
{
	my ($options, $database, $list) = @_;
	my $into = 'i' . ++$n;
	my ($out, $err) = $t->try(Encode::encode('UTF-8', <<"SQL"), $database);
SET search_path = public, snowflake;
CREATE SCHEMA $into;
IMPORT FOREIGN SCHEMA "S" @{[$list // '']} FROM SERVER sf INTO $into @{[$options ? "OPTIONS ($options)" : '']};
SELECT c.relname || '(' || string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || coalesce(' ' || pg_get_expr(adbin, adrelid), '') || '=' || (SELECT option_value FROM pg_options_to_table(attfdwoptions) WHERE option_name = 'column_name'), ', ' ORDER BY attnum) || ')='
	|| (SELECT option_value FROM pg_options_to_table(ftoptions) WHERE option_name = 'table')
FROM pg_class c JOIN pg_foreign_table f ON f.ftrelid = c.oid JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0 LEFT JOIN pg_attrdef d ON adrelid = c.oid AND adnum = attnum
WHERE c.relnamespace = '$into'::regnamespace GROUP BY c.oid, c.relname, ftoptions ORDER BY c.relname COLLATE "C";
SQL
	return (Encode::decode('UTF-8', $out), Encode::decode('UTF-8', $err));
}

sub imports
{
	my ($name, $expected, $warnings, @how) = @_;
	my ($out, $err) = import_all(@how);

	is($out, $expected, $name);
	is($err, $warnings, "$name: warnings");
	return;
}

# names that differ in case only: what stays as it is has its name, the folded one stays as it is
for my $order (['CASES', 'cases'], ['cases', 'CASES'])
{
	schema(map { ($_ => [['A'], ['a'], ['b'], ['B'], ['Ab'], ['C']]) } @$order);
	imports("tables @$order", 'CASES(A integer=A, a integer=a, b integer=b, B integer=B, Ab integer=Ab, c integer=C)=CASES' . "\n" .
		'cases(A integer=A, a integer=a, b integer=b, B integer=B, Ab integer=Ab, c integer=C)=cases', '');
	schema(map { ($_ => [['A']]) } @$order);
	imports("LIMIT TO with @$order", 'cases(a integer=A)=cases', '', undef, undef, 'LIMIT TO (cases)');
}
schema('T' => [['AA'], ['Aa'], ['aA'], ['aa'], ['AB'], ['Ab']], 'Tt' => [['X']], 'TT' => [['X']], 'tT' => [['X']]);
imports('import_case lower', "Tt(x integer=X)=Tt\nt(AA integer=AA, Aa integer=Aa, aA integer=aA, aa integer=aa, ab integer=AB, Ab integer=Ab)=T\ntT(x integer=X)=tT\ntt(x integer=X)=TT", '', "import_case 'lower'");
schema('T' => [['AA'], ['aa']], 't' => [['X']]);
imports('import_case keep', "T(AA integer=AA, aa integer=aa)=T\nt(X integer=X)=t", '', "import_case 'keep'");

# names of system columns, equal names, empty names
schema('T' => [['XMIN'], ['ctid'], ['Cmax'], ['TABLEOID'], ['OID'], ['XMAX'], ['xmax_2']]);
my $renamed = sub { my ($from, $to) = @_; return qq(WARNING:  01000: column "$from" of table "T" is imported as "$to"\nDETAIL:  Another column, or a system column, has the name that it would have.\n) };
imports('system columns', 't(XMIN integer=XMIN, ctid_2 integer=ctid, Cmax integer=Cmax, TABLEOID integer=TABLEOID, oid integer=OID, XMAX integer=XMAX, xmax_2 integer=xmax_2)=T',
	$renamed->('XMIN', 'XMIN') . $renamed->('ctid', 'ctid_2') . $renamed->('TABLEOID', 'TABLEOID') . $renamed->('XMAX', 'XMAX'));
schema('T' => [['A'], ['A'], [''], ['B']], '' => [['A']], 'ONLY' => [['']], 'U' => [['A']]);
imports('equal and empty names', "t(a integer=A, A integer=A, b integer=B)=T\nu(a integer=A)=U", qq(WARNING:  01000: table "" is left out\nDETAIL:  Its name is empty.\n) .
	qq(WARNING:  01000: column "" of table "ONLY" is left out\nDETAIL:  Its name is empty.\n) . qq(WARNING:  01000: table "ONLY" is left out\nDETAIL:  It has no column that could be imported.\n) .
	qq(WARNING:  01000: column "" of table "T" is left out\nDETAIL:  Its name is empty.\n));

# types that are not known
schema('T' => [['A', '{"type":"HOLOGRAM","nullable":true}'], ['B', 'not JSON'], ['C', '{"kind":5}'], ['D', '[]'], ['E', $text], ['F', '{"type":"INTERVAL_DAY_TIME"}']]);
imports('unknown types', 't(a text=A, b text=B, c text=C, d text=D, e text=E, f interval=F)=T',
	join '', map { qq(WARNING:  01000: column "$_->[0]" of table "T" is imported as text\nDETAIL:  Its type is not known: $_->[1].\n) } ['A', '{"type":"HOLOGRAM","nullable":true}'], ['B', 'not JSON'], ['C', '{"kind":5}'], ['D', '[]']);

# a semantic view has dimensions and metrics, and no rows; a collation that SHOW tells of is recorded
my @text = map { column($_, 'text') } 'table_name', 'column_name', 'data_type', 'default', 'comment', 'kind';
$t->result({match => 'SHOW OBJECTS', times => 1, columns => [map { column($_, 'text') } 'name', 'kind', 'comment'], rows => [['MEANS', 'VIEW', ''], ['MV', 'MATERIALIZED VIEW', undef], ['X', 'EXTERNAL TABLE', 'c']]});
$t->result({match => 'SHOW COLUMNS', times => 1, columns => \@text, rows => [['MEANS', 'D', $text, '', '', 'DIMENSION'], ['MEANS', 'M', $number, '', '', 'METRIC'],
	['MV', 'C', '{"type":"TEXT","length":5,"collation":"en-ci"}', undef, undef, 'COLUMN'], ['X', 'V', $number, undef, undef, 'VIRTUAL_COLUMN']]});
$t->result({match => 'SHOW PRIMARY KEYS', times => 1, columns => [map { column($_, 'text') } 'table_name', 'column_name'], rows => []});
imports('a semantic view', "mv(c text=C)=MV\nx(v integer=V)=X", qq(WARNING:  01000: table "MEANS" is left out\nDETAIL:  It is a semantic view, which has no rows of its own.\n));
is($t->sql("SELECT attfdwoptions FROM pg_attribute WHERE attrelid = 'i$n.mv'::regclass AND attnum = 1"), '{column_name=C,remote_type=VARCHAR(5),remote_collation=en-ci}', 'a collation');

# rows of SHOW that are none
my %shows = (
	'SHOW OBJECTS' => [[name => 'T'], [kind => 'TABLE']], 'SHOW COLUMNS' => [[table_name => 'T'], [column_name => 'A'], [data_type => $number]],
	'SHOW PRIMARY KEYS' => [[table_name => 'T'], [column_name => 'A']]);
for my $broken ('SHOW OBJECTS', 'SHOW COLUMNS', 'SHOW PRIMARY KEYS')
{
	for my $member (map { $_->[0] } @{$shows{$broken}})
	{
		for my $fault ('absent', 'null', 'number')
		{
			$t->control('DELETE', 'results');
			for my $show (keys %shows)
			{
				my @cells = @{$shows{$show}};

				@cells = map { $show ne $broken || $_->[0] ne $member ? $_ : $fault eq 'absent' ? () : $fault eq 'null' ? [$_->[0], undef] : [$_->[0], '5', 'fixed'] } @cells;
				$t->result({match => $show, columns => [map { column($_->[0], $_->[2] // 'text') } @cells], rows => [[map { $_->[1] } @cells]]});
			}
			my ($out, $err) = import_all();
			my $expected = $fault eq 'absent' ? qr/^ERROR:  08P01: $broken has no column "$member"/ : $fault eq 'null' ? qr/^ERROR:  08P01: $broken has a row without "$member"/ : qr/^(?!ERROR)/;

			like($err, $expected, "$broken: $member is $fault");
		}
	}
}
$t->control('DELETE', 'results');

# more columns than a table can have
schema('WIDE' => [map { ["C$_"] } 1 .. 1700], 'T' => [['A']]);
my ($out, $err) = import_all();
is(scalar(() = $out =~ /integer=C\d/g), 1600, '1600 of 1700 columns');
like($out, qr/^t\(a integer=A\)=T$/m, 'and the other table');
is($err, qq(WARNING:  01000: column "C1601" of table "WIDE" and those behind it are left out\nDETAIL:  The table has 1700 columns, a foreign table at most 1600.\n), 'with one warning');

# defaults that are none here
schema('T' => [['A', $number, '1'], ['B', $number, '1-2'], ['C', $number, '--'], ['D', $number, '-1.50'], ['E', $number, "'x'"], ['F', $text, "'x'"], ['G', $text, '5'], ['H', $text, 'TRUE'], ['I', '{"type":"DATE"}', '2024-01-01'],
	['J', '{"type":"BOOLEAN"}', 'TRUE'], ['K', '{"type":"BOOLEAN"}', '1'], ['L', $number, '.'], ['M', $number, '1.']]);
imports('defaults', q{t(a integer 1=A, b integer=B, c integer=C, d integer '-1.50'::numeric=D, e integer=E, f text 'x'::text=F, g text=G, h text=H, i date=I, j boolean true=J, k boolean=K, l integer=L, m integer=M)=T}, '', "import_default 'true'");

# long names that differ at their end only
my $long = 'L' x 80;
schema("${long}1" => [["${long}1"], ["${long}2"], ["${long}1"]], "${long}2" => [['A']]);
($out, $err) = import_all();
is(scalar(() = $out =~ /\)=L{80}\d/g), 2, 'long names of tables');
like($err, qr/^WARNING:  01000: column "${long}1" of table "${long}1" is imported as "L{54}_[0-9a-f]{8}"
DETAIL:  .*
$/, 'and of equal columns');

# names that the encoding lacks
$t->sql(q{CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'});
is(($t->try(<<"SQL", 'latin'))[1], '', 'a LATIN1 database');
CREATE EXTENSION snowflake_fdw;
CREATE SERVER sf FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (@{[$t->server_options(database => 'D', schema => 'S')]});
CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (token '$t->{info}{pat}');
SQL
schema('Größe' => [['Länge'], ['漢字'], ['B']], '漢字' => [['A']], 'LAST' => [['A', $text, "'漢'"], ['B', $text, "'ä'"]]);
imports('a LATIN1 database', qq(Größe(Länge integer=Länge, b integer=B)=Größe\nlast(a text=A, b text 'ä'::text=B)=LAST),
	qq(WARNING:  01000: table "??" is left out\nDETAIL:  Its name has characters that the database's encoding lacks.\nWARNING:  01000: column "??" of table "Größe" is left out\nDETAIL:  Its name has characters that the database's encoding lacks.\n),
	"import_default 'true'", 'latin');

$t->stop;
done_testing;
