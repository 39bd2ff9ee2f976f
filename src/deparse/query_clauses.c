/*
 * query_clauses.c
 *	  What follows FROM: conditions, groups, order, LIMIT.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parse_agg.h"
#include "parser/parsetree.h"
#include "utils/typcache.h"

#include "deparse/level.h"

#define MAX_SETS 128			/* of a query (SQL reference:
								 * group-by-grouping-sets) */

static bool is_alone(Query *query, Node *condition);
static bool is_nested(List *sets);
static bool ship_expanded_sets(SfShip *ship, Query *query);
static bool ship_grouping_set(SfShip *ship, GroupingSet *set);
static bool ship_group_key(SfShip *ship, Index ref);

bool
sf_ship_condition_clause(SfShip *ship, Node *condition, const char *keyword)
{
	SfValue		ignored;
	bool		shipped;

	if (condition == NULL)
		return true;
	if (IsA(condition, List))
		condition = (Node *) make_ands_explicit((List *) condition);
	if (contain_volatile_functions(condition))
		return sf_ship_refuse(ship, "a volatile function is called for each row here");
	if (!sf_check_correlation(ship, condition))
		return false;
	appendStringInfoString(ship->sql, keyword);
	ship->positive = ship->correlated = true;
	ship->computed = is_alone(((SfLevel *) ship->level)->query, condition);
	shipped = sf_ship_boolean(ship, condition, &ignored);
	ship->positive = ship->correlated = ship->computed = false;
	return shipped;
}

/*
 * Whether PostgreSQL evaluates all of the condition for every row of a table,
 * or every group: no other one can keep it from one.
 */
static bool
is_alone(Query *query, Node *condition)
{
	List	   *from = query->jointree->fromlist;

	if (IsA(condition, BoolExpr))
		return false;
	return condition == query->havingQual ||
		(list_length(from) == 1 && IsA(linitial(from), RangeTblRef) &&
		 rt_fetch(linitial_node(RangeTblRef, from)->rtindex, query->rtable)->rtekind == RTE_RELATION);
}

bool
sf_ship_groups(SfShip *ship)
{
	Query	   *query = ((SfLevel *) ship->level)->query;
	List	   *clauses;
	ListCell   *cell;

	if (query->groupingSets && expand_grouping_sets(query->groupingSets, query->groupDistinct, MAX_SETS) == NIL)
		return sf_ship_refuse(ship, "Snowflake takes 128 grouping sets at most");
	if (query->groupingSets && (query->groupDistinct || is_nested(query->groupingSets)))
		return ship_expanded_sets(ship, query);
	if (query->groupingSets)
	{
		foreach(cell, query->groupingSets)
		{
			appendStringInfoString(ship->sql, cell == list_head(query->groupingSets) ? " GROUP BY " : ", ");
			if (lfirst_node(GroupingSet, cell)->kind == GROUPING_SET_EMPTY)
				return sf_ship_refuse(ship, "Snowflake has no GROUP BY ()");
			if (!ship_grouping_set(ship, lfirst_node(GroupingSet, cell)))
				return false;
		}
		return true;
	}
	clauses = sf_varying(ship->level, query->groupClause);
	if (clauses == NIL)
		clauses = query->groupClause;
	foreach(cell, clauses)
	{
		appendStringInfoString(ship->sql, cell == list_head(clauses) ? " GROUP BY " : ", ");
		if (!ship_group_key(ship, lfirst_node(SortGroupClause, cell)->tleSortGroupRef))
			return false;
	}
	return true;
}

List *
sf_varying(SfLevel *level, List *clauses)
{
	List	   *varying = NIL;
	ListCell   *cell;

	foreach(cell, clauses)
	{
		if (!sf_is_same(level, get_sortgroupclause_expr(lfirst_node(SortGroupClause, cell),
														level->query->targetList)))
			varying = lappend(varying, lfirst(cell));
	}
	return varying;
}

bool
sf_is_same(SfLevel *level, Node *node)
{
	/* a grouping set without it makes it NULL */
	if (level->query->groupingSets == NIL)
		node = sf_ungrouped(level, node);
	return IsA(node, Const) || sf_is_known(node);
}

/*
 * Whether GROUPING SETS has others than lists of keys in it.
 */
static bool
is_nested(List *sets)
{
	ListCell   *cell;

	foreach(cell, sets)
	{
		GroupingSet *set = lfirst_node(GroupingSet, cell);
		ListCell   *inner;

		if (set->kind != GROUPING_SET_SETS)
			continue;
		foreach(inner, set->content)
		{
			if (lfirst_node(GroupingSet, inner)->kind > GROUPING_SET_SIMPLE)
				return true;
		}
	}
	return false;
}

/*
 * What Snowflake has no form for, as the list of all sets (SQL reference:
 * group-by-grouping-sets).
 */
