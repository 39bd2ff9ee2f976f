/*
 * write.h
 *	  Data tables: the FDW callbacks that change rows.
 */
#ifndef SF_WRITE_WRITE_H
#define SF_WRITE_WRITE_H

#include "postgres.h"

#include "foreign/fdwapi.h"
#include "nodes/execnodes.h"
#include "nodes/pathnodes.h"

/* Sets the executor's hook; called once, when the library is loaded. */
extern void sf_write_init(void);

/* in modify.c: the network is waited for where rows are sent, and at the end */
extern int	snowflakeIsForeignRelUpdatable(Relation rel);
extern void snowflakeAddForeignUpdateTargets(PlannerInfo *root, Index rtindex, RangeTblEntry *target_rte,
											 Relation target_relation);
extern List *snowflakePlanForeignModify(PlannerInfo *root, ModifyTable *plan, Index resultRelation,
										int subplan_index);
extern void snowflakeBeginForeignModify(ModifyTableState *mtstate, ResultRelInfo *resultRelInfo, List *fdw_private,
										int subplan_index, int eflags);
extern int	snowflakeGetForeignModifyBatchSize(ResultRelInfo *resultRelInfo);
extern TupleTableSlot *snowflakeExecForeignInsert(EState *estate, ResultRelInfo *resultRelInfo, TupleTableSlot *slot,
												  TupleTableSlot *planSlot);
extern TupleTableSlot **snowflakeExecForeignBatchInsert(EState *estate, ResultRelInfo *resultRelInfo,
														TupleTableSlot **slots, TupleTableSlot **planSlots,
														int *numSlots);
extern TupleTableSlot *snowflakeExecForeignUpdate(EState *estate, ResultRelInfo *resultRelInfo, TupleTableSlot *slot,
												  TupleTableSlot *planSlot);
extern TupleTableSlot *snowflakeExecForeignDelete(EState *estate, ResultRelInfo *resultRelInfo, TupleTableSlot *slot,
												  TupleTableSlot *planSlot);
extern void snowflakeEndForeignModify(EState *estate, ResultRelInfo *resultRelInfo);
extern void snowflakeBeginForeignInsert(ModifyTableState *mtstate, ResultRelInfo *resultRelInfo);
extern void snowflakeEndForeignInsert(EState *estate, ResultRelInfo *resultRelInfo);
extern void snowflakeExplainForeignModify(ModifyTableState *mtstate, ResultRelInfo *resultRelInfo, List *fdw_private,
										  int subplan_index, struct ExplainState *es);

/* in truncate.c */
extern void snowflakeExecForeignTruncate(List *rels, DropBehavior behavior, bool restart_seqs);

#endif							/* SF_WRITE_WRITE_H */
