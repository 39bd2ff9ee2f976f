/*
 * literal.h
 *	  PostgreSQL values as Snowflake literals whose meaning depends on no
 *	  session parameter.
 */
#ifndef SF_DEPARSE_LITERAL_H
#define SF_DEPARSE_LITERAL_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/array.h"

#include "types/typemap.h"

/*
 * Snowflake's type of a PostgreSQL type's values, with the most digits they can have (precision 0: any); false for
 * one that has no literal here.
 */
extern bool sf_literal_type(Oid type, SfRemoteType *out);

/*
 * Appends the value, moved on by add_micros where it is a time or timestamp.  False, with nothing appended, when
 * Snowflake cannot have it: NaN, infinity, over 38 digits, a year outside of 1 to 9999.  A string is printed in
 * the database's encoding.
 */
extern bool sf_literal_append(StringInfo out, Oid type, Datum value, int64 add_micros);

/* The same without a type around it, for the elements of an IN list; false also for types whose literal needs one. */
extern bool sf_literal_append_bare(StringInfo out, Oid type, Datum value);

/*
 * Appends " IN (...)" or " NOT IN (...)" for the elements of an array, NULLs among them; NULL, or why Snowflake has no
 * such list.
 */
extern const char *sf_literal_append_list(StringInfo out, ArrayType *array, bool in);

/* Appends " IN (...)" for literals, at least one; bare: they need no type around them. */
extern void sf_literal_append_texts(StringInfo out, const char *const *literals, int n, bool bare);

/* False for a text that is not UTF-8 though it will be taken for it: in a database without an encoding. */
extern bool sf_literal_text_valid(const char *text);

/* CAST(NULL AS ...) */
extern void sf_literal_append_null(StringInfo out, Oid type);

#endif							/* SF_DEPARSE_LITERAL_H */
