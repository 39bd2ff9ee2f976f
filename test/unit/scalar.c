/* sources: src/base/scalar.c */
/*
 * scalar.c
 *	  Tests of cell texts to integers, at their edges.
 */
#include "base/scalar.h"

#include <stdlib.h>

#include "tap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void test_int64(void);
static void test_date(void);
static void test_timestamp(void);
static void test_timestamp_tz(void);
static void test_bool(void);
static void test_decimal(void);
static void test_bounds(void);

int
main(void)
{
	test_int64();
	test_date();
	test_timestamp();
	test_timestamp_tz();
	test_bool();
	test_decimal();
	test_bounds();
	return tap_done();
}

static void
test_int64(void)
{
	static const struct
	{
		const char *text;
		SfScalar	result;
		int64_t		value;
	}			cases[] = {
		{"0", SF_SCALAR_OK, 0}, {"-0", SF_SCALAR_OK, 0}, {"+7", SF_SCALAR_OK, 7}, {"007", SF_SCALAR_OK, 7}, {"-1", SF_SCALAR_OK, -1},
		{"9223372036854775807", SF_SCALAR_OK, INT64_MAX}, {"-9223372036854775808", SF_SCALAR_OK, INT64_MIN},
		{"42.000", SF_SCALAR_OK, 42}, {"-42.0", SF_SCALAR_OK, -42},
		{"9223372036854775808", SF_SCALAR_RANGE, 0}, {"-9223372036854775809", SF_SCALAR_RANGE, 0},
		{"99999999999999999999999999999999999999", SF_SCALAR_RANGE, 0},
		{"", SF_SCALAR_SYNTAX, 0}, {"-", SF_SCALAR_SYNTAX, 0}, {"+", SF_SCALAR_SYNTAX, 0}, {"--1", SF_SCALAR_SYNTAX, 0}, {" 1", SF_SCALAR_SYNTAX, 0},
		{"1 ", SF_SCALAR_SYNTAX, 0}, {"1.5", SF_SCALAR_SYNTAX, 0}, {"1.", SF_SCALAR_SYNTAX, 0}, {".0", SF_SCALAR_SYNTAX, 0},
		{"1e3", SF_SCALAR_SYNTAX, 0}, {"0x10", SF_SCALAR_SYNTAX, 0}, {"abc", SF_SCALAR_SYNTAX, 0}, {"1,000", SF_SCALAR_SYNTAX, 0}
	};

	for (size_t i = 0; i < COUNT(cases); i++)
	{
		int64_t		value = 0;
		SfScalar	result = sf_scalar_int64(cases[i].text, strlen(cases[i].text), &value);

		CHECK(result == cases[i].result && (result != SF_SCALAR_OK || value == cases[i].value), "integer \"%s\"", cases[i].text);
	}
}

static void
test_date(void)
{
	static const struct
	{
		int64_t		days;
		const char *text;
	}			texts[] = {{0, "1970-01-01"}, {-1, "1969-12-31"}, {11016, "2000-02-29"}, {-25508, "1900-03-01"}, {-25509, "1900-02-28"}, {-719162, "0001-01-01"},
	{-719163, "0001-12-31 BC"}, {-719469, "0001-02-29 BC"}, {2932896, "9999-12-31"}, {2932897, "10000-01-01"}, {-2440588, "4714-11-24 BC"}};
	char		text[64];
	int32_t		days = 0;

	CHECK(sf_scalar_date("17982", 5, &days) == SF_SCALAR_OK && days == 17982, "a date");
	CHECK(sf_scalar_date("-719162", 7, &days) == SF_SCALAR_OK && days == -719162, "0001-01-01");
	CHECK(sf_scalar_date("2147483647", 10, &days) == SF_SCALAR_OK && sf_scalar_date("-2147483648", 11, &days) == SF_SCALAR_OK, "the ends of 32 bits");
	CHECK(sf_scalar_date("2147483648", 10, &days) == SF_SCALAR_RANGE && sf_scalar_date("-2147483649", 11, &days) == SF_SCALAR_RANGE, "beyond them");
	for (size_t i = 0; i < COUNT(texts); i++)
		CHECK(sf_scalar_date_text(texts[i].days, text, sizeof(text)) && strcmp(text, texts[i].text) == 0, "day %lld is %s", (long long) texts[i].days, texts[i].text);
	CHECK(!sf_scalar_date_text(INT64_MAX, text, sizeof(text)) && !sf_scalar_date_text(INT64_MIN, text, sizeof(text)), "days beyond any calendar");
	CHECK(sf_scalar_date("03/27/2019", 10, &days) == SF_SCALAR_SYNTAX && sf_scalar_date("", 0, &days) == SF_SCALAR_SYNTAX, "a formatted date is none");
}

