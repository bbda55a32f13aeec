/*
 * What the page knows of all functions, kept up to date by the changes that profd tells; and how a list of them is
 * searched and sorted. It knows nothing of the page.
 */

/* The keys that functions are sorted by: figures from high to low first, names from A to Z. */
export const KEYS = {
	name: row => row.function_name,
	calls: row => row.call_count,
	rate: row => row.rate,
	errors: row => row.error_count,
	slow: row => row.slow_count,
	total: row => row.total_seconds,
	avg: row => row.avg_seconds,
	p50: row => row.p50,
	p99: row => row.p99,
	max: row => row.max_seconds,
};

export class Functions {
	constructor() {
		this.forget();
	}

	forget() {
		this.rows = new Map();
		this.totals = null;
		this.at = 0;
		this.rate = 0;
	}

	/*
	 * Takes what changed, at this time (seconds). What is not told has not changed, and was not called meanwhile; with
	 * `whole` all is told, and there is nothing to compare it with.
	 */
	apply(change, now) {
		const elapsed = this.at === 0 ? 0 : now - this.at;
		const before = change.whole ? new Map() : this.rows;
		const perSecond = (is, was) => (elapsed > 0 && was !== undefined ? Math.max(0, is - was) / elapsed : 0);

		this.rate = change.whole ? 0 : perSecond(change.total_calls, this.totals?.total_calls);
		if (change.whole) this.rows = new Map();
		else for (const row of this.rows.values()) row.rate = 0;
		for (const row of change.functions) {
			const was = before.get(row.function_name);

			/* A function that is told for the first time was not there a second ago: all its calls are new. */
			row.rate = change.whole ? 0 : perSecond(row.call_count, was?.call_count ?? 0);
			this.rows.set(row.function_name, row);
		}
		const {functions, ...totals} = change;

		this.totals = totals;
		this.at = now;
	}
}

/* "db.*" as in a shell; without * or ? any part of the name. Whatever the case. */
export function matcher(text) {
	if (!/[*?]/.test(text)) {
		const part = text.toLowerCase();

		return name => name.toLowerCase().includes(part);
	}
	const escaped = text
		.replace(/[.+^${}()|[\]\\]/g, "\\$&")
		.replace(/\*/g, ".*")
		.replace(/\?/g, ".");
	const pattern = new RegExp(`^${escaped}$`, "isu");

	return name => pattern.test(name);
}

const byName = (a, b) => (a.function_name < b.function_name ? -1 : 1);

/* The rows whose names fit, in order; equal ones by name. */
export function arrange(rows, {search = "", sort = "total", reverse = false} = {}) {
	const fits = matcher(search),
		key = KEYS[sort] ?? KEYS.total;
	const direction = (sort === "name") !== reverse ? 1 : -1;
	const chosen = search === "" ? [...rows] : [...rows].filter(row => fits(row.function_name));

	return chosen.sort((a, b) => {
		const x = key(a),
			y = key(b);

		return x === y ? byName(a, b) : x < y ? -direction : direction;
	});
}

/* Which rows a window of a long list shows, with some more on both sides. */
export function visible(scrolled, height, rowHeight, count, more = 6) {
	const first = Math.max(0, Math.min(Math.floor(scrolled / rowHeight), count) - more);
	const last = Math.min(count, Math.ceil((scrolled + height) / rowHeight) + more);

	return {first, last: Math.max(first, last)};
}
