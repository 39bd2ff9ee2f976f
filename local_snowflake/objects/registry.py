"""Which handler answers which operation of the documents."""

from __future__ import annotations

from typing import Any, Callable

from . import grants
from .call import Call
from .generic import KINDS as GENERIC_KINDS
from .kinds import Kind
from .special import KINDS as SPECIAL_KINDS
from .spec import Operation

Handler = Callable[[Call], Any]
ROOTS = {1: "/api/v2/", 2: "/api/v2/databases/{database}/", 3: "/api/v2/databases/{database}/schemas/{schema}/"}
COMMON = {
    ("GET", ""): "list", ("POST", ""): "create", ("GET", "/{name}"): "fetch", ("PUT", "/{name}"): "put", ("DELETE", "/{name}"): "delete",
    ("POST", "/{name}:undrop"): "undrop", ("POST", "/{name}:clone"): "clone", ("POST", "/{name}:rename"): "rename", ("POST", "/{name}:set-tags"): "set_tags",
    ("POST", "/{name}:unset-tags"): "unset_tags", ("GET", "/{name}:get-tags"): "get_tags",
}  # fmt: skip

ONE = "/api/v2/grants/{granteeType}/{granteeName}/{securableType}/{securableName}/privileges"
MANY = "/api/v2/grants/{granteeType}/{granteeName}/{bulkGrantType}/{securableTypePlural}/{scopeType}/{scopeName}/privileges"
OLD_GRANTS: dict[tuple[str, str], Handler] = {
    ("GET", "/api/v2/grants/{granteeType}/{granteeName}"): grants.old_list, ("POST", ONE): grants.old_grant, ("POST", MANY): grants.old_grant,
    **{("DELETE", path + end): grants.old_revoke for path in (ONE, MANY) for end in ("/{privilege}", "/{privilege}/grant-option")},
}  # fmt: skip


def _handlers() -> dict[tuple[str, str], Handler]:
    out: dict[tuple[str, str], Handler] = {}
    kinds: list[Kind] = [*SPECIAL_KINDS, *GENERIC_KINDS]
    for kind in kinds:
        root = ROOTS[kind.depth] + kind.collection
        actions = {**COMMON, **getattr(kind, "actions", {})}
        if hasattr(kind, "states"):
            actions |= {("POST", "/{name}:suspend"): "suspend", ("POST", "/{name}:resume"): "resume"}
        for (method, suffix), name in actions.items():
            out[method, root + suffix] = getattr(kind, name)
    for operation, handler in OLD_GRANTS.items():
        out[operation] = handler
    return out


HANDLERS = _handlers()


def handler_of(operation: Operation) -> Handler | None:
    """None: the documents have it, the stand-in does not."""
    path = operation.path.replace("{nameWithArgs}", "{name}").replace("{service_name}", "{name}")
    return HANDLERS.get((operation.method, path))
