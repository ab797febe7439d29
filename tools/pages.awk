# Makes a C table of the pages of lint/rules: LC_ALL=C awk -f tools/pages.awk lint/rules/*.md
function flush() { if (tag != "") printf "\t\"\"},\n" }
BEGIN {
	print "#include \"lint/pages.h\"\nconst struct page PAGES[] = {"
	for (i = 128; i < 256; i++) octal[sprintf("%c", i)] = sprintf("\\%o", i)
}
FNR == 1 { flush(); tag = FILENAME; sub(/.*\//, "", tag); sub(/\.md$/, "", tag); printf "\t{\"%s\",\n", tag }
{
	gsub(/\\/, "&&"); gsub(/"/, "\\\""); gsub(/\t/, "\\t")
	if ($0 ~ /[\200-\377]/) {
		line = ""
		for (i = 1; i <= length($0); i++) { c = substr($0, i, 1); line = line (c in octal ? octal[c] : c) }
		$0 = line
	}
	printf "\t \"%s\\n\"\n", $0
}
END { flush(); print "\t{0, 0}\n};" }
