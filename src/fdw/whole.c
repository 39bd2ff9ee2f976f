/*
 * whole.c
 *	  A query over tables of one server as one Snowflake statement, or a
 *	  closed subquery of another query.
 *
 * The planner is given a stub in place of such a query: the columns of a
 * named tuplestore that does not exist, which the last planning step turns
 * into a foreign scan of the statement.  The stub's range table holds the
 * query's relations, so that PostgreSQL checks their privileges, locks them
 * and plans anew when they change.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "foreign/fdwapi.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/planmain.h"
#include "optimizer/planner.h"
#include "optimizer/prep.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "tcop/tcopprot.h"
#include "utils/lsyscache.h"

#include "core/compat.h"
#include "core/options.h"
#include "deparse/query.h"
#include "deparse/select.h"
#include "fdw/bind.h"
#include "fdw/change.h"
#include "fdw/constant.h"
#include "fdw/fdw.h"
#include "fdw/relations.h"

#define MARKER "snowflake_fdw:%d"

/* A query that is one statement. */
typedef struct Whole
{
	SfRemoteQuery remote;
	const char *unit;			/* that it is: statement, subquery */
	Oid			serverid;
	Oid			userid;			/* whose mapping; InvalidOid: the current
								 * user's */
	List	   *relids;			/* of its foreign tables */
	Query	   *query;			/* the planner's, when the statement waits for
								 * values */
	CmdType		change;			/* CMD_UNKNOWN: it reads */
	Query	   *subquery;		/* that it is; NULL for a whole statement,
								 * whose size decides nothing */
	ParamListInfo params;
} Whole;

/* What one call of the planner has. */
typedef struct Planning
{
	ParamListInfo params;
	Query	   *query;			/* as it came */
	List	   *inlined;		/* PlanInvalItem: of functions that are part
								 * of a statement */
	bool		by_role;		/* another role would have other statements */
} Planning;

static PlannedStmt *plan_query(Query *parse, const char *source, int cursor_options, ParamListInfo params);
static PlannedStmt *plan_with_stubs(Query *parse, const char *source, int cursor_options, ParamListInfo params);
static void stub_subqueries(Query *query, Planning *planning);
static bool stub_part(Query *query, Planning *planning);
static bool stub_sublinks(Node *node, void *context);
static Query *stub_subquery(Query *subquery, bool source, List *conditions, Planning *planning);
static Query *fenced(Query *stub);
static List *conditions_on(Query *query, Index number);
static bool is_always_there(Node *node, Index number);
static bool contain_vars_above(Node *condition);
static Query *stub_for(Query *parse, const char *unit, Planning *planning);
static Query *stub_change(Query *parse, Planning *planning);
static bool refuse(const char *unit, const char *why);
static void make_change(PlannedStmt *plan, CmdType change);
static bool is_false(Node *condition);
static bool is_plain_scan(Query *query);
static Node *fold(Node *node, void *context);
static Node *canonical(Node *condition);
static Node *fold_subqueries(Node *node, void *context);
static Node *of_subquery(Node *node);
static Query *make_stub(Query *parse, Whole *whole, List *queries);
static void copy_relations(Query *stub, Query *query);
static void add_statement_path(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input_rel,
							   RelOptInfo *output_rel, void *extra);
static void show_refusal(PlannedStmt *plan, const char *why);
static List *find_scans(PlannedStmt *plan);
static void find_scans_below(Plan *plan, List **found);

static planner_hook_type previous_planner = NULL;
static create_upper_paths_hook_type previous_upper_paths = NULL;
static List *wholes = NIL;		/* Whole: of the planner call at hand */
static const char *refusal = NULL;	/* of the query, or of a subquery: why it
									 * is no statement */
static const char *mixed = NULL;	/* the same, where nothing else is to be
									 * said */
static const char *ordinary = NULL; /* why the next call's is none */
static Query *planned = NULL;	/* as it came, of the call at hand; NULL:
								 * nothing of it can be sent */
