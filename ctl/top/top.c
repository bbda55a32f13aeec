/*
 * profctl top: what happens now, looked at once a second.
 */
#include "config.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ctl/base/command.h"
#include "ctl/base/say.h"

#ifdef HAVE_NCURSES
#include "ctl/top/draw.h"
#include "view/past.h"

#define REFRESH	       1.0
#define PATIENCE       1.0 /* longest wait for an answer, so that keys are not dead for long */
#define SPARKS_A_LOOK  8
#define DETAIL_SECONDS 2.0

struct top {
	const struct request *request;
	struct top_model model;
	struct top_view view;
	struct top_detail detail;
	char detail_name[256];
	double detail_at;
	struct prof_program_list *programs;
	size_t program; /* 0: all; else its index in the list plus 1 */
	const char *asked_program;
	double asked; /* when functions were asked for */
	bool done;
};

static volatile sig_atomic_t signalled;

static void note_signal(int number)
{
	signalled = number;
}

static double steady_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool note(struct top *t, prof_error error)
{
	t->view.trouble = error == PROF_OK || error == PROF_NOT_FOUND ? NULL : prof_strerror(error);
	return error == PROF_OK;
}

static void ask_functions(struct top *t)
{
	struct prof_filter filter = {.size = sizeof(filter), .program = t->asked_program};
	struct prof_changes *changes;

	t->asked = steady_now();
	if (!note(t, prof_get_changes(&filter, &t->model.mark, PATIENCE, &changes)))
		return;
	top_model_update(&t->model, changes, steady_now());
	prof_free(changes);
	top_model_show(&t->model, t->view.order, t->view.filter);
}

/* p99 of the last minutes. False, with nothing changed, when profd does not tell. */
static bool ask_spark(const struct top *t, const char *name, double spark[TOP_SPARKS])
{
	struct prof_range range = {past_now() - TOP_SPARKS * TOP_SPARK_SECONDS, 0.0};
	struct prof_selection selection = {
		.size = sizeof(selection), .function = name, .program = t->asked_program};
	struct prof_history *h;

	if (prof_get_history(&selection, &range, TOP_SPARK_SECONDS, 0, PATIENCE, &h) != PROF_OK)
		return false;
	memset(spark, 0, TOP_SPARKS * sizeof(*spark));
	for (size_t i = 0; i < h->count; i++) {
		double slot = (h->steps[i]->start - range.since) / TOP_SPARK_SECONDS;

		if (slot > -1.0 && slot < TOP_SPARKS)
			spark[slot < 0.0 ? 0 : (size_t)slot] = h->steps[i]->p99;
	}
	prof_free(h);
	return true;
}

/* Of those in sight, the longest known first. */
static void ask_sparks(struct top *t)
{
	double now = steady_now();
	int asked = 0;

	for (size_t i = 0; i < top_screen_lines() && t->view.first + i < t->model.shown_count;
	     i++) {
		struct top_function *f = t->model.shown[t->view.first + i];

		if (asked == SPARKS_A_LOOK ||
		    (f->spark_at > 0.0 && now - f->spark_at < TOP_SPARK_SECONDS))
			continue;
		asked++;
		f->spark_at = now;
		if (!ask_spark(t, f->name, f->spark))
			return;
	}
}

static void forget_detail(struct top *t)
{
	prof_free(t->detail.histogram);
	prof_free(t->detail.tree);
	prof_free(t->detail.slow);
	prof_free(t->detail.running);
	t->detail = (struct top_detail){0};
}

/* A pattern that fits this name alone. */
static void escape(char *to, const char *name)
{
	for (; *name != '\0'; name++) {
		if (strchr("*?[\\", *name) != NULL)
			*to++ = '\\';
		*to++ = *name;
	}
	*to = '\0';
}

static void ask_detail(struct top *t)
{
	struct prof_selection selection = {
		.size = sizeof(selection), .function = t->detail_name, .program = t->asked_program};
	char pattern[2 * sizeof(t->detail_name)];

	forget_detail(t);
	escape(pattern, t->detail_name);
	t->detail.name = t->detail_name;
	t->detail_at = steady_now();
	if (note(t, prof_get_histograms(&selection, NULL, PATIENCE, &t->detail.histogram)) ||
	    t->view.trouble == NULL)
		note(t, prof_get_tree(t->asked_program, NULL, 0.0, PATIENCE, &t->detail.tree));
	if (t->view.trouble == NULL)
		note(t, prof_get_running(pattern, 4, PATIENCE, &t->detail.running));
	if (t->view.trouble == NULL)
		note(t, prof_get_slow(pattern, 20, PATIENCE, &t->detail.slow));
	if (t->view.trouble == NULL)
		ask_spark(t, t->detail_name, t->detail.spark);
}

static void open_detail(struct top *t)
{
	if (t->view.selected >= t->model.shown_count)
		return;
	strncpy(t->detail_name, t->model.shown[t->view.selected]->name, sizeof(t->detail_name) - 1);
	ask_detail(t);
}

/* The next program of those that profd knows, and after the last one all again. */
static void next_program(struct top *t)
{
	size_t next = t->program + 1;

	prof_free(t->programs);
	t->programs = NULL;
	t->asked_program = NULL;
	if (!note(t, prof_get_programs(PATIENCE, &t->programs)) || next > t->programs->count)
		next = 0;
	t->program = next;
	t->asked_program = next == 0 ? t->request->program : t->programs->programs[next - 1]->name;
	t->view.program = t->asked_program;
	top_model_forget(&t->model);
	ask_functions(t);
}

