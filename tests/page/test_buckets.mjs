/*
 * The page's arithmetic of buckets is that of proto/histogram.h.
 */
import assert from "node:assert/strict";
import {test} from "node:test";
import {
	bars,
	bucketOf,
	calls,
	extent,
	isSupported,
	linearMarks,
	lower,
	marks,
	merge,
	quantile,
	upper,
} from "../../web/page-src/src/buckets.js";

test("a bucket owns its upper bound, and not its lower one", () => {
	for (const index of [-2174, -640, -64, -1, 0, 1, 63, 64, 640, 1920]) {
		assert.equal(bucketOf(upper(index)), index);
		assert.equal(bucketOf(lower(index)), index === -2174 ? -2175 : index - 1);
		assert.equal(bucketOf(upper(index) * 1.0001), index + 1);
	}
	assert.equal(upper(0), 1);
	assert.equal(upper(64), 2);
});

test("what is shorter than all buckets is in the lowest", () => {
	assert.equal(bucketOf(0), -2175);
	assert.equal(bucketOf(1e-30), -2175);
	assert.equal(lower(-2175), 0);
});

test("merging adds bucket by bucket and keeps the order", () => {
	const merged = merge([
		[
			[-5, 1],
			[3, 2],
		],
		[
			[3, 4],
			[-9, 1],
		],
		[],
	]);

	assert.deepEqual(merged, [
		[-9, 1],
		[-5, 1],
		[3, 6],
	]);
	assert.equal(calls(merged), 8);
});

test("a quantile is the call of rank ceil(q n), within 0.55 %, and never outside of what was seen", () => {
	const times = Array.from({length: 1000}, (_, i) => (i + 1) * 1e-5);
	const buckets = merge(times.map(t => [[bucketOf(t), 1]]));

	for (const q of [0.001, 0.25, 0.5, 0.9, 0.99, 1]) {
		const exact = times[Math.ceil(q * 1000) - 1];

		assert.ok(Math.abs(quantile(buckets, q) / exact - 1) < 0.0055, `${q}`);
	}
	assert.equal(quantile([[0, 1]], 0.5, {min: 0.999, max: 0.999}), 0.999);
	assert.equal(quantile([], 0.5), 0);
});

test("a quantile needs a call beyond it", () => {
	assert.ok(isSupported(100, 0.99));
	assert.ok(!isSupported(99, 0.99));
	assert.ok(isSupported(2, 0.5));
	assert.ok(!isSupported(1, 0.5));
});

test("bars are whole buckets, and lose none", () => {
	const buckets = [
		[-100, 3],
		[-37, 1],
		[0, 5],
		[99, 2],
	];
	const {first, per, counts} = bars(buckets, 48);

	assert.equal(first, -100);
	assert.ok(counts.length <= 48);
	assert.equal(
		counts.reduce((a, b) => a + b),
		11
	);
	assert.equal(counts[Math.floor((0 - first) / per)], 5);
	assert.deepEqual(bars([[7, 2]], 48).counts, [2]);
});

test("bars of two histograms over one extent lie on the same bounds", () => {
	const a = [[-20, 1]],
		b = [[30, 1]],
		both = extent([a, b, []]);

	assert.deepEqual(both, {low: -20, high: 30});
	assert.equal(bars(a, 10, both).counts.length, 1 + Math.floor(50 / bars(a, 10, both).per));
	assert.equal(bars(a, 10, both).per, bars(b, 10, both).per);
});

test("marks of an axis are round, within its bounds, and not too many", () => {
	assert.deepEqual(marks(1e-6, 1e-3, 4), [1e-6, 1e-5, 1e-4, 1e-3]);
	assert.deepEqual(marks(0.9e-3, 6e-3, 4), [1e-3, 2e-3, 5e-3]);
	assert.ok(marks(1e-10, 1e9, 8).length <= 8);
});

test("marks of a linear axis are round too", () => {
	assert.deepEqual(linearMarks(0, 10, 5), [0, 2, 4, 6, 8, 10]);
	assert.deepEqual(linearMarks(13, 27, 4), [15, 20, 25]);
	assert.ok(linearMarks(0.0012, 0.0019, 6).every(v => v >= 0.0012 && v <= 0.0019));
});
