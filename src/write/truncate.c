/*
 * truncate.c
 *	  TRUNCATE of data tables.
 */
#include "postgres.h"

#include "foreign/foreign.h"
#include "miscadmin.h"
#include "utils/rel.h"

#include "api/deferred.h"
#include "api/guard.h"
#include "api/session.h"
#include "api/statement.h"
#include "core/error.h"
#include "deparse/select.h"
#include "write/write.h"

/* For the CONTEXT of an error. */
typedef struct Progress
{
	const char *relation;
	int			done;
} Progress;

static void refuse(Relation rel, DropBehavior behavior, bool restart_seqs);
static void describe(void *arg);

/*
 * A statement for each table, all of which are looked at before the first is
 * sent.
 */
void
snowflakeExecForeignTruncate(List *rels, DropBehavior behavior, bool restart_seqs)
{
	Progress	progress = {0};
	ErrorContextCallback context;
	ListCell   *cell;

	foreach(cell, rels)
		refuse(lfirst(cell), behavior, restart_seqs);
	sf_context_begin(&context, describe, &progress);
	foreach(cell, rels)
	{
		Relation	rel = lfirst(cell);
		SfTableOptions *options = sf_table_options(RelationGetRelid(rel));
		SfStatementSpec spec = {
			.sql = psprintf("TRUNCATE TABLE %s", sf_deparse_name(options->database, options->schema, options->table)),
			.statement_count = 1,
			.async = true,
			.write = true,
			.data_table = true,
			.exact_names = true,
			.timeout_ms = options->statement_timeout_ms,
		};

		SfSession  *session = sf_session_get(GetForeignServerIdByRelId(RelationGetRelid(rel)), GetUserId());
		SfDeferred	later = {spec.sql, sf_full_name(options, session->options), CMD_UTILITY, 0};

		progress.relation = RelationGetRelationName(rel);
		if (session->options->deferred)
			sf_defer(session, &later);
		else
			sf_statement_run(session, &spec, NULL, NULL);
		progress.done++;
	}
	sf_context_end(&context);
}

static void
refuse(Relation rel, DropBehavior behavior, bool restart_seqs)
{
	SfConnOptions *options = sf_session_get(GetForeignServerIdByRelId(RelationGetRelid(rel)), GetUserId())->options;

	if (!(snowflakeIsForeignRelUpdatable(rel) & (1 << CMD_DELETE)))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("foreign table \"%s\" does not allow truncates", RelationGetRelationName(rel))));
	if (restart_seqs)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("TRUNCATE of Snowflake tables does not restart sequences")));
	if (behavior == DROP_CASCADE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("TRUNCATE of Snowflake tables does not cascade"),
				 errdetail("Snowflake does not enforce foreign keys.")));
	sf_guard_write("TRUNCATE", options);
}

static void
describe(void *arg)
{
	Progress   *progress = arg;

	errcontext("TRUNCATE of foreign table \"%s\"; %d tables before it are truncated", progress->relation,
			   progress->done);
}
