/*
 * Making and changing elements. Text is only ever set as text, so a name from outside cannot become markup.
 */
import {printable} from "./units.js";

const SVG = new Set(["svg", "path", "rect", "g", "line", "text", "circle", "title"]);

function add(element, child) {
	if (Array.isArray(child)) child.forEach(c => add(element, c));
	else if (child !== null && child !== undefined && child !== false) element.append(child);
}

/* h("a", {class: "name", href: "#/", onclick: go}, "text", child, [children]) */
export function h(tag, attributes = {}, ...children) {
	const element = SVG.has(tag)
		? document.createElementNS("http://www.w3.org/2000/svg", tag)
		: document.createElement(tag);

	for (const [name, value] of Object.entries(attributes)) {
		if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
		else if (value === true) element.setAttribute(name, "");
		else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
	}
	add(element, children);
	return element;
}

/* Sets the text only where it differs, so that nothing is laid out again in vain. */
export function say(element, text) {
	if (element.textContent !== text) element.textContent = text;
}

export function fill(element, ...children) {
	element.replaceChildren();
	add(element, children);
	return element;
}

/* A name from outside, as text that harms nothing and stands by itself whatever way its script runs. */
export function named(name, attributes = {}, tag = "bdi") {
	return h(tag, attributes, printable(name));
}

/* A heading and what stands below it, named by the heading. */
let sections = 0;

export function section(title, attributes, ...children) {
	const id = `section-${++sections}`;

	return h("section", {...attributes, "aria-labelledby": id}, h("h2", {id}, title), children);
}

/* A table: columns are [title, is a figure], rows arrays of text or nodes. */
export function table(label, columns, rows, empty = "none") {
	if (rows.length === 0) return h("p", {class: "quiet"}, empty);
	const side = i => (columns[i][1] ? "figure" : null);

	return h(
		"div",
		{class: "scroll", tabindex: "0", role: "region", "aria-label": label},
		h(
			"table",
			{"aria-label": label},
			h(
				"thead",
				{},
				h(
					"tr",
					{},
					columns.map(([title], i) => h("th", {scope: "col", class: side(i)}, title))
				)
			),
			h(
				"tbody",
				{},
				rows.map(row =>
					h(
						"tr",
						{},
						row.map((cell, i) => h("td", {class: side(i)}, cell))
					)
				)
			)
		)
	);
}

/* A canvas as sharp as the screen: sets its size in CSS pixels and gives its context, cleared. */
export function context(canvas, width, height) {
	const ratio = window.devicePixelRatio || 1;

	canvas.width = Math.round(width * ratio);
	canvas.height = Math.round(height * ratio);
	canvas.style.width = `${width}px`;
	canvas.style.height = `${height}px`;
	const c = canvas.getContext("2d");

	c.scale(ratio, ratio);
	return c;
}

/* Calls back with the width of an element, now and whenever it changes. Stopped by the signal. */
export function onWidth(element, signal, callback) {
	let last = 0;
	const observer = new ResizeObserver(() => {
		const width = Math.floor(element.clientWidth);

		if (width !== last && width > 0) callback((last = width));
	});

	observer.observe(element);
	signal.addEventListener("abort", () => observer.disconnect());
}

/*
 * Does something now and then every so many seconds while the page is looked at. What goes wrong is left to the state of
 * the connection to tell. `again()`, which it returns, does it at once.
 */
export function every(seconds, signal, work) {
	let timer = 0,
		running = false;

	async function turn() {
		clearTimeout(timer);
		if (running || signal.aborted) return;
		running = true;
		try {
			if (!document.hidden) await work();
		} catch (error) {
			if (error instanceof TypeError) throw error; /* our own bug */
		} finally {
			running = false;
			if (!signal.aborted) timer = setTimeout(turn, seconds * 1000);
		}
	}

	signal.addEventListener("abort", () => clearTimeout(timer));
	document.addEventListener("visibilitychange", turn, {signal});
	turn();
	return turn;
}
