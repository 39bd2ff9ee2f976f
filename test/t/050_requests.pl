# A request that is not valid by Snowflake's documents makes the test fail that caused it, whatever it was answered.
use strict;
use warnings;
use Test::Tester;
use SnowflakeFdwTest;
use Test::More;

my $t = SnowflakeFdwTest->new(args => ['--no-engine']);

# what the last test of a file would say now
sub says
{
	my ($ok, $name) = @_;

	check_test(sub { $t->all_valid }, {ok => $ok, name => 'every request is valid by the documents'}, $name);
	return;
}

$t->connect;
$t->result({match => 'one', columns => [column('N', 'fixed', precision => 9, scale => 0)], rows => [['1']]});
is($t->sql(q{SELECT n FROM sf_query('SELECT one') AS t(n int)}), 1, 'a statement');
says(1, 'a valid request');
$t->fault({action => 'status', path => 'no-such', status => 200, text => '{}'});
is($t->sql(q{SELECT sf_rest('GET', '/api/v2/no-such')}), '{}', 'a path of no document, answered');
says(0, 'is told');
$t->clear;
says(0, 'also when the log was cleared');
$t->expect_invalid('^/api/v2/no-such$', 'another verdict', 'User-Agent');
says(0, 'also when something else was declared');

$t->shut_down;
$t = SnowflakeFdwTest->new(args => ['--no-engine']);
$t->connect;
$t->expect_invalid('^/api/v2/no-such$', 'on purpose', 'no such path');
says(0, 'a declared request that did not come');
like(($t->try(q{SELECT sf_rest('GET', '/api/v2/no-such')}))[1], qr/HTTP status 404/, 'and when it comes');
says(1, 'it does not count');
$t->stop;
done_testing;
