"""What SHOW lists: for each kind its words, its columns in their order and the clauses that its page knows. A kind more is a line more."""

from __future__ import annotations

from dataclasses import dataclass

from ..language import types as T
from ..language.types import Type

Columns = list[tuple[str, Type]]
STAMP = Type("timestamp_ltz", s=3)


@dataclass(frozen=True)
class Layout:
    """One SHOW. clauses: t TERSE, h HISTORY, l LIKE, a IN ACCOUNT alone, i IN a place, s STARTS WITH, n LIMIT, f LIMIT … FROM, r ROOT ONLY, p WITH PRIVILEGES."""

    kind: str  # the catalog's kind
    columns: str
    clauses: str
    terse: str = ""
    strict: bool = False  # more than 10,000 rows are an error without LIMIT, a LIMIT beyond them too; of others the rest is left out

    def names(self, terse: bool = False, history: bool = False) -> list[str]:
        out = (self.terse if terse else self.columns).split()
        if history and not terse and "retention_time" in out:
            out.insert(out.index("retention_time") + 1, "dropped_on")
        return out


PLACED = "created_on name kind database_name schema_name"
_FUNCTIONS = ("created_on name schema_name is_builtin is_aggregate is_ansi min_num_arguments max_num_arguments arguments description catalog_name is_table_function "
              "valid_for_clustering is_secure secrets external_access_integrations")
_POLICIES = "created_on name database_name schema_name kind owner comment owner_role_type options"
_SERVICES = ("name status database_name schema_name owner compute_pool dns_name current_instances target_instances min_ready_instances min_instances max_instances auto_resume "
             "external_access_integrations created_on updated_on resumed_on suspended_on auto_suspend_secs comment owner_role_type query_warehouse is_job is_async_job spec_digest "
             "is_upgrading managing_object_domain managing_object_name")
_INTEGRATIONS = "name type category enabled comment created_on"

