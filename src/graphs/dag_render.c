/*
 * dag_render.c
 *	  sf_dag_render, sf_dag_gantt: a graph, and the times of a run, as text or
 *	  as a drawing for Mermaid, Graphviz or a browser.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "api/arguments.h"
#include "base/str.h"
#include "core/compat.h"
#include "graphs/dag.h"

PG_FUNCTION_INFO_V1(sf_dag_render);
PG_FUNCTION_INFO_V1(sf_dag_gantt);

typedef struct Drawing
{
	const SfDag *dag;
	SfJson	   *states;			/* of a run, by the tasks' full names; or NULL */
	int		   *depth;			/* of each task, the root's being 0 */
	StringInfoData out;
} Drawing;

typedef void (*Draw) (Drawing *drawing);

/* The tasks of a run: an array of {"name", "state", "start", "end"}, times in seconds since 1970. */
typedef struct Chart
{
	SfJson	   *tasks;
	double		start;			/* of the first one */
	double		end;			/* of the last one that is known */
	StringInfoData out;
} Chart;

typedef void (*DrawChart) (Chart *chart);

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

#define BAR_CHARACTERS 40
#define BAR_WIDTH 480
#define NAME_WIDTH 220
#define BAR_ROW 24

static void draw_text(Drawing *drawing);
static void draw_mermaid(Drawing *drawing);
static void draw_dot(Drawing *drawing);
static void draw_svg(Drawing *drawing);
static void svg_box(Drawing *drawing, int task, const int *row);
static void svg_line(Drawing *drawing, int from, int to, const int *row, bool finalizer);
static void chart_text(Chart *chart);
static void chart_mermaid(Chart *chart);
static void chart_svg(Chart *chart);
static void check_tasks(SfJson *tasks);
static void find_times(Chart *chart);
static bool task_times(const Chart *chart, int task, double *start, double *end);
static double number(SfJson *value, double missing);
static char *text_member(SfJson *object, const char *name);
pg_noreturn static void bad_format(const char *format, const char *valid);
static const char *label(const Drawing *drawing, int task);
static const char *state_of(const Drawing *drawing, int task);
static const char *color_of(const char *state);
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

static const struct
{
	const char *name;
	DrawChart	draw;
}			chart_formats[] =

{
	{"text", chart_text},
	{"mermaid", chart_mermaid},
	{"svg", chart_svg},
};

/* Escapes of a label in each language; the order is that of the special characters. */
static const char *const mermaid_escapes[] = {"#quot;", "#35;", "<br>", "#lt;", "#gt;", "#amp;"};
static const char *const dot_escapes[] = {"\\\"", "\\\\", "\\n"};
static const char *const gantt_escapes[] = {"#58;", "#35;", "#59;", " "};
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
	bad_format(format, "text, mermaid, dot and svg");
}

/*
 * When the tasks of a run began and ended.
 */
