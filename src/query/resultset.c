/*
 * resultset.c
 *	  A statement's result as a set that a SQL function returns.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "parser/parse_type.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

#include "base/ident.h"
#include "core/owner.h"
#include "query/resultset.h"
#include "types/match.h"
#include "types/rows.h"
#include "types/typemap.h"

struct SfResultSet
{
	SfStatement *statement;
	SfRows	   *rows;
	SfResultShape shape;
	bool		scalar;			/* SF_SHAPE_ROWTYPE of a type that is no row:
								 * the first column */
	TupleDesc	desc;			/* what rows are decoded into */
	Datum	   *values;
	bool	   *nulls;
	MemoryContext row_context;	/* reset for each row */
};

static void materialize(ReturnSetInfo *rsinfo, SfResultSet *set);
static bool next_row(SfResultSet *set);
static Datum row_datum(SfResultSet *set, bool *isnull);
static TupleDesc record_desc(FunctionCallInfo fcinfo, const SfResultMeta *meta);
static TupleDesc rowtype_desc(FunctionCallInfo fcinfo, bool *scalar);
static TupleDesc json_desc(const SfResultMeta *meta);
static int *first_column(const SfResultMeta *meta);
static int *match_rowtype(const SfResultMeta *meta, TupleDesc desc);

SfResultSet *
sf_resultset_create(FunctionCallInfo fcinfo, SfStatement *statement, SfResultShape shape)
{
	SfResultSet *set = palloc0(sizeof(SfResultSet));
	const SfResultMeta *meta = sf_statement_result(statement);
	int		   *map = NULL;

	set->statement = statement;
	set->shape = shape;
	switch (shape)
	{
		case SF_SHAPE_RECORD:
			set->desc = record_desc(fcinfo, meta);
			break;
		case SF_SHAPE_ROWTYPE:
			set->desc = rowtype_desc(fcinfo, &set->scalar);
			map = set->scalar ? first_column(meta) : match_rowtype(meta, set->desc);
			break;
		case SF_SHAPE_JSON:
			set->desc = json_desc(meta);
			break;
	}
	set->values = palloc0(sizeof(Datum) * Max(set->desc->natts, 1));
	set->nulls = palloc(sizeof(bool) * Max(set->desc->natts, 1));
	set->row_context = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw row", ALLOCSET_DEFAULT_SIZES);
	set->rows = sf_rows_create(CurrentMemoryContext, statement, set->desc, map, NULL);
	return set;
}

Datum
sf_resultset_return(FunctionCallInfo fcinfo, int first, SfResultShape shape, SfResultStart start, const char *what)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	FuncCallContext *funcctx;
	SfResultSet *set;
	MemoryContext old;
	Datum		result;
	bool		isnull;

	if (rsinfo == NULL || !IsA(rsinfo, ReturnSetInfo))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s called in a context that cannot accept a set", what)));

	if (rsinfo->allowedModes & SFRM_Materialize_Preferred)
	{
		MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw result",
												   ALLOCSET_DEFAULT_SIZES);

		old = MemoryContextSwitchTo(work);
		set = start(fcinfo, first, shape, what);
		MemoryContextSwitchTo(old);
		materialize(rsinfo, set);
		sf_statement_close(set->statement);
		MemoryContextDelete(work);
		return (Datum) 0;
	}

	if (SRF_IS_FIRSTCALL())
	{
		funcctx = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(funcctx->multi_call_memory_ctx);
		funcctx->user_fctx = start(fcinfo, first, shape, what);
		MemoryContextSwitchTo(old);
	}
	funcctx = SRF_PERCALL_SETUP();
	set = funcctx->user_fctx;
	if (!next_row(set))
	{
		sf_statement_close(set->statement);
		SRF_RETURN_DONE(funcctx);
	}
	result = row_datum(set, &isnull);
	if (isnull)
		SRF_RETURN_NEXT_NULL(funcctx);
	SRF_RETURN_NEXT(funcctx, result);
}

