/*
 * query_list.c
 *	  SELECT lists, and the arms of set operations.
 *
 * The outermost list holds what Snowflake computes as PostgreSQL does; what it
 * does not is an expression over that, for the scan to finish.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"

#include "deparse/level.h"
#include "deparse/query.h"
#include "types/typemap.h"

/* What finish() works on. */
typedef struct Finish
{
	SfShip	   *ship;
	SfRemoteQuery *result;
	bool		exact;			/* the digits of a number matter, not its
								 * value alone */
	const char *refusal;
} Finish;

static bool ship_hidden(SfShip *ship, SfColumns *columns);
static bool merge_arms(SfShip *ship, SetOperationStmt *set, SfColumns *columns, const SfColumns *right);
static Node *finish(Node *node, void *context);
static Node *finish_parts(Node *node, Finish *work);
static bool is_part(SfLevel *level, Node *node);
static Node *average_parts(SfShip *ship, Node *node);
static Node *column_parts(SfShip *ship, Var *var);
static Node *scalar_parts(SubLink *link);
static Node *output_column(SfShip *ship, SfRemoteQuery *result, Node *node, bool exact, SfValue *value,
						   const char **refusal);
static bool has_column(Node *node, void *context);

/*
 * The SELECT list of a subquery.
 */
bool
sf_ship_list(SfShip *ship, SfSelectUse use, SfColumns *columns)
{
	Query	   *query = ((SfLevel *) ship->level)->query;
	bool		distinct = query->distinctClause && !query->hasDistinctOn;
	ListCell   *cell;

	if (use == SF_SELECT_EXISTS && !query->hasAggs && !query->groupClause && !query->groupingSets)
	{
		appendStringInfoString(ship->sql, "SELECT 1");
		return true;
	}
	appendStringInfoString(ship->sql, distinct ? "SELECT DISTINCT " : "SELECT ");
	/* with room for hidden ones */
	columns->values = palloc0(sizeof(SfValue) * 3 * list_length(query->targetList));
	foreach(cell, query->targetList)
	{
		TargetEntry *target = lfirst_node(TargetEntry, cell);
		SfValue    *value = &columns->values[columns->n];

		if (target->resjunk)
			continue;
		if (contain_volatile_functions((Node *) target->expr))
			return sf_ship_refuse(ship, "a volatile function is called for each row here");
		if (columns->n > 0)
			appendStringInfoString(ship->sql, ", ");
		if (distinct ? !sf_ship_key(ship, (Node *) target->expr, value) :
			!sf_ship_carry(ship, (Node *) target->expr, value))
			return false;
		columns->n++;
		if (use == SF_SELECT_TABLE || use == SF_SELECT_ARM)
			appendStringInfo(ship->sql, " AS C%d", columns->n);
	}
	if (columns->n == 0)
		appendStringInfoString(ship->sql, "1");
	return use != SF_SELECT_TABLE || distinct || ship_hidden(ship, columns);
}

/*
 * Beside a column that is an average, its sum and its count, for who shows
 * it.
 */
static bool
ship_hidden(SfShip *ship, SfColumns *columns)
{
	Query	   *query = ((SfLevel *) ship->level)->query;
	int			visible = columns->n;
	ListCell   *cell;

	foreach(cell, query->targetList)
	{
		TargetEntry *target = lfirst_node(TargetEntry, cell);
		Node	   *node = (Node *) target->expr;
		SfValue    *column;
		Node	   *parts[2];
		Node	   *quotient = IsA(node, Var) ? column_parts(ship, (Var *) node) : NULL;

		if (target->resjunk || target->resno > visible || !columns->values[target->resno - 1].inexact)
			continue;
		if (quotient ? !sf_quotient_split(quotient, &parts[0], &parts[1]) :
			!sf_average_split(node, &parts[0], &parts[1]))
			continue;
		column = &columns->values[target->resno - 1];
		column->sum = columns->n + 1;
		column->count = columns->n + 2;
		for (int i = 0; i < 2; i++)
		{
			appendStringInfoString(ship->sql, ", ");
			if (!sf_ship_value(ship, parts[i], &columns->values[columns->n]))
				return false;
			appendStringInfo(ship->sql, " AS C%d", ++columns->n);
		}
	}
	return true;
}

/*
 * UNION and its like, each arm in parentheses.
 */
