"""The rows of the kinds that live in a schema or in the account and have no rows in SQL: one function a kind, from what the object API keeps."""

from __future__ import annotations

import json
from typing import Any, Callable, Iterable

from ...model import ACCOUNT_NAME
from ..catalog.catalog import Obj, Path
from ..commands.account import Account
from ..language.parse import split_name
from .service_cells import service_cells, spec_text
from .show_more import head, pool_rows, stage_rows, stamp, stream_rows, task_rows

Cells = dict[str, Any]


def yes(value: Any) -> str:
    return "Y" if value else "N"


def flag(value: Any) -> str:
    return str(bool(value)).lower()


def plain(name: str | None) -> str | None:
    """A name as it is kept, of one that was written as SQL writes it."""
    return ".".join(split_name(name)) if name else name


def placed(o: Obj, nothing: str | None = "") -> Cells:
    """The cells that every kind in a schema has; nothing stands for a comment that was never set."""
    return {**head(o), "comment": o.props.get("comment") or nothing, "owner_role_type": "ROLE" if o.owner else None}


def lag(value: Any) -> str | None:
    """TARGET_LAG as it is shown."""
    if not isinstance(value, dict):
        return value
    return f"{value['seconds']} seconds" if value.get("seconds") is not None else str(value.get("type", "")).upper()


def schedule(value: Any) -> str | None:
    """The schedule of an alert."""
    if not isinstance(value, dict):
        return value
    if value.get("minutes") is not None:
        return f"{value['minutes']} MINUTE"
    return f"USING CRON {value.get('cron_expr')} {value.get('timezone')}"


def texts(values: Any) -> str | None:
    return ",".join(str(v) for v in values) if values else None


def alert(engine: Account, o: Obj) -> Cells:
    p = o.props
    return {**placed(o), "warehouse": plain(p.get("warehouse")), "schedule": schedule(p.get("schedule")), "state": p.get("state") or "suspended", "condition": p.get("condition"),
            "action": p.get("action"), "runbook": None, "config": None, "was_auto_suspended": None}


def dynamic_table(engine: Account, o: Obj) -> Cells:
    p = o.props
    clustered = p.get("cluster_by") or []
    return {**placed(o), "cluster_by": f"LINEAR({', '.join(clustered)})" if clustered else "", "rows": str(p.get("rows", 0)), "bytes": "0", "target_lag": lag(p.get("target_lag")),
            "scheduler": None, "refresh_mode": p.get("refresh_mode") or "AUTO", "refresh_mode_reason": None, "warehouse": plain(p.get("warehouse")), "text": p.get("query"),
            "automatic_clustering": "ON" if clustered and p.get("recluster", True) else "OFF", "scheduling_state": p.get("scheduling_state") or "RUNNING", "last_suspended_on": None,
            "is_clone": "false", "is_replica": "false", "is_iceberg": "false", "data_timestamp": None, "immutable_where": None, "execute_as_user": None}


def iceberg_table(engine: Account, o: Obj) -> Cells:
    p = o.props
    return {**placed(o), "external_volume_name": plain(p.get("external_volume")) or "SNOWFLAKE_DEFAULT_VOLUME", "catalog_name": plain(p.get("catalog")) or "SNOWFLAKE",
            "iceberg_table_type": p.get("iceberg_table_type") or "MANAGED", "catalog_table_name": p.get("catalog_table_name"), "catalog_namespace": p.get("catalog_namespace"),
            "base_location": p.get("base_location"), "can_write_metadata": p.get("can_write_metadata") or "Y", "name_mapping": None, "catalog_sync_name": p.get("catalog_sync"),
            "auto_refresh_status": None, "partition_specs": None, "current_partition_spec_id": None, "kind": "ICEBERG TABLE"}


def pipe(engine: Account, o: Obj) -> Cells:
    p = o.props
    return {**placed(o), "definition": p.get("copy_statement"), "notification_channel": None, "integration": p.get("integration"), "pattern": None,
            "error_integration": p.get("error_integration"), "invalid_reason": None, "kind": "STAGE"}


