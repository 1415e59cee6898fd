// Claims about the controls: what each sends to the kernel, and what it shows and says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { control, shared } from "../../helpers/stage/controls.js";
import { fakeModel } from "./stand_ins.mjs";

const AXIS = { values: [-1.5, 0, 1.5], at: [0, 0.5, 1] };
const SPECS = {
  slider: { kind: "slider", name: "size", label: "size", texts: ["small", "large"] },
  menu: { kind: "menu", name: "surface", label: "surface", options: ["bowl", "saddle"] },
  button: { kind: "button", name: "seed", label: "again" },
  point: { kind: "point", name: "where", label: "start", axes: ["x", "y"] },
};

function made(kind) {
  const settings = { size: 0, surface: "bowl", seed: 4, where: [0, -9] };
  const model = fakeModel({ settings, grids: { where: [AXIS, AXIS] } });
  const { nodes, show } = control(SPECS[kind], shared(model));
  show();
  return { model, nodes, settings: () => model.saved.at(-1).settings };
}

test("a control changes its own setting and leaves the others", () => {
  const { nodes, settings } = made("button");
  nodes[1].fire("click");
  assert.deepEqual(settings(), { size: 0, surface: "bowl", seed: 5, where: [0, -9] });
});

test("a slider sends its index and speaks its words", () => {
  const { nodes, settings } = made("slider");
  const [label, input, output] = nodes;
  assert.equal(label.attributes.for, input.attributes.id);
  assert.deepEqual([input.attributes["aria-valuetext"], output.value], ["small", "small"]);
  input.valueAsNumber = 1;
  input.fire("input");
  assert.equal(settings().size, 1);
});

test("a menu sends its option", () => {
  const [, select] = made("menu").nodes;
  assert.deepEqual(
    select.children.map(({ attributes }) => attributes.value),
    ["bowl", "saddle"],
  );
  const { nodes, settings } = made("menu");
  nodes[1].value = "saddle";
  nodes[1].fire("change");
  assert.equal(settings().surface, "saddle");
});

test("each axis of a point has a slider that moves this coordinate alone, over the round values", () => {
  const { nodes, settings } = made("point");
  nodes[1].valueAsNumber = 2;
  nodes[1].fire("input");
  assert.deepEqual(settings().where, [1.5, -9]);
});

test("a point outside the window is shown at its edge, with a minus sign that is read as one", () => {
  const [, , , , input, output] = made("point").nodes;
  assert.equal(input.value, "0");
  assert.equal(output.value, "\u22121.5");
});
