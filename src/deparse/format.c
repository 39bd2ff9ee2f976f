/*
 * format.c
 *	  Formats of dates and times.
 *
 * Pieces that both sides write alike, for the years 1 to 9999 (SQL reference:
 * date-time-input-output).  Two of them stand side by side only where no other
 * reading is known of the letters.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "deparse/format.h"

static const struct
{
	const char *piece;
	const char *there;
	int			digits;
	bool		hours;
	const char *next;			/* what may follow at once */
}			pieces[] = {
	{"YYYY", "YYYY", 0, false, "MM"},
	{"MM", "MM", 0, false, "DD"},
	{"DD", "DD", 0, false, NULL},
	{"HH24", "HH24", 0, true, "MI"},
	{"MI", "MI", 0, true, "SS"},
	{"SS", "SS", 0, true, NULL},
	{"MS", "FF3", 3, true, NULL},
	{"FF3", "FF3", 3, true, NULL},
	{"US", "FF6", 6, true, NULL},
	{"FF6", "FF6", 6, true, NULL},
};

static int	piece_at(const char *text);
static const char *skip_quoted(const char *text);

bool
sf_time_format(const char *format, SfFormat *out)
{
	StringInfoData there;
	const char *at = format;

	memset(out, 0, sizeof(*out));
	initStringInfo(&there);
	while (*at)
	{
		const char *end = skip_quoted(at);
		int			i = piece_at(at);

		if (end)
			appendBinaryStringInfo(&there, at, end - at);
		else if (i >= 0)
		{
			end = at + strlen(pieces[i].piece);
			/* digits of two lengths */
			if (pieces[i].digits && out->digits && out->digits != pieces[i].digits)
				return false;
			if (piece_at(end) >= 0 &&
				(pieces[i].next == NULL || strcmp(pieces[piece_at(end)].piece, pieces[i].next) != 0))
				return false;
			out->digits = Max(out->digits, pieces[i].digits);
			out->hours |= pieces[i].hours;
			appendStringInfoString(&there, pieces[i].there);
		}
		else if (strchr("-/:. ", *at))
			appendBinaryStringInfo(&there, at, (end = at + 1) - at);
		else
			return false;
		at = end;
	}
	out->there = there.data;
	return there.len > 0;
}

/*
 * The piece that a text begins with; -1: none.
 */
static int
piece_at(const char *text)
{
	for (int i = 0; i < lengthof(pieces); i++)
	{
		if (pg_strncasecmp(text, pieces[i].piece, strlen(pieces[i].piece)) == 0)
			return i;
	}
	return -1;
}

/*
 * Behind letters in quotes, which both sides write as they are; NULL where
 * none begin.
 */
static const char *
skip_quoted(const char *text)
{
	const char *end;

	if (*text != '"')
		return NULL;
	end = text + 1 + strspn(text + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
	return *end == '"' && end > text + 1 ? end + 1 : NULL;
}
