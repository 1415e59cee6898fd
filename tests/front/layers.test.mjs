// Claims about drawing: which calls a canvas gets for a layer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawHandle, drawLayer } from "../../helpers/stage/layers.js";
import { only, recordingContext } from "./stand_ins.mjs";

const PLACED = { offset: 0, count: 2, clip: null };
const LINE = {
  ...PLACED,
  kind: "line",
  color: "red",
  width: 1.5,
  dash: [4, 2],
  dashOffset: 1,
  cap: "round",
  join: "bevel",
};
const FACES = { face: ["red", "blue"], edge: ["black"], width: [1], cap: "butt", join: "miter" };
const STAMPS = { ...PLACED, ...FACES, kind: "stamps", path: "M0 0Z", size: [4, 10] };
const POLYGONS = { ...PLACED, ...FACES, kind: "polygons", corners: 3, count: 6 };
const TEXT = {
  ...PLACED,
  count: 1,
  kind: "text",
  strings: ["one", "two\nlines"],
  color: "black",
  size: 12,
  font: "normal 400",
  family: "Verdana",
  align: "left",
  baseline: "top",
};
const PLACES = [0.5, 0.5, 0.5, 0.5];

const near = (one, other) => assert.ok(Math.abs(one - other) < 1e-9, `${one} is not ${other}`);

// What a canvas of 200 x 100 pixels is told for a layer; a point is `point` of its pixels long.
function told(layer, numbers, { index = 0, point = 1 } = {}) {
  const { ctx, told } = recordingContext();
  drawLayer(ctx, layer, new Float32Array(numbers), index, point);
  return told;
}

test("a line goes through its points, from fractions of the figure to pixels", () => {
  const path = only(told(LINE, [0, 0, 0.5, 1]), "moveTo", "lineTo");
  assert.deepEqual(path, [
    ["moveTo", 0, 0],
    ["lineTo", 100, 100],
  ]);
});

test("a missing point lifts the pen, and the line goes on after it", () => {
  const numbers = [0, 0, 0.25, 0, Number.NaN, Number.NaN, 0.5, 0, 0.75, 0];
  const path = only(told({ ...LINE, count: 5 }, numbers), "moveTo", "lineTo");
  assert.deepEqual(
    path.map(([name, x]) => [name, x]),
    [
      ["moveTo", 0],
      ["lineTo", 50],
      ["moveTo", 100],
      ["lineTo", 150],
    ],
  );
});

test("a line's width and dashes are in points, so they grow with the picture", () => {
  const style = only(told(LINE, [0, 0, 1, 1], { point: 2 }), "lineWidth", "setLineDash", "lineDashOffset");
  assert.deepEqual(style, [
    ["lineWidth", 3],
    ["setLineDash", [8, 4]],
    ["lineDashOffset", 2],
  ]);
});

test("a line takes colour, cap and join from its layer", () => {
  const style = only(told(LINE, [0, 0, 1, 1]), "strokeStyle", "lineCap", "lineJoin");
  assert.deepEqual(Object.fromEntries(style), { strokeStyle: "red", lineCap: "round", lineJoin: "bevel" });
});

test("every value has its own stretch of the buffer, from the layer's offset on", () => {
  const numbers = [9, 9, 9, /* value 0 */ 0, 0, 0, 0, /* value 1 */ 0.5, 0, 1, 0, /* another layer */ 9];
  const path = only(told({ ...LINE, offset: 3 }, numbers, { index: 1 }), "moveTo", "lineTo");
  assert.deepEqual(path, [
    ["moveTo", 100, 0],
    ["lineTo", 200, 0],
  ]);
});

test("drawing leaves the buffer as it was, so that it can be drawn again", () => {
  const data = new Float32Array([0.5, 0.5, 0.25, 0.25]);
  drawLayer(recordingContext().ctx, LINE, data, 0, 1);
  assert.deepEqual([...data], [0.5, 0.5, 0.25, 0.25]);
});

test("a stamp stands at every point in its own size, in points", () => {
  const places = only(told(STAMPS, [0, 0, 0.5, 0.5], { point: 2 }), "setTransform");
  assert.deepEqual(places, [
    ["setTransform", 8, 0, 0, 8, 0, 0],
    ["setTransform", 20, 0, 0, 20, 100, 50],
  ]);
});

