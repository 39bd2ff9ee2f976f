/*
 * cron.h
 *	  The syntax of Snowflake's cron schedules (CREATE TASK, SCHEDULE).
 */
#ifndef SF_BASE_CRON_H
#define SF_BASE_CRON_H

#include <stdbool.h>
#include <stddef.h>

#define SF_CRON_FIELDS 5

/*
 * Whether expr is five fields: minute, hour, day of month (or L), month (or JAN), day of week (0 is Sunday, or SUN,
 * L, 5L); each *, numbers, ranges, lists and steps.  False with a sentence about the first part that is wrong.
 */
extern bool sf_cron_check(const char *expr, char *err, size_t errlen);

#endif							/* SF_BASE_CRON_H */
