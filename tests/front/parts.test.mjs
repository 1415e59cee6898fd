// Claims about the parts of a figure on a narrow page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawParts, fitSheet, isStacked, mapping } from "../../helpers/stage/parts.js";
import { only, recordingContext } from "./stand_ins.mjs";

// Two axes of unlike width over a legend.
const PARTS = [
  [0, 0, 0.6, 0.8, null],
  [0.6, 0, 0.4, 0.8, [0.6, 0.2, 0.1, 0.6]],
  [0, 0.8, 0.6, 0.2, null],
];
const INCHES = [8, 4];
const near = (one, other) => assert.ok(Math.hypot(one[0] - other[0], one[1] - other[1]) < 1e-9, `${one}`);

test("the canvas's own shape says whether parts stand one above the other", () => {
  assert.ok(!isStacked(PARTS, INCHES, { clientWidth: 800, clientHeight: 400 }));
  assert.ok(isStacked(PARTS, INCHES, { clientWidth: 300, clientHeight: 450 }));
  assert.ok(!isStacked(PARTS.slice(0, 1), INCHES, { clientWidth: 300, clientHeight: 450 }));
});

test("a sheet of the whole figure is cut into parts that fill the canvas", () => {
  const { ctx, told } = recordingContext(300, 450);
  const sheet = { width: 0, height: 0 };
  fitSheet(sheet, PARTS, ctx.canvas);
  assert.deepEqual(sheet, { width: 500, height: 250 });
  drawParts(ctx, sheet, PARTS);
  const drawn = only(told, "drawImage");
  assert.deepEqual(drawn[1].slice(2).map(Math.round), [300, 0, 200, 200, 0, 200, 200, 200]);
  assert.deepEqual(only(told, "clearRect")[1].slice(1).map(Math.round), [0, 250, 50, 150]);
  assert.equal(drawn[2].at(-1) + drawn[2].at(-3), 450);
});

test("a place on the canvas is a place of the figure, in the part where the press began", () => {
  near(mapping(PARTS, [0.5, 0.1])([0.5, 0.1]), [0.3, 0.18]);
  near(mapping(PARTS, [0.5, 0.5])([0.5, 0.5]), [0.9, 0.1]);
  near(mapping(PARTS, [0.5, 0.1])([0.5, 0.5]), [0.3, 0.9]);
  near(mapping(PARTS, [1, 1])([1, 1]), [0.6, 1]);
});
