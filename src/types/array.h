/*
 * array.h
 *	  Snowflake's arrays, which travel as JSON, to arrays of PostgreSQL.
 */
#ifndef SF_TYPES_ARRAY_H
#define SF_TYPES_ARRAY_H

#include "postgres.h"

#include "fmgr.h"

typedef struct SfArrayType
{
	Oid			element;
	int32		typmod;
	int16		len;
	bool		byval;
	char		align;
	FmgrInfo	input;
	Oid			ioparam;

	/*
	 * set by the caller: what the input function gets for the text of an
	 * element; NULL: the text itself
	 */
	char	   *(*rewrite) (char *text, void *arg);
	void	   *rewrite_arg;
} SfArrayType;

/* False when the type is no array. */
extern bool sf_array_type(Oid type, int32 typmod, SfArrayType *out);

/*
 * The array of one dimension whose elements are those of a JSON array: texts, numbers and booleans as their text,
 * null and a hole as NULL, an array or object inside as its JSON.  Throws 22P02 for a text that is no JSON array,
 * what the element type's input throws for an element.  In the current context.
 */
extern Datum sf_array_from_json(SfArrayType *type, const char *json);

#endif							/* SF_TYPES_ARRAY_H */
