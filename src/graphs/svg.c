/*
 * svg.c
 *	  What the drawings of graphs and of runs have in common.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "base/str.h"
#include "graphs/svg.h"

static bool in_xml(const char *character, int length);

static const SfStateColor colors[] = {
	{"SUCCEEDED", "#d4edda", "#2b8a3e"},
	{"FAILED", "#f8d7da", "#c92a2a"},
	{"FAILED_AND_AUTO_SUSPENDED", "#f1aeb5", "#a51111"},
	{"CANCELLED", "#fde2c8", "#d9480f"},
	{"SKIPPED", "#e9ecef", "#868e96"},
	{"EXECUTING", "#fff3cd", "#e67700"},
	{"SCHEDULED", "#d1ecf1", "#1971c2"},
};

const SfStateColor *
sf_state_color(const char *state)
{
	for (int i = 0; state && i < lengthof(colors); i++)
	{
		if (sf_strcasecmp_ascii(colors[i].state, state) == 0)
			return &colors[i];
	}
	return NULL;
}

const SfStateColor *
sf_state_color_at(int i)
{
	return i < lengthof(colors) ? &colors[i] : NULL;
}

void
sf_append_escaped(StringInfo out, const char *text, const char *special, const char *const *replacements)
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

void
sf_append_xml(StringInfo out, const char *text)
{
	sf_append_xml_cut(out, text, PG_INT32_MAX);
}

void
sf_append_xml_cut(StringInfo out, const char *text, int columns)
{
	static const char *const escapes[] = {"&quot;", "&amp;", "&lt;", "&gt;"};
	bool		cut = columns < PG_INT32_MAX && sf_text_columns(text) > columns;
	int			left = cut ? columns - 3 : columns;

	while (*text)
	{
		int			length = pg_mblen(text);
		const char *at = strchr("\"&<>", *text);

		left -= cut ? Max(pg_dsplen(text), 0) : 0;
		if (left < 0)
			break;
		if (at)
			appendStringInfoString(out, escapes[at - "\"&<>"]);
		else if (*text == '\t' || *text == '\n' || *text == '\r')
			appendStringInfoChar(out, ' ');
		else if (!in_xml(text, length))
			appendStringInfoChar(out, '?');
		else
			appendBinaryStringInfo(out, text, length);
		text += length;
	}
	if (cut)
		appendStringInfoString(out, "...");
}

/*
 * Of what is no blank: neither a control character nor one of the two that
 * Unicode has and XML forbids.
 */
static bool
in_xml(const char *character, int length)
{
	if (length == 1)
		return (unsigned char) *character >= 0x20 && *character != 0x7f;
	return GetDatabaseEncoding() != PG_UTF8 || length != 3 ||
		(memcmp(character, "\xEF\xBF\xBE", 3) != 0 && memcmp(character, "\xEF\xBF\xBF", 3) != 0);
}

int
sf_text_columns(const char *text)
{
	int			columns = 0;

	for (; *text; text += pg_mblen(text))
		columns += Max(pg_dsplen(text), 0);
	return columns;
}

void
sf_svg_begin(StringInfo out, double width, double height)
{
	appendStringInfo(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\""
					 " viewBox=\"0 0 %.0f %.0f\""
					 " font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\" font-size=\"12\">\n"
					 "<rect class=\"page\" width=\"%.0f\" height=\"%.0f\" fill=\"#ffffff\"/>\n",
					 width, height, width, height, width, height);
}

double
sf_svg_legend_text(StringInfo out, double x, double y, const char *text)
{
	appendStringInfo(out, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"11\" fill=\"#495057\">", x, y);
	sf_append_xml(out, text);
	appendStringInfoString(out, "</text>\n");
	return x + 7.5 * sf_text_columns(text) + 20;
}

double
sf_svg_legend_state(StringInfo out, double x, double y, const SfStateColor *color)
{
	appendStringInfo(out, "<rect class=\"legend\" x=\"%.1f\" y=\"%.1f\" width=\"14\" height=\"12\""
					 " rx=\"2\" fill=\"%s\""
					 " stroke=\"%s\"/>\n", x, y - 10, color->fill, color->stroke);
	return sf_svg_legend_text(out, x + 20, y, color->state);
}
