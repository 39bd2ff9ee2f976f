/*
 * typemap.c
 *	  Snowflake's types.
 *
 * FLOAT travels as decimal text of too few digits unless asked for all of
 * them (format 'TME' writes 17); semi-structured, spatial and vector values
 * are asked for as JSON text, whatever the account's output formats are.
 */
#include "postgres.h"

#include <ctype.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "base/ident.h"
#include "base/str.h"
#include "core/json.h"
#include "core/owner.h"
#include "types/typemap.h"

/* the largest lengths (SQL reference: data-types-text) */
#define MAX_TEXT 134217728
#define MAX_BINARY 67108864

extern const char *quote_identifier(const char *ident);

typedef struct TypeRow
{
	SfTypeKind	kind;
	const char *name;			/* in SQL, and of the remote_type option */
	const char *aliases[12];	/* other spellings, on the wire and in SQL */
	const char *pg_type;		/* default; NULL: depends on precision and
								 * scale */
	const char *select;			/* expression around the column, or NULL */
	const char *store;			/* expression around a text that makes a value
								 * of it, %t its type; NULL: it is not written */
} TypeRow;

static const TypeRow type_table[] = {
	{SF_TYPE_FIXED, "NUMBER",
		{"FIXED", "DECIMAL", "NUMERIC", "INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "BYTEINT"}, NULL, NULL,
	"CAST(%s AS %t)"},
	{SF_TYPE_REAL, "FLOAT",
		{"REAL", "DOUBLE", "FLOAT4", "FLOAT8", "DOUBLE PRECISION"}, "double precision", "TO_VARCHAR(%s, 'TME')",
	"CAST(%s AS %t)"},
	{SF_TYPE_DECFLOAT, "DECFLOAT", {NULL}, "numeric", NULL, "CAST(%s AS %t)"},
	{SF_TYPE_TEXT, "VARCHAR", {"TEXT", "STRING", "CHAR", "CHARACTER", "NCHAR", "NVARCHAR"}, "text", NULL,
	"CAST(%s AS VARCHAR)"},
	{SF_TYPE_BINARY, "BINARY", {"VARBINARY"}, "bytea", NULL, "TO_BINARY(%s, 'HEX')"},
	{SF_TYPE_BOOLEAN, "BOOLEAN", {NULL}, "boolean", NULL, "CAST(%s AS %t)"},
	{SF_TYPE_DATE, "DATE", {NULL}, "date", NULL, "TO_DATE(%s, 'YYYY-MM-DD')"},
	{SF_TYPE_TIME, "TIME", {NULL}, NULL, NULL, "TO_TIME(%s, 'HH24:MI:SS.FF9')"},
	{SF_TYPE_TIMESTAMP_NTZ, "TIMESTAMP_NTZ", {"DATETIME", "TIMESTAMPNTZ"}, NULL, NULL,
	"TO_TIMESTAMP_NTZ(%s, 'YYYY-MM-DD HH24:MI:SS.FF9')"},
	{SF_TYPE_TIMESTAMP_LTZ, "TIMESTAMP_LTZ", {"TIMESTAMPLTZ"}, NULL, NULL,
	"TO_TIMESTAMP_LTZ(%s, 'YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM')"},
	{SF_TYPE_TIMESTAMP_TZ, "TIMESTAMP_TZ", {"TIMESTAMPTZ"}, NULL, NULL,
	"TO_TIMESTAMP_TZ(%s, 'YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM')"},
	{SF_TYPE_VARIANT, "VARIANT", {NULL}, "jsonb", "TO_JSON(%s)", "PARSE_JSON(%s)"},
	{SF_TYPE_OBJECT, "OBJECT", {NULL}, "jsonb", "TO_JSON(%s)", "CAST(PARSE_JSON(%s) AS %t)"},
	{SF_TYPE_ARRAY, "ARRAY", {NULL}, "jsonb", "TO_JSON(%s)", "CAST(PARSE_JSON(%s) AS %t)"},
	{SF_TYPE_MAP, "MAP", {NULL}, "jsonb", "TO_JSON(%s::VARIANT)", NULL},
	{SF_TYPE_GEOGRAPHY, "GEOGRAPHY", {NULL}, "jsonb", "ST_ASGEOJSON(%s)", "TO_GEOGRAPHY(%s)"},
	{SF_TYPE_GEOMETRY, "GEOMETRY", {NULL}, "jsonb", "ST_ASGEOJSON(%s)", "TO_GEOMETRY(%s)"},
	{SF_TYPE_VECTOR, "VECTOR", {NULL}, NULL, "TO_JSON(TO_ARRAY(%s))", "CAST(CAST(PARSE_JSON(%s) AS ARRAY) AS %t)"},
	{SF_TYPE_UUID, "UUID", {NULL}, "uuid", NULL, "CAST(%s AS %t)"},
	{SF_TYPE_INTERVAL_YEAR_MONTH, "INTERVAL YEAR TO MONTH", {"INTERVAL_YEAR_MONTH"}, "interval", "%s::VARCHAR", NULL},
	{SF_TYPE_INTERVAL_DAY_TIME, "INTERVAL DAY TO SECOND", {"INTERVAL_DAY_TIME"}, "interval", "%s::VARCHAR", NULL},
	{SF_TYPE_FILE, "FILE", {NULL}, "jsonb", NULL, NULL},
	{SF_TYPE_UNKNOWN, "UNKNOWN", {NULL}, "text", NULL, NULL},
};

static bool arguments_valid(SfTypeKind kind, const char *text);
static bool in_parentheses(const char *text);
static const TypeRow *row_of(SfTypeKind kind);
static bool find_kind(const char *name, SfTypeKind *kind);
static void set_defaults(SfRemoteType *type);
static void parse_arguments(const char *text, SfRemoteType *out);
static int	int_member(SfJson *object, const char *name);
static char *pg_type_name(const SfRemoteType *type, bool int38_bigint);
static char *with_precision(const char *name, const char *suffix, int scale);

SfTypeKind
sf_type_kind(const char *name)
{
	SfTypeKind	kind = SF_TYPE_UNKNOWN;

	find_kind(name, &kind);
	return kind;
}

bool
sf_remote_type_parse(const char *text, SfRemoteType *out)
{
	char		name[64];
	size_t		n = strcspn(text, "(");

	set_defaults(out);
	while (n > 0 && text[n - 1] == ' ')
		n--;
	if (n == 0 || n >= sizeof(name))
		return false;
	memcpy(name, text, n);
	name[n] = '\0';
	if (!find_kind(name, &out->kind))
		return false;
	if (text[strcspn(text, "(")] == '(')
		parse_arguments(text + strcspn(text, "(") + 1, out);
	if (out->kind == SF_TYPE_FIXED)
	{
		out->precision = out->precision < 0 ? 38 : out->precision;
		out->scale = out->scale < 0 ? 0 : out->scale;
	}
	return true;
}

void
sf_remote_type_check(const char *text)
{
	SfRemoteType type;

	if (!sf_remote_type_parse(text, &type) || type.kind == SF_TYPE_UNKNOWN || !arguments_valid(type.kind, text))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid value for option \"%s\": \"%s\"", "remote_type", text),
				 errdetail("It takes a type of Snowflake's, such as NUMBER(10,2), VARCHAR, TIMESTAMP_NTZ(9) or "
						   "ARRAY(VARCHAR).")));
}

