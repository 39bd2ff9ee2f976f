/*
 * plan.c
 *	  Planning a scan of a data table: size, paths, the remote statement.
 *
 * Columns are pruned, conditions are sent where deparse/ship.c says that
 * Snowflake answers them as PostgreSQL does, and a LIMIT where the foreign
 * scan is the whole query below it.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "optimizer/planmain.h"
#include "optimizer/prep.h"
#include "optimizer/restrictinfo.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "core/compat.h"
#include "deparse/level.h"
#include "deparse/select.h"
#include "deparse/ship.h"
#include "fdw/bind.h"
#include "fdw/constant.h"
#include "fdw/fdw.h"
#include "fdw/remote_rel.h"

#define SORT_FACTOR			1.05

static void classify_conditions(PlannerInfo *root, RelOptInfo *baserel, Oid relid, SfRelInfo *info);
static bool decided_here(PlannerInfo *root, Oid relid, Index varno, RestrictInfo *condition, SfRelInfo *info);
static Node *for_display(Node *node, void *context);
static Bitmapset *wanted_attributes(RelOptInfo *rel, List *conditions);
static List *scan_private(PlannerInfo *root, RelOptInfo *rel, Relation relation, ForeignPath *path, List **params);
static const char *count_text(Node *node, List *params);
static void add_sorted_path(PlannerInfo *root, RelOptInfo *baserel, Cost local_cost);
static bool ship_sort(SfShip *ship, List *sort, List *keys);
static Node *limit_node(Node *clause);

void
snowflakeGetForeignRelSize(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid)
{
	SfRelInfo  *info = palloc0(sizeof(SfRelInfo));

	info->options = sf_table_options(foreigntableid);
	classify_conditions(root, baserel, foreigntableid, info);
	info->attrs = wanted_attributes(baserel, info->local);
	baserel->fdw_private = info;

	sf_estimate_scan(root, baserel, info);
	if (info->empty)
		mark_dummy_rel(baserel);
}

void
snowflakeGetForeignPaths(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid)
{
	SfRelInfo  *info = baserel->fdw_private;
	QualCost	local;

	cost_qual_eval(&local, info->local, root);
	add_path(baserel, (Path *)
			 sf_create_foreignscan_path(root, baserel, NULL, baserel->rows,
										info->startup_cost + local.startup,
										info->total_cost + local.startup +
										info->rows * (local.per_tuple + cpu_tuple_cost),
										NIL, baserel->lateral_relids, NULL, NIL));
	add_sorted_path(root, baserel, local.startup + info->rows * (local.per_tuple + cpu_tuple_cost));
}

/*
 * In the query's order, where Snowflake sorts as PostgreSQL does.
 */
static void
add_sorted_path(PlannerInfo *root, RelOptInfo *baserel, Cost local_cost)
{
	SfRelInfo  *info = baserel->fdw_private;
	StringInfoData scratch;
	SfShip		ship;
	List	   *sort = NIL;
	List	   *keys = NIL;
	ListCell   *cell;

	if (!sf_guc_enable_pushdown || !sf_guc_enable_sort_pushdown || root->query_pathkeys == NIL ||
		!sf_deparse_extensible(info->options))
		return;
	foreach(cell, root->query_pathkeys)
	{
		if (!sf_sort_clause(baserel, lfirst_node(PathKey, cell), &sort, &keys))
			return;
	}
	initStringInfo(&scratch);
	sf_ship_begin(&ship, planner_rt_fetch(baserel->relid, root)->relid, baserel->relid, sf_is_rescanned(root),
				  &scratch);

	/*
	 * a value that is only known later may have no form there, and the scan
	 * then no order
	 */
	if (!ship_sort(&ship, sort, keys) || ship.markers)
		return;
	add_path(baserel, (Path *)
			 sf_create_foreignscan_path(root, baserel, NULL, baserel->rows, info->startup_cost + local_cost,
										info->total_cost * SORT_FACTOR + local_cost, root->query_pathkeys,
										baserel->lateral_relids, NULL,
										list_make4(limit_node(NULL), limit_node(NULL), sort, keys)));
}

