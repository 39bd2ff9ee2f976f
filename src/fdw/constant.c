/*
 * constant.c
 *	  Columns with a constant in place of one of Snowflake's.
 *
 * They tell the tables of several accounts or databases apart.  The planner
 * sees the constant itself, so that it computes conditions on it and leaves
 * out what cannot have a row; nothing of it is ever sent.  Where the column may
 * be NULL, and in partitions, which the planner alone knows, the scan fills it
 * in.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/reloptions.h"
#include "access/skey.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "commands/defrem.h"
#include "foreign/fdwapi.h"
#include "foreign/foreign.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/typcache.h"

#include "core/compat.h"
#include "core/error.h"
#include "core/options.h"
#include "fdw/constant.h"

struct SfConstants
{
	int			count;
	struct
	{
		AttrNumber	attnum;
		Datum		value;
	}			list[FLEXIBLE_ARRAY_MEMBER];
};

/* A query and those around it. */
typedef struct Level
{
	Query	   *query;
	Bitmapset  *nullable;		/* relations whose columns may become NULL */
	bool		grouped;		/* all may */
	bool		found;			/* there are such columns */
	struct Level *outer;
} Level;

/* A condition on one table. */
typedef struct Condition
{
	Oid			relid;
	Index		varno;
	bool		found;
} Condition;

/* For the CONTEXT of an error in a value. */
typedef struct Where
{
	Oid			relid;
	const char *column;
} Where;

static void check_change(ObjectAccessType access, Oid class, Oid object, int part, void *arg);
static void check_column(Oid relid, AttrNumber attnum);
static void describe(void *arg);
static Node *put(Node *node, void *context);
static void leave_out_keys(Query *query);
static void find_nullable(Node *node, bool nullable, Bitmapset **found);
static Node *put_in_condition(Node *node, void *context);
static Const *constant_of(Oid relid, AttrNumber attnum);
static Const *make_constant(Oid relid, const char *column, Oid type, int32 typmod, Oid collation, const char *value);
static const char *value_of(List *options);

static object_access_hook_type previous_access = NULL;

void
sf_constant_init(void)
{
	previous_access = object_access_hook;
	object_access_hook = check_change;
}

/*
 * object_access_hook: after a column was altered, in which CREATE FOREIGN
 * TABLE sets options, too.
 */
static void
check_change(ObjectAccessType access, Oid class, Oid object, int part, void *arg)
{
	if (previous_access)
		previous_access(access, class, object, part, arg);
	if ((access == OAT_POST_ALTER || access == OAT_POST_CREATE) && class == RelationRelationId && part > 0 &&
		get_rel_relkind(object) == RELKIND_FOREIGN_TABLE)
		check_column(object, part);
}

/*
 * The row as it will be, which no snapshot shows yet.
 */
static void
check_column(Oid relid, AttrNumber attnum)
{
	Relation	catalog = table_open(AttributeRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&keys[0], Anum_pg_attribute_attrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	ScanKeyInit(&keys[1], Anum_pg_attribute_attnum, BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(attnum));
	scan = systable_beginscan(catalog, AttributeRelidNumIndexId, true, SnapshotSelf, 2, keys);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);
		bool		isnull;
		Datum		options = heap_getattr(tuple, Anum_pg_attribute_attfdwoptions, RelationGetDescr(catalog), &isnull);
		const char *value = isnull || form->attisdropped ? NULL : value_of(untransformRelOptions(options));

		if (value && sf_server_is_ours(GetForeignServerIdByRelId(relid)))
		{
			if (sf_table_options(relid)->kind)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("a column of a table of account objects takes no option \"%s\"", "constant")));
			make_constant(relid, NameStr(form->attname), form->atttypid, form->atttypmod, form->attcollation, value);
		}
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

static void
describe(void *arg)
{
	Where	   *where = arg;

	errcontext("option \"%s\" of column \"%s\" of foreign table \"%s\"", "constant", where->column,
			   get_rel_name(where->relid));
}

