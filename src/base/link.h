/*
 * link.h
 *	  The Link header of the object API's paged lists (RFC 8288).
 */
#ifndef SF_BASE_LINK_H
#define SF_BASE_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * The target of the first link with this relation, when it is a path on the same host ("/..." but not "//..."); an absolute or off-host
 * target is not followed and counts as absent.
 */
extern bool sf_link_find(const char *header, size_t len, const char *rel, SfBuf *url);

/* Whether there is a link with this relation, wherever it leads. */
extern bool sf_link_present(const char *header, size_t len, const char *rel);

#endif							/* SF_BASE_LINK_H */
