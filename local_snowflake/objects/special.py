"""The kinds with behaviour of their own."""

from __future__ import annotations

from .access import DatabaseRole, Role, User
from .containers import POOL_ACTIONS, SERVICE_ACTIONS, ComputePool, ImageRepository, Service
from .databases import Database, Schema
from .kinds import Kind
from .stages import Stage
from .tables import Table, View
from .tasks import Task
from .warehouses import Warehouse

KINDS: list[Kind] = [
    Database("databases", "DATABASE", 1, "database#Database"),
    Schema("schemas", "SCHEMA", 2, "schema#Schema"),
    Warehouse("warehouses", "WAREHOUSE", 1, "warehouse#Warehouse", actions={
        ("POST", "/{name}:suspend"): "suspend", ("POST", "/{name}:resume"): "resume", ("POST", "/{name}:abort"): "abort", ("POST", "/{name}:use"): "use",
        ("POST", "/{name}:enable"): "switch", ("POST", "/{name}:disable"): "switch",
    }),
    Role("roles", "ROLE", 1, "role#Role"),
    DatabaseRole("database-roles", "DATABASE ROLE", 2, "database-role#DatabaseRole"),
    User("users", "USER", 1, "user#User"),
    Table("tables", "TABLE", 3, "table#Table"),
    View("views", "VIEW", 3, "view#View"),
    Stage("stages", "STAGE", 3, "stage#Stage", "Stage area"),
    Task("tasks", "TASK", 3, "task#Task"),
    ComputePool("compute-pools", "COMPUTE POOL", 1, "compute-pool#ComputePool", actions=POOL_ACTIONS),
    Service("services", "SERVICE", 3, "service#Service", actions=SERVICE_ACTIONS),
    ImageRepository("image-repositories", "IMAGE REPOSITORY", 3, "image-repository#ImageRepository"),
]  # fmt: skip
