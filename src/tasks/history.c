/*
 * history.c
 *	  sf_task_history: INFORMATION_SCHEMA.TASK_HISTORY, complete.
 *
 * The table function returns at most 10000 rows of the last 7 and the next 8
 * days, the newest of what it was asked for.  An answer of that many rows may
 * be cut: its range of time is then asked for again in two halves, and so on.
 * What it cannot filter (the task's schema; the end that two halves share) is
 * filtered here.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "api/arguments.h"
#include "api/statement.h"
#include "core/quote.h"
#include "tasks/procedure.h"
#include "tasks/task_call.h"
#include "types/match.h"
#include "types/rows.h"

PG_FUNCTION_INFO_V1(sf_task_history);

#define RESULT_LIMIT 10000
#define BACK_US (7 * USECS_PER_DAY)
#define AHEAD_US (8 * USECS_PER_DAY)
#define TOLERANCE_US USECS_PER_MINUTE	/* now() is the transaction's start */
#define SETTLE_US (5 * USECS_PER_SEC)	/* until the statement runs */
#define SHORTEST_US USECS_PER_SEC

/* Columns that are looked at, by their place in the function's result. */
enum
{
	COLUMN_NAME = 1,
	COLUMN_DATABASE = 2,
	COLUMN_SCHEMA = 3,
	COLUMN_SCHEDULED = 8
};

/* From "from" on, up to but not including "to"; infinite: not restricted. */
typedef struct Range
{
	TimestampTz from;
	TimestampTz to;
	bool		end_included;	/* the range's end is the user's */
} Range;

typedef struct History
{
	SfTaskCall	call;
	ReturnSetInfo *rsinfo;
	char	   *root_task_id;
	bool		error_only;
	int64		left;			/* rows wanted yet, -1: all */
	char	   *database;		/* rows of this database only; NULL: all */
	char	   *schema;
} History;

static void read_arguments(History *history, Range *range, FunctionCallInfo fcinfo);
static void put_range(History *history, const Range *range);
static bool put_rows(History *history, const Range *range, SfStatement *statement);
static bool wanted(const History *history, const Range *range, Datum *values, bool *nulls);
static bool is_text(Datum value, bool isnull, const char *expected);
static bool newest_suffice(const History *history);
static char *history_text(const History *history, const Range *range);
static void append_time(StringInfo sql, const char *argument, TimestampTz time);

/*
 * Runs of tasks, the latest schedule first.
 */
Datum
sf_task_history(PG_FUNCTION_ARGS)
{
	History		history = {0};
	Range		range;

	InitMaterializedSRF(fcinfo, 0);
	history.rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	read_arguments(&history, &range, fcinfo);
	put_range(&history, &range);
	return (Datum) 0;
}

/*
 * Throws what sf_task_call and sf_object_name throw, and 22023 for a time or a
 * limit that the service refuses.  No network.
 */
static void
read_arguments(History *history, Range *range, FunctionCallInfo fcinfo)
{
	TimestampTz now = GetCurrentTimestamp();
	char	   *database = sf_text_argument(fcinfo, 6);
	char	   *schema = sf_text_argument(fcinfo, 7);
	char	   *task = sf_text_argument(fcinfo, 0);

	sf_task_call(&history->call, fcinfo, -1, false, "sf_task_history()");
	history->root_task_id = sf_text_argument(fcinfo, 1);
	range->from = PG_ARGISNULL(2) ? DT_NOBEGIN : PG_GETARG_TIMESTAMPTZ(2);
	range->to = PG_ARGISNULL(3) ? DT_NOEND : PG_GETARG_TIMESTAMPTZ(3);
	range->end_included = true;
	history->error_only = !PG_ARGISNULL(4) && PG_GETARG_BOOL(4);
	history->left = PG_ARGISNULL(5) ? -1 : PG_GETARG_INT32(5);
	/* without a task any schema does: only the database is used */
	sf_object_name(&history->call.name, history->call.kind, task, database,
				   schema || task ? schema : "INFORMATION_SCHEMA", history->call.session->options);
	if (task || database)
		history->database = history->call.name.database;
	if (task || schema)
		history->schema = history->call.name.schema;

	if (history->left == 0 || history->left < -1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_rows must be at least 1")));
	if ((!PG_ARGISNULL(2) && range->from < now - BACK_US - TOLERANCE_US) || range->to < now - BACK_US - TOLERANCE_US)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the history of tasks goes back 7 days"),
				 errhint("SNOWFLAKE.ACCOUNT_USAGE.TASK_HISTORY keeps a year, with a delay of up to 45 minutes.")));
	if (!PG_ARGISNULL(3) && range->to > now + AHEAD_US + TOLERANCE_US && !TIMESTAMP_IS_NOEND(range->to))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("tasks are scheduled 8 days ahead, not further")));
	/* the oldest that is asked for may be too old for Snowflake when it looks */
	if (!PG_ARGISNULL(2) && range->from < now - BACK_US + SETTLE_US)
		range->from = DT_NOBEGIN;
	if (range->from > range->to)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("scheduled_from is after scheduled_to")));
}

/*
 * The rows of a range; the newer half first where one answer cannot hold
 * them.
 */
