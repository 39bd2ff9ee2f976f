/*
 * decode.c
 *	  Cells of a result to Datums.
 *
 * The common pairs of types are converted directly, without a C string in
 * between.  Every other pair goes through the target type's input function:
 * from Snowflake's own text where that is what a person would type, from
 * PostgreSQL's text of the native type for dates and times, which travel as
 * numbers.
 *
 * Nanoseconds are cut, never rounded, so that a local comparison agrees with
 * one on the remote value cut to microseconds.
 */
#include "postgres.h"

#include <ctype.h>
#include <math.h>

#include "catalog/pg_type.h"
#include "common/int.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "base/scalar.h"
#include "core/compat.h"
#include "core/error.h"
#include "types/array.h"
#include "types/decode.h"
#include "types/interval.h"
#include "types/typemap.h"

#define EPOCH_DAYS (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE)
#define EPOCH_MICROS ((int64) EPOCH_DAYS * USECS_PER_DAY)
#define SHOWN_BYTES 64			/* of a value in a message */
#define SHORT_TEXT 126			/* fits behind a one-byte header */

typedef struct ColumnDecoder ColumnDecoder;

/*
 * The Datum of a cell that is not null: in the current context, but a short
 * text in the cell itself.  Throws 22xxx by bad_value, and what input functions
 * throw.
 */
typedef Datum (*DecodeFn) (const ColumnDecoder *column, SfCell *cell);

struct ColumnDecoder
{
	DecodeFn	decode;
	int			attribute;		/* 0-based; -1: nobody reads it */
	Oid			type;
	int32		typmod;
	SfTypeKind	kind;
	const char *name;			/* of the attribute */
	int64		row;			/* being decoded */

	/* for the input function */
	FmgrInfo	input;
	Oid			ioparam;
	DecodeFn	native;			/* makes the Datum whose text is read */
	FmgrInfo	output;
	SfArrayType *array;			/* of an attribute that is one */
};

struct SfDecoder
{
	int			ncolumns;
	const char *relation;
	ColumnDecoder *columns;
	int			current;		/* for the error context */
	SfCell	   *cells;
};

static void prepare_column(ColumnDecoder *column, Form_pg_attribute att, const SfColumnMeta *meta,
						   const char *relation);
static bool prepare_interval(ColumnDecoder *column);
static bool prepare_native_text(ColumnDecoder *column, Oid type, DecodeFn native);
static DecodeFn find_direct(SfTypeKind kind, Oid type, int32 typmod);
static bool is_json_kind(SfTypeKind kind);
static void conversion_context(void *arg);
pg_noreturn static void bad_value(const ColumnDecoder *column, const SfCell *cell, int sqlerrcode, const char *type);
static void check_scalar(SfScalar result, const ColumnDecoder *column, const SfCell *cell, const char *type);

static Datum decode_int2(const ColumnDecoder *column, SfCell *cell);
static Datum decode_int4(const ColumnDecoder *column, SfCell *cell);
static Datum decode_int8(const ColumnDecoder *column, SfCell *cell);
static Datum decode_numeric(const ColumnDecoder *column, SfCell *cell);
static Datum decode_float8(const ColumnDecoder *column, SfCell *cell);
static Datum decode_float4(const ColumnDecoder *column, SfCell *cell);
static Datum decode_text(const ColumnDecoder *column, SfCell *cell);
static Datum decode_bytea(const ColumnDecoder *column, SfCell *cell);
static Datum decode_bool(const ColumnDecoder *column, SfCell *cell);
static Datum decode_date(const ColumnDecoder *column, SfCell *cell);
static Datum decode_time(const ColumnDecoder *column, SfCell *cell);
static Datum decode_timestamp(const ColumnDecoder *column, SfCell *cell);
static Datum decode_timestamptz(const ColumnDecoder *column, SfCell *cell);
static Datum decode_timestamp_tz(const ColumnDecoder *column, SfCell *cell);
static Datum decode_timestamp_tz_text(const ColumnDecoder *column, SfCell *cell);
static Datum decode_json(const ColumnDecoder *column, SfCell *cell);
static Datum decode_vector(const ColumnDecoder *column, SfCell *cell);
static Datum decode_array(const ColumnDecoder *column, SfCell *cell);
static Datum decode_interval(const ColumnDecoder *column, SfCell *cell);
static char *interval_element(char *text, void *arg);
static Datum interval_by_input(const ColumnDecoder *column, SfCell *cell);
static Datum decode_by_input(const ColumnDecoder *column, SfCell *cell);
static Datum decode_by_native_text(const ColumnDecoder *column, SfCell *cell);
static char *beyond_range(const ColumnDecoder *column, const SfCell *cell);
static Datum timestamp_datum(const ColumnDecoder *column, const SfCell *cell, int64 micros);
static int64 cut(int64 micros, int32 typmod);
static double read_double(const ColumnDecoder *column, const SfCell *cell);
static char *server_text(const ColumnDecoder *column, const SfCell *cell);
static char *json_text(char *text);

