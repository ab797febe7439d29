/* Places in SARIF. */
#ifndef REPORT_SARIF_PLACE_H
#define REPORT_SARIF_PLACE_H

#include "report/report.h"

/* {"uri"}: a relative path stays relative, an absolute one becomes file:///... */
struct json_object *sarif_place_artifact(const char *path);
/* {"startLine", ...}, columns in characters. */
struct json_object *sarif_place_region(const struct sources *ss, struct span span);
/* {"physicalLocation", "message"}; NULL for nowhere.  message may be NULL. */
struct json_object *sarif_place_location(const struct sources *ss, struct span span,
					 const char *message);
/* {"text"} */
struct json_object *sarif_place_message(const char *text);

#endif
