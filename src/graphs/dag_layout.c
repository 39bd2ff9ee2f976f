/*
 * dag_layout.c
 *	  Where the boxes of a drawing of a task graph stand.
 *
 * The way of Sugiyama: layers, places for long links, an order by barycenters
 * in sweeps from both sides of which the one with the fewest crossings is
 * kept, and heights that are near to those of a node's neighbours.  The last
 * is a least squares problem with a least distance between neighbours of one
 * layer, which pooling adjacent violators solves exactly for a layer at a
 * time.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/graph.h"
#include "graphs/dag_layout.h"

#define GAP 18.0				/* between two boxes */
#define LINK_GAP 12.0			/* beside the place of a link */
#define LINK_WEIGHT 4.0			/* a long link is to be straight */

/* Sweeps: fewer for a graph of many links. */
#define MOST_SWEEPS 24
#define FEWEST_SWEEPS 4
#define MOST_WORK 4000000
#define HEIGHT_SWEEPS 12

/* The neighbours of each node in one direction. */
typedef struct Neighbours
{
	int		   *first;			/* of nnodes + 1 */
	int		   *node;
} Neighbours;

typedef struct Work
{
	SfLayout   *layout;
	double		box_height;
	int			room;			/* for links */
	int			nodes_room;
	Neighbours	before;
	Neighbours	after;
	int		  **order;			/* the nodes of each layer */
	int		   *count;			/* of each layer */
	int		   *place;			/* of each node in its layer */
} Work;

typedef struct Ranked
{
	double		rank;
	int			place;
	int			node;
} Ranked;

static void find_layers(SfLayout *layout, const SfDag *dag);
static void add_links(Work *work, const SfDag *dag);
static void add_link(Work *work, int *chain, int from, int to, bool finalizer);
static void put_link(Work *work, int from, int to, bool finalizer);
static int	put_node(Work *work, int layer);
static void find_neighbours(const SfLayout *layout, Neighbours *neighbours, bool before);
static void fill_layers(Work *work);
static void order_layers(Work *work);
static void order_layer(Work *work, int layer, const Neighbours *neighbours);
static int	compare_ranked(const void *a, const void *b);
static int64 crossings(const Work *work);
static int64 crossings_behind(const Work *work, int layer, int *tree);
static void find_heights(Work *work);
static void place_layer(Work *work, int layer, bool before, bool after);
static double distance(const Work *work, int above, int below);

SfLayout *
sf_dag_layout(const SfDag *dag, double box_height)
{
	SfLayout   *layout = palloc0(sizeof(SfLayout));
	Work		work = {.layout = layout,.box_height = box_height};

	layout->nboxes = layout->nnodes = dag->graph.nnodes + 1;
	find_layers(layout, dag);
	add_links(&work, dag);
	find_neighbours(layout, &work.before, true);
	find_neighbours(layout, &work.after, false);
	fill_layers(&work);
	order_layers(&work);
	find_heights(&work);
	return layout;
}

/*
 * A finalizer runs behind everything else.
 */
static void
find_layers(SfLayout *layout, const SfDag *dag)
{
	int			n = dag->graph.nnodes;
	int		   *depth = palloc(sizeof(int) * (n + 1));
	int			deepest = 0;

	layout->layer = palloc0(sizeof(int) * (n + 1));
	sf_graph_depth(&dag->graph, dag->order, depth);
	for (int i = 0; i < n; i++)
	{
		layout->layer[i + 1] = depth[i] + 1;
		if (!dag->tasks[i].finalizer)
			deepest = Max(deepest, depth[i] + 1);
	}
	for (int i = 0; i < n; i++)
	{
		if (dag->tasks[i].finalizer)
			layout->layer[i + 1] = deepest + 1;
	}
	for (int i = 0; i <= n; i++)
		layout->nlayers = Max(layout->nlayers, layout->layer[i] + 1);
}

/*
 * Each link once, though a graph may say it twice.
 */
