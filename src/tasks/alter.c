/*
 * alter.c
 *	  sf_task_alter: single properties of a task, changed by ALTER TASK.
 *
 * REST can only put a whole definition, of which a fetch may not show all.
 * Each kind of change is a statement of its own; all are made before the first
 * one is sent.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "nodes/value.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "api/arguments.h"
#include "api/statement.h"
#include "base/str.h"
#include "core/compat.h"
#include "core/quote.h"
#include "objects/verbs.h"
#include "tasks/arguments.h"
#include "tasks/definition.h"
#include "tasks/root.h"
#include "tasks/task_call.h"

PG_FUNCTION_INFO_V1(sf_task_alter);

enum
{
	ALTER_NAME,
	ALTER_SET,
	ALTER_UNSET,
	ALTER_ADD_AFTER,
	ALTER_REMOVE_AFTER,
	ALTER_DEFINITION,
	ALTER_CONDITION,
	ALTER_REMOVE_CONDITION,
	ALTER_FINALIZE,
	ALTER_UNSET_FINALIZE,
	ALTER_SUSPEND_ROOT
};

/* Properties whose SQL value is a bare word or name, not a literal; sf_task_changes has checked and quoted them. */
static const char *const bare_values[] = {"warehouse", "overlap_policy", "allow_overlapping_execution",
"error_integration", "success_integration", NULL};

/* Properties that have a clause or an argument of their own. */
static const char *const own_arguments[] = {"definition", "condition", "predecessors", "finalize", "execute_as_user",
NULL};

typedef struct Alteration
{
	const SfTaskCall *call;
	List	   *texts;			/* what is behind ALTER TASK name */
	int			removal;		/* number of REMOVE AFTER and ADD AFTER among */
	int			addition;		/* the texts, -1: there is none */
	List	   *removed;		/* String: the tasks in these, as written */
	List	   *added;
} Alteration;

static void add_first(Alteration *alteration, SfJson *task);
static List *roots_above(FunctionCallInfo fcinfo, const SfTaskCall *call, SfJson *task);
static void make_statements(Alteration *alteration, FunctionCallInfo fcinfo);
static void append_set(StringInfo sql, SfJson *changes);
static void append_value(StringInfo sql, const char *property, SfJson *value);
static char *unset_list(const SfTaskCall *call, SfJson *names);
static void append_name(StringInfo list, const char *name);
static void append_session_parameters(const SfTaskCall *call, StringInfo list);
static void keep_session_parameter(const SfResultMeta *meta, char **cells, void *arg);
static List *task_names(const SfTaskCall *call, const char *property, SfJson *names);
static char *comma_list(List *names);
static char *task_written(const SfTaskCall *call, SfJson *name);
static bool in_list(const char *name, const char *const *list);
static bool flag(FunctionCallInfo fcinfo, int argno);
static void run_all(void *arg);

Datum
sf_task_alter(PG_FUNCTION_ARGS)
{
	SfTaskCall	call;
	SfJson	   *task = NULL;
	List	   *roots = NIL;
	Alteration	alteration = {.call = &call,.removal = -1,.addition = -1};
	bool		suspend_root = flag(fcinfo, ALTER_SUSPEND_ROOT);
	bool		replaces;

	sf_task_call(&call, fcinfo, ALTER_NAME, true, "sf_task_alter()");
	make_statements(&alteration, fcinfo);
	if (alteration.texts == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("nothing to alter")));
	replaces = alteration.removal >= 0 && alteration.addition >= 0;
	if (suspend_root || replaces)
		task = sf_object_find(call.session, call.kind, &call.name, false);
	if (replaces)
		add_first(&alteration, task);
	if (suspend_root)
		roots = roots_above(fcinfo, &call, task);
	sf_task_change_below(roots, run_all, &alteration);
	PG_RETURN_TEXT_P(cstring_to_text(sf_task_display(&call)));
}

/*
 * A started task that loses all of its predecessors is a root, below which
 * nothing can be changed while it is started: it gets the new ones before, and
 * keeps what it would lose and get again.
 */
static void
add_first(Alteration *alteration, SfJson *task)
{
	char	   *state = sf_json_opt_text(task, "state");
	List	   *lost = list_difference(alteration->removed, alteration->added);

	if (state == NULL || strcmp(state, "started") != 0)
		return;
	alteration->texts = list_delete_nth_cell(alteration->texts, alteration->removal);
	if (lost != NIL)
		alteration->texts = list_insert_nth(alteration->texts, alteration->addition,
											psprintf("REMOVE AFTER %s", comma_list(lost)));
}

/*
 * The root that the task has, and the one that it is to have.
 */
