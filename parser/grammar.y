%code top {
/*
 * The grammar (sections 1.3 to 1.6 of the language reference).  Actions build
 * nodes (node.c, point.c) and do nothing else.  Separators between statements
 * are optional: where a token could go on with an expression or start the next
 * statement, it goes on.  That choice is made by giving the rules that end an
 * expression the lowest precedence (LOW), so there is no unexplained conflict.
 * Brackets arrive balanced and probe point components whole: see feed.c.
 */
}
%code requires {
#include "parser/node.h"
}
%define api.pure full
%define api.prefix {grammar_}
%define api.token.prefix {T_}
%define api.location.type {struct span}
%define parse.lac full
%define parse.error custom
%locations
%param {struct feed *f}
%expect 0

%union {
	const char *text;
	int64_t number;
	int word;
	struct expr *expr;
	struct expr_list *exprs;
	struct stmt *stmt;
	struct stmts *stmts;
	struct strings *strings;
	struct decl *decl;
	struct params *params;
	struct point_list *points;
	struct chains *chains;
	struct pp_part *part;
	struct heads *heads;
	struct order order;
	struct each *each;
}

%code {
#include "base/text.h"

#include <string.h>

#define YYMAXDEPTH NODE_STACK
#define YYINITDEPTH NODE_STACK
#define YYLLOC_DEFAULT(Cur, Rhs, N)                                                                \
	((Cur) = (N) > 1 ? feed_join(f, YYRHSLOC(Rhs, 1), YYRHSLOC(Rhs, N))                        \
		 : (N)   ? YYRHSLOC(Rhs, 1)                                                        \
			 : (struct span){YYRHSLOC(Rhs, 0).end, YYRHSLOC(Rhs, 0).end})

static int grammar_lex(YYSTYPE *value, YYLTYPE *where, struct feed *f);
static void grammar_error(YYLTYPE *where, struct feed *f, const char *why);
}

/* the words of the language: PROBE first, CATCH last (lexer_is_keyword) */
%token <text> PROBE GLOBAL PRIVATE FUNCTION
%token <text> IF ELSE FOR FOREACH IN LIMIT RETURN DELETE WHILE BREAK CONTINUE NEXT
%token <text> STRING_TYPE LONG_TYPE TRY CATCH
%token <text> IDENT TARGET DOLLARS PRINT STRING EMBEDDED COMPONENT OP_ASSIGN AT
%token <number> NUMBER
%token STAT_ASSIGN USHR ADD_ASSIGN EQ NE LE GE MATCH NOMATCH LAND LOR INC DEC ARROW SHL SHR
%token PP_OPEN PP_THEN PP_ELSE PP_CLOSE
%token RETURN_VOID POISON SYNC SYNC_BODY
/* @words */
%token <number> STAT
%token VARIANCE HIST_LOG HIST_LINEAR CAST VAR DEFINED ENTRY PERF CONST ENUM ENUMNAME PROBEWRITE
%token <number> DEREF REGISTER

%type <text> name function_name member string string_opt
%type <number> wrap size priority signed
%type <word> type type_opt sign point_flag assign_op compare_op
%type <expr> literal init expr expr_opt ternary low member_test compared chain arith unary
%type <expr> crement operand value primary hist base key point_cond limit catch_name
%type <exprs> args args_some keys slice
%type <stmt> stmt block
%type <stmts> stmts
%type <strings> strings
%type <params> params param_list
%type <chains> parts group point
%type <part> component
%type <points> points
%type <heads> heads
%type <order> order
%type <each> each each_keys each_list

%precedence LOW
%precedence ';' ELSE STRING DOLLARS '[' '(' INC DEC
%left LOR
%left LAND
%left '|'
%left '^'
%left '&'
%left SHL SHR USHR
%left '.'
%left '+' '-'
%left '*' '/' '%'

%%

file:	  %empty
	| file decl
	;

