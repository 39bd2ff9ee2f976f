/*
 * batch.c
 *	  Rows on their way to Snowflake.
 *
 * A statement is sent when the next row does not fit into it, and at the end.
 * Each is its own transaction there: what an error finds written stays
 * written, and its context says so.
 */
#include "postgres.h"

#include "access/xact.h"
#include "common/hashfn.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "api/changes.h"
#include "api/deferred.h"
#include "api/guard.h"
#include "api/session.h"
#include "api/statement.h"
#include "core/error.h"
#include "deparse/select.h"
#include "fdw/fdw.h"
#include "write/batch.h"

#define MAX_BYTES 1000000		/* of a statement, which Snowflake takes
								 * without a warning */

struct SfBatch
{
	SfTarget   *target;
	Oid			serverid;
	Oid			userid;
	const char *verb;
	bool		lenient;		/* rows may be gone */
	int			max_rows;
	bool		alone;			/* one statement must do: it changes keys, by
								 * which the next would find rows */
	MemoryContext row_context;
	StringInfoData rows;		/* of the next statement */
	StringInfoData row;
	int			nrows;
	int64		sent;			/* rows of the statements before */
	int64		taken;			/* rows so far */
	bool		encoding;		/* the last of them is being looked at */
	HTAB	   *seen;			/* keys of all rows; NULL: there are none */
	HTAB	   *changed;		/* those that rows sent before have got; NULL:
								 * none changes, or they wait for one
								 * statement */
	MemoryContext seen_context;
	SfUsage		usage;
	char	   *query_id;
	MemoryContext context;
};

typedef struct SeenKey
{
	const char *key;
} SeenKey;

static int64 end_statement(SfBatch *batch, MemoryContext work, MemoryContext old, int64 count);
static HTAB *create_keys(SfBatch *batch);
static bool is_new(SfBatch *batch, const Datum *keys);
static bool add_key(SfBatch *batch, HTAB *table, const char *text);
static char *key_text(SfBatch *batch, const Datum *keys);
static void check_key_change(SfBatch *batch, const Datum *keys, const Datum *values, const bool *nulls);
static uint32 hash_key(const void *key, Size size);
static int	compare_keys(const void *x, const void *y, Size size);
static void describe(void *arg);
static void check_count(const SfBatch *batch, int64 count);

SfBatch *
sf_batch_create(SfTarget *target, Oid serverid, Oid userid, bool lenient)
{
	SfBatch    *batch = palloc0(sizeof(SfBatch));
	SfConnOptions *options = sf_session_get(serverid, userid)->options;
	ListCell   *cell;

	batch->target = target;
	batch->serverid = serverid;
	batch->userid = userid;
	batch->lenient = lenient;
	batch->context = CurrentMemoryContext;
	batch->verb = target->operation == CMD_INSERT ? "INSERT" : target->operation == CMD_UPDATE ? "UPDATE" : "DELETE";
	sf_guard_write(batch->verb, options);
	batch->max_rows = target->options->batch_size;
	batch->row_context = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw row", ALLOCSET_DEFAULT_SIZES);
	initStringInfo(&batch->rows);
	initStringInfo(&batch->row);
	foreach(cell, target->columns)
		batch->alone |= list_member_int(target->keys, lfirst_int(cell));
	if (target->keys)
	{
		batch->seen_context = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw keys",
													ALLOCSET_DEFAULT_SIZES);
		batch->seen = create_keys(batch);
		/* only those that go one by one are lenient */
		if (batch->alone && lenient)
			batch->changed = create_keys(batch);
	}
	return batch;
}

