/*
 * procedure.h
 *	  Definitions that call a procedure, as SQL text.
 */
#ifndef SF_TASKS_PROCEDURE_H
#define SF_TASKS_PROCEDURE_H

#include "postgres.h"

#include "core/json.h"
#include "tasks/problem.h"

/*
 * The SQL text of a definition, in the current context: a text is itself, unless it begins with a brace and so is an
 * object; {"procedure": name, "args": [...] or {name: value}} is a CALL; {"python": source, "handler", "args",
 * "argument_types", "returns", "packages", "imports", "stage_location", "runtime_version", "use_return_value"} is an
 * anonymous procedure and its call.  defaults (or NULL) is an object with "packages", "imports", "stage_location" and
 * "use_func_return_value" for what a Python definition leaves out.  A mistake goes to problems (NULL: throws 22023),
 * and the result is NULL.  No network.
 */
extern char *sf_definition_text(SfJson *definition, SfJson *defaults, const SfProblems *problems);

#endif							/* SF_TASKS_PROCEDURE_H */