def search_service(engine: Account, o: Obj) -> Cells:
    p = o.props
    state = {"ACTIVE": "RUNNING"}
    return {**placed(o, None), "warehouse": plain(p.get("warehouse")), "target_lag": lag(p.get("target_lag")), "definition": p.get("definition"),
            "search_column": plain(p.get("search_column")), "attribute_columns": texts(p.get("attribute_columns")), "columns": texts(p.get("columns")), "primary_key_columns": "",
            "scoring_profile_count": "0", "service_query_url": None, "source_data_num_rows": None, "indexing_error": None, "data_timestamp": None, "embedding_model": None,
            "full_index_build_interval_days": None, **{n: state.get(p.get(n, "ACTIVE"), p.get(n)) for n in ("indexing_state", "serving_state")}}


def service(engine: Account, o: Obj) -> Cells:
    p = o.props
    cells = {k: flag(v) if isinstance(v, bool) else texts(v) if isinstance(v, list) else None if v is None else str(v) for k, v in service_cells(engine, o).items()}
    return {**placed(o, None), **cells, "compute_pool": plain(p["compute_pool"]), "updated_on": stamp(p.get("updated_on") or o.created_on), "resumed_on": stamp(p.get("resumed_on")),
            "suspended_on": stamp(p.get("suspended_on")), "query_warehouse": plain(p.get("query_warehouse")), "managing_object_domain": None, "managing_object_name": None,
            "spec": spec_text(p)}


def image_repository(engine: Account, o: Obj) -> Cells:
    host = f"{ACCOUNT_NAME.lower()}.registry.snowflakecomputing.com"
    return {**placed(o), "repository_url": f"{host}/{'/'.join(part.lower() for part in o.path)}", "encryption": "SNOWFLAKE_SSE"}


def notebook(engine: Account, o: Obj) -> Cells:
    p = o.props
    return {**placed(o, None), "query_warehouse": plain(p.get("query_warehouse")), "url_id": p.get("url_id"), "code_warehouse": "SYSTEM$STREAMLIT_NOTEBOOK_WH"}


def streamlit(engine: Account, o: Obj) -> Cells:
    p = o.props
    version = p["versions"][-1]
    home = f"snow://streamlit/{'.'.join(o.path)}/versions/"
    details = {"name": version["name"], "alias": version["alias"], "location_uri": f"{home}{version['name'].lower()}/", "source_location_uri": version["source"],
               "git_commit_hash": None}
    return {**placed(o, None), "title": p.get("title"), "query_warehouse": plain(p.get("query_warehouse")), "url_id": p.get("url_id"), "kind": "Streamlit",
            "main_file": p.get("main_file"), "runtime_name": None, "compute_pool": None, "default_packages": None, "user_packages": None, "import_urls": json.dumps(p.get("imports") or []),
            "external_access_integrations": json.dumps(p.get("external_access_integrations") or []), "external_access_secrets": None, "default_version": "LAST",
            **{f"{which}_version_{k}": v for which in ("default", "last") for k, v in details.items()},
            "live_version_location_uri": f"{home}live/" if "live" in p else None}


def network_rule(engine: Account, o: Obj) -> Cells:
    values = o.props.get("value_list") or []
    return {**placed(o), "type": o.props.get("type"), "mode": o.props.get("mode"), "entries_in_valuelist": str(len(values)), "value_list": texts(values) or ""}


def policy(engine: Account, o: Obj) -> Cells:
    return {**placed(o), "kind": o.kind.replace(" ", "_"), "options": ""}


def session_policy(engine: Account, o: Obj) -> Cells:
    p = o.props
    numbers = {n: str(p[n]) for n in ("session_idle_timeout_mins", "session_ui_idle_timeout_mins", "session_max_lifespan_mins", "session_ui_max_lifespan_mins")}
    return {**policy(engine, o), **numbers, "allowed_secondary_roles": json.dumps(p["allowed_secondary_roles"]), "agent_restricted_session_scope": None}


def secret(engine: Account, o: Obj) -> Cells:
    p = o.props
    scopes = p.get("oauth_scopes")
    return {**placed(o, None), "secret_type": p.get("type"), "oauth_scopes": f"[{', '.join(scopes)}]" if scopes else None, "username": p.get("username"),
            "oauth_access_token_expiry_time": None, "oauth_refresh_token_expiry_time": stamp_or_none(p.get("oauth_refresh_token_expiry_time")),
            "integration_name": plain(p.get("api_authentication")), "algorithm": p.get("algorithm"), "key_length": None if p.get("key_length") is None else str(p["key_length"]),
            "workload_identity_federation_issuer": None, "workload_identity_federation_subject": None}


def stamp_or_none(text: str | None) -> str | None:
    try:
        return stamp(text)
    except ValueError:
        return None


