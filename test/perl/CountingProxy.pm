# bench/counting_proxy.py before a port or a socket's path: the bytes that pass, in both directions.
#
#   my $proxy = CountingProxy->new($port_or_path);   $proxy->{port} is its own
#   $proxy->count                                    bytes since the last call
#   $proxy->stop
package CountingProxy;

use strict;
use warnings;
use IPC::Open2;

sub new
{
	my ($class, $to) = @_;
	my $self = bless {}, $class;

	$self->{pid} = open2($self->{counts}, $self->{ask}, $ENV{SNOWFLAKE_TEST_PYTHON}, 'bench/counting_proxy.py', $to);
	chomp($self->{port} = readline $self->{counts});
	return $self;
}

sub count
{
	my ($self) = @_;

	print {$self->{ask}} "\n";
	$self->{ask}->flush;
	chomp(my $line = readline $self->{counts});
	my ($sent, $received) = split / /, $line;
	return $sent + $received;
}

sub stop
{
	my ($self) = @_;

	close $self->{ask};
	waitpid $self->{pid}, 0;
	return;
}

1;
