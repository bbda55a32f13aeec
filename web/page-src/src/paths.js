/*
 * Paths as /api/tree tells them: who calls a function, and whom it calls.
 */

/* With all programs, the outermost frames are the programs themselves. */
function isProgram(path) {
	return path.parent === null && path.function === path.program;
}

function add(sums, name, path) {
	const sum = sums.get(name) ?? {name, calls: 0, seconds: 0, errors: 0};

	sum.calls += path.call_count;
	sum.seconds += path.total_seconds;
	sum.errors += path.error_count;
	sums.set(name, sum);
}

/*
 * {callers, callees}: arrays of {name, calls, seconds, errors}, the longest first, added up over all paths. A caller of
 * null: no timed function was open.
 */
export function neighbours(paths, name) {
	const byId = new Map(paths.map(path => [path.id, path])),
		callers = new Map(),
		callees = new Map();

	for (const path of paths) {
		const parent = byId.get(path.parent) ?? null;

		if (path.function === name && !isProgram(path))
			add(callers, parent === null || isProgram(parent) ? null : parent.function, path);
		if (parent !== null && parent.function === name && !isProgram(parent))
			add(callees, path.function, path);
	}
	const longest = sums => [...sums.values()].sort((a, b) => b.seconds - a.seconds);

	return {callers: longest(callers), callees: longest(callees)};
}
