/*
 * query.c
 *	  A whole query as one Snowflake statement.
 *
 * Every relation has an alias of its own (R1, R2 ...) and every column of a
 * subquery a number (C1, C2 ...), and none is written without its relation:
 * no name can be taken for another, though HAVING, QUALIFY and ON see the
 * SELECT list there.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "base/sqltext.h"
#include "core/compat.h"
#include "core/options.h"
#include "deparse/level.h"
#include "deparse/query.h"
#include "deparse/select.h"
#include "types/typemap.h"

#define MAX_STATEMENT (1 << 20)

static bool ship_select(SfShip *ship, Query *query, SfSelectUse use, SfRemoteQuery *result, SfColumns *columns);
static bool check_query(SfShip *ship, Query *query);
static List *key_expressions(SfLevel *level);
static bool query_column(SfShip *ship, Var *var, SfValue *value);
static bool column_of_level(SfShip *ship, SfLevel *level, Node *node, SfValue *value);
static bool query_node(SfShip *ship, Node *node, SfValue *value, bool *mine);
static bool is_key(SfLevel *level, Node *node);
static bool ship_with(SfShip *ship);
static bool ship_from(SfShip *ship);
static bool ship_from_item(SfShip *ship, Node *node);
static bool ship_relation(SfShip *ship, int rtindex);
static bool ship_table(SfShip *ship, RangeTblEntry *rte);
static SfWith *find_with(SfLevel *level, RangeTblEntry *rte);
static bool ship_values(SfShip *ship, RangeTblEntry *rte, SfColumns *columns);

const SfScope sf_query_scope = {.column = query_column,.node = query_node};

bool
sf_ship_query(Query *query, bool remote_division, bool rescanned, SfRemoteQuery *result)
{
	SfShip		ship = {
		.scope = &sf_query_scope,.sql = makeStringInfo(),.remote_division = remote_division,.rescanned = rescanned
	};
	SfColumns	columns;

	memset(result, 0, sizeof(*result));
	if (!ship_select(&ship, query, SF_SELECT_TABLE, result, &columns) ||
		(ship.sql->len > MAX_STATEMENT && !sf_ship_refuse(&ship, "the statement would be too long")))
	{
		result->refusal = ship.refusal;
		return false;
	}
	result->sql = ship.sql->data;
	result->markers = ship.markers;
	result->params = ship.params;
	result->divides = ship.divides;
	return true;
}

bool
sf_ship_subquery(SfShip *ship, Query *query, SfSelectUse use, SfColumns *columns)
{
	appendStringInfoChar(ship->sql, '(');
	if (!ship_select(ship, query, use, NULL, columns))
		return false;
	appendStringInfoChar(ship->sql, ')');
	return true;
}

/*
 * FROM comes first, since it says what the columns of all other parts are.
 */
