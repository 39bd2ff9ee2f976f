/*
 * estimate.c
 *	  Sizes of data tables, and what statements over them cost.
 *
 * The number of rows is ANALYZE's, else that of Snowflake's metadata where the
 * option use_remote_estimate is on, else a fixed one.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "core/compat.h"
#include "fdw/fdw.h"
#include "fdw/metadata.h"

/* of a table of which nothing is known */
#define DEFAULT_ROWS	1000.0

/*
 * What Snowflake needs for a row that it reads.  It reads ten million in the
 * time in which it answers anything at all, a fraction of a second, which
 * fdw_startup_cost stands for.
 */
#define REMOTE_ROW_COST	0.0001

static void use_metadata(PlannerInfo *root, RelOptInfo *baserel, const SfRelInfo *info);
static void widen_columns(RelOptInfo *baserel, Oid relid, double width);
static int32 column_width(Oid relid, AttrNumber attnum, bool *open);

void
sf_estimate_scan(PlannerInfo *root, RelOptInfo *baserel, SfRelInfo *info)
{
	/* -1: ANALYZE has not seen it */
	if (baserel->tuples < 0 && info->options->use_remote_estimate)
		use_metadata(root, baserel, info);
	if (baserel->tuples < 0)
		baserel->tuples = DEFAULT_ROWS;
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
	/* the first row comes when all were read */
	*startup_cost = options->startup_cost + rows_read * REMOTE_ROW_COST;
	*total_cost = *startup_cost + rows * options->tuple_cost;
}

/*
 * Waits on the network where the metadata are not known yet; throws interrupts
 * alone.
 */
static void
use_metadata(PlannerInfo *root, RelOptInfo *baserel, const SfRelInfo *info)
{
	Oid			relid = planner_rt_fetch(baserel->relid, root)->relid;
	Oid			userid = OidIsValid(baserel->userid) ? baserel->userid : GetUserId();
	SfTableSize size;

	if (!sf_metadata_known(baserel->serverid, userid, info->options, &size))
		return;
	baserel->tuples = size.rows;
	if (size.rows > 0 && size.bytes > 0)
		widen_columns(baserel, relid, size.bytes / size.rows);
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
