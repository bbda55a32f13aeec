/*
 * A figure over the last minutes as a picture of a word's size: a line or bars. A place without calls is a gap.
 */
import {h} from "./dom.js";

export const WIDTH = 96,
	HEIGHT = 20;

/* The path of a line through values, null where there is none. */
export function linePath(values, width = WIDTH, height = HEIGHT) {
	const most = Math.max(...values.map(v => v ?? 0)),
		step = width / Math.max(1, values.length - 1);
	let d = "",
		drawn = false;

	values.forEach((value, i) => {
		if (value === null) {
			drawn = false;
			return;
		}
		const y = most > 0 ? height - 1.5 - (value / most) * (height - 3) : height - 1.5;

		d += `${drawn ? "L" : "M"}${(i * step).toFixed(1)},${y.toFixed(1)}`;
		/* A single value between two gaps would be invisible. */
		if (!drawn && (values[i + 1] ?? null) === null) d += "h1.5";
		drawn = true;
	});
	return d;
}

export function barsPath(values, width = WIDTH, height = HEIGHT) {
	const most = Math.max(...values.map(v => v ?? 0)),
		step = width / Math.max(1, values.length);

	return values
		.map((value, i) => {
			if (!(value > 0)) return "";
			const tall = Math.max(1, (value / most) * (height - 2));

			return `M${(i * step).toFixed(1)},${height}v${(-tall).toFixed(1)}h${Math.max(0.5, step - 0.5).toFixed(1)}V${height}Z`;
		})
		.join("");
}

export class Spark {
	constructor(look) {
		this.path = h("path", {class: look});
		this.element = h(
			"svg",
			{class: "spark", width: WIDTH, height: HEIGHT, "aria-hidden": "true"},
			this.path
		);
		this.drawn = "";
	}

	show(d) {
		if (d !== this.drawn) this.path.setAttribute("d", (this.drawn = d));
	}
}
