/*
 * What may be done with a selected stretch of time, and what its calls took.
 */
import {calls, quantile} from "./buckets.js";
import {fill, h} from "./dom.js";
import {count, seconds, stretch} from "./units.js";

/* [key, name, what it does with the range] */
const ACTIONS = [
	["z", "Zoom", "zoom"],
	["b", "Before", "before"],
	["a", "After", "after"],
	["f", "Flame graph", "flame"],
];

export class StretchBar {
	/* does: {zoom, before, after, flame}, each takes the range; buckets(range): the calls in it. */
	constructor(timeline, does, signal) {
		this.timeline = timeline;
		this.does = does;
		this.element = h("div", {class: "stretch", role: "status"});
		this.show();
		timeline.addEventListener("bands", event => event.detail === "selected" && this.show(), {signal});
	}

	get range() {
		return this.timeline.bands.selected;
	}

	show() {
		const {range} = this;

		this.element.classList.toggle("chosen", range !== null);
		/* The same room, whether anything is selected or not: what is below must not jump while one drags. */
		if (range === null) {
			fill(this.element, h("span", {class: "quiet"}, "Drag over a chart to select a time range."));
			return;
		}
		const buckets = this.does.buckets(range);
		const told = [0.5, 0.9, 0.99].map(q => `p${q * 100} ${seconds(quantile(buckets, q))}`).join("  ");

		fill(
			this.element,
			h("b", {}, stretch(range.since, range.until)),
			h("span", {}, `${count(calls(buckets))} calls  ${told}`),
			h(
				"span",
				{class: "buttons"},
				ACTIONS.map(([key, title, what]) =>
					h(
						"button",
						{
							type: "button",
							"aria-keyshortcuts": key,
							onclick: () => this.act(what),
						},
						title,
						" ",
						h("kbd", {}, key)
					)
				),
				h(
					"button",
					{type: "button", "aria-label": "Clear selection", onclick: () => this.escape()},
					"×"
				)
			)
		);
	}

	act(what) {
		const {range} = this;

		this.timeline.mark("selected", null);
		this.does[what](range);
	}

	key(event) {
		const action = ACTIONS.find(([key]) => key === event.key);

		if (action !== undefined && this.range !== null) this.act(action[2]);
	}

	/* Whether there was anything to step back from. */
	escape() {
		const was = this.range !== null;

		if (was) this.timeline.mark("selected", null);
		return was;
	}
}
