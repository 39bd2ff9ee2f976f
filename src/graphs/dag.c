/*
 * dag.c
 *	  A task graph as users write it, read and checked.
 *
 * The rules are those of CREATE TASK, "task graphs" and the Python API's
 * DAG, which checks some of them only in the middle of a deployment.
 *
 * Reading notes what is wrong with a graph as problems, throws nothing for it
 * and goes on.  No network.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"

#include "base/ident.h"
#include "base/str.h"
#include "core/quote.h"
#include "graphs/dag.h"
#include "objects/catalog.h"
#include "tasks/definition.h"

/* Keys that are not properties of a task in Snowflake. */
static const char *const graph_keys[] = {
	"name", "database_name", "schema_name", "tasks", "edges", "suspended",
	"stage_location", "imports", "packages", "use_func_return_value"
};
static const char *const task_keys[] = {"name", "after", "branch", "finalizer", "serverless", "suspended", "full_name"};

/* Properties that a graph decides itself. */
static const char *const graph_decides[] = {"predecessors", "finalize"};

/* A property that the documents do not have yet. */
static const char newer_property[] = "user_task_minimum_trigger_interval_in_seconds";

/* What a definition in Python takes from the graph. */
static const char *const python_defaults[] = {"stage_location", "imports", "packages", "use_func_return_value"};

typedef struct Reading
{
	SfDag	   *dag;
	SfProblems	sink;			/* takes a problem of what is being read */
	List	  **problems;
	const char *task;			/* that is being read; NULL: the graph */
	bool	   *linked;			/* of each pair of tasks */
	SfEdge	   *edges;
	int			nedges;
	int			room;
} Reading;

typedef struct WrittenName
{
	const char *exact;
	char	   *written;
	int			number;			/* of its task */
} WrittenName;

static bool read_name(Reading *reading, SfJson *given);
static SfJson *with_options(Reading *reading, SfJson *given);
static void read_task(Reading *reading, SfJson *given, int number);
static bool read_flag(Reading *reading, SfJson *given, const char *key);
static char *exact_name(const char *text, int most_parts, char **written);
static int	by_exact_name(const void *a, const void *b);
static void check_unique(Reading *reading);
static void read_links(Reading *reading);
static void read_after(Reading *reading, int task);
static void read_edges(Reading *reading);
static int	find_task(Reading *reading, SfJson *name);
static void add_edge(Reading *reading, int from, int to);
static void check_graph(Reading *reading);
static void check_finalizers(Reading *reading);
static void check_numbers(Reading *reading);
static void make_conditions(SfDag *dag);
static char *branch_test(const SfDagTask *branch, const SfDagTask *task);
static SfJson *make_body(const SfDag *dag, int task, const SfProblems *problems);
static SfJson *without_own_keys(SfJson *given, bool task);
static void report_keys(Reading *reading, SfJson *object, bool task);
static char *key_problem(SfJson *object, bool task, void **it, const char **nearest);
static bool wrong_key(const char *name, bool task, const char **nearest);
static bool known_key(const char *name, bool task);
static bool graph_decides_key(const char *name);
static const char *nearest_key(const char *name, bool task);
static void found(const char *property, const char *message, void *arg);
static void add_problem(Reading *reading, const char *severity, const char *rule, const char *message);

