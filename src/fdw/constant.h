/*
 * constant.h
 *	  Columns with a constant (option "constant") in place of one of
 *	  Snowflake's.
 */
#ifndef SF_FDW_CONSTANT_H
#define SF_FDW_CONSTANT_H

#include "postgres.h"

#include "executor/tuptable.h"
#include "nodes/parsenodes.h"
#include "nodes/pathnodes.h"

/* Sets the hook that checks constants; called once, when the library is loaded. */
extern void sf_constant_init(void);

/*
 * Puts the constants in the place of the columns, as far as no outer join or grouping set may make these NULL.
 * Changes the query.  Reads the catalog; throws what the type's input function throws.
 */
extern Query *sf_put_constants(Query *query);

/*
 * A condition on relation varno with the constants in the place of the columns, folded; NULL where it has no such
 * column.  Throws as above.
 */
extern Node *sf_condition_of_constants(PlannerInfo *root, Oid relid, Index varno, Node *condition);

/* The constants of a table's rows; NULL where it has none.  In the current context; throws as above. */
typedef struct SfConstants SfConstants;
extern SfConstants *sf_constants_of(Relation rel);

/* Throws 23514 for a row that has another value in such a column; constants may be NULL. */
extern void sf_constants_check(const SfConstants *constants, Relation rel, TupleTableSlot *slot);

/* Sets them in a row; constants may be NULL. */
extern void sf_constants_fill(const SfConstants *constants, TupleTableSlot *slot);

#endif							/* SF_FDW_CONSTANT_H */
