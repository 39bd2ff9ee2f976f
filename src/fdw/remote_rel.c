/*
 * remote_rel.c
 *	  A relation of the planner (a table, a join, groups, an ordered result)
 *	  as a query of its own, which Snowflake computes.
 *
 * The query has the planner's range table, so that its clauses need no
 * change, and is printed and judged as a whole query is: what Snowflake
 * computes otherwise than PostgreSQL is finished here.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "foreign/foreign.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/planmain.h"
#include "optimizer/restrictinfo.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"

#include "core/compat.h"
#include "core/options.h"
#include "deparse/query.h"
#include "deparse/select.h"
#include "fdw/bind.h"
#include "fdw/fdw.h"
#include "fdw/relations.h"
#include "fdw/remote_rel.h"

#define UPPER_FACTOR 0.98		/* groups and the like are never more rows
								 * than are below them: where costs differ by
								 * less than the planner looks at, Snowflake's */

/* ForeignPath->fdw_private of such a path; it begins as no other one does */
enum SfRelPathIndex
{
	SfRelPathUnit,				/* String */
	SfRelPathQuery,				/* Query */
	SfRelPathExprs,				/* the planner's expressions that it returns */
	SfRelPathLocal,				/* clauses that are evaluated here */
	SfRelPathTables,			/* Oid List */
	SfRelPathBind				/* as SfPathPrivateBind */
};

static bool is_unfit(Node *node, void *context);
static bool has_column(Node *node, void *context);
static bool has_every_clause(List *clauses, List *targets);
static bool other_digits(PlannerInfo *root, const SfRemoteQuery *printed);
static List *with_origins(List *scan_tlist, List *columns);
static bool is_as_printed(const SfRemoteQuery *printed);
static bool print(PlannerInfo *root, Query *query, List *tables, SfRemoteQuery *printed);
static Node *whole_aggregate(Node *node, void *context);
static bool may_have_no_form(List *params);
static Path *cheapest_path(RelOptInfo *rel);

SfRemoteRel *
sf_remote_rel(PlannerInfo *root, RelOptInfo *rel)
{
	SfRelInfo  *info = rel->fdw_private;
	SfRemoteRel *remote;
	RangeTblRef *ref;
	MemoryContext context;

	if (info == NULL || info->local)
		return NULL;
	if (info->remote_rel || !IS_SIMPLE_REL(rel))
		return info->remote_rel;
	if (!sf_deparse_extensible(info->options) || rel->lateral_relids)
		return NULL;

	/*
	 * as long as the relation: GEQO plans joins in a context of its own,
	 * which goes
	 */
	context = MemoryContextSwitchTo(GetMemoryChunkContext(rel));
	ref = makeNode(RangeTblRef);
	ref->rtindex = rel->relid;
	remote = palloc0(sizeof(SfRemoteRel));
	remote->from = (Node *) ref;
	remote->where = extract_actual_clauses(info->remote, false);
	remote->tables = list_make1_oid(planner_rt_fetch(rel->relid, root)->relid);
	remote->rows_read = rel->tuples;
	info->remote_rel = remote;
	MemoryContextSwitchTo(context);
	return remote;
}

SfRemoteRel *
sf_remote_rel_copy(const SfRemoteRel *remote)
{
	SfRemoteRel *copy = palloc(sizeof(SfRemoteRel));

	*copy = *remote;
	return copy;
}

