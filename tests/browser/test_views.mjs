/*
 * Every view of the page against a real profd that real programs have pushed to: the figures are those of profctl, and input
 * has its effect.
 */
import assert from "node:assert/strict";
import {after, before, test} from "node:test";
import {format, functionAt} from "../../web/page-src/src/route.js";
import * as units from "../../web/page-src/src/units.js";
import {figures, go, holds, Machine, openBrowser, openPage, rows, says, STARTED, waitUntil} from "./harness.mjs";

/* So that few calls are slow, and failures stay in the list. */
const CONFIG = "[slow]\nthreshold = 10s\n[slow-functions]\nfill = 1ms\n";
/* So many windows of ten seconds with calls: two stretches of time can be compared then. */
const WINDOWS = 3;

const FILES = "/usr/share/common-licenses";

/* params: all windows with calls, as a range that stays the same while the tests go on, and with them what is asked. */
let machine, browser, page, params;

before(async () => {
	machine = new Machine(CONFIG);
	await machine.startProfd();
	const programs = [
		machine.run("examples/tokenise", "-t", "2", "-s", "24", FILES),
		machine.run("examples/checksum", "-o", "4", "-s", "24", FILES, "/proc/self/mem"),
		machine.run("examples/catalogue", "-s", "5", `${machine.folder}/catalogue.db`, FILES),
	];

	await machine.startProfweb();
	browser = await openBrowser();
	page = await openPage(browser, machine);
	await Promise.allSettled(programs);
	let {steps} = await asked("history", {since: "1d"});

	while (steps.length < WINDOWS) {
		await machine.run("examples/tokenise", "-t", "2", "-s", "5", FILES);
		({steps} = await asked("history", {since: "1d"}));
	}
	await waitUntil(allIsIn, "all calls are in the database");
	({steps} = await asked("history", {since: "1d"}));
	const last = steps[steps.length - 1];

	params = {since: `@${steps[0].start}`, until: `@${last.start + last.width}`};
}, STARTED);

after(async () => {
	await browser?.close();
	await machine?.close();
});

/* What profctl says of tokenise_file over time, in the steps of the page. */
function asked(command, {since, until} = params) {
	const range = ["--since", since, ...(until === undefined ? [] : ["--until", until])];

	return machine.json(command, ...range, "--step", "10s", "tokenise_file");
}

/* Whether the programs have said goodbye, and what is told of all time is told of now. */
async function allIsIn() {
	const {processes} = await machine.json("ps"),
		{total_calls: calls} = await machine.json("summary"),
		{paths} = await machine.json("tree", "--share", "0");

	return processes.every(p => p.state === "ended") && paths.reduce((sum, p) => sum + p.call_count, 0) === calls;
}

/* A row of the overview as profctl list tells it. */
function rowOf(f) {
	const dash = count => (count === 0 ? "–" : units.shortCount(count));

	return {
		0: f.function_name,
		1: units.shortCount(f.call_count),
		4: dash(f.error_count),
		5: dash(f.slow_count),
		6: units.seconds(f.total_seconds),
		7: units.seconds(f.avg_seconds),
		8: units.marked(f.p50, f.doubtful.includes("p50")),
		9: units.marked(f.p99, f.doubtful.includes("p99")),
		11: units.seconds(f.max_seconds),
	};
}

async function assertRows(functions) {
	const shown = await rows(page);

	assert.deepEqual(
		shown.map(r => r[0]),
		functions.map(f => f.function_name)
	);
	functions.forEach((f, i) => {
		for (const [cell, text] of Object.entries(rowOf(f)))
			assert.equal(shown[i][cell], text, `row ${i}, column ${cell}, of ${f.function_name}`);
	});
}

test("the overview shows what profctl list and summary show", async () => {
	const {functions} = await machine.json("list"),
		summary = await machine.json("summary");

	await holds(async () => {
		const totals = await figures(page);

		assert.equal(totals.Calls, units.count(summary.total_calls));
		assert.equal(totals.Functions, units.count(summary.profiled_functions));
		assert.equal(totals.Errors, units.count(summary.errors));
		assert.equal(totals.Slow, units.count(summary.slow_calls));
		assert.equal(totals["Total time"], units.seconds(summary.total_seconds));
		await assertRows(functions);
	});
});