/* Pairs that need no detour. */
static const struct
{
	SfTypeKind	kind;
	Oid			type;
	DecodeFn	decode;
}			direct[] = {
	{SF_TYPE_FIXED, INT2OID, decode_int2},
	{SF_TYPE_FIXED, INT4OID, decode_int4},
	{SF_TYPE_FIXED, INT8OID, decode_int8},
	{SF_TYPE_FIXED, NUMERICOID, decode_numeric},
	{SF_TYPE_FIXED, FLOAT8OID, decode_float8},
	{SF_TYPE_FIXED, FLOAT4OID, decode_float4},
	{SF_TYPE_REAL, FLOAT8OID, decode_float8},
	{SF_TYPE_REAL, FLOAT4OID, decode_float4},
	{SF_TYPE_TEXT, FLOAT8OID, decode_float8},
	{SF_TYPE_TEXT, FLOAT4OID, decode_float4},
	{SF_TYPE_TEXT, TEXTOID, decode_text},
	{SF_TYPE_TEXT, VARCHAROID, decode_text},
	{SF_TYPE_TEXT, JSONOID, decode_json},
	{SF_TYPE_TEXT, JSONBOID, decode_json},
	{SF_TYPE_TEXT, FLOAT4ARRAYOID, decode_vector},
	{SF_TYPE_TEXT, INT4ARRAYOID, decode_vector},
	{SF_TYPE_VECTOR, FLOAT4ARRAYOID, decode_vector},
	{SF_TYPE_VECTOR, INT4ARRAYOID, decode_vector},
	{SF_TYPE_TEXT, INTERVALOID, decode_interval},
	{SF_TYPE_INTERVAL_YEAR_MONTH, INTERVALOID, decode_interval},
	{SF_TYPE_INTERVAL_DAY_TIME, INTERVALOID, decode_interval},
	{SF_TYPE_UNKNOWN, INTERVALOID, decode_interval},
	{SF_TYPE_BINARY, BYTEAOID, decode_bytea},
	{SF_TYPE_BOOLEAN, BOOLOID, decode_bool},
	{SF_TYPE_DATE, DATEOID, decode_date},
	{SF_TYPE_TIME, TIMEOID, decode_time},
	{SF_TYPE_TIMESTAMP_NTZ, TIMESTAMPOID, decode_timestamp},
	{SF_TYPE_TIMESTAMP_LTZ, TIMESTAMPTZOID, decode_timestamptz},
	{SF_TYPE_TIMESTAMP_TZ, TIMESTAMPTZOID, decode_timestamp_tz},
};

SfDecoder *
sf_decoder_create(TupleDesc desc, const SfResultMeta *meta, const int *attr_of_column, const char *name)
{
	SfDecoder  *decoder = palloc0(sizeof(SfDecoder));

	decoder->ncolumns = meta->ncolumns;
	decoder->relation = name;
	decoder->columns = palloc0(sizeof(ColumnDecoder) * meta->ncolumns);
	for (int i = 0; i < meta->ncolumns; i++)
	{
		ColumnDecoder *column = &decoder->columns[i];

		column->attribute = attr_of_column ? attr_of_column[i] : i;
		if (column->attribute >= desc->natts)
			column->attribute = -1;
		if (column->attribute >= 0)
			prepare_column(column, TupleDescAttr(desc, column->attribute), &meta->columns[i], name);
	}
	return decoder;
}

