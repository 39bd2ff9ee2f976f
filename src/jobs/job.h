/*
 * job.h
 *	  Asynchronous jobs: queries that run in Snowflake by themselves, known
 *	  here by their query id, and recorded in the table sf_async_job.
 */
#ifndef SF_JOBS_JOB_H
#define SF_JOBS_JOB_H

#include "postgres.h"

#include "fmgr.h"
#include "nodes/pg_list.h"
#include "utils/uuid.h"

#include "api/session.h"
#include "api/statement.h"
#include "api/status.h"

typedef struct SfJob
{
	char	   *query_id;

	/* the record; the rest is only set when there is one */
	bool		recorded;
	Oid			userid;
	char	   *server;
	char	   *request_id;
	bool		script;
	char	   *statement;
	char	   *tag;			/* NULL: none */
	TimestampTz submitted_at;
	TimestampTz cancelled_at;	/* 0: it was not */

	/* how it ended, from the record or from Snowflake */
	bool		ended;
	bool		unknown;		/* Snowflake does not know it, or no longer */
	const char *status;			/* NULL: not asked yet */
	char	   *error_code;
	char	   *sql_state;
	char	   *error_message;
	int64		rows;			/* -1: not known */
	int			partitions;		/* -1: not known */
	TimestampTz created_on;		/* 0: not known */

	SfSession  *session;		/* where to ask for it */
} SfJob;

/* What the names of a query's status mean; the connectors' names. */
extern bool sf_status_is_done(const char *status);
extern bool sf_status_is_failed(const char *status);

/*
 * The jobs of a uuid or uuid[] argument with their records, and the sessions to ask for them: of the argument server, else of the record's server,
 * else of the default one.  NULL when the argument is NULL.  Throws 22004 for a NULL element, 42501 for another role's job; no network.
 */
extern SfJob *sf_job_argument(FunctionCallInfo fcinfo, int argno);
extern SfJob **sf_jobs_argument(FunctionCallInfo fcinfo, int argno, int *n);

/* Like sf_job_argument, but throws 22004 for NULL. */
extern SfJob *sf_job_required(FunctionCallInfo fcinfo, int argno);

/* The recorded jobs of the current user, of one server or of all (NULL); those whose server is gone, or no longer his to use, have no session and are not asked for. */
extern SfJob **sf_jobs_mine(const char *server, int *n);

/*
 * Asks Snowflake for those that have not ended, in one batch until the deadline (0: none), and records how they ended.  Waits on the network,
 * interruptible; an interrupt leaves the jobs alone.
 */
extern void sf_jobs_ask(SfJob **jobs, int n, TimestampTz deadline);

/* Takes note of, and records, that the job has succeeded. */
extern void sf_job_succeeded(SfJob *job, const SfResultMeta *meta);

/* Throws 42704 for a job that Snowflake does not know. */
extern void sf_job_check_known(const SfJob *job);

/* The same, and 53400 where Snowflake answered "too many requests" to the end; after sf_jobs_ask without a deadline. */
extern void sf_job_check_answered(const SfJob *job);

/* The job's own error, as Snowflake gave it. */
pg_noreturn extern void sf_job_throw(const SfJob *job);

/* The text of a uuid, and back. */
extern char *sf_uuid_text(const pg_uuid_t *uuid);
extern Datum sf_uuid_datum(const char *text);

/* A text, or NULL, into a row to be formed. */
extern void sf_put_text(Datum *values, bool *nulls, int column, const char *text);

/* The table; see job_table.c for whose rights count.  None of these uses the network. */
extern bool sf_job_load(SfJob *job);
extern List *sf_job_load_mine(void);	/* of SfJob, in no order */
extern void sf_job_store(const SfJob *job);
extern bool sf_job_restore(const SfJob *job);
extern void sf_job_store_end(const SfJob *job);
extern void sf_job_store_cancel(const SfJob *job);
extern bool sf_job_delete(const SfJob *job);

#endif							/* SF_JOBS_JOB_H */
