/*
 * dag_render.c
 *	  sf_dag_render: a graph as text, or as a drawing for Mermaid, Graphviz or
 *	  a browser.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "api/arguments.h"
#include "base/str.h"
#include "tasks/dag.h"

PG_FUNCTION_INFO_V1(sf_dag_render);

typedef struct Drawing
{
	const SfDag *dag;
	SfJson	   *states;			/* of a run, by the tasks' full names; or NULL */
	int		   *depth;			/* of each task, the root's being 0 */
	StringInfoData out;
} Drawing;

typedef void (*Draw) (Drawing *drawing);

typedef struct Color
{
	const char *state;
	const char *fill;
} Color;

static const Color colors[] = {
	{"SUCCEEDED", "#d4edda"},
	{"FAILED", "#f8d7da"},
	{"FAILED_AND_AUTO_SUSPENDED", "#f8d7da"},
	{"CANCELLED", "#fde2c8"},
	{"SKIPPED", "#e9ecef"},
	{"EXECUTING", "#fff3cd"},
	{"SCHEDULED", "#d1ecf1"},
};

#define BOX_WIDTH 180
#define BOX_HEIGHT 36
#define COLUMN_WIDTH 230
#define ROW_HEIGHT 54
#define MARGIN 16

static void draw_text(Drawing *drawing);
static void draw_mermaid(Drawing *drawing);
static void draw_dot(Drawing *drawing);
static void draw_svg(Drawing *drawing);
static void svg_box(Drawing *drawing, int task, const int *row);
static void svg_line(Drawing *drawing, int from, int to, const int *row, bool finalizer);
static const char *label(const Drawing *drawing, int task);
static const char *state_of(const Drawing *drawing, int task);
static const char *color_of(const Drawing *drawing, int task);
static bool follows_root(const SfDag *dag, int task);
static void find_depths(Drawing *drawing);
static void append_escaped(StringInfo out, const char *text, const char *special, const char *const *replacements);

static const struct
{
	const char *name;
	Draw		draw;
}			formats[] =

{
	{"text", draw_text},
	{"mermaid", draw_mermaid},
	{"dot", draw_dot},
	{"svg", draw_svg},
};

/* Escapes of a label in each language; the order is that of the special characters. */
static const char *const mermaid_escapes[] = {"#quot;", "#35;", "<br>", "#lt;", "#gt;", "#amp;"};
static const char *const dot_escapes[] = {"\\\"", "\\\\", "\\n"};
static const char *const xml_escapes[] = {"&quot;", "&amp;", "&lt;", "&gt;"};

Datum
sf_dag_render(PG_FUNCTION_ARGS)
{
	char	   *format = sf_text_argument(fcinfo, 1);
	Drawing		drawing = {0};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	drawing.dag = sf_dag_checked(sf_json_from_jsonb(PG_GETARG_JSONB_P(0)));
	drawing.states = PG_ARGISNULL(2) ? NULL : sf_json_from_jsonb(PG_GETARG_JSONB_P(2));
	find_depths(&drawing);
	initStringInfo(&drawing.out);
	for (int i = 0; i < lengthof(formats); i++)
	{
		if (sf_strcasecmp_ascii(format ? format : "text", formats[i].name) == 0)
		{
			formats[i].draw(&drawing);
			PG_RETURN_TEXT_P(cstring_to_text_with_len(drawing.out.data, drawing.out.len));
		}
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid format \"%s\"", format),
			 errhint("Valid formats are text, mermaid, dot and svg.")));
	PG_RETURN_NULL();
}

/*
 * A line a task, indented by its depth, with what it follows.
 */
static void
draw_text(Drawing *drawing)
{
	const SfDag *dag = drawing->dag;
	StringInfo	out = &drawing->out;

	for (int i = -1; i < dag->graph.nnodes; i++)
	{
		int			task = i < 0 ? SF_DAG_ROOT : dag->order[i];
		const char *state = state_of(drawing, task);
		const char *separator = " after ";

		appendStringInfo(out, "%s%*s%s%s", i < 0 ? "" : "\n", task == SF_DAG_ROOT ? 0 : 2 * drawing->depth[task], "", label(drawing, task),
						 task != SF_DAG_ROOT && dag->tasks[task].branch ? " ?" : "");
		for (int e = 0; e < dag->graph.nedges; e++)
		{
			if (dag->graph.edges[e].to != task)
				continue;
			appendStringInfo(out, "%s%s", separator, label(drawing, dag->graph.edges[e].from));
			separator = ", ";
		}
		if (task != SF_DAG_ROOT && dag->tasks[task].finalizer)
			appendStringInfoString(out, " finally");
		if (task != SF_DAG_ROOT && dag->tasks[task].condition)
			appendStringInfo(out, " when %s", dag->tasks[task].condition);
		if (state)
			appendStringInfo(out, ": %s", state);
	}
}

