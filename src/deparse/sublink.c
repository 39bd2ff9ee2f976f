/*
 * sublink.c
 *	  Subqueries in expressions.
 *
 * Snowflake takes a subquery that refers to the query around it in few forms
 * ("Unsupported subquery type cannot be evaluated"): one level up, by
 * equalities, without LIMIT or grouping (SQL reference: querying-subqueries).
 */
#include "postgres.h"

#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"

#include "deparse/level.h"

typedef struct Correlation
{
	int			depth;			/* of the query being walked, below the
								 * subquery */
	bool		deeper;			/* a reference from or to another level */
	bool		any;
} Correlation;

static bool ship_in(SfShip *ship, SubLink *link, bool negated, SfValue *value);
static bool is_correlated(Node *query);
static bool find_outer(Node *node, Correlation *found);
static bool check_condition(SfShip *ship, Node *node, bool alone);
static bool check_query(SfShip *ship, SubLink *link);
static bool check_jointree(SfShip *ship, Node *node, bool *equality);
static bool check_conjunct(SfShip *ship, Node *node, bool *equality);
static bool has_sublink(Node *node, void *context);

bool
sf_ship_sublink(SfShip *ship, SubLink *link, bool negated, SfValue *value)
{
	Query	   *query = castNode(Query, link->subselect);
	SfColumns	columns;

	if (!ship->correlated && is_correlated(link->subselect))
		return sf_ship_refuse(ship,
							  "Snowflake takes a subquery that refers to the query around it in conditions only");
	if (link->subLinkType != EXPR_SUBLINK && (query->limitCount || query->limitOffset))
		return sf_ship_refuse(ship, "Snowflake takes LIMIT in no subquery of IN or EXISTS");
	switch (link->subLinkType)
	{
		case EXISTS_SUBLINK:
			appendStringInfoString(ship->sql, negated ? "(NOT EXISTS " : "(EXISTS ");
			if (!sf_ship_subquery(ship, query, SF_SELECT_EXISTS, &columns))
				return false;
			appendStringInfoChar(ship->sql, ')');
			sf_value_bool(value, false);
			return true;
		case EXPR_SUBLINK:
			if (negated)
				return sf_ship_refuse(ship, "it is no condition in Snowflake");
			if (!sf_ship_subquery(ship, query, SF_SELECT_SCALAR, &columns))
				return false;
			*value = columns.values[0];
			return true;
		case ANY_SUBLINK:
			return ship_in(ship, link, negated, value);
		default:
			return sf_ship_refuse(ship, "this kind of subquery is evaluated here");
	}
}

/*
 * x IN (SELECT ...); NOT IN as <> ALL, whose NULLs are those of SQL.
 */
static bool
ship_in(SfShip *ship, SubLink *link, bool negated, SfValue *value)
{
	OpExpr	   *test = (OpExpr *) link->testexpr;
	Node	   *y;
	const SfOp *op;
	const char *why;
	SfValue		x;
	SfColumns	columns;

	if (!IsA(test, OpExpr) || list_length(test->args) != 2)
		return sf_ship_refuse(ship, "rows are compared with a subquery");
	y = lsecond(test->args);
	while (IsA(y, RelabelType))
		y = (Node *) ((RelabelType *) y)->arg;
	if (!IsA(y, Param) || ((Param *) y)->paramkind != PARAM_SUBLINK)
		return sf_ship_refuse(ship, "the values of a subquery are converted");
	set_opfuncid(test);
	op = sf_op_find(test->opfuncid);
	if (op == NULL || op->text == NULL || strcmp(op->text, "=") != 0)
		return sf_ship_refuse(ship, "of ANY and ALL only = ANY and <> ALL are sent");
	appendStringInfoChar(ship->sql, '(');
	if (!sf_ship_value(ship, linitial(test->args), &x))
		return false;
	appendStringInfoString(ship->sql, negated ? " <> ALL " : " IN ");
	if (!sf_ship_subquery(ship, castNode(Query, link->subselect), SF_SELECT_SCALAR, &columns))
		return false;
	appendStringInfoChar(ship->sql, ')');
	why = op->rule == SF_RULE_COMPARE_DATE ? "a date is compared with a timestamp" :
		sf_why_incomparable(op->rule, &x, &columns.values[0], test->inputcollid);
	if (why == NULL && (sf_is_nano(&x) || sf_is_nano(&columns.values[0])))
		why = "nanoseconds would be compared there, microseconds here";
	if (why == NULL && op->rule == SF_RULE_COMPARE_FLOAT)
		why = sf_why_no_key(&x, test->inputcollid);
	if (why)
		return sf_ship_refuse(ship, why);
	sf_value_bool(value, false);
	return true;
}

bool
sf_check_correlation(SfShip *ship, Node *condition)
{
	return condition == NULL || check_condition(ship, condition, true);
}

/*
 * A subquery that refers to this query stands in the conditions joined by
 * AND, or, if it is EXISTS, below OR; alone: no OR is above.
 */
