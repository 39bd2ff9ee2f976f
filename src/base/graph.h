/*
 * graph.h
 *	  Directed graphs of a few thousand nodes: order, cycle, depth,
 *	  difference.
 *
 * Nodes are numbers from 0; a graph only refers to its edges.  Nothing is
 * allocated: results and work space are arrays of the caller's, of nnodes
 * elements where nothing else is said.
 */
#ifndef SF_BASE_GRAPH_H
#define SF_BASE_GRAPH_H

#include <stdbool.h>

typedef struct SfEdge
{
	int			from;
	int			to;
} SfEdge;

typedef struct SfGraph
{
	int			nnodes;
	int			nedges;
	const SfEdge *edges;		/* may hold an edge twice */
} SfGraph;

/* What became of a node. */
typedef enum SfNodeChange
{
	SF_NODE_SAME,				/* same predecessors */
	SF_NODE_RELINKED,			/* other predecessors */
	SF_NODE_NEW,
	SF_NODE_GONE,				/* and nothing that stays lies below it */
	SF_NODE_GONE_INNER			/* gone, something below it stays */
} SfNodeChange;

/*
 * Predecessors first, of several that may come next the one with the smallest number.  Returns how many nodes
 * could be ordered: less than nnodes when there is a cycle.
 */
extern int	sf_graph_order(const SfGraph *graph, int *order, int *work);

/* A cycle: path[0] comes before path[1] ... before path[0] again; its length, 0 when there is none. */
extern int	sf_graph_cycle(const SfGraph *graph, int *path, int *work);

/* The number of edges on the longest way to each node; order is that of sf_graph_order. */
extern void sf_graph_depth(const SfGraph *graph, const int *order, int *depth);

/*
 * What makes one graph into another.  counterpart has the node of before for each of after, or -1; after_change is
 * one of SAME, RELINKED and NEW, before_change one of SAME (it stays), GONE and GONE_INNER.  work has
 * before->nnodes elements.
 */
extern void sf_graph_diff(const SfGraph *before, const SfGraph *after, const int *counterpart,
						  SfNodeChange *before_change, SfNodeChange *after_change, bool *work);

#endif							/* SF_BASE_GRAPH_H */