void
sf_json_push(JsonbParseState **state, const char *key, JsonbValue *value)
{
	JsonbValue	name;

	name.type = jbvString;
	name.val.string.val = (char *) key;
	name.val.string.len = strlen(key);
	pushJsonbValue(state, WJB_KEY, &name);
	pushJsonbValue(state, WJB_VALUE, value);
}

void
sf_json_push_text(JsonbParseState **state, const char *key, const char *text)
{
	JsonbValue	value;

	value.type = text ? jbvString : jbvNull;
	if (text)
	{
		value.val.string.val = (char *) text;
		value.val.string.len = strlen(text);
	}
	sf_json_push(state, key, &value);
}

/*
 * The tuplestore lives as long as the query.  Waits on the network,
 * interruptible.
 */
static void
materialize(ReturnSetInfo *rsinfo, SfResultSet *set)
{
	MemoryContext query_context = rsinfo->econtext->ecxt_per_query_memory;
	MemoryContext old = MemoryContextSwitchTo(query_context);
	Tuplestorestate *store = tuplestore_begin_heap(rsinfo->allowedModes & SFRM_Materialize_Random, false, work_mem);
	TupleDesc	desc;

	if (set->shape == SF_SHAPE_JSON || set->scalar)
	{
		desc = CreateTemplateTupleDesc(1);
		TupleDescInitEntry(desc, 1, "value", set->scalar ? TupleDescAttr(set->desc, 0)->atttypid : JSONBOID, -1, 0);
	}
	else
		desc = CreateTupleDescCopy(set->desc);
	rsinfo->returnMode = SFRM_Materialize;
	rsinfo->setResult = store;
	rsinfo->setDesc = desc;
	MemoryContextSwitchTo(old);

	while (next_row(set))
	{
		if (set->shape == SF_SHAPE_JSON)
		{
			bool		isnull;
			Datum		value;

			/* which the next row resets */
			old = MemoryContextSwitchTo(set->row_context);
			value = row_datum(set, &isnull);
			MemoryContextSwitchTo(old);
			tuplestore_putvalues(store, desc, &value, &isnull);
		}
		else
			tuplestore_putvalues(store, desc, set->values, set->nulls);
		CHECK_FOR_INTERRUPTS();
	}
}

/*
 * Decodes one row into the set's arrays; its values live until the next call.
 */
static bool
next_row(SfResultSet *set)
{
	MemoryContext old;
	bool		found;

	MemoryContextReset(set->row_context);
	memset(set->nulls, true, sizeof(bool) * set->desc->natts);
	old = MemoryContextSwitchTo(set->row_context);
	found = sf_rows_next(set->rows, set->values, set->nulls);
	MemoryContextSwitchTo(old);
	return found;
}

/*
 * The row as one value, in the current context.
 */
static Datum
row_datum(SfResultSet *set, bool *isnull)
{
	HeapTuple	tuple;
	Datum		row;

	*isnull = false;
	if (set->scalar)
	{
		Form_pg_attribute att = TupleDescAttr(set->desc, 0);

		*isnull = set->nulls[0];
		return set->nulls[0] ? (Datum) 0 : datumCopy(set->values[0], att->attbyval, att->attlen);
	}
	tuple = heap_form_tuple(set->desc, set->values, set->nulls);
	row = HeapTupleGetDatum(tuple);
	if (set->shape == SF_SHAPE_JSON)
	{
		text	   *json = DatumGetTextPP(DirectFunctionCall1(row_to_json, row));

		return DirectFunctionCall1(jsonb_in, CStringGetDatum(text_to_cstring(json)));
	}
	return row;
}

/*
 * The column definition list of the call; columns match by position.
 */
