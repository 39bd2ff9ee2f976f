/*
 * expr.h
 *	  The printer of expressions, as its parts and the printers of whole
 *	  queries use it.
 *
 * One walk prints and judges.  Every function that returns bool appends to
 * ship->sql and describes what it printed; false means that it has to stay
 * local, with the reason in ship->refusal and what was printed the caller's
 * to drop.  None of them waits on the network.
 */
#ifndef SF_DEPARSE_EXPR_H
#define SF_DEPARSE_EXPR_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "nodes/primnodes.h"

#include "core/options.h"
#include "deparse/ops.h"
#include "types/typemap.h"

typedef struct SfScope SfScope;

#define SF_MAX_DEPTH 100		/* of an expression; far below what Snowflake
								 * calls too complex */

/* What a marker stands for, apart from the value (0): flags, or one of the negative ones. */
#define SF_MARKER_AFTER		1	/* plus a microsecond */
#define SF_MARKER_CLEAR		2	/* a local time, before and after which no
								 * clock of the session's zone changes */
#define SF_MARKER_LIMIT		(-1)	/* a bare number of rows; NULL: all */
#define SF_MARKER_OFFSET	(-2)	/* NULL: 0 */
#define SF_MARKER_IN		(-3)	/* IN and the elements of an array */
#define SF_MARKER_NOT_IN	(-4)	/* NOT IN and them */
#define SF_MARKER_KEYS		(-5)	/* what is said of the keys of a bind
									 * join: a C string; NULL: IS NOT NULL */
#define SF_MARKER_MOMENT	(-6)	/* of the query's snapshot; its number is
									 * none */

/*
 * What is being printed.  A value that is known when the statement is sent
 * stands in the text as $n until sf_ship_fill writes it in its place.
 */
typedef struct SfShip
{
	const SfScope *scope;		/* where expressions stand */
	void	   *level;			/* the query being printed, see query.c */
	Oid			relid;			/* of the one foreign table, and its number */
	Index		varno;
	bool		rescanned;		/* by an outer query, with other parameters */
	StringInfo	sql;			/* what is printed is appended here */
	int			printed;		/* bytes of all conditions so far */
	int			depth;			/* of the expression being printed */
	int			aliases;		/* given so far */
	bool		order_safe;		/* a number is only compared or sorted by */
	bool		remote_division;	/* quotients may have Snowflake's digits */
	bool		divides;		/* some have */
	bool		finishing;		/* what is printed would else be finished here */
	bool		computed;		/* for every row, here as there: what is shown
								 * or sorted by */
	int			cases;			/* CASE around it */
	int			clear;			/* SF_MARKER_CLEAR: of the values that are
								 * printed, or 0 */
	bool		positive;		/* false is as good as NULL */
	bool		correlated;		/* subqueries may refer to the query around
								 * them: they were looked at */
	List	   *params;			/* Expr, in the order of their numbers */
	List	   *markers;		/* integers, four for each $n: offset and
								 * length in sql, number from 0, what it
								 * stands for */
	const char *refusal;		/* of the last condition: why it stays local */
} SfShip;

/* What a printed expression is. */
typedef struct SfValue
{
	Oid			type;			/* in PostgreSQL */
	SfTypeKind	kind;
	int			scale;			/* of numbers, times and timestamps */
	bool		shown;			/* of a number: PostgreSQL shows so many
								 * digits behind the point, of every value */
	double		bound;			/* of a number: no larger absolute value */
	double		room;			/* the part of it that stands for the many
								 * rows of a sum; 0 as 1 */
	bool		fixed;			/* no column below: a constant or $n */
	bool		of_number;		/* a floating-point number that was an exact
								 * one: it is no -0 and no NaN */
	bool		inexact;		/* a quotient, that compares as the exact one */
	int			sum;			/* of a subquery's column that is an average:
								 * the numbers of its hidden columns; 0: none */
	int			count;
	const char *unusable;		/* a column that can only be handed on or
								 * tested for NULL: why */
	bool		null_only;		/* not even handed on */
	const SfRemoteType *remote; /* of a column that is handed on */
	Oid			relid;			/* of a column that is handed on as it is, its
								 * table and number; InvalidOid: of none */
	AttrNumber	attnum;
	bool		summed;			/* a sum of that column */
} SfValue;

/* Where an expression stands: what its columns are, and what only a query has. */
struct SfScope
{
	bool		(*column) (SfShip *ship, Var *var, SfValue *value);

	/* *mine: whether the node was the scope's to print; NULL: none is */
	bool		(*node) (SfShip *ship, Node *node, SfValue *value, bool *mine);
};

/* A state to which a walk can go back. */
typedef struct SfShipMark
{
	int			length;
	int			nparams;
	int			nmarkers;
} SfShipMark;

extern SfShipMark sf_ship_mark(const SfShip *ship);
extern void sf_ship_back(SfShip *ship, SfShipMark mark);

/* Puts texts around what was printed from at on. */
extern void sf_ship_wrap(SfShip *ship, int at, const char *before, const char *after);

/* Keeps the first reason; always false. */
extern bool sf_ship_refuse(SfShip *ship, const char *why);

/* in expr.c: any expression; and one that is only handed on or tested for NULL, which may be a column of any type */
extern bool sf_ship_value(SfShip *ship, Node *node, SfValue *value);
extern bool sf_ship_carry(SfShip *ship, Node *node, SfValue *value);
extern bool sf_ship_const(SfShip *ship, Const *constant, int64 add_micros, SfValue *value);
extern bool sf_ship_known(SfShip *ship, Node *node, int use, SfValue *value);

