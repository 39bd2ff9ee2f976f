/*
 * by_name.c
 *	  The functions that are named after a kind: sf_warehouse_create and its
 *	  kin.
 *
 * They only name arguments, so what each does is a line of data, made by
 * tools/make-functions: the verb, and a word for each of its SQL arguments.
 * They are functions of their own, not SQL over sf_create and the others, so
 * that one can be granted without all that those can do.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "api/arguments.h"
#include "api/guard.h"
#include "objects/change.h"
#include "objects/functions.h"
#include "objects/verbs.h"

typedef enum NamedVerb
{
	SF_NAMED_CREATE,
	SF_NAMED_PUT,
	SF_NAMED_FETCH,
	SF_NAMED_LIST,
	SF_NAMED_ALTER,
	SF_NAMED_DROP,
	SF_NAMED_ACTION,
	SF_NAMED_CLONE,
	SF_NAMED_SWAP,
	SF_NAMED_RENAME
} NamedVerb;

typedef struct NamedDef
{
	const char *function;
	NamedVerb	verb;
	const char *kind;
	const char *action;			/* of the catalog; NULL: none */

	/*
	 * A word for each argument: .property:type where it is one, else what the
	 * argument is called here.
	 */
	const char *arguments;
} NamedDef;

static Datum run(FunctionCallInfo fcinfo, const NamedDef *def);
static int	argument_number(const NamedDef *def, const char *word);
static char *text_of(FunctionCallInfo fcinfo, const NamedDef *def, const char *word);
static bool bool_of(FunctionCallInfo fcinfo, const NamedDef *def, const char *word, bool missing);
static SfJson *object_of(FunctionCallInfo fcinfo, const NamedDef *def, const char *word);
static char *create(FunctionCallInfo fcinfo, const NamedDef *def, const SfChange *change);
static void set_property(SfJson *properties, const char *name, char type, FunctionCallInfo fcinfo, int argno);
static SfJson *text_list(FunctionCallInfo fcinfo, int argno, const char *what);
static void add_primary_key(SfJson *properties, SfJson *columns);
static SfJson *fetch(FunctionCallInfo fcinfo, const NamedDef *def, const SfChange *change);
static char *clone(const SfChange *change, const char *source, const char *target, const char *mode);
static char *rename_to(const SfChange *change, const char *name, const char *target);
static Datum pass_on(FunctionCallInfo fcinfo, const NamedDef *def, PGFunction function, const char *const *words,
					 int n);

extern Datum sf_list(PG_FUNCTION_ARGS);

/* The arguments of the functions for any kind, behind the kind. */
static const char *const list_words[] = {"like", "starts_with", "max_rows", "from_name", "options", "database",
"schema", "server"};

#define SF_BY_NAME(name, verb, kind, action, arguments) \
	PG_FUNCTION_INFO_V1(name); \
	Datum \
	name(PG_FUNCTION_ARGS) \
	{ \
		static const NamedDef def = {#name "()", verb, kind, action, arguments}; \
		return run(fcinfo, &def); \
	}
#include "objects/by_name_data.h"

static Datum
run(FunctionCallInfo fcinfo, const NamedDef *def)
{
	SfChange	change = {.function = def->function,.kind = sf_kind_lookup(def->kind)};
	SfObjectName object;
	char	   *name = NULL;
	char	   *target = NULL;
	char	   *result = NULL;

	if (def->verb == SF_NAMED_LIST)
		return pass_on(fcinfo, def, sf_list, list_words, lengthof(list_words));
	if (argument_number(def, "name") >= 0)
		name = sf_needed_text(fcinfo, argument_number(def, "name"), "name");
	if (argument_number(def, "target") >= 0)
		target = sf_needed_text(fcinfo, argument_number(def, "target"), "other name");
	change.session = sf_session_argument(fcinfo, argument_number(def, "server"));
	change.database = text_of(fcinfo, def, "database");
	change.schema = text_of(fcinfo, def, "schema");
	switch (def->verb)
	{
		case SF_NAMED_CREATE:
			result = create(fcinfo, def, &change);
			break;
		case SF_NAMED_PUT:
			result = sf_change_put(&change, object_of(fcinfo, def, "properties"),
								   bool_of(fcinfo, def, "drop_columns", false), bool_of(fcinfo, def, "strict", true));
			break;
		case SF_NAMED_FETCH:
			PG_RETURN_JSONB_P(sf_json_to_jsonb(fetch(fcinfo, def, &change)));
		case SF_NAMED_ALTER:
			result = sf_change_alter(&change, name,
									 sf_json_object_argument(fcinfo, argument_number(def, "changes"), "changes"));
			break;
		case SF_NAMED_DROP:
			result = sf_change_drop(&change, name, bool_of(fcinfo, def, "if_exists", false));
			break;
		case SF_NAMED_ACTION:
			sf_change_act(&change, name, def->action, NULL, NULL, &object);
			result = sf_object_display(change.kind, &object);
			break;
		case SF_NAMED_CLONE:
			result = clone(&change, name, target, text_of(fcinfo, def, "mode"));
			break;
		case SF_NAMED_SWAP:
			{
				SfJson	   *params = sf_json_new_object();

				sf_json_set_text(params, "targetName", target);
				sf_change_act(&change, name, def->action, params, NULL, &object);
				result = sf_object_display(change.kind, &object);
				break;
			}
		case SF_NAMED_RENAME:
			result = rename_to(&change, name, target);
			break;
		case SF_NAMED_LIST:
			break;
	}
	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(result));
}