static List *
roots_above(FunctionCallInfo fcinfo, const SfTaskCall *call, SfJson *task)
{
	List	   *roots = sf_task_add_root(NIL, call, task);
	SfJson	   *links = sf_json_new_object();
	SfJson	   *names = sf_text_array_argument(fcinfo, ALTER_ADD_AFTER);

	if (names)
		sf_json_set(links, "predecessors", names);
	sf_json_set_text(links, "finalize", sf_text_argument(fcinfo, ALTER_FINALIZE));
	if (sf_json_length(names) > 0 || sf_json_member(links, "finalize"))
		roots = sf_task_add_root(roots, call, links);
	return roots;
}

/*
 * What is behind ALTER TASK name, in an order in which each is allowed:
 * taking away before giving.
 */
static void
make_statements(Alteration *alteration, FunctionCallInfo fcinfo)
{
	const SfTaskCall *call = alteration->call;
	List	   *texts = NIL;
	SfJson	   *names;
	char	   *text;
	StringInfoData set;

	if (flag(fcinfo, ALTER_UNSET_FINALIZE))
		texts = lappend(texts, "UNSET FINALIZE");
	if ((names = sf_text_array_argument(fcinfo, ALTER_REMOVE_AFTER)) != NULL && sf_json_length(names) > 0)
	{
		alteration->removal = list_length(texts);
		alteration->removed = task_names(call, "predecessors", names);
		texts = lappend(texts, psprintf("REMOVE AFTER %s", comma_list(alteration->removed)));
	}
	if (flag(fcinfo, ALTER_REMOVE_CONDITION))
		texts = lappend(texts, "REMOVE WHEN");
	if ((names = sf_text_array_argument(fcinfo, ALTER_UNSET)) != NULL && (text = unset_list(call, names))[0] != '\0')
		texts = lappend(texts, psprintf("UNSET %s", text));
	if (!PG_ARGISNULL(ALTER_SET))
	{
		if (!JB_ROOT_IS_OBJECT(PG_GETARG_JSONB_P(ALTER_SET)))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("set must be a JSON object")));
		initStringInfo(&set);
		append_set(&set, sf_task_changes(&call->name, sf_json_from_jsonb(PG_GETARG_JSONB_P(ALTER_SET))));
		if (set.len)
			texts = lappend(texts, psprintf("SET %s", set.data));
	}
	if ((names = sf_text_array_argument(fcinfo, ALTER_ADD_AFTER)) != NULL && sf_json_length(names) > 0)
	{
		alteration->addition = list_length(texts);
		alteration->added = task_names(call, "predecessors", names);
		texts = lappend(texts, psprintf("ADD AFTER %s", comma_list(alteration->added)));
	}
	if ((text = sf_text_argument(fcinfo, ALTER_FINALIZE)) != NULL)
		texts = lappend(texts, psprintf("SET FINALIZE = %s",
										comma_list(task_names(call, "finalize", sf_json_new_text(text)))));
	if ((text = sf_text_argument(fcinfo, ALTER_DEFINITION)) != NULL)
		texts = lappend(texts, psprintf("MODIFY AS %s", sf_definition_text(sf_json_new_text(text), NULL, NULL)));
	if ((text = sf_text_argument(fcinfo, ALTER_CONDITION)) != NULL)
		texts = lappend(texts, psprintf("MODIFY WHEN %s", text));
	alteration->texts = texts;
}

/*
 * PROPERTY = value, ...
 */
static void
append_set(StringInfo sql, SfJson *changes)
{
	void	   *it = NULL;
	const char *name;
	SfJson	   *value;

	while (sf_json_next(changes, &it, &name, &value))
	{
		void	   *inner = NULL;
		const char *parameter;
		SfJson	   *setting;

		if (in_list(name, own_arguments))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s cannot be set by \"set\"", name),
					 errhint("definition, condition, add_after, remove_after and finalize are arguments of "
							 "their own; REST alone can change execute_as_user.")));
		if (strcmp(name, "session_parameters") != 0)
		{
			append_value(sql, name, value);
			continue;
		}
		while (sf_json_next(value, &inner, &parameter, &setting))
			append_value(sql, parameter, setting);
	}
}

/*
 * As SQL: a literal, or a word that was checked before.
 */
static void
append_value(StringInfo sql, const char *property, SfJson *value)
{
	char	   *text = sf_json_text(value);

	append_name(sql, property);
	appendStringInfoString(sql, " = ");
	if (strcmp(property, "schedule") == 0 || strcmp(property, "target_completion_interval") == 0)
		appendStringInfoString(sql, sf_literal(sf_schedule_text(value)));
	else if (text == NULL)
		appendStringInfoString(sql, sf_literal(sf_json_print(value)));
	else if (sf_json_type(value) == SF_JSON_STRING && !in_list(property, bare_values))
		appendStringInfoString(sql, sf_literal(text));
	else
		appendStringInfoString(sql, text);
}

