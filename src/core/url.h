/*
 * url.h
 *	  Addresses, put together and taken apart by libcurl: what is checked here
 *	  is read the same way when it is used.
 */
#ifndef SF_CORE_URL_H
#define SF_CORE_URL_H

#include "postgres.h"

typedef struct SfUrl
{
	char	   *scheme;			/* lower case */
	char	   *host;			/* an IPv6 address without its brackets */
	int			port;			/* given, or the scheme's; 0: neither */
	char	   *path;			/* with its query */
	bool		has_user;		/* a user or a password is in it */
} SfUrl;

/*
 * The parts of an absolute URL, in the current context; NULL when libcurl would not take it.  Schemes are those of
 * the web.
 */
extern SfUrl *sf_url_parse(const char *text);

/* The same of a proxy's address, which may have another scheme, or none: http. */
extern SfUrl *sf_url_parse_proxy(const char *text);

/*
 * scheme://host[:port], port 0: none; an IPv6 address gets its brackets.  In the current context; NULL when the
 * host is none.
 */
extern char *sf_url_of_host(const char *scheme, const char *host, int port);

/* Whether both name the same scheme, host and port. */
extern bool sf_url_same_origin(const SfUrl *a, const SfUrl *b);

#endif							/* SF_CORE_URL_H */
