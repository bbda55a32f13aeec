/*
 * One result out of JSON:
 *
 *	{"machine": {"name", "kernel", "processor", "compiler"}, "results": [RESULT, ...]}
 *
 * or a RESULT alone: {"name", "timings", "statuses", "command", "machine", "kernel", ...}.
 *hyperfine says "times" and "exit_codes", and has no "name".
 */
#include "ctl/bench/result_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/base/say.h"
#include "proto/limits.h"

struct why {
	char *text;
	size_t room;
};

__attribute__((__format__(__printf__, 2, 3))) static bool refuse(const struct why *why,
								 const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(why->text, why->room, format, list);
	va_end(list);
	return false;
}

/* The first of two members that there is. */
static json_t *either(json_t *object, const char *key, const char *other)
{
	json_t *found = json_object_get(object, key);

	return found != NULL ? found : json_object_get(object, other);
}

static json_t *choose(json_t *root, uint64_t number, const struct why *why)
{
	json_t *results = json_object_get(root, "results");
	size_t count = json_array_size(results);

	if (results == NULL && either(root, "timings", "times") != NULL && number <= 1)
		return root;
	if (!json_is_array(results))
		return refuse(why, "it holds no results"), NULL;
	if (count == 0)
		return refuse(why, "its list of results is empty"), NULL;
	if (number == 0 && count > 1)
		return refuse(why, "it holds %zu results: put #1 to #%zu behind its name", count,
			      count),
		       NULL;
	if (number > count)
		return refuse(why, "it holds %zu result%s only", count, count == 1 ? "" : "s"),
		       NULL;
	return json_array_get(results, number == 0 ? 0 : (size_t)number - 1);
}

static bool parse_timings(struct result_file *file, json_t *result, const struct why *why)
{
	json_t *timings = either(result, "timings", "times");
	size_t count = json_array_size(timings);

	if (count == 0)
		return refuse(why, "the result has no timings");
	file->timings = need(calloc(count, sizeof(*file->timings)));
	for (size_t i = 0; i < count; i++) {
		json_t *timing = json_array_get(timings, i);

		file->timings[i] = json_number_value(timing);
		if (!json_is_number(timing))
			return refuse(why, "timing %zu is not a number", i + 1);
		if (!(file->timings[i] >= 0.0 && file->timings[i] <= PROF_SECONDS_MAX))
			return refuse(why, "timing %zu is not from 0 to 2^30 seconds", i + 1);
	}
	file->benchmark.timings = file->timings;
	file->benchmark.count = count;
	return true;
}

/* hyperfine has null for a run that a signal ended. */
static bool parse_statuses(struct result_file *file, json_t *result, const struct why *why)
{
	json_t *statuses = either(result, "statuses", "exit_codes");
	size_t count = json_array_size(statuses);

	if (statuses == NULL || json_is_null(statuses) || count == 0)
		return true;
	if (count != file->benchmark.count)
		return refuse(why, "there are %zu timings, and %zu statuses", file->benchmark.count,
			      count);
	file->statuses = need(calloc(count, sizeof(*file->statuses)));
	for (size_t i = 0; i < count; i++) {
		json_t *status = json_array_get(statuses, i);
		json_int_t value = json_integer_value(status);

		if (!json_is_integer(status) && !json_is_null(status))
			return refuse(why, "status %zu is not a whole number", i + 1);
		if (value < -255 || value > 255)
			return refuse(why, "status %zu is not from -255 to 255", i + 1);
		file->statuses[i] = json_is_null(status) ? -1 : (int)value;
	}
	file->benchmark.statuses = file->statuses;
	return true;
}

/* NULL where it is no text, or an empty one. */
static const char *text_of(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text == NULL || text[0] == '\0' ? NULL : text;
}

/* What a result says itself, or else the file of all its results. */
static const char *about(json_t *result, const char *key, json_t *machine, const char *of_machine)
{
	const char *text = text_of(result, key);

	return text != NULL ? text : text_of(machine, of_machine);
}

static void parse_texts(struct prof_benchmark *b, json_t *root, json_t *result)
{
	json_t *machine = json_object_get(root, "machine");

	b->command = text_of(result, "command");
	b->name = text_of(result, "name");
	if (b->name == NULL)
		b->name = b->command;
	b->machine = about(result, "machine", machine, "name");
	b->system = about(result, "kernel", machine, "kernel");
	b->processor = about(result, "processor", machine, "processor");
	b->compiler = about(result, "compiler", machine, "compiler");
	b->revision = about(result, "revision", root, "revision");
	b->note = about(result, "note", root, "note");
}

bool result_file_read(struct result_file *file, const char *text, size_t length, uint64_t number,
		      char *why_text, size_t room)
{
	struct why why = {why_text, room};
	json_error_t error;
	json_t *result;

	*file = (struct result_file){.root = json_loadb(text, length, 0, &error)};
	if (file->root == NULL)
		return refuse(&why, "it is no JSON: line %d: %s", error.line, error.text);
	result = choose(file->root, number, &why);
	if (result != NULL && parse_timings(file, result, &why) &&
	    parse_statuses(file, result, &why)) {
		parse_texts(&file->benchmark, file->root, result);
		return true;
	}
	result_file_free(file);
	return false;
}

void result_file_free(struct result_file *file)
{
	json_decref(file->root);
	free(file->timings);
	free(file->statuses);
	*file = (struct result_file){0};
}
