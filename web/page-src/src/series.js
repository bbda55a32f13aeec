/*
 * Values one after the other, as SVG: a point each that can be chosen, the level between changes as a line.
 */
import {linearMarks} from "./buckets.js";
import {fill, h, onWidth} from "./dom.js";
import {printable, short, shortMoment, timing} from "./units.js";

const HEIGHT = 200,
	LEFT = 70,
	RIGHT = 14,
	TOP = 10,
	BOTTOM = 22;

export class Series {
	constructor(label, chosen, signal) {
		this.chosen = chosen;
		this.results = [];
		this.changes = [];
		this.marked = [];
		this.svg = h("svg", {role: "group", "aria-label": label, height: HEIGHT});
		this.said = h("p", {class: "said", role: "status"});
		this.element = h("div", {class: "plot series"}, this.svg, this.said);
		onWidth(this.element, signal, width => {
			this.width = width;
			this.draw();
		});
	}

	/* results: ascending {number, median, min_time, max_time, saved, revision}; changes: {number, before, after}. */
	show(results, changes) {
		this.results = results;
		this.changes = changes;
		this.draw();
	}

	/* numbers: [first, second] of what is compared. */
	mark(numbers) {
		this.marked = numbers;
		this.draw();
	}

	draw() {
		if (this.width === undefined || this.results.length === 0) return;
		const values = this.results.map(r => r.median),
			high = Math.max(...values),
			low = Math.min(...values);
		const margin = (high - low) * 0.15 || high * 0.1 || 1e-9,
			from = Math.max(0, low - margin),
			to = high + margin;
		const x = i => LEFT + ((i + 0.5) / this.results.length) * (this.width - LEFT - RIGHT);
		const y = v => HEIGHT - BOTTOM - ((v - from) / (to - from)) * (HEIGHT - TOP - BOTTOM);

		this.svg.setAttribute("width", this.width);
		fill(
			this.svg,
			this.axis(from, to, y),
			this.levels(x, y),
			this.results.map((r, i) => this.point(r, x(i), y(r.median))),
			this.ends(x)
		);
	}

	axis(from, to, y) {
		return linearMarks(from, to, 5).map(v =>
			h(
				"g",
				{class: "mark"},
				h("line", {x1: LEFT, x2: this.width - RIGHT, y1: y(v), y2: y(v)}),
				h("text", {x: LEFT - 8, y: y(v) + 4, class: "end"}, short(timing(v)))
			)
		);
	}

	/* The median between two changes. */
	levels(x, y) {
		const at = this.changes.map(c => this.results.findIndex(r => r.number === c.number));
		const starts = [0, ...at],
			ends = [...at, this.results.length];
		const level = i => (i === 0 ? this.changes[0]?.before : this.changes[i - 1].after);
		const half = (this.width - LEFT - RIGHT) / this.results.length / 2;

		return this.changes.length === 0
			? null
			: starts.map((start, i) =>
					h(
						"g",
						{class: "level"},
						h("line", {
							x1: x(start) - half,
							x2: x(ends[i] - 1) + half,
							y1: y(level(i)),
							y2: y(level(i)),
						}),
						i === 0
							? null
							: h("line", {
									class: "jump",
									x1: x(start) - half,
									x2: x(start) - half,
									y1: y(level(i - 1)),
									y2: y(level(i)),
								})
					)
				);
	}

	point(result, x, y) {
		const text = `#${result.number}  ${timing(result.median)}  ${shortMoment(result.saved)}  ${printable(result.revision ?? "")}`;
		const tell = () => {
			this.said.textContent = text;
		};
		const look = ["before", "after"][this.marked.lastIndexOf(result.number)] ?? "";
		const choose = () => this.chosen(result.number);

		return h("circle", {
			cx: x,
			cy: y,
			r: look === "" ? 4 : 6,
			class: look,
			tabindex: "0",
			role: "button",
			"aria-label": text,
			onpointerenter: tell,
			onfocus: tell,
			onclick: choose,
			onkeydown: event => event.key === "Enter" && choose(),
		});
	}

	ends(x) {
		const last = this.results.length - 1;

		return [0, ...(last > 0 ? [last] : [])].map(i =>
			h("text", {x: x(i), y: HEIGHT - 5, class: "middle"}, `#${this.results[i].number}`)
		);
	}
}