static bool
ship_select(SfShip *ship, Query *query, SfSelectUse use, SfRemoteQuery *result, SfColumns *columns)
{
	SfLevel    *outer_level = ship->level;
	bool		order_safe = ship->order_safe;
	bool		positive = ship->positive;
	bool		computed = ship->computed;
	bool		correlated = ship->correlated;
	bool		finishing = ship->finishing;
	SfPart		outer;
	SfPart		with;
	SfPart		from;
	SfPart		list = {0};
	SfPart		tail;

	check_stack_depth();
	memset(columns, 0, sizeof(*columns));
	sf_push_level(ship, query);
	if (!check_query(ship, query))
		return false;
	ship->positive = ship->order_safe = ship->computed = ship->correlated = ship->finishing = false;

	outer = sf_open_part(ship);
	if (!ship_with(ship))
		return false;
	with = sf_close_part(ship, outer);

	outer = sf_open_part(ship);
	if (query->setOperations ? !sf_ship_set(ship, query->setOperations, columns) : !ship_from(ship))
		return false;
	from = sf_close_part(ship, outer);

	if (query->setOperations == NULL)
	{
		outer = sf_open_part(ship);
		/* columns of a subquery carry outwards that only their order counts */
		ship->order_safe = !result && (use == SF_SELECT_SCALAR ? order_safe : !ship->remote_division);
		ship->computed = true;
		if (result ? !sf_ship_outputs(ship, result, columns) : !sf_ship_list(ship, use, columns))
			return false;
		ship->order_safe = ship->computed = false;
		list = sf_close_part(ship, outer);
	}

	outer = sf_open_part(ship);
	/* without a LIMIT the order of a subquery has no meaning */
	if ((result || query->limitCount || query->limitOffset) && !sf_ship_sort(ship, columns))
		return false;
	if (!sf_ship_limit(ship, query->limitCount, query->limitOffset))
		return false;
	tail = sf_close_part(ship, outer);

	sf_append_part(ship, with);
	sf_append_part(ship, list);
	sf_append_part(ship, from);
	sf_append_part(ship, tail);
	ship->level = outer_level;
	ship->order_safe = order_safe;
	ship->positive = positive;
	ship->computed = computed;
	ship->correlated = correlated;
	ship->finishing = finishing;
	return !query->setOperations || result == NULL || sf_set_outputs(ship, query, result, columns);
}

/*
 * What has no form there, whatever its expressions are.
 */
static bool
check_query(SfShip *ship, Query *query)
{
	if (query->commandType != CMD_SELECT || query->utilityStmt)
		return sf_ship_refuse(ship, "it is no SELECT");
	if (query->hasModifyingCTE)
		return sf_ship_refuse(ship, "WITH changes data");
	if (query->rowMarks || query->hasForUpdate)
		return sf_ship_refuse(ship, "rows are locked");
	if (query->hasTargetSRFs)
		return sf_ship_refuse(ship, "the SELECT list has a function that returns sets");
	if (query->limitOption == LIMIT_OPTION_WITH_TIES)
		return sf_ship_refuse(ship, "Snowflake has no WITH TIES");
	if (query->havingQual && !query->hasAggs && !query->groupClause && !query->groupingSets)
		return sf_ship_refuse(ship, "HAVING without groups and aggregates is computed here");
	return true;
}

void
sf_push_level(SfShip *ship, Query *query)
{
	SfLevel    *level = palloc0(sizeof(SfLevel));

	level->query = query;
	level->outer = ship->level;
	level->rels = palloc0(sizeof(SfRel) * Max(list_length(query->rtable), 1));
	ship->level = level;
}

static List *
key_expressions(SfLevel *level)
{
	Query	   *query = level->query;
	List	   *keys = NIL;
	ListCell   *cell;

	foreach(cell, query->groupingSets ? query->groupClause : sf_varying(level, query->groupClause))
		keys = lappend(keys, sf_ungrouped(level, get_sortgroupclause_expr(lfirst_node(SortGroupClause, cell),
																		  level->query->targetList)));
	return keys;
}

Node *
sf_ungrouped(SfLevel *level, Node *node)
{
	if (IsA(node, Var) && ((Var *) node)->varlevelsup == 0 && ((Var *) node)->varattno > 0)
	{
		List	   *group = sf_group_expressions(rt_fetch(((Var *) node)->varno, level->query->rtable));

		if (group)
			return list_nth(group, ((Var *) node)->varattno - 1);
	}
	return node;
}

