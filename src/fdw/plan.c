/*
 * plan.c
 *	  Planning a scan of a data table: size, paths, the remote statement.
 *
 * Column pruning is done here; of the clauses only LIMIT is sent, and only
 * where the foreign scan is the whole query below it.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/planmain.h"
#include "optimizer/prep.h"
#include "optimizer/restrictinfo.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/sqltext.h"
#include "core/compat.h"
#include "deparse/select.h"
#include "fdw/fdw.h"

/*
 * A round trip costs far more than a page, a row travels as text; rough
 * figures that only have to rank plans.
 */
#define SF_STARTUP_COST		1000.0
#define SF_ROW_COST			0.02
#define SF_DEFAULT_ROWS		1000.0

static Bitmapset *wanted_attributes(RelOptInfo *rel);
static void add_limit_path(PlannerInfo *root, RelOptInfo *input_rel, RelOptInfo *final_rel, FinalPathExtraData *extra);
static bool is_subquery(const char *sql);
static Node *limit_node(Node *clause);
static bool limit_constant(Node *node, int64 *value);
static void refuse_row_locks(PlannerInfo *root, Index relid);

void
snowflakeGetForeignRelSize(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid)
{
	SfRelInfo  *info = palloc0(sizeof(SfRelInfo));

	info->options = sf_table_options(foreigntableid);
	info->attrs = wanted_attributes(baserel);
	baserel->fdw_private = info;

	/* without ANALYZE nothing is known */
	if (baserel->tuples <= 0)
		baserel->tuples = SF_DEFAULT_ROWS;
	set_baserel_size_estimates(root, baserel);

	info->rows = baserel->tuples;
	info->width = baserel->reltarget->width;
	/* the remote side works through the table before the first row comes */
	info->startup_cost = SF_STARTUP_COST + info->rows * SF_ROW_COST / 2;
	info->total_cost = SF_STARTUP_COST + info->rows * SF_ROW_COST;
}

void
snowflakeGetForeignPaths(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid)
{
	SfRelInfo  *info = baserel->fdw_private;
	Cost		filter = info->rows * (baserel->baserestrictcost.per_tuple + cpu_tuple_cost);

	add_path(baserel, (Path *)
			 sf_create_foreignscan_path(root, baserel, NULL, baserel->rows,
										info->startup_cost + baserel->baserestrictcost.startup,
										info->total_cost + baserel->baserestrictcost.startup + filter,
										NIL, baserel->lateral_relids, NULL, NIL));
}

/*
 * LIMIT and OFFSET, for the last step of a query.
 */
void
snowflakeGetForeignUpperPaths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input_rel,
							  RelOptInfo *output_rel, void *extra)
{
	if (stage == UPPERREL_FINAL && sf_guc_enable_pushdown)
		add_limit_path(root, input_rel, output_rel, extra);
}

ForeignScan *
snowflakeGetForeignPlan(PlannerInfo *root, RelOptInfo *rel, Oid foreigntableid, ForeignPath *best_path,
						List *tlist, List *scan_clauses, Plan *outer_plan)
{
	SfRelInfo  *info = rel->fdw_private;
	RangeTblEntry *rte = planner_rt_fetch(rel->relid, root);
	Relation	relation;
	SfRemoteSelect *select;
	int64		limit = -1;
	int64		offset = 0;
	List	   *private;

	refuse_row_locks(root, rel->relid);
	if (best_path->fdw_private)
	{
		limit_constant(list_nth(best_path->fdw_private, SfPathPrivateLimit), &limit);
		limit_constant(list_nth(best_path->fdw_private, SfPathPrivateOffset), &offset);
	}

	relation = table_open(rte->relid, NoLock);
	select = sf_deparse_select(relation, info->options, info->attrs, limit, Max(offset, 0));
	table_close(relation, NoLock);

	private = list_make3(makeString(select->sql ? select->sql : ""), select->attnums, makeInteger(select->match));
	return make_foreignscan(tlist, extract_actual_clauses(scan_clauses, false), rel->relid,
							NIL, private, NIL, NIL, outer_plan);
}

/*
 * Attributes that the query above the scan or a local filter needs.
 */
static Bitmapset *
wanted_attributes(RelOptInfo *rel)
{
	Bitmapset  *attrs = NULL;
	ListCell   *cell;

	pull_varattnos((Node *) rel->reltarget->exprs, rel->relid, &attrs);
	foreach(cell, rel->baserestrictinfo)
		pull_varattnos((Node *) lfirst_node(RestrictInfo, cell)->clause, rel->relid, &attrs);
	return attrs;
}

/*
 * A LIMIT may be sent when nothing between it and the scan changes the number
 * or the order of rows: one foreign table, no filter (filters are local), no
 * grouping, sorting, locking or set-returning function, constants only.
 */
static void
add_limit_path(PlannerInfo *root, RelOptInfo *input_rel, RelOptInfo *final_rel, FinalPathExtraData *extra)
{
	Query	   *parse = root->parse;
	SfRelInfo  *info = input_rel->fdw_private;
	int64		limit;
	int64		offset;
	double		rows;

	if (!extra->limit_needed || parse->commandType != CMD_SELECT || input_rel->reloptkind != RELOPT_BASEREL)
		return;
	if (input_rel->baserestrictinfo || input_rel->lateral_relids || info == NULL)
		return;
	if (parse->rowMarks || parse->sortClause || parse->distinctClause || parse->groupClause || parse->groupingSets ||
		parse->hasAggs || parse->havingQual || parse->hasWindowFuncs || parse->hasTargetSRFs || parse->setOperations ||
		parse->limitOption == LIMIT_OPTION_WITH_TIES)
		return;
	if (!limit_constant(parse->limitCount, &limit) || !limit_constant(parse->limitOffset, &offset) || offset < -1)
		return;
	if (info->options->query_id)
		return;
	if (info->options->query && !is_subquery(info->options->query))
		return;

	rows = limit < 0 ? info->rows : Min(info->rows, (double) limit);
	add_path(final_rel, (Path *)
			 sf_create_foreign_upper_path(root, input_rel, root->upper_targets[UPPERREL_FINAL], rows,
										  SF_STARTUP_COST, SF_STARTUP_COST + rows * cpu_tuple_cost,
										  NIL, list_make2(limit_node(parse->limitCount), limit_node(parse->limitOffset))));
}

static bool
is_subquery(const char *sql)
{
	SfSqlText	text;

	sf_sqltext_scan(sql, &text);
	return text.subquery;
}

static Node *
limit_node(Node *clause)
{
	return clause ? copyObject(clause) : (Node *) makeNullConst(INT8OID, -1, InvalidOid);
}

/*
 * The value of a LIMIT or OFFSET clause; -1 when absent or NULL.  False when
 * it is not a constant or negative.
 */
static bool
limit_constant(Node *node, int64 *value)
{
	*value = -1;
	if (node == NULL)
		return true;
	if (!IsA(node, Const))
		return false;
	if (((Const *) node)->constisnull)
		return true;
	*value = DatumGetInt64(((Const *) node)->constvalue);
	return *value >= 0;
}

/*
 * Snowflake has no row locks; a clause that asks for one must not seem to
 * work.
 */
static void
refuse_row_locks(PlannerInfo *root, Index relid)
{
	PlanRowMark *mark = get_plan_rowmark(root->rowMarks, relid);

	if (mark && mark->strength != LCS_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("row locks are not supported on Snowflake tables"),
				 errhint("Leave out FOR UPDATE or FOR SHARE, or name the other tables in its OF list.")));
}
