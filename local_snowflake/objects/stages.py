"""Stages and their files (sql/catalog/stage_files.py). Files without contents are told by POST /_local/objects: {"set": {"files": [{"name",
"size", "md5", "last_modified"}]}}; one may have "columns", [{"name", "datatype"}], for tables that are made of it (:using-template)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from ..sql.catalog.catalog import Obj
from ..sql.commands.stage_locations import stamp
from .answers import bad_value
from .call import Call
from .kinds import Kind
from .names import fold, shown

DIRECTORY = {"enable": False, "auto_refresh": None, "aws_sns_topic": None, "notification_integration": None, "refresh_on_create": True}
EXTERNAL = {"s3": "AWS", "s3gov": "AWS", "s3china": "AWS", "gcs": "GCP", "azure": "AZURE", "s3compat": "AWS"}


class Stage(Kind):
    actions = {("GET", "/{name}/files"): "files", ("POST", "/{name}/files/{filePath}:presigned-url"): "presigned_url"}

    def props(self, call: Call, body: dict[str, Any], old: Obj | None) -> dict[str, Any]:
        out = super().props(call, body, old)
        url = out.get("url")
        if url and url.split("://")[0] not in EXTERNAL:
            raise bad_value("url", url)
        if out.get("storage_integration"):
            out["storage_integration"] = fold(out["storage_integration"])
        if "credentials" in out:
            out["credentials"] = {"credential_type": out["credentials"].get("credential_type")}  # that there are some is all that is ever told
        return out

    def read(self, call: Call, obj: Obj, listed: bool = False) -> dict[str, Any]:
        p = obj.props
        out = self.common(call, obj, call.spec.properties(self.schema))
        out |= {
            "kind": p.get("kind") or "PERMANENT", "url": p.get("url") or "", "endpoint": p.get("endpoint"), "storage_integration": shown(p.get("storage_integration")),
            "credentials": None, "encryption": None, "directory_table": {**DIRECTORY, **{k: v for k, v in (p.get("directory_table") or {}).items() if v is not None}},
            "has_credentials": bool(p.get("credentials")), "has_encryption_key": bool((p.get("encryption") or {}).get("master_key")),
            "cloud": EXTERNAL.get((p.get("url") or "").split("://")[0]),
        }  # fmt: skip
        if not listed:
            out |= {"file_format": p.get("file_format"), "copy_options": p.get("copy_options")}
        return out

    def files(self, call: Call) -> Any:
        obj = self.find(call, self.target(call))
        try:
            pattern = re.compile(call.query.get("pattern") or ".*", re.S)
        except re.error:
            raise bad_value("pattern", call.query["pattern"]) from None
        told = [{**{k: v for k, v in f.items() if k != "columns"}, "size": str(f["size"])} for f in obj.props.get("files", [])]
        held = [{"name": f.name, "size": str(f.size), "md5": f.md5, "last_modified": stamp(f.last_modified)} for f in call.engine.files.list(obj)]
        return [f for f in [*told, *held] if pattern.fullmatch(f["name"])]

    def presigned_url(self, call: Call) -> Any:
        """A link is made for a missing file too."""
        obj = self.find(call, self.target(call))
        seconds = (call.body or {}).get("expiration_time")
        if seconds is not None and seconds <= 0:
            raise bad_value("expiration_time", seconds)
        link = call.engine.files.link(obj, call.path["filePath"], call.engine.clock.now() + timedelta(seconds=seconds or 3600))
        path = "/".join(quote(p.lower(), safe="") for p in (*obj.path, *call.path["filePath"].split("/")))
        return {"presigned_url": f"{call.engine.address}/_local/files/{path}?expires={seconds or 3600}&signature={link}"}
