# Every SQL block of README.md and doc/*.md runs as it is written, in order, a psql session for each block, against the demo's account.
#
# A page has a database of its own, which begins with README's "Connect" (README itself begins empty).  What stands for the reader's
# own account, user, key file and database is replaced (see %mine).  After a block of SQL a block marked "text" shows lines of its
# output, in order; "…" stands for any text.  A block marked "sql fails" shows statements that fail, each of them; one marked "sql pg_cron"
# needs that extension, and is left out, said so, where PostgreSQL has no package of it.
use utf8;
use strict;
use warnings;
use lib 'test/perl';
use File::Basename;
use IPC::Run qw(run);
use SnowflakeFdwTest;
use Test::More;

binmode $_, ':encoding(UTF-8)' for Test::More->builder->output, Test::More->builder->failure_output;
my $t = SnowflakeFdwTest->new(args => ['--sample', '--window', 2]);
my %mine = (
	"account 'myorg-myaccount'" => $t->server_options,
	"user 'ME'" => "user 'DEMO_USER'",
	"'/etc/sf/key.p8'" => "'$t->{info}{key_file}'",
);
# what an account's administrator does before the histories are read
$t->connect(role => 'ACCOUNTADMIN');
$t->sql("ALTER USER MAPPING FOR postgres SERVER sf OPTIONS (DROP user, DROP private_key_file, ADD token '$t->{info}{admin_pat}')");
$t->sql(q{SELECT sf_execute('GRANT IMPORTED PRIVILEGES ON DATABASE SNOWFLAKE TO ROLE SYSADMIN')});
my @pages = ('README.md', sort glob 'doc/*.md');
my %connect;
my $cron;
my %ran = (sql => 0, text => 0);

