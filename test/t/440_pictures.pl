# Pictures of task graphs: no link passes through a box, boxes stand apart, every link arrives where it should; of graphs of many shapes.
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new(args => ['--sample']);

$t->connect(database => 'SHOP', schema => 'PUBLIC');
$t->sql(<<'SQL');
-- a graph of n tasks, each behind up to three of those before it: of the last ones where far is high
CREATE FUNCTION any_graph(n int, far float, seed float) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	tasks jsonb[] := '{}';
	names text[];
BEGIN
	PERFORM setseed(seed);
	FOR i IN 1 .. n LOOP
		SELECT coalesce(array_agg(DISTINCT 't' || p), '{}') INTO names
			FROM (SELECT greatest(1, i - 1 - floor(power(random(), far) * i)::int) AS p FROM generate_series(1, 1 + floor(random() * 2.2)::int)) AS x WHERE p < i AND i > 3;
		tasks := tasks || jsonb_build_object('name', 't' || i, 'definition', 'SELECT 1', 'after', names, 'branch', i % 23 = 7);
	END LOOP;
	RETURN sf_dag('any', tasks => tasks || '{"name": "finish", "definition": "SELECT 1", "finalizer": true}'::jsonb);
END $$;
CREATE FUNCTION states(dag jsonb) RETURNS jsonb LANGUAGE sql AS $$ SELECT jsonb_object_agg(full_name, (ARRAY['SUCCEEDED', 'FAILED', 'SKIPPED', 'EXECUTING', 'odd'])[1 + ord % 5]) FROM sf_dag_tasks(dag) $$;
SQL

