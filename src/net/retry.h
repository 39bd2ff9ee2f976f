/*
 * retry.h
 *	  Whether and when a request is tried again: one rule for Snowflake and for
 *	  OAuth token endpoints.
 *
 * Tried again are connections that were not made, and, where that does no
 * harm, lost ones, 429 and 5xx.  What counts against the budgets is the time
 * in attempts and pauses behind the first failure, not the time in which
 * nobody waited for the call.
 */
#ifndef SF_NET_RETRY_H
#define SF_NET_RETRY_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "base/backoff.h"
#include "core/options.h"
#include "net/net.h"

typedef struct SfRetry
{
	int			attempts;		/* that have failed */
	int64		spent_ms;		/* in attempts and pauses since the first
								 * failure */
	int64		first_ms;		/* that the first attempt took, where it was
								 * for a connection */
	SfBackoff	backoff;
} SfRetry;

/* For a new request: all zero would do no less. */
extern void sf_retry_reset(SfRetry *retry);

/*
 * Takes note of an attempt that has ended.  How long to wait before the next one, or -1: it is the last, having
 * done well or being one that another attempt would not mend, or because a budget is spent.  resendable: the
 * request may come through twice.  give_up_at: when the caller gives up; 0: never.  After three seconds of trying a
 * NOTICE says so; else it throws nothing, and it does not wait.
 */
extern int64 sf_retry_pause(SfRetry *retry, const SfHttpReply *reply, bool resendable, TimestampTz give_up_at,
							const SfConnOptions *options);

/* How long an attempt may take: where the caller gives up at some time (0: never), until then and a little longer. */
extern int64 sf_retry_attempt_ms(int64 timeout_ms, TimestampTz give_up_at);

#endif							/* SF_NET_RETRY_H */
