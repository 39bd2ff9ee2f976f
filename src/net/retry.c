/*
 * retry.c
 *	  Whether and when a request is tried again.
 */
#include "postgres.h"

#include <time.h>

#include "access/xact.h"
#include "common/pg_prng.h"
#include "utils/timestamp.h"

#include "core/compat.h"
#include "net/retry.h"

#define BACKOFF_BASE_MS 200
#define BACKOFF_CAP_MS 16000
#define LAST_ATTEMPT_MS 10000	/* of who gives up */
#define NOTICE_AFTER_MS 3000
#define NOTICE_EVERY_MS 30000	/* all requests of a statement of the client
								 * together */

static int64 ms_until(TimestampTz time);
static bool may_end_otherwise(const SfHttpReply *reply, bool resendable);
static void notice_trying(const SfRetry *retry, const SfHttpReply *reply, int64 pause, int64 budget,
						  const SfConnOptions *options);

void
sf_retry_reset(SfRetry *retry)
{
	memset(retry, 0, sizeof(*retry));
}

int64
sf_retry_pause(SfRetry *retry, const SfHttpReply *reply, bool resendable, TimestampTz give_up_at,
			   const SfConnOptions *options)
{
	int64		budget = options->retry_timeout_ms;
	int64		asked = 0;
	int64		pause;
	int64		left;

	if (!may_end_otherwise(reply, resendable))
		return -1;
	if (retry->attempts++ > 0)
		retry->spent_ms += reply->took_ms;
	else if (!reply->sent)
		retry->first_ms = reply->took_ms;
	if (reply->failure == SF_NET_UNREACHABLE)
		budget = Min(budget, options->connect_retry_timeout_ms);
	if (give_up_at != 0)
		budget = Min(budget, retry->spent_ms + ms_until(give_up_at));
	left = budget - retry->spent_ms;
	if (left <= 0)
		return -1;
	retry->backoff.base_ms = BACKOFF_BASE_MS;
	retry->backoff.cap_ms = BACKOFF_CAP_MS;
	pause = sf_backoff_next(&retry->backoff, pg_prng_uint64(&pg_global_prng_state));
	if (reply->retry_after && sf_retry_after(reply->retry_after, (int64) time(NULL), &asked) && asked > left)
		return -1;
	/* the last attempt is made when the budget ends */
	pause = Min(Max(pause, asked), left);
	if (retry->first_ms + retry->spent_ms + pause >= NOTICE_AFTER_MS)
		notice_trying(retry, reply, pause, budget, options);
	retry->spent_ms += pause;
	return pause;
}

int64
sf_retry_attempt_ms(int64 timeout_ms, TimestampTz give_up_at)
{
	return give_up_at == 0 ? timeout_ms : Min(timeout_ms, Max(ms_until(give_up_at), LAST_ATTEMPT_MS));
}

/*
 * 0 when it is over.
 */
static int64
ms_until(TimestampTz time)
{
	return Max((time - GetCurrentTimestamp()) / 1000, 0);
}

/*
 * Whether another attempt may go better, and does no harm.  Throws nothing.
 */
static bool
may_end_otherwise(const SfHttpReply *reply, bool resendable)
{
	switch (reply->failure)
	{
		case SF_NET_CONNECT:
		case SF_NET_UNREACHABLE:
			return true;
		case SF_NET_SEND:
		case SF_NET_RECV:
		case SF_NET_TIMEOUT:
			return resendable;
		case SF_NET_OK:
			return resendable &&
				(reply->status == 429 || reply->status == 500 || reply->status == 502 ||
				 reply->status == 503 || reply->status == 504);
		default:
			return false;
	}
}

/*
 * A NOTICE, at most one in NOTICE_EVERY_MS for a statement of the client.
 */
static void
notice_trying(const SfRetry *retry, const SfHttpReply *reply, int64 pause, int64 budget, const SfConnOptions *options)
{
	static TimestampTz noticed_at = 0;
	static TimestampTz noticed_statement = 0;
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz statement = GetCurrentStatementStartTimestamp();

	if (noticed_statement == statement && now - noticed_at < (int64) NOTICE_EVERY_MS * 1000)
		return;
	noticed_at = now;
	noticed_statement = statement;
	ereport(NOTICE,
			(errcode(ERRCODE_CONNECTION_EXCEPTION),
			 errmsg("a request to server \"%s\" is tried again, for %d s at most", options->server_name,
					(int) (budget / 1000)),
			 reply->failure == SF_NET_OK ?
			 errdetail("The answer was HTTP status %ld.", reply->status) :
			 errdetail_internal("%s.", reply->detail)));
}
