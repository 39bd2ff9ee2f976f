/*
 * explain.c
 *	  EXPLAIN of a scan of data tables.
 */
#include "postgres.h"

#include "commands/explain.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"

#include "core/compat.h"
#include "fdw/scan.h"

static void explain_plan(ForeignScanState *node, ExplainState *es);
static void explain_kept(ForeignScanState *node, ExplainState *es);

void
snowflakeExplainForeignScan(ForeignScanState *node, ExplainState *es)
{
	SfScanState *state = node->fdw_state;

	if (es->verbose)
		explain_plan(node, es);
	if (es->analyze)
		sf_usage_explain(&state->usage, state->statement ? sf_statement_query_id(state->statement) : NULL, es);
}

/*
 * What is sent, and what is not.
 */
static void
explain_plan(ForeignScanState *node, ExplainState *es)
{
	SfScanState *state = node->fdw_state;
	Relation	rel = node->ss.ss_currentRelation;
	SfTableOptions *options = rel ? sf_table_options(RelationGetRelid(rel)) : NULL;

	if (options && options->query_id)
		ExplainPropertyText("Result of query", options->query_id, es);
	else
	{
		ExplainPropertyText("Pushdown", state->plan.unit, es);
		ExplainPropertyText("Remote SQL", state->whole ? state->plan.whole_sql : state->plan.sql, es);
	}
	explain_kept(node, es);
}

/*
 * A line for each condition that is evaluated here, with the reason.
 */
static void
explain_kept(ForeignScanState *node, ExplainState *es)
{
	SfScanState *state = node->fdw_state;
	Relation	rel = node->ss.ss_currentRelation;
	List	   *context = NIL;
	List	   *lines = NIL;
	ListCell   *cell;

	if (rel)
		context = deparse_context_for(RelationGetRelationName(rel), RelationGetRelid(rel));
	foreach(cell, state->plan.kept)
	{
		List	   *pair = lfirst(cell);
		char	   *line = strVal(lsecond(pair));

		if (linitial(pair))
			line = psprintf("%s: %s", deparse_expression(linitial(pair), context, false, false), line);

		if (es->format == EXPLAIN_FORMAT_TEXT)
			ExplainPropertyText("Kept local", line, es);
		lines = lappend(lines, line);
	}
	if (lines && es->format != EXPLAIN_FORMAT_TEXT)
		ExplainPropertyList("Kept local", lines, es);
}
