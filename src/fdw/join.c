/*
 * join.c
 *	  Joins of data tables that Snowflake computes within a larger query.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "access/table.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "optimizer/restrictinfo.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/rel.h"

#include "core/compat.h"
#include "core/options.h"
#include "fdw/fdw.h"
#include "fdw/remote_rel.h"

/* The two sides of a join, while it is made. */
typedef struct RemoteJoin
{
	PlannerInfo *root;
	RelOptInfo *rel;			/* that is joined with the other */
	SfRemoteRel *left;
	SfRemoteRel *right;
	RelOptInfo *right_rel;
	JoinType	type;			/* no JOIN_RIGHT */
	List	   *on;				/* conditions of the join */
	List	   *after;			/* and on its rows */
	List	   *local;			/* those of an inner join that stay here */
} RemoteJoin;

/* What above() walks with. */
typedef struct Above
{
	Relids		inner;
} Above;

static bool make_join(RemoteJoin *join, RelOptInfo *outerrel, RelOptInfo *innerrel, JoinType type, List *clauses);
static SfRemoteRel *joined(RemoteJoin *join);
static Node *exists(RemoteJoin *join);
static Node *above(Node *node, Above *context);
static bool filtered_table(PlannerInfo *root, SfRemoteRel *side);
static Query *table_query(PlannerInfo *root, Index number, List *conditions);
static bool keep_local(RemoteJoin *join, SfRemoteRel **remote);
static PathTarget *target_with(RelOptInfo *rel, List *local);

void
snowflakeGetForeignJoinPaths(PlannerInfo *root, RelOptInfo *joinrel, RelOptInfo *outerrel, RelOptInfo *innerrel,
							 JoinType jointype, JoinPathExtraData *extra)
{
	RemoteJoin	join = {.root = root,.rel = joinrel};
	SfRelInfo  *info;
	SfRemoteRel *remote;

	/* the first two sides of it decide, as they are the same rows */
	if (joinrel->fdw_private || joinrel->lateral_relids || !sf_guc_enable_pushdown || !sf_guc_enable_join_pushdown ||
		sf_planning_ordinary())
		return;
	/* a row that is checked anew after a lock has no join to be looked up in */
	if (root->rowMarks || root->parse->commandType != CMD_SELECT)
		return;
	if (!make_join(&join, outerrel, innerrel, jointype, extra->restrictlist))
		return;

	info = palloc0(sizeof(SfRelInfo));
	joinrel->fdw_private = info;
	remote = joined(&join);
	if (remote == NULL)
		return;
	if (sf_remote_rel_add_path(root, joinrel, remote, joinrel->reltarget, joinrel->rows, NIL, NIL))
	{
		info->remote_rel = remote;
		sf_add_sorted_paths(root, joinrel);
	}
	else if (keep_local(&join, &remote))
		sf_remote_rel_add_path(root, joinrel, remote, target_with(joinrel, join.local), joinrel->rows, join.local,
							   NIL);
}

/*
 * False where it is none that Snowflake could have; another order of the same
 * tables may be one.
 */
static bool
make_join(RemoteJoin *join, RelOptInfo *outerrel, RelOptInfo *innerrel, JoinType type, List *clauses)
{
	ListCell   *cell;

	if (type == JOIN_RIGHT)
	{
		RelOptInfo *swapped = outerrel;

		outerrel = innerrel;
		innerrel = swapped;
		type = JOIN_LEFT;
	}
	if (type != JOIN_INNER && type != JOIN_LEFT && type != JOIN_FULL && type != JOIN_SEMI && type != JOIN_ANTI)
		return false;
	join->type = type;
	join->left = sf_remote_rel(join->root, outerrel);
	join->right = sf_remote_rel(join->root, innerrel);
	join->right_rel = innerrel;
	if (join->left == NULL || join->right == NULL)
		return false;
	foreach(cell, clauses)
	{
		RestrictInfo *clause = lfirst_node(RestrictInfo, cell);

		if (clause->pseudoconstant)
			return false;
		if (IS_OUTER_JOIN(type) && RINFO_IS_PUSHED_DOWN(clause, join->rel->relids))
			join->after = lappend(join->after, clause->clause);
		else
			join->on = lappend(join->on, clause->clause);
	}
	return true;
}

/*
 * NULL where it has no form.  Conditions of a side go above the join, where
 * that side has all its rows there; else into its own conditions.
 */
static SfRemoteRel *
joined(RemoteJoin *join)
{
	SfRemoteRel *remote = palloc0(sizeof(SfRemoteRel));
	JoinExpr   *expr = makeNode(JoinExpr);
	List	   *on = join->on;

	if (join->type == JOIN_FULL)
	{
		/* other joins have them as they are */
		join->left = sf_remote_rel_copy(join->left);
		join->right = sf_remote_rel_copy(join->right);
		if (!filtered_table(join->root, join->left) || !filtered_table(join->root, join->right))
			return NULL;
	}
	remote->unit = "join";
	remote->tables = list_concat_unique_oid(list_copy(join->left->tables), join->right->tables);
	remote->rows_read = join->left->rows_read + join->right->rows_read;
	remote->subqueries = list_concat_copy(join->left->subqueries, join->right->subqueries);
	remote->numbers = list_concat_copy(join->left->numbers, join->right->numbers);
	remote->where = list_concat_copy(join->left->where, join->after);
	if (join->type == JOIN_SEMI || join->type == JOIN_ANTI)
	{
		remote->from = join->left->from;
		remote->where = lappend(remote->where, exists(join));
		return remote;
	}
	if (join->type == JOIN_INNER)
		remote->where = list_concat(remote->where, join->right->where);
	else
		on = list_concat_copy(on, join->right->where);
	expr->jointype = join->type;
	expr->larg = join->left->from;
	expr->rarg = join->right->from;
	expr->quals = on ? (Node *) make_ands_explicit(on) : NULL;
	remote->from = (Node *) expr;
	return remote;
}

