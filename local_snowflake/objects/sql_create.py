"""CREATE of every kind in SQL: a statement becomes the body that the object API would be sent, and is made as the object API makes it."""

from __future__ import annotations

from typing import Any, Callable

from ..sql.catalog.catalog import Path
from ..sql.commands import options
from ..sql.commands.ddl import column_of
from ..sql.language import types as T
from ..sql.language.errors import COMPILE, err, exists, feature, missing
from ..sql.language.parse import parse, split_name, tokens, without_end
from . import generic
from .call import Call
from .names import quoted, shown
from .sql_alter import specification, split_expressions
from .sql_target import ROUTINES, Statement, as_sql, take_kind
from .sql_words import ALL

MODIFIERS = ("TRANSIENT", "TEMP", "TEMPORARY", "VOLATILE", "LOCAL", "GLOBAL", "SECURE", "AGGREGATE", "EXTERNAL")
IGNORED = ("log_level", "trace_level", "pipe_execution_paused")
Body = dict[str, Any]


def skip(words: list[str]) -> list[str]:
    """The words behind CREATE from the kind on."""
    at = 1
    if words[at : at + 1] == ["OR"]:
        at += 2
    while at < len(words) and words[at] in MODIFIERS and not (words[at] == "EXTERNAL" and words[at + 1 : at + 2] == ["VOLUME"]):
        at += 1
    return words[at:]


def run(s: Statement) -> str:
    cur = s.cur
    replace = cur.accept("OR", "REPLACE")
    if cur.accept("OR", "ALTER"):
        raise feature("CREATE OR ALTER")
    modifiers = []
    while cur.peek() in MODIFIERS and not (cur.peek() == "EXTERNAL" and cur.peek(1) == "VOLUME"):
        modifiers.append(cur.word())
    s.kind = take_kind(cur)
    if s.kind == "INTEGRATION" or not s.words.create:
        raise feature(f"CREATE {s.kind}")
    if replace and not s.words.replace:
        raise cur.bad()
    lenient = cur.if_not_exists()
    if lenient and replace:
        raise cur.bad()
    path = s.full(cur.name())
    mode = "orReplace" if replace else "ifNotExists" if lenient else "errorIfExists"
    call = s.call(path, {}, createMode=mode)
    body = _modified(s, modifiers)
    with as_sql():
        if s.words.clone and cur.accept("CLONE"):
            return _clone(s, path, mode)
        SPECIAL.get(s.kind, _plain)(s, call, body)
        cur.end()
        if s.kind in ROUTINES:
            path = (*path[:-1], generic.signature(path[-1], [a["datatype"] for a in body["arguments"]]))
            call = s.call(path, {}, createMode=mode)
        body["name"] = quoted(path[-1].partition("(")[0] if s.kind in ROUTINES else path[-1])
        return made(s, call, path, body)


def made(s: Statement, call: Call, path: Path, body: Body) -> str:
    """Put it into the catalog; what is made current stays so."""
    wanting = [p for p in s.words.required if p.lower() not in body]
    faults = [] if s.kind == "FILE FORMAT" else call.spec.check(s.maker.schema, body)[1]
    wanting += [f.at.lstrip(".").upper() for f in faults if f.kind == "required" and f.at.lstrip(".").upper() not in wanting]
    if wanting:
        raise err("002029", "42601", f"{COMPILE}\nMissing option(s): [{', '.join(wanting)}]")
    ignored = IGNORED if s.kind in ("DATABASE", "SCHEMA") else ()  # by the object API, when it makes one
    beside = {k: v for k, v in body.items() if k in ignored or k not in call.spec.properties(s.maker.schema, body)}
    body = {k: v for k, v in body.items() if k not in beside}
    call.body = body
    if s.kind == "FILE FORMAT":
        return _file_format(s, call, path, {k: v for k, v in {**body, **beside}.items() if k != "name"})
    before = s.catalog.get(s.kind, path)
    out = s.maker.created(call, path, body)["status"]
    obj = s.catalog.get(s.kind, path)
    if beside and obj is not before and obj is not None:
        obj.props |= beside
        s.catalog.save(obj)
    for key, name in call.current.items():
        setattr(s.context, key, name)
    bare = path[-1].partition("(")[0]
    return out.replace(path[-1], bare) if s.kind in ROUTINES else out


