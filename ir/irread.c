/*
 * The text form, read: the inverse of irprint.c, for tests below the waist.
 * The input may be hostile: every number, index and name is checked, reading
 * stops at the first error, nothing recurses, and memory is linear in the
 * length of the text.  Locations: "file" lines and @line:column become blank
 * stand-ins for the script's text, so that they print as they were read; a
 * thing without @ lies on its own line of the .ir file.  Obligations are made
 * anew; the program returned is well-formed.  Instructions are read in
 * irread_inst.c, the stand-ins are made in irstandin.c.
 */
#include "ir/irreader.h"

#include "base/text.h"

static void read_file(struct irreader *r)
{
	const char *name = irread_string(r);

	if (!r->failed)
		r->file = map_get(&r->standins, name);
}

/* --- what every line is made of --- */

char *irread_unescape(struct irreader *r, const struct irtoken *t)
{
	return text_unescape(r->arena, arena_strndup(r->arena, t->text, t->len), NULL);
}

void irread_fail(struct irreader *r, const char *what)
{
	struct loc at = {r->lex.src->base + r->now.at};

	if (!r->failed)
		diag_report(r->diags, DIAG_BAD_IR, (struct span){at, at}, "%s",
			    r->now.kind == IRTOKEN_BAD ? r->now.text : what);
	r->failed = true;
}

void irread_advance(struct irreader *r)
{
	r->now = irlex_next(&r->lex);
}

bool irread_accept(struct irreader *r, const char *word)
{
	if (r->failed || !irlex_is(&r->now, word))
		return false;
	irread_advance(r);
	return true;
}

void irread_expect(struct irreader *r, const char *word)
{
	if (!irread_accept(r, word))
		irread_fail(r, arena_printf(r->arena, "expected '%s'", word));
}

int64_t irread_number(struct irreader *r)
{
	int64_t n = r->now.value;

	if (r->failed || r->now.kind != IRTOKEN_NUMBER) {
		irread_fail(r, "expected a number");
		return 0;
	}
	irread_advance(r);
	return n;
}

int64_t irread_small(struct irreader *r, int64_t low, int64_t high)
{
	int64_t n = irread_number(r);

	if (n < low || n > high)
		irread_fail(r, arena_printf(r->arena, "expected a number from %lld to %lld",
					    (long long)low, (long long)high));
	return r->failed ? low : n;
}

char *irread_string(struct irreader *r)
{
	char *s = "";

	if (r->failed || r->now.kind != IRTOKEN_STRING) {
		irread_fail(r, "expected a string");
		return s;
	}
	s = irread_unescape(r, &r->now);
	irread_advance(r);
	return s;
}

uint32_t irread_reg(struct irreader *r)
{
	uint32_t n = (uint32_t)r->now.value;

	if (r->failed || r->now.kind != IRTOKEN_REG) {
		irread_fail(r, "expected a register");
		return 0;
	}
	irread_advance(r);
	return n;
}

bool irread_at_reg(const struct irreader *r)
{
	return !r->failed && (r->now.kind == IRTOKEN_REG || irlex_is(&r->now, "*"));
}

/* The number in a word like b12, or IR_NONE when the word at hand is none of that letter. */
static uint32_t indexed(const struct irtoken *t, char letter)
{
	uint32_t n = 0;

	if (t->kind != IRTOKEN_WORD || t->len < 2 || t->len > 8 || t->text[0] != letter)
		return IR_NONE;
	for (uint32_t i = 1; i < t->len; i++) {
		if (t->text[i] < '0' || t->text[i] > '9')
			return IR_NONE;
		n = n * 10 + (uint32_t)(t->text[i] - '0');
	}
	return n;
}

bool irread_at_index(const struct irreader *r, char letter)
{
	return !r->failed && indexed(&r->now, letter) != IR_NONE;
}

uint32_t irread_index(struct irreader *r, char letter)
{
	uint32_t n = indexed(&r->now, letter);

	if (r->failed || n == IR_NONE) {
		irread_fail(r, arena_printf(r->arena, "expected %c and a number", letter));
		return 0;
	}
	irread_advance(r);
	return n;
}

/* The next thing of its kind must have the next number. */
static void next_index(struct irreader *r, char letter, uint32_t n)
{
	if (irread_index(r, letter) != n)
		irread_fail(r, arena_printf(r->arena, "expected %c%u: numbers follow each other",
					    letter, n));
}

/* A word of one of the small enums. */
int64_t irread_word(struct irreader *r, const char *(*words)(int64_t n), const char *what)
{
	for (int64_t i = 0; words(i); i++)
		if (irread_accept(r, words(i)))
			return i;
	irread_fail(r, arena_printf(r->arena, "expected %s", what));
	return 0;
}

