/*
 * inflate.h
 *	  gzip decoding as data arrives, by ISA-L where the build has it, else by
 *	  zlib.
 */
#ifndef SF_NET_INFLATE_H
#define SF_NET_INFLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#ifdef HAVE_ISAL
#define SF_INFLATE_NAME "ISA-L"
#else
#define SF_INFLATE_NAME "zlib"
#endif

typedef struct SfInflate SfInflate;

/*
 * Nothing here throws or waits: a callback of libcurl's may call it.  NULL: no memory.  The caller frees; NULL is
 * fine.
 */
extern SfInflate *sf_inflate_create(void);
extern void sf_inflate_free(SfInflate *inflate);

/*
 * Decodes more of the stream into out; false when the stream is broken or out has an error, which out->status
 * tells apart.
 */
extern bool sf_inflate_append(SfInflate *inflate, const char *data, size_t len, SfBuf *out);

/* Whether the stream may end here: the last block and the checksum of each member were seen. */
extern bool sf_inflate_complete(const SfInflate *inflate);

#endif							/* SF_NET_INFLATE_H */
