/*
 * snowflake_fdw.c
 *	  The extension's entry points: initialisation, handler, validator.
 *
 * One FdwRoutine serves data tables and tables of account objects; the option
 * "kind" tells them apart.
 */
#include "postgres.h"

#include "access/reloptions.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "fmgr.h"
#include "foreign/fdwapi.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"

#include "core/compat.h"
#include "core/options.h"
#include "core/version.h"
#include "fdw/change.h"
#include "fdw/constant.h"
#include "fdw/fdw.h"
#include "fdw/remote_rel.h"
#include "objects/catalog.h"
#include "objects/objects.h"
#include "types/typemap.h"
#include "write/write.h"

SF_MODULE_MAGIC("snowflake_fdw", SF_VERSION);

PG_FUNCTION_INFO_V1(snowflake_fdw_handler);
PG_FUNCTION_INFO_V1(snowflake_fdw_validator);

void		_PG_init(void);

static void check_kind(List *options);
static bool is_object_table(Oid relid);
static bool is_object_scan(const ForeignScanState *node);
static void get_rel_size(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid);
static void get_paths(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid);
static void get_join_paths(PlannerInfo *root, RelOptInfo *joinrel, RelOptInfo *outerrel, RelOptInfo *innerrel,
						   JoinType jointype, JoinPathExtraData *extra);
static void get_upper_paths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input_rel, RelOptInfo *output_rel,
							void *extra);
static ForeignScan *get_plan(PlannerInfo *root, RelOptInfo *rel, Oid foreigntableid, ForeignPath *best_path,
							 List *tlist, List *scan_clauses, Plan *outer_plan);
static void begin_scan(ForeignScanState *node, int eflags);
static TupleTableSlot *iterate_scan(ForeignScanState *node);
static void rescan(ForeignScanState *node);
static void end_scan(ForeignScanState *node);
static void explain_scan(ForeignScanState *node, ExplainState *es);
static int	is_updatable(Relation rel);
static void add_update_targets(PlannerInfo *root, Index rtindex, RangeTblEntry *target_rte, Relation target_relation);
static List *plan_modify(PlannerInfo *root, ModifyTable *plan, Index resultRelation, int subplan_index);
static void begin_modify(ModifyTableState *mtstate, ResultRelInfo *resultRelInfo, List *fdw_private, int subplan_index,
						 int eflags);
static void begin_insert(ModifyTableState *mtstate, ResultRelInfo *resultRelInfo);
static bool analyze_table(Relation relation, AcquireSampleRowsFunc *acquire, BlockNumber *pages);
static List *import_schema(ImportForeignSchemaStmt *stmt, Oid serverOid);

/*
 * Defines the settings and the planner's hooks.  Nothing else happens at load time: libcurl and
 * OpenSSL are initialised by the first request of a backend.
 */
void
_PG_init(void)
{
	sf_guc_init();
	sf_whole_init();
	sf_bind_init();
	sf_constant_init();
	sf_write_init();
}

/*
 * Callbacks of the planner ask the table's options, those of the executor the
 * plan: a cached plan stays what it is.
 */
Datum
snowflake_fdw_handler(PG_FUNCTION_ARGS)
{
	FdwRoutine *routine = makeNode(FdwRoutine);

	routine->GetForeignRelSize = get_rel_size;
	routine->GetForeignPaths = get_paths;
	routine->GetForeignJoinPaths = get_join_paths;
	routine->GetForeignPlan = get_plan;
	routine->GetForeignUpperPaths = get_upper_paths;
	routine->BeginForeignScan = begin_scan;
	routine->IterateForeignScan = iterate_scan;
	routine->ReScanForeignScan = rescan;
	routine->EndForeignScan = end_scan;
	routine->ExplainForeignScan = explain_scan;
	routine->IsForeignPathAsyncCapable = snowflakeIsForeignPathAsyncCapable;
	routine->ForeignAsyncRequest = snowflakeForeignAsyncRequest;
	routine->ForeignAsyncConfigureWait = snowflakeForeignAsyncConfigureWait;
	routine->ForeignAsyncNotify = snowflakeForeignAsyncNotify;
	routine->IsForeignRelUpdatable = is_updatable;
	routine->AddForeignUpdateTargets = add_update_targets;
	routine->PlanForeignModify = plan_modify;
	routine->BeginForeignModify = begin_modify;
	routine->GetForeignModifyBatchSize = snowflakeGetForeignModifyBatchSize;
	routine->ExecForeignInsert = snowflakeExecForeignInsert;
	routine->ExecForeignBatchInsert = snowflakeExecForeignBatchInsert;
	routine->ExecForeignUpdate = snowflakeExecForeignUpdate;
	routine->ExecForeignDelete = snowflakeExecForeignDelete;
	routine->EndForeignModify = snowflakeEndForeignModify;
	routine->BeginForeignInsert = begin_insert;
	routine->EndForeignInsert = snowflakeEndForeignInsert;
	routine->ExplainForeignModify = snowflakeExplainForeignModify;
	routine->BeginDirectModify = snowflakeBeginDirectModify;
	routine->IterateDirectModify = snowflakeIterateDirectModify;
	routine->EndDirectModify = snowflakeEndForeignScan;
	routine->ExplainDirectModify = snowflakeExplainForeignScan;
	routine->ExecForeignTruncate = snowflakeExecForeignTruncate;
	routine->AnalyzeForeignTable = analyze_table;
	routine->ImportForeignSchema = import_schema;
	PG_RETURN_POINTER(routine);
}

