/*
 * task_rows.h
 *	  Answers about tasks and graph runs as rows.
 */
#ifndef SF_TASKS_TASK_ROWS_H
#define SF_TASKS_TASK_ROWS_H

#include "postgres.h"

#include "fmgr.h"
#include "nodes/execnodes.h"

#include "objects/catalog.h"
#include "tasks/task_call.h"

/* Runs of graphs, as task.yaml's TaskRun: the columns of sf_task_current_graphs. */
extern const SfKindDef sf_task_run_kind;

/*
 * Asks for a part of the task ("dependents", "current_graphs", "complete_graphs") and puts its elements, objects
 * of kind, into the tuplestore that InitMaterializedSRF made.  query is encoded, or NULL.  Waits on the network,
 * interruptible.
 */
extern void sf_task_put_part(ReturnSetInfo *rsinfo, const SfTaskCall *call, const SfKindDef *kind, const char *action,
							 const char *query);

#endif							/* SF_TASKS_TASK_ROWS_H */