static bool
query_column(SfShip *ship, Var *var, SfValue *value)
{
	SfLevel    *level = ship->level;
	RangeTblEntry *rte;
	SfRel	   *rel;

	for (int up = var->varlevelsup; up > 0 && level; up--)
		level = level->outer;
	if (level == NULL)
		return sf_ship_refuse(ship, "it depends on an outer query");
	if (var->varattno <= 0)
		return sf_ship_refuse(ship, "Snowflake has no system columns and no whole rows");
	rte = rt_fetch(var->varno, level->query->rtable);
	rel = &level->rels[var->varno - 1];
	if (rte->rtekind == RTE_JOIN)
		return column_of_level(ship, level, list_nth(rte->joinaliasvars, var->varattno - 1), value);
	if (sf_group_expressions(rte))
		return column_of_level(ship, level, list_nth(sf_group_expressions(rte), var->varattno - 1), value);
	if (rel->alias == NULL)
		return sf_ship_refuse(ship, "it depends on another table");
	if (rte->rtekind == RTE_RELATION)
	{
		if (sf_is_constant_column(rte->relid, var->varattno))
			return sf_ship_refuse(ship, "it has a constant of the foreign table");
		sf_column_value(rte->relid, var, value);
		appendStringInfo(ship->sql, "%s.%s", rel->alias,
						 sf_deparse_name(NULL, NULL, sf_remote_column_name(rte->relid, var->varattno)));
		return true;
	}
	*value = rel->columns.values[var->varattno - 1];
	/* hidden columns are those of the relation */
	value->sum = value->count = 0;
	value->type = var->vartype;
	value->fixed = false;
	appendStringInfo(ship->sql, "%s.C%d", rel->alias, var->varattno);
	return true;
}

static bool
column_of_level(SfShip *ship, SfLevel *level, Node *node, SfValue *value)
{
	SfLevel    *here = ship->level;
	bool		shipped;

	ship->level = level;
	shipped = sf_ship_carry(ship, node, value);
	ship->level = here;
	return shipped;
}

/*
 * What only a query has.  A key of GROUP BY is printed in one way wherever it
 * stands.
 */
static bool
query_node(SfShip *ship, Node *node, SfValue *value, bool *mine)
{
	SfLevel    *level = ship->level;

	*mine = true;
	if (level->keys && is_key(level, node))
		return sf_ship_key(ship, node, value);
	switch (nodeTag(node))
	{
		case T_Aggref:
			return sf_ship_aggregate(ship, (Aggref *) node, value);
		case T_WindowFunc:
			return sf_ship_window(ship, (WindowFunc *) node, value);
		case T_GroupingFunc:
			return sf_ship_grouping(ship, (GroupingFunc *) node, value);
		case T_SubLink:
			if (((SubLink *) node)->subLinkType == ANY_SUBLINK && !ship->positive)
				return sf_ship_refuse(ship, "whether a subquery's value is NULL or false matters here");
			return sf_ship_sublink(ship, (SubLink *) node, false, value);
		case T_BoolExpr:
			if (((BoolExpr *) node)->boolop == NOT_EXPR && IsA(linitial(((BoolExpr *) node)->args), SubLink))
				return sf_ship_sublink(ship, linitial(((BoolExpr *) node)->args), true, value);
			break;
		default:
			break;
	}
	*mine = false;
	return false;
}

static bool
is_key(SfLevel *level, Node *node)
{
	Node	   *plain = sf_ungrouped(level, node);

	return plain != level->key && !IsA(plain, Const) && list_member(level->keys, plain);
}

static bool
ship_with(SfShip *ship)
{
	SfLevel    *level = ship->level;
	ListCell   *cell;
	bool		first = true;

	foreach(cell, level->query->cteList)
	{
		CommonTableExpr *cte = lfirst_node(CommonTableExpr, cell);
		SfWith	   *with = palloc0(sizeof(SfWith));

		if (cte->cterecursive)
			return sf_ship_refuse(ship, "WITH RECURSIVE is computed here");
		if (cte->cterefcount == 0)
			continue;
		if (cte->cterefcount > 1 && (castNode(Query, cte->ctequery)->limitCount ||
									 castNode(Query, cte->ctequery)->limitOffset))
			return sf_ship_refuse(ship, "Snowflake may compute WITH twice, and choose other rows");
		with->name = cte->ctename;
		with->alias = psprintf("\"WITH %d\"", ++ship->aliases);
		appendStringInfo(ship->sql, "%s%s AS ", first ? "WITH " : ", ", with->alias);
		if (!sf_ship_subquery(ship, castNode(Query, cte->ctequery), SF_SELECT_TABLE, &with->columns))
			return false;
		level->withs = lappend(level->withs, with);
		first = false;
	}
	if (!first)
		appendStringInfoChar(ship->sql, ' ');
	return true;
}

