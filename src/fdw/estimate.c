/*
 * estimate.c
 *	  Sizes of data tables, and what statements over them cost.
 */
#include "postgres.h"

#include "optimizer/cost.h"
#include "optimizer/optimizer.h"

#include "fdw/fdw.h"

/*
 * A round trip costs far more than a page, a row travels as text; rough
 * figures that only have to rank plans.
 */
#define SF_STARTUP_COST		1000.0
#define SF_ROW_COST			0.02
#define SF_DEFAULT_ROWS		1000.0

void
sf_estimate_scan(PlannerInfo *root, RelOptInfo *baserel, SfRelInfo *info)
{
	/* without ANALYZE nothing is known */
	if (baserel->tuples <= 0)
		baserel->tuples = SF_DEFAULT_ROWS;
	set_baserel_size_estimates(root, baserel);

	info->rows = clamp_row_est(baserel->tuples *
							   clauselist_selectivity(root, list_concat_copy(info->remote, info->wider), 0,
													  JOIN_INNER, NULL));
	info->width = baserel->reltarget->width;
	sf_cost_statement(baserel->tuples, info->rows, &info->startup_cost, &info->total_cost);
}

void
sf_cost_statement(double rows_read, double rows, Cost *startup_cost, Cost *total_cost)
{
	/* the remote side works through the table before the first row comes */
	*startup_cost = SF_STARTUP_COST + rows_read * SF_ROW_COST / 2;
	*total_cost = Max(*startup_cost, SF_STARTUP_COST + rows * SF_ROW_COST);
}