# the fenced blocks of a page: language, words after it, text, number of its first line
sub blocks
{
	my ($page) = @_;
	my (@blocks, $block);

	open(my $f, '<:encoding(UTF-8)', $page) or die "$page: $!";
	while (my $line = <$f>)
	{
		if ($line !~ /^```(\w*) ?(.*)$/)
		{
			$block->{text} .= $line if $block;
			next;
		}
		if ($block) { push @blocks, $block; undef $block; }
		else { $block = {language => $1, mark => $2, line => $., text => ''}; }
	}
	die "$page: a block is not closed" if $block;
	return @blocks;
}

sub psql
{
	my ($database, $text) = @_;
	my $output = '';

	for my $theirs (sort keys %mine) { $text =~ s/\Q$theirs\E/$mine{$theirs}/g; }
	utf8::encode($text);
	# a message per statement, interleaved with its rows, as at a prompt
	run ["$t->{bin}/psql", '-X', '-h', $t->{socket}, '-U', 'postgres', '-d', $database, '-P', 'pager=off'], '<', \$text, '>&', \$output;
	utf8::decode($output);
	# an SQL error leaves 0; a lost or refused connection does not, and has no line of ERROR
	$output .= "\nFATAL: psql ended with " . ($? >> 8) if $?;
	return $output;
}

sub squeeze
{
	my ($text) = @_;

	$text =~ s/[ \t]+/ /g;
	$text =~ s/^ | $//mg;
	return $text;
}

# whether the lines shown are in the output, in order
sub shows
{
	my ($output, $shown) = @_;
	my $pattern = join '.*?', map { my $line = quotemeta; $line =~ s/\\…|…|\\x\{2026\}/.*?/g; $line } grep { /\S/ } split /\n/, squeeze($shown);

	return squeeze($output) =~ /$pattern/s;
}

sub run_page
{
	my ($page) = @_;
	my $database = 'page_' . lc(basename($page, '.md'));
	my @blocks = blocks($page);

	$t->sql("CREATE DATABASE $database");
	if ($page ne 'README.md')
	{
		my $output = psql($database, $connect{text});
		die "README's Connect fails:\n$output" if $output =~ /^ERROR/m;
	}
	for my $i (0 .. $#blocks)
	{
		my $block = $blocks[$i];
		next if $block->{language} ne 'sql';
		if ($block->{mark} eq 'pg_cron' && !$cron)
		{
			pass("$page:$block->{line} # SKIP this PostgreSQL has no pg_cron");
			next;
		}

		my $output = psql($database, $block->{text});
		my $errors = () = $output =~ /^(?:ERROR: |FATAL: |\\\w+: |invalid command)/mg;
		my $fails = $block->{mark} eq 'fails';
		# a statement of such a block ends its line
		my $statements = () = $block->{text} =~ /;[ \t]*(?:--.*)?$/mg;
		my $name = "$page:$block->{line}" . ($fails ? ': every statement fails' : '');

		$ran{sql}++;
		# what a reader would wonder about is spoken of in the block
		# (an account need not have an object of every kind)
		my @odd = grep { $output =~ /^\Q$_\E/m && $block->{text} !~ /\Q$_\E|no rows/ } 'WARNING', $page eq 'doc/kinds.md' ? () : '(0 rows)';

		is_deeply(\@odd, [], "$name: no WARNING and no empty result without a word") or diag($output) if !$fails;
		ok($fails ? $errors == $statements : $errors == 0, $name) or diag("$block->{text}---\n$output");
		next if $i == $#blocks || $blocks[$i + 1]{language} ne 'text';
		$ran{text}++;
		ok(shows($output, $blocks[$i + 1]{text}), "$page:$blocks[$i + 1]{line}: as shown") or diag("$blocks[$i + 1]{text}---\n$output");
	}
	return;
}

# doc/errors.md lists the SQLSTATEs that the code has, and no others
sub check_sqlstates
{
	my $header = `$t->{pg_config} --includedir-server`;
	my (%state, %raised, %listed);

	chomp $header;
	open(my $f, '<', "$header/utils/errcodes.h") or die $!;
	while (<$f>) { $state{$1} = "$2$3$4$5$6" if /define (ERRCODE_\w+) MAKE_SQLSTATE\('(.)','(.)','(.)','(.)','(.)'\)/; }
	for my $source (glob 'src/*/*.[ch]')
	{
		open(my $g, '<', $source) or die $!;
		while (<$g>) { $raised{$state{$_}} = 1 for grep { $state{$_} } /\b(ERRCODE_\w+)/g; }
	}
	open($f, '<:encoding(UTF-8)', 'doc/errors.md') or die $!;
	while (<$f>) { next if !/^\| ([^|]*) \|/; $listed{$_} = 1 for $1 =~ /\b([0-9A-Z]{5})\b/g; }
	is_deeply([sort keys %listed], [sort keys %raised], 'doc/errors.md lists every SQLSTATE of the code');
	return;
}

# doc/options.md lists the options and settings that the code has, and no others
sub check_options
{
	my (%known, %listed);

	open(my $f, '<', 'src/core/option_table.c') or die $!;
	while (<$f>) { $known{$1} = 1 if /^\t\{"(\w+)", SF_ON_/; }
	close $f;
	open($f, '<', 'src/core/guc.c') or die $!;
	while (<$f>) { $known{$1} = 1 if /(?:DefineCustom\w+Variable\(|^\t\{)"(snowflake_fdw\.\w+)"/; }
	close $f;
	open($f, '<:encoding(UTF-8)', 'doc/options.md') or die $!;
	while (<$f>)
	{
		# the first cell of a row, or a text that is no row
		my ($names) = /^\|([^|]*)\|/ ? $1 : $_;

		$listed{$_} = 1 for grep { $known{$_} } $names =~ /`([\w.]+)`/g;
		next if !/^\|/;
		ok($known{$_}, "doc/options.md:$.: $_ is an option or a setting") for $names =~ /`([\w.]+)`/g;
	}
	is_deeply([sort keys %listed], [sort keys %known], 'doc/options.md lists every option and setting');
	return;
}

# the pages speak of no function, view or aggregate that there is not
sub check_names
{
	my %have = map { $_ => 1 } split /\n/, $t->sql(q{SELECT proname FROM pg_proc WHERE proname ^@ 'sf_' UNION SELECT relname FROM pg_class WHERE relname ^@ 'sf_'});
	my %unknown;

	for my $page ('README.md', glob 'doc/*.md')
	{
		open(my $f, '<:encoding(UTF-8)', $page) or die "$page: $!";
		# not the beginning of several names: sf_task_*, sf_database_…
		while (<$f>) { $unknown{"$page:$.: $_"} = 1 for grep { !$have{$_} } /\b(sf_[a-z0-9_]+)(?![\w*…])/g; }
	}
	is_deeply([sort keys %unknown], [], 'the functions that pages name are there');
	return;
}

($connect{text}) = map { $_->{text} } grep { $_->{language} eq 'sql' } blocks('README.md');
@pages = grep { my $page = $_; grep { $page =~ /$_/ } @ARGV } @pages if @ARGV;
# the page with jobs is the one database that has pg_cron
$cron = $t->preload_pg_cron('page_recipes') if grep { /recipes/ } @pages;
run_page($_) for @pages;
# blocks that are no longer found would pass
if (!@ARGV)
{
	cmp_ok($ran{sql}, '>=', 25, "blocks of SQL ($ran{sql})");
	cmp_ok($ran{text}, '>=', 3, "blocks that show their output ($ran{text})");
}
check_sqlstates();
check_options();
check_names();
$t->stop;
done_testing;
