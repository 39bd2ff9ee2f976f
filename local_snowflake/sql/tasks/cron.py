"""Five-field cron expressions as Snowflake reads them: names, lists, ranges, steps, L."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

MONTHS = {name: i for i, name in enumerate("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(), 1)}
DAYS = {name: i for i, name in enumerate("SUN MON TUE WED THU FRI SAT".split())}
BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
NAMES: tuple[dict[str, int], ...] = ({}, {}, {}, MONTHS, DAYS)
ITEM = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?")
LONGEST = 366 * 9  # from one 29 February to the next across a year like 2100


@dataclass(frozen=True)
class Cron:
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    last_day: bool
    months: frozenset[int]
    weekdays: frozenset[int]
    last_weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool

    def matches(self, day: date) -> bool:
        """Whether the expression holds on a day: given both, the day of the month or the day of the week is enough."""
        if day.month not in self.months:
            return False
        last = calendar.monthrange(day.year, day.month)[1]
        weekday = day.isoweekday() % 7
        of_month = day.day in self.days or (self.last_day and day.day == last)
        of_week = weekday in self.weekdays or (weekday in self.last_weekdays and day.day > last - 7)
        if self.any_day or self.any_weekday:
            return of_month and of_week
        return of_month or of_week


def _value(text: str, field: int) -> int:
    number = NAMES[field].get(text.upper(), int(text) if text.isdigit() else -1)
    low, high = BOUNDS[field]
    if not low <= number <= high:
        raise ValueError(text)
    return number


def _numbers(text: str, field: int) -> set[int]:
    """The numbers that one field without L stands for; 4/3 counts on from 4 in steps of 3."""
    low, high = BOUNDS[field]
    out: set[int] = set()
    for item in text.split(","):
        m = ITEM.fullmatch(item)
        if m is None or (m[1] == "*" and m[2]) or (m[3] is not None and int(m[3]) == 0):
            raise ValueError(item)
        start = low if m[1] == "*" else _value(m[1], field)
        end = _value(m[2], field) if m[2] else start if m[3] is None and m[1] != "*" else high
        if end < start:
            raise ValueError(item)
        out.update(range(start, end + 1, int(m[3] or 1)))
    return out


def parse(expression: str) -> Cron:
    """Raises ValueError."""
    fields = expression.split()
    if len(fields) != 5:
        raise ValueError(expression)
    month_items, week_items = fields[2].split(","), fields[4].split(",")
    plain_days = [i for i in month_items if i.upper() != "L"]
    last_weekdays = {6 if i.upper() == "L" else _value(i[:-1], 4) for i in week_items if i.upper().endswith("L")}
    plain_weekdays = [i for i in week_items if not i.upper().endswith("L")]
    minutes, hours, months = (_numbers(fields[k], k) for k in (0, 1, 3))
    return Cron(
        tuple(sorted(minutes)), tuple(sorted(hours)), frozenset(_numbers(",".join(plain_days), 2) if plain_days else ()),
        len(plain_days) < len(month_items), frozenset(months), frozenset(_numbers(",".join(plain_weekdays), 4) if plain_weekdays else ()),
        frozenset(last_weekdays), fields[2] == "*", fields[4] == "*",
    )  # fmt: skip


def following(expression: str, zone: str, after: datetime) -> datetime | None:
    """The first time after another; an hour that the clocks skip has none, one that they repeat has two."""
    cron, tz = parse(expression), ZoneInfo(zone)
    day = after.astimezone(tz).date()
    for _ in range(LONGEST):
        if cron.matches(day):
            for hour in cron.hours:
                found = [t for minute in cron.minutes for t in _moments(datetime.combine(day, time(hour, minute)), tz) if t > after]
                if found:
                    return min(found)
        day += timedelta(days=1)
    return None


def _moments(wall: datetime, tz: ZoneInfo) -> set[datetime]:
    """The moments at which the clocks of a zone show a time."""
    out = set()
    for fold in (0, 1):
        moment = wall.replace(tzinfo=tz, fold=fold).astimezone(timezone.utc)
        if moment.astimezone(tz).replace(tzinfo=None) == wall:
            out.add(moment)
    return out