/*
 * Throws HV00D, 22023 or 42501 for what a CREATE or ALTER may not say; no
 * network.
 */
Datum
snowflake_fdw_validator(PG_FUNCTION_ARGS)
{
	List	   *options = untransformRelOptions(PG_GETARG_DATUM(0));
	ListCell   *cell;

	sf_options_validate(options, PG_GETARG_OID(1));
	if (PG_GETARG_OID(1) == ForeignTableRelationId)
		check_kind(options);
	if (PG_GETARG_OID(1) == AttributeRelationId)
	{
		foreach(cell, options)
		{
			DefElem    *option = lfirst(cell);

			if (strcmp(option->defname, "remote_type") == 0)
				sf_remote_type_check(defGetString(option));
			if (strcmp(option->defname, "remote_collation") == 0)
				sf_remote_collation_check(defGetString(option));
		}
	}
	PG_RETURN_VOID();
}

/*
 * Throws 22023 for a kind that there is not, or that does not lie where the
 * other options say.
 */
static void
check_kind(List *options)
{
	const SfKindDef *kind = NULL;
	bool		database = false;
	bool		schema = false;
	ListCell   *cell;

	foreach(cell, options)
	{
		DefElem    *option = lfirst(cell);

		if (strcmp(option->defname, "kind") == 0)
			kind = sf_kind_find(defGetString(option));
		database |= strcmp(option->defname, "database") == 0;
		schema |= strcmp(option->defname, "schema") == 0;
	}
	if (kind)
		sf_kind_check_place(kind, database, schema);
}

/*
 * Whether the table's option kind makes it one of objects/.  Reads the catalog
 * and throws for options that it does not take; no network.
 */
static bool
is_object_table(Oid relid)
{
	return sf_table_options(relid)->kind != NULL;
}

/*
 * By the plan alone: the table's options may have changed since.
 */
static bool
is_object_scan(const ForeignScanState *node)
{
	return sf_is_object_plan((ForeignScan *) node->ss.ps.plan);
}

static void
get_rel_size(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid)
{
	if (is_object_table(foreigntableid))
		sf_object_rel_size(root, baserel, foreigntableid);
	else
		snowflakeGetForeignRelSize(root, baserel, foreigntableid);
}

static void
get_paths(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid)
{
	if (is_object_table(foreigntableid))
		sf_object_paths(root, baserel, foreigntableid);
	else
		snowflakeGetForeignPaths(root, baserel, foreigntableid);
}

static void
get_join_paths(PlannerInfo *root, RelOptInfo *joinrel, RelOptInfo *outerrel, RelOptInfo *innerrel, JoinType jointype,
			   JoinPathExtraData *extra)
{
	int			number = -1;

	while ((number = bms_next_member(joinrel->relids, number)) >= 0)
	{
		RangeTblEntry *rte = planner_rt_fetch(number, root);

		if (rte->rtekind == RTE_RELATION && is_object_table(rte->relid))
			return;
	}
	snowflakeGetForeignJoinPaths(root, joinrel, outerrel, innerrel, jointype, extra);
}

/*
 * Tables of objects/ compute nothing remotely: they have no upper paths.
 */
