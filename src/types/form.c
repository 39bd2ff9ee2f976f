/*
 * form.c
 *	  Values of PostgreSQL as the texts that Snowflake's functions read by a
 *	  fixed format.
 */
#include "postgres.h"

#include "utils/datetime.h"

#include "core/compat.h"
#include "types/form.h"

bool
sf_form_date(StringInfo out, DateADT date)
{
	int			year;
	int			month;
	int			day;

	if (DATE_NOT_FINITE(date))
		return false;
	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	if (year < 1 || year > 9999)
		return false;
	appendStringInfo(out, "%04d-%02d-%02d", year, month, day);
	return true;
}

bool
sf_form_time(StringInfo out, TimeADT time)
{
	if (time >= USECS_PER_DAY)	/* 24:00 */
		return false;
	appendStringInfo(out, "%02d:%02d:%02d.%06d", (int) (time / USECS_PER_HOUR),
					 (int) (time / USECS_PER_MINUTE % MINS_PER_HOUR), (int) (time / USECS_PER_SEC % SECS_PER_MINUTE),
					 (int) (time % USECS_PER_SEC));
	return true;
}

bool
sf_form_timestamp(StringInfo out, Timestamp timestamp, bool zone)
{
	struct pg_tm tm;
	fsec_t		fsec;

	if (TIMESTAMP_NOT_FINITE(timestamp) || timestamp2tm(timestamp, NULL, &tm, &fsec, NULL, NULL) != 0 ||
		tm.tm_year < 1 || tm.tm_year > 9999)
		return false;
	appendStringInfo(out, "%04d-%02d-%02d %02d:%02d:%02d.%06d%s", tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour,
					 tm.tm_min, tm.tm_sec, fsec, zone ? " +00:00" : "");
	return true;
}

void
sf_form_binary(StringInfo out, bytea *value)
{
	static const char hex[] = "0123456789ABCDEF";

	for (int i = 0; i < VARSIZE_ANY_EXHDR(value); i++)
	{
		unsigned char byte = ((unsigned char *) VARDATA_ANY(value))[i];

		appendStringInfoChar(out, hex[byte >> 4]);
		appendStringInfoChar(out, hex[byte & 15]);
	}
}
