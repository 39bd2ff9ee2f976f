/*
 * async_status.c
 *	  sf_async_status, sf_async_is_done, sf_async_is_failed,
 *	  sf_async_statement, sf_async_job, sf_async_poll: how a job is doing.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "base/str.h"
#include "jobs/job.h"

PG_FUNCTION_INFO_V1(sf_async_status);
PG_FUNCTION_INFO_V1(sf_async_is_done);
PG_FUNCTION_INFO_V1(sf_async_is_failed);
PG_FUNCTION_INFO_V1(sf_async_statement);
PG_FUNCTION_INFO_V1(sf_async_job);
PG_FUNCTION_INFO_V1(sf_async_poll);

#define HISTORY "FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_USER(RESULT_LIMIT => 10000)) WHERE QUERY_ID = ?"

typedef struct HistoryStatus
{
	const char *history;		/* EXECUTION_STATUS */
	const char *status;
} HistoryStatus;

/* What the history says of a running query that the handle does not (INFORMATION_SCHEMA.QUERY_HISTORY_BY_USER). */
static const HistoryStatus history_statuses[] = {
	{"QUEUED", "QUEUED"},
	{"BLOCKED", "BLOCKED"},
	{"RESUMING_WAREHOUSE", "RESUMING_WAREHOUSE"},
	{"QUEUED_REPAIRING_WAREHOUSE", "QUEUED_REPARING_WAREHOUSE"},
	{"RESTARTED", "RESTARTED"},
};

static void ask_each_account(SfJob **jobs, int n);
static void ask_account(SfJob **jobs, int n);
static SfJob *asked_job(FunctionCallInfo fcinfo);
static const char *detailed_status(const SfJob *job);
static char *history_cell(const SfJob *job, const char *column);
static void keep_cell(const SfResultMeta *meta, char **cells, void *arg);

/*
 * The status under the connectors' name.  Waits on the network unless the job
 * is known to have ended.
 */
Datum
sf_async_status(PG_FUNCTION_ARGS)
{
	SfJob	   *job = asked_job(fcinfo);

	if (job == NULL)
		PG_RETURN_NULL();
	if (!PG_ARGISNULL(1) && PG_GETARG_BOOL(1) && strcmp(job->status, "RUNNING") == 0)
		PG_RETURN_TEXT_P(cstring_to_text(detailed_status(job)));
	PG_RETURN_TEXT_P(cstring_to_text(job->status));
}

Datum
sf_async_is_done(PG_FUNCTION_ARGS)
{
	SfJob	   *job = asked_job(fcinfo);

	if (job == NULL)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(sf_status_is_done(job->status));
}

Datum
sf_async_is_failed(PG_FUNCTION_ARGS)
{
	SfJob	   *job = asked_job(fcinfo);

	if (job == NULL)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(sf_status_is_failed(job->status));
}

/*
 * The text of the query: our record's, else the account's history's; NULL
 * when that does not show it.
 */
Datum
sf_async_statement(PG_FUNCTION_ARGS)
{
	SfJob	   *job = sf_job_argument(fcinfo, 0);
	char	   *statement;

	if (job == NULL)
		PG_RETURN_NULL();
	statement = job->recorded ? job->statement : history_cell(job, "QUERY_TEXT");
	if (statement == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(statement));
}

/*
 * All that is known of one job, as a record.
 */
Datum
sf_async_job(PG_FUNCTION_ARGS)
{
	SfJob	   *job = asked_job(fcinfo);
	TimestampTz created_on;
	Datum		values[11] = {0};
	bool		nulls[11] = {0};
	TupleDesc	desc;

	if (job == NULL)
		PG_RETURN_NULL();
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	created_on = job->created_on ? job->created_on : job->submitted_at;
	values[0] = sf_uuid_datum(job->query_id);
	sf_put_text(values, nulls, 1, job->statement);
	sf_put_text(values, nulls, 2, job->status);
	values[3] = BoolGetDatum(sf_status_is_done(job->status));
	values[4] = BoolGetDatum(sf_status_is_failed(job->status));
	values[5] = TimestampTzGetDatum(created_on);
	nulls[5] = created_on == 0;
	sf_put_text(values, nulls, 6, job->error_code);
	sf_put_text(values, nulls, 7, job->sql_state);
	sf_put_text(values, nulls, 8, job->error_message);
	values[9] = Int64GetDatum(job->rows);
	nulls[9] = job->rows < 0;
	values[10] = Int32GetDatum(job->partitions);
	nulls[10] = job->partitions < 0;
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}

