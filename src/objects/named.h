/*
 * named.h
 *	  Whether an UPDATE or a DELETE says by name which objects it changes.
 */
#ifndef SF_OBJECTS_NAMED_H
#define SF_OBJECTS_NAMED_H

#include "postgres.h"

#include "catalog/pg_attribute.h"
#include "nodes/pathnodes.h"

#include "objects/catalog.h"

/* Throws 0A000 where it does not and allow_bulk_changes is off; name is the column of the names.  No network. */
extern void sf_named_check(PlannerInfo *root, Index varno, Form_pg_attribute name, const SfKindDef *kind,
						   const char *verb);

#endif							/* SF_OBJECTS_NAMED_H */
