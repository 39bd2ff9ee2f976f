/*
 * dag_plan.c
 *	  The calls that deploy or drop a task graph.
 *
 * Snowflake's rules decide the order.  Nothing of a graph may change while
 * its root is started.  A task's predecessors have to be there before it, so
 * tasks come in topological order; that order also keeps a graph that is
 * changed task by task free of cycles at every moment, since a task is only
 * linked to tasks whose own links are the new ones already.  The finalizer
 * comes last: what it is to be may still have links.  A task that is dropped
 * cuts its links, so what goes away is dropped first when nothing that stays
 * lies below it, else after that has got its new links.  New tasks are
 * suspended: children are resumed at once, the root at the end, after a look
 * at the graph: somebody else may have changed it meanwhile.
 *
 * Where a graph is altered, each step holds the requests that put back what
 * was before it.  Run in the opposite order they take the graph through the
 * same states, so that each of those is possible too.
 */
#include "postgres.h"

#include "objects/verbs.h"
#include "graphs/dag_plan.h"
#include "tasks/compare.h"

static const char *const action_names[] = {"fetch", "dependents", "suspend", "create", "alter", "resume", "drop"};
static const char *const status_names[] = {"planned", "done", "missing", "failed", "unknown"};

static SfDagPlan *new_plan(SfSession *session, const SfObjectName *root);
static SfDeployed *read_deployed(SfDagPlan *plan, bool missing_ok, bool *started);
static void plan_new(SfDagPlan *plan, const SfDag *dag, SfTaskMode mode);
static void plan_missing(SfDagPlan *plan, const SfDag *dag, const SfDeployed *deployed);
static void plan_changes(SfDagPlan *plan, const SfDag *dag, const SfDeployed *deployed);
static void plan_task_changes(SfDagPlan *plan, const SfDag *dag, const SfDeployed *deployed);
static void plan_state(SfDagPlan *plan, const SfDag *dag, const SfDeployed *deployed);
static void plan_drops(SfDagPlan *plan, const SfDeployed *deployed, const SfNodeChange *before, SfNodeChange which);
static SfGraph graph_with_root(const SfDag *dag);
static int	next_task(const SfDag *dag, int *position);
static void expect(SfDagPlan *plan, const char *task, SfJson *body);
static void expect_all(SfDagPlan *plan, const SfDag *dag);
static void resume_root(SfDagPlan *plan);
static void create_step(SfDagPlan *plan, const SfDag *dag, int task, SfTaskMode mode);
static void alter_step(SfDagPlan *plan, const SfDeployedTask *task, SfJson *body, List *changed);
static SfDagStep *action_step(SfDagPlan *plan, SfStepAction action, const char *task);
static void drop_step(SfDagPlan *plan, const SfDeployedTask *task);
static SfObjectName task_name(const SfDagPlan *plan, const char *task);
static SfObjectRequest *action_request(const SfDagPlan *plan, SfStepAction action, const char *task);
static SfDagStep *add_step(SfDagPlan *plan, SfStepAction action, const char *task, SfObjectRequest *request);
static void show_body(SfDagStep *step, SfJson *body);

SfDagPlan *
sf_dag_plan_deploy(SfSession *session, const SfDag *dag, const SfObjectName *root, SfTaskMode mode)
{
	SfDagPlan  *plan = new_plan(session, root);
	SfDeployed *deployed = NULL;
	bool		started = false;

	if (mode != SF_TASK_ERROR_IF_EXISTS)
		deployed = read_deployed(plan, true, &started);
	if (deployed == NULL)
		plan_new(plan, dag, mode);
	else if (mode == SF_TASK_IF_NOT_EXISTS)
		plan_missing(plan, dag, deployed);
	else if (mode == SF_TASK_CREATE_OR_ALTER)
		plan_changes(plan, dag, deployed);
	else
	{
		plan->replaces = true;
		if (started)
			action_step(plan, SF_STEP_SUSPEND, root->name);
		plan_drops(plan, deployed, NULL, SF_NODE_GONE);
		plan_new(plan, dag, mode);
	}
	return plan;
}

SfDagPlan *
sf_dag_plan_drop(SfSession *session, const SfObjectName *root, bool drop_finalizer, bool missing_ok)
{
	SfDagPlan  *plan = new_plan(session, root);
	bool		started;
	SfDeployed *deployed = read_deployed(plan, missing_ok, &started);
	SfNodeChange *fate;

	plan->replaces = true;
	if (deployed == NULL)
		return plan;
	fate = palloc(sizeof(SfNodeChange) * deployed->graph.nnodes);
	for (int i = 0; i < deployed->graph.nnodes; i++)
		fate[i] = !drop_finalizer && sf_json_member(deployed->tasks[i].body, "finalize") ? SF_NODE_SAME : SF_NODE_GONE;
	if (started)
		action_step(plan, SF_STEP_SUSPEND, root->name);
	plan_drops(plan, deployed, fate, SF_NODE_GONE);
	return plan;
}

