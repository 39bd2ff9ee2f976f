/*
 * interval.c
 *	  Snowflake's intervals.
 *
 * INTERVAL YEAR TO MONTH is written '+1-02', INTERVAL DAY TO SECOND '+28
 * 16:15:14.000'; the shorter types leave parts out, so that '+5' may be years,
 * months, days, hours or minutes, and '+10:09' hours or minutes first: these
 * are not guessed.  The sign counts for all parts.
 */
#include "postgres.h"

#include "common/int.h"
#include "datatype/timestamp.h"

#include "types/interval.h"

#define NANOS_PER_DAY (USECS_PER_DAY * INT64CONST(1000))

typedef struct Reader
{
	const char *p;
	const char *end;
} Reader;

static SfScalar read_months(const char *text, size_t len, Interval *out);
static SfScalar read_nanoseconds(const char *text, size_t len, Interval *out);
static SfScalar read_format(const char *text, size_t len, Interval *out);
static bool read_sign(Reader *reader);
static bool read_number(Reader *reader, int min_digits, int64 below, int64 *out);
static bool read_fraction(Reader *reader, bool negative, int64 *micros);
static bool next_is(Reader *reader, char c);
static bool all_digits(const char *text, size_t len);

SfScalar
sf_interval_read(SfTypeKind kind, const char *text, size_t len, Interval *out)
{
	memset(out, 0, sizeof(*out));
	if (kind == SF_TYPE_INTERVAL_YEAR_MONTH && all_digits(text, len))
		return read_months(text, len, out);
	if (kind == SF_TYPE_INTERVAL_DAY_TIME && all_digits(text, len))
		return read_nanoseconds(text, len, out);
	return read_format(text, len, out);
}

static SfScalar
read_months(const char *text, size_t len, Interval *out)
{
	int64		months = 0;
	SfScalar	result = sf_scalar_int64(text, len, &months);

	if (result == SF_SCALAR_OK && (months < PG_INT32_MIN || months > PG_INT32_MAX))
		return SF_SCALAR_RANGE;
	out->month = (int32) months;
	return result;
}

/*
 * Up to 999,999,999 days, of which the nanoseconds do not fit into 64 bits:
 * divided digit by digit.
 */
static SfScalar
read_nanoseconds(const char *text, size_t len, Interval *out)
{
	bool		negative = text[0] == '-';
	int64		days = 0;
	int64		rest = 0;

	for (size_t i = negative; i < len; i++)
	{
		rest = rest * 10 + (text[i] - '0');
		days = days * 10 + rest / NANOS_PER_DAY;
		rest %= NANOS_PER_DAY;
		if (days > PG_INT32_MAX)
			return SF_SCALAR_RANGE;
	}
	out->day = (int32) (negative ? -days : days);
	out->time = negative ? -((rest + 999) / 1000) : rest / 1000;
	return SF_SCALAR_OK;
}

/*
 * [sign] Y-MM | D HH[:MI[:SS[.F]]] | H:MI:SS[.F] | M:SS.F | S.F
 */
static SfScalar
read_format(const char *text, size_t len, Interval *out)
{
	Reader		reader = {text, text + len};
	bool		is_signed = len > 0 && (text[0] == '+' || text[0] == '-');
	bool		negative = read_sign(&reader);
	int64		parts[4] = {0};
	int64		micros = 0;
	int			n = 1;
	bool		days = false;
	bool		fraction = false;

	/* nine digits, and some that a sum may have more */
	if (!read_number(&reader, 1, INT64CONST(100000000000), &parts[0]))
		return SF_SCALAR_SYNTAX;
	if (next_is(&reader, '-'))
	{
		if (!read_number(&reader, 2, MONTHS_PER_YEAR, &parts[1]) || reader.p != reader.end)
			return SF_SCALAR_SYNTAX;
		if (parts[0] > PG_INT32_MAX / MONTHS_PER_YEAR - 1)
			return SF_SCALAR_RANGE;
		out->month = (int32) (parts[0] * MONTHS_PER_YEAR + parts[1]);
		out->month = negative ? -out->month : out->month;
		return SF_SCALAR_OK;
	}
	if (next_is(&reader, ' '))
	{
		days = true;
		if (!read_number(&reader, 2, HOURS_PER_DAY, &parts[n++]))
			return SF_SCALAR_SYNTAX;
	}
	while (n < 3 + days && next_is(&reader, ':'))
	{
		if (!read_number(&reader, 2, 60, &parts[n++]))
			return SF_SCALAR_SYNTAX;
	}
	/* only seconds have a fraction: D HH:MI:SS.F and H:MI:SS.F, M:SS.F, S.F */
	if (n == 3 + days || !days)
	{
		fraction = next_is(&reader, '.');
		if (fraction && !read_fraction(&reader, negative, &micros))
			return SF_SCALAR_SYNTAX;
	}
	if (reader.p != reader.end || (!days && n < 3 && !(fraction && is_signed)))
		return SF_SCALAR_SYNTAX;

	if (days)
	{
		if (parts[0] > PG_INT32_MAX)
			return SF_SCALAR_RANGE;
		out->day = (int32) (negative ? -parts[0] : parts[0]);
		out->time = (parts[1] * MINS_PER_HOUR + parts[2]) * SECS_PER_MINUTE + parts[3];
	}
	else
	{
		for (int i = 0; i < n; i++)
			out->time = out->time * 60 + parts[i];
	}
	if (pg_mul_s64_overflow(negative ? -out->time : out->time, USECS_PER_SEC, &out->time) ||
		pg_add_s64_overflow(out->time, micros, &out->time))
		return SF_SCALAR_RANGE;
	return SF_SCALAR_OK;
}

static bool
read_sign(Reader *reader)
{
	bool		negative = reader->p < reader->end && *reader->p == '-';

	if (negative || (reader->p < reader->end && *reader->p == '+'))
		reader->p++;
	return negative;
}

/*
 * Digits, min_digits of them where that is more than one, of a number below
 * the limit.
 */
static bool
read_number(Reader *reader, int min_digits, int64 below, int64 *out)
{
	const char *start = reader->p;

	*out = 0;
	for (; reader->p < reader->end && *reader->p >= '0' && *reader->p <= '9'; reader->p++)
	{
		*out = *out * 10 + (*reader->p - '0');
		if (*out >= below)
			return false;
	}
	return min_digits > 1 ? reader->p - start == min_digits : reader->p > start;
}

/*
 * Behind the point: one to nine digits, of which six are kept.
 */
static bool
read_fraction(Reader *reader, bool negative, int64 *micros)
{
	int64		value = 0;
	bool		beyond = false;
	int			digits = 0;

	for (; reader->p < reader->end && *reader->p >= '0' && *reader->p <= '9'; reader->p++, digits++)
	{
		if (digits < 6)
			value = value * 10 + (*reader->p - '0');
		else
			beyond |= *reader->p != '0';
	}
	if (digits == 0 || digits > 9)
		return false;
	for (; digits < 6; digits++)
		value *= 10;
	*micros = negative ? -value - beyond : value;
	return true;
}

static bool
next_is(Reader *reader, char c)
{
	if (reader->p >= reader->end || *reader->p != c)
		return false;
	reader->p++;
	return true;
}

static bool
all_digits(const char *text, size_t len)
{
	size_t		i = len > 0 && text[0] == '-';

	if (i == len)
		return false;
	for (; i < len; i++)
	{
		if (text[i] < '0' || text[i] > '9')
			return false;
	}
	return true;
}
