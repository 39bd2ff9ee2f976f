/*
 * dependents.h
 *	  What depends on a task.
 */
#ifndef SF_TASKS_DEPENDENTS_H
#define SF_TASKS_DEPENDENTS_H

#include "postgres.h"

#include "objects/objects.h"

/*
 * The answers (SfJson) for the task itself and the tasks that follow it, directly or, if recursive, all the way down,
 * in breadth order; a finalizer follows its root.  In the current context.  Snowflake needs a warehouse to say so;
 * without one they are looked for among the tasks of the schema.  Waits on the network; throws what Snowflake reports.
 */
extern List *sf_task_dependents_of(SfSession *session, const SfObjectName *task, bool recursive);

#endif							/* SF_TASKS_DEPENDENTS_H */
