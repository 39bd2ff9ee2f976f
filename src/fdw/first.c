/*
 * first.c
 *	  Statements that are planned again when they start, before anything was
 *	  sent.
 *
 * The planning of the statement in which the library was loaded began without
 * our planner hook: it is planned again from its text.
 * session_preload_libraries spares that.
 *
 * A generic plan's statement may get a value that Snowflake cannot have: its
 * query is planned again the ordinary way.
 */
#include "postgres.h"

#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "tcop/tcopprot.h"
#include "utils/memutils.h"
#include "utils/plancache.h"

#include "core/options.h"
#include "deparse/ship.h"
#include "fdw/fdw.h"
#include "fdw/remote_rel.h"

static void start_executor(QueryDesc *query, int eflags);
static PlannedStmt *plan_again(QueryDesc *query, int eflags);
static RawStmt *only_statement(QueryDesc *query);
static Node *planned_part(Node *statement);
static bool same_columns(List *planned, List *again);
static PlannedStmt *plan_by_values(QueryDesc *query, int eflags);
static bool may_wait(PlannedStmt *plan);
static bool values_have_form(ForeignScan *scan, ParamListInfo params);
static int	cursor_options(int eflags);

static ExecutorStart_hook_type previous_start = NULL;
static bool pending = false;

void
sf_first_init(void)
{
	previous_start = ExecutorStart_hook;
	ExecutorStart_hook = start_executor;
}

void
sf_first_missed(void)
{
	pending = true;
}

/*
 * ExecutorStart_hook: no network.  Scans that have begun may be started
 * together.
 */
static void
start_executor(QueryDesc *query, int eflags)
{
	uint64		begun = sf_scans_begun();
	PlannedStmt *plan = pending ? plan_again(query, eflags) : plan_by_values(query, eflags);

	if (plan)
		query->plannedstmt = plan;
	if (previous_start)
		previous_start(query, eflags);
	else
		standard_ExecutorStart(query, eflags);
	if (sf_scans_begun() > begun)
		sf_scans_together(query->planstate);
}

/*
 * NULL where the text does not say all: a statement inside a function, a
 * materialized view (whose names may be looked up otherwise), several
 * statements of which it cannot be told which one it is.  The next execution
 * is planned with the hook.
 */
static PlannedStmt *
plan_again(QueryDesc *query, int eflags)
{
	RawStmt    *raw;
	ParamListInfo params = query->params;
	Oid		   *types = NULL;
	int			nparams = params ? params->numParams : 0;
	List	   *queries;
	uint64		scans = sf_whole_scans();
	PlannedStmt *plan;

	pending = false;
	/* a plan that is kept was made without the hook, too */
	ResetPlanCache();
	if (!sf_guc_enable_pushdown || debug_query_string == NULL || strcmp(query->sourceText, debug_query_string) != 0 ||
		InSecurityRestrictedOperation())
		return NULL;
	raw = only_statement(query);
	if (raw == NULL || (params && params->paramFetch))
		return NULL;
	if (params)
		types = palloc(sizeof(Oid) * Max(nparams, 1));
	for (int i = 0; i < nparams; i++)
		types[i] = params->params[i].ptype;
	/* parameters without values are those of EXPLAIN (GENERIC_PLAN) */
	if (params)
		queries = pg_analyze_and_rewrite_fixedparams(raw, query->sourceText, types, nparams, query->queryEnv);
	else
		queries = pg_analyze_and_rewrite_varparams(raw, query->sourceText, &types, &nparams, query->queryEnv);
	if (list_length(queries) != 1 || linitial_node(Query, queries)->commandType != query->operation)
		return NULL;
	plan = pg_plan_query(linitial_node(Query, queries), query->sourceText, cursor_options(eflags), params);
	if (sf_whole_scans() == scans ||
		!same_columns(query->plannedstmt->planTree->targetlist, plan->planTree->targetlist))
		return NULL;
	return plan;
}

/*
 * Of several statements the one at the plan's place.  A plan within another
 * command has none (0, 0), which none of several has.
 */
static RawStmt *
only_statement(QueryDesc *query)
{
	List	   *statements = pg_parse_query(query->sourceText);
	RawStmt    *found = NULL;
	RawStmt    *raw;
	ListCell   *cell;

	foreach(cell, statements)
	{
		RawStmt    *statement = lfirst_node(RawStmt, cell);

		if (list_length(statements) == 1 || (statement->stmt_location == query->plannedstmt->stmt_location &&
											 statement->stmt_len == query->plannedstmt->stmt_len))
			found = statement;
	}
	if (found == NULL || planned_part(found->stmt) == NULL)
		return NULL;
	raw = makeNode(RawStmt);
	raw->stmt = planned_part(found->stmt);
	raw->stmt_location = found->stmt_location;
	raw->stmt_len = found->stmt_len;
	return raw;
}

