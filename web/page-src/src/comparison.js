/*
 * Two stretches of time of one function beside each other: what profd says of the difference (profctl diff), and both
 * distributions over each other.
 */
import {ask} from "./api.js";
import {bars, calls, extent, lower, merge, upper} from "./buckets.js";
import {Distribution, slicesOf} from "./distribution.js";
import {fill, h, section, table} from "./dom.js";
import {absolute} from "./range.js";
import {change, count, seconds, stretch} from "./units.js";

const QUANTILES = ["p50", "p90", "p99"];
const LEVEL = 0.01;
const BARS = 60;

/* What a verdict of profctl diff means. */
const VERDICTS = {
	slower: ["slower", "bad"],
	faster: ["faster", "good"],
	same: ["no significant difference", "quiet"],
	new: ["not called before", "quiet"],
	gone: ["no longer called", "quiet"],
	"too few calls": ["too few calls to tell", "quiet"],
};

export function probability(p) {
	return p >= LEVEL
		? `could be chance (p ${p.toPrecision(2)})`
		: p < 1e-12
			? "p < 1e-12"
			: `p ${p.toPrecision(2)}`;
}

export class Comparison {
	constructor(timeline, asked, signal) {
		Object.assign(this, {timeline, asked, signal});
		const input = (id, label) =>
			h("input", {id, "aria-label": label, placeholder: "2h..1h", autocomplete: "off", size: 24});

		this.before = input("before", "Before: a time range");
		this.after = input("after", "After: a time range");
		this.said = h("div", {"aria-live": "polite"}, this.hint());
		this.picture = new Distribution("Distributions before and after", {height: 170}, signal);
		this.picture.element.hidden = true;
		this.element = section(
			"Compare two time ranges",
			{class: "comparison"},
			h(
				"form",
				{onsubmit: event => this.submit(event)},
				h("label", {for: "before", class: "before"}, "before"),
				this.before,
				h("label", {for: "after", class: "after"}, "after"),
				this.after,
				h("button", {}, "Compare"),
				h("button", {type: "button", onclick: () => this.clear()}, "Clear")
			),
			this.said,
			this.picture.element
		);
	}

	hint() {
		return h(
			"p",
			{class: "quiet"},
			"Select a time range above and press b (before) or a (after), or type both as for profctl diff."
		);
	}

	/* side: "before" or "after". */
	take(side, range) {
		this[side].value = `${absolute(range.since)}..${absolute(range.until)}`;
		this.timeline.mark(side, range);
		if (this.before.value !== "" && this.after.value !== "") this.compare();
	}

	clear() {
		this.before.value = this.after.value = "";
		for (const side of ["before", "after"]) this.timeline.mark(side, null);
		fill(this.said, this.hint());
		this.picture.element.hidden = true;
	}

	submit(event) {
		event.preventDefault();
		if (this.before.value !== "") this.compare();
	}

	async compare() {
		const {asked, signal} = this;

		try {
			const answer = await ask(
				"diff",
				{...asked(), before: this.before.value, after: this.after.value},
				signal
			);
			const sides = [answer.before, answer.after];

			["before", "after"].forEach((side, i) =>
				this.timeline.mark(side, {since: sides[i].since, until: sides[i].until})
			);
			this.tell(answer);
			await this.draw(sides);
		} catch (error) {
			if (error.name !== "AbortError") fill(this.said, h("p", {class: "bad"}, error.message));
		}
	}

	tell({before, after, functions: [one]}) {
		if (one === undefined) {
			fill(this.said, h("p", {class: "quiet"}, "No calls in either range."));
			return;
		}
		const [text, look] = VERDICTS[one.verdict] ?? [one.verdict, ""];
		const rows = QUANTILES.map(q => [
			q,
			one.calls_before === 0 ? "–" : seconds(one[q].before),
			one.calls_after === 0 ? "–" : seconds(one[q].after),
			change(one[q].ratio),
			one[q].ratio === null ? "–" : probability(one[q].p),
		]);

		fill(
			this.said,
			h("p", {class: "verdict"}, h("strong", {class: look, id: "verdict"}, text)),
			table(
				"Quantiles before and after",
				[
					["", false],
					[`before  ${stretch(before.since, before.until)}`, true],
					[`after  ${stretch(after.since, after.until)}`, true],
					["shift", true],
					["by chance", true],
				],
				[...rows, ["calls", count(one.calls_before), count(one.calls_after), "", ""]]
			)
		);
	}

	async draw(sides) {
		const answers = await Promise.all(
			sides.map(({since, until}) =>
				ask(
					"heatmap",
					{
						...this.asked(),
						since: absolute(since),
						until: absolute(until),
						step: `${Math.max(10, Math.ceil(until - since))}s`,
					},
					this.signal
				)
			)
		);
		const histograms = answers.map(a => merge(a.steps.map(s => s.buckets))),
			both = extent(histograms);
		const names = ["before", "after"];

		this.picture.element.hidden = false;
		this.picture.show(
			histograms.map((buckets, i) => ({
				label: names[i],
				look: names[i],
				slices:
					buckets.length === 0
						? []
						: slicesOf(bars(buckets, BARS, both), {lower, upper}, calls(buckets)),
			})),
			{rest: "each normalised to its number of calls"}
		);
	}
}
