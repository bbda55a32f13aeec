/*
 * The page writes figures as profctl does: the cases are those of tests/ctl/test_units.c.
 */
import assert from "node:assert/strict";
import {test} from "node:test";
import * as units from "../../web/page-src/src/units.js";

function each(write, cases) {
	for (const [value, text] of cases) assert.equal(write(value), text, String(value));
}

test("a duration has three digits and the unit that fits it", () =>
	each(units.seconds, [
		[0, "0 s"],
		[1e-9, "1 ns"],
		[35e-9, "35 ns"],
		[35.26e-9, "35.3 ns"],
		[999e-9, "999 ns"],
		[9.994e-6, "9.99 µs"],
		[9.996e-6, "10.0 µs"],
		[0.000999, "999 µs"],
		[0.0009996, "1.00 ms"],
		[0.0123, "12.3 ms"],
		[1, "1.00 s"],
		[59.94, "59.9 s"],
	]));

test("from a minute on a duration has two units, none of them full", () =>
	each(units.seconds, [
		[59.96, "1 min 00 s"],
		[61.4, "1 min 01 s"],
		[3599.6, "1 h 00 min"],
		[3661, "1 h 01 min"],
		[86399, "1 d 00 h"],
		[90000, "1 d 01 h"],
		[864000, "10 d 00 h"],
	]));

test("what is no duration is told as such", () =>
	each(units.seconds, [
		[-1, "?"],
		[NaN, "?"],
		[Infinity, "?"],
	]));

test("a timing has four digits", () =>
	each(units.timing, [
		[1.05312e-6, "1.053 µs"],
		[18e-9, "18 ns"],
		[0.8552e-3, "855.2 µs"],
		[1.23456, "1.235 s"],
		[12.3456, "12.35 s"],
		[123.456, "123.5 s"],
	]));

test("a count has its thousands apart, and from ten million on three digits", () => {
	each(units.count, [
		[0, "0"],
		[999, "999"],
		[1000, "1,000"],
		[1234567, "1,234,567"],
	]);
	each(units.shortCount, [
		[9999999, "9,999,999"],
		[10000000, "10.0 M"],
		[999499999, "999 M"],
		[1e9, "1.00 G"],
		[2.5e12, "2.50 T"],
	]);
});

test("bytes are told in powers of 1024", () =>
	each(units.bytes, [
		[1, "1 byte"],
		[999, "999 bytes"],
		[1024, "1.00 KiB"],
		[10 * 1024 * 1024, "10.0 MiB"],
	]));

test("a change is told as profctl diff tells it", () =>
	each(units.change, [
		[1.234, "+23.4 %"],
		[0.5, "-50.0 %"],
		[null, "-"],
	]));

test("a name cannot hide, reorder or break the text around it", () =>
	each(units.printable, [
		["plain name", "plain name"],
		["größer 函数", "größer 函数"],
		["a\tb\n", "a\\x09b\\x0a"],
		["\u001b[31m", "\\x1b[31m"],
		["back\\slash", "back\\\\slash"],
		["\u202eevil", "\\u{202e}evil"],
		["zero\u200bwidth", "zero\\u{200b}width"],
		["\u{e0041}tag", "\\u{e0041}tag"],
		["<script>", "<script>"],
	]));

test("a round figure on an axis has no empty digits", () =>
	each(units.short, [
		["10.0 ms", "10 ms"],
		["1.00 s", "1 s"],
		["1.50 s", "1.5 s"],
		["100 µs", "100 µs"],
	]));