/*
 * The right side's rows that match one of the left, or that there are none.
 */
static Node *
exists(RemoteJoin *join)
{
	SubLink    *link = makeNode(SubLink);
	Query	   *query = makeNode(Query);
	List	   *conditions = list_concat_copy(join->on, join->right->where);
	Above		context = {.inner = join->right_rel->relids};

	query->commandType = CMD_SELECT;
	query->rtable = join->root->parse->rtable;
	query->jointree = makeFromExpr(list_make1(join->right->from),
								   conditions ? (Node *) make_ands_explicit(conditions) : NULL);
	query->jointree = (FromExpr *) above((Node *) query->jointree, &context);
	query->targetList = list_make1(makeTargetEntry((Expr *) makeBoolConst(true, false), 1, NULL, false));
	link->subLinkType = EXISTS_SUBLINK;
	link->subselect = (Node *) query;
	return join->type == JOIN_SEMI ? (Node *) link : (Node *) makeBoolExpr(NOT_EXPR, list_make1(link), -1);
}

/*
 * With the columns of the other side those of the query around it.  A
 * subquery in it is of this side, and refers to no other one.
 */
static Node *
above(Node *node, Above *context)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, Var) && !bms_is_member(((Var *) node)->varno, context->inner))
	{
		Var		   *var = copyObject((Var *) node);

		var->varlevelsup++;
		return (Node *) var;
	}
	if (IsA(node, Query))
		return node;
	return expression_tree_mutator(node, above, context);
}

/*
 * A table of a full join with conditions is a subquery in its place; false for
 * a join with conditions.
 */
static bool
filtered_table(PlannerInfo *root, SfRemoteRel *side)
{
	RangeTblEntry *rte;
	Index		number;

	if (side->where == NIL)
		return true;
	if (!IsA(side->from, RangeTblRef))
		return false;
	number = ((RangeTblRef *) side->from)->rtindex;
	rte = makeNode(RangeTblEntry);
	rte->rtekind = RTE_SUBQUERY;
	rte->subquery = table_query(root, number, side->where);
	rte->eref = rt_fetch(number, root->parse->rtable)->eref;
	side->where = NIL;
	side->subqueries = list_make1(rte);
	side->numbers = list_make1_int(number);
	return true;
}

/*
 * All columns of the table in their order, with NULL for those that nobody
 * reads.
 */
static Query *
table_query(PlannerInfo *root, Index number, List *conditions)
{
	Query	   *query = makeNode(Query);
	RangeTblEntry *rte = rt_fetch(number, root->parse->rtable);
	Relation	relation = table_open(rte->relid, NoLock);
	TupleDesc	desc = RelationGetDescr(relation);
	Bitmapset  *read = NULL;
	RangeTblRef *ref = makeNode(RangeTblRef);

	pull_varattnos((Node *) find_base_rel(root, number)->reltarget->exprs, number, &read);
	ref->rtindex = 1;
	query->commandType = CMD_SELECT;
	query->rtable = list_make1(rte);
	query->jointree = makeFromExpr(list_make1(ref), (Node *) make_ands_explicit(copyObject(conditions)));
	ChangeVarNodes((Node *) query->jointree->quals, number, 1, 0);
	for (int i = 1; i <= desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i - 1);
		Expr	   *column;

		if (bms_is_member(i - FirstLowInvalidHeapAttributeNumber, read))
			column = (Expr *) makeVar(1, i, attribute->atttypid, attribute->atttypmod, attribute->attcollation, 0);
		else
			column = (Expr *) makeBoolConst(false, true);
		query->targetList = lappend(query->targetList, makeTargetEntry(column, i, NULL, false));
	}
	table_close(relation, NoLock);
	return query;
}

/*
 * An inner join of which some conditions stay here; false where it is no
 * statement even so.
 */
static bool
keep_local(RemoteJoin *join, SfRemoteRel **remote)
{
	List	   *conditions = join->on;
	ListCell   *cell;

	if (join->type != JOIN_INNER || list_length(conditions) < 2)
		return false;
	join->on = NIL;
	foreach(cell, conditions)
	{
		List	   *before = join->on;

		join->on = lappend(list_copy(before), lfirst(cell));
		if (sf_remote_rel_ships(join->root, joined(join), join->rel->reltarget))
			continue;
		join->on = before;
		join->local = lappend(join->local, lfirst(cell));
	}
	/* without one it would be all pairs of rows */
	if (join->on == NIL)
		return false;
	*remote = joined(join);
	return true;
}

/*
 * The relation's columns and those that its local conditions read.
 */
static PathTarget *
target_with(RelOptInfo *rel, List *local)
{
	PathTarget *target = copy_pathtarget(rel->reltarget);

	add_new_columns_to_pathtarget(target, pull_var_clause((Node *) local, PVC_RECURSE_PLACEHOLDERS));
	return target;
}
