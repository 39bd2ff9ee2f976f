-- finding functions, granting them

CREATE FUNCTION sf_help(topic text DEFAULT NULL, OUT name text, OUT arguments text, OUT result text, OUT description text) RETURNS SETOF record
    LANGUAGE SQL STABLE PARALLEL SAFE ROWS 20
BEGIN ATOMIC
    WITH subjects(subject, line) AS (
        VALUES ('connection', 'The account, its sessions here'), ('query', 'SQL text: queries, statements, their columns'), ('object', 'Account objects of any kind; the REST API itself'),
            ('database', 'Databases'), ('schema', 'Schemas'), ('table', 'Tables of Snowflake, their columns and keys'), ('warehouse', 'Warehouses'), ('stage', 'Stages and their files'),
            ('compute_pool', 'Compute pools'), ('service', 'Container services: specifications, status, logs, endpoints'), ('image_repository', 'Image repositories'),
            ('role', 'Roles, and what is granted to them'), ('user', 'Users'), ('task', 'Single tasks: definitions, schedules, runs'),
            ('dag', 'Task graphs: values, deployment, runs, pictures'), ('ctx', 'What a task can say and ask while it runs'), ('async', 'Jobs: statements that run on by themselves'),
            ('import', 'Foreign tables: what has changed, comments, statistics'), ('help', 'Finding and granting functions')
    ), others(function, subject) AS (
        VALUES ('sf_ping', 'connection'), ('sf_version', 'connection'), ('sf_connections', 'connection'), ('sf_disconnect', 'connection'),
            ('sf_query', 'query'), ('sf_query_as', 'query'), ('sf_query_json', 'query'), ('sf_execute', 'query'), ('sf_describe', 'query'), ('sf_quote_ident', 'query'),
            ('sf_quote_literal', 'query'), ('sf_column', 'table'), ('sf_primary_key', 'table'), ('sf_grant', 'role'), ('sf_revoke', 'role'), ('sf_cron', 'task'), ('sf_every', 'task'),
            ('sf_procedure_call', 'task'), ('sf_python_procedure', 'task'), ('sf_tasks', 'task'), ('sf_dag', 'dag'), ('sf_dags', 'dag'), ('sf_import_diff', 'import'), ('sf_refresh', 'import'),
            ('sf_apply_comments', 'import'), ('sf_analyze', 'import'), ('sf_functions', 'help'), ('sf_help', 'help'), ('sf_grant_functions', 'help')
    ), functions AS (
        SELECT p.proname::pg_catalog.text AS function,
            COALESCE(o.subject, pg_catalog.substring(p.proname::pg_catalog.text, '^sf_(compute_pool|image_repository|[a-z]+)_'), 'object') AS prefix,
            p.oid, p.pronargs, p.pronargdefaults, p.proargnames, p.proargmodes, pg_catalog.obj_description(p.oid, 'pg_proc') AS comment
        FROM pg_catalog.pg_proc p
        JOIN pg_catalog.pg_depend d ON d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid
            AND d.objid OPERATOR(pg_catalog.=) p.oid AND d.deptype OPERATOR(pg_catalog.=) 'e'
        JOIN pg_catalog.pg_extension e ON d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass::pg_catalog.oid
            AND d.refobjid OPERATOR(pg_catalog.=) e.oid
        LEFT JOIN others o ON o.function OPERATOR(pg_catalog.=) p.proname::pg_catalog.text
        WHERE e.extname OPERATOR(pg_catalog.=) 'snowflake_fdw' AND pg_catalog.starts_with(p.proname::pg_catalog.text, 'sf_')
    ), sorted AS (
        SELECT f.*, COALESCE(s.subject, 'object') AS subject, l.line, pg_catalog.lower(f.function OPERATOR(pg_catalog.||) ' ' OPERATOR(pg_catalog.||) l.line) AS text
        FROM functions f CROSS JOIN LATERAL (SELECT pg_catalog.substring(f.comment, '^(.*?[^.])\.(?: |$)') AS line) l
        LEFT JOIN subjects s ON s.subject OPERATOR(pg_catalog.=) f.prefix
    ), asked(whole, word) AS (
        SELECT t.whole, pg_catalog.regexp_replace(pg_catalog.regexp_replace(pg_catalog.replace(t.whole, ' ', '_'), 'ies$', 'y'), '^sf_|^(.*[^s])s$', '\1')
        FROM (SELECT pg_catalog.btrim(pg_catalog.lower(topic)) AS whole) t
    ), found AS (
        SELECT s.function, s.subject,
            pg_catalog.array_to_string(s.proargnames[1:(s.pronargs OPERATOR(pg_catalog.-) s.pronargdefaults)], ', ') OPERATOR(pg_catalog.||)
                CASE WHEN s.pronargdefaults OPERATOR(pg_catalog.=) 0 THEN ''
                ELSE CASE WHEN s.pronargs OPERATOR(pg_catalog.=) s.pronargdefaults THEN '[' ELSE ' [, ' END OPERATOR(pg_catalog.||)
                    pg_catalog.array_to_string(s.proargnames[(s.pronargs OPERATOR(pg_catalog.-) s.pronargdefaults OPERATOR(pg_catalog.+) 1):s.pronargs], ', ')
                    OPERATOR(pg_catalog.||) ']' END AS arguments,
            CASE WHEN s.proargmodes IS NULL THEN pg_catalog.pg_get_function_result(s.oid)
                ELSE CASE WHEN pg_catalog.starts_with(pg_catalog.pg_get_function_result(s.oid), 'record') THEN 'record (' ELSE 'table (' END OPERATOR(pg_catalog.||)
                    pg_catalog.array_to_string(s.proargnames[(s.pronargs OPERATOR(pg_catalog.+) 1):], ', ') OPERATOR(pg_catalog.||) ')' END AS result,
            CASE WHEN s.function OPERATOR(pg_catalog.=) a.whole THEN s.comment ELSE s.line END AS description
        FROM sorted s CROSS JOIN asked a
        WHERE CASE WHEN EXISTS (SELECT FROM sorted n WHERE n.function OPERATOR(pg_catalog.=) a.whole) THEN s.function OPERATOR(pg_catalog.=) a.whole
            WHEN EXISTS (SELECT FROM subjects n WHERE n.subject OPERATOR(pg_catalog.=) a.word) THEN s.subject OPERATOR(pg_catalog.=) a.word
            ELSE pg_catalog.strpos(s.text, a.whole) OPERATOR(pg_catalog.>) 0 OR pg_catalog.strpos(s.text, a.word) OPERATOR(pg_catalog.>) 0 END
    )
    SELECT f.function, f.arguments, f.result, f.description FROM found f
    UNION ALL
    SELECT n.subject, NULL, (SELECT pg_catalog.count(*) FROM sorted c WHERE c.subject OPERATOR(pg_catalog.=) n.subject)::pg_catalog.text OPERATOR(pg_catalog.||) ' functions', n.line
    FROM subjects n WHERE topic IS NULL
    ORDER BY 1, 2;
