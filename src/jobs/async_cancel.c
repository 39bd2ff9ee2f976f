/*
 * async_cancel.c
 *	  sf_async_cancel: ends running jobs.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "api/guard.h"
#include "jobs/job.h"

PG_FUNCTION_INFO_V1(sf_async_cancel);
PG_FUNCTION_INFO_V1(sf_async_cancel_several);

static SfStatus *cancel_jobs(SfJob **jobs, int n);
static const char *cancel_message(const SfStatus *status);

/*
 * True when the job is cancelled, false when it had ended.  Waits on the
 * network; returns before the job has come to its end.
 */
Datum
sf_async_cancel(PG_FUNCTION_ARGS)
{
	SfJob	   *job = sf_job_argument(fcinfo, 0);
	SfStatus   *status;

	if (job == NULL)
		PG_RETURN_NULL();
	status = cancel_jobs(&job, 1);
	if (status->outcome == SF_OUTCOME_FAILED)
		sf_report_remote(ERROR, &status->error);
	/* the answer is the same for a job that has ended and for no job at all */
	if (status->outcome == SF_OUTCOME_UNKNOWN)
	{
		sf_jobs_ask(&job, 1, 0);
		sf_job_check_known(job);
	}
	PG_RETURN_BOOL(status->cancelled);
}

/*
 * Cancels several; what became of each, without an error for one.
 */
Datum
sf_async_cancel_several(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	int			n;
	SfJob	  **jobs;
	SfStatus   *statuses;

	InitMaterializedSRF(fcinfo, 0);
	jobs = sf_jobs_argument(fcinfo, 0, &n);
	statuses = cancel_jobs(jobs, n);
	for (int i = 0; i < n; i++)
	{
		Datum		values[3];
		bool		nulls[3] = {0};

		values[0] = sf_uuid_datum(jobs[i]->query_id);
		values[1] = BoolGetDatum(statuses[i].cancelled);
		values[2] = CStringGetTextDatum(cancel_message(&statuses[i]));
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/*
 * Jobs that are known to have ended are left out.
 */
static SfStatus *
cancel_jobs(SfJob **jobs, int n)
{
	SfStatus   *statuses = palloc0(sizeof(SfStatus) * Max(n, 1));
	SfStatus   *asked = palloc0(sizeof(SfStatus) * Max(n, 1));
	int			nasked = 0;

	for (int i = 0; i < n; i++)
	{
		sf_guard_change("sf_async_cancel()", jobs[i]->session->options);
		if (jobs[i]->ended)
			continue;
		asked[nasked].session = jobs[i]->session;
		asked[nasked++].query_id = jobs[i]->query_id;
	}
	sf_status_cancel(asked, nasked);
	for (int i = n - 1; i >= 0; i--)
	{
		if (jobs[i]->ended)
			continue;
		statuses[i] = asked[--nasked];
		if (statuses[i].cancelled)
			sf_job_store_cancel(jobs[i]);
	}
	return statuses;
}

static const char *
cancel_message(const SfStatus *status)
{
	if (status->cancelled)
		return "cancelled";
	if (status->outcome == SF_OUTCOME_FAILED && status->error.message)
		return status->error.message;
	return "not running";
}
