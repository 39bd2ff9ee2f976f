"""A kind of object and what every kind can do: create, list, fetch, create-or-alter, delete, undrop, clone, rename, tags."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Iterable

from ..sql.catalog.catalog import Obj, Path
from ..sql.language.errors import exists, missing
from ..sql.show.visible import like_pattern
from .answers import Refusal, bad_value, missing_name, unsupported
from .call import Call, executed, status
from .names import fold, shown
from .spec import Spec

MISMATCH = {  # a body that names another object than the path
    "race": lambda kind, body, path: Refusal(409, "001520", "Retryable race condition in create or alter"),
    "names": lambda kind, body, path: Refusal(400, "", f"The body names {kind} '{body}' but the path names '{path}'."),
}
SECRET = "********"


def iso(t: datetime | None) -> str | None:
    return t.isoformat(timespec="milliseconds").replace("+00:00", "Z") if t else None


class Kind:
    """A generic kind keeps the writable properties of its schema as they came; special kinds override."""

    mismatch = "names"
    kept: frozenset[str] = frozenset()  # properties that a PUT leaves alone when it leaves them out
    defaults: dict[str, Any] = {}  # what is answered for a property that was never set

    def __init__(self, collection: str, word: str, depth: int, schema: str, noun: str | None = None, **traits: Any):
        self.collection = collection
        self.word = word  # the catalog's kind
        self.depth = depth  # parts of a path: 1 in the account, 2 in a database, 3 in a schema
        self.schema = {"$ref": schema}
        self.noun = noun or word.capitalize()
        self.lower = word.lower()
        self.privilege = f"CREATE {word}"
        for name, value in traits.items():
            setattr(self, name, value)

    # Where objects are

    def parent(self, call: Call) -> Path:
        return tuple(fold(call.path[p]) for p in ("database", "schema")[: self.depth - 1])

    def target(self, call: Call) -> Path:
        """The object of the path."""
        name = call.path.get("name") or call.path.get("service_name") or call.path.get("nameWithArgs")
        return (*self.parent(call), self.key(name))

    def key(self, name: str) -> str:
        """The name an object is kept under."""
        return fold(name)

    def missing(self, path: Path) -> Exception:
        return missing(self.noun, ".".join(path))

    def find(self, call: Call, path: Path) -> Obj:
        """The object, or 002003 for it or for what should hold it."""
        call.need_parents(path)
        obj = call.catalog.get(self.word, path)
        if not call.visible(obj):
            raise self.missing(path)
        return obj

    def wanted(self, call: Call) -> Obj | None:
        """The object of an action or a DELETE; None when it is missing and ifExists says that this is no error."""
        path = self.target(call)
        try:
            return self.find(call, path)
        except Exception as error:
            if call.query.get("ifExists") and getattr(error, "code", "") == "002003" and all(call.catalog.usable(call.role, path[:n]) for n in range(1, len(path))):
                return None
            raise

    def owned(self, call: Call) -> Obj | None:
        obj = self.wanted(call)
        if obj is not None:
            call.catalog.own(call.role, obj)
        return obj

    # Reading

    def read(self, call: Call, obj: Obj, listed: bool = False) -> dict[str, Any]:
        """An object as it is answered."""
        known = call.spec.properties(self.schema, obj.props)
        own = {k: v for k, v in obj.props.items() if k in known}
        return {**{k: v for k, v in self.defaults.items() if k in known}, **own, **self.common(call, obj, known)}

    def common(self, call: Call, obj: Obj, known: dict) -> dict[str, Any]:
        """What the catalog knows of every object."""
        out: dict[str, Any] = {"name": shown(obj.name), "created_on": iso(obj.created_on), "owner": obj.owner or None, "owner_role_type": "ROLE" if obj.owner else None}
        if self.depth > 1:
            out["database_name"] = shown(obj.path[0])
        if self.depth > 2:
            out["schema_name"] = shown(obj.path[1])
        if "comment" in known:
            out["comment"] = obj.props.get("comment") or None
        return {k: v for k, v in out.items() if k in known}

    def fetch(self, call: Call) -> Any:
        return self.read(call, self.find(call, self.target(call)))

    def items(self, call: Call) -> Iterable[Obj]:
        """What a list may show, in order of names."""
        parent = self.parent(call)
        call.need_parents((*parent, ""))
        found = [o for o in call.catalog.all(self.word, parent) if len(o.path) == self.depth and call.visible(o)]
        if call.query.get("history"):
            found += [o for o in call.catalog.dropped if o.kind == self.word and o.path[:-1] == parent and call.catalog.can(call.role, "OWNERSHIP", o)]
            found.sort(key=lambda o: (o.path, o.dropped_on is not None))
        return found

    def list(self, call: Call) -> Any:
        # of a function by the name without the types of its arguments (SHOW FUNCTIONS: LIKE filters by object name)
        return [self.read(call, o, listed=True) for o in filtered(call, self.items(call), lambda o: o.props.get("bare_name") or o.name)]

    # Writing

    def props(self, call: Call, body: dict[str, Any], old: Obj | None) -> dict[str, Any]:
        """What to keep of a body; refuses values out of their domain."""
        known = call.spec.properties(self.schema, body)
        return {k: v for k, v in body.items() if k in known and k != "name" and not known[k].get("readOnly") and v is not None}

    def check_kept(self, spec: Spec, props: dict[str, Any]) -> None:
        """Refuse a value that an answer could not show: what is kept fits the schema."""
        for fault in spec.check(self.schema, spec.complete(self.schema, props), answer=True)[1]:
            name = re.split(r"[.\[]", fault.at.lstrip("."))[0]
            own = fault.kind == "unknown" and fault.at == f".{name}"  # what a kind keeps beside its properties
            if props.get(name) is not None and not own:
                raise bad_value(name, fault.value)

    def before_create(self, call: Call, path: Path, body: dict[str, Any]) -> None:
        """Checks beyond privileges; raises."""

    def after_create(self, call: Call, obj: Obj) -> None:
        """Effects beyond the catalog."""

    def create(self, call: Call) -> Any:
        return self.created(call, (*self.parent(call), self.body_key(call.body)), call.body)

    def created(self, call: Call, path: Path, body: dict[str, Any]) -> Any:
        """Make an object of a body by createMode; what the call says."""
        call.may_create(path, self.privilege)
        mode = call.query.get("createMode", "errorIfExists")
        with call.catalog.lock:  # between the look at the name and the new object nobody else takes it
            old = self.taken(call, path)
            if old is not None and mode == "errorIfExists":
                raise exists(path[-1])
            if old is not None and mode == "ifNotExists":
                return status(f"{path[-1]} already exists, statement succeeded.")
            self.make(call, path, body)
        return status(f"{self.noun} {path[-1]} successfully created.")

    def taken(self, call: Call, path: Path) -> Obj | None:
        return call.catalog.get(self.word, path)

    def body_key(self, body: dict[str, Any]) -> str:
        if not body.get("name"):
            raise missing_name()
        return fold(body["name"])

    def make(self, call: Call, path: Path, body: dict[str, Any]) -> Obj:
        """Put a new object into the catalog, in place of an old one if there is one."""
        self.before_create(call, path, body)
        props = self.props(call, body, None)
        self.check_kept(call.spec, props)
        with call.catalog.lock:
            obj = call.catalog.replace(self.word, path, call.role, props)
            self.after_create(call, obj)
        return obj

    def put(self, call: Call) -> Any:
        """Create or alter: what the body leaves out goes back to its default."""
        path = self.target(call)
        if self.body_key(call.body) != path[-1]:
            raise MISMATCH[self.mismatch](self.lower, call.body["name"], call.path["name"])
        call.need_parents(path)
        with call.catalog.lock:
            old = call.catalog.get(self.word, path)
            if old is None:
                call.may_create(path, self.privilege)
                self.make(call, path, call.body)
                return status(f"{self.noun} {path[-1]} successfully created.")
        if not call.visible(old):
            raise self.missing(path)
        call.catalog.own(call.role, old)
        self.alter(call, old)
        return executed()

    def alter(self, call: Call, obj: Obj) -> None:
        known = call.spec.properties(self.schema, obj.props)
        props = self.props(call, call.body, obj)
        stays = {k: v for k, v in obj.props.items() if k not in known or known[k].get("readOnly") or (k in self.kept and k not in props)}
        self.check_kept(call.spec, props)
        obj.props = {**stays, **props}
        call.catalog.save(obj)

    def delete(self, call: Call) -> Any:
        obj = self.owned(call)
        if obj is None:
            return status(f"Drop statement executed successfully ({self.target(call)[-1]} already dropped).")
        self.drop(call, obj)
        return status(f"{obj.name} successfully dropped.")

    def drop(self, call: Call, obj: Obj) -> None:
        call.catalog.drop(obj)

    def undrop(self, call: Call) -> Any:
        path = self.target(call)
        call.need_parents(path)
        if len(path) > 1:
            call.catalog.container(call.role, path[:-1], "USAGE")
        obj = call.catalog.undrop(self.word, path)
        return status(f"{self.noun} {obj.name} successfully restored.")

    # Actions

    def moved(self, call: Call, obj: Obj, name: str | None = None) -> Path:
        """Where a rename or clone goes: targetDatabase, targetSchema and a name; the object's own where they are left out."""
        given = [call.query.get("targetDatabase"), call.query.get("targetSchema")][: self.depth - 1]
        return (*(fold(g) if g else own for g, own in zip(given, obj.path)), fold(name or call.query.get("targetName")))

    def rename(self, call: Call) -> Any:
        obj = self.owned(call)
        if obj is not None:
            path = self.moved(call, obj)
            call.may_create(path, self.privilege)
            call.catalog.rename(obj, path)
        return executed()

    def clone(self, call: Call) -> Any:
        source = self.find(call, self.target(call))
        body = call.body if isinstance(call.body, dict) else {}
        if body.get("point_of_time"):
            raise unsupported("time travel")
        path = self.moved(call, source, body.get("name"))
        call.may_create(path, self.privilege)
        mode = call.query.get("createMode", "errorIfExists")
        with call.catalog.lock:
            old = self.taken(call, path)
            if old is not None and mode == "errorIfExists":
                raise exists(path[-1])
            if old is not None and mode == "ifNotExists":
                return status(f"{path[-1]} already exists, statement succeeded.")
            if old is not None:
                call.catalog.own(call.role, old)
                call.catalog.drop(old)
            self.copy(call, source, path, self.props(call, body, None))
        return status(f"{self.noun} {path[-1]} successfully created.")

    def copy(self, call: Call, source: Obj, path: Path, changes: dict[str, Any]) -> Obj:
        return call.catalog.add(self.word, path, call.role, {**source.props, **changes})

    def operated(self, call: Call) -> Obj | None:
        """The object of an action that asks for OPERATE or ownership; None as wanted() says."""
        obj = self.wanted(call)
        if obj is not None and not call.catalog.can(call.role, "OPERATE", obj):
            call.catalog.own(call.role, obj)
        return obj

    def set_state(self, call: Call, state: str) -> Any:
        """Suspend or resume an object whose state is one of two words."""
        obj = self.operated(call)
        if obj is not None:
            obj.props[self.states["property"]] = self.states[state]
            call.catalog.save(obj)
        return executed()

    def suspend(self, call: Call) -> Any:
        return self.set_state(call, "suspended")

    def resume(self, call: Call) -> Any:
        return self.set_state(call, "resumed")

    # Tags: kept with the object as [database, schema, name, value]

    def set_tags(self, call: Call) -> Any:
        obj = self.owned(call)
        if obj is not None:
            tags = {tuple(t[:3]): t[3] for t in obj.props.get("tags_", [])}
            for entry in call.body:
                tags[self.tag(call, entry)] = entry["tag_value"]
            obj.props["tags_"] = [[*t, v] for t, v in sorted(tags.items())]
            call.catalog.save(obj)
        return executed()

    def unset_tags(self, call: Call) -> Any:
        obj = self.owned(call)
        if obj is not None:
            gone = {self.tag(call, entry) for entry in call.body}
            obj.props["tags_"] = [t for t in obj.props.get("tags_", []) if tuple(t[:3]) not in gone]
            call.catalog.save(obj)
        return executed()

    def tag(self, call: Call, entry: dict[str, Any]) -> Path:
        """The path of a tag that must exist."""
        database = fold(entry["tag_database"]) if entry.get("tag_database") else call.context.database
        schema = fold(entry["tag_schema"]) if entry.get("tag_schema") else call.context.schema
        path = (database or "", schema or "", fold(entry["tag_name"]))
        tag = call.catalog.get("TAG", path)
        if tag is None:
            raise missing("Tag", ".".join(path))
        allowed = tag.props.get("allowed_values")
        if allowed and "tag_value" in entry and entry["tag_value"] not in allowed:
            raise bad_value(path[-1], entry["tag_value"])
        return path

    def get_tags(self, call: Call) -> Any:
        obj = self.wanted(call)
        call.need_warehouse()
        return [{"tag_database": shown(d), "tag_schema": shown(s), "tag_name": shown(n), "tag_value": v, "level": self.word} for d, s, n, v in obj.props.get("tags_", [])]


def filtered(call: Call, items: Iterable[Any], name: Any) -> list[Any]:
    """like, startsWith, fromName and showLimit of a list; fromName shows what comes after the first name that begins so."""
    q = call.query
    out = list(items)
    if q.get("fromName"):
        at = next((i for i, o in enumerate(out) if name(o).startswith(q["fromName"])), len(out))
        out = out[at + 1 :]
    if q.get("like"):
        pattern: re.Pattern[str] = like_pattern(q["like"])
        out = [o for o in out if pattern.match(name(o))]
    if q.get("startsWith"):
        out = [o for o in out if name(o).startswith(q["startsWith"])]
    return out[: q.get("showLimit")]
