/*
 * first.c
 *	  The statement of a session in whose planning the library was loaded.
 *
 * Its planning began without our planner hook.  It is planned again from its
 * text when it starts, before anything was sent.  session_preload_libraries
 * spares that.
 */
#include "postgres.h"

#include "executor/executor.h"
#include "nodes/parsenodes.h"
#include "tcop/tcopprot.h"

#include "core/options.h"
#include "fdw/fdw.h"

#define MAX_PARAMS 100

static void start_executor(QueryDesc * query, int eflags);
static PlannedStmt * plan_again(QueryDesc * query, int eflags);
static RawStmt * only_statement(QueryDesc * query);
static Node *planned_part(Node *statement);

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

static void
start_executor(QueryDesc * query, int eflags)
{
	if (pending)
	{
		pending = false;
		if (query->operation == CMD_SELECT && sf_guc_enable_pushdown && sf_guc_enable_statement_pushdown)
		{
			PlannedStmt *plan = plan_again(query, eflags);

			if (plan)
				query->plannedstmt = plan;
		}
	}
	if (previous_start)
		previous_start(query, eflags);
	else
		standard_ExecutorStart(query, eflags);
}

/*
 * NULL where the text says too little: several statements in it, or the
 * variables of PL/pgSQL.  Its next execution is planned with the hook.
 */
static PlannedStmt *
plan_again(QueryDesc * query, int eflags)
{
	RawStmt    *raw = only_statement(query);
	ParamListInfo params = query->params;
	Oid			types[MAX_PARAMS];
	int			nparams = params ? params->numParams : 0;
	List	   *queries;

	if (raw == NULL || nparams > MAX_PARAMS || (params && (params->paramFetch || params->parserSetup)))
		return NULL;
	for (int i = 0; i < nparams; i++)
		types[i] = params->params[i].ptype;
	queries = pg_analyze_and_rewrite_fixedparams(raw, query->sourceText, types, nparams, query->queryEnv);
	if (list_length(queries) != 1 || linitial_node(Query, queries)->commandType != query->operation)
		return NULL;
	return pg_plan_query(linitial_node(Query, queries), query->sourceText,
						 eflags & EXEC_FLAG_BACKWARD ? CURSOR_OPT_SCROLL : CURSOR_OPT_PARALLEL_OK, params);
}

static RawStmt *
only_statement(QueryDesc * query)
{
	List	   *statements = pg_parse_query(query->sourceText);
	RawStmt    *found = NULL;
	RawStmt    *raw;
	ListCell   *cell;

	foreach(cell, statements)
	{
		RawStmt    *statement = lfirst_node(RawStmt, cell);

		if (list_length(statements) == 1 || statement->stmt_location == query->plannedstmt->stmt_location)
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
 * The SELECT that a command plans and runs; NULL for another command.
 */
static Node *
planned_part(Node *statement)
{
	if (IsA(statement, ExplainStmt))
		statement = ((ExplainStmt *) statement)->query;
	if (IsA(statement, DeclareCursorStmt))
		statement = ((DeclareCursorStmt *) statement)->query;
	else if (IsA(statement, CreateTableAsStmt))
		statement = ((CreateTableAsStmt *) statement)->query;
	else if (IsA(statement, CopyStmt))
		statement = ((CopyStmt *) statement)->query;
	return statement && IsA(statement, SelectStmt) && ((SelectStmt *) statement)->intoClause == NULL ? statement : NULL;
}
