/*
 * problem.c
 *	  What is wrong with a definition.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "tasks/problem.h"

void
sf_problem(const SfProblems *problems, const char *property, const char *format,...)
{
	StringInfoData message;

	initStringInfo(&message);
	for (;;)
	{
		va_list		args;
		int			needed;

		va_start(args, format);
		needed = appendStringInfoVA(&message, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&message, needed);
	}
	if (problems)
	{
		problems->found(property, message.data, problems->arg);
		return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg_internal("%s", message.data)));
}
