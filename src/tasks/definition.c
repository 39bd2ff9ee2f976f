/*
 * definition.c
 *	  A task's definition.
 *
 * Sources: task.yaml (Task); CREATE TASK for ranges and for what goes
 * together.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "base/ident.h"
#include "base/str.h"
#include "objects/catalog.h"
#include "tasks/definition.h"

typedef enum PropertyType
{
	P_TEXT,
	P_DEFINITION,
	P_SCHEDULE,
	P_COMPLETION,
	P_IDENT,
	P_TASK,						/* a task of the same schema */
	P_TASKS,
	P_INT,
	P_BOOL,
	P_OBJECT,					/* of anything */
	P_SCALARS,					/* an object of texts, numbers and booleans */
	P_SIZE,
	P_POLICY
} PropertyType;

typedef struct Property
{
	const char *name;
	PropertyType type;
	int64		low;
	int64		high;			/* of a P_INT */
	bool		root_only;
	bool		unseen;			/* set or not, a fetch may say null */
	const char *otherwise;		/* what a fetch may say where it is not set
								 * (CREATE TASK) */
} Property;

static const Property properties_known[] = {
	{"definition", P_DEFINITION},
	{"warehouse", P_IDENT},
	{"schedule", P_SCHEDULE,.root_only = true},
	{"comment", P_TEXT},
	{"predecessors", P_TASKS},
	{"finalize", P_TASK},
	{"condition", P_TEXT},
	{"config", P_OBJECT,.root_only = true},
	{"session_parameters", P_SCALARS,.unseen = true},
	{"user_task_managed_initial_warehouse_size", P_SIZE,.unseen = true,.otherwise = "MEDIUM"},
	{"target_completion_interval", P_COMPLETION},
	{"serverless_task_min_statement_size", P_SIZE,.unseen = true,.otherwise = "XSMALL"},
	{"serverless_task_max_statement_size", P_SIZE,.unseen = true,.otherwise = "XXLARGE"},
	{"user_task_timeout_ms", P_INT, 0, 604800000,.unseen = true,.otherwise = "3600000"},
	{"suspend_task_after_num_failures", P_INT, 0, PG_INT32_MAX,.root_only = true,.unseen = true,.otherwise = "10"},
	{"task_auto_retry_attempts", P_INT, 0, 30,.root_only = true,.unseen = true,.otherwise = "0"},
	{"user_task_minimum_trigger_interval_in_seconds", P_INT, 0, 604800,.unseen = true,.otherwise = "30"},
	{"overlap_policy", P_POLICY,.root_only = true},
	{"allow_overlapping_execution", P_BOOL,.root_only = true},
	{"error_integration", P_IDENT},
	{"success_integration", P_IDENT},
	{"execute_as_user", P_IDENT},
};

static const char *const policies[] = {"NO_OVERLAP", "ALLOW_CHILD_OVERLAP", "ALLOW_ALL_OVERLAP"};

/* in order of size; a serverless task goes up to XXLARGE */
static const char *const sizes[] = {"XSMALL", "SMALL", "MEDIUM", "LARGE", "XLARGE", "XXLARGE"};

static const Property *find_property(const char *name);
static SfJson *convert(const SfObjectName *name, SfJson *properties, SfJson *defaults, const SfProblems *problems);
static SfJson *property_value(const Property *property, SfJson *value, const SfObjectName *name, SfJson *defaults,
							  const SfProblems *problems);
static SfJson *int_value(const Property *property, SfJson *value, const SfProblems *problems);
static SfJson *bool_value(const Property *property, SfJson *value, const SfProblems *problems);
static SfJson *object_value(const Property *property, SfJson *value, const SfProblems *problems);
static SfJson *size_value(const Property *property, SfJson *value, const SfProblems *problems);
static SfJson *policy_value(SfJson *value, const SfProblems *problems);
static SfJson *ident_value(const Property *property, SfJson *value, const SfProblems *problems);
static SfJson *task_value(const char *property, SfJson *value, const SfObjectName *name, const SfProblems *problems);
static SfJson *tasks_value(SfJson *value, const SfObjectName *name, const SfProblems *problems);
static void pass_unknown(SfJson *body, SfJson *properties, const SfProblems *problems);
static void check_together(SfJson *body, const SfProblems *problems);
static void check_place(SfJson *body, const SfProblems *problems);
static int	size_rank(const char *text);

