/*
 * Runs the real programs for the tests in a browser: a profd of its own in a temporary folder, profweb before it,
 * instrumented programs, and Debian's chromium. Everything is bounded in time and stopped by its own process id.
 */
import assert from "node:assert/strict";
import {execFile, spawn} from "node:child_process";
import {once} from "node:events";
import {existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join, resolve} from "node:path";
import {promisify} from "node:util";

export const SOURCE = resolve(process.env.SOURCE ?? ".");
export const BUILD = resolve(process.env.BUILD ?? "build");
/* Sanitizers make everything several times slower, and so does a machine that is busy with other things. */
export const PATIENCE = 60_000;
/* Of all that a file of tests begins with: programs that run for a while, a browser. */
export const STARTED = {timeout: 5 * PATIENCE};

const {chromium} = await import(join(SOURCE, "web/page-src/node_modules/playwright-core/index.mjs"));
const call = promisify(execFile);

/* Waits for a condition, never for a time. */
export async function waitUntil(true_, what) {
	const end = Date.now() + PATIENCE;

	for (;;) {
		const value = await true_();

		if (value) return value;
		assert.ok(Date.now() < end, `not within ${PATIENCE} ms: ${what}`);
		await new Promise(done => setTimeout(done, 20));
	}
}

/*
 * Waits until all that `check` asserts holds at once, and fails with what did not hold in the end. For what a page
 * shows: its parts come when they come, so what is read from it once may be of the moment before.
 */
export async function holds(check) {
	const end = Date.now() + PATIENCE;

	for (;;) {
		try {
			return await check();
		} catch (error) {
			if (Date.now() >= end) throw error;
		}
		await new Promise(done => setTimeout(done, 20));
	}
}

/* One profd, the profweb before it and the programs that push to it, in a folder of their own. */
export class Machine {
	constructor(config = "") {
		this.folder = mkdtempSync(join(tmpdir(), "profd-browser-"));
		this.endpoint = `ipc://${this.folder}/run`;
		/* A program must not give up its last push because profd is slow to answer. */
		this.environment = {
			...process.env,
			PROF_ENDPOINT: this.endpoint,
			PROF_EXIT_WAIT: String(PATIENCE / 1000),
			LC_ALL: "C.UTF-8",
			TZ: "UTC",
		};
		this.started = new Set();
		this.port = 0;
		writeFileSync(join(this.folder, "profd.conf"), config);
	}

	spawn(program, args, log) {
		const to = openSync(join(this.folder, log), "a");
		const child = spawn(join(BUILD, program), args, {env: this.environment, stdio: ["ignore", to, to]});

		this.started.add(child);
		child.once("exit", () => this.started.delete(child));
		return child;
	}

	said(log) {
		return readFileSync(join(this.folder, log), "utf8");
	}

	async startProfd() {
		this.profd = this.spawn(
			"profd",
			[
				"--config",
				join(this.folder, "profd.conf"),
				"--database",
				join(this.folder, "profd.db"),
				"--runtime-dir",
				join(this.folder, "run"),
				"--log",
				"stderr",
			],
			"profd.log"
		);
		await waitUntil(
			() =>
				this.json("status").then(
					() => true,
					() => false
				),
			"profd answers"
		);
	}

	/* Again on the same port, so that a page can find it. */
	async startProfweb(...args) {
		const page = [BUILD, SOURCE]
			.map(place => join(place, "web/page"))
			.find(place => existsSync(join(place, "app.js")));
		const before = existsSync(join(this.folder, "profweb.log")) ? this.said("profweb.log").length : 0;

		this.profweb = this.spawn(
			"profweb",
			["--listen", `127.0.0.1:${this.port}`, "--assets", page, ...args],
			"profweb.log"
		);
		const [, port] = await waitUntil(
			() => /ready at http:\/\/127\.0\.0\.1:(\d+)/.exec(this.said("profweb.log").slice(before)),
			"profweb is ready"
		);

		this.port = Number(port);
		this.address = `http://127.0.0.1:${this.port}/`;
	}

