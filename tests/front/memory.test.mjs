// Claims about what the page remembers, and what it asks for before it is wanted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { around, createMemory } from "../../helpers/stage/memory.js";

const frames = (size, bytes = 10) => ({
  settings: { size },
  density: 1,
  data: { byteLength: bytes },
  background: { byteLength: 0 },
});

test("frames are found again by their settings and their density", () => {
  const memory = createMemory();
  const one = frames(1);
  memory.put(one);
  assert.equal(memory.get({ size: 1 }, 1), one);
  assert.equal(memory.get({ size: 2 }, 1), null);
  assert.equal(memory.get({ size: 1 }, 2), null);
});

test("a full memory forgets what was not used for longest", () => {
  const memory = createMemory(30);
  for (const size of [1, 2, 3]) memory.put(frames(size));
  memory.get({ size: 1 }, 1);
  memory.put(frames(4));
  assert.deepEqual(
    [1, 2, 3, 4].map((size) => memory.has({ size }, 1)),
    [true, false, true, true],
  );
  assert.ok(memory.full());
});

test("the same frames again take no more room", () => {
  const memory = createMemory(30);
  for (let k = 0; k < 9; k++) memory.put(frames(1));
  assert.ok(!memory.full());
});

const SPECS = [
  { kind: "slider", name: "size", label: "", texts: ["a", "b", "c", "d"] },
  { kind: "menu", name: "rule", label: "", options: ["x", "y"] },
  { kind: "button", name: "seed", label: "" },
  { kind: "point", name: "start", label: "", axes: ["x", "y"] },
];

test("neighbours come first, each combination once, and the present one not at all", () => {
  const now = { size: 1, rule: "x", seed: 0, start: [1, 2] };
  const found = around(SPECS, now);
  assert.equal(found.length, 4 * 2 * 2 - 1);
  assert.equal(new Set(found.map((settings) => JSON.stringify(settings))).size, found.length);
  const changed = (settings) => Object.keys(now).filter((name) => settings[name] !== now[name]).length;
  assert.deepEqual(found.slice(0, 4).map(changed), [1, 1, 1, 1]);
  assert.ok(found.every(({ start }) => start === now.start));
});

test("of very many settings only the nearest are asked for", () => {
  const many = ["p", "q", "r"].map((name) => ({ ...SPECS[0], name, texts: Array(30).fill("") }));
  const found = around(many, { p: 0, q: 0, r: 0 }, 50);
  assert.equal(found.length, 50);
  assert.ok(found.every(({ p, q, r }) => p + q + r <= 6));
});
