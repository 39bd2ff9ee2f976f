/*
 * account.h
 *	  Account identifiers: the host they live on and how a JWT spells them
 *	  (user guide, admin-account-identifier; SQL API, authenticating).
 */
#ifndef SF_BASE_ACCOUNT_H
#define SF_BASE_ACCOUNT_H

#include <stdbool.h>

#include "base/buf.h"

/* Letters, digits, - and _ in labels joined by periods; at most 63 bytes a label. */
extern bool sf_account_valid(const char *account);

/* <account>[.<region>].snowflakecomputing.com in lower case, _ as -; .cn for Chinese regions. */
/*
 * The account of a host name or an address that somebody took for one: x of https://x.snowflakecomputing.com/, o-a
 * of https://app.snowflake.com/o/a.
 */
extern bool sf_account_of_address(const char *address, SfBuf *account);
extern bool sf_account_host(const char *account, const char *region, SfBuf *host);

/* Upper case, cut at the first period (or for .global at the first hyphen). */
extern bool sf_account_jwt(const char *account, SfBuf *out);

/* Whether the host is a loopback address or localhost. */
extern bool sf_host_is_loopback(const char *host);

/* Letters, digits, - . _ or an address: nothing that could change a URL. */
extern bool sf_host_valid(const char *host);

#endif							/* SF_BASE_ACCOUNT_H */
