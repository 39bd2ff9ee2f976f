/*
 * change.c
 *	  sf_create, sf_create_or_alter, sf_alter, sf_drop, sf_undrop, sf_action:
 *	  changing objects of any kind.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "api/arguments.h"
#include "api/guard.h"
#include "base/ident.h"
#include "base/str.h"
#include "objects/alteration.h"
#include "objects/change.h"
#include "objects/functions.h"
#include "objects/list.h"
#include "objects/properties.h"
#include "objects/verbs.h"

PG_FUNCTION_INFO_V1(sf_create);
PG_FUNCTION_INFO_V1(sf_create_or_alter);
PG_FUNCTION_INFO_V1(sf_alter);
PG_FUNCTION_INFO_V1(sf_drop);
PG_FUNCTION_INFO_V1(sf_undrop);
PG_FUNCTION_INFO_V1(sf_action);

static SfJson *definition_argument(FunctionCallInfo fcinfo, int argno);
static SfJson *definition(const SfChange *change, SfJson *given, bool strict, SfObjectName *name);
static SfObjectRequest *action_request(const SfChange *change, const char *given, const SfActionDef *action,
									   SfJson *params, SfJson *body, SfObjectName *name);
static SfChange change_arguments(FunctionCallInfo fcinfo, const char *function, int first);
static void guard_table_columns(SfSession *session, const SfObjectName *name, SfJson *properties);
static char *exact_name(SfJson *column);
static SfJson *to_target(const SfKindDef *kind, const SfActionDef *action, const SfObjectName *name,
						 const SfSession *session, SfJson *body, SfJson *params);
static void name_target(const SfKindDef *kind, const SfActionDef *action, const SfObjectName *name,
						const SfSession *session, SfJson *params);
static bool takes_param(const SfActionDef *action, const char *name);
static const char *action_query(const SfKindDef *kind, const SfActionDef *action, SfJson *params);

/*
 * Creates an object; its fully qualified name.  Waits on the network.
 */
Datum
sf_create(PG_FUNCTION_ARGS)
{
	SfChange	change = change_arguments(fcinfo, "sf_create()", 4);

	PG_RETURN_TEXT_P(cstring_to_text(sf_change_create(&change, definition_argument(fcinfo, 1),
													  sf_text_argument(fcinfo, 2),
													  PG_ARGISNULL(3) || PG_GETARG_BOOL(3), NULL)));
}

/*
 * Makes an object what its full definition says.  Waits on the network.
 */
Datum
sf_create_or_alter(PG_FUNCTION_ARGS)
{
	SfChange	change = change_arguments(fcinfo, "sf_create_or_alter()", 4);

	PG_RETURN_TEXT_P(cstring_to_text(sf_change_put(&change, definition_argument(fcinfo, 1),
												   !PG_ARGISNULL(3) && PG_GETARG_BOOL(3),
												   PG_ARGISNULL(2) || PG_GETARG_BOOL(2))));
}

/*
 * Changes some properties of an object and no others.  Waits on the network.
 */
Datum
sf_alter(PG_FUNCTION_ARGS)
{
	SfChange	change = change_arguments(fcinfo, "sf_alter()", 3);

	PG_RETURN_TEXT_P(cstring_to_text(sf_change_alter(&change, sf_needed_text(fcinfo, 1, "name"),
													 sf_json_object_argument(fcinfo, 2, "changes"))));
}

/*
 * Waits on the network.
 */
Datum
sf_drop(PG_FUNCTION_ARGS)
{
	SfChange	change = change_arguments(fcinfo, "sf_drop()", 3);
	char	   *dropped = sf_change_drop(&change, sf_needed_text(fcinfo, 1, "name"),
										 !PG_ARGISNULL(2) && PG_GETARG_BOOL(2));

	if (dropped == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(dropped));
}

/*
 * Waits on the network.
 */
Datum
sf_undrop(PG_FUNCTION_ARGS)
{
	SfChange	change = change_arguments(fcinfo, "sf_undrop()", 2);
	SfObjectName name;

	sf_change_act(&change, sf_needed_text(fcinfo, 1, "name"), "undrop", NULL, NULL, &name);
	PG_RETURN_TEXT_P(cstring_to_text(sf_object_display(change.kind, &name)));
}

/*
 * An action or a part of an object; the answer.  Waits on the network.
 */
Datum
sf_action(PG_FUNCTION_ARGS)
{
	SfChange	change = change_arguments(fcinfo, "sf_action()", 5);
	char	   *given = sf_needed_text(fcinfo, 1, "name");
	SfJson	   *params = sf_json_object_argument(fcinfo, 3, "params");
	SfJson	   *body = PG_ARGISNULL(4) ? NULL : sf_json_from_jsonb(PG_GETARG_JSONB_P(4));
	const SfActionDef *action = sf_kind_action(change.kind, sf_needed_text(fcinfo, 2, "action"), body != NULL);
	SfObjectName name;

	PG_RETURN_JSONB_P(sf_object_run_jsonb(change.session,
										  action_request(&change, given, action, params, body, &name)));
}

