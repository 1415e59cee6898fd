// Claims about the page without a kernel: its model, the numbers of a state, and which state some settings have.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInThisContext } from "node:vm";
import { numbers } from "../../helpers/stage/frames.js";

const source = readFileSync(new URL("../../helpers/site/live.js", import.meta.url), "utf-8");
runInThisContext(source);
const { createModel, decoded, place } = globalThis.COURSE;

// The bytes of numbers of 16 bits in planes: all low ones, then all high ones.
const planes = (...whole) => Uint8Array.from([...whole.map((one) => one & 255), ...whole.map((one) => one >> 8)]);

test("a state becomes what the kernel packs, whichever changes it keeps", () => {
  // x of two values and three points, then y; 65535 is no point.
  const x = [1, 2, 300, 4, 5, 600];
  const y = [7, 65535, 9, 10, 11, 12];
  const line = (all) => all.map((one, i) => (i % 3 ? one - all[i - 1] : one) & 65535);
  const sweep = (all) => all.map((one, i) => (i < 3 ? one : one - all[i - 3]) & 65535);
  const bodies = [
    [...x, ...y],
    [...sweep(x), ...sweep(y)],
    [...line(x), ...line(y)],
    [...line(sweep(x)), ...line(sweep(y))],
  ];
  for (const [way, body] of bodies.entries()) {
    const head = { layers: [{ count: 3 }], alts: ["", ""], changes: String(way) };
    const data = decoded(head, planes(...body));
    const found = [...numbers(new Uint16Array(data.buffer), [6], [0, 65534])];
    const expected = x.flatMap((one, i) => [one, y[i] === 65535 ? Number.NaN : y[i]]);
    assert.deepEqual(found, expected, `changes ${way}`);
  }
});

const CONTROLS = [
  { kind: "slider", name: "size", label: "size", texts: ["1", "8", "64"] },
  { kind: "menu", name: "rule", label: "rule", options: ["SGD", "Adam"] },
  { kind: "point", name: "start", label: "start", axes: ["x", "y"] },
  { kind: "button", name: "seed", label: "new" },
];
const AXES = [
  { values: [-2, 0.5, 2], at: [0, 0.5, 1] },
  { values: [0, 1], at: [1, 0] },
];
const WHERE = { presses: 2, grids: [{ start: AXES }], gridAt: Array(12).fill(0) };

test("settings are found in the order in which states are counted, points last", () => {
  const { number, settled } = place(CONTROLS, WHERE, { size: 1, rule: "Adam", start: [0.5, 1], seed: 1 });
  assert.equal(number, ((1 * 2 + 1) * 2 + 1) * 6 + (1 * 2 + 1));
  assert.deepEqual(settled, { size: 1, rule: "Adam", start: [0.5, 1], seed: 1 });
});

test("settings that have no state become the nearest that have one", () => {
  const { settled } = place(CONTROLS, WHERE, { size: 0, rule: "SGD", start: [0.9, -3], seed: 5 });
  assert.deepEqual(settled, { size: 0, rule: "SGD", start: [0.5, 0], seed: 1 });
});

test("a model tells of what has changed, and lets the kernel's stand-in settle and answer", () => {
  const told = [];
  const model = createModel({ size: 1 }, { settle: (_, value) => value % 3, answer: () => told.push("answered") });
  const listener = () => told.push(model.get("size"));
  model.on("change:size", listener);
  model.set("size", 4); // settles to what it was
  model.set("size", 5);
  model.save_changes();
  model.off("change:size", listener);
  model.set("size", 3);
  assert.deepEqual(told, [2, "answered"]);
});
