/*
 * async_recover.c
 *	  sf_async_recover, sf_async_prune: the records of jobs made anew, and
 *	  forgotten.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "fmgr.h"
#include "foreign/foreign.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "api/arguments.h"
#include "base/str.h"
#include "core/json.h"
#include "core/options.h"
#include "jobs/job.h"
#include "types/rows.h"

PG_FUNCTION_INFO_V1(sf_async_recover);
PG_FUNCTION_INFO_V1(sf_async_prune);

#define RETENTION_HOURS 24
#define HISTORY_SECONDS (7 * SECS_PER_DAY - 60) /* what the history shows */
#define LONGEST_DAYS 8			/* a statement runs for 7 days, its result
								 * stays for another */

/* Jobs by their tags. */
#define RECOVER_SQL \
	"SELECT QUERY_ID, QUERY_TEXT, QUERY_TAG, START_TIME" \
	" FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_USER(" \
	"END_TIME_RANGE_START => DATEADD('second', %d, CURRENT_TIMESTAMP())," \
	" RESULT_LIMIT => 10000)) WHERE STARTSWITH(QUERY_TAG, '{\"tag\":') AND CONTAINS(QUERY_TAG, " \
	"'\"snowflake_fdw\":') ORDER BY START_TIME"

static SfJob *read_job(const Datum *values, const bool *nulls, SfSession *session);
static bool is_mine(SfJson *ours);
static bool expired(const SfJob *job, TimestampTz now);

/*
 * Records again the jobs of this user and database that the account's history
 * shows and the table does not.  Waits on the network.
 */
Datum
sf_async_recover(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	int64		since = sf_milliseconds_argument(fcinfo, 0);
	SfSession  *session = sf_session_argument(fcinfo, 1);
	int64		seconds = since < 0 ? HISTORY_SECONDS : Min(since / 1000, HISTORY_SECONDS);
	SfStatementSpec spec = {.sql = psprintf(RECOVER_SQL, (int) -seconds),.statement_count = 1};
	TupleDesc	desc = CreateTemplateTupleDesc(4);
	SfStatement *statement;
	SfRows	   *rows;
	Datum		values[4];
	bool		nulls[4];
	int			map[4] = {0, 1, 2, 3};

	PreventCommandIfReadOnly("sf_async_recover()");
	InitMaterializedSRF(fcinfo, 0);
	TupleDescInitEntry(desc, 1, "query_id", TEXTOID, -1, 0);
	TupleDescInitEntry(desc, 2, "query_text", TEXTOID, -1, 0);
	TupleDescInitEntry(desc, 3, "query_tag", TEXTOID, -1, 0);
	TupleDescInitEntry(desc, 4, "start_time", TIMESTAMPTZOID, -1, 0);
	statement = sf_statement_start(session, &spec, CurrentMemoryContext);
	rows = sf_rows_create(CurrentMemoryContext, statement, desc, map, NULL);
	while (sf_rows_next(rows, values, nulls))
	{
		SfJob	   *job = read_job(values, nulls, session);
		Datum		out[4];
		bool		outnulls[4] = {0};

		if (job == NULL || !sf_job_restore(job))
			continue;
		out[0] = sf_uuid_datum(job->query_id);
		out[1] = CStringGetTextDatum(job->statement);
		out[2] = job->tag ? CStringGetTextDatum(job->tag) : (Datum) 0;
		outnulls[2] = job->tag == NULL;
		out[3] = TimestampTzGetDatum(job->submitted_at);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, out, outnulls);
	}
	sf_statement_close(statement);
	return (Datum) 0;
}

/*
 * Forgets the current user's jobs whose result is gone; how many.  Waits on
 * the network for those whose end is not known.
 */
Datum
sf_async_prune(PG_FUNCTION_ARGS)
{
	const char *server = PG_ARGISNULL(0) ? NULL : NameStr(*PG_GETARG_NAME(0));
	TimestampTz now = GetCurrentTimestamp();
	int			n;
	SfJob	  **jobs;
	int			deleted = 0;

	PreventCommandIfReadOnly("sf_async_prune()");
	jobs = sf_jobs_mine(server, &n);
	/* the jobs of a server that was dropped can be forgotten by its name */
	if (server && n == 0)
		(void) GetForeignServerByName(server, false);
	sf_jobs_ask(jobs, n, 0);
	for (int i = 0; i < n; i++)
	{
		if (expired(jobs[i], now) && sf_job_delete(jobs[i]))
			deleted++;
	}
	PG_RETURN_INT32(deleted);
}

/*
 * A job out of the history; NULL when it is none, or another user's or
 * database's.
 */
static SfJob *
read_job(const Datum *values, const bool *nulls, SfSession *session)
{
	SfJob	   *job = palloc0(sizeof(SfJob));
	char	   *id;
	char	   *tag;
	SfJsonFault fault;
	SfJson	   *document;
	SfJson	   *ours;
	char	   *kind;

	if (nulls[0] || nulls[1] || nulls[2] || nulls[3])
		return NULL;
	id = TextDatumGetCString(values[0]);
	tag = TextDatumGetCString(values[2]);
	tag = pg_server_to_any(tag, strlen(tag), PG_UTF8);
	document = sf_json_parse(tag, strlen(tag), &fault);
	ours = sf_json_member(document, "snowflake_fdw");
	if (!sf_uuid_valid(id, strlen(id)) || ours == NULL || !is_mine(ours))
		return NULL;
	kind = sf_json_text(sf_json_member(ours, "kind"));
	job->query_id = id;
	job->server = session->options->server_name;
	job->statement = TextDatumGetCString(values[1]);
	job->script = kind && strcmp(kind, "script") == 0;
	job->tag = sf_json_text(sf_json_member(document, "tag"));
	job->submitted_at = DatumGetTimestampTz(values[3]);
	job->session = session;
	return job;
}

/*
 * Whether the part of a tag that is ours names this database and the current
 * user.
 */
static bool
is_mine(SfJson *ours)
{
	char	   *database = sf_json_text(sf_json_member(ours, "database"));
	char	   *user = sf_json_text(sf_json_member(ours, "user"));

	return database && user && strcmp(database, get_database_name(MyDatabaseId)) == 0 &&
		strcmp(user, GetUserNameFromId(GetUserId(), false)) == 0;
}

/*
 * Whether Snowflake has no result of it any more, as far as this side can
 * tell.
 */
static bool
expired(const SfJob *job, TimestampTz now)
{
	TimestampTz age = now - job->submitted_at;

	if (job->unknown)
		return true;
	return age > (job->ended ? RETENTION_HOURS * USECS_PER_HOUR : LONGEST_DAYS * USECS_PER_DAY);
}
