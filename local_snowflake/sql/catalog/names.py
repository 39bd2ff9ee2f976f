"""How written names lead to paths, and the words of the account: kinds without a schema, parameters, privileges."""

from __future__ import annotations

from ...model import Context
from ..language.errors import no_database, no_schema, syntax
from .catalog import Path

ACCOUNT = ("WAREHOUSE", "ROLE", "USER", "DATABASE")
PARAMETERS = frozenset("TIMEZONE QUERY_TAG DATE_OUTPUT_FORMAT TIME_OUTPUT_FORMAT TIMESTAMP_OUTPUT_FORMAT TIMESTAMP_NTZ_OUTPUT_FORMAT TIMESTAMP_LTZ_OUTPUT_FORMAT "
                       "TIMESTAMP_TZ_OUTPUT_FORMAT BINARY_OUTPUT_FORMAT ROWS_PER_RESULTSET USE_CACHED_RESULT STATEMENT_TIMEOUT_IN_SECONDS CLIENT_RESULT_CHUNK_SIZE".split())
PRIVILEGES = frozenset("USAGE SELECT INSERT UPDATE DELETE TRUNCATE REFERENCES OWNERSHIP OPERATE MODIFY MONITOR ALL READ WRITE APPLY IMPERSONATE".split()) | {
    "EXECUTE ALERT", "EXECUTE TASK", "EXECUTE MANAGED TASK", "MANAGE GRANTS", "MONITOR USAGE", "MONITOR EXECUTION", "APPLY TAG", "BIND SERVICE ENDPOINT"}


def full(context: Context, kind: str, parts: list[str]) -> Path:
    """The path of an object of a kind from its written name."""
    if not 1 <= len(parts) <= 3:
        raise syntax(near=".".join(parts))
    if kind in (*ACCOUNT, "COMPUTE POOL"):
        return (parts[-1],)
    if kind in ("SCHEMA", "DATABASE ROLE"):
        if len(parts) == 2:
            return tuple(parts)
        if not context.database:
            raise no_database()
        return (context.database, parts[0])
    if len(parts) < 3 and not context.database:
        raise no_database()
    if len(parts) == 1 and not context.schema:
        raise no_schema()
    return {1: (context.database, context.schema, parts[0]), 2: (context.database, *parts), 3: tuple(parts)}[len(parts)]
