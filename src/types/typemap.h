/*
 * typemap.h
 *	  Snowflake's types: how they are named on the wire and in SQL, what they
 *	  become in PostgreSQL, and how a column of one is selected.
 */
#ifndef SF_TYPES_TYPEMAP_H
#define SF_TYPES_TYPEMAP_H

#include "postgres.h"

#include "api/result.h"

typedef enum SfTypeKind
{
	SF_TYPE_FIXED,
	SF_TYPE_REAL,
	SF_TYPE_DECFLOAT,
	SF_TYPE_TEXT,
	SF_TYPE_BINARY,
	SF_TYPE_BOOLEAN,
	SF_TYPE_DATE,
	SF_TYPE_TIME,
	SF_TYPE_TIMESTAMP_NTZ,
	SF_TYPE_TIMESTAMP_LTZ,
	SF_TYPE_TIMESTAMP_TZ,
	SF_TYPE_VARIANT,
	SF_TYPE_OBJECT,
	SF_TYPE_ARRAY,
	SF_TYPE_MAP,
	SF_TYPE_GEOGRAPHY,
	SF_TYPE_GEOMETRY,
	SF_TYPE_VECTOR,
	SF_TYPE_UUID,
	SF_TYPE_INTERVAL_YEAR_MONTH,
	SF_TYPE_INTERVAL_DAY_TIME,
	SF_TYPE_FILE,
	SF_TYPE_UNKNOWN
} SfTypeKind;

typedef struct SfRemoteType
{
	SfTypeKind	kind;
	int			precision;		/* -1: not given */
	int			scale;			/* -1: not given */
	int64		length;			/* -1: not given */
	int			dimension;		/* VECTOR */
	bool		vector_of_int;
	bool		structured;		/* ARRAY(...), OBJECT(...), MAP(...) */
	char		collation[64];	/* "" none */
} SfRemoteType;

/* The kind of a type name as rowType, SHOW and SQL write it, in any case; SF_TYPE_UNKNOWN for another. */
extern SfTypeKind sf_type_kind(const char *name);

/* Reads NUMBER(38,2), VARCHAR(10), TIMESTAMP_NTZ(9), VECTOR(FLOAT, 3) ...; false for an unknown type. */
extern bool sf_remote_type_parse(const char *text, SfRemoteType *out);
extern char *sf_remote_type_name(const SfRemoteType *type);

/* Of the options remote_type and remote_collation: throw 22023 for what Snowflake has no such type or collation of. */
extern void sf_remote_type_check(const char *text);
extern void sf_remote_collation_check(const char *text);

/* Reads SHOW COLUMNS' data_type, a JSON object; false when it is none or its type is unknown. */
extern bool sf_remote_type_from_show(const char *json, SfRemoteType *out, bool *nullable);

extern void sf_remote_type_from_meta(const SfColumnMeta *meta, SfRemoteType *out);

/*
 * Whether what was decided for a column of the recorded type may be wrong for one that a result shows with the other:
 * another kind, another scale, more digits.  A longer text is none, nor is what is not given; false for kinds that are
 * only handed on, or travel as the result of a function.
 */
extern bool sf_remote_type_drifted(const SfRemoteType *recorded, const SfRemoteType *actual);

/* Whether texts of the collation compare by their bytes, as those without one (SQL reference: collation). */
extern bool sf_is_plain_collation(const char *collation);

/* Whether a type of PostgreSQL is one of strings, as text, varchar and domains of them.  Reads the catalog. */
extern bool sf_is_text_like(Oid type);

/* The PostgreSQL type of a column; text wants COLLATE "C" beside it, Snowflake's order. */
extern char *sf_pg_type_for(const SfRemoteType *type, bool int38_bigint);

/* The same for a result column. */
extern char *sf_pg_type_for_meta(const SfColumnMeta *meta);

/* What to select so that the value arrives whole: the column, or a function of it. */
extern char *sf_select_expr(const SfRemoteType *type, const char *column);

/* What makes a value of the type of a text, whatever the formats of the session are; NULL: it is not written. */
extern char *sf_store_expr(const SfRemoteType *type, const char *text);

/* A column's name here, as an import names it, with a number where it equals one of the names before it.  palloc'd. */
extern char *sf_unique_column_name(const char *remote, char **names, int nnames);

/* t(name type, ...) for an AS clause; no two names are equal. */
extern char *sf_describe_columns(const SfResultMeta *meta);

#endif							/* SF_TYPES_TYPEMAP_H */
