/*
 * link.c
 *	  The Link header of the object API's paged lists.
 */
#include "base/link.h"

#include <string.h>

#include "base/str.h"

static bool read_parameter(const char **at, const char *end, const char *rel, bool *matches);
static bool has_word(const char *list, const char *end, const char *word);
static bool safe_target(const char *target, size_t len);

SfLink
sf_link_find(const char *header, size_t len, const char *rel, SfBuf *url)
{
	const char *p = header;
	const char *end = header + len;
	const char *found = NULL;
	size_t		found_len = 0;

	for (;;)
	{
		const char *target;
		size_t		target_len;
		bool		matches = false;

		/* empty elements are allowed in a list */
		while (p < end && (*p == ' ' || *p == '\t' || *p == ','))
			p++;
		if (p >= end)
			break;
		if (*p != '<')
			return SF_LINK_UNREADABLE;
		target = ++p;
		while (p < end && *p != '>')
			p++;
		if (p >= end)
			return SF_LINK_UNREADABLE;
		target_len = (size_t) (p - target);
		p = sf_skip_blanks(p + 1, end);
		while (p < end && *p == ';')
		{
			if (!read_parameter(&p, end, rel, &matches))
				return SF_LINK_UNREADABLE;
		}
		if (p < end && *p != ',')
			return SF_LINK_UNREADABLE;
		if (!matches)
			continue;
		if (found && (found_len != target_len || memcmp(found, target, target_len) != 0))
			return SF_LINK_UNREADABLE;
		found = target;
		found_len = target_len;
	}
	if (found == NULL)
		return SF_LINK_ABSENT;
	if (!safe_target(found, found_len))
		return SF_LINK_ELSEWHERE;
	return sf_buf_append(url, found, found_len) ? SF_LINK_FOUND : SF_LINK_UNREADABLE;
}

/*
 * One ;name=value, *at standing at the semicolon and then behind it; sets
 * *matches when it is rel with the relation wanted.  False for a quoted value
 * that does not end.
 */
static bool
read_parameter(const char **at, const char *end, const char *rel, bool *matches)
{
	const char *p = sf_skip_blanks(*at + 1, end);
	const char *name = p;
	size_t		name_len;
	const char *value;
	const char *value_end;

	while (p < end && *p != '=' && *p != ';' && *p != ',' && *p != ' ')
		p++;
	name_len = (size_t) (p - name);
	p = sf_skip_blanks(p, end);
	*at = p;
	if (p >= end || *p != '=')
		return true;
	p = sf_skip_blanks(p + 1, end);
	if (p < end && *p == '"')
	{
		value = ++p;
		while (p < end && *p != '"')
			p += *p == '\\' && end - p > 1 ? 2 : 1;
		if (p >= end)
			return false;
		value_end = p++;
	}
	else
	{
		value = p;
		while (p < end && *p != ';' && *p != ',' && *p != ' ')
			p++;
		value_end = p;
	}
	if (name_len == 3 && sf_lower(name[0]) == 'r' && sf_lower(name[1]) == 'e' && sf_lower(name[2]) == 'l')
		*matches |= has_word(value, value_end, rel);
	*at = sf_skip_blanks(p, end);
	return true;
}

/*
 * Relations are a list of words, compared without case.
 */
static bool
has_word(const char *list, const char *end, const char *word)
{
	size_t		n = strlen(word);
	const char *p = list;

	while (p < end)
	{
		const char *start = sf_skip_blanks(p, end);

		for (p = start; p < end && *p != ' ' && *p != '\t';)
			p++;
		if (n > 0 && (size_t) (p - start) == n)
		{
			size_t		k = 0;

			while (k < n && sf_lower(start[k]) == sf_lower(word[k]))
				k++;
			if (k == n)
				return true;
		}
	}
	return false;
}

static bool
safe_target(const char *target, size_t len)
{
	if (len == 0 || target[0] != '/' || (len > 1 && (target[1] == '/' || target[1] == '\\')))
		return false;
	for (size_t i = 0; i < len; i++)
	{
		if ((unsigned char) target[i] <= 0x20 || target[i] == 0x7F)
			return false;
	}
	return true;
}