static void
add_links(Work *work, const SfDag *dag)
{
	int			n = dag->graph.nnodes;
	bool	   *known = palloc0((Size) n * n + 1);
	bool	   *follows = palloc0(n + 1);
	int		   *chain = palloc(sizeof(int) * work->layout->nlayers);

	work->nodes_room = work->layout->nnodes;
	for (int e = 0; e < dag->graph.nedges; e++)
		follows[dag->graph.edges[e].to] = true;
	for (int from = -1; from < n; from++)
	{
		memset(chain, -1, sizeof(int) * work->layout->nlayers);
		for (int to = 0; from < 0 && to < n; to++)
		{
			if (!follows[to] && !dag->tasks[to].finalizer)
				add_link(work, chain, 0, to + 1, false);
		}
		/* last: its places are its own */
		for (int to = 0; from < 0 && to < n; to++)
		{
			if (dag->tasks[to].finalizer)
				add_link(work, chain, 0, to + 1, true);
		}
		for (int e = 0; from >= 0 && e < dag->graph.nedges; e++)
		{
			int			to = dag->graph.edges[e].to;

			if (dag->graph.edges[e].from != from || known[(Size) from * n + to])
				continue;
			known[(Size) from * n + to] = true;
			add_link(work, chain, from + 1, to + 1, false);
		}
		CHECK_FOR_INTERRUPTS();
	}
}

/*
 * chain has the place of the links of "from" in each layer, or -1.
 */
static void
add_link(Work *work, int *chain, int from, int to, bool finalizer)
{
	SfLayout   *layout = work->layout;
	int			last = from;

	for (int layer = layout->layer[from] + 1; layer < layout->layer[to]; layer++)
	{
		if (chain[layer] < 0)
		{
			chain[layer] = put_node(work, layer);
			put_link(work, last, chain[layer], finalizer);
		}
		last = chain[layer];
	}
	put_link(work, last, to, finalizer);
}

static void
put_link(Work *work, int from, int to, bool finalizer)
{
	SfLayout   *layout = work->layout;

	if (layout->nlinks == work->room)
	{
		work->room = Max(2 * work->room, 64);
		layout->links = layout->links ? repalloc_huge(layout->links, sizeof(SfLayoutLink) * work->room) :
			palloc(sizeof(SfLayoutLink) * work->room);
	}
	layout->links[layout->nlinks].from = from;
	layout->links[layout->nlinks].to = to;
	layout->links[layout->nlinks++].finalizer = finalizer;
}

static int
put_node(Work *work, int layer)
{
	SfLayout   *layout = work->layout;

	if (layout->nnodes == work->nodes_room)
	{
		work->nodes_room *= 2;
		layout->layer = repalloc_huge(layout->layer, sizeof(int) * work->nodes_room);
	}
	layout->layer[layout->nnodes] = layer;
	return layout->nnodes++;
}

static void
find_neighbours(const SfLayout *layout, Neighbours *neighbours, bool before)
{
	int		   *next = palloc(sizeof(int) * (layout->nnodes + 1));

	neighbours->first = palloc0(sizeof(int) * (layout->nnodes + 1));
	neighbours->node = palloc(sizeof(int) * (layout->nlinks + 1));
	for (int i = 0; i < layout->nlinks; i++)
		neighbours->first[(before ? layout->links[i].to : layout->links[i].from) + 1]++;
	for (int i = 0; i < layout->nnodes; i++)
		neighbours->first[i + 1] += neighbours->first[i];
	memcpy(next, neighbours->first, sizeof(int) * (layout->nnodes + 1));
	for (int i = 0; i < layout->nlinks; i++)
	{
		const SfLayoutLink *link = &layout->links[i];

		neighbours->node[next[before ? link->to : link->from]++] = before ? link->from : link->to;
	}
}

/*
 * Begins with the order in which a walk from the root comes to the nodes:
 * what is linked stands together.
 */
