/*
 * private.c
 *	  What the planner hands on to a scan of data tables, as plain nodes and
 *	  back.
 */
#include "postgres.h"

#include "fdw/fdw.h"

static const char *text_or_null(const List *private, int index);

List *
sf_scan_private(const SfScanPlan *plan)
{
	List	   *private = NIL;

	private = lappend(private, makeString(pstrdup(plan->unit)));
	private = lappend(private, makeString(pstrdup(plan->sql)));
	private = lappend(private, plan->attnums);
	private = lappend(private, makeInteger(plan->match));
	private = lappend(private, plan->markers);
	private = lappend(private, makeString(pstrdup(plan->whole_sql ? plan->whole_sql : "")));
	private = lappend(private, plan->whole_markers);
	private = lappend(private, plan->whole_attnums);
	private = lappend(private, makeString(pstrdup(plan->limit ? plan->limit : "")));
	private = lappend(private, makeString(pstrdup(plan->offset ? plan->offset : "")));
	private = lappend(private, plan->kept);
	private = lappend(private, plan->tables);
	private = lappend(private, plan->query);
	private = lappend(private, plan->columns);
	private = lappend(private, plan->finish);
	private = lappend(private, plan->bind);
	return private;
}

void
sf_scan_plan(const ForeignScan *scan, SfScanPlan *plan)
{
	const List *private = scan->fdw_private;

	plan->unit = strVal(list_nth(private, SfScanPrivateUnit));
	plan->sql = strVal(list_nth(private, SfScanPrivateSql));
	plan->attnums = list_nth(private, SfScanPrivateAttnums);
	plan->match = intVal(list_nth(private, SfScanPrivateMatch));
	plan->markers = list_nth(private, SfScanPrivateMarkers);
	plan->whole_sql = text_or_null(private, SfScanPrivateWholeSql);
	plan->whole_markers = list_nth(private, SfScanPrivateWholeMarkers);
	plan->whole_attnums = list_nth(private, SfScanPrivateWholeAttnums);
	plan->limit = text_or_null(private, SfScanPrivateLimit);
	plan->offset = text_or_null(private, SfScanPrivateOffset);
	plan->kept = list_nth(private, SfScanPrivateKept);
	plan->tables = list_nth(private, SfScanPrivateTables);
	plan->query = list_nth(private, SfScanPrivateQuery);
	plan->columns = list_nth(private, SfScanPrivateColumns);
	plan->finish = list_nth(private, SfScanPrivateFinish);
	plan->bind = list_nth(private, SfScanPrivateBind);
}

int
sf_scan_values(const ForeignScan *scan)
{
	const List *bind = list_nth(scan->fdw_private, SfScanPrivateBind);

	return bind ? lsecond_int(bind) : list_length(scan->fdw_exprs);
}

static const char *
text_or_null(const List *private, int index)
{
	const char *text = strVal(list_nth(private, index));

	return text[0] ? text : NULL;
}
