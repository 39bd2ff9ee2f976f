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
 * Throws 22023 for a property that users can set and gave another type than the service takes; null and unknown
 * ones pass.  No network.
 */
extern void sf_properties_check(const SfKindDef *kind, SfJson *properties);
extern void sf_property_check(const SfKindDef *kind, const SfColumnDef *def, SfJson *value);

/* Throws 08P01 for an object of an answer with a property of another type; for readers of more than its name. */
extern void sf_answer_check(const SfKindDef *kind, SfJson *answer);

#endif							/* SF_OBJECTS_PROPERTIES_H */
