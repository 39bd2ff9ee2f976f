/*
 * job_result.h
 *	  The result of a job.
 */
#ifndef SF_JOBS_JOB_RESULT_H
#define SF_JOBS_JOB_RESULT_H

#include "postgres.h"

#include "api/statement.h"
#include "jobs/job.h"

/*
 * Waits for the job's end, at most so many milliseconds (-1: no limit), and returns the statement of its result,
 * of several statements the last one's, allocated in the current context.  Throws the job's own error, 57014 at
 * the end of the time, 42704 when the result is not there any more. Waits on the network, interruptible; an
 * interrupt leaves the job alone.
 */
extern SfStatement *sf_job_result(SfJob *job, int64 timeout_ms);

#endif							/* SF_JOBS_JOB_RESULT_H */