def sequence(engine: Account, o: Obj) -> Cells:
    p = o.props
    return {**placed(o), "next_value": str(p.get("next_value", p.get("start", 1))), "interval": str(p.get("increment", 1)), "ordered": yes(p.get("ordered"))}


def tag(engine: Account, o: Obj) -> Cells:
    values = o.props.get("allowed_values")
    return {**placed(o), "allowed_values": json.dumps(values) if values else None}


def artifact_repository(engine: Account, o: Obj) -> Cells:
    return {**placed(o), "type": o.props.get("type"), "api_integration": plain(o.props.get("api_integration")) or ""}


def returns(p: Cells) -> str:
    """What a routine returns, as its signature says it."""
    kind = p.get("return_type") or {}
    if kind.get("type") == "TABLE":
        return f"TABLE ({', '.join(' '.join(filter(None, (c.get('name'), c.get('datatype')))) for c in kind.get('column_list') or [])})"
    return str(kind.get("datatype") or "")


def routine(engine: Account, o: Obj) -> Cells:
    p = o.props
    arguments = p.get("arguments") or []
    given = ", ".join(("DEFAULT " if a.get("default_value") is not None else "") + bare_type(a.get("datatype") or "VARCHAR") for a in arguments)
    table = (p.get("return_type") or {}).get("type") == "TABLE"
    config = p.get("language_config") or {}
    needed = sum(a.get("default_value") is None for a in arguments)
    noun = "function" if o.kind == "FUNCTION" else "procedure"
    return {**head(o), "name": p["bare_name"], "schema_name": o.path[1], "catalog_name": o.path[0], "is_builtin": "N", "is_aggregate": yes(p.get("is_aggregate")), "is_ansi": "N",
            "min_num_arguments": str(needed), "max_num_arguments": str(len(arguments)), "arguments": f"{p['bare_name']}({given}) RETURN {bare_type(returns(p))}",
            "description": p.get("comment") or f"user-defined {noun}", "is_table_function": yes(table), "valid_for_clustering": "N", "is_secure": yes(p.get("is_secure")),
            "secrets": json.dumps(config["secrets"]) if config.get("secrets") else None, "external_access_integrations": texts(config.get("external_access_integrations")),
            "is_external_function": "N", "language": str(config.get("language") or "SQL").upper(), "is_memoizable": yes(p.get("is_memoizable")), "is_data_metric": "N",
            "is_ai_function": "N"}


def bare_type(text: str) -> str:
    """A type without its length, as signatures show it."""
    return text if text.upper().startswith("TABLE") else text.split("(")[0].strip().upper()


def network_policy(engine: Account, o: Obj) -> Cells:
    p = o.props
    counts = {f"entries_in_{to}": str(len(p.get(of) or [])) for to, of in (
        ("allowed_ip_list", "allowed_ip_list"), ("blocked_ip_list", "blocked_ip_list"), ("allowed_network_rules", "allowed_network_rule_list"),
        ("blocked_network_rules", "blocked_network_rule_list"))}
    return {**head(o), "comment": p.get("comment") or "", **counts}


QUEUES = {"QUEUE_AWS_SNS_OUTBOUND": "QUEUE - AWS_SNS", "QUEUE_AZURE_EVENT_GRID_INBOUND": "QUEUE - AZURE_STORAGE_QUEUE", "QUEUE_AZURE_EVENT_GRID_OUTBOUND": "QUEUE - AZURE_EVENT_GRID",
          "QUEUE_GCP_PUBSUB_INBOUND": "QUEUE - GCP_PUBSUB", "QUEUE_GCP_PUBSUB_OUTBOUND": "QUEUE - GCP_PUBSUB"}


def integration(engine: Account, o: Obj) -> Cells:
    p = o.props
    kind = (p.get("notification_hook") or {}).get("type", "")
    found = {"API INTEGRATION": "EXTERNAL_API", "CATALOG INTEGRATION": "CATALOG", "NOTIFICATION INTEGRATION": QUEUES.get(kind, kind)}[o.kind]
    return {"name": o.name, "type": found, "category": o.kind.split()[0], "enabled": flag(p.get("enabled")), "comment": p.get("comment") or "", "created_on": stamp(o.created_on)}


def external_volume(engine: Account, o: Obj) -> Cells:
    return {"name": o.name, "allow_writes": flag(o.props.get("allow_writes", True)), "comment": o.props.get("comment") or ""}


