/*
 * auth.h
 *	  Bearer tokens: a small table of authenticators and the token cache of
 *	  a session.
 */
#ifndef SF_AUTH_AUTH_H
#define SF_AUTH_AUTH_H

#include "postgres.h"

#include "core/options.h"
#include "datatype/timestamp.h"

typedef struct SfAuth SfAuth;

/*
 * Lives in context; keeps options by reference.  Throws when credentials are missing, contradictory or unreadable.
 *  Does not wait.
 */
extern SfAuth *sf_auth_create(SfConnOptions *options, MemoryContext context);

/*
 * The two header values for a request: "Authorization: Bearer ..." and "X-Snowflake-Authorization-Token-Type: ...".
 * Strings live until the next call.  Throws 28000 and what reading files or asking for a token may throw; the next
 * call then tries again.  May wait on the network, interruptibly (OAuth only: for the token endpoint, and for the
 * lock of a refresh token file), for retry_timeout (connect_timeout where that is 0).  With a deadline, which is
 * clean-up's, a token that has not expired is used as it is, and an endpoint is waited for until then only, or until
 * another cancel or termination arrives.  give_up_at: of who waits, when an endpoint is not asked again; 0: never.
 */
extern void sf_auth_headers(SfAuth *auth, TimestampTz deadline, TimestampTz give_up_at, const char **authorization,
							const char **token_type);

/*
 * After a 401: whether a new token can be had, so that one more attempt is worth it; the next sf_auth_headers gets
 * it.  Throws nothing, does not wait.
 */
extern bool sf_auth_renew(SfAuth *auth);

/* Whether there is a token that has not expired, as far as this side knows.  Throws nothing. */
extern bool sf_auth_valid(const SfAuth *auth);

/* Masks with the secrets of the options and of tokens obtained since; result in the current context.  Throws 53200. */
extern char *sf_auth_mask(const SfAuth *auth, const char *text);

/* What sf_connections() shows: the authenticator's name. */
extern const char *sf_auth_name(const SfAuth *auth);

#endif							/* SF_AUTH_AUTH_H */
