"""ALTER of every kind: SET, UNSET, RENAME TO, SUSPEND, RESUME and the forms of single kinds. What is set is kept where the object API has it."""

from __future__ import annotations

import copy
from typing import Any, Callable

from ..sql.catalog.catalog import Obj, Path, now
from ..sql.commands import options
from ..sql.language.errors import COMPILE, err, feature, missing, privileges
from . import generic
from .call import Call
from .kinds import iso
from .names import quoted, shown
from .sql_target import INTEGRATIONS, Statement, as_sql, take_kind
from .sql_words import ALTERED

DONE = "Statement executed successfully."
ELSEWHERE = ("CONTACT", "MASKING", "AGGREGATION", "JOIN", "FEATURE", "AUTHENTICATION", "SESSION", "DCM", "DATA", "PROJECTION")  # what the account has none of
STOPS = ("SET", "UNSET", "SWAP", "CLUSTER", "SUSPEND", "RESUME")


def about_table(words: list[str]) -> bool:
    """Whether an ALTER TABLE is one of these; the changes of columns are of the SQL side. words: what stands behind TABLE."""
    at = 2 if words[:2] == ["IF", "EXISTS"] else 0
    at += 1
    while at < len(words) and words[at] == ".":
        at += 2
    rest = words[at : at + 2]
    return bool(rest) and (rest[0] in STOPS or rest in (["DROP", "CLUSTERING"], ["RENAME", "TO"]))


def run(s: Statement) -> str:
    """The statement behind ALTER."""
    cur = s.cur
    s.kind = take_kind(cur)
    if s.kind not in ALTERED and s.kind != "INTEGRATION":
        raise cur.bad()
    lenient = cur.if_exists()
    if s.kind == "WAREHOUSE" and cur.peek() in ("SUSPEND", "RESUME", "ABORT") and s.context.warehouse:
        path: Path = (s.context.warehouse,)
    elif s.kind == "USER" and cur.peek() in ("SET", "UNSET"):
        path = (s.context.user,)
    else:
        path = s.named()
    try:
        obj = s.find(path)
    except Exception as e:
        if lenient and getattr(e, "code", "") == "002003":
            return DONE
        raise
    with as_sql():
        _action(s, obj)
    return DONE


def _action(s: Statement, obj: Obj) -> None:
    cur, words = s.cur, s.words
    special = SPECIAL.get((s.kind, cur.peek()))
    call = s.call(obj.path)
    if special is not None:
        cur.word()
        special(s, call, obj)
    elif cur.accept("SET"):
        _set(s, call, obj)
    elif cur.accept("UNSET"):
        _unset(s, call, obj)
    elif words.rename and cur.accept("RENAME", "TO"):
        _rename(s, call, obj)
    elif words.swap and cur.accept("SWAP", "WITH"):
        _swap(s, call, obj)
    elif words.states and cur.peek() in ("SUSPEND", "RESUME"):
        (s.maker.suspend if cur.word() == "SUSPEND" else s.maker.resume)(call)
    else:
        raise cur.bad()
    cur.end()


def may_modify(s: Statement, obj: Obj) -> None:
    if s.words.modify is None or not s.catalog.can(s.context.role, s.words.modify, obj):
        s.catalog.own(s.context.role, obj)


# SET and UNSET


def _set(s: Statement, call: Call, obj: Obj) -> None:
    may_modify(s, obj)
    changes: dict[tuple[str, ...], Any] = {}
    if s.cur.peek() == "TAG" and s.words.tags:
        s.cur.word()
        call.body = _tags(s, True)
        s.maker.set_tags(call)
        return
    while not s.cur.done:
        _elsewhere(s)
        name = s.cur.word()
        known = s.words.properties.get(name)
        if known is None or "s" not in known.uses:
            raise options.unknown(name, s.kind)
        if known.read != "values":
            s.cur.expect("=")
        if known.path in changes:
            raise s.cur.bad()
        changes[known.path] = options.read(s.cur, known.read, name)
        s.cur.accept(",")
    if not changes:
        raise s.cur.bad()
    change(s, call, obj, changes)