static bool
ship_expanded_sets(SfShip *ship, Query *query)
{
	List	   *sets = expand_grouping_sets(query->groupingSets, query->groupDistinct, MAX_SETS);
	ListCell   *cell;

	foreach(cell, sets)
	{
		List	   *keys = lfirst(cell);
		ListCell   *key;

		appendStringInfoString(ship->sql, cell == list_head(sets) ? " GROUP BY GROUPING SETS (" : ", ");
		foreach(key, keys)
		{
			appendStringInfoString(ship->sql, key == list_head(keys) ? "(" : ", ");
			if (!ship_group_key(ship, lfirst_int(key)))
				return false;
		}
		appendStringInfoString(ship->sql, keys == NIL ? "()" : ")");
	}
	appendStringInfoChar(ship->sql, ')');
	return true;
}

static bool
ship_grouping_set(SfShip *ship, GroupingSet *set)
{
	static const char *const words[] = {
		[GROUPING_SET_EMPTY] = "",[GROUPING_SET_SIMPLE] = "",[GROUPING_SET_ROLLUP] = "ROLLUP ",
		[GROUPING_SET_CUBE] = "CUBE ",[GROUPING_SET_SETS] = "GROUPING SETS ",
	};
	ListCell   *cell;

	appendStringInfo(ship->sql, "%s(", words[set->kind]);
	foreach(cell, set->content)
	{
		GroupingSet *inner = lfirst(cell);

		if (cell != list_head(set->content))
			appendStringInfoString(ship->sql, ", ");
		if (set->kind == GROUPING_SET_SIMPLE)
		{
			if (!ship_group_key(ship, lfirst_int(cell)))
				return false;
		}
		else if (inner->kind == GROUPING_SET_SIMPLE && list_length(inner->content) == 1)
		{
			if (!ship_group_key(ship, linitial_int(inner->content)))
				return false;
		}
		else if (!ship_grouping_set(ship, inner))
			return false;
	}
	appendStringInfoChar(ship->sql, ')');
	return true;
}

static bool
ship_group_key(SfShip *ship, Index ref)
{
	Query	   *query = ((SfLevel *) ship->level)->query;
	TargetEntry *target = get_sortgroupref_tle(ref, query->targetList);
	SortGroupClause *clause = get_sortgroupref_clause(ref, query->groupClause);
	SfValue		ignored;

	if (lookup_type_cache(exprType((Node *) target->expr), TYPECACHE_EQ_OPR)->eq_opr != clause->eqop)
		return sf_ship_refuse(ship, "a group has an equality of its own");
	/* a bare number would be the number of a column */
	if (IsA(sf_ungrouped(ship->level, (Node *) target->expr), Const))
		return sf_ship_refuse(ship, "it is grouped by a value that is the same for every row");
	return sf_ship_key(ship, (Node *) target->expr, &ignored);
}

bool
sf_ship_grouping(SfShip *ship, GroupingFunc *grouping, SfValue *value)
{
	Query	   *query = ((SfLevel *) ship->level)->query;
	ListCell   *cell;

	if (grouping->agglevelsup > 0)
		return sf_ship_refuse(ship, "a grouping of an outer query");
	/* such a key is left out of GROUP BY */
	if (query->groupingSets == NIL &&
		list_length(sf_varying(ship->level, query->groupClause)) < list_length(query->groupClause))
		return sf_ship_refuse(ship, "grouping() has a key that is the same for every row");
	appendStringInfoString(ship->sql, "GROUPING(");
	foreach(cell, grouping->args)
	{
		if (cell != list_head(grouping->args))
			appendStringInfoString(ship->sql, ", ");
		if (!sf_ship_key(ship, lfirst(cell), value))
			return false;
	}
	appendStringInfoChar(ship->sql, ')');
	memset(value, 0, sizeof(*value));
	value->type = INT4OID;
	value->kind = SF_TYPE_FIXED;
	value->bound = PG_INT32_MAX;
	return true;
}

/*
 * DISTINCT ON: the first row of each.
 */
bool
sf_ship_distinct_on(SfShip *ship)
{
	Query	   *query = ((SfLevel *) ship->level)->query;
	ListCell   *cell;

	if (query->groupClause || query->hasAggs || query->groupingSets || query->hasWindowFuncs)
		return sf_ship_refuse(ship, "DISTINCT ON of groups is computed here");
	foreach(cell, query->distinctClause)
	{
		Node	   *node = get_sortgroupclause_expr(lfirst_node(SortGroupClause, cell), query->targetList);
		SfValue		ignored;

		appendStringInfoString(ship->sql, cell == list_head(query->distinctClause) ?
							   " QUALIFY (ROW_NUMBER() OVER (PARTITION BY " : ", ");
		if (!sf_ship_key(ship, node, &ignored))
			return false;
	}
	appendStringInfoString(ship->sql, " ORDER BY ");
	if (!sf_ship_order(ship, query->sortClause ? query->sortClause : query->distinctClause, query->targetList, false))
		return false;
	appendStringInfoString(ship->sql, ") = 1)");
	return true;
}

