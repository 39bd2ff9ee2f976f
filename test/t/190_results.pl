# Answers that are cut, announced wrongly or lost; errors that say what is known: never fewer rows, never another meaning.
use strict;
use warnings;
use utf8;
use Encode ();
use RawServer;
use SnowflakeFdwTest;
use Test::More;
use Time::HiRes qw(time);

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);
my $t = SnowflakeFdwTest->new(args => ['--page-size', '2', '--window', '1', '--partition-rows', '2']);
my $i = $t->{info};
my $s1 = '/api/v2/databases/DEMO/schemas/S1';
my $list = q{SELECT count(*) FROM o.tables WHERE database_name = 'DEMO' AND schema_name = 'S1'};
my $rows = q{SELECT string_agg(n::text, ',' ORDER BY n) FROM sf_query('SELECT rows') AS t(n int)};

$t->connect(warehouse => 'COMPUTE_WH', role => 'SYSADMIN', database => 'DEMO', schema => 'PUBLIC', retry_timeout => '2s');
$t->sql(<<'SQL');
CREATE SCHEMA o;
IMPORT FOREIGN SCHEMA snowflake_objects FROM SERVER sf INTO o;
SELECT sf_create('schema', '{"name": "s1"}');
SELECT sf_create('table', jsonb_build_object('name', 't' || n, 'columns', '[{"name": "a", "datatype": "int"}]'::jsonb), schema => 's1') FROM generate_series(1, 5) n;
SQL
$t->result({match => 'rows', columns => [column('N', 'fixed', precision => 9, scale => 0)], rows => [['1'], ['2'], ['3'], ['4']]});

sub fails
{
	my ($sql, $pattern, $name) = @_;
	my (undef, $err) = $t->try($sql);

	utf8::decode($err);
	like($err, $pattern, $name);
	return;
}

# a first page whose Link is written in another way; the pages behind it are real
sub first_page
{
	my ($link, %more) = @_;

	$t->clear;
	$t->fault({action => 'status', path => "$s1/tables", text => '[{"name": "T1"}, {"name": "T2"}]', headers => {Link => $link, %more}});
	return;
}
$t->clear;
is($t->sql($list), 5, 'a list in pages');
my ($page) = map { $_->{target} } grep { $_->{target} =~ /page=1/ } @{$t->requests};
ok($page, 'has a second page');
first_page(["<$page>; rel=\"next\"", "<$page>; rel=\"last\""]);
is($t->sql($list), 5, 'two Link fields, the next page in the first');
first_page(["<$page>; rel=\"last\"", "<$page>; rel=\"next\""]);
is($t->sql($list), 5, 'two Link fields, the next page in the second');
first_page("</x>; rel=\"prev\"; title=\"" . 'x' x 7000 . '"', map { ("X-Long-$_" => 'x' x 7000) } 1 .. 12);
$t->fault({action => 'status', path => "$s1/tables", text => '[]'});
is($t->sql($list), 2, 'long headers, no next page');
first_page([map { "</x>; rel=\"prev\"; title=\"" . 'x' x 7000 . '"' } 1 .. 12]);
is($t->sql($list), 2, 'Link fields of 84 kB, no next page');
first_page([(map { "</x>; rel=\"prev\"; title=\"" . 'x' x 7000 . '"' } 1 .. 12), "<$page>; rel=\"next\""]);
is($t->sql($list), 5, 'and a next page behind them');
for my $link ("<$page; rel=\"next\"", "$page; rel=\"next\"", "<$page>; rel=\"next", "</x>; rel=\"prev\" <$page>; rel=\"next\"", "<$page>; rel=\"next\", </y>; rel=\"next\"")
{
	first_page($link);
	fails($list, qr/08P01: malformed reply from Snowflake: the Link header, which names the next page, cannot be read/, "a Link that cannot be read: " . substr($link, 0, 6) . '...' . substr($link, -20));
}

# a Link in a trailer
my $chunk = '[{"name": "T1"}]';
my $trailed = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nTrailer: Link\r\nConnection: close\r\n\r\n"
	. sprintf("%x\r\n%s\r\n0\r\n", length $chunk, $chunk) . "Link: </api/v2/results/x?page=1>; rel=\"next\"\r\n\r\n";