static bool is_ordinary = false;	/* the call at hand is one */
static int	depth = 0;			/* planner calls of ours under way */
static uint64 scans = 0;		/* of statements, planned in this session */

void
sf_whole_init(void)
{
	previous_planner = planner_hook;
	planner_hook = plan_query;
	previous_upper_paths = create_upper_paths_hook;
	create_upper_paths_hook = add_statement_path;
	sf_first_init();
}

/*
 * planner_hook: no network.
 */
static PlannedStmt *
plan_query(Query *parse, const char *source, int cursor_options, ParamListInfo params)
{
	List	   *outer = wholes;
	const char *outer_refusal = refusal;
	const char *outer_mixed = mixed;
	bool		outer_ordinary = is_ordinary;
	Query	   *outer_planned = planned;
	PlannedStmt *plan;

	wholes = NIL;
	planned = NULL;
	mixed = NULL;
	refusal = ordinary;
	is_ordinary = ordinary != NULL;
	ordinary = NULL;
	depth++;
	PG_TRY();
	{
		plan = plan_with_stubs(parse, source, cursor_options, params);
	}
	PG_FINALLY();
	{
		wholes = outer;
		refusal = outer_refusal;
		mixed = outer_mixed;
		is_ordinary = outer_ordinary;
		planned = outer_planned;
		depth--;
	}
	PG_END_TRY();
	return plan;
}

static PlannedStmt *
plan_with_stubs(Query *parse, const char *source, int cursor_options, ParamListInfo params)
{
	Planning	planning = {.params = params};
	CmdType		change = CMD_UNKNOWN;
	Query	   *stub = NULL;
	PlannedStmt *plan;

	if (refusal == NULL && sf_guc_enable_pushdown && parse->commandType != CMD_UTILITY && sf_may_be_sent(parse))
	{
		planned = planning.query = copyObject(parse);
		planning.inlined = sf_inline_functions(parse, params, &planning.by_role);
		parse = sf_put_constants(parse);
		if (sf_guc_enable_statement_pushdown && parse->commandType == CMD_SELECT)
			stub = stub_for(parse, "statement", &planning);
		else if (sf_changes_table(parse))
			stub = stub_change(parse, &planning);
		change = parse->commandType;
		if (stub)
			parse = stub;
		else if (sf_guc_enable_subquery_pushdown &&
				 !(sf_guc_enable_statement_pushdown && stub_part(parse, &planning)))
			stub_subqueries(parse, &planning);
	}
	plan = previous_planner ? previous_planner(parse, source, cursor_options, params) :
		standard_planner(parse, source, cursor_options, params);
	if (stub && change != CMD_SELECT)
		make_change(plan, change);
	plan->invalItems = list_concat(plan->invalItems, planning.inlined);
	plan->dependsOnRole |= planning.by_role;
	if (refusal || mixed)
		show_refusal(plan, refusal ? refusal : mixed);
	return plan;
}

PlannedStmt *
sf_plan_ordinary(Query *query, const char *source, int cursor_options, ParamListInfo params, const char *why)
{
	PlannedStmt *plan;

	ordinary = why;
	PG_TRY();
	{
		plan = pg_plan_query(query, source, cursor_options, params);
	}
	PG_FINALLY();
	{
		ordinary = NULL;
	}
	PG_END_TRY();
	return plan;
}

/*
 * Each largest subquery that can be a statement of its own, of those that the
 * planner would not merge into the query around them.
 */
static void
stub_subqueries(Query *query, Planning *planning)
{
	Index		number = 0;
	ListCell   *cell;

	foreach(cell, query->rtable)
	{
		RangeTblEntry *rte = lfirst_node(RangeTblEntry, cell);
		bool		source = query->commandType == CMD_INSERT;

		number++;
		if (rte->rtekind == RTE_SUBQUERY && rte->subquery && !rte->lateral)
			rte->subquery = stub_subquery(rte->subquery, source, conditions_on(query, number), planning);
	}
	foreach(cell, query->cteList)
	{
		CommonTableExpr *cte = lfirst_node(CommonTableExpr, cell);

		if (!cte->cterecursive && cte->cterefcount > 0)
			cte->ctequery = (Node *) stub_subquery(castNode(Query, cte->ctequery), false, NIL, planning);
	}
	if (query->hasSubLinks)
		query_tree_walker(query, stub_sublinks, planning, QTW_IGNORE_RC_SUBQUERIES);
}

