/*
 * A certificate as lines of words.  The claims on a block's entry are written
 * as what differs from those of a block before it that dominates it, so the
 * text grows with what changes, not with blocks times variables.  Facts and
 * predicates are numbered where they are first needed.
 */
#include "verifier/certificate_text.h"
#include "verifier/verdict.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

struct numbers { /* from an address to the number of its line */
	const void **keys;
	uint32_t n, cap;
	uint32_t *values;
};

struct writer {
	FILE *out;
	struct arena *arena; /* of one function */
	const struct certificate *c;
	const struct ir_func *f;
	struct space sp;
	uint32_t func;
	struct numbers facts, preds;
};

/* --- numbers --- */

static uint32_t place_of(const struct numbers *t, const void *key)
{
	uint32_t i = (uint32_t)((uintptr_t)key >> 4) * 2654435761u & (t->cap - 1);

	while (t->keys[i] && t->keys[i] != key)
		i = (i + 1) & (t->cap - 1);
	return i;
}

/* False: it has no number yet, and gets the next one. */
static bool numbered(struct arena *a, struct numbers *t, const void *key, uint32_t *number)
{
	uint32_t i;

	if (2 * t->n >= t->cap) {
		struct numbers old = *t;

		t->cap = old.cap ? 2 * old.cap : 64;
		t->keys = arena_alloc(a, t->cap * sizeof *t->keys);
		t->values = arena_alloc(a, t->cap * sizeof *t->values);
		for (uint32_t k = 0; k < old.cap; k++) {
			if (!old.keys[k])
				continue;
			i = place_of(t, old.keys[k]);
			t->keys[i] = old.keys[k];
			t->values[i] = old.values[k];
		}
	}
	i = place_of(t, key);
	if (t->keys[i]) {
		*number = t->values[i];
		return true;
	}
	t->keys[i] = key;
	t->values[i] = *number = t->n++;
	return false;
}

/* --- words --- */

static void write_number(FILE *out, int64_t n)
{
	if (n == INT64_MAX)
		fputs("max", out);
	else if (n == INT64_MIN)
		fputs("min", out);
	else
		fprintf(out, "%" PRId64, n);
}

static void word_number(struct writer *w, int64_t n)
{
	putc(' ', w->out);
	write_number(w->out, n);
}

static void word_range(struct writer *w, struct interval r)
{
	if (interval_empty(r)) {
		fputs(" []", w->out);
		return;
	}
	fputs(" [", w->out);
	write_number(w->out, r.low);
	putc(',', w->out);
	write_number(w->out, r.high);
	fputs(r.nonzero && r.low < 0 && r.high > 0 ? "]!0" : "]", w->out);
}

static void word_bits(struct writer *w, struct bits b)
{
	fprintf(w->out, " =%" PRIx64 " ~%" PRIx64, b.value, b.mask);
}

static void word_text(struct writer *w, const char *s)
{
	fprintf(w->out, " \"%s\"", text_escape(w->arena, s, strlen(s)));
}

static void word_slot(struct writer *w, uint32_t slot)
{
	const struct shape *sh = w->sp.sh;

	if (slot == SLOT_NONE)
		fputs(" -", w->out);
	else if (slot & SLOT_LOCAL)
		fprintf(w->out, " r%" PRIu32, slot & ~SLOT_LOCAL);
	else
		fprintf(w->out, " %c%" PRIu32, slot < sh->global_slot0 ? 'r' : 'g',
			sh->slot_owner[slot]);
}

static void word_version(struct writer *w, version v)
{
	fprintf(w->out, " v%" PRIx64, v);
}

static void word_change(struct writer *w, const struct change *c)
{
	fprintf(w->out, " %s", certificate_read_changes[c->kind]);
	word_number(w, c->low);
	word_number(w, c->high);
}

/* --- facts and predicates --- */