def _file_format(s: Statement, call: Call, path: Path, props: Body) -> str:
    """The object API has no file formats: they are of SQL alone. Kept as {"format": {"type", options}, "comment"}."""
    call.may_create(path, "CREATE FILE FORMAT")
    mode = call.query["createMode"]
    with s.catalog.lock:
        if s.catalog.get(s.kind, path) is not None and mode != "orReplace":
            if mode == "ifNotExists":
                return f"{path[-1]} already exists, statement succeeded."
            raise exists(path[-1])
        s.catalog.replace(s.kind, path, s.context.role, {"format": props.pop("format"), **props})
    return f"File format {path[-1]} successfully created."


def _clone(s: Statement, path: Path, mode: str) -> str:
    """CLONE source: without a point in time."""
    source = s.find(s.full(s.cur.name()))
    if not s.cur.done:
        raise feature("a CLONE of another point in time" if s.cur.peek() in ("AT", "BEFORE") else f"CLONE … {s.cur.peek()}")
    call = s.call(path, {}, createMode=mode)
    call.may_create(path, s.maker.privilege)
    with s.catalog.lock:
        old = s.catalog.get(s.kind, path)
        if old is not None and mode == "errorIfExists":
            raise exists(path[-1])
        if old is not None and mode == "ifNotExists":
            return f"{path[-1]} already exists, statement succeeded."
        if old is not None:
            s.catalog.own(s.context.role, old)
            s.catalog.drop(old)
        s.maker.copy(call, source, path, {})
    if s.kind in ("DATABASE", "SCHEMA"):
        s.context.database, s.context.schema = path[0], path[1] if len(path) > 1 else "PUBLIC"
    return f"{s.maker.noun} {path[-1]} successfully created."


def _modified(s: Statement, modifiers: list[str]) -> Body:
    body: Body = {}
    for word in modifiers:
        if word == "TRANSIENT" and s.kind in ("DATABASE", "SCHEMA", "DYNAMIC TABLE"):
            body["kind"] = "TRANSIENT"
        elif word == "SECURE" and s.kind in ROUTINES:
            body["is_secure"] = True
        elif word in ("TEMP", "TEMPORARY", "AGGREGATE", "EXTERNAL"):
            raise feature(f"CREATE {word} {s.kind}")
        else:
            raise s.cur.bad()
    return body


# Reading


def _property(s: Statement, body: Body) -> bool:
    """One property that CREATE takes, if one comes next."""
    cur = s.cur
    cur.accept("WITH")
    if cur.peek() == "TAG" and s.kind != "TAG":
        raise feature("TAG in CREATE")
    known = s.words.properties.get(cur.peek())
    if known is None or "c" not in known.uses:
        return False
    cur.word()
    if known.read != "values":
        cur.expect("=")
    where = body
    for part in known.path[:-1]:
        where = where.setdefault(part, {})
    if known.path[-1] in where:
        raise cur.bad()
    where[known.path[-1]] = options.read(cur, known.read, known.name)
    cur.accept(",")
    return True


def _plain(s: Statement, call: Call, body: Body, until: tuple[str, ...] = (), clauses: dict[str, Callable[[], None]] | None = None) -> None:
    """Properties, and what the words of clauses read, up to a word."""
    while not s.cur.done and s.cur.peek() not in until:
        word = s.cur.peek()
        if clauses and word in clauses:
            s.cur.word()
            clauses[word]()
        elif not _property(s, body):
            if s.cur.peek(1) == "=":
                raise options.unknown(s.cur.word(), s.kind)
            raise s.cur.bad()


def _schema(s: Statement, call: Call, body: Body) -> None:
    if s.cur.accept("WITH", "MANAGED", "ACCESS"):
        body["managed_access"] = True
    _container(s, call, body)


def _container(s: Statement, call: Call, body: Body) -> None:
    if s.cur.peek() in ("FROM", "AS"):
        raise feature(f"CREATE {s.kind} … {s.cur.peek()}")
    _plain(s, call, body)


def _warehouse(s: Statement, call: Call, body: Body) -> None:
    _plain(s, call, body)
    if int(body.get("min_cluster_count", 1)) > int(body.get("max_cluster_count", 1)):
        raise options.bad_value("MIN_CLUSTER_COUNT", body["min_cluster_count"])


