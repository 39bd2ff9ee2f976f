# IMPORT FOREIGN SCHEMA with its options, what changes in Snowflake afterwards (sf_import_diff, sf_refresh), comments, schemas with more
# objects than a SHOW returns, and columns with a constant.
use strict;
use warnings;
use utf8;
use Encode ();
use SnowflakeFdwTest;
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);
my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', '5']);
$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC');
$t->sql(q{ALTER DATABASE postgres SET snowflake_fdw.default_server = 'sf'});

sub ask   { my ($sql) = @_; return Encode::decode('UTF-8', $t->sql(Encode::encode('UTF-8', $sql))); }
sub tried { my ($sql) = @_; my ($out, $err) = $t->try(Encode::encode('UTF-8', $sql)); return (Encode::decode('UTF-8', $out), Encode::decode('UTF-8', $err)); }

# statements for Snowflake
sub remote
{
	ask("SELECT sf_execute(\$sf\$$_\$sf\$)") for @_;
	return;
}

sub import_to
{
	my ($into, $options, $list, $remote) = @_;
	ask("CREATE SCHEMA $into") if !ask("SELECT count(*) FROM pg_namespace WHERE nspname = '$into'");
	my (undef, $err) = tried(sprintf 'IMPORT FOREIGN SCHEMA %s %s FROM SERVER sf INTO %s %s', $remote // '"SHOP.R"', $list // '', $into, $options ? "OPTIONS ($options)" : '');
	return $err;
}

sub changes { my ($into, $columns) = @_; return ask("SELECT " . ($columns // 'statement') . " FROM sf_import_diff('$into')"); }

sub apply
{
	my ($into) = @_;
	my (undef, $err) = tried("SELECT statement FROM sf_import_diff('$into') \\gexec");
	unlike($err, qr/ERROR/, "the statements of $into run");
	is(changes($into), '', "$into is as in Snowflake");
	return;
}

# the statements sent that are like this
sub sent { my ($like) = @_; return grep { /$like/ } map { $_->{body}{statement} // () } grep { $_->{method} eq 'POST' && ref $_->{body} eq 'HASH' } @{$t->requests}; }

# options

remote('CREATE SCHEMA R',
	q{CREATE TABLE R.T (ID INT PRIMARY KEY COMMENT 'the id', "Mixed Name" NUMBER(10,2) NOT NULL COMMENT 'it''s \\\\ "odd"', B BOOLEAN DEFAULT TRUE, S VARCHAR(20) DEFAULT 'x', TS TIMESTAMP_NTZ(3)) COMMENT = 'a ''table''; or so'},
	'CREATE TABLE R."t2" (K2 INT, K1 INT, V VARIANT, PRIMARY KEY (K1, K2))', 'CREATE VIEW R.VW AS SELECT ID, S FROM R.T');

my %made = (
	smart => [''], lower => ["import_case 'lower'"], keep => ["import_case 'keep', int38 'bigint'"],
	commented => ["import_comments 'true', import_default 'true'"], loose => ["import_not_null 'false', import_views 'false'"]);
for my $into (sort keys %made)
{
	is(import_to($into, @{$made{$into}}), '', "import $into");
	is(changes($into), '', "$into: nothing has changed");
}
my $columns = q{SELECT string_agg(c.relname || '.' || attname || ' ' || format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END
	|| coalesce(' ' || pg_get_expr(adbin, adrelid), '') || ' ' || array_to_string(attfdwoptions, ','), E'\n' ORDER BY c.relname COLLATE "C", attnum)
	FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = c.oid AND adnum = attnum
	WHERE relnamespace = '%s'::regnamespace AND attnum > 0 AND NOT attisdropped};
is(ask(sprintf $columns, 'smart'), <<'END' =~ s/\n\z//r, 'types, keys and NOT NULL');
t.id numeric(38,0) not null column_name=ID,remote_type=NUMBER(38,0),key=true
t.Mixed Name numeric(10,2) not null column_name=Mixed Name,remote_type=NUMBER(10,2)
t.b boolean column_name=B,remote_type=BOOLEAN
t.s text column_name=S,remote_type=VARCHAR(20)
t.ts timestamp(3) without time zone column_name=TS,remote_type=TIMESTAMP_NTZ(3)
t2.k2 numeric(38,0) column_name=K2,remote_type=NUMBER(38,0),key=true
t2.k1 numeric(38,0) column_name=K1,remote_type=NUMBER(38,0),key=true
t2.v jsonb column_name=V,remote_type=VARIANT
vw.id numeric(38,0) not null column_name=ID,remote_type=NUMBER(38,0)
vw.s text column_name=S,remote_type=VARCHAR(20)
END
like(ask(sprintf $columns, 'keep'), qr/^T\.ID bigint not null column_name=ID,remote_type=NUMBER\(38,0\),key=true\nT\.Mixed Name /, 'import_case keep, int38 bigint');
like(ask(sprintf $columns, 'lower'), qr/^t\.mixed name numeric\(10,2\) not null column_name=Mixed Name,/m, 'import_case lower');
like(ask(sprintf $columns, 'commented'), qr/^t\.Mixed Name .*remote_comment=it's \\ "odd"\nt\.b boolean true .*\nt\.s text 'x'::text/m, 'import_comments, import_default');
is(ask("SELECT array_to_string(ftoptions, ',') FROM pg_foreign_table WHERE ftrelid = 'commented.t'::regclass"),
	q{database=SHOP,schema=R,table=T,"remote_comment=a 'table'; or so",import_all=true,import_default=true,import_comments=true} =~ s/"//gr, 'what the table records');
unlike(ask(sprintf $columns, 'loose'), qr/not null|^vw/m, 'import_not_null, import_views');

# lists

is(import_to('listed', '', 'LIMIT TO (t2)'), '', 'LIMIT TO');
is(import_to('others', '', 'EXCEPT (t2, nobody)'), '', 'EXCEPT');
is(ask(q{SELECT string_agg(relnamespace::regnamespace || '.' || relname, ' ' ORDER BY 1) FROM pg_class WHERE relkind = 'f' AND relnamespace IN ('listed'::regnamespace, 'others'::regnamespace)} =~ s/ORDER BY 1/ORDER BY relnamespace::regnamespace::text, relname/r),
	'listed.t2 others.t others.vw', 'what came');
like(import_to('listed', '', 'LIMIT TO (tt, "T")'), qr/^ERROR:  42P01: schema "SHOP\.R" has no table "tt" that could be imported\nDETAIL:  LIMIT TO takes local names; the user's default role sees 3 tables and views\.\nHINT:  Perhaps you meant "t"\./, 'a slip of the pen');
like(import_to('listed', '', 'LIMIT TO ("T")'), qr/^ERROR:  42P01: .*"T"/, 'a name as it is in Snowflake');
like(import_to('listed', "import_all 'true'"), qr/^ERROR:  HV00D: invalid option "import_all"/, 'what only an import records');
is(changes('listed') . changes('others'), '', 'tables that were left out are not new');

# changes

ask('CREATE VIEW public.uses AS SELECT id, s FROM smart.t');
remote(q{CREATE OR REPLACE TABLE R.T (ID INT PRIMARY KEY, "Mixed Name" NUMBER(20,2) COMMENT 'it''s \\\\ "odd"', S VARCHAR(20) DEFAULT 'x' COMMENT 'back\\\\slash', TS TIMESTAMP_NTZ(3),
	"id" DATE, XMIN INT) COMMENT = 'O''Neil'}, 'DROP TABLE R."t2"', 'CREATE TABLE R.NEW (N NUMBER(4,0) PRIMARY KEY, "n" VARCHAR)', 'CREATE VIEW R.V2 AS SELECT N FROM R.NEW');
is(changes('smart'), <<'END' =~ s/\n\z//r, 'statements');
DROP FOREIGN TABLE smart.t2
ALTER FOREIGN TABLE smart.t ALTER COLUMN "Mixed Name" TYPE numeric(20,2), ALTER COLUMN "Mixed Name" OPTIONS (SET remote_type 'NUMBER(20,2)')
ALTER FOREIGN TABLE smart.t ALTER COLUMN "Mixed Name" DROP NOT NULL
ALTER FOREIGN TABLE smart.t DROP COLUMN b
ALTER FOREIGN TABLE smart.t ADD COLUMN id_2 date OPTIONS (column_name 'id', remote_type 'DATE')
ALTER FOREIGN TABLE smart.t ADD COLUMN "XMIN" numeric(38,0) OPTIONS (column_name 'XMIN', remote_type 'NUMBER(38,0)')
CREATE FOREIGN TABLE smart.new (
	"N" smallint OPTIONS (column_name 'N', remote_type 'NUMBER(4,0)', key 'true') NOT NULL,
	n text OPTIONS (column_name 'n', remote_type 'VARCHAR(16777216)') COLLATE "C"
) SERVER sf
OPTIONS (database 'SHOP', schema 'R', "table" 'NEW', import_all 'true')
CREATE FOREIGN TABLE smart.v2 (
	n smallint OPTIONS (column_name 'N', remote_type 'NUMBER(4,0)') NOT NULL
) SERVER sf
OPTIONS (database 'SHOP', schema 'R', "table" 'V2', import_all 'true')
END
is(changes('smart', q{change, table_name, reason}), <<'END' =~ s/\n\z//r, 'kinds and reasons');
table gone|smart.t2|Snowflake shows no table "SHOP"."R"."t2" to the user's default role
type|smart.t|column "Mixed Name" was NUMBER(10,2) and is NUMBER(20,2)
not null|smart.t|column "Mixed Name" may be NULL
column gone|smart.t|column "B" is not in Snowflake any more
column new|smart.t|column "id" is new
column new|smart.t|column "XMIN" is new
table new|smart.new|"SHOP"."R"."NEW" is new
table new|smart.v2|"SHOP"."R"."V2" is new
END
is(ask("SELECT statement, reason FROM sf_import_diff('commented') WHERE change = 'comment'"), <<'END' =~ s/\n\z//r, 'comments');
ALTER FOREIGN TABLE commented.t ALTER COLUMN id OPTIONS (DROP remote_comment)|column "id" has no comment any more
ALTER FOREIGN TABLE commented.t ALTER COLUMN s OPTIONS (ADD remote_comment E'back\\slash')|column "s" has another comment
ALTER FOREIGN TABLE commented.t OPTIONS (SET remote_comment 'O''Neil')|the table has another comment
END
unlike(changes('loose'), qr/v2|NOT NULL/, 'of what was not imported nothing is said');
is(changes('listed'), 'DROP FOREIGN TABLE listed.t2', 'no new tables where a list was given');
apply($_) for sort keys %made;
like(ask(sprintf $columns, 'keep'), qr/^NEW\.N smallint.*^T\.Mixed Name numeric\(20,2\) column/ms, 'import_case keep, after');
like(ask(sprintf $columns, 'keep'), qr/^T\.XMIN bigint/m, 'int38 bigint, after');

# keys, types chosen by hand, and what has no option

remote('CREATE OR REPLACE TABLE R.NEW (N NUMBER(4,0), "n" VARCHAR NOT NULL PRIMARY KEY)');
is(changes('smart'), <<'END' =~ s/\n\z//r, 'another key');
ALTER FOREIGN TABLE smart.new ALTER COLUMN "N" DROP NOT NULL
ALTER FOREIGN TABLE smart.new ALTER COLUMN "N" OPTIONS (DROP key)
ALTER FOREIGN TABLE smart.new ALTER COLUMN n SET NOT NULL
ALTER FOREIGN TABLE smart.new ALTER COLUMN n OPTIONS (ADD key 'true')
END
apply('smart');
remote('CREATE OR REPLACE TABLE R.NEW (N NUMBER(4,0), "n" VARCHAR NOT NULL)');
is(changes('smart'), '', 'a key stays where Snowflake has none: it may be chosen by hand');
ask('DROP VIEW public.uses; ALTER FOREIGN TABLE smart.t ALTER id TYPE bigint, ALTER ts TYPE text COLLATE "C"');
is(changes('smart'), '', 'a type chosen by hand stays');
remote('CREATE OR REPLACE TABLE R.NEW (N NUMBER(4,0), "n" NUMBER(30,0))', 'ALTER TABLE R.T DROP COLUMN TS', 'ALTER TABLE R.T ADD COLUMN TS TIMESTAMP_NTZ(9)');
is(changes('smart'), <<'END' =~ s/\n\z//r, 'a type changes with the other one where it was the one of an import');
ALTER FOREIGN TABLE smart.new ALTER COLUMN n TYPE numeric(30,0), ALTER COLUMN n OPTIONS (SET remote_type 'NUMBER(30,0)')
ALTER FOREIGN TABLE smart.new ALTER COLUMN n DROP NOT NULL
ALTER FOREIGN TABLE smart.t ALTER COLUMN ts OPTIONS (SET remote_type 'TIMESTAMP_NTZ(9)')
END
apply('smart');
ask(q{CREATE SCHEMA hand; CREATE FOREIGN TABLE hand.parts (id bigint, s text, gone int, c text OPTIONS (constant 'x')) SERVER sf OPTIONS (schema 'R', "table" 'T');
	CREATE FOREIGN TABLE hand.q (id int) SERVER sf OPTIONS (query 'SELECT 1 AS ID'); CREATE FOREIGN TABLE hand.r (x int) SERVER sf OPTIONS (query_id '01eb1fe3-0000-5e9a-0000-4c124d5c4532'); CREATE TABLE hand.local (x int)});
is(changes('hand'), 'ALTER FOREIGN TABLE hand.parts DROP COLUMN gone', 'a table made by hand is compared in what it declares');

# sf_refresh

remote('ALTER TABLE R.T ADD COLUMN LATER VARCHAR(5)', 'ALTER TABLE R.T DROP COLUMN S');
my ($out, $err) = tried(q{SELECT sf_refresh('smart.t')});
is($out, 2, 'sf_refresh: how many');
is($err, <<'END', 'and which');
NOTICE:  00000: ALTER FOREIGN TABLE smart.t DROP COLUMN s
DETAIL:  column "S" is not in Snowflake any more
NOTICE:  00000: ALTER FOREIGN TABLE smart.t ADD COLUMN later text OPTIONS (column_name 'LATER', remote_type 'VARCHAR(5)') COLLATE "C"
DETAIL:  column "LATER" is new
END
is(ask(q{SELECT sf_refresh('smart.t')}), 0, 'nothing is left');
is(ask(q{SELECT sf_refresh(NULL) IS NULL}), 't', 'NULL');
ask('CREATE VIEW public.uses AS SELECT later FROM smart.t');
remote('ALTER TABLE R.T DROP COLUMN LATER', 'ALTER TABLE R.T ADD COLUMN EVEN_LATER INT');
($out, $err) = tried(q{SELECT sf_refresh('smart.t')});
like($err, qr/^ERROR:  2BP01: cannot drop column later of foreign table smart\.t because other objects depend on it\nDETAIL:  view public\.uses depends on column later/, 'a view uses the column');
like(changes('smart'), qr/DROP COLUMN later.*EVEN_LATER/s, 'and nothing was changed');
remote('ALTER TABLE R.T ADD COLUMN LATER INT');
($out, $err) = tried(q{SELECT sf_refresh('smart.t')});
like($err, qr/ERROR:  0A000: cannot alter type of a column used by a view or rule/, 'of a column whose type has changed, too');
ask('DROP VIEW public.uses');
is(ask(q{SET search_path = public, snowflake; CREATE SCHEMA evil; CREATE DOMAIN evil.text AS pg_catalog.int4; CREATE DOMAIN evil.date AS pg_catalog.int4; SET search_path = evil, public, snowflake, pg_catalog; SELECT sf_refresh('smart.t')}), 2, 'with types of the same names on the path');
is(ask(q{SET TIME ZONE 'UTC'; SELECT string_agg(DISTINCT atttypid::regtype::text, ' ') FROM pg_attribute WHERE attrelid = 'smart.t'::regclass AND attnum > 0 AND NOT attisdropped AND attname IN ('later', 'even_later')}), 'numeric', 'they are not taken');
ask('DROP SCHEMA evil CASCADE');

# who may

ask(qq{CREATE ROLE reader; GRANT USAGE ON SCHEMA smart, snowflake TO reader; GRANT SELECT ON smart.t TO reader; CREATE USER MAPPING FOR reader SERVER sf OPTIONS (token '$t->{info}{pat}')});
sub as_reader { return (tried("SET ROLE reader; SET search_path = snowflake; $_[0]"))[1]; }
like(as_reader("SELECT $_"), qr/^ERROR:  42501: permission denied for function /, "$_ is not for everybody") for "* FROM sf_import_diff('smart')", "sf_refresh('smart.t')", "sf_apply_comments('smart')";
ask('GRANT EXECUTE ON FUNCTION sf_import_diff, sf_refresh, sf_apply_comments TO reader');
is(ask("SELECT string_agg(name || ' ' || level, ' ') FROM sf_functions() WHERE name IN ('sf_import_diff', 'sf_refresh', 'sf_apply_comments')"), 'sf_apply_comments read sf_import_diff read sf_refresh read', 'levels');
like(as_reader("SELECT sf_refresh('smart.t')"), qr/^ERROR:  42501: must be owner of foreign table t/, 'not the owner');
like(as_reader("SELECT sf_import_diff('smart')"), qr/^ERROR:  42501: permission denied for foreign server sf/, 'no USAGE on the server');
ask('ALTER FOREIGN TABLE commented.t OWNER TO reader; GRANT USAGE ON SCHEMA commented TO reader');
like(as_reader("SELECT sf_refresh('commented.t')"), qr/^ERROR:  42501: permission denied for foreign server sf/, 'of a table of his own, neither');
like(as_reader("SELECT sf_apply_comments('commented')"), qr/^ERROR:  42501: must be owner of foreign table/, 'comments are set as the caller') if remote(q{COMMENT ON TABLE R.NEW IS 'new'}) || ask("SELECT sf_refresh('commented.new')");
ask('ALTER FOREIGN TABLE commented.t OWNER TO postgres');
like((tried("BEGIN READ ONLY; SELECT $_"))[1], qr/^ERROR:  25006: cannot execute sf_\w+\(\) in a read-only transaction/, "$_ in a read-only transaction") for "sf_refresh('smart.t')", "sf_apply_comments('smart')";
my @refused = (
	["sf_refresh('hand.q')", '42809', 'is not a foreign table over a Snowflake table'], ["sf_refresh('hand.local')", '42809', '"local" is not'],
	["sf_refresh(4711::oid)", '42P01', 'relation with OID 4711 does not exist'], ["sf_import_diff('nowhere')", '3F000', 'schema "nowhere" does not exist'],
	["sf_apply_comments('nowhere')", '3F000', 'schema "nowhere" does not exist'], ["sf_refresh('listed.t2')", '42P01', 'Snowflake shows no table "SHOP"."R"."t2"']);
like((tried("SELECT $_->[0]"))[1], qr/^ERROR:  $_->[1]: .*\Q$_->[2]\E/, $_->[0]) for @refused;
like((tried("SELECT sf_refresh('listed.t2')"))[1], qr/^DETAIL:  It does not exist any more, or role \(the user's default\) may not see it\.\nHINT:  DROP FOREIGN TABLE listed\.t2$/m, 'it drops no table');

# comments

ask("ALTER FOREIGN TABLE commented.t ALTER id OPTIONS (ADD remote_comment 'i''d'); COMMENT ON COLUMN commented.t.id IS 'mine'; COMMENT ON COLUMN commented.t.ts IS 'kept'; COMMENT ON COLUMN commented.t.s IS E'back\\\\slash'");
my $set = ask("SELECT sf_apply_comments('commented')");
is($set, 4, 'sf_apply_comments: two tables, two columns; one has its comment');
is(ask("SELECT sf_apply_comments('commented')"), 0, 'the second time there is nothing to do');
is(ask(q{SELECT string_agg(objsubid || ' ' || description, E'\n' ORDER BY objsubid) FROM pg_description WHERE objoid = 'commented.t'::regclass}), "0 O'Neil\n1 i'd\n2 it's \\ \"odd\"\n4 back\\slash\n5 kept", 'the comments');

# odd names

my $long = 'L' x 255;
remote('CREATE SCHEMA "odd ""schema"".x"');
remote(qq{CREATE TABLE "odd ""schema"".x"."$_->[0]" ($_->[1])})
	for ['a.b', '"a.b" INT, """q""" INT, "it\'s" INT, "back\\\\slash" INT'], ['Größe \'漢字\'', '"Länge" INT, "SELECT" INT, "ORDER BY" INT'], [$long, qq{"${long}" INT, "@{[substr($long, 1)]}M" INT}], ['%_', '"%" INT, "_" INT'], ['back\\\\slash', 'A INT'],
	['CASE', 'A INT, "a" INT'], ['case', 'A INT'], ['Case', 'A INT'];
is(import_to('odd', '', '', '"SHOP.""odd """"schema"""".x"""'), '', 'odd names');
is(ask(q{SELECT count(*) FROM pg_class WHERE relnamespace = 'odd'::regnamespace}), 8, 'all of them');
is(changes('odd'), '', 'odd names: nothing has changed');
remote(qq{ALTER TABLE "odd ""schema"".x"."$_" ADD COLUMN "n'e""w.x\\\\" VARCHAR(3)}) for 'a.b', 'Größe \'漢字\'', $long, '%_', 'back\\\\slash', 'CASE', 'case', 'Case';
is(ask("SELECT count(*) FROM sf_import_diff('odd') WHERE change = 'column new'"), 8, 'a new column in each');
is(ask(q{SELECT sum(sf_refresh(oid)) FROM pg_class WHERE relnamespace = 'odd'::regnamespace AND relname !~* 'case'}), 5, 'sf_refresh of one with an odd name');
apply('odd');
is(ask(q{SELECT string_agg(DISTINCT attname, ' ') FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'odd'::regnamespace AND attname LIKE 'n%'}), q{n'e"w.x} . '\\\\', 'its name');

# what Snowflake shows while it changes, and to others

remote('CREATE SCHEMA V', 'CREATE TABLE V.A (X INT)', 'CREATE TABLE V.B (X INT)', 'CREATE VIEW V.C AS SELECT 1 AS X');
import_to('v', '', '', '"SHOP.V"');
$t->clear;
is(changes('v'), '', 'unchanged');
is(scalar(sent('SHOW ')), 3, 'with three statements');
$t->clear;
is(ask("SELECT sf_refresh('v.a')"), 0, 'one table');
is_deeply([sent('SHOW ')], [q{SHOW OBJECTS IN SCHEMA "SHOP"."V" STARTS WITH 'A' LIMIT 10000}, q{SHOW COLUMNS IN TABLE "SHOP"."V"."A"}, q{SHOW PRIMARY KEYS IN TABLE "SHOP"."V"."A"}], 'with three of its own');
$t->fault({action => 'status', body => 'SHOW COLUMNS', status => 422, text => '{"code":"002003","message":"SQL compilation error:\nTable \'SHOP.V.A\' does not exist or not authorized.","sqlState":"42S02"}'});
like((tried("SELECT sf_refresh('v.a')"))[1], qr/^ERROR:  42P01: Snowflake shows no table "SHOP"\."V"\."A"/, 'a table that vanishes between two SHOWs');
$t->clear;
$t->fault({action => 'status', body => 'SHOW COLUMNS', status => 422, text => '{"code":"090153","message":"The result set size exceeded the max number of rows(10000) supported for SHOW statements.","sqlState":"22000"}'});
is(changes('v'), '', 'a SHOW that is refused for its size: table by table');
is(scalar(sent('SHOW COLUMNS IN (TABLE|VIEW)')), 3, 'that is one each');
$t->clear;
$t->fault({action => 'status', body => 'SHOW (OBJECTS|PRIMARY)', status => 503, retry_after => 0}, {action => 'reset', body => 'SHOW COLUMNS'});
is(changes('v'), '', 'after faults on the way');
$t->clear;
$t->sql(q{CREATE SERVER limited FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (} . $t->server_options(database => 'SHOP', schema => 'PUBLIC', role => 'ANALYST') . qq{); CREATE USER MAPPING FOR postgres SERVER limited OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}')});
like((tried(q{IMPORT FOREIGN SCHEMA "V" FROM SERVER limited INTO v}))[1], qr/^ERROR:  42704: Object does not exist, or operation cannot be performed\..*HINT:  "V" was read as schema "V" of database "SHOP"/s, 'a role that may not use the schema');
remote('GRANT USAGE ON SCHEMA SHOP.V TO ROLE ANALYST', 'GRANT SELECT ON TABLE SHOP.V.A TO ROLE ANALYST');
ask('CREATE SCHEMA seen; IMPORT FOREIGN SCHEMA "V" FROM SERVER limited INTO seen');
is(ask("SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'seen'::regnamespace"), 'a', 'what the role sees');
remote('REVOKE SELECT ON TABLE SHOP.V.A FROM ROLE ANALYST');
is(ask("SELECT statement, reason FROM sf_import_diff('seen')"), 'DROP FOREIGN TABLE seen.a|Snowflake shows no table "SHOP"."V"."A" to role ANALYST', 'what it does not see any more, with the role');
remote('DROP SCHEMA V');
like((tried("SELECT sf_import_diff('v')"))[1], qr/^ERROR:  42704: .*HINT:  It is the schema of the foreign table v\.a\./s, 'a schema that is gone is an error');

# more than SHOW returns

remote('CREATE SCHEMA MANY', 'CREATE VIEW MANY.V AS SELECT ' . join(', ', map { "$_ AS C$_" } 1 .. 3), 'CREATE TABLE MANY.ZZ (ID INT PRIMARY KEY)');
$t->control('POST', 'objects', {kind => 'VIEW', path => ['SHOP', 'MANY', 'V'], copies => 10_005});
$t->clear;
is(import_to('many', '', 'LIMIT TO (v_00001, v_10005, zz)', '"SHOP.MANY"'), '', 'from a schema of 10,007');
is(ask(q{SELECT string_agg(relname || ' ' || relnatts, ', ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'many'::regnamespace}), 'v_00001 3, v_10005 3, zz 1', 'those named');
is_deeply([map { s/ IN SCHEMA "SHOP"."MANY"//r } sent('SHOW ')], ['SHOW OBJECTS LIMIT 10000', q{SHOW OBJECTS LIMIT 10000 FROM 'V_09999'}, 'SHOW COLUMNS',
	(map { qq{SHOW COLUMNS IN $_} } 'VIEW "SHOP"."MANY"."V_00001"', 'VIEW "SHOP"."MANY"."V_10005"', 'TABLE "SHOP"."MANY"."ZZ"'), 'SHOW PRIMARY KEYS IN TABLE "SHOP"."MANY"."ZZ"'], 'by pages, and columns table by table');
like(import_to('many', '', 'LIMIT TO (v_10006)', '"SHOP.MANY"'), qr/sees 10007 tables and views\.\nHINT:  Perhaps you meant "v_\d0006"\./, 'all are seen');
is(changes('many'), '', 'and compared');

# constants

$t->sql(q{CREATE SERVER b FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (} . $t->server_options(database => 'SHOP', schema => 'R', warehouse => 'COMPUTE_WH') . qq{); CREATE USER MAPPING FOR postgres SERVER b OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}')});
remote('CREATE TABLE R.SALES_A (ID INT, N NUMBER(5,0))', 'INSERT INTO R.SALES_A VALUES (1, 10), (2, NULL)', 'CREATE TABLE R.SALES_B (ID INT, N NUMBER(5,0))', 'INSERT INTO R.SALES_B VALUES (3, 30)');
for (['a', 'sf'], ['b', 'b'])
{
	ask(sprintf q{CREATE FOREIGN TABLE sales_%1$s (id bigint OPTIONS (remote_type 'NUMBER(38,0)'), n int OPTIONS (remote_type 'NUMBER(5,0)'), account varchar(3) OPTIONS (constant '%1$s'), since date OPTIONS (constant '2024-02-0%3$d'))
		SERVER %2$s OPTIONS (database 'SHOP', schema 'R', "table" 'SALES_%4$s')}, @$_, $_->[0] eq 'a' ? 1 : 2, uc $_->[0]);
}
ask(q{CREATE VIEW sales AS SELECT * FROM sales_a UNION ALL SELECT * FROM sales_b;
	CREATE TABLE parts (id bigint, n int, account varchar(3), since date) PARTITION BY HASH (id)});
ask(q{CREATE FOREIGN TABLE part_a (id bigint, n int, account varchar(3), since date) SERVER sf OPTIONS (database 'SHOP', schema 'R', "table" 'SALES_A'); ALTER FOREIGN TABLE part_a ALTER account OPTIONS (constant 'a'), ALTER since OPTIONS (constant '2024-02-01');
	CREATE FOREIGN TABLE part_b (id bigint, n int, account varchar(3), since date) SERVER b OPTIONS (database 'SHOP', schema 'R', "table" 'SALES_B'); ALTER FOREIGN TABLE part_b ALTER account OPTIONS (constant 'b'), ALTER since OPTIONS (constant '2024-02-02');
	ALTER TABLE parts ATTACH PARTITION part_a FOR VALUES WITH (MODULUS 2, REMAINDER 0); ALTER TABLE parts ATTACH PARTITION part_b FOR VALUES WITH (MODULUS 2, REMAINDER 1);
	CREATE TABLE copy AS SELECT * FROM sales});
is(ask('SELECT * FROM copy ORDER BY id'), "1|10|a|2024-02-01\n2||a|2024-02-01\n3|30|b|2024-02-02", 'rows of two accounts');
my %sent = ("account = 'a'" => 'A', "account = 'c'" => '', "account <> 'a'" => 'B', "account IN ('b', 'c')" => 'B', 'account IS NULL' => '', "since < '2024-02-02'" => 'A', "account = 'a' AND since > '2024-02-01'" => '',
	"account = 'b' OR n = 10" => 'AB', "account || since::text = 'b2024-02-02'" => 'B', "lower(account) LIKE 'a%' AND n > 5" => 'A', 'true' => 'AB');
for my $table ('sales', 'parts')
{
	for my $condition (sort keys %sent)
	{
		for my $query ('SELECT * FROM %s WHERE %s ORDER BY id', 'SELECT count(*), sum(n), min(account) FROM %s WHERE %s', 'SELECT account, max(since), count(n) FROM %s WHERE %s GROUP BY account ORDER BY 1')
		{
			$t->clear;
			my $rows = ask(sprintf $query, $table, $condition);
			my $tables = join '', sort map { /SALES_(\w)/g } sent('SALES');

			is($rows, ask(sprintf $query, 'copy', $condition), sprintf("$query: rows", $table, $condition));
			# what depends on the parser's clock is not known before it runs
			is($tables, $condition =~ /text/ ? 'AB' : $sent{$condition}, 'and who was asked');
		}
	}
}
for my $query (
	'SELECT %1$s.account, c.id FROM copy c LEFT JOIN %1$s ON %1$s.id = c.id AND %1$s.id < 2 ORDER BY 2', 'SELECT x.account, y.account, y FROM %1$s x FULL JOIN %1$s y ON x.id = y.id AND x.n > 5 ORDER BY x.id, y.id',
	'SELECT account, n, count(*) FROM %1$s GROUP BY ROLLUP (account, n) ORDER BY 1, 2', 'SELECT DISTINCT account, since FROM %1$s ORDER BY 1', 'SELECT id, (SELECT string_agg(i.account, \',\') FROM copy i WHERE i.account = %1$s.account) FROM %1$s ORDER BY 1',
	'SELECT row_number() OVER (PARTITION BY account ORDER BY id), account FROM %1$s ORDER BY id', 'SELECT x.id, x.account FROM %1$s x JOIN copy USING (account, id) ORDER BY 1', 'SELECT %1$s FROM %1$s ORDER BY id', 'SELECT account FROM %1$s UNION SELECT account FROM copy ORDER BY 1',
	'WITH w AS MATERIALIZED (SELECT account, n FROM %1$s) SELECT * FROM w WHERE account = \'b\'')
{
	is(ask(sprintf $query, $_), ask(sprintf $query, 'copy'), sprintf $query, $_) for 'sales', 'parts';
}
ask(q{CREATE TABLE heir () INHERITS (sales_a); INSERT INTO heir VALUES (9, 90, 'h', NULL)});
is(ask(q{SELECT id, account FROM sales_a WHERE account IN ('a', 'h') ORDER BY id; SELECT count(*) FROM sales_a WHERE account = 'h'; SELECT id, account FROM ONLY sales_a ORDER BY id; DROP TABLE heir}), "1|a\n2|a\n9|h\n1\n1|a\n2|a", 'a table that inherits has its own values');
is(ask('SELECT account, n, count(*) FROM sales_a GROUP BY account, n ORDER BY 2'), "a|10|1\na||1", 'a constant among keys');
like(ask('EXPLAIN (VERBOSE, COSTS OFF) SELECT account, n, count(*) FROM sales_a GROUP BY account, n'), qr/Remote SQL: SELECT "?\w+"?.* COUNT\(\*\).* GROUP BY/, 'is one statement');
is(ask(q{PREPARE p AS SELECT id FROM sales WHERE account = $1 ORDER BY id; SET plan_cache_mode = force_generic_plan; EXECUTE p('a'); EXECUTE p('b')}), "1\n2\n3", 'parameters');
is(ask(q{PREPARE p AS SELECT id FROM sales_a WHERE account = 'b'; EXECUTE p; ALTER FOREIGN TABLE sales_a ALTER account OPTIONS (SET constant 'b'); EXECUTE p; ALTER FOREIGN TABLE sales_a ALTER account OPTIONS (SET constant 'a')}), "1\n2", 'a plan follows the option');
ask('SET snowflake_fdw.enable_pushdown = off; SELECT 1');
is(ask(q{SET snowflake_fdw.enable_pushdown = off; SELECT * FROM sales WHERE account = 'a' ORDER BY id}), "1|10|a|2024-02-01\n2||a|2024-02-01", 'without pushdown');
my @bad = (
	["CREATE FOREIGN TABLE x (a int OPTIONS (constant 'one')) SERVER sf", '22P02', 'invalid input syntax for type integer: "one"'], ["CREATE FOREIGN TABLE x (a varchar(2) OPTIONS (constant 'abc')) SERVER sf", '22001', 'value too long'],
	["ALTER FOREIGN TABLE sales_a ALTER since OPTIONS (SET constant '2024-02-30')", '22008', 'out of range'], ["BEGIN; CREATE FOREIGN TABLE y (account text OPTIONS (constant 'a')) SERVER sf; ALTER FOREIGN TABLE y ALTER account TYPE date", '22007', 'invalid input syntax for type date'],
	["CREATE FOREIGN TABLE x (a int OPTIONS (constant '1', column_name 'A')) SERVER sf", '22023', 'options "constant" and "column_name" exclude each other'], ["CREATE FOREIGN TABLE x (a int OPTIONS (constant '1', key 'true')) SERVER sf", '22023', 'exclude'],
	["CREATE FOREIGN TABLE x (name text OPTIONS (constant '1')) SERVER sf OPTIONS (kind 'warehouse')", '22023', 'takes no option "constant"']);
like((tried($_->[0]))[1], qr/^ERROR:  $_->[1]: .*\Q$_->[2]\E/, $_->[0]) for @bad;
like((tried($bad[3][0]))[1], qr/^CONTEXT:  option "constant" of column "account" of foreign table "y"$/m, 'and where');

$t->stop;
done_testing;
