/*
 * usage.h
 *	  What statements and requests have cost, for EXPLAIN (ANALYZE).
 *
 * Who wants to know gives one with a statement or a call, which counts it up
 * and never sets it back; it has to live as long as they do.
 */
#ifndef SF_API_USAGE_H
#define SF_API_USAGE_H

#include "postgres.h"

typedef struct SfUsage
{
	int64		statements;		/* sent, and earlier ones whose result is read */
	int64		partitions;		/* received */
	int64		requests;		/* that have ended; without the next two, so
								 * that two runs have the same number */
	int64		retries;		/* further attempts at one of them */
	int64		polls;			/* questions whether a statement, or a
								 * request, has ended */
	int64		wire_bytes;		/* of replies' bodies as they came */
	int64		bytes;			/* of them unpacked */
	int64		execution_us;	/* until Snowflake had the result, with its
								 * queue */
	int64		fetch_us;		/* of waiting for partitions */
} SfUsage;

struct ExplainState;

/*
 * For a node that ran: a group Remote, in text lines like those of buffers.  What no two runs have alike (the query's
 * id, retries, polls, sizes) is left out with COSTS OFF, times with TIMING OFF.  query_id may be NULL.
 */
extern void sf_usage_explain(const SfUsage *usage, const char *query_id, struct ExplainState *es);

#endif							/* SF_API_USAGE_H */
