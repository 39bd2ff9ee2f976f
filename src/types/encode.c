/*
 * encode.c
 *	  Datums as the texts that are written to a column of Snowflake's.
 *
 * A value travels as a string, which a function with a fixed format reads
 * there.  Snowflake rounds and cuts what does not fit into a column: that is
 * an error here, before anything is sent.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "common/shortest_dec.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "base/str.h"
#include "core/compat.h"
#include "types/encode.h"
#include "types/form.h"
#include "types/typemap.h"

#define MAX_DIGITS 38
#define SHOWN_BYTES 64			/* of a value in a message */

/* Appends the text of a value.  Throws by bad_value. */
typedef void (*TextFn) (const SfEncoder *encoder, StringInfo out, Datum value);

struct SfEncoder
{
	TextFn		text;
	const char *relation;
	const char *name;			/* of the attribute */
	Oid			type;			/* without its domain */
	SfRemoteType remote;
	FmgrInfo	output;			/* the type's */
	Oid			native;			/* whose input function reads a text before it
								 * is sent; InvalidOid: none */
	FmgrInfo	input;
	Oid			ioparam;
	FmgrInfo	native_output;
	TextFn		native_text;
};

static bool natural_type(Oid type, int32 typmod, SfRemoteType *out);
static TextFn find_text(SfEncoder *encoder, Oid type);
static bool read_as(SfEncoder *encoder, Oid type);
static bool is_array(Oid type);
pg_noreturn static void bad_value(const SfEncoder *encoder, Datum value, int sqlerrcode);
static void append_quoted(StringInfo out, const char *text);

static void put_output(const SfEncoder *encoder, StringInfo out, Datum value);
static void put_text(const SfEncoder *encoder, StringInfo out, Datum value);
static void put_blank_padded(const SfEncoder *encoder, StringInfo out, Datum value);
static void put_number(const SfEncoder *encoder, StringInfo out, Datum value);
static void put_double(const SfEncoder *encoder, StringInfo out, Datum value);
static void put_bool(const SfEncoder *encoder, StringInfo out, Datum value);
static void put_bytea(const SfEncoder *encoder, StringInfo out, Datum value);
static void put_date(const SfEncoder *encoder, StringInfo out, Datum value);
static void put_time(const SfEncoder *encoder, StringInfo out, Datum value);
static void put_timestamp(const SfEncoder *encoder, StringInfo out, Datum value);
static bool keeps_micros(const SfEncoder *encoder, int64 micros);
static void put_text_with_zone(const SfEncoder *encoder, StringInfo out, Datum value);
static void put_array(const SfEncoder *encoder, StringInfo out, Datum value);
static void put_by_input(const SfEncoder *encoder, StringInfo out, Datum value);

/* What a type's values become without a remote_type. */
static const struct
{
	Oid			type;
	SfTypeKind	kind;
}			natural[] = {
	{INT2OID, SF_TYPE_FIXED},
	{INT4OID, SF_TYPE_FIXED},
	{INT8OID, SF_TYPE_FIXED},
	{FLOAT4OID, SF_TYPE_REAL},
	{FLOAT8OID, SF_TYPE_REAL},
	{BOOLOID, SF_TYPE_BOOLEAN},
	{BYTEAOID, SF_TYPE_BINARY},
	{DATEOID, SF_TYPE_DATE},
	{TIMEOID, SF_TYPE_TIME},
	{TIMESTAMPOID, SF_TYPE_TIMESTAMP_NTZ},
	{TIMESTAMPTZOID, SF_TYPE_TIMESTAMP_LTZ},
	{JSONOID, SF_TYPE_VARIANT},
	{JSONBOID, SF_TYPE_VARIANT},
	{UUIDOID, SF_TYPE_TEXT},
};

