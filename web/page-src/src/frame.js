/*
 * The frame around what is drawn over time: the margins that all pictures above each other share, the axes.
 */
import {color} from "./theme.js";

export const LEFT = 64,
	RIGHT = 10,
	TOP = 6,
	BOTTOM = 24;

export const FONT = "11px system-ui, sans-serif";

export class Frame {
	constructor(width, height) {
		this.width = width;
		this.plotWidth = Math.max(1, width - LEFT - RIGHT);
		this.height = height - TOP - BOTTOM;
		this.bottom = height - BOTTOM;
	}

	x(time, {since, until}) {
		return LEFT + ((time - since) / (until - since)) * this.plotWidth;
	}

	/* The time at x, kept within the range. */
	time(x, {since, until}) {
		const part = Math.min(Math.max((x - LEFT) / this.plotWidth, 0), 1 - 1e-9);

		return since + part * (until - since);
	}

	/* A horizontal line with its value to the left. */
	drawMark(c, y, text) {
		c.font = FONT;
		c.fillStyle = color("quiet");
		c.textAlign = "right";
		c.textBaseline = "middle";
		c.fillText(text, LEFT - 8, y);
		c.fillStyle = color("grid");
		c.fillRect(LEFT, Math.round(y), this.plotWidth, 1);
	}

	drawTime(c, marks) {
		c.font = FONT;
		c.textAlign = "center";
		c.textBaseline = "top";
		for (const {part, text} of marks) {
			const x = LEFT + part * this.plotWidth;

			c.fillStyle = color("grid");
			c.fillRect(Math.round(x), TOP, 1, this.height);
			c.fillStyle = color("quiet");
			c.fillText(text, x, this.bottom + 6);
		}
	}

	drawBand(c, from, to, fill) {
		c.save();
		c.beginPath();
		c.rect(LEFT, TOP, this.plotWidth, this.height);
		c.clip();
		c.fillStyle = fill;
		c.globalAlpha = 0.18;
		c.fillRect(from, TOP, to - from, this.height);
		c.globalAlpha = 1;
		c.fillRect(from, TOP, 1, this.height);
		c.fillRect(to - 1, TOP, 1, this.height);
		c.restore();
	}

	drawCursor(c, x) {
		c.fillStyle = color("quiet");
		c.fillRect(Math.round(x), TOP, 1, this.height);
	}

	drawMessage(c, text) {
		c.font = FONT;
		c.fillStyle = color("quiet");
		c.textAlign = "center";
		c.textBaseline = "middle";
		c.fillText(text, LEFT + this.plotWidth / 2, TOP + this.height / 2);
	}
}