static void
draw_mermaid(Drawing *drawing)
{
	const SfDag *dag = drawing->dag;
	StringInfo	out = &drawing->out;

	appendStringInfoString(out, "flowchart LR");
	for (int i = SF_DAG_ROOT; i < dag->graph.nnodes; i++)
	{
		bool		branch = i != SF_DAG_ROOT && dag->tasks[i].branch;

		appendStringInfo(out, "\n  t%d%s\"", i + 1, branch ? "{" : "[");
		append_escaped(out, label(drawing, i), "\"#\n<>&", mermaid_escapes);
		appendStringInfo(out, "\"%s", branch ? "}" : "]");
	}
	for (int i = 0; i < dag->graph.nnodes; i++)
	{
		if (follows_root(dag, i))
			appendStringInfo(out, "\n  t0 %s t%d", dag->tasks[i].finalizer ? "-.->" : "-->", i + 1);
	}
	for (int e = 0; e < dag->graph.nedges; e++)
		appendStringInfo(out, "\n  t%d --> t%d", dag->graph.edges[e].from + 1, dag->graph.edges[e].to + 1);
	for (int i = SF_DAG_ROOT; i < dag->graph.nnodes; i++)
	{
		if (color_of(drawing, i))
			appendStringInfo(out, "\n  style t%d fill:%s", i + 1, color_of(drawing, i));
	}
}

static void
draw_dot(Drawing *drawing)
{
	const SfDag *dag = drawing->dag;
	StringInfo	out = &drawing->out;

	appendStringInfoString(out, "digraph {\n  rankdir=LR\n  node [shape=box]");
	for (int i = SF_DAG_ROOT; i < dag->graph.nnodes; i++)
	{
		appendStringInfo(out, "\n  t%d [label=\"", i + 1);
		append_escaped(out, label(drawing, i), "\"\\\n", dot_escapes);
		appendStringInfo(out, "\"%s", i != SF_DAG_ROOT && dag->tasks[i].branch ? ", shape=diamond" : "");
		if (color_of(drawing, i))
			appendStringInfo(out, ", style=filled, fillcolor=\"%s\"", color_of(drawing, i));
		appendStringInfoChar(out, ']');
	}
	for (int i = 0; i < dag->graph.nnodes; i++)
	{
		if (follows_root(dag, i))
			appendStringInfo(out, "\n  t0 -> t%d%s", i + 1, dag->tasks[i].finalizer ? " [style=dashed]" : "");
	}
	for (int e = 0; e < dag->graph.nedges; e++)
		appendStringInfo(out, "\n  t%d -> t%d", dag->graph.edges[e].from + 1, dag->graph.edges[e].to + 1);
	appendStringInfoString(out, "\n}");
}

/*
 * A column for each depth, a row for each task of it.
 */
static void
draw_svg(Drawing *drawing)
{
	const SfDag *dag = drawing->dag;
	int			n = dag->graph.nnodes;
	int		   *row = palloc0(sizeof(int) * (n + 1));
	int		   *used = palloc0(sizeof(int) * (n + 2));
	int			columns = 1;
	int			rows = 1;

	for (int i = 0; i < n; i++)
	{
		row[i] = used[drawing->depth[i]]++;
		columns = Max(columns, drawing->depth[i] + 1);
		rows = Max(rows, row[i] + 1);
	}
	appendStringInfo(&drawing->out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">",
					 columns * COLUMN_WIDTH, rows * ROW_HEIGHT + 2 * MARGIN);
	for (int i = 0; i < n; i++)
	{
		if (follows_root(dag, i))
			svg_line(drawing, SF_DAG_ROOT, i, row, dag->tasks[i].finalizer);
	}
	for (int e = 0; e < dag->graph.nedges; e++)
		svg_line(drawing, dag->graph.edges[e].from, dag->graph.edges[e].to, row, false);
	for (int i = SF_DAG_ROOT; i < n; i++)
		svg_box(drawing, i, row);
	appendStringInfoString(&drawing->out, "</svg>");
}

