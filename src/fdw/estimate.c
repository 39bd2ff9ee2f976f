/*
 * estimate.c
 *	  Sizes of data tables, and what statements over them cost.
 *
 * The number of rows is ANALYZE's, else that of Snowflake's metadata where the
 * option use_remote_estimate is on, else a fixed one.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/planner.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "core/compat.h"
#include "fdw/fdw.h"
#include "fdw/metadata.h"

/*
 * Of a table of which nothing is known.  More would not do: without statistics
 * a column counts as having 200 different values, by which a join of two large
 * tables would seem to have far more rows than both.
 */
#define DEFAULT_ROWS	1000.0

/*
 * What Snowflake needs for a row that it reads.  It reads ten million in the
 * time in which it answers anything at all, a fraction of a second, which
 * fdw_startup_cost stands for.
 */
#define REMOTE_ROW_COST	0.0001

/* of a result that come together: it is worth sending a LIMIT */
#define FIRST_ROWS		100.0

static double analyzed_rows(Oid relid);
static void find_size(Oid relid, Oid userid, const SfTableOptions *options, SfTableSize *size);
static void widen_columns(RelOptInfo *baserel, Oid relid, double width);
static int32 column_width(Oid relid, AttrNumber attnum, bool *open);

void
sf_estimate_scan(PlannerInfo *root, RelOptInfo *baserel, SfRelInfo *info)
{
	Oid			relid = planner_rt_fetch(baserel->relid, root)->relid;
	SfTableSize size = {.rows = baserel->tuples,.bytes = -1};

	find_size(relid, baserel->userid, info->options, &size);
	baserel->tuples = size.rows;
	if (size.rows > 0 && size.bytes > 0)
		widen_columns(baserel, relid, size.bytes / size.rows);
	set_baserel_size_estimates(root, baserel);

	info->rows = clamp_row_est(baserel->tuples *
							   clauselist_selectivity(root, list_concat_copy(info->remote, info->wider), 0,
													  JOIN_INNER, NULL));
	info->width = baserel->reltarget->width;
	sf_cost_statement(info->options, baserel->tuples, info->rows, &info->startup_cost, &info->total_cost);
}

void
sf_cost_statement(const SfTableOptions *options, double rows_read, double rows, Cost *startup_cost, Cost *total_cost)
{
	/* the first row comes when all were read, and not alone */
	Cost		begun = options->startup_cost + rows_read * REMOTE_ROW_COST;

	*startup_cost = begun + Min(rows, FIRST_ROWS) * options->tuple_cost;
	*total_cost = begun + rows * options->tuple_cost;
}

double
sf_estimate_query(const Query *query, ParamListInfo params)
{
	if (query == NULL)
		return DEFAULT_ROWS;
	return clamp_row_est(standard_planner(copyObject((Query *) query), "", 0, params)->planTree->plan_rows);
}

void
sf_cost_query(List *relids, Oid userid, double rows, Cost *startup_cost, Cost *total_cost)
{
	double		rows_read = 0;
	ListCell   *cell;

	foreach(cell, relids)
	{
		SfTableSize size = {.rows = analyzed_rows(lfirst_oid(cell)),.bytes = -1};

		find_size(lfirst_oid(cell), userid, sf_table_options(lfirst_oid(cell)), &size);
		rows_read += size.rows;
	}
	sf_cost_statement(sf_table_options(linitial_oid(relids)), rows_read, rows, startup_cost, total_cost);
}

/*
 * pg_class.reltuples; -1: ANALYZE has not seen it.
 */
static double
analyzed_rows(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	double		rows = -1;

	if (HeapTupleIsValid(tuple))
	{
		rows = ((Form_pg_class) GETSTRUCT(tuple))->reltuples;
		ReleaseSysCache(tuple);
	}
	return rows;
}

/*
 * The size of a table, of which so far is known what ANALYZE has seen.  Waits
 * on the network where the metadata are wanted and not known yet; throws
 * interrupts alone.
 */
static void
find_size(Oid relid, Oid userid, const SfTableOptions *options, SfTableSize *size)
{
	if (size->rows < 0 && options->use_remote_estimate)
		sf_metadata_known(GetForeignTable(relid)->serverid, OidIsValid(userid) ? userid : GetUserId(), options, size);
	if (size->rows < 0)
		size->rows = DEFAULT_ROWS;
}

/*
 * A row takes at least the bytes that it has when it is compressed: what the
 * columns' types do not account for is in those without a fixed width.
 */
static void
widen_columns(RelOptInfo *baserel, Oid relid, double width)
{
	int			nopen = 0;
	bool		open;

	for (AttrNumber attnum = 1; attnum <= baserel->max_attr; attnum++)
	{
		width -= column_width(relid, attnum, &open);
		nopen += open;
	}
	for (AttrNumber attnum = 1; width > nopen && attnum <= baserel->max_attr; attnum++)
	{
		int32		usual = column_width(relid, attnum, &open);

		if (open)
			baserel->attr_widths[attnum - baserel->min_attr] = (int32) Min(usual + width / nopen, MaxAllocSize);
	}
}

/*
 * What is assumed of a column of its type, 0 for a dropped one; open: it has
 * no fixed width.
 */
static int32
column_width(Oid relid, AttrNumber attnum, bool *open)
{
	Oid			type = get_atttype(relid, attnum);
	int32		typmod;
	Oid			collation;

	*open = false;
	if (!OidIsValid(type))
		return 0;
	get_atttypetypmodcoll(relid, attnum, &type, &typmod, &collation);
	*open = get_typlen(type) == -1;
	return get_typavgwidth(type, typmod);
}