static uint32_t fact_line(struct writer *w, const struct fact *f)
{
	uint32_t n;

	if (numbered(w->arena, &w->facts, f, &n))
		return n;
	fprintf(w->out, "fact %" PRIu32, n);
	word_slot(w, f->slot);
	word_version(w, f->ver);
	if (f->iter != IR_NONE)
		fprintf(w->out, " iter %" PRIu32, f->iter);
	else
		fputs(f->slot == SLOT_NONE ? " sum" : " sample", w->out);
	for (uint32_t i = 0; i < f->nkeys; i++) {
		if (f->keys[i].kind == KEY_INT)
			word_number(w, f->keys[i].number);
		else if (f->keys[i].kind == KEY_TEXT)
			word_text(w, f->keys[i].text);
		else
			word_version(w, f->keys[i].ver);
	}
	putc('\n', w->out);
	return n;
}

static uint32_t pred_line(struct writer *w, const struct pred *p);

static void word_operand(struct writer *w, const struct operand *o, uint32_t pred)
{
	word_slot(w, o->slot);
	word_version(w, o->ver);
	word_range(w, o->range);
	word_bits(w, o->bits);
	if (o->pred)
		fprintf(w->out, " p%" PRIu32, pred);
	else
		fputs(" -", w->out);
}

/* Predicates nest a few levels deep: the depth is limited where they are made. */
static uint32_t pred_line(struct writer *w, const struct pred *p)
{
	uint32_t n, fact = 0, a = 0, b = 0;

	if (numbered(w->arena, &w->preds, p, &n))
		return n;
	if (p->kind == PRED_HOLDS)
		fact = fact_line(w, p->fact);
	if (p->kind != PRED_HOLDS && p->a.pred)
		a = pred_line(w, p->a.pred);
	if (p->kind == PRED_COMPARE && p->b.pred)
		b = pred_line(w, p->b.pred);
	fprintf(w->out, "pred %" PRIu32, n);
	if (p->kind == PRED_HOLDS) {
		fprintf(w->out, " holds f%" PRIu32, fact);
	} else if (p->kind == PRED_MASKED) {
		fprintf(w->out, " masked ~%" PRIx64, p->mask);
		word_operand(w, &p->a, a);
	} else {
		fprintf(w->out, " compare %s", certificate_read_relations[p->rel]);
		word_operand(w, &p->a, a);
		word_operand(w, &p->b, b);
	}
	putc('\n', w->out);
	return n;
}

/* --- blocks --- */

static void number_value(void *ctx, uint32_t slot, const struct value *v)
{
	(void)slot;
	if (v->pred)
		pred_line(ctx, v->pred);
}

static void value_line(void *ctx, uint32_t slot, const struct value *v)
{
	struct writer *w = ctx;

	fputs("value", w->out);
	word_slot(w, slot);
	word_range(w, v->range);
	word_version(w, v->ver);
	if (!bits_equal(v->bits, bits_of(v->range))) {
		fputs(" bits", w->out);
		word_bits(w, v->bits);
	}
	if (v->source != SLOT_NONE) {
		fputs(" like", w->out);
		word_slot(w, v->source);
	}
	if (v->pred)
		fprintf(w->out, " says p%" PRIu32, pred_line(w, v->pred));
	if (v->text) {
		fputs(" text", w->out);
		word_text(w, v->text);
	}
	for (const struct diff *d = v->diffs; d; d = d->next) {
		fputs(" from", w->out);
		word_version(w, d->ver);
		word_slot(w, d->slot);
		word_range(w, d->by);
	}
	putc('\n', w->out);
}

static void knows_line(struct writer *w, const struct state *st)
{
	for (const struct fact *f = st->facts; f; f = f->next)
		fact_line(w, f);
	fputs("knows", w->out);
	for (const struct fact *f = st->facts; f; f = f->next)
		fprintf(w->out, " f%" PRIu32, fact_line(w, f));
	putc('\n', w->out);
}

static void write_block(struct writer *w, uint32_t block)
{
	const struct claims *cl = &w->c->claims[w->func];
	const struct shape *sh = w->sp.sh;
	uint32_t like = block == sh->order[0] ? IR_NONE : sh->idom[block];
	struct state nothing = {.reachable = true};
	const struct state *st = &cl->at[block], *base = &nothing;

	if (like != IR_NONE && cl->at[like].reachable)
		base = &cl->at[like];
	/* what they refer to comes before */
	state_differences(&w->sp, base, st, number_value, w);
	fprintf(w->out, "block %" PRIu32, block);
	if (base != &nothing)
		fprintf(w->out, " like %" PRIu32, like);
	putc('\n', w->out);
	state_differences(&w->sp, base, st, value_line, w);
	if (st->facts != base->facts)
		knows_line(w, st);
}

