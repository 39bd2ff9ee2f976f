/*
 * order.c
 *	  The order of a subquery whose rows the query around it hands on.
 *
 * PostgreSQL takes the rows of a subquery as they come: a LIMIT the first of
 * them, a list of texts all in that order.  Snowflake forgets the order of a
 * subquery (SQL reference: constructs/limit), which has to be the outer
 * query's then.
 */
#include "postgres.h"

#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_clause.h"
#include "parser/parsetree.h"

#include "deparse/level.h"
#include "deparse/query.h"

static void sort_by(Query *query, int rtindex, const SortGroupClause *clause, const TargetEntry *target);

Query *
sf_sorted_source(const Query *query)
{
	RangeTblEntry *rte;
	Query	   *source = NULL;
	ListCell   *cell;

	if (list_length(query->jointree->fromlist) != 1 || !IsA(linitial(query->jointree->fromlist), RangeTblRef))
		return NULL;
	rte = rt_fetch(linitial_node(RangeTblRef, query->jointree->fromlist)->rtindex, query->rtable);
	if (rte->rtekind == RTE_SUBQUERY)
		source = rte->subquery;
	foreach(cell, rte->rtekind == RTE_CTE && rte->ctelevelsup == 0 ? query->cteList : NIL)
	{
		CommonTableExpr *cte = lfirst_node(CommonTableExpr, cell);

		if (strcmp(cte->ctename, rte->ctename) == 0 && !cte->cterecursive && IsA(cte->ctequery, Query))
			source = (Query *) cte->ctequery;
	}
	return source && source->sortClause ? source : NULL;
}

void
sf_keep_order(Query *query)
{
	Query	   *source;
	ListCell   *cell;

	if (query->commandType != CMD_SELECT || query->sortClause || query->hasAggs || query->groupClause ||
		query->groupingSets || query->distinctClause || query->hasWindowFuncs || query->hasTargetSRFs ||
		query->setOperations)
		return;
	source = sf_sorted_source(query);
	if (source == NULL)
		return;
	/* what it is only sorted by is a column, too */
	foreach(cell, source->targetList)
		lfirst_node(TargetEntry, cell)->resjunk = false;
	foreach(cell, source->sortClause)
	{
		SortGroupClause *clause = lfirst_node(SortGroupClause, cell);

		sort_by(query, linitial_node(RangeTblRef, query->jointree->fromlist)->rtindex, clause,
				get_sortgroupclause_tle(clause, source->targetList));
	}
}

static void
sort_by(Query *query, int rtindex, const SortGroupClause *clause, const TargetEntry *target)
{
	Node	   *node = (Node *) target->expr;
	Var		   *column = makeVar(rtindex, target->resno, exprType(node), exprTypmod(node), exprCollation(node), 0);
	TargetEntry *entry = makeTargetEntry((Expr *) column, list_length(query->targetList) + 1, NULL, true);
	SortGroupClause *sort = copyObject((SortGroupClause *) clause);

	query->targetList = lappend(query->targetList, entry);
	sort->tleSortGroupRef = assignSortGroupRef(entry, query->targetList);
	query->sortClause = lappend(query->sortClause, sort);
}
