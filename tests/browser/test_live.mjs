/*
 * What happens while the page is open: calls, restarts of profd and profweb; hostile names; many functions; the token.
 */
import assert from "node:assert/strict";
import {chmodSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {after, before, test} from "node:test";
import {functionAt} from "../../web/page-src/src/route.js";
import {printable} from "../../web/page-src/src/units.js";
import {figures, go, Machine, openBrowser, openPage, rows, says, STARTED, waitUntil} from "./harness.mjs";

const MANY = 10_000;
const TOKEN = "0123456789abcdef-the-word";

let machine, browser;

before(async () => {
	machine = new Machine("[profd]\ncommit_interval = 50ms\n");
	await machine.startProfd();
	await machine.startProfweb();
	browser = await openBrowser();
}, STARTED);

after(async () => {
	await browser?.close();
	await machine?.close();
});

const called = (page, name, calls) =>
	waitUntil(
		async () => (await rows(page)).some(r => r[0] === name && r[1] === String(calls)),
		`${name} was called ${calls} times`
	);

test("a page that is open shows new calls by itself", async () => {
	const page = await openPage(browser, machine);

	await waitUntil(() => page.locator("#state.state-live").count(), "it is live");
	await machine.profctl("record", "live.one", "0.01");
	await called(page, "live.one", 1);
	await machine.profctl("record", "--count", "41", "live.one", "0.01");
	await called(page, "live.one", 42);
	await machine.profctl("record", "--error", "went wrong", "live.two", "0.02");
	await says(page, ".slow-calls .calls", /live\.two.*went wrong/);
	await machine.profctl("clear", "--yes", "live.two");
	await waitUntil(async () => (await rows(page)).every(r => r[0] !== "live.two"), "what was cleared is gone");
	await page.finish();
});

test("a profd that is killed is told, and after its restart the page goes on", async () => {
	const page = await openPage(browser, machine, {cutOff: true});

	await called(page, "live.one", 42);
	await machine.end(machine.profd, "SIGKILL");
	await says(page, "#state", "profd is away");
	await machine.startProfd();
	await says(page, "#state", "live");
	await machine.profctl("record", "live.one", "0.01");
	await called(page, "live.one", 43);
	await page.finish();
});

test("a profweb that is restarted is found again", async () => {
	const page = await openPage(browser, machine, {hash: "#/function/live.one", cutOff: true});

	await waitUntil(async () => (await figures(page)).Calls === "43", "its calls are shown");
	await machine.end(machine.profweb);
	await says(page, "#state", "no connection");
	await machine.startProfweb();
	await says(page, "#state", "live");
	await machine.profctl("record", "live.one", "0.01");
	await waitUntil(async () => (await figures(page)).Calls === "44", "the new call is shown");
	await page.finish();
});

const HOSTILE = [
	"<script>window.hacked = 1</script>",
	"<img src=x onerror=window.hacked=1>",
	"\"'><b>bold</b>",
	"javascript:window.hacked=1",
	"\u202egnol.txt",
	"bell\u0007 \u001b[31mred",
	"../../etc/passwd",
	"a%2fb?c#d&e=f",
	"*",
	"[",
	"\\",
];

test("names that mean harm are text, in every view", async () => {
	const page = await openPage(browser, machine, {cutOff: true});

	for (const name of HOSTILE)
		await machine.profctl(
			"record",
			"--program",
			"<i>program</i>",
			"--error",
			"<u>error</u>",
			"--",
			name,
			"0.01"
		);
	for (const name of HOSTILE) await called(page, printable(name), 1);
	const harmless = async () =>
		assert.equal(await page.locator("#view script, #view img, #view b:has-text('bold'), i, u").count(), 0);

	await harmless();
	for (const name of HOSTILE) {
		await go(page, functionAt(name));
		await says(page, "h1", printable(name));
		await waitUntil(async () => (await figures(page)).Calls === "1", "it is found by its name");
		await waitUntil(async () => (await page.locator(".calls li").count()) > 0, "its failure is listed");
		await harmless();
	}
	for (const [hash, selector, text] of [
		["#/flame", "table[aria-label='Functions by self time']", /bold/],
		["#/daemon", "table[aria-label=Processes]", /<i>program/],
		["#/bench", "#view .quiet", /^No benchmark/],
	]) {
		await go(page, hash);
		await says(page, selector, text);
		await harmless();
	}
	await waitUntil(() => page.locator("#program option").count(), "programs are offered");
	await harmless();
	assert.equal(await page.evaluate(() => window.hacked), undefined);
	await page.finish();
});

test("of ten thousand functions only those in view are drawn, and all can be reached", async t => {
	await machine.run("tests/system/many", "functions", String(MANY));
	const page = await openPage(browser, machine);
	const drawn = await page.waitForFunction(() => performance.getEntriesByName("functions-shown")[0]?.startTime);

	t.diagnostic(`shown ${Math.round(await drawn.jsonValue())} ms after the page was asked for`);
	await page.keyboard.press("/");
	await page.keyboard.type("many.");
	await says(page, ".bar .quiet", /^10,000 of/);
	await page.getByRole("columnheader", {name: "Function"}).getByRole("button").click();
	await waitUntil(async () => (await rows(page))[0][0] === "many.0", "they are sorted by name");
	assert.ok((await page.locator(".grid tbody tr").count()) < 100);
	await page.locator(".grid-scroll").focus();
	await page.keyboard.press("End");
	await waitUntil(async () => (await rows(page)).some(r => r[0] === "many.9999"), "the last one is shown");
	await page.finish();
});

test("a token is asked for once, and kept", async () => {
	const file = join(machine.folder, "token");

	writeFileSync(file, `${TOKEN}\n`);
	chmodSync(file, 0o600);
	await machine.end(machine.profweb);
	await machine.startProfweb("--token-file", file);
	const page = await openPage(browser, machine, {cutOff: true}),
		dialog = page.getByRole("dialog");

	await dialog.waitFor();
	await page.getByLabel("Token", {exact: true}).fill("wrong-0123456789abcdef");
	await page.keyboard.press("Enter");
	await says(page, "dialog [role=alert]", /invalid token/);
	await page.getByLabel("Token", {exact: true}).fill(TOKEN);
	await page.keyboard.press("Enter");
	await called(page, "live.one", 44);
	assert.equal(await dialog.count(), 0);
	await page.reload();
	await called(page, "live.one", 44);
	assert.equal(await dialog.count(), 0);
	await page.finish();
});

test("a refusal that comes after the token was accepted asks for it no more", async () => {
	const page = await openPage(browser, machine, {cutOff: true}),
		dialog = page.getByRole("dialog");
	let refused, release;
	const isRefused = new Promise(done => (refused = done)),
		isReleased = new Promise(done => (release = done));

	await dialog.waitFor();
	await page.route(
		"**/api/programs",
		async route => {
			const response = await route.fetch();

			refused(response.status());
			await isReleased;
			await route.fulfill({response});
		},
		{times: 1}
	);
	await page.reload();
	assert.equal(await isRefused, 401);
	await page.getByLabel("Token", {exact: true}).fill(TOKEN);
	await page.keyboard.press("Enter");
	await dialog.waitFor({state: "detached"});
	release();
	await waitUntil(() => page.locator("#program option").count(), "programs are offered");
	assert.equal(await dialog.count(), 0);
	await page.finish();
});
