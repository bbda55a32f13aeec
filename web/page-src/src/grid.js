/*
 * A long table of which only the rows in view exist as elements, and are kept for other rows when it is scrolled.
 */
import {h} from "./dom.js";
import {visible} from "./model.js";

export const ROW = 28; /* pixels, as in app.css */

export class Grid {
	/*
	 * columns: [{key, title, width, figure, look, hint}]; make(): the cells of a new row and how to show a row in them:
	 * {cells, show(row)}; name(row): by which it is told apart; open(row); sorted(key).
	 */
	constructor(label, columns, {make, name, open, sorted, scrolled}) {
		Object.assign(this, {columns, make, name, open, scrolled});
		this.rows = [];
		this.slots = [];
		this.chosen = null; /* the name of the row that the keyboard is at */
		this.heads = columns.map(c => this.head(c, sorted));
		this.above = h("tr", {class: "space", "aria-hidden": "true"});
		this.below = h("tr", {class: "space", "aria-hidden": "true"});
		this.body = h("tbody", {}, this.above, this.below);
		this.table = h(
			"table",
			{class: "grid", "aria-label": label},
			h("thead", {}, h("tr", {}, this.heads)),
			this.body
		);
		this.element = h(
			"div",
			{class: "grid-scroll", tabindex: "0", role: "region", "aria-label": label},
			this.table
		);
		this.element.addEventListener("scroll", () => this.draw(), {passive: true});
		this.element.addEventListener("keydown", event => this.key(event));
		new ResizeObserver(() => this.draw()).observe(this.element);
	}

	head({key, title, width, figure, look = "", hint}, sorted) {
		const button =
			key === undefined ? title : h("button", {type: "button", onclick: () => sorted(key)}, title);
		const element = h(
			"th",
			{scope: "col", class: `${figure ? "figure" : ""} ${look}`, title: hint},
			button
		);

		element.style.width = width === undefined ? "auto" : `${width}px`;
		return element;
	}

	show(rows, {sort, descending}) {
		this.rows = rows;
		this.columns.forEach(({key}, i) => {
			const order = key !== sort ? "none" : descending ? "descending" : "ascending";

			if (key !== undefined) this.heads[i].setAttribute("aria-sort", order);
		});
		this.table.setAttribute("aria-rowcount", rows.length + 1);
		this.draw();
	}

	draw() {
		const {first, last} = visible(this.element.scrollTop, this.element.clientHeight, ROW, this.rows.length);

		while (this.slots.length < last - first) this.slots.push(this.slot());
		this.slots.forEach((slot, i) => this.place(slot, first + i, last));
		this.above.style.height = `${first * ROW}px`;
		this.below.style.height = `${(this.rows.length - last) * ROW}px`;
		this.scrolled(this.rows.slice(first, last));
	}

	slot() {
		const {cells, show} = this.make();
		const element = h(
			"tr",
			{},
			cells.map((cell, i) => {
				const {figure, look = ""} = this.columns[i];

				return h("td", {class: `${figure ? "figure" : ""} ${look}`}, cell);
			})
		);
		const slot = {element, show, row: null};

		element.addEventListener("click", event => {
			if (event.target.closest("a") === null) this.open(slot.row);
		});
		this.below.before(element);
		return slot;
	}

	place(slot, at, last) {
		slot.element.hidden = at >= last;
		if (at >= last) return;
		slot.row = this.rows[at];
		slot.show(slot.row);
		slot.element.setAttribute("aria-rowindex", at + 2);
		slot.element.classList.toggle("odd", at % 2 === 1);
		if (this.name(slot.row) === this.chosen) slot.element.setAttribute("aria-current", "true");
		else slot.element.removeAttribute("aria-current");
	}

	key(event) {
		const page = Math.max(1, Math.floor(this.element.clientHeight / ROW) - 2);
		const by = {ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity}[
			event.key
		];
		const at = this.rows.findIndex(row => this.name(row) === this.chosen);

		if (event.key === "Enter" && at >= 0 && event.target.closest("a, button") === null)
			this.open(this.rows[at]);
		if (by === undefined || this.rows.length === 0 || event.altKey || event.ctrlKey || event.metaKey)
			return;
		event.preventDefault();
		this.choose(Math.min(Math.max(at + by, 0), this.rows.length - 1));
	}

	choose(at) {
		const head = this.heads[0].offsetHeight,
			{scrollTop, clientHeight} = this.element;

		this.chosen = this.name(this.rows[at]);
		if (at * ROW < scrollTop) this.element.scrollTop = at * ROW;
		else if ((at + 1) * ROW > scrollTop + clientHeight - head)
			this.element.scrollTop = (at + 1) * ROW - clientHeight + head;
		this.draw();
	}
}

/* A cell of text that changes. */
export function textCell(text) {
	const node = document.createTextNode("");

	return {
		node,
		show: row => {
			const now = text(row);

			if (node.data !== now) node.data = now;
		},
	};
}