/*
 * Makes the query one of the rows of a statement, where only what is done
 * with them at last keeps it from being one.
 */
static bool
stub_part(Query *query, Planning *planning)
{
	for (SfSplit part = SF_SPLIT_ROWS; part <= SF_SPLIT_GROUPS; part++)
	{
		Query	   *inner;
		Query	   *outer;
		Query	   *stub;

		if (!sf_can_split(query, part))
			continue;
		outer = sf_split(query, part, &inner);
		stub = stub_for(inner, "subquery", planning);
		if (stub)
		{
			linitial_node(RangeTblEntry, outer->rtable)->subquery = fenced(stub);
			*query = *outer;
			return true;
		}
	}
	return false;
}

static bool
stub_sublinks(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, SubLink))
	{
		SubLink    *link = (SubLink *) node;

		link->subselect = (Node *) stub_subquery(castNode(Query, link->subselect), false, NIL, context);
		return stub_sublinks(link->testexpr, context);
	}
	return expression_tree_walker(node, stub_sublinks, context);
}

/*
 * The stub of the subquery, with the conditions that it can take, behind a
 * fence that keeps the planner from merging it; or the subquery, its own ones
 * changed.
 */
static Query *
stub_subquery(Query *subquery, bool source, List *conditions, Planning *planning)
{
	Query	   *stub = NULL;

	if (subquery->commandType == CMD_SELECT &&
		(source || subquery->hasAggs || subquery->groupClause || subquery->groupingSets || subquery->distinctClause ||
		 subquery->hasWindowFuncs || subquery->setOperations || subquery->limitCount))
	{
		List	   *taken = NIL;
		ListCell   *cell;

		foreach(cell, conditions)
		{
			List	   *more = lappend(list_copy(taken), lfirst(cell));
			Query	   *filtered = stub_for(sf_filter(subquery, more), "subquery", planning);

			if (filtered)
			{
				stub = filtered;
				taken = more;
			}
		}
		if (stub == NULL)
			stub = stub_for(subquery, "subquery", planning);
	}
	if (stub == NULL)
	{
		if (!stub_part(subquery, planning))
			stub_subqueries(subquery, planning);
		return subquery;
	}
	return fenced(stub);
}

/*
 * With OFFSET 0, which keeps the planner from merging it.
 */
static Query *
fenced(Query *stub)
{
	stub->limitOffset = (Node *) makeConst(INT8OID, -1, InvalidOid, sizeof(int64), Int64GetDatum(0), false,
										   FLOAT8PASSBYVAL);
	return stub;
}

/*
 * The conditions in WHERE on this relation alone, as conditions on relation
 * 1; none where an outer join may make its columns NULL.
 */
static List *
conditions_on(Query *query, Index number)
{
	List	   *found = NIL;
	List	   *conditions = make_ands_implicit((Expr *) query->jointree->quals);
	ListCell   *cell;

	if (query->commandType != CMD_SELECT || !is_always_there((Node *) query->jointree, number))
		return NIL;
	foreach(cell, conditions)
	{
		Node	   *condition = lfirst(cell);
		Relids		relids = pull_varnos_of_level(NULL, condition, 0);

		if (bms_membership(relids) != BMS_SINGLETON || bms_singleton_member(relids) != number ||
			contain_subplans(condition) || contain_volatile_functions(condition) ||
			contain_vars_above(condition))
			continue;
		condition = copyObject(condition);
		ChangeVarNodes(condition, number, 1, 0);
		found = lappend(found, condition);
	}
	return found;
}

