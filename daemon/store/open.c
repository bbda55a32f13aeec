/*
 * Opening the database: the lock, the file, its version, its damage.
 */
#include "daemon/store/data.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "daemon/ledger/ledger.h"
#include "daemon/store/schema.h"

#define JOURNAL_SIZE_LIMIT "16777216"
#define CHECKED_SIZE	   (128 << 20) /* reading this much takes about 0.3 s */

/* What came of one attempt to open the file. */
enum attempt { GOOD, NEW, DAMAGED, NEWER, HOPELESS };

static bool take_lock(struct store *s, enum store_opened *result, char *why, unsigned room)
{
	char name[4096];

	if ((size_t)snprintf(name, sizeof(name), "%s.lock", s->file) >= sizeof(name)) {
		snprintf(why, room, "the path of the database is too long");
		return false;
	}
	s->lock_fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (s->lock_fd < 0) {
		snprintf(why, room, "cannot open %s: %s", name, strerror(errno));
		return false;
	}
	if (flock(s->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	if (errno == EWOULDBLOCK)
		*result = STORE_BUSY;
	snprintf(why, room,
		 errno == EWOULDBLOCK ? "another profd has %s" : "cannot lock the database %s",
		 s->file);
	return false;
}

/* Makes the file before SQLite does, so that it never has a wider mode; its journal gets the same.
 */
static bool make_file(const char *file, bool *empty, char *why, unsigned room)
{
	int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		snprintf(why, room, "cannot open the database %s: %s", file,
			 fd < 0 ? strerror(errno) : "not a regular file");
		if (fd >= 0)
			close(fd);
		return false;
	}
	*empty = status.st_size == 0;
	close(fd);
	return true;
}

static enum attempt failed(struct store *s, int result, char *why, unsigned room)
{
	snprintf(why, room, "the database %s: %s", s->file,
		 s->db == NULL ? sqlite3_errstr(result) : sqlite3_errmsg(s->db));
	return store_is_damage(result) ? DAMAGED : HOPELESS;
}

/*
 * The file may come from anywhere: a backup, somebody else. Triggers and views in it are never run
 * by profd (one that counts without end would hang it), and nothing it says can make SQLite write
 * where it should not. The views of the schema are for people.
 */
void store_distrust(sqlite3 *db)
{
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
}

static int set_up(struct store *s, bool empty)
{
	static const char pragmas[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
				      "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
				      "PRAGMA cell_size_check = ON;"
				      "PRAGMA journal_size_limit = " JOURNAL_SIZE_LIMIT ";";
	int result =
		sqlite3_open_v2(s->file, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	if (result != SQLITE_OK)
		return result;
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, 5000);
	store_distrust(s->db);
	if (empty)
		result = sqlite3_exec(s->db,
				      "PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL",
				      NULL, NULL, NULL);
	return result != SQLITE_OK ? result : sqlite3_exec(s->db, pragmas, NULL, NULL, NULL);
}

static enum attempt check_version(struct store *s, bool *empty, char *why, unsigned room)
{
	long long application = 0, version = 0, tables = 0;
	int result = schema_pragma(s->db, "application_id", &application);

	if (result == SQLITE_OK)
		result = schema_pragma(s->db, "user_version", &version);
	if (result == SQLITE_OK)
		result = schema_pragma(s->db, "schema_version", &tables);
	if (result != SQLITE_OK)
		return failed(s, result, why, room);
	/* A first start that was killed early leaves a file without tables. */
	if (application == 0 && version == 0 && tables == 0)
		*empty = true;
	else if (application != SCHEMA_APPLICATION) {
		snprintf(why, room, "%s is a database of another program", s->file);
		return HOPELESS;
	}
	if (version > (long long)schema_version) {
		snprintf(why, room,
			 "%s was written by a newer profd: it has version %lld, this profd knows "
			 "versions up to %u",
			 s->file, version, schema_version);
		return NEWER;
	}
	result = schema_migrate(s->db, schema_steps, schema_version);
	return result == SQLITE_OK ? GOOD : failed(s, result, why, room);
}

static bool is_large(const struct store *s)
{
	struct stat status;

	return stat(s->file, &status) == 0 && status.st_size > CHECKED_SIZE;
}

/*
 * Damage that is not in what is loaded would go unseen until a commit or a person meets it. A file
 * so large that reading it through would keep profd from starting for long is not checked: a crash
 * of profd alone damages nothing, and what is loaded is checked in any case; unless the profd
 * before met damage.
 */
static int check_pages(struct store *s)
{
	sqlite3_stmt *check;
	int64_t closed = STORE_RUNNING;
	int result = store_get_meta(s, "closed", &closed);

	if (result != SQLITE_OK || (closed != STORE_DAMAGED && is_large(s)))
		return result;
	result = sqlite3_prepare_v2(s->db, "PRAGMA quick_check(1)", -1, &check, NULL);
	if (result != SQLITE_OK)
		return result;
	result = sqlite3_step(check);
	if (result == SQLITE_ROW)
		result = strcmp((const char *)sqlite3_column_text(check, 0), "ok") == 0
				 ? SQLITE_OK
				 : SQLITE_CORRUPT;
	sqlite3_finalize(check);
	return result;
}

static enum attempt load(struct store *s, struct ledger *ledger, char *why, unsigned room)
{
	struct batch *all = batch_new();
	enum ledger_restored restored;
	int result = all == NULL ? SQLITE_NOMEM : store_read(s, all);

	if (result != SQLITE_OK) {
		batch_free(all);
		snprintf(why, room, "the database %s: %s", s->file, sqlite3_errstr(result));
		return store_is_damage(result) ? DAMAGED : HOPELESS;
	}
	restored = ledger_restore(ledger, all);
	batch_free(all);
	if (restored == LEDGER_RESTORED)
		return GOOD;
	if (restored == LEDGER_RESTORE_NO_MEMORY) {
		snprintf(why, room, "not enough memory to load the database %s", s->file);
		return HOPELESS;
	}
	snprintf(why, room, "the database %s: its rows contradict each other", s->file);
	return DAMAGED;
}

static enum attempt attempt(struct store *s, struct ledger *ledger, char *why, unsigned room)
{
	enum attempt came;
	bool empty;
	int result;

	if (!make_file(s->file, &empty, why, room))
		return HOPELESS;
	result = set_up(s, empty);
	if (result != SQLITE_OK)
		return failed(s, result, why, room);
	came = check_version(s, &empty, why, room);
	if (came != GOOD)
		return came;
	result = store_prepare(s);
	if (result != SQLITE_OK) {
		came = failed(s, result, why, room);
		/* It says that it is ours and of our version, yet has not our tables. */
		return (result & 0xff) == SQLITE_ERROR ? DAMAGED : came;
	}
	result = check_pages(s);
	if (result == SQLITE_OK)
		result = store_read_positions(s);
	if (result != SQLITE_OK) {
		came = failed(s, result, why, room);
		return came;
	}
	came = load(s, ledger, why, room);
	if (came != GOOD)
		return came;
	result = store_set_meta(s, "closed", STORE_RUNNING);
	if (result != SQLITE_OK)
		return failed(s, result, why, room);
	return empty ? NEW : GOOD;
}

static void close_database(struct store *s)
{
	store_finalize(s);
	sqlite3_close(s->db);
	s->db = NULL;
}

/* Renames a damaged file and what belongs to it. False when it cannot be. */
static bool set_aside(const char *file, char *name, size_t room)
{
	static const char *const parts[] = {"", "-wal", "-shm"};
	char from[4096], to[4096], stamp[32];
	time_t now = time(NULL);
	struct tm utc;
	bool moved = true;

	gmtime_r(&now, &utc);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &utc);
	snprintf(name, room, "%s.damaged-%s", file, stamp);
	for (unsigned i = 1; access(name, F_OK) == 0 && i < 100; i++)
		snprintf(name, room, "%s.damaged-%s-%u", file, stamp, i);
	for (unsigned i = 0; i < 3; i++) {
		snprintf(from, sizeof(from), "%s%s", file, parts[i]);
		snprintf(to, sizeof(to), "%s%s", name, parts[i]);
		if (rename(from, to) != 0 && !(i != 0 && errno == ENOENT))
			moved = false;
	}
	return moved;
}

static enum store_opened open_or_replace(struct store *s, struct ledger *ledger, char *why,
					 unsigned room)
{
	static const enum store_opened results[] = {
		[GOOD] = STORE_OPENED, [NEW] = STORE_CREATED,	  [DAMAGED] = STORE_FAILED,
		[NEWER] = STORE_NEWER, [HOPELESS] = STORE_FAILED,
	};
	enum attempt came = attempt(s, ledger, why, room);
	char name[4096], found[256];

	if (came != DAMAGED)
		return results[came];
	snprintf(found, sizeof(found), "%s", why);
	close_database(s);
	if (!set_aside(s->file, name, sizeof(name))) {
		snprintf(why, room, "%s; it is damaged and cannot be renamed: %s", found,
			 strerror(errno));
		return STORE_FAILED;
	}
	came = attempt(s, ledger, why, room);
	if (came != NEW)
		return STORE_FAILED;
	snprintf(why, room, "%s; it is damaged and was renamed to %s, a new one is begun", found,
		 name);
	return STORE_SET_ASIDE;
}

static struct store *make(const char *file)
{
	struct store *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->lock_fd = s->shm_fd = -1;
	s->limit = UINT64_MAX;
	s->ready_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&s->mutex, NULL);
	pthread_cond_init(&s->work, NULL);
	tally_init(&s->sum);
	tally_init(&s->part);
	s->file = strdup(file);
	if (s->file == NULL || s->ready_fd < 0 ||
	    !histogram_reserve(&s->sum.histogram, HISTOGRAM_SIZE) ||
	    !histogram_reserve(&s->part.histogram, HISTOGRAM_SIZE)) {
		store_free(s);
		return NULL;
	}
	return s;
}

void store_free(struct store *s)
{
	close_database(s);
	if (s->ready_fd >= 0)
		close(s->ready_fd);
	if (s->shm_fd >= 0)
		close(s->shm_fd);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	pthread_mutex_destroy(&s->mutex);
	pthread_cond_destroy(&s->work);
	tally_deinit(&s->sum);
	tally_deinit(&s->part);
	free(s->packed);
	free(s->file);
	free(s);
}

enum store_opened store_open(struct store **store, const char *file, struct ledger *ledger,
			     char *why, unsigned room)
{
	enum store_opened result = STORE_FAILED;
	struct store *s = make(file);

	snprintf(why, room, "not enough memory or descriptors");
	if (s == NULL)
		return STORE_FAILED;
	if (take_lock(s, &result, why, room))
		result = open_or_replace(s, ledger, why, room);
	if (result != STORE_OPENED && result != STORE_CREATED && result != STORE_SET_ASIDE) {
		store_free(s);
		return result;
	}
	*store = s;
	return result;
}
