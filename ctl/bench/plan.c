/*
 * Making a plan of what a command line asks for.
 */
#include "ctl/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/bench/scan.h"
#include "ctl/bench/shell.h"
#include "ctl/base/say.h"
#include "proto/limits.h"
#include "proto/name.h"

#define DEFAULT_WARMUP 3
#define DEFAULT_RUNS   10
#define DEFAULT_BUDGET 3.0
#define NAME_ROOM      (PROF_NAME_MAX + 1) /* of a result */

static bool check_counts(const struct asked_bench *b)
{
	if (b->runs > 0 && (b->min_runs > 0 || b->max_runs > 0 || b->budget > 0.0)) {
		complain("--runs cannot be combined with --min-runs, --max-runs or --time");
		return false;
	}
	if (b->max_runs > 0 && b->min_runs > b->max_runs) {
		complain("--min-runs is above --max-runs");
		return false;
	}
	if (b->save != NULL && (b->runs > PROF_TIMINGS_MAX || b->min_runs > PROF_TIMINGS_MAX)) {
		complain("profd saves at most %d runs of a command", PROF_TIMINGS_MAX);
		return false;
	}
	return true;
}

static void set_counts(struct bench_plan *plan, const struct asked_bench *b)
{
	plan->warmup = b->has_warmup ? b->warmup : DEFAULT_WARMUP;
	plan->warmup_bounded = !b->has_warmup;
	plan->budget = b->budget > 0.0 ? b->budget : DEFAULT_BUDGET;
	plan->limit = b->limit;
	plan->max_runs = b->save != NULL ? PROF_TIMINGS_MAX : UINT64_MAX;
	if (b->runs > 0) {
		plan->min_runs = plan->max_runs = b->runs;
		return;
	}
	if (b->max_runs > 0 && b->max_runs < plan->max_runs)
		plan->max_runs = b->max_runs;
	/* A budget that was asked for is kept even where it leaves time for a single run. */
	plan->min_runs = b->min_runs > 0 ? b->min_runs : b->budget > 0.0 ? 1 : DEFAULT_RUNS;
	if (plan->min_runs > plan->max_runs)
		plan->min_runs = plan->max_runs;
}

static bool set_surroundings(struct bench_plan *plan, const struct request *r)
{
	const struct asked_bench *b = &r->bench;
	char **words;

	if (b->no_shell && b->shell != NULL) {
		complain("--shell and --no-shell are mutually exclusive");
		return false;
	}
	plan->shell = b->no_shell ? NULL : b->shell != NULL ? b->shell : "sh";
	words = plan->shell == NULL ? NULL : words_split(plan->shell);
	if (plan->shell != NULL && words == NULL) {
		complain("--shell %s: no command, or an unterminated quote", plan->shell);
		return false;
	}
	free(words);
	plan->input = b->input == NULL || strcmp(b->input, "null") == 0 ? "/dev/null" : b->input;
	plan->output = BENCH_OUTPUT_FILE;
	plan->output_file = b->output;
	if (b->output == NULL || strcmp(b->output, "null") == 0)
		plan->output = BENCH_OUTPUT_NULL;
	else if (strcmp(b->output, "pipe") == 0)
		plan->output = BENCH_OUTPUT_PIPE;
	else if (strcmp(b->output, "inherit") == 0)
		plan->output = BENCH_OUTPUT_INHERIT;
	plan->ignore_failure = b->ignore_failure;
	/* What one command's setup makes, that of the next may destroy: then each has its runs
	 * between its own setup and cleanup. */
	plan->interleaved = !b->no_interleave && b->setup.count == 0 && b->cleanup.count == 0;
	plan->environment = r->environment;
	plan->progress = isatty(STDERR_FILENO) == 1 && plan->output != BENCH_OUTPUT_INHERIT;
	return true;
}

