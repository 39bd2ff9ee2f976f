/*
 * sql_row.h
 *	  Rows of a statement as objects of a kind.
 */
#ifndef SF_OBJECTS_SQL_ROW_H
#define SF_OBJECTS_SQL_ROW_H

#include "postgres.h"

#include "api/statement.h"
#include "core/json.h"
#include "datatype/timestamp.h"
#include "objects/catalog.h"

typedef struct SfSqlRows SfSqlRows;

/* Of a statement whose result is there.  Allocated in the current context. */
extern SfSqlRows *sf_sql_rows(SfStatement *statement, const SfKindDef *kind, bool raw);

/*
 * The next row as an object with the kind's properties, in the current context; columns that the kind does not know
 * are in *raw alone, which has all under their own names (NULL: not asked for).  *time is the kind's time, DT_NOEND
 * where it is null.  NULL at the end.  Waits on the network; throws 08P01 for a value that is not of its type.
 */
extern SfJson *sf_sql_rows_next(SfSqlRows *rows, SfJson **raw, TimestampTz *time);

#endif							/* SF_OBJECTS_SQL_ROW_H */
