/*
 * authenticator.h
 *	  What the authenticators of this room share.
 */
#ifndef SF_AUTH_AUTHENTICATOR_H
#define SF_AUTH_AUTHENTICATOR_H

#include "postgres.h"

#include "base/buf.h"
#include "core/options.h"
#include "datatype/timestamp.h"

/* A session's token, and what it is obtained with. */
typedef struct SfCredentials
{
	SfConnOptions *options;
	SfBuf	   *token;			/* empty: none yet */
	TimestampTz renew_at;		/* 0: never by itself */
	TimestampTz expires_at;		/* 0: not known */
	TimestampTz give_up_at;		/* of who waits for a token; 0: never */
	SfBuf	   *refresh_token;	/* the last one used or given; empty: none yet */
	bool		refresh_unsaved;	/* and it is in no file */
	/* of a token file: what it looked like when it was read */
	int64		file_mtime;
	int64		file_size;
	int64		file_inode;
} SfCredentials;

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
	 * Puts a token into cred->token, which is empty, and says when it has to
	 * be replaced.  Throws when there is none to be had.  Those of oauth.c
	 * wait on the network until the deadline (0: retry_timeout), and are
	 * interruptible.
	 */
	void		(*obtain) (SfCredentials *cred, TimestampTz deadline);
} SfAuthMethod;

/* Masks with the secrets of the options and of tokens obtained since; result in the current context.  Throws 53200. */
extern char *sf_credentials_mask(const SfCredentials *cred, const char *text);

/* Throws 28000 when the text cannot be a bearer token; what names it, the text is not shown. */
extern void sf_token_check(const char *token, const char *what);

/*
 * Whether the token file has changed since it was read, false also when there is none (throws nothing); what it
 * holds now, in the current context (throws errors of reading it).  Neither waits on the network.
 */
extern bool sf_token_file_changed(const SfCredentials *cred);
extern char *sf_token_file_read(SfCredentials *cred);

#endif							/* SF_AUTH_AUTHENTICATOR_H */
