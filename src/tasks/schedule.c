/*
 * schedule.c
 *	  When a task runs.
 *
 * Sources: CREATE TASK (SCHEDULE, TARGET_COMPLETION_INTERVAL), task.yaml
 * (CronSchedule, MinutesSchedule); the service reads and answers "seconds"
 * beside "minutes".
 */
#include "postgres.h"

#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "base/cron.h"
#include "base/str.h"
#include "core/zone.h"
#include "tasks/schedule.h"

#define SHORTEST_S 10
#define LONGEST_S (8 * SECS_PER_DAY)
#define LONGEST_COMPLETION_S SECS_PER_DAY

typedef struct Unit
{
	const char *name;
	int			seconds;
} Unit;

/* as CREATE TASK has them */
static const Unit units[] = {
	{"s", 1}, {"second", 1}, {"seconds", 1},
	{"m", 60}, {"minute", 60}, {"minutes", 60},
	{"h", 3600}, {"hour", 3600}, {"hours", 3600},
};

static const char *property_name(bool cron);
static SfJson *property_of_text(const char *text, bool cron, int64 longest, const SfProblems *problems);
static SfJson *property_of_object(SfJson *object, bool cron, int64 longest, const SfProblems *problems);
static SfJson *cron_property(const char *expr, const char *timezone, const SfProblems *problems);
static SfJson *interval_property(int64 seconds, const char *shown, int64 longest, const SfProblems *problems);
static bool read_interval(const char *text, int64 *seconds, const char *property, const SfProblems *problems);
static bool read_count(SfJson *object, const char *key, int64 *count);
static const char *cron_tail(const char *text);
static char *plain_words(const char *text, size_t len);

SfJson *
sf_schedule_property(SfJson *schedule, const SfProblems *problems)
{
	if (sf_json_type(schedule) == SF_JSON_STRING)
		return property_of_text(sf_json_text(schedule), true, LONGEST_S, problems);
	return property_of_object(schedule, true, LONGEST_S, problems);
}

SfJson *
sf_completion_property(SfJson *interval, const SfProblems *problems)
{
	if (sf_json_type(interval) == SF_JSON_STRING)
		return property_of_text(sf_json_text(interval), false, LONGEST_COMPLETION_S, problems);
	return property_of_object(interval, false, LONGEST_COMPLETION_S, problems);
}

char *
sf_schedule_text(SfJson *property)
{
	char	   *expr = sf_json_text(sf_json_member(property, "cron_expr"));
	int64		minutes;
	int64		seconds;

	if (expr)
		return psprintf("USING CRON %s %s", expr, sf_json_text(sf_json_member(property, "timezone")));
	read_count(property, "minutes", &minutes);
	read_count(property, "seconds", &seconds);
	if (seconds == 0)
		return psprintf(INT64_FORMAT " MINUTES", minutes);
	return psprintf(INT64_FORMAT " SECONDS", minutes * 60 + seconds);
}

char *
sf_cron_text(const char *expr, const char *timezone)
{
	return sf_schedule_text(cron_property(expr, timezone, NULL));
}

char *
sf_every_text(int64 microseconds)
{
	int64		seconds = microseconds / USECS_PER_SEC;

	if (microseconds % USECS_PER_SEC != 0)
		sf_problem(NULL, "schedule", "a schedule has whole seconds");
	return sf_schedule_text(interval_property(seconds, psprintf(INT64_FORMAT " seconds", seconds), LONGEST_S, NULL));
}

static const char *
property_name(bool cron)
{
	return cron ? "schedule" : "target_completion_interval";
}

static SfJson *
property_of_text(const char *text, bool cron, int64 longest, const SfProblems *problems)
{
	const char *tail = cron ? cron_tail(text) : NULL;
	SfJsonFault fault;
	SfJson	   *object = text[0] == '{' ? sf_json_parse(text, strlen(text), &fault) : NULL;
	const char *end;
	const char *zone;
	char		err[200];
	int64		seconds;

	if (object)
		return property_of_object(object, cron, longest, problems);
	if (tail == NULL)
	{
		if (!read_interval(text, &seconds, property_name(cron), problems))
			return NULL;
		return interval_property(seconds, text, longest, problems);
	}
	/* the last word is the time zone */
	end = tail + strlen(tail);
	while (end > tail && isspace((unsigned char) end[-1]))
		end--;
	zone = end;
	while (zone > tail && !isspace((unsigned char) zone[-1]))
		zone--;
	if (sf_cron_check(tail, err, sizeof(err)))
	{
		sf_problem(problems, "schedule", "invalid schedule \"%s\": the time zone is missing, as in USING CRON %s UTC",
				   text, plain_words(tail, end - tail));
		return NULL;
	}
	if (plain_words(tail, zone - tail)[0] == '\0')
	{
		sf_problem(problems, "schedule", "invalid schedule \"%s\": USING CRON takes five fields and a time zone", text);
		return NULL;
	}
	return cron_property(pnstrdup(tail, zone - tail), pnstrdup(zone, end - zone), problems);
}