/*
 * A locale, or utf8 or bin, and modifiers: en-ci, de_DE-ai-pi (SQL reference:
 * collation).
 */
void
sf_remote_collation_check(const char *text)
{
	bool		word = false;	/* a letter or digit before this one */

	for (const char *p = text; *p; p++)
	{
		if (!isalnum((unsigned char) *p) && !(word && (*p == '-' || *p == '_')))
			break;
		word = *p != '-' && *p != '_';
		if (p[1] == '\0' && word && p - text < 63)
			return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid value for option \"%s\": \"%s\"", "remote_collation", text),
			 errdetail("It takes a collation of Snowflake's, such as en-ci or de_DE-ai-pi.")));
}

/*
 * What stands in the parentheses of a type whose name is known.
 */
static bool
arguments_valid(SfTypeKind kind, const char *text)
{
	const char *arguments = strchr(text, '(');
	int			first = 0;
	int			second = 0;
	int			end = -1;
	char		word[6];

	if (arguments == NULL)
		return true;
	if (!in_parentheses(arguments))
		return kind == SF_TYPE_INTERVAL_YEAR_MONTH || kind == SF_TYPE_INTERVAL_DAY_TIME;
	switch (kind)
	{
		case SF_TYPE_FIXED:
			if (sscanf(arguments, "(%d )%n", &first, &end) != 1 || end < 0)
				sscanf(arguments, "(%d , %d )%n", &first, &second, &end);
			return end > 0 && first >= 1 && first <= 38 && second >= 0 && second <= first && second <= 37;
		case SF_TYPE_TEXT:
		case SF_TYPE_BINARY:
			sscanf(arguments, "(%d )%n", &first, &end);
			return end > 0 && first >= 1 && first <= (kind == SF_TYPE_TEXT ? MAX_TEXT : MAX_BINARY);
		case SF_TYPE_TIME:
		case SF_TYPE_TIMESTAMP_NTZ:
		case SF_TYPE_TIMESTAMP_LTZ:
		case SF_TYPE_TIMESTAMP_TZ:
			sscanf(arguments, "(%d )%n", &first, &end);
			return end > 0 && first >= 0 && first <= 9;
		case SF_TYPE_VECTOR:
			sscanf(arguments, "(%5[A-Za-z] , %d )%n", word, &first, &end);
			return end > 0 && first >= 1 && first <= 4096 &&
				(pg_strcasecmp(word, "FLOAT") == 0 || pg_strcasecmp(word, "INT") == 0);
		case SF_TYPE_ARRAY:
		case SF_TYPE_OBJECT:
		case SF_TYPE_MAP:
		case SF_TYPE_DECFLOAT:
		case SF_TYPE_INTERVAL_YEAR_MONTH:
		case SF_TYPE_INTERVAL_DAY_TIME:
			return true;
		default:
			return false;
	}
}

