/*
 * level.h
 *	  The levels of a query while it is printed, for the printers of its
 *	  parts.
 */
#ifndef SF_DEPARSE_LEVEL_H
#define SF_DEPARSE_LEVEL_H

#include "postgres.h"

#include "nodes/parsenodes.h"

#include "deparse/expr.h"

struct SfRemoteQuery;

/* The columns of a SELECT. */
typedef struct SfColumns
{
	SfValue    *values;
	int			n;
} SfColumns;

/* What stands in FROM. */
typedef struct SfRel
{
	const char *alias;			/* NULL: not printed yet */
	SfColumns	columns;		/* of all but foreign tables */
} SfRel;

/* A SELECT of its own. */
typedef struct SfLevel
{
	Query	   *query;
	struct SfLevel *outer;
	SfRel	   *rels;			/* by number, from 0 */
	List	   *keys;			/* expressions of GROUP BY, once WHERE is
								 * printed */
	Node	   *key;			/* the one being printed */
	List	   *withs;			/* SfWith */
} SfLevel;

/* A subquery of WITH. */
typedef struct SfWith
{
	const char *name;			/* here */
	const char *alias;			/* there */
	SfColumns	columns;
} SfWith;

/* What a SELECT is printed for. */
typedef enum SfSelectUse
{
	SF_SELECT_TABLE,			/* FROM, WITH: columns C1 ..., and hidden ones */
	SF_SELECT_ARM,				/* of UNION and its like: columns C1 ... */
	SF_SELECT_SCALAR,			/* a value */
	SF_SELECT_EXISTS			/* whether there are rows */
} SfSelectUse;

/* A part of a statement, printed before what stands in front of it. */
typedef struct SfPart
{
	StringInfo	sql;
	List	   *markers;
} SfPart;

/* in query.c: a query below the level of ship, in parentheses */
extern bool sf_ship_subquery(SfShip *ship, Query *query, SfSelectUse use, SfColumns *columns);

/* Makes a query the level whose parts are printed; the scope of its expressions. */
extern void sf_push_level(SfShip *ship, Query *query);
extern const SfScope sf_query_scope;

/* Items of its FROM behind a keyword, nothing where there are none. */
extern bool sf_ship_from_items(SfShip *ship, List *items, const char *keyword);

/* What is printed between the first two is a part, which the third appends; outer is what the first returned. */
extern SfPart sf_open_part(SfShip *ship);
extern SfPart sf_close_part(SfShip *ship, SfPart outer);
extern void sf_append_part(SfShip *ship, SfPart part);

/* in query_clauses.c: each appends its clause with the keyword, or nothing where there is none */
extern bool sf_ship_condition_clause(SfShip *ship, Node *condition, const char *keyword);
extern bool sf_ship_groups(SfShip *ship);
extern bool sf_ship_distinct_on(SfShip *ship);
extern bool sf_ship_sort(SfShip *ship, SfColumns *columns);
extern bool sf_ship_grouping(SfShip *ship, GroupingFunc *grouping, SfValue *value);

/* in query_list.c: the SELECT list of a subquery; a set operation; the outermost list of either */
extern bool sf_ship_list(SfShip *ship, SfSelectUse use, SfColumns *columns);
extern bool sf_ship_set(SfShip *ship, Node *node, SfColumns *columns);
extern bool sf_ship_outputs(SfShip *ship, struct SfRemoteQuery *result, SfColumns *columns);
extern bool sf_set_outputs(SfShip *ship, Query *query, struct SfRemoteQuery *result, const SfColumns *columns);

/* The clauses of GROUP BY or ORDER BY whose values are not the same for every row; and whether one is. */
extern List *sf_varying(SfLevel *level, List *clauses);
extern bool sf_is_same(SfLevel *level, Node *node);

/* A key of GROUP BY, DISTINCT or PARTITION BY: with nanoseconds cut as they are here. */
extern bool sf_ship_key(SfShip *ship, Node *node, SfValue *value);

/*
 * ORDER BY, with the order and the place of NULLs of each; peers: rows that
 * are equal in all of them belong together.
 */
extern bool sf_ship_order(SfShip *ship, List *clauses, List *targets, bool peers);

/* An expression as it was before grouping, where PostgreSQL puts a column of its own for it. */
extern Node *sf_ungrouped(SfLevel *level, Node *node);

/* " DESC NULLS FIRST" and its like; false for an order that is not the type's. */
extern bool sf_ship_direction(SfShip *ship, SortGroupClause *clause, Oid type);

/* in aggregate.c */
extern bool sf_ship_aggregate(SfShip *ship, Aggref *aggregate, SfValue *value);

/*
 * x, * for no argument, and with FILTER: CASE WHEN filter THEN x END, for functions that pass over NULLs.  op NULL:
 * the argument is a key, its values are told apart.
 */
extern bool sf_ship_filtered(SfShip *ship, const SfOp *op, Node *filter, Node *argument, SfValue *value);

/* An argument; an extreme of timestamps with zones of their own is one of their instants. */
extern bool sf_ship_operand(SfShip *ship, const SfOp *op, Node *node, SfValue *value);

/* Makes an argument's value the result's. */
extern bool sf_describe_call(SfShip *ship, const SfOp *op, Node *node, Oid collation, SfValue *value);

/* An average, aggregate or window function, where only its order counts, or Snowflake's digits will do. */
extern bool sf_ship_average(SfShip *ship, Node *average, SfValue *value);

/* in window.c; op says how a window function is printed, which need not be its own line */
extern bool sf_ship_window(SfShip *ship, WindowFunc *window, SfValue *value);
extern bool sf_ship_window_call(SfShip *ship, const SfOp *op, WindowFunc *window, SfValue *value);

/*
 * The sum and the count of an average of numbers; false for another node.  The second takes apart what sf_quotient
 * makes: the division as PostgreSQL's avg() does it.
 */
extern bool sf_average_split(Node *node, Node **sum, Node **count);
extern bool sf_quotient_split(Node *quotient, Node **sum, Node **count);
extern Node *sf_quotient(Node *sum, Node *count);

/* in sublink.c */
extern bool sf_ship_sublink(SfShip *ship, SubLink *link, bool negated, SfValue *value);

/* Whether Snowflake takes the subqueries of a condition that refer to this level: false, with the refusal set. */
extern bool sf_check_correlation(SfShip *ship, Node *condition);

#endif							/* SF_DEPARSE_LEVEL_H */
