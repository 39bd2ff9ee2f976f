/*
 * cancel.h
 *	  Cancelling a remote statement while cleaning up.
 */
#ifndef SF_API_CANCEL_H
#define SF_API_CANCEL_H

#include "postgres.h"

#include "api/call.h"
#include "base/buf.h"

typedef struct SfCancelRequest
{
	const char *request_id;		/* of the submission */
	const SfBuf *body;			/* its body, to ask for the handle again */
	bool		may_resend;		/* it only reads: the submission may be
								 * repeated */
	SfCall	   *pending;		/* the submission, when its reply is still out */
} SfCancelRequest;

/*
 * Cancels the statement, whose query id may be unknown (NULL), within the server's cancel_timeout.  Never throws; says at WARNING level what
 * it could not do.  Waits on the network, and ends early at another cancel request.
 */
extern void sf_cancel_remote(SfSession *session, const char *query_id, const SfCancelRequest *request);

#endif							/* SF_API_CANCEL_H */
