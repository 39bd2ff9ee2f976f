/*
 * dag_diff.c
 *	  sf_dag_diff: what is deployed against what a graph says.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "graphs/dag.h"
#include "graphs/deployed.h"
#include "tasks/compare.h"

PG_FUNCTION_INFO_V1(sf_dag_diff);

static void compare(ReturnSetInfo *rsinfo, const SfDag *dag, int task, const SfDeployedTask *there);
static const char *wanted_state(const SfDag *dag, int task);
static void put_row(ReturnSetInfo *rsinfo, const char *task, const char *property, SfJson *deployed, SfJson *given);

/*
 * A row for each property that differs, and for each task that only one side
 * has.  What differs is what mode createOrAlter would change.
 */
Datum
sf_dag_diff(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	SfDagArgument argument;
	SfSession  *session = sf_dag_argument(fcinfo, 1, &argument);
	SfDag	   *dag = sf_dag_checked(argument.given);
	SfJson	   *root;
	SfDeployed *deployed = NULL;

	InitMaterializedSRF(fcinfo, 0);
	root = sf_deployed_root(session, &argument.root, true);
	if (root)
		deployed = sf_deployed_graph(session, &argument.root, root);
	for (int i = SF_DAG_ROOT; i < dag->graph.nnodes; i++)
	{
		int			task = i == SF_DAG_ROOT ? i : dag->order[i];
		int			there = deployed ? sf_deployed_find(deployed, sf_dag_full_name(dag, task)) : -1;

		compare(rsinfo, dag, task, there < 0 ? NULL : &deployed->tasks[there]);
	}
	for (int i = 0; deployed && i < deployed->graph.nnodes; i++)
	{
		const SfDeployedTask *there = &deployed->tasks[deployed->order[i]];
		bool		known = strcmp(there->full_name, dag->name) == 0;

		for (int k = 0; k < dag->graph.nnodes && !known; k++)
			known = strcmp(there->full_name, dag->tasks[k].full_name) == 0;
		if (!known)
			put_row(rsinfo, there->full_name, NULL, there->body, NULL);
	}
	return (Datum) 0;
}

/*
 * Rows of one task; there is NULL when it is not deployed.
 */
static void
compare(ReturnSetInfo *rsinfo, const SfDag *dag, int task, const SfDeployedTask *there)
{
	const char *name = sf_dag_full_name(dag, task);
	SfJson	   *body = sf_dag_body(dag, task);
	const char *state = wanted_state(dag, task);
	ListCell   *lc;

	if (there == NULL)
	{
		put_row(rsinfo, name, NULL, NULL, body);
		return;
	}
	foreach(lc, sf_task_changed(there->body, body))
	{
		const char *property = lfirst(lc);

		put_row(rsinfo, name, property, sf_json_member(there->body, property), sf_json_member(body, property));
	}
	if (state && there->started != (strcmp(state, "started") == 0))
		put_row(rsinfo, name, "state", sf_json_new_text(there->started ? "started" : "suspended"),
				sf_json_new_text(state));
}

/*
 * NULL: a root that does not run by itself stays as it is.
 */
static const char *
wanted_state(const SfDag *dag, int task)
{
	if (task != SF_DAG_ROOT)
		return dag->tasks[task].suspended ? "suspended" : "started";
	return dag->suspended ? "suspended" : dag->runs ? "started" : NULL;
}

/*
 * NULL is SQL's.
 */
static void
put_row(ReturnSetInfo *rsinfo, const char *task, const char *property, SfJson *deployed, SfJson *given)
{
	Datum		values[4];
	bool		nulls[4] = {false, property == NULL, deployed == NULL, given == NULL};

	values[0] = CStringGetTextDatum(sf_name_written(task));
	values[1] = property ? CStringGetTextDatum(property) : (Datum) 0;
	values[2] = deployed ? JsonbPGetDatum(sf_json_to_jsonb(deployed)) : (Datum) 0;
	values[3] = given ? JsonbPGetDatum(sf_json_to_jsonb(given)) : (Datum) 0;
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}
