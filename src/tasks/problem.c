/*
 * problem.c
 *	  What is wrong with a definition.
 */
#include "postgres.h"

#include "core/error.h"
#include "tasks/problem.h"

void
sf_problem(const SfProblems *problems, const char *property, const char *format,...)
{
	va_list		args;
	char	   *message;

	va_start(args, format);
	message = sf_vpsprintf(format, args);
	va_end(args);
	if (problems)
	{
		problems->found(property, message, problems->arg);
		return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg_internal("%s", message)));
}