/*
 * Whether no outer join makes the relation's columns NULL.
 */
static bool
is_always_there(Node *node, Index number)
{
	JoinExpr   *join = (JoinExpr *) node;
	ListCell   *cell;

	if (IsA(node, RangeTblRef))
		return ((RangeTblRef *) node)->rtindex == number;
	if (IsA(node, JoinExpr))
		return ((join->jointype == JOIN_INNER || join->jointype == JOIN_LEFT) && is_always_there(join->larg, number)) ||
			((join->jointype == JOIN_INNER || join->jointype == JOIN_RIGHT) && is_always_there(join->rarg, number));
	foreach(cell, ((FromExpr *) node)->fromlist)
	{
		if (is_always_there(lfirst(cell), number))
			return true;
	}
	return false;
}

/*
 * Whether it refers to a query around this one.
 */
static bool
contain_vars_above(Node *condition)
{
	for (int level = 1; level < 16; level++)
	{
		if (contain_vars_of_level(condition, level))
			return true;
	}
	return false;
}

/*
 * NULL when it is not one statement.
 */
static Query *
stub_for(Query *parse, const char *unit, Planning *planning)
{
	SfRelations relations;
	PlannerInfo *root;
	Whole	   *whole;
	Query	   *query;

	sf_relations_of(parse, &relations);
	planning->by_role |= relations.by_role;
	if (relations.mixed && mixed == NULL && sf_may_be_sent(parse))
		mixed = psprintf("%s: %s", unit, relations.mixed);
	if (relations.mixed || relations.relids == NIL || is_plain_scan(parse))
		return NULL;
	if (!sf_one_place(relations.relids) &&
		refuse(unit, "names of the option query and of other tables are looked up in two schemas"))
		return NULL;

	root = sf_folding_root(planning->params);
	query = (Query *) fold((Node *) parse, root);
	if (is_false(query->jointree->quals))
		return NULL;

	whole = palloc0(sizeof(Whole));
	whole->unit = unit;
	whole->serverid = relations.serverid;
	whole->userid = relations.userid;
	whole->relids = relations.relids;
	/* exactly, if that is possible */
	if (!sf_ship_query(query, false, false, &whole->remote) &&
		!(sf_remote_division(relations.serverid) && sf_ship_query(query, true, false, &whole->remote)) &&
		refuse(unit, whole->remote.refusal))
		return NULL;
	/* where the rest makes a text of it, say */
	if (whole->remote.more_zeros && strcmp(unit, "subquery") == 0 && sf_shows_digits(planning->query) &&
		refuse(unit, "the number may have other digits behind the point in Snowflake"))
		return NULL;
	if (whole->remote.params)
		whole->query = planning->query;
	if (strcmp(unit, "subquery") == 0)
		whole->subquery = parse;
	whole->params = planning->params;
	planning->inlined = list_concat(planning->inlined, root->glob->invalItems);
	wholes = lappend(wholes, whole);
	return make_stub(parse, whole, relations.queries);
}

/*
 * Keeps the first reason; always true.
 */
static bool
refuse(const char *unit, const char *why)
{
	if (refusal == NULL)
		refusal = psprintf("%s: %s", unit, why);
	return true;
}

bool
sf_changes_table(const Query *query)
{
	RangeTblEntry *rte;

	if (query->commandType != CMD_INSERT && query->commandType != CMD_UPDATE && query->commandType != CMD_DELETE)
		return false;
	rte = rt_fetch(query->resultRelation, query->rtable);
	return rte->relkind == RELKIND_FOREIGN_TABLE && sf_server_is_ours(GetForeignTable(rte->relid)->serverid);
}

/*
 * The same for a query that changes a table of ours: the stub's only column is
 * never read.
 */