void
sf_decode_row(SfDecoder *decoder, SfCell *cells, int64 row, Datum *values, bool *isnull)
{
	ErrorContextCallback context;

	sf_context_begin(&context, conversion_context, decoder);
	decoder->cells = cells;
	for (int i = 0; i < decoder->ncolumns; i++)
	{
		ColumnDecoder *column = &decoder->columns[i];

		if (column->attribute < 0)
			continue;
		isnull[column->attribute] = cells[i].len < 0;
		if (cells[i].len < 0)
			continue;
		decoder->current = i;
		column->row = row;
		values[column->attribute] = column->decode(column, &cells[i]);
	}
	sf_context_end(&context);
}

/*
 * Chooses how the attribute reads its cells.  Throws 42804 where it cannot.
 */
static void
prepare_column(ColumnDecoder *column, Form_pg_attribute att, const SfColumnMeta *meta, const char *relation)
{
	char	   *native = sf_pg_type_for_meta(meta);
	Oid			input;

	column->type = att->atttypid;
	column->typmod = att->atttypmod;
	column->kind = sf_type_kind(meta->type);
	column->name = pstrdup(NameStr(att->attname));
	column->decode = find_direct(column->kind, column->type, column->typmod);
	if (column->decode)
		return;
	if (is_json_kind(column->kind) || column->kind == SF_TYPE_TEXT)
	{
		column->array = palloc0(sizeof(SfArrayType));
		if (sf_array_type(column->type, column->typmod, column->array))
			column->decode = decode_array;
		if (column->decode && getBaseType(column->array->element) == INTERVALOID)
		{
			column->array->rewrite = interval_element;
			column->array->rewrite_arg = column;
		}
	}

	getTypeInputInfo(column->type, &input, &column->ioparam);
	fmgr_info(input, &column->input);
	if (column->decode)
		return;
	if (getBaseType(column->type) == INTERVALOID && prepare_interval(column))
		return;
	switch (column->kind)
	{
		case SF_TYPE_DATE:
			if (prepare_native_text(column, DATEOID, decode_date))
				return;
			break;
		case SF_TYPE_TIME:
			if (prepare_native_text(column, TIMEOID, decode_time))
				return;
			break;
		case SF_TYPE_TIMESTAMP_NTZ:
			if (prepare_native_text(column, TIMESTAMPOID, decode_timestamp))
				return;
			break;
		case SF_TYPE_TIMESTAMP_LTZ:
			if (prepare_native_text(column, TIMESTAMPTZOID, decode_timestamptz))
				return;
			break;
		case SF_TYPE_TIMESTAMP_TZ:
			if (sf_is_text_like(column->type))
			{
				column->decode = decode_timestamp_tz_text;
				return;
			}
			break;
		case SF_TYPE_BINARY:
			if (sf_is_text_like(column->type))
			{
				column->decode = decode_by_input;
				return;
			}
			break;
		default:
			if (getBaseType(column->type) == INTERVALOID)
				break;
			column->decode = decode_by_input;
			return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("column \"%s\" of type %s cannot take Snowflake's type %s", column->name,
					format_type_be(column->type), meta->type),
			 strcmp(native, "text") == 0 ? errhint("Declare it as text.") :
			 errhint("Declare it as %s or text.", native)));
}

/*
 * A domain over interval: never by the input function from Snowflake's text,
 * which reads it by the setting intervalstyle.
 */
static bool
prepare_interval(ColumnDecoder *column)
{
	Oid			output;
	bool		varlena;

	column->native = find_direct(column->kind, INTERVALOID, -1);
	if (column->native == NULL)
		return false;
	getTypeOutputInfo(INTERVALOID, &output, &varlena);
	fmgr_info(output, &column->output);
	column->decode = decode_by_native_text;
	return true;
}

