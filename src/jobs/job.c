/*
 * job.c
 *	  Asynchronous jobs: finding them by their query ids and asking Snowflake
 *	  how they are doing.
 *
 * How a job ended is recorded when it is first seen, so that each job is asked
 * for its end once: the answer brings the first partition of the result with
 * it, which can be large.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "foreign/foreign.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "api/arguments.h"
#include "base/str.h"
#include "core/options.h"
#include "jobs/job.h"

#define CANCELLED_CODE "000604"

typedef struct StatusName
{
	const char *name;
	bool		done;
	bool		failed;
} StatusName;

/* The Snowflake connector's QueryStatus; one that has ended without success has failed. */
static const StatusName status_names[] = {
	{"RUNNING", false, false},
	{"ABORTING", true, true},
	{"SUCCESS", true, false},
	{"FAILED_WITH_ERROR", true, true},
	{"ABORTED", true, true},
	{"QUEUED", false, false},
	{"FAILED_WITH_INCIDENT", true, true},
	{"DISCONNECTED", true, true},
	{"RESUMING_WAREHOUSE", false, false},
	{"QUEUED_REPARING_WAREHOUSE", false, false},
	{"RESTARTED", true, false},
	{"BLOCKED", false, false},
	{"NO_DATA", false, false},
};

static const StatusName *find_status(const char *status);
static SfJob *make_job(const pg_uuid_t *id);
static void find_sessions(FunctionCallInfo fcinfo, SfJob **jobs, int n);
static Oid	job_server(const SfJob *job);
static SfSession *find_session(SfJob **jobs, int before, Oid serverid);
static bool server_usable(const char *name);
static void take_answer(SfJob *job, const SfStatus *status);

bool
sf_status_is_done(const char *status)
{
	return find_status(status)->done;
}

bool
sf_status_is_failed(const char *status)
{
	return find_status(status)->failed;
}

SfJob *
sf_job_argument(FunctionCallInfo fcinfo, int argno)
{
	SfJob	   *job;

	if (PG_ARGISNULL(argno))
		return NULL;
	job = make_job(PG_GETARG_UUID_P(argno));
	find_sessions(fcinfo, &job, 1);
	return job;
}

SfJob	  **
sf_jobs_argument(FunctionCallInfo fcinfo, int argno, int *n)
{
	SfJob	  **jobs;
	Datum	   *elements;
	bool	   *nulls;

	*n = 0;
	if (PG_ARGISNULL(argno))
		return NULL;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argno), UUIDOID, UUID_LEN, false, TYPALIGN_CHAR, &elements, &nulls, n);
	jobs = palloc(sizeof(SfJob *) * Max(*n, 1));
	for (int i = 0; i < *n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("a query id must not be null")));
		jobs[i] = make_job(DatumGetUUIDP(elements[i]));
	}
	find_sessions(fcinfo, jobs, *n);
	return jobs;
}

SfJob *
sf_job_required(FunctionCallInfo fcinfo, int argno)
{
	SfJob	   *job = sf_job_argument(fcinfo, argno);

	if (job == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the query id must not be null")));
	return job;
}

SfJob	  **
sf_jobs_mine(const char *server, int *n)
{
	List	   *list = sf_job_load_mine();
	SfJob	  **jobs = palloc(sizeof(SfJob *) * Max(list_length(list), 1));
	ListCell   *cell;

	*n = 0;
	foreach(cell, list)
	{
		SfJob	   *job = lfirst(cell);

		if (server && strcmp(server, job->server) != 0)
			continue;
		jobs[(*n)++] = job;
		if (!job->ended && server_usable(job->server))
			job->session = find_session(jobs, *n - 1, sf_server_by_name(job->server));
	}
	return jobs;
}

void
sf_jobs_ask(SfJob **jobs, int n, TimestampTz deadline)
{
	SfStatus   *statuses = palloc0(sizeof(SfStatus) * Max(n, 1));
	SfJob	  **asked = palloc(sizeof(SfJob *) * Max(n, 1));
	int			nasked = 0;

	for (int i = 0; i < n; i++)
	{
		if (jobs[i]->session == NULL && !jobs[i]->ended)
			jobs[i]->status = "NO_DATA";
		if (jobs[i]->ended || jobs[i]->unknown || jobs[i]->session == NULL)
			continue;
		asked[nasked] = jobs[i];
		statuses[nasked].session = jobs[i]->session;
		statuses[nasked++].query_id = jobs[i]->query_id;
	}
	sf_status_ask(statuses, nasked, deadline);
	for (int i = 0; i < nasked; i++)
		take_answer(asked[i], &statuses[i]);
	pfree(statuses);
	pfree(asked);
}

void
sf_job_succeeded(SfJob *job, const SfResultMeta *meta)
{
	if (job->ended)
		return;
	job->ended = true;
	job->status = "SUCCESS";
	/* of several statements this is a message, no result */
	if (meta->nchildren == 0)
	{
		job->rows = meta->nrows;
		job->partitions = meta->npartitions;
	}
	if (meta->created_on >= 0)
		job->created_on = time_t_to_timestamptz(meta->created_on / 1000) + (meta->created_on % 1000) * 1000;
	sf_job_store_end(job);
}

void
sf_job_check_known(const SfJob *job)
{
	SfRemoteError error = {.query_id = job->query_id};

	if (!job->unknown)
		return;
	sf_status_unknown(&error);
	sf_report_remote(ERROR, &error);
}

void
sf_job_check_answered(const SfJob *job)
{
	SfRemoteError error = {
		.http_status = 429,
		.message = "Snowflake answered that there were too many requests",
		.query_id = job->query_id,
	};

	sf_job_check_known(job);
	if (strcmp(job->status, "NO_DATA") == 0)
		sf_report_remote(ERROR, &error);
}

void
sf_job_throw(const SfJob *job)
{
	SfConnOptions *options = job->session->options;
	SfRemoteError error = {
		.http_status = 422,
		.code = job->error_code,
		.sqlstate = job->sql_state,
		.message = job->error_message,
		.query_id = job->query_id,
		.remote_sql = job->statement,
		.role = options->role,
		.warehouse = options->warehouse,
		.database = options->database,
		.server_name = options->server_name,
		.secrets = options->secrets,
		.nsecrets = options->nsecrets,
	};

	sf_report_remote(ERROR, &error);
	pg_unreachable();
}

/*
 * Throws 22023.
 */
static const StatusName *
find_status(const char *status)
{
	for (int i = 0; i < lengthof(status_names); i++)
	{
		if (strcmp(status_names[i].name, status) == 0)
			return &status_names[i];
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" is not the status of a query", status)));
}