test("sparklines show the last minutes of the functions in view", async () => {
	await waitUntil(() => page.locator(".spark .line.p99[d^=M]").count(), "a line is drawn");
	await waitUntil(() => page.locator(".spark .bars.calls[d^=M]").count(), "bars are drawn");
});

test("a click on a column sorts, another one turns the order round", async () => {
	for (const [title, key, column] of [
		["p99", "p99", 9],
		["Calls", "calls", 1],
		["Function", "name", 0],
	]) {
		const {functions} = await machine.json("list", "--sort", key),
			head = page.getByRole("columnheader", {name: title, exact: true});

		await head.getByRole("button").click();
		await holds(async () => {
			assert.equal((await rows(page))[0][column], rowOf(functions[0])[column]);
			assert.equal(await head.getAttribute("aria-sort"), key === "name" ? "ascending" : "descending");
		});
		await head.getByRole("button").click();
		await holds(async () =>
			assert.equal(await head.getAttribute("aria-sort"), key === "name" ? "descending" : "ascending")
		);
	}
	await page.getByRole("columnheader", {name: "Total", exact: true}).getByRole("button").click();
});

test("a search narrows the table as one types, Escape ends it", async () => {
	const all = (await rows(page)).length;

	await page.keyboard.press("/");
	await page.keyboard.type("query.*");
	await holds(async () => {
		const shown = await rows(page);

		assert.ok(shown.length > 1);
		assert.ok(shown.every(r => r[0].startsWith("query.")));
		assert.match(page.url(), /search=query\.\*$/);
	});
	await page.keyboard.press("Escape");
	await waitUntil(async () => (await rows(page)).length === all, "all are shown again");
});

test("a program can be chosen, and its figures are those of profctl --program", async () => {
	const {functions} = await machine.json("list", "--program", "tokenise");

	await waitUntil(() => page.locator("#program option[value=tokenise]").count(), "the program is offered");
	await page.locator("#program").selectOption("tokenise");
	await holds(() => assertRows(functions));
	await page.locator("#program").selectOption("");
	await waitUntil(async () => (await rows(page)).length > functions.length, "all programs again");
});

test("slow and failed calls are listed with their errors, as profctl slow does", async () => {
	const {calls} = await machine.json("slow", "--limit", "20"),
		items = page.locator(".slow-calls .calls li");

	await holds(async () => {
		const texts = await items.allTextContents();

		assert.equal(texts.length, calls.length);
		texts.forEach((text, i) => {
			for (const part of [
				calls[i].function,
				units.seconds(calls[i].seconds),
				calls[i].state,
				calls[i].error ?? "",
			])
				assert.ok(text.includes(part), `"${text}" has ${part}`);
		});
	});
	assert.ok(calls.some(c => c.error === "Input/output error"));
});

test("the keyboard chooses a function and opens it, Escape leads back", async () => {
	await page.keyboard.press("Home");
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("ArrowDown");
	const name = await page.locator(".grid tr[aria-current] .name").textContent();

	assert.equal(name, (await rows(page))[2][0]);
	await page.keyboard.press("Enter");
	await says(page, "h1", name);
	await page.keyboard.press("Escape");
	await waitUntil(async () => (await rows(page)).length > 0, "the overview is back");
});

test("the page of a function shows what profctl stats shows", async () => {
	const s = await machine.json("stats", "tokenise_file");

	await go(page, functionAt("tokenise_file", {since: "1d"}));
	await holds(async () => {
		const shown = await figures(page);

		assert.equal(shown.Calls, units.count(s.call_count));
		for (const q of ["p50", "p75", "p90", "p95", "p99", "p99.9"])
			assert.equal(shown[q], units.marked(s[q], s.doubtful.includes(q)));
		assert.equal(shown.Min, units.seconds(s.min_seconds));
		assert.equal(shown.Max, units.seconds(s.max_seconds));
		assert.equal(shown["Total time"], units.seconds(s.total_seconds));
	});
	await loaded(page);
});

