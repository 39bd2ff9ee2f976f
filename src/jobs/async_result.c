/*
 * async_result.c
 *	  sf_async_result, sf_async_result_as, sf_async_result_json,
 *	  sf_async_result_partition, sf_async_partitions, sf_async_columns,
 *	  sf_async_value, sf_async_dml: what a job has brought.
 *
 * The result of several statements is that of the last one.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "api/arguments.h"
#include "core/options.h"
#include "jobs/job_result.h"
#include "query/resultset.h"
#include "types/dml.h"
#include "types/rows.h"
#include "types/typemap.h"

PG_FUNCTION_INFO_V1(sf_async_result);
PG_FUNCTION_INFO_V1(sf_async_result_as);
PG_FUNCTION_INFO_V1(sf_async_result_json);
PG_FUNCTION_INFO_V1(sf_async_result_partition);
PG_FUNCTION_INFO_V1(sf_async_partitions);
PG_FUNCTION_INFO_V1(sf_async_columns);
PG_FUNCTION_INFO_V1(sf_async_value);
PG_FUNCTION_INFO_V1(sf_async_dml);

static SfResultSet *start_result(FunctionCallInfo fcinfo, int first, SfResultShape shape, const char *what);
static SfResultSet *start_partition(FunctionCallInfo fcinfo, int first, SfResultShape shape, const char *what);
static void put_count(Datum *values, bool *nulls, int column, int64 count);

Datum
sf_async_result(PG_FUNCTION_ARGS)
{
	return sf_resultset_return(fcinfo, 0, SF_SHAPE_RECORD, start_result, "sf_async_result()");
}

Datum
sf_async_result_as(PG_FUNCTION_ARGS)
{
	return sf_resultset_return(fcinfo, 1, SF_SHAPE_ROWTYPE, start_result, "sf_async_result_as()");
}

Datum
sf_async_result_json(PG_FUNCTION_ARGS)
{
	return sf_resultset_return(fcinfo, 0, SF_SHAPE_JSON, start_result, "sf_async_result_json()");
}

Datum
sf_async_result_partition(PG_FUNCTION_ARGS)
{
	return sf_resultset_return(fcinfo, 0, SF_SHAPE_JSON, start_partition, "sf_async_result_partition()");
}

/*
 * The partitions of the result.  Waits for it.
 */
