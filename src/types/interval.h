/*
 * interval.h
 *	  Snowflake's intervals: the texts it casts them to, and the integers they
 *	  travel as.
 */
#ifndef SF_TYPES_INTERVAL_H
#define SF_TYPES_INTERVAL_H

#include "postgres.h"

#include "utils/timestamp.h"

#include "base/scalar.h"
#include "types/typemap.h"

/*
 * The interval that a cell of the kind is: an integer is months or nanoseconds where the kind is an interval's; a
 * text is read by Snowflake's formats, never by the setting intervalstyle.  SYNTAX for a text whose unit cannot be
 * told ('+5', '+10:09').  Nanoseconds are cut toward the past, as everywhere.
 */
extern SfScalar sf_interval_read(SfTypeKind kind, const char *text, size_t len, Interval *out);

#endif							/* SF_TYPES_INTERVAL_H */