/* Appends the text, a format with the number of the value in it, for what sf_ship_fill writes in its place. */
extern bool sf_ship_marker(SfShip *ship, Node *node, int use, const char *format);

/* Appends the name of a table, with AT and a marker where it is read as of a snapshot. */
extern void sf_ship_table(SfShip *ship, Oid relid, const SfTableOptions *options);

/* A condition: a value of type boolean. */
extern bool sf_ship_boolean(SfShip *ship, Node *node, SfValue *value);

/* In prefilter.c: one that is true for every row for which the node is, and for as few others as can be said. */
extern bool sf_ship_wider(SfShip *ship, Node *node, SfValue *value);

/*
 * Whether a value is known when the statement is sent: a parameter, the current time, and what the allowlist lets
 * us evaluate of them.
 */
extern bool sf_is_known(Node *node);

/* What a constant or a parameter is: of a constant number its digits, of another what its type allows. */
extern void sf_known_value(Node *node, SfValue *value);

/*
 * What a column of a foreign table is, by its remote_type; unusable where Snowflake compares other values than the
 * column shows here.
 */
extern void sf_column_value(Oid relid, Var *var, SfValue *value);
extern bool sf_is_time(SfTypeKind kind);
extern bool sf_is_nano(const SfValue *value);

/* Of what was printed from at on, if it has any. */
extern void sf_cut_nanoseconds(SfShip *ship, int at, SfValue *value);
extern void sf_value_bool(SfValue *value, bool fixed);

/* The largest absolute value of a numeric type. */
extern double sf_largest(Oid type);

/* Whether PostgreSQL shows a number with its scale, whatever the value. */
extern bool sf_shows_scale(const SfValue *value);

/* A call of a listed function. */
extern bool sf_ship_function(SfShip *ship, Node *node, Oid function, List *args, Oid collation, SfValue *value);

/* The value of a constant integer argument; false for another node, or NULL. */
extern bool sf_constant_int(Node *node, int *number);

/* in expr_compare.c */
extern bool sf_ship_compare(SfShip *ship, const SfOp *op, List *args, Oid collation, SfValue *value);
extern bool sf_ship_distinct(SfShip *ship, DistinctExpr *expr, SfValue *value);
extern bool sf_ship_nullif(SfShip *ship, NullIfExpr *expr, SfValue *value);
extern bool sf_ship_minmax(SfShip *ship, MinMaxExpr *expr, SfValue *value);
extern bool sf_ship_rows(SfShip *ship, RowCompareExpr *expr, SfValue *value);
extern const char *sf_why_incomparable(SfRule rule, const SfValue *x, const SfValue *y, Oid collation);

/*
 * Whether texts under a collation compare by their bytes, or have the cases of ASCII alone.  Reads the catalog; false
 * where it does not say so.
 */
extern bool sf_is_c_collation(Oid collation, bool cases);

/* Why values cannot be told apart, or sorted, there as here; NULL when they can. */
extern const char *sf_why_no_key(const SfValue *value, Oid collation);
extern const char *sf_why_unsorted(const SfValue *value, Oid collation);

/* in expr_list.c */
extern bool sf_ship_array(SfShip *ship, ScalarArrayOpExpr *expr, SfValue *value);

/*
 * column = key, a parameter of its own, whose values are known when the statement is sent: SF_MARKER_KEYS.  shown is
 * what stands for them until then.  Sets what the column is.
 */
extern bool sf_ship_bound(SfShip *ship, OpExpr *clause, const char *shown, SfValue *column);

/* in expr_case.c: values of which one is chosen */
extern bool sf_ship_case(SfShip *ship, CaseExpr *expr, SfValue *value);
extern bool sf_ship_coalesce(SfShip *ship, CoalesceExpr *expr, SfValue *value);

/* Makes all what any of two values of one result may be; false: they have no common type there. */
extern bool sf_value_merge(SfShip *ship, SfValue *all, const SfValue *one);

/* in expr_text.c */
extern bool sf_ship_text(SfShip *ship, const SfOp *op, List *args, Oid collation, SfValue *value);

/* in expr_binary.c */
extern bool sf_ship_binary(SfShip *ship, const SfOp *op, List *args, SfValue *value);

/* in expr_json.c: a member of a JSON value; whether a node is the text of one, and its comparison with a constant */
extern bool sf_ship_json(SfShip *ship, const SfOp *op, List *args, SfValue *value);
extern bool sf_is_json_text(Node *node);
extern bool sf_ship_json_compare(SfShip *ship, const SfOp *op, List *args, Oid collation, SfValue *value);

/* in expr_cast.c; a value made a text by its type's output function, or read by one's input function */
extern bool sf_ship_cast(SfShip *ship, const SfOp *op, List *args, SfValue *value);
extern bool sf_ship_by_text(SfShip *ship, CoerceViaIO *cast, SfValue *value);

/* in expr_number.c */
extern bool sf_ship_number(SfShip *ship, const SfOp *op, Node *node, List *args, SfValue *value);

/* in expr_time.c */
extern bool sf_ship_time(SfShip *ship, const SfOp *op, Node *node, List *args, SfValue *value);

/* in limit.c; NULL nodes where the clauses are absent */
extern bool sf_ship_limit(SfShip *ship, Node *limit, Node *offset);

/* Whether it is a number of rows that is known when a statement is sent: a constant from 0 on, a parameter. */
extern bool sf_is_count(Node *node);

/* False for a parameter; -1: absent, or NULL. */
extern bool sf_count_constant(Node *node, int64 *value);

#endif							/* SF_DEPARSE_EXPR_H */
