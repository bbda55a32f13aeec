/*
 * The overview: all functions, live, with what just happened and how profd is beside them.
 */
import {fill, h, named, say, section} from "../dom.js";
import {Grid, textCell} from "../grid.js";
import {troubles} from "../health.js";
import {arrange} from "../model.js";
import {Recent} from "../recent.js";
import {functionAt} from "../route.js";
import {Spark} from "../spark.js";
import {bytes, count, marked, moment, printable, rate, seconds, shortCount, shortMoment} from "../units.js";

const COLUMNS = [
	{key: "name", title: "Function"},
	{key: "calls", title: "Calls", width: 88, figure: true, look: "medium"},
	{key: "rate", title: "Calls/s", width: 68, figure: true},
	{title: "calls, 15 min", width: 116, look: "wide picture", hint: "Calls over the last 15 minutes"},
	{key: "errors", title: "Errors", width: 66, figure: true, look: "medium"},
	{key: "slow", title: "Slow", width: 62, figure: true, look: "medium"},
	{key: "total", title: "Total", width: 96, figure: true},
	{key: "avg", title: "Avg", width: 74, figure: true, look: "wider"},
	{key: "p50", title: "p50", width: 76, figure: true, look: "medium"},
	{key: "p99", title: "p99", width: 76, figure: true},
	{title: "p99, 15 min", width: 116, look: "wide picture", hint: "p99 over the last 15 minutes"},
	{key: "max", title: "Max", width: 74, figure: true, look: "wider"},
];

/* The cells of one row, and how it shows a function. */
function makeRow(app, recent) {
	const name = h("bdi"),
		link = h("a", {class: "name"}, name);
	const calls = new Spark("bars calls"),
		p99 = new Spark("line p99");
	const texts = {
		calls: textCell(row => shortCount(row.call_count)),
		rate: textCell(row => (row.rate === 0 ? "–" : rate(row.rate))),
		errors: textCell(row => (row.error_count === 0 ? "–" : shortCount(row.error_count))),
		slow: textCell(row => (row.slow_count === 0 ? "–" : shortCount(row.slow_count))),
		total: textCell(row => seconds(row.total_seconds)),
		avg: textCell(row => seconds(row.avg_seconds)),
		p50: textCell(row => marked(row.p50, row.doubtful.includes("p50"))),
		p99: textCell(row => marked(row.p99, row.doubtful.includes("p99"))),
		max: textCell(row => seconds(row.max_seconds)),
	};
	const errors = h("span", {}, texts.errors.node),
		slow = h("span", {}, texts.slow.node);

	return {
		cells: [
			link,
			texts.calls.node,
			texts.rate.node,
			calls.element,
			errors,
			slow,
			texts.total.node,
			texts.avg.node,
			texts.p50.node,
			texts.p99.node,
			p99.element,
			texts.max.node,
		],
		show(row) {
			say(name, printable(row.function_name));
			link.title = name.textContent;
			link.setAttribute("href", functionAt(row.function_name, app.kept()));
			for (const text of Object.values(texts)) text.show(row);
			errors.className = row.error_count > 0 ? "bad" : "quiet";
			slow.className = row.slow_count > 0 ? "warn" : "quiet";
			const known = recent.get(row.function_name);

			calls.show(known?.calls ?? "");
			p99.show(known?.p99 ?? "");
		},
	};
}

const TOTALS = [
	["Functions", t => count(t.profiled_functions)],
	["Calls", t => count(t.total_calls)],
	["Calls/s", (t, model) => rate(model.rate)],
	["Errors", t => count(t.errors)],
	["Slow", t => count(t.slow_calls)],
	["Total time", t => seconds(t.total_seconds)],
	["Since", t => (t.since > 0 ? moment(t.since) : "–")],
];

function totalsStrip() {
	const values = TOTALS.map(() => h("dd", {}, "–"));

	return {
		element: h(
			"dl",
			{class: "totals", "aria-label": "Totals"},
			TOTALS.map(([title], i) => h("div", {}, h("dt", {}, title), values[i]))
		),
		show(model) {
			if (model.totals !== null)
				TOTALS.forEach(([, text], i) => say(values[i], text(model.totals, model)));
		},
	};
}

