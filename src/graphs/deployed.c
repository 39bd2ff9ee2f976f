/*
 * deployed.c
 *	  A task graph as it is in the account.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "api/arguments.h"
#include "base/str.h"
#include "objects/properties.h"
#include "objects/verbs.h"
#include "tasks/compare.h"
#include "tasks/definition.h"
#include "tasks/dependents.h"
#include "graphs/deployed.h"

/* Tasks that are put in order; Snowflake's graphs have a tenth at the most. */
#define MOST_TASKS (10 * SF_DAG_MAX_TASKS)

/* What a graph does and when: where one of these is not as it was deployed, it is not that graph. */
static const char *const decisive[] = {"definition", "condition", "predecessors", "finalize", "schedule", "warehouse",
"config"};

static void fill(SfDeployed *deployed, List *answers);
static void leave_out_root(SfJson *body, const char *root);
static char *follows(const SfDeployedTask *task);
static void order_graph(SfDeployed *deployed);
static bool same_text(SfJson *a, SfJson *b);
static char *trimmed(char *text);
static const char *decisive_difference(const SfDeployedTask *task, SfJson *expected);
static SfJson *fetched_task(const SfDeployed *deployed, int number);
static char *interval_text(SfJson *schedule);
static char *short_name(const SfDeployed *deployed, const char *full_name);
static void put_properties(SfJson *out, SfJson *body, const char *const *leave_out, int nleave_out);

SfSession *
sf_dag_argument(FunctionCallInfo fcinfo, int argno, SfDagArgument *out)
{
	SfSession  *session = sf_session_argument(fcinfo, argno + 2);
	bool		is_jsonb = sf_argument_type(fcinfo, 0) == JSONBOID;
	char	   *name;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the task graph must not be null")));
	out->given = NULL;
	name = is_jsonb ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(0));
	if (is_jsonb)
		out->given = sf_json_from_jsonb(PG_GETARG_JSONB_P(0));
	else if (*sf_skip_space(name) == '{')
		out->given = sf_json_from_jsonb(DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(name))));
	if (is_jsonb || out->given)
	{
		if (sf_json_type(sf_json_member(out->given, "name")) != SF_JSON_STRING)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a task graph must be a JSON object with a name")));
		sf_object_name_of(&out->root, sf_kind_lookup("task"), out->given, sf_text_argument(fcinfo, argno),
						  sf_text_argument(fcinfo, argno + 1), session->options);
	}
	else
		sf_object_name(&out->root, sf_kind_lookup("task"), name, sf_text_argument(fcinfo, argno),
					   sf_text_argument(fcinfo, argno + 1), session->options);
	return session;
}

SfJson *
sf_deployed_root(SfSession *session, const SfObjectName *root, bool missing_ok)
{
	return sf_object_find(session, sf_kind_lookup("task"), root, missing_ok);
}

bool
sf_deployed_started(SfJson *answer)
{
	char	   *state = sf_json_opt_text(answer, "state");

	return state && pg_strcasecmp(state, "started") == 0;
}

SfDeployed *
sf_deployed_graph(SfSession *session, const SfObjectName *root, SfJson *answer)
{
	SfDeployed *deployed = palloc0(sizeof(SfDeployed));
	List	   *answers = NIL;
	List	   *below = sf_task_dependents_of(session, root, true);
	ListCell   *lc;

	if (list_length(below) > MOST_TASKS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%d tasks depend on task %s, at most %d can be read", list_length(below),
						sf_object_display(sf_kind_lookup("task"), root), MOST_TASKS)));
	deployed->root = *root;
	answers = lappend(answers, answer);
	foreach(lc, below)
	{
		/* the answer begins with the task itself */
		if (strcmp(sf_answer_name(lfirst(lc)), root->name) != 0)
			answers = lappend(answers, lfirst(lc));
	}
	fill(deployed, answers);
	if (sf_json_member(deployed->tasks[0].body, "predecessors") || sf_json_member(deployed->tasks[0].body, "finalize"))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("task %s is not the root of a task graph", sf_object_display(sf_kind_lookup("task"), root)),
				 errdetail("It is a task of another graph: it follows %s.", follows(&deployed->tasks[0]))));
	order_graph(deployed);
	return deployed;
}

