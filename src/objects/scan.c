/*
 * scan.c
 *	  Executing a scan of an object table.
 *
 * Rows are handed out as they come.  They are read to the end and kept before
 * that where the statement changes objects, which must not meet what it has
 * changed itself, and where they are asked for again.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "commands/explain.h"
#include "executor/executor.h"
#include "foreign/foreign.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "api/session.h"
#include "api/usage.h"
#include "core/compat.h"
#include "core/options.h"
#include "core/params.h"
#include "objects/objects.h"
#include "objects/row.h"
#include "objects/source.h"

#define NAME_MAX_LENGTH 255		/* of an identifier */
#define VALUES_MAX 16384		/* of an IN list */

typedef struct ObjectScan
{
	MemoryContext context;		/* the list and what its filters are made of */
	MemoryContext row_context;
	const SfKindDef *kind;
	char	   *database;		/* the table's options, NULL: anywhere */
	char	   *schema;
	Oid			userid;			/* whose mapping */
	Oid			serverid;
	List	   *uses;
	List	   *exprs;			/* ExprState */
	SfRowShape *shape;
	SfWanted	wanted;
	SfSource   *source;			/* NULL: not begun */
	bool		nothing;		/* a filter is NULL */
	Bitmapset  *params;			/* of the executor, in exprs */
	bool		changes;		/* the statement changes objects */
	bool		keeping;		/* rows are kept */
	Tuplestorestate *kept;		/* all rows; NULL: not read */
	TupleTableSlot *kept_row;
	SfUsage		usage;			/* of all lists that were read */
} ObjectScan;

static bool changes_objects(EState *estate);
static bool next_row(ForeignScanState *node, TupleTableSlot *slot);
static void keep_rows(ForeignScanState *node);
static void forget_rows(ObjectScan *scan);
static void open_list(ForeignScanState *node);
static void close_list(ObjectScan *scan);
static void note_wanted(ObjectScan *scan, const ForeignScan *plan, TupleDesc desc, const char *const *names);
static void restrict_names(ObjectScan *scan, int use, Oid type, Datum value, SfObjectFilter *filter);
static SfCondition *condition(const ObjectScan *scan, int use, SfObjectFilter *filter);
static char *value_text(Oid type, Datum value);
static void restrict_column(ObjectScan *scan, int use, Oid type, Datum value, SfObjectFilter *filter);
static TimestampTz time_of(Oid type, Datum value);
static int	array_size(Datum array);
static void restrict_place(const ObjectScan *scan, SfObjectFilter *filter);
static List *names_of(Oid type, Datum value);
static bool may_be_name(const char *name);
static SfObjectFilter shown_filter(ForeignScanState *node);

void
sf_object_begin_scan(ForeignScanState *node, int eflags)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	Relation	rel = node->ss.ss_currentRelation;
	ObjectScan *scan = palloc0(sizeof(ObjectScan));
	TupleDesc	desc = RelationGetDescr(rel);
	SfTableOptions *options;
	const char **names;
	List	   *columns;

	node->fdw_state = scan;
	options = sf_table_options(RelationGetRelid(rel));
	scan->kind = sf_kind_find(options->kind);
	scan->database = options->database;
	scan->schema = options->schema;
	names = palloc0(sizeof(char *) * Max(desc->natts, 1));
	for (int i = 0; i < desc->natts; i++)
	{
		if (!TupleDescAttr(desc, i)->attisdropped)
			names[i] = sf_column_options(RelationGetRelid(rel), i + 1)->column_name;
	}
	note_wanted(scan, plan, desc, names);
	if (eflags & EXEC_FLAG_EXPLAIN_ONLY)
		return;
	scan->userid = sf_scan_userid(node);
	scan->serverid = GetForeignTable(RelationGetRelid(rel))->serverid;
	scan->uses = list_nth(plan->fdw_private, SfObjectPrivateFilters);
	scan->exprs = ExecInitExprList(plan->fdw_exprs, (PlanState *) node);
	scan->params = sf_exec_params((Node *) plan->fdw_exprs);
	scan->keeping = scan->changes = changes_objects(node->ss.ps.state);
	scan->context = AllocSetContextCreate(node->ss.ps.state->es_query_cxt, "snowflake_fdw object scan",
										  ALLOCSET_DEFAULT_SIZES);
	scan->row_context = AllocSetContextCreate(node->ss.ps.state->es_query_cxt, "snowflake_fdw object row",
											  ALLOCSET_DEFAULT_SIZES);
	scan->shape = sf_row_shape(scan->kind, desc, names);
	columns = list_nth(plan->fdw_private, SfObjectPrivateColumns);
	for (int i = 0; i < desc->natts; i++)
	{
		if (!list_member_int(columns, i + 1) && !list_member_int(columns, 0))
			scan->shape->columns[i].property = NULL;
	}
}

