/*
 * async_wait.c
 *	  sf_async_wait, sf_async_wait_any, sf_async_wait_all, sf_async_notify:
 *	  until jobs have ended.
 *
 * All open jobs of a call are asked for in one batch, from 0.1 s to 5 s
 * apart.  An interrupt ends the wait and leaves the jobs alone.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/async.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "api/arguments.h"
#include "api/progress.h"
#include "base/backoff.h"
#include "core/options.h"
#include "jobs/job.h"
#include "net/net.h"

PG_FUNCTION_INFO_V1(sf_async_wait);
PG_FUNCTION_INFO_V1(sf_async_wait_any);
PG_FUNCTION_INFO_V1(sf_async_wait_all);
PG_FUNCTION_INFO_V1(sf_async_notify);

#define ANSWER_GRACE_MS 5000	/* what the answers to the first questions get
								 * in any case */

static TimestampTz deadline_argument(FunctionCallInfo fcinfo, int argno);
static void wait_for_jobs(SfJob **jobs, int n, int wanted, TimestampTz deadline);
static int	count_ended(SfJob **jobs, int n);
static void report_progress(int open, TimestampTz since);

/*
 * Waits for one job; its status at the end of the wait.
 */
Datum
sf_async_wait(PG_FUNCTION_ARGS)
{
	TimestampTz deadline = deadline_argument(fcinfo, 1);
	SfJob	   *job = sf_job_argument(fcinfo, 0);

	if (job == NULL)
		PG_RETURN_NULL();
	wait_for_jobs(&job, 1, 1, deadline);
	if (job->ended && sf_status_is_failed(job->status) && !PG_ARGISNULL(2) && PG_GETARG_BOOL(2))
		sf_job_throw(job);
	PG_RETURN_TEXT_P(cstring_to_text(job->status));
}

/*
 * The first of the jobs that has ended, in the order given; NULL when none
 * has at the end of the wait.
 */
Datum
sf_async_wait_any(PG_FUNCTION_ARGS)
{
	TimestampTz deadline = deadline_argument(fcinfo, 1);
	int			n;
	SfJob	  **jobs = sf_jobs_argument(fcinfo, 0, &n);

	if (n == 0)
		PG_RETURN_NULL();
	wait_for_jobs(jobs, n, 1, deadline);
	for (int i = 0; i < n; i++)
	{
		if (jobs[i]->ended)
			return sf_uuid_datum(jobs[i]->query_id);
	}
	PG_RETURN_NULL();
}

/*
 * Waits for all jobs; their statuses at the end of the wait, in the order
 * given.
 */
Datum
sf_async_wait_all(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	TimestampTz deadline = deadline_argument(fcinfo, 1);
	int			n;
	SfJob	  **jobs;

	InitMaterializedSRF(fcinfo, 0);
	jobs = sf_jobs_argument(fcinfo, 0, &n);
	wait_for_jobs(jobs, n, n, deadline);
	for (int i = 0; i < n; i++)
	{
		Datum		values[2];
		bool		nulls[2] = {0};

		values[0] = sf_uuid_datum(jobs[i]->query_id);
		values[1] = CStringGetTextDatum(jobs[i]->status);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/*
 * Waits for all jobs and notifies the channel of each; how many.  The
 * notifications go out with the commit.
 */
Datum
sf_async_notify(PG_FUNCTION_ARGS)
{
	int			n;
	SfJob	  **jobs = sf_jobs_argument(fcinfo, 0, &n);
	char	   *channel = sf_channel_argument(fcinfo, 1);

	PreventCommandDuringRecovery("sf_async_notify()");
	wait_for_jobs(jobs, n, n, 0);
	for (int i = 0; i < n; i++)
		Async_Notify(channel, psprintf("{\"query_id\": \"%s\", \"status\": \"%s\"}", jobs[i]->query_id,
									   jobs[i]->status));
	PG_RETURN_INT32(n);
}

/*
 * The end of a wait; 0: none.
 */
static TimestampTz
deadline_argument(FunctionCallInfo fcinfo, int argno)
{
	int64		ms = sf_milliseconds_argument(fcinfo, argno);

	return ms < 0 ? 0 : GetCurrentTimestamp() + ms * 1000;
}

/*
 * Until so many of the jobs have ended, or the deadline (0: none).  Throws
 * 42704 for a job that Snowflake does not know.
 */
static void
wait_for_jobs(SfJob **jobs, int n, int wanted, TimestampTz deadline)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw wait", ALLOCSET_SMALL_SIZES);
	SfNetGroup *group = sf_net_group_create(context);
	TimestampTz since = GetCurrentTimestamp();
	TimestampTz grace = deadline == 0 ? 0 : Max(deadline, GetCurrentTimestamp() + ANSWER_GRACE_MS * 1000);
	int64		pause = 0;

	sf_jobs_ask(jobs, n, grace);
	for (;;)
	{
		TimestampTz now = GetCurrentTimestamp();

		for (int i = 0; i < n; i++)
			sf_job_check_known(jobs[i]);
		if (count_ended(jobs, n) >= wanted || (deadline != 0 && now >= deadline))
			break;
		report_progress(n - count_ended(jobs, n), since);
		pause = sf_poll_next(pause);
		sf_net_sleep(group, deadline == 0 ? pause : Min(pause, (deadline - now + 999) / 1000));
		sf_jobs_ask(jobs, n, grace);
	}
	MemoryContextDelete(context);
}

static int
count_ended(SfJob **jobs, int n)
{
	int			ended = 0;

	for (int i = 0; i < n; i++)
		ended += jobs[i]->ended;
	return ended;
}

/*
 * A NOTICE, each progress_interval.
 */
static void
report_progress(int open, TimestampTz since)
{
	TimestampTz due = sf_progress_due(since);

	if (due == 0 || GetCurrentTimestamp() < due)
		return;
	ereport(NOTICE,
			(errmsg_plural("%d job is still running", "%d jobs are still running", open, open)));
	sf_progress_told();
}