/*
 * Dates and times go into texts, and a date into a timestamp; through the text
 * of their native type.
 */
static bool
prepare_native_text(ColumnDecoder *column, Oid type, DecodeFn native)
{
	Oid			output;
	bool		varlena;

	if (!sf_is_text_like(column->type) && !(type == DATEOID && column->type == TIMESTAMPOID))
		return false;
	getTypeOutputInfo(type, &output, &varlena);
	fmgr_info(output, &column->output);
	column->native = native;
	column->decode = decode_by_native_text;
	return true;
}

static DecodeFn
find_direct(SfTypeKind kind, Oid type, int32 typmod)
{
	/* lengths are for the input function to check */
	if (type == VARCHAROID && typmod >= 0)
		return NULL;
	if (is_json_kind(kind) && (type == JSONOID || type == JSONBOID))
		return decode_json;
	if (is_json_kind(kind) && type == TEXTOID)
		return decode_text;
	for (int i = 0; i < lengthof(direct); i++)
	{
		if (direct[i].kind == kind && direct[i].type == type)
			return direct[i].decode;
	}
	return NULL;
}

/*
 * Kinds whose text is JSON.
 */
static bool
is_json_kind(SfTypeKind kind)
{
	return kind == SF_TYPE_VARIANT || kind == SF_TYPE_OBJECT || kind == SF_TYPE_ARRAY || kind == SF_TYPE_MAP ||
		kind == SF_TYPE_GEOGRAPHY || kind == SF_TYPE_GEOMETRY || kind == SF_TYPE_VECTOR || kind == SF_TYPE_FILE;
}

/*
 * For errors of input functions.  No catalog look-ups here.
 */
static void
conversion_context(void *arg)
{
	SfDecoder  *decoder = arg;
	ColumnDecoder *column = &decoder->columns[decoder->current];

	if (decoder->relation)
		errcontext("column \"%s\" of foreign table \"%s\", row " INT64_FORMAT, column->name, decoder->relation,
				   column->row);
	else
		errcontext("column \"%s\" of the result, row " INT64_FORMAT, column->name, column->row);
}

/*
 * Shows the beginning of the value, cut between characters.
 */
static void
bad_value(const ColumnDecoder *column, const SfCell *cell, int sqlerrcode, const char *type)
{
	int			len = Min(cell->len, SHOWN_BYTES);
	char	   *shown = NULL;

	if (sqlerrcode != ERRCODE_CHARACTER_NOT_IN_REPERTOIRE)
		shown = sf_text_shown(cell->p, pg_encoding_mbcliplen(PG_UTF8, cell->p, cell->len, len));
	ereport(ERROR,
			(errcode(sqlerrcode),
			 sqlerrcode == ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE || sqlerrcode == ERRCODE_DATETIME_VALUE_OUT_OF_RANGE ?
			 errmsg("value \"%s%s\" of column \"%s\" is out of range for type %s", shown,
					cell->len > len ? "..." : "", column->name, type) :
			 sqlerrcode == ERRCODE_CHARACTER_NOT_IN_REPERTOIRE ?
			 errmsg("a value of column \"%s\" is not valid UTF-8", column->name) :
			 errmsg("invalid value \"%s%s\" of column \"%s\" for type %s", shown,
					cell->len > len ? "..." : "", column->name, type)));
}

/*
 * Throws 22P02, 22003 or 22008 unless the cell was read.
 */
static void
check_scalar(SfScalar result, const ColumnDecoder *column, const SfCell *cell, const char *type)
{
	if (result == SF_SCALAR_SYNTAX)
		bad_value(column, cell, ERRCODE_INVALID_TEXT_REPRESENTATION, type);
	if (result == SF_SCALAR_RANGE)
		bad_value(column, cell,
				  (column->kind >= SF_TYPE_DATE && column->kind <= SF_TYPE_TIMESTAMP_TZ) ||
				  strcmp(type, "interval") == 0 ?
				  ERRCODE_DATETIME_VALUE_OUT_OF_RANGE :
				  ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE,
				  type);
}

