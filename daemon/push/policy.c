/*
 * Thresholds in the form of the wire.
 */
#include "daemon/push/policy.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/config/config.h"

bool policy_init(struct policy *p, const struct config *config, const struct policy *before,
		 int64_t now_ns)
{
	size_t count = config->rule_count;

	memset(p, 0, sizeof(*p));
	p->rules = calloc(count + 1, sizeof(*p->rules));
	p->rule_list = calloc(count + 1, sizeof(Profd__Rule *));
	if (p->rules == NULL || p->rule_list == NULL) {
		policy_deinit(p);
		return false;
	}
	p->changed_ns = clock_monotonic();
	profd__policy__init(&p->message);
	p->message.generation = (uint64_t)now_ns;
	if (before != NULL && p->message.generation <= before->message.generation)
		p->message.generation = before->message.generation + 1;
	p->message.slow_ns = config->slow_ns;
	for (size_t i = 0; i < count; i++) {
		profd__rule__init(&p->rules[i]);
		p->rules[i].pattern = config->rules[i].pattern;
		p->rules[i].slow_ns = config->rules[i].slow_ns;
		p->rule_list[i] = &p->rules[i];
	}
	p->message.rules = p->rule_list;
	p->message.n_rules = count;
	return true;
}

void policy_keep(struct policy *p, const struct policy *before)
{
	p->message.generation = before->message.generation;
	p->changed_ns = before->changed_ns;
}

void policy_deinit(struct policy *p)
{
	free(p->rules);
	free(p->rule_list);
	memset(p, 0, sizeof(*p));
}

bool policy_equals(const struct policy *a, const struct policy *b)
{
	if (a->message.slow_ns != b->message.slow_ns || a->message.n_rules != b->message.n_rules)
		return false;
	for (size_t i = 0; i < a->message.n_rules; i++) {
		if (a->rules[i].slow_ns != b->rules[i].slow_ns ||
		    strcmp(a->rules[i].pattern, b->rules[i].pattern) != 0)
			return false;
	}
	return true;
}
