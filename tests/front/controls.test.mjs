// Claims about the controls: what each sets, when it says so to the kernel, and what it shows and says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { control } from "../../helpers/stage/controls.js";
import "./stand_ins.mjs";

const AXIS = { values: [-1.5, 0, 1.5], at: [0, 0.5, 1] };
const SPECS = {
  slider: { kind: "slider", name: "size", label: "size", texts: ["small", "large"] },
  menu: { kind: "menu", name: "surface", label: "surface", options: ["bowl", "saddle"] },
  button: { kind: "button", name: "seed", label: "again" },
  point: { kind: "point", name: "where", label: "start", axes: ["x", "y"] },
};

function made(kind) {
  const settings = { size: 0, surface: "bowl", seed: 4, where: [0, -9] };
  const told = [];
  const shared = {
    settings: () => settings,
    grids: () => ({ where: [AXIS, AXIS] }),
    set: (name, setting) => told.push([name, setting]),
    commit: () => told.push("commit"),
  };
  const { nodes, show } = control(SPECS[kind], shared);
  show();
  return { cells: nodes.map(({ children }) => children), told };
}

test("a press of a button is counted, and said at once", () => {
  const { cells, told } = made("button");
  cells[0][0].fire("click");
  assert.deepEqual(told, [["seed", 5], "commit"]);
});

test("a slider sets its index, speaks its words, and says so to the kernel when it is let go", () => {
  const { cells, told } = made("slider");
  const [label, input, output] = cells[0];
  assert.equal(label.attributes.for, input.attributes.id);
  assert.deepEqual([input.attributes["aria-valuetext"], output.value], ["small", "small"]);
  input.valueAsNumber = 1;
  input.fire("input");
  assert.deepEqual(told, [["size", 1]]);
  input.fire("change");
  assert.deepEqual(told.at(-1), "commit");
});

test("a menu sets its option", () => {
  const { cells, told } = made("menu");
  const select = cells[0][1];
  assert.deepEqual(
    select.children.map(({ attributes }) => attributes.value),
    ["bowl", "saddle"],
  );
  select.value = "saddle";
  select.fire("change");
  assert.deepEqual(told, [["surface", "saddle"], "commit"]);
});

test("each axis of a point has a slider that moves this coordinate alone, over the round values", () => {
  const { cells, told } = made("point");
  cells[0][1].valueAsNumber = 2;
  cells[0][1].fire("input");
  assert.deepEqual(told, [["where", [1.5, -9]]]);
});

test("a point outside the window is shown at its edge, with a minus sign that is read as one", () => {
  const [, input, output] = made("point").cells[1];
  assert.equal(input.value, "0");
  assert.equal(output.value, "\u22121.5");
});
