/*
 * xact.c
 *	  What a transaction has done in Snowflake, by (sub)transaction.
 *
 * The notes of a kind form a stack, newest first, whose levels fall: those of
 * a subtransaction that is rolled back are its top, those of one that is
 * released become its parent's.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/memutils.h"

#include "api/xact.h"

static SfXactKind *kinds = NULL;

static void end_of_transaction(XactEvent event, void *arg);
static void end_of_subtransaction(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *arg);
static void refuse_prepare(void);
static void roll_back(SfXactKind *kind, int level);
static void hand_to_parent(SfXactKind *kind, int level);

void
sf_xact_register(SfXactKind *kind)
{
	if (kind->registered)
		return;
	if (kinds == NULL)
	{
		RegisterXactCallback(end_of_transaction, NULL);
		RegisterSubXactCallback(end_of_subtransaction, NULL);
	}
	kind->registered = true;
	kind->next = kinds;
	kinds = kind;
}

void
sf_xact_note(SfXactKind *kind, const char *text)
{
	int			level = GetCurrentTransactionNestLevel();
	SfXactNote *top = kind->notes;

	Assert(kind->registered && kind->rolled_back);
	if (text == NULL && top && top->level == level && top->text[0] == '\0')
	{
		top->count++;
		return;
	}
	top = MemoryContextAllocZero(TopTransactionContext, sizeof(SfXactNote));
	top->level = level;
	top->count = 1;
	if (text)
		strlcpy(top->text, text, sizeof(top->text));
	top->next = kind->notes;
	kind->notes = top;
}

void
sf_xact_take_back(SfXactKind *kind)
{
	SfXactNote *top = kind->notes;

	if (top == NULL || top->level != GetCurrentTransactionNestLevel() || --top->count > 0)
		return;
	kind->notes = top->next;
	pfree(top);
}

/*
 * PostgreSQL's callback.  May throw before a COMMIT or a PREPARE alone; in the
 * other events the transaction has ended, and nothing may throw or wait.
 */
static void
end_of_transaction(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_PRE_PREPARE)
		refuse_prepare();
	for (SfXactKind *kind = kinds; kind && event == XACT_EVENT_PRE_COMMIT; kind = kind->next)
	{
		if (kind->before_commit)
			kind->before_commit();
	}
	if (event != XACT_EVENT_ABORT && event != XACT_EVENT_COMMIT && event != XACT_EVENT_PREPARE)
		return;
	for (SfXactKind *kind = kinds; kind; kind = kind->next)
	{
		if (event == XACT_EVENT_ABORT)
			roll_back(kind, 1);
		/* they go with TopTransactionContext */
		kind->notes = NULL;
		if (kind->ended)
			kind->ended();
	}
}

/*
 * PostgreSQL's callback: must not throw or wait.
 */
static void
end_of_subtransaction(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *arg)
{
	int			level = GetCurrentTransactionNestLevel();

	for (SfXactKind *kind = kinds; kind; kind = kind->next)
	{
		if (event == SUBXACT_EVENT_ABORT_SUB)
			roll_back(kind, level);
		else if (event == SUBXACT_EVENT_COMMIT_SUB)
			hand_to_parent(kind, level);
	}
}

/*
 * Throws 0A000 when the transaction has notes: what was done in Snowflake
 * cannot be rolled back any more.
 */
static void
refuse_prepare(void)
{
	for (SfXactKind *kind = kinds; kind; kind = kind->next)
	{
		if (kind->notes)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("cannot PREPARE a transaction that changes something in Snowflake"),
					 errdetail("Snowflake's part of it cannot be prepared."),
					 errhint("Use COMMIT.")));
	}
}

/*
 * Hands the notes of this level and deeper to the kind's rolled_back, and
 * frees them.  Must not throw.
 */
static void
roll_back(SfXactKind *kind, int level)
{
	SfXactNote *notes = kind->notes;
	SfXactNote *last = NULL;

	while (kind->notes && kind->notes->level >= level)
	{
		last = kind->notes;
		kind->notes = last->next;
	}
	if (last == NULL)
		return;
	last->next = NULL;
	kind->rolled_back(notes);
	for (SfXactNote *next; notes; notes = next)
	{
		next = notes->next;
		pfree(notes);
	}
}

/*
 * Makes the notes of this level the parent's, and joins notes without a text,
 * so that a loop of subtransactions does not gather them.  Must not throw.
 */
static void
hand_to_parent(SfXactKind *kind, int level)
{
	for (SfXactNote *note = kind->notes; note && note->level >= level; note = note->next)
		note->level = level - 1;
	/* a loop with a subtransaction each must not gather notes */
	while (kind->notes && kind->notes->next && kind->notes->level == kind->notes->next->level &&
		   kind->notes->text[0] == '\0' && kind->notes->next->text[0] == '\0')
	{
		SfXactNote *top = kind->notes;

		top->next->count += top->count;
		kind->notes = top->next;
		pfree(top);
	}
}