static Query *
stub_change(Query *parse, Planning *planning)
{
	SfRelations relations;
	PlannerInfo *root = sf_folding_root(planning->params);
	const char *why = sf_why_no_change(parse);
	Expr	   *column = (Expr *) makeVar(1, 1, INT8OID, -1, InvalidOid, 0);
	Whole	   *whole;
	Query	   *query;

	if (why && refuse("statement", why))
		return NULL;
	if (!sf_guc_enable_statement_pushdown && refuse("statement", "snowflake_fdw.enable_statement_pushdown is off"))
		return NULL;
	sf_relations_of(parse, &relations);
	planning->by_role |= relations.by_role;
	if (relations.mixed && refuse("statement", relations.mixed))
		return NULL;
	if (!sf_one_place(relations.relids) &&
		refuse("statement", "names of the option query and of other tables are looked up in two schemas"))
		return NULL;
	query = sf_inline_with((Query *) fold((Node *) parse, root));
	if (is_false(query->jointree->quals))
		return NULL;
	whole = palloc0(sizeof(Whole));
	whole->unit = "statement";
	whole->change = parse->commandType;
	whole->serverid = relations.serverid;
	whole->userid = relations.userid;
	whole->relids = relations.relids;
	if (!sf_ship_change(query, &whole->remote) && refuse("statement", whole->remote.refusal))
		return NULL;
	if (whole->remote.params)
		whole->query = planning->query;
	whole->params = planning->params;
	planning->inlined = list_concat(planning->inlined, root->glob->invalItems);
	wholes = lappend(wholes, whole);
	whole->remote.columns = list_make1(makeTargetEntry(column, 1, "rows", false));
	whole->remote.outputs = list_make1(column);
	parse = memcpy(palloc(sizeof(Query)), parse, sizeof(Query));
	parse->targetList = whole->remote.columns;
	return make_stub(parse, whole, relations.queries);
}

/*
 * Makes the plan of a stub one that changes a table.
 */
static void
make_change(PlannedStmt *plan, CmdType change)
{
	ForeignScan *scan = castNode(ForeignScan, plan->planTree);

	scan->operation = change;
	scan->scan.plan.targetlist = NIL;
	plan->commandType = change;
}

const char *
sf_whole_refusal(void)
{
	const char *why = refusal ? strstr(refusal, ": ") : NULL;

	return why ? why + 2 : NULL;
}

/*
 * A condition that no row meets: nothing has to be sent.
 */
static bool
is_false(Node *condition)
{
	Const	   *value = (Const *) condition;

	return value && IsA(value, Const) && (value->constisnull || !DatumGetBool(value->constvalue));
}

/*
 * One table, with conditions and LIMIT at most: a scan does it as well.
 */
static bool
is_plain_scan(Query *query)
{
	return list_length(query->jointree->fromlist) == 1 && IsA(linitial(query->jointree->fromlist), RangeTblRef) &&
		rt_fetch(linitial_node(RangeTblRef, query->jointree->fromlist)->rtindex,
				 query->rtable)->rtekind == RTE_RELATION &&
		!query->hasAggs && !query->hasWindowFuncs && !query->groupClause && !query->groupingSets &&
		!query->distinctClause && !query->sortClause && !query->hasSubLinks && !query->havingQual &&
		!query->cteList && !query->setOperations;
}

/*
 * A copy of the query as the planner would see its expressions: with
 * constants computed, parameters of a custom plan put in, functions of SQL
 * inlined.
 */
static Node *
fold(Node *node, void *context)
{
	Query	   *query;
	FromExpr   *from;
	JoinExpr   *join;

	if (node == NULL)
		return NULL;
	switch (nodeTag(node))
	{
		case T_Query:
			query = query_tree_mutator((Query *) node, fold, context, 0);
			query->havingQual = canonical(query->havingQual);
			sf_keep_order(query);
			return (Node *) query;
		case T_FromExpr:
			from = (FromExpr *) expression_tree_mutator(node, fold, context);
			from->quals = canonical(from->quals);
			return (Node *) from;
		case T_JoinExpr:
			join = (JoinExpr *) expression_tree_mutator(node, fold, context);
			join->quals = canonical(join->quals);
			return (Node *) join;
		case T_CommonTableExpr:
			/* what is not read is not computed either */
			if (((CommonTableExpr *) node)->cterefcount == 0)
				return node;
			return expression_tree_mutator(node, fold, context);
		case T_List:
		case T_TargetEntry:
		case T_RangeTblRef:
		case T_SortGroupClause:
		case T_GroupingSet:
		case T_WindowClause:
		case T_SetOperationStmt:
		case T_RangeTblFunction:
			return expression_tree_mutator(node, fold, context);
		default:
			return eval_const_expressions(context, fold_subqueries(node, context));
	}
}

