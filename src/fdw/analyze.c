/*
 * analyze.c
 *	  ANALYZE of a data table: Snowflake takes a sample of its rows.
 *
 * Like a scan of a view's tables this runs with the mapping of the table's
 * owner, as which ANALYZE works.  A sample that is smaller than what was asked
 * for is all of the table; else the number of rows is that of the metadata,
 * and of what has none a COUNT(*).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/toast_internals.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/sampling.h"

#include "api/guard.h"
#include "fdw/analyze.h"
#include "fdw/fdw.h"
#include "fdw/scan.h"
#include "types/rows.h"

#define MAX_SAMPLE 1000000		/* rows, SQL reference: SAMPLE */
#define SAMPLE_BYTES 256e6		/* of compressed rows */
#define WIDE_VALUE 2000			/* bytes, above which a value is compressed */
#define DEFAULT_PAGES 10

static int	acquire_sample(Relation relation, int elevel, HeapTuple *rows, int wanted, double *total_rows,
						   double *dead_rows);
static SfSample *find_sample(Relation relation);
static void forget_sample(void *arg);
static int	sample_size(const SfSample *sample, const SfConnOptions *options, int wanted);
static void fill_spec(const SfSample *sample, const char *sql, SfStatementSpec *spec);
static double read_rows(SfSample *sample, Relation relation, HeapTuple *rows, int wanted);
static void compress_values(TupleDesc desc, Datum *values, const bool *nulls);
static double count_rows(SfSample *sample, Relation relation);
static void keep_count(const SfResultMeta *meta, char **cells, void *arg);

static dlist_head samples = DLIST_STATIC_INIT(samples);

/*
 * Asks for the table's size: of partitions the larger ones give more rows.
 * Waits on the network, interruptible.
 */
bool
snowflakeAnalyzeForeignTable(Relation relation, AcquireSampleRowsFunc *acquire, BlockNumber *pages)
{
	SfSample   *sample = find_sample(relation);

	if (sample && !sample->kept)
	{
		sf_sample_free(sample);
		sample = NULL;
	}
	if (sample == NULL)
		sample = sf_sample_create(relation, false);
	if (!sample->sized)
	{
		sf_metadata_ask(sf_session_get(sample->serverid, sample->userid), sample->options, &sample->size);
		sample->sized = true;
	}
	*acquire = acquire_sample;
	if (sample->size.bytes >= 0)
		*pages = (BlockNumber) Min(Max(sample->size.bytes / BLCKSZ, 1), MaxBlockNumber);
	else
		*pages = relation->rd_rel->relpages > 0 ? relation->rd_rel->relpages : DEFAULT_PAGES;
	return true;
}