decl:	  GLOBAL globals semi		{ decl_seal(f, false, $1); }
	| PRIVATE GLOBAL globals semi	{ decl_seal(f, true, $1); }
	| PRIVATE globals semi		{ decl_seal(f, true, $1); }
	| function			{ decl_seal(f, false, NULL); }
	| PRIVATE function		{ decl_seal(f, true, $1); }
	| PROBE points block		{ decl_probe(f, $1, @1, @$, $2, $3); }
	| PROBE heads points block	{ decl_alias(f, $1, @1, @$, $2, $3, $4, NULL); }
	| PROBE heads points block ',' block
					{ decl_alias(f, $1, @1, @$, $2, $3, $4, $6); }
	| EMBEDDED			{ decl_embedded(f, @$, $1); }
	| error SYNC			{ yyerrok; }
	| error SYNC_BODY block		{ yyerrok; }
	;

globals:  global
	| globals ',' global
	;

global:	  name wrap size init		{ decl_global(f, @$, @1, $1, $2, $3, @3, $4); }
	;

name:	  IDENT
	| PRINT
	;

wrap:	  %empty			{ $$ = 0; }
	| '%'				{ $$ = 1; }
	;

size:	  %empty			{ $$ = 0; }
	| '[' signed ']'		{ $$ = decl_size(f, @2, $2); }
	;

init:	  %empty			{ $$ = NULL; }
	| '=' literal			{ $$ = $2; }
	;

literal:  signed			{ $$ = node_number(f, @$, $1); }
	| string			{ $$ = node_string(f, @$, EXPR_STRING, $1); }
	;

signed:	  NUMBER			{ $$ = $1; }
	| '-' NUMBER			{ $$ = node_negate($2); }
	;

string:	  strings %prec LOW		{ $$ = node_joined(f, @1, $1); }
	;

strings:  STRING			{ $$ = node_strings(f, NULL, $1); }
	| strings STRING		{ $$ = node_strings(f, $1, $2); }
	;

function: FUNCTION function_name type_opt '(' params ')' priority block
					{ decl_function(f, @1, @$, @2, $1, $2, $3, $5, $7, $8, NULL); }
	| FUNCTION function_name type_opt '(' params ')' priority EMBEDDED
					{ decl_function(f, @1, @$, @2, $1, $2, $3, $5, $7, NULL, $8); }
	;

function_name: name
	| STRING_TYPE
	| LONG_TYPE
	;

type:	  STRING_TYPE			{ $$ = TYPE_STRING; }
	| LONG_TYPE			{ $$ = TYPE_LONG; }
	;

type_opt: %empty			{ $$ = TYPE_UNKNOWN; }
	| ':' type			{ $$ = $2; }
	;

params:	  %empty			{ $$ = NULL; }
	| param_list
	| param_list ','
	;

param_list: name type_opt		{ $$ = decl_param(f, NULL, @1, $1, $2); }
	| param_list ',' name type_opt	{ $$ = decl_param(f, $1, @3, $3, $4); }
	;

priority: %empty			{ $$ = 0; }
	| ':' signed			{ $$ = decl_priority(f, @2, $2); }
	;

/* --- probe points --- */

heads:	  points '='			{ $$ = point_heads(f, NULL, @1, $1, false); }
	| points ADD_ASSIGN		{ $$ = point_heads(f, NULL, @1, $1, true); }
	| heads points '='		{ $$ = point_heads(f, $1, @2, $2, false); }
	| heads points ADD_ASSIGN	{ $$ = point_heads(f, $1, @2, $2, true); }
	;

points:	  point				{ $$ = point_list(f, NULL, $1); }
	| points ',' point		{ $$ = point_list(f, $1, $3); }
	;

point:	  parts point_flag point_cond	{ $$ = point_finish(f, @$, $1, @2, $2, $3); }
	;

point_flag: %empty			{ $$ = 0; }
	| '?'				{ $$ = '?'; }
	| '!'				{ $$ = '!'; }
	;

point_cond: %empty			{ $$ = NULL; }
	| IF '(' expr ')'		{ $$ = $3; }
	;

parts:	  component			{ $$ = point_append(f, NULL, @1, $1); }
	| parts '.' component		{ $$ = point_append(f, $1, @3, $3); }
	| '{' group '}'			{ $$ = point_group(f, NULL, @2, $2); }
	| parts '.' '{' group '}'	{ $$ = point_group(f, $1, @4, $4); }
	;

