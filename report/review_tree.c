/*
 * The shape of a script as a tree: handlers, in them loops with how often they go round, in those
 * the calls.  A function of the script is unfolded where it is first met; one of the library is a
 * leaf.  What is never reached is left out.
 */
#include "report/review.h"
#include "verifier/shape.h"

enum { NODES_MAX = 4000 };

struct forest {
	const struct review_input *in;
	const struct ir_program *p;
	struct arena *arena;
	bool *unfolded; /* by function */
	uint32_t nodes;
};

static bool is_c(const struct ir_func *f)
{
	vec_each(b, &f->blocks)
		vec_each(i, &f->blocks.v[b].insts)
			if (f->blocks.v[b].insts.v[i].op == OP_EMBEDDED)
				return true;
	return false;
}

static const char *cost_words(struct forest *t, uint32_t func)
{
	int64_t cost = proven_cost(t->in->proven, func);

	if (is_c(&t->p->funcs.v[func]))
		return "C code, whose cost is not known";

	return cost == INT64_MAX ? "any number of statements"
				 : arena_printf(t->arena, "at most %lld statement%s",
						(long long)cost, cost == 1 ? "" : "s");
}

static struct review_node *make(struct forest *t, struct loc loc, const char *name)
{
	struct review_node *n = arena_make(t->arena, struct review_node);

	n->name = name;
	n->place = review_place_of(t->in->diags->sources, loc);
	t->nodes++;
	return n;
}

/* The script's loop that a natural loop is; its own are as many, or it was lowered from none. */
static const struct ir_loop *loop_of(const struct ir_func *f, uint32_t header)
{
	vec_each(i, &f->loops)
		if (f->loops.v[i].header == header)
			return &f->loops.v[i];
	return NULL;
}

static struct review_node *loop_node(struct forest *t, const struct ir_func *f,
				     const struct ir_loop *l)
{
	const struct verdict *v =
		l->obligation == IR_NONE ? NULL : proven_verdict(t->in->proven, l->obligation);
	struct review_node *n = make(t, l->loc, l->iter == IR_NONE ? "loop" : "foreach");

	n->kind = NODE_LOOP;
	n->open = !v || v->status != VERDICT_PROVED;
	if (l->iter != IR_NONE)
		n->name = arena_printf(t->arena, "foreach over %s",
				       t->p->globals.v[f->iters.v[l->iter].global].name);
	if (v && v->has_bound && v->bound < INT64_MAX && !n->open)
		n->bound = arena_printf(t->arena, "at most %lld time%s", (long long)v->bound,
					v->bound == 1 ? "" : "s");
	else if (n->open)
		n->bound = "no bound is known: MAXACTION ends it";
	else
		n->bound = "it ends";
	return n;
}

static void unfold(struct forest *t, struct review_node *into, uint32_t func);

static void add_call(struct forest *t, struct review_node *into, uint32_t func, struct loc loc)
{
	const struct ir_func *f = &t->p->funcs.v[func];
	struct review_node *n;

	vec_each(i, &into->children) {
		if (into->children.v[i]->kind == NODE_CALL &&
		    into->children.v[i]->name == f->name) {
			into->children.v[i]->calls++;
			return;
		}
	}
	if (t->nodes >= NODES_MAX)
		return;
	n = make(t, f->from_tapset ? f->loc : loc, f->name);
	n->kind = NODE_CALL;
	n->calls = 1;
	n->bound = cost_words(t, func);
	n->open = proven_cost(t->in->proven, func) == INT64_MAX;
	vec_push(t->arena, &into->children, n);
	if (f->from_tapset)
		return;
	if (t->unfolded[func])
		n->bound = arena_printf(t->arena, "%s; unfolded elsewhere", n->bound);
	else
		unfold(t, n, func);
}

/* The node that what is in a block goes under: that of its innermost loop the script wrote. */
static struct review_node *under(const struct shape *sh, struct review_node **loops,
				 struct review_node *root, uint32_t block)
{
	uint32_t l = sh->loop_of[block];

	while (l != IR_NONE && !loops[l])
		l = sh->loops[l].parent;
	return l == IR_NONE ? root : loops[l];
}

static void unfold(struct forest *t, struct review_node *into, uint32_t func)
{
	const struct ir_func *f = &t->p->funcs.v[func];
	struct shape *sh = shape_function(t->arena, f);
	struct review_node **loops =
		arena_alloc(t->arena, sh->nloops * sizeof(struct review_node *));

	t->unfolded[func] = true;
	for (uint32_t i = 0; i < sh->norder; i++) {
		uint32_t b = sh->order[i], l = sh->loop_at[b];
		const struct ir_loop *own = l == IR_NONE ? NULL : loop_of(f, b);

		if (!proven_reached(t->in->proven, func, b))
			continue;
		if (own && t->nodes < NODES_MAX) {
			uint32_t outer = sh->loops[l].parent;
			struct review_node *above = into;

			while (outer != IR_NONE && !loops[outer])
				outer = sh->loops[outer].parent;
			if (outer != IR_NONE)
				above = loops[outer];
			loops[l] = loop_node(t, f, own);
			vec_push(t->arena, &above->children, loops[l]);
		}
		vec_each(k, &f->blocks.v[b].insts) {
			const struct ir_inst *in = &f->blocks.v[b].insts.v[k];

			for (uint32_t c = 0; in->op == OP_CALL && c < in->ncallees; c++)
				add_call(t, under(sh, loops, into, b), in->callees[c], in->loc);
		}
	}
}

void review_tree_collect(const struct review_input *in, struct review *r)
{
	struct forest t = {.in = in, .p = proven_program(in->proven), .arena = in->arena};

	t.unfolded = arena_alloc(t.arena, t.p->funcs.n);
	vec_each(f, &t.p->funcs) {
		const struct ir_func *h = &t.p->funcs.v[f];
		struct review_node *n;

		if (h->kind != IR_HANDLER || t.nodes >= NODES_MAX)
			continue;
		n = make(&t, h->loc, h->name);
		n->kind = NODE_HANDLER;
		n->bound = cost_words(&t, f);
		n->open = proven_cost(in->proven, f) == INT64_MAX;
		unfold(&t, n, f);
		vec_push(t.arena, &r->tree, n);
	}
	if (t.nodes >= NODES_MAX) {
		struct review_node *rest = make(&t, (struct loc){0}, "...");

		rest->bound = "the rest is too much to be drawn";
		vec_push(t.arena, &r->tree, rest);
	}
}
