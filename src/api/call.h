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
#include "api/usage.h"
#include "core/error.h"
#include "net/net.h"
#include "net/retry.h"

typedef enum SfCallState
{
	SF_CALL_IDLE,				/* nothing sent, or the next attempt could not
								 * be */
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
	size_t		max_body;		/* of a reply; 0: SF_MAX_BODY, of the object
								 * API SF_MAX_OBJECT_BODY */
	int64		timeout_ms;		/* of one attempt */
	TimestampTz deadline;		/* of clean-up, for a new token too; 0: none,
								 * interrupts end the wait */
	TimestampTz give_up_at;		/* of who waits: no further attempt after it,
								 * and seconds for one under way; 0: none */
	SfUsage    *usage;			/* counted up; NULL: nobody asks */
	bool		poll;			/* counted as such */
	void	   *arg;			/* the caller's */

	SfCallState state;
	SfTransfer *transfer;		/* while sent and when done */
	int			attempts;		/* sent */
	bool		repeated;		/* from the start: the next attempt is a
								 * repetition */
	bool		renewed;		/* a new token was taken after a 401 */
	bool		reached;		/* a finished attempt, of this request or one
								 * before, may have come through to the server */
	bool		in_doubt;		/* an attempt may have been carried out, whose
								 * answer does not say so */
	SfRetry		retry;
	TimestampTz started_at;
	TimestampTz retry_at;
	TimestampTz sent_at;
} SfCall;

/*
 * Sends the first attempt.  Waits for a token where one is due and has to be asked for; interruptible then, and
 * throws what went wrong with that.  The strings of the call must live as long as it does.
 */
extern void sf_call_start(SfCall *call);

/*
 * Sends the next attempt of a paused call whose time has come; else does nothing.  Waits and throws as
 * sf_call_start does.
 */
extern void sf_call_resume(SfCall *call);

/*
 * Takes note of a finished attempt, once: done, or paused for another.  After a 401 it may send the next attempt,
 * and then waits and throws as sf_call_start does; a call whose attempt could not be sent is good for nothing but
 * release.
 */
extern void sf_call_finished(SfCall *call);

/*
 * Moves a call on that is its group's only one: takes a reply that is there, sends the next attempt when its time has
 * come.  True when it is done.  Does not wait but for a token; throws as sf_call_start does.
 */
extern bool sf_call_advance(SfCall *call);

/*
 * Waits until the call is done, and returns its reply, which lives until the release.  Interruptible: throws
 * interrupts, and what sf_call_start throws, but not what the reply says; the call goes on when an interrupt was
 * thrown.
 */
extern SfHttpReply *sf_call_wait(SfCall *call);

/* The same until a deadline (0: none): NULL then, and the call goes on. */
extern SfHttpReply *sf_call_wait_until(SfCall *call, TimestampTz deadline);

/*
 * Whether the request, in any attempt so far, left this machine on an established connection: what did not is not
 * known to the server.  Throws nothing.
 */
extern bool sf_call_reached(const SfCall *call);

/* Frees the reply, and drops an attempt under way.  May be called twice.  Throws nothing. */
extern void sf_call_release(SfCall *call);

/* Where an error of this call happened; strings live as long as the call. */
extern void sf_call_error_base(const SfCall *call, SfRemoteError *error);

/* The transport or HTTP error of a finished call; never returns. */
pg_noreturn extern void sf_call_throw(const SfCall *call, const SfRemoteError *base);

/* A random UUID in the current context.  Throws XX000 when there is no randomness. */
extern char *sf_new_request_id(void);

#endif							/* SF_API_CALL_H */