/*
 * The object of an answer; also without its type.
 */
static SfJson *
property_of_object(SfJson *object, bool cron, int64 longest, const SfProblems *problems)
{
	const char *property = property_name(cron);
	char	   *type = sf_json_text(sf_json_member(object, "schedule_type"));
	char	   *expr = sf_json_text(sf_json_member(object, "cron_expr"));
	int64		minutes;
	int64		seconds;

	if (sf_json_type(object) != SF_JSON_OBJECT)
	{
		sf_problem(problems, property, "%s must be a text or an object, not %s", property, sf_json_print(object));
		return NULL;
	}
	if (cron && expr && (type == NULL || sf_strcasecmp_ascii(type, "CRON_TYPE") == 0))
	{
		char	   *timezone = sf_json_text(sf_json_member(object, "timezone"));

		return cron_property(expr, timezone ? timezone : "UTC", problems);
	}
	if (!read_count(object, "minutes", &minutes) || !read_count(object, "seconds", &seconds) ||
		(sf_json_member(object, "minutes") == NULL && sf_json_member(object, "seconds") == NULL) ||
		(type && sf_strcasecmp_ascii(type, "MINUTES_TYPE") != 0))
	{
		sf_problem(problems, property,
				   "invalid %s %s: expected are %sthe numbers minutes and seconds", property,
				   sf_json_print(object),
				   cron ? "cron_expr and timezone, or " : "");
		return NULL;
	}
	return interval_property(minutes * 60 + seconds, sf_json_print(object), longest, problems);
}

static SfJson *
cron_property(const char *expr, const char *timezone, const SfProblems *problems)
{
	const char *zone = sf_zone_name(timezone);
	char		err[200];
	SfJson	   *property;

	if (!sf_cron_check(expr, err, sizeof(err)))
	{
		sf_problem(problems, "schedule", "invalid cron expression \"%s\": %s", plain_words(expr, strlen(expr)), err);
		return NULL;
	}
	if (zone == NULL)
	{
		sf_problem(problems, "schedule",
				   "\"%s\" is not the name of a time zone; expected is one like America/Los_Angeles", timezone);
		return NULL;
	}
	property = sf_json_new_object();
	sf_json_set_text(property, "schedule_type", "CRON_TYPE");
	sf_json_set_text(property, "cron_expr", plain_words(expr, strlen(expr)));
	sf_json_set_text(property, "timezone", zone);
	return property;
}

static SfJson *
interval_property(int64 seconds, const char *shown, int64 longest, const SfProblems *problems)
{
	SfJson	   *property;

	if (seconds < SHORTEST_S || seconds > longest)
	{
		sf_problem(problems, longest == LONGEST_S ? "schedule" : "target_completion_interval",
				   "invalid %s \"%s\": it must be from %d seconds to %s",
				   longest == LONGEST_S ? "schedule" : "target_completion_interval", shown, SHORTEST_S,
				   longest == LONGEST_S ? "8 days" : "24 hours");
		return NULL;
	}
	property = sf_json_new_object();
	sf_json_set_text(property, "schedule_type", "MINUTES_TYPE");
	sf_json_set_int(property, "minutes", seconds / 60);
	if (seconds % 60)
		sf_json_set_int(property, "seconds", seconds % 60);
	return property;
}

/*
 * Snowflake's "<n> MINUTES", else an interval as PostgreSQL writes it.  Its
 * parts are called one by one: the input function would throw.
 */
