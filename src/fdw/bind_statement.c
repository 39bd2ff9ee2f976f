/*
 * bind_statement.c
 *	  The keys of a bind join as conditions on a subquery, a join or groups
 *	  that are a statement.
 *
 * The statement becomes the only relation of another one, so it does not
 * matter what it is made of.
 */
#include "postgres.h"

#include "nodes/nodeFuncs.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"

#include "fdw/bind.h"
#include "fdw/remote_rel.h"

static bool statement_column(SfShip *ship, Var *var, SfValue *value);
static bool of_subquery(Node **node, RelOptInfo *rel);
static bool of_outputs(Node **node, List *exprs, List *outputs);

static const SfScope statement_scope = {.column = statement_column};

void
sf_bind_statement(const SfRemoteQuery *remote, List *bind, SfShip *ship)
{
	StringInfoData columns;

	memset(ship, 0, sizeof(*ship));
	ship->scope = &statement_scope;
	ship->level = (void *) remote;
	ship->sql = makeStringInfo();
	ship->params = list_copy(remote->params);
	ship->markers = list_copy(remote->markers);
	appendStringInfoString(ship->sql, remote->sql);
	if (bind == NIL)
		return;
	initStringInfo(&columns);
	for (int i = 1; i <= list_length(remote->columns); i++)
		appendStringInfo(&columns, i == 1 ? "C%d" : ", C%d", i);
	sf_ship_wrap(ship, 0, psprintf("WITH R0 (%s) AS (", columns.data), psprintf(") SELECT %s FROM R0", columns.data));
	sf_bind_conditions(bind, ship, " WHERE ");
}

/*
 * A column of the statement: what is known of it is what a table's has.
 */
static bool
statement_column(SfShip *ship, Var *var, SfValue *value)
{
	const SfRemoteQuery *remote = ship->level;
	TargetEntry *column = list_nth(remote->columns, var->varattno - 1);
	Var		   *origin = copyObject(var);

	if (!OidIsValid(column->resorigtbl) || column->ressortgroupref)
		return sf_ship_refuse(ship, "it is computed by the statement");
	origin->varattno = column->resorigcol;
	sf_column_value(column->resorigtbl, origin, value);
	appendStringInfo(ship->sql, "C%d", var->varattno);
	return true;
}

OpExpr *
sf_bind_ship_key(PlannerInfo *root, RelOptInfo *rel, const ForeignPath *path, OpExpr *condition, SfValue *value)
{
	OpExpr	   *translated = copyObject(condition);
	SfRemoteQuery printed;
	const SfRemoteQuery *remote = &printed;
	Node	  **operand = (Node **) &linitial(translated->args);
	SfShip		ship = {.scope = &statement_scope,.rescanned = true,.sql = makeStringInfo()};

	while (IsA(*operand, RelabelType))
		operand = (Node **) &((RelabelType *) *operand)->arg;
	if (rel->subroot && !of_subquery(operand, rel))
		return NULL;
	if (sf_is_whole_path(path))
		remote = sf_whole_remote(path);
	else if (!sf_remote_rel_print(root, path, &printed) ||
			 !of_outputs(operand, sf_remote_rel_exprs(path), printed.outputs))
		return NULL;
	if (!IsA(*operand, Var) || ((Var *) *operand)->varno != 1)
		return NULL;
	ship.level = (void *) remote;
	return sf_ship_bound(&ship, translated, "", value) ? translated : NULL;
}

/*
 * A column of a subquery as the expression of its SELECT list.
 */
static bool
of_subquery(Node **node, RelOptInfo *rel)
{
	Var		   *var = (Var *) *node;
	TargetEntry *target;

	if (!IsA(var, Var) || var->varno != rel->relid || var->varattno <= 0)
		return false;
	target = get_tle_by_resno(rel->subroot->parse->targetList, var->varattno);
	if (target == NULL)
		return false;
	*node = copyObject((Node *) target->expr);
	return true;
}

/*
 * An expression of the planner as what the statement has for it.
 */
static bool
of_outputs(Node **node, List *exprs, List *outputs)
{
	ListCell   *expr;
	ListCell   *output;

	forboth(expr, exprs, output, outputs)
	{
		if (!equal(lfirst(expr), *node))
			continue;
		*node = copyObject(lfirst(output));
		return true;
	}
	return false;
}