SfJson *
sf_task_body(const SfObjectName *name, SfJson *properties, SfJson *defaults, const SfProblems *problems)
{
	SfJson	   *body;

	if (sf_json_type(properties) != SF_JSON_OBJECT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a task must be a JSON object")));
	if (name->name && pg_mbstrlen(name->name) > SF_IDENT_MAX)
		sf_problem(problems, "name", "the name \"%s\" has more than %d characters", name->name, SF_IDENT_MAX);
	if (sf_json_member(properties, "definition") == NULL)
		sf_problem(problems, "definition", "a task needs a definition");
	body = convert(name, properties, defaults, problems);
	pass_unknown(body, properties, problems);
	check_together(body, problems);
	check_place(body, problems);
	return body;
}

SfJson *
sf_task_changes(const SfObjectName *name, SfJson *properties)
{
	SfJson	   *changes = convert(name, properties, NULL, NULL);
	void	   *it = NULL;
	const char *key;
	SfJson	   *value;

	pass_unknown(changes, properties, NULL);
	while (sf_json_next(properties, &it, &key, &value))
	{
		if (sf_json_member(changes, key) == NULL)
			sf_problem(NULL, key, "%s cannot be set to %s", key, sf_json_print(value));
	}
	return changes;
}

bool
sf_task_may_be_unseen(const char *name, bool has_warehouse)
{
	const Property *property = find_property(name);

	return property && property->unseen && !(has_warehouse && property->type == P_SIZE);
}

bool
sf_task_is_default(const char *name, SfJson *value)
{
	const Property *property = find_property(name);
	char	   *text = sf_json_text(value);

	return property && property->otherwise && text && strcmp(text, property->otherwise) == 0;
}

bool
sf_task_property_known(const char *name)
{
	return find_property(name) != NULL;
}

static const Property *
find_property(const char *name)
{
	for (int i = 0; i < lengthof(properties_known); i++)
	{
		if (strcmp(properties_known[i].name, name) == 0)
			return &properties_known[i];
	}
	return NULL;
}

/*
 * The known properties that are given, as they stand in a body.
 */
static SfJson *
convert(const SfObjectName *name, SfJson *properties, SfJson *defaults, const SfProblems *problems)
{
	SfJson	   *body = sf_json_new_object();

	for (int i = 0; i < lengthof(properties_known); i++)
	{
		const Property *property = &properties_known[i];
		SfJson	   *value = sf_json_member(properties, property->name);

		if (value)
			value = property_value(property, value, name, defaults, problems);
		if (value)
			sf_json_set(body, property->name, value);
	}
	return body;
}

/*
 * The value as it stands in a body; NULL where it means nothing or is wrong.
 */
static SfJson *
property_value(const Property *property, SfJson *value, const SfObjectName *name, SfJson *defaults,
			   const SfProblems *problems)
{
	switch (property->type)
	{
		case P_TEXT:
			if (sf_json_type(value) == SF_JSON_STRING)
				return sf_json_text(value)[0] ? value : NULL;
			sf_problem(problems, property->name, "%s must be a text, not %s", property->name, sf_json_print(value));
			return NULL;
		case P_DEFINITION:
			return sf_json_new_text(sf_definition_text(value, defaults, problems));
		case P_SCHEDULE:
			return sf_schedule_property(value, problems);
		case P_COMPLETION:
			return sf_completion_property(value, problems);
		case P_IDENT:
			return ident_value(property, value, problems);
		case P_TASK:
			return task_value(property->name, value, name, problems);
		case P_TASKS:
			return tasks_value(value, name, problems);
		case P_INT:
			return int_value(property, value, problems);
		case P_BOOL:
			return bool_value(property, value, problems);
		case P_OBJECT:
		case P_SCALARS:
			return object_value(property, value, problems);
		case P_SIZE:
			return size_value(property, value, problems);
		case P_POLICY:
			return policy_value(value, problems);
	}
	return NULL;
}

/*
 * As the service takes it; NULL for what is left out, and with a problem for
 * what is wrong.  So all functions of a value.
 */
static SfJson *
int_value(const Property *property, SfJson *value, const SfProblems *problems)
{
	char	   *text = sf_json_text(value);
	SfJson	   *holder;
	int64		number;

	if (text == NULL || text[0] == '\0' || strlen(text) > 18 || strspn(text, "-0123456789") != strlen(text))
	{
		sf_problem(problems, property->name, "%s must be a whole number, not %s", property->name, sf_json_print(value));
		return NULL;
	}
	number = strtoll(text, NULL, 10);
	if (number < property->low || number > property->high)
	{
		sf_problem(problems, property->name, "%s must be from " INT64_FORMAT " to " INT64_FORMAT ", not %s",
				   property->name, property->low, property->high, text);
		return NULL;
	}
	holder = sf_json_new_object();
	sf_json_set_int(holder, "number", number);
	return sf_json_member(holder, "number");
}

static SfJson *
bool_value(const Property *property, SfJson *value, const SfProblems *problems)
{
	char	   *text = sf_json_text(value);
	SfJson	   *holder = sf_json_new_object();

	if (text == NULL || (sf_strcasecmp_ascii(text, "true") != 0 && sf_strcasecmp_ascii(text, "false") != 0))
	{
		sf_problem(problems, property->name, "%s must be true or false, not %s", property->name, sf_json_print(value));
		return NULL;
	}
	sf_json_set_bool(holder, "truth", sf_strcasecmp_ascii(text, "true") == 0);
	return sf_json_member(holder, "truth");
}

static SfJson *
object_value(const Property *property, SfJson *value, const SfProblems *problems)
{
	void	   *it = NULL;
	const char *name;
	SfJson	   *member;
	bool		any = false;

	if (sf_json_type(value) != SF_JSON_OBJECT)
	{
		sf_problem(problems, property->name, "%s must be an object, not %s", property->name, sf_json_print(value));
		return NULL;
	}
	while (sf_json_next(value, &it, &name, &member))
	{
		char	   *text = sf_json_text(member);

		any = true;
		if (property->type == P_OBJECT)
			continue;
		if (text == NULL)
		{
			sf_problem(problems, property->name,
					   "the value of \"%s\" in %s must be a text, a number or a boolean, not %s", name, property->name,
					   sf_json_print(member));
			return NULL;
		}
		/* CREATE TASK refuses both */
		if (strcmp(property->name, "session_parameters") == 0 &&
			(sf_strcasecmp_ascii(name, "SEARCH_PATH") == 0 ||
			 (sf_strcasecmp_ascii(name, "AUTOCOMMIT") == 0 && sf_strcasecmp_ascii(text, "false") == 0)))
		{
			sf_problem(problems, property->name, "a task cannot set the session parameter %s to %s", name, text);
			return NULL;
		}
	}
	return any ? value : NULL;
}

static SfJson *
size_value(const Property *property, SfJson *value, const SfProblems *problems)
{
	char	   *text = sf_json_text(value);
	int			rank = text ? size_rank(text) : -1;

	if (text && text[0] == '\0')
		return NULL;
	if (rank >= 0)
		return sf_json_new_text(sizes[rank]);
	sf_problem(problems, property->name, "%s must be a size from XSMALL to XXLARGE, not %s", property->name,
			   sf_json_print(value));
	return NULL;
}

static SfJson *
policy_value(SfJson *value, const SfProblems *problems)
{
	char	   *text = sf_json_text(value);

	for (int i = 0; text && i < lengthof(policies); i++)
	{
		if (sf_strcasecmp_ascii(text, policies[i]) == 0)
			return sf_json_new_text(policies[i]);
	}
	sf_problem(problems, "overlap_policy",
			   "overlap_policy must be NO_OVERLAP, ALLOW_CHILD_OVERLAP or ALLOW_ALL_OVERLAP, not %s",
			   sf_json_print(value));
	return NULL;
}

static SfJson *
ident_value(const Property *property, SfJson *value, const SfProblems *problems)
{
	char	   *text = sf_json_type(value) == SF_JSON_STRING ? sf_json_text(value) : NULL;
	SfIdentParts *parts = palloc(sizeof(SfIdentParts));
	char		err[128] = "";

	if (text && text[0] == '\0')
		return NULL;
	if (text && sf_ident_parse(text, parts, err, sizeof(err)) == 1)
		return sf_json_new_text(sf_name_written(parts->name[0]));
	sf_problem(problems, property->name, "invalid name %s for %s%s%s",
			   text ? psprintf("\"%s\"", text) : sf_json_print(value), property->name,
			   err[0] ? ": " : "", err);
	return NULL;
}

/*
 * A task's name without its schema, which must be that of the task itself.
 */
static SfJson *
task_value(const char *property, SfJson *value, const SfObjectName *name, const SfProblems *problems)
{
	char	   *text = sf_json_type(value) == SF_JSON_STRING ? sf_json_text(value) : NULL;
	SfIdentParts *parts = palloc(sizeof(SfIdentParts));
	char		err[128] = "";
	int			n = text && text[0] ? sf_ident_parse(text, parts, err, sizeof(err)) : -1;

	if (text && text[0] == '\0' && strcmp(property, "finalize") == 0)
		return NULL;
	if (n < 0)
	{
		sf_problem(problems, property, "invalid name %s in %s%s%s",
				   text ? psprintf("\"%s\"", text) : sf_json_print(value), property,
				   err[0] ? ": " : "", err);
		return NULL;
	}
	if ((n >= 2 && name->schema && strcmp(parts->name[n - 2], name->schema) != 0) ||
		(n == 3 && name->database && strcmp(parts->name[0], name->database) != 0))
	{
		sf_problem(problems, property, "the task \"%s\" in %s is of another schema; all tasks of a graph lie in one",
				   text, property);
		return NULL;
	}
	if (name->name && strcmp(parts->name[n - 1], name->name) == 0)
	{
		sf_problem(problems, property, "a task cannot name itself in %s", property);
		return NULL;
	}
	return sf_json_new_text(sf_name_written(parts->name[n - 1]));
}

static SfJson *
tasks_value(SfJson *value, const SfObjectName *name, const SfProblems *problems)
{
	SfJson	   *result = sf_json_new_array();

	if (sf_json_type(value) != SF_JSON_ARRAY)
	{
		sf_problem(problems, "predecessors", "predecessors must be an array, not %s", sf_json_print(value));
		return NULL;
	}
	for (int i = 0; i < sf_json_length(value); i++)
	{
		SfJson	   *task = task_value("predecessors", sf_json_element(value, i), name, problems);
		bool		known = task == NULL;

		for (int k = 0; !known && k < sf_json_length(result); k++)
			known = strcmp(sf_json_text(sf_json_element(result, k)), sf_json_text(task)) == 0;
		if (!known)
			sf_json_append(result, task);
	}
	if (sf_json_length(result) > SF_TASK_MAX_LINKS)
		sf_problem(problems, "predecessors", "a task has at most %d predecessors, not %d", SF_TASK_MAX_LINKS,
				   sf_json_length(result));
	return sf_json_length(result) > 0 ? result : NULL;
}

/*
 * Properties newer than the document go to the server, misspelt ones do not:
 * it would ignore them.
 */
static void
pass_unknown(SfJson *body, SfJson *properties, const SfProblems *problems)
{
	const SfKindDef *kind = sf_kind_find("task");
	void	   *it = NULL;
	const char *key;
	SfJson	   *member;

	while (sf_json_next(properties, &it, &key, &member))
	{
		SfNearest	nearest;

		if (member == NULL || strcmp(key, "name") == 0 || sf_kind_column(kind, key))
			continue;
		sf_nearest_begin(&nearest, key);
		for (int i = 0; i < lengthof(properties_known); i++)
			sf_nearest_try(&nearest, properties_known[i].name);
		if (nearest.name && nearest.distance == 0)
			continue;
		if (nearest.name)
			sf_problem(problems, key, "a task has no property \"%s\"; perhaps \"%s\" is meant", key, nearest.name);
		else
			sf_json_set(body, key, member);
	}
}

/*
 * Properties that contradict each other.
 */
static void
check_together(SfJson *body, const SfProblems *problems)
{
	static const char *const ordered[] = {"serverless_task_min_statement_size",
	"user_task_managed_initial_warehouse_size", "serverless_task_max_statement_size"};
	char	   *policy = sf_json_text(sf_json_member(body, "overlap_policy"));
	char	   *allow = sf_json_text(sf_json_member(body, "allow_overlapping_execution"));
	const char *smaller = NULL;

	if (sf_json_member(body, "warehouse") && sf_json_member(body, ordered[1]))
	{
		/* as may a task with a warehouse */
		if (!sf_task_is_default(ordered[1], sf_json_member(body, ordered[1])))
			sf_problem(problems, ordered[1],
					   "a task with a warehouse cannot have a %s, which is for serverless tasks", ordered[1]);
		sf_json_remove(body, ordered[1]);
	}
	for (int i = 0; i < lengthof(ordered); i++)
	{
		char	   *size = sf_json_text(sf_json_member(body, ordered[i]));

		if (size == NULL)
			continue;
		if (smaller && size_rank(sf_json_text(sf_json_member(body, smaller))) > size_rank(size))
			sf_problem(problems, ordered[i], "%s (%s) must not be smaller than %s (%s)", ordered[i], size, smaller,
					   sf_json_text(sf_json_member(body, smaller)));
		smaller = ordered[i];
	}
	/* the older spelling of the policy says nothing more */
	if (policy && allow && (strcmp(allow, "true") == 0) != (strcmp(policy, "NO_OVERLAP") != 0))
		sf_problem(problems, "overlap_policy", "overlap_policy %s contradicts allow_overlapping_execution %s", policy,
				   allow);
	if (allow && policy == NULL && strcmp(allow, "true") == 0)
		sf_json_set_text(body, "overlap_policy", "ALLOW_CHILD_OVERLAP");
	if (policy && strcmp(policy, "NO_OVERLAP") == 0)
		sf_json_remove(body, "overlap_policy");
	sf_json_remove(body, "allow_overlapping_execution");
}

/*
 * What only a root, and what only a task that is no finalizer may have.
 */
static void
check_place(SfJson *body, const SfProblems *problems)
{
	bool		child = sf_json_member(body, "predecessors") != NULL;
	bool		finalizer = sf_json_member(body, "finalize") != NULL;

	if (child && finalizer)
	{
		sf_problem(problems, "finalize", "a finalizer cannot have predecessors");
		sf_json_remove(body, "predecessors");
	}
	if (!child && !finalizer)
		return;
	for (int i = 0; i < lengthof(properties_known); i++)
	{
		const Property *property = &properties_known[i];

		if (!property->root_only || sf_json_member(body, property->name) == NULL)
			continue;
		/* a child may be shown with what is not set */
		if (!sf_task_is_default(property->name, sf_json_member(body, property->name)))
			sf_problem(problems, property->name, "only a root task can have a %s, not a %s", property->name,
					   finalizer ? "finalizer" : "task with predecessors");
		sf_json_remove(body, property->name);
	}
}

/*
 * The rank of a size in any of its spellings (X-Small, XSMALL, 2X-Large,
 * X2LARGE), -1 for what is none.
 */
static int
size_rank(const char *text)
{
	char		plain[16];
	size_t		n = 0;

	for (; *text; text++)
	{
		if (strchr("-_ ", *text))
			continue;
		if (n + 1 >= sizeof(plain))
			return -1;
		plain[n++] = *text;
	}
	plain[n] = '\0';
	if (sf_strcasecmp_ascii(plain, "2XLARGE") == 0 || sf_strcasecmp_ascii(plain, "X2LARGE") == 0)
		return lengthof(sizes) - 1;
	for (int i = 0; i < lengthof(sizes); i++)
	{
		if (sf_strcasecmp_ascii(plain, sizes[i]) == 0)
			return i;
	}
	return -1;
}