SfObjectRequest *
sf_dag_resume_request(const SfDagPlan *plan)
{
	return action_request(plan, SF_STEP_RESUME, plan->root.name);
}

SfObjectRequest *
sf_dag_suspend_request(const SfDagPlan *plan)
{
	return action_request(plan, SF_STEP_SUSPEND, plan->root.name);
}

const char *
sf_step_action_name(SfStepAction action)
{
	return action_names[action];
}

const char *
sf_step_status_name(SfStepStatus status)
{
	return status_names[status];
}

static SfDagPlan *
new_plan(SfSession *session, const SfObjectName *root)
{
	SfDagPlan  *plan = palloc0(sizeof(SfDagPlan));

	plan->session = session;
	plan->root = *root;
	return plan;
}

/*
 * The deployed graph, the calls for it as steps that are done; NULL when
 * there is none.  Waits on the network, interruptible: all else is planned
 * without it.
 */
static SfDeployed *
read_deployed(SfDagPlan *plan, bool missing_ok, bool *started)
{
	const SfKindDef *kind = sf_kind_lookup("task");
	SfJson	   *answer = sf_deployed_root(plan->session, &plan->root, missing_ok);
	SfDagStep  *step = add_step(plan, SF_STEP_FETCH, plan->root.name, sf_fetch_request(kind, &plan->root));

	step->status = answer ? SF_STEP_DONE : SF_STEP_MISSING;
	if (answer == NULL)
		return NULL;
	*started = sf_deployed_started(answer);
	step = add_step(plan, SF_STEP_DEPENDENTS, plan->root.name,
					sf_action_request(kind, &plan->root, "dependents", "recursive=true", NULL));
	step->status = SF_STEP_DONE;
	return sf_deployed_graph(plan->session, &plan->root, answer);
}

/*
 * A graph of which nothing is there.
 */
static void
plan_new(SfDagPlan *plan, const SfDag *dag, SfTaskMode mode)
{
	int			position = 0;
	int			task;

	expect_all(plan, dag);
	create_step(plan, dag, SF_DAG_ROOT, mode);
	while ((task = next_task(dag, &position)) >= 0)
	{
		create_step(plan, dag, task, mode);
		if (!dag->tasks[task].suspended)
			action_step(plan, SF_STEP_RESUME, dag->tasks[task].full_name);
	}
	if (dag->runs)
		resume_root(plan);
}

/*
 * ifNotExists where the root exists: what is there stays as it is.
 */
static void
plan_missing(SfDagPlan *plan, const SfDag *dag, const SfDeployed *deployed)
{
	bool		suspended = false;
	int			position = 0;
	int			task;

	for (int i = 0; i < deployed->graph.nnodes; i++)
		expect(plan, deployed->tasks[i].full_name, deployed->tasks[i].body);
	while ((task = next_task(dag, &position)) >= 0)
	{
		if (sf_deployed_find(deployed, dag->tasks[task].full_name) >= 0)
			continue;
		expect(plan, dag->tasks[task].full_name, sf_dag_body(dag, task));
		if (deployed->tasks[0].started && !suspended)
		{
			action_step(plan, SF_STEP_SUSPEND, dag->name);
			suspended = true;
		}
		create_step(plan, dag, task, SF_TASK_IF_NOT_EXISTS);
		if (!dag->tasks[task].suspended)
			action_step(plan, SF_STEP_RESUME, dag->tasks[task].full_name);
	}
	if (suspended)
		resume_root(plan);
}

/*
 * createOrAlter where the root exists: only what differs.
 */
