/*
 * condition.h
 *	  A condition that goes into a statement on a kind of SQL.
 */
#ifndef SF_OBJECTS_CONDITION_H
#define SF_OBJECTS_CONDITION_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"

#include "objects/catalog.h"

typedef enum SfConditionOp
{
	SF_OP_EQUAL,				/* one of the values */
	SF_OP_LIKE,
	SF_OP_STARTS_WITH,
	SF_OP_LESS,
	SF_OP_LESS_EQUAL,
	SF_OP_GREATER,
	SF_OP_GREATER_EQUAL
} SfConditionOp;

typedef struct SfCondition
{
	const SfColumnDef *column;
	SfConditionOp op;
	List	   *values;			/* texts (char *); of a time none */
	TimestampTz time;
	bool		unknown;		/* EXPLAIN: known when it runs */
} SfCondition;

#endif							/* SF_OBJECTS_CONDITION_H */
