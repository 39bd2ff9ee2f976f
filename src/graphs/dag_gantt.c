/*
 * dag_gantt.c
 *	  sf_dag_gantt: the times of a run, as text or as a drawing for Mermaid or
 *	  a browser.
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "api/arguments.h"
#include "base/str.h"
#include "core/json.h"
#include "graphs/svg.h"

PG_FUNCTION_INFO_V1(sf_dag_gantt);

/* The tasks of a run: an array of {"name", "state", "scheduled", "start", "end"}, times in seconds since 1970. */
typedef struct Chart
{
	SfJson	   *tasks;
	double		start;			/* of the first one */
	double		end;			/* of the last one that is known */
	double		left;			/* of the bars of a picture */
	double		scale;			/* of it, per second */
	StringInfoData out;
} Chart;

typedef void (*DrawChart) (Chart *chart);

#define BAR_CHARACTERS 40
#define BAR_WIDTH 560.0
#define BAR_ROW 24
#define LABEL_WIDTH 170
#define LEGEND_WIDTH 700.0
#define NAME_COLUMNS 36
#define MOST_TICKS 10
#define HEAD 52.0				/* above the first row */
#define FOOT 50.0				/* below the last one */

static void chart_text(Chart *chart);
static void chart_mermaid(Chart *chart);
static void chart_svg(Chart *chart);
static void svg_axis(Chart *chart, double top, double bottom);
static void svg_row(Chart *chart, int task);
static void svg_legend(Chart *chart, double y);
static double name_width(const Chart *chart);
static char *moment(double seconds);
static char *span(double seconds);
static void check_tasks(SfJson *tasks);
static void find_times(Chart *chart);
static bool task_times(const Chart *chart, int task, double *start, double *end);
static double number(SfJson *value, double missing);
static char *text_member(SfJson *object, const char *name);

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

/* Escapes of a name; the order is that of the special characters. */
static const char *const gantt_escapes[] = {"#58;", "#35;", "#59;", " "};

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
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid format \"%s\"", format),
			 errhint("Valid formats are text, mermaid and svg.")));
	PG_RETURN_NULL();
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
		sf_append_escaped(&chart->out, text_member(task, "name"), ":#;\n", gantt_escapes);
		appendStringInfo(&chart->out, " :%s, %.0f, %.0f",
						 strcmp(state, "SUCCEEDED") == 0 ? "done" : strcmp(state,
																		   "EXECUTING") == 0 ? "active" : "crit",
						 start * 1000, end * 1000);
	}
}

/*
 * A row a task: its name, from when it was due to when it began, from then to
 * when it ended; a time axis above and below.
 */
static void
chart_svg(Chart *chart)
{
	StringInfo	out = &chart->out;
	int			n = sf_json_length(chart->tasks);
	double		bottom = HEAD + n * BAR_ROW;
	double		names = name_width(chart);

	chart->left = SF_SVG_MARGIN + names;
	chart->scale = BAR_WIDTH / Max(chart->end - chart->start, 0.001);
	sf_svg_begin(out, Max(chart->left + BAR_WIDTH + LABEL_WIDTH + SF_SVG_MARGIN, LEGEND_WIDTH), bottom + FOOT);
	if (chart->start > 0)
		appendStringInfo(out, "<text class=\"start\" x=\"%d\" y=\"20\" font-weight=\"bold\">began %s UTC,"
						 " %s</text>\n", SF_SVG_MARGIN,
						 moment(chart->start), span(chart->end - chart->start));
	svg_axis(chart, HEAD - 4, bottom);
	for (int i = 0; i < n; i++)
		svg_row(chart, i);
	svg_legend(chart, bottom + FOOT - 14);
	appendStringInfoString(out, "</svg>");
}

/*
 * Lines at round times after the start.
 */
static void
svg_axis(Chart *chart, double top, double bottom)
{
	static const double steps[] = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600,
	900, 1800, 3600, 7200, 14400, 28800, 43200, 86400};
	double		length = chart->end - chart->start;
	double		step = steps[lengthof(steps) - 1];

	if (chart->start <= 0)
		return;
	for (int i = lengthof(steps) - 1; i >= 0; i--)
	{
		if (length / steps[i] <= MOST_TICKS)
			step = steps[i];
	}
	/* days: as many as are needed */
	step = Max(step, ceil(length / MOST_TICKS / SECS_PER_DAY) * SECS_PER_DAY * (length / step > MOST_TICKS));
	for (int i = 0; i * step <= length * 1.0001 && i <= MOST_TICKS; i++)
	{
		double		x = chart->left + i * step * chart->scale;

		appendStringInfo(&chart->out, "<path class=\"axis\" d=\"M%.1f,%.1f L%.1f,%.1f\" stroke=\"#dee2e6\"/>\n"
						 "<text x=\"%.1f\" y=\"%.1f\" font-size=\"10\" fill=\"#868e96\""
						 " text-anchor=\"middle\">%s</text>\n"
						 "<text x=\"%.1f\" y=\"%.1f\" font-size=\"10\" fill=\"#868e96\""
						 " text-anchor=\"middle\">%s</text>\n",
						 x, top, x, bottom + 2, x, top - 4, span(i * step), x, bottom + 14, span(i * step));
	}
}

