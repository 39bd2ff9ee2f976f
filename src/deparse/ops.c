/*
 * ops.c
 *	  The allowlist of shippable functions.
 */
#include "postgres.h"

#include "utils/fmgroids.h"

#include "core/compat.h"
#include "deparse/ops.h"

#define SHIP(function, rule, text) {function, rule, text, false},
#define BOTH(function, rule, text) {function, rule, text, true},
#define EVAL(function) {function, SF_RULE_EVALUATE, NULL, true},
#define KEEP(function, why) {function, SF_RULE_KEEP, why, false},

static const SfOp ops[] = {
#include "deparse/ops.def"
};

const SfOp *
sf_op_find(Oid function)
{
	for (int i = 0; i < lengthof(ops); i++)
	{
		if (ops[i].function == function)
			return &ops[i];
	}
	return NULL;
}