static bool check_steps(const char *option, const struct texts *texts, size_t lines)
{
	if (texts->count <= 1 || texts->count == lines)
		return true;
	complain("%s must be given once, or once for each of the %zu commands", option, lines);
	return false;
}

static bool check_names(const struct texts *names, size_t lines)
{
	if (names->count > lines) {
		complain("--name: more names than commands");
		return false;
	}
	for (size_t i = 0; i < names->count; i++)
		for (size_t k = 0; k <= i; k++) {
			bool same = strcmp(names->text[i], names->text[k]) == 0;

			if (k < i ? same : !name_is_valid(names->text[i], strlen(names->text[i]))) {
				complain("--name '%s': %s", names->text[i],
					 k < i ? "two commands cannot have the same"
					       : prof_strerror(PROF_BAD_NAME));
				return false;
			}
		}
	return true;
}

/* A name for {NAME} that stands nowhere is one that was mistyped. */
static bool check_used(const struct scan *scan, const struct asked_bench *b, char **lines)
{
	const struct texts *steps[] = {&b->setup, &b->prepare, &b->cleanup};

	for (size_t i = 0; i < scan->count; i++) {
		const char *name = scan->axes[i].name;
		bool used = false;

		for (char **line = lines; *line != NULL; line++)
			used = used || scan_uses(*line, name);
		for (size_t k = 0; k < sizeof(steps) / sizeof(steps[0]); k++)
			for (size_t n = 0; n < steps[k]->count; n++)
				used = used || scan_uses(steps[k]->text[n], name);
		if (!used) {
			complain("no command contains {%s}", name);
			return false;
		}
	}
	return true;
}

/* "size=10,order=up" */
static void write_parameters(FILE *out, const struct bench_command *c)
{
	for (size_t i = 0; i < c->parameter_count; i++)
		fprintf(out, "%s%s=%s", i == 0 ? "" : ",", c->parameters[i].name,
			c->parameters[i].value);
}

/* What is put behind the name that --save gives. */
static char *make_label(const struct bench_command *c, const char *name, size_t line,
			bool only_line)
{
	char *label = NULL;
	size_t length;
	FILE *out = need(open_memstream(&label, &length));

	if (name != NULL)
		fputs(name, out);
	else if (!only_line)
		fprintf(out, "%zu", line + 1);
	if (c->parameter_count > 0 && (name != NULL || !only_line))
		putc(',', out);
	write_parameters(out, c);
	need(fclose(out) == 0 ? label : NULL);
	return label;
}

static bool is_taken(const struct bench_plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->count; i++)
		if (strcmp(plan->commands[i].name, name) == 0)
			return true;
	return false;
}

/* Text cut to what a result may be called, with something behind it. */
static char *join_name(const char *text, const char *more)
{
	char *name = need(malloc(NAME_ROOM));
	size_t length = name_copy(name, NAME_ROOM - strlen(more), text, strlen(text));

	memcpy(name + length, more, strlen(more) + 1);
	return name;
}

/* The text; where another command has it, what tells them apart, or a number behind it. */
static char *make_name(const struct bench_plan *plan, const char *text, const char *label)
{
	char *name = join_name(text, "");

	if (is_taken(plan, name) && strchr(label, '=') != NULL) {
		free(name);
		name = join_name(label, "");
	}
	for (size_t i = 2; is_taken(plan, name); i++) {
		char number[32];

		free(name);
		snprintf(number, sizeof(number), " (%zu)", i);
		name = join_name(text, number);
	}
	return name;
}

/* Of the texts given once for all, or once for each line. */
static char *fill_step(const struct texts *texts, size_t line, const struct bench_command *c)
{
	if (texts->count == 0)
		return NULL;
	return scan_fill(texts->text[texts->count == 1 ? 0 : line], c->parameters,
			 c->parameter_count);
}