static void
test_timestamp(void)
{
	static const struct
	{
		const char *text;
		SfScalar	result;
		int64_t		value;
	}			cases[] = {
		{"0", SF_SCALAR_OK, 0}, {"0.000000000", SF_SCALAR_OK, 0}, {"-0.000000000", SF_SCALAR_OK, 0},
		{"82919.000000000", SF_SCALAR_OK, 82919000000}, {"1641008096.123000000", SF_SCALAR_OK, 1641008096123000},
		{"1.5", SF_SCALAR_OK, 1500000}, {"1.000001", SF_SCALAR_OK, 1000001}, {"1593586800", SF_SCALAR_OK, 1593586800000000},
		{"-0.5", SF_SCALAR_OK, -500000}, {"-0.250", SF_SCALAR_OK, -250000}, {"-1.5", SF_SCALAR_OK, -1500000},
		{"-62135596800.000000000", SF_SCALAR_OK, -62135596800000000}, {"253402300799.999999999", SF_SCALAR_OK, 253402300799999999},
		{"0.999999999", SF_SCALAR_OK, 999999}, {"0.0000009", SF_SCALAR_OK, 0}, {"1.123456789", SF_SCALAR_OK, 1123456},
		{"-0.0000005", SF_SCALAR_OK, -1}, {"-0.000000001", SF_SCALAR_OK, -1}, {"-0.000001000", SF_SCALAR_OK, -1}, {"-0.000001001", SF_SCALAR_OK, -2},
		{"-1.123456789", SF_SCALAR_OK, -1123457}, {"-1.999999999", SF_SCALAR_OK, -2000000},
		{"9223372036854.775807", SF_SCALAR_OK, INT64_MAX}, {"-9223372036854.775808", SF_SCALAR_OK, INT64_MIN},
		{"9223372036854.775808", SF_SCALAR_RANGE, 0}, {"-9223372036854.775809", SF_SCALAR_RANGE, 0}, {"-9223372036854.7758080001", SF_SCALAR_SYNTAX, 0},
		{"-9223372036854.775808001", SF_SCALAR_RANGE, 0}, {"99999999999999999999", SF_SCALAR_RANGE, 0},
		{"", SF_SCALAR_SYNTAX, 0}, {".5", SF_SCALAR_SYNTAX, 0}, {"1.", SF_SCALAR_SYNTAX, 0}, {"1.0000000000", SF_SCALAR_SYNTAX, 0}, {"-", SF_SCALAR_SYNTAX, 0},
		{"1.5.5", SF_SCALAR_SYNTAX, 0}, {"1e5", SF_SCALAR_SYNTAX, 0}, {"2024-01-01 00:00:00", SF_SCALAR_SYNTAX, 0}, {"1.-5", SF_SCALAR_SYNTAX, 0}
	};

	for (size_t i = 0; i < COUNT(cases); i++)
	{
		int64_t		value = 0;
		SfScalar	result = sf_scalar_timestamp(cases[i].text, strlen(cases[i].text), &value);

		CHECK(result == cases[i].result && (result != SF_SCALAR_OK || value == cases[i].value), "timestamp \"%s\"", cases[i].text);
	}
}

static void
test_timestamp_tz(void)
{
	static const struct
	{
		const char *text;
		SfScalar	result;
		int64_t		value;
		int			offset;
	}			cases[] = {
		{"1616173619.000000000 1500", SF_SCALAR_OK, 1616173619000000, 60}, {"1641008096.123000000 1980", SF_SCALAR_OK, 1641008096123000, 540},
		{"1593586800 2040", SF_SCALAR_OK, 1593586800000000, 600}, {"0 1440", SF_SCALAR_OK, 0, 0}, {"-0.5 960", SF_SCALAR_OK, -500000, -480},
		{"1 0", SF_SCALAR_OK, 1000000, -1440}, {"1 2880", SF_SCALAR_OK, 1000000, 1440},
		{"1 2881", SF_SCALAR_SYNTAX, 0, 0}, {"1 -1", SF_SCALAR_SYNTAX, 0, 0}, {"1", SF_SCALAR_SYNTAX, 0, 0}, {"1 ", SF_SCALAR_SYNTAX, 0, 0},
		{" 1440", SF_SCALAR_SYNTAX, 0, 0}, {"1  1440", SF_SCALAR_SYNTAX, 0, 0}, {"1 1440 1", SF_SCALAR_SYNTAX, 0, 0}, {"1 +01:00", SF_SCALAR_SYNTAX, 0, 0},
		{"1 99999999999999999999", SF_SCALAR_SYNTAX, 0, 0}, {"99999999999999999999 1440", SF_SCALAR_RANGE, 0, 0}
	};

	for (size_t i = 0; i < COUNT(cases); i++)
	{
		int64_t		value = 0;
		int			offset = 0;
		SfScalar	result = sf_scalar_timestamp_tz(cases[i].text, strlen(cases[i].text), &value, &offset);

		CHECK(result == cases[i].result && (result != SF_SCALAR_OK || (value == cases[i].value && offset == cases[i].offset)),
			  "timestamp with offset \"%s\"", cases[i].text);
	}
}