/*
 * From the first character to the last.
 */
static bool
in_parentheses(const char *text)
{
	int			depth = 0;

	for (const char *p = text; *p; p++)
	{
		depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
		if (depth <= 0)
			return depth == 0 && p[strspn(p + 1, " ") + 1] == '\0';
	}
	return false;
}

char *
sf_remote_type_name(const SfRemoteType *type)
{
	const char *name = row_of(type->kind)->name;

	switch (type->kind)
	{
		case SF_TYPE_FIXED:
			return psprintf("%s(%d,%d)", name, type->precision < 0 ? 38 : type->precision, Max(type->scale, 0));
		case SF_TYPE_TEXT:
		case SF_TYPE_BINARY:
			return type->length >= 0 ? psprintf("%s(" INT64_FORMAT ")", name, type->length) : pstrdup(name);
		case SF_TYPE_TIME:
		case SF_TYPE_TIMESTAMP_NTZ:
		case SF_TYPE_TIMESTAMP_LTZ:
		case SF_TYPE_TIMESTAMP_TZ:
			return psprintf("%s(%d)", name, type->scale < 0 ? 9 : type->scale);
		case SF_TYPE_VECTOR:
			return psprintf("%s(%s, %d)", name, type->vector_of_int ? "INT" : "FLOAT", type->dimension);
		case SF_TYPE_OBJECT:
		case SF_TYPE_ARRAY:
			return type->structured ? psprintf("%s(VARIANT)", name) : pstrdup(name);
		default:
			return pstrdup(name);
	}
}

bool
sf_remote_type_from_show(const char *json, SfRemoteType *out, bool *nullable)
{
	SfJsonFault fault;
	SfJson	   *document = sf_json_parse(json, strlen(json), &fault);
	const char *type = sf_json_utf8(sf_json_member(document, "type"));
	const char *element;
	const char *collation;
	const char *nullable_text;

	set_defaults(out);
	if (type == NULL || !find_kind(type, &out->kind))
		return false;
	out->precision = int_member(document, "precision");
	out->scale = int_member(document, "scale");
	out->length = int_member(document, "length");
	out->dimension = int_member(document, "dimension");
	element = sf_json_utf8(sf_json_member(sf_json_member(document, "vectorElementType"), "type"));
	out->vector_of_int = element && strcmp(element, "FIXED") == 0;
	out->structured = sf_json_member(document, "fields") || sf_json_member(document, "elementType");
	if ((collation = sf_json_utf8(sf_json_member(document, "collation"))) != NULL)
		strlcpy(out->collation, collation, sizeof(out->collation));
	nullable_text = sf_json_type(sf_json_member(document, "nullable")) == SF_JSON_BOOL ?
		sf_json_text(sf_json_member(document, "nullable")) : NULL;
	*nullable = nullable_text == NULL || strcmp(nullable_text, "true") == 0;
	return true;
}

void
sf_remote_type_from_meta(const SfColumnMeta *meta, SfRemoteType *out)
{
	set_defaults(out);
	out->kind = sf_type_kind(meta->type);
	out->precision = meta->precision;
	out->scale = meta->scale;
	out->length = meta->length;
	if (meta->collation)
		strlcpy(out->collation, meta->collation, sizeof(out->collation));
}

