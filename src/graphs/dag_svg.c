/*
 * dag_svg.c
 *	  A task graph as a picture.
 *
 * A column for each layer.  Between two columns links are curves that begin
 * and end level, so that they stay between them; through a column a link goes
 * straight, at the place that the layout has for it.
 */
#include "postgres.h"

#include "graphs/dag_layout.h"
#include "graphs/dag_svg.h"
#include "graphs/svg.h"

#define BOX_HEIGHT 36.0
#define NARROWEST 96.0
#define MOST_COLUMNS 30			/* of a name; the rest is in its title */
#define COLUMN_WIDTH 8.2
#define PADDING 28.0
#define LANE 64.0				/* between two columns */
#define LEGEND 34.0
#define LINK_COLOR "#868e96"
#define BOX_COLOR "#495057"

typedef struct Picture
{
	StringInfo	out;
	const SfDag *dag;
	SfJson	   *states;
	SfLayout   *layout;
	double	   *x;				/* of each layer's left edge */
	double	   *width;			/* of each layer's boxes */
} Picture;

static void find_columns(Picture *picture);
static void draw_links(Picture *picture);
static void draw_box(Picture *picture, int box);
static void draw_shape(Picture *picture, int box, const SfStateColor *color);
static void draw_legend(Picture *picture, double y);
static double legend_width(const Picture *picture);
static bool is_branch(const Picture *picture, int box);
static bool is_finalizer(const Picture *picture, int box);
static bool has(const Picture *picture, bool (*kind) (const Picture *picture, int box));
static const char *label(const Picture *picture, int box);
static char *state(const Picture *picture, int box);
static bool shown(const Picture *picture, const SfStateColor *color);

void
sf_dag_draw_svg(StringInfo out, const SfDag *dag, SfJson *states)
{
	Picture		picture = {.out = out,.dag = dag,.states = states,.layout = sf_dag_layout(dag, BOX_HEIGHT)};
	SfLayout   *layout = picture.layout;
	double		width;

	find_columns(&picture);
	width = picture.x[layout->nlayers - 1] + picture.width[layout->nlayers - 1] + SF_SVG_MARGIN;
	sf_svg_begin(out, Max(width, legend_width(&picture)), layout->height + 2 * SF_SVG_MARGIN + LEGEND);
	appendStringInfoString(out, "<defs><marker id=\"sf-arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\""
						   " markerWidth=\"8\""
						   " markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path"
						   " d=\"M0,0 L8,4 L0,8 z\""
						   " fill=\"" LINK_COLOR "\"/></marker></defs>\n");
	draw_links(&picture);
	for (int i = 0; i < layout->nboxes; i++)
		draw_box(&picture, i);
	draw_legend(&picture, layout->height + 2 * SF_SVG_MARGIN + LEGEND / 2);
	appendStringInfoString(out, "</svg>");
}

/*
 * As wide as the longest name in them.
 */
static void
find_columns(Picture *picture)
{
	SfLayout   *layout = picture->layout;
	double		x = SF_SVG_MARGIN;

	picture->x = palloc(sizeof(double) * layout->nlayers);
	picture->width = palloc(sizeof(double) * layout->nlayers);
	for (int i = 0; i < layout->nlayers; i++)
		picture->width[i] = NARROWEST;
	for (int i = 0; i < layout->nboxes; i++)
	{
		int			columns = Min(sf_text_columns(label(picture, i)), MOST_COLUMNS);
		double	   *width = &picture->width[layout->layer[i]];

		*width = Max(*width, columns * COLUMN_WIDTH + PADDING);
	}
	for (int i = 0; i < layout->nlayers; i++)
	{
		picture->x[i] = x;
		x += picture->width[i] + LANE;
	}
}

static void
draw_links(Picture *picture)
{
	SfLayout   *layout = picture->layout;

	for (int i = 0; i < layout->nlinks; i++)
	{
		const SfLayoutLink *link = &layout->links[i];
		int			layer = layout->layer[link->from];
		bool		arrives = link->to < layout->nboxes;
		double		from = picture->x[layer] + picture->width[layer];
		double		to = picture->x[layer + 1];
		double		y1 = SF_SVG_MARGIN + layout->y[link->from];
		double		y2 = SF_SVG_MARGIN + layout->y[link->to];

		appendStringInfo(picture->out, "<path class=\"link\" d=\"M%.1f,%.1f C%.1f,%.1f %.1f,%.1f %.1f,%.1f",
						 from, y1,
						 from + LANE / 2, y1, to - LANE / 2, y2, to, y2);
		if (!arrives)
			appendStringInfo(picture->out, " L%.1f,%.1f", to + picture->width[layer + 1], y2);
		appendStringInfo(picture->out, "\" fill=\"none\" stroke=\"" LINK_COLOR "\"%s%s/>\n",
						 link->finalizer ? " stroke-dasharray=\"5 4\"" : "",
						 arrives ? " marker-end=\"url(#sf-arrow)\"" : "");
	}
}