uint32_t irread_regs(struct irreader *r, uint32_t regs[16])
{
	uint32_t n = 0;

	for (; irread_at_reg(r); n++) {
		if (n == 16) {
			irread_fail(r, "more than 16 keys");
			return n;
		}
		regs[n] = irread_accept(r, "*") ? IR_NONE : irread_reg(r);
	}
	return n;
}

struct loc irread_line_end(struct irreader *r, uint32_t line_at)
{
	struct loc loc = {r->lex.src->base + line_at};

	if (!r->failed && r->now.kind == IRTOKEN_LOC) {
		const struct irtoken *t = &r->now;

		loc.at = t->line ? r->file->source->base + r->file->starts[t->line - 1] +
					   t->column - 1
				 : 0;
		irread_advance(r);
	}
	if (r->now.kind != IRTOKEN_LINE)
		irread_fail(r, "expected the end of the line");
	else
		irread_advance(r);
	return loc;
}

/* --- the lines of a program --- */

static void read_limits(struct irreader *r)
{
	struct ir_limits *l = &r->program->limits;
	struct {
		const char *word;
		int64_t *value, low;
	} rows[] = {{"maxaction", &l->maxaction, 0},         {"maxnesting", &l->maxnesting, 0},
		    {"maxmapentries", &l->maxmapentries, 1}, {"maxerrors", &l->maxerrors, 0},
		    {"maxstringlen", &l->maxstringlen, 2},   {"maxskipped", &l->maxskipped, 0},
		    {"maxmemory", &l->maxmemory, 1}};

	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
		if (irread_accept(r, rows[i].word))
			*rows[i].value = irread_small(r, rows[i].low, INT32_MAX);
}

static void read_keys(struct irreader *r, struct ir_global *g)
{
	while (!irread_accept(r, "]") && !r->failed) {
		enum ir_type type = (enum ir_type)irread_word(r, irshape_type, "a type");

		if (g->nkeys == 16)
			irread_fail(r, "more than 16 keys");
		else
			g->keys[g->nkeys++] = type;
	}
	g->capacity = r->program->limits.maxmapentries;
	if (irread_accept(r, "capacity"))
		g->capacity = irread_small(r, 1, INT32_MAX);
	g->wrap = irread_accept(r, "wrap");
}

static void read_hist(struct irreader *r, struct ir_global *g)
{
	g->has_hist = true;
	g->hist_log = irread_accept(r, "log");
	if (g->hist_log)
		return;
	irread_expect(r, "linear");
	g->hist_low = irread_number(r);
	g->hist_high = irread_number(r);
	g->hist_step = irread_number(r);
}

static void read_global(struct irreader *r, uint32_t at)
{
	struct ir_global g = {.init_str = ""};

	next_index(r, 'g', r->program->globals.n);
	g.name = irread_string(r);
	g.type = (enum ir_type)irread_word(r, irshape_type, "a type");
	if (irread_accept(r, "["))
		read_keys(r, &g);
	if (irread_accept(r, "=")) {
		if (g.type == IR_STR)
			g.init_str = irread_string(r);
		else
			g.init = irread_number(r);
	}
	if (irread_accept(r, "hist"))
		read_hist(r, &g);
	if (irread_accept(r, "bits"))
		g.bits = irread_small(r, 0, 62);
	g.from_tapset = irread_accept(r, "tapset");
	g.loc = irread_line_end(r, at);
	vec_push(r->arena, &r->program->globals, g);
}

/* Declares one register; they may come in any order. */
static void declare(struct irreader *r, struct ir_func *f, uint32_t n, enum ir_type type,
		    const char *name)
{
	while (f->regs.n <= n && !r->failed) {
		vec_push(r->arena, &f->regs, (struct ir_reg){0});
		vec_push(r->arena, &r->declared, false);
	}
	if (r->failed)
		return;
	if (r->declared.v[n])
		irread_fail(r, "a register declared twice");
	if (type == IR_STATS)
		irread_fail(r, "a register is int or str");
	r->declared.v[n] = true;
	f->regs.v[n] = (struct ir_reg){type, name};
}

static void read_var(struct irreader *r, struct ir_func *f)
{
	uint32_t n = irread_reg(r);
	enum ir_type type = (enum ir_type)irread_word(r, irshape_type, "a type");

	declare(r, f, n, type, r->now.kind == IRTOKEN_STRING ? irread_string(r) : NULL);
}