static HTAB *
create_keys(SfBatch *batch)
{
	HASHCTL		control = {.keysize = sizeof(SeenKey),.entrysize = sizeof(SeenKey)};

	control.hcxt = batch->seen_context;
	control.hash = hash_key;
	control.match = compare_keys;
	return hash_create("snowflake_fdw keys", 256, &control,
					   HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
}

void
sf_batch_set_target(SfBatch *batch, SfTarget *target)
{
	Assert(batch->nrows == 0);
	batch->target = target;
}

bool
sf_batch_add(SfBatch *batch, const Datum *keys, const Datum *values, const bool *nulls)
{
	MemoryContext old = MemoryContextSwitchTo(batch->row_context);
	ErrorContextCallback context;
	bool		added;

	sf_context_begin(&context, describe, batch);
	batch->taken++;
	batch->encoding = true;
	resetStringInfo(&batch->row);
	sf_target_row(batch->target, &batch->row, keys, values, nulls);
	added = batch->seen == NULL || is_new(batch, keys);
	if (added && batch->changed)
		check_key_change(batch, keys, values, nulls);
	batch->encoding = false;
	sf_context_end(&context);
	MemoryContextSwitchTo(old);
	MemoryContextReset(batch->row_context);
	if (!added)
	{
		batch->taken--;
		return false;
	}

	if (batch->nrows > 0 && (batch->nrows >= batch->max_rows || batch->rows.len + batch->row.len > MAX_BYTES))
	{
		if (batch->alone)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("key columns of so many rows of foreign table \"%s\" cannot be changed by one UPDATE",
							batch->target->relation),
					 errdetail("The rows are found by these columns, %d of them in a statement.", batch->nrows),
					 errhint("Change fewer rows at a time.")));
		sf_batch_send(batch);
	}
	if (batch->nrows > 0)
		appendStringInfoChar(&batch->rows, ',');
	appendBinaryStringInfo(&batch->rows, batch->row.data, batch->row.len);
	batch->nrows++;
	return true;
}

int64
sf_batch_send(SfBatch *batch)
{
	const SfTarget *target = batch->target;
	MemoryContext work;
	MemoryContext old;
	ErrorContextCallback context;
	SfStatementSpec spec = {
		.statement_count = 1,
		.async = true,
		.write = true,
		.data_table = true,
		.exact_names = true,
		.type_hint = SF_DRIFT_HINT,
		.timeout_ms = target->options->statement_timeout_ms,
		.usage = &batch->usage,
	};
	SfSession  *session;
	SfStatement *statement;
	int64		count;

	if (batch->nrows == 0)
		return 0;
	session = sf_session_get(batch->serverid, batch->userid);
	work = AllocSetContextCreate(batch->context, "snowflake_fdw write", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(work);
	sf_context_begin(&context, describe, batch);
	spec.sql = psprintf("%s%s%s", target->head, batch->rows.data, target->tail);
	if (session->options->deferred)
	{
		SfDeferred	later = {spec.sql, sf_full_name(target->options, session->options), target->operation,
		batch->nrows};

		sf_defer(session, &later);
		sf_context_end(&context);
		return end_statement(batch, work, old, batch->nrows);
	}
	spec.shown_sql = psprintf("%s... %d rows%s", target->head, batch->nrows, target->tail);
	statement = sf_statement_start(session, &spec, work);
	count = sf_statement_changes(statement, target->operation).rows;
	check_count(batch, count);
	sf_context_end(&context);
	if (batch->query_id)
		pfree(batch->query_id);
	batch->query_id = MemoryContextStrdup(batch->context, sf_statement_query_id(statement));
	sf_statement_close(statement);
	return end_statement(batch, work, old, count);
}

/*
 * Goes on to the rows of the next one; count.
 */
static int64
end_statement(SfBatch *batch, MemoryContext work, MemoryContext old, int64 count)
{
	MemoryContextSwitchTo(old);
	MemoryContextDelete(work);
	batch->sent += batch->nrows;
	batch->nrows = 0;
	resetStringInfo(&batch->rows);
	return count;
}

const SfUsage *
sf_batch_usage(const SfBatch *batch)
{
	return &batch->usage;
}

const char *
sf_batch_query_id(const SfBatch *batch)
{
	return batch->query_id;
}

/*
 * Remembers the keys.  False for those that were there before.
 */
static bool
is_new(SfBatch *batch, const Datum *keys)
{
	return add_key(batch, batch->seen, key_text(batch, keys));
}

static bool
add_key(SfBatch *batch, HTAB *table, const char *text)
{
	SeenKey		entry = {.key = text};
	bool		found;
	SeenKey    *kept = hash_search(table, &entry, HASH_ENTER, &found);

	if (!found)
		kept->key = MemoryContextStrdup(batch->seen_context, text);
	return !found;
}

static char *
key_text(SfBatch *batch, const Datum *keys)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < list_length(batch->target->keys); i++)
		sf_encode(batch->target->key_encoders[i], &text, keys[i]);
	return text.data;
}