/*
 * The statement that a command plans and runs, without an INTO; NULL for
 * another command.
 */
static Node *
planned_part(Node *statement)
{
	SelectStmt *leftmost;

	if (IsA(statement, ExplainStmt))
		statement = ((ExplainStmt *) statement)->query;
	if (IsA(statement, DeclareCursorStmt))
		statement = ((DeclareCursorStmt *) statement)->query;
	else if (IsA(statement, CreateTableAsStmt))
		statement = ((CreateTableAsStmt *) statement)->query;
	else if (IsA(statement, CopyStmt))
		statement = ((CopyStmt *) statement)->query;
	if (statement && (IsA(statement, InsertStmt) || IsA(statement, UpdateStmt) || IsA(statement, DeleteStmt) ||
					  IsA(statement, MergeStmt)))
		return statement;
	if (statement == NULL || !IsA(statement, SelectStmt))
		return NULL;
	for (leftmost = (SelectStmt *) statement; leftmost->op != SETOP_NONE; leftmost = leftmost->larg)
		;
	leftmost->intoClause = NULL;
	return statement;
}

/*
 * Whether two plans' rows are of the same types.
 */
static bool
same_columns(List *planned, List *again)
{
	TupleDesc	desc = ExecCleanTypeFromTL(planned);
	TupleDesc	other = ExecCleanTypeFromTL(again);
	bool		same = desc->natts == other->natts;

	for (int i = 0; same && i < desc->natts; i++)
		same = TupleDescAttr(desc, i)->atttypid == TupleDescAttr(other, i)->atttypid;
	return same;
}

/*
 * The query planned the ordinary way when a statement of its plan cannot be
 * sent with the values of this execution; NULL when all can.
 */
static PlannedStmt *
plan_by_values(QueryDesc *query, int eflags)
{
	ListCell   *cell;

	foreach(cell, may_wait(query->plannedstmt) ? sf_waiting_scans(query->plannedstmt) : NIL)
	{
		ForeignScan *scan = lfirst(cell);

		if (!values_have_form(scan, query->params))
			return sf_plan_ordinary(copyObject(list_nth_node(Query, scan->fdw_private, SfScanPrivateQuery)),
									query->sourceText, cursor_options(eflags), query->params,
									"a parameter has a value that Snowflake cannot have, or a clock changes near it");
	}
	return NULL;
}

/*
 * Whether a foreign scan or a statement of ours may be in the plan.
 */
static bool
may_wait(PlannedStmt *plan)
{
	ListCell   *cell;

	foreach(cell, plan->rtable)
	{
		RangeTblEntry *rte = lfirst_node(RangeTblEntry, cell);

		if (rte->rtekind == RTE_NAMEDTUPLESTORE || rte->relkind == RELKIND_FOREIGN_TABLE)
			return true;
	}
	return false;
}

static bool
values_have_form(ForeignScan *scan, ParamListInfo params)
{
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw values",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(scratch);
	ExprContext *econtext = CreateStandaloneExprContext();
	int			n = sf_scan_values(scan);
	Oid		   *types = palloc(sizeof(Oid) * n);
	Datum	   *values = palloc(sizeof(Datum) * n);
	bool	   *nulls = palloc(sizeof(bool) * n);
	SfShipValues known = {types, values, nulls};
	SfBinding  *bindings;
	int			nbindings;
	char	   *sql;
	bool		have;

	econtext->ecxt_param_list_info = params;
	for (int i = 0; i < n; i++)
	{
		Expr	   *expr = list_nth(scan->fdw_exprs, i);

		types[i] = exprType((Node *) expr);
		/* what the executor computes is not known yet */
		nulls[i] = sf_reads_executor((Node *) expr, NULL);
		if (!nulls[i])
			values[i] = ExecEvalExpr(ExecInitExprWithParams(expr, params), econtext, &nulls[i]);
	}
	have = sf_ship_fill(strVal(list_nth(scan->fdw_private, SfScanPrivateSql)),
						list_nth(scan->fdw_private, SfScanPrivateMarkers), &known, &sql, &bindings, &nbindings);
	FreeExprContext(econtext, true);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
	return have;
}

static int
cursor_options(int eflags)
{
	return eflags & EXEC_FLAG_BACKWARD ? CURSOR_OPT_SCROLL : 0;
}
