/*
 * session.h
 *	  Sessions keyed by (server, effective user): settings, token cache,
 *	  invalidation.
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
	bool		invalidated;	/* catalog or settings changed: replaced by
								 * the next use */
	bool		orphaned;		/* replaced while in use: freed by its last
								 * user */
	uint32		server_hash;	/* of the syscache entries it was made from */
	uint32		mapping_hash;	/* the user's, whether there is one or not */
	uint32		public_hash;	/* PUBLIC's */
	char	   *role_setting;	/* snowflake_fdw.role and .warehouse at that
								 * time, as far as they count for the user */
	char	   *warehouse_setting;
	int			users;			/* statements that hold it */
	TimestampTz connected_at;
	TimestampTz last_used_at;
	int64		statements;
	int64		requests;
	struct SfMetadata *metadata;	/* that was asked for, in context; NULL:
									 * none */
} SfSession;

/*
 * The session of a server and a user; makes it.  Throws when the options do not make a connection.  Does not wait.
 *  Owned by the table of sessions: unless it is pinned it may be gone after the next call of this function, after
 * sf_session_disconnect, and with the transaction.
 */
extern SfSession *sf_session_get(Oid serverid, Oid userid);

/*
 * A statement takes hold of its session and lets go of it, which frees a session that was replaced meanwhile.
 * Neither throws.
 */
extern void sf_session_pin(SfSession *session);
extern void sf_session_unpin(SfSession *session);

/*
 * Closes the sessions of one server (InvalidOid: all) that no statement holds; how many.  Throws nothing, does not
 * wait.
 */
extern int	sf_session_disconnect(Oid serverid);

/* Walks the sessions, for sf_connections(); the visitor must neither throw nor open or close one. */
typedef void (*SfSessionVisitor) (const SfSession *session, void *arg);
extern void sf_session_foreach(SfSessionVisitor visitor, void *arg);

/*
 * Counts a remote change of this (sub)transaction, for the WARNING at ROLLBACK.  Throws 53200; only inside of a
 * transaction.
 */
extern void sf_session_note_change(void);

/* Takes the last note of this (sub)transaction back: Snowflake refused the change.  Throws nothing. */
extern void sf_session_forget_change(void);

#endif							/* SF_API_SESSION_H */
