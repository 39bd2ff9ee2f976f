"""What is told of a service, in SHOW SERVICES and by the object API."""

from __future__ import annotations

import hashlib
from typing import Any

from ..catalog.catalog import Obj
from ..commands.account import Account
from ..commands.pools import service_state, service_wanted


def spec_text(p: dict[str, Any]) -> str:
    spec = p.get("spec") or {}
    return spec.get("spec_text") or f"# from file @{spec.get('stage')}/{spec.get('spec_file')}\n"


def spec_digest(p: dict[str, Any]) -> str:
    return hashlib.sha256(spec_text(p).encode()).hexdigest()


def dns_name(obj: Obj) -> str:
    return f"{obj.name.lower().replace('_', '-')}.{hashlib.sha256('.'.join(obj.path[:2]).encode()).hexdigest()[:4]}.svc.spcs.internal"


def service_cells(engine: Account, obj: Obj) -> dict[str, Any]:
    """The properties of a service with their defaults and what changes by itself; no names, no times."""
    p = obj.props
    state = service_state(engine, obj)
    low = p.get("min_instances", 1)
    return {
        "status": state, "auto_resume": p.get("auto_resume", True), "min_instances": low, "max_instances": p.get("max_instances", low),
        "min_ready_instances": p.get("min_ready_instances", low), "current_instances": low if state == "RUNNING" else 0,
        "target_instances": low if service_wanted(obj) else 0, "external_access_integrations": p.get("external_access_integrations"),
        "auto_suspend_secs": p.get("auto_suspend_secs", 0), "is_job": bool(p.get("is_job")), "is_async_job": bool(p.get("is_async_job")), "dns_name": dns_name(obj),
        "spec_digest": spec_digest(p), "is_upgrading": False,
    }  # fmt: skip
