/*
 * The latency heatmap on a canvas: hover and arrow keys tell a cell, a drag or Shift with arrow keys selects a stretch of
 * time.
 */
import {marks} from "./buckets.js";
import {context, fill, h, onWidth} from "./dom.js";
import {HeatmapModel, quantiles} from "./heatmap-model.js";
import {Frame} from "./frame.js";
import {timeMarks} from "./range.js";
import {color, heat, onTheme} from "./theme.js";
import {count, percent, seconds, short, stretch} from "./units.js";

const HEIGHT = 300;
const LEAST_ROW = 2; /* pixels */

export class Heatmap {
	constructor(timeline, label, signal) {
		this.timeline = timeline;
		this.canvas = h("canvas", {
			tabindex: "0",
			role: "application",
			"aria-label": label,
			"aria-describedby": "heatmap-tip",
		});
		this.tip = h("div", {class: "tip", id: "heatmap-tip", role: "status", hidden: true});
		this.element = h("div", {class: "plot heatmap"}, this.canvas, this.tip);
		this.frame = null;
		this.model = null;
		this.answer = null;
		this.cell = null; /* {time, seconds} that is told */
		onWidth(this.element, signal, width => this.resize(width));
		onTheme(signal, () => this.draw());
		for (const event of ["cursor", "bands"]) timeline.addEventListener(event, () => this.draw(), {signal});
		this.listen();
	}

	show(answer) {
		this.answer = answer;
		this.model = new HeatmapModel(answer, Math.floor((HEIGHT - 30) / LEAST_ROW));
		this.draw();
		this.tell();
	}

	resize(width) {
		this.frame = new Frame(width, HEIGHT);
		this.draw();
	}

	/* ------------------------------------------------------------ drawing */

	y(octave) {
		const {low, high} = this.model.octaves();

		return this.frame.bottom - ((octave - low) / (high - low)) * this.frame.height;
	}

	/* On whole pixels, so that neighbours leave no seam between them. */
	rowEdges(row) {
		const {first, per} = this.model;

		return {
			top: Math.round(this.y((first - 1 + (row + 1) * per) / 64)),
			bottom: Math.round(this.y((first - 1 + row * per) / 64)),
		};
	}

	x(time) {
		return this.frame.x(time, this.timeline.range);
	}

	draw() {
		if (this.frame === null || this.model === null) return;
		const c = context(this.canvas, this.frame.width, HEIGHT);

		this.drawAxes(c);
		if (!this.model.empty) this.drawCells(c);
		this.drawBands(c);
		this.drawCursor(c);
	}

	drawCells(c) {
		const {model} = this,
			colors = new Map();

		for (const column of model.columns) {
			const left = Math.round(this.x(column.start)),
				right = Math.round(this.x(column.start + column.width));
			const width = Math.max(1, right - left - (right - left > 4 ? 1 : 0));

			for (const [row, calls] of column.cells) {
				const {top, bottom} = this.rowEdges(row);

				if (!colors.has(calls)) colors.set(calls, heat(0.08 + 0.92 * model.level(calls)));
				c.fillStyle = colors.get(calls);
				c.fillRect(left, top, width, Math.max(1, bottom - top));
			}
		}
	}

	drawAxes(c) {
		const {frame, model} = this;

		frame.drawTime(c, timeMarks(this.timeline.range, frame.plotWidth));
		if (model.empty) {
			frame.drawMessage(c, "no calls in this range");
			return;
		}
		const {low, high} = model.octaves();

		for (const value of marks(2 ** low, 2 ** high, 10))
			frame.drawMark(c, this.y(Math.log2(value)), short(seconds(value)));
	}

	drawBands(c) {
		for (const [name, band] of Object.entries(this.timeline.bands))
			if (band !== null)
				this.frame.drawBand(c, this.x(band.since), this.x(band.until), color(`band-${name}`));
	}

	drawCursor(c) {
		const {cursor} = this.timeline;

		if (cursor !== null) this.frame.drawCursor(c, this.x(cursor));
		if (this.cell === null || this.model.empty) return;
		const column = this.model.columnAt(this.cell.time);

		if (column === null || this.cell.row < 0 || this.cell.row >= this.model.rows) return;
		const {top, bottom} = this.rowEdges(this.cell.row);

		c.strokeStyle = color("ink");
		c.strokeRect(
			this.x(column.start) - 0.5,
			top - 0.5,
			this.x(column.start + column.width) - this.x(column.start),
			Math.max(3, bottom - top) + 1
		);
	}

