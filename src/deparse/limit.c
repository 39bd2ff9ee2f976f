/*
 * limit.c
 *	  LIMIT and OFFSET.
 *
 * Snowflake takes a number there, and no expression: one that is known when
 * the statement is sent is written into it (SQL reference: constructs/limit).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/fmgroids.h"

#include "deparse/expr.h"

static bool ship_count(SfShip *ship, Node *node, int use);

bool
sf_is_count(Node *node)
{
	if (node == NULL)
		return true;
	if (IsA(node, Const))
		return ((Const *) node)->constisnull || DatumGetInt64(((Const *) node)->constvalue) >= 0;
	if (IsA(node, FuncExpr) &&
		(((FuncExpr *) node)->funcid == F_INT8_INT4 || ((FuncExpr *) node)->funcid == F_INT8_INT2))
		node = linitial(((FuncExpr *) node)->args);
	return IsA(node, Param) && ((Param *) node)->paramkind == PARAM_EXTERN;
}

bool
sf_count_constant(Node *node, int64 *value)
{
	Const	   *constant = (Const *) node;

	*value = -1;
	if (node && !IsA(node, Const))
		return false;
	if (node && !constant->constisnull)
		*value = DatumGetInt64(constant->constvalue);
	return true;
}

bool
sf_ship_limit(SfShip *ship, Node *limit, Node *offset)
{
	int64		rows;
	int64		skipped;

	if (!sf_is_count(limit) || !sf_is_count(offset))
		return sf_ship_refuse(ship, "LIMIT or OFFSET is not constant");
	if (sf_count_constant(limit, &rows) && rows < 0)
		limit = NULL;
	if (sf_count_constant(offset, &skipped) && skipped <= 0)
		offset = NULL;
	if (limit == NULL && offset == NULL)
		return true;
	appendStringInfoString(ship->sql, " LIMIT ");
	if (limit == NULL)
		appendStringInfoString(ship->sql, "NULL");
	else if (!ship_count(ship, limit, SF_MARKER_LIMIT))
		return false;
	if (offset == NULL)
		return true;
	appendStringInfoString(ship->sql, " OFFSET ");
	return ship_count(ship, offset, SF_MARKER_OFFSET);
}

static bool
ship_count(SfShip *ship, Node *node, int use)
{
	SfValue		ignored;
	int64		count;

	if (!sf_count_constant(node, &count))
		return sf_ship_known(ship, node, use, &ignored);
	appendStringInfo(ship->sql, INT64_FORMAT, count);
	return true;
}
