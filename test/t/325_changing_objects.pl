# Every kind of object changed through its table and by sf_alter: INSERT creates it, UPDATE changes what it names and nothing else, DELETE drops it.
use strict;
use warnings;
use EveryKind qw(%objects @first);
use JSON::PP;
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new;
my $json = JSON::PP->new->canonical->allow_nonref;

# what is changed of each kind: the column, a value, what null does (gone: a table shows null or nothing; kept: refused)
my %changes = (
	alert => [warehouse => 'OTHER_WH'],
	api_integration => [api_allowed_prefixes => ['https://b/', "https://c'd/"]],
	artifact_repository => [comment => "it's \\new"],
	catalog_integration => [comment => 'new'],
	compute_pool => [max_nodes => 3],
	cortex_search_service => [target_lag => {type => 'USER_DEFINED', seconds => 7200}],
	database => [data_retention_time_in_days => 1],
	database_role => [comment => 'new'],
	dynamic_table => [target_lag => {type => 'USER_DEFINED', seconds => 7200}],
	event_table => [change_tracking => \0],
	external_volume => [allow_writes => \0],
	iceberg_table => [data_retention_time_in_days => 2],
	network_policy => [blocked_ip_list => ['10.0.0.2', '10.0.0.3']],
	network_rule => [value_list => ['10.1.0.0/16']],
	notebook => [query_warehouse => 'OTHER_WH'],
	notification_integration => [enabled => \0],
	password_policy => [password_min_length => 14],
	pipe => [comment => 'new'],
	procedure => [execute_as => 'CALLER'],
	role => [comment => 'new'],
	schema => [managed_access => \0],
	secret => [username => 'v'],
	sequence => [increment => 3],
	service => [max_instances => 3],
	stage => [comment => 'new'],
	stream => [comment => 'new'],
	streamlit => [title => 'New'],
	table => [change_tracking => \0],
	tag => [allowed_values => ['c', "d'e"]],
	task => [schedule => {schedule_type => 'CRON_TYPE', cron_expr => '0 1 * * *', timezone => 'UTC'}],
	user => [default_warehouse => 'OTHER_WH'],
	user_defined_function => [comment => 'new'],
	view => [secure => \0],
	warehouse => [auto_resume => \1],
);
# a state and its way back
my %states = (
	alert => ['state', 'started', 'suspended'],
	compute_pool => ['state', 'SUSPENDED', 'IDLE'],
	dynamic_table => ['scheduling_state', 'SUSPENDED', 'RUNNING'],
	service => ['status', 'SUSPENDED', 'RUNNING'],
	task => ['state', 'started', 'suspended'],
	warehouse => ['state', 'STARTED', 'SUSPENDED'],
);
my @renamed = qw(database schema database_role table view role user warehouse stage sequence tag dynamic_table event_table notebook streamlit network_policy password_policy procedure
	user_defined_function);

