/*
 * upper.c
 *	  Groups, DISTINCT, ORDER BY and LIMIT above what Snowflake reads or joins
 *	  within a larger query.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_aggregate.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "optimizer/tlist.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
#include "utils/syscache.h"

#include "core/compat.h"
#include "core/options.h"
#include "deparse/expr.h"
#include "fdw/fdw.h"
#include "fdw/remote_rel.h"

static SfRemoteRel *next_step(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input_rel, void *extra);
static bool is_all_distinct(PathTarget *target, List *clauses);
static bool add_groups(PlannerInfo *root, SfRemoteRel *remote, GroupPathExtraData *extra, bool partial);
static bool add_limit(PlannerInfo *root, SfRemoteRel *remote, FinalPathExtraData *extra);
static double estimate_rows(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input_rel, PathTarget *target,
							void *extra);
static bool are_states_values(PathTarget *target);
static bool find_partial(Node *node, void *context);

/*
 * Each step above the last that Snowflake computes.
 */
void
snowflakeGetForeignUpperPaths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input_rel,
							  RelOptInfo *output_rel, void *extra)
{
	SfRemoteRel *remote;
	SfRelInfo  *info;
	PathTarget *target;
	List	   *pathkeys = NIL;
	double		rows;

	if (!sf_guc_enable_pushdown)
		return;
	if (stage == UPPERREL_FINAL)
		sf_add_limit_path(root, input_rel, output_rel, extra);
	if (output_rel->fdw_private || root->rowMarks || root->parse->commandType != CMD_SELECT ||
		sf_planning_ordinary())
		return;
	remote = next_step(root, stage, input_rel, extra);
	if (remote == NULL)
		return;
	target = stage == UPPERREL_GROUP_AGG || stage == UPPERREL_PARTIAL_GROUP_AGG ? output_rel->reltarget :
		root->upper_targets[stage];
	if (stage == UPPERREL_PARTIAL_GROUP_AGG && !are_states_values(target))
		return;
	if (remote->sort)
		pathkeys = root->sort_pathkeys;
	rows = estimate_rows(root, stage, input_rel, target, extra);
	if (!sf_remote_rel_add_path(root, output_rel, remote, target, rows, NIL, pathkeys))
		return;
	info = palloc0(sizeof(SfRelInfo));
	info->remote_rel = remote;
	output_rel->fdw_private = info;
	output_rel->rows = rows;
}

/*
 * NULL where it stays here.
 */
static SfRemoteRel *
next_step(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input_rel, void *extra)
{
	Query	   *query = root->parse;
	SfRemoteRel *remote = sf_remote_rel(root, input_rel);

	if (remote == NULL)
		return NULL;
	remote = sf_remote_rel_copy(remote);
	switch (stage)
	{
		case UPPERREL_GROUP_AGG:
		case UPPERREL_PARTIAL_GROUP_AGG:
			return add_groups(root, remote, extra, stage == UPPERREL_PARTIAL_GROUP_AGG) ? remote : NULL;
		case UPPERREL_DISTINCT:
			if (!sf_guc_enable_aggregate_pushdown || query->hasDistinctOn || query->hasWindowFuncs ||
				!is_all_distinct(root->upper_targets[stage], query->distinctClause))
				return NULL;
			remote->unit = "aggregate";
			remote->distinct = query->distinctClause;
			return remote;
		case UPPERREL_ORDERED:
			if (!sf_guc_enable_sort_pushdown || query->hasTargetSRFs)
				return NULL;
			if (remote->unit == NULL)
				remote->unit = "sort";
			remote->sort = query->sortClause;
			return remote;
		case UPPERREL_FINAL:
			return add_limit(root, remote, extra) ? remote : NULL;
		default:
			return NULL;
	}
}

/*
 * Whether there is nothing beside what is told apart: a key of groups that is
 * not shown.
 */
static bool
is_all_distinct(PathTarget *target, List *clauses)
{
	for (int i = 0; i < list_length(target->exprs); i++)
	{
		Index		ref = get_pathtarget_sortgroupref(target, i);

		if (ref == 0 || get_sortgroupref_clause_noerr(ref, clauses) == NULL)
			return false;
	}
	return true;
}

static bool
add_groups(PlannerInfo *root, SfRemoteRel *remote, GroupPathExtraData *extra, bool partial)
{
	Query	   *query = root->parse;

	if (!sf_guc_enable_aggregate_pushdown || query->groupingSets)
		return false;
	if (!partial && extra->patype == PARTITIONWISE_AGGREGATE_PARTIAL)
		return false;
	remote->unit = "aggregate";
	remote->groups = query->groupClause;
	remote->grouped = true;
	if (!partial)
		remote->having = (List *) extra->havingQual;
	return true;
}

