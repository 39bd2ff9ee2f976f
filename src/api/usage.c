/*
 * usage.c
 *	  What statements and requests have cost, as EXPLAIN (ANALYZE) shows it.
 */
#include "postgres.h"

#include "commands/explain.h"
#include "lib/stringinfo.h"

#include "api/usage.h"
#include "core/compat.h"

static void explain_text(const SfUsage *usage, const char *query_id, ExplainState *es);
static void explain_members(const SfUsage *usage, const char *query_id, ExplainState *es);
static int64 kilobytes(int64 bytes);

void
sf_usage_explain(const SfUsage *usage, const char *query_id, ExplainState *es)
{
	if (es->format == EXPLAIN_FORMAT_TEXT)
		explain_text(usage, query_id, es);
	else
		explain_members(usage, query_id, es);
}

/*
 * As PostgreSQL shows buffers: nothing of what never happened.
 */
static void
explain_text(const SfUsage *usage, const char *query_id, ExplainState *es)
{
	StringInfoData line;

	if (usage->statements + usage->requests + usage->retries == 0)
		return;
	if (query_id && es->costs)
		ExplainPropertyText("Query ID", query_id, es);
	initStringInfo(&line);
	if (usage->statements > 0)
		appendStringInfo(&line, "statements=" INT64_FORMAT " partitions=" INT64_FORMAT " ", usage->statements,
						 usage->partitions);
	appendStringInfo(&line, "requests=" INT64_FORMAT, usage->requests);
	if (es->costs)
	{
		if (usage->retries > 0)
			appendStringInfo(&line, " retries=" INT64_FORMAT, usage->retries);
		if (usage->polls > 0)
			appendStringInfo(&line, " polls=" INT64_FORMAT, usage->polls);
		appendStringInfo(&line, " received=" INT64_FORMAT "kB unpacked=" INT64_FORMAT "kB",
						 kilobytes(usage->wire_bytes), kilobytes(usage->bytes));
	}
	ExplainPropertyText("Remote", line.data, es);
	if (es->timing && usage->statements > 0)
		ExplainPropertyText("Remote Timings", psprintf("execution=%0.3f fetch=%0.3f", usage->execution_us / 1000.0,
													   usage->fetch_us / 1000.0), es);
}

static void
explain_members(const SfUsage *usage, const char *query_id, ExplainState *es)
{
	ExplainOpenGroup("Remote", "Remote", true, es);
	if (query_id && es->costs)
		ExplainPropertyText("Query ID", query_id, es);
	ExplainPropertyInteger("Statements", NULL, usage->statements, es);
	ExplainPropertyInteger("Partitions", NULL, usage->partitions, es);
	ExplainPropertyInteger("Requests", NULL, usage->requests, es);
	if (es->costs)
	{
		ExplainPropertyInteger("Retries", NULL, usage->retries, es);
		ExplainPropertyInteger("Polls", NULL, usage->polls, es);
		ExplainPropertyInteger("Bytes Received", "bytes", usage->wire_bytes, es);
		ExplainPropertyInteger("Bytes Unpacked", "bytes", usage->bytes, es);
	}
	if (es->timing)
	{
		ExplainPropertyFloat("Execution Time", "ms", usage->execution_us / 1000.0, 3, es);
		ExplainPropertyFloat("Fetch Time", "ms", usage->fetch_us / 1000.0, 3, es);
	}
	ExplainCloseGroup("Remote", "Remote", true, es);
}

/*
 * Rounded up, as PostgreSQL shows memory.
 */
static int64
kilobytes(int64 bytes)
{
	return (bytes + 1023) / 1024;
}
