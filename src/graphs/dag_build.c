/*
 * dag_build.c
 *	  sf_dag, sf_dag_agg, sf_dag_task, sf_dag_branch, sf_dag_link, sf_dag_validate,
 *	  sf_dag_tasks, sf_ctx_predecessor_return_value: graphs made and looked at
 *	  without any network.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "api/arguments.h"
#include "core/compat.h"
#include "core/quote.h"
#include "graphs/dag.h"
#include "tasks/arguments.h"
#include "tasks/procedure.h"

PG_FUNCTION_INFO_V1(sf_dag);
PG_FUNCTION_INFO_V1(sf_dag_agg_final);
PG_FUNCTION_INFO_V1(sf_dag_task);
PG_FUNCTION_INFO_V1(sf_dag_branch);
PG_FUNCTION_INFO_V1(sf_dag_link);
PG_FUNCTION_INFO_V1(sf_dag_link_path);
PG_FUNCTION_INFO_V1(sf_dag_validate);
PG_FUNCTION_INFO_V1(sf_dag_tasks);
PG_FUNCTION_INFO_V1(sf_ctx_predecessor_return_value);

typedef struct Argument
{
	const char *key;
	Oid			type;			/* INT8OID: of either size; 0: by the
								 * function's declaration */
} Argument;

/* in the order of the functions' arguments; the schedule's type is the overload's */
static const Argument graph_arguments[] = {
	{"name", TEXTOID},
	{"schedule", InvalidOid},
	{"warehouse", TEXTOID},
	{"comment", TEXTOID},
	{"config", JSONBOID},
	{"session_parameters", JSONBOID},
	{"error_integration", TEXTOID},
	{"success_integration", TEXTOID},
	{"task_auto_retry_attempts", INT4OID},
	{"overlap_policy", TEXTOID},
	{"allow_overlapping_execution", BOOLOID},
	{"user_task_timeout_ms", INT8OID},
	{"suspend_task_after_num_failures", INT4OID},
	{"stage_location", TEXTOID},
	{"imports", TEXTARRAYOID},
	{"packages", TEXTARRAYOID},
	{"use_func_return_value", BOOLOID},
	{"condition", TEXTOID},
	{"execute_as_user", TEXTOID},
};

/* behind the graph; the definition's type is the overload's */
static const Argument task_arguments[] = {
	{"name", TEXTOID},
	{"definition", InvalidOid},
	{"after", TEXTARRAYOID},
	{"condition", TEXTOID},
	{"warehouse", TEXTOID},
	{"serverless", BOOLOID},
	{"finalizer", BOOLOID},
	{"branch", BOOLOID},
	{"comment", TEXTOID},
};

static Datum add_task(FunctionCallInfo fcinfo, bool branch);
static void add_tasks(SfJson *graph, ArrayType *tasks);
static void append_task(SfJson *graph, SfJson *task);
static void check_names(SfJson *graph);
static void put_argument(SfJson *object, const Argument *argument, FunctionCallInfo fcinfo, int argno);
static SfJson *text_array(ArrayType *array);
static void merge_options(SfJson *object, FunctionCallInfo fcinfo, int argno, bool task);
static SfJson *graph_argument(FunctionCallInfo fcinfo);
static SfJson *member_array(SfJson *object, const char *name);
static void add_links(SfJson *graph, List *from, List *to);
static void need_task(SfJson *graph, const char *name);
static List *path_step(const char **path, const char *whole);
static char *path_name(const char **path, const char *whole);
pg_noreturn static void bad_path(const char *whole);
static Datum array_of_names(SfJson *names);

/*
 * A graph without tasks.
 */
Datum
sf_dag(PG_FUNCTION_ARGS)
{
	SfJson	   *graph = sf_json_new_object();

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the name of a task graph must not be null")));
	for (int i = 0; i < lengthof(graph_arguments); i++)
		put_argument(graph, &graph_arguments[i], fcinfo, i);
	merge_options(graph, fcinfo, lengthof(graph_arguments), false);
	if (!PG_ARGISNULL(lengthof(graph_arguments) + 1))
		add_tasks(graph, PG_GETARG_ARRAYTYPE_P(lengthof(graph_arguments) + 1));
	PG_RETURN_JSONB_P(sf_json_to_jsonb(graph));
}

/*
 * The tasks that an aggregate has gathered, as what a graph has of them.
 */