static Datum
decode_int2(const ColumnDecoder *column, SfCell *cell)
{
	int64		value;

	check_scalar(sf_scalar_int64(cell->p, cell->len, &value), column, cell, "smallint");
	if (value < PG_INT16_MIN || value > PG_INT16_MAX)
		bad_value(column, cell, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "smallint");
	return Int16GetDatum((int16) value);
}

static Datum
decode_int4(const ColumnDecoder *column, SfCell *cell)
{
	int64		value;

	check_scalar(sf_scalar_int64(cell->p, cell->len, &value), column, cell, "integer");
	if (value < PG_INT32_MIN || value > PG_INT32_MAX)
		bad_value(column, cell, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "integer");
	return Int32GetDatum((int32) value);
}

static Datum
decode_int8(const ColumnDecoder *column, SfCell *cell)
{
	int64		value;

	check_scalar(sf_scalar_int64(cell->p, cell->len, &value), column, cell, "bigint");
	return Int64GetDatum(value);
}

/*
 * Up to 18 digits without a detour; the rest, and anything that the column's
 * own precision may not hold, by numeric's input.
 */
static Datum
decode_numeric(const ColumnDecoder *column, SfCell *cell)
{
	int64		unscaled;
	int			scale;
	int			digits = column->typmod >= 0 ? ((column->typmod - VARHDRSZ) >> 16) & 0xffff : NUMERIC_MAX_PRECISION;
	int			column_scale = column->typmod >= 0 ? ((((column->typmod - VARHDRSZ) & 0x7ff) ^ 1024) - 1024) : -1;

	if (sf_scalar_decimal(cell->p, cell->len, &unscaled, &scale) == SF_SCALAR_OK &&
		(column->typmod < 0 || (scale == column_scale && cell->len <= digits)))
		return NumericGetDatum(int64_div_fast_to_numeric(unscaled, scale));
	return DirectFunctionCall3(numeric_in, CStringGetDatum(cell->p), ObjectIdGetDatum(InvalidOid),
							   Int32GetDatum(column->typmod));
}

static Datum
decode_float8(const ColumnDecoder *column, SfCell *cell)
{
	return Float8GetDatum(read_double(column, cell));
}

static Datum
decode_float4(const ColumnDecoder *column, SfCell *cell)
{
	double		value = read_double(column, cell);
	float		narrow = (float) value;

	if ((isinf(narrow) && !isinf(value)) || (narrow == 0.0f && value != 0.0))
		bad_value(column, cell, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "real");
	return Float4GetDatum(narrow);
}

/*
 * Short texts become a varlena where they stand: a one-byte header over the
 * opening quote.
 */
static Datum
decode_text(const ColumnDecoder *column, SfCell *cell)
{
	if (pg_verify_mbstr(PG_UTF8, cell->p, cell->len, true))
	{
		if (GetDatabaseEncoding() != PG_UTF8)
			return CStringGetTextDatum(server_text(column, cell));
		if (cell->len <= SHORT_TEXT)
		{
			char	   *header = cell->p - 1;

			SET_VARSIZE_SHORT(header, cell->len + VARHDRSZ_SHORT);
			return PointerGetDatum(header);
		}
		return PointerGetDatum(cstring_to_text_with_len(cell->p, cell->len));
	}
	bad_value(column, cell, ERRCODE_CHARACTER_NOT_IN_REPERTOIRE, "text");
}

static Datum
decode_bytea(const ColumnDecoder *column, SfCell *cell)
{
	bytea	   *result = palloc(VARHDRSZ + cell->len / 2);

	if (cell->len % 2 != 0 || strspn(cell->p, "0123456789abcdefABCDEF") != (size_t) cell->len)
		bad_value(column, cell, ERRCODE_INVALID_TEXT_REPRESENTATION, "bytea");
	SET_VARSIZE(result, VARHDRSZ + hex_decode(cell->p, cell->len, VARDATA(result)));
	return PointerGetDatum(result);
}

