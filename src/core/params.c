/*
 * params.c
 *	  Parameters of expressions.
 */
#include "postgres.h"

#include "nodes/nodeFuncs.h"

#include "core/params.h"

static bool collect(Node *node, void *context);

Bitmapset *
sf_exec_params(Node *node)
{
	Bitmapset  *params = NULL;

	collect(node, &params);
	return params;
}

static bool
collect(Node *node, void *context)
{
	Bitmapset **params = context;

	if (node == NULL)
		return false;
	if (IsA(node, Param) && ((Param *) node)->paramkind == PARAM_EXEC)
		*params = bms_add_member(*params, ((Param *) node)->paramid);
	return expression_tree_walker(node, collect, context);
}
