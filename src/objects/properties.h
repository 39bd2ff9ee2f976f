/*
 * properties.h
 *	  Whether the properties of an object are of the types that the catalog
 *	  says.
 */
#ifndef SF_OBJECTS_PROPERTIES_H
#define SF_OBJECTS_PROPERTIES_H

#include "postgres.h"

#include "core/json.h"
#include "objects/catalog.h"

/*
 * What the documents say of a property beside its type.  One that is no column of the kind is newer than they are.
 */
typedef struct SfPropertyDef
{
	const char *name;
	bool		required;		/* in a definition */
	const char *values;			/* separated by tabs; NULL: any */
	const char *description;	/* one line, or NULL */

	/* of an object, or of each in an array: separated by tabs */
	const char *members;		/* that may be set; NULL: any */
	const char *needed_members; /* or NULL */
} SfPropertyDef;

typedef struct SfPropertySet
{
	const char *kind;
	const SfPropertyDef *properties;
	int			nproperties;
} SfPropertySet;

/* NULL where they say nothing.  Throws nothing. */
extern const SfPropertyDef *sf_property_find(const SfKindDef *kind, const char *name);

/* All of a kind, NULL: none.  Throws nothing. */
extern const SfPropertySet *sf_property_set(const SfKindDef *kind);

/*
 * A definition of an object, new or as a fetch shows it.  Throws 22023 for a property of another type than the
 * service takes, for one that only the service sets in a new definition, and where strict for one that is not known
 * and one that lacks, members of properties that are objects among them.  In a fetched object what is not known is
 * the service's own, unless it resembles a known name; its members are not looked at.  No network.
 */
extern void sf_definition_check(const SfKindDef *kind, SfJson *properties, bool strict);

/*
 * Throws 22023 for a property that users can set and gave another type than the service takes; null passes.  No
 * network.
 */
extern void sf_property_check(const SfKindDef *kind, const SfColumnDef *def, SfJson *value);

/*
 * The known property that a name was probably meant to be; NULL: none.  For the hint of an error.
 */
extern const char *sf_property_meant(const SfKindDef *kind, const char *name);

/* Throws 08P01 for an object of an answer with a property of another type; for readers of more than its name. */
extern void sf_answer_check(const SfKindDef *kind, SfJson *answer);

#endif							/* SF_OBJECTS_PROPERTIES_H */
