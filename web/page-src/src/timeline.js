/*
 * What pictures above each other have in common: the stretch of time that they show, the place of the pointer in it, what
 * is selected, and the two stretches that are compared. Who changes one of them tells all others.
 */
export class Timeline extends EventTarget {
	constructor() {
		super();
		this.range = {since: 0, until: 1};
		this.step = 10;
		this.cursor = null;
		this.bands = {selected: null, before: null, after: null};
	}

	show(range, step) {
		this.range = range;
		this.step = step;
	}

	point(time) {
		if (time === this.cursor) return;
		this.cursor = time;
		this.dispatchEvent(new Event("cursor"));
	}

	/* A stretch between two points, grown to whole steps and kept within what is shown. */
	snap(a, b) {
		const {since, until} = this.range;
		const down = t => since + Math.floor((t - since) / this.step + 1e-6) * this.step;
		const up = t => since + Math.ceil((t - since) / this.step - 1e-6) * this.step;
		const from = Math.max(since, down(Math.min(a, b))),
			to = Math.min(until, up(Math.max(a, b)));

		return {since: from, until: Math.max(to, Math.min(until, from + this.step))};
	}

	/* band: "selected", "before" or "after"; range: null for none. */
	mark(band, range) {
		this.bands[band] = range;
		this.dispatchEvent(new CustomEvent("bands", {detail: band}));
	}
}
