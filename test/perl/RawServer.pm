# A server that answers with given bytes: what a proxy, a gateway, a token endpoint or a broken server sends.
#
#   my $server = RawServer->new(sub { my ($request, $number) = @_; return "HTTP/1.1 200 OK\r\n..." });
#       $number counts all requests from 1; undef closes the connection without an answer
#   $server->{port}, $server->requests   texts of the requests so far, headers and body
#   RawServer::answer($status, $body, 'Name: value', ...)   a whole answer
package RawServer;

use strict;
use warnings;
use Fcntl qw(:flock);
use File::Temp qw(tempdir);
use IO::Socket::INET;

sub new
{
	my ($class, $handler) = @_;
	my $dir = tempdir('sfdw-raw.XXXXXX', TMPDIR => 1, CLEANUP => 1);
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 64, ReuseAddr => 1) or die "listen: $!";
	my $self = bless {port => $listener->sockport, log => "$dir/log", owner => $$}, $class;

	$self->{pid} = fork // die "fork: $!";
	return $self if $self->{pid};

	# a process for each connection; nothing of the test's own ends with them
	$SIG{CHLD} = 'IGNORE';
	$SIG{PIPE} = 'IGNORE';
	while (1)
	{
		my $client = $listener->accept or next;

		if (!fork)
		{
			$self->serve($client, $handler);
			require POSIX;
			POSIX::_exit(0);
		}
		close $client;
	}
}

sub serve
{
	my ($self, $client, $handler) = @_;

	while (defined(my $request = read_request($client)))
	{
		open(my $log, '+>>', $self->{log}) or die $!;
		flock $log, LOCK_EX;
		print $log $request, "\0";
		$log->flush;
		seek $log, 0, 0;
		local $/ = "\0";
		my $number = () = <$log>;
		close $log;

		my $answer = $handler->($request, $number);
		last if !defined $answer;
		print $client $answer;
		$client->flush;
		last if $answer =~ /^Connection: close\r$/mi;
	}
	return;
}

sub read_request
{
	my ($client) = @_;
	my $text = '';

	while ($text !~ /\r\n\r\n/)
	{
		sysread($client, $text, 65536, length $text) or return;
	}
	my ($length) = $text =~ /^content-length: *(\d+)/mi;
	my $end = index($text, "\r\n\r\n") + 4 + ($length // 0);
	while (length $text < $end)
	{
		sysread($client, $text, 65536, length $text) or return;
	}
	return $text;
}

sub requests
{
	my ($self) = @_;

	open(my $log, '<', $self->{log}) or return [];
	local $/;
	return [split /\0/, <$log> // ''];
}

sub answer
{
	my ($status, $body, @headers) = @_;

	return join("\r\n", "HTTP/1.1 $status", 'Content-Length: ' . length $body, @headers, '', '') . $body;
}

sub DESTROY
{
	my ($self) = @_;
	my $status = $?;

	return if $self->{owner} != $$ || !$self->{pid};
	kill 'TERM', $self->{pid};
	waitpid $self->{pid}, 0;
	$? = $status;
	return;
}

1;
