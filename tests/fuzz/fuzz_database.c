/*
 * A hostile file in the place of the database: it is loaded, set aside or refused; then profd
 * counts on, and what it commits is there when it is opened again.
 *
 * The input: the size of the journal in three bytes, the journal (-wal), then the database.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/peer.h"
#include "daemon/ledger/batch.h"
#include "daemon/ledger/ledger.h"
#include "daemon/store/store.h"
#include "tests/fuzz/fuzz.h"

#define NOW INT64_C(1700002800000000000)

static char folder[64], path[96];

/* What was set aside has names with the time in them. */
static void remove_all(void)
{
	DIR *all = opendir(folder);
	const struct dirent *entry;

	must(all != NULL);
	while ((entry = readdir(all)) != NULL)
		unlinkat(dirfd(all), entry->d_name, 0);
	closedir(all);
}

static void remove_folder(void)
{
	remove_all();
	rmdir(folder);
}

/* Memory, so that a sync costs nothing. */
static void make_folder(void)
{
	if (folder[0] != '\0')
		return;
	snprintf(folder, sizeof(folder), "/dev/shm/profd-fuzz-XXXXXX");
	must(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/profd.db", folder);
	atexit(remove_folder);
}

static void put_file(const char *end, struct fuzz_input bytes)
{
	char name[128];
	int fd;

	snprintf(name, sizeof(name), "%s%s", path, end);
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	must(fd >= 0 && write(fd, bytes.at, bytes.left) == (ssize_t)bytes.left);
	close(fd);
}

static enum ledger_verdict push(struct ledger *l)
{
	static int32_t index[] = {0};
	static uint64_t count[] = {3};
	const struct peer peer = {.uid = 1000, .gid = 1000, .pid = 4242};
	Profd__Tally tally = PROFD__TALLY__INIT;
	Profd__Path defined = PROFD__PATH__INIT;
	Profd__Standing standing = PROFD__STANDING__INIT;
	Profd__Push message = PROFD__PUSH__INIT;
	const char *why;

	tally.sum_ns = 3000000000;
	tally.min_ns = tally.max_ns = 1000000000;
	tally.index = index;
	tally.count = count;
	tally.n_index = tally.n_count = 1;
	defined.id = standing.path = 1;
	defined.function = (char *)"after";
	standing.returned = &tally;
	message.version = PROF_PROTOCOL;
	message.process = (ProtobufCBinaryData){PROF_PROCESS_ID, (uint8_t *)"the one who came"};
	message.generation = 1;
	message.program = (char *)"later";
	message.paths = (Profd__Path *[]){&defined};
	message.standings = (Profd__Standing *[]){&standing};
	message.n_paths = message.n_standings = 1;
	return ledger_merge(l, &message, &peer, NOW, NULL, NULL, &why);
}

static uint64_t calls_of(struct ledger *l, const char *name)
{
	struct ledger_function f;

	return ledger_get_function(l, name, NULL, &f) ? f.calls : 0;
}

/* Whether the file takes the batch: it may be damaged where it was not read yet. */
static bool commit(struct store *s, struct ledger *l)
{
	struct batch *batch = ledger_collect(l, NOW);
	struct pollfd ready = {.fd = store_fd(s), .events = POLLIN};
	char why[512] = "";
	bool committed;

	if (batch == NULL)
		return true;
	must(store_start(s));
	store_put(s, batch);
	while (poll(&ready, 1, -1) < 0)
		must(errno == EINTR);
	must(store_get(s, &committed, why, sizeof(why)) == batch);
	must(committed || why[0] != '\0');
	if (committed)
		ledger_committed(l, batch);
	else
		ledger_discard(l, batch);
	return committed;
}

static void count_one(void *context, const struct ledger_function *f)
{
	must(f->calls > 0 && f->min_ns <= f->max_ns);
	*(uint64_t *)context += 1;
}

/* Opens, counts three calls where the file was taken as it is, closes. Gives the calls that should
 * be found at the next opening; 0: nothing. */
static uint64_t live(enum store_opened *opened)
{
	struct ledger_limits limits;
	struct ledger *l;
	struct store *s = NULL;
	uint64_t functions = 0, calls = 0;
	char why[512] = "";

	ledger_limits_init(&limits);
	l = ledger_new(&limits);
	must(l != NULL);
	*opened = store_open(&s, path, l, why, sizeof(why));
	must(why[0] != '\0' || *opened == STORE_OPENED || *opened == STORE_CREATED);
	ledger_each_functions(l, NULL, NULL, count_one, &functions);
	if (*opened != STORE_OPENED)
		must(functions == 0);
	else if (push(l) == LEDGER_MERGED && commit(s, l))
		calls = calls_of(l, "after");
	store_close(s);
	ledger_free(l);
	return calls;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	enum store_opened opened;
	size_t journal;
	uint64_t calls;

	make_folder();
	journal = fuzz_byte(&in);
	journal |= (size_t)fuzz_byte(&in) << 8;
	journal |= (size_t)fuzz_byte(&in) << 16;
	put_file("-wal", fuzz_piece(&in, journal));
	put_file("", in);
	calls = live(&opened);
	if (calls != 0) {
		/* The same push again adds nothing, unless the file is damaged where nobody has
		 * looked. */
		uint64_t again = live(&opened);

		must(opened != STORE_OPENED || again == calls || again == 0);
	}
	remove_all();
	return 0;
}