def _unset(s: Statement, call: Call, obj: Obj) -> None:
    may_modify(s, obj)
    if not any("u" in p.uses for p in s.words.properties.values()) and s.cur.peek() != "TAG":
        raise s.cur.bad()
    if s.cur.peek() == "TAG" and s.words.tags:
        s.cur.word()
        call.body = _tags(s, False)
        s.maker.unset_tags(call)
        return
    changes: dict[tuple[str, ...], Any] = {}
    while True:
        _elsewhere(s)
        name = s.cur.word()
        known = s.words.properties.get(name)
        if known is None or "u" not in known.uses:
            raise options.unknown(name, s.kind)
        changes[known.path] = None
        if s.cur.done:
            break
        s.cur.expect(",")
    change(s, call, obj, changes)


def _elsewhere(s: Statement) -> None:
    """Policies, contacts and projects, which nothing here has."""
    if s.cur.peek() in ELSEWHERE and s.cur.peek() not in s.words.properties and s.cur.peek(1) != "=":
        raise feature(f"{s.cur.peek()} of a {s.kind}")


def _tags(s: Statement, valued: bool) -> list[dict[str, str]]:
    """TAG name = 'value', … as the object API has them."""
    out = []
    while True:
        path = s.full(s.cur.name(), "TAG")
        entry = dict(zip(("tag_database", "tag_schema", "tag_name"), (quoted(p) for p in path)))
        if valued:
            s.cur.expect("=")
            entry["tag_value"] = options.text(s.cur, "TAG")
        out.append(entry)
        if not s.cur.accept(","):
            return out


def change(s: Statement, call: Call, obj: Obj, changes: dict[tuple[str, ...], Any]) -> None:
    """Set some properties of an object (None: unset them) and leave the others as they are; refused as the object API would."""
    maker = s.maker
    known = call.spec.properties(maker.schema, obj.props)
    top: dict[str, Any] = {}
    for path, value in changes.items():
        first = path[0]
        if len(path) > 1:
            inner = top.setdefault(first, copy.deepcopy(obj.props.get(first) or {}))
            if value is None:
                inner.pop(path[1], None)
            else:
                inner[path[1]] = value
        else:
            top[first] = value
    _check(s, obj, top)
    writable = {k for k, v in known.items() if not v.get("readOnly")}
    seen = {k: v for k, v in obj.props.items() if k in writable and ("*" in s.words.needs or k in s.words.needs)}
    body = {**seen, **{k: v for k, v in top.items() if k in writable}}
    old = obj
    if s.kind == "COMPUTE POOL" and "instance_family" in top and obj.props.get("wanted") == "suspended":  # only then it may change
        old = copy.copy(obj)
        old.props = {**obj.props, "instance_family": top["instance_family"].upper()}
    new = maker.props(call, {"name": shown(obj.name if s.kind not in ("FUNCTION", "PROCEDURE") else obj.props["bare_name"]), **{k: v for k, v in body.items() if v is not None}}, old)
    if s.kind not in NOT_WHOLE:
        maker.check_kept(call.spec, new)
    for name, value in top.items():
        obj.props.pop(name, None)
        obj.props.pop(f"{name}_fp", None)
        if value is not None:
            obj.props[name] = new.get(name, value)
            if f"{name}_fp" in new:
                obj.props[f"{name}_fp"] = new[f"{name}_fp"]
    if s.kind == "COMPUTE POOL":
        obj.props["updated_on"] = iso(now())
    s.catalog.save(obj)


NOT_WHOLE = ("TABLE", "VIEW", "FILE FORMAT", "DATABASE", "SCHEMA")  # their properties are not those of the documents' bodies


