/*
 * toml.h
 *	  Reader of the TOML subset that connections.toml and config.toml use:
 *	  tables, dotted and quoted keys, strings of all four kinds, numbers,
 *	  booleans, dates (as text); arrays and inline tables are checked and
 *	  skipped.  Arrays of tables are refused.
 */
#ifndef SF_BASE_TOML_H
#define SF_BASE_TOML_H

#include <stdbool.h>
#include <stddef.h>

typedef struct SfToml SfToml;

/* NULL with a message "line N: ..." that never holds a value. Free with sf_toml_free. */
extern SfToml *sf_toml_parse(const char *text, size_t len, char *err, size_t errlen);
extern void sf_toml_free(SfToml *toml);

/* table "" is the top of the file; the parts of a dotted name are joined by \x1f (SF_TOML_SEP). */
#define SF_TOML_SEP "\x1f"
extern bool sf_toml_has_table(const SfToml *toml, const char *table);

/* All entries in order. */
extern int	sf_toml_count(const SfToml *toml);
extern void sf_toml_entry(const SfToml *toml, int i, const char **table, const char **key, const char **value);

#endif							/* SF_BASE_TOML_H */
