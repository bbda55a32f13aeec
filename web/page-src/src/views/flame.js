/*
 * The flame graph of a program, or of all, over a stretch of time; against an earlier one if asked for.
 */
import {ask} from "../api.js";
import {fill, h, named, say, section, table} from "../dom.js";
import {FlameGraph} from "../flame-graph.js";
import {build, byOwn, compare, search} from "../flame-model.js";
import {rangeChooser} from "../range-chooser.js";
import {absolute, resolve} from "../range.js";
import {format, functionAt} from "../route.js";
import {count, percent, printable, seconds, shortCount, stretch} from "../units.js";

const HOTTEST = 20;

const weightText = (weight, by) => (by === "calls" ? `${count(weight)} calls` : seconds(weight));

/* What a frame took, which is not always what it is as wide as. */
const taken = (frame, by) => weightText(by === "calls" ? frame.weight : frame.seconds, by);

/* A sentence on a frame. */
function describe(frame, all, by) {
	const parts = [`${percent(all.weight > 0 ? frame.weight / all.weight : 0)} of all`, taken(frame, by)];

	if (by === "time" && Math.abs(frame.weight - frame.seconds) > 0.001 * frame.weight)
		parts.push(`drawn as wide as ${seconds(frame.weight)}`);
	if (by === "time" && frame.parent !== null)
		parts.push(`itself ${seconds(frame.self)}`, `${count(frame.calls)} calls`);
	if (frame.errors > 0) parts.push(`${count(frame.errors)} failed`);
	if (frame.before !== null && all.before > 0) parts.push(`before: ${percent(frame.before / all.before)}`);
	return parts.join(", ");
}

/* What the present is compared with: as long a stretch, just before it or a day or a week ago. */
function baselines(range) {
	const length = range.until - range.since;
	const moved = by => `${absolute(range.since - by)}..${absolute(range.until - by)}`;

	return [
		["", "nothing"],
		[moved(length), "the period before"],
		[moved(86400), "a day earlier"],
		[moved(7 * 86400), "a week earlier"],
	];
}

const WIDTHS = [
	["time", "total time"],
	["calls", "number of calls"],
];

function choose(label, value, choices, changed) {
	const options = choices.map(([key, title]) => h("option", {value: key, selected: key === value}, title));

	return h(
		"label",
		{class: "choose"},
		label,
		h("select", {"aria-label": label, onchange: event => changed(event.target.value)}, options)
	);
}

function legend() {
	const swatch = look => h("span", {class: `swatch ${look}`});

	return h("p", {class: "legend"}, swatch("grew"), "share grew ", swatch("shrank"), "share shrank");
}

class FlameView {
	constructor(app, route, signal) {
		Object.assign(this, {
			app,
			route,
			signal,
			by: route.params.by === "calls" ? "calls" : "time",
			all: null,
		});
		this.said = h("p", {class: "said", id: "flame-said", role: "status"});
		this.found = h("span", {class: "quiet", role: "status"});
		this.hottest = h("div");
		this.search = h("input", {
			type: "search",
			placeholder: "search frames",
			"aria-label": "Search frames",
			"aria-keyshortcuts": "/",
			value: route.params.search ?? "",
			oninput: () => this.look(),
		});
		this.graph = new FlameGraph(
			"Flame graph: arrow keys move, Enter zooms, Escape zooms out",
			{
				told: frame => this.tell(frame),
				zoomed: () => this.tell(this.graph.at),
			},
			signal
		);
		this.element = this.build();
		this.load().catch(error => {
			if (error.name !== "AbortError") say(this.said, error.message);
		});
	}

	range() {
		const {since, until} = this.route.params;

		return since === undefined || since === "" ? null : resolve({since, until}, Date.now() / 1000);
	}

	build() {
		const {params} = this.route;

		return h(
			"div",
			{class: "flame-view"},
			h(
				"div",
				{class: "bar"},
				h("h1", {}, this.app.program === "" ? "all programs" : named(this.app.program)),
				rangeChooser(params, chosen => this.go({...chosen, before: ""}), {whole: true})
			),
			this.controls(),
			params.before ? legend() : null,
			this.graph.element,
			this.said,
			section("Hottest functions", {}, this.hottest)
		);
	}

	controls() {
		const {before} = this.route.params,
			range = this.range();
		const earlier = range === null ? [] : baselines(range);

		if (before && !earlier.some(([text]) => text === before))
			earlier.push([before, this.beforeTitle(before)]);
		return h(
			"div",
			{class: "bar"},
			this.search,
			this.found,
			choose("width by", this.by, WIDTHS, by => this.go({by})),
			earlier.length === 0
				? null
				: choose("compared with", before ?? "", earlier, to => this.go({before: to})),
			h("button", {type: "button", onclick: () => this.load()}, "Refresh"),
			h("button", {type: "button", onclick: () => this.graph.escape()}, "Zoom out")
		);
	}

	beforeTitle(text) {
		const [since, until] = text.split("..").map(t => Number(t.slice(1)));

		return Number.isFinite(since) && Number.isFinite(until) ? stretch(since, until) : text;
	}

	go(params) {
		this.app.go(
			format({view: "flame", params: {...this.route.params, search: this.search.value, ...params}})
		);
	}

	async load() {
		const {since, until, before} = this.route.params,
			{program} = this.app;
		const asked = {program, share: 0};
		const questions = [ask("tree", {...asked, since, until}, this.signal)];

		if (before) {
			const [from, to] = before.split("..");

			questions.push(ask("tree", {...asked, since: from, until: to}, this.signal));
		}
		const [now, earlier] = await Promise.all(questions);

		this.all = build(now, this.by);
		if (earlier !== undefined) compare(this.all, build(earlier, this.by));
		this.graph.show(this.all, earlier !== undefined);
		this.showHottest();
		this.look();
		this.tell(null);
	}

	tell(frame) {
		if (this.all === null) return;
		if (this.all.children.length === 0) say(this.said, "No calls to show.");
		else {
			const told = frame ?? this.graph.zoom;

			fill(this.said, h("b", {}, named(told.name)), `  ${describe(told, this.all, this.by)}`);
		}
	}

	look() {
		const text = this.search.value;

		if (this.all === null) return;
		const {found, share} = search(this.all, text);

		this.app.remember({search: text});
		this.graph.mark(found, text !== "");
		say(this.found, text === "" ? "" : `${count(found.size)} frames, ${percent(share)} of all`);
	}

	showHottest() {
		const {since, until} = this.route.params,
			{by, all} = this;
		const link = name =>
			h(
				"a",
				{class: "name", href: functionAt(name, {...this.app.kept(), since, until})},
				named(name)
			);

		fill(
			this.hottest,
			table(
				"Functions by self time",
				[
					["Function", false],
					[by === "calls" ? "Calls" : "Self", true],
					["Share", true],
					["Total", true],
					["Calls", true],
				],
				byOwn(all)
					.slice(0, HOTTEST)
					.map(f => [
						link(f.name),
						weightText(f.own, by),
						percent(f.own / all.weight),
						taken(f, by),
						shortCount(f.calls),
					]),
				"No calls in this range."
			)
		);
	}
}

export function flame(app, route, signal) {
	const view = new FlameView(app, route, signal);

	return {
		title: `Flame graph of ${app.program === "" ? "all programs" : printable(app.program)}`,
		element: view.element,
		move: event => view.graph.key(event),
		search: view.search,
		escape: () => view.graph.escape(),
	};
}
