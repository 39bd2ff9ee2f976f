/*
 * cells.h
 *	  In-place scanner of a statement's reply: rows of string cells out of
 *	  {"...": ..., "data": [["a", null, ...], ...], ...}.
 *
 * The document lies whole in an SfBuf (SF_BUF_SLACK readable bytes behind it)
 * and is changed: cells are unescaped where they stand and NUL-terminated over
 * their closing quote.  The byte before a cell (its opening quote) is free for
 * the caller to overwrite.  No allocation; linear time on any input; nothing
 * outside the document and its slack is touched.
 */
#ifndef SF_BASE_CELLS_H
#define SF_BASE_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define SF_JSON_DEPTH 64		/* of values that are skipped or checked */

typedef struct SfCell
{
	char	   *p;
	int32_t		len;			/* -1: NULL */
} SfCell;

typedef enum SfCellsError
{
	SF_CELLS_OK,
	SF_CELLS_SYNTAX,			/* not JSON, or not of the shape above */
	SF_CELLS_TRUNCATED,			/* ends in the middle */
	SF_CELLS_NO_DATA,			/* no "data" */
	SF_CELLS_ROW_WIDTH,			/* a row with another number of cells */
	SF_CELLS_NOT_STRING,		/* a cell that is neither string nor null */
	SF_CELLS_NUL,				/* \u0000 in a cell */
	SF_CELLS_SURROGATE,			/* a lone surrogate in a cell */
	SF_CELLS_TOO_DEEP,			/* a value beside the rows is nested deeper
								 * than SF_JSON_DEPTH */
	SF_CELLS_TOO_LONG			/* a cell that no 32-bit length can hold */
} SfCellsError;

typedef struct SfCells
{
	char	   *buf;
	char	   *end;			/* of the document */
	char	   *p;
	int			ncolumns;
	int			state;
	int64_t		row;			/* rows returned so far */
	int			column;			/* of an error, 0-based */
	SfCellsError error;
} SfCells;

extern void sf_cells_init(SfCells *cells, char *buf, size_t len, int ncolumns);

/* Goes to the first row; false: see error. */
extern bool sf_cells_open(SfCells *cells);

/* 1: a row in cell[0..ncolumns); 0: the end, the rest of the document was checked; -1: malformed, see error. */
extern int	sf_cells_next(SfCells *cells, SfCell *cell);

extern const char *sf_cells_error_text(SfCellsError error);

/* Why a text is no JSON that we take. */
typedef enum SfJsonFault
{
	SF_JSON_OK,
	SF_JSON_SYNTAX,
	SF_JSON_TOO_DEEP,			/* nested deeper than SF_JSON_DEPTH */
	SF_JSON_SURROGATE,			/* a string has half a surrogate pair */
	SF_JSON_TOO_MANY			/* more parts than memory is taken for */
} SfJsonFault;

/* What a text consists of. */
typedef struct SfJsonParts
{
	size_t		values;			/* of all kinds */
	size_t		objects;
	size_t		arrays;
} SfJsonParts;

/*
 * Copies the document with [] for the "data" array; SYNTAX also when it is not
 * an object or the buffer has an error.
 */
extern SfJsonFault sf_cells_metadata(const char *buf, size_t len, SfBuf *out);

/* Whether the text, with SF_BUF_SLACK readable bytes behind it and a NUL first, is one JSON value; counts its parts. */
extern SfJsonFault sf_json_check(const char *text, size_t len, SfJsonParts *parts);

/* "is nested too deeply", ... */
extern const char *sf_json_fault_text(SfJsonFault fault);

#endif							/* SF_BASE_CELLS_H */