/* One slow or failed call. */
export function callItem(call, kept, alone = false) {
	const time = h("time", {}, shortMoment(call.started));
	const took = h("span", {class: "figure"}, seconds(call.seconds) + (call.state === "running" ? " …" : ""));
	const state = h("span", {class: `state ${call.state}`}, call.state);
	const whose = h("span", {}, named(call.program), ` ${call.pid ?? "-"}`);
	const threshold = call.threshold === null ? "failed with a message" : `threshold ${seconds(call.threshold)}`;

	return h(
		"li",
		{title: `${printable(call.path)}\n${threshold}`},
		h(
			"div",
			{},
			alone
				? named(call.path, {class: "name"})
				: h("a", {class: "name", href: functionAt(call.function, kept)}, named(call.function)),
			took
		),
		h("div", {}, time, whose, state),
		call.error === null ? null : h("div", {class: "bad"}, named(call.error))
	);
}

/* As they come. */
function slowList(app, signal) {
	const list = h("ul", {class: "calls"}),
		empty = h("p", {class: "quiet"}, "none so far");

	app.live.on("slow", signal, ({calls}) => {
		fill(
			list,
			calls.map(call => callItem(call, app.kept()))
		);
		empty.hidden = calls.length > 0;
	});
	return section("Slow and failed calls", {class: "slow-calls", tabindex: "0"}, empty, list);
}

function healthCard(app, signal) {
	const list = h("dl", {class: "facts"}),
		wrong = h("ul", {class: "troubles"});
	const state = h("p", {role: "status"});

	app.live.on("status", signal, s => {
		const found = troubles(s),
			well = s.disk === "ok";

		fill(
			state,
			h("span", {class: well ? "dot good" : "dot bad", "aria-hidden": "true"}),
			well ? "disk OK, everything is saved" : `disk: ${printable(s.disk)}`
		);
		fill(
			wrong,
			found.map(t => h("li", {class: "warn"}, `${count(t.count)} ${t.text}`))
		);
		fill(
			list,
			[
				["Version", s.version],
				["Up for", seconds(s.uptime)],
				["Processes", count(s.processes)],
				["Pushes", shortCount(s.pushes)],
				["Commit", seconds(s.commit_last)],
				["Longest", seconds(s.commit_longest)],
				["Database", bytes(s.database_bytes)],
				["Memory", bytes(s.memory)],
				["Processor", `${((100 * s.cpu) / Math.max(s.uptime, 1)).toFixed(2)} %`],
			].map(([title, text]) => h("div", {}, h("dt", {}, title), h("dd", {}, text)))
		);
	});
	return section(
		"profd",
		{class: "health"},
		state,
		wrong,
		list,
		h("a", {href: "#/daemon"}, "all figures and processes")
	);
}

/* How the functions are searched and sorted; the address follows, so that going back shows the same. */
class Order {
	constructor(app, {sort = "total", reverse = "", search = ""}) {
		Object.assign(this, {app, sort, reverse: reverse !== "", search});
	}

	change(part) {
		Object.assign(this, part);
		this.app.remember({
			search: this.search,
			sort: this.sort === "total" ? "" : this.sort,
			reverse: this.reverse ? "true" : "",
		});
	}

	/* Names go from A to Z, figures from high to low, unless turned round. */
	get descending() {
		return (this.sort !== "name") !== this.reverse;
	}
}

export function overview(app, route, signal) {
	const {model} = app,
		order = new Order(app, route.params);
	const recent = new Recent(() => grid.draw());
	const totals = totalsStrip(),
		found = h("span", {class: "quiet", role: "status"});
	const search = h("input", {
		type: "search",
		value: order.search,
		placeholder: "search:  substring, or db.*",
		"aria-label": "Search functions",
		"aria-keyshortcuts": "/",
		oninput: () => change({search: search.value}),
	});
	const grid = new Grid("Functions", COLUMNS, {
		make: () => makeRow(app, recent),
		name: row => row.function_name,
		open: row => app.go(functionAt(row.function_name, app.kept())),
		sorted: key => change({sort: key, reverse: key === order.sort && !order.reverse}),
		scrolled: rows =>
			recent.want(
				rows.map(row => row.function_name),
				Date.now() / 1000
			),
	});

	function change(part) {
		order.change(part);
		draw();
	}

	function draw() {
		const rows = arrange(model.rows.values(), order);

		totals.show(model);
		say(found, order.search === "" ? "" : `${count(rows.length)} of ${count(model.rows.size)}`);
		grid.show(rows, order);
		/* For whoever measures how long that took. */
		if (model.totals !== null && performance.getEntriesByName("functions-shown").length === 0)
			performance.mark("functions-shown");
	}

	recent.of(app.program);
	if (model.totals !== null) draw();
	return {
		title: "Functions",
		element: h(
			"div",
			{class: "overview"},
			totals.element,
			h("div", {class: "bar"}, search, found),
			grid.element,
			h("aside", {"aria-label": "Activity"}, slowList(app, signal), healthCard(app, signal))
		),
		move: event => grid.key(event),
		search,
		change: draw,
	};
}
