/*
 * link.c
 *	  The Link header of the object API's paged lists.
 */
#include "base/link.h"

#include <string.h>

#include "base/str.h"

static const char *find_target(const char *header, size_t len, const char *rel, size_t *target_len);
static size_t skip_space(const char *h, size_t len, size_t i);
static size_t read_parameter(const char *h, size_t len, size_t i, const char *rel, bool *matches);
static bool has_word(const char *list, size_t len, const char *word);
static char lower(char c);
static bool safe_target(const char *target, size_t len);

bool
sf_link_find(const char *header, size_t len, const char *rel, SfBuf *url)
{
	size_t		target_len;
	const char *target = find_target(header, len, rel, &target_len);

	return target && safe_target(target, target_len) && sf_buf_append(url, target, target_len);
}

bool
sf_link_present(const char *header, size_t len, const char *rel)
{
	size_t		target_len;

	return find_target(header, len, rel, &target_len) != NULL;
}

/*
 * The target of the first link with this relation, or NULL.
 */
static const char *
find_target(const char *header, size_t len, const char *rel, size_t *target_len)
{
	size_t		i = 0;

	while (i < len)
	{
		const char *target;
		bool		matches = false;

		i = skip_space(header, len, i);
		if (i < len && header[i] == ',')
		{
			i++;				/* empty elements are allowed in a list */
			continue;
		}
		if (i >= len || header[i] != '<')
			return NULL;
		target = header + ++i;
		while (i < len && header[i] != '>')
			i++;
		if (i >= len)
			return NULL;
		*target_len = (size_t) (header + i - target);
		i = skip_space(header, len, i + 1);
		while (i < len && header[i] == ';')
			i = skip_space(header, len, read_parameter(header, len, i + 1, rel, &matches));
		if (matches)
			return target;
		if (i >= len || header[i] != ',')
			return NULL;
		i++;
	}
	return NULL;
}

static size_t
skip_space(const char *h, size_t len, size_t i)
{
	while (i < len && (h[i] == ' ' || h[i] == '\t'))
		i++;
	return i;
}

/*
 * One ;name=value; sets *matches when it is rel with the relation wanted.
 */
static size_t
read_parameter(const char *h, size_t len, size_t i, const char *rel, bool *matches)
{
	size_t		name;
	size_t		name_len;
	size_t		value;
	size_t		value_len;

	i = skip_space(h, len, i);
	name = i;
	while (i < len && h[i] != '=' && h[i] != ';' && h[i] != ',' && h[i] != ' ')
		i++;
	name_len = i - name;
	i = skip_space(h, len, i);
	if (i >= len || h[i] != '=')
		return i;
	i = skip_space(h, len, i + 1);
	if (i < len && h[i] == '"')
	{
		value = ++i;
		while (i < len && h[i] != '"')
			i += h[i] == '\\' && i + 1 < len ? 2 : 1;
		if (i > len)
			i = len;
		value_len = i - value;
		if (i < len)
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
	return i;
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