	/* Starts an instrumented program; resolves when it has ended. */
	async run(program, ...args) {
		const child = this.spawn(program, args, "programs.log");
		const [status] = await once(child, "exit");

		assert.equal(status, 0, `${program}: ${this.said("programs.log")}`);
	}

	async profctl(...args) {
		const {stdout} = await call(join(BUILD, "profctl"), args, {
			env: this.environment,
			timeout: PATIENCE,
			maxBuffer: 1 << 28,
		});

		return stdout;
	}

	async json(...args) {
		return JSON.parse(await this.profctl("--json", ...args));
	}

	async end(child, signal = "SIGTERM") {
		if (child.exitCode === null && child.signalCode === null) {
			const ended = once(child, "exit");

			child.kill(signal);
			await ended;
		}
	}

	async close() {
		for (const child of [...this.started]) await this.end(child, "SIGKILL");
		rmSync(this.folder, {recursive: true, force: true});
	}
}

const ARGUMENTS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];

export function openBrowser() {
	return chromium.launch({
		executablePath: "/usr/bin/chromium",
		headless: true,
		args: ARGUMENTS,
		timeout: PATIENCE,
	});
}

/* What the browser itself says of connections that were refused or cut off. */
const CUT_OFF = /^Failed to load resource: (net::ERR_|the server responded with a status of (400|401|404|503))/;

/*
 * A page that is watched: `finish()` fails when there was an error in its console, or a request to another host. With
 * `cutOff` the browser may say that something was not reachable.
 */
export async function openPage(browser, machine, {hash = "", cutOff = false, ...options} = {}) {
	const context = await browser.newContext({viewport: {width: 1440, height: 900}, timezoneId: "UTC", ...options});
	const page = await context.newPage(),
		wrong = [];

	page.setDefaultTimeout(PATIENCE);
	page.on("pageerror", error => wrong.push(error.stack));
	page.on("console", message => {
		if (["error", "warning"].includes(message.type()) && !(cutOff && CUT_OFF.test(message.text())))
			wrong.push(message.text());
	});
	page.on("request", request => {
		if (!request.url().startsWith(machine.address) && !request.url().startsWith("data:"))
			wrong.push(`request to ${request.url()}`);
	});
	page.finish = async () => {
		await context.close();
		assert.deepEqual(wrong, []);
	};
	await page.goto(machine.address + hash);
	return page;
}

/* Waits until an element says so: text, or a pattern. */
export async function says(page, selector, expected) {
	let text;
	const fits = () => (expected instanceof RegExp ? expected.test(text) : text === expected);

	await waitUntil(async () => {
		text = await page
			.locator(selector)
			.first()
			.textContent({timeout: PATIENCE})
			.catch(() => "");
		return fits();
	}, `${selector} says ${expected}, not "${text}"`).catch(() =>
		assert.fail(`${selector} says "${text}", not ${expected}`)
	);
}

/* Goes to an address within the page; resolves when its view is in place of the one before. */
export async function go(page, hash) {
	await page.evaluate(
		to =>
			new Promise(done => {
				const before = location.hash;

				/* The page itself listens for longer, so it has heard of it by then. */
				window.addEventListener("hashchange", done, {once: true});
				location.hash = to;
				if (location.hash === before) done();
			}).then(() => undefined),
		hash
	);
}

/* The figures of a row of totals by their titles. */
export function figures(page, selector = ".totals") {
	return page
		.locator(`${selector} > div`)
		.evaluateAll(all =>
			Object.fromEntries(
				all.map(d => [d.querySelector("dt").textContent, d.querySelector("dd").textContent])
			)
		);
}

/* The rows of the table of functions, as text. */
export function rows(page) {
	return page
		.locator(".grid tbody tr:not(.space):not([hidden])")
		.evaluateAll(all => all.map(tr => [...tr.cells].map(td => td.textContent)));
}
