/*
 * authenticator.h
 *	  What the authenticators of this room share.
 */
#ifndef SF_AUTH_AUTHENTICATOR_H
#define SF_AUTH_AUTHENTICATOR_H

#include "auth/auth.h"
#include "base/buf.h"
#include "core/compat.h"

typedef struct SfAuthMethod
{
	SfAuthenticator authenticator;
	const char *token_type;		/* X-Snowflake-Authorization-Token-Type */
	const char *prefix;			/* of the bearer token, with the provider
								 * behind it; "" none */
	bool		renewable;		/* a new token can be had after a 401 */

	/* Throws 28000 when the options are not enough. */
	void		(*check) (const SfConnOptions *options);

	/*
	 * Puts a token into auth->token, which is empty, and says when it has to
	 * be replaced.  Throws when there is none to be had.  Those of oauth.c
	 * wait on the network until the deadline (0: retry_timeout), and are
	 * interruptible.
	 */
	void		(*obtain) (SfAuth *auth, TimestampTz deadline);
} SfAuthMethod;

struct SfAuth
{
	MemoryContext context;
	SfConnOptions *options;
	const SfAuthMethod *method;
	SfBuf	   *token;			/* empty: none yet */
	TimestampTz renew_at;		/* 0: never by itself */
	TimestampTz expires_at;		/* 0: not known */
	SfBuf	   *authorization;	/* the header */
	SfBuf	   *refresh_token;	/* the last one used or given; empty: none yet */
	bool		refresh_unsaved;	/* and it is in no file */
	/* of a token file: what it looked like when it was read */
	int64		file_mtime;
	int64		file_size;
	int64		file_inode;
};

/* oauth.c: SfAuthMethod.obtain; both wait on the network. */
extern void sf_oauth_client_credentials(SfAuth *auth, TimestampTz deadline);
extern void sf_oauth_refresh(SfAuth *auth, TimestampTz deadline);

/* Throws 28000 when the text cannot be a bearer token; what names it, the text is not shown. */
extern void sf_token_check(const char *token, const char *what);

/*
 * token_file.c: whether the file has changed since it was read, false also when there is none (throws nothing);
 * what it holds now, in the current context (throws errors of reading it).  Neither waits on the network.
 */
extern bool sf_token_file_changed(const SfAuth *auth);
extern char *sf_token_file_read(SfAuth *auth);


#endif							/* SF_AUTH_AUTHENTICATOR_H */
