/* sources: src/base/link.c src/base/str.c src/base/buf.c */
/*
 * link.c
 *	  Tests of the Link header reader.
 */
#include "base/link.h"

#include "tap.h"

static int	finds(const char *header, const char *rel, const char *expected);
static int	is(const char *header, const char *rel, SfLink expected);

int
main(void)
{
	static const char paged[] = "</api/v2/results/abc?page=1>; rel=\"next\",</api/v2/results/abc?page=0>; rel=\"first\", </api/v2/results/abc?page=9>;rel=last";

	CHECK(finds(paged, "next", "/api/v2/results/abc?page=1") && finds(paged, "first", "/api/v2/results/abc?page=0") && finds(paged, "last", "/api/v2/results/abc?page=9"), "several links");
	CHECK(finds(paged, "prev", NULL) && finds("", "next", NULL) && finds(paged, "nex", NULL) && finds(paged, "nextt", NULL), "a relation that is not there");
	CHECK(finds("</a>;rel=\"first NEXT\"", "next", "/a") && finds("</a>;REL=Next", "next", "/a") && finds("</a>;rel=\"\tnext \"", "next", "/a"), "a list of relations, without case");
	CHECK(finds("</a>; title=\"x, </b>; rel=next\"; rel=\"next\"", "next", "/a") && finds("</a>; title=\"\\\"\"; rel=next", "next", "/a"), "quoted parameters");
	CHECK(finds("</a>; foo; bar = baz ; rel = next", "next", "/a") && finds("</a>;;rel=next", "next", "/a"), "odd parameters");
	CHECK(finds(" , </x>;rel=prev,, </a>;rel=next ,", "next", "/a"), "empty elements");
	CHECK(finds("</a,b;c>;rel=next", "next", "/a,b;c") && finds("</>;rel=next", "next", "/"), "targets with separators");
	CHECK(finds("<https://example.com/x>;rel=next", "next", NULL) && finds("<//example.com/x>;rel=next", "next", NULL) && finds("</\\example.com>;rel=next", "next", NULL) &&
		  finds("<x>;rel=next", "next", NULL) && finds("<>;rel=next", "next", NULL) && finds("<?page=1>;rel=next", "next", NULL) && finds("<javascript:x>;rel=next", "next", NULL), "targets that leave the host");
	CHECK(is("<https://example.com/x>;rel=next", "next", SF_LINK_ELSEWHERE) && is("<//example.com/x>;rel=next", "next", SF_LINK_ELSEWHERE) &&
		  is(paged, "prev", SF_LINK_ABSENT) && is("", "next", SF_LINK_ABSENT) && is(" ,, ", "next", SF_LINK_ABSENT), "a target elsewhere, and no link");
	CHECK(is("<https://example.com/x", "next", SF_LINK_UNREADABLE) && is("next", "next", SF_LINK_UNREADABLE) && is("</a>;rel=prev </b>;rel=next", "next", SF_LINK_UNREADABLE) &&
		  is("</a>;rel=next, </b", "next", SF_LINK_UNREADABLE) && is("/b;rel=first, </a>;rel=next", "next", SF_LINK_UNREADABLE), "what cannot be read is not taken for absent");
	CHECK(is("</a>;rel=next, </b>;rel=next", "next", SF_LINK_UNREADABLE) && finds("</a>;rel=next, </a>;rel=next", "next", "/a"), "two targets of one relation");
	CHECK(finds("</a\r\nX: y>;rel=next", "next", NULL) && finds("</a b>;rel=next", "next", NULL) && finds("</a\x7F>;rel=next", "next", NULL), "targets with control characters");
	CHECK(finds("</a", "next", NULL) && finds("</a>", "next", NULL) && finds("</a>;", "next", NULL) && finds("</a>;rel", "next", NULL) && finds("</a>;rel=", "next", NULL) &&
		  finds("</a> rel=next", "next", NULL) && finds("/a;rel=next", "next", NULL), "headers that are not well-formed");
	CHECK(is("</a>;rel=\"next", "next", SF_LINK_UNREADABLE) && is("</a>;rel=\"next\\", "next", SF_LINK_UNREADABLE), "an open quote at the end");
	CHECK(finds("</a>;rel=\" \"", "", NULL), "the empty relation matches nothing");
	CHECK(finds("</a>;rel=)", "\t", NULL) && finds("</a>;\x12" "el=next", "next", NULL), "only letters are compared without case");
	return tap_done();
}

/* expected NULL: nothing found */
static int
finds(const char *header, const char *rel, const char *expected)
{
	SfBuf		url;
	int			ok;

	sf_buf_init(&url, 1000);
	ok = sf_link_find(header, strlen(header), rel, &url) == SF_LINK_FOUND ? same(url.data, expected) : expected == NULL && url.len == 0;
	if (!ok)
		printf("# found: %s\n", url.data ? url.data : "nothing");
	sf_buf_free(&url);
	return ok;
}

static int
is(const char *header, const char *rel, SfLink expected)
{
	SfBuf		url;
	SfLink		found;

	sf_buf_init(&url, 1000);
	found = sf_link_find(header, strlen(header), rel, &url);
	sf_buf_free(&url);
	return found == expected;
}
