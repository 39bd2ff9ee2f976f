# TPC-DS at scale 0.01: how many of its queries leave as one statement, with the rows of local tables.
use strict;
use warnings;
use lib 'test/perl';
use TpcTest;

run_benchmark('tpcds', 92, 99);
