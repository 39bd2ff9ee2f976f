/*
 * guard.c
 *	  Refusals that need no network.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "miscadmin.h"

#include "api/guard.h"
#include "base/sqltext.h"

#define HINT_TRANSACTION "A change is committed at once."

/* What only matters to statements that follow in the same session (SQL API reference, "limitations"). */
static const struct
{
	const char *keyword;
	const char *second;			/* NULL: whatever follows */
	const char *hint;
}			session_statements[] = {
	{"USE", NULL, "Give the arguments database, schema, warehouse and role, or set these options of the server."},
	{"ALTER", "SESSION", "Give the arguments session_parameters and query_tag."},
	{"SET", NULL, "Give values as params, for question marks in the statement."},
	{"UNSET", NULL, "Give values as params, for question marks in the statement."},
	{"BEGIN", NULL, HINT_TRANSACTION},
	{"START", "TRANSACTION", HINT_TRANSACTION},
	{"COMMIT", NULL, HINT_TRANSACTION},
	{"ROLLBACK", NULL, HINT_TRANSACTION},
};

static void scan_one_statement(const char *sql, SfSqlText *text);

void
sf_guard_reading(const char *sql, const SfConnOptions *options)
{
	SfSqlText	text;

	scan_one_statement(sql, &text);
	if (!text.reads)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a statement that begins with \"%s\" cannot be read from", text.keyword),
				 errdetail("It has to begin with SELECT, WITH, SHOW, DESCRIBE, EXPLAIN or LIST."),
				 options && options->read_only ?
				 errhint("Server \"%s\" is read_only.", options->server_name) :
				 errhint("Run statements that change something with sf_execute.")));
}

void
sf_guard_change(const char *what, const SfConnOptions *options)
{
	if (RecoveryInProgress())
		ereport(ERROR,
				(errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
				 errmsg("cannot execute %s during recovery", what)));
	PreventCommandIfReadOnly(what);
	if (options->read_only)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("server \"%s\" is read-only for %s", options->server_name, what),
				 errhint("The server's option \"read_only\" is set.")));
}

void
sf_guard_write(const char *what, const SfConnOptions *options)
{
	sf_guard_change(what, options);
	if (GetCurrentTransactionNestLevel() > 1 && !options->allow_autocommit && !options->deferred)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s of a Snowflake table inside of a subtransaction", what),
				 errdetail("ROLLBACK TO SAVEPOINT, or an EXCEPTION block, would not take it back: each statement is "
						   "its own transaction in Snowflake."),
				 errhint("Run it outside (psql: \\set ON_ERROR_ROLLBACK off), or set allow_autocommit of server "
						 "\"%s\".", options->server_name)));
}

bool
sf_guard_statement(const char *what, const char *sql, const SfConnOptions *options)
{
	SfSqlText	text;

	scan_one_statement(sql, &text);
	if (text.reads)
		return true;
	sf_guard_change(what, options);
	return false;
}

void
sf_guard_session_statement(const char *sql)
{
	SfSqlText	text;

	sf_sqltext_scan(sql, &text);
	for (int i = 0; i < lengthof(session_statements); i++)
	{
		const char *second = session_statements[i].second;

		/* BEGIN with a semicolon inside is a block */
		if (strcmp(text.keyword, session_statements[i].keyword) != 0 ||
			(second && strcmp(text.second, second) != 0) || text.several)
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s%s%s has no effect on other statements", text.keyword,
						second ? " " : "", second ? second : ""),
				 errdetail("Each statement runs in a session of its own."),
				 errhint("%s sf_async_submit_script(ARRAY[...]) runs several statements in one session.",
						 session_statements[i].hint)));
	}
}

void
sf_guard_parameters(const char *sql, int nparams)
{
	SfSqlText	text;

	sf_sqltext_scan(sql, &text);
	if (text.placeholders == nparams)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the statement has %d parameter placeholder%s, %d value%s given", text.placeholders,
					text.placeholders == 1 ? "" : "s", nparams, nparams == 1 ? " was" : "s were"),
			 text.dollar ?
			 errhint("Snowflake's placeholder is a question mark; $1 is a column of a stage file or of VALUES.") : 0));
}

/*
 * Throws 22023 for an empty text and for several statements.
 */
static void
scan_one_statement(const char *sql, SfSqlText *text)
{
	sf_sqltext_scan(sql, text);
	if (text->length == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the statement is empty")));

	/*
	 * a scripting block has semicolons of its own; for the others Snowflake
	 * counts
	 */
	if (text->several && text->reads)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the text holds several statements"),
				 errhint("Run them one by one, or as one job with sf_async_submit_script(ARRAY[...]), "
						 "each an element of the array.")));
}