char *
sf_change_create(const SfChange *change, SfJson *properties, const char *mode, bool strict, const char *query)
{
	SfObjectName name;
	SfJson	   *body = definition(change, properties, strict, &name);
	SfObjectRequest *request = sf_create_request(change->kind, &name, body,
												 mode ? sf_create_mode(mode) : SF_ERROR_IF_EXISTS);

	if (query)
		request->path = psprintf("%s%c%s", request->path, strchr(request->path, '?') ? '&' : '?', query);
	sf_guard_change(change->function, change->session->options);
	sf_object_change(change->session, request);
	return sf_object_display(change->kind, &name);
}

char *
sf_change_put(const SfChange *change, SfJson *properties, bool drop_columns, bool strict)
{
	SfObjectName name;
	SfJson	   *body = definition(change, properties, strict, &name);
	SfObjectRequest *request = sf_put_request(change->kind, &name, body);
	bool		table = strcmp(change->kind->name, "table") == 0;

	if (drop_columns && !table)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("drop_columns is for tables alone, not for kind \"%s\"", change->kind->name)));
	if (table && sf_json_length(sf_json_member(body, "columns")) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the definition of a table must have columns")));
	sf_guard_change(change->function, change->session->options);
	if (table && !drop_columns)
		guard_table_columns(change->session, &name, body);
	sf_object_change(change->session, request);
	return sf_object_display(change->kind, &name);
}

char *
sf_change_alter(const SfChange *change, const char *given, SfJson *changes)
{
	SfObjectName name;

	sf_object_name(&name, change->kind, given, change->database, change->schema, change->session->options);
	sf_guard_change(change->function, change->session->options);
	sf_alteration_run(change->session, sf_alteration_make(change->session, change->kind, &name, changes), &name);
	return sf_object_display(change->kind, &name);
}

char *
sf_change_drop(const SfChange *change, const char *given, bool if_exists)
{
	SfObjectName name;

	sf_object_name(&name, change->kind, given, change->database, change->schema, change->session->options);
	sf_guard_change(change->function, change->session->options);
	return sf_object_drop(change->session, change->kind, &name, if_exists) ?
		sf_object_display(change->kind, &name) : NULL;
}

SfJson *
sf_change_act(const SfChange *change, const char *given, const char *action, SfJson *params, SfJson *body,
			  SfObjectName *name)
{
	const SfActionDef *def = sf_kind_action(change->kind, action, body != NULL);
	SfObjectRequest *request = action_request(change, given, def, params, body, name);

	return request->change ? sf_object_change(change->session, request) :
		sf_object_run_all(change->session, request);
}

/*
 * The kind, the place behind number first, and the server at the end.
 */
static SfChange
change_arguments(FunctionCallInfo fcinfo, const char *function, int first)
{
	SfChange	change = {.function = function};

	change.kind = sf_kind_argument(fcinfo, 0);
	change.session = sf_session_argument(fcinfo, first + 2);
	change.database = sf_text_argument(fcinfo, first);
	change.schema = sf_text_argument(fcinfo, first + 1);
	return change;
}

static SfJson *
definition_argument(FunctionCallInfo fcinfo, int argno)
{
	SfJson	   *given = sf_json_object_argument(fcinfo, argno, "properties");

	if (given == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the %s must not be null", "properties")));
	return given;
}

/*
 * A definition without what only the server sets; its name and place go
 * into *name.
 */
static SfJson *
definition(const SfChange *change, SfJson *given, bool strict, SfObjectName *name)
{
	sf_object_name_of(name, change->kind, given, change->database, change->schema, change->session->options);
	sf_definition_check(change->kind, given, strict);
	return sf_properties_writable(change->kind, given);
}

/*
 * The request of an action, what its target is placed; checked whether it may
 * change something where it does.
 */
static SfObjectRequest *
action_request(const SfChange *change, const char *given, const SfActionDef *action, SfJson *params, SfJson *body,
			   SfObjectName *name)
{
	SfObjectRequest *request;

	sf_object_name(name, change->kind, given, change->database, change->schema, change->session->options);
	if (sf_json_member(body, "name") && takes_param(action, "targetDatabase"))
		params = to_target(change->kind, action, name, change->session, body, params);
	else if (sf_json_member(params, "targetName") && takes_param(action, "targetName"))
		name_target(change->kind, action, name, change->session, params);
	request = sf_action_request(change->kind, name, action->name, action_query(change->kind, action, params), body);
	if (request->change)
		sf_guard_change(change->function, change->session->options);
	return request;
}

/*
 * Throws 22023 for the definition of a table without a column that the table
 * has.  Waits on the network.
 */
static void
guard_table_columns(SfSession *session, const SfObjectName *name, SfJson *properties)
{
	SfJson	   *columns = sf_json_member(properties, "columns");
	SfJson	   *there;
	StringInfoData gone;

	initStringInfo(&gone);
	there = sf_json_opt_array(sf_object_find(session, sf_kind_lookup("table"), name, true), "columns");
	for (int i = 0; i < sf_json_length(there); i++)
	{
		char	   *old = sf_answer_name(sf_json_need_object_at(there, i, "columns"));
		bool		stays = false;

		for (int j = 0; j < sf_json_length(columns) && !stays; j++)
			stays = strcmp(exact_name(sf_json_element(columns, j)), old) == 0;
		if (!stays)
			appendStringInfo(&gone, "%s%s", gone.len ? ", " : "", sf_name_written(old));
	}
	if (gone.len)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the definition would drop columns of table %s",
						sf_object_display(sf_kind_lookup("table"), name)),
				 errdetail("It lacks %s.", gone.data),
				 errhint("Give drop_columns => true where that is meant.")));
}

