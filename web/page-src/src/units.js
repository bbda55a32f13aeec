/*
 * Durations, counts, bytes and points in time, written as profctl writes them (ctl/base/units.c), and names made harmless
 * (proto/name.c).
 */

/* Three significant digits. The value is below 1000, also when rounded. */
function threeDigits(value, unit) {
	const decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;

	return `${value.toFixed(decimals)} ${unit}`;
}

const PAIRS = [
	{large: 86400, small: 3600, names: ["d", "h"]},
	{large: 3600, small: 60, names: ["h", "min"]},
	{large: 60, small: 1, names: ["min", "s"]},
];

/* What rounds up to the next larger unit is told in it: not 1 h 60 min. */
function twoUnits(value) {
	const fits = ({small}, above) => Math.round(value / small) * small >= above.large;
	let i = 0;

	while (i < 2 && !fits(PAIRS[i + 1], PAIRS[i])) i++;
	const {large, small, names} = PAIRS[i];
	const units = Math.round(value / small),
		within = large / small;

	return `${Math.floor(units / within)} ${names[0]} ${String(units % within).padStart(2, "0")} ${names[1]}`;
}

const SECONDS = ["ns", "µs", "ms", "s"];

export function seconds(value) {
	if (!Number.isFinite(value) || value < 0) return "?";
	if (value < 0.5e-12) return "0 s";
	if (value >= 59.95) return twoUnits(value);
	let scaled = value * 1e9,
		i = 0;

	for (; i < 3 && scaled >= 999.5; i++) scaled /= 1000;
	/* A whole number of nanoseconds is exact as it stands. */
	if (i === 0 && Math.abs(scaled - Math.round(scaled)) < 1e-4) return `${Math.round(scaled)} ns`;
	return threeDigits(scaled, SECONDS[i]);
}

/* The same for a round figure: "10 ms" for "10.0 ms". */
export function short(text) {
	return text.replace(/(\.\d*?)0+(?= )/, "$1").replace(/\.(?= )/, "");
}

/* A timing of a benchmark, with one digit more: seconds above a minute too. */
export function timing(value) {
	if (!Number.isFinite(value) || value < 0) return "?";
	if (value < 0.5e-12) return "0 s";
	let scaled = value * 1e9,
		i = 0;

	for (; i < 3 && scaled >= 999.95; i++) scaled /= 1000;
	const whole = i === 0 && Math.abs(scaled - Math.round(scaled)) < 1e-4;
	const decimals = whole ? 0 : scaled < 9.9995 ? 3 : scaled < 99.995 ? 2 : scaled < 999.95 ? 1 : 0;

	return `${scaled.toFixed(decimals)} ${SECONDS[i]}`;
}

/* With "*" behind it where there were too few calls for this quantile. */
export function marked(value, doubtful) {
	return seconds(value) + (doubtful ? "*" : "");
}

export function count(value) {
	return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

const MILLIONS = ["M", "G", "T", "P", "E"];

export function shortCount(value) {
	if (value < 1e7) return count(value);
	let scaled = value / 1e6,
		i = 0;

	for (; i < 4 && scaled >= 999.5; i++) scaled /= 1000;
	return threeDigits(scaled, MILLIONS[i]);
}

/* How often in a second: "1,234", "12.3", "0.042". */
export function rate(value) {
	if (value >= 999.5) return shortCount(value);
	if (value === 0) return "0";
	return value < 0.01
		? value.toPrecision(1)
		: value < 9.995
			? value.toFixed(2)
			: value.toFixed(value < 99.95 ? 1 : 0);
}

const BYTES = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];

export function bytes(value) {
	let scaled = value,
		i = 0;

	for (; i < 5 && scaled >= 999.5; i++) scaled /= 1024;
	if (i === 0) return `${scaled} ${scaled === 1 ? "byte" : "bytes"}`;
	return threeDigits(scaled, BYTES[i]);
}

export function percent(share) {
	return `${(100 * share).toFixed(1)} %`;
}

/* A change as profctl diff tells it: "+12.3 %". */
export function change(ratio) {
	if (!(ratio > 0)) return "-";
	const value = 100 * (ratio - 1);

	return `${value < 0 ? "" : "+"}${value.toFixed(1)} %`;
}

const two = value => String(value).padStart(2, "0");

function day(d) {
	return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}

function clock(d) {
	return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}

/* A point in time in the local time zone: "2026-11-22 14:00:05", with milliseconds if asked for. */
export function moment(value, milliseconds = false) {
	const d = new Date(value * 1000);

	if (Number.isNaN(d.getTime())) return "?";
	const fraction = milliseconds ? "." + String(d.getMilliseconds()).padStart(3, "0") : "";

	return `${day(d)} ${clock(d)}${fraction}`;
}

/* The same without the day when that is today. */
export function shortMoment(value, now = Date.now() / 1000) {
	const text = moment(value);

	return text.slice(0, 10) === moment(now).slice(0, 10) ? text.slice(11) : text.slice(0, 16);
}

/* A stretch of time: "14:02:10 – 14:05:00". */
export function stretch(since, until) {
	const to = moment(until);

	return `${shortMoment(since)} – ${to.slice(0, 10) === moment(since).slice(0, 10) ? to.slice(11) : shortMoment(until)}`;
}

/* Characters that would hide, reorder or break the text around them. */
const HARMFUL = new RegExp(
	"[\\\\\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u061c\\u200b\\u200e\\u200f\\u202a-\\u202e" +
		"\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}]",
	"gu"
);

export function printable(name) {
	return name.replace(HARMFUL, c => {
		const code = c.codePointAt(0);

		if (c === "\\") return "\\\\";
		return code < 0x80 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
	});
}
