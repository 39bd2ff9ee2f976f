/*
 * params.h
 *	  Parameters of expressions.
 */
#ifndef SF_CORE_PARAMS_H
#define SF_CORE_PARAMS_H

#include "postgres.h"

#include "nodes/bitmapset.h"
#include "nodes/nodes.h"

/*
 * The numbers of the executor's parameters in an expression, or a list of them, as PlanState.chgParam has them.  In the
 * current context; throws 53200.
 */
extern Bitmapset *sf_exec_params(Node *node);

#endif							/* SF_CORE_PARAMS_H */
