// Claims about the grids of a point: the nearest value, the handle's place, and which point a press takes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { handlePlace, nearestIndex, pointAt, pressedPoint } from "../../helpers/stage/grids.js";

// The second grid falls, as every y does: the picture counts from its top. The third is a log axis.
const RISING = { values: [-2, -1, 0, 1, 2], at: [0.1, 0.2, 0.3, 0.4, 0.5] };
const FALLING = { values: [0, 1, 2], at: [0.9, 0.5, 0.1] };
const LOG = { values: [0.1, 1, 10, 100], at: [0.1, 0.2, 0.3, 0.4] };
const GRID = [RISING, FALLING];

test("the nearest value is found inside, outside and on the values", () => {
  assert.equal(nearestIndex(RISING.values, 0.4), 2);
  assert.equal(nearestIndex(RISING.values, -9), 0);
  assert.equal(nearestIndex(RISING.values, 9), 4);
  assert.equal(nearestIndex(LOG.values, 10), 2);
});

test("of two values that are as near the first is taken", () => {
  assert.equal(nearestIndex([0, 1], 0.5), 0);
  assert.equal(nearestIndex([1, 0], 0.5), 0);
});

test("places that fall are searched as well as those that rise", () => {
  assert.equal(nearestIndex(FALLING.at, 0.05), 2);
});

test("the handle lies where the nearest value of each axis lies", () => {
  assert.deepEqual(handlePlace(GRID, [0.9, 1.2]), [0.4, 0.5]);
  assert.deepEqual(handlePlace([LOG, FALLING], [40, 0]), [0.3, 0.9]);
});

test("a handle outside a new window lies on its edge", () => {
  assert.deepEqual(handlePlace(GRID, [50, -50]), [0.5, 0.9]);
});

test("a point that is dropped on its own handle stays where it is", () => {
  for (const x of RISING.values) {
    for (const y of FALLING.values) assert.deepEqual(pointAt(GRID, handlePlace(GRID, [x, y])), [x, y]);
  }
});

const GRIDS = { left: GRID, right: [{ values: [0, 1], at: [0.6, 0.9] }, FALLING] };
const SETTINGS = { left: [0, 1], right: [0, 1] };

test("a press takes the point on whose axes it is, however far its handle lies", () => {
  const press = (x, y) => pressedPoint(["left", "right"], GRIDS, SETTINGS, [x, y]);
  assert.equal(press(0.49, 0.1), "left");
  assert.equal(press(0.89, 0.9), "right");
});

test("a press beside all axes takes nothing, one at their very edge still takes a point", () => {
  assert.equal(pressedPoint(["left"], GRIDS, SETTINGS, [0.55, 0.5]), null);
  assert.equal(pressedPoint(["left"], GRIDS, SETTINGS, [0.505, 0.905]), "left");
});

test("of two points on the same axes a press takes the nearer one", () => {
  const grids = { near: GRID, far: GRID };
  const settings = { far: [-2, 0], near: [2, 2] };
  assert.equal(pressedPoint(["far", "near"], grids, settings, [0.4, 0.2]), "near");
  assert.equal(pressedPoint(["near", "far"], grids, settings, [0.1, 0.9]), "far");
});
