/*
 * bind_path.c
 *	  Planning a bind join.
 *
 * Beside the joins of PostgreSQL a path is offered that reads the local side
 * first: its rows are joined by an ordinary hash join with a foreign scan that
 * fetches the rows of their keys alone.
 *
 *	  Bind Join
 *		-> the local side
 *		-> Hash Join
 *			-> Bind Rows
 *			-> Foreign Scan
 *
 * What a scan says of its keys (SfPathPrivateBind) is a List: the Integer that
 * becomes the mailbox, the conditions "remote = key" (OpExpr, the key being a
 * parameter that never reaches the executor), and what is shown for the keys
 * (String).
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "nodes/extensible.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/paramassign.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "optimizer/planmain.h"
#include "optimizer/restrictinfo.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"

#include "core/compat.h"
#include "core/options.h"
#include "deparse/select.h"
#include "deparse/ship.h"
#include "fdw/bind.h"
#include "fdw/fdw.h"
#include "fdw/remote_rel.h"

#define KEY_PARAM 0x10000		/* above all parameters of a client */
#define KEY_COST 0.05			/* of one that is sent */
#define STATEMENT_KEYS 16384.0
#define UNKNOWN_SHARE 0.1		/* distinct values of a column of which
								 * nothing is known */

enum BindIndex
{
	BindMailbox,
	BindConditions,
	BindShown
};

/* A join that is being looked at. */
typedef struct Bind
{
	PlannerInfo *root;
	RelOptInfo *joinrel;
	RelOptInfo *outer;
	RelOptInfo *inner;
	JoinType	jointype;
	JoinPathExtraData *extra;
	bool		remote_is_outer;
	RelOptInfo *remote;
	RelOptInfo *local;
	ForeignPath *path;			/* the remote side's, or its subquery's */
	PlannerInfo *planner;		/* of that path */
	bool		table;			/* it is the scan of one */
	bool		subquery;
	List	   *hash_clauses;	/* RestrictInfo */

	/* of each key column */
	List	   *conditions;		/* OpExpr: remote = key */
	List	   *shown;			/* String */
	List	   *local_keys;		/* expressions */
	List	   *remote_keys;
	List	   *scales;			/* of remote numbers */
	double		max_keys;		/* distinct, of the column with most */
	double		all_keys;
	double		selectivity;
} Bind;

static void add_bind_paths(PlannerInfo *root, RelOptInfo *joinrel, RelOptInfo *outerrel, RelOptInfo *innerrel,
						   JoinType jointype, JoinPathExtraData *extra);
static void add_bind_path(Bind *bind);
static bool may_drop_rows(JoinType jointype, bool remote_is_outer);
static bool find_remote(Bind *bind);
static bool is_table(Bind *bind);
static bool is_statement(Path *path);
static ForeignPath *plain_path(RelOptInfo *rel);
static bool tables_allow(List *relids);
static void find_keys(Bind *bind);
static void find_key(Bind *bind, RestrictInfo *clause);
static OpExpr *ship_key(Bind *bind, OpExpr *condition, SfValue *value);
static const char *shown_key(Bind *bind, Node *key);
static void estimate_keys(Bind *bind);
static double distinct_values(PlannerInfo *root, Node *key, double rows, double unknown);
static Path *remote_path(Bind *bind, List *private);
static Path *rows_path(Bind *bind, Integer *mailbox);
static Plan *plan_join(PlannerInfo *root, RelOptInfo *rel, CustomPath *path, List *tlist, List *clauses, List *plans);
static int	key_column(List *plans, Expr *key);
static TargetEntry *find_column(List *targets, Expr *key);
static Plan *plan_rows(PlannerInfo *root, RelOptInfo *rel, CustomPath *path, List *tlist, List *clauses, List *plans);
static int	mailbox_number(PlannerInfo *root, Integer *mailbox);
static List *dependencies(PlannerInfo *root);

static set_join_pathlist_hook_type previous_join_paths = NULL;

static const CustomPathMethods join_path_methods = {
	.CustomName = "Bind Join",
	.PlanCustomPath = plan_join,
};

