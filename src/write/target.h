/*
 * target.h
 *	  A table that is written: its columns, its keys, and the statement around
 *	  the rows.
 */
#ifndef SF_WRITE_TARGET_H
#define SF_WRITE_TARGET_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "nodes/bitmapset.h"
#include "nodes/nodes.h"
#include "nodes/pg_list.h"
#include "utils/rel.h"

#include "core/options.h"
#include "types/encode.h"

typedef struct SfTarget
{
	CmdType		operation;
	char	   *relation;		/* its name here */
	char	   *name;			/* in Snowflake, quoted */
	SfTableOptions *options;
	List	   *columns;		/* integers: attributes that get a value */
	List	   *keys;			/* integers: attributes that find the row */
	SfEncoder **column_encoders;
	SfEncoder **key_encoders;
	char	   *head;			/* the statement before the rows */
	char	   *tail;			/* and after them */
} SfTarget;

/*
 * For an INSERT, UPDATE or DELETE of these attributes.  Reads the catalog.  Throws 0A000 and 42804 for a column that
 * cannot be written, a key that does not tell rows apart.  In the current context.
 */
extern SfTarget *sf_target_create(Relation rel, CmdType operation, List *columns, List *keys);

/* Whether an attribute has no value of its own to be written: a constant, a generated or dropped column. */
extern bool sf_target_skips(Relation rel, AttrNumber attnum);

/* The attributes with the option key. */
extern List *sf_target_keys(Relation rel);

/* Appends a row of the statement; keys may be NULL where the target has none.  Throws what sf_encode throws. */
extern void sf_target_row(const SfTarget *target, StringInfo out, const Datum *keys, const Datum *values,
						  const bool *nulls);

#endif							/* SF_WRITE_TARGET_H */
