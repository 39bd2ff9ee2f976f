/*
 * change.h
 *	  Changing objects of any kind, for the functions that take a kind and for
 *	  those that are named after one.
 *
 * Each checks what it is given, then the transaction and the server, and only
 * then calls; names and places are as users write them, the result is the
 * qualified name of what was acted on.  All wait on the network.
 */
#ifndef SF_OBJECTS_CHANGE_H
#define SF_OBJECTS_CHANGE_H

#include "postgres.h"

#include "api/session.h"
#include "core/json.h"
#include "objects/catalog.h"
#include "objects/path.h"

/* What the functions have in common. */
typedef struct SfChange
{
	const char *function;		/* "sf_create()" */
	const SfKindDef *kind;
	SfSession  *session;
	const char *database;		/* arguments, or NULL */
	const char *schema;
} SfChange;

/* mode NULL: errorIfExists.  query: further parameters of the request, name=value, encoded; NULL: none. */
extern char *sf_change_create(const SfChange *change, SfJson *properties, const char *mode, bool strict,
							  const char *query);

/* The whole definition.  Of a table one that would drop columns is refused, unless drop_columns. */
extern char *sf_change_put(const SfChange *change, SfJson *properties, bool drop_columns, bool strict);

/* Sets what changes has and unsets what is null there (alteration.h). */
extern char *sf_change_alter(const SfChange *change, const char *name, SfJson *changes);

/* NULL where there is none and if_exists is given. */
extern char *sf_change_drop(const SfChange *change, const char *name, bool if_exists);

/*
 * An action; params and body may be NULL.  name is the object, which the action may be given in place of what the
 * server's options say.  The answer.
 */
extern SfJson *sf_change_act(const SfChange *change, const char *name, const char *action, SfJson *params,
							 SfJson *body, SfObjectName *object);

#endif							/* SF_OBJECTS_CHANGE_H */
