/*
 * inline.c
 *	  Functions in FROM that are part of a query.
 *
 * The planner replaces a function of SQL by its query when it can; before a
 * query is looked at, the same is done with all of its functions.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/pg_class.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "utils/syscache.h"

#include "fdw/fdw.h"

/* What inline_functions() works with. */
typedef struct Inlining
{
	ParamListInfo params;
	List	   *inlined;		/* PlanInvalItem */
	bool		by_role;		/* a row security policy came with one */
} Inlining;

static bool find_candidate(Node *node, void *context);
static bool is_sql_function(RangeTblEntry *rte);
static bool inline_functions(Node *node, void *context);

bool
sf_may_be_sent(Query *query)
{
	return query_tree_walker(query, find_candidate, NULL, QTW_EXAMINE_RTES_BEFORE);
}

List *
sf_inline_functions(Query *query, ParamListInfo params, bool *by_role)
{
	Inlining	work = {.params = params};

	inline_functions((Node *) query, &work);
	*by_role |= work.by_role;
	return work.inlined;
}

PlannerInfo *
sf_folding_root(ParamListInfo params)
{
	PlannerInfo *root = makeNode(PlannerInfo);

	root->glob = makeNode(PlannerGlobal);
	root->glob->boundParams = params;
	return root;
}

static bool
find_candidate(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
		return (((RangeTblEntry *) node)->rtekind == RTE_RELATION &&
				((RangeTblEntry *) node)->relkind == RELKIND_FOREIGN_TABLE) ||
			is_sql_function((RangeTblEntry *) node);
	if (IsA(node, Query))
		return sf_may_be_sent((Query *) node);
	return expression_tree_walker(node, find_candidate, context);
}

static bool
is_sql_function(RangeTblEntry *rte)
{
	Node	   *call = rte->rtekind == RTE_FUNCTION && list_length(rte->functions) == 1 ?
	linitial_node(RangeTblFunction, rte->functions)->funcexpr : NULL;
	HeapTuple	tuple = NULL;
	bool		found;

	if (call && IsA(call, FuncExpr) && ((FuncExpr *) call)->funcid >= FirstNormalObjectId)
		tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(((FuncExpr *) call)->funcid));
	if (!HeapTupleIsValid(tuple))
		return false;
	found = ((Form_pg_proc) GETSTRUCT(tuple))->prolang == SQLlanguageId;
	ReleaseSysCache(tuple);
	return found;
}

static bool
inline_functions(Node *node, void *context)
{
	Inlining   *work = context;

	if (node == NULL)
		return false;
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, inline_functions, context, QTW_EXAMINE_RTES_BEFORE);
	if (IsA(node, RangeTblEntry) && is_sql_function((RangeTblEntry *) node))
	{
		RangeTblEntry *rte = (RangeTblEntry *) node;
		PlannerInfo *root = sf_folding_root(work->params);
		Query	   *query;

		rte->functions = (List *) eval_const_expressions(root, (Node *) rte->functions);
		query = inline_set_returning_function(root, rte);
		work->inlined = list_concat(work->inlined, root->glob->invalItems);
		work->by_role |= root->glob->dependsOnRole;
		if (query)
		{
			/*
			 * as the planner does; it may still need the function for a whole
			 * row
			 */
			rte->rtekind = RTE_SUBQUERY;
			rte->subquery = query;
			rte->security_barrier = false;
		}
		return false;
	}
	if (IsA(node, RangeTblEntry))
		return false;
	return expression_tree_walker(node, inline_functions, context);
}