Datum
sf_dag_agg_final(PG_FUNCTION_ARGS)
{
	SfJson	   *graph = sf_json_new_object();

	member_array(graph, "tasks");
	if (!PG_ARGISNULL(0))
		add_tasks(graph, PG_GETARG_ARRAYTYPE_P(0));
	PG_RETURN_JSONB_P(sf_json_to_jsonb(graph));
}

Datum
sf_dag_task(PG_FUNCTION_ARGS)
{
	return add_task(fcinfo, false);
}

Datum
sf_dag_branch(PG_FUNCTION_ARGS)
{
	return add_task(fcinfo, true);
}

/*
 * The graph with edges from one task to several.
 */
Datum
sf_dag_link(PG_FUNCTION_ARGS)
{
	SfJson	   *graph = graph_argument(fcinfo);
	SfJson	   *names;
	List	   *to = NIL;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_JSONB_P(sf_json_to_jsonb(graph));
	names = text_array(PG_GETARG_ARRAYTYPE_P(2));
	for (int i = 0; i < sf_json_length(names); i++)
		to = lappend(to, sf_json_text(sf_json_element(names, i)));
	add_links(graph, list_make1(sf_text_argument(fcinfo, 1)), to);
	PG_RETURN_JSONB_P(sf_json_to_jsonb(graph));
}

/*
 * The graph with the edges of 'a >> [b, c] >> d'.
 */
Datum
sf_dag_link_path(PG_FUNCTION_ARGS)
{
	SfJson	   *graph = graph_argument(fcinfo);
	char	   *whole = sf_text_argument(fcinfo, 1);
	const char *path = whole;
	List	   *from;

	if (whole == NULL)
		PG_RETURN_JSONB_P(sf_json_to_jsonb(graph));
	from = path_step(&path, whole);
	do
	{
		List	   *to;

		if (strncmp(path, ">>", 2) != 0)
			bad_path(whole);
		path += 2;
		to = path_step(&path, whole);
		add_links(graph, from, to);
		from = to;
	} while (*path);
	PG_RETURN_JSONB_P(sf_json_to_jsonb(graph));
}

/*
 * Everything that is wrong with a graph, a row each.
 */