SHOWN: dict[str, Layout] = {
    "DATABASES": Layout("DATABASE", "created_on name is_default is_current origin owner comment options retention_time kind owner_role_type object_visibility "
                        "data_quality_monitoring_settings resharing_settings", "thlasnfp", PLACED, True),
    "SCHEMAS": Layout("SCHEMA", "created_on name is_default is_current database_name owner comment options retention_time owner_role_type classification_profile_database "
                      "classification_profile_schema classification_profile object_visibility is_nested", "thlisnfp", PLACED, True),
    "TABLES": Layout("TABLE", "created_on name database_name schema_name kind comment cluster_by rows bytes owner retention_time automatic_clustering change_tracking "
                     "search_optimization search_optimization_progress search_optimization_bytes is_external enable_schema_evolution owner_role_type is_event is_hybrid is_iceberg "
                     "is_dynamic is_immutable", "thlisnf", PLACED, True),
    "VIEWS": Layout("VIEW", "created_on name reserved database_name schema_name owner comment text is_secure is_materialized owner_role_type change_tracking", "tlisnf", PLACED, True),
    "OBJECTS": Layout("", "created_on name database_name schema_name kind comment cluster_by rows bytes owner retention_time owner_role_type is_hybrid is_dynamic is_iceberg "
                      "is_interactive", "tlisnf", PLACED),
    "COLUMNS": Layout("", "table_name schema_name column_name data_type null? default kind expression comment database_name autoincrement schema_evolution_record", "lisnf"),
    "PRIMARY KEYS": Layout("", "created_on database_name schema_name table_name column_name key_sequence constraint_name rely comment", "lisnf"),
    "TRANSACTIONS": Layout("", "id user session name started_on state scope", "a"),
    # of the account
    "WAREHOUSES": Layout("WAREHOUSE", "name state type size min_cluster_count max_cluster_count started_clusters running queued is_default is_current is_interactive auto_suspend "
                         "auto_resume available provisioning quiescing other created_on resumed_on updated_on owner comment enable_query_acceleration "
                         "query_acceleration_max_scale_factor resource_monitor actives pendings failed suspended uuid scaling_policy owner_role_type resource_constraint generation", "lap"),
    "ROLES": Layout("ROLE", "created_on name is_default is_current is_inherited assigned_to_users granted_to_roles granted_roles owner comment", "tlasnf",
                    "is_default is_current is_inherited is_from_organization_user_group"),
    "USERS": Layout("USER", "name created_on login_name display_name first_name last_name email mins_to_unlock days_to_expiry comment disabled must_change_password snowflake_lock "
                    "default_warehouse default_namespace default_role default_secondary_roles ext_authn_duo ext_authn_uid mins_to_bypass_mfa owner last_success_login expires_at_time "
                    "locked_until_time has_password has_rsa_public_key type has_mfa has_pat has_workload_identity is_from_organization_user", "tlasnf",
                    "name created_on display_name first_name last_name email org_identity comment has_password has_rsa_public_key type has_mfa has_pat "
                    "has_federated_workload_authentication is_from_organization_user"),
    "COMPUTE POOLS": Layout("COMPUTE POOL", "name state min_nodes max_nodes instance_family num_services num_jobs auto_suspend_secs auto_resume active_nodes idle_nodes target_nodes "
                            "created_on resumed_on updated_on owner comment is_exclusive application placement_group backup_instance_families", "lasnf"),
    "DATABASE ROLES": Layout("DATABASE ROLE", "created_on name is_default is_current is_inherited granted_to_roles granted_to_database_roles granted_database_roles owner comment "
                             "owner_role_type", "inf"),
    "RESOURCE MONITORS": Layout("RESOURCE MONITOR", "name credit_quota used_credits remaining_credits level frequency start_time end_time notify_at suspend_at "
                                "suspend_immediately_at created_on owner comment notify_users", "l"),
    "NETWORK POLICIES": Layout("NETWORK POLICY", "created_on name comment entries_in_allowed_ip_list entries_in_blocked_ip_list entries_in_allowed_network_rules "
                               "entries_in_blocked_network_rules", ""),
    "INTEGRATIONS": Layout("", _INTEGRATIONS, "l"),
    "API INTEGRATIONS": Layout("API INTEGRATION", _INTEGRATIONS, "l"),
    "CATALOG INTEGRATIONS": Layout("CATALOG INTEGRATION", "name enabled type category comment created_on", "l"),
    "NOTIFICATION INTEGRATIONS": Layout("NOTIFICATION INTEGRATION", _INTEGRATIONS, "l"),
    "EXTERNAL VOLUMES": Layout("EXTERNAL VOLUME", "name allow_writes comment", "l"),
    "MANAGED ACCOUNTS": Layout("MANAGED ACCOUNT", "account_name cloud region account_locator created_on account_url account_locator_url is_reader comment region_group old_account_url "
                               "account_old_url_saved_on account_old_url_last_used organization_old_url organization_old_url_saved_on organization_old_url_last_used", "l"),
    # of a schema
    "STAGES": Layout("STAGE", "created_on name database_name schema_name url has_credentials has_encryption_key owner comment region type cloud notification_channel "
                     "storage_integration endpoint owner_role_type directory_enabled", "li"),
    "STREAMS": Layout("STREAM", "created_on name database_name schema_name owner comment table_name source_type base_tables type stale mode stale_after invalid_reason "
                      "owner_role_type", "tlisnf", "created_on name kind database_name schema_name tableOn", True),
    "TASKS": Layout("TASK", "created_on name id database_name schema_name owner comment warehouse schedule predecessors state definition condition allow_overlapping_execution "
                    "error_integration last_committed_on last_suspended_on owner_role_type config task_relations last_suspended_reason success_integration scheduling_mode "
                    "target_completion_interval execute_as_user overlap_policy created_by_user", "tlisrnf", PLACED + " schedule", True),
    "ALERTS": Layout("ALERT", "created_on name database_name schema_name owner comment warehouse schedule state condition action owner_role_type runbook config "
                     "was_auto_suspended", "tlisnf", PLACED + " schedule state", True),
    "DYNAMIC TABLES": Layout("DYNAMIC TABLE", "created_on name database_name schema_name cluster_by rows bytes owner target_lag scheduler refresh_mode refresh_mode_reason warehouse "
                             "comment text automatic_clustering scheduling_state last_suspended_on is_clone is_replica is_iceberg data_timestamp owner_role_type immutable_where "
                             "execute_as_user", "lisnf", "", True),
    "ICEBERG TABLES": Layout("ICEBERG TABLE", "created_on name database_name schema_name owner external_volume_name catalog_name iceberg_table_type catalog_table_name "
                             "catalog_namespace base_location can_write_metadata comment name_mapping owner_role_type catalog_sync_name auto_refresh_status partition_specs "
                             "current_partition_spec_id", "tlisnf", PLACED, True),
    "EVENT TABLES": Layout("EVENT TABLE", "created_on name database_name schema_name owner comment owner_role_type", "tlisnf", "created_on name database_name schema_name", True),
    "PIPES": Layout("PIPE", "created_on name database_name schema_name definition owner notification_channel comment integration pattern error_integration owner_role_type "
                    "invalid_reason kind", "li"),
    "CORTEX SEARCH SERVICES": Layout("CORTEX SEARCH SERVICE", "created_on name schema_name database_name warehouse target_lag comment definition search_column attribute_columns "
                                     "columns primary_key_columns scoring_profile_count", "lisnf"),
    "SERVICES": Layout("SERVICE", _SERVICES, "lisnf"),
    "JOB SERVICES": Layout("SERVICE", _SERVICES.replace(" is_job ", " "), "lisnf"),
    "SERVICES EXCLUDE JOBS": Layout("SERVICE", _SERVICES.replace(" is_job is_async_job ", " "), "lisnf"),
    "IMAGE REPOSITORIES": Layout("IMAGE REPOSITORY", "created_on name database_name schema_name repository_url owner owner_role_type comment encryption", "li"),
    "NOTEBOOKS": Layout("NOTEBOOK", "created_on name database_name schema_name comment owner query_warehouse url_id owner_role_type code_warehouse", "lisnf"),
    "STREAMLITS": Layout("STREAMLIT", "created_on name database_name schema_name title comment owner query_warehouse url_id owner_role_type", "tlinf", PLACED + " title url_id"),
    "NETWORK RULES": Layout("NETWORK RULE", "created_on name database_name schema_name owner comment type mode entries_in_valuelist owner_role_type", "lisnf"),
    "PASSWORD POLICIES": Layout("PASSWORD POLICY", _POLICIES, "lisn", "", True),
    "SESSION POLICIES": Layout("SESSION POLICY", _POLICIES, "lisn", "", True),
    "SECRETS": Layout("SECRET", "created_on name schema_name database_name owner comment secret_type oauth_scopes owner_role_type", "li"),
    "SEQUENCES": Layout("SEQUENCE", "name database_name schema_name next_value interval created_on owner comment owner_role_type ordered", "li"),
    "TAGS": Layout("TAG", "created_on name database_name schema_name owner comment allowed_values owner_role_type", "li", "", True),
    "ARTIFACT REPOSITORIES": Layout("ARTIFACT REPOSITORY", "created_on name database_name schema_name type api_integration owner owner_role_type comment", "lin"),
    "PROCEDURES": Layout("PROCEDURE", _FUNCTIONS, "li"),
    "USER PROCEDURES": Layout("PROCEDURE", _FUNCTIONS, "li"),
    "USER FUNCTIONS": Layout("FUNCTION", _FUNCTIONS + " is_external_function language is_memoizable is_data_metric is_ai_function", "li"),
}
WORDS = sorted(SHOWN, key=lambda words: -len(words.split()))  # the longest first