/*
 * A condition, of whose arms of an OR what is common to them is pulled out.
 */
static Node *
canonical(Node *condition)
{
	return condition ? (Node *) canonicalize_qual((Expr *) condition, false) : NULL;
}

static Node *
fold_subqueries(Node *node, void *context)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, Query))
		return fold(node, context);
	return expression_tree_mutator(of_subquery(node), fold_subqueries, context);
}

/*
 * x = ANY(ARRAY(SELECT ...)) as x IN (SELECT ...), x <> ALL of it as NOT IN.
 */
static Node *
of_subquery(Node *node)
{
	ScalarArrayOpExpr *expr = (ScalarArrayOpExpr *) node;
	SubLink    *link;
	Param	   *element;
	Oid			equal;

	if (!IsA(node, ScalarArrayOpExpr) || !IsA(lsecond(expr->args), SubLink) ||
		lsecond_node(SubLink, expr->args)->subLinkType != ARRAY_SUBLINK)
		return node;
	equal = expr->useOr ? expr->opno : get_negator(expr->opno);
	if (!OidIsValid(equal) || !op_hashjoinable(equal, exprType(linitial(expr->args))))
		return node;
	element = makeNode(Param);
	element->paramkind = PARAM_SUBLINK;
	element->paramid = 1;
	element->paramtype = get_element_type(exprType(lsecond(expr->args)));
	element->paramtypmod = -1;
	element->paramcollid = exprCollation(lsecond(expr->args));
	link = copyObject(lsecond_node(SubLink, expr->args));
	link->subLinkType = ANY_SUBLINK;
	link->testexpr = (Node *) make_opclause(equal, BOOLOID, false, linitial(expr->args), (Expr *) element, InvalidOid,
											expr->inputcollid);
	link->operName = list_make1(makeString("="));
	return expr->useOr ? (Node *) link : (Node *) makeBoolExpr(NOT_EXPR, list_make1(link), -1);
}

static Query *
make_stub(Query *parse, Whole *whole, List *queries)
{
	Query	   *stub = makeNode(Query);
	RangeTblEntry *marker = makeNode(RangeTblEntry);
	RangeTblRef *ref = makeNode(RangeTblRef);
	ListCell   *output = list_head(whole->remote.outputs);
	ListCell   *cell;

	marker->rtekind = RTE_NAMEDTUPLESTORE;
	marker->relid = linitial_oid(whole->relids);
	marker->enrname = psprintf(MARKER, list_length(wholes) - 1);
	marker->inFromCl = true;
	marker->eref = makeAlias("statement", NIL);
	sf_rte_set_userid(marker, whole->userid);
	foreach(cell, whole->remote.columns)
	{
		TargetEntry *column = lfirst_node(TargetEntry, cell);

		marker->coltypes = lappend_oid(marker->coltypes, exprType((Node *) column->expr));
		marker->coltypmods = lappend_int(marker->coltypmods, exprTypmod((Node *) column->expr));
		marker->colcollations = lappend_oid(marker->colcollations, exprCollation((Node *) column->expr));
		marker->eref->colnames = lappend(marker->eref->colnames, makeString(pstrdup(column->resname)));
	}

	stub->commandType = CMD_SELECT;
	stub->querySource = parse->querySource;
	stub->queryId = parse->queryId;
	stub->canSetTag = parse->canSetTag;
	stub->stmt_location = parse->stmt_location;
	stub->stmt_len = parse->stmt_len;
	ref->rtindex = 1;
	stub->rtable = list_make1(marker);
	stub->jointree = makeFromExpr(list_make1(ref), NULL);
	foreach(cell, parse->targetList)
	{
		TargetEntry *target = lfirst_node(TargetEntry, cell);
		TargetEntry *entry;

		if (target->resjunk)
			continue;
		entry = makeTargetEntry(lfirst(output), list_length(stub->targetList) + 1, target->resname, false);
		entry->resorigtbl = target->resorigtbl;
		entry->resorigcol = target->resorigcol;
		stub->targetList = lappend(stub->targetList, entry);
		output = lnext(whole->remote.outputs, output);
	}
	foreach(cell, queries)
		copy_relations(stub, lfirst_node(Query, cell));
	return stub;
}