def _stage(s: Statement, call: Call, body: Body) -> None:
    _plain(s, call, body)
    if body.get("url") is None and body.keys() & {"storage_integration", "credentials"}:
        raise options.unknown("CREDENTIALS" if "credentials" in body else "STORAGE_INTEGRATION", "internal STAGE")
    if "file_format" in body and body["file_format"].get("type") == "FORMAT_REF":
        _named_format(s, body["file_format"])


def _named_format(s: Statement, given: Body) -> None:
    path = s.full(split_name(given["format_name"]), "FILE FORMAT")
    found = s.catalog.get("FILE FORMAT", path)
    if found is None or not s.catalog.can(s.context.role, "USAGE", found):
        raise missing("File format", ".".join(path))
    given["format_name"] = ".".join(shown(p) or "" for p in path)


def _file_format_options(s: Statement, call: Call, body: Body) -> None:
    body["format"] = {"type": "CSV", **options.format_options(s.cur, "", {}, frozenset(("COMMENT",)))}
    _plain(s, call, body)


SOURCES = {"TABLE": ("table", ("TABLE", "EVENT TABLE")), "VIEW": ("view", ("VIEW",)), "STAGE": ("stage", ("STAGE",)), "DYNAMIC": ("table", ("DYNAMIC TABLE",)),
           "EVENT": ("table", ("EVENT TABLE",))}  # fmt: skip


def _stream(s: Statement, call: Call, body: Body) -> None:
    cur = s.cur
    if cur.accept("COPY", "GRANTS"):
        raise feature("COPY GRANTS")
    cur.expect("ON")
    word = cur.word()
    if word not in SOURCES:
        raise feature(f"a stream ON {word}")
    if word in ("DYNAMIC", "EVENT"):
        cur.expect("TABLE")
    src_type, kinds = SOURCES[word]
    parts = cur.name()
    path = s.full(parts, "TABLE")
    found = next((o for o in (s.catalog.get(k, path) for k in kinds) if call.visible(o)), None)
    if found is None:
        raise missing(word.capitalize() if word in ("TABLE", "VIEW", "STAGE") else f"{word.capitalize()} table", ".".join(path))
    if cur.peek() in ("AT", "BEFORE"):
        raise feature("a stream from another point in time")
    own: Body = {}
    _plain(s, call, own)
    if "comment" in own:
        body["comment"] = own.pop("comment")
    if "insert_only" in own or (word == "STAGE" and own):
        raise options.unknown(next(iter(own)).upper(), f"STREAM ON {word}")
    where = dict(zip(("database_name", "schema_name", "name"), (quoted(p) if shown(p) != p else p for p in path)))
    body["stream_source"] = {"src_type": src_type, **where, **own}
    if own.get("append_only"):
        body["mode"] = "APPEND_ONLY"


def _sequence(s: Statement, call: Call, body: Body) -> None:
    cur = s.cur
    while not cur.done:
        cur.accept("WITH")
        if cur.accept("START"):
            cur.accept("WITH")
            cur.accept("=")
            body["start"] = options.number(cur, "START")
        elif cur.accept("INCREMENT"):
            cur.accept("BY")
            cur.accept("=")
            body["increment"] = options.number(cur, "INCREMENT")
            if body["increment"] == 0:
                raise options.bad_value("INCREMENT", 0)
        elif cur.peek() in ("ORDER", "NOORDER"):
            body["ordered"] = cur.word() == "ORDER"
        elif not _property(s, body):
            raise cur.bad()
        cur.accept(",")


def _tag(s: Statement, call: Call, body: Body) -> None:
    _plain(s, call, body)
    if body.get("on_conflict") == "MERGE" and not body.get("multi_value"):
        raise options.bad_value("ON_CONFLICT", "MERGE")


def _pipe(s: Statement, call: Call, body: Body) -> None:
    _plain(s, call, body, ("AS",))
    s.cur.expect("AS")
    if s.cur.peek() != "COPY":
        raise s.cur.bad()
    body["copy_statement"] = s.rest()
    if body.get("aws_sns_topic") and not body.get("auto_ingest"):
        raise options.bad_value("AWS_SNS_TOPIC", body["aws_sns_topic"])


