/*
 * alteration.h
 *	  Changing some properties of an object and no others.
 *
 * The REST API only takes whole definitions, and what a fetch shows is not all of one: inherited values look like the
 * object's own, others are not shown.  So this is ALTER, property by property (alter.def); a state is changed by the
 * object's actions suspend and resume where it has them.
 */
#ifndef SF_OBJECTS_ALTERATION_H
#define SF_OBJECTS_ALTERATION_H

#include "postgres.h"

#include "api/session.h"
#include "core/json.h"
#include "objects/catalog.h"
#include "objects/path.h"

typedef struct SfAlteration SfAlteration;

/* Whether anything of a kind, or one property of it (its name and state, too), can be changed alone. */
extern bool sf_can_alter(const SfKindDef *kind);
extern bool sf_can_alter_property(const SfKindDef *kind, const char *property);

/* Whether a property shows a state, and whether a text shows the one that another text asks for. */
extern bool sf_is_state(const SfKindDef *kind, const char *property);
extern bool sf_is_in_state(const SfKindDef *kind, const char *property, const char *shown, const char *wanted);

/*
 * The changes of an object, in an order in which each is allowed: properties and values as in a definition, names as
 * they are written in SQL; null takes a property away; a "name", "database_name" or "schema_name" that is another one
 * renames it.  Allocated in the current context.  Throws 0A000 and 22023 for what cannot be changed so, before any
 * call; the predecessors of a task are looked up, which waits on the network.
 */
extern SfAlteration *sf_alteration_make(SfSession *session, const SfKindDef *kind, const SfObjectName *name,
										SfJson *changes);

/*
 * Makes them, each a call of its own; afterwards *name is the object's new one.  Waits on the network.  An error's
 * CONTEXT says what was changed before it.
 */
extern void sf_alteration_run(SfSession *session, const SfAlteration *alteration, SfObjectName *name);

/* The calls as EXPLAIN and tests show them, a line each; in the current context. */
extern char *sf_alteration_text(const SfAlteration *alteration);

#endif							/* SF_OBJECTS_ALTERATION_H */
