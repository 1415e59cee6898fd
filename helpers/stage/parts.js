// @ts-check
// The parts of a figure, one above the other where a page is narrow. A page without a kernel says which they are, as
// rectangles in fractions of the figure; in a notebook a figure is one piece.

/** @typedef {[x: number, y: number, width: number, height: number]} Rectangle */
/** @typedef {[...Rectangle, Rectangle | null]} Part a rectangle, and one in it that stays white */
/** @typedef {(place: number[]) => number[]} Mapping from fractions of the canvas to fractions of the figure */

const total = (/** @type {number[]} */ numbers) => numbers.reduce((a, b) => a + b, 0);
const tall = (/** @type {Part[]} */ parts) => total(parts.map((part) => part[3]));
const broad = (/** @type {Part[]} */ parts) => Math.max(...parts.map((part) => part[2]));

/**
 * Return whether a canvas has the shape of the parts one above the other, and not that of the whole figure.
 * @param {Part[]} parts
 * @param {number[]} inches
 * @param {{ clientWidth: number, clientHeight: number }} canvas
 */
export function isStacked(parts, [across, down], { clientWidth, clientHeight }) {
  if (parts.length < 2) return false;
  const slenderness = (clientHeight * across) / (clientWidth * down);
  return slenderness > (1 + tall(parts) / broad(parts)) / 2;
}

/**
 * Give a sheet the size of the whole figure whose parts, one above the other, fill a canvas.
 * @param {HTMLCanvasElement} sheet
 * @param {Part[]} parts
 * @param {{ width: number, height: number }} canvas
 */
export function fitSheet(sheet, parts, canvas) {
  const size = { width: Math.round(canvas.width / broad(parts)), height: Math.round(canvas.height / tall(parts)) };
  if (sheet.width !== size.width || sheet.height !== size.height) Object.assign(sheet, size);
}

/** @type {(rectangle: Rectangle, sheet: HTMLCanvasElement) => Rectangle} */
function scaled([x, y, w, h], { width, height }) {
  return [x * width, y * height, w * width, h * height];
}

/**
 * Draw the parts of a sheet one above the other.
 * @param {CanvasRenderingContext2D} ctx
 * @param {HTMLCanvasElement} sheet
 * @param {Part[]} parts
 */
export function drawParts(ctx, sheet, parts) {
  let top = 0;
  ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height);
  for (const [x, y, w, h, blank] of parts) {
    const [left, above, across, down] = scaled([x, y, w, h], sheet);
    ctx.drawImage(sheet, left, above, across, down, 0, top, across, down);
    if (blank) {
      const [start, from, ...size] = scaled(blank, sheet);
      ctx.clearRect(start - left, top + from - above, size[0], size[1]);
    }
    top += down;
  }
}

/**
 * Return what finds a place of the figure from one of the canvas, by the part in which a press began.
 * @param {Part[]} parts
 * @param {number[]} pressed
 * @returns {Mapping}
 */
export function mapping(parts, [, pressed]) {
  const tops = parts.map((_, k) => tall(parts.slice(0, k)));
  const above = tops.filter((top) => top <= pressed * tall(parts));
  const at = Math.max(0, above.length - 1);
  const [x, y] = parts[at];
  return ([across, down]) => [x + across * broad(parts), y + down * tall(parts) - tops[at]];
}
