/*
 * inflate.c
 *	  gzip decoding as data arrives (RFC 1952).
 *
 * A stream is one member or several, one behind the other.  ISA-L is given
 * the compressed data and the checksum alone: the header in front of each
 * member is read here, because some versions fail on one that arrives in
 * parts.
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

#ifdef HAVE_ISAL
#define FLAG_HEADER_CRC 0x02
#define FLAG_EXTRA 0x04
#define FLAG_NAME 0x08
#define FLAG_COMMENT 0x10
#define FLAGS_RESERVED 0xe0

typedef enum HeaderPart
{
	HEADER_FIXED,				/* ten bytes */
	HEADER_EXTRA_LENGTH,		/* two bytes */
	HEADER_EXTRA,
	HEADER_NAME,				/* up to a NUL */
	HEADER_COMMENT,				/* up to a NUL */
	HEADER_CRC,					/* two bytes, not checked */
	HEADER_READ
} HeaderPart;
#endif

struct SfInflate
{
#ifdef HAVE_ISAL
	struct inflate_state state;
	HeaderPart	part;
	unsigned int at;			/* bytes of this part that were read */
	unsigned int flags;
	unsigned int extra;			/* length of the part "extra" */
#else
	z_stream	stream;
#endif
	bool		in_member;		/* its end has not been seen */
	bool		complete;		/* at least one member, and no part of another */
};

static bool begin_member(SfInflate *inflate);
static bool read_header(SfInflate *inflate, const char **data, size_t *len);
static bool decode(SfInflate *inflate, const char **data, size_t *len, char *out, size_t room, size_t *produced);

SfInflate *
sf_inflate_create(void)
{
	SfInflate  *inflate = calloc(1, sizeof(SfInflate));

	if (inflate == NULL)
		return NULL;
#ifdef HAVE_ISAL
	isal_inflate_init(&inflate->state);
	inflate->state.crc_flag = ISAL_GZIP_NO_HDR_VER;
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

/*
 * Where the cap is reached, a byte beyond it is asked for: the end of the
 * stream may still have to be read.
 */
bool
sf_inflate_append(SfInflate *inflate, const char *data, size_t len, SfBuf *out)
{
	bool		more = false;	/* output may be waiting for room */

	while (len > 0 || more)
	{
		char		beyond;
		size_t		room = out->cap - out->len < STEP ? out->cap - out->len : STEP;
		size_t		produced = 0;
		size_t		before = len;

		if (!inflate->in_member && !begin_member(inflate))
			return false;
		if (!read_header(inflate, &data, &len))
			return false;
		if (len == 0 && !more)
			return true;
		if (out->status != SF_BUF_OK || (room > 0 && !sf_buf_reserve(out, room)))
			return false;
		if (!decode(inflate, &data, &len, room > 0 ? out->data + out->len : &beyond, room > 0 ? room : 1, &produced))
			return false;
		if (room == 0 && produced > 0)
			return sf_buf_reserve(out, 1);
		out->len += produced;
		if (room > 0)
			memset(out->data + out->len, 0, SF_BUF_SLACK);
		more = inflate->in_member && room > 0 && produced == room;
		if (len > 0 && len == before && produced == 0 && inflate->in_member)
			return false;
	}
	return true;
}

bool
sf_inflate_complete(const SfInflate *inflate)
{
	return inflate->complete;
}

/*
 * False when the decoder cannot be reset.
 */
static bool
begin_member(SfInflate *inflate)
{
	inflate->in_member = true;
	inflate->complete = false;
#ifdef HAVE_ISAL
	isal_inflate_reset(&inflate->state);
	inflate->part = HEADER_FIXED;
	inflate->at = 0;
	return true;
#else
	return inflateReset(&inflate->stream) == Z_OK;
#endif
}

/*
 * Reads as much of a member's header as there is; false when it is none.
 */
#ifdef HAVE_ISAL
static bool
read_header(SfInflate *inflate, const char **data, size_t *len)
{
	static const unsigned char fixed[] = {0x1f, 0x8b, 8};

	while (inflate->part != HEADER_READ)
	{
		unsigned char c;
		bool		ended = false;

		/* parts that this header does not have */
		if ((inflate->part == HEADER_EXTRA_LENGTH && !(inflate->flags & FLAG_EXTRA)) ||
			(inflate->part == HEADER_EXTRA && (!(inflate->flags & FLAG_EXTRA) || inflate->extra == 0)) ||
			(inflate->part == HEADER_NAME && !(inflate->flags & FLAG_NAME)) ||
			(inflate->part == HEADER_COMMENT && !(inflate->flags & FLAG_COMMENT)) ||
			(inflate->part == HEADER_CRC && !(inflate->flags & FLAG_HEADER_CRC)))
		{
			inflate->part++;
			continue;
		}
		if (*len == 0)
			return true;
		c = (unsigned char) *(*data)++;
		(*len)--;
		switch (inflate->part)
		{
			case HEADER_FIXED:
				if (inflate->at < sizeof(fixed) && c != fixed[inflate->at])
					return false;
				if (inflate->at == 3 && (c & FLAGS_RESERVED))
					return false;
				if (inflate->at == 3)
					inflate->flags = c;
				ended = inflate->at == 9;
				break;
			case HEADER_EXTRA_LENGTH:
				inflate->extra = inflate->at == 0 ? c : inflate->extra | (unsigned int) c << 8;
				ended = inflate->at == 1;
				break;
			case HEADER_EXTRA:
				ended = inflate->at + 1 == inflate->extra;
				break;
			case HEADER_NAME:
			case HEADER_COMMENT:
				ended = c == '\0';
				break;
			default:
				ended = inflate->at == 1;
		}
		inflate->at = ended ? 0 : inflate->at + 1;
		if (ended)
			inflate->part++;
	}
	return true;
}
#else
static bool
read_header(SfInflate *inflate, const char **data, size_t *len)
{
	(void) inflate, (void) data, (void) len;
	return true;				/* zlib does */
}
#endif

/*
 * Decodes into the room there is, all of the input or until the room is full
 * or the member ends.  False when the stream is broken.
 */
static bool
decode(SfInflate *inflate_state, const char **data, size_t *len, char *out, size_t room, size_t *produced)
{
	size_t		left;
	bool		ok;
	bool		ended;
#ifdef HAVE_ISAL
	struct inflate_state *state = &inflate_state->state;

	state->next_in = (unsigned char *) *data;
	state->avail_in = (unsigned int) *len;
	state->next_out = (unsigned char *) out;
	state->avail_out = (unsigned int) room;
	ok = isal_inflate(state) == ISAL_DECOMP_OK;
	left = state->avail_in;
	*produced = room - state->avail_out;
	ended = state->block_state == ISAL_BLOCK_FINISH;
#else
	z_stream   *stream = &inflate_state->stream;
	int			result;

	stream->next_in = (unsigned char *) *data;
	stream->avail_in = (unsigned int) *len;
	stream->next_out = (unsigned char *) out;
	stream->avail_out = (unsigned int) room;
	result = inflate(stream, Z_NO_FLUSH);
	ok = result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR;
	left = stream->avail_in;
	*produced = room - stream->avail_out;
	ended = result == Z_STREAM_END;
#endif
	if (!ok || left > *len)
		return false;
	*data += *len - left;
	*len = left;
	if (ended)
	{
		inflate_state->in_member = false;
		inflate_state->complete = true;
	}
	return true;
}