component: COMPONENT			{ $$ = point_part(f, @$, $1, NULL); }
	| COMPONENT '(' literal ')'	{ $$ = point_part(f, @$, $1, $3); }
	;

group:	  point
	| group ',' point		{ $$ = point_union(f, $1, $3); }
	;

/* --- statements --- */

block:	  '{' stmts '}'			{ $$ = stmt_block(f, @$, @1, $2); }
	;

stmts:	  %empty			{ $$ = NULL; }
	| stmts stmt			{ $$ = stmt_append(f, $1, $2); }
	;

stmt:	  ';'				{ $$ = stmt_plain(f, STMT_EMPTY, @$, @1, NULL); }
	| block
	| IF '(' expr ')' stmt %prec LOW
					{ $$ = stmt_if(f, @$, @1, $3, $5, NULL); }
	| IF '(' expr ')' stmt ELSE stmt
					{ $$ = stmt_if(f, @$, @1, $3, $5, $7); }
	| WHILE '(' expr ')' stmt	{ $$ = stmt_while(f, @$, @1, $3, $5); }
	| FOR '(' expr_opt ';' expr_opt ';' expr_opt ')' stmt
					{ $$ = stmt_for(f, @$, @1, $3, $5, $7, $9); }
	| FOREACH '(' each IN base slice order limit ')' stmt
					{ $$ = stmt_foreach(f, @$, @1, $3, $5, $6, $7, $8, $10); }
	| TRY block CATCH catch_name block
					{ $$ = stmt_try(f, @$, @1, $2, $4, $5); }
	| RETURN_VOID semi		{ $$ = stmt_return(f, @1, @1, NULL); }
	| RETURN expr semi		{ $$ = stmt_return(f, @$, @1, $2); }
	| DELETE expr semi		{ $$ = stmt_delete(f, @$, @1, $2); }
	| BREAK semi			{ $$ = stmt_plain(f, STMT_BREAK, @1, @1, NULL); }
	| CONTINUE semi			{ $$ = stmt_plain(f, STMT_CONTINUE, @1, @1, NULL); }
	| NEXT semi			{ $$ = stmt_plain(f, STMT_NEXT, @1, @1, NULL); }
	| expr semi			{ $$ = stmt_expr(f, @1, $1); }
	| ELSE stmt			{ $$ = stmt_orphan(f, @1, "else", $2); }
	| CATCH catch_name block	{ $$ = stmt_orphan(f, @1, "catch", $3); }
	| error SYNC			{ yyerrok; $$ = stmt_plain(f, STMT_POISON, @$, @1, NULL); }
	;

semi:	  %empty %prec LOW
	| ';'
	;

expr_opt: %empty			{ $$ = NULL; }
	| expr
	;

catch_name: %empty			{ $$ = NULL; }
	| '(' IDENT ')'			{ $$ = node_name(f, @2, $2); }
	;

each:	  each_keys
	| IDENT sign '=' each_keys	{ $$ = stmt_each_value(f, $4, node_name(f, @1, $1), @2, $2); }
	;

each_keys: IDENT sign			{ $$ = stmt_each_key(f, NULL, node_name(f, @1, $1), @2, $2); }
	| '[' each_list ']'		{ $$ = stmt_each_bracketed($2); }
	;

each_list: IDENT sign			{ $$ = stmt_each_key(f, NULL, node_name(f, @1, $1), @2, $2); }
	| each_list ',' IDENT sign	{ $$ = stmt_each_key(f, $1, node_name(f, @3, $3), @4, $4); }
	;

sign:	  %empty			{ $$ = 0; }
	| '+'				{ $$ = '+'; }
	| '-'				{ $$ = '-'; }
	;

base:	  IDENT %prec LOW		{ $$ = node_name(f, @1, $1); }
	| hist
	;

slice:	  %empty			{ $$ = NULL; }
	| '[' keys ']'			{ $$ = $2; }
	;

