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
 * A name as users write it, with database and schema where the kind has them: parts of a qualified name, else the arguments, else the server's
 * options.  A NULL name leaves the parents alone.  Throws 42602 for a name that is none, 22023 where a parent is missing or one too many.
 */
extern void sf_object_name(SfObjectName *out, const SfKindDef *kind, const char *name, const char *database, const char *schema,
						   const SfConnOptions *options);

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

/* F of F(NUMBER, VARCHAR), quoted as it was. */
extern char *sf_name_without_arguments(const char *name);

#endif							/* SF_OBJECTS_PATH_H */
