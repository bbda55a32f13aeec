/*
 * Checksums many files that are open at the same time, as an event loop would. Shows asynchronous
 * calls: one begins when a file is opened and ends when its last block has been read, in any order,
 * with the reason if it failed.
 *
 *	checksum [-o OPEN] [-s SECONDS] PATH ...
 *
 * With -s it repeats this until the time is up.
 */
#include <profclient.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "examples/files.h"

#define BLOCK	 65536
#define MANY	 256
#define FILE_MAX (256 << 20) /* stop here in files that never end */

struct transfer {
	int fd; /* -1: free */
	uint32_t crc;
	size_t size;
	prof_call call;
};

struct totals {
	unsigned long files, failed;
	unsigned long long bytes;
	uint32_t crc;
};

static uint32_t crc_table[256];

/* CRC-32 as in ISO 3309, bit by bit for each byte. */
static void make_crc_table(void)
{
	for (uint32_t byte = 0; byte < 256; byte++) {
		uint32_t crc = byte;

		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
		crc_table[byte] = crc;
	}
}

static uint32_t add_to_crc(uint32_t crc, const unsigned char *data, size_t size)
{
	PROF_FUNCTION();
	for (size_t i = 0; i < size; i++)
		crc = crc >> 8 ^ crc_table[(crc ^ data[i]) & 0xff];
	return crc;
}

static void finish(struct transfer *t, struct totals *totals, const char *error)
{
	prof_call_end(t->call, error);
	totals->files++;
	totals->failed += error != NULL;
	totals->bytes += t->size;
	totals->crc += ~t->crc;
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
}

static void begin(struct transfer *t, struct totals *totals, prof_function *function,
		  const char *path)
{
	t->call = prof_function_begin(function);
	t->crc = UINT32_MAX;
	t->size = 0;
	t->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (t->fd < 0)
		finish(t, totals, strerror(errno));
}

static void read_block(struct transfer *t, struct totals *totals)
{
	static unsigned char block[BLOCK];
	prof_call call = prof_call_begin("read_block");
	ssize_t got = read(t->fd, block, sizeof(block));
	const char *error = got < 0 ? strerror(errno) : NULL;

	prof_call_end(call, error);
	if (got <= 0 || t->size > FILE_MAX) {
		finish(t, totals, error);
		return;
	}
	t->crc = add_to_crc(t->crc, block, (size_t)got);
	t->size += (size_t)got;
}

/* Reads one block of each open file in turn, until all files are done. */
static void checksum_all(const struct files *files, int open_at_once, prof_function *function,
			 struct totals *totals)
{
	PROF_FUNCTION();
	struct transfer transfer[MANY];
	size_t next = 0, active;

	for (int i = 0; i < open_at_once; i++)
		transfer[i].fd = -1;
	do {
		active = 0;
		for (int i = 0; i < open_at_once; i++) {
			if (transfer[i].fd < 0 && next < files->count)
				begin(&transfer[i], totals, function, files->path[next++]);
			if (transfer[i].fd < 0)
				continue;
			read_block(&transfer[i], totals);
			active++;
		}
	} while (active > 0 || next < files->count);
}

int main(int argc, char **argv)
{
	struct totals totals = {0};
	struct files files = {0};
	prof_function *function;
	time_t end = time(NULL);
	int open_at_once = 32, option;

	while ((option = getopt(argc, argv, "o:s:")) != -1) {
		if (option == 'o')
			open_at_once = atoi(optarg);
		else if (option == 's')
			end += atoi(optarg);
		else
			return 2;
	}
	if (optind == argc || open_at_once < 1 || open_at_once > MANY) {
		fprintf(stderr, "usage: checksum [-o OPEN] [-s SECONDS] PATH ...\n");
		return 2;
	}
	while (optind < argc)
		if (files_add(&files, argv[optind++]) < 0)
			return 1;
	if (prof_lookup("checksum_file", &function) != PROF_OK)
		function = NULL; /* library off: begin returns "none", and the work goes on */
	make_crc_table();
	do
		checksum_all(&files, open_at_once, function, &totals);
	while (time(NULL) < end);
	printf("checksum: %lu files, %llu MB, %lu failed, together %08x\n", totals.files,
	       totals.bytes >> 20, totals.failed, totals.crc);
	files_free(&files);
	return 0;
}