def _alert(s: Statement, call: Call, body: Body) -> None:
    _plain(s, call, body, ("IF",))
    if "schedule" not in body:
        raise feature("an alert on new data")
    s.cur.expect("IF")
    s.cur.expect("(")
    s.cur.expect("EXISTS")
    body["condition"] = s.inside()
    s.cur.expect(")")
    s.cur.expect("THEN")
    body["action"] = s.rest()


def columns_of(s: Statement, text: str) -> list[tuple[str, str]]:
    """The columns of a query with their types; what the query may not read is refused."""
    tr = s.engine.translator(s.context, s.session)
    q = tr.query(parse(text, without_end(tokens(text))))
    return [(c.name, T.sql_name(c.x.t if c.x.t.kind != "null" else T.text())) for c in q.cols]


def need_warehouse(s: Statement, name: str) -> None:
    path = (split_name(name)[-1],)
    found = s.catalog.get("WAREHOUSE", path)
    if found is None or not s.catalog.can(s.context.role, "USAGE", found):
        raise missing("Warehouse", path[0])


def _dynamic(s: Statement, call: Call, body: Body) -> None:
    def cluster() -> None:
        s.cur.expect("BY")
        body["cluster_by"] = split_expressions(s.inside())

    named = split_expressions(s.inside()) if s.cur.peek() == "(" else None
    _plain(s, call, body, ("AS",), {"CLUSTER": cluster})
    s.cur.expect("AS")
    body["query"] = s.rest()
    if "warehouse" in body:
        need_warehouse(s, body["warehouse"])
    found = columns_of(s, body["query"])
    if named is not None:
        if any(" " in n.strip() and not n.startswith('"') for n in named):
            raise feature("types of the columns of a dynamic table")
        if len(named) != len(found):
            raise err("002057", "42601", f"{COMPILE}\nInvalid column definition list")
        found = [(split_name(n)[0], t) for n, (_, t) in zip(named, found)]
    body["columns"] = [{"name": shown(n), "datatype": t} for n, t in found]


def _event_table(s: Statement, call: Call, body: Body) -> None:
    def cluster() -> None:
        s.cur.expect("BY")
        body["cluster_by"] = split_expressions(s.inside())

    _plain(s, call, body, (), {"CLUSTER": cluster})


def _network_rule(s: Statement, call: Call, body: Body) -> None:
    """The object API shows the type IPv4 and modes in lower case."""
    _plain(s, call, body)
    if "type" in body:
        body["type"] = {"IPV4": "IPv4", "IPV6": "IPv6"}.get(body["type"], body["type"])
    if "mode" in body:
        body["mode"] = body["mode"].lower()


OF_SECRET = {
    "OAUTH2": (("api_authentication",), ("oauth_scopes", "oauth_refresh_token", "oauth_refresh_token_expiry_time")), "CLOUD_PROVIDER_TOKEN": (("api_authentication",), ()),
    "PASSWORD": (("username", "password"), ()), "GENERIC_STRING": (("secret_string",), ()), "SYMMETRIC_KEY": (("algorithm",), ()),
}  # fmt: skip


def _secret(s: Statement, call: Call, body: Body) -> None:
    _plain(s, call, body)
    if "type" in body:
        needed, allowed = OF_SECRET[body["type"]]
        for name in body:
            if name not in (*needed, *allowed, "type", "comment"):
                raise options.unknown(name.upper(), s.kind)
        wanting = [n.upper() for n in needed if n not in body]
        if wanting:
            raise err("002029", "42601", f"{COMPILE}\nMissing option(s): [{', '.join(wanting)}]")


def _pool(s: Statement, call: Call, body: Body) -> None:
    if s.cur.peek() == "FOR":
        raise feature("a compute pool FOR APPLICATION")
    _plain(s, call, body)
    call.query["initiallySuspended"] = body.pop("initially_suspended", False)


def _service(s: Statement, call: Call, body: Body) -> None:
    def source() -> None:
        body["spec"] = specification(s)

    s.cur.expect("IN")
    s.cur.expect("COMPUTE")
    s.cur.expect("POOL")
    body["compute_pool"] = options.written(s.cur.ident())
    _plain(s, call, body, (), {"FROM": source})
    if "spec" not in body:
        raise s.cur.bad()


