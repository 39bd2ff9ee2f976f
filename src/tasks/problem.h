/*
 * problem.h
 *	  What is wrong with a definition: thrown at once, or collected.
 *
 * A single task fails with its first mistake; checking a whole graph reports
 * all of them.
 */
#ifndef SF_TASKS_PROBLEM_H
#define SF_TASKS_PROBLEM_H

#include "postgres.h"

/* property is the key that is wrong; message a sentence without a period, in the current context. */
typedef void (*SfProblemFn) (const char *property, const char *message, void *arg);

typedef struct SfProblems
{
	SfProblemFn found;
	void	   *arg;
} SfProblems;

/* Reports a mistake: to problems->found, and returns; with problems NULL throws 22023. */
extern void sf_problem(const SfProblems *problems, const char *property,
					   const char *format,...) pg_attribute_printf(3, 4);

#endif							/* SF_TASKS_PROBLEM_H */