Query *
sf_remote_rel_query(PlannerInfo *root, const SfRemoteRel *remote, PathTarget *target)
{
	Query	   *query = makeNode(Query);
	ListCell   *cell;
	ListCell   *number;
	int			i = 0;

	query->commandType = CMD_SELECT;
	query->rtable = list_copy(root->parse->rtable);
	forboth(cell, remote->subqueries, number, remote->numbers)
		list_nth_cell(query->rtable, lfirst_int(number) - 1)->ptr_value = lfirst(cell);
	query->jointree = makeFromExpr(list_make1(remote->from),
								   remote->where ? (Node *) make_ands_explicit(remote->where) : NULL);
	foreach(cell, target->exprs)
	{
		Index		clause = get_pathtarget_sortgroupref(target, i++);
		Node	   *node = lfirst(cell);
		TargetEntry *entry;

		if (!has_column(node, NULL))
			continue;
		entry = makeTargetEntry((Expr *) whole_aggregate(node, NULL), list_length(query->targetList) + 1, NULL, false);
		entry->ressortgroupref = clause;
		query->targetList = lappend(query->targetList, entry);
	}
	foreach(cell, remote->keys)
	{
		TargetEntry *entry = flatCopyTargetEntry(lfirst_node(TargetEntry, cell));

		entry->resno = list_length(query->targetList) + 1;
		query->targetList = lappend(query->targetList, entry);
	}
	query->groupClause = remote->groups;
	query->distinctClause = remote->distinct;
	query->sortClause = remote->sort;
	query->havingQual = remote->having ? (Node *) make_ands_explicit(remote->having) : NULL;
	query->limitCount = remote->limit;
	query->limitOffset = remote->offset;
	query->hasAggs = contain_aggs_of_level((Node *) query->targetList, 0) ||
		contain_aggs_of_level(query->havingQual, 0);
	if (!has_every_clause(remote->groups, query->targetList) || !has_every_clause(remote->sort, query->targetList) ||
		!has_every_clause(remote->distinct, query->targetList))
		return NULL;
	return query;
}

static bool
has_every_clause(List *clauses, List *targets)
{
	ListCell   *cell;

	foreach(cell, clauses)
	{
		ListCell   *target;

		foreach(target, targets)
		{
			if (lfirst_node(TargetEntry, target)->ressortgroupref ==
				lfirst_node(SortGroupClause, cell)->tleSortGroupRef)
				break;
		}
		if (target == NULL)
			return false;
	}
	return true;
}

/*
 * A partial aggregate whose states are values of the aggregate is that one,
 * of a part of the rows.
 */
static Node *
whole_aggregate(Node *node, void *context)
{
	if (node && IsA(node, Aggref) && ((Aggref *) node)->aggsplit == AGGSPLIT_INITIAL_SERIAL)
	{
		Aggref	   *whole = copyObject((Aggref *) node);

		whole->aggsplit = AGGSPLIT_SIMPLE;
		return (Node *) whole;
	}
	return node;
}

bool
sf_remote_rel_ships(PlannerInfo *root, const SfRemoteRel *remote, PathTarget *target)
{
	Query	   *query = sf_remote_rel_query(root, remote, target);
	SfRemoteQuery printed;

	return query != NULL && print(root, query, remote->tables, &printed);
}

/*
 * Exactly, if that is possible.
 */
static bool
print(PlannerInfo *root, Query *query, List *tables, SfRemoteQuery *printed)
{
	Oid			serverid = GetForeignTable(linitial_oid(tables))->serverid;
	bool		rescanned = sf_is_rescanned(root);

	if (is_unfit((Node *) query->targetList, NULL) || is_unfit((Node *) query->jointree, NULL) ||
		is_unfit(query->havingQual, NULL) || !sf_one_place(tables))
		return false;
	if (!sf_ship_query(query, false, rescanned, printed) &&
		!(sf_remote_division(serverid) && sf_ship_query(query, true, rescanned, printed)))
		return false;
	return !other_digits(root, printed) && !sf_reads_executor((Node *) printed->outputs, NULL);
}

/*
 * What the executor computes, and what stands for an expression that an outer
 * join may make NULL.
 */
static bool
is_unfit(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, SubPlan) || IsA(node, AlternativeSubPlan) || IsA(node, PlaceHolderVar))
		return true;
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, is_unfit, context, QTW_IGNORE_RANGE_TABLE);
	return expression_tree_walker(node, is_unfit, context);
}

static bool
has_column(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var) || IsA(node, Aggref) || IsA(node, SubPlan) || IsA(node, AlternativeSubPlan) ||
		IsA(node, PlaceHolderVar) || IsA(node, WindowFunc) || IsA(node, GroupingFunc))
		return true;
	return expression_tree_walker(node, has_column, context);
}

bool
sf_reads_executor(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Param) && ((Param *) node)->paramkind == PARAM_EXEC)
		return true;
	return expression_tree_walker(node, sf_reads_executor, context);
}

