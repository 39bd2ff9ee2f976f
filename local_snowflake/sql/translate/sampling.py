"""SAMPLE / TABLESAMPLE: some of the rows of a table, a view or a subquery."""

from __future__ import annotations

import re

from sqlglot import exp

from ..language.errors import COMPILE, err, feature, syntax


def sampled(sql: str, node: exp.TableSample, value: str | None, seed: str | None, seedable: bool, name: str) -> str:
    """A query over the rows that a sample takes; value is the constant of its size, seed that of SEED, and seedable says whether it reads a table itself."""
    blocks = node.args["method"].name.upper() in ("SYSTEM", "BLOCK") if node.args.get("method") is not None else False
    if set(k for k, v in node.args.items() if v) - {"method", "percent", "size", "seed"}:
        raise syntax(near="SAMPLE")
    fixed = node.args.get("size") is not None
    number = float(value) if value is not None and re.fullmatch(r"\d+" if fixed else r"\d+(\.\d*)?|\.\d+", value, re.ASCII) else -1.0
    if not 0 <= number <= (1000000 if fixed else 100):
        raise err("001015", "22023", f"{COMPILE}\ninvalid value [{value}] for parameter 'Sample size'")
    if blocks and fixed:
        raise feature("SAMPLE SYSTEM with a fixed number of rows")
    if fixed:
        if seed is not None:
            raise feature("SEED with a fixed number of rows")
        return f"SELECT * FROM ({sql}) AS {name} ORDER BY random() LIMIT {value}"
    if seed is None:
        return f"SELECT * FROM ({sql}) AS {name} WHERE random() * 100 < {value}"
    if not blocks or not seedable:
        raise feature("SEED on a sample of rows, a view or a subquery")
    if not re.fullmatch(r"\d{1,10}", seed, re.ASCII) or int(seed) > 2147483647:
        raise err("001015", "22023", f"{COMPILE}\ninvalid value [{seed}] for parameter 'Sample seed'")
    return f"SELECT * FROM ({sql}) AS {name} WHERE (hashtextextended({name}::text, {seed}) & 1048575) < {value} * 10485.76"
