/*
 * progress.h
 *	  NOTICEs to a user who waits for Snowflake, one each progress_interval.
 *
 * They are sent where the extension waits, outside of libcurl and of whatever
 * else is being sent to the client; never while cleaning up.
 */
#ifndef SF_API_PROGRESS_H
#define SF_API_PROGRESS_H

#include "postgres.h"

#include "datatype/timestamp.h"

/* How far the work on a statement is. */
typedef struct SfProgress
{
	TimestampTz since;			/* when it was begun */
	const char *query_id;		/* NULL: not known yet */
	int			npartitions;	/* of the result; 0: it is not there yet */
	int			partitions;		/* fetched */
	int64		nrows;
	int64		rows;			/* in these */
	int64		bytes;			/* of these */
} SfProgress;

/* When the next NOTICE about a wait that began then is due; 0: never.  The waits of a session share one interval. */
extern TimestampTz sf_progress_due(TimestampTz since);

/* There was one now.  Returns when the next is due. */
extern TimestampTz sf_progress_told(void);

/* Sends the NOTICE, if it is due, and returns when the next is.  Does not wait. */
extern TimestampTz sf_progress_report(const SfProgress *progress);

#endif							/* SF_API_PROGRESS_H */
