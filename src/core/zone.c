/*
 * zone.c
 *	  Names of time zones.
 */
#include "postgres.h"

#include "pgtime.h"

#include "base/str.h"
#include "core/zone.h"

/* Names of zones that have a digit and yet are no POSIX rule. */
static const char *const zones_with_digits[] = {"CST6CDT", "EST5EDT", "MST7MDT", "PST8PDT", "GMT0", "GMT+0", "GMT-0"};

const char *
sf_zone_name(const char *timezone)
{
	bool		known = strpbrk(timezone, "0123456789") == NULL || pg_strncasecmp(timezone, "Etc/", 4) == 0;
	pg_tz	   *zone;

	for (int i = 0; i < lengthof(zones_with_digits); i++)
		known = known || sf_strcasecmp_ascii(timezone, zones_with_digits[i]) == 0;
	zone = known ? pg_tzset(timezone) : NULL;
	return zone ? pg_get_timezone_name(zone) : NULL;
}