/*
 * ORDER BY of the query; of rows that are told apart, by the number of the
 * column.
 */
bool
sf_ship_sort(SfShip *ship, SfColumns *columns)
{
	Query	   *query = ((SfLevel *) ship->level)->query;
	bool		numbers = query->setOperations || (query->distinctClause && !query->hasDistinctOn);
	ListCell   *cell;

	if (query->sortClause == NIL)
		return true;
	if (!numbers)
	{
		List	   *varying = sf_varying(ship->level, query->sortClause);

		if (varying == NIL)
			return true;
		appendStringInfoString(ship->sql, " ORDER BY ");
		return sf_ship_order(ship, varying, query->targetList, false);
	}
	appendStringInfoString(ship->sql, " ORDER BY ");
	foreach(cell, query->sortClause)
	{
		SortGroupClause *clause = lfirst_node(SortGroupClause, cell);
		TargetEntry *target = get_sortgroupclause_tle(clause, query->targetList);
		const char *why;

		if (target->resno > columns->n)
			return sf_ship_refuse(ship, "it is sorted by what it does not show");
		why = sf_why_unsorted(&columns->values[target->resno - 1], exprCollation((Node *) target->expr));
		if (why == NULL && lnext(query->sortClause, cell) && sf_is_nano(&columns->values[target->resno - 1]))
			why = "nanoseconds would be compared there, microseconds here";
		if (why)
			return sf_ship_refuse(ship, why);
		appendStringInfo(ship->sql, "%s%d", cell == list_head(query->sortClause) ? "" : ", ", target->resno);
		if (!sf_ship_direction(ship, clause, exprType((Node *) target->expr)))
			return false;
	}
	return true;
}

bool
sf_ship_order(SfShip *ship, List *clauses, List *targets, bool peers)
{
	bool		outer = ship->order_safe;
	bool		computed = ship->computed;
	ListCell   *cell;

	foreach(cell, clauses)
	{
		SortGroupClause *clause = lfirst_node(SortGroupClause, cell);
		Node	   *node = get_sortgroupclause_expr(clause, targets);
		const char *why;
		SfValue		value;
		bool		shipped;
		int			at;

		if (cell != list_head(clauses))
			appendStringInfoString(ship->sql, ", ");
		at = ship->sql->len;
		ship->order_safe = ship->computed = true;
		shipped = sf_ship_value(ship, node, &value);
		ship->order_safe = outer;
		ship->computed = computed;
		if (!shipped)
			return false;
		/* a bare number would be the number of a column */
		if (value.fixed)
			return sf_ship_refuse(ship, "it is sorted by a value that is the same for every row");
		why = sf_why_unsorted(&value, exprCollation(node));
		if (why)
			return sf_ship_refuse(ship, why);
		/* what sorts last may keep the nanoseconds, and Snowflake its pruning */
		if (peers || lnext(clauses, cell))
			sf_cut_nanoseconds(ship, at, &value);
		if (!sf_ship_direction(ship, clause, exprType(node)))
			return false;
	}
	return true;
}

bool
sf_ship_direction(SfShip *ship, SortGroupClause *clause, Oid type)
{
	TypeCacheEntry *entry = lookup_type_cache(type, TYPECACHE_LT_OPR | TYPECACHE_GT_OPR);

	if (clause->sortop != entry->lt_opr && clause->sortop != entry->gt_opr)
		return sf_ship_refuse(ship, "it is sorted by an order of its own");
	appendStringInfo(ship->sql, "%s NULLS %s", clause->sortop == entry->gt_opr ? " DESC" : "",
					 clause->nulls_first ? "FIRST" : "LAST");
	return true;
}

/*
 * A key of GROUP BY is printed in the same way in all its places, whatever
 * stands around it.
 */
bool
sf_ship_key(SfShip *ship, Node *node, SfValue *value)
{
	SfLevel    *level = ship->level;
	Node	   *outer = level->key;
	SfShip		before = *ship;
	int			at = ship->sql->len;
	int			nmarkers = list_length(ship->markers);
	const char *why;
	bool		shipped;
	ListCell   *cell;

	node = sf_ungrouped(level, node);
	foreach(cell, level->keys)
	{
		if (equal(lfirst(cell), node))
		{
			level->key = node = lfirst(cell);
			ship->order_safe = ship->finishing = false;
			ship->computed = true;
			ship->cases = 0;
		}
	}
	shipped = sf_ship_value(ship, node, value);
	level->key = outer;
	ship->order_safe = before.order_safe;
	ship->finishing = before.finishing;
	ship->computed = before.computed;
	ship->cases = before.cases;
	if (!shipped)
		return false;
	if ((value->fixed && !IsA(node, Const)) || list_length(ship->markers) > nmarkers)
		return sf_ship_refuse(ship, "a group has a value that is only known when the statement is sent");
	sf_cut_nanoseconds(ship, at, value);
	why = sf_why_no_key(value, exprCollation(node));
	return why == NULL || sf_ship_refuse(ship, why);
}