test("colours that are too few for the stamps are repeated", () => {
  const colors = only(told({ ...STAMPS, count: 3 }, [0, 0, 0, 0, 0, 0]), "fillStyle");
  assert.deepEqual(colors.flat(), ["fillStyle", "red", "fillStyle", "blue", "fillStyle", "red"]);
});

test("an edge is as wide on a large stamp as on a small one", () => {
  const sizes = [4, 10];
  const widths = only(told(STAMPS, [0, 0, 0, 0]), "lineWidth").map(([, width], k) => width * sizes[k]);
  assert.deepEqual(widths, [1, 1]);
});

test("a stamp that is missing or has no size is not drawn, one without an edge is only filled", () => {
  const layer = { ...STAMPS, count: 3, size: [4, 0, 4], width: [0] };
  const calls = only(told(layer, [Number.NaN, Number.NaN, 0, 0, 0.5, 0.5]), "fill", "stroke");
  assert.deepEqual(
    calls.map(([name]) => name),
    ["fill"],
  );
});

test("polygons are closed, and one with a missing corner is left out", () => {
  const numbers = [0, 0, 0.5, 0, 0.5, 0.5, 0, 0, Number.NaN, Number.NaN, 1, 1];
  const path = only(told(POLYGONS, numbers), "beginPath", "lineTo", "closePath");
  assert.deepEqual(path, [["beginPath"], ["lineTo", 0, 0], ["lineTo", 100, 0], ["lineTo", 100, 50], ["closePath"]]);
});

test("a text changes with the value, and stands where the value has it", () => {
  const [first, second] = [0, 1].map((index) => only(told(TEXT, PLACES, { index }), "fillText")[0]);
  assert.deepEqual(first, ["fillText", "one", 100, 58]);
  assert.deepEqual(second, ["fillText", "two", 100, 58]);
  const moved = only(told(TEXT, [0, 0, 0.25, 0.5], { index: 1 }), "fillText")[0];
  assert.deepEqual(moved, ["fillText", "two", 50, 58]);
  assert.deepEqual(only(told(TEXT, [Number.NaN, Number.NaN, 0, 0]), "fillText"), []);
});

test("lines of a text are 1.2 ascents and a descent apart, as matplotlib sets them", () => {
  const heights = only(told(TEXT, PLACES, { index: 1 }), "fillText").map(([, , , y]) => y);
  near(heights[1] - heights[0], 1.2 * 8 + 2);
});

// With an ascent of 8, a descent of 2 and a pitch of 11.6 the two lines reach from 8 above the first baseline to 13.6
// below it: each word says which part of that lies at the height 50.
const FIRST = { top: 58, bottom: 36.4, center: 47.2, center_baseline: 48.2, baseline: 50 };
for (const [baseline, first] of Object.entries(FIRST)) {
  test(`two lines of text with matplotlib's alignment ${baseline} begin at the height ${first}`, () => {
    const [[, , , y]] = only(told({ ...TEXT, baseline }, PLACES, { index: 1 }), "fillText");
    near(y, first);
  });
}

test("a font grows with the picture", () => {
  assert.deepEqual(only(told(TEXT, [0, 0], { point: 2 }), "font"), [["font", "normal 400 24px Verdana"]]);
});

test("a layer is clipped to its rectangle, and the next one is not", () => {
  const names = told({ ...LINE, clip: [0.25, 0.5, 0.5, 0.25] }, [0, 0, 1, 1]);
  assert.deepEqual(names[0], ["save"]);
  assert.deepEqual(only(names, "rect", "clip"), [["rect", 50, 50, 100, 25], ["clip"]]);
  assert.deepEqual(names.at(-1), ["restore"]);
  assert.deepEqual(only(told(LINE, [0, 0, 1, 1]), "rect", "clip"), []);
});

test("the handle of a point is seen on dark and on light: black on a broader white", () => {
  const { ctx, told } = recordingContext();
  drawHandle(ctx, [0.5, 0.5], 1, "drag");
  assert.deepEqual(only(told, "arc")[0].slice(0, 4), ["arc", 100, 50, 6.5]);
  assert.deepEqual(only(told, "fillText"), [["fillText", "drag", 109, 64]]);
  assert.deepEqual(only(told, "strokeStyle", "lineWidth").flat(), [
    ...["strokeStyle", "#ffffff", "lineWidth", 3], // around the word
    ...["strokeStyle", "#ffffff", "lineWidth", 4],
    ...["strokeStyle", "#000000", "lineWidth", 1.8],
  ]);
});