Query *
sf_put_constants(Query *query)
{
	return (Query *) put((Node *) query, NULL);
}

static Node *
put(Node *node, void *context)
{
	Level	   *level = context;

	if (node == NULL)
		return NULL;
	if (IsA(node, Query))
	{
		Level		inner = {.query = (Query *) node,.outer = level};

		inner.grouped = inner.query->groupingSets != NIL;
		find_nullable((Node *) inner.query->jointree, false, &inner.nullable);
		node = (Node *) query_tree_mutator(inner.query, put, &inner, 0);
		if (inner.found)
			leave_out_keys((Query *) node);
		return node;
	}
	if (IsA(node, Var))
	{
		Var		   *var = (Var *) node;
		RangeTblEntry *rte;
		Const	   *constant;

		for (int up = var->varlevelsup; up > 0 && level; up--)
			level = level->outer;
		/* the columns of OLD and NEW are not in the range table */
		if (level == NULL || var->varattno <= 0 || var->varno > list_length(level->query->rtable))
			return node;
		rte = rt_fetch(var->varno, level->query->rtable);
		if (rte->rtekind != RTE_RELATION || rte->relkind != RELKIND_FOREIGN_TABLE || level->grouped ||
			var->varno == level->query->resultRelation || bms_is_member(var->varno, level->nullable))
			return node;
		/* a table that inherits from it has values of its own */
		if (rte->inh && has_subclass(rte->relid) && find_inheritance_children(rte->relid, NoLock) != NIL)
			return node;
		constant = constant_of(rte->relid, var->varattno);
		level->found |= constant != NULL;
		return constant ? (Node *) constant : node;
	}
	return expression_tree_mutator(node, put, context);
}

/*
 * A constant beside other keys of GROUP BY makes no groups, and may keep the
 * query from being one statement.
 */
static void
leave_out_keys(Query *query)
{
	List	   *keys = NIL;
	ListCell   *cell;

	foreach(cell, query->groupClause)
	{
		Node	   *key = get_sortgroupclause_expr(lfirst(cell), query->targetList);

		if (IsA(key, Var) && ((Var *) key)->varlevelsup == 0 &&
			sf_group_expressions(rt_fetch(((Var *) key)->varno, query->rtable)))
			key = list_nth(sf_group_expressions(rt_fetch(((Var *) key)->varno, query->rtable)),
						   ((Var *) key)->varattno - 1);
		if (!IsA(key, Const))
			keys = lappend(keys, lfirst(cell));
	}
	if (keys != NIL && query->groupingSets == NIL)
		query->groupClause = keys;
}

/*
 * The relations below an outer join that may have no row of them.
 */
static void
find_nullable(Node *node, bool nullable, Bitmapset **found)
{
	JoinExpr   *join = (JoinExpr *) node;
	ListCell   *cell;

	if (node == NULL)
		return;
	if (IsA(node, RangeTblRef) && nullable)
		*found = bms_add_member(*found, ((RangeTblRef *) node)->rtindex);
	if (IsA(node, FromExpr))
	{
		foreach(cell, ((FromExpr *) node)->fromlist)
			find_nullable(lfirst(cell), nullable, found);
	}
	if (IsA(node, JoinExpr))
	{
		find_nullable(join->larg, nullable || join->jointype == JOIN_RIGHT || join->jointype == JOIN_FULL, found);
		find_nullable(join->rarg, nullable || join->jointype == JOIN_LEFT || join->jointype == JOIN_FULL, found);
	}
}

Node *
sf_condition_of_constants(PlannerInfo *root, Oid relid, Index varno, Node *condition)
{
	Condition	work = {.relid = relid,.varno = varno};
	Node	   *folded = put_in_condition(condition, &work);

	return work.found ? eval_const_expressions(root, folded) : NULL;
}