static void read_temps(struct irreader *r, struct ir_func *f)
{
	enum ir_type type = (enum ir_type)irread_word(r, irshape_type, "a type");

	while (irread_at_reg(r))
		declare(r, f, irread_reg(r), type, NULL);
}

static void read_params(struct irreader *r, struct ir_func *f)
{
	irread_expect(r, "(");
	while (!irread_accept(r, ")") && !r->failed) {
		if (f->nparams)
			irread_expect(r, ",");
		if (r->now.value != f->nparams)
			irread_fail(r, "parameters are the first registers, in order");
		f->nparams++;
		read_var(r, f);
	}
}

static void read_loop(struct irreader *r, struct ir_func *f, uint32_t at)
{
	struct ir_loop l = {.parent = IR_NONE, .iter = IR_NONE, .obligation = IR_NONE};

	next_index(r, 'l', f->loops.n);
	l.header = irread_index(r, 'b');
	if (irread_accept(r, "parent"))
		l.parent = irread_index(r, 'l');
	if (irread_accept(r, "iter"))
		l.iter = irread_index(r, 'i');
	l.loc = irread_line_end(r, at);
	vec_push(r->arena, &f->loops, l);
}

static void read_sort(struct irreader *r, struct ir_iter *it)
{
	if (irread_accept(r, "key")) {
		it->sort = ITER_BY_KEY;
		it->sort_key = (uint32_t)irread_small(r, 0, 15);
	} else if (irread_accept(r, "value")) {
		it->sort = ITER_BY_VALUE;
	} else {
		irread_expect(r, "stat");
		it->sort = ITER_BY_STAT;
		it->stat = (uint32_t)irread_word(r, irshape_stat, "a statistic");
	}
	it->descending = irread_accept(r, "descending");
}

static void read_iter(struct irreader *r, struct ir_func *f, uint32_t at)
{
	struct ir_iter it = {.value_reg = IR_NONE, .limit = IR_NONE};

	next_index(r, 'i', f->iters.n);
	it.global = irread_index(r, 'g');
	it.hist = irread_accept(r, "hist");
	if (it.hist)
		it.nhist_keys = irread_regs(r, it.hist_keys);
	irread_expect(r, "keys");
	it.nkeys = irread_regs(r, it.key_regs);
	if (irread_accept(r, "value"))
		it.value_reg = irread_reg(r);
	it.has_slice = irread_accept(r, "slice");
	if (it.has_slice && irread_regs(r, it.slice) != it.nkeys)
		irread_fail(r, "a slice has as many parts as there are keys");
	if (irread_accept(r, "sort"))
		read_sort(r, &it);
	if (irread_accept(r, "limit"))
		it.limit = irread_reg(r);
	it.loc = irread_line_end(r, at);
	vec_push(r->arena, &f->iters, it);
}

static void read_block(struct irreader *r, struct ir_func *f)
{
	struct ir_block b = {.catch = IR_NONE};

	next_index(r, 'b', f->blocks.n);
	irread_expect(r, ":");
	if (irread_accept(r, "catch"))
		b.catch = irread_index(r, 'b');
	irread_line_end(r, r->now.at);
	vec_push(r->arena, &f->blocks, b);
}

/* One line between the head of a function and its end. */
static void read_body_line(struct irreader *r, struct ir_func *f)
{
	uint32_t at = r->now.at;

	if (irread_accept(r, "file")) {
		read_file(r);
		irread_line_end(r, at);
	} else if (irread_accept(r, "var")) {
		read_var(r, f);
		irread_line_end(r, at);
	} else if (irread_accept(r, "temps")) {
		read_temps(r, f);
		irread_line_end(r, at);
	} else if (irread_accept(r, "loop")) {
		read_loop(r, f, at);
	} else if (irread_at_index(r, 'b')) {
		read_block(r, f);
	} else if (irlex_is(&r->now, "iter") && !f->blocks.n) {
		irread_advance(r);
		read_iter(r, f, at);
	} else if (f->blocks.n) {
		irread_inst(r, f, at);
	} else {
		irread_fail(r, "an instruction before the first block");
	}
}

static void read_func(struct irreader *r, enum ir_kind kind, uint32_t at)
{
	struct ir_func f = {.kind = kind, .obligation = IR_NONE};

	r->declared.n = 0;
	next_index(r, 'f', r->program->funcs.n);
	f.name = irread_string(r);
	if (kind == IR_FUNCTION)
		read_params(r, &f);
	f.has_result = irlex_is(&r->now, "int") || irlex_is(&r->now, "str");
	if (f.has_result)
		f.result = (enum ir_type)irread_word(r, irshape_type, "a type");
	f.from_tapset = irread_accept(r, "tapset");
	f.loc = irread_line_end(r, at);
	while (!r->failed && !irread_accept(r, "end"))
		read_body_line(r, &f);
	vec_each(i, &f.regs) {
		if (!r->declared.v[i])
			irread_fail(r, arena_printf(r->arena, "%%%u is not declared", i));
	}
	irread_line_end(r, at);
	vec_push(r->arena, &r->program->funcs, f);
}