bool
sf_remote_type_drifted(const SfRemoteType *recorded, const SfRemoteType *actual)
{
	switch (recorded->kind)
	{
		case SF_TYPE_FIXED:
			return actual->kind != SF_TYPE_FIXED || (actual->scale >= 0 && actual->scale != recorded->scale) ||
				actual->precision > recorded->precision;
		case SF_TYPE_TIME:
		case SF_TYPE_TIMESTAMP_NTZ:
		case SF_TYPE_TIMESTAMP_LTZ:
		case SF_TYPE_TIMESTAMP_TZ:
			return actual->kind != recorded->kind || actual->scale > (recorded->scale < 0 ? 9 : recorded->scale);
		case SF_TYPE_TEXT:
		case SF_TYPE_BINARY:
		case SF_TYPE_BOOLEAN:
		case SF_TYPE_DATE:
			return actual->kind != recorded->kind;
		case SF_TYPE_UUID:
			/* clients are sent texts */
			return actual->kind != SF_TYPE_UUID && actual->kind != SF_TYPE_TEXT;
		default:
			return false;
	}
}

bool
sf_is_plain_collation(const char *collation)
{
	return collation == NULL || collation[0] == '\0' || pg_strcasecmp(collation, "utf8") == 0 ||
		pg_strcasecmp(collation, "bin") == 0;
}

bool
sf_is_text_like(Oid type)
{
	char		category;
	bool		preferred;

	get_type_category_preferred(type, &category, &preferred);
	return category == TYPCATEGORY_STRING;
}

char *
sf_pg_type_for(const SfRemoteType *type, bool int38_bigint)
{
	return pg_type_name(type, int38_bigint);
}

char *
sf_pg_type_for_meta(const SfColumnMeta *meta)
{
	SfRemoteType type;

	sf_remote_type_from_meta(meta, &type);
	return pg_type_name(&type, false);
}

char *
sf_select_expr(const SfRemoteType *type, const char *column)
{
	const char *format = row_of(type->kind)->select;

	if (type->structured)
		format = "TO_JSON(%s::VARIANT)";
	if (format == NULL)
		return pstrdup(column);
	else
	{
		const char *at = strstr(format, "%s");

		return psprintf("%.*s%s%s", (int) (at - format), format, column, at + 2);
	}
}

char *
sf_store_expr(const SfRemoteType *type, const char *text)
{
	StringInfoData out;
	const char *format = row_of(type->kind)->store;

	/* the types inside of a structured one are not recorded */
	if (format == NULL || type->structured)
		return NULL;
	initStringInfo(&out);
	for (const char *p = format; *p; p++)
	{
		if (p[0] != '%')
			appendStringInfoChar(&out, *p);
		else if (*++p == 's')
			appendStringInfoString(&out, text);
		else
			appendStringInfoString(&out, sf_remote_type_name(type));
	}
	return out.data;
}

char *
sf_describe_columns(const SfResultMeta *meta)
{
	StringInfoData list;

	/* no list may be longer */
	int			ncolumns = Min(meta->ncolumns, MaxTupleAttributeNumber);
	char	  **names = palloc(sizeof(char *) * Max(ncolumns, 1));

	initStringInfo(&list);
	appendStringInfoString(&list, "t(");
	for (int i = 0; i < ncolumns; i++)
	{
		names[i] = sf_unique_column_name(meta->columns[i].name, names, i);
		appendStringInfo(&list, "%s%s %s", i ? ", " : "", quote_identifier(names[i]),
						 sf_pg_type_for_meta(&meta->columns[i]));
	}
	appendStringInfoString(&list, meta->ncolumns > ncolumns ? ", ...)" : ")");
	return list.data;
}

char *
sf_unique_column_name(const char *remote, char **names, int nnames)
{
	SfBuf	   *buf = sf_buf_create(CurrentMemoryContext, MaxAllocSize);
	char	   *name;
	char	   *candidate;

	sf_ident_local_name(buf, remote, SF_IMPORT_SMART);
	sf_buf_check(buf, "a column name");
	name = pnstrdup(buf->data, pg_mbcliplen(buf->data, strlen(buf->data), NAMEDATALEN - 1));
	sf_buf_free(buf);
	candidate = name;
	for (int number = 2;; number++)
	{
		char		suffix[12];
		int			i = 0;

		while (i < nnames && strcmp(names[i], candidate) != 0)
			i++;
		if (i == nnames)
			return candidate;
		snprintf(suffix, sizeof(suffix), "_%d", number);
		candidate = psprintf("%.*s%s", pg_mbcliplen(name, strlen(name), NAMEDATALEN - 1 - strlen(suffix)), name,
							 suffix);
	}
}

