/*
 * part_list.h
 *	  The parts of objects: what lies below each of them.
 */
#ifndef SF_OBJECTS_PART_LIST_H
#define SF_OBJECTS_PART_LIST_H

#include "postgres.h"

#include "objects/list.h"

typedef struct SfPartList SfPartList;

/*
 * The filter's names are those of the objects.  Sends nothing yet.  columns and raw as of sf_sql_list_begin.
 * Everything is allocated below context.
 */
extern SfPartList *sf_part_list_begin(SfSession *session, const SfKindDef *kind, const SfObjectFilter *filter,
									  List *columns, bool raw, MemoryContext context);

/* The next row; false at the end.  Waits on the network, interruptible; throws 54000 over max_requests. */
extern bool sf_part_list_next(SfPartList *list, SfListed *listed);

extern void sf_part_list_end(SfPartList *list);

/*
 * The request or statement for each object, as EXPLAIN shows it, and what is listed first, or NULL.
 */
extern char *sf_part_list_describe(const SfKindDef *kind, const SfObjectFilter *filter, List *columns, bool raw,
								   char **enumerated);

#endif							/* SF_OBJECTS_PART_LIST_H */
