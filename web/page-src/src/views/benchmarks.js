/*
 * Saved benchmarks: the list; and of one its history with the points where it changed, and any two of its results with
 * their distributions over each other.
 */
import {ask} from "../api.js";
import {density, shownBounds, sorted} from "../density.js";
import {Distribution} from "../distribution.js";
import {every, fill, h, named, say, section, table} from "../dom.js";
import {matcher} from "../model.js";
import {format} from "../route.js";
import {count, moment, printable, timing} from "../units.js";
import {Series} from "../series.js";

export const benchAt = (name, params = {}) => format({view: "bench", name, params});

/* -------------------------------------------------------------- the list */

const COLUMNS = [
	["Benchmark", false],
	["Results", true],
	["Median", true],
	["Std dev", true],
	["Runs", true],
	["Failed", true],
	["Saved", false],
	["Machine", false],
	["Revision", false],
];

const NONE = "No benchmarks saved yet. To save one: profctl bench --save NAME 'COMMAND'";

function rowOf(b) {
	return [
		h("a", {class: "name", href: benchAt(b.name)}, named(b.name)),
		count(b.results),
		timing(b.median),
		b.std_dev === null ? "–" : timing(b.std_dev),
		count(b.iterations),
		h("span", {class: b.failures > 0 ? "bad" : "quiet"}, count(b.failures)),
		moment(b.saved),
		named(b.machine ?? "–"),
		named(b.revision ?? "–"),
	];
}

function listOf(app, route, signal) {
	const search = h("input", {
		type: "search",
		placeholder: "search benchmarks",
		"aria-label": "Search benchmarks",
		"aria-keyshortcuts": "/",
		value: route.params.search ?? "",
		oninput: draw,
	});
	const list = h("div");
	let known = null;

	function draw() {
		if (known === null) return;
		const fits = matcher(search.value);

		app.remember({search: search.value});
		fill(
			list,
			table(
				"Benchmarks",
				COLUMNS,
				known.filter(b => fits(b.name)).map(rowOf),
				known.length === 0 ? NONE : "no benchmark matches"
			)
		);
	}

	every(5, signal, async () => {
		({benchmarks: known} = await ask("bench/list", {}, signal));
		draw();
	});
	return {
		title: "Benchmarks",
		search,
		element: h(
			"div",
			{class: "bench"},
			h("div", {class: "bar"}, h("h1", {}, "Benchmarks"), search),
			section("Saved", {}, list)
		),
	};
}

/* --------------------------------------------------------------- one name */

const FIGURES = [
	["Median", s => timing(s.median)],
	["95 %", s => (s.median_ci_low == null ? "–" : `${timing(s.median_ci_low)} .. ${timing(s.median_ci_high)}`)],
	["Mean", s => timing(s.mean)],
	["Std dev", s => (s.std_dev === null ? "–" : timing(s.std_dev))],
	["Min", s => timing(s.min_time)],
	["Max", s => timing(s.max_time)],
	["Runs", s => count(s.iterations)],
	["Failed", s => count(s.failures)],
];

/* Enough of a hash to tell it from others. */
const REVISION_SHOWN = 10;

const ABOUT = ["command", "machine", "system", "processor", "compiler", "revision", "note"];

class BenchView {
	constructor(app, route, signal) {
		Object.assign(this, {app, route, signal, name: route.name});
		this.series = new Series(
			"Medians over time, with the points where they changed",
			number => this.choose(number),
			signal
		);
		this.shown = h("dl", {class: "totals"});
		this.about = h("dl", {class: "about"});
		this.doubts = h("ul", {class: "troubles"});
		this.verdict = h("div", {"aria-live": "polite"});
		this.picture = new Distribution("Distributions of timings", {height: 220, log: false}, signal);
		this.first = h("select", {"aria-label": "First result", onchange: () => this.go()});
		this.second = h("select", {"aria-label": "Second result", onchange: () => this.go()});
		this.changes = h("div");
		this.trouble = h("div", {role: "alert"});
		this.element = h(
			"div",
			{class: "bench"},
			h(
				"div",
				{class: "bar"},
				h("h1", {}, named(this.name)),
				h("a", {href: "#/bench"}, "all benchmarks")
			),
			this.trouble,
			section("History", {}, this.series.element, this.changes),
			section(
				"Comparison",
				{class: "comparison"},
				h(
					"form",
					{},
					h("label", {class: "before"}, "first"),
					this.first,
					h("label", {class: "after"}, "second"),
					this.second
				),
				this.verdict,
				this.picture.element
			),
			section("Latest of the two", {}, this.shown, this.doubts, this.about)
		);
		this.number = 0;
		every(5, signal, () => this.load());
	}

