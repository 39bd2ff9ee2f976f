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
#include "fdw/bind.h"
#include "fdw/constant.h"
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
	SfConstants *constants;		/* of the rows; NULL: none */
	TupleTableSlot *raw;		/* a row of the result, where the scan's is
								 * finished here */
	List	   *finish;			/* ExprState, for each column of the scan */

	/* below a bind join */
	SfBindState *bind;			/* NULL: of another scan */
	uint64		reading;		/* of the local side, whose keys were sent */
	bool		again;			/* a rescan: the keys may be others */
	int			number;			/* of the statement, from 0 */

	SfStatement *statement;		/* NULL until the first fetch */
	SfRows	   *rows;

	/* rows of a result that is read again and again */
	bool		keeping;		/* from the second pass on */
	bool		kept_all;		/* the result is not read any more */
	Tuplestorestate *kept;		/* NULL: none yet */
	TupleTableSlot *kept_row;	/* one of them */

	List	   *together;		/* ForeignScanState: scans, itself among them,
								 * that are started together */

	/* in an asynchronous request */
	bool		nowait;			/* a row that is not there is not waited for */
	bool		missing;		/* that was so */
	SfUsage		usage;			/* of all statements of the scan */
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

/*
 * In scan.c: the 0-based attribute of each column of the result, -1 for one that nobody reads; relid names the
 * table whose columns are matched by name.  Waits for the result; throws 08P01 for one of another width.
 */
extern int *sf_attributes_of_columns(Oid relid, TupleDesc desc, List *attnums, SfColumnMatch match,
									 SfStatement *statement);

#endif							/* SF_FDW_SCAN_H */
