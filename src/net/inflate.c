/*
 * inflate.c
 *	  gzip decoding as data arrives.
 */
#include "net/inflate.h"

#include <stdlib.h>
#include <string.h>

#ifdef HAVE_ISAL
#include <isa-l/igzip_lib.h>
#else
#include <zlib.h>
#endif

#define STEP (64 * 1024)		/* room made for output at a time */

struct SfInflate
{
#ifdef HAVE_ISAL
	struct inflate_state state;
#else
	z_stream	stream;
#endif
	bool		complete;
};

static bool step(SfInflate *inflate, const char **data, size_t *len, SfBuf *out);

SfInflate *
sf_inflate_create(void)
{
	SfInflate  *inflate = calloc(1, sizeof(SfInflate));

	if (inflate == NULL)
		return NULL;
#ifdef HAVE_ISAL
	isal_inflate_init(&inflate->state);
	inflate->state.crc_flag = ISAL_GZIP;
#else
	if (inflateInit2(&inflate->stream, 15 + 16) != Z_OK)
	{
		free(inflate);
		return NULL;
	}
#endif
	return inflate;
}

void
sf_inflate_free(SfInflate *inflate)
{
	if (inflate == NULL)
		return;
#ifndef HAVE_ISAL
	inflateEnd(&inflate->stream);
#endif
	free(inflate);
}

bool
sf_inflate_append(SfInflate *inflate, const char *data, size_t len, SfBuf *out)
{
	size_t		room;

	do
	{
		/* never more than the cap leaves: then the buffer says so itself */
		room = out->cap - out->len < STEP ? out->cap - out->len : STEP;
		if (inflate->complete)
			return len == 0;
		if (!sf_buf_reserve(out, room ? room : 1))
			return false;
		if (!step(inflate, &data, &len, out))
			return false;
	} while (len > 0 || (out->len + SF_BUF_SLACK < out->size && !inflate->complete && out->len == out->cap));
	return true;
}

bool
sf_inflate_complete(const SfInflate *inflate)
{
	return inflate->complete;
}

/*
 * Decodes into the room there is, all of the input or until the room is full.
 */
static bool
step(SfInflate *inflate, const char **data, size_t *len, SfBuf *out)
{
	size_t		room = out->size - out->len - SF_BUF_SLACK;
	size_t		produced;
	size_t		consumed;
	bool		ok;

	if (room > out->cap - out->len)
		room = out->cap - out->len;
#ifdef HAVE_ISAL
	inflate->state.next_in = (unsigned char *) *data;
	inflate->state.avail_in = (unsigned int) *len;
	inflate->state.next_out = (unsigned char *) out->data + out->len;
	inflate->state.avail_out = (unsigned int) room;
	ok = isal_inflate(&inflate->state) == ISAL_DECOMP_OK;
	consumed = *len - inflate->state.avail_in;
	produced = room - inflate->state.avail_out;
	inflate->complete = inflate->state.block_state == ISAL_BLOCK_FINISH;
#else
	int			result;

	inflate->stream.next_in = (unsigned char *) *data;
	inflate->stream.avail_in = (unsigned int) *len;
	inflate->stream.next_out = (unsigned char *) out->data + out->len;
	inflate->stream.avail_out = (unsigned int) room;
	result = inflate(&inflate->stream, Z_NO_FLUSH);
	ok = result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR;
	consumed = *len - inflate->stream.avail_in;
	produced = room - inflate->stream.avail_out;
	inflate->complete = result == Z_STREAM_END;
#endif
	if (!ok)
		return false;
	*data += consumed;
	*len -= consumed;
	out->len += produced;
	memset(out->data + out->len, 0, SF_BUF_SLACK);
	/* input left over and no room: the next reserve reports the cap */
	return consumed > 0 || produced > 0 || inflate->complete || *len == 0 || out->len == out->cap;
}