bool
sf_ship_set(SfShip *ship, Node *node, SfColumns *columns)
{
	SetOperationStmt *set = (SetOperationStmt *) node;
	SfColumns	right;

	if (IsA(node, RangeTblRef))
		return sf_ship_subquery(ship, rt_fetch(((RangeTblRef *) node)->rtindex,
											   ((SfLevel *) ship->level)->query->rtable)->subquery,
								SF_SELECT_ARM, columns);
	if (set->all && set->op != SETOP_UNION)
		return sf_ship_refuse(ship, "Snowflake has no INTERSECT ALL and no EXCEPT ALL");
	if (IsA(set->larg, SetOperationStmt))
		appendStringInfoChar(ship->sql, '(');
	if (!sf_ship_set(ship, set->larg, columns))
		return false;
	if (IsA(set->larg, SetOperationStmt))
		appendStringInfoChar(ship->sql, ')');
	appendStringInfoString(ship->sql, set->op == SETOP_UNION ? set->all ? " UNION ALL " : " UNION " :
						   set->op == SETOP_INTERSECT ? " INTERSECT " : " EXCEPT ");
	if (IsA(set->rarg, SetOperationStmt))
		appendStringInfoChar(ship->sql, '(');
	if (!sf_ship_set(ship, set->rarg, &right))
		return false;
	if (IsA(set->rarg, SetOperationStmt))
		appendStringInfoChar(ship->sql, ')');
	return merge_arms(ship, set, columns, &right);
}

static bool
merge_arms(SfShip *ship, SetOperationStmt *set, SfColumns *columns, const SfColumns *right)
{
	if (columns->n != right->n || columns->n == 0)
		return sf_ship_refuse(ship, "the arms of a set operation differ, or have no columns");
	for (int i = 0; i < columns->n; i++)
	{
		const char *why;

		if (!sf_value_merge(ship, &columns->values[i], &right->values[i]))
			return false;
		columns->values[i].type = list_nth_oid(set->colTypes, i);
		if (set->all)
			continue;
		why = columns->values[i].unusable ? columns->values[i].unusable :
			sf_why_no_key(&columns->values[i], list_nth_oid(set->colCollations, i));
		if (why)
			return sf_ship_refuse(ship, why);
	}
	return true;
}

/*
 * The outermost columns of a set operation are those of its arms, as they
 * are.
 */
bool
sf_set_outputs(SfShip *ship, Query *query, SfRemoteQuery *result, const SfColumns *columns)
{
	ListCell   *cell;

	foreach(cell, query->targetList)
	{
		TargetEntry *target = lfirst_node(TargetEntry, cell);
		Node	   *node = (Node *) target->expr;

		if (target->resjunk || target->resno > columns->n)
			return sf_ship_refuse(ship, "it is sorted by what it does not show");
		if (columns->values[target->resno - 1].unusable)
			return sf_ship_refuse(ship, columns->values[target->resno - 1].unusable);
		if (columns->values[target->resno - 1].inexact)
			return sf_ship_refuse(ship, "a quotient has fewer digits in Snowflake");
		if (columns->values[target->resno - 1].kind == SF_TYPE_REAL)
			return sf_ship_refuse(ship, "floating-point numbers of a set operation are shown with fewer digits");
		if (columns->values[target->resno - 1].kind == SF_TYPE_FIXED &&
			!sf_shows_scale(&columns->values[target->resno - 1]))
			result->more_zeros = bms_add_member(result->more_zeros, target->resno);
		result->columns = lappend(result->columns,
								  makeTargetEntry(target->expr, target->resno, target->resname, false));
		result->outputs = lappend(result->outputs, makeVar(1, target->resno, exprType(node), exprTypmod(node),
														   exprCollation(node), 0));
	}
	return true;
}

/*
 * The outermost SELECT list: what Snowflake computes as PostgreSQL does, and
 * over it what does not.
 */
