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
				 options && options->read_only ? errhint("Server \"%s\" is read_only.", options->server_name) :
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

bool
sf_guard_statement(const char *what, const char *sql, const SfConnOptions *options)
{
	SfSqlText	text;

	scan_one_statement(sql, &text);
	if (text.reads)
		return true;
	if (options->read_only)
		sf_guard_reading(sql, options);
	sf_guard_change(what, options);
	return false;
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
			 errmsg("the statement has %d parameter placeholders, %d values were given", text.placeholders, nparams),
			 text.dollar ? errhint("Snowflake's placeholder is a question mark; $1 is a column of a stage file or of VALUES.") : 0));
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
				 errhint("Run them one by one.")));
}