SfDag *
sf_dag_read(SfJson *given, List **problems)
{
	SfDag	   *dag = palloc0(sizeof(SfDag));
	Reading		reading = {.dag = dag,.problems = problems};
	SfJson	   *tasks = sf_json_member(given, "tasks");

	reading.sink.found = found;
	reading.sink.arg = &reading;
	given = with_options(&reading, given);
	dag->given = given;
	if (!read_name(&reading, given))
		return NULL;
	dag->suspended = read_flag(&reading, given, "suspended");
	if (tasks && sf_json_type(tasks) != SF_JSON_ARRAY)
	{
		sf_problem(&reading.sink, "tasks", "tasks must be an array of objects");
		return NULL;
	}
	dag->graph.nnodes = sf_json_length(tasks);
	if (dag->graph.nnodes + 1 > SF_DAG_MAX_TASKS)
	{
		sf_problem(&reading.sink, "limit",
				   "a task graph cannot have more than %d tasks with its root, this one has %d",
				   SF_DAG_MAX_TASKS, dag->graph.nnodes + 1);
		return NULL;
	}
	dag->tasks = palloc0(sizeof(SfDagTask) * Max(dag->graph.nnodes, 1));
	for (int i = 0; i < dag->graph.nnodes; i++)
		read_task(&reading, sf_json_element(tasks, i), i);
	reading.task = NULL;
	check_unique(&reading);
	read_links(&reading);
	check_graph(&reading);
	make_conditions(dag);

	for (int i = SF_DAG_ROOT; i < dag->graph.nnodes; i++)
	{
		SfJson	   *body;

		CHECK_FOR_INTERRUPTS();
		reading.task = i == SF_DAG_ROOT ? NULL : dag->tasks[i].declared;
		if (i != SF_DAG_ROOT && dag->tasks[i].given == NULL)
			continue;
		body = make_body(dag, i, &reading.sink);
		if (i == SF_DAG_ROOT)
			dag->runs = !dag->suspended && (sf_json_member(body, "schedule") || sf_json_member(body, "condition"));
	}
	return dag;
}

SfDag *
sf_dag_checked(SfJson *given)
{
	List	   *problems = NIL;
	SfDag	   *dag = sf_dag_read(given, &problems);
	StringInfoData detail;
	int			errors = 0;
	ListCell   *lc;

	initStringInfo(&detail);
	foreach(lc, problems)
	{
		SfDagProblem *problem = lfirst(lc);

		if (strcmp(problem->severity, "error") != 0)
			continue;
		appendStringInfo(&detail, "%s%s%s.", errors++ ? "\n" : "",
						 problem->task ? psprintf("Task %s: ", problem->task) : "", problem->message);
	}
	if (errors > 0)
	{
		SfJson	   *name = sf_json_member(given, "name");

		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("task graph \"%s\" is not valid",
						sf_json_type(name) == SF_JSON_STRING ? sf_json_text(name) : ""),
				 errdetail_internal("%s", detail.data),
				 errhint("sf_dag_validate() lists what is wrong as rows.")));
	}
	return dag;
}

SfJson *
sf_dag_body(const SfDag *dag, int task)
{
	return make_body(dag, task, NULL);
}

const char *
sf_dag_full_name(const SfDag *dag, int task)
{
	return task == SF_DAG_ROOT ? dag->name : dag->tasks[task].full_name;
}

char *
sf_dag_exact_name(const char *name)
{
	char	   *exact = exact_name(name, 3, NULL);

	if (exact == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("\"%s\" is not the name of a task", name)));
	return exact;
}

SfJson *
sf_dag_find_task(SfJson *given, const char *name)
{
	SfJson	   *tasks = sf_json_member(given, "tasks");
	char	   *wanted = exact_name(name, 1, NULL);

	if (wanted == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("\"%s\" is not the name of a task", name)));
	for (int i = 0; i < sf_json_length(tasks); i++)
	{
		SfJson	   *task = sf_json_element(tasks, i);
		char	   *text = sf_json_text(sf_json_member(task, "name"));
		char	   *exact = text ? exact_name(text, 1, NULL) : NULL;

		if (exact && strcmp(exact, wanted) == 0)
			return task;
	}
	return NULL;
}

char *
sf_dag_name_twice(SfJson *given)
{
	SfJson	   *tasks = sf_json_member(given, "tasks");
	WrittenName *names = palloc(sizeof(WrittenName) * (sf_json_length(tasks) + 1));
	int			n = 0;

	for (int i = 0; i < sf_json_length(tasks); i++)
	{
		char	   *text = sf_json_text(sf_json_member(sf_json_element(tasks, i), "name"));

		if (text == NULL)
			continue;
		names[n].written = text;
		names[n].exact = exact_name(text, 1, NULL);
		names[n].number = i;
		if (names[n++].exact == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_NAME),
					 errmsg("\"%s\" is not the name of a task", text)));
	}
	qsort(names, n, sizeof(WrittenName), by_exact_name);
	for (int i = 1; i < n; i++)
	{
		if (strcmp(names[i - 1].exact, names[i].exact) == 0)
			return names[i].written;
	}
	return NULL;
}

