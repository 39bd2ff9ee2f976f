/*
 * job_table.h
 *	  Asynchronous jobs: queries that run in Snowflake by themselves, known
 *	  here by their query id, and recorded in the table sf_async_job.
 *
 * None of the functions uses the network.  For whose rights count see
 * job_table.c.
 */
#ifndef SF_JOBS_JOB_TABLE_H
#define SF_JOBS_JOB_TABLE_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"

#include "api/session.h"

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

/* Completes a job by its record; false when there is none.  Throws 42501 when it is another role's. */
extern bool sf_job_load(SfJob *job);

/* The current user's jobs (SfJob), in no order. */
extern List *sf_job_load_mine(void);

/*
 * Records a job that was just submitted; at ROLLBACK a WARNING names it, as in a read-only transaction a NOTICE
 * does.
 */
extern void sf_job_store(const SfJob *job);

/* Records a job that is known from elsewhere; false when it is recorded already. */
extern bool sf_job_restore(const SfJob *job);

/* Records how a job ended, or that it was cancelled, unless somebody else is at its row. */
extern void sf_job_store_end(const SfJob *job);
extern void sf_job_store_cancel(const SfJob *job);

/* Forgets a job; false when somebody else is at its row. */
extern bool sf_job_delete(const SfJob *job);

#endif							/* SF_JOBS_JOB_TABLE_H */