static const CustomPathMethods rows_path_methods = {
	.CustomName = "Bind Rows",
	.PlanCustomPath = plan_rows,
};

void
sf_bind_init(void)
{
	RegisterCustomScanMethods(&sf_bind_join_methods);
	RegisterCustomScanMethods(&sf_bind_rows_methods);
	previous_join_paths = set_join_pathlist_hook;
	set_join_pathlist_hook = add_bind_paths;
}

/*
 * set_join_pathlist_hook: no network.
 */
static void
add_bind_paths(PlannerInfo *root, RelOptInfo *joinrel, RelOptInfo *outerrel, RelOptInfo *innerrel,
			   JoinType jointype, JoinPathExtraData *extra)
{
	if (previous_join_paths)
		previous_join_paths(root, joinrel, outerrel, innerrel, jointype, extra);
	if (!sf_guc_enable_pushdown || !sf_guc_enable_filter_pushdown || !sf_guc_enable_bind_join)
		return;
	for (int remote_is_outer = 0; remote_is_outer <= 1; remote_is_outer++)
	{
		Bind		bind = {.root = root,.joinrel = joinrel,.outer = outerrel,.inner = innerrel,.jointype = jointype,
			.extra = extra,.remote_is_outer = remote_is_outer,
			.remote = remote_is_outer ? outerrel : innerrel,.local = remote_is_outer ? innerrel : outerrel,
		};

		if (may_drop_rows(jointype, remote_is_outer))
			add_bind_path(&bind);
	}
}

static void
add_bind_path(Bind *bind)
{
	Path	   *local = bind->local->cheapest_total_path;
	Integer    *mailbox;
	Path	   *remote;
	Path	   *rows;
	Path	   *outer;
	Path	   *inner;
	Path	   *join;
	CustomPath *path;
	JoinCostWorkspace workspace;

	/* what refers to rows of another relation is bound inside of a subquery */
	if (local == NULL || PATH_REQ_OUTER(local) || bind->joinrel->lateral_relids || bind->local->lateral_relids ||
		bind->remote->lateral_relids)
		return;
	if (!find_remote(bind))
		return;
	find_keys(bind);
	if (bind->conditions == NIL)
		return;
	estimate_keys(bind);
	if (bind->max_keys > sf_guc_bind_max_keys)
		return;

	mailbox = makeInteger(-1);
	remote = remote_path(bind, list_make3(mailbox, bind->conditions, bind->shown));
	rows = rows_path(bind, mailbox);
	outer = bind->remote_is_outer ? remote : rows;
	inner = bind->remote_is_outer ? rows : remote;
	initial_cost_hashjoin(bind->root, &workspace, bind->jointype, bind->hash_clauses, outer, inner, bind->extra, false);
	join = (Path *) create_hashjoin_path(bind->root, bind->joinrel, bind->jointype, &workspace, bind->extra, outer,
										 inner, false, bind->extra->restrictlist, NULL, bind->hash_clauses);

	path = makeNode(CustomPath);
	path->path.pathtype = T_CustomScan;
	path->path.parent = bind->joinrel;
	path->path.pathtarget = bind->joinrel->reltarget;
	path->path.rows = join->rows;
	path->path.startup_cost = local->total_cost + rows->total_cost + join->startup_cost;
	path->path.total_cost = local->total_cost + rows->total_cost + join->total_cost;
	sf_path_add_disabled(&path->path, local);
	sf_path_add_disabled(&path->path, join);
	path->flags = CUSTOMPATH_SUPPORT_PROJECTION;
	path->custom_paths = list_make2(local, join);
	path->custom_private = list_make3(mailbox, bind->local_keys, bind->scales);
	path->methods = &join_path_methods;
	add_path(bind->joinrel, (Path *) path);
}

/*
 * Whether a remote row without a partner is in no result.
 */
static bool
may_drop_rows(JoinType jointype, bool remote_is_outer)
{
	switch (jointype)
	{
		case JOIN_INNER:
		case JOIN_SEMI:
			return true;
		case JOIN_LEFT:
		case JOIN_ANTI:
			return !remote_is_outer;
		case JOIN_RIGHT:
			return remote_is_outer;
		default:
			return sf_join_drops_rows(jointype, remote_is_outer);
	}
}

