/*
 * list.h
 *	  The objects of a kind, wherever they lie: parents that are not named are
 *	  listed first.
 *
 * Requests go out several at a time, within the server's fetch_parallel;
 * their number is limited by max_requests, an error and never a partial
 * answer.
 */
#ifndef SF_OBJECTS_LIST_H
#define SF_OBJECTS_LIST_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "api/session.h"
#include "api/usage.h"
#include "core/json.h"
#include "objects/condition.h"
#include "objects/path.h"

typedef struct SfObjectFilter
{
	List	   *databases;		/* exact names (char *), when restricted */
	List	   *schemas;
	List	   *names;			/* many: not sent, the caller looks again */
	bool		some_databases; /* restricted, perhaps to none */
	bool		some_schemas;
	bool		some_names;
	char	   *like;			/* pattern, without regard to case; NULL: all */
	char	   *starts_with;
	char	   *from_name;
	bool		root_only;
	int64		limit;			/* rows wanted of all lists together; -1: all */
	const char *extra_query;	/* name=value, encoded; NULL: none */
	bool		missing_is_error;	/* a parent that does not exist: an error,
									 * not an empty list */
	SfUsage    *usage;			/* counted up; NULL: nobody asks */
	List	   *conditions;		/* SfCondition, of kinds of SQL */
	int		   *requests;		/* counted up and compared with max_requests,
								 * for several lists; NULL: the list's own */
} SfObjectFilter;

typedef struct SfObjectList SfObjectList;

typedef struct SfListed
{
	SfJson	   *object;			/* valid until the next one */
	SfJson	   *outer;			/* the object whose array it is an element of,
								 * or NULL */
	int			ordinal;		/* from 1, in that array; else 0 */
	SfObjectName *parents;		/* of a part with the name of its object */
	SfJson	   *raw;			/* the row as it came where object is made of
								 * it; NULL: object */
	const char *which;			/* of several paths; else NULL */
} SfListed;

/* Sends nothing yet.  Everything is allocated below context. */
extern SfObjectList *sf_list_begin(SfSession *session, const SfKindDef *kind, const SfObjectFilter *filter,
								   MemoryContext context);

/* The next object; false at the end.  Waits on the network, interruptible. */
extern bool sf_list_next(SfObjectList *list, SfListed *listed);

extern void sf_list_end(SfObjectList *list);

/* Counts so many requests more; throws 54000 over max_requests. */
extern void sf_list_count(const SfSession *session, const SfKindDef *kind, int *count, int more);

/* A pattern that this name matches, and perhaps others: the caller looks again. */
extern char *sf_list_pattern(const char *name);

/*
 * The list's request as EXPLAIN shows it, {database} and {schema} where they are enumerated; and what is
 * enumerated, or NULL.
 */
extern char *sf_list_describe(const SfKindDef *kind, const SfObjectFilter *filter, char **enumerated);

#endif							/* SF_OBJECTS_LIST_H */
