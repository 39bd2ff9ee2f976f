/*
 * dag_steps.h
 *	  Makes the calls of a plan, and puts right what a failure in the middle
 *	  leaves.
 */
#ifndef SF_GRAPHS_DAG_STEPS_H
#define SF_GRAPHS_DAG_STEPS_H

#include "postgres.h"

#include "graphs/dag_plan.h"

/*
 * Keeps other sessions of this cluster from deploying or dropping the same graph (account and qualified name)
 * until sf_dag_unlock: an advisory lock of the session, for which it waits, interruptible, with a NOTICE.  The
 * caller unlocks after an error too.  Locks of one session do not exclude each other.
 */
extern void sf_dag_lock(const SfSession *session, const SfObjectName *root);
extern void sf_dag_unlock(const SfSession *session, const SfObjectName *root);

/*
 * Makes the planned calls one after the other.  After a failure or an interrupt what was done is put right, within
 * 10 s, which a second interrupt ends: a graph that was altered is put back step by step; else, with remove, the
 * tasks that the plan has created are dropped; a root that the plan has suspended is resumed, unless something of
 * a replaced graph is gone or something could not be put back.  Then the error is thrown again with what was done,
 * what was not and what was put right as CONTEXT; what could not be put right, or is not known, is a WARNING.
 * Where somebody else has changed the graph meanwhile (40001) it is left as it is, suspended.  what names the
 * work, as in "deployment".  Waits on the network.
 */
extern void sf_dag_run_steps(SfDagPlan *plan, const char *what, bool remove);

#endif							/* SF_GRAPHS_DAG_STEPS_H */