static void
svg_row(Chart *chart, int task)
{
	StringInfo	out = &chart->out;
	SfJson	   *entry = sf_json_element(chart->tasks, task);
	const SfStateColor *color = sf_state_color(text_member(entry, "state"));
	double		due = number(sf_json_member(entry, "scheduled"), 0);
	double		y = HEAD + task * BAR_ROW;
	double		right = chart->left;
	double		start;
	double		end;
	bool		ran = task_times(chart, task, &start, &end);

	appendStringInfo(out, "<g class=\"task\"><title>");
	sf_append_xml(out, text_member(entry, "name"));
	appendStringInfo(out, "</title><text x=\"%d\" y=\"%.1f\">", SF_SVG_MARGIN, y + 14);
	sf_append_xml_cut(out, text_member(entry, "name"), NAME_COLUMNS);
	appendStringInfoString(out, "</text>");
	if (ran && due > 0 && due < start)
	{
		double		from = chart->left + (Max(due, chart->start) - chart->start) * chart->scale;

		appendStringInfo(out, "<rect class=\"due\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"4\""
						 " fill=\"#ced4da\"/>",
						 from, y + BAR_ROW / 2 - 4, chart->left + (start - chart->start) * chart->scale - from);
	}
	if (ran)
	{
		double		width = Max((end - start) * chart->scale, 1.5);

		right = chart->left + (start - chart->start) * chart->scale;
		appendStringInfo(out, "<rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\""
						 " rx=\"2\" fill=\"%s\" stroke=\"%s\"/>",
						 right, y + 2, width, BAR_ROW - 8, color ? color->fill : "#ffffff",
						 color ? color->stroke : "#495057");
		right += width;
	}
	appendStringInfo(out, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"10\" fill=\"%s\">", right + 6, y + 14,
					 color ? color->stroke : "#495057");
	sf_append_xml_cut(out, text_member(entry, "state"), 26);
	if (ran)
		appendStringInfo(out, " %s", span(end - start));
	appendStringInfoString(out, "</text></g>\n");
}

static void
svg_legend(Chart *chart, double y)
{
	double		x = SF_SVG_MARGIN;

	appendStringInfo(&chart->out, "<rect class=\"legend\" x=\"%.1f\" y=\"%.1f\" width=\"14\" height=\"4\""
					 " fill=\"#ced4da\"/>\n", x, y - 6);
	x = sf_svg_legend_text(&chart->out, x + 20, y, "due");
	for (int i = 0; sf_state_color_at(i); i++)
	{
		bool		shown = false;

		for (int k = 0; k < sf_json_length(chart->tasks) && !shown; k++)
			shown = sf_state_color(text_member(sf_json_element(chart->tasks, k), "state")) == sf_state_color_at(i);
		if (shown)
			x = sf_svg_legend_state(&chart->out, x, y, sf_state_color_at(i));
	}
}

static double
name_width(const Chart *chart)
{
	int			columns = 8;

	for (int i = 0; i < sf_json_length(chart->tasks); i++)
		columns = Max(columns, sf_text_columns(text_member(sf_json_element(chart->tasks, i), "name")));
	return Min(columns, NAME_COLUMNS) * 8.2 + 16;
}

/*
 * A time since 1970 as text, in UTC; empty for one out of range.
 */
static char *
moment(double seconds)
{
	TimestampTz time;
	struct pg_tm tm;
	fsec_t		fsec;

	if (!(seconds > 0 && seconds < 1e11))
		return pstrdup("");
	time = (TimestampTz) (seconds * USECS_PER_SEC) - (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY;
	if (timestamp2tm(time, NULL, &tm, &fsec, NULL, NULL) != 0)
		return pstrdup("");
	return psprintf("%04d-%02d-%02d %02d:%02d:%02d", tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min,
					tm.tm_sec);
}

/*
 * As people say it: 0.25 s, 12 s, 3:05 min, 2:00 h, 3 d 4 h.
 */
static char *
span(double seconds)
{
	int			whole = (int) Min(seconds + 0.5, 1e9);

	if (seconds < 10)
		return psprintf("%.3g s", seconds);
	if (seconds < 60)
		return psprintf("%.1f s", seconds);
	if (seconds < SECS_PER_HOUR)
		return psprintf("%d:%02d min", whole / 60, whole % 60);
	if (seconds < SECS_PER_DAY)
		return psprintf("%d:%02d h", whole / SECS_PER_HOUR, whole % SECS_PER_HOUR / 60);
	return psprintf("%d d %d h", whole / SECS_PER_DAY, whole % SECS_PER_DAY / SECS_PER_HOUR);
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