/*
 * FROM to QUALIFY.
 */
static bool
ship_from(SfShip *ship)
{
	SfLevel    *level = ship->level;
	Query	   *query = level->query;

	if (!sf_ship_from_items(ship, query->jointree->fromlist, " FROM "))
		return false;
	if (!sf_ship_condition_clause(ship, query->jointree->quals, " WHERE "))
		return false;
	level->keys = key_expressions(level);
	return sf_ship_groups(ship) && sf_ship_condition_clause(ship, query->havingQual, " HAVING ") &&
		(!query->hasDistinctOn || sf_ship_distinct_on(ship));
}

bool
sf_ship_from_items(SfShip *ship, List *items, const char *keyword)
{
	ListCell   *cell;

	foreach(cell, items)
	{
		appendStringInfoString(ship->sql, cell == list_head(items) ? keyword : ", ");
		if (!ship_from_item(ship, lfirst(cell)))
			return false;
	}
	return true;
}

/*
 * Joins from the left; one on the right of another stands in parentheses.
 */
static bool
ship_from_item(SfShip *ship, Node *node)
{
	static const char *const words[] = {
		[JOIN_INNER] = " JOIN ",[JOIN_LEFT] = " LEFT JOIN ",[JOIN_FULL] = " FULL JOIN ",[JOIN_RIGHT] = " RIGHT JOIN ",
	};
	JoinExpr   *join = (JoinExpr *) node;
	bool		nested;
	SfValue		ignored;

	if (IsA(node, RangeTblRef))
		return ship_relation(ship, ((RangeTblRef *) node)->rtindex);
	if (!IsA(node, JoinExpr) || join->jointype > JOIN_RIGHT)
		return sf_ship_refuse(ship, "this kind of join is computed here");
	if (!ship_from_item(ship, join->larg))
		return false;
	appendStringInfoString(ship->sql, join->quals == NULL && join->jointype == JOIN_INNER ? " CROSS JOIN " :
						   words[join->jointype]);
	nested = IsA(join->rarg, JoinExpr);
	if (nested)
		appendStringInfoChar(ship->sql, '(');
	if (!ship_from_item(ship, join->rarg))
		return false;
	if (nested)
		appendStringInfoChar(ship->sql, ')');
	if (join->quals == NULL && join->jointype == JOIN_INNER)
		return true;
	appendStringInfoString(ship->sql, " ON ");
	if (join->quals == NULL)
	{
		appendStringInfoString(ship->sql, "TRUE");
		return true;
	}
	if (contain_volatile_functions(join->quals))
		return sf_ship_refuse(ship, "a volatile function is called for each row here");
	return sf_ship_boolean(ship, join->quals, &ignored);
}

static bool
ship_relation(SfShip *ship, int rtindex)
{
	SfLevel    *level = ship->level;
	RangeTblEntry *rte = rt_fetch(rtindex, level->query->rtable);
	SfRel	   *rel = &level->rels[rtindex - 1];
	SfWith	   *with;

	switch (rte->rtekind)
	{
		case RTE_RELATION:
			if (!ship_table(ship, rte))
				return false;
			break;
		case RTE_SUBQUERY:
			if (rte->lateral)
				return sf_ship_refuse(ship, "LATERAL is computed here");
			if (!sf_ship_subquery(ship, rte->subquery, SF_SELECT_TABLE, &rel->columns))
				return false;
			break;
		case RTE_CTE:
			with = find_with(level, rte);
			if (with == NULL)
				return sf_ship_refuse(ship, "WITH RECURSIVE is computed here");
			rel->columns = with->columns;
			appendStringInfoString(ship->sql, with->alias);
			break;
		case RTE_VALUES:
			if (!ship_values(ship, rte, &rel->columns))
				return false;
			break;
		default:
			return sf_ship_refuse(ship, "a function or a table expression in FROM is computed here");
	}
	rel->alias = psprintf("R%d", ++ship->aliases);
	appendStringInfo(ship->sql, " AS %s", rel->alias);
	return true;
}

