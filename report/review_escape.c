/*
 * Characters that a reader cannot see, or that make text look like other text, become visible
 * escapes.  What can't be told by looking (letters of other scripts that look alike) is left.
 */
#include "report/review.h"

static bool is_hidden(uint32_t c)
{
	static const uint32_t RANGES[][2] = {
		{0x00, 0x08},       {0x0a, 0x1f},       {0x7f, 0x9f},     {0xad, 0xad},
		{0x34f, 0x34f},     {0x61c, 0x61c},     {0x115f, 0x1160}, {0x17b4, 0x17b5},
		{0x180b, 0x180f},   {0x200b, 0x200f},   {0x2028, 0x202e}, {0x2060, 0x206f},
		{0x3164, 0x3164},   {0xe000, 0xf8ff},   {0xfdd0, 0xfdef}, {0xfe00, 0xfe0f},
		{0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb}, {0xfffe, 0xffff},
		{0x1d173, 0x1d17a}, {0xe0000, 0x10ffff}};

	for (size_t i = 0; i < sizeof RANGES / sizeof *RANGES; i++)
		if (c >= RANGES[i][0] && c <= RANGES[i][1])
			return true;
	return (c & 0xfffe) == 0xfffe;
}

bool review_escape_next(const char *s, size_t n, size_t *at, char as[16])
{
	size_t from = *at;
	uint32_t c = json_character(s, n, at);

	if (c == 0xfffd && *at == from + 1)
		snprintf(as, 16, "\\x%02x", (unsigned char)s[from]);
	else if (!is_hidden(c))
		return false;
	else if (c == '\n' || c == '\r')
		snprintf(as, 16, "\\%c", c == '\n' ? 'n' : 'r');
	else if (c < 0x80)
		snprintf(as, 16, "\\x%02x", c);
	else
		snprintf(as, 16, c > 0xffff ? "\\U%08x" : "\\u%04x", c);
	return true;
}
