/*
 * engine.c
 *	  The backend's curl multi handle behind a pollable descriptor.
 *
 * libcurl tells which sockets and which time it waits for; both go into the
 * poller.  The timer is set after every call into libcurl, never inside its
 * callback.  libcurl's resolver is a thread that inherits the caller's signal
 * mask: all signals are blocked around the calls that may start one, or a
 * handler of PostgreSQL's would run on it.
 */
#include "postgres.h"

#include <signal.h>
#include <unistd.h>

#include "miscadmin.h"
#include "storage/fd.h"
#include "storage/ipc.h"

#include "net/engine.h"

#define MAX_IDLE_CONNECTIONS 32L

static CURLM *multi = NULL;
static SfPoller poller = {.epoll_fd = -1,.timer_fd = -1};
static pid_t owner_pid = 0;
static int64 due_ms = 0;		/* what libcurl's timer asks for; 0: nothing */
static int64 wake_ms = 0;		/* the earliest that a waiter asks for; 0:
								 * nothing */
static int	active = 0;			/* easy handles in the multi handle */
static bool distrusted = false; /* the connections there are must not be used
								 * again */
static SfEngineDone done_callback = NULL;

static bool open_poller(void);
static bool open_multi(void);
static void close_at_exit(int code, Datum arg);
static int	socket_callback(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg);
static int	timer_callback(CURLM *handle, long timeout_ms, void *arg);
static void socket_event(int fd, int events, void *arg);
static void collect_finished(void);
static void arm(void);
static void block_signals(sigset_t *old);
static void restore_signals(const sigset_t *old);

void
sf_engine_open(SfEngineDone done)
{
	done_callback = done;
	if (distrusted)
		sf_net_close_idle();
	if (owner_pid == MyProcPid && multi)
		return;
	if (owner_pid != MyProcPid)
	{
		/* descriptors inherited by a fork belong to the parent */
		multi = NULL;
		active = 0;
		due_ms = wake_ms = 0;
		distrusted = false;
		if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
			ereport(ERROR,
					(errcode(ERRCODE_OUT_OF_MEMORY),
					 errmsg("could not initialize libcurl")));
		if (!open_poller())
			ereport(ERROR,
					(errcode_for_file_access(),
					 errmsg("could not create the descriptors for network waits: %m")));
		on_proc_exit(close_at_exit, 0);
		owner_pid = MyProcPid;
	}
	if (multi == NULL && !open_multi())
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("could not create a libcurl handle")));
}

SfPoller *
sf_engine_poller(void)
{
	return &poller;
}

bool
sf_engine_add(CURL *easy)
{
	sigset_t	old;
	CURLMcode	result;

	if (distrusted && curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L) != CURLE_OK)
		return false;
	block_signals(&old);
	result = curl_multi_add_handle(multi, easy);
	restore_signals(&old);
	arm();
	if (result == CURLM_OK)
		active++;
	return result == CURLM_OK;
}

void
sf_engine_remove(CURL *easy)
{
	sigset_t	old;

	active--;
	block_signals(&old);
	curl_multi_remove_handle(multi, easy);
	restore_signals(&old);
	/* libcurl may have more to do for the others at once */
	if (active > 0)
		due_ms = sf_poller_now_ms();
	arm();
}

