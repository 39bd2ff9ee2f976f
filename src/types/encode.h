/*
 * encode.h
 *	  Datums as the texts that are written to a column of Snowflake's.
 */
#ifndef SF_TYPES_ENCODE_H
#define SF_TYPES_ENCODE_H

#include "postgres.h"

#include "catalog/pg_attribute.h"
#include "lib/stringinfo.h"

typedef struct SfEncoder SfEncoder;

/*
 * For the attribute of a relation; remote_type is its option, or NULL: what Snowflake would call the attribute's type.
 * Throws 42804 where the one cannot become the other, 0A000 for a type of Snowflake's that is not written.  Reads the
 * catalog.  Allocated in the current context.
 */
extern SfEncoder *sf_encoder_create(const char *relation, Form_pg_attribute att, const char *remote_type);

/*
 * Appends the value as a string literal that sf_encoder_expr makes the column's value of, in the database's encoding.
 * Throws 22003, 22008, 22001 or 22021 for a value that the column would not keep as it is: too large, with more
 * digits, longer, or none that Snowflake has.  What it allocates is in the current context.
 */
extern void sf_encode(const SfEncoder *encoder, StringInfo out, Datum value);

/* The expression around a text, in the current context. */
extern char *sf_encoder_expr(const SfEncoder *encoder, const char *text);

#endif							/* SF_TYPES_ENCODE_H */