/* The page of tokenise_file is complete: nothing comes any more that would move what stands below it. */
async function loaded(on) {
	const s = await machine.json("stats", "tokenise_file");

	await says(on, ".beside .distribution .said", `${units.count(s.call_count)} calls in this time`);
	await waitUntil(async () => (await figures(on)).Calls === units.count(s.call_count), "its calls are shown");
	await on.locator("table[aria-label=Callees] tbody tr").first().waitFor();
	await on.locator(".wide-list li").first().waitFor();
}

/* The place of a time in the heatmap, in pixels from the left of the window. */
async function placeOf(time) {
	const [since, until] = [params.since, params.until].map(at => Number(at.slice(1)));
	const box = await page.locator(".heatmap canvas").boundingBox();

	return {x: box.x + 64 + ((time - since) / (until - since)) * (box.width - 74), y: box.y + 150};
}

test("hovering over the heatmap tells the calls of a column, those of profctl heatmap", async () => {
	const {steps} = await asked("heatmap"),
		{steps: history} = await asked("history"),
		step = steps[1];

	await go(page, functionAt("tokenise_file", params));
	await loaded(page);
	const {x, y} = await placeOf(step.start + step.width / 2);

	await page.mouse.move(x, y);
	await says(page, ".tip", new RegExp(` of ${units.count(step.call_count)} calls`));
	const [, told] = /(p50 .*)$/.exec(await page.locator(".tip").textContent());

	assert.ok(told.includes(`p50 ${units.seconds(history[1].p50)}`), `${told} has ${history[1].p50}`);
});

test("arrow keys move through the heatmap's cells", async () => {
	await page.mouse.move(5, 5);
	await page.locator(".heatmap .tip").waitFor({state: "hidden"});
	await page.locator(".heatmap canvas").focus();
	await page.keyboard.press("ArrowUp");
	await page.locator(".heatmap .tip").waitFor();
	const first = await page.locator(".heatmap .tip").textContent();

	await page.keyboard.press("ArrowLeft");
	await waitUntil(
		async () => (await page.locator(".heatmap .tip").textContent()) !== first,
		"another cell is told"
	);
	await page.keyboard.press("Shift+ArrowLeft");
	await says(page, ".stretch", /calls/);
	await page.keyboard.press("Escape");
	await says(page, ".stretch", /^Drag/);
});

/* Selects the stretch of one step. */
async function drag({start, call_count: calls}) {
	const a = await placeOf(start + 1),
		b = await placeOf(start + 9);

	await page.mouse.move(a.x, a.y);
	await page.mouse.down();
	await page.mouse.move((a.x + b.x) / 2, a.y);
	await page.mouse.move(b.x, b.y);
	await page.mouse.up();
	await says(page, ".stretch", new RegExp(`${units.count(calls)} calls`));
}

test("two stretches of time are selected by dragging and compared as profctl diff does", async () => {
	const {steps} = await asked("heatmap");

	await drag(steps[0]);
	await page.keyboard.press("b");
	await drag(steps[steps.length - 1]);
	await page.getByRole("button", {name: "After"}).click();
	await page.locator("#verdict").waitFor();
	const [before, after] = [await page.locator("#before").inputValue(), await page.locator("#after").inputValue()];
	const {
		functions: [one],
	} = await machine.json("diff", "--before", before, "--after", after, "tokenise_file");
	const shown = await page
		.locator(".comparison table tbody tr")
		.evaluateAll(all => all.map(tr => [...tr.cells].map(c => c.textContent)));

	assert.deepEqual(
		shown.slice(0, 3).map(r => r.slice(0, 4)),
		["p50", "p90", "p99"].map(q => [
			q,
			units.seconds(one[q].before),
			units.seconds(one[q].after),
			units.change(one[q].ratio),
		])
	);
	assert.deepEqual(shown[3].slice(0, 3), ["calls", units.count(one.calls_before), units.count(one.calls_after)]);
	await waitUntil(
		async () =>
			(await page.locator(".comparison .bars.before[d], .comparison .bars.after[d]").count()) === 2,
		"both distributions are drawn"
	);
});

test("a stretch that makes no sense is told, and breaks nothing", async () => {
	const other = await openPage(browser, machine, {hash: functionAt("tokenise_file", params), cutOff: true});

	await other.locator("#before").fill("tomorrow..yesterday");
	await other.getByRole("button", {name: "Compare", exact: true}).click();
	await says(other, ".comparison .bad", /before/);
	await other.finish();
});