def _check(s: Statement, obj: Obj, top: dict[str, Any]) -> None:
    """Rules that the documents of the object API do not have."""
    if s.kind == "WAREHOUSE":
        if "wait_for_completion" in top and not top.keys() & {"warehouse_size"}:
            raise options.bad_value("WAIT_FOR_COMPLETION", top["wait_for_completion"])
        top.pop("wait_for_completion", None)
        low, high = (int(top.get(k) or obj.props.get(k) or 1) for k in ("min_cluster_count", "max_cluster_count"))
        if low > high:
            raise options.bad_value("MIN_CLUSTER_COUNT", low)
    if s.kind == "SECRET":
        allowed = s.engine and {"comment"} | set(_OF_SECRET.get(obj.props.get("type", ""), ()))
        for name in top:
            if name not in allowed:
                raise options.unknown(name.upper(), s.kind)
    if s.kind == "TAG" and top.get("on_conflict") == "MERGE" and not (top.get("multi_value") or obj.props.get("multi_value")):
        raise options.bad_value("ON_CONFLICT", "MERGE")
    if s.kind in INTEGRATIONS:
        hook = {"API INTEGRATION": "api_hook", "NOTIFICATION INTEGRATION": "notification_hook"}.get(s.kind)
        if hook in top:
            fits = documents_properties(s, hook, obj)
            for name in top[hook]:
                if name not in fits:
                    raise options.unknown(name.upper(), s.kind)
    if s.kind == "DATABASE ROLE" or s.kind == "ROLE":
        s.catalog.lasting(obj)


_OF_SECRET = {
    "OAUTH2": ("oauth_scopes", "oauth_refresh_token", "oauth_refresh_token_expiry_time"), "CLOUD_PROVIDER_TOKEN": ("api_authentication",),
    "PASSWORD": ("username", "password"), "GENERIC_STRING": ("secret_string",),
}  # fmt: skip


def documents_properties(s: Statement, name: str, obj: Obj) -> dict[str, Any]:
    """The properties that a nested object of this one may have."""
    call = s.call(obj.path)
    return call.spec.properties(call.spec.properties(s.maker.schema, obj.props)[name], obj.props.get(name))


# Names


def _rename(s: Statement, call: Call, obj: Obj) -> None:
    parts = s.cur.name()
    s.catalog.own(s.context.role, obj)
    path = s.full(parts) if len(parts) > 1 or len(obj.path) == 1 else (*obj.path[:-1], parts[0])
    if s.kind == "DATABASE ROLE" and path[0] != obj.path[0]:
        raise options.bad_value("RENAME TO", ".".join(path))
    bare = path[-1]
    if s.kind in ("FUNCTION", "PROCEDURE"):
        path = (*path[:-1], generic.signature(bare, [a.get("datatype") or "TEXT" for a in obj.props.get("arguments") or []]))
    call.may_create(path, s.maker.privilege)
    was = obj.path
    s.catalog.rename(obj, path)
    if s.kind in ("FUNCTION", "PROCEDURE"):
        obj.props |= {"bare_name": bare, "name": bare}
        s.catalog.save(obj)
    if s.kind == "DATABASE" and s.context.database == was[0]:
        s.context.database = path[0]
    elif s.kind == "SCHEMA" and (s.context.database, s.context.schema) == was:
        s.context.database, s.context.schema = path


def _swap(s: Statement, call: Call, obj: Obj) -> None:
    parts = s.cur.name()
    path = s.full(parts) if len(parts) > 1 or len(obj.path) == 1 else (*obj.path[:-1], parts[0])
    other = s.find(path)
    for o in (obj, other):
        s.catalog.own(s.context.role, o)
    if obj.kind not in ("DATABASE", "SCHEMA"):
        s.catalog.swap(obj, other)
        return
    with s.catalog.lock:  # what is in them moves along
        mine = obj.path
        s.catalog.rename(obj, (*mine[:-1], f"\1{obj.id}"))
        s.catalog.rename(other, mine)
        s.catalog.rename(obj, path)


# Forms of single kinds