static void read_attach_texts(struct irreader *r, struct ir_attach *a)
{
	struct {
		const char *word, **value;
	} rows[] = {{"evidence", &a->evidence},    {"trust", &a->trust_reason},
		    {"refused", &a->refusal},      {"permitted", &a->permission},
		    {"module", &a->module},        {"function", &a->function},
		    {"path", &a->place.path},      {"build-id", &a->place.build_id},
		    {"section", &a->place.section}};

	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
		if (irread_accept(r, rows[i].word))
			*rows[i].value = irread_string(r);
}

static void read_attach_places(struct irreader *r, struct ir_place *pl)
{
	struct {
		const char *word;
		uint64_t *value;
	} rows[] = {{"address", &pl->address},
		    {"offset", &pl->offset},
		    {"semaphore", &pl->semaphore},
		    {"semaphore-offset", &pl->semaphore_offset}};

	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
		if (irread_accept(r, rows[i].word))
			*rows[i].value = (uint64_t)irread_number(r);
}

static void read_attach(struct irreader *r, uint32_t at)
{
	struct ir_attach a = {.handler = irread_index(r, 'f')};

	a.when = (enum ir_when)irread_word(r, irshape_when, "begin, end, timer ...");
	a.context = (enum ir_context)irread_word(r, irshape_context, "session, timer, any ...");
	if (irread_accept(r, "number"))
		a.number = irread_number(r);
	if (irread_accept(r, "randomize"))
		a.randomize = irread_number(r);
	a.text = irread_accept(r, "point") ? irread_string(r) : irshape_when(a.when);
	a.family = irread_accept(r, "family") ? irread_string(r) : irshape_when(a.when);
	a.exists = irread_accept(r, "exists") ? (int)irread_small(r, 0, 2) : 1;
	read_attach_texts(r, &a);
	read_attach_places(r, &a.place);
	a.is_return = irread_accept(r, "return");
	a.optional = irread_accept(r, "optional");
	a.loc = irread_line_end(r, at);
	vec_push(r->arena, &r->program->attaches, a);
}

static void read_line(struct irreader *r)
{
	uint32_t at = r->now.at;

	if (irread_accept(r, "global")) {
		read_global(r, at);
	} else if (irread_accept(r, "function")) {
		read_func(r, IR_FUNCTION, at);
	} else if (irread_accept(r, "handler")) {
		read_func(r, IR_HANDLER, at);
	} else if (irread_accept(r, "attach")) {
		read_attach(r, at);
	} else {
		if (irread_accept(r, "limits"))
			read_limits(r);
		else if (irread_accept(r, "session"))
			r->program->session = irread_string(r);
		else if (irread_accept(r, "guru"))
			r->program->guru = true;
		else if (irread_accept(r, "privilege"))
			r->program->privilege = irread_string(r);
		else if (irread_accept(r, "file"))
			read_file(r);
		else
			irread_fail(r, "expected global, function, handler, attach or limits");
		irread_line_end(r, at);
	}
}

static void read_lines(struct irreader *r)
{
	irread_advance(r);
	while (!r->failed && r->now.kind != IRTOKEN_END)
		read_line(r);
}

struct ir_program *irread_program(struct arena *a, struct diags *ds, struct sources *ss,
				  const struct source *src)
{
	struct irreader r = {.arena = a, .diags = ds, .sources = ss, .lex = {.src = src}};
	const char *wrong;

	r.standins.arena = a;
	r.program = arena_make(a, struct ir_program);
	r.program->arena = a;
	r.program->limits = ir_default_limits();
	if (!irstandin_measure(&r))
		irread_fail(&r, "the locations reach too far");
	r.file = map_get(&r.standins, "script.stp");
	if (!r.file && r.standins.n)
		r.file = r.standins.entries[0].value;
	read_lines(&r);
	if (r.failed)
		return NULL;
	wrong = wellformed_check(r.program, a);
	if (wrong) {
		r.now = (struct irtoken){.kind = IRTOKEN_END};
		irread_fail(&r, wrong);
		return NULL;
	}
	oblige_program(r.program);
	return r.program;
}
