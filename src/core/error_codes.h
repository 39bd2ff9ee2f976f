/*
 * error_codes.h
 *	  Snowflake's error codes: what they are in PostgreSQL and what to do.
 *
 * Snowflake's own sqlState is no PostgreSQL SQLSTATE (02000 means "no data"
 * there, 57P03 "cannot connect now"), so codes are mapped first.  Sources: SQL
 * API reference and "handling errors"; key-pair-auth-troubleshooting; the
 * drivers' error tables.
 */
#ifndef SF_CORE_ERROR_CODES_H
#define SF_CORE_ERROR_CODES_H

#include "postgres.h"

/* what DETAIL adds */
#define SF_ERR_CONTEXT	0x01	/* role, warehouse and database that were used */

/* not of the object of a request: of the role, warehouse or place it is sent with */
#define SF_ERR_SESSION	0x02

typedef struct SfErrorCode
{
	const char *code;			/* six digits */
	int			sqlerrcode;
	int			table_sqlerrcode;	/* when the missing or existing object is
									 * a data table; 0: the same */
	int			flags;
	const char *hint;
} SfErrorCode;

#define SF_HINT_KEY "Compare RSA_PUBLIC_KEY_FP of DESC USER with the key, and user and account with the " \
	"options; SYSTEM$GET_LOGIN_FAILURE_DETAILS of the id in the message says more."
#define SF_HINT_SEEN "Check the name (a bare name folds to upper case, a quoted one is exact) and what the " \
	"role may use."
#define SF_HINT_WAREHOUSE "Set the option \"warehouse\" of the server or user mapping, or give the user a " \
	"default warehouse."
#define SF_HINT_TOKEN "Check that the token belongs to this account and has not expired."

