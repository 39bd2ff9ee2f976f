/*
 * digits.c
 *	  Whether a query shows how many digits a number has behind the point.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"

#include "fdw/fdw.h"

static bool shows_digits(Node *node, void *context);
static bool is_number(Oid type);
static bool has_numeric(Node *node, void *context);

bool
sf_shows_digits(Query *query)
{
	return shows_digits((Node *) query, NULL);
}

/*
 * Whether something other than a number or a condition is made of a numeric,
 * in whose digits it may be seen how many there are.
 */
static bool
shows_digits(Node *node, void *context)
{
	Oid			type;

	if (node == NULL)
		return false;
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, shows_digits, NULL, 0);
	if (IsA(node, CoerceViaIO) || IsA(node, FuncExpr) || IsA(node, OpExpr) || IsA(node, Aggref) ||
		IsA(node, WindowFunc) || IsA(node, ArrayExpr) || IsA(node, RowExpr))
	{
		type = exprType(node);
		if (type != BOOLOID && !is_number(type) && expression_tree_walker(node, has_numeric, NULL))
			return true;
	}
	return expression_tree_walker(node, shows_digits, NULL);
}

static bool
is_number(Oid type)
{
	return type == NUMERICOID || type == INT2OID || type == INT4OID || type == INT8OID || type == FLOAT4OID ||
		type == FLOAT8OID;
}

/*
 * Whether an argument is a numeric, or may hold some.
 */
static bool
has_numeric(Node *node, void *context)
{
	Oid			type;

	if (node == NULL || IsA(node, SortGroupClause))
		return false;
	if (IsA(node, List))
		return expression_tree_walker(node, has_numeric, NULL);
	if (IsA(node, TargetEntry))
		node = (Node *) ((TargetEntry *) node)->expr;
	type = exprType(node);
	return type == NUMERICOID || type == NUMERICARRAYOID || type_is_rowtype(type);
}
