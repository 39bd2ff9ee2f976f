/*
 * scan.h
 *	  A scan of data tables while it runs, for the parts of the executor's
 *	  side.
 */
#ifndef SF_FDW_SCAN_H
#define SF_FDW_SCAN_H

#include "postgres.h"

#include "executor/tuptable.h"
#include "nodes/bitmapset.h"

#include "api/statement.h"
#include "core/options.h"
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
	SfStatement *statement;		/* NULL until the first fetch */
	SfRows	   *rows;
} SfScanState;

#endif							/* SF_FDW_SCAN_H */
