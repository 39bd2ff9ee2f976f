/*
 * ident.h
 *	  Snowflake identifiers (SQL reference, identifiers-syntax): quoting,
 *	  reading a name given as an argument, choosing a local name.
 */
#ifndef SF_BASE_IDENT_H
#define SF_BASE_IDENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define SF_IDENT_MAX 255		/* characters, in Snowflake; bytes are up to
								 * four times that */
#define SF_IDENT_BYTES (4 * SF_IDENT_MAX + 1)

typedef enum SfImportCase
{
	SF_IMPORT_SMART,			/* NAMES like this to lower case, others as
								 * they are */
	SF_IMPORT_KEEP,
	SF_IMPORT_LOWER
} SfImportCase;

typedef struct SfIdentParts
{
	int			count;
	char		name[3][SF_IDENT_BYTES];	/* exact */
} SfIdentParts;

/* "name" with its quotes doubled. */
extern bool sf_ident_quote(SfBuf *out, const char *name);

/* 'text' as a Snowflake string literal: quotes and backslashes doubled (data-types-text). */
extern bool sf_literal_quote(SfBuf *out, const char *text);

/* Reads db.schema."Object"; bare parts fold to upper case. Returns the number of parts (1 to 3) or -1 with a reason. */
extern int	sf_ident_parse(const char *text, SfIdentParts *parts, char *err, size_t errlen);

/* Whether a bare word means exactly this name: ^[A-Z_][A-Z0-9_$]*$ */
extern bool sf_ident_is_simple(const char *name);

/* The local name of a remote one, at most 63 bytes. */
extern bool sf_ident_local_name(SfBuf *out, const char *remote, SfImportCase mode);

/* The name itself, or its first bytes and a hash of all of it when it is longer than 63 bytes. */
extern bool sf_ident_shorten(SfBuf *out, const char *name);

#endif							/* SF_BASE_IDENT_H */
