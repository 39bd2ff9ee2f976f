/*
 * change.c
 *	  A whole INSERT ... SELECT, UPDATE or DELETE as one Snowflake statement.
 *
 * A column gets a value that it keeps as it is: Snowflake would round a number
 * and cut a time that have more digits than the column.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "core/options.h"
#include "deparse/level.h"
#include "deparse/query.h"
#include "deparse/select.h"
#include "types/encode.h"
#include "types/typemap.h"

#define MAX_STATEMENT (1 << 20)

/* What a column gets. */
typedef struct Assigned
{
	Node	   *node;
	bool		rounds;			/* its digits behind the point to the column's */
} Assigned;

static bool ship_insert(SfShip *ship, Query *query);
static void name_unknown_constants(Query *source);
static Assigned assigned_value(Oid relid, TargetEntry *entry);
static bool ship_update(SfShip *ship, Query *query);
static bool ship_delete(SfShip *ship, Query *query);
static bool ship_assignments(SfShip *ship, Query *query);
static bool sets_by_subquery(Node *node, void *context);
static void print_constant(SfShip *ship, Oid relid, AttrNumber attnum, Const *constant);
static const char *ship_target(SfShip *ship, Query *query, List **others);
static bool keep_as_it_is(SfShip *ship, Oid relid, AttrNumber attnum, int at, bool rounds, SfValue *value);
static bool same_type(const SfValue *value, const SfColumnOptions *column);
static char *target_name(const Query *query);
static char *column_name(const Query *query, AttrNumber attnum);

bool
sf_ship_change(Query *query, SfRemoteQuery *result)
{
	SfShip		ship = {.scope = &sf_query_scope,.sql = makeStringInfo()};
	bool		shipped;

	memset(result, 0, sizeof(*result));
	if (query->commandType == CMD_INSERT)
		shipped = ship_insert(&ship, query);
	else if (query->commandType == CMD_UPDATE)
		shipped = ship_update(&ship, query);
	else
		shipped = ship_delete(&ship, query);
	if (!shipped || (ship.sql->len > MAX_STATEMENT && !sf_ship_refuse(&ship, "the statement would be too long")))
	{
		result->refusal = ship.refusal;
		return false;
	}
	result->sql = ship.sql->data;
	result->markers = ship.markers;
	result->params = ship.params;
	return true;
}

/*
 * The query's rows are those of a SELECT of what is assigned, but for
 * constants.
 */
static bool
ship_insert(SfShip *ship, Query *query)
{
	Query	   *source = copyObject(query);
	Oid			relid = rt_fetch(query->resultRelation, query->rtable)->relid;
	StringInfoData names;
	SfColumns	columns;
	SfPart		outer;
	SfPart		list;
	SfPart		from;
	ListCell   *cell;
	int			i = 0;

	source->commandType = CMD_SELECT;
	source->resultRelation = 0;
	source->targetList = NIL;
	foreach(cell, query->targetList)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);
		Assigned	assigned = assigned_value(relid, entry);

		if (entry->resjunk || IsA(assigned.node, Const))
			continue;
		source->targetList = lappend(source->targetList,
									 makeTargetEntry((Expr *) assigned.node, list_length(source->targetList) + 1,
													 NULL, false));
	}
	name_unknown_constants(source);
	outer = sf_open_part(ship);
	if (!sf_ship_subquery(ship, source, SF_SELECT_TABLE, &columns))
		return false;
	from = sf_close_part(ship, outer);

	initStringInfo(&names);
	outer = sf_open_part(ship);
	foreach(cell, query->targetList)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);
		Assigned	assigned = assigned_value(relid, entry);
		int			at;

		if (entry->resjunk)
			continue;
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", column_name(query, entry->resno));
		appendStringInfoString(ship->sql, ship->sql->len > 0 ? ", " : "");
		at = ship->sql->len;
		if (IsA(assigned.node, Const))
		{
			print_constant(ship, relid, entry->resno, (Const *) assigned.node);
			continue;
		}
		appendStringInfo(ship->sql, "R0.C%d", i + 1);
		if (!keep_as_it_is(ship, relid, entry->resno, at, assigned.rounds, &columns.values[i++]))
			return false;
	}
	list = sf_close_part(ship, outer);

	appendStringInfo(ship->sql, "INSERT INTO %s (%s) SELECT ", target_name(query), names.data);
	sf_append_part(ship, list);
	appendStringInfoString(ship->sql, " FROM ");
	sf_append_part(ship, from);
	appendStringInfoString(ship->sql, " AS R0");
	return true;
}

/*
 * A constant without a type in the SELECT of an INSERT, which has it in its
 * own list with the column's type.
 */
