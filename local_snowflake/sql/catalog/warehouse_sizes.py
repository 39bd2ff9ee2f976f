"""The sizes of warehouses in all their spellings."""

from __future__ import annotations

PLAIN = ("XSMALL", "SMALL", "MEDIUM", "LARGE", "XLARGE", "XXLARGE", "XXXLARGE", "X4LARGE", "X5LARGE", "X6LARGE")
SHOWN = ("X-Small", "Small", "Medium", "Large", "X-Large", "2X-Large", "3X-Large", "4X-Large", "5X-Large", "6X-Large")
PARAMETER = {"XXLARGE": "X2LARGE", "XXXLARGE": "X3LARGE"}  # as parameters of databases and tasks spell them


def plain(text: object) -> str | None:
    """The plain spelling of X-Small, 2X-LARGE, XXLARGE, X2LARGE …; None for what is no size."""
    word = str(text).upper().replace("-", "").replace("_", "")
    for size, nice in zip(PLAIN, SHOWN):
        if word in (size, nice.upper().replace("-", ""), PARAMETER.get(size, size)):
            return size
    return None


def shown(text: object) -> str:
    """As SHOW prints a size."""
    size = plain(text)
    return SHOWN[PLAIN.index(size)] if size else str(text)


def rank(text: object) -> int | None:
    """Sizes in order, from 0; None for what is no size."""
    size = plain(text)
    return PLAIN.index(size) if size else None
