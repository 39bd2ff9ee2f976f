/*
 * status.h
 *	  How queries are doing that were submitted before: asked for in one batch,
 *	  several requests in flight, without throwing what a query itself says.
 */
#ifndef SF_API_STATUS_H
#define SF_API_STATUS_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "api/result.h"
#include "api/session.h"
#include "core/error.h"

typedef enum SfOutcome
{
	SF_OUTCOME_NONE,			/* no answer in time, or throttled to the end */
	SF_OUTCOME_RUNNING,
	SF_OUTCOME_SUCCESS,
	SF_OUTCOME_FAILED,
	SF_OUTCOME_UNKNOWN			/* no query of this user, or its result has
								 * expired */
} SfOutcome;

typedef struct SfStatus
{
	SfSession  *session;
	const char *query_id;
	SfOutcome	outcome;
	SfResultMeta *meta;			/* of a success */
	SfRemoteError error;		/* of a failure or an unknown query, for
								 * sf_report_remote */
	bool		cancelled;		/* by sf_status_cancel */
} SfStatus;

/*
 * Asks for all of them; the sessions' smallest fetch_parallel says how many requests are in flight.  At the
 * deadline (0: none) the rest is left as SF_OUTCOME_NONE.  Metadata and errors are allocated in the current
 * context.  Waits on the network, interruptible; an interrupt leaves the queries alone.  Throws what does not
 * concern a query: connection, authentication, malformed replies.
 */
extern void sf_status_ask(SfStatus *statuses, int n, TimestampTz deadline);

/*
 * Cancels them; cancelled is false for one that had ended, or that is not known.  What else Snowflake says against
 * it is an SF_OUTCOME_FAILED with its error.  Waits and throws as sf_status_ask does.
 */
extern void sf_status_cancel(SfStatus *statuses, int n);

/* Makes an answer that does not know the handle 42704 with a hint, whatever its body says. */
extern void sf_status_unknown(SfRemoteError *error);

#endif							/* SF_API_STATUS_H */
