/*
 * The sandbox: what profd gave up is refused, what it needs works. Each test is a process of its
 * own, since there is no way back.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/sandbox.h"
#include "tests/suite.h"

const char suite_name[] = "sandbox";

#if defined(HAVE_SECCOMP) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define FILTERED 1
#else
#define FILTERED 0
#endif

/* Runs a function in a child that has entered the sandbox; what it gives names what went wrong. */
typedef const char *inside(void);

static void run(bool network, inside *function)
{
	char why[200] = "nothing was said", said[200];
	int status, ends[2];
	ssize_t size;
	pid_t child;

	ck_assert_int_eq(pipe(ends), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		const char *holds = sandbox_enter(network, why, sizeof(why));
		const char *wrong = strcmp(holds, SANDBOX_OFF) == 0 ? why : function();

		/* The parent looks for an empty message. */
		_exit(write(ends[1], wrong, strlen(wrong)) == (ssize_t)strlen(wrong) ? 0 : 1);
	}
	close(ends[1]);
	size = read(ends[0], said, sizeof(said) - 1);
	ck_assert_int_ge(size, 0);
	said[size] = '\0';
	close(ends[0]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_str_eq(said, "");
	ck_assert_int_eq(status, 0);
}

/* -------------------------------------------------------------- given up */

static const char *look_for_privileges(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[200];
	int none = 0;

	while (file != NULL && none == 0 && fgets(line, sizeof(line), file) != NULL)
		sscanf(line, "NoNewPrivs: %d", &none);
	if (file != NULL)
		fclose(file);
	return none == 1 ? "" : "new privileges";
}

START_TEST(new_privileges_are_given_up_in_every_build)
{
	run(false, look_for_privileges);
}
END_TEST

static bool refused(long result)
{
	return result == -1 && errno == ENOSYS;
}

static const char *attack(void)
{
	static char *const arguments[] = {(char *)"/bin/true", NULL};

	if (!refused(execv("/bin/true", arguments)))
		return "execve";
	if (!refused(syscall(SYS_fork)) || !refused(syscall(SYS_vfork)))
		return "fork";
	if (!refused(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)))
		return "clone of a process";
	if (!refused(ptrace(PTRACE_TRACEME, 0, 0, 0)))
		return "ptrace";
	if (!refused(kill(getppid(), SIGTERM)))
		return "a signal to another process";
	if (!refused(syscall(SYS_setuid, 65534)))
		return "setuid";
	if (!refused(syscall(SYS_mount, "/tmp", "/tmp", NULL, 0, NULL)))
		return "mount";
	if (!refused(syscall(SYS_unshare, 0)))
		return "unshare";
	if (!refused(syscall(SYS_bpf, 0, NULL, 0)) ||
	    !refused(syscall(SYS_io_uring_setup, 1, NULL)))
		return "bpf or io_uring";
	return "";
}

static const char *make_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return "memory is refused";
	if (!refused(mprotect(page, 4096, PROT_READ | PROT_EXEC)))
		return "memory that was written becomes executable";
	if (mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		 0) != MAP_FAILED)
		return "memory is writable and executable";
	return "";
}

static const char *reach_the_network(void)
{
	if (!refused(socket(AF_INET, SOCK_STREAM, 0)) || !refused(socket(AF_INET6, SOCK_DGRAM, 0)))
		return "a socket of the internet";
	if (!refused(socket(AF_PACKET, SOCK_RAW, 0)) || !refused(socket(AF_NETLINK, SOCK_RAW, 0)))
		return "a socket of the kernel";
	return "";
}

START_TEST(what_an_attacker_needs_is_refused)
{
	if (!FILTERED)
		return;
	run(true, attack);
	run(false, make_code);
	run(false, reach_the_network);
}
END_TEST

/* ----------------------------------------------------------------- needed */

static const char *use_network(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd >= 0 ? "" : "no socket of the internet";
}

START_TEST(a_profd_that_listens_on_the_network_gets_its_sockets)
{
	run(true, use_network);
}
END_TEST

static void *start(void *argument)
{
	*(int *)argument = 1;
	return NULL;
}

static const char *use_threads(void)
{
	pthread_t thread;
	int started = 0;

	if (pthread_create(&thread, NULL, start, &started) != 0)
		return "no thread";
	pthread_join(thread, NULL);
	return started == 1 ? "" : "the thread did not run";
}

static const char *use_database(void)
{
	char path[] = "/tmp/profd-test-sandbox-XXXXXX";
	int fd = mkstemp(path), result;
	sqlite3 *db;

	close(fd);
	result = sqlite3_open(path, &db);
	if (result == SQLITE_OK)
		result = sqlite3_exec(db,
				      "PRAGMA journal_mode = WAL; CREATE TABLE t (a);"
				      "INSERT INTO t VALUES (1); PRAGMA wal_checkpoint(TRUNCATE);"
				      "PRAGMA quick_check; VACUUM",
				      NULL, NULL, NULL);
	sqlite3_close(db);
	unlink(path);
	return result == SQLITE_OK ? "" : sqlite3_errstr(result);
}

static const char *use_users(void)
{
	return getgrnam("root") != NULL ? "" : "the group root is not found";
}

static const char *ask_for_life(void)
{
	if (kill(getppid(), 0) != 0)
		return "the parent does not live";
	return kill(0x3fffffff, 0) == -1 && errno == ESRCH ? "" : "what is not there lives";
}

START_TEST(what_profd_needs_works)
{
	run(false, use_threads);
	run(false, use_database);
	run(false, use_users);
	run(false, ask_for_life);
}
END_TEST

/* libzmq sets the scheduling of its threads to what it is, and aborts when it may not. */
static const char *keep_scheduling(void)
{
	struct sched_param param;
	int policy;

	if (pthread_getschedparam(pthread_self(), &policy, &param) != 0 ||
	    pthread_setschedparam(pthread_self(), policy, &param) != 0)
		return "the same scheduling is refused";
	param.sched_priority = 1;
	return pthread_setschedparam(pthread_self(), SCHED_FIFO, &param) == EPERM
		       ? ""
		       : "another scheduling is not refused";
}

START_TEST(scheduling_stays_as_it_is)
{
	run(false, keep_scheduling);
}
END_TEST

START_TEST(an_abort_still_ends_it)
{
	char why[200];
	int status;
	pid_t child = fork();

	if (child == 0) {
		sandbox_enter(false, why, sizeof(why));
		abort();
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, new_privileges_are_given_up_in_every_build);
	tcase_add_test(tests, what_an_attacker_needs_is_refused);
	tcase_add_test(tests, a_profd_that_listens_on_the_network_gets_its_sockets);
	tcase_add_test(tests, what_profd_needs_works);
	tcase_add_test(tests, scheduling_stays_as_it_is);
	tcase_add_test(tests, an_abort_still_ends_it);
}