/*
 * Of rows that go one by one, a row's key must not be what a row before it has
 * got: both would be changed.
 */
static void
check_key_change(SfBatch *batch, const Datum *keys, const Datum *values, const bool *nulls)
{
	const SfTarget *target = batch->target;
	Datum	   *changed = palloc(sizeof(Datum) * list_length(target->keys));
	SeenKey		entry = {.key = key_text(batch, keys)};

	if (hash_search(batch->changed, &entry, HASH_FIND, NULL))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a row of foreign table \"%s\" got the key that another one has",
						target->relation),
				 errdetail("With RETURNING or row triggers the rows are changed one by one, found by these columns."),
				 errhint("Change the keys without them.")));
	for (int i = 0; i < list_length(target->keys); i++)
	{
		int			column = list_nth_int(target->keys, i);

		changed[i] = keys[i];
		if (!list_member_int(target->columns, column))
			continue;
		/* no row is found by NULL */
		if (nulls[column - 1])
			return;
		changed[i] = values[column - 1];
	}
	add_key(batch, batch->changed, key_text(batch, changed));
}

static uint32
hash_key(const void *key, Size size)
{
	const char *text = ((const SeenKey *) key)->key;

	return hash_bytes((const unsigned char *) text, strlen(text));
}

static int
compare_keys(const void *x, const void *y, Size size)
{
	return strcmp(((const SeenKey *) x)->key, ((const SeenKey *) y)->key);
}

/*
 * For the errors of a row or a statement.
 */
static void
describe(void *arg)
{
	SfBatch    *batch = arg;

	if (batch->encoding)
		errcontext("%s of foreign table \"%s\", row " INT64_FORMAT "; " INT64_FORMAT " rows before it are written",
				   batch->verb, batch->target->relation, batch->taken, batch->sent);
	else
		errcontext("%s of foreign table \"%s\", rows " INT64_FORMAT " to " INT64_FORMAT "; " INT64_FORMAT
				   " rows before them are written", batch->verb, batch->target->relation, batch->sent + 1,
				   batch->sent + batch->nrows, batch->sent);
}

/*
 * Throws where it is not the number of rows that were sent.
 */
static void
check_count(const SfBatch *batch, int64 count)
{
	if (count == batch->nrows || (batch->lenient && count < batch->nrows && count >= 0))
		return;
	if (count > batch->nrows && batch->target->operation != CMD_INSERT)
		ereport(ERROR,
				(errcode(ERRCODE_CARDINALITY_VIOLATION),
				 errmsg("%s of %d rows of foreign table \"%s\" has changed " INT64_FORMAT " rows in Snowflake",
						batch->verb, batch->nrows, batch->target->relation, count),
				 errdetail("The key columns do not tell its rows apart."),
				 errhint("Snowflake does not enforce primary keys: look for keys that are there more than once.")));
	ereport(ERROR,
			(errcode(batch->target->operation == CMD_INSERT ? ERRCODE_FDW_ERROR : ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("%s of %d rows of foreign table \"%s\" has changed " INT64_FORMAT " rows in Snowflake",
					batch->verb, batch->nrows, batch->target->relation, count),
			 batch->target->operation == CMD_INSERT ? 0 :
			 errdetail("Other sessions have changed or deleted the others meanwhile.")));
}
