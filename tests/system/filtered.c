/*
 * A program some of whose system calls are refused:
 *
 *	filtered before|after SECONDS ERRNO NUMBER...
 *
 * has them fail with ERRNO, by a filter that is set before or after its first call and never taken
 *off; makes 1,000 calls, flushes for at most SECONDS, and prints what prof_flush returned.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <profclient.h>

#define NUMBERS_MAX 64

static void work(int times)
{
	for (int i = 0; i < times; i++) {
		PROF_SCOPE("work");
	}
}

/* The filter of all threads there are, and of those that will be. */
static int refuse(int error, int count, char *numbers[])
{
	struct sock_filter code[2 * NUMBERS_MAX + 2] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
	struct sock_fprog program = {.filter = code};
	unsigned short n = 1;

	for (int i = 0; i < count && i < NUMBERS_MAX; i++) {
		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							 (unsigned)atoi(numbers[i]), 0, 1);
		code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
							 SECCOMP_RET_ERRNO | (unsigned)error);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC,
			    &program);
}

int main(int argc, char *argv[])
{
	int after;

	if (argc < 4)
		return 2;
	after = strcmp(argv[1], "after") == 0;
	if (after) {
		work(500);
		prof_flush(atof(argv[2]));
	}
	if (refuse(atoi(argv[3]), argc - 4, argv + 4) != 0) {
		perror("seccomp");
		return 77;
	}
	work(after ? 500 : 1000);
	printf("%d\n", prof_flush(atof(argv[2])));
	return 0;
}
