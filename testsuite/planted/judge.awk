# One copy's output against what plant said: tag, line and suggestion of the
# first finding, and no flood after it.  The first error is what is judged; a
# warning may stand before it, and is judged where there is no error.
# Variables: prefix first last tags suggestion.
function is_finding(line) { return line ~ /^[^ ]*:[0-9]+:[0-9]+: (error|warning): / || line ~ /^error: / }
function judge(line, more,    place, i, n, tag, at) {
	n = split(tags, tag, "|")
	for (i = 1; i <= n && !index(line, "[" tag[i] "]"); i++) ;
	if (i > n) return "tag"
	split(line, place, ":")
	if (place[2] < first + 0 || place[2] > last + 0) return "line"
	if (suggestion == "-") return "ok"
	at = index(line more, "did you mean")
	return at && index(substr(line more, at), suggestion) ? "ok" : "suggestion"
}
is_finding($0) { found[++findings] = $0; errors += / error: /; next }
findings { notes[findings] = notes[findings] $0 }
END {
	verdict = "silent"
	for (i = 1; i <= findings; i++) {
		verdict = judge(found[i], notes[i])
		if (verdict == "ok") break
		if (worst == "" || (found[i] ~ / error: / && !seen)) { worst = verdict; shown = found[i] notes[i] }
		if (found[i] ~ / error: /) { seen = 1 }
	}
	if (verdict == "ok" && seen) verdict = "order"
	else if (verdict != "ok" && worst != "") verdict = worst
	else shown = found[i]
	if (verdict == "ok" && errors > 3) verdict = "flood"
	print prefix verdict "\t" shown
}
