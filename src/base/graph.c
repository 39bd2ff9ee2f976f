/*
 * graph.c
 *	  Directed graphs of a few thousand nodes.
 *
 * A step looks at every edge: graphs here are small, and what is simple is
 * right.
 */
#include "base/graph.h"

static void reach(const SfGraph *graph, int from, bool *reached);
static bool has_edge(const SfGraph *graph, int from, int to);
static bool same_predecessors(const SfGraph *before, const SfGraph *after, const int *counterpart, int node);

int
sf_graph_order(const SfGraph *graph, int *order, int *work)
{
	int		   *pending = work; /* predecessors not yet ordered; -1: ordered */
	int			count = 0;

	for (int i = 0; i < graph->nnodes; i++)
		pending[i] = 0;
	for (int e = 0; e < graph->nedges; e++)
		pending[graph->edges[e].to]++;
	for (;;)
	{
		int			next = 0;

		while (next < graph->nnodes && pending[next] != 0)
			next++;
		if (next == graph->nnodes)
			return count;
		order[count++] = next;
		pending[next] = -1;
		for (int e = 0; e < graph->nedges; e++)
		{
			if (graph->edges[e].from == next)
				pending[graph->edges[e].to]--;
		}
	}
}

int
sf_graph_cycle(const SfGraph *graph, int *path, int *work)
{
	int			ordered = sf_graph_order(graph, path, work);
	int			node = 0;
	int			length = 0;

	if (ordered == graph->nnodes)
		return 0;

	/*
	 * every node that is left has a predecessor that is left: walking back
	 * comes to a node for the second time.  work has the step of each visit,
	 * below the -1 of ordered nodes.
	 */
	while (work[node] == -1)
		node++;
	while (work[node] >= 0)
	{
		int			previous = -1;

		path[length] = node;
		work[node] = -2 - length++;
		for (int e = 0; e < graph->nedges && previous < 0; e++)
		{
			if (graph->edges[e].to == node && work[graph->edges[e].from] != -1)
				previous = graph->edges[e].from;
		}
		node = previous;
	}

	/* what was walked before the node's first visit only leads to the cycle */
	{
		int			first = -2 - work[node];
		int			n = length - first;

		for (int i = 0; i < n; i++)
			path[i] = path[first + i];
		for (int i = 0; i < n / 2; i++)
		{
			int			swap = path[i];

			path[i] = path[n - 1 - i];
			path[n - 1 - i] = swap;
		}
		return n;
	}
}

void
sf_graph_depth(const SfGraph *graph, const int *order, int *depth)
{
	for (int i = 0; i < graph->nnodes; i++)
		depth[i] = 0;
	for (int i = 0; i < graph->nnodes; i++)
	{
		for (int e = 0; e < graph->nedges; e++)
		{
			const SfEdge *edge = &graph->edges[e];

			if (edge->from == order[i] && depth[edge->to] < depth[order[i]] + 1)
				depth[edge->to] = depth[order[i]] + 1;
		}
	}
}

void
sf_graph_diff(const SfGraph *before, const SfGraph *after, const int *counterpart, SfNodeChange *before_change,
			  SfNodeChange *after_change, bool *work)
{
	for (int i = 0; i < before->nnodes; i++)
		before_change[i] = SF_NODE_GONE;
	for (int i = 0; i < after->nnodes; i++)
	{
		after_change[i] = SF_NODE_NEW;
		if (counterpart[i] >= 0)
		{
			before_change[counterpart[i]] = SF_NODE_SAME;
			after_change[i] = same_predecessors(before, after, counterpart, i) ? SF_NODE_SAME : SF_NODE_RELINKED;
		}
	}
	for (int i = 0; i < before->nnodes; i++)
	{
		if (before_change[i] != SF_NODE_GONE)
			continue;
		reach(before, i, work);
		for (int below = 0; below < before->nnodes; below++)
		{
			if (work[below] && before_change[below] == SF_NODE_SAME)
				before_change[i] = SF_NODE_GONE_INNER;
		}
	}
}

/*
 * Marks the nodes that can be reached from a node, itself included.
 */
static void
reach(const SfGraph *graph, int from, bool *reached)
{
	bool		more = true;

	for (int i = 0; i < graph->nnodes; i++)
		reached[i] = i == from;
	while (more)
	{
		more = false;
		for (int e = 0; e < graph->nedges; e++)
		{
			if (reached[graph->edges[e].from] && !reached[graph->edges[e].to])
				reached[graph->edges[e].to] = more = true;
		}
	}
}

static bool
has_edge(const SfGraph *graph, int from, int to)
{
	for (int e = 0; e < graph->nedges; e++)
	{
		if (graph->edges[e].from == from && graph->edges[e].to == to)
			return true;
	}
	return false;
}

static bool
same_predecessors(const SfGraph *before, const SfGraph *after, const int *counterpart, int node)
{
	int			old = counterpart[node];

	for (int e = 0; e < after->nedges; e++)
	{
		if (after->edges[e].to == node &&
			(counterpart[after->edges[e].from] < 0 || !has_edge(before, counterpart[after->edges[e].from], old)))
			return false;
	}
	for (int e = 0; e < before->nedges; e++)
	{
		bool		kept = false;

		if (before->edges[e].to != old)
			continue;
		for (int i = 0; i < after->nedges && !kept; i++)
			kept = after->edges[i].to == node && counterpart[after->edges[i].from] == before->edges[e].from;
		if (!kept)
			return false;
	}
	return true;
}
