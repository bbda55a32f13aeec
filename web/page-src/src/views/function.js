/*
 * One function: its calls over time as a heatmap and as lines, how long they took, who calls it and whom it calls, what was
 * slow; and two stretches of time compared.
 */
import {ask} from "../api.js";
import {bars, calls, lower, merge, quantile, upper} from "../buckets.js";
import {Comparison} from "../comparison.js";
import {Distribution, slicesOf} from "../distribution.js";
import {every, fill, h, named, say, section, table} from "../dom.js";
import {Heatmap} from "../heatmap.js";
import {Lines} from "../lines.js";
import {neighbours} from "../paths.js";
import {absolute, resolve, stepOf} from "../range.js";
import {rangeChooser} from "../range-chooser.js";
import {format, functionAt} from "../route.js";
import {StretchBar} from "../stretch-bar.js";
import {Timeline} from "../timeline.js";
import {count, marked, moment, percent, printable, seconds, shortCount} from "../units.js";
import {callItem} from "./overview.js";

const MOST_STEPS = 180;
const BARS = 48;
const SLOW_SHOWN = 30;

const share = (part, whole) => (part === 0 ? "0" : `${count(part)} (${percent(part / whole)})`);

const STATS = [
	["Calls", s => count(s.call_count)],
	["Errors", s => share(s.error_count, s.call_count)],
	["Slow", s => share(s.slow_count, s.call_count)],
	["Total time", s => seconds(s.total_seconds)],
	["Average", s => seconds(s.avg_seconds)],
	["Min", s => seconds(s.min_seconds)],
	...["p50", "p75", "p90", "p95", "p99", "p99.9"].map(q => [q, s => marked(s[q], s.doubtful.includes(q))]),
	["Max", s => seconds(s.max_seconds)],
	["Since", (s, since) => (since > 0 ? moment(since) : "–")],
];

const QUANTILES = {
	label: "Quantiles over time",
	format: seconds,
	height: 190,
	log: true,
	series: [
		{label: "max", color: "max", key: s => s.max_seconds},
		{label: "p99", color: "p99", key: s => s.p99},
		{label: "p90", color: "p90", key: s => s.p90},
		{label: "p50", color: "p50", key: s => s.p50},
	],
};

const COUNTS = {
	label: "Calls and errors over time",
	format: shortCount,
	height: 150,
	series: [
		{label: "calls", color: "calls", bars: true, key: s => s.call_count, none: 0},
		{label: "errors", color: "errors", bars: true, key: s => s.error_count, none: 0},
	],
};

class FunctionView {
	constructor(app, route, signal) {
		Object.assign(this, {app, route, signal, name: route.name});
		this.timeline = new Timeline();
		this.changed = true;
		this.trouble = h("div", {role: "alert"});
		this.stats = STATS.map(([title]) => [title, h("dd", {}, "–")]);
		this.heatmap = new Heatmap(
			this.timeline,
			`Heatmap of ${printable(this.name)}: time, duration, number of calls`,
			signal
		);
		this.quantiles = new Lines(this.timeline, QUANTILES, signal);
		this.counts = new Lines(this.timeline, COUNTS, signal);
		this.histogram = new Distribution("Histogram of durations", {height: 190}, signal);
		this.callers = h("div");
		this.callees = h("div");
		this.slow = h("ul", {class: "calls wide-list"});
		this.comparison = new Comparison(
			this.timeline,
			() => ({function: this.name, program: app.program}),
			signal
		);
		this.stretchBar = new StretchBar(this.timeline, this.actions(), signal);
		this.element = this.build();
		this.begin();
	}

	/* What can be done with a stretch of time that is selected. */
	actions() {
		const asParams = ({since, until}) => ({since: absolute(since), until: absolute(until)});

		return {
			zoom: range => this.go(asParams(range)),
			before: range => this.comparison.take("before", range),
			after: range => this.comparison.take("after", range),
			flame: range =>
				this.app.go(format({view: "flame", params: {...this.app.kept(), ...asParams(range)}})),
			buckets: range => this.heatmap.model?.within(range) ?? [],
		};
	}

	build() {
		const {params} = this.route;

		return h(
			"div",
			{class: "function"},
			h(
				"div",
				{class: "bar"},
				h("h1", {}, named(this.name)),
				rangeChooser(params, chosen => this.go(chosen))
			),
			this.trouble,
			h(
				"dl",
				{class: "totals", "aria-label": "Statistics since the last clear"},
				this.stats.map(([title, value]) => h("div", {}, h("dt", {}, title), value))
			),
			h(
				"div",
				{class: "columns"},
				h(
					"div",
					{class: "over-time"},
					section("Latency over time", {}, this.stretchBar.element, this.heatmap.element),
					section("Quantiles", {}, this.quantiles.element),
					section("Calls and errors", {}, this.counts.element)
				),
				h(
					"div",
					{class: "beside"},
					section("Histogram", {}, this.histogram.element),
					section("Called by", {}, this.callers),
					section("Calls", {}, this.callees)
				)
			),
			this.comparison.element,
			section("Slow and failed calls", {}, this.slow)
		);
	}

