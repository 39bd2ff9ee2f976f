/*
 * poller_epoll.c
 *	  The pollable descriptors on Linux: epoll, timerfd, eventfd.
 */
#include "net/poller.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define MAX_EVENTS 64

int64_t
sf_poller_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t) t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int
sf_poller_open(SfPoller *poller)
{
	struct epoll_event event = {.events = EPOLLIN};

	memset(poller, 0, sizeof(*poller));
	poller->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	poller->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	event.data.fd = poller->timer_fd;
	if (poller->epoll_fd < 0 || poller->timer_fd < 0 ||
		epoll_ctl(poller->epoll_fd, EPOLL_CTL_ADD, poller->timer_fd, &event) < 0)
	{
		int			saved = errno;

		sf_poller_close(poller);
		errno = saved;
		return -1;
	}
	return 0;
}

void
sf_poller_close(SfPoller *poller)
{
	if (poller->timer_fd >= 0)
		close(poller->timer_fd);
	if (poller->epoll_fd >= 0)
		close(poller->epoll_fd);
	poller->timer_fd = poller->epoll_fd = -1;
}

/*
 * libcurl may remove sockets it never announced and reuse numbers it did not
 * remove: both are put right here.
 */
int
sf_poller_watch(SfPoller *poller, int fd, int events)
{
	struct epoll_event event = {0};

	event.data.fd = fd;
	if (events == 0)
	{
		if (epoll_ctl(poller->epoll_fd, EPOLL_CTL_DEL, fd, &event) < 0 && errno != ENOENT && errno != EBADF)
			return -1;
		return 0;
	}
	event.events = (events & SF_POLL_IN ? EPOLLIN : 0) | (events & SF_POLL_OUT ? EPOLLOUT : 0);
	if (epoll_ctl(poller->epoll_fd, EPOLL_CTL_MOD, fd, &event) == 0)
		return 0;
	if (errno != ENOENT)
		return -1;
	return epoll_ctl(poller->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

void
sf_poller_arm(SfPoller *poller, int64_t due_ms)
{
	struct itimerspec spec = {0};

	if (due_ms == poller->armed_ms)
		return;
	if (due_ms > 0)
	{
		spec.it_value.tv_sec = due_ms / 1000;
		spec.it_value.tv_nsec = (due_ms % 1000) * 1000000 + 1;
	}
	timerfd_settime(poller->timer_fd, TFD_TIMER_ABSTIME, &spec, NULL);
	poller->armed_ms = due_ms;
}

void
sf_poller_events(SfPoller *poller, SfPollerEvent callback, void *arg)
{
	struct epoll_event events[MAX_EVENTS];
	int			n = epoll_wait(poller->epoll_fd, events, MAX_EVENTS, 0);

	for (int i = 0; i < n; i++)
	{
		int			flags = 0;

		if (events[i].data.fd == poller->timer_fd)
		{
			uint64_t	count;

			if (read(poller->timer_fd, &count, sizeof(count)) > 0)
				poller->armed_ms = 0;
			continue;
		}
		if (events[i].events & EPOLLIN)
			flags |= SF_POLL_IN;
		if (events[i].events & EPOLLOUT)
			flags |= SF_POLL_OUT;
		if (events[i].events & (EPOLLERR | EPOLLHUP))
			flags |= SF_POLL_ERR;
		callback(events[i].data.fd, flags, arg);
	}
}

int
sf_waker_open(SfWaker *waker, const SfPoller *poller)
{
	struct epoll_event event = {.events = EPOLLIN};

	waker->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	waker->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (waker->epoll_fd >= 0 && waker->event_fd >= 0)
	{
		event.data.fd = waker->event_fd;
		if (epoll_ctl(waker->epoll_fd, EPOLL_CTL_ADD, waker->event_fd, &event) == 0)
		{
			event.data.fd = poller->epoll_fd;
			if (epoll_ctl(waker->epoll_fd, EPOLL_CTL_ADD, poller->epoll_fd, &event) == 0)
				return 0;
		}
	}
	sf_waker_close(waker);
	return -1;
}

void
sf_waker_close(SfWaker *waker)
{
	int			saved = errno;

	if (waker->epoll_fd >= 0)
		close(waker->epoll_fd);
	if (waker->event_fd >= 0)
		close(waker->event_fd);
	waker->epoll_fd = waker->event_fd = -1;
	errno = saved;
}

void
sf_waker_set(SfWaker *waker)
{
	uint64_t	one = 1;

	if (write(waker->event_fd, &one, sizeof(one)) < 0)
		return;					/* full: it is readable already */
}

void
sf_waker_clear(SfWaker *waker)
{
	uint64_t	count;

	if (read(waker->event_fd, &count, sizeof(count)) < 0)
		return;					/* was not set */
}