/* How the values of a type become those of a kind. */
static const struct
{
	SfTypeKind	kind;
	Oid			type;			/* InvalidOid: any text */
	TextFn		text;
	Oid			native;			/* a text is read as this first */
}			pairs[] = {
	{SF_TYPE_FIXED, INT2OID, put_number},
	{SF_TYPE_FIXED, INT4OID, put_number},
	{SF_TYPE_FIXED, INT8OID, put_number},
	{SF_TYPE_FIXED, NUMERICOID, put_number},
	{SF_TYPE_FIXED, FLOAT8OID, put_by_input, NUMERICOID},
	{SF_TYPE_FIXED, FLOAT4OID, put_by_input, NUMERICOID},
	{SF_TYPE_FIXED, InvalidOid, put_by_input, NUMERICOID},
	{SF_TYPE_DECFLOAT, INT2OID, put_number},
	{SF_TYPE_DECFLOAT, INT4OID, put_number},
	{SF_TYPE_DECFLOAT, INT8OID, put_number},
	{SF_TYPE_DECFLOAT, NUMERICOID, put_number},
	{SF_TYPE_DECFLOAT, InvalidOid, put_by_input, NUMERICOID},
	{SF_TYPE_REAL, FLOAT8OID, put_double},
	{SF_TYPE_REAL, FLOAT4OID, put_double},
	{SF_TYPE_REAL, INT2OID, put_by_input, FLOAT8OID},
	{SF_TYPE_REAL, INT4OID, put_by_input, FLOAT8OID},
	{SF_TYPE_REAL, InvalidOid, put_by_input, FLOAT8OID},
	{SF_TYPE_TEXT, TEXTOID, put_text},
	{SF_TYPE_TEXT, VARCHAROID, put_text},
	{SF_TYPE_TEXT, BPCHAROID, put_blank_padded},
	{SF_TYPE_TEXT, DATEOID, put_date},
	{SF_TYPE_TEXT, TIMESTAMPOID, put_timestamp},
	{SF_TYPE_TEXT, TIMESTAMPTZOID, put_timestamp},
	{SF_TYPE_BINARY, BYTEAOID, put_bytea},
	{SF_TYPE_BINARY, InvalidOid, put_output},
	{SF_TYPE_BOOLEAN, BOOLOID, put_bool},
	{SF_TYPE_BOOLEAN, InvalidOid, put_by_input, BOOLOID},
	{SF_TYPE_DATE, DATEOID, put_date},
	{SF_TYPE_DATE, InvalidOid, put_by_input, DATEOID},
	{SF_TYPE_TIME, TIMEOID, put_time},
	{SF_TYPE_TIME, InvalidOid, put_by_input, TIMEOID},
	{SF_TYPE_TIMESTAMP_NTZ, TIMESTAMPOID, put_timestamp},
	{SF_TYPE_TIMESTAMP_NTZ, DATEOID, put_by_input, TIMESTAMPOID},
	{SF_TYPE_TIMESTAMP_NTZ, InvalidOid, put_by_input, TIMESTAMPOID},
	{SF_TYPE_TIMESTAMP_LTZ, TIMESTAMPTZOID, put_timestamp},
	{SF_TYPE_TIMESTAMP_LTZ, InvalidOid, put_by_input, TIMESTAMPTZOID},
	{SF_TYPE_TIMESTAMP_TZ, TIMESTAMPTZOID, put_timestamp},
	{SF_TYPE_TIMESTAMP_TZ, InvalidOid, put_text_with_zone, TIMESTAMPTZOID},
	{SF_TYPE_UUID, UUIDOID, put_output},
	{SF_TYPE_UUID, InvalidOid, put_by_input, UUIDOID},
};

SfEncoder *
sf_encoder_create(const char *relation, Form_pg_attribute att, const char *remote_type)
{
	SfEncoder  *encoder = palloc0(sizeof(SfEncoder));
	int32		typmod = att->atttypmod;
	Oid			output;
	bool		varlena;

	encoder->relation = relation;
	encoder->name = pstrdup(NameStr(att->attname));
	encoder->type = getBaseTypeAndTypmod(att->atttypid, &typmod);
	if (remote_type ? !sf_remote_type_parse(remote_type, &encoder->remote) :
		!natural_type(encoder->type, typmod, &encoder->remote))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("it is not known what type column \"%s\" of foreign table \"%s\" has in Snowflake",
						encoder->name, relation),
				 errhint("Import the table, or set the column's option remote_type.")));
	if (sf_store_expr(&encoder->remote, "") == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("column \"%s\" of foreign table \"%s\" cannot be written", encoder->name, relation),
				 errdetail("Values of Snowflake's type %s are only read.",
						   remote_type ? remote_type : sf_remote_type_name(&encoder->remote)),
				 errhint("Name the other columns in the statement.")));
	encoder->text = find_text(encoder, encoder->type);
	if (encoder->text == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" of type %s cannot be written to Snowflake's type %s", encoder->name,
						format_type_be(att->atttypid), sf_remote_type_name(&encoder->remote)),
				 errhint("Declare it as %s or text.", sf_pg_type_for(&encoder->remote, false))));
	getTypeOutputInfo(encoder->type, &output, &varlena);
	fmgr_info(output, &encoder->output);
	return encoder;
}