Datum
sf_async_partitions(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	SfStatement *statement;
	const SfResultMeta *meta;

	InitMaterializedSRF(fcinfo, 0);
	statement = sf_job_result(sf_job_required(fcinfo, 0), -1);
	meta = sf_statement_result(statement);
	for (int i = 0; i < meta->npartitions; i++)
	{
		const SfPartitionMeta *partition = &meta->partitions[i];
		Datum		values[4] = {0};
		bool		nulls[4] = {0};

		values[0] = Int32GetDatum(i);
		values[1] = Int64GetDatum(partition->rows);
		put_count(values, nulls, 2, partition->uncompressed_size);
		put_count(values, nulls, 3, partition->compressed_size);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	sf_statement_close(statement);
	return (Datum) 0;
}

/*
 * The columns of the result.  Waits for it.
 */
Datum
sf_async_columns(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	SfStatement *statement;
	const SfResultMeta *meta;

	InitMaterializedSRF(fcinfo, 0);
	statement = sf_job_result(sf_job_required(fcinfo, 0), -1);
	meta = sf_statement_result(statement);
	for (int i = 0; i < meta->ncolumns; i++)
	{
		const SfColumnMeta *column = &meta->columns[i];
		Datum		values[8] = {0};
		bool		nulls[8] = {0};

		values[0] = Int32GetDatum(i + 1);
		values[1] = CStringGetTextDatum(column->name);
		values[2] = CStringGetTextDatum(column->type);
		values[3] = Int32GetDatum(column->precision);
		nulls[3] = column->precision < 0;
		values[4] = Int32GetDatum(column->scale);
		nulls[4] = column->scale < 0;
		put_count(values, nulls, 5, column->length);
		values[6] = BoolGetDatum(column->nullable);
		values[7] = CStringGetTextDatum(sf_pg_type_for_meta(column));
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	sf_statement_close(statement);
	return (Datum) 0;
}

/*
 * The first column of the first row as text; NULL when there is no row.
 */
Datum
sf_async_value(PG_FUNCTION_ARGS)
{
	int64		timeout = sf_milliseconds_argument(fcinfo, 1);
	SfJob	   *job = sf_job_argument(fcinfo, 0);
	SfStatement *statement;
	TupleDesc	desc = CreateTemplateTupleDesc(1);
	int		   *map;
	Datum		value;
	bool		isnull = true;

	if (job == NULL)
		PG_RETURN_NULL();
	statement = sf_job_result(job, timeout);
	TupleDescInitEntry(desc, 1, "value", TEXTOID, -1, 0);
	map = palloc(sizeof(int) * sf_statement_result(statement)->ncolumns);
	for (int i = 0; i < sf_statement_result(statement)->ncolumns; i++)
		map[i] = i == 0 ? 0 : -1;
	if (!sf_rows_next(sf_rows_create(CurrentMemoryContext, statement, desc, map, NULL), &value, &isnull))
		isnull = true;
	/* the text may lie in the partition's buffer */
	if (!isnull)
		value = PointerGetDatum(PG_DETOAST_DATUM_COPY(value));
	sf_statement_close(statement);
	if (isnull)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(value);
}

/*
 * How many rows a DML statement has changed; NULL where it does not say.
 */
Datum
sf_async_dml(PG_FUNCTION_ARGS)
{
	int64		timeout = sf_milliseconds_argument(fcinfo, 1);
	SfJob	   *job = sf_job_argument(fcinfo, 0);
	SfStatement *statement;
	TupleDesc	desc;
	int64		counts[SF_DML_COUNTS];
	Datum		values[SF_DML_COUNTS];
	bool		nulls[SF_DML_COUNTS];

	if (job == NULL)
		PG_RETURN_NULL();
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	statement = sf_job_result(job, timeout);
	sf_dml_counts(statement, counts);
	for (int i = 0; i < SF_DML_COUNTS; i++)
		put_count(values, nulls, i, counts[i]);
	sf_statement_close(statement);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}

/*
 * A job's result as a set; the argument behind the query id is the timeout.
 */
static SfResultSet *
start_result(FunctionCallInfo fcinfo, int first, SfResultShape shape, const char *what)
{
	int64		timeout = sf_milliseconds_argument(fcinfo, first + 1);
	SfStatement *statement = sf_job_result(sf_job_required(fcinfo, first), timeout);

	return sf_resultset_create(fcinfo, statement, shape);
}

/*
 * One partition of a job's result as a set.
 */
static SfResultSet *
start_partition(FunctionCallInfo fcinfo, int first, SfResultShape shape, const char *what)
{
	int			partition = PG_ARGISNULL(first + 1) ? -1 : PG_GETARG_INT32(first + 1);
	SfStatement *statement;
	int			count;

	if (partition < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the number of a partition must be given and not be negative"),
				 errhint("The first one is 0; sf_async_partitions() lists them.")));
	statement = sf_job_result(sf_job_required(fcinfo, first), -1);
	count = sf_statement_result(statement)->npartitions;
	if (partition >= count)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg_plural("there is no partition %d: the result has %d partition",
							   "there is no partition %d: the result has %d partitions",
							   count, partition, count)));
	sf_statement_only(statement, partition);
	return sf_resultset_create(fcinfo, statement, shape);
}

static void
put_count(Datum *values, bool *nulls, int column, int64 count)
{
	values[column] = Int64GetDatum(count);
	nulls[column] = count < 0;
}
