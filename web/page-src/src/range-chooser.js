/*
 * Chooses the stretch of time that a view shows.
 */
import {h} from "./dom.js";
import {PRESETS, resolve} from "./range.js";
import {stretch} from "./units.js";

/* chosen: called with {since, until}, "" for until now. */
export function rangeChooser(params, chosen, {whole = false, usual = "15m"} = {}) {
	const since = params.since ?? (whole ? "" : usual),
		until = params.until ?? "";
	const preset = until === "" ? since : null;
	const fixed = until === "" ? null : resolve({since, until}, Date.now() / 1000);
	const choices = [...(whole ? [["", "since the last clear"]] : []), ...PRESETS];

	if (preset !== null && !choices.some(([text]) => text === preset)) choices.push([preset, preset]);
	return h(
		"div",
		{class: "range", role: "group", "aria-label": "Time"},
		fixed === null ? null : h("span", {class: "chosen"}, stretch(fixed.since, fixed.until)),
		choices.map(([text, title]) =>
			h(
				"button",
				{
					type: "button",
					title: text === "" ? title : `the last ${title}`,
					"aria-pressed": String(text === preset),
					onclick: () => chosen({since: text, until: ""}),
				},
				text === "" ? "all" : text
			)
		)
	);
}