static bool
ship_sort(SfShip *ship, List *sort, List *keys)
{
	if (sort == NIL)
		return true;
	appendStringInfoString(ship->sql, " ORDER BY ");
	return sf_ship_order(ship, sort, keys, false);
}

ForeignScan *
snowflakeGetForeignPlan(PlannerInfo *root, RelOptInfo *rel, Oid foreigntableid, ForeignPath *best_path,
						List *tlist, List *scan_clauses, Plan *outer_plan)
{
	SfRelInfo  *info = rel->fdw_private;
	RangeTblEntry *rte = planner_rt_fetch(rel->relid, root);
	Relation	relation;
	List	   *local = NIL;
	List	   *params = NIL;
	List	   *private;
	ListCell   *cell;

	sf_refuse_row_locks(root, rel->relid);
	foreach(cell, scan_clauses)
	{
		if (!list_member_ptr(info->remote, lfirst(cell)) && !list_member_ptr(info->decided, lfirst(cell)))
			local = lappend(local, lfirst(cell));
	}
	relation = table_open(rte->relid, NoLock);
	private = scan_private(root, rel, relation, best_path, &params);
	table_close(relation, NoLock);

	/*
	 * the conditions sent are looked at again when a row is checked anew
	 * after a lock
	 */
	return make_foreignscan(tlist, extract_actual_clauses(local, false), rel->relid, params, private, NIL,
							extract_actual_clauses(info->remote, false), outer_plan);
}

/*
 * Which conditions Snowflake answers; of the others, why not.
 */
static void
classify_conditions(PlannerInfo *root, RelOptInfo *baserel, Oid relid, SfRelInfo *info)
{
	StringInfoData scratch;
	SfShip		ship;
	ListCell   *cell;

	initStringInfo(&scratch);
	sf_ship_begin(&ship, relid, baserel->relid, sf_is_rescanned(root), &scratch);
	sf_ship_conditions(&ship, baserel->baserestrictinfo);
	foreach(cell, baserel->baserestrictinfo)
	{
		RestrictInfo *condition = lfirst_node(RestrictInfo, cell);
		const char *why;

		if (condition->pseudoconstant)
		{
			info->local = lappend(info->local, condition);
			continue;
		}
		if (decided_here(root, relid, baserel->relid, condition, info))
			continue;
		if (!sf_guc_enable_pushdown)
			why = "snowflake_fdw.enable_pushdown is off";
		else if (!sf_guc_enable_filter_pushdown)
			why = "snowflake_fdw.enable_filter_pushdown is off";
		else if (!sf_deparse_extensible(info->options))
			why = "the table is a finished statement or result";
		else if (sf_ship_condition(&ship, (Node *) condition->clause))
		{
			info->remote = lappend(info->remote, condition);
			continue;
		}
		else
		{
			why = ship.refusal;
			if (sf_ship_prefilter(&ship, (Node *) condition->clause))
			{
				info->wider = lappend(info->wider, condition);
				why = psprintf("%s; a wider condition is sent", why);
			}
		}
		info->local = lappend(info->local, condition);
		info->kept = lappend(info->kept, list_make2(copyObject(condition->clause), makeString(pstrdup(why))));
	}
}

/*
 * Whether the table's constants say that the condition holds for every row, or
 * for none.
 */
static bool
decided_here(PlannerInfo *root, Oid relid, Index varno, RestrictInfo *condition, SfRelInfo *info)
{
	Const	   *result = (Const *) sf_condition_of_constants(root, relid, varno, (Node *) condition->clause);

	if (result == NULL || !IsA(result, Const))
		return false;
	if (result->constisnull || !DatumGetBool(result->constvalue))
		info->empty = true;
	info->decided = lappend(info->decided, condition);
	return true;
}

bool
sf_is_rescanned(PlannerInfo *root)
{
	for (PlannerInfo *outer = root->parent_root; outer; outer = outer->parent_root)
	{
		if (outer->plan_params != NIL)
			return true;
	}
	return false;
}