order:	  sign				{ $$ = (struct order){@1, $1, -1}; }
	| STAT '+'			{ $$ = (struct order){@2, '+', (int)$1}; }
	| STAT '-'			{ $$ = (struct order){@2, '-', (int)$1}; }
	| VARIANCE '+'			{ $$ = (struct order){@2, '+', STAT_VARIANCE}; }
	| VARIANCE '-'			{ $$ = (struct order){@2, '-', STAT_VARIANCE}; }
	;

limit:	  %empty			{ $$ = NULL; }
	| LIMIT expr			{ $$ = $2; }
	;

/* --- expressions, loosest first --- */

expr:	  ternary %prec LOW
	| ternary assign_op expr	{ $$ = node_assign(f, @$, @2, $2, $1, $3); }
	| ternary OP_ASSIGN expr	{ $$ = node_op_assign(f, @$, @2, $2, $1, $3); }
	;

assign_op: '='				{ $$ = ASSIGN_SET; }
	| STAT_ASSIGN			{ $$ = ASSIGN_STAT; }
	| ADD_ASSIGN			{ $$ = ASSIGN_ARITH; }
	;

ternary:  low %prec LOW
	| low '?' expr ':' ternary	{ $$ = node_ternary(f, @$, @2, $1, $3, $5); }
	;

low:	  low LOR low			{ $$ = node_binary(f, @$, @2, BINARY_LOGICAL_OR, $1, $3); }
	| low LAND low			{ $$ = node_binary(f, @$, @2, BINARY_LOGICAL_AND, $1, $3); }
	| low '|' low			{ $$ = node_binary(f, @$, @2, BINARY_OR, $1, $3); }
	| low '^' low			{ $$ = node_binary(f, @$, @2, BINARY_XOR, $1, $3); }
	| low '&' low			{ $$ = node_binary(f, @$, @2, BINARY_AND, $1, $3); }
	| member_test
	;

member_test: compared
	| compared IN base		{ $$ = node_in(f, @$, @2, node_list(f, NULL, $1), $3); }
	| '[' keys ']' IN base		{ $$ = node_in(f, @$, @4, $2, $5); }
	| '[' keys ']'			{ $$ = node_bracketed(f, @$, $2); }
	;

compared: chain
	| arith MATCH string		{ $$ = node_match(f, @$, @2, $1, $3, false); }
	| arith NOMATCH string		{ $$ = node_match(f, @$, @2, $1, $3, true); }
	;

chain:	  arith %prec LOW
	| chain compare_op arith %prec LOW
					{ $$ = node_binary(f, @$, @2, $2, $1, $3); }
	;

compare_op: '<'				{ $$ = BINARY_LT; }
	| '>'				{ $$ = BINARY_GT; }
	| LE				{ $$ = BINARY_LE; }
	| GE				{ $$ = BINARY_GE; }
	| EQ				{ $$ = BINARY_EQ; }
	| NE				{ $$ = BINARY_NE; }
	;

arith:	  arith SHL arith		{ $$ = node_binary(f, @$, @2, BINARY_SHL, $1, $3); }
	| arith SHR arith		{ $$ = node_binary(f, @$, @2, BINARY_SHR, $1, $3); }
	| arith USHR arith		{ $$ = node_binary(f, @$, @2, BINARY_USHR, $1, $3); }
	| arith '.' arith		{ $$ = node_concat(f, @$, @2, $1, $3); }
	| arith '+' arith		{ $$ = node_binary(f, @$, @2, BINARY_ADD, $1, $3); }
	| arith '-' arith		{ $$ = node_binary(f, @$, @2, BINARY_SUB, $1, $3); }
	| arith '*' arith		{ $$ = node_binary(f, @$, @2, BINARY_MUL, $1, $3); }
	| arith '/' arith		{ $$ = node_binary(f, @$, @2, BINARY_DIV, $1, $3); }
	| arith '%' arith		{ $$ = node_binary(f, @$, @2, BINARY_MOD, $1, $3); }
	| unary
	;