	async load() {
		try {
			const history = await ask("bench/history", {name: this.name}, this.signal);
			const results = history.results.sort((a, b) => b.number - a.number),
				latest = results[0].number;

			if (latest === this.number) return;
			this.number = latest;
			this.series.show([...results].reverse(), history.changes);
			this.showChanges(history.changes);
			this.offer(results);
			await this.compare();
		} catch (error) {
			if (error.name !== "AbortError") fill(this.trouble, h("p", {class: "notice"}, error.message));
		}
	}

	showChanges(changes) {
		fill(
			this.changes,
			changes.length === 0
				? h("p", {class: "quiet"}, "No change of level found.")
				: h(
						"ul",
						{class: "troubles"},
						changes.map(c =>
							h(
								"li",
								{class: c.after > c.before ? "bad" : "good"},
								`at #${c.number}: ${timing(c.before)} → ${timing(c.after)} (${c.after > c.before ? "+" : ""}${(100 * (c.after / c.before - 1)).toFixed(1)} %)`
							)
						)
					)
		);
	}

	/* The latest against the one before it, unless the address names others. */
	offer(results) {
		const {params} = this.route,
			latest = String(results[0].number),
			before = String((results[1] ?? results[0]).number);
		const options = () =>
			results.map(r =>
				h(
					"option",
					{value: String(r.number)},
					`#${r.number}  ${moment(r.saved)}  ${printable((r.revision ?? "").slice(0, REVISION_SHOWN))}`
				)
			);

		fill(this.first, options());
		fill(this.second, options());
		this.first.value = params.first ?? before;
		this.second.value = params.second ?? latest;
	}

	choose(number) {
		this.second.value = String(number);
		this.go();
	}

	go() {
		this.app.remember({first: this.first.value, second: this.second.value});
		this.compare().catch(error => error.name !== "AbortError" && say(this.verdict, error.message));
	}

	async compare() {
		const sides = [this.first, this.second].map(s => Number(s.value)),
			same = sides[0] === sides[1];
		const shown = await Promise.all(
			(same ? [sides[0]] : sides).map(number =>
				ask("bench/show", {name: this.name, number}, this.signal)
			)
		);
		const names = same ? ["second"] : ["first", "second"],
			looks = same ? ["after"] : ["before", "after"];
		const timings = shown.map(s => sorted(s.timings)),
			bounds = shownBounds(timings);

		this.series.mark(sides);
		this.picture.show(
			timings.map((t, i) => ({
				label: `#${shown[i].number}`,
				look: looks[i],
				slices: curve(t, bounds),
			})),
			{
				lines: shown.map((s, i) => ({at: s.median, label: `#${s.number}`, look: looks[i]})),
				rest: `density of ${names.map((name, i) => `#${shown[i].number} (${count(shown[i].iterations)} timings)`).join(" and ")}; lines: medians`,
			}
		);
		this.showOne(shown[shown.length - 1]);
		await this.judge(sides, same);
	}

	showOne(s) {
		fill(
			this.shown,
			FIGURES.map(([title, text]) => h("div", {}, h("dt", {}, title), h("dd", {}, text(s))))
		);
		fill(
			this.doubts,
			s.doubts.map(d => h("li", {class: "warn"}, printable(d)))
		);
		fill(
			this.about,
			ABOUT.filter(key => s[key] !== null && s[key] !== undefined).map(key =>
				h("div", {}, h("dt", {}, key), h("dd", {}, printable(s[key])))
			)
		);
	}

	async judge([first, second], same) {
		if (same) {
			fill(
				this.verdict,
				h("p", {class: "quiet"}, "There is only one result; nothing to compare yet.")
			);
			return;
		}
		const answer = await ask(
			"bench/compare",
			{first: `${this.name}#${first}`, second: `${this.name}#${second}`},
			this.signal
		);
		const {comparison: c, warnings} = answer,
			differs = c.verdict in LOOKS;

		fill(
			this.verdict,
			h(
				"p",
				{class: "verdict"},
				differs ? `#${second} is ` : `#${second} and #${first}: `,
				h("strong", {class: LOOKS[c.verdict] ?? "quiet", id: "verdict"}, c.verdict),
				differs ? ` than #${first}` : ""
			),
			h(
				"p",
				{class: "quiet"},
				`speed-up ${figure(c.ratio)} (95 % between ${c.ratio_ci.map(figure).join(" and ")}), p ${figure(c.p_value)}`
			),
			warnings.map(w => h("p", {class: "warn"}, printable(w)))
		);
	}
}

const LOOKS = {faster: "good", slower: "bad"};

const figure = value => (value === null ? "–" : value.toPrecision(3));

/* A density as slices that have no width of their own. */
function curve(ascending, bounds) {
	return density(ascending, bounds).map(({at, density: d}) => ({from: at, to: at, share: d, text: timing(at)}));
}

export function benchmarks(app, route, signal) {
	if (route.name === "") return listOf(app, route, signal);
	const view = new BenchView(app, route, signal);

	return {title: printable(route.name), element: view.element};
}
