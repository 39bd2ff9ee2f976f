/*
 * cancel.h
 *	  Cancelling remote statements while cleaning up.
 */
#ifndef SF_API_CANCEL_H
#define SF_API_CANCEL_H

#include "postgres.h"

#include "api/call.h"
#include "base/buf.h"

typedef struct SfCancelRequest
{
	SfSession  *session;
	const char *query_id;		/* NULL: not known yet */
	const char *request_id;		/* of the submission */
	const SfBuf *body;			/* its body, to ask for the handle again */
	bool		may_resend;		/* it only reads: the submission may be
								 * repeated */
	SfCall	   *pending;		/* the submission, when its reply is still out
								 * or was not looked at; else NULL */

	/* filled in */
	bool		stopped;		/* it does not run any more */
	bool		completed;		/* because it had ended well */
	char		handle[40];		/* its query id; empty: not known */
} SfCancelRequest;

/*
 * Cancels statements, all at the same time and each within the cancel_timeout of its session, a new token included.
 * Says at WARNING level what it could not do.  Clean-up: throws nothing, leaves the error that is being
 * handled as it is, waits on the network, and ends early at another cancel request or termination, which stays pending.
 */
extern void sf_cancel_remote(SfCancelRequest *requests, int n);

#endif							/* SF_API_CANCEL_H */
