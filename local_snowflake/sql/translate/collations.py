"""Collations ("Collation support"): which one two texts are compared by, and what PostgreSQL compares then."""

from __future__ import annotations

from dataclasses import replace

from ..language.errors import COMPILE, err, feature
from ..language.values import X

BINARY = ("", "utf8", "bin")  # texts are compared by their code points
CASES = {"upper": 'upper({0} COLLATE "und-x-icu") COLLATE "C"', "lower": 'lower({0} COLLATE "und-x-icu") COLLATE "C"'}
LOCALES = ("en", "en-cs", "en-ci")  # made with the private cluster


def given(x: X, spec: str) -> X:
    """COLLATE(x, spec); an empty specification takes the collation away."""
    known(spec)
    return replace(x, collation=spec or None, explicit=bool(spec))


def known(spec: str) -> None:
    if spec.lower() not in (*BINARY, *CASES, *LOCALES):
        raise feature(f"collation '{spec}'")


def binary(x: X) -> bool:
    """Whether a value is compared by what it is."""
    return x.t.kind != "text" or (x.collation or "").lower() in BINARY


def plain(x: X, what: str) -> X:
    """A value where no collation but a binary one is known, and no MAP."""
    if x.t.kind == "map":
        raise feature(f"{what} of MAP")
    if not binary(x):
        raise feature(f"{what} with collation '{x.collation}'")
    return x


def sorted_text(x: X, what: str) -> str:
    """A text that sorts by its collation and stays what it is."""
    return key(plain(x, what) if (x.collation or "").lower() in CASES else x)


def shared(a: X, b: X) -> tuple[X, X]:
    """Both sides of a comparison of texts with one collation: a function's comes before a column's; raises 002322."""
    if not (a.collation or b.collation):
        return a, b
    sides = [x for x in (a, b) if x.collation]
    if len(sides) == 2 and a.explicit == b.explicit:
        names = sorted((a.collation, b.collation))
        if a.collation.lower() != b.collation.lower():
            raise err("002322", "42846", f"{COMPILE}\nIncompatible collations: '{names[0]}' and '{names[1]}'")
    spec = max(sides, key=lambda x: x.explicit).collation
    return replace(a, sql=key(replace(a, collation=spec))), replace(b, sql=key(replace(b, collation=spec)))


def key(x: X) -> str:
    """The text of an expression that PostgreSQL compares and sorts as the collation does."""
    spec = (x.collation or "").lower()
    if binary(x):
        return x.sql
    known(spec)
    return f"({CASES[spec].format(x.sql)})" if spec in CASES else f'({x.sql} COLLATE sf."{spec.removesuffix("-cs")}")'