static void
fill_layers(Work *work)
{
	SfLayout   *layout = work->layout;
	int		   *stack = palloc(sizeof(int) * layout->nnodes);
	bool	   *seen = palloc0(layout->nnodes);
	int			depth = 0;

	work->order = palloc(sizeof(int *) * layout->nlayers);
	work->count = palloc0(sizeof(int) * layout->nlayers);
	work->place = palloc(sizeof(int) * layout->nnodes);
	for (int i = 0; i < layout->nnodes; i++)
		work->count[layout->layer[i]]++;
	for (int i = 0; i < layout->nlayers; i++)
	{
		work->order[i] = palloc(sizeof(int) * Max(work->count[i], 1));
		work->count[i] = 0;
	}
	seen[0] = true;
	stack[depth++] = 0;
	while (depth > 0)
	{
		int			node = stack[--depth];

		work->place[node] = work->count[layout->layer[node]];
		work->order[layout->layer[node]][work->count[layout->layer[node]]++] = node;
		for (int i = work->after.first[node + 1] - 1; i >= work->after.first[node]; i--)
		{
			if (seen[work->after.node[i]])
				continue;
			seen[work->after.node[i]] = true;
			stack[depth++] = work->after.node[i];
		}
	}
}

/*
 * Keeps the order with the fewest crossings.
 */
static void
order_layers(Work *work)
{
	SfLayout   *layout = work->layout;
	int			sweeps = Max(FEWEST_SWEEPS, Min(MOST_SWEEPS, MOST_WORK / (layout->nlinks + 1)));
	int		   *best = palloc(sizeof(int) * layout->nnodes);
	int64		fewest = crossings(work);

	memcpy(best, work->place, sizeof(int) * layout->nnodes);
	for (int sweep = 0; sweep < sweeps && fewest > 0; sweep++)
	{
		int64		now;

		for (int i = 1; i < layout->nlayers; i++)
			order_layer(work, sweep % 2 == 0 ? i : layout->nlayers - 1 - i,
						sweep % 2 == 0 ? &work->before : &work->after);
		now = crossings(work);
		if (now < fewest)
		{
			fewest = now;
			memcpy(best, work->place, sizeof(int) * layout->nnodes);
		}
	}
	for (int i = 0; i < layout->nnodes; i++)
	{
		work->place[i] = best[i];
		work->order[layout->layer[i]][best[i]] = i;
	}
}

/*
 * By the mean place of each node's neighbours; one without any keeps its own.
 */
static void
order_layer(Work *work, int layer, const Neighbours *neighbours)
{
	int			n = work->count[layer];
	Ranked	   *ranked = palloc(sizeof(Ranked) * Max(n, 1));

	CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < n; i++)
	{
		int			node = work->order[layer][i];
		int			first = neighbours->first[node];
		int			count = neighbours->first[node + 1] - first;
		double		sum = 0;

		for (int k = 0; k < count; k++)
			sum += work->place[neighbours->node[first + k]];
		ranked[i].rank = count > 0 ? sum / count : i;
		ranked[i].place = i;
		ranked[i].node = node;
	}
	qsort(ranked, n, sizeof(Ranked), compare_ranked);
	for (int i = 0; i < n; i++)
	{
		work->order[layer][i] = ranked[i].node;
		work->place[ranked[i].node] = i;
	}
	pfree(ranked);
}

static int
compare_ranked(const void *a, const void *b)
{
	const Ranked *first = a;
	const Ranked *second = b;

	if (first->rank != second->rank)
		return first->rank < second->rank ? -1 : 1;
	return first->place - second->place;
}

static int64
crossings(const Work *work)
{
	int64		sum = 0;
	int			widest = 0;
	int		   *tree;

	for (int i = 0; i < work->layout->nlayers; i++)
		widest = Max(widest, work->count[i]);
	tree = palloc(sizeof(int) * (widest + 2));
	for (int i = 0; i + 1 < work->layout->nlayers; i++)
		sum += crossings_behind(work, i, tree);
	pfree(tree);
	return sum;
}

/*
 * Between a layer and the next one: the links whose beginnings and ends are in
 * opposite order, counted with a binary indexed tree over the ends so far.
 */