static int
by_exact_name(const void *a, const void *b)
{
	const WrittenName *left = a;
	const WrittenName *right = b;
	int			order = strcmp(left->exact, right->exact);

	return order != 0 ? order : left->number - right->number;
}

void
sf_dag_check_keys(SfJson *object, bool task)
{
	void	   *it = NULL;
	const char *nearest;
	char	   *wrong = key_problem(object, task, &it, &nearest);

	if (wrong)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg_internal("%s", wrong),
				 nearest ? errhint("Perhaps you meant \"%s\".", nearest) : 0));
}

/*
 * The graph's name, without which nothing has a name.
 */
static bool
read_name(Reading *reading, SfJson *given)
{
	static const char *const places[] = {"database_name", "schema_name"};
	SfJson	   *name = sf_json_member(given, "name");

	if (sf_json_type(given) != SF_JSON_OBJECT)
	{
		sf_problem(&reading->sink, "name", "a task graph must be a JSON object");
		return false;
	}
	report_keys(reading, given, false);
	for (int i = 0; i < lengthof(places); i++)
	{
		SfJson	   *place = sf_json_member(given, places[i]);

		if (place && (sf_json_type(place) != SF_JSON_STRING || exact_name(sf_json_text(place), 1, NULL) == NULL))
			sf_problem(&reading->sink, places[i], "%s must be a name, not %s", places[i], sf_json_print(place));
	}
	if (sf_json_type(name) != SF_JSON_STRING)
	{
		sf_problem(&reading->sink, "name", "a task graph needs a name");
		return false;
	}
	reading->dag->written = sf_json_text(name);
	reading->dag->name = exact_name(reading->dag->written, 3, NULL);
	if (reading->dag->name == NULL)
	{
		sf_problem(&reading->sink, "name", "\"%s\" is not the name of a task graph", reading->dag->written);
		return false;
	}
	return true;
}

static void
read_task(Reading *reading, SfJson *given, int number)
{
	SfDagTask  *task = &reading->dag->tasks[number];
	SfJson	   *name;
	SfJson	   *full;

	task->declared = psprintf("%d", number + 1);
	task->name = task->full_name = "";
	reading->task = task->declared;
	given = with_options(reading, given);
	name = sf_json_member(given, "name");
	full = sf_json_member(given, "full_name");
	if (sf_json_type(name) != SF_JSON_STRING)
	{
		sf_problem(&reading->sink, "name", "a task must be an object with a name");
		return;
	}
	task->given = given;
	task->name = exact_name(sf_json_text(name), 1, &task->declared);
	reading->task = task->declared;
	if (task->name == NULL)
	{
		task->name = sf_json_text(name);
		sf_problem(&reading->sink, "name", "\"%s\" is not the name of a task", task->name);
	}
	task->full_name = psprintf("%s$%s", reading->dag->name, task->name);
	if (full)
	{
		char	   *exact = sf_json_type(full) == SF_JSON_STRING ? exact_name(sf_json_text(full), 1, NULL) : NULL;

		if (exact == NULL)
			sf_problem(&reading->sink, "name", "full_name %s is not the name of a task", sf_json_print(full));
		else
			task->full_name = exact;
	}
	report_keys(reading, given, true);
	task->branch = read_flag(reading, given, "branch");
	task->finalizer = read_flag(reading, given, "finalizer");
	task->serverless = read_flag(reading, given, "serverless");
	task->suspended = read_flag(reading, given, "suspended");
	if (task->serverless && sf_json_member(given, "warehouse"))
		sf_problem(&reading->sink, "serverless", "a serverless task cannot have a warehouse");
	if (task->finalizer && task->branch)
		sf_problem(&reading->sink, "finalizer", "a finalizer cannot be a branch: nothing follows it");
}

/*
 * With the further properties in "options", an argument of those who build
 * graphs, over its own.
 */
static SfJson *
with_options(Reading *reading, SfJson *given)
{
	SfJson	   *options = sf_json_member(given, "options");
	SfJson	   *merged;

	if (options == NULL)
		return given;
	merged = sf_json_copy(given);
	sf_json_remove(merged, "options");
	if (sf_json_type(options) == SF_JSON_OBJECT)
		sf_json_merge(merged, options);
	else
		sf_problem(&reading->sink, "options", "options must be an object, not %s", sf_json_print(options));
	return merged;
}

