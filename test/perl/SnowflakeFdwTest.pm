# A scratch cluster with the extension and a local Snowflake, for TAP tests.
#
#   my $t = SnowflakeFdwTest->new(args => ['--no-engine', '--window', 1]);
#   $t->sql('SELECT 1')                  output of psql -At; dies on an error
#   my ($out, $err, $code) = $t->try('SELECT ...')     error text has SQLSTATEs; a database may follow
#   $t->batch('SELECT ...', ...)         scripts in one session: of each [output, error]
#   $t->{database} = 'other'             the database of what follows (postgres)
#   $t->fault({action => 'status', status => 503}), $t->clear
#   $t->result({match => ..., columns => [...], rows => [...]})
#   $t->requests                         the request log, an array of hashes
#   $t->expect_invalid('/grants\?', 'why')   calls that break the documents on purpose; stop tests that there are no others
package SnowflakeFdwTest;

use strict;
use warnings;
use Cwd qw(abs_path);
use Exporter 'import';
use File::Basename;
use File::Temp qw(tempdir);
use HTTP::Tiny;
use IPC::Run qw(run start finish);
use JSON::PP;
use Test::More;

our @EXPORT = qw(column);

my $top = abs_path(dirname(__FILE__) . '/../..');

sub new
{
	my ($class, %args) = @_;
	my $self = bless {http => HTTP::Tiny->new(timeout => 60, verify_SSL => 0), json => JSON::PP->new->utf8}, $class;
	my $work = $ENV{SFDW_WORK} // "$top/.check";

	$self->{pg_config} = $ENV{SFDW_PG_CONFIG} // do { open(my $f, '<', "$work/pg_config") or die "build first: ./check.sh build"; my $l = <$f>; chomp $l; $l };
	chomp($self->{bin} = `$self->{pg_config} --bindir`);
	$self->{dir} = tempdir('sfdw-tap.XXXXXX', TMPDIR => 1, CLEANUP => 1);
	chmod 0755, $self->{dir};
	chomp($self->{socket} = `$top/tools/scratch-cluster start $self->{pg_config} $self->{dir}/cluster`);
	die 'no cluster' if $? != 0;

	my $python = $ENV{SNOWFLAKE_TEST_PYTHON} // "$top/.venv/bin/python";
	mkdir "$self->{dir}/local";
	chdir $top;
	$self->{pid} = open($self->{out}, '-|');
	exec_server($python, "$self->{dir}/local", @{$args{args} // []}) if !$self->{pid};
	my $line = readline $self->{out};
	die 'the local Snowflake did not start' if !defined $line;
	$self->{info} = $self->{json}->decode($line);
	$self->own($_) for grep { /key_file$/ } keys %{$self->{info}};
	$self->sql('CREATE EXTENSION snowflake_fdw');
	$self->sql("ALTER DATABASE postgres SET search_path = public, snowflake");
	return $self;
}

sub exec_server
{
	my ($python, $data, @args) = @_;

	$ENV{PYTHONDONTWRITEBYTECODE} = 1;
	exec $python, '-m', 'local_snowflake', '--data', $data, @args or die "exec: $!";
}

# a file of the local Snowflake's, copied for the cluster's user
sub own
{
	my ($self, $name) = @_;
	my $copy = "$self->{dir}/" . basename($self->{info}{$name});

	system('cp', $self->{info}{$name}, $copy);
	chmod 0600, $copy;
	if ($> == 0)
	{
		my ($uid, $gid) = (getpwnam('postgres'))[2, 3];
		chown $uid, $gid, $copy;
	}
	return $self->{info}{$name} = $copy;
}

# a file with secrets of the cluster's user
sub secret_file
{
	my ($self, $name, $content) = @_;
	my $path = "$self->{dir}/$name";

	open(my $f, '>', $path) or die $!;
	print $f $content;
	close $f;
	chmod 0600, $path;
	chown((getpwnam('postgres'))[2, 3], $path) if $> == 0;
	return $path;
}

sub server_options
{
	my ($self, %more) = @_;
	my %options = (host => $self->{info}{host}, port => $self->{info}{port}, protocol => $self->{info}{protocol},
		account => lc $self->{info}{account}, %more);

	return join ', ', map { "$_ '$options{$_}'" } sort keys %options;
}

# a server and a mapping with the key pair
sub connect
{
	my ($self, %more) = @_;

	$self->sql('DROP SERVER IF EXISTS sf CASCADE');
	$self->sql('CREATE SERVER sf FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (' . $self->server_options(%more) . ')');
	$self->sql("CREATE USER MAPPING FOR postgres SERVER sf OPTIONS (user 'DEMO_USER', private_key_file '$self->{info}{key_file}')");
	return;
}

sub psql_command
{
	my ($self) = @_;

	return ("$self->{bin}/psql", '-X', '-A', '-t', '-q', '-h', $self->{socket}, '-U', 'postgres', '-d', $self->{database} // 'postgres',
		'-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose');
}

sub try
{
	my ($self, $sql, $database) = @_;
	my ($out, $err);

	$ENV{PGCLIENTENCODING} = 'UTF8';
	run [$self->psql_command, defined $database ? ('-d', $database) : ()], '<', \$sql, '>', \$out, '2>', \$err;
	my $code = $? >> 8;
	$err =~ s/^LOCATION:.*\n//mg;
	chomp $out;
	return ($out, $err, $code);
}

sub sql
{
	my ($self, $sql) = @_;
	my ($out, $err, $code) = $self->try($sql);

	die "$sql\n$err" if $code != 0;
	return $out;
}

# scripts in one session, of which an error does not end it: of each, [its output, the text of its last error]
sub batch
{
	my ($self, @scripts) = @_;
	my $file = "$self->{dir}/batch.sql";
	my ($out, $err, @answers);

	open(my $f, '>:encoding(UTF-8)', $file) or die $!;
	print $f "\\set LAST_ERROR_SQLSTATE ''\n\\set LAST_ERROR_MESSAGE ''\n$_;\n\\echo ==end== :LAST_ERROR_SQLSTATE :LAST_ERROR_MESSAGE ==\n" for @scripts;
	close $f;
	$ENV{PGCLIENTENCODING} = 'UTF8';
	run [$self->psql_command, '-v', 'ON_ERROR_STOP=0', '-f', $file], '<', '/dev/null', '>', \$out, '2>', \$err;
	utf8::decode($out);
	while ($out =~ /\G(.*?)\n?^==end== (.*?) ?==\n/gms)
	{
		my ($output, $error) = ($1, $2);

		push @answers, [$output, $error =~ s/^\s+//r];
	}
	# a session that died in the middle
	push @answers, ['', "no answer: $err"] while @answers < @scripts;
	return @answers;
}

# begins a session of its own; returns what finish_background wants
sub background
{
	my ($self, $sql) = @_;
	my $state = {out => '', err => ''};
	my $file = "$self->{dir}/background.sql";

	# a file: a pipe would be fed only while somebody pumps
	open(my $f, '>', $file) or die $!;
	print $f $sql;
	close $f;
	$state->{run} = start [$self->psql_command, '-f', $file], '<', '/dev/null', '>', \$state->{out}, '2>', \$state->{err};
	return $state;
}

sub finish_background
{
	my ($self, $state) = @_;

	finish $state->{run};
	$state->{err} =~ s/^LOCATION:.*\n//mg;
	return ($state->{out}, $state->{err});
}

sub control
{
	my ($self, $method, $path, $body) = @_;
	my $reply = $self->{http}->request($method, "$self->{info}{url}/_local/$path",
		{defined $body ? (content => $self->{json}->encode($body)) : ()});

	die "$path: $reply->{status} $reply->{content}" if !$reply->{success};
	return $self->{json}->decode($reply->{content});
}

sub fault    { my ($self, @rules) = @_; return $self->control('POST', 'faults', \@rules); }
sub result   { my ($self, $result) = @_; return $self->control('POST', 'results', $result); }
sub requests { my ($self) = @_; return $self->control('GET', 'requests'); }

# declares calls that are not valid by the documents: a regular expression of their path and query, why they are made, one of the verdict
sub expect_invalid
{
	my ($self, $path, $reason, $verdict) = @_;

	return $self->control('POST', 'expect', {path => $path, reason => $reason, defined $verdict ? (verdict => $verdict) : ()});
}

# one test: the calls since the start are valid, but for those declared, all that is declared came, and the local Snowflake had no internal error
sub all_valid
{
	my ($self) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my @wrong = map { "$_->{method} $_->{target}: $_->{verdict}" } @{$self->control('GET', 'invalid')};

	push @wrong, map { "declared, and did not come: $_->{path} ($_->{reason})" } grep { !$_->{met} } @{$self->control('GET', 'expect')};
	push @wrong, map { "incident of the local Snowflake: $_->{what}: $_->{error}" } @{$self->control('GET', 'incidents')};
	is_deeply(\@wrong, [], 'every request is valid by the documents') or diag(join "\n", @wrong);
	return;
}

sub clear
{
	my ($self) = @_;

	$self->control('DELETE', 'faults');
	$self->control('DELETE', 'requests');
	return;
}

sub column
{
	my ($name, $type, %more) = @_;

	return {name => $name, type => $type, %more};
}

# the cluster anew, with more in its environment
# restarts the cluster with pg_cron for the jobs of a database; false where PostgreSQL has no package of it
sub preload_pg_cron
{
	my ($self, $database) = @_;

	chomp(my $folder = `$self->{pg_config} --pkglibdir`);
	return 0 if !-e "$folder/pg_cron.so";
	$self->sql("ALTER SYSTEM SET shared_preload_libraries = 'pg_cron'");
	$self->restart;
	$self->sql("ALTER SYSTEM SET cron.database_name = '$database'");
	$self->sql('ALTER SYSTEM SET cron.use_background_workers = on');
	$self->restart;
	return 1;
}

sub restart
{
	my ($self, %environment) = @_;

	return $self->restart_under('', %environment);
}

# the same, begun by another command
sub restart_under
{
	my ($self, $command, %environment) = @_;

	local %ENV = (%ENV, %environment);
	system("$self->{bin}/pg_ctl", '-D', "$self->{dir}/cluster/data", '-m', 'fast', '-w', '-s', 'stop') if $> != 0;
	system('runuser', '-u', 'postgres', '--', "$self->{bin}/pg_ctl", '-D', "$self->{dir}/cluster/data", '-m', 'fast', '-w', '-s', 'stop') if $> == 0;
	system("$command $top/tools/scratch-cluster start $self->{pg_config} $self->{dir}/cluster >/dev/null") == 0 or die 'no restart';
	return;
}

# what the extension wrote to the server log: its own lines, without the statements PostgreSQL logs
sub log
{
	my ($self) = @_;

	open(my $f, '<', "$self->{dir}/cluster/data/server.log") or die $!;
	return join '', grep { !/STATEMENT:|OPTIONS \(/ } <$f>;
}

# ends a test's use of it, with a last test of its requests
sub stop
{
	my ($self) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;

	$self->all_valid if !$self->{stopped};
	$self->shut_down;
	return;
}

sub shut_down
{
	my ($self) = @_;

	return if $self->{stopped}++;
	system("$top/tools/scratch-cluster", 'stop', $self->{pg_config}, "$self->{dir}/cluster");
	kill 'TERM', $self->{pid} if $self->{pid};
	close $self->{out} if $self->{out};
	return;
}

sub DESTROY
{
	my ($self) = @_;
	my $status = $?;

	$self->shut_down;
	$? = $status;
	return;
}

1;
