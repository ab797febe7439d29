/*
 * Findings as JUnit's XML: a suite a file, a case a finding.  Errors and warnings are failures;
 * notes are cases that passed and have something to say.  A file without findings is one case that
 * passed, so that it is seen to have been looked at.
 */
#include "report/report.h"

#include <string.h>

static bool fails(struct json_object *f)
{
	return strcmp(json_word(f, "severity"), "note") != 0;
}

static void print_place(FILE *out, struct json_object *f)
{
	xml_text(out, json_word(f, "file"));
	fprintf(out, ":%lld:%lld: ", (long long)json_number(f, "line"),
		(long long)json_number(f, "column"));
	xml_text(out, json_word(f, "message"));
}

static void print_case(FILE *out, struct json_object *f)
{
	fputs("    <testcase", out);
	xml_attribute(out, "classname", json_word(f, "file"));
	fputs(" name=\"", out);
	xml_text(out, json_word(f, "tag"));
	fprintf(out, " at %lld:%lld\">\n      ", (long long)json_number(f, "line"),
		(long long)json_number(f, "column"));
	if (fails(f)) {
		fputs("<failure", out);
		xml_attribute(out, "type", json_word(f, "severity"));
		xml_attribute(out, "message", json_word(f, "message"));
		fputs(">", out);
		print_place(out, f);
		fputs("</failure>\n    </testcase>\n", out);
	} else {
		fputs("<system-out>", out);
		print_place(out, f);
		fputs("</system-out>\n    </testcase>\n", out);
	}
}

static size_t count(struct json_object *list)
{
	size_t n = 0;

	for (size_t i = 0; i < json_object_array_length(list); i++)
		n += fails(json_object_array_get_idx(list, i));
	return n;
}

static void print_suite(FILE *out, struct json_object *file)
{
	struct json_object *list = json_object_object_get(file, "findings");
	size_t n = json_object_array_length(list);

	fputs("  <testsuite", out);
	xml_attribute(out, "name", json_word(file, "file"));
	fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n", n ? n : 1, count(list));
	if (!n) {
		fputs("    <testcase", out);
		xml_attribute(out, "classname", json_word(file, "file"));
		fputs(" name=\"no findings\"/>\n", out);
	}
	for (size_t i = 0; i < n; i++)
		print_case(out, json_object_array_get_idx(list, i));
	fputs("  </testsuite>\n", out);
}

void junit_write(FILE *out, struct json_object *files)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"stapvet\">\n", out);
	for (size_t i = 0; i < json_object_array_length(files); i++)
		print_suite(out, json_object_array_get_idx(files, i));
	fputs("</testsuites>\n", out);
}
