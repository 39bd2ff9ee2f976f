/*
 * job_table.c
 *	  The table sf_async_job: what was submitted, by whom, and how it ended.
 *
 * Users may read their own rows, which row-level security picks, and write
 * none.  The functions here read and write the table directly, without regard
 * to privileges and policies: that a job is another role's has to be known to
 * refuse it, and a row must not be forged.  They check the owner themselves.
 *
 * A row is part of the transaction that submitted the job, the job is not: at
 * ROLLBACK a WARNING names the jobs that run on without a record.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/indexing.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "executor/tuptable.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "api/xact.h"
#include "jobs/job_table.h"
#include "jobs/row.h"

#define TABLE_NAME "sf_async_job"
#define INDEX_NAME "sf_async_job_pkey"
#define SHOWN_IDS 20

/* the columns in their order */
enum
{
	COLUMN_QUERY_ID,
	COLUMN_USERID,
	COLUMN_SERVER,
	COLUMN_REQUEST_ID,
	COLUMN_KIND,
	COLUMN_STATEMENT,
	COLUMN_TAG,
	COLUMN_SUBMITTED_AT,
	COLUMN_CANCELLED_AT,
	COLUMN_STATUS,
	COLUMN_ERROR_CODE,
	COLUMN_SQL_STATE,
	COLUMN_ERROR_MESSAGE,
	COLUMN_ROWS,
	COLUMN_PARTITIONS,
	COLUMN_CREATED_ON,
	COLUMNS
};

static Relation open_table(LOCKMODE mode);
static SysScanDesc begin_scan(Relation rel, const char *query_id);
static void read_row(Relation rel, HeapTuple tuple, SfJob *job);
static char *text_value(const Datum *values, const bool *nulls, int column);
static bool may_write(void);
static void update_row(const SfJob *job, bool *replace, Datum *values, bool *nulls);
static bool lock_row(Relation rel, HeapTuple tuple);
static void warn_of_submitted(const SfXactNote *notes);

/* the query ids of this transaction */
static SfXactKind submitted =
{
	.rolled_back = warn_of_submitted
};

/*
 * Completes a job by its record; false when there is none.  Throws 42501 when
 * it is another role's.
 */
bool
sf_job_load(SfJob *job)
{
	Relation	rel = open_table(AccessShareLock);
	SysScanDesc scan = begin_scan(rel, job->query_id);
	HeapTuple	tuple = systable_getnext(scan);

	if (HeapTupleIsValid(tuple))
		read_row(rel, tuple, job);
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	if (job->recorded && job->userid != GetUserId())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("job %s was submitted by another role", job->query_id)));
	return job->recorded;
}

/*
 * The current user's jobs, in no order.
 */
List *
sf_job_load_mine(void)
{
	Relation	rel = open_table(AccessShareLock);
	SysScanDesc scan = begin_scan(rel, NULL);
	HeapTuple	tuple;
	List	   *jobs = NIL;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		SfJob	   *job = palloc0(sizeof(SfJob));

		read_row(rel, tuple, job);
		if (job->userid == GetUserId())
			jobs = lappend(jobs, job);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return jobs;
}

/*
 * Records a job that the current user has just submitted.  In a read-only
 * transaction nothing is recorded, and a NOTICE says so.  Takes note of the id
 * before anything that may throw.
 */
void
sf_job_store(const SfJob *job)
{
	sf_xact_register(&submitted);
	sf_xact_note(&submitted, job->query_id);
	if (may_write())
	{
		/* a record that was there stays, or has a note of its own */
		if (!sf_job_restore(job))
			sf_xact_take_back(&submitted);
	}
	else
		ereport(NOTICE,
				(errmsg("job %s is not recorded in a read-only transaction", job->query_id)));
}

/*
 * Records a job of the current user; false when it is recorded already.
 */
bool
sf_job_restore(const SfJob *job)
{
	Datum		values[COLUMNS] = {0};
	bool		nulls[COLUMNS];
	Relation	rel = open_table(RowExclusiveLock);
	SysScanDesc scan = begin_scan(rel, job->query_id);
	bool		known = HeapTupleIsValid(systable_getnext(scan));

	systable_endscan(scan);
	if (!known)
	{
		memset(nulls, true, sizeof(nulls));
		values[COLUMN_QUERY_ID] = sf_uuid_datum(job->query_id);
		values[COLUMN_USERID] = ObjectIdGetDatum(GetUserId());
		values[COLUMN_SERVER] = DirectFunctionCall1(namein, CStringGetDatum(job->server));
		values[COLUMN_SUBMITTED_AT] = TimestampTzGetDatum(job->submitted_at);
		nulls[COLUMN_QUERY_ID] = nulls[COLUMN_USERID] = nulls[COLUMN_SERVER] = nulls[COLUMN_SUBMITTED_AT] = false;
		sf_put_text(values, nulls, COLUMN_KIND, job->script ? "script" : "single");
		sf_put_text(values, nulls, COLUMN_STATEMENT, job->statement);
		sf_put_text(values, nulls, COLUMN_TAG, job->tag);
		if (job->request_id)
		{
			values[COLUMN_REQUEST_ID] = sf_uuid_datum(job->request_id);
			nulls[COLUMN_REQUEST_ID] = false;
		}
		CatalogTupleInsert(rel, heap_form_tuple(RelationGetDescr(rel), values, nulls));
		CommandCounterIncrement();
	}
	table_close(rel, RowExclusiveLock);
	return !known;
}