/*
 * Never NULL: a kind that the table lacks has the last row, UNKNOWN.
 */
static const TypeRow *
row_of(SfTypeKind kind)
{
	for (int i = 0; i < lengthof(type_table); i++)
	{
		if (type_table[i].kind == kind)
			return &type_table[i];
	}
	return &type_table[lengthof(type_table) - 1];
}

/*
 * False, with *kind as it was, for a name that is none.
 */
static bool
find_kind(const char *name, SfTypeKind *kind)
{
	/* INTERVAL YEAR, INTERVAL DAY TO SECOND ...: what they begin with decides */
	if (pg_strncasecmp(name, "INTERVAL ", 9) == 0)
	{
		bool		months = pg_strncasecmp(name + 9, "YEAR", 4) == 0 || pg_strncasecmp(name + 9, "MONTH", 5) == 0;

		*kind = months ? SF_TYPE_INTERVAL_YEAR_MONTH : SF_TYPE_INTERVAL_DAY_TIME;
		return true;
	}
	for (int i = 0; i < lengthof(type_table); i++)
	{
		bool		match = sf_strcasecmp_ascii(name, type_table[i].name) == 0;

		for (int k = 0; type_table[i].aliases[k]; k++)
			match |= sf_strcasecmp_ascii(name, type_table[i].aliases[k]) == 0;
		if (match)
		{
			*kind = type_table[i].kind;
			return true;
		}
	}
	return false;
}

static void
set_defaults(SfRemoteType *type)
{
	memset(type, 0, sizeof(*type));
	type->kind = SF_TYPE_UNKNOWN;
	type->precision = type->scale = -1;
	type->length = -1;
}

/*
 * What stands in a type's parentheses.
 */
static void
parse_arguments(const char *text, SfRemoteType *out)
{
	int			first = -1;
	int			second = -1;
	int			n = sscanf(text, "%d , %d", &first, &second);

	switch (out->kind)
	{
		case SF_TYPE_FIXED:
			out->precision = first;
			out->scale = n == 2 ? second : 0;
			break;
		case SF_TYPE_TEXT:
		case SF_TYPE_BINARY:
			out->length = first;
			break;
		case SF_TYPE_TIME:
		case SF_TYPE_TIMESTAMP_NTZ:
		case SF_TYPE_TIMESTAMP_LTZ:
		case SF_TYPE_TIMESTAMP_TZ:
			out->scale = first;
			break;
		case SF_TYPE_VECTOR:
			out->vector_of_int = pg_strncasecmp(text, "INT", 3) == 0;
			if (strchr(text, ','))
				out->dimension = (int) strtol(strchr(text, ',') + 1, NULL, 10);
			break;
		default:
			out->structured = true;
	}
}

static int
int_member(SfJson *object, const char *name)
{
	int64		number;

	return sf_json_int(sf_json_member(object, name), &number) && number >= 0 && number <= PG_INT32_MAX ?
		(int) number : -1;
}

static char *
pg_type_name(const SfRemoteType *type, bool int38_bigint)
{
	int			precision = type->precision < 0 ? 38 : type->precision;
	int			scale = Max(type->scale, 0);

	switch (type->kind)
	{
		case SF_TYPE_FIXED:
			if (scale > 0)
				return psprintf("numeric(%d,%d)", precision, scale);
			if (precision <= 4)
				return pstrdup("smallint");
			if (precision <= 9)
				return pstrdup("integer");
			if (precision <= 18 || int38_bigint)
				return pstrdup("bigint");
			return psprintf("numeric(%d,0)", precision);
		case SF_TYPE_TIME:
			return with_precision("time", "", type->scale);
		case SF_TYPE_TIMESTAMP_NTZ:
			return with_precision("timestamp", "", type->scale);
		case SF_TYPE_TIMESTAMP_LTZ:
		case SF_TYPE_TIMESTAMP_TZ:
			return with_precision("timestamp", " with time zone", type->scale);
		case SF_TYPE_VECTOR:
			return pstrdup(type->vector_of_int ? "integer[]" : "real[]");
		default:
			return pstrdup(row_of(type->kind)->pg_type);
	}
}

/*
 * Six digits are all that PostgreSQL keeps, and its default.
 */
static char *
with_precision(const char *name, const char *suffix, int scale)
{
	return scale >= 0 && scale < 6 ? psprintf("%s(%d)%s", name, scale, suffix) : psprintf("%s%s", name, suffix);
}
