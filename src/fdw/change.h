/*
 * change.h
 *	  An INSERT ... SELECT, UPDATE or DELETE that is one statement.
 */
#ifndef SF_FDW_CHANGE_H
#define SF_FDW_CHANGE_H

#include "postgres.h"

#include "nodes/execnodes.h"
#include "nodes/parsenodes.h"

/*
 * Why a query that changes a table is none, whatever its expressions are; NULL: it may be one.  Reads the catalog;
 * throws 0A000 for ON CONFLICT.
 */
extern const char *sf_why_no_change(Query *query);

/* Puts the queries of WITH where they are read from. */
extern Query *sf_inline_with(Query *query);

/* The callbacks of a scan that is one. */
extern void snowflakeBeginDirectModify(ForeignScanState *node, int eflags);
extern TupleTableSlot *snowflakeIterateDirectModify(ForeignScanState *node);

#endif							/* SF_FDW_CHANGE_H */
