/*
 * decode.h
 *	  Cells of a result to Datums of a row type.
 */
#ifndef SF_TYPES_DECODE_H
#define SF_TYPES_DECODE_H

#include "postgres.h"

#include "access/tupdesc.h"

#include "api/result.h"
#include "base/cells.h"

typedef struct SfDecoder SfDecoder;

/*
 * attr_of_column[i] is the 0-based attribute that result column i goes to, or -1; NULL: by position.  name is the
 * relation's, for messages, or NULL.  Throws 42804 where a column's type cannot become its attribute's.  Allocated
 * in the current context.
 */
extern SfDecoder *sf_decoder_create(TupleDesc desc, const SfResultMeta *meta, const int *attr_of_column,
									const char *name);

/*
 * Fills values and isnull of the attributes that have a column; the others are left as they are.  Texts may point
 * into the cells: they live as long as the partition's body, the rest in the current context.  Throws 22xxx naming
 * column, row and value.
 */
extern void sf_decode_row(SfDecoder *decoder, SfCell *cells, int64 row, Datum *values, bool *isnull);

#endif							/* SF_TYPES_DECODE_H */
