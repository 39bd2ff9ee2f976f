/*
 * verbs.h
 *	  The requests that create, fetch, change and drop an object of any kind,
 *	  made from the catalog.
 *
 * They are made before they are sent, so that a plan can show them; run them
 * with sf_object_run or sf_object_start.  All are allocated in the current
 * context.  Source: the documents' common.yaml (createMode, ifExists).
 */
#ifndef SF_OBJECTS_VERBS_H
#define SF_OBJECTS_VERBS_H

#include "postgres.h"

#include "api/object.h"
#include "objects/catalog.h"
#include "objects/path.h"

typedef enum SfCreateMode
{
	SF_ERROR_IF_EXISTS,
	SF_OR_REPLACE,
	SF_IF_NOT_EXISTS
} SfCreateMode;

/* From errorIfExists, orReplace or ifNotExists in any case, with or without underscores; throws 22023. */
extern SfCreateMode sf_create_mode(const char *text);

/* Whether a text names this mode: case and underscores do not count. */
extern bool sf_mode_is(const char *text, const char *mode);
extern const char *sf_create_mode_name(SfCreateMode mode);

/*
 * POST of a new object.  properties is the body but for the name, which comes from name.  Throws 0A000 where the
 * kind has no such verb or mode. Sent again after a lost reply unless the mode is errorIfExists.
 */
extern SfObjectRequest *sf_create_request(const SfKindDef *kind, const SfObjectName *name, SfJson *properties,
										  SfCreateMode mode);

/* GET of one object; NULL for a kind that only lists (sf_object_find asks the list). */
extern SfObjectRequest *sf_fetch_request(const SfKindDef *kind, const SfObjectName *name);

/* PUT of the whole definition: what properties leave out is reset.  Throws 0A000. */
extern SfObjectRequest *sf_put_request(const SfKindDef *kind, const SfObjectName *name, SfJson *properties);

/* DELETE.  Throws 0A000. */
extern SfObjectRequest *sf_drop_request(const SfKindDef *kind, const SfObjectName *name, bool if_exists);

/*
 * Drops an object; false where there is none, if_exists given, else that throws 42704.  One request, which does not
 * say ifExists: its answer would not tell.  Waits on the network.
 */
extern bool sf_object_drop(SfSession *session, const SfKindDef *kind, const SfObjectName *name, bool if_exists);

/*
 * Sends a request that changes something.  What Snowflake says of it becomes a NOTICE.  Waits on the network.
 */
extern SfJson *sf_object_change(SfSession *session, const SfObjectRequest *request);

/* The NOTICE of an answer to a change. */
extern void sf_object_notice(SfJson *answer);

/*
 * An action or a part of the object: ":suspend", "/dependents".  query is "name=value&..." already encoded, or
 * NULL; body or NULL.  Throws 22023 for an action that the kind does not have and for a body that it does not take.
 */
extern SfObjectRequest *sf_action_request(const SfKindDef *kind, const SfObjectName *name, const char *action,
										  const char *query, SfJson *body);

/*
 * The object, in the current context; NULL when it does not exist, if missing_ok, else throws 42704; 0A000 for
 * elements of objects.  Waits on the network.
 */
extern SfJson *sf_object_find(SfSession *session, const SfKindDef *kind, const SfObjectName *name, bool missing_ok);

/*
 * Sends the request; the answer, all pages of a list in one array, in the current context.  Waits on the network.
 * Throws what Snowflake reports, 54000 for more pages than max_requests.
 */
extern SfJson *sf_object_run_all(SfSession *session, const SfObjectRequest *request);

/* The same as jsonb. */
extern Jsonb *sf_object_run_jsonb(SfSession *session, const SfObjectRequest *request);

/*
 * A copy of an answer without what only the server may set, ready for a body; a masked secret is left out with a
 * WARNING.  In the current context.
 */
extern SfJson *sf_properties_writable(const SfKindDef *kind, SfJson *answer);

#endif							/* SF_OBJECTS_VERBS_H */
