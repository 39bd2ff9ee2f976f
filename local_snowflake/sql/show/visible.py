"""What a role sees, where, and by which pattern."""

from __future__ import annotations

import re
from typing import Iterator

from ...model import Context
from ..catalog.catalog import Obj, Path
from ..commands.account import Account


def visible(engine: Account, context: Context, kind: str, scope: Path) -> Iterator[Obj]:
    """The objects of a kind below a path that the role has any privilege on, in order of their names."""
    cat = engine.catalog
    open_: dict[Path, bool] = {}  # places the role may look into
    for o in cat.all(kind, scope):
        if cat.sees(context.role, o):
            for n in range(1, len(o.path)):
                if o.path[:n] not in open_:
                    open_[o.path[:n]] = cat.usable(context.role, o.path[:n])
            if all(open_[o.path[:n]] for n in range(1, len(o.path))):
                yield o


def dropped(engine: Account, context: Context, kind: str, scope: Path) -> list[Obj]:
    """Those that were dropped and can come back: their owner sees them."""
    cat = engine.catalog
    return [o for o in list(cat.dropped) if o.kind == kind and o.path[: len(scope)] == scope and cat.can(context.role, "OWNERSHIP", o)]


def like_pattern(text: str) -> re.Pattern[str]:
    """A LIKE pattern: no case, % and _; a backslash escapes."""
    out, i = "", 0
    while i < len(text):
        ch = text[i]
        if ch == "\\" and i + 1 < len(text):
            i += 1
            out += re.escape(text[i])
        else:
            out += ".*" if ch == "%" else "." if ch == "_" else re.escape(ch)
        i += 1
    return re.compile(out + r"\Z", re.I | re.S)
