/*
 * path.h
 *	  Where an object lies: names given by users and by rows, and the path of
 *	  a request.
 */
#ifndef SF_OBJECTS_PATH_H
#define SF_OBJECTS_PATH_H

#include "postgres.h"

#include "core/json.h"
#include "core/options.h"
#include "objects/catalog.h"

/* Exact names; NULL where the scope has none or it is not known. */
typedef struct SfObjectName
{
	char	   *database;
	char	   *schema;
	char	   *name;			/* for a kind with arguments also "(types)",
								 * behind the quoted name */
} SfObjectName;

/*
 * Where an object lies: the one rule of place, for every function that takes an object.  Each of database and
 * schema, where the kind has it, is the argument, else the part of the qualified name, else the object's own
 * "database_name" or "schema_name", else the server's option.  Names are as users write them: a bare one folds.
 *
 * All throw 42602 for a name that is none, 22023 where a parent is missing or the name has a part too many.  No
 * network.
 */

/* The object of this name; a NULL name: its parents alone. */
extern void sf_object_name(SfObjectName *out, const SfKindDef *kind, const char *name, const char *database,
						   const char *schema, const SfConnOptions *options);

/*
 * The object that a JSON object describes, by its "name", for functions its "arguments", and its own place.
 * Throws 22023 without a name.
 */
extern void sf_object_name_of(SfObjectName *out, const SfKindDef *kind, SfJson *object, const char *database,
							  const char *schema, const SfConnOptions *options);

/* The object that another one at near refers to: parts that the name lacks are those of near. */
extern void sf_object_name_near(SfObjectName *out, const SfKindDef *kind, const char *name, const SfObjectName *near);

/* Writes the place into an object, so that it can be given back whatever the server's options are then. */
extern void sf_object_set_place(SfJson *object, const SfKindDef *kind, const SfObjectName *name);

/* /api/v2/databases/D/schemas/S/tasks and, with a name, /NAME; encoded. */
extern char *sf_object_path(const SfKindDef *kind, const SfObjectName *name);

/* db.schema.name, quoted where needed: what the creating functions return. */
extern char *sf_object_display(const SfKindDef *kind, const SfObjectName *name);

/* The name as it stands in a request's body: bare where it means the same, else quoted. */
extern char *sf_name_written(const char *exact);

/* The exact name of an answer: quotes taken off where there are. */
extern char *sf_name_exact(const char *answered);

/* The exact name of an object of an answer, its member "name"; throws 08P01 where it is no text or an empty one. */
extern char *sf_answer_name(SfJson *object);

/* The exact name of the object that an answer refers to, bare or qualified. */
extern char *sf_name_referred(const char *answered);

/* Appends ?name=value or &name=value, encoded. */
extern char *sf_path_add(const char *path, const char *name, const char *value);

/* The same for every member of params that is not null.  Throws 22023 for an array or an object. */
extern const char *sf_path_add_members(const char *path, SfJson *params);

/* A path for EXPLAIN, where names in braces stand for what is not known before: {database}. */
extern char *sf_path_shown(const char *path);

/* F of F(NUMBER, VARCHAR), quoted as it was. */
extern char *sf_name_without_arguments(const char *name);

#endif							/* SF_OBJECTS_PATH_H */
