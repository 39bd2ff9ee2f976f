"""The catalog: databases, schemas, tables, views, warehouses, roles, users and grants, kept in tables of the private cluster.

Names are exact. An object's path is (name,) for account objects, (database, schema name) for schemas and (database, schema, name)
below them. Everything is held in memory and written through, so that look-ups cost nothing; every method may be called from any thread.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Callable, Iterator

import psycopg
from psycopg.types.json import Jsonb

from ..language.errors import cannot_perform, exists, missing, never_dropped, privileges
from ..language.types import Type, from_dict

SCHEMA = """
CREATE SCHEMA IF NOT EXISTS sf_catalog;
CREATE SCHEMA IF NOT EXISTS sfd;
CREATE TABLE IF NOT EXISTS sf_catalog.object (id bigint PRIMARY KEY, kind text NOT NULL, path text[] NOT NULL, owner text NOT NULL,
  created_on timestamptz NOT NULL, dropped_on timestamptz, props jsonb NOT NULL);
CREATE TABLE IF NOT EXISTS sf_catalog.privilege (privilege text, kind text, path text[], role text, grantor text, grant_option boolean, created_on timestamptz,
  PRIMARY KEY (privilege, kind, path, role));
CREATE TABLE IF NOT EXISTS sf_catalog.member (role text, grantee_kind text, grantee text, created_on timestamptz, PRIMARY KEY (role, grantee_kind, grantee));
CREATE SEQUENCE IF NOT EXISTS sf_catalog.ids;
CREATE TABLE IF NOT EXISTS sf_catalog.table_state (table_id bigint, until bigint, kept boolean NOT NULL, PRIMARY KEY (table_id, until));
CREATE TABLE IF NOT EXISTS sf_catalog.table_state_row (table_id bigint, until bigint, line text NOT NULL);
CREATE INDEX IF NOT EXISTS table_state_row_of ON sf_catalog.table_state_row (table_id, until);
"""

Path = tuple[str, ...]
SYSTEM_ROLES = ("ACCOUNTADMIN", "SECURITYADMIN", "USERADMIN", "SYSADMIN", "PUBLIC")
RELATIONS = ("TABLE", "VIEW")


def now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass
class ColumnDef:
    """A column of a table or view; key names the physical column, so renaming touches the catalog alone."""

    name: str
    type: Type
    key: str
    nullable: bool = True
    default: str | None = None
    comment: str | None = None
    collation: str | None = None
    identity: tuple[int, int] | None = None


@dataclass(eq=False)
class Obj:
    """One object of the account; no two are equal."""

    id: int
    kind: str
    path: Path
    owner: str
    created_on: datetime
    props: dict[str, Any] = field(default_factory=dict)
    dropped_on: datetime | None = None
    _columns: list[ColumnDef] | None = None
    grown: int = 0  # rows of a table that PostgreSQL has no statistics of yet
    measured: int = 0  # and those that it has counted

    @property
    def name(self) -> str:
        return self.path[-1]

    @property
    def physical(self) -> str:
        return f"sfd.t{self.id}"

    @property
    def columns(self) -> list[ColumnDef]:
        if self._columns is None:
            self._columns = [ColumnDef(**{**c, "type": from_dict(c["type"]), "identity": tuple(c["identity"]) if c.get("identity") else None})
                             for c in self.props.get("columns", [])]
        return self._columns

    def dotted(self) -> str:
        return ".".join(self.path)


class Catalog:
    """Owns one connection for its writes."""

    def __init__(self, connection: psycopg.Connection):
        self.connection = connection
        self.lock = threading.RLock()
        self.objects: dict[tuple[str, Path], Obj] = {}
        self.by_kind: dict[str, dict[Path, Obj]] = {}  # the same
        self._derived: dict[tuple[str, Path], Any] = {}
        self.dropped: list[Obj] = []
        self.grants: dict[tuple[str, str, Path, str], dict[str, Any]] = {}
        self.members: dict[tuple[str, str, str], datetime] = {}
        self.revoked: list[tuple[tuple, datetime, datetime]] = []  # keys of grants and members that are over, when they began and ended; since the start
        self._closure: dict[str, frozenset[str]] = {}
        connection.execute(SCHEMA)
        self._load()

    def _load(self) -> None:
        for i, kind, path, owner, created, dropped, props in self.connection.execute(
                "SELECT id, kind, path, owner, created_on, dropped_on, props FROM sf_catalog.object ORDER BY id"):
            obj = Obj(i, kind, tuple(path), owner, created, props, dropped)
            if dropped is None:
                self._put(obj)
            else:
                self.dropped.append(obj)
        for privilege, kind, path, role, grantor, option, created in self.connection.execute(
                "SELECT privilege, kind, path, role, grantor, grant_option, created_on FROM sf_catalog.privilege"):
            self.grants[privilege, kind, tuple(path), role] = {"grantor": grantor, "grant_option": option, "created_on": created}
        for role, kind, grantee, created in self.connection.execute("SELECT role, grantee_kind, grantee, created_on FROM sf_catalog.member"):
            self.members[role, kind, grantee] = created

    # Objects

    def new_id(self) -> int:
        with self.lock:
            return self.connection.execute("SELECT nextval('sf_catalog.ids')").fetchone()[0]

    def _put(self, obj: Obj) -> None:
        self.objects[obj.kind, obj.path] = obj
        self.by_kind.setdefault(obj.kind, {})[obj.path] = obj

    def _take(self, obj: Obj) -> None:
        """Out of the names; another object that has the name by now stays."""
        if self.objects.get((obj.kind, obj.path)) is obj:
            del self.objects[obj.kind, obj.path]
            del self.by_kind[obj.kind][obj.path]

    def get(self, kind: str, path: Path) -> Obj | None:
        return self.objects.get((kind, path))

    def relation(self, path: Path) -> Obj | None:
        """A table or view."""
        return self.objects.get(("TABLE", path)) or self.objects.get(("VIEW", path))

    def need(self, kind: str, path: Path) -> Obj:
        """The object, or 002003 with its full name."""
        found = self.get(kind, path)
        if found is None:
            raise missing(kind.capitalize(), ".".join(path))
        return found

    def add(self, kind: str, path: Path, owner: str, props: dict[str, Any] | None = None, object_id: int | None = None) -> Obj:
        """A new object; raises 002002 when the name is taken (tables and views share their names)."""
        with self.lock:
            taken = self.relation(path) if kind in RELATIONS else self.get(kind, path)
            if taken is not None:
                raise exists(".".join(path) if kind in RELATIONS else path[-1])
            self.forget_grants(kind, path)
            return self._insert(kind, path, owner, props, object_id)

    def _insert(self, kind: str, path: Path, owner: str, props: dict[str, Any] | None, object_id: int | None) -> Obj:
        obj = Obj(object_id or self.new_id(), kind, path, owner, now(), props or {})
        self.connection.execute(
            "INSERT INTO sf_catalog.object VALUES (%s, %s, %s, %s, %s, NULL, %s)", (obj.id, kind, list(path), owner, obj.created_on, Jsonb(obj.props)))
        self._put(obj)
        self._changed(kind)
        for privilege, on, scope, role in [k for k in self.grants if k[1] == f"FUTURE {kind}" and path[:len(k[2])] == k[2]]:
            entry = self.grants[privilege, on, scope, role]
            self.grant(privilege, kind, path, role, entry["grantor"], entry["grant_option"])
        return obj

    def copies(self, view: Obj, count: int) -> None:
        """So many views like this one at a time, NAME_00001 and on: for what needs a schema with thousands of objects."""
        with self.lock:
            ids = [i for (i,) in self.connection.execute("SELECT nextval('sf_catalog.ids') FROM generate_series(1, %s)", (count,))]
            made = [Obj(i, view.kind, (*view.path[:-1], f"{view.name}_{n:05}"), view.owner, now(), {**view.props}) for n, i in enumerate(ids, 1)]
            for obj in made:
                if self.relation(obj.path):
                    raise exists(".".join(obj.path))
            self.put_all(made)

    def put_all(self, made: list[Obj]) -> None:
        """Many new objects at a time, whose names are free and whose kinds have no future grants to give."""
        with self.lock:
            with self.connection.cursor() as cursor, cursor.copy("COPY sf_catalog.object (id, kind, path, owner, created_on, props) FROM STDIN") as copy:
                for o in made:
                    copy.write_row((o.id, o.kind, list(o.path), o.owner, o.created_on, Jsonb(o.props)))
            for obj in made:
                self._put(obj)
            for kind in {o.kind for o in made}:
                self._changed(kind)

    def replace(self, kind: str, path: Path, role: str, props: dict[str, Any] | None = None, object_id: int | None = None) -> Obj:
        """A new object in place of the one that has the name by now, if there is one and the role owns it; the name is never free between."""
        with self.lock:
            old = self.relation(path) if kind in RELATIONS else self.get(kind, path)
            if old is None:
                return self.add(kind, path, role, props, object_id)
            self.own(role, old)
            self.lasting(old)
            self.forget_grants(old.kind, path)
            obj = self._insert(kind, path, role, props, object_id)
            self.drop(old)
            return obj

    def save(self, obj: Obj) -> None:
        """Write an object back after its properties were changed."""
        with self.lock:
            obj._columns = None
            self._changed(obj.kind)
            self.connection.execute(
                "UPDATE sf_catalog.object SET path = %s, owner = %s, dropped_on = %s, props = %s WHERE id = %s",
                (list(obj.path), obj.owner, obj.dropped_on, Jsonb(obj.props), obj.id))

    def children(self, path: Path) -> list[Obj]:
        return [o for o in list(self.objects.values()) if len(o.path) > len(path) and o.path[:len(path)] == path]

    @staticmethod
    def lasting(obj: Obj) -> None:
        """Raises 003001 for what is part of every account: nobody drops, replaces or renames it."""
        if obj.kind == "ROLE" and obj.name in SYSTEM_ROLES:
            raise privileges("role", obj.name)

    def drop(self, obj: Obj) -> None:
        """Drop an object and what is in it; it can come back by undrop()."""
        self.lasting(obj)
        with self.lock:
            when = now()
            victims = [obj] + (self.children(obj.path) if obj.kind in ("DATABASE", "SCHEMA") else [])
            for o in victims:
                o.dropped_on = when
                self.save(o)
                self._take(o)
                self.dropped.append(o)
            if obj.kind == "ROLE":
                for key in [k for k in self.members if k[0] == obj.name or (k[1] == "ROLE" and k[2] == obj.name)]:
                    self.revoke_role(*key)

    def undrop(self, kind: str, path: Path) -> Obj:
        """Bring back the object of this name that was dropped last, with what was dropped together with it."""
        with self.lock:
            found = [o for o in self.dropped if o.kind == kind and o.path == path]
            if not found:
                raise never_dropped(kind.capitalize(), ".".join(path))
            if (kind, path) in self.objects or (kind in RELATIONS and self.relation(path)):
                raise exists(path[-1])
            when = found[-1].dropped_on
            back = [o for o in self.dropped if o.dropped_on == when and (o is found[-1] or o.path[:len(path)] == path and len(o.path) > len(path))]
            for o in back:
                o.dropped_on = None
                self.save(o)
                self.dropped.remove(o)
                self._put(o)
            return found[-1]

    def rename(self, obj: Obj, path: Path) -> None:
        self.lasting(obj)
        with self.lock:
            if self.get(obj.kind, path) or (obj.kind in RELATIONS and self.relation(path)):
                raise exists(path[-1])
            for o in [obj] + (self.children(obj.path) if obj.kind in ("DATABASE", "SCHEMA") else []):
                self._take(o)
                for key in [k for k in self.grants if k[1] == o.kind and k[2] == o.path]:
                    entry = self.grants.pop(key)
                    self.grants[key[0], key[1], path + o.path[len(path):], key[3]] = entry
                    self.connection.execute("UPDATE sf_catalog.privilege SET path = %s WHERE privilege = %s AND kind = %s AND path = %s AND role = %s",
                                            (list(path + o.path[len(path):]), key[0], key[1], list(key[2]), key[3]))
                o.path = path + o.path[len(path):]
                self._put(o)
                self.save(o)

    def swap(self, one: Obj, other: Obj) -> None:
        """Exchange the names of two objects of a kind; their privileges stay with the names."""
        with self.lock:
            one.path, other.path = other.path, one.path
            for o in (one, other):
                self._put(o)
                self.save(o)

    def all(self, kind: str, prefix: Path = ()) -> Iterator[Obj]:
        """The objects of a kind below a path, in order of their names."""
        with self.lock:
            found = [o for o in self.by_kind.get(kind, {}).values() if o.path[:len(prefix)] == prefix]
        return iter(sorted(found, key=lambda o: o.path))

    def derived(self, kind: str, prefix: Path, make: Callable[[Iterator[Obj]], Any]) -> Any:
        """What is made of the objects of a kind below a path; kept until one of that kind changes, so a kind has one maker."""
        with self.lock:
            if (kind, prefix) not in self._derived:
                self._derived[kind, prefix] = make(self.all(kind, prefix))
            return self._derived[kind, prefix]

    def _changed(self, kind: str) -> None:
        for key in [k for k in self._derived if k[0] == kind]:
            del self._derived[key]

    # Roles and privileges

    def roles_of(self, role: str) -> frozenset[str]:
        """A role and every role it inherits."""
        known = self._closure.get(role)
        if known is None:
            seen = {role, "PUBLIC"}
            todo = [role]
            while todo:
                at = todo.pop()
                for r, kind, grantee in list(self.members):
                    if kind == "ROLE" and grantee == at and r not in seen:
                        seen.add(r)
                        todo.append(r)
            known = self._closure[role] = frozenset(seen)
        return known

    def grant_role(self, role: str, kind: str, grantee: str) -> None:
        """kind: ROLE or USER."""
        with self.lock:
            self._closure.clear()
            self.members.setdefault((role, kind, grantee), now())
            self.connection.execute("INSERT INTO sf_catalog.member VALUES (%s, %s, %s, now()) ON CONFLICT DO NOTHING", (role, kind, grantee))

    def revoke_role(self, role: str, kind: str, grantee: str) -> None:
        with self.lock:
            self._closure.clear()
            since = self.members.pop((role, kind, grantee), None)
            if since is not None:
                self.revoked.append(((role, kind, grantee), since, now()))
            self.connection.execute("DELETE FROM sf_catalog.member WHERE role = %s AND grantee_kind = %s AND grantee = %s", (role, kind, grantee))

    def user_roles(self, user: str) -> frozenset[str]:
        """Every role the user may take."""
        out = {"PUBLIC"}
        for role, kind, grantee in list(self.members):
            if kind == "USER" and grantee == user:
                out |= self.roles_of(role)
        return frozenset(out)

    def grant(self, privilege: str, kind: str, path: Path, role: str, grantor: str, option: bool = False) -> None:
        with self.lock:
            self.grants[privilege, kind, path, role] = {"grantor": grantor, "grant_option": option, "created_on": now()}
            self.connection.execute(
                "INSERT INTO sf_catalog.privilege VALUES (%s, %s, %s, %s, %s, %s, now()) "
                "ON CONFLICT (privilege, kind, path, role) DO UPDATE SET grant_option = excluded.grant_option",
                (privilege, kind, list(path), role, grantor, option))

    def revoke(self, privilege: str, kind: str, path: Path, role: str) -> None:
        with self.lock:
            gone = self.grants.pop((privilege, kind, path, role), None)
            if gone is not None:
                self.revoked.append(((privilege, kind, path, role), gone["created_on"], now()))
            self.connection.execute("DELETE FROM sf_catalog.privilege WHERE privilege = %s AND kind = %s AND path = %s AND role = %s",
                                    (privilege, kind, list(path), role))

    def forget_grants(self, kind: str, path: Path) -> None:
        """The privileges on an object of this name that is gone do not pass to a new one."""
        for key in [k for k in self.grants if k[1] == kind and k[2] == path]:
            self.revoke(*key)

    def can(self, role: str, privilege: str, obj: Obj) -> bool:
        """Whether a role may do this; the owner and ACCOUNTADMIN may do everything."""
        mine = self.roles_of(role)
        if "ACCOUNTADMIN" in mine or obj.owner in mine:
            return True
        for key in ((privilege, obj.kind, obj.path), ("OWNERSHIP", obj.kind, obj.path), ("ALL", obj.kind, obj.path)):
            if any((*key, r) in self.grants for r in mine):
                return True
        return False

    def sees(self, role: str, obj: Obj) -> bool:
        """Whether an object shows up for a role: any privilege on it or below it is enough."""
        mine = self.roles_of(role)
        if "ACCOUNTADMIN" in mine or obj.owner in mine:
            return True
        if obj.kind in ("ROLE", "USER"):
            return True
        for _, kind, path, role_ in list(self.grants):
            if role_ in mine and path[:len(obj.path)] == obj.path and (kind == obj.kind or len(path) > len(obj.path)) and (obj.kind != "WAREHOUSE" or kind == "WAREHOUSE"):
                return True
        return any(o.owner in mine for o in self.children(obj.path)) if obj.kind in ("DATABASE", "SCHEMA") else False

    def usable(self, role: str, path: Path) -> bool:
        """Whether a role may look into a database or schema."""
        kind = "DATABASE" if len(path) == 1 else "SCHEMA"
        obj = self.get(kind, path)
        if obj is None:
            return False
        if obj.name == "INFORMATION_SCHEMA" and kind == "SCHEMA":
            return self.usable(role, path[:1])
        return self.can(role, "USAGE", obj) or (kind == "DATABASE" and any(o.owner in self.roles_of(role) for o in self.children(path)))

    def reach(self, role: str, path: Path, privilege: str, noun: str, shown: str) -> Obj:
        """A table or view by its path, held to the containers' USAGE and to a privilege; what is hidden does not exist."""
        if not self.usable(role, path[:1]):
            raise missing("Database", path[0])
        if not self.usable(role, path[:2]):
            raise missing("Schema", ".".join(path[:2]))
        obj = self.relation(path)
        if obj is None or not self.sees(role, obj):
            raise missing(noun, shown)
        if not self.can(role, privilege, obj):
            if noun == "Object" and privilege == "SELECT":
                raise missing(noun, shown)
            raise privileges(obj.kind.lower(), obj.name)
        return obj

    def own(self, role: str, obj: Obj) -> None:
        """Refuse (003001) who does not own an object."""
        if not self.can(role, "OWNERSHIP", obj):
            raise privileges(obj.kind.lower(), obj.name)

    def container(self, role: str, path: Path, privilege: str) -> Obj:
        """The database (1 part) or schema (2 parts) something is to be made in."""
        obj = self.get("DATABASE" if len(path) == 1 else "SCHEMA", path)
        if not self.usable(role, path[:1]):
            raise missing("Database", path[0])
        if obj is None or not self.usable(role, path):
            raise missing("Schema", ".".join(path))
        if not self.can(role, privilege, obj):
            raise privileges(obj.kind.lower(), obj.name)
        return obj

    def on_account(self, role: str, privilege: str) -> bool:
        """Whether a role may do this on the account: by its standing or by a grant."""
        mine = self.roles_of(role)
        standing = {"CREATE ROLE": "USERADMIN", "CREATE USER": "USERADMIN", "CREATE DATABASE": "SYSADMIN", "CREATE WAREHOUSE": "SYSADMIN"}.get(privilege)
        return "ACCOUNTADMIN" in mine or standing in mine or any((privilege, "ACCOUNT", (), r) in self.grants for r in mine)

    def scope_missing(self) -> Exception:
        return cannot_perform()
