-- levels, for GRANT scripts

CREATE FUNCTION sf_functions(OUT name text, OUT arguments text, OUT level text) RETURNS SETOF record
    LANGUAGE SQL STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT p.proname::pg_catalog.text, pg_catalog.pg_get_function_identity_arguments(p.oid),
        CASE WHEN p.provolatile OPERATOR(pg_catalog.=) 'i' THEN 'build' ELSE l.level END -- an overload may be a builder where the other reads
    FROM (VALUES
        ('sf_ping', 'read'), ('sf_version', 'read'), ('sf_connections', 'read'), ('sf_disconnect', 'operate'),
        ('sf_functions', 'build'), ('sf_help', 'build'), ('sf_grant_functions', 'owner'), ('sf_quote_ident', 'build'), ('sf_quote_literal', 'build'), ('sf_analyze', 'read'),
        ('sf_query', 'sql'), ('sf_query_as', 'sql'), ('sf_query_json', 'sql'), ('sf_execute', 'sql'), ('sf_describe', 'sql'),
        ('sf_kinds', 'build'), ('sf_kind_properties', 'build'), ('sf_list', 'read'), ('sf_fetch', 'read'), ('sf_create', 'change'), ('sf_create_or_alter', 'change'), ('sf_alter', 'change'),
        ('sf_drop', 'change'), ('sf_undrop', 'change'), ('sf_action', 'change'), ('sf_rest', 'change'),
        ('sf_column', 'build'), ('sf_primary_key', 'build'), ('sf_table_add_column', 'change'), ('sf_stage_files', 'read'), ('sf_stage_presigned_url', 'read'),
        ('sf_image_repository_url', 'read'), ('sf_image_repository_images', 'read'), ('sf_service_spec_inline', 'build'), ('sf_service_spec_file', 'build'),
        ('sf_service_status', 'read'), ('sf_service_logs', 'read'), ('sf_service_containers', 'read'), ('sf_service_endpoints', 'read'),
        ('sf_service_wait', 'read'), ('sf_service_wait_ready', 'read'), ('sf_compute_pool_wait', 'read'), ('sf_grant', 'change'), ('sf_revoke', 'change'),
        -- by tools/make-functions
        ('sf_database_create', 'change'), ('sf_database_create_or_alter', 'change'), ('sf_database_create_or_update', 'change'),
        ('sf_database_fetch', 'read'), ('sf_database_list', 'read'), ('sf_database_alter', 'change'), ('sf_database_drop', 'change'),
        ('sf_database_delete', 'change'), ('sf_database_undrop', 'change'), ('sf_database_clone', 'change'), ('sf_schema_create', 'change'),
        ('sf_schema_create_or_alter', 'change'), ('sf_schema_create_or_update', 'change'), ('sf_schema_fetch', 'read'),
        ('sf_schema_list', 'read'), ('sf_schema_alter', 'change'), ('sf_schema_drop', 'change'), ('sf_schema_delete', 'change'),
        ('sf_schema_undrop', 'change'), ('sf_schema_clone', 'change'), ('sf_table_create', 'change'),
        ('sf_table_create_or_alter', 'change'), ('sf_table_create_or_update', 'change'), ('sf_table_fetch', 'read'),
        ('sf_table_list', 'read'), ('sf_table_alter', 'change'), ('sf_table_drop', 'change'), ('sf_table_delete', 'change'),
        ('sf_table_undrop', 'change'), ('sf_table_clone', 'change'), ('sf_table_swap', 'change'), ('sf_warehouse_create', 'change'),
        ('sf_warehouse_create_or_alter', 'change'), ('sf_warehouse_create_or_update', 'change'), ('sf_warehouse_fetch', 'read'),
        ('sf_warehouse_list', 'read'), ('sf_warehouse_alter', 'change'), ('sf_warehouse_drop', 'change'), ('sf_warehouse_delete', 'change'),
        ('sf_warehouse_rename', 'change'), ('sf_warehouse_suspend', 'operate'), ('sf_warehouse_resume', 'operate'),
        ('sf_warehouse_abort_all_queries', 'operate'), ('sf_stage_create', 'change'), ('sf_stage_fetch', 'read'), ('sf_stage_list', 'read'),
        ('sf_stage_alter', 'change'), ('sf_stage_drop', 'change'), ('sf_stage_delete', 'change'), ('sf_compute_pool_create', 'change'),
        ('sf_compute_pool_create_or_alter', 'change'), ('sf_compute_pool_create_or_update', 'change'), ('sf_compute_pool_fetch', 'read'),
        ('sf_compute_pool_list', 'read'), ('sf_compute_pool_alter', 'change'), ('sf_compute_pool_drop', 'change'),
        ('sf_compute_pool_delete', 'change'), ('sf_compute_pool_suspend', 'operate'), ('sf_compute_pool_resume', 'operate'),
        ('sf_compute_pool_stop_all_services', 'change'), ('sf_service_create', 'change'), ('sf_service_create_or_alter', 'change'),
        ('sf_service_create_or_update', 'change'), ('sf_service_fetch', 'read'), ('sf_service_list', 'read'),
        ('sf_service_alter', 'change'), ('sf_service_drop', 'change'), ('sf_service_delete', 'change'), ('sf_service_suspend', 'operate'),
        ('sf_service_resume', 'operate'), ('sf_image_repository_create', 'change'), ('sf_image_repository_fetch', 'read'),
        ('sf_image_repository_list', 'read'), ('sf_image_repository_alter', 'change'), ('sf_image_repository_drop', 'change'),
        ('sf_image_repository_delete', 'change'), ('sf_role_create', 'change'), ('sf_role_fetch', 'read'), ('sf_role_list', 'read'),
        ('sf_role_alter', 'change'), ('sf_role_drop', 'change'), ('sf_role_delete', 'change'), ('sf_user_create', 'change'),
        ('sf_user_create_or_alter', 'change'), ('sf_user_create_or_update', 'change'), ('sf_user_fetch', 'read'), ('sf_user_list', 'read'),
        ('sf_user_alter', 'change'), ('sf_user_drop', 'change'), ('sf_user_delete', 'change'),
        -- end
        ('sf_task_create', 'change'), ('sf_task_fetch', 'read'), ('sf_task_create_or_alter', 'change'),
        ('sf_task_create_or_update', 'change'), ('sf_task_drop', 'change'), ('sf_task_delete', 'change'),
        ('sf_task_clone', 'change'), ('sf_task_alter', 'change'), ('sf_task_execute', 'operate'), ('sf_task_suspend', 'operate'),
        ('sf_task_resume', 'operate'), ('sf_task_cancel', 'operate'), ('sf_tasks', 'read'), ('sf_task_dependents', 'read'),
        ('sf_task_current_graphs', 'read'), ('sf_task_complete_graphs', 'read'), ('sf_task_history', 'read'),
        ('sf_task_set_tags', 'change'), ('sf_task_unset_tags', 'change'), ('sf_task_get_tags', 'read'), ('sf_cron', 'build'),
        ('sf_every', 'build'), ('sf_procedure_call', 'build'), ('sf_python_procedure', 'build'),
        ('sf_dag', 'build'), ('sf_dag_task', 'build'), ('sf_dag_branch', 'build'), ('sf_dag_link', 'build'), ('sf_dag_validate', 'build'),
        ('sf_dag_tasks', 'build'), ('sf_dag_agg', 'build'), ('sf_dag_agg_final', 'build'), ('sf_dag_plan', 'read'), ('sf_dag_diff', 'read'), ('sf_dag_runs', 'read'),
        ('sf_dag_notify', 'operate'), ('sf_dag_deploy', 'change'), ('sf_dag_run', 'operate'), ('sf_dag_wait', 'read'),
        ('sf_dag_cancel', 'operate'), ('sf_dag_suspend', 'operate'), ('sf_dag_resume', 'operate'), ('sf_dag_drop', 'change'),
        ('sf_dag_delete', 'change'), ('sf_dag_fetch', 'read'), ('sf_dags', 'read'), ('sf_dag_current_runs', 'read'),
        ('sf_dag_complete_runs', 'read'),
        ('sf_async_submit', 'sql'), ('sf_async_submit_script', 'sql'), ('sf_async_submit_all', 'sql'), ('sf_async_status', 'read'),
        ('sf_async_is_done', 'read'), ('sf_async_is_failed', 'read'), ('sf_async_statement', 'read'), ('sf_async_query', 'read'),
        ('sf_async_job', 'read'), ('sf_async_poll', 'read'), ('sf_async_wait', 'read'), ('sf_async_wait_any', 'read'),
        ('sf_async_wait_all', 'read'), ('sf_async_result', 'read'), ('sf_async_result_as', 'read'), ('sf_async_result_json', 'read'),
        ('sf_async_result_partition', 'read'), ('sf_async_partitions', 'read'), ('sf_async_columns', 'read'), ('sf_async_value', 'read'),
        ('sf_async_dml', 'read'), ('sf_async_cancel', 'operate'), ('sf_async_to_foreign_table', 'read'), ('sf_async_to_table', 'read'),
        ('sf_async_recover', 'operate'), ('sf_async_prune', 'operate'), ('sf_async_notify', 'operate'),
        ('sf_dag_render', 'read'), ('sf_dag_gantt', 'read'), ('sf_dag_config', 'read'), ('sf_task_return_value', 'read'), ('sf_dag_last_success', 'read'),
        ('sf_ctx_set_return_value', 'build'), ('sf_ctx_set_return_value_expr', 'build'), ('sf_ctx_predecessor_return_value', 'build'),
        ('sf_ctx_current_task_name', 'build'), ('sf_ctx_current_task_short_name', 'build'), ('sf_ctx_task_graph_config', 'build'),
        ('sf_ctx_runtime_info', 'build'), ('sf_ctx_current_root_task_name', 'build'), ('sf_ctx_current_root_task_uuid', 'build'),
        ('sf_ctx_run_group_id', 'build'), ('sf_ctx_last_successful_run_group_id', 'build'), ('sf_ctx_original_schedule', 'build'),
        ('sf_ctx_last_successful_schedule', 'build'),
        ('sf_import_diff', 'read'), ('sf_refresh', 'read'), ('sf_apply_comments', 'read')
    ) AS l(name, level)
    JOIN pg_catalog.pg_proc p ON p.proname OPERATOR(pg_catalog.=) l.name
    JOIN pg_catalog.pg_depend d ON d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid
        AND d.objid OPERATOR(pg_catalog.=) p.oid AND d.deptype OPERATOR(pg_catalog.=) 'e'
    JOIN pg_catalog.pg_extension e ON d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass::pg_catalog.oid
        AND d.refobjid OPERATOR(pg_catalog.=) e.oid
    WHERE e.extname OPERATOR(pg_catalog.=) 'snowflake_fdw'
    ORDER BY 1, 2;