/* --- rankings --- */

static void count_lines(struct writer *w, const struct ranking *r);

static void part_lines(struct writer *w, const struct ranking *r)
{
	for (uint32_t i = 0; i < 2; i++)
		if (r->part[i].kind == RANKING_COUNT) {
			fprintf(w->out, "part %" PRIu32 "\n", i);
			count_lines(w, &r->part[i]);
		}
}

static void order_words(struct writer *w, const struct ranking *r)
{
	fprintf(w->out, " %s", certificate_read_orders[r->order]);
	if (r->branch == IR_NONE)
		fputs(" -", w->out);
	else
		fprintf(w->out, " %" PRIu32, r->branch);
	fprintf(w->out, " %" PRIu32, r->seldom);
}

static void loop_line(struct writer *w, uint32_t loop)
{
	const struct ranking *r = &w->c->rankings[w->func][loop];
	bool paid = false;

	fprintf(w->out, "loop %" PRIu32 " %s", w->sp.sh->loops[loop].header,
		certificate_read_rankings[r->kind]);
	word_number(w, r->bound);
	for (int i = 0; i < RANKING_WEIGHTS; i++)
		word_number(w, r->weight[i]);
	if (r->kind == RANKING_WALK)
		fprintf(w->out, " iter %" PRIu32, r->iter);
	if (r->kind == RANKING_PHASES)
		order_words(w, r);
	for (int i = 0; i < RANKING_WEIGHTS; i++)
		paid |= r->total[i] < INT64_MAX;
	if (paid)
		fputs(" total", w->out);
	for (int i = 0; paid && i < RANKING_WEIGHTS; i++)
		word_number(w, r->total[i]);
	putc('\n', w->out);
	if (r->kind == RANKING_COUNT)
		count_lines(w, r);
	else if (r->kind == RANKING_PHASES)
		part_lines(w, r);
}

static void count_lines(struct writer *w, const struct ranking *r)
{
	fputs("moves", w->out);
	word_slot(w, r->measure);
	word_range(w, r->first);
	word_change(w, &r->step);
	for (uint32_t i = 0; i < r->ncarriers; i++)
		word_slot(w, r->carriers[i]);
	fprintf(w->out, "\nwhile %" PRIu32 " %" PRIu32 " %s %s", r->block, r->inst,
		r->swapped ? "second" : "first", certificate_read_relations[r->rel]);
	word_range(w, r->limit);
	word_change(w, &r->at);
	fprintf(w->out, "%s%s%s%s\n", r->steady ? " steady" : "", r->late ? " late" : "",
		r->below ? " below" : "", r->above ? " above" : "");
}

/* --- the program --- */

static void write_function(struct writer *w, uint32_t func)
{
	const struct certificate *c = w->c;
	const struct ir_func *f = &c->p->funcs.v[func];
	const struct shape *sh = c->shapes[func];
	const struct claims *cl = &c->claims[func];
	const struct outcome *o = &c->w->results[func];

	w->func = func;
	w->f = f;
	w->facts = w->preds = (struct numbers){0};
	state_space(&w->sp, w->arena, c->p, f, sh, c->w);
	fprintf(w->out, "function %" PRIu32 " %s", func,
		!c->w->entered[func] ? "idle"
		: cl->blank          ? "blank"
				     : "claims");
	word_text(w, f->name ? f->name : "");
	word_number(w, c->level[func]);
	word_number(w, c->cost[func]);
	word_number(w, c->output[func]);
	if (c->measure[func] != IR_NONE)
		fprintf(w->out, " measure %" PRIu32, c->measure[func]);
	fprintf(w->out, "\nresult %s %s", o->returns ? "returns" : "-", o->passes ? "passes" : "-");
	word_range(w, o->value);
	putc('\n', w->out);
	for (uint32_t i = 0; c->w->params[func] && i < f->nparams; i++) {
		fprintf(w->out, "param %" PRIu32, i);
		word_range(w, c->w->params[func][i]);
		putc('\n', w->out);
	}
	if (!c->w->entered[func] || cl->blank)
		return;
	for (uint32_t i = 0; i < sh->norder; i++)
		if (cl->at[sh->order[i]].reachable)
			write_block(w, sh->order[i]);
	for (uint32_t l = 0; l < sh->nloops; l++)
		loop_line(w, l);
}