/*
 * The exact name of a column of a definition, whose name is written as in
 * SQL.
 */
static char *
exact_name(SfJson *column)
{
	char	   *name = sf_json_text(sf_json_member(column, "name"));
	SfIdentParts *parts = palloc(sizeof(SfIdentParts));
	char		err[128];

	if (name == NULL || sf_ident_parse(name, parts, err, sizeof(err)) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("\"%s\" is not the name of a column", name ? name : "")));
	return parts->name[0];
}

/*
 * The parameters with the place of the object that a body describes, by the
 * rule of place, the source's where it says none; the body keeps the bare
 * name.
 */
static SfJson *
to_target(const SfKindDef *kind, const SfActionDef *action, const SfObjectName *name, const SfSession *session,
		  SfJson *body, SfJson *params)
{
	SfConnOptions source = *session->options;
	SfJson	   *result = params ? params : sf_json_new_object();
	char	   *database = sf_json_opt_text(result, "targetDatabase");
	char	   *schema = sf_json_opt_text(result, "targetSchema");
	SfObjectName target;

	source.database = name->database;
	source.schema = name->schema;
	sf_object_name_of(&target, kind, body, database, schema, &source);
	sf_json_set_text(body, "name", sf_name_written(target.name));
	sf_json_remove(body, "database_name");
	sf_json_remove(body, "schema_name");
	if (strcmp(target.database, name->database) != 0)
		sf_json_set_text(result, "targetDatabase", sf_name_written(target.database));
	if (takes_param(action, "targetSchema") && target.schema && strcmp(target.schema, name->schema) != 0)
		sf_json_set_text(result, "targetSchema", sf_name_written(target.schema));
	return result;
}

/*
 * The same for a target that the parameters name: its name may be qualified.
 */
static void
name_target(const SfKindDef *kind, const SfActionDef *action, const SfObjectName *name, const SfSession *session,
			SfJson *params)
{
	SfConnOptions source = *session->options;
	SfObjectName target;

	source.database = name->database;
	source.schema = name->schema;
	sf_object_name(&target, kind, sf_json_need_text(params, "targetName"), sf_json_opt_text(params, "targetDatabase"),
				   sf_json_opt_text(params, "targetSchema"), &source);
	sf_json_set_text(params, "targetName", sf_name_written(target.name));
	if (takes_param(action, "targetDatabase") && strcmp(target.database, name->database) != 0)
		sf_json_set_text(params, "targetDatabase", sf_name_written(target.database));
	if (takes_param(action, "targetSchema") && target.schema && strcmp(target.schema, name->schema) != 0)
		sf_json_set_text(params, "targetSchema", sf_name_written(target.schema));
}

static bool
takes_param(const SfActionDef *action, const char *name)
{
	return strstr(action->params, name) != NULL;
}

/*
 * The parameters of an action, encoded, or NULL.  Throws 22023 for one that it
 * does not take.
 */
static const char *
action_query(const SfKindDef *kind, const SfActionDef *action, SfJson *params)
{
	void	   *it = NULL;
	const char *name;
	SfJson	   *value;
	SfJson	   *known = sf_json_new_object();
	const char *query;

	while (params && sf_json_next(params, &it, &name, &value))
	{
		const char *word = action->params;
		size_t		len = 0;

		for (; *word; word += len + (word[len] == ' '))
		{
			len = strcspn(word, " ");
			if (sf_same_word(pnstrdup(word, len), name))
				break;
		}
		if (*word == '\0')
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("action \"%s\" of kind \"%s\" takes no parameter \"%s\"", action->name, kind->name, name),
					 action->params[0] ? errhint("It takes %s.", action->params) : 0));
		sf_json_set(known, pnstrdup(word, len), value);
	}
	query = sf_path_add_members("", known);
	return query[0] ? query + 1 : NULL;
}
