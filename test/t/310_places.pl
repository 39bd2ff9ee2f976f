# The rule of place for every kind of object: fetched elsewhere and given back, an object stays what it was, and nothing else is touched. Every
# property that a fetch shows is taken back.
use strict;
use warnings;
use SnowflakeFdwTest;
use ObjectSamples;
use JSON::PP;
use Test::More;

my $t = SnowflakeFdwTest->new;
my $json = JSON::PP->new->canonical;
my $here = qr{/databases/HERE(/|$)};

sub literal
{
	my ($text) = @_;

	return "'" . ($text =~ s/'/''/gr) . "'";
}

sub call
{
	my ($function, @arguments) = @_;

	return $t->sql("SELECT $function(" . join(', ', map { /^\w+ => / ? $_ : literal($_) } @arguments) . ')');
}

# what an answer says that is not a property of the object: times, ids, counters
sub lasting
{
	my ($object) = @_;
	my %lasting = %{$json->decode($object)};

	delete @lasting{grep { /_on$|^id$|_id$|^rows$|^bytes$|^state$|^status|_uri$|_url$|^(idle|active|target)_nodes$|^(current|target)_instances$/ } keys %lasting};
	return \%lasting;
}

$t->connect(warehouse => 'COMPUTE_WH', role => 'ACCOUNTADMIN', database => 'HERE', schema => 'S');
$t->sql("DROP USER MAPPING FOR postgres SERVER sf; CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (token '$t->{info}{admin_pat}')");
$t->sql(q{SELECT sf_create('database', jsonb_build_object('name', d)), sf_create('schema', jsonb_build_object('name', 's', 'database_name', d)) FROM unnest(ARRAY['HERE', '"There"']) d});
is($t->sql(q{SELECT string_agg(o->>'database_name', ',') FROM unnest(ARRAY['HERE', '"There"']) d, sf_list('schema', database => d) o WHERE o->>'name' = 'S'}), 'HERE,"There"',
	"an object's own database_name says where it is made");
for my $database ('HERE', '"There"')
{
	call('sf_create', 'table', '{"name": "t", "columns": [{"name": "a", "datatype": "VARCHAR"}]}', "database => '$database'");
	call('sf_create', 'stage', '{"name": "st"}', "database => '$database'");
}

my %kinds = map { my @f = split /\|/; $f[0] => {scope => $f[1], verbs => $f[2]} } split /\n/, $t->sql('SELECT kind, scope, verbs FROM sf_kinds()');
is_deeply([sort keys %objects], [sort grep { $kinds{$_}{verbs} =~ /create/ } keys %kinds], 'every kind has an object here');

my @first = qw(compute_pool external_volume api_integration service);
for my $kind (@first, grep { my $k = $_; !grep { $_ eq $k } @first } sort keys %objects)
{
	my $scope = $kinds{$kind}{scope};
	my $verbs = $kinds{$kind}{verbs};
	my $place = {account => '', database => '"There".', schema => '"There".S.'}->{$scope};
	my $name = "MY_\U$kind";
	my $qualified = "$place$name" . ($kind =~ /function|procedure/ ? '(NUMBER)' : '');
	my $body = $json->encode({%{$objects{$kind}}, name => "$place$name"});

	$t->clear;
	is(call('sf_create', $kind, $body), $qualified, "$kind is made");
	if ($verbs !~ /\bfetch\b/ && $kind =~ /account/)
	{
		ok($t->sql("SELECT count(*) FROM sf_list('$kind')") > 0, "$kind is listed");
		next;
	}
	my $fetched = call('sf_fetch', $kind, $qualified);
	my $object = $json->decode($fetched);
	is_deeply([@{$object}{qw(database_name schema_name)}], [$scope eq 'account' ? undef : '"There"', $scope eq 'schema' ? 'S' : undef], "$kind says where it is from");
	my ($listed) = grep { $json->decode($_)->{name} eq $name } split /\n/, $t->sql("SELECT sf_list('$kind'" . ($scope eq 'account' ? '' : q{, database => '"There"'}) . ')');
	ok(defined $listed && ($json->decode($listed)->{database_name} // '') eq ($object->{database_name} // ''), 'listed too');
	my @masked = grep { ($object->{$_} // '') eq '********' } keys %$object;
	my @again;
	if ($verbs =~ /create_or_alter/)
	{
		@again = $t->try("SELECT sf_create_or_alter('$kind', " . literal($fetched) . ')');
	}
	else
	{
		is(call('sf_drop', $kind, $qualified), $qualified, "$kind is dropped");
		like(($t->try("SELECT sf_create('$kind', " . literal($fetched) . ')'))[1], qr/Required property '$masked[0]' is missing/, 'asterisks are no secret') if @masked;
		@again = $t->try("SELECT sf_create('$kind', " . literal($fetched) . '::jsonb || ' . literal($json->encode({map { $_ => $objects{$kind}{$_} } @masked})) . ')');
		@masked = ();
	}
	is($again[0], $qualified, "$kind is given back") or diag($again[1]);
	is($again[1] =~ s/^NOTICE: .*\n//mgr, join('', map { "WARNING:  01000: property \"$_\" is left out: a fetch shows asterisks in its place\nHINT:  Give its value if it is to be set.\n" } @masked),
		'without a WARNING but for secrets');
	unlike($json->encode([map { $_->{body} } @{$t->requests}]), qr/\*\*\*\*/, 'no asterisks are written');
	is_deeply(lasting(call('sf_fetch', $kind, $qualified)), lasting($fetched), "$kind is as it was");
	is(join("\n", grep { /$here/ } map { "$_->{method} $_->{target}" } @{$t->requests}), '', 'nothing else is touched');
	next if $scope eq 'account' || $kind eq 'service';
	# the argument goes before the name's parts, these before the object's own place
	my %moved = (%$object, (map { $_ => $objects{$kind}{$_} } grep { ($object->{$_} // '') eq '********' } keys %$object), name => 'MOVED');
	like(($t->try("SELECT sf_create('$kind', " . literal($json->encode(\%moved)) . ", database => 'nowhere')"))[1], qr/42704: .*NOWHERE|42704: .*nowhere/i, "$kind: the argument goes first");
	like(($t->try("SELECT sf_create('$kind', " . literal($json->encode({%moved, name => ($scope eq 'schema' ? 'nowhere.s.moved' : 'nowhere.moved')})) . ')'))[1], qr/42704: .*nowhere/i,
		"$kind: the name's parts go before the object's own place");
}

# the functions of tasks have the same rule
$t->sql(q{SELECT sf_create('task', '{"name": "plain", "definition": "SELECT 1", "warehouse": "compute_wh"}', database => '"There"')});
$t->clear;
is($t->sql(q{SELECT sf_task_create_or_alter(sf_task_fetch('"There".s.plain'))}), '"There".S.PLAIN', 'a task is given back');
is($t->sql(q{SELECT sf_task_alter('nowhere.s.plain', set => '{"comment": "y"}', database => '"There"')}), '"There".S.PLAIN', 'the argument goes first');
is(join("\n", grep { /$here/ } map { "$_->{method} $_->{target}" } @{$t->requests}), '', 'nothing else is touched');

# a property newer than the documents is taken back, by graphs too
{
	my $newer = sub { $t->fault({action => 'replace', path => '/tasks/PLAIN$', set => {novel_thing => 'x'}, times => 2}) };

	$newer->();
	like($t->sql(q{SELECT sf_dag_fetch('"There".s.plain')}), qr/"novel_thing": "x"/, 'a fetch of a graph shows what is newer than the documents');
	$newer->();
	is_deeply([($t->try(q{SELECT count(*) FROM sf_dag_plan(sf_dag_fetch('"There".s.plain'), 'createOrAlter') WHERE action = 'alter'}))[0, 1]], [0, ''], 'which a graph may have');
	like(($t->try(q{SELECT sf_dag_plan('{"name": "g", "definition": "SELECT 1", "warehous": "W"}')}))[1], qr/"warehous".*"warehouse"/s, 'a misspelt one it may not');
}

# the object that a body of an action describes, and tags: the parts of the name, the place of its own, that of what it comes from
for my $case (['{"name": "c1"}', '"There".S'], ['{"name": "c2", "database_name": "HERE", "schema_name": "S"}', 'HERE.S'], ['{"name": "here.s.c3"}', 'HERE.S'],
	['{"name": "public.c4", "database_name": "here"}', 'HERE.PUBLIC'], ['{"name": "here.s.c5"}', '"There".S', '{"targetDatabase": "\"There\""}'])
{
	my ($body, $place, $params) = @$case;
	my ($name) = $body =~ /\b(c\d)/;

	my ($out, $err) = $t->try(qq{SELECT sf_action('table', '"There".s.t', 'clone', '@{[$params // '{}']}', '$body') IS NOT NULL});
	is($out, 't', "a clone, $body") or diag($err);
	($out, $err) = $t->try("SELECT sf_fetch('table', '$place.$name')->>'name'");
	is($out, uc $name, "lies in $place") or diag($err);
}
# a target that the parameters name
$t->sql(q{SELECT sf_execute('CREATE TABLE HERE.S.SWAP1 (A NUMBER)'), sf_execute('CREATE TABLE "There".S.SWAP2 (B NUMBER)'), sf_execute('CREATE TABLE HERE.S.SWAP3 (C NUMBER)')});
for my $case (['here.s.swap1', 'swap3', 'HERE.S.SWAP1', 'C'], ['here.s.swap1', '\\"There\\".s.swap2', 'HERE.S.SWAP1', 'B'])
{
	my ($name, $target, $place, $column) = @$case;
	my ($out, $err) = $t->try(qq{SELECT sf_action('table', '$name', 'swap_with', '{"targetName": "$target"}') IS NOT NULL});

	is($out, 't', "a swap with $target") or diag($err);
	is($t->sql(qq{SELECT c FROM jsonb_path_query(sf_fetch('table', '$place'), '\$.columns[*].name') c}), qq{"$column"}, "has $column then");
}
like(($t->try(q{SELECT sf_task_set_tags('"There".s.plain', '{"a b": "x"}')}))[1], qr/42602: .*"a b"/, 'no name of a tag');

# a misspelt property is told of, in a fetched object too
like(($t->try(q{SELECT sf_create_or_alter('warehouse', sf_fetch('warehouse', 'my_warehouse') || '{"auto_suspnd": 5}')}))[1],
	qr/ERROR:  22023: objects of kind "warehouse" are not known to have a property "auto_suspnd"\nHINT:  Perhaps you meant "auto_suspend"/, 'a misspelt property');
$t->expect_invalid('/secrets\?createMode=errorIfExists', 'asterisks are no secret');
$t->stop;
done_testing;