/*
 * Whether what is changed is no table of this database alone.
 */
static bool
changes_objects(EState *estate)
{
	ListCell   *cell;

	foreach(cell, estate->es_plannedstmt->resultRelations)
	{
		if (exec_rt_fetch(lfirst_int(cell), estate)->relkind != RELKIND_RELATION)
			return true;
	}
	return false;
}

TupleTableSlot *
sf_object_iterate_scan(ForeignScanState *node)
{
	ObjectScan *scan = node->fdw_state;
	TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;

	ExecClearTuple(slot);
	if (!scan->keeping)
	{
		next_row(node, slot);
		return slot;
	}
	if (scan->kept == NULL)
		keep_rows(node);
	if (tuplestore_gettupleslot(scan->kept, true, false, scan->kept_row))
		ExecCopySlot(slot, scan->kept_row);
	return slot;
}

/*
 * Stores the next row; false at the end.  Waits on the network.
 */
static bool
next_row(ForeignScanState *node, TupleTableSlot *slot)
{
	ObjectScan *scan = node->fdw_state;
	MemoryContext old;
	SfListed	listed;

	if (scan->source == NULL && !scan->nothing)
		open_list(node);
	if (scan->nothing || !sf_source_next(scan->source, &listed))
		return false;
	MemoryContextReset(scan->row_context);
	old = MemoryContextSwitchTo(scan->row_context);
	sf_row_fill(scan->shape, &listed, slot->tts_values, slot->tts_isnull);
	MemoryContextSwitchTo(old);
	ExecStoreVirtualTuple(slot);
	return true;
}

/*
 * Reads all rows.
 */
static void
keep_rows(ForeignScanState *node)
{
	ObjectScan *scan = node->fdw_state;
	TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;
	EState	   *estate = node->ss.ps.state;
	MemoryContext old = MemoryContextSwitchTo(estate->es_query_cxt);

	scan->kept = tuplestore_begin_heap(false, false, work_mem);
	tuplestore_set_eflags(scan->kept, EXEC_FLAG_REWIND);
	if (scan->kept_row == NULL)
		scan->kept_row = ExecInitExtraTupleSlot(estate, slot->tts_tupleDescriptor, &TTSOpsMinimalTuple);
	MemoryContextSwitchTo(old);
	while (next_row(node, slot))
	{
		CHECK_FOR_INTERRUPTS();
		tuplestore_puttupleslot(scan->kept, slot);
		ExecClearTuple(slot);
	}
	close_list(scan);
	tuplestore_rescan(scan->kept);
}

/*
 * The same rows again, unless another value restricts the request.  They are
 * kept from the second time on.
 */
void
sf_object_rescan(ForeignScanState *node)
{
	ObjectScan *scan = node->fdw_state;
	bool		same = !bms_overlap(scan->params, node->ss.ps.chgParam);

	if (scan->kept && same)
	{
		tuplestore_rescan(scan->kept);
		return;
	}
	scan->keeping = scan->changes || (same && scan->source);
	forget_rows(scan);
	close_list(scan);
	scan->nothing = false;
	MemoryContextReset(scan->context);
}

void
sf_object_end_scan(ForeignScanState *node)
{
	ObjectScan *scan = node->fdw_state;

	if (scan == NULL || scan->context == NULL)
		return;
	forget_rows(scan);
	close_list(scan);
	MemoryContextDelete(scan->context);
}

static void
forget_rows(ObjectScan *scan)
{
	if (scan->kept == NULL)
		return;
	ExecClearTuple(scan->kept_row);
	tuplestore_end(scan->kept);
	scan->kept = NULL;
}

/*
 * The calls, as far as they are known before the scan: what is not constant
 * stands in angle brackets.
 */
void
sf_object_explain_scan(ForeignScanState *node, ExplainState *es)
{
	ObjectScan *scan = node->fdw_state;
	SfObjectFilter filter;

	if (es->analyze)
		sf_usage_explain(&scan->usage, NULL, es);
	if (!es->verbose)
		return;
	filter = shown_filter(node);
	sf_source_explain(scan->kind, &filter, &scan->wanted, es);
}

/*
 * Evaluates the filters and prepares the list; sends nothing yet.
 */
