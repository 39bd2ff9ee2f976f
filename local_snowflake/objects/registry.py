"""Which handler answers which operation of the documents."""

from __future__ import annotations

from typing import Any, Callable

from . import clustering, generic, grants, running, special, versions
from .call import Call
from .kinds import Kind
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


KINDS: list[Kind] = [kind for module in (special, generic, clustering, running, versions) for kind in module.KINDS]


def _handlers() -> dict[tuple[str, str], Handler]:
    out: dict[tuple[str, str], Handler] = {}
    for kind in KINDS:
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

_MODELS = "the account has no language models"
_SPARK = "the account runs no Spark plans"
NOT_ENABLED = {  # documents whose every endpoint "does not exist or is not enabled" here, and why
    "cortex-analyst": _MODELS, "cortex-embed": _MODELS, "cortex-generic-anthropic": _MODELS, "cortex-generic-openai": _MODELS, "cortex-inference": _MODELS,
    "spark-connect": _SPARK,
}  # fmt: skip


def handler_of(operation: Operation) -> Handler | None:
    """None for what is not enabled, and for what others answer: statements and results."""
    path = operation.path.replace("{nameWithArgs}", "{name}").replace("{service_name}", "{name}")
    return HANDLERS.get((operation.method, path))
