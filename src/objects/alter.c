/*
 * alter.c
 *	  sf_alter: changing some properties of an object and no others.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "api/arguments.h"
#include "api/guard.h"
#include "objects/alteration.h"
#include "objects/functions.h"

PG_FUNCTION_INFO_V1(sf_alter);

/*
 * Sets what changes has and unsets what is null there; the qualified name.
 * Waits on the network.
 */
Datum
sf_alter(PG_FUNCTION_ARGS)
{
	const SfKindDef *kind = sf_kind_argument(fcinfo, 0);
	char	   *given = sf_needed_text(fcinfo, 1, "name");
	SfJson	   *changes = sf_json_object_argument(fcinfo, 2, "changes");
	SfSession  *session = sf_session_argument(fcinfo, 5);
	SfObjectName name;
	SfAlteration *alteration;

	sf_object_arguments(fcinfo, 3, kind, given, session, &name);
	sf_guard_change("sf_alter()", session->options);
	alteration = sf_alteration_make(session, kind, &name, changes);
	sf_alteration_run(session, alteration, &name);
	PG_RETURN_TEXT_P(cstring_to_text(sf_object_display(kind, &name)));
}
