/* sources: src/base/backoff.c */
/*
 * backoff.c
 *	  Tests of waits between attempts and polls, and of Retry-After.
 */
#include "base/backoff.h"

#include "tap.h"

#define NOW 784111777			/* Sun, 06 Nov 1994 08:49:37 GMT */

static void test_backoff(void);
static void test_polls(void);
static void test_retry_after(void);
static int	after(const char *value, int64_t expected);

int
main(void)
{
	test_backoff();
	test_polls();
	test_retry_after();
	return tap_done();
}

static void
test_backoff(void)
{
	SfBackoff	backoff = {.base_ms = 200,.cap_ms = 16000};
	uint64_t	random = 88172645463325252u;
	int			most = 0;
	int			least = 1000;
	int			ok = 1;

	for (int i = 0; i < 1000; i++)
	{
		int64_t		elapsed = 0;
		int64_t		ceiling = 200;
		int			waits = 0;

		backoff.ceiling_ms = 0;
		for (; elapsed < 120000; waits++)
		{
			int64_t		next;

			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			next = sf_backoff_next(&backoff, random);
			ok &= next >= ceiling / 2 && next <= ceiling;
			ceiling = ceiling * 2 < 16000 ? ceiling * 2 : 16000;
			elapsed += next;
		}
		most = waits > most ? waits : most;
		least = waits < least ? waits : least;
	}
	CHECK(ok, "between half the ceiling and the whole, which doubles up to the cap");
	CHECK(most <= 22 && least >= 13, "from %d to %d waits in two minutes", least, most);
	backoff.ceiling_ms = backoff.base_ms = 0;
	CHECK(sf_backoff_next(&backoff, UINT64_MAX) == 0, "a base of nothing");
	backoff.base_ms = 500;
	backoff.cap_ms = 100;
	CHECK(sf_backoff_next(&backoff, 0) == 100, "a cap below the base");
}

static void
test_polls(void)
{
	int64_t		wait = 0;
	int64_t		last = 0;
	int			ok = 1;

	CHECK((wait = sf_poll_next(0)) == 100 && (wait = sf_poll_next(wait)) == 150 && sf_poll_next(wait) == 225, "0.1 s, times 1.5");
	for (int i = 0; i < 20; i++)
	{
		wait = sf_poll_next(wait);
		ok &= wait >= last && wait <= 5000;
		last = wait;
	}
	CHECK(ok && wait == 5000, "at most 5 s");
}

static void
test_retry_after(void)
{
	CHECK(after("0", 0) && after("120", 120000) && after("  7 \t", 7000), "seconds");
	CHECK(after("99999999999999999999999", 86400000), "a day at most");
	CHECK(after("Sun, 06 Nov 1994 08:49:37 GMT", 0) && after("Sun, 06 Nov 1994 08:50:07 GMT", 30000) && after("Mon, 07 Nov 1994 07:00:00 GMT", 79823000), "a date");
	CHECK(after("Thu, 01 Jan 1970 00:00:00 GMT", 0), "a date that is past");
	CHECK(after("Fri, 31 Dec 9999 23:59:59 GMT", 86400000), "a date far away");
	CHECK(after("", -1) && after("-1", -1) && after("1.5", -1) && after("soon", -1) && after("12x", -1), "neither");
	CHECK(after("Sun, 06 Nov 1994 08:49:37", -1) && after("Sun, 06 Nov 1994 08:49:37 CET", -1) && after("Sun, 06 Xxx 1994 08:49:37 GMT", -1) &&
		  after("Sun, 06 ovD 1994 08:49:37 GMT", -1) && after("Sun, 40 Nov 1994 08:49:37 GMT", -1) && after("Sun, 06 Nov 1994 25:49:37 GMT", -1), "dates that are none");
}

/* expected -1: refused */
static int
after(const char *value, int64_t expected)
{
	int64_t		ms = 0;

	return sf_retry_after(value, NOW, &ms) ? ms == expected : expected < 0;
}