static void
test_bool(void)
{
	static const char *const yes[] = {"true", "TRUE", "True", "1"};
	static const char *const no[] = {"false", "FALSE", "0"};
	static const char *const neither[] = {"", "t", "tru", "truex", "2", "yes", "\x11", "\x10", "01", "null"};
	bool		value = false;

	for (size_t i = 0; i < COUNT(yes); i++)
		CHECK(sf_scalar_bool(yes[i], strlen(yes[i]), &value) == SF_SCALAR_OK && value, "true is \"%s\"", yes[i]);
	for (size_t i = 0; i < COUNT(no); i++)
		CHECK(sf_scalar_bool(no[i], strlen(no[i]), &value) == SF_SCALAR_OK && !value, "false is \"%s\"", no[i]);
	for (size_t i = 0; i < COUNT(neither); i++)
		CHECK(sf_scalar_bool(neither[i], strlen(neither[i]), &value) == SF_SCALAR_SYNTAX, "no boolean, case %d", (int) i);
}

static void
test_decimal(void)
{
	static const struct
	{
		const char *text;
		SfScalar	result;
		int64_t		value;
		int			scale;
	}			cases[] = {
		{"0", SF_SCALAR_OK, 0, 0}, {"123.456", SF_SCALAR_OK, 123456, 3}, {"-0.50", SF_SCALAR_OK, -50, 2}, {"+1", SF_SCALAR_OK, 1, 0},
		{"999999999999999999", SF_SCALAR_OK, 999999999999999999, 0}, {"-0.99999999999999999", SF_SCALAR_OK, -99999999999999999, 17},
		{"9999999999999999999", SF_SCALAR_SYNTAX, 0, 0}, {"1e5", SF_SCALAR_SYNTAX, 0, 0}, {"", SF_SCALAR_SYNTAX, 0, 0}, {".", SF_SCALAR_SYNTAX, 0, 0},
		{"-", SF_SCALAR_SYNTAX, 0, 0}, {"1.2.3", SF_SCALAR_SYNTAX, 0, 0}, {"NaN", SF_SCALAR_SYNTAX, 0, 0}, {"1 ", SF_SCALAR_SYNTAX, 0, 0}
	};

	for (size_t i = 0; i < COUNT(cases); i++)
	{
		int64_t		value = 0;
		int			scale = 0;
		SfScalar	result = sf_scalar_decimal(cases[i].text, strlen(cases[i].text), &value, &scale);

		CHECK(result == cases[i].result && (result != SF_SCALAR_OK || (value == cases[i].value && scale == cases[i].scale)),
			  "decimal \"%s\"", cases[i].text);
	}
}

/*
 * Texts that end where their memory ends.
 */
static void
test_bounds(void)
{
	static const char *const texts[] = {"", "-", "1", "1.", "1.5", "1 ", "1 1440", "true", "tru"};

	for (size_t i = 0; i < COUNT(texts); i++)
	{
		size_t		len = strlen(texts[i]);
		char	   *copy = malloc(len ? len : 1);
		int64_t		micros;
		int32_t		days;
		int			number;
		bool		flag;

		memcpy(copy, texts[i], len);
		sf_scalar_int64(copy, len, &micros);
		sf_scalar_date(copy, len, &days);
		sf_scalar_timestamp(copy, len, &micros);
		sf_scalar_timestamp_tz(copy, len, &micros, &number);
		sf_scalar_bool(copy, len, &flag);
		sf_scalar_decimal(copy, len, &micros, &number);
		free(copy);
	}
	CHECK(1, "nothing is read behind a text");
}
