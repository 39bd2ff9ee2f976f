/*
 * binding.h
 *	  Values for the ? placeholders of a statement (SQL API, "submitting
 *	  requests": bind variables).
 */
#ifndef SF_TYPES_BINDING_H
#define SF_TYPES_BINDING_H

#include "postgres.h"

#include "utils/jsonb.h"

#include "api/statement_spec.h"

/*
 * A JSON array of values: string TEXT, whole number FIXED, other number TEXT with all digits, boolean BOOLEAN,
 * null; {"type", "value"} binds exactly.  Throws 22023 naming the position.  Allocated in the current context.
 */
extern SfBinding *sf_bindings_from_jsonb(Jsonb *params, int *n);

#endif							/* SF_TYPES_BINDING_H */