/*
 * Records how a job ended, so that nobody has to ask again; somebody else who
 * is doing so is not waited for.
 */
void
sf_job_store_end(const SfJob *job)
{
	Datum		values[COLUMNS] = {0};
	bool		nulls[COLUMNS] = {0};
	bool		replace[COLUMNS] = {0};

	sf_put_text(values, nulls, COLUMN_STATUS, job->status);
	sf_put_text(values, nulls, COLUMN_ERROR_CODE, job->error_code);
	sf_put_text(values, nulls, COLUMN_SQL_STATE, job->sql_state);
	sf_put_text(values, nulls, COLUMN_ERROR_MESSAGE, job->error_message);
	values[COLUMN_ROWS] = Int64GetDatum(job->rows);
	nulls[COLUMN_ROWS] = job->rows < 0;
	values[COLUMN_PARTITIONS] = Int32GetDatum(job->partitions);
	nulls[COLUMN_PARTITIONS] = job->partitions < 0;
	values[COLUMN_CREATED_ON] = TimestampTzGetDatum(job->created_on);
	nulls[COLUMN_CREATED_ON] = job->created_on == 0;
	for (int i = COLUMN_STATUS; i <= COLUMN_CREATED_ON; i++)
		replace[i] = true;
	update_row(job, replace, values, nulls);
}

void
sf_job_store_cancel(const SfJob *job)
{
	Datum		values[COLUMNS] = {0};
	bool		nulls[COLUMNS] = {0};
	bool		replace[COLUMNS] = {0};

	values[COLUMN_CANCELLED_AT] = TimestampTzGetDatum(GetCurrentTimestamp());
	replace[COLUMN_CANCELLED_AT] = true;
	update_row(job, replace, values, nulls);
}

/*
 * Forgets a job; false when somebody else is at its row.
 */
bool
sf_job_delete(const SfJob *job)
{
	Relation	rel = open_table(RowExclusiveLock);
	SysScanDesc scan = begin_scan(rel, job->query_id);
	HeapTuple	tuple = systable_getnext(scan);
	bool		deleted = HeapTupleIsValid(tuple) && lock_row(rel, tuple);

	if (deleted)
		CatalogTupleDelete(rel, &tuple->t_self);
	systable_endscan(scan);
	table_close(rel, RowExclusiveLock);
	CommandCounterIncrement();
	return deleted;
}

/*
 * The table of the extension, wherever the extension was put.  Throws 42P01
 * where it is gone, 55000 where it has other columns.
 */
static Relation
open_table(LOCKMODE mode)
{
	Relation	rel = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	Oid			schema = InvalidOid;
	Oid			table;

	ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ, CStringGetDatum("snowflake_fdw"));
	scan = systable_beginscan(rel, ExtensionNameIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		schema = ((Form_pg_extension) GETSTRUCT(tuple))->extnamespace;
	systable_endscan(scan);
	table_close(rel, AccessShareLock);

	table = OidIsValid(schema) ? get_relname_relid(TABLE_NAME, schema) : InvalidOid;
	if (!OidIsValid(table))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("table \"%s\" of the extension snowflake_fdw is missing", TABLE_NAME)));
	rel = table_open(table, mode);
	if (RelationGetDescr(rel)->natts != COLUMNS)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" is not as the extension made it", TABLE_NAME)));
	return rel;
}

/*
 * The row of a query id, or all rows for NULL, as of now.
 */
static SysScanDesc
begin_scan(Relation rel, const char *query_id)
{
	Oid			index = get_relname_relid(INDEX_NAME, RelationGetNamespace(rel));
	ScanKeyData key;

	if (query_id == NULL)
		return systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	ScanKeyInit(&key, COLUMN_QUERY_ID + 1, BTEqualStrategyNumber, F_UUID_EQ, sf_uuid_datum(query_id));
	return systable_beginscan(rel, index, OidIsValid(index), NULL, 1, &key);
}