/*
 * The status of each recorded job of the current user, those that are open
 * asked for in one batch; for the view sf_async_jobs.
 */
Datum
sf_async_poll(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	int			n;
	SfJob	  **jobs;

	InitMaterializedSRF(fcinfo, 0);
	jobs = sf_jobs_mine(NULL, &n);
	ask_each_account(jobs, n);
	for (int i = 0; i < n; i++)
	{
		Datum		values[7] = {0};
		bool		nulls[7] = {0};

		values[0] = sf_uuid_datum(jobs[i]->query_id);
		sf_put_text(values, nulls, 1, jobs[i]->status);
		values[2] = BoolGetDatum(sf_status_is_done(jobs[i]->status));
		values[3] = BoolGetDatum(sf_status_is_failed(jobs[i]->status));
		sf_put_text(values, nulls, 4, jobs[i]->error_code);
		sf_put_text(values, nulls, 5, jobs[i]->error_message);
		values[6] = Int64GetDatum(jobs[i]->rows);
		nulls[6] = jobs[i]->rows < 0;
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/*
 * The jobs of each account in one batch.
 */
static void
ask_each_account(SfJob **jobs, int n)
{
	SfJob	  **batch = palloc(sizeof(SfJob *) * Max(n, 1));
	bool	   *asked = palloc0(sizeof(bool) * Max(n, 1));

	for (int i = 0; i < n; i++)
	{
		int			count = 0;

		for (int j = i; j < n; j++)
		{
			if (asked[j] || jobs[j]->session != jobs[i]->session)
				continue;
			asked[j] = true;
			batch[count++] = jobs[j];
		}
		if (count > 0)
			ask_account(batch, count);
	}
}

/*
 * An account that does not answer is a WARNING: it must not hide the jobs of
 * the others.
 */
static void
ask_account(SfJob **jobs, int n)
{
	MemoryContext caller = CurrentMemoryContext;

	PG_TRY();
	{
		sf_jobs_ask(jobs, n, 0);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		if (ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_CONNECTION_EXCEPTION &&
			ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION)
			PG_RE_THROW();
		FlushErrorState();
		ereport(WARNING,
				(errcode(error->sqlerrcode),
				 errmsg("the jobs of server \"%s\" could not be asked for", jobs[0]->server),
				 errdetail_internal("%s", error->message)));
	}
	PG_END_TRY();
	for (int i = 0; i < n; i++)
	{
		if (jobs[i]->status == NULL)
			jobs[i]->status = "NO_DATA";
	}
}

/*
 * The job of argument 0 with its status; NULL for NULL.
 */
static SfJob *
asked_job(FunctionCallInfo fcinfo)
{
	SfJob	   *job = sf_job_argument(fcinfo, 0);

	if (job == NULL)
		return NULL;
	sf_jobs_ask(&job, 1, 0);
	sf_job_check_answered(job);
	return job;
}

/*
 * By the account's query history.  Waits on the network, interruptible.
 */
static const char *
detailed_status(const SfJob *job)
{
	char	   *history = history_cell(job, "EXECUTION_STATUS");

	for (int i = 0; history && i < lengthof(history_statuses); i++)
	{
		if (sf_strcasecmp_ascii(history, history_statuses[i].history) == 0)
			return history_statuses[i].status;
	}
	/* not in the history yet, or another word for what the handle says */
	return job->status;
}

/*
 * A column of the account's query history; NULL when the query is not in it.
 */
static char *
history_cell(const SfJob *job, const char *column)
{
	SfBinding	id = {.type = "TEXT",.value = job->query_id};
	SfStatementSpec spec = {
		.sql = psprintf("SELECT %s %s", column, HISTORY),
		.bindings = &id,
		.nbindings = 1,
		.statement_count = 1,
	};
	char	   *cell = NULL;

	sf_statement_run(job->session, &spec, keep_cell, &cell);
	return cell;
}

/*
 * SfRowFn of history_cell.
 */
static void
keep_cell(const SfResultMeta *meta, char **cells, void *arg)
{
	char	  **kept = arg;

	if (cells[0])
		*kept = pstrdup(cells[0]);
}