/*
 * With what the table of jobs has of it.  No network.
 */
static SfJob *
make_job(const pg_uuid_t *id)
{
	SfJob	   *job = palloc0(sizeof(SfJob));

	job->query_id = sf_uuid_text(id);
	job->rows = -1;
	job->partitions = -1;
	sf_job_load(job);
	return job;
}

static void
find_sessions(FunctionCallInfo fcinfo, SfJob **jobs, int n)
{
	int			last = PG_NARGS() - 1;
	SfSession  *given = PG_ARGISNULL(last) ? NULL : sf_session_argument(fcinfo, last);

	for (int i = 0; i < n; i++)
		jobs[i]->session = given ? given : find_session(jobs, i, job_server(jobs[i]));
}

/*
 * The server that a job was submitted over; the default one when that is not
 * known.
 */
static Oid
job_server(const SfJob *job)
{
	if (job->recorded && GetForeignServerByName(job->server, true) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("server \"%s\" does not exist", job->server),
				 errdetail("Job %s was submitted over it.", job->query_id),
				 errhint("Give the server that has taken its place as argument \"server\".")));
	return sf_server_by_name(job->recorded ? job->server : NULL);
}

/*
 * The session that one of the jobs before has: jobs of a server share it,
 * since the next sf_session_get might replace it.
 */
static SfSession *
find_session(SfJob **jobs, int before, Oid serverid)
{
	for (int i = 0; i < before; i++)
	{
		if (jobs[i]->session && jobs[i]->session->serverid == serverid)
			return jobs[i]->session;
	}
	return sf_session_get(serverid, GetUserId());
}

/*
 * Whether the server is there and the current user may use it.
 */
static bool
server_usable(const char *name)
{
	ForeignServer *server = GetForeignServerByName(name, true);

	return server && sf_has_server_usage(server->serverid, GetUserId()) &&
		(SearchSysCacheExists2(USERMAPPINGUSERSERVER, ObjectIdGetDatum(GetUserId()),
							   ObjectIdGetDatum(server->serverid)) ||
		 SearchSysCacheExists2(USERMAPPINGUSERSERVER, ObjectIdGetDatum(InvalidOid),
							   ObjectIdGetDatum(server->serverid)));
}

/*
 * The end of a job goes into the table of jobs, which a read-only transaction
 * leaves as it is.  No network.
 */
static void
take_answer(SfJob *job, const SfStatus *status)
{
	switch (status->outcome)
	{
		case SF_OUTCOME_NONE:
			if (job->status == NULL)
				job->status = "NO_DATA";
			return;
		case SF_OUTCOME_RUNNING:
			job->status = job->cancelled_at != 0 ? "ABORTING" : "RUNNING";
			return;
		case SF_OUTCOME_UNKNOWN:
			job->status = "NO_DATA";
			job->unknown = true;
			return;
		case SF_OUTCOME_SUCCESS:
			sf_job_succeeded(job, status->meta);
			return;
		case SF_OUTCOME_FAILED:
			job->error_code = status->error.code ? pstrdup(status->error.code) : NULL;
			job->sql_state = status->error.sqlstate ? pstrdup(status->error.sqlstate) : NULL;
			job->error_message = status->error.message ? pstrdup(status->error.message) : NULL;
			job->status = job->error_code && strcmp(job->error_code, CANCELLED_CODE) == 0 ?
				"ABORTED" : "FAILED_WITH_ERROR";
			break;
	}
	job->ended = true;
	sf_job_store_end(job);
}
