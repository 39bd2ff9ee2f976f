/*
 * catalog.c
 *	  Looking things up in the catalog of kinds.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "base/str.h"
#include "objects/catalog.h"
#include "objects/catalog_data.h"

static char *normalized(const char *name);

const SfKindDef *
sf_kind_at(int i)
{
	return i < lengthof(kinds) ? &kinds[i] : NULL;
}

const SfKindDef *
sf_kind_lookup(const char *name)
{
	for (int i = 0; i < lengthof(kinds); i++)
	{
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	}
	return NULL;
}

const SfKindDef *
sf_kind_find(const char *name)
{
	char	   *wanted = normalized(name);
	const SfKindDef *kind = sf_kind_lookup(wanted);
	const SfKindDef *meant = NULL;
	SfNearest	nearest;

	if (kind)
		return kind;
	sf_nearest_begin(&nearest, wanted);
	for (int i = 0; i < lengthof(kinds); i++)
	{
		int			best = nearest.distance;

		sf_nearest_try(&nearest, kinds[i].name);
		sf_nearest_try(&nearest, kinds[i].plural);
		if (nearest.distance < best)
			meant = &kinds[i];
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("there is no kind of object \"%s\"", name),
			 meant ?
			 errhint("Perhaps you meant \"%s\"; sf_kinds() lists them all.", meant->name) :
			 errhint("sf_kinds() lists them.")));
	return NULL;
}

const SfColumnDef *
sf_kind_column(const SfKindDef *kind, const char *name)
{
	for (int i = 0; i < kind->ncolumns; i++)
	{
		if (strcmp(kind->columns[i].name, name) == 0)
			return &kind->columns[i];
	}
	return NULL;
}

const SfActionDef *
sf_kind_action(const SfKindDef *kind, const char *name, bool body)
{
	char	   *wanted = normalized(name);
	const SfActionDef *found = NULL;
	StringInfoData all;

	initStringInfo(&all);
	for (int i = 0; i < kind->nactions; i++)
	{
		if (strcmp(kind->actions[i].name, wanted) == 0 && (found == NULL || kind->actions[i].body == body))
			found = &kind->actions[i];
		if (i == 0 || strcmp(kind->actions[i].name, kind->actions[i - 1].name) != 0)
			appendStringInfo(&all, "%s%s", i ? ", " : "", kind->actions[i].name);
	}
	if (found)
		return found;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("objects of kind \"%s\" have no action \"%s\"", kind->name, name),
			 kind->nactions > 0 ? errhint("They have %s.", all.data) : 0));
	return NULL;
}

void
sf_kind_check_place(const SfKindDef *kind, bool database, bool schema)
{
	if ((!database || kind->scope >= SF_SCOPE_DATABASE) && (!schema || kind->scope == SF_SCOPE_SCHEMA))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("a table of kind \"%s\" takes no option \"%s\"", kind->name,
					database && kind->scope == SF_SCOPE_ACCOUNT ? "database" : "schema"),
			 errdetail("Objects of this kind lie in %s.",
					   kind->scope == SF_SCOPE_ACCOUNT ? "the account" : "a database")));
}

const char *
sf_column_type_name(SfColumnType type)
{
	switch (type)
	{
		case SF_COLUMN_IDENT:
		case SF_COLUMN_REFERENCE:
		case SF_COLUMN_TEXT:
			return "text";
		case SF_COLUMN_TEXT_ARRAY:
		case SF_COLUMN_REFERENCE_ARRAY:
			return "text[]";
		case SF_COLUMN_BOOL:
			return "boolean";
		case SF_COLUMN_INT:
			return "bigint";
		case SF_COLUMN_FLOAT:
			return "double precision";
		case SF_COLUMN_NUMERIC:
			return "numeric";
		case SF_COLUMN_DATE:
			return "date";
		case SF_COLUMN_TIMESTAMP:
			return "timestamptz";
		case SF_COLUMN_OBJECT:
		case SF_COLUMN_ARRAY:
		case SF_COLUMN_JSON:
			return "jsonb";
		case SF_COLUMN_ORDINAL:
			return "integer";
	}
	return NULL;
}

/*
 * Lower case, with _ for - and blanks.
 */
static char *
normalized(const char *name)
{
	char	   *text = pstrdup(name);

	sf_ascii_lower(text);
	for (char *p = text; *p; p++)
	{
		if (*p == '-' || *p == ' ')
			*p = '_';
	}
	return text;
}