void
sf_encode(const SfEncoder *encoder, StringInfo out, Datum value)
{
	StringInfoData text;

	initStringInfo(&text);
	encoder->text(encoder, &text, value);
	if (GetDatabaseEncoding() == PG_SQL_ASCII && !sf_utf8_valid(text.data, text.len))
		bad_value(encoder, value, ERRCODE_CHARACTER_NOT_IN_REPERTOIRE);
	append_quoted(out, text.data);
	pfree(text.data);
}

char *
sf_encoder_expr(const SfEncoder *encoder, const char *text)
{
	return sf_store_expr(&encoder->remote, text);
}

/*
 * False for numbers of any scale.
 */
static bool
natural_type(Oid type, int32 typmod, SfRemoteType *out)
{
	memset(out, 0, sizeof(*out));
	out->kind = SF_TYPE_UNKNOWN;
	out->precision = out->scale = -1;
	out->length = -1;
	for (int i = 0; i < lengthof(natural); i++)
	{
		if (natural[i].type == type)
			out->kind = natural[i].kind;
	}
	if (type == NUMERICOID && typmod >= (int32) VARHDRSZ)
	{
		out->kind = SF_TYPE_FIXED;
		out->precision = Min((int) (((typmod - VARHDRSZ) >> 16) & 0xffff), MAX_DIGITS);
		out->scale = ((((typmod - VARHDRSZ) & 0x7ff) ^ 1024) - 1024);
		if (out->scale < 0 || out->scale > MAX_DIGITS - 1)
			out->kind = SF_TYPE_UNKNOWN;
	}
	else if (out->kind == SF_TYPE_FIXED)
	{
		out->precision = MAX_DIGITS;
		out->scale = 0;
	}
	else if (out->kind == SF_TYPE_UNKNOWN && type != NUMERICOID && type != INTERVALOID)
		out->kind = is_array(type) ? SF_TYPE_ARRAY : SF_TYPE_TEXT;
	return out->kind != SF_TYPE_UNKNOWN;
}

/*
 * NULL where values of the type cannot become those of the column.
 */
static TextFn
find_text(SfEncoder *encoder, Oid type)
{
	SfTypeKind	kind = encoder->remote.kind;

	for (int i = 0; i < lengthof(pairs); i++)
	{
		if (pairs[i].kind != kind || (OidIsValid(pairs[i].type) ? pairs[i].type != type : !sf_is_text_like(type)))
			continue;
		if (OidIsValid(pairs[i].native) && !read_as(encoder, pairs[i].native))
			return NULL;
		return pairs[i].text;
	}
	switch (kind)
	{
		case SF_TYPE_TEXT:
			return put_output;
		case SF_TYPE_VARIANT:
		case SF_TYPE_OBJECT:
		case SF_TYPE_ARRAY:
		case SF_TYPE_GEOGRAPHY:
		case SF_TYPE_GEOMETRY:
			if (type == JSONOID || type == JSONBOID || sf_is_text_like(type))
				return put_output;
			return is_array(type) && (kind == SF_TYPE_ARRAY || kind == SF_TYPE_VARIANT) ? put_array : NULL;
		case SF_TYPE_VECTOR:
			return is_array(type) ? put_array : sf_is_text_like(type) ? put_output : NULL;
		default:
			return NULL;
	}
}

/*
 * A text is read by the input function of a type, and written as that.
 */
static bool
read_as(SfEncoder *encoder, Oid type)
{
	Oid			input;
	Oid			output;
	bool		varlena;

	encoder->native = type;
	getTypeInputInfo(type, &input, &encoder->ioparam);
	fmgr_info(input, &encoder->input);
	getTypeOutputInfo(type, &output, &varlena);
	fmgr_info(output, &encoder->native_output);
	for (int i = 0; i < lengthof(pairs); i++)
	{
		if (pairs[i].kind == encoder->remote.kind && pairs[i].type == type)
			encoder->native_text = pairs[i].text;
	}
	return encoder->native_text != NULL;
}

static bool
is_array(Oid type)
{
	return OidIsValid(get_element_type(type));
}

/*
 * Shows the beginning of the value.
 */
