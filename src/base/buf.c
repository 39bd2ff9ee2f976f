/*
 * buf.c
 *	  A growing byte buffer with a cap and a sticky error.
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
sf_buf_init(SfBuf *buf, size_t cap)
{
	memset(buf, 0, sizeof(*buf));
	buf->cap = cap;
}

void
sf_buf_free(SfBuf *buf)
{
	free(buf->data);
	sf_buf_init(buf, buf->cap);
}

void
sf_buf_reset(SfBuf *buf)
{
	buf->len = 0;
	buf->status = SF_BUF_OK;
	if (buf->data)
		buf->data[0] = '\0';
}

void
sf_buf_move(SfBuf *dst, SfBuf *src)
{
	free(dst->data);
	*dst = *src;
	sf_buf_init(src, src->cap);
}

bool
sf_buf_reserve(SfBuf *buf, size_t more)
{
	size_t		needed;
	size_t		size;
	char	   *data;

	if (buf->status != SF_BUF_OK)
		return false;
	if (more > buf->cap || buf->len > buf->cap - more)
	{
		buf->status = SF_BUF_TOO_LARGE;
		return false;
	}
	if (buf->data && more <= buf->size - SF_BUF_SLACK - buf->len)
		return true;

	needed = buf->len + more + SF_BUF_SLACK;
	size = buf->size ? buf->size : 256;
	while (size < needed && size <= SIZE_MAX / 2)
		size *= 2;
	/* doubling must not take more than the cap can ever need */
	if (size > needed && buf->cap <= SIZE_MAX - SF_BUF_SLACK && size > buf->cap + SF_BUF_SLACK)
		size = buf->cap + SF_BUF_SLACK;
	data = size >= needed && needed > more ? realloc(buf->data, size) : NULL;
	if (data == NULL)
	{
		buf->status = SF_BUF_NO_MEMORY;
		return false;
	}
	buf->data = data;
	buf->size = size;
	memset(buf->data + buf->len, 0, SF_BUF_SLACK);
	return true;
}

bool
sf_buf_append(SfBuf *buf, const void *data, size_t len)
{
	if (!sf_buf_reserve(buf, len))
		return false;
	if (len > 0)
		memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	memset(buf->data + buf->len, 0, SF_BUF_SLACK);
	return true;
}

bool
sf_buf_append_str(SfBuf *buf, const char *text)
{
	return sf_buf_append(buf, text, strlen(text));
}

bool
sf_buf_append_char(SfBuf *buf, char c)
{
	return sf_buf_append(buf, &c, 1);
}

bool
sf_buf_printf(SfBuf *buf, const char *format,...)
{
	va_list		args;
	int			len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0 && buf->status == SF_BUF_OK)
		buf->status = SF_BUF_NO_MEMORY;
	/* the NUL goes into the slack */
	if (!sf_buf_reserve(buf, (size_t) len))
		return false;
	va_start(args, format);
	vsnprintf(buf->data + buf->len, (size_t) len + 1, format, args);
	va_end(args);
	buf->len += (size_t) len;
	memset(buf->data + buf->len, 0, SF_BUF_SLACK);
	return true;
}