bool
sf_ship_outputs(SfShip *ship, SfRemoteQuery *result, SfColumns *columns)
{
	Query	   *query = ((SfLevel *) ship->level)->query;
	bool		distinct = query->distinctClause && !query->hasDistinctOn;
	Finish		work = {.ship = ship,.result = result};
	SfValue		value;
	ListCell   *cell;

	columns->values = palloc0(sizeof(SfValue) * Max(list_length(query->targetList), 1));
	appendStringInfoString(ship->sql, distinct ? "SELECT DISTINCT " : "SELECT ");
	foreach(cell, query->targetList)
	{
		TargetEntry *target = lfirst_node(TargetEntry, cell);
		Node	   *output;

		if (target->resjunk)
			continue;
		if (contain_volatile_functions((Node *) target->expr))
			return sf_ship_refuse(ship, "a volatile function is called for each row here");
		if (distinct)
		{
			output = output_column(ship, result, (Node *) target->expr, false, &value, &work.refusal);
			columns->values[columns->n++] = value;
		}
		else
			output = finish((Node *) target->expr, &work);
		if (output == NULL || work.refusal)
			return sf_ship_refuse(ship, work.refusal);
		result->outputs = lappend(result->outputs, output);
	}
	if (result->columns == NIL)
	{
		/* only the number of rows counts */
		appendStringInfoString(ship->sql, "1");
		result->columns = list_make1(makeTargetEntry((Expr *) makeConst(INT4OID, -1, InvalidOid, sizeof(int32),
																		Int32GetDatum(1), false, true),
													 1, pstrdup("one"), false));
	}
	return true;
}

/*
 * The expression with each largest part that Snowflake computes as a column
 * of the result.
 */
static Node *
finish(Node *node, void *context)
{
	Finish	   *work = context;
	const char *refusal = NULL;
	Node	   *column;
	Node	   *parts;
	SfValue		value;
	bool		number = node && !IsA(node, List) && !IsA(node, CaseWhen) && exprType(node) == NUMERICOID;

	if (node == NULL || work->refusal)
		return node;
	if (IsA(node, List) || IsA(node, CaseWhen))
		return expression_tree_mutator(node, finish, context);
	if (IsA(node, Var) && sf_is_same(work->ship->level, node))
		node = sf_ungrouped(work->ship->level, node);
	if (!has_column(node, NULL))
		return node;

	/*
	 * with PostgreSQL's digits, if it has them there; else made of its parts,
	 * if that is possible
	 */
	column = output_column(work->ship, work->result, node, work->exact || number, &value, &refusal);
	if (column)
		return column;
	parts = average_parts(work->ship, node);
	if (parts)
		return finish(parts, context);
	column = is_part(work->ship->level, node) ? NULL : finish_parts(node, work);
	if (column == NULL && number && !work->exact)
		column = output_column(work->ship, work->result, node, false, &value, &refusal);
	if (column)
		return column;
	work->refusal = refusal;
	return node;
}

/*
 * NULL, with all as it was, when one of the parts is nothing that Snowflake
 * computes.
 */
static Node *
finish_parts(Node *node, Finish *work)
{
	Finish		before = *work;
	SfShip		ship = *work->ship;
	SfShipMark	mark = sf_ship_mark(&ship);
	SfRemoteQuery result = *work->result;
	int			ncolumns = list_length(result.columns);
	Node	   *finished;

	result.more_zeros = bms_copy(result.more_zeros);
	/* a text, say */
	work->exact |= exprType(node) != NUMERICOID && exprType(node) != BOOLOID;
	finished = expression_tree_mutator(node, finish, work);
	if (work->refusal == NULL)
	{
		*work = before;
		return finished;
	}
	ship.aliases = work->ship->aliases;
	*work = before;
	*work->ship = ship;
	sf_ship_back(work->ship, mark);
	*work->result = result;
	work->result->columns = list_truncate(result.columns, ncolumns);
	return NULL;
}

/*
 * What has no parts that are columns of the same query.
 */
static bool
is_part(SfLevel *level, Node *node)
{
	return IsA(node, Var) || IsA(node, Aggref) || IsA(node, WindowFunc) || IsA(node, GroupingFunc) ||
		IsA(node, SubLink) || list_member(level->keys, node);
}

/*
 * An average as the quotient of a sum and a count, in this query or below it.
 */
static Node *
average_parts(SfShip *ship, Node *node)
{
	Node	   *sum;
	Node	   *count;

	if (sf_average_split(node, &sum, &count))
		return sf_quotient(sum, count);
	return IsA(node, Var) ? column_parts(ship, (Var *) node) :
		IsA(node, SubLink) ? scalar_parts((SubLink *) node) : NULL;
}

/*
 * The average that a subquery's column is, from the hidden columns beside it;
 * NULL for another column.
 */
static Node *
column_parts(SfShip *ship, Var *var)
{
	SfLevel    *level = ship->level;
	SfColumns  *columns = &level->rels[var->varno - 1].columns;
	SfValue    *column;
	Node	   *sum;
	Node	   *count;

	if (var->varlevelsup > 0 || var->varattno <= 0 || var->varattno > columns->n)
		return NULL;
	column = &columns->values[var->varattno - 1];
	if (column->sum == 0)
		return NULL;
	sum = (Node *) makeVar(var->varno, column->sum, columns->values[column->sum - 1].type, -1, InvalidOid, 0);
	count = (Node *) makeVar(var->varno, column->count, INT8OID, -1, InvalidOid, 0);
	return sf_quotient(sum, count);
}

