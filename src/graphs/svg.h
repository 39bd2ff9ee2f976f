/*
 * svg.h
 *	  What the drawings of graphs and of runs have in common: escaped texts,
 *	  colours of states, a legend.
 */
#ifndef SF_GRAPHS_SVG_H
#define SF_GRAPHS_SVG_H

#include "postgres.h"

#include "lib/stringinfo.h"

#define SF_SVG_MARGIN 16

typedef struct SfStateColor
{
	const char *state;
	const char *fill;
	const char *stroke;
} SfStateColor;

/* Of a state in any case; NULL for one that has none, and for NULL. */
extern const SfStateColor *sf_state_color(const char *state);

/* The colours in the order of a legend; NULL behind the last one. */
extern const SfStateColor *sf_state_color_at(int i);

/* The text with each special character replaced. */
extern void sf_append_escaped(StringInfo out, const char *text, const char *special, const char *const *replacements);

/* The same for XML: text, or a value between quotation marks; what XML cannot hold becomes a question mark. */
extern void sf_append_xml(StringInfo out, const char *text);

/* At most so many columns of it, with three dots for the rest. */
extern void sf_append_xml_cut(StringInfo out, const char *text, int columns);

/* The columns that a text takes. */
extern int	sf_text_columns(const char *text);

/* The beginning of a picture of that size, on white. */
extern void sf_svg_begin(StringInfo out, double width, double height);

/* A text of a legend behind its sign; returns where the next one begins. */
extern double sf_svg_legend_text(StringInfo out, double x, double y, const char *text);

/* The sign and the text of a state; returns where the next one begins. */
extern double sf_svg_legend_state(StringInfo out, double x, double y, const SfStateColor *color);

#endif							/* SF_GRAPHS_SVG_H */