void
sf_engine_drive(void)
{
	sigset_t	old;
	int			running;
	int64		now;

	if (owner_pid != MyProcPid)
		return;
	block_signals(&old);
	sf_poller_events(&poller, socket_event, NULL);
	now = sf_poller_now_ms();
	if (multi && due_ms > 0 && due_ms <= now)
	{
		due_ms = 0;
		curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	restore_signals(&old);
	if (wake_ms <= now)
		wake_ms = 0;
	collect_finished();
	arm();
}

void
sf_engine_wake_at(int64 at_ms)
{
	if (wake_ms == 0 || at_ms < wake_ms)
		wake_ms = at_ms;
	arm();
}

void
sf_net_close_idle(void)
{
	if (multi == NULL || active > 0 || owner_pid != MyProcPid)
		return;
	curl_multi_cleanup(multi);
	multi = NULL;
	due_ms = 0;
	distrusted = false;
	arm();
}

void
sf_net_distrust_connections(void)
{
	distrusted = multi != NULL;
}

/*
 * False with errno, and no descriptor counted, where there are none left.
 */
static bool
open_poller(void)
{
	int			error;

	if (!AcquireExternalFD())
		return false;
	if (AcquireExternalFD())
	{
		if (sf_poller_open(&poller) == 0)
			return true;
		error = errno;
		ReleaseExternalFD();
	}
	else
		error = errno;
	ReleaseExternalFD();
	errno = error;
	return false;
}

/*
 * False when libcurl refuses; there is no multi handle then.  Throws nothing.
 */
static bool
open_multi(void)
{
	multi = curl_multi_init();
	if (multi == NULL)
		return false;
	if (curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket_callback) == CURLM_OK &&
		curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer_callback) == CURLM_OK &&
		curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, MAX_IDLE_CONNECTIONS) == CURLM_OK &&
		curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING) == CURLM_OK)
		return true;
	curl_multi_cleanup(multi);
	multi = NULL;
	return false;
}

/*
 * Callback of the backend's exit, after the transaction was aborted, whose
 * clean-up may still cancel remote statements.  Must not throw.
 */
static void
close_at_exit(int code, Datum arg)
{
	if (owner_pid != MyProcPid || multi == NULL || active > 0)
		return;
	curl_multi_cleanup(multi);
	multi = NULL;
	sf_poller_close(&poller);
}

/*
 * libcurl's: runs inside of it, must not throw or call libcurl.  Where a
 * socket cannot be watched -1 ends the transfers: nothing would wake them.
 */
static int
socket_callback(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
	int			events = 0;

	if (what != CURL_POLL_REMOVE)
		events = (what & CURL_POLL_IN ? SF_POLL_IN : 0) | (what & CURL_POLL_OUT ? SF_POLL_OUT : 0);
	return sf_poller_watch(&poller, fd, events);
}

/*
 * libcurl's: runs inside of it, must not throw or call libcurl.  The poller is
 * armed after the call into libcurl that it belongs to.
 */
static int
timer_callback(CURLM *handle, long timeout_ms, void *arg)
{
	due_ms = timeout_ms < 0 ? 0 : sf_poller_now_ms() + timeout_ms;
	return 0;
}

/*
 * The poller's, from sf_engine_drive: outside of libcurl's callbacks, with all
 * signals blocked.  Must not throw.
 */
static void
socket_event(int fd, int events, void *arg)
{
	int			flags = (events & SF_POLL_IN ? CURL_CSELECT_IN : 0) | (events & SF_POLL_OUT ? CURL_CSELECT_OUT : 0) |
	(events & SF_POLL_ERR ? CURL_CSELECT_ERR : 0);
	int			running;

	curl_multi_socket_action(multi, fd, flags, &running);
}

/*
 * Hands each finished easy handle to the engine's user, out of the multi
 * handle already.  Outside of libcurl's callbacks.  Throws nothing.
 */
static void
collect_finished(void)
{
	CURLMsg    *message;
	int			left;

	while (multi && (message = curl_multi_info_read(multi, &left)) != NULL)
	{
		CURLcode	result = message->data.result;
		CURL	   *easy = message->easy_handle;

		if (message->msg != CURLMSG_DONE)
			continue;
		sf_engine_remove(easy);
		done_callback(easy, result);
	}
}

/*
 * Sets the timer to the earlier of what libcurl and the waiters ask for.
 * Throws nothing.
 */
static void
arm(void)
{
	sf_poller_arm(&poller, due_ms == 0 ? wake_ms : wake_ms == 0 ? due_ms : Min(due_ms, wake_ms));
}

/*
 * Around calls into libcurl that may start a thread; nothing in between may
 * throw.
 */
static void
block_signals(sigset_t *old)
{
	sigset_t	all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, old);
}

/*
 * What arrived meanwhile is delivered here.
 */
static void
restore_signals(const sigset_t *old)
{
	pthread_sigmask(SIG_SETMASK, old, NULL);
}
