/* sources: src/base/cron.c */
/*
 * cron.c
 *	  Tests of the syntax of cron schedules.
 */
#include "base/cron.h"

#include "tap.h"

static int	good(const char *expr);
static int	bad(const char *expr, const char *part);

int
main(void)
{
	CHECK(good("* * * * *") && good("10 * * * *") && good("  0\t9  * *  1 "), "five fields, any white space between");
	CHECK(good("0,15,30,45 8-18 1,15 * MON-FRI") && good("*/5 */2 1-31/2 JAN-JUN/3 *"), "lists, ranges, steps");
	CHECK(good("0 0 L * *") && good("0 0 l * *") && good("0 0 * * 5L") && good("0 0 * * friL") && good("0 0 * * L"), "the last day of a month, the last Friday");
	CHECK(good("59 23 31 12 6") && good("0 0 1 1 0") && good("0 0 1 jan sun,Sat"), "limits and names in any case");
	CHECK(good("5/10 * * * *"), "a step from a value");
	CHECK(bad("", "not 0.") && bad("* * * *", "not 4.") && bad("* * * * * *", "not 6.") && bad("* * * * ? *", "\"?\""), "another number of fields");
	CHECK(bad("60 * * * *", "\"60\" is no minute") && bad("* 24 * * *", "\"24\" is no hour") && bad("* * 0 * *", "\"0\" is no day of the month") &&
		  bad("* * 32 * *", "\"32\"") && bad("* * * 13 *", "\"13\" is no month") && bad("* * * 0 *", "\"0\"") && bad("* * * * 7", "\"7\" is no day of the week"), "values beyond the limits");
	CHECK(bad("1,,2 * * * *", "\"\"") && bad("1, * * * *", "\"\"") && bad("5-1 * * * *", "\"5-1\"") && bad("1-2-3 * * * *", "\"1-2-3\"") && bad("-1 * * * *", "\"-1\""), "broken lists and ranges");
	CHECK(bad("*/0 * * * *", "\"*/0\"") && bad("*/60 * * * *", "\"*/60\"") && bad("*/ * * * *", "\"*/\"") && bad("1/2/3 * * * *", "\"1/2/3\"") && bad("** * * * *", "\"**\""), "broken steps");
	CHECK(bad("L * * * *", "\"L\"") && bad("* * 5L * *", "\"5L\"") && bad("* * L/2 * *", "\"L/2\"") && bad("* * * * 7L", "\"7L\"") && bad("* * * * LL", "\"LL\""), "L elsewhere");
	CHECK(bad("MON * * * *", "\"MON\"") && bad("* * * SUN *", "\"SUN\"") && bad("* * * * JAN", "\"JAN\"") && bad("* * * * SUNDAY", "\"SUNDAY\"") && bad("x * * * *", "\"x\""), "names of another field");
	CHECK(bad("99999999999999999999 * * * *", "\"99999999999999999999\""), "a number that no integer holds");
	return tap_done();
}

static int
good(const char *expr)
{
	char		err[200] = "";

	return sf_cron_check(expr, err, sizeof(err));
}

static int
bad(const char *expr, const char *part)
{
	char		err[200] = "";

	return !sf_cron_check(expr, err, sizeof(err)) && strstr(err, part) != NULL;
}
