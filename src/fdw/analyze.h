/*
 * analyze.h
 *	  Samples of data tables for ANALYZE.
 */
#ifndef SF_FDW_ANALYZE_H
#define SF_FDW_ANALYZE_H

#include "postgres.h"

#include "lib/ilist.h"
#include "utils/rel.h"

#include "api/statement.h"
#include "core/options.h"
#include "deparse/select.h"
#include "fdw/metadata.h"

/* A table that is being analyzed, as its owner. */
typedef struct SfSample
{
	dlist_node	node;
	MemoryContext context;		/* this and all below it */
	Oid			relid;
	Oid			serverid;
	Oid			userid;
	SfTableOptions *options;
	bool		kept;			/* for the one who made it, when ANALYZE is
								 * done with it */
	bool		sized;			/* Snowflake has been asked for the size */
	SfTableSize size;			/* rows -1: it has none of its own */

	/* the rows */
	SfRemoteSelect *select;
	int			asked;			/* for so many rows; 0: for all */
	SfStatement *statement;		/* NULL: not sent yet */
	int			sampled;		/* kept of them; -1: not read yet */
} SfSample;

/*
 * Made in a context below that of the (sub)transaction, where ANALYZE of the table finds it.  Throws 53200 and what
 * reading options throws; no network.
 */
extern SfSample *sf_sample_create(Relation relation, bool kept);

/*
 * Sends the statement for as many rows as ANALYZE wants; waits for a token alone.  Throws what sf_statement_start
 * throws.
 */
extern void sf_sample_start(SfSample *sample, Relation relation, int wanted);

/* Ends its statement, cancelling it where it runs still.  Throws nothing. */
extern void sf_sample_free(SfSample *sample);

#endif							/* SF_FDW_ANALYZE_H */
