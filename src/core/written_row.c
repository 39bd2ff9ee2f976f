/*
 * written_row.c
 *	  A row that is about to be written to a foreign table.
 */
#include "postgres.h"

#include "executor/executor.h"
#include "utils/rel.h"

#include "core/written_row.h"

void
sf_check_written_row(EState *estate, ResultRelInfo *result, TupleTableSlot *slot)
{
	slot_getallattrs(slot);
	if (result->ri_RelationDesc->rd_rel->relispartition)
		ExecPartitionCheck(result, slot, estate, true);
	if (result->ri_WithCheckOptions)
		ExecWithCheckOptions(WCO_VIEW_CHECK, result, slot, estate);
}