/*
 * Whether a number that Snowflake computed could be seen to have other digits
 * behind the point than here.
 */
static bool
other_digits(PlannerInfo *root, const SfRemoteQuery *printed)
{
	int			number = -1;
	bool		computed = false;

	while ((number = bms_next_member(printed->more_zeros, number)) >= 0)
		computed |= !IsA(list_nth_node(TargetEntry, printed->columns, number - 1)->expr, Var);
	for (; computed && root; root = root->parent_root)
	{
		if (sf_shows_digits(root->parse))
			return true;
	}
	return false;
}

bool
sf_remote_rel_add_path(PlannerInfo *root, RelOptInfo *rel, const SfRemoteRel *remote, PathTarget *target, double rows,
					   List *local, List *pathkeys)
{
	Query	   *query = sf_remote_rel_query(root, remote, target);
	List	   *exprs = NIL;
	List	   *private;
	SfRemoteQuery printed;
	Path	   *path;
	Cost		startup_cost;
	Cost		total_cost;
	ListCell   *cell;

	if (query == NULL || !print(root, query, remote->tables, &printed))
		return false;
	foreach(cell, target->exprs)
	{
		if (has_column(lfirst(cell), NULL))
			exprs = lappend(exprs, lfirst(cell));
	}
	private = list_make5(makeString(pstrdup(remote->unit)), query, exprs, local, remote->tables);
	sf_cost_statement(sf_table_options(linitial_oid(remote->tables)), remote->rows_read, rows, &startup_cost,
					  &total_cost);
	total_cost += rows * cpu_tuple_cost;
	if (IS_UPPER_REL(rel))
	{
		startup_cost *= UPPER_FACTOR;
		total_cost *= UPPER_FACTOR;
		path = (Path *) sf_create_foreign_upper_path(root, rel, target, rows, startup_cost, total_cost, pathkeys,
													 private);
	}
	else
		path = (Path *) sf_create_foreign_join_path(root, rel, NULL, rows, startup_cost, total_cost, pathkeys,
													rel->lateral_relids, NULL, private);

	/*
	 * for a value that Snowflake cannot have: what PostgreSQL would do
	 * without the path, which is nobody else's any more, since a dearer one
	 * is freed; columns that only the local conditions read may have been
	 * left in a join below it
	 */
	if (may_have_no_form(printed.params))
	{
		Path	   *other = cheapest_path(rel);

		if (local && list_length(target->exprs) > list_length(rel->reltarget->exprs))
			return false;
		if (other == NULL || other->total_cost < total_cost)
			return false;
		rel->pathlist = list_delete_ptr(rel->pathlist, other);
		((ForeignPath *) path)->fdw_outerpath = other;
	}
	add_path(rel, path);
	return true;
}

/*
 * Whether one of the values is computed by the executor, and of a type that
 * has values which Snowflake has not.
 */
static bool
may_have_no_form(List *params)
{
	ListCell   *cell;

	foreach(cell, params)
	{
		Oid			type = exprType(lfirst(cell));

		if (type != INT2OID && type != INT4OID && type != INT8OID && type != BOOLOID &&
			sf_reads_executor(lfirst(cell), NULL))
			return true;
	}
	return false;
}

static Path *
cheapest_path(RelOptInfo *rel)
{
	Path	   *cheapest = NULL;
	ListCell   *cell;

	foreach(cell, rel->pathlist)
	{
		Path	   *path = lfirst(cell);

		if (path->param_info == NULL && (cheapest == NULL || path->total_cost < cheapest->total_cost) &&
			!IsA(path, ForeignPath))
			cheapest = path;
	}
	return cheapest;
}

bool
sf_is_remote_rel_path(const ForeignPath *path)
{
	return path->fdw_private && linitial(path->fdw_private) && IsA(linitial(path->fdw_private), String);
}

bool
sf_remote_rel_print(PlannerInfo *root, const ForeignPath *path, SfRemoteQuery *printed)
{
	return print(root, list_nth_node(Query, path->fdw_private, SfRelPathQuery),
				 list_nth(path->fdw_private, SfRelPathTables), printed);
}

