/*
 * literal.c
 *	  PostgreSQL values as Snowflake literals.
 *
 * A date is written with its format, since DATE '...' is read by the account's
 * DATE_INPUT_FORMAT; a number with digits behind the point has its type
 * written, since a bare one is typed by its digits; in strings the backslash
 * is an escape (SQL reference: data-types-text, date-time-input-output).
 */
#include "postgres.h"

#include <ctype.h>
#include <math.h>

#include "catalog/pg_type.h"
#include "common/shortest_dec.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"
#include "utils/memutils.h"
#include "utils/uuid.h"

#include "base/ident.h"
#include "base/str.h"
#include "core/compat.h"
#include "core/owner.h"
#include "core/quote.h"
#include "deparse/literal.h"
#include "types/form.h"

#define MAX_DIGITS 38
#define MAX_SCALE 37
#define MAX_LIST 16384			/* Snowflake's limit of an IN list */
#define MAX_TYPED_LIST 50		/* of elements that are no bare literals */
#define MAX_FLOAT_DIGITS 15
#define MAX_FLOAT_POWER 22

typedef struct LiteralType
{
	Oid			type;
	SfTypeKind	kind;
	int			precision;		/* NUMBER; 0: any */
	const char *name;			/* in CAST(NULL AS name) */
} LiteralType;

static const LiteralType literal_types[] = {
	{INT2OID, SF_TYPE_FIXED, 5, "NUMBER(5,0)"},
	{INT4OID, SF_TYPE_FIXED, 10, "NUMBER(10,0)"},
	{INT8OID, SF_TYPE_FIXED, 19, "NUMBER(19,0)"},
	{NUMERICOID, SF_TYPE_FIXED, 0, "NUMBER(38,0)"},
	{FLOAT8OID, SF_TYPE_REAL, 0, "FLOAT"},
	{TEXTOID, SF_TYPE_TEXT, 0, "VARCHAR"},
	{NAMEOID, SF_TYPE_TEXT, 0, "VARCHAR"},
	{VARCHAROID, SF_TYPE_TEXT, 0, "VARCHAR"},
	{BYTEAOID, SF_TYPE_BINARY, 0, "BINARY"},
	{BOOLOID, SF_TYPE_BOOLEAN, 0, "BOOLEAN"},
	{DATEOID, SF_TYPE_DATE, 0, "DATE"},
	{TIMEOID, SF_TYPE_TIME, 0, "TIME(6)"},
	{TIMESTAMPOID, SF_TYPE_TIMESTAMP_NTZ, 0, "TIMESTAMP_NTZ(6)"},
	{TIMESTAMPTZOID, SF_TYPE_TIMESTAMP_TZ, 0, "TIMESTAMP_TZ(6)"},
	{UUIDOID, SF_TYPE_UUID, 0, "UUID"},
};

static const LiteralType *find_type(Oid type);
static const char *append_values(StringInfo out, Oid type, const Datum *elements, const bool *nulls, int n, bool in);
static bool append_numeric(StringInfo out, Datum value, bool bare);
static bool append_float(StringInfo out, float8 number);
static bool append_string(StringInfo out, Datum value);
static void append_binary(StringInfo out, bytea *value);
static bool append_date(StringInfo out, DateADT date);
static bool append_time(StringInfo out, TimeADT time);
static bool append_timestamp(StringInfo out, Timestamp timestamp, bool zone);
static bool end_call(StringInfo out, int before, bool has_form, const char *format);

bool
sf_literal_type(Oid type, SfRemoteType *out)
{
	const LiteralType *row = find_type(type);

	memset(out, 0, sizeof(*out));
	if (row == NULL)
		return false;
	out->kind = row->kind;
	out->precision = row->precision;
	return true;
}

