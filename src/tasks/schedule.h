/*
 * schedule.h
 *	  When a task runs: texts and answers to the REST property "schedule".
 */
#ifndef SF_TASKS_SCHEDULE_H
#define SF_TASKS_SCHEDULE_H

#include "postgres.h"

#include "core/json.h"
#include "tasks/problem.h"

/*
 * The REST property of a schedule, in the current context: {"schedule_type": "CRON_TYPE", "cron_expr", "timezone"} or
 * {"schedule_type": "MINUTES_TYPE", "minutes"} with "seconds" where there are any, so that equal schedules have equal
 * properties.  schedule is a text, 'USING CRON <five fields> <time zone>', '10 minutes', '30 SECONDS', '1 h' or any
 * interval of whole seconds from 10 s to 8 days, or the object that a fetch shows.  A mistake goes to problems (NULL:
 * throws 22023), and the result is NULL.  No network.
 */
extern SfJson *sf_schedule_property(SfJson *schedule, const SfProblems *problems);

/* The same for target_completion_interval: no cron, 10 s to 24 hours. */
extern SfJson *sf_completion_property(SfJson *interval, const SfProblems *problems);

/* The text of a property that one of the above made, as SQL has it: 'USING CRON ...', '60 MINUTES', '90 SECONDS'. */
extern char *sf_schedule_text(SfJson *property);

/* USING CRON <expr> <zone>; throws 22023. */
extern char *sf_cron_text(const char *expr, const char *timezone);

/* '60 MINUTES' or '90 SECONDS'; throws 22023. */
extern char *sf_every_text(int64 microseconds);

#endif							/* SF_TASKS_SCHEDULE_H */