List *
sf_remote_rel_exprs(const ForeignPath *path)
{
	return list_nth(path->fdw_private, SfRelPathExprs);
}

List *
sf_remote_rel_tables(const ForeignPath *path)
{
	return list_nth(path->fdw_private, SfRelPathTables);
}

ForeignScan *
sf_remote_rel_plan(PlannerInfo *root, ForeignPath *path, List *tlist, Plan *outer_plan)
{
	List	   *private = path->fdw_private;
	List	   *tables = list_nth(private, SfRelPathTables);
	const char *unit = strVal(list_nth(private, SfRelPathUnit));
	List	   *bind = list_length(private) > SfRelPathBind ? list_nth(private, SfRelPathBind) : NIL;
	SfRemoteQuery printed;
	SfShip		ship = {0};
	SfScanPlan	plan = {0};
	List	   *scan_tlist = NIL;
	List	   *params;
	ListCell   *cell;

	if (!sf_remote_rel_print(root, path, &printed))
		elog(ERROR, "a relation was shippable and is not any more: %s", printed.refusal ? printed.refusal : "");
	foreach(cell, (List *) list_nth(private, SfRelPathExprs))
		scan_tlist = lappend(scan_tlist, makeTargetEntry(copyObject(lfirst(cell)), list_length(scan_tlist) + 1, NULL,
														 false));
	foreach(cell, printed.columns)
	{
		TargetEntry *column = lfirst_node(TargetEntry, cell);
		Node	   *node = (Node *) column->expr;
		TargetEntry *raw = makeTargetEntry((Expr *) makeVar(1, column->resno, exprType(node), exprTypmod(node),
															exprCollation(node), 0),
										   column->resno, pstrdup(column->resname), false);

		raw->resorigtbl = column->resorigtbl;
		raw->resorigcol = column->resorigcol;
		raw->ressortgroupref = column->ressortgroupref;
		plan.columns = lappend(plan.columns, raw);
		plan.attnums = lappend_int(plan.attnums, column->resno);
	}
	if (is_as_printed(&printed))
		plan.columns = with_origins(scan_tlist, plan.columns);
	else
	{
		plan.finish = copyObject(printed.outputs);
		fix_opfuncids((Node *) plan.finish);
	}
	plan.unit = printed.divides ? psprintf("%s, quotients with Snowflake's digits", unit) : unit;
	sf_bind_statement(&printed, bind, &ship);
	plan.sql = ship.sql->data;
	plan.match = SF_MATCH_POSITION;
	plan.markers = ship.markers;
	plan.tables = tables;
	plan.query = printed.params ? sf_planned_query() : NULL;
	if (outer_plan)
		outer_plan = change_plan_targetlist(outer_plan, copyObject(scan_tlist), outer_plan->parallel_safe);
	params = sf_bind_plan(root, bind, ship.params, &plan);
	return make_foreignscan(tlist, list_nth(private, SfRelPathLocal), 0, params, sf_scan_private(&plan), scan_tlist,
							NIL, outer_plan);
}

/*
 * Says in the scan's columns what those of the result are; there are no
 * others.
 */
static List *
with_origins(List *scan_tlist, List *columns)
{
	ListCell   *cell;
	ListCell   *column;

	forboth(cell, scan_tlist, column, columns)
	{
		lfirst_node(TargetEntry, cell)->resorigtbl = lfirst_node(TargetEntry, column)->resorigtbl;
		lfirst_node(TargetEntry, cell)->resorigcol = lfirst_node(TargetEntry, column)->resorigcol;
		lfirst_node(TargetEntry, cell)->ressortgroupref = lfirst_node(TargetEntry, column)->ressortgroupref;
	}
	return NIL;
}

/*
 * Whether the result's columns are what the scan returns.
 */
static bool
is_as_printed(const SfRemoteQuery *printed)
{
	int			number = 0;
	ListCell   *cell;

	foreach(cell, printed->outputs)
	{
		number++;
		if (!IsA(lfirst(cell), Var) || lfirst_node(Var, cell)->varattno != number)
			return false;
	}
	return number == list_length(printed->columns);
}
