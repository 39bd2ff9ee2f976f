# Jobs of pg_cron, real ones: the library is loaded first, the scheduler starts sessions of its own, and what they have done is there: a graph deployed,
# a failed run told once, a job of Snowflake collected. The bodies are those of doc/recipes.md.
use utf8;
use strict;
use warnings;
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new(args => ['--sample']);

if (!$t->preload_pg_cron('postgres'))
{
	$t->stop;
	plan(skip_all => 'this PostgreSQL has no package of pg_cron');
}
$t->sql('CREATE EXTENSION pg_cron');
is($t->sql('SHOW shared_preload_libraries'), 'pg_cron', 'pg_cron is loaded');
$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC');

# the functions of the page: of each block of SQL the tables and functions that it makes
open(my $f, '<:encoding(UTF-8)', 'doc/recipes.md') or die $!;
my $page = do { local $/; <$f> };
close $f;
my @made = $page =~ /^(CREATE (?:TABLE|FUNCTION) (?:graphs|graph_alerts|collected|deploy_graphs|alert_failed_runs|collect_jobs)\b.*?;)$(?=\n(?:INSERT|CREATE|SELECT|\n))/msg;
is(scalar(@made), 6, 'the page has three tables and three functions');
$t->sql($_) for @made;
my @jobs = map { $_->[1] } sort { $a->[0] cmp $b->[0] } map { [/'([^']+)'/, $_] } $page =~ /^(SELECT cron\.schedule\('.*?\);)$/msg;
is(scalar(@jobs), 3, 'and schedules three jobs');

# what the jobs find: a graph that is not there yet, one that has failed, a query that has ended
$t->sql(<<'SQL');
INSERT INTO graphs (name, dag) VALUES ('nightly', '{"name": "nightly", "warehouse": "COMPUTE_WH", "schedule": "1 day", "tasks": [{"name": "load", "definition": "SELECT 1 / 0"}]}'),
	('wrong', '{"name": "wrong", "tasks": [{"name": "a"}]}');
SELECT count(*) FROM sf_dag_deploy('{"name": "nightly", "warehouse": "COMPUTE_WH", "tasks": [{"name": "load", "definition": "SELECT 1 / 0"}]}');
SELECT sf_dag_wait('nightly', sf_dag_run('nightly'), raise => false);
SQL
my $query = $t->sql(q{SELECT sf_async_submit('SELECT 42 AS answer')});
$t->sql("SELECT sf_async_wait('$query')");
# as on the page, but each minute: the least that every version of pg_cron knows
$t->sql(s/(cron\.schedule\('[^']+', )'[^']+'/$1'* * * * *'/r) for @jobs;
is($t->sql('SELECT count(*) FROM cron.job WHERE active'), 3, 'three jobs wait for their minute');

# until each has run twice: the second time there is nothing to do
my $runs = q{SELECT coalesce(min(n), 0) FROM (SELECT count(*) FILTER (WHERE d.status IN ('succeeded', 'failed')) AS n FROM cron.job j LEFT JOIN cron.job_run_details d USING (jobid) GROUP BY j.jobid) r};
for (1 .. 300)
{
	last if $t->sql($runs) >= 2;
	sleep 1;
}
is($t->sql(q{SELECT string_agg(DISTINCT d.status || ' ' || j.jobname, ', ') FROM cron.job_run_details d JOIN cron.job j USING (jobid) WHERE d.status NOT IN ('running', 'starting', 'sending')}),
	'succeeded alert failed runs, succeeded collect jobs, succeeded deploy graphs', 'all jobs have run and succeeded')
	or diag($t->sql('SELECT jobid, status, return_message, command FROM cron.job_run_details ORDER BY runid'), $t->log);
$t->sql('SELECT cron.unschedule(jobid) FROM cron.job');
is($t->sql(q{SELECT name, deployed_at IS NOT NULL, calls, coalesce(error, '') <> '' FROM graphs ORDER BY name}), "nightly|t|0|f\nwrong|f||t", 'the graph was deployed, then left alone; the wrong one says so');
is($t->sql(q{SELECT schedule ->> 'minutes', state FROM sf_tasks('nightly')}), '1440|started', 'with its schedule');
is($t->sql(q{SELECT graph, failed, first_error, count(*) FROM graph_alerts GROUP BY 1, 2, 3}), 'nightly|{NIGHTLY$LOAD}|Division by zero|1', 'the failed run was told once');
is($t->sql(qq{SELECT status, rows FROM collected WHERE query_id = '$query'}), 'SUCCESS|[{"answer": 42}]', 'the query was collected');
is($t->sql('SELECT count(*) FROM collected'), 1, 'once');

$t->stop;
done_testing;