static int64
crossings_behind(const Work *work, int layer, int *tree)
{
	int			n = work->count[layer + 1];
	int64		sum = 0;
	int			seen = 0;

	memset(tree, 0, sizeof(int) * (n + 2));
	for (int i = 0; i < work->count[layer]; i++)
	{
		int			node = work->order[layer][i];
		int			first = work->after.first[node];
		int			last = work->after.first[node + 1];

		for (int k = first; k < last; k++)
		{
			/* those that end at most here do not cross it */
			for (int at = work->place[work->after.node[k]] + 1; at > 0; at -= at & -at)
				sum -= tree[at];
			sum += seen;
		}
		for (int k = first; k < last; k++)
		{
			for (int at = work->place[work->after.node[k]] + 1; at <= n; at += at & -at)
				tree[at]++;
			seen++;
		}
	}
	return sum;
}

/*
 * From one side and from the other, at last by both.
 */
static void
find_heights(Work *work)
{
	SfLayout   *layout = work->layout;
	double		top = 0;

	layout->y = palloc0(sizeof(double) * layout->nnodes);
	for (int i = 0; i < layout->nlayers; i++)
		place_layer(work, i, false, false);
	for (int sweep = 0; sweep < HEIGHT_SWEEPS; sweep++)
	{
		for (int i = 0; i < layout->nlayers; i++)
		{
			bool		last = sweep + 2 >= HEIGHT_SWEEPS;

			int			layer = sweep % 2 == 0 ? i : layout->nlayers - 1 - i;

			place_layer(work, layer, last || sweep % 2 == 0, last || sweep % 2 == 1);
		}
	}
	for (int i = 0; i < layout->nnodes; i++)
	{
		top = i == 0 ? layout->y[i] : Min(top, layout->y[i]);
		layout->height = i == 0 ? layout->y[i] : Max(layout->height, layout->y[i]);
	}
	for (int i = 0; i < layout->nnodes; i++)
		layout->y[i] += work->box_height / 2 - top;
	layout->height += work->box_height - top;
}

/*
 * As near to where the nodes' neighbours want them as the distances allow:
 * neighbours that would be too close become one block, at the mean of what its
 * members want.
 */
static void
place_layer(Work *work, int layer, bool before, bool after)
{
	const Neighbours *sides[2] = {before ? &work->before : NULL, after ? &work->after : NULL};
	int			n = work->count[layer];
	double	   *want = palloc(sizeof(double) * Max(n, 1));
	double	   *weight = palloc(sizeof(double) * Max(n, 1));
	double	   *offset = palloc(sizeof(double) * Max(n, 1));
	int		   *size = palloc(sizeof(int) * Max(n, 1));
	int			blocks = 0;
	int			next = 0;

	CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < n; i++)
	{
		int			node = work->order[layer][i];
		double		sum = 0;
		int			count = 0;

		for (int side = 0; side < 2; side++)
		{
			const Neighbours *other = sides[side];

			for (int k = other ? other->first[node] : 0; other && k < other->first[node + 1]; k++)
			{
				sum += work->layout->y[other->node[k]];
				count++;
			}
		}
		offset[i] = i == 0 ? 0 : offset[i - 1] + distance(work, work->order[layer][i - 1], node);
		want[blocks] = (count > 0 ? sum / count : work->layout->y[node]) - offset[i];
		weight[blocks] = node >= work->layout->nboxes ? LINK_WEIGHT : 1;
		size[blocks++] = 1;
		for (; blocks > 1 && want[blocks - 2] > want[blocks - 1]; blocks--)
		{
			double		both = weight[blocks - 2] + weight[blocks - 1];

			want[blocks - 2] = (want[blocks - 2] * weight[blocks - 2] + want[blocks - 1] * weight[blocks - 1]) / both;
			weight[blocks - 2] = both;
			size[blocks - 2] += size[blocks - 1];
		}
	}
	for (int block = 0; block < blocks; block++)
	{
		for (int k = 0; k < size[block]; k++, next++)
			work->layout->y[work->order[layer][next]] = want[block] + offset[next];
	}
	pfree(want);
	pfree(weight);
	pfree(offset);
	pfree(size);
}

/*
 * The least one between the middles of two neighbours.
 */
static double
distance(const Work *work, int above, int below)
{
	bool		box = above < work->layout->nboxes;
	bool		other = below < work->layout->nboxes;

	if (box && other)
		return work->box_height + GAP;
	return box || other ? work->box_height / 2 + LINK_GAP : LINK_GAP;
}
