/*
 * Text can be read on what it stands on, light and dark: the contrast that WCAG 2 asks for (4.5, level AA).
 */
import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {test} from "node:test";

const css = readFileSync(new URL("../../web/page-src/app.css", import.meta.url), "utf8");
const colors = Object.fromEntries(
	[...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, ...pair]) => [name, pair])
);
const TEXT = ["ink", "quiet", "accent", "good", "warn", "bad", "p50", "p90", "p99", "before", "after"];
const PAIRS = [
	...["paper", "card"].flatMap(under => TEXT.map(text => [text, under])),
	["ink", "raised"],
	["quiet", "raised"],
	["ink", "chosen"],
	["accent", "chosen"],
	["accent-ink", "accent"],
	["hit-ink", "hit"],
];

function luminance(hex) {
	const [r, g, b] = [1, 3, 5]
		.map(at => parseInt(hex.slice(at, at + 2), 16) / 255)
		.map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));

	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
	const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);

	return (high + 0.05) / (low + 0.05);
}

test("the contrast of black and white is 21", () => assert.ok(Math.abs(contrast("#000000", "#ffffff") - 21) < 1e-9));

for (const [i, theme] of ["light", "dark"].entries())
	test(`text can be read, ${theme}`, () => {
		for (const [text, under] of PAIRS) {
			const found = contrast(colors[text][i], colors[under][i]);

			assert.ok(found >= 4.5, `${text} on ${under}: ${found.toFixed(2)}`);
		}
	});