/*
 * The remote side's path, where it has one that takes conditions: the scan of
 * a table, a join or groups that are a statement, a subquery that is one.
 */
static bool
find_remote(Bind *bind)
{
	RelOptInfo *rel = bind->remote;
	Path	   *path;

	bind->planner = bind->root;
	if (rel->reloptkind == RELOPT_JOINREL)
		bind->path = plain_path(rel);
	else if (rel->reloptkind == RELOPT_BASEREL && rel->rtekind == RTE_SUBQUERY && rel->subroot)
	{
		path = fetch_upper_rel(rel->subroot, UPPERREL_FINAL, NULL)->cheapest_total_path;
		bind->planner = rel->subroot;
		bind->subquery = true;
		bind->path = path && is_statement(path) ? (ForeignPath *) path : NULL;
	}
	else if (rel->reloptkind == RELOPT_BASEREL && rel->rtekind == RTE_RELATION && is_table(bind))
	{
		bind->table = true;
		bind->path = plain_path(rel);
		return bind->path && tables_allow(list_make1_oid(planner_rt_fetch(rel->relid, bind->root)->relid));
	}
	return bind->path && tables_allow(sf_is_whole_path(bind->path) ? sf_whole_tables(bind->path) :
									  sf_remote_rel_tables(bind->path));
}

/*
 * Whether it is a data table of ours, and no finished statement or result.
 */
static bool
is_table(Bind *bind)
{
	RelOptInfo *rel = bind->remote;

	return rel->fdwroutine && sf_server_is_ours(rel->serverid) &&
		sf_table_options(planner_rt_fetch(rel->relid, bind->root)->relid)->kind == NULL &&
		sf_deparse_extensible(((SfRelInfo *) rel->fdw_private)->options);
}

/*
 * Of a whole statement, or of a part of a query that is one; without a plan
 * beside it for values that Snowflake cannot have.
 */
static bool
is_statement(Path *path)
{
	ForeignPath *foreign = (ForeignPath *) path;

	return IsA(path, ForeignPath) && path->parent->fdwroutine && sf_server_is_ours(path->parent->serverid) &&
		foreign->fdw_outerpath == NULL &&
		(sf_is_whole_path(foreign) || sf_is_remote_rel_path(foreign));
}

/*
 * The cheapest one that reads the whole relation.
 */
static ForeignPath *
plain_path(RelOptInfo *rel)
{
	ForeignPath *found = NULL;
	ListCell   *cell;

	foreach(cell, rel->pathlist)
	{
		ForeignPath *path = lfirst(cell);

		if (!IsA(path, ForeignPath) || path->path.parent != rel || PATH_REQ_OUTER(&path->path) ||
			!(IS_JOIN_REL(rel) ? is_statement(&path->path) : path->fdw_private == NIL))
			continue;
		if (found == NULL || path->path.total_cost < found->path.total_cost)
			found = path;
	}
	return found;
}

static bool
tables_allow(List *relids)
{
	ListCell   *cell;

	foreach(cell, relids)
	{
		if (!sf_table_options(lfirst_oid(cell))->bind_join)
			return false;
	}
	return true;
}

/*
 * The clauses that a hash join takes, as PostgreSQL finds them, and which of
 * them the remote side can be asked for.
 */
static void
find_keys(Bind *bind)
{
	ListCell   *cell;

	foreach(cell, bind->extra->restrictlist)
	{
		RestrictInfo *clause = lfirst_node(RestrictInfo, cell);

		if (IS_OUTER_JOIN(bind->jointype) && RINFO_IS_PUSHED_DOWN(clause, bind->joinrel->relids))
			continue;
		if (!clause->can_join || !OidIsValid(clause->hashjoinoperator))
			continue;
		if (bms_is_subset(clause->left_relids, bind->outer->relids) &&
			bms_is_subset(clause->right_relids, bind->inner->relids))
			clause->outer_is_left = true;
		else if (bms_is_subset(clause->left_relids, bind->inner->relids) &&
				 bms_is_subset(clause->right_relids, bind->outer->relids))
			clause->outer_is_left = false;
		else
			continue;
		bind->hash_clauses = lappend(bind->hash_clauses, clause);
		find_key(bind, clause);
	}
}