static void
plan_changes(SfDagPlan *plan, const SfDag *dag, const SfDeployed *deployed)
{
	SfGraph		after = graph_with_root(dag);
	int		   *counterpart = palloc(sizeof(int) * after.nnodes);
	SfNodeChange *before_change = palloc(sizeof(SfNodeChange) * deployed->graph.nnodes);
	SfNodeChange *after_change = palloc(sizeof(SfNodeChange) * after.nnodes);
	bool	   *work = palloc(sizeof(bool) * deployed->graph.nnodes);
	SfJson	   *root_body = sf_dag_body(dag, SF_DAG_ROOT);
	List	   *changed = sf_task_changed(deployed->tasks[0].body, root_body);
	int			already = list_length(plan->steps);
	SfDagStep  *suspend = NULL;

	for (int i = 0; i < after.nnodes; i++)
		counterpart[i] = sf_deployed_find(deployed, sf_dag_full_name(dag, i - 1));
	sf_graph_diff(&deployed->graph, &after, counterpart, before_change, after_change, work);
	plan->alters = true;
	expect_all(plan, dag);

	if (deployed->tasks[0].started)
	{
		action_step(plan, SF_STEP_SUSPEND, dag->name);
		suspend = llast(plan->steps);
	}
	if (changed)
		alter_step(plan, &deployed->tasks[0], root_body, changed);
	plan_drops(plan, deployed, before_change, SF_NODE_GONE);
	plan_task_changes(plan, dag, deployed);
	plan_drops(plan, deployed, before_change, SF_NODE_GONE_INNER);
	if (suspend && !dag->suspended && list_length(plan->steps) == already + 1)
	{
		/* nothing needs the root to be suspended */
		plan->steps = list_delete_last(plan->steps);
		return;
	}
	plan_state(plan, dag, deployed);
}

static void
plan_task_changes(SfDagPlan *plan, const SfDag *dag, const SfDeployed *deployed)
{
	int			position = 0;
	int			task;

	while ((task = next_task(dag, &position)) >= 0)
	{
		const SfDagTask *wanted = &dag->tasks[task];
		int			is = sf_deployed_find(deployed, wanted->full_name);
		const SfDeployedTask *there = is >= 0 ? &deployed->tasks[is] : NULL;
		bool		started = there && there->started;

		if (there == NULL)
			create_step(plan, dag, task, SF_TASK_CREATE_OR_ALTER);
		else
		{
			SfJson	   *body = sf_dag_body(dag, task);
			List	   *changed = sf_task_changed(there->body, body);

			if (changed)
				alter_step(plan, there, body, changed);
		}
		if (started == wanted->suspended)
		{
			SfDagStep  *step = action_step(plan, started ? SF_STEP_SUSPEND : SF_STEP_RESUME, wanted->full_name);

			/* a new task is removed */
			if (there)
				step->back = list_make1(action_request(plan, started ? SF_STEP_RESUME : SF_STEP_SUSPEND,
													   wanted->full_name));
		}
	}
}

/*
 * The root at the end: started when it runs by itself, or when it was started
 * before though it did not.
 */
static void
plan_state(SfDagPlan *plan, const SfDag *dag, const SfDeployed *deployed)
{
	const SfDeployedTask *root = &deployed->tasks[0];
	bool		ran_by_itself = sf_json_member(root->body, "schedule") || sf_json_member(root->body, "condition");

	if (dag->runs || (root->started && !dag->suspended && !ran_by_itself))
		resume_root(plan);
}

/*
 * Drops, children first, the tasks with that fate; without fates all.
 */
static void
plan_drops(SfDagPlan *plan, const SfDeployed *deployed, const SfNodeChange *fates, SfNodeChange which)
{
	for (int i = deployed->graph.nnodes - 1; i >= 0; i--)
	{
		int			task = deployed->order[i];

		if (fates == NULL || fates[task] == which)
			drop_step(plan, &deployed->tasks[task]);
	}
}

/*
 * The graph with its root as node 0, task i as node i + 1.
 */
static SfGraph
graph_with_root(const SfDag *dag)
{
	SfGraph		graph = {dag->graph.nnodes + 1, 0, NULL};
	SfEdge	   *edges = palloc(sizeof(SfEdge) * (dag->graph.nedges + dag->graph.nnodes + 1));

	for (int i = 0; i < dag->graph.nnodes; i++)
	{
		bool		first = !dag->tasks[i].finalizer;

		for (int e = 0; e < dag->graph.nedges && first; e++)
			first = dag->graph.edges[e].to != i;
		if (first)
		{
			edges[graph.nedges].from = 0;
			edges[graph.nedges++].to = i + 1;
		}
	}
	for (int e = 0; e < dag->graph.nedges; e++)
	{
		edges[graph.nedges].from = dag->graph.edges[e].from + 1;
		edges[graph.nedges++].to = dag->graph.edges[e].to + 1;
	}
	graph.edges = edges;
	return graph;
}

/*
 * The next task in the order of creation, the finalizer last; -1 at the end.
 */
static int
next_task(const SfDag *dag, int *position)
{
	int			n = dag->graph.nnodes;

	while (*position < 2 * n)
	{
		int			task = dag->order[*position % n];
		bool		last = *position >= n;

		*position += 1;
		if (dag->tasks[task].finalizer == last)
			return task;
	}
	return -1;
}

/*
 * What the look before the root's resume has to find.
 */
static void
expect(SfDagPlan *plan, const char *task, SfJson *body)
{
	SfDeployedTask *expected = palloc0(sizeof(SfDeployedTask));

	expected->full_name = pstrdup(task);
	expected->body = body;
	plan->expected = lappend(plan->expected, expected);
}