/*
 * The number of the argument of this word; -1: there is none.
 */
static int
argument_number(const NamedDef *def, const char *word)
{
	const char *p = def->arguments;
	size_t		len = strlen(word);

	for (int i = 0;; i++)
	{
		size_t		here = strcspn(p, " ");

		if (here == len && strncmp(p, word, len) == 0)
			return i;
		if (p[here] == '\0')
			return -1;
		p += here + 1;
	}
}

static char *
text_of(FunctionCallInfo fcinfo, const NamedDef *def, const char *word)
{
	int			argno = argument_number(def, word);

	return argno < 0 ? NULL : sf_text_argument(fcinfo, argno);
}

static bool
bool_of(FunctionCallInfo fcinfo, const NamedDef *def, const char *word, bool missing)
{
	int			argno = argument_number(def, word);

	return argno < 0 || PG_ARGISNULL(argno) ? missing : PG_GETARG_BOOL(argno);
}

/*
 * Throws 22004 for NULL.
 */
static SfJson *
object_of(FunctionCallInfo fcinfo, const NamedDef *def, const char *word)
{
	SfJson	   *object = sf_json_object_argument(fcinfo, argument_number(def, word), word);

	if (object == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the %s must not be null", word)));
	return object;
}

/*
 * The arguments that are properties, and what options has over them.
 */
static char *
create(FunctionCallInfo fcinfo, const NamedDef *def, const SfChange *change)
{
	SfJson	   *properties = sf_json_new_object();
	SfJson	   *options = sf_json_object_argument(fcinfo, argument_number(def, "options"), "options");
	int			key = argument_number(def, "primary_key");
	const char *p = def->arguments;

	sf_json_set_text(properties, "name", text_of(fcinfo, def, "name"));
	for (int i = 0;; i++)
	{
		size_t		len = strcspn(p, " ");

		if (*p == '.' && !PG_ARGISNULL(i))
			set_property(properties, pnstrdup(p + 1, len - 3), p[len - 1], fcinfo, i);
		if (p[len] == '\0')
			break;
		p += len + 1;
	}
	if (bool_of(fcinfo, def, "transient", false))
		sf_json_set_text(properties, "kind", "TRANSIENT");
	if (options)
		sf_json_merge(properties, options);
	if (key >= 0 && !PG_ARGISNULL(key))
		add_primary_key(properties, text_list(fcinfo, key, "primary_key"));
	if (strcmp(def->kind, "table") == 0 && sf_json_length(sf_json_member(properties, "columns")) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the definition of a table must have columns")));
	return sf_change_create(change, properties, text_of(fcinfo, def, "mode"), bool_of(fcinfo, def, "strict", true),
							bool_of(fcinfo, def, "initially_suspended", false) ? "initiallySuspended=true" : NULL);
}

/*
 * type is a letter of tools/make-functions; the argument is not NULL.
 */
static void
set_property(SfJson *properties, const char *name, char type, FunctionCallInfo fcinfo, int argno)
{
	switch (type)
	{
		case 't':
			sf_json_set_text(properties, name, sf_text_argument(fcinfo, argno));
			break;
		case 'i':
			sf_json_set_int(properties, name, PG_GETARG_INT32(argno));
			break;
		case 'b':
			sf_json_set_bool(properties, name, PG_GETARG_BOOL(argno));
			break;
		case 's':
			sf_json_set_text(properties, name, PG_GETARG_BOOL(argno) ? "true" : "false");
			break;
		case 'j':
			sf_json_set(properties, name, sf_json_from_jsonb(PG_GETARG_JSONB_P(argno)));
			break;
		case 'a':
			sf_json_set(properties, name, text_list(fcinfo, argno, name));
			break;
		default:
			elog(ERROR, "unknown type \"%c\" of argument \"%s\"", type, name);
	}
}

/*
 * A text[] as an array of texts.  Throws 22004 for a NULL in it.
 */
static SfJson *
text_list(FunctionCallInfo fcinfo, int argno, const char *what)
{
	SfJson	   *list = sf_json_new_array();
	Datum	   *elements;
	bool	   *nulls;
	int			n;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argno), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("an element of %s must not be null", what)));
		sf_json_append_text(list, TextDatumGetCString(elements[i]));
	}
	return list;
}

