/*
 * The system calls that profd may make, by what they are for. Found by watching it through all
 * tests (strace), and rounded up to what a later libzmq, SQLite or C library may use for the
 * same.
 */
#ifndef DAEMON_BASE_SANDBOX_CALLS_H
#define DAEMON_BASE_SANDBOX_CALLS_H

#include <seccomp.h>

/* clang-format off */
static const int sandbox_calls[] = {
	/* Files: the database and its journal, the configuration, locks, names of users and groups. */
	SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(close), SCMP_SYS(close_range),
	SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(preadv), SCMP_SYS(preadv2),
	SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(pwrite64), SCMP_SYS(pwritev), SCMP_SYS(pwritev2),
	SCMP_SYS(lseek), SCMP_SYS(_llseek), SCMP_SYS(ftruncate), SCMP_SYS(ftruncate64), SCMP_SYS(fallocate),
	SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(sync_file_range), SCMP_SYS(fadvise64),
	SCMP_SYS(stat), SCMP_SYS(stat64), SCMP_SYS(lstat), SCMP_SYS(lstat64), SCMP_SYS(fstat), SCMP_SYS(fstat64),
	SCMP_SYS(newfstatat), SCMP_SYS(fstatat64), SCMP_SYS(statx), SCMP_SYS(statfs), SCMP_SYS(fstatfs),
	SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
	SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(fcntl), SCMP_SYS(fcntl64), SCMP_SYS(flock),
	SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(umask),
	SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir), SCMP_SYS(unlink), SCMP_SYS(unlinkat),
	SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(utimensat),
	SCMP_SYS(chmod), SCMP_SYS(fchmod), SCMP_SYS(fchmodat), SCMP_SYS(chown), SCMP_SYS(lchown),
	SCMP_SYS(fchown), SCMP_SYS(fchownat),

	/* Memory. Mapping and protecting it are bounded below. */
	SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(mlock), SCMP_SYS(munlock),

	/* Threads and signals. Starting a thread and sending a signal are bounded below. */
	SCMP_SYS(futex), SCMP_SYS(futex_time64), SCMP_SYS(set_robust_list), SCMP_SYS(get_robust_list),
	SCMP_SYS(rseq), SCMP_SYS(membarrier), SCMP_SYS(gettid), SCMP_SYS(set_tid_address),
	SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_getparam), SCMP_SYS(sched_getscheduler),
	SCMP_SYS(sched_get_priority_min), SCMP_SYS(sched_get_priority_max), SCMP_SYS(getcpu),
	SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(restart_syscall),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigreturn),
	SCMP_SYS(rt_sigpending), SCMP_SYS(rt_sigtimedwait), SCMP_SYS(sigaltstack),
	SCMP_SYS(signalfd4), SCMP_SYS(pause),

	/* Waiting, time and chance. */
	SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(pselect6), SCMP_SYS(_newselect),
	SCMP_SYS(epoll_create), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_pwait2), SCMP_SYS(eventfd2), SCMP_SYS(pipe), SCMP_SYS(pipe2),
	SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime), SCMP_SYS(timerfd_gettime),
	SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep), SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres),
	SCMP_SYS(clock_gettime64), SCMP_SYS(clock_nanosleep_time64), SCMP_SYS(ppoll_time64),
	SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom),

	/* Sockets: programs, syslog, systemd, and daemons that know users. Making one is bounded below. */
	SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(connect),
	SCMP_SYS(shutdown), SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt), SCMP_SYS(send), SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg),
	SCMP_SYS(recv), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(recvmmsg),

	/* Who and where it is itself. */
	SCMP_SYS(getpid), SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
	SCMP_SYS(getegid), SCMP_SYS(getresuid), SCMP_SYS(getresgid), SCMP_SYS(getgroups), SCMP_SYS(capget),
	SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(getrusage), SCMP_SYS(times), SCMP_SYS(getrlimit),
	SCMP_SYS(ugetrlimit), SCMP_SYS(getpriority), SCMP_SYS(ioprio_get),
};

/* A call that is allowed only when the bits `mask` of its argument `argument` are `value`. Several
 * rows of one call: any of them. */
static const struct sandbox_rule {
	int call;
	unsigned argument;
	unsigned long mask, value;
} sandbox_rules[] = {
	/* No memory is writable and executable; what was mapped otherwise does not become executable. */
	{SCMP_SYS(mmap), 2, PROT_EXEC, 0},
	{SCMP_SYS(mmap), 2, PROT_WRITE, 0},
	{SCMP_SYS(mmap2), 2, PROT_EXEC, 0},
	{SCMP_SYS(mmap2), 2, PROT_WRITE, 0},
	{SCMP_SYS(mprotect), 2, PROT_EXEC, 0},

	/* Threads, no processes. clone3 hides its flags in memory; glibc then takes clone. */
	{SCMP_SYS(clone), 0, CLONE_THREAD, CLONE_THREAD},

	/* Whether a process lives (0), and the end that assert brings about. */
	{SCMP_SYS(kill), 1, 0xffffffff, 0},
	{SCMP_SYS(tgkill), 2, 0xffffffff, SIGABRT},

	{SCMP_SYS(socket), 0, 0xffffffff, AF_UNIX},
	{SCMP_SYS(socketpair), 0, 0xffffffff, AF_UNIX},

	/* A thread that stands back for the others; without privileges there is no way forward again. */
	{SCMP_SYS(setpriority), 0, 0xffffffff, PRIO_PROCESS},

	/* Its own limit of descriptors, and reading any. */
	{SCMP_SYS(prlimit64), 0, 0xffffffff, 0},

	/* Names of threads. What libcap and glibc ask at the start. */
	{SCMP_SYS(prctl), 0, 0xffffffff, PR_SET_NAME},
	{SCMP_SYS(prctl), 0, 0xffffffff, PR_GET_NAME},
	{SCMP_SYS(prctl), 0, 0xffffffff, PR_CAPBSET_READ},

	/* Is it a terminal? stdio asks. How much waits to be read; that a socket does not block. */
	{SCMP_SYS(ioctl), 1, 0xffffffff, TCGETS},
	{SCMP_SYS(ioctl), 1, 0xffffffff, FIONREAD},
	{SCMP_SYS(ioctl), 1, 0xffffffff, FIONBIO},
};

/* Only where profd listens on the network. Netlink: libzmq asks for the addresses of the machine. */
static const struct sandbox_rule sandbox_network_rules[] = {
	{SCMP_SYS(socket), 0, 0xffffffff, AF_INET},
	{SCMP_SYS(socket), 0, 0xffffffff, AF_INET6},
	{SCMP_SYS(socket), 0, 0xffffffff, AF_NETLINK},
};
/* clang-format on */

#endif
