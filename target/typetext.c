/*
 * Types written in C, as a cast would have them: a declarator is built from the
 * inside out while the chain of types is followed.  SystemTap's listings write
 * them from left to right instead, with what modifies a type behind it.  Depth
 * and length are bounded; beyond them, and for damage, the text has "?" or ends
 * in "...".
 */
#include "target/typetext.h"
#include "target/dwarftext.h"

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

/* --- the links of a BTF type --- */

static const char *qualifier(unsigned kind)
{
	return kind == BTF_KIND_CONST      ? "const"
	       : kind == BTF_KIND_VOLATILE ? "volatile"
					   : "restrict";
}

static struct typetext_node named(const char *keyword, const char *name)
{
	return (struct typetext_node){.kind = TYPETEXT_NAMED, .keyword = keyword, .name = name};
}

static struct typetext_node btf_node(struct ttype ty)
{
	const struct btf_type *b = unit_type(ty.unit, ty.id);
	struct typetext_node n = {.kind = TYPETEXT_UNKNOWN, .mark = "*"};
	const struct btf_array *array;
	const char *name;

	if (!b)
		return n;
	name = unit_str(ty.unit, b->name_off);
	n.of = (struct ttype){ty.unit, b->type};
	switch (unit_kind(b)) {
	case BTF_KIND_STRUCT: return named("struct ", name);
	case BTF_KIND_UNION: return named("union ", name);
	case BTF_KIND_FWD: return named(BTF_INFO_KFLAG(b->info) ? "union " : "struct ", name);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64: return named("enum ", name);
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
	case BTF_KIND_TYPEDEF: return named("", name);
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
		n.kind = TYPETEXT_QUALIFIED;
		n.mark = qualifier(unit_kind(b));
		break;
	case BTF_KIND_TYPE_TAG:
	case BTF_KIND_FUNC: n.kind = TYPETEXT_THROUGH; break;
	case BTF_KIND_PTR: n.kind = TYPETEXT_POINTER; break;
	case BTF_KIND_ARRAY:
		array = unit_rest(b);
		n.kind = TYPETEXT_ARRAY;
		n.of.id = array->type;
		n.count = array->nelems;
		break;
	case BTF_KIND_FUNC_PROTO:
		n.kind = TYPETEXT_PROTO;
		n.count = unit_vlen(b);
		break;
	}
	return n;
}

static struct typetext_node node_of(struct ttype ty)
{
	if (ty.id == 0)
		return named("", "void");
	return ty.unit && ty.unit->code ? dwarftext_node(ty) : btf_node(ty);
}

/* The i-th parameter; false: it stands for "...". */
static bool param_of(struct ttype ty, uint32_t i, struct ttype *out)
{
	if (ty.unit->code)
		return dwarftext_param(ty, i, out);
	const struct btf_param *p = unit_rest(unit_type(ty.unit, ty.id));

	*out = (struct ttype){ty.unit, p[i].type};
	return p[i].type != 0;
}

/* --- as C --- */

static void write_type(struct writer *w, struct ttype ty, const char *inner, unsigned depth);

/* A name with what keyword it needs, and the declarator after it. */
static void write_named(struct writer *w, const struct typetext_node *n, const char *inner)
{
	put(w, n->keyword);
	put(w, *n->name ? n->name : "{...}");
	put(w, *inner && *inner != '[' ? " " : "");
	put(w, inner);
}

/* Is the type a pointer once qualifiers are taken off: then qualifiers go after the star. */
static bool is_pointer(struct ttype ty)
{
	for (int i = 0; i < DEPTH; i++) {
		struct typetext_node n = node_of(ty);

		if (n.kind == TYPETEXT_POINTER)
			return true;
		if (n.kind != TYPETEXT_QUALIFIED && n.kind != TYPETEXT_THROUGH)
			return false;
		ty = n.of;
	}
	return false;
}

static void write_qualified(struct writer *w, const struct typetext_node *n, const char *inner,
			    unsigned depth)
{
	char text[ROOM] = "";
	struct writer in = {text, 0, w->types};

	if (!is_pointer(n->of)) {
		put(w, n->mark);
		put(w, " ");
		write_type(w, n->of, inner, depth + 1);
		return;
	}
	put(&in, n->mark);
	put(&in, *inner && *inner != '[' ? " " : "");
	put(&in, inner);
	write_type(w, n->of, text, depth + 1);
}

static void write_pointer(struct writer *w, const struct typetext_node *n, const char *inner,
			  unsigned depth)
{
	enum typetext_kind to = node_of(n->of).kind;
	bool wrap = to == TYPETEXT_ARRAY || to == TYPETEXT_PROTO;
	char text[ROOM] = "";
	struct writer in = {text, 0, w->types};

	put(&in, wrap ? "(" : "");
	put(&in, n->mark);
	put(&in, inner);
	put(&in, wrap ? ")" : "");
	write_type(w, n->of, text, depth + 1);
}

