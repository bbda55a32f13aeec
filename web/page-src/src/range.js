/*
 * Stretches of time. In addresses and questions they stand as people write them to profctl: "1h" (ago), "@SECONDS".
 */

const MINUTE = 60,
	HOUR = 3600,
	DAY = 86400;

export const PRESETS = [
	["5m", "5 minutes", 5 * MINUTE],
	["15m", "15 minutes", 15 * MINUTE],
	["1h", "1 hour", HOUR],
	["6h", "6 hours", 6 * HOUR],
	["1d", "1 day", DAY],
	["7d", "7 days", 7 * DAY],
	["30d", "30 days", 30 * DAY],
];

/* Steps that the windows of profd (10 s, a minute, an hour) are whole parts of. */
const STEPS = [
	10,
	20,
	30,
	MINUTE,
	2 * MINUTE,
	5 * MINUTE,
	10 * MINUTE,
	15 * MINUTE,
	30 * MINUTE,
	HOUR,
	2 * HOUR,
	3 * HOUR,
	6 * HOUR,
	12 * HOUR,
	DAY,
	2 * DAY,
	7 * DAY,
];

/* The range of an address, in seconds since 1970; `live` while it ends now. Null when it makes no sense. */
export function resolve({since = "15m", until = ""}, now) {
	const to = until === "" ? now : point(until, now);
	const from = point(since, now);

	return from === null || to === null || from >= to ? null : {since: from, until: to, live: until === ""};
}

const UNITS = {s: 1, m: MINUTE, min: MINUTE, h: HOUR, d: DAY, w: 7 * DAY};

/* "2h" (ago), "@1795356000", or a date and time that the browser reads. Null for anything else. */
export function point(text, now) {
	const ago = /^(\d+(?:\.\d+)?)\s*(s|m|min|h|d|w)$/.exec(text),
		at = /^@(\d+(?:\.\d+)?)$/.exec(text);

	if (ago !== null) return now - Number(ago[1]) * UNITS[ago[2]];
	if (at !== null) return Number(at[1]);
	const read = /^\d{4}-/.test(text) ? Date.parse(text.replace(" ", "T")) : NaN;

	return Number.isNaN(read) ? null : read / 1000;
}

/* The shortest step with which the range has at most so many. */
export function stepOf({since, until}, most) {
	return STEPS.find(step => (until - since) / step <= most + 0.5) ?? STEPS[STEPS.length - 1];
}

/* As a parameter: exact to the second. */
export function absolute(moment) {
	return `@${Math.round(moment)}`;
}

export function asRange({since, until}) {
	return `${absolute(since)}..${absolute(until)}`;
}

const SPACINGS = [10, 30, 60, 300, 600, 1800, 3600, 10800, 21600, 43200, 86400, 172800, 604800];

/* Round points in local time, with room for their text: [{part, text}], part from 0 to 1. */
export function timeMarks({since, until}, width) {
	const most = Math.max(1, Math.floor(width / 80));
	const every = SPACINGS.find(s => (until - since) / s <= most) ?? SPACINGS[SPACINGS.length - 1];
	const offset = new Date(since * 1000).getTimezoneOffset() * 60;
	const found = [];

	for (let t = Math.ceil((since - offset) / every) * every + offset; t < until; t += every)
		found.push({part: (t - since) / (until - since), text: timeText(new Date(t * 1000), every)});
	return found;
}

function timeText(d, every) {
	const two = value => String(value).padStart(2, "0");
	const midnight = d.getHours() === 0 && d.getMinutes() === 0 && d.getSeconds() === 0;

	if (every >= 86400 || (midnight && every >= 300)) return `${two(d.getMonth() + 1)}-${two(d.getDate())}`;
	return every < 60
		? `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`
		: `${two(d.getHours())}:${two(d.getMinutes())}`;
}
