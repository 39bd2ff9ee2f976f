/*
 * backoff.c
 *	  When to try again and when to look again.
 */
#include "base/backoff.h"

#include <stdio.h>
#include <string.h>

#define POLL_FIRST_MS 100
#define POLL_CAP_MS 5000
#define RETRY_AFTER_MAX_S 86400

static bool http_date(const char *value, int64_t *epoch);
static int64_t days_from_civil(int year, int month, int day);

int64_t
sf_backoff_next(SfBackoff *backoff, uint64_t random)
{
	int64_t		ceiling = backoff->ceiling_ms > 0 ? backoff->ceiling_ms * 2 : backoff->base_ms;

	if (ceiling > backoff->cap_ms)
		ceiling = backoff->cap_ms;
	backoff->ceiling_ms = ceiling;
	return ceiling - (int64_t) (random % (uint64_t) (ceiling / 2 + 1));
}

int64_t
sf_poll_next(int64_t last_ms)
{
	int64_t		next = last_ms <= 0 ? POLL_FIRST_MS : last_ms + last_ms / 2;

	return next < POLL_CAP_MS ? next : POLL_CAP_MS;
}

bool
sf_retry_after(const char *value, int64_t now_epoch, int64_t *ms)
{
	int64_t		seconds = 0;
	int64_t		epoch;

	while (*value == ' ' || *value == '\t')
		value++;
	if (*value >= '0' && *value <= '9')
	{
		for (; *value >= '0' && *value <= '9'; value++)
		{
			if (seconds < RETRY_AFTER_MAX_S)
				seconds = seconds * 10 + (*value - '0');
		}
		while (*value == ' ' || *value == '\t')
			value++;
		if (*value != '\0')
			return false;
	}
	else if (http_date(value, &epoch))
		seconds = epoch > now_epoch ? epoch - now_epoch : 0;
	else
		return false;
	*ms = (seconds < RETRY_AFTER_MAX_S ? seconds : RETRY_AFTER_MAX_S) * 1000;
	return true;
}

/*
 * IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT".
 */
static bool
http_date(const char *value, int64_t *epoch)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char		weekday[4];
	char		month[4];
	int			day;
	int			year;
	int			hour;
	int			minute;
	int			second;
	int			end = 0;
	const char *found;

	if (sscanf(value, "%3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", weekday, &day, month, &year,
			   &hour, &minute, &second, &end) != 7 ||
		end == 0)
		return false;
	found = strstr(months, month);
	if (strlen(month) != 3 || found == NULL || (found - months) % 3 != 0)
		return false;
	if (day < 1 || day > 31 || year < 1970 ||
		hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
		return false;
	*epoch = days_from_civil(year, (int) (found - months) / 3 + 1, day) * 86400 + hour * 3600 + minute * 60 + second;
	return true;
}

/*
 * Days since 1970-01-01 in the Gregorian calendar.
 */
static int64_t
days_from_civil(int year, int month, int day)
{
	int			y = month <= 2 ? year - 1 : year;
	int			era = y / 400;
	int			yoe = y - era * 400;
	int			doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int			doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return (int64_t) era * 146097 + doe - 719468;
}
