/*
 * resultset.h
 *	  A statement's result as a set that a SQL function returns: as records
 *	  by position, as rows of a given type by name, as JSON objects.
 */
#ifndef SF_QUERY_RESULTSET_H
#define SF_QUERY_RESULTSET_H

#include "postgres.h"

#include "fmgr.h"
#include "utils/jsonb.h"

#include "api/statement.h"

typedef enum SfResultShape
{
	SF_SHAPE_RECORD,			/* columns by position, types from the column
								 * definition list */
	SF_SHAPE_ROWTYPE,			/* columns by name into the type of argument 0 */
	SF_SHAPE_JSON				/* one jsonb object a row */
} SfResultShape;

typedef struct SfResultSet SfResultSet;

/* Sends or attaches the statement of a call; first is the number of its first argument behind the row type. */
typedef SfResultSet *(*SfResultStart) (FunctionCallInfo fcinfo, int first, SfResultShape shape, const char *what);

/*
 * Waits for the result's metadata and prepares the conversion, in the current context.  Throws 42804 where columns
 * and the row type do not fit.
 */
extern SfResultSet *sf_resultset_create(FunctionCallInfo fcinfo, SfStatement *statement, SfResultShape shape);

/* The body of a set-returning function, in whichever mode the executor calls it. */
extern Datum sf_resultset_return(FunctionCallInfo fcinfo, int first, SfResultShape shape, SfResultStart start,
								 const char *what);

/* Adds "key": value, or "key": text (NULL: null), to the object being built. */
extern void sf_json_push(JsonbParseState **state, const char *key, JsonbValue *value);
extern void sf_json_push_text(JsonbParseState **state, const char *key, const char *text);

#endif							/* SF_QUERY_RESULTSET_H */