sub literal
{
	my ($text) = @_;

	return "'" . ($text =~ s/'/''/gr) . "'";
}

# a value as a column of that type takes it
sub sql_value
{
	my ($value, $type) = @_;

	return 'NULL' if !defined $value;
	return 'ARRAY[' . join(', ', map { literal($_) } @$value) . ']::text[]' if $type eq 'text[]';
	return literal($json->encode($value)) . '::jsonb' if $type eq 'jsonb';
	$value = $$value ? 'true' : 'false' if ref $value eq 'SCALAR';
	return literal($value);
}

# a row without what moves by itself
sub lasting
{
	my ($row, @without) = @_;
	my %lasting = %$row;

	delete @lasting{qw(raw retention_time options is_current started_clusters available provisioning quiescing other default_version_details last_version_details), @without, grep { /_on$|^id$|_id$|^rows$|^bytes$|^state$|^status|_state$|_uri$|_url$|^(idle|active|target)_nodes$|^(current|target)_instances$/ } keys %lasting};
	return \%lasting;
}

$t->connect(warehouse => 'COMPUTE_WH', role => 'ACCOUNTADMIN', database => 'HERE', schema => 'S');
$t->sql("DROP USER MAPPING FOR postgres SERVER sf; CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (token '$t->{info}{admin_pat}')");
$t->sql(<<'SQL');
SELECT sf_create('database', jsonb_build_object('name', d)), sf_create('schema', jsonb_build_object('name', 's', 'database_name', d)) FROM unnest(ARRAY['HERE', '"There"']) d;
SELECT sf_create('table', '{"name": "t", "columns": [{"name": "a", "datatype": "VARCHAR"}]}', database => '"There"'), sf_create('stage', '{"name": "st"}', database => '"There"'),
	sf_create('warehouse', '{"name": "other_wh", "initially_suspended": "true"}');
CREATE SCHEMA o;
IMPORT FOREIGN SCHEMA snowflake_objects FROM SERVER sf INTO o OPTIONS (updatable 'true');
SQL

my %plural = map { split /\|/ } split /\n/, $t->sql('SELECT kind, plural FROM sf_kinds()');
my %scope = map { split /\|/ } split /\n/, $t->sql('SELECT kind, scope FROM sf_kinds()');
my %verbs = map { split /\|/ } split /\n/, $t->sql('SELECT kind, verbs FROM sf_kinds()');
my %types;
for my $line (split /\n/, $t->sql(q{SELECT c.relname, attname, format_type(atttypid, NULL) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'o'::regnamespace AND attnum > 0}))
{
	my ($table, $column, $type) = split /\|/, $line;

	$types{$table}{$column} = $type;
}

for my $kind (@first, grep { my $k = $_; !grep { $_ eq $k } @first } sort keys %objects)
{
	my $table = "o.$plural{$kind}";
	my $type = $types{$plural{$kind}};
	my $name = "MY_\U$kind";
	my $stays = grep { $_ eq $kind } @first;
	my $place = {account => '', database => q{ AND database_name = 'There'}, schema => q{ AND database_name = 'There' AND schema_name = 'S'}}->{$scope{$kind}};
	my %given = (%{$objects{$kind}}, name => $name, ($place ? (database_name => 'There') : ()), ($scope{$kind} eq 'schema' ? (schema_name => 'S') : ()));
	my $row = sub {
		my ($of) = @_;

		return $json->decode($t->sql("SELECT coalesce((SELECT to_jsonb(x) FROM $table x WHERE name = " . literal($of) . "$place), 'null')"));
	};
	my @columns = grep { exists $type->{$_} } sort keys %given;
	my @unknown = grep { !exists $type->{$_} } sort keys %given;
	my $insert = "INSERT INTO $table (" . join(', ', map { qq{"$_"} } @columns) . ') VALUES (' . join(', ', map { sql_value($given{$_}, $type->{$_}) } @columns) . ') RETURNING name';
	my ($out, $err);

	# what is only written, such as a password, is no column
	if (@unknown)
	{
		is($t->sql("SELECT sf_create('$kind', " . literal($json->encode({%{$objects{$kind}}, name => ($scope{$kind} eq 'schema' ? '"There".S.' : '') . $name})) . ') IS NOT NULL'), 't', "$kind is made by the function");
	}
	else
	{
		($out, $err) = $t->try($insert);
		is($out, $name, "$kind: INSERT") or diag("$insert\n$err");
	}
	if ($kind =~ /account/)
	{
		like(($t->try("UPDATE $table SET comment = 'y' WHERE name = '$name'"))[1], qr/^ERROR:  0A000: objects of kind "$kind" cannot be altered/m, "$kind: no UPDATE");
		next;
	}
	my $made = $row->($name);
	ok($made, "$kind: SELECT") or diag($t->sql("SELECT raw FROM $table")), next;

	if (my $change = $changes{$kind})
	{
		my ($column, $value) = @$change;

		$t->clear;
		($out, $err) = $t->try("UPDATE $table SET $column = " . sql_value($value, $type->{$column}) . " WHERE name = '$name'$place RETURNING to_jsonb($column)");
		is($err, '', "$kind: UPDATE of $column");
		my $wanted = ref $value eq 'SCALAR' ? ($$value ? JSON::PP::true : JSON::PP::false) : $value;
		is_deeply($json->decode(length $out ? $out : 'null'), $wanted, 'RETURNING has it') if ref $wanted ne 'HASH';
		my $after = $row->($name);
		is_deeply(lasting($after, $column), lasting($made, $column), 'everything else is as it was');
		is_deeply($after->{$column}, $wanted, 'it is changed') if ref $wanted ne 'HASH';
		isnt($json->encode($after->{$column}), $json->encode($made->{$column}), 'it is another one');
		my @calls = map { "$_->{method} $_->{target}" } grep { $_->{method} ne 'GET' } @{$t->requests};
		is(scalar(grep { m{^PUT} } @calls), 0, 'no whole definition is put');
	}
	if (exists $type->{comment} && $kind !~ /^(iceberg_table|function)$/)
	{
		my $before = $row->($name);

		($out, $err) = $t->try("UPDATE $table SET comment = 'O''Brien \\ \"x\"' WHERE name = '$name'$place RETURNING comment");
		is($out . $err, "O'Brien \\ \"x\"", "$kind: a comment");
		is_deeply(lasting($row->($name), 'comment'), lasting($before, 'comment'), 'everything else is as it was');
		($out, $err) = $t->try("UPDATE $table SET comment = NULL WHERE name = '$name'$place RETURNING coalesce(comment, '')");
		is($out . $err, $kind eq 'procedure' || $kind eq 'user_defined_function' ? $out : '', "$kind: no comment");
		is_deeply(lasting($row->($name), 'comment'), lasting($before, 'comment'), 'everything else is as it was');
		# the function does the same
		is($t->sql("SELECT sf_alter('$kind', sf_quote_ident('There') || '.S.X', '{}') IS NOT NULL"), 't', 'no change is no call') if $scope{$kind} eq 'schema' && $kind !~ /function|procedure/;
	}
	if (my $state = $states{$kind})
	{
		my ($column, @way) = @$state;
		my $before = $row->($name);

		for my $to (@way)
		{
			$t->clear;
			($out, $err) = $t->try("UPDATE $table SET $column = '$to' WHERE name = '$name'$place");
			is($err, '', "$kind: to $to");
			my @calls = grep { !/^GET/ } map { "$_->{method} $_->{target}" } @{$t->requests};
			like($calls[0], $to =~ /suspended/i ? qr/:suspend|\/statements/ : qr/:resume|\/statements/, 'by its action') if @calls;
			is_deeply(lasting($row->($name)), lasting($before), 'nothing else');
		}
		like(($t->try("UPDATE $table SET $column = 'ASLEEP' WHERE name = '$name'$place"))[1], qr/^ERROR:  22023: "ASLEEP" is no state that a $kind can be brought into\nHINT:  It can be SUSPENDED or \w+\./m, 'no such state');
	}
	if (grep { $_ eq $kind } @renamed)
	{
		my $before = $row->($name);

		($out, $err) = $t->try("UPDATE $table SET name = 'made \"anew\"' WHERE name = '$name'$place RETURNING name");
		is($out . $err, 'made "anew"', "$kind: a new name");
		is_deeply(lasting($row->('made "anew"'), 'name', 'query', 'repository_url'), lasting($before, 'name', 'query', 'repository_url'), 'nothing else');
		is($row->($name), undef, 'none of the old name');
		$name = 'made "anew"';
	}
	elsif ($verbs{$kind} =~ /drop/ && $kind ne 'function')
	{
		($out, $err) = $t->try("UPDATE $table SET name = 'x' WHERE name = '$name'$place");
		like($err, qr/^ERROR:  0A000: (property "name" of kind "$kind" cannot be changed|objects of kind "$kind" cannot be altered)/m, "$kind: it keeps its name");
	}
	next if $stays;
	($out, $err) = $t->try("DELETE FROM $table WHERE name = " . literal($name) . "$place RETURNING name");
	is($out . $err, $name, "$kind: DELETE");
	is($row->($name), undef, 'it is gone');
	($out, $err) = $t->try("DELETE FROM $table WHERE name = " . literal($name) . "$place RETURNING name");
	is($out . $err, '', 'and nothing is dropped then');
}

$t->stop;
done_testing();
