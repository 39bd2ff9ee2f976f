/*
 * row.h
 *	  Values of rows about jobs.
 */
#ifndef SF_JOBS_ROW_H
#define SF_JOBS_ROW_H

#include "postgres.h"

#include "utils/uuid.h"

/* The text of a uuid, and back. */
extern char *sf_uuid_text(const pg_uuid_t *uuid);
extern Datum sf_uuid_datum(const char *text);

/* A text, or NULL, into a row to be formed. */
extern void sf_put_text(Datum *values, bool *nulls, int column, const char *text);

#endif							/* SF_JOBS_ROW_H */
