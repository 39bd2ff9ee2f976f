/*
 * alter.c
 *	  sf_alter: changing some properties of an object and no others.
 *
 * The REST API only takes whole definitions, and what a fetch shows is not all
 * of one: inherited values look like the object's own, others are not shown.
 * So this is SQL, for the properties that ALTER ... SET knows by their names.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "api/arguments.h"
#include "api/guard.h"
#include "api/statement.h"
#include "base/ident.h"
#include "base/str.h"
#include "core/owner.h"
#include "core/quote.h"
#include "objects/functions.h"
#include "objects/properties.h"

PG_FUNCTION_INFO_V1(sf_alter);

static char *alter_begin(const SfKindDef *kind, const SfObjectName *name);
static const SfColumnDef *settable(const SfKindDef *kind, const char *name);
static char *sql_value(SfJson *value, const char *name);
static void run(SfSession *session, const char *sql);

/*
 * Sets what changes has and unsets what is null there; the qualified name.
 * Waits on the network.
 */
Datum
sf_alter(PG_FUNCTION_ARGS)
{
	const SfKindDef *kind = sf_kind_argument(fcinfo, 0);
	char	   *given = sf_needed_text(fcinfo, 1, "name");
	SfJson	   *changes = sf_json_object_argument(fcinfo, 2, "changes");
	SfSession  *session = sf_session_argument(fcinfo, 5);
	SfObjectName name;
	StringInfoData set;
	StringInfoData unset;
	void	   *it = NULL;
	const char *property;
	SfJson	   *value;

	sf_object_arguments(fcinfo, 3, kind, given, session, &name);
	initStringInfo(&set);
	initStringInfo(&unset);
	while (changes && sf_json_next(changes, &it, &property, &value))
	{
		const SfColumnDef *def = settable(kind, property);
		char	   *word = pstrdup(def->name);

		sf_property_check(kind, def, value);
		sf_ascii_upper(word);
		if (value)
			appendStringInfo(&set, "%s%s = %s", set.len ? ", " : "", word, sql_value(value, property));
		else
			appendStringInfo(&unset, "%s%s", unset.len ? ", " : "", word);
	}
	sf_guard_change("sf_alter()", session->options);
	if (set.len)
		run(session, psprintf("%s SET %s", alter_begin(kind, &name), set.data));
	if (unset.len)
		run(session, psprintf("%s UNSET %s", alter_begin(kind, &name), unset.data));
	PG_RETURN_TEXT_P(cstring_to_text(sf_object_display(kind, &name)));
}

/*
 * ALTER COMPUTE POOL "NAME"
 */
static char *
alter_begin(const SfKindDef *kind, const SfObjectName *name)
{
	const char *parts[] = {name->database, name->schema, name->name};
	char	   *words = pstrdup(kind->name);
	StringInfoData sql;

	sf_ascii_upper(words);
	for (char *p = words; *p; p++)
	{
		if (*p == '_')
			*p = ' ';
	}
	initStringInfo(&sql);
	appendStringInfo(&sql, "ALTER %s ", words);
	for (int i = 0; i < lengthof(parts); i++)
	{
		if (parts[i])
			appendStringInfo(&sql, "%s%s", sf_quoted_name(parts[i]), i + 1 < lengthof(parts) ? "." : "");
	}
	return sql.data;
}

/*
 * The column of a property that can be changed alone; throws 0A000 or 22023.
 */
static const SfColumnDef *
settable(const SfKindDef *kind, const char *name)
{
	const SfColumnDef *found = sf_kind_column(kind, name);
	StringInfoData all;

	if (found && (found->flags & SF_COLUMN_IS_SETTABLE))
		return found;
	initStringInfo(&all);
	for (int i = 0; i < kind->ncolumns; i++)
	{
		if (kind->columns[i].flags & SF_COLUMN_IS_SETTABLE)
			appendStringInfo(&all, "%s%s", all.len ? ", " : "", kind->columns[i].name);
	}
	if (all.len == 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("properties of kind \"%s\" cannot be changed one by one", kind->name),
				 strcmp(kind->name, "task") == 0 ?
				 errhint("sf_task_alter() changes them; sf_task_create_or_alter() takes the whole definition.") :
				 errhint("Give the whole definition to sf_create_or_alter(), or run ALTER in sf_execute().")));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("property \"%s\" of kind \"%s\" cannot be changed alone", name, kind->name),
			 errhint("What can be is %s; sf_execute() takes any ALTER.", all.data)));
	return NULL;
}

/*
 * Throws 22023 for an array, an object and null.
 */
static char *
sql_value(SfJson *value, const char *name)
{
	char	   *text = sf_json_text(value);

	if (text == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the value of property \"%s\" must be a string, a number or a boolean", name)));
	if (sf_json_type(value) != SF_JSON_STRING)
		return text;
	return sf_literal(text);
}

/*
 * Waits on the network; an interrupt cancels the statement.
 */
static void
run(SfSession *session, const char *sql)
{
	SfStatementSpec spec = {.sql = sql,.statement_count = 1,.async = true,.write = true};

	sf_statement_run(session, &spec, NULL, NULL);
}