def _warehouse_state(s: Statement, call: Call, obj: Obj) -> None:
    back = s.cur.toks[s.cur.i - 1].text.upper()
    if not s.catalog.can(s.context.role, "OPERATE", obj):
        raise privileges("warehouse", obj.name)
    if back == "ABORT":
        s.cur.expect("ALL", "QUERIES")
        s.maker.abort(call)
        return
    suspended = obj.props.get("state") == "SUSPENDED"
    if back == "RESUME" and s.cur.accept("IF", "SUSPENDED") and not suspended:
        return
    if suspended == (back == "SUSPEND"):
        raise err("090064", "22000", f"Invalid state. Warehouse '{obj.name}' cannot be {back.lower()}{'d' if back.endswith('E') else 'ed'}.")
    (s.maker.suspend if back == "SUSPEND" else s.maker.resume)(call)


def _warehouse_switch(s: Statement, call: Call, obj: Obj) -> None:
    if obj.props.get("warehouse_type") != "ADAPTIVE":
        word = s.cur.toks[s.cur.i - 1].text.lower()
        raise err("090064", "22000", f"Invalid state. Warehouse '{obj.name}' cannot be {word}d.")


def _managed(s: Statement, call: Call, obj: Obj) -> None:
    on = s.cur.toks[s.cur.i - 1].text.upper() == "ENABLE"
    s.cur.expect("MANAGED", "ACCESS")
    s.catalog.own(s.context.role, obj)
    obj.props.pop("managed_access", None)
    if on:
        obj.props["managed_access"] = True
    s.catalog.save(obj)


def _secure(word: str) -> Callable[[Statement, Call, Obj], None]:
    """SET SECURE and UNSET SECURE of views and functions, else a property."""
    def act(s: Statement, call: Call, obj: Obj) -> None:
        if not s.cur.accept("SECURE"):
            (_set if word == "SET" else _unset)(s, call, obj)
            return
        s.catalog.own(s.context.role, obj)
        obj.props["secure" if s.kind == "VIEW" else "is_secure"] = word == "SET"
        s.catalog.save(obj)
    return act


def _sequence(s: Statement, call: Call, obj: Obj) -> None:
    """[SET] INCREMENT [BY] [=] n, SET ORDER, NOORDER and COMMENT."""
    s.catalog.own(s.context.role, obj)
    changes: dict[tuple[str, ...], Any] = {}
    if s.cur.toks[s.cur.i - 1].text.upper() == "INCREMENT":
        s.cur.i -= 1
    while not s.cur.done:
        if s.cur.accept("INCREMENT"):
            s.cur.accept("BY")
            s.cur.accept("=")
            changes["increment",] = options.number(s.cur, "INCREMENT")
            if changes["increment",] == 0:
                raise options.bad_value("INCREMENT", 0)
        elif s.cur.peek() in ("ORDER", "NOORDER"):
            changes["ordered",] = s.cur.word() == "ORDER"
            if changes["ordered",] and not obj.props.get("ordered"):
                raise options.bad_value("ORDER", "ORDER")
        elif s.cur.peek() == "TAG":
            _set(s, call, obj)
            return
        else:
            name = s.cur.word()
            if name != "COMMENT":
                raise options.unknown(name, s.kind)
            s.cur.expect("=")
            changes["comment",] = options.text(s.cur, name)
        s.cur.accept(",")
    if not changes:
        raise s.cur.bad()
    change(s, call, obj, changes)


def _alert_modify(s: Statement, call: Call, obj: Obj) -> None:
    s.catalog.own(s.context.role, obj)
    if s.cur.accept("CONDITION", "EXISTS"):
        change(s, call, obj, {("condition",): s.inside()})
    else:
        s.cur.expect("ACTION")
        change(s, call, obj, {("action",): s.rest()})


def _values_of_tag(s: Statement, call: Call, obj: Obj) -> None:
    adds = s.cur.toks[s.cur.i - 1].text.upper() == "ADD"
    s.cur.expect("ALLOWED_VALUES")
    s.catalog.own(s.context.role, obj)
    given = options.values(s.cur, "ALLOWED_VALUES")
    have = obj.props.get("allowed_values") or []
    left = [*have, *(v for v in given if v not in have)] if adds else [v for v in have if v not in given]
    change(s, call, obj, {("allowed_values",): left})