/*
 * Copies, in the current context: the tuple may go.  Throws 55000 for a table
 * that was changed.
 */
static void
read_row(Relation rel, HeapTuple tuple, SfJob *job)
{
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS];

	heap_deform_tuple(tuple, RelationGetDescr(rel), values, nulls);
	job->recorded = true;
	job->query_id = sf_uuid_text(DatumGetUUIDP(values[COLUMN_QUERY_ID]));
	job->userid = DatumGetObjectId(values[COLUMN_USERID]);
	job->server = pstrdup(NameStr(*DatumGetName(values[COLUMN_SERVER])));
	job->request_id = nulls[COLUMN_REQUEST_ID] ? NULL : sf_uuid_text(DatumGetUUIDP(values[COLUMN_REQUEST_ID]));
	job->script = strcmp(text_value(values, nulls, COLUMN_KIND), "script") == 0;
	job->statement = text_value(values, nulls, COLUMN_STATEMENT);
	job->tag = text_value(values, nulls, COLUMN_TAG);
	job->submitted_at = DatumGetTimestampTz(values[COLUMN_SUBMITTED_AT]);
	job->cancelled_at = nulls[COLUMN_CANCELLED_AT] ? 0 : DatumGetTimestampTz(values[COLUMN_CANCELLED_AT]);
	job->status = text_value(values, nulls, COLUMN_STATUS);
	job->ended = job->status != NULL;
	job->error_code = text_value(values, nulls, COLUMN_ERROR_CODE);
	job->sql_state = text_value(values, nulls, COLUMN_SQL_STATE);
	job->error_message = text_value(values, nulls, COLUMN_ERROR_MESSAGE);
	job->rows = nulls[COLUMN_ROWS] ? -1 : DatumGetInt64(values[COLUMN_ROWS]);
	job->partitions = nulls[COLUMN_PARTITIONS] ? -1 : DatumGetInt32(values[COLUMN_PARTITIONS]);
	job->created_on = nulls[COLUMN_CREATED_ON] ? 0 : DatumGetTimestampTz(values[COLUMN_CREATED_ON]);
}

static char *
text_value(const Datum *values, const bool *nulls, int column)
{
	return nulls[column] ? NULL : TextDatumGetCString(values[column]);
}

static bool
may_write(void)
{
	return !XactReadOnly && !RecoveryInProgress();
}

/*
 * Writes nothing where the transaction may not, and where another one is
 * changing the row.
 */
static void
update_row(const SfJob *job, bool *replace, Datum *values, bool *nulls)
{
	Relation	rel;
	SysScanDesc scan;
	HeapTuple	tuple;

	if (!job->recorded || !may_write())
		return;
	rel = open_table(RowExclusiveLock);
	scan = begin_scan(rel, job->query_id);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple) && lock_row(rel, tuple))
		CatalogTupleUpdate(rel, &tuple->t_self,
						   heap_modify_tuple(tuple, RelationGetDescr(rel), values, nulls, replace));
	systable_endscan(scan);
	table_close(rel, RowExclusiveLock);
	CommandCounterIncrement();
}

/*
 * False when another transaction has changed the row or is about to.
 */
static bool
lock_row(Relation rel, HeapTuple tuple)
{
	TupleTableSlot *slot = table_slot_create(rel, NULL);
	ItemPointerData tid = tuple->t_self;
	TM_FailureData failure;
	TM_Result	result;

	result = table_tuple_lock(rel, &tid, GetActiveSnapshot(), slot, GetCurrentCommandId(true), LockTupleExclusive,
							  LockWaitSkip, 0, &failure);
	ExecDropSingleTupleTableSlot(slot);
	return result == TM_Ok;
}

/*
 * The rows of these jobs are going.
 */
static void
warn_of_submitted(const SfXactNote *notes)
{
	StringInfoData ids;
	int			count = 0;

	initStringInfo(&ids);
	for (const SfXactNote *note = notes; note; note = note->next)
	{
		if (count++ < SHOWN_IDS)
			appendStringInfo(&ids, "%s%s", ids.len ? ", " : "", note->text);
	}
	ereport(WARNING,
			(errcode(ERRCODE_WARNING),
			 errmsg_plural("%d Snowflake job runs on without a record, because the transaction is rolled back",
						   "%d Snowflake jobs run on without a record, because the transaction is rolled back",
						   count, count),
			 errdetail("Query ids, newest first: %s%s.", ids.data, count > SHOWN_IDS ? ", ..." : ""),
			 errhint("The functions sf_async_* take these ids all the same; sf_async_recover() records them again.")));
}