static void write_globals(struct writer *w)
{
	const struct world *wd = w->c->w;

	vec_each(g, &w->c->p->globals) {
		const struct ir_global *gl = &w->c->p->globals.v[g];

		fprintf(w->out, "global %" PRIu32, g);
		word_text(w, gl->name);
		word_range(w, wd->global[g]);
		word_range(w, wd->element[g]);
		for (uint32_t k = 0; k < gl->nkeys; k++)
			word_range(w, wd->keys[g][k]);
		putc('\n', w->out);
	}
}

static void write_rooms(struct writer *w)
{
	vec_each(g, &w->c->p->globals) {
		const struct room *r = &w->c->rooms[g];

		if (r->needed == INT64_MAX)
			continue;
		fprintf(w->out, "room %" PRIu32 " %s", g, r->by_sites ? "sites" : "ranges");
		word_number(w, r->needed);
		putc('\n', w->out);
		for (uint32_t i = 0; r->by_sites && i < r->sites.n; i++) {
			fprintf(w->out, "site %" PRIu32, g);
			for (uint32_t k = 0; k < w->c->p->globals.v[g].nkeys; k++) {
				const struct room_part *p = &r->sites.v[i].parts[k];

				if (p->literal)
					word_text(w, p->text);
				else if (p->counted)
					word_range(w, p->range);
				else
					fputs(" -", w->out);
			}
			putc('\n', w->out);
		}
	}
}

static void write_cycles(struct writer *w)
{
	const struct certificate *c = w->c;

	for (uint32_t i = 0; i < c->e->ncycles; i++) {
		const struct recursion *r = &c->recursion[i];

		if (!c->e->recursive[i] || r->depth == INT64_MAX)
			continue;
		fprintf(w->out, "recursion %" PRIu32 " %s", c->e->order[c->e->cycle_at[i]],
			r->up ? "up" : "down");
		word_number(w, r->depth);
		word_number(w, r->first);
		word_number(w, r->last);
		word_number(w, r->step);
		putc('\n', w->out);
	}
}

static void write_verdicts(struct writer *w)
{
	vec_each(i, &w->c->p->obligations) {
		const struct verdict *v = &w->c->verdicts[i];

		fprintf(w->out, "obligation %" PRIu32 " %s %s", i,
			ir_obligation_word(w->c->p->obligations.v[i].kind),
			verdict_word(v->status));
		if (v->has_bound)
			word_number(w, v->bound);
		putc('\n', w->out);
	}
}

void certificate_write(FILE *out, const struct certificate *c,
		       const struct certificate_identity *id)
{
	struct writer w = {.out = out, .c = c, .arena = arena_scratch(c->p->arena)};

	fprintf(out, "stapvet-certificate %d\n", CERTIFICATE_VERSION);
	fprintf(out, "script %016" PRIx64 "\nfacts %016" PRIx64, id->script, id->facts);
	word_text(&w, id->facts_text ? id->facts_text : "");
	fprintf(out, "\nprogram %016" PRIx64 "\nmodel %s\n", id->ir,
		c->model == MODEL_ATOMIC ? "atomic" : "interleaved");
	write_globals(&w);
	vec_each(f, &c->p->funcs) {
		if (arena_used(w.arena) > (4u << 20)) {
			arena_free(w.arena);
			w.arena = arena_scratch(c->p->arena);
		}
		write_function(&w, f);
	}
	write_rooms(&w);
	write_cycles(&w);
	fputs("depth", out);
	word_number(&w, c->depth);
	putc('\n', out);
	write_verdicts(&w);
	fputs("end\n", out);
	arena_free(w.arena);
}