unary:	  crement
	| '-' unary		{ $$ = node_unary(f, @$, @1, UNARY_MINUS, $2); }
	| '+' unary		{ $$ = node_unary(f, @$, @1, UNARY_PLUS, $2); }
	| '!' unary			{ $$ = node_unary(f, @$, @1, UNARY_NOT, $2); }
	| '~' unary			{ $$ = node_unary(f, @$, @1, UNARY_COMPLEMENT, $2); }
	;

crement:  operand %prec LOW
	| INC operand			{ $$ = node_crement(f, @$, @1, $2, true, true); }
	| DEC operand			{ $$ = node_crement(f, @$, @1, $2, false, true); }
	| operand INC			{ $$ = node_crement(f, @$, @2, $1, true, false); }
	| operand DEC			{ $$ = node_crement(f, @$, @2, $1, false, false); }
	;

operand:  value %prec LOW
	| '&' value %prec LOW		{ $$ = member_address(f, @$, @1, $2); }
	;

value:	  primary
	| value ARROW member		{ $$ = member_arrow(f, @$, @3, $1, $3); }
	| value ARROW DOLLARS		{ $$ = member_pretty(f, @$, @3, $1, $3); }
	| value '[' expr ']'		{ $$ = member_element(f, @$, @3, $1, $3); }
	| value DOLLARS			{ $$ = member_pretty(f, @$, @2, $1, $2); }
	;

member:	  IDENT
	| TARGET
	| PRINT
	;

primary:  NUMBER			{ $$ = node_number(f, @$, $1); }
	| string			{ $$ = node_string(f, @$, EXPR_STRING, $1); }
	| EMBEDDED			{ $$ = node_string(f, @$, EXPR_EMBEDDED, $1); }
	| POISON			{ $$ = node_poison(f, @$); }
	| IDENT %prec LOW		{ $$ = node_name(f, @$, $1); }
	| IDENT '[' keys ']'		{ $$ = node_index(f, @$, node_name(f, @1, $1), $3); }
	| IDENT '(' args ')'		{ $$ = node_call(f, @$, @1, $1, $3); }
	| hist '[' keys ']'		{ $$ = node_index(f, @$, $1, $3); }
	| TARGET			{ $$ = member_target(f, @$, $1); }
	| DOLLARS			{ $$ = member_target(f, @$, $1); }
	| '(' expr ')'			{ $$ = node_paren(@$, $2); }
	| PRINT '(' args ')'		{ $$ = operator_print(f, @$, @1, $1, $3); }
	| PRINT '(' hist ')'		{ $$ = operator_print_hist(f, @$, @1, $1, $3); }
	| STAT '(' expr ')'		{ $$ = operator_stat(f, @$, $1, $3); }
	| VARIANCE '(' expr ')'		{ $$ = operator_stat(f, @$, STAT_VARIANCE, $3); }
	| VARIANCE '(' expr ',' signed ')'
					{ $$ = operator_variance(f, @$, @5, $3, $5); }
	| VAR '(' string string_opt ')'	{ $$ = member_var(f, @$, $3, $4); }
	| CAST '(' expr ',' string string_opt ')'
					{ $$ = member_cast(f, @$, $3, $5, $6); }
	| DEFINED '(' expr ')'		{ $$ = operator_wrap(f, @$, EXPR_DEFINED, $3); }
	| ENTRY '(' expr ')'		{ $$ = operator_wrap(f, @$, EXPR_ENTRY, $3); }
	| PERF '(' string ')'		{ $$ = node_string(f, @$, EXPR_PERF, $3); }
	| CONST '(' string ')'		{ $$ = node_string(f, @$, EXPR_CONST, $3); }
	| ENUM '(' string ')'		{ $$ = node_string(f, @$, EXPR_ENUM, $3); }
	| ENUMNAME '(' expr ')'		{ $$ = operator_enumname(f, @$, $3, NULL, NULL); }
	| ENUMNAME '(' expr ',' string string_opt ')'
					{ $$ = operator_enumname(f, @$, $3, $5, $6); }
	| PROBEWRITE '(' IDENT ')'	{ $$ = operator_probewrite(f, @$, $3); }
	| PROBEWRITE '(' TARGET ')'	{ $$ = operator_probewrite(f, @$, $3); }
	| DEREF '(' signed ',' expr ')'	{ $$ = operator_deref(f, @$, $1, $3, $5); }
	| REGISTER '(' signed ')'	{ $$ = operator_register(f, @$, $1, $3); }
	;

