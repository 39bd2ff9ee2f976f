/*
 * changes.c
 *	  How many rows a statement has changed.
 */
#include "postgres.h"

#include "api/changes.h"
#include "base/cells.h"
#include "base/scalar.h"
#include "core/error.h"

static int64 count_in_row(SfStatement *statement, const SfResultMeta *meta, CmdType operation);

SfChanges
sf_statement_changes(SfStatement *statement, CmdType operation)
{
	const SfResultMeta *meta = sf_statement_result(statement);
	SfChanges	changes = {0};

	if (!meta->has_stats)
		changes.rows = count_in_row(statement, meta, operation);
	else
	{
		changes.rows = operation == CMD_INSERT ? meta->rows_inserted : operation == CMD_UPDATE ? meta->rows_updated :
			meta->rows_deleted;
		changes.joined_twice = meta->duplicate_rows_updated;
	}
	return changes;
}

/*
 * "number of rows inserted" and its like (protocol: ResultSet of DML).
 */
static int64
count_in_row(SfStatement *statement, const SfResultMeta *meta, CmdType operation)
{
	int			column = sf_result_column(meta, operation == CMD_INSERT ? "number of rows inserted" :
										  operation == CMD_UPDATE ? "number of rows updated" :
										  "number of rows deleted");
	const SfPartition *partition = sf_statement_next_partition(statement);
	SfCell	   *cells = palloc(sizeof(SfCell) * meta->ncolumns);
	SfCells		scanner;
	int64		count = -1;
	SfRemoteError base;

	if (partition)
	{
		sf_cells_init(&scanner, partition->body->data, partition->body->len, meta->ncolumns);
		if (column >= 0 && sf_cells_open(&scanner) && sf_cells_next(&scanner, cells) == 1 && cells[column].len >= 0 &&
			sf_scalar_int64(cells[column].p, cells[column].len, &count) != SF_SCALAR_OK)
			count = -1;
	}
	if (count < 0)
	{
		sf_statement_where(statement, &base);
		sf_report_malformed(&base, "it does not say how many rows were changed");
	}
	return count;
}