static void
expect_all(SfDagPlan *plan, const SfDag *dag)
{
	for (int i = SF_DAG_ROOT; i < dag->graph.nnodes; i++)
		expect(plan, sf_dag_full_name(dag, i), sf_dag_body(dag, i));
}

/*
 * Behind a look at the graph, which throws where it is not as plan->expected
 * says.
 */
static void
resume_root(SfDagPlan *plan)
{
	const SfKindDef *kind = sf_kind_lookup("task");
	const char *root = plan->root.name;

	add_step(plan, SF_STEP_FETCH, root, sf_fetch_request(kind, &plan->root));
	add_step(plan, SF_STEP_DEPENDENTS, root,
			 sf_action_request(kind, &plan->root, "dependents", "recursive=true", NULL));
	action_step(plan, SF_STEP_RESUME, root);
}

/*
 * The way back drops the task.
 */
static void
create_step(SfDagPlan *plan, const SfDag *dag, int task, SfTaskMode mode)
{
	const SfKindDef *kind = sf_kind_lookup("task");
	SfObjectName name = task_name(plan, sf_dag_full_name(dag, task));
	SfJson	   *body = sf_dag_body(dag, task);
	SfDagStep  *step;

	step = add_step(plan, SF_STEP_CREATE, name.name,
					mode == SF_TASK_CREATE_OR_ALTER ?
					sf_put_request(kind, &name, body) :
					sf_create_request(kind, &name, body, (SfCreateMode) mode));
	step->back = list_make1(sf_drop_request(kind, &name, true));
	show_body(step, body);
}

/*
 * The way back puts the task as it was found.
 */
static void
alter_step(SfDagPlan *plan, const SfDeployedTask *task, SfJson *body, List *changed)
{
	const SfKindDef *kind = sf_kind_lookup("task");
	SfObjectName name = task_name(plan, task->full_name);
	SfJson	   *keys = sf_json_new_array();
	SfDagStep  *step;
	ListCell   *lc;

	step = add_step(plan, SF_STEP_ALTER, name.name, sf_put_request(kind, &name, body));
	step->back = list_make1(sf_put_request(kind, &name, task->body));
	foreach(lc, changed)
		sf_json_append_text(keys, lfirst(lc));
	sf_json_set(step->detail, "changed", keys);
	show_body(step, body);
}

static SfDagStep *
action_step(SfDagPlan *plan, SfStepAction action, const char *task)
{
	return add_step(plan, action, task, action_request(plan, action, task));
}

/*
 * Sent with ifExists, so that it can be sent again after a lost reply.
 */
static void
drop_step(SfDagPlan *plan, const SfDeployedTask *task)
{
	const SfKindDef *kind = sf_kind_lookup("task");
	SfObjectName name = task_name(plan, task->full_name);
	SfDagStep  *step = add_step(plan, SF_STEP_DROP, name.name, sf_drop_request(kind, &name, true));

	step->missing_ok = true;
	step->back = list_make1(sf_put_request(kind, &name, task->body));
	if (task->started)
		step->back = lappend(step->back, action_request(plan, SF_STEP_RESUME, name.name));
}

/*
 * Of the root's database and schema; lives as long as task.
 */
static SfObjectName
task_name(const SfDagPlan *plan, const char *task)
{
	SfObjectName name = plan->root;

	name.name = unconstify(char *, task);
	return name;
}

static SfObjectRequest *
action_request(const SfDagPlan *plan, SfStepAction action, const char *task)
{
	SfObjectName name = task_name(plan, task);

	return sf_action_request(sf_kind_lookup("task"), &name, action_names[action], NULL, NULL);
}

/*
 * Planned, without a way back; keeps the request.
 */
static SfDagStep *
add_step(SfDagPlan *plan, SfStepAction action, const char *task, SfObjectRequest *request)
{
	SfDagStep  *step = palloc0(sizeof(SfDagStep));

	step->action = action;
	step->status = SF_STEP_PLANNED;
	step->task = sf_name_written(task);
	step->name = plan->root;
	step->name.name = pstrdup(task);
	step->request = request;
	step->detail = sf_json_new_object();
	sf_json_set_text(step->detail, "method", request->method);
	sf_json_set_text(step->detail, "path", request->path);
	plan->steps = lappend(plan->steps, step);
	return step;
}

static void
show_body(SfDagStep *step, SfJson *body)
{
	SfJson	   *shown = sf_json_new_object();

	sf_json_set_text(shown, "name", step->task);
	sf_json_merge(shown, body);
	step->body = body;
	sf_json_set(step->detail, "body", shown);
}
