/*
 * properties.c
 *	  Whether the properties of an object are of the types that the catalog
 *	  says.
 *
 * A wrong type is answered by a bare status 400, so users are told before the
 * call.  The service takes numbers and booleans as strings, and answers them
 * so here and there.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "base/str.h"
#include "objects/properties.h"
#include "objects/property_data.h"

#define SHOWN 60				/* bytes of a value in a message */
#define FETCHED 3				/* so many read-only properties are of an
								 * object that was fetched */

static bool is_fetched(const SfKindDef *kind, SfJson *properties);
static void check_known(const SfKindDef *kind, const char *name, bool fetched);
static void check_needed(const SfKindDef *kind, SfJson *properties);
static void check_members(const SfKindDef *kind, const SfPropertyDef *def, SfJson *value);
static void check_object(const char *what, const SfPropertyDef *def, SfJson *object);
static List *words_of(const char *text);
static char *listed(List *words);
static const char *wanted_type(const SfColumnDef *def, SfJson *value);
static bool all_elements(SfJson *array, SfJsonType type);
static bool is_scalar(SfJson *value);
static bool is_number(SfJson *value, bool whole);
static const char *shown(SfJson *value, SfColumnType wanted);

const SfPropertySet *
sf_property_set(const SfKindDef *kind)
{
	for (int i = 0; i < lengthof(property_sets); i++)
	{
		if (strcmp(property_sets[i].kind, kind->name) == 0)
			return &property_sets[i];
	}
	return NULL;
}

const SfPropertyDef *
sf_property_find(const SfKindDef *kind, const char *name)
{
	const SfPropertySet *set = sf_property_set(kind);

	for (int i = 0; set && i < set->nproperties; i++)
	{
		if (strcmp(set->properties[i].name, name) == 0)
			return &set->properties[i];
	}
	return NULL;
}

void
sf_definition_check(const SfKindDef *kind, SfJson *properties, bool strict)
{
	bool		fetched = is_fetched(kind, properties);
	void	   *it = NULL;
	const char *name;
	SfJson	   *value;

	while (sf_json_next(properties, &it, &name, &value))
	{
		const SfColumnDef *def = value ? sf_kind_column(kind, name) : NULL;

		if (value == NULL)
			continue;
		if (def == NULL && strict && sf_property_find(kind, name) == NULL)
			check_known(kind, name, fetched);
		if (def && (def->flags & SF_COLUMN_IS_READ_ONLY) && !(def->flags & SF_COLUMN_IS_PARENT) && !fetched)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("property \"%s\" of kind \"%s\" cannot be set", name, kind->name),
					 errdetail("Snowflake sets it; it is only left out of a whole object as sf_fetch() shows it."),
					 errhint("sf_kind_properties('%s') lists what can be set.", kind->name)));
		if (def)
			sf_property_check(kind, def, value);
		if (strict && !fetched)
			check_members(kind, sf_property_find(kind, name), value);
	}
	if (strict)
		check_needed(kind, properties);
}

const char *
sf_property_meant(const SfKindDef *kind, const char *name)
{
	const SfPropertySet *set = sf_property_set(kind);
	SfNearest	nearest;

	sf_nearest_begin(&nearest, name);
	for (int i = 0; i < kind->ncolumns; i++)
		sf_nearest_try(&nearest, kind->columns[i].name);
	for (int i = 0; set && i < set->nproperties; i++)
		sf_nearest_try(&nearest, set->properties[i].name);
	return nearest.name;
}

void
sf_property_check(const SfKindDef *kind, const SfColumnDef *def, SfJson *value)
{
	const char *wanted = def->flags & (SF_COLUMN_IS_READ_ONLY | SF_COLUMN_IS_PARENT) ? NULL : wanted_type(def, value);

	if (wanted)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("property \"%s\" of kind \"%s\" must be %s, not %s", def->name, kind->name, wanted,
						shown(value, def->type))));
}

void
sf_answer_check(const SfKindDef *kind, SfJson *answer)
{
	for (int i = 0; i < kind->ncolumns; i++)
	{
		const SfColumnDef *def = &kind->columns[i];
		SfJson	   *value = sf_json_member(answer, def->name);
		const char *wanted = wanted_type(def, value);

		if (wanted)
			sf_json_malformed(answer, "\"%s\" of a %s must be %s, not %s", def->name, kind->name, wanted,
							  shown(value, def->type));
	}
}