def _rules_of_policy(s: Statement, call: Call, obj: Obj) -> None:
    adds = s.cur.toks[s.cur.i - 1].text.upper() == "ADD"
    name = s.cur.word()
    if name not in ("ALLOWED_NETWORK_RULE_LIST", "BLOCKED_NETWORK_RULE_LIST"):
        raise options.unknown(name, s.kind)
    s.cur.expect("=")
    s.catalog.own(s.context.role, obj)
    given = options.rules(s.cur, name)
    have = obj.props.get(name.lower()) or []
    left = [*have, *(v for v in given if v not in have)] if adds else [v for v in have if v not in given]
    change(s, call, obj, {(name.lower(),): left})


def _locations(s: Statement, call: Call, obj: Obj) -> None:
    """ADD STORAGE_LOCATION = ( … ), REMOVE STORAGE_LOCATION 'name'."""
    adds = s.cur.toks[s.cur.i - 1].text.upper() == "ADD"
    s.cur.expect("STORAGE_LOCATION")
    s.catalog.own(s.context.role, obj)
    have = list(obj.props.get("storage_locations") or [])
    if adds:
        s.cur.expect("=")
        new = options.group(s.cur, "STORAGE_LOCATION")
        if any(location["name"] == new.get("name") for location in have):
            raise options.bad_value("STORAGE_LOCATION", new.get("name"))
        have.append(new)
    else:
        name = options.text(s.cur, "STORAGE_LOCATION")
        if not any(location["name"] == name for location in have):
            raise options.bad_value("STORAGE_LOCATION", name)
        have = [location for location in have if location["name"] != name]
    change(s, call, obj, {("storage_locations",): have})


def _execute_as(s: Statement, call: Call, obj: Obj) -> None:
    s.cur.expect("AS")
    s.catalog.own(s.context.role, obj)
    if s.cur.accept("RESTRICTED"):
        raise feature("EXECUTE AS RESTRICTED CALLER")
    change(s, call, obj, {("execute_as",): options.word(s.cur, "EXECUTE AS", "OWNER|CALLER")})


def _refresh(s: Statement, call: Call, obj: Obj) -> None:
    """Of pipes, dynamic and Iceberg tables and stages with a directory."""
    if s.kind == "PIPE":
        while s.cur.peek() in ("PREFIX", "MODIFIED_AFTER"):
            name = s.cur.word()
            s.cur.expect("=")
            call.query[name.lower()] = options.text(s.cur, name)
    if s.kind == "STAGE":
        if s.cur.accept("SUBPATH"):
            s.cur.expect("=")
            options.text(s.cur, "SUBPATH")
        s.catalog.own(s.context.role, obj)
        if not (obj.props.get("directory_table") or {}).get("enable"):
            raise err("002003", "02000", f"{COMPILE}\nDirectory table of stage '{obj.name}' is not enabled.")
        return
    s.maker.refresh(call)


def _cluster(s: Statement, call: Call, obj: Obj) -> None:
    s.cur.expect("BY")
    s.catalog.own(s.context.role, obj)
    obj.props["cluster_by"] = split_expressions(s.inside())
    s.catalog.save(obj)


def split_expressions(text: str) -> list[str]:
    """The parts of a list between its commas."""
    out, depth, last = [], 0, 0
    for i, ch in enumerate(text):
        depth += {"(": 1, ")": -1}.get(ch, 0)
        if ch == "," and depth == 0:
            out.append(text[last:i].strip())
            last = i + 1
    return [*out, text[last:].strip()]


def _drop_clustering(s: Statement, call: Call, obj: Obj) -> None:
    s.cur.expect("CLUSTERING", "KEY")
    s.catalog.own(s.context.role, obj)
    obj.props.pop("cluster_by", None)
    s.catalog.save(obj)


