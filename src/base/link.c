/*
 * link.c
 *	  The Link header of the object API's paged lists.
 */
#include "base/link.h"

#include <string.h>

#include "base/str.h"

static size_t skip_space(const char *h, size_t len, size_t i);
static bool read_parameter(const char *h, size_t len, size_t *at, const char *rel, bool *matches);
static bool has_word(const char *list, size_t len, const char *word);
static char lower(char c);
static bool safe_target(const char *target, size_t len);

SfLink
sf_link_find(const char *header, size_t len, const char *rel, SfBuf *url)
{
	const char *found = NULL;
	size_t		found_len = 0;
	size_t		i = 0;

	for (;;)
	{
		const char *target;
		size_t		target_len;
		bool		matches = false;

		/* empty elements are allowed in a list */
		while (i < len && (header[i] == ' ' || header[i] == '\t' || header[i] == ','))
			i++;
		if (i >= len)
			break;
		if (header[i] != '<')
			return SF_LINK_UNREADABLE;
		target = header + ++i;
		while (i < len && header[i] != '>')
			i++;
		if (i >= len)
			return SF_LINK_UNREADABLE;
		target_len = (size_t) (header + i - target);
		i = skip_space(header, len, i + 1);
		while (i < len && header[i] == ';')
		{
			if (!read_parameter(header, len, &i, rel, &matches))
				return SF_LINK_UNREADABLE;
		}
		if (i < len && header[i] != ',')
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

static size_t
skip_space(const char *h, size_t len, size_t i)
{
	while (i < len && (h[i] == ' ' || h[i] == '\t'))
		i++;
	return i;
}

/*
 * One ;name=value, *at standing at the semicolon and then behind it; sets
 * *matches when it is rel with the relation wanted.  False for a quoted value
 * that does not end.
 */
static bool
read_parameter(const char *h, size_t len, size_t *at, const char *rel, bool *matches)
{
	size_t		i = skip_space(h, len, *at + 1);
	size_t		name = i;
	size_t		name_len;
	size_t		value;
	size_t		value_len;

	while (i < len && h[i] != '=' && h[i] != ';' && h[i] != ',' && h[i] != ' ')
		i++;
	name_len = i - name;
	i = skip_space(h, len, i);
	*at = i;
	if (i >= len || h[i] != '=')
		return true;
	i = skip_space(h, len, i + 1);
	if (i < len && h[i] == '"')
	{
		value = ++i;
		while (i < len && h[i] != '"')
			i += h[i] == '\\' ? 2 : 1;
		if (i >= len)
			return false;
		value_len = i - value;
		i++;
	}
	else
	{
		value = i;
		while (i < len && h[i] != ';' && h[i] != ',' && h[i] != ' ')
			i++;
		value_len = i - value;
	}
	if (name_len == 3 && lower(h[name]) == 'r' && lower(h[name + 1]) == 'e' && lower(h[name + 2]) == 'l')
		*matches |= has_word(h + value, value_len, rel);
	*at = skip_space(h, len, i);
	return true;
}

/*
 * Relations are a list of words, compared without case.
 */
static bool
has_word(const char *list, size_t len, const char *word)
{
	size_t		n = strlen(word);
	size_t		i = 0;

	while (i < len)
	{
		size_t		start;

		i = skip_space(list, len, i);
		start = i;
		while (i < len && list[i] != ' ' && list[i] != '\t')
			i++;
		if (n > 0 && i - start == n)
		{
			size_t		k = 0;

			while (k < n && lower(list[start + k]) == lower(word[k]))
				k++;
			if (k == n)
				return true;
		}
	}
	return false;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
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
