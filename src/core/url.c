/*
 * url.c
 *	  Addresses, put together and taken apart by libcurl.
 */
#include "postgres.h"

#include <curl/curl.h>

#include "base/str.h"
#include "core/owner.h"
#include "core/url.h"

static SfUrl *parse(const char *text, unsigned int flags);
static CURLU *open_handle(SfOwner **owner);
static void release(void *handle);
static char *part_of(CURLU *handle, CURLUPart which, unsigned int flags);

SfUrl *
sf_url_parse(const char *text)
{
	return parse(text, 0);
}

SfUrl *
sf_url_parse_proxy(const char *text)
{
	return parse(text, CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME);
}

char *
sf_url_of_host(const char *scheme, const char *host, int port)
{
	SfOwner    *owner;
	CURLU	   *handle = open_handle(&owner);
	char	   *text = NULL;
	SfUrl	   *parsed;

	if (strchr(host, ':') && host[0] != '[')
		host = psprintf("[%s]", host);
	if (curl_url_set(handle, CURLUPART_SCHEME, scheme, 0) == CURLUE_OK &&
		curl_url_set(handle, CURLUPART_HOST, host, 0) == CURLUE_OK &&
		(port == 0 || curl_url_set(handle, CURLUPART_PORT, psprintf("%d", port), 0) == CURLUE_OK))
		text = part_of(handle, CURLUPART_URL, 0);
	sf_owner_release(owner);

	/* a host that changes the rest of the address is none */
	parsed = text ? sf_url_parse(text) : NULL;
	if (parsed == NULL || parsed->has_user || strcmp(parsed->path, "/") != 0 || (port != 0 && parsed->port != port))
		return NULL;
	if (text[strlen(text) - 1] == '/')
		text[strlen(text) - 1] = '\0';
	return text;
}

bool
sf_url_same_origin(const SfUrl *a, const SfUrl *b)
{
	return strcmp(a->scheme, b->scheme) == 0 && sf_strcasecmp_ascii(a->host, b->host) == 0 && a->port == b->port;
}

/*
 * In the current context; NULL when libcurl does not take it.  Throws 53200.
 */
static SfUrl *
parse(const char *text, unsigned int flags)
{
	SfOwner    *owner;
	CURLU	   *handle = open_handle(&owner);
	SfUrl	   *url = NULL;

	if (curl_url_set(handle, CURLUPART_URL, text, flags) == CURLUE_OK)
	{
		char	   *port = part_of(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
		char	   *query = part_of(handle, CURLUPART_QUERY, 0);

		url = palloc0(sizeof(SfUrl));
		url->scheme = part_of(handle, CURLUPART_SCHEME, 0);
		url->host = part_of(handle, CURLUPART_HOST, 0);
		url->path = part_of(handle, CURLUPART_PATH, 0);
		url->port = port ? (int) strtol(port, NULL, 10) : 0;
		url->has_user = part_of(handle, CURLUPART_USER, 0) || part_of(handle, CURLUPART_PASSWORD, 0);
		if (query)
			url->path = psprintf("%s?%s", url->path ? url->path : "/", query);
		if (url->host && url->host[0] == '[')
			url->host = pnstrdup(url->host + 1, strcspn(url->host + 1, "]"));
	}
	sf_owner_release(owner);
	return url && url->scheme && url->host && url->host[0] && url->path ? url : NULL;
}

/*
 * The handle is the owner's, which the caller releases; else it goes with the
 * current context.  Throws 53200.
 */
static CURLU *
open_handle(SfOwner **owner)
{
	CURLU	   *handle;

	*owner = sf_owner_create(CurrentMemoryContext, release);
	handle = curl_url();
	if (handle == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("could not create a libcurl handle")));
	sf_owner_set(*owner, handle);
	return handle;
}

/*
 * Runs in a reset callback: must not throw.
 */
static void
release(void *handle)
{
	curl_url_cleanup(handle);
}

/*
 * In the current context; NULL: there is none.
 */
static char *
part_of(CURLU *handle, CURLUPart which, unsigned int flags)
{
	char	   *text = NULL;
	char	   *copy;

	if (curl_url_get(handle, which, &text, flags) != CURLUE_OK || text == NULL)
		return NULL;
	copy = MemoryContextAllocExtended(CurrentMemoryContext, strlen(text) + 1, MCXT_ALLOC_NO_OOM);
	if (copy)
		memcpy(copy, text, strlen(text) + 1);
	curl_free(text);
	if (copy == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory")));
	return copy;
}
