/*
 * The filter of system calls (seccomp, through libseccomp).
 *
 * A call that is not in the table fails with ENOSYS, as on a kernel that does not have it, and the
 * kernel's audit log tells of it. profd is not killed: a call that a newer library tries has
 * another way behind it, and a service that dies of a harmless call loses more than one that is
 * refused an attack. What an attacker needs (execve, fork, ptrace, mount, making code) is refused
 * either way.
 */
#include <config.h>

#include "daemon/base/sandbox.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

/* The sanitizers trace and fork their own process, and map what is refused here. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#undef HAVE_SECCOMP
#endif

/*
 * pthread_setschedparam() of this executable, which libzmq calls in place of the C library's. It
 * sets the scheduling of its threads to what it is already, and aborts where that is forbidden, so
 * it is spared the call; then the service need not have the right to any.
 */
int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param *param)
{
	struct sched_param is;
	int has, result = pthread_getschedparam(thread, &has, &is);

	if (result != 0)
		return result;
	return has == policy && is.sched_priority == param->sched_priority ? 0 : EPERM;
}

#ifdef HAVE_SECCOMP
#include "daemon/base/sandbox_calls.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A call that this architecture does not have is passed over by libseccomp itself. */
static int allow_calls(scmp_filter_ctx filter)
{
	int result = 0;

	for (size_t i = 0; i < COUNT(sandbox_calls) && result == 0; i++)
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, sandbox_calls[i], 0);
	return result;
}

static int allow_rules(scmp_filter_ctx filter, const struct sandbox_rule *rules, size_t count)
{
	int result = 0;

	for (size_t i = 0; i < count && result == 0; i++) {
		const struct sandbox_rule *r = &rules[i];
		struct scmp_arg_cmp compare = {r->argument, SCMP_CMP_MASKED_EQ, r->mask, r->value};

		result = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, r->call, 1, &compare);
	}
	return result;
}

static int filter_calls(bool network)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int result;

	if (filter == NULL)
		return -ENOMEM;
	/* Not every kernel can tell the log, or sort the rules: none of that is needed. */
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1);
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	result = allow_calls(filter);
	if (result == 0)
		result = allow_rules(filter, sandbox_rules, COUNT(sandbox_rules));
	if (result == 0 && network)
		result = allow_rules(filter, sandbox_network_rules, COUNT(sandbox_network_rules));
	if (result == 0)
		result = seccomp_load(filter);
	seccomp_release(filter);
	return result;
}
#endif

const char *sandbox_enter(bool network, char *why, size_t room)
{
	why[0] = '\0';
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		snprintf(why, room, "new privileges cannot be given up: %s", strerror(errno));
		return SANDBOX_OFF;
	}
#ifdef HAVE_SECCOMP
	int result = filter_calls(network);

	if (result == 0)
		return "no new privileges, system calls filtered";
	snprintf(why, room, "system calls cannot be filtered: %s", strerror(-result));
#else
	(void)network;
#endif
	return "no new privileges";
}