static void
open_list(ForeignScanState *node)
{
	ObjectScan *scan = node->fdw_state;
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	ExprContext *econtext = node->ss.ps.ps_ExprContext;
	MemoryContext old = MemoryContextSwitchTo(scan->context);
	SfObjectFilter filter = {.limit = -1,.usage = &scan->usage};
	int			limit = intVal(list_nth(plan->fdw_private, SfObjectPrivateLimit));
	ListCell   *cell;
	ListCell   *use;
	ListCell   *expr;

	filter.root_only = intVal(list_nth(plan->fdw_private, SfObjectPrivateRootOnly)) != 0;
	if (limit > 0)
		filter.limit = limit;
	forthree(cell, scan->exprs, use, scan->uses, expr, plan->fdw_exprs)
	{
		bool		isnull;
		Datum		value = ExecEvalExprSwitchContext(lfirst(cell), econtext, &isnull);

		if (isnull)
		{
			scan->nothing = true;
			MemoryContextSwitchTo(old);
			return;
		}
		restrict_names(scan, lfirst_int(use), exprType(lfirst(expr)), value, &filter);
	}
	restrict_place(scan, &filter);
	scan->source = sf_source_begin(sf_session_get(scan->serverid, scan->userid), scan->kind, &filter, &scan->wanted,
								   scan->context);
	MemoryContextSwitchTo(old);
}

/*
 * Throws nothing.
 */
static void
close_list(ObjectScan *scan)
{
	if (scan->source == NULL)
		return;
	sf_source_end(scan->source);
	scan->source = NULL;
}

/*
 * The properties that the plan looks at.
 */
static void
note_wanted(ObjectScan *scan, const ForeignScan *plan, TupleDesc desc, const char *const *names)
{
	List	   *columns = list_nth(plan->fdw_private, SfObjectPrivateColumns);

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		const SfColumnDef *column;

		if (att->attisdropped || (!list_member_int(columns, i + 1) && !list_member_int(columns, 0)))
			continue;
		column = sf_kind_column(scan->kind, names[i] ? names[i] : NameStr(att->attname));
		if (column)
			scan->wanted.columns = lappend(scan->wanted.columns, (void *) column);
		else
			scan->wanted.raw = true;
	}
}

static void
restrict_names(ObjectScan *scan, int use, Oid type, Datum value, SfObjectFilter *filter)
{
	char	   *pattern;

	switch ((SfFilterUse) SF_USE_KIND(use))
	{
		case SF_USE_CONDITION:
			restrict_column(scan, use, type, value, filter);
			break;
		case SF_USE_DATABASE:
			filter->databases = names_of(type, value);
			filter->some_databases = true;
			break;
		case SF_USE_SCHEMA:
			filter->schemas = names_of(type, value);
			filter->some_schemas = true;
			break;
		case SF_USE_NAME:
			filter->names = names_of(type, value);
			filter->some_names = true;
			break;
		case SF_USE_LIKE:
			/* a backslash means something else on the other side */
			pattern = TextDatumGetCString(value);
			if (strchr(pattern, '\\') == NULL)
				filter->like = pattern;
			break;
		case SF_USE_STARTS_WITH:
			filter->starts_with = TextDatumGetCString(value);
			break;
	}
}

static SfCondition *
condition(const ObjectScan *scan, int use, SfObjectFilter *filter)
{
	SfCondition *condition = palloc0(sizeof(SfCondition));

	condition->column = &scan->kind->columns[SF_USE_COLUMN(use)];
	condition->op = SF_USE_OP(use);
	filter->conditions = lappend(filter->conditions, condition);
	return condition;
}

/*
 * A pattern with a backslash, which means something else on the other side,
 * stays here, and so does a list of more values than Snowflake takes.
 */
static void
restrict_column(ObjectScan *scan, int use, Oid type, Datum value, SfObjectFilter *filter)
{
	Datum	   *elements;
	bool	   *nulls;
	int			n;
	int16		len;
	bool		byval;
	char		align;
	Oid			element = get_element_type(type);
	SfCondition *made;

	if (SF_USE_OP(use) == SF_OP_LIKE && strchr(TextDatumGetCString(value), '\\'))
		return;
	if (OidIsValid(element) && array_size(value) > VALUES_MAX)
		return;
	made = condition(scan, use, filter);
	if (type == TIMESTAMPTZOID || type == TIMESTAMPOID || type == DATEOID)
		made->time = time_of(type, value);
	else if (!OidIsValid(element))
		made->values = list_make1(value_text(type, value));
	else
	{
		get_typlenbyvalalign(element, &len, &byval, &align);
		deconstruct_array(DatumGetArrayTypeP(value), element, len, byval, align, &elements, &nulls, &n);
		for (int i = 0; i < n; i++)
		{
			if (!nulls[i])
				made->values = lappend(made->values, value_text(element, elements[i]));
		}
	}
}