OTHERS = {
    "PARAMETERS": "key value default level description type",
    "GRANTS": "created_on privilege granted_on name granted_to grantee_name grant_option granted_by",
    "GRANTS ON": "created_on privilege granted_on name granted_to grantee_name grant_option granted_by granted_by_role_type",
    "GRANTS OF": "created_on role granted_to grantee_name granted_by",
    "GRANTS TO USER": "created_on privilege granted_on name role granted_to grantee_name grant_option granted_by",
    "FUTURE GRANTS": "created_on privilege grant_on name grant_to grantee_name grant_option",
}

# DESCRIBE: columns of one row; what is a list of properties stands in describe.py
TABLE_COLUMNS = ["name", "type", "kind", "null?", "default", "primary key", "unique key", "check", "expression", "comment", "policy name", "privacy domain", "write default"]
DESCRIBED = {
    "TASK": SHOWN["TASKS"].columns, "ALERT": SHOWN["ALERTS"].columns, "STREAM": SHOWN["STREAMS"].columns, "SEQUENCE": SHOWN["SEQUENCES"].columns,
    "WAREHOUSE": "created_on name kind",
    "NETWORK RULE": "created_on name database_name schema_name owner comment type mode value_list",
    "SESSION POLICY": "created_on name session_idle_timeout_mins session_ui_idle_timeout_mins session_max_lifespan_mins session_ui_max_lifespan_mins allowed_secondary_roles "
                      "agent_restricted_session_scope comment",
    "PIPE": "created_on name database_name schema_name definition owner notification_channel comment integration pattern error_integration invalid_reason kind",
    "SECRET": "created_on name schema_name database_name owner comment secret_type username oauth_access_token_expiry_time oauth_refresh_token_expiry_time oauth_scopes "
              "integration_name algorithm key_length workload_identity_federation_issuer workload_identity_federation_subject",
    "SERVICE": _SERVICES.replace(" dns_name ", " spec dns_name "),
    "COMPUTE POOL": "name state min_nodes max_nodes instance_family num_services num_jobs auto_suspend_secs auto_resume active_nodes idle_nodes target_nodes created_on resumed_on "
                    "updated_on owner comment is_exclusive application budget error_code status_message placement_group",
    "CORTEX SEARCH SERVICE": "name database_name schema_name target_lag warehouse search_column attribute_columns columns definition comment service_query_url source_data_num_rows "
                             "indexing_state indexing_error serving_state created_on data_timestamp embedding_model primary_key_columns scoring_profile_count "
                             "full_index_build_interval_days",
    "STREAMLIT": "title main_file query_warehouse runtime_name compute_pool url_id default_packages user_packages import_urls external_access_integrations external_access_secrets "
                 "name comment default_version default_version_name default_version_alias default_version_location_uri default_version_source_location_uri "
                 "default_version_git_commit_hash last_version_name last_version_alias last_version_location_uri last_version_source_location_uri last_version_git_commit_hash "
                 "live_version_location_uri",
}