test("zooming shows the selected stretch alone, going back the one before", async () => {
	const {
			steps: [, step],
		} = await asked("heatmap"),
		zoomed = {since: `@${step.start}`, until: `@${step.start + step.width}`};

	await drag(step);
	await page.keyboard.press("z");
	await waitUntil(() => page.url().endsWith(functionAt("tokenise_file", zoomed)), "the address has the range");
	await says(page, ".beside .distribution .said", `${units.count(step.call_count)} calls in this time`);
	await page.goBack();
	await waitUntil(() => page.url().endsWith(functionAt("tokenise_file", params)), "the range before");
	await loaded(page);
});

test("callers and callees lead to their own pages", async () => {
	const {paths} = await machine.json("tree", "--share", "0", "--since", params.since, "--until", params.until),
		called = paths.find(p => p.function === "split_words");
	const row = page.locator("table[aria-label=Callees] tr", {hasText: "split_words"});

	await says(
		page,
		"table[aria-label=Callees] tr:has-text('split_words') td:nth-child(2)",
		units.shortCount(called.call_count)
	);
	await row.getByRole("link").click();
	await says(page, "h1", "split_words");
	await says(page, "table[aria-label=Callers] tbody tr td", "tokenise_file");
});

test("a function that nobody called is told as such", async () => {
	const other = await openPage(browser, machine, {hash: "#/function/tokenise_fill", cutOff: true});

	await says(other, ".notice", /no/);
	await other.finish();
});

test("the flame graph is as wide as profctl tree says, and can be zoomed and searched", async () => {
	const {paths} = await machine.json("tree", "--share", "0"),
		all = paths.filter(p => p.parent === null);
	const weight = new Map(paths.map(p => [p.id, p.self_seconds]));

	/* A child has a larger number than its parent. */
	for (const p of [...paths].reverse())
		if (p.parent !== null) weight.set(p.parent, weight.get(p.parent) + weight.get(p.id));
	const total = all.reduce((sum, p) => sum + p.total_seconds, 0),
		whole = all.reduce((sum, p) => sum + weight.get(p.id), 0),
		heaviest = all.reduce((a, b) => (weight.get(b.id) > weight.get(a.id) ? b : a));

	await go(page, "#/flame");
	await says(page, "#flame-said", new RegExp(`all.*100.0 % of all, ${units.seconds(total)}`));
	await page.locator(".flame canvas").focus();
	await page.keyboard.press("ArrowDown");
	await says(
		page,
		"#flame-said",
		new RegExp(`^${heaviest.function} .*${units.percent(weight.get(heaviest.id) / whole)} of all`)
	);
	await page.keyboard.press("Enter");
	await page.locator(".flame canvas").hover({position: {x: 1300, y: 19 + 9}});
	await says(page, "#flame-said", new RegExp(`^${heaviest.function}`));
	await page.keyboard.press("Escape");
	await page.keyboard.press("/");
	await page.keyboard.type("tokenise_file");
	const found = paths.filter(p => p.function === "tokenise_file");

	await says(
		page,
		".bar .quiet",
		`${found.length} frames, ${units.percent(found.reduce((s, p) => s + weight.get(p.id), 0) / whole)} of all`
	);
	await page.keyboard.press("Escape");
});

test("the flame graph of a stretch of time can be compared with an earlier one", async () => {
	await go(page, format({view: "flame", params}));
	await page.getByLabel("compared with").selectOption({label: "the period before"});
	await waitUntil(() => /before=/.test(page.url()), "the address has the range");
	await page.locator(".legend").waitFor();
	await says(page, "#flame-said", /100.0 % of all/);
	await page.getByLabel("width by").selectOption("calls");
	await says(page, "#flame-said", /calls/);
});

test("the daemon's processes and figures are those of profctl ps and status", async () => {
	await go(page, "#/daemon");
	await holds(async () => {
		const {processes} = await machine.json("ps"),
			status = await machine.json("status"),
			shown = await figures(page, ".facts");

		assert.equal(await page.locator("table[aria-label=Processes] tbody tr").count(), processes.length);
		assert.equal(shown.functions, units.count(status.functions));
		assert.equal(shown.calls, units.count(status.calls));
		assert.equal(shown.version, status.version);
	});
});