/*
 * The statement, and all else that the scan has to know; params are the
 * expressions whose values it waits for.
 */
static List *
scan_private(PlannerInfo *root, RelOptInfo *rel, Relation relation, ForeignPath *path, List **params)
{
	Node	   *limit = NULL;
	Node	   *offset = NULL;
	List	   *sort = NIL;
	List	   *keys = NIL;
	List	   *bind = NIL;
	int			at;
	const char *order;
	SfRelInfo  *info = rel->fdw_private;
	List	   *kept = NIL;
	List	   *sent = list_concat_copy(info->remote, info->wider);
	SfRemoteSelect *select;
	SfRemoteSelect *whole = NULL;
	SfScanPlan	plan = {0};
	StringInfoData sql;
	StringInfoData whole_sql;
	SfShip		ship;
	ListCell   *cell;

	if (path->fdw_private)
	{
		limit = list_nth(path->fdw_private, SfPathPrivateLimit);
		offset = list_nth(path->fdw_private, SfPathPrivateOffset);
		sort = list_nth(path->fdw_private, SfPathPrivateSort);
		keys = list_nth(path->fdw_private, SfPathPrivateKeys);
		if (list_length(path->fdw_private) > SfPathPrivateBind)
			bind = list_nth(path->fdw_private, SfPathPrivateBind);
	}
	initStringInfo(&sql);
	initStringInfo(&whole_sql);
	select = sf_deparse_select(relation, info->options, info->attrs, &sql);
	sf_ship_begin(&ship, RelationGetRelid(relation), rel->relid, sf_is_rescanned(root), &sql);
	sf_ship_conditions(&ship, rel->baserestrictinfo);
	ship.markers = list_copy(select->markers);
	foreach(cell, sent)
	{
		Node	   *clause = (Node *) lfirst_node(RestrictInfo, cell)->clause;

		appendStringInfoString(&sql, cell == list_head(sent) ? " WHERE " : " AND ");
		if (!(list_member_ptr(info->wider, lfirst(cell)) ? sf_ship_prefilter(&ship, clause) :
			  sf_ship_condition(&ship, clause)))
			elog(ERROR, "a condition was shippable and is not any more: %s", ship.refusal ? ship.refusal : "");
	}
	sf_bind_conditions(bind, &ship, sent ? " AND " : " WHERE ");
	at = sql.len;
	if (!ship_sort(&ship, sort, keys))
		elog(ERROR, "an ORDER BY was shippable and is not any more: %s", ship.refusal);
	order = pstrdup(sql.data + at);
	if (!sf_ship_limit(&ship, limit, offset))
		elog(ERROR, "a LIMIT was shippable and is not any more: %s", ship.refusal);
	if (ship.params)
	{
		whole = sf_deparse_select(relation, info->options, wanted_attributes(rel, rel->baserestrictinfo), &whole_sql);
		appendStringInfoString(&whole_sql, order);
	}
	foreach(cell, info->kept)
	{
		List	   *pair = copyObject(lfirst(cell));

		linitial(pair) = for_display(linitial(pair), NULL);
		ChangeVarNodes(linitial(pair), rel->relid, 1, 0);
		kept = lappend(kept, pair);
	}
	*params = sf_bind_plan(root, bind, ship.params, &plan);
	plan.unit = "scan";
	plan.sql = sql.data;
	plan.attnums = select->attnums;
	plan.match = select->match;
	plan.markers = ship.markers;
	plan.whole_sql = whole ? whole_sql.data : NULL;
	plan.whole_markers = whole ? whole->markers : NIL;
	plan.whole_attnums = whole ? whole->attnums : NIL;
	plan.limit = count_text(limit, ship.params);
	plan.offset = count_text(offset, ship.params);
	plan.kept = kept;
	plan.tables = list_make1_oid(RelationGetRelid(relation));
	return sf_scan_private(&plan);
}

/*
 * A number of rows, or $n, one of the params; NULL for none.
 */