/*
 * For privileges, locks and invalidation only: nothing refers to them.
 */
static void
copy_relations(Query *stub, Query *query)
{
	ListCell   *cell;

	foreach(cell, query->rtable)
	{
		RangeTblEntry *rte = lfirst_node(RangeTblEntry, cell);

		if (sf_rte_is_relation(rte))
			stub->rtable = lappend(stub->rtable, sf_rte_copy_relation(stub, query, rte));
	}
}

/*
 * create_upper_paths_hook: the scan of the statement is all of the stub's
 * plan.
 */
static void
add_statement_path(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input_rel, RelOptInfo *output_rel,
				   void *extra)
{
	RangeTblEntry *marker = root->parse->rtable ? linitial_node(RangeTblEntry, root->parse->rtable) : NULL;
	Whole	   *whole;
	int			number;
	double		rows;
	Cost		startup_cost;
	Cost		total_cost;

	if (previous_upper_paths)
		previous_upper_paths(root, stage, input_rel, output_rel, extra);
	/* the library was loaded in the middle of this planning */
	if (depth == 0)
		sf_first_missed();
	if (stage != UPPERREL_FINAL || marker == NULL || marker->rtekind != RTE_NAMEDTUPLESTORE ||
		marker->enrname == NULL || sscanf(marker->enrname, MARKER, &number) != 1 || number >= list_length(wholes))
		return;
	whole = list_nth(wholes, number);
	/* a transition table of that name */
	if (!list_member_oid(whole->relids, marker->relid))
		return;
	output_rel->serverid = whole->serverid;
	output_rel->userid = whole->userid;
	output_rel->fdwroutine = GetFdwRoutineByServerId(whole->serverid);
	output_rel->pathlist = NIL;
	output_rel->partial_pathlist = NIL;
	rows = sf_estimate_query(whole->subquery, whole->params);
	sf_cost_query(whole->relids, whole->userid, rows, &startup_cost, &total_cost);
	add_path(output_rel, (Path *)
			 sf_create_foreign_upper_path(root, output_rel, root->upper_targets[UPPERREL_FINAL], rows,
										  startup_cost, total_cost, NIL, list_make1(makeInteger(number))));
}

bool
sf_is_whole_path(const ForeignPath *path)
{
	return path->fdw_private && IsA(linitial(path->fdw_private), Integer);
}

List *
sf_whole_tables(const ForeignPath *path)
{
	Whole	   *whole = list_nth(wholes, intVal(linitial(path->fdw_private)));

	return whole->relids;
}