static bool
read_flag(Reading *reading, SfJson *given, const char *key)
{
	SfJson	   *value = sf_json_member(given, key);

	if (value && sf_json_type(value) != SF_JSON_BOOL)
		sf_problem(&reading->sink, key, "%s must be true or false, not %s", key, sf_json_print(value));
	return sf_json_type(value) == SF_JSON_BOOL && strcmp(sf_json_text(value), "true") == 0;
}

/*
 * The last part of a name, exact, or NULL; *written is the text of a name of
 * one part without its quotes.
 */
static char *
exact_name(const char *text, int most_parts, char **written)
{
	SfIdentParts *parts = palloc(sizeof(SfIdentParts));
	char		err[128];
	int			n = sf_ident_parse(text, parts, err, sizeof(err));
	char	   *exact;

	if (written)
		*written = pstrdup(text);
	if (n < 1 || n > most_parts)
		return NULL;
	exact = pstrdup(parts->name[n - 1]);
	if (written && strchr(text, '"'))
		*written = exact;
	pfree(parts);
	return exact;
}

static void
check_unique(Reading *reading)
{
	SfDag	   *dag = reading->dag;

	for (int i = 0; i < dag->graph.nnodes; i++)
	{
		reading->task = dag->tasks[i].declared;
		if (strcmp(dag->tasks[i].full_name, dag->name) == 0)
			sf_problem(&reading->sink, "name", "the root task has this name");
		for (int k = 0; k < i; k++)
		{
			if (dag->tasks[i].given && (strcmp(dag->tasks[i].name, dag->tasks[k].name) == 0 ||
										strcmp(dag->tasks[i].full_name, dag->tasks[k].full_name) == 0))
			{
				sf_problem(&reading->sink, "name", "the graph has two tasks of this name");
				break;
			}
		}
	}
	reading->task = NULL;
}

/*
 * The edges, from each task's "after" and from the graph's "edges".
 */
static void
read_links(Reading *reading)
{
	SfDag	   *dag = reading->dag;

	reading->linked = palloc0(sizeof(bool) * Max(dag->graph.nnodes * dag->graph.nnodes, 1));
	reading->room = 64;
	reading->edges = palloc(sizeof(SfEdge) * reading->room);
	for (int i = 0; i < dag->graph.nnodes; i++)
	{
		reading->task = dag->tasks[i].declared;
		read_after(reading, i);
	}
	reading->task = NULL;
	read_edges(reading);
	dag->graph.edges = reading->edges;
	dag->graph.nedges = reading->nedges;
}

static void
read_after(Reading *reading, int task)
{
	SfJson	   *after = sf_json_member(reading->dag->tasks[task].given, "after");
	bool		several = sf_json_type(after) == SF_JSON_ARRAY;

	if (after == NULL)
		return;
	for (int i = 0; i < (several ? sf_json_length(after) : 1); i++)
	{
		SfJson	   *name = several ? sf_json_element(after, i) : after;
		int			from = find_task(reading, name);

		if (from >= 0)
			add_edge(reading, from, task);
		else
			sf_problem(&reading->sink, "missing_task", "it follows %s, which is no task of the graph",
					   sf_json_print(name));
	}
}

static void
read_edges(Reading *reading)
{
	SfJson	   *edges = sf_json_member(reading->dag->given, "edges");

	if (edges && sf_json_type(edges) != SF_JSON_ARRAY)
		sf_problem(&reading->sink, "edges", "edges must be an array of pairs of names");
	for (int i = 0; i < sf_json_length(edges); i++)
	{
		SfJson	   *pair = sf_json_element(edges, i);
		int			ends[2];

		if (sf_json_length(pair) != 2)
		{
			sf_problem(&reading->sink, "edges", "an edge is a pair of names, not %s", sf_json_print(pair));
			continue;
		}
		for (int end = 0; end < 2; end++)
		{
			ends[end] = find_task(reading, sf_json_element(pair, end));
			if (ends[end] < 0)
				sf_problem(&reading->sink, "missing_task", "an edge names %s, which is no task of the graph",
						   sf_json_print(sf_json_element(pair, end)));
		}
		if (ends[0] >= 0 && ends[1] >= 0)
			add_edge(reading, ends[0], ends[1]);
	}
}