static void
svg_box(Drawing *drawing, int task, const int *row)
{
	StringInfo	out = &drawing->out;
	int			x = MARGIN + (task == SF_DAG_ROOT ? 0 : drawing->depth[task]) * COLUMN_WIDTH;
	int			y = MARGIN + (task == SF_DAG_ROOT ? 0 : row[task]) * ROW_HEIGHT;
	const char *fill = color_of(drawing, task);

	appendStringInfo(out, "<g><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"%s\" stroke=\"#495057\"/><text x=\"%d\" y=\"%d\" text-anchor=\"middle\">",
					 x, y, BOX_WIDTH, BOX_HEIGHT, task != SF_DAG_ROOT && drawing->dag->tasks[task].branch ? BOX_HEIGHT / 2 : 4, fill ? fill : "#ffffff",
					 x + BOX_WIDTH / 2, y + BOX_HEIGHT / 2 + 5);
	append_escaped(out, label(drawing, task), "\"&<>", xml_escapes);
	appendStringInfoString(out, "</text>");
	if (state_of(drawing, task))
	{
		appendStringInfoString(out, "<title>");
		append_escaped(out, state_of(drawing, task), "\"&<>", xml_escapes);
		appendStringInfoString(out, "</title>");
	}
	appendStringInfoString(out, "</g>");
}

static void
svg_line(Drawing *drawing, int from, int to, const int *row, bool finalizer)
{
	int			from_depth = from == SF_DAG_ROOT ? 0 : drawing->depth[from];
	int			from_row = from == SF_DAG_ROOT ? 0 : row[from];

	appendStringInfo(&drawing->out, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#495057\"%s/>",
					 MARGIN + from_depth * COLUMN_WIDTH + BOX_WIDTH, MARGIN + from_row * ROW_HEIGHT + BOX_HEIGHT / 2,
					 MARGIN + drawing->depth[to] * COLUMN_WIDTH, MARGIN + row[to] * ROW_HEIGHT + BOX_HEIGHT / 2,
					 finalizer ? " stroke-dasharray=\"4\"" : "");
}

static const char *
label(const Drawing *drawing, int task)
{
	return task == SF_DAG_ROOT ? drawing->dag->name : drawing->dag->tasks[task].name;
}

static const char *
state_of(const Drawing *drawing, int task)
{
	return sf_json_text(sf_json_member(drawing->states, sf_dag_full_name(drawing->dag, task)));
}

static const char *
color_of(const Drawing *drawing, int task)
{
	const char *state = state_of(drawing, task);

	for (int i = 0; state && i < lengthof(colors); i++)
	{
		if (sf_strcasecmp_ascii(colors[i].state, state) == 0)
			return colors[i].fill;
	}
	return NULL;
}

static bool
follows_root(const SfDag *dag, int task)
{
	for (int e = 0; e < dag->graph.nedges; e++)
	{
		if (dag->graph.edges[e].to == task)
			return false;
	}
	return true;
}

/*
 * A finalizer runs behind everything else.
 */
static void
find_depths(Drawing *drawing)
{
	const SfDag *dag = drawing->dag;
	int			deepest = 0;

	drawing->depth = palloc(sizeof(int) * (dag->graph.nnodes + 1));
	sf_graph_depth(&dag->graph, dag->order, drawing->depth);
	for (int i = 0; i < dag->graph.nnodes; i++)
	{
		drawing->depth[i]++;
		deepest = Max(deepest, drawing->depth[i]);
	}
	for (int i = 0; i < dag->graph.nnodes; i++)
	{
		if (dag->tasks[i].finalizer && dag->graph.nnodes > 1)
			drawing->depth[i] = deepest + 1;
	}
}

/*
 * The text with each special character replaced.
 */
static void
append_escaped(StringInfo out, const char *text, const char *special, const char *const *replacements)
{
	for (; *text; text++)
	{
		const char *at = strchr(special, *text);

		if (at)
			appendStringInfoString(out, replacements[at - special]);
		else
			appendStringInfoChar(out, *text);
	}
}
