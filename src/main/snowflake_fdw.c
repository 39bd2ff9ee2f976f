/*
 * snowflake_fdw.c
 *	  The extension's entry points: initialisation, handler, validator.
 */
#include "postgres.h"

#include "access/reloptions.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "foreign/fdwapi.h"

#include "core/compat.h"
#include "core/options.h"
#include "core/version.h"
#include "fdw/fdw.h"

SF_MODULE_MAGIC("snowflake_fdw", SF_VERSION);

PG_FUNCTION_INFO_V1(snowflake_fdw_handler);
PG_FUNCTION_INFO_V1(snowflake_fdw_validator);

void		_PG_init(void);

/*
 * Defines the settings.  Nothing else happens at load time: libcurl and
 * OpenSSL are initialised by the first request of a backend.
 */
void
_PG_init(void)
{
	sf_guc_init();
}

Datum
snowflake_fdw_handler(PG_FUNCTION_ARGS)
{
	FdwRoutine *routine = makeNode(FdwRoutine);

	sf_fdw_fill_routine(routine);
	PG_RETURN_POINTER(routine);
}

/*
 * Throws HV00D, 22023 or 42501 for what a CREATE or ALTER may not say; no
 * network.
 */
Datum
snowflake_fdw_validator(PG_FUNCTION_ARGS)
{
	sf_options_validate(untransformRelOptions(PG_GETARG_DATUM(0)), PG_GETARG_OID(1));
	PG_RETURN_VOID();
}
