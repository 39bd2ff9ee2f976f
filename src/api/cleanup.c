/*
 * cleanup.c
 *	  Sections of clean-up.
 *
 * An error thrown and caught inside a section is the second one where the
 * section runs because of a first.  PostgreSQL has no way to take the topmost
 * error off its stack alone, and sets the counts of held interrupts to zero
 * with every error: the first error is copied beforehand and put back, the
 * counts are saved and restored.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/ipc.h"
#include "utils/memutils.h"

#include "api/cleanup.h"

static bool error_is_handled(void);
static void put_back(ErrorData *error);

bool
sf_cleanup(SfCleanupFn fn, void *arg)
{
	MemoryContext caller = CurrentMemoryContext;
	volatile MemoryContext context = NULL;
	ErrorData  *volatile handled = NULL;
	uint32		interrupts = InterruptHoldoffCount;
	uint32		cancels = QueryCancelHoldoffCount;
	volatile bool done = false;

	HOLD_INTERRUPTS();
	PG_TRY();
	{
		context = AllocSetContextCreate(TopMemoryContext, "snowflake_fdw clean-up", ALLOCSET_SMALL_SIZES);
		MemoryContextSwitchTo(context);
		if (error_is_handled())
			handled = CopyErrorData();
		/* an error set the counts to zero */
		InterruptHoldoffCount = interrupts + 1;
		QueryCancelHoldoffCount = cancels;
		fn(arg);
		done = true;
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		FlushErrorState();
		if (handled)
			put_back(handled);
	}
	PG_END_TRY();
	InterruptHoldoffCount = interrupts;
	QueryCancelHoldoffCount = cancels;
	MemoryContextSwitchTo(caller);
	if (context)
		MemoryContextDelete(context);
	return done;
}

/*
 * Whether there is an error on PostgreSQL's stack.  Throws nothing.
 * geterrcode throws when there is none; where the backend exits that would be
 * fatal, and no error is being handled.
 */
static bool
error_is_handled(void)
{
	MemoryContext caller = CurrentMemoryContext;
	volatile bool handled = false;

	if (proc_exit_inprogress)
		return false;
	PG_TRY();
	{
		error_context_stack = NULL;
		geterrcode();
		handled = true;
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		FlushErrorState();
	}
	PG_END_TRY();
	return handled;
}

/*
 * Pushes the copy onto PostgreSQL's error stack, which only throwing it does;
 * throws nothing outwards.
 */
static void
put_back(ErrorData *error)
{
	PG_TRY();
	{
		ReThrowError(error);
	}
	PG_CATCH();
	{
	}
	PG_END_TRY();
}
