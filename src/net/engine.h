/*
 * engine.h
 *	  The backend's curl multi handle: easy handles in, finished ones out.  It
 *	  knows nothing of requests and groups.
 *
 * But for sf_engine_open nothing here throws, and nothing waits: all of it may
 * be called while cleaning up.  None of it may be called from a callback of
 * libcurl's.
 */
#ifndef SF_NET_ENGINE_H
#define SF_NET_ENGINE_H

#include "postgres.h"

#include <curl/curl.h>

#include "net/net.h"
#include "net/poller.h"

/* Told of a finished easy handle, which is out of the multi handle; must not throw, and may add it again. */
typedef void (*SfEngineDone) (CURL *easy, CURLcode result);

/* Makes the multi handle when there is none.  Throws 53200, or an error of file access. */
extern void sf_engine_open(SfEngineDone done);

/* For the life of the backend; open once sf_engine_open has returned. */
extern SfPoller *sf_engine_poller(void);

/*
 * Begins a transfer; false on libcurl's refusal.  The handle stays the caller's, and is out of the multi handle
 * when it is told as done.
 */
extern bool sf_engine_add(CURL *easy);

/* Takes out a transfer that was added and is not finished. */
extern void sf_engine_remove(CURL *easy);

/* One round over all sockets and the timer; calls back for each transfer that is finished. */
extern void sf_engine_drive(void);

/* Makes the poller readable at this time of the monotonic clock at the latest, until it is driven then. */
extern void sf_engine_wake_at(int64 at_ms);

#endif							/* SF_NET_ENGINE_H */
