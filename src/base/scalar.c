/*
 * scalar.c
 *	  Snowflake's cell texts to integers.
 */
#include "base/scalar.h"

#include <stdio.h>
#include <string.h>

static bool digit(char c);

SfScalar
sf_scalar_int64(const char *text, size_t len, int64_t *out)
{
	const char *p = text;
	const char *end = text + len;
	bool		negative = p < end && *p == '-';
	int64_t		value = 0;

	if (p < end && (*p == '-' || *p == '+'))
		p++;
	if (p == end || !digit(*p))
		return SF_SCALAR_SYNTAX;
	/* accumulate below zero, where the range is one wider */
	for (; p < end && digit(*p); p++)
	{
		if (__builtin_mul_overflow(value, (int64_t) 10, &value) ||
			__builtin_sub_overflow(value, (int64_t) (*p - '0'), &value))
			return SF_SCALAR_RANGE;
	}
	if (p < end && *p == '.')
	{
		for (p++; p < end && *p == '0'; p++)
			;
		if (p[-1] == '.')
			return SF_SCALAR_SYNTAX;
	}
	if (p != end)
		return SF_SCALAR_SYNTAX;
	if (!negative && value == INT64_MIN)
		return SF_SCALAR_RANGE;
	*out = negative ? value : -value;
	return SF_SCALAR_OK;
}

SfScalar
sf_scalar_date(const char *text, size_t len, int32_t *days)
{
	int64_t		value = 0;
	SfScalar	result = sf_scalar_int64(text, len, &value);

	if (result != SF_SCALAR_OK)
		return result;
	if (value < INT32_MIN || value > INT32_MAX)
		return SF_SCALAR_RANGE;
	*days = (int32_t) value;
	return SF_SCALAR_OK;
}

bool
sf_scalar_date_text(int64_t days, char *out, size_t size)
{
	int64_t		z;
	int64_t		era;
	int64_t		doe;
	int64_t		yoe;
	int64_t		doy;
	int64_t		month;
	int64_t		year;

	if (days < -INT64_C(1000000000000000) || days > INT64_C(1000000000000000))
		return false;
	/* eras of 400 years, which begin on the first of March */
	z = days + 719468;
	era = (z >= 0 ? z : z - 146096) / 146097;
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	month = (5 * doy + 2) / 153;
	year = yoe + era * 400 + (month >= 10);
	snprintf(out, size, "%04lld-%02d-%02d%s", (long long) (year > 0 ? year : 1 - year),
			 (int) (month < 10 ? month + 3 : month - 9),
			 (int) (doy - (153 * month + 2) / 5 + 1), year > 0 ? "" : " BC");
	return true;
}

SfScalar
sf_scalar_timestamp(const char *text, size_t len, int64_t *micros)
{
	const char *p = text;
	const char *end = text + len;
	bool		negative = p < end && *p == '-';
	int64_t		seconds = 0;
	int64_t		fraction = 0;
	bool		beyond = false;
	int			digits = 0;

	if (p < end && (*p == '-' || *p == '+'))
		p++;
	if (p == end || !digit(*p))
		return SF_SCALAR_SYNTAX;
	for (; p < end && digit(*p); p++)
	{
		if (__builtin_mul_overflow(seconds, (int64_t) 10, &seconds) ||
			__builtin_add_overflow(seconds, (int64_t) (*p - '0'), &seconds))
			return SF_SCALAR_RANGE;
	}
	if (p < end && *p == '.')
	{
		for (p++; p < end && digit(*p); p++, digits++)
		{
			if (digits < 6)
				fraction = fraction * 10 + (*p - '0');
			else
				beyond |= *p != '0';
		}
		if (digits == 0 || digits > 9)
			return SF_SCALAR_SYNTAX;
	}
	if (p != end)
		return SF_SCALAR_SYNTAX;
	for (; digits < 6; digits++)
		fraction *= 10;

	if (negative)
	{
		seconds = -seconds;
		fraction = -fraction - (beyond ? 1 : 0);
	}
	if (__builtin_mul_overflow(seconds, (int64_t) 1000000, micros) ||
		__builtin_add_overflow(*micros, fraction, micros))
		return SF_SCALAR_RANGE;
	return SF_SCALAR_OK;
}

SfScalar
sf_scalar_timestamp_tz(const char *text, size_t len, int64_t *micros, int *offset_minutes)
{
	const char *space = memchr(text, ' ', len);
	int64_t		offset = 0;
	SfScalar	result;

	if (space == NULL)
		return SF_SCALAR_SYNTAX;
	result = sf_scalar_timestamp(text, (size_t) (space - text), micros);
	if (result != SF_SCALAR_OK)
		return result;
	result = sf_scalar_int64(space + 1, len - (size_t) (space + 1 - text), &offset);
	if (result != SF_SCALAR_OK || offset < 0 || offset > 2880)
		return SF_SCALAR_SYNTAX;
	*offset_minutes = (int) offset - 1440;
	return SF_SCALAR_OK;
}

SfScalar
sf_scalar_bool(const char *text, size_t len, bool *out)
{
	static const struct
	{
		const char *word;
		bool		value;
	}			words[] = {{"true", true}, {"false", false}, {"1", true}, {"0", false}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
	{
		const char *word = words[i].word;
		size_t		k = 0;

		while (k < len && word[k] && (text[k] == word[k] || (word[k] >= 'a' && (text[k] | 0x20) == word[k])))
			k++;
		if (k == len && word[k] == '\0')
		{
			*out = words[i].value;
			return SF_SCALAR_OK;
		}
	}
	return SF_SCALAR_SYNTAX;
}

SfScalar
sf_scalar_decimal(const char *text, size_t len, int64_t *unscaled, int *scale)
{
	const char *p = text;
	const char *end = text + len;
	bool		negative = p < end && *p == '-';
	int64_t		value = 0;
	int			digits = 0;
	bool		point = false;

	*scale = 0;
	if (p < end && (*p == '-' || *p == '+'))
		p++;
	for (; p < end; p++)
	{
		if (*p == '.' && !point)
			point = true;
		else if (digit(*p) && digits < 18)
		{
			value = value * 10 + (*p - '0');
			digits++;
			*scale += point;
		}
		else
			return SF_SCALAR_SYNTAX;
	}
	if (digits == 0)
		return SF_SCALAR_SYNTAX;
	*unscaled = negative ? -value : value;
	return SF_SCALAR_OK;
}

static bool
digit(char c)
{
	return c >= '0' && c <= '9';
}
