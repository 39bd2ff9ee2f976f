/*
 * dag_runs.h
 *	  Runs of a task graph, as Snowflake tells of those that are scheduled or
 *	  executing and of those that ended in the last 60 minutes.
 *
 * A run is known by the name of its graph and its run id, the milliseconds
 * of its first scheduled start.  The object API answers only the lower 32
 * bits of it; the rest follows from the scheduled time, since a run is
 * scheduled (or retried, within 14 days) less than 2^32 ms (49 days) later.
 */
#ifndef SF_TASKS_DAG_RUNS_H
#define SF_TASKS_DAG_RUNS_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"

#include "api/session.h"
#include "core/json.h"
#include "objects/path.h"

typedef struct SfDagRun
{
	SfJson	   *answer;
	char	   *state;			/* upper case */
	int64		run_id;			/* all of it */
	TimestampTz scheduled_time;
	TimestampTz completed_time; /* 0: none */
} SfDagRun;

typedef enum SfDagRunKind
{
	SF_RUNS_CURRENT,
	SF_RUNS_COMPLETE
} SfDagRunKind;

/* The runs (SfDagRun) of a graph, in the current context.  Waits on the network; needs a warehouse. */
extern List *sf_dag_runs(SfSession *session, const SfObjectName *root, SfDagRunKind kind, bool error_only);

/* Whether the run is over: SUCCEEDED, FAILED, CANCELLED or SKIPPED. */
extern bool sf_dag_run_over(const SfDagRun *run);

/* Whether text is the run's id, or its lower 32 bits. */
extern bool sf_dag_run_is(const SfDagRun *run, int64 run_id);

#endif							/* SF_TASKS_DAG_RUNS_H */
