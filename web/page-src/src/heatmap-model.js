/*
 * Time from left to right, durations from below to above, and the number of calls of each cell, from the true buckets: a
 * row is one bucket, or as many whole neighbours as the height leaves no room for one by one.
 */
import {bucketOf, extent, lower, merge, quantile, upper} from "./buckets.js";

export class HeatmapModel {
	/* answer: of /api/heatmap; most: rows that there is room for. */
	constructor(answer, most) {
		const {low, high} = extent(answer.steps.map(s => s.buckets));

		this.empty = answer.steps.length === 0;
		this.per = Math.max(1, Math.ceil((high - low + 1) / most));
		this.first = low;
		this.rows = Math.floor((high - low) / this.per) + 1;
		this.columns = answer.steps.map(step => this.column(step));
		this.most = this.columns.reduce((most, c) => Math.max(most, ...c.cells.values()), 0);
	}

	column({start, width, call_count, buckets}) {
		const cells = new Map();

		for (const [index, count] of buckets) {
			const row = Math.floor((index - this.first) / this.per);

			cells.set(row, (cells.get(row) ?? 0) + count);
		}
		return {start, width, calls: call_count, buckets, cells};
	}

	/* The bounds of a row, in seconds: longer than `lower`, at most `upper`. */
	bounds(row) {
		const index = this.first + row * this.per;

		return {lower: lower(index), upper: upper(index + this.per - 1)};
	}

	/* Where the durations of all rows begin and end, as exponents of 2. */
	octaves() {
		return {low: (this.first - 1) / 64, high: (this.first - 1 + this.rows * this.per) / 64};
	}

	columnAt(time) {
		return this.columns.find(c => time >= c.start && time < c.start + c.width) ?? null;
	}

	rowAt(seconds) {
		return Math.floor((bucketOf(seconds) - this.first) / this.per);
	}

	/* How strong a cell is drawn: from 0 to 1 on a logarithmic scale, so that single slow calls are seen too. */
	level(count) {
		return this.most <= 1 ? 1 : Math.log(count) / Math.log(this.most);
	}

	/* All calls of the columns that begin within a stretch of time. */
	within({since, until}) {
		return merge(
			this.columns.filter(c => c.start >= since - 1e-6 && c.start < until - 1e-6).map(c => c.buckets)
		);
	}
}

export function quantiles(buckets) {
	return [0.5, 0.9, 0.99].map(q => quantile(buckets, q));
}
