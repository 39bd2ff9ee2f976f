/*
 * binding.c
 *	  Values for the ? placeholders of a statement.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "base/str.h"
#include "core/compat.h"
#include "types/binding.h"

/* What a type's value looks like: SQL API, "submitting requests". */
static const struct
{
	const char *type;
	const char *characters;		/* NULL: any */
	const char *form;
}			bind_types[] = {
	{"FIXED", "0123456789-+", "a whole number"},
	{"REAL", "0123456789-+.eEinfaNIF", "a number"},
	{"DECFLOAT", "0123456789-+.eE", "a number"},
	{"TEXT", NULL, NULL},
	{"BINARY", "0123456789abcdefABCDEF", "hexadecimal digits"},
	{"BOOLEAN", "trueTRUEfalsFALS01", "true or false"},
	{"DATE", "0123456789-", "milliseconds since 1970"},
	{"TIME", "0123456789", "nanoseconds since midnight"},
	{"TIMESTAMP_NTZ", "0123456789-", "nanoseconds since 1970"},
	{"TIMESTAMP_LTZ", "0123456789-", "nanoseconds since 1970"},
	{"TIMESTAMP_TZ", "0123456789- ", "nanoseconds since 1970 and the offset in minutes plus 1440"},
};

static void bind_value(JsonbValue *value, int position, SfBinding *out);
static void bind_number(Numeric number, SfBinding *out);
static void bind_exact(JsonbContainer *object, int position, SfBinding *out);
static char *member_text(JsonbContainer *object, const char *key, bool *found);
pg_noreturn static void bad_parameter(int position, const char *what);

SfBinding *
sf_bindings_from_jsonb(Jsonb *params, int *n)
{
	SfBinding  *bindings;

	if (!JB_ROOT_IS_ARRAY(params) || JB_ROOT_IS_SCALAR(params))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("params must be a JSON array"),
				 errhint("Write for example '[42, \"text\"]'.")));
	*n = JB_ROOT_COUNT(params);
	bindings = palloc0(sizeof(SfBinding) * Max(*n, 1));
	for (int i = 0; i < *n; i++)
		bind_value(getIthJsonbValueFromContainer(&params->root, i), i + 1, &bindings[i]);
	return bindings;
}

/*
 * Throws 22023 for what cannot be bound.
 */
static void
bind_value(JsonbValue *value, int position, SfBinding *out)
{
	out->type = "TEXT";
	switch (value->type)
	{
		case jbvNull:
			out->value = NULL;
			break;
		case jbvString:
			out->value = pnstrdup(value->val.string.val, value->val.string.len);
			break;
		case jbvNumeric:
			bind_number(value->val.numeric, out);
			break;
		case jbvBool:
			out->type = "BOOLEAN";
			out->value = value->val.boolean ? "true" : "false";
			break;
		default:
			if (value->type != jbvBinary || !JsonContainerIsObject(value->val.binary.data))
				bad_parameter(position, "an array cannot be bound; pass its JSON as a string and use PARSE_JSON(?)");
			bind_exact(value->val.binary.data, position, out);
	}
}

/*
 * FIXED takes whole numbers only; other numbers go as text, with all digits.
 */
static void
bind_number(Numeric number, SfBinding *out)
{
	char	   *text = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number)));

	out->type = strspn(text, "-0123456789") == strlen(text) && strlen(text) <= 38 ? "FIXED" : "TEXT";
	out->value = text;
}

/*
 * {"type", "value"}.  Throws 22023 for another object, and for a value that
 * its type cannot have.
 */
static void
bind_exact(JsonbContainer *object, int position, SfBinding *out)
{
	bool		has_type;
	bool		has_value;
	char	   *type = member_text(object, "type", &has_type);
	char	   *value = member_text(object, "value", &has_value);

	if (!has_type || !has_value || type == NULL || JsonContainerSize(object) != 2)
		bad_parameter(position,
					  "an object must be {\"type\": ..., \"value\": ...}; pass other JSON as a string and "
					  "use PARSE_JSON(?)");
	for (int i = 0; i < lengthof(bind_types); i++)
	{
		if (pg_strcasecmp(type, bind_types[i].type) != 0)
			continue;
		if (value && bind_types[i].characters &&
			(value[0] == '\0' || strspn(value, bind_types[i].characters) != strlen(value)))
			bad_parameter(position, psprintf("the value of type %s must be %s", bind_types[i].type,
											 bind_types[i].form));
		out->type = bind_types[i].type;
		out->value = value;
		return;
	}
	bad_parameter(position, psprintf("\"%s\" is not a bind type; they are FIXED, REAL, DECFLOAT, TEXT, BINARY,"
									 " BOOLEAN, DATE, TIME and TIMESTAMP_NTZ, _LTZ, _TZ", type));
}

/*
 * A member as text; NULL for JSON null.
 */
static char *
member_text(JsonbContainer *object, const char *key, bool *found)
{
	JsonbValue	storage;
	JsonbValue *value = getKeyJsonValueFromContainer(object, key, strlen(key), &storage);

	*found = value != NULL;
	if (value == NULL || value->type == jbvNull)
		return NULL;
	if (value->type == jbvString)
		return pnstrdup(value->val.string.val, value->val.string.len);
	if (value->type == jbvNumeric)
		return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));
	if (value->type == jbvBool)
		return pstrdup(value->val.boolean ? "true" : "false");
	*found = false;
	return NULL;
}

static void
bad_parameter(int position, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("parameter %d cannot be bound", position),
			 errdetail_internal("%s.", what)));
}