	begin() {
		const {signal} = this;

		every(5, signal, () => this.load());
		every(2, signal, () => this.loadStats());
		every(20, signal, () => this.loadPaths());
		every(3, signal, () => this.loadSlow());
	}

	go(params) {
		this.app.go(functionAt(this.name, {...this.app.kept(), ...params}));
	}

	asked() {
		const now = Date.now() / 1000,
			range = resolve(this.route.params, now) ?? resolve({}, now);
		const until = range.live ? "" : absolute(range.until);

		return {
			range,
			question: {function: this.name, program: this.app.program, since: absolute(range.since), until},
		};
	}

	/* Again only while it is called, and while the range goes on to now. */
	async load() {
		const {range, question} = this.asked();

		if (!this.changed) return;
		const step = `${stepOf(range, MOST_STEPS)}s`;
		const [history, heat] = await Promise.all(
			["history", "heatmap"].map(what => ask(what, {...question, step}, this.signal))
		);

		this.changed = false;
		this.timeline.show({since: history.since, until: history.until}, history.step);
		this.heatmap.show(heat);
		this.quantiles.show(history.steps);
		this.counts.show(history.steps);
		this.showHistogram(heat);
	}

	showHistogram({steps}) {
		const all = merge(steps.map(s => s.buckets)),
			sum = calls(all);
		const lines = [
			["p50", 0.5],
			["p90", 0.9],
			["p99", 0.99],
		].map(([label, q]) => ({at: quantile(all, q), label, look: label}));

		this.histogram.show(
			sum === 0
				? []
				: [{label: "", look: "calls", slices: slicesOf(bars(all, BARS), {lower, upper}, sum)}],
			{lines: sum === 0 ? [] : lines, rest: `${count(sum)} calls in this time`}
		);
	}

	async loadStats() {
		try {
			const stats = await ask("stats", {function: this.name, program: this.app.program}, this.signal);

			this.stats.forEach(([, value], i) =>
				say(value, STATS[i][1](stats, this.app.model.totals?.since))
			);
			fill(this.trouble);
		} catch (error) {
			if (error.status === 404) this.tellMissing(error);
			throw error;
		}
	}

	tellMissing(error) {
		const near = (error.near ?? []).map(name => [
			" ",
			h("a", {href: functionAt(name, this.app.kept())}, named(name)),
		]);

		fill(
			this.trouble,
			h(
				"p",
				{class: "notice"},
				error.message,
				near.length === 0 ? null : [". Did you mean one of these?", near]
			)
		);
	}

	async loadPaths() {
		const {
			question: {program, since, until},
		} = this.asked();
		const {paths} = await ask("tree", {program, since, until, share: 0}, this.signal);
		const found = neighbours(paths, this.name);

		fill(this.callers, this.neighbourTable("Callers", found.callers, "no callers in this range"));
		fill(this.callees, this.neighbourTable("Callees", found.callees, "no timed callees"));
	}

	neighbourTable(label, list, empty) {
		const whole = list.reduce((sum, n) => sum + n.seconds, 0);
		const link = name =>
			name === null
				? h("span", {class: "quiet"}, "(outermost)")
				: h(
						"a",
						{
							class: "name",
							href: functionAt(name, {...this.app.kept(), ...this.kept()}),
						},
						named(name)
					);

		return table(
			label,
			[
				["Function", false],
				["Calls", true],
				["Time", true],
				["Share", true],
			],
			list.map(n => [
				link(n.name),
				shortCount(n.calls),
				seconds(n.seconds),
				percent(whole === 0 ? 0 : n.seconds / whole),
			]),
			empty
		);
	}

	/* The range, for the next function. */
	kept() {
		const {since, until} = this.route.params;

		return {since, until};
	}

	async loadSlow() {
		const {calls: found} = await ask(
			"slow",
			{pattern: exactly(this.name), program: this.app.program, limit: SLOW_SHOWN},
			this.signal
		);

		fill(
			this.slow,
			found.length === 0
				? h("li", {class: "quiet"}, "none")
				: found.map(call => callItem(call, this.app.kept(), true))
		);
	}

	change(detail) {
		if (
			this.route.params.until === undefined &&
			(detail.whole || detail.functions.some(f => f.function_name === this.name))
		)
			this.changed = true;
	}

	key(event) {
		this.stretchBar.key(event);
	}

	escape() {
		return this.stretchBar.escape();
	}
}

/* A pattern that fits this name alone. */
function exactly(name) {
	return name.replace(/[*?[\]\\]/g, "\\$&");
}

export function oneFunction(app, route, signal) {
	const view = new FunctionView(app, route, signal);

	return {
		title: printable(route.name),
		element: view.element,
		change: detail => view.change(detail),
		move: event => view.heatmap.key(event),
		key: event => view.key(event),
		escape: () => view.escape(),
	};
}
