/*
 * scan.h
 *	  A scan of data tables while it runs, for the parts of the executor's
 *	  side.
 */
#ifndef SF_FDW_SCAN_H
#define SF_FDW_SCAN_H

#include "postgres.h"

#include "nodes/execnodes.h"

#include "api/statement.h"
#include "core/options.h"
#include "fdw/fdw.h"
#include "types/rows.h"

/* ForeignScanState->fdw_state */
typedef struct SfScanState
{
	MemoryContext context;		/* the statement and its rows; goes with the
								 * scan */
	SfScanPlan	plan;

	/* values in the statement */
	int64		limit;			/* -1: none */
	int64		offset;
	List	   *param_states;	/* of fdw_exprs */
	Bitmapset  *params;			/* executor parameters that fdw_exprs read */
	bool		whole;			/* a value has no form in Snowflake:
								 * conditions and LIMIT are looked at here */
	bool		local;			/* the same: the plan below gives the rows */
	int64		passed;			/* rows that passed the conditions, whole only */
	Oid			userid;			/* whose mapping: a cursor may be read by
								 * another user than opened it */
	Oid			serverid;
	SfTableOptions *options;	/* the tightest of them */
	bool		exact_names;	/* none of the tables is a query */
	TupleTableSlot *raw;		/* a row of the result, where the scan's is
								 * finished here */
	List	   *finish;			/* ExprState, for each column of the scan */
	SfStatement *statement;		/* NULL until the first fetch */
	SfRows	   *rows;

	List	   *together;		/* ForeignScanState: scans, itself among them,
								 * that are started together */

	/* in an asynchronous request */
	bool		nowait;			/* a row that is not there is not waited for */
	bool		missing;		/* that was so */
} SfScanState;

/* in scan.c */

/*
 * Sends the statement, with the values of this run.  Waits for a token alone; throws what sf_statement_start throws,
 * and errors of the expressions.
 */
extern void sf_scan_start(ForeignScanState *node);

/* In async.c: the same for the scans that are started together with this one. */
extern void sf_scan_start_others(const SfScanState *state);

/* Whether that was done: there is a statement, or none is needed. */
static inline bool
sf_scan_started(const SfScanState *state)
{
	return state->statement || state->local;
}

#endif							/* SF_FDW_SCAN_H */
