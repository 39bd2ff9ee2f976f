"""States of compute pools and services: they follow from what was asked when, over a settable time, so that waiting code has something to wait for."""

from __future__ import annotations

import time

from ..catalog.catalog import Obj
from .account import Account


def services_of(engine: Account, pool: Obj) -> list[Obj]:
    return [s for s in engine.catalog.all("SERVICE") if s.props.get("compute_pool") == pool.name]


def pool_state(engine: Account, pool: Obj) -> str:
    """wanted and since are set by create, resume and suspend."""
    wanted = pool.props.get("wanted", "running")
    passed = time.time() - pool.props.get("since", 0)
    if wanted == "suspended":
        return "SUSPENDED" if passed >= engine.state_seconds else "STOPPING"
    if passed < engine.state_seconds:
        return "STARTING"
    return "ACTIVE" if any(service_wanted(s) for s in services_of(engine, pool)) else "IDLE"


def service_wanted(service: Obj) -> bool:
    return service.props.get("wanted", "running") == "running"


def service_state(engine: Account, service: Obj) -> str:
    """PENDING until its pool is up, then RUNNING (a job: DONE)."""
    passed = time.time() - service.props.get("since", 0)
    if not service_wanted(service):
        return "SUSPENDED" if passed >= engine.state_seconds else "SUSPENDING"
    pool = engine.catalog.get("COMPUTE POOL", (service.props["compute_pool"],))
    if pool is None or pool_state(engine, pool) not in ("ACTIVE", "IDLE") or passed < engine.state_seconds:
        return "PENDING"
    return "DONE" if service.props.get("is_job") and passed >= 2 * engine.state_seconds else "RUNNING"