int
sf_deployed_find(const SfDeployed *deployed, const char *full_name)
{
	for (int i = 0; i < deployed->graph.nnodes; i++)
	{
		if (strcmp(deployed->tasks[i].full_name, full_name) == 0)
			return i;
	}
	return -1;
}

bool
sf_deployed_linked_as(const SfObjectName *name, SfJson *answer, SfJson *wanted)
{
	static const char *const links[] = {"predecessors", "finalize"};
	SfJson	   *body = sf_task_body_of_answer(name, answer);

	for (int i = 0; i < lengthof(links); i++)
	{
		SfJson	   *is = sf_json_member(body, links[i]);
		SfJson	   *should = sf_json_member(wanted, links[i]);

		if ((is == NULL) != (should == NULL) || (is && !sf_task_same_value(is, should)))
			return false;
	}
	return true;
}

char *
sf_deployed_mismatch(const SfDeployed *deployed, const List *expected)
{
	ListCell   *lc;

	if (deployed->tasks[0].started)
		return psprintf("its root task was resumed");
	foreach(lc, expected)
	{
		const SfDeployedTask *wanted = lfirst(lc);
		int			is = sf_deployed_find(deployed, wanted->full_name);
		const char *property = is < 0 ? NULL : decisive_difference(&deployed->tasks[is], wanted->body);

		if (is < 0)
			return psprintf("task %s is not part of it", sf_name_written(wanted->full_name));
		if (property)
			return psprintf("the property %s of task %s is another one", property, sf_name_written(wanted->full_name));
	}
	for (int i = 0; i < deployed->graph.nnodes; i++)
	{
		bool		known = false;

		foreach(lc, expected)
			known = known || strcmp(((SfDeployedTask *) lfirst(lc))->full_name, deployed->tasks[i].full_name) == 0;
		if (!known)
			return psprintf("task %s was added", sf_name_written(deployed->tasks[i].full_name));
	}
	return NULL;
}

SfJson *
sf_deployed_dag(const SfDeployed *deployed)
{
	static const char *const leave_out[] = {"definition", "schedule"};
	const SfDeployedTask *root = &deployed->tasks[0];
	SfJson	   *dag = sf_json_new_object();
	SfJson	   *tasks = sf_json_new_array();
	char	   *definition = sf_json_text(sf_json_member(root->body, "definition"));
	SfJson	   *schedule = sf_json_member(root->body, "schedule");

	sf_json_set_text(dag, "name", sf_name_written(root->full_name));
	sf_object_set_place(dag, sf_kind_lookup("task"), &deployed->root);
	if (sf_json_opt_text(schedule, "cron_expr"))
		sf_json_set_text(dag, "schedule", sf_cron_text(sf_json_need_text(schedule, "cron_expr"),
													   sf_json_need_text(schedule, "timezone")));
	else if (schedule)
		sf_json_set_text(dag, "schedule", interval_text(schedule));
	if (definition && strcmp(definition, SF_DAG_ROOT_DEFINITION) != 0)
		sf_json_set_text(dag, "definition", definition);
	put_properties(dag, root->body, leave_out, lengthof(leave_out));
	if (!root->started && (schedule || sf_json_member(root->body, "condition")))
		sf_json_set_bool(dag, "suspended", true);
	for (int i = 0; i < deployed->graph.nnodes; i++)
	{
		if (deployed->order[i] != 0)
			sf_json_append(tasks, fetched_task(deployed, deployed->order[i]));
	}
	sf_json_set(dag, "tasks", tasks);
	return dag;
}

/*
 * The tasks and their edges out of the answers, the root's first.
 */
