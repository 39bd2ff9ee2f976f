/*
 * change.c
 *	  sf_create, sf_create_or_alter, sf_drop, sf_undrop, sf_action: changing
 *	  objects of any kind.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "api/arguments.h"
#include "api/guard.h"
#include "base/ident.h"
#include "base/str.h"
#include "objects/functions.h"
#include "objects/list.h"
#include "objects/properties.h"
#include "objects/verbs.h"

PG_FUNCTION_INFO_V1(sf_create);
PG_FUNCTION_INFO_V1(sf_create_or_alter);
PG_FUNCTION_INFO_V1(sf_drop);
PG_FUNCTION_INFO_V1(sf_undrop);
PG_FUNCTION_INFO_V1(sf_action);

static SfJson *definition_argument(FunctionCallInfo fcinfo, int argno, int first, const SfKindDef *kind,
								   const SfSession *session, SfObjectName *name);
static void guard_table_columns(SfSession *session, const SfObjectName *name, SfJson *properties);
static void warn_unknown(const SfKindDef *kind, SfJson *properties);
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
	const SfKindDef *kind = sf_kind_argument(fcinfo, 0);
	char	   *mode = sf_text_argument(fcinfo, 2);
	SfSession  *session = sf_session_argument(fcinfo, 5);
	SfObjectName name;
	SfJson	   *properties = definition_argument(fcinfo, 1, 3, kind, session, &name);

	sf_guard_change("sf_create()", session->options);
	sf_object_run(session, sf_create_request(kind, &name, properties,
											 mode ? sf_create_mode(mode) : SF_ERROR_IF_EXISTS));
	PG_RETURN_TEXT_P(cstring_to_text(sf_object_display(kind, &name)));
}

/*
 * Makes an object what its full definition says.  Waits on the network.
 */
Datum
sf_create_or_alter(PG_FUNCTION_ARGS)
{
	const SfKindDef *kind = sf_kind_argument(fcinfo, 0);
	SfSession  *session = sf_session_argument(fcinfo, 4);
	SfObjectName name;
	SfJson	   *properties = definition_argument(fcinfo, 1, 2, kind, session, &name);
	SfObjectRequest *request;

	sf_guard_change("sf_create_or_alter()", session->options);
	request = sf_put_request(kind, &name, properties);
	if (strcmp(kind->name, "table") == 0)
		guard_table_columns(session, &name, properties);
	sf_object_run(session, request);
	PG_RETURN_TEXT_P(cstring_to_text(sf_object_display(kind, &name)));
}

/*
 * Waits on the network.
 */
Datum
sf_drop(PG_FUNCTION_ARGS)
{
	const SfKindDef *kind = sf_kind_argument(fcinfo, 0);
	char	   *given = sf_needed_text(fcinfo, 1, "name");
	bool		if_exists = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);
	SfSession  *session = sf_session_argument(fcinfo, 5);
	SfObjectName name;

	sf_object_arguments(fcinfo, 3, kind, given, session, &name);
	sf_guard_change("sf_drop()", session->options);
	sf_object_run(session, sf_drop_request(kind, &name, if_exists));
	PG_RETURN_TEXT_P(cstring_to_text(sf_object_display(kind, &name)));
}

/*
 * Waits on the network.
 */
Datum
sf_undrop(PG_FUNCTION_ARGS)
{
	const SfKindDef *kind = sf_kind_argument(fcinfo, 0);
	char	   *given = sf_needed_text(fcinfo, 1, "name");
	SfSession  *session = sf_session_argument(fcinfo, 4);
	SfObjectName name;

	sf_object_arguments(fcinfo, 2, kind, given, session, &name);
	sf_guard_change("sf_undrop()", session->options);
	sf_object_run(session, sf_action_request(kind, &name, "undrop", NULL, NULL));
	PG_RETURN_TEXT_P(cstring_to_text(sf_object_display(kind, &name)));
}

/*
 * An action or a part of an object; the answer.  Waits on the network.
 */
Datum
sf_action(PG_FUNCTION_ARGS)
{
	const SfKindDef *kind = sf_kind_argument(fcinfo, 0);
	char	   *given = sf_needed_text(fcinfo, 1, "name");
	SfJson	   *params = sf_json_object_argument(fcinfo, 3, "params");
	SfJson	   *body = PG_ARGISNULL(4) ? NULL : sf_json_from_jsonb(PG_GETARG_JSONB_P(4));
	const SfActionDef *action = sf_kind_action(kind, sf_needed_text(fcinfo, 2, "action"), body != NULL);
	SfSession  *session = sf_session_argument(fcinfo, 7);
	SfObjectName name;
	SfObjectRequest *request;

	sf_object_arguments(fcinfo, 5, kind, given, session, &name);
	if (sf_json_member(body, "name") && takes_param(action, "targetDatabase"))
		params = to_target(kind, action, &name, session, body, params);
	else if (sf_json_member(params, "targetName") && takes_param(action, "targetName"))
		name_target(kind, action, &name, session, params);
	request = sf_action_request(kind, &name, action->name, action_query(kind, action, params), body);
	if (request->change)
		sf_guard_change("sf_action()", session->options);
	PG_RETURN_JSONB_P(sf_object_run_jsonb(session, request));
}

/*
 * A definition without what only the server sets; its name and place go
 * into *name.
 */
static SfJson *
definition_argument(FunctionCallInfo fcinfo, int argno, int first, const SfKindDef *kind, const SfSession *session,
					SfObjectName *name)
{
	SfJson	   *given = sf_json_object_argument(fcinfo, argno, "properties");

	if (given == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the %s must not be null", "properties")));
	sf_object_name_of(name, kind, given, sf_text_argument(fcinfo, first), sf_text_argument(fcinfo, first + 1),
					  session->options);
	warn_unknown(kind, given);
	sf_properties_check(kind, given);
	return sf_properties_writable(kind, given);
}

/*
 * Throws 22023 for the definition of a table without columns, or without one
 * that the table has.  Waits on the network.
 */
static void
guard_table_columns(SfSession *session, const SfObjectName *name, SfJson *properties)
{
	SfJson	   *columns = sf_json_member(properties, "columns");
	SfJson	   *there;
	StringInfoData gone;

	if (sf_json_length(columns) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the definition of a table must have columns")));
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
				 errhint("Drop columns with ALTER TABLE in sf_execute().")));
}

/*
 * The service ignores what it does not know, and knows more than the catalog
 * with every release: a misspelt property can only be told of.  What looks
 * like no known one in an object that was fetched is the service's own.
 */
static void
warn_unknown(const SfKindDef *kind, SfJson *properties)
{
	void	   *it = NULL;
	const char *name;
	SfJson	   *value;
	bool		fetched = false;

	for (int i = 0; i < kind->ncolumns && !fetched; i++)
		fetched = (kind->columns[i].flags & SF_COLUMN_IS_READ_ONLY) &&
			!(kind->columns[i].flags & SF_COLUMN_IS_PARENT) &&
			sf_json_member(properties, kind->columns[i].name);
	while (sf_json_next(properties, &it, &name, &value))
	{
		SfNearest	nearest;

		if (value == NULL || sf_kind_column(kind, name) != NULL)
			continue;
		sf_nearest_begin(&nearest, name);
		for (int i = 0; i < kind->ncolumns; i++)
			sf_nearest_try(&nearest, kind->columns[i].name);
		if (nearest.name == NULL && fetched)
			continue;
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg("objects of kind \"%s\" are not known to have a property \"%s\"", kind->name, name),
				 nearest.name ? errhint("Perhaps you meant \"%s\".", nearest.name) : 0));
	}
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