/*
 * Empty where nothing of what is to be unset is set.
 */
static char *
unset_list(const SfTaskCall *call, SfJson *names)
{
	StringInfoData list;
	bool		parameters = false;

	initStringInfo(&list);
	for (int i = 0; i < sf_json_length(names); i++)
	{
		char	   *name = sf_json_text(sf_json_element(names, i));

		if (sf_strcasecmp_ascii(name, "session_parameters") == 0)
			parameters = true;
		else
			append_name(&list, name);
	}
	if (parameters)
		append_session_parameters(call, &list);
	return list.data;
}

/*
 * Throws 22023 for what is no bare word: a name brings no SQL in.
 */
static void
append_name(StringInfo list, const char *name)
{
	char	   *upper = pstrdup(name);

	sf_ascii_upper(upper);
	if (upper[0] == '\0' || strspn(upper, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") != strlen(upper))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is not the name of a property", name)));
	appendStringInfo(list, "%s%s", list->len ? ", " : "", upper);
}

/*
 * SQL unsets session parameters one by one, and a fetch need not show them:
 * asks for those that the task sets.  Waits on the network.
 */
static void
append_session_parameters(const SfTaskCall *call, StringInfo list)
{
	SfStatementSpec spec = {.sql = psprintf("SHOW PARAMETERS IN TASK %s", sf_task_display(call)),.statement_count = 1};

	sf_statement_run(call->session, &spec, keep_session_parameter, list);
}

/*
 * SfRowFn of SHOW PARAMETERS: those set on the task.  Throws 08P01 where its
 * columns are missing.
 */
static void
keep_session_parameter(const SfResultMeta *meta, char **cells, void *arg)
{
	int			key = sf_result_column(meta, "key");
	int			level = sf_result_column(meta, "level");
	char	   *lower;

	if (key < 0 || level < 0 || cells[key] == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_PROTOCOL_VIOLATION),
				 errmsg("malformed reply from Snowflake: SHOW PARAMETERS has no columns \"key\" and \"level\"")));
	if (cells[level] == NULL || strcmp(cells[level], "TASK") != 0)
		return;
	lower = pstrdup(cells[key]);
	sf_ascii_lower(lower);
	/* a task's own properties are parameters too */
	if (!sf_task_property_known(lower))
		append_name(arg, cells[key]);
}

/*
 * Tasks of the same schema, with it: a statement has no schema of its own.
 */
static List *
task_names(const SfTaskCall *call, const char *property, SfJson *names)
{
	SfJson	   *properties = sf_json_new_object();
	List	   *written = NIL;
	SfJson	   *tasks;

	sf_json_set(properties, property, names);
	tasks = sf_json_member(sf_task_changes(&call->name, properties), property);
	if (sf_json_type(tasks) == SF_JSON_STRING)
		return list_make1(makeString(task_written(call, tasks)));
	for (int i = 0; i < sf_json_length(tasks); i++)
		written = lappend(written, makeString(task_written(call, sf_json_element(tasks, i))));
	return written;
}

static char *
comma_list(List *names)
{
	StringInfoData list;
	ListCell   *cell;

	initStringInfo(&list);
	foreach(cell, names)
		appendStringInfo(&list, "%s%s", list.len ? ", " : "", strVal(lfirst(cell)));
	return list.data;
}

static char *
task_written(const SfTaskCall *call, SfJson *name)
{
	SfObjectName qualified = call->name;

	qualified.name = sf_name_exact(sf_json_text(name));
	return sf_object_display(call->kind, &qualified);
}

static bool
in_list(const char *name, const char *const *list)
{
	for (; *list; list++)
	{
		if (strcmp(name, *list) == 0)
			return true;
	}
	return false;
}

static bool
flag(FunctionCallInfo fcinfo, int argno)
{
	return !PG_ARGISNULL(argno) && PG_GETARG_BOOL(argno);
}

/*
 * SfTaskChangeFn.  A failure says which statements were run before.
 */
static void
run_all(void *arg)
{
	const Alteration *alteration = arg;
	const SfTaskCall *call = alteration->call;
	StringInfoData done;
	ListCell   *cell;

	initStringInfo(&done);
	foreach(cell, alteration->texts)
	{
		char	   *sql = psprintf("ALTER TASK %s %s", sf_task_display(call), (char *) lfirst(cell));
		ErrorContextCallback step;

		if (done.len)
			sf_task_step_begin(&step, done.data);
		sf_task_run_sql(call->session, sql);
		if (done.len)
			sf_context_end(&step);
		appendStringInfo(&done, "%s%s", done.len ? "; " : "", sql);
	}
}
