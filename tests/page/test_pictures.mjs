/*
 * What pictures over time, distributions and sparklines are made of.
 */
import assert from "node:assert/strict";
import {test} from "node:test";
import {density, quantileOf, shownBounds, sorted} from "../../web/page-src/src/density.js";
import {slicesOf} from "../../web/page-src/src/distribution.js";
import {lower, upper} from "../../web/page-src/src/buckets.js";
import {HeatmapModel} from "../../web/page-src/src/heatmap-model.js";
import {neighbours} from "../../web/page-src/src/paths.js";
import {barsPath, linePath} from "../../web/page-src/src/spark.js";
import {Timeline} from "../../web/page-src/src/timeline.js";

const ANSWER = {
	step: 10,
	since: 0,
	until: 40,
	steps: [
		{
			start: 0,
			width: 10,
			call_count: 3,
			buckets: [
				[-64, 1],
				[0, 2],
			],
		},
		{start: 30, width: 10, call_count: 100, buckets: [[1, 100]]},
	],
};

test("with room for each bucket a row of the heatmap is a bucket", () => {
	const model = new HeatmapModel(ANSWER, 1000);

	assert.equal(model.per, 1);
	assert.equal(model.rows, 66);
	assert.deepEqual(model.bounds(model.rowAt(1)), {lower: lower(0), upper: 1});
	assert.equal(model.columns[0].cells.get(model.rowAt(1)), 2);
	assert.equal(model.most, 100);
	assert.equal(model.level(100), 1);
	assert.equal(model.level(1), 0);
});

test("without that room a row is whole neighbours, and no call is lost", () => {
	const model = new HeatmapModel(ANSWER, 10);

	assert.ok(model.rows <= 10);
	for (const column of model.columns)
		assert.equal(
			[...column.cells.values()].reduce((a, b) => a + b),
			column.calls
		);
});

test("a column is found by its time, also where there is none", () => {
	const model = new HeatmapModel(ANSWER, 100);

	assert.equal(model.columnAt(9.99).start, 0);
	assert.equal(model.columnAt(10), null);
	assert.equal(model.columnAt(35).calls, 100);
	assert.deepEqual(model.within({since: 0, until: 30}), [
		[-64, 1],
		[0, 2],
	]);
	assert.ok(new HeatmapModel({steps: []}, 100).empty);
});

test("what is selected grows to whole steps and stays within the range", () => {
	const timeline = new Timeline();

	timeline.show({since: 100, until: 200}, 10);
	assert.deepEqual(timeline.snap(133, 117), {since: 110, until: 140});
	assert.deepEqual(timeline.snap(120, 120), {since: 120, until: 130});
	assert.deepEqual(timeline.snap(-5, 500), {since: 100, until: 200});
});

test("who selects tells all others, once", () => {
	const timeline = new Timeline(),
		told = [];

	timeline.addEventListener("bands", event => told.push(event.detail));
	timeline.mark("selected", {since: 1, until: 2});
	timeline.mark("selected", null);
	assert.deepEqual(told, ["selected", "selected"]);
});

test("a density has an area of 1, and its top where the values are", () => {
	const values = sorted(Array.from({length: 500}, (_, i) => 1 + Math.sin(i) * 0.01 + (i % 50 === 0 ? 0.5 : 0)));
	const points = density(values, {from: 0.5, to: 2}, 600);
	const area = points.reduce((sum, p) => sum + p.density, 0) * (1.5 / 599);
	const top = points.reduce((best, p) => (p.density > best.density ? p : best));

	assert.ok(Math.abs(area - 1) < 0.02, `${area}`);
	assert.ok(Math.abs(top.at - 1) < 0.05, `${top.at}`);
	assert.ok(density(sorted([3, 3, 3]), {from: 2, to: 4}).every(p => Number.isFinite(p.density)));
});

test("a quantile of timings is linear between the ranks", () => {
	assert.equal(quantileOf(sorted([4, 1, 2, 3]), 0.5), 2.5);
	assert.equal(quantileOf(sorted([7]), 0.9), 7);
});

test("a far outlier does not press the rest together", () => {
	const bounds = shownBounds([sorted([...Array.from({length: 99}, (_, i) => 1 + i / 1000), 50])]);

	assert.ok(bounds.to < 2 && bounds.from < 1);
});

test("the slices of a histogram are told with their bounds and share", () => {
	const [slice] = slicesOf({first: 64, per: 1, counts: [3]}, {lower, upper}, 12);

	assert.equal(slice.share, 0.25);
	assert.equal(slice.to, 2);
	assert.match(slice.text, /^3 calls \(25.0 %\) took 1.98 s to 2.00 s$/);
});

test("a sparkline has gaps where nothing was called, and shows a single value", () => {
	assert.equal(linePath([null, 1, 2, null, 1], 40, 20), "M10.0,10.0L20.0,1.5M40.0,10.0h1.5");
	assert.equal(linePath([null, null]), "");
	assert.equal(barsPath([0, 4], 20, 20), "M10.0,20v-18.0h9.5V20Z");
});

test("callers and callees follow from the paths, the longest first", () => {
	const path = (id, parent, name, total_seconds, program = "p") => ({
		id,
		parent,
		function: name,
		program,
		call_count: 1,
		error_count: 0,
		total_seconds,
	});
	const {callers, callees} = neighbours(
		[
			path(1, null, "p", 9),
			path(2, 1, "f", 4),
			path(3, 1, "g", 5),
			path(4, 3, "f", 5),
			path(5, 4, "x", 1),
			path(6, 2, "y", 3),
		],
		"f"
	);

	assert.deepEqual(
		callers.map(c => [c.name, c.seconds]),
		[
			["g", 5],
			[null, 4],
		]
	);
	assert.deepEqual(
		callees.map(c => c.name),
		["y", "x"]
	);
});
