/*
 * The policy in force: an immutable copy that the pushing thread exchanges. Others announce that
 * they read it, and the pushing thread waits for them before it frees the old one; they never wait
 * for it.
 */
#include "client/record/policy.h"

#include <fnmatch.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "client/base/clock.h"
#include "client/record/registry.h"
#include "proto/limits.h"

struct rule {
	const char *pattern;
	uint64_t slow_ns;
};

struct policy {
	uint64_t generation, slow_ns;
	size_t rules;
	struct rule rule[];
};

static struct policy *in_force; /* atomic; NULL: the default threshold for all */
static unsigned users;		/* atomic */

static uint64_t threshold(const struct policy *p, const char *name)
{
	uint64_t ns = p == NULL ? (uint64_t)(PROF_DEFAULT_SLOW_SECONDS * 1e9) : p->slow_ns;

	for (size_t i = 0; p != NULL && i < p->rules; i++) {
		if (fnmatch(p->rule[i].pattern, name, 0) == 0) {
			ns = p->rule[i].slow_ns;
			break;
		}
	}
	return ns == 0 ? UINT64_MAX : ns;
}

void policy_apply(struct prof_function *f)
{
	const struct policy *p;
	uint64_t ns;

	/* Sequentially consistent, as is the exchange: either we see the new policy or the pushing
	 * thread sees us. */
	__atomic_fetch_add(&users, 1, __ATOMIC_SEQ_CST);
	p = __atomic_load_n(&in_force, __ATOMIC_SEQ_CST);
	ns = threshold(p, f->name);
	__atomic_store_n(&f->policy, p == NULL ? 0 : p->generation, __ATOMIC_RELAXED);
	__atomic_fetch_sub(&users, 1, __ATOMIC_RELEASE);
	__atomic_store_n(&f->slow[UNIT_NS], ns, __ATOMIC_RELAXED);
	__atomic_store_n(&f->slow[UNIT_TICKS], clock_ticks_of_ns(ns), __ATOMIC_RELAXED);
}

uint64_t policy_generation(void)
{
	return in_force == NULL ? 0 : in_force->generation;
}

void policy_forget_users(void)
{
	users = 0;
}

void policy_refresh(void)
{
	uint64_t generation = policy_generation();

	for (uint32_t id = 1; id <= registry_functions(); id++) {
		struct prof_function *f = registry_function_at(id);

		if (__atomic_load_n(&f->policy, __ATOMIC_RELAXED) != generation)
			policy_apply(f);
	}
}

bool policy_replace(const Profd__Policy *message)
{
	size_t size = sizeof(struct policy) + message->n_rules * sizeof(struct rule);
	struct policy *p, *old;
	char *text;

	if (message->generation == policy_generation())
		return false;
	for (size_t i = 0; i < message->n_rules; i++)
		size += strlen(message->rules[i]->pattern) + 1;
	p = malloc(size);
	if (p == NULL)
		return false; /* the next ack tells it again */
	p->generation = message->generation;
	p->slow_ns = message->slow_ns;
	p->rules = message->n_rules;
	text = (char *)&p->rule[p->rules];
	for (size_t i = 0; i < p->rules; i++) {
		p->rule[i] = (struct rule){text, message->rules[i]->slow_ns};
		text = stpcpy(text, message->rules[i]->pattern) + 1;
	}
	old = __atomic_exchange_n(&in_force, p, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&users, __ATOMIC_SEQ_CST) != 0)
		sched_yield();
	free(old);
	policy_refresh();
	return true;
}
