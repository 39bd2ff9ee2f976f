/*
 * zone.h
 *	  Names of time zones.
 */
#ifndef SF_CORE_ZONE_H
#define SF_CORE_ZONE_H

/*
 * The zone's name as its data base spells it; NULL for what is none.  PostgreSQL's zones include POSIX rules such
 * as "XYZ5", which Snowflake does not know: of the names with a digit only those of real zones are let through.
 */
extern const char *sf_zone_name(const char *timezone);

#endif							/* SF_CORE_ZONE_H */
