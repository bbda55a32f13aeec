/*
 * How durations are distributed, as SVG: bars of one histogram, or several distributions over each other, each by its share
 * of calls.
 */
import {linearMarks, marks} from "./buckets.js";
import {fill, h, onWidth} from "./dom.js";
import {percent, seconds, short} from "./units.js";

const LEFT = 8,
	RIGHT = 8,
	TOP = 8,
	BOTTOM = 22;

export class Distribution {
	/*
	 * sets: [{label, look, slices: [{from, to, share, text}]}], the slices ascending; look names the colour in app.css.
	 * log: a logarithmic axis. lines: [{at, label, look}], marks of single values.
	 */
	constructor(label, {height = 160, log = true} = {}, signal) {
		this.height = height;
		this.log = log;
		this.sets = null; /* nothing is known yet */
		this.lines = [];
		this.svg = h("svg", {role: "img", "aria-label": label, height});
		this.said = h("p", {class: "said", "aria-live": "polite"});
		this.element = h("div", {class: "plot distribution"}, this.svg, this.said);
		this.svg.addEventListener("pointermove", event => this.tell(event));
		this.svg.addEventListener("pointerleave", () => this.rest());
		onWidth(this.element, signal, width => {
			this.width = width;
			this.draw();
		});
	}

	show(sets, {lines = [], rest = ""} = {}) {
		this.sets = sets.filter(s => s.slices.length > 0);
		this.lines = lines;
		this.text = rest;
		this.rest();
		this.draw();
	}

	rest() {
		this.said.textContent = this.text ?? "";
	}

	bounds() {
		const all = this.sets.flatMap(s => s.slices);

		return {
			from: Math.min(...all.map(s => s.from), ...this.lines.map(l => l.at)),
			to: Math.max(...all.map(s => s.to), ...this.lines.map(l => l.at)),
			most: Math.max(...all.map(s => s.share)),
		};
	}

	draw() {
		if (this.width === undefined || this.sets === null) return;
		this.svg.setAttribute("width", this.width);
		if (this.sets.length === 0) {
			fill(
				this.svg,
				h(
					"text",
					{x: this.width / 2, y: this.height / 2, class: "quiet middle"},
					"no calls in this range"
				)
			);
			return;
		}
		const {from, to, most} = this.bounds();
		const scale = this.log ? Math.log : v => v;
		const [low, high] = [scale(Math.max(from, this.log ? 1e-10 : 0)), scale(to)];
		const x = v =>
			LEFT +
			((scale(Math.max(v, this.log ? 1e-10 : 0)) - low) / (high - low || 1)) *
				(this.width - LEFT - RIGHT);
		const y = share => this.height - BOTTOM - (share / most) * (this.height - TOP - BOTTOM);

		this.x = x;
		fill(
			this.svg,
			this.axis(from, to, x),
			this.sets.map(s => this.shape(s, x, y)),
			this.lines.map(l => this.line(l, x))
		);
	}

	axis(from, to, x) {
		const most = Math.max(2, Math.floor(this.width / 70));
		const found = this.log ? marks(Math.max(from, 1e-10), to, most) : linearMarks(from, to, most);

		return found.map(value =>
			h(
				"g",
				{class: "mark"},
				h("line", {x1: x(value), x2: x(value), y1: TOP, y2: this.height - BOTTOM}),
				h("text", {x: x(value), y: this.height - 6, class: "middle"}, short(seconds(value)))
			)
		);
	}

	/* Bars, or where slices have no width of their own (of a density), a curve. */
	shape({slices, look}, x, y) {
		const floor = this.height - BOTTOM;

		if (slices[0].from === slices[0].to) {
			const points = slices.map(s => `${x(s.from).toFixed(1)},${y(s.share).toFixed(1)}`).join("L");
			const [first, last] = [x(slices[0].from), x(slices[slices.length - 1].from)].map(v =>
				v.toFixed(1)
			);

			return h("path", {class: `curve ${look}`, d: `M${first},${floor}L${points}L${last},${floor}Z`});
		}
		const d = slices
			.filter(s => s.share > 0)
			.map(s => {
				const left = x(s.from),
					width = Math.max(1, x(s.to) - left - 1);

				return `M${left.toFixed(1)},${floor}h${width.toFixed(1)}V${Math.min(y(s.share), floor - 1).toFixed(1)}h${(-width).toFixed(1)}Z`;
			})
			.join("");

		return h("path", {class: `bars ${look}`, d});
	}

	line({at, label, look}, x) {
		return h(
			"g",
			{class: `line ${look}`},
			h("line", {x1: x(at), x2: x(at), y1: TOP, y2: this.height - BOTTOM}),
			h(
				"text",
				{
					x: x(at) + (x(at) > this.width - 60 ? -3 : 3),
					y: TOP + 8,
					class: x(at) > this.width - 60 ? "end" : "",
				},
				label
			)
		);
	}

	tell(event) {
		const at = event.clientX - this.svg.getBoundingClientRect().left;
		const told = (this.sets ?? [])
			.map(({label, slices}) => {
				const slice = slices.find(s => at >= this.x(s.from) && at < this.x(s.to));

				return slice === undefined ? null : `${label === "" ? "" : `${label}: `}${slice.text}`;
			})
			.filter(text => text !== null);

		this.said.textContent = told.length === 0 ? (this.text ?? "") : told.join("  ·  ");
	}
}

/* Slices of a histogram's bars, for show(). */
export function slicesOf({first, per, counts}, {lower, upper}, all) {
	return counts.map((calls, i) => {
		const from = lower(first + i * per),
			to = upper(first + (i + 1) * per - 1),
			share = all === 0 ? 0 : calls / all;

		return {
			from,
			to,
			share,
			text: `${calls} calls (${percent(share)}) took ${seconds(from)} to ${seconds(to)}`,
		};
	});
}
