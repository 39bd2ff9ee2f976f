/*
 * format.h
 *	  Formats of dates and times, from to_char() to Snowflake's TO_CHAR().
 */
#ifndef SF_DEPARSE_FORMAT_H
#define SF_DEPARSE_FORMAT_H

#include "postgres.h"

typedef struct SfFormat
{
	const char *there;			/* in Snowflake */
	int			digits;			/* of the seconds behind the point */
	bool		hours;			/* it shows the time of day */
} SfFormat;

/* False for a format of which a piece may not be the same in Snowflake. */
extern bool sf_time_format(const char *format, SfFormat *out);

#endif							/* SF_DEPARSE_FORMAT_H */
