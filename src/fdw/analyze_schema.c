/*
 * analyze_schema.c
 *	  ANALYZE of a schema's foreign tables, several statements at a time.
 *
 * Snowflake takes the samples of the next tables while one is analyzed here.
 * What fails with one table is told in its row; the others go on.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "commands/vacuum.h"
#include "executor/spi.h"
#include "foreign/foreign.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/resowner.h"

#include "core/compat.h"
#include "fdw/analyze.h"
#include "fdw/fdw.h"

PG_FUNCTION_INFO_V1(sf_analyze);

#define MAX_PARALLEL 64
#define FRESH_MS 60000			/* sizes that are taken as today's */

/* A table of the schema. */
typedef struct Target
{
	Oid			relid;
	SfSample   *sample;			/* NULL: its statement was not sent */
	ErrorData  *error;
} Target;

typedef void (*TargetFn) (Target *target);

static List *targets_of(Oid namespace);
static void attempt(Target *target, TargetFn step);
static void start(Target *target);
static void analyze(Target *target);
static void put_target(const Target *target, ReturnSetInfo *result);

/*
 * Waits on the network, interruptible.
 */
Datum
sf_analyze(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int			parallel = PG_ARGISNULL(1) ? 1 : PG_GETARG_INT32(1);
	List	   *targets;
	ListCell   *cell;
	int			started = 0;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the schema must not be null")));
	if (parallel < 1 || parallel > MAX_PARALLEL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_parallel must be between 1 and %d", MAX_PARALLEL)));
	InitMaterializedSRF(fcinfo, 0);
	targets = targets_of(PG_GETARG_OID(0));
	foreach(cell, targets)
	{
		Target	   *target = lfirst(cell);

		for (; started < list_length(targets) && started < foreach_current_index(cell) + parallel; started++)
			attempt(list_nth(targets, started), start);
		if (target->error == NULL)
			attempt(target, analyze);
		put_target(target, result);
		if (target->sample)
			sf_sample_free(target->sample);
	}
	return (Datum) 0;
}

/*
 * The data tables in the schema that the current user may analyze.
 */
static List *
targets_of(Oid namespace)
{
	List	   *targets = NIL;
	ListCell   *cell;

	foreach(cell, sf_foreign_tables(namespace))
	{
		Relation	relation = try_relation_open(lfirst_oid(cell), AccessShareLock);

		if (relation == NULL)
			continue;
		if (sf_table_options(lfirst_oid(cell))->kind == NULL && sf_may_analyze(relation))
		{
			Target	   *target = palloc0(sizeof(Target));

			target->relid = lfirst_oid(cell);
			targets = lappend(targets, target);
		}
		relation_close(relation, AccessShareLock);
	}
	return targets;
}

/*
 * In a subtransaction, with the error in the target; throws interrupts alone.
 */
static void
attempt(Target *target, TargetFn step)
{
	MemoryContext caller = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(caller);
	PG_TRY();
	{
		step(target);
		ReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(caller);
		CurrentResourceOwner = owner;
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		target->error = CopyErrorData();
		/* Snowflake's own have a DETAIL */
		if (target->error->sqlerrcode == ERRCODE_QUERY_CANCELED && target->error->detail == NULL)
			PG_RE_THROW();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(caller);
		CurrentResourceOwner = owner;
		/* it went with the subtransaction in which it was made */
		if (step == start)
			target->sample = NULL;
	}
	PG_END_TRY();
}

/*
 * TargetFn: asks for the table's sample.  One SHOW tells the sizes of all.
 */
static void
start(Target *target)
{
	Relation	relation = try_relation_open(target->relid, AccessShareLock);
	SfTableOptions options;

	/* dropped meanwhile: ANALYZE says so */
	if (relation == NULL)
		return;
	target->sample = sf_sample_create(relation, true);
	options = *target->sample->options;
	options.estimate_max_age_ms = Min(options.estimate_max_age_ms, FRESH_MS);
	target->sample->sized = sf_metadata_known(target->sample->serverid, target->sample->userid, &options,
											  &target->sample->size);
	/* as many as ANALYZE wants where no column has a target of its own */
	sf_sample_start(target->sample, relation, Max(300 * default_statistics_target, 100));
	relation_close(relation, NoLock);
}

/*
 * TargetFn.
 */
static void
analyze(Target *target)
{
	char	   *name = get_rel_name(target->relid);
	StringInfoData sql;

	if (name == NULL)
		return;
	initStringInfo(&sql);
	appendStringInfo(&sql, "ANALYZE %s",
					 quote_qualified_identifier(get_namespace_name(get_rel_namespace(target->relid)), name));
	if (SPI_connect() != SPI_OK_CONNECT || SPI_execute(sql.data, false, 0) != SPI_OK_UTILITY ||
		SPI_finish() != SPI_OK_FINISH)
		elog(ERROR, "could not analyze the table");
}

static void
put_target(const Target *target, ReturnSetInfo *result)
{
	Datum		values[4] = {0};
	bool		nulls[4] = {false, true, true, true};

	values[0] = ObjectIdGetDatum(target->relid);
	if (target->sample && target->sample->sampled >= 0 && target->error == NULL)
	{
		values[1] = Float8GetDatum(target->sample->size.rows);
		values[2] = Int32GetDatum(target->sample->sampled);
		nulls[1] = nulls[2] = false;
	}
	if (target->error)
	{
		values[3] = CStringGetTextDatum(target->error->message);
		nulls[3] = false;
	}
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}
