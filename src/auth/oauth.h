/*
 * oauth.h
 *	  Tokens from an OAuth token endpoint.
 */
#ifndef SF_AUTH_OAUTH_H
#define SF_AUTH_OAUTH_H

#include "auth/authenticator.h"

/* SfAuthMethod.obtain; both wait on the network. */
extern void sf_oauth_client_credentials(SfCredentials *cred, TimestampTz deadline);
extern void sf_oauth_refresh(SfCredentials *cred, TimestampTz deadline);

#endif							/* SF_AUTH_OAUTH_H */
