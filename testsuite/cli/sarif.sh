# SARIF: what section 3 of the standard asks of each part that is used, over many scripts; and the whole against the
# schema of 2.1.0 where SARIF_SCHEMA names it and python3-jsonschema is there.
. testsuite/cli/common.inc
command -v python3 >/dev/null || { echo "skipped: python3 is not there"; finish; }
printf '#!/usr/bin/stap\nprobe begin { printf("\xff é %%d\\n", 1 / 0) if (x = 1) exit() }\n' >"$work/a b%.stp"
"$stapvet" check --no-cache --enable=all --format=sarif --target "$FACTS" "$work/a b%.stp" testsuite/seeds testsuite/cli/formats \
	>"$work/log" 2>"$work/err" </dev/null
python3 - "$work/log" <<'P' || say "the log is not what SARIF asks for"
import json, re, sys
log = json.load(open(sys.argv[1], encoding="utf-8"))
assert log["version"] == "2.1.0" and len(log["runs"]) == 1
run = log["runs"][0]
assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
rules = run["tool"]["driver"]["rules"]
ids = [r["id"] for r in rules]
assert run["tool"]["driver"]["name"] and len(ids) == len(set(ids))
for r in rules:
    assert r["shortDescription"]["text"] and r["help"]["text"]
    assert r["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
def region(r):
    assert r["startLine"] >= 1 and r["startColumn"] >= 1
    if "endLine" in r:
        assert (r["endLine"], r["endColumn"]) >= (r["startLine"], r["startColumn"])
def place(l):
    p = l["physicalLocation"]
    assert re.fullmatch(r"(file://)?([-._~/A-Za-z0-9]|%[0-9A-F]{2})+", p["artifactLocation"]["uri"]), p
    if "region" in p:
        region(p["region"])
kinds, flows, fixes, suppressed, prints = set(), 0, 0, 0, set()
for r in run["results"]:
    assert ids[r["ruleIndex"]] == r["ruleId"] and r["message"]["text"]
    assert r["kind"] in ("pass", "open", "fail")
    assert (r["level"] == "none") == (r["kind"] != "fail"), r
    assert len(r["locations"]) == 1
    place(r["locations"][0])
    for l in r.get("relatedLocations", []):
        place(l)
        assert l["message"]["text"]
    for f in r.get("codeFlows", []):
        for s in f["threadFlows"][0]["locations"]:
            place(s["location"])
        flows += 1
    for f in r.get("fixes", []):
        for c in f["artifactChanges"]:
            for e in c["replacements"]:
                region(e["deletedRegion"])
                assert isinstance(e["insertedContent"]["text"], str)
        fixes += 1
    for s in r.get("suppressions", []):
        assert s["kind"] == "inSource" and s["justification"]
        suppressed += 1
    uri = r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    own = (uri, r["partialFingerprints"]["stapvet/v1"])
    assert own not in prints, own
    prints.add(own)
    kinds.add(r["kind"])
assert kinds == {"pass", "open", "fail"} and flows and fixes and suppressed, (kinds, flows, fixes, suppressed)
P
# a fingerprint stays when lines move, and changes with the line
prints() { "$stapvet" check --no-cache --format=sarif -e "$1" | grep -o '"stapvet/v1":"[^"]*"' | sort; }
before=$(prints 'probe begin { if (x = 1) exit() }')
[ "$before" = "$(prints '# a remark

probe begin  {  if (x  = 1)  exit() } # another')" ] || say "moved lines have other fingerprints"
[ "$before" != "$(prints 'probe begin { if (x = 2) exit() }')" ] || say "another line has the same fingerprints"
if [ ! -e "${SARIF_SCHEMA:-}" ]; then
	echo "skipped: SARIF_SCHEMA names no schema to validate against"
elif python3 -c 'import jsonschema' 2>/dev/null; then
	python3 -c 'import json, jsonschema, sys; jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' \
		"$work/log" "$SARIF_SCHEMA" || say "the log does not validate"
else
	echo "skipped: python3-jsonschema is not there"
fi
finish
