/*
 * named.c
 *	  Whether an UPDATE or a DELETE says by name which objects it changes.
 */
#include "postgres.h"

#include "catalog/pg_operator_d.h"
#include "nodes/parsenodes.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"

#include "core/options.h"
#include "objects/named.h"

static bool is_named(Node *clause, Index varno, AttrNumber attnum);
static bool is_name(Node *node, Index varno, AttrNumber attnum);
static bool is_same_table(PlannerInfo *root, Index varno, Relids relids);
static bool is_joined_by_name(PlannerInfo *root, Index varno, AttrNumber attnum);

/*
 * A statement that leaves the names open may change every object of the
 * account: throws 0A000 unless allow_bulk_changes says so.
 */
void
sf_named_check(PlannerInfo *root, Index varno, Form_pg_attribute name, const SfKindDef *kind, const char *verb)
{
	RelOptInfo *target = find_base_rel(root, varno);
	ListCell   *cell;

	if (sf_guc_allow_bulk_changes || IS_DUMMY_REL(target))
		return;
	foreach(cell, list_concat_copy(target->baserestrictinfo, target->joininfo))
	{
		RestrictInfo *condition = lfirst_node(RestrictInfo, cell);

		/* what a NOT EXISTS compares holds for the others */
		if (condition->is_pushed_down && is_named((Node *) condition->clause, varno, name->attnum))
			return;
	}
	if (is_joined_by_name(root, varno, name->attnum))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("%s of %s does not say which by name", verb, kind->plural),
			 errhint("Add a condition %s = ... or %s IN (...), or set snowflake_fdw.allow_bulk_changes.",
					 NameStr(name->attname), NameStr(name->attname))));
}

/*
 * Whether a condition holds for the objects of certain names only.
 */
static bool
is_named(Node *clause, Index varno, AttrNumber attnum)
{
	Oid			equal = InvalidOid;
	List	   *args = NIL;
	ListCell   *cell;

	if (IsA(clause, OpExpr))
	{
		equal = ((OpExpr *) clause)->opno;
		args = ((OpExpr *) clause)->args;
	}
	else if (IsA(clause, ScalarArrayOpExpr) && ((ScalarArrayOpExpr *) clause)->useOr)
	{
		equal = ((ScalarArrayOpExpr *) clause)->opno;
		args = ((ScalarArrayOpExpr *) clause)->args;
	}
	if (equal == TextEqualOperator && list_length(args) == 2)
		return (is_name(linitial(args), varno, attnum) && !bms_is_member(varno, pull_varnos(NULL, lsecond(args)))) ||
			(is_name(lsecond(args), varno, attnum) && !bms_is_member(varno, pull_varnos(NULL, linitial(args))));
	if (!IsA(clause, BoolExpr))
		return false;
	foreach(cell, ((BoolExpr *) clause)->args)
	{
		bool		named = is_named(lfirst(cell), varno, attnum);

		if (named != (((BoolExpr *) clause)->boolop == OR_EXPR))
			return named && ((BoolExpr *) clause)->boolop == AND_EXPR;
	}
	return ((BoolExpr *) clause)->boolop == OR_EXPR;
}

static bool
is_name(Node *node, Index varno, AttrNumber attnum)
{
	while (IsA(node, RelabelType))
		node = (Node *) ((RelabelType *) node)->arg;
	return IsA(node, Var) && ((Var *) node)->varno == varno && ((Var *) node)->varattno == attnum &&
		((Var *) node)->varlevelsup == 0;
}

/*
 * Whether these are the rows of the same table once more, whose names are all
 * of them.
 */
static bool
is_same_table(PlannerInfo *root, Index varno, Relids relids)
{
	int			number = -1;

	while ((number = bms_next_member(relids, number)) >= 0)
	{
		RangeTblEntry *entry = number < root->simple_rel_array_size ? root->simple_rte_array[number] : NULL;

		if (entry && entry->rtekind == RTE_RELATION && entry->relid == root->simple_rte_array[varno]->relid)
			return true;
	}
	return false;
}

/*
 * Whether it equals a constant, or a column of another table.
 */
static bool
is_joined_by_name(PlannerInfo *root, Index varno, AttrNumber attnum)
{
	RelOptInfo *target = find_base_rel(root, varno);
	Relids		own = bms_add_members(bms_make_singleton(varno), target->top_parent_relids);
	ListCell   *cell;
	ListCell   *member;

	foreach(cell, root->eq_classes)
	{
		EquivalenceClass *class = lfirst(cell);
		bool		name = false;
		bool		other = false;

		foreach(member, class->ec_members)
		{
			EquivalenceMember *em = lfirst(member);

			if (is_name((Node *) em->em_expr, varno, attnum))
				name = true;
			else
				other |= !bms_overlap(own, em->em_relids) && !is_same_table(root, varno, em->em_relids);
		}
		if (name && other && class->ec_merged == NULL)
			return true;
	}
	return false;
}