static void
find_key(Bind *bind, RestrictInfo *clause)
{
	OpExpr	   *op = (OpExpr *) clause->clause;
	bool		remote_is_left = clause->outer_is_left == bind->remote_is_outer;
	Node	   *remote = remote_is_left ? get_leftop(op) : get_rightop(op);
	Node	   *local = remote_is_left ? get_rightop(op) : get_leftop(op);
	Oid			equal = remote_is_left ? op->opno : get_commutator(op->opno);
	OpExpr	   *condition;
	Param	   *key;
	SfValue		value;

	/*
	 * of a clause that outer joins have in several forms only columns are
	 * sure to be the local side's
	 */
	if (!OidIsValid(equal) || contain_volatile_functions(local) || contain_volatile_functions(remote) ||
		contain_subplans(local) || (sf_is_clone(clause) && !IsA(local, Var)))
		return;
	key = makeNode(Param);
	key->paramkind = PARAM_EXTERN;
	key->paramid = KEY_PARAM + list_length(bind->conditions);
	key->paramtype = exprType(local);
	key->paramtypmod = -1;
	key->paramcollid = exprCollation(local);
	key->location = -1;
	condition = (OpExpr *) make_opclause(equal, BOOLOID, false, copyObject((Expr *) remote), (Expr *) key, InvalidOid,
										 op->inputcollid);
	condition = ship_key(bind, condition, &value);
	if (condition == NULL)
		return;
	bind->conditions = lappend(bind->conditions, condition);
	bind->shown = lappend(bind->shown, makeString(pstrdup(shown_key(bind, local))));
	bind->local_keys = lappend(bind->local_keys, local);
	bind->remote_keys = lappend(bind->remote_keys, remote);
	bind->scales = lappend_int(bind->scales, value.scale);
}

/*
 * The condition as one on the relation of the path, and what the remote side
 * of it is; NULL where it cannot be sent.
 */
static OpExpr *
ship_key(Bind *bind, OpExpr *condition, SfValue *value)
{
	StringInfoData scratch;
	SfShip		ship;

	if (!bind->table)
		return sf_bind_ship_key(bind->planner, bind->remote, bind->path, condition, value);
	initStringInfo(&scratch);
	sf_ship_begin(&ship, planner_rt_fetch(bind->remote->relid, bind->root)->relid, bind->remote->relid, true, &scratch);
	return sf_ship_bound(&ship, condition, "", value) ? condition : NULL;
}

/*
 * A column by its name, another expression by its number.
 */
static const char *
shown_key(Bind *bind, Node *key)
{
	Var		   *var = (Var *) key;
	RangeTblEntry *rte;

	while (IsA(key, RelabelType))
		key = (Node *) ((RelabelType *) key)->arg;
	var = (Var *) key;
	if (!IsA(key, Var))
		return psprintf("key %d", list_length(bind->conditions));
	rte = planner_rt_fetch(var->varno, bind->root);
	return psprintf("keys of %s.%s", quote_identifier(rte->eref->aliasname),
					quote_identifier(get_rte_attribute_name(rte, var->varattno)));
}

/*
 * How many keys there are, and which part of the remote rows has one.
 * PostgreSQL knows a default for what has no statistics: 200 distinct values,
 * however many rows there are.  For keys it may stand: more of them than can
 * be sent cost little, since that is seen before anything is.  The remote
 * values would then all have a key.
 */
static void
estimate_keys(Bind *bind)
{
	double		local_rows = clamp_row_est(bind->local->cheapest_total_path->rows);
	double		remote_rows = clamp_row_est(Max(bind->remote->tuples, bind->remote->rows));
	ListCell   *local;
	ListCell   *remote;

	bind->selectivity = 1;
	forboth(local, bind->local_keys, remote, bind->remote_keys)
	{
		double		keys = distinct_values(bind->root, lfirst(local), local_rows, 0);
		double		values = distinct_values(bind->root, lfirst(remote), remote_rows, remote_rows * UNKNOWN_SHARE);

		bind->max_keys = Max(bind->max_keys, keys);
		bind->all_keys += keys;
		bind->selectivity *= Min(1, keys / values);
	}
}

