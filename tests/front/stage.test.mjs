// Claims about the stage's own words and numbers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { challengeWords, placeWords } from "../../helpers/stage/challenge.js";
import { numbers, unpacked } from "../../helpers/stage/frames.js";
import { isLate } from "../../helpers/stage/stage.js";

const ANSWERED = { settings: { size: 1, where: [0, 1] }, density: 2 };
const asked = (change) => ({ ...structuredClone(ANSWERED), error: "", ...change });

test("the kernel is late until it has answered these settings at this density", () => {
  assert.ok(isLate(asked(), null));
  assert.ok(!isLate(asked(), ANSWERED));
  assert.ok(isLate(asked({ settings: { size: 2, where: [0, 1] } }), ANSWERED));
  assert.ok(isLate(asked({ settings: { size: 1, where: [0, 2] } }), ANSWERED));
  assert.ok(isLate(asked({ density: 1 }), ANSWERED));
});

test("a kernel that answered with an error is not late", () => {
  assert.ok(!isLate(asked({ settings: { size: 2 }, error: "ValueError: too large" }), ANSWERED));
});

test("a challenge says where it was met", () => {
  assert.equal(challengeWords("Reach 1e-5.", ""), "Challenge: Reach 1e-5.");
  assert.equal(challengeWords("Reach 1e-5.", "lr 0.2"), "Challenge met: Reach 1e-5. Met at lr 0.2.");
});

test("where it was met is said of every control that has a place", () => {
  const specs = [
    { kind: "slider", name: "size", label: "batch size", texts: ["1", "8"] },
    { kind: "menu", name: "rule", label: "rule", options: ["Adam"] },
    { kind: "button", name: "seed", label: "new draws" },
    { kind: "point", name: "start", label: "start", axes: ["x", "y"] },
  ];
  const settings = { size: 1, rule: "Adam", seed: 3, start: [-1.5, 0] };
  const words = "lr 0.2, batch size 8, rule Adam, start (\u22121.5, 0)";
  assert.equal(placeWords("lr", "0.2", specs, settings), words);
  assert.equal(placeWords("", undefined, specs.slice(0, 1), settings), "batch size 8");
});

test("numbers are sums of changes within a layer, and the last whole number is no point", () => {
  // Two layers: one number for each of three values, then two.
  const changes = Uint16Array.from([0, 65534, 1, 65534, 100, 65535 - 65533, 65436, 0, 65534]);
  const found = numbers(changes, [1, 2], [-1, 1]);
  const near = (one, other) => assert.ok(Math.abs(one - other) < 1e-6, `${one} is not ${other}`);
  near(found[0], -1);
  near(found[1], 1);
  assert.ok(Number.isNaN(found[2]));
  near(found[3], 1);
  near(found[4], -1 + (2 * 100) / 65534);
  near(found[5], -1);
  near(found[6], -1);
  near(found[7], -1);
  near(found[8], -1 + (2 * 65534) / 65534);
});

test("numbers are read wherever their bytes begin in a message", async () => {
  const packed = deflateSync(Buffer.from(Uint16Array.from([65534, 0]).buffer));
  const message = new Uint8Array(packed.length + 3);
  message.set(packed, 3);
  const data = new DataView(message.buffer, 3);
  const layers = [{ count: 1 }];
  assert.deepEqual([...(await unpacked({ data, deflated: true, layers, range: [0, 2] }))], [2, 0]);
  const bare = new DataView(Uint8Array.from([7, 0xfe, 0xff, 0, 0]).buffer, 1);
  assert.deepEqual([...unpacked({ data: bare, deflated: false, layers, range: [0, 2] })], [2, 0]);
});
