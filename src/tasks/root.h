/*
 * root.h
 *	  The root tasks that stand in the way of a change, suspended for it.
 *
 * Nothing of a graph can be changed while its root is started.
 */
#ifndef SF_TASKS_ROOT_H
#define SF_TASKS_ROOT_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "storage/lock.h"

#include "tasks/task_call.h"

typedef struct SfTaskRoot
{
	SfTaskCall	call;			/* of the root */
	bool		started;
	int			state;			/* private */
	struct SfObjectCall *suspending;	/* private */
} SfTaskRoot;

/*
 * Puts the root above a task into the list, in the current context, unless it is there: the one that its links
 * (members "predecessors" and "finalize") lead to; the task itself where it has none.  Throws 42704 for a link to
 * what does not exist.  Waits on the network.
 */
extern List *sf_task_add_root(List *roots, const SfTaskCall *call, SfJson *task);

typedef void (*SfTaskChangeFn) (void *arg);

/*
 * The advisory lock of a graph, by the account's address and the root's qualified name: the database does not count.
 * Deployments hold it, and changes that suspend the root.
 */
extern void sf_task_lock_tag(LOCKTAG *tag, const SfSession *session, const SfObjectName *root);

/*
 * Waits until nobody else changes the graphs of the roots (SfTaskRoot), suspends those that are started, calls change,
 * and resumes them, in their order; also after an error or an interrupt and where the backend ends, within
 * SF_RESTORE_MS, with a WARNING where that does not work.  Waits on the network.
 */
extern void sf_task_change_below(List *roots, SfTaskChangeFn change, void *arg);

#endif							/* SF_TASKS_ROOT_H */
