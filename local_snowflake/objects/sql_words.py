"""The SQL of the kinds as data: the properties that CREATE, ALTER … SET and ALTER … UNSET take, by the pages of Snowflake's SQL reference.

A line is a property: its name, how its value is read (sql_values.py), the statements that take it (c: CREATE, s: SET, u: UNSET) and, where it
is not the property of the same name, the path to it in the object's properties. What the documents of the object API do not know is kept under
its own name beside them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Property:
    name: str
    read: str
    uses: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """What one kind understands."""

    kind: str
    properties: dict[str, Property]
    rename: bool = True
    states: bool = False  # SUSPEND and RESUME
    modify: str | None = None  # the privilege beside OWNERSHIP that is enough for SET and UNSET
    replace: bool = True  # CREATE OR REPLACE
    create: bool = True
    swap: bool = False
    undrop: bool = False
    clone: bool = False
    required: tuple[str, ...] = ()
    needs: tuple[str, ...] = ("*",)  # the properties that are looked at together with a changed one; * for all
    tags: bool = True


def _words(kind: str, text: str, **traits: object) -> Words:
    properties = {}
    for line in text.split("\n"):
        parts = line.split()
        if parts:
            name, read, uses, *path = parts
            properties[name.upper()] = Property(name.upper(), read, uses, tuple(path[0].split(".")) if path else (name,))
    return Words(kind, properties, **traits)  # type: ignore[arg-type]


_LOG = "word(TRACE|DEBUG|INFO|WARN|ERROR|FATAL|OFF)"
_TRACE = "word(ALWAYS|ON_EVENT|PROPAGATE|OFF)"
_CONTAINER = f"""
    data_retention_time_in_days int(0..90) csu
    max_data_extension_time_in_days int(0..90) csu
    external_volume name csu
    catalog name csu
    catalog_sync text csu
    replace_invalid_characters bool csu
    default_ddl_collation text csu
    storage_serialization_policy word(COMPATIBLE|OPTIMIZED) csu
    enable_data_compaction bool csu
    iceberg_version_default int(2..3) csu
    iceberg_merge_on_read_behavior word(AUTO|ENABLED|DISABLED) csu
    log_level {_LOG} csu
    trace_level {_TRACE} csu
    suspend_task_after_num_failures int csu
    user_task_managed_initial_warehouse_size word csu
    user_task_timeout_ms int csu
    serverless_task_min_statement_size word csu
    serverless_task_max_statement_size word csu
    comment text csu
"""
_LEVELS = f"""
    log_level {_LOG} su
    trace_level {_TRACE} su
