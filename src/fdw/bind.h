/*
 * bind.h
 *	  The bind join: the keys of a small local side travel with the statement
 *	  of a large remote one.
 *
 * A node Bind Join stands above PostgreSQL's own hash join.  It reads the
 * local side to its end before the join is opened, and keeps the rows and
 * their distinct keys; a node Bind Rows below the join hands the rows on, the
 * foreign scan below it sends the keys.  The keys only leave rows out that the
 * join would drop: it decides every match, and it is never wrong to send less.
 *
 * The three find each other by an executor parameter, as a recursive union and
 * its work table do.
 */
#ifndef SF_FDW_BIND_H
#define SF_FDW_BIND_H

#include "postgres.h"

#include "executor/executor.h"
#include "nodes/extensible.h"
#include "nodes/pathnodes.h"

#include "deparse/expr.h"
#include "deparse/query.h"
#include "fdw/fdw.h"

/* The distinct keys of the local rows, in one or several columns. */
typedef struct SfKeys SfKeys;

/* The state of a Bind Join. */
typedef struct SfBindState SfBindState;

/*
 * In bind_keys.c.  Of each column the type of its keys, and how many digits behind the point a remote number has.
 * Lives in a context of its own below parent.  None of them waits on the network.
 */
extern SfKeys *sf_keys_create(MemoryContext parent, int ncolumns, const Oid *types, const int *scales);
extern void sf_keys_clear(SfKeys *keys);

/* A row's: one with a NULL has no partner. */
extern void sf_keys_add(SfKeys *keys, const Datum *values, const bool *nulls);

/* After the last row; then how many statements there are: 0 when no remote row can have a partner. */
extern void sf_keys_finish(SfKeys *keys);
extern int	sf_keys_statements(const SfKeys *keys);

/*
 * What is sent behind a column's remote side in a statement, from 0 on: " IN (...)", " BETWEEN ... AND ...", " IS NOT
 * NULL".  Allocated in the current context.
 */
extern char *sf_keys_condition(const SfKeys *keys, int column, int statement);

/* How many keys are sent, of all columns; and why not all of them are, or NULL. */
extern int64 sf_keys_count(const SfKeys *keys);
extern const char *sf_keys_dropped(const SfKeys *keys);

/* custom_private of a Bind Join; that of Bind Rows is the mailbox alone */
enum SfBindPrivateIndex
{
	SfBindPrivateMailbox,		/* Integer */
	SfBindPrivateColumns,		/* integer List */
	SfBindPrivateScales			/* integer List */
};

/* In bind_exec.c. */
extern const CustomScanMethods sf_bind_join_methods;
extern const CustomScanMethods sf_bind_rows_methods;

/*
 * The Bind Join of a mailbox.  Only while a node begins: EvalPlanQual later puts the outer query's into it.
 */
extern SfBindState *sf_bind_find(EState *estate, int mailbox);

/* Its keys, and how often the local side has been read; throws XX000 before it has. */
extern SfKeys *sf_bind_keys(SfBindState *state, uint64 *reading);

/* Counts a statement for EXPLAIN. */
extern void sf_bind_sent(SfBindState *state);

/* In bind_path.c. */

/* Appends the conditions on the keys of a bound path, each behind WHERE or AND. */
extern void sf_bind_conditions(List *bind, SfShip *ship, const char *keyword);

/*
 * In a bound scan's plan: what the executor has to know, and its expressions, of which those of the printed statement
 * come first.
 */
extern List *sf_bind_plan(PlannerInfo *root, List *bind, List *params, SfScanPlan *plan);

/* In bind_statement.c. */

/* Prints the statement into ship; as a table of another one, with the keys as conditions on it, where bind has some. */
extern void sf_bind_statement(const SfRemoteQuery *remote, List *bind, SfShip *ship);

/*
 * "column = key" as a condition on the columns of a path's statement; NULL where it cannot be sent.  rel is the join's,
 * root the statement's planner: a subquery's, where rel is one.  Sets what the column is.
 */
extern OpExpr *sf_bind_ship_key(PlannerInfo *root, RelOptInfo *rel, const ForeignPath *path, OpExpr *condition,
								SfValue *value);

#endif							/* SF_FDW_BIND_H */