/*
 * As the session's zone has it; years that Snowflake does not have count as
 * the nearest that it has.
 */
static TimestampTz
time_of(Oid type, Datum value)
{
	const DateADT first = date2j(1, 1, 1) - POSTGRES_EPOCH_JDATE;
	const DateADT last = date2j(10000, 1, 1) - POSTGRES_EPOCH_JDATE;

	if (type == DATEOID)
	{
		DateADT		date = DatumGetDateADT(value);

		if (!DATE_NOT_FINITE(date))
			date = Min(Max(date, first), last);
		return DatumGetTimestampTz(DirectFunctionCall1(date_timestamptz, DateADTGetDatum(date)));
	}
	if (type == TIMESTAMPOID)
	{
		Timestamp	time = DatumGetTimestamp(value);

		if (!TIMESTAMP_NOT_FINITE(time))
			time = Min(Max(time, first * USECS_PER_DAY), last * USECS_PER_DAY);
		return DatumGetTimestampTz(DirectFunctionCall1(timestamp_timestamptz, TimestampGetDatum(time)));
	}
	return DatumGetTimestampTz(value);
}

static int
array_size(Datum array)
{
	ArrayType  *value = DatumGetArrayTypeP(array);

	return ArrayGetNItems(ARR_NDIM(value), ARR_DIMS(value));
}

/*
 * Of a text or a whole number.
 */
static char *
value_text(Oid type, Datum value)
{
	if (type == INT8OID)
		return psprintf(INT64_FORMAT, DatumGetInt64(value));
	if (type == INT4OID)
		return psprintf("%d", DatumGetInt32(value));
	return TextDatumGetCString(value);
}

/*
 * To where the table's options say; conditions are looked at again, so that
 * they need not be combined.
 */
static void
restrict_place(const ObjectScan *scan, SfObjectFilter *filter)
{
	if (scan->database)
	{
		filter->databases = list_make1(scan->database);
		filter->some_databases = true;
	}
	if (scan->schema)
	{
		filter->schemas = list_make1(scan->schema);
		filter->some_schemas = true;
	}
}

/*
 * A text or the different elements of an array of texts; what cannot be a
 * name is left out, since no object has it.
 */
static List *
names_of(Oid type, Datum value)
{
	List	   *names = NIL;
	Datum	   *elements;
	bool	   *nulls;
	int			n;

	if (!OidIsValid(get_element_type(type)))
	{
		char	   *name = TextDatumGetCString(value);

		return may_be_name(name) ? list_make1(name) : NIL;
	}
	deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		char	   *name = nulls[i] ? NULL : TextDatumGetCString(elements[i]);
		ListCell   *cell;
		bool		again = name == NULL || !may_be_name(name);

		foreach(cell, names)
			again |= name && strcmp(lfirst(cell), name) == 0;
		if (!again)
			names = lappend(names, name);
	}
	return names;
}

static bool
may_be_name(const char *name)
{
	return name[0] && pg_mbstrlen(name) <= NAME_MAX_LENGTH;
}

/*
 * The filter of a plan that does not run.
 */
static SfObjectFilter
shown_filter(ForeignScanState *node)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	ObjectScan *scan = node->fdw_state;
	SfObjectFilter filter = {.limit = -1};
	int			limit = intVal(list_nth(plan->fdw_private, SfObjectPrivateLimit));
	ListCell   *use;
	ListCell   *expr;

	filter.root_only = intVal(list_nth(plan->fdw_private, SfObjectPrivateRootOnly)) != 0;
	if (limit > 0)
		filter.limit = limit;
	forboth(use, (List *) list_nth(plan->fdw_private, SfObjectPrivateFilters), expr, plan->fdw_exprs)
	{
		Const	   *constant = lfirst(expr);

		if (IsA(constant, Const) && !constant->constisnull)
			restrict_names(scan, lfirst_int(use), constant->consttype, constant->constvalue, &filter);
		else if (SF_USE_KIND(lfirst_int(use)) == SF_USE_CONDITION)
			condition(scan, lfirst_int(use), &filter)->unknown = true;
		else
			restrict_names(scan, lfirst_int(use), TEXTOID, CStringGetTextDatum("{parameter}"), &filter);
	}
	restrict_place(scan, &filter);
	return filter;
}
