/*
 * result.h
 *	  What a result is: its columns, its partitions, its counts.
 */
#ifndef SF_API_RESULT_H
#define SF_API_RESULT_H

#include "postgres.h"

#include "base/buf.h"

typedef struct SfColumnMeta
{
	char	   *name;			/* in the database's encoding */
	char	   *type;			/* lower case, as Snowflake names it */
	char	   *collation;		/* NULL: none */
	char	   *database;
	char	   *schema;
	char	   *table;
	int			precision;		/* -1: not given */
	int			scale;			/* -1: not given */
	int64		length;			/* -1: not given */
	int64		byte_length;	/* -1: not given */
	bool		nullable;
} SfColumnMeta;

typedef struct SfPartitionMeta
{
	int64		rows;
	int64		uncompressed_size;	/* -1: not given */
	int64		compressed_size;	/* -1: not given */
} SfPartitionMeta;

/* What a partition takes at the most while its result is read, beside its body. */
#define SF_PARTITION_BYTES 80

typedef struct SfResultMeta
{
	char	   *query_id;
	int			ncolumns;
	SfColumnMeta *columns;
	int64		nrows;
	int			npartitions;
	SfPartitionMeta *partitions;
	bool		has_stats;
	int64		rows_inserted;
	int64		rows_updated;
	int64		rows_deleted;
	int64		duplicate_rows_updated;
	int			nchildren;		/* multi-statement: handles of the single
								 * statements */
	char	  **children;
	char	   *message;
	int64		created_on;		/* milliseconds since 1970; -1: not given */
} SfResultMeta;

/* One partition's reply body, ready for base/cells.h; owned by the statement until the next one is asked for. */
typedef struct SfPartition
{
	int			number;
	int64		rows;			/* what the metadata announced */
	SfBuf	   *body;
} SfPartition;

/* The first column of this name, in any case; -1: none.  Throws nothing. */
extern int	sf_result_column(const SfResultMeta *meta, const char *name);

#endif							/* SF_API_RESULT_H */