END;
COMMENT ON FUNCTION sf_help(text) IS
    'The functions of a subject, a line each. topic: a subject (task, dag, async, table, ...; a plural will do), the name of a function for all that is said of it, else a word that names and descriptions have; NULL: the subjects. Optional arguments stand in brackets. No network.';

CREATE FUNCTION sf_grant_functions(level text, role name) RETURNS integer
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    levels CONSTANT pg_catalog.text[] := ARRAY['build', 'read', 'operate', 'change', 'sql'];
    granted pg_catalog.int4 := 0;
    f record;
BEGIN
    IF $1 IS NULL OR $2 IS NULL THEN
        RAISE EXCEPTION 'the % must not be null', CASE WHEN $1 IS NULL THEN 'level' ELSE 'role' END USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF $1 OPERATOR(pg_catalog.<>) ALL (levels) THEN
        RAISE EXCEPTION 'there is no level "%"', $1 USING ERRCODE = 'invalid_parameter_value', HINT = 'Levels are build, read, operate, change and sql.';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname OPERATOR(pg_catalog.=) $2) THEN
        RAISE EXCEPTION 'role "%" does not exist', $2 USING ERRCODE = 'undefined_object';
    END IF;
    FOR f IN
        SELECT p.oid, p.proowner FROM @extschema@.sf_functions() l
        JOIN pg_catalog.pg_proc p ON p.proname OPERATOR(pg_catalog.=) l.name::pg_catalog.name AND p.pronamespace OPERATOR(pg_catalog.=) '@extschema@'::pg_catalog.regnamespace::pg_catalog.oid
            AND pg_catalog.pg_get_function_identity_arguments(p.oid) OPERATOR(pg_catalog.=) l.arguments
        WHERE (l.level OPERATOR(pg_catalog.=) $1 OR l.level OPERATOR(pg_catalog.=) 'build' OR (l.level OPERATOR(pg_catalog.=) 'read' AND $1 OPERATOR(pg_catalog.<>) 'build'))
            AND NOT pg_catalog.has_function_privilege($2, p.oid, 'EXECUTE')
        ORDER BY p.oid
    LOOP
        IF NOT pg_catalog.pg_has_role(f.proowner, 'USAGE') THEN
            RAISE EXCEPTION 'must be owner of function %', f.oid::pg_catalog.regprocedure USING ERRCODE = 'insufficient_privilege';
        END IF;
        EXECUTE pg_catalog.format('GRANT EXECUTE ON FUNCTION %s TO %I', f.oid::pg_catalog.regprocedure, $2);
        granted := granted OPERATOR(pg_catalog.+) 1;
    END LOOP;
    RETURN granted;
END $$;
REVOKE ALL ON FUNCTION sf_grant_functions(text, name) FROM PUBLIC;
COMMENT ON FUNCTION sf_grant_functions(text, name) IS
    'Grants EXECUTE on the functions of a level of sf_functions, and of the levels build and read, to a local role; returns how many it could not call before. For superusers and the extension''s owner. The role also needs USAGE on the schema and the server, and a user mapping. No network. Errors: 22004 NULL, 22023 no such level, 42704 no such role, 42501 not the owner, 25006 read-only transaction.';