static void
bad_value(const SfEncoder *encoder, Datum value, int sqlerrcode)
{
	char	   *text = OutputFunctionCall((FmgrInfo *) &encoder->output, value);
	int			len = strlen(text);
	int			shown = pg_mbcliplen(text, len, SHOWN_BYTES);

	ereport(ERROR,
			(errcode(sqlerrcode),
			 errmsg("value \"%.*s%s\" cannot be written to column \"%s\" of foreign table \"%s\"", shown, text,
					shown < len ? "..." : "", encoder->name, encoder->relation),
			 sqlerrcode == ERRCODE_CHARACTER_NOT_IN_REPERTOIRE ?
			 errdetail("It is not valid UTF-8.") :
			 errdetail("The column's type in Snowflake is %s, which would not keep it as it is.",
					   sf_remote_type_name(&encoder->remote))));
}

/*
 * In strings the backslash is an escape (SQL reference: data-types-text).
 */
static void
append_quoted(StringInfo out, const char *text)
{
	appendStringInfoChar(out, '\'');
	for (const char *p = text; *p;)
	{
		int			n = strcspn(p, "'\\");

		appendBinaryStringInfo(out, p, n);
		p += n;
		if (*p)
		{
			appendStringInfoChar(out, *p);
			appendStringInfoChar(out, *p++);
		}
	}
	appendStringInfoChar(out, '\'');
}

/*
 * Whatever the session's settings are, which the output functions of ranges
 * and composites look at.
 */
