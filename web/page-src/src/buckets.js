/*
 * The histogram's buckets: bucket i holds what took longer than 2^((i-1)/64) and at most 2^(i/64) seconds. A histogram is
 * an array of [index, count], ascending, as the answers tell it.
 */

const SCALE = 64;
const LOWEST = -2175;

export function upper(index) {
	return 2 ** (index / SCALE);
}

export function lower(index) {
	return index <= LOWEST ? 0 : upper(index - 1);
}

export function bucketOf(seconds) {
	return seconds > 0 ? Math.max(LOWEST, Math.ceil(Math.log2(seconds) * SCALE - 1e-9) + 0) : LOWEST;
}

export function calls(buckets) {
	return buckets.reduce((sum, [, count]) => sum + count, 0);
}

/* All of them in one. */
export function merge(histograms) {
	const sum = new Map();

	for (const buckets of histograms)
		for (const [index, count] of buckets) sum.set(index, (sum.get(index) ?? 0) + count);
	return [...sum].sort((a, b) => a[0] - b[0]);
}

/*
 * The call of rank ceil(q * calls), as the geometric middle of its bucket: within 0.55 %. `bounds`: the shortest and the
 * longest call where they are known, which no quantile lies outside of.
 */
export function quantile(buckets, q, bounds = {}) {
	const all = calls(buckets),
		rank = Math.max(Math.ceil(q * all), 1);
	let below = 0;

	for (const [index, count] of buckets) {
		below += count;
		if (below >= rank) {
			const middle = 2 ** ((index - 0.5) / SCALE);

			return Math.min(Math.max(middle, bounds.min ?? 0), bounds.max ?? Infinity);
		}
	}
	return 0;
}

/* Whether so many calls say anything about the quantile: there is one beyond it. */
export function isSupported(all, q) {
	return all * (1 - q) >= 1 - 1e-9;
}

/*
 * Whole neighbouring buckets together, so that there are at most `most` bars of equal width on a logarithmic axis:
 * {first, per, counts}. Bar i holds buckets first + i * per to first + (i + 1) * per - 1.
 */
export function bars(buckets, most, {low, high} = extent([buckets])) {
	const per = Math.floor((high - low) / most) + 1;
	const counts = new Array(Math.floor((high - low) / per) + 1).fill(0);

	for (const [index, count] of buckets) counts[Math.floor((index - low) / per)] += count;
	return {first: low, per, counts};
}

/* The lowest and the highest bucket of several histograms. */
export function extent(histograms) {
	let low = Infinity,
		high = -Infinity;

	for (const buckets of histograms) {
		if (buckets.length === 0) continue;
		low = Math.min(low, buckets[0][0]);
		high = Math.max(high, buckets[buckets.length - 1][0]);
	}
	return low > high ? {low: 0, high: 0} : {low, high};
}

/* How close the marks of an axis stand: digits of each decade, and every how many decades. */
const SPACINGS = [
	{digits: [1, 2, 5], every: 1},
	{digits: [1], every: 1},
	{digits: [1], every: 3},
	{digits: [1], every: 6},
];

/* Round durations between two bounds for a logarithmic axis, at most so many. */
export function marks(from, to, most) {
	for (const {digits, every} of SPACINGS) {
		const first = Math.floor(Math.log10(from)),
			found = [];

		for (let e = first; e <= Math.log10(to); e++)
			if (e % every === 0)
				found.push(...digits.map(d => Number(`${d}e${e}`)).filter(v => v >= from && v <= to));
		if (found.length <= most) return found;
	}
	return [];
}

/* The same for a linear axis. */
export function linearMarks(from, to, most) {
	const raw = (to - from) / most,
		power = 10 ** Math.floor(Math.log10(raw));
	const every = [1, 2, 5, 10].map(m => m * power).find(step => step >= raw) ?? power * 10;
	const found = [];

	for (let i = Math.ceil(from / every); i * every <= to; i++) found.push(i * every);
	return found;
}