def _versioned(s: Statement, call: Call, body: Body) -> None:
    """Notebooks and Streamlit apps, from files of a stage."""
    key = "fromLocation" if s.kind == "NOTEBOOK" else "source_location"

    def source() -> None:
        body[key] = options.text(s.cur, "FROM")

    def root() -> None:
        s.cur.expect("=")
        body[key] = options.text(s.cur, "ROOT_LOCATION")

    _plain(s, call, body, (), {"FROM": source, **({"ROOT_LOCATION": root} if s.kind == "STREAMLIT" else {})})
    if body.get(key):
        s.maker.need_stage(call, (*s.full(["X"])[:2], ""), body[key])


# Functions and procedures

LANGUAGES = ("SQL", "JAVASCRIPT", "PYTHON", "JAVA", "SCALA")
CONFIG = {"RUNTIME_VERSION": "word", "HANDLER": "text", "IMPORTS": "texts", "PACKAGES": "texts", "TARGET_PATH": "text", "EXTERNAL_ACCESS_INTEGRATIONS": "names", "SECRETS": "pairs"}
OF_LANGUAGE = {
    "SQL": (), "JAVASCRIPT": (), "PYTHON": ("RUNTIME_VERSION", "HANDLER", "IMPORTS", "PACKAGES", "EXTERNAL_ACCESS_INTEGRATIONS", "SECRETS"),
    "JAVA": tuple(CONFIG), "SCALA": ("RUNTIME_VERSION", "HANDLER", "IMPORTS", "PACKAGES", "TARGET_PATH"),
}  # fmt: skip
NEEDED = {"PYTHON": {"FUNCTION": ("RUNTIME_VERSION", "HANDLER"), "PROCEDURE": ("RUNTIME_VERSION", "PACKAGES", "HANDLER")},
          "JAVA": {"FUNCTION": ("HANDLER",), "PROCEDURE": ("RUNTIME_VERSION", "PACKAGES", "HANDLER")},
          "SCALA": {"FUNCTION": ("RUNTIME_VERSION", "HANDLER"), "PROCEDURE": ("RUNTIME_VERSION", "PACKAGES", "HANDLER")}}  # fmt: skip


def _arguments(s: Statement) -> list[Body]:
    cur = s.cur
    cur.expect("(")
    out: list[Body] = []
    while not cur.accept(")"):
        if out:
            cur.expect(",")
        name = cur.ident()
        if cur.peek() in ("IN", "INPUT"):
            cur.word()
        elif cur.peek() in ("OUT", "OUTPUT"):
            raise feature("output arguments")
        entry: Body = {"name": shown(name), "datatype": a_type(s)}
        if cur.accept("DEFAULT"):
            entry["default_value"] = _default(s)
        if any(a["name"] == entry["name"] for a in out):
            raise cur.bad()
        out.append(entry)
    return out


def a_type(s: Statement) -> str:
    text = s.a_type()
    column_of(s.engine, s.context, f"X {text}")  # refuses what is no type
    return text.upper()


def _default(s: Statement) -> str:
    """The text of an expression up to a comma or the closing parenthesis."""
    cur = s.cur
    start, depth = cur.i, 0
    while not cur.done and (depth or cur.peek() not in (",", ")") or cur.is_string()):
        if not cur.is_string():
            depth += {"(": 1, ")": -1}.get(cur.peek(), 0)
        cur.i += 1
    if cur.i == start:
        raise cur.bad()
    return s.source.between(cur.toks[start], cur.toks[cur.i - 1])


def _returns(s: Statement) -> Body:
    cur = s.cur
    cur.expect("RETURNS")
    if cur.accept("TABLE"):
        cur.expect("(")
        columns = []
        while not cur.accept(")"):
            if columns:
                cur.expect(",")
            columns.append({"name": shown(cur.ident()), "datatype": a_type(s)})
        return {"type": "TABLE", "column_list": columns}
    out = {"type": "DATATYPE", "datatype": a_type(s)}
    if cur.accept("NOT", "NULL"):
        return {**out, "nullable": False}
    cur.accept("NULL")
    return {**out, "nullable": True}


