/*
 * Counts the words of many files with several threads. Shows scopes: PROF_FUNCTION and PROF_SCOPE
 * time a block however control leaves it, on every thread, and nest into paths.
 *
 *	tokenise [-t THREADS] [-s SECONDS] PATH ...
 *
 * With -s it repeats this until the time is up.
 */
#include <profclient.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "examples/files.h"

#define WORD_MAX   31
#define TABLE_BITS 18
#define TABLE_SIZE (1u << TABLE_BITS)
#define WORDS_MAX  (TABLE_SIZE / 2) /* distinct words beyond this are not counted */

struct word {
	char text[WORD_MAX + 1];
	unsigned long count;
};

struct table {
	struct word word[TABLE_SIZE];
	size_t used;
};

struct job {
	struct files files;
	atomic_size_t next; /* the next file for a free thread */
	pthread_mutex_t lock;
	struct table *total; /* under the lock */
};

static void count_word(struct table *table, const char *text, size_t length, unsigned long count)
{
	uint64_t hash = 0;
	size_t at;

	for (size_t i = 0; i < length; i++)
		hash = (hash + (unsigned char)text[i]) * UINT64_C(0x9e3779b97f4a7c15);
	at = hash >> (64 - TABLE_BITS);
	for (; table->word[at].count != 0; at = (at + 1) % TABLE_SIZE)
		if (strncmp(table->word[at].text, text, length) == 0 &&
		    table->word[at].text[length] == '\0')
			break;
	if (table->word[at].count == 0) {
		if (table->used >= WORDS_MAX)
			return;
		table->used++;
		memcpy(table->word[at].text, text, length);
		table->word[at].text[length] = '\0';
	}
	table->word[at].count += count;
}

/* Returns the whole file in one block, which the caller frees, or NULL. */
static char *read_file(const char *path, size_t *size)
{
	PROF_FUNCTION();
	struct stat status;
	char *text = NULL;
	ssize_t got;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &status) < 0)
		goto out;
	text = malloc((size_t)status.st_size + 1);
	if (text == NULL)
		goto out;
	for (*size = 0; *size < (size_t)status.st_size; *size += (size_t)got) {
		got = read(fd, text + *size, (size_t)status.st_size - *size);
		if (got <= 0)
			break;
	}
out:
	if (text == NULL)
		PROF_FAIL(strerror(errno));
	if (fd >= 0)
		close(fd);
	return text;
}

static void split_words(struct table *table, const char *text, size_t size)
{
	PROF_FUNCTION();
	size_t begin = 0;

	for (size_t at = 0; at <= size; at++) {
		if (at < size && (isalnum((unsigned char)text[at]) || text[at] == '_'))
			continue;
		if (at > begin && at - begin <= WORD_MAX)
			count_word(table, text + begin, at - begin, 1);
		begin = at + 1;
	}
}

static void tokenise_file(struct table *table, const char *path)
{
	PROF_FUNCTION();
	size_t size = 0;
	char *text = read_file(path, &size);

	if (text == NULL)
		return;
	split_words(table, text, size);
	free(text);
}

static void merge_words(struct job *job, const struct table *table)
{
	PROF_FUNCTION();
	{
		PROF_SCOPE("wait_for_lock");
		pthread_mutex_lock(&job->lock);
	}
	for (size_t i = 0; i < TABLE_SIZE; i++)
		if (table->word[i].count != 0)
			count_word(job->total, table->word[i].text, strlen(table->word[i].text),
				   table->word[i].count);
	pthread_mutex_unlock(&job->lock);
}

static void *run_thread(void *data)
{
	struct job *job = data;
	struct table *table = calloc(1, sizeof(*table));
	size_t at;

	if (table == NULL)
		return NULL;
	while ((at = atomic_fetch_add(&job->next, 1)) < job->files.count)
		tokenise_file(table, job->files.path[at]);
	merge_words(job, table);
	free(table);
	return NULL;
}

/* Counts all files once, on the given number of threads. Each pass creates new threads, like
 * programs that start one per job. */
static void tokenise_all(struct job *job, int threads)
{
	PROF_FUNCTION();
	pthread_t thread[64];
	int started = 0;

	atomic_store(&job->next, 0);
	memset(job->total, 0, sizeof(*job->total));
	while (started < threads && pthread_create(&thread[started], NULL, run_thread, job) == 0)
		started++;
	while (started > 0)
		pthread_join(thread[--started], NULL);
}

static int by_count(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return (x->count < y->count) - (x->count > y->count);
}

static void print_most_frequent(struct table *table)
{
	PROF_FUNCTION();
	{
		PROF_SCOPE("sort_words");
		qsort(table->word, TABLE_SIZE, sizeof(*table->word), by_count);
	}
	printf("tokenise: %zu different words;", table->used);
	for (int i = 0; i < 5 && table->word[i].count != 0; i++)
		printf(" %s %lu", table->word[i].text, table->word[i].count);
	printf("\n");
}

int main(int argc, char **argv)
{
	struct job job = {.lock = PTHREAD_MUTEX_INITIALIZER};
	time_t end = time(NULL);
	int threads = 4, option;

	while ((option = getopt(argc, argv, "t:s:")) != -1) {
		if (option == 't')
			threads = atoi(optarg);
		else if (option == 's')
			end += atoi(optarg);
		else
			return 2;
	}
	if (optind == argc || threads < 1 || threads > 64) {
		fprintf(stderr, "usage: tokenise [-t THREADS] [-s SECONDS] PATH ...\n");
		return 2;
	}
	job.total = malloc(sizeof(*job.total));
	while (optind < argc && job.total != NULL)
		if (files_add(&job.files, argv[optind++]) < 0)
			break;
	if (job.total == NULL || optind < argc) {
		perror("tokenise");
		return 1;
	}
	do
		tokenise_all(&job, threads);
	while (time(NULL) < end);
	print_most_frequent(job.total);
	files_free(&job.files);
	free(job.total);
	return 0;
}
