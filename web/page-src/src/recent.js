/*
 * The last minutes of the functions that are in view: asked for a few at a time, kept for a while, for sparklines.
 */
import {ask} from "./api.js";
import {barsPath, linePath} from "./spark.js";

const MINUTES = 15,
	STEP = 20,
	PLACES = (MINUTES * 60) / STEP;
const FRESH = 10; /* seconds */
const AT_ONCE = 3,
	KEPT = 2000;

export class Recent {
	constructor(told) {
		this.told = told; /* called when something new is known */
		this.known = new Map();
		this.waiting = [];
		this.asking = 0;
		this.program = "";
	}

	/* Forgets all: those of another program are other figures. */
	of(program) {
		this.program = program;
		this.known.clear();
		this.waiting = [];
	}

	get(name) {
		return this.known.get(name) ?? null;
	}

	/* These are in view; others are not asked for any more. */
	want(names, now) {
		this.waiting = names.filter(name => now - (this.known.get(name)?.at ?? -Infinity) > FRESH);
		this.next();
	}

	next() {
		while (this.asking < AT_ONCE && this.waiting.length > 0) this.fetch(this.waiting.shift());
	}

	async fetch(name) {
		const {program} = this,
			at = Date.now() / 1000;

		this.asking++;
		/* Not asked again meanwhile. */
		this.known.set(name, {...(this.known.get(name) ?? {p99: "", calls: ""}), at});
		try {
			const history = await ask("history", {
				function: name,
				program,
				since: `${MINUTES}m`,
				step: `${STEP}s`,
			});

			if (program === this.program) this.known.set(name, {at, ...paths(history, at)});
		} catch {
			/* The state of the connection is told elsewhere. */
		}
		this.asking--;
		if (this.known.size > KEPT) this.known.delete(this.known.keys().next().value);
		this.told();
		this.next();
	}
}

function paths({steps}, now) {
	const p99 = new Array(PLACES).fill(null),
		calls = new Array(PLACES).fill(0);

	for (const step of steps) {
		const place = Math.max(0, PLACES - 1 - Math.max(0, Math.floor((now - step.start) / STEP)));

		p99[place] = step.p99;
		calls[place] = step.call_count;
	}
	return {p99: linePath(p99), calls: barsPath(calls)};
}
