# Random queries over local tables, foreign ones of two servers, and rows that are changed here: the same rows with every setting, with plans forced to be
# odd ones, and from local copies of the foreign tables. What the planner believes of the tables' sizes, DateStyle, TimeZone and digits change every 50 queries.
#
# SFDW_MIXED is the number of queries, SFDW_SEED repeats a run, SFDW_WAYS (2) is in how many of the ways each is asked beside as it is.
use utf8;
use strict;
use warnings;
use lib 'test/perl';
use DifferentialTest;
use RandomQuery;
use SnowflakeFdwTest;
use Test::More;

binmode $_, ':encoding(UTF-8)' for Test::More->builder->output, Test::More->builder->failure_output;
# a run of CI judges a commit, and not its luck
my $seed = $ENV{SFDW_SEED} // ($ENV{CI} ? 20261129 : int(rand(2**31)));
my $count = $ENV{SFDW_MIXED} // 400;
my $t = SnowflakeFdwTest->new(args => ['--window', 5]);
my @off = map { "snowflake_fdw.enable_$_ = off" } qw(statement_pushdown subquery_pushdown);
my @settings = split /\n/, $t->sql("LOAD 'snowflake_fdw'; SELECT name FROM pg_settings WHERE name LIKE 'snowflake\\_fdw.enable\\_%' AND vartype = 'bool' ORDER BY 1");

# a query in a place where one that changes rows cannot stand
sub within
{
	my ($before, $after) = @_;

	return sub { return $_[0]{modifies} ? script($_[0]) : $before . RandomQuery::literal($_[0]) . $after; };
}

my @ways = (
	(map { my $setting = $_; ([$setting =~ s/.*enable_//r => settings("$setting = off")], $setting =~ /enable_pushdown|statement|subquery/ ? () : ["parts, $setting" => settings(@off, "$setting = off")]) } @settings),
	[parts => settings(@off)],
	[loops => settings('enable_hashjoin = off', 'enable_mergejoin = off')],
	[loops_of_parts => settings(@off, 'enable_hashjoin = off', 'enable_mergejoin = off', 'enable_material = off', 'enable_memoize = off')],
	[hashes => settings(@off, 'enable_nestloop = off', 'enable_mergejoin = off')],
	[merges => settings(@off, 'enable_nestloop = off', 'enable_hashjoin = off')],
	[sorted_groups => settings(@off, 'enable_hashagg = off', 'enable_incremental_sort = off')],
	[unsorted => settings(@off, 'enable_sort = off')],
	[as_written => settings(@off, 'join_collapse_limit = 1', 'from_collapse_limit = 1')],
	[genetic => settings('geqo_threshold = 2', "geqo_seed = 0.5")],
	[little_memory => settings(@off, "work_mem = '64kB'", 'hash_mem_multiplier = 1')],
	[generic => prepared('force_generic_plan')],
	[table => within('CREATE TEMP TABLE made AS ', ";\nTABLE made;\nDROP TABLE made")],
	[cursor => within("BEGIN;\nDECLARE c CURSOR FOR ", ";\nFETCH 2 FROM c;\nFETCH ALL FROM c;\nCOMMIT")],
	[beside => within('SELECT q.* FROM (', ') q LEFT JOIN solo ON true')],
);

# how the session shows and reads values, and how large the planner believes the tables to be
sub session
{
	my $pick = \&RandomQuery::pick;

	for my $table (RandomQuery::tables())
	{
		my $rows = $pick->(-1, 1, 50, 10000, 100000000);

		$t->sql("UPDATE pg_class SET reltuples = $rows, relpages = " . ($rows > 0 ? int($rows / 50) + 1 : 0) . " WHERE oid = 'there.$table'::regclass");
	}
	return 'SET datestyle = ' . $pick->("'ISO, MDY'", "'SQL, DMY'", "'German'", "'Postgres, YMD'") . '; SET timezone = ' . $pick->("'UTC'", "'Asia/Tokyo'", "'America/St_Johns'", "'Europe/Berlin'") .
		'; SET extra_float_digits = ' . $pick->(-3, 0, 1, 3) . '; SET intervalstyle = ' . $pick->(qw(postgres iso_8601 sql_standard)) . '; SET bytea_output = ' . $pick->(qw(hex escape));
}

srand($seed);
diag("seed $seed");
my $d = DifferentialTest->new($t, ways => \@ways, number_of_ways => $ENV{SFDW_WAYS} // 2, session => \&session);
@RandomQuery::tables = qw(edges others nothing far);
$t->sql('ALTER DATABASE postgres SET snowflake_fdw.default_server = sf; CREATE SERVER sf2 FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (' .
	$t->server_options(warehouse => 'COMPUTE_WH', database => 'DEMO', schema => 'PUBLIC') . '); ' .
	"CREATE USER MAPPING FOR postgres SERVER sf2 OPTIONS (user 'DEMO_USER', private_key_file '$t->{info}{key_file}')");
$d->make_table('edges', 18, 5);
$d->make_table('others', 7, 3);
$d->make_table('nothing', 0, 1);
$d->make_table('far', 9, 4, 'sf2');
$d->make_home('home', 'edges', 'id % 2 = 0');
$d->make_home('away', 'others', 'true');
$t->sql('CREATE TABLE here.solo AS SELECT 1 AS one; CREATE TABLE there.solo AS TABLE here.solo; ANALYZE here.home, here.away, there.home, there.away');
$d->run($count, sub { RandomQuery::mixed(qw(home away)) });
diag("$d->{compared} queries of $count compared, $d->{asked} times, $d->{telling} with rows; as they are sent: " . DifferentialTest::listed($d->{units}));
is($d->{failed}, 0, "no query of $d->{compared} fails");
is($d->{different}, 0, 'and none has other rows than the local copies');
cmp_ok($d->{compared}, '>', $count * 0.7, 'most are compared, an error of the local copies is not');
cmp_ok($d->{telling}, '>', $d->{compared} * 0.4, 'many have rows');
$t->stop;
done_testing;