/*
 * The number of a task that was read, or -1.  Interruptible: every link of a
 * graph is looked for.
 */
static int
find_task(Reading *reading, SfJson *name)
{
	char	   *exact = sf_json_type(name) == SF_JSON_STRING ? exact_name(sf_json_text(name), 1, NULL) : NULL;

	CHECK_FOR_INTERRUPTS();
	for (int i = 0; exact && i < reading->dag->graph.nnodes; i++)
	{
		if (reading->dag->tasks[i].given && strcmp(reading->dag->tasks[i].name, exact) == 0)
			return i;
	}
	return -1;
}

/*
 * Once, however often it is given.
 */
static void
add_edge(Reading *reading, int from, int to)
{
	bool	   *linked = &reading->linked[from * reading->dag->graph.nnodes + to];

	if (*linked)
		return;
	*linked = true;
	if (reading->nedges == reading->room)
	{
		reading->room *= 2;
		reading->edges = repalloc(reading->edges, sizeof(SfEdge) * reading->room);
	}
	reading->edges[reading->nedges].from = from;
	reading->edges[reading->nedges++].to = to;
}

/*
 * What can only be said of the whole graph.
 */
static void
check_graph(Reading *reading)
{
	SfDag	   *dag = reading->dag;
	int		   *path = palloc(sizeof(int) * Max(dag->graph.nnodes, 1));
	int		   *work = palloc(sizeof(int) * Max(dag->graph.nnodes, 1));
	int			length = sf_graph_cycle(&dag->graph, path, work);

	if (length > 0)
	{
		StringInfoData text;

		initStringInfo(&text);
		for (int i = 0; i < length; i++)
			appendStringInfo(&text, "%s -> ", dag->tasks[path[i]].declared);
		sf_problem(&reading->sink, "cycle", "there is a cycle: %s%s", text.data, dag->tasks[path[0]].declared);
	}
	dag->order = path;
	sf_graph_order(&dag->graph, dag->order, work);
	check_finalizers(reading);
	check_numbers(reading);
	reading->task = NULL;
}

static void
check_finalizers(Reading *reading)
{
	SfDag	   *dag = reading->dag;
	const char *finalizer = NULL;

	for (int i = 0; i < dag->graph.nnodes; i++)
	{
		reading->task = dag->tasks[i].declared;
		if (!dag->tasks[i].finalizer)
			continue;
		if (finalizer)
			sf_problem(&reading->sink, "finalizer", "the graph has the finalizer %s already", finalizer);
		finalizer = reading->task;
		for (int e = 0; e < dag->graph.nedges; e++)
		{
			if (dag->graph.edges[e].to == i)
				sf_problem(&reading->sink, "finalizer", "a finalizer cannot have predecessors, this one follows %s",
						   dag->tasks[dag->graph.edges[e].from].declared);
			if (dag->graph.edges[e].from == i)
				sf_problem(&reading->sink, "finalizer", "a finalizer cannot have successors, %s follows this one",
						   dag->tasks[dag->graph.edges[e].to].declared);
		}
	}
}

/*
 * The limits of predecessors (checked with each task's body) and of children,
 * the root's included; and branches that lead nowhere.
 */
static void
check_numbers(Reading *reading)
{
	SfDag	   *dag = reading->dag;
	int		   *children = palloc0(sizeof(int) * (dag->graph.nnodes + 1));
	bool	   *follows = palloc0(sizeof(bool) * (dag->graph.nnodes + 1));
	int			first = 0;

	for (int e = 0; e < dag->graph.nedges; e++)
	{
		children[dag->graph.edges[e].from]++;
		follows[dag->graph.edges[e].to] = true;
	}
	for (int i = 0; i < dag->graph.nnodes; i++)
	{
		reading->task = dag->tasks[i].declared;
		first += !follows[i] && !dag->tasks[i].finalizer;
		if (children[i] > SF_TASK_MAX_LINKS)
			sf_problem(&reading->sink, "limit", "a task cannot have more than %d successors, this one has %d",
					   SF_TASK_MAX_LINKS, children[i]);
		if (dag->tasks[i].branch && !dag->tasks[i].finalizer && children[i] == 0)
			add_problem(reading, "warning", "branch", "a branch without successors decides nothing");
	}
	reading->task = NULL;
	if (first > SF_TASK_MAX_LINKS)
		sf_problem(&reading->sink, "limit", "%d tasks follow the root, which cannot have more than %d successors",
				   first, SF_TASK_MAX_LINKS);
}

