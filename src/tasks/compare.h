/*
 * compare.h
 *	  Whether a task is what a body says.
 *
 * Both sides go through sf_task_body, so that they mean the same when they
 * are equal member by member.
 */
#ifndef SF_TASKS_COMPARE_H
#define SF_TASKS_COMPARE_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "core/json.h"
#include "objects/path.h"

/*
 * The body of a task as Snowflake answers it, in the current context.  What is there need not be what we would let
 * through: it stands as it is.  Throws 08P01 for an answer that is none.
 */
extern SfJson *sf_task_body_of_answer(const SfObjectName *name, SfJson *answer);

/*
 * The keys (char *) in which a task is not what a body wants.  What a fetch may show of a property that is not set
 * (sf_task_is_default) is no difference.
 */
extern List *sf_task_changed(SfJson *is, SfJson *wanted);

/* As jsonb: neither the order of keys nor the spelling of numbers counts, nor that of predecessors. */
extern bool sf_task_same_value(SfJson *a, SfJson *b);

#endif							/* SF_TASKS_COMPARE_H */
