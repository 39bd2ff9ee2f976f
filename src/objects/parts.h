/*
 * parts.h
 *	  What functions on one object of a kind of their own have in common.
 */
#ifndef SF_OBJECTS_PARTS_H
#define SF_OBJECTS_PARTS_H

#include "postgres.h"

#include "fmgr.h"

#include "api/session.h"
#include "objects/catalog.h"
#include "objects/path.h"

typedef struct SfPartCall
{
	const SfKindDef *kind;
	SfSession  *session;
	SfObjectName name;
} SfPartCall;

/*
 * Of a function whose first argument is the name and whose last are database, schema (unless the kind is the
 * account's) and server.  Throws 22004, 42602, 22023; no network.
 */
extern void sf_part_call(SfPartCall *call, FunctionCallInfo fcinfo, const char *kind);

#endif							/* SF_OBJECTS_PARTS_H */
