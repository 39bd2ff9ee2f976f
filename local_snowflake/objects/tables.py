"""Tables and views: made by SQL, so that both sides mean the same."""

from __future__ import annotations

import re
from typing import Any, Iterable

from ..model import SnowflakeError
from ..sql.catalog.catalog import Obj, Path
from ..sql.commands.copies import clone_object
from ..sql.language import types as T
from ..sql.language.errors import COMPILE, err, exists, missing
from ..sql.show.sql_rows import sizes
from . import table_changes
from .answers import Refusal, bad_value, unsupported
from .call import Call, executed, status
from .clustering import Clustered
from .kinds import Kind, iso
from .names import dotted, fold, qualified, quoted, shown

KEYS = {"PRIMARY KEY", "UNIQUE", "FOREIGN KEY"}
PROPERTIES = ("cluster_by", "enable_schema_evolution", "change_tracking", "data_retention_time_in_days", "max_data_extension_time_in_days", "default_ddl_collation")

TEMPLATE = re.compile(r"""\bTABLE\s*\(\s*INFER_SCHEMA\s*\(.*?\bLOCATION\s*=>\s*'@(?P<stage>(?:"(?:[^"]|"")+"|[\w$.])+)(?:/(?P<folder>[^']*))?'""", re.S | re.I)


def literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


class Relation(Kind):
    """Tables and views share their names."""

    def taken(self, call: Call, path: Path) -> Obj | None:
        return call.catalog.relation(path)

    def head(self, call: Call, path: Path, what: str, mode: str | None = None) -> str:
        """CREATE … name, by createMode; a name that is taken is refused here, with the name alone."""
        mode = mode or call.query.get("createMode", "errorIfExists")
        call.need_parents(path)
        if mode == "errorIfExists" and call.catalog.relation(path) is not None:
            raise exists(path[-1])
        replace, lenient = mode == "orReplace", mode == "ifNotExists"
        return f"CREATE {'OR REPLACE ' if replace else ''}{what} {'IF NOT EXISTS ' if lenient else ''}{qualified(path)}"

    def made(self, call: Call, path: Path, sql: str, more: dict[str, Any] | None = None) -> Any:
        """Run a CREATE and lay more properties over what it made; nothing is laid over what was there before."""
        before = call.catalog.relation(path)
        grants = [(k, dict(g)) for k, g in list(call.catalog.grants.items()) if k[2] == path] if call.query.get("copyGrants") else []
        call.sql(sql)
        obj = call.catalog.get(self.word, path)
        for (privilege, _, _, role), g in grants:
            call.catalog.grant(privilege, self.word, path, role, g["grantor"], g["grant_option"])
        if obj is not None and obj is not before and more:
            obj.props.update(more)
            call.catalog.save(obj)
        if obj is before:
            return status(f"{path[-1]} already exists, statement succeeded.")
        return status(f"{self.noun} {path[-1]} successfully created.")


