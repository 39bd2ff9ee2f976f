/*
 * poller.h
 *	  The pollable descriptors under libcurl: one for the backend's sockets and
 *	  timer, one per group nested over it.  poller_epoll.c is the Linux back
 *	  end.  Nothing here throws: int results are -1 with errno.
 */
#ifndef SF_NET_POLLER_H
#define SF_NET_POLLER_H

#include <stdbool.h>
#include <stdint.h>

#define SF_POLL_IN	1
#define SF_POLL_OUT 2
#define SF_POLL_ERR 4

typedef struct SfPoller
{
	int			epoll_fd;
	int			timer_fd;
	int64_t		armed_ms;		/* what the timer is set to, on the monotonic
								 * clock; 0: off */
} SfPoller;

typedef struct SfWaker
{
	int			epoll_fd;		/* holds the poller and the event */
	int			event_fd;
} SfWaker;

typedef void (*SfPollerEvent) (int fd, int events, void *arg);

/* The monotonic clock. */
extern int64_t sf_poller_now_ms(void);

/* What is opened is the caller's to close; a failure leaves nothing open. */
extern int	sf_poller_open(SfPoller *poller);
extern void sf_poller_close(SfPoller *poller);

/* Watches a socket for events, 0 to forget it. */
extern int	sf_poller_watch(SfPoller *poller, int fd, int events);

/* Makes the descriptor readable at this time, 0: never. */
extern void sf_poller_arm(SfPoller *poller, int64_t due_ms);

/* Calls back for each ready socket, without waiting; a timer that has fired is off afterwards. */
extern void sf_poller_events(SfPoller *poller, SfPollerEvent callback, void *arg);

extern int	sf_waker_open(SfWaker *waker, const SfPoller *poller);
extern void sf_waker_close(SfWaker *waker);

/* Makes the waker's descriptor readable until it is cleared. */
extern void sf_waker_set(SfWaker *waker);
extern void sf_waker_clear(SfWaker *waker);

#endif							/* SF_NET_POLLER_H */
