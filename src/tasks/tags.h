/*
 * tags.h
 *	  Tags of an object, as requests have them.
 */
#ifndef SF_TASKS_TAGS_H
#define SF_TASKS_TAGS_H

#include "postgres.h"

#include "core/json.h"
#include "objects/path.h"

/*
 * The body of :set-tags from {"tag": "value"}, in the current context.  A tag's name may be qualified; it lies in
 * the object's database and schema else, and never where the session happens to be.  Throws 22023, 42602.
 */
extern SfJson *sf_tag_assignments(const SfObjectName *object, SfJson *tags);

#endif							/* SF_TASKS_TAGS_H */