static void write_array(struct writer *w, const struct typetext_node *n, const char *inner,
			unsigned depth)
{
	char text[ROOM] = "", count[24], *c = count + sizeof count;
	struct writer in = {text, 0, w->types};

	*--c = '\0';
	for (uint64_t i = n->count; i; i /= 10)
		*--c = (char)('0' + i % 10);
	put(&in, inner);
	put(&in, "[");
	put(&in, c);
	put(&in, "]");
	write_type(w, n->of, text, depth + 1);
}

/* The return type, around the declarator, and the parameters after it. */
static void write_proto(struct writer *w, struct ttype ty, const struct typetext_node *n,
			const char *inner, unsigned depth)
{
	char text[ROOM] = "";
	struct writer in = {text, 0, w->types};

	put(&in, inner);
	put(&in, "(");
	for (uint32_t i = 0; i < n->count && in.n < ROOM - 1; i++) {
		struct ttype param;

		put(&in, i ? ", " : "");
		if (param_of(ty, i, &param))
			write_type(&in, param, "", depth + 2);
		else
			put(&in, "...");
	}
	put(&in, n->count ? ")" : "void)");
	w->types = in.types;
	write_type(w, n->of, text, depth + 1);
}

static void write_type(struct writer *w, struct ttype ty, const char *inner, unsigned depth)
{
	struct typetext_node n = node_of(ty);

	if (ty.id && (depth > DEPTH || ++w->types > 64))
		n.kind = TYPETEXT_UNKNOWN;
	switch (n.kind) {
	case TYPETEXT_UNKNOWN:
		n = named("", "?");
		write_named(w, &n, inner);
		return;
	case TYPETEXT_NAMED: write_named(w, &n, inner); return;
	case TYPETEXT_QUALIFIED: write_qualified(w, &n, inner, depth); return;
	case TYPETEXT_POINTER: write_pointer(w, &n, inner, depth); return;
	case TYPETEXT_ARRAY: write_array(w, &n, inner, depth); return;
	case TYPETEXT_PROTO: write_proto(w, ty, &n, inner, depth); return;
	case TYPETEXT_THROUGH: write_type(w, n.of, inner, depth + 1); return;
	}
}

/* --- as SystemTap lists them --- */

static void list_type(struct writer *w, struct ttype ty, unsigned depth);

static void list_params(struct writer *w, struct ttype ty, const struct typetext_node *n,
			unsigned depth)
{
	put(w, "(");
	for (uint32_t i = 0; i < n->count && w->n < ROOM - 1; i++) {
		struct ttype param;

		put(w, i ? ", " : "");
		if (param_of(ty, i, &param))
			list_type(w, param, depth + 2);
		else
			put(w, "...");
	}
	put(w, n->count ? ")" : "void)");
}

static void list_type(struct writer *w, struct ttype ty, unsigned depth)
{
	struct typetext_node n = node_of(ty);

	if (ty.id && (depth > DEPTH || ++w->types > 64))
		n.kind = TYPETEXT_UNKNOWN;
	switch (n.kind) {
	case TYPETEXT_UNKNOWN: put(w, "?"); return;
	case TYPETEXT_NAMED:
		put(w, n.keyword);
		put(w, *n.name ? n.name : "{...}");
		return;
	case TYPETEXT_QUALIFIED:
		list_type(w, n.of, depth + 1);
		put(w, " ");
		put(w, n.mark);
		return;
	case TYPETEXT_POINTER:
		list_type(w, n.of, depth + 1);
		put(w, n.mark);
		return;
	case TYPETEXT_ARRAY:
		list_type(w, n.of, depth + 1);
		put(w, "[]");
		return;
	case TYPETEXT_PROTO:
		list_type(w, n.of, depth + 1);
		put(w, " ");
		list_params(w, ty, &n, depth);
		return;
	case TYPETEXT_THROUGH: list_type(w, n.of, depth + 1); return;
	}
}

static const char *finish(char *text, const struct writer *w, struct arena *a)
{
	if (w->n == ROOM - 1)
		strcpy(text + ROOM - 4, "...");
	return arena_strdup(a, text);
}

const char *typetext_run(struct ttype ty, struct arena *a)
{
	char text[ROOM] = "";
	struct writer w = {text, 0, 0};

	write_type(&w, ty, "", 0);
	return finish(text, &w, a);
}

const char *typetext_listed(struct ttype ty, struct arena *a)
{
	char text[ROOM] = "";
	struct writer w = {text, 0, 0};

	list_type(&w, ty, 0);
	return finish(text, &w, a);
}