my $raw = RawServer->new(sub { return $_[0] =~ /page=1/ ? RawServer::answer('200 OK', '[{"name": "T2"}]', 'Content-Type: application/json', 'Connection: close') : $trailed });
$t->sql("CREATE SERVER raw FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (host '127.0.0.1', port '$raw->{port}', protocol 'http', account 'a-b', retry_timeout '1s');
	CREATE USER MAPPING FOR postgres SERVER raw OPTIONS (token '$i->{pat}')");
is($t->sql(q{SELECT string_agg(o->>'name', ',') FROM sf_list('table', database => 'demo', schema => 's1', server => 'raw') o}), 'T1,T2', 'a Link in a trailer');
$t->sql('DROP SERVER raw CASCADE');

# a later page, or the result of a 202, that is not there
my $gone = '{"code": "390404", "message": "Specified object does not exist or not authorized.", "error_code": "390404"}';
for my $case ([{status => 404, text => $gone}, 'with a code'], [{status => 404}, 'bare'], [{status => 410, text => $gone}, '410'], [{status => 404, text => '{"code": "999999", "message": "odd"}'}, 'with a code that is not known'])
{
	my ($rule, $name) = @$case;

	$t->clear;
	$t->fault({action => 'status', path => 'page=1', %$rule});
	fails($list, qr/HV000: .*Results are kept for a limited time; ask again from the beginning/s, "a later page: 404 $name");
	for my $sql (q{SELECT sf_fetch('table', 't1', schema => 's1')}, q{SELECT count(*) FROM o.tables WHERE database_name = 'DEMO' AND schema_name = 'S1' AND name = 'T1'})
	{
		$t->clear;
		$t->fault({action => 'status', status => 202, path => "$s1/tables", text => '{}', headers => {Location => '/api/v2/results/00000000-0000-4000-8000-0000000000010'}},
			{action => 'status', path => '/results/', %$rule});
		fails($sql, qr/HV000: .*Results are kept for a limited time/s, "the result of a 202: 404 $name");
	}
	$t->clear;
	$t->fault({action => 'status', status => 202, path => "$s1/tables", method => 'POST', text => '{}', headers => {Location => '/api/v2/results/00000000-0000-4000-8000-0000000000010'}},
		{action => 'status', path => '/results/', %$rule});
	fails(q{SELECT sf_create('table', '{"name": "t9", "columns": [{"name": "a", "datatype": "int"}]}', schema => 's1')},
		qr/HV000: .*It is not known whether this was done: the call was accepted, its result could not be had/s, "the result of a change: 404 $name");
}
# the answer to a call that was accepted is one; a scan does not take it for an empty list
my @later = ({action => 'status', status => 202, path => "$s1/tables", text => '{}', headers => {Location => '/api/v2/results/00000000-0000-4000-8000-0000000000010'}},
	{action => 'status', path => '/results/', status => 404, text => '{"code": "002003", "message": "no such table"}'});
for my $sql (q{SELECT sf_fetch('table', 't1', schema => 's1')}, q{SELECT count(*) FROM o.tables WHERE database_name = 'DEMO' AND schema_name = 'S1' AND name = 'T1'}, $list)
{
	$t->clear;
	$t->fault(@later);
	fails($sql, qr/42704: no such table\nDETAIL:  Snowflake error 002003/, 'the result of a 202 says that the object is missing');
}
$t->clear;
$t->fault({action => 'status', path => 'page=1', status => 404, text => '{"code": "002003", "message": "no such table"}'});
fails($list, qr/HV000: no such table/, 'a later page cannot say that');
$t->clear;
$t->fault({action => 'status', path => "$s1/tables", status => 404, text => '{"code": "002003", "message": "no schema"}'});
is($t->sql($list), 0, 'a schema that has gone is an empty list, as before');

# as many objects as an answer may have, and no word of pages
my $full = '[' . join(',', map { sprintf '{"name": "A%05d"}', $_ } 1 .. 9_999) . ', {"name": "T1"}]';
$t->clear;
$t->fault({action => 'status', path => "$s1/tables\$", text => $full});
is($t->sql($list), 10_004, 'a list of the maximum goes on behind its last name');
is((grep { $_->{target} =~ /fromName=/ } @{$t->requests})[0]{target}, "$s1/tables?fromName=T1", 'with fromName');
$t->clear;
$t->fault({action => 'status', path => "$s1/tables", text => $full, times => 9});
fails($list, qr/54000: the answer may be incomplete: it has 10000 elements/, 'a list that begins anew is no progress');
$t->clear;
$t->fault({action => 'status', path => "$s1/streams", text => $full, times => 9});
fails(q{SELECT sf_rest('GET', '/api/v2/databases/DEMO/schemas/S1/streams')}, qr/54000: the answer may be incomplete/, 'sf_rest says so');
$t->clear;
$t->fault({action => 'status', path => '/warehouses$', text => $full, times => 9});
fails(q{SELECT count(*) FROM o.warehouses}, qr/54000: the answer may be incomplete/, 'a kind that cannot go on');
$t->clear;
$t->fault({action => 'status', path => "$s1/tables", text => $full, times => 9});
is($t->sql(q{SELECT count(*) FROM (SELECT name FROM o.tables WHERE database_name = 'DEMO' AND schema_name = 'S1' LIMIT 10000) x}), 10_000, 'what was asked for is complete');

# codes: known, unknown, none
my @codes = (
	[404, '', qr/HV000: Snowflake answered with HTTP status 404/, qr/0A000: .*does not offer that call/s],
	[404, '{"code": "999999", "message": "odd"}', qr/HV000: odd/, qr/HV000: odd\nDETAIL:  Snowflake error 999999[^\n]*\nCONTEXT/],
	[404, '{"code": "", "message": "odd"}', qr/HV000: odd/, qr/0A000: odd\nDETAIL:  HTTP status 404/],
	[404, '{"code": "", "error_code": "002003", "message": "odd"}', qr/42704: odd/, qr/42704: odd\nDETAIL:  Snowflake error 002003/],
	[404, '{"code": "390390", "message": "odd", "sqlState": ""}', qr/HV000: odd\nDETAIL:  Snowflake error 390390\./, qr/HV000: odd/],
	[400, '{"code": "091421", "message": "Unable to update graph with root task DEMO.S1.R since that root task is not suspended."}', qr/55000: .*sf_task_suspend/s, qr/55000: .*sf_task_suspend/s],
	[422, '{"code": 12345678901, "message": "odd"}', qr/HV000: odd\nDETAIL:  Snowflake error 12345678901\b/, qr/HV000: odd/],
);
for my $case (@codes)
{
	my ($status, $text, $statement, $object) = @$case;

	$t->clear;
	$t->fault({action => 'status', path => '^/api/v2/statements', status => $status, text => $text}, {action => 'status', path => "$s1/tables/", status => $status, text => $text});
	fails($rows, $statement, "a statement answered $status $text");
	fails(q{SELECT sf_fetch('table', 't1', schema => 's1')}, $object, "an object call answered $status $text") if $text !~ /002003/;
}

# partitions that are not there any more, or not what was announced
for my $rule ({status => 404}, {status => 410}, {status => 404, text => '{"code": "000709", "message": "Statement not found"}'}, {status => 410, text => '{"message": "Gone"}'})
{
	$t->clear;
	$t->fault({action => 'status', path => 'partition=1', %$rule});
	fails($rows, qr/42704: .*Results are kept for 24 hours/s, "a partition answered $rule->{status} " . ($rule->{text} // ''));
}
$t->clear;
$t->fault({action => 'status', path => 'partition=1', text => '{"data": [["3"], ["' . '4' x 20_000_000 . '"]]}'});
fails($rows, qr/54000: .*far more than the size that it announced/s, 'a partition of 20 MB that was announced with some bytes');
for my $case (
	[{'resultSetMetaData.partitionInfo.1.uncompressedSize' => '9000000000000000000'}, qr/54000: partition 1 of the result is announced with 9000000000000000000 bytes/],
	[{'resultSetMetaData.partitionInfo.0.rowCount' => '9000000000000000000', 'resultSetMetaData.partitionInfo.1.rowCount' => '9000000000000000000'}, qr/08P01: .*the row counts of the partitions are out of range/],
	[{'resultSetMetaData.partitionInfo.1.rowCount' => -5}, qr/08P01: .*"rowCount" is negative/],
	[{'resultSetMetaData.numRows' => 1e30}, qr/08P01/],
	[{'resultSetMetaData.rowType.0.scale' => '9000000000000000000', 'resultSetMetaData.rowType.0.precision' => '9000000000000000000'}, qr/08P01: .*"(scale|precision)" is out of range/],
	[{'resultSetMetaData.rowType.0.precision' => -1}, qr/08P01: .*"precision" is out of range: -1/], [{'resultSetMetaData.rowType.0.scale' => -1}, qr/08P01: .*"scale" is out of range: -1/],
	[{stats => []}, qr/08P01: .*"stats" must be an object/], [{statementHandles => [5]}, qr/08P01/])
{
	my ($set, $expected) = @$case;

	$t->clear;
	$t->fault({action => 'replace', path => '^/api/v2/statements\?', set => $set});
	fails($rows, $expected, 'announced: ' . join ' ', %$set);
}
$t->clear;
$t->fault({action => 'raw', path => '^/api/v2/statements\?', text => '{"x": ' . '[' x 200 . ']' x 200 . ', "data": []}'});
fails($rows, qr/08P01: .*the reply is nested too deeply/, 'a reply that is nested too deeply');
$t->clear;
$t->fault({action => 'raw', path => 'partition=1', text => '{"x": ' . '[' x 200 . ']' x 200 . ', "data": [["3"], ["4"]]}'});
fails($rows, qr/08P01: .*it is nested too deeply/, 'a partition that is nested too deeply');
$t->clear;
$t->fault({action => 'status', path => "$s1/tables", text => '[' x 200 . ']' x 200});
fails($list, qr/08P01: .*the reply is nested too deeply/, 'a list that is nested too deeply');

# more columns than a row may have
{
	my $columns = join ',', map { qq({"name": "C$_", "type": "fixed"}) } 1 .. 2000;
	my $text = qq({"code": "090001", "statementHandle": "01bf7237-0003-9836-0009-c8660002606a", "resultSetMetaData": {"numRows": 0, "format": "jsonv2", "partitionInfo": [], "rowType": [$columns]}, "data": []});

	for my $case ([q{SELECT sf_query_json('SELECT rows')}, qr/54011: the result has 2000 columns, a row at most 1664/], [q{SELECT * FROM sf_query('SELECT rows') AS t(a int)}, qr/42804: the result has 2000 columns.*"?c1664"? numeric\(38,0\), \.\.\.\)/s])
	{
		$t->clear;
		$t->fault({action => 'raw', path => '^/api/v2/statements\?', text => $text});
		fails($case->[0], $case->[1], '2000 columns');
	}
}

# cost linear in the number of partitions: 40,000 took seconds when each looked at all before it
{
	my $n = 40_000;
	my $handle = '01bf7237-0003-9836-0009-c8660002606a';
	my $info = join ',', map { '{"rowCount": 0, "uncompressedSize": 12}' } 1 .. $n;
	my $text = qq({"code": "090001", "statementHandle": "$handle", "resultSetMetaData": {"numRows": 0, "format": "jsonv2", "partitionInfo": [$info], "rowType": [{"name": "N", "type": "fixed"}]}, "data": []});
	my $begun;

	$t->clear;
	$t->fault({action => 'raw', path => '^/api/v2/statements\?', text => $text, times => 2}, {action => 'status', path => "partition=1\$", status => 404});
	$begun = time;
	fails($rows, qr/42704/, "$n partitions, the second gone");
	cmp_ok(time - $begun, '<', 20, 'are no burden');
}

# intervals: by Snowflake's formats, whatever intervalstyle says; what cannot be told is refused
my @intervals = (
	['text', '-28 16:15:14.000', '-28 days -16:15:14'], ['text', '+28 16:15:14.000', '28 days 16:15:14'], ['text', '+1-02', '1 year 2 mons'], ['text', '-44-11', '-44 years -11 mons'],
	['text', '+001-08', '1 year 8 mons'], ['text', '+11 10:09', '11 days 10:09:00'], ['text', '+11 10', '11 days 10:00:00'], ['text', '-0 00:00:00.5', '-00:00:00.5'],
	['text', '+0 00:00:00.123456789', '00:00:00.123456'], ['text', '-0 00:00:00.000000001', '-00:00:00.000001'], ['text', '+999999999 23:59:59', '999999999 days 23:59:59'],
	['text', '+100:10:09', '100:10:09'], ['text', '+10:09.25', '00:10:09.25'], ['text', '+4.300000', '00:00:04.3'], ['text', '1 day 2 hours', '1 day 02:00:00'],
	['text', '-1 day 2 hours', '-1 days +02:00:00'], ['text', 'P1DT2H', '1 day 02:00:00'],
	['interval_year_month', '14', '1 year 2 mons'], ['interval_year_month', '-14', '-1 years -2 mons'], ['interval_year_month', '+1-02', '1 year 2 mons'],
	['interval_day_time', '2477714000000000', '28 days 16:15:14'], ['interval_day_time', '-2477714000000000', '-28 days -16:15:14'], ['interval_day_time', '1999', '00:00:00.000001'],
	['interval_day_time', '-1', '-00:00:00.000001'], ['interval_day_time', '86399999999999999999999', '999999999 days 23:59:59.999999'], ['interval_day_time', '-28 16:15:14.000', '-28 days -16:15:14'],
);
for my $case (@intervals)
{
	my ($type, $cell, $expected) = @$case;

	for my $style ('postgres', 'postgres_verbose', 'sql_standard', 'iso_8601')
	{
		$t->clear;
		$t->result({match => 'one cell', times => 1, columns => [column('C', $type)], rows => [[$cell]]});
		is($t->sql("SET intervalstyle = '$style'; CREATE TEMP TABLE x AS SELECT c FROM sf_query('SELECT one cell') AS t(c interval); SET intervalstyle = 'postgres'; SELECT c FROM x"), $expected, "$type $cell, $style");
	}
}
for my $case (['text', '14'], ['text', '+5'], ['text', '+10:09'], ['text', '4.3'], ['text', '+1-12'], ['text', '+1-2'], ['text', '+1 24:00:00'], ['text', '+1 10:60'], ['text', '+1 10:10:60'], ['text', ''], ['text', '+'],
	['text', '+1 10:10:10.1234567890'], ['text', '1 05:00 '], ['interval_year_month', '+14'], ['interval_day_time', '+5'], ['interval_day_time', '1.5'])
{
	my ($type, $cell) = @$case;

	$t->result({match => 'one cell', times => 1, columns => [column('C', $type)], rows => [[$cell]]});
	fails(q{SELECT c FROM sf_query('SELECT one cell') AS t(c interval)}, qr/22P02: invalid value "\Q$cell\E" of column "c" for type interval/, "$type $cell is refused");
}
$t->result({match => 'one cell', times => 1, columns => [column('C', 'interval_year_month')], rows => [['99999999999']]});
fails(q{SELECT c FROM sf_query('SELECT one cell') AS t(c interval)}, qr/22008: value "99999999999" of column "c" is out of range for type interval/, 'more months than there are');
$t->result({match => 'one cell', times => 1, columns => [column('C', 'fixed', precision => 9, scale => 0)], rows => [['14']]});
fails(q{SELECT c FROM sf_query('SELECT one cell') AS t(c interval)}, qr/42804: column "c" of type interval cannot take Snowflake's type fixed/, 'a number is no interval');
# the elements of an array are read by the same rules
for my $style ('postgres', 'postgres_verbose', 'sql_standard', 'iso_8601')
{
	$t->clear;
	$t->result({match => 'one cell', times => 1, columns => [column('C', 'array')], rows => [['["-28 16:15:14.000", "+1-02", "-1 day 2 hours", null]']]});
	is($t->sql("SET intervalstyle = '$style'; CREATE TEMP TABLE x AS SELECT c FROM sf_query('SELECT one cell') AS t(c interval[]); SET intervalstyle = 'postgres'; SELECT c FROM x"),
		'{"-28 days -16:15:14","1 year 2 mons","-1 days +02:00:00",NULL}', "an array of intervals, $style");
}
for my $cell ('["14"]', '[14]', '["+10:09"]')
{
	$t->result({match => 'one cell', times => 1, columns => [column('C', 'array')], rows => [[$cell]]});
	fails(q{SELECT c FROM sf_query('SELECT one cell') AS t(c interval[])}, qr/22P02: invalid value "[+\d:]+" of column "c" for type interval/, "$cell is no array of intervals");
}
for my $case (['variant', 'jsonb or text'], ['real', 'double precision or text'], ['fixed', 'numeric\(9,0\) or text|integer or text'])
{
	my ($type, $hint) = @$case;

	$t->result({match => 'one cell', times => 1, columns => [column('C', $type, $type eq 'fixed' ? (precision => 9, scale => 0) : ())], rows => [['14']]});
	fails(q{SELECT c FROM sf_query('SELECT one cell') AS t(c interval)}, qr/42804: .*\nHINT:  Declare it as (?:$hint)\.\n/, "$type into an interval");
}
$t->sql('CREATE DOMAIN span AS interval CHECK (VALUE > \'0\')');
for my $case (['text', 'span', '+28 16:15:14', '28 days 16:15:14'], ['text', 'interval(0)', '+0 00:00:01.9', '00:00:01'], ['interval_year_month', 'text', '14', '14'], ['text', 'interval year to month', '+1-02', '1 year 2 mons'])
{
	my ($type, $pg, $cell, $expected) = @$case;

	$t->result({match => 'one cell', times => 1, columns => [column('C', $type)], rows => [[$cell]]});
	is($t->sql("SET intervalstyle = 'sql_standard'; CREATE TEMP TABLE x AS SELECT c FROM sf_query('SELECT one cell') AS t(c $pg); SET intervalstyle = 'postgres'; SELECT c FROM x"), $expected, "$cell into $pg");
}

# arrays, and dates that PostgreSQL's types cannot hold
for my $case (
	['array', 'text[]', '["a", "b,c", "d\\"e", null, undefined, 1.50, true, {"x": [1]}, "null"]', '{a,"b,c","d\\"e",NULL,NULL,1.50,true,"{\\"x\\": [1]}","null"}'],
	['text', 'text[]', '["a", "b"]', '{a,b}'], ['text', 'text[]', '{a,"b c"}', '{a,"b c"}'], ['array', 'text[]', '[]', '{}'], ['variant', 'bigint[]', '[1, 2, 9007199254740993]', '{1,2,9007199254740993}'],
	['array', 'date[]', '["2024-02-29"]', '{2024-02-29}'], ['array', 'jsonb[]', '[{"a": 1}, [2]]', '{"{\\"a\\": 1}",[2]}'], ['array', 'real[]', '[1.5, 2]', '{1.5,2}'], ['array', 'varchar(3)[]', '["abc"]', '{abc}'],
	['date', 'text', '9000000000', '24643133-01-24'], ['date', 'text', '-3000000', '6245-04-12 BC'], ['date', 'varchar(30)', '2932897', '10000-01-01'],
	['timestamp_ntz', 'text', '-259200000000.25', '6245-04-11 23:59:59.75 BC'], ['timestamp_ltz', 'text', '-259200000000', '6245-04-12 00:00:00+00 BC'])
{
	my ($type, $pg, $cell, $expected) = @$case;

	$t->result({match => 'one cell', times => 1, columns => [column('C', $type)], rows => [[$cell]]});
	my ($out, $err) = $t->try("SELECT c FROM sf_query('SELECT one cell') AS t(c $pg)");
	is($out . $err, $expected, "$type $cell into $pg");
}
for my $case (['array', 'text[]', '{"a": 1}', qr/22P02: the value is not a JSON array/], ['array', 'text[]', '"a"', qr/22P02: the value is not a JSON array/], ['array', 'int[]', '["x"]', qr/22P02.*row 1/s], ['array', 'varchar(3)[]', '["abcd"]', qr/22001.*row 1/s],
	['date', 'date', '9000000000', qr/22008: value "9000000000" of column "c" is out of range for type date/])
{
	my ($type, $pg, $cell, $expected) = @$case;

	$t->result({match => 'one cell', times => 1, columns => [column('C', $type)], rows => [[$cell]]});
	fails("SELECT c FROM sf_query('SELECT one cell') AS t(c $pg)", $expected, "$type $cell into $pg");
}
$t->clear;
$t->fault({action => 'replace', path => '^/api/v2/statements\?', set => {'resultSetMetaData.rowType.0.name' => "a\0b"}});
fails(q{SELECT sf_query_json('SELECT rows')}, qr/22P05: .*contains the character U\+0000/, 'U+0000 in the name of a column');

# spans of time
$t->clear;
for my $sql (q{SELECT * FROM sf_query('SELECT rows', timeout => '8 days') AS t(n int)}, q{SELECT sf_execute('DELETE FROM x', timeout => '61 min')}, q{SELECT sf_async_submit('SELECT rows', timeout => '3600.5 s')})
{
	fails($sql, qr/22023: a timeout of \d+ s is longer than the server's statement_timeout of 3600 s/, 'a timeout that would be cut');
}
is(scalar(@{$t->requests}), 0, 'is refused before any call');
$t->sql(q{SELECT * FROM sf_query('SELECT rows', timeout => '1.5 s') AS t(n int)});
is((grep { $_->{method} eq 'POST' } @{$t->requests})[0]{body}{timeout}, 2, 'a part of a second counts as one');
for my $text ('1,5 h', '1 5 h', '1, 5 h', '5', '5 h 3', '1.5.2 h')
{
	fails(qq{SELECT sf_task_create('t', 'SELECT 1', '$text', warehouse => 'compute_wh')}, qr/22023: .*invalid schedule "\Q$text\E"/s, "a schedule of $text");
}

# a database in another encoding: what it lacks becomes ?, the rest stays
$t->sql(q{CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'});
sub latin
{
	my ($sql) = @_;
	my ($out, $err) = $t->try(Encode::encode('UTF-8', $sql), 'latin');

	return Encode::decode('UTF-8', $err || $out);
}
is(latin(<<"SQL"), '', 'a LATIN1 database');
ALTER DATABASE latin SET search_path = public, snowflake;
CREATE EXTENSION snowflake_fdw;
CREATE SERVER sf FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (@{[$t->server_options(database => 'DEMO', schema => 'PUBLIC')]});
CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (token '$i->{pat}');
SQL
my $refusal = '{"code": "002003", "sqlState": "42S02", "message": "SQL compilation error:\nObject \'Größe 漢字\' does not exist.", "statementHandle": "019c06a4-0000-df4f-0000-00100006589e"}';
$t->clear;
$t->fault({action => 'status', path => '^/api/v2/statements\?', status => 422, text => $refusal});
my $said = latin(q{SELECT * FROM sf_query('SELECT rows "Größe"') AS t(n int)});
like($said, qr/42704: Object 'Größe \?\?' does not exist\.\nDETAIL:  Snowflake error 002003, sqlState 42S02, query 019c06a4-0000-df4f-0000-00100006589e/, 'a character that LATIN1 lacks in a message');
like($said, qr/remote SQL command: SELECT rows "Größe"/, 'the statement is shown');
$t->clear;
$t->fault({action => 'status', path => '^/api/v2/statements/', status => 422, text => $refusal, times => 9});
$said = latin(q{SELECT sf_async_submit('SELECT rows') AS id \gset
SELECT sf_async_wait(:'id', raise => false);
SELECT sf_async_wait(:'id');});
like($said, qr/42704: Object 'Größe \?\?' does not exist\.\nDETAIL:  Snowflake error 002003/, 'a message of a job');

$t->result({match => 'odd number', columns => [column('N', 'fixed', precision => 9, scale => 0)], rows => [['Größe 漢字']]});
like(latin(q{SELECT * FROM sf_query('SELECT odd number') AS t(n int)}), qr/22P02: invalid value "Größe \?\?" of column "n" for type integer/, 'a value of a result');

# megabytes are not repeated in messages
$t->clear;
$t->fault({action => 'status', path => '^/api/v2/statements\?', status => 422, text => '{"code": "001003", "message": "' . 'm' x 3_000_000 . '"}'});
my (undef, $long) = $t->try(q{SELECT sf_execute('SELECT rows ' || repeat('''x'',', 1000000) || '1')});
like($long, qr/42601: m{8192} \.\.\. \(cut\)\n/, 'a message of megabytes is cut');
like($long, qr/remote SQL command: SELECT rows 'x',.* \.\.\. \(cut\)/, 'so is a statement');
cmp_ok(length($long), '<', 40_000, 'and all of it is short');

# an error as large as a reply may be: read once, neither converted nor masked as a whole
{
	my $error = '{"code": "001003", "message": "' . 'm' x 60_000_000 . '"}';
	my $server = RawServer->new(sub { return RawServer::answer(422, $error, 'Content-Type: application/json'); });
	my ($out, $err) = $t->try(join "\n", '\set ON_ERROR_STOP 0', 'CREATE SERVER large FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (' . $t->server_options(host => '127.0.0.1', port => $server->{port}, protocol => 'http') . ');',
		"CREATE USER MAPPING FOR postgres SERVER large OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}');",
		map({ "SELECT $_;" } q{sf_execute('SELECT 1', server => 'large')}, q{sf_rest('GET', '/api/v2/warehouses', server => 'large')}), 'DROP SERVER large CASCADE;',
		q{SELECT substring(pg_read_file('/proc/self/status') from 'VmHWM:\s+(\d+)')::int / 1024;});

	is(scalar(() = $err =~ /42601: m{8192} \.\.\. \(cut\)\n/g), 2, 'errors of 60 MB are shown');
	cmp_ok($out, '<', 260, 'and take a bounded part of the memory');
}

$t->stop;
done_testing;