class Table(Relation, Clustered):
    mismatch = "race"
    actions = {
        ("POST", ":as-select"): "as_select", ("POST", "/{name}:as_select"): "as_select", ("POST", "/{name}:create-like"): "create_like",
        ("POST", "/{name}:create_like"): "create_like", ("POST", ":using-template"): "using_template", ("POST", "/{name}:using_template"): "using_template",
        ("POST", "/{name}:swap-with"): "swap", ("POST", "/{name}:swapwith"): "swap",
        **{("POST", f"/{{name}}:{verb}{dash}recluster"): f"{verb}_recluster" for verb in ("suspend", "resume") for dash in "-_"},
    }  # fmt: skip

    # Creating

    def create(self, call: Call) -> Any:
        body = call.body
        path = (*self.parent(call), fold(body["name"]))
        if call.query.get("copyGrants") and call.query.get("createMode") != "orReplace":
            raise err("001422", "22023", f"{COMPILE}\ninvalid operation copy grants without specifying source object.")
        sql = self.head(call, path, self.table_word(body)) + self.columns_sql(body) + self.options_sql(body)
        return self.made(call, path, sql, self.extras(call, path, body))

    @staticmethod
    def table_word(body: dict[str, Any]) -> str:
        kind = (body.get("kind") or "").upper()
        if kind == "TEMPORARY":
            raise unsupported("CREATE TEMPORARY TABLE")
        return "TRANSIENT TABLE" if kind == "TRANSIENT" else "TABLE"

    def columns_sql(self, body: dict[str, Any]) -> str:
        columns = body.get("columns") or []
        if not columns:
            raise err("001003", "42000", f"{COMPILE}\nsyntax error line 1 at position 0 unexpected '<EOF>'.")
        keys = [c for c in self.constraints(body) if c["constraint_type"] == "PRIMARY KEY"]
        if len(keys) > 1:
            raise bad_value("constraints", "PRIMARY KEY")
        parts = [column_sql(c) for c in columns]
        parts += [f"PRIMARY KEY ({', '.join(quoted(n) for n in k['column_names'])})" for k in keys]
        return f" ({', '.join(parts)})"

    @staticmethod
    def options_sql(body: dict[str, Any]) -> str:
        return f" COMMENT = {literal(body['comment'])}" if body.get("comment") else ""

    def constraints(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        """All constraints in exact names, those written at a column too."""
        columns = [fold(c["name"]) for c in body.get("columns") or []]
        given = [(c, None) for c in body.get("constraints") or []]
        given += [(k, fold(c["name"])) for c in body.get("columns") or [] for k in c.get("constraints") or []]
        out = []
        for constraint, column in given:
            names = [column] if column else [fold(n) for n in constraint.get("column_names") or []]
            for name in names:
                if name not in columns:
                    raise err("000904", "42000", f"{COMPILE}\ninvalid identifier '{name}'")
            entry = {"name": fold(constraint["name"]) if constraint.get("name") else None, "column_names": names, "constraint_type": constraint["constraint_type"]}
            if entry["constraint_type"] == "FOREIGN KEY":
                entry |= {"referenced_table_name": constraint["referenced_table_name"], "referenced_column_names": [fold(n) for n in constraint["referenced_column_names"]]}
            out.append(entry)
        return out

    def extras(self, call: Call, path: Path, body: dict[str, Any]) -> dict[str, Any]:
        """What the catalog keeps of a body beyond what CREATE TABLE of the SQL side knows."""
        out = {k: body[k] for k in PROPERTIES if body.get(k) is not None}
        if out.get("data_retention_time_in_days", 0) not in range(91):
            raise bad_value("data_retention_time_in_days", out["data_retention_time_in_days"])
        constraints = self.constraints(body)
        for c in constraints:
            if c["constraint_type"] == "FOREIGN KEY":
                other = (*path[:2], *(fold(p) for p in c["referenced_table_name"].split(".")))[-3:]
                if call.catalog.get("TABLE", other) is None:
                    raise missing("Table", ".".join(other))
                c["referenced_table_name"] = ".".join(other)
        return out | ({"constraints": constraints} if constraints else {})

    def as_select(self, call: Call) -> Any:
        body = call.body if isinstance(call.body, dict) else {}
        path = (*self.parent(call), fold(call.path["name"]) if "name" in call.path else self.body_key(body))
        names = ""
        if body.get("columns"):
            typed = all(c.get("datatype") for c in body["columns"])
            names = self.columns_sql(body) if typed else f" ({', '.join(quoted(fold(c['name'])) for c in body['columns'])})"
        return self.made(call, path, f"{self.head(call, path, 'TABLE')}{names} AS {call.query['query']}", {"cluster_by": body["cluster_by"]} if body.get("cluster_by") else None)

    def using_template(self, call: Call) -> Any:
        """Of the columns that the files of a stage have; a file's are told with the file (stages.py)."""
        body = call.body if isinstance(call.body, dict) else {}
        path = (*self.parent(call), fold(call.path["name"]) if "name" in call.path else self.body_key(body))
        call.may_create(path, self.privilege)
        found = TEMPLATE.search(call.query["query"])
        if found is None:
            raise unsupported("INFER_SCHEMA function must be used in the TEMPLATE sub-query")
        parts = dotted(found["stage"])
        stage = call.catalog.get("STAGE", (*path[: 3 - len(parts)], *parts))
        if not call.visible(stage):
            raise missing("Stage", ".".join(parts))
        columns = {c["name"]: c for f in stage.props.get("files", []) if f["name"].startswith(found["folder"] or "") for c in f.get("columns", [])}
        if not columns:
            raise Refusal(400, "", f"\nno schema can be inferred from the files of stage '{stage.name.lower()}'.")
        shape = {**body, "columns": [{**c, "name": quoted(c["name"])} for c in columns.values()]}
        sql = self.head(call, path, "TABLE") + self.columns_sql(shape) + self.options_sql(shape)
        return self.made(call, path, sql, self.extras(call, path, shape))

    def create_like(self, call: Call) -> Any:
        source = self.find(call, self.target(call))
        name = call.query.get("newTableName") or (call.body or {}).get("name")
        path = self.moved(call, source, name)
        kept = {k: source.props[k] for k in ("constraints", *PROPERTIES) if k in source.props}
        return self.made(call, path, f"{self.head(call, path, 'TABLE')} LIKE {qualified(source.path)}", kept)

    def copy(self, call: Call, source: Obj, path: Path, changes: dict[str, Any]) -> Obj:
        if not call.catalog.can(call.role, "SELECT", source):
            raise self.missing(source.path)
        made = clone_object(call.engine, source, path, call.role)
        for key in ("comment", *PROPERTIES):
            if changes.get(key) is not None:
                made.props[key] = changes[key]
        call.catalog.save(made)
        return made

    # Changing

    def put(self, call: Call) -> Any:
        path = self.target(call)
        if fold(call.body["name"]) != path[-1]:
            raise Refusal(409, "001520", "Retryable race condition in create or alter")
        call.need_parents(path)
        old = call.catalog.get("TABLE", path)
        if old is None:
            return self.create(call)
        if not call.visible(old):
            raise self.missing(path)
        call.catalog.own(call.role, old)
        self.columns_sql(call.body)
        if bool(old.props.get("transient")) != (self.table_word(call.body) == "TRANSIENT TABLE"):
            raise bad_value("kind", call.body.get("kind"))
        extras = self.extras(call, path, call.body)
        table_changes.apply(call, old, call.body["columns"], column_sql)
        keys = [c["column_names"] for c in extras.get("constraints", []) if c["constraint_type"] == "PRIMARY KEY"]
        obj = call.catalog.get("TABLE", path)
        for key in (*PROPERTIES, "constraints", "comment", "primary_key"):
            obj.props.pop(key, None)
        obj.props |= {**extras, **({"comment": call.body["comment"]} if call.body.get("comment") else {}), **({"primary_key": keys[0]} if keys else {})}
        call.catalog.save(obj)
        return executed()

    # Reading

    def list(self, call: Call) -> Any:
        objs = list(self.items(call))
        call.sizes = sizes(call.engine, [o for o in objs if o.dropped_on is None])
        return super().list(call)

    def read(self, call: Call, obj: Obj, listed: bool = False) -> dict[str, Any]:
        p = obj.props
        rows, size = (call.sizes or sizes(call.engine, [obj] if obj.dropped_on is None else [])).get(obj.id, (0, 0))
        clustered = p.get("cluster_by") or []
        whole = not listed or call.query.get("deep")
        return {
            **self.common(call, obj, call.spec.properties(self.schema)), "kind": "TRANSIENT" if p.get("transient") else "PERMANENT", "cluster_by": clustered,
            "cluster_by_raw": f"LINEAR({', '.join(clustered)})" if clustered else None, "enable_schema_evolution": p.get("enable_schema_evolution", False),
            "change_tracking": p.get("change_tracking", False), "data_retention_time_in_days": p.get("data_retention_time_in_days", 1),
            "max_data_extension_time_in_days": p.get("max_data_extension_time_in_days"), "default_ddl_collation": p.get("default_ddl_collation"),
            "columns": [read_column(c) for c in obj.columns] if whole else None, "constraints": read_constraints(obj) if whole else None,
            "rows": rows, "bytes": size, "dropped_on": iso(obj.dropped_on), "automatic_clustering": bool(clustered) and p.get("recluster", True),
            "search_optimization": False, "table_type": "NORMAL",
        }  # fmt: skip


def column_sql(c: dict[str, Any]) -> str:
    """A column of a body as CREATE TABLE writes it."""
    if not re.fullmatch(r"[A-Za-z_][\w ]*(\([^()';]*\))?( [\w ]+)?", c["datatype"].strip()):
        raise SnowflakeError("002040", "42601", f"{COMPILE}\nUnsupported data type '{c['datatype']}'.")
    out = f"{quoted(fold(c['name']))} {c['datatype']}"
    if c.get("collate"):
        out += f" COLLATE {literal(c['collate'])}"
    if c.get("nullable") is False:
        out += " NOT NULL"
    if c.get("autoincrement"):
        out += f" AUTOINCREMENT START {c.get('autoincrement_start') or 1} INCREMENT {c.get('autoincrement_increment') or 1}"
    elif c.get("default") is not None:
        out += f" DEFAULT {c['default']}"
    if c.get("comment"):
        out += f" COMMENT {literal(c['comment'])}"
    return out


def read_column(c: Any) -> dict[str, Any]:
    start, step = c.identity or (None, None)
    return {
        "name": shown(c.name), "datatype": T.sql_name(c.type), "nullable": c.nullable, "collate": c.collation, "default": c.default,
        "autoincrement": True if c.identity else None, "autoincrement_start": start, "autoincrement_increment": step,
        "autoincrement_order": "NOORDER" if c.identity else None, "constraints": None, "comment": c.comment or None,
    }  # fmt: skip


def read_constraints(obj: Obj) -> list[dict[str, Any]]:
    """Primary key, unique, foreign keys; the server names what has no name."""
    kept = [dict(c) for c in obj.props.get("constraints") or []]
    if obj.props.get("primary_key") and not any(c["constraint_type"] == "PRIMARY KEY" for c in kept):
        kept.insert(0, {"name": None, "column_names": obj.props["primary_key"], "constraint_type": "PRIMARY KEY"})
    order = ["PRIMARY KEY", "UNIQUE", "FOREIGN KEY"]
    kept.sort(key=lambda c: order.index(c["constraint_type"]))
    for i, c in enumerate(kept):
        c["name"] = shown(c["name"]) if c.get("name") else f"SYS_CONSTRAINT_{obj.id}{i or ''}"
        c["column_names"] = [shown(n) for n in c["column_names"]]
        if "referenced_column_names" in c:
            c["referenced_column_names"] = [shown(n) for n in c["referenced_column_names"]]
    return kept


class View(Relation):
    def create(self, call: Call) -> Any:
        body = call.body
        path = (*self.parent(call), fold(body["name"]))
        if (body.get("kind") or "PERMANENT") != "PERMANENT":
            raise unsupported("CREATE TEMPORARY VIEW")
        if body.get("recursive"):
            raise unsupported("CREATE RECURSIVE VIEW")
        head = self.head(call, path, "VIEW")
        columns = f" ({', '.join(quoted(fold(c['name'])) for c in body['columns'])})" if body["columns"] else ""
        query = body["query"].strip().rstrip(";")
        comment = f" COMMENT = {literal(body['comment'])}" if body.get("comment") else ""
        text = f"{head}{columns}{comment} AS {query}"
        secure = text.replace(" VIEW ", " SECURE VIEW ", 1) if body.get("secure") else text
        more = {"statement": secure, "secure": bool(body.get("secure")), "select": query}
        out = self.made(call, path, text, more)
        self.comment_columns(call, path, body["columns"])
        return out

    @staticmethod
    def comment_columns(call: Call, path: Path, columns: Iterable[dict[str, Any]]) -> None:
        obj = call.catalog.get("VIEW", path)
        comments = {fold(c["name"]): c["comment"] for c in columns if c.get("comment")}
        if obj is not None and comments:
            for c in obj.props["columns"]:
                if c["name"] in comments:
                    c["comment"] = comments[c["name"]]
            call.catalog.save(obj)

    def read(self, call: Call, obj: Obj, listed: bool = False) -> dict[str, Any]:
        whole = not listed or call.query.get("deep")
        columns = [{"name": shown(c.name), "datatype": T.sql_name(c.type), "comment": c.comment or None} for c in obj.columns]
        return {
            **self.common(call, obj, call.spec.properties(self.schema)), "secure": bool(obj.props.get("secure")), "kind": "PERMANENT", "recursive": False,
            "columns": columns if whole else [], "query": obj.props["statement"], "select_query": obj.props.get("select") or obj.props["text"].strip(),
        }  # fmt: skip
