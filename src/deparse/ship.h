/*
 * ship.h
 *	  Expressions as Snowflake SQL: one walk that prints and judges.
 *
 * What Snowflake would answer otherwise than PostgreSQL stays local; the
 * reason is kept for EXPLAIN.
 */
#ifndef SF_DEPARSE_SHIP_H
#define SF_DEPARSE_SHIP_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"

#include "api/statement.h"
#include "deparse/expr.h"

/* rescanned: conditions on what the executor computes stay local, so that a rescan does not need another statement. */
extern void sf_ship_begin(SfShip *ship, Oid relid, Index varno, bool rescanned, StringInfo sql);

/*
 * How many conditions there are: a single one is evaluated for every row in PostgreSQL, which a divisor of 0 in it
 * fails.
 */
extern void sf_ship_conditions(SfShip *ship, List *restrictions);

/*
 * Appends the condition; false, with nothing appended and the refusal set, when it has to stay local.  No network.
 */
extern bool sf_ship_condition(SfShip *ship, Node *clause);

/*
 * Of a condition that has to stay local: appends a wider one; false, with nothing appended, when there is none.  No
 * LIMIT may be sent with it.
 */
extern bool sf_ship_prefilter(SfShip *ship, Node *clause);

/* What is known when a statement is sent: values of params, and of their types. */
typedef struct SfShipValues
{
	const Oid  *types;
	const Datum *values;
	const bool *nulls;
	const char *moment;			/* of the snapshot, a literal; NULL: none */
} SfShipValues;

/*
 * The statement with the values in place of its markers; texts are bound, others written as literals.  False when one
 * of them is none that Snowflake can have, or is too long for a request.  The result and the bindings are allocated
 * in the current context.
 */
extern bool sf_ship_fill(const char *sql, List *markers, const SfShipValues *known, char **filled,
						 SfBinding **bindings, int *nbindings);

/* Whether one of the markers waits for the moment of a snapshot. */
extern bool sf_ship_needs_moment(List *markers);

#endif							/* SF_DEPARSE_SHIP_H */