static bool
read_interval(const char *text, int64 *seconds, const char *property, const SfProblems *problems)
{
	char		work[MAXDATELEN + 1 + MAXDATEFIELDS * 2];
	char	   *field[MAXDATEFIELDS];
	int			ftype[MAXDATEFIELDS];
	struct pg_itm_in itm;
	int			nf;
	int			dtype;
	int			failed;
	char	   *words = plain_words(text, strlen(text));
	size_t		digits = strspn(words, "0123456789");
	const char *unit = words + digits + (words[digits] == ' ');

	if (digits > 0 && digits < 10)
	{
		for (int i = 0; i < lengthof(units); i++)
		{
			if (sf_strcasecmp_ascii(unit, units[i].name) == 0)
			{
				*seconds = strtoll(words, NULL, 10) * units[i].seconds;
				return true;
			}
		}
	}
	memset(&itm, 0, sizeof(itm));
	/* the parser overlooks other punctuation; a number alone has no unit */
	if (words[digits] == '\0' || strlen(words) > MAXDATELEN || strpbrk(words, "{}[]()\"'\\<>|;=_$%&/!?*#~^`,"))
		failed = DTERR_FIELD_OVERFLOW;
	else
		failed = ParseDateTime(words, work, sizeof(work), field, ftype, MAXDATEFIELDS, &nf);

	/*
	 * DecodeInterval takes a number without a unit for what the one before
	 * left over: 1 5 h is no interval
	 */
	for (int i = 0; failed == 0 && i < nf; i++)
	{
		if (ftype[i] == DTK_NUMBER && (i + 1 == nf ||
									   (ftype[i + 1] != DTK_STRING && ftype[i + 1] != DTK_SPECIAL &&
										ftype[i + 1] != DTK_TIME)))
			failed = DTERR_FIELD_OVERFLOW;
	}
	if (failed == 0)
		failed = DecodeInterval(field, ftype, nf, INTERVAL_FULL_RANGE, &dtype, &itm);
	if (failed == DTERR_BAD_FORMAT)
		failed = DecodeISO8601Interval(words, &dtype, &itm);
	if (failed != 0 || dtype != DTK_DELTA)
	{
		sf_problem(problems, property,
				   "invalid %s \"%s\": expected is %s'10 minutes', '30 seconds', '1 hour' or another interval",
				   property, text,
				   strcmp(property, "schedule") == 0 ? "'USING CRON <five fields> <time zone>', " : "");
		return false;
	}
	if (itm.tm_year != 0 || itm.tm_mon != 0)
	{
		sf_problem(problems, property,
				   "invalid %s \"%s\": months and years vary in length; say days", property, text);
		return false;
	}
	if (itm.tm_usec % USECS_PER_SEC != 0)
	{
		sf_problem(problems, property,
				   "invalid %s \"%s\": it must be whole seconds", property, text);
		return false;
	}
	*seconds = itm.tm_usec / USECS_PER_SEC + (int64) itm.tm_mday * SECS_PER_DAY;
	return true;
}

/*
 * A whole number of at most nine digits, 0 when it is absent.
 */
static bool
read_count(SfJson *object, const char *key, int64 *count)
{
	SfJson	   *member = sf_json_member(object, key);
	char	   *text = sf_json_text(member);

	*count = 0;
	if (member == NULL)
		return true;
	if (text == NULL || text[0] == '\0' || strlen(text) > 9 || strspn(text, "0123456789") != strlen(text))
		return false;
	*count = strtoll(text, NULL, 10);
	return true;
}

/*
 * What follows USING CRON; NULL when the text does not begin so.
 */
static const char *
cron_tail(const char *text)
{
	static const char *const words[] = {"using", "cron"};

	for (int i = 0; i < lengthof(words); i++)
	{
		size_t		len = strlen(words[i]);

		text = sf_skip_space(text);
		if (pg_strncasecmp(text, words[i], len) != 0 || (text[len] && !isspace((unsigned char) text[len])))
			return NULL;
		text += len;
	}
	return text;
}

/*
 * The words of a text with one blank between them.
 */
static char *
plain_words(const char *text, size_t len)
{
	char	   *result = palloc(len + 1);
	char	   *out = result;

	for (size_t i = 0; i < len; i++)
	{
		if (!isspace((unsigned char) text[i]))
			*out++ = text[i];
		else if (out > result && out[-1] != ' ')
			*out++ = ' ';
	}
	if (out > result && out[-1] == ' ')
		out--;
	*out = '\0';
	return result;
}
