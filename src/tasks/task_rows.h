/*
 * task_rows.h
 *	  Answers about tasks and graph runs as rows.
 */
#ifndef SF_TASKS_TASK_ROWS_H
#define SF_TASKS_TASK_ROWS_H

#include "postgres.h"

#include "objects/catalog.h"

/* Runs of graphs, as task.yaml's TaskRun: the columns of sf_task_current_graphs. */
extern const SfKindDef sf_task_run_kind;

#endif							/* SF_TASKS_TASK_ROWS_H */