ForeignScan *
sf_whole_plan(PlannerInfo *root, ForeignPath *path, List *tlist, Plan *outer_plan)
{
	Whole	   *whole = list_nth(wholes, intVal(linitial(path->fdw_private)));
	List	   *bind = list_length(path->fdw_private) > 1 ? lsecond(path->fdw_private) : NIL;
	List	   *scan_tlist = NIL;
	List	   *attnums = NIL;
	List	   *params;
	SfShip		ship = {0};
	SfScanPlan	plan = {0};
	ListCell   *cell;

	scans++;
	foreach(cell, whole->remote.columns)
	{
		TargetEntry *column = lfirst_node(TargetEntry, cell);
		TargetEntry *entry;
		Node	   *node = (Node *) column->expr;
		int			number = list_length(attnums) + 1;

		entry = makeTargetEntry((Expr *) makeVar(1, number, exprType(node), exprTypmod(node), exprCollation(node), 0),
								number, pstrdup(column->resname), false);
		entry->resorigtbl = column->resorigtbl;
		entry->resorigcol = column->resorigcol;
		entry->ressortgroupref = column->ressortgroupref;
		scan_tlist = lappend(scan_tlist, entry);
		attnums = lappend_int(attnums, number);
	}
	sf_bind_statement(&whole->remote, bind, &ship);
	plan.unit = whole->remote.divides ? psprintf("%s, quotients with Snowflake's digits", whole->unit) : whole->unit;
	plan.sql = ship.sql->data;
	plan.attnums = attnums;
	plan.match = SF_MATCH_POSITION;
	plan.markers = ship.markers;
	plan.tables = whole->relids;
	plan.query = whole->query;
	params = sf_bind_plan(root, bind, ship.params, &plan);
	return make_foreignscan(tlist, NIL, 0, params, sf_scan_private(&plan), scan_tlist, NIL, outer_plan);
}

const SfRemoteQuery *
sf_whole_remote(const ForeignPath *path)
{
	return &((Whole *) list_nth(wholes, intVal(linitial(path->fdw_private))))->remote;
}

Query *
sf_planned_query(void)
{
	return planned;
}

bool
sf_planning_ordinary(void)
{
	return is_ordinary;
}

uint64
sf_whole_scans(void)
{
	return scans;
}

List *
sf_waiting_scans(PlannedStmt *plan)
{
	List	   *found = NIL;
	ListCell   *cell;

	foreach(cell, find_scans(plan))
	{
		ForeignScan *scan = lfirst_node(ForeignScan, cell);

		if (scan->scan.scanrelid == 0 && list_nth(scan->fdw_private, SfScanPrivateQuery) != NULL)
			found = lappend(found, scan);
	}
	return found;
}

/*
 * The first scan of the plan that is left shows why the query is no single
 * statement: one that was planned on the way may be gone.
 */
static void
show_refusal(PlannedStmt *plan, const char *why)
{
	List	   *found = find_scans(plan);
	ListCell   *kept;

	if (found == NIL)
		return;
	kept = list_nth_cell(linitial_node(ForeignScan, found)->fdw_private, SfScanPrivateKept);
	lfirst(kept) = lcons(list_make2(NULL, makeString(pstrdup(why))), lfirst(kept));
}

/*
 * All scans of data tables and of statements.
 */
static List *
find_scans(PlannedStmt *plan)
{
	List	   *found = NIL;
	ListCell   *cell;

	find_scans_below(plan->planTree, &found);
	foreach(cell, plan->subplans)
		find_scans_below(lfirst(cell), &found);
	return found;
}

static void
find_scans_below(Plan *plan, List **found)
{
	List	   *children = NIL;
	ListCell   *cell;

	if (plan == NULL)
		return;
	check_stack_depth();
	/* that of an object table begins with another node */
	if (IsA(plan, ForeignScan) && sf_server_is_ours(((ForeignScan *) plan)->fs_server) &&
		IsA(linitial(((ForeignScan *) plan)->fdw_private), String))
		*found = lappend(*found, plan);
	if (IsA(plan, Append))
		children = ((Append *) plan)->appendplans;
	else if (IsA(plan, MergeAppend))
		children = ((MergeAppend *) plan)->mergeplans;
	else if (IsA(plan, SubqueryScan))
		children = list_make1(((SubqueryScan *) plan)->subplan);
	else if (IsA(plan, CustomScan))
		children = ((CustomScan *) plan)->custom_plans;
	foreach(cell, children)
		find_scans_below(lfirst(cell), found);
	find_scans_below(plan->lefttree, found);
	find_scans_below(plan->righttree, found);
}
