# Tasks, graphs and their runs: calls in unusual ways, and what goes wrong meanwhile.
use strict;
use warnings;
use IO::Socket::UNIX;
use SnowflakeFdwTest;
use Test::More;
use Time::HiRes qw(sleep time);

my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', '1']);

$t->connect(warehouse => 'COMPUTE_WH', database => 'SHOP', schema => 'PUBLIC', retry_timeout => '1s', cancel_timeout => '1s');
$t->sql("ALTER DATABASE postgres SET snowflake_fdw.default_server = 'sf'");

# a function called by the protocol's message for that, where no expression says what types its arguments have; values as text, undef is NULL
sub fast_path
{
	my ($function, @values) = @_;
	my $oid = $t->sql("SELECT '$function'::regprocedure::oid");
	my $socket = IO::Socket::UNIX->new(Peer => "$t->{socket}/.s.PGSQL.5432") or die "no socket: $!";
	my $start = pack('N', 196608) . "user\0postgres\0database\0postgres\0client_encoding\0UTF8\0\0";
	my $call = pack('Nnnn', $oid, 1, 0, scalar @values) . join('', map { defined $_ ? pack('N', length $_) . $_ : pack('N', 0xFFFFFFFF) } @values) . pack('n', 0);
	my ($result, $ready) = ('', 0);

	print $socket pack('N', 4 + length $start) . $start;
	$socket->flush;
	while (read($socket, my $head, 5) == 5)
	{
		my ($type, $length) = unpack 'aN', $head;
		my $body = '';

		read($socket, $body, $length - 4) if $length > 4;
		if ($type eq 'Z')
		{
			return $result if $ready++;
			print $socket 'F' . pack('N', 4 + length $call) . $call;
			$socket->flush;
		}
		$result = unpack('N', $body) == 0xFFFFFFFF ? 'NULL' : substr($body, 4) if $type eq 'V';
		$result = 'ERROR ' . join ' ', map { /^[CM](.*)/s ? $1 : () } split /\0/, $body if $type eq 'E';
	}
	return 'the connection was closed';
}

my @null = (undef) x 19;
is(fast_path('sf_dag(text, interval, text, text, jsonb, jsonb, text, text, integer, text, boolean, bigint, integer, text, text[], text[], boolean, text, text, jsonb, jsonb[])', 'g', '2 hours', @null), '{"name": "g", "schedule": "120 MINUTES"}',
	'an interval by the fast path');
is(fast_path('sf_dag_task(jsonb, text, jsonb, text[], text, text, boolean, boolean, boolean, text, jsonb)', '{"name": "g"}', 'a', '{"procedure": "p"}', (undef) x 8),
	'{"name": "g", "tasks": [{"name": "a", "definition": {"procedure": "p"}}]}', 'a definition that is an object');
like(fast_path('sf_dag_wait(text, bigint, interval, boolean, text, text, name)', 'no_such_graph', 5, (undef) x 5), qr/^ERROR 42704 /, 'a run id');
like(fast_path('sf_dag_fetch(jsonb, text, text, name)', '{"name": "no_such_graph"}', (undef) x 3), qr{^ERROR 42704 .*no_such_graph}, 'a graph');
like(fast_path('sf_task_create(text, jsonb, interval, text, text, text[], text, jsonb, jsonb, text, text, interval, text, text, bigint, int, int, text, boolean, text, text, text, jsonb, boolean, jsonb, text, boolean, text, text, name)',
	'fast', '{"procedure": "p"}', '1 hour', (undef) x 27), qr/^SHOP\.PUBLIC\.FAST$/, 'a task');
is($t->sql(q{SELECT f ->> 'definition', f -> 'schedule' ->> 'minutes' FROM sf_task_fetch('fast') f}), 'CALL P()|60', 'as it was given');
$t->sql(q{SELECT sf_task_drop('fast')});

# a graph of very many tasks is made at once, and a name that two have is found
is($t->sql(q{SET statement_timeout = '60s'; SELECT jsonb_array_length(sf_dag_agg(jsonb_build_object('name', 't' || i, 'definition', 'SELECT 1')) -> 'tasks') FROM generate_series(1, 20000) i}), 20000, 'twenty thousand tasks');
like(($t->try(q{SELECT sf_dag_agg(jsonb_build_object('name', n, 'definition', 'SELECT 1')) FROM unnest('{a,b,"\"A\"",c}'::text[]) n}))[1], qr/ERROR:  42710: the task graph has a task ""A"" already/, 'two of one name');
like(($t->try(q{SELECT sf_dag_agg('{"name": "a.b", "definition": "SELECT 1"}')}))[1], qr/ERROR:  42602: "a\.b" is not the name of a task/, 'a name that is none');

# what Unicode has and XML forbids
is($t->sql(qq{SELECT sf_dag_render(sf_dag_task(sf_dag('g'), U&'"\\FFFE\\FFFF\\FFFD\\00E4"', 'SELECT 1'), 'svg', jsonb_build_object(U&'G\$\\FFFE\\FFFF\\FFFD\\00E4', U&'\\FFFF'))::xml IS DOCUMENT}), 't', 'a drawing is XML');
is($t->sql(q{SELECT sf_dag_gantt(jsonb_build_array(jsonb_build_object('name', U&'\FFFE', 'state', U&'\FFFF')), 'svg')::xml IS DOCUMENT}), 't', 'a chart is');

# a plural will do
is($t->sql(q{SELECT count(*) > 1 FROM sf_help('image repositories')}), 't', 'help of a plural');

$t->stop;
done_testing;