/*
 * Among the constraints that options may have.
 */
static void
add_primary_key(SfJson *properties, SfJson *columns)
{
	SfJson	   *given = sf_json_member(properties, "constraints");
	SfJson	   *constraints = sf_json_new_array();
	SfJson	   *key = sf_json_new_object();

	if (sf_json_length(columns) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a primary key must have columns")));
	for (int i = 0; i < sf_json_length(given); i++)
		sf_json_append(constraints, sf_json_element(given, i));
	sf_json_set_text(key, "constraint_type", "PRIMARY KEY");
	sf_json_set(key, "column_names", columns);
	sf_json_append(constraints, key);
	sf_json_set(properties, "constraints", constraints);
}

static SfJson *
fetch(FunctionCallInfo fcinfo, const NamedDef *def, const SfChange *change)
{
	SfObjectName name;
	SfJson	   *object;

	sf_object_name(&name, change->kind, text_of(fcinfo, def, "name"), change->database, change->schema,
				   change->session->options);
	object = sf_object_find(change->session, change->kind, &name, false);
	if (!bool_of(fcinfo, def, "deep", true))
	{
		sf_json_remove(object, "columns");
		sf_json_remove(object, "constraints");
	}
	return object;
}

/*
 * The target's name; what it leaves open of its place is the source's.
 */
static char *
clone(const SfChange *change, const char *source, const char *target, const char *mode)
{
	SfJson	   *params = sf_json_new_object();
	SfJson	   *body = sf_json_new_object();
	SfObjectName from;
	SfObjectName to;

	sf_object_name(&from, change->kind, source, change->database, change->schema, change->session->options);
	sf_object_name_near(&to, change->kind, target, &from);
	sf_json_set_text(body, "name", change->kind->scope == SF_SCOPE_ACCOUNT ? sf_name_written(to.name) : target);
	sf_json_set_text(params, "createMode", sf_create_mode_name(mode ? sf_create_mode(mode) : SF_ERROR_IF_EXISTS));
	sf_change_act(change, source, "clone", params, body, &from);
	return sf_object_display(change->kind, &to);
}

/*
 * Of an object of the account: the new name is in the body.
 */
static char *
rename_to(const SfChange *change, const char *name, const char *target)
{
	SfJson	   *body = sf_json_new_object();
	SfObjectName from;
	SfObjectName to;

	sf_object_name(&to, change->kind, target, NULL, NULL, change->session->options);
	sf_json_set_text(body, "name", sf_name_written(to.name));
	sf_change_act(change, name, "rename", NULL, body, &from);
	return sf_object_display(change->kind, &to);
}

/*
 * Calls the function for any kind with the kind and these arguments of ours.
 */
static Datum
pass_on(FunctionCallInfo fcinfo, const NamedDef *def, PGFunction function, const char *const *words, int n)
{
	LOCAL_FCINFO(inner, 10);
	Datum		result;

	InitFunctionCallInfoData(*inner, fcinfo->flinfo, n + 1, fcinfo->fncollation, NULL, fcinfo->resultinfo);
	inner->args[0].value = CStringGetTextDatum(def->kind);
	inner->args[0].isnull = false;
	for (int i = 0; i < n; i++)
	{
		int			argno = argument_number(def, words[i]);

		inner->args[i + 1].value = argno < 0 ? (Datum) 0 : fcinfo->args[argno].value;
		inner->args[i + 1].isnull = argno < 0 || fcinfo->args[argno].isnull;
	}
	result = function(inner);
	fcinfo->isnull = inner->isnull;
	return result;
}
