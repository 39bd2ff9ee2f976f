/*
 * job.h
 *	  Asynchronous jobs: finding them by their query ids and asking Snowflake
 *	  how they are doing.
 */
#ifndef SF_JOBS_JOB_H
#define SF_JOBS_JOB_H

#include "postgres.h"

#include "fmgr.h"

#include "api/statement.h"
#include "api/status.h"
#include "jobs/job_table.h"
#include "jobs/row.h"

/* What the names of a query's status mean; the connectors' names. */
extern bool sf_status_is_done(const char *status);
extern bool sf_status_is_failed(const char *status);

/*
 * The jobs of a uuid or uuid[] argument with their records, and the sessions to ask for them: of the argument
 * server, else of the record's server, else of the default one.  NULL when the argument is NULL.  Throws 22004 for
 * a NULL element, 42501 for another role's job; no network.
 */
extern SfJob *sf_job_argument(FunctionCallInfo fcinfo, int argno);
extern SfJob **sf_jobs_argument(FunctionCallInfo fcinfo, int argno, int *n);

/* Like sf_job_argument, but throws 22004 for NULL. */
extern SfJob *sf_job_required(FunctionCallInfo fcinfo, int argno);

/*
 * The recorded jobs of the current user, of one server or of all (NULL); those whose server is gone, or no longer
 * his to use, have no session and are not asked for.
 */
extern SfJob **sf_jobs_mine(const char *server, int *n);

/*
 * Asks Snowflake for those that have not ended, in one batch until the deadline (0: none), and records how they
 * ended.  Waits on the network, interruptible; an interrupt leaves the jobs alone.
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

#endif							/* SF_JOBS_JOB_H */
