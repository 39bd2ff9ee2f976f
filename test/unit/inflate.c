/* sources: src/net/inflate.c src/base/buf.c */
/* builds: -DHAVE_ISAL -lisal -lz | -lz */
/*
 * inflate.c
 *	  Tests of gzip decoding, in both builds: members one behind the other,
 *	  headers with every part, streams that arrive in pieces, caps.
 */
#include "net/inflate.h"

#include <stdlib.h>
#include <zlib.h>

#include "tap.h"

#define PLAIN_BYTES 300000

static void test_members(void);
static void test_headers(void);
static void test_broken(void);
static void test_caps(void);
static void member(SfBuf *stream, const char *text, size_t len, int flags);
static bool decode(const SfBuf *stream, size_t piece, SfBuf *out, bool *complete);
static bool decodes(const SfBuf *stream, const char *expected, size_t len);
static char *noise(size_t len);

int
main(void)
{
	test_members();
	test_headers();
	test_broken();
	test_caps();
	return tap_done();
}

static void
test_members(void)
{
	SfBuf		stream;
	char	   *plain = noise(PLAIN_BYTES);

	sf_buf_init(&stream, 1 << 24);
	member(&stream, "hello", 5, 0);
	CHECK(decodes(&stream, "hello", 5), "one member");
	member(&stream, " world", 6, 0);
	CHECK(decodes(&stream, "hello world", 11), "two members");
	member(&stream, "", 0, 0);
	CHECK(decodes(&stream, "hello world", 11), "an empty member behind them");
	sf_buf_reset(&stream);
	member(&stream, plain, 100000, 0);
	member(&stream, plain + 100000, 1, 0);
	member(&stream, plain + 100001, PLAIN_BYTES - 100001, 0);
	CHECK(decodes(&stream, plain, PLAIN_BYTES), "three members of different sizes");
	sf_buf_reset(&stream);
	memset(plain, 'x', PLAIN_BYTES);
	member(&stream, plain, PLAIN_BYTES, 0);
	CHECK(decodes(&stream, plain, PLAIN_BYTES), "more output than input");
	sf_buf_free(&stream);
	free(plain);
}

static void
test_headers(void)
{
	SfBuf		stream;

	for (int flags = 0; flags < 32; flags += 2)
	{
		sf_buf_init(&stream, 100000);
		member(&stream, "first", 5, flags);
		member(&stream, "second", 6, flags);
		CHECK(decodes(&stream, "firstsecond", 11), "header flags %d", flags);
		sf_buf_free(&stream);
	}
}

static void
test_broken(void)
{
	SfBuf		stream;
	SfBuf		out;
	bool		complete;
	int			refused = 0;
	int			open = 0;

	sf_buf_init(&stream, 100000);
	sf_buf_init(&out, 100000);
	member(&stream, "hello world", 11, 0);
	for (size_t cut = 1; cut < stream.len; cut++)
	{
		SfBuf		part = stream;

		part.len = cut;
		if (decode(&part, cut, &out, &complete))
			open += !complete;
	}
	CHECK(open == (int) stream.len - 1, "a stream that is cut is not complete");
	for (size_t i = 0; i < stream.len; i++)
	{
		/* time, extra flags and operating system of the header say nothing */
		if (i >= 4 && i < 10)
			continue;
		stream.data[i] ^= 0x02;
		refused += !decode(&stream, stream.len, &out, &complete) || !complete;
		stream.data[i] ^= 0x02;
	}
	CHECK(refused == (int) stream.len - 6, "a wrong byte: %d of %zu refused", refused, stream.len - 6);
	sf_buf_append_str(&stream, "x");
	CHECK(!decode(&stream, stream.len, &out, &complete) || !complete, "something else behind the last member");
	CHECK(!decode(&stream, 1, &out, &complete) || !complete, "byte by byte");
	sf_buf_free(&stream);
	sf_buf_free(&out);
}

static void
test_caps(void)
{
	SfBuf		stream;
	SfBuf		out;
	bool		complete;
	int			enough = 0;

	sf_buf_init(&stream, 100000);
	member(&stream, "hello world", 11, 0);
	for (size_t piece = 1; piece <= stream.len; piece++)
	{
		sf_buf_init(&out, 11);
		enough += decode(&stream, piece, &out, &complete) && complete && out.len == 11;
		sf_buf_free(&out);
	}
	CHECK(enough == (int) stream.len, "a cap that is just enough, in pieces of any size");
	sf_buf_init(&out, 10);
	CHECK(!decode(&stream, 3, &out, &complete) && out.status == SF_BUF_TOO_LARGE, "a cap that is not");
	sf_buf_free(&out);
	sf_buf_init(&out, 0);
	CHECK(!decode(&stream, 100, &out, &complete) && out.status == SF_BUF_TOO_LARGE, "a cap of nothing");
	sf_buf_free(&out);
	sf_buf_free(&stream);
}

/*
 * Appends a member with the parts that the flags of RFC 1952 name.
 */
static void
member(SfBuf *stream, const char *text, size_t len, int flags)
{
	z_stream	z = {0};
	gz_header	header = {0};
	unsigned char *room = malloc(len + 1000);
	Bytef		extra[300] = {1, 2, 3};

	header.extra = flags & 4 ? extra : NULL;
	header.extra_len = sizeof(extra);
	header.name = (Bytef *) (flags & 8 ? "name" : NULL);
	header.comment = (Bytef *) (flags & 16 ? "a comment" : NULL);
	header.hcrc = (flags & 2) != 0;
	deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	deflateSetHeader(&z, &header);
	z.next_in = (Bytef *) text;
	z.avail_in = (uInt) len;
	z.next_out = room;
	z.avail_out = (uInt) len + 1000;
	deflate(&z, Z_FINISH);
	sf_buf_append(stream, room, z.total_out);
	deflateEnd(&z);
	free(room);
}

static bool
decode(const SfBuf *stream, size_t piece, SfBuf *out, bool *complete)
{
	SfInflate  *inflate = sf_inflate_create();
	bool		ok = true;

	sf_buf_reset(out);
	for (size_t at = 0; ok && at < stream->len; at += piece)
		ok = sf_inflate_append(inflate, stream->data + at, stream->len - at < piece ? stream->len - at : piece, out);
	*complete = sf_inflate_complete(inflate);
	sf_inflate_free(inflate);
	return ok;
}

/*
 * In pieces of all kinds of sizes.
 */
static bool
decodes(const SfBuf *stream, const char *expected, size_t len)
{
	size_t		most = stream->len < 2000 ? stream->len : 40;
	bool		ok = true;

	for (size_t piece = 1; piece <= most + 1; piece++)
	{
		SfBuf		out;
		bool		complete;

		sf_buf_init(&out, 1 << 24);
		ok &= decode(stream, piece > most ? stream->len : piece, &out, &complete) && complete && out.len == len && memcmp(out.data ? out.data : "", expected, len) == 0;
		sf_buf_free(&out);
	}
	return ok;
}

/*
 * Bytes that do not compress.
 */
static char *
noise(size_t len)
{
	char	   *bytes = malloc(len);
	unsigned int seed = 4711;

	for (size_t i = 0; i < len; i++)
	{
		seed = seed * 1664525 + 1013904223;
		bytes[i] = (char) (seed >> 24);
	}
	return bytes;
}
