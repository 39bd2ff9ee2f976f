/* sources: src/base/buf.c */
/*
 * buf.c
 *	  Tests of the growing buffer.
 */
#include "base/buf.h"

#include <stdint.h>
#include <stdlib.h>

#include "tap.h"

static void test_growth(void);
static void test_cap(void);
static void test_printf(void);
static void test_move(void);
static int	slack_is_zero(const SfBuf *buf);

int
main(void)
{
	test_growth();
	test_cap();
	test_printf();
	test_move();
	return tap_done();
}

static void
test_growth(void)
{
	SfBuf		buf;
	int			ok = 1;

	sf_buf_init(&buf, 1 << 20);
	CHECK(buf.data == NULL && buf.len == 0 && buf.status == SF_BUF_OK, "a new buffer is empty");
	CHECK(sf_buf_append(&buf, NULL, 0) && buf.data && buf.data[0] == '\0', "nothing appended gives a terminated text");
	for (int i = 0; i < 5000; i++)
		ok &= sf_buf_append(&buf, "0123456789", 10) && slack_is_zero(&buf) && buf.size >= buf.len + SF_BUF_SLACK;
	CHECK(ok && buf.len == 50000, "grows with its slack zeroed");
	CHECK(memcmp(buf.data + 49990, "0123456789", 11) == 0, "terminated behind the last byte");
	memset(buf.data + buf.len, 'x', SF_BUF_SLACK);
	CHECK(sf_buf_append_char(&buf, '!') && slack_is_zero(&buf), "written slack is cleaned by the next append");
	sf_buf_reset(&buf);
	CHECK(buf.len == 0 && buf.data[0] == '\0' && buf.size > 50000, "reset keeps the memory");
	sf_buf_free(&buf);
	CHECK(buf.data == NULL && buf.size == 0 && buf.cap == 1 << 20, "free keeps the cap");
	CHECK(sf_buf_append_str(&buf, "again") && same(buf.data, "again"), "usable after free");
	sf_buf_free(&buf);
}

static void
test_cap(void)
{
	SfBuf		buf;

	sf_buf_init(&buf, 10);
	CHECK(sf_buf_append_str(&buf, "0123456789"), "filled to the cap");
	CHECK(!sf_buf_append_char(&buf, 'x') && buf.status == SF_BUF_TOO_LARGE, "one more is too large");
	CHECK(!sf_buf_append(&buf, "", 0) && !sf_buf_printf(&buf, "y") && !sf_buf_reserve(&buf, 0), "the error is sticky");
	CHECK(same(buf.data, "0123456789"), "what was there stays");
	sf_buf_reset(&buf);
	CHECK(sf_buf_append_str(&buf, "ok"), "reset forgets the error");
	CHECK(!sf_buf_reserve(&buf, 9) && buf.status == SF_BUF_TOO_LARGE, "a reservation beyond the cap is refused");
	sf_buf_free(&buf);

	sf_buf_init(&buf, 1000);
	CHECK(sf_buf_reserve(&buf, 600) && buf.size <= 1000 + SF_BUF_SLACK, "doubling does not go beyond the cap");
	sf_buf_free(&buf);

	sf_buf_init(&buf, SIZE_MAX);
	CHECK(sf_buf_append_str(&buf, "a") && !sf_buf_reserve(&buf, SIZE_MAX - 10) && buf.status == SF_BUF_NO_MEMORY,
		  "sizes that overflow are no memory");
	sf_buf_reset(&buf);
	CHECK(!sf_buf_append(&buf, "b", SIZE_MAX) && buf.status == SF_BUF_NO_MEMORY, "the largest size too");
	sf_buf_free(&buf);

	sf_buf_init(&buf, 0);
	CHECK(sf_buf_append_str(&buf, "") && !sf_buf_append_char(&buf, 'x'), "a cap of 0 holds the empty text");
	sf_buf_free(&buf);
}

static void
test_printf(void)
{
	SfBuf		buf;

	sf_buf_init(&buf, 12);
	CHECK(sf_buf_printf(&buf, "%s-%d", "ab", 7) && same(buf.data, "ab-7"), "formats");
	CHECK(sf_buf_printf(&buf, "%08x", 0xBEEFu) && same(buf.data, "ab-70000beef"), "fills the cap exactly");
	CHECK(slack_is_zero(&buf), "slack behind it is zero");
	CHECK(!sf_buf_printf(&buf, "%c", 'x') && buf.status == SF_BUF_TOO_LARGE, "not beyond");
	sf_buf_free(&buf);
}

static void
test_move(void)
{
	SfBuf		a;
	SfBuf		b;

	sf_buf_init(&a, 100);
	sf_buf_init(&b, 200);
	sf_buf_append_str(&a, "first");
	sf_buf_append_str(&b, "second");
	sf_buf_move(&a, &b);
	CHECK(same(a.data, "second") && a.cap == 200, "move takes content and cap");
	CHECK(b.data == NULL && b.len == 0 && b.status == SF_BUF_OK, "and leaves an empty buffer");
	CHECK(sf_buf_append_str(&b, "new") && same(b.data, "new") && same(a.data, "second"), "both live on");
	sf_buf_free(&a);
	sf_buf_free(&b);
}

static int
slack_is_zero(const SfBuf *buf)
{
	for (int i = 0; i < SF_BUF_SLACK; i++)
	{
		if (buf->data[buf->len + i] != '\0')
			return 0;
	}
	return 1;
}
