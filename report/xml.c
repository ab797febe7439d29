/*
 * Text in XML.  What XML cannot hold, escaped or not (control characters, U+FFFE), and bytes that
 * are not UTF-8 become U+FFFD; quotes and line ends are escaped, so that one function serves texts
 * and attributes.
 */
#include "report/report.h"

#include <string.h>

static const char *escape_of(uint32_t c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&apos;";
	case '\t': return "&#9;";
	case '\n': return "&#10;";
	case '\r': return "&#13;";
	}
	if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xfffe || c == 0xffff)
		return "\xef\xbf\xbd";
	return NULL;
}

void xml_text(FILE *out, const char *s)
{
	size_t n = strlen(s), at = 0;

	while (at < n) {
		size_t from = at;
		uint32_t c = json_character(s, n, &at);
		const char *escape = c == 0xfffd ? "\xef\xbf\xbd" : escape_of(c);

		if (escape)
			fputs(escape, out);
		else
			fwrite(s + from, 1, at - from, out);
	}
}

void xml_attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	xml_text(out, value);
	fputc('"', out);
}