Datum
sf_dag_validate(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	List	   *problems = NIL;
	ListCell   *lc;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	sf_dag_read(sf_json_from_jsonb(PG_GETARG_JSONB_P(0)), &problems);
	foreach(lc, problems)
	{
		SfDagProblem *problem = lfirst(lc);
		Datum		values[4];
		bool		nulls[4] = {false, problem->task == NULL, false, false};

		values[0] = CStringGetTextDatum(problem->severity);
		values[1] = problem->task ? CStringGetTextDatum(problem->task) : (Datum) 0;
		values[2] = CStringGetTextDatum(problem->rule);
		values[3] = CStringGetTextDatum(problem->message);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/*
 * The tasks as they are created: the root, then predecessors first.
 */
Datum
sf_dag_tasks(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	SfDag	   *dag;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	dag = sf_dag_checked(sf_json_from_jsonb(PG_GETARG_JSONB_P(0)));
	for (int i = 0; i <= dag->graph.nnodes; i++)
	{
		int			task = i == 0 ? SF_DAG_ROOT : dag->order[i - 1];
		SfJson	   *body = sf_dag_body(dag, task);
		char	   *condition = sf_json_text(sf_json_member(body, "condition"));
		Datum		values[7];
		bool		nulls[7] = {0};

		values[0] = Int32GetDatum(i);
		values[1] = CStringGetTextDatum(task == SF_DAG_ROOT ? dag->name : dag->tasks[task].name);
		values[2] = CStringGetTextDatum(sf_dag_full_name(dag, task));
		values[3] = array_of_names(sf_json_member(body, "predecessors"));
		nulls[4] = condition == NULL;
		values[4] = condition ? CStringGetTextDatum(condition) : (Datum) 0;
		values[5] = BoolGetDatum(task != SF_DAG_ROOT && dag->tasks[task].finalizer);
		values[6] = CStringGetTextDatum(sf_json_text(sf_json_member(body, "definition")));
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/*
 * The expression that reads what another task of the graph returned, by the
 * exact name that Snowflake compares it with.
 */
Datum
sf_ctx_predecessor_return_value(PG_FUNCTION_ARGS)
{
	char	   *task = sf_text_argument(fcinfo, 0);
	char	   *dag = sf_text_argument(fcinfo, 1);
	char	   *name = NULL;

	if (task)
		name = dag ? psprintf("%s$%s", sf_dag_exact_name(dag), sf_dag_exact_name(task)) : sf_dag_exact_name(task);
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("SYSTEM$GET_PREDECESSOR_RETURN_VALUE(%s)",
											  name ? sf_literal(name) : "")));
}

/*
 * Throws what graph_argument, append_task and check_names throw.
 */
static Datum
add_task(FunctionCallInfo fcinfo, bool branch)
{
	SfJson	   *graph = graph_argument(fcinfo);
	SfJson	   *task = sf_json_new_object();

	for (int i = 0; i < lengthof(task_arguments); i++)
		put_argument(task, &task_arguments[i], fcinfo, i + 1);
	merge_options(task, fcinfo, lengthof(task_arguments) + 1, true);
	if (branch)
		sf_json_set_bool(task, "branch", true);
	append_task(graph, task);
	check_names(graph);
	PG_RETURN_JSONB_P(sf_json_to_jsonb(graph));
}

/*
 * Objects as they stand in a graph's "tasks"; members that are null are not
 * given, and a null is no task.  Throws 22023 for what is no object or has an
 * unknown key, and what append_task and check_names throw.
 */
static void
add_tasks(SfJson *graph, ArrayType *tasks)
{
	Datum	   *elements;
	bool	   *nulls;
	int			n;

	deconstruct_array(tasks, JSONBOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	member_array(graph, "tasks");
	for (int i = 0; i < n; i++)
	{
		SfJson	   *given = nulls[i] ? NULL : sf_json_from_jsonb(DatumGetJsonbP(elements[i]));
		SfJson	   *task = sf_json_new_object();
		void	   *it = NULL;
		const char *name;
		SfJson	   *member;

		CHECK_FOR_INTERRUPTS();
		if (nulls[i])
			continue;
		if (sf_json_type(given) != SF_JSON_OBJECT)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a task of a task graph must be a JSON object")));
		sf_dag_check_keys(given, true);
		while (sf_json_next(given, &it, &name, &member))
		{
			if (member)
				sf_json_set(task, name, member);
		}
		append_task(graph, task);
	}
	check_names(graph);
}

/*
 * Throws 22004 without a name.
 */
static void
append_task(SfJson *graph, SfJson *task)
{
	SfJson	   *name = sf_json_member(task, "name");

	if (sf_json_type(name) != SF_JSON_STRING)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the name of a task must not be null")));
	sf_json_append(member_array(graph, "tasks"), task);
}

/*
 * Throws 42710 where two tasks have one name.
 */
static void
check_names(SfJson *graph)
{
	char	   *twice = sf_dag_name_twice(graph);

	if (twice)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("the task graph has a task \"%s\" already", twice)));
}

/*
 * An argument under its name; nothing for NULL, false and an empty array of
 * those that mean nothing by that.
 */
static void
put_argument(SfJson *object, const Argument *argument, FunctionCallInfo fcinfo, int argno)
{
	Oid			type = argument->type ? argument->type : sf_argument_type(fcinfo, argno);

	if (PG_ARGISNULL(argno))
		return;
	switch (type)
	{
		case INTERVALOID:
			sf_json_set_text(object, argument->key, sf_every_argument(fcinfo, argno));
			break;
		case JSONBOID:
			sf_json_set(object, argument->key, sf_json_from_jsonb(PG_GETARG_JSONB_P(argno)));
			break;
		case INT4OID:
			sf_json_set_int(object, argument->key, PG_GETARG_INT32(argno));
			break;
		case INT8OID:
			sf_json_set_int(object, argument->key, PG_GETARG_INT64(argno));
			break;
		case BOOLOID:
			sf_json_set_bool(object, argument->key, PG_GETARG_BOOL(argno));
			break;
		case TEXTARRAYOID:
			{
				SfJson	   *array = text_array(PG_GETARG_ARRAYTYPE_P(argno));

				if (sf_json_length(array) > 0)
					sf_json_set(object, argument->key, array);
				break;
			}
		default:
			sf_json_set_text(object, argument->key, sf_text_argument(fcinfo, argno));
	}
}

static SfJson *
text_array(ArrayType *array)
{
	SfJson	   *result = sf_json_new_array();
	Datum	   *elements;
	bool	   *nulls;
	int			n;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		if (!nulls[i])
			sf_json_append_text(result, TextDatumGetCString(elements[i]));
	}
	return result;
}

