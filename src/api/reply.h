/*
 * reply.h
 *	  Reading the JSON of replies: errors, statement handles, result metadata.
 */
#ifndef SF_API_REPLY_H
#define SF_API_REPLY_H

#include "postgres.h"

#include "api/result.h"
#include "auth/auth.h"
#include "core/compat.h"
#include "core/error.h"
#include "core/json.h"
#include "net/net.h"

/* The most that is read of one reply's body. */
#define SF_MAX_BODY ((size_t) 1 << 30)
#define SF_MAX_OBJECT_BODY ((size_t) 64 << 20)

/* What an answer says about a statement. */
typedef enum SfEnd
{
	SF_END_UNKNOWN,				/* nothing, or nothing about this one */
	SF_END_DONE,
	SF_END_FAILED				/* it has changed nothing */
} SfEnd;

/* Throws the error a reply carries: its JSON, or its status when it has none. */
pg_noreturn extern void sf_reply_throw(const SfHttpReply *reply, const SfRemoteError *base, const SfAuth *auth);

/*
 * Reads what sf_reply_throw would throw, for a caller that goes on; strings in the current context, the others as
 * in base.
 */
extern void sf_reply_error(const SfHttpReply *reply, const SfRemoteError *base, const SfAuth *auth,
						   SfRemoteError *error);

/*
 * The JSON of a reply, owned by the current context, which keeps the line of CONTEXT that base has; 08P01 for what is
 * none, or is the value null; 54000 for one with too many parts.
 */
extern SfJson *sf_reply_document(const SfHttpReply *reply, const SfRemoteError *base);

/*
 * The statement handle of a 202 (or any other) reply; NULL when there is none or it is no UUID. In the current
 * context.  Throws 53200 alone.
 */
extern char *sf_reply_handle(const SfHttpReply *reply);

/* A submission with this id is sent.  Throws nothing. */
extern void sf_reply_expect(const char *request_id);

/*
 * Whether the reply says, in requestId or in its statement's URL, that it is the one to another of this backend's
 * last submissions.  One that says nothing of it, or names an id that the server has made, may be any.  Throws
 * 53200 alone.
 */
extern bool sf_reply_is_of_another(const SfHttpReply *reply, const char *request_id);

/*
 * What an answer to a submission or a poll says about the statement with this handle (NULL: not known yet).  One
 * that is not whole says nothing.  Throws 53200 alone.
 */
extern SfEnd sf_reply_end(const SfHttpReply *reply, const char *query_id);

/* The code of a JSON reply, or NULL. In the current context.  Throws 53200 alone. */
extern char *sf_reply_code(const SfHttpReply *reply);

/*
 * The metadata of a 200; throws 08P01 where it is not as documented, and the error when the reply carries one. In
 * the current context.
 */
extern SfResultMeta *sf_reply_metadata(const SfHttpReply *reply, const SfRemoteError *base, const SfAuth *auth);

#endif							/* SF_API_REPLY_H */