/*
 * The same for a subquery whose value is an average: two subqueries.
 */
static Node *
scalar_parts(SubLink *link)
{
	Node	   *parts[2];
	Query	   *query = castNode(Query, link->subselect);
	Node	   *average = (Node *) linitial_node(TargetEntry, query->targetList)->expr;

	/* the two must be of the same row */
	if (query->limitCount || query->limitOffset || query->distinctClause)
		return NULL;
	if (link->subLinkType != EXPR_SUBLINK || !sf_average_split(average, &parts[0], &parts[1]))
		return NULL;
	for (int i = 0; i < 2; i++)
	{
		SubLink    *part = copyObject(link);

		linitial_node(TargetEntry, castNode(Query, part->subselect)->targetList)->expr = (Expr *) parts[i];
		parts[i] = (Node *) part;
	}
	return sf_quotient(parts[0], parts[1]);
}

/*
 * A column of the statement with this expression, an earlier one where there
 * is one; NULL when it is not Snowflake's to compute, or, exact, has other
 * digits there.
 */
static Node *
output_column(SfShip *ship, SfRemoteQuery *result, Node *node, bool exact, SfValue *value, const char **refusal)
{
	Query	   *query = ((SfLevel *) ship->level)->query;
	bool		distinct = query->distinctClause && !query->hasDistinctOn;
	SfShip		before = *ship;
	SfShipMark	mark = sf_ship_mark(ship);
	int			number = 1;
	int			at;
	bool		shipped;
	TargetEntry *column;
	ListCell   *cell;

	foreach(cell, distinct ? NIL : result->columns)
	{
		if (equal(lfirst_node(TargetEntry, cell)->expr, node) &&
			!(exact && bms_is_member(number, result->more_zeros)))
			return (Node *) makeVar(1, number, exprType(node), exprTypmod(node), exprCollation(node), 0);
		number++;
	}
	number = list_length(result->columns) + 1;
	if (number > 1)
		appendStringInfoString(ship->sql, ", ");
	at = ship->sql->len;
	ship->finishing = !distinct;
	shipped = distinct ? sf_ship_key(ship, node, value) : sf_ship_carry(ship, node, value);
	if (shipped && distinct && value->kind == SF_TYPE_REAL)
		shipped = sf_ship_refuse(ship, "a floating-point number is shown by all of its digits");
	if (shipped && !distinct && value->null_only)
		shipped = sf_ship_refuse(ship, value->unusable);
	if (shipped && exact && value->kind == SF_TYPE_FIXED && !sf_shows_scale(value))
		shipped = sf_ship_refuse(ship, "the number may have other digits behind the point in Snowflake");
	if (!shipped)
	{
		int			aliases = ship->aliases;

		*refusal = ship->refusal;
		*ship = before;
		ship->aliases = aliases;
		sf_ship_back(ship, mark);
		return NULL;
	}
	ship->finishing = false;
	if (value->kind == SF_TYPE_FIXED && !sf_shows_scale(value))
		result->more_zeros = bms_add_member(result->more_zeros, number);
	if ((value->remote || value->kind == SF_TYPE_REAL) && !distinct)
	{
		SfRemoteType real = {.kind = SF_TYPE_REAL};
		char	   *wrapped = sf_select_expr(value->remote ? value->remote : &real, "$");
		char	   *after = strchr(wrapped, '$');

		/* by what is printed before it the markers move */
		sf_ship_wrap(ship, at, pnstrdup(wrapped, after - wrapped), after + 1);
	}
	column = makeTargetEntry((Expr *) copyObject(node), number, psprintf("c%d", number), false);
	column->resorigtbl = value->relid;
	column->resorigcol = value->attnum;
	column->ressortgroupref = value->summed;
	result->columns = lappend(result->columns, column);
	return (Node *) makeVar(1, number, exprType(node), exprTypmod(node), exprCollation(node), 0);
}

static bool
has_column(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var) || IsA(node, Aggref) || IsA(node, WindowFunc) || IsA(node, GroupingFunc) || IsA(node, SubLink))
		return true;
	return expression_tree_walker(node, has_column, context);
}
