# Account objects changed through their tables: never another object than the row's, and what is said when something fails.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new;
my ($out, $err);

$t->connect(warehouse => 'COMPUTE_WH', role => 'ACCOUNTADMIN', database => 'WO', schema => 'S');
$t->sql("DROP USER MAPPING FOR postgres SERVER sf; CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (token '$t->{info}{admin_pat}')");
$t->sql(<<'SQL');
CREATE SCHEMA o;
IMPORT FOREIGN SCHEMA snowflake_objects FROM SERVER sf INTO o OPTIONS (updatable 'true');
ALTER DATABASE postgres SET search_path = o, public, snowflake;
SQL
$t->sql(<<'SQL');
INSERT INTO databases (name) VALUES ('WO'), ('wo');
INSERT INTO schemas (database_name, name) VALUES ('WO', 'S'), ('WO', 's'), ('WO', 'R'), ('wo', 'S');
INSERT INTO tasks (database_name, schema_name, name, definition, warehouse) SELECT d, s, n, 'SELECT 1', 'COMPUTE_WH'
	FROM (VALUES ('WO', 'S', 'T'), ('WO', 'S', 't'), ('WO', 'S', 'T '), ('WO', 's', 'T'), ('wo', 'S', 'T')) v(d, s, n);
CREATE TABLE few (n text); INSERT INTO few VALUES ('T'), ('T');
SQL

# a column that shows another name than the object's
for (['name', 'jsonb'], ['name', 'char(5)'], ['name', 'name'], ['name', 'varchar(1)'], ['schema_name', 'jsonb'], ['database_name', 'char(4)'])
{
	my ($column, $type) = @$_;
	my $columns = join(', ', map { "$_ " . ($_ eq $column ? $type : 'text') } qw(name schema_name database_name comment));

	$t->sql("CREATE FOREIGN TABLE other ($columns) SERVER sf OPTIONS (kind 'task', updatable 'true')");
	for ("UPDATE other SET comment = 'x'", 'DELETE FROM other')
	{
		($out, $err) = $t->try("SET snowflake_fdw.allow_bulk_changes = on; $_");
		like($err, qr/^ERROR:  0A000: column "$column" of foreign table "other" does not tell its object exactly\nHINT:  Declare it as text\.$/m, "$column of type $type: $_");
	}
	$t->sql('DROP FOREIGN TABLE other');
}
$t->sql("CREATE DOMAIN word AS varchar; CREATE FOREIGN TABLE other (name word, comment text) SERVER sf OPTIONS (kind 'task', database 'WO', schema 's', updatable 'true')");
is($t->sql("UPDATE other SET comment = 'domain' WHERE name::text = 'T' RETURNING name"), 'T', 'a domain over text tells it');
is($t->sql("SELECT string_agg(database_name || '.' || schema_name, ' ') FROM tasks WHERE comment = 'domain'"), 'WO.s', 'and no other is changed');

# overloads
$t->sql(<<"SQL") for qw(NUMBER VARCHAR);
INSERT INTO procedures (database_name, schema_name, name, arguments, return_type, language_config, body, execute_as)
	VALUES ('WO', 'S', 'ADD', '[{"name": "a", "datatype": "$_"}]', '{"type": "DATATYPE", "datatype": "NUMBER"}', '{"language": "SQL"}', 'begin return 1; end', 'OWNER')
SQL
is($t->sql("UPDATE procedures SET name = name, comment = 'x' WHERE name = 'ADD' AND arguments->0->>'datatype' = 'VARCHAR' RETURNING name, comment"), 'ADD|x', 'a procedure that keeps its name');
is($t->sql("SELECT string_agg(arguments->0->>'datatype' || ' ' || coalesce(comment, '-'), ',' ORDER BY 1) FROM procedures WHERE name = 'ADD'"), 'NUMBER -,VARCHAR x', 'the other is not changed');
for ('ADD(NUMBER) RENAME TO "WO"."S".Y; --)', 'ADD(NUMBER) SET COMMENT = $$x$$ //)', "ADD(NUMBER/**/)", 'ADD(NUMBER', 'ADD(NUMBER))', 'ADD("NUMBER)', 'ADD(NUMBER)(VARCHAR)')
{
	($out, $err) = $t->try('SELECT sf_alter($q$procedure$q$, $q$' . $_ . '$q$, $q${"comment": "injected"}$q$)');
	like($err, qr/^ERROR:  42602: "\Q$_\E" is not a name of kind "procedure"\nDETAIL:  The types of the arguments are not a list in parentheses\.$/m, "no list of types: $_");
}
is($t->sql(q{SELECT sf_alter('procedure', 'add( NUMBER )', '{"comment": "y"}')}), 'WO.S.ADD( NUMBER )', 'one with blanks');
is($t->sql("DELETE FROM procedures WHERE name = 'ADD' AND arguments->0->>'datatype' = 'NUMBER' RETURNING comment"), 'y', 'one is dropped');
is($t->sql("SELECT count(*) FROM procedures WHERE name = 'ADD'"), 1, 'the other stays');

