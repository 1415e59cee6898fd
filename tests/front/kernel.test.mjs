// Claims about a widget whose kernel goes, and about the keys that lead out of a widget.

import assert from "node:assert/strict";
import { test } from "node:test";
import { watchKernel } from "../../helpers/page/kernel.js";
import { keepKeys } from "../../helpers/page/keys.js";
import { fakeModel } from "./stand_ins.mjs";

function watched(live = true) {
  const heard = {};
  const whole = { comm_live: live };
  const kernel = {
    status: "idle",
    statusChanged: { connect: (listener) => (heard.status = listener), disconnect: () => (heard.status = null) },
  };
  const manager = { kernel, get_model: async () => whole };
  const model = {
    ...fakeModel({ id: "one" }),
    widget_manager: manager,
    on: (event, listen) => (heard[event] = listen),
  };
  let calls = 0;
  const watch = watchKernel(model, () => (calls += 1));
  return { heard, whole, kernel, manager, watch, calls: () => calls };
}

const soon = () => new Promise(setImmediate);

test("a kernel that answers is there, and one that was restarted is gone", async () => {
  const { heard, whole, watch, calls } = watched();
  await soon();
  assert.ok(!watch.gone());
  whole.comm_live = false;
  heard.comm_live_update();
  heard.comm_live_update();
  assert.ok(watch.gone());
  assert.equal(calls(), 1);
});

test("a widget that was read from a file has no kernel", async () => {
  const { watch } = watched(false);
  await soon();
  assert.ok(watch.gone());
});

test("a kernel that dies is gone although its widgets are not told, and so is one that was changed for another", async () => {
  const one = watched();
  one.heard.status(null, "autorestarting");
  one.heard.status(null, "idle");
  assert.ok(one.watch.gone());
  const other = watched();
  other.heard.status(null, "busy");
  assert.ok(!other.watch.gone());
  other.manager.kernel = null;
  assert.ok(other.watch.gone());
});

test("where the page does not know its kernel it goes by its widgets", async () => {
  const model = { ...fakeModel({ id: "one" }), on: () => {}, widget_manager: { get_model: async () => ({}) } };
  const watch = watchKernel(model, () => {});
  await soon();
  assert.ok(!watch.gone() && !watch.busy());
});

function pressed(key, others = {}, notebook = true) {
  const told = [];
  const place = { focus: () => told.push("left") };
  const node = {
    addEventListener: (_, listener) => (node.listener = listener),
    closest: () => (notebook ? place : null),
  };
  keepKeys(node);
  const event = { key, preventDefault: () => told.push("prevented"), stopPropagation: () => told.push("kept") };
  node.listener({ ...event, ...others });
  return told;
}

test("arrows, letters, Enter and Space stay with the controls", () => {
  for (const key of ["ArrowLeft", "b", "Enter", " "]) assert.deepEqual(pressed(key), ["kept"]);
});

test("Shift+Enter and Ctrl+S go on to the notebook, and do not press a button", () => {
  assert.deepEqual(pressed("Enter", { shiftKey: true }), ["prevented"]);
  assert.deepEqual(pressed("s", { ctrlKey: true }), []);
});

test("Escape gives the keyboard back to the notebook, where there is one", () => {
  assert.deepEqual(pressed("Escape"), ["kept", "left"]);
  assert.deepEqual(pressed("Escape", {}, false), []);
});
