/*
 * import.h
 *	  Schemas as SHOW shows them, what an import makes of their tables, and
 *	  what has changed since.
 */
#ifndef SF_FDW_IMPORT_H
#define SF_FDW_IMPORT_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "nodes/parsenodes.h"

#include "api/session.h"
#include "core/options.h"
#include "types/typemap.h"

/* The first member of what has a name. */
typedef struct SfImportName
{
	char	   *remote;			/* exact */
	char	   *local;			/* NULL: not chosen yet */
	bool		forced;			/* the local name is none of those that the
								 * options ask for */
} SfImportName;

typedef struct SfImportColumn
{
	SfImportName name;
	char	   *data_type;		/* SHOW COLUMNS' JSON */
	char	   *default_expr;
	const char *comment;		/* NULL: none */
	bool		key;			/* of the primary key */
} SfImportColumn;

typedef struct SfImportTable
{
	SfImportName name;
	const char *comment;		/* NULL: none */
	bool		view;
	bool		wanted;			/* its columns are read */
	bool		known;			/* a foreign table is over it */
	bool		semantic;		/* a semantic view, which has no rows */
	bool		gone;			/* when its columns were asked for */
	bool		has_key;
	List	   *columns;		/* SfImportColumn */
	List	   *left_out;		/* SfImportColumn: names that can be shown,
								 * and in comment the reason */
	int			beyond;			/* columns that no table can have */
} SfImportTable;

typedef struct SfImportSchema
{
	SfSession  *session;
	const char *server_name;
	char	   *database;
	char	   *schema;
	const char *missing_hint;	/* where it does not exist */
	bool		quiet;			/* no WARNING of names that nobody can have */
	List	   *tables;			/* SfImportTable, in SHOW's order */
} SfImportSchema;

/*
 * import_show.c.  All wait on the network, interruptibly, and throw the remote error, 42704 for a schema that does not
 * exist, 08P01 for an answer that is none of SHOW.  What they read lives in the current context.
 */

/* The tables and views, none of them wanted yet; prefix: only those whose names begin with it, or NULL. */
extern void sf_import_read_tables(SfImportSchema *schema, const char *prefix);

/* The columns of those wanted, and which are of a primary key.  One that does not exist any more is gone. */
extern void sf_import_read_columns(SfImportSchema *schema);

/* By its exact name; NULL: there is none. */
extern SfImportTable *sf_import_find(SfImportSchema *schema, const char *name);

/*
 * import_names.c: local names that differ from each other and from those taken, strings, for a list of what begins
 * with an SfImportName.
 */
extern void sf_import_choose_names(List *named, List *taken, SfImportCase import_case);

/* The same for columns, which also differ from system columns. */
extern void sf_import_choose_columns(SfImportTable *table, List *taken, SfImportCase import_case);

/*
 * import_sql.c: statements; WARNINGs tell of what is odd in the columns.
 */

/* CREATE FOREIGN TABLE; into: a quoted name and a dot, or nothing. */
extern char *sf_import_create(const SfImportSchema *schema, const SfImportTable *table, const SfImportOptions *options,
							  const char *into, bool all);

/* A column's definition. */
extern void sf_import_column(StringInfo sql, const SfImportTable *table, const SfImportColumn *column,
							 const SfImportOptions *options);

/* WARNINGs of the table's name and of what is left out of it. */
extern void sf_import_warn(const SfImportTable *table);

/* ", name 'value'" with the separator given. */
extern void sf_import_option(StringInfo sql, const char *separator, const char *name, const char *value);

#endif							/* SF_FDW_IMPORT_H */
