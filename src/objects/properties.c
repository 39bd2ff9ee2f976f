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

#include "mb/pg_wchar.h"

#include "base/str.h"
#include "objects/properties.h"

#define SHOWN 60				/* bytes of a value in a message */

static const char *wanted_type(const SfColumnDef *def, SfJson *value);
static bool all_texts(SfJson *array);
static bool is_scalar(SfJson *value);
static bool is_number(SfJson *value, bool whole);
static char *shown(SfJson *value);

void
sf_properties_check(const SfKindDef *kind, SfJson *properties)
{
	for (int i = 0; i < kind->ncolumns; i++)
		sf_property_check(kind, &kind->columns[i], sf_json_member(properties, kind->columns[i].name));
}

void
sf_property_check(const SfKindDef *kind, const SfColumnDef *def, SfJson *value)
{
	const char *wanted = def->flags & (SF_COLUMN_IS_READ_ONLY | SF_COLUMN_IS_PARENT) ? NULL : wanted_type(def, value);

	if (wanted)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("property \"%s\" of kind \"%s\" must be %s, not %s", def->name, kind->name, wanted,
						shown(value))));
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
							  shown(value));
	}
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
			return type == SF_JSON_ARRAY && all_texts(value) ? NULL : "an array of strings";
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
			return type == SF_JSON_ARRAY ? NULL : "an array";
		case SF_COLUMN_JSON:
		case SF_COLUMN_ORDINAL:
			return NULL;
	}
	return NULL;
}

static bool
all_texts(SfJson *array)
{
	for (int i = 0; i < sf_json_length(array); i++)
	{
		if (sf_json_type(sf_json_element(array, i)) != SF_JSON_STRING)
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
 * The beginning of the value as JSON.
 */
static char *
shown(SfJson *value)
{
	char	   *text = sf_json_print(value);
	size_t		len = strlen(text);

	if (len <= SHOWN)
		return text;
	len = pg_mbcliplen(text, (int) len, SHOWN);
	return psprintf("%.*s...", (int) len, text);
}