_NUMBERS = frozenset(
    "rows bytes key_sequence started_clusters running queued min_cluster_count max_cluster_count auto_suspend assigned_to_users granted_to_roles granted_roles "
    "granted_to_database_roles granted_database_roles entries_in_allowed_ip_list entries_in_blocked_ip_list entries_in_allowed_network_rules entries_in_blocked_network_rules "
    "entries_in_valuelist next_value interval min_num_arguments max_num_arguments scoring_profile_count source_data_num_rows full_index_build_interval_days key_length "
    "session_idle_timeout_mins session_ui_idle_timeout_mins session_max_lifespan_mins session_ui_max_lifespan_mins min_nodes max_nodes num_services num_jobs auto_suspend_secs "
    "active_nodes idle_nodes target_nodes current_instances target_instances min_ready_instances min_instances max_instances current_partition_spec_id".split())
_STAMPS = frozenset("start_time end_time data_timestamp last_success_login expires_at_time locked_until_time stale_after oauth_access_token_expiry_time "
                    "oauth_refresh_token_expiry_time".split())


def typed(names: list[str]) -> Columns:
    """Columns with their types, which a name has wherever it stands."""
    return [(n, STAMP if n in _STAMPS or n.endswith("_on") and n not in ("granted_on", "grant_on", "set_on") else T.number() if n in _NUMBERS else T.text()) for n in names]
