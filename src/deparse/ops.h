/*
 * ops.h
 *	  Which built-in functions may be shipped, and by which rule.
 */
#ifndef SF_DEPARSE_OPS_H
#define SF_DEPARSE_OPS_H

#include "postgres.h"

/* x and y are the arguments as printed */
typedef enum SfRule
{
	SF_RULE_KEEP,				/* stays local */
	SF_RULE_EVALUATE,			/* evaluated here when no column is below it */
	SF_RULE_COMPARE_NUMBER,		/* (x op y), both NUMBER */
	SF_RULE_COMPARE_TIME,		/* (x op y) of one kind; nanoseconds of a
								 * column are cut */
	SF_RULE_COMPARE_SAME,		/* (x op y) of one kind that both sides order
								 * alike */
	SF_RULE_EQUAL_TEXT,			/* (x op y) under a deterministic collation */
	SF_RULE_ORDER_TEXT,			/* (x op y) under COLLATE "C" */
	SF_RULE_LIKE,				/* x LIKE y ESCAPE '\\', a constant pattern */
	SF_RULE_STARTS_WITH,		/* STARTSWITH(x, y) */
	SF_RULE_CONCATENATE,		/* (x || y) */
	SF_RULE_LENGTH,				/* LENGTH(x) */
	SF_RULE_SAME_NUMBER,		/* x: a conversion that changes no value */
	SF_RULE_ARITHMETIC,			/* (x op y), where no result overflows either
								 * side's type */
	SF_RULE_NEGATE				/* -(x) or ABS(x) */
} SfRule;

typedef struct SfOp
{
	Oid			function;
	SfRule		rule;
	const char *text;			/* operator, Snowflake's function, or why not */
} SfOp;

/* The line of a function; NULL when there is none, and it stays local. */
extern const SfOp *sf_op_find(Oid function);

#endif							/* SF_DEPARSE_OPS_H */