static void
put_output(const SfEncoder *encoder, StringInfo out, Datum value)
{
	int			level = NewGUCNestLevel();
	char	   *text;

	(void) set_config_option("datestyle", "ISO", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option("intervalstyle", "postgres", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option("extra_float_digits", "3", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	text = OutputFunctionCall((FmgrInfo *) &encoder->output, value);
	AtEOXact_GUC(true, level);
	appendStringInfoString(out, text);
	if (encoder->remote.kind == SF_TYPE_TEXT && encoder->remote.length >= 0 &&
		pg_mbstrlen(text) > encoder->remote.length)
		bad_value(encoder, value, ERRCODE_STRING_DATA_RIGHT_TRUNCATION);
}

static void
put_text(const SfEncoder *encoder, StringInfo out, Datum value)
{
	text	   *content = DatumGetTextPP(value);
	int			len = VARSIZE_ANY_EXHDR(content);

	appendBinaryStringInfo(out, VARDATA_ANY(content), len);
	if (encoder->remote.length >= 0 && len > encoder->remote.length &&
		pg_mbstrlen_with_len(VARDATA_ANY(content), len) > encoder->remote.length)
		bad_value(encoder, value, ERRCODE_STRING_DATA_RIGHT_TRUNCATION);
}

/*
 * The blanks that fill up a char(n) are none of its value.
 */
static void
put_blank_padded(const SfEncoder *encoder, StringInfo out, Datum value)
{
	put_text(encoder, out, DirectFunctionCall1(rtrim1, value));
}

/*
 * All digits, which have to fit as they are.
 */
static void
put_number(const SfEncoder *encoder, StringInfo out, Datum value)
{
	const SfRemoteType *remote = &encoder->remote;
	const char *digits;
	const char *point;
	int			whole;
	int			scale = 0;

	if (encoder->type == INT2OID)
		appendStringInfo(out, "%d", DatumGetInt16(value));
	else if (encoder->type == INT4OID)
		appendStringInfo(out, "%d", DatumGetInt32(value));
	else if (encoder->type == INT8OID)
		appendStringInfo(out, INT64_FORMAT, DatumGetInt64(value));
	else if (numeric_is_nan(DatumGetNumeric(value)) || numeric_is_inf(DatumGetNumeric(value)))
		bad_value(encoder, value, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE);
	else
		appendStringInfoString(out, DatumGetCString(DirectFunctionCall1(numeric_out, value)));
	digits = out->data + (out->data[0] == '-');
	point = strchr(digits, '.');
	whole = digits[0] == '0' ? 0 : point ? point - digits : strlen(digits);
	if (point)
	{
		scale = strlen(point + 1);
		while (scale > 0 && point[scale] == '0')
			scale--;
	}
	if (remote->kind == SF_TYPE_FIXED ? scale > remote->scale || whole > remote->precision - remote->scale :
		whole + scale > MAX_DIGITS)
		bad_value(encoder, value, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE);
}

/*
 * The shortest text that is the same number again.
 */
static void
put_double(const SfEncoder *encoder, StringInfo out, Datum value)
{
	double		number = encoder->type == FLOAT4OID ? (double) DatumGetFloat4(value) : DatumGetFloat8(value);
	char		text[DOUBLE_SHORTEST_DECIMAL_LEN];

	if (isnan(number) || isinf(number))
		appendStringInfoString(out, isnan(number) ? "NaN" : number < 0 ? "-inf" : "inf");
	else
	{
		double_to_shortest_decimal_buf(number, text);
		appendStringInfoString(out, text);
	}
}

static void
put_bool(const SfEncoder *encoder, StringInfo out, Datum value)
{
	appendStringInfoString(out, DatumGetBool(value) ? "true" : "false");
}

static void
put_bytea(const SfEncoder *encoder, StringInfo out, Datum value)
{
	bytea	   *bytes = DatumGetByteaPP(value);

	if (encoder->remote.length >= 0 && VARSIZE_ANY_EXHDR(bytes) > encoder->remote.length)
		bad_value(encoder, value, ERRCODE_STRING_DATA_RIGHT_TRUNCATION);
	sf_form_binary(out, bytes);
}

static void
put_date(const SfEncoder *encoder, StringInfo out, Datum value)
{
	if (!sf_form_date(out, DatumGetDateADT(value)))
		bad_value(encoder, value, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE);
}

/*
 * Whether the column has as many digits of a second.
 */
static bool
keeps_micros(const SfEncoder *encoder, int64 micros)
{
	int64		unit = 1;

	for (int digits = encoder->remote.scale; digits >= 0 && digits < 6; digits++)
		unit *= 10;
	return micros % unit == 0;
}

static void
put_time(const SfEncoder *encoder, StringInfo out, Datum value)
{
	if (!sf_form_time(out, DatumGetTimeADT(value)) || !keeps_micros(encoder, DatumGetTimeADT(value)))
		bad_value(encoder, value, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE);
}

static void
put_timestamp(const SfEncoder *encoder, StringInfo out, Datum value)
{
	Oid			type = OidIsValid(encoder->native) ? encoder->native : encoder->type;

	if (!sf_form_timestamp(out, DatumGetTimestamp(value), type == TIMESTAMPTZOID) ||
		(encoder->remote.kind != SF_TYPE_TEXT && !keeps_micros(encoder, DatumGetTimestamp(value))))
		bad_value(encoder, value, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE);
}

/*
 * With the offset that the text has: the column keeps it.
 */
static void
put_text_with_zone(const SfEncoder *encoder, StringInfo out, Datum value)
{
	char	   *text = OutputFunctionCall((FmgrInfo *) &encoder->output, value);
	Timestamp	instant = DatumGetTimestampTz(DirectFunctionCall3(timestamptz_in, CStringGetDatum(text),
																  ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	Timestamp	local = DatumGetTimestamp(DirectFunctionCall3(timestamp_in, CStringGetDatum(text),
															  ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	int			offset;

	if (!sf_form_timestamp(out, local, false) || TIMESTAMP_NOT_FINITE(instant) || !keeps_micros(encoder, local))
		bad_value(encoder, value, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE);
	offset = (local - instant) / USECS_PER_MINUTE;
	appendStringInfo(out, " %c%02d:%02d", offset < 0 ? '-' : '+', abs(offset) / 60, abs(offset) % 60);
}

static void
put_array(const SfEncoder *encoder, StringInfo out, Datum value)
{
	FmgrInfo	function;
	Datum		json;

	if (encoder->remote.kind == SF_TYPE_VECTOR &&
		ArrayGetNItems(ARR_NDIM(DatumGetArrayTypeP(value)), ARR_DIMS(DatumGetArrayTypeP(value))) !=
		encoder->remote.dimension)
		bad_value(encoder, value, ERRCODE_INVALID_PARAMETER_VALUE);
	fmgr_info(F_ARRAY_TO_JSON_ANYARRAY, &function);
	json = FunctionCall1(&function, value);
	appendStringInfoString(out, TextDatumGetCString(json));
}

/*
 * The value's text, read as another type.
 */
static void
put_by_input(const SfEncoder *encoder, StringInfo out, Datum value)
{
	SfEncoder	native = *encoder;
	char	   *text;

	if (encoder->type == FLOAT4OID || encoder->type == FLOAT8OID)
	{
		StringInfoData shortest;

		initStringInfo(&shortest);
		put_double(encoder, &shortest, value);
		text = shortest.data;
	}
	else
		text = encoder->type == DATEOID ?
			DatumGetCString(DirectFunctionCall1(timestamp_out, DirectFunctionCall1(date_timestamp, value))) :
			OutputFunctionCall((FmgrInfo *) &encoder->output, value);
	native.type = encoder->native;
	/* for its messages */
	native.output = encoder->native_output;
	encoder->native_text(&native, out, InputFunctionCall(&native.input, text, encoder->ioparam, -1));
}
