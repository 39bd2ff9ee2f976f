# TPC-H at scale 0.01: all of its queries leave as one statement, with the rows of local tables.
use strict;
use warnings;
use lib 'test/perl';
use TpcTest;

run_benchmark('tpch', 22, 22);
