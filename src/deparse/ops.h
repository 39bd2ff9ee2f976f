/*
 * ops.h
 *	  Which built-in functions may be shipped, and by which rule.
 */
#ifndef SF_DEPARSE_OPS_H
#define SF_DEPARSE_OPS_H

#include "postgres.h"

/* By what prints them; x, y and z are the arguments as printed, F the text of the line. */
typedef enum SfRule
{
	SF_RULE_KEEP,				/* stays local */
	SF_RULE_EVALUATE,			/* evaluated here when no column is below it */

	/* expr_compare.c: (x F y) */
	SF_RULE_COMPARE_NUMBER,		/* both NUMBER */
	SF_RULE_COMPARE_TIME,		/* of one kind; nanoseconds of a column are
								 * cut */
	SF_RULE_COMPARE_DATE,		/* a date and a timestamp */
	SF_RULE_COMPARE_ZONED,		/* one of them with a time zone, one of them
								 * known when the statement is sent */
	SF_RULE_COMPARE_SAME,		/* of one kind that both sides order alike */
	SF_RULE_COMPARE_FLOAT,		/* both FLOAT */
	SF_RULE_EQUAL_TEXT,			/* under a deterministic collation */
	SF_RULE_ORDER_TEXT,			/* under COLLATE "C" */

	/* expr_text.c */
	SF_RULES_OF_TEXTS,
	SF_RULE_LIKE = SF_RULES_OF_TEXTS,	/* x F y ESCAPE '\', a constant
										 * pattern */
	SF_RULE_REGEX,				/* the same, of a regular expression that is
								 * such a pattern */
	SF_RULE_STARTS_WITH,		/* F(x, y) */
	SF_RULE_CONCATENATE,		/* (x F y) */
	SF_RULE_CONCAT,				/* (COALESCE(x, '') || ...) */
	SF_RULE_LENGTH,				/* F(x) */
	SF_RULE_TEXTS,				/* F(x, ...), constants but for x and none of
								 * them empty */
	SF_RULE_SUBSTRING,			/* SUBSTR(x, y, z), constants from 1 */
	SF_RULE_PART,				/* F(x, y), a constant; what a negative one
								 * leaves out is counted */
	SF_RULE_SPLIT,				/* F(x, y, z), a delimiter that is not empty,
								 * a number that is not 0 */
	SF_RULE_CASE,				/* letters of ASCII, under COLLATE "C" */
	SF_RULE_TEXT,				/* F(x), a text */
	SF_RULE_CODE,				/* F(x), the number of a character */
	SF_RULE_REPEAT,				/* F(x, y), of a column, where the result has
								 * room */
	SF_RULE_PAD,				/* F(x, y, z), constants, z not empty */
	SF_RULE_TRANSLATE,			/* F(x, y, z), constants: as many characters
								 * in z as in y at most, each of y once */
	SF_RULE_CONCAT_WS,			/* SUBSTR(COALESCE(x || y, '') || ..., n), a
								 * constant x */

	/* expr_binary.c */
	SF_RULES_OF_BINARIES,
	SF_RULE_BYTES = SF_RULES_OF_BINARIES,	/* F(x), the number of bytes */
	SF_RULE_DIGEST,				/* SHA2_BINARY(x, F) */
	SF_RULE_HEX,				/* F(x, 0), lower-case digits */
	SF_RULE_TO_BYTES,			/* F(x, 'UTF-8'), of a text */

	/* expr_cast.c */
	SF_RULES_OF_CASTS,
	SF_RULE_TO_TEXT = SF_RULES_OF_CASTS,	/* CAST(x AS VARCHAR), of a number
											 * with as many digits there */
	SF_RULE_UUID_TO_TEXT,		/* LOWER(CAST(x AS VARCHAR)) */
	SF_RULE_JOIN_TEXT,			/* (x || y), one of them made a text */
	SF_RULE_TO_LENGTH,			/* LEFT(x, y): varchar(y) */
	SF_RULE_BOOLEAN_TO_NUMBER,	/* CAST(x AS NUMBER(1,0)) */
	SF_RULE_NUMBER_TO_BOOLEAN,	/* (x <> 0) */
	SF_RULE_TO_FLOAT,			/* CAST(x AS FLOAT), of 15 digits */

	/* expr_number.c */
	SF_RULES_OF_NUMBERS,
	SF_RULE_SAME_NUMBER = SF_RULES_OF_NUMBERS,	/* x: a conversion that
												 * changes no value */
	SF_RULE_NARROW,				/* x, which surely fits the type */
	SF_RULE_ARITHMETIC,			/* (x F y) */
	SF_RULE_NEGATE,				/* F(x) */
	SF_RULE_DIVIDE_WHOLE,		/* whole numbers, by a constant */
	SF_RULE_QUOTIENT,			/* x / y with 18 digits, where only the order
								 * counts */
	SF_RULE_REMAINDER,			/* MOD(x, y), by a constant */
	SF_RULE_ROUND,				/* F(x, y), a constant y or none */
	SF_RULE_WHOLE,				/* F(x), a whole number */
	SF_RULE_DIGITS,				/* CAST(x AS NUMBER(p, s)) */

	/* expr_time.c */
	SF_RULES_OF_TIMES,
	SF_RULE_EXTRACT = SF_RULES_OF_TIMES,	/* a part of a date or timestamp */
	SF_RULE_TRUNCATE_TIME,		/* DATE_TRUNC(x, y) */
	SF_RULE_ADD_DAYS,			/* DATEADD('day', F y, x) */
	SF_RULE_COUNT_DAYS,			/* DATEDIFF('day', y, x) */
	SF_RULE_ADD_INTERVAL,		/* months, days and microseconds, F constant */
	SF_RULE_TO_DATE,			/* CAST(x AS DATE) */
	SF_RULE_TO_TIMESTAMP,		/* CAST(x AS TIMESTAMP_NTZ(6)) */
	SF_RULE_TO_TIME,			/* CAST(x AS TIME(6)) */
	SF_RULE_SAME_TIME,			/* x, which has no more digits than asked for */
	SF_RULE_ZONED_TO_DATE,		/* of a date in a zone and back: the date */
	SF_RULE_ADD_MICROSECONDS,	/* to an instant */
	SF_RULE_AT_UTC,				/* an instant as a timestamp of UTC */
	SF_RULE_COMPARE_INTERVAL,	/* a difference of times, F a constant one */
	SF_RULE_FINITE,				/* TRUE, or NULL */
	SF_RULE_FORMAT,				/* TO_CHAR(x, a constant format) */

	/* expr_json.c */
	SF_RULES_OF_JSON,
	SF_RULE_JSON = SF_RULES_OF_JSON,	/* F(x, y), on the way to a text */
	SF_RULE_JSON_TEXT,			/* CAST(F(x, y) AS VARCHAR): tested for NULL,
								 * or compared with a text that no other kind
								 * of value has */

	/* aggregate.c */
	SF_RULES_OF_AGGREGATES,
	SF_RULE_COUNT = SF_RULES_OF_AGGREGATES, /* F(x) or F(*) */
	SF_RULE_SUM,				/* F(x) */
	SF_RULE_AVERAGE,			/* a sum and a count, divided here */
	SF_RULE_DEVIATION,			/* CAST(F(x) AS NUMBER(38,12)), where
								 * Snowflake's digits will do */
	SF_RULE_EXTREME,			/* F(x) of what both sides sort alike */
	SF_RULE_TRUTH,				/* F(x) of conditions */
	SF_RULE_LIST,				/* IFF(COUNT(x) = 0, NULL, F(x, y)), a
								 * constant y */
	SF_RULE_PERCENTILE,			/* F(x) WITHIN GROUP (ORDER BY y), where the
								 * place is a fraction of 1024ths */

	/* window.c: F(...) OVER (...) */
	SF_RULES_OF_WINDOWS,
	SF_RULE_RANK = SF_RULES_OF_WINDOWS, /* F() */
	SF_RULE_BUCKET,				/* F(x), a constant */
	SF_RULE_OFFSET,				/* F(x, y, z), a constant y */
	SF_RULE_OF_FRAME,			/* F(x), one of the frame's rows */
	SF_RULE_NTH					/* F(x, y), a constant y, over a frame of rows */
} SfRule;

typedef struct SfOp
{
	Oid			function;
	SfRule		rule;
	const char *text;			/* operator, Snowflake's function, or why not */
	bool		evaluate;		/* here, when no column is below it: stable or
								 * cheap, and it raises nothing on values that
								 * occur */
} SfOp;

/* The line of a function; NULL when there is none, and it stays local. */
extern const SfOp *sf_op_find(Oid function);

#endif							/* SF_DEPARSE_OPS_H */