static TupleDesc
record_desc(FunctionCallInfo fcinfo, const SfResultMeta *meta)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	if (rsinfo->expectedDesc == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("function returning record called in context that cannot accept type record"),
				 errhint("Call it in FROM with a column definition list; sf_describe() writes that list.")));
	if (rsinfo->expectedDesc->natts != meta->ncolumns)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg_plural("the result has %d column, the column definition list has %d",
							   "the result has %d columns, the column definition list has %d",
							   meta->ncolumns, meta->ncolumns, rsinfo->expectedDesc->natts),
				 errdetail("The result's columns are %s.", sf_describe_columns(meta)),
				 errhint("sf_describe() writes the list of a statement.")));
	return CreateTupleDescCopy(rsinfo->expectedDesc);
}

/*
 * The row type of the first argument; a type that is no row takes the first
 * column.
 */
static TupleDesc
rowtype_desc(FunctionCallInfo fcinfo, bool *scalar)
{
	Oid			type = get_fn_expr_argtype(fcinfo->flinfo, 0);
	TupleDesc	desc;

	if (!OidIsValid(type) || type == RECORDOID)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("the first argument must be of a named type"),
				 errhint("Write for example NULL::my_table.")));
	desc = lookup_rowtype_tupdesc_domain(type, -1, true);
	if (desc)
	{
		TupleDesc	copy = CreateTupleDescCopy(desc);

		ReleaseTupleDesc(desc);
		*scalar = false;
		return copy;
	}
	desc = CreateTemplateTupleDesc(1);
	TupleDescInitEntry(desc, 1, "value", type, -1, 0);
	*scalar = true;
	return desc;
}

/*
 * One attribute per result column, of the type an import would give it, named
 * as an import would name it.
 */
static TupleDesc
json_desc(const SfResultMeta *meta)
{
	TupleDesc	desc;
	char	  **keys;

	if (meta->ncolumns > MaxTupleAttributeNumber)
		ereport(ERROR,
				(errcode(ERRCODE_TOO_MANY_COLUMNS),
				 errmsg("the result has %d columns, a row at most %d", meta->ncolumns, MaxTupleAttributeNumber),
				 errhint("Select fewer columns.")));
	desc = CreateTemplateTupleDesc(meta->ncolumns);
	keys = palloc(sizeof(char *) * meta->ncolumns);

	for (int i = 0; i < meta->ncolumns; i++)
	{
		Oid			type;
		int32		typmod;

		/* jsonb would drop all but the last of a name */
		keys[i] = sf_unique_column_name(meta->columns[i].name, keys, i);
		parseTypeString(sf_pg_type_for_meta(&meta->columns[i]), &type, &typmod, false);
		TupleDescInitEntry(desc, i + 1, keys[i], type, typmod, 0);
	}
	return BlessTupleDesc(desc);
}

static int *
first_column(const SfResultMeta *meta)
{
	int		   *map = palloc(sizeof(int) * meta->ncolumns);

	for (int i = 0; i < meta->ncolumns; i++)
		map[i] = i == 0 ? 0 : -1;
	return map;
}

/*
 * Attributes by name; NULL where the result lacks one.  Throws 42703 where it
 * lacks all.
 */
static int *
match_rowtype(const SfResultMeta *meta, TupleDesc desc)
{
	const char **names = palloc0(sizeof(char *) * Max(desc->natts, 1));
	bool		matched = desc->natts == 0;
	int		   *map;

	for (int i = 0; i < desc->natts; i++)
	{
		if (!TupleDescAttr(desc, i)->attisdropped)
			names[i] = NameStr(TupleDescAttr(desc, i)->attname);
	}
	map = sf_match_columns(meta, desc->natts, names, false);
	for (int i = 0; i < meta->ncolumns; i++)
		matched |= map[i] >= 0;
	if (!matched)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("the result has none of the columns of the type"),
				 errdetail("The result's columns are %s.", sf_describe_columns(meta)),
				 errhint("Columns match by name: give them names with AS.")));
	return map;
}