bool
sf_literal_append(StringInfo out, Oid type, Datum value, int64 add_micros)
{
	switch (type)
	{
		case INT2OID:
			appendStringInfo(out, DatumGetInt16(value) < 0 ? "(%d)" : "%d", DatumGetInt16(value));
			return true;
		case INT4OID:
			appendStringInfo(out, DatumGetInt32(value) < 0 ? "(%d)" : "%d", DatumGetInt32(value));
			return true;
		case INT8OID:
			appendStringInfo(out, DatumGetInt64(value) < 0 ? "(" INT64_FORMAT ")" : INT64_FORMAT, DatumGetInt64(value));
			return true;
		case NUMERICOID:
			return append_numeric(out, value, false);
		case FLOAT8OID:
			return append_float(out, DatumGetFloat8(value));
		case TEXTOID:
		case VARCHAROID:
			return append_string(out, value);
		case NAMEOID:
			return append_string(out, CStringGetTextDatum(NameStr(*DatumGetName(value))));
		case BYTEAOID:
			append_binary(out, DatumGetByteaPP(value));
			return true;
		case BOOLOID:
			appendStringInfoString(out, DatumGetBool(value) ? "TRUE" : "FALSE");
			return true;
		case DATEOID:
			return append_date(out, DatumGetDateADT(value));
		case TIMEOID:
			return append_time(out, DatumGetTimeADT(value) + add_micros);
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			if (TIMESTAMP_NOT_FINITE(DatumGetTimestamp(value)))
				return false;
			return append_timestamp(out, DatumGetTimestamp(value) + add_micros, type == TIMESTAMPTZOID);
		case UUIDOID:
			appendStringInfo(out, "CAST('%s' AS UUID)", DatumGetCString(DirectFunctionCall1(uuid_out, value)));
			return true;
		default:
			return false;
	}
}

bool
sf_literal_append_bare(StringInfo out, Oid type, Datum value)
{
	switch (type)
	{
		case INT2OID:
			appendStringInfo(out, "%d", DatumGetInt16(value));
			return true;
		case INT4OID:
			appendStringInfo(out, "%d", DatumGetInt32(value));
			return true;
		case INT8OID:
			appendStringInfo(out, INT64_FORMAT, DatumGetInt64(value));
			return true;
		case NUMERICOID:
			return append_numeric(out, value, true);
		case TEXTOID:
		case VARCHAROID:
			return append_string(out, value);
		default:
			return false;
	}
}

/*
 * An empty list has no form; an element with a type around it is no literal
 * to Snowflake, which takes few of those.
 */
const char *
sf_literal_append_list(StringInfo out, ArrayType *array, bool in)
{
	Oid			type = ARR_ELEMTYPE(array);
	int16		length;
	bool		byval;
	char		align;
	Datum	   *elements;
	bool	   *nulls;
	int			n;
	int			before = out->len;
	bool		bare = true;

	get_typlenbyvalalign(type, &length, &byval, &align);
	deconstruct_array(array, type, length, byval, align, &elements, &nulls, &n);
	if (n > MAX_LIST)
		return psprintf("the list has more than %d elements", MAX_LIST);
	if (n == 0)
	{
		/* also for a NULL on the left */
		appendStringInfoString(out, in ? " IS NULL AND FALSE" : " IS NULL OR TRUE");
		return NULL;
	}
	appendStringInfoString(out, in ? " IN (" : " NOT IN (");
	for (int i = 0; i < n; i++)
	{
		if (i > 0)
			appendStringInfoString(out, ", ");
		if (nulls[i])
			appendStringInfoString(out, "NULL");
		else if (!sf_literal_append_bare(out, type, elements[i]))
		{
			bare = false;
			if (!sf_literal_append(out, type, elements[i], 0))
				return "Snowflake has no such value";
		}
	}
	appendStringInfoChar(out, ')');
	if (bare || n <= MAX_TYPED_LIST)
		return NULL;
	out->len = before;
	return append_values(out, type, elements, nulls, n, in);
}

/*
 * A long list of typed literals, as a subquery; not with a NULL, of which a
 * NOT IN may make nothing there.
 */
static const char *
append_values(StringInfo out, Oid type, const Datum *elements, const bool *nulls, int n, bool in)
{
	appendStringInfoString(out, in ? " IN (SELECT COLUMN1 FROM VALUES " : " NOT IN (SELECT COLUMN1 FROM VALUES ");
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			return psprintf("there is a NULL among more than %d values of this type", MAX_TYPED_LIST);
		appendStringInfoString(out, i == 0 ? "(" : ", (");
		sf_literal_append(out, type, elements[i], 0);
		appendStringInfoChar(out, ')');
	}
	appendStringInfoChar(out, ')');
	return NULL;
}

void
sf_literal_append_texts(StringInfo out, const char *const *literals, int n, bool bare)
{
	bool		values = !bare && n > MAX_TYPED_LIST;

	appendStringInfoString(out, values ? " IN (SELECT COLUMN1 FROM VALUES " : " IN (");
	for (int i = 0; i < n; i++)
		appendStringInfo(out, values ? "%s(%s)" : "%s%s", i == 0 ? "" : ", ", literals[i]);
	appendStringInfoChar(out, ')');
}