static bool
ship_table(SfShip *ship, RangeTblEntry *rte)
{
	SfTableOptions *options;
	SfSqlText	text;

	if (rte->relkind != RELKIND_FOREIGN_TABLE)
		return sf_ship_refuse(ship, "a local table");
	if (rte->tablesample || rte->securityQuals)
		return sf_ship_refuse(ship, rte->tablesample ? "a sample is taken here" : "a policy is checked here");
	options = sf_table_options(rte->relid);
	if (options->kind)
		return sf_ship_refuse(ship, psprintf("\"%s\" is a table of account objects", get_rel_name(rte->relid)));
	if (!sf_deparse_extensible(options))
		return sf_ship_refuse(ship, psprintf("\"%s\" is a finished statement or result", get_rel_name(rte->relid)));
	if (options->query)
	{
		sf_sqltext_scan(options->query, &text);
		/* the line break ends a comment that may end the query */
		appendStringInfo(ship->sql, "(%.*s\n)", (int) text.length, options->query);
	}
	else
		sf_ship_table(ship, rte->relid, options);
	return true;
}

static SfWith *
find_with(SfLevel *level, RangeTblEntry *rte)
{
	ListCell   *cell;

	for (int up = rte->ctelevelsup; up > 0 && level; up--)
		level = level->outer;
	foreach(cell, level ? level->withs : NIL)
	{
		if (strcmp(((SfWith *) lfirst(cell))->name, rte->ctename) == 0)
			return lfirst(cell);
	}
	return NULL;
}

/*
 * VALUES as a UNION ALL of its rows, whose types are the columns'.
 */
static bool
ship_values(SfShip *ship, RangeTblEntry *rte, SfColumns *columns)
{
	ListCell   *row;

	columns->n = list_length(linitial(rte->values_lists));
	columns->values = palloc0(sizeof(SfValue) * columns->n);
	appendStringInfoChar(ship->sql, '(');
	foreach(row, rte->values_lists)
	{
		ListCell   *cell;
		int			i = 0;

		appendStringInfoString(ship->sql, row == list_head(rte->values_lists) ? "SELECT " : " UNION ALL SELECT ");
		foreach(cell, lfirst_node(List, row))
		{
			SfValue		value;

			if (i > 0)
				appendStringInfoString(ship->sql, ", ");
			if (!sf_ship_value(ship, lfirst(cell), &value))
				return false;
			if (row == list_head(rte->values_lists))
				columns->values[i] = value;
			else if (!sf_value_merge(ship, &columns->values[i], &value))
				return false;
			appendStringInfo(ship->sql, " AS C%d", ++i);
		}
	}
	appendStringInfoChar(ship->sql, ')');
	return true;
}

SfPart
sf_open_part(SfShip *ship)
{
	SfPart		outer = {ship->sql, ship->markers};

	ship->sql = makeStringInfo();
	ship->markers = NIL;
	return outer;
}

SfPart
sf_close_part(SfShip *ship, SfPart outer)
{
	SfPart		part = {ship->sql, ship->markers};

	ship->sql = outer.sql;
	ship->markers = outer.markers;
	return part;
}

void
sf_append_part(SfShip *ship, SfPart part)
{
	int			at = ship->sql->len;
	int			i = 0;
	ListCell   *cell;

	if (part.sql == NULL)
		return;
	appendBinaryStringInfo(ship->sql, part.sql->data, part.sql->len);
	foreach(cell, part.markers)
		ship->markers = lappend_int(ship->markers, lfirst_int(cell) + (i++ % 4 == 0 ? at : 0));
}