/*
 * Whether the object was answered and is given back: it has several of the
 * properties that nobody gives, null or not, or all there are.
 */
static bool
is_fetched(const SfKindDef *kind, SfJson *properties)
{
	int			there = 0;
	int			all = 0;
	void	   *it = NULL;
	const char *name;
	SfJson	   *value;

	for (int i = 0; i < kind->ncolumns; i++)
		all += (kind->columns[i].flags & SF_COLUMN_IS_READ_ONLY) && !(kind->columns[i].flags & SF_COLUMN_IS_PARENT);
	while (sf_json_next(properties, &it, &name, &value))
	{
		const SfColumnDef *def = sf_kind_column(kind, name);

		there += def && (def->flags & SF_COLUMN_IS_READ_ONLY) && !(def->flags & SF_COLUMN_IS_PARENT);
	}
	return there >= Min(all, FETCHED) && all > 0;
}

/*
 * The service ignores what it does not know: a misspelt property would not be
 * missed.
 */
static void
check_known(const SfKindDef *kind, const char *name, bool fetched)
{
	const char *meant = sf_property_meant(kind, name);

	if (fetched && meant == NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("objects of kind \"%s\" are not known to have a property \"%s\"", kind->name, name),
			 meant ?
			 errhint("Perhaps you meant \"%s\"; strict => false sends it as it is.", meant) :
			 errhint("sf_kind_properties('%s') lists them; strict => false sends it as it is.", kind->name)));
}

static void
check_needed(const SfKindDef *kind, SfJson *properties)
{
	StringInfoData lacking;

	initStringInfo(&lacking);
	for (int i = 0; i < kind->ncolumns; i++)
	{
		const SfPropertyDef *def = sf_property_find(kind, kind->columns[i].name);

		if (def && def->required && sf_json_member(properties, def->name) == NULL)
			appendStringInfo(&lacking, "%s%s", lacking.len ? ", " : "", def->name);
	}
	if (lacking.len)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the definition of an object of kind \"%s\" lacks %s", kind->name, lacking.data)));
}

/*
 * The members of an object, or of the objects in a list: what is not known is
 * ignored there as well.
 */
static void
check_members(const SfKindDef *kind, const SfPropertyDef *def, SfJson *value)
{
	if (def == NULL || def->members == NULL)
		return;
	if (sf_json_type(value) == SF_JSON_OBJECT)
		check_object(psprintf("property \"%s\" of kind \"%s\"", def->name, kind->name), def, value);
	for (int i = 0; sf_json_type(value) == SF_JSON_ARRAY && i < sf_json_length(value); i++)
		check_object(psprintf("element %d of property \"%s\" of kind \"%s\"", i + 1, def->name, kind->name), def,
					 sf_json_element(value, i));
}

static void
check_object(const char *what, const SfPropertyDef *def, SfJson *object)
{
	List	   *known = words_of(def->members);
	List	   *lacking = NIL;
	SfNearest	nearest;
	void	   *it = NULL;
	const char *name;
	SfJson	   *value;
	ListCell   *cell;

	while (sf_json_next(object, &it, &name, &value))
	{
		bool		found = value == NULL;

		sf_nearest_begin(&nearest, name);
		foreach(cell, known)
		{
			found |= strcmp(lfirst(cell), name) == 0;
			sf_nearest_try(&nearest, lfirst(cell));
		}
		if (!found)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s is not known to have a member \"%s\"", what, name),
					 nearest.name ?
					 errhint("Perhaps you meant \"%s\"; strict => false sends it as it is.", nearest.name) :
					 errhint("Members are %s; strict => false sends it as it is.", listed(known))));
	}
	foreach(cell, words_of(def->needed_members))
	{
		if (sf_json_member(object, lfirst(cell)) == NULL)
			lacking = lappend(lacking, lfirst(cell));
	}
	if (lacking)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s lacks %s", what, listed(lacking)),
				 errhint("Members are %s; strict => false sends it as it is.", listed(known))));
}

/*
 * The words between tabs.
 */
