/*
 * dag_steps.h
 *	  Makes the calls of a plan, and puts right what a failure in the middle
 *	  leaves.
 */
#ifndef SF_TASKS_DAG_STEPS_H
#define SF_TASKS_DAG_STEPS_H

#include "postgres.h"

#include "graphs/dag_plan.h"

/*
 * Makes the planned calls one after the other.  After a failure or an interrupt: with remove, the tasks that the plan has created are dropped; a
 * root that it has suspended is resumed, unless something of a replaced graph is gone; all within 10 s, which a second interrupt ends.  Then the
 * error is thrown again with what was done, what was not and what was put right as CONTEXT; what could not be put right is a WARNING.  what names
 * the work, as in "deployment".  Waits on the network.
 */
extern void sf_dag_run_steps(SfDagPlan *plan, const char *what, bool remove);

#endif							/* SF_TASKS_DAG_STEPS_H */
