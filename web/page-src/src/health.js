/*
 * Which of profd's own figures (profctl status) say that something is wrong, and what they say.
 */
import {bytes, count, seconds} from "./units.js";

const TROUBLES = {
	commit_failures: "commits failed and were retried",
	pushes_refused: "pushes were refused",
	functions_collapsed: "standings are counted in (other): too many functions",
	paths_collapsed: "standings are counted in their function: too many paths",
	calls_collapsed: "calls are counted in a shorter path",
	events_dropped: "slow or failed calls were not listed: too many",
	connections_refused_user: "connections were closed: their user had too many",
	connections_refused_full: "connections were closed: descriptors ran out",
	questions_busy: "queries were refused: too many were waiting",
	log_lost: "log lines were lost",
	processes_cut_off: "processes ended without a goodbye",
};

/* [{name, count, text}] of what is not 0. */
export function troubles(status) {
	return Object.entries(TROUBLES)
		.filter(([name]) => status[name] > 0)
		.map(([name, text]) => ({name, count: status[name], text}));
}

const SECONDS = /^(uptime|commit_(last|longest)|read_longest|policy_age|cpu)$/;
const BYTES = /^(memory|waiting|waiting_per_user|.*_bytes)$/;

/* A figure in the unit that its name says. */
export function figure(name, value) {
	if (typeof value !== "number") return String(value);
	return SECONDS.test(name) ? seconds(value) : BYTES.test(name) ? bytes(value) : count(value);
}
