/*
 * The flame graph's frames: weights, places, changes, search.
 */
import assert from "node:assert/strict";
import {test} from "node:test";
import {build, byOwn, changeOf, compare, hash, layout, search} from "../../web/page-src/src/flame-model.js";

const path = (id, parent, name, total_seconds, self_seconds, call_count = 1) => ({
	id,
	parent,
	function: name,
	program: "p",
	total_seconds,
	self_seconds,
	call_count,
	error_count: 0,
});
const answer = paths => ({total_calls: 0, errors: 0, total_seconds: 0, paths});
const TREE = answer([
	path(1, null, "main", 10, 1, 1),
	path(2, 1, "a", 3, 3, 30),
	path(3, 1, "b", 6, 2, 4),
	path(4, 3, "a", 4, 4, 2),
]);

test("a frame is as wide as its own part and its children's, the heaviest first", () => {
	const all = build(TREE, "time"),
		[main] = all.children;

	assert.equal(all.weight, 10);
	assert.deepEqual(
		main.children.map(c => c.name),
		["b", "a"]
	);
	assert.equal(main.children[0].children[0].depth, 3);
});

test("by calls a frame's own part is its calls", () => {
	const all = build(TREE, "calls");

	assert.equal(all.weight, 37);
	assert.deepEqual(
		all.children[0].children.map(c => [c.name, c.weight]),
		[
			["a", 30],
			["b", 6],
		]
	);
});

test("children lie within their parent, beside each other", () => {
	const placed = layout(build(TREE, "time"), 0);
	const at = Object.fromEntries(placed.map(p => [`${p.frame.name}${p.frame.depth}`, [p.x, p.width]]));

	assert.deepEqual(at.main1, [0, 1]);
	assert.deepEqual(at.b2, [0, 0.6]);
	assert.ok(Math.abs(at.a2[0] - 0.6) < 1e-12 && Math.abs(at.a2[1] - 0.3) < 1e-12);
	assert.ok(Math.abs(at.a3[1] - 0.4) < 1e-12);
});

test("what is too narrow is left out with all below it", () => {
	assert.deepEqual(
		layout(build(TREE, "time"), 0.35).map(p => p.frame.name),
		["all", "main", "b", "a"]
	);
	assert.deepEqual(
		layout(build(TREE, "time"), 0.7).map(p => p.frame.name),
		["all", "main"]
	);
});

test("the zoomed frame and those above it take the whole width", () => {
	const all = build(TREE, "time"),
		b = all.children[0].children[0],
		placed = layout(b, 0);

	assert.deepEqual(placed.map(p => [p.frame.name, p.width, p.above]).slice(0, 3), [
		["all", 1, true],
		["main", 1, true],
		["b", 1, false],
	]);
	assert.ok(Math.abs(placed[3].width - 4 / 6) < 1e-12);
});

test("a change is what share of its part a frame won or lost", () => {
	const now = build(TREE, "time");

	compare(now, build(answer([path(1, null, "main", 20, 11), path(2, 1, "a", 9, 9)]), "time"));
	const [b, a] = now.children[0].children;

	assert.equal(changeOf(b, now), 1);
	assert.ok(Math.abs(changeOf(a, now) - (0.3 - 0.45) / 0.45) < 1e-12);
	assert.equal(changeOf(now.children[0], now), 0);
});

test("a search tells the share of what it finds, and counts no time twice", () => {
	const all = build(TREE, "time");

	assert.equal(search(all, "a").found.size, 3);
	assert.equal(search(all, "a").share, 1);
	assert.equal(search(all, "b").share, 0.6);
	assert.equal(search(all, "").found.size, 0);
	assert.equal(search(all, "all").found.size, 0);
});

test("the functions by their own share add up over all paths", () => {
	assert.deepEqual(
		byOwn(build(TREE, "time")).map(f => [f.name, f.own]),
		[
			["a", 7],
			["b", 2],
			["main", 1],
		]
	);
	const recursive = build(answer([path(1, null, "r", 9, 4), path(2, 1, "r", 5, 5)]), "time");

	assert.deepEqual(
		byOwn(recursive).map(f => [f.name, f.own, f.weight]),
		[["r", 9, 9]]
	);
});

test("a name always gets the same colour", () => {
	assert.equal(hash("a"), 0xe40c292c);
	assert.equal(hash("größer"), hash("größer"));
});
