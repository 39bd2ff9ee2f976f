/*
 * form.h
 *	  Values of PostgreSQL as the texts that Snowflake's functions read by a
 *	  fixed format.
 */
#ifndef SF_TYPES_FORM_H
#define SF_TYPES_FORM_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/date.h"
#include "utils/timestamp.h"

/*
 * Each appends the text; false, with nothing appended, for a value that Snowflake cannot have: infinity, a year outside
 * of 1 to 9999, 24:00.
 */
extern bool sf_form_date(StringInfo out, DateADT date);
extern bool sf_form_time(StringInfo out, TimeADT time);

/* With six digits of a second; zone: an instant, in UTC, with its offset. */
extern bool sf_form_timestamp(StringInfo out, Timestamp timestamp, bool zone);

/* Hexadecimal digits. */
extern void sf_form_binary(StringInfo out, bytea *value);

#endif							/* SF_TYPES_FORM_H */