def _recluster(s: Statement, call: Call, obj: Obj) -> None:
    """SUSPEND and RESUME, of the clustering or of a dynamic table itself."""
    word = s.cur.toks[s.cur.i - 1].text.upper()
    if s.cur.accept("RECLUSTER"):
        if s.kind == "EVENT TABLE":
            raise feature("reclustering of an event table")
        (s.maker.suspend_recluster if word == "SUSPEND" else s.maker.resume_recluster)(call)
    elif s.words.states:
        (s.maker.suspend if word == "SUSPEND" else s.maker.resume)(call)
    else:
        raise s.cur.bad()


def _pool_stop(s: Statement, call: Call, obj: Obj) -> None:
    s.cur.expect("ALL")
    if s.cur.accept("OF"):
        raise feature("STOP ALL OF TYPE")
    s.maker.stop_all(call)


def _service_from(s: Statement, call: Call, obj: Obj) -> None:
    if not s.catalog.can(s.context.role, "OPERATE", obj):
        s.catalog.own(s.context.role, obj)
    change(s, call, obj, {("spec",): specification(s)})


def specification(s: Statement) -> dict[str, str]:
    """What stands behind FROM: the text of a specification, or a stage and a file."""
    if s.cur.accept("SPECIFICATION"):
        return {"spec_type": "from_inline", "spec_text": options.text(s.cur, "SPECIFICATION")}
    if s.cur.peek() in ("SPECIFICATION_TEMPLATE", "SPECIFICATION_TEMPLATE_FILE", "SPECIFICATION_FILE"):
        raise feature(s.cur.peek())
    s.cur.expect("@")
    stage = s.full(s.cur.name(), "STAGE")
    found = s.catalog.get("STAGE", stage)
    if found is None or not s.catalog.can(s.context.role, "READ", found):
        raise missing("Stage", ".".join(stage))
    s.cur.expect("SPECIFICATION_FILE", "=")
    return {"spec_type": "from_file", "stage": ".".join(quoted(p) if shown(p) != p else p for p in stage), "spec_file": options.text(s.cur, "SPECIFICATION_FILE")}


def _search_state(s: Statement, call: Call, obj: Obj) -> None:
    word = s.cur.toks[s.cur.i - 1].text.upper()
    if s.cur.peek() in ("INDEXING", "SERVING"):
        call.query["target"] = s.cur.word()
    (s.maker.suspend if word == "SUSPEND" else s.maker.resume)(call)


def _search_refresh(s: Statement, call: Call, obj: Obj) -> None:
    if not s.catalog.can(s.context.role, "OPERATE", obj):
        s.catalog.own(s.context.role, obj)


def _search_set(word: str) -> Callable[[Statement, Call, Obj], None]:
    def act(s: Statement, call: Call, obj: Obj) -> None:
        if s.cur.accept("ATTRIBUTES"):
            s.catalog.own(s.context.role, obj)
            change(s, call, obj, {("attribute_columns",): options.names(s.cur, "ATTRIBUTES") if word == "SET" else None})
        elif s.cur.accept("PRIMARY", "KEY"):
            s.catalog.own(s.context.role, obj)
            if word == "SET":
                s.cur.expect("=")
            change(s, call, obj, {("primary_key",): options.names(s.cur, "PRIMARY KEY") if word == "SET" else None})
        else:
            (_set if word == "SET" else _unset)(s, call, obj)
    return act


def _versions(s: Statement, call: Call, obj: Obj) -> None:
    """ADD LIVE VERSION FROM LAST, COMMIT, ABORT, PULL of notebooks and Streamlit apps."""
    word = s.cur.toks[s.cur.i - 1].text.upper()
    if word == "ADD":
        s.cur.expect("LIVE", "VERSION", "FROM", "LAST")
        call.query["fromLast"] = True
        s.maker.add_live(call)
    else:
        {"COMMIT": s.maker.commit, "ABORT": s.maker.abort, "PULL": s.maker.pull}[word](call)


