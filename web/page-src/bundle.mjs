/*
 * Makes the page from its sources: node bundle.mjs FOLDER. One script, one style sheet, the licences of what is in them,
 * and nothing else. The same sources give the same bytes.
 */
import {copyFileSync, mkdirSync, readFileSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";
import {build} from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const to = process.argv[2];
const LIBRARIES = ["uplot"];

function licences() {
	return LIBRARIES.map(name => {
		const folder = join(here, "node_modules", name);
		const {version} = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

		return `${name} ${version} is part of app.js and app.css. Its licence:\n\n${readFileSync(join(folder, "LICENSE"), "utf8").trim()}\n`;
	}).join("\n\n");
}

mkdirSync(to, {recursive: true});
await build({
	entryPoints: {app: join(here, "src/main.js")},
	outdir: to,
	bundle: true,
	minify: true,
	format: "esm",
	target: "es2022",
	charset: "utf8",
	legalComments: "none",
	logLevel: "warning",
});
await build({
	entryPoints: {app: join(here, "app.css")},
	outdir: to,
	bundle: true,
	minify: true,
	charset: "utf8",
	legalComments: "none",
	logLevel: "warning",
});
for (const name of ["index.html", "icon.svg"]) copyFileSync(join(here, name), join(to, name));
writeFileSync(join(to, "licences.txt"), licences());
