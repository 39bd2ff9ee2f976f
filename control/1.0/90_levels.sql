-- levels, for GRANT scripts

CREATE FUNCTION sf_functions(OUT name text, OUT arguments text, OUT level text) RETURNS SETOF record
    LANGUAGE SQL STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT p.proname::pg_catalog.text, pg_catalog.pg_get_function_identity_arguments(p.oid),
        CASE WHEN p.provolatile OPERATOR(pg_catalog.=) 'i' THEN 'build' ELSE l.level END -- an overload may be a builder where the other reads
    FROM (VALUES
        ('sf_ping', 'read'), ('sf_version', 'read'), ('sf_connections', 'read'), ('sf_disconnect', 'operate'),
        ('sf_functions', 'build'), ('sf_quote_ident', 'build'), ('sf_quote_literal', 'build'), ('sf_analyze', 'read'),
        ('sf_query', 'sql'), ('sf_query_as', 'sql'), ('sf_query_json', 'sql'), ('sf_execute', 'sql'), ('sf_describe', 'sql'),
        ('sf_kinds', 'build'), ('sf_list', 'read'), ('sf_fetch', 'read'), ('sf_create', 'change'), ('sf_create_or_alter', 'change'), ('sf_alter', 'change'),
        ('sf_drop', 'change'), ('sf_undrop', 'change'), ('sf_action', 'change'), ('sf_rest', 'change'),
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
    'Every function of the extension with its level: build (pure), read, operate (starts and stops), change (the account), sql (runs SQL text). For GRANT scripts.';

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
