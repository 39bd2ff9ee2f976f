# doc/pushdown.md lists what ops.def says.  SFDW_WRITE=1 writes the list.
use utf8;
use strict;
use warnings;
use lib 'test/perl';
use SnowflakeFdwTest;
use Test::More;

my $page = 'doc/pushdown.md';
my $t = SnowflakeFdwTest->new(args => []);
my %oid;

sub slurp
{
	my ($file) = @_;

	open my $handle, '<:encoding(UTF-8)', $file or die "$file: $!";
	local $/;
	return scalar <$handle>;
}

chomp(my $include = `$ENV{SFDW_PG_CONFIG} --includedir-server`);
for my $line (split /\n/, slurp("$include/utils/fmgroids.h"))
{
	$oid{$1} = $2 if $line =~ /^#define (F_\w+) (\d+)$/;
}
# names that differ between versions
for my $line (split /\n/, slurp('src/core/compat.h'))
{
	$oid{$1} //= $oid{$2} if $line =~ /^#define (F_\w+) (F_\w+)$/;
}

my (%rows, %missing);
for my $line (split /\n/, slurp('src/deparse/ops.def'))
{
	next unless $line =~ /^(SHIP|BOTH|EVAL|KEEP)\((F_\w+)(?:, (SF_RULE_\w+))?(?:, "((?:[^"\\]|\\.)*)")?\)/;
	my ($kind, $function, $rule, $text) = ($1, $2, $3, $4 // '');
	$missing{$function} = 1 if !exists $oid{$function};
	push @{$rows{$kind}}, [$oid{$function} // 0, $rule // '', $text];
}
is_deeply([sort keys %missing], [], 'every line of ops.def is a function of PostgreSQL');

# operator, cast or function, and the kinds of its arguments; a type's output and input functions are casts to text and from it
my %name;
for my $line (split /\n/, $t->sql(<<'SQL'))
SELECT p.oid, coalesce((SELECT 'o ' || oprname FROM pg_operator WHERE oprcode = p.oid ORDER BY oid LIMIT 1), CASE WHEN c.oid IS NOT NULL THEN 'c cast to ' || format_type(c.casttarget, NULL)
		WHEN o.oid IS NOT NULL THEN 'c cast to text' WHEN i.oid IS NOT NULL THEN 'c cast to ' || format_type(i.oid, NULL) ELSE 'f ' || proname END),
	array_to_string(ARRAY(SELECT CASE WHEN x IN (21, 23, 20, 1700) THEN 'number' ELSE format_type(x, NULL) END
		FROM unnest(CASE WHEN o.oid IS NOT NULL THEN ARRAY[o.oid] WHEN i.oid IS NOT NULL THEN ARRAY['text'::regtype::oid] ELSE proargtypes::oid[] END) x), ', ')
FROM pg_proc p LEFT JOIN pg_cast c ON c.castfunc = p.oid
	LEFT JOIN LATERAL (SELECT oid FROM pg_type WHERE typoutput = p.oid AND typtype = 'b' ORDER BY oid LIMIT 1) o ON true
	LEFT JOIN LATERAL (SELECT oid FROM pg_type WHERE typinput = p.oid AND typtype = 'b' ORDER BY oid LIMIT 1) i ON true WHERE p.pronamespace = 'pg_catalog'::regnamespace
SQL
{
	# an operator may hold a bar
	my ($oid, $name, $arguments) = $line =~ /^(\d+)\|(.*)\|([^|]*)$/;
	$name{$oid} //= [$name, $arguments];
}

# names that take the same arguments stand together
sub table
{
	my (@functions) = @_;
	my (%arguments, %names);

	for my $oid (@functions)
	{
		my ($name, $arguments) = @{$name{$oid} // ['f ?', '']};
		$name =~ s/\|/\\|/g;
		$name = $name =~ /^c (.*)/ ? $1 : '`' . substr($name, 2) . '`';
		$arguments =~ s/ without time zone//g;
		$arguments =~ s/timestamp with time zone/timestamptz/g;
		$arguments{$name}{$arguments} = 1;
	}
	push @{$names{join '; ', sort keys %{$arguments{$_}}}}, $_ for sort keys %arguments;
	return map { [join(' ', @{$names{$_}}), $_] } sort { $names{$a}[0] cmp $names{$b}[0] } keys %names;
}

sub rows_of
{
	my ($kind, $title) = @_;

	return "| $title | arguments |\n|---|---|\n" .
		join('', map { "| $_->[0] | $_->[1] |\n" } table(map { $_->[0] } @{$rows{$kind}})) . "\n";
}

my %why;
push @{$why{$_->[2]}}, $_->[0] for @{$rows{KEEP}};
my $text = rows_of('SHIP', 'sent') . rows_of('BOTH', 'sent; computed here where no column is below') .
	rows_of('EVAL', 'computed here where no column is below, and sent as a value') .
	"| stays | arguments | why |\n|---|---|---|\n" .
	join('', map { my $reason = $_; map { "| $_->[0] | $_->[1] | $reason |\n" } table(@{$why{$reason}}) } sort keys %why);
my $now = slurp($page);

if ($ENV{SFDW_WRITE})
{
	$now =~ s/(<!-- functions -->\n).*?(<!-- end of functions -->)/$1$text$2/s;
	open my $handle, '>:encoding(UTF-8)', $page or die $!;
	print $handle $now;
	close $handle;
}
my ($there) = $now =~ /<!-- functions -->\n(.*?)<!-- end of functions -->/s;
is($there, $text, 'the page lists what is sent');
$t->all_valid;
done_testing;