def managed_account(engine: Account, o: Obj) -> Cells:
    p = o.props
    blank = dict.fromkeys("region_group old_account_url account_old_url_saved_on account_old_url_last_used organization_old_url organization_old_url_saved_on "
                          "organization_old_url_last_used".split())
    return {"name": o.name, "account_name": o.name, "cloud": p.get("cloud"), "region": p.get("region"), "account_locator": p.get("locator"), "created_on": stamp(o.created_on),
            "account_url": p.get("url"), "account_locator_url": p.get("account_locator_url"), "is_reader": "true", "comment": p.get("comment") or "", **blank}


def percents(values: list[float]) -> str | None:
    return ",".join(f"{v:g}%" for v in values) if values else None


def resource_monitor(engine: Account, o: Obj) -> Cells:
    """Nothing uses credits here."""
    p = o.props
    quota = p.get("credit_quota")
    level = "WAREHOUSE" if any(w.props.get("resource_monitor") == o.name for w in engine.catalog.all("WAREHOUSE")) else None
    return {"name": o.name, "credit_quota": None if quota is None else f"{quota:.2f}", "used_credits": "0.00", "remaining_credits": None if quota is None else f"{quota:.2f}",
            "level": level, "frequency": p["frequency"], "start_time": stamp(p.get("start_time")), "end_time": stamp(p.get("end_time")), "notify_at": percents(p.get("notify_at") or []),
            "suspend_at": percents(p.get("suspend_at") or []), "suspend_immediately_at": percents(p.get("suspend_immediately_at") or []), "created_on": stamp(o.created_on),
            "owner": o.owner, "comment": "", "notify_users": texts(p.get("notify_users")) or ""}


def database_role(engine: Account, o: Obj) -> Cells:
    cat, name = engine.catalog, ".".join(o.path)
    below = {".".join(r.path) for r in cat.all("DATABASE ROLE")}
    members = list(cat.members)
    counts = {"granted_to_roles": sum(r == name and k == "ROLE" and g not in below for r, k, g in members),
              "granted_to_database_roles": sum(r == name and k == "ROLE" and g in below for r, k, g in members),
              "granted_database_roles": sum(g == name and k == "ROLE" for _, k, g in members)}
    return {"created_on": stamp(o.created_on), "name": o.name, "is_default": "N", "is_current": "N", "is_inherited": "N", **{k: str(v) for k, v in counts.items()}, "owner": o.owner,
            "comment": o.props.get("comment") or "", "owner_role_type": "ROLE" if o.owner else None}


def one(rows: Callable[[Account, Iterable[Obj]], Iterable[Cells]]) -> Callable[[Account, Obj], Cells]:
    return lambda engine, o: next(iter(rows(engine, [o])))


def plain_head(engine: Account, o: Obj) -> Cells:
    return placed(o)


CELLS: dict[str, Callable[[Account, Obj], Cells]] = {
    "ALERT": alert, "DYNAMIC TABLE": dynamic_table, "ICEBERG TABLE": iceberg_table, "EVENT TABLE": plain_head, "PIPE": pipe, "CORTEX SEARCH SERVICE": search_service,
    "SERVICE": service, "IMAGE REPOSITORY": image_repository, "NOTEBOOK": notebook, "STREAMLIT": streamlit, "NETWORK RULE": network_rule, "PASSWORD POLICY": policy,
    "SESSION POLICY": session_policy, "SECRET": secret, "SEQUENCE": sequence, "TAG": tag, "ARTIFACT REPOSITORY": artifact_repository, "PROCEDURE": routine, "FUNCTION": routine,
    "NETWORK POLICY": network_policy, "API INTEGRATION": integration, "CATALOG INTEGRATION": integration, "NOTIFICATION INTEGRATION": integration,
    "EXTERNAL VOLUME": external_volume, "MANAGED ACCOUNT": managed_account, "RESOURCE MONITOR": resource_monitor, "DATABASE ROLE": database_role,
    "TASK": one(task_rows), "STAGE": one(stage_rows), "STREAM": one(stream_rows), "COMPUTE POOL": one(pool_rows),
}
INTEGRATIONS = ("API INTEGRATION", "CATALOG INTEGRATION", "NOTIFICATION INTEGRATION")


def cells(engine: Account, o: Obj) -> Cells:
    return CELLS[o.kind](engine, o)