/*
 * Throws 22023 for what is no object, or has a key that is not known.
 */
static void
merge_options(SfJson *object, FunctionCallInfo fcinfo, int argno, bool task)
{
	SfJson	   *options = PG_ARGISNULL(argno) ? NULL : sf_json_from_jsonb(PG_GETARG_JSONB_P(argno));

	if (options == NULL)
		return;
	if (sf_json_type(options) != SF_JSON_OBJECT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("options must be a JSON object")));
	sf_dag_check_keys(options, task);
	sf_json_merge(object, options);
}

/*
 * Argument 0, whose tasks are not checked.  Throws 22023 for what is no graph.
 */
static SfJson *
graph_argument(FunctionCallInfo fcinfo)
{
	SfJson	   *graph = PG_ARGISNULL(0) ? NULL : sf_json_from_jsonb(PG_GETARG_JSONB_P(0));

	if (sf_json_type(graph) != SF_JSON_OBJECT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a task graph must be a JSON object"),
				 errhint("sf_dag() makes one.")));
	sf_dag_check_keys(graph, false);
	return graph;
}

/*
 * An array member, made when it is not there.
 */
static SfJson *
member_array(SfJson *object, const char *name)
{
	if (sf_json_member(object, name) == NULL)
		sf_json_set(object, name, sf_json_new_array());
	if (sf_json_type(sf_json_member(object, name)) != SF_JSON_ARRAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" of a task graph must be an array", name)));
	return sf_json_member(object, name);
}

/*
 * An edge from each of one list to each of the other, both of which must be
 * tasks of the graph.
 */
static void
add_links(SfJson *graph, List *from, List *to)
{
	SfJson	   *edges = member_array(graph, "edges");
	ListCell   *above;
	ListCell   *below;

	foreach(above, from)
	{
		need_task(graph, lfirst(above));
		foreach(below, to)
		{
			SfJson	   *edge = sf_json_new_array();
			bool		known = false;

			need_task(graph, lfirst(below));
			sf_json_append_text(edge, lfirst(above));
			sf_json_append_text(edge, lfirst(below));
			for (int i = 0; i < sf_json_length(edges) && !known; i++)
				known = strcmp(sf_json_print(sf_json_element(edges, i)), sf_json_print(edge)) == 0;
			if (!known)
				sf_json_append(edges, edge);
		}
	}
}

/*
 * Throws 42704.
 */
static void
need_task(SfJson *graph, const char *name)
{
	if (sf_dag_find_task(graph, name) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("the task graph has no task \"%s\"", name),
				 errhint("Add it with sf_dag_task() first.")));
}

/*
 * A name, or several in brackets, and the blanks behind.
 */
static List *
path_step(const char **path, const char *whole)
{
	List	   *names = NIL;

	*path += strspn(*path, " \t\r\n");
	if (**path != '[')
		return list_make1(path_name(path, whole));
	do
	{
		*path += 1;
		names = lappend(names, path_name(path, whole));
	} while (**path == ',');
	if (**path != ']')
		bad_path(whole);
	*path += 1;
	*path += strspn(*path, " \t\r\n");
	return names;
}

static char *
path_name(const char **path, const char *whole)
{
	const char *start;
	bool		quoted = false;
	size_t		len;

	*path += strspn(*path, " \t\r\n");
	for (start = *path; **path && (quoted || strchr("[],>", **path) == NULL); *path += 1)
	{
		if (**path == '"')
			quoted = !quoted;
	}
	for (len = *path - start; len > 0 && strchr(" \t\r\n", start[len - 1]); len--)
		;
	if (len == 0 || quoted)
		bad_path(whole);
	return pnstrdup(start, len);
}

static void
bad_path(const char *whole)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" does not say what follows what", whole),
			 errhint("Write it like a >> [b, c] >> d.")));
}

static Datum
array_of_names(SfJson *names)
{
	int			n = sf_json_length(names);
	Datum	   *elements = palloc(sizeof(Datum) * Max(n, 1));

	for (int i = 0; i < n; i++)
		elements[i] = CStringGetTextDatum(sf_name_exact(sf_json_text(sf_json_element(names, i))));
	return PointerGetDatum(construct_array(elements, n, TEXTOID, -1, false, TYPALIGN_INT));
}
