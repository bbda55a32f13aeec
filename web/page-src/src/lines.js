/*
 * Figures over time, drawn by uPlot: lines or bars that share their range, pointer and selected stretch with what stands above
 * and below them.
 */
import uPlot from "uplot";
import {marks} from "./buckets.js";
import {h, onWidth} from "./dom.js";
import {BOTTOM, FONT, LEFT, RIGHT, TOP} from "./frame.js";
import {timeMarks} from "./range.js";
import {color, onTheme} from "./theme.js";
import {short} from "./units.js";

function axes(timeline, {format, log}) {
	const look = {
		font: FONT,
		gap: 8,
		stroke: () => color("quiet"),
		grid: {stroke: () => color("grid"), width: 1},
		ticks: {show: false},
	};

	return [
		{
			...look,
			size: BOTTOM,
			splits: u =>
				timeMarks(timeline.range, u.width - LEFT - RIGHT).map(
					({part}) =>
						timeline.range.since +
						part * (timeline.range.until - timeline.range.since)
				),
			values: u => timeMarks(timeline.range, u.width - LEFT - RIGHT).map(({text}) => text),
		},
		{
			...look,
			size: LEFT,
			splits: log ? (u, axis, low, high) => marks(low, high, 7) : undefined,
			filter: (u, splits) => splits,
			values: (u, splits) => splits.map(v => short(format(v))),
		},
	];
}

/* One line or one set of bars: {label, color, key (of a step: its value), bars}. */
function seriesOf({label, color: name, bars}, format) {
	return {
		label,
		scale: "y",
		stroke: () => color(name),
		fill: bars ? () => color(name) : undefined,
		width: bars ? 0 : 1.5,
		paths: bars ? uPlot.paths.bars({size: [0.9, 100], align: 0}) : uPlot.paths.linear(),
		points: {show: bars ? false : undefined, size: 4},
		value: (u, v) => (v === null || v === undefined ? "–" : format(v)),
	};
}

export class Lines {
	/* {label, series, format, height, log} */
	constructor(timeline, what, signal) {
		this.timeline = timeline;
		this.what = what;
		this.steps = [];
		this.plot = null;
		this.element = h("div", {class: "plot lines", role: "img", "aria-label": what.label});
		onWidth(this.element, signal, width => this.resize(width));
		onTheme(signal, () => this.plot?.redraw(false));
		timeline.addEventListener("bands", () => this.plot?.redraw(false), {signal});
		timeline.addEventListener("cursor", () => this.follow(), {signal});
		signal.addEventListener("abort", () => this.plot?.destroy());
	}

	show(steps) {
		this.steps = steps;
		this.plot?.setData(this.data());
	}

	/* A place for each step, at its middle; those without calls have no quantile, and 0 calls. */
	data() {
		const {
			range: {since, until},
			step,
		} = this.timeline;
		const found = new Map(this.steps.map(s => [Math.round((s.start - since) / step), s]));
		const places = Math.max(1, Math.ceil((until - since) / step - 1e-6));
		const all = Array.from({length: places}, (_, i) => found.get(i) ?? null);

		return [
			all.map((s, i) => since + (i + 0.5) * step),
			...this.what.series.map(({key, none = null}) => all.map(s => (s === null ? none : key(s)))),
		];
	}

	resize(width) {
		if (this.plot === null) this.plot = new uPlot(this.options(width), this.data(), this.element);
		else this.plot.setSize({width, height: this.what.height});
	}

	options(width) {
		const {timeline, what} = this;

		return {
			width,
			height: what.height,
			padding: [TOP, RIGHT, 0, 0],
			cursor: {y: false, points: {size: 6}, drag: {x: true, y: false, setScale: false}},
			legend: {live: true},
			scales: {
				x: {time: true, range: () => [timeline.range.since, timeline.range.until]},
				y: what.log
					? {distr: 3, log: 10}
					: {range: (u, low, high) => [0, high > 0 ? high * 1.08 : 1]},
			},
			axes: axes(timeline, what),
			series: [{value: () => ""}, ...what.series.map(s => seriesOf(s, what.format))],
			hooks: {
				setSelect: [u => this.select(u)],
				setCursor: [
					u => timeline.point(u.cursor.left < 0 ? null : u.posToVal(u.cursor.left, "x")),
				],
				draw: [u => this.drawBands(u)],
			},
		};
	}

	select(u) {
		const {left, width} = u.select;

		if (width < 3) return;
		u.setSelect({left: 0, width: 0, top: 0, height: 0}, false);
		this.timeline.mark(
			"selected",
			this.timeline.snap(u.posToVal(left, "x"), u.posToVal(left + width, "x"))
		);
	}

	/* The pointer is over another picture. */
	follow() {
		const {
			plot,
			timeline: {cursor},
		} = this;

		if (plot === null) return;
		const left = cursor === null ? -10 : plot.valToPos(cursor, "x");

		if (Math.abs((plot.cursor.left ?? -10) - left) >= 1)
			plot.setCursor({left, top: cursor === null ? -10 : 1}, false);
	}

	drawBands(u) {
		const {ctx, bbox} = u;

		for (const [name, band] of Object.entries(this.timeline.bands)) {
			if (band === null) continue;
			const from = u.valToPos(band.since, "x", true),
				to = u.valToPos(band.until, "x", true);

			ctx.save();
			ctx.fillStyle = color(`band-${name}`);
			ctx.globalAlpha = 0.16;
			ctx.fillRect(from, bbox.top, to - from, bbox.height);
			ctx.restore();
		}
	}
}
