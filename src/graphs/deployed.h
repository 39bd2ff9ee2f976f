/*
 * deployed.h
 *	  A task graph as it is in the account.
 */
#ifndef SF_GRAPHS_DEPLOYED_H
#define SF_GRAPHS_DEPLOYED_H

#include "postgres.h"

#include "fmgr.h"
#include "nodes/pg_list.h"

#include "api/session.h"
#include "base/graph.h"
#include "core/json.h"
#include "objects/path.h"
#include "graphs/dag.h"

typedef struct SfDeployedTask
{
	char	   *full_name;		/* exact */
	SfJson	   *body;			/* canonical, see sf_task_body */
	bool		started;
} SfDeployedTask;

typedef struct SfDeployed
{
	SfObjectName root;
	SfDeployedTask *tasks;		/* the first one is the root */
	SfGraph		graph;			/* of all of them; a finalizer has no edge */
	int		   *order;			/* predecessors first, the finalizer last */
} SfDeployed;

/* What a graph's function was given. */
typedef struct SfDagArgument
{
	SfObjectName root;
	SfJson	   *given;			/* the graph; NULL: only its name */
} SfDagArgument;

/*
 * A graph or a name of one: argument 0 is a text (a name, or a graph when it begins with a brace) or jsonb; argno
 * is the number of the arguments database and schema, the server's follows.  Returns the session.  Throws 22004
 * for NULL, 22023; no network.
 */
extern SfSession *sf_dag_argument(FunctionCallInfo fcinfo, int argno, SfDagArgument *out);

/*
 * The root as Snowflake answers it, in the current context; NULL when it does not exist, if missing_ok, else
 * throws 42704.  Waits on the network.
 */
extern SfJson *sf_deployed_root(SfSession *session, const SfObjectName *root, bool missing_ok);
extern bool sf_deployed_started(SfJson *answer);

/*
 * The graph below a root, in the current context.  Asks for the root's dependents, for which Snowflake needs a
 * warehouse; without one lists the schema's tasks.  Throws 55000 for a task that is no root.  Waits on the network.
 */
extern SfDeployed *sf_deployed_graph(SfSession *session, const SfObjectName *root, SfJson *answer);

/* The task of that exact name, or -1. */
extern int	sf_deployed_find(const SfDeployed *deployed, const char *full_name);

/* Whether an answer's task follows, or finalizes, what a body says; both in the same schema. */
extern bool sf_deployed_linked_as(const SfObjectName *name, SfJson *answer, SfJson *wanted);

/*
 * What is not as expected (SfDeployedTask: names and bodies), as a clause about the graph: tasks that are missing
 * or too many, what they do and when, or that the root runs; NULL when nothing is.
 */
extern char *sf_deployed_mismatch(const SfDeployed *deployed, const List *expected);

/* As sf_dag_deploy takes it, with the place it is from. */
extern SfJson *sf_deployed_dag(const SfDeployed *deployed);

#endif							/* SF_GRAPHS_DEPLOYED_H */