string_opt: %empty			{ $$ = NULL; }
	| ',' string			{ $$ = $2; }
	;

hist:	  HIST_LOG '(' expr ')'		{ $$ = operator_hist_log(f, @$, $3); }
	| HIST_LINEAR '(' expr ',' signed ',' signed ',' signed ')'
					{ $$ = operator_hist_linear(f, @$, $3, $5, $7, $9); }
	;

args:	  %empty			{ $$ = NULL; }
	| args_some
	;

args_some: expr				{ $$ = node_list(f, NULL, $1); }
	| args_some ',' expr		{ $$ = node_list(f, $1, $3); }
	;

keys:	  key				{ $$ = node_list(f, NULL, $1); }
	| keys ',' key			{ $$ = node_list(f, $1, $3); }
	;

key:	  expr
	| '*'				{ $$ = NULL; }
	;

%%

static const struct {
	const char *name;
	int kind, number;
} at_words[] = {
	{"count", T_STAT, STAT_COUNT},	{"sum", T_STAT, STAT_SUM},
	{"min", T_STAT, STAT_MIN},	{"max", T_STAT, STAT_MAX},
	{"avg", T_STAT, STAT_AVG},	{"variance", T_VARIANCE, 0},
	{"hist_log", T_HIST_LOG, 0},	{"hist_linear", T_HIST_LINEAR, 0},
	{"cast", T_CAST, 0},		{"var", T_VAR, 0},
	{"defined", T_DEFINED, 0},	{"entry", T_ENTRY, 0},
	{"perf", T_PERF, 0},		{"const", T_CONST, 0},
	{"enum", T_ENUM, 0},		{"enumname", T_ENUMNAME, 0},
	{"probewrite", T_PROBEWRITE, 0},
	{"kderef", T_DEREF, 0},		{"uderef", T_DEREF, 1},
	{"kregister", T_REGISTER, 0},	{"uregister", T_REGISTER, 1},
};

enum { AT_WORDS = sizeof at_words / sizeof *at_words };

static int find_word(const char *name)
{
	for (int i = 0; i < AT_WORDS; i++) {
		if (strcmp(at_words[i].name, name) == 0)
			return i;
	}
	return -1;
}

int grammar_at_word(const char *name)
{
	int i = find_word(name);

	return i < 0 ? 0 : at_words[i].kind;
}

void grammar_offer_words(struct near *near)
{
	for (int i = 0; i < AT_WORDS; i++)
		near_offer(near, at_words[i].name);
}

static int grammar_lex(YYSTYPE *value, YYLTYPE *where, struct feed *f)
{
	struct token t;

	feed_next(f, &t);
	*where = t.span;
	if (t.kind == T_NUMBER) {
		value->number = t.number;
	} else if (t.kind == T_AT) {
		int i = find_word(t.text);

		t.kind = at_words[i].kind;
		value->number = at_words[i].number;
	} else {
		value->text = feed_starts_declaration(t.kind) ? t.doc : t.text;
	}
	return t.kind;
}

static int yyreport_syntax_error(const yypcontext_t *context, struct feed *f)
{
	enum { MOST = 64 };
	yysymbol_kind_t symbols[MOST];
	int kinds[MOST], n = yypcontext_expected_tokens(context, symbols, MOST);
	int known = 0;

	for (int i = 0; i < n; i++) {
		for (int kind = 1; kind < YYMAXUTOK + 1; kind++) {
			if (YYTRANSLATE(kind) == symbols[i])
				kinds[known++] = kind;
		}
	}
	syntax_error(f, kinds, known);
	return 0;
}

static void grammar_error(YYLTYPE *where, struct feed *f, const char *why)
{
	(void)why; /* the one thing it can say is that the stack is full */
	syntax_too_deep(f, *where);
	feed_stop(f);
}
