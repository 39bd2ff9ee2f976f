/*
 * match.h
 *	  Result columns and attributes that are brought together by name.
 */
#ifndef SF_TYPES_MATCH_H
#define SF_TYPES_MATCH_H

#include "api/result.h"

/*
 * For each result column the 0-based index of the attribute of that name, or -1: exactly first, else ignoring
 * case, upper case first.  names[i] NULL: a dropped attribute.  required: an attribute without a column is an
 * error (42703 with near names).
 */
extern int *sf_match_columns(const SfResultMeta *meta, int natts, const char *const *names, bool required);

#endif							/* SF_TYPES_MATCH_H */
