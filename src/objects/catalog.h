/*
 * catalog.h
 *	  The kinds of account objects as data.
 *
 * catalog_data.h is generated from Snowflake's OpenAPI documents; a new kind
 * is a line there, not code here.
 */
#ifndef SF_OBJECTS_CATALOG_H
#define SF_OBJECTS_CATALOG_H

#include "postgres.h"

typedef enum SfColumnType
{
	SF_COLUMN_IDENT,			/* text: a name, exact */
	SF_COLUMN_REFERENCE,		/* text: the exact name of an object of the
								 * same schema */
	SF_COLUMN_REFERENCE_ARRAY,
	SF_COLUMN_TEXT,
	SF_COLUMN_TEXT_ARRAY,
	SF_COLUMN_BOOL,				/* or the strings "true" and "false" */
	SF_COLUMN_INT,				/* bigint */
	SF_COLUMN_FLOAT,
	SF_COLUMN_NUMERIC,
	SF_COLUMN_DATE,
	SF_COLUMN_TIMESTAMP,		/* timestamptz */
	SF_COLUMN_OBJECT,			/* jsonb: an object */
	SF_COLUMN_ARRAY,			/* jsonb: an array of objects */
	SF_COLUMN_JSON,				/* jsonb: any value */
	SF_COLUMN_ORDINAL			/* position in the array, from 1 */
} SfColumnType;

#define SF_COLUMN_IS_READ_ONLY	0x01
#define SF_COLUMN_IS_WRITE_ONLY	0x02
#define SF_COLUMN_IS_PARENT		0x04	/* known from the path */
#define SF_COLUMN_IS_OUTER		0x08	/* the name of the object the element
										 * lies in */

#define SF_COLUMN_IS_SETTABLE	0x10	/* by ALTER ... SET under its name */
#define SF_COLUMN_IS_WHICH		0x20	/* which of several paths a part was
										 * read from */

/* How a value looks in SQL where the API has it otherwise. */
#define SF_FORM_JSON			0x01	/* the text of the value */
#define SF_FORM_EMPTY			0x02	/* an empty text is a null */
#define SF_FORM_NULL			0x04	/* the word null is one */
#define SF_FORM_EPOCH			0x08	/* 1970-01-01 is a null */
#define SF_FORM_ANY				0x10	/* of another type there, perhaps:
										 * conditions stay here */

typedef struct SfColumnDef
{
	const char *name;			/* of the property and of the column */
	SfColumnType type;
	int			flags;
	const char *source;			/* column of the kind's SQL source; NULL: it
								 * has none */
	int			form;			/* SF_FORM_... of its values */
} SfColumnDef;

typedef struct SfActionDef
{
	const char *name;
	const char *method;
	const char *suffix;			/* behind the object's path */
	const char *params;			/* query parameters, separated by spaces */
	bool		body;
	bool		repeatable;		/* doing it twice is doing it once */
} SfActionDef;

/* What SQL has of a kind. */
typedef enum SfSqlForm
{
	SF_SQL_SHOW,				/* SHOW text IN ACCOUNT, DATABASE or SCHEMA */
	SF_SQL_SHOW_ACCOUNT,		/* SHOW text */
	SF_SQL_SHOW_PART,			/* SHOW text name: of one object */
	SF_SQL_VIEW,				/* SELECT FROM text */
	SF_SQL_FUNCTION				/* SELECT FROM TABLE(database.text(...)),
								 * which returns 10,000 rows at the most */
} SfSqlForm;

typedef struct SfSqlDef
{
	SfSqlForm	form;
	const char *text;
	int			filters;		/* SF_FILTER_... of a SHOW */
	/* of what has happened; NULL and 0 where there is no such thing */
	const char *time;			/* property that is kept for so long */
	const char *earlier;		/* property that is never later than time */
	const char *arguments;		/* of the function: the names of time's bounds
								 * and what is always given, separated by |  */
	int			days;			/* how long it is kept */
	int			days_ahead;
	const char *older;			/* kind that keeps it longer */
} SfSqlDef;

/* Rows that are asked for object by object. */
typedef struct SfPartDef
{
	const char *of;				/* kind of the objects */
	const char *which[3];		/* one request each: what the column that says
								 * which has, */
	const char *suffixes[3];	/* and what is behind the object's path; NULL:
								 * no more */
} SfPartDef;

typedef enum SfScope
{
	SF_SCOPE_ACCOUNT,
	SF_SCOPE_DATABASE,
	SF_SCOPE_SCHEMA
} SfScope;

#define SF_CAN_LIST		0x01
#define SF_CAN_CREATE	0x02
#define SF_CAN_FETCH	0x04
#define SF_CAN_PUT		0x08
#define SF_CAN_DELETE	0x10

#define SF_FILTER_LIKE			0x01
#define SF_FILTER_STARTS_WITH	0x02
#define SF_FILTER_SHOW_LIMIT	0x04
#define SF_FILTER_FROM_NAME		0x08
#define SF_FILTER_ROOT_ONLY		0x10
#define SF_FILTER_HISTORY		0x20
#define SF_FILTER_DEEP			0x40

#define SF_KIND_CREATE_MODE		0x01	/* POST takes createMode */
#define SF_KIND_IF_EXISTS		0x02	/* DELETE takes ifExists */
#define SF_KIND_WITH_ARGS		0x04	/* the path's name has argument types */
#define SF_KIND_TABLE			0x08	/* IMPORT FOREIGN SCHEMA makes a table */
#define SF_KIND_NEEDS_WAREHOUSE	0x10	/* its list needs one */

typedef struct SfKindDef
{
	const char *name;
	const char *plural;
	const char *path;			/* of the collection, with {database} and
								 * {schema}; NULL: there is none */
	SfScope		scope;
	int			verbs;			/* SF_CAN_... */
	int			filters;		/* SF_FILTER_... */
	int			flags;			/* SF_KIND_... */
	const char *member;			/* rows are the elements of this array of the
								 * listed objects; NULL: the objects */
	const char *list_query;		/* always sent with a list; NULL: nothing */
	const char *name_column;	/* the column with the object's name */
	const char *document;		/* where it is from */
	const SfColumnDef *columns;
	int			ncolumns;
	const SfActionDef *actions;
	int			nactions;
	const SfSqlDef *sql;		/* NULL: none */
	const SfPartDef *part;		/* NULL: objects of their own */
} SfKindDef;

/* Whether SQL is the only way to it. */
#define SF_KIND_IS_SQL(kind) ((kind)->path == NULL)

extern const SfKindDef *sf_kind_at(int i);	/* NULL behind the last */

/* By singular name in any case, with - or _ or blank; throws 22023 with the nearest names. */
extern const SfKindDef *sf_kind_find(const char *name);

/* By singular name, exactly; NULL when there is none. */
extern const SfKindDef *sf_kind_lookup(const char *name);
extern const SfColumnDef *sf_kind_column(const SfKindDef *kind, const char *name);

/*
 * An action by name; of several methods of one name the one that takes a body, or the one that does not.  Throws
 * 22023.
 */
extern const SfActionDef *sf_kind_action(const SfKindDef *kind, const char *name, bool body);

/* Throws 22023 where a table of the kind cannot be restricted to a database, or a schema. */
extern void sf_kind_check_place(const SfKindDef *kind, bool database, bool schema);

/* The PostgreSQL type of a column, as it stands in CREATE FOREIGN TABLE. */
extern const char *sf_column_type_name(SfColumnType type);

#endif							/* SF_OBJECTS_CATALOG_H */
