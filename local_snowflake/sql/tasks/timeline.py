"""Timers and threads of tasks over the account's clock.

With a real clock timers fire by themselves. With a manual clock nothing moves but by Clock.set: it brings the time to one timer after the
other, and lets all threads come to rest in between. Threads take turns then, in the order in which they were started, and what they sleep is
the account's time; so a test sees the same order of things every time.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import traceback
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Callable

from ...clock import Clock


@dataclass(order=True)
class Timer:
    when: datetime
    number: int
    what: Callable[[], None] = field(compare=False)
    off: bool = field(default=False, compare=False)


class Timeline:
    """What both kinds share; at(), spawn() and sleep() may be called from any thread."""

    def __init__(self, clock: Clock):
        self.clock = clock
        self.timers: list[Timer] = []
        self.numbers = itertools.count()
        self.changed = threading.Condition()
        self.closed = False

    def now(self) -> datetime:
        """The account's time in whole milliseconds, as run ids have it."""
        moment = self.clock.now()
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def at(self, when: datetime, what: Callable[[], None]) -> Timer:
        """Have something done at a time; it must not wait. Setting off on the answer takes it back."""
        timer = Timer(when, next(self.numbers), what)
        with self.changed:
            heapq.heappush(self.timers, timer)
            self.changed.notify_all()
        return timer

    def due(self, until: datetime) -> Timer | None:
        """Take the first timer that is due; the caller holds the condition."""
        while self.timers and (self.timers[0].off or self.timers[0].when <= until):
            timer = heapq.heappop(self.timers)
            if not timer.off:
                return timer
        return None

    def spawn(self, what: Callable[[], None]) -> None:
        raise NotImplementedError

    def sleep(self, seconds: float, wake: threading.Event) -> bool:
        """Let time pass in a thread made by spawn(); true when the event cut it short."""
        raise NotImplementedError

    def close(self) -> None:
        with self.changed:
            self.closed = True
            self.changed.notify_all()


class RealTimeline(Timeline):
    def __init__(self, clock: Clock):
        super().__init__(clock)
        self.keeper: threading.Thread | None = None

    def at(self, when: datetime, what: Callable[[], None]) -> Timer:
        timer = super().at(when, what)
        with self.changed:
            if self.keeper is None:
                self.keeper = threading.Thread(target=self._keep, daemon=True)
                self.keeper.start()
        return timer

    def _keep(self) -> None:
        while not self.closed:
            with self.changed:
                timer = self.due(self.now())
                if timer is None:
                    wait = (self.timers[0].when - self.now()).total_seconds() if self.timers else None
                    self.changed.wait(None if wait is None else max(0.001, min(wait, 3600)))
                    continue
            try:
                timer.what()
            except Exception:  # a bug; the other timers go on
                traceback.print_exc()

    def spawn(self, what: Callable[[], None]) -> None:
        threading.Thread(target=what, daemon=True).start()

    def sleep(self, seconds: float, wake: threading.Event) -> bool:
        return wake.wait(seconds)


class ManualTimeline(Timeline):
    def __init__(self, clock: Clock):
        super().__init__(clock)
        self.active = 0  # threads that are not asleep
        self.sleepers: list[threading.Event] = []  # what may wake those that are
        self.turns: deque[object] = deque()
        self.moving = threading.Lock()
        clock.mover = self.move

    def move(self, target: datetime) -> None:
        """Bring the clock to a time; what is due on the way happens at its own time. Back, it is only set."""
        with self.moving:
            while not self.closed:
                self._settle()
                with self.changed:
                    timer = self.due(target)
                if timer is None:
                    break
                self.clock.place(max(timer.when, self.clock.now()))
                timer.what()
            self.clock.place(target)

    def _settle(self) -> None:
        with self.changed:
            self.changed.wait_for(lambda: self.closed or (self.active == 0 and not any(wake.is_set() for wake in self.sleepers)))

    def spawn(self, what: Callable[[], None]) -> None:
        turn = object()
        with self.changed:
            self.active += 1
            self.turns.append(turn)

        def run() -> None:
            self._take(turn)
            try:
                what()
            finally:
                with self.changed:
                    self._leave()

        threading.Thread(target=run, daemon=True).start()

    def _take(self, turn: object) -> None:
        with self.changed:
            self.changed.wait_for(lambda: self.turns[0] is turn)

    def _leave(self) -> None:
        self.turns.popleft()
        self.active -= 1
        self.changed.notify_all()

    def sleep(self, seconds: float, wake: threading.Event) -> bool:
        over = threading.Event()
        turn = object()

        def resume() -> None:
            with self.changed:
                if not over.is_set():
                    over.set()
                    self.active += 1
                    self.turns.append(turn)
                    self.changed.notify_all()

        timer = self.at(self.now() + timedelta(seconds=seconds), resume)
        with self.changed:
            self.sleepers.append(wake)
            self._leave()
            while not over.is_set() and not wake.is_set():
                self.changed.wait(0.02)  # nobody tells when an event is set
            self.sleepers.remove(wake)
            timer.off = True
        resume()
        self._take(turn)
        return wake.is_set()


def timeline(clock: Clock) -> Timeline:
    return ManualTimeline(clock) if clock.mode == "manual" else RealTimeline(clock)