static const SfErrorCode sf_error_codes[] = {
	{"000002", ERRCODE_FEATURE_NOT_SUPPORTED, 0, 0, NULL},
	{"000007", ERRCODE_FEATURE_NOT_SUPPORTED, 0, 0, NULL},
	{"000008", ERRCODE_SYNTAX_ERROR, 0, 0, "Run the statements one by one, or as one job with "
	"sf_async_submit_script(ARRAY[...])."},
	{"000603", ERRCODE_FDW_ERROR, 0, 0, NULL},
	{"000604", ERRCODE_QUERY_CANCELED, 0, 0, NULL},
	{"000605", ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, 0, 0, NULL},
	{"000606", ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, 0, SF_ERR_CONTEXT, SF_HINT_WAREHOUSE},
	{"000625", ERRCODE_LOCK_NOT_AVAILABLE, 0, 0, NULL},
	{"000630", ERRCODE_QUERY_CANCELED, 0, 0, "Raise the option statement_timeout, or the account's "
	"STATEMENT_TIMEOUT_IN_SECONDS."},
	{"000682", ERRCODE_INVALID_PARAMETER_VALUE, 0, 0, NULL},
	{"000707", ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, 0, 0, "The table is younger than the moment of the snapshot, "
	"or keeps no history: set the option snapshot of the foreign table to 'false', or snowflake_fdw.snapshot to off."},
	{"000709", ERRCODE_UNDEFINED_OBJECT, 0, 0, "Results are kept for 24 hours."},
	{"000900", ERRCODE_SYNTAX_ERROR, 0, 0, NULL},
	{"000904", ERRCODE_UNDEFINED_COLUMN, 0, 0, NULL},
	{"000938", ERRCODE_UNDEFINED_FUNCTION, 0, 0, NULL},
	{"000979", ERRCODE_GROUPING_ERROR, 0, 0, NULL},
	{"001003", ERRCODE_SYNTAX_ERROR, 0, 0, NULL},
	{"001044", ERRCODE_UNDEFINED_FUNCTION, 0, 0, NULL},
	{"001421", ERRCODE_INVALID_PARAMETER_VALUE, 0, 0, NULL},
	{"001422", ERRCODE_INVALID_PARAMETER_VALUE, 0, 0, NULL},
	{"001520", ERRCODE_INVALID_PARAMETER_VALUE, 0, 0, "The body has to name the object of the path."},
	{"001998", ERRCODE_DUPLICATE_OBJECT, ERRCODE_DUPLICATE_TABLE, 0, NULL},
	{"002002", ERRCODE_DUPLICATE_OBJECT, ERRCODE_DUPLICATE_TABLE, 0, NULL},
	{"002003", ERRCODE_UNDEFINED_OBJECT, ERRCODE_UNDEFINED_TABLE, SF_ERR_CONTEXT, SF_HINT_SEEN},
	{"002025", ERRCODE_DUPLICATE_COLUMN, 0, 0, NULL},
	{"002040", ERRCODE_UNDEFINED_OBJECT, 0, 0, NULL},
	{"002043", ERRCODE_UNDEFINED_OBJECT, ERRCODE_UNDEFINED_TABLE, SF_ERR_CONTEXT, SF_HINT_SEEN},
	{"002049", ERRCODE_UNDEFINED_PARAMETER, 0, 0, NULL},
	{"002057", ERRCODE_SYNTAX_ERROR, 0, 0, NULL},
	{"002139", ERRCODE_UNDEFINED_FUNCTION, 0, 0, NULL},
	{"002140", ERRCODE_UNDEFINED_FUNCTION, 0, 0, NULL},
	{"002141", ERRCODE_UNDEFINED_FUNCTION, 0, 0, NULL},
	{"003001", ERRCODE_INSUFFICIENT_PRIVILEGE, 0, SF_ERR_CONTEXT, NULL},
	{"003013", ERRCODE_INSUFFICIENT_PRIVILEGE, 0, SF_ERR_CONTEXT, NULL},
	{"003041", ERRCODE_INSUFFICIENT_PRIVILEGE, 0, SF_ERR_CONTEXT, NULL},
	{"090025", ERRCODE_UNDEFINED_OBJECT, 0, 0, "Only what was dropped within its retention time can be brought back."},
	{"090064", ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, 0, 0, NULL},
	{"090073", ERRCODE_INSUFFICIENT_RESOURCES, 0, SF_ERR_CONTEXT, NULL},
	{"090105", ERRCODE_INVALID_CATALOG_NAME, 0, 0, "Set the option \"database\" of the server, or qualify the name."},
	{"090106", ERRCODE_INVALID_SCHEMA_NAME, 0, 0, "Set the option \"schema\" of the server, or qualify the name."},
	{"090153", ERRCODE_PROGRAM_LIMIT_EXCEEDED, 0, 0, NULL},
	{"091003", ERRCODE_INSUFFICIENT_PRIVILEGE, 0, SF_ERR_CONTEXT, "The task's owner role needs EXECUTE TASK "
	"on the account, for a serverless task also EXECUTE MANAGED TASK."},
	{"091089", ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, 0, 0,
	"Suspend the root task that the message names with sf_task_suspend(), and resume it afterwards."},
	{"091421", ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, 0, 0,
	"Suspend the root task that the message names with sf_task_suspend(), and resume it afterwards."},
	{"091435", ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, 0, 0,
	"Execute the graph's root task: sf_task_fetch() shows a task's predecessors."},
	{"091456", ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, 0, 0, NULL},
	{"091457", ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, 0, 0, NULL},
	{"100035", ERRCODE_INVALID_DATETIME_FORMAT, 0, 0, NULL},
	{"100037", ERRCODE_INVALID_TEXT_REPRESENTATION, 0, 0, NULL},
	{"100038", ERRCODE_INVALID_TEXT_REPRESENTATION, 0, 0, NULL},
	{"100039", ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, 0, 0, NULL},
	{"100040", ERRCODE_INVALID_DATETIME_FORMAT, 0, 0, NULL},
	{"100046", ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, 0, 0, NULL},
	{"100051", ERRCODE_DIVISION_BY_ZERO, 0, 0, NULL},
	{"100069", ERRCODE_INVALID_JSON_TEXT, 0, 0, NULL},
	{"100071", ERRCODE_DATATYPE_MISMATCH, 0, 0, NULL},
	{"100072", ERRCODE_NOT_NULL_VIOLATION, 0, 0, NULL},
	{"100078", ERRCODE_STRING_DATA_RIGHT_TRUNCATION, 0, 0, NULL},
	{"100090", ERRCODE_CARDINALITY_VIOLATION, 0, 0, NULL},
	{"100108", ERRCODE_INVALID_DATETIME_FORMAT, 0, 0, NULL},
	{"100132", ERRCODE_EXTERNAL_ROUTINE_EXCEPTION, 0, 0, NULL},
	{"100183", ERRCODE_EXTERNAL_ROUTINE_EXCEPTION, 0, 0, NULL},
	{"100357", ERRCODE_EXTERNAL_ROUTINE_EXCEPTION, 0, 0, NULL},
	{"390100", ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, 0, 0, NULL},
	{"390101", ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, 0, 0, NULL},
	{"390142", ERRCODE_FDW_ERROR, 0, 0, NULL},
	{"390144", ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, 0, 0, SF_HINT_KEY},
	{"390189", ERRCODE_INVALID_ROLE_SPECIFICATION, 0, SF_ERR_CONTEXT | SF_ERR_SESSION,
	"Check the option \"role\" and that the role is granted to the user."},
	{"390201", ERRCODE_UNDEFINED_OBJECT, 0, SF_ERR_CONTEXT | SF_ERR_SESSION,
	"Check the options \"warehouse\", \"database\" and \"schema\", and what the role may use."},
	{"390303", ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, 0, 0, SF_HINT_TOKEN},
	{"390318", ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, 0, 0, SF_HINT_TOKEN},
	{"390400", ERRCODE_INVALID_PARAMETER_VALUE, 0, 0, NULL},
	{"390404", ERRCODE_UNDEFINED_OBJECT, 0, 0, "Results are kept for a limited time."},
	{"390420", ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, 0, 0,
	"The account's network policy does not admit this address."},
	{"390422", ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, 0, 0,
	"The account's network policy does not admit this address."},
	{"390505", ERRCODE_CONFIGURATION_LIMIT_EXCEEDED, 0, 0, "The account admits only so many requests at a "
	"time; try again later or raise retry_timeout."},
	{"391892", ERRCODE_INVALID_PARAMETER_VALUE, 0, 0, NULL},
	{"391908", ERRCODE_PROGRAM_LIMIT_EXCEEDED, 0, 0, NULL},
	{"394300", ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, 0, 0, SF_HINT_KEY},
	{"394301", ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, 0, 0, SF_HINT_KEY},
	{"394302", ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, 0, 0,
	"Check this machine's clock: the token's time of issue was not accepted."},
	{"394303", ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, 0, 0,
	"Check this machine's clock: the token counts as expired."},
	{"394304", ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, 0, 0, SF_HINT_KEY},
	{"394305", ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, 0, 0, SF_HINT_KEY},
	{"394306", ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, 0, 0, SF_HINT_KEY},
	{"394307", ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, 0, 0, SF_HINT_KEY},
	{"394400", ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, 0, 0,
	"Check the programmatic access token: it may have expired, been rotated, or need a network policy."},
};

#endif							/* SF_CORE_ERROR_CODES_H */
