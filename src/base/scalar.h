/*
 * scalar.h
 *	  Snowflake's cell texts (facts: SQL API "handling responses", data types)
 *	  to integers.  No allocation.
 */
#ifndef SF_BASE_SCALAR_H
#define SF_BASE_SCALAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum SfScalar
{
	SF_SCALAR_OK,
	SF_SCALAR_SYNTAX,			/* not the text of this type */
	SF_SCALAR_RANGE				/* does not fit the integer */
} SfScalar;

/* A decimal integer; a fraction of zeros is accepted. */
extern SfScalar sf_scalar_int64(const char *text, size_t len, int64_t *out);

/* Days since 1970-01-01. */
extern SfScalar sf_scalar_date(const char *text, size_t len, int32_t *days);

/*
 * A day of the Gregorian calendar as "2024-01-31", years before 1 with " BC"; false when it is beyond what can be
 * counted.
 */
extern bool sf_scalar_date_text(int64_t days, char *out, size_t size);

/* Seconds with up to nine fraction digits to microseconds, truncated; "-0.250" keeps its sign; the floor below zero. */
extern SfScalar sf_scalar_timestamp(const char *text, size_t len, int64_t *micros);

/* "<seconds> <offset + 1440>": the instant and the offset in minutes. */
extern SfScalar sf_scalar_timestamp_tz(const char *text, size_t len, int64_t *micros, int *offset_minutes);

/* true, false, 1, 0 in any case. */
extern SfScalar sf_scalar_bool(const char *text, size_t len, bool *out);

/*
 * A decimal number without exponent of at most 18 digits: value * 10^scale as an integer. SYNTAX when it is not
 * that simple.
 */
extern SfScalar sf_scalar_decimal(const char *text, size_t len, int64_t *unscaled, int *scale);

#endif							/* SF_BASE_SCALAR_H */
