/*
 * The flame graph on a canvas: the outermost frame on top, a frame as wide as its share.
 */
import {context, h, onWidth} from "./dom.js";
import {changeOf, hash, layout} from "./flame-model.js";
import {color, isDark, onTheme} from "./theme.js";
import {printable} from "./units.js";

const ROW = 19;
const LEAST = 0.4; /* pixels */
const FONT = "11.5px system-ui, sans-serif";

export class FlameGraph {
	/* told: called with the frame that the pointer or the keyboard is at, or null; zoomed: with that zoomed into. */
	constructor(label, {told, zoomed}, signal) {
		Object.assign(this, {told, zoomed});
		this.canvas = h("canvas", {
			tabindex: "0",
			role: "application",
			"aria-label": label,
			"aria-describedby": "flame-said",
		});
		this.element = h("div", {class: "plot flame"}, this.canvas);
		this.all = null;
		this.found = new Set();
		this.searching = false;
		this.compared = false;
		this.placed = [];
		onWidth(this.element, signal, width => {
			this.width = width;
			this.draw();
		});
		onTheme(signal, () => this.draw());
		this.listen();
	}

	/* all: of flame-model's build. What was zoomed into stays so where the new tree has it too. */
	show(all, compared) {
		const names = [];

		for (let frame = this.zoom ?? null; frame !== null && frame.parent !== null; frame = frame.parent)
			names.unshift([frame.name, frame.program]);
		this.all = all;
		this.compared = compared;
		this.at = null;
		this.zoom =
			names.reduce(
				(frame, [name, program]) =>
					frame?.children.find(c => c.name === name && c.program === program),
				all
			) ?? all;
		this.draw();
	}

	mark(found, searching) {
		this.found = found;
		this.searching = searching;
		this.draw();
	}

	/* ------------------------------------------------------------ drawing */

	draw() {
		if (this.all === null || this.width === undefined) return;
		this.placed = layout(this.zoom, LEAST / this.width);
		const deepest = this.placed.reduce((most, p) => Math.max(most, p.frame.depth), 0);
		const c = context(this.canvas, this.width, Math.max(4, deepest + 1) * ROW);

		c.font = FONT;
		c.textBaseline = "middle";
		for (const place of this.placed) this.drawFrame(c, place);
	}

	drawFrame(c, {frame, x, width, above}) {
		const left = x * this.width,
			wide = width * this.width,
			top = frame.depth * ROW;
		const hit = this.found.has(frame);

		c.globalAlpha = above ? 0.55 : 1;
		c.fillStyle = hit ? color("hit") : this.colorOf(frame);
		if (this.searching && !hit) c.globalAlpha *= 0.45;
		c.fillRect(left, top, Math.max(wide - (wide > 3 ? 1 : 0), 0.4), ROW - 1);
		c.globalAlpha = 1;
		if (frame === this.at) {
			c.strokeStyle = color("ink");
			c.lineWidth = 2;
			c.strokeRect(left + 1, top + 1, Math.max(wide - 3, 1), ROW - 3);
		}
		if (wide > 24) this.drawName(c, frame, left + 5, top + ROW / 2, wide - 10, hit);
	}

	drawName(c, frame, x, y, room, hit) {
		c.fillStyle = hit ? color("hit-ink") : color("flame-ink");
		c.fillText(cut(c, printable(frame.name), room), x, y);
	}

	/* A warm colour that a name always has; with a comparison red where the share grew, blue where it shrank. */
	colorOf(frame) {
		const dark = isDark();

		if (frame.parent === null) return color("flame-root");
		if (this.compared) {
			const change = changeOf(frame, this.all),
				strength = Math.sqrt(Math.min(Math.abs(change), 1));

			return dark
				? `hsl(${change > 0 ? 8 : 212} ${20 + 50 * strength}% ${27 + 16 * strength}%)`
				: `hsl(${change > 0 ? 8 : 212} 80% ${93 - 30 * strength}%)`;
		}
		const n = hash(frame.name);

		return dark
			? `hsl(${14 + (n % 34)} ${42 + ((n >>> 6) % 16)}% ${29 + ((n >>> 12) % 9)}%)`
			: `hsl(${22 + (n % 28)} ${72 + ((n >>> 6) % 18)}% ${73 + ((n >>> 12) % 10)}%)`;
	}

	/* ---------------------------------------------------------- listening */

	frameAt(event) {
		const {left, top} = this.canvas.getBoundingClientRect();
		const x = (event.clientX - left) / this.width,
			depth = Math.floor((event.clientY - top) / ROW);

		return this.placed.find(p => p.frame.depth === depth && x >= p.x && x < p.x + p.width)?.frame ?? null;
	}

	point(frame) {
		if (frame === this.at) return;
		this.at = frame;
		this.canvas.classList.toggle("pointing", frame !== null);
		this.draw();
		this.told(frame);
	}

	zoomTo(frame) {
		this.zoom = frame;
		this.draw();
		this.zoomed(frame);
	}

	/* Whether there was anything to zoom out of. */
	escape() {
		const was = this.all !== null && this.zoom !== this.all;

		if (was) this.zoomTo(this.all);
		return was;
	}

	listen() {
		const {canvas} = this;

		canvas.addEventListener("pointermove", event => this.point(this.frameAt(event)));
		canvas.addEventListener("pointerleave", () => this.point(null));
		canvas.addEventListener("click", event => {
			const frame = this.frameAt(event);

			if (frame !== null) this.zoomTo(frame);
		});
		canvas.addEventListener("keydown", event => this.key(event));
	}

	key(event) {
		if (this.all === null) return;
		const at = this.at ?? this.zoom,
			siblings = at.parent?.children ?? [at],
			i = siblings.indexOf(at);
		const to = {
			ArrowDown: () => at.children[0],
			ArrowUp: () => at.parent,
			ArrowLeft: () => siblings[i - 1],
			ArrowRight: () => siblings[i + 1],
		}[event.key];

		if (to !== undefined) {
			event.preventDefault();
			const next = to() ?? at;

			/* Out of what is zoomed into: what comes is shown. */
			if (!this.placed.some(p => p.frame === next)) this.zoomTo(next.parent ?? next);
			this.point(next);
		} else if (event.key === "Enter" || event.key === " ") {
			event.preventDefault();
			this.zoomTo(at);
		}
	}
}

/* As much of a text as there is room for, an ellipsis behind it. */
function cut(c, text, room) {
	if (c.measureText(text).width <= room) return text;
	let low = 0,
		high = text.length;

	while (low < high) {
		const middle = (low + high + 1) >> 1;

		if (c.measureText(text.slice(0, middle) + "…").width <= room) low = middle;
		else high = middle - 1;
	}
	return low < 2 ? "" : text.slice(0, low) + "…";
}
