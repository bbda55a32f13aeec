/*
 * A flame graph without the drawing: frames of paths, where each lies, which fit a search, how their share changed. As
 * profctl flame draws them (view/frames.c): children beside each other, the heaviest first.
 */
import {matcher} from "./model.js";

const BY = {
	time: {own: path => path.self_seconds},
	calls: {own: path => path.call_count},
};

function node(path, by) {
	return {
		name: path.function,
		program: path.program,
		calls: path.call_count,
		errors: path.error_count,
		seconds: path.total_seconds,
		self: path.self_seconds,
		recursive: path.recursive ?? 0,
		own: BY[by].own(path),
		weight: 0,
		before: null,
		parent: null,
		children: [],
		depth: 0,
	};
}

const heavierFirst = (a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1);

/* The outermost frame, "all". answer: of /api/tree, a parent before its children. */
export function build(answer, by) {
	const all = node(
		{
			function: "all",
			program: "",
			call_count: answer.total_calls,
			error_count: answer.errors,
			total_seconds: answer.total_seconds,
			self_seconds: 0,
		},
		by
	);
	const byId = new Map(),
		nodes = [all];

	all.own = 0;
	for (const path of answer.paths) {
		const one = node(path, by),
			parent = byId.get(path.parent) ?? all;

		one.parent = parent;
		one.depth = parent.depth + 1;
		parent.children.push(one);
		byId.set(path.id, one);
		nodes.push(one);
	}
	for (let i = nodes.length - 1; i >= 0; i--) {
		nodes[i].weight += nodes[i].own;
		nodes[i].children.sort(heavierFirst);
		if (nodes[i].parent !== null) nodes[i].parent.weight += nodes[i].weight;
	}
	return all;
}

/* Gives each frame the weight that the same path has in the other tree; 0 where it has none. */
export function compare(now, before) {
	now.before = before?.weight ?? 0;
	for (const child of now.children)
		compare(
			child,
			before?.children.find(
				c =>
					c.name === child.name &&
					c.program === child.program &&
					c.recursive === child.recursive
			)
		);
}

/* What share of its part a frame won or lost: from -1 to 1; 1 also for one that was not there. */
export function changeOf(frame, all) {
	const now = frame.weight / all.weight,
		before = all.before > 0 ? frame.before / all.before : 0;
	const more = Math.max(now, before);

	return more > 0 ? (now - before) / more : 0;
}

/*
 * Where frames lie, the zoomed one over the whole width: [{frame, x, width}], both from 0 to 1, those above it over the
 * whole width too. What is narrower than `least` is left out with all below it.
 */
export function layout(zoomed, least) {
	const placed = [];

	for (let frame = zoomed.parent; frame !== null; frame = frame.parent)
		placed.unshift({frame, x: 0, width: 1, above: true});

	function place(frame, x, width) {
		if (width < least) return;
		placed.push({frame, x, width, above: false});
		let at = x;

		for (const child of frame.children) {
			const part = frame.weight > 0 ? (width * child.weight) / frame.weight : 0;

			place(child, at, part);
			at += part;
		}
	}

	place(zoomed, 0, 1);
	return placed;
}

/* The frames whose names fit, and what share of all they are together; one within another counts once. */
export function search(all, text) {
	const found = new Set(),
		fits = matcher(text);
	let weight = 0;

	function look(frame, within) {
		const hit = frame.parent !== null && fits(frame.name);

		if (hit) {
			found.add(frame);
			weight += within ? 0 : frame.weight;
		}
		for (const child of frame.children) look(child, within || hit);
	}

	if (text !== "") look(all, false);
	return {found, share: all.weight > 0 ? weight / all.weight : 0};
}

/* All frames of a name together, the one with most of its own first: where the time really goes. */
export function byOwn(all) {
	const sums = new Map();

	function look(frame, within) {
		const sum = sums.get(frame.name) ?? {name: frame.name, own: 0, weight: 0, seconds: 0, calls: 0};
		const inner = within.has(frame.name);

		sum.own += frame.own;
		sum.calls += frame.calls;
		sum.seconds += frame.seconds;
		/* A function that calls itself is in its own time already. */
		sum.weight += inner ? 0 : frame.weight;
		sums.set(frame.name, sum);
		const names = inner ? within : new Set(within).add(frame.name);

		frame.children.forEach(child => look(child, names));
	}

	all.children.forEach(child => look(child, new Set()));
	return [...sums.values()].filter(s => s.own > 0).sort((a, b) => b.own - a.own);
}

/* A number that a name always gets (FNV-1a), for its colour. */
export function hash(name) {
	let h = 2166136261;

	for (const byte of new TextEncoder().encode(name)) h = Math.imul(h ^ byte, 16777619) >>> 0;
	return h;
}
