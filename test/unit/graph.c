/* sources: src/base/graph.c */
/*
 * graph.c
 *	  Tests of the graph algorithms.
 */
#include "base/graph.h"

#include "tap.h"

#define MOST 1000

static SfGraph make(const char *text, SfEdge *edges);
static int	order_is(const char *text, int nnodes, const char *expected);
static int	cycle_is(const char *text, int nnodes, const char *expected);
static int	depth_is(const char *text, int nnodes, const char *expected);
static int	diff_is(const char *before, const char *after, const char *was, const char *becomes);

/* Graphs are written as pairs of letters, "ab bc": a before b, b before c. */
int
main(void)
{
	CHECK(order_is("", 0, "") && order_is("", 3, "abc"), "without edges: as numbered");
	CHECK(order_is("ab bc", 3, "abc") && order_is("cb ba", 3, "cba"), "a line, in either direction");
	CHECK(order_is("ab ac bd cd", 4, "abcd") && order_is("da db ac bc", 4, "dabc"), "a diamond");
	CHECK(order_is("ca", 4, "bcad"), "of several that may come next the first one");
	CHECK(order_is("ab ab ab", 2, "ab"), "an edge given several times counts as one");
	CHECK(order_is("ab bc cb", 4, "ad"), "with a cycle only what does not wait for it");
	CHECK(cycle_is("ab bc ac", 3, "") && cycle_is("", 0, ""), "no cycle");
	CHECK(cycle_is("aa", 1, "a"), "a node before itself");
	CHECK(cycle_is("ab ba", 2, "ba"), "two nodes before each other");
	CHECK(cycle_is("bc cd db", 5, "cdb"), "three, in their direction");
	CHECK(cycle_is("ab bc cb ca", 3, "bca"), "one of two");
	CHECK(cycle_is("de ed ea eb bc", 5, "de"), "neither what leads to it nor what follows it");
	CHECK(depth_is("ab ac bd cd de", 5, "01123") && depth_is("ab bc ac", 3, "012") && depth_is("ba", 2, "10"), "depth is the longest way");
	CHECK(diff_is("ab bc", "ab bc", "sss", "sss"), "no difference");
	CHECK(diff_is("ab", "ab bc", "ss", "ssn"), "a node added");
	CHECK(diff_is("ab bc", "ab", "ssg", "ss"), "a leaf removed");
	CHECK(diff_is("ab bc", "ac", "sis", "sr"), "an inner node removed");
	CHECK(diff_is("ab ac", "ab bc", "sss", "ssr"), "a node moved");
	CHECK(diff_is("ab bc", "ab ac bc", "sss", "ssr") && diff_is("ab ac bc", "ab bc", "sss", "ssr"), "one predecessor more, one less");
	CHECK(diff_is("ab bc cd", "ad", "siis", "sr") && diff_is("ab bc cd", "ab", "ssgg", "ss"), "a chain removed above and below");
	CHECK(diff_is("ab bc de", "bc de", "issss", "rsss") && diff_is("ab ca de", "ab de", "ssiss", "rsss"), "below is what can be reached");
	CHECK(diff_is("ab bc de", "ab de", "ssgss", "ssss") && diff_is("ab ba ac", "ac", "sis", "rs"), "and nothing else; in a cycle");
	CHECK(diff_is("ab", "cd", "gg", "nn"), "nothing in common");
	CHECK(diff_is("ab bc", "ba ac", "sss", "rrr"), "an edge turned round");

	/* the largest line that a task graph may be */
	{
		static SfEdge edges[MOST - 1];
		static int	order[MOST];
		static int	depth[MOST];
		static int	work[MOST];
		SfGraph		line = {MOST, MOST - 1, edges};

		for (int i = 0; i < MOST - 1; i++)
		{
			edges[i].from = i + 1;
			edges[i].to = i;
		}
		CHECK(sf_graph_order(&line, order, work) == MOST && order[0] == MOST - 1 && order[MOST - 1] == 0, "a thousand nodes in a line");
		sf_graph_depth(&line, order, depth);
		CHECK(depth[0] == MOST - 1, "and their depth");
	}
	return tap_done();
}

static SfGraph
make(const char *text, SfEdge *edges)
{
	SfGraph		graph = {0, 0, edges};

	for (const char *p = text; *p; p += p[2] ? 3 : 2)
	{
		edges[graph.nedges].from = p[0] - 'a';
		edges[graph.nedges++].to = p[1] - 'a';
		for (int i = 0; i < 2; i++)
		{
			if (p[i] - 'a' >= graph.nnodes)
				graph.nnodes = p[i] - 'a' + 1;
		}
	}
	return graph;
}

static int
order_is(const char *text, int nnodes, const char *expected)
{
	SfEdge		edges[20];
	SfGraph		graph = make(text, edges);
	int			order[20];
	int			work[20];
	char		got[21] = "";
	int			n;

	graph.nnodes = nnodes;
	n = sf_graph_order(&graph, order, work);
	for (int i = 0; i < n; i++)
		got[i] = (char) ('a' + order[i]);
	return same(got, expected);
}

static int
cycle_is(const char *text, int nnodes, const char *expected)
{
	SfEdge		edges[20];
	SfGraph		graph = make(text, edges);
	int			path[20];
	int			work[20];
	char		got[21] = "";
	int			n;

	graph.nnodes = nnodes;
	n = sf_graph_cycle(&graph, path, work);
	for (int i = 0; i < n; i++)
		got[i] = (char) ('a' + path[i]);
	return same(got, expected);
}

static int
depth_is(const char *text, int nnodes, const char *expected)
{
	SfEdge		edges[20];
	SfGraph		graph = make(text, edges);
	int			order[20];
	int			depth[20];
	int			work[20];
	char		got[21] = "";

	graph.nnodes = nnodes;
	sf_graph_order(&graph, order, work);
	sf_graph_depth(&graph, order, depth);
	for (int i = 0; i < nnodes; i++)
		got[i] = (char) ('0' + depth[i]);
	return same(got, expected);
}

/* was and becomes have a letter for each node: same, relinked, new, gone, gone though something below (inner) stays; nodes of one letter are counterparts */
static int
diff_is(const char *before_text, const char *after_text, const char *was, const char *becomes)
{
	SfEdge		before_edges[20];
	SfEdge		after_edges[20];
	SfGraph		before = make(before_text, before_edges);
	SfGraph		all = make(after_text, after_edges);
	SfGraph		after = {0, all.nedges, after_edges};
	int			number[20];		/* of a letter among the nodes of after */
	int			counterpart[20];
	SfNodeChange before_change[20];
	SfNodeChange after_change[20];
	bool		work[20];
	char		got[21] = "";

	for (int letter = 0; letter < all.nnodes; letter++)
	{
		number[letter] = after.nnodes;
		for (int e = 0; e < all.nedges; e++)
		{
			if (after_edges[e].from == letter || after_edges[e].to == letter)
			{
				counterpart[after.nnodes++] = letter < before.nnodes ? letter : -1;
				break;
			}
		}
	}
	for (int e = 0; e < all.nedges; e++)
	{
		after_edges[e].from = number[after_edges[e].from];
		after_edges[e].to = number[after_edges[e].to];
	}
	sf_graph_diff(&before, &after, counterpart, before_change, after_change, work);
	for (int i = 0; i < before.nnodes; i++)
		got[i] = "srngi"[before_change[i]];
	if (!same(got, was))
		return 0;
	for (int i = 0; i < after.nnodes; i++)
		got[i] = "srngi"[after_change[i]];
	got[after.nnodes] = '\0';
	return same(got, becomes);
}
