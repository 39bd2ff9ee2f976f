/*
 * dag.h
 *	  A task graph as users write it: a JSON object with its tasks, read and
 *	  checked.  No network.
 *
 * In Snowflake a graph is a root task with the graph's name, which does
 * nothing, and a task GRAPH$TASK for each of its tasks; those without
 * predecessors follow the root.
 */
#ifndef SF_GRAPHS_DAG_H
#define SF_GRAPHS_DAG_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "base/graph.h"
#include "core/json.h"
#include "objects/path.h"

#define SF_DAG_ROOT (-1)		/* in place of a task's number */

/* A graph may have this many tasks with its root (CREATE TASK). */
#define SF_DAG_MAX_TASKS 1000

#define SF_DAG_ROOT_DEFINITION "select 'dag dummy root'"

typedef struct SfDagTask
{
	char	   *name;			/* exact, without the graph's */
	char	   *declared;		/* as written, without quotes: what a branch
								 * has to return */
	char	   *full_name;		/* exact, of the task in Snowflake */
	SfJson	   *given;			/* its object */
	char	   *condition;		/* with the tests of branches; NULL: none */
	bool		branch;
	bool		finalizer;
	bool		serverless;
	bool		suspended;		/* to be left so */
} SfDagTask;

typedef struct SfDag
{
	char	   *written;		/* the name as it was given, perhaps qualified */
	char	   *name;			/* exact */
	SfJson	   *given;
	bool		suspended;
	bool		runs;			/* by itself: has a schedule or condition, and
								 * is not to be left suspended */
	SfDagTask  *tasks;
	SfGraph		graph;			/* of the tasks, without the root */
	int		   *order;			/* predecessors first */
} SfDag;

typedef struct SfDagProblem
{
	const char *severity;		/* error or warning */
	const char *task;			/* NULL: the graph */
	const char *rule;
	const char *message;
} SfDagProblem;

/*
 * The graph, in the current context.  Everything that is wrong with it is appended to *problems (SfDagProblem),
 * those of single tasks included; NULL when it is so wrong that nothing can be said of its tasks.
 */
extern SfDag *sf_dag_read(SfJson *given, List **problems);

/* The graph; throws 22023 with all problems that are errors. */
extern SfDag *sf_dag_checked(SfJson *given);

/* The body of a task, or of the root, for a graph that has been checked. */
extern SfJson *sf_dag_body(const SfDag *dag, int task);

/* The exact name of a task, or of the root, in Snowflake. */
extern const char *sf_dag_full_name(const SfDag *dag, int task);

/* The exact name that a name in SQL means, the last part of a qualified one.  Throws 42602. */
extern char *sf_dag_exact_name(const char *name);

/* A name, as it is written, that two tasks of a graph have; NULL: none.  Throws 42602 for what is no name. */
extern char *sf_dag_name_twice(SfJson *given);

/* The object of a task of a graph, by its name; NULL when there is none.  Throws 42602 for what is no name. */
extern SfJson *sf_dag_find_task(SfJson *given, const char *name);

/* Throws 22023 for a key that a graph, or a task of one, does not have, with the nearest. */
extern void sf_dag_check_keys(SfJson *object, bool task);

#endif							/* SF_GRAPHS_DAG_H */