static Node *
put_in_condition(Node *node, void *context)
{
	Condition  *work = context;
	Var		   *var = (Var *) node;
	Const	   *constant;

	if (node == NULL)
		return NULL;
	if (IsA(node, Var) && var->varno == work->varno && var->varlevelsup == 0 && var->varattno > 0 &&
		(constant = constant_of(work->relid, var->varattno)) != NULL)
	{
		work->found = true;
		return (Node *) constant;
	}
	return expression_tree_mutator(node, put_in_condition, context);
}

SfConstants *
sf_constants_of(Relation rel)
{
	TupleDesc	desc = RelationGetDescr(rel);
	SfConstants *constants = NULL;

	for (int i = 0; i < desc->natts; i++)
	{
		Const	   *constant = TupleDescAttr(desc, i)->attisdropped ? NULL : constant_of(RelationGetRelid(rel), i + 1);

		if (constant == NULL)
			continue;
		if (constants == NULL)
			constants = palloc0(offsetof(SfConstants, list) + desc->natts * sizeof(constants->list[0]));
		constants->list[constants->count].attnum = i + 1;
		constants->list[constants->count++].value = constant->constvalue;
	}
	return constants;
}

void
sf_constants_fill(const SfConstants *constants, TupleTableSlot *slot)
{
	for (int i = 0; constants && i < constants->count; i++)
	{
		slot->tts_values[constants->list[i].attnum - 1] = constants->list[i].value;
		slot->tts_isnull[constants->list[i].attnum - 1] = false;
	}
}

void
sf_constants_check(const SfConstants *constants, Relation rel, TupleTableSlot *slot)
{
	for (int i = 0; constants && i < constants->count; i++)
	{
		int			index = constants->list[i].attnum - 1;
		Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), index);
		TypeCacheEntry *type;
		Datum		value;
		bool		isnull;

		value = slot_getattr(slot, index + 1, &isnull);
		if (isnull)
			continue;
		type = lookup_type_cache(att->atttypid, TYPECACHE_EQ_OPR_FINFO);
		if (OidIsValid(type->eq_opr_finfo.fn_oid) ?
			DatumGetBool(FunctionCall2Coll(&type->eq_opr_finfo, att->attcollation, value,
										   constants->list[i].value)) :
			datumIsEqual(value, constants->list[i].value, att->attbyval, att->attlen))
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("rows of foreign table \"%s\" have a constant in column \"%s\"",
						RelationGetRelationName(rel), NameStr(att->attname)),
				 errdetail("The row to be written has another value.")));
	}
}

/*
 * NULL for a column that has none.
 */
static Const *
constant_of(Oid relid, AttrNumber attnum)
{
	const char *value = value_of(GetForeignColumnOptions(relid, attnum));
	Oid			type;
	int32		typmod;
	Oid			collation;

	if (value == NULL || !sf_server_is_ours(GetForeignServerIdByRelId(relid)))
		return NULL;
	get_atttypetypmodcoll(relid, attnum, &type, &typmod, &collation);
	return make_constant(relid, get_attname(relid, attnum, false), type, typmod, collation, value);
}

/*
 * Throws what the type's input function throws.
 */
static Const *
make_constant(Oid relid, const char *column, Oid type, int32 typmod, Oid collation, const char *value)
{
	Where		where = {.relid = relid,.column = column};
	ErrorContextCallback callback;
	Oid			input;
	Oid			parameter;
	int16		length;
	bool		byvalue;
	Datum		datum;

	sf_context_begin(&callback, describe, &where);
	getTypeInputInfo(type, &input, &parameter);
	get_typlenbyval(type, &length, &byvalue);
	datum = OidInputFunctionCall(input, (char *) value, parameter, typmod);
	sf_context_end(&callback);
	return makeConst(type, typmod, collation, length, datum, false, byvalue);
}

static const char *
value_of(List *options)
{
	ListCell   *cell;

	foreach(cell, options)
	{
		if (strcmp(((DefElem *) lfirst(cell))->defname, "constant") == 0)
			return defGetString(lfirst(cell));
	}
	return NULL;
}
