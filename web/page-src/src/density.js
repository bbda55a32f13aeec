/*
 * The density of single timings: a Gaussian kernel over a grid, its width by Silverman's rule, from the lesser of standard
 * deviation and interquartile range so that outliers do not blur the rest.
 */

export function sorted(values) {
	return Float64Array.from(values).sort();
}

/* Linear between the ranks. */
export function quantileOf(ascending, q) {
	const at = q * (ascending.length - 1),
		i = Math.floor(at);

	return ascending[i] + (at - i) * ((ascending[i + 1] ?? ascending[i]) - ascending[i]);
}

function bandwidth(ascending) {
	const n = ascending.length,
		mean = ascending.reduce((a, b) => a + b, 0) / n;
	const deviation = Math.sqrt(ascending.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, n - 1));
	const range = (quantileOf(ascending, 0.75) - quantileOf(ascending, 0.25)) / 1.34;
	const spread = range > 0 ? Math.min(deviation, range) : deviation;

	return 0.9 * spread * n ** -0.2;
}

/* The bounds of what is shown: without the farthest outliers, which would press the rest together. */
export function shownBounds(sets) {
	const from = Math.min(...sets.map(s => s[0]));
	const to = Math.max(
		...sets.map(s => {
			const q1 = quantileOf(s, 0.25),
				q3 = quantileOf(s, 0.75);

			return Math.min(s[s.length - 1], q3 + 4 * (q3 - q1 || q3 * 0.05));
		})
	);
	const margin = (to - from) * 0.05 || from * 0.01 || 1e-9;

	return {from: Math.max(0, from - margin), to: to + margin};
}

/* [{at, density}] at `points` places from `from` to `to`; at most 5 bandwidths count, so it is fast with many values. */
export function density(ascending, {from, to}, points = 240) {
	const width = bandwidth(ascending) || (to - from) / points,
		n = ascending.length;
	const norm = 1 / (n * width * Math.sqrt(2 * Math.PI));
	let low = 0;

	return Array.from({length: points}, (_, i) => {
		const at = from + ((to - from) * i) / (points - 1);
		let sum = 0;

		while (low < n && ascending[low] < at - 5 * width) low++;
		for (let k = low; k < n && ascending[k] <= at + 5 * width; k++)
			sum += Math.exp(-0.5 * ((at - ascending[k]) / width) ** 2);
		return {at, density: sum * norm};
	});
}