static void
get_upper_paths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input_rel, RelOptInfo *output_rel, void *extra)
{
	if (!IS_SIMPLE_REL(input_rel) || !is_object_table(planner_rt_fetch(input_rel->relid, root)->relid))
		snowflakeGetForeignUpperPaths(root, stage, input_rel, output_rel, extra);
}

static ForeignScan *
get_plan(PlannerInfo *root, RelOptInfo *rel, Oid foreigntableid, ForeignPath *best_path,
		 List *tlist, List *scan_clauses, Plan *outer_plan)
{
	if (sf_is_whole_path(best_path))
		return sf_whole_plan(root, best_path, tlist, outer_plan);
	if (sf_is_remote_rel_path(best_path))
		return sf_remote_rel_plan(root, best_path, tlist, outer_plan);
	if (OidIsValid(foreigntableid) && is_object_table(foreigntableid))
	{
		sf_refuse_row_locks(root, rel->relid);
		return sf_object_plan(root, rel, foreigntableid, best_path, tlist, scan_clauses, outer_plan);
	}
	return snowflakeGetForeignPlan(root, rel, foreigntableid, best_path, tlist, scan_clauses, outer_plan);
}

static void
begin_scan(ForeignScanState *node, int eflags)
{
	if (is_object_scan(node))
		sf_object_begin_scan(node, eflags);
	else
		snowflakeBeginForeignScan(node, eflags);
}

static TupleTableSlot *
iterate_scan(ForeignScanState *node)
{
	if (is_object_scan(node))
		return sf_object_iterate_scan(node);
	return snowflakeIterateForeignScan(node);
}

static void
rescan(ForeignScanState *node)
{
	if (is_object_scan(node))
		sf_object_rescan(node);
	else
		snowflakeReScanForeignScan(node);
}

static void
end_scan(ForeignScanState *node)
{
	if (is_object_scan(node))
		sf_object_end_scan(node);
	else
		snowflakeEndForeignScan(node);
}

static void
explain_scan(ForeignScanState *node, ExplainState *es)
{
	if (is_object_scan(node))
		sf_object_explain_scan(node, es);
	else
		snowflakeExplainForeignScan(node, es);
}

static int
is_updatable(Relation rel)
{
	return is_object_table(RelationGetRelid(rel)) ? sf_object_updatable(rel) : snowflakeIsForeignRelUpdatable(rel);
}

static void
add_update_targets(PlannerInfo *root, Index rtindex, RangeTblEntry *target_rte, Relation target_relation)
{
	if (is_object_table(RelationGetRelid(target_relation)))
		sf_object_update_targets(root, rtindex, target_rte, target_relation);
	else
		snowflakeAddForeignUpdateTargets(root, rtindex, target_rte, target_relation);
}

static List *
plan_modify(PlannerInfo *root, ModifyTable *plan, Index resultRelation, int subplan_index)
{
	if (is_object_table(planner_rt_fetch(resultRelation, root)->relid))
		return sf_object_plan_modify(root, plan, resultRelation, subplan_index);
	return snowflakePlanForeignModify(root, plan, resultRelation, subplan_index);
}

static void
begin_modify(ModifyTableState *mtstate, ResultRelInfo *resultRelInfo, List *fdw_private, int subplan_index, int eflags)
{
	if (sf_is_object_modify(fdw_private))
		sf_object_begin_modify(mtstate, resultRelInfo, fdw_private, eflags);
	else
		snowflakeBeginForeignModify(mtstate, resultRelInfo, fdw_private, subplan_index, eflags);
}

static void
begin_insert(ModifyTableState *mtstate, ResultRelInfo *resultRelInfo)
{
	if (is_object_table(RelationGetRelid(resultRelInfo->ri_RelationDesc)))
		sf_object_begin_insert(mtstate, resultRelInfo);
	else
		snowflakeBeginForeignInsert(mtstate, resultRelInfo);
}

/*
 * A table of objects/ has no statistics: PostgreSQL says that it is skipped.
 */
static bool
analyze_table(Relation relation, AcquireSampleRowsFunc *acquire, BlockNumber *pages)
{
	return !is_object_table(RelationGetRelid(relation)) && snowflakeAnalyzeForeignTable(relation, acquire, pages);
}

static List *
import_schema(ImportForeignSchemaStmt *stmt, Oid serverOid)
{
	if (strcmp(stmt->remote_schema, SF_OBJECTS_SCHEMA) == 0)
		return sf_object_import(stmt, serverOid);
	return snowflakeImportForeignSchema(stmt, serverOid);
}
