"""Notebooks and Streamlit apps: what they have beyond their properties is their versions. Nothing of them runs here."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from ..sql.catalog.catalog import Obj, Path
from ..sql.language.errors import syntax
from .answers import Refusal
from .call import Call, executed, status
from .kinds import Kind
from .names import dotted, fold, shown

NO_LIVE = ("099108", "live version is not found.")
LIVE = ("", "there is already a live version. please commit it first.")
NO_WAREHOUSE = ("", "to execute the notebook, set the query warehouse and the notebook warehouse / compute pool.")
HALF_CREDENTIALS = ("", "invalid property list: the following three settings should all be specified, or none of them should be specified: "
                    "1. git_credentials or username&password pair 2.name 3.email.")  # fmt: skip
LINEAGE = "version contains invalid source lineage information: "
RESERVED = re.compile(r"(?i)VERSION\$.*|.*/.*|FIRST|LAST|LIVE|DEFAULT")
STAGE = re.compile(r'@((?:"(?:[^"]|"")+"|[\w$]+)(?:\.(?:"(?:[^"]|"")+"|[\w$]+)){0,2})(?:/.*)?', re.S)


def refused(what: tuple[str, str]) -> Refusal:
    return Refusal(400, *what)


class Versioned(Kind):
    """Starts with VERSION$1; a live version is opened from the last one and committed as the next."""

    uri = ""  # the first part of its snow:// addresses

    def props(self, call: Call, body: dict[str, Any], old: Obj | None) -> dict[str, Any]:
        out = super().props(call, body, old)
        for name in ("query_warehouse", "compute_pool"):
            if out.get(name):
                out[name] = fold(out[name])
        return out

    def after_create(self, call: Call, obj: Obj) -> None:
        source = obj.props.get("source_location") or obj.props.get("fromLocation")
        obj.props["url_id"] = hashlib.sha256(str(obj.id).encode()).hexdigest()[:20]
        self.add(call, obj, None, source)

    def read(self, call: Call, obj: Obj, listed: bool = False) -> dict[str, Any]:
        home = f"snow://{self.uri}/{'.'.join(obj.path)}/versions/"
        details = [
            {"name": v["name"], "alias": v["alias"], "location_url": f"{home}{v['name'].lower()}/", "source_location_uri": v["source"], "git_commit_hash": None}
            for v in obj.props["versions"]
        ]
        return {
            **super().read(call, obj, listed), "default_version": "LAST", "default_version_details": details[-1], "last_version_details": details[-1],
            "live_version_location_uri": f"{home}live/" if "live" in obj.props else None, "query_warehouse": shown(obj.props.get("query_warehouse")),
        }  # fmt: skip

    # Versions

    def alias(self, obj: Obj, text: str | None) -> str | None:
        """A name for a version that no other one has."""
        if text is None:
            return None
        alias = fold(text)
        if RESERVED.fullmatch(alias):
            raise refused(("", f"invalid version alias {alias.lower()}."))
        if any(v["alias"] == alias for v in obj.props["versions"]):
            raise refused(("", self.taken_alias(alias).lower()))
        return alias

    @staticmethod
    def taken_alias(alias: str) -> str:
        return f"There is already a version exists with alias {alias}."

    def live(self, call: Call) -> Obj:
        """The object of an action on its live version."""
        obj = self.owned(call)
        if "live" not in obj.props:
            raise refused(NO_LIVE)
        return obj

    @staticmethod
    def add(call: Call, obj: Obj, alias: str | None, source: str | None) -> None:
        before = obj.props.get("versions", [])
        obj.props["versions"] = [*before, {"name": f"VERSION${len(before) + 1}", "alias": alias, "source": source}]
        call.catalog.save(obj)

    @staticmethod
    def named(words: str, alias: str | None, done: str) -> Any:
        return status(f"{words} {alias} successfully {done}." if alias else f"{words} successfully {done}.")

    @staticmethod
    def version_of(call: Call) -> dict[str, Any]:
        return (call.body.get("version") if isinstance(call.body, dict) else None) or {}

    def add_live(self, call: Call) -> Any:
        """From the last version is the only form there is."""
        obj = self.owned(call)
        if call.query.get("fromLast") is False:
            raise syntax()
        if "live" in obj.props:
            raise refused(LIVE)
        alias = self.alias(obj, self.version_of(call).get("name"))
        obj.props["live"] = {"alias": alias}
        call.catalog.save(obj)
        return self.named("Live version", alias, "created")

    def commit(self, call: Call) -> Any:
        """The alias is that of the live version, or the one that the call names."""
        obj = self.live(call)
        own = obj.props["live"]["alias"]
        given = self.alias(obj, call.query.get("version"))
        del obj.props["live"]
        self.add(call, obj, given or own, obj.props["versions"][-1]["source"])
        return self.named("Live version", given or own, "committed")

    def abort(self, call: Call) -> Any:
        obj = self.live(call)
        alias = obj.props.pop("live")["alias"]
        call.catalog.save(obj)
        return self.named("Live version", alias, "aborted")

    def add_version(self, call: Call) -> Any:
        """A version copied from a stage, which must be there."""
        return self.added(call, call.body["source_location"])

    def add_from_git(self, call: Call) -> Any:
        """A Git reference is a place like any other, but no stage here is a repository."""
        return self.added(call, call.body["git_ref"])

    def added(self, call: Call, source: str) -> Any:
        obj = self.owned(call)
        self.need_stage(call, obj.path, source)
        if "live" in obj.props:
            raise refused(LIVE)
        version = self.version_of(call)
        name = version.get("name")
        if name and version.get("ifNotExists") and any(v["alias"] == fold(name) for v in obj.props["versions"]):
            return status(self.taken_alias(fold(name)))
        alias = self.alias(obj, name)
        self.add(call, obj, alias, source.rstrip("/") + "/")
        return self.named("Version", alias, "created")

    @staticmethod
    def need_stage(call: Call, path: Path, location: str) -> None:
        found = STAGE.fullmatch(location)
        if found is None:
            raise refused(("", f"\ninvalid url prefix found in: '{location.lower()}'"))
        parts = dotted(found[1])
        stage = (*path[: 3 - len(parts)], *parts)
        if not call.visible(call.catalog.get("STAGE", stage)):
            raise Refusal(404, "002003", f"the specified stage {parts[-1].lower()} does not exist or the current role does not have access.")

    # Git, which no version here comes from

    def lineage(self, obj: Obj) -> Refusal:
        made = obj.props["versions"][-1]["source"]
        return refused(("", LINEAGE + ("the version is not created from a git source.." if made else "missing source domain id..")))

    def pull(self, call: Call) -> Any:
        obj = self.owned(call)
        if "live" in obj.props:
            raise refused(LIVE)
        raise self.lineage(obj)

    def push(self, call: Call) -> Any:
        obj = self.owned(call)
        body = call.body
        if body.get("to_git_branch_uri"):
            self.need_stage(call, obj.path, body["to_git_branch_uri"])
            raise refused(("", "invalid git branch path: the path speicifed does not point to a git repo."))
        if not (body.get("git_author_name") and body.get("git_author_email")):
            raise refused(HALF_CREDENTIALS)
        if body.get("git_credentials"):
            parts = dotted(body["git_credentials"])
            secret = (*obj.path[: 3 - len(parts)], *parts)
            if not call.visible(call.catalog.get("SECRET", secret)):
                raise Refusal(404, "002003", f"\nsecret '{'.'.join(secret).lower()}' does not exist or not authorized.")
        raise self.lineage(obj)

    # Notebooks

    def execute(self, call: Call) -> Any:
        """Checks what a run needs; the notebook's cells are not run."""
        obj = self.owned(call)
        if not obj.props.get("query_warehouse"):
            raise refused(NO_WAREHOUSE)
        if "live" not in obj.props:
            raise refused(NO_LIVE)
        return executed()


NOTEBOOK = {("POST", "/{name}:execute"): "execute", ("POST", "/{name}:add-live-version"): "add_live", ("POST", "/{name}:commit"): "commit"}
STREAMLIT = {
    ("POST", "/{name}:add-live-version"): "add_live", ("POST", "/{name}:commit"): "commit", ("POST", "/{name}:abort"): "abort",
    ("POST", "/{name}:add-version"): "add_version", ("POST", "/{name}:add-version-from-git"): "add_from_git", ("POST", "/{name}:pull"): "pull",
    ("POST", "/{name}:push"): "push",
}  # fmt: skip
KINDS: list[Kind] = [
    Versioned("notebooks", "NOTEBOOK", 3, "notebook#Notebook", actions=NOTEBOOK, uri="notebook"),
    Versioned("streamlits", "STREAMLIT", 3, "streamlit#Streamlit", actions=STREAMLIT, uri="streamlit"),
]
