/*
 * backoff.h
 *	  When to try again and when to look again.
 */
#ifndef SF_BASE_BACKOFF_H
#define SF_BASE_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

typedef struct SfBackoff
{
	int64_t		base_ms;
	int64_t		cap_ms;
	int64_t		ceiling_ms;		/* of the last wait; 0: none yet */
} SfBackoff;

/* The ceiling doubles from base up to cap; the wait is between half of it and the whole. */
extern int64_t sf_backoff_next(SfBackoff *backoff, uint64_t random);

/* Waits between polls of a running statement: 0.1 s, times 1.5, at most 5 s. last 0: the first. */
extern int64_t sf_poll_next(int64_t last_ms);

/* Retry-After: seconds or an HTTP date (RFC 9110) to milliseconds from now; false when it is neither. */
extern bool sf_retry_after(const char *value, int64_t now_epoch, int64_t *ms);

#endif							/* SF_BASE_BACKOFF_H */