# the boxes of a picture as [left, top, right, bottom], and its links as lists of points
sub parts
{
	my ($svg) = @_;
	my (@boxes, @links);

	while ($svg =~ /<rect class="box" x="([\d.]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"/g) { push @boxes, [$1, $2, $1 + $3, $2 + $4]; }
	while ($svg =~ /<path class="box" d="M([\d.]+),([\d.]+) L[\d.]+,([\d.]+) L[\d.]+,[\d.]+ L([\d.]+),[\d.]+ L[\d.]+,([\d.]+)/g) { push @boxes, [$1, $3, $4, $5]; }
	while ($svg =~ /<path class="link" d="M([\d.]+),([\d.]+) C([\d.]+),([\d.]+) ([\d.]+),([\d.]+) ([\d.]+),([\d.]+)(?: L([\d.]+),([\d.]+))?"([^>]*)>/g)
	{
		my @p = ($1, $2, $3, $4, $5, $6, $7, $8);
		my @points;

		for my $k (0 .. 24)
		{
			my $s = $k / 24;
			my @weight = ((1 - $s)**3, 3 * $s * (1 - $s)**2, 3 * $s**2 * (1 - $s), $s**3);

			push @points, [$p[0] * $weight[0] + $p[2] * $weight[1] + $p[4] * $weight[2] + $p[6] * $weight[3], $p[1] * $weight[0] + $p[3] * $weight[1] + $p[5] * $weight[2] + $p[7] * $weight[3]];
		}
		# along the straight part
		push @points, map { [$p[6] + ($9 - $p[6]) * $_ / 12, $10] } 1 .. 12 if defined $9;
		push @links, {points => \@points, arrow => $11 =~ /marker-end/ ? 1 : 0};
	}
	return (\@boxes, \@links);
}

# how many pairs of a link and a box meet, but at the box's edge
sub hits
{
	my ($boxes, $links) = @_;
	my $hits = 0;

	for my $link (@$links)
	{
		for my $box (@$boxes)
		{
			$hits++ if grep { $_->[0] > $box->[0] + 0.2 && $_->[0] < $box->[2] - 0.2 && $_->[1] > $box->[1] + 0.2 && $_->[1] < $box->[3] - 0.2 } @{$link->{points}};
		}
	}
	return $hits;
}

sub overlaps
{
	my ($boxes) = @_;
	my $n = 0;

	for my $i (0 .. $#$boxes)
	{
		for my $k (0 .. $i - 1)
		{
			my ($a, $b) = @$boxes[$i, $k];

			$n++ if $a->[0] < $b->[2] && $b->[0] < $a->[2] && $a->[1] < $b->[3] && $b->[1] < $a->[3];
		}
	}
	return $n;
}

# the checks themselves find what is wrong
my ($boxes, $links) = parts('<rect class="box" x="10.0" y="10.0" width="50.0" height="20.0"/><path class="link" d="M0.0,20.0 C20.0,20.0 60.0,20.0 80.0,20.0" fill="none"/>');
is(hits($boxes, $links), 1, 'a link through a box is found');
is(overlaps([[0, 0, 10, 10], [5, 5, 15, 15]]), 1, 'and boxes one upon the other');

my %graphs = (
	'one task' => q{sf_dag('any', tasks => '{"{\"name\": \"t\", \"definition\": \"SELECT 1\"}"}')},
	'none' => q{sf_dag('any')},
	'a long link beside a line' => q{sf_dag_link(sf_dag_link((SELECT sf_dag('any') || sf_dag_agg(jsonb_build_object('name', 't' || i, 'definition', 'SELECT 1') ORDER BY i) FROM generate_series(1, 12) i),
		(SELECT string_agg('t' || i, ' >> ' ORDER BY i) FROM generate_series(1, 12) i)), 't1 >> [t5, t7, t12]')},
	'everything behind everything' => q{(SELECT sf_dag('any') || sf_dag_agg(jsonb_build_object('name', 't' || i, 'definition', 'SELECT 1', 'after', (SELECT array_agg('t' || k) FROM generate_series(1, i - 1) k)) ORDER BY i) FROM generate_series(1, 14) i)},
	'fifty side by side' => q{(SELECT sf_dag('any') || sf_dag_agg(jsonb_build_object('name', 't' || i, 'definition', 'SELECT 1')) FROM generate_series(1, 50) i)},
	'long names' => q{sf_dag_task(sf_dag_branch(sf_dag('any'), '"' || repeat('n', 200) || '"', 'SELECT 1'), 'b', 'SELECT 1', ARRAY['"' || repeat('n', 200) || '"'])},
	map({ my $n = $_; map { ("$n tasks, seed $_" => "any_graph($n, " . (1 + $_ * 4) . ", $_)") } 0.1, 0.4, 0.7 } 3, 20, 60),
	'200 tasks' => 'any_graph(200, 4, 0.5)',
);
for my $name (sort keys %graphs)
{
	my ($svg, $tasks, $edges) = split /\x1f/, $t->sql("SELECT concat_ws(E'\\x1f', sf_dag_render(dag, 'svg', states(dag)), (SELECT count(*) FROM sf_dag_tasks(dag)), (SELECT sum(greatest(array_length(predecessors, 1), 1)) FROM sf_dag_tasks(dag) WHERE ord > 0)) FROM (SELECT $graphs{$name} AS dag) d");
	my ($boxes, $links) = parts($svg);

	is(scalar(@$boxes), $tasks, "$name: a box a task");
	is(scalar(grep { $_->{arrow} } @$links), $edges || 0, "$name: an arrow head a link");
	is(hits($boxes, $links), 0, "$name: no link passes through a box");
	is(overlaps($boxes), 0, "$name: boxes stand apart");
	# each piece begins where a box or another piece ends
	my %ends = map { (sprintf('%.1f,%.1f', @{$_->{points}[-1]}) => 1) } @$links;
	my %right = map { (sprintf('%.1f,%.1f', $_->[2], ($_->[1] + $_->[3]) / 2) => 1) } @$boxes;
	my %left = map { (sprintf('%.1f,%.1f', $_->[0], ($_->[1] + $_->[3]) / 2) => 1) } @$boxes;
	is(scalar(grep { my $from = sprintf '%.1f,%.1f', @{$_->{points}[0]}; !$ends{$from} && !$right{$from} } @$links), 0, "$name: each piece begins at a box or a piece");
	is(scalar(grep { $_->{arrow} && !$left{sprintf '%.1f,%.1f', @{$_->{points}[-1]}} } @$links), 0, "$name: each arrow points at a box");
	my ($width, $height) = $svg =~ /<svg [^>]*width="(\d+)" height="(\d+)"/;
	is(scalar(grep { $_->[0] < 0 || $_->[1] < 0 || $_->[2] > $width || $_->[3] > $height } @$boxes), 0, "$name: within the picture");
	is($t->sql("SELECT count(*) FROM (SELECT sf_dag_render($graphs{$name}, 'svg')::xml IS DOCUMENT AS is) d WHERE d.is"), 1, "$name: XML");
}

# the largest graph that Snowflake allows, and one of its longest line: neither takes long
for my $name ('any_graph(998, 6, 0.2)', q{(SELECT sf_dag('any') || sf_dag_agg(jsonb_build_object('name', 't' || i, 'definition', 'SELECT 1', 'after', CASE WHEN i > 1 THEN ARRAY['t' || i - 1, 't' || greatest(i - 90, 1)] END) ORDER BY i) FROM generate_series(1, 999) i)})
{
	is($t->sql("SET statement_timeout = '60s'; SELECT sf_dag_render($name, 'svg') LIKE '<svg%</svg>'"), 't', 'a graph of a thousand tasks');
}

# the times of a run: bars within the chart, one for each task that ran, in the order of time
my $chart = $t->sql(q{SELECT sf_dag_gantt(jsonb_agg(jsonb_build_object('name', 'T' || i, 'state', 'SUCCEEDED', 'scheduled', 1795952280 + i, 'start', 1795952281 + 2 * i, 'end', 1795952282 + 3 * i)), 'svg') FROM generate_series(1, 30) i});
my @bars = $chart =~ /<rect class="bar" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g;
my ($width) = $chart =~ /<svg [^>]*width="(\d+)"/;
is(scalar(@bars), 60, 'a bar a task');
is(scalar(grep { $bars[2 * $_] + $bars[2 * $_ + 1] > $width } 0 .. 29), 0, 'within the chart');
is(scalar(grep { $bars[2 * $_] >= $bars[2 * $_ + 2] } 0 .. 28), 0, 'later ones begin later');
like($chart, qr/>began 2026-11-29 11:38:03 UTC, 1:29 min</, 'when it began, and how long it took');
my @ticks = $chart =~ /<path class="axis" d="M([\d.]+),/g;
cmp_ok(scalar(@ticks), '>=', 4, 'a time axis');
is(scalar(grep { abs($ticks[$_ + 1] - $ticks[$_] - ($ticks[1] - $ticks[0])) > 0.2 } 0 .. $#ticks - 1), 0, 'of equal steps');

$t->stop;
done_testing;
