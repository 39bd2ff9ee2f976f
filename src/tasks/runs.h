/*
 * runs.h
 *	  Runs of a root task and its graph, as Snowflake tells of those that are scheduled or
 *	  executing and of those that ended in the last 60 minutes.
 *
 * A run is known by the name of its graph and its run id, the milliseconds
 * of its first scheduled start.  The object API answers only the lower 32
 * bits of it; the rest follows from the scheduled time, since a run is
 * scheduled (or retried, within 14 days) less than 2^32 ms (49 days) later.
 */
#ifndef SF_TASKS_RUNS_H
#define SF_TASKS_RUNS_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"

#include "api/session.h"
#include "core/compat.h"
#include "core/json.h"
#include "objects/path.h"

typedef struct SfDagRun
{
	SfJson	   *answer;
	char	   *state;			/* upper case */
	int64		run_id;			/* all of it */
	TimestampTz scheduled_time;
	TimestampTz completed_time; /* 0: none */
	bool		complete;		/* it was among those that ended */
} SfDagRun;

typedef enum SfDagRunKind
{
	SF_RUNS_CURRENT,
	SF_RUNS_COMPLETE
} SfDagRunKind;

/*
 * The runs (SfDagRun) of a graph, in the current context.  Waits on the network, not long after give_up_at (0: none);
 * needs a warehouse.
 */
extern List *sf_dag_runs(SfSession *session, const SfObjectName *root, SfDagRunKind kind, bool error_only,
						 TimestampTz give_up_at);

/* Whether the run is over: SUCCEEDED, FAILED, CANCELLED or SKIPPED. */
extern bool sf_dag_run_over(const SfDagRun *run);

/* Whether text is the run's id, or its lower 32 bits. */
extern bool sf_dag_run_is(const SfDagRun *run, int64 run_id);

/*
 * Of runs that were not there before the one that is scheduled first: the next scheduled one may be new as well.
 * A retried run has the id of the run that failed, and another end.  NULL: none is new.
 */
extern SfDagRun *sf_dag_first_new(const List *runs, const List *before);

/*
 * Throws what the first failing task of a run reported; what is "task graph NAME" or "task NAME".  57014 for a run
 * that was cancelled.
 */
pg_noreturn extern void sf_dag_run_failed(const SfSession *session, const char *what, const SfDagRun *run);

#endif							/* SF_TASKS_RUNS_H */