test("saved benchmarks are listed, and compared as profctl bench compare does", async () => {
	for (const command of ["true", "sleep 0.01"])
		await machine.profctl("bench", "--runs", "12", "--warmup", "0", "--save", "<b>pause</b>", command);
	const {
			benchmarks: [saved],
		} = await machine.json("bench", "list"),
		name = saved.name;

	await go(page, "#/bench");
	await says(page, "table[aria-label=Benchmarks] tbody tr td:nth-child(3)", units.timing(saved.median));
	await page.getByRole("link", {name, exact: true}).click();
	await says(page, "h1", name);
	await waitUntil(async () => (await page.locator(".series circle").count()) === 2, "both results are points");
	const {comparison} = await machine.json("bench", "compare", `${name}#1`, `${name}#2`),
		shown = await machine.json("bench", "show", `${name}#2`);

	await says(page, "#verdict", comparison.verdict);
	/* Which one it is, the machine decides. */
	assert.equal(
		await page.locator("#verdict").getAttribute("class"),
		{slower: "bad", faster: "good"}[comparison.verdict] ?? "quiet"
	);
	await waitUntil(
		async () => (await page.locator(".distribution .curve[d]").count()) === 2,
		"both distributions are drawn"
	);
	await holds(async () => {
		const told = await figures(page, "section .totals");

		assert.equal(told.Median, units.timing(shown.median));
		assert.equal(told.Runs, "12");
	});
	await page.getByLabel("First result").selectOption("2");
	await waitUntil(
		async () => (await page.locator(".distribution .curve[d]").count()) === 1,
		"one result by itself"
	);
});

test("light and dark follow the system, and a choice outlasts a reload", async () => {
	const dark = await openPage(browser, machine, {colorScheme: "dark"}),
		paper = () => dark.evaluate(() => getComputedStyle(document.body).backgroundColor);
	const before = await paper();

	await dark.keyboard.press("t");
	await says(dark, "#theme", "light");
	assert.notEqual(await paper(), before);
	await dark.reload();
	assert.equal(await dark.evaluate(() => document.documentElement.dataset.theme), "light");
	await dark.keyboard.press("t");
	await says(dark, "#theme", "dark");
	assert.equal(await paper(), before);
	await dark.finish();
});

test("on a phone every view fits the width, and everything that can be pressed has a name", async () => {
	const phone = await openPage(browser, machine, {viewport: {width: 390, height: 800}});

	await waitUntil(() => phone.locator("#state.state-live").count(), "it is live");
	for (const [hash, complete] of [
		["#/", () => waitUntil(async () => (await rows(phone)).length > 0, "functions are shown")],
		[functionAt("tokenise_file", params), () => loaded(phone)],
		["#/flame", () => says(phone, "#flame-said", /of all/)],
		["#/bench", () => phone.locator("table[aria-label=Benchmarks]").waitFor()],
		[
			"#/daemon",
			async () => {
				await phone.locator("table[aria-label=Processes]").waitFor();
				await waitUntil(async () => "calls" in (await figures(phone, ".facts")), "its figures");
			},
		],
	]) {
		await go(phone, hash);
		await complete();
		const {wide, nameless} = await phone.evaluate(() => ({
			wide: document.documentElement.scrollWidth,
			nameless: [...document.querySelectorAll("a, button, input, select, [tabindex='0']")]
				.filter(
					e =>
						!e.hidden &&
						!e.ariaLabel &&
						!e.labels?.length &&
						!e.textContent.trim() &&
						!e.getAttribute("aria-labelledby")
				)
				.map(e => e.outerHTML),
		}));

		assert.ok(wide <= 390, `${hash} is ${wide} wide`);
		assert.deepEqual(nameless, [], hash);
	}
	await phone.finish();
});

test("the keys are told on ?", async () => {
	await go(page, "#/");
	await page.keyboard.press("?");
	await page.getByRole("dialog", {name: "Keys"}).waitFor();
	await page.keyboard.press("Escape");
	await waitUntil(async () => (await page.getByRole("dialog").count()) === 0, "the help is gone");
});

test("all this without an error in the console or a request to another host", () => page.finish());
