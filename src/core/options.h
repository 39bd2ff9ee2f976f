/*
 * options.h
 *	  The one option table: validation, typed reading, and the resolved
 *	  settings of a connection, a table and a column.
 */
#ifndef SF_CORE_OPTIONS_H
#define SF_CORE_OPTIONS_H

#include "postgres.h"

#include "foreign/foreign.h"
#include "nodes/pg_list.h"
#include "nodes/parsenodes.h"

#include "base/ident.h"

typedef enum SfAuthenticator
{
	SF_AUTH_UNSET,
	SF_AUTH_JWT,
	SF_AUTH_PAT,
	SF_AUTH_OAUTH,
	SF_AUTH_CLIENT_CREDENTIALS,
	SF_AUTH_REFRESH_TOKEN,
	SF_AUTH_WORKLOAD_IDENTITY
} SfAuthenticator;

/* Everything that server, user mapping, profile and GUCs say about a connection. */
typedef struct SfConnOptions
{
	Oid			serverid;
	Oid			userid;
	Oid			umid;			/* InvalidOid when no mapping was needed */
	char	   *server_name;

	/* endpoint */
	char	   *account;		/* as given, NULL with an explicit host only */
	char	   *jwt_account;	/* normalised for iss and sub */
	char	   *host;
	int			port;
	char	   *region;
	bool		plain_http;		/* protocol 'http': loopback only, checked */
	char	   *base_url;		/* scheme://host[:port], no trailing slash */
	char	   *user;			/* login name or NULL */

	/* credentials; the secret ones are also in secrets[] */
	SfAuthenticator authenticator;
	char	   *private_key;
	char	   *private_key_file;
	char	   *private_key_file_pwd;
	char	   *token;
	char	   *token_file_path;
	char	   *oauth_client_id;
	char	   *oauth_client_secret;
	char	   *oauth_token_request_url;
	char	   *oauth_scope;
	char	   *oauth_refresh_token;
	char	   *oauth_refresh_token_file;
	char	   *workload_identity_provider;
	bool		profile_password;	/* the server's profile has a password, of
									 * no use here */

	/*
	 * context of every statement; exact names, not quoted; NULL: the user's
	 * default
	 */
	char	   *role;
	char	   *warehouse;
	char	   *database;
	char	   *schema;
	char	   *query_tag;		/* template, see sf_expand_query_tag */
	char	   *timezone;		/* NULL: UTC is sent */

	/* limits and times */
	int			statement_timeout_ms;
	int			connect_timeout_ms;
	int			retry_timeout_ms;
	int			connect_retry_timeout_ms;	/* of what cannot be reached at
											 * all */
	int			cancel_timeout_ms;
	int			fetch_parallel; /* partitions in flight */
	int64		fetch_memory;	/* bytes for partitions fetched ahead */
	int64		max_result_rows;	/* 0: no guard */
	int64		max_result_bytes;	/* 0: no guard */
	int			max_requests;

	bool		remote_division;	/* numeric_division 'remote' */
	bool		role_override;
	bool		read_only;
	bool		allow_autocommit;	/* changes inside of a subtransaction */
	bool		deferred;		/* remote_transaction 'local': rows are
								 * changed at COMMIT */

	char	   *ca_file;
	char	   *proxy;
	char	   *no_proxy;

	const char **secrets;		/* for masking; never shown */
	int			nsecrets;
} SfConnOptions;

typedef struct SfTableOptions
{
	char	   *database;		/* exact; NULL: the server's */
	char	   *schema;
	char	   *table;
	char	   *query;
	char	   *query_id;
	char	   *kind;			/* of account objects; NULL: a data table */
	char	   *remote_comment;
	bool		import_all;		/* recorded by an import without list of
								 * tables */
	/* tightened limits; 0 or -1 where the table does not say */
	int64		max_result_rows;
	int64		max_result_bytes;
	int64		fetch_memory;
	int			fetch_parallel;
	int			statement_timeout_ms;
	/* the server's where the table does not say */
	bool		async_capable;
	bool		bind_join;		/* local values may be sent to join it with */
	bool		use_remote_estimate;
	int			estimate_max_age_ms;
	int			estimate_timeout_ms;
	double		startup_cost;	/* of a statement */
	double		tuple_cost;		/* of a row that it returns */
	bool		updatable;
	int			batch_size;		/* rows in a statement that writes */
} SfTableOptions;

