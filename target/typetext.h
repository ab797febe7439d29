/* Types written in C. */
#ifndef TARGET_TYPETEXT_H
#define TARGET_TYPETEXT_H

#include "target/lazy.h"

enum typetext_kind {
	TYPETEXT_UNKNOWN,
	TYPETEXT_NAMED,     /* keyword and name */
	TYPETEXT_QUALIFIED, /* mark: "const" */
	TYPETEXT_POINTER,   /* mark: "*", "&" */
	TYPETEXT_ARRAY,
	TYPETEXT_PROTO,
	TYPETEXT_THROUGH, /* nothing of its own to write */
};

/* One link in the chain of a type, as BTF or DWARF has it. */
struct typetext_node {
	enum typetext_kind kind;
	const char *keyword; /* NAMED: "struct ", or "" */
	const char *name;    /* NAMED: "" when it has none */
	const char *mark;
	struct ttype of; /* what comes after it; PROTO: what is returned; {0}: void */
	uint64_t count;  /* ARRAY, PROTO (parameters) */
};

/* "const char *", "struct list_head", "int (*)(void *, ...)". */
const char *typetext_run(struct ttype ty, struct arena *a);
/* In SystemTap's words: "char const*", "struct list_head", "int (*) (void*, ...)". */
const char *typetext_listed(struct ttype ty, struct arena *a);

#endif
