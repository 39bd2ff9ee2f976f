/*
 * tap.h
 *	  The little of TAP that the unit tests need.
 */
#ifndef SF_TEST_TAP_H
#define SF_TEST_TAP_H

#include <stdio.h>
#include <string.h>

static int	tap_count;
static int	tap_failed;

#define CHECK(condition, ...) tap_check((condition) ? 1 : 0, __FILE__, __LINE__, __VA_ARGS__)

static inline void tap_check(int ok, const char *file, int line, const char *format,...) __attribute__((format(printf, 4, 5)));

static inline void
tap_check(int ok, const char *file, int line, const char *format,...)
{
	__builtin_va_list args;

	tap_count++;
	printf("%sok %d - ", ok ? "" : "not ", tap_count);
	__builtin_va_start(args, format);
	vprintf(format, args);
	__builtin_va_end(args);
	printf("\n");
	if (!ok)
	{
		tap_failed++;
		printf("#   at %s line %d\n", file, line);
	}
}

/* Ends a test program: the plan, and its exit status. */
static inline int
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed > 0;
}

static inline int
same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

#endif							/* SF_TEST_TAP_H */
