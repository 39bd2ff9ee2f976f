/*
 * dag_layout.h
 *	  Where the boxes of a drawing of a task graph stand.
 *
 * Each task has a layer: the number of tasks on the longest way to it.  A
 * link over several layers gets a place in each layer between, so that it
 * does not pass through a box; those that come from one task share them.  The
 * order within a layer is one of few crossings, the places keep links
 * straight where they can be.  No network.
 */
#ifndef SF_GRAPHS_DAG_LAYOUT_H
#define SF_GRAPHS_DAG_LAYOUT_H

#include "postgres.h"

#include "graphs/dag.h"

/* Between two nodes of neighbouring layers. */
typedef struct SfLayoutLink
{
	int			from;
	int			to;
	bool		finalizer;		/* on the way from the root to the finalizer */
} SfLayoutLink;

typedef struct SfLayout
{
	int			nboxes;			/* of tasks: 0 is the root, i + 1 task i */
	int			nnodes;			/* boxes, then the places of long links */
	int			nlayers;
	int		   *layer;			/* of each node */
	double	   *y;				/* of each node's middle; the topmost edge of
								 * a box is at 0 */
	double		height;
	int			nlinks;
	SfLayoutLink *links;
} SfLayout;

/* In the current context; interruptible. */
extern SfLayout *sf_dag_layout(const SfDag *dag, double box_height);

#endif							/* SF_GRAPHS_DAG_LAYOUT_H */