Datum
sf_dag_gantt(PG_FUNCTION_ARGS)
{
	char	   *format = sf_text_argument(fcinfo, 1);
	Chart		chart = {0};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	chart.tasks = sf_json_from_jsonb(PG_GETARG_JSONB_P(0));
	check_tasks(chart.tasks);
	find_times(&chart);
	initStringInfo(&chart.out);
	for (int i = 0; i < lengthof(chart_formats); i++)
	{
		if (sf_strcasecmp_ascii(format ? format : "text", chart_formats[i].name) == 0)
		{
			chart_formats[i].draw(&chart);
			PG_RETURN_TEXT_P(cstring_to_text_with_len(chart.out.data, chart.out.len));
		}
	}
	bad_format(format, "text, mermaid and svg");
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
		if (color_of(state_of(drawing, i)))
			appendStringInfo(out, "\n  style t%d fill:%s", i + 1, color_of(state_of(drawing, i)));
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
		if (color_of(state_of(drawing, i)))
			appendStringInfo(out, ", style=filled, fillcolor=\"%s\"", color_of(state_of(drawing, i)));
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
	appendStringInfo(&drawing->out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
					 " font-family=\"sans-serif\" font-size=\"13\">",
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
	const char *fill = color_of(state_of(drawing, task));

	appendStringInfo(out, "<g><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"%s\""
					 " stroke=\"#495057\"/><text x=\"%d\" y=\"%d\" text-anchor=\"middle\">",
					 x, y, BOX_WIDTH, BOX_HEIGHT,
					 task != SF_DAG_ROOT && drawing->dag->tasks[task].branch ? BOX_HEIGHT / 2 : 4,
					 fill ? fill : "#ffffff", x + BOX_WIDTH / 2, y + BOX_HEIGHT / 2 + 5);
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

/*
 * A line a task: its name, its time as a bar, its state and its seconds.
 */
static void
chart_text(Chart *chart)
{
	double		scale = BAR_CHARACTERS / Max(chart->end - chart->start, 0.001);
	int			width = 0;

	for (int i = 0; i < sf_json_length(chart->tasks); i++)
	{
		int			length = pg_mbstrlen(text_member(sf_json_element(chart->tasks, i), "name"));

		width = Max(width, length);
	}
	for (int i = 0; i < sf_json_length(chart->tasks); i++)
	{
		SfJson	   *task = sf_json_element(chart->tasks, i);
		char	   *name = text_member(task, "name");
		double		start;
		double		end;
		bool		ran = task_times(chart, i, &start, &end);
		int			from = ran ? Min((int) ((start - chart->start) * scale), BAR_CHARACTERS - 1) : 0;
		int			length = ran ? Max(Min((int) ((end - start) * scale + 0.5), BAR_CHARACTERS - from), 1) : 0;

		appendStringInfo(&chart->out, "%s%s%*s |", i > 0 ? "\n" : "", name, width - pg_mbstrlen(name), "");
		for (int k = 0; k < BAR_CHARACTERS; k++)
			appendStringInfoChar(&chart->out, k >= from && k < from + length ? '#' : ' ');
		appendStringInfo(&chart->out, "| %s", text_member(task, "state"));
		if (ran)
			appendStringInfo(&chart->out, " %.3f s", end - start);
	}
}

static void
chart_mermaid(Chart *chart)
{
	appendStringInfoString(&chart->out, "gantt\n  dateFormat x\n  axisFormat %H:%M:%S");
	for (int i = 0; i < sf_json_length(chart->tasks); i++)
	{
		SfJson	   *task = sf_json_element(chart->tasks, i);
		char	   *state = text_member(task, "state");
		double		start;
		double		end;

		if (!task_times(chart, i, &start, &end))
			continue;
		appendStringInfoString(&chart->out, "\n  ");
		append_escaped(&chart->out, text_member(task, "name"), ":#;\n", gantt_escapes);
		appendStringInfo(&chart->out, " :%s, %.0f, %.0f",
						 strcmp(state, "SUCCEEDED") == 0 ? "done" : strcmp(state, "EXECUTING") == 0 ? "active" : "crit",
						 start * 1000, end * 1000);
	}
}

static void
chart_svg(Chart *chart)
{
	StringInfo	out = &chart->out;
	double		scale = BAR_WIDTH / Max(chart->end - chart->start, 0.001);

	appendStringInfo(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
					 " font-family=\"sans-serif\" font-size=\"13\">",
					 NAME_WIDTH + BAR_WIDTH + 2 * MARGIN, sf_json_length(chart->tasks) * BAR_ROW + 2 * MARGIN);
	for (int i = 0; i < sf_json_length(chart->tasks); i++)
	{
		SfJson	   *task = sf_json_element(chart->tasks, i);
		char	   *state = text_member(task, "state");
		const char *fill = color_of(state);
		double		start;
		double		end;
		int			y = MARGIN + i * BAR_ROW;

		appendStringInfo(out, "<text x=\"%d\" y=\"%d\">", MARGIN, y + 15);
		append_escaped(out, text_member(task, "name"), "\"&<>", xml_escapes);
		appendStringInfoString(out, "</text>");
		if (!task_times(chart, i, &start, &end))
			continue;
		appendStringInfo(out, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\""
						 " stroke=\"#495057\"><title>",
						 MARGIN + NAME_WIDTH + (start - chart->start) * scale, y,
						 Max((end - start) * scale, 1.0), BAR_ROW - 6, fill ? fill : "#ffffff");
		append_escaped(out, state, "\"&<>", xml_escapes);
		appendStringInfo(out, " %.3f s</title></rect>", end - start);
	}
	appendStringInfoString(out, "</svg>");
}

static void
check_tasks(SfJson *tasks)
{
	bool		fits = sf_json_type(tasks) == SF_JSON_ARRAY;

	for (int i = 0; fits && i < sf_json_length(tasks); i++)
		fits = sf_json_type(sf_json_element(tasks, i)) == SF_JSON_OBJECT;
	if (!fits)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the tasks of a chart must be a JSON array of objects")));
}

/*
 * Twice, since a task without an end ends with the last one.
 */
static void
find_times(Chart *chart)
{
	for (int pass = 0; pass < 2; pass++)
	{
		for (int i = 0; i < sf_json_length(chart->tasks); i++)
		{
			double		start;
			double		end;

			if (!task_times(chart, i, &start, &end))
				continue;
			if (chart->start == 0 || start < chart->start)
				chart->start = start;
			chart->end = Max(chart->end, end);
		}
	}
}

/*
 * False for a task that did not run; one that runs has no end yet.
 */
static bool
task_times(const Chart *chart, int task, double *start, double *end)
{
	SfJson	   *entry = sf_json_element(chart->tasks, task);

	*start = number(sf_json_member(entry, "start"), 0);
	*end = number(sf_json_member(entry, "end"), Max(chart->end, *start));
	return *start > 0;
}

static double
number(SfJson *value, double missing)
{
	char	   *text = sf_json_text(value);

	return text ? strtod(text, NULL) : missing;
}

static char *
text_member(SfJson *object, const char *name)
{
	char	   *text = sf_json_text(sf_json_member(object, name));

	return text ? text : pstrdup("");
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
color_of(const char *state)
{
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