static void order_by(struct top *t, enum top_order order)
{
	t->view.order = order;
	t->view.selected = t->view.first = 0;
	top_model_show(&t->model, order, t->view.filter);
}

static void type(struct top *t, int key)
{
	size_t length = strlen(t->view.filter);

	if (key == 27 || key == '\r' || key == KEY_ENTER || key == '\n') {
		t->view.typing = false;
		if (key == 27)
			t->view.filter[0] = '\0';
	} else if (key == KEY_BACKSPACE || key == 127 || key == 8) {
		while (length > 0 && ((unsigned char)t->view.filter[--length] & 0xc0) == 0x80)
			;
		t->view.filter[length] = '\0';
	} else if (key >= ' ' && key < 256 && length + 1 < sizeof(t->view.filter)) {
		t->view.filter[length] = (char)key;
		t->view.filter[length + 1] = '\0';
	}
	order_by(t, t->view.order);
}

static void move_by(struct top *t, long lines)
{
	long to = (long)t->view.selected + lines, last = (long)t->model.shown_count - 1;

	t->view.selected = to < 0 ? 0 : to > last ? (size_t)(last < 0 ? 0 : last) : (size_t)to;
}

static void handle_order_key(struct top *t, int key)
{
	static const char keys[] = "tca59men"; /* as in enum top_order */
	const char *at = key > 0 && key < 128 ? strchr(keys, key) : NULL;

	if (key == 's')
		order_by(t, (enum top_order)((t->view.order + 1) % TOP_ORDERS));
	else if (key == 'S')
		order_by(t, (enum top_order)((t->view.order + TOP_ORDERS - 1) % TOP_ORDERS));
	else if (at != NULL)
		order_by(t, (enum top_order)(at - keys));
}

static void handle_key(struct top *t, int key)
{
	long page = (long)top_screen_lines();

	switch (key) {
	case 'q':
		t->done = true;
		break;
	case ' ':
		t->view.paused = !t->view.paused;
		break;
	case '?':
	case 'h':
		t->view.help = !t->view.help;
		break;
	case '/':
		t->view.typing = t->detail.name == NULL;
		break;
	case 'P':
		next_program(t);
		break;
	case 27:
	case KEY_BACKSPACE:
	case 127:
		if (t->detail.name == NULL && !t->view.help) {
			t->view.filter[0] = '\0';
			order_by(t, t->view.order);
		}
		forget_detail(t);
		t->view.help = false;
		break;
	case '\r':
	case '\n':
	case KEY_ENTER:
		open_detail(t);
		break;
	case KEY_UP:
	case KEY_DOWN:
		move_by(t, key == KEY_UP ? -1 : 1);
		break;
	case KEY_PPAGE:
	case KEY_NPAGE:
		move_by(t, key == KEY_PPAGE ? -page : page);
		break;
	case KEY_HOME:
	case KEY_END:
		move_by(t, key == KEY_HOME ? -(1L << 30) : 1L << 30);
		break;
	default:
		handle_order_key(t, key);
	}
}

static void draw(struct top *t)
{
	if (t->detail.name != NULL)
		top_screen_detail(&t->model, &t->view, &t->detail);
	else
		top_screen_list(&t->model, &t->view);
}

/* Asks what is due. */
static void look(struct top *t)
{
	if (t->view.paused)
		return;
	ask_functions(t);
	if (t->detail.name == NULL && t->view.trouble == NULL)
		ask_sparks(t);
	if (t->detail.name != NULL && steady_now() - t->detail_at >= DETAIL_SECONDS)
		ask_detail(t);
}

static void run(struct top *t)
{
	while (!t->done && signalled == 0) {
		double wait = REFRESH - (steady_now() - t->asked);
		int key;

		timeout(wait <= 0.0 ? 0 : (int)(1000.0 * wait) + 1);
		key = getch();
		if (key == ERR && steady_now() - t->asked >= REFRESH) {
			t->asked = steady_now();
			look(t);
		} else if (key == ERR && errno != EINTR &&
			   poll(&(struct pollfd){STDIN_FILENO, POLLIN, 0}, 1, 0) == 1 &&
			   wait > 0.01) {
			/* Readable, and yet no key: the terminal has gone. */
			break;
		} else if (key != ERR && t->view.typing) {
			type(t, key);
		} else if (key != ERR) {
			handle_key(t, key);
		}
		draw(t);
	}
}

static void catch_signals(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	struct sigaction action = {.sa_handler = note_signal};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaction(numbers[i], &action, NULL);
}

enum outcome run_top(const struct request *r)
{
	struct top t = {.request = r, .asked_program = r->program};

	t.view.program = r->program;
	if (!top_screen_open())
		return OUTCOME_USAGE;
	atexit(top_screen_close);
	catch_signals();
	ask_functions(&t);
	draw(&t);
	run(&t);
	top_screen_close();
	forget_detail(&t);
	prof_free(t.programs);
	top_model_deinit(&t.model);
	if (signalled != 0 && signalled != SIGINT) {
		signal(signalled, SIG_DFL);
		raise(signalled);
	}
	return OUTCOME_DONE;
}

#else

enum outcome run_top(const struct request *r)
{
	(void)r;
	complain("this profctl was built without ncurses, which top requires; try profctl list");
	return OUTCOME_USAGE;
}
#endif
