/*
 * relations.h
 *	  The foreign tables of a query.
 */
#ifndef SF_FDW_RELATIONS_H
#define SF_FDW_RELATIONS_H

#include "postgres.h"

#include "nodes/parsenodes.h"

typedef struct SfRelations
{
	Oid			serverid;
	Oid			userid;			/* InvalidOid: the current user */
	bool		by_role;		/* some are read as the current user, some not */
	List	   *relids;
	List	   *queries;		/* all of them, the outermost last */
	const char *mixed;			/* why they are not tables of one server and
								 * user */
} SfRelations;

/* Those of a query and of all below it, up to what makes them mixed.  Reads the catalog. */
extern void sf_relations_of(Query *query, SfRelations *relations);

/*
 * Whether a statement over these tables can run in one schema: that in which the options query look up their names.
 */
extern bool sf_one_place(List *relids);

#endif							/* SF_FDW_RELATIONS_H */