bool
sf_literal_text_valid(const char *text)
{
	return GetDatabaseEncoding() != PG_SQL_ASCII || sf_utf8_valid(text, strlen(text));
}

void
sf_literal_append_null(StringInfo out, Oid type)
{
	appendStringInfo(out, "CAST(NULL AS %s)", find_type(type)->name);
}

static const LiteralType *
find_type(Oid type)
{
	for (int i = 0; i < lengthof(literal_types); i++)
	{
		if (literal_types[i].type == type)
			return &literal_types[i];
	}
	return NULL;
}

static bool
append_numeric(StringInfo out, Datum value, bool bare)
{
	Numeric		number = DatumGetNumeric(value);
	char	   *text;
	char	   *digits;
	char	   *point;
	int			scale;
	int			whole;

	if (numeric_is_nan(number) || numeric_is_inf(number))
		return false;
	text = DatumGetCString(DirectFunctionCall1(numeric_out, value));
	digits = text + (text[0] == '-');
	point = strchr(digits, '.');
	scale = point ? strlen(point + 1) : 0;
	whole = point ? point - digits : strlen(digits);
	if (digits[0] == '0')
		whole = 0;
	if (scale > MAX_SCALE || whole + scale > MAX_DIGITS)
		return false;
	if (bare)
		appendStringInfoString(out, text);
	else
		appendStringInfo(out, "CAST(%s AS NUMBER(%d,%d))", text, Max(whole + scale, 1), scale);
	return true;
}

/*
 * How well Snowflake reads a number of many digits is not documented.  One of
 * 15 digits that a power of ten up to 22 makes whole is the nearest to its
 * text wherever it is computed with 64 bits.
 */
static bool
append_float(StringInfo out, float8 number)
{
	char		text[DOUBLE_SHORTEST_DECIMAL_LEN];
	char	   *exponent;
	int			power;
	int			digits = 0;
	bool		point = false;

	if (isnan(number) || isinf(number))
	{
		appendStringInfo(out, "CAST('%s' AS FLOAT)", isnan(number) ? "NaN" : number < 0 ? "-inf" : "inf");
		return true;
	}
	if (number == 0 && signbit(number))
		return false;
	double_to_shortest_decimal_buf(number, text);
	exponent = strchr(text, 'e');
	power = exponent ? (int) strtol(exponent + 1, NULL, 10) : 0;
	for (const char *c = text; *c && c != exponent; c++)
	{
		point |= *c == '.';
		digits += isdigit((unsigned char) *c) && (digits > 0 || *c != '0');
		power -= point && *c != '.';
	}
	if (digits > MAX_FLOAT_DIGITS || power < -MAX_FLOAT_POWER || power > MAX_FLOAT_POWER)
		return false;
	appendStringInfo(out, "CAST('%s' AS FLOAT)", text);
	return true;
}

static bool
append_string(StringInfo out, Datum value)
{
	char	   *string = TextDatumGetCString(value);

	if (!sf_literal_text_valid(string))
		return false;
	appendStringInfoString(out, sf_literal(string));
	return true;
}

static void
append_binary(StringInfo out, bytea *value)
{
	appendStringInfoString(out, "TO_BINARY('");
	sf_form_binary(out, value);
	appendStringInfoString(out, "', 'HEX')");
}

static bool
append_date(StringInfo out, DateADT date)
{
	int			before = out->len;

	appendStringInfoString(out, "TO_DATE('");
	return end_call(out, before, sf_form_date(out, date), "YYYY-MM-DD");
}

static bool
append_time(StringInfo out, TimeADT time)
{
	int			before = out->len;

	appendStringInfoString(out, "TO_TIME('");
	return end_call(out, before, sf_form_time(out, time), "HH24:MI:SS.FF9");
}

static bool
append_timestamp(StringInfo out, Timestamp timestamp, bool zone)
{
	int			before = out->len;

	appendStringInfoString(out, zone ? "TO_TIMESTAMP_TZ('" : "TO_TIMESTAMP_NTZ('");
	return end_call(out, before, sf_form_timestamp(out, timestamp, zone),
					zone ? "YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM" : "YYYY-MM-DD HH24:MI:SS.FF9");
}

/*
 * Ends what began before the text, or takes it back.
 */
static bool
end_call(StringInfo out, int before, bool has_form, const char *format)
{
	if (has_form)
		appendStringInfo(out, "', '%s')", format);
	else
	{
		out->len = before;
		out->data[before] = '\0';
	}
	return has_form;
}
