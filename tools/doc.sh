#!/bin/bash
# The manual: man pages and HTML of the rules, from Markdown by cmark, and the shells' completions with the options that
# there are.  doc.sh BUILD
set -eu
cd "$(dirname "$0")/.."
build=$1
command -v cmark >/dev/null || tools/deps.sh cmark
out=$build/doc
rm -rf "$out"
mkdir -p "$out/man" "$out/rules" "$out/completions"
version=$("$build/stapvet" --version | cut -d ' ' -f 2)
man() { # man NAME SECTION: Markdown to a page; definition lists, which cmark lacks, as tagged paragraphs
	{
		printf '.TH "%s" "%s" "" "stapvet %s" ""\n' "${1^^}" "$2" "$version"
		cmark -t man | awk '
			{ line[NR] = $0 }
			END {
				for (i = 1; i <= NR; i++)
					if (line[i] == ".PP" && line[i + 2] ~ /^: /) {
						print ".TP"
						sub(/^: /, "", line[i + 2])
					} else {
						print line[i]
					}
			}'
	} >"$out/man/$1.$2"
}
for page in doc/man/*.md; do
	name=$(basename "$page" .md)
	man "${name%.*}" "${name##*.}" <"$page"
done
{
	printf '# NAME\n\nstapvet.yaml - what stapvet check and verify are to look for\n\n# DESCRIPTION\n\n'
	awk '/^## /{ on = /Configuration/; next } on' doc/check.md
} | man stapvet.yaml 5
{
	printf '# NAME\n\nstapvet-rules - what stapvet check looks for\n\n# RULES\n\n'
	for page in lint/rules/*.md; do sed '/^# /s/^# /## /; /^## \(What\|Why\|Bad\|Good\|How\)/s/^## \(.*\)/**\1**/' "$page"; echo; done
} | man stapvet-rules 7
html() { # html TITLE: a page that loads nothing
	printf '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>%s</title>\n' "$1"
	printf '<meta name="viewport" content="width=device-width">\n<style>body{font:16px/1.5 sans-serif;max-width:45em;margin:2em auto;padding:0 1em}pre{background:#f4f4f4;padding:.7em;overflow:auto}td{vertical-align:top;padding:.1em .6em}</style></head><body>\n'
	cat
	printf '</body></html>\n'
}
for page in lint/rules/*.md; do
	tag=$(basename "$page" .md)
	cmark "$page" | html "$tag" >"$out/rules/$tag.html"
done
{
	echo '<h1>The rules of stapvet check</h1><table>'
	"$build/stapvet" --list-rules | awk '{ text = $0; sub(/^([^ ]+ +){5}/, "", text); gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text)
		printf "<tr><td><a href=\"%s.html\">%s</a></td><td>%s</td><td>%s</td><td>%s</td></tr>\n", $1, $1, $2, $3, text }'
	echo '</table>'
} | html "stapvet: rules" >"$out/rules/index.html"
options=$(tools/long_options.sh | tr '\n' ' ')
for file in completions/*; do sed "s/@OPTIONS@/${options% }/" "$file" >"$out/completions/$(basename "$file")"; done
echo "manual in $out: $(ls "$out/man" | wc -l) man pages, $(ls "$out/rules" | wc -l) pages of rules"
