// Claims about the play button: how fast it walks, where it stops, and what the kernel hears of it.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { createPlayer, sweepControl, tempo } from "../../helpers/stage/sweep.js";
import { fakeModel } from "./stand_ins.mjs";

beforeEach(() => mock.timers.enable({ apis: ["setInterval"] }));
afterEach(() => mock.timers.reset());

test("a full run takes about six seconds, whether there are 20 values or 150", () => {
  for (const count of [20, 60, 150]) assert.equal(Math.round(tempo(count, false).pace * count), 6000);
});

test("few values are not raced through, and many are not drawn faster than 25 a second", () => {
  assert.equal(tempo(5, false).pace, 400);
  assert.equal(tempo(1000, false).pace, 40);
});

test("without animation a run is about twenty pictures, one a second", () => {
  assert.deepEqual(tempo(101, true), { pace: 1000, stride: 5 });
  assert.deepEqual(tempo(8, true), { pace: 1000, stride: 1 });
});

function playing(index = 0) {
  const model = fakeModel({ index, values: [1, 2, 3], texts: ["1", "2", "3"] });
  const indices = [];
  const player = createPlayer(model, () => indices.push(model.get("index")));
  return { model, player, paused: indices };
}

test("play walks to the last value, stops there, and only then tells the kernel", () => {
  const { model, player, paused } = playing();
  player.button.fire("click");
  assert.ok(player.playing());
  mock.timers.tick(400);
  assert.equal(model.get("index"), 1);
  assert.equal(model.saved.length, 0);
  mock.timers.tick(4000);
  assert.equal(model.get("index"), 2);
  assert.ok(!player.playing());
  assert.deepEqual(paused, [2]);
  assert.equal(model.saved.length, 1);
});

test("play at the last value begins anew", () => {
  const { model, player } = playing(2);
  player.button.fire("click");
  assert.equal(model.get("index"), 0);
});

test("a second press pauses where the walk is", () => {
  const { model, player, paused } = playing();
  player.button.fire("click");
  mock.timers.tick(400);
  player.button.fire("click");
  mock.timers.tick(4000);
  assert.equal(model.get("index"), 1);
  assert.deepEqual(paused, [1]);
});

test("the button says whether it is pressed", () => {
  const { player } = playing();
  const pressed = () => player.button.attributes["aria-pressed"];
  assert.equal(pressed(), "false");
  player.button.fire("click");
  assert.equal(pressed(), "true");
  player.pause();
  assert.equal(pressed(), "false");
});

test("a stage that leaves the page stops walking and tells nobody", () => {
  const { model, player, paused } = playing();
  player.button.fire("click");
  player.stop();
  mock.timers.tick(4000);
  assert.equal(model.get("index"), 0);
  assert.deepEqual([paused, model.saved], [[], []]);
});

test("the swept slider pauses the walk and moves the index; the kernel hears of it when it is let go", () => {
  const model = fakeModel({ index: 0, label: "lr", texts: ["0.1", "0.2"] });
  let pauses = 0;
  const pause = () => {
    pauses += 1;
  };
  const [row] = sweepControl(model, { pause, button: "play" }).nodes;
  const [, input, , play] = row.children;
  assert.equal(play, "play");
  input.valueAsNumber = 1;
  input.fire("input");
  assert.deepEqual([pauses, model.get("index"), model.saved.length], [1, 1, 0]);
  input.fire("change");
  assert.equal(model.saved.length, 1);
});

test("where nothing is swept there is no slider", () => {
  assert.deepEqual(sweepControl(fakeModel({ texts: [] }), {}).nodes, []);
});
