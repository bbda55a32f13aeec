/*
 * What the page knows of the functions follows from the changes that are told.
 */
import assert from "node:assert/strict";
import {test} from "node:test";
import {arrange, Functions, matcher, visible} from "../../web/page-src/src/model.js";

const row = (function_name, call_count, more = {}) => ({
	function_name,
	call_count,
	error_count: 0,
	slow_count: 0,
	total_seconds: call_count / 10,
	avg_seconds: 0.1,
	max_seconds: 0.1,
	p50: 0.1,
	p99: 0.1,
	...more,
});
const change = (whole, total_calls, functions) => ({whole, total_calls, functions});

test("what one second added is the difference to what was known", () => {
	const model = new Functions();

	model.apply(change(true, 30, [row("a", 10), row("b", 20)]), 100);
	model.apply(change(false, 50, [row("a", 30)]), 102);
	assert.equal(model.rows.get("a").rate, 10);
	assert.equal(model.rows.get("b").call_count, 20);
	assert.equal(model.rate, 10);
	model.apply(change(false, 50, []), 103);
	assert.equal(model.rows.get("a").rate, 0);
});

test("a function that appears was called that often since the last answer", () => {
	const model = new Functions();

	model.apply(change(true, 0, []), 100);
	model.apply(change(false, 7, [row("new", 7)]), 101);
	assert.equal(model.rows.get("new").rate, 7);
});

test("a whole answer replaces all, and makes no rate", () => {
	const model = new Functions();

	model.apply(change(true, 10, [row("a", 10)]), 100);
	model.apply(change(true, 5, [row("b", 5)]), 101);
	assert.deepEqual([...model.rows.keys()], ["b"]);
	assert.equal(model.rows.get("b").rate, 0);
	assert.equal(model.rate, 0);
});

test("a search is any part of a name, or a pattern as in a shell", () => {
	assert.ok(matcher("QUERY")("db.query"));
	assert.ok(matcher("db.*")("db.query"));
	assert.ok(!matcher("b.*")("db.query"));
	assert.ok(matcher("q?ery")("query"));
	assert.ok(matcher("a+b(")("xa+b("));
	assert.ok(matcher("*[x]*")("a[x]b"));
});

test("figures are sorted from high to low, names from A to Z, equal ones by name", () => {
	const rows = [row("b", 1), row("c", 5), row("a", 1)];
	const names = order =>
		arrange(rows, order)
			.map(r => r.function_name)
			.join("");

	assert.equal(names({sort: "calls"}), "cab");
	assert.equal(names({sort: "calls", reverse: true}), "abc");
	assert.equal(names({sort: "name"}), "abc");
	assert.equal(names({sort: "name", reverse: true}), "cba");
	assert.equal(names({search: "c"}), "c");
	assert.equal(names({sort: "no such key"}), "cab");
});

test("of a long list the rows in view are shown, and all of them can be", () => {
	assert.deepEqual(visible(0, 280, 28, 10000, 0), {first: 0, last: 10});
	assert.deepEqual(visible(28 * 5000 + 3, 280, 28, 10000, 0), {first: 5000, last: 5011});
	assert.deepEqual(visible(1e9, 280, 28, 5, 2), {first: 3, last: 5});
	assert.deepEqual(visible(0, 280, 28, 0), {first: 0, last: 0});
});
