/*
 * objects.h
 *	  Account objects as foreign tables: the FDW callbacks.
 */
#ifndef SF_OBJECTS_OBJECTS_H
#define SF_OBJECTS_OBJECTS_H

#include "postgres.h"

#include "foreign/fdwapi.h"
#include "nodes/pathnodes.h"

/* The remote schema of IMPORT FOREIGN SCHEMA that stands for the account's objects. */
#define SF_OBJECTS_SCHEMA "snowflake_objects"

/*
 * ForeignScan->fdw_private; the first element tells it from the plan of a data
 * table.
 */
enum SfObjectPrivateIndex
{
	SfObjectPrivateMark,		/* Integer */
	SfObjectPrivateFilters,		/* integer List: SfFilterUse per fdw_exprs */
	SfObjectPrivateRootOnly,	/* Integer */
	SfObjectPrivateLimit,		/* Integer: rows wanted, 0: all */
	SfObjectPrivateColumns		/* integer List: numbers of the columns that
								 * are looked at, 0: all */
};

/* What an expression of fdw_exprs restricts. */
typedef enum SfFilterUse
{
	SF_USE_DATABASE,
	SF_USE_SCHEMA,
	SF_USE_NAME,
	SF_USE_LIKE,
	SF_USE_STARTS_WITH,
	SF_USE_CONDITION			/* with the next two */
} SfFilterUse;

/* A condition in a statement: an SfConditionOp on a column of the kind, by its number. */
#define SF_USE_OF_CONDITION(op, column) (SF_USE_CONDITION | (op) << 8 | (column) << 16)
#define SF_USE_KIND(use)	((use) & 0xFF)
#define SF_USE_OP(use)		((use) >> 8 & 0xFF)
#define SF_USE_COLUMN(use)	((use) >> 16)

/* Whether it is the plan of an object table. */
extern bool sf_is_object_plan(const ForeignScan *plan);

/* in plan.c */
extern void sf_object_rel_size(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid);
extern void sf_object_paths(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid);
extern ForeignScan *sf_object_plan(PlannerInfo *root, RelOptInfo *rel, Oid foreigntableid, ForeignPath *best_path,
								   List *tlist, List *scan_clauses, Plan *outer_plan);

/* in scan.c */
extern void sf_object_begin_scan(ForeignScanState *node, int eflags);
extern TupleTableSlot *sf_object_iterate_scan(ForeignScanState *node);
extern void sf_object_rescan(ForeignScanState *node);
extern void sf_object_end_scan(ForeignScanState *node);
extern void sf_object_explain_scan(ForeignScanState *node, struct ExplainState *es);

/*
 * in modify.c: the callbacks of writing.  sf_object_begin_modify and sf_object_begin_insert take over the executor's
 * further calls for the relation.
 */
extern bool sf_is_object_modify(List *fdw_private);
extern int	sf_object_updatable(Relation rel);
extern void sf_object_update_targets(PlannerInfo *root, Index rtindex, RangeTblEntry *target_rte,
									 Relation target_relation);
extern List *sf_object_plan_modify(PlannerInfo *root, ModifyTable *plan, Index resultRelation, int subplan_index);
extern void sf_object_begin_modify(ModifyTableState *mtstate, ResultRelInfo *resultRelInfo, List *fdw_private,
								   int eflags);
extern void sf_object_begin_insert(ModifyTableState *mtstate, ResultRelInfo *resultRelInfo);

/* in import.c; makes no request */
extern List *sf_object_import(ImportForeignSchemaStmt *stmt, Oid serverOid);

#endif							/* SF_OBJECTS_OBJECTS_H */
