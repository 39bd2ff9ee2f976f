/*
 * row.h
 *	  An object's JSON into a row.
 */
#ifndef SF_OBJECTS_ROW_H
#define SF_OBJECTS_ROW_H

#include "postgres.h"

#include "access/tupdesc.h"
#include "fmgr.h"

#include "core/json.h"
#include "objects/list.h"

typedef struct SfRowColumn
{
	const char *property;		/* NULL: dropped or not wanted, always null */
	const SfColumnDef *def;		/* NULL: raw, the whole object */
	Oid			type;
	int32		typmod;
	FmgrInfo	input;
	Oid			ioparam;
} SfRowColumn;

typedef struct SfRowShape
{
	const SfKindDef *kind;
	int			natts;
	SfRowColumn *columns;
} SfRowShape;

/*
 * How rows of this type are made of a kind's objects; names has the property of each attribute (NULL: its own
 * name).  Throws HV005 for a column the kind does not have.
 */
extern SfRowShape *sf_row_shape(const SfKindDef *kind, TupleDesc desc, const char *const *names);

/*
 * The row of one object.  parents has what the path says, outer the object that an element of its array lies in,
 * ordinal its position from 1.  Throws, naming kind, object and column, 08P01 for a value that is not of the
 * catalog's type, and the input function's error for one that is out of range or does not fit another type that was
 * declared.
 */
extern void sf_row_make(SfRowShape *shape, SfJson *object, const SfObjectName *parents, SfJson *outer, int ordinal,
						Datum *values, bool *isnull);

/* The same for what was listed. */
extern void sf_row_fill(SfRowShape *shape, const SfListed *listed, Datum *values, bool *isnull);

#endif							/* SF_OBJECTS_ROW_H */
