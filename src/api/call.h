/*
 * call.h
 *	  One call of the REST API with its attempts: headers, retries, renewal of
 *	  the token, limits.
 *
 * A call is a small state machine, so that several can be in flight: sent,
 * waiting for the next attempt, done.
 */
#ifndef SF_API_CALL_H
#define SF_API_CALL_H

#include "postgres.h"

#include "api/session.h"
#include "base/backoff.h"
#include "core/error.h"
#include "net/net.h"

/* The most that is read of one reply's body. */
#define SF_MAX_BODY ((size_t) 1 << 30)

typedef enum SfCallState
{
	SF_CALL_IDLE,				/* nothing sent yet */
	SF_CALL_SENT,
	SF_CALL_PAUSED,				/* next attempt at retry_at */
	SF_CALL_DONE
} SfCallState;

typedef struct SfCall
{
	SfSession  *session;
	SfNetGroup *group;
	const char *method;
	const char *path;			/* with its query, without retry=true */
	const char *body;
	size_t		body_len;
	bool		resendable;		/* idempotent, or made so by requestId */
	bool		object_api;		/* role and warehouse go into headers */
	bool		mark_retry;		/* a repeated attempt says retry=true */
	size_t		max_body;		/* of a reply; 0: SF_MAX_BODY */
	int64		timeout_ms;		/* of one attempt */
	TimestampTz deadline;		/* of clean-up, for a new token too; 0: none,
								 * interrupts end the wait */
	void	   *arg;			/* the caller's */

	SfCallState state;
	SfTransfer *transfer;		/* while sent and when done */
	int			attempts;
	bool		repeated;		/* from the start: the next attempt is a
								 * repetition */
	bool		renewed;		/* a new token was taken after a 401 */
	bool		reached;		/* an attempt may have come through to the
								 * server */
	SfBackoff	backoff;
	TimestampTz started_at;
	TimestampTz retry_at;
	TimestampTz sent_at;
} SfCall;

/* Sends the first attempt.  May wait for a token. */
extern void sf_call_start(SfCall *call);

/* Sends the next attempt of a paused call whose time has come. */
extern void sf_call_resume(SfCall *call);

/* Takes note of a finished attempt: done, or paused for another. */
extern void sf_call_finished(SfCall *call);

/* Waits until the call is done.  Interruptible. */
extern SfHttpReply *sf_call_wait(SfCall *call);

/* The same until a deadline (0: none): NULL then, and the call goes on. */
extern SfHttpReply *sf_call_wait_until(SfCall *call, TimestampTz deadline);

/* Forgets the call and its reply. */
extern void sf_call_release(SfCall *call);

/* Where an error of this call happened; strings live as long as the call. */
extern void sf_call_error_base(const SfCall *call, SfRemoteError *error);

/* The transport or HTTP error of a finished call; never returns. */
pg_noreturn extern void sf_call_throw(const SfCall *call, const SfRemoteError *base);

/* A random UUID in the current context. */
extern char *sf_new_request_id(void);

#endif							/* SF_API_CALL_H */