"""

ALL: dict[str, Words] = {w.kind: w for w in (
    _words("DATABASE", _CONTAINER, swap=True, modify="MODIFY", undrop=True, clone=True, needs=()),
    _words("SCHEMA", _CONTAINER + "pipe_execution_paused bool csu", swap=True, modify="MODIFY", undrop=True, clone=True, needs=()),
    _words("WAREHOUSE", """
        warehouse_type word(STANDARD|SNOWPARK-OPTIMIZED|ADAPTIVE) csu
        warehouse_size word csu
        generation text csu
        resource_constraint word csu
        wait_for_completion bool s
        max_cluster_count int csu
        min_cluster_count int csu
        scaling_policy word(STANDARD|ECONOMY) csu
        auto_suspend int_or_null csu
        auto_resume bool csu
        initially_suspended bool c
        resource_monitor name csu
        enable_query_acceleration bool csu
        query_acceleration_max_scale_factor int csu
        max_concurrency_level int csu
        statement_queued_timeout_in_seconds int csu
        statement_timeout_in_seconds int csu
        comment text csu
    """, states=True, modify="MODIFY", needs=("warehouse_type", "warehouse_size", "generation")),
    _words("ROLE", "comment text csu"),
    _words("DATABASE ROLE", "comment text csu"),
    _words("USER", """
        password text csu
        login_name name csu
        display_name name csu
        first_name name csu
        middle_name name csu
        last_name name csu
        email name csu
        must_change_password bool csu
        disabled bool csu
        days_to_expiry int csu
        mins_to_unlock int csu
        mins_to_bypass_mfa int csu
        default_warehouse name csu
        default_namespace dotted csu
        default_role name csu
        default_secondary_roles secondary csu
        rsa_public_key text csu
        rsa_public_key_2 text csu
        type word(PERSON|SERVICE|SERVICE_AGENT|LEGACY_SERVICE) csu
        network_policy name su
        enable_unredacted_query_syntax_error bool csu
        comment text csu
    """, needs=()),
    _words("TABLE", """
        data_retention_time_in_days int(0..90) su
        max_data_extension_time_in_days int(0..90) su
        change_tracking bool su
        default_ddl_collation text su
        enable_schema_evolution bool su
        comment text su
    """, create=False, swap=True, undrop=True, needs=()),
    _words("EVENT TABLE", """
        data_retention_time_in_days int(0..90) csu
        max_data_extension_time_in_days int(0..90) csu
        change_tracking bool csu
        default_ddl_collation text c
        comment text csu
    """),
    _words("VIEW", "comment text su\nchange_tracking bool s", create=False, needs=()),
    _words("STAGE", """
        url text cs
        storage_integration name cs
        credentials credentials cs
        encryption group cs
        file_format format cs
        directory group cs directory_table
        comment text cs
    """, needs=(), clone=True),
    _words("FILE FORMAT", "comment text csu", clone=True),
    _words("STREAM", """
        append_only bool c
        insert_only bool c
        show_initial_rows bool c
        comment text csu
    """, rename=False, clone=True),
    _words("SEQUENCE", "comment text csu", clone=True),
    _words("TAG", """
        propagate word(ON_DEPENDENCY_AND_DATA_MOVEMENT|ON_DEPENDENCY|ON_DATA_MOVEMENT) csu
        on_conflict word_or_text csu
        multi_value only(TRUE) cs
        allowed_values values csu
        comment text csu
    """, undrop=True, tags=False),
    _words("PIPE", """
        auto_ingest bool c
        aws_sns_topic text c
        integration name c
        error_integration name csu
        pipe_execution_paused bool su
        comment text csu
    """, rename=False, clone=True),
    _words("ALERT", """
        warehouse name csu
        schedule alert_schedule cs
        config text csu
        runbook text csu
        suspend_alert_after_num_failures int csu
        comment text csu
    """, rename=False, states=True, clone=True, required=()),
    _words("DYNAMIC TABLE", f"""
        target_lag lag cs
        warehouse name cs
        refresh_mode word(AUTO|FULL|INCREMENTAL) c
        initialize word(ON_CREATE|ON_SCHEDULE) c
        scheduler word(DISABLE|ENABLE) cs
        initialization_warehouse name csu
        data_retention_time_in_days int(0..90) csu
        max_data_extension_time_in_days int(0..90) csu
        default_ddl_collation text su
        log_level {_LOG} su
        row_timestamp bool csu
        comment text csu
    """, states=True, swap=True, undrop=True, clone=True, required=("TARGET_LAG", "WAREHOUSE")),
    _words("ICEBERG TABLE", """
        replace_invalid_characters bool su
        catalog_sync text s
        data_retention_time_in_days int(0..90) s
        auto_refresh bool s
        target_file_size word(AUTO|16MB|32MB|64MB|128MB) s
        path_layout word(FLAT|HIERARCHICAL) s
        log_event_level word(ERROR|WARN|DEBUG) su
        error_logging bool su
        enable_data_compaction bool su
        iceberg_merge_on_read_behavior word(AUTO|ENABLED|DISABLED) su
        enable_iceberg_merge_on_read bool su
        enable_schema_evolution bool su
    """, create=False, rename=False, undrop=True),
    _words("NOTEBOOK", """
        query_warehouse name csu
        main_file text c
        title text c
        idle_auto_shutdown_time_seconds int(60..259200) cs
        runtime_name text c
        compute_pool name c
        secrets pairs s
        comment text csu
    """, undrop=True, tags=False),
    _words("STREAMLIT", """
        main_file text cs
        query_warehouse name csu
        runtime_name text cs
        compute_pool name cs
        title text csu
        imports texts cs
        external_access_integrations names csu
        secrets pairs csu
        comment text csu
    """, undrop=True, tags=False),
    _words("SECRET", """
        type word(OAUTH2|CLOUD_PROVIDER_TOKEN|PASSWORD|GENERIC_STRING|SYMMETRIC_KEY) c
        api_authentication name cs
        oauth_scopes texts cs
        oauth_refresh_token text cs
        oauth_refresh_token_expiry_time text cs
        username text cs
        password text cs
        secret_string text cs
        algorithm word(GENERIC) c
        comment text cs
    """, rename=False, modify="MODIFY", required=("TYPE",), tags=False),
    _words("NETWORK POLICY", """
        allowed_network_rule_list rules cs
        blocked_network_rule_list rules cs
        allowed_ip_list texts cs
        blocked_ip_list texts cs
        comment text csu
    """),
    _words("NETWORK RULE", """
        type word(IPV4|IPV6|AWSVPCEID|AZURELINKID|GCPPSCID|HOST_PORT|PRIVATE_HOST_PORT|COMPUTE_POOL) c
        value_list texts csu
        mode word(INGRESS|INTERNAL_STAGE|EGRESS|SNOWFLAKE_MANAGED_STORAGE_VOLUME|POSTGRES_INGRESS|POSTGRES_EGRESS) c
        comment text csu
    """, rename=False, required=("TYPE", "VALUE_LIST", "MODE"), tags=False),
    _words("PASSWORD POLICY", """
        password_min_length int(8..256) csu
        password_max_length int(8..256) csu
        password_min_upper_case_chars int(0..256) csu
        password_min_lower_case_chars int(0..256) csu
        password_min_numeric_chars int(0..256) csu
        password_min_special_chars int(0..256) csu
        password_min_age_days int(0..999) csu
        password_max_age_days int(0..999) csu
        password_max_retries int(1..10) csu
        password_lockout_time_mins int(1..999) csu
        password_history int(0..24) csu
        comment text csu
    """),
    _words("API INTEGRATION", """
        api_aws_role_arn text s api_hook.api_aws_role_arn
        azure_ad_application_id text s api_hook.azure_ad_application_id
        api_key text su api_hook.api_key
        enabled bool su
        api_allowed_prefixes texts s
        api_blocked_prefixes texts su
        comment text su
    """, rename=False, create=False),
    _words("CATALOG INTEGRATION", """
        refresh_interval_seconds int(30..86400) s
        comment text s
    """, rename=False, create=False, tags=False),
    _words("NOTIFICATION INTEGRATION", """
        enabled bool su
        allowed_recipients texts su notification_hook.allowed_recipients
        default_recipients texts su notification_hook.default_recipients
        default_subject text su notification_hook.default_subject
        webhook_url text s notification_hook.webhook_url
        webhook_body_template text su notification_hook.webhook_body_template
        webhook_headers pairs su notification_hook.webhook_headers
        aws_sns_topic_arn text s notification_hook.aws_sns_topic_arn
        aws_sns_role_arn text s notification_hook.aws_sns_role_arn
        comment text su
    """, rename=False, create=False),
    _words("EXTERNAL VOLUME", "allow_writes bool s\ncomment text s", rename=False, create=False, undrop=True, tags=False),
    _words("COMPUTE POOL", """
        min_nodes int cs
        max_nodes int cs
        instance_family word cs
        backup_instance_families texts csu
        auto_resume bool csu
        auto_suspend_secs int csu
        initially_suspended bool c
        placement_group text csu
        comment text csu
    """, rename=False, states=True, modify="MODIFY", replace=False, required=("MIN_NODES", "MAX_NODES", "INSTANCE_FAMILY")),
    _words("SERVICE", f"""
        min_instances int csu
        max_instances int csu
        log_level {_LOG} csu
        auto_suspend_secs int csu
        min_ready_instances int csu
        query_warehouse name csu
        auto_resume bool csu
        external_access_integrations names csu
        comment text csu
    """, rename=False, states=True, replace=False),
    _words("IMAGE REPOSITORY", """
        encryption group c
        comment text csu
    """, rename=False),
    _words("CORTEX SEARCH SERVICE", """
        target_lag lag cs
        warehouse name cs
        full_index_build_interval_days int cs
        request_logging bool cs
        auto_suspend int_or_null cs
        comment text cs
    """, rename=False, states=True, create=False),
    _words("ARTIFACT REPOSITORY", """
        index_url text s
        authentication_secret dotted su
        package_retention word(ON_OBJECT_CREATION) su
        comment text su
    """, rename=False, create=False),
    _words("FUNCTION", _LEVELS + """
        external_access_integrations names s language_config.external_access_integrations
        secrets pairs s language_config.secrets
        comment text su
    """),
    _words("PROCEDURE", f"""
        log_level {_LOG} s
        trace_level {_TRACE} s
        external_access_integrations names s language_config.external_access_integrations
        secrets pairs s language_config.secrets
        comment text su
    """),
    _words("SERVICE FUNCTION", "max_batch_rows int su\ncomment text su", create=False),
    _words("MANAGED ACCOUNT", "comment text c", create=False, rename=False, tags=False),
)}  # fmt: skip

ALTERED = frozenset(ALL) - {"MANAGED ACCOUNT", "SERVICE FUNCTION", "EVENT TABLE"}  # the last two are reached as FUNCTION and TABLE