static void
fill(SfDeployed *deployed, List *answers)
{
	SfEdge	   *edges;
	int			nedges = 0;
	ListCell   *lc;

	deployed->tasks = palloc0(sizeof(SfDeployedTask) * list_length(answers));
	foreach(lc, answers)
	{
		SfDeployedTask *task = &deployed->tasks[deployed->graph.nnodes++];
		SfObjectName name = deployed->root;

		CHECK_FOR_INTERRUPTS();
		task->full_name = name.name = sf_answer_name(lfirst(lc));
		task->body = sf_task_body_of_answer(&name, lfirst(lc));
		leave_out_root(task->body, deployed->root.name);
		task->started = sf_deployed_started(lfirst(lc));
		nedges += sf_json_length(sf_json_opt_array(task->body, "predecessors"));
	}
	deployed->graph.edges = edges = palloc(sizeof(SfEdge) * Max(nedges, 1));
	for (int i = 0; i < deployed->graph.nnodes; i++)
	{
		SfJson	   *above = sf_json_member(deployed->tasks[i].body, "predecessors");

		for (int k = 0; k < sf_json_length(above); k++)
		{
			char	   *exact = sf_name_exact(sf_json_need_text_at(above, k, "predecessors"));
			int			from = sf_deployed_find(deployed, exact);

			if (from < 0)
				continue;
			edges[deployed->graph.nedges].from = from;
			edges[deployed->graph.nedges++].to = i;
		}
	}
}

/*
 * A task that follows another one follows the root anyway: a graph does not
 * say that.
 */
static void
leave_out_root(SfJson *body, const char *root)
{
	SfJson	   *above = sf_json_opt_array(body, "predecessors");
	SfJson	   *others = sf_json_new_array();

	for (int i = 0; i < sf_json_length(above); i++)
	{
		if (strcmp(sf_name_exact(sf_json_need_text_at(above, i, "predecessors")), root) != 0)
			sf_json_append(others, sf_json_element(above, i));
	}
	if (sf_json_length(others) > 0)
		sf_json_set(body, "predecessors", others);
}

/*
 * What a task that is no root follows.
 */
static char *
follows(const SfDeployedTask *task)
{
	char	   *finalize = sf_json_opt_text(task->body, "finalize");

	return finalize ? finalize :
		sf_json_need_text_at(sf_json_need_array(task->body, "predecessors"), 0, "predecessors");
}

/*
 * Predecessors first, a finalizer last.  Throws 08P01 for a circle.
 */
static void
order_graph(SfDeployed *deployed)
{
	int			n = deployed->graph.nnodes;
	int		   *order = palloc(sizeof(int) * n);
	int			last = 0;

	deployed->order = palloc(sizeof(int) * n);
	if (sf_graph_order(&deployed->graph, order, deployed->order) < n)
		sf_json_malformed(deployed->tasks[n - 1].body, "the tasks of \"%s\" depend on each other in a circle",
						  deployed->root.name);
	for (int pass = 0; pass < 2; pass++)
	{
		for (int i = 0; i < n; i++)
		{
			if ((sf_json_member(deployed->tasks[order[i]].body, "finalize") != NULL) == (pass == 1))
				deployed->order[last++] = order[i];
		}
	}
}

/*
 * Texts of SQL: Snowflake may keep them without what surrounds them.
 */
static bool
same_text(SfJson *a, SfJson *b)
{
	char	   *first = sf_json_text(a);
	char	   *second = sf_json_text(b);

	return strcmp(trimmed(first), trimmed(second)) == 0;
}

/*
 * In place.
 */
static char *
trimmed(char *text)
{
	size_t		len;

	text += strspn(text, " \t\r\n");
	for (len = strlen(text); len > 0 && strchr(" \t\r\n;", text[len - 1]); len--)
		text[len - 1] = '\0';
	return text;
}

/*
 * The first property that decides what a task does and is not as expected.
 */
