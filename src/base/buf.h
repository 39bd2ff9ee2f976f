/*
 * buf.h
 *	  A growing byte buffer with a cap and a sticky error.
 *
 * malloc-based, so that callbacks of foreign libraries may append to it: an
 * append that fails sets the status, every later append does nothing, and the
 * owner looks at the status once, at the end.
 */
#ifndef SF_BASE_BUF_H
#define SF_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#define SF_BUF_SLACK 64			/* bytes behind len that may be read and
								 * written */

typedef enum SfBufStatus
{
	SF_BUF_OK,
	SF_BUF_TOO_LARGE,			/* the cap was reached */
	SF_BUF_NO_MEMORY
} SfBufStatus;

typedef struct SfBuf
{
	char	   *data;			/* NUL-terminated; NULL before the first
								 * append */
	size_t		len;
	size_t		size;			/* allocated, slack included */
	size_t		cap;			/* largest len allowed */
	SfBufStatus status;
} SfBuf;

extern void sf_buf_init(SfBuf *buf, size_t cap);
extern void sf_buf_free(SfBuf *buf);

/* Empty again, the error forgotten, the memory kept. */
extern void sf_buf_reset(SfBuf *buf);

/* Gives dst (which is freed first) what src holds; src is empty afterwards. */
extern void sf_buf_move(SfBuf *dst, SfBuf *src);

/* Each returns false when the buffer has (or gets) an error. */
extern bool sf_buf_reserve(SfBuf *buf, size_t more);
extern bool sf_buf_append(SfBuf *buf, const void *data, size_t len);
extern bool sf_buf_append_str(SfBuf *buf, const char *text);
extern bool sf_buf_append_char(SfBuf *buf, char c);
extern bool sf_buf_printf(SfBuf *buf, const char *format,...) __attribute__((format(printf, 2, 3)));

#endif							/* SF_BASE_BUF_H */
