/*
 * owner.h
 *	  Holders that tie an object of a foreign library to a memory context.
 *
 * The holder is allocated first and the object created into it, so that an
 * error between the two leaks nothing.  There is no unregistering of a reset
 * callback before PostgreSQL 19: an early release disarms the holder, which
 * stays allocated until its context goes.
 */
#ifndef SF_CORE_OWNER_H
#define SF_CORE_OWNER_H

#include "postgres.h"

#include "base/buf.h"

typedef struct SfOwner SfOwner;

/* Called once, by sf_owner_release or in a reset callback of the context: must not throw. */
typedef void (*SfReleaseFn) (void *object);

/* An empty holder in context.  Throws 53200. */
extern SfOwner *sf_owner_create(MemoryContext context, SfReleaseFn release);

/* Takes over an object; the holder must be empty.  Throws nothing. */
extern void sf_owner_set(SfOwner *owner, void *object);

/* Releases the object now; the holder stays, empty.  Throws nothing. */
extern void sf_owner_release(SfOwner *owner);

/* A malloc'ed buffer that lives as long as the context.  Throws 53200; appending to it does not throw. */
extern SfBuf *sf_buf_create(MemoryContext context, size_t cap);

/* Throws 54000 or 53200 when the buffer's sticky error is set; what names the content. */
extern void sf_buf_check(const SfBuf *buf, const char *what);

/* What the buffer holds, in the current context; the buffer is emptied.  Throws what sf_buf_check throws. */
extern char *sf_buf_text(SfBuf *buf, const char *what);

#endif							/* SF_CORE_OWNER_H */
