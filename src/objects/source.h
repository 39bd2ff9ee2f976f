/*
 * source.h
 *	  The rows of a kind, wherever they are from: the object API, SQL, or
 *	  object by object.
 */
#ifndef SF_OBJECTS_SOURCE_H
#define SF_OBJECTS_SOURCE_H

#include "postgres.h"

#include "objects/list.h"

struct ExplainState;

typedef struct SfSource SfSource;

/* What of each row is looked at. */
typedef struct SfWanted
{
	List	   *columns;		/* SfColumnDef */
	bool		raw;			/* the whole row */
} SfWanted;

/*
 * Sends nothing yet; throws what the lists throw when they begin.  Everything is allocated below context.
 */
extern SfSource *sf_source_begin(SfSession *session, const SfKindDef *kind, const SfObjectFilter *filter,
								 const SfWanted *wanted, MemoryContext context);

/* The next row, valid until the one after it; false at the end.  Waits on the network, interruptible. */
extern bool sf_source_next(SfSource *source, SfListed *listed);

extern void sf_source_end(SfSource *source);

/* The first request or statement, as far as it is known before it runs. */
extern void sf_source_explain(const SfKindDef *kind, const SfObjectFilter *filter, const SfWanted *wanted,
							  struct ExplainState *es);

#endif							/* SF_OBJECTS_SOURCE_H */
