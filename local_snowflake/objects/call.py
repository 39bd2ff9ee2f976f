"""One call of the object API, as its handlers see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..model import Context, Result
from ..sql.catalog.catalog import Obj, Path
from ..sql.commands.account import Account
from ..sql.language.errors import missing, privileges
from .names import fold
from .spec import Operation, Spec


@dataclass
class Session:
    """What the service keeps for a token between its calls."""

    warehouse: str | None = None
    database: str | None = None
    schema: str | None = None


@dataclass
class Settings:
    """What POST /_local/settings may change."""

    page_size: int = 10000
    async_objects: bool = False  # every call answers 202 first
    async_seconds: float = 0.2  # how long such a call takes at least
    document_handler: bool = False  # a 202 names its handler as the documents do, resultHandler, not as accounts do
    task_parameters_shown: bool = False  # whether a task answers its timeouts, sizes and retries
    state_seconds: float = 0.5  # how long pools and services take from state to state
    account_usage_seconds: float = 0.0  # how much later than it happens something is told of by SNOWFLAKE.ACCOUNT_USAGE


@dataclass
class Call:
    operation: Operation
    path: dict[str, str]  # path parameters as written, decoded
    query: dict[str, Any]  # with defaults, typed
    body: Any
    raw_body: Any
    context: Context
    session: Session
    engine: Account
    spec: Spec
    settings: Settings
    account: str
    sizes: dict[int, tuple[int, int]] | None = None  # rows and bytes of the tables of a list
    current: dict[str, str] = field(default_factory=dict)  # the warehouse, database and schema that the call makes current

    @property
    def catalog(self):
        return self.engine.catalog

    @property
    def role(self) -> str:
        return self.context.role

    def sql(self, text: str, context: Context | None = None) -> Result:
        """Run one statement, as this caller when no other context is given."""
        context = context or self.context
        try:
            result = self.engine.execute(text, context)
            result.rows = list(result.rows)
            return result
        finally:
            self.engine.release(context)

    def owners(self, obj: Obj) -> Context:
        """What runs on behalf of an object in a schema: the privileges of its owner, its warehouse (else the caller's), its schema."""
        warehouse = obj.props.get("warehouse")
        return Context(self.context.user, obj.owner, fold(warehouse) if warehouse else self.context.warehouse, *obj.path[:2])

    def visible(self, obj: Obj | None) -> bool:
        """Whether the role sees an object and may look into what holds it."""
        return obj is not None and self.catalog.sees(self.role, obj) and all(self.catalog.usable(self.role, obj.path[:n]) for n in range(1, len(obj.path)))

    def need_parents(self, path: Path) -> None:
        """002003 for a database or schema that is missing or hidden."""
        for n, kind in ((1, "Database"), (2, "Schema")):
            if len(path) > n and not (path[1:2] == ("INFORMATION_SCHEMA",) and n == 2) and not self.catalog.usable(self.role, path[:n]):
                raise missing(kind, ".".join(path[:n]))

    def may_create(self, path: Path, privilege: str) -> None:
        """Refuse who may not make an object of a kind here."""
        if len(path) > 1:
            self.need_parents(path)
            self.catalog.container(self.role, path[:-1], privilege)
        elif not self.catalog.on_account(self.role, privilege):
            raise privileges("account", self.account)

    def need_warehouse(self) -> None:
        self.engine.need_warehouse(self.context)


def status(text: str) -> dict[str, str]:
    return {"status": text}


def executed() -> dict[str, str]:
    return status("Statement executed successfully.")


