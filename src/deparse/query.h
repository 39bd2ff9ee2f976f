/*
 * query.h
 *	  A whole query as one Snowflake statement.
 */
#ifndef SF_DEPARSE_QUERY_H
#define SF_DEPARSE_QUERY_H

#include "postgres.h"

#include "nodes/bitmapset.h"
#include "nodes/parsenodes.h"

typedef struct SfRemoteQuery
{
	char	   *sql;
	List	   *markers;		/* see SfShip */
	List	   *params;
	List	   *columns;		/* TargetEntry: of the statement's result; its
								 * origin that of a column as it is, or of one
								 * whose sum it is (ressortgroupref 1) */
	List	   *outputs;		/* expressions over those, as Vars of relation
								 * 1: one for each column of the query */
	bool		divides;		/* quotients in it have Snowflake's digits */
	Bitmapset  *more_zeros;		/* numbers of columns with other digits behind
								 * the point than here, maybe */
	const char *refusal;		/* why it has to stay local */
} SfRemoteQuery;

/*
 * Prints the query, whose constants are folded and whose relations are foreign tables of one server; what Snowflake
 * computes otherwise in its outermost SELECT list becomes an expression over exact columns (avg: a sum and a count).
 * remote_division: where that is not possible quotients may have Snowflake's digits.  rescanned: see sf_ship_begin.
 * False, with the refusal set, when it has to stay local.  Allocated in the current context; no network.
 */
extern bool sf_ship_query(Query *query, bool remote_division, bool rescanned, SfRemoteQuery *result);

/*
 * In change.c: an INSERT, UPDATE or DELETE in the same way, whose result has no columns.  What is assigned is what
 * the column keeps as it is.
 */
extern bool sf_ship_change(Query *query, SfRemoteQuery *result);

/*
 * The subquery or WITH that is all of a query's FROM, if it is sorted, else NULL; and its order for the query, a copy
 * that is changed, where that has none and hands on its rows.
 */
extern Query *sf_sorted_source(const Query *query);
extern void sf_keep_order(Query *query);

#endif							/* SF_DEPARSE_QUERY_H */