static Datum
decode_bool(const ColumnDecoder *column, SfCell *cell)
{
	bool		value;

	check_scalar(sf_scalar_bool(cell->p, cell->len, &value), column, cell, "boolean");
	return BoolGetDatum(value);
}

static Datum
decode_date(const ColumnDecoder *column, SfCell *cell)
{
	int32		days;

	check_scalar(sf_scalar_date(cell->p, cell->len, &days), column, cell, "date");
	if (days < PG_INT32_MIN + EPOCH_DAYS + 1 || !IS_VALID_DATE(days - EPOCH_DAYS))
		bad_value(column, cell, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "date");
	return DateADTGetDatum(days - EPOCH_DAYS);
}

static Datum
decode_time(const ColumnDecoder *column, SfCell *cell)
{
	int64		micros;

	check_scalar(sf_scalar_timestamp(cell->p, cell->len, &micros), column, cell, "time");
	if (micros < 0 || micros >= USECS_PER_DAY)
		bad_value(column, cell, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "time");
	return TimeADTGetDatum(cut(micros, column->typmod));
}

static Datum
decode_timestamp(const ColumnDecoder *column, SfCell *cell)
{
	int64		micros;

	check_scalar(sf_scalar_timestamp(cell->p, cell->len, &micros), column, cell, "timestamp");
	return timestamp_datum(column, cell, micros);
}

static Datum
decode_timestamptz(const ColumnDecoder *column, SfCell *cell)
{
	return decode_timestamp(column, cell);
}

static Datum
decode_timestamp_tz(const ColumnDecoder *column, SfCell *cell)
{
	int64		micros;
	int			offset;

	check_scalar(sf_scalar_timestamp_tz(cell->p, cell->len, &micros, &offset), column, cell,
				 "timestamp with time zone");
	return timestamp_datum(column, cell, micros);
}

/*
 * The only form that keeps the offset: "2024-01-02 03:04:05.123456 +09:00".
 */
static Datum
decode_timestamp_tz_text(const ColumnDecoder *column, SfCell *cell)
{
	int64		micros;
	int			offset;
	char	   *local;

	check_scalar(sf_scalar_timestamp_tz(cell->p, cell->len, &micros, &offset), column, cell,
				 "timestamp with time zone");
	micros += (int64) offset * USECS_PER_MINUTE;
	local = DatumGetCString(DirectFunctionCall1(timestamp_out, timestamp_datum(column, cell, micros)));
	local = psprintf("%s %c%02d:%02d", local, offset < 0 ? '-' : '+', abs(offset) / 60, abs(offset) % 60);
	return InputFunctionCall((FmgrInfo *) &column->input, local, column->ioparam, column->typmod);
}

static Datum
decode_json(const ColumnDecoder *column, SfCell *cell)
{
	char	   *text = json_text(server_text(column, cell));

	return DirectFunctionCall1(column->type == JSONBOID ? jsonb_in : json_in, CStringGetDatum(text));
}

/*
 * [1.5,2] as an array of real or integer.
 */
static Datum
decode_vector(const ColumnDecoder *column, SfCell *cell)
{
	char	   *text = server_text(column, cell);
	char	   *out = palloc(strlen(text) + 1);
	char	   *w = out;

	for (char *p = text; *p; p++)
	{
		if (*p == '[')
			*w++ = '{';
		else if (*p == ']')
			*w++ = '}';
		else if (*p != ' ' && *p != '\n' && *p != '\r' && *p != '\t')
			*w++ = *p;
	}
	*w = '\0';
	return OidInputFunctionCall(F_ARRAY_IN, out, column->type == INT4ARRAYOID ? INT4OID : FLOAT4OID, -1);
}

/*
 * A text column may also hold an array as PostgreSQL writes it.
 */
static Datum
decode_array(const ColumnDecoder *column, SfCell *cell)
{
	char	   *text = server_text(column, cell);

	if (column->kind == SF_TYPE_TEXT && text[strspn(text, " \t\r\n")] == '{')
		return InputFunctionCall((FmgrInfo *) &column->input, text, column->ioparam, column->typmod);
	return sf_array_from_json(column->array, json_text(text));
}

