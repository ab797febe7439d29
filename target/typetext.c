/*
 * Types written in C, as a cast would have them: a declarator is built from the
 * inside out while the chain of types is followed.  Depth and length are bounded; beyond them, and
 * for damage, the text has "?" or ends in "...".
 */
#include "target/typetext.h"

#include <string.h>

enum { DEPTH = 32, ROOM = 1024 };

struct writer {
	char *out;
	size_t n;
	unsigned types; /* seen so far */
};

static void put(struct writer *w, const char *s)
{
	while (*s && w->n < ROOM - 1)
		w->out[w->n++] = *s++;
	w->out[w->n] = '\0';
}

static void write_type(struct writer *w, struct ttype ty, const char *inner, unsigned depth);

static void write_params(struct writer *w, struct ttype ty, const struct btf_type *proto,
			 unsigned depth)
{
	const struct btf_param *p = unit_rest(proto);
	uint32_t n = unit_vlen(proto);

	put(w, "(");
	for (uint32_t i = 0; i < n && w->n < ROOM - 1; i++) {
		put(w, i ? ", " : "");
		if (p[i].type == 0)
			put(w, "...");
		else
			write_type(w, (struct ttype){ty.unit, p[i].type}, "", depth + 1);
	}
	put(w, n ? ")" : "void)");
}

/* A name with what keyword it needs, and the declarator after it. */
static void write_named(struct writer *w, const char *keyword, const char *name, const char *inner)
{
	put(w, keyword);
	put(w, *name ? name : "{...}");
	put(w, *inner && *inner != '[' ? " " : "");
	put(w, inner);
}

static const char *qualifier(unsigned kind)
{
	return kind == BTF_KIND_CONST      ? "const"
	       : kind == BTF_KIND_VOLATILE ? "volatile"
					   : "restrict";
}

/* Is the type a pointer once qualifiers are taken off: then qualifiers go after the star. */
static bool is_pointer(struct ttype ty)
{
	for (int i = 0; i < DEPTH; i++) {
		const struct btf_type *b = unit_type(ty.unit, ty.id);
		unsigned kind = b ? unit_kind(b) : BTF_KIND_UNKN;

		if (kind == BTF_KIND_PTR)
			return true;
		if (kind != BTF_KIND_CONST && kind != BTF_KIND_VOLATILE &&
		    kind != BTF_KIND_RESTRICT && kind != BTF_KIND_TYPE_TAG)
			return false;
		ty.id = b->type;
	}
	return false;
}

static void write_qualified(struct writer *w, struct ttype ty, const struct btf_type *b,
			    const char *inner, unsigned depth)
{
	struct ttype of = {ty.unit, b->type};
	const char *word = qualifier(unit_kind(b));
	char text[ROOM] = "";
	struct writer in = {text, 0, w->types};

	if (!is_pointer(of)) {
		put(w, word);
		put(w, " ");
		write_type(w, of, inner, depth + 1);
		return;
	}
	put(&in, word);
	put(&in, *inner && *inner != '[' ? " " : "");
	put(&in, inner);
	write_type(w, of, text, depth + 1);
}

static void write_pointer(struct writer *w, struct ttype ty, const struct btf_type *b,
			  const char *inner, unsigned depth)
{
	struct ttype of = {ty.unit, b->type};
	const struct btf_type *to = unit_type(ty.unit, b->type);
	bool wrap = to && (unit_kind(to) == BTF_KIND_ARRAY || unit_kind(to) == BTF_KIND_FUNC_PROTO);
	char text[ROOM] = "";
	struct writer in = {text, 0, w->types};

	put(&in, wrap ? "(*" : "*");
	put(&in, inner);
	put(&in, wrap ? ")" : "");
	write_type(w, of, text, depth + 1);
}

static void write_array(struct writer *w, struct ttype ty, const struct btf_type *b,
			const char *inner, unsigned depth)
{
	const struct btf_array *array = unit_rest(b);
	char text[ROOM] = "", count[16], *c = count + sizeof count;
	struct writer in = {text, 0, w->types};

	*--c = '\0';
	for (uint32_t n = array->nelems; n; n /= 10)
		*--c = (char)('0' + n % 10);
	put(&in, inner);
	put(&in, "[");
	put(&in, c);
	put(&in, "]");
	write_type(w, (struct ttype){ty.unit, array->type}, text, depth + 1);
}

/* The return type, around the declarator, and the parameters after it. */
static void write_proto(struct writer *w, struct ttype ty, const struct btf_type *b,
			const char *inner, unsigned depth)
{
	char text[ROOM] = "";
	struct writer in = {text, 0, w->types};

	put(&in, inner);
	write_params(&in, ty, b, depth + 1);
	w->types = in.types;
	write_type(w, (struct ttype){ty.unit, b->type}, text, depth + 1);
}

static void write_type(struct writer *w, struct ttype ty, const char *inner, unsigned depth)
{
	const struct btf_type *b = unit_type(ty.unit, ty.id);
	const char *name = b ? unit_str(ty.unit, b->name_off) : "";

	if (ty.id == 0 || !b || depth > DEPTH || ++w->types > 64) {
		write_named(w, "", ty.id == 0 ? "void" : "?", inner);
		return;
	}
	switch (unit_kind(b)) {
	case BTF_KIND_STRUCT: write_named(w, "struct ", name, inner); return;
	case BTF_KIND_UNION: write_named(w, "union ", name, inner); return;
	case BTF_KIND_FWD:
		write_named(w, BTF_INFO_KFLAG(b->info) ? "union " : "struct ", name, inner);
		return;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64: write_named(w, "enum ", name, inner); return;
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
	case BTF_KIND_TYPEDEF: write_named(w, "", name, inner); return;
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT: write_qualified(w, ty, b, inner, depth); return;
	case BTF_KIND_TYPE_TAG:
	case BTF_KIND_FUNC:
		write_type(w, (struct ttype){ty.unit, b->type}, inner, depth + 1);
		return;
	case BTF_KIND_PTR: write_pointer(w, ty, b, inner, depth); return;
	case BTF_KIND_ARRAY: write_array(w, ty, b, inner, depth); return;
	case BTF_KIND_FUNC_PROTO: write_proto(w, ty, b, inner, depth); return;
	}
	write_named(w, "", "?", inner);
}

const char *typetext_run(struct ttype ty, struct arena *a)
{
	char text[ROOM] = "";
	struct writer w = {text, 0, 0};

	write_type(&w, ty, "", 0);
	if (w.n == ROOM - 1)
		strcpy(text + ROOM - 4, "...");
	return arena_strdup(a, text);
}
