"""Is a review page well formed, and can it load or run nothing?  structure.py PAGE..."""
import html.parser
import sys

VOID = {"meta", "br"}
ALLOWED = {"html", "head", "meta", "title", "style", "body", "header", "main", "nav", "section", "footer", "h1", "h2", "h3",
           "p", "a", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "span", "div", "b", "strong", "code",
           "pre", "details", "summary", "br"}
ATTRIBUTES = {"class", "id", "href", "lang", "scope", "open", "charset", "name", "content", "http-equiv",
              "aria-labelledby", "aria-label"}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.bad, self.ids, self.links, self.count = [], [], set(), [], {}

    def complain(self, what):
        self.bad.append("%d:%d: %s" % (*self.getpos(), what))

    def handle_starttag(self, tag, attributes):
        self.count[tag] = self.count.get(tag, 0) + 1
        if tag not in ALLOWED:
            self.complain("element " + tag)
        for name, value in attributes:
            if name not in ATTRIBUTES:
                self.complain("attribute " + name)
            if name == "href" and not value.startswith("#"):
                self.complain("link to " + value)
            if name == "href":
                self.links.append(value[1:])
            if name == "id" and value in self.ids:
                self.complain("id twice: " + value)
            if name == "id":
                self.ids.add(value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.complain("self-closing " + tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.complain("</%s> closes nothing" % tag)

    def handle_comment(self, data):
        self.complain("a comment")

    def handle_data(self, data):
        for c in data:
            hidden = ord(c) < 32 and c not in "\n\t" or 127 <= ord(c) < 160 or 0x200b <= ord(c) <= 0x200f \
                or 0x202a <= ord(c) <= 0x202e or 0x2060 <= ord(c) <= 0x206f or ord(c) == 0xfeff
            if hidden:
                self.complain("a hidden character U+%04X" % ord(c))


failed = False
for name in sys.argv[1:]:
    page = Page()
    with open(name, encoding="utf-8", errors="strict") as file:
        text = file.read()
    page.feed(text)
    page.close()
    if page.open:
        page.complain("left open: " + " ".join(page.open))
    for one in ("html", "head", "title", "style", "body", "main", "h1"):
        if page.count.get(one) != 1:
            page.complain("not one " + one)
    for link in page.links:
        if link not in page.ids:
            page.complain("link to nowhere: " + link)
    if "default-src 'none'" not in text or "url(" in text or "@import" in text:
        page.complain("it may load something")
    for what in page.bad[:10]:
        print("%s:%s" % (name, what))
    failed |= bool(page.bad)
sys.exit(failed)