static const char *
count_text(Node *node, List *params)
{
	int64		count;
	int			number = 1;
	ListCell   *cell;

	if (sf_count_constant(node, &count))
		return count < 0 ? NULL : psprintf(INT64_FORMAT, count);
	foreach(cell, params)
	{
		if (equal(lfirst(cell), node))
			break;
		number++;
	}
	return psprintf("$%d", number);
}

/*
 * A kept condition as EXPLAIN prints it without a plan around it: without
 * placeholders, and with $n for what the executor computes, whose origin
 * PostgreSQL 17 and later look up in the plan.
 */
static Node *
for_display(Node *node, void *context)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, PlaceHolderVar))
		return for_display((Node *) ((PlaceHolderVar *) node)->phexpr, context);
	if (IsA(node, Param))
	{
		Param	   *param = copyObject((Param *) node);

		if (param->paramkind == PARAM_EXEC)
			param->paramid++;
		param->paramkind = PARAM_EXTERN;
		return (Node *) param;
	}
	return expression_tree_mutator(node, for_display, context);
}

/*
 * Attributes that the query above the scan or one of these conditions needs.
 */
static Bitmapset *
wanted_attributes(RelOptInfo *rel, List *conditions)
{
	Bitmapset  *attrs = NULL;
	ListCell   *cell;

	pull_varattnos((Node *) rel->reltarget->exprs, rel->relid, &attrs);
	foreach(cell, conditions)
		pull_varattnos((Node *) lfirst_node(RestrictInfo, cell)->clause, rel->relid, &attrs);
	return attrs;
}

/*
 * A LIMIT may be sent when nothing between it and the scan changes the number
 * or the order of rows: one foreign table, no local condition, no grouping,
 * sorting, locking or set-returning function, constants and parameters only.
 */
void
sf_add_limit_path(PlannerInfo *root, RelOptInfo *input_rel, RelOptInfo *final_rel, FinalPathExtraData *extra)
{
	Query	   *parse = root->parse;
	SfRelInfo  *info = input_rel->fdw_private;
	double		rows;
	Cost		startup_cost;
	Cost		total_cost;

	if (!extra->limit_needed || parse->commandType != CMD_SELECT || input_rel->reloptkind != RELOPT_BASEREL)
		return;
	if (info == NULL || info->local || input_rel->lateral_relids)
		return;
	if (parse->rowMarks || parse->sortClause || parse->distinctClause || parse->groupClause || parse->groupingSets ||
		parse->hasAggs || parse->havingQual || parse->hasWindowFuncs || parse->hasTargetSRFs || parse->setOperations ||
		parse->limitOption == LIMIT_OPTION_WITH_TIES)
		return;
	if (!sf_is_count(parse->limitCount) || !sf_is_count(parse->limitOffset))
		return;
	if (!sf_deparse_extensible(info->options))
		return;

	/*
	 * as PostgreSQL estimates it: 0 for no LIMIT, -1 for one that is not
	 * known
	 */
	rows = extra->count_est == 0 ? info->rows :
		Min(info->rows, extra->count_est < 0 ? clamp_row_est(info->rows * 0.1) : (double) extra->count_est);
	sf_cost_statement(info->options, 0, rows, &startup_cost, &total_cost);
	add_path(final_rel, (Path *)
			 sf_create_foreign_upper_path(root, input_rel, root->upper_targets[UPPERREL_FINAL], rows,
										  startup_cost, total_cost,
										  NIL, list_make4(limit_node(parse->limitCount),
														  limit_node(parse->limitOffset), NIL, NIL)));
}

static Node *
limit_node(Node *clause)
{
	return clause ? copyObject(clause) : (Node *) makeNullConst(INT8OID, -1, InvalidOid);
}

void
sf_refuse_row_locks(PlannerInfo *root, Index relid)
{
	PlanRowMark *mark = get_plan_rowmark(root->rowMarks, relid);

	if (mark && mark->strength != LCS_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("row locks are not supported on Snowflake tables"),
				 errhint("Leave out FOR UPDATE or FOR SHARE, or name the other tables in its OF list.")));
}
