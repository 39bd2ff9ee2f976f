/*
 * arguments.h
 *	  Arguments of SQL functions that become properties.
 */
#ifndef SF_TASKS_ARGUMENTS_H
#define SF_TASKS_ARGUMENTS_H

#include "postgres.h"

#include "fmgr.h"

#include "core/json.h"
#include "objects/verbs.h"

typedef enum SfArgumentType
{
	SF_ARG_TEXT,
	SF_ARG_TEXT_ARRAY,
	SF_ARG_JSON,
	SF_ARG_TEXT_OR_JSON,		/* by the function's declaration */
	SF_ARG_TEXT_OR_INTERVAL,	/* likewise; of whole seconds */
	SF_ARG_BOOL,
	SF_ARG_INT,
	SF_ARG_BIGINT,
	SF_ARG_INTERVAL				/* as its text */
} SfArgumentType;

typedef enum SfTaskMode
{
	SF_TASK_ERROR_IF_EXISTS,	/* in the order of SfCreateMode */
	SF_TASK_OR_REPLACE,
	SF_TASK_IF_NOT_EXISTS,
	SF_TASK_CREATE_OR_ALTER
} SfTaskMode;

typedef struct SfPropertyArgument
{
	const char *name;
	SfArgumentType type;
} SfPropertyArgument;

/* Sets a member for each argument from number first on that is not null.  Throws 22004 for a null in a text[]. */
extern void sf_arguments_to_properties(SfJson *properties, FunctionCallInfo fcinfo, int first,
									   const SfPropertyArgument *arguments, int n);

/* Puts the members of an "options" argument over the properties.  Throws 22023 when it is no object. */
extern void sf_merge_options(SfJson *properties, FunctionCallInfo fcinfo, int argno);

/* A "mode" argument; NULL: errorIfExists.  Throws 22023. */
extern SfCreateMode sf_mode_argument(FunctionCallInfo fcinfo, int argno);

/* The same with createOrAlter, in any case, with or without underscores. */
extern SfTaskMode sf_task_mode_argument(FunctionCallInfo fcinfo, int argno);

/* An interval argument as the text of a schedule, see sf_every_text; NULL when it is NULL.  Throws 22023. */
extern char *sf_every_argument(FunctionCallInfo fcinfo, int argno);

/* A text[] argument as a JSON array; NULL when it is NULL.  Throws 22004 for a null in it. */
extern SfJson *sf_text_array_argument(FunctionCallInfo fcinfo, int argno);

#endif							/* SF_TASKS_ARGUMENTS_H */