static List *
words_of(const char *text)
{
	List	   *words = NIL;

	while (text && *text)
	{
		int			len = strcspn(text, "\t");

		words = lappend(words, pnstrdup(text, len));
		text += len + (text[len] == '\t');
	}
	return words;
}

static char *
listed(List *words)
{
	StringInfoData text;
	ListCell   *cell;

	initStringInfo(&text);
	foreach(cell, words)
		appendStringInfo(&text, "%s%s", text.len ? ", " : "", (char *) lfirst(cell));
	return text.data;
}

/*
 * What the value would have to be; NULL where it is that.
 */
static const char *
wanted_type(const SfColumnDef *def, SfJson *value)
{
	SfJsonType	type = sf_json_type(value);
	char	   *text;

	if (value == NULL)
		return NULL;
	switch (def->type)
	{
		case SF_COLUMN_IDENT:
		case SF_COLUMN_REFERENCE:
		case SF_COLUMN_TEXT:
		case SF_COLUMN_DATE:
		case SF_COLUMN_TIMESTAMP:
			return is_scalar(value) ? NULL : "a string";
		case SF_COLUMN_TEXT_ARRAY:
		case SF_COLUMN_REFERENCE_ARRAY:
			return type == SF_JSON_ARRAY && all_elements(value, SF_JSON_STRING) ? NULL : "an array of strings";
		case SF_COLUMN_BOOL:
			text = is_scalar(value) ? sf_json_text(value) : NULL;
			return text && (sf_strcasecmp_ascii(text, "true") == 0 || sf_strcasecmp_ascii(text, "false") == 0) ?
				NULL : "true or false";
		case SF_COLUMN_INT:
			return is_number(value, true) ? NULL : "an integer";
		case SF_COLUMN_FLOAT:
		case SF_COLUMN_NUMERIC:
			return is_number(value, false) ? NULL : "a number";
		case SF_COLUMN_OBJECT:
			return type == SF_JSON_OBJECT ? NULL : "an object";
		case SF_COLUMN_ARRAY:
			return type == SF_JSON_ARRAY && all_elements(value, SF_JSON_OBJECT) ? NULL : "an array of objects";
		case SF_COLUMN_JSON:
		case SF_COLUMN_ORDINAL:
			return NULL;
	}
	return NULL;
}

static bool
all_elements(SfJson *array, SfJsonType type)
{
	for (int i = 0; i < sf_json_length(array); i++)
	{
		if (sf_json_type(sf_json_element(array, i)) != type)
			return false;
	}
	return true;
}

static bool
is_scalar(SfJson *value)
{
	SfJsonType	type = sf_json_type(value);

	return type == SF_JSON_STRING || type == SF_JSON_NUMBER || type == SF_JSON_BOOL;
}

static bool
is_number(SfJson *value, bool whole)
{
	SfJsonType	type = sf_json_type(value);
	char	   *text = type == SF_JSON_NUMBER || type == SF_JSON_STRING ? sf_json_text(value) : NULL;
	const char *digits = text;

	if (text == NULL)
		return false;
	if (type == SF_JSON_NUMBER && !whole)
		return true;
	digits += *digits == '-';
	return *digits && strspn(digits, whole ? "0123456789" : "0123456789.eE+-") == strlen(digits);
}

/*
 * What a value is, for a message.  Only a short scalar in place of a number or
 * a truth value is shown itself: others may be a secret.
 */
static const char *
shown(SfJson *value, SfColumnType wanted)
{
	bool		plain = wanted == SF_COLUMN_BOOL || wanted == SF_COLUMN_INT || wanted == SF_COLUMN_FLOAT;
	char	   *text = is_scalar(value) && plain ? sf_json_print(value) : NULL;

	if (text && strlen(text) <= SHOWN)
		return text;
	switch (sf_json_type(value))
	{
		case SF_JSON_BOOL:
			return "true or false";
		case SF_JSON_NUMBER:
			return "a number";
		case SF_JSON_STRING:
			return "a string";
		case SF_JSON_ARRAY:
			return wanted == SF_COLUMN_TEXT_ARRAY || wanted == SF_COLUMN_REFERENCE_ARRAY || wanted == SF_COLUMN_ARRAY ?
				"one with other elements" : "an array";
		case SF_JSON_OBJECT:
			return "an object";
		case SF_JSON_NULL:
			break;
	}
	return "null";
}
