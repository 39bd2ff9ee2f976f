/*
 * written_row.h
 *	  A row that is about to be written to a foreign table.
 */
#ifndef SF_CORE_WRITTEN_ROW_H
#define SF_CORE_WRITTEN_ROW_H

#include "postgres.h"

#include "nodes/execnodes.h"

/*
 * What PostgreSQL checks after a row was written would find it in Snowflake, to stay: so WITH CHECK OPTION is checked
 * before, and the bounds of a foreign partition, which PostgreSQL leaves to its server.  Deforms the slot.  Throws
 * 44000 and 23514; no network.
 */
extern void sf_check_written_row(EState *estate, ResultRelInfo *result, TupleTableSlot *slot);

#endif							/* SF_CORE_WRITTEN_ROW_H */