static double
distinct_values(PlannerInfo *root, Node *key, double rows, double unknown)
{
	VariableStatData variable;
	bool		is_default;
	double		distinct;

	examine_variable(root, key, 0, &variable);
	distinct = get_variable_numdistinct(&variable, &is_default);
	ReleaseVariableStats(variable);
	if (is_default)
		distinct = Max(distinct, unknown);
	return clamp_row_est(Min(distinct, rows));
}

/*
 * The remote side's path with the keys, as a path of the join's relation.
 */
static Path *
remote_path(Bind *bind, List *private)
{
	ForeignPath *path = makeNode(ForeignPath);
	double		statements = Max(1, ceil(bind->max_keys / STATEMENT_KEYS));
	double		rows = clamp_row_est(bind->remote->rows * bind->selectivity);
	Path	   *outermost;

	memcpy(path, bind->path, sizeof(ForeignPath));
	path->path.pathkeys = NIL;
	path->path.parallel_safe = false;
	path->path.rows = rows;
	path->path.startup_cost = bind->path->path.startup_cost * statements + bind->all_keys * KEY_COST;
	path->path.total_cost = path->path.startup_cost +
		(bind->path->path.total_cost - bind->path->path.startup_cost) * bind->selectivity;
	path->fdw_private = !bind->table ? lappend(list_copy(path->fdw_private), private) :
		list_make5(makeNullConst(INT8OID, -1, InvalidOid), makeNullConst(INT8OID, -1, InvalidOid), NIL, NIL, private);
	if (!bind->subquery)
		return (Path *) path;
	outermost = (Path *) sf_create_subqueryscan_path(bind->root, bind->remote, (Path *) path);
	outermost->rows = rows;
	outermost->parallel_safe = false;
	return outermost;
}

static Path *
rows_path(Bind *bind, Integer *mailbox)
{
	Path	   *local = bind->local->cheapest_total_path;
	CustomPath *path = makeNode(CustomPath);

	path->path.pathtype = T_CustomScan;
	path->path.parent = bind->local;
	path->path.pathtarget = local->pathtarget;
	path->path.rows = local->rows;
	path->path.total_cost = local->rows * cpu_operator_cost * 2;
	path->flags = CUSTOMPATH_SUPPORT_PROJECTION;
	path->custom_private = list_make1(mailbox);
	path->methods = &rows_path_methods;
	return (Path *) path;
}

static Plan *
plan_join(PlannerInfo *root, RelOptInfo *rel, CustomPath *path, List *tlist, List *clauses, List *plans)
{
	CustomScan *scan = makeNode(CustomScan);
	Plan	   *join = lsecond(plans);
	List	   *columns = NIL;
	ListCell   *cell;

	foreach(cell, (List *) list_nth(path->custom_private, SfBindPrivateColumns))
		columns = lappend_int(columns, key_column(plans, lfirst(cell)));
	scan->scan.plan.targetlist = tlist;
	scan->flags = path->flags;
	scan->custom_plans = plans;
	scan->custom_scan_tlist = copyObject(join->targetlist);
	scan->custom_private = list_make3(makeInteger(mailbox_number(root, linitial(path->custom_private))), columns,
									  list_nth(path->custom_private, SfBindPrivateScales));
	scan->methods = &sf_bind_join_methods;
	return &scan->scan.plan;
}

/*
 * The local plan's column with a key; an expression becomes one more.
 */
static int
key_column(List *plans, Expr *key)
{
	Plan	   *local = linitial(plans);
	TargetEntry *column = find_column(local->targetlist, key);

	if (column == NULL)
	{
		column = makeTargetEntry(copyObject(key), list_length(local->targetlist) + 1, NULL, true);
		local = change_plan_targetlist(local, lappend(list_copy(local->targetlist), column), local->parallel_safe);
		linitial(plans) = local;
	}
	return column->resno;
}