END;
COMMENT ON FUNCTION sf_functions() IS
    'Every function of the extension with its level: build (pure), read, operate (starts and stops), change (the account), sql (runs SQL text), owner (of the extension alone). For GRANT scripts and sf_grant_functions. No network.';

-- PUBLIC keeps the builders (immutable) and what reads one thing with the caller's own mapping (sf_async_poll for the view sf_async_jobs); a new function
-- is not for PUBLIC until it is named here
DO $$
DECLARE
    f pg_catalog.regprocedure;
BEGIN
    FOR f IN
        SELECT p.oid FROM (SELECT DISTINCT name FROM @extschema@.sf_functions()
            WHERE level OPERATOR(pg_catalog.<>) 'build'
                AND name OPERATOR(pg_catalog.<>) ALL (ARRAY['sf_ping', 'sf_list', 'sf_async_status', 'sf_async_poll'])
                AND name OPERATOR(pg_catalog.!~) '_fetch$|^sf_async_result') AS n
        JOIN pg_catalog.pg_proc p ON p.proname OPERATOR(pg_catalog.=) n.name
            AND p.pronamespace OPERATOR(pg_catalog.=) '@extschema@'::pg_catalog.regnamespace::pg_catalog.oid AND p.provolatile OPERATOR(pg_catalog.<>) 'i'
    LOOP
        EXECUTE pg_catalog.format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END $$;