typedef struct SfColumnOptions
{
	char	   *column_name;	/* exact remote name; defaults to the
								 * attribute's name folded by the smart rule's
								 * inverse */
	char	   *remote_type;
	char	   *remote_collation;
	char	   *remote_comment;
	char	   *constant;
	bool		key;
} SfColumnOptions;

typedef struct SfImportOptions
{
	SfImportCase import_case;
	bool		import_views;
	bool		import_not_null;
	bool		import_default;
	bool		import_comments;
	bool		int38_bigint;
} SfImportOptions;

/* Validates the options of one catalog; throws HV00D / 22023 / 42501.  No network. */
extern void sf_options_validate(List *options, Oid catalog);

/* Resolved settings, allocated in the current context.  Throws when they do not make a connection; no network. */
extern SfConnOptions *sf_conn_options(Oid serverid, Oid userid);

/* Same without credentials: for planning and functions that only need the context. */
extern SfTableOptions *sf_table_options(Oid relid);
extern SfColumnOptions *sf_column_options(Oid relid, AttrNumber attnum);
extern SfImportOptions *sf_import_options(ImportForeignSchemaStmt *stmt);

/* Those that an import has recorded on a table; NULL for a table that was not imported.  Reads the catalog. */
extern SfImportOptions *sf_recorded_import(Oid relid);

/* Whether a column has a constant in place of one of Snowflake's. */
extern bool sf_is_constant_column(Oid relid, AttrNumber attnum);

/*
 * Remote column name of an attribute: the option, else the local name upper-cased when it is simple lower case,
 * else verbatim.
 */
extern char *sf_remote_column_name(Oid relid, AttrNumber attnum);

/* %u %d %a %p %% of a query_tag template. */
extern char *sf_expand_query_tag(const char *tmpl);

/*
 * The server a function means: by name, GUC, or the only one on which the current user has USAGE and a mapping;
 * checks USAGE.  Throws 42704, 42501, 42P08 where there are several.
 */
extern Oid	sf_server_by_name(const char *name_or_null);

/* Whether quotients may have Snowflake's digits: the setting numeric_division, else the server's option. */
extern bool sf_remote_division(Oid serverid);

/* Whether rows are changed at COMMIT: the server's option remote_transaction. */
extern bool sf_remote_transaction_deferred(Oid serverid);

/* Whether a foreign server is of this wrapper.  Reads the catalog. */
extern bool sf_server_is_ours(Oid serverid);

/*
 * Whether a table is read as of one moment with the others of a query: the table's option, else the setting
 * snapshot, else the server's option; the setting off counts first.
 */
extern bool sf_table_snapshot(Oid relid);

/* The setting snapshot. */
typedef enum SfSnapshot
{
	SF_SNAPSHOT_OF_SERVER,
	SF_SNAPSHOT_OFF,
	SF_SNAPSHOT_ON
} SfSnapshot;

/* The setting numeric_division. */
typedef enum SfDivision
{
	SF_DIVISION_OF_SERVER,
	SF_DIVISION_LOCAL,
	SF_DIVISION_REMOTE
} SfDivision;

/* GUCs */
extern char *sf_guc_default_server;
extern bool sf_guc_log_requests;
extern bool sf_guc_enable_pushdown;
extern bool sf_guc_enable_filter_pushdown;
extern bool sf_guc_enable_statement_pushdown;
extern int	sf_guc_numeric_division;
extern bool sf_guc_enable_subquery_pushdown;
extern bool sf_guc_enable_bind_join;
extern int	sf_guc_bind_max_keys;
extern bool sf_guc_enable_join_pushdown;
extern bool sf_guc_enable_aggregate_pushdown;
extern bool sf_guc_enable_sort_pushdown;
extern bool sf_guc_allow_bulk_changes;
extern int	sf_guc_progress_interval;
extern int	sf_guc_snapshot;
extern char *sf_guc_role;
extern char *sf_guc_warehouse;

/*
 * The value of snowflake_fdw.role or .warehouse as it counts for this user's credentials: NULL where it is not
 * set, and for a user other than the one whom the session's user logged in as or has become by SET ROLE.  Whoever
 * calls a function of SECURITY DEFINER, or reads a view, must not choose the role of its owner.
 */
extern const char *sf_setting_for(Oid userid, const char *setting);
extern void sf_guc_init(void);

#endif							/* SF_CORE_OPTIONS_H */
