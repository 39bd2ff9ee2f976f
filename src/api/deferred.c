/*
 * deferred.c
 *	  Statements of a local transaction that run in Snowflake at its COMMIT.
 *
 * They are kept in the order in which they came, each with the note of its
 * (sub)transaction, which names it when that is rolled back.
 */
#include "postgres.h"

#include "access/xact.h"
#include "lib/stringinfo.h"
#include "utils/memutils.h"

#include "api/changes.h"
#include "api/deferred.h"
#include "api/statement.h"
#include "api/xact.h"
#include "core/error.h"

#define MAX_BYTES (16 << 20)	/* of all statements of a server */

typedef struct Waiting
{
	Oid			serverid;
	Oid			userid;
	int			number;			/* in the transaction */
	char	   *sql;			/* NULL: rolled back */
	char	   *table;
	CmdType		operation;
	int64		rows;
} Waiting;

/* Those of one server and user. */
typedef struct Sending
{
	Oid			serverid;
	Oid			userid;
	List	   *waiting;
} Sending;

static void send_all(void);
static void send_group(const Sending *group);
static void add_doubt(const Sending *group);
static void check_counts(const Sending *group, const SfResultMeta *meta);
static int64 changed_rows(const Waiting *entry, const char *query_id);
static void describe(void *arg);
static void forget(const SfXactNote *notes);
static void end(void);

static SfXactKind deferred = {.rolled_back = forget,.ended = end,.before_commit = send_all};
static List *waiting = NIL;		/* Waiting: of this transaction, in its memory */
static int	numbers = 0;
static int64 bytes = 0;
static int	committed = 0;		/* statements of it that are in Snowflake */

void
sf_defer(SfSession *session, const SfDeferred *statement)
{
	MemoryContext old;
	Waiting    *entry;

	if (bytes + (int64) strlen(statement->sql) > MAX_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the statements that wait for COMMIT are more than %d MB", MAX_BYTES >> 20),
				 errhint("Write less in a transaction, or set remote_transaction of server \"%s\" to 'statement'.",
						 session->options->server_name)));
	sf_xact_register(&deferred);
	old = MemoryContextSwitchTo(TopTransactionContext);
	entry = palloc0(sizeof(Waiting));
	entry->serverid = session->serverid;
	entry->userid = session->userid;
	entry->sql = pstrdup(statement->sql);
	entry->table = pstrdup(statement->table);
	entry->operation = statement->operation;
	entry->rows = statement->rows;
	entry->number = ++numbers;
	sf_xact_note(&deferred, psprintf("%d", entry->number));
	waiting = lappend(waiting, entry);
	bytes += strlen(entry->sql);
	MemoryContextSwitchTo(old);
}

void
sf_deferred_refuse(Oid serverid, const char *table)
{
	ListCell   *cell;

	foreach(cell, waiting)
	{
		Waiting    *entry = lfirst(cell);

		if (entry->sql && entry->serverid == serverid && (table == NULL || strcmp(entry->table, table) == 0))
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("cannot read %s, whose changes in this transaction are sent at COMMIT", entry->table),
					 errdetail("What is read before does not show them (remote_transaction 'local')."),
					 errhint("Read it first, or in another transaction.")));
	}
}

/*
 * Before the local COMMIT.  Waits on the network; throws the remote error,
 * which ends the transaction here.
 */
static void
send_all(void)
{
	List	   *groups = NIL;
	ListCell   *cell;

	foreach(cell, waiting)
	{
		Waiting    *entry = lfirst(cell);
		Sending    *group = NULL;
		ListCell   *other;

		if (entry->sql == NULL)
			continue;
		foreach(other, groups)
		{
			Sending    *candidate = lfirst(other);

			if (candidate->serverid == entry->serverid && candidate->userid == entry->userid)
				group = candidate;
		}
		if (group == NULL)
		{
			group = palloc0(sizeof(Sending));
			group->serverid = entry->serverid;
			group->userid = entry->userid;
			groups = lappend(groups, group);
		}
		group->waiting = lappend(group->waiting, entry);
	}
	/* one that fails leaves those before it committed: the WARNING says so */
	foreach(cell, groups)
		send_group(lfirst(cell));
}

/*
 * The call's attempts carry one request id: an answer that was lost is asked
 * for with it, and the statements run once.
 */