static bool
add_limit(PlannerInfo *root, SfRemoteRel *remote, FinalPathExtraData *extra)
{
	Query	   *query = root->parse;

	/* of one table without order a scan does it */
	if (!extra->limit_needed || remote->unit == NULL || query->hasTargetSRFs ||
		query->limitOption == LIMIT_OPTION_WITH_TIES)
		return false;
	if (!sf_is_count(query->limitCount) || !sf_is_count(query->limitOffset))
		return false;
	remote->limit = query->limitCount;
	remote->offset = query->limitOffset;
	return true;
}

static double
estimate_rows(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input_rel, PathTarget *target, void *extra)
{
	double		rows = input_rel->rows > 0 ? input_rel->rows : input_rel->cheapest_total_path->rows;
	List	   *keys = NIL;
	int			i = 0;
	ListCell   *cell;

	switch (stage)
	{
		case UPPERREL_GROUP_AGG:
		case UPPERREL_PARTIAL_GROUP_AGG:
			if (root->parse->groupClause == NIL)
				return 1;
			foreach(cell, target->exprs)
			{
				Index		ref = get_pathtarget_sortgroupref(target, i++);

				if (ref && get_sortgroupref_clause_noerr(ref, root->parse->groupClause))
					keys = lappend(keys, lfirst(cell));
			}
			return estimate_num_groups(root, keys, rows, NULL, NULL);
		case UPPERREL_DISTINCT:
			return estimate_num_groups(root, target->exprs, rows, NULL, NULL);
		case UPPERREL_FINAL:
			if (((FinalPathExtraData *) extra)->count_est > 0)
				return Min(rows, (double) ((FinalPathExtraData *) extra)->count_est);
			return ((FinalPathExtraData *) extra)->count_est < 0 ? clamp_row_est(rows * 0.1) : rows;
		default:
			return rows;
	}
}

/*
 * Whether the states of the target's partial aggregates are what the aggregate
 * of a part of the rows gives.
 */
static bool
are_states_values(PathTarget *target)
{
	return !find_partial((Node *) target->exprs, NULL);
}

static bool
find_partial(Node *node, void *context)
{
	HeapTuple	tuple;
	bool		finished;
	Aggref	   *aggregate = (Aggref *) node;

	if (node == NULL)
		return false;
	if (!IsA(node, Aggref))
		return expression_tree_walker(node, find_partial, context);
	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(aggregate->aggfnoid));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for aggregate %u", aggregate->aggfnoid);
	finished = OidIsValid(((Form_pg_aggregate) GETSTRUCT(tuple))->aggfinalfn);
	ReleaseSysCache(tuple);
	return finished || aggregate->aggtranstype != get_func_rettype(aggregate->aggfnoid) ||
		aggregate->aggdistinct || aggregate->aggorder;
}

void
sf_add_sorted_paths(PlannerInfo *root, RelOptInfo *rel)
{
	SfRelInfo  *info = rel->fdw_private;
	SfRemoteRel *remote;
	ListCell   *cell;

	if (!sf_guc_enable_sort_pushdown || root->query_pathkeys == NIL)
		return;
	remote = sf_remote_rel_copy(info->remote_rel);
	foreach(cell, root->query_pathkeys)
	{
		if (!sf_sort_clause(rel, lfirst_node(PathKey, cell), &remote->sort, &remote->keys))
			return;
	}
	sf_remote_rel_add_path(root, rel, remote, rel->reltarget, rel->rows, NIL, root->query_pathkeys);
}

bool
sf_sort_clause(RelOptInfo *rel, const PathKey *key, List **clauses, List **targets)
{
	EquivalenceMember *member = sf_ec_member(key->pk_eclass, rel->relids);
	SortGroupClause *clause;
	TargetEntry *target;

	/* what is computed above the relation is none of its values */
	if (member == NULL || key->pk_eclass->ec_has_volatile || contain_agg_clause((Node *) member->em_expr) ||
		contain_window_function((Node *) member->em_expr))
		return false;
	clause = makeNode(SortGroupClause);
	clause->tleSortGroupRef = list_length(*clauses) + 1;
	clause->sortop = get_opfamily_member(key->pk_opfamily, member->em_datatype, member->em_datatype,
										 sf_pathkey_strategy(key));
	clause->nulls_first = key->pk_nulls_first;
	if (!OidIsValid(clause->sortop))
		return false;
	target = makeTargetEntry(member->em_expr, clause->tleSortGroupRef, NULL, true);
	target->ressortgroupref = clause->tleSortGroupRef;
	*clauses = lappend(*clauses, clause);
	*targets = lappend(*targets, target);
	return true;
}
