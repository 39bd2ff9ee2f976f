/*
 * dag_render.c
 *	  sf_dag_render: a graph as text or as a drawing for Mermaid, Graphviz or
 *	  a browser.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "api/arguments.h"
#include "base/str.h"
#include "core/compat.h"
#include "graphs/dag.h"
#include "graphs/dag_svg.h"
#include "graphs/svg.h"

PG_FUNCTION_INFO_V1(sf_dag_render);

typedef struct Drawing
{
	const SfDag *dag;
	SfJson	   *states;			/* of a run, by the tasks' full names; or NULL */
	int		   *depth;			/* of each task, the root's being 0 */
	StringInfoData out;
} Drawing;

typedef void (*Draw) (Drawing *drawing);

static void draw_text(Drawing *drawing);
static void draw_mermaid(Drawing *drawing);
static void draw_dot(Drawing *drawing);
static void draw_svg(Drawing *drawing);
pg_noreturn static void bad_format(const char *format, const char *valid);
static const char *label(const Drawing *drawing, int task);
static const char *state_of(const Drawing *drawing, int task);
static const char *fill_of(const Drawing *drawing, int task);
static bool follows_root(const SfDag *dag, int task);
static void find_depths(Drawing *drawing);

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
	bad_format(format, "text, mermaid, dot and svg");
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

		appendStringInfo(out, "%s%*s%s%s", i < 0 ? "" : "\n", task == SF_DAG_ROOT ? 0 : 2 * drawing->depth[task], "",
						 label(drawing, task),
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
		sf_append_escaped(out, label(drawing, i), "\"#\n<>&", mermaid_escapes);
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
		if (fill_of(drawing, i))
			appendStringInfo(out, "\n  style t%d fill:%s", i + 1, fill_of(drawing, i));
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
		sf_append_escaped(out, label(drawing, i), "\"\\\n", dot_escapes);
		appendStringInfo(out, "\"%s", i != SF_DAG_ROOT && dag->tasks[i].branch ? ", shape=diamond" : "");
		if (fill_of(drawing, i))
			appendStringInfo(out, ", style=filled, fillcolor=\"%s\"", fill_of(drawing, i));
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

static void
draw_svg(Drawing *drawing)
{
	sf_dag_draw_svg(&drawing->out, drawing->dag, drawing->states);
}

static void
bad_format(const char *format, const char *valid)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid format \"%s\"", format),
			 errhint("Valid formats are %s.", valid)));
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
fill_of(const Drawing *drawing, int task)
{
	const SfStateColor *color = sf_state_color(state_of(drawing, task));

	return color ? color->fill : NULL;
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