static void
put_range(History *history, const Range *range)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw task history",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	SfStatementSpec spec = {.sql = history_text(history, range),.statement_count = 1};
	SfStatement *statement = sf_statement_start(history->call.session, &spec, context);
	bool		complete = put_rows(history, range, statement);

	sf_statement_close(statement);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	if (!complete)
	{
		TimestampTz now = GetCurrentTimestamp();
		TimestampTz from = TIMESTAMP_IS_NOBEGIN(range->from) ? now - BACK_US : range->from;
		TimestampTz to = TIMESTAMP_IS_NOEND(range->to) ? now + AHEAD_US : range->to;
		Range		older = *range;
		Range		newer = *range;

		if (to - from < SHORTEST_US)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("more than %d runs of tasks are scheduled within a second", RESULT_LIMIT),
					 errhint("Name a task, or set max_rows.")));
		newer.from = older.to = from + (to - from) / 2;
		older.end_included = false;
		put_range(history, &newer);
		if (history->left != 0)
			put_range(history, &older);
	}
}

/*
 * False, and nothing put, when the answer may be cut.
 */
static bool
put_rows(History *history, const Range *range, SfStatement *statement)
{
	TupleDesc	desc = history->rsinfo->setDesc;
	const SfResultMeta *meta = sf_statement_result(statement);
	const char **names = palloc(sizeof(char *) * desc->natts);
	Datum	   *values = palloc(sizeof(Datum) * desc->natts);
	bool	   *nulls = palloc(sizeof(bool) * desc->natts);
	MemoryContext row_context = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw row",
													  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old;
	SfRows	   *rows;

	if (meta->nrows >= RESULT_LIMIT && !newest_suffice(history))
		return false;
	for (int i = 0; i < desc->natts; i++)
		names[i] = NameStr(TupleDescAttr(desc, i)->attname);
	rows = sf_rows_create(CurrentMemoryContext, statement, desc, sf_match_columns(meta, desc->natts, names, false),
						  NULL);
	old = MemoryContextSwitchTo(row_context);
	while (history->left != 0 && sf_rows_next(rows, values, nulls))
	{
		if (wanted(history, range, values, nulls))
		{
			tuplestore_putvalues(history->rsinfo->setResult, desc, values, nulls);
			if (history->left > 0)
				history->left--;
		}
		MemoryContextReset(row_context);
	}
	MemoryContextSwitchTo(old);
	return true;
}

static bool
wanted(const History *history, const Range *range, Datum *values, bool *nulls)
{
	TimestampTz scheduled;

	if (history->call.name.name && !is_text(values[COLUMN_NAME], nulls[COLUMN_NAME], history->call.name.name))
		return false;
	if (history->database && !is_text(values[COLUMN_DATABASE], nulls[COLUMN_DATABASE], history->database))
		return false;
	if (history->schema && !is_text(values[COLUMN_SCHEMA], nulls[COLUMN_SCHEMA], history->schema))
		return false;
	if (nulls[COLUMN_SCHEDULED])
		return true;
	scheduled = DatumGetTimestampTz(values[COLUMN_SCHEDULED]);
	return scheduled >= range->from && (range->end_included ? scheduled <= range->to : scheduled < range->to);
}

static bool
is_text(Datum value, bool isnull, const char *expected)
{
	return !isnull && strcmp(TextDatumGetCString(value), expected) == 0;
}

/*
 * Whether one answer's rows, the newest, are all that is asked for: so many
 * of them and none of them left out here.
 */
static bool
newest_suffice(const History *history)
{
	return history->left > 0 && history->left <= RESULT_LIMIT && history->database == NULL && history->schema == NULL;
}

static char *
history_text(const History *history, const Range *range)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT * FROM TABLE(%s.INFORMATION_SCHEMA.TASK_HISTORY(RESULT_LIMIT => %d",
					 sf_name_written(history->call.name.database),
					 newest_suffice(history) ? (int) history->left : RESULT_LIMIT);
	if (!TIMESTAMP_NOT_FINITE(range->from))
		append_time(&sql, "SCHEDULED_TIME_RANGE_START", range->from);
	if (!TIMESTAMP_NOT_FINITE(range->to))
		append_time(&sql, "SCHEDULED_TIME_RANGE_END", range->to);
	if (history->call.name.name)
		appendStringInfo(&sql, ", TASK_NAME => %s", sf_literal(history->call.name.name));
	if (history->root_task_id)
		appendStringInfo(&sql, ", ROOT_TASK_ID => %s", sf_literal(history->root_task_id));
	if (history->error_only)
		appendStringInfoString(&sql, ", ERROR_ONLY => TRUE");
	appendStringInfoString(&sql, ")) ORDER BY SCHEDULED_TIME DESC");
	return sql.data;
}

/*
 * Throws 22008.
 */
static void
append_time(StringInfo sql, const char *argument, TimestampTz time)
{
	struct pg_tm tm;
	fsec_t		fsec;

	/* without a zone it is UTC */
	if (timestamp2tm(time, NULL, &tm, &fsec, NULL, NULL) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	appendStringInfo(sql, ", %s => TO_TIMESTAMP_LTZ('%04d-%02d-%02d %02d:%02d:%02d.%06d +0000')", argument,
					 tm.tm_year, tm.tm_mon, tm.tm_mday,
					 tm.tm_hour, tm.tm_min, tm.tm_sec, (int) fsec);
}
