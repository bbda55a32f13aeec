/*
 * Looks at each view of a profweb that runs, light and dark: node script/screenshots.mjs ADDRESS FOLDER
 */
import {join} from "node:path";
import {chromium} from "../web/page-src/node_modules/playwright-core/index.mjs";

const [, , address, folder] = process.argv;
const PATIENCE = 30_000;

/* Waits until a picture has been drawn. */
const drawn = page => page.getByText(/^[0-9,]+ calls in this time/).waitFor();

/* A place in the heatmap, from 0 to 1 both. */
async function place(page, x, y) {
	const box = await page.locator(".heatmap canvas").boundingBox();

	return [box.x + 64 + x * (box.width - 74), box.y + y * (box.height - 24)];
}

async function drag(page, from, to) {
	await page.mouse.move(...(await place(page, from, 0.5)));
	await page.mouse.down();
	await page.mouse.move(...(await place(page, to, 0.5)));
	await page.mouse.up();
}

/* Each picture: where it is taken, how large, and what is done before. */
const PICTURES = {
	overview: {
		hash: "#/",
		height: 620,
		prepare: async page => {
			await page.locator(".spark .line[d^=M]").first().waitFor();
			await page.waitForTimeout(4000);
		},
	},
	function: {hash: "#/function/tokenise_file?since=5m", height: 1000, prepare: drawn},
	heatmap: {
		hash: "#/function/checksum_file?since=5m",
		clip: ".over-time > section",
		prepare: async page => {
			await drawn(page);
			await page.mouse.move(...(await place(page, 0.62, 0.55)));
		},
	},
	comparison: {
		hash: "#/function/tokenise_file?since=5m",
		clip: ".comparison",
		prepare: async page => {
			await drawn(page);
			await drag(page, 0.1, 0.45);
			await page.keyboard.press("b");
			await drag(page, 0.6, 0.95);
			await page.keyboard.press("a");
			await page.locator("#verdict").waitFor();
			await page.locator(".comparison .bars.after").waitFor();
		},
	},
	flame: {
		hash: "#/flame?since=5m",
		height: 700,
		prepare: async page => {
			await page.locator("table[aria-label='Functions by self time'] td").first().waitFor();
			await page.locator(".flame canvas").hover({position: {x: 500, y: 66}});
		},
	},
	benchmark: {
		hash: "#/bench/sort",
		height: 740,
		prepare: async page => {
			await page.locator(".distribution .curve").first().waitFor();
			await page.waitForTimeout(500);
		},
	},
};

const browser = await chromium.launch({
	executablePath: "/usr/bin/chromium",
	args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
});

try {
	for (const [name, {hash, height = 720, clip, prepare}] of Object.entries(PICTURES))
		for (const colorScheme of ["light", "dark"]) {
			const page = await browser.newPage({viewport: {width: 1280, height}, colorScheme});
			const path = join(folder, `${name}-${colorScheme}.png`);

			page.setDefaultTimeout(PATIENCE);
			await page.goto(address + hash);
			await prepare(page);
			await (clip === undefined ? page : page.locator(clip).first()).screenshot({path});
			await page.close();
		}
} finally {
	await browser.close();
}