static void
name_unknown_constants(Query *source)
{
	ListCell   *cell;

	foreach(cell, source->rtable)
	{
		RangeTblEntry *rte = lfirst_node(RangeTblEntry, cell);
		ListCell   *column;

		foreach(column, rte->rtekind == RTE_SUBQUERY && rte->subquery->setOperations == NULL ?
				rte->subquery->targetList : NIL)
		{
			TargetEntry *entry = lfirst_node(TargetEntry, column);

			if (IsA(entry->expr, Const) && ((Const *) entry->expr)->consttype == UNKNOWNOID)
				entry->expr = (Expr *) makeNullConst(TEXTOID, -1, DEFAULT_COLLATION_OID);
		}
	}
}

/*
 * What is assigned to a column, without the cast to its type that Snowflake
 * makes in the same way: it rounds a number as numeric does, and fails where a
 * number is too large.
 */
static Assigned
assigned_value(Oid relid, TargetEntry *entry)
{
	Assigned	assigned = {.node = (Node *) entry->expr};
	SfColumnOptions *column = sf_column_options(relid, entry->resno);
	FuncExpr   *cast = (FuncExpr *) entry->expr;
	SfRemoteType type;
	Oid			function;
	int32		typmod;

	if (!IsA(entry->expr, FuncExpr) || column->remote_type == NULL ||
		!sf_remote_type_parse(column->remote_type, &type) || type.kind != SF_TYPE_FIXED)
		return assigned;
	function = cast->funcid;
	if (function == F_INT2_INT4 || function == F_INT2_INT8 || function == F_INT4_INT8)
		assigned.node = linitial(cast->args);
	else if ((function == F_INT2_NUMERIC || function == F_INT4_NUMERIC || function == F_INT8_NUMERIC) &&
			 type.scale == 0)
	{
		assigned.node = linitial(cast->args);
		assigned.rounds = true;
	}
	else if (function == F_NUMERIC_NUMERIC_INT4)
	{
		typmod = exprTypmod((Node *) cast);
		if (typmod < (int32) VARHDRSZ || (((typmod - VARHDRSZ) >> 16) & 0xffff) != type.precision ||
			((typmod - VARHDRSZ) & 0x7ff) != type.scale)
			return assigned;
		assigned.node = linitial(cast->args);
		assigned.rounds = true;
	}
	return assigned;
}

static bool
ship_update(SfShip *ship, Query *query)
{
	List	   *others;
	const char *alias;
	SfPart		outer;
	SfPart		from;
	SfPart		list;

	sf_push_level(ship, query);
	alias = ship_target(ship, query, &others);
	outer = sf_open_part(ship);
	if (!sf_ship_from_items(ship, others, " FROM ") ||
		!sf_ship_condition_clause(ship, query->jointree->quals, " WHERE "))
		return false;
	from = sf_close_part(ship, outer);

	outer = sf_open_part(ship);
	if (!ship_assignments(ship, query))
		return false;
	list = sf_close_part(ship, outer);

	appendStringInfo(ship->sql, "UPDATE %s %s SET ", target_name(query), alias);
	sf_append_part(ship, list);
	sf_append_part(ship, from);
	return true;
}

static bool
ship_delete(SfShip *ship, Query *query)
{
	List	   *others;
	const char *alias;

	sf_push_level(ship, query);
	alias = ship_target(ship, query, &others);
	appendStringInfo(ship->sql, "DELETE FROM %s %s", target_name(query), alias);
	return sf_ship_from_items(ship, others, " USING ") &&
		sf_ship_condition_clause(ship, query->jointree->quals, " WHERE ");
}

static bool
ship_assignments(SfShip *ship, Query *query)
{
	Oid			relid = rt_fetch(query->resultRelation, query->rtable)->relid;
	ListCell   *cell;
	bool		first = true;

	foreach(cell, query->targetList)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);
		Assigned	assigned;
		SfValue		value;
		int			at;

		if (entry->resjunk)
			continue;
		assigned = assigned_value(relid, entry);
		if (contain_volatile_functions(assigned.node))
			return sf_ship_refuse(ship, "a volatile function is called for each row here");
		if (sets_by_subquery(assigned.node, NULL))
			return sf_ship_refuse(ship, "a subquery that refers to the row, or sets several columns, is computed here");
		appendStringInfo(ship->sql, "%s%s = ", first ? "" : ", ", column_name(query, entry->resno));
		first = false;
		if (IsA(assigned.node, Const))
		{
			print_constant(ship, relid, entry->resno, (Const *) assigned.node);
			continue;
		}
		at = ship->sql->len;
		ship->computed = true;
		if (!sf_ship_carry(ship, assigned.node, &value) ||
			!keep_as_it_is(ship, relid, entry->resno, at, assigned.rounds, &value))
			return false;
		ship->computed = false;
	}
	return !first || sf_ship_refuse(ship, "nothing is assigned");
}

/*
 * What Snowflake has no form of behind SET.
 */
static bool
sets_by_subquery(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Param) && ((Param *) node)->paramkind == PARAM_MULTIEXPR)
		return true;
	if (IsA(node, SubLink) && contain_vars_of_level(((SubLink *) node)->subselect, 1))
		return true;
	return expression_tree_walker(node, sets_by_subquery, context);
}