/*
 * A column of a relation, whichever outer joins may have made it NULL on the
 * way.
 */
static TargetEntry *
find_column(List *targets, Expr *key)
{
	ListCell   *cell;

	foreach(cell, IsA(key, Var) ? targets : NIL)
	{
		TargetEntry *target = lfirst_node(TargetEntry, cell);
		Var		   *var = (Var *) target->expr;

		if (IsA(var, Var) && var->varno == ((Var *) key)->varno && var->varattno == ((Var *) key)->varattno)
			return target;
	}
	return tlist_member(key, targets);
}

static Plan *
plan_rows(PlannerInfo *root, RelOptInfo *rel, CustomPath *path, List *tlist, List *clauses, List *plans)
{
	CustomScan *scan = makeNode(CustomScan);

	scan->scan.plan.targetlist = tlist;
	scan->flags = path->flags;
	scan->custom_exprs = dependencies(root);
	scan->custom_scan_tlist = copyObject(tlist);
	scan->custom_private = list_make1(makeInteger(mailbox_number(root, linitial(path->custom_private))));
	scan->methods = &sf_bind_rows_methods;
	return &scan->scan.plan;
}

/*
 * Assigned when the first of the nodes that share it is planned.
 */
static int
mailbox_number(PlannerInfo *root, Integer *mailbox)
{
	if (mailbox->ival < 0)
		mailbox->ival = assign_special_exec_param(root);
	return mailbox->ival;
}

/*
 * All parameters that may change the local side: what depends on them is
 * scanned anew with it, the hash table above it too.  They are never
 * evaluated.
 */
static List *
dependencies(PlannerInfo *root)
{
	List	   *result = NIL;
	int			id = -1;

	/*
	 * a subquery was planned before other relations of the query around it
	 * said what they refer to
	 */
	if (root->parent_root)
		root->outer_params = bms_add_members(root->outer_params, root->parent_root->outer_params);

	while ((id = bms_next_member(root->outer_params, id)) >= 0)
	{
		Param	   *param = makeNode(Param);
		Oid			type = list_nth_oid(root->glob->paramExecTypes, id);

		param->paramkind = PARAM_EXEC;
		param->paramid = id;
		/* one that only announces a change has no type */
		param->paramtype = OidIsValid(type) ? type : INT4OID;
		param->paramtypmod = -1;
		param->location = -1;
		result = lappend(result, param);
	}
	return result;
}

void
sf_bind_conditions(List *bind, SfShip *ship, const char *keyword)
{
	ListCell   *condition;
	ListCell   *shown;
	SfValue		ignored;

	if (bind == NIL)
		return;
	/* rows that have no key are not looked at */
	ship->computed = false;
	forboth(condition, list_nth(bind, BindConditions), shown, list_nth(bind, BindShown))
	{
		appendStringInfoString(ship->sql, keyword);
		if (!sf_ship_bound(ship, lfirst_node(OpExpr, condition), strVal(lfirst(shown)), &ignored))
			elog(ERROR, "a key was shippable and is not any more: %s", ship->refusal);
		keyword = " AND ";
	}
}

List *
sf_bind_plan(PlannerInfo *root, List *bind, List *params, SfScanPlan *plan)
{
	List	   *expressions = list_copy(params);
	ListCell   *condition;

	if (bind == NIL)
		return params;
	plan->bind = list_make2_int(mailbox_number(root, linitial(bind)), list_length(params));
	foreach(condition, (List *) list_nth(bind, BindConditions))
	{
		Param	   *key = lsecond(lfirst_node(OpExpr, condition)->args);
		ListCell   *cell;

		foreach(cell, expressions)
		{
			if (!equal(lfirst(cell), key))
				continue;
			plan->bind = lappend_int(plan->bind, foreach_current_index(cell));
			/* the keys are not computed, they are asked for */
			lfirst(cell) = makeNullConst(key->paramtype, -1, key->paramcollid);
		}
	}
	return list_concat(expressions, dependencies(root));
}
