/*
 * cron.c
 *	  The syntax of Snowflake's cron schedules.
 */
#include "base/cron.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"

typedef struct Field
{
	const char *name;
	int			low;
	int			high;
	const char *words;			/* three letters each, the first one is low */
	bool		last;			/* L alone */
	bool		last_of;		/* 5L */
} Field;

static const Field fields[SF_CRON_FIELDS] = {
	{"minute", 0, 59, NULL, false, false},
	{"hour", 0, 23, NULL, false, false},
	{"day of the month", 1, 31, NULL, true, false},
	{"month", 1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC", false, false},
	{"day of the week", 0, 6, "SUNMONTUEWEDTHUFRISAT", true, true},
};

static bool check_field(const Field *field, const char *text, size_t len, char *err, size_t errlen);
static bool check_item(const Field *field, const char *text, size_t len);
static const char *read_value(const Field *field, const char *p, const char *end, int *value);
static const char *read_number(const char *p, const char *end, int *value);
static char upper(char c);

bool
sf_cron_check(const char *expr, char *err, size_t errlen)
{
	const char *p = sf_skip_space(expr);
	int			n = 0;

	for (; *p; n++)
	{
		size_t		len = strcspn(p, " \t\r\n");

		if (n < SF_CRON_FIELDS && !check_field(&fields[n], p, len, err, errlen))
			return false;
		p += len;
		p = sf_skip_space(p);
	}
	if (n == SF_CRON_FIELDS)
		return true;
	snprintf(err, errlen, "A cron expression has five fields (minute, hour, day of the month, month, day of the week), "
			 "not %d.",
			 n);
	return false;
}

/*
 * A list separated by commas.
 */
static bool
check_field(const Field *field, const char *text, size_t len, char *err, size_t errlen)
{
	const char *end = text + len;

	for (const char *p = text;; p++)
	{
		const char *comma = memchr(p, ',', end - p);
		size_t		n = (comma ? comma : end) - p;

		if (!check_item(field, p, n))
		{
			snprintf(err, errlen, "\"%.*s\" is no %s: expected are *, %d to %d%s, ranges, steps%s.",
					 (int) (n < 40 ? n : 40), p, field->name,
					 field->low, field->high, field->words ? " or names" : "", field->last ? " or L" : "");
			return false;
		}
		if (comma == NULL)
			return true;
		p = comma;
	}
}

/*
 * One of: *, value, value-value, each with an optional /step; L; valueL.
 */
static bool
check_item(const Field *field, const char *text, size_t len)
{
	const char *end = text + len;
	const char *p = text;
	int			from;
	int			to;
	int			step;

	if (len == 0)
		return false;
	if (field->last && len == 1 && upper(*p) == 'L')
		return true;
	if (*p == '*')
		p++;
	else
	{
		p = read_value(field, p, end, &from);
		if (p == NULL)
			return false;
		if (field->last_of && p + 1 == end && upper(*p) == 'L')
			return true;
		if (p < end && *p == '-')
		{
			p = read_value(field, p + 1, end, &to);
			if (p == NULL || to < from)
				return false;
		}
	}
	if (p == end)
		return true;
	if (*p != '/')
		return false;
	p = read_number(p + 1, end, &step);
	return p == end && step >= 1 && step <= field->high;
}

/*
 * A number or a name within the field's range; the position behind it, or
 * NULL.
 */
static const char *
read_value(const Field *field, const char *p, const char *end, int *value)
{
	if (field->words && end - p >= 3)
	{
		for (int i = 0; field->words[3 * i]; i++)
		{
			const char *word = field->words + 3 * i;

			if (upper(p[0]) == word[0] && upper(p[1]) == word[1] && upper(p[2]) == word[2])
			{
				*value = field->low + i;
				return p + 3;
			}
		}
	}
	p = read_number(p, end, value);
	return p && *value >= field->low && *value <= field->high ? p : NULL;
}

static const char *
read_number(const char *p, const char *end, int *value)
{
	const char *start = p;

	*value = 0;
	while (p < end && p - start < 4 && *p >= '0' && *p <= '9')
		*value = *value * 10 + (*p++ - '0');
	return p > start ? p : NULL;
}

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}
