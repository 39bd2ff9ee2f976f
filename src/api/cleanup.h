/*
 * cleanup.h
 *	  Sections of clean-up: code that runs while an error is being handled, or
 *	  while a transaction or the backend ends.
 */
#ifndef SF_API_CLEANUP_H
#define SF_API_CLEANUP_H

#include "postgres.h"

/* How long a function may try to restore what ran before it failed. */
#define SF_RESTORE_MS 10000

typedef void (*SfCleanupFn) (void *arg);

/*
 * Calls fn with interrupts held, in a memory context of its own, which goes with the section.  Throws nothing:
 * what fn throws is dropped, and false is returned.  Afterwards as before are the error that is being handled, if
 * any, the counts of held interrupts and the memory context; a cancel or termination that arrived meanwhile is
 * still pending.  fn may report WARNINGs.  It waits on the network by a deadline only, with calls that have one
 * and functions called quiet.  Sections nest.
 */
extern bool sf_cleanup(SfCleanupFn fn, void *arg);

#endif							/* SF_API_CLEANUP_H */