/*
 * What follows a branch runs when the branch returned its name.
 */
static void
make_conditions(SfDag *dag)
{
	for (int i = 0; i < dag->graph.nnodes; i++)
	{
		SfDagTask  *task = &dag->tasks[i];
		SfJson	   *own = sf_json_member(task->given, "condition");
		List	   *tests = NIL;
		ListCell   *lc;

		for (int e = 0; e < dag->graph.nedges; e++)
		{
			const SfEdge *edge = &dag->graph.edges[e];

			if (edge->to == i && dag->tasks[edge->from].branch)
				tests = lappend(tests, branch_test(&dag->tasks[edge->from], task));
		}
		if (sf_json_type(own) == SF_JSON_STRING && sf_json_text(own)[0])
			tests = lappend(tests, sf_json_text(own));
		if (list_length(tests) == 1)
			task->condition = linitial(tests);
		else
			foreach(lc, tests)
				task->condition = psprintf("%s%s(%s)", task->condition ? task->condition : "",
										   task->condition ? " AND " : "", (char *) lfirst(lc));
	}
}

static char *
branch_test(const SfDagTask *branch, const SfDagTask *task)
{
	return psprintf("SYSTEM$GET_PREDECESSOR_RETURN_VALUE(%s) = %s", sf_literal(branch->full_name),
					sf_literal(task->declared));
}

/*
 * The body of a task: its properties with what the graph decides.
 */
static SfJson *
make_body(const SfDag *dag, int number, const SfProblems *problems)
{
	const SfDagTask *task = number == SF_DAG_ROOT ? NULL : &dag->tasks[number];
	SfObjectName name = {.name = unconstify(char *, sf_dag_full_name(dag, number))};
	SfJson	   *properties = without_own_keys(task ? task->given : dag->given, task != NULL);
	SfJson	   *defaults = sf_json_new_object();
	SfJson	   *after = sf_json_new_array();

	for (int i = 0; i < lengthof(python_defaults); i++)
		sf_json_set(defaults, python_defaults[i], sf_json_member(dag->given, python_defaults[i]));
	if (task == NULL)
	{
		if (sf_json_member(properties, "definition") == NULL)
			sf_json_set_text(properties, "definition", SF_DAG_ROOT_DEFINITION);
		return sf_task_body(&name, properties, defaults, problems);
	}
	for (int e = 0; e < dag->graph.nedges; e++)
	{
		if (dag->graph.edges[e].to == number)
			sf_json_append_text(after, sf_name_written(dag->tasks[dag->graph.edges[e].from].full_name));
	}
	/* a finalizer's edges are reported with the graph */
	if (task->finalizer)
		sf_json_set_text(properties, "finalize", sf_name_written(dag->name));
	else if (sf_json_length(after) == 0)
		sf_json_append_text(after, sf_name_written(dag->name));
	if (!task->finalizer)
		sf_json_set(properties, "predecessors", after);
	if (task->condition)
		sf_json_set_text(properties, "condition", task->condition);
	if (!task->serverless && sf_json_member(properties, "warehouse") == NULL)
		sf_json_set(properties, "warehouse", sf_json_member(dag->given, "warehouse"));
	return sf_task_body(&name, properties, defaults, problems);
}

/*
 * A copy without what is not a property of a task.
 */