static void
draw_box(Picture *picture, int box)
{
	SfLayout   *layout = picture->layout;
	StringInfo	out = picture->out;
	char	   *is = state(picture, box);
	double		middle = picture->x[layout->layer[box]] + picture->width[layout->layer[box]] / 2;
	double		y = SF_SVG_MARGIN + layout->y[box];

	appendStringInfoString(out, "<g class=\"task\"><title>");
	sf_append_xml(out, label(picture, box));
	if (is)
	{
		appendStringInfoString(out, ": ");
		sf_append_xml(out, is);
	}
	appendStringInfoString(out, "</title>");
	draw_shape(picture, box, sf_state_color(is));
	appendStringInfo(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\"%s>", middle, y + (is ? 0 : 4),
					 box == 0 ? " font-weight=\"bold\"" : "");
	sf_append_xml_cut(out, label(picture, box), MOST_COLUMNS);
	appendStringInfoString(out, "</text>");
	if (is)
	{
		/* not by its colour alone */
		appendStringInfo(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" font-size=\"9\""
						 " fill=\"%s\">", middle, y + 12,
						 sf_state_color(is) ? sf_state_color(is)->stroke : BOX_COLOR);
		sf_append_xml_cut(out, is, 2 * MOST_COLUMNS);
		appendStringInfoString(out, "</text>");
	}
	appendStringInfoString(out, "</g>\n");
}

/*
 * A branch has points, a finalizer a broken edge, the root a heavy one.
 */
static void
draw_shape(Picture *picture, int box, const SfStateColor *color)
{
	SfLayout   *layout = picture->layout;
	double		x = picture->x[layout->layer[box]];
	double		width = picture->width[layout->layer[box]];
	double		y = SF_SVG_MARGIN + layout->y[box];
	const char *fill = color ? color->fill : box == 0 ? "#f1f3f5" : "#ffffff";
	const char *stroke = color ? color->stroke : BOX_COLOR;

	if (is_branch(picture, box))
		appendStringInfo(picture->out, "<path class=\"box\" d=\"M%.1f,%.1f L%.1f,%.1f L%.1f,%.1f"
						 " L%.1f,%.1f L%.1f,%.1f L%.1f,%.1f z\""
						 " fill=\"%s\" stroke=\"%s\"/>", x, y, x + 12, y - BOX_HEIGHT / 2, x + width - 12,
						 y - BOX_HEIGHT / 2,
						 x + width, y, x + width - 12, y + BOX_HEIGHT / 2, x + 12, y + BOX_HEIGHT / 2, fill, stroke);
	else
		appendStringInfo(picture->out, "<rect class=\"box\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\""
						 " height=\"%.1f\" rx=\"%d\" fill=\"%s\""
						 " stroke=\"%s\"%s/>", x, y - BOX_HEIGHT / 2, width, BOX_HEIGHT, is_finalizer(picture,
																									  box) ? 14 : 4,
						 fill, stroke, box == 0 ? " stroke-width=\"2\"" : is_finalizer(picture, box) ? ""
						 " stroke-dasharray=\"5 4\"" : "");
}

/*
 * Of what the picture has.
 */
static void
draw_legend(Picture *picture, double y)
{
	StringInfo	out = picture->out;
	double		x = SF_SVG_MARGIN;

	appendStringInfo(out, "<rect class=\"legend\" x=\"%.1f\" y=\"%.1f\" width=\"18\" height=\"12\""
					 " rx=\"2\" fill=\"#f1f3f5\""
					 " stroke=\"" BOX_COLOR "\" stroke-width=\"2\"/>\n", x, y - 10);
	x = sf_svg_legend_text(out, x + 24, y, "root");
	if (has(picture, is_branch))
	{
		appendStringInfo(out, "<path class=\"legend\" d=\"M%.1f,%.1f l5,-6 h8 l5,6 l-5,6 h-8 z\""
						 " fill=\"#ffffff\" stroke=\"" BOX_COLOR "\"/>\n",
						 x, y - 4);
		x = sf_svg_legend_text(out, x + 24, y, "branch");
	}
	if (has(picture, is_finalizer))
	{
		appendStringInfo(out, "<rect class=\"legend\" x=\"%.1f\" y=\"%.1f\" width=\"18\" height=\"12\""
						 " rx=\"6\" fill=\"#ffffff\""
						 " stroke=\"" BOX_COLOR "\" stroke-dasharray=\"3 2\"/>\n", x, y - 10);
		x = sf_svg_legend_text(out, x + 24, y, "finalizer");
	}
	for (int i = 0; sf_state_color_at(i); i++)
	{
		if (shown(picture, sf_state_color_at(i)))
			x = sf_svg_legend_state(out, x, y, sf_state_color_at(i));
	}
}

static double
legend_width(const Picture *picture)
{
	StringInfoData nothing;
	double		x = SF_SVG_MARGIN + 220;

	initStringInfo(&nothing);
	for (int i = 0; sf_state_color_at(i); i++)
	{
		if (shown(picture, sf_state_color_at(i)))
			x = sf_svg_legend_state(&nothing, x, 0, sf_state_color_at(i));
	}
	return x;
}

static bool
is_branch(const Picture *picture, int box)
{
	return box > 0 && picture->dag->tasks[box - 1].branch;
}

static bool
is_finalizer(const Picture *picture, int box)
{
	return box > 0 && picture->dag->tasks[box - 1].finalizer;
}

static bool
has(const Picture *picture, bool (*kind) (const Picture *picture, int box))
{
	for (int i = 0; i < picture->layout->nboxes; i++)
	{
		if (kind(picture, i))
			return true;
	}
	return false;
}

static const char *
label(const Picture *picture, int box)
{
	return box == 0 ? picture->dag->name : picture->dag->tasks[box - 1].name;
}

/*
 * NULL: it is not known.
 */
static char *
state(const Picture *picture, int box)
{
	return sf_json_text(sf_json_member(picture->states, sf_dag_full_name(picture->dag, box - 1)));
}

/*
 * Whether a task is in that state.
 */
static bool
shown(const Picture *picture, const SfStateColor *color)
{
	for (int i = 0; i < picture->layout->nboxes; i++)
	{
		if (sf_state_color(state(picture, i)) == color)
			return true;
	}
	return false;
}