/*
 * As it is written in rows: of any type, and checked.  Throws what sf_encode
 * throws.
 */
static void
print_constant(SfShip *ship, Oid relid, AttrNumber attnum, Const *constant)
{
	Relation	rel = table_open(relid, NoLock);
	SfEncoder  *encoder = sf_encoder_create(RelationGetRelationName(rel),
											TupleDescAttr(RelationGetDescr(rel), attnum - 1),
											sf_column_options(relid, attnum)->remote_type);
	StringInfoData text;

	initStringInfo(&text);
	if (constant->constisnull)
		appendStringInfoString(&text, "NULL");
	else
		sf_encode(encoder, &text, constant->constvalue);
	appendStringInfoString(ship->sql, sf_encoder_expr(encoder, text.data));
	table_close(rel, NoLock);
}

/*
 * The alias of the table that is changed; the other items of FROM.
 */
static const char *
ship_target(SfShip *ship, Query *query, List **others)
{
	SfLevel    *level = ship->level;
	ListCell   *cell;

	*others = NIL;
	foreach(cell, query->jointree->fromlist)
	{
		if (!IsA(lfirst(cell), RangeTblRef) || lfirst_node(RangeTblRef, cell)->rtindex != query->resultRelation)
			*others = lappend(*others, lfirst(cell));
	}
	level->rels[query->resultRelation - 1].alias = psprintf("R%d", ++ship->aliases);
	return level->rels[query->resultRelation - 1].alias;
}

/*
 * Makes what was printed from at on a value of the column's type; false where
 * the column would not keep it as it is.
 */
static bool
keep_as_it_is(SfShip *ship, Oid relid, AttrNumber attnum, int at, bool rounds, SfValue *value)
{
	SfColumnOptions *column = sf_column_options(relid, attnum);
	SfRemoteType type;
	bool		fits = false;

	if (column->remote_type == NULL || !sf_remote_type_parse(column->remote_type, &type))
		return sf_ship_refuse(ship, psprintf("column \"%s\" has no option remote_type",
											 get_attname(relid, attnum, false)));
	if (value->inexact || value->sum > 0)
		return sf_ship_refuse(ship, "a quotient has fewer digits in Snowflake");
	if (same_type(value, column))
		return true;
	if (value->unusable)
		return sf_ship_refuse(ship, value->unusable);
	switch (type.kind)
	{
		case SF_TYPE_FIXED:
			fits = value->kind == SF_TYPE_FIXED && (rounds || (value->scale >= 0 && value->scale <= type.scale));
			break;
		case SF_TYPE_TIME:
		case SF_TYPE_TIMESTAMP_NTZ:
		case SF_TYPE_TIMESTAMP_TZ:
			sf_cut_nanoseconds(ship, at, value);
			fits = value->kind == type.kind && value->scale <= type.scale;
			break;
		case SF_TYPE_TIMESTAMP_LTZ:
			sf_cut_nanoseconds(ship, at, value);
			fits = (value->kind == SF_TYPE_TIMESTAMP_LTZ || value->kind == SF_TYPE_TIMESTAMP_TZ) &&
				value->scale <= type.scale;
			break;
		case SF_TYPE_TEXT:
		case SF_TYPE_REAL:
		case SF_TYPE_BOOLEAN:
		case SF_TYPE_DATE:
		case SF_TYPE_UUID:
		case SF_TYPE_BINARY:
			fits = value->kind == type.kind;
			break;
		default:
			break;
	}
	if (!fits)
		return sf_ship_refuse(ship, psprintf("column \"%s\" gets a value that its type in Snowflake may not keep",
											 get_attname(relid, attnum, false)));
	/* a text that is too long is an error, and is not cut */
	type.length = -1;
	sf_ship_wrap(ship, at, "CAST(", psprintf(" AS %s)", sf_remote_type_name(&type)));
	return true;
}

/*
 * A column as it is, of the same type.
 */
static bool
same_type(const SfValue *value, const SfColumnOptions *column)
{
	SfColumnOptions *source;

	if (!OidIsValid(value->relid) || value->attnum <= 0 || value->summed || value->null_only)
		return false;
	source = sf_column_options(value->relid, value->attnum);
	return source->remote_type && strcmp(source->remote_type, column->remote_type) == 0 && !sf_is_nano(value);
}

static char *
target_name(const Query *query)
{
	SfTableOptions *options = sf_table_options(rt_fetch(query->resultRelation, query->rtable)->relid);

	return sf_deparse_name(options->database, options->schema, options->table);
}

static char *
column_name(const Query *query, AttrNumber attnum)
{
	return sf_deparse_name(NULL, NULL,
						   sf_remote_column_name(rt_fetch(query->resultRelation, query->rtable)->relid, attnum));
}
