// @ts-check
// Drawing: one function for each kind of layer. `xy` holds the layer's points for one value, in device pixels, and
// `point` is how many of them a point (1/72 inch) is long.

/** @import { Layer, LineLayer, StampsLayer, PolygonsLayer, TextLayer } from "./contract.js" */

/**
 * @template Kind
 * @typedef {(ctx: CanvasRenderingContext2D, layer: Kind, xy: Float32Array, point: number) => void} Draw
 */

/**
 * Return the item for shape number k of a list that is repeated when it is too short.
 * @template Item
 * @param {Item[]} list
 * @param {number} k
 */
export const cycled = (list, k) => list[k % list.length];

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {{ cap: CanvasLineCap, join: CanvasLineJoin }} layer
 * @param {number} width
 * @param {number} scale
 */
function setStroke(ctx, layer, width, scale) {
  ctx.lineWidth = width * scale;
  ctx.lineCap = layer.cap;
  ctx.lineJoin = layer.join;
}

/** @type {Draw<LineLayer>} */
function drawLine(ctx, layer, xy, point) {
  setStroke(ctx, layer, layer.width, point);
  ctx.strokeStyle = layer.color;
  ctx.setLineDash(layer.dash.map((length) => length * point));
  ctx.lineDashOffset = layer.dashOffset * point;
  ctx.beginPath();
  let down = false;
  for (let k = 0; k < xy.length; k += 2) {
    if (Number.isNaN(xy[k])) down = false;
    else if (down) ctx.lineTo(xy[k], xy[k + 1]);
    else {
      ctx.moveTo(xy[k], xy[k + 1]);
      down = true;
    }
  }
  ctx.stroke();
}

/** @type {Draw<StampsLayer>} */
function drawStamps(ctx, layer, xy, point) {
  const shape = new Path2D(layer.path);
  for (let k = 0; 2 * k < xy.length; k++) {
    const size = cycled(layer.size, k);
    if (Number.isNaN(xy[2 * k]) || !(size > 0)) continue;
    const width = cycled(layer.width, k);
    ctx.setTransform(size * point, 0, 0, size * point, xy[2 * k], xy[2 * k + 1]);
    ctx.fillStyle = cycled(layer.face, k);
    ctx.fill(shape);
    if (!(width > 0)) continue;
    setStroke(ctx, layer, width, 1 / size);
    ctx.strokeStyle = cycled(layer.edge, k);
    ctx.stroke(shape);
  }
}

/** @type {Draw<PolygonsLayer>} */
function drawPolygons(ctx, layer, xy, point) {
  for (let k = 0; 2 * k * layer.corners < xy.length; k++) {
    const corners = xy.subarray(2 * k * layer.corners, 2 * (k + 1) * layer.corners);
    if (corners.some(Number.isNaN)) continue;
    ctx.beginPath();
    for (let c = 0; c < corners.length; c += 2) ctx.lineTo(corners[c], corners[c + 1]);
    ctx.closePath();
    ctx.fillStyle = cycled(layer.face, k);
    ctx.fill();
    const width = cycled(layer.width, k);
    if (!(width > 0)) continue;
    setStroke(ctx, layer, width, point);
    ctx.strokeStyle = cycled(layer.edge, k);
    ctx.stroke();
  }
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {TextLayer} layer
 * @param {Float32Array} xy
 * @param {number} point
 * @param {string} string
 */
function drawText(ctx, layer, xy, point, string) {
  if (Number.isNaN(xy[0])) return;
  ctx.font = `${layer.font} ${layer.size * point}px ${layer.family}`;
  ctx.textAlign = layer.align;
  ctx.fillStyle = layer.color;
  // matplotlib measures a line by its "lp", whatever it says, and sets lines 1.2 times that apart.
  const { actualBoundingBoxAscent: up, actualBoundingBoxDescent: below } = ctx.measureText("lp");
  const lines = string.split("\n");
  const pitch = 1.2 * up + below;
  const first = firstLine(layer.baseline, up, below, (lines.length - 1) * pitch);
  for (const [k, line] of lines.entries()) ctx.fillText(line, xy[0], xy[1] + first + k * pitch);
}

/**
 * Return how far below the text's place the baseline of its first line lies; the last line's lies `last` further down.
 * @param {string} baseline
 * @param {number} up
 * @param {number} below
 * @param {number} last
 */
function firstLine(baseline, up, below, last) {
  if (baseline === "top") return up;
  if (baseline === "bottom") return -below - last;
  if (baseline === "center") return (up - below - last) / 2;
  return baseline === "center_baseline" ? (up - last) / 2 : 0;
}

/**
 * Return a layer's points for one value, in device pixels.
 * @param {Layer} layer
 * @param {Float32Array} data
 * @param {number} i
 * @param {{ width: number, height: number }} canvas
 */
export function devicePoints(layer, data, i, { width, height }) {
  const from = layer.offset + i * 2 * layer.count;
  const xy = data.slice(from, from + 2 * layer.count);
  for (let k = 0; k < xy.length; k += 2) {
    xy[k] *= width;
    xy[k + 1] *= height;
  }
  return xy;
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {number[]} rectangle
 */
function clipTo(ctx, [x, y, w, h]) {
  const { width, height } = ctx.canvas;
  ctx.beginPath();
  ctx.rect(x * width, y * height, w * width, h * height);
  ctx.clip();
}

/**
 * Draw a layer for the value number i.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Layer} layer
 * @param {Float32Array} data
 * @param {number} i
 * @param {number} point
 */
export function drawLayer(ctx, layer, data, i, point) {
  const xy = devicePoints(layer, data, i, ctx.canvas);
  ctx.save();
  if (layer.clip) clipTo(ctx, layer.clip);
  if (layer.kind === "line") drawLine(ctx, layer, xy, point);
  else if (layer.kind === "stamps") drawStamps(ctx, layer, xy, point);
  else if (layer.kind === "polygons") drawPolygons(ctx, layer, xy, point);
  else drawText(ctx, layer, xy, point, layer.strings[i]);
  ctx.restore();
}

/**
 * Draw the ring by which a point is held, and what to do with it; its place is a fraction of the figure.
 * @param {CanvasRenderingContext2D} ctx
 * @param {number[]} place
 * @param {number} point
 * @param {string} hint
 */
export function drawHandle(ctx, [x, y], point, hint) {
  ctx.font = `${10 * point}px sans-serif`;
  ctx.textAlign = "left";
  ctx.strokeStyle = "#ffffff";
  ctx.lineWidth = 3 * point;
  ctx.strokeText(hint, x * ctx.canvas.width + 9 * point, y * ctx.canvas.height + 14 * point);
  ctx.fillStyle = "#000000";
  ctx.fillText(hint, x * ctx.canvas.width + 9 * point, y * ctx.canvas.height + 14 * point);
  ctx.beginPath();
  ctx.arc(x * ctx.canvas.width, y * ctx.canvas.height, 6.5 * point, 0, 2 * Math.PI);
  strokeRing(ctx, "#ffffff", 4 * point);
  strokeRing(ctx, "#000000", 1.8 * point);
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} color
 * @param {number} width
 */
function strokeRing(ctx, color, width) {
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.stroke();
}
