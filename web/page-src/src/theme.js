/*
 * Light and dark: as the system says, unless a person chose. All colours stand in app.css; what is drawn on a canvas asks
 * for them here.
 */

const KEY = "profweb-theme";
const CHOICES = ["system", "light", "dark"];
const changed = new EventTarget();
const dark = window.matchMedia("(prefers-color-scheme: dark)");
let known = new Map();

function choice() {
	try {
		const stored = localStorage.getItem(KEY);

		return CHOICES.includes(stored) ? stored : "system";
	} catch {
		return "system"; /* The browser keeps nothing for this page. */
	}
}

function tell() {
	known = new Map();
	changed.dispatchEvent(new Event("change"));
}

function use(theme) {
	document.documentElement.dataset.theme = theme;
	tell();
}

export function begin() {
	dark.addEventListener("change", tell);
	use(choice());
}

/* The next of system, light and dark; what it is now. */
export function next() {
	const theme = CHOICES[(CHOICES.indexOf(current()) + 1) % CHOICES.length];

	try {
		localStorage.setItem(KEY, theme);
	} catch {
		/* It holds until the page is left. */
	}
	use(theme);
	return theme;
}

export function current() {
	return document.documentElement.dataset.theme;
}

export function isDark() {
	return current() === "dark" || (current() === "system" && dark.matches);
}

export function onTheme(signal, callback) {
	changed.addEventListener("change", callback, {signal});
}

/* A colour of app.css by its name, as a canvas takes it. */
export function color(name) {
	if (!known.has(name)) {
		const probe = document.createElement("i");

		probe.style.color = `var(--${name})`;
		document.body.append(probe);
		known.set(name, getComputedStyle(probe).color);
		probe.remove();
	}
	return known.get(name);
}

/* From few calls to many, for both backgrounds: lightness runs one way, so that it also reads without colour. */
const HEAT = {
	light: ["#e9f1e4", "#c3e3c5", "#85cbbd", "#45aec2", "#2284b8", "#2559a0", "#14276b"],
	dark: ["#14303c", "#17506a", "#1c7895", "#2aa3a8", "#63c99b", "#b9e07f", "#fdf6b2"],
};

function channels(hex) {
	return [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
}

/* level: 0 to 1. */
export function heat(level) {
	const stops = HEAT[isDark() ? "dark" : "light"].map(channels);
	const at = Math.min(Math.max(level, 0), 1) * (stops.length - 1),
		i = Math.min(Math.floor(at), stops.length - 2);
	const mixed = stops[i].map((c, k) => Math.round(c + (stops[i + 1][k] - c) * (at - i)));

	return `rgb(${mixed.join(" ")})`;
}
