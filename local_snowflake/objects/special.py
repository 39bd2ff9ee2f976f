"""The kinds with behaviour of their own."""

from __future__ import annotations

from .access import DatabaseRole, Role, User
from .databases import Database, Schema
from .kinds import Kind
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
]  # fmt: skip