static SfJson *
without_own_keys(SfJson *given, bool task)
{
	SfJson	   *properties = sf_json_copy(given);
	const char *const *own = task ? task_keys : graph_keys;
	int			n = task ? lengthof(task_keys) : lengthof(graph_keys);
	void	   *it = NULL;
	const char *name;
	const char *nearest;
	SfJson	   *member;

	for (int i = 0; i < n; i++)
		sf_json_remove(properties, own[i]);
	for (int i = 0; i < lengthof(graph_decides); i++)
		sf_json_remove(properties, graph_decides[i]);
	/* reported as unknown keys already */
	while (sf_json_next(given, &it, &name, &member))
	{
		if (wrong_key(name, task, &nearest))
			sf_json_remove(properties, name);
	}
	return properties;
}

static void
report_keys(Reading *reading, SfJson *object, bool task)
{
	void	   *it = NULL;
	const char *nearest;
	const char *name;
	SfJson	   *member;
	char	   *wrong;

	while ((wrong = key_problem(object, task, &it, &nearest)) != NULL)
		sf_problem(&reading->sink, "unknown_key", "%s%s", wrong,
				   nearest ? psprintf(", perhaps \"%s\" is meant", nearest) : "");
	it = NULL;
	while (sf_json_next(object, &it, &name, &member))
	{
		if (member && !known_key(name, task) && !wrong_key(name, task, &nearest))
			add_problem(reading, "warning", "unknown_key",
						psprintf("no property \"%s\" of tasks is known: it is sent, and may be ignored", name));
	}
}

/*
 * What is said of the next key that a graph or a task does not have, or NULL.
 */
static char *
key_problem(SfJson *object, bool task, void **it, const char **nearest)
{
	const char *name;
	SfJson	   *member;

	while (sf_json_next(object, it, &name, &member))
	{
		if (wrong_key(name, task, nearest))
			return psprintf("%s has no key \"%s\"", task ? "a task of a graph" : "a task graph", name);
	}
	return NULL;
}

/*
 * As for a task by itself, a property newer than the documents, which a fetch
 * may show, goes to the server; what is near a known key is misspelt.
 */
static bool
wrong_key(const char *name, bool task, const char **nearest)
{
	if (known_key(name, task))
		return false;
	*nearest = nearest_key(name, task);
	return *nearest || graph_decides_key(name) || sf_kind_column(sf_kind_lookup("task"), name);
}

static bool
known_key(const char *name, bool task)
{
	const char *const *own = task ? task_keys : graph_keys;
	int			n = task ? lengthof(task_keys) : lengthof(graph_keys);
	const SfColumnDef *column;

	for (int i = 0; i < n; i++)
	{
		if (strcmp(own[i], name) == 0)
			return true;
	}
	if (graph_decides_key(name))
		return false;
	if (strcmp(name, newer_property) == 0)
		return true;
	column = sf_kind_column(sf_kind_lookup("task"), name);
	return column && !(column->flags & (SF_COLUMN_IS_READ_ONLY | SF_COLUMN_IS_PARENT));
}

static bool
graph_decides_key(const char *name)
{
	for (int i = 0; i < lengthof(graph_decides); i++)
	{
		if (strcmp(graph_decides[i], name) == 0)
			return true;
	}
	return false;
}

static const char *
nearest_key(const char *name, bool task)
{
	const SfKindDef *kind = sf_kind_lookup("task");
	const char *const *own = task ? task_keys : graph_keys;
	int			n = task ? lengthof(task_keys) : lengthof(graph_keys);
	SfNearest	nearest;

	sf_nearest_begin(&nearest, name);
	for (int i = 0; i < n + kind->ncolumns; i++)
	{
		const char *known = i < n ? own[i] : kind->columns[i - n].name;

		if (known_key(known, task))
			sf_nearest_try(&nearest, known);
	}
	return nearest.name;
}

/*
 * SfProblemFn: an error of the task that is being read.
 */
static void
found(const char *property, const char *message, void *arg)
{
	add_problem(arg, "error", property, message);
}

/*
 * The message must live as long as the list.
 */
static void
add_problem(Reading *reading, const char *severity, const char *rule, const char *message)
{
	SfDagProblem *problem = palloc(sizeof(SfDagProblem));

	problem->severity = severity;
	problem->task = reading->task;
	problem->rule = pstrdup(rule);
	problem->message = message;
	*reading->problems = lappend(*reading->problems, problem);
}
