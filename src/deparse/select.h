/*
 * select.h
 *	  The remote SELECT of a foreign table.
 */
#ifndef SF_DEPARSE_SELECT_H
#define SF_DEPARSE_SELECT_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "nodes/bitmapset.h"
#include "nodes/pg_list.h"
#include "utils/rel.h"

#include "core/options.h"

/* How the columns of a result find their attributes. */
typedef enum SfColumnMatch
{
	SF_MATCH_POSITION,			/* the n-th result column is the n-th of the
								 * list */
	SF_MATCH_NAME				/* by the remote column name: results we did
								 * not write the SELECT list of */
} SfColumnMatch;

typedef struct SfRemoteSelect
{
	List	   *attnums;		/* int: attribute number per column of the
								 * SELECT list, 0 for a filler; NIL with
								 * SF_MATCH_NAME */
	SfColumnMatch match;
	List	   *markers;		/* of the snapshot's moment, see SfShip */
} SfRemoteSelect;

/*
 * Begins the statement that reads the attributes in attrs (offset by FirstLowInvalidHeapAttributeNumber, a
 * whole-row reference means all) into sql; a condition may follow where it has match SF_MATCH_POSITION.  Allocated
 * in the current context; no network.  Throws 22023 for a table whose options do not say what to read.
 */
extern SfRemoteSelect *sf_deparse_select(Relation rel, const SfTableOptions *options, Bitmapset *attrs, StringInfo sql);

/* Whether conditions and LIMIT can follow: not after a statement that is no subquery, nor for an earlier result. */
extern bool sf_deparse_extensible(const SfTableOptions *options);

/* The same for a table with all parts that its options, or else the server's, give. */
extern char *sf_full_name(const SfTableOptions *options, const SfConnOptions *server);

/* "DB"."SCHEMA"."TABLE", as far as given. */
extern char *sf_deparse_name(const char *database, const char *schema, const char *table);

#endif							/* SF_DEPARSE_SELECT_H */
