/*
 * wait.c
 *	  The only place where the extension waits.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/fd.h"
#include "storage/latch.h"
#include "utils/resowner.h"
#include "utils/timestamp.h"

#include "core/compat.h"
#include "net/engine.h"
#include "net/transfer.h"

#define BLIND_MS 10				/* a wait without a descriptor to wait on */

#define GLANCE_MS 50			/* how often a wait of another's ends for a
								 * look at interrupts */

static SfTransfer *take_finished(SfNetGroup *group);
static TimestampTz tick(SfNetGroup *group, TimestampTz deadline);
static bool wait_once(SfNetGroup *group, TimestampTz deadline, bool exit_on_pm_death);
static void check_descriptors(void);
static int	wait_quietly(int events, pgsocket fd, long timeout);

SfTransfer *
sf_net_poll(SfNetGroup *group)
{
	SfTransfer *transfer = take_finished(group);

	if (transfer == NULL)
	{
		sf_engine_drive();
		transfer = take_finished(group);
	}
	return transfer;
}

SfTransfer *
sf_net_wait(SfNetGroup *group, TimestampTz deadline)
{
	for (;;)
	{
		SfTransfer *transfer;
		TimestampTz until;

		/* beforehand: what is handed out must not get lost */
		CHECK_FOR_INTERRUPTS();
		transfer = sf_net_poll(group);
		if (transfer || group->inflight == 0)
			return transfer;
		until = tick(group, deadline);
		if (!wait_once(group, until, true) && until == deadline)
			return NULL;
	}
}

SfTransfer *
sf_net_wait_quiet(SfNetGroup *group, TimestampTz deadline)
{
	for (;;)
	{
		SfTransfer *transfer = sf_net_poll(group);

		if (transfer || group->inflight == 0)
			return transfer;
		if (QueryCancelPending || ProcDiePending || !wait_once(group, deadline, false))
			return NULL;
	}
}

void
sf_net_sleep(SfNetGroup *group, int64 ms)
{
	TimestampTz deadline = GetCurrentTimestamp() + ms * 1000;
	TimestampTz until;

	do
	{
		CHECK_FOR_INTERRUPTS();
		sf_engine_drive();
		until = tick(group, deadline);
	} while (wait_once(group, until, true) || until != deadline);
}

bool
sf_net_sleep_quiet(SfNetGroup *group, int64 ms)
{
	TimestampTz deadline = GetCurrentTimestamp() + ms * 1000;

	do
	{
		if (QueryCancelPending || ProcDiePending)
			return false;
		sf_engine_drive();
	} while (wait_once(group, deadline, false));
	/* the postmaster's death ends the wait early */
	return GetCurrentTimestamp() >= deadline;
}

pgsocket
sf_net_descriptor(SfNetGroup *group, TimestampTz wake_at)
{
	int64		wait_ms = GLANCE_MS;

	sf_net_group_open(group);
	if (wake_at != 0)
		wait_ms = Max(0, Min(wait_ms, (wake_at - GetCurrentTimestamp() + 999) / 1000));
	if (dlist_is_empty(&group->finished))
		sf_waker_clear(&group->waker);
	else
		sf_waker_set(&group->waker);
	sf_engine_wake_at(sf_poller_now_ms() + wait_ms);
	return group->waker.epoll_fd;
}

bool
sf_net_spare_descriptors(int n)
{
	int			taken = 0;

	while (taken < n && AcquireExternalFD())
		taken++;
	for (int i = 0; i < taken; i++)
		ReleaseExternalFD();
	return taken == n;
}

bool
sf_net_finished(const SfTransfer *transfer)
{
	return transfer->done;
}

/*
 * The first finished transfer that was not handed out yet, or NULL.  It stays
 * the group's until it is released.  Throws nothing.
 */
static SfTransfer *
take_finished(SfNetGroup *group)
{
	if (dlist_is_empty(&group->finished))
		return NULL;
	else
	{
		SfTransfer *transfer = dlist_head_element(SfTransfer, node, &group->finished);

		/* the reply stays on the list until it is released, marked as taken */
		dlist_delete(&transfer->node);
		dlist_push_tail(&group->taken, &transfer->node);
		return transfer;
	}
}

/*
 * The end of the next wait: the deadline (0: none), or when the group's tick
 * is due, if that is before.  Throws what the tick throws.
 */
static TimestampTz
tick(SfNetGroup *group, TimestampTz deadline)
{
	TimestampTz due = group->tick ? group->tick(group->tick_arg) : 0;

	return due == 0 || (deadline != 0 && deadline < due) ? deadline : due;
}

/*
 * Waits for the latch, the group's descriptor or the deadline (0: none); false
 * when the deadline has passed, or the postmaster has died and this is no
 * reason to exit.  Handles no interrupts and drives nothing: the callers do,
 * before each wait.  Throws only for want of memory or descriptors.
 */
static bool
wait_once(SfNetGroup *group, TimestampTz deadline, bool exit_on_pm_death)
{
	int			events = WL_LATCH_SET | (exit_on_pm_death ? WL_EXIT_ON_PM_DEATH : WL_POSTMASTER_DEATH);
	long		timeout = -1;
	int			result;

	if (deadline != 0)
	{
		TimestampTz now = GetCurrentTimestamp();

		if (now >= deadline)
			return false;
		/* a latch takes no more: the next call waits for the rest */
		timeout = (long) Min((deadline - now + 999) / 1000, INT_MAX);
		events |= WL_TIMEOUT;
	}
	/* a group that rests waits for time alone */
	if (group->waker.epoll_fd >= 0)
		events |= WL_SOCKET_READABLE;
	if (exit_on_pm_death)
	{
		check_descriptors();
		result = WaitLatchOrSocket(MyLatch, events, group->waker.epoll_fd, timeout, sf_wait_event());
	}
	else
		result = wait_quietly(events, group->waker.epoll_fd, timeout);
	if (result & WL_LATCH_SET)
		ResetLatch(MyLatch);
	if (result & WL_POSTMASTER_DEATH)
		return false;
	if (events & WL_SOCKET_READABLE)
		sf_waker_clear(&group->waker);
	return true;
}

/*
 * A wait takes a descriptor, as each open statement takes some: throws 53000
 * where PostgreSQL admits no more of them.
 */
static void
check_descriptors(void)
{
	if (!sf_net_spare_descriptors(1))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_RESOURCES),
				 errmsg("too many Snowflake statements are open in this session"),
				 errdetail("Each holds descriptors, which may be a third of max_files_per_process."),
				 errhint("Read fewer foreign tables and cursors at a time, or raise max_files_per_process.")));
}

/*
 * A wait of clean-up, which may run where the resource owner of a transaction
 * is being released: since PostgreSQL 17 that takes nothing any more, and at
 * the backend's exit such an error would end the abort half-way, with its
 * locks held for good.  Without a descriptor for it the wait is a short sleep.
 * Throws for want of memory, or where the operating system has no descriptors.
 */
static int
wait_quietly(int events, pgsocket fd, long timeout)
{
	ResourceOwner owner = CurrentResourceOwner;
	volatile int result = 0;

	if (!sf_net_spare_descriptors(1))
	{
		pg_usleep((timeout >= 0 ? Min(timeout, BLIND_MS) : BLIND_MS) * 1000L);
		return 0;
	}
	CurrentResourceOwner = NULL;
	PG_TRY();
	{
		result = WaitLatchOrSocket(MyLatch, events, fd, timeout, sf_wait_event());
	}
	PG_FINALLY();
	{
		CurrentResourceOwner = owner;
	}
	PG_END_TRY();
	return result;
}
