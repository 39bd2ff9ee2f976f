/*
 * bind_whole.c
 *	  The keys of a bind join as conditions on a subquery that is a statement.
 *
 * The statement becomes the only relation of another one, so it does not
 * matter what it is made of.
 */
#include "postgres.h"

#include "nodes/nodeFuncs.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"

#include "fdw/bind.h"

static bool statement_column(SfShip *ship, Var *var, SfValue *value);
static bool of_statement(Node **node, RelOptInfo *rel);

static const SfScope statement_scope = {.column = statement_column};

void
sf_bind_statement(const SfRemoteQuery *remote, List *bind, SfShip *ship)
{
	StringInfoData columns;

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
sf_whole_ship_key(const ForeignPath *path, RelOptInfo *rel, OpExpr *condition, SfValue *value)
{
	const SfRemoteQuery *remote = sf_whole_remote(path);
	SfShip		ship = {.scope = &statement_scope,.level = (void *) remote,.rescanned = true,.sql = makeStringInfo()};
	OpExpr	   *translated = copyObject(condition);

	if (!of_statement((Node **) &linitial(translated->args), rel))
		return NULL;
	return sf_ship_bound(&ship, translated, "", value) ? translated : NULL;
}

/*
 * Makes a column of a stub subquery its statement's; false where they are not
 * the same.
 */
static bool
of_statement(Node **node, RelOptInfo *rel)
{
	Var		   *var = (Var *) *node;
	TargetEntry *target;

	if (IsA(var, RelabelType))
		return of_statement((Node **) &((RelabelType *) var)->arg, rel);
	if (!IsA(var, Var) || var->varno != rel->relid || var->varattno <= 0)
		return false;
	target = get_tle_by_resno(rel->subroot->parse->targetList, var->varattno);
	if (target == NULL || !IsA(target->expr, Var) || ((Var *) target->expr)->varno != 1)
		return false;
	*node = copyObject((Node *) target->expr);
	return true;
}
