/* Findings as Checkstyle's XML, which many tools of continuous integration read. */
#include "report/report.h"

#include <string.h>

static void print_finding(FILE *out, struct json_object *f)
{
	const char *severity = json_word(f, "severity");

	fprintf(out, "    <error line=\"%lld\" column=\"%lld\"", (long long)json_number(f, "line"),
		(long long)json_number(f, "column"));
	xml_attribute(out, "severity", strcmp(severity, "note") == 0 ? "info" : severity);
	xml_attribute(out, "message", json_word(f, "message"));
	fputs(" source=\"stapvet.", out);
	xml_text(out, json_word(f, "tag"));
	fputs("\"/>\n", out);
}

void checkstyle_write(FILE *out, struct json_object *files)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n", out);
	for (size_t i = 0; i < json_object_array_length(files); i++) {
		struct json_object *file = json_object_array_get_idx(files, i);
		struct json_object *list = json_object_object_get(file, "findings");

		fputs("  <file", out);
		xml_attribute(out, "name", json_word(file, "file"));
		fputs(">\n", out);
		for (size_t k = 0; k < json_object_array_length(list); k++)
			print_finding(out, json_object_array_get_idx(list, k));
		fputs("  </file>\n", out);
	}
	fputs("</checkstyle>\n", out);
}
