/*
 * task_rows.c
 *	  SQL functions that list tasks and graph runs.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "api/arguments.h"
#include "objects/list.h"
#include "objects/row.h"
#include "objects/verbs.h"
#include "tasks/dependents.h"
#include "tasks/task_call.h"
#include "tasks/task_rows.h"

PG_FUNCTION_INFO_V1(sf_tasks);
PG_FUNCTION_INFO_V1(sf_task_dependents);
PG_FUNCTION_INFO_V1(sf_task_current_graphs);
PG_FUNCTION_INFO_V1(sf_task_complete_graphs);

#define MAX_RESULT_LIMIT 10000

static const SfColumnDef run_columns[] = {
	{"root_task_name", SF_COLUMN_IDENT, 0},
	{"database_name", SF_COLUMN_IDENT, SF_COLUMN_IS_PARENT},
	{"schema_name", SF_COLUMN_IDENT, SF_COLUMN_IS_PARENT},
	{"state", SF_COLUMN_TEXT, 0},
	{"first_error_task_name", SF_COLUMN_IDENT, 0},
	{"first_error_code", SF_COLUMN_INT, 0},
	{"first_error_message", SF_COLUMN_TEXT, 0},
	{"scheduled_time", SF_COLUMN_TIMESTAMP, 0},
	{"query_start_time", SF_COLUMN_TIMESTAMP, 0},
	{"next_scheduled_time", SF_COLUMN_TIMESTAMP, 0},
	{"completed_time", SF_COLUMN_TIMESTAMP, 0},
	{"root_task_id", SF_COLUMN_TEXT, 0},
	{"graph_version", SF_COLUMN_INT, 0},
	{"run_id", SF_COLUMN_INT, 0},
};

const SfKindDef sf_task_run_kind = {
	.name = "task run",
	.plural = "task runs",
	.scope = SF_SCOPE_SCHEMA,
	.name_column = "root_task_name",
	.columns = run_columns,
	.ncolumns = lengthof(run_columns),
};

static void put_runs(ReturnSetInfo *rsinfo, const SfTaskCall *call, const char *action, const char *query);
static void put_row(ReturnSetInfo *rsinfo, SfRowShape *shape, SfJson *object, const SfObjectName *parents,
					MemoryContext context);
static char *limit_query(FunctionCallInfo fcinfo, int argno);

/*
 * The tasks of a schema.
 */
Datum
sf_tasks(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext row_context;
	SfObjectFilter filter = {.limit = -1,.some_databases = true,.some_schemas = true,.missing_is_error = true};
	SfTaskCall	call;
	SfObjectList *list;
	SfListed	listed;
	SfRowShape *shape;

	InitMaterializedSRF(fcinfo, 0);
	sf_task_call(&call, fcinfo, -1, false, "sf_tasks()");
	sf_object_name(&call.name, call.kind, NULL, sf_text_argument(fcinfo, 5), sf_text_argument(fcinfo, 6),
				   call.session->options);
	filter.databases = list_make1(call.name.database);
	filter.schemas = list_make1(call.name.schema);
	filter.like = sf_text_argument(fcinfo, 0);
	filter.starts_with = sf_text_argument(fcinfo, 1);
	if (!PG_ARGISNULL(2))
	{
		filter.limit = PG_GETARG_INT32(2);
		if (filter.limit < 1)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("max_rows must be at least 1")));
	}
	filter.from_name = sf_text_argument(fcinfo, 3);
	filter.root_only = !PG_ARGISNULL(4) && PG_GETARG_BOOL(4);
	shape = sf_row_shape(call.kind, rsinfo->setDesc, NULL);
	row_context = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw row", ALLOCSET_DEFAULT_SIZES);
	list = sf_list_begin(call.session, call.kind, &filter, CurrentMemoryContext);
	while (sf_list_next(list, &listed))
		put_row(rsinfo, shape, listed.object, listed.parents, row_context);
	sf_list_end(list);
	return (Datum) 0;
}

/*
 * The task itself and what depends on it, in breadth order.
 */
