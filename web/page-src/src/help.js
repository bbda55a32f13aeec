/*
 * What the keys do.
 */
import {h} from "./dom.js";

const KEYS = [
	[
		"Everywhere",
		[
			["/", "search"],
			["1 2 3 4", "functions, flame graph, benchmarks, profd"],
			["Esc", "go back"],
			["t", "theme: system, light, dark"],
			["?", "this help"],
		],
	],
	[
		"Functions",
		[
			["↑ ↓ Page Home End", "select a function"],
			["Enter", "open it"],
		],
	],
	[
		"One function",
		[
			["← → ↑ ↓", "move through the heatmap's cells"],
			["Shift ← →", "select a time range"],
			["z", "zoom to the selection"],
			["b", "use it as before"],
			["a", "use it as after"],
		],
	],
	[
		"Flame graph",
		[
			["← → ↑ ↓", "move from frame to frame"],
			["Enter", "zoom into the frame"],
			["Esc", "zoom out"],
		],
	],
];

export function showHelp() {
	const dialog = h(
		"dialog",
		{class: "help", "aria-labelledby": "help-title"},
		h("h2", {id: "help-title"}, "Keys"),
		KEYS.map(([title, keys]) => [
			h("h3", {}, title),
			h(
				"dl",
				{},
				keys.map(([key, text]) =>
					h(
						"div",
						{},
						h(
							"dt",
							{},
							key.split(" ").map(k => [h("kbd", {}, k), " "])
						),
						h("dd", {}, text)
					)
				)
			),
		]),
		h("form", {method: "dialog"}, h("button", {class: "primary"}, "Close"))
	);

	dialog.addEventListener("close", () => dialog.remove());
	dialog.addEventListener("click", event => {
		if (event.target === dialog) dialog.close();
	});
	document.body.append(dialog);
	dialog.showModal();
}