def _format(s: Statement, call: Call, obj: Obj) -> None:
    """SET of options of the format's type; the type stays."""
    s.catalog.own(s.context.role, obj)
    kind = obj.props["format"]["type"]
    given = options.format_options(s.cur, "", {"type": kind}, frozenset(("COMMENT", "TYPE")))
    changes: dict[tuple[str, ...], Any] = {}
    if s.cur.accept("COMMENT"):
        s.cur.expect("=")
        changes["comment",] = options.text(s.cur, "COMMENT")
    if not s.cur.done:
        raise options.unknown(s.cur.word(), s.kind)
    if len(given) == 1 and not changes:
        raise s.cur.bad()
    change(s, call, obj, {**changes, ("format",): {**obj.props["format"], **given}})


def _refused(s: Statement, call: Call, obj: Obj) -> None:
    raise feature(f"ALTER {s.kind} {s.cur.toks[s.cur.i - 1].text.upper()}")


SPECIAL: dict[tuple[str, str], Callable[[Statement, Call, Obj], None]] = {
    **{("WAREHOUSE", w): _warehouse_state for w in ("SUSPEND", "RESUME", "ABORT")}, **{("WAREHOUSE", w): _warehouse_switch for w in ("ENABLE", "DISABLE")},
    **{("SCHEMA", w): _managed for w in ("ENABLE", "DISABLE")}, **{("DATABASE", w): _refused for w in ("ENABLE", "DISABLE", "REFRESH", "PRIMARY")},
    **{("USER", w): _refused for w in ("RESET", "ABORT", "ADD", "REMOVE", "ENROLL", "MODIFY")},
    **{(k, w): _secure(w) for k in ("VIEW", "FUNCTION") for w in ("SET", "UNSET")}, ("SEQUENCE", "SET"): _sequence, ("SEQUENCE", "INCREMENT"): _sequence,
    ("ALERT", "MODIFY"): _alert_modify, ("ALERT", "FROM"): _refused, ("TAG", "ADD"): _values_of_tag, ("TAG", "DROP"): _values_of_tag,
    ("NETWORK POLICY", "ADD"): _rules_of_policy, ("NETWORK POLICY", "REMOVE"): _rules_of_policy, ("EXTERNAL VOLUME", "ADD"): _locations,
    ("EXTERNAL VOLUME", "REMOVE"): _locations, ("EXTERNAL VOLUME", "UPDATE"): _refused, ("PROCEDURE", "EXECUTE"): _execute_as,
    **{(k, "REFRESH"): _refresh for k in ("PIPE", "DYNAMIC TABLE", "ICEBERG TABLE", "STAGE")},
    **{(k, "CLUSTER"): _cluster for k in ("TABLE", "EVENT TABLE", "DYNAMIC TABLE", "ICEBERG TABLE")},
    **{(k, "DROP"): _drop_clustering for k in ("TABLE", "EVENT TABLE", "DYNAMIC TABLE", "ICEBERG TABLE")},
    **{(k, w): _recluster for k in ("TABLE", "EVENT TABLE", "DYNAMIC TABLE", "ICEBERG TABLE") for w in ("SUSPEND", "RESUME")},
    ("COMPUTE POOL", "STOP"): _pool_stop, ("SERVICE", "FROM"): _service_from, ("SERVICE", "RESTORE"): _refused,
    **{("CORTEX SEARCH SERVICE", w): _search_state for w in ("SUSPEND", "RESUME")}, ("CORTEX SEARCH SERVICE", "REFRESH"): _search_refresh,
    **{("CORTEX SEARCH SERVICE", w): _search_set(w) for w in ("SET", "UNSET")}, **{("CORTEX SEARCH SERVICE", w): _refused for w in ("ADD", "DROP")},
    ("FILE FORMAT", "SET"): _format, ("NOTEBOOK", "ADD"): _versions, **{("STREAMLIT", w): _versions for w in ("ADD", "COMMIT", "ABORT", "PULL")}, ("STREAMLIT", "PUSH"): _refused,
}  # fmt: skip