static bool
check_condition(SfShip *ship, Node *node, bool alone)
{
	ListCell   *cell;

	if (IsA(node, List) || IsA(node, BoolExpr))
	{
		List	   *args = IsA(node, List) ? (List *) node : ((BoolExpr *) node)->args;
		bool		or = IsA(node, BoolExpr) && ((BoolExpr *) node)->boolop == OR_EXPR;

		foreach(cell, args)
		{
			if (!check_condition(ship, lfirst(cell), alone && !or))
				return false;
		}
		return true;
	}
	if (IsA(node, SubLink))
	{
		SubLink    *link = (SubLink *) node;

		if (!is_correlated(link->subselect))
			return !has_sublink(link->testexpr, NULL) || check_condition(ship, link->testexpr, false);
		if (!alone && link->subLinkType != EXISTS_SUBLINK)
			return sf_ship_refuse(ship, "Snowflake takes no such subquery below OR");
		return check_query(ship, link);
	}
	if (IsA(node, OpExpr) && alone)
	{
		foreach(cell, ((OpExpr *) node)->args)
		{
			if (has_sublink(lfirst(cell), NULL) && !check_condition(ship, lfirst(cell), true))
				return false;
		}
		return true;
	}
	return !has_sublink(node, NULL) ||
		sf_ship_refuse(ship, "Snowflake takes a subquery that refers to the query around it in simple conditions only");
}

static bool
is_correlated(Node *query)
{
	Correlation found = {0};

	query_tree_walker((Query *) query, find_outer, &found, 0);
	return found.any;
}

static bool
find_outer(Node *node, Correlation *found)
{
	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		found->depth++;
		query_tree_walker((Query *) node, find_outer, found, 0);
		found->depth--;
		return false;
	}
	if ((IsA(node, Var) && ((Var *) node)->varlevelsup > found->depth) ||
		(IsA(node, Aggref) && ((Aggref *) node)->agglevelsup > found->depth))
	{
		found->any = true;
		if (found->depth > 0 || IsA(node, Aggref) || ((Var *) node)->varlevelsup > 1)
			found->deeper = true;
	}
	return expression_tree_walker(node, find_outer, found);
}

/*
 * The subquery's own references to the outer query are equalities among its
 * conditions, one at least.
 */
static bool
check_query(SfShip *ship, SubLink *link)
{
	static const char why[] = "Snowflake takes no subquery that refers to the query around it in this way";
	Query	   *query = castNode(Query, link->subselect);
	Correlation found = {0};
	bool		equality = false;
	bool		aggregated = query->hasAggs && link->subLinkType == EXPR_SUBLINK;
	Query	   *rest;

	query_tree_walker(query, find_outer, &found, 0);
	if (found.deeper || query->setOperations || query->limitCount || query->limitOffset || query->groupClause ||
		query->groupingSets || query->havingQual || query->distinctClause || query->hasWindowFuncs ||
		query->cteList || (query->hasAggs && !aggregated) || (link->subLinkType == EXPR_SUBLINK && !aggregated))
		return sf_ship_refuse(ship, why);
	/* nowhere but in the conditions */
	rest = copyObject(query);
	rest->jointree->quals = NULL;
	memset(&found, 0, sizeof(found));
	find_outer((Node *) rest->targetList, &found);
	if (found.any || !check_jointree(ship, (Node *) query->jointree, &equality) || !equality)
		return sf_ship_refuse(ship, why);
	return true;
}

static bool
check_jointree(SfShip *ship, Node *node, bool *equality)
{
	ListCell   *cell;

	if (node == NULL || IsA(node, RangeTblRef))
		return true;
	if (IsA(node, JoinExpr))
	{
		JoinExpr   *join = (JoinExpr *) node;
		Correlation found = {0};

		find_outer(join->quals, &found);
		if (found.any && join->jointype != JOIN_INNER)
			return false;
		return check_jointree(ship, join->larg, equality) && check_jointree(ship, join->rarg, equality) &&
			(!found.any || check_conjunct(ship, join->quals, equality));
	}
	foreach(cell, ((FromExpr *) node)->fromlist)
	{
		if (!check_jointree(ship, lfirst(cell), equality))
			return false;
	}
	return ((FromExpr *) node)->quals == NULL || check_conjunct(ship, ((FromExpr *) node)->quals, equality);
}

/*
 * Free of outer columns, or inner = outer, or inner <> outer.
 */
static bool
check_conjunct(SfShip *ship, Node *node, bool *equality)
{
	Correlation found = {0};
	ListCell   *cell;
	const SfOp *op;
	bool		outer[2] = {false, false};
	int			i = 0;

	find_outer(node, &found);
	if (!found.any)
		return true;
	if (IsA(node, BoolExpr) && ((BoolExpr *) node)->boolop == AND_EXPR)
	{
		foreach(cell, ((BoolExpr *) node)->args)
		{
			if (!check_conjunct(ship, lfirst(cell), equality))
				return false;
		}
		return true;
	}
	if (!IsA(node, OpExpr) || list_length(((OpExpr *) node)->args) != 2)
		return false;
	set_opfuncid((OpExpr *) node);
	op = sf_op_find(((OpExpr *) node)->opfuncid);
	if (op == NULL || op->text == NULL || (strcmp(op->text, "=") != 0 && strcmp(op->text, "<>") != 0))
		return false;
	foreach(cell, ((OpExpr *) node)->args)
	{
		Correlation side = {0};

		find_outer(lfirst(cell), &side);
		outer[i++] = side.any;
		/* a side is of one query alone */
		if (side.any && contain_vars_of_level(lfirst(cell), 0))
			return false;
	}
	if (outer[0] == outer[1])
		return false;
	if (strcmp(op->text, "=") == 0)
		*equality = true;
	return true;
}

/*
 * Whether there is a subquery in it that refers to the query it stands in.
 */
static bool
has_sublink(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, SubLink) && is_correlated(((SubLink *) node)->subselect))
		return true;
	return expression_tree_walker(node, has_sublink, context);
}