def _routine(s: Statement, call: Call, body: Body) -> None:
    cur = s.cur
    body["arguments"] = _arguments(s)
    if cur.accept("COPY", "GRANTS"):
        raise feature("COPY GRANTS")
    body["return_type"] = _returns(s)
    language, config, source = "SQL", {}, None
    while not cur.done:
        word = cur.peek()
        if cur.accept("LANGUAGE"):
            language = options.word(cur, "LANGUAGE", "|".join(LANGUAGES))
        elif cur.accept("CALLED", "ON", "NULL", "INPUT"):
            config["called_on_null_input"] = True
        elif cur.accept("RETURNS", "NULL", "ON", "NULL", "INPUT") or cur.accept("STRICT"):
            config["called_on_null_input"] = False
        elif word in ("VOLATILE", "IMMUTABLE"):
            cur.word()
            if s.kind == "FUNCTION":
                config["is_volatile"] = word == "VOLATILE"
        elif s.kind == "FUNCTION" and cur.accept("MEMOIZABLE"):
            body["is_memoizable"] = True
        elif s.kind == "PROCEDURE" and cur.accept("EXECUTE", "AS"):
            if cur.peek() == "RESTRICTED":
                raise feature("EXECUTE AS RESTRICTED CALLER")
            body["execute_as"] = options.word(cur, "EXECUTE AS", "OWNER|CALLER")
        elif cur.accept("COMMENT"):
            cur.expect("=")
            body["comment"] = options.text(cur, "COMMENT")
        elif word in CONFIG and cur.peek(1) == "=":
            cur.word()
            cur.expect("=")
            config[word.lower()] = options.read(cur, CONFIG[word], word)
        elif cur.accept("AS"):
            source = cur.string() if cur.is_string() else s.rest() if s.kind == "PROCEDURE" and cur.peek() in ("BEGIN", "DECLARE") else None
            if source is None:
                raise cur.bad()
            cur.end()
        elif cur.peek(1) == "=":
            raise options.unknown(cur.word(), s.kind)
        else:
            raise cur.bad()
    _whole_routine(s, body, language, config, source)


def _whole_routine(s: Statement, body: Body, language: str, config: Body, source: str | None) -> None:
    for name in config:
        if name.upper() in CONFIG and name.upper() not in OF_LANGUAGE[language]:
            raise options.unknown(name.upper(), f"{s.kind} LANGUAGE {language}")
    wanting = [n for n in NEEDED.get(language, {}).get(s.kind, ()) if n.lower() not in config]
    if source is None and (language in ("SQL", "JAVASCRIPT") or not config.get("imports")):
        wanting.append("AS")
    if wanting:
        raise err("002029", "42601", f"{COMPILE}\nMissing option(s): [{', '.join(wanting)}]")
    kept: Body = {"called_on_null_input": True, **config, "language": language}
    for name in {"PYTHON": ("packages", "imports"), "JAVA": ("packages", "imports"), "SCALA": ("packages", "imports")}.get(language, ()):
        kept.setdefault(name, [])
    if "runtime_version" in kept:
        kept["runtime_version"] = str(kept["runtime_version"])
    body |= {"language_config": kept, "body": source or ""}
    if s.kind == "PROCEDURE":
        body.setdefault("execute_as", "OWNER")
    elif language == "SQL" and body["return_type"]["type"] == "DATATYPE":
        _check_expression(s, body)


def _check_expression(s: Statement, body: Body) -> None:
    """The body of a function in SQL is compiled when it is made."""
    columns = ", ".join(f"NULL::{a['datatype']} AS {a['name']}" for a in body["arguments"])
    text = f"SELECT ({body['body']})::{body['return_type']['datatype']} AS V" + (f" FROM (SELECT {columns}) AS A" if columns else "")
    columns_of(s, text)


SPECIAL: dict[str, Callable[[Statement, Call, Body], None]] = {
    "DATABASE": _container, "SCHEMA": _schema, "WAREHOUSE": _warehouse, "STAGE": _stage, "FILE FORMAT": _file_format_options, "STREAM": _stream,
    "SEQUENCE": _sequence, "TAG": _tag, "PIPE": _pipe, "ALERT": _alert, "DYNAMIC TABLE": _dynamic, "EVENT TABLE": _event_table, "NETWORK RULE": _network_rule,
    "SECRET": _secret, "COMPUTE POOL": _pool, "SERVICE": _service, "NOTEBOOK": _versioned, "STREAMLIT": _versioned, "FUNCTION": _routine, "PROCEDURE": _routine,
}  # fmt: skip
CREATED = frozenset(ALL) - {"TABLE", "VIEW"}