# a table of one place makes nothing elsewhere
$t->sql("CREATE FOREIGN TABLE placed (name text, schema_name text, database_name text, definition text, warehouse text) SERVER sf OPTIONS (kind 'task', database 'WO', schema 'S', updatable 'true')");
for (['wo', 'S', 'database WO, the row is of "wo"'], ['WO', 's', 'schema S, the row is of "s"'])
{
	($out, $err) = $t->try("INSERT INTO placed (name, schema_name, database_name, definition, warehouse) VALUES ('OUT', '$_->[1]', '$_->[0]', 'SELECT 1', 'COMPUTE_WH')");
	like($err, qr/^ERROR:  44000: the foreign table is restricted to \Q$_->[2]\E$/m, "restricted: $_->[2]");
}
is($t->sql("SELECT count(*) FROM tasks WHERE name = 'OUT'"), 0, 'none was made');
is($t->sql("INSERT INTO placed (name, schema_name, definition, warehouse) VALUES ('IN', 'S', 'SELECT 1', 'COMPUTE_WH') RETURNING database_name"), 'WO', 'the same place may be said');

# an UPDATE without a place: one SHOW, unless something looks at columns that SHOW does not have
sub asked
{
	my ($sql) = @_;

	$t->clear;
	$t->sql($sql);
	return join ', ', map { $_->{target} !~ m{^/api/v2/statements} ? "$_->{method} " . ($_->{target} =~ s{.*/}{}r =~ s/\?.*//r) : $_->{body} ? $_->{body}{statement} =~ s/^(\w+ \w+).*/$1/rs : () } @{$t->requests};
}
is(asked("UPDATE tasks SET comment = 'one' WHERE name = 'T '"), 'SHOW TASKS, ALTER TASK', 'an UPDATE asks for what it looks at');
is(asked("UPDATE tasks SET comment = name || '!' FROM few WHERE tasks.name = few.n || ' ' AND tasks.schema_name = 'S'"), 'SHOW TASKS, ALTER TASK', 'in a join, too');
is($t->sql("SELECT comment FROM tasks WHERE name = 'T '"), 'T !', 'which it changes');
for ("UPDATE tasks SET comment = 'two' WHERE name = 'T ' RETURNING id", "UPDATE tasks SET comment = tasks::text WHERE name = 'T '", "UPDATE tasks SET comment = 'x' WHERE name = 'T ' AND tasks IS NOT NULL",
	"UPDATE tasks SET (comment) = (SELECT left(tasks::text, 9)) WHERE name = 'T '")
{
	unlike(asked($_), qr/SHOW/, "all columns are looked at: $_");
}
is($t->sql("SELECT comment FROM tasks WHERE name = 'T '"), '("T ",WO,', 'and are there');

# which by name: a condition of the others
for ("NOT EXISTS (SELECT FROM few WHERE n = tasks.name)", "NOT EXISTS (SELECT FROM few WHERE tasks.name = 'T')", "name = name", "name = 'T' OR true", "name = coalesce(NULL, name)", "name = ANY (ARRAY[name])",
	"name <> ALL ('{T}')", "name = (SELECT tasks.name OFFSET 0)", "(name = 'T') IS NOT TRUE", "name = comment")
{
	($out, $err) = $t->try("UPDATE tasks SET comment = 'bulk' WHERE $_");
	like($err, qr/^ERROR:  0A000: UPDATE of tasks does not say which by name$/m, "$_ does not say which");
}
is($t->sql("UPDATE tasks SET comment = 'few' WHERE EXISTS (SELECT FROM few WHERE n = tasks.name) AND database_name = 'wo' RETURNING name"), 'T', 'EXISTS does');
is($t->sql("SELECT count(*) FROM tasks WHERE comment IN ('bulk', 'few')"), 1, 'and no other is changed');

# what a trigger changes is changed
$t->sql("CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN NEW.comment = 'stamped'; RETURN NEW; END \$\$; CREATE TRIGGER stamp BEFORE UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION stamp()");
is($t->sql("UPDATE tasks SET definition = 'SELECT 2' WHERE name = 't' RETURNING definition, comment"), 'SELECT 2|stamped', 'a BEFORE trigger changes another column');
$t->clear;
is($t->sql("UPDATE tasks SET definition = 'SELECT 3' WHERE name = 't' RETURNING definition, comment"), 'SELECT 3|stamped', 'and again');
is(scalar(grep { ($_->{body} // '') =~ /SET COMMENT/ } @{$t->requests}), 0, 'what it leaves as it is is not sent');
$t->sql("CREATE OR REPLACE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN NEW.owner = 'ME'; RETURN NEW; END \$\$");
($out, $err) = $t->try("UPDATE tasks SET definition = 'SELECT 4' WHERE name = 't'");
like($err, qr/^ERROR:  0A000: property "owner" of kind "task" cannot be changed\nDETAIL:  A trigger has changed it\.$/m, 'one that cannot be');
is($t->sql("DROP TRIGGER stamp ON tasks; SELECT definition FROM tasks WHERE name = 't'"), 'SELECT 3', 'is before any change');

# partitions
$t->sql(<<'SQL');
CREATE TABLE q (name text, schema_name text, database_name text, columns jsonb, comment text) PARTITION BY LIST (schema_name);
CREATE TABLE q_a PARTITION OF q FOR VALUES IN ('A');
CREATE FOREIGN TABLE q_s PARTITION OF q FOR VALUES IN ('S') SERVER sf OPTIONS (kind 'table', database 'WO', schema 'S', updatable 'true');
CREATE FOREIGN TABLE q_r PARTITION OF q FOR VALUES IN ('R') SERVER sf OPTIONS (kind 'table', database 'WO', schema 'R', updatable 'true');
INSERT INTO q SELECT 'Q' || s, s, 'WO', '[{"name": "a", "datatype": "int"}]' FROM unnest('{A,S,R}'::text[]) s;
SQL
($out, $err) = $t->try("UPDATE q SET schema_name = 'S' WHERE name IN ('QA', 'QS')");
like($err, qr/^ERROR:  0A000: cannot route tuples into foreign table to be updated "q_s"$/m, 'a row that moves into a partition that is updated');
($out, $err) = $t->try("UPDATE q SET schema_name = 'R' WHERE name = 'QS'");
like($err, qr/^ERROR:  23514: new row for relation "q_s" violates partition constraint$/m, 'one that moves out of one');
($out, $err) = $t->try("UPDATE q SET comment = 'x' WHERE name = comment");
like($err, qr/does not say which by name$/m, 'partitions: which by name');
is($t->sql("UPDATE q SET comment = 'x' WHERE name LIKE 'Q%' AND name IN ('QA', 'QS', 'QR') RETURNING tableoid::regclass, name, comment"), "q_a|QA|x\nq_r|QR|x\nq_s|QS|x", 'partitions: UPDATE');
is($t->sql("DELETE FROM q WHERE name IN ('QA', 'QS', 'QR') RETURNING tableoid::regclass, name, comment"), "q_a|QA|x\nq_r|QR|x\nq_s|QS|x", 'partitions: DELETE');

# members of a schedule that the user gives are the user's
for ('{"minutes": "5 MINUTE X"}', '{"minutes": -1}', '{"minutes": {}}', '{"cron_expr": 5}', '{"cron_expr": "0 1 * * *", "timezone": []}')
{
	($out, $err) = $t->try("UPDATE tasks SET schedule = '$_' WHERE name = 't'");
	like($err, qr/^ERROR:  22023: "\w+" of property "schedule" must be a (whole number|string)$/m, "schedule $_");
}
is($t->sql(q{UPDATE tasks SET schedule = '{"minutes": "7"}' WHERE name = 't' RETURNING schedule->>'minutes'}), 7, 'a number may be a string');

# an object that is made or changed, and cannot be read back
my $gone = '{"code": "002003", "message": "gone"}';

$t->fault({action => 'status', status => 404, text => $gone, method => 'GET', path => '/tasks/NEW'});
($out, $err) = $t->try("INSERT INTO tasks (name, definition, warehouse) VALUES ('NEW', 'SELECT 1', 'COMPUTE_WH') RETURNING name");
like($err, qr/^ERROR:  42704: gone.*^created before: task WO\.S\.NEW$/ms, 'one that is not there when it is read back was created');
like($err, qr/^WARNING:  01000: 1 Snowflake statement stays in effect/m, 'and stays');
$t->fault({action => 'status', status => 404, text => $gone, method => 'GET', path => '/schemas/S/tasks/NEW', skip => 1});
($out, $err) = $t->try("UPDATE tasks SET comment = 'x' WHERE database_name = 'WO' AND schema_name = 'S' AND name = 'NEW' RETURNING name");
like($err, qr/^ERROR:  42704: gone.*^changed before: task WO\.S\.NEW$/ms, 'one was changed');
is($t->sql("SELECT comment FROM tasks WHERE name = 'NEW'"), 'x', 'which it is');

# nothing is done twice
for (["INSERT INTO tasks (name, definition, warehouse) VALUES ('LOST', 'SELECT 1', 'COMPUTE_WH')", 'POST'], ["DELETE FROM tasks WHERE name = 'LOST'", 'DELETE'])
{
	my ($sql, $method) = @$_;

	$t->clear;
	$t->fault({action => 'lost_reply', method => $method, path => '/tasks'});
	($out, $err) = $t->try($sql);
	like($err, qr/^ERROR:  08006: .*^HINT:  It is not known whether this was done/ms, "the lost reply of $method is an error");
	is(scalar(grep { $_->{method} eq $method } @{$t->requests}), 1, 'it is sent once');
}
# one that is gone by itself is no error, an answer of nobody's is
for ([$gone, qr/^$/], ['', qr/^ERROR:  0A000: Snowflake answered with HTTP status 404$/m])
{
	$t->clear;
	$t->fault({action => 'status', status => 404, text => $_->[0], method => 'DELETE', path => '/tasks/NEW'});
	($out, $err) = $t->try("DELETE FROM tasks WHERE name = 'NEW' RETURNING name");
	like($err, $_->[1], 'DELETE answered with 404 ' . ($_->[0] ? 'of Snowflake' : 'of somebody'));
	is($out, '', 'no row');
}

# a statement does not meet what it has moved or made itself
$t->sql(<<'SQL');
INSERT INTO schemas (database_name, name) SELECT 'WO', 'Y' || g FROM generate_series(10, 30) g;
INSERT INTO tables (database_name, schema_name, name, columns) VALUES ('WO', 'R', 'MOVED', '[{"name": "a", "datatype": "int"}]');
INSERT INTO tags (database_name, schema_name, name) VALUES ('WO', 'R', 'G1'), ('WO', 'R', 'G2');
SQL
is($t->sql("UPDATE tables SET schema_name = 'Y30', comment = coalesce(comment, '') || 'x' WHERE database_name = 'WO' AND name = 'MOVED' RETURNING schema_name, comment"), 'Y30|x', 'a table that is moved into a schema that is read later');
is($t->sql("INSERT INTO tags (database_name, schema_name, name) SELECT database_name, 'Y30', name || '_COPY' FROM tags WHERE database_name = 'WO' AND raw IS NOT NULL RETURNING name"), "G1_COPY\nG2_COPY", 'objects that are made of those of their kind');

# several rows that are joined to one change it once
$t->sql("CREATE TABLE comments (n text, c text); INSERT INTO comments VALUES ('G1', 'one'), ('G1', 'uno'), ('G2', 'two')");
$t->clear;
is($t->sql("UPDATE tags SET comment = c FROM comments WHERE name = n AND schema_name = 'R' RETURNING name"), "G1\nG2", 'UPDATE of what several rows are joined to');
is(scalar(grep { ref $_->{body} && ($_->{body}{statement} // '') =~ /^ALTER/ } @{$t->requests}), 2, 'is one change');

# ON CONFLICT DO NOTHING: one that another session makes meanwhile, or that the role does not see, is there as well
$t->clear;
$t->fault({action => 'status', status => 404, text => $gone, method => 'GET', path => '/tags/G1$'});
is($t->sql("INSERT INTO tags (database_name, schema_name, name) VALUES ('WO', 'R', 'G1'), ('WO', 'R', 'G9') ON CONFLICT DO NOTHING RETURNING name"), 'G9', 'ON CONFLICT DO NOTHING of one that is seen too late');
($out, $err) = $t->try("INSERT INTO tags (database_name, schema_name, name) VALUES ('WO', 'R', 'G1')");
like($err, qr/^ERROR:  42710: /m, 'without it that is an error');

# where a new object is to lie: a column, which no qualified name stands for
$t->sql('ALTER SERVER sf OPTIONS (DROP database, DROP schema)');
$t->clear;
for (["INSERT INTO tags (name) VALUES ('WO.S.G')", 'database'], ["INSERT INTO tags (database_name, name) VALUES ('WO', 'G')", 'schema'])
{
	($out, $err) = $t->try($_->[0]);
	like($err, qr/^ERROR:  22004: a new tag must have a $_->[1]_name\nHINT:  It is a column of an imported table; the option "$_->[1]" /m, "no $_->[1]");
}
is(scalar(@{$t->requests}), 0, 'nothing is asked');
$t->sql("ALTER SERVER sf OPTIONS (ADD database 'WO', ADD schema 'S')");

$t->all_valid;
$t->stop;
done_testing();
