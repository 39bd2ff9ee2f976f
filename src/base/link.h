/*
 * link.h
 *	  The Link header of the object API's paged lists (RFC 8288).
 */
#ifndef SF_BASE_LINK_H
#define SF_BASE_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

typedef enum SfLink
{
	SF_LINK_ABSENT,				/* no link of this relation */
	SF_LINK_FOUND,
	SF_LINK_ELSEWHERE,			/* its target is no path on the same host
								 * ("/..." but not "//...") */
	SF_LINK_UNREADABLE			/* the header cannot be read, or has two
								 * targets of this relation */
} SfLink;

/*
 * The target of the link with this relation, appended to url when it is found.  The whole header is read: what
 * stands behind the link must be well-formed too.
 */
extern SfLink sf_link_find(const char *header, size_t len, const char *rel, SfBuf *url);

#endif							/* SF_BASE_LINK_H */