static const char *
decisive_difference(const SfDeployedTask *task, SfJson *expected)
{
	for (int i = 0; i < lengthof(decisive); i++)
	{
		SfJson	   *is = sf_json_member(task->body, decisive[i]);
		SfJson	   *wanted = sf_json_member(expected, decisive[i]);
		bool		text = sf_json_type(is) == SF_JSON_STRING && sf_json_type(wanted) == SF_JSON_STRING;

		if (text ? !same_text(is, wanted) :
			is != wanted && (is == NULL || wanted == NULL || !sf_task_same_value(is, wanted)))
			return decisive[i];
	}
	return NULL;
}

/*
 * A task as it stands in a graph's "tasks".
 */
static SfJson *
fetched_task(const SfDeployed *deployed, int number)
{
	static const char *const leave_out[] = {"predecessors", "finalize", "warehouse"};
	const SfDeployedTask *task = &deployed->tasks[number];
	SfJson	   *out = sf_json_new_object();
	SfJson	   *after = sf_json_new_array();
	SfJson	   *above = sf_json_member(task->body, "predecessors");
	SfJson	   *warehouse = sf_json_member(task->body, "warehouse");
	SfJson	   *inherited = sf_json_member(deployed->tasks[0].body, "warehouse");
	char	   *name = short_name(deployed, task->full_name);

	sf_json_set_text(out, "name", sf_name_written(name));
	if (strcmp(name, task->full_name) == 0)
		sf_json_set_text(out, "full_name", sf_name_written(name));
	put_properties(out, task->body, leave_out, lengthof(leave_out));
	for (int i = 0; i < sf_json_length(above); i++)
	{
		char	   *exact = sf_name_exact(sf_json_need_text_at(above, i, "predecessors"));

		if (strcmp(exact, deployed->tasks[0].full_name) != 0)
			sf_json_append_text(after, sf_name_written(short_name(deployed, exact)));
	}
	if (sf_json_length(after) > 0)
		sf_json_set(out, "after", after);
	if (sf_json_member(task->body, "finalize"))
		sf_json_set_bool(out, "finalizer", true);
	if (warehouse == NULL && inherited)
		sf_json_set_bool(out, "serverless", true);
	else if (warehouse && (inherited == NULL || !sf_task_same_value(warehouse, inherited)))
		sf_json_set(out, "warehouse", warehouse);
	if (!task->started)
		sf_json_set_bool(out, "suspended", true);
	return out;
}

/*
 * Throws 08P01 for one that is out of range.
 */
static char *
interval_text(SfJson *schedule)
{
	int64		minutes = sf_json_opt_int(schedule, "minutes", 0);
	int64		seconds = sf_json_opt_int(schedule, "seconds", 0);

	if (minutes < 0 || minutes > PG_INT32_MAX || seconds < 0 || seconds > PG_INT32_MAX)
		sf_json_malformed(schedule, "the interval of a schedule is out of range");
	return sf_every_text((minutes * SECS_PER_MINUTE + seconds) * USECS_PER_SEC);
}

/*
 * Without the graph's name and dollar sign, where it has them.
 */
static char *
short_name(const SfDeployed *deployed, const char *full_name)
{
	size_t		len = strlen(deployed->root.name);

	/* not that of another task, which has no prefix */
	if (strncmp(full_name, deployed->root.name, len) == 0 && full_name[len] == '$' && full_name[len + 1] &&
		sf_deployed_find(deployed, full_name + len + 1) <= 0)
		return pstrdup(full_name + len + 1);
	return pstrdup(full_name);
}

static void
put_properties(SfJson *out, SfJson *body, const char *const *leave_out, int nleave_out)
{
	void	   *it = NULL;
	const char *name;
	SfJson	   *member;

	while (sf_json_next(body, &it, &name, &member))
	{
		bool		left_out = member == NULL;

		for (int i = 0; i < nleave_out && !left_out; i++)
			left_out = strcmp(leave_out[i], name) == 0;
		if (!left_out)
			sf_json_set(out, name, member);
	}
}