	/* ------------------------------------------------------------ telling */

	tell() {
		const column = this.cell === null || this.model.empty ? null : this.model.columnAt(this.cell.time);

		this.tip.hidden = column === null;
		if (column === null) return;
		const row = Math.min(Math.max(this.cell.row, 0), this.model.rows - 1);
		const {lower, upper} = this.model.bounds(row),
			calls = column.cells.get(row) ?? 0;
		const [p50, p90, p99] = quantiles(column.buckets);

		fill(
			this.tip,
			h("b", {}, stretch(column.start, column.start + column.width)),
			h(
				"div",
				{},
				`${count(calls)} of ${count(column.calls)} calls (${percent(calls / column.calls)})`
			),
			h("div", {}, `took ${seconds(lower)} to ${seconds(upper)}`),
			h("div", {class: "quiet"}, `p50 ${seconds(p50)}  p90 ${seconds(p90)}  p99 ${seconds(p99)}`)
		);
		this.place(
			this.x(column.start + column.width / 2),
			this.y((this.model.first + row * this.model.per) / 64)
		);
	}

	/* Beside the cell, on the side where there is room. */
	place(x, y) {
		const {offsetWidth: width, offsetHeight: height} = this.tip;
		const left = x + 14 + width < this.frame.width ? x + 14 : Math.max(0, x - 14 - width);

		this.tip.style.transform = `translate(${left}px, ${Math.min(Math.max(0, y - height / 2), HEIGHT - height)}px)`;
	}

	at(event) {
		const {left, top} = this.canvas.getBoundingClientRect();
		const time = this.frame.time(event.clientX - left, this.timeline.range);
		const {low, high} = this.model.octaves();
		const octave = low + ((this.frame.bottom - (event.clientY - top)) / this.frame.height) * (high - low);

		return {time, row: this.model.rowAt(2 ** octave)};
	}

	point(cell) {
		this.cell = cell;
		this.timeline.point(cell === null ? null : cell.time);
		this.draw();
		this.tell();
	}

	/* ---------------------------------------------------------- listening */

	listen() {
		const {canvas} = this;
		let from = null;

		canvas.addEventListener("pointerdown", event => {
			if (event.button !== 0 || this.model === null) return;
			from = this.at(event).time;
			canvas.setPointerCapture(event.pointerId);
		});
		canvas.addEventListener("pointermove", event => {
			if (this.model === null || this.frame === null) return;
			const cell = this.at(event);

			if (from !== null && Math.abs(this.x(from) - this.x(cell.time)) > 3)
				this.timeline.mark("selected", this.timeline.snap(from, cell.time));
			this.point(cell);
		});
		canvas.addEventListener("pointerup", event => {
			if (from !== null && Math.abs(this.x(from) - this.x(this.at(event).time)) <= 3)
				this.timeline.mark("selected", null);
			from = null;
		});
		canvas.addEventListener("pointerleave", () => this.point(null));
		canvas.addEventListener("blur", () => this.point(null));
		canvas.addEventListener("keydown", event => this.key(event));
	}

	key(event) {
		const {columns, rows} = this.model ?? {columns: []};
		const [dx, dy] = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[
			event.key
		] ?? [0, 0];

		if (columns.length === 0 || (dx === 0 && dy === 0)) return;
		event.preventDefault();
		const here =
			this.cell === null
				? columns.length - 1
				: columns.findIndex(c => this.cell.time < c.start + c.width);
		const at = Math.min(
			Math.max((here < 0 ? columns.length - 1 : here) + (this.cell === null ? 0 : dx), 0),
			columns.length - 1
		);
		const row =
			this.cell === null ? busiest(columns[at]) : Math.min(Math.max(this.cell.row + dy, 0), rows - 1);
		const time = columns[at].start + columns[at].width / 2;

		if (event.shiftKey && dx !== 0) this.extend(time);
		this.point({time, row});
	}

	/* What is selected, from where it began to here. */
	extend(time) {
		const {selected} = this.timeline.bands;
		const anchor = selected === null ? (this.cell?.time ?? time) : this.anchor;

		this.anchor = anchor;
		this.timeline.mark("selected", this.timeline.snap(anchor, time));
	}
}

function busiest(column) {
	return [...column.cells].reduce((best, cell) => (cell[1] > best[1] ? cell : best))[0];
}
