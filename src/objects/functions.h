/*
 * functions.h
 *	  What the SQL functions on objects have in common: reading their
 *	  arguments.
 */
#ifndef SF_OBJECTS_FUNCTIONS_H
#define SF_OBJECTS_FUNCTIONS_H

#include "postgres.h"

#include "fmgr.h"

#include "api/session.h"
#include "core/json.h"
#include "objects/catalog.h"
#include "objects/path.h"

/* The kind that an argument names.  Throws 22004, 22023. */
extern const SfKindDef *sf_kind_argument(FunctionCallInfo fcinfo, int argno);

/* A text argument that must be given; throws 22004. */
extern char *sf_needed_text(FunctionCallInfo fcinfo, int argno, const char *what);

/* A JSON object; NULL when the argument is NULL.  Throws 22023 for anything else. */
extern SfJson *sf_json_object_argument(FunctionCallInfo fcinfo, int argno, const char *what);

/* The object that a name (NULL: none) and the arguments database and schema, which begin at number first, mean. */
extern void sf_object_arguments(FunctionCallInfo fcinfo, int first, const SfKindDef *kind, const char *name,
								const SfSession *session, SfObjectName *out);

/* Whether two words are the same but for case and underscores: rootOnly, root_only. */
extern bool sf_same_word(const char *a, const char *b);

#endif							/* SF_OBJECTS_FUNCTIONS_H */