static void
send_group(const Sending *group)
{
	SfStatementSpec spec = {
		.statement_count = list_length(group->waiting) + 2,
		.shown_sql = psprintf("BEGIN TRANSACTION; (%d statements); COMMIT", list_length(group->waiting)),
		.async = true,
		.write = true,
		.data_table = true,
		.exact_names = true,
	};
	MemoryContext caller = CurrentMemoryContext;
	StringInfoData sql;
	ErrorContextCallback context;
	SfStatement *volatile statement = NULL;
	ListCell   *cell;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "BEGIN TRANSACTION");
	foreach(cell, group->waiting)
		appendStringInfo(&sql, ";\n%s", ((Waiting *) lfirst(cell))->sql);
	appendStringInfoString(&sql, ";\nCOMMIT");
	spec.sql = sql.data;
	sf_context_begin(&context, describe, (void *) group);
	PG_TRY();
	{
		statement = sf_statement_start(sf_session_get(group->serverid, group->userid), &spec, CurrentMemoryContext);
		sf_statement_result(statement);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		add_doubt(group);
		PG_RE_THROW();
	}
	PG_END_TRY();
	sf_context_end(&context);
	/* counted as one change by the statement; here each is */
	sf_session_forget_change();
	committed += list_length(group->waiting);
	check_counts(group, sf_statement_result(statement));
	sf_statement_close(statement);
}

/*
 * An error of the connection may come after Snowflake's COMMIT.
 */
static void
add_doubt(const Sending *group)
{
	ErrorData  *error;

	if (ERRCODE_TO_CATEGORY(geterrcode()) != ERRCODE_CONNECTION_EXCEPTION)
		return;
	error = CopyErrorData();
	FlushErrorState();
	error->hint = psprintf("It is not known whether Snowflake has committed the %d statements of this transaction: "
						   "look at the tables before you repeat it.", list_length(group->waiting));
	ReThrowError(error);
}

/*
 * They are committed: what is odd with a count can only be told.
 */
static void
check_counts(const Sending *group, const SfResultMeta *meta)
{
	ListCell   *cell;

	foreach(cell, group->waiting)
	{
		Waiting    *entry = lfirst(cell);
		int			child = foreach_current_index(cell) + 1;	/* behind BEGIN */
		int64		rows;

		/* rows that are new are as many as they are */
		if (entry->operation != CMD_UPDATE && entry->operation != CMD_DELETE)
			continue;
		rows = child < meta->nchildren ? changed_rows(entry, meta->children[child]) : -1;
		if (rows == entry->rows)
			continue;
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 rows < 0 ?
				 errmsg("it is not known how many rows of %s were changed", entry->table) :
				 errmsg(INT64_FORMAT " rows of %s were changed instead of " INT64_FORMAT, rows, entry->table,
						entry->rows),
				 rows < 0 ? 0 :
				 errdetail("Other sessions have changed them meanwhile, or keys do not tell rows apart.")));
	}
}

/*
 * By the result of one of the statements; -1 where it cannot be had.  Throws
 * nothing: the transaction is to be committed.
 */
static int64
changed_rows(const Waiting *entry, const char *query_id)
{
	MemoryContext caller = CurrentMemoryContext;
	volatile int64 rows = -1;

	PG_TRY();
	{
		SfStatementSpec spec = {.statement_count = 1};
		SfStatement *statement = sf_statement_attach(sf_session_get(entry->serverid, entry->userid), query_id, &spec,
													 caller);

		rows = sf_statement_changes(statement, entry->operation).rows;
		sf_statement_close(statement);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		FlushErrorState();
	}
	PG_END_TRY();
	return rows;
}

static void
describe(void *arg)
{
	const Sending *group = arg;

	errcontext("COMMIT in Snowflake of %d statements of this transaction", list_length(group->waiting));
}

/*
 * Callback of a rollback: must not throw.  Numbers fall from note to note.
 */
static void
forget(const SfXactNote *notes)
{
	for (const SfXactNote *note = notes; note; note = note->next)
	{
		int			number = (int) strtol(note->text, NULL, 10);
		ListCell   *cell;

		foreach(cell, waiting)
		{
			Waiting    *entry = lfirst(cell);

			if (entry->number != number || entry->sql == NULL)
				continue;
			bytes -= strlen(entry->sql);
			entry->sql = NULL;
		}
	}
	if (committed > 0)
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg_plural("%d statement is committed in Snowflake although the transaction is rolled back",
							   "%d statements are committed in Snowflake although the transaction is rolled back",
							   committed, committed)));
}

/*
 * The end of a transaction: must not throw.
 */
static void
end(void)
{
	waiting = NIL;
	bytes = 0;
	numbers = committed = 0;
}
