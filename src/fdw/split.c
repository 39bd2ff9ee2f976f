/*
 * split.c
 *	  A query as a subquery, which may be a statement of its own, and what
 *	  PostgreSQL does with its rows.
 *
 * SELECT s FROM f ... ORDER BY o LIMIT l becomes
 * SELECT s FROM (SELECT s, o FROM f ...) ORDER BY o LIMIT l, and of groups all
 * that is done with their keys and aggregates is taken off.
 */
#include "postgres.h"

#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "rewrite/rewriteManip.h"

#include "fdw/fdw.h"

static Query *query_over(const Query *query, Query *inner);
static void take_rows(Query *outer, Query *inner);
static void take_groups(Query *outer, Query *inner);
static List *keep_keys(Query *inner);
static Node *column_for(Node *node, void *context);
static Var *column_of(const TargetEntry *target);
static void name_columns(RangeTblEntry *rte, const Query *inner);

bool
sf_can_split(const Query *query, SfSplit part)
{
	if (query->commandType != CMD_SELECT || query->hasTargetSRFs || query->rowMarks || query->hasModifyingCTE)
		return false;
	/* which may read a WITH: those go with the rows */
	if (query->cteList && (checkExprHasSubLink(query->limitCount) || checkExprHasSubLink(query->limitOffset) ||
						   checkExprHasSubLink((Node *) query->windowClause)))
		return false;
	if (part == SF_SPLIT_ROWS)
		return !query->hasDistinctOn && (query->sortClause || query->limitCount || query->limitOffset);
	return (query->hasAggs || query->groupClause || query->groupingSets) && !query->setOperations &&
		!checkExprHasSubLink((Node *) query->targetList) && !checkExprHasSubLink(query->havingQual) &&
		!contain_volatile_functions((Node *) query->targetList) && !contain_volatile_functions(query->havingQual);
}

Query *
sf_split(const Query *query, SfSplit part, Query **subquery)
{
	Query	   *inner = copyObject((Query *) query);
	Query	   *outer = query_over(query, inner);

	inner->sortClause = NIL;
	inner->limitCount = inner->limitOffset = NULL;
	inner->limitOption = LIMIT_OPTION_COUNT;
	if (part == SF_SPLIT_ROWS)
		take_rows(outer, inner);
	else
		take_groups(outer, inner);
	name_columns(linitial_node(RangeTblEntry, outer->rtable), inner);
	*subquery = inner;
	return outer;
}

Query *
sf_filter(const Query *query, List *conditions)
{
	Query	   *inner = copyObject((Query *) query);
	Query	   *outer = query_over(query, inner);

	outer->sortClause = NIL;
	outer->limitCount = outer->limitOffset = NULL;
	outer->hasSubLinks = false;
	take_rows(outer, inner);
	name_columns(linitial_node(RangeTblEntry, outer->rtable), inner);
	outer->jointree->quals = (Node *) make_ands_explicit(copyObject(conditions));
	return outer;
}

/*
 * SELECT FROM (inner), sorted and limited as the query.
 */
static Query *
query_over(const Query *query, Query *inner)
{
	Query	   *outer = makeNode(Query);
	RangeTblEntry *rte = makeNode(RangeTblEntry);
	RangeTblRef *ref = makeNode(RangeTblRef);

	rte->rtekind = RTE_SUBQUERY;
	rte->subquery = inner;
	rte->eref = makeAlias("q", NIL);
	rte->inFromCl = true;
	ref->rtindex = 1;
	outer->commandType = CMD_SELECT;
	outer->querySource = query->querySource;
	outer->queryId = query->queryId;
	outer->canSetTag = query->canSetTag;
	outer->stmt_location = query->stmt_location;
	outer->stmt_len = query->stmt_len;
	outer->rtable = list_make1(rte);
	outer->jointree = makeFromExpr(list_make1(ref), NULL);
	outer->sortClause = copyObject(query->sortClause);
	outer->limitCount = copyObject(query->limitCount);
	outer->limitOffset = copyObject(query->limitOffset);
	outer->limitOption = query->limitOption;
	outer->hasSubLinks = checkExprHasSubLink(query->limitCount) || checkExprHasSubLink(query->limitOffset) ||
		checkExprHasSubLink((Node *) query->windowClause);
	return outer;
}

/*
 * The inner query shows all of its list, also what it is only sorted by.
 */
static void
take_rows(Query *outer, Query *inner)
{
	ListCell   *cell;

	foreach(cell, inner->targetList)
	{
		TargetEntry *target = lfirst_node(TargetEntry, cell);
		TargetEntry *entry = flatCopyTargetEntry(target);

		entry->expr = (Expr *) column_of(target);
		outer->targetList = lappend(outer->targetList, entry);
		target->resjunk = false;
	}
}

/*
 * The inner query groups: it shows its keys, and the aggregates that the
 * outer one needs.
 */
static void
take_groups(Query *outer, Query *inner)
{
	List	   *targets = inner->targetList;
	Node	   *having = inner->havingQual;
	ListCell   *cell;

	outer->hasWindowFuncs = inner->hasWindowFuncs;
	outer->windowClause = inner->windowClause;
	outer->distinctClause = inner->distinctClause;
	outer->hasDistinctOn = inner->hasDistinctOn;
	inner->hasWindowFuncs = inner->hasDistinctOn = false;
	inner->windowClause = inner->distinctClause = NIL;
	inner->havingQual = NULL;
	inner->targetList = keep_keys(inner);
	foreach(cell, targets)
	{
		TargetEntry *entry = flatCopyTargetEntry(lfirst_node(TargetEntry, cell));

		entry->expr = (Expr *) column_for((Node *) entry->expr, inner);
		outer->targetList = lappend(outer->targetList, entry);
	}
	outer->jointree->quals = column_for(having, inner);
}

static List *
keep_keys(Query *inner)
{
	List	   *keys = NIL;
	ListCell   *cell;

	foreach(cell, inner->groupClause)
	{
		TargetEntry *key = flatCopyTargetEntry(get_sortgroupclause_tle(lfirst_node(SortGroupClause, cell),
																	   inner->targetList));

		key->resno = list_length(keys) + 1;
		key->resjunk = false;
		keys = lappend(keys, key);
	}
	return keys;
}

/*
 * An expression over groups as one over the columns of the inner query, to
 * which it adds what it needs.
 */
static Node *
column_for(Node *node, void *context)
{
	Query	   *inner = context;
	TargetEntry *target;

	if (node == NULL || IsA(node, Const) || IsA(node, Param))
		return node;
	target = tlist_member((Expr *) node, inner->targetList);
	if (target == NULL && (IsA(node, Aggref) || IsA(node, GroupingFunc) || IsA(node, Var)))
	{
		target = makeTargetEntry((Expr *) node, list_length(inner->targetList) + 1, NULL, false);
		inner->targetList = lappend(inner->targetList, target);
	}
	return target ? (Node *) column_of(target) : expression_tree_mutator(node, column_for, context);
}

static Var *
column_of(const TargetEntry *target)
{
	Node	   *node = (Node *) target->expr;

	return makeVar(1, target->resno, exprType(node), exprTypmod(node), exprCollation(node), 0);
}

/*
 * For EXPLAIN.
 */
static void
name_columns(RangeTblEntry *rte, const Query *inner)
{
	ListCell   *cell;

	foreach(cell, inner->targetList)
	{
		TargetEntry *target = lfirst_node(TargetEntry, cell);

		if (target->resname == NULL)
			target->resname = psprintf("c%d", target->resno);
		rte->eref->colnames = lappend(rte->eref->colnames, makeString(pstrdup(target->resname)));
	}
}