static Datum
decode_interval(const ColumnDecoder *column, SfCell *cell)
{
	Interval   *value = palloc(sizeof(Interval));
	int			precision = column->typmod >= 0 ? INTERVAL_PRECISION(column->typmod) : INTERVAL_FULL_PRECISION;

	if (column->kind == SF_TYPE_TEXT || column->kind == SF_TYPE_UNKNOWN)
	{
		for (int i = 0; i < cell->len; i++)
		{
			if (isalpha((unsigned char) cell->p[i]))
				return interval_by_input(column, cell);
		}
	}
	check_scalar(sf_interval_read(column->kind, cell->p, cell->len, value), column, cell, "interval");
	if (column->typmod < 0)
		return IntervalPGetDatum(value);
	if (precision != INTERVAL_FULL_PRECISION)
		value->time = cut(value->time, precision);
	return DirectFunctionCall2(interval_scale, IntervalPGetDatum(value), Int32GetDatum(column->typmod));
}

/*
 * An element of an array, read as a value of its own, as a text that the input
 * function takes whatever the setting intervalstyle says.  Throws 22P02 and
 * 22008.
 */
static char *
interval_element(char *text, void *arg)
{
	const ColumnDecoder *column = arg;
	ColumnDecoder element = {
		.kind = SF_TYPE_TEXT,
		.type = INTERVALOID,
		.typmod = column->typmod,
		.name = column->name,
		.row = column->row,
	};
	SfCell		cell = {.p = text,.len = strlen(text)};

	return DatumGetCString(DirectFunctionCall1(interval_out, decode_interval(&element, &cell)));
}

/*
 * A text that names its units, '1 day 2 hours' or 'P1DT2H': whatever the
 * setting intervalstyle says, a sign counts for its own part.
 */
static Datum
interval_by_input(const ColumnDecoder *column, SfCell *cell)
{
	char	   *text = server_text(column, cell);
	int			style = IntervalStyle;
	volatile Datum result = (Datum) 0;

	IntervalStyle = INTSTYLE_POSTGRES;
	PG_TRY();
	{
		result = DirectFunctionCall3(interval_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid),
									 Int32GetDatum(column->typmod));
	}
	PG_FINALLY();
	{
		IntervalStyle = style;
	}
	PG_END_TRY();
	return result;
}

/*
 * By the input function of the attribute's type, which throws for what it does
 * not take.
 */
static Datum
decode_by_input(const ColumnDecoder *column, SfCell *cell)
{
	return InputFunctionCall((FmgrInfo *) &column->input, server_text(column, cell), column->ioparam, column->typmod);
}

static Datum
decode_by_native_text(const ColumnDecoder *column, SfCell *cell)
{
	ColumnDecoder native = *column;
	char	   *text;

	/* the target's typmod says nothing about the native type */
	native.typmod = -1;
	text = beyond_range(column, cell);
	if (text == NULL)
		text = OutputFunctionCall((FmgrInfo *) &column->output, column->native(&native, cell));
	return InputFunctionCall((FmgrInfo *) &column->input, text, column->ioparam, column->typmod);
}

/*
 * Texts take dates and times that PostgreSQL's types cannot hold; NULL for
 * those that they can, and for what is none.
 */