/* The command of a line with one combination of the parameters. */
static void add_command(struct bench_plan *plan, const struct request *r, char **lines, size_t line,
			const struct scan *scan, size_t combination)
{
	const struct asked_bench *b = &r->bench;
	struct bench_command c = {.parameters = scan_pick(scan, combination),
				  .parameter_count = scan->count};
	char *name = line >= b->names.count
			     ? NULL
			     : scan_fill(b->names.text[line], c.parameters, c.parameter_count);

	c.line = scan_fill(lines[line], c.parameters, c.parameter_count);
	c.setup = fill_step(&b->setup, line, &c);
	c.prepare = fill_step(&b->prepare, line, &c);
	c.cleanup = fill_step(&b->cleanup, line, &c);
	c.label = make_label(&c, name, line, lines[1] == NULL);
	c.name = make_name(plan, name != NULL ? name : c.line, c.label);
	plan->commands[plan->count++] = c;
	free(name);
}

/* What a shell takes as it is must make sense by itself where there is none. */
static bool check_command(const struct bench_plan *plan, const struct bench_command *c)
{
	char **words = words_split(c->line);
	bool blank = c->line[strspn(c->line, " \t\n")] == '\0';

	if (words == NULL && (blank || plan->shell == NULL)) {
		complain(blank ? "a command is empty" : "%s: unterminated quote", c->line);
		return false;
	}
	free(words);
	return true;
}

/* The names under which profd is to keep the results must be such as it takes. */
static bool check_label(const struct bench_plan *plan, const struct bench_command *c,
			const char *save)
{
	char *name;
	bool valid;

	if (save == NULL)
		return true;
	name = bench_saved_name(plan, c, save);
	valid = name_is_valid(name, strlen(name));
	if (!valid)
		complain("--save '%s': %s", name, prof_strerror(PROF_BAD_NAME));
	free(name);
	return valid;
}

char *bench_saved_name(const struct bench_plan *plan, const struct bench_command *command,
		       const char *save)
{
	char *name;
	int length = asprintf(&name, "%s%s%s", save, plan->count > 1 ? "/" : "",
			      plan->count > 1 ? command->label : "");

	return need(length < 0 ? NULL : name);
}

static enum outcome fill_plan(struct bench_plan *plan, const struct request *r, char **lines,
			      const struct scan *scan)
{
	size_t count = 0;

	while (lines[count] != NULL)
		count++;
	if (!check_counts(&r->bench) || !set_surroundings(plan, r) ||
	    !check_steps("--setup", &r->bench.setup, count) ||
	    !check_steps("--prepare", &r->bench.prepare, count) ||
	    !check_steps("--cleanup", &r->bench.cleanup, count) ||
	    !check_names(&r->bench.names, count) || !check_used(scan, &r->bench, lines))
		return OUTCOME_USAGE;
	set_counts(plan, &r->bench);
	plan->commands = need(calloc(count * scan->combinations + 1, sizeof(*plan->commands)));
	for (size_t line = 0; line < count; line++)
		for (size_t i = 0; i < scan->combinations; i++)
			add_command(plan, r, lines, line, scan, i);
	for (size_t i = 0; i < plan->count; i++)
		if (!check_command(plan, &plan->commands[i]) ||
		    !check_label(plan, &plan->commands[i], r->bench.save))
			return OUTCOME_USAGE;
	return OUTCOME_DONE;
}

enum outcome bench_plan_read(struct bench_plan *plan, const struct request *r, char **lines)
{
	enum outcome outcome = OUTCOME_USAGE;
	struct scan scan;

	*plan = (struct bench_plan){0};
	if (scan_read(&scan, r->bench.parameters, r->bench.parameter_count))
		outcome = fill_plan(plan, r, lines, &scan);
	scan_free(&scan);
	return outcome;
}

void bench_plan_free(struct bench_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct bench_command *c = &plan->commands[i];

		scan_drop(c->parameters, c->parameter_count);
		free(c->name);
		free(c->label);
		free(c->line);
		free(c->setup);
		free(c->prepare);
		free(c->cleanup);
	}
	free(plan->commands);
}
