/*
 * rows.c
 *	  A statement's rows, decoded.
 */
#include "postgres.h"

#include "base/cells.h"
#include "core/error.h"
#include "types/decode.h"
#include "types/rows.h"

struct SfRows
{
	SfStatement *statement;
	const SfResultMeta *meta;
	SfDecoder  *decoder;
	int			natts;
	SfCell	   *cells;
	SfCells		scanner;
	const SfPartition *partition;	/* NULL: none open */
	int64		rows;			/* handed out */
	int64		partition_rows; /* of the open partition */
};

static bool open_partition(SfRows *rows);
static void end_partition(SfRows *rows);
pg_noreturn static void malformed(SfRows *rows);
pg_noreturn static void bad_partition(SfRows *rows, const char *what);

SfRows *
sf_rows_create(MemoryContext context, SfStatement *statement, TupleDesc desc, const int *attr_of_column,
			   const char *name)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	SfRows	   *rows = palloc0(sizeof(SfRows));

	rows->statement = statement;
	rows->meta = sf_statement_result(statement);
	rows->natts = desc->natts;
	rows->cells = palloc(sizeof(SfCell) * rows->meta->ncolumns);
	rows->decoder = sf_decoder_create(desc, rows->meta, attr_of_column, name);
	MemoryContextSwitchTo(old);
	return rows;
}

bool
sf_rows_next(SfRows *rows, Datum *values, bool *isnull)
{
	for (;;)
	{
		int			found;

		if (rows->partition == NULL && !open_partition(rows))
			return false;
		found = sf_cells_next(&rows->scanner, rows->cells);
		if (found == 1)
			break;
		if (found < 0)
			malformed(rows);
		end_partition(rows);
	}
	rows->rows++;
	rows->partition_rows++;
	memset(isnull, true, sizeof(bool) * rows->natts);
	memset(values, 0, sizeof(Datum) * rows->natts);
	sf_decode_row(rows->decoder, rows->cells, rows->rows, values, isnull);
	return true;
}

bool
sf_rows_ready(SfRows *rows)
{
	return (rows->partition && rows->partition_rows < rows->partition->rows) || sf_statement_advance(rows->statement);
}

void
sf_rows_rewind(SfRows *rows)
{
	sf_statement_rewind(rows->statement);
	rows->partition = NULL;
	rows->rows = rows->partition_rows = 0;
}

/*
 * False at the end.  Waits on the network; throws 08P01 for a partition that
 * is no array of rows.
 */
static bool
open_partition(SfRows *rows)
{
	rows->partition = sf_statement_next_partition(rows->statement);
	if (rows->partition == NULL)
		return false;
	rows->partition_rows = 0;
	sf_cells_init(&rows->scanner, rows->partition->body->data, rows->partition->body->len, rows->meta->ncolumns);
	if (rows->partition->body->len == 0)
		bad_partition(rows, "it is empty");
	if (!sf_cells_open(&rows->scanner))
		malformed(rows);
	return true;
}

/*
 * Throws 08P01 unless it had the rows that were announced.
 */
static void
end_partition(SfRows *rows)
{
	if (rows->partition_rows != rows->partition->rows)
		bad_partition(rows, psprintf("it has " INT64_FORMAT " rows, " INT64_FORMAT " were announced",
									 rows->partition_rows, rows->partition->rows));
	rows->partition = NULL;
}

/*
 * Characters that a text cannot hold are the data's fault, not the
 * protocol's.
 */
static void
malformed(SfRows *rows)
{
	SfCellsError error = rows->scanner.error;

	if (error == SF_CELLS_NUL || error == SF_CELLS_SURROGATE)
		ereport(ERROR,
				(errcode(error == SF_CELLS_NUL ? ERRCODE_UNTRANSLATABLE_CHARACTER :
						 ERRCODE_CHARACTER_NOT_IN_REPERTOIRE),
				 errmsg("column \"%s\" of row " INT64_FORMAT " cannot be stored: %s",
						rows->meta->columns[rows->scanner.column].name, rows->rows + 1, sf_cells_error_text(error))));
	bad_partition(rows, sf_cells_error_text(error));
}

static void
bad_partition(SfRows *rows, const char *what)
{
	SfRemoteError where;

	sf_statement_where(rows->statement, &where);
	if (rows->partition->number > 0)
		where.rest_call = psprintf("GET /api/v2/statements/%s?partition=%d", rows->meta->query_id,
								   rows->partition->number);
	sf_report_malformed(&where, psprintf("partition %d, row " INT64_FORMAT ": %s", rows->partition->number,
										 rows->rows + 1, what));
}
