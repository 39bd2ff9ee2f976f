/*
 * session.h
 *	  Sessions keyed by (server, effective user): settings, token cache,
 *	  invalidation and (sub)transaction callbacks.
 */
#ifndef SF_API_SESSION_H
#define SF_API_SESSION_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "auth/auth.h"
#include "core/options.h"

typedef struct SfSession
{
	Oid			serverid;
	Oid			userid;
	MemoryContext context;		/* options and auth live here */
	SfConnOptions *options;
	SfAuth	   *auth;
	bool		invalidated;	/* catalog changed: replaced once nobody uses it */
	bool		poisoned;		/* unknown remote state, see reason */
	int			users;			/* statements that hold it */
	TimestampTz connected_at;
	TimestampTz last_used_at;
	int64		statements;
	int64		requests;
} SfSession;

/* The session of a server and a user; makes it.  Throws when the options do not make a connection.  Does not wait. */
extern SfSession *sf_session_get(Oid serverid, Oid userid);

/* Closes the sessions of one server (InvalidOid: all) that no statement holds; how many. */
extern int	sf_session_disconnect(Oid serverid);

/* Walks the sessions, for sf_connections(). */
typedef void (*SfSessionVisitor) (const SfSession *session, void *arg);
extern void sf_session_foreach(SfSessionVisitor visitor, void *arg);

/* Hash, invalidation and transaction callbacks; once per backend, lazily. */
extern void sf_session_init(void);

/* Counts a remote change of this (sub)transaction, for the WARNING at ROLLBACK. */
extern void sf_session_note_change(SfSession *session);

#endif							/* SF_API_SESSION_H */
