/*
 * Addresses and stretches of time.
 */
import assert from "node:assert/strict";
import {test} from "node:test";
import {figure, troubles} from "../../web/page-src/src/health.js";
import {absolute, asRange, point, resolve, stepOf, timeMarks} from "../../web/page-src/src/range.js";
import {format, functionAt, parse} from "../../web/page-src/src/route.js";

test("any name of a function survives an address", () => {
	for (const name of [
		"f",
		"a/b",
		"a?b=c#d",
		"100 %",
		"größer 函数",
		"<script>alert(1)</script>",
		"..",
		"\u202e\u0001",
		"a&b+c",
	])
		assert.equal(parse(functionAt(name, {since: "1h"})).name, name);
	assert.deepEqual(parse(functionAt("f", {since: "1h", program: ""})), {
		view: "function",
		name: "f",
		params: {since: "1h"},
	});
});

test("an address that is none of ours breaks nothing", () => {
	assert.deepEqual(parse(""), {view: "", name: "", params: {}});
	assert.deepEqual(parse("#/function/%E0%A4%A"), {view: "function", name: "", params: {}});
	assert.equal(format({view: ""}), "#/");
});

test("points in time are read as profctl reads them", () => {
	assert.equal(point("2h", 10000), 10000 - 7200);
	assert.equal(point("90s", 10000), 9910);
	assert.equal(point("@1795356000", 0), 1795356000);
	assert.equal(point("2026-11-22T14:00:00Z", 0), Date.UTC(2026, 10, 22, 14) / 1000);
	for (const wrong of ["", "2", "h", "-1h", "@", "@x", "yesterweek"]) assert.equal(point(wrong, 0), null, wrong);
});

test("a range ends now unless it says otherwise, and one that makes no sense is none", () => {
	assert.deepEqual(resolve({since: "15m"}, 1000), {since: 100, until: 1000, live: true});
	assert.deepEqual(resolve({since: "@1", until: "@2"}, 1000), {since: 1, until: 2, live: false});
	assert.equal(resolve({since: "@2", until: "@1"}, 1000), null);
	assert.equal(resolve({since: "never"}, 1000), null);
	assert.equal(asRange({since: 1.4, until: 9.6}), "@1..@10");
	assert.equal(absolute(5), "@5");
});

test("a step is of whole windows, and there are not too many of them", () => {
	assert.equal(stepOf({since: 0, until: 300}, 180), 10);
	assert.equal(stepOf({since: 0, until: 3600}, 180), 20);
	assert.equal(stepOf({since: 0, until: 7 * 86400}, 180), 3600);
	assert.ok(stepOf({since: 0, until: 1e9}, 180) > 0);
});

test("marks of time are within the range, in order, with room for their text", () => {
	for (const length of [60, 900, 3600, 86400, 30 * 86400]) {
		const marks = timeMarks({since: 1795356007, until: 1795356007 + length}, 800);

		assert.ok(marks.length >= 1 && marks.length <= 11, `${length}: ${marks.length}`);
		assert.ok(marks.every((m, i) => m.part >= 0 && m.part < 1 && (i === 0 || m.part > marks[i - 1].part)));
	}
});

test("profd's own figures are told in their units, and what is wrong is said", () => {
	assert.equal(figure("uptime", 61), "1 min 01 s");
	assert.equal(figure("database_bytes", 2048), "2.00 KiB");
	assert.equal(figure("pushes", 12345), "12,345");
	assert.equal(figure("disk", "ok"), "ok");
	assert.deepEqual(
		troubles({commit_failures: 2, log_lost: 0}).map(t => [t.name, t.count]),
		[["commit_failures", 2]]
	);
});