static char *
beyond_range(const ColumnDecoder *column, const SfCell *cell)
{
	int64		micros = 0;
	int64		days = 0;
	int64		native;
	char		date[64];
	char		fraction[16] = "";
	int			n;

	if (!sf_is_text_like(column->type))
		return NULL;
	switch (column->kind)
	{
		case SF_TYPE_DATE:
			if (sf_scalar_int64(cell->p, cell->len, &days) != SF_SCALAR_OK ||
				(days > PG_INT32_MIN + EPOCH_DAYS && days <= PG_INT32_MAX && IS_VALID_DATE(days - EPOCH_DAYS)) ||
				!sf_scalar_date_text(days, date, sizeof(date)))
				return NULL;
			return pstrdup(date);
		case SF_TYPE_TIMESTAMP_NTZ:
		case SF_TYPE_TIMESTAMP_LTZ:
			if (sf_scalar_timestamp(cell->p, cell->len, &micros) != SF_SCALAR_OK ||
				(!pg_sub_s64_overflow(micros, EPOCH_MICROS, &native) && IS_VALID_TIMESTAMP(native)))
				return NULL;
			days = micros / USECS_PER_DAY - (micros % USECS_PER_DAY < 0);
			micros -= days * USECS_PER_DAY;
			if (!sf_scalar_date_text(days, date, sizeof(date)))
				return NULL;
			if (micros % USECS_PER_SEC != 0)
				snprintf(fraction, sizeof(fraction), ".%06d", (int) (micros % USECS_PER_SEC));
			for (n = strlen(fraction); n > 0 && fraction[n - 1] == '0'; n--)
				fraction[n - 1] = '\0';
			n = strcspn(date, " ");
			/* no time zone has rules for such a time: UTC */
			return psprintf("%.*s %02d:%02d:%02d%s%s%s", n, date, (int) (micros / USECS_PER_HOUR),
							(int) (micros / USECS_PER_MINUTE % 60), (int) (micros / USECS_PER_SEC % 60), fraction,
							column->kind == SF_TYPE_TIMESTAMP_LTZ ? "+00" : "", date + n);
		default:
			return NULL;
	}
}

/*
 * Of microseconds since 1970.  Throws 22008 beyond the range of timestamp.
 */
static Datum
timestamp_datum(const ColumnDecoder *column, const SfCell *cell, int64 micros)
{
	int64		value;

	if (pg_sub_s64_overflow(micros, EPOCH_MICROS, &value) || !IS_VALID_TIMESTAMP(value))
		bad_value(column, cell, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "timestamp");
	return TimestampGetDatum(cut(value, column->typmod));
}

/*
 * Drops digits that the column's precision does not have, toward the past.
 */
static int64
cut(int64 micros, int32 typmod)
{
	static const int64 units[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
	int64		rest;

	if (typmod < 0 || typmod >= lengthof(units))
		return micros;
	rest = micros % units[typmod];
	return micros - (rest < 0 ? rest + units[typmod] : rest);
}

/*
 * Numbers of up to 15 digits and small exponents are exact products; others,
 * and the special values, go through float8's input.
 */
static double
read_double(const ColumnDecoder *column, const SfCell *cell)
{
	static const double powers[] = {
		1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
		1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18
	};
	int64		unscaled;
	int			scale;

	if (cell->len <= 16 && sf_scalar_decimal(cell->p, cell->len, &unscaled, &scale) == SF_SCALAR_OK &&
		unscaled > -INT64CONST(1000000000000000) && unscaled < INT64CONST(1000000000000000) && unscaled != 0)
		return (double) unscaled / powers[scale];
	return DatumGetFloat8(DirectFunctionCall1(float8in, CStringGetDatum(cell->p)));
}

/*
 * The cell as a C string in the database's encoding; verified.
 */
static char *
server_text(const ColumnDecoder *column, const SfCell *cell)
{
	if (!pg_verify_mbstr(PG_UTF8, cell->p, cell->len, true))
		bad_value(column, cell, ERRCODE_CHARACTER_NOT_IN_REPERTOIRE, "text");
	return pg_any_to_server(cell->p, cell->len, PG_UTF8);
}

/*
 * Snowflake writes a hole of an array as undefined, which is no JSON; null is
 * the nearest.
 */
static char *
json_text(char *text)
{
	static const char hole[] = "undefined";
	StringInfoData out;
	bool		in_string = false;

	if (strstr(text, hole) == NULL)
		return text;
	initStringInfo(&out);
	while (*text)
	{
		if (!in_string && strncmp(text, hole, strlen(hole)) == 0)
		{
			appendStringInfoString(&out, "null");
			text += strlen(hole);
			continue;
		}
		if (*text == '"')
			in_string = !in_string;
		else if (in_string && *text == '\\' && text[1])
			appendStringInfoChar(&out, *text++);
		appendStringInfoChar(&out, *text++);
	}
	return out.data;
}