Datum
sf_task_dependents(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	bool		recursive = PG_ARGISNULL(1) || PG_GETARG_BOOL(1);
	MemoryContext row_context;
	SfTaskCall	call;
	SfRowShape *shape;
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, 0);
	sf_task_call(&call, fcinfo, 0, false, "sf_task_dependents()");
	shape = sf_row_shape(call.kind, rsinfo->setDesc, NULL);
	row_context = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw row", ALLOCSET_DEFAULT_SIZES);
	foreach(cell, sf_task_dependents_of(call.session, &call.name, recursive))
		put_row(rsinfo, shape, lfirst(cell), &call.name, row_context);
	return (Datum) 0;
}

/*
 * Runs of the graph that execute or are scheduled within 8 days.
 */
Datum
sf_task_current_graphs(PG_FUNCTION_ARGS)
{
	SfTaskCall	call;
	char	   *query = limit_query(fcinfo, 1);

	InitMaterializedSRF(fcinfo, 0);
	sf_task_call(&call, fcinfo, 0, false, "sf_task_current_graphs()");
	put_runs((ReturnSetInfo *) fcinfo->resultinfo, &call, "current_graphs", query);
	return (Datum) 0;
}

/*
 * Runs of the graph that ended within the last hour.
 */
Datum
sf_task_complete_graphs(PG_FUNCTION_ARGS)
{
	SfTaskCall	call;
	bool		error_only = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
	char	   *limit = limit_query(fcinfo, 2);
	char	   *query = psprintf("errorOnly=%s%s%s", error_only ? "true" : "false", limit ? "&" : "",
								 limit ? limit : "");

	InitMaterializedSRF(fcinfo, 0);
	sf_task_call(&call, fcinfo, 0, false, "sf_task_complete_graphs()");
	put_runs((ReturnSetInfo *) fcinfo->resultinfo, &call, "complete_graphs", query);
	return (Datum) 0;
}

/*
 * Puts the runs of the task's graph into the tuplestore that
 * InitMaterializedSRF made.  query is encoded, or NULL.  Waits on the network,
 * interruptible.
 */
static void
put_runs(ReturnSetInfo *rsinfo, const SfTaskCall *call, const char *action, const char *query)
{
	MemoryContext row_context = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw row",
													  ALLOCSET_DEFAULT_SIZES);
	SfRowShape *shape = sf_row_shape(&sf_task_run_kind, rsinfo->setDesc, NULL);
	SfObjectRequest *request = sf_action_request(call->kind, &call->name, action, query, NULL);
	SfObjectCall *answer;
	SfJson	   *page;

	request->answer = SF_ANSWER_LIST;
	answer = sf_object_start(call->session, request, CurrentMemoryContext);
	while ((page = sf_object_next(answer)) != NULL)
	{
		for (int i = 0; i < sf_json_length(page); i++)
			put_row(rsinfo, shape, sf_json_element(page, i), &call->name, row_context);
	}
	sf_object_close(answer);
	MemoryContextDelete(row_context);
}

/*
 * The context is reset: the tuplestore has a copy of the row.
 */
static void
put_row(ReturnSetInfo *rsinfo, SfRowShape *shape, SfJson *object, const SfObjectName *parents, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	Datum	   *values = palloc(sizeof(Datum) * shape->natts);
	bool	   *nulls = palloc(sizeof(bool) * shape->natts);

	sf_row_make(shape, object, parents, NULL, 0, values, nulls);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	MemoryContextSwitchTo(old);
	MemoryContextReset(context);
}

/*
 * NULL without a limit.  Throws 22023 for one that the service refuses.
 */
static char *
limit_query(FunctionCallInfo fcinfo, int argno)
{
	int			limit;

	if (PG_ARGISNULL(argno))
		return NULL;
	limit = PG_GETARG_INT32(argno);
	if (limit < 1 || limit > MAX_RESULT_LIMIT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_rows must be from 1 to %d", MAX_RESULT_LIMIT)));
	return psprintf("resultLimit=%d", limit);
}