SfSample *
sf_sample_create(Relation relation, bool kept)
{
	MemoryContext context = AllocSetContextCreate(CurTransactionContext, "snowflake_fdw sample",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	SfSample   *sample = palloc0(sizeof(SfSample));
	MemoryContextCallback *callback = palloc0(sizeof(MemoryContextCallback));

	sample->context = context;
	sample->relid = RelationGetRelid(relation);
	sample->serverid = GetForeignTable(sample->relid)->serverid;
	sample->userid = relation->rd_rel->relowner;
	sample->options = sf_table_options(sample->relid);
	sample->kept = kept;
	sample->size.rows = sample->size.bytes = -1;
	sample->sampled = -1;
	callback->func = forget_sample;
	callback->arg = sample;
	MemoryContextRegisterResetCallback(context, callback);
	dlist_push_tail(&samples, &sample->node);
	MemoryContextSwitchTo(old);
	return sample;
}

void
sf_sample_start(SfSample *sample, Relation relation, int wanted)
{
	MemoryContext old = MemoryContextSwitchTo(sample->context);
	SfSession  *session = sf_session_get(sample->serverid, sample->userid);
	SfTableOptions *options = sample->options;
	Bitmapset  *all = bms_make_singleton(0 - FirstLowInvalidHeapAttributeNumber);
	StringInfoData sql;
	SfStatementSpec spec;

	initStringInfo(&sql);
	sample->select = sf_deparse_select(relation, options, all, &sql);
	sample->asked = sf_deparse_extensible(options) ? sample_size(sample, session->options, wanted) : 0;
	if (sample->asked > 0)
		appendStringInfo(&sql, " SAMPLE (%d ROWS)", sample->asked);
	fill_spec(sample, sql.data, &spec);
	if (options->query)
		sf_guard_reading(options->query, session->options);
	sample->statement = options->query_id ?
		sf_statement_attach(session, options->query_id, &spec, sample->context) :
		sf_statement_start(session, &spec, sample->context);
	MemoryContextSwitchTo(old);
}

void
sf_sample_free(SfSample *sample)
{
	MemoryContextDelete(sample->context);
}

/*
 * AcquireSampleRowsFunc.  Waits on the network, interruptible; throws what
 * Snowflake reports, and 22xxx for a value that its column cannot hold.
 */
static int
acquire_sample(Relation relation, int elevel, HeapTuple *rows, int wanted, double *total_rows, double *dead_rows)
{
	SfSample   *sample = find_sample(relation);
	int			sampled;

	if (sample == NULL)
		sample = sf_sample_create(relation, false);
	if (sample->statement &&
		sample->asked != sample_size(sample, sf_session_get(sample->serverid, sample->userid)->options, wanted) &&
		sample->asked > 0)
	{
		sf_statement_close(sample->statement);
		sample->statement = NULL;
	}
	if (sample->statement == NULL)
		sf_sample_start(sample, relation, wanted);
	*total_rows = read_rows(sample, relation, rows, wanted);
	sf_statement_close(sample->statement);
	sample->statement = NULL;
	if (sample->asked > 0 && *total_rows >= sample->asked)
	{
		double		known = sample->size.rows >= 0 ? sample->size.rows : count_rows(sample, relation);

		*total_rows = Max(*total_rows, known);
	}
	*dead_rows = 0;
	sampled = sample->sampled;
	sample->size.rows = *total_rows;
	ereport(elevel,
			(errmsg("\"%s\": table contains %.0f rows, %d rows in sample",
					RelationGetRelationName(relation), *total_rows, sampled)));
	if (!sample->kept)
		sf_sample_free(sample);
	return sampled;
}

static SfSample *
find_sample(Relation relation)
{
	dlist_iter	iter;

	dlist_foreach(iter, &samples)
	{
		SfSample   *sample = dlist_container(SfSample, node, iter.cur);

		if (sample->relid == RelationGetRelid(relation) && sample->userid == relation->rd_rel->relowner)
			return sample;
	}
	return NULL;
}

/*
 * Callback of the sample's context.  Throws nothing.
 */
static void
forget_sample(void *arg)
{
	dlist_delete(&((SfSample *) arg)->node);
}

/*
 * How many rows are asked for: fewer where they are so wide that the sample
 * would not fit into memory, and no more than a result may have.
 */
static int
sample_size(const SfSample *sample, const SfConnOptions *options, int wanted)
{
	double		size = Min(wanted, MAX_SAMPLE);

	if (options->max_result_rows > 0)
		size = Min(size, options->max_result_rows);
	if (sample->options->max_result_rows > 0)
		size = Min(size, sample->options->max_result_rows);
	if (sample->size.rows > 0 && sample->size.bytes > 0)
		size = Min(size, Max(SAMPLE_BYTES / (sample->size.bytes / sample->size.rows), 1));
	return (int) size;
}

/*
 * As a scan sends it.
 */
static void
fill_spec(const SfSample *sample, const char *sql, SfStatementSpec *spec)
{
	const SfTableOptions *options = sample->options;

	memset(spec, 0, sizeof(*spec));
	spec->sql = sql;
	spec->statement_count = 1;
	spec->data_table = true;
	spec->exact_names = options->query == NULL;
	spec->database = options->query ? options->database : NULL;
	spec->schema = options->query ? options->schema : NULL;
	spec->timeout_ms = options->statement_timeout_ms;
	spec->max_result_rows = options->max_result_rows;
	spec->max_result_bytes = options->max_result_bytes;
	spec->fetch_memory = options->fetch_memory;
	spec->fetch_parallel = options->fetch_parallel;
}

/*
 * Reads the result to its end; of more rows than wanted a random choice is
 * kept.  How many it had.
 */
static double
read_rows(SfSample *sample, Relation relation, HeapTuple *rows, int wanted)
{
	TupleDesc	desc = RelationGetDescr(relation);
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch = AllocSetContextCreate(caller, "snowflake_fdw sample row", ALLOCSET_DEFAULT_SIZES);
	Datum	   *values = palloc(sizeof(Datum) * Max(desc->natts, 1));
	bool	   *nulls = palloc(sizeof(bool) * Max(desc->natts, 1));
	int		   *map = sf_attributes_of_columns(sample->relid, desc, sample->select->attnums, sample->select->match,
											   sample->statement);
	SfRows	   *result = sf_rows_create(caller, sample->statement, desc, map, RelationGetRelationName(relation));
	ReservoirStateData state;
	double		seen = 0;
	double		skip = -1;
	double		bytes = 0;

	reservoir_init_selection_state(&state, wanted);
	sample->sampled = 0;
	MemoryContextSwitchTo(scratch);
	while (sf_rows_next(result, values, nulls))
	{
		int			place = -1;

		CHECK_FOR_INTERRUPTS();
		if (sample->sampled < wanted)
			place = sample->sampled++;
		else
		{
			if (skip < 0)
				skip = reservoir_get_next_S(&state, seen, wanted);
			if (skip <= 0)
				place = (int) (wanted * sampler_random_fract(&state.randstate));
			skip -= 1;
		}
		if (place >= 0)
		{
			if (seen >= wanted)
			{
				bytes -= rows[place]->t_len;
				heap_freetuple(rows[place]);
			}
			/* a sample of documents must fit into memory */
			if (bytes > maintenance_work_mem * 1024.0)
				compress_values(desc, values, nulls);
			MemoryContextSwitchTo(caller);
			rows[place] = heap_form_tuple(desc, values, nulls);
			MemoryContextSwitchTo(scratch);
			bytes += rows[place]->t_len;
		}
		seen += 1;
		MemoryContextReset(scratch);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(scratch);
	return seen;
}

/*
 * The wide ones, as a table would have them.
 */
static void
compress_values(TupleDesc desc, Datum *values, const bool *nulls)
{
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);
		Datum		compressed;

		if (nulls[i] || attribute->attlen != -1 || attribute->attstorage == TYPSTORAGE_PLAIN ||
			VARSIZE_ANY(DatumGetPointer(values[i])) < WIDE_VALUE)
			continue;
		compressed = toast_compress_datum(values[i], TOAST_PGLZ_COMPRESSION);
		if (DatumGetPointer(compressed) != NULL)
			values[i] = compressed;
	}
}

/*
 * Waits on the network, interruptible; throws what Snowflake reports.
 */
static double
count_rows(SfSample *sample, Relation relation)
{
	StringInfoData sql;
	SfStatementSpec spec;
	double		count = 0;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT COUNT(*) FROM (");
	sf_deparse_select(relation, sample->options, NULL, &sql);
	appendStringInfoChar(&sql, ')');
	fill_spec(sample, sql.data, &spec);
	sf_statement_run(sf_session_get(sample->serverid, sample->userid), &spec, keep_count, &count);
	return count;
}

/*
 * SfRowFn.
 */
static void
keep_count(const SfResultMeta *meta, char **cells, void *arg)
{
	if (cells[0])
		*(double *) arg = strtod(cells[0], NULL);
}
